from __future__ import annotations

from scraper.extract.blocks import lay_out
from scraper.extract.shape import count_calls, is_wide, measure_shape
from scraper.extract.tree import parse

SENTENCE = "The old bridge over the river is closed until spring, the council said. "


def test_running_text_ends_at_a_linked_headline() -> None:
    card = "<h2><a href=/x>Council votes on the bridge again</a></h2>"
    shape = measure_shape(lay_out(parse(f"{card}<p>{SENTENCE}</p>{card}<p>{SENTENCE * 2}</p>{card}")))
    assert (shape.cards, shape.headings) == (3, 3)
    assert shape.run == len((SENTENCE * 2).strip())
    assert shape.text == len((SENTENCE * 3).strip()) - 1


def test_prices_calls_and_code_are_counted() -> None:
    page = "<p>$ 12.50</p><p>19,99 €</p><p>Get a quote</p><p>Get a quote</p><pre>x = 1</pre>"
    shape = measure_shape(layout := lay_out(parse(page)))
    assert (shape.prices, shape.code) == (2, 1)
    assert count_calls(layout, {"ge": ("get a quote",)}) == 1


def test_a_year_or_a_name_is_no_price() -> None:
    page = "<p>Kr. 1987</p><p>In 1990 EU rules</p><p>Room 12</p>"
    assert measure_shape(lay_out(parse(page))).prices == 0


def test_scripts_without_spaces_are_wide() -> None:
    assert is_wide("橋は閉鎖された")
    assert not is_wide("Brücke gesperrt")
