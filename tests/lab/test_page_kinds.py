from __future__ import annotations

from scraper.lab.page_cases import Case
from scraper.lab.page_kinds import measure, tell

TEXT = "<p>The old bridge over the river is closed until spring, the council said on Monday.</p>" * 5
MISSING = "<title>Page not found</title><h1>Page not found</h1>"


def case(kind: str, html: str) -> Case:
    return Case(kind, "theme", "en", "https://news.example/a", html, held=False)


def test_a_page_is_told_by_its_kind_or_its_reason() -> None:
    assert tell(f"<h1>Bridge</h1>{TEXT}", "https://news.example/a") == "article"
    assert tell(MISSING, "https://news.example/a") == "soft_404"


def test_precision_and_recall_count_what_is_told_and_what_it_is() -> None:
    scores = measure([case("article", TEXT), case("article", MISSING), case("soft_404", MISSING)])
    assert scores == {"article": (2, 1.0, 0.5), "soft_404": (1, 0.5, 1.0)}
