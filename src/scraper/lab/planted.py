"""Planted: pairs of texts of which it is known whether one is a copy of the other.

A module of its own because the kinds of change are what the measurement says something about: copies as papers make
them, and look-alikes as sites print them. All are made from texts at hand, by chance with a fixed seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

_NUMBER = re.compile(r"\d+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "—": " -- ", "–": "-", "«": '"', "»": '"'})


@dataclass(frozen=True, slots=True)
class Source:
    """A text to plant pairs from."""

    site: str
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts.

    Args:
        copy: Whether the second is a copy of the first.
    """

    kind: str
    first: Source
    second: Source
    copy: bool = False


def plant_pairs(sources: Sequence[Source], seed: int) -> Iterator[Pair]:
    """Plant one pair of each kind for each text that allows it."""
    rng = random.Random(seed)  # noqa: S311
    words = [word for source in sources for word in source.text.split()]
    # A notice is written as its story is: of 120 English words in a Chinese one nearly all of its words would be.
    sources = sorted(sources, key=lambda source: _is_spaceless(source.text))
    for number, source in enumerate(sources):
        other, third = (sources[(number + step) % len(sources)] for step in (1, 2))
        paper = Source(f"paper-{number}.example", "")
        for kind, change in _COPIES.items():
            yield Pair(kind, source, Source(paper.site, change(source.text, other.text, words, rng)), copy=True)
        for kind in ("5 % of words", "first third"):
            changed = _COPIES[kind](source.text, other.text, words, rng)
            yield Pair(f"{kind}, same site", source, Source(source.site, changed), copy=True)
        yield Pair("translation", source, Source(paper.site, _translate(source.text)))
        if number % 3:
            continue  # no text stands in two look-alikes of a kind, which would be copies of one another
        for where, site in (("same site", source.site), ("other site", paper.site)):
            for kind, make in _LOOK_ALIKES.items():
                made = make(source.text, other.text, third.text, rng)
                if made is not None:
                    first, second = made
                    yield Pair(f"{kind}, {where}", Source(source.site, first), Source(site, second))


def plant_families(sources: Sequence[Source], seed: int) -> Iterator[list[Source]]:
    """Plant, for each text, the copies that several papers make of it, with the text."""
    rng = random.Random(seed)  # noqa: S311
    words = [word for source in sources for word in source.text.split()]
    for number, source in enumerate(sources):
        other = sources[(number + 1) % len(sources)].text
        papers = ((f"{number}-{place}.example", _COPIES[kind]) for place, kind in enumerate(FAMILY))
        yield [source, *(Source(site, change(source.text, other, words, rng)) for site, change in papers)]


def _restyle(text: str, *_: object) -> str:
    return text.translate(_QUOTES).replace("\n\n", "\n").replace(". ", ".  ").replace(",", " ,")


def _change_words(text: str, _: str, words: Sequence[str], rng: random.Random, *, share: float) -> str:
    if _is_spaceless(text):
        return "".join(rng.choice(text) if rng.random() < share else char for char in text)
    return " ".join(rng.choice(words) if rng.random() < share else word for word in text.split(" "))


def _rewrite(text: str, local: str, words: Sequence[str], rng: random.Random, *, kept: float) -> str:
    """Rewrite as a desk does: another lede, one local paragraph, the end cut, house style."""
    paragraphs = _paragraphs(text)
    paragraphs = paragraphs[: max(2, round(len(paragraphs) * kept))]
    paragraphs[0] = _change_words(paragraphs[0], "", words, rng, share=0.7)
    paragraphs = [_change_words(paragraph, "", words, rng, share=0.02) for paragraph in paragraphs]
    paragraphs.insert(rng.randrange(1, len(paragraphs) + 1), _part(local, 40))
    return "\n\n".join(paragraphs)


def _truncate(text: str, *_: object, share: float) -> str:
    return text[: round(len(text) * share)] + "…"


def _tease(text: str, *_: object) -> str:
    return _part(text, 90) + "… Continue reading"


