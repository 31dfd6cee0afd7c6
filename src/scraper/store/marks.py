"""Marks: what is known of articles when the next row is written, in a SQLite file of its own: versions and copies.

A module of its own, because a row can only be written once it is compared with those before it, and a segment that is
extracted again must be told the same: what is kept is keyed by article and time of the visit. It is an index and no
more: where it is lost, extracting the archive again in order makes it anew. Ids and fingerprints are bytes here.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scraper.errors import StoreError
from scraper.store.database import open_index, open_to_read, told

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ID_DIGITS = 32
_SCHEMA = """
CREATE TABLE algorithm (name TEXT NOT NULL) STRICT;
CREATE TABLE versions (
    article BLOB NOT NULL, fetched_at INTEGER NOT NULL, version INTEGER NOT NULL, first_at INTEGER NOT NULL,
    record TEXT NOT NULL, digests BLOB NOT NULL, fingerprint BLOB NOT NULL, PRIMARY KEY (article, fetched_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE marks (
    article BLOB PRIMARY KEY, cluster BLOB NOT NULL, duplicate TEXT NOT NULL, similarity REAL NOT NULL,
    also BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE texts (exact BLOB PRIMARY KEY, article BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE founders (
    number INTEGER PRIMARY KEY, cluster BLOB NOT NULL, site TEXT NOT NULL, fingerprint BLOB NOT NULL,
    UNIQUE (cluster, fingerprint)
) STRICT;
CREATE TABLE bands (band INTEGER NOT NULL, founder INTEGER NOT NULL, PRIMARY KEY (band, founder)) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """One version of an article.

    Args:
        version: 1 for the first.
        first_at: When the article was first fetched.
        record: WARC-Record-ID of the answer it was made of.
        digests: Of what makes a version, joined.
        fingerprint: Of its text.
    """

    version: int
    first_at: datetime
    record: str
    digests: bytes
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class KnownMark:
    """To which cluster of copies an article belongs."""

    cluster: bytes
    duplicate: str
    similarity: float
    also: tuple[bytes, ...]


class Marks:
    """The marks file. It is made where there is none.

    Args:
        path: data/marks.sqlite.
        algorithm: Name of the fingerprints; those of another cannot be compared.

    Raises:
        StoreError: It is damaged, holds fingerprints of another algorithm, or can't be written.
    """

    def __init__(self, path: Path, algorithm: str) -> None:
        self.path = path
        self._db = open_index(path, _SCHEMA)
        try:
            self._check(algorithm)
        except BaseException:
            self._db.close()
            raise

    @told
    def _check(self, algorithm: str) -> None:
        known = self._db.execute("SELECT name FROM algorithm").fetchone()
        if known is None:
            self._db.execute("INSERT INTO algorithm VALUES (?)", (algorithm,))
        elif known != (algorithm,):
            raise StoreError(
                f"{self.path}: holds fingerprints of another version of the program ({known[0]}); remove it, and its"
                " articles count as new from then on"
            )

    @told
    def commit(self) -> None:
        """Make all that was kept since the last commit survive a kill."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    @told
    def rollback(self) -> None:
        """Forget what was kept since the last commit."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    @told
    def close(self) -> None:
        """Close; what was not committed is forgotten."""
        self._db.close()

    @told
    def version_before(self, article: bytes, fetched_at: datetime) -> KnownVersion | None:
        """Give the last version of an article that was fetched before a time."""
        row = self._db.execute(
            "SELECT version, first_at, record, digests, fingerprint FROM versions"
            " WHERE article = ? AND fetched_at < ? ORDER BY fetched_at DESC LIMIT 1",
            (article, _us(fetched_at)),
        ).fetchone()
        return KnownVersion(row[0], _EPOCH + row[1] * _MICROSECOND, *row[2:]) if row else None

    @told
    def record_after(self, article: bytes, fetched_at: datetime) -> str | None:
        """Give the record of the next version of an article that was fetched after a time."""
        row = self._db.execute(
            "SELECT record FROM versions WHERE article = ? AND fetched_at > ? ORDER BY fetched_at LIMIT 1",
            (article, _us(fetched_at)),
        ).fetchone()
        return row[0] if row else None

    @told
    def keep_version(self, article: bytes, fetched_at: datetime, version: KnownVersion) -> None:
        """Keep a version of an article under the time of its visit."""
        self._begin()
        values = (version.version, _us(version.first_at), version.record, version.digests, version.fingerprint)
        row = (article, _us(fetched_at), *values)
        self._db.execute("REPLACE INTO versions VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    @told
    def mark_of(self, article: bytes) -> KnownMark | None:
        """Give the mark of an article."""
        row = self._db.execute("SELECT * FROM marks WHERE article = ?", (article,)).fetchone()
        if row is None:
            return None
        size = len(article)
        also = tuple(row[4][at : at + size] for at in range(0, len(row[4]), size))
        return KnownMark(row[1], row[2], row[3], also)

    @told
    def article_of_text(self, exact: bytes) -> bytes | None:
        """Give the earliest article that had this text in any version."""
        row = self._db.execute("SELECT article FROM texts WHERE exact = ?", (exact,)).fetchone()
        return None if row is None else bytes(row[0])

    @told
    def founders(self, bands: Sequence[int], newest: int) -> list[tuple[bytes, str, bytes]]:
        """Give cluster, site and fingerprint of the newest founders under each band: each once, oldest first."""
        query = "SELECT founder FROM bands WHERE band = ? ORDER BY founder DESC LIMIT ?"
        numbers = {number for band in bands for (number,) in self._db.execute(query, (band, newest))}
        one = "SELECT cluster, site, fingerprint FROM founders WHERE number = ?"
        return [self._db.execute(one, (number,)).fetchone() for number in sorted(numbers)]

    @told
    def keep_mark(self, article: bytes, mark: KnownMark, exact: bytes) -> None:
        """Keep an article's mark unless it has one, and its text unless an earlier article has it."""
        self._begin()
        row = (article, mark.cluster, mark.duplicate, mark.similarity, b"".join(mark.also))
        self._db.execute("INSERT OR IGNORE INTO marks VALUES (?, ?, ?, ?, ?)", row)
        self._db.execute("INSERT OR IGNORE INTO texts VALUES (?, ?)", (exact, article))

    @told
    def keep_founder(self, cluster: bytes, site: str, fingerprint: bytes, bands: Sequence[int]) -> None:
        """Keep the first article of a cluster under each of its bands."""
        self._begin()
        found = self._db.execute(
            "INSERT OR IGNORE INTO founders (cluster, site, fingerprint) VALUES (?, ?, ?)", (cluster, site, fingerprint)
        )
        if found.rowcount:
            self._db.executemany("INSERT INTO bands VALUES (?, ?)", ((band, found.lastrowid) for band in bands))

    def _begin(self) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")


def _us(when: datetime) -> int:
    return (when - _EPOCH) // _MICROSECOND


def find_articles(path: Path, prefix: str, most: int) -> list[str]:
    """Give the ids of articles that begin with some digits; of a file that is not there none.

    Args:
        path: marks.sqlite; read beside a run.
        prefix: Hexadecimal digits.
        most: How many at most, in their order.

    Raises:
        StoreError: The file is damaged.
    """
    digits = prefix[:_ID_DIGITS]
    if not path.exists() or set(digits) - set("0123456789abcdef"):
        return []
    first, last = (bytes.fromhex(digits.ljust(_ID_DIGITS, digit)) for digit in "0f")
    return [article.hex() for article in _Reader(path).find(first, last, most)]


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path

    @told
    def find(self, first: bytes, last: bytes, most: int) -> list[bytes]:
        query = "SELECT DISTINCT article FROM versions WHERE article BETWEEN ? AND ? LIMIT ?"
        with closing(open_to_read(self.path)) as db:
            return [article for (article,) in db.execute(query, (first, last, most))]
