from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.test_rebuild import crawl

from scraper.lab import scale_bench
from scraper.lab.scale_bench import in_turns, main, profile
from scraper.lab.scale_runs import Ran, Run


def test_runs_take_turns_and_each_has_the_archive_to_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "segment").write_text("of the archive")
    asked = []

    def start(run: Run) -> Ran:
        asked.append(run.kind)
        assert [path.name for path in Path(run.folder).iterdir()] == ["segment"]
        (Path(run.folder) / "rows").touch()
        return Ran(100, 90, {"a": 2.0, "b": 4.0}[run.kind] + len(asked), 1.0)

    monkeypatch.setattr(scale_bench, "start", start)
    speeds = in_turns({"one": Run("a", ""), "two": Run("b", "")}, 3, tmp_path)
    assert asked == ["a", "b"] * 3
    assert speeds == {"one": 100 / 5, "two": 100 / 8}


def test_profile_accounts_for_each_page(tmp_path: Path) -> None:
    crawl(tmp_path, "run1", "abc")
    costs, steps = profile(tmp_path, 100)
    assert len(costs.pages_s) == 3
    assert costs.write_s > 0
    assert list(steps) == ["read", "extract", "rows and fingerprints", "mark and write"]


def test_proxy_and_feeds_go_together() -> None:
    result = CliRunner().invoke(main, ["--proxy", "http://127.0.0.1:1"])
    assert result.exit_code == 2
    assert "go together" in result.output
