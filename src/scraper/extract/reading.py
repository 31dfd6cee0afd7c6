"""Reading: a page decoded, parsed, and judged by rules alone.

A module of its own because the trees are trained on exactly what extraction hands them: both sides call read_page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from scraper.config import Rule
from scraper.errors import ExtractError
from scraper.extract.blocks import Layout, lay_out
from scraper.extract.body import Found, Known, find_body
from scraper.extract.captions import Caption, find_captions
from scraper.extract.decode import decode
from scraper.extract.fields import Fields, find_fields
from scraper.extract.linked_data import LinkedData, read_linked_data
from scraper.extract.rules import select
from scraper.extract.tree import parse
from scraper.extract.vectors import PageHints

HEAD_CHARS = 20_000
MAX_CONTROL_SHARE = 0.02
"""Control characters among the first ones. Random bytes hold a tenth; the development pages at most one in 10,000."""

_CONTROL = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a page before the trees go over it.

    Args:
        text: The page, decoded.
        by_rule: A site's rule named the body.
        found: The body as rules find it.
    """

    text: str
    tree: LexborHTMLParser
    linked: LinkedData
    fields: Fields
    layout: Layout
    captions: list[Caption]
    by_rule: bool
    found: Found

    @property
    def hints(self) -> PageHints:
        """What the page's metadata says that blocks are compared with."""
        return PageHints(
            self.fields.headline or "",
            self.fields.dek or self.linked.description or "",
            self.linked.article_body or "",
            news=any("News" in kind for kind in self.linked.types),
            typed=bool(self.linked.types),
        )


def read_page(
    html: bytes | str, *, url: str, content_type: str | None, fetched_at: datetime | None, rule: Rule | None
) -> Reading:
    """Read a page; arguments as extract_article's.

    Raises:
        ExtractError: reason "empty", "not_text" or "too_many_elements".
    """
    text = decode(html, content_type) if isinstance(html, bytes) else html.replace("\x00", "")
    if not text.strip():
        raise ExtractError("empty", "the page holds nothing")
    head = text[:HEAD_CHARS]
    if len(_CONTROL.findall(head)) > MAX_CONTROL_SHARE * len(head):
        raise ExtractError("not_text", "what came is binary")
    tree = parse(text)
    linked = read_linked_data(tree, url)
    fields = find_fields(tree, linked, url=url, fetched_at=fetched_at, rule=rule)
    layout = lay_out(tree)
    captions = find_captions(layout, _boxes(tree, layout, rule.caption) if rule and rule.caption else None)
    inside = _boxes(tree, layout, rule.body) if rule and rule.body else None
    lines: list[str | None] = [fields.byline, *fields.sections, *fields.authors]
    found = find_body(
        layout,
        known=Known(fields.headline, fields.dek, tuple(filter(None, lines)), linked.article_body),
        captions={i for caption in captions for i in caption.blocks},
        inside=inside or None,
        removed=_removed_boxes(tree, layout, rule),
    )
    return Reading(text, tree, linked, fields, layout, captions, bool(inside), found)


def _boxes(tree: LexborHTMLParser, layout: Layout, selector: str) -> frozenset[int]:
    """Give the boxes of the elements that a selector matches."""
    return frozenset(
        box.index for node in select(tree, selector) if (box := layout.box_of.get(node.mem_id)) is not None
    )


def _removed_boxes(tree: LexborHTMLParser, layout: Layout, rule: Rule | None) -> dict[int, str]:
    if rule is None:
        return {}
    return {index: f"rule:{selector}" for selector in rule.remove for index in _boxes(tree, layout, selector)}
