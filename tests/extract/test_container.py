from __future__ import annotations

from scraper.extract.blocks import lay_out
from scraper.extract.container import Window, find_window
from scraper.extract.features import Sheet, measure
from scraper.extract.tree import parse

LONG = "After {} years the harbor council voted on Tuesday to rebuild the old ferry pier, and so ended a long dispute."


def window(html: str, headline: str = "", declared: str = "") -> tuple[Sheet, Window]:
    sheet = measure(lay_out(parse(html)))
    return sheet, find_window(sheet, headline=headline, declared=declared)


LINKS = (
    "<ul>" + "".join(f"<li><a href=/{n}>Another page of the Lantern, number {n}</a></li>" for n in range(60)) + "</ul>"
)


def nested(names: str, inside: str) -> str:
    return f"{LINKS}<div><div><div><div class={names}>{inside}</div></div></div></div>"


def text(count: int, start: int = 0) -> str:
    return "".join(f"<p>{LONG.format(n)}</p>" for n in range(start, start + count))


def test_the_element_with_the_article_is_the_container() -> None:
    _, found = window(f"<div class=story>{text(6)}</div>{LINKS}<div class=more>{text(1)}</div>")
    assert found.container.names == "story"


def test_longer_text_of_readers_is_no_container() -> None:
    _, found = window(nested("story", text(5)) + nested("comments", text(9, 20)))
    assert found.container.names == "story"


def test_text_behind_the_headline_weighs_more_than_text_before_it() -> None:
    html = nested("before", text(5)) + nested("story", f"<h1>Pier rebuilt</h1>{text(5, 20)}")
    assert window(html, headline="Pier rebuilt")[1].container.names == "story"


def test_text_that_the_page_declares_weighs_most() -> None:
    html = nested("one", text(5)) + nested("two", text(4, 20))
    declared = " ".join(LONG.format(n) for n in range(20, 24))
    assert window(html, declared=declared)[1].container.names == "two"


def test_the_window_leaves_out_what_is_far_from_the_article() -> None:
    links = "".join(f"<li><a href=/{n}>Link number {n}</a></li>" for n in range(200))
    sheet, found = window(f"<ul>{links}</ul><main><div>{text(5)}</div></main><ul>{links}</ul>")
    assert 40 <= found.stop - found.start <= 50
    assert sheet.layout.blocks[found.first].text == LONG.format(0)


def test_a_page_without_text_has_an_empty_window() -> None:
    _, found = window("<div></div>")
    assert (found.start, found.stop) == (0, 0)


def test_what_holds_the_headline_is_the_article_whatever_it_is_called() -> None:
    shown = nested("cookie-modal", f"<h1>The ferry pier is rebuilt</h1><div class=story>{text(4)}</div>")
    _, found = window(shown + nested("list", text(5, 20)), headline="The ferry pier is rebuilt")
    assert found.container.names in {"story", "cookie-modal"}
