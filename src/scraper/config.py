"""Config: what config/scraper.toml and config/sites/<host>.toml say, as values.

config_file.py reads them. Only the sites differ from run to run, so most code needs the types alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urlsplit

from scraper.errors import ConfigError
from scraper.policy import Policy
from scraper.shard import Shard
from scraper.url import Url

_REMOTE = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/(?!\.{1,2}(/|$))[\w!.*'()=-]+)*/?", re.ASCII)
"""Source: the rules for bucket names of Amazon S3, and its characters of keys that are safe everywhere."""


def is_remote(text: str) -> bool:
    """Tell whether this is an address of a place in a bucket: s3://bucket or s3://bucket/prefix."""
    return _REMOTE.fullmatch(text) is not None


def is_http(text: str) -> bool:
    """Tell whether this is the address of an HTTP server, in ASCII."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0 and text.isascii()
    except ValueError:
        return False


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
        page_timeout_s: Seconds of processor time after which a page's worker is killed and the page skipped.
        page_memory_bytes: Memory above which a page's worker ends and the page is skipped.
    """

    workers: int = 0
    page_timeout_s: float = 5.0
    page_memory_bytes: int = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Store:
    """What is written and where to: `[store]`.

    Args:
        segment_bytes: A WARC segment is closed, and its pages are extracted, once it is this large.
        remote: Where articles, outcomes and segments are mirrored, such as s3://bucket/prefix; "" for nowhere.
        keep_segments: False: segments are removed from the data folder once they are extracted and mirrored.
    """

    segment_bytes: int = 128_000_000
    remote: str = ""
    keep_segments: bool = True


@dataclass(frozen=True, slots=True)
class Ping:
    """Who is told that a run began and how it ended: `[ping]`.

    Args:
        url: Address of a check of Healthchecks or of what speaks its protocol; "" for nobody.
    """

    url: str = ""


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
    """The whole configuration; what is visited of it is said on the command line, another on each machine or run.

    Args:
        sites: Host -> all that is known of it, also where it is not visited: pages of earlier runs need their rules.
        shard: Part of the sites that this machine visits.
        chosen: Hosts of the sites that the run visits; None for all.
    """

    agent: Agent = Agent()
    fetch: Fetch = Fetch()
    extract: Extract = Extract()
    store: Store = Store()
    ping: Ping = Ping()
    policy: Policy = field(default_factory=Policy)
    sites: Mapping[str, Site] = field(default_factory=dict)
    shard: Shard = field(default_factory=Shard)
    chosen: frozenset[str] | None = None

    def own_sites(self) -> dict[str, Site]:
        """Give the sites that the run visits on this machine."""
        chosen = self.sites.keys() if self.chosen is None else self.chosen
        return {host: site for host, site in self.sites.items() if host in chosen and self.shard.owns(host)}

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
