"""Assemble: a page made an Article, every field from the source that is believed most.

A module of its own because it is the only one that knows the order of the last steps: the body gone over by the trees,
the second opinion, dateline, language, photos.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from scraper.article import Article, Block, BlockKind, Removed
from scraper.config import Rule
from scraper.errors import ExtractError
from scraper.extract.article_kind import tell_kind
from scraper.extract.body import Found, find_body
from scraper.extract.dateline import split_lede
from scraper.extract.layout import Box, Layout, TextBlock
from scraper.extract.live_blog import (
    MIN_GUESSED_ENTRIES,
    add_declared_times,
    find_times,
    is_declared,
    may_be_live,
    print_time,
    read_entries,
)
from scraper.extract.opinion import second_opinion
from scraper.extract.photos import make_photos
from scraper.extract.quotes import find_pulled_quotes
from scraper.extract.reading import Reading, read_page
from scraper.extract.refusal import refuse
from scraper.extract.rules import name_rule
from scraper.extract.sketch import make_sketch

EXTRACTOR_VERSION = "8"
"""Changes with every change of what the same page gives; stored beside each row."""

DETECT_CHARS = 2000
"""How much of the body the language is detected from."""

MAX_CELL_CHARS = 300
"""More in a cell is text in a table made for layout."""

MIN_BODY_CHARS = 60
"""Less text than this is no article's body. Source: set by hand below the shortest
of 337 true bodies of news pages, 214 characters."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided of a page's blocks.

    Args:
        found: Which are body, and why each of the others is not.
        quotes: Indices of those that are pulled quotes, whatever found says of them.
        times: Indices of those that are times of a live blog's entries.
        live: The page is a live blog.
    """

    found: Found
    quotes: frozenset[int]
    times: frozenset[int]
    live: bool


def decide_blocks(page: Reading, url: str) -> Decided:
    """Decide for every block of a page.

    Args:
        page: The page.
        url: Its address.
    """
    found = find_body(page.judged)
    quotes = find_pulled_quotes(page.layout, found.kept, found.cut)
    times = find_times(page.layout, found.kept) if may_be_live(page.linked, url) else frozenset[int]()
    live = is_declared(page.linked) or len(times) >= MIN_GUESSED_ENTRIES
    return Decided(found, quotes, times if live else frozenset(), live)


def extract_article(
    html: bytes | str,
    *,
    url: str = "",
    content_type: str | None = None,
    fetched_at: datetime | None = None,
    rule: Rule | None = None,
) -> Article:
    """Extract the article of a page.

    Args:
        html: The entity as received (decoded from its Content-Encoding), or text.
        url: The page's address; makes relative addresses absolute and tells its own data from other articles'.
        content_type: The header's value, for the charset.
        fetched_at: Aware; dates after it are doubted.
        rule: Selectors of the site for the era of the page; they go before everything found in general.

    Raises:
        ExtractError: reason "empty", "no_body", "too_many_elements", or what refusal.refuse names.
    """
    page = read_page(html, url=url, content_type=content_type, fetched_at=fetched_at, rule=rule)
    linked, fields, layout = page.linked, page.fields, page.layout
    by_rule = page.judged.known.inside is not None
    decided = decide_blocks(page, url)
    found, quotes, times, live = decided.found, decided.quotes, decided.times, decided.live
    body, removed = _make_body(layout, found, quotes, times), _make_removed(layout, found, quotes | times)
    body_source: str | None = "rule" if by_rule else "model"
    size = sum(len(block.text) for block in body)
    page_chars = sum(len(block.text) for block in layout.blocks)
    refuse(page, url=url, text_chars=size)
    if not by_rule and (opinion := second_opinion(page.text, size, linked.article_body, page_chars, removed)):
        replaced, (body, body_source) = body, opinion
        texts = {block.text for block in body}
        removed = tuple(r for r in removed if r.text not in texts)
        removed += tuple(Removed("other", block.text, "opinion:other") for block in replaced if block.text not in texts)
        size = sum(len(block.text) for block in body)
    if live and not times and (entries := read_entries(page.tree)):
        body = add_declared_times(body, entries)
        size = sum(len(block.text) for block in body)
    if size < MIN_BODY_CHARS:
        raise ExtractError("no_body", f"{size} characters of text were found")
    body = _tidy_blocks(body)
    dateline, body = split_lede(body)
    language = fields.language or _detect_language(body)
    start, end = _span(layout, found)
    captions = [caption for caption in page.captions if not set(caption.blocks).intersection(found.kept)]
    photos = make_photos(layout, captions, span=(start, end), lead=linked.images, url=url)
    kind = tell_kind(linked, photos, captions, url=url, text_chars=size, live=live)
    if kind == "gallery" and captions:  # its pictures stand behind all of its text
        end = max(end, layout.blocks[captions[-1].blocks[-1]].order)
        photos = make_photos(layout, captions, span=(start, end), lead=linked.images, url=url)
    return Article(
        url=url,
        final_url=url,
        canonical_url=fields.canonical_url,
        headline=fields.headline,
        dek=fields.dek,
        byline=fields.byline,
        authors=fields.authors,
        dateline=dateline,
        section=fields.section,
        sections=fields.sections,
        tags=fields.tags,
        language=language,
        published_at=fields.published_at,
        modified_at=fields.modified_at,
        body=body,
        photos=photos,
        removed=tuple(replace(r, text=_tidy(r.text)) for r in removed),
        sources={
            **fields.sources,
            "language": fields.sources.get("language") or ("text" if language else None),
            "body": body_source,
            "photos": "dom" if photos else None,
            "dateline": "text" if dateline else None,
        },
        paywalled=fields.paywalled,
        published_offset_minutes=fields.published_offset_minutes,
        kind=kind,
        conflicts=fields.conflicts,
        rule=name_rule(rule) if rule else None,
        sketch=make_sketch(page.text),
    )


_UNSEEN = {ord(char): None for char in "\u00ad\u200b\u2060\ufeff"}
"""Soft hyphens and zero-width spaces are instructions for breaking lines, no part of the words."""


def _tidy(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_UNSEEN)).strip()


def _make_body(
    layout: Layout, found: Found, quotes: frozenset[int], times: frozenset[int] = frozenset()
) -> tuple[Block, ...]:
    """Make blocks of what was kept; the cells of a table row become one, times of entries are subheads."""
    blocks: list[Block] = []
    row: Box | None = None
    for i in sorted({*found.kept, *quotes, *times}):
        block = layout.blocks[i]
        if i in times:
            blocks.append(Block("subhead", print_time(block.text)))
            continue
        if i in quotes:
            blocks.append(Block("pulled_quote", block.text))
            continue
        here = _nearest(block.box, "tr") if _is_cell(block) else None
        if here is not None and here is row and blocks and blocks[-1].kind == "table_row":
            blocks[-1] = Block("table_row", f"{blocks[-1].text} | {block.text}")
            continue
        row = here
        blocks.append(Block("table_row" if here is not None else _kind(block), block.text))
    return tuple(blocks)


def _make_removed(layout: Layout, found: Found, quotes: frozenset[int]) -> tuple[Removed, ...]:
    """Make the list of what was cut, in page order."""
    return tuple(
        Removed(verdict.kind, layout.blocks[i].printed, verdict.rule)
        for i, verdict in sorted(found.cut.items())
        if i not in quotes
    )


def _is_cell(block: TextBlock) -> bool:
    return block.box.context in {"td", "th"} and not block.split and len(block.text) < MAX_CELL_CHARS


def _kind(block: TextBlock) -> BlockKind:
    box = block.box
    if box.heading:
        return "subhead"
    if box.context == "pre":
        return "preformatted"
    if box.context == "li":
        return "list_item"
    if box.context == "blockquote" or _nearest(box, "blockquote") is not None:
        return "quote"
    return "paragraph"


def _nearest(box: Box | None, tag: str) -> Box | None:
    while box is not None and box.tag != tag:
        box = box.parent
    return box


def _span(layout: Layout, found: Found) -> tuple[int, int]:
    """Give the part of the page whose pictures are the article's: from its headline to its last block."""
    if not found.kept:
        return 0, -1
    first, last = found.kept[0], found.kept[-1]
    start = layout.blocks[first].order
    for i in range(first - 1, max(-1, first - 40), -1):
        block = layout.blocks[i]
        start = block.order
        if block.box.heading == 1:
            start -= 3
            break
    end = layout.blocks[last].order
    for picture in layout.pictures:
        if end < picture.order <= end + 2:
            end = picture.order + 2
            break
    return start, end


def _tidy_blocks(body: Iterable[Block]) -> tuple[Block, ...]:
    blocks = (replace(block, text=block.text if block.kind == "preformatted" else _tidy(block.text)) for block in body)
    return tuple(block for block in blocks if block.text)


def _detect_language(body: tuple[Block, ...]) -> str | None:
    """Detect the language of a page that declares none."""
    text = " ".join(block.text for block in body)[:DETECT_CHARS]
    if len(text) < MIN_BODY_CHARS:
        return None
    import py3langid  # slow to import; only pages that declare no language pay for it

    return str(py3langid.classify(text)[0])
