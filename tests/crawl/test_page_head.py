from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.crawl.page_head import MAX_HEAD_BYTES, Head, read_head
from scraper.url import Url, normalize

URL = normalize("https://a.example/news/story")


def read(html: str | bytes, content_type: str | None = None) -> Head:
    return read_head(html if isinstance(html, bytes) else html.encode(), content_type, URL)


def test_reads_metas_and_links_in_order_with_names_in_lower_case() -> None:
    head = read(
        '<html><head><META NAME="Robots" CONTENT="NoAI, noindex"><meta property=tdm-reservation content=1>'
        "<meta http-equiv='refresh' content='5'><link rel='License' href='/terms' type='application/RSL+xml'></head>"
    )
    assert head.metas == (("robots", "NoAI, noindex"), ("tdm-reservation", "1"), ("refresh", "5"))
    assert head.links == (("license", "/terms", "application/rsl+xml"),)


@pytest.mark.parametrize(
    ("html", "canonical"),
    [
        ('<link rel="canonical" href="/news/other">', "https://a.example/news/other"),
        ("<link href=other rel=canonical>", "https://a.example/news/other"),
        ('<base href="https://b.example/x/"><link rel="canonical" href="y">', "https://b.example/x/y"),
        ('<link rel="canonical" href="y"><base href="/x/">', "https://a.example/x/y"),
        ('<link rel="alternate canonical" href="?a=1&amp;b=2">', "https://a.example/news/story?a=1&b=2"),
        ('<link rel="canonical" href=""><link rel="canonical" href="/second">', "https://a.example/second"),
        ('<link rel="canonical" href="javascript:1">', None),
        ('<link rel="canonical" title="a > b" href="/x">', "https://a.example/x"),
        ("<link rel=canonical href='/x' / >", "https://a.example/x"),
        ('<!-- <link rel="canonical" href="/old"> --><link rel="canonical" href="/x">', "https://a.example/x"),
        ('<script>"<body></head>"</script><link rel="canonical" href="/x">', "https://a.example/x"),
        ('<template><link rel="canonical" href="/t"></template>', None),
        ('<body><link rel="canonical" href="/x">', None),
        ('</head><link rel="canonical" href="/x">', None),
        ('<header></header><link rel="canonical" href="/x">', "https://a.example/x"),
        ('<script>unclosed <link rel="canonical" href="/x">', None),
    ],
)
def test_the_canonical_address_is_the_heads_first_one_resolved(html: str, canonical: str | None) -> None:
    assert read(html).canonical == canonical


def test_the_next_address_is_read_likewise() -> None:
    assert read('<link rel="next" href="?page=2">').next_url == "https://a.example/news/story?page=2"


@pytest.mark.parametrize("attribute", ["amp", "AMP", 'amp=""', "⚡", "⚡\ufe0f"])
def test_amp_is_what_the_html_element_says(attribute: str) -> None:
    assert read(f"<!doctype html><html lang=en {attribute}><head>").is_amp


def test_a_class_of_that_name_is_no_amp() -> None:
    assert not read('<html class="amp" data-amp><head><meta name="amp" content="amp">').is_amp


@pytest.mark.parametrize(
    ("payload", "content_type"),
    [
        ("<link rel=canonical href='/straße'>".encode(), None),
        ("<link rel=canonical href='/straße'>".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("<meta charset=windows-1252><link rel=canonical href='/straße'>".encode("cp1252"), None),
        ("<link rel=canonical href='/straße'>".encode("utf-16"), None),
    ],
)
def test_letters_beyond_ascii_are_read_in_the_pages_charset(payload: bytes, content_type: str | None) -> None:
    assert read(payload, content_type).canonical == "https://a.example/stra%C3%9Fe"


@pytest.mark.parametrize("charset", ["nonsense", "base64", "idna", "undefined", "utf-7\x00"])
def test_a_charset_that_is_none_costs_letters_alone(charset: str) -> None:
    payload = b"<link rel=canonical href=/a><meta name=x content='\xff'>"
    assert read(payload, f"text/html; charset={charset}").canonical == "https://a.example/a"


@given(st.binary(max_size=300) | st.text(alphabet="<>/\"'= linkmetabhrefcotnal!-", max_size=300).map(str.encode))
def test_never_raises_whatever_the_bytes(payload: bytes) -> None:
    read_head(payload, None, URL)


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<!--",
        "<meta ",
        "<meta \"'",
        '<link a="',
        "<p><b a=1>",
        "<script>",
        "</script",
        "a = ",
        "<html a=",
        "<link rel=canonical href=x>",
    ],
)
def test_a_hostile_head_costs_no_more_than_its_length(piece: str) -> None:
    payload = (piece * (2 * MAX_HEAD_BYTES // len(piece))).encode()
    began = time.process_time()
    read_head(payload, None, Url(URL))
    assert time.process_time() - began < 1.5
