"""Blocks: one walk over the tree that gives the text blocks and pictures of a page in reading order.

A module of its own because everything after it (what is body, what is a caption, why a block was cut) reads only what
stands here: no other module walks the tree for text.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.errors import ExtractError
from scraper.extract.images import read_address, read_credit, read_pixels
from scraper.extract.layout import Box, Layout, Picture, TextBlock

__all__ = ["MAX_BOXES", "Box", "Layout", "Picture", "TextBlock", "lay_out"]

MAX_BOXES = 80_000
"""Boxes, blocks and pictures of one page. Source: the largest of 1,287 development pages has 4,034; more than
this is refused with its reason, never cut silently."""

_SKIP = frozenset((
    "script", "style", "svg", "template", "select", "option", "optgroup", "datalist", "input", "textarea",
    "iframe", "object", "embed", "canvas", "audio", "video", "map", "progress", "meter", "head", "title",
    "link", "meta", "base", "param", "source", "track", "rt", "rp", "math", "frameset", "noframes", "dialog",
))  # fmt: skip
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "ins", "kbd", "label", "mark", "nobr", "q", "rb", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr", "ruby", "amp-fit-text", "picture", "output",
))  # fmt: skip
_EMPHASIS = frozenset(("b", "strong", "em", "i"))
_CREDIT_TAGS = frozenset(("cite", "small", "span", "em", "i"))
"""Beside a picture these are marks even without names: credits stand in them."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_NAMED_BY = ("class", "id", "itemprop", "role", "data-testid", "data-component", "data-qa", "data-type", "data-source")
_BREAK = "\x00"  # cannot stand in text: the parser replaces NUL
_LINK = "\x01"
_WHITE = re.compile(r"[ \t\n\r\f]+")
_PARAGRAPH_BREAK = re.compile(r"\x00\s*\x00[\s\x00]*")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


_HIDDEN_CLASS = re.compile(r"(?:^|\s)(?:hidden|d-none|is-hidden|hide|visually-hidden|sr-only)(?:\s|$)")
_SHOWN_CLASS = re.compile(r":(?:block|flex|inline|grid|table)|(?:^|\s)d-\w+-")


def lay_out(tree: LexborHTMLParser) -> Layout:
    """Walk the tree once.

    Raises:
        ExtractError: reason "too_many_elements".
    """
    return _Walk().run(tree)