_COPIES: dict[str, Callable[[str, str, Sequence[str], random.Random], str]] = {
    "restyled": _restyle,
    "5 % of words": partial(_change_words, share=0.05),
    "10 % of words": partial(_change_words, share=0.1),
    "20 % of words": partial(_change_words, share=0.2),
    "rewrite, all kept": partial(_rewrite, kept=1.0),
    "rewrite, 60 % kept": partial(_rewrite, kept=0.6),
    "first third": partial(_truncate, share=1 / 3),
    "first 90 words": _tease,
}


FAMILY = ("restyled", "5 % of words", "10 % of words", "rewrite, 60 % kept", "first third")


def _translate(text: str) -> str:
    """Stand in for a translation: names and numbers stay, every other word is another."""
    if _is_spaceless(text):
        return text[::-1]
    return " ".join(word if word[:1].isupper() or word[:1].isdigit() else word[::-1] + "en" for word in text.split(" "))


def _share_paragraph(a: str, b: str, standing: str, rng: random.Random, *, own: int, words: int) -> tuple[str, str]:
    """Give two short stories with the same bio, disclaimer or notice at the end."""
    return f"{_part(a, own)}\n\n{_part(standing, words)}", f"{_part(b, own)}\n\n{_part(standing, words)}"


def _share_opening(a: str, b: str, standing: str, rng: random.Random) -> tuple[str, str]:
    """Give two live blogs with the same introduction."""
    return f"{_part(standing, 80)}\n\n{_part(a, 300)}", f"{_part(standing, 80)}\n\n{_part(b, 300)}"


def _share_background(a: str, b: str, background: str, rng: random.Random) -> tuple[str, str]:
    """Give two stories of one topic, a third of each the same background."""
    size = min(200, len(background.split()))
    return f"{_part(a, 2 * size)}\n\n{_part(background, size)}", f"{_part(b, 2 * size)}\n\n{_part(background, size)}"


def _fill_in(a: str, _: str, __: str, rng: random.Random) -> tuple[str, str] | None:
    """Give one text twice with other numbers; None for one with fewer than eight."""
    if len(set(_NUMBER.findall(a))) < 8:
        return None
    return a, _NUMBER.sub(lambda found: str(rng.randrange(10 ** len(found[0][:6]))), a)


_FORM = (
    "{0} weather: {1} today with a high of {2} and a low of {3}. Winds from the {4} at {5} to {6} kilometers an hour, "
    "with gusts of up to {7} near the coast. The chance of rain is {8} percent in the morning and {9} percent after "
    "noon. Tonight will be {10}, and temperatures fall to {11} in the valleys. The sun rises at {12}:{13} and sets at "
    "{14}:{15}. Tomorrow stays {16} with highs around {17}. The water of the lake has {18} degrees, the pollen count "
    "is {19} and the ultraviolet index reaches {20}. For the weekend the service expects {21} skies and temperatures "
    "between {22} and {23} degrees. The next report appears at {24} in the morning."
)


def _report(_: str, __: str, ___: str, rng: random.Random) -> tuple[str, str]:
    """Give two days of one weather report."""
    skies = ("sunny", "cloudy", "clear", "foggy", "wet", "windy", "mild")
    sides = ("north", "south", "east", "west")

    def fill() -> str:
        slots: list[object] = [rng.randrange(60) for _ in range(25)]
        slots[0] = "Lakeside"
        slots[4] = rng.choice(sides)
        for place in (1, 10, 16, 21):
            slots[place] = rng.choice(skies)
        return _FORM.format(*slots)

    return fill(), fill()


_LOOK_ALIKES: dict[str, Callable[[str, str, str, random.Random], tuple[str, str] | None]] = {
    "same bio": partial(_share_paragraph, own=150, words=60),
    "same long notice": partial(_share_paragraph, own=120, words=120),
    "same opening": _share_opening,
    "same background": _share_background,
    "other numbers": _fill_in,
    "daily report": _report,
}


def _paragraphs(text: str) -> list[str]:
    return [paragraph for paragraph in text.split("\n") if paragraph.strip()]


def _part(text: str, words: int) -> str:
    """Give the first words of a text, in scripts without spaces the first 2.5 times as many characters."""
    return text[: words * 5 // 2] if _is_spaceless(text) else " ".join(text.split()[:words])


def _is_spaceless(text: str) -> bool:
    return len(text) > 20 * len(text.split())
