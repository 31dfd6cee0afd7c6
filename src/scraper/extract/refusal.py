"""Refusal: pages that are no article, and why.

A module of its own because a wrong refusal loses an article for good, while a page let through is caught later by its
body or by a person: so walls are told only where there is hardly any text, other kinds only where more speaks for them
than for an article, and in doubt a page stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from scraper.errors import ExtractError
from scraper.extract.layout import Layout
from scraper.extract.page_kind import find_form, find_other_kind
from scraper.extract.reading import Reading
from scraper.extract.shape import is_wide
from scraper.extract.signs import Signs
from scraper.extract.walls import CONSENT_CHARS, LITTLE_TEXT, Wall, find_marked_wall, find_wall, is_about_consent

FEW_CHARS = 600
"""Below this a page's body is too short to outweigh a sign. Chosen by hand: with the development sets' bodies none of
2,466 articles is refused by such a sign."""

TEASER_WORDS = 5
TEASER_CHARS_WIDE = 12
"""As long as a headline in words, and in characters of scripts without spaces."""

FRONT_TEASERS = 15
"""Links as long as a headline on a site's first page that make it a front page. Chosen by hand: of 2,466 articles it
refuses one, the first page of a weblog."""

MAX_LINES = 12
"""So many first blocks are compared with what walls say."""

_LIST_TYPES = frozenset(("CollectionPage", "SearchResultsPage", "ItemList", "ProfilePage"))
_SAYS: dict[Wall, str] = {
    "challenge": "the site asks for a proof of being human",
    "consent_wall": "the site asks for consent before it shows anything",
    "age_gate": "the site asks for the reader's age",
    "parked_domain": "nobody publishes at this address",
    "soft_404": "the page says that it does not exist",
    "error_page": "the page reports an error",
    "redirect_stub": "the page only leads to another",
    "login": "the site asks to log in",
}
_PASSING = frozenset(("challenge", "error_page"))
"""Walls that may be gone another time."""


def refuse(page: Reading, *, url: str, text_chars: int) -> None:
    """Raise where a page is surely no article.

    Args:
        page: The page.
        url: Its address after redirects, "" if unknown.
        text_chars: Characters of the body that was found.

    Raises:
        ExtractError: reason "challenge", "consent_wall", "age_gate", "parked_domain", "soft_404", "error_page",
            "redirect_stub", "login", "section_front", "list", "product", "forum", "documentation" or "service";
            retryable where the article may be there later.
    """
    linked = page.linked
    signs = Signs(linked, page.fields, page.layout, url, _root_names(page), page.text)
    if signs.is_declared:
        if kind := find_other_kind(signs):
            raise ExtractError(kind[0], f"the page is no article: {kind[1]}")
        return
    if text_chars < FEW_CHARS or page.fields.published_at is None:
        _refuse_wall(page, url, text_chars)
    if signs.is_front and signs.og_type != "article":
        teasers = sum(1 for block in page.layout.blocks if _is_teaser(block.text, block.link_chars))
        if teasers >= FRONT_TEASERS:
            raise ExtractError("section_front", f"the site's front page, with {teasers} links as long as a headline")
    if kind := find_other_kind(signs):
        raise ExtractError(kind[0], f"the page is no article: {kind[1]}")
    if text_chars < FEW_CHARS and not signs.article_points and (form := find_form(signs)):
        raise ExtractError(form[0], f"the page is there to be filled in: {form[1]}")
    if text_chars < FEW_CHARS and signs.og_type != "article" and (kinds := signs.types & _LIST_TYPES):
        raise ExtractError("list", f"the page declares itself a {min(kinds)}")


def _refuse_wall(page: Reading, url: str, text_chars: int) -> None:
    layout = page.layout
    page_chars = sum(len(block.text) for block in layout.blocks)
    title = (page.linked.title or "").strip()
    found: tuple[Wall, str] | None = None
    if text_chars < FEW_CHARS:
        lines = [block.text for block in layout.blocks[:MAX_LINES]] if page_chars < LITTLE_TEXT else []
        found = find_wall(title, _headings(layout), lines) or find_marked_wall(
            page.text, host=_host(url), refresh=page.linked.first_meta("refresh"), page_chars=page_chars
        )
    elif page_chars <= CONSENT_CHARS:
        # A wall's text about data is long enough to be taken for an article's.
        found = find_wall(title, _headings(layout), [block.text for block in layout.blocks[:MAX_LINES]])
        if found and (found[0] != "consent_wall" or not is_about_consent([block.text for block in layout.blocks])):
            found = None
    if found:
        wall, said = found
        raise ExtractError(wall, f"{_SAYS[wall]}: {said!r:.200}", retryable=wall in _PASSING)


def _headings(layout: Layout) -> Iterator[str]:
    """Give what the page's first headings say."""
    for block in layout.blocks:
        if block.box.heading in (1, 2):
            yield block.text
            if block.box.heading == 1:
                return


def _is_teaser(text: str, link_chars: int) -> bool:
    """Tell a link as long as a headline."""
    if link_chars * 10 < len(text) * 8:
        return False
    return len(text.split()) >= TEASER_WORDS or (len(text) >= TEASER_CHARS_WIDE and is_wide(text))


def _root_names(page: Reading) -> str:
    """Give the names of the html element: systems write there what kind of page they made."""
    root = page.tree.root
    given = root.attributes if root is not None else {}
    return " ".join(value for name in ("class", "id", "data-template") if (value := given.get(name)))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
