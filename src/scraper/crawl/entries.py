"""Entries: what feeds and sitemaps list, read from XML of strangers one entry at a time.

A module because of what such XML may be: cut, mixed with HTML, in another encoding than it says, or made to exhaust a
reader. No tree is built, nothing is expanded or fetched, and what is read has a limit in every direction.
"""

from __future__ import annotations

import codecs
import html
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.entities import html5

from lxml import etree

from scraper.page import EvidenceKind, Kind

MAX_ENTRIES = 50_000
"""Looked at in one listing. Source: sitemaps.org."""
MAX_EVENTS = 2_000_000
"""Elements and texts of one listing. A full news sitemap has 1,200,000; ten megabytes can hold ten million, which would
take seconds."""
MAX_VALUE_CHARS = 4096
_PIECE_CHARS = 65_536

_DECLARED = re.compile(rb"\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']\s*([\w.:-]{1,40})")
_LABEL = re.compile(
    r"(?:x-)?(?:(?:us-)?ascii|latin-?\d|iso-?8859-\d{1,2}|(?:windows|cp)-?125\d|windows-874|koi8-[ru]|macroman"
    r"|gb2312|gbk|gb18030|big5(?:-hkscs)?|euc-(?:jp|kr)|shift[_-]jis|sjis|iso-2022-jp|tis-620)"
)
"""Labels of character sets; Python knows others that decode text to something else, or in the square of its length."""
_LATIN_1 = re.compile(r"iso-?8859-1|latin-?1|(?:us-)?ascii")
_NO_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_HEAD = re.compile(r"<\?xml.*?\?>", re.S)
_CDATA = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)", re.S)
_REFERENCE = re.compile(r"&(?:#(\d{1,7});|#[xX]([0-9A-Fa-f]{1,6});|([A-Za-z]\w{1,30};))?")
_NO_MARKUP = re.compile(r"<(?!/?(?:[^\W\d]|:)|!--|!(?:DOCTYPE|ELEMENT|ENTITY|ATTLIST|NOTATION)\b|\?[^\W\d])")
_AS_NUMBERS = str.maketrans({character: f"&#{ord(character)};" for character in "&<>\"'"})
"""Once it met an error, the parser leaves out every reference by name, &amp; among them, but none by number."""
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(Z|[+-]\d\d:?\d\d)?")
_HTTP = re.compile(r"https?://", re.I)
_TAG = re.compile(r"<[^<>]*>")
_ENTRY_NAMES = frozenset({"item", "entry", "url", "sitemap"})
_DATES = ("pubdate", "published", "issued", "updated", "date", "modified", "created")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a listing.

    Args:
        loc: Its address as written, "" if it has none.
        kind: What is expected there.
        evidence: What the listing is.
        title: As printed.
        published: The date as printed; of a plain sitemap the one of the last change.
        changed_at: Of a sitemap's entry the last change.
    """

    loc: str
    kind: Kind
    evidence: EvidenceKind
    title: str | None = None
    published: str | None = None
    changed_at: datetime | None = None


def read_entries(body: bytes) -> Iterator[Entry]:
    """Walk a feed, a urlset or an index; of broken XML all that stands before the break.

    Args:
        body: Without content coding.

    Returns:
        The entries in order, MAX_ENTRIES + 1 of them at most, so that a longer listing can be told.
    """
    walk = _Walk()
    parser = etree.XMLParser(
        target=walk, recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    count = 0
    try:
        for piece in _pieces(decode_xml(body)):
            parser.feed(piece)
            for entry in walk.entries:
                count += 1
                yield entry
                if count > MAX_ENTRIES:
                    return
            walk.entries.clear()
            if walk.events > MAX_EVENTS:
                return
        parser.close()
    except etree.XMLSyntaxError:
        pass  # what stood before the break was read
    yield from walk.entries


def parse_date(text: str | None) -> datetime | None:
    """Read a W3C date; of a partial one the last moment it can mean, so that no change is overlooked.

    Returns:
        Aware, UTC; None where there is none to read.
    """
    match = _DATE.fullmatch(text.strip()) if text else None
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part) if part else None for part in match.groups()[:6])
    try:
        moment = datetime(year or 0, month or 1, day or 1, hour or 0, minute or 0, min(second or 0, 59), tzinfo=UTC)
        if hour is None:
            moment += timedelta(days=1 if day else 31 if month else 366)
        elif match[7] and match[7] != "Z":
            zone = timedelta(hours=int(match[7][1:3]), minutes=int(match[7][-2:]))
            moment -= zone if match[7][0] == "+" else -zone
    except (ValueError, OverflowError):
        return None
    return moment


def decode_xml(body: bytes) -> str:
    """Decode XML as its declaration says, else as UTF-8, and where that fails as windows-1252.

    What XML forbids is left out, as is the declaration.
    """
    declared = _DECLARED.match(body.removeprefix(codecs.BOM_UTF8))
    label = declared[1].decode("ascii").lower() if declared else "utf-8"
    if _LATIN_1.fullmatch(label):
        label = "windows-1252"
    try:
        text = body.decode(label if _LABEL.fullmatch(label) else "utf-8-sig")
    except (UnicodeDecodeError, LookupError):
        text = body.decode("windows-1252", "replace")
    return _NO_CHARACTERS.sub("", _HEAD.sub("", text, count=1))


def _pieces(text: str) -> Iterator[str]:
    """Cut for the parser, with what is no XML mended in the text that it stands in; CDATA is left as it is."""
    at = 0
    for section in _CDATA.finditer(text):
        yield from _plain_pieces(text, at, section.start())
        yield section[0]
        at = section.end()
    yield from _plain_pieces(text, at, len(text))


def _plain_pieces(text: str, at: int, end: int) -> Iterator[str]:
    while at < end:
        cut = min(at + _PIECE_CHARS, end)
        if cut < end:  # before a mark, so that neither a tag's name nor a reference is cut in two
            marks = (text.rfind(mark, at + 1, cut) for mark in "<&")
            cut = next((mark for mark in marks if mark > 0), cut)
        # A bare "<", as in "<3", would cost all that follows it.
        yield _NO_MARKUP.sub("&#60;", _REFERENCE.sub(_resolve, text[at:cut]))
        at = cut


def _resolve(match: re.Match[str]) -> str:
    """Give the characters that a reference means in HTML, nothing for one that XML forbids, else it as text."""
    decimal, hexadecimal, name = match.groups()
    if name:
        meant = html5.get(name, match[0])
    elif decimal or hexadecimal:
        code = int(decimal) if decimal else int(hexadecimal, 16)
        meant = _NO_CHARACTERS.sub("", chr(code)) if code <= sys.maxunicode else ""
    else:
        meant = match[0]
    return meant.translate(_AS_NUMBERS)


class _Walk:
    """Takes what the parser sees; keeps one entry, and the short texts of its own children."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.events = 0
        self._depth = 0
        self._entry_depth = 0
        self._entry_name = self._namespace = ""
        self._atom = False
        self._values: dict[str, str] = {}
        self._name = ""
        self._text: list[str] = []
        self._left = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin an element."""
        self.events += 1
        self._depth += 1
        namespace, name = _split(tag)
        if self._depth == 1:
            self._atom = name == "feed"
        if (name, namespace) == (self._entry_name, self._namespace):
            self._end_cut()  # broken markup lost its end
        if not self._entry_depth:
            if name in _ENTRY_NAMES:
                self._entry_depth, self._entry_name, self._namespace = self._depth, name, namespace
                self._values = {"about": value} if (value := _attribute(attributes, "about")) else {}
            return
        inside = self._depth - self._entry_depth
        if name == "news":
            self._values["news"] = "yes"
        if inside == 1 or (inside == 2 and "news" in self._values):
            self._name, self._text, self._left = self._key(name, namespace, attributes), [], MAX_VALUE_CHARS

    def _key(self, name: str, namespace: str, attributes: Mapping[str, str]) -> str:
        """Name what a child says; "" for what is not asked for, such as the title of a picture."""
        if name == "link" and "href" in attributes:
            if attributes.get("rel", "alternate") == "alternate" and attributes.get("type", "html").count("html"):
                self._values.setdefault("link", _unescaped(attributes["href"]))
            return ""
        if name in ("title", "link"):
            return name if namespace == self._namespace or "news" in namespace else f"other_{name}"
        if name == "guid":
            return "" if attributes.get("isPermaLink", "true").lower() == "false" else "id"
        return name

    def data(self, text: str) -> None:
        """Take text."""
        self.events += 1
        if self._left > 0:
            self._text.append(text[: self._left])
            self._left -= len(text)

    def end(self, tag: str) -> None:
        """End an element."""
        if self._entry_depth:
            inside = self._depth - self._entry_depth
            if inside == 0:
                self.entries.append(self._make())
                self._entry_depth = 0
            elif self._name and (inside == 1 or "news" in self._values):
                if text := "".join(self._text).strip():
                    self._values.setdefault(self._name, text)
                if inside <= 2:
                    self._name, self._left = "", 0
        self._depth -= 1

    def close(self) -> None:
        """End."""
        self._end_cut()

    def _end_cut(self) -> None:
        """End an entry that was cut; it counts if it named its address."""
        if self._entry_depth and ("loc" in self._values or "link" in self._values):
            self.entries.append(self._make())
        self._entry_depth, self._name, self._left = 0, "", 0

    def _make(self) -> Entry:
        said = self._values.get
        if self._entry_name in ("url", "sitemap"):
            loc, lastmod = said("loc", ""), said("lastmod")
            changed_at = parse_date(lastmod)
            if self._entry_name == "sitemap":
                return Entry(loc, "sitemap", "sitemap", changed_at=changed_at)
            if "news" in self._values:
                return Entry(loc, "article", "news_sitemap", said("title"), said("publication_date"), changed_at)
            return Entry(loc, "article", "sitemap", None, lastmod, changed_at)
        # Feeds that count clicks name the story's own address beside the counter's.
        names = ("origlink", "link", "id", "other_link", "about")
        loc = next((value for name in names if (value := said(name)) and (name != "id" or _HTTP.match(value))), "")
        title = said("title") or said("other_title")
        published = next((value for name in _DATES if (value := said(name))), None)
        return Entry(loc, "article", "atom" if self._atom else "rss", _printed(title), published)


def _printed(title: str | None) -> str | None:
    """Give a title that is itself HTML as text."""
    return " ".join(html.unescape(_TAG.sub("", title)).split()) or None if title else None


def _split(tag: str) -> tuple[str, str]:
    namespace, _, name = tag.rpartition("}")
    return namespace[1:], name.lower()


def _attribute(attributes: Mapping[str, str], name: str) -> str:
    return _unescaped(next((value for key, value in attributes.items() if key.endswith(f"}}{name}")), ""))


def _unescaped(value: str) -> str:
    """Give an attribute as it is meant: the parser leaves each "&" as a reference where it is to expand nothing."""
    return value.replace("&#38;", "&")[:MAX_VALUE_CHARS]
