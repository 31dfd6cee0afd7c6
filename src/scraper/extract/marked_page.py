"""Marked page: what extraction decided of every block of a page, put on the page.

A module of its own because it asks the extractor's own steps once more, one by one, and adds what only a person who
looks wants to know. Pure, and nothing that extracts knows of it.
"""

from __future__ import annotations

from datetime import datetime

from scraper.config import Rule
from scraper.extract.assemble import Decided, decide_blocks
from scraper.extract.reading import read_page
from scraper.extract.reasons import MAX_REASONS, explain_blocks, rank_boxes, sum_up
from scraper.extract.trace import trace
from scraper.marked import BlockVerdict, Marked, MarkedBlock


def mark_page(
    html: bytes, *, url: str = "", content_type: str | None = None, fetched_at: datetime | None = None,
    rule: Rule | None = None,
) -> Marked:  # fmt: skip
    """Mark a page; arguments as extract_article's, which decides the same.

    Raises:
        ExtractError: The page could not be read: reason "empty", "not_text" or "too_many_elements".
    """
    page = read_page(html, url=url, content_type=content_type, fetched_at=fetched_at, rule=rule)
    decided = decide_blocks(page, url)
    ruled = page.judged.known.inside is not None
    kept = frozenset(decided.found.kept)
    likely, reasons = explain_blocks(page.judged, kept)
    blocks = []
    for i, block in enumerate(page.layout.blocks):
        verdict, rule_id = _verdict(decided, kept, i)
        text = block.text if verdict in {"body", "pulled_quote", "time", "unlisted"} else block.printed
        share = None if ruled else likely.get(i)
        blocks.append(
            MarkedBlock(verdict, rule_id, text, share, () if ruled else tuple(reasons.get(i, ())[:MAX_REASONS]))
        )
    traced = trace(page.tree, page.layout, page.fields.nodes, url)
    return Marked(
        url,
        traced.lines,
        tuple(blocks),
        rank_boxes(page.judged),
        () if ruled else sum_up(reasons, kept),
        ruled,
        traced.left_out,
    )


def _verdict(decided: Decided, kept: frozenset[int], i: int) -> tuple[BlockVerdict, str]:
    if i in decided.quotes:
        return "pulled_quote", ""
    if i in decided.times:
        return "time", ""
    if i in kept:
        return "body", ""
    cut = decided.found.cut.get(i)
    return (cut.kind, cut.rule) if cut else ("unlisted", "")
