from __future__ import annotations

from scraper.extract.opinion import second_opinion

LONG = "The harbor council voted on Tuesday to rebuild the old ferry pier, ending a dispute that had lasted {} years."


def test_second_opinion_is_asked_only_where_little_was_found() -> None:
    declared = "\n".join(LONG.format(n) for n in range(9))
    assert second_opinion("<p>x</p>", 400, declared, 400) is None
    opinion = second_opinion("<p>x</p>", 0, declared, 0)
    assert opinion is not None
    assert (len(opinion[0]), opinion[1]) == (9, "json_ld")
