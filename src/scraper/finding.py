"""Finding: what a visit came to, apart from all other visits: its rows, and what they are compared by.

A module of its own, because it is what the two halves of extraction hand over. Up to here all is a pure function of a
visit, the rules and EXTRACTOR_VERSION, nearly all of the work, and may be done by any process on any machine. What
follows goes in the order of time and in one place: versions, copies, the health of sites, and the files of the corpus.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from scraper.article import Article
from scraper.clean.versions import Face, face_of
from scraper.config import Config, Rule
from scraper.extract.assemble import EXTRACTOR_VERSION
from scraper.marking import mark_agency
from scraper.page import Exchange, Page
from scraper.page_extraction import extract_page
from scraper.policy import objection
from scraper.report.health_signs import Traits
from scraper.skip import Skip
from scraper.store.row import article_row, outcome_row
from scraper.store.schema import Row
from scraper.store.segment_rows import place
from scraper.store.warc import Capture
from scraper.url import article_id
from scraper.watching import Sight, see, traits_of
from scraper.workers import Workers

PageJob = tuple[Capture, Rule | None]


class Finding(msgspec.Struct, frozen=True, array_like=True):
    """What a visit came to.

    Args:
        outcome: Its row in outcomes, of a new version where it gave an article.
        article: Its row in articles, packed, without the marks that earlier articles decide; None where it gave none.
        face: What versions and copies of the article are told by.
        traits: What the article shows of how well its page is understood.
        sight: The visit as the health of its site sees it; None where it tells nothing.
    """

    outcome: Row
    article: bytes | None = None
    face: Face | None = None
    traits: Traits | None = None
    sight: Sight | None = None

    def place(self) -> tuple[Any, ...]:
        """Give the place of the row in articles among the others, without unpacking it."""
        return place(*msgspec.structs.astuple(_placed.decode(self.article))) if self.article else ()

    def row(self) -> Row | None:
        """Unpack the row in articles; those of a segment at once would take hundreds of megabytes."""
        if self.article is None:
            return None
        row: Row = msgspec.msgpack.decode(self.article)
        row["sources"] = list(map(tuple, row["sources"]))  # Arrow takes no lists for pairs
        return row


class _Placed(msgspec.Struct):
    site: str
    published_at: datetime | None
    url: str
    warc_offset: int
    warc_file: str


_placed = msgspec.msgpack.Decoder(_Placed)
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Finding)


def find_all(captures: Iterable[Capture], config: Config, workers: Workers[PageJob, bytes]) -> Iterator[bytes]:
    """Find what visits came to, in their order.

    Args:
        captures: The visits, read while they are worked on.
        config: Rules and policy.
        workers: Apply `find`.

    Returns:
        A packed finding for each.

    Raises:
        StoppedError: The workers were stopped.
    """
    waiting: deque[Capture | bytes] = deque()

    def jobs() -> Iterator[PageJob]:
        for capture in captures:
            page = capture.page
            is_article = page.target.kind == "article" and page.skip is None and not page.unchanged
            if is_article and (stopped := objection(page.opt_outs, config.policy.stop_row)):
                detail = f"the page, its headers or the files of its origin say {stopped[0]} {stopped[1]}"
                waiting.append(_encoder.encode(Finding(outcome_row(capture, Skip("opted_out", detail), None))))
            elif is_article:
                # The payload goes with the job alone: a whole segment of them would not fit into memory.
                waiting.append(dataclasses.replace(capture, page=_without_payloads(page)))
                site = config.sites.get(page.target.site)
                yield capture, site.rule_at(page.fetched_at) if site else None
            else:
                waiting.append(_pack(capture, page.skip))

    def settled() -> Iterator[bytes]:
        while waiting and isinstance(waiting[0], bytes):
            yield waiting.popleft()  # type: ignore[misc]

    for result in workers.map(jobs()):
        yield from settled()
        capture = waiting.popleft()
        yield _pack(capture, result) if isinstance(result, Skip) else result  # type: ignore[arg-type]
    yield from settled()


def find(job: PageJob) -> bytes:
    """Find what the visit of an article's page came to, packed."""
    capture, rule = job
    return _pack(capture, extract_page(capture.page, rule))


def unpack(packed: bytes) -> Finding:
    """Unpack a finding.

    Raises:
        ValueError: It is none, or one of another version.
    """
    return _decoder.decode(packed)


def _pack(capture: Capture, result: Article | Skip | None) -> bytes:
    page = capture.page
    sight = see(page, capture.record_id, result)
    if not isinstance(result, Article):
        return _encoder.encode(Finding(outcome_row(capture, result, None), sight=sight))
    agency = mark_agency(page.target.site, result)
    return _encoder.encode(
        Finding(
            outcome_row(capture, None, article_id(page.target.url)),
            _encoder.encode(article_row(capture, result, EXTRACTOR_VERSION, dict(agency))),
            face_of(result),
            traits_of(result),
            sight,
        )
    )


def _without_payloads(page: Page) -> Page:
    parts = tuple(_without_payload(part) for part in page.parts)
    return dataclasses.replace(page, exchanges=_without_payload(page.exchanges), parts=parts)


def _without_payload(exchanges: tuple[Exchange, ...]) -> tuple[Exchange, ...]:
    return tuple(dataclasses.replace(exchange, payload=b"") for exchange in exchanges)
