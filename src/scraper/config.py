"""Config: config/scraper.toml and config/sites/<host>.toml, checked as a whole before anything runs."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import urlsplit

import msgspec

from scraper.errors import ConfigError, ItemError
from scraper.url import Url, normalize

MAX_SECONDS = 2_592_000.0
"""Thirty days: no wait is meant to be longer, and clocks overflow at some length."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Who we say we are: `[agent]`.

    Args:
        name: The product token that robots.txt rules are matched by.
        contact: An address of a page or a mailbox that reaches the operator.
    """

    name: str = "scraper"
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Fetch:
    """Limits and manners of the crawl: `[fetch]`. Source of the defaults: docs/operations.md.

    Args:
        delay_s: Seconds between two requests to one host; a site's own delay_s goes before it.
        timeout_s: Seconds for one request, all of its body included.
        connect_timeout_s: Seconds until connected, name resolution and TLS included.
        max_body_bytes: Bytes of decoded body, counted while streaming.
        max_redirects: Hops followed.
        tries: Attempts in place at a short network failure.
        backoff_s: Seconds a host waits after 429 or 503 without Retry-After; doubles each time.
        max_wait_s: A host that must wait longer is left for the next run.
        hosts_at_once: Hosts that are asked side by side.
        max_runtime_s: Seconds after which a run ends politely, 0 for no limit.
        max_requests: Requests per site and run, all kinds and hops counted, 0 for no limit.
        poll_s: Least and most seconds between two visits of a feed, sitemap or front page.
        revisit_s: Seconds after the first visit of an article when it is asked again.
        proxy: Address of an HTTP proxy, "" for none. A proxy takes the check of private addresses over.
        allow_private_hosts: Host names that may resolve to private addresses.
    """

    delay_s: float = 5.0
    timeout_s: float = 60.0
    connect_timeout_s: float = 15.0
    max_body_bytes: int = 10_000_000
    max_redirects: int = 10
    tries: int = 3
    backoff_s: float = 60.0
    max_wait_s: float = 600.0
    hosts_at_once: int = 100
    max_runtime_s: float = 0.0
    max_requests: int = 0
    poll_s: tuple[float, float] = (600.0, 86_400.0)
    revisit_s: tuple[float, ...] = (86_400.0, 604_800.0)
    proxy: str = ""
    allow_private_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extract:
    """Limits of the extraction: `[extract]`.

    Args:
        workers: Processes; 0 means one per core.
        page_timeout_s: Seconds after which a page's worker is killed and the page skipped.
        page_memory_bytes: Memory above which a page's worker ends and the page is skipped.
    """

    workers: int = 0
    page_timeout_s: float = 20.0
    page_memory_bytes: int = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Store:
    """Sizes of what is written: `[store]`.

    Args:
        segment_bytes: A WARC segment is closed, and its pages are extracted, once it is this large.
    """

    segment_bytes: int = 128_000_000


@dataclass(frozen=True, slots=True)
class Rule:
    """CSS selectors for one era of a site's pages: `[[rule]]`. What it leaves out is found as on any site.

    Args:
        valid_until: Last fetch date (UTC) the rule is meant for; None for the present era.
        body: Elements that hold the body; blocks outside are removed.
        remove: Elements cut from the body.
        headline: The headline.
        dek: The standfirst.
        byline: The byline as printed.
        section: Sections, outermost first.
        published: Time of publication: its datetime or content attribute, else its text.
        modified: Time of the last change, likewise.
        caption: Captions of photos.
    """

    valid_until: date | None = None
    body: str | None = None
    remove: tuple[str, ...] = ()
    headline: str | None = None
    dek: str | None = None
    byline: str | None = None
    section: str | None = None
    published: str | None = None
    modified: str | None = None
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """What we know of a publisher: config/sites/<host>.toml.

    Args:
        host: Host name; addresses on it, with or without www, and on its subdomains belong to the site.
        feeds: RSS and Atom addresses.
        sitemaps: Sitemap, sitemap index and news sitemap addresses.
        front_pages: Pages whose links are followed where they match article_pattern.
        article_pattern: Regular expression searched for in addresses from sitemaps and front pages.
        delay_s: Seconds between two requests, None for the one of [fetch].
        render: Its articles are built by scripts, so that a browser has to run them; needs the extra `browser`.
        rules: Eras, the one that ends first at the front.
    """

    host: str
    feeds: tuple[Url, ...] = ()
    sitemaps: tuple[Url, ...] = ()
    front_pages: tuple[Url, ...] = ()
    article_pattern: str | None = None
    delay_s: float | None = None
    render: bool = False
    rules: tuple[Rule, ...] = ()

    def rule_at(self, fetched_at: datetime) -> Rule | None:
        """Choose the rule of the era a page was fetched in."""
        day = fetched_at.date()
        return next((rule for rule in self.rules if rule.valid_until is None or day <= rule.valid_until), None)


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration."""

    agent: Agent = Agent()
    fetch: Fetch = Fetch()
    extract: Extract = Extract()
    store: Store = Store()
    sites: Mapping[str, Site] = field(default_factory=dict)

    def require_contact(self) -> None:
        """Refuse to crawl as nobody.

        Raises:
            ConfigError: [agent] contact is not set.
        """
        if not self.agent.contact:
            raise ConfigError(
                [
                    "scraper.toml: [agent] contact is not set; give a page or mailbox that reaches you, such as"
                    ' contact = "https://example.org/our-crawler", so that a webmaster can write before blocking'
                ]
            )


