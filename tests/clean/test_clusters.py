from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.clean import clusters
from scraper.clean.clusters import Arrival, Index, Mark, mark_all
from scraper.clean.fingerprint import fingerprint

START = datetime(2026, 1, 1, tzinfo=UTC)
POOL = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("n", "r", "st", "ll", "m", "")]


def story(seed: int, words: int = 150) -> str:
    rng = random.Random(seed)
    return " ".join(rng.choice(POOL) + rng.choice(POOL) for _ in range(words))


def change(text: str, every: int) -> str:
    return " ".join(word if n % every else f"other{n}" for n, word in enumerate(text.split(), 1))


def arrival(name: str, text: str, day: float = 0, site: str | None = None) -> Arrival:
    return Arrival(name, site or f"{name}.example", START + timedelta(days=day), fingerprint(text))


def mark(arrivals: Iterable[Arrival], index: Index | None = None) -> dict[str, Mark]:
    return {each.article_id: given_mark for each, given_mark in mark_all(arrivals, index or Index())}


TEXTS = {
    "a": story(1),
    "a5": change(story(1), 20),
    "a10": change(story(1), 10),
    "a-cut": " ".join(story(1).split()[:90]),
    "a-again": story(1).upper(),
    "b": story(2),
    "b5": change(story(2), 20),
    "ab": story(1) + " " + story(2),
    "short": "Closed until further notice, says the sign",
    "short-again": "closed until further notice says the sign",
}


def test_copies_get_the_id_of_the_first() -> None:
    marks = mark([arrival("a", TEXTS["a"]), arrival("c", TEXTS["a-again"], 1), arrival("d", TEXTS["a10"], 2)])
    assert marks["a"] == Mark("a", "first", 1.0)
    assert marks["c"] == Mark("a", "exact", 1.0)
    assert (marks["d"].cluster_id, marks["d"].duplicate) == ("a", "near")
    assert 0.4 < marks["d"].similarity < 0.8


def test_short_texts_are_copies_only_word_for_word() -> None:
    texts = (TEXTS["short"], TEXTS["short-again"], TEXTS["short"] + " today")
    marks = mark(arrival(name, text, n) for n, (name, text) in enumerate(zip("abc", texts, strict=True)))
    assert [marks[name].duplicate for name in "abc"] == ["first", "exact", "first"]


def test_articles_without_words_are_no_copies_of_each_other() -> None:
    marks = mark([arrival("a", ""), arrival("b", "…")])
    assert {each.duplicate for each in marks.values()} == {"first"}


def test_an_exact_copy_of_a_near_copy_has_its_similarity() -> None:
    marks = mark([arrival("a", TEXTS["a"]), arrival("b", TEXTS["a10"], 1), arrival("c", TEXTS["a10"], 2)])
    assert marks["c"] == Mark("a", "exact", marks["b"].similarity)


def test_later_versions_keep_the_mark_of_the_first_and_are_no_copies_of_it() -> None:
    index = Index()
    first = mark([arrival("a", TEXTS["a"]), arrival("b", TEXTS["b"])], index)
    later = mark([arrival("a", TEXTS["a5"], 1), arrival("a", TEXTS["b"], 2)], index)
    assert first["a"] == later["a"] == Mark("a", "first", 1.0)


def test_a_copy_of_a_later_version_finds_the_cluster() -> None:
    index = Index()
    mark([arrival("a", TEXTS["a"]), arrival("a", story(5), 1)], index)
    assert mark([arrival("c", change(story(5), 20), 2)], index)["c"].cluster_id == "a"


def test_an_article_like_two_clusters_joins_the_nearest_and_names_the_other() -> None:
    index = Index()
    before = mark([arrival("a", story(1, 150)), arrival("b", story(2, 150), 1)], index)
    both = " ".join((*story(1, 150).split()[:100], *story(2, 150).split()))
    marks = mark([arrival("c", both, 2, "c.example")], index)
    assert marks["c"].cluster_id == "b"
    assert marks["c"].also == ("a",)
    assert before == {"a": Mark("a", "first", 1.0), "b": Mark("b", "first", 1.0)}


def test_copies_of_copies_draw_nothing_along() -> None:
    words = story(1, 200).split()
    chain = [" ".join((*words[:100], *words[100:])), change(" ".join(words), 8)]
    chain.append(change(chain[1].replace("other", "more"), 3))
    marks = mark(arrival(name, text, n) for n, (name, text) in enumerate(zip("abc", chain, strict=True)))
    assert marks["b"].cluster_id == "a"
    assert marks["c"].cluster_id == "c"


def test_of_forms_only_the_newest_are_compared() -> None:
    index = Index()
    for n in range(clusters.NEWEST + 5):
        index.keep(arrival(f"{n:02}", TEXTS["a"]), Mark(f"{n:02}", "first", 1.0), fingerprint(TEXTS["a"]).bands())
    found = index.founders(fingerprint(TEXTS["a"]).bands())
    assert [each.cluster_id for each in found] == [f"{n:02}" for n in range(5, clusters.NEWEST + 5)]


_ARRIVALS = st.lists(
    st.tuples(st.sampled_from("pqrstu"), st.sampled_from(sorted(TEXTS)), st.integers(0, 4)), max_size=8, unique=True
).map(lambda drawn: [arrival(name, TEXTS[text], day, f"{name < 'r'}.example") for name, text, day in drawn])


@given(_ARRIVALS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_within_a_batch_does_not_count(arrivals: Sequence[Arrival], rng: random.Random) -> None:
    shuffled = list(arrivals)
    rng.shuffle(shuffled)
    assert mark(shuffled) == mark(arrivals)


@given(_ARRIVALS)
@settings(max_examples=60, deadline=None)
def test_marks_stay_as_the_corpus_grows(arrivals: Sequence[Arrival]) -> None:
    arrivals = sorted(arrivals, key=lambda each: (each.seen_at, each.article_id, each.fingerprint.exact))
    whole = list(mark_all(arrivals, Index()))
    for length in range(len(arrivals)):
        assert list(mark_all(arrivals[:length], Index())) == whole[:length]


@given(_ARRIVALS, st.integers(0, 4))
@settings(max_examples=60, deadline=None)
def test_batches_and_restarts_do_not_count(arrivals: Sequence[Arrival], day: int) -> None:
    index, split = Index(), START + timedelta(days=day)
    parts = [[a for a in arrivals if a.seen_at < split], [a for a in arrivals if a.seen_at >= split]]
    assert [each for part in parts for each in mark_all(part, index)] == list(mark_all(arrivals, Index()))


@given(_ARRIVALS)
@settings(max_examples=60, deadline=None)
def test_marking_again_changes_nothing(arrivals: Sequence[Arrival]) -> None:
    index = Index()
    first = mark(arrivals, index)
    assert mark(arrivals, index) == first
    assert all(first[each.cluster_id].duplicate == "first" for each in first.values())
