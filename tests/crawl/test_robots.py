from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.crawl.robots import MAX_BYTES, Robots, check_coding, decode, read_answer
from scraper.errors import FetchError
from scraper.page import RobotsFile
from scraper.url import Url

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ORIGIN = "https://a.example"


def robots(body: str | bytes, status: int | None = 200, agent: str = "NewsBot") -> Robots:
    raw = body.encode() if isinstance(body, str) else body
    return Robots(RobotsFile(ORIGIN, status, raw, NOW, NOW), agent, NOW)


def judged(body: str | bytes, path: str) -> tuple[bool, str]:
    verdict = robots(body).verdict(Url(ORIGIN + path))
    return verdict.allowed, verdict.line


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ("Disallow: /fish", "/fish/salmon", (False, "Disallow: /fish")),
        ("Disallow: /fish", "/Fish", (True, "")),
        ("Disallow: /fish*\nAllow: /fish/ok", "/fish/ok", (True, "Allow: /fish/ok")),
        ("Disallow: /p\nAllow: /p", "/p", (True, "Allow: /p")),
        ("Disallow: /\nAllow: /a", "/a/b", (True, "Allow: /a")),
        ("Disallow: /\nAllow: /a", "/b", (False, "Disallow: /")),
        ("Disallow: /*.php$", "/x/y.php", (False, "Disallow: /*.php$")),
        ("Disallow: /*.php$", "/x/y.php?a", (True, "")),
        ("Disallow: /a\nDisallow: /a/b", "/a/b/c", (False, "Disallow: /a/b")),
        ("Disallow: /foo/bar?baz=http://x", "/foo/bar?baz=http://x", (False, "Disallow: /foo/bar?baz=http://x")),
        ("Disallow: /ツ", "/%E3%83%84", (False, "Disallow: /ツ")),
        ("Disallow: /%e3%83%84", "/%E3%83%84", (False, "Disallow: /%e3%83%84")),
        ("Disallow:", "/x", (True, "")),
        ("Disallow /x # why", "/x", (False, "Disallow: /x")),
        ("Disallow: /a/*/c\nAllow: /a", "/a/b/c", (False, "Disallow: /a/*/c")),
        ("Disallow: private", "/private", (True, "")),
        ("Disallow: *.pdf", "/x.pdf", (False, "Disallow: *.pdf")),
        ("Disallow: /a\u2028Disallow: /b", "/b", (True, "")),
        ("Disallow: /", "/robots.txt", (True, "")),
    ],
)
def test_longest_match_decides_and_is_named(rules: str, path: str, expected: tuple[bool, str]) -> None:
    assert judged(f"User-agent: *\n{rules}", path) == expected


@pytest.mark.parametrize(
    ("body", "allowed"),
    [
        ("User-agent: newsbot\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: NEWSBOT\nAllow: /", True),
        ("User-agent: newsbot/2.0\nDisallow: /", False),
        ("User-agent: news\nDisallow: /", True),
        ("User-agent: newsbot-image\nDisallow: /", True),
        ("User-agent: x\nUser-agent: newsbot\nDisallow: /", False),
        (
            "User-agent: newsbot\nDisallow: /a\n\nUser-agent: other\nAllow: /\n\nUser-agent: newsbot\nDisallow: /x",
            False,
        ),
        ("User-agent: newsbot\nSitemap: https://a.example/s\nDisallow: /", False),
        ("Disallow: /", True),
        ("User-agent: newsbot\n\nUser-agent: *\nDisallow: /", False),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /", False),
        (b"User-agent: *\rDisallow: /\r", False),
        (b"\xff\xfe\x00garbage\nUser-agent: *\nDisallow: /", False),
    ],
)
def test_groups_are_chosen_by_whole_token_and_merged(body: str | bytes, allowed: bool) -> None:
    assert robots(body).verdict(Url(f"{ORIGIN}/x")).allowed is allowed


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("10", 10), ("2.5", 2.5), ("0", None), ("-1", None), ("inf", None), ("nan", None), ("x", None)],
)
def test_crawl_delay_is_a_number_or_nothing(value: str, seconds: float | None) -> None:
    assert robots(f"User-agent: *\nCrawl-delay: {value}").crawl_delay_s == seconds


def test_crawl_delay_of_another_crawler_is_not_ours() -> None:
    assert robots("User-agent: other\nCrawl-delay: 9").crawl_delay_s is None


def test_sitemap_lines_belong_to_no_group_and_are_not_cut() -> None:
    long = f"https://a.example/{'x' * 2000}"
    assert robots(f"Sitemap {long}").sitemaps == (long,)
    body = "Sitemap: https://a.example/1\nUser-agent: other\nDisallow: /\nsitemap:https://a.example/2 # new"
    assert robots(body).sitemaps == ("https://a.example/1", "https://a.example/2")


