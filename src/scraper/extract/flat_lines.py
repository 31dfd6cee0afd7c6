"""Flat lines: the lines of a text without markup, put together where they were broken to a width.

A module of its own because what the marks of a line say (Markdown's headings, lists and links, bullets, indents) has
to be read once, before anything asks what the line is. All costs are linear in the text.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scraper.article import BlockKind
from scraper.errors import ExtractError

MAX_LINES = 10_000
"""More lines that are not empty are no page. Source: of 1,285 development pages flattened none has more than 1,529."""

WRAP_CHARS = (45, 110)
"""Widths that text is wrapped to: mail and terminals from 55 to 80, the widest editors 100."""

LONG_CHARS = 140
WRAPPED_SHARE = 0.2
"""Wrapped text has no longer lines, but for addresses, and so much of it ends where the next word did not fit: half in
paragraphs of two lines, less beside menus."""

GOING_ON = 0.4
"""So many of the broken lines end inside a sentence and go on with a small letter, in scripts that have them: half in
German, where nouns have capitals; in lists of titles and of paragraphs few."""

MIN_WRAPPED = 3
"""Fewer broken lines may be chance."""

MARKDOWN_SIGNS = 3
"""Headings and links in Markdown's form that make a text Markdown; fewer may be chance."""

_CONTROL = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f\u0080-\u0084\u0086-\u009f\u00ad\u200b\u2060\ufeff\ufff9-\ufffb]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_WIDE = re.compile("[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]")
_BULLET = re.compile(r"(?:[•◦‣▪●■▶►◆·*]|[-–](?= ))\s+(?=\S)")
_SURE_BULLET = "•◦‣▪●■▶►◆"
_HEADING = re.compile(r"(#{1,6})\s+(\S.*?)\s*#*$")
_PICTURE = re.compile(r"!\[([^\]\[]{0,500})\]\([^()\s]{0,2000}(?:\s\"[^\"]{0,300}\")?\)")
_LINK = re.compile(r"\[([^\]\[]{0,500})\]\((?:[^()\s]|\([^()\s]{0,200}\)){0,2000}(?:\s\"[^\"]{0,300}\")?\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_]{1,2000}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])([^*_]{1,1000}?)(?<=[^\s*_])\1(?![\w*])")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that a reader sees, or a paragraph whose lines were broken to a width.

    Args:
        text: White space collapsed, marks gone.
        gap: It stands after an empty line, or after a rule, or begins the text.
        kind: What its marks say it is, None where they say nothing.
        links: Share of its characters that are links, as far as marks tell.
        picture: It stands for a picture; its text is what the picture shows.
        printed: The text with its no-break spaces, where it has some; what was cut is kept as it stood.
    """

    text: str
    gap: bool
    kind: BlockKind | None = None
    links: float = 0.0
    picture: bool = False
    printed: str | None = None


def read_lines(text: str) -> list[Line]:
    """Read the lines of a text that are not empty.

    Raises:
        ExtractError: reason "too_many_elements".
    """
    text = _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))
    raw = text.splitlines()
    if len(raw) > MAX_LINES and sum(1 for line in raw if line and not line.isspace()) > MAX_LINES:
        raise ExtractError("too_many_elements", f"the text has more than {MAX_LINES} lines")
    lines: list[Line] = []
    gap = True
    for line in raw:
        tidied = " ".join(line.split())
        if not tidied:
            gap = True
            continue
        # An indent begins a paragraph in text without empty lines.
        indented = line[:1] in " \t\u3000" and not line.startswith("    ")
        lines.append(Line(tidied, gap or indented, printed=line.strip() if "\u00a0" in line else None))
        gap = False
    if not lines:
        raise ExtractError("empty", "the text is empty")
    marked = _is_markdown(lines)
    lines = _join_wrapped(lines)
    return [done for line in lines if (done := _read_marks(line, marked=marked)).text] if marked else _bullets(lines)


def _is_markdown(lines: Sequence[Line]) -> bool:
    signs = 0
    for line in lines:
        head = line.text[:2000]
        signs += bool(_HEADING.match(head)) + ("](" in head and bool(_LINK.search(head)))
        if signs >= MARKDOWN_SIGNS:
            return True
    return any(_HEADING.match(line.text[:400]) and line.text.startswith("# ") for line in lines[:3])


def _read_marks(line: Line, *, marked: bool) -> Line:
    """Take Markdown's marks off a line and keep what they say."""
    text, kind = line.text, line.kind
    if found := _HEADING.fullmatch(text[:1000]):
        text, kind = found[2], "subhead"
    elif text.startswith(">"):
        text, kind = text.lstrip("> "), "quote"
    elif found := _BULLET.match(text):
        text, kind = text[found.end() :], "list_item"
    if "](" not in text:
        return replace(line, text=_plain(text), kind=kind)
    pictures = _PICTURE.findall(text)
    if pictures and not re.search(r"\w", _LINK.sub("", _PICTURE.sub("", text))):
        said = " ".join(dict.fromkeys(filter(None, pictures)))
        return Line(said or "image", line.gap, None, 0.0, picture=True)
    text = _PICTURE.sub(r"\1", text)
    linked = sum(len(said) for said in _LINK.findall(text))
    text = _plain(_LINK.sub(r"\1", text))
    return Line(text, line.gap, kind, min(1.0, linked / max(len(text), 1)))


