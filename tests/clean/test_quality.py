from __future__ import annotations

import pytest

from scraper.article import Article, Block
from scraper.clean.quality import check


def article(*texts: str) -> Article:
    return Article(
        url="", final_url="", canonical_url=None, headline=None, dek=None, byline=None, authors=(), dateline=None,
        section=None, sections=(), tags=(), language=None, published_at=None, modified_at=None,
        body=tuple(Block("paragraph", text) for text in texts), photos=(), removed=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    "texts",
    [
        ("The harbor council voted on Tuesday to rebuild the old ferry pier, after eleven years.",),
        ("市議会は火曜日、老朽化した渡し船の桟橋を建て直す計画を賛成多数で可決した。",),
        ("Norrhamn 3-1 Lund (1-0, 2-1), Visby 2-2 Kalmar (0-1), Umeå 4-0 Ystad (2-0), Malmö 1-1 Luleå (1-0).",),
    ],
)
def test_text_stays(texts: tuple[str, ...]) -> None:
    assert check(article(*texts)) is None


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ((), "too_short"),
        (("Loading...",), "too_short"),
        (
            ("{}();=<>[]||&&" * 30 + "var function return this window document loaded undefined null typeof object",),
            "not_text",
        ),
    ],
)
def test_what_is_no_text_is_named(texts: tuple[str, ...], reason: str) -> None:
    skip = check(article(*texts))
    assert skip is not None
    assert skip.reason == reason
