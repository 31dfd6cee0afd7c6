"""Printable: text of pages as a terminal may have it: what would command it is written out.

A module of its own, because whatever prints the words of a site must do it, and the same way. A site that chose a title
could otherwise clear the screen, write into the clipboard, or show an address in another order than it stands.
"""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""C0 but tab and newline, DEL and C1, separators of lines, and what embeds, overrides or isolates a direction. The
marks U+200E, U+200F and U+061C stay: Hebrew and Arabic are written with them, and they turn no letters round.
Source: Unicode, general categories Cc, Zl and Zp; UAX #9, sections 2.1, 2.2 and 2.4."""


def printable(text: str) -> str:
    r"""Write control characters as \u001b.

    Printed JSON stays the same JSON by it.

    Args:
        text: Finished, with the newlines and tabs that it is to have.
    """
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
