"""State: the frontier and all else that is remembered between two visits and two runs, in one SQLite file.

A module of its own, because this is the one place that decides what is durable: writes gather in a transaction that the
journal commits after the archive is on disk. Times are whole microseconds since 1970, UTC. One writer, one thread.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from scraper.page import Evidence, Found, HostPace, Page, RobotsFile, Target
from scraper.store.database import open_database, told
from scraper.url import Url, host_of, url_key

_NEVER = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_RANKS = {"feed": 0, "sitemap": 1, "front_page": 2, "article": 3}
"""Listings before articles; feeds first, for what they say of an address is the best evidence of it."""

_SURROGATE = re.compile("[\ud800-\udfff]")

_INSERT = """
INSERT INTO urls (key, url, host, site, kind, rank, source, source_kind, title, published, found_at, due_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING"""
_RESEED = """
UPDATE urls SET url = ?2, host = ?3, site = ?4, kind = ?5, rank = ?6, source = ?7, source_kind = ?8
WHERE key = ?1 AND (url, site, kind, source_kind) IS NOT (?2, ?4, ?5, ?8)"""
_REOPEN = """
UPDATE urls SET due_at = min(coalesce(due_at, ?1), ?1)
WHERE key = ?2 AND kind <> 'article' AND visited_at < ?3"""
_VISIT = """
UPDATE urls SET visited_at = :visited_at, due_at = :due_at, status = :status, reason = :reason, final_url = :final_url,
    tries = CASE WHEN :usable THEN 0 ELSE tries + :failed END,
    etag = CASE WHEN :unchanged THEN coalesce(:etag, etag) WHEN :usable THEN :etag ELSE etag END,
    last_modified = CASE WHEN :unchanged THEN coalesce(:last_modified, last_modified)
        WHEN :usable THEN :last_modified ELSE last_modified END
WHERE key = :key"""
_TAKE = """
SELECT due_at, id, url, site, kind, source, source_kind, title, published, tries, etag, last_modified
FROM urls WHERE host = ? AND site = ? AND rank = ? AND due_at <= ? ORDER BY due_at, id DESC LIMIT ?"""
_FIRST_DUE = """coalesce((SELECT due_at FROM urls WHERE urls.host = hosts.host AND urls.site = hosts.site AND rank = {}
    AND due_at <= ?1 ORDER BY due_at LIMIT 1), {})"""
_HOSTS = f"SELECT host, site, min({', '.join(_FIRST_DUE.format(rank, _NEVER) for rank in _RANKS.values())}) FROM hosts"  # noqa: S608

SegmentStatus = Literal["open", "closed", "extracted"]


@dataclass(frozen=True, slots=True)
class Segment:
    """What the state knows of a segment.

    Args:
        name: File name without suffix.
        run: Id of the run that wrote it.
        date: UTC date of all its visits.
        status: "open", "closed" (to be extracted) or "extracted".
        committed_bytes: Length up to which its visits are recorded here.
        visits: Visits in it, robots files included.
        outcomes: How many of them the extraction accounted for, None before it.
    """

    name: str
    run: str
    date: date
    status: SegmentStatus
    committed_bytes: int
    visits: int
    outcomes: int | None = None


class State:
    """The state file. It is made where there is none.

    Args:
        path: data/state.sqlite.

    Raises:
        StoreError: It is damaged, of a newer version, no state file, locked, or can't be written.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._sites = path, dict[str, set[str]]()
        self._db = open_database(path)
        try:
            self._load_hosts()
        except BaseException:
            self._db.close()
            raise

    @told
    def _load_hosts(self) -> None:
        for host, site in self._db.execute("SELECT host, site FROM hosts"):
            self._sites.setdefault(host, set()).add(site)

    @told
    def commit(self) -> None:
        """Make all that was written since the last commit survive a kill."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    @told
    def checkpoint(self) -> None:
        """Make all that was committed survive a power cut: WAL mode syncs its log only here."""
        self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    @told
    def close(self) -> None:
        """Close; what was not committed is forgotten."""
        self._db.close()

    @told
    def enqueue(self, found: Iterable[Found], now: datetime) -> int:
        """Add unknown addresses, due now; make known listings due that are said to have changed since their last visit.

        A seed of the config overrides what an address was taken for when it was found elsewhere.

        Returns:
            How many were new.
        """
        at, seeds, changed = _us(now), list[tuple[Any, ...]](), list[tuple[Any, ...]]()

        def rows() -> Iterator[tuple[Any, ...]]:
            for each in found:
                target, evidence = each.target, each.target.evidence
                row = _row(target, at)
                self._remember(row[2], row[3])
                if target.kind != "article" and evidence.kind == "seed":
                    seeds.append(row[:8])
                if target.kind != "article" and each.changed_at is not None:
                    changed.append((at, row[0], _us(each.changed_at)))
                yield row

        self._begin()
        new = self._db.executemany(_INSERT, rows()).rowcount
        self._db.executemany(_RESEED, seeds)
        self._db.executemany(_REOPEN, changed)
        return max(new, 0)

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
        """Give the next due addresses of a host: listings before articles, earliest due first, then newest found."""
        taken: list[Target] = []
        here = [site for site in self._sites.get(host, ()) if site in sites]
        for rank in _RANKS.values():
            if len(taken) >= limit:
                break
            rows: list[Any] = []
            for site in here:
                rows += self._db.execute(_TAKE, (host, site, rank, _us(now), limit - len(taken)))
            if len(here) > 1:
                rows.sort(key=lambda row: (row[0], -row[1]))
            taken += [
                Target(Url(row[2]), row[3], row[4], Evidence(*row[5:9]), *row[9:]) for row in rows[: limit - len(taken)]
            ]
        return taken

    @told
    def record_visit(self, page: Page, due_at: datetime | None) -> None:
        """Record what a visit gave: status, reason, tries, validators, redirect target, and when to come again."""
        row = _row(page.target, _us(page.fetched_at))
        answer = page.exchanges[-1] if page.exchanges else None
        self._begin()
        self._remember(row[2], row[3])
        self._db.execute(_INSERT, row)
        values = {
            "key": row[0],
            "visited_at": _us(page.fetched_at),
            "due_at": None if due_at is None else _us(due_at),
            "status": page.status,
            "reason": page.skip.reason if page.skip else None,
            "final_url": page.final_url if page.final_url != page.target.url else None,
            "usable": page.skip is None,
            "failed": page.skip is not None and page.skip.retryable,
            "unchanged": page.skip is None and page.unchanged,
            "etag": _clean(answer.header("etag")) if answer else None,
            "last_modified": _clean(answer.header("last-modified")) if answer else None,
        }
        self._db.execute(_VISIT, values)

    @told
    def robots(self, origin: str) -> RobotsFile | None:
        """Give what an origin's robots.txt last answered."""
        row = self._db.execute("SELECT * FROM robots WHERE origin = ?", (origin,)).fetchone()
        if row is None:
            return None
        status, body, fetched_at, expires_at, failing_since = row[1:]
        failing = None if failing_since is None else _time(failing_since)
        return RobotsFile(origin, status, body, _time(fetched_at), _time(expires_at), failing)

    @told
    def save_robots(self, file: RobotsFile) -> None:
        """Remember what an origin's robots.txt answered."""
        failing = None if file.failing_since is None else _us(file.failing_since)
        row = (file.origin, file.status, file.body, _us(file.fetched_at), _us(file.expires_at), failing)
        self._begin()
        self._db.execute("REPLACE INTO robots VALUES (?, ?, ?, ?, ?, ?)", row)

    @told
    def pace(self, host: str) -> HostPace | None:
        """Give what is remembered of a host's pace."""
        row = self._db.execute("SELECT * FROM pace WHERE host = ?", (host,)).fetchone()
        if row is None:
            return None
        return HostPace(host, _time(row[1]), row[2], None if row[3] is None else _time(row[3]))

    @told
    def save_pace(self, pace: HostPace) -> None:
        """Remember a host's pace."""
        slowed = None if pace.slowed_at is None else _us(pace.slowed_at)
        self._begin()
        row = (pace.host, _us(pace.ready_at), pace.backoff_s, slowed)
        self._db.execute("REPLACE INTO pace VALUES (?, ?, ?, ?)", row)

    @told
    def start_run(self, run: str, now: datetime) -> None:
        """Note that a run has started; a second start of the same run changes nothing."""
        self._begin()
        self._db.execute("INSERT OR IGNORE INTO runs VALUES (?, ?, NULL)", (run, _us(now)))

    @told
    def end_run(self, run: str, now: datetime) -> None:
        """Note that a run has ended in order."""
        self._begin()
        self._db.execute("UPDATE runs SET ended_at = ? WHERE id = ?", (_us(now), run))

    @told
    def runs(self) -> set[str]:
        """Give the ids of all runs."""
        return {run for (run,) in self._db.execute("SELECT id FROM runs")}

    @told
    def segments(self, status: SegmentStatus | None = None) -> list[Segment]:
        """Give the segments, in the order of their names."""
        rows = self._db.execute("SELECT * FROM segments WHERE status = coalesce(?, status) ORDER BY name", (status,))
        return [
            Segment(name, run, date.fromisoformat(day), status, size, visits, outcomes)
            for name, run, day, status, size, visits, outcomes in rows
        ]

    @told
    def save_segment(self, segment: Segment) -> None:
        """Record where a segment stands."""
        self._begin()
        row = asdict(segment) | {"date": segment.date.isoformat()}
        self._db.execute(
            "REPLACE INTO segments VALUES (:name, :run, :date, :status, :committed_bytes, :visits, :outcomes)", row
        )

    def _begin(self) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")

    def _remember(self, host: str, site: str) -> None:
        known = self._sites.setdefault(host, set())
        if site not in known:
            self._db.execute("INSERT OR IGNORE INTO hosts VALUES (?, ?)", (host, site))
            known.add(site)


def _row(target: Target, at: int) -> tuple[Any, ...]:
    url, evidence = target.url, target.evidence
    said = (_clean(evidence.source), evidence.kind, _clean(evidence.title), _clean(evidence.published))
    return (url_key(url), url, host_of(url), target.site, target.kind, _RANKS[target.kind], *said, at, at)


def _clean(text: str | None) -> str | None:
    """Replace lone surrogates, which SQLite cannot take."""
    return _SURROGATE.sub("\ufffd", text) if text else text


def _us(when: datetime) -> int:
    return (when - _EPOCH) // _MICROSECOND


def _time(us: int) -> datetime:
    return _EPOCH + us * _MICROSECOND
