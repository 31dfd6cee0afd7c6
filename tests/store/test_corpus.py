from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from tests.store.pages import START, make_page
from tests.store.test_row import ARTICLE, capture

from scraper.errors import StoreError
from scraper.skip import Skip
from scraper.store import part, segment_rows
from scraper.store.corpus import number_versions, open_articles, open_outcomes, open_versions
from scraper.store.row import article_row, outcome_row
from scraper.store.schema import ARTICLES, OUTCOMES, SCHEMA_VERSION, Row
from scraper.store.segment_rows import clear_staging, write_segment
from scraper.url import article_id, normalize

DAY = date(2026, 11, 23)


def rows(*names: str) -> tuple[list[Row], list[Row]]:
    articles, outcomes = [], []
    for number, name in enumerate(names):
        held = capture(make_page(f"https://news.example/{name}"))
        article = replace(ARTICLE, published_at=START - timedelta(minutes=number) if number % 3 else None)
        articles.append(article_row(held, article, "7"))
        outcomes.append(outcome_row(held, None, articles[-1]["id"]))
    return articles, outcomes


def write(data: Path, segment: str = "run1-00000", day: date = DAY, names: str = "abcdef") -> None:
    write_segment(data, segment, day, *rows(*names))


def test_rows_come_back_with_their_date(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, "run1-00001", date(2026, 11, 24), "xyz")
    dataset = open_articles(tmp_path)
    assert dataset.count_rows() == 9
    assert dataset.schema.names == [*ARTICLES.names, "date"]
    assert dataset.schema.field("headline").metadata[b"description"]
    table = dataset.to_table(filter=pc.field("date") == date(2026, 11, 24))
    assert sorted(url[-1] for url in table["url"].to_pylist()) == ["x", "y", "z"]
    assert set(table["date"].to_pylist()) == {date(2026, 11, 24)}
    expected = {row["url"]: row for row in rows(*"abcdef")[0]}
    for row in dataset.to_table(filter=pc.field("date") == DAY).to_pylist():
        del row["date"]
        assert row == expected[row["url"]]
    assert open_outcomes(tmp_path).count_rows() == 9


def test_rows_are_sorted_by_site_time_and_address(tmp_path: Path) -> None:
    write(tmp_path)
    table = pq.read_table(tmp_path / "articles" / "date=2026-11-23" / "run1-00000.parquet", partitioning=None)
    assert [url[-1] for url in table["url"].to_pylist()] == ["f", "e", "c", "b", "a", "d"]
    assert "date" not in table.column_names


def test_same_rows_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    write(tmp_path)
    files = sorted(tmp_path.rglob("*.parquet"))
    assert [path.relative_to(tmp_path).as_posix() for path in files] == [
        "articles/date=2026-11-23/run1-00000.parquet",
        "outcomes/date=2026-11-23/run1-00000.parquet",
    ]
    before = [path.read_bytes() for path in files]
    articles, outcomes = rows(*"abcdef")
    write_segment(tmp_path, "run1-00000", DAY, articles[::-1], outcomes[::-1])
    assert [path.read_bytes() for path in files] == before
    assert list((tmp_path / "staging").iterdir()) == []


def test_segment_without_articles_has_no_file_and_drops_a_stale_one(tmp_path: Path) -> None:
    write(tmp_path)
    skipped = outcome_row(capture(make_page(skip=Skip("http_404"))), None, None)
    write_segment(tmp_path, "run1-00000", DAY, [], [skipped])
    assert open_articles(tmp_path).count_rows() == 0
    assert open_outcomes(tmp_path).to_table(columns=["reason"]).to_pylist() == [{"reason": "http_404"}]


def test_files_carry_what_readers_rely_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_rows, "ROW_GROUP_ROWS", 4)
    write(tmp_path)
    file = pq.ParquetFile(tmp_path / "articles" / "date=2026-11-23" / "run1-00000.parquet")
    assert file.metadata.num_row_groups == 2
    column = file.metadata.row_group(0).column(0)
    assert column.compression == "ZSTD"
    assert column.has_column_index
    assert file.schema_arrow.metadata[b"schema_version"] == str(SCHEMA_VERSION).encode()
    assert file.schema_arrow.field("dek").metadata[b"description"] == ARTICLES.field("dek").metadata[b"description"]


def test_kill_while_writing_leaves_the_corpus_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    before = open_articles(tmp_path).to_table()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(part, "move_in", die)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, names="ab")
    assert list((tmp_path / "staging").iterdir())
    assert open_articles(tmp_path).to_table() == before
    clear_staging(tmp_path)
    assert list((tmp_path / "staging").iterdir()) == []


def test_clearing_needs_no_folder(tmp_path: Path) -> None:
    clear_staging(tmp_path / "new")


def test_row_with_other_columns_is_refused(tmp_path: Path) -> None:
    articles, outcomes = rows("a")
    with pytest.raises(ValueError, match="extra"):
        write_segment(tmp_path, "s", DAY, [articles[0] | {"extra": 1}], outcomes)
    del articles[0]["dek"]
    with pytest.raises(ValueError, match="dek"):
        write_segment(tmp_path, "s", DAY, articles, outcomes)


