from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.cli import run
from scraper.shard import Shard, tie
from scraper.url import Url, site_of

HOSTS = st.from_regex(r"[a-z]{1,8}\.(example|com|co\.uk)", fullmatch=True)


@given(HOSTS, st.integers(1, 50))
def test_each_host_is_asked_by_one_machine_and_by_that_of_its_domain(host: str, of: int) -> None:
    owners = [number for number in range(1, of + 1) if Shard(number, of).owns(host)]
    assert owners == [Shard(1, of).owner_of(host)]
    for other in (f"www.{host}", f"amp.news.{host}", f"{host}:8443"):
        assert Shard(1, of).owner_of(other) == owners[0]


@given(HOSTS, st.integers(1, 50))
def test_one_machine_more_takes_hosts_over_and_moves_no_others(host: str, of: int) -> None:
    assert Shard(1, of + 1).owner_of(host) in (Shard(1, of).owner_of(host), of + 1)


def test_hosts_are_spread_evenly_and_the_same_everywhere() -> None:
    found = Counter(Shard(1, 4).owner_of(f"news{number}.example") for number in range(4000))
    assert all(900 < found[number] < 1100 for number in (1, 2, 3, 4))
    # Written down: machines of a later version must not come to something else while others are of this one.
    assert [Shard(1, 7).owner_of(host) for host in ("apnews.com", "grist.org", "bbc.co.uk")] == [4, 3, 2]


@given(st.lists(st.lists(HOSTS, min_size=1, max_size=4), max_size=12), st.integers(1, 9), st.randoms())
def test_what_a_site_names_together_has_one_owner_in_any_order(
    groups: list[list[str]], of: int, chance: random.Random
) -> None:
    urls = [[Url(f"https://{host}/feed") for host in group] for group in groups]
    shard = Shard(1, of, tie(urls))
    for group in groups:
        assert len({shard.owner_of(host) for host in group}) == 1
    chance.shuffle(urls)
    for each in urls:
        chance.shuffle(each)
    assert tie(urls) == shard.tied


def test_sites_with_feeds_at_one_company_go_together_and_others_do_not() -> None:
    tied = tie([[Url("https://a.example/"), Url("https://feeds.company.com/a")], [Url("https://b.example/")]])
    assert tied == {"company.com": "a.example"}
    assert site_of("feeds.company.com") == "company.com"


def test_shards_that_are_none_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for value in ("0/3", "4/3", "1", "a/b", "-1/2", "1/", "1/2/3", "1/99999", "²/3"):
        assert run(["crawl", "--shard", value, "--data", str(tmp_path)]) == 2
        assert "must be like 2/3" in capsys.readouterr().err


def test_machines_share_a_list_of_sites_without_one_in_common(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config"
    (config / "sites").mkdir(parents=True)
    (config / "scraper.toml").write_text('[agent]\ncontact = "https://example.org/bot"\n')
    hosts = [f"news{number}.invalid" for number in range(9)]
    for host in hosts:
        (config / "sites" / f"{host}.toml").write_text(f'host = "{host}"\n')
    visited = Counter[str]()
    for number in (1, 2, 3):
        data = tmp_path / f"data{number}"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("scraper.crawling.Crawler", _Noting(visited))
            options = ["--config", str(config), "--data", str(data), "--json"]
            assert run(["crawl", "--shard", f"{number}/3", *options]) == 0
        notices = json.loads(capsys.readouterr().out)["notices"]
        assert [line for line in notices if line.startswith(f"machine {number} of 3 visits ")]
    assert visited == Counter(hosts)


class _Noting:
    """A crawler that asks nothing."""

    def __init__(self, visited: Counter[str]) -> None:
        self.visited = visited

    def __call__(self, config: Any, sites: Any, *rest: Any, **options: Any) -> Any:
        self.visited.update(list(sites))
        return self

    turns = dict

    async def run(self) -> None:
        pass

    def notices(self) -> list[str]:
        return []
