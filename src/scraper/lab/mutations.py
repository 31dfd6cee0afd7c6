"""Mutations: pages broken in the ways that pages are broken, and in ways that nobody has thought of.

A module of its own because what is hostile is a list that grows, while running it stays as it is. All chance comes from
the generator that is handed in: the same seed gives the same case on every machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from random import Random

from scraper.lab import oddities
from scraper.lab.case import Case
from scraper.lab.odd_json import change, odd_script

MAX_BYTES = 3_000_000
"""Cases do not grow beyond. Larger pages are the business of lab.hostile, one case at a time."""

EXCERPT_SHARE = 0.7
EXCERPT_BYTES = 20_000
"""Most cases start from the head of a page and one other part of it: three times as many an hour, and as many faults
found per case."""

MAX_STEPS = 4
TEXT_SHARE = 0.1
FLAT_SHARE = 0.05
"""So many are handed over decoded; so many as text without markup."""

_ANY_TAG = re.compile(rb"<[^<>]*>")
_TAG = re.compile(rb"<[^<>]{1,500}>")
_ATTRIBUTE = re.compile(rb'="[^"]{0,2000}"')
_LD_JSON = re.compile(rb"(<script[^>]{0,200}ld\+json[^>]{0,200}>)([^<]{0,200000})(</script)")


def make_case(rng: Random, pages: Sequence[bytes]) -> Case:
    """Make a case from one of the pages.

    Args:
        rng: Where all chance comes from.
        pages: As they came.
    """
    page = rng.choice(pages)
    steps = []
    if rng.random() < EXCERPT_SHARE and len(page) > 2 * EXCERPT_BYTES:
        at = rng.randrange(EXCERPT_BYTES, len(page))
        page = page[:EXCERPT_BYTES] + page[at : at + EXCERPT_BYTES]
        steps.append("excerpt")
    for _ in range(rng.randint(1, MAX_STEPS)):
        step = rng.choice(_STEPS)
        page = step(rng, page, pages)[:MAX_BYTES]
        steps.append(step.__name__.strip("_"))
    html: bytes | str = page
    if (flat := rng.random() < FLAT_SHARE) or rng.random() < TEXT_SHARE:
        html = _as_text(rng, _ANY_TAG.sub(rng.choice((b"\n", b" ", b"\n\n")), page) if flat else page)
        steps.append("as_text")
    url, content_type = rng.choice(oddities.URLS), rng.choice(oddities.CONTENT_TYPES)
    return Case(html, url, content_type, rng.choice(oddities.TIMES), tuple(steps), flat)


def _spot(rng: Random, page: bytes) -> int:
    """Choose a place before a tag, or anywhere."""
    at = rng.randrange(len(page) + 1)
    tag = page.find(b"<", at)
    return tag if tag >= 0 and rng.random() < 0.8 else at


def _insert(page: bytes, at: int, text: str) -> bytes:
    return page[:at] + text.encode("utf-8", "surrogatepass") + page[at:]


def _truncate(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    return page[: rng.randrange(len(page) + 1)]


def _splice(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    other = rng.choice(pages)
    return page[: _spot(rng, page)] + other[_spot(rng, other) :][: 4 * EXCERPT_BYTES]


def _repeat(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    start = _spot(rng, page)
    end = min(start + oddities.many(rng, 5000), len(page))
    part = page[start:end]
    return page[:end] + part * min(oddities.many(rng, 5000), MAX_BYTES // 4 // (len(part) or 1)) + page[end:]


def _drop(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    start = _spot(rng, page)
    return page[:start] + page[start + oddities.many(rng, 5000) :]


def _delete_tags(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    share = rng.random() ** 3
    return _TAG.sub(lambda found: b"" if rng.random() < share else found[0], page)


def _swap_tags(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    share = rng.random() ** 3
    return _TAG.sub(
        lambda found: (
            f"<{rng.choice(('', '/'))}{rng.choice(oddities.TAGS)}>".encode() if rng.random() < share else found[0]
        ),
        page,
    )


def _insert_tags(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    for _ in range(oddities.many(rng, 100)):
        page = _insert(
            page,
            _spot(rng, page),
            f"<{rng.choice(('', '', '/'))}{rng.choice(oddities.TAGS)} class={rng.choice(oddities.NAMES)}>",
        )
    return page


def _nest(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    tags = [rng.choice(oddities.TAGS) for _ in range(rng.randint(1, 3))]
    depth = oddities.many(rng, 20_000)
    opened = "".join(f"<{tag}>" for tag in tags) * depth
    closed = "".join(f"</{tag}>" for tag in reversed(tags)) * depth
    start = _spot(rng, page)
    page = _insert(page, start, opened + rng.choice(("", "text")))
    return page if rng.random() < 0.5 else _insert(page, max(start, _spot(rng, page)), closed)


def _corrupt(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    data = bytearray(page)
    for _ in range(oddities.many(rng, max(2, len(data) // 10))):
        at = rng.randrange(len(data) + 1)
        how = rng.randrange(3)
        if how == 0:
            data[at : at + 1] = bytes((rng.randrange(256),))
        elif how == 1:
            data[at:at] = rng.choice(
                (b"\x00", b"<", b">", b'"', b"&", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\x1b$B", b"<!--", b"]]>")
            )
        else:
            del data[at : at + rng.randint(1, 4)]
    return bytes(data)


def _recode(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    text = page.decode("utf-8", "replace")
    name = rng.choice(
        ("utf-16", "utf-16-be", "utf-32", "cp1252", "shift_jis", "gb18030", "euc_kr", "iso2022_jp", "koi8_r", "utf-7")
    )
    return text.encode(name, "replace")


def _relabel(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    label = rng.choice([kind for kind in oddities.CONTENT_TYPES if kind])
    return _insert(page, rng.choice((0, _spot(rng, page))), f'<meta http-equiv="Content-Type" content="{label}">')


def _bloat_attribute(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    name = rng.choice(
        (
            "class",
            "id",
            "style",
            "href",
            "src",
            "srcset",
            "alt",
            "title",
            "datetime",
            "content",
            "itemprop",
            "data-x",
            "lang",
        )
    )
    value = rng.choice(("x", "a b ", "byline ", "- ", "://", "data:", "1x, ", "\u00e9", "&amp;")) * oddities.many(
        rng, 200_000
    )
    return _insert(page, _spot(rng, page), f'<{rng.choice(oddities.TAGS)} {name}="{value}">text</p>')


def _swap_attributes(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    share = rng.random() ** 3
    values = [
        f'="{value[:200]}"'.encode("utf-8", "surrogatepass")
        for value in (*oddities.NAMES, *oddities.DATES, *oddities.URLS)
    ]
    return _ATTRIBUTE.sub(lambda found: rng.choice(values) if rng.random() < share else found[0], page)


def _add_addresses(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    form = rng.choice(
        (
            '<base href="{}">',
            '<link rel="canonical" href="{}">',
            '<img src="{}">',
            '<a href="{}">text</a>',
            '<meta property="og:url" content="{}">',
        )
    )
    return _insert(page, _spot(rng, page), form.format(rng.choice(oddities.URLS)))


def _add_meta(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    value = rng.choice((rng.choice(oddities.DATES), oddities.babble(rng, 5000), rng.choice(oddities.URLS))).replace(
        '"', "'"
    )
    form = rng.choice(
        (
            '<meta property="{}" content="{}">',
            '<meta name="{}" content="{}">',
            '<span itemprop="{}" content="{}">x</span>',
        )
    )
    return _insert(page, _spot(rng, page), form.format(rng.choice(oddities.METAS), value))


def _add_dates(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    date = rng.choice(oddities.DATES)
    form = rng.choice(('<time datetime="{0}">{0}</time>', "<time>{0}</time>", '<p class="date">{0}</p>', "<p>{0}</p>"))
    return _insert(page, _spot(rng, page), form.format(date) * oddities.many(rng, 50))


def _add_babble(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    tag = rng.choice(
        ("p", "h1", "h2", "title", "figcaption", "time", "div", "li", "td", "address", "a", "pre", "blockquote", "ruby")
    )
    return _insert(
        page, _spot(rng, page), f'<{tag} class="{rng.choice(oddities.NAMES)}">{oddities.babble(rng)}</{tag}>'
    )


def _add_entities(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>&b;'
    unit = rng.choice(
        (
            "&lt;",
            "&amp;" * 5,
            "&#x110000;",
            "&#xD800;",
            "&#0;",
            "&#99999999999;",
            "&",
            "&#",
            "&nosuch;",
            "&nbsp",
            "&#x80;",
            bomb,
        )
    )
    return _insert(page, _spot(rng, page), unit * oddities.many(rng, 20_000))


def _add_nulls(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    unit = rng.choice(("\x00", "\x0b", "\x0c", "\x1a", "\x1b", "\x7f", "\x85", "\ufffe", "\ud800", "\udfff\ud800"))
    for _ in range(oddities.many(rng, 50)):
        page = _insert(page, rng.randrange(len(page) + 1), unit)
    return page


def _break_linked_data(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    """Change values in the JSON-LD that the page has."""

    def alter(found: re.Match[bytes]) -> bytes:
        try:
            value = json.loads(found[2])
        except (ValueError, RecursionError):
            return found[1] + _drop(rng, found[2], pages) + found[3]
        return found[1] + json.dumps(change(rng, value)).encode() + found[3]

    return _LD_JSON.sub(alter, page)


def _add_linked_data(rng: Random, page: bytes, pages: Sequence[bytes]) -> bytes:
    text = odd_script(rng)
    return _insert(page, _spot(rng, page), f'<script type="application/ld+json">{text}</script>')


def _as_text(rng: Random, page: bytes) -> str:
    text = page.decode("utf-8", rng.choice(("replace", "surrogateescape", "ignore")))
    if rng.random() < 0.5:
        for _ in range(oddities.many(rng, 30)):
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice(("\ud800", "\udfff", "\udfff\ud83d", "\x00")) + text[at:]
    return text


Step = Callable[[Random, bytes, Sequence[bytes]], bytes]

_STEPS: tuple[Step, ...] = (
    _truncate, _splice, _repeat, _drop, _delete_tags, _swap_tags, _insert_tags, _nest, _corrupt, _corrupt, _recode,
    _relabel, _bloat_attribute, _swap_attributes, _add_addresses, _add_meta, _add_meta, _add_dates, _add_babble,
    _add_babble, _add_entities, _add_nulls, _break_linked_data, _add_linked_data, _add_linked_data,
)  # fmt: skip
