from __future__ import annotations

from scraper.extract.blocks import lay_out
from scraper.extract.captions import find_captions
from scraper.extract.tree import parse


def captions(html: str) -> list[str | None]:
    return [found.caption for found in find_captions(lay_out(parse(html)))]


def test_an_alternative_text_printed_again_is_a_caption() -> None:
    news = "<p>The harbor council voted on Tuesday to rebuild it.</p>" * 9
    html = f"<div><div><img src=/p.jpg alt='The old pier'></div><div>The old pier</div>{news}</div>"
    assert captions(html) == ["The old pier"]


def test_what_follows_the_alternative_text_is_its_credit() -> None:
    html = (
        "<div class=x><div><img src=/p.jpg alt='The old pier.'></div><div>The old pier. / E. Berg / Coast</div></div>"
    )
    found = find_captions(lay_out(parse(html)))[0]
    assert (found.caption, found.credit) == ("The old pier.", "E. Berg / Coast")


def test_cards_of_other_stories_hold_no_caption() -> None:
    html = "<div><div><img src=/p.jpg><span>Demography and you</span></div><h3><a href=/b>Why it sank</a></h3></div>"
    assert captions(html) == []


def test_the_line_above_a_headline_is_no_caption() -> None:
    html = "<div><div><img src=/p.jpg><p>Demography and you</p></div><h3>Why it sank</h3></div>"
    assert captions(html) == []


def test_a_drawing_beside_a_line_is_a_logo() -> None:
    assert captions("<div class=r><img src=/site.svg><p>Eva Berg writes from the pier</p></div>") == []
