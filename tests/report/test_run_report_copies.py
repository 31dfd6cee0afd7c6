from __future__ import annotations

from tests.report.censuses import make_censuses

from scraper.report.run_report_copies import MOST_AGENCIES, count_copies


def test_sums_of_sites_are_those_of_all_articles_and_versions() -> None:
    visits, rows = make_censuses(6, 50)
    copies = count_copies(visits, rows)
    assert copies.total.articles == int(rows.rows.sum() - rows.changed.sum())
    assert copies.total.first + copies.total.near + copies.total.exact + copies.total.unmarked == copies.total.articles
    assert sum(count for _, count in copies.bars) == copies.total.changed == int(rows.changed.sum())
    assert copies.total.wire == sum(rows.wire.values())


def test_agencies_beyond_the_first_are_counted() -> None:
    visits, rows = make_censuses(1, 5)
    for n in range(20):
        rows.agencies[f"agency {n}"] = 20 - n  # type: ignore[index]
    copies = count_copies(visits, rows)
    assert len(copies.agencies) == MOST_AGENCIES
    assert copies.other_agencies == len(rows.agencies) - MOST_AGENCIES
