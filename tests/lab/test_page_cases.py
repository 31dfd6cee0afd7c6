from __future__ import annotations

import itertools
from typing import get_args

from scraper.article import PageKind
from scraper.extract.page_kind import Other
from scraper.extract.walls import Wall
from scraper.lab.page_cases import make_cases


def test_the_same_call_gives_the_same_pages() -> None:
    assert list(itertools.islice(make_cases(), 30)) == list(itertools.islice(make_cases(), 30))


def test_there_are_pages_of_every_kind_looked_at_and_held_out() -> None:
    cases = list(make_cases())
    kinds = {*get_args(PageKind), *get_args(Other), *get_args(Wall)}
    assert {case.kind for case in cases} == kinds
    assert {case.kind for case in cases if case.held} == kinds
    assert {case.kind for case in cases if not case.held} == kinds
