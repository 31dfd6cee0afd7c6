from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from tests.store.bucket import Bucket
from tests.store.pages import START
from tests.store.test_verify import scrape

from scraper.store.mirror import sync
from scraper.store.references import References
from scraper.store.warc import read_segment

NAME = "run0-00000.warc.gz"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    scrape(tmp_path, "run0", "abc")
    return tmp_path


@pytest.fixture
def places(data: Path) -> list[tuple[int, str]]:
    """Give what rows say of their records."""
    return [(capture.offset, capture.record_id) for capture in read_segment(data / "warc" / NAME)]


def faults(data: Path, places: list[tuple[int, str]]) -> list[str | None]:
    with closing(References(data)) as references:
        found = [references.fault(NAME, *place) for place in places]
        assert references.held == len(places)
    return found


def test_records_that_are_there_have_no_fault_wherever_the_segment_is(
    data: Path, places: list[tuple[int, str]], bucket: Bucket
) -> None:
    assert faults(data, places) == [None] * 3
    sync(data, bucket.remote(), START, keep_segments=False)
    assert not (data / "warc" / NAME).exists()
    assert faults(data, places) == [None] * 3


def test_what_is_wrong_with_a_reference_is_told_with_the_way_out(data: Path, places: list[tuple[int, str]]) -> None:
    path = data / "warc" / NAME
    (first, _), (_, other), _ = places
    (fault,) = faults(data, [(first, other)])
    assert fault is not None
    assert fault.startswith(f"refers to {other} at byte {first} of {path}, where <urn:uuid:")
    assert fault.endswith("run `scraper verify --mend`, then `scraper extract`")
    (fault,) = faults(data, [(10**9, other)])
    assert "where no record can be read" in (fault or "")
    path.write_bytes(path.read_bytes()[:100])
    assert all("try `scraper archive check`" in (fault or "") for fault in faults(data, places))
    path.unlink()
    assert faults(data, places) == [f"refers to {path}, which is missing; restore it from a copy"] * 3
