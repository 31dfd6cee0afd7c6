from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.crawl.opt_outs import RSL_TYPE, Links, Pairs, Tdmrep, signals_of
from scraper.crawl.robots import Robots, read_answer
from scraper.page import Headers
from scraper.policy import SIGNALS
from scraper.url import Url

ORIGIN = "https://a.example"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def rules(body: str) -> Robots:
    return Robots(read_answer(ORIGIN, 200, body.encode(), NOW, None), "newsbot", NOW)


def said(
    path: str = "/news/1",
    *,
    robots: str | None = None,
    tdmrep: object = None,
    headers: Headers = (),
    metas: Pairs = (),
    links: Links = (),
) -> dict[str, str]:
    reservations = None if tdmrep is None else Tdmrep(json.dumps(tdmrep).encode())
    found = signals_of(
        Url(f"{ORIGIN}{path}"), "NewsBot", rules(robots) if robots else None, reservations, headers, metas, links
    )
    assert [signal for signal, _ in found] == sorted(dict(found), key=SIGNALS.index)
    return dict(found)


def test_silence_is_nothing_rather_than_consent() -> None:
    robots = "User-agent: *\nAllow: /\nContent-Usage: /other/ train-ai=y\nContent-Signal: ai-train"
    assert said(robots=robots, tdmrep=[], headers=(("Content-Type", "text/html"),)) == {}
    assert said() == {}


FILE = [
    {"location": "/news/open/*", "tdm-reservation": 0},
    {"location": "/news/", "tdm-reservation": 1, "tdm-policy": "https://a.example/terms"},
    {"location": "/news/late", "tdm-reservation": 0},
]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/news/1", {"tdm_reservation": "1", "tdm_policy": "https://a.example/terms"}),
        ("/news/open/1", {"tdm_reservation": "0"}),
        ("/news/late", {"tdm_reservation": "1", "tdm_policy": "https://a.example/terms"}),
        ("/sport", {}),
    ],
)
def test_first_location_that_matches_holds(path: str, expected: dict[str, str]) -> None:
    assert said(path, tdmrep=FILE) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[" * 100_000,
        b'[{"location": 1, "tdm-reservation": 1}, 3, null, {"tdm-reservation": 1}]',
        b'[{"location": "/", "tdm-reservation": [1]}]',
        b'[{"location": "/", "tdm-reservation": "yes"}]',
        b'"/"',
        b"1" * 10_000,
        b"\xff\xfe",
    ],
)
def test_a_damaged_reservation_file_says_nothing(body: bytes) -> None:
    assert signals_of(Url(f"{ORIGIN}/"), "newsbot", None, Tdmrep(body)) == ()


@pytest.mark.parametrize(
    "rule",
    [
        {"location": "/", "tdm-reservation": "1"},
        {"location": "*", "tdm-reservation": 1},
        {"location": "news", "tdm-reservation": 1},
    ],
)
def test_slight_faults_of_a_reservation_file_do_not_lose_the_reservation(rule: dict[str, object]) -> None:
    assert said(tdmrep=[rule]) == {"tdm_reservation": "1"}
    assert said(tdmrep=rule) == {"tdm_reservation": "1"}


def test_reservation_nearest_to_the_content_holds() -> None:
    header = (("TDM-Reservation", " 0 "),)
    assert said(tdmrep=FILE, headers=header)["tdm_reservation"] == "0"
    assert said(tdmrep=FILE, headers=header, metas=(("tdm-reservation", "1"),))["tdm_reservation"] == "1"
    assert said(headers=(("tdm-reservation", "0"), ("tdm-reservation", "1"))) == {"tdm_reservation": "1"}
    assert said(metas=(("tdm-reservation", "maybe"), ("tdm-policy", "https://a.example/p"))) == {
        "tdm_policy": "https://a.example/p"
    }


@pytest.mark.parametrize(
    ("robots", "headers", "expected"),
    [
        ("Content-Usage: / train-ai=n", (), "train-ai=n"),
        ("Content-Usage: train-ai=n", (), "train-ai=n"),
        ("Content-Usage: / train-ai=y", (("content-usage", "train-ai=n, search=y"),), "train-ai=n, search=y"),
        ("Content-Usage: / train-ai=n", (("content-usage", "train-ai=y"),), "train-ai=n"),
        ("Content-Usage: / train-ai=n\nContent-Usage: /news/ train-ai=y", (), "train-ai=y"),
        ("", (("Content-Usage", "search=y"), ("Content-Usage", "ai-use=n")), "search=y, ai-use=n"),
        ("", (("Content-Usage", 'Train-AI="N";why=x, broken==, search=maybe, y'),), "train-ai=n"),
        ("", (("Content-Usage", "train-ai"),), None),
    ],
)
def test_of_several_statements_of_a_use_the_one_that_forbids_holds(
    robots: str, headers: Headers, expected: str | None
) -> None:
    assert said(robots=f"User-agent: *\n{robots}", headers=headers).get("content_usage") == expected


