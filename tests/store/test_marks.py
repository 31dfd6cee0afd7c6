from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.store.pages import START

from scraper.errors import StoreError
from scraper.store.marks import KnownMark, KnownVersion, Marks

A, B = b"a" * 16, b"b" * 16
HOUR = timedelta(hours=1)


@pytest.fixture
def marks(tmp_path: Path) -> Iterator[Marks]:
    marks = Marks(tmp_path / "marks.sqlite", "one")
    yield marks
    marks.close()


def version(number: int) -> KnownVersion:
    return KnownVersion(number, START, f"<urn:{number}>", b"digests", b"fingerprint")


def test_version_before_is_the_last_one_fetched_earlier(marks: Marks) -> None:
    for number in range(3):
        marks.keep_version(A, START + number * HOUR, version(number + 1))
    assert marks.version_before(A, START) is None
    assert marks.version_before(A, START + HOUR) == version(1)
    assert marks.version_before(A, START + 9 * HOUR) == version(3)
    assert marks.version_before(B, START + 9 * HOUR) is None
    marks.keep_version(A, START + HOUR, version(2))
    assert marks.version_before(A, START + 2 * HOUR) == version(2)


def test_first_mark_and_first_article_of_a_text_stay(marks: Marks) -> None:
    near = KnownMark(B, "near", 0.75, (A, B))
    marks.keep_mark(A, near, b"text")
    marks.keep_mark(A, KnownMark(A, "first", 1.0, ()), b"other")
    marks.keep_mark(B, KnownMark(B, "first", 1.0, ()), b"text")
    assert marks.mark_of(A) == near
    assert (marks.article_of_text(b"text"), marks.article_of_text(b"other"), marks.article_of_text(b"?")) == (
        A,
        A,
        None,
    )
    assert marks.mark_of(b"?" * 16) is None


def test_founders_are_found_by_band_the_newest_only_and_each_once(marks: Marks) -> None:
    for number in range(5):
        marks.keep_founder(bytes([number]) * 16, "a.example", b"f%d" % number, (1, 2, 100 + number))
    marks.keep_founder(bytes([4]) * 16, "a.example", b"f4", (1, 2, 104))
    assert [fingerprint for _, _, fingerprint in marks.founders((1, 2), 2)] == [b"f3", b"f4"]
    assert marks.founders((100,), 9) == [(bytes(16), "a.example", b"f0")]
    assert marks.founders((7,), 9) == []


def test_what_is_not_committed_is_forgotten(tmp_path: Path) -> None:
    marks = Marks(tmp_path / "m", "one")
    marks.keep_version(A, START, version(1))
    marks.commit()
    marks.keep_version(A, START + HOUR, version(2))
    marks.rollback()
    marks.keep_version(A, START + 2 * HOUR, version(3))
    marks.close()
    again = Marks(tmp_path / "m", "one")
    assert again.version_before(A, START + 9 * HOUR) == version(1)
    again.close()


def test_fingerprints_of_another_algorithm_are_refused(tmp_path: Path) -> None:
    Marks(tmp_path / "m", "one").close()
    with pytest.raises(StoreError, match=r"holds fingerprints of another version of the program \(one\); remove it"):
        Marks(tmp_path / "m", "two")
