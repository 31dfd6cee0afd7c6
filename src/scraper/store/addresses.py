"""Addresses: the frontier on disk, every address that was ever found, and what is remembered of it.

A module of its own, because a site may have a million of them: what is asked most (is it known, what is next on this
host) takes one look into one index.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scraper.page import Archived, Evidence, Found, Page, Target
from scraper.store.database import digest_key, told
from scraper.url import Url, host_of, url_key

_NEVER = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LISTING_RANKS = {"feed": 0, "sitemap": 1, "front_page": 2}
"""Listings before articles; feeds first, for what they say of an address is the best evidence of it."""
_FRESH, _CHILD, _SEEN, _BACKLOG = 3, 4, 5, 6
"""News, then sitemaps that an index names, then second looks at articles, then those that only a sitemap of everything
names: of the two kinds from sitemaps a site may have years."""
_RANKS = range(7)
_REOPEN_AFTER_US = 600_000_000
"""Two lists that name each other as changed would keep a run going for ever."""

_SURROGATE = re.compile("[\ud800-\udfff]")

_INSERT = """
INSERT INTO urls (key, url, lane, kind, rank, source, title, published, found_at, due_at, depth)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING"""
_PROMOTE = """
UPDATE urls SET rank = ?5, source = ?6, title = ?7, published = ?8
WHERE key = ?1 AND kind = 'article' AND rank > ?5 AND visited_at IS NULL"""
_RESEED = """
UPDATE urls SET url = ?2, lane = ?3, kind = ?4, rank = ?5, source = ?6, due_at = coalesce(due_at, ?10)
WHERE key = ?1 AND ((url, kind, source) IS NOT (?2, ?4, ?6) OR due_at IS NULL)"""
_REOPEN = """
UPDATE urls SET due_at = min(coalesce(due_at, ?1), ?1)
WHERE key = ?2 AND kind <> 'article' AND visited_at < ?3"""
_RETIRE = """
UPDATE urls SET due_at = NULL WHERE due_at IS NOT NULL AND kind <> 'article'
    AND lane IN (SELECT id FROM lanes WHERE site = ?) AND source IN (SELECT id FROM sources WHERE kind = 'seed')
    AND key NOT IN (SELECT value FROM temp.kept)"""
_VISIT = """
UPDATE urls SET visited_at = :visited_at, due_at = :due_at, status = :status, reason = :reason, final_url = :final_url,
    lane = :lane, poll_s = :poll_s, moved_to = :moved_to, archived = coalesce(:archived, archived),
    visits = visits + :usable, tries = CASE WHEN :usable THEN 0 ELSE tries + :failed END,
    rank = CASE WHEN kind = 'article' AND :usable THEN :seen ELSE rank END,
    etag = CASE WHEN :unchanged THEN coalesce(:etag, etag) WHEN :usable THEN :etag ELSE etag END,
    last_modified = CASE WHEN :unchanged THEN coalesce(:last_modified, last_modified)
        WHEN :usable THEN :last_modified ELSE last_modified END
WHERE key = :key"""
_TAKE = """
SELECT due_at, urls.id, url, urls.kind, sources.source, sources.kind, title, published, tries, etag, last_modified,
    visits, poll_s, moved_to, depth, archived
