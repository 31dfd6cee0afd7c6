from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from scraper.asking import ask_page, ask_site, user_agent
from scraper.config import Agent, Config, Fetch, Rule
from scraper.demo.server import Demo, serve
from scraper.errors import ConfigError, FetchError
from scraper.url import Url, normalize

CONFIG = Config(
    Agent("newsbot", "https://example.org/bot"), Fetch(delay_s=0, backoff_s=0, allow_private_hosts=("127.0.0.1",))
)


@pytest.fixture(scope="module")
def server() -> Iterator[Demo]:
    with serve() as server:
        yield server


def test_a_page_comes_with_the_rule_of_its_site(server: Demo) -> None:
    site = dataclasses.replace(server.site, rules=(Rule(headline="h1"),))
    url = normalize(f"{server.url}/2026/03/10/tide-gauge/")
    page, rule = ask_page(dataclasses.replace(CONFIG, sites={site.host: site}), url)
    assert (page.status, rule) == (200, site.rules[0])
    assert ask_page(CONFIG, url)[1] is None


def test_what_robots_txt_forbids_is_refused_and_not_asked(server: Demo) -> None:
    asked = len(server.answered)
    with pytest.raises(FetchError, match="robots_disallowed"):
        ask_page(CONFIG, normalize(f"{server.url}/private/2026/03/15/unpublished-draft/"))
    assert [path for path, _ in server.answered[asked:]] == ["/robots.txt"]


def test_a_site_is_looked_at_and_each_address_is_told_before_it_is_asked(server: Demo) -> None:
    told = list[Url]()
    seen = ask_site(CONFIG, normalize(server.url), samples=2, render=False, tell=told.append)
    assert (seen.host, len(seen.samples)) == (server.host, 2)
    assert told[0] == f"{server.url}/"
    assert {each.url for each in seen.listings} <= set(told)


def test_nobody_is_asked_without_a_contact(server: Demo) -> None:
    config, asked = dataclasses.replace(CONFIG, agent=Agent("newsbot")), len(server.answered)
    with pytest.raises(ConfigError, match="contact"):
        ask_page(config, normalize(server.url))
    with pytest.raises(ConfigError, match="contact"):
        ask_site(config, normalize(server.url), samples=1, render=False, tell=lambda url: None)
    assert len(server.answered) == asked


def test_who_asks_says_how_to_be_reached() -> None:
    assert user_agent(CONFIG).startswith("newsbot/")
    assert user_agent(CONFIG).endswith("(+https://example.org/bot)")
