from __future__ import annotations

from click.testing import CliRunner

from scraper.lab.frontier_bench import main


def test_measures_adding_opening_and_choosing() -> None:
    result = CliRunner().invoke(main, ["--addresses", "3000", "--hosts", "5", "--takes", "40"])
    assert result.exit_code == 0, result.output
    assert [line.split()[0] for line in result.output.splitlines()] == ["3000", "added", "opened", "chosen", "memory"]
