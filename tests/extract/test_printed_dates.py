from __future__ import annotations

from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.headline import find_headline
from scraper.extract.linked_data import read_linked_data
from scraper.extract.printed import read_printed
from scraper.extract.printed_dates import PrintedDate, dates_in, kind_of, read_printed_dates


def read(body: str, language: str = "en") -> list[PrintedDate]:
    tree = LexborHTMLParser(f"<html><body><h1>Bridge is repaired</h1>{body}</body></html>")
    printed = read_printed(tree)
    headline = find_headline(printed, read_linked_data(tree, ""), host="")
    return read_printed_dates(printed, headline, language=language, believed=lambda when: when, in_url=None, month=None)


def day(month: int, number: int) -> datetime:
    return datetime(2025, month, number, tzinfo=UTC)


def test_each_date_of_a_line_has_the_label_before_it() -> None:
    text = "Written: 2025-03-04 15:03 Updated: 2025-03-05 09:00"
    assert [(when.day, kind) for when, kind in dates_in(text, "en")] == [(4, "published"), (5, "modified")]
    text = "Letzte Änderung: 05.03.2025 Erschienen am: 04.03.2025"
    assert [(when.day, kind) for when, kind in dates_in(text, "de")] == [(5, "modified"), (4, "published")]


def test_labels_are_told_in_many_languages() -> None:
    for label in ("Updated", "Aktualisiert", "Mis à jour", "Обновлено", "Güncelleme", "更新", "تحديث", "अपडेट"):
        assert kind_of(label) == "modified"
    for label in ("Published", "Veröffentlicht", "Publié", "Опубликовано", "发布", "نشر في", "פורסם"):
        assert kind_of(label) == "published"
    assert kind_of("Berlin,") == ""


def test_what_readers_see_goes_before_an_attribute_that_says_another_day() -> None:
    found = read("<time datetime='2019-09-03'>March 4, 2025</time>")
    assert [one.when for one in found] == [day(3, 4)]


def test_an_attribute_gives_the_time_of_the_printed_day() -> None:
    found = read("<time datetime='2025-03-04T05:06:00Z'>March 4, 2025</time>")
    assert [one.when for one in found] == [datetime(2025, 3, 4, 5, 6, tzinfo=UTC)]


def test_dates_of_pictures_and_comments_are_left_alone() -> None:
    assert read("<figure><figcaption><time datetime='2025-03-04'>March 4, 2025</time></figcaption></figure>") == []
    assert read("<p>Text.</p>" * 30 + "<div class=comment><time>March 4, 2025</time></div>") == []


def test_a_date_in_the_copyright_line_is_none() -> None:
    assert read("<p class=date>© March 4, 2025</p>") == []
