from __future__ import annotations

import json

import pytest

from scraper.article import Block
from scraper.extract.assemble import extract_article
from scraper.extract.blocks import lay_out
from scraper.extract.linked_data import LinkedData
from scraper.extract.live_blog import Entry, add_declared_times, find_times, may_be_live, print_time, read_entries
from scraper.extract.tree import parse

ENTRIES = [
    ("14:05", "The river has passed the mark of six meters, and the lower bridge is closed to all traffic."),
    ("13:40", "The fire service asks all who live on the quay to carry what they can to the upper floors."),
    ("12:58", "Schools in the lower town send children home early, the council said in a short notice."),
    ("12:10", "The gauge at the mill shows five meters and a half, twenty centimeters more than at dawn."),
    ("11:30", "It has rained for two days without a break, and more is to come before the night is over."),
]
DECLARED = {
    "@type": "LiveBlogPosting",
    "headline": "Flood on the river",
    "liveBlogUpdate": [
        {"@type": "BlogPosting", "datePublished": f"2025-03-04T{time}:00Z", "articleBody": text}
        for time, text in ENTRIES
    ],
}


def page(entry: str, *, declared: bool) -> str:
    entries = "".join(entry.format(time=time, text=text) for time, text in ENTRIES)
    script = f"<script type=application/ld+json>{json.dumps(DECLARED)}</script>" if declared else ""
    title = "Flood on the river"
    return f"<html><head><title>{title}</title>{script}</head><body><main><h1>{title}</h1>{entries}</main>"


@pytest.mark.parametrize(
    ("entry", "declared"),
    [
        ("<article id=e><time>{time}</time><p>{text}</p></article>", True),
        ("<ul><li class=update><div class=stamp>{time}</div><p>{text}</p></li></ul>", False),
        ("<div class=post><p class=time><time>{time} Uhr</time></p><p>{text}</p></div>", False),
    ],
)
def test_times_of_entries_stand_before_them_as_printed(entry: str, *, declared: bool) -> None:
    article = extract_article(page(entry, declared=declared), url="https://news.example/live/flood")
    assert article.kind == "live_blog"
    times = [block.text.removesuffix(" Uhr") for block in article.body if block.kind == "subhead"]
    assert times == [time for time, _ in ENTRIES]
    assert [block.text for block in article.body[1::2]] == [text for _, text in ENTRIES]
    assert not any(removed.text in times for removed in article.removed)


def test_declared_times_serve_where_none_is_printed() -> None:
    article = extract_article(page("<article><p>{text}</p></article>", declared=True), url="https://news.example/flood")
    assert [block.text for block in article.body[:2]] == ["2025-03-04T14:05:00Z", ENTRIES[0][1]]
    assert len(article.body) == 2 * len(ENTRIES)


def test_declared_entries_are_the_body_where_a_script_prints_them() -> None:
    entries = read_entries(parse(page("", declared=True)))
    assert [entry.text for entry in entries] == [text for _, text in ENTRIES]
    body = add_declared_times((Block("paragraph", "The flood in short."),), entries)
    assert [block.text for block in body if block.kind == "paragraph"] == [text for _, text in ENTRIES]


def test_an_article_with_a_date_is_no_live_blog() -> None:
    first, second = ENTRIES[0][1], ENTRIES[1][1]
    html = f"<main><h1>Flood</h1><p>4 March, 12:10</p><p>{first}</p><p>Updated 14:05</p><p>{second}</p></main>"
    article = extract_article(html, url="https://news.example/live/flood")
    assert article.kind == "article"
    assert find_times(lay_out(parse(html)), [1, 3]) == frozenset()


def test_times_of_teasers_are_none_of_entries() -> None:
    teasers = "<div class=t>09:10</div>" * 8
    html = f"<main><p>{ENTRIES[0][1]}</p>{teasers}<p>{ENTRIES[1][1]}</p></main>"
    assert find_times(lay_out(parse(html)), [0, 9]) == frozenset()


def test_only_what_is_called_live_is_looked_through() -> None:
    assert may_be_live(LinkedData(), "https://news.example/2025/flood-live-updates")
    assert may_be_live(LinkedData(types=("LiveBlogPosting",)), "")
    assert not may_be_live(LinkedData(), "https://news.example/2025/olive-oil-delivery")


def test_a_time_stands_apart_from_the_name_beside_it() -> None:
    assert print_time("21:00Ann Example") == "21:00 Ann Example"
    assert print_time("2:05pm") == "2:05pm"


def test_entries_without_text_or_time_are_harmless() -> None:
    broken = (
        '<script type=application/ld+json>{"liveBlogUpdate": [null, {"articleBody": 7}, {"headline": "A"}]}</script>'
    )
    assert read_entries(parse(broken)) == [Entry(None, "A", "")]
