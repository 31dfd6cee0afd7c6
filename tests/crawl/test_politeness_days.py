"""Days of crawling against scripted hosts: the time of every request is held against what webmasters were promised.

The promise is computed here once more, from the log alone: what hosts answered, and when they were asked.
"""

from __future__ import annotations

import email.utils
import itertools
import random
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

import httpx
import pytest
from tests.crawl.world import HTML, PAGE, START, Script, World, response, rss, site

from scraper.url import host_of, normalize, origin_of

A, B, C = (f"https://{name}.example" for name in "abc")
XML = {"content-type": "application/rss+xml"}
HOUR, DAY = 3600.0, 86_400.0
SLACK_S = 0.001
Answer = Script | httpx.Response | bytes
Answers = dict[str, Answer]


class Watched(World):
    """A world that keeps what was answered beside what was asked."""

    def __init__(self, answers: Mapping[str, Answer], **settings: object) -> None:
        super().__init__(answers, **settings)
        self.log: list[tuple[float, str, httpx.Response]] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        answer = super().answer(request)
        self.log.append((self.asked[-1][0], str(request.url), answer))
        return answer

    @property
    def now_s(self) -> float:
        return self.elapsed.total_seconds()

    def hourly(self, days: float, *sites: object, every_h: float = 1.0) -> None:
        """Let cron start a run every hour."""
        for number in range(1, round(days * 24 / every_h) + 1):
            self.crawl(*sites)  # type: ignore[arg-type]
            self.elapsed = max(self.elapsed, timedelta(hours=number * every_h))

    def of(self, host: str) -> list[tuple[float, str, httpx.Response]]:
        return [each for each in self.log if host_of(normalize(each[1])) == host]


def retry_after_s(answer: httpx.Response, now_s: float) -> float | None:
    value = answer.headers.get("retry-after")
    if value is None:
        return None
    if value.isdigit():
        return min(float(value), DAY) or None
    seconds = (email.utils.parsedate_to_datetime(value) - START).total_seconds() - now_s
    return min(seconds, DAY) if seconds > 0 else None


def assert_polite(world: Watched, delay_s: float, crawl_delay_s: float = 0.0) -> None:
    """Hold each request against the answers before it."""
    hosts = defaultdict(list)
    for at, url, answer in world.log:
        hosts[host_of(normalize(url))].append((at, url, answer))
    for host, asked in hosts.items():
        earliest, wait_s, forgiven_at, knows_robots = float("-inf"), 0.0, float("inf"), False
        for at, url, answer in asked:
            assert at >= earliest - SLACK_S, f"{url} was asked at {at}, {earliest - at:.1f} s too early"
            if url.endswith("/robots.txt"):
                knows_robots = True
            else:
                assert knows_robots, f"{url} was asked before the robots.txt of {host}"
            earliest = at + max(delay_s * 0.5, crawl_delay_s if knows_robots else 0.0)
            if answer.status_code in (429, 503):
                wait = retry_after_s(answer, at)
                if wait is None:
                    wait_s = min(max(60.0, 2 * wait_s), DAY)
                    earliest = max(earliest, at + 0.9 * wait_s)
                else:
                    wait_s = wait
                    earliest = max(earliest, at + wait)
                forgiven_at = at + wait_s + 1800
            elif answer.status_code < 500 and at >= forgiven_at:
                wait_s, forgiven_at = 0.0, float("inf")


def assert_robots_fresh(world: Watched) -> None:
    """No page on rules older than a day, and no robots.txt asked for more often than hourly where it fails."""
    read: dict[str, float] = {}
    for at, url, _ in world.log:
        origin = origin_of(normalize(url))
        if url == f"{origin}/robots.txt":
            read[origin] = at
        else:
            assert at - read[origin] <= DAY + HOUR, url


def until(hour: float, then: httpx.Response | bytes, before: httpx.Response, world: list[Watched]) -> Script:
    """Answer one thing until an hour, and another from then on."""

    def answer(request: httpx.Request) -> httpx.Response:
        late = world[0].asked[-1][0] >= hour * HOUR
        if not late:
            return response(before.status_code, before.read(), dict(before.headers))
        return response(200, then, HTML) if isinstance(then, bytes) else response(then.status_code, b"")

    return answer


