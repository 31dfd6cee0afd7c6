"""Robots: what an origin's robots.txt allows, why, what it says of uses, and how long that is known (RFC 9309).

Pure: an answer's status and bytes come in, a verdict with the line that made it comes out. Read here and not by a
library, because the deciding line is kept, whole product tokens are compared, and the file is a stranger's: what it
costs is bounded by its length and that of the address.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from scraper.crawl.path_pattern import PathPattern, path_of
from scraper.errors import FetchError
from scraper.page import RobotsFile
from scraper.payload import Inflater, decode_payload
from scraper.url import MAX_URL_CHARS, Url

MAX_BYTES = 500 * 1024
"""Parsed at most. Source: RFC 9309 section 2.5."""
FRESH_S = 86_400.0
"""Source: RFC 9309 section 2.4."""
LEAST_FRESH_S = 600.0
"""Kept so long though the answer may forbid caching: else it is asked for with every page."""
FAILURE_FRESH_S = 3600.0
FAILURE_AS_MISSING = timedelta(days=30)
"""Source: RFC 9309 section 2.3.1.4: after a reasonable time, for example 30 days, as if it did not exist."""
LINE_CHARS = 300
"""Kept of a line that decided: a pattern may be as long as the file, and stands with every outcome."""

MOST_LICENSES = 10
"""Kept: they stand with every page."""
_PIECE_BYTES = 64
"""So small that a bomb in it hides little of what stands before."""

_NAMES = {
    "user-agent": "user-agent",
    "useragent": "user-agent",
    "user agent": "user-agent",
    "allow": "allow",
    "disallow": "disallow",
    "dissallow": "disallow",
    "dissalow": "disallow",
    "disalow": "disallow",
    "diasllow": "disallow",
    "disallaw": "disallow",
    "crawl-delay": "crawl-delay",
    "crawl delay": "crawl-delay",
    "sitemap": "sitemap",
    "site-map": "sitemap",
    "content-usage": "content-usage",
    "content-signal": "content-signal",
    "license": "license",
}
"""Line names, those misspelled ones included that Google's parser takes."""
_COLON_MAY_MISS = frozenset({"user-agent", "allow", "disallow", "crawl-delay", "sitemap"})
_GLOBAL = frozenset({"sitemap", "license"})
"""Of no group. Source: RFC 9309 section 2.2.4; RSL 1.0."""
_ENDS_AGENTS = frozenset({"allow", "disallow", "content-usage"})
"""A User-agent line after one of these begins another group. Other lines must not interfere (section 2.2.4)."""
_BLANK = " \t\v\f"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_EOL = re.compile(r"\r\n?|\n")
_TAG = re.compile(rb"<(?:html|head|body|title|meta|div|p)\b")
_TOKEN = re.compile(r"[A-Za-z_-]+")

_Line = tuple[str, str]


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
        body = file.body[:MAX_BYTES] if _found(file.status) else b""
        lines = [line for text in _EOL.split(body.decode("utf-8-sig", "surrogateescape")) if (line := _read_line(text))]
        self.sitemaps = tuple(_printable(value, MAX_URL_CHARS) for name, value in lines if name == "sitemap")
        licenses = (_printable(value, LINE_CHARS) for name, value in lines if name == "license")
        self.licenses = tuple(islice(dict.fromkeys(licenses), MOST_LICENSES))
        group = _group(lines, agent.lower())
        delays = (_seconds(value) for name, value in group if name == "crawl-delay")
        self.crawl_delay_s = max(filter(None, delays), default=None)
        rules = [
            (PathPattern(value), name == "allow", value)
            for name, value in group
            if name in ("allow", "disallow") and value.startswith(("/", "*"))
        ]
        # The longest match decides, and an Allow where two are as long (section 2.2.2): the first in this order.
        self._rules = sorted(rules, key=lambda rule: (-rule[0].octets, not rule[1]))
        self._uses = {
            label: [_read_use(value) for name, value in group if name == label]
            for label in ("content-usage", "content-signal")
        }

    def verdict(self, url: Url) -> Verdict:
        """Judge an address of this origin; /robots.txt itself is always allowed (RFC 9309 section 2.2.2)."""
        path = path_of(url)
        if path != "/robots.txt":
            for pattern, allow, value in self._rules:
                if pattern.matches(path):
                    return Verdict(allow, f"{'Allow' if allow else 'Disallow'}: {_printable(value, LINE_CHARS)}")
        return Verdict(allowed=True)

    def uses(self, label: str, url: Url) -> tuple[str, ...]:
        """Give what is said of the uses of an address: of the rules that match, the values of the longest.

        Args:
            label: "content-usage" or "content-signal".
            url: An address of this origin.

        Source: draft-ietf-aipref-attach, Content-Usage Rule Semantics.
        """
        path = path_of(url)
        matching = [(pattern.octets, value) for pattern, value in self._uses[label] if pattern.matches(path)]
        longest = max((octets for octets, _ in matching), default=0)
        return tuple(_printable(value, LINE_CHARS) for octets, value in matching if octets == longest)


