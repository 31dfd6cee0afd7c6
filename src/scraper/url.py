"""Url: what may be fetched, and the key that tells whether two of them are the same page.

A Url is changed only where RFC 3986 calls two spellings equivalent, so that no page is lost by tidying. Everything
lossy (scheme, www, trackers, order of the query, trailing slash) happens in the key alone, which is never fetched.
Ids of stored articles hang on the key: change it only together with NORM_VERSION.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from importlib import resources
from typing import NewType
from urllib.parse import urljoin, urlsplit

import idna
from publicsuffixlist import PublicSuffixList

from scraper.errors import ItemError

Url = NewType("Url", str)
UrlKey = NewType("UrlKey", str)

NORM_VERSION = 1
MAX_URL_CHARS = 2048
"""Source: the sitemap protocol's limit, and what search engines and proxies accept."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = _UNRESERVED | frozenset("!$&'()*+,;=:@/%")
_QUERY_SAFE = _PATH_SAFE | frozenset("?[]|")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")
_PORT = re.compile(r":\d+$")
_SESSION_PATH = re.compile(r";jsessionid=[^/;]*|/\((?:[A-Z]\([\w-]+\))*S\([0-9a-z]{16,}\)[^/]*\)(?=/)", re.IGNORECASE)
"""As servlets and ASP.NET write it where no cookie comes back."""
_SESSION = re.compile(r"(?:s|sid|session_?id|cftoken|oscsid|zenid)=([0-9a-z]{16,128})", re.IGNORECASE)
_RUN = re.compile(r"[a-z]+|[0-9]+", re.IGNORECASE)
_SESSION_RUNS = 6
"""Letters and digits in turn at least: ids drawn by chance have more, words with a year have fewer."""
_NAMED = re.compile(r"(?:[^/-]+-){2,}[^/-]+/?$|\d{3,}")
"""A path that says which page is meant: a slug of three words or a number."""
_IPV4 = re.compile(r"\d{1,3}(\.\d{1,3}){3}")


def normalize(text: str, base: str | None = None) -> Url:
    """Make the address that may be fetched of one as printed, changing only what RFC 3986 calls equivalent.

    Args:
        text: Absolute, or relative to base; surrounding white space and inner line breaks are dropped.
        base: The address of the page it stands on.

    Returns:
        An absolute http or https address without fragment. normalize(normalize(x)) == normalize(x).

    Raises:
        ItemError: reason "bad_url" where it is no http address or longer than MAX_URL_CHARS.

    Source: RFC 3986 section 6.2.2 and 6.2.3; WHATWG URL for tab, line break and surrounding white space.
    """
    text = re.sub(r"[\t\r\n]", "", text).strip(" \f\v\x00")
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        port = parts.port
        host = parts.hostname
    except ValueError as error:
        raise ItemError("bad_url", f"{text[:200]!r}: {error}") from error
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not host:
        raise ItemError("bad_url", f"{text[:200]!r} is no http or https address")
    if parts.username is not None or parts.password is not None:
        raise ItemError("bad_url", f"{text[:200]!r} holds a user name or password")
    netloc = _normalize_host(host, text)
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        netloc += f":{port}"
    path = _remove_dots(_escape(parts.path, _PATH_SAFE)) or "/"
    query = f"?{_escape(parts.query, _QUERY_SAFE)}" if parts.query else ""
    url = f"{scheme}://{netloc}{path}{query}"
    if len(url) > MAX_URL_CHARS:
        raise ItemError("bad_url", f"{url[:200]!r}... has {len(url)} characters, more than {MAX_URL_CHARS}")
    return Url(url)


def host_of(url: Url) -> str:
    """Give the host name (with port, if one is named) that politeness is counted by."""
    return url.split("/", 3)[2]


def origin_of(url: Url) -> str:
    """Give scheme, host and port: the scope of a robots.txt."""
    return url[: url.index("/", 8)]


def site_of(host: str) -> str:
    """Give the registered domain of a host name; addresses and unknown suffixes stay as they are."""
    name = _PORT.sub("", host)
    if name.startswith("[") or _IPV4.fullmatch(name):
        return name
    return _suffixes().privatesuffix(name) or name


