from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.store.test_verify import flaws, part_of, scrape

from scraper.store.part import ARTICLE_PARTS
from scraper.store.part_check import Tally, day_of
from scraper.store.verify import verify


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for number, pages in enumerate(("abc!", "de", "fghi")):
        scrape(tmp_path, f"run{number}", pages)
    return tmp_path


def test_every_damaged_byte_of_a_part_is_found_and_the_others_are_read(data: Path) -> None:
    path = part_of(data, "run1")
    whole = path.read_bytes()
    found = 0
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        damaged = bytearray(whole)
        damaged[at] ^= 0x55
        path.write_bytes(damaged)
        tally = Tally()
        told = list(verify(data, tally))
        assert all(flaw.path == path and "scraper verify --mend" in flaw.what for flaw in told)
        assert all(flaw.part is not None and flaw.part.path == path for flaw in told)
        found += bool(told)
        assert tally.rows["outcomes"] == 10
        assert tally.rows["articles"] >= 7
    # What no sum covers are page headers' padding, filters and indexes: their damage changes no row.
    assert found > 30
    path.write_bytes(whole)
    assert flaws(data) == []


def test_damaged_page_is_named_with_row_group_and_column(data: Path) -> None:
    path = part_of(data, "run0")
    chunk = pq.read_metadata(path).row_group(0).column(ARTICLE_PARTS.schema.names.index("headline"))
    whole = bytearray(path.read_bytes())
    whole[chunk.data_page_offset + chunk.total_compressed_size - 2] ^= 0xFF
    path.write_bytes(whole)
    (flaw,) = flaws(data)
    assert str(flaw).startswith(f"{path}: row group 0: cannot be read: column headline: ")


def rewrite(path: Path, table: pa.Table) -> None:
    pq.write_table(table, path)


def test_rows_that_are_not_as_they_must_be_are_named(data: Path) -> None:
    path = part_of(data, "run0")
    sound = pq.read_table(path, partitioning=None)

    def with_column(name: str, values: list[object]) -> pa.Table:
        at = sound.schema.get_field_index(name)
        return sound.set_column(at, sound.schema.field(name), pa.array(values, sound.schema.field(name).type))

    times = sound["fetched_at"].to_pylist()
    cases = {
        "row group 0, row 0: is not sorted": sound.take(pa.array([2, 1, 0])),
        "row group 0, row 1: id none of these is none": with_column("id", ["0" * 32, "none of these", "1" * 32]),
        "on another day than its folder's": with_column("fetched_at", [*times[:2], times[2] + timedelta(days=1)]),
        "is of x.warc.gz, of which the file says nothing": with_column("warc_file", ["x.warc.gz"] * 3),
        "column text is none of this program, or of another type": sound.set_column(
            sound.schema.get_field_index("text"), "text", pa.array([1, 2, 3])
        ),
        "column url is missing": sound.drop_columns(["url"]),
        "was written by a newer version": sound.replace_schema_metadata({"schema_version": "99"}),
        "3 outcomes are articles, but there are 2 rows": sound.slice(1),
    }
    for what, table in cases.items():
        rewrite(path, table)
        assert what in "\n".join(map(str, flaws(data))), what
    rewrite(path, sound)
    assert flaws(data) == []


def test_order_is_checked_from_group_to_group(data: Path) -> None:
    path = part_of(data, "run0")
    sound = pq.read_table(path, partitioning=None)
    pq.write_table(pa.concat_tables([sound.slice(2), sound.slice(0, 2)]), path, row_group_size=1)
    assert any("row group 1, row 0: is not sorted behind the row group before" in str(flaw) for flaw in flaws(data))


def test_the_day_of_a_file_is_its_folder() -> None:
    assert day_of(Path("articles/date=2026-11-23/a.parquet")) == date(2026, 11, 23)
    assert day_of(Path("articles/mine/a.parquet")) is None
