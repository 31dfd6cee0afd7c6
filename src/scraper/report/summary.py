"""Summary: what a run did, per site, and whether a site failed.

Visits are counted while crawling, outcomes while extracting, so a run that a signal ends in between still tells the
truth of both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scraper.page import Page
from scraper.reading import Reading
from scraper.report.health_alarm import Alarm
from scraper.report.health_lines import tell, to_json
from scraper.report.printable import printable

MOST_SITES = 20
"""Of an archive of others, which may hold pages of ten thousand."""


@dataclass(slots=True)
class SiteSummary:
    """Counts of one site in one run.

    Args:
        visits: Addresses asked, robots.txt and repeated asking included.
        found: Addresses that were new to the frontier.
        missed: Visits that gave nothing.
        trouble: Reason why the last visit failed; None if it came through, or if only that article is not to be had.
        outcomes: Outcome ("article", "unchanged", "deleted", "listing", "skip") -> how many.
        reasons: Reason of a skip -> how many.
        seeds: Address of a listing named in the config -> the reason its last visit failed, None if it came through.
    """

    visits: int = 0
    found: int = 0
    missed: int = 0
    trouble: str | None = None
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    seeds: dict[str, str | None] = field(default_factory=dict)
    articles_asked: int = 0
    articles_unreachable: int = 0

    @property
    def failure(self) -> str | None:
        """Why the site counts as failed: a seed that gave nothing, no article within reach, or a bug of ours."""
        for url, reason in self.seeds.items():
            if reason:
                return f"{url}: {reason}"
        if self.articles_asked and self.articles_asked == self.articles_unreachable:
            return f"none of {self.articles_asked} articles could be reached"
        if crashed := self.reasons["extract_crashed"]:
            return f"{crashed} pages crashed the extractor"
        return None


@dataclass(slots=True)
class Intake:
    """Counts of what was taken in from archives of others.

    Args:
        archives: How many were named.
        known_archives: Those of them of which all that is wanted had been taken in before.
        unread: Those of them that can't be read, with what is wrong.
        reading: What their records were.
        taken: Pages that were taken in.
        known: Pages that had been before.
    """

    archives: int = 0
    known_archives: int = 0
    unread: dict[str, str] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)
    taken: int = 0
    known: int = 0

    def lines(self) -> list[str]:
        """One line per damage and per archive that can't be read, then one for all."""
        if not self.archives:
            return []
        read, faults = self.reading, self.reading.faults
        lines = [f"damaged {fault}" for fault in faults]
        if read.damaged > len(faults):
            lines.append(f"damaged {read.damaged - len(faults):,} more")
        lines += [f"NOT READ {address}: {why}" for address, why in sorted(self.unread.items())]
        told = [
            f"{self.archives} archive{'s' if self.archives > 1 else ''}",
            f"{self.known_archives} known" if self.known_archives else "",
            f"{len(self.unread)} not read" if self.unread else "",
            f"{read.records:,} records",
            f"{self.taken:,} pages taken in",
            f"{self.known:,} pages known",
            *(f"{name} {count:,}" for name, count in read.passed.most_common()),
            f"damaged {read.damaged:,}" if read.damaged else "",
        ]
        return [*lines, ", ".join(filter(None, told))]

    def to_json(self) -> dict[str, object]:
        """All of it."""
        return {
            "archives": self.archives,
            "known_archives": self.known_archives,
            "unread": self.unread,
            "records": self.reading.records,
            "passed": dict(self.reading.passed),
            "damaged": self.reading.damaged,
            "faults": self.reading.faults,
            "taken": self.taken,
            "known": self.known,
        }


