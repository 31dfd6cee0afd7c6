"""Provenance: where a row came from, step by step, as a person reads and cites it.

A module of its own because gathering the steps needs corpus and archive, and how they read needs neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from scraper.policy import SIGNALS
from scraper.report.printable import printable

Row = Mapping[str, Any]

FIELDS = (
    *("headline", "dek", "byline", "authors", "dateline", "section", "sections", "tags", "language", "published_at"),
    *("published_offset_minutes", "modified_at", "body", "photos", "paywalled", "canonical_url"),
)
"""Columns that have a source, in the order they are shown in."""

WIDTH = 120
SHOWN_CHARS = 80
"""Shown of a value; all of it stands in the row, and in JSON."""

SHOWN_COPIES = 5


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and its answer, as the archive holds them; None means not known."""

    url: str
    status: int
    ip: str | None
    asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A column that the archive gives otherwise."""

    column: str
    row: Any
    archive: Any


@dataclass(frozen=True, slots=True)
class Check:
    """What extracting the archived record again gave.

    Args:
        columns: How many were compared.
        differences: Those that are not the same.
        why: What explains them, a sentence each.
        error: Why nothing could be compared.
    """

    columns: int
    differences: tuple[Difference, ...] = ()
    why: tuple[str, ...] = ()
    error: str | None = None

    @property
    def same(self) -> bool:
        """True where the archive gives the same row."""
        return not self.differences and self.error is None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a row came from.

    Args:
        row: As the corpus holds it.
        release: Name of the release that it was read from; None where there are none.
        versions: How many versions of the article there are.
        listing: The last visit before of the listing that named it: a row of outcomes.
        visit: The visit that gave it, likewise.
        hops: What was asked on that visit; none where the archive could not be read.
        parts: Likewise, of each further page of an article in several.
        copies: The other articles of its cluster.
        check: What the archive gives.
        number: Which version it is, also where the row is too old to say.
    """

    row: Row
    release: str | None
    versions: int
    listing: Row | None
    visit: Row | None
    hops: tuple[Hop, ...]
    parts: tuple[tuple[Hop, ...], ...]
    copies: Sequence[Row]
    check: Check
    number: int = 1


def to_json(known: Provenance) -> dict[str, Any]:
    """Make what JSON can hold of it."""
    row, sources = known.row, dict(known.row["sources"])
    said: dict[str, Any] = _plain(
        {
            **_some(row, "id", "url"),
            "release": known.release,
            "found": _some(row, "found_in", "found_kind", "listed_title", "listed_published")
            | {"listing": known.listing},
            "allowed": _some(row, "robots", *SIGNALS),
            "asked": _some(row, "fetched_at", "run", "final_url", "status", "etag", "last_modified")
            | {
                "hops": map(asdict, known.hops),
                "parts": [map(asdict, part) for part in known.parts],
                "visit": known.visit,
            },
            "archived": _some(row, "warc_file", "warc_offset", "warc_record_id"),
            "extracted": _some(row, "extractor_version", "rule", "word_count", "content_hash")
            | _some(row, "kind", "pages", "missing_pages", "suspect"),
            "fields": {
                name: {
                    "value": row[name],
                    "source": sources.get(name),
                    "conflicts": [_some(each, "source", "value") for each in _conflicts(row, name)],
                }
                for name in FIELDS
            },
            "removed": _removed(row),
            "version": _some(row, "version", "first_seen_at", "changed", "text_similarity", "replaces", "superseded_by")
            | {"number": known.number, "versions": known.versions},
            "copies": _some(row, "cluster_id", "duplicate", "similarity", "also_like", "agency", "agency_source")
            | {"others": known.copies},
            "check": {"same": known.check.same, **asdict(known.check)},
        }
    )
    return said


def to_text(known: Provenance, width: int = WIDTH) -> str:
    """Make the text that shows it, values cut to the width; what the archive gives stands at the end."""
    row = known.row
    lines = [row["headline"] or "(no headline)", row["url"], ""]
    for label, steps in (
        ("found", _found(known)),
        ("allowed", _allowed(known)),
        ("asked", _asked(known)),
        ("archived", [f"warc/{row['warc_file']} at byte {row['warc_offset']}", row["warc_record_id"]]),
        ("extracted", _extracted(row)),
        ("row", _standing(known)),
    ):
        lines += [f"{label if not i else '':<10} {step}" for i, step in enumerate(steps)]
    lines += ["", *_fields(known, width)]
    if cut := _removed(row):
        lines += ["", "removed    " + ", ".join(f"{count} {kind}" for kind, count in cut.items())]
    return printable("\n".join([*lines, "", *_checked(known)]))


def _found(known: Provenance) -> Iterator[str]:
    row = known.row
    if row["found_kind"] == "seed":
        yield f"a seed of {row['site']}"
        return
    yield f"{row['found_kind']} {row['found_in']}"
    if row["listed_title"]:
        yield f"title there: {_shown(row['listed_title'])}"
    if row["listed_published"]:
        yield f"date there: {_shown(row['listed_published'])}"
    if known.listing:
        place = f"warc/{known.listing['warc_file']} at byte {known.listing['warc_offset']}"
        yield f"last read before at {_time(known.listing['fetched_at'])}, {place}"


