"""Blocks: one walk over a page that gives its boxes, text blocks and pictures in reading order.

A module of its own because everything after it (what is body, what is a caption, why a block was cut) reads only what
stands here: no other module walks the page for text. It walks over the markup that the parser writes out again, which
is well-formed: cutting a string costs a third of asking the parser for each node.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from scraper.errors import ExtractError
from scraper.extract.images import read_address
from scraper.extract.layout import BREAK, Box, Layout, Picture, TextBlock
from scraper.extract.markup import (
    BLOCK,
    INLINE,
    KINDS,
    RULED,
    SKIPPED,
    class_of,
    is_hidden,
    names_of,
    plain,
    value_of,
)
from scraper.extract.tokens import is_around_figure, mend, skip, skip_comment

MAX_BOXES = 30_000
"""Boxes, blocks and pictures of one page. Source: the largest of 1,287 development pages has 4,034; more than
this is refused with its reason, never cut silently."""

_EMPHASIS = frozenset(("b", "strong", "em", "i"))
_TELLING = _EMPHASIS | {"a", "picture", "font"}
_FLOWING = frozenset(("p", "li"))
"""Elements of unknown name and buttons in these belong to the running text."""

_CREDIT_TAGS = frozenset(("cite", "small", "span", "em", "i"))
"""Beside a picture these are marks even without names: credits stand in them."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CONTEXTS = frozenset(("li", "blockquote", "pre", "figcaption", "aside", "td", "th", "figure"))
_LINK = "\x01"
_BALLAST = "script:not([type*=ld i]), style"
"""Half of what the parser would write out."""

PARAGRAPH_BREAK = re.compile(r"\x00\s*\x00[\s\x00]*")


def lay_out(tree: LexborHTMLParser) -> Layout:
    """Walk a page once.

    Args:
        tree: Its scripts and style sheets are taken out by this, what it declares as data is not.

    Raises:
        ExtractError: reason "too_many_elements".
    """
    top = tree.body or tree.root
    if top is None:
        return Layout([Box(0, "body", "", None, 0)])
    for node in tree.css(_BALLAST):
        node.decompose()
    return Walk().run((top.html or "").split("<"))


