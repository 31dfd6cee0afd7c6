"""Parts: the address of the next page of the same article, and of the page that holds all of it.

A module because "next" on a news page mostly means another story, the next page of comments or of a list. So nothing
is believed but an address that is the article's own with a page number added, and a link that says so. Pure, and
cheap: pages are searched for their own address as bytes, no tree is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import unescape
from urllib.parse import unquote, unquote_to_bytes

from scraper.crawl.page_head import Head, attributes_of, resolve
from scraper.url import Url, UrlKey, host_of, url_key

MAX_PLACES = 1000
"""So often a page is looked at where its own address stands."""
MAX_TAG_BYTES = 3000
MAX_TEXT_BYTES = 400

_PAGE = "page|seite|pagina|página|pag|pg|strona|sida|side|sivu|part|teil"
_NAMES = ("page", "p", "pg", "pagenum", "pageno", "page_no", "paged", "seite", "pagina", "strona", "sida", "part")
"""Query parameters that number pages of a text; "start" and "offset" number entries of lists."""
_PATHS = (
    "/{n}", "/page/{n}", "/page-{n}", "/page{n}", "/page_{n}", "/p/{n}", "/p{n}", "/seite/{n}", "/seite-{n}",
    "/pagina/{n}", "/pagina-{n}", "/pag/{n}", "/part/{n}", "/part-{n}", "/strona/{n}", "/sida/{n}", "/side/{n}",
    "-page-{n}", "-page{n}", "_page_{n}", "_page{n}", ",page-{n}", ",page={n}", "-seite-{n}", "_seite-{n}",
    ",seite-{n}", "-pagina-{n}", "-p{n}", "_p{n}",
)  # fmt: skip
_WEAK_PATHS = ("-{n}", "_{n}", ",{n}", ".{n}")
"""Another story of the same headline has such an address too, so only a link that is the bare number is believed."""
_WHOLE_PATHS = (
    "/all",
    "/komplettansicht",
    "/full",
    "/single-page",
    "/singlepage",
    "/print-all",
    "/onepage",
    "/page/all",
)
_WHOLE_QUERIES = (
    *(f"{name}=all" for name in (*_NAMES, "view", "pages", "pagewanted", "show")),
    *(f"{name}={value}" for name in ("singlepage", "single_page", "single", "onepage", "showall", "viewall", "full")
      for value in ("1", "true", "yes")),
    "singlepage", "single", "onepage", "showall", "viewall", "seite=alle",
)  # fmt: skip
_FIRST = re.compile(rf"(?:/(?:{_PAGE})[/-]?1|[-_,](?:{_PAGE})-?1)(?=/?$|\.\w{{2,5}}$)", re.IGNORECASE)
_FIRST_QUERY = re.compile(r"(?:page|pagenum|pageno|page_no|seite|pagina)=1", re.IGNORECASE)
_ENDING = re.compile(r"\.(?:[sx]?html?|php|aspx?|jsp|cms|ece)$", re.IGNORECASE)
_ANCHOR = re.compile(rb"<a\s", re.IGNORECASE)
_ANY = re.compile(rb"")
_TAGS = re.compile(r"<[^>]*>?")
_NEXT = re.compile(
    r"(?:(?:go to |read |continue (?:to|reading:?) )?(?:the )?next(?: ?page)?|continue(?: reading)?"
    r"|weiter(?:lesen)?|(?:zur )?n(?:ä|ae)chsten? seite|(?:page )?suivante?|lire la suite"
    r"|(?:p[áa]gina )?siguiente|(?:p[áa]gina )?seguinte|pr[óo]xima(?: p[áa]gina)?|(?:pagina )?successiva|avanti"
    r"|volgende(?: pagina)?|n[äe]sta(?: sida)?|neste(?: side)?|n(?:æ|ae)ste(?: side)?|seuraava|następna(?: strona)?"
    r"|další|следующая(?: страница)?|далее|sonraki(?: sayfa)?|次へ|次のページ(?:へ)?|下一[页頁]|다음(?: 페이지)?)?"
    r"[\s>›»→⟩▶❯.:…-]*",
    re.IGNORECASE,
)
_NUMBERED = (
    rf"(?:(?:go to |zur? |à la |a la )?(?:{_PAGE}|страница|第)[\s.]*)?{{n}}(?:ページ|页|頁)?"
    r"(?:\s*(?:of|von|/|de|sur|di)\s*\d+)?(?:\s*[:–-]\s.*)?"
)
_SECTION = re.compile(r"[^\W\d_]{0,20}")
"""A last segment of one word is a section's, whose pages are lists."""


