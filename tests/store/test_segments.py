from __future__ import annotations

from pathlib import Path

import pytest

from scraper.errors import StoreError
from scraper.store.segments import open_segment


def test_a_segment_is_named_as_in_the_state_or_as_in_the_rows(tmp_path: Path) -> None:
    held = tmp_path / "warc" / "run-001.warc.gz"
    held.parent.mkdir()
    held.write_bytes(b"x")
    for name in ("run-001", "run-001.warc.gz"):
        with open_segment(tmp_path, name) as path:
            assert path == held


def test_a_segment_that_is_nowhere_is_named_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"run-001\.warc\.gz: is missing"), open_segment(tmp_path, "run-001"):
        pass
