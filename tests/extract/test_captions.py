from __future__ import annotations

import pytest

from scraper.extract.blocks import lay_out
from scraper.extract.captions import find_captions
from scraper.extract.tree import parse


def captions(html: str) -> list[tuple[str | None, str | None]]:
    return [(found.caption, found.credit) for found in find_captions(lay_out(parse(html)))]


@pytest.mark.parametrize(
    "inside",
    [
        "<figcaption>The pier in May. <span>Eva Berg/Coast Pictures</span></figcaption>",
        "<figcaption>The pier in May. <cite>Eva Berg</cite></figcaption>",
        "<figcaption><div>The pier in May.</div><div class=x-caption-credit>Photo: Eva Berg</div></figcaption>",
        "<figcaption>The pier in May.</figcaption><figcaption itemprop=author>Eva Berg</figcaption>",
        "<button>Enlarge</button><figcaption>The pier in May. (<span class=credit>Image: Eva Berg</span>)</figcaption>",
    ],
)
def test_a_credit_in_an_element_of_its_own_is_no_caption(inside: str) -> None:
    assert [caption for caption, _ in captions(f"<figure><img src=/p.jpg>{inside}</figure>")] == ["The pier in May."]
    assert str(captions(f"<figure><img src=/p.jpg>{inside}</figure>")[0][1]).startswith("Eva Berg")


def test_caption_and_credit_in_fields_of_their_own_are_joined() -> None:
    fields = "<div class=field-caption>The pier in May.</div><div class=field-credit>Harbor Archive</div>"
    assert captions(f"<div><img src=/p.jpg>{fields}</div>") == [("The pier in May.", "Harbor Archive")]


def test_a_button_around_a_figure_is_read() -> None:
    figure = "<button><figure><img src=/p.jpg><figcaption>The pier in May.</figcaption></figure></button>"
    assert captions(figure) == [("The pier in May.", None)]


def test_a_figure_made_for_a_quotation_holds_no_caption() -> None:
    assert captions("<figure><blockquote><p>I saw it.</p><figcaption>Eva Berg</figcaption></blockquote></figure>") == []


def test_beside_a_figcaption_the_rest_of_a_figure_is_none() -> None:
    html = "<figure><p>Its dek stands here.</p><img src=/p.jpg><figcaption>The pier in May.</figcaption></figure>"
    assert captions(html) == [("The pier in May.", None)]


def test_byline_with_portrait_is_no_caption() -> None:
    html = "<figure><img src=/p.jpg><figcaption>Von Eva Berg 06.11.2025, 21:18 Uhr</figcaption></figure>"
    assert captions(html) == []


def test_the_teaser_of_a_film_is_no_caption() -> None:
    html = "<div><img src=/p.jpg><div class=caption><h4><a href=/x>Why it sank</a></h4><p>Ten minutes.</p></div></div>"
    assert captions(html) == []


def test_only_selected_boxes_are_captions_where_a_rule_names_them() -> None:
    layout = lay_out(parse("<div><img src=/p.jpg><p class=x>The pier.</p><p class=caption>No.</p></div>"))
    selected = frozenset(box.index for box in layout.boxes if box.names == "x")
    assert [found.caption for found in find_captions(layout, selected=selected)] == ["The pier."]
