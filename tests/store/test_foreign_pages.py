from __future__ import annotations

import gzip
import json
import os
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import StoreError
from scraper.foreign import _canonical_of
from scraper.reading import Reading
from scraper.store.foreign_answer import Answer
from scraper.store.foreign_pages import MAX_LINE_BYTES, PageFolder, PageList

WHEN = datetime(2026, 3, 2, 10, tzinfo=UTC)


def put(path: Path, text: str = "<p>Text.</p>") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    os.utime(path, (WHEN.timestamp(), WHEN.timestamp()))
    return path


def says(url: str) -> str:
    return f'<html><head><link rel="canonical" href="{url}"></head><p>Text.'


def read(archive: PageFolder | PageList, reading: Reading | None = None, start: int = 0) -> list[Answer]:
    with closing(archive):
        return list(archive.read(start, reading or Reading(), lambda url, when: "unwanted" not in url, lambda: False))


def folder(path: Path, reading: Reading | None = None, start: int = 0) -> list[Answer]:
    return read(PageFolder(str(path), _canonical_of), reading, start)


def rows(path: Path, reading: Reading | None = None, start: int = 0) -> list[Answer]:
    return read(PageList(str(path)), reading, start)


def test_the_address_of_a_page_is_told_by_its_folder_or_by_itself(tmp_path: Path) -> None:
    put(tmp_path / "www.news.example" / "2026" / "a.html")
    put(tmp_path / "www.news.example" / "2026" / "index.html")
    put(tmp_path / "www.news.example" / "b.html.gz", says("https://news.example/real-b"))
    put(tmp_path / "www.news.example" / "c.html", says("https://other.example/claim"))
    put(tmp_path / "saved" / "d.htm", says("https://other.example/d"))
    put(tmp_path / "saved" / "e.html")
    put(tmp_path / "saved" / "picture.png")
    reading = Reading()
    put(tmp_path / "127.0.0.1:8080" / "f.html", says("/real-f"))
    put(tmp_path / "saved" / "g.html", says("/relative"))
    found = folder(tmp_path, reading)
    assert [each.url for each in found] == [
        "https://127.0.0.1:8080/real-f",
        "https://other.example/d",
        "https://news.example/real-b",
        "https://www.news.example/c.html",
        "https://www.news.example/2026/a.html",
        "https://www.news.example/2026/",
    ]
    assert {each.fetched_at for each in found} == {WHEN}
    assert reading.passed == {"bad_url": 2}
    assert [each.place for each in folder(tmp_path, start=found[2].place)] == [each.place for each in found[2:]]


def test_the_folder_of_a_site_may_be_named_itself(tmp_path: Path) -> None:
    put(tmp_path / "news.example" / "a" / "index.html")
    put(tmp_path / "news.example" / "b.html.gz", says("https://other.example/b"))
    put(tmp_path / "news.example" / "index.html")
    assert sorted(each.url for each in folder(tmp_path / "news.example")) == [
        "https://news.example/",
        "https://news.example/a/",
        "https://other.example/b",
    ]


def test_links_to_files_elsewhere_are_not_followed(tmp_path: Path) -> None:
    secret = put(tmp_path / "secret.html", says("https://news.example/secret"))
    inside = tmp_path / "in"
    put(inside / "a.html", says("https://news.example/a"))
    (inside / "b.html").symlink_to(secret)
    reading = Reading()
    assert [each.url for each in folder(inside, reading)] == ["https://news.example/a"]
    assert reading.passed["no_file"] == 1


def test_the_mark_of_a_folder_changes_with_its_files(tmp_path: Path) -> None:
    path, archive = put(tmp_path / "a.html"), PageFolder(str(tmp_path), _canonical_of)
    marks = [archive.mark(), archive.mark()]
    put(path, "<p>More text.</p>")
    marks.append(archive.mark())
    put(tmp_path / "b.html")
    marks.append(archive.mark())
    assert marks[0] == marks[1]
    assert len(set(marks)) == 3


