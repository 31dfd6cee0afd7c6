from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.errors import ConfigError
from scraper.rule_case import cases_of, read_cases, save_case
from tests.test_rule_trial import NEW, OLD, SITE, sheet


def test_a_case_is_read_back_as_it_was_saved_and_is_as_expected(tmp_path: Path) -> None:
    file = save_case(tmp_path, SITE, sheet(OLD, 1))
    assert file.parent == cases_of(tmp_path, "a.example")
    (case,) = read_cases(tmp_path, "a.example")
    assert case.sheet == sheet(OLD, 1)
    assert case.expected["headline"] == "The ferry returns"
    assert case.differences(SITE) == []


def test_pages_of_both_eras_are_kept_beside_each_other_and_the_same_page_once(tmp_path: Path) -> None:
    for _ in range(2):
        save_case(tmp_path, SITE, sheet(OLD, 1))
        save_case(tmp_path, SITE, sheet(NEW, 2))
    cases = list(read_cases(tmp_path, "a.example"))
    assert [case.differences(SITE) for case in cases] == [[], []]


def test_a_rule_that_changes_makes_the_case_differ(tmp_path: Path) -> None:
    save_case(tmp_path, SITE, sheet(OLD, 1))
    (case,) = read_cases(tmp_path, "a.example")
    worse = replace(SITE, rules=(replace(SITE.rules[0], headline=".kicker"), SITE.rules[1]))
    assert "headline" in [name for name, _ in case.differences(worse)]


def test_what_a_person_corrects_is_what_is_expected(tmp_path: Path) -> None:
    file = save_case(tmp_path, SITE, sheet(OLD, 1))
    said = json.loads(file.read_text())
    said["record"]["authors"] = ["Odile Fenwright"]
    file.write_text(json.dumps(said))
    (case,) = read_cases(tmp_path, "a.example")
    assert [name for name, _ in case.differences(SITE)] == ["authors"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"url": "", "content_type": null, "fetched_at": "x", "record": {}}'])
def test_a_damaged_case_is_named(tmp_path: Path, text: str) -> None:
    file = save_case(tmp_path, SITE, sheet(OLD, 1))
    file.write_text(text)
    with pytest.raises(ConfigError, match=file.name):
        list(read_cases(tmp_path, "a.example"))


def test_a_case_without_its_page_is_named(tmp_path: Path) -> None:
    save_case(tmp_path, SITE, sheet(OLD, 1)).with_suffix(".html").unlink()
    with pytest.raises(ConfigError, match=r"\.html: cannot be read"):
        list(read_cases(tmp_path, "a.example"))
