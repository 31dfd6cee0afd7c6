"""Refusal: pages that are no article, recognized by few and sure signs."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.linked_data import LinkedData


def refuse(tree: LexborHTMLParser, *, url: str, linked: LinkedData, text_chars: int) -> None:
    """Raise where a page is surely no article.

    Args:
        tree: The page.
        url: Its address.
        linked: What it declares.
        text_chars: Characters of the body that was found.

    Raises:
        ExtractError: reason "challenge", "consent_wall", "login", "soft_404", "error_page" or "section_front".
    """