def load_config(path: Path, check_selector: Callable[[str], str | None]) -> Config:
    """Read scraper.toml and every file of sites/.

    Args:
        path: The config folder, or scraper.toml in it.
        check_selector: Gives the fault of a CSS selector, None if it parses.

    Raises:
        ConfigError: With all faults of all files, each naming file and key.
    """
    folder = path.parent if path.suffix == ".toml" else path
    main = path if path.suffix == ".toml" else folder / "scraper.toml"
    faults: list[str] = []
    parts: dict[str, Any] = {}
    if (table := _read_toml(main, faults)) is not None:
        sections = {"agent": Agent, "fetch": Fetch, "extract": Extract, "store": Store}
        for name in table.keys() - sections.keys():
            faults.append(f"{main}: [{name}]: unknown; known are {', '.join(f'[{s}]' for s in sections)}")
        for name, kind in sections.items():
            parts[name] = _convert(kind, table.get(name, {}), main, f"[{name}] ", faults)
        _check_main(parts, main, faults)
    sites = {}
    for file in sorted((folder / "sites").glob("*.toml")):
        if (table := _read_toml(file, faults)) is not None and (
            site := _make_site(table, file, check_selector, faults)
        ):
            sites[site.host] = site
    if faults:
        raise ConfigError(faults)
    return Config(**parts, sites=sites)


