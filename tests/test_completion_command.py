from __future__ import annotations

import pytest

from scraper.cli import run


@pytest.mark.parametrize(
    ("shell", "word"), [("bash", "complete -o nosort"), ("zsh", "#compdef scraper"), ("fish", "complete --no-files")]
)
def test_each_shell_is_given_what_it_reads(shell: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert word in script
    assert f"_SCRAPER_COMPLETE={shell}_complete" in script


def test_an_unknown_shell_is_refused_with_those_that_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", "csh"]) == 2
    assert "bash" in capsys.readouterr().err
