"""Page extraction: from a page, or what else holds an article, to a clean Article.

A module apart from segments, because whoever has one page needs nothing else: a worker process, the commands that show
what extraction makes of a page, and the trials of a site's rules.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime

from scraper.article import Article
from scraper.clean.quality import check
from scraper.clean.text import clean_article
from scraper.config import Rule
from scraper.crawl.judge import judge
from scraper.errors import ExtractError, ItemError
from scraper.extract.assemble import extract_article
from scraper.extract.conflicts import add_listed
from scraper.extract.joined import join
from scraper.page import Exchange, Page
from scraper.payload import decode_payload
from scraper.skip import Skip

MAX_BODY_BYTES = 64_000_000
"""Decoded body that extraction takes from an archive, whatever limit the crawl had."""


def extract_page(page: Page, rule: Rule | None) -> Article | Skip:
    """Make a clean article of a page, or say why not."""
    answer, missing = page.exchanges[-1], page.missing
    try:
        pages = [
            extract_article(
                page.body(MAX_BODY_BYTES),
                url=page.target.url,
                content_type=answer.header("Content-Type"),
                fetched_at=page.fetched_at,
                rule=rule,
            )
        ]
        for part in page.parts:
            try:
                pages += _extract_part(part, page, rule)
            except ItemError as error:
                # What follows would be read as if nothing were missing in between.
                missing = Skip(error.reason, f"page {len(pages) + 1}, {part[-1].url}: {error.detail}")
                break
        article = join(pages, missing=f"{missing.reason}: {missing.detail}" if missing else None)
        listed = page.target.evidence
        article = add_listed(article, listed.kind, listed.title, listed.published)
        return _clean(dataclasses.replace(article, final_url=page.final_url))
    except ItemError as error:
        return Skip(error.reason, error.detail, error.retryable)


def _extract_part(part: tuple[Exchange, ...], page: Page, rule: Rule | None) -> Iterator[Article]:
    """Extract a further page of an article; nothing where none came, or the first one came again.

    Raises:
        ItemError: It is no article.
    """
    if not part or part[-1].url == page.final_url or part[-1].truncated:
        return
    answer = part[-1]
    body = decode_payload(answer.payload, answer.header("Content-Encoding"), MAX_BODY_BYTES)
    if judge(answer, body[:1024], "article") is None:
        content_type = answer.header("Content-Type")
        yield extract_article(body, url=answer.url, content_type=content_type, fetched_at=page.fetched_at, rule=rule)


def extract_payload(
    html: bytes, *, url: str, final_url: str, content_type: str | None, fetched_at: datetime, rule: Rule | None
) -> Article:
    """Extract and clean, as every article of the corpus is.

    Raises:
        ItemError: It is no article.
    """
    article = extract_article(html, url=url, content_type=content_type, fetched_at=fetched_at, rule=rule)
    return _clean(dataclasses.replace(article, final_url=final_url))


def extract_plain(payload: bytes) -> Article:
    """Extract and clean a text without markup.

    Raises:
        ItemError: It is no article.
    """
    from scraper.extract.decode import decode  # neither is needed where pages are extracted
    from scraper.extract.flat_text import extract_text

    return _clean(extract_text(decode(payload)))


def _clean(article: Article) -> Article:
    article = clean_article(article)
    if skip := check(article):
        raise ExtractError(skip.reason, skip.detail)
    return article
