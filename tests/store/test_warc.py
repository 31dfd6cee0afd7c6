from __future__ import annotations

import gzip
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.store.pages import START, make_exchange, make_page, make_target

from scraper.errors import ItemError, StoreError
from scraper.page import RENDERED_BY, Archived, Evidence, Exchange, Page, Target
from scraper.payload import digest_of
from scraper.skip import Skip
from scraper.store.exchange import IDENTICAL, NOT_MODIFIED
from scraper.store.record import encode_record, read_records
from scraper.store.warc import SegmentWriter, cut_back, read_segment
from scraper.url import Url, normalize


def write(folder: Path, *pages: Page) -> Path:
    path = folder / "run-00000.warc.gz"
    writer = SegmentWriter(path, "run", START)
    for page in pages:
        writer.append(page)
    writer.close()
    return path


def check(path: Path) -> subprocess.CompletedProcess[str]:
    # warcio wants brotlicffi: with the package brotli it fails on every record in that encoding (its issue 73).
    code = "import sys; sys.modules['brotli'] = None; from warcio.cli import main; sys.exit(main())"
    return subprocess.run([sys.executable, "-c", code, "check", "-v", str(path)], capture_output=True, text=True)


def _urls() -> st.SearchStrategy[Url]:
    def make(rest: str) -> Url | None:
        try:
            return normalize(f"https://news.example/{rest}")
        except ItemError:
            return None

    odd = st.sampled_from(["a b", "é?ü=ß", "?q=%zz", "<x>", "//..//", "a;b,c|[d]", "%41%ff", "?", "'\"`{}"])
    return (st.text(max_size=30) | odd).map(make).filter(bool)  # type: ignore[return-value]


