"""The published tables: RFC 9309's examples, Google's documentation of robots.txt, and what its parser is tested for.

The cases are facts of those texts in rules and addresses of our own. Where Google and the RFC differ we follow the RFC;
such cases stand by themselves, at the end.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scraper.crawl.robots import MAX_BYTES, Robots, decode, read_answer
from scraper.url import normalize

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def allowed(body: str, agent: str, path: str) -> bool:
    file = read_answer("https://foo.example", 200, decode(body.encode(), None), NOW, None)
    return Robots(file, agent, NOW).verdict(normalize(f"https://foo.example{path}")).allowed


def ours(rules: str, path: str) -> bool:
    return allowed(f"User-agent: FooBot\n{rules}", "FooBot", path)


# RFC 9309

RFC_SIMPLE = """\
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""
"""Section 5.1 in kind: four groups, one of them empty."""


@pytest.mark.parametrize(
    ("agent", "path", "expected"),
    [
        ("foobot", "/example/page.html", True),
        ("foobot", "/example/allowed.gif", True),
        ("foobot", "/publications/", False),
        ("FooBot", "/", False),
        ("barbot", "/example/page.html", False),
        ("bazbot", "/example/page.html", False),
        ("bazbot", "/example/picture.gif", True),
        ("quxbot", "/example/page.html", True),
        ("quxbot", "/picture.gif", True),
        ("otherbot", "/picture.gif", False),
        ("otherbot", "/picture.gif?x", True),
        ("otherbot", "/example/page.html", False),
        ("otherbot", "/publications/", True),
        ("otherbot", "/publications/picture.gif", True),
        ("otherbot", "/robots.txt", True),
    ],
)
def test_rfc_5_1_groups_of_one_of_several_and_of_all_crawlers(agent: str, path: str, expected: bool) -> None:
    assert allowed(RFC_SIMPLE, agent, path) is expected


@pytest.mark.parametrize(
    ("path", "expected"), [("/example/page/", True), ("/example/page/disallowed.gif", False), ("/example/page/x", True)]
)
def test_rfc_5_2_the_longest_match_decides(path: str, expected: bool) -> None:
    assert ours("Allow: /example/page/\nDisallow: /example/page/disallowed.gif", path) is expected


def test_rfc_2_2_1_groups_that_name_a_crawler_twice_are_one() -> None:
    body = "user-agent: ExampleBot\ndisallow: /foo\ndisallow: /bar\n\nuser-agent: ExampleBot\ndisallow: /baz\n"
    assert [allowed(body, "examplebot", path) for path in ("/foo", "/bar", "/baz", "/q")] == [False] * 3 + [True]


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar"),
        ("/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar"),
        ("/foo/bar/\u30c4", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%E3%83%84", "/foo/bar/\u30c4"),
        ("/foo/bar/%E3%83%84", "/foo/bar/%e3%83%84"),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
        ("/foo/bar/baz", "/foo/bar/%62%61%7A"),
    ],
)
def test_rfc_2_2_2_paths_are_compared_with_their_encoding_made_equal(rule: str, path: str) -> None:
    assert not ours(f"Disallow: {rule}", path)


@pytest.mark.parametrize(
    ("rule", "path", "expected"),
    [
        ("/ # everything", "/x", False),
        ("/this/path/exactly$", "/this/path/exactly", False),
        ("/this/path/exactly$", "/this/path/exactly/not", True),
        ("/this/*/exactly", "/this/is/not/exactly", False),
        ("/this/*/exactly", "/this//exactly", False),
        ("/this/*/exactly", "/this/exactly", True),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html", False),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-b.html", True),
        ("/path/foo-%24", "/path/foo-$", False),
        ("/path/foo-%24", "/path/foo-", True),
    ],
)
def test_rfc_2_2_3_special_characters(rule: str, path: str, expected: bool) -> None:
    assert ours(f"Disallow: {rule}", path) is expected


def test_rfc_2_2_4_a_sitemap_does_not_end_a_group() -> None:
    body = "User-agent: a\nSitemap: https://foo.example/map.xml\nUser-agent: b\nDisallow: /"
    assert not allowed(body, "a", "/x")
    assert not allowed(body, "b", "/x")


# Google's documentation: which paths a rule matches, and which rule wins


