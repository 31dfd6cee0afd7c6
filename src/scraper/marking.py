"""Marking: what a row is told of the articles before it: which version it is, what changed, and whose copy it is.

Beside extraction, because extraction is a pure function of a page, and this one of all pages before it. It goes by the
time of the visits; a segment that is marked again gets the same marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from scraper.article import Article
from scraper.clean.clusters import NEWEST, Arrival, Founder, Mark, mark_all
from scraper.clean.fingerprint import ALGORITHM, Fingerprint
from scraper.clean.origin import Claims, find_agency
from scraper.clean.versions import FIELDS, Face, find_change
from scraper.store.marks import KnownMark, KnownVersion, Marks

_DIGEST_BYTES = 8


@dataclass(frozen=True, slots=True)
class Visited:
    """An article as a visit gave it.

    Args:
        article_id: 32 hex digits.
        site: Host of the publisher.
        fetched_at: When, aware.
        record: WARC-Record-ID of the answer.
        face: Of the cleaned article.
        is_late: Whether later versions may be known already, as where others archived it.
    """

    article_id: str
    site: str
    fetched_at: datetime
    record: str
    face: Face
    is_late: bool = False


class Marking:
    """Marks articles against all that were marked before.

    Args:
        path: data/marks.sqlite.

    Raises:
        StoreError: It can't be opened.
    """

    def __init__(self, path: Path) -> None:
        self._marks = Marks(path, ALGORITHM)

    def mark(self, visited: Visited) -> dict[str, Any] | None:
        """Give the columns that depend on earlier articles; None where nothing has changed since the last visit.

        Kept from then on, once committed.
        """
        face, key = visited.face, bytes.fromhex(visited.article_id)
        before = self._marks.version_before(key, visited.fetched_at)
        change = find_change(_face(before), face) if before else None
        if before and change is None:
            return None
        version, first_at = (before.version + 1, before.first_at) if before else (1, visited.fetched_at)
        known = KnownVersion(version, first_at, visited.record, b"".join(face.digests), face.fingerprint.pack())
        self._marks.keep_version(key, visited.fetched_at, known)
        arrival = Arrival(visited.article_id, visited.site, visited.fetched_at, face.fingerprint)
        ((_, mark),) = mark_all([arrival], _Known(self._marks))
        return {
            "version": version,
            "first_seen_at": first_at,
            "changed": list(change.fields) if change else [],
            "text_similarity": change.similarity if change else None,
            "replaces": before.record if before else None,
            "superseded_by": self._marks.record_after(key, visited.fetched_at) if visited.is_late else None,
            "cluster_id": mark.cluster_id,
            "duplicate": mark.duplicate,
            "similarity": mark.similarity,
            "also_like": list(mark.also),
        }

    def commit(self) -> None:
        """Keep what was marked."""
        self._marks.commit()

    def rollback(self) -> None:
        """Forget what was marked since the last commit."""
        self._marks.rollback()

    def close(self) -> None:
        """Close the file."""
        self._marks.close()


class _Known:
    """What is known, in the words of clean.clusters."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks

    def mark_of(self, article_id: str) -> Mark | None:
        return _mark(self._marks.mark_of(bytes.fromhex(article_id)))

    def mark_of_text(self, exact: bytes) -> Mark | None:
        article = self._marks.article_of_text(exact)
        return None if article is None else _mark(self._marks.mark_of(article))

    def founders(self, bands: Sequence[int]) -> list[Founder]:
        found = self._marks.founders(bands, NEWEST)
        return [Founder(cluster.hex(), site, Fingerprint.unpack(packed)) for cluster, site, packed in found]

    def keep(self, arrival: Arrival, mark: Mark, bands: Sequence[int]) -> None:
        article, cluster = bytes.fromhex(arrival.article_id), bytes.fromhex(mark.cluster_id)
        known = KnownMark(cluster, mark.duplicate, mark.similarity, tuple(map(bytes.fromhex, mark.also)))
        self._marks.keep_mark(article, known, arrival.fingerprint.exact)
        if bands:
            self._marks.keep_founder(cluster, arrival.site, arrival.fingerprint.pack(), bands)


def _mark(known: KnownMark | None) -> Mark | None:
    if known is None:
        return None
    return Mark(known.cluster.hex(), known.duplicate, known.similarity, tuple(each.hex() for each in known.also))  # type: ignore[arg-type]


def _face(version: KnownVersion) -> Face:
    digests = tuple(version.digests[at * _DIGEST_BYTES : (at + 1) * _DIGEST_BYTES] for at in range(len(FIELDS)))
    return Face(digests, Fingerprint.unpack(version.fingerprint))


def mark_agency(site: str, article: Article) -> dict[str, str | None]:
    """Give the columns that tell of an agency; they depend on no other article.

    Args:
        site: Host of the publisher.
        article: Cleaned.
    """
    found = find_agency(Claims(site, article.dateline, article.byline, article.authors, article.text or ""))
    code, place = found or (None, None)
    return {"agency": code, "agency_source": place}
