"""Headline: what the reader sees above the text.

A module of its own because headline, title, og:title and h1 differ on a third of pages, and the printed one, without
the site's name, is what readers call the headline.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from selectolax.lexbor import LexborNode

from scraper.extract.linked_data import LinkedData
from scraper.extract.printed import BOLD_TAGS, Printed, Spot, key_of
from scraper.extract.standing import ancestors_of, stands_outside, text_of

MAX_HEADLINE_CHARS = 400

MAX_HEADINGS = 80

SURE_LIKENESS = 0.8
FAIR_LIKENESS = 0.4
"""Shared words of two titles (Dice). Source: the development sets; between .3 and .5 nothing changes."""

MIN_LABEL_CHARS = 3
"""Shorter labels of a host are countries and the like."""

LONGER = 0.01
"""Of bold lines that are parts of the title, the longer one is the headline, the shorter the site's name."""

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|[^\W_]+")
_MARKS = re.compile(r"[\u0300-\u036f]+")
_OTHER_MARKS = re.compile(
    r"[\u0483-\u1fff\u20d0-\u20ff\u2cef-\u2cf1\u2de0-\u2dff\u3099\u309a\ua66f-\uabff\ufb1e\ufe20-\ufe2f\U00010000-\U0001ffff]"
)
"""Scripts that have marks besides those of Latin, Greek and Cyrillic."""

_SEPARATOR = re.compile(r"\s+[|–—»«·•:~-]+\s+|\s*[|｜»]\s*|\s::\s|[_-]+(?=[\u3400-\u9fff])|\s-(?=\w)")
_EASTERN_SITE = re.compile("[\u3040-\u30ff\u3400-\u9fff]{1,6}(?:网|網|新闻|新聞|日报|日報|晚报|ニュース)")
"""What sites call themselves at the end of a title, where they name themselves nowhere else."""
_LEADING_DATE = re.compile(r"(?:(\d{1,2})[./](\d{1,2})[./](\d{4})|(\d{4})-(\d\d)-(\d\d))(?!\d)[\s|:•·,–—-]*")
MIN_DATED_WORDS = 2
_KICKER = re.compile(r"kicker|eyebrow|overline|dachzeile|topline|supertitle|roofline|antetitulo|sur-?titre|vinjett")
_BREADCRUMB = re.compile(r"breadcrumb|seo-?_?(?:title|head)")
MAX_CRUMB_CLIMB = 4
MAX_BELOW_CRUMB = 60
"""Elements from the breadcrumbs to the headline below them. Source: the development pages, at most 20."""

SAID_TWICE = 0.9
"""Taken from what an h1 in the breadcrumbs weighs: it is written for search engines, readers see the h2 below it.
Source: of 14 news pages that have both, the h2 is the headline on all."""

_HOME = re.compile(r"(?:https?:)?(?://[^/?#]+)?/?(?:index\.\w{3,4})?")


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline and where it stands.

    Args:
        text: Without the site's name; None where nothing was found.
        source: Where it comes from.
        place: Number of its element in document order, 0 where it is not printed.
        around: Ids of the elements it stands in.
        said: What the page declares: source and title, without the site's name.
    """

    text: str | None
    source: str | None
    place: int
    around: frozenset[int] = frozenset()
    said: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """Give the words of a text, case and accents folded; each character is a word in CJK and Thai."""
    if not text.isascii():
        text = text.replace("\u00ad", "")
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
        if _OTHER_MARKS.search(text):
            text = "".join(c for c in text if not unicodedata.combining(c))
        text = unicodedata.normalize("NFKC", text)
    return tuple(_WORD.findall(text.casefold()))


def likeness(one: str, other: str) -> float:
    """Give the share of words that two titles have in common (Dice), 0 to 1."""
    a, b = set(words_of(one)), set(words_of(other))
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def strip_site_name(text: str, site_names: Iterable[str], *, url_host: str = "") -> str:
    """Cut the site's name from the end or the start of a title."""
    labels = [label for label in url_host.split(".")[:-1] if len(label) >= MIN_LABEL_CHARS]
    names = {words_of(name) for name in (*site_names, *labels, url_host)}
    joined = {"".join(name) for name in names if name}
    parts = _cuts(text)
    while len(parts) > 1 and (
        "".join(words_of(parts[-1][1])) in joined or _EASTERN_SITE.fullmatch(parts[-1][1].strip())
    ):
        parts.pop()
    while len(parts) > 1 and "".join(words_of(parts[0][1])) in joined:
        parts.pop(0)
    return text[parts[0][0] : parts[-1][0] + len(parts[-1][1])].strip()


def without_date(text: str, published: datetime) -> str:
    """Cut the day of publication off the front of a headline: a date of another day is what the headline is about."""
    match = _LEADING_DATE.match(text)
    if match is None:
        return text
    numbers = sorted(map(int, filter(None, match.groups())))
    rest = text[match.end() :]
    same = numbers == sorted((published.day, published.month, published.year))
    return rest if same and len(words_of(rest)) >= MIN_DATED_WORDS else text


def _cuts(text: str) -> list[tuple[int, str]]:
    parts, at = [], 0
    for match in _SEPARATOR.finditer(text):
        parts.append((at, text[at : match.start()]))
        at = match.end()
    parts.append((at, text[at:]))
    return [part for part in parts if part[1].strip()] or [(0, text)]


