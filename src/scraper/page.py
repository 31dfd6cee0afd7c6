"""Page: one address of the frontier, asked once, and what came back.

A Page is what the crawler hands over and what a segment holds, so both sides of the archive share these types.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from scraper.payload import decode_payload
from scraper.skip import Skip
from scraper.url import Url

Kind = Literal["robots", "feed", "sitemap", "front_page", "article", "asset"]
EvidenceKind = Literal["seed", "robots", "rss", "atom", "sitemap", "news_sitemap", "front_page", "archive"]
Headers = tuple[tuple[str, str], ...]

RENDERED_BY = "X-Rendered-By"
"""Header of an exchange that is no answer of the server, but the page as the browser has it after its scripts ran."""

_WAITS = frozenset({"host_waits", "stopped"})
_NOT_ASKED = _WAITS | {"robots_unreachable"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an address was found and what was said of it there.

    Args:
        source: Address of the feed, sitemap or front page; the site's own host for a seed of the config; the archive of
            others that held it.
        kind: What the source is; "archive" where others crawled it.
        title: The title given there, as printed.
        published: The date given there, as printed.
    """

    source: str
    kind: EvidenceKind
    title: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Archived:
    """Where the archive holds the last payload of an address, for a record that says "the same again".

    Args:
        record_id: WARC-Record-ID of the response, with its angle brackets.
        date: Its WARC-Date.
        url: Its WARC-Target-URI.
        digest: Its WARC-Payload-Digest, "sha1:" and base 32.
    """

    record_id: str
    date: str
    url: Url
    digest: str


@dataclass(frozen=True, slots=True)
class Target:
    """An address to ask, with what is remembered of it.

    Args:
        url: The address.
        site: Host of the site it belongs to: the key of config/sites.
        kind: What is expected there.
        evidence: Where it was found.
        tries: How often it failed since it last came through.
        etag: The validator to send in If-None-Match, as it came.
        last_modified: The server's own string to send in If-Modified-Since.
        visits: How often it came through so far, "not modified" included.
        poll_s: Of a listing the seconds between two visits, as they were last chosen.
        moved_to: The address it has moved to for good, asked in its place; `url` stays its name.
        archived: Where its last payload is.
        depth: Of a sitemap, how many indexes lead to it.
    """

    url: Url
    site: str
    kind: Kind
    evidence: Evidence
    tries: int = 0
    etag: str | None = None
    last_modified: str | None = None
    visits: int = 0
    poll_s: float | None = None
    moved_to: Url | None = None
    archived: Archived | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response as they were on the wire.

    Args:
        url: The address asked.
        request_headers: As sent; none where others asked, and did not say how.
        status: The status code.
        phrase: The reason phrase, "" if none came.
        headers: As received, names as written, in order.
        payload: As received: still in its Content-Encoding.
        ip: The address connected to; None behind a proxy.
        truncated: "length", "time" or "disconnect" where the payload is cut, as WARC-Truncated has it.
        asked_at: Aware, UTC: when the request began; None where nobody noted it.
    """

    url: Url
    request_headers: Headers
    status: int
    phrase: str
    headers: Headers
    payload: bytes
    ip: str | None = None
    truncated: str | None = None
    asked_at: datetime | None = None

    def header(self, name: str) -> str | None:
        """Give the first value of a header, any case."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def rendered(self) -> bool:
        """True where it is what a browser made of the exchange before it; nothing was asked of the server for it."""
        return not self.request_headers and self.header(RENDERED_BY) is not None


@dataclass(frozen=True, slots=True)
class Page:
    """One address asked, and what came back.

    Args:
        target: What was asked.
        exchanges: Every hop in order, the answer last; empty where nothing came back.
        fetched_at: Aware, UTC: when the visit ended.
        robots: The line of robots.txt that decided, such as "Allow: /"; "" where none matched.
        skip: Why the crawler takes it no further; None for a usable answer and for 304.
        identical: True where the payload is the one that target.archived names: the archive does not hold it again.
        opt_outs: What the answer or its origin says against uses of it: signal to value, as written.
        parts: Of an article in several pages the exchanges of each further page, in order.
        missing: Why a further page of it did not come; those after it were not asked for.
    """

    target: Target
    exchanges: tuple[Exchange, ...]
    fetched_at: datetime
    robots: str = ""
    skip: Skip | None = None
    identical: bool = False
    opt_outs: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[Exchange, ...], ...] = ()
    missing: Skip | None = None

    @property
    def final_url(self) -> Url:
        """The address after redirects."""
        return self.exchanges[-1].url if self.exchanges else self.target.url

    @property
    def status(self) -> int | None:
        """The status of the last hop, None where nothing came back."""
        return self.exchanges[-1].status if self.exchanges else None

    @property
    def unchanged(self) -> bool:
        """True where the server said 304, or sent the same payload again."""
        return self.status == 304 or self.identical

    @property
    def owes_pages(self) -> bool:
        """True where a further page of the article may come another time, so that all of it is to be asked again."""
        return self.missing is not None and self.missing.retryable

    @property
    def asked(self) -> bool:
        """False where a host, and not this address, is why nothing came: no failure of the address."""
        if self.skip is None or self.skip.reason not in _NOT_ASKED:
            return True
        return bool(self.exchanges) and self.skip.reason not in _WAITS

    @property
    def moved_to(self) -> Url | None:
        """Where the first redirects say, for good (301, 308), that the address is now; None where they say nothing."""
        moved_to = None
        for hop, following in pairwise(self.exchanges):
            if hop.status not in (301, 308):
                break
            moved_to = following.url
        return moved_to

    def body(self, max_bytes: int) -> bytes:
        """Give the payload of the last hop without its content codings, b"" where nothing came back.

        Raises:
            FetchError: As decode_payload.
        """
        if not self.exchanges:
            return b""
        return decode_payload(self.exchanges[-1].payload, self.exchanges[-1].header("content-encoding"), max_bytes)


@dataclass(frozen=True, slots=True)
class Found:
    """An address found in a listing, for the frontier.

    Args:
        target: The address.
        changed_at: When its content is said to have changed; a known listing is due again if that is later than the
            last visit. None where nothing is said.
    """

    target: Target
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What an origin's robots.txt answered, kept across runs.

    Args:
        origin: Scheme, host and port; of a tdmrep.json, which is kept likewise, its address.
        status: The status of the last hop, None for a network failure.
        body: Decoded, cut at what is parsed.
        fetched_at: Aware, UTC.
        expires_at: Ask again after this.
        failing_since: First of the failures in a row; None after a success.
    """

    origin: str
    status: int | None
    body: bytes
    fetched_at: datetime
    expires_at: datetime
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class HostPace:
    """What is remembered of a host's pace across runs.

    Args:
        host: Host name, with port if one is named.
        ready_at: Ask nothing before this.
        backoff_s: The last wait that a 429 or 503 cost, 0 when forgiven.
        slowed_at: When that was.
        failures: How often in a row it could not be reached at all.
    """

    host: str
    ready_at: datetime
    backoff_s: float = 0.0
    slowed_at: datetime | None = None
    failures: int = 0