@pytest.mark.parametrize(
    ("status", "reachable"),
    [(200, True), (404, True), (403, True), (301, True), (429, False), (500, False), (None, False)],
)
def test_4xx_allows_everything_and_5xx_nothing(status: int | None, reachable: bool) -> None:
    file = read_answer(ORIGIN, status, b"", NOW, None)
    known = Robots(file, "newsbot", NOW)
    assert known.reachable is reachable
    assert known.verdict(Url(f"{ORIGIN}/x")).allowed
    assert file.expires_at == NOW + timedelta(hours=24 if reachable else 1)


def test_error_page_with_rules_in_it_is_no_rule_set() -> None:
    assert robots("User-agent: *\nDisallow: /", status=404).verdict(Url(f"{ORIGIN}/x")).allowed


@pytest.mark.parametrize(
    ("body", "content_type", "kept"),
    [
        (b"<!DOCTYPE html><p>User-agent: *\nDisallow: /", "text/plain", False),
        (b"\n <html>", None, False),
        (b"hello <body>User-agent: *\nDisallow: /", "text/html", False),
        (b"User-agent: *\nDisallow: /", "text/html; charset=utf-8", True),
    ],
)
def test_html_in_place_of_rules_is_no_rule_set(body: bytes, content_type: str | None, kept: bool) -> None:
    assert bool(read_answer(ORIGIN, 200, body, NOW, None, content_type).body) is kept


@pytest.mark.parametrize(
    ("cache_control", "seconds"),
    [
        (None, 86_400),
        ("max-age=3600", 3600),
        ("public, max-age=999999", 86_400),
        ("max-age=60", 600),
        ("no-store", 600),
        ("max-age=x", 86_400),
    ],
)
def test_cache_control_shortens_to_ten_minutes_at_least_and_never_lengthens(
    cache_control: str | None, seconds: int
) -> None:
    file = read_answer(ORIGIN, 200, b"", NOW, None, None, cache_control)
    assert (file.expires_at - NOW).total_seconds() == seconds


def test_cached_rules_serve_while_the_origin_fails() -> None:
    good = read_answer(ORIGIN, 200, b"User-agent: *\nDisallow: /x", NOW, None)
    later = NOW + timedelta(days=2)
    failed = read_answer(ORIGIN, 503, b"", later, good)
    again = read_answer(ORIGIN, None, b"", later + timedelta(hours=1), failed)
    assert (again.failing_since, again.expires_at) == (later, later + timedelta(hours=2))
    known = Robots(again, "newsbot", later)
    assert known.reachable
    assert not known.verdict(Url(f"{ORIGIN}/x")).allowed


def test_failure_counts_as_missing_after_30_days() -> None:
    file = read_answer(ORIGIN, 500, b"", NOW, None)
    for day in range(1, 32):
        file = read_answer(ORIGIN, 500, b"", NOW + timedelta(days=day), file)
    assert not Robots(file, "newsbot", NOW + timedelta(days=30)).reachable
    assert Robots(file, "newsbot", NOW + timedelta(days=30, seconds=1)).reachable


def test_success_ends_the_count_of_failures() -> None:
    file = read_answer(ORIGIN, 500, b"", NOW, None)
    assert read_answer(ORIGIN, 200, b"", NOW, file).failing_since is None


def test_what_stands_after_500_kib_is_ignored() -> None:
    body = b"User-agent: *\nDisallow: /a\n" + b"#" * MAX_BYTES + b"\nDisallow: /b"
    known = Robots(read_answer(ORIGIN, 200, body, NOW, None), "newsbot", NOW)
    assert [known.verdict(Url(f"{ORIGIN}/{p}")).allowed for p in "ab"] == [False, True]


def test_compressed_rules_are_read_up_to_the_damage() -> None:
    body = b"User-agent: *\nDisallow: /a\n" + b"".join(b"# %d\n" % i for i in range(20_000))
    packed = gzip.compress(body)
    assert decode(packed, "gzip") == body
    cut = decode(packed[:500] + b"no deflate", "gzip")
    assert body.startswith(cut)
    assert cut.endswith(b"\n")
    assert 100_000 < len(decode(gzip.compress(b"#\n" * 25_000_000), "gzip")) <= MAX_BYTES
    assert decode(b"plain", None) == b"plain"
    assert decode(packed[:-5], "gzip") == body


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "br", "zstd", "deflate", "gzip, br", "utf8", "a, b, c, d"])
def test_rules_in_plain_text_are_read_whatever_their_coding_is_called(encoding: str) -> None:
    rules = b"User-agent: *\r\nDisallow: /\n# caf\xc3\xa9\n"
    assert decode(rules, encoding) == rules
    check_coding(rules, encoding)
    whole = decode(rules + b"#" * MAX_BYTES + b"\nAllow: /", encoding)
    assert (whole.startswith(rules), whole.endswith(b"\n")) == (True, True)


