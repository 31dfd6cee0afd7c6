from __future__ import annotations

from pathlib import Path

import pytest
from tests.store.pages import START, make_target

from scraper.errors import StoreError
from scraper.page import Found, HostPace
from scraper.store.state import Segment, State


def test_what_was_committed_is_there_after_opening_again_and_the_rest_is_not(tmp_path: Path) -> None:
    state = State(tmp_path / "s")
    state.addresses.enqueue([Found(make_target())], START)
    state.save_pace(HostPace("news.example", START))
    state.start_run("run1", START)
    state.save_segment(Segment("run1-00000", "run1", START.date(), "closed", 12, 3))
    state.commit()
    state.checkpoint()
    state.addresses.enqueue([Found(make_target("https://b.example/"))], START)
    state.close()
    again = State(tmp_path / "s")
    assert again.addresses.hosts(START, {"news.example"}) == {"news.example": START}
    assert again.pace("news.example") == HostPace("news.example", START)
    assert again.runs() == {"run1"}
    assert again.segments("closed") == [Segment("run1-00000", "run1", START.date(), "closed", 12, 3)]
    assert again.segments("open") == []
    again.close()


def test_damage_inside_is_told(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    state = State(path)
    state.addresses.enqueue([Found(make_target(f"https://news.example/{n}")) for n in range(500)], START)
    state.commit()
    state.close()
    whole = bytearray(path.read_bytes())
    whole[4096:] = b"\xff" * (len(whole) - 4096)
    path.write_bytes(whole)

    def use() -> None:
        state = State(path)
        try:
            state.addresses.take("news.example", START, 9, {"news.example"})
            state.segments()
        finally:
            state.close()

    with pytest.raises(StoreError, match="is damaged; restore it from a copy"):
        use()
