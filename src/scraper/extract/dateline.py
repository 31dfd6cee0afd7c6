"""Dateline: the place (and agency) that news agencies print before the first sentence."""

from __future__ import annotations


def split_dateline(lede: str) -> tuple[str | None, str]:
    """Split the dateline from the first paragraph.

    Returns:
        The dateline without its dash (None if there is none), and the rest of the paragraph.
    """
    return None, lede
