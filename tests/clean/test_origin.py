from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from scraper.clean.origin import Claims, Copy, Origin, find_agency, find_origin, published

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
PAPER = Claims("paper.example")
COPY = Copy("p", "paper.example", None, NOON)


@pytest.mark.parametrize(
    ("dateline", "agency"),
    [
        ("QUILLHAVEN, Pa. (AP)", "AP"),
        ("QUILLHAVEN (AFP)", "AFP"),
        ("Quillheim (dpa/qln)", "dpa"),
        ("QUILLHAVEN (The Canadian Press)", "CP"),
        ("QUILLHAVEN, 3 Dic. (EUROPA PRESS)", "EP"),
        ("QUILLHAVEN, Reuters", "Reuters"),
        ("【新华社北京3月14日电】", "Xinhua"),
        ("(서울=연합뉴스)", "Yonhap"),
        ("КУИЛЛ (ТАСС)", "TASS"),
        ("Quillheim/dpa", "dpa"),
        ("QUILLHAVEN — AFP", "AFP"),
        ("NEW QUILLHAVEN: PTI", "PTI"),
        ("QUILLHAVEN - Reuters", "Reuters"),
        ("Quillhaven/Pa", None),
        ("QUILLHAVEN: Pap", None),
        ("PA - QUILLHAVEN", None),
        ("QUILLHAVEN-PA", None),
        ("QUILLHAVEN, PA", None),
        ("QUILLHAVEN, PA (WQLN)", None),
        ("QUILLHAVEN (Pa)", None),
        ("QUILLHAVEN", None),
    ],
)
def test_datelines_name_agencies(dateline: str, agency: str | None) -> None:
    assert find_agency(replace(PAPER, dateline=dateline)) == (agency and (agency, "dateline"))


@pytest.mark.parametrize(
    ("byline", "agency"),
    [
        ("By MAREN TOLLEFSBY, Associated Press", "AP"),
        ("Reuters", "Reuters"),
        ("dpa", "dpa"),
        ("Maren Tollefsby and Agence France-Presse", "AFP"),
        ("Por Maren Tollefsby | Agencia EFE", "EFE"),
        ("By MAREN TOLLEFSBY, Associated Press Writer", "AP"),
        ("By MAREN TOLLEFSBY, AP Sports Writer", "AP"),
        ("AP Sports Writer", "AP"),
        ("Reuters Staff", "Reuters"),
        ("Maren Tollefsby The Associated Press", "AP"),
        ("Maren Tollefsby Agence France-Presse", "AFP"),
        ("Von dpa", "dpa"),
        ("dpa/AFP", "dpa"),
        ("mit Material von dpa", "dpa"),
        ("Maren Tollefsby, dpa", "dpa"),
        ("Par Le Quill et AFP", "AFP"),
        ("Maren Tollefsby/dpa", "dpa"),
        ("Maren Tollefsby and AP", "AP"),
        ("Maren Tollefsby, R.Ph., PA", None),
        ("Maren Tollefsby - Pa", None),
        ("Maren Tollefsby, Staff Writer", None),
        ("Maren Tollefsby Aap", None),
        ("Maren Aap, Idris Pap", None),
        ("Tollefsby, Epd", None),
        ("Maren Tollefsby, PA and Idris Valecourt, CNA", None),
        ("Quill County Press Association", None),
        ("The Quill Valley Press", None),
        ("Maren Tollefsby, PA", None),
        ("Maren Tollefsby", None),
        ("", None),
    ],
)
def test_bylines_name_agencies(byline: str, agency: str | None) -> None:
    assert find_agency(replace(PAPER, byline=byline)) == (agency and (agency, "byline"))
    assert find_agency(replace(PAPER, authors=(byline,))) == (agency and (agency, "byline"))


@pytest.mark.parametrize(
    ("last", "agency"),
    [
        ("So it ended. (AFP)", "AFP"),
        ("(dpa)", "dpa"),
        ("© 2026 The Associated Press. All rights reserved.", "AP"),
        ("Copyright 2026 AFP", "AFP"),
        ("(Reporting by Maren Tollefsby in Quillhaven; Editing by Idris Valecourt)", "Reuters"),
        ("The Associated Press contributed to this report.", None),
        ("The vote was close (see above).", None),
        ("Copyright is a matter of the courts", None),
    ],
)
def test_the_last_paragraph_names_agencies(last: str, agency: str | None) -> None:
    assert find_agency(replace(PAPER, text=f"The ferry runs again.\n\n{last}")) == (agency and (agency, "sign_off"))


def test_an_agency_in_the_middle_of_a_text_is_not_its_source() -> None:
    assert find_agency(replace(PAPER, text="He told Reuters so.\n\n(AP) was there.\n\nThen it ended.")) is None


def test_what_stands_on_an_agencys_site_is_its_own() -> None:
    assert find_agency(replace(PAPER, site="www.apnews.com")) == ("AP", "site")
    assert find_agency(replace(PAPER, site="notapnews.com")) is None


def test_what_an_agency_prints_of_another_is_the_others() -> None:
    assert find_agency(replace(PAPER, site="cnn.com", dateline="QUILLHAVEN (AP)")) == ("AP", "dateline")


def test_without_an_agency_the_first_published_is_the_origin() -> None:
    late, early = replace(COPY, published_at=NOON), Copy("q", "q.example", NOON - timedelta(hours=3), NOON)
    assert find_origin([late, early]) == Origin(None, "q", "first_published")


def test_a_page_that_dates_itself_into_the_future_is_not_believed() -> None:
    odd = replace(COPY, published_at=NOON + timedelta(days=900))
    later = Copy("q", "q.example", NOON + timedelta(hours=1), NOON + timedelta(hours=2))
    assert find_origin([later, odd]).article_id == "p"
    assert published(odd) == NOON


def test_the_agency_that_most_name_is_the_origin_in_any_order() -> None:
    copies = [
        replace(COPY, article_id="1", agency="AFP", place="dateline"),
        replace(COPY, article_id="2", agency="AP", place="dateline"),
        replace(COPY, article_id="3", agency="AP", place="byline"),
        replace(COPY, article_id="4", agency="AP", place="dateline"),
        replace(COPY, article_id="5"),
    ]
    for ordered in permutations(copies):
        assert find_origin(ordered) == Origin("AP", None, "dateline", 3)


def test_the_agencys_own_article_is_named() -> None:
    copy = replace(COPY, agency="AP", place="dateline")
    own = Copy("9", "apnews.com", None, NOON + timedelta(hours=1), "AP", "site")
    assert find_origin([copy, own]).article_id == "9"


def test_a_huge_text_is_searched_at_its_end_alone() -> None:
    assert find_agency(replace(PAPER, byline="(" * 5000, text="(reporting by " * 200_000)) is None
    assert find_agency(replace(PAPER, byline="Quill " * 50_000 + "Staff" + " " * 50_000)) is None
