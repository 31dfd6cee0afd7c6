from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scraper.config import Rule
from scraper.errors import ExtractError
from scraper.extract.assemble import extract_article

PAGES = Path(__file__).parent / "pages"
TEXT = "The harbor council voted on Tuesday to rebuild the old ferry pier, ending a dispute of eleven years."


def kinds(removed: tuple[object, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in removed:
        found.setdefault(part.kind, []).append(part.text)  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.html")), ids=lambda path: path.stem)
def test_golden_page_gives_what_stands_beside_it(path: Path) -> None:
    want = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    article = extract_article(path.read_bytes(), url="https://news.example/story")
    texts = [block.text for block in article.body]
    assert article.headline == want["headline"]
    if "body" in want:
        assert texts == want["body"]
    else:
        assert texts[1:] == want["body_last"]
    found = kinds(article.removed)
    for kind, parts in want["removed"].items():
        for part in parts:
            assert part in found.get(kind, []), (kind, part, article.removed)
    photos = [{"caption": p.caption, "credit": p.credit, "alt": p.alt} for p in article.photos]
    assert photos == want["photos"]


def test_seed_page_gives_expected_fields() -> None:
    folder = os.environ.get("SEED_DATA")
    if not folder:
        pytest.skip("SEED_DATA does not name the folder of the seed page")
    want = json.loads((Path(folder) / "expected.json").read_text(encoding="utf-8"))
    article = extract_article((Path(folder) / "page.html").read_bytes(), url=want["url"])
    assert [block.text for block in article.body] == want["body"]
    assert article.headline == want["headline"]
    assert article.dek == want["dek"]
    assert list(article.sections) == want["sections"]
    assert list(article.authors) == want["authors"]
    assert article.published_at == datetime.fromisoformat(want["published_at"])
    assert article.modified_at == datetime.fromisoformat(want["modified_at"])
    assert article.language == want["language"]
    assert [{"caption": p.caption, "credit": p.credit} for p in article.photos] == want["photos"]
    found = kinds(article.removed)
    for kind, parts in want["removed"].items():
        assert found[kind] == parts


@pytest.mark.parametrize("html", ["", b"", "   \n", b"\x00\x00"])
def test_nothing_is_refused_as_empty(html: str | bytes) -> None:
    with pytest.raises(ExtractError) as caught:
        extract_article(html)
    assert caught.value.reason == "empty"


def test_page_without_text_is_refused() -> None:
    with pytest.raises(ExtractError) as caught:
        extract_article("<html><body><a href='/'>Home</a></body></html>")
    assert caught.value.reason == "no_body"


def test_rule_goes_before_everything_found_in_general() -> None:
    html = (
        f"<html><body><h1>Title</h1><div class=x><p>{TEXT}</p><p class=gone>{TEXT} Again.</p></div>"
        f"<div class=y><p>{TEXT} Elsewhere.</p><p>{TEXT} More.</p><p>{TEXT} Most.</p></div></body></html>"
    )
    rule = Rule(valid_until=date(2030, 1, 1), body="div.x", remove=(".gone",))
    article = extract_article(html, rule=rule)
    assert [block.text for block in article.body] == [TEXT]
    assert article.sources["body"] == "rule"
    assert ("rule:.gone", f"{TEXT} Again.") in [(part.rule, part.text) for part in article.removed]
    assert f"{TEXT} Most." in [part.text for part in article.removed]


def test_rule_that_matches_nothing_leaves_the_page_to_the_general_way() -> None:
    article = extract_article(f"<body><p>{TEXT}</p><p>{TEXT} More.</p></body>", rule=Rule(body="#none"))
    assert len(article.body) == 2


def test_every_cut_sentence_is_accounted_for() -> None:
    for path in PAGES.glob("*.html"):
        article = extract_article(path.read_bytes())
        assert all(part.rule and part.text for part in article.removed)


def test_same_page_gives_the_same_article() -> None:
    html = (PAGES / "wordpress.html").read_bytes()
    now = datetime(2026, 5, 1, tzinfo=UTC)
    assert extract_article(html, fetched_at=now) == extract_article(html, fetched_at=now)


def test_language_that_is_not_declared_is_detected() -> None:
    german = "Der Gemeinderat hat am Dienstag beschlossen, den alten Fähranleger neu zu bauen. " * 3
    article = extract_article(f"<body><p>{german}</p></body>")
    assert article.language == "de"
    assert article.sources["language"] == "text"


def test_half_a_character_in_text_is_replaced() -> None:
    article = extract_article(f"<html><body><h1>Pier \ud800</h1><p>{TEXT}</p><p>{TEXT} Again.</p></body></html>")
    assert article.headline is not None
    assert article.headline.encode()
