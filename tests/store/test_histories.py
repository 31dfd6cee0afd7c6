from __future__ import annotations

from pathlib import Path

import pytest

from scraper.errors import StoreError
from scraper.store.histories import Histories


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "health.sqlite"


def test_what_was_committed_is_there_when_it_is_opened_again_and_the_rest_is_forgotten(path: Path) -> None:
    histories = Histories(path)
    histories.begin()
    histories.save_site("a.example", b"one")
    histories.count("s1")
    histories.commit()
    histories.begin()
    histories.save_site("a.example", b"two")
    histories.count("s2")
    histories.close()
    again = Histories(path)
    assert again.site("a.example") == b"one"
    assert again.sites() == {"a.example": b"one"}
    assert again.is_counted("s1")
    assert not again.is_counted("s2")
    again.close()


def test_alarms_that_are_open_come_always_and_those_that_ended_since_a_time(path: Path) -> None:
    histories = Histories(path)
    histories.save_alarm("a.example", "layout", 10, None, b"open")
    histories.save_alarm("b.example", "layout", 5, 20, b"ended")
    assert histories.alarms() == [b"ended", b"open"]
    assert histories.alarms(since=21) == [b"open"]
    assert histories.alarms("b.example") == [b"ended"]
    histories.save_alarm("a.example", "layout", 10, 12, b"ended too")
    assert histories.alarms(since=15) == [b"ended"]
    histories.close()


def test_a_row_is_suspected_for_all_that_was_said_of_it_until_it_is_cleared(path: Path) -> None:
    histories = Histories(path)
    histories.suspect("<1>", "a.example", 10, ["paywall"])
    histories.suspect("<1>", "a.example", 10, ["no_dek", "paywall"])
    histories.suspect("<2>", "a.example", 20, ["no_dek"])
    assert histories.suspected("<1>") == ("paywall", "no_dek")
    histories.clear("a.example", 15)
    assert histories.suspected("<2>") == ()
    assert histories.suspected("<1>")
    histories.close()


def test_segments_are_written_again_once(path: Path) -> None:
    histories = Histories(path)
    for name in ("s1", "s2", "s3"):
        histories.count(name)
    histories.ask_again(["s3", "s1", "unknown"])
    assert histories.again() == ["s1", "s3"]
    histories.written("s1")
    histories.count("s3")  # counting it again changes nothing
    assert histories.again() == ["s3"]
    histories.close()


def test_reading_makes_no_file(path: Path) -> None:
    reader = Histories(path, reading=True)
    assert reader.sites() == {}
    assert reader.alarms() == []
    reader.close()
    assert not path.exists()


def test_a_damaged_file_is_told_with_its_name(path: Path) -> None:
    path.write_bytes(b"no database, but long enough to be taken for one" * 100)
    with pytest.raises(StoreError, match=r"health\.sqlite"):
        Histories(path)


def test_what_sites_tell_of_days_is_kept_until_it_is_forgotten_also_in_a_file_that_knew_none(path: Path) -> None:
    histories = Histories(path)
    histories._db.execute("DROP TABLE days")  # as an earlier version made it
    histories.save_site("a.example", b"one")
    histories.close()
    again = Histories(path)
    again.save_days("a.example", {1: -2.0, 2: 1.0})
    again.save_days("a.example", {2: 3.0})
    assert again.days() == {("a.example", 1): -2.0, ("a.example", 2): 3.0}
    again.forget_days(2)
    assert again.days() == {("a.example", 2): 3.0}
    assert again.site("a.example") == b"one"
    again.close()
