from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from scraper import showing
from scraper.report.summary import SiteSummary, Summary
from scraper.showing import CHOOSE_S, LINE_S, REFRESH_S, Display, Lines, show_progress, tell_run

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s


def make(sites: int) -> Summary:
    summary = Summary("r1", "scrape", NOW, configured=sites, doing="crawling")
    summary.sites = {f"paper{n}.example": SiteSummary(visits=n) for n in range(sites)}
    turns = dict.fromkeys(summary.sites, NOW)
    summary.turns = lambda: turns
    return summary


def draw(summary: Summary, clock: Clock, *, color: bool = True) -> tuple[Display, io.StringIO]:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=80, height=24, no_color=not color, color_system="standard")
    return Display(console, now=lambda: NOW, monotonic=clock), file


@pytest.mark.parametrize("sites", [3, 300])
def test_display_fits_and_leaves_nothing_behind(sites: int) -> None:
    summary, clock = make(sites), Clock()
    display, file = draw(summary, clock)
    with display:
        display.show(summary)
        drawn = file.getvalue()
    assert f"all {sites} sites" in drawn
    assert drawn.count("paper") == min(sites, 19)
    left = file.getvalue()[len(drawn) :]
    assert left.endswith("\x1b[1A\x1b[2K" * drawn.count("\n"))  # each line is erased, from the last to the first


def test_display_is_drawn_a_few_times_a_second_and_at_once_when_the_run_does_something_else() -> None:
    summary, clock = make(3), Clock()
    display, file = draw(summary, clock)
    with display:
        display.show(summary)
        size = len(file.getvalue())
        clock.s += REFRESH_S / 2
        display.show(summary)
        assert len(file.getvalue()) == size
        summary.doing = "extracting"
        display.show(summary)
        assert "extracting" in file.getvalue()[size:]
        size = len(file.getvalue())
        clock.s += REFRESH_S
        display.show(summary)
        assert len(file.getvalue()) > size


def test_lines_of_sites_stay_for_some_seconds() -> None:
    summary, clock = make(300), Clock()
    display, file = draw(summary, clock)
    with display:
        display.show(summary)
        summary.sites["paper0.example"].visits += 999
        clock.s += REFRESH_S
        display.show(summary)
        assert "paper0.example" not in file.getvalue()
        clock.s += CHOOSE_S
        display.show(summary)
        assert "paper0.example" in file.getvalue()


def test_colors_are_left_out_where_nobody_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert showing.has_color(Terminal())
    assert not showing.has_color(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert showing.is_terminal(Terminal())
    assert not showing.has_color(Terminal())
    monkeypatch.setenv("TERM", "dumb")
    assert not showing.is_terminal(Terminal())
    monkeypatch.setenv("TERM", "xterm")
    summary = make(3)
    summary.sites["paper0.example"].trouble = "http_503"
    display, file = draw(summary, Clock(), color=False)
    with display:
        display.show(summary)
    assert "\x1b[31m" not in file.getvalue()
    assert "http_503" in file.getvalue()


def test_without_a_terminal_a_line_a_minute_is_told() -> None:
    told: list[str] = []
    clock = Clock()
    lines = Lines(told.append, monotonic=clock)
    for _ in range(600):
        clock.s += 1
        lines.show(make(3))
    assert len(told) == 600 // LINE_S
    assert "3 fetched" in told[0]


def test_quiet_tells_no_progress_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in (Terminal(), io.StringIO()):
        monkeypatch.setattr("sys.stderr", stream)
        monkeypatch.setattr(showing, "LINE_S", 0.0)
        with show_progress(quiet=True) as progress:
            progress(make(3))
        assert not stream.getvalue()


def test_a_dumb_terminal_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(showing, "LINE_S", 0.0)
    with show_progress(quiet=False) as progress:
        progress(make(3))
    assert "\x1b" not in stream.getvalue()
    assert stream.getvalue().count("\n") == 1


def test_a_terminal_gets_columns_and_a_file_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    summary = make(2)
    summary.sites["paper1.example"].seeds["https://a.example/feed"] = "http_503"
    shown = {}
    for stream in (Terminal(), io.StringIO()):
        monkeypatch.setattr("sys.stdout", stream)
        tell_run(summary, quiet=False)
        shown[stream.isatty()] = stream.getvalue()
    assert "\x1b[31mFAILED paper1.example" in shown[True]
    assert "\x1b" not in shown[False]
    assert shown[False].splitlines()[-1].startswith("run r1: ")


def test_json_is_one_document_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    summary = make(2)
    summary.finished_at = NOW + timedelta(seconds=1)
    summary.notices.append("a note\x1b[2J")
    tell_run(summary, quiet=False, as_json=True)
    shown = capsys.readouterr()
    assert json.loads(shown.out) == summary.to_json()
    assert "\x1b" not in shown.out
    assert not shown.err


class Gone(Terminal):
    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_a_terminal_that_is_gone_stops_no_run(monkeypatch: pytest.MonkeyPatch, term: str) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(showing, "LINE_S", 0.0)
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    with show_progress(quiet=False) as progress:
        progress(make(3))
        monkeypatch.setattr(stream, "write", Gone().write)
        summary = make(3)
        summary.doing = "extracting"
        progress(summary)
        progress(summary)
