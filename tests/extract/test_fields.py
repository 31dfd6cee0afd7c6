from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scraper.config import Rule
from scraper.extract.fields import Fields, find_fields
from scraper.extract.linked_data import read_linked_data

URL = "https://www.news.example/world/2025/03/04/bridge-repaired"
FETCHED = datetime(2025, 3, 10, tzinfo=UTC)


def find(page: str, url: str = URL, rule: Rule | None = None, fetched_at: datetime | None = FETCHED) -> Fields:
    tree = LexborHTMLParser(page)
    return find_fields(tree, read_linked_data(tree, url), url=url, fetched_at=fetched_at, rule=rule)


def page(body: str, head: str = "", lang: str = "en") -> str:
    return f"<!DOCTYPE html><html lang='{lang}'><head>{head}</head><body>{body}</body></html>"


def script(value: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


PRINTED = page(
    """
    <header><a href="/">The Example</a><nav><a href="/world">World</a></nav></header>
    <main><article>
      <div class="kicker"><a href="/world/europe">Europe</a></div>
      <h1>Old bridge is repaired after forty years</h1>
      <p class="standfirst">The town paid for the work itself, and the mayor cut the ribbon on Tuesday.</p>
      <div class="meta"><span class="byline">By <a href="/author/ana-diaz">Ana Diaz</a> and
        <a href="/author/bo-lind">Bo Lind</a></span>
        <span>Published <time datetime="2025-03-04T10:00:00+01:00">4 March 2025</time></span>
        <span class="updated">Updated <time datetime="2025-03-05T10:00:00+01:00">5 March 2025</time></span></div>
      <p>The bridge was closed in 1985.</p>
    </article>
    <aside class="related"><span class="byline">By Someone Else</span><time datetime="2025-03-06">6 March</time></aside>
    </main>
    """,
    "<title>Old bridge is repaired after forty years | The Example</title>"
    "<meta property='og:site_name' content='The Example'>",
)


def test_finds_all_fields_of_a_page_without_data() -> None:
    found = find(PRINTED)
    assert found.headline == "Old bridge is repaired after forty years"
    assert found.dek == "The town paid for the work itself, and the mayor cut the ribbon on Tuesday."
    assert found.byline == "By Ana Diaz and Bo Lind"
    assert found.authors == ("Ana Diaz", "Bo Lind")
    assert found.sections == ("Europe",)
    assert found.section == "Europe"
    assert found.published_at == datetime(2025, 3, 4, 9, tzinfo=UTC)
    assert found.modified_at == datetime(2025, 3, 5, 9, tzinfo=UTC)
    assert found.language == "en"
    assert found.paywalled is None
    assert found.sources["authors"] == "dom"
    assert found.sources["paywalled"] is None


def test_a_source_stands_for_every_field() -> None:
    names = set(Fields.__slots__) - {"sources", "nodes", "conflicts"}
    assert set(find(PRINTED).sources) == names
    assert set(find(page("")).sources) == names


def test_the_elements_that_print_a_field_are_named() -> None:
    nodes = find(PRINTED).nodes
    texts = {name: [node.text(deep=True, separator=" ") for node in nodes[name]] for name in nodes}
    assert set(texts) == {"headline", "dek", "byline", "section", "published_at", "modified_at"}
    assert texts["headline"] == ["Old bridge is repaired after forty years"]
    assert texts["section"] == ["Europe"]
    assert "Ana Diaz" in texts["byline"][0]


def test_an_empty_page_has_no_fields() -> None:
    found = find(page("", lang=""), url="")
    assert (found.headline, found.authors, found.published_at, found.sections) == (None, (), None, ())
    assert not any(found.sources.values())


def test_a_rule_goes_before_everything() -> None:
    rule = Rule(headline="h2.x", byline=".who", section=".cat", published=".when", modified=".none", dek=".none")
    found = find(
        page(
            "<h1>Wrong</h1><h2 class=x>Right</h2><p class=who>By Cy Young</p><i class=cat>Town</i>"
            "<b class=when>1 March 2025</b>"
        ),
        rule=rule,
    )
    assert (found.headline, found.authors, found.sections) == ("Right", ("Cy Young",), ("Town",))
    assert found.published_at == datetime(2025, 3, 1, tzinfo=UTC)
    assert found.sources["headline"] == found.sources["published_at"] == "rule"
    assert found.sources["modified_at"] is None


def test_a_publisher_is_no_author_where_the_page_names_one() -> None:
    head = script(
        {
            "@type": "NewsArticle",
            "headline": "Old bridge is repaired after forty years",
            "author": {"@type": "Organization", "name": "The Example"},
            "publisher": {"name": "The Example"},
        }
    )
    assert find(PRINTED.replace("<title>", head + "<title>")).authors == ("Ana Diaz", "Bo Lind")


def test_a_publisher_is_named_where_no_one_else_is() -> None:
    head = script({"@type": "NewsArticle", "author": {"name": "The Example"}, "publisher": {"name": "The Example"}})
    assert find(page("<h1>Headline of the day</h1>", head)).authors == ("The Example",)


def test_the_printed_line_completes_the_data() -> None:
    head = script({"@type": "NewsArticle", "author": {"name": "Ana Diaz"}})
    assert find(PRINTED.replace("<title>", head + "<title>")).authors == ("Ana Diaz", "Bo Lind")


def test_editors_that_are_printed_nowhere_are_no_authors() -> None:
    head = script({"@type": "NewsArticle", "author": [{"name": n} for n in ("Ana Diaz", "Bo Lind", "Edith Editor")]})
    assert find(PRINTED.replace("<title>", head + "<title>")).authors == ("Ana Diaz", "Bo Lind")


def test_a_date_after_the_fetch_or_before_the_web_is_not_believed() -> None:
    for day in ("2031-01-01", "1970-01-01"):
        head = f"<meta property='article:published_time' content='{day}'>"
        assert find(page("<h1>Headline</h1>", head), url="https://news.example/a").published_at is None


def test_the_address_gives_the_day_where_nothing_else_does() -> None:
    found = find(page("<h1>Headline</h1>"))
    assert found.published_at == datetime(2025, 3, 4, tzinfo=UTC)
    assert found.sources["published_at"] == "url"


def test_a_change_before_publication_is_none() -> None:
    head = script({"@type": "NewsArticle", "datePublished": "2025-03-04T10:00Z", "dateModified": "2025-03-04T09:00Z"})
    assert find(page("<h1>Headline</h1>", head)).modified_at is None


def test_mutilated_addresses_do_no_harm() -> None:
    for url in ("http://[", "not an address", "https://", "https://news.example/%ff/%00"):
        assert find(PRINTED, url=url).headline == "Old bridge is repaired after forty years"


def test_ten_megabytes_take_less_than_three_seconds() -> None:
    blocks = (
        '<div class="byline author date section dek">By Ana Diaz, 4 March 2025</div>' * 130_000,
        "<h1>Headline</h1>" * 500_000,
        "<div class=author>" * 20_000,
        "<time>2025</time>" * 500_000,
        "<p>" + "By A and " * 1_000_000,
    )
    for block in blocks:
        tree = LexborHTMLParser(page("<h1>Headline of the day</h1>" + block))
        start = time.process_time()
        find_fields(tree, read_linked_data(tree, URL), url=URL, fetched_at=FETCHED, rule=None)
        assert time.process_time() - start < 3


PIECES = (
    *("<h1>", "</h1>", "<time datetime='2025-03-04'>", "<a rel=author href=/author/x>", "By ", "Ana Diaz", "</div>"),
    *("<div class=byline>", "<svg>", "<template>", "<table>", "\x00", "<meta property=og:title content=x>", "2025"),
    "<script type=application/ld+json>{",
)


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_never_raises_on_broken_markup(parts: list[str]) -> None:
    find("".join(parts))
