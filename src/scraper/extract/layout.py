"""Layout: the boxes, text blocks and pictures of a page in reading order.

A module of its own because everything after the walk reads only these, and nothing in them knows the tree.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Box:
    """An element that is no inline tag.

    Args:
        index: Its place among all boxes, in document order.
        names: Its class, id, role and the like, as written, with those of inline tags around it.
        heading: 1 to 6 in a heading, 0 elsewhere.
        context: Nearest li, blockquote, pre, tr, figure, figcaption or aside, "" outside.
        figure: The nearest figure around it or itself.
        hidden: Not shown without scripts, by itself or with what is around it.
    """

    index: int
    tag: str
    names: str
    parent: Box | None
    depth: int
    heading: int = 0
    context: str = ""
    figure: Box | None = None
    hidden: bool = False


@dataclass(slots=True, eq=False)
class TextBlock:
    """A run of text that a reader sees as one block.

    Args:
        order: Its place among all blocks and pictures.
        text: White space collapsed; line breaks only in preformatted text.
        link_chars: How many characters of it are links.
        links: How many links begin in it.
        bold_chars: How many stand in strong, b, em or i.
        marks: (names, text) of the inline tags with a class in it.
        split: True where it is one of several blocks that line breaks made of one element.
        printed: The text with its no-break spaces, where it has some; what was cut is kept as it stood.
    """

    order: int
    box: Box
    text: str
    link_chars: int = 0
    links: int = 0
    bold_chars: int = 0
    marks: tuple[tuple[str, str], ...] = ()
    split: bool = False
    printed: str | None = None


@dataclass(slots=True, eq=False)
class Picture:
    """An img element, or what stands for it."""

    order: int
    box: Box
    url: str | None
    alt: str | None
    width: int | None = None
    height: int | None = None
    names: str = ""
    title: str | None = None
    credit: str | None = None


@dataclass(slots=True)
class Layout:
    """All boxes, text blocks and pictures of a page in document order."""

    boxes: list[Box] = field(default_factory=list)
    blocks: list[TextBlock] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    box_of: dict[int, Box] = field(default_factory=dict)
    """Box of an element, by its mem_id."""