def test_host_that_answers_503_for_a_day_is_asked_ever_more_rarely_and_comes_back() -> None:
    own: list[Watched] = []
    links = [f"{A}/{number}" for number in range(30)]
    answers: Answers = {f"{A}/feed": rss(*links), f"{A}/robots.txt": response(404)}
    own.append(world := Watched(answers | {link: until(24, PAGE, response(503), own) for link in links}))
    world.hourly(4, site())
    assert_polite(world, 5)
    refused = [at for at, url, answer in world.of("a.example") if answer.status_code == 503]
    assert len(refused) <= 32, "the host waits, whichever address is asked"
    assert {url for _, url, answer in world.log if answer.status_code == 200} >= set(links)


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_kept_to_the_second_across_runs(form: str) -> None:
    wait_s = 5 * HOUR + 1800
    asked_to_wait: list[float] = []

    def busy(request: httpx.Request) -> httpx.Response:
        if asked_to_wait:
            return response(200, PAGE, HTML)
        asked_to_wait.append(world.asked[-1][0])
        at = START + timedelta(seconds=asked_to_wait[0] + wait_s)
        value = str(round(wait_s)) if form == "seconds" else email.utils.format_datetime(at, usegmt=True)
        return response(429, headers={"retry-after": value})

    links = [f"{A}/{number}" for number in range(4)]
    answers: Answers = {f"{A}/feed": rss(f"{A}/busy", *links), f"{A}/busy": busy}
    world = Watched(answers | dict.fromkeys(links, PAGE))
    world.hourly(1, site())
    assert_polite(world, 5)
    after = [at for at, _, _ in world.of("a.example") if at > asked_to_wait[0]]
    assert asked_to_wait[0] + wait_s - 1 <= after[0] <= asked_to_wait[0] + wait_s + HOUR
    assert world.outcomes()[f"{A}/busy"] == "200"


@pytest.mark.parametrize("crawl_delay_s", [30, 299, 100_000])
def test_crawl_delay_holds_between_any_two_requests_of_days(crawl_delay_s: int) -> None:
    links = [f"{A}/{number}" for number in range(40)]
    robots = f"User-agent: *\nCrawl-delay: {crawl_delay_s}".encode()
    answers: Answers = {f"{A}/feed": rss(*links), f"{A}/robots.txt": robots}
    world = Watched(answers | dict.fromkeys(links, PAGE))
    world.hourly(2, site())
    assert_polite(world, 5, min(crawl_delay_s, 300))
    assert {url for _, url, _ in world.log} >= set(links)


def test_redirects_take_the_turns_of_the_hosts_they_lead_to() -> None:
    answers: Answers = {}
    for number in range(12):
        answers[f"{A}/{number}"] = response(302, headers={"location": f"{B}/{number}"})
        answers[f"{B}/{number}"] = response(307, headers={"location": f"{C}/{number}"})
        answers[f"{C}/{number}"] = PAGE
        answers[f"{B}/own{number}"] = PAGE
    answers[f"{A}/feed"] = rss(*(f"{A}/{number}" for number in range(12)))
    answers[f"{B}/feed"] = rss(*(f"{B}/own{number}" for number in range(12)))
    world = Watched(answers)
    world.hourly(0.25, site(), site("b.example"))
    assert_polite(world, 5)
    assert len([url for _, url, _ in world.of("c.example") if "robots" not in url]) == 12
    assert len(world.of("b.example")) == 1 + 1 + 24 + len(world.times(f"{B}/feed")) - 1


def test_feed_that_says_304_for_ever_is_read_whole_at_the_tenth_poll() -> None:
    def feed(request: httpx.Request) -> httpx.Response:
        if "if-none-match" in request.headers:
            return response(304)
        fresh = round(world.asked[-1][0] / DAY)
        return response(200, rss(f"{A}/{fresh}"), XML | {"etag": '"same"'})

    world = Watched({f"{A}/feed": feed} | {f"{A}/{number}": PAGE for number in range(60)})
    world.hourly(14, site(), every_h=6)
    assert_polite(world, 5)
    polls = [(at, answer.status_code) for at, url, answer in world.log if url == f"{A}/feed"]
    whole = [number for number, (_, status) in enumerate(polls) if status == 200]
    assert whole == [0, 10][: len(whole)]
    assert len(whole) == 2
    gaps = [later[0] - earlier[0] for earlier, later in itertools.pairwise(polls)]
    assert max(gaps) <= DAY + 7 * HOUR


