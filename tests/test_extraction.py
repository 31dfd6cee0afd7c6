"""Rows of pages that no demo site has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

import scraper.demo
from scraper.config import Config
from scraper.extraction import write_findings
from scraper.finding import PageJob, find, find_all
from scraper.marking import Marking
from scraper.policy import Policy
from scraper.skip import Skip
from scraper.store.corpus import open_articles, open_outcomes
from scraper.store.segments import read_visits
from scraper.store.warc import Capture, SegmentWriter
from scraper.workers import Workers
from tests.store.pages import START, make_exchange, make_page


@pytest.fixture
def marking(tmp_path: Path) -> Iterator[Marking]:
    marking = Marking(tmp_path / "marks.sqlite")
    yield marking
    marking.close()


class _Here:
    """Workers that work in this process."""

    def map(self, jobs: Iterator[PageJob]) -> Iterator[bytes]:
        return map(find, jobs)


def extract(
    captures: Iterator[Capture],
    segment: str,
    marking: Marking,
    release: Path,
    config: Config = Config(),  # noqa: B008
) -> None:
    here = cast("Workers[PageJob, bytes]", _Here())
    write_findings(list(find_all(captures, config, here)), segment, marking, release)


def test_a_page_that_says_what_stops_a_row_ends_with_that_reason_and_others_do_not(
    tmp_path: Path, marking: Marking
) -> None:
    html = (Path(scraper.demo.__file__).parent / "site" / "tide-gauge.html").read_bytes()
    free, reserved = (
        make_page("https://news.example/1", payload=html),
        make_page("https://news.example/2", payload=html),
    )
    (tmp_path / "warc").mkdir()
    writer = SegmentWriter(tmp_path / "warc" / "s.warc.gz.part", "run1", START)
    writer.append(replace(free, opt_outs=(("content_usage", "search=n"),)))
    writer.append(replace(reserved, opt_outs=(("content_usage", "search=y, train-ai=n"),)))
    writer.close()
    writer.path.rename(tmp_path / "warc" / "s.warc.gz")
    for policy, kept in [(Policy(), 2), (Policy(stop_row=("train-ai=n", "noai")), 1)]:
        extract(read_visits(tmp_path, "s"), "s", marking, tmp_path, Config(policy=policy))
        assert len(open_articles(tmp_path).to_table().to_pylist()) == kept
    outcomes = open_outcomes(tmp_path).to_table().to_pylist()
    assert [row["detail"] for row in outcomes if row["reason"] == "opted_out"] == [
        "the page, its headers or the files of its origin say content_usage search=y, train-ai=n"
    ]


def _part(number: int, *, repeated: str = "") -> bytes:
    """Make a page of an article; its words are its number's own."""
    lines = "".join(
        f"<p>Sentence {line} of page {number} says that the harbor master counted {number * 100 + line} boats, and that"
        " nobody had expected so many of them before the end of the summer.</p>"
        for line in range(4)
    )
    return (
        f"<html><head><title>Boats</title></head><body><article><h1>Boats were counted in the harbor</h1>{repeated}"
        f"{lines}</article></body></html>"
    ).encode()


@pytest.mark.parametrize("wall", [False, True])
def test_an_article_in_several_pages_is_one_row_that_says_what_is_missing(
    tmp_path: Path, marking: Marking, *, wall: bool
) -> None:
    url = "https://news.example/boats"
    first, second, third, fourth = (make_exchange(f"{url}/{n}", payload=_part(n)) for n in range(1, 5))
    if wall:
        third = replace(third, payload=b"<title>Just a moment...</title><h1>Checking your browser</h1>")
    page = replace(
        make_page(url, payload=_part(1)),
        parts=((first, make_exchange(url, payload=_part(1))), (second,), (), (third,), (replace(fourth, status=503),)),
        missing=Skip("http_503", f"page 4, {url}/4: 503", retryable=True),
    )
    (tmp_path / "warc").mkdir()
    writer = SegmentWriter(tmp_path / "warc" / "s.warc.gz.part", "run1", START)
    writer.append(page)
    writer.close()
    writer.path.rename(tmp_path / "warc" / "s.warc.gz")
    extract(read_visits(tmp_path, "s"), "s", marking, tmp_path)
    (row,) = open_articles(tmp_path).to_table().to_pylist()
    pages = (1, 2) if wall else (1, 2, 3)
    assert row["pages"] == len(pages)
    assert row["text"].count("harbor master") == 4 * len(pages)
    assert [row["text"].index(f"page {number} ") for number in pages] == sorted(
        row["text"].index(f"page {number} ") for number in pages
    )
    assert row["missing_pages"].startswith("challenge: page 3" if wall else "http_503: page 4")


def _story(number: int) -> bytes:
    """Make a story of which each version has a sentence of its own."""
    lines = "".join(
        f"<p>The {name} bridge was closed on Monday after an inspector had found cracks in two of its pillars, and it"
        f" will stay so until the {name} council has decided who pays for the repair.</p>"
        for name in ("northern", "old", "wooden", "harbor")
    )
    page = f"<html><head><title>Bridges</title></head><body><article><h1>All bridges of the town are closed</h1>{lines}"
    return (
        f"{page}<p>Correction {number}: an earlier version named {number} pillars.</p></article></body></html>".encode()
    )


def test_article_that_changed_is_a_new_version_and_one_that_did_not_is_no_row(tmp_path: Path, marking: Marking) -> None:
    (tmp_path / "warc").mkdir()
    for number, body in enumerate((_story(1), _story(1) + b"<!-- rendered anew -->", _story(2))):
        writer = SegmentWriter(tmp_path / "warc" / f"s{number}.warc.gz.part", "run1", START)
        writer.append(make_page("https://news.example/1", after_s=number * 3600, payload=body))
        writer.append(make_page("https://other.example/copy", after_s=number * 3600 + 1, payload=body))
        writer.close()
        writer.path.rename(tmp_path / "warc" / f"s{number}.warc.gz")
    for _ in range(2):  # a second time, as a later extractor does: the same rows
        for number in range(3):
            extract(read_visits(tmp_path, f"s{number}"), f"s{number}", marking, tmp_path)
        versions = open_articles(tmp_path, versions=True).to_table().sort_by("fetched_at").to_pylist()
        own = [row for row in versions if row["url"] == "https://news.example/1"]
        assert [(row["version"], row["changed"]) for row in own] == [(1, []), (2, ["text"])]
        assert own[1]["replaces"] == own[0]["warc_record_id"]
        assert own[1]["first_seen_at"] == own[0]["fetched_at"] == START
        assert 0.8 < own[1]["text_similarity"] < 1
        newest = open_articles(tmp_path)
        assert newest.count_rows() == 2
        assert {row["version"] for row in newest.to_table().to_pylist()} == {2}
        copies = [row for row in versions if row["url"] == "https://other.example/copy"]
        assert {(row["cluster_id"], row["duplicate"], row["similarity"]) for row in copies} == {
            (own[0]["id"], "exact", 1)
        }
        outcomes = open_outcomes(tmp_path).to_table().sort_by("fetched_at").to_pylist()
        assert [row["outcome"] for row in outcomes[::2]] == ["article", "unchanged", "article"]
        assert {row["article_id"] for row in outcomes[::2]} == {own[0]["id"]}
