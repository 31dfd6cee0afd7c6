"""Versions: what changed in an article between two visits, as its reader sees it.

A module of its own, because what counts as a change decides how many rows a corpus has. What a page prints beside the
article does not count, nor do white space and the spelling of characters (NFC); each comma of the text does.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import UTC

from scraper.article import Article
from scraper.clean.fingerprint import Fingerprint, fingerprint
from scraper.clean.likeness import compare

FIELDS = ("text", "headline", "authors", "published_at")
"""What makes a new version, in the order in which it is told."""


@dataclass(frozen=True, slots=True)
class Face:
    """So much of an article as its versions are told apart by.

    Args:
        digests: Of each of FIELDS, the first eight bytes of the SHA-256 of its folded value.
        fingerprint: Of the text.
    """

    digests: tuple[bytes, ...]
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Change:
    """What changed since the version before.

    Args:
        fields: Those of FIELDS that differ, in that order.
        similarity: Estimated Jaccard similarity of the texts' word triples, 1 where the text did not change or only
            its punctuation; 0 also where one of them is too short to tell.
    """

    fields: tuple[str, ...]
    similarity: float


def face_of(article: Article) -> Face:
    """Make the face of a cleaned article."""
    published = article.published_at.astimezone(UTC).isoformat() if article.published_at else ""
    values = (article.text or "", article.headline or "", "\n".join(article.authors), published)
    return Face(tuple(map(_digest, values)), fingerprint(article.text or ""))


def find_change(before: Face, after: Face) -> Change | None:
    """Tell what changed; None where it is the same version."""
    differs = zip(FIELDS, before.digests, after.digests, strict=True)
    fields = tuple(name for name, old, new in differs if old != new)
    if not fields:
        return None
    (likeness,) = compare(after.fingerprint, [before.fingerprint])
    return Change(fields, likeness.similarity if "text" in fields else 1.0)


def _digest(value: str) -> bytes:
    return hashlib.sha256(" ".join(unicodedata.normalize("NFC", value).split()).encode("utf-8", "replace")).digest()[:8]
