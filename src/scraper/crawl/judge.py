"""Judge: whether what came back is what was asked for, by its status, its declared type and its first bytes.

A module because fetching ends where judging begins: this needs no client, and its lists will grow.
"""

from __future__ import annotations

import re

from scraper.page import Exchange, Kind
from scraper.skip import Skip

_RETRYABLE_STATUS = frozenset({202, 304, 408, 425, 429})
"""202 and 304 where they answer no question of ours: a cache or a queue in between is at fault, for a while."""
_USABLE = frozenset({200, 203})
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_LISTING_TYPES = frozenset(
    {"application/octet-stream", "binary/octet-stream", "application/gzip", "application/x-gzip"}
)
_CONTROL = bytes((*range(9), *range(0x0E, 0x1B), *range(0x1C, 0x20)))
_MAX_CONTROL_SHARE = 0.05
"""Source: WHATWG MIME Sniffing calls one such byte binary; a stray one in a news page is no reason to lose it."""
_CONDITIONS = frozenset({"if-none-match", "if-modified-since"})
_CHALLENGE_HEADERS = {
    "cf-mitigated": frozenset({"challenge"}),
    "x-vercel-mitigated": frozenset({"challenge"}),
    "x-amzn-waf-action": frozenset({"challenge", "captcha"}),
    "x-datadome": frozenset({"protected"}),
}
"""Source: what Cloudflare, Vercel, AWS WAF and DataDome document of answers that ask for a proof of being human."""
_CHALLENGE_MARKS = re.compile(
    rb"<title>\s*just a moment|/cdn-cgi/challenge-platform/|captcha-delivery\.com|_Incapsula_Resource|px-captcha"
    rb"|token\.awswaf\.com",
    re.IGNORECASE,
)


def judge(exchange: Exchange, head: bytes, kind: Kind) -> Skip | None:
    """Tell why an answer is of no use.

    Args:
        exchange: The last hop.
        head: The first bytes, without content coding.
        kind: What was expected.

    Returns:
        None where it is usable, and for a 304 that was asked for.
    """
    status = exchange.status
    if status == 304 and any(name.lower() in _CONDITIONS for name, _ in exchange.request_headers):
        return None
    if status not in _USABLE:
        if kind != "robots" and (said := _challenge(exchange, head)):
            # Not at once, as a busy host is: the same question would come again.
            return Skip("challenge", f"{status}, and {said} asks for a proof of being human", retryable=True)
        retryable = status >= 500 or status in _RETRYABLE_STATUS
        return Skip(f"http_{status}", f"{status} {exchange.phrase}".strip(), retryable=retryable)
    content_type = exchange.header("content-type") or ""
    media_type = content_type.partition(";")[0].strip().lower()
    if kind in ("article", "front_page"):
        if media_type and media_type not in _HTML_TYPES:
            return Skip("wrong_type", f"{media_type} is not HTML")
        if _is_binary(head, content_type):
            return Skip("wrong_type", f"called {media_type or 'nothing'}, but binary")
    elif kind in ("feed", "sitemap") and media_type:
        text = media_type.startswith("text/") or "xml" in media_type or media_type in _LISTING_TYPES
        if not text and head[:2] != b"\x1f\x8b" and not head.lstrip().startswith(b"<"):
            return Skip("wrong_type", f"{media_type} is no feed or sitemap")
    return None


def _challenge(exchange: Exchange, head: bytes) -> str | None:
    """Give what tells that a refusal is a check for browsers, None where it is a plain one."""
    for name, values in _CHALLENGE_HEADERS.items():
        if (exchange.header(name) or "").strip().lower() in values:
            return name
    mark = _CHALLENGE_MARKS.search(head)
    return mark[0].decode("latin-1") if mark else None


def _is_binary(head: bytes, content_type: str) -> bool:
    if "utf-16" in content_type.lower() or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return len(head) - len(head.translate(None, _CONTROL)) > _MAX_CONTROL_SHARE * len(head)