@pytest.mark.parametrize("damaged", [b"\x1f\x8bnot", gzip.compress(b"User-agent: *\nDisallow: /", mtime=0)[:-12]])
def test_damaged_coding_of_rules_is_refused(damaged: bytes) -> None:
    with pytest.raises(FetchError, match="bad_encoding"):
        check_coding(damaged, "gzip")
    with pytest.raises(FetchError, match="too_large"):
        check_coding(gzip.compress(bytes(MAX_BYTES + 1)), "gzip")


def test_line_cut_at_the_limit_is_left_out_because_it_may_say_more_than_was_meant() -> None:
    body = b"User-agent: *\nDisallow: /\n" + b"#" * (MAX_BYTES - 35) + b"\nAllow: /open"
    assert body[:MAX_BYTES].endswith(b"Allow: /")
    known = Robots(read_answer(ORIGIN, 200, decode(body, None), NOW, None), "newsbot", NOW)
    assert not known.verdict(Url(f"{ORIGIN}/x")).allowed


def test_line_that_decided_is_kept_short_and_printable() -> None:
    known = robots(b"User-agent: *\nDisallow: /\xe9" + b"*" * 10_000)
    line = known.verdict(Url(f"{ORIGIN}/%E9")).line
    assert line.startswith("Disallow: /\ufffd**")
    assert len(line) < 400


@pytest.mark.parametrize(
    "label", ["Crawl-delay: 5", "Content-Signal: ai-train=no", "License: https://a.example/l", "x: y"]
)
def test_other_lines_do_not_end_the_list_of_agents(label: str) -> None:
    known = robots(f"User-agent: newsbot\n{label}\nUser-agent: other\nDisallow: /")
    assert not known.verdict(Url(f"{ORIGIN}/x")).allowed


def test_content_usage_is_a_rule_so_that_another_group_begins_after_it() -> None:
    known = robots("User-agent: newsbot\nContent-Usage: / train-ai=n\nUser-agent: other\nDisallow: /")
    assert known.verdict(Url(f"{ORIGIN}/x")).allowed


def test_uses_of_the_longest_path_are_said_and_all_of_them_where_paths_are_the_same() -> None:
    known = robots(
        "User-agent: *\nDisallow: /never/\nContent-Usage: / train-ai=n\nContent-Usage: /ok/ train-ai=y\n"
        "content-usage: /ok/\tsearch=n\nContent-Signal: search=yes, ai-train=no # why\nContent-Signal: /a/ ai-train=yes"
    )
    assert known.uses("content-usage", Url(f"{ORIGIN}/test")) == ("train-ai=n",)
    assert known.uses("content-usage", Url(f"{ORIGIN}/ok/test")) == ("train-ai=y", "search=n")
    assert known.uses("content-signal", Url(f"{ORIGIN}/ok/test")) == ("search=yes, ai-train=no",)
    assert known.uses("content-signal", Url(f"{ORIGIN}/a/b")) == ("ai-train=yes",)
    assert robots("User-agent: x\nContent-Usage: train-ai=n").uses("content-usage", Url(f"{ORIGIN}/")) == ()


def test_licenses_belong_to_no_group_and_need_a_colon() -> None:
    body = "License: https://a.example/rsl.xml\nUser-agent: x\nlicense : https://a.example/2\nLicense terms apply"
    assert robots(body).licenses == ("https://a.example/rsl.xml", "https://a.example/2")
    assert len(robots("".join(f"License: /{n}\n" for n in range(9999))).licenses) == 10


@pytest.mark.parametrize(
    "line",
    [b"Disallow: /" + b"*a" * 250_000 + b"$\n", b"Disallow: /" + b"*a" * 900 + b"b\n", b"Disallow: /*b\n", b"a:\n",
     b"Disallow\t", b"User-agent: *\n", b"\n", b"Allow: /%41*%\n", b" ", b"content-usage: /*a*a a=n\n"],
    ids=range(10),
)  # fmt: skip
def test_the_worst_file_of_full_length_costs_a_bounded_number_of_steps(line: bytes) -> None:
    file = read_answer(
        ORIGIN, 200, b"User-agent: *\nAllow: /\n" + (line * (MAX_BYTES // len(line)))[:MAX_BYTES], NOW, None
    )
    started = time.process_time()
    known = Robots(file, "newsbot", NOW)
    url = Url(f"{ORIGIN}/{'a' * 2000}")
    known.verdict(url)
    known.uses("content-usage", url)
    assert time.process_time() - started < 5, "took seconds: some step is not linear"


@given(st.binary() | st.text("aAlow:Disow/*$ \n#%-Usergnt0", max_size=300).map(str.encode))
def test_never_raises(body: bytes) -> None:
    known = robots(body)
    url = Url(f"{ORIGIN}/a?b=%C3%A4")
    known.verdict(url).line.encode()
    known.uses("content-usage", url)
    assert "\n" not in "".join((*known.sitemaps, *known.licenses))
