from __future__ import annotations

from pathlib import Path

import pytest

from scraper.errors import StoreError
from scraper.store.mirrored import FILE, Known, Mirrored, read_mirrored, write_mirrored


def test_it_is_remembered_and_replaced_in_one_step(tmp_path: Path) -> None:
    assert read_mirrored(tmp_path) is None
    for ours in ((), ("1", "2")):
        written = Mirrored("s3://news/x", ours, {"warc/a.warc.gz": Known(3, 0, "ab" * 32)})
        write_mirrored(tmp_path, written)
        assert read_mirrored(tmp_path) == written
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_what_is_damaged_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b'{"address": 1}')
    with pytest.raises(StoreError, match=r"remote\.json: is damaged: .*restore it from a copy"):
        read_mirrored(tmp_path)
