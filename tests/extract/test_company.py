from __future__ import annotations

from scraper.extract.blocks import lay_out
from scraper.extract.body import Known, find_body
from scraper.extract.tree import parse

NEWS = "The harbor council voted on Tuesday to rebuild the old ferry pier, ending a dispute of {} years."


def cut(after: str) -> list[tuple[str, str]]:
    news = "".join(f"<p>{NEWS.format(years)}</p>" for years in range(9))
    found = find_body(lay_out(parse(f"<article>{news}{after}</article>")), known=Known())
    return [(verdict.kind, verdict.rule) for verdict in found.cut.values()]


def test_a_row_of_links_with_strokes_between_is_navigation() -> None:
    row = "<p><a href=/>Front page</a> | <a href=/m>E-mail us</a> | Best seen at 800 x 600.</p>"
    assert cut(row) == [("navigation", "links:row")]


def test_a_table_of_figures_with_strokes_is_none() -> None:
    assert cut("<p>Harbor 12 | Quay 9 | Mill 3, the council counted on Tuesday.</p>") == []


def test_a_heading_that_is_a_link_makes_a_card_of_its_box() -> None:
    card = "<div><h4><a href=/b>Why the pier sank</a></h4><p>It was built on peat, and nobody knew it then.</p></div>"
    assert [kind for kind, _ in cut(card)] == ["related", "teaser"]