def find_headline(printed: Printed, linked: LinkedData, *, host: str) -> Headline:
    """Find the headline: the printed heading that the page's own titles agree with, else the best of these titles."""
    sites = {"".join(words_of(name)) for name in (*linked.site_names, host, host.split(".")[0])} - {""}
    declared = _declared(linked, host)
    said = tuple((source, text) for text, source in declared if "".join(words_of(text)) not in sites)
    signals = [text for text, _ in declared]
    signal_words = [frozenset(words_of(text)) for text in dict.fromkeys(signals)]
    parts = {words_of(part) for _, part in _cuts(declared[-1][0])[:2]} if declared and linked.title else set()
    best: tuple[float, Spot, str] | None = None
    headings = sorted(printed.headings[:MAX_HEADINGS], key=lambda spot: spot.node.tag != "h1")
    crumb = 0
    for spot in headings:
        first_level = spot.node.tag == "h1"
        if not first_level and best is not None and best[0] > 1:
            break  # none of the lower levels can weigh more
        if crumb and not 0 < spot.place - crumb < MAX_BELOW_CRUMB:
            continue
        text = text_of(spot.node, limit=MAX_HEADLINE_CHARS)
        if not text or "".join(words := words_of(text)) in sites:
            continue
        own = frozenset(words)
        alike = max((2 * len(own & one) / (len(own) + len(one)) for one in signal_words if one), default=0.0)
        if alike < SURE_LIKENESS and words in parts:
            alike = SURE_LIKENESS
        if not first_level and FAIR_LIKENESS <= alike < SURE_LIKENESS:
            rest = frozenset(words_of(_without_kicker(text, spot, signals)))
            alike = max((2 * len(rest & one) / (len(rest) + len(one)) for one in signal_words if one), default=0.0)
        if not first_level and alike < SURE_LIKENESS:
            continue
        score = alike + (0.6 if first_level else LONGER * min(len(words), 20) if spot.node.tag in BOLD_TAGS else 0.0)
        score -= 1.0 if _leads_home(spot.node) else 0.5 if stands_outside(spot.node) else 0.0
        if first_level and _is_crumb(spot.node):
            score -= SAID_TWICE
            crumb = crumb or spot.place
        if best is None or score > best[0] + 0.05:
            best = (score, spot, text)
    if best is None:
        return Headline(*declared[0], 0, said=said) if declared else Headline(None, None, 0)
    score, spot, text = best
    place, around = spot.place, ancestors_of(spot.node)
    printed.chosen["headline"] = [spot.node]
    agreed = score >= 0.6 + FAIR_LIKENESS or (score >= SURE_LIKENESS and spot.node.tag != "h1")
    if agreed or (score >= 0.6 and (not declared or len(words_of(text)) > 3)) or not declared:
        text = strip_site_name(text, linked.site_names, url_host=host)
        return Headline(_without_kicker(text, spot, signals), "dom", place, around, said)
    return Headline(*declared[0], place, around, said)


def _is_crumb(node: LexborNode | None) -> bool:
    """Tell whether a heading is the last of the breadcrumbs."""
    for _ in range(MAX_CRUMB_CLIMB):
        if node is None or node.tag in ("body", "main", "article", "header"):
            return False
        if _BREADCRUMB.search(key_of(node)) or "data-breadcrumb-headline" in node.attributes:
            return True
        node = node.parent
    return False


def _leads_home(node: LexborNode) -> bool:
    """Tell whether a heading is a link to the site's first page, as its name at the top is."""
    anchor = node.css_first("a") or (node.parent if node.parent is not None and node.parent.tag == "a" else None)
    return anchor is not None and _HOME.fullmatch((anchor.attributes.get("href") or "#").strip()) is not None


def _without_kicker(text: str, spot: Spot, signals: Iterable[str]) -> str:
    """Cut the line above the headline where it stands in the heading, in an element of its own.

    It is one where a declared title lacks it, or where its class says so and no declared title has it.
    """
    words = words_of(text)
    declared = {words_of(signal) for signal in signals}
    for child in spot.node.css("*")[:10]:
        if child.mem_id == spot.node.mem_id:
            continue
        kicker = text_of(child, limit=MAX_HEADLINE_CHARS)
        if not kicker or not text.startswith(kicker) or len(kicker) >= len(text):
            continue
        rest = text[len(kicker) :].strip(" :|–—-·/•")
        cut = words_of(rest)
        if len(cut) <= 2 or cut != words[-len(cut) :]:
            continue
        if cut in declared or (words not in declared and _KICKER.search(key_of(child))):
            return rest
    return text


def _declared(linked: LinkedData, host: str) -> list[tuple[str, str]]:
    given = [
        (linked.headline, linked.origin.get("headline", "json_ld")),
        (linked.first_meta("og:title"), "opengraph"),
        (linked.first_meta("twitter:title", "dc.title", "parsely-title", "sailthru.title", "title"), "meta"),
        (linked.title, "meta"),
    ]
    found = []
    for text, source in given:
        if text and (short := strip_site_name(text, linked.site_names, url_host=host)):
            if text is linked.title and "|" in short:
                short = short.rsplit("|", 1)[0].strip() or short
            found.append((short, source))
    return found