class Walk:
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
        self.source: str | None = None  # the picture element's own address
        self.font = (0, 0)  # pieces of the last font element

    def run(self, tokens: list[str]) -> Layout:
        """Walk over markup that was cut at its opening brackets."""
        # Of each open element: its tag, its names, its first piece (below zero if it is a box), the box before it.
        stack: list[tuple[str, str, int, Box]] = []
        pieces, inline_names, kinds = self.pieces, self.inline_names, KINDS.get
        at, count = 1, len(tokens)
        while at < count:
            head, closed, text = tokens[at].partition(">")
            at += 1
            if head[:1] == "/":
                if stack:
                    tag, names, begun, before = stack.pop()
                    if begun < 0:
                        self._leave(tag, begun, before)
                    else:
                        inline_names.pop()
                        if names and begun < len(pieces):
                            self.marks.append((names, begun, len(pieces)))
                        if tag in _TELLING:
                            self._leave_inline(tag, begun)
            elif head[:3] == "!--":
                at, text = skip_comment(tokens, at - 1)
            else:
                if not closed:
                    head, text, at = mend(tokens, at - 1)
                tag, _, given = head.partition(" ")
                kind = kinds(tag, BLOCK)
                if kind == INLINE or (kind == BLOCK and self.box.tag in _FLOWING and ("-" in tag or tag == "button")):
                    names = "" if not given else class_of(head) if tag == "a" else names_of(head)
                    if tag in _TELLING:
                        self._enter_inline(tag)
                    if not names and tag in _CREDIT_TAGS and self._is_in_caption():
                        names = tag
                    inline_names.append(names)
                    stack.append((tag, names, len(pieces), self.box))
                elif kind == BLOCK:
                    if tag == "button" and not is_around_figure(tokens, at):
                        at, text = skip(tokens, at, tag)
                    elif stack or tag != "body":
                        if pieces:
                            self._flush()
                        stack.append((tag, "", -1 - self.order, self.box))
                        self._enter_block(tag, head)
                    else:
                        self.box.head = head
                elif tag == "br":
                    pieces.append(BREAK if self.box.tag != "td" or not self._ends_font_line() else BREAK * 2)
                elif tag == "img" or tag == "amp-img":
                    self._picture(head)
                    if tag == "amp-img":
                        at, text = skip(tokens, at, tag)
                elif tag == "source":
                    self.source = self.source or read_address(head)
                elif tag == "hr":
                    self._flush()
                elif kind == SKIPPED:
                    at, text = skip(tokens, at, tag)
            if not text or self.in_noscript:
                continue
            if "&" in text:
                text = plain(text)
            if text.isspace():
                if pieces or self.box.context == "pre":
                    pieces.append(" " if self.box.context != "pre" else text)
                continue
            pieces.append(text)
            self.solid = True
            if self.in_link or self.in_bold:
                size = len(text.strip())
                if self.in_link:
                    self.link_chars += size
                    self.linked.append(len(pieces) - 1)
                if self.in_bold:
                    self.bold_chars += size
        self._flush()
        return self.layout

    def _enter_inline(self, tag: str) -> None:
        if tag == "a":
            self.in_link += 1
            self.links += 1
        elif tag in _EMPHASIS:
            self.in_bold += 1
        elif tag == "picture":
            self.source = None

    def _leave_inline(self, tag: str, begun: int) -> None:
        if tag == "a":
            self.in_link -= 1
            if self.links and begun == len(self.pieces):
                self.links -= 1  # nothing to read in it
        elif tag in _EMPHASIS:
            self.in_bold -= 1
        elif tag == "picture":
            self.source = None
        elif tag == "font":
            self.font = (begun, len(self.pieces))

    def _is_in_caption(self) -> bool:
        box, above = self.box, self.box.parent
        return (
            box.context in {"figure", "figcaption"}
            or "caption" in box.names
            or (above is not None and "caption" in above.names)
        )

    def _leave(self, tag: str, begun: int, before: Box) -> None:
        if self.pieces:
            self._flush()
        boxes = self.layout.boxes
        if self.order == -1 - begun and boxes[-1] is self.box:
            boxes.pop()  # nothing stands in it
        self.box = before
        if tag == "noscript":
            self.in_noscript -= 1

    def _enter_block(self, tag: str, head: str) -> None:
        parent, boxes = self.box, self.layout.boxes
        if tag == "noscript":
            self.in_noscript += 1
        around = " ".join(filter(None, self.inline_names[-3:])) if self.inline_names else ""
        box = Box(
            len(boxes), tag, head, parent, parent.depth + 1, parent.heading, parent.context, parent.figure,
            parent.hidden or is_hidden(head), around,
        )  # fmt: skip
        if tag in _HEADINGS:
            box.heading = _HEADINGS[tag]
        elif tag in _CONTEXTS:
            box.context = tag
            if tag == "figure":
                box.figure = box
        boxes.append(box)
        if len(boxes) + self.order > MAX_BOXES:
            raise ExtractError("too_many_elements", f"the page has more than {MAX_BOXES} elements")
        if RULED in head:
            self.layout.ruled[box.index] = value_of(head, RULED)
        self.box = box

    def _flush(self) -> None:
        pieces = self.pieces
        if not self.solid:
            pieces.clear()
            self.marks.clear()
            self.links, self.font = 0, (0, 0)
            return
        raw = "".join(pieces) if len(pieces) > 1 else pieces[0]
        if self.box.context == "pre":
            texts = [raw.replace(BREAK, "\n").strip("\n")]
        elif BREAK in raw:
            texts = [t for part in PARAGRAPH_BREAK.split(raw) if (t := " ".join(part.replace(BREAK, " ").split()))]
        else:
            texts = [" ".join(raw.split())]
        if len(texts) + self.order > MAX_BOXES:
            raise ExtractError("too_many_elements", f"the page has more than {MAX_BOXES} blocks")
        split = len(texts) > 1
        links = self._links_of_parts() if split and self.links else None
        total = sum(map(len, texts)) if split else 0
        kept = tuple(pieces) if self.marks or "\xa0" in raw else ()
        for part, text in enumerate(texts):
            size = len(text)
            link_chars, count = links[part] if links else (self.link_chars, self.links)
            bold = round(self.bold_chars * size / total) if split else self.bold_chars
            self.layout.blocks.append(
                TextBlock(
                    self.order, self.box, text, min(size, link_chars), count, min(size, bold), split, kept,
                    tuple(self.marks),
                )
            )  # fmt: skip
            self.order += 1
        pieces.clear()
        self.marks.clear()
        self.linked.clear()
        self.solid, self.font = False, (0, 0)
        self.links = self.link_chars = self.bold_chars = 0

    def _links_of_parts(self) -> list[tuple[int, int]]:
        """Give link characters and links of each of the blocks that line breaks make of one element."""
        linked = frozenset(self.linked)
        raw = "".join([
            _LINK + piece.replace(_LINK, "").strip() + _LINK if i in linked else piece
            for i, piece in enumerate(self.pieces)
        ])  # fmt: skip
        parts = [part for part in PARAGRAPH_BREAK.split(raw) if part.replace(BREAK, " ").strip()]
        return [(sum(map(len, part.split(_LINK)[1::2])), part.count(_LINK) // 2) for part in parts]

    def _picture(self, head: str) -> None:
        self.layout.pictures.append(Picture(self.order, self.box, head, self.source))
        self.order += 1

    def _ends_font_line(self) -> bool:
        """Tell whether the line before a break is one font element: a headline or byline of pages older than CSS."""
        start, end = self.font
        if start == end or "".join(self.pieces[end:]).strip():
            return False
        before = start
        while before and self.pieces[before - 1].isspace():
            before -= 1
        return not before or self.pieces[before - 1].startswith(BREAK)
