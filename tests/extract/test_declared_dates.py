from __future__ import annotations

from scraper.extract.declared_dates import (
    MODIFIED_META,
    PUBLISHED_META,
    SURE_META,
    declared_dates,
    declared_elsewhere,
    is_unsure,
)
from scraper.extract.linked_data import LinkedData


def test_data_of_the_article_go_before_meta_elements_and_these_in_the_order_of_their_sureness() -> None:
    meta = {"date": ("3",), "article:published_time": ("2", "2b", "2c"), "pubdate": ("x",)}
    linked = LinkedData(published="1", meta=meta, origin={"published": "microdata"})
    assert list(declared_dates(linked, "published", PUBLISHED_META)) == [
        ("1", "microdata"), ("2", "opengraph"), ("2b", "opengraph"), ("x", "meta"), ("3", "meta"),
    ]  # fmt: skip
    assert ("3", "meta") not in list(declared_dates(linked, "published", SURE_META))
    assert list(declared_dates(linked, "modified", MODIFIED_META)) == []


def test_other_names_that_speak_of_publication_are_taken_where_they_speak_of_nothing_else() -> None:
    meta = {"my-publish-day": ("1",), "publisher": ("2",), "unpublished": ("3",), "x": ("4",)}
    linked = LinkedData(meta=meta, other_dates=("5", "6"))
    assert list(declared_elsewhere(linked)) == [("1", "meta"), ("5", "json_ld")]


def test_a_day_that_only_a_doubtful_meta_element_gives_is_unsure() -> None:
    assert is_unsure(LinkedData(meta={"date": ("1",)}))
    assert is_unsure(LinkedData())
    assert not is_unsure(LinkedData(meta={"date": ("1",), "article:published_time": ("2",)}))
    assert not is_unsure(LinkedData(published="1", meta={"date": ("1",)}))
