from __future__ import annotations

import numpy as np

from scraper.extract.body import Known, decide

from .judged import find, judge_page

LONG = "The harbor council voted on Tuesday to rebuild the old ferry pier, ending a dispute that had lasted {} years."


def paragraphs(start: int, count: int, names: str = "") -> str:
    return "".join(f"<p class='{names}'>{LONG.format(n)}</p>" for n in range(start, start + count))


def kept(html: str, **known: str) -> list[str]:
    found, texts = find(html, Known(**known))  # type: ignore[arg-type]
    return [texts[i] for i in found.kept]


def test_paragraphs_named_for_a_wall_are_kept() -> None:
    assert len(kept(f"<div>{paragraphs(0, 2)}{paragraphs(2, 8, 'paywall')}</div>")) == 10


def test_a_box_named_as_boilerplate_is_cut() -> None:
    html = f"<article>{paragraphs(0, 8)}<div class='related-posts'>{paragraphs(20, 1)}</div></article>"
    assert len(kept(html)) == 8


def test_a_name_on_the_whole_article_cuts_nothing() -> None:
    assert len(kept(f"<div class='share-page ad-free'><div>{paragraphs(0, 6)}</div></div>")) == 6


def test_halves_of_an_article_in_two_boxes_are_joined() -> None:
    halves = [f"<div class=t>{paragraphs(0, 4)}</div>", f"<div class=t>{paragraphs(9, 3)}</div>"]
    assert len(kept(f"<div>{halves[0]}<div class=ad>Advertisement</div>{halves[1]}</div>")) == 7


def test_text_in_many_small_boxes_is_found() -> None:
    html = "".join(f"<section><div><div>{paragraphs(n, 1)}</div></div></section>" for n in range(9))
    assert len(kept(f"<main>{html}</main>")) == 9


def test_headline_and_dek_inside_the_container_are_cut() -> None:
    html = f"<article><h2>Pier rebuilt</h2><h3>It took them years.</h3>{paragraphs(0, 5)}</article>"
    assert len(kept(html, headline="Pier rebuilt", dek="It took them years.")) == 5


def test_lede_that_repeats_the_dek_is_kept() -> None:
    assert len(kept(f"<article>{paragraphs(0, 5)}</article>", dek=LONG.format(0))) == 5


def test_cookie_window_is_not_the_article() -> None:
    cookies = "<p>We and our partners use cookies and personal data on your device. Your consent is asked for.</p>" * 9
    html = f"<div class=onetrust>{cookies}</div><article><h1>Pier</h1>{paragraphs(0, 3)}</article>"
    assert kept(html) == [LONG.format(n) for n in range(3)]


def test_headings_at_the_end_are_cut_and_those_before_text_kept() -> None:
    html = f"<article>{paragraphs(0, 3)}<h2>What next</h2>{paragraphs(3, 3)}<h2>Comments</h2></article>"
    assert "What next" in kept(html)
    assert "Comments" not in kept(html)


def test_text_beside_a_picture_is_body_only_where_the_trees_are_sure() -> None:
    judged = judge_page(f"<article>{paragraphs(0, 4)}</article>", Known(captions=frozenset((1, 2))))
    shares = np.array([0.99, 0.95, 0.7, 0.99])
    assert decide(judged, shares).kept == [0, 1, 3]


def test_a_subheading_made_like_the_headline_cuts_nothing() -> None:
    part = "<div class=text><h1>{}</h1>{}</div>"
    html = "".join(part.format(f"Part {n} of the pier", paragraphs(4 * n, 4)) for n in range(3))
    assert len(kept(f"<article>{html}</article>", headline="Part 0 of the pier")) >= 12


def test_a_section_named_after_the_table_of_contents_is_kept() -> None:
    html = f"<article>{paragraphs(0, 6)}<div class=toc_pier>{paragraphs(6, 3)}</div></article>"
    assert len(kept(html)) == 9
