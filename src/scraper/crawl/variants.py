"""Variants: AMP, print and mobile editions of an article, and the address of the one they stand for.

A module because the answer costs or saves an article: a canonical address that is believed wrongly loses the page, so
it counts only where the page is surely a variant and the address surely the same article's. Pure.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from scraper.crawl.page_head import Head
from scraper.url import Url, belongs_to, host_of, url_key

_HOST = re.compile(r"(?:amp|m|mobile|mobil|wap|print)\.")
_WORD = (
    r"amp|print|printable|printer|printpage|printview|print-view|printversion|print-version|printer-friendly"
    r"|druckversion|drucken|druckansicht|imprimir|imprimer|impression|imprimable|stampa|afdrukken|utskrift|drukuj"
)
_PATH = re.compile(rf"(?:/|[.;])(?:{_WORD})(?=/|\.\w{{2,5}}$|$)", re.IGNORECASE)
_NAMES = rf"{_WORD}|view|output|outputtype|format|mode|layout|type|style|version|template|tpl"
_QUERY = re.compile(rf"(?:{_WORD})(?:=(?:1|true|yes|y|on|{_WORD})?)?|(?:{_NAMES})=(?:{_WORD})", re.IGNORECASE)
"""The address of a story *about* printing holds such a word inside a segment, never as all of it."""
_TOKEN = re.compile(r"[^\W_]+", re.UNICODE)
_SLUG_CHARS = 8
_ID_CHARS = 4
_DATE = re.compile(r"(?:19|20)\d\d(?:\d{4})?")
_STORY = re.compile(r"/\d{4}/\d{1,2}/.*[a-z]|(?:[^/-]+-){3,}[^/-]+/?$|\d{5,}", re.IGNORECASE)
"""A date, a slug of four words or a long number: no section has it."""


def find_canonical(urls: tuple[Url, ...], head: Head, host: str) -> Url | None:
    """Give the address of the article that a page is a variant of.

    Args:
        urls: Every address the visit went through, the page's own last.
        head: What the page declares.
        host: Of the site; a canonical address elsewhere is syndication, and the page stays what it is.

    Returns:
        None where the page is no variant, or its canonical address is its own, the front page, a section or another
        variant, so that no chain of such addresses can go round in a circle.
    """
    canonical = head.canonical
    if canonical is None or not (head.is_amp or is_marked(urls[-1])):
        return None
    keys = {url_key(url) for url in urls}
    if url_key(canonical) in keys or not belongs_to(canonical, host) or is_marked(canonical):
        return None
    return canonical if is_same_story(urls[-1], canonical) else None


def is_marked(url: Url) -> bool:
    """Tell whether an address says that it is an AMP, print or mobile edition."""
    path, _, query = url[url.index("/", 8) :].partition("?")
    if _HOST.match(host_of(url)) or _PATH.search(path):
        return True
    return any(_QUERY.fullmatch(part) for part in query.split("&") if part)


def is_same_story(variant: Url, canonical: Url) -> bool:
    """Tell whether two addresses of a site can be one story's: by the end of the path, a number or words both have.

    Without it a section, the front page or another story, which careless templates name on every page, would swallow
    the story.
    """
    path, _, query = canonical[canonical.index("/", 8) :].partition("?")
    if path == "/" and not query:
        return False
    last = path.rstrip("/").rpartition("/")[2].partition(".")[0]
    own, _, own_query = variant[variant.index("/", 8) :].partition("?")
    plain = _PATH.sub("", own).rstrip("/").rpartition("/")[2].partition(".")[0]
    if last and last == plain:
        return True
    shared = _tokens(f"{last} {query}") & _tokens(f"{own} {own_query}")
    if any(_is_id(token) for token in shared):
        return True
    words = {token for token in _tokens(last) if not token.isdecimal()}
    chars, all_chars = sum(map(len, words & shared)), sum(map(len, words))
    return chars >= _SLUG_CHARS and (chars == all_chars or (_STORY.search(path) is not None and 2 * chars > all_chars))


def _is_id(token: str) -> bool:
    """Tell a number that no two stories share: years and days they do, by themselves or behind a word."""
    if token.isdecimal():
        return len(token) >= _ID_CHARS and _DATE.fullmatch(token) is None
    return sum(char.isdecimal() for char in token) >= _ID_CHARS and _DATE.search(token) is None


def _tokens(text: str) -> set[str]:
    return set(_TOKEN.findall(unquote(text).lower()))