class _Walk:
    """The state of one walk: where it stands and the text gathered since the last block ended."""

    def __init__(self) -> None:
        self.layout = Layout()
        self.pieces: list[str] = []
        self.solid = False  # the pieces hold more than white space
        self.in_link = self.links = self.link_chars = self.in_bold = self.bold_chars = self.in_noscript = 0
        self.linked: list[int] = []  # which of the pieces are links
        self.marks: list[tuple[str, int, int]] = []
        self.inline_names: list[str] = []
        self.order = 0
        self.box = Box(0, "body", "", None, 0)
        self.layout.boxes.append(self.box)

    def run(self, tree: LexborHTMLParser) -> Layout:
        top = tree.body or tree.root
        if top is None:
            return self.layout
        self.layout.box_of[top.mem_id] = self.box
        self.box.names = _names(top.attributes)
        # Of each open element: its next sibling, how to close it, and what closing needs.
        stack: list[tuple[LexborNode | None, str, str, int, Box]] = []
        node: LexborNode | None = top.first_child
        while True:
            if node is None:
                if not stack:
                    break
                node, tag, names, start, box = stack.pop()
                self._leave(tag, names, start, box)
                continue
            tag = node.tag or ""
            if tag == "-text":
                if not self.in_noscript:
                    self._add(node.text_content or "")
                node = node.next
                continue
            child = node.first_child
            if tag == "br":
                self.pieces.append(_BREAK if self.box.tag != "td" or not _ends_font_line(node) else _BREAK * 2)
            elif tag == "img" or tag == "amp-img":
                self._picture(node)
            elif tag in _SKIP or tag.startswith("-") or (tag == "button" and not self._is_read(node)):
                pass
            elif child is None:
                if tag not in _INLINE:
                    self._flush()
            elif tag in _INLINE or (self.box.tag in {"p", "li"} and ("-" in tag or tag == "button")):
                names = self._enter_inline(tag, node)
                stack.append((node.next, tag, names, len(self.pieces), self.box))
                node = child
                continue
            else:
                box = self.box
                self._enter_block(tag, node)
                stack.append((node.next, tag, "", -1, box))
                node = child
                continue
            node = node.next
        self._flush()
        return self.layout

    def _is_read(self, button: LexborNode) -> bool:
        """Tell a button in running text, or one around a picture with its caption, from one to press."""
        return self.box.tag in {"p", "li"} or button.css_first("figure, figcaption") is not None

    def _add(self, text: str) -> None:
        if text.isspace():
            self.pieces.append(" " if self.box.context != "pre" else text)
            return
        self.pieces.append(text)
        self.solid = True
        if self.in_link or self.in_bold:
            size = len(text.strip())
            if self.in_link:
                self.link_chars += size
                self.linked.append(len(self.pieces) - 1)
            if self.in_bold:
                self.bold_chars += size

    def _enter_inline(self, tag: str, node: LexborNode) -> str:
        names = _names(node.attributes)
        if not names and tag in _CREDIT_TAGS and self._is_in_caption():
            names = tag
        if tag == "a":
            self.in_link += 1
            self.links += 1
        elif tag in _EMPHASIS:
            self.in_bold += 1
        self.inline_names.append(names)
        return names

    def _is_in_caption(self) -> bool:
        box, above = self.box, self.box.parent
        return (
            box.context in {"figure", "figcaption"}
            or "caption" in box.names
            or (above is not None and "caption" in above.names)
        )

    def _leave(self, tag: str, names: str, start: int, box: Box) -> None:
        if start < 0:
            self._flush()
            self.box = box
            if tag == "noscript":
                self.in_noscript -= 1
            return
        self.inline_names.pop()
        if names and start < len(self.pieces):
            self.marks.append((names, start, len(self.pieces)))
        if tag == "a":
            self.in_link -= 1
        elif tag in _EMPHASIS:
            self.in_bold -= 1

    def _enter_block(self, tag: str, node: LexborNode) -> None:
        self._flush()
        if tag == "noscript":
            self.in_noscript += 1
        attributes, parent, boxes = node.attributes, self.box, self.layout.boxes
        names = _names(attributes)
        if self.inline_names:
            names = " ".join([names, *filter(None, self.inline_names[-3:])]).strip()
        box = Box(
            len(boxes),
            tag,
            names,
            parent,
            parent.depth + 1,
            parent.heading,
            parent.context,
            parent.figure,
            parent.hidden,
        )
        if tag in _HEADINGS:
            box.heading = _HEADINGS[tag]
        elif tag in {"li", "blockquote", "pre", "figcaption", "aside", "td", "th"}:
            box.context = tag
        elif tag == "figure":
            box.context, box.figure = tag, box
        if not box.hidden and (
            "hidden" in attributes
            or ("style" in attributes and _HIDDEN_STYLE.search(attributes["style"] or ""))
            or (_HIDDEN_CLASS.search(names) and not _SHOWN_CLASS.search(names))
        ):
            box.hidden = True
        boxes.append(box)
        if len(boxes) + self.order > MAX_BOXES:
            raise ExtractError("too_many_elements", f"the page has more than {MAX_BOXES} elements")
        self.layout.box_of[node.mem_id] = box
        self.box = box

    def _flush(self) -> None:
        if not self.solid:
            if self.pieces:
                self.pieces, self.marks, self.linked, self.links = [], [], [], 0
            return
        raw = "".join(self.pieces)
        if self.box.context == "pre":
            texts = [raw.replace(_BREAK, "\n").strip("\n")]
        elif _BREAK in raw:
            texts = [t for part in _PARAGRAPH_BREAK.split(raw) if (t := " ".join(part.replace(_BREAK, " ").split()))]
        else:
            texts = [" ".join(raw.split())]
        marks = tuple(
            (names, text)
            for names, start, end in self.marks
            if (text := " ".join("".join(self.pieces[start:end]).replace(_BREAK, " ").split()))
        )
        if len(texts) + self.order > MAX_BOXES:
            raise ExtractError("too_many_elements", f"the page has more than {MAX_BOXES} blocks")
        total = sum(map(len, texts)) or 1
        links = self._links_of_parts() if len(texts) > 1 and self.links else None
        for part, text in enumerate(texts):
            link_chars, count = links[part] if links else (self.link_chars, self.links)
            self.layout.blocks.append(
                TextBlock(
                    self.order,
                    self.box,
                    text,
                    min(len(text), link_chars),
                    count,
                    min(len(text), round(self.bold_chars * len(text) / total)),
                    marks,
                    len(texts) > 1,
                    _WHITE.sub(" ", raw).strip() if "\xa0" in raw and len(texts) == 1 else None,
                )
            )
            self.order += 1
        self.pieces, self.marks, self.linked, self.solid = [], [], [], False
        self.links = self.link_chars = self.bold_chars = 0

    def _links_of_parts(self) -> list[tuple[int, int]]:
        """Give link characters and links of each of the blocks that line breaks make of one element."""
        linked = frozenset(self.linked)
        raw = "".join([
            _LINK + piece.replace(_LINK, "").strip() + _LINK if i in linked else piece
            for i, piece in enumerate(self.pieces)
        ])  # fmt: skip
        parts = [part for part in _PARAGRAPH_BREAK.split(raw) if part.replace(_BREAK, " ").strip()]
        return [(sum(map(len, part.split(_LINK)[1::2])), part.count(_LINK) // 2) for part in parts]

    def _picture(self, node: LexborNode) -> None:
        attributes = node.attributes
        self.layout.pictures.append(
            Picture(
                self.order,
                self.box,
                read_address(node),
                " ".join((attributes.get("alt") or "").split()) or None,
                read_pixels(attributes.get("width")),
                read_pixels(attributes.get("height")),
                _names(attributes),
                " ".join((attributes.get("title") or "").split()) or None,
                read_credit(attributes),
            )
        )
        self.order += 1


def _names(attributes: dict[str, str | None]) -> str:
    if not attributes:
        return ""
    return " ".join([value for name in _NAMED_BY if (value := attributes.get(name))])


def _ends_font_line(line_break: LexborNode) -> bool:
    """Tell whether the line before a break is one font element: a headline or byline of pages older than CSS."""
    node = line_break.prev
    while node is not None and node.tag == "-text" and not (node.text_content or "").strip():
        node = node.prev
    if node is None or node.tag != "font":
        return False
    node = node.prev
    while node is not None and node.tag == "-text" and not (node.text_content or "").strip():
        node = node.prev
    return node is None or node.tag == "br"