def test_robots_that_fails_for_40_days_forbids_30_and_is_then_as_if_there_were_none() -> None:
    world = Watched({f"{A}/robots.txt": response(500), f"{A}/feed": rss(f"{A}/1"), f"{A}/1": PAGE})
    world.hourly(40, site(), every_h=3)
    assert_polite(world, 5)
    robots = world.times(f"{A}/robots.txt")
    pages = [at for at, url, _ in world.log if not url.endswith("robots.txt")]
    assert 30 * DAY < pages[0] < 32 * DAY
    assert world.outcomes()[f"{A}/1"] == "200"
    assert all(later - earlier >= HOUR for earlier, later in itertools.pairwise(robots))
    assert robots[-1] > 38 * DAY, "it is still looked for"


def test_robots_that_fails_after_it_was_known_keeps_its_rules() -> None:
    own: list[Watched] = []
    rules = b"User-agent: *\nDisallow: /private/"
    first = response(200, rules, {"content-type": "text/plain"})
    answers = {f"{A}/robots.txt": until(1, response(503), first, own)}
    feed = rss(f"{A}/private/1", f"{A}/1")
    own.append(world := Watched(answers | {f"{A}/feed": feed, f"{A}/1": PAGE, f"{A}/private/1": PAGE}))
    world.hourly(9, site(), every_h=6)
    assert_polite(world, 5)
    assert world.times(f"{A}/private/1") == []
    assert len(world.times(f"{A}/1")) == 3


def test_weeks_of_mixed_weather_on_many_hosts_break_no_promise() -> None:
    """Hosts fail at random; whatever they answer, each request is on time and robots.txt is fresh."""
    rng = random.Random(11)
    answers: Answers = {}
    sites = []

    def weather(url: str) -> Script:
        def answer(request: httpx.Request) -> httpx.Response:
            draw = rng.random()
            if draw < 0.04:
                return response(503)
            if draw < 0.07:
                return response(429, headers={"retry-after": str(rng.choice([0, 1, 90, 4000, 10**9]))})
            if draw < 0.09:
                at = world.now() + timedelta(seconds=rng.choice([-500, 30, 5000]))
                return response(503, headers={"retry-after": email.utils.format_datetime(at, usegmt=True)})
            if draw < 0.12:
                return response(500)
            if draw < 0.14:
                raise httpx.ReadError("reset")
            if draw < 0.16:
                return response(301, headers={"location": url + "x"})
            return response(200, PAGE, HTML)

        return answer

    for number in range(8):
        host = f"h{number}.example"
        links = [f"https://{host}/{page}" for page in range(25)]
        answers |= {f"https://{host}/feed": rss(*links)} | {link: weather(link) for link in links}
        answers |= {f"{link}x": PAGE for link in links}
        sites.append(site(host))
    world = Watched(answers)
    world.hourly(8, *sites, every_h=2)
    assert_polite(world, 5)
    assert_robots_fresh(world)
    asked = {url for _, url, _ in world.log}
    assert sum(url in asked for url in answers if url[-1].isdigit()) == 200


def test_run_ends_though_hosts_never_do() -> None:
    """A host with 5,000 addresses starves nobody, and all runs end by themselves or by their budget."""
    links = [f"{A}/{number}" for number in range(5000)]
    small: Answers = {f"https://s{n}.example/feed": rss(f"https://s{n}.example/1") for n in range(9)}
    answers: Answers = {f"{A}/feed": rss(*links), **dict.fromkeys(links, PAGE), **small}
    answers |= {f"https://s{n}.example/1": PAGE for n in range(9)}
    world = Watched(answers, max_requests=300, hosts_at_once=2)
    world.hourly(1 / 24, site(), *(site(f"s{n}.example") for n in range(9)))
    assert_polite(world, 5)
    assert len(world.of("a.example")) == 300
    assert max(world.times(f"https://s{n}.example/1")[0] for n in range(9)) < 120
