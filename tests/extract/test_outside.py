from __future__ import annotations

from importlib import resources

import pytest

from scraper.extract.body import find_body

from .judged import find, judge_page

SITE = resources.files("scraper.demo").joinpath("site")
PAGES = sorted(page.name for page in SITE.iterdir() if page.name.endswith(".html"))
NEWS = "The harbor council voted on Tuesday to rebuild the old ferry pier, ending a dispute of {} years."


@pytest.mark.parametrize("name", PAGES)
def test_every_sentence_and_all_within_the_body_is_kept_or_cut_and_none_is_both(name: str) -> None:
    html = SITE.joinpath(name).read_bytes().decode("utf-8", "replace")
    judged = judge_page(html)
    found, features = find_body(judged), judged.sheet.features
    assert not set(found.kept) & found.cut.keys()
    between = set(range(found.kept[0], found.kept[-1] + 1)) if found.kept else set()
    sentences = {i for i, one in enumerate(features) if one.size >= 40 and one.sentences and one.links < 0.9}
    assert between | sentences <= {*found.kept, *found.cut}


def kinds(after: str) -> list[str]:
    news = "".join(f"<p>{NEWS.format(years)}</p>" for years in range(9))
    found, _ = find(f"<article>{news}</article><div>{after}</div>")
    return [verdict.kind for verdict in found.cut.values()]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Este periódico vive de sus lectores. Hazte socio desde 4 euros al mes y ayúdanos a seguir.", "plea"),
        ("Because of readers like you we could send a reporter to the council.", "plea"),
        ("Sign up for our free newsletter and get the stories in your inbox.", "newsletter"),
        ("The most borrowed thing in the library is a drawer. It was opened in 2019.", "teaser"),
    ],
)
def test_what_stands_behind_the_article_is_named(text: str, kind: str) -> None:
    assert kinds(f"<p>{text}</p>") == [kind]
