from __future__ import annotations

import pytest

from scraper.extract.blocks import lay_out
from scraper.extract.images import read_credit, read_pixels
from scraper.extract.tree import parse


@pytest.mark.parametrize(
    ("html", "address"),
    [
        ("<img src=/p.jpg>", "/p.jpg"),
        ("<img src='data:image/gif;base64,R0' data-src=/p.jpg>", "/p.jpg"),
        ("<img srcset='/s.jpg 300w, /l.jpg 1200w'>", "/l.jpg"),
        ("<picture><source srcset='/s.jpg 1x, /l.jpg 2x'><img alt=x></picture>", "/l.jpg"),
        ("<img src='{{url}}'>", None),
    ],
)
def test_the_address_of_the_largest_picture_is_read(html: str, address: str | None) -> None:
    assert [picture.url for picture in lay_out(parse(html)).pictures] == [address]


def test_credit_and_size_are_read_where_they_are_given() -> None:
    assert read_credit('img data-credit=" Eva  Berg "') == "Eva Berg"
    assert read_credit("img") is None
    assert (read_pixels("640"), read_pixels("100%"), read_pixels("")) == (640, None, None)
