from __future__ import annotations

from pathlib import Path

from scraper.extract.assemble import decide_blocks
from scraper.extract.reading import Reading, read_page
from scraper.extract.reasons import GROUPS, MIN_GAIN, explain_blocks, rank_boxes, sum_up
from scraper.marked import Reason

SITE = Path(__file__).parents[2] / "src/scraper/demo/site"


def read(name: str = "school-roof-vote.html") -> tuple[Reading, frozenset[int]]:
    page = read_page(
        (SITE / name).read_bytes(), url="https://news.example/a", content_type=None, fetched_at=None, rule=None
    )
    return page, frozenset(decide_blocks(page, "https://news.example/a").found.kept)


def test_every_column_of_the_features_has_a_name() -> None:
    page, _ = read()
    assert sum(count for _, count in GROUPS) == page.judged.matrix.shape[1]


def test_blocks_of_the_body_are_likely_and_say_why() -> None:
    page, kept = read()
    likely, reasons = explain_blocks(page.judged, kept)
    assert set(likely) == set(range(page.judged.window.start, page.judged.window.stop))
    assert min(likely[i] for i in kept) >= 0.5
    for i in kept:
        assert sum(reason.gain for reason in reasons[i]) > 0
        gains = [abs(reason.gain) for reason in reasons[i]]
        assert gains == sorted(gains, reverse=True)
        assert min(gains) >= MIN_GAIN


def test_what_all_blocks_share_tells_none_of_them_apart() -> None:
    page, kept = read()
    _, reasons = explain_blocks(page.judged, kept)
    assert "the page as a whole" not in {reason.label for one in reasons.values() for reason in one}


def test_without_another_side_nothing_is_told_apart() -> None:
    page, _ = read()
    likely, reasons = explain_blocks(page.judged, frozenset())
    assert likely
    assert reasons == {}


def test_a_page_without_blocks_has_no_reasons() -> None:
    page = read_page("<p></p>", url="", content_type=None, fetched_at=None, rule=None)
    assert explain_blocks(page.judged, frozenset()) == ({}, {})
    assert len(rank_boxes(page.judged)) == 1


def test_reasons_are_summed_up_over_the_body() -> None:
    reasons = {
        1: [Reason("a", 2.0), Reason("b", -1.0)],
        2: [Reason("a", 1.0), Reason("c", 4.0)],
        3: [Reason("a", 90.0)],
    }
    assert sum_up(reasons, {1, 2}) == (Reason("c", 2.0), Reason("a", 1.5))
    assert sum_up(reasons, {7}) == ()


def test_elements_are_ranked_by_their_credit_and_the_container_is_among_them() -> None:
    page, _ = read()
    ranked = rank_boxes(page.judged)
    assert sum(one.chosen for one in ranked) == 1
    assert ranked[0].best
    others = [one.credit for one in ranked if not one.chosen]
    assert others == sorted(others, reverse=True)
