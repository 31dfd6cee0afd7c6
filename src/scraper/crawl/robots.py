"""Robots: what an origin's robots.txt allows, why, and how long that is known (RFC 9309).

Pure: an answer's status and bytes come in, a verdict with the line that made it comes out. protego matches paths; the
groups are read here, because RFC 9309 compares whole product tokens and the deciding line must be kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from protego import Protego

from scraper.errors import FetchError
from scraper.page import RobotsFile
from scraper.payload import Inflater
from scraper.url import Url

MAX_BYTES = 500 * 1024
"""Parsed at most. Source: RFC 9309 section 2.5."""
FRESH_S = 86_400.0
"""Source: RFC 9309 section 2.4."""
FAILURE_FRESH_S = 3600.0
FAILURE_AS_MISSING = timedelta(days=30)
"""Source: RFC 9309 section 2.3.1.4: after a reasonable time, for example 30 days, as if it did not exist."""

_PIECE_BYTES = 64
"""So small that a bomb in it hides little of what stands before."""

_LINE = re.compile(
    r"[ \t]*(?:(?P<agent>user[- ]?agent)|(?P<allow>allow)|(?P<disallow>dis+al+ow|diasllow|disallaw)"
    r"|(?P<delay>crawl[- ]delay)|(?P<sitemap>site-?maps?))[ \t]*(?::|[ \t])[ \t]*(?P<value>[^#]*)",
    re.IGNORECASE,
)
"""Spellings that Google's parser and protego accept too."""
_TAG = re.compile(rb"<(?:html|head|body|title|meta|div|p)\b")
_TOKEN = re.compile(r"[A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an address may be fetched, and the line that says so ("" where none speaks of it)."""

    allowed: bool
    line: str = ""


class Robots:
    """The rules of one origin for one crawler.

    Args:
        file: What the origin answered.
        agent: Our product token.
        now: For the age of failures.
    """

    def __init__(self, file: RobotsFile, agent: str, now: datetime) -> None:
        self.file = file
        missing = file.failing_since is not None and now - file.failing_since > FAILURE_AS_MISSING
        self.reachable = missing or not _failed(file.status)
        rules = file.body[:MAX_BYTES] if file.status is not None and 200 <= file.status < 300 else b""
        lines = rules.decode("utf-8-sig", "replace").splitlines()
        matches = [match for match in map(_LINE.match, lines) if match]
        self.sitemaps = tuple(match["value"].strip() for match in matches if match["sitemap"])
        group = _group(matches, agent.lower())
        delays = (_seconds(match["value"]) for match in group if match["delay"])
        self.crawl_delay_s = max(filter(None, delays), default=None)
        spoken = ((bool(match["allow"]), match["value"].strip()) for match in group if not match["delay"])
        self._rules = [_Rule(allow=allow, value=value) for allow, value in spoken if value]
        self._parsed = _parse(self._rules)

    def verdict(self, url: Url) -> Verdict:
        """Judge an address of this origin; /robots.txt itself is always allowed (RFC 9309 section 2.2.2)."""
        if url[url.index("/", 8) :] == "/robots.txt":
            return Verdict(allowed=True)
        allowed = self._parsed.can_fetch(url, "*")
        matching = (rule for rule in self._rules if rule.allow == allowed and rule.matches(url))
        decided = max(matching, key=lambda rule: rule.octets, default=None)
        return Verdict(allowed, f"{'Allow' if allowed else 'Disallow'}: {decided.value}" if decided else "")


class _Rule:
    __slots__ = ("_parsed", "allow", "octets", "value")

    def __init__(self, *, allow: bool, value: str) -> None:
        self.allow, self.value = allow, value
        self._parsed: Protego | None = None
        self.octets = len(re.sub(r"%[0-9A-Fa-f]{2}", "_", value).encode())

    def matches(self, url: Url) -> bool:
        if self._parsed is None:
            # An Allow is tried against "Disallow: /", because with nothing to except it from it shows no effect.
            self._parsed = _parse([self, _EVERYTHING] if self.allow else [self])
        return bool(self._parsed.can_fetch(url, "*")) == self.allow


def _parse(rules: Iterable[_Rule]) -> Protego:
    lines = (f"{'Allow' if rule.allow else 'Disallow'}: {rule.value}" for rule in rules)
    return Protego.parse("\n".join(("User-agent: *", *lines)))


_EVERYTHING = _Rule(allow=False, value="/")


def _group(matches: list[re.Match[str]], agent: str) -> list[re.Match[str]]:
    """Collect the lines that speak to an agent: groups of its own token merged, else those of "*"."""
    own: list[re.Match[str]] = []
    others: list[re.Match[str]] = []
    named = to_own = to_others = False
    in_rules = True
    for match in matches:
        if match["sitemap"]:
            continue
        if match["agent"]:
            if in_rules:
                in_rules = to_own = to_others = False
            token = _TOKEN.match(match["value"])
            if token and token[0].lower() == agent:
                named = to_own = True
            elif match["value"].strip().startswith("*"):
                to_others = True
            continue
        in_rules = True
        if to_own:
            own.append(match)
        if to_others:
            others.append(match)
    return own if named else others


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def read_answer(
    origin: str,
    status: int | None,
    body: bytes,
    now: datetime,
    previous: RobotsFile | None,
    content_type: str | None = None,
    cache_control: str | None = None,
) -> RobotsFile:
    """Make what is kept of the answer to a request for robots.txt.

    Args:
        origin: Scheme, host and port asked.
        status: Of the last hop; None where the network failed.
        body: Decoded.
        now: When it came.
        previous: What was kept before; its rules serve on while the origin fails.
        content_type: An HTML page in place of rules is no rule set.
        cache_control: A shorter max-age than FRESH_S is obeyed.
    """
    if _failed(status):
        since = previous.failing_since if previous and previous.failing_since else now
        expires_at = now + timedelta(seconds=FAILURE_FRESH_S)
        if previous and previous.status is not None and 200 <= previous.status < 300:
            return replace(previous, expires_at=expires_at, failing_since=since)
        return RobotsFile(origin, status, b"", now, expires_at, since)
    rules = b"" if _is_html(body, content_type) else body[:MAX_BYTES]
    return RobotsFile(origin, status, rules, now, now + timedelta(seconds=_fresh_s(cache_control)))


def decode(payload: bytes, encoding: str | None) -> bytes:
    """Undo the content coding of a robots.txt as far as MAX_BYTES and the damage allow; what came first counts.

    Source: RFC 9309 section 2.5 and 2.3.1.5: parse what can be parsed.
    """
    if not encoding:
        return payload[:MAX_BYTES]
    out = bytearray()
    try:
        inflater = Inflater(encoding, MAX_BYTES)
        for at in range(0, len(payload), _PIECE_BYTES):
            out += inflater.feed(payload[at : at + _PIECE_BYTES])
    except FetchError:
        return bytes(out)
    return bytes(out)


def _failed(status: int | None) -> bool:
    """Tell an unreachable robots.txt from a missing one; a chain of redirects without end counts as missing."""
    return status is None or status == 429 or status >= 500


def _fresh_s(cache_control: str | None) -> float:
    value = (cache_control or "").lower()
    if re.search(r"\bno-(store|cache)\b", value):
        return 0.0
    match = re.search(r"\bmax-age\s*=\s*\"?(\d{1,9})", value)
    return min(float(match[1]), FRESH_S) if match else FRESH_S


def _is_html(body: bytes, content_type: str | None) -> bool:
    """Tell a page served in place of rules; some servers call true rules text/html, so the first bytes decide too."""
    head = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") or ("html" in (content_type or "").lower() and bool(_TAG.search(head)))
