from __future__ import annotations

import pytest
from click.testing import CliRunner

from scraper.clean.fingerprint import Fingerprint, fingerprint
from scraper.clean.likeness import compare
from scraper.lab.duplicate_pairs import Score, halve, main, make_synthetic, read_sources, score, score_families, sum_up
from scraper.lab.planted import Pair, Source, plant_families, plant_pairs


@pytest.fixture(autouse=True)
def demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BENCH_DATA", raising=False)


def marked(pairs: list[Pair]) -> list[tuple[Pair, Fingerprint, Fingerprint]]:
    return [(pair, fingerprint(pair.first.text), fingerprint(pair.second.text)) for pair in pairs]


def test_halves_share_no_site() -> None:
    one, other = halve(read_sources())
    assert one
    assert other
    assert not {source.site for source in one} & {source.site for source in other}


def test_most_copies_of_the_demo_site_are_found_and_no_look_alike_is_taken_for_one() -> None:
    scores = score(marked(list(plant_pairs(read_sources(), 1))))
    found = sum_up(scores)
    assert found["recall"] > 0.9
    assert found["precision"] > 0.97
    assert {each.found for each in scores if each.kind == "restyled"} == {len(read_sources())}


def test_precision_and_recall_count_pairs() -> None:
    assert sum_up([Score("a", True, 4, 3, 1), Score("b", False, 5, 2, 0)]) == {"precision": 0.5, "recall": 0.75}


def test_families_count_pairs_within_and_across() -> None:
    source = read_sources()[0]
    copies = [source, Source("b.example", source.text), Source("c.example", source.text)]
    other = [Source("d.example", read_sources()[1].text)]
    assert score_families([copies, other]) == (3, 3, 0)
    within, found, _ = score_families(plant_families(read_sources()[:4], 1))
    assert within == 60
    assert found > 30


def test_synthetic_texts_are_as_little_alike_as_texts_of_one_language() -> None:
    texts = list(make_synthetic(300))
    likeness = [each.similarity for each in compare(texts[0], texts[1:])]
    assert 0.001 < sum(likeness) / len(likeness) < 0.02


@pytest.mark.parametrize("arguments", [[], ["--choose"]])
def test_measures_the_demo_site(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, [*arguments, "--limit", "3", "--index", "50"])
    assert result.exit_code == 0, result.output
    assert "| restyled | 3 | 100.0% | 0.0% |" in result.output
    assert ("| SIMILAR 0.25 |" in result.output) == bool(arguments)
    assert "bytes" in result.output
