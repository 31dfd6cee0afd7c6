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


def test_one_picture_in_several_sizes_is_one_photo() -> None:
    sizes = ["/a/p-300x200.jpg", "/a/p-1024x768.jpg", "/a/p.jpg?w=700", "/img?url=%2Fa%2Fp.jpg&w=9"]
    html = "".join(f"<figure><img src='{size}'></figure><p>Text.</p>" for size in sizes)
    assert len(photos(html)) == 1


def test_pictures_that_a_script_serves_are_told_by_their_query() -> None:
    assert len(photos("<figure><img src='/i.php?id=1'></figure><figure><img src='/i.php?id=2'></figure>")) == 2


def test_pictures_of_other_stories_are_no_photos() -> None:
    card = "<div><img src=/q.jpg alt='Why it sank'><h3><a href=/b>Why it sank</a></h3></div>"
    assert photos(f"<figure><img src=/p.jpg></figure>{card}<div class=related><img src=/r.jpg></div>")[1:] == ()


def test_a_title_states_the_credit_that_is_not_printed() -> None:
    photo = photos("<figure><img src=/p.jpg alt='The pier' title='The pier | Eva Berg/Coast'></figure>")[0]
    assert (photo.caption, photo.credit, photo.alt) == (None, "Eva Berg/Coast", "The pier")


def test_the_credit_that_the_page_declares_is_taken_where_none_is_printed() -> None:
    layout = lay_out(parse("<figure><img src=/p.jpg></figure>"))
    lead = [Photo("https://news.example/p.jpg?w=9", "Declared", "Photo: Eva Berg")]
    found = make_photos(layout, [], span=(0, 9), lead=lead, url="https://news.example/a")
    assert found == (Photo("https://news.example/p.jpg", None, "Eva Berg"),)
