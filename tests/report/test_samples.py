from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from html import unescape

from scraper.article import Article, Block
from scraper.report.samples import Tried, render_samples, tell_missing, tell_values
from scraper.skip import Skip

ARTICLE = Article(
    "https://a.example/x", "https://a.example/x", None, "<script>alert(1)</script> & more", None, None,
    ("Ann \x1b[2J Doe",), None, "News", ("News", "Local"), (), "en", datetime(2026, 3, 1, 9, 30, tzinfo=UTC), None,
    (Block("paragraph", "A sentence."),), (), (),
)  # fmt: skip


def test_what_pages_say_stays_text_and_the_page_asks_nobody() -> None:
    html = render_samples("a.example", "asked", [Tried("sample-1.html", "https://a.example/x", "", ARTICLE)])
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in html
    assert "\x1b" not in html
    assert "default-src 'none'" in unescape(html)
    assert 'href="sample-1.html"' in html


def test_articles_and_refused_pages_are_told_apart_and_counted() -> None:
    refused = Tried("", "https://a.example/y", "https://a.example/feed", Skip("no_body", "12 characters <b>"))
    html = render_samples("a.example", "asked", [Tried("a", "u", "", ARTICLE, ("dek", "published_at")), refused])
    assert "1 of 2 are articles" in html
    assert "No article: no_body" in html
    assert "12 characters &lt;b&gt;" in html
    assert "missing: dek, published" in html
    assert "named by https://a.example/feed" in html


def test_what_is_not_there_is_not_listed() -> None:
    assert [name for name, _ in tell_values(ARTICLE)] == ["authors", "date", "section", "", "language"]
    paid = dataclasses.replace(ARTICLE, authors=(), published_at=None, sections=(), language=None, paywalled=True)
    assert tell_values(paid) == [("", "11 characters"), ("", "behind a paywall")]
    assert tell_missing(("published_at", "photos")) == "published, photos"
