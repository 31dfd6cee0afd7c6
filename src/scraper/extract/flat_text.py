"""Flat text: the article in a page's text without markup, such as "select all, copy" or a dump gives.

A module of its own because it is the only one that knows the order of the steps: lines are read, measured and judged,
the lines that are fields leave the body, and all that is left is named.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from scraper.article import Article, Block, BlockKind, Photo, Removed
from scraper.errors import ExtractError
from scraper.extract.boilerplate import Verdict, read_phrases
from scraper.extract.dateline import split_lede
from scraper.extract.flat_body import FlatBody, judge
from scraper.extract.flat_fields import FlatFields, find_fields
from scraper.extract.flat_lines import Line, read_lines
from scraper.extract.flat_measure import Measure, measure_lines
from scraper.extract.language import detect_language

MIN_BODY_CHARS = 60
"""Less text than this is no article's body; as extract_article has it."""

LABEL_CHARS = 40
"""Shorter lines beside the article are labels and buttons; as extract_article leaves them out."""

ASKING = frozenset(("plea", "newsletter", "paywall"))
PRINTED = frozenset(("headline", "dek", "byline", "section"))
"""Fields that hold all of their line; of the others' lines the text is kept in removed."""


def extract_text(text: str) -> Article:
    """Extract the article of a page that is given as text without markup.

    Args:
        text: As copied from a browser, dumped, or written: in paragraphs, hard-wrapped, or as Markdown.

    Returns:
        An article without addresses; each line that is not empty stands in its body, a field, a photo or removed.

    Raises:
        ExtractError: reason "empty", "no_body" or "too_many_elements", as extract_article has them.
    """
    lines = read_lines(unicodedata.normalize("NFC", text) if not text.isascii() else text)
    measures = measure_lines(lines)
    found = judge(lines, measures)
    size = sum(len(lines[i].text) for i in found.kept)
    if size < MIN_BODY_CHARS:
        raise ExtractError("no_body", f"{size} characters of text were found")
    language = detect_language(" ".join(lines[i].text[:1000] for i in found.kept[:8]))
    fields = find_fields(lines, measures, found, language)
    kept = [i for i in found.kept if i not in fields.used and not _is_above(i, fields, found, measures)]
    if sum(len(lines[i].text) for i in kept) < MIN_BODY_CHARS:
        fields, kept = FlatFields(), found.kept
    body = tuple(Block(lines[i].kind or _kind(i, measures, found), lines[i].text) for i in kept)
    dateline, body = split_lede(body)
    photos, shown = _make_photos(found, lines, measures, fields)
    removed = _make_removed(lines, measures, found, fields, {*kept, *shown})
    given = {
        "headline": fields.headline,
        "dek": fields.dek,
        "byline": fields.byline,
        "authors": fields.authors,
        "section": fields.sections,
        "sections": fields.sections,
        "published_at": fields.published_at,
        "modified_at": fields.modified_at,
        "published_offset_minutes": None,
        "language": language,
        "dateline": dateline,
        "body": body,
        "photos": photos,
        "tags": None,
        "canonical_url": None,
        "paywalled": None,
    }
    return Article(
        url="",
        final_url="",
        canonical_url=None,
        headline=fields.headline,
        dek=fields.dek,
        byline=fields.byline,
        authors=fields.authors,
        dateline=dateline,
        section=fields.sections[0] if fields.sections else None,
        sections=fields.sections,
        tags=(),
        language=language,
        published_at=fields.published_at,
        modified_at=fields.modified_at,
        body=body,
        photos=photos,
        removed=removed,
        sources={name: "text" if value else None for name, value in given.items()},
    )


def _is_above(i: int, fields: FlatFields, found: FlatBody, measures: Sequence[Measure]) -> bool:
    """Tell a line of the body that stands above the headline: no part of it after all."""
    head = next((place for place, name in fields.used.items() if name == "headline"), -1)
    return i < head


def _kind(i: int, measures: Sequence[Measure], found: FlatBody) -> BlockKind:
    measure = measures[i]
    return "paragraph" if measure.good or measure.ends or i == found.last else "subhead"


def _make_photos(
    found: FlatBody, lines: Sequence[Line], measures: Sequence[Measure], fields: FlatFields
) -> tuple[tuple[Photo, ...], set[int]]:
    """Make a photo of each caption of the article; one printed twice counts once."""
    captions = dict(found.captions)
    head = next((place for place, name in fields.used.items() if name == "headline"), found.first)
    for i in range(head, found.first):
        if (printed := measures[i].caption) and i not in fields.used:
            captions[i] = printed
    for i in range(found.last + 1, len(lines)):
        printed, verdict = measures[i].caption, measures[i].verdict
        if printed and verdict is None:
            captions[i] = printed
        elif verdict is None or verdict.kind != "plea":
            break  # captions further below are other stories'
    photos: dict[tuple[str | None, str | None], Photo] = {}
    shown = set()
    for i, printed in sorted(captions.items()):
        if i >= head and printed not in photos:
            photos[printed] = Photo(None, *printed)
            shown.add(i)
    return tuple(photos.values()), shown


def _make_removed(
    lines: Sequence[Line], measures: Sequence[Measure], found: FlatBody, fields: FlatFields, told: set[int]
) -> tuple[Removed, ...]:
    """Name every line that is neither body nor photo, in order."""
    removed = []
    comments = False
    given: set[str] = set()
    for i, (line, measure) in enumerate(zip(lines, measures, strict=True)):
        if i in told:
            continue
        name = fields.used.get(i)
        if name in PRINTED and name not in given:
            given.add(name)
            continue
        verdict = found.cut.get(i) or measure.verdict
        if not found.first <= i <= found.last:
            verdict = verdict or read_phrases(measure.folded, measure.hits, links=line.links, last=True)
            if verdict and verdict.kind in ASKING and measure.size < LABEL_CHARS and not measure.sentences:
                verdict = Verdict("navigation", verdict.rule)
        if name:
            verdict = Verdict("byline" if name in {"date", "label", "byline"} else "other", f"field:{name}")
        elif i > found.last and verdict and verdict.kind == "comments":
            comments = True
        elif measure.caption:
            verdict = Verdict("caption", "photo:caption")
        elif fields.headline and line.text == fields.headline:
            verdict = Verdict("other", "field:headline")
        kind, rule = verdict or _by_place(i, measure, found, comments=comments)
        removed.append(Removed(kind, line.printed or line.text, rule))
    return tuple(removed)


def _by_place(i: int, measure: Measure, found: FlatBody, *, comments: bool) -> Verdict:
    """Name a line that says nothing by itself."""
    if measure.byline:
        return Verdict("byline", "phrase:byline")
    if i > found.last:
        if comments:
            return Verdict("comments", "line:after_comments")
        return Verdict("teaser", "line:after") if measure.good else Verdict("navigation", "line:after")
    return Verdict("other", "line:before") if measure.good else Verdict("navigation", "line:before")
