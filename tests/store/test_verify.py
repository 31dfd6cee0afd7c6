from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.store.pages import START, make_page
from tests.store.test_row import ARTICLE

from scraper.skip import Skip
from scraper.store.compact import compact
from scraper.store.corpus import open_articles
from scraper.store.flaw import Flaw
from scraper.store.journal import Journal
from scraper.store.part import OUTCOME_PARTS
from scraper.store.part_check import Tally
from scraper.store.release import prepare
from scraper.store.row import article_row, outcome_row
from scraper.store.runs import hold_releases, write_run
from scraper.store.segment_rows import write_segment
from scraper.store.verify import verify
from scraper.store.warc import read_segment

DAY = START.date()


def extract(data: Path, name: str) -> int:
    """Write the rows of a segment: an article of each page that is not skipped."""
    articles, outcomes = [], []
    for capture in read_segment(data / "warc" / f"{name}.warc.gz"):
        row = None if capture.page.skip else article_row(capture, ARTICLE, "7")
        articles += [row] if row else []
        outcomes.append(outcome_row(capture, None, row["id"] if row else None))
    write_segment(data, name, DAY, articles, outcomes)
    return len(outcomes)


def scrape(data: Path, run: str, pages: Iterable[str], *, extracted: bool = True) -> None:
    """Make what a run leaves: the archive, the state, the ledger, and the rows."""
    with Journal(data, run, 1 << 30, lambda: START, lambda name: None) as journal:
        count = 0
        for count, page in enumerate(pages, start=1):
            skip = Skip("http_500", "500") if page == "!" else None
            journal.save(make_page(f"https://news.example/{run}/{page}", after_s=count, skip=skip), None)
        journal.close_segment()
        if extracted:
            for name in journal.closed_segments():
                journal.mark_extracted(name, extract(data, name))
    write_run(
        data, run, {"finished_at": START.isoformat(), "error": None, "sites": {"news.example": {"visits": count}}}
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for number, pages in enumerate(("abc!", "de", "fghi")):
        scrape(tmp_path, f"run{number}", pages)
    return tmp_path


def part_of(data: Path, run: str, kind: str = "articles") -> Path:
    return data / kind / f"date={DAY}" / f"{run}-00000.parquet"


def flaws(data: Path, *, full: bool = False) -> list[Flaw]:
    return list(verify(data, Tally(), full=full))


def test_sound_corpus_has_no_flaw_and_is_counted(data: Path) -> None:
    for merged in (False, True):
        if merged:
            list(compact(data, [DAY]))
        for full in (False, True):
            tally = Tally()
            assert list(verify(data, tally, full=full)) == []
            assert tally.rows == {"articles": 9, "outcomes": 10}
            assert tally.parts == (2 if merged else 6)
            assert tally.held == (19 if full else tally.parts)


def test_empty_and_unextracted_folders_are_sound(tmp_path: Path) -> None:
    assert flaws(tmp_path) == []
    scrape(tmp_path, "run0", "ab", extracted=False)
    assert flaws(tmp_path) == []
    extract(tmp_path, "run0-00000")  # and killed before the state says so
    assert flaws(tmp_path) == []


@pytest.mark.parametrize("damage", [b"", b"PAR1", None])
def test_file_without_a_footer_is_named(data: Path, damage: bytes | None) -> None:
    path = part_of(data, "run0")
    path.write_bytes(path.read_bytes()[:-20] if damage is None else damage)
    (flaw,) = flaws(data)
    assert flaw.path == path
    assert "its footer is damaged" in flaw.what
    assert flaw.part is not None
    assert flaw.part.segments == ("run0-00000",)


def test_row_that_is_there_twice_is_named(data: Path) -> None:
    folder = part_of(data, "run0").parent
    (folder / "copy.parquet").write_bytes(part_of(data, "run0").read_bytes())
    told = "\n".join(map(str, flaws(data)))
    assert "of run0-00000.warc.gz more than once; remove one of the files" in told


def test_fewer_rows_than_visits_are_told(data: Path) -> None:
    part_of(data, "run1", "outcomes").unlink()
    told = [str(flaw) for flaw in flaws(data)]
    assert any("run1-00000.warc.gz: 2 visits, but 0 outcomes; run `scraper verify --mend`" in line for line in told)


def test_ledger_that_counts_otherwise_is_told(data: Path) -> None:
    path = data / "runs" / "run1.json"
    ledger = json.loads(path.read_text())
    ledger["sites"]["news.example"]["visits"] = 5
    for text, what in (
        (json.dumps(ledger), "run1.json: counts 5 visits, the state 2"),
        ("{", "run1.json: is no ledger"),
        ("[]", "run1.json: is no ledger"),
    ):
        path.write_text(text)
        (flaw,) = flaws(data)
        assert what in str(flaw)
    path.write_text(json.dumps(ledger | {"finished_at": None}))
    assert flaws(data) == []
    path.unlink()
    assert flaws(data) == []


def test_rows_are_held_against_the_archive(data: Path) -> None:
    warc = data / "warc" / "run0-00000.warc.gz"
    whole = warc.read_bytes()
    warc.write_bytes(whole[:100])
    assert any("where no record can be read" in str(flaw) for flaw in flaws(data))
    warc.unlink()
    told = [str(flaw) for flaw in flaws(data)]
    assert any("row group 0, row 0: refers to" in line and "which is missing; restore it" in line for line in told)
    warc.write_bytes(whole)
    path = part_of(data, "run0")
    table = pq.read_table(path, partitioning=None)
    offsets = table["warc_offset"].to_pylist()
    moved = table.set_column(
        table.schema.get_field_index("warc_offset"), table.schema.field("warc_offset"), pa.array(offsets[::-1])
    )
    pq.write_table(moved, path)
    assert any("row 0: refers to <urn:uuid:" in str(flaw) for flaw in flaws(data, full=True))


def test_what_a_killed_run_left_is_named(data: Path) -> None:
    whole = part_of(data, "run0").read_bytes()
    list(compact(data, [DAY]))
    part_of(data, "run0").write_bytes(whole)
    (data / "staging" / "x.articles.parquet").write_bytes(b"PAR1")
    (data / "articles" / "notes.txt").write_text("mine")
    staged, stranger, replaced = map(str, flaws(data))
    assert "x.articles.parquet: was being written when a run was killed: the next run removes it" in staged
    assert "notes.txt: is no file of this program" in stranger
    assert "and still there: the next run removes it" in replaced
    assert open_articles(data).count_rows() == 9


def test_who_makes_a_release_meanwhile_is_no_flaw(data: Path) -> None:
    prepare(data, START)
    with hold_releases(data):
        assert flaws(data) == []


def test_what_stands_in_the_way_of_the_layout_is_named(data: Path) -> None:
    release = prepare(data, START)
    assert flaws(data) == []
    for name in (".building", ".making", ".gone-x"):
        (data / "releases" / name).mkdir()
    (data / "outcomes").unlink()
    (data / "outcomes").mkdir()
    (data / "marks.sqlite").write_bytes(b"")
    told = {flaw.path.name: flaw.what for flaw in flaws(data)}
    assert told.keys() == {".building", ".making", ".gone-x", "outcomes", "marks.sqlite"}
    assert "`scraper extract --rebuild` goes on with it" in told[".building"]
    assert told["outcomes"] == "is no link to current/outcomes; the next run puts that right"
    with hold_releases(data):  # while it is being built
        assert ".building" not in {flaw.path.name for flaw in flaws(data)}
    (data / "releases" / ".building").rmdir()
    (data / "marks.sqlite").unlink()
    prepare(data, START)
    assert flaws(data) == []
    release.rename(data / "elsewhere")
    assert "leads to no release" in flaws(data)[0].what


def test_state_that_is_lost_leaves_the_rest_to_be_checked(data: Path) -> None:
    for path in data.glob("state.sqlite*"):
        path.unlink()
    assert flaws(data) == []
    assert OUTCOME_PARTS.name == "outcomes"
