from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.store.pages import make_exchange

from scraper.page import RENDERED_BY, Archived, Exchange
from scraper.payload import digest_of
from scraper.store.exchange import IDENTICAL, NOT_MODIFIED, encode_exchange, encoding_of, read_exchanges
from scraper.store.record import Record, read_records
from scraper.url import Url

COMMON = {"WARC-Date": "2026-11-23T10:54:00Z"}


def records(
    folder: Path, exchange: Exchange, profile: str | None = None, archived: Archived | None = None
) -> list[Record]:
    path = folder / "one.warc.gz"
    path.write_bytes(
        encode_exchange(exchange, COMMON, encoding_of([exchange]), digest_of(exchange.payload), profile, archived)[1]
    )
    return list(read_records(path))


def there_and_back(folder: Path, exchange: Exchange) -> Exchange:
    ((read, _),) = read_exchanges(records(folder, exchange), encoding_of([exchange]))
    return read


def test_request_names_its_response_and_both_what_they_belong_to(tmp_path: Path) -> None:
    exchange = make_exchange("https://news.example/a?b", truncated="time")
    request, response = records(tmp_path, exchange)
    assert (request.type, response.type) == ("request", "response")
    assert request.fields["warc-concurrent-to"] == response.id
    assert request.block.startswith(b"GET /a?b HTTP/1.1\r\nHost: news.example\r\n")
    assert response.block.endswith(b"\r\n\r\n" + exchange.payload)
    assert response.fields["warc-payload-digest"] == digest_of(exchange.payload)
    assert response.fields["warc-truncated"] == "time"
    for record, message in ((request, "request"), (response, "response")):
        assert record.fields["content-type"] == f"application/http; msgtype={message}"
        assert record.fields["warc-target-uri"] == exchange.url
        assert record.fields["warc-ip-address"] == "192.0.2.1"
        assert record.fields["warc-date"] == COMMON["WARC-Date"]
    assert there_and_back(tmp_path, exchange) == exchange


@pytest.mark.parametrize("profile", [IDENTICAL, NOT_MODIFIED])
def test_revisit_keeps_the_header_and_says_where_the_payload_is(tmp_path: Path, profile: str) -> None:
    archived = Archived("<urn:uuid:1>", "2026-11-22T00:00:00Z", Url("https://news.example/b"), digest_of(b"earlier"))
    _, revisit = records(tmp_path, make_exchange(), profile, archived)
    assert (revisit.type, revisit.fields["warc-profile"]) == ("revisit", profile)
    assert revisit.block.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
    assert revisit.block.endswith(b"\r\n\r\n")
    assert revisit.fields["warc-refers-to"] == "<urn:uuid:1>"
    assert revisit.fields["warc-refers-to-target-uri"] == "https://news.example/b"
    assert revisit.fields["warc-refers-to-date"] == "2026-11-22T00:00:00Z"
    assert revisit.fields["warc-payload-digest"] == digest_of(b"earlier")
    _, unknown = records(tmp_path, make_exchange(), profile)
    assert not {"warc-refers-to", "warc-payload-digest"} & unknown.fields.keys()


def test_chunks_are_no_longer_announced_and_the_length_stays_as_received(tmp_path: Path) -> None:
    headers = (("transfer-Encoding", "chunked"), ("Content-Length", "99"), ("Content-Type", "text/html"))
    exchange = replace(make_exchange(), headers=headers)
    assert there_and_back(tmp_path, exchange) == replace(exchange, headers=headers[1:])


def test_line_break_in_a_header_forges_nothing(tmp_path: Path) -> None:
    exchange = there_and_back(tmp_path, replace(make_exchange(), headers=(("X", "a\r\nSet-Cookie: b\0"),)))
    assert exchange.headers == (("X", "a  Set-Cookie: b "),)


@pytest.mark.parametrize(("value", "encoding"), [("a", "latin-1"), ("caf\xe9", "latin-1"), ("\u20ac", "utf-8")])
def test_header_text_is_one_octet_a_character_where_it_can_be(tmp_path: Path, value: str, encoding: str) -> None:
    exchange = replace(make_exchange(), headers=(("X", value),))
    assert encoding_of([make_exchange(), exchange]) == encoding
    assert there_and_back(tmp_path, exchange) == exchange


def test_rendered_page_is_a_conversion_of_the_answer_and_claims_no_request(tmp_path: Path) -> None:
    rendered = replace(make_exchange(headers=((RENDERED_BY, "A browser"),)), request_headers=(), ip=None)
    path = tmp_path / "one.warc.gz"
    path.write_bytes(encode_exchange(rendered, COMMON, "latin-1", "", made_of="<urn:uuid:1>")[1])
    (record,) = read_records(path)
    assert (record.type, record.fields["warc-refers-to"]) == ("conversion", "<urn:uuid:1>")
    assert [exchange for exchange, _ in read_exchanges([record], "latin-1")] == [rendered]
    (alone,) = records(tmp_path, rendered)
    assert "warc-refers-to" not in alone.fields


def test_header_of_a_server_makes_nothing_rendered(tmp_path: Path) -> None:
    exchange = make_exchange(headers=((RENDERED_BY, "a server"),))
    assert [record.type for record in records(tmp_path, exchange)] == ["request", "response"]


def test_records_that_are_no_pair_are_refused(tmp_path: Path) -> None:
    request, response = records(tmp_path, make_exchange())
    for odd, message in ([request], "without an answer"), ([response], "without a request"):
        with pytest.raises(ValueError, match=message):
            list(read_exchanges(odd, "latin-1"))
