from __future__ import annotations

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
