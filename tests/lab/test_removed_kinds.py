from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scraper.article import Block, Removed
from scraper.extract.assemble import extract_article
from scraper.lab.removed_kinds import BODY, KINDS, UNLISTED, Label, Outcome, compare, fingerprint, read_labels, score

NEWS = "The harbor council voted on Tuesday to rebuild the old ferry pier, ending a dispute of years."


def labeled(text: str, kind: str) -> Label:
    return Label("own", "page", fingerprint(text), kind)


def test_what_became_of_a_block_is_found_by_its_text() -> None:
    article = replace(
        extract_article(f"<article><p>{NEWS}</p></article>"),
        body=(Block("paragraph", NEWS),),
        removed=(Removed("plea", "Please give.", "phrase:give"), Removed("other", NEWS, "text:repeated")),
    )
    labels = [labeled("PLEASE GIVE", "plea"), labeled(NEWS, BODY), labeled("Nowhere", "ad")]
    assert [outcome.fate for outcome in compare(labels, article)] == ["plea", BODY, UNLISTED]


def test_a_kind_is_scored_by_what_is_called_so_and_what_is_so() -> None:
    fates = [("plea", "plea"), ("plea", "ad"), ("plea", BODY), ("ad", "plea"), (BODY, BODY)]
    scores = score([Outcome(labeled("a", kind), "en", fate, "") for kind, fate in fates])
    plea = scores["plea"]
    assert (plea.precision, round(plea.recall, 2), round(plea.out, 2)) == (0.5, 0.33, 0.67)
    assert scores[BODY].recall == 1


def test_the_labels_hold_known_kinds_and_each_block_once() -> None:
    labels = [label for page in read_labels().values() for label in page]
    assert len(labels) == len({(label.set_name, label.page, label.text) for label in labels}) > 600
    assert {label.kind for label in labels} <= set(KINDS)
    assert sum(label.kind == BODY for label in labels) >= 150
    assert 0.4 < sum(label.held for label in labels) / len(labels) < 0.6


@given(st.text())
def test_spaces_and_case_do_not_change_a_fingerprint(text: str) -> None:
    assert fingerprint(text) == fingerprint(f" {text.replace(' ', '  ')}\n")
