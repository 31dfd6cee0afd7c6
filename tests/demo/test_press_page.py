from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

from scraper.demo.press_page import Paper, Picture, Story, make_feed, make_page
from scraper.extract.assemble import extract_article

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
PAPER = Paper("paper.example", "The <Paper>", 1, 4, -5, "Odile Fenwright", asks=True, robots="noai")
STORY = Story(
    PAPER,
    "https://paper.example/2026/03/14/ferry/",
    "Ferry & fog",
    "A standfirst that says a little more about the ferry.",
    "By Maren Tollefsby",
    ("Maren Tollefsby",),
    "QUILLHAVEN (AP) — ",
    "Harbor",
    NOON,
    (
        "The ferry left the north quay at six in the morning, after a winter in which nobody had crossed. In the 31"
        " years before, that had happened twice.",
        "“One learns to sleep through it,” said Perpetua Lindqvast, who keeps the accounts, and then she went aboard.",
        "The harbor board had asked for a count of every lamp along the way because the insurers wanted to know. Divers"
        " from the naval school found eleven more than anyone remembered, and two that had never been lit.",
        "Volunteers of the lifeboat moved their shed in the week of the spring fair. A judge of the county court had"
        " told them to, although the permit names another place.",
        "The captain, who is new, counted her passengers at the far side and found one more than had paid.",
    ),
    (Picture("/img/1.jpg", "The ferry leaves the quay.", "Odile Fenwright/Paper"),),
)


def test_the_extractor_finds_what_the_story_holds() -> None:
    article = extract_article(make_page(STORY).encode(), url=STORY.url)
    assert (article.headline, article.dek, article.byline) == (STORY.headline, STORY.dek, STORY.byline)
    assert (article.authors, article.sections, article.published_at) == (STORY.authors, (STORY.section,), NOON)
    assert article.dateline == "QUILLHAVEN (AP)"
    assert [block.text for block in article.body] == list(STORY.paragraphs)
    assert [(photo.caption, photo.credit) for photo in article.photos] == [
        ("The ferry leaves the quay.", "Odile Fenwright/Paper")
    ]
    assert "plea" in {removed.kind for removed in article.removed}


def test_a_closed_story_prints_its_beginning_and_says_so() -> None:
    article = extract_article(make_page(replace(STORY, closed=True)).encode())
    assert [block.text for block in article.body] == list(STORY.paragraphs[:3])
    assert article.paywalled


def test_what_is_declared_parses_and_only_where_the_paper_declares_anything() -> None:
    page = make_page(replace(STORY, modified=NOON))
    (text,) = re.findall(r'json">(.*?)</script>', page)
    assert json.loads(text)["dateModified"] == NOON.isoformat()
    assert '<meta name="robots" content="noai">' in page
    assert "json" not in make_page(replace(STORY, paper=replace(PAPER, declares=False)))


def test_a_video_page_has_no_text() -> None:
    assert "<p>The ferry" not in make_page(replace(STORY, paragraphs=()))


def test_a_feed_names_address_headline_and_time() -> None:
    text = make_feed(PAPER, [STORY])
    assert "<title>Ferry &amp; fog</title><link>https://paper.example/2026/03/14/ferry/</link>" in text
    assert "<pubDate>Sat, 14 Mar 2026 12:00:00 +0000</pubDate>" in text
