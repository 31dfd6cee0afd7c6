from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from scraper.cli import run
from scraper.schedule_command import EVERY_MIN, MARK, make_crontab, make_units

ODD = Path('/srv/a b/it\'s 100% $HOME "news" #1')
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


def jobs(crontab: str) -> list[tuple[list[str], list[str]]]:
    """Read a crontab as cron and sh do: five fields, then a command in which a bare % would end the line."""
    lines = [line.split(" ", 5) for line in crontab.splitlines() if not line.startswith("#")]
    assert all("%" not in line[5].replace("\\%", "") for line in lines)
    return [(line[:5], shlex.split(line[5].replace("\\%", "%"))) for line in lines]


@pytest.mark.parametrize("every", EVERY_MIN)
def test_cron_starts_as_many_runs_a_day_as_asked_for_and_one_check_a_week(every: str) -> None:
    (fields, _), (weekly, _) = jobs(make_crontab(Path("/srv/news"), Path("/srv/config"), every))
    minutes = fields[0].split(",")
    assert all(0 <= int(minute) < 60 for minute in minutes)
    hours = 24 if fields[1] == "*" else 24 // int(fields[1][2:]) if fields[1].startswith("*/") else 1
    assert len(minutes) * hours == 1440 // EVERY_MIN[every]
    assert fields[2:] == ["*", "*", "*"]
    assert weekly[2:] == ["*", "*", "0"]


def test_odd_paths_reach_the_program_as_they_are() -> None:
    (_, scrape), (_, verify) = jobs(make_crontab(ODD / "data", ODD / "config", "1h"))
    assert scrape[-8:] == ["scrape", "--quiet", "--jitter", "300", "--data", f"{ODD}/data", "--config", f"{ODD}/config"]
    assert verify[-2:] == ["--data", f"{ODD}/data"]


def test_folders_have_moments_of_their_own_that_stay() -> None:
    crontabs = {
        make_crontab(Path(f"/srv/{n}"), Path("/srv/config"), "1h").splitlines()[4].split()[0] for n in range(40)
    }
    assert len(crontabs) > 20
    assert make_crontab(ODD, ODD, "1h") == make_crontab(ODD, ODD, "1h")


@needs_systemd
@pytest.mark.parametrize("every", EVERY_MIN)
def test_systemd_understands_the_times(every: str) -> None:
    units = make_units(Path("/srv/news"), Path("/srv/config"), every, "scraper", "nobody")
    times = [line.partition("=")[2] for unit in units.values() for line in unit.splitlines() if "OnCalendar=" in line]
    assert len(times) == 2
    done = subprocess.run(["systemd-analyze", "calendar", *times], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr


@needs_systemd
def test_systemd_finds_no_fault_in_the_units_of_odd_paths(tmp_path: Path) -> None:
    for file, text in make_units(ODD / "data", ODD / "config", "6h", "odd", "root").items():
        (tmp_path / file).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.iterdir())], capture_output=True, text=True, timeout=30
    )
    assert str(tmp_path) not in done.stderr, done.stderr  # where it is not run as init, it tells other things too


def test_units_are_written_and_replaced_but_nothing_else_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "scraper.toml").write_text("")
    command = ["schedule", "--systemd", "--output", str(tmp_path / "units"), "--config", str(tmp_path)]
    assert run(command) == 0
    assert "systemctl enable --now scraper.timer" in capsys.readouterr().out
    assert run([*command, "--every", "6h"]) == 0
    timer = tmp_path / "units" / "scraper.timer"
    assert timer.read_text().startswith(MARK)
    timer.write_text("[Timer]\nOnCalendar=daily\n")
    assert run(command) == 2
    assert "was not made by this command" in capsys.readouterr().err
    assert timer.read_text() == "[Timer]\nOnCalendar=daily\n"


def test_what_fits_in_no_line_is_refused_and_what_lacks_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scraper.toml").write_text("")
    assert run(["schedule", "--config", str(tmp_path), "--data", "a\nb"]) == 2
    assert run(["schedule", "--config", str(tmp_path), "--systemd", "--name", "a b"]) == 2
    assert run(["schedule", "--config", str(tmp_path), "--output", str(tmp_path)]) == 2
    capsys.readouterr()
    assert run(["schedule", "--config", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert "contact is not set" in told.err
    assert "ping" in told.err
    assert "note" not in told.out


def test_jitter_is_waited_after_the_configuration_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    (tmp_path / "scraper.toml").write_text("[wrong]")
    assert run(["extract", "--jitter", "1000", "--config", str(tmp_path), "--data", str(tmp_path / "data")]) == 2
    assert waits == []
    (tmp_path / "scraper.toml").write_text("")
    options = ["--site", "a.example", "--config", str(tmp_path), "--data", str(tmp_path / "data")]
    assert run(["extract", "--jitter", "1000", *options]) == 0
    assert 0 <= waits[0] <= 1000


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert run(["schedule", "--systemd", "--output", str(tmp_path / "file" / "units")]) != 0
    printed = capsys.readouterr().err
    assert str(tmp_path / "file" / "units") in printed
    assert "[Errno" not in printed