def _plain(text: str) -> str:
    """Take the marks of emphasis off."""
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", text))
    return text.strip()


def _bullets(lines: list[Line]) -> list[Line]:
    """Read bullets in plain text: a hyphen only where its neighbor has one too, as speech begins with a dash."""
    starts = [_BULLET.match(line.text[:20]) for line in lines]
    read = []
    for i, (line, start) in enumerate(zip(lines, starts, strict=True)):
        beside = any(starts[j] and lines[j].text[0] == line.text[0] for j in (i - 1, i + 1) if 0 <= j < len(lines))
        if start and (line.text[0] in _SURE_BULLET or (beside and line.text[0] in "-*")):
            read.append(replace(line, text=line.text[start.end() :], kind="list_item"))
        else:
            read.append(line)
    return read


def width_of(text: str) -> int:
    """Give the columns that a line fills: characters of East Asian scripts fill two."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def _join_wrapped(lines: list[Line]) -> list[Line]:
    """Join the lines of paragraphs that were broken to a width: each ends where the next word did not fit."""
    widths = [width_of(line.text[: 2 * LONG_CHARS]) for line in lines]
    chars = sum(widths)
    if sum(width for width in widths if width > LONG_CHARS) > 0.05 * chars:
        return lines
    inside = sorted(width for i, width in enumerate(widths[:-1]) if not lines[i + 1].gap and width <= LONG_CHARS)
    if len(inside) < MIN_WRAPPED:
        return lines
    limit = inside[int(0.98 * (len(inside) - 1))]
    if not WRAP_CHARS[0] <= limit <= WRAP_CHARS[1]:
        return lines
    joins = [
        not after.gap and _is_full(width, after.text, limit) and not _BULLET.match(after.text[:20])
        for width, after in zip(widths, lines[1:], strict=False)
    ]
    broken = sum(width for width, joined in zip(widths, joins, strict=False) if joined)
    pairs = [(line.text, after.text) for line, after, joined in zip(lines, lines[1:], joins, strict=False) if joined]
    if sum(_goes_on(before, after) for before, after in pairs) < GOING_ON * len(pairs):
        return lines
    if sum(joins) < MIN_WRAPPED or broken < WRAPPED_SHARE * sum(width for width in widths if width > limit / 3):
        return lines
    whole: list[list[str]] = []
    firsts: list[Line] = []
    for line, joined in zip(lines, [False, *joins], strict=True):
        if joined:
            whole[-1].append(line.text)
        else:
            whole.append([line.text])
            firsts.append(line)
    return [
        replace(line, text=_join(parts), printed=line.printed if len(parts) == 1 else None)
        for line, parts in zip(firsts, whole, strict=True)
    ]


def _is_full(width: int, after: str, limit: int) -> bool:
    """Tell whether the first word of the next line did not fit behind a line."""
    word = after[: limit + 1].split(" ", 1)[0]
    first = 2 if word and _WIDE.match(word) else width_of(word) + 1
    return width + first > limit - 1


def _goes_on(before: str, after: str) -> bool:
    """Tell whether a sentence surely goes on from one line to the next."""
    return before[-1] not in ".!?…:" and after[0] == after[0].lower()


def _join(parts: list[str]) -> str:
    """Join broken lines; no space stands between East Asian characters, none behind a hyphen inside a word."""
    text = [parts[0]]
    for before, part in itertools.pairwise(parts):
        wide = _WIDE.match(before[-1]) and _WIDE.match(part[0])
        hyphened = before[-1] == "-" and before[-2:-1].isalpha() and part[0].islower()
        text.append(part if wide or hyphened else f" {part}")
    return "".join(text)