FROM urls JOIN sources ON sources.id = urls.source
WHERE lane = ? AND rank = ? AND due_at <= ? ORDER BY due_at, urls.id DESC LIMIT ?"""
_FIRST_DUE = """coalesce((SELECT due_at FROM urls WHERE lane = lanes.id AND rank = {} AND due_at <= ?1
    ORDER BY due_at LIMIT 1), {})"""
_HOSTS = f"SELECT host, site, min({', '.join(_FIRST_DUE.format(rank, _NEVER) for rank in _RANKS)}) FROM lanes"  # noqa: S608
_PENDING = "SELECT coalesce(sum(waiting), 0) FROM lanes WHERE site = ?"


class Addresses:
    """The addresses of a state file.

    Args:
        path: The file, for messages.
        db: Its connection.
        begin: Begins a transaction if there is none; called before each write. The owner of the file commits.
    """

    def __init__(self, path: Path, db: sqlite3.Connection, begin: Callable[[], None]) -> None:
        self.path, self._db, self._begin = path, db, begin
        self._lanes = {(host, site): lane for lane, host, site in db.execute("SELECT id, host, site FROM lanes")}
        self._sources = {(source, kind): number for number, source, kind in db.execute("SELECT * FROM sources")}
        self._sites: dict[str, list[tuple[str, int]]] = {}
        for (host, site), lane in self._lanes.items():
            self._sites.setdefault(host, []).append((site, lane))

    @told
    def enqueue(self, found: Iterable[Found], now: datetime) -> int:
        """Add unknown addresses, due now; make known listings due that are said to have changed since their last visit.

        A seed of the config overrides what an address was taken for when it was found elsewhere. What a sitemap named
        first and a feed names now is news, with the feed's title and date.

        Returns:
            How many were new.
        """
        at = _us(now)
        seeds: list[tuple[Any, ...]] = []
        news: list[tuple[Any, ...]] = []
        changed: list[tuple[Any, ...]] = []

        def rows() -> Iterator[tuple[Any, ...]]:
            for each in found:
                row = self._row(each.target, at)
                if row[4] == _FRESH:
                    news.append(row[:8])
                elif row[4] != _BACKLOG:
                    if each.target.evidence.kind == "seed":
                        seeds.append(row[:10])
                    if each.changed_at is not None:
                        changed.append((at, row[0], min(_us(each.changed_at), at - _REOPEN_AFTER_US)))
                yield row

        self._begin()
        new = self._db.executemany(_INSERT, rows()).rowcount
        if new < len(news):
            self._db.executemany(_PROMOTE, news)
        self._db.executemany(_RESEED, seeds)
        self._db.executemany(_REOPEN, changed)
        return max(new, 0)

    @told
    def retire(self, site: str, kept: Iterable[Url]) -> None:
        """Ask no more for listings that the config of a site named once and does not name now.

        Args:
            site: Its host.
            kept: What it names now.
        """
        self._begin()
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS kept (value BLOB)")
        self._db.execute("DELETE FROM temp.kept")
        self._db.executemany("INSERT INTO temp.kept VALUES (?)", ((_digest(url),) for url in kept))
        self._db.execute(_RETIRE, (site,))

    @told
    def pending(self, site: str) -> int:
        """Count the addresses of a site that are to be asked, now or later."""
        (count,) = self._db.execute(_PENDING, (site,)).fetchone()
        return int(count)

    @told
    def hosts(self, until: datetime, sites: Collection[str]) -> dict[str, datetime]:
        """Give the hosts of these sites with an address due at `until` or before, and the earliest due time of each."""
        earliest: dict[str, int] = {}
        for host, site, due_at in self._db.execute(_HOSTS, (_us(until),)):
            if due_at < _NEVER and site in sites:
                earliest[host] = min(due_at, earliest.get(host, due_at))
        return {host: _time(due_at) for host, due_at in earliest.items()}

    @told
    def take(self, host: str, now: datetime, limit: int, sites: Collection[str]) -> list[Target]:
        """Give the next due addresses of a host: by rank, then the earliest due, then the newest found."""
        taken: list[Target] = []
        here = [(site, lane) for site, lane in self._sites.get(host, ()) if site in sites]
        for rank in _RANKS:
            if len(taken) >= limit:
                break
            rows: list[tuple[str, Any]] = []
            for site, lane in here:
                due = self._db.execute(_TAKE, (lane, rank, _us(now), limit - len(taken)))
                rows += ((site, row) for row in due)
            if len(here) > 1:
                rows.sort(key=lambda pair: (pair[1][0], -pair[1][1]))
            taken += [_target(site, row) for site, row in rows[: limit - len(taken)]]
        return taken

    @told
    def record_visit(
        self, page: Page, due_at: datetime | None, poll_s: float | None = None, archived: Archived | None = None
    ) -> None:
        """Record what a visit gave: status, reason, tries, validators, where it moved to, and when to come again.

        Args:
            page: What came back.
            due_at: Ask again then; None: not again.
            poll_s: Of a listing, the seconds between two visits.
            archived: Where its payload is, if it has a new one.
        """
        target, at = page.target, _us(page.fetched_at)
        answer = page.exchanges[-1] if page.exchanges else None
        self._begin()
        row = self._row(target, at)
        self._db.execute(_INSERT, row)
        moved_to = self._moved(page, row[0])
        values = {
            "key": row[0],
            "visited_at": at,
            "due_at": None if due_at is None else _us(due_at),
            "status": page.status,
            "reason": page.skip.reason if page.skip else None,
            "final_url": page.final_url if page.final_url != target.url else None,
            "lane": self._lane(host_of(moved_to), target.site) if moved_to else row[2],
            "poll_s": poll_s,
            "moved_to": moved_to,
            "archived": _archived_text(archived),
            "usable": page.skip is None,
            "seen": _SEEN,
            "failed": page.skip is not None and page.asked,
            "unchanged": page.skip is None and page.unchanged,
            "etag": _clean(answer.header("etag")) if answer and not page.owes_pages else None,
            "last_modified": _clean(answer.header("last-modified")) if answer and not page.owes_pages else None,
        }
        self._db.execute(_VISIT, values)

    def _moved(self, page: Page, key: bytes) -> Url | None:
        """Choose what is asked in place of an address from now on; None for the address itself.

        An address that is known under its own name keeps that: where a site sends many of its pages to one for a
        while, calling it permanent, they must not all be taken for that one.
        """
        target = page.target
        if page.skip is not None:
            return target.moved_to if page.skip.retryable else None
        moved_to = page.moved_to or target.moved_to
        if moved_to in (None, target.url, target.moved_to):
            return moved_to if moved_to != target.url else None
        other = _digest(moved_to)
        alias = (other, moved_to, *self._row(target, _us(page.fetched_at))[2:9], None, 0)
        if other == key or self._db.execute(_INSERT, alias).rowcount > 0:
            return moved_to
        return target.moved_to

    def _row(self, target: Target, at: int) -> tuple[Any, ...]:
        url, evidence = target.url, target.evidence
        source = self._source(evidence.source, evidence.kind)
        lane = self._lane(host_of(url), target.site)
        if target.kind == "article":
            rank = _BACKLOG if evidence.kind == "sitemap" else _FRESH
        else:
            rank = _CHILD if target.depth else _LISTING_RANKS[target.kind]
        said = _clean(evidence.title), _clean(evidence.published)
        return _digest(url), url, lane, target.kind, rank, source, *said, at, at, target.depth

    def _lane(self, host: str, site: str) -> int:
        if (lane := self._lanes.get((host, site))) is None:
            lane = self._db.execute("INSERT INTO lanes (host, site) VALUES (?, ?)", (host, site)).lastrowid or 0
            self._lanes[host, site] = lane
            self._sites.setdefault(host, []).append((site, lane))
        return lane

    def _source(self, source: str, kind: str) -> int:
        if (known := self._sources.get((source, kind))) is None:
            row = (_clean(source), kind)
            if (known := self._sources.get((str(row[0]), kind))) is None:
                known = self._db.execute("INSERT INTO sources (source, kind) VALUES (?, ?)", row).lastrowid or 0
                self._sources[str(row[0]), kind] = known
        return known


def _target(site: str, row: Any) -> Target:
    url, kind, source, source_kind, title, published = row[2:8]
    tries, etag, last_modified, visits, poll_s, moved_to, depth, archived = row[8:]
    evidence, where = Evidence(source, source_kind, title, published), _archived(archived)
    return Target(Url(url), site, kind, evidence, tries, etag, last_modified, visits, poll_s, moved_to, where, depth)


def _archived_text(archived: Archived | None) -> str | None:
    return f"{archived.record_id} {archived.date} {archived.digest} {archived.url}" if archived else None


def _archived(text: str | None) -> Archived | None:
    if text is None:
        return None
    record_id, date, digest, url = text.split(" ", 3)
    return Archived(record_id, date, Url(url), digest)


def _digest(url: Url) -> bytes:
    return digest_key(url_key(url))


def _clean(text: str | None) -> str | None:
    """Replace lone surrogates, which SQLite cannot take."""
    return text if text is None or text.isascii() else _SURROGATE.sub("\ufffd", text)


def _us(when: datetime) -> int:
    return (when - _EPOCH) // _MICROSECOND


def _time(us: int) -> datetime:
    return _EPOCH + us * _MICROSECOND
