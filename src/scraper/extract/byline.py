"""Byline: the line that says who wrote it, as printed, and the authors it and the page's data name.

A module of its own because sources contradict each other (a publisher's name in the data, a name on the page), and one
place has to weigh them.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from scraper.extract.byline_text import names_other_work, other_names, parse_byline
from scraper.extract.headline import Headline
from scraper.extract.linked_data import LinkedData
from scraper.extract.names import clean_name, fold_name, has_given_name, is_agency, is_name
from scraper.extract.printed import Printed, near_texts
from scraper.extract.publisher import is_publisher, publisher_names
from scraper.extract.sign_offs import read_opening, read_sign_offs
from scraper.extract.signatures import MAX_BYLINE_CHARS, Near, Signature, read_signatures
from scraper.extract.standing import text_of

FAIR_ODDS = -0.6
"""Log odds from which a line gives the authors where data name none. Source: cross-validated by site on the
development sets with authors; between -0.5 and 0.25 nothing changes by more than .003."""

SURE_ODDS = 0.5
"""Log odds from which a line may go before data. Source: as above; 1.5 is .001 worse."""

DOUBT_ODDS = 1.5
"""Log odds from which a line is believed against JSON-LD that names others. Source: as above; 3.5 is .004 worse on
one set, the same on three."""

GROUP_ODDS = 1.5
"""How much less odds a line may have that holds the best line's names and more. Source: as above."""

MAX_DATA_CHARS = 4000
"""Read of the values of one source of data, against hostile pages; a hundred names fit."""

MAX_CREDITS = 8
"""Lines, the likeliest first, in which editors and translators are looked for."""

META_NAMES = (
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "article:author_name",
    "dcsext.author",
    "citation_author",
    "author",
    "og:article:author",
    "article:author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "authors",
    "byline",
)
"""Meta names that hold authors, the surest first. Source: share of right names of each on the development pages."""

