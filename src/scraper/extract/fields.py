"""Fields: everything an article's page says besides its text, merged from all sources by precedence.

A module of its own because the order matters: the headline's place tells where byline, date and dek are looked for, and
a site's rule goes before them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.article import Conflict
from scraper.config import Rule
from scraper.extract.byline import Authorship, find_authors
from scraper.extract.byline_text import parse_byline
from scraper.extract.conflicts import Moment, author_conflicts, date_conflicts, headline_conflicts
from scraper.extract.date_text import parse_date
from scraper.extract.dates import Dates, find_dates
from scraper.extract.dek import find_dek
from scraper.extract.headline import Headline, find_headline, without_date
from scraper.extract.language import declared_language
from scraper.extract.linked_data import LinkedData
from scraper.extract.paywall import find_paywall
from scraper.extract.printed import read_printed
from scraper.extract.rules import select
from scraper.extract.section import find_sections
from scraper.extract.standing import lines_of, text_of

MAX_RULE_CHARS = 2000


@dataclass(frozen=True, slots=True)
class Fields:
    """What a page says besides its text; see Article for each field.

    Args:
        sources: Field name -> "rule", "json_ld", "microdata", "opengraph", "meta", "dom", "url" or None if absent.
        nodes: Field name -> the elements it was read from, or that print what the page declares.
    """

    headline: str | None = None
    dek: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    published_offset_minutes: int | None = None
    canonical_url: str | None = None
    paywalled: bool | None = None
    sources: Mapping[str, str | None] = field(default_factory=dict)
    nodes: Mapping[str, list[LexborNode]] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()


def find_fields(
    tree: LexborHTMLParser, linked: LinkedData, *, url: str, fetched_at: datetime | None, rule: Rule | None
) -> Fields:
    """Find every field of a page.

    Args:
        tree: The page.
        linked: What it declares.
        url: Its address, "" if unknown.
        fetched_at: When it was fetched; dates after that are doubted.
        rule: Selectors of the site, which go before everything else.
    """
    printed = read_printed(tree)
    address = next((one for one in (url, linked.canonical_url) if one and _host(one)), "")
    host = _host(address).removeprefix("www.")
    language, language_source = declared_language(linked)
    headline = find_headline(printed, linked, host=host)
    dek, dek_source = find_dek(printed, linked, headline)
    who = find_authors(printed, linked, url=address, headline=headline)
    region = (linked.html_language or linked.first_meta("og:locale") or language or "").lower().replace("_", "-")
    when = find_dates(tree, printed, linked, url=address, fetched_at=fetched_at, headline=headline, language=region)
    where = find_sections(tree, printed, linked, url=address, headline=headline)
    paywalled, paywall_source = find_paywall(tree, printed, linked)
    found = Fields(
        headline=without_date(headline.text, when.published) if headline.text and when.published else headline.text,
        dek=dek,
        byline=who.byline,
        authors=who.authors,
        section=where.sections[0] if where.sections else None,
        sections=where.sections,
        tags=where.tags,
        language=language,
        published_at=when.published,
        modified_at=when.modified,
        published_offset_minutes=when.offset_minutes,
        canonical_url=linked.canonical_url,
        paywalled=paywalled,
        sources={
            "headline": headline.source,
            "dek": dek_source,
            "byline": who.byline_source,
            "authors": who.source,
            "section": where.source,
            "sections": where.source,
            "tags": where.tags_source,
            "language": language_source,
            "published_at": when.published_source,
            "modified_at": when.modified_source,
            "published_offset_minutes": when.offset_source,
            "canonical_url": "meta" if linked.canonical_url else None,
            "paywalled": paywall_source,
        },
        nodes=printed.chosen,
    )
    chosen = found if rule is None else _apply(rule, tree, found, region)
    return replace(chosen, conflicts=tuple(_find_conflicts(chosen, found, headline, who, when)))


def _find_conflicts(
    chosen: Fields, found: Fields, headline: Headline, who: Authorship, when: Dates
) -> Iterator[Conflict]:
    """Compare what was chosen with what every source says, and with what was found before a site's rule chose."""
    general, source = found.sources, chosen.sources
    said = [(general["headline"] or "", found.headline or ""), *headline.said]
    yield from headline_conflicts(chosen.headline, source["headline"], said)
    named = [(general["authors"] or "", found.authors), *who.said]
    yield from author_conflicts(chosen.authors, source["authors"], named)
    if chosen.published_at is None:
        return
    published = Moment(chosen.published_at, chosen.published_offset_minutes)
    dated = (
        [(general["published_at"] or "", Moment(found.published_at, found.published_offset_minutes))]
        if found.published_at
        else []
    )
    yield from date_conflicts("published_at", published, source["published_at"], [*dated, *when.said])
    if chosen.modified_at is None:
        yield from date_conflicts("modified_at", published, None, when.early)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _apply(rule: Rule, tree: LexborHTMLParser, found: Fields, language: str) -> Fields:
    """Put what a site's selectors match in place of what was found."""
    values: dict[str, object] = {}
    nodes = dict(found.nodes)
    for name in ("headline", "dek"):
        if (selector := getattr(rule, name)) and (chosen := _first_text(tree, selector)):
            values[name], nodes[name] = chosen[0], [chosen[1]]
    if rule.byline:
        matched = select(tree, rule.byline)[:20]
        lines = [line for node in matched for line in lines_of(node, limit=MAX_RULE_CHARS)]
        if lines:
            nodes["byline"] = matched
            values["byline"] = " ".join(lines)
            values["authors"] = parse_byline("\n".join(lines))
    if rule.section:
        matched = select(tree, rule.section)[:20]
        texts = [text_of(node, limit=MAX_RULE_CHARS) for node in matched]
        if names := tuple(dict.fromkeys(text for text in texts if text)):
            values["sections"], values["section"], nodes["section"] = names, names[0], matched
    for name, selector in (("published_at", rule.published), ("modified_at", rule.modified)):
        if selector and (dated := _first_date(tree, selector, language)):
            values[name], nodes[name] = dated[0], [dated[1]]
    sources = {**found.sources, **dict.fromkeys(values, "rule")}
    return replace(found, **values, sources=sources, nodes=nodes)  # type: ignore[arg-type]


def _first_text(tree: LexborHTMLParser, selector: str) -> tuple[str, LexborNode] | None:
    for node in select(tree, selector)[:5]:
        if text := node.attributes.get("content") or text_of(node, limit=MAX_RULE_CHARS):
            return text, node
    return None


def _first_date(tree: LexborHTMLParser, selector: str, language: str) -> tuple[datetime, LexborNode] | None:
    for node in select(tree, selector)[:5]:
        given = node.attributes
        text = given.get("datetime") or given.get("content") or text_of(node, limit=MAX_RULE_CHARS)
        if text and (moment := parse_date(text, language)):
            return moment, node
    return None
