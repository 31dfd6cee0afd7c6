from __future__ import annotations

from xml.etree import ElementTree

from scraper.lab.chart import draw
from scraper.lab.tables import Row

ROWS = [
    Row("ours", {"body_f1": 0.98, "authors": 0.9, "leaked": 0.1}, 0, 6.0),
    Row("ours, seen", {"body_f1": 0.99}, 0, 6.0),
    Row("<peer>", {"body_f1": 0.91, "authors": 0.0}, 0, 60.0),
]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_draws_every_extractor_and_field_that_is_given() -> None:
    found = texts(draw({"a": ROWS, "b": ROWS[:1]}, ours="ours", left_out=("ours, seen",)))
    assert {"ours", "<peer>", "body F1", "authors"} <= set(found)
    assert not {"ours, seen", "leaked", "captions"} & set(found)


def test_draws_what_was_not_timed_by_fields_alone() -> None:
    assert "authors" in texts(draw({"a": [Row("ours", {"authors": 0.5}, 0, None)]}, ours="ours"))


def test_the_same_results_give_the_same_bytes() -> None:
    assert draw({"a": ROWS}, ours="ours") == draw({"a": ROWS}, ours="ours")