@pytest.mark.parametrize(
    ("rule", "yes", "no"),
    [
        ("/", ["/", "/x", "/?x"], []),
        ("/*", ["/", "/x", "/?x"], []),
        (
            "/fish",
            ["/fish", "/fish.html", "/fish/salmon.html", "/fishheads", "/fishheads/good.html", "/fish.html?id=any"],
            ["/Fish.asp", "/catfish", "/?id=fish", "/desert/fish"],
        ),
        (
            "/fish*",
            ["/fish", "/fish.html", "/fish/salmon.html", "/fishheads", "/fishheads/good.html", "/fish.html?id=any"],
            ["/Fish.asp", "/catfish", "/?id=fish", "/desert/fish"],
        ),
        (
            "/fish/",
            ["/fish/", "/fish/?id=any", "/fish/salmon.htm", "/fish/salmon", "/fish/?salmon"],
            ["/fish", "/fish.html", "/animals/fish/", "/Fish/Salmon.asp"],
        ),
        (
            "/*.php",
            ["/file.php", "/dir/file.php", "/dir/file.php?query", "//dir/any.php.html", "/file.php/", "/x?f=file.php/"],
            ["/", "/windows.PHP", "/php/", "/index?php"],
        ),
        (
            "/*.php$",
            ["/file.php", "/dir/file.php"],
            ["/file.php?query", "/file.php/", "/file.php5", "/windows.PHP", "/php/", "/file?php", "/aaaphpaaa"],
        ),
        ("/fish*.php", ["/fish.php", "/fishheads/catfish.php?query"], ["/Fish.PHP", "/cat/fish"]),
    ],
)
def test_google_url_matching_based_on_path_values(rule: str, yes: list[str], no: list[str]) -> None:
    assert [path for path in yes if ours(f"Disallow: {rule}", path)] == []
    assert [path for path in no if not ours(f"Disallow: {rule}", path)] == []
    exception = f"Disallow: /\nAllow: {rule}"
    assert [path for path in yes if not ours(exception, path)] == []
    assert [path for path in no if ours(exception, path)] == []


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ("allow: /p\ndisallow: /", "/page", True),
        ("allow: /folder\ndisallow: /folder", "/folder/page", True),
        ("allow: /page\ndisallow: /*.htm", "/page.htm", False),
        ("allow: /page\ndisallow: /*.ph", "/page.php5", True),
        ("allow: /$\ndisallow: /", "/", True),
        ("allow: /$\ndisallow: /", "/page.htm", False),
    ],
)
def test_google_order_of_precedence_for_rules(rules: str, path: str, expected: bool) -> None:
    assert ours(rules, path) is expected


# What Google's parser is tested for


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", True),
        ("user-agent: FooBot\ndisallow: /\n", False),
        ("foo: FooBot\nbar: /\n", True),
        ("user-agent FooBot\ndisallow /\n", False),
        ("USER-AGENT: FooBot\nDISALLOW: /\n", False),
        ("uSeR-aGeNt: foobot\ndIsAlLoW: /\n", False),
        ("user-agent: FooBot\ndisalow: /\n", False),
        ("user-agent: FooBot\ndissallow: /\n", False),
        ("user agent: FooBot\ndisallaw: /\n", False),
        ("\ufeffUser-Agent: FooBot\nDisallow: /\n", False),
        ("User-Agent: foo\r\nAllow: /\r\nUser-Agent: FooBot\r\n\r\n\r\nDisallow: /", False),
        ("User-Agent: foo\rAllow: /\rUser-Agent: FooBot\r\r\rDisallow: /\r", False),
        ("User-Agent: foo\nAllow: /\r\nUser-Agent: FooBot\n\r\n\nDisallow: /", False),
    ],
)
def test_google_lines_names_and_line_endings(body: str, expected: bool) -> None:
    assert allowed(body, "FooBot", "/x/y") is expected


GROUPS = (
    "allow: /foo/bar/\n\nuser-agent: FooBot\ndisallow: /\nallow: /x/\nuser-agent: BarBot\ndisallow: /\nallow: /y/\n\n\n"
    "allow: /w/\nuser-agent: BazBot\n\nuser-agent: FooBot\nallow: /z/\ndisallow: /\n"
)


@pytest.mark.parametrize(
    ("agent", "path", "expected"),
    [
        ("FooBot", "/x/b", True),
        ("FooBot", "/z/d", True),
        ("FooBot", "/y/c", False),
        ("BarBot", "/y/c", True),
        ("BarBot", "/w/a", True),
        ("BarBot", "/z/d", False),
        ("BazBot", "/z/d", True),
        ("FooBot", "/foo/bar/", False),
        ("BarBot", "/foo/bar/", False),
        ("BazBot", "/foo/bar/", False),
    ],
)
def test_google_groups_are_merged_and_rules_outside_of_them_ignored(agent: str, path: str, expected: bool) -> None:
    assert allowed(GROUPS, agent, path) is expected


