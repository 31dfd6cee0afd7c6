from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.dek import find_dek
from scraper.extract.headline import find_headline
from scraper.extract.linked_data import read_linked_data
from scraper.extract.printed import read_printed

LONG = "The bridge over the river was closed for a long time, and nobody knew when it would be opened again."
SHORT = "The town paid for all of the work itself."


def dek(body: str, head: str = "") -> str | None:
    page = f"<html><head>{head}</head><body><h1>Bridge is repaired</h1>{body}</body></html>"
    tree = LexborHTMLParser(page)
    printed, linked = read_printed(tree), read_linked_data(tree, "")
    return find_dek(printed, linked, find_headline(printed, linked, host="news.example"))[0]


def described(text: str) -> str:
    return f"<meta name='description' content='{text}'>"


def test_a_dek_is_known_by_its_class() -> None:
    assert dek(f"<h2 class='sub'>{SHORT}</h2><p>Text.</p>") == SHORT
    assert dek(f"<p class='article__desc'>{SHORT}</p><p>{LONG}</p>") == SHORT


def test_what_hints_at_a_dek_is_one_in_a_heading_right_below_the_headline() -> None:
    assert dek(f"<h2 class='sp-descp'>{SHORT}</h2><p>{LONG}</p><p>{LONG}</p>") == SHORT
    assert dek(f"<p>{LONG}</p><p>{LONG}</p><p>{LONG}</p><h2 class='sp-descp'>{SHORT}</h2>") is None


def test_a_byline_in_the_box_of_the_dek_is_no_part_of_it() -> None:
    box = f"<div class='header-dek'><p>By Ada Ferry | May 5, 2021</p><p>{SHORT}</p></div><p>{LONG}</p>"
    assert dek(box, described(SHORT)) == SHORT


def test_the_pages_own_description_is_the_dek_behind_a_gallery_too() -> None:
    gallery = f"<div>{'<span><b>1</b></span>' * 25}</div>"
    assert dek(f"{gallery}<div><h2>{SHORT}</h2></div><p>{LONG}</p>", described(SHORT)) == SHORT
    assert dek(f"{gallery}<div><h2>{SHORT}</h2></div><p>{LONG}</p>", described(LONG)) is None


def test_a_block_without_a_class_is_one_where_the_page_describes_itself_so() -> None:
    assert dek(f"<div><p>{SHORT}</p></div><section><p>{LONG}</p></section>", described(SHORT)) == SHORT
    assert dek(f"<div><p>{SHORT}</p></div><section><p>{LONG}</p></section>") is None


def test_the_first_paragraph_is_none_even_where_the_page_describes_itself_by_it() -> None:
    assert dek(f"<div><p>{LONG}</p><p>{LONG} Two.</p><p>{LONG} Three.</p></div>", described(LONG)) is None


def test_several_points_are_one_dek() -> None:
    points = f"<ul class='summary'><li>{SHORT}</li><li>It took five years.</li></ul>"
    assert dek(points) == f"{SHORT} It took five years."


def test_a_byline_and_a_repeated_headline_are_none() -> None:
    assert dek("<p class='sub'>By Anna Example, our correspondent</p>") is None
    assert dek("<p class='sub'>Bridge is repaired</p>") is None


def test_the_first_paragraph_is_none_though_its_class_is_its_own() -> None:
    start = "<div><img alt=''><i>A</i><b>B</b><time>3 March 2025</time></div>" * 4
    body = f"<div class='article-body'><p class='has-drop-cap'>{SHORT}</p><p>{LONG}</p><p>{LONG}</p></div>"
    assert dek(start + body, described(SHORT)) is None


def test_a_first_paragraph_all_in_bold_is_one_where_the_page_describes_itself_so() -> None:
    bold = f"<p><strong>{LONG}</strong></p><p>{SHORT} {LONG}</p><p>{SHORT} {LONG}</p>"
    filler = "<span>By</span>" * 5
    assert dek(filler + bold, described(LONG)) == LONG
    assert dek(filler + bold) is None


def test_a_list_of_contents_is_none() -> None:
    body = "<ul><li>The bridge over the river is repaired</li><li>Who pays</li></ul>"
    assert dek(body, described("The bridge over the river is repaired now")) is None


def test_the_whole_box_is_the_dek() -> None:
    box = f"<div class='article__preamble'><p>{SHORT}</p><p>And more was said.</p></div><p>{LONG}</p>"
    assert dek(box, described(SHORT)) == f"{SHORT} And more was said."
