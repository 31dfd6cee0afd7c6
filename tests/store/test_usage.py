from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from scraper.store.part import KINDS
from scraper.store.release import TABLES
from scraper.store.usage import measure


def test_an_empty_folder_takes_nothing(tmp_path: Path) -> None:
    usage = measure(tmp_path)
    assert (usage.warc_files, usage.warc_bytes, usage.tables_bytes, usage.rows) == (0, 0, 0, None)
    assert usage.free_bytes > 0


def test_files_of_the_current_release_and_of_the_archive_are_summed_up(tmp_path: Path) -> None:
    release = tmp_path / "releases" / "20261123T000000Z"
    (tmp_path / "releases" / "20261122T000000Z").mkdir(parents=True)
    for name, size in (("articles/date=2026-11-23/a.parquet", 7), ("outcomes/date=2026-11-23/a.parquet", 5)):
        (release / name).parent.mkdir(parents=True)
        (release / name).write_bytes(b"x" * size)
    (tmp_path / "current").symlink_to("releases/20261123T000000Z")
    (tmp_path / "articles").symlink_to("current/articles")
    (tmp_path / "warc").mkdir()
    (tmp_path / "warc" / "a.warc.gz").write_bytes(b"xyz")
    (release / "datapackage.json").write_text(json.dumps({"resources": [{"name": "articles", "rowCount": 3}]}))
    usage = measure(tmp_path)
    assert (usage.warc_files, usage.warc_bytes, usage.tables_bytes, usage.other_releases) == (1, 3, 12, 1)
    assert usage.rows == {"articles": 3}
    (release / "datapackage.json").write_text("[")
    assert measure(tmp_path).rows is None


def test_the_names_of_the_tables_are_known_without_pyarrow() -> None:
    assert tuple(kind.name for kind in KINDS) == TABLES
    code = "import sys, scraper.store.usage; print('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
