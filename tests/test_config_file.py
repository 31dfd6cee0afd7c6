from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scraper.config import Rule
from scraper.config_file import load_config, read_site
from scraper.errors import ConfigError
from scraper.policy import Policy


def write(folder: Path, main: str = "", **sites: str) -> Path:
    (folder / "sites").mkdir(exist_ok=True)
    (folder / "scraper.toml").write_text(main, encoding="utf-8")
    for name, text in sites.items():
        (folder / "sites" / f"{name}.example.toml").write_text(text, encoding="utf-8")
    return folder


def no_fault(selector: str) -> str | None:
    return None


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config(folder, lambda selector: "unexpected token" if "!!" in selector else None)
    return [fault.removeprefix(f"{folder}/") for fault in caught.value.faults]


def test_a_config_is_read_with_its_sites_and_defaults(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[agent]\ncontact = "https://us.example/bot"\n[fetch]\ndelay_s = 0\nallow_private_hosts = ["localhost"]\n'
        '[policy]\nstop_row = ["noai"]',
        a='host = "a.example"\nfeeds = ["/feed", "https://feeds.a.example/x"]\nfront_pages = ["https://a.example/"]',
    )
    config = load_config(tmp_path, no_fault)
    assert config.fetch.delay_s == 0
    assert config.policy == Policy(ask_tdmrep=True, stop_row=("noai",))
    assert config.fetch.max_body_bytes == 10_000_000
    assert config.fetch.allow_private_hosts == ("localhost",)
    assert config.sites["a.example"].feeds == ("https://a.example/feed", "https://feeds.a.example/x")
    config.require_contact()
    assert load_config(tmp_path / "scraper.toml", no_fault) == config


def test_every_fault_of_every_file_is_named_with_file_and_key_in_one_run(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[agent]\nname = "bad name"\ncontact = "nobody"\n[fetch]\ndelay = 3\ntimeout_s = "long"\n'
        "delay_s = -1\n[typo]\n",
        a='host = "a.example"\nfeds = []\nfeeds = ["ftp://a.example/x"]\narticle_pattern = "("\n'
        '[[rule]]\nbody = "p!!"\n',
        b='host = "other.example"\ndelay_s = inf\n',
        c="host = \n",
        d='feeds = []\n[[rule]]\nremove = ["div!!", "p"]\nbdy = "x"\n',
        e='host = "e.example"\n[[rule]]\nbody = "p"\n[[rule]]\nbody = "div"\n',
    )
    found = faults_of(tmp_path)
    for start in [
        "scraper.toml: [typo]: unknown",
        "scraper.toml: [fetch] delay: unknown",
        "scraper.toml: [fetch] timeout_s: Expected `float`",
        "scraper.toml: [agent] name: 'bad name'",
        "scraper.toml: [agent] contact: 'nobody'",
        "sites/a.example.toml: feds: unknown",
        "sites/a.example.toml: [[rule]] 1 body: 'p!!' is no CSS selector: unexpected token",
        "sites/a.example.toml: feeds: 'ftp://a.example/x' is no http",
        "sites/a.example.toml: article_pattern: '(' is no regular expression",
        "sites/b.example.toml: host: 'other.example' must be the file's name",
        "sites/b.example.toml: delay_s: inf",
        "sites/c.example.toml: is not TOML: Invalid value (at line 1",
        "sites/d.example.toml: host: missing",
        "sites/d.example.toml: [[rule]] 1 bdy: unknown",
        "sites/d.example.toml: [[rule]] 1 remove: 'div!!' is no CSS selector",
        "sites/e.example.toml: [[rule]] valid_until: two eras end at no date",
    ]:
        assert any(fault.startswith(start) for fault in found), start


