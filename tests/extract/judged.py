"""A page judged from its markup alone, for tests of what comes after the walk."""

from __future__ import annotations

from scraper.extract.blocks import lay_out
from scraper.extract.body import Found, Judged, Known, find_body, judge
from scraper.extract.container import find_window
from scraper.extract.features import measure
from scraper.extract.tree import parse


def judge_page(html: str, known: Known | None = None) -> Judged:
    sheet = measure(lay_out(parse(html)))
    known = known or Known()
    window = find_window(sheet, headline=known.headline or "", declared=known.hints.article_body)
    return judge(sheet, window, known)


def find(html: str, known: Known | None = None) -> tuple[Found, list[str]]:
    """Give what was found, and the texts of all blocks."""
    judged = judge_page(html, known)
    return find_body(judged), [block.text for block in judged.sheet.layout.blocks]
