"""Clusters: which articles are copies of one another, marked as they come and never marked anew.

A module of its own because marks are written into files that are not written again: what an article is told must hold
when the corpus is a thousand times larger. So each is compared with the first article of every cluster alone, as it
stands at that time. It gets the id of the cluster whose first it is most like, or founds its own, which bears its id.
Copies of copies draw no cluster along with them, a round-up of five stories does not make them one, and what came
first does not depend on what comes later. Where an article is like the first of several clusters, the others are told
in `also`: nothing is merged, a reader may.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from scraper.clean.fingerprint import NO_WORDS, Fingerprint
from scraper.clean.likeness import compare

NEWEST = 50
"""Of the clusters that share one band with an article so many are compared, the newest: what more share is a form
that is filled in day after day, and its copies come soon."""

Duplicate = Literal["first", "exact", "near"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One version of an article that asks for its mark.

    Args:
        seen_at: When it was fetched, aware: decides who is first.
    """

    article_id: str
    site: str
    seen_at: datetime
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said of an article for good: later versions of it keep the mark of the first.

    Args:
        cluster_id: Id of the article that founded the cluster.
        duplicate: "first" founded it, "exact" has word for word the text of an earlier one, "near" is like the first.
        similarity: Estimated Jaccard similarity to the cluster's first article as it was when it was compared; 1 for
            the first. Of an exact copy: that of the article it copies.
        also: Ids of other clusters whose first it is like, most alike first.
    """

    cluster_id: str
    duplicate: Duplicate
    similarity: float
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Founder:
    """The first article of a cluster, in one of its versions."""

    cluster_id: str
    site: str
    fingerprint: Fingerprint


class Known(Protocol):
    """What must be known of all articles marked so far; a store answers it from disk."""

    def mark_of(self, article_id: str) -> Mark | None:
        """Give the mark of an article, None for one never seen."""

    def mark_of_text(self, exact: bytes) -> Mark | None:
        """Give the mark of the earliest article that had this text in any version, None if none had."""

    def founders(self, bands: Sequence[int]) -> Sequence[Founder]:
        """Give, of each band, the NEWEST founders that have it: each once, oldest first."""

    def keep(self, arrival: Arrival, mark: Mark, bands: Sequence[int]) -> None:
        """Keep an article's mark unless it has one, and the mark for its text unless an earlier article has that text.

        Args:
            arrival: The article.
            mark: What was said of it.
            bands: Keep it as a founder under each; none of one that is no founder.
        """


def mark_all(arrivals: Iterable[Arrival], known: Known) -> Iterator[tuple[Arrival, Mark]]:
    """Mark articles, the earliest first whatever order they are in, and keep each in what is known."""
    for arrival in sorted(arrivals, key=lambda each: (each.seen_at, each.article_id, each.fingerprint.exact)):
        mark, bands = _mark(arrival, known)
        known.keep(arrival, mark, bands)
        yield arrival, mark


def _mark(arrival: Arrival, known: Known) -> tuple[Mark, tuple[int, ...]]:
    """Give the mark of an article and the bands to keep it under as a founder, none for the others."""
    text = arrival.fingerprint
    before = known.mark_of(arrival.article_id)
    same = known.mark_of_text(text.exact) if text.exact != NO_WORDS else None
    if before is not None:
        # A paper may copy a founder's later version, which then finds its cluster.
        return before, text.bands() if before.duplicate == "first" and same is None else ()
    if same is not None:
        return Mark(same.cluster_id, "exact", same.similarity, same.also), ()
    bands = text.bands()
    alike: dict[str, float] = {}
    founders = known.founders(bands)
    for founder, likeness in zip(founders, compare(text, [each.fingerprint for each in founders]), strict=True):
        if likeness.copied(same_site=founder.site == arrival.site):
            alike[founder.cluster_id] = max(likeness.similarity, alike.get(founder.cluster_id, 0.0))
    if not alike:
        return Mark(arrival.article_id, "first", 1.0), bands
    nearest, *others = sorted(alike, key=lambda cluster_id: -alike[cluster_id])  # a tie goes to the oldest
    return Mark(nearest, "near", alike[nearest], tuple(others)), ()


class Index:
    """Known in memory: for tests, measurements and corpora of some 100,000 articles."""

    def __init__(self) -> None:
        self._marks: dict[str, Mark] = {}
        self._texts: dict[bytes, Mark] = {}
        self._founders: list[Founder] = []
        self._bands: defaultdict[int, list[int]] = defaultdict(list)

    def mark_of(self, article_id: str) -> Mark | None:
        """Give the mark of an article."""
        return self._marks.get(article_id)

    def mark_of_text(self, exact: bytes) -> Mark | None:
        """Give the mark of the earliest article that had this text."""
        return self._texts.get(exact)

    def founders(self, bands: Sequence[int]) -> list[Founder]:
        """Give, of each band, the newest founders that have it."""
        numbers = {number for band in bands for number in self._bands.get(band, ())[-NEWEST:]}
        return [self._founders[number] for number in sorted(numbers)]

    def keep(self, arrival: Arrival, mark: Mark, bands: Sequence[int]) -> None:
        """Keep an article's mark."""
        self._marks.setdefault(arrival.article_id, mark)
        self._texts.setdefault(arrival.fingerprint.exact, mark)
        if bands:
            for band in bands:
                self._bands[band].append(len(self._founders))
            self._founders.append(Founder(mark.cluster_id, arrival.site, arrival.fingerprint))
