from __future__ import annotations

import pytest

from scraper.article import Removed
from scraper.extract import opinion
from scraper.extract.opinion import second_opinion

LONG = "The harbor council voted on Tuesday to rebuild the old ferry pier, ending a dispute that had lasted {} years."


def test_second_opinion_is_asked_only_where_little_was_found() -> None:
    declared = "\n".join(LONG.format(n) for n in range(9))
    assert second_opinion("<p>x</p>", 400, declared, 400, ()) is None
    declared_body = second_opinion("<p>x</p>", 0, declared, 0, ())
    assert declared_body is not None
    assert (len(declared_body[0]), declared_body[1]) == (9, "json_ld")


HEADLINE = "The ferry pier will be rebuilt after all"
WALL = "Subscribe to continue reading, from one euro a month."
CUT = (Removed("other", HEADLINE, "field:headline"), Removed("paywall", WALL, "model:body"))


@pytest.mark.parametrize(
    ("said", "size", "kept"),
    [
        ([HEADLINE, LONG.format(1), WALL], 100, None),  # nothing but what was found here
        ([HEADLINE, WALL], 0, None),
        ([f"{HEADLINE} {LONG.format(1)} {WALL} Log in Imprint Contact"], 0, None),  # the page in one line
        ([HEADLINE, LONG.format(1), LONG.format(2), LONG.format(3), WALL], 100, [1, 2, 3]),
    ],
)
def test_a_wall_and_the_headline_are_no_body_because_others_say_so(
    said: list[str], size: int, kept: list[int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opinion, "_ask_trafilatura", lambda html: "\n".join(said))
    found = second_opinion("<p>x</p>", size, None, 400, CUT)
    texts = None if found is None else [block.text for block in found[0]]
    assert texts == (None if kept is None else [LONG.format(n) for n in kept])
