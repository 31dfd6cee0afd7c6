from __future__ import annotations

import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner

import scraper
from scraper.demo.press import DAYS, PAPERS, START
from scraper.lab.press_corpus import UNATTENDED, main
from scraper.store.catalog import CROISSANT, DATA_PACKAGE
from scraper.store.release import current


def test_it_has_what_notebooks_look_for(press: Path) -> None:
    rows = scraper.open_articles(press, versions=True).to_table(
        columns=["site", "date", "changed", "agency", "duplicate", "photos", "paywalled", "conflicts"]
    )
    articles = rows.to_pylist()
    assert {row["site"] for row in articles} == {paper.host for paper in PAPERS}
    assert {field for row in articles for field in row["changed"]} == {"text", "headline", "authors", "published_at"}
    assert {row["agency"] for row in articles} == {None, "AP", "dpa"}
    assert {row["duplicate"] for row in articles} == {"first", "exact", "near"}
    assert any(photo["credit"] for row in articles for photo in row["photos"])
    assert any(row["paywalled"] for row in articles)
    assert any(row["conflicts"] for row in articles)
    fetched = {START.date() + timedelta(days=day) for day in range(DAYS) if day not in UNATTENDED}
    assert {row["date"] for row in articles} == fetched


def test_its_visits_end_in_many_ways(press: Path) -> None:
    outcomes = scraper.open_outcomes(press).to_table(columns=["outcome", "reason"]).to_pylist()
    assert {row["outcome"] for row in outcomes} == {"article", "unchanged", "deleted", "listing", "skip"}
    reasons = Counter(row["reason"] for row in outcomes if row["outcome"] == "skip")
    assert {"http_503", "no_body", "robots_disallowed"} <= reasons.keys()


def test_the_keys_its_catalogs_tell_of_hold(press: Path) -> None:
    key = "warc_record_id"
    articles = scraper.open_articles(press, versions=True).to_table(columns=[key])[key].to_pylist()
    outcomes = scraper.open_outcomes(press).to_table(columns=[key])[key].to_pylist()
    assert len(set(articles)) == len(articles)
    assert len(set(outcomes)) == len(outcomes)
    assert set(articles) <= set(outcomes)
    for name in (DATA_PACKAGE, CROISSANT):
        assert json.loads((current(press) / name).read_text("utf-8"))


def test_its_copies_have_an_origin(press: Path) -> None:
    origins = list(scraper.find_origins(scraper.open_articles(press)))
    assert any(each.agency == "AP" and each.sites > 2 and each.article_id is None for each in origins)
    firsts = {each.site for each in origins if each.why == "first_published"}
    assert "quillhaven-lantern.example" in firsts


def test_it_is_what_verify_calls_whole(press: Path) -> None:
    from scraper.cli import cli

    ran = CliRunner().invoke(cli, ["verify", "--data", str(press)])
    assert ran.exit_code == 0, ran.output


def test_a_folder_that_is_there_is_not_touched(tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, ["--data", str(tmp_path)])
    assert ran.exit_code == 2
    assert re.search(r"is\s+there already", ran.output)
    assert list(tmp_path.iterdir()) == []
