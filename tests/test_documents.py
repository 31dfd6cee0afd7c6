"""What the texts say holds: their snippets run, their links lead somewhere, every reason is explained."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scraper.cli import cli
from scraper.extract.assemble import extract_article

ROOT = Path(__file__).parent.parent
TEXTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "data" / "README.md"]
SNIPPETS = [
    pytest.param(code, id=f"{name}-{number}")
    for name in ("README.md", "docs/operations.md")
    for number, code in enumerate(re.findall(r"```python\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL), 1)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder as the texts assume it: data/ of a run, and a saved page."""
    folder = tmp_path_factory.mktemp("work")
    command = [sys.executable, "-m", "scraper", "demo", "--data", "data"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    page = (ROOT / "src/scraper/demo/site/tide-gauge.html").read_bytes()
    (folder / "saved.html").write_bytes(page)
    (folder / "copied.txt").write_text("\n\n".join(block.text for block in extract_article(page).body))
    return folder


@pytest.mark.parametrize("code", SNIPPETS)
def test_a_snippet_runs_and_prints_something(folder: Path, code: str) -> None:
    ran = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files(text: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text.read_text("utf-8")):
        assert (text.parent / target).exists(), target


def test_every_reason_is_explained() -> None:
    explained = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for file in (ROOT / "src").rglob("*.py"):
        for reason in _reasons(ast.parse(file.read_text("utf-8"))):
            assert f"`{reason}`" in explained, f"{file.name} gives {reason!r}; docs/operations.md does not know it"


def _reasons(tree: ast.AST) -> Iterator[str]:
    """Give the first argument of each call that makes a Skip or an ItemError, where it is written out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            first = node.args[0]
            makes = node.func.id in {"Skip", "ItemError", "FetchError", "ExtractError"}
            if makes and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def test_commands_and_options_of_the_readme_exist() -> None:
    told = (ROOT / "README.md").read_text("utf-8")
    assert {f"`scraper {name}" in told for name in cli.commands} == {True}
    for command in ("scrape", "crawl", "extract"):
        for parameter in cli.commands[command].params:
            assert parameter.opts[0] in told
