"""Tests of choosing an article's lines."""

from __future__ import annotations

import numpy as np

from scraper.extract.flat_body import FlatBody, choose_span, judge
from scraper.extract.flat_lines import Line, read_lines
from scraper.extract.flat_measure import measure_lines

PARAGRAPHS = [
    "The old pier at Saltmouth was opened to walkers again on Monday, two years after a storm had taken its end.",
    "“We had to drive the piles by hand,” said the harbor master, who has looked after the pier since he was twenty.",
    "The town paid for half of the work, and the rest came from the county, which expects more visitors in the summer.",
    "Boats will land at the pier from June, if the inspectors of the county have no further wishes, the mayor added.",
]
CHROME = ["Menu", "News", "Sport", "Culture", "Pier at Saltmouth opens again", "By Ada Marsh"]


def judged(*texts: str) -> tuple[list[Line], FlatBody]:
    lines = read_lines("\n".join(texts))
    return lines, judge(lines, measure_lines(lines))


def test_article_is_where_odds_add_up_to_most() -> None:
    lines = [Line("x" * 100, gap=False)] * 8
    assert choose_span(lines, np.array([0.1, 0.7, 0.1, 0.1, 0.9, 0.3, 0.9, 0.1])) == (4, 6)
    assert choose_span(lines, np.full(8, 0.1)) == (0, -1)


def test_what_phrases_name_is_cut_from_the_middle() -> None:
    plea = (
        "Please donate today: our journalism depends on readers like you, and your tax-deductible gift keeps us going."
    )
    lines, body = judged(*CHROME, *PARAGRAPHS[:2], "ALSO READ: Ferry fares to rise", plea, *PARAGRAPHS[2:])
    assert [lines[i].text for i in body.kept] == PARAGRAPHS
    assert sorted(verdict.kind for verdict in body.cut.values()) == ["plea", "related"]


def test_captions_between_paragraphs_are_no_body() -> None:
    lines, body = judged(*CHROME, *PARAGRAPHS[:2], "Walkers on the pier. Photo: Ada Marsh / Post", *PARAGRAPHS[2:])
    assert [lines[i].text for i in body.kept] == PARAGRAPHS
    assert list(body.captions.values()) == [("Walkers on the pier.", "Ada Marsh / Post")]


def test_plain_text_without_anything_around_is_kept_whole() -> None:
    texts = [f"{number}. {text}" for number in range(50) for text in PARAGRAPHS]
    _, body = judged(*texts)
    assert len(body.kept) == len(texts)


def test_comments_are_no_body() -> None:
    said = "Great news for the town, we walked there as children every summer and I cannot wait to go again."
    lines, body = judged(*CHROME, *PARAGRAPHS, "3 Comments", "Jan 3 May 2024 at 10:12", said, "Reply", "Report")
    assert [lines[i].text for i in body.kept] == PARAGRAPHS