@dataclass(slots=True)
class Summary:
    """Counts of a run.

    Args:
        run: Id of the run.
        command: "scrape", "crawl" or "extract".
        started_at: Aware, UTC.
        finished_at: Aware, UTC; None while it goes on.
        error: What stopped it, None if nothing did.
        notices: What the operator should know, such as a proxy that takes the address check over.
        sites: Host -> counts.
        configured: How many sites the run was to visit.
        unmirrored: Why the bucket does not hold what the data folder holds; None where it does, or is not to.
        alarms: Those that began with this run, also where they are over already.
        open_alarms: Those of before that are not over.
        intake: What was taken in from archives of others.
        doing: What it does at this moment, for who watches it.
        turns: Gives the sites that the crawl is not done with, and when each is asked next.
    """

    run: str
    command: str
    started_at: datetime
    finished_at: datetime | None = None
    error: str | None = None
    notices: list[str] = field(default_factory=list)
    sites: dict[str, SiteSummary] = field(default_factory=dict)
    configured: int = 0
    unmirrored: str | None = None
    alarms: list[Alarm] = field(default_factory=list)
    open_alarms: list[Alarm] = field(default_factory=list)
    intake: Intake = field(default_factory=Intake)
    doing: str = ""
    turns: Callable[[], Mapping[str, datetime]] = dict

    def count_visit(self, page: Page, found: int) -> None:
        """Count what the crawler handed to the archive."""
        site = self.sites.setdefault(page.target.site, SiteSummary())
        site.visits += 1
        site.found += found
        site.trouble = None
        reason = None
        if page.skip:
            site.missed += 1
            if page.skip.retryable or page.target.kind != "article":
                site.trouble = page.skip.reason
            reason = page.skip.reason + (f" ({page.skip.detail})" if page.skip.detail else "")
        if page.target.kind == "article":
            site.articles_asked += 1
            site.articles_unreachable += bool(page.skip and page.skip.retryable)
        elif page.target.evidence.kind == "seed" and page.target.kind != "robots":
            site.seeds[page.target.url] = reason

    def count_outcomes(self, outcomes: Iterable[tuple[str, str, str | None]]) -> None:
        """Count rows of outcomes, each as (site, outcome, reason); those of a killed run are counted in the next."""
        for host, outcome, reason in outcomes:
            site = self.sites.setdefault(host, SiteSummary())
            site.outcomes[outcome] += 1
            if reason:
                site.reasons[reason] += 1

    @property
    def failed(self) -> dict[str, str]:
        """Host -> why it failed."""
        return {host: why for host, site in sorted(self.sites.items()) if (why := site.failure)}

    @property
    def exit_status(self) -> int:
        """0 done or nothing new, 1 failed, 3 parts failed: sites, archives of others, the bucket; or an alarm began."""
        unread = len(self.intake.unread)
        if self.error or (unread and unread == self.intake.archives):
            return 1
        if self.failed and len(self.failed) >= max(len(self.sites), self.configured):
            return 1
        return 3 if self.failed or unread or self.alarms or self.unmirrored else 0

    def shown_sites(self) -> list[tuple[str, SiteSummary]]:
        """Give the sites that a person is told of, by name: all that were asked, of archives those with most pages."""
        sites = sorted(self.sites.items())
        if not self.intake.archives or len(sites) <= MOST_SITES:
            return sites
        return sorted(sorted(sites, key=lambda each: -each[1].outcomes.total())[:MOST_SITES])

    def lines(self) -> list[str]:
        """One line per site, one per alarm, then one for the run; for a terminal."""
        lines = []
        shown = self.shown_sites()
        width = max((len(host) for host, _ in shown), default=0)
        for host, site in shown:
            line = f"{host:{width}}  {site.visits:4} asked {site.found:5} new  {_tell(site.outcomes, site.reasons)}"
            lines.append(line + (f"  FAILED {site.failure}" if site.failure else ""))
        if len(shown) < len(self.sites):
            lines.append(f"{len(self.sites) - len(shown):,} sites more: data/runs/{self.run}.json has all")
        lines += [f"ALARM {tell(alarm)}" for alarm in self.alarms]
        lines += [f"still {tell(alarm)}" for alarm in self.open_alarms]
        lines += self.intake.lines()
        lines += [f"NOT MIRRORED {self.unmirrored}"] if self.unmirrored else []
        total: Counter[str] = sum((site.outcomes for site in self.sites.values()), Counter())
        reasons: Counter[str] = sum((site.reasons for site in self.sites.values()), Counter())
        took = f" in {(self.finished_at - self.started_at).total_seconds():.1f} s" if self.finished_at else ""
        lines.append(
            f"run {self.run}: {len(self.sites)} sites, {sum(s.visits for s in self.sites.values())} asked, "
            f"{_tell(total, reasons)}, {len(self.failed)} sites failed{took}"
        )
        return list(map(printable, lines))

    def to_json(self) -> dict[str, object]:
        """All of it, for data/runs/<id>.json."""
        return {
            "run": self.run,
            "command": self.command,
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
            "exit_status": self.exit_status if self.finished_at else None,
            "error": self.error,
            "notices": self.notices,
            "unmirrored": self.unmirrored,
            "alarms": [
                to_json(alarm) | {"new": new}
                for new, alarms in ((True, self.alarms), (False, self.open_alarms))
                for alarm in alarms
            ],
            **({"intake": self.intake.to_json()} if self.intake.archives else {}),
            "sites": {
                host: {
                    "visits": site.visits,
                    "found": site.found,
                    "outcomes": dict(site.outcomes),
                    "reasons": dict(site.reasons),
                    "failure": site.failure,
                }
                for host, site in sorted(self.sites.items())
            },
        }


def _tell(outcomes: Counter[str], reasons: Counter[str]) -> str:
    told = f"{outcomes['article']:4} articles {outcomes['unchanged']:4} unchanged {outcomes['listing']:4} listings "
    told += f"{outcomes['skip']:4} skipped"
    if outcomes["deleted"]:
        told += f" {outcomes['deleted']:4} deleted"
    return told + (f" ({', '.join(f'{r} {n}' for r, n in reasons.most_common())})" if reasons else "")
