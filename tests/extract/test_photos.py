from __future__ import annotations

from scraper.article import Photo
from scraper.extract.blocks import lay_out
from scraper.extract.captions import find_captions
from scraper.extract.photos import make_photos
from scraper.extract.tree import parse


def photos(html: str) -> tuple[Photo, ...]:
    layout = lay_out(parse(html))
    return make_photos(layout, find_captions(layout), span=(0, 10_000), url="https://news.example/a/b")


def test_caption_credit_and_alt_stand_apart() -> None:
    caption = "<figcaption>The pier. <span class=credit>Eva Berg</span></figcaption>"
    html = f"<figure><img src=/p.jpg alt='A pier'>{caption}</figure>"
    assert photos(html) == (Photo("https://news.example/p.jpg", "The pier.", "Eva Berg", "A pier"),)


def test_a_caption_beside_a_picture_needs_no_figure() -> None:
    html = "<div class=image><img src=/p.jpg><p class=wp-caption-text>The pier in May, before the storm.</p></div>"
    assert photos(html)[0].caption == "The pier in May, before the storm."


def test_a_small_box_of_picture_and_text_is_picture_and_caption() -> None:
    html = (
        "<div class=x1><div class=x2><img src=/p.jpg></div><p>The pier in May, before the storm.</p></div><p>Text.</p>"
    )
    assert photos(html)[0].caption == "The pier in May, before the storm."


def test_the_same_caption_twice_is_one_photo() -> None:
    figure = "<figure><img src=/p.jpg><figcaption>The pier.</figcaption></figure>"
    assert len(photos(figure * 2)) == 1


def test_icons_and_portraits_are_no_photos() -> None:
    assert photos("<p>Text.</p><img src=/logo.png><img src=/a.jpg width=40 height=40>") == ()


def test_a_lazy_picture_and_its_noscript_twin_are_one_photo() -> None:
    html = (
        "<figure><noscript><img src=/p.jpg></noscript><img data-src=/p.jpg><figcaption>The pier.</figcaption></figure>"
    )
    assert [photo.url for photo in photos(html)] == ["https://news.example/p.jpg"]