def find_next(body: bytes, head: Head, first: Url, base: Url, number: int) -> Url | None:
    """Find the address of a further page of an article.

    Args:
        body: A page of it, without content coding.
        head: What that page declares.
        first: The address of the article's first page.
        base: The address of that page, which relative addresses are resolved against.
        number: Of the page wanted, from 2.
    """
    if not _stem(first):
        return None
    declared = head.next_url
    if declared and host_of(declared) == host_of(first) and url_key(declared) in _sure(first, number):
        return declared
    text = re.compile(_NUMBERED.format(n=number), re.IGNORECASE)
    for url, rel, said in _links(body, first, base, re.compile(rb"[^\"'<>\s]{0,60}?(?<!\d)%d(?!\d)" % number)):
        numbered = text.fullmatch(said) is not None
        if url_key(url) in _sure(first, number):
            if numbered or (said and _NEXT.fullmatch(said)) or "next" in rel.split():
                return url
        elif numbered and url_key(url) in _weak(first, number):
            return url
    return None


def find_whole(body: bytes, first: Url) -> Url | None:
    """Find the address of the page that holds all of an article in several pages."""
    known = _keys(first, _WHOLE_PATHS, _WHOLE_QUERIES)
    return next((url for url, _, _ in _links(body, first, first, _ANY) if url_key(url) in known), None)


@lru_cache(maxsize=8)
def _sure(first: Url, number: int) -> frozenset[UrlKey]:
    return _keys(first, [form.format(n=number) for form in _PATHS], [f"{name}={number}" for name in _NAMES])


@lru_cache(maxsize=8)
def _weak(first: Url, number: int) -> frozenset[UrlKey]:
    return _keys(first, [form.format(n=number) for form in _WEAK_PATHS], ())


def _keys(first: Url, paths: Iterable[str], queries: Iterable[str]) -> frozenset[UrlKey]:
    """Make the keys of addresses: forms put before the ending of an article's own, behind it, and into its query."""
    address, _, query = first.partition("?")
    address = _FIRST.sub("", address).rstrip("/")
    kept = "&".join(part for part in query.split("&") if not _FIRST_QUERY.fullmatch(part))
    plain = _ENDING.sub("", address)
    ending = address[len(plain) :]
    made = [f"{plain}{form}{ending}" for form in paths]
    made += [f"{address}{form}" for form in paths if form.startswith("/")] if ending else []
    made = [f"{each}?{kept}" if kept else each for each in made]
    made += [f"{address}?{kept}{'&' if kept else ''}{form}" for form in queries]
    return frozenset(url_key(Url(each)) for each in made)


def _stem(first: Url) -> str:
    """Give the part of an address that all of its pages share: the last segment without ending or number."""
    path = _FIRST.sub("", first[first.index("/", 8) :].partition("?")[0]).rstrip("/")
    last = path.rpartition("/")[2]
    stem = _ENDING.sub("", last)
    return "" if stem == last and _SECTION.fullmatch(unquote(stem)) else stem


def _links(body: bytes, first: Url, base: Url, tail: re.Pattern[bytes]) -> Iterator[tuple[Url, str, str]]:
    """Give address, rel and text of the links whose address holds the article's own, followed by what tail matches."""
    for at in _places(body, _stem(first)):
        if not tail.match(body, at):
            continue
        start, end = body.rfind(b"<", max(0, at - MAX_TAG_BYTES), at), body.find(b">", at, at + MAX_TAG_BYTES)
        if start < 0 or end < 0 or not _ANCHOR.match(body, start):
            continue
        given = attributes_of(body[start + 2 : end].decode("utf-8", "replace"))
        url = resolve(given.get("href", ""), base)
        if url is None or host_of(url) != host_of(first):
            continue
        said = body[end + 1 : end + MAX_TEXT_BYTES].partition(b"</a")[0].decode("utf-8", "replace")
        yield url, given.get("rel", "").lower(), " ".join(unescape(_TAGS.sub(" ", said)).split())


def _places(body: bytes, stem: str) -> Iterator[int]:
    """Give the places behind each mention of an address, as it is written in ASCII or not.

    A link that is only a query ("?page=2") is not looked at: lists within a page are turned so.
    """
    written = {stem.encode(), stem.lower().encode(), unquote_to_bytes(stem)} if "%" in stem else {stem.encode()}
    for mention in sorted(written):
        at = -1
        for _ in range(MAX_PLACES):
            if (at := body.find(mention, at + 1)) < 0:
                break
            yield at + len(mention)
