"""Photos: one per picture of the article, with its caption, the credit apart from it, and the alternative text.

A module of its own because pages show one picture in many sizes, declare it again in their data, and show the pictures
of other stories beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qs, urljoin, urlsplit

from scraper.article import Photo
from scraper.extract.beside import is_beside_teaser, is_content
from scraper.extract.boilerplate import read_names
from scraper.extract.captions import Caption
from scraper.extract.credits import bare_credit, looks_like_credit, split_credit
from scraper.extract.layout import Box, Layout, Picture

FOREIGN_STEPS = 6
"""So far up a picture's elements are asked whether they hold other stories."""

LEAD_ORDERS = 12
"""So many blocks before the article its lead picture may stand, if it has a caption."""

_FOREIGN = frozenset(("related", "navigation", "ad", "author_bio", "comments", "newsletter", "share", "byline", "plea"))
_SIZE = re.compile(
    r"[-_@](?:\d{2,4}x\d{2,4}|\d{1,2}x|scaled|s\d{2,4}[a-z]?|w\d{2,4}|h\d{2,4})(?=[-_.]|$)|"
    r"/(?:[swh][=_]?\d{2,4}[a-z]?|\d{2,4}x\d{2,4}|(?:[whcqf]_[^/]*,?)+)(?=/)|=[swh]\d{2,4}[-\w]*$",
    re.IGNORECASE,
)


def make_photos(
    layout: Layout,
    captions: Sequence[Caption],
    *,
    span: tuple[int, int],
    lead: Sequence[Photo] = (),
    url: str = "",
) -> tuple[Photo, ...]:
    """Make one Photo per picture in and just before the article.

    Args:
        layout: The page.
        captions: What find_captions gave.
        span: Orders of the first and the last block or picture that belong to the article.
        lead: Pictures that the page declares, for their credits.
        url: The page's address, to make pictures' addresses absolute.
    """
    said: dict[int, Caption] = {}
    rows: list[tuple[int, Photo]] = []
    for caption in captions:
        order = layout.blocks[caption.blocks[0]].order
        if not span[0] - LEAD_ORDERS <= order <= span[1] or not (caption.caption or caption.credit):
            continue
        if caption.picture is not None and caption.picture not in said:
            said[caption.picture] = caption
        elif caption.picture is None:
            rows.append((order, Photo(None, caption.caption, caption.credit)))
    for number, picture in enumerate(layout.pictures):
        found = said.get(number)
        if found is None and (
            not span[0] <= picture.order <= span[1] or not is_content(picture) or _is_foreign(layout, picture)
        ):
            continue
        text = found.caption if found else None
        credit = (found.credit if found else None) or _stated_credit(picture)
        rows.append((picture.order, Photo(_absolute(picture.url, url), text, credit, picture.alt)))
    rows.sort(key=lambda row: row[0])
    return _merge([photo for _, photo in rows], lead)


def _is_foreign(layout: Layout, picture: Picture) -> bool:
    """Tell a picture without caption that belongs to another story, a person or an offer."""
    box: Box | None = picture.box
    for _ in range(FOREIGN_STEPS):
        if box is None or box.tag in {"article", "main", "body", "figure"}:
            break
        if (verdict := read_names(box.names, box.tag)) and verdict.kind in _FOREIGN:
            return True
        box = box.parent
    return is_beside_teaser(layout, picture.order, picture.box)


def _stated_credit(picture: Picture) -> str | None:
    """Give the credit that an attribute states: of its own, or behind the caption in title."""
    if picture.credit:
        return bare_credit(picture.credit)
    if not picture.title:
        return None
    rest = picture.title.rpartition("|")[2].strip()
    if rest != picture.title and rest and looks_like_credit(rest, after_sentence=True):
        return bare_credit(rest)
    return split_credit(picture.title)[1]


def _absolute(address: str | None, base: str) -> str | None:
    if not address:
        return None
    try:
        full = urljoin(base, address)
        return full if urlsplit(full).scheme in {"http", "https"} or not base else None
    except ValueError:
        return None


def _merge(photos: Sequence[Photo], lead: Sequence[Photo]) -> tuple[Photo, ...]:
    """Join what is said twice of one picture, and add the credit that the page declares of it."""
    merged: list[Photo] = []
    places: dict[str, int] = {}
    for photo in photos:
        key = picture_key(photo.url)
        names = [name for name in (f"c:{photo.caption}" if photo.caption else "", f"u:{key}" if key else "") if name]
        same = next((places[name] for name in names if name in places), None)
        other = merged[same] if same is not None else None
        if same is None or other is None or (photo.caption and other.caption and photo.caption != other.caption):
            same = len(merged)
            merged.append(photo)
        else:
            merged[same] = _join(other, photo)
        for name in names:
            places.setdefault(name, same)
    for declared in lead:
        same = places.get(f"u:{picture_key(declared.url)}")
        if same is not None and declared.credit and not merged[same].credit:
            merged[same] = _join(merged[same], Photo(None, None, bare_credit(declared.credit)))
    if not merged and lead:
        merged = list(lead[:1])
    return tuple(photo for photo in merged if photo.url or photo.caption or photo.credit)


def _join(one: Photo, other: Photo) -> Photo:
    return Photo(one.url or other.url, one.caption or other.caption, one.credit or other.credit, one.alt or other.alt)


def picture_key(address: str | None) -> str:
    """Reduce an address to what all sizes of a picture have in common; "" where there is none."""
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        query = parse_qs(parts.query) if parts.query else {}
    except ValueError:
        return address
    for name in ("url", "src", "image"):
        if (inner := query.get(name, [""])[0]) and "/" in inner:
            return picture_key(urljoin(address, inner))
    path = _SIZE.sub("", parts.path)
    last = path.rpartition("/")[2]
    # A script's name says nothing: there the query tells pictures apart.
    tells = "." in last and not last.endswith((".php", ".aspx", ".ashx")) if parts.query else True
    return f"{parts.netloc}{path}" if tells or len(last) > 12 else address
