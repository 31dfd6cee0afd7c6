"""Backlog: how much waits in the state: addresses by host, and segments.

A module beside the state, because who looks at it must not hold a run up, nor read a million addresses: what is counted
here are counters, and of each host a hundred entries of one index.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scraper.errors import StoreError
from scraper.store.database import USER_VERSION, open_to_read, told

MOST_DUE = 100
"""So many due addresses of a host and rank are counted: they lie together on the disk."""
_RANKS = range(7)
_NEVER = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DUE = """(SELECT count(*) FROM (SELECT 1 FROM urls INDEXED BY urls_due
    WHERE lane = lanes.id AND rank = {} AND due_at <= :now LIMIT :most))"""
_NEXT = """coalesce((SELECT due_at FROM urls INDEXED BY urls_due
    WHERE lane = lanes.id AND rank = {} AND due_at IS NOT NULL ORDER BY due_at LIMIT 1), {})"""
_LANES = f"""
SELECT lanes.host, site, waiting, {", ".join(_DUE.format(rank) for rank in _RANKS)},
    min({", ".join(_NEXT.format(rank, _NEVER) for rank in _RANKS)}), pace.ready_at
FROM lanes LEFT JOIN pace ON pace.host = lanes.host WHERE waiting > 0"""  # noqa: S608
_SEGMENTS = "SELECT status, count(*) FROM segments GROUP BY status"


@dataclass(frozen=True, slots=True)
class HostBacklog:
    """What waits on one host for one site.

    Args:
        host: Whose turns it takes.
        site: Whose addresses they are.
        waiting: Addresses that are to be asked, now or later.
        due: How many of them now, at least.
        due_is_least: Whether more may be due than were counted.
        next_at: When the first of them is due; aware, UTC.
        rests_until: When the host may be asked again, where that is later than now.
    """

    host: str
    site: str
    waiting: int
    due: int
    due_is_least: bool
    next_at: datetime
    rests_until: datetime | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits.

    Args:
        hosts: Those with addresses that wait.
        segments: Status ("open", "closed", "extracted") -> how many.
    """

    hosts: tuple[HostBacklog, ...]
    segments: dict[str, int]


def read_backlog(path: Path, now: datetime) -> Backlog | None:
    """Read what waits; a run may go on meanwhile.

    Args:
        path: data/state.sqlite.
        now: Aware, UTC.

    Returns:
        None where there is no state.

    Raises:
        StoreError: It is damaged, or of another version.
    """
    return _Reader(path).read(now) if path.exists() else None


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path

    @told
    def read(self, now: datetime) -> Backlog:
        with closing(open_to_read(self.path)) as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version < USER_VERSION:
                raise StoreError(f"{self.path}: is of an earlier version; the next run brings it up to date")
            values = {"now": (now - _EPOCH) // timedelta(microseconds=1), "most": MOST_DUE}
            hosts = [_host(row, values["now"]) for row in db.execute(_LANES, values)]
            return Backlog(tuple(hosts), dict(db.execute(_SEGMENTS)))


def _host(row: tuple[object, ...], now: int) -> HostBacklog:
    host, site, waiting, *due, next_at, ready_at = row
    counts = [int(str(count)) for count in due]
    rests_until = _time(ready_at) if isinstance(ready_at, int) and ready_at > now else None
    return HostBacklog(
        str(host), str(site), int(str(waiting)), sum(counts), MOST_DUE in counts, _time(next_at), rests_until
    )


def _time(us: object) -> datetime:
    return _EPOCH + timedelta(microseconds=int(str(us)))