def belongs_to(url: Url, host: str) -> bool:
    """Tell whether an address is on a site's host, with or without www, or on a subdomain of it."""
    own, site = _PORT.sub("", host_of(url)), _PORT.sub("", host).removeprefix("www.")
    return own == site or own.endswith("." + site)


def url_key(url: Url) -> UrlKey:
    """Make the key that is equal for two addresses of one page. It is compared and stored, never fetched.

    Drops the scheme, a leading "www.", trackers (url_trackers.txt), ids of sessions, the order of the query and a
    trailing slash. The case of path and query stays: servers tell pages apart by it.
    """
    rest = url.partition("://")[2]
    path, _, query = rest.partition("?")
    if ";" in path or "/(" in path:
        path = _SESSION_PATH.sub("", path)
    host, _, path = path.partition("/")
    kept = sorted(part for part in query.split("&") if part and not _is_tracker(part.partition("=")[0]))
    if kept:
        kept = _without_session(path, kept)
    return UrlKey(f"{host.removeprefix('www.')}/{path.rstrip('/')}" + (f"?{'&'.join(kept)}" if kept else ""))


def article_id(url: Url) -> str:
    """Make the stable id of the article at an address: 32 hex digits of the key's SHA-256 and NORM_VERSION."""
    return hashlib.sha256(f"{NORM_VERSION} {url_key(url)}".encode()).hexdigest()[:32]


def _normalize_host(host: str, text: str) -> str:
    host = host.rstrip(".").lower()
    if ":" in host:
        return f"[{host}]"
    try:
        if not host.isascii():
            host = idna.encode(host, uts46=True).decode("ascii")
        elif "xn--" in host:
            idna.decode(host)  # what stands for no name: the HTTP client breaks off at it
    except ValueError as error:
        raise ItemError("bad_url", f"{text[:200]!r}: {error}") from error
    if len(host) > 253 or not all(len(label) < 64 and _LABEL.fullmatch(label) for label in host.split(".")):
        raise ItemError("bad_url", f"{text[:200]!r}: {host!r} is no host name")
    return host


def _escape(text: str, safe: frozenset[str]) -> str:
    """Percent-encode what must be, decode what need not be, and write hex digits in capitals."""
    if "%" in text:
        text = _ESCAPE.sub(_tidy_escape, text)
        text = re.sub(r"%(?![0-9A-F]{2})", "%25", text)
    if all(char in safe for char in text):
        return text
    return "".join(
        char if char in safe else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace")) for char in text
    )


def _tidy_escape(match: re.Match[str]) -> str:
    char = chr(int(match[0][1:], 16))
    return char if char in _UNRESERVED else match[0].upper()


def _remove_dots(path: str) -> str:
    """Resolve "." and ".." segments (RFC 3986 section 5.2.4)."""
    if "/." not in path:
        return path
    out: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del out[-1:]
        elif segment != ".":
            out.append(segment)
    if segments[-1] in (".", ".."):
        out.append("")
    return "/" + "/".join(out)


def _without_session(path: str, parameters: list[str]) -> list[str]:
    """Leave out ids of sessions, where what is left says which page is meant: `sid` is a story's elsewhere."""
    kept = [part for part in parameters if not _is_session(part)]
    if len(kept) == len(parameters) or _NAMED.search(path) or any(re.search("=.*[0-9]", part) for part in kept):
        return kept
    return parameters


def _is_session(parameter: str) -> bool:
    match = _SESSION.fullmatch(parameter)
    return match is not None and len(_RUN.findall(match[1])) >= _SESSION_RUNS


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=1)
def _trackers() -> tuple[frozenset[str], tuple[str, ...]]:
    lines = resources.files("scraper").joinpath("url_trackers.txt").read_text(encoding="utf-8").splitlines()
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return frozenset(n for n in names if not n.endswith("*")), tuple(n[:-1] for n in names if n.endswith("*"))


def _is_tracker(name: str) -> bool:
    names, prefixes = _trackers()
    name = name.lower()
    return name in names or name.startswith(prefixes)
