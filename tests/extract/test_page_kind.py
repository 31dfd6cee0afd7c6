from __future__ import annotations

import pytest

from scraper.extract.page_kind import find_other_kind
from scraper.extract.reading import read_page
from scraper.extract.signs import Signs

TEXT = "<p>" + "The old bridge over the river is closed until spring, the council said on Monday. " * 12 + "</p>"
CARD = (
    "<div class=card><h3><a href=/{0}>Council votes on the bridge for the {0}th time</a></h3><p>It is closed.</p></div>"
)
CARDS = "".join(CARD.format(number) for number in range(12))
OFFERS = "".join(
    f"<li class=product-card><a href=/{n}>A kettle of cast iron, no. {n}</a><p>{n}.50 €</p></li>" for n in range(12)
)


def kind(html: str, url: str = "https://example.com/a") -> str | None:
    page = read_page(html, url=url, content_type=None, fetched_at=None, rule=None)
    root = page.tree.root
    names = (root.attributes.get("class") or "") if root is not None else ""
    found = find_other_kind(Signs(page.linked, page.fields, page.layout, url, names, html))
    return found[0] if found else None


@pytest.mark.parametrize(
    ("html", "url", "told"),
    [
        (
            f'<script type=application/ld+json>{{"@type":"Product","offers":{{"@type":"Offer"}}}}</script>'
            f"<h1 class=product-title>Kettle</h1><p>49 €</p>{TEXT}",
            "https://shop.example/products/kettle",
            "product",
        ),
        (
            f"<body class='section-viewtopic'><div class=postbody>{TEXT}</div>",
            "https://x.example/viewtopic.php?t=812",
            "forum",
        ),
        (
            f"<meta name=generator content='Docusaurus v3.1'><html class='docs-wrapper'>{TEXT}",
            "https://docs.example/install",
            "documentation",
        ),
        (f"<body class='archive category'>{CARDS}", "https://news.example/category/town/", "list"),
        (f"<body class=template-collection>{OFFERS}", "https://shop.example/collections/kettles", "list"),
        (
            "<body class='page page-id-7'><meta property=og:type content=website><h1>Roofs</h1><a>Get a free quote</a>"
            f"<h2>Our services</h2><p>We repair roofs.</p><h2>How it works</h2>{TEXT}",
            "https://roofs.example/repair",
            "service",
        ),
    ],
)
def test_several_signs_together_tell_a_kind(html: str, url: str, told: str) -> None:
    assert kind(html, url) == told


@pytest.mark.parametrize(
    ("html", "url"),
    [
        (TEXT, "https://news.example/forum/bridge"),
        (TEXT, "https://news.example/category/town/bridge-closed"),
        (TEXT, "https://docs.example/bridge"),
        (f"<body class='single single-post'>{TEXT}{CARDS}", "https://news.example/tag/bridge"),
        (f"{TEXT}{OFFERS}", "https://shop.example/blogs/kettles/how-to-choose"),
        (
            f"<meta property=article:published_time content=2025-03-04>{TEXT}<p>49 €</p>",
            "https://x.example/products/kettle",
        ),
        (
            f"<a>Get a free quote</a><a>Our services</a>{TEXT * 4}",
            "https://roofs.example/how-long-do-roofs-really-last",
        ),
    ],
)
def test_in_doubt_a_page_is_an_article(html: str, url: str) -> None:
    assert kind(html, url) is None


def test_a_bad_address_tells_nothing() -> None:
    assert kind(TEXT, "https://[broken/forum/12") is None
