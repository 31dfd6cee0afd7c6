from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.microdata import microdata_values


def test_reads_properties_that_stand_in_no_scope() -> None:
    tree = LexborHTMLParser('<p itemprop="keywords">a, b</p><a itemprop="articleSection">World</a>')
    assert microdata_values(tree) == {"tags": ("a", "b"), "sections": ("World",)}


def test_leaves_scopes_of_other_kinds_alone() -> None:
    tree = LexborHTMLParser(
        '<div itemscope itemtype="https://schema.org/Product"><b itemprop="description">Cheap</b></div>'
    )
    assert microdata_values(tree) == {}