@pytest.mark.parametrize("name", ["list.csv", "list.tsv", "list.jsonl"])
def test_a_list_names_addresses_files_and_times(tmp_path: Path, name: str) -> None:
    put(tmp_path / "html" / "1.html")
    put(tmp_path / "html" / "2.html.gz", "<p>Packed.</p>")
    said = [
        ("https://news.example/1", "html/1.html", ""),
        ("https://news.example/2", "html/2.html.gz", "2025-01-05T08:00:00Z"),
    ]
    if name.endswith("jsonl"):
        lines = [json.dumps({"URL": url, "path": file, "date": time or None, "more": {}}) for url, file, time in said]
    else:
        lines = [
            ("\t" if name.endswith("tsv") else ",").join(row)
            for row in (("\ufeffurl", "filename", "fetched_at"), *said)
        ]
    (tmp_path / name).write_text("\n".join(lines))
    first, second = rows(tmp_path / name)
    assert (first.url, first.fetched_at, first.exchange.payload) == ("https://news.example/1", WHEN, b"<p>Text.</p>")
    assert (second.fetched_at.year, second.exchange.header("content-encoding")) == (2025, "gzip")
    assert [each.url for each in rows(tmp_path / name, start=second.place)] == [second.url]


def test_a_list_reaches_no_file_outside_of_its_folder(tmp_path: Path) -> None:
    put(tmp_path / "secret.html")
    inside = tmp_path / "in"
    put(inside / "a.html")
    (inside / "link.html").symlink_to(tmp_path / "secret.html")
    os.mkfifo(inside / "pipe.html")
    files = [
        "../secret.html",
        str(tmp_path / "secret.html"),
        "/dev/zero",
        "link.html",
        "pipe.html",
        "",
        ".",
        "gone.html",
        "a\0b",
        "a" * 5000,
    ]
    lines = [
        json.dumps({"url": f"https://news.example/{at}", "file": file}) for at, file in enumerate([*files, "a.html"])
    ]
    (inside / "list.jsonl").write_text("\n".join(lines))
    reading = Reading()
    assert [each.url for each in rows(inside / "list.jsonl", reading)] == ["https://news.example/10"]
    assert (reading.damaged, reading.records) == (10, 11)
    assert "secret" not in "".join(map(str, read(PageList(str(inside / "list.jsonl")))))


def test_rows_that_say_too_little_are_told_and_passed_over(tmp_path: Path) -> None:
    put(tmp_path / "a.html")
    lines = [
        "{",
        "[]",
        '{"file": "a.html"}',
        '{"url": "x"}',
        '{"url": "ftp://x/", "file": "a.html"}',
        "9" * 9999,
        "x" * MAX_LINE_BYTES,
    ]
    lines += ["x" * (3 * MAX_LINE_BYTES), '{"url": "https://unwanted.example/", "file": "a.html"}']
    lines += [
        '{"url": "https://news.example/", "file": "a.html", "date": "soon"}',
        '{"url": "https://news.example/a", "file": "a.html"}',
    ]
    (tmp_path / "list.jsonl").write_text("\n".join(lines))
    reading = Reading()
    assert [each.url for each in rows(tmp_path / "list.jsonl", reading)] == ["https://news.example/a"]
    assert reading.passed == {"bad_url": 1, "filtered": 1}
    assert reading.damaged == 8
    assert reading.faults[0] == f"{tmp_path / 'list.jsonl'}: row 1 is no JSON"


def test_a_table_without_the_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("url,title\nhttps://news.example/,x")
    with pytest.raises(StoreError, match="names no column 'file'"):
        PageList(str(tmp_path / "list.csv"))


@given(st.binary(max_size=300))
def test_no_list_stops_reading(noise: bytes) -> None:
    import tempfile

    for name, head in (("list.csv", b"url,file\n"), ("list.jsonl", b"")):
        with tempfile.TemporaryDirectory() as at:
            path = Path(at) / name
            path.write_bytes(head + noise)
            assert rows(path) == []