def test_empty_corpus_opens_with_its_columns(tmp_path: Path) -> None:
    for dataset, schema in ((open_articles(tmp_path), ARTICLES), (open_outcomes(str(tmp_path)), OUTCOMES)):
        assert dataset.count_rows() == 0
        assert dataset.schema.names == [*schema.names, "date"]
        assert dataset.schema.field("date").type == pa.date32()


def test_versions_of_an_article_come_in_the_order_they_were_fetched_in(tmp_path: Path) -> None:
    for hour, day in ((2, date(2026, 11, 24)), (0, DAY), (1, DAY)):
        held = capture(make_page("https://news.example/a", after_s=hour * 3600))
        articles, outcomes = rows("b", f"c{hour}")
        write_segment(tmp_path, f"s-{hour:05}", day, [article_row(held, ARTICLE, "7"), *articles], outcomes)
    found = open_versions(tmp_path, article_id(normalize("https://news.example/a")))
    assert [row["fetched_at"].hour for row in found] == [10, 11, 12]
    assert [row["date"].day for row in found] == [23, 23, 24]
    wanted = open_articles(tmp_path, versions=True).to_table(filter=pc.field("url") == "https://news.example/a")
    assert found == wanted.sort_by("fetched_at").to_pylist()
    assert open_versions(tmp_path, "0" * 32) == []
    (tmp_path / "new").mkdir()
    assert open_versions(tmp_path / "new", "0" * 32) == []


def test_to_find_an_article_no_text_of_other_row_groups_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment_rows, "ROW_GROUP_ROWS", 1)
    write(tmp_path)
    (path,) = (tmp_path / "articles").rglob("*.parquet")
    content, groups = bytearray(path.read_bytes()), pq.ParquetFile(path).metadata
    whole = open_versions(tmp_path, article_id(normalize("https://news.example/b")))
    for number in range(groups.num_row_groups):
        columns = [groups.row_group(number).column(n) for n in range(groups.num_columns)]
        text = next(column for column in columns if column.path_in_schema == "text")
        if number != 3:  # the group of b
            at = text.dictionary_page_offset or text.data_page_offset
            content[at : at + text.total_compressed_size] = bytes(text.total_compressed_size)
    path.write_bytes(content)
    assert open_versions(tmp_path, article_id(normalize("https://news.example/b"))) == whole
    with pytest.raises(OSError, match=r"\S"):
        open_versions(tmp_path, article_id(normalize("https://news.example/a")))


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ([None, None, None], [1, 2, 3]),
        ([None, None, 1], [1, 2, 3]),
        ([1, 1, 2], [1, 2, 3]),
        ([2, 1, 3], [1, 2, 3]),
        ([1, 2, 3], [1, 2, 3]),
        ([2, 4], [2, 4]),
        ([], []),
    ],
)
def test_versions_are_numbered_as_they_say_or_else_by_their_place(said: list[int | None], numbers: list[int]) -> None:
    versions: list[Row] = [{"version": version} for version in said]
    numbered = number_versions(versions)
    assert list(numbered) == numbers
    assert all(one is other for one, other in zip(numbered.values(), versions, strict=True))


def test_missing_folder_and_damaged_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nowhere: there is no such folder"):
        open_articles(tmp_path / "nowhere")
    write(tmp_path)
    (path,) = (tmp_path / "articles").rglob("*.parquet")
    whole = path.read_bytes()
    for damaged in (b"", b"PAR1", whole[:-9], b"x" * 5000):
        path.write_bytes(damaged)
        with pytest.raises(StoreError, match=r"run1-00000\.parquet: is damaged"):
            open_articles(tmp_path)


def test_file_of_a_newer_schema_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "articles" / "date=2026-11-23"
    folder.mkdir(parents=True)
    newer = ARTICLES.with_metadata({"schema_version": "99"})
    pq.write_table(newer.empty_table(), folder / "s.parquet")
    with pytest.raises(StoreError, match="newer version"):
        open_articles(tmp_path)


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "articles").write_text("")
    with pytest.raises(StoreError, match="articles"):
        write(tmp_path)


def test_pandas_reads_the_folder(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    write(tmp_path)
    write(tmp_path, "run1-00001", date(2026, 11, 24), "xyz")
    frame = pandas.read_parquet(tmp_path / "articles")
    assert len(frame) == 9
    assert str(frame["published_at"].dtype) == "datetime64[us, UTC]"
    assert set(frame["date"].astype(str)) == {"2026-11-23", "2026-11-24"}


def test_duckdb_reads_the_folder(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    write(tmp_path)
    query = (
        "SELECT count(*), any_value(date), any_value(removed[1].kind), any_value(sources['headline']) "
        f"FROM read_parquet('{tmp_path}/articles/**/*.parquet', hive_partitioning=true)"
    )
    assert duckdb.sql(query).fetchall() == [(6, DAY, "plea", "json_ld")]


def test_polars_reads_the_folder(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    write(tmp_path)
    frame = polars.scan_parquet(f"{tmp_path}/articles/**/*.parquet", hive_partitioning=True).collect()
    assert frame.height == 6
    assert frame["date"].to_list() == [DAY] * 6
    assert polars.scan_parquet(tmp_path / "articles").select("headline").collect().height == 6
