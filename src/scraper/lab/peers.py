"""Peers: the extractors that are compared, each called as its manual shows for articles.

A module of its own because it is the only one that knows their programming interfaces. They come with the extra
"bench" and are imported at their first call. Each takes a page's bytes and address and gives an Answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scraper.extract.assemble import extract_article
from scraper.lab.tally import Answer

Extractor = Callable[[bytes, str], Answer]

NO_ADDRESS = "http://example.com/"
"""Stands in where a peer wants an address and the truth has none."""


def ours(html: bytes, url: str) -> Answer:
    """Ask this project."""
    article = extract_article(html, url=url)
    return Answer(
        article.text,
        article.authors,
        article.published_at.isoformat() if article.published_at else "",
        article.headline or "",
        article.dek or "",
        article.section or "",
        [photo.caption for photo in article.photos if photo.caption],
        [photo.credit for photo in article.photos if photo.credit],
    )


def trafilatura(html: bytes, url: str) -> Answer:
    """Ask trafilatura for text and metadata, with its own second opinions."""
    from trafilatura import bare_extraction

    found: Any = bare_extraction(html, url=url or None, include_comments=False, with_metadata=True)
    if found is None:
        return Answer()
    return Answer(
        found.text or "",
        [name.strip() for name in (found.author or "").split(";")],
        found.date or "",
        found.title or "",
        found.description or "",
        found.categories[0] if found.categories else "",
    )


def trafilatura_fast(html: bytes, url: str) -> Answer:
    """Ask trafilatura for the text alone, without second opinions."""
    from trafilatura import extract

    return Answer(extract(html, include_comments=False, fast=True) or "")


def resiliparse(html: bytes, url: str) -> Answer:
    """Ask resiliparse."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse_from_bytes(html, detect_encoding(html))
    text = extract_plain_text(tree, main_content=True, alt_texts=False, links=False)
    return Answer(text, title=tree.title or "")


def newspaper4k(html: bytes, url: str) -> Answer:
    """Ask newspaper4k."""
    import newspaper

    article = newspaper.Article(url or NO_ADDRESS, fetch_images=False)
    article.download(input_html=_decode(html))
    article.parse()
    date = article.publish_date
    return Answer(article.text or "", article.authors, date.isoformat() if date else "", article.title or "")


def readability(html: bytes, url: str) -> Answer:
    """Ask readability-lxml."""
    from lxml.html import fromstring
    from readability import Document

    document = Document(_decode(html))
    return Answer(fromstring(document.summary()).text_content(), title=document.title() or "")


def goose3(html: bytes, url: str) -> Answer:
    """Ask goose3."""
    from goose3 import Goose

    article = Goose({"enable_image_fetching": False}).extract(raw_html=_decode(html))
    date = article.publish_datetime_utc
    authors = list(_flatten(article.authors or ()))
    return Answer(article.cleaned_text or "", authors, date.isoformat() if date else "", article.title or "")


PEERS: dict[str, Extractor] = {
    "trafilatura": trafilatura,
    "trafilatura, fast": trafilatura_fast,
    "resiliparse": resiliparse,
    "newspaper4k": newspaper4k,
    "readability-lxml": readability,
    "goose3": goose3,
}
"""Name -> extractor, in the order of reports."""


def _decode(html: bytes) -> str:
    """Decode for those that take text alone; the first guess serves nearly all pages."""
    try:
        return html.decode()
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(html).best()
        return html.decode(errors="replace") if best is None else str(best)


def _flatten(names: Iterable[Any]) -> Iterable[str]:
    for name in names:
        if isinstance(name, list):
            yield from _flatten(name)
        else:
            yield str(name)
