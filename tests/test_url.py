from __future__ import annotations

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


def test_ids_are_frozen() -> None:
    assert article_id(Url("https://example.org/a/story")) == "d61a827e6b8ceee12fa5829b7ef8c34f"


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
