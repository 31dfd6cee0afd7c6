"""Page head: what the head of a page declares of itself: meta elements, links, its canonical address.

A module because the crawler must know this of every page within a fraction of a millisecond, long before the page is
extracted: no tree is built, and no work is more than linear in what a stranger sent. Pure.
"""

from __future__ import annotations

import codecs
import html
import re
from dataclasses import dataclass

from scraper.errors import ItemError
from scraper.url import MAX_URL_CHARS, Url, normalize

MAX_HEAD_BYTES = 1_000_000
"""So much of a page is searched for the end of its head, scripts and styles included."""
MAX_VALUE_CHARS = 2 * MAX_URL_CHARS
"""A longer value of an attribute is cut: descriptions may be long, addresses and signals are not."""
MAX_ELEMENTS = 2000
"""So many elements are read. Source: the fullest head of 2,462 pages has 261."""

_MARK = re.compile(rb"<(?:(!--)|(script|style|template|svg)\b|/head\b|body\b)", re.IGNORECASE)
_ENDS = {name: re.compile(rb"</%s\b" % name, re.IGNORECASE) for name in (b"script", b"style", b"template", b"svg")} | {
    b"!--": re.compile(rb"--!?>")
}
_ELEMENT = re.compile(
    rb"""<(meta|link|base|html)(?=[\s/>])([^<>"']*+(?:(?:"[^"<]*"|'[^'<]*'|["'])[^<>"']*+)*+)>""", re.IGNORECASE
)
_DULL = re.compile(
    rb"""\s(?:rel=["']?(?:stylesheet|preload|modulepreload|prefetch|preconnect|dns-prefetch|shortcut|icon|apple-|mask-icon)"""
    rb"""|(?:property|name)=["']?(?:og|twitter|fb|al|article|apple|msapplication)[:-])""",
    re.IGNORECASE,
)
"""What loads or adorns, two thirds of all: to read its attributes would cost most of the time."""
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_CHARSET = re.compile(r"""charset\s*+=\s*+["']?([\w:.+-]{2,40})""", re.IGNORECASE)
_AMP = frozenset({"amp", "⚡", "⚡\ufe0f"})
"""Source: amp.dev, the attributes of the html element; the sign comes with a variation selector too."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a page declares in its head.

    Args:
        metas: Name, property or http-equiv in lower case, and content, in order, without those for previews.
        links: Rel in lower case, address as written, and type in lower case of link elements that load nothing.
        canonical: The first canonical address it names.
        next_url: The first address it calls the next one.
        is_amp: Whether the html element says that it is an AMP page.
    """

    metas: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()
    canonical: Url | None = None
    next_url: Url | None = None
    is_amp: bool = False


def read_head(body: bytes, content_type: str | None, url: Url) -> Head:
    """Read the head of a page.

    Args:
        body: Without content coding.
        content_type: The header's value, for the charset.
        url: The page's address after redirects; relative addresses are resolved against it, or the page's own base.
    """
    if body[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        body = body[: 2 * MAX_HEAD_BYTES].decode("utf-16", "replace").encode("utf-8", "replace")
    head = _head_of(body)
    charset = _charset(head, content_type)
    metas, links = [], []
    base: Url | None = None
    is_amp = False
    for number, match in enumerate(_ELEMENT.finditer(head)):
        if number == MAX_ELEMENTS:
            break
        if _DULL.search(match[2]):
            continue
        name, given = match[1].lower(), attributes_of(match[2].decode(charset, "replace"))
        if name == b"meta" and "content" in given:
            if called := given.get("name") or given.get("property") or given.get("http-equiv"):
                metas.append((called.strip().lower(), given["content"]))
        elif name == b"link" and (href := given.get("href", "").strip()):
            links.append((given.get("rel", "").lower(), href, given.get("type", "").strip().lower()))
        elif name == b"base" and base is None:
            base = resolve(given.get("href", ""), url)
        elif name == b"html":
            is_amp = is_amp or not _AMP.isdisjoint(given)
    named = {rel: _first(links, rel, base or url) for rel in ("canonical", "next")}
    return Head(tuple(metas), tuple(links), named["canonical"], named["next"], is_amp)


def attributes_of(text: str) -> dict[str, str]:
    """Read the attributes of a start tag: names in lower case, the first of equal ones, character references undone."""
    given: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(text):
        value = (values[0] or values[1] or values[2])[:MAX_VALUE_CHARS]
        given.setdefault(name.lower(), html.unescape(value) if "&" in value else value)
    return given


def resolve(href: str, base: Url) -> Url | None:
    """Make an address of one as written on a page; None where it is none that may be fetched."""
    try:
        return normalize(href, base) if href.strip() else None
    except ItemError:
        return None


def _head_of(body: bytes) -> bytes:
    """Give the head without what scripts, styles and comments hold, up to its end or the body's begin."""
    kept, at = [], 0
    while match := _MARK.search(body, at, MAX_HEAD_BYTES):
        kept.append(body[at : match.start()])
        name = match[1] or match[2]
        end = _ENDS[name.lower()].search(body, match.end(), MAX_HEAD_BYTES) if name else None
        if end is None:
            return b"".join(kept)
        at = end.end()
    kept.append(body[at:MAX_HEAD_BYTES])
    return b"".join(kept)


def _charset(head: bytes, content_type: str | None) -> str:
    """Choose how the head is read: addresses may hold letters beyond ASCII."""
    try:
        head.decode()
    except UnicodeDecodeError:
        said = _CHARSET.search(content_type or "") or _CHARSET.search(head.decode("latin-1"))
        try:
            info = codecs.lookup(said[1] if said else "windows-1252")
        except LookupError:
            return "utf-8"
        return info.name if info._is_text_encoding and info.name not in {"idna", "punycode", "undefined"} else "utf-8"
    return "utf-8"


def _first(links: list[tuple[str, str, str]], rel: str, base: Url) -> Url | None:
    return next((url for rels, href, _ in links if rel in rels.split() and (url := resolve(href, base))), None)
