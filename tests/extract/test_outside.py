from __future__ import annotations

from importlib import resources

import pytest

from scraper.extract.blocks import lay_out
from scraper.extract.body import Known, find_body
from scraper.extract.captions import find_captions
from scraper.extract.features import measure
from scraper.extract.tree import parse

SITE = resources.files("scraper.demo").joinpath("site")
PAGES = sorted(page.name for page in SITE.iterdir() if page.name.endswith(".html"))
NEWS = "The harbor council voted on Tuesday to rebuild the old ferry pier, ending a dispute of {} years."


@pytest.mark.parametrize("name", PAGES)
def test_every_block_of_the_container_is_kept_or_cut_and_none_is_both(name: str) -> None:
    layout = lay_out(parse(SITE.joinpath(name).read_bytes().decode("utf-8", "replace")))
    captions = {i for caption in find_captions(layout) for i in caption.blocks}
    found = find_body(layout, known=Known(), captions=captions)
    sheet = measure(layout)
    inside = sheet.below([found.container.index])
    members = {i for i, block in enumerate(layout.blocks) if block.box.index in inside}
    assert members <= {*found.kept, *found.cut}
    assert not set(found.kept) & found.cut.keys()
    sentences = {i for i, feature in enumerate(sheet.features) if feature.size >= 40 and feature.sentences}
    linked = {i for i in sentences if sheet.features[i].links >= 0.9}
    assert sentences - linked <= {*found.kept, *found.cut}


def kinds(after: str) -> list[str]:
    news = "".join(f"<p>{NEWS.format(years)}</p>" for years in range(9))
    layout = lay_out(parse(f"<article>{news}</article><div>{after}</div>"))
    return [verdict.kind for verdict in find_body(layout, known=Known()).cut.values()]


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
