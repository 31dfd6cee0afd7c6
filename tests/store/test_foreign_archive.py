from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.store.foreign import PACKINGS, digest, html, http, info, members, page, plain, record

from scraper.errors import StoreError
from scraper.reading import Reading
from scraper.store.foreign_answer import Answer
from scraper.store.foreign_archive import ForeignArchive

IDENTICAL = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"


def write(folder: Path, *records: bytes, packing: str = "members") -> str:
    path = folder / "other.warc.gz"
    path.write_bytes(PACKINGS[packing](info(), *records))
    return str(path)


def read(address: str, start: int = 0, reading: Reading | None = None) -> list[Answer]:
    with closing(ForeignArchive(address)) as archive:
        return list(archive.read(start, reading))


def revisit(payload: bytes, url: str, **more: Any) -> bytes:
    said = {"WARC_Profile": IDENTICAL, "WARC_Payload_Digest": digest(payload), **more}
    return record(http(b"", "Content-Type: text/html"), url, "revisit", **said)


def test_pages_are_given_and_all_else_is_counted_by_what_it_is(tmp_path: Path) -> None:
    reading = Reading()
    address = write(
        tmp_path,
        page("https://news.example/a"),
        page("http://news.example/b", WARC_Truncated="length"),
        record(html(), "https://news.example/c", "resource", content_type="text/html; charset=utf-8"),
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request", content_type="application/http; msgtype=request"),
        record(b"x", "dns:news.example", content_type="text/dns"),
        record(http(b"gone", status="HTTP/1.1 404 Not Found")),
        record(http(b"%PDF", "Content-Type: application/pdf")),
        record(b"GIF89a", "https://news.example/x.gif", "resource", content_type="image/gif"),
        record(http(b""), "https://news.example/empty"),
        record(http(html()), "ftp://news.example/"),
        record(http(html()), "https://news.example/d", WARC_Segment_Number="1"),
        record(b"no answer", "https://news.example/e"),
        record(http(html()), "https://news.example/f", date="2026-13-45"),
        revisit(b"unknown", "https://news.example/g"),
    )
    found = read(address, reading=reading)
    assert [each.url for each in found] == [
        f"{scheme}://news.example/{name}" for scheme, name in (("https", "a"), ("http", "b"), ("https", "c"))
    ]
    assert found[1].exchange.truncated == "length"
    assert reading.passed == {
        "no_page": 3,
        "status": 1,
        "type": 2,
        "empty": 1,
        "bad_url": 1,
        "segmented": 1,
        "revisit": 1,
    }
    assert (reading.records, reading.pages, reading.damaged) == (15, 3, 2)
    assert all(fault.startswith(f"{address}: the record at byte ") for fault in reading.faults)


@pytest.mark.parametrize("packing", ["members", "frames", "plain"])
@pytest.mark.parametrize("by", ["digest", "id"])
def test_a_revisit_is_given_the_payload_it_refers_to(tmp_path: Path, packing: str, by: str) -> None:
    first = page("https://news.example/a", WARC_Payload_Digest=digest(html("a")), WARC_Record_ID="<urn:uuid:1>")
    more = {"WARC_Payload_Digest": "", "WARC_Refers_To": "<urn:uuid:1>"} if by == "id" else {}
    again = revisit(html("a"), "https://news.example/again", **more)
    address = write(tmp_path, first, page("https://news.example/b"), again, packing=packing)
    answers = read(address)
    assert [each.url[-5:] for each in answers][-1] == "again"
    assert answers[-1].exchange.payload == html("a")
    # Also where reading begins behind what it refers to.
    with closing(ForeignArchive(address)) as archive:
        archive._unknown_to = 1
        assert [each.exchange.payload for each in archive.read(answers[-1].place)][-1] == html("a")


def test_reading_goes_on_at_the_place_of_an_answer(tmp_path: Path) -> None:
    urls = [f"https://news.example/{number}" for number in range(90)]
    filler = [record(http(bytes(3000), "Content-Type: image/x"), "https://news.example/x") for _ in range(50)]
    address = write(tmp_path, *map(page, urls[:45]), *filler, *map(page, urls[45:]), packing="plain")
    whole = read(address)
    assert [each.url for each in whole] == urls
    for at in (0, 30, 60, 89):
        rest = [each.url for each in read(address, whole[at].place)]
        assert rest == urls[-len(rest) :]
        assert len(rest) >= 90 - at
    assert len(read(address, whole[89].place)) < 60


def test_it_ends_when_it_is_enough(tmp_path: Path) -> None:
    address, asked = write(tmp_path, page(), page("https://news.example/b")), iter([False, False, True])
    reading = Reading()
    with closing(ForeignArchive(address)) as archive:
        found = [each.url for each in archive.read(0, reading, enough=lambda: next(asked))]
    assert found == ["https://news.example/a"]


def test_what_is_not_wanted_is_filtered(tmp_path: Path) -> None:
    address, reading = write(tmp_path, page(), page("https://other.example/b")), Reading()
    with closing(ForeignArchive(address)) as archive:
        found = [each.url for each in archive.read(0, reading, lambda url, when: "other" in url)]
    assert (found, reading.passed["filtered"]) == (["https://other.example/b"], 1)


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"gone\.warc: cannot be read"):
        ForeignArchive(str(tmp_path / "gone.warc"))


def test_many_damages_are_counted_and_the_first_are_named(tmp_path: Path) -> None:
    reading = Reading()
    spoiled = [record(b"no answer", f"https://news.example/{number}") for number in range(50)]
    assert read(write(tmp_path, *spoiled), reading=reading) == []
    assert (reading.damaged, len(reading.faults)) == (50, 20)


def test_warcio_and_a_bare_writer_agree(tmp_path: Path) -> None:
    warcio = pytest.importorskip("warcio.archiveiterator")
    path = tmp_path / "a.warc.gz"
    path.write_bytes(members(info(), page(), page("https://news.example/b")))
    with path.open("rb") as file:
        theirs = [each.rec_headers.get_header("WARC-Target-URI") for each in warcio.ArchiveIterator(file)][1:]
    assert [each.url for each in read(str(path))] == theirs


def pages(*names: str) -> Iterator[bytes]:
    return (page(f"https://news.example/{name}") for name in names)


def test_a_plain_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(plain(info(), *pages("a", "b")))
    assert len(read(str(path))) == 2
