from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.extract.linked_data import read_linked_data
from scraper.extract.paywall import find_paywall
from scraper.extract.printed import read_printed


@pytest.mark.parametrize(
    ("page", "verdict"),
    [
        ('<script type=application/ld+json>{"@type":"NewsArticle","isAccessibleForFree":false}</script>', True),
        ('<script type=application/ld+json>{"@type":"NewsArticle","isAccessibleForFree":true}</script>', False),
        ("<meta property='article:content_tier' content='metered'>", None),
        ("<meta property='article:content_tier' content='locked'>", True),
        ("<meta property='article:content_tier' content='free'>", False),
        ("<div class='article-paywall'>Subscribe to read on</div>", True),
        ("<div class='no-paywall'>Text</div>", None),
        ("<p>Text</p>", None),
    ],
)
def test_tells_closed_from_open(page: str, verdict: bool | None) -> None:
    tree = LexborHTMLParser(page)
    assert find_paywall(read_printed(tree), read_linked_data(tree, ""))[0] is verdict
