from __future__ import annotations

from pathlib import Path

import pytest
from tests.store.test_corpus import DAY, rows, write

from scraper.store.release_rows import count_release, days_of, put_beside, read_steadily
from scraper.store.segment_rows import write_segment


def test_rows_of_two_releases_stand_beside_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.store.release_rows._ROWS_AT_ONCE", 1)
    old, new = tmp_path / "old", tmp_path / "new"
    for release in (old, new):
        for segment, names in (("run1-00000", ("a", "b")), ("run2-00000", ("c", "d"))):
            articles, outcomes = rows(*names)
            for row in articles + outcomes:
                row["warc_file"] = f"{segment}.warc.gz"
                row["site"] = f"{row['url'][-1]}.example"
                row["warc_record_id"] = f"<{row['url']}>"
            if release is new:
                articles = [row | {"extractor_version": "9"} for row in articles if not row["url"].endswith("c")]
                for row in outcomes:
                    if row["url"].endswith("c"):
                        row |= {"outcome": "skip", "reason": "no_body"}
                articles[0] |= {"headline": "Another"}
            write_segment(release, segment, DAY, articles, outcomes)
    assert days_of(old) == {DAY}
    counts = count_release(new)
    assert (counts.rows, counts.articles, sorted(counts.segments)) == (3, 3, ["run1-00000", "run2-00000"])
    assert counts.extractors == {"9": 3}
    found = list(put_beside(old, new, DAY, counts.segments))
    assert sum(each.paired for each in found) == 3
    differing = [pair for each in found for pair in each.differing]
    assert {after["url"][-1]: after["headline"] for _, after in differing}["a"] == "Another"
    assert all(before.keys() == {"warc_record_id", "site", "url", "fetched_at", "headline"} for before, _ in differing)
    assert [(row["url"][-1], why) for each in found for row, why in each.gone] == [("c", "skip no_body")]
    back = list(put_beside(new, old, DAY, {"run2-00000"}))
    assert [(row["url"][-1], why) for each in back for row, why in each.come] == [("c", "skip no_body")]
    assert sum(each.paired for each in back) == 1


def test_days_that_one_release_lacks_and_empty_ones_are_fine(tmp_path: Path) -> None:
    write(tmp_path / "old")
    (tmp_path / "new").mkdir()
    assert count_release(tmp_path / "new").rows == 0
    assert days_of(tmp_path / "new") == set()
    assert [each.paired for each in put_beside(tmp_path / "old", tmp_path / "new", DAY, ())] == [0]


def test_what_is_merged_meanwhile_is_read_again() -> None:
    answers = iter([FileNotFoundError, FileNotFoundError, None])

    def read() -> str:
        if answer := next(answers):
            raise answer
        return "read"

    assert read_steadily(read) == "read"
