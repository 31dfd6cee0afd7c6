from __future__ import annotations

import contextlib

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import ItemError
from scraper.url import Url, article_id, belongs_to, host_of, normalize, origin_of, site_of, url_key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HTTP://News.Example.ORG:80/A/b", "http://news.example.org/A/b"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/a/..", "https://example.org/"),
        ("https://example.org/../../x", "https://example.org/x"),
        ("https://example.org/%7euser/%c3%a9?q=%2f#top", "https://example.org/~user/%C3%A9?q=%2F"),
        ("https://example.org/straße nach köln", "https://example.org/stra%C3%9Fe%20nach%20k%C3%B6ln"),
        ("https://müller.example/", "https://xn--mller-kva.example/"),
        ("https://XN--mller-kva.example/", "https://xn--mller-kva.example/"),
        ("https://example.org./", "https://example.org/"),
        ("  https://exam\nple.org/a\tb ", "https://example.org/ab"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("http://[2001:DB8::1]:80/x", "http://[2001:db8::1]/x"),
        ("https://example.org/a//b/", "https://example.org/a//b/"),
        ("https://example.org/?b=2&a=1&utm_source=x", "https://example.org/?b=2&a=1&utm_source=x"),
    ],
)
def test_only_equivalent_spellings_change(text: str, expected: str) -> None:
    assert normalize(text) == expected


def test_relative_addresses_need_a_base() -> None:
    assert normalize("../x?y", "https://example.org/a/b/c") == "https://example.org/a/x?y"
    assert normalize("//cdn.example.org/x", "https://example.org/") == "https://cdn.example.org/x"
    with pytest.raises(ItemError, match="bad_url"):
        normalize("/x")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mailto:a@example.org",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@example.org/",
        "https://example.org:port/",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://[::1/",
        "https://a..b/",
        "https://example.org/" + "x" * 3000,
        "https://" + "a" * 70 + ".org/",
        "https://xn--0.example/",
        "https://www.XN--0.example/",
        "https://xn--.example/",
        "https://xn--999999999.example/",
        "https://\uff58\uff4e--0.example/",
        "https://m\xfcller.xn--0.example/",
        "https://\ud800.example/",
    ],
)
def test_what_cannot_be_fetched_is_refused_with_its_reason(text: str) -> None:
    with pytest.raises(ItemError) as caught:
        normalize(text)
    assert caught.value.reason == "bad_url"


@given(st.text() | st.from_regex(r"https?://[a-zé%.:\[\]0-9]{1,20}/[ -~é%./?&=#]{0,40}", fullmatch=True))
def test_normalizing_twice_is_normalizing_once(text: str) -> None:
    try:
        url = normalize(text)
    except ItemError:
        return
    assert normalize(url) == url
    assert origin_of(url).endswith(host_of(url))


_LABELS = [
    "a",
    "xn--",
    "XN--",
    "\uff58\uff4e--",
    "mller-kva",
    "p1ai",
    "\xe9",
    "\xdf",
    "\u200d",
    "\u0663",
    "\u0300",
    "\xad",
]


@given(
    st.lists(st.sampled_from([*_LABELS, ".", "\u3002", "-", "_", "0", "1.2.3.4"]), min_size=1, max_size=7).map("".join)
)
def test_no_host_that_passes_breaks_the_http_client(host: str) -> None:
    with contextlib.suppress(ItemError, httpx.InvalidURL):
        url = normalize(f"https://{host}/")
        assert httpx.Request("GET", url).url.host
        assert normalize(url) == url


def test_the_key_joins_spellings_of_one_page() -> None:
    same = [
        "https://www.example.org/a/story/",
        "http://example.org/a/story?utm_source=feed&utm_medium=rss",
        "https://example.org/a/story?fbclid=1",
    ]
    assert len({url_key(normalize(text)) for text in same}) == 1
    assert len({article_id(normalize(text)) for text in same}) == 1


def test_the_key_keeps_apart_what_servers_tell_apart() -> None:
    apart = ["https://example.org/A", "https://example.org/a", "https://example.org/a?p=1", "https://example.org/a?p=2"]
    assert len({url_key(normalize(text)) for text in apart}) == 4


