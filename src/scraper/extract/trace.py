"""Trace: which pieces of a page's markup each block was made of, and the page as lines of text that say so.

A module of its own because only who shows a page asks for it: the walk is the extractor's own, over a list that notes
which token was read last, so that extraction pays nothing and the very text that was decided on is marked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.extract.beside import is_content
from scraper.extract.blocks import PARAGRAPH_BREAK, Walk
from scraper.extract.layout import BREAK, Layout, Picture, TextBlock
from scraper.extract.markup import BLOCK, INLINE, KINDS, SKIPPED, plain, value_of
from scraper.extract.tokens import mend, skip, skip_comment
from scraper.marked import Line, LineKind, Run

FIELD = "data-scraper-field"
"""Attribute by which elements that fields were read from are marked before the walk."""

MAX_SHOWN_CHARS = 1_000_000
"""Of a page: more is counted and left out, as no browser shows it with ease. Set by hand."""

MAX_ADDRESS_CHARS = 300
_STRONG = frozenset(("b", "strong", "em", "i"))
_KINDS: dict[str, LineKind] = {
    "h1": "h1", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6", "p": "p", "li": "li", "td": "td",
    "th": "td", "blockquote": "quote", "pre": "pre", "figcaption": "caption", "caption": "caption",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Traced:
    """A page as lines of text.

    Args:
        lines: In order.
        left_out: Characters behind them that are too many to be shown.
    """

    lines: tuple[Line, ...]
    left_out: int


def trace(tree: LexborHTMLParser, layout: Layout, nodes: Mapping[str, Sequence[LexborNode]], url: str) -> Traced:
    """Walk a page once more, and give it as lines whose runs name the block and the fields they belong to.

    Args:
        tree: The page, after it was laid out; elements of fields are marked in it by this.
        layout: What was made of it then.
        nodes: Field -> the elements it was read from.
        url: The page's address, to make those of pictures absolute.

    Raises:
        ValueError: The walk does not give the same blocks again.
    """
    for name, elements in nodes.items():
        for node in elements:
            node.attrs[FIELD] = f"{node.attributes.get(FIELD) or ''} {name}".strip()
    top = tree.body or tree.root
    if top is None:
        return Traced((), 0)
    tape = _Tape((top.html or "").split("<"))
    walk = Walk()
    walk.pieces = pieces = _Pieces(tape)
    walk.layout.blocks, walk.layout.pictures = blocks, pictures = _Blocks(pieces), _Pictures(tape)
    walk.run(tape)
    if [block.text for block in blocks] != [block.text for block in layout.blocks]:
        raise ValueError(f"{url}: a second walk gives {len(blocks)} blocks, the first gave {len(layout.blocks)}")
    return _Reader(list(tape), _owners(blocks.made_of), pictures.at, url).read()


class _Tape(list[str]):
    """Markup cut at its opening brackets, that notes which piece was read last."""

    last = 0

    def __getitem__(self, at):  # type: ignore[no-untyped-def]
        self.last = at
        return super().__getitem__(at)


class _Piece(NamedTuple):
    token: int
    text: str


class _Pieces(list[str]):
    """The texts of the block that is being read, with the tokens they came from."""

    def __init__(self, tape: _Tape) -> None:
        super().__init__()
        self._tape = tape
        self.noted: list[_Piece] = []

    def append(self, text: str) -> None:
        super().append(text)
        self.noted.append(_Piece(self._tape.last, text))

    def clear(self) -> None:
        super().clear()
        self.noted = []


class _Blocks(list[TextBlock]):
    """Blocks, each with the pieces at hand when it was made: all blocks of one element have the same list."""

    def __init__(self, pieces: _Pieces) -> None:
        super().__init__()
        self._pieces = pieces
        self.made_of: list[list[_Piece]] = []

    def append(self, block: TextBlock) -> None:
        super().append(block)
        self.made_of.append(self._pieces.noted)


class _Pictures(list[Picture]):
    def __init__(self, tape: _Tape) -> None:
        super().__init__()
        self._tape = tape
        self.at: dict[int, Picture] = {}

    def append(self, picture: Picture) -> None:
        super().append(picture)
        self.at[self._tape.last] = picture


def _owners(made_of: Sequence[list[_Piece]]) -> dict[int, tuple[int, str]]:
    """Give for each token with text of a block the block's index and the text; line breaks part an element's blocks."""
    owners: dict[int, tuple[int, str]] = {}
    first = 0
    for _, group in groupby(made_of, id):
        count = len(same := list(group))
        raw = "".join(piece.text for piece in same[0])
        parts = [(0, len(raw))] if count == 1 else _parts(raw)
        part = at = 0
        for piece in same[0]:
            while part < count - 1 and at >= parts[part][1]:
                part += 1
            if piece.text.strip(BREAK + " "):
                owners[piece.token] = first + part, piece.text
            at += len(piece.text)
        first += count
    return owners


def _parts(raw: str) -> list[tuple[int, int]]:
    """Give where the blocks stand that line breaks make of one text."""
    ends = [(found.start(), found.end()) for found in PARAGRAPH_BREAK.finditer(raw)]
    spans = zip([0, *(end for _, end in ends)], [*(start for start, _ in ends), len(raw)], strict=True)
    return [(start, end) for start, end in spans if raw[start:end].replace(BREAK, " ").strip()]


class _Place(NamedTuple):
    """What the text at a place of the markup stands in."""

    kind: LineKind = "p"
    row: int = 0
    fields: tuple[str, ...] = ()
    strong: bool = False
    block: bool = False


class _Reader:
    """Reads markup as the walk does, and keeps all text.

    Args:
        tokens: The markup.
        owners: Token -> index of the block it has text of, and the text.
        pictures: Token -> the picture it is.
        url: The page's address.
    """

    def __init__(
        self, tokens: list[str], owners: Mapping[int, tuple[int, str]], pictures: Mapping[int, Picture], url: str
    ) -> None:
        self._tokens, self._owners, self._pictures, self._url = tokens, owners, pictures, url
        self._lines: list[Line] = []
        self._runs: list[Run] = []
        self._place = _Place()
        self._left, self._left_out = MAX_SHOWN_CHARS, 0

    def read(self) -> Traced:
        tokens, stack, at = self._tokens, list[_Place](), 1
        while at < len(tokens):
            head, closed, text = tokens[at].partition(">")
            at += 1
            if head[:1] == "/":
                if stack:
                    self._leave(stack.pop())
            elif head[:3] == "!--":
                at, text = skip_comment(tokens, at - 1)
            else:
                if not closed:
                    head, text, at = mend(tokens, at - 1)
                tag = head.partition(" ")[0]
                kind = KINDS.get(tag, BLOCK)
                if kind in (BLOCK, INLINE):
                    stack.append(self._place)
                    self._enter(tag, head, at - 1, is_block=kind == BLOCK)
                elif tag == "br":
                    self._add(Run("\n", fields=self._place.fields))
                elif tag in ("img", "amp-img"):
                    self._add_picture(at - 1)
                elif tag == "hr":
                    self._end_line()
                if kind == SKIPPED:
                    at, text = skip(tokens, at, tag)
            if text:
                self._add_text(text, at - 1)
        self._end_line()
        return Traced(tuple(self._lines), self._left_out)

    def _enter(self, tag: str, head: str, token: int, *, is_block: bool) -> None:
        here = self._place
        names = value_of(head, FIELD).split() if FIELD in head else ()
        if is_block:
            self._end_line()
        self._place = _Place(
            _KINDS.get(tag, here.kind) if is_block else here.kind,
            token if tag == "tr" else 0 if tag == "table" else here.row,
            (*here.fields, *(name for name in names if name not in here.fields)) if names else here.fields,
            here.strong or tag in _STRONG,
            is_block,
        )

    def _leave(self, before: _Place) -> None:
        if self._place.block:
            self._end_line()
        self._place = before

    def _add_text(self, raw: str, token: int) -> None:
        text = plain(raw)
        number, said = self._owners.get(token, (None, ""))
        if said != text:  # not a text of the walk's: of a button, or of what is shown without scripts alone
            number = None
        if self._place.kind != "pre":
            text = _squeeze(text)
        self._add(Run(text, number, self._place.fields, self._place.strong))

    def _add_picture(self, token: int) -> None:
        picture = self._pictures.get(token)
        if picture is None or not is_content(picture) or (address := picture.url) is None:
            return
        try:
            address = urljoin(self._url, address)
        except ValueError:
            return
        if not address.startswith(("http://", "https://")):
            address = address.partition(",")[0][:40]
        self._add(Run(picture.alt or "", fields=self._place.fields, picture=address[:MAX_ADDRESS_CHARS]))

    def _add(self, run: Run) -> None:
        size = len(run.text)
        if size > self._left:
            self._left_out += size
            return
        self._left -= size
        self._runs.append(run)

    def _end_line(self) -> None:
        runs = self._runs
        if self._place.kind != "pre":
            while runs and not runs[0].picture and not (text := runs[0].text.lstrip()):
                del runs[0]
            if runs and not runs[0].picture:
                runs[0] = replace(runs[0], text=text)
        if any(run.picture or run.text.strip() for run in runs):
            self._lines.append(Line(self._place.kind, tuple(_join(runs)), self._place.row))
        runs.clear()


def _squeeze(text: str) -> str:
    """Collapse white space, and keep one blank at either end where there was some."""
    inner = " ".join(text.split())
    return f"{' ' if text[:1].isspace() else ''}{inner}{' ' if inner and text[-1:].isspace() else ''}"


def _join(runs: Sequence[Run]) -> list[Run]:
    """Join runs that differ in nothing but their text, and take those that are blank into the one before."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and not last.picture and not run.picture and _alike(last, run):
            joined[-1] = Run(last.text + run.text, last.block, last.fields, last.strong)
        else:
            joined.append(run)
    return joined


def _alike(one: Run, other: Run) -> bool:
    if not other.text.strip():
        return True
    return (one.block, one.fields, one.strong) == (other.block, other.fields, other.strong)