def _read_line(text: str) -> _Line | None:
    text = text.partition("#")[0].strip(_BLANK)
    label, colon, value = text.partition(":")
    name = _NAMES.get(label.rstrip(_BLANK).lower()) if colon else None
    if name is None:
        label, *values = text.split(None, 1)[:2] or ("",)
        name = _NAMES.get(label.lower())
        value = values[0] if values else ""
        if name not in _COLON_MAY_MISS or not value:
            return None
    return name, value.strip(_BLANK)


def _read_use(value: str) -> tuple[PathPattern, str]:
    """Split a rule into its path and what it says; without a path it speaks of all."""
    path, _, rest = value.replace("\t", " ").partition(" ")
    if path.startswith(("/", "*")):
        return PathPattern(path), rest.strip(_BLANK)
    return PathPattern("/"), value


def _printable(value: str, most_chars: int) -> str:
    return value[:most_chars].encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _group(lines: Iterable[_Line], agent: str) -> list[_Line]:
    """Collect the lines that speak to an agent: groups of its own token merged, else those of "*"."""
    own: list[_Line] = []
    others: list[_Line] = []
    named = to_own = to_others = False
    in_rules = True
    for name, value in lines:
        if name in _GLOBAL:
            continue
        if name == "user-agent":
            if in_rules:
                in_rules = to_own = to_others = False
            token = _TOKEN.match(value)
            if token and token[0].lower() == agent:
                named = to_own = True
            elif value.split(None, 1)[:1] == ["*"]:
                to_others = True
            continue
        in_rules = in_rules or name in _ENDS_AGENTS
        if to_own:
            own.append((name, value))
        if to_others:
            others.append((name, value))
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
        origin: Scheme, host and port asked; the address where another file is treated like robots.txt.
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
        if previous and _found(previous.status):
            return replace(previous, expires_at=expires_at, failing_since=since)
        return RobotsFile(origin, status, b"", now, expires_at, since)
    rules = body[:MAX_BYTES] if _found(status) and not _is_html(body, content_type) else b""
    return RobotsFile(origin, status, rules, now, now + timedelta(seconds=_fresh_s(cache_control)))


def decode(payload: bytes, encoding: str | None) -> bytes:
    """Undo the content coding of a robots.txt as far as MAX_BYTES and the damage allow; what came first counts.

    A line that is cut off is left out: "Allow: /" may have been the begin of another rule.

    Rules in plain text are read as they are, whatever coding they are said to have.

    Source: RFC 9309 section 2.5 and 2.3.1.5: parse what can be parsed.
    """
    if not encoding:
        return payload if len(payload) <= MAX_BYTES else _whole_lines(payload[:MAX_BYTES])
    out = bytearray()
    try:
        inflater = Inflater(encoding, MAX_BYTES)
        for at in range(0, len(payload), _PIECE_BYTES):
            out += inflater.feed(payload[at : at + _PIECE_BYTES])
        inflater.finish()
    except FetchError as error:
        if error.reason == "bad_encoding" and _is_text(payload):
            return decode(payload, None)
        return _whole_lines(bytes(out))
    return bytes(out)


def check_coding(payload: bytes, encoding: str | None) -> None:
    """Refuse a robots.txt whose content coding is damaged.

    Raises:
        FetchError: reason "bad_encoding"; "too_large" where it unpacks to more than MAX_BYTES.
    """
    try:
        decode_payload(payload, encoding, max(MAX_BYTES, len(payload)))
    except FetchError as error:
        if error.reason != "bad_encoding" or not _is_text(payload):
            raise


def _is_text(payload: bytes) -> bool:
    """Tell rules from what a content coding made of them, by its control characters."""
    return not _CONTROL.search(payload[:1024])


def _whole_lines(body: bytes) -> bytes:
    return body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]


def _found(status: int | None) -> bool:
    return status is not None and 200 <= status < 300


def _failed(status: int | None) -> bool:
    """Tell an unreachable robots.txt from a missing one; a chain of redirects without end counts as missing."""
    return status is None or status in (304, 429) or status >= 500


def _fresh_s(cache_control: str | None) -> float:
    value = (cache_control or "").lower()
    if re.search(r"\bno-(store|cache)\b", value):
        return LEAST_FRESH_S
    match = re.search(r"\bmax-age\s*=\s*\"?(\d{1,9})", value)
    return min(max(float(match[1]), LEAST_FRESH_S), FRESH_S) if match else FRESH_S


def _is_html(body: bytes, content_type: str | None) -> bool:
    """Tell a page served in place of rules; some servers call true rules text/html, so the first bytes decide too."""
    head = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") or ("html" in (content_type or "").lower() and bool(_TAG.search(head)))
