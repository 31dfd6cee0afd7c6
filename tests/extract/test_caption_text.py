from __future__ import annotations

import pytest

from scraper.extract.blocks import lay_out
from scraper.extract.caption_text import compose, is_whole
from scraper.extract.tree import parse


def composed(html: str) -> tuple[str | None, str | None]:
    layout = lay_out(parse(f"<figure class=caption>{html}</figure>"))
    top = next(box for box in layout.boxes if box.tag == "figure")
    return compose(layout.blocks, top)


@pytest.mark.parametrize(
    ("html", "caption", "credit"),
    [
        ("<p>The pier in May.</p><p>Coast Pictures/E. Berg</p>", "The pier in May.", "Coast Pictures/E. Berg"),
        ("<p>The pier in May.</p><p>Eva Berg</p>", "The pier in May.", "Eva Berg"),
        ("<p>The pier and</p><p>Eva Berg</p>", "The pier and Eva Berg", None),
        ("<p>The pier.<span class=credit>Photo by E. Berg</span> /<span class=distributor>Coast News</span></p>",
         "The pier.", "E. Berg / Coast News"),
        ("<p>The pier. <span>(District Court, Eastern Coast)</span></p>", "The pier.", "District Court, Eastern Coast"),
        ("<p class=credits>The council at the old pier in May. Photo: E. Berg</p>",
         "The council at the old pier in May.", "E. Berg"),
        ("<p>View 6 images</p><p>The pier.</p>", "The pier.", None),
        ("<p>(Coast News/E. Berg)</p>", None, "Coast News/E. Berg"),
    ],
)  # fmt: skip
def test_elements_tell_caption_from_credit(html: str, caption: str | None, credit: str | None) -> None:
    assert composed(html) == (caption, credit)


def test_a_text_is_whole_where_its_sentence_ends() -> None:
    assert is_whole("He said “no.”")
    assert not is_whole("The pier")
