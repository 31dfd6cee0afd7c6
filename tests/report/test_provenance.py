from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.store.pages import make_page
from tests.store.test_row import ARTICLE, capture

from scraper.report.provenance import SHOWN_COPIES, Check, Difference, Hop, Provenance, to_json, to_text
from scraper.store.row import article_row, outcome_row
from scraper.store.schema import UNMARKED, as_read

NOW = datetime(2026, 11, 23, 10, 54, tzinfo=UTC)


SAME = Check(50)


def known(check: Check = SAME, **row: Any) -> Provenance:
    held = capture(make_page())
    made = as_read(article_row(held, ARTICLE, "7", UNMARKED)) | row
    visit = outcome_row(held, None, made["id"])
    return Provenance(made, "20261123T105400Z", 1, visit, visit, (), (), [], check)


def test_each_step_stands_on_lines_of_its_own() -> None:
    told = to_text(known()).splitlines()
    assert told[0] == "A headline"
    assert told[3] == "found      rss https://news.example/feed"
    assert "           title there: A title" in told
    assert "allowed    robots.txt: Allow: /" in told
    assert "archived   warc/run1-00000.warc.gz at byte 346" in told
    assert "extracted  extractor 7, no rule of the site" in told
    assert any(line.startswith("headline ") and "json_ld" in line for line in told)
    assert "looked for and absent: dek" in told
    assert "removed    1 plea" in told
    assert "the archive gives the same row: 50 columns compared" in told


def test_of_a_page_that_others_asked_nothing_is_claimed() -> None:
    told = to_text(known(found_kind="archive", found_in="/crawl/x.warc.gz", robots=None))
    assert "archive /crawl/x.warc.gz" in told
    assert "robots.txt: not known, others asked" in told
    assert "by others, taken in by run" in told


def test_conflicts_stand_below_the_value_that_was_chosen() -> None:
    told = to_text(known(conflicts=[{"field": "headline", "source": "rss", "value": "Another"}])).splitlines()
    at = next(i for i, line in enumerate(told) if line.startswith("headline "))
    assert told[at + 1].split() == ["rss", "Another", "<-", "says", "otherwise"]


def test_hops_copies_opt_outs_rule_and_agency_are_told_where_there_are_any() -> None:
    copies = [{"id": str(n), "site": "b.example", "url": f"https://b.example/{n}", "fetched_at": NOW} for n in range(7)]
    hops = (Hop("https://news.example/old", 301, None, NOW), Hop("https://news.example/a", 200, "192.0.2.9", NOW))
    marks: dict[str, Any] = {
        "duplicate": "near",
        "similarity": 0.913,
        "cluster_id": "abc",
        "agency": "AP",
        "agency_source": "byline",
    }
    told = to_text(
        replace(
            known(rule="3f until 2027-01-31", noai=1, license="https://l.example", **marks), hops=hops, copies=copies
        )
    )
    assert "301 https://news.example/old" in told
    assert "from 192.0.2.9" in told
    assert "near copy, similarity 0.91; first of its cluster: abc" in told
    assert told.count("copy https://b.example/") == SHOWN_COPIES
    assert "and 2 copies more" in told
    assert "agency AP, named in byline" in told
    assert "rule of the site 3f until 2027-01-31" in told
    assert "opt-outs: license https://l.example" in told


def test_a_difference_shows_both_values_and_what_explains_it() -> None:
    check = Check(50, (Difference("headline", "A", None),), ("Because.",))
    told = to_text(known(check)).splitlines()
    at = told.index("the archive gives another row: 1 of 50 columns differ")
    assert told[at + 1 : at + 5] == ["  headline", "    row      A", "    archive  -", "Because."]


def test_a_row_without_a_listing_says_what_it_was() -> None:
    told = to_text(replace(known(found_kind="seed", headline=None), listing=None, visit=None))
    assert told.startswith("(no headline)\n")
    assert "found      a seed of news.example" in told


def test_files_older_than_a_column_are_told_all_the_same() -> None:
    assert "A headline" in to_text(known(conflicts=None, rule=None, version=None, cluster_id=None))


def test_long_values_are_cut_in_text_and_whole_in_json() -> None:
    row = known(headline="word " * 100)
    assert max(map(len, to_text(row).splitlines()[1:])) < 140
    said = json.loads(json.dumps(to_json(row)))
    assert said["fields"]["headline"]["value"] == "word " * 100
    assert said["check"]["same"] is True


def test_further_pages_what_is_missing_and_what_is_suspected_are_told() -> None:
    part = (Hop("https://news.example/a?page=2", 200, None, NOW),)
    row = known(kind="gallery", pages=2, missing_pages="http_404: page 3", suspect="paywall")
    told = to_text(replace(row, parts=(part,)))
    assert "page 2: 200 https://news.example/a?page=2" in told
    assert "gallery, 2 pages, " in told
    assert "ends before its last page: http_404: page 3" in told
    assert "suspect, as its site has the alarm paywall" in told
    said = to_json(replace(row, parts=(part,)))
    assert said["asked"]["parts"][0][0]["url"] == "https://news.example/a?page=2"
    assert said["extracted"]["missing_pages"] == "http_404: page 3"


def test_nothing_that_a_site_says_commands_the_terminal() -> None:
    evil = "\x1b]0;title\x07\x9b2J\x9d52;c;eA==\u202egnp"
    told = to_text(
        known(
            headline=evil, listed_title=evil, listed_published=evil, etag=evil, tdm_policy=evil, license=evil,
            canonical_url=evil, photos=[{"url": evil, "caption": None, "credit": None, "alt": None}],
        )
    )  # fmt: skip
    assert not set(told) & set("\x1b\x07\x9b\x9d\u202e")
    assert told.startswith("\\u001b]0;title")
