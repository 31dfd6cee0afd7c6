from __future__ import annotations

import html
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.crawl import entries
from scraper.crawl.entries import Entry, decode_xml, parse_date, read_entries

MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'


def read(body: str | bytes) -> list[Entry]:
    return list(read_entries(body.encode() if isinstance(body, str) else body))


def rss(item: str) -> Entry:
    (entry,) = read(
        f'<rss version="2.0" {MEDIA} xmlns:atom="http://www.w3.org/2005/Atom"><channel>{item}</channel></rss>'
    )
    return entry


@pytest.mark.parametrize(
    ("item", "loc"),
    [
        ("<item><link>/1</link><guid>https://a.example/2</guid></item>", "/1"),
        ("<item><guid>https://a.example/2</guid></item>", "https://a.example/2"),
        ('<item><guid isPermaLink="false">https://a.example/2</guid></item>', ""),
        ("<item><guid>tag:2</guid></item>", ""),
        ('<item><atom:link rel="self" href="/feed"/><link><![CDATA[ /1?a=1&b=2 ]]></link></item>', "/1?a=1&b=2"),
        ('<item><atom:link href="/1"/></item>', "/1"),
        ("<item><media:content><link>/no</link></media:content><link>/1?a=1&b=2</link></item>", "/1?a=1&b=2"),
        ("<item><source><link>/no</link></source></item>", ""),
        ('<item><atom:link href="/1?a=1&amp;b=2&c=&#38;amp;#38;"/></item>', "/1?a=1&b=2&c=&amp;#38;"),
    ],
)
def test_address_of_an_item(item: str, loc: str) -> None:
    assert rss(item).loc == loc


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Caf&eacute;&nbsp;au lait", "Caf\xe9 au lait"),
        ("<![CDATA[A &amp; <b>B</b>]]>", "A & B"),
        ("A &amp;amp; B", "A & B"),
        ("A & B &unknown; C", "A & B &unknown; C"),
        ("A &lt;b&gt;bold&lt;/b&gt; word", "A bold word"),
        ("A\x01 B\x00", "A B"),
        ("A&#0; B&#27;&#x1B;&#xFFFE;&#xD800;&#9999999; &#67;&#x44;", "A B CD"),
        ("A &lt;3 &LT;3 <3 </3 &#60;3 <!x", "A <3 <3 <3 </3 <3 <!x"),
        ("  ", None),
    ],
)
def test_title_is_given_as_text(title: str, expected: str | None) -> None:
    assert rss(f"<item><media:title>Photo</media:title><title>{title}</title></item>").title == (expected or "Photo")


def test_atom_entry_has_its_alternate_link_and_its_first_date() -> None:
    (entry,) = read(
        """<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title><entry>
        <link rel="enclosure" href="/x.mp3"/><link rel="alternate" type="application/json" href="/x.json"/>
        <link rel="alternate" type="text/html" href="/1"/><title type="xhtml"><div>One <i>two</i></div></title>
        <author><name>A</name></author><updated>2026-03-03T00:00:00Z</updated>
        <published>2026-03-02T00:00:00Z</published></entry></feed>"""
    )
    assert (entry.loc, entry.title, entry.evidence) == ("/1", "One two", "atom")
    assert entry.published == "2026-03-02T00:00:00Z"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<?xml version="1.0" encoding="ISO-8859-1"?><p>\u20ac</p>'.encode("cp1252"), "<p>\u20ac</p>"),
        ('<?xml version="1.0" encoding="koi8-r"?><p>\u0416</p>'.encode("koi8-r"), "<p>\u0416</p>"),
        ("\ufeff<p>\u0416</p>".encode(), "<p>\u0416</p>"),
        (b'<?xml version="1.0" encoding="punycode"?><p>x</p>', "<p>x</p>"),
        (b'<?xml version="1.0" encoding="utf-8"?><p>K\xf6ln</p>', "<p>K\xf6ln</p>"),
        (b"<p>\x0b\x1f</p>", "<p></p>"),
    ],
)
def test_decodes_as_declared_or_as_it_can(body: bytes, expected: str) -> None:
    assert decode_xml(body) == expected


