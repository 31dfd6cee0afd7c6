from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from tests.store.pages import START
from tests.store.test_verify import DAY, extract, flaws, part_of, scrape

from scraper.errors import StoreError
from scraper.store.compact import compact
from scraper.store.corpus import open_articles, open_outcomes
from scraper.store.journal import Journal
from scraper.store.mend import mend
from scraper.store.segment_rows import clear_staging


def extract_again(data: Path) -> list[str]:
    clear_staging(data)
    with Journal(data, "again", 1 << 30, lambda: START, lambda name: None) as journal:
        names = journal.closed_segments()
        for name in names:
            journal.mark_extracted(name, extract(data, name))
    return names


def spoil(path: Path, at: int | None) -> None:
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 3 if at is None else at] ^= 0xFF
    path.write_bytes(whole)


@pytest.mark.parametrize("kind", ["articles", "outcomes"])
@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("at", [None, -5], ids=["page", "footer"])
def test_damaged_part_is_made_again_from_the_archive(tmp_path: Path, kind: str, merged: bool, at: int | None) -> None:
    for number, pages in enumerate(("abc!", "de", "fghi")):
        scrape(tmp_path, f"run{number}", pages)
    columns = ["url", "warc_file", "warc_offset"]
    before = [
        dataset.to_table(columns=columns).sort_by("warc_file").to_pylist()
        for dataset in (open_articles(tmp_path), open_outcomes(tmp_path))
    ]
    if merged:
        list(compact(tmp_path, [DAY]))
        (path,) = (tmp_path / kind).rglob("*.parquet")
    else:
        path = part_of(tmp_path, "run2", kind)
    spoil(path, 200 if at is None else at)
    damaged = [flaw.part for flaw in flaws(tmp_path) if flaw.part]
    assert damaged
    names = [f"run{number}-00000" for number in (range(3) if merged else [2])]
    assert mend(tmp_path, damaged) == names
    assert (tmp_path / "damaged" / kind / path.parent.name / path.name).exists()
    # All that is not damaged can be read in between.
    open_articles(tmp_path).to_table()
    open_outcomes(tmp_path).to_table()
    assert extract_again(tmp_path) == names
    assert flaws(tmp_path) == []
    after = [
        dataset.to_table(columns=columns).sort_by("warc_file").to_pylist()
        for dataset in (open_articles(tmp_path), open_outcomes(tmp_path))
    ]
    assert [sorted(map(str, table)) for table in after] == [sorted(map(str, table)) for table in before]


def test_segment_whose_rows_are_missing_is_extracted_again(tmp_path: Path) -> None:
    for number, pages in enumerate(("abc", "de")):
        scrape(tmp_path, f"run{number}", pages)
    part_of(tmp_path, "run1", "outcomes").unlink()
    wrong = {flaw.segment for flaw in flaws(tmp_path) if flaw.segment}
    assert mend(tmp_path, [], wrong) == ["run1-00000"]
    assert extract_again(tmp_path) == ["run1-00000"]
    assert flaws(tmp_path) == []


def test_part_that_cannot_be_moved_is_told(tmp_path: Path) -> None:
    scrape(tmp_path, "run0", "ab")
    path = part_of(tmp_path, "run0")
    spoil(path, -5)
    (tmp_path / "damaged").write_text("")
    with pytest.raises(StoreError, match="damaged"):
        mend(tmp_path, [flaw.part for flaw in flaws(tmp_path) if flaw.part])
    with contextlib.closing(path.open("rb")):
        assert path.exists()
