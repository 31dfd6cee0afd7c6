"""Layout: the boxes, text blocks and pictures of a page in reading order.

A module of its own because everything after the walk reads only these, and nothing in them knows the tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from scraper.extract.images import read_address, read_credit, read_pixels
from scraper.extract.markup import names_of, value_of

BREAK = "\x00"
"""Stands for a line break among the pieces of a text; cannot stand in it: the parser replaces NUL."""

_WHITE = re.compile(r"[ \t\n\r\f\x00]+")


@dataclass(slots=True, eq=False)
class Box:
    """An element that is no inline tag.

    Args:
        index: Its place among all boxes, in document order.
        head: Its start tag without brackets.
        heading: 1 to 6 in a heading, 0 elsewhere.
        context: Nearest li, blockquote, pre, tr, figure, figcaption or aside, "" outside.
        figure: The nearest figure around it or itself.
        hidden: Not shown without scripts, by itself or with what is around it.
        around: Names of the inline tags around it.
    """

    index: int
    tag: str
    head: str
    parent: Box | None
    depth: int
    heading: int = 0
    context: str = ""
    figure: Box | None = None
    hidden: bool = False
    around: str = ""

    written: str | None = None

    @property
    def names(self) -> str:
        """Class, id, role and the like, as written, with those of inline tags around it; read when first asked for."""
        names = self.written
        if names is None:
            own = names_of(self.head)
            names = self.written = f"{own} {self.around}".strip() if self.around else own
        return names


@dataclass(slots=True, eq=False)
class TextBlock:
    """A run of text that a reader sees as one block.

    Args:
        order: Its place among all blocks and pictures.
        text: White space collapsed; line breaks only in preformatted text.
        link_chars: How many characters of it are links.
        links: How many links begin in it.
        bold_chars: How many stand in strong, b, em or i.
        split: True where it is one of several blocks that line breaks made of one element.
        pieces: The texts it was made of, kept where tags with a class or no-break spaces stand in it.
        spans: (names, first piece, piece behind the last) of the inline tags with a class in it.
    """

    order: int
    box: Box
    text: str
    link_chars: int = 0
    links: int = 0
    bold_chars: int = 0
    split: bool = False
    pieces: tuple[str, ...] = ()
    spans: tuple[tuple[str, int, int], ...] = ()

    @property
    def marks(self) -> tuple[tuple[str, str], ...]:
        """(names, text) of the inline tags with a class in it."""
        return tuple([
            (names, text)
            for names, start, end in self.spans
            if (text := " ".join("".join(self.pieces[start:end]).replace(BREAK, " ").split()))
        ])  # fmt: skip

    @property
    def printed(self) -> str:
        """The text with its no-break spaces: what was cut is kept as it stood."""
        return _WHITE.sub(" ", "".join(self.pieces)).strip() if self.pieces and not self.split else self.text


@dataclass(slots=True, eq=False)
class Picture:
    """An img element, or what stands for it.

    Args:
        order: Its place among all blocks and pictures.
        head: Its start tag without brackets; read when asked for, as most pictures of a page never are.
        source: Address of the picture element around it.
        address: Its own or that, once it was asked for; "" where there is none.
    """

    order: int
    box: Box
    head: str
    source: str | None = None
    address: str | None = None

    @property
    def url(self) -> str | None:
        """Its address as written."""
        if self.address is None:
            self.address = read_address(self.head) or self.source or ""
        return self.address or None

    @property
    def alt(self) -> str | None:
        """The text that stands for it."""
        return " ".join(value_of(self.head, "alt").split()) or None

    @property
    def title(self) -> str | None:
        """The text shown when it is pointed at."""
        return " ".join(value_of(self.head, "title").split()) or None

    @property
    def sides(self) -> tuple[int | None, int | None]:
        """Width and height in pixels."""
        return read_pixels(value_of(self.head, "width")), read_pixels(value_of(self.head, "height"))

    @property
    def credit(self) -> str | None:
        """The credit that an attribute of its own states."""
        return read_credit(self.head)


@dataclass(slots=True)
class Layout:
    """All boxes, text blocks and pictures of a page in document order."""

    boxes: list[Box] = field(default_factory=list)
    blocks: list[TextBlock] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    ruled: dict[int, str] = field(default_factory=dict)
    """Index of a box that a site's selectors match -> what they say of it."""
