"""A ledger in memory, as small as its Protocol allows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from scraper.page import Found, HostPace, Page, RobotsFile, Target
from scraper.url import UrlKey, host_of, url_key

_ORDER = ("feed", "sitemap", "front_page", "article")


@dataclass
class Row:
    target: Target
    number: int
    due_at: datetime | None
    visited_at: datetime | None = None


class MemoryLedger:
    def __init__(self) -> None:
        self.rows: dict[UrlKey, Row] = {}
        self.pages: list[Page] = []
        self.due: list[datetime | None] = []
        self.paces: dict[str, HostPace] = {}
        self.files: dict[str, RobotsFile] = {}

    def enqueue(self, found: Iterable[Found], now: datetime) -> int:
        new = 0
        for each in found:
            row = self.rows.get(url_key(each.target.url))
            if row is None:
                self.rows[url_key(each.target.url)] = Row(each.target, len(self.rows), now)
                new += 1
            elif each.target.kind != "article" and each.changed_at and each.changed_at > (row.visited_at or now):
                row.due_at = now
        return new

    def hosts(self, until: datetime, sites: Collection[str]) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for row in self.rows.values():
            if row.due_at is not None and row.due_at < until and row.target.site in sites:
                host = host_of(row.target.url)
                found[host] = min(row.due_at, found.get(host, row.due_at))
        return found

    def take(self, host: str, now: datetime, limit: int, sites: Collection[str]) -> list[Target]:
        due = [
            row
            for row in self.rows.values()
            if row.due_at is not None
            and row.due_at <= now
            and host_of(row.target.url) == host
            and row.target.site in sites
        ]
        due.sort(key=lambda row: (_ORDER.index(row.target.kind) == 3, row.due_at, -row.number))
        return [row.target for row in due[:limit]]

    def robots(self, origin: str) -> RobotsFile | None:
        return self.files.get(origin)

    def save_robots(self, file: RobotsFile) -> None:
        self.files[file.origin] = file

    def pace(self, host: str) -> HostPace | None:
        return self.paces.get(host)

    def save_pace(self, pace: HostPace) -> None:
        self.paces[pace.host] = pace

    def save(self, page: Page, due_at: datetime | None, found: Iterable[Found] = ()) -> int:
        self.pages.append(page)
        self.due.append(due_at)
        if page.target.kind != "robots":
            row = self.rows[url_key(page.target.url)]
            row.due_at, row.visited_at = due_at, page.fetched_at
            if page.skip:
                row.target = replace(row.target, tries=row.target.tries + 1)
            elif not page.unchanged:
                answer = page.exchanges[-1]
                row.target = replace(
                    row.target, tries=0, etag=answer.header("etag"), last_modified=answer.header("last-modified")
                )
        return self.enqueue(found, page.fetched_at)

    def outcomes(self) -> dict[str, str]:
        """Address to the reason, or the status, of its last visit."""
        return {page.target.url: page.skip.reason if page.skip else str(page.status) for page in self.pages}
