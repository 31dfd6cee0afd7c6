from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from tests.store.pages import START, make_page, make_target

from scraper.errors import StoreError
from scraper.page import Found, HostPace
from scraper.store import backlog as module
from scraper.store.backlog import MOST_DUE, read_backlog
from scraper.store.state import State

HOUR = timedelta(hours=1)


def test_a_folder_without_state_has_no_backlog(tmp_path: Path) -> None:
    assert read_backlog(tmp_path / "state.sqlite", START) is None
    assert not list(tmp_path.iterdir())


def test_hosts_tell_what_waits_what_is_due_and_how_long_they_rest(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with closing(State(path)) as state:
        state.addresses.enqueue([Found(make_target(f"https://news.example/{n}")) for n in range(3)], START)
        state.addresses.record_visit(make_page("https://news.example/0"), START + HOUR)
        state.addresses.record_visit(make_page("https://done.example/0"), None)
        state.save_pace(HostPace("news.example", START + 2 * HOUR))
        state.commit()
        backlog = read_backlog(path, START)  # beside a run
        assert backlog is not None
    (host,) = backlog.hosts
    assert (host.host, host.waiting, host.due, host.due_is_least) == ("news.example", 3, 2, False)
    assert (host.next_at, host.rests_until) == (START, START + 2 * HOUR)
    later = read_backlog(path, START + 2 * HOUR)
    assert later is not None
    assert (later.hosts[0].due, later.hosts[0].rests_until) == (3, None)


def test_many_due_addresses_are_counted_in_part_and_it_says_so(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with closing(State(path)) as state:
        state.addresses.enqueue([Found(make_target(f"https://news.example/{n}")) for n in range(MOST_DUE + 9)], START)
        state.commit()
    backlog = read_backlog(path, START)
    assert backlog is not None
    assert (backlog.hosts[0].waiting, backlog.hosts[0].due, backlog.hosts[0].due_is_least) == (
        MOST_DUE + 9,
        MOST_DUE,
        True,
    )


def test_a_state_of_an_earlier_version_or_a_damaged_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with closing(State(path)) as state:
        state._db.execute("PRAGMA user_version = 2")
    with pytest.raises(StoreError, match="the next run brings it up to date"):
        read_backlog(path, START)
    path.write_bytes(b"no database" * 999)
    with pytest.raises(StoreError, match="is no SQLite file"):
        read_backlog(path, START)


def test_no_million_of_addresses_is_read(tmp_path: Path) -> None:
    with closing(State(tmp_path / "state.sqlite")) as state:
        plans = [row[3] for row in state._db.execute(f"EXPLAIN QUERY PLAN {module._LANES}", {"now": 0, "most": 1})]
    assert not any(plan.startswith("SCAN urls") for plan in plans), plans
    assert sum("USING COVERING INDEX urls_due" in plan for plan in plans) == 14