@pytest.mark.parametrize(
    ("body", "agent", "path", "expected"),
    [
        ("User-Agent: FOO BAR\nAllow: /x/\nDisallow: /", "foo", "/x/y", True),
        ("User-Agent: FoO bAr\nAllow: /x/\nDisallow: /", "Foo", "/a/b", False),
        ("User-Agent: *\nDisallow: /\nUser-Agent: Foo Bar\nAllow: /x/\nDisallow: /", "Foo", "/x/y", True),
        ("user-agent: *\nallow: /\nuser-agent: FooBot\ndisallow: /", "FooBot", "/x/y", False),
        ("user-agent: *\nallow: /\nuser-agent: FooBot\ndisallow: /", "BarBot", "/x/y", True),
        ("user-agent: FooBot\nallow: /\nuser-agent: BarBot\ndisallow: /", "QuxBot", "/x/y", True),
        ("user-agent: * x\ndisallow: /", "QuxBot", "/x/y", False),
        ("user-agent: *bot\ndisallow: /", "QuxBot", "/x/y", True),
        ("User-agent: *\nDisallow: /x/\nUser-agent: FooBot\nDisallow: /y/", "FooBot", "/x/page", True),
        ("User-agent: *\nDisallow: /x/\nUser-agent: FooBot\nDisallow: /y/", "FooBot", "/y/page", False),
    ],
)
def test_google_the_group_of_a_crawler(body: str, agent: str, path: str, expected: bool) -> None:
    assert allowed(body, agent, path) is expected


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ("disallow: /x/", "/x/y", False),
        ("disallow: /X/", "/x/y", True),
        ("disallow: /x/page.html\nallow: /x/", "/x/page.html", False),
        ("allow: /x/page.html\ndisallow: /x/", "/x/page.html", True),
        ("allow: /x/page.html\ndisallow: /x/", "/x/", False),
        ("disallow: \nallow: ", "/x/page.html", True),
        ("disallow: /\nallow: /", "/x/page.html", True),
        ("disallow: /x\nallow: /x/", "/x", False),
        ("disallow: /x\nallow: /x/", "/x/", True),
        ("disallow: /x/page.html\nallow: /x/page.html", "/x/page.html", True),
        ("allow: /page\ndisallow: /*.html", "/page.html", False),
        ("allow: /page\ndisallow: /*.html", "/page", True),
        ("allow: /x/page.\ndisallow: /*.html", "/x/page.html", True),
        ("allow: /x/page.\ndisallow: /*.html", "/x/y.html", False),
        ("Disallow: /\nAllow: /bar?qux=taz&baz=http://a.b?tar&par", "/bar?qux=taz&baz=http://a.b?tar&par", True),
        ("Disallow: /\nAllow: /foo/bar/\u30c4", "/foo/bar/%E3%83%84", True),
        ("Disallow: /foo/bar/quz\nAllow: /foo/*/qux", "/foo/bar/quz", False),
        ("Disallow: /foo/bar/quz\nAllow: /foo/*/qux", "/foo/bax/quz", True),
        ("Disallow: /foo/bar$\nAllow: /foo/bar/qux", "/foo/bar", False),
        ("Disallow: /foo/bar$\nAllow: /foo/bar/qux", "/foo/bar/qux", True),
        ("Disallow: /foo/bar$\nAllow: /foo/bar/qux", "/foo/bar/", True),
        ("# Disallow: /\nDisallow: /foo/quz#qux\nAllow: /", "/foo/bar", True),
        ("# Disallow: /\nDisallow: /foo/quz#qux\nAllow: /", "/foo/quz", False),
        ("Allow: /slash/index.html\nDisallow: /", "/slash/index.html", True),
        ("Allow: /slash/index.html\nDisallow: /", "/slash/index.htm", False),
    ],
)
def test_google_rules_of_a_group(rules: str, path: str, expected: bool) -> None:
    assert ours(rules, path) is expected


def test_google_rules_past_the_limit_of_the_file_do_not_count_and_those_before_do() -> None:
    body = f"User-agent: FooBot\nDisallow: /a\n#{'x' * MAX_BYTES}\nDisallow: /b"
    assert [allowed(body, "FooBot", path) for path in ("/a", "/b")] == [False, True]


# Where we follow the RFC against Google


def test_an_allowed_index_html_does_not_allow_its_folder() -> None:
    """Google takes "/index.html" at the end of an Allow for "/" too; the RFC knows no such rule."""
    assert not ours("Allow: /slash/index.html\nDisallow: /", "/slash/")


def test_an_escaped_letter_is_that_letter() -> None:
    """Google compares "%62" with "%62" alone; the RFC's table has it match "b"."""
    assert ours("Disallow: /\nAllow: /foo/bar/%62%61%7A", "/foo/bar/baz")


def test_a_line_of_any_length_counts_whole() -> None:
    """Google cuts lines at 16,664 octets, so that a rule may come to match more than was written."""
    assert ours(f"Disallow: /{'*' * 16_660}/never", "/x")
