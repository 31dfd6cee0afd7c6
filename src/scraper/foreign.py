"""Foreign: a page of an archive of others, as extraction takes it.

A module of its own, because what a crawl of ours decides on the spot is decided here afterwards, of the bytes alone:
whose site an address is of, whether the answer is a page, and what it says against uses of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from scraper.config import Site
from scraper.crawl.judge import judge
from scraper.crawl.opt_outs import signals_of
from scraper.crawl.page_head import MAX_HEAD_BYTES, read_head
from scraper.errors import FetchError
from scraper.page import Evidence, Exchange, Kind, Page, Target
from scraper.payload import Inflater
from scraper.skip import Skip
from scraper.store.foreign_answer import Answer
from scraper.store.foreign_archive import ForeignArchive
from scraper.store.foreign_pages import PageFolder, PageList
from scraper.store.foreign_sources import Source
from scraper.url import Url, belongs_to, host_of, site_of

_FEED_BYTES = 1 << 14
_MAX_BYTES = 64_000_000
_ROOTS = frozenset({"/", "/index.html", "/index.htm", "/index.php"})
_NOWHERE = Url("https://nowhere.invalid/")


def open_source(source: Source) -> tuple[ForeignArchive | PageFolder | PageList, str]:
    """Open an archive, and give by what a change of it shows.

    Raises:
        StoreError: It can't be read.
    """
    if source.kind == "pages":
        folder = PageFolder(source.address, _canonical_of)
        return folder, folder.mark()
    return (PageList if source.kind == "list" else ForeignArchive)(source.address), source.mark


def page_of(answer: Answer, address: str, sites: Mapping[str, Site]) -> Page:
    """Make the page of an answer.

    A site's first page is a listing and gives no article, as in a crawl. Other listings are not told by their
    addresses: extraction looks at the page.

    Args:
        answer: As the archive holds it.
        address: Of the archive.
        sites: Those of the config, whose rules are applied.
    """
    kind: Kind = "front_page" if _is_root(answer.url) else "article"
    site = _site_of(host_of(answer.url), tuple(sites))
    skip, opt_outs = _look(answer.exchange)
    target = Target(answer.url, site, kind, Evidence(address, "archive"))
    return Page(target, (answer.exchange,), answer.fetched_at, skip=skip, opt_outs=opt_outs)


def digest_capture(answer: Answer) -> int:
    """Make the 8 bytes, signed, that two archives agree on where they hold the same fetch of an address.

    Of 10^8 captures two have the same by chance with a probability of 3 in 10,000.
    """
    what = f"{answer.url}\n{answer.fetched_at:%Y%m%d%H%M%S}\n".encode() + answer.exchange.payload
    return int.from_bytes(hashlib.sha256(what).digest()[:8], "big", signed=True)


def _look(exchange: Exchange) -> tuple[Skip | None, tuple[tuple[str, str], ...]]:
    """Give why a page is of no use, and what it says against uses of it."""
    if exchange.truncated:
        return Skip("truncated", f"the archive holds a part of it only: {exchange.truncated}"), ()
    try:
        head = _unpack_head(exchange.payload, exchange.header("content-encoding"))
    except FetchError as error:
        return Skip(error.reason, error.detail), ()
    declared = read_head(head, exchange.header("content-type"), exchange.url)
    # Directives to one crawler were for the one that came; those to all hold here too.
    opt_outs = signals_of(exchange.url, "", None, None, exchange.headers, declared.metas, declared.links)
    return judge(exchange, head[:1024], "article"), opt_outs


def _unpack_head(payload: bytes, encoding: str | None) -> bytes:
    inflater = Inflater(encoding, _MAX_BYTES)
    pieces, size = list[bytes](), 0
    for at in range(0, len(payload), _FEED_BYTES):
        pieces.append(inflater.feed(payload[at : at + _FEED_BYTES]))
        size += len(pieces[-1])
        if size >= MAX_HEAD_BYTES:
            break
    return b"".join(pieces)


def _canonical_of(payload: bytes, copied: Url | None) -> Url | None:
    """Give the address that a file calls its own; one that is relative is of where it was copied from."""
    try:
        head = _unpack_head(payload, "gzip" if payload.startswith(b"\x1f\x8b") else None)
    except FetchError:
        return None
    canonical = read_head(head, None, copied or _NOWHERE).canonical
    return None if canonical and canonical.startswith(_NOWHERE) else canonical


def _is_root(url: Url) -> bool:
    parts = urlsplit(url)
    return parts.path in _ROOTS and not parts.query


@lru_cache(maxsize=65_536)
def _site_of(host: str, hosts: tuple[str, ...]) -> str:
    """Give the site of the config that a host is of, the one with the longest name, else its registered domain."""
    url = Url(f"https://{host}/")
    return max((site for site in hosts if belongs_to(url, site)), key=len, default=site_of(host))