def _read_toml(file: Path, faults: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        faults.append(f"{file}: cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        faults.append(f"{file}: is not UTF-8: byte {error.start}")
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{file}: is not TOML: {error}")
    return None


def _convert(kind: type[Any], table: object, file: Path, where: str, faults: list[str]) -> Any:
    """Make a dataclass of a TOML table key by key, so that every fault of it is found, not only the first.

    Returns:
        What could be made, for further checks; None where a key without default is missing.
    """
    if not isinstance(table, dict):
        faults.append(f"{file}: {where.strip()}: must be a table")
        return None
    hints = get_type_hints(kind)
    known = {f.name: f for f in fields(kind)}
    values = {}
    for key, value in table.items():
        if key not in known:
            faults.append(f"{file}: {where}{key}: unknown; known are {', '.join(known).replace('rules', '[[rule]]')}")
            continue
        try:
            values[key] = msgspec.convert(value, hints[key])
        except msgspec.ValidationError as error:
            faults.append(f"{file}: {where}{key}: {error}")
    required = [f.name for f in known.values() if f.default is MISSING and f.default_factory is MISSING]
    faults.extend(f"{file}: {where}{name}: missing" for name in required if name not in table)
    return kind(**values) if all(name in values for name in required) else None


def _check_main(parts: Mapping[str, Any], file: Path, faults: list[str]) -> None:
    if agent := parts.get("agent"):
        if not re.fullmatch(r"[A-Za-z_-]+", agent.name):
            faults.append(f"{file}: [agent] name: {agent.name!r} must be letters, - and _ (RFC 9309)")
        if agent.contact and not re.fullmatch(r"https?://[!-~]+\.[!-~]+|[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+", agent.contact):
            faults.append(
                f"{file}: [agent] contact: {agent.contact!r} is neither an http address nor a mailbox in ASCII"
            )
    least: dict[str, dict[str, float]] = {
        "fetch": {"delay_s": 0, "timeout_s": 0.1, "connect_timeout_s": 0.1, "max_body_bytes": 1000, "max_redirects": 0,
                  "tries": 1, "backoff_s": 0, "max_wait_s": 0, "hosts_at_once": 1, "max_runtime_s": 0,
                  "max_requests": 0},
        "extract": {"workers": 0, "page_timeout_s": 0.1, "page_memory_bytes": 500_000_000},
        "store": {"segment_bytes": 1_000_000},
    }  # fmt: skip
    for section, limits in least.items():
        for key, limit in limits.items() if parts.get(section) else ():
            value = getattr(parts[section], key)
            most = MAX_SECONDS if key.endswith("_s") else float("inf")
            if not limit <= value <= most or value == float("inf"):
                faults.append(f"{file}: [{section}] {key}: {value} must be a number from {limit} to {most:g}")
    if fetch := parts.get("fetch"):
        _check_times(fetch, file, faults)
    if (fetch := parts.get("fetch")) and fetch.proxy and not _is_proxy(fetch.proxy):
        faults.append(f"{file}: [fetch] proxy: {fetch.proxy!r} must be like http://proxy.example:3128")


def _check_times(fetch: Fetch, file: Path, faults: list[str]) -> None:
    least, most = fetch.poll_s
    if not 60 <= least <= most <= MAX_SECONDS:
        faults.append(f"{file}: [fetch] poll_s: {list(fetch.poll_s)} must be two numbers, 60 <= first <= second")
    if not all(
        60 <= earlier < later <= 13 * MAX_SECONDS for earlier, later in itertools.pairwise((60, *fetch.revisit_s))
    ):
        faults.append(f"{file}: [fetch] revisit_s: {list(fetch.revisit_s)} must be rising numbers above 60")


def _is_proxy(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0 and text.isascii()
    except ValueError:
        return False


def _make_site(
    table: dict[str, Any], file: Path, check_selector: Callable[[str], str | None], faults: list[str]
) -> Site | None:
    eras = table.pop("rule", [])
    if "rules" in table:
        faults.append(f"{file}: rules: unknown; eras are written as [[rule]]")
        del table["rules"]
    rules = []
    for number, era in enumerate(eras if isinstance(eras, list) else [eras], 1):
        where = f"[[rule]] {number} "
        if rule := _convert(Rule, era, file, where, faults):
            _check_selectors(rule, file, where, check_selector, faults)
            rules.append(rule)
    rules.sort(key=lambda rule: rule.valid_until or date.max)
    for earlier, later in itertools.pairwise(rules):
        if earlier.valid_until == later.valid_until:
            faults.append(f"{file}: [[rule]] valid_until: two eras end at {later.valid_until or 'no date'}")
    site = _convert(Site, table, file, "", faults)
    return _check_site(site, tuple(rules), file, faults) if site else None


def _check_selectors(
    rule: Rule, file: Path, where: str, check_selector: Callable[[str], str | None], faults: list[str]
) -> None:
    for f in fields(rule):
        value = getattr(rule, f.name)
        selectors = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
        for selector in selectors:
            if fault := check_selector(selector):
                faults.append(f"{file}: {where}{f.name}: {selector!r} is no CSS selector: {fault}")


def _check_site(site: Site, rules: tuple[Rule, ...], file: Path, faults: list[str]) -> Site | None:
    try:
        base = normalize(f"https://{site.host}/")
        if base != f"https://{site.host}/":
            faults.append(f"{file}: host: {site.host!r} must be a bare host name in lower case")
    except ItemError as error:
        faults.append(f"{file}: host: {error.detail}")
        return None
    if file.stem != site.host:
        faults.append(f"{file}: host: {site.host!r} must be the file's name, {site.host}.toml")
    if site.delay_s is not None and not 0 <= site.delay_s <= MAX_SECONDS:
        faults.append(f"{file}: delay_s: {site.delay_s} must be a number from 0 to {MAX_SECONDS:g}")
    if site.article_pattern is not None:
        try:
            re.compile(site.article_pattern)
        except re.error as error:
            faults.append(f"{file}: article_pattern: {site.article_pattern!r} is no regular expression: {error}")
    urls: dict[str, Any] = {
        key: tuple(url for text in getattr(site, key) if (url := _normalize(text, base, file, key, faults)))
        for key in ("feeds", "sitemaps", "front_pages")
    }
    return replace(site, rules=rules, **urls)


def _normalize(text: str, base: str | None, file: Path, where: str, faults: list[str]) -> Url | None:
    try:
        if not text.strip():
            raise ItemError("bad_url", "an address is empty")
        return normalize(text, base)
    except ItemError as error:
        faults.append(f"{file}: {where}: {error.detail}")
        return None
