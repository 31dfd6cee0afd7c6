from __future__ import annotations

import json
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.json_ld import clean_text
from scraper.extract.linked_data import LinkedData, read_linked_data

URL = "https://news.example/2025/03/04/bridge"


def read(head: str = "", body: str = "", url: str = URL) -> LinkedData:
    return read_linked_data(LexborHTMLParser(f"<html lang='en-GB'><head>{head}</head><body>{body}</body></html>"), url)


def script(value: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def test_reads_an_article_with_its_publisher() -> None:
    linked = read(
        script(
            {
                "@type": "NewsArticle",
                "headline": "The bridge &amp; the river",
                "author": [{"@type": "Person", "name": "Ana Diaz"}, "Bo Lind", None],
                "datePublished": "2025-03-04T05:06:07Z",
                "dateModified": None,
                "articleSection": ["World", "Europe"],
                "keywords": "bridge, river",
                "publisher": {"@type": "Organization", "name": "The Example"},
                "image": {"@type": "ImageObject", "url": "/a.jpg", "caption": "A bridge", "creditText": "Cy"},
                "isAccessibleForFree": "False",
                "hasPart": {"isAccessibleForFree": False, "cssSelector": ".locked"},
            }
        )
    )
    assert linked.headline == "The bridge & the river"
    assert linked.authors == ("Ana Diaz", "Bo Lind")
    assert linked.published == "2025-03-04T05:06:07Z"
    assert linked.modified is None
    assert linked.sections == ("World", "Europe")
    assert linked.tags == ("bridge", "river")
    assert linked.site_names == ("The Example",)
    assert [(p.url, p.caption, p.credit) for p in linked.images] == [("https://news.example/a.jpg", "A bridge", "Cy")]
    assert linked.accessible_for_free is False
    assert linked.paywall_selectors == (".locked",)
    assert linked.origin["headline"] == "json_ld"
    assert linked.html_language == "en-GB"


def test_chooses_the_article_that_has_the_pages_address() -> None:
    others = [{"@type": "NewsArticle", "headline": f"Other {n}", "url": f"https://news.example/{n}"} for n in range(3)]
    own = {"@type": "NewsArticle", "headline": "Own", "mainEntityOfPage": {"@id": URL + "/"}}
    assert read(script([*others, own])).headline == "Own"


def test_does_not_take_an_article_out_of_a_list_of_others() -> None:
    listed = {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "Other"}]}
    assert read(script(listed)).headline is None


def test_resolves_references_in_a_graph() -> None:
    graph = {
        "@graph": [
            {"@type": "Article", "headline": "H", "author": {"@id": "#ana"}, "publisher": {"@id": "#site"}},
            {"@type": "Person", "@id": "#ana", "name": "Ana Diaz"},
            {"@type": "Organization", "@id": "#site", "name": "The Example"},
            {
                "@type": "BreadcrumbList",
                "itemListElement": [{"position": 2, "name": "Europe"}, {"position": 1, "item": {"name": "World"}}],
            },
        ]
    }
    linked = read(script(graph))
    assert linked.authors == ("Ana Diaz",)
    assert "The Example" in linked.site_names
    assert linked.breadcrumbs == ("World", "Europe")


def test_keeps_meta_values_by_name_in_order() -> None:
    linked = read(
        '<meta property="article:tag" content="a"><meta property="Article:Tag" content="b">'
        '<meta name="author" content=" Ana  Diaz "><meta name="empty" content=" ">'
    )
    assert linked.meta["article:tag"] == ("a", "b")
    assert linked.first_meta("none", "author") == "Ana Diaz"
    assert "empty" not in linked.meta


def test_reads_microdata_of_the_first_article_only() -> None:
    linked = read(
        body='<article itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">H</h1>'
        '<span itemprop="author" itemscope><b itemprop="name">Ana Diaz</b> reporter</span>'
        '<time itemprop="datePublished" datetime="2025-03-04">yesterday</time>'
        '<div itemscope itemtype="https://schema.org/Comment"><i itemprop="author">Troll</i></div></article>'
        '<article itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">Other</h1></article>'
    )
    assert (linked.headline, linked.authors, linked.published) == ("H", ("Ana Diaz",), "2025-03-04")
    assert linked.origin["authors"] == "microdata"


def test_makes_the_canonical_address_absolute_and_drops_what_is_none() -> None:
    assert read('<link rel="canonical" href="/a">').canonical_url == "https://news.example/a"
    assert read('<link rel="canonical" href="javascript:void(0)">').canonical_url is None
    assert read('<link rel="canonical" href="http://[broken">').canonical_url is None


def test_survives_hostile_nesting_and_wrong_types() -> None:
    nested: Any = {"@type": "NewsArticle", "headline": "H"}
    for _ in range(200):
        nested = {"a": [nested]}
    assert read(script(nested)).headline is None
    wrong = {
        "@type": ["NewsArticle", 3],
        "headline": {"a": 1},
        "author": [[["x"]], 5, {"name": {"name": {}}}],
        "image": 7,
    }
    assert read(script(wrong)).headline is None
    assert read('<script type="application/ld+json">' + "[" * 50_000 + "</script>").types == ()


def test_cleans_text_of_entities_and_tags() -> None:
    assert clean_text("A &amp;amp; B <b>c</b>\n d") == "A & B c d"
    assert clean_text("  ") is None