@pytest.mark.parametrize(
    ("form", "plain"),
    [
        ("/a.html;jsessionid={}.2_x1", "/a.html"),
        ("/a;jsessionid={}?p=1", "/a?p=1"),
        ("/a?PHPSESSID={}", "/a"),
        ("/a?jsessionid={}!-12!34", "/a"),
        ("/a?ASPSESSIONIDQQ={}&x=1", "/a?x=1"),
        ("/(S({}))/a", "/a"),
        ("/(X(1)S({}))/a", "/a"),
        ("/viewtopic.php?f=4&t=167&sid={}", "/viewtopic.php?f=4&t=167"),
        ("/showthread.php?s={}&t=9", "/showthread.php?t=9"),
        ("/2026/a?session_id={}", "/2026/a"),
        ("/ferry-returns-home?sid={}&lang=en", "/ferry-returns-home?lang=en"),
    ],
)
def test_a_page_has_one_key_in_all_sessions(form: str, plain: str) -> None:
    ids = "58428beaa14598c2e02d93ad5c773e4d", "lit3py55t21z5v55vlm25s55", "4Fq09ZtB2mXc81Ld7sP0"
    assert {url_key(normalize(f"https://example.org{form.format(each)}")) for each in ids} == {f"example.org{plain}"}


@pytest.mark.parametrize(
    "path",
    [
        "/s/bridge-over-the-river-opens",
        "/?s=bridge-over-the-river",
        "/2026/a?s=bridgeovertheriver2026",
        "/2026/a?sid=2026-03-01-bridge-opens",
        "/2026/a?sid=20260301123456789",
        "/2026/a?id=58428beaa14598c2e02d93ad5c773e4d",
        "/article.php?sid=58428beaa14598c2e02d93ad5c773e4d",
        "/article.php?lang=en&sid=58428beaa14598c2e02d93ad5c773e4d",
        "/a;b=1/c",
        "/(a-story)/b",
    ],
)
def test_the_key_keeps_what_only_looks_like_a_session(path: str) -> None:
    assert url_key(normalize(f"https://example.org{path}")) == f"example.org{path}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a/story", "d61a827e6b8ceee12fa5829b7ef8c34f"),
        ("https://example.org/a/story?id=7&s=2", "4fdd589a1cd74234359d389111fb731c"),
    ],
)
def test_ids_are_frozen(url: str, expected: str) -> None:
    assert article_id(Url(url)) == expected


def test_a_site_owns_its_subdomains_and_nothing_that_only_ends_alike() -> None:
    assert belongs_to(Url("https://www.example.org/x"), "example.org")
    assert belongs_to(Url("https://example.org/x"), "www.example.org")
    assert belongs_to(Url("https://news.example.org/x"), "example.org")
    assert belongs_to(Url("http://127.0.0.1:8080/x"), "127.0.0.1:8080")
    assert not belongs_to(Url("http://[2001:db8::2]/x"), "[2001:db8::1]")
    assert not belongs_to(Url("https://badexample.org/x"), "example.org")
    assert not belongs_to(Url("https://example.org.evil.test/x"), "example.org")


def test_registered_domains_follow_the_public_suffix_list() -> None:
    assert site_of("a.b.example.co.uk") == "example.co.uk"
    assert site_of("paper.blogspot.com") == "paper.blogspot.com"
    assert site_of("127.0.0.1:8080") == "127.0.0.1"
    assert site_of("localhost") == "localhost"


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ("g", "/b/c/g"), ("./g", "/b/c/g"), ("g/", "/b/c/g/"), ("/g", "/g"), ("?y", "/b/c/d;p?y"), ("g?y", "/b/c/g?y"),
        ("#s", "/b/c/d;p?q"), ("g#s", "/b/c/g"), ("g?y#s", "/b/c/g?y"), (";x", "/b/c/;x"), ("g;x", "/b/c/g;x"),
        ("g;x?y#s", "/b/c/g;x?y"), ("", "/b/c/d;p?q"), (".", "/b/c/"), ("./", "/b/c/"), ("..", "/b/"), ("../", "/b/"),
        ("../g", "/b/g"), ("../..", "/"), ("../../", "/"), ("../../g", "/g"), ("../../../g", "/g"),
        ("../../../../g", "/g"), ("/./g", "/g"), ("/../g", "/g"), ("g.", "/b/c/g."), (".g", "/b/c/.g"),
        ("g..", "/b/c/g.."), ("..g", "/b/c/..g"), ("./../g", "/b/g"), ("./g/.", "/b/c/g/"), ("g/./h", "/b/c/g/h"),
        ("g/../h", "/b/c/h"), ("g;x=1/./y", "/b/c/g;x=1/y"), ("g;x=1/../y", "/b/c/y"), ("g?y/./x", "/b/c/g?y/./x"),
        ("g?y/../x", "/b/c/g?y/../x"),
    ],
)  # fmt: skip
def test_references_resolve_as_in_rfc_3986_section_5_4(reference: str, path: str) -> None:
    assert normalize(reference, "http://a/b/c/d;p?q") == f"http://a{path}"
