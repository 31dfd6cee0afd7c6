from __future__ import annotations

import dataclasses
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scraper.article import Article
from scraper.config import Rule
from scraper.errors import ExtractError
from scraper.extract.assemble import extract_article
from scraper.extract.flat_text import extract_text
from scraper.extract.joined import join

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


LOOKED_FOR = {field.name for field in dataclasses.fields(Article)} - {
    *("url", "final_url", "removed", "sources", "conflicts", "rule", "sketch"),
    *("kind", "pages", "missing_pages"),  # always known: made of the others
}
SAID = """<html lang=en><head><link rel=canonical href="/pier"><meta name=keywords content="pier, harbor">
    <meta property="article:section" content="Town"><script type="application/ld+json">{"@type": "LiveBlogPosting",
    "headline": "Pier is rebuilt", "datePublished": "2025-03-04T10:00:00+01:00", "dateModified": "2025-03-05T10:00:00Z",
    "isAccessibleForFree": true, "author": {"name": "Anna Diaz"}}</script></head>
    <body><article><h1>Pier is rebuilt</h1><p class=dek>After eleven years, the town has paid for all of it.</p>
    <p class=byline>By Anna Diaz</p><figure><img src="/a.jpg" alt="Pier"><figcaption>The pier</figcaption></figure>
    <p>SALTMOUTH (Reuters) - TEXT</p></article></body></html>""".replace("TEXT", "</p><p>".join([TEXT] * 4))
MUTE = f"<body><p>{'</p><p>'.join([TEXT] * 4)}</p></body>"


@pytest.mark.parametrize("html", [SAID, SAID.replace("LiveBlogPosting", "NewsArticle"), MUTE])
@pytest.mark.parametrize("rule", [None, Rule(headline="h1", byline=".byline", body="article", published="time")])
def test_every_field_that_is_looked_for_has_a_source_which_is_null_where_it_is_absent(
    html: str, rule: Rule | None
) -> None:
    if html is MUTE and rule:
        rule = Rule(headline="h1", byline=".byline")
    article = extract_article(html, url="https://news.example/pier", rule=rule)
    for one in (article, join([article, article]), extract_text(article.text)):
        assert set(one.sources) == LOOKED_FOR
        for name, source in one.sources.items():
            assert (source is None) == (getattr(one, name) in (None, ())), name
    if html is not MUTE:
        assert None not in article.sources.values()
