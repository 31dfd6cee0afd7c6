from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.lab.case import Case, load_case, save_case


@pytest.mark.parametrize("html", [b"<p>\xff\x00", "<p>\ud800"])
def test_a_saved_case_is_the_same_again(tmp_path: Path, html: bytes | str) -> None:
    case = Case(
        html, "http://[", "text/html; charset=\x00", datetime(2026, 3, 10, tzinfo=UTC), ("nest", "as_text"), flat=True
    )
    assert load_case(save_case(case, tmp_path, "1-2", "why")) == case
