"""Joined: the pages of one article made one article again.

A module of its own because every page repeats what stands around the text, and often the headline, dek and lede too:
what an earlier page said is not said again, and nothing vanishes by that. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scraper.article import Article, Removed

FURNITURE_CHARS = 40
"""So long a text, cut from an earlier page, is not the article's on a later one. A shorter one may be the subhead of a
later page, which tables of contents name."""


def join(pages: Sequence[Article], *, missing: str | None = None) -> Article:
    """Join the pages of an article.

    Args:
        pages: In order, at least one; its fields are those of the first.
        missing: Why a further page is not among them.

    Returns:
        The body, the photos and what was removed of all pages, each once. A block of a later page that an earlier one
        has as well stands in removed, by the rule "joined:repeated".
    """
    first = pages[0]
    body, photos, removed = list(first.body), list(first.photos), list(first.removed)
    said = {_fold(text) for text in (first.headline, first.dek, *(block.text for block in body)) if text}
    cut = {_fold(each.text) for each in removed}
    shown = {_name(photo.url, photo.caption) for photo in photos}
    for page in pages[1:]:
        fresh = []
        for block in page.body:
            text = _fold(block.text)
            if text in said or (len(text) >= FURNITURE_CHARS and text in cut):
                removed.append(Removed("other", block.text, "joined:repeated"))
            else:
                fresh.append(block)
        if page.dateline and page.dateline != first.dateline:
            removed.append(Removed("other", page.dateline, "joined:dateline"))
        removed += (each for each in page.removed if _fold(each.text) not in cut)
        photos += (photo for photo in page.photos if _name(photo.url, photo.caption) not in shown)
        body += fresh
        said |= {_fold(block.text) for block in fresh}
        cut |= {_fold(each.text) for each in page.removed}
        shown |= {_name(photo.url, photo.caption) for photo in page.photos}
    walls = [page.paywalled for page in pages if page.paywalled is not None]
    return replace(
        first,
        body=tuple(body),
        photos=tuple(photos),
        removed=tuple(removed),
        paywalled=any(walls) if walls else None,
        pages=len(pages),
        missing_pages=missing,
    )


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _name(url: str | None, caption: str | None) -> str:
    """Name a picture by its address, which one picture has in several sizes; by its caption where it has none."""
    return url.partition("?")[0] if url else caption or ""