def _allowed(known: Provenance) -> Iterator[str]:
    unknown = "not known, others asked" if known.row["found_kind"] == "archive" else "no line speaks of it"
    yield f"robots.txt: {known.row['robots'] or unknown}"
    said = [f"{name} {_shown(known.row[name])}" for name in SIGNALS if known.row[name]]
    yield f"opt-outs: {', '.join(said) or 'none said'}"


def _asked(known: Provenance) -> Iterator[str]:
    row = known.row
    by_others = "by others, taken in by " if row["found_kind"] == "archive" else ""
    yield f"{_time(row['fetched_at'])}, {by_others}run {row['run']}"
    for hop in known.hops[:-1]:
        yield f"{hop.status} {hop.url}"
    visit = known.visit or {}
    ip = known.hops[-1].ip if known.hops else visit.get("ip")
    about = [
        visit.get("content_type"),
        f"{visit['payload_bytes']} bytes" if visit else None,
        f"from {ip}" if ip else None,
    ]
    yield f"{row['status']} {row['final_url']}" + "".join(f", {each}" for each in about if each)
    if not known.hops and visit.get("redirects"):
        yield f"after {visit['redirects']} redirects"
    for number, part in enumerate(known.parts, start=2):
        for hop in part:
            yield f"page {number}: {hop.status} {hop.url}"
    named = [("ETag", row["etag"]), ("Last-Modified", row["last_modified"])]
    if any(value for _, value in named):
        yield ", ".join(f"{name} {value}" for name, value in named if value)


def _extracted(row: Row) -> Iterator[str]:
    rule = f"rule of the site {row['rule']}" if row["rule"] else "no rule of the site"
    yield f"extractor {row['extractor_version']}, {rule}"
    pages = f", {row['pages']} pages" if (row["pages"] or 1) > 1 else ""
    yield f"{row['kind'] or 'article'}{pages}, {row['word_count']} words, content_hash {row['content_hash']}"
    if row["missing_pages"]:
        yield f"ends before its last page: {_shown(row['missing_pages'])}"


def _standing(known: Provenance) -> Iterator[str]:
    row = known.row
    changed = f", changed: {', '.join(row['changed'])}" if row["changed"] else ""
    yield f"id {row['id']}, version {known.number} of {known.versions}{changed}" + (
        f", in release {known.release}" if known.release else ""
    )
    if row["duplicate"] and row["duplicate"] != "first":
        like = f", similarity {row['similarity']:.2f}" if row["similarity"] is not None else ""
        yield f"{row['duplicate']} copy{like}; first of its cluster: {row['cluster_id']}"
    for copy in known.copies[:SHOWN_COPIES]:
        yield f"copy {copy['url']}"
    if len(known.copies) > SHOWN_COPIES:
        yield f"and {len(known.copies) - SHOWN_COPIES} copies more"
    if row["agency"]:
        yield f"agency {row['agency']}, named in {row['agency_source']}"
    if row["suspect"]:
        yield f"suspect, as its site has the alarm {row['suspect']}"


def _fields(known: Provenance, columns: int) -> Iterator[str]:
    sources = dict(known.row["sources"])
    width = max(map(len, FIELDS))
    left = max(40, columns - width - 14)
    for name in FIELDS:
        value = known.row[name]
        if value in (None, [], "") and not any(_conflicts(known.row, name)):
            continue
        yield f"{name:<{width}}  {sources.get(name) or '-':<10} {_shown(value, left)}"
        for each in _conflicts(known.row, name):
            yield f"{'':<{width}}  {each['source']:<10} {_shown(each['value'], left - 18)}  <- says otherwise"
    absent = [name for name in FIELDS if name in sources and sources[name] is None]
    if absent:
        yield f"looked for and absent: {', '.join(absent)}"


def _checked(known: Provenance) -> Iterator[str]:
    check = known.check
    if check.error:
        yield f"the archive cannot be compared: {check.error}"
        return
    if not check.differences:
        yield f"the archive gives the same row: {check.columns} columns compared"
    else:
        yield f"the archive gives another row: {len(check.differences)} of {check.columns} columns differ"
        for each in check.differences:
            yield f"  {each.column}"
            yield f"    row      {_shown(each.row)}"
            yield f"    archive  {_shown(each.archive)}"
        yield from check.why
    yield "version, changes, copies and suspect depend on other articles and are not derived again"


def _conflicts(row: Row, name: str) -> Iterator[Row]:
    return (each for each in row["conflicts"] or () if each["field"] == name)


def _removed(row: Row) -> dict[str, int]:
    return dict(Counter(each["kind"] for each in row["removed"]).most_common())


def _shown(value: Any, chars: int = SHOWN_CHARS) -> str:
    """Show a value on one line: of long ones the beginning."""
    if value in (None, [], ""):
        return "-"
    if isinstance(value, datetime):
        return _time(value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        # Blocks, photos and the like are counted, and the first of them is shown.
        text = f"{len(value)}: " + " | ".join(str(each) for each in value[0].values() if each)
    elif isinstance(value, list):
        text = "; ".join(map(str, value))
    else:
        text = str(value)
    text = " ".join(text.split())
    return text if len(text) <= chars else f"{text[: chars - 1]}…"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _some(row: Row, *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | map):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
