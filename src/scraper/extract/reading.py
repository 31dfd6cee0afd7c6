"""Reading: a page decoded and parsed, its fields and captions found.

A module of its own because the trees are trained on exactly what extraction hands them: both sides call read_page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from scraper.config import Rule
from scraper.errors import ExtractError
from scraper.extract.blocks import lay_out
from scraper.extract.body import Judged, Known, judge
from scraper.extract.captions import Caption, find_captions
from scraper.extract.container import find_window
from scraper.extract.decode import decode
from scraper.extract.features import measure
from scraper.extract.fields import Fields, find_fields
from scraper.extract.layout import Layout
from scraper.extract.linked_data import LinkedData, read_linked_data
from scraper.extract.markup import RULED
from scraper.extract.rules import select
from scraper.extract.tree import parse
from scraper.extract.vectors import PageHints

HEAD_CHARS = 20_000
MAX_CONTROL_SHARE = 0.02
"""Control characters among the first ones. Random bytes hold a tenth; the development pages at most one in 10,000."""

_CONTROL = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a page before its body is chosen.

    Args:
        text: The page, decoded.
        judged: Its blocks measured.
    """

    text: str
    tree: LexborHTMLParser
    linked: LinkedData
    fields: Fields
    layout: Layout
    captions: list[Caption]
    judged: Judged


def read_page(
    html: bytes | str, *, url: str, content_type: str | None, fetched_at: datetime | None, rule: Rule | None
) -> Reading:
    """Read a page; arguments as extract_article's.

    Raises:
        ExtractError: reason "empty", "not_text" or "too_many_elements".
    """
    text = decode(html, content_type) if isinstance(html, bytes) else _whole(html.replace("\x00", ""))
    if not text.strip():
        raise ExtractError("empty", "the page holds nothing")
    head = text[:HEAD_CHARS]
    if len(_CONTROL.findall(head)) > MAX_CONTROL_SHARE * len(head):
        raise ExtractError("not_text", "what came is binary")
    tree = parse(text)
    linked = read_linked_data(tree, url)
    fields = find_fields(tree, linked, url=url, fetched_at=fetched_at, rule=rule)
    _mark(tree, rule)
    layout = lay_out(tree)
    sheet = measure(layout)
    window = find_window(sheet, headline=fields.headline or "", declared=linked.article_body or "")
    captions = find_captions(
        layout, range(window.start, window.stop), _ruled(layout, "caption") if rule and rule.caption else None
    )
    inside = _ruled(layout, "body")
    lines = (fields.byline, *fields.sections, *fields.authors)
    known = Known(
        fields.headline,
        fields.dek,
        tuple(line for line in lines if line),
        PageHints(
            fields.headline or "",
            fields.dek or linked.description or "",
            linked.article_body or "",
            news=any("News" in kind for kind in linked.types),
            typed=bool(linked.types),
        ),
        frozenset(i for caption in captions for i in caption.blocks),
        inside or None,
        _removed(layout),
    )
    return Reading(text, tree, linked, fields, layout, captions, judge(sheet, window, known))


def _whole(text: str) -> str:
    """Replace halves of characters, which no encoding can write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _mark(tree: LexborHTMLParser, rule: Rule | None) -> None:
    """Mark the elements that a site's selectors match, for the walk to carry over to their boxes."""
    if rule is None:
        return
    said: dict[int, list[str]] = {}
    nodes = {}
    pairs = [("body", rule.body), ("caption", rule.caption), *((f"rule:{one}", one) for one in rule.remove)]
    for name, selector in pairs:
        for node in select(tree, selector) if selector else ():
            nodes[node.mem_id] = node
            said.setdefault(node.mem_id, []).append(name)
    for key, names in said.items():
        nodes[key].attrs[RULED] = "\n".join(names)


def _ruled(layout: Layout, name: str) -> frozenset[int]:
    """Give the boxes of the elements that the selectors of a name match."""
    return frozenset(index for index, names in layout.ruled.items() if name in names.split("\n"))


def _removed(layout: Layout) -> dict[int, str]:
    return {
        index: name for index, names in layout.ruled.items() for name in names.split("\n") if name.startswith("rule:")
    }
