from __future__ import annotations

import re
from pathlib import Path

from tests.report.censuses import make_censuses

from scraper.report.run_report_skips import SHOWN_SITES, advise, list_skips

MANUAL = Path(__file__).parents[2] / "docs/operations.md"


def test_sums_of_reasons_are_the_skips() -> None:
    visits, _ = make_censuses(40, 60)
    for outcome in ("skip", "deleted"):
        listed = list_skips(visits, outcome)
        assert sum(each.count for each in listed) == visits.count(outcome)
        assert [each.count for each in listed] == sorted((each.count for each in listed), reverse=True)
        for each in listed:
            assert sum(site.count for site in each.sites) + each.others[1] == each.count
            assert len(each.sites) <= SHOWN_SITES


def test_advice_is_that_of_the_manual_word_for_word() -> None:
    told = MANUAL.read_text("utf-8")
    told = told[told.index("## Reasons") : told.index("## Health")]
    rows = [row for row in re.findall(r"^\| (.+?) \| (.+?) \| (.+) \|$", told, re.MULTILINE) if row[0] != "reason"]
    assert len(rows) > 30
    for names, again, do in rows:
        for name in re.findall(r"`([^`]+)`", names.replace("other `http_...`", "`http_418`").replace("5..", "502")):
            said = advise(name)
            assert again in said[0], name
            assert do.replace("`", "") in said[1], name


def test_a_reason_of_a_newer_version_is_told_as_such() -> None:
    assert advise("moved_to_mars") == ("", "This program does not know it: a newer version wrote it.")