@pytest.mark.parametrize(
    ("main", "start"),
    [
        ('[agent]\ncontact = "https://ex\u00e4mple.org/me"', "scraper.toml: [agent] contact"),
        ('[fetch]\nproxy = "socks5://127.0.0.1:1"', "scraper.toml: [fetch] proxy"),
        ('[fetch]\nproxy = "http://host:port"', "scraper.toml: [fetch] proxy"),
        ('[ping]\nurl = "hc-ping.com/check"', "scraper.toml: [ping] url"),
        ("[fetch]\nmax_wait_s = 1e300", "scraper.toml: [fetch] max_wait_s"),
        ("[extract]\npage_memory_bytes = 100_000_000", "scraper.toml: [extract] page_memory_bytes"),
        ('[policy]\nstop_fetch = ["noindex"]', "scraper.toml: [policy] stop_fetch: 'noindex' is unknown; known are "),
        ('[policy]\nstop_row = ["train-ai=no"]', "scraper.toml: [policy] stop_row: 'train-ai=no' is unknown"),
        ("[policy]\nstop_row = 1", "scraper.toml: [policy] stop_row: Expected `array`"),
    ],
)
def test_values_that_would_end_a_crawl_in_a_traceback_are_faults(tmp_path: Path, main: str, start: str) -> None:
    assert faults_of(write(tmp_path, main))[0].startswith(start)


def test_a_missing_folder_and_bytes_that_are_no_text_are_faults_not_tracebacks(tmp_path: Path) -> None:
    assert "scraper.toml: cannot be read: No such file" in faults_of(tmp_path)[0]
    write(tmp_path)
    (tmp_path / "scraper.toml").write_bytes(b"\xff\xfe")
    assert faults_of(tmp_path) == ["scraper.toml: is not UTF-8: byte 0"]


def test_eras_are_chosen_by_fetch_date(tmp_path: Path) -> None:
    write(
        tmp_path,
        a='host = "a.example"\n[[rule]]\nbody = "main"\n[[rule]]\nvalid_until = 2024-05-31\nbody = "#old"\n',
    )
    site = load_config(tmp_path, no_fault).sites["a.example"]
    assert site.rule_at(datetime(2024, 5, 31, 23, 59, tzinfo=UTC)) == Rule(valid_until=date(2024, 5, 31), body="#old")
    assert site.rule_at(datetime(2024, 6, 1, tzinfo=UTC)) == Rule(body="main")


def test_a_segment_is_larger_than_an_answer_and_no_larger_than_archives_are(tmp_path: Path) -> None:
    assert not load_config(write(tmp_path, "[store]\nsegment_bytes = 1_000_000_000"), no_fault).sites
    for size in (999, 1_000_000_001):
        (fault,) = faults_of(write(tmp_path, f"[store]\nsegment_bytes = {size}"))
        assert fault.startswith(f"scraper.toml: [store] segment_bytes: {size} must be a number from 1000000 to 1e+09")


@pytest.mark.parametrize("remote", ["s3://news", "s3://my.news-1/a/b=c/", ""])
def test_a_place_in_a_bucket_is_taken(tmp_path: Path, remote: str) -> None:
    assert load_config(write(tmp_path, f'[store]\nremote = "{remote}"'), no_fault).store.remote == remote


@pytest.mark.parametrize(
    "remote", ["news", "s3:/news", "s3://News", "s3://news/../x", "https://s3.example/news", "s3://news?x"]
)
def test_what_is_no_place_in_a_bucket_is_told(tmp_path: Path, remote: str) -> None:
    (fault,) = faults_of(write(tmp_path, f'[store]\nremote = "{remote}"'))
    assert fault == f"scraper.toml: [store] remote: {remote!r} must be like s3://bucket/prefix, in ASCII"


def test_segments_are_not_given_up_for_nothing(tmp_path: Path) -> None:
    (fault,) = faults_of(write(tmp_path, "[store]\nkeep_segments = false"))
    assert fault.startswith("scraper.toml: [store] keep_segments: false needs a remote")


@pytest.mark.parametrize("text", ["host = ", 'host = "b.example"', 'host = "a.example"\ncolor = "red"'])
def test_the_text_of_a_site_has_the_faults_of_its_file(text: str) -> None:
    with pytest.raises(ConfigError, match=r"a\.example\.toml"):
        read_site(text, Path("a.example.toml"))
    assert read_site('host = "a.example"', Path("a.example.toml")).host == "a.example"
