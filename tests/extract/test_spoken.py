from __future__ import annotations

import pytest

from .judged import find

NEWS = "The harbor council voted on Tuesday to rebuild the old ferry pier, ending a dispute of {} years."
PLEA = "If this story was of use to you, please consider a tax-deductible gift to the Lantern today."


def cut(after: str, count: int = 9) -> list[tuple[str, str]]:
    news = "".join(f"<p>{NEWS.format(years)}</p>" for years in range(count))
    found, texts = find(f"<article>{news}{after}</article>")
    return [(verdict.kind, texts[i]) for i, verdict in sorted(found.cut.items())]


def test_a_plea_is_cut_and_takes_the_sign_beside_it() -> None:
    beside = "Your support keeps our newsroom free to read."
    assert cut(f"<p>{beside}</p><p>{PLEA}</p>") == [("plea", beside), ("plea", PLEA)]


def test_news_about_gifts_is_kept() -> None:
    assert cut("<p>The council thanked the donors, who gave a million for the pier, for a generous gift.</p>") == []


def test_who_the_author_is_is_cut_at_the_end() -> None:
    bio = "<p><em>Eva Berg is a reporter at the Lantern.</em></p>"
    assert [kind for kind, _ in cut(bio)] == ["author_bio"]


WALL = (
    "<div class=box><h3>{}</h3><p>Four weeks for one euro, and all our stories and the weekend paper with them.</p>"
    "<p>{} <a href=/login>Log in</a></p></div>"
)


@pytest.mark.parametrize(
    "said", ["Subscribe to continue reading", "Weiterlesen mit Plus", "La suite est réservée aux abonnés"]
)
@pytest.mark.parametrize("paragraphs", [1, 2, 9])
def test_a_wall_is_cut_with_its_offer_though_it_is_longer_than_what_it_leaves(paragraphs: int, said: str) -> None:
    assert [kind for kind, _ in cut(WALL.format(said, "Already a subscriber?"), paragraphs)] == ["paywall"] * 3


def test_a_page_that_holds_a_wall_alone_has_no_body() -> None:
    wall = ("Subscribe to continue reading", "Enjoy unlimited access to all our stories.", "¿Ya eres suscriptor?")
    assert find(f"<article>{''.join(f'<p>{line}</p>' for line in wall)}</article>")[0].kept == []


def test_a_box_named_after_a_wall_may_hold_the_story() -> None:
    items = "".join(f"<div class=not-a-paywall><p>{NEWS.format(n)}</p><p>Watch it here.</p></div>" for n in range(9))
    assert len(find(f"<article>{items}</article>")[0].kept) >= 9


def test_the_beginning_of_the_story_is_in_no_wall() -> None:
    found, texts = find(
        f"<article><p>{NEWS.format(1)}</p><p>{NEWS.format(2)}</p><p>Subscribe to continue reading</p></article>"
    )
    assert [texts[i] for i in found.kept] == [NEWS.format(1), NEWS.format(2)]