_ADDRESS = re.compile(r"https?://\S+")
_LABEL = re.compile(
    r"written by|author|autor|verfasst|geschrieben|écrit|escrito|scritto|skriv|geschreven|kirjoittanut|автор|napisan|"
    r"oleh|作者|^by$|^von$|^par$|^por$|posted by",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who wrote it.

    Args:
        byline: As printed, None where nothing is.
        authors: Names in order.
        source: Where the names come from.
        byline_source: Where the line comes from.
        said: Source and authors: what data name, without microdata, and the printed line where it is a sure one.
    """

    byline: str | None
    authors: tuple[str, ...]
    source: str | None
    byline_source: str | None
    said: tuple[tuple[str, tuple[str, ...]], ...] = ()


def find_authors(
    printed: Printed,
    linked: LinkedData,
    *,
    url: str,
    headline: Headline,
    weights: Mapping[str, float] | None = None,
) -> Authorship:
    """Weigh what data and page say of who wrote it.

    Args:
        printed: The page's candidates.
        linked: What it declares.
        url: Its address; its host is a publisher's name.
        headline: The headline and where it stands.
        weights: Of the marks of a printed line; by default those that were learned.
    """
    publisher = publisher_names(linked, url)
    around = near_texts(printed, headline.place)
    table = line_weights() if weights is None else weights
    ranked = rank(read_signatures(printed, headline, around, publisher), table)
    declared = list(_declared(linked, publisher))
    if not declared and (not ranked or ranked[0][0] < FAIR_ODDS):
        ranked = rank(read_sign_offs(printed, headline, publisher), table)
    odds, line = _best_line(_persons_first(ranked, publisher))
    if not declared and (line is None or all(is_publisher(name, publisher) for name in line.names)):
        opening = read_opening(printed, headline)
        if opening is not None:
            node, names = opening
            printed.chosen["byline"] = [node]
            return Authorship(text_of(node, limit=MAX_BYLINE_CHARS), names, "dom", "dom", (("dom", names),))
    shown = line.names if line is not None else ()
    others = _other_names(ranked, around) if declared else frozenset()
    # Who edited or translated is no author in any source.
    said = [
        (source, tuple(name for name in names if fold_name(name) not in others) or names) for source, names in declared
    ]
    claims = [pair for pair in said if pair[0] != "microdata"]  # those gather the authors of other stories too
    if odds > DOUBT_ODDS:
        claims.append(("dom", tuple(name for name in shown if fold_name(name) not in others)))
    for (source, names), (_, kept) in zip(declared, said, strict=True):
        if odds > SURE_ODDS and _prefer_printed(names, shown, source, odds, around):
            break
        text = _printed_text(printed, ranked, kept)
        return Authorship(text, kept, source, "dom" if text else None, tuple(claims))
    if shown:
        return Authorship(_printed_text(printed, ranked, shown), shown, "dom", "dom", tuple(claims))
    own = tuple(name for given in linked.authors if is_name(name := clean_name(given), declared=True))
    return Authorship(None, own, linked.origin.get("authors", "json_ld") if own else None, None)


@cache
def line_weights() -> Mapping[str, float]:
    """Read the learned weights of a line's marks: log odds, to be added up."""
    text = resources.files("scraper.extract").joinpath("byline.toml").read_text(encoding="utf-8")
    return {mark: float(weight) for mark, weight in tomllib.loads(text)["weights"].items()}


def rank(lines: Sequence[Signature], weights: Mapping[str, float]) -> list[tuple[float, Signature]]:
    """Give lines with the log odds that they are the byline, the best first."""
    base = weights.get("bias", 0.0)
    scored = [(base + sum(weights.get(mark, 0.0) for mark in sorted(line.marks)), line) for line in lines]
    return sorted(scored, key=lambda pair: -pair[0])


def _persons_first(
    ranked: Sequence[tuple[float, Signature]], publisher: frozenset[str]
) -> Sequence[tuple[float, Signature]]:
    """Put lines that name no one but the publisher behind those that name others and are likely enough."""
    if not ranked or not all(is_publisher(name, publisher) for name in ranked[0][1].names):
        return ranked
    others = [
        (odds, line)
        for odds, line in ranked
        if odds >= FAIR_ODDS and not any(is_publisher(name, publisher) for name in line.names)
    ]
    return others or ranked


def _best_line(ranked: Sequence[tuple[float, Signature]]) -> tuple[float, Signature | None]:
    """Choose the line: the likeliest, or one that holds its names and more and is nearly as likely."""
    if not ranked or ranked[0][0] < FAIR_ODDS:
        return FAIR_ODDS, None
    odds, line = ranked[0]
    names = {fold_name(name) for name in line.names}
    for other_odds, other in ranked[1:]:
        if other_odds < max(odds - GROUP_ODDS, FAIR_ODDS):
            break
        if names < {fold_name(name) for name in other.names} and all(" " in name for name in other.names):
            return odds, other
    return odds, line


def _other_names(ranked: Sequence[tuple[float, Signature]], around: Near) -> frozenset[str]:
    """Give the folded names of editors, checkers and translators that are printed beside the headline."""
    texts = [line.text for _, line in ranked[:MAX_CREDITS]]
    texts += [text for _, text in around if names_other_work(text)]
    return frozenset(itertools.chain.from_iterable(map(other_names, texts)))


def _printed_text(printed: Printed, ranked: Sequence[tuple[float, Signature]], authors: tuple[str, ...]) -> str | None:
    """Give the line that prints the authors: the one with most of them, and of these the one with the least besides."""
    wanted = {fold_name(name) for name in authors}
    best: tuple[tuple[int, bool, bool, int], Signature] | None = None
    for odds, line in ranked:
        hits = len(wanted & {fold_name(name) for name in line.names})
        if odds < FAIR_ODDS or not hits:
            continue
        key = (hits, "dated" not in line.marks, "starts like a byline" in line.marks, -len(line.text))
        if best is None or key > best[0]:
            best = (key, line)
    if best is None:
        return None
    printed.chosen["byline"] = [best[1].node]
    return best[1].text


def _declared(linked: LinkedData, publisher: frozenset[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the names of each source of data that names any but the publisher, the surest first."""
    candidates = [(linked.origin.get("authors", "json_ld"), linked.authors)]
    candidates += [("meta", linked.meta.get(name, ())) for name in META_NAMES]
    if _LABEL.search(linked.first_meta("twitter:label1") or ""):
        candidates.append(("meta", linked.all_meta("twitter:data1")))
    for source, given in candidates:
        if names := _names(given, publisher):
            yield source, names


def _prefer_printed(names: tuple[str, ...], printed: tuple[str, ...], source: str, odds: float, around: Near) -> bool:
    """Tell whether a sure printed byline goes before the names in data.

    It does where data name an agency and the line persons; where the line has all of data's names and more, or spells
    them out; where data name more (editors, fact checkers) that are printed nowhere near; and where it names others,
    in full, than a meta element, or than JSON-LD does whose names are printed nowhere near.
    """
    given, shown = {fold_name(name) for name in names}, {fold_name(name) for name in printed}
    if not shown or given == shown:
        return False
    if all(is_agency(name) for name in names):
        return not any(is_agency(name) for name in printed)
    if given < shown:
        return all(" " in name for name in printed)
    if shown < given:
        return not _any_near(given - shown, around)
    if len(given) == len(shown) == 1:
        one, other = set(next(iter(given)).split()), set(next(iter(shown)).split())
        if (one < other and len(one) == 1) or (other < one and len(other) > 1):
            return True
    if given & shown or not all(" " in name for name in printed):
        return False
    return source == "meta" or (odds > DOUBT_ODDS and not _any_near(given, around))


def _any_near(names: Iterable[str], around: Near) -> bool:
    """Tell whether one of the folded names is printed around the headline."""
    near = " ".join(fold_name(text) for _, text in around)
    return any(name in near for name in names)


def _names(given: Iterable[str], publisher: frozenset[str]) -> tuple[str, ...]:
    """Give the names in the strings of data: split, cleaned, without the publisher."""
    found: dict[str, str] = {}
    left = MAX_DATA_CHARS
    for text in given:
        if left <= 0:
            break
        names = parse_byline(_ADDRESS.sub("", text[:left]), declared=True)
        left -= len(text)
        if names and is_publisher(names[0], publisher) and not _is_person(names[0]):
            continue  # "site.example, Town, Country" names no one
        for name in names:
            if not is_publisher(name, publisher) or _is_person(name):
                found.setdefault(fold_name(name), name)
    return tuple(found.values())


def _is_person(name: str) -> bool:
    """Tell a person after whom a site is called from a site."""
    return has_given_name(name) and len(name.split()) <= MAX_PERSON_WORDS


MAX_PERSON_WORDS = 3
