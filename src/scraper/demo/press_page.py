"""Press page: how a paper of the press prints a story, and lists it in its feed.

A module of its own, because each paper has its own markup, as papers do, and the extractor must not be told which.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape

_PLEA = """<div class="membership-box"><p>We have no owner but our members. Please consider a tax-deductible gift today:
every dollar given before the end of March will be matched.</p></div>"""

_WALL = """<div class="paywall"><h3>Subscribe to keep reading</h3>
<p>This article is for subscribers only. Already a subscriber? <a href="/login">Log in</a></p></div>"""
_VIDEO = '<div class="player"><video src="/video/latest.mp4" controls></video></div>'


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper and its habits.

    Args:
        per_day: Stories it prints each day.
        listed: Stories its feed holds.
        offset_h: Hours its clock is ahead of UTC.
        photographer: Whom it credits its own pictures to; None for a paper that prints none of its own.
        declares: Whether its pages carry JSON-LD.
        asks: Whether it asks for money in the middle of the text.
        robots: What its pages tell robots, "" for nothing.
    """

    host: str
    name: str
    per_day: int
    listed: int
    offset_h: int
    photographer: str | None
    declares: bool = True
    asks: bool = False
    robots: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a story; credit None where none is printed."""

    path: str
    caption: str
    credit: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """A story as a paper prints it.

    Args:
        byline: As printed, "" for none.
        dateline: What stands before the first sentence, with its dash; "" for none.
        published: Aware.
        paragraphs: The body; none of a page that shows a video and nothing else.
        modified: When it was changed last, as far as the paper tells.
        closed: Whether only its beginning is printed for those who do not pay.
    """

    paper: Paper
    url: str
    headline: str
    dek: str
    byline: str
    authors: tuple[str, ...]
    dateline: str
    section: str
    published: datetime
    paragraphs: tuple[str, ...]
    pictures: tuple[Picture, ...] = ()
    modified: datetime | None = None
    closed: bool = False


def make_page(story: Story) -> str:
    """Print a story as an HTML page."""
    paper = story.paper
    local = story.published.astimezone(timezone(timedelta(hours=paper.offset_h)))
    return f"""<!DOCTYPE html>
<html lang="{paper.language}">
<head><meta charset="utf-8"><title>{escape(story.headline)} | {escape(paper.name)}</title>
<link rel="canonical" href="{story.url}">
<meta property="og:type" content="article"><meta property="og:site_name" content="{escape(paper.name)}">
<meta property="og:title" content="{escape(story.headline)}">
{f'<meta name="robots" content="{paper.robots}">' if paper.robots else ""}
{_linked_data(story, local) if paper.declares else ""}</head>
<body>
<header><a href="/">{escape(paper.name)}</a>
<nav><a href="/local/">Local</a> <a href="/weather/">Weather</a></nav></header>
<main>{_article(story, local) if story.paragraphs else _VIDEO}</main>
<footer><p>© 2026 {escape(paper.name)}</p><a href="/privacy/">Privacy</a></footer>
</body>
</html>
"""


def _article(story: Story, local: datetime) -> str:
    first, *rest = story.paragraphs[:3] if story.closed else story.paragraphs
    paragraphs = "\n".join(f"<p>{escape(text)}</p>" for text in (story.dateline + first, *rest))
    dek = f'<p class="standfirst">{escape(story.dek)}</p>' if story.dek else ""
    byline = f'<p class="byline">{escape(story.byline)}</p>' if story.byline else ""
    pictures = "\n".join(_figure(picture) for picture in story.pictures)
    return f"""<article>
<p class="section"><a href="/{story.section.lower()}/">{escape(story.section)}</a></p>
<h1>{escape(story.headline)}</h1>
{dek}
{byline}
<time datetime="{local.isoformat()}">{local:%Y-%m-%d %H:%M}</time>
<div class="story-body">
{pictures}
{paragraphs}
{_PLEA if story.paper.asks else ""}{_WALL if story.closed else ""}
</div>
</article>"""


def make_feed(paper: Paper, stories: Iterable[Story]) -> str:
    """List stories as RSS, in their order."""
    items = "\n".join(
        f"<item><title>{escape(story.headline)}</title><link>{story.url}</link>"
        f"<pubDate>{format_datetime(story.published)}</pubDate></item>"
        for story in stories
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>{escape(paper.name)}</title><link>https://{paper.host}/</link>
{items}
</channel></rss>
"""


def _figure(picture: Picture) -> str:
    caption = escape(picture.caption)
    credit = f'<span class="credit">{escape(picture.credit)}</span>' if picture.credit else ""
    return (
        f'<figure><img src="{picture.path}" alt="Picture: {caption}">'
        f'<figcaption><span class="caption">{caption}</span> {credit}</figcaption></figure>'
    )


def _linked_data(story: Story, local: datetime) -> str:
    declared: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.headline,
        "datePublished": local.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "articleSection": story.section,
        "keywords": [story.section, "Sedge valley"],
        "publisher": {"@type": "Organization", "name": story.paper.name},
    }
    if story.modified:
        declared["dateModified"] = story.modified.isoformat()
    if story.closed:
        declared["isAccessibleForFree"] = False
    return f'<script type="application/ld+json">{json.dumps(declared, ensure_ascii=False)}</script>\n'
