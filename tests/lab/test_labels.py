from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scraper.lab.labels import align

TRUTH = (
    "The harbor master closed the northern pier on Monday. Two boats had broken loose.\n\n"
    "Nobody was hurt, he said.\n\nIt reopens in April once the piles are driven and the deck is laid again."
)


def test_blocks_of_the_truth_are_told_from_others() -> None:
    blocks = [
        "Harbor news",
        "The harbor master closed the northern pier on Monday. Two boats had broken loose.",
        "Sign up for our letter about boats and piers and get it every Monday in your mailbox.",
        "Nobody was hurt, he said.",
        "It reopens in April, once the piles are driven and the deck is laid again.",
        "More stories about the harbor master",
    ]
    assert [share >= 0.5 for share in align(blocks, TRUTH)] == [False, True, False, True, True, False]


def test_of_two_copies_only_the_one_in_order_is_labeled() -> None:
    lede = "The harbor master closed the northern pier on Monday. Two boats had broken loose."
    end = "It reopens in April once the piles are driven and the deck is laid again."
    assert [share >= 0.5 for share in align([lede, end, lede], TRUTH)] == [True, True, False]


def test_scripts_without_spaces_are_aligned_by_characters() -> None:
    truth = "市議会は火曜日、老朽化した渡し船の桟橋を建て直す計画を賛成多数で可決した。"
    assert align(["お知らせ", truth, "会員登録はこちらからどうぞ"], truth)[1] >= 0.9
    assert align(["会員登録はこちらからどうぞ"], truth) == [0.0]


@given(st.lists(st.text(max_size=80), max_size=12), st.text(max_size=300))
def test_there_is_a_share_for_every_block(blocks: list[str], truth: str) -> None:
    shares = align(blocks, truth)
    assert len(shares) == len(blocks)
    assert all(0 <= share <= 1 for share in shares)