def test_entry_that_is_cut_counts_if_its_address_came() -> None:
    assert [entry.loc for entry in read("<urlset><url><loc>/1</loc></url><url><loc>/2</loc><lastmod>20")] == [
        "/1",
        "/2",
    ]


def test_listing_ends_at_a_number_of_entries_or_of_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "MAX_ENTRIES", 3)
    assert len(read("<urlset>" + "<url/>" * 9 + "</urlset>")) == 4
    monkeypatch.setattr(entries, "MAX_ENTRIES", 10**6)
    monkeypatch.setattr(entries, "MAX_EVENTS", 10_000)
    assert len(read("<urlset>" + "<url/>" * 100_000 + "</urlset>")) < 30_000


def test_the_mending_of_hostile_text_takes_little_time() -> None:
    for text in ("&", "<", "&#", "&#1", "&a", "<!", "</", "&#0;"):
        assert len(rss(f"<item><link>/1</link><title>{text * (100_000 // len(text))}</title></item>").loc) == 2


def test_long_text_is_kept_in_part() -> None:
    assert len(rss(f"<item><link>{'x' * 1_000_000}</link></item>").loc) == entries.MAX_VALUE_CHARS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026", datetime(2027, 1, 2, tzinfo=UTC)),
        ("2026-03", datetime(2026, 4, 1, tzinfo=UTC)),
        ("2026-03-02", datetime(2026, 3, 3, tzinfo=UTC)),
        ("2026-03-02T10:00Z", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("2026-03-02T10:00:30.123+0130", datetime(2026, 3, 2, 8, 30, 30, tzinfo=UTC)),
        (" 2026-03-02 10:00:00-05:00 ", datetime(2026, 3, 2, 15, tzinfo=UTC)),
        ("2026-13-02", None),
        ("9999-12-31", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_partial_dates_mean_their_last_moment(text: str | None, expected: datetime | None) -> None:
    assert parse_date(text) == expected


@given(st.text(max_size=40))
def test_dates_never_raise(text: str) -> None:
    parse_date(text)


LISTED = st.lists(st.tuples(st.text(st.sampled_from("ab &<>'\"é;#x1"), min_size=1), st.text("a&=;#1x", min_size=1)))
BROKEN = st.sampled_from(
    ["&#0;", "&#27;", "&#x1b;", "&#xD800;", "&", "&x", "&unknown;", "&#;", "<", "<3", "</>", "<!x", "]]>", "<b>",
     "<b><i>", "<p:q/>", "<b/c>", "<b&#0;>", "<b='&#0;'/>", "<b c='1&2'>"]
)  # fmt: skip


@given(listed=LISTED, broken=BROKEN, piece_chars=st.integers(40, 300), quoted=st.booleans())
def test_what_is_broken_in_an_entry_costs_no_later_one(
    *, listed: list[tuple[str, str]], broken: str, piece_chars: int, quoted: bool
) -> None:
    write = (lambda text: f"<![CDATA[{text}]]>") if quoted else html.escape
    items = [f"<item><title>{write(html.escape(one))}</title><link>{write(two)}</link></item>" for one, two in listed]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entries, "_PIECE_CHARS", piece_chars)
        found = read(
            f"<rss><channel><item><title>{broken}</title><link>/0</link></item>{''.join(items)}</channel></rss>"
        )
    later = found[len(found) - len(listed) :]
    expected = [(" ".join(one.split()) or None, two) for one, two in listed]
    assert [(each.title, each.loc) for each in later] == expected


XML = st.lists(
    st.sampled_from(
        ["<rss>", "<item>", "</item>", "<link>", "</link>", "<![CDATA[", "]]>", "&", "&eacute;", "<!DOCTYPE r ["]
    )
    | st.text(max_size=5)
).map(lambda parts: "".join(parts).encode())


@given(st.binary(max_size=500) | XML)
def test_arbitrary_bytes_never_raise(body: bytes) -> None:
    read(body)
