from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scraper.extract.sketch import SIZE, make_sketch

WORDS = st.lists(st.text("abcdefgh-", min_size=1, max_size=12), min_size=1, max_size=60)


def page(words: list[str]) -> str:
    return "<body><h1>Headline</h1>" + "".join(f'<p class="{word}">text</p>' for word in words)


@given(WORDS, st.randoms())
def test_order_and_number_of_class_words_do_not_matter(words: list[str], chance: object) -> None:
    shuffled = words * 2
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert make_sketch(page(words)) == make_sketch(page(shuffled))
    assert len(make_sketch(page(words))) <= SIZE


def test_words_with_digits_do_not_count_as_builds_and_articles_number_them() -> None:
    assert make_sketch(page(["story", "post-417", "css-1x9"])) == make_sketch(page(["story", "post-418"]))


def test_only_what_stands_near_the_headline_counts() -> None:
    menu = '<div class="menu"></div>' * 2000
    assert make_sketch(menu + page(["story"]) + "x" * 20_000 + '<p class="comments">') == make_sketch(
        '<div class="menu"></div>' + page(["story"])
    )


def test_all_ways_of_writing_a_class_are_read_and_a_page_without_any_has_no_sketch() -> None:
    assert make_sketch("<h1 class=story>") == make_sketch("<h1 class='story'>") == make_sketch('<h1 class="story">')
    assert make_sketch("<h1>Headline</h1>") == make_sketch("") == ()