def test_content_signals_of_our_group_are_given() -> None:
    robots = "User-agent: *\nContent-Signal: ai-train=no\n\nAllow: /\nUser-agent: newsbot\nAllow: /\nContent-Signal: "
    assert said(robots=f"{robots}search=yes,ai-train=no, ai-input=NO") == {
        "content_signal": "search=yes, ai-train=no, ai-input=no"
    }


def test_licenses_are_those_in_rsl_wherever_they_are_named_each_once() -> None:
    link = '<https://a.example/2>; title="a, b"; rel="license"; type="application/rsl+xml", </cc>; rel=license'
    assert said(
        robots="License: https://a.example/1\nUser-agent: x",
        headers=(("Link", link), ("Link", "</next>; rel=next"), ("link", "</3>;type=application/rsl+xml;rel=license")),
        links=(
            ("license", "/4", RSL_TYPE),
            ("license", "https://cc.example", ""),
            ("license x", "https://a.example/1", RSL_TYPE),
        ),
    ) == {"license": "https://a.example/1 https://a.example/2 /3 /4"}


@pytest.mark.parametrize(
    ("headers", "metas", "expected"),
    [
        ((("X-Robots-Tag", "NoIndex, nofollow"),), (), "noindex, nofollow"),
        ((("X-Robots-Tag", "otherbot: noindex, nofollow"),), (), None),
        ((("X-Robots-Tag", "newsbot: noindex, nofollow"),), (), "noindex, nofollow"),
        ((("X-Robots-Tag", "otherbot: none"), ("X-Robots-Tag", "noai")), (), "noai"),
        ((("X-Robots-Tag", "otherbot: none, newsbot: noarchive"),), (), "noarchive"),
        ((("X-Robots-Tag", "max-snippet: 0, max-image-preview:large"),), (), "max-snippet: 0, max-image-preview:large"),
        ((("X-Robots-Tag", "unavailable_after: 25 Jun 2030 15:00"),), (), "unavailable_after: 25 jun 2030 15:00"),
        ((), (("robots", "noimageai, NOAI"), ("newsbot", "nosnippet"), ("x", "noindex")), "noimageai, noai, nosnippet"),
        ((("X-Robots-Tag", "noindex"),), (("robots", "noindex, , 3"),), "noindex"),
        ((("X-Robots-Tag", "a" * 10_000),), (), "a" * 500),
    ],
)
def test_directives_to_all_or_to_us_are_given_each_once(headers: Headers, metas: Pairs, expected: str | None) -> None:
    assert said(headers=headers, metas=metas).get("robots_directives") == expected


_HEADERS = st.sampled_from(["X-Robots-Tag", "Link", "Content-Usage", "tdm-reservation", "tdm-policy"])
_VALUES = st.text() | st.text('<>;=",: relnoicstyp/\t', max_size=60)


@given(
    st.lists(st.tuples(_HEADERS, _VALUES), max_size=5).map(tuple),
    st.lists(st.tuples(st.sampled_from(["robots", "newsbot", "tdm-policy"]), _VALUES), max_size=3),
    st.lists(st.tuples(_VALUES, _VALUES, _VALUES), max_size=3),
    st.binary() | st.text('[]{}":,1/location-tdmrsv*$ ', max_size=80).map(str.encode),
    st.text("Content-usageSignalLicense: /*\n=ny,;", max_size=100),
)
def test_never_raises_whatever_strangers_write(
    headers: Headers, metas: Pairs, links: Links, tdmrep: bytes, robots: str
) -> None:
    found = signals_of(
        Url(f"{ORIGIN}/a"), "newsbot", rules(f"User-agent: *\n{robots}"), Tdmrep(tdmrep), headers, metas, links
    )
    assert all(value for _, value in found)


@pytest.mark.parametrize(
    "piece", ["<", "<a>;rel=", ";rel=", "a=", "n,", "a=n;", " ", "\t=", "newsbot:", ",", "<>", '"']
)
def test_a_header_of_500_kb_costs_a_bounded_number_of_steps(piece: str) -> None:
    value = (piece * 500_000)[:500_000]
    started = time.process_time()
    signals_of(
        Url(f"{ORIGIN}/"), "newsbot", None, None, tuple((n, value) for n in ("Link", "X-Robots-Tag", "Content-Usage"))
    )
    assert time.process_time() - started < 5, "took seconds: some step is not linear"
