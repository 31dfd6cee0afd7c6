from __future__ import annotations

from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.dates import Dates, find_dates
from scraper.extract.headline import find_headline
from scraper.extract.linked_data import read_linked_data
from scraper.extract.printed import read_printed


def find(body: str, head: str = "", language: str = "en") -> Dates:
    tree = LexborHTMLParser(f"<html><head>{head}</head><body><h1>Bridge is repaired</h1>{body}</body></html>")
    linked, printed = read_linked_data(tree, ""), read_printed(tree)
    headline = find_headline(printed, linked, host="")
    return find_dates(tree, printed, linked, url="", fetched_at=None, headline=headline, language=language)


def test_data_go_before_print() -> None:
    head = "<meta property='article:published_time' content='2025-03-04T05:00:00Z'>"
    found = find("<time datetime='2025-03-06'>6 March</time>", head)
    assert found.published == datetime(2025, 3, 4, 5, tzinfo=UTC)
    assert found.published_source == "opengraph"


def test_reads_a_date_printed_without_any_telling_class() -> None:
    assert find("<div class=q1>04.03.2025, 05:06 Uhr</div>", language="de").published == datetime(
        2025, 3, 4, 5, 6, tzinfo=UTC
    )


def test_tells_the_change_from_the_publication_by_its_words() -> None:
    found = find("<p class=date>Published March 4, 2025</p><p class=date>Updated March 5, 2025</p>")
    assert (found.published, found.modified) == (datetime(2025, 3, 4, tzinfo=UTC), datetime(2025, 3, 5, tzinfo=UTC))


def test_dates_of_other_stories_and_comments_are_left_alone() -> None:
    assert find("<aside><time datetime='2025-03-06'></time></aside>") == Dates()
    assert find("<div class=comment-list><time datetime='2025-03-06'>6 March</time></div>") == Dates()


def test_none_is_invented() -> None:
    assert find("<p class=date>March 2025</p><p class=date>two hours ago</p>") == Dates()


def test_a_time_without_an_offset_takes_the_one_it_has_elsewhere() -> None:
    head = (
        "<script type='application/ld+json'>{'@type': 'NewsArticle', 'datePublished': '2025-03-04T08:30:00'}</script>"
    )
    head = head.replace("'@", '"@').replace("': '", '": "').replace("', '", '", "').replace("'}", '"}')
    found = find("<time datetime='2025-03-04T08:30:00+01:00'>4 March</time>", head)
    assert found.published == datetime(2025, 3, 4, 7, 30, tzinfo=UTC)
    assert find("<time datetime='2025-03-04T09:30:00+01:00'></time>", head).published == datetime(
        2025, 3, 4, 8, 30, tzinfo=UTC
    )


def test_an_oddly_named_meta_element_serves_where_no_known_one_is() -> None:
    head = "<meta name='w-published-date' content='2025-03-04'><meta name='page-expires' content='2026-03-04'>"
    assert find("", head).published == datetime(2025, 3, 4, tzinfo=UTC)
    assert find("", "<meta property='article:published_time' value='2025-03-04'>").published is not None


def test_a_label_stands_before_the_date_it_belongs_to() -> None:
    filler = "<p>Text.</p>" * 60
    sidebar = "<div class='post-sidebar'><h4>Published</h4><div class='post-date'>July 8, 2024</div></div>"
    assert find(filler + sidebar).published == datetime(2024, 7, 8, tzinfo=UTC)


def test_a_labelled_date_at_the_foot_serves_where_nothing_else_is() -> None:
    foot = "<p>Text.</p>" * 120 + "<div><p>Page last updated 3 May 2024</p></div>"
    assert find(foot).published == datetime(2024, 5, 3, tzinfo=UTC)
    assert find("<p>Text.</p>" * 120 + "<div><p>© 3 May 2024 The Example, updated daily</p></div>") == Dates()


def test_a_script_gives_the_day_only_where_it_names_one_alone() -> None:
    one = '<script>var page = {"publishedAt": "2024-05-03T10:00:00Z"}</script>'
    two = one + '<script>var other = {"publishedAt": "2024-06-04T10:00:00Z"}</script>'
    assert find(one).published == datetime(2024, 5, 3, 10, tzinfo=UTC)
    assert find(two) == Dates()


def test_the_earlier_day_in_the_line_of_the_author_goes_before_the_day_of_the_last_change() -> None:
    head = "<meta property='article:published_time' content='2025-06-24'>"
    assert find("<p>March 4, 2025</p>", head).published == datetime(2025, 3, 4, tzinfo=UTC)
    assert find("<p>March 4, 2025</p><p>Updated June 24, 2025</p>", head).published == datetime(2025, 6, 24, tzinfo=UTC)
    later = "<p>Text.</p>" * 30 + "<p>March 4, 2025</p>"
    assert find(later, head).published == datetime(2025, 6, 24, tzinfo=UTC)


def test_the_printed_day_goes_before_a_meta_element_that_means_many_things() -> None:
    head = "<meta name='date' content='2025-06-24'>"
    assert find("<p class=date>March 4, 2025</p>", head).published == datetime(2025, 3, 4, tzinfo=UTC)
    assert find("", head).published == datetime(2025, 6, 24, tzinfo=UTC)


def test_the_offset_of_the_newsroom_is_kept() -> None:
    head = "<meta property='article:published_time' content='2025-03-05T02:00:00Z'>"
    found = find("<time datetime='2025-03-04T21:00:00-05:00'>March 4</time>", head)
    assert (found.published, found.offset_minutes) == (datetime(2025, 3, 5, 2, tzinfo=UTC), -300)
    assert find("", head).offset_minutes == 0
    assert find("<p class=date>March 4, 2025</p>").offset_minutes is None
    assert find("<p class=date>March 4, 2025, 9:00 p.m. EST</p>").offset_minutes == -300