_NAMES = st.text("abcXYZ019-_!#$%&'*+.^`|~", min_size=1, max_size=12).filter(
    lambda name: name.lower() != "transfer-encoding"
)
_WIRE = st.characters(max_codepoint=255, exclude_characters="\r\n\0")
_ANY = st.characters(exclude_characters="\r\n\0")
_VALUES = (
    st.text(_WIRE, max_size=20) | st.text(_ANY, max_size=8) | st.sampled_from(["é", "Ã©", "“q”", "a;b=\u20ac", ""])
)
_HEADERS = st.lists(
    st.tuples(_NAMES, _VALUES)
    | st.sampled_from(
        [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Content-Encoding", "gzip"), ("Content-Length", "9")]
    ),
    max_size=6,
).map(tuple)
_PAYLOADS = st.binary(max_size=200) | st.sampled_from(
    [b"", b"\r\n\r\n", gzip.compress(b"text", mtime=0), b"WARC/1.1\r\n"]
)
_TEXT = st.text(max_size=20)


@st.composite
def _exchanges(draw: st.DrawFn) -> Exchange:
    status = draw(st.sampled_from([200, 301, 304, 404, 503, 999]))
    return Exchange(
        draw(_urls()),
        draw(_HEADERS),
        status,
        draw(st.text(_WIRE, max_size=12)),
        draw(_HEADERS),
        b"" if status == 304 else draw(_PAYLOADS),
        draw(st.none() | st.sampled_from(["192.0.2.1", "2001:db8::1"])),
        draw(st.none() | st.sampled_from(["length", "time", "disconnect"])),
        draw(st.none() | st.datetimes(timezones=st.just(UTC))),
    )


_HOPS = st.lists(_exchanges(), max_size=3).map(tuple)
_ARCHIVED = st.builds(
    Archived,
    st.uuids().map(lambda uuid: f"<urn:uuid:{uuid}>"),
    st.just("2026-11-22T10:54:00.000001Z"),
    _urls(),
    _PAYLOADS.map(digest_of),
)
_SKIPS = st.builds(Skip, _TEXT, _TEXT, st.booleans())
_TARGETS = st.builds(
    Target,
    _urls(),
    st.just("news.example"),
    st.sampled_from(["robots", "feed", "sitemap", "front_page", "article"]),
    st.builds(Evidence, _TEXT, st.sampled_from(["seed", "rss"]), st.none() | _TEXT, st.none() | _TEXT),
    st.integers(0, 9),
    st.none() | _TEXT,
    st.none() | _TEXT,
    st.integers(0, 9),
    st.none() | st.floats(0, 1e6),
    st.none() | _urls(),
    st.none() | _ARCHIVED,
)
_PAGES = st.builds(
    Page,
    _TARGETS,
    _HOPS,
    st.datetimes(timezones=st.just(UTC)),
    _TEXT,
    st.none() | _SKIPS,
    opt_outs=st.lists(st.tuples(_TEXT, _TEXT), max_size=3).map(tuple),
    parts=st.lists(_HOPS, max_size=3).map(tuple),
    missing=st.none() | _SKIPS,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(_PAGES, max_size=3))
@example([make_page(payload=b""), make_page(status=None), make_page(status=304, payload=b"")])
def test_what_was_appended_is_read_back_equal(pages: list[Page]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        captures = list(read_segment(write(Path(folder), *pages)))
    assert [capture.page for capture in captures] == pages


def archived_as(payload: bytes) -> Archived:
    url = Url("https://news.example/moved")
    return Archived("<urn:uuid:1>", "2026-11-22T10:54:00.000001Z", url, digest_of(payload))


def revisit(payload: bytes = b"<p>Text.</p>", status: int = 200, archived: bytes = b"<p>Text.</p>") -> Page:
    page = make_page(status=status, payload=payload)
    return replace(page, target=replace(page.target, archived=archived_as(archived)), identical=status == 200)


def fields(path: Path, record_type: str) -> list[dict[str, str]]:
    found = []
    for record in read_records(path):
        if record.type == record_type:
            head = gzip.decompress(path.read_bytes()[record.offset :]).split(b"\r\n\r\n")[0].decode()
            found.append(dict(line.split(": ", 1) for line in head.split("\r\n")[1:]))
    return found


def test_identical_payload_is_referred_to_and_not_held_again(tmp_path: Path) -> None:
    page = revisit()
    path = write(tmp_path, page)
    (capture,) = read_segment(path)
    (answer,) = page.exchanges
    assert capture.page == replace(page, exchanges=(replace(answer, payload=b""),))
    assert capture.page.unchanged
    assert capture.payload_bytes == len(answer.payload)
    (said,) = fields(path, "revisit")
    assert page.target.archived
    assert said["WARC-Profile"] == IDENTICAL == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert said["WARC-Refers-To"] == page.target.archived.record_id
    assert said["WARC-Refers-To-Target-URI"] == page.target.archived.url
    assert said["WARC-Refers-To-Date"] == page.target.archived.date
    assert said["WARC-Payload-Digest"] == page.target.archived.digest
    assert said["WARC-Truncated"] == "length"
    assert not fields(path, "response")


def test_payload_that_is_not_identical_is_held_whatever_is_said_of_it(tmp_path: Path) -> None:
    page = revisit(payload=b"another")
    unknown = replace(page, target=make_target())
    captures = list(read_segment(write(tmp_path, page, unknown)))
    assert [capture.page for capture in captures] == [
        replace(page, identical=False),
        replace(unknown, identical=False),
    ]


def test_not_modified_answer_refers_to_the_payload_where_it_is_known(tmp_path: Path) -> None:
    path = write(tmp_path, revisit(status=304, payload=b""), make_page(status=304, payload=b""))
    known, unknown = fields(path, "revisit")
    assert known["WARC-Profile"] == unknown["WARC-Profile"] == NOT_MODIFIED
    assert known["WARC-Refers-To"] == "<urn:uuid:1>"
    assert known["WARC-Payload-Digest"] == digest_of(b"<p>Text.</p>")
    assert "WARC-Refers-To" not in unknown
    assert not any(capture.page.identical for capture in read_segment(path))


def test_writer_says_where_the_last_whole_payload_is(tmp_path: Path) -> None:
    path = tmp_path / "run-00000.warc.gz"
    writer = SegmentWriter(path, "run", START)
    hops = (make_exchange(status=301, payload=b"Moved"), make_exchange("https://news.example/b", payload=b"new"))
    archived = writer.append(replace(revisit(), exchanges=hops, identical=False))
    earlier = revisit().target.archived
    same = replace(revisit(), exchanges=(make_exchange(truncated="length"),))
    for page in (
        revisit(),
        revisit(status=304, payload=b""),
        revisit(status=404, payload=b"gone"),
        replace(same, identical=False),
        replace(revisit(b"new"), skip=Skip("not_a_feed", "", True)),
        replace(revisit(b"new"), missing=Skip("timeout", "", True), identical=False),
        replace(revisit(), exchanges=()),
        revisit(b""),
    ):
        assert writer.append(page) == earlier
    assert writer.append(make_page("https://news.example/robots.txt", kind="robots")) is None
    writer.close()
    first = next(read_segment(path))
    (_, answer, *_) = fields(path, "response")
    assert archived == Archived(
        first.record_id, answer["WARC-Date"], Url("https://news.example/b"), answer["WARC-Payload-Digest"]
    )


def test_parts_are_held_with_the_page_and_the_answer_stays_that_of_the_page(tmp_path: Path) -> None:
    second = (make_exchange("https://news.example/a?p=2", status=301), make_exchange("https://news.example/a/2"))
    page = replace(make_page(payload=b"one"), parts=(second, (make_exchange("https://news.example/a?p=3"),)))
    path = write(tmp_path, page, make_page())
    one, other = read_segment(path)
    assert one.page == page
    assert other.page == make_page()
    assert b"one" in gzip.decompress(path.read_bytes()[one.offset :]).split(b"WARC/1.1")[1]


def test_records_are_dated_when_each_hop_began(tmp_path: Path) -> None:
    later = START + timedelta(minutes=5)
    hops = (replace(make_exchange(status=301), asked_at=START), replace(make_exchange(), asked_at=later))
    path = tmp_path / "run-00000.warc.gz"
    writer = SegmentWriter(path, "run", START)
    archived = writer.append(replace(make_page(after_s=400), exchanges=hops))
    writer.close()
    assert archived
    dates = [record.fields["warc-date"] for record in read_records(path)]
    first, second, end = (f"2026-11-23T{time}.000000Z" for time in ("10:54:00", "10:59:00", "11:00:40"))
    assert dates == [first, first, first, second, second, end]
    assert archived.date == second


def test_rendered_page_stands_behind_the_answer_it_was_made_of(tmp_path: Path) -> None:
    rendered = replace(
        make_exchange(headers=((RENDERED_BY, "A browser"),), payload=b"made"), request_headers=(), ip=None
    )
    page = make_page(payload=b"one")
    page = replace(page, exchanges=(*page.exchanges, rendered), parts=((make_exchange(), rendered),))
    path = tmp_path / "run-00000.warc.gz"
    writer = SegmentWriter(path, "run", START)
    archived = writer.append(page)
    assert archived
    again = replace(page, target=replace(page.target, archived=archived), identical=True, parts=())
    assert writer.append(again) == archived
    writer.close()
    first, second = read_segment(path)
    assert first.page == page
    assert first.record_id == archived.record_id
    assert archived.digest == digest_of(b"made")
    assert second.page == replace(again, exchanges=(page.exchanges[0], replace(rendered, payload=b"")))
    records = list(read_records(path))
    assert [record.type for record in records[:4]] == ["warcinfo", "request", "response", "conversion"]
    assert records[3].fields["warc-refers-to"] == records[2].id
    assert [record.type for record in records[8:]] == ["request", "response", "revisit", "metadata"]
    assert check(path).returncode == 0


_VISIT_OF_EARLIER_VERSIONS = b"""{"target": {"url": "https://news.example/a", "site": "news.example", "kind":
"article", "evidence": {"source": "https://news.example/feed", "kind": "rss", "title": "A title", "published":
"Mon, 23 Nov 2026"}, "tries": 0, "etag": null, "last_modified": null}, "fetched_at": "2026-11-23T10:54:00+00:00",
"robots": "Allow: /", "skip": null, "header_encoding": "latin-1"}"""


def visit(folder: Path, said: bytes, *answers: tuple[str, bytes, dict[str, str]]) -> Path:
    """Write a segment by hand."""
    common = {"WARC-Record-ID": "<urn:uuid:1>", "WARC-Date": "2026-11-23T10:54:00Z", "WARC-IP-Address": "192.0.2.1"}
    common["WARC-Target-URI"] = "https://news.example/a"
    request = b"GET /a HTTP/1.1\r\nHost: news.example\r\nUser-Agent: scraper\r\n\r\n"
    members = []
    for record_type, block, more in answers:
        members.append(encode_record({"WARC-Type": "request"} | common, request))
        members.append(encode_record({"WARC-Type": record_type} | common | more, block))
    members.append(encode_record({"WARC-Type": "metadata"} | common, said))
    path = folder / "run-00000.warc.gz"
    path.write_bytes(b"".join(members))
    return path


def test_segment_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    block = b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: "1"\r\n\r\n<p>Text.</p>'
    path = visit(tmp_path, _VISIT_OF_EARLIER_VERSIONS, ("response", block, {}))
    assert [capture.page for capture in read_segment(path)] == [make_page()]
    unchanged = b'HTTP/1.1 304 OK\r\nContent-Type: text/html\r\nETag: "1"\r\n\r\n'
    path = visit(tmp_path, _VISIT_OF_EARLIER_VERSIONS, ("revisit", unchanged, {"WARC-Profile": NOT_MODIFIED}))
    assert [capture.page for capture in read_segment(path)] == [make_page(status=304, payload=b"")]


def test_visit_that_counts_more_hops_than_there_are_is_refused(tmp_path: Path) -> None:
    path = visit(tmp_path, _VISIT_OF_EARLIER_VERSIONS[:-1] + b', "part_hops": [1]}')
    with pytest.raises(StoreError, match="byte 0 is not as this program writes it"):
        list(read_segment(path))


def test_every_record_passes_the_check_of_warcio(tmp_path: Path) -> None:
    hops = (make_exchange(status=301, payload=b""), make_exchange("https://news.example/b"))
    page = make_page()
    cut = replace(
        make_exchange(payload=gzip.compress(b"x" * 5000)[:20], truncated="length"),
        headers=(("Content-Encoding", "gzip"), ("Content-Length", "5000"), ("X", "caf\xe9")),
    )
    lying = replace(make_exchange(payload=b"no brotli"), headers=(("Content-Encoding", "br"),))
    path = write(
        tmp_path,
        page,
        replace(page, exchanges=hops),
        replace(page, exchanges=(cut,)),
        replace(page, exchanges=(lying,)),
        make_page(status=304, payload=b""),
        make_page(status=None, skip=Skip("dns", "", True)),
        revisit(),
        revisit(status=304, payload=b""),
    )
    result = check(path)
    assert result.returncode == 0, result.stdout
    assert result.stdout.count("digest pass") == 1 + 3 + 5 + 3 + 3 + 2 + 1 + 2 + 2
    assert result.stdout.count("not checked (revisit)") == 3
    assert "no digest" not in result.stdout


def test_offset_and_id_are_those_of_the_answer(tmp_path: Path) -> None:
    hops = (make_exchange(status=301), make_exchange("https://news.example/b", payload=b"the answer"))
    path = write(tmp_path, make_page(), replace(make_page(), exchanges=hops), make_page(status=None))
    captures = list(read_segment(path))
    assert {(capture.run, capture.warc_file) for capture in captures} == {("run", path.name)}
    raw = path.read_bytes()
    for capture, kind, text in zip(
        captures, ("response", "response", "metadata"), (b"Text.", b"the answer", b"target"), strict=True
    ):
        record = gzip.decompress(raw[capture.offset :])
        assert record.startswith(b"WARC/1.1\r\n")
        first = record.split(b"WARC/1.1\r\n")[1]
        assert f"WARC-Type: {kind}".encode() in first
        assert capture.record_id.encode() in first
        assert text in first


def test_segment_cut_at_any_byte_is_damaged_unless_between_visits(tmp_path: Path) -> None:
    path = tmp_path / "run-00000.warc.gz"
    writer = SegmentWriter(path, "run", START)
    whole = {writer.size: 0}
    for count in (1, 2):
        writer.append(make_page())
        whole[writer.size] = count
    writer.close()
    good = path.read_bytes()
    for length in [*range(0, len(good), 11), *whole]:
        path.write_bytes(good[:length])
        if length in whole:
            assert len(list(read_segment(path))) == whole[length]
        else:
            with pytest.raises(StoreError, match=r"run-00000\.warc\.gz"):
                list(read_segment(path))


def test_visit_that_is_not_as_written_here_is_refused(tmp_path: Path) -> None:
    for said in (b"{}", b"no json", b"[]"):
        with pytest.raises(StoreError, match="byte 0 is not as this program writes it"):
            list(read_segment(visit(tmp_path, said)))


def test_segment_that_was_abandoned_is_closed_quietly(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path / "s.warc.gz.part", "run", START)
    writer.abandon()
    writer.abandon()


def test_cut_back_keeps_what_is_committed_and_tells_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "run-00000.warc.gz.part"
    writer = SegmentWriter(path, "run", START)
    writer.append(make_page())
    committed = writer.size
    writer.append(make_page("https://news.example/b"))
    writer.close()
    cut_back(path, committed)
    assert [capture.page for capture in read_segment(path)] == [make_page()]
    with pytest.raises(StoreError, match="bytes where"):
        cut_back(path, committed + 1)


def test_existing_segment_is_never_written_over(tmp_path: Path) -> None:
    path = write(tmp_path, make_page())
    with pytest.raises(StoreError, match="cannot be written"):
        SegmentWriter(path, "run", START)


def test_target_survives_whole(tmp_path: Path) -> None:
    target = replace(make_target(), tries=3, etag='W/"x"', last_modified="Mon")
    (capture,) = read_segment(write(tmp_path, replace(make_page(), target=target)))
    assert capture.page.target == target


def test_why_a_further_page_is_missing_is_read_back(tmp_path: Path) -> None:
    part = (make_exchange("https://news.example/a/2", 503, b""),)
    missing = Skip("http_503", "page 2", retryable=True)
    page = replace(make_page(), parts=((), part), missing=missing)
    path = write(tmp_path, page)
    (capture,) = read_segment(path)
    assert capture.page == page
