"""Press: five papers of a fictional valley over three weeks of March 2026, as each address answers at each hour.

A module of its own, because a corpus to look at needs what one site at one moment does not have: days, articles that
change or go, copies of an agency's text, pictures with credits, and a host that is down. Nobody listens on a port: what
an address answers is a function of it and of the time. The words stand in press.toml; the same bytes every time.
"""

from __future__ import annotations

import hashlib
import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources

from scraper.config import Site
from scraper.demo.press_page import Paper, Picture, Story, make_feed, make_page
from scraper.url import normalize

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 21
DOWN = range(14, 17)
"""Days on which the host of the island's paper answers 503."""

LANTERN = Paper("quillhaven-lantern.example", "Quillhaven Lantern", 2, 6, -5, "Odile Fenwright", asks=True)
COURIER = Paper("orrin-courier.example", "Orrin Courier", 2, 12, -5, None, declares=False)
POST = Paper("tollmark-post.example", "Tollmark Post", 1, 8, -5, "Lucjan Amberly", robots="noai")
GAZETTE = Paper("gannet-gazette.example", "Gannet Gazette", 1, 4, 0, None, declares=False)
BOTE = Paper("marschbote.example", "Marschbote", 1, 6, 1, "Hauke Lindqvast", language="de")
PAPERS = (LANTERN, COURIER, POST, GAZETTE, BOTE)

_WIRE_EVERY = {COURIER: 2, GAZETTE: 4, POST: 8, BOTE: 5}
"""Each so many days a paper's first story is the agency's; never the Lantern's."""
_HOURS = timedelta(hours=1)
_ROBOTS = b"User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\nDisallow: /search\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers.

    Args:
        etag: Its validator, "" for none.
    """

    status: int
    content_type: str = "text/html; charset=utf-8"
    body: bytes = b""
    etag: str = ""


@dataclass(frozen=True, slots=True)
class _Fate:
    """What becomes of a story.

    Args:
        states: How it stands from a time on; the first from its publication.
        gone_at: When it is taken down.
    """

    states: tuple[tuple[datetime, Story], ...]
    gone_at: datetime | None = None


def sites() -> dict[str, Site]:
    """Give what files in config/sites would say of the papers."""
    return {
        paper.host: Site(paper.host, feeds=(normalize(f"https://{paper.host}/feed.rss"),), delay_s=0.0)
        for paper in PAPERS
    }


def answer(url: str, now: datetime) -> Answer:
    """Answer for an address at a time (aware)."""
    host, _, path = url.removeprefix("https://").partition("/")
    if host == GAZETTE.host and (now - START).days in DOWN:
        return Answer(503)
    if path == "robots.txt":
        return Answer(200, "text/plain", _ROBOTS)
    standing = {each: story for each, fate in _fates().items() if (story := _at(fate, now))}
    if path == "feed.rss":
        paper = next(paper for paper in PAPERS if paper.host == host)
        listed = sorted((s for s in standing.values() if s.paper is paper), key=lambda s: s.published, reverse=True)
        return _found(make_feed(paper, listed[: paper.listed]), "application/rss+xml")
    if url not in standing:
        return Answer(404)
    gone_at = _fates()[url].gone_at
    return Answer(410) if gone_at and gone_at <= now else _found(make_page(standing[url]))


def _found(text: str, content_type: str = "text/html; charset=utf-8") -> Answer:
    body = text.encode()
    return Answer(200, content_type, body, f'"{hashlib.sha256(body).hexdigest()[:16]}"')


def _at(fate: _Fate, now: datetime) -> Story | None:
    return next((story for since, story in reversed(fate.states) if since <= now), None)


@cache
def _fates() -> dict[str, _Fate]:
    """Write all stories and what becomes of them, by their address."""
    rng = random.Random(1931)  # noqa: S311
    fates: dict[str, _Fate] = {}
    for day in range(DAYS):
        wire = {language: _write(rng, paper, day) for language, paper in (("en", LANTERN), ("de", BOTE))}
        for paper in PAPERS:
            for number in range(paper.per_day):
                story = _write(rng, paper, day)
                every = _WIRE_EVERY.get(paper)
                if every and number == 0 and day % every == 0:
                    story = _copy_wire(rng, story, wire[paper.language])
                elif paper is POST and day % 4 == 3:
                    story = _copy_sister(story, fates)
                elif paper is POST and day % 5 == 2:
                    story = replace(story, headline=f"Watch: {story.headline}", paragraphs=())
                elif paper is POST and day % 5 == 4:
                    story = replace(story, closed=True)
                story = replace(story, url=_address(story, "search" if paper is BOTE and day % 7 == 4 else ""))
                fates[story.url] = _decide(rng, story)
    return fates


def _write(rng: random.Random, paper: Paper, day: int) -> Story:
    """Write a story of the paper's own."""
    words = _words()[paper.language]
    comma = ", " if paper.language == "de" else " "
    chosen = zip(*(rng.sample(words[key], 7) for key in ("who", "what", "when")), strict=True)
    (who, what, when), *others = chosen
    more = [f"{subject} {verb}{comma}{rest}." for subject, verb, rest in others]
    speech = [
        f"„{line}“, sagte {person}." if paper.language == "de" else f"“{line},” said {person}."
        for line, person in zip(rng.sample(words["said"], 2), rng.sample(words["people"], 2), strict=True)
    ]
    aside = rng.choice(words["asides"]).format(n=rng.randint(11, 97))
    authors = tuple(rng.sample(words["authors"], rng.choice((1, 1, 1, 2))))
    link, by = (" und ", "Von ") if paper.language == "de" else (" and ", "By ")
    published = START + timedelta(days=day, minutes=rng.randrange(6 * 60, 17 * 60))
    return Story(
        paper=paper,
        url="",
        headline=f"{who} {what}",
        dek=more[5] if rng.random() < 0.4 else "",
        byline=by + link.join(authors),
        authors=authors,
        dateline="",
        section=rng.choice(words["sections"]),
        published=published,
        paragraphs=(
            f"{who} {what}{comma}{when}. {aside}",
            speech[0],
            " ".join(more[0:2]),
            " ".join(more[2:4]),
            f"{speech[1]} {more[4]}",
        ),
        pictures=_take_pictures(rng, paper, words, published),
    )


def _take_pictures(
    rng: random.Random, paper: Paper, words: dict[str, list[str]], published: datetime
) -> tuple[Picture, ...]:
    count = rng.choice((0, 1, 1, 2) if paper.photographer else (0, 0, 1))
    day = f"{published.day}. März" if paper.language == "de" else f"March {published.day}, 2026"
    pictures = []
    for caption in rng.sample(words["captions"], count):
        person = rng.choice(words["people"]).partition(",")[0]
        lines: list[str | None] = [*[f"{paper.photographer}/{paper.name}"] * 5] if paper.photographer else []
        lines += ["AP Photo", "Courtesy of the Harbor Archive", None] if paper.language == "en" else ["dpa", None]
        path = f"/img/{rng.randrange(16**6):06x}.jpg"
        pictures.append(Picture(path, caption.format(day=day, person=person), rng.choice(lines)))
    return tuple(pictures)


def _copy_wire(rng: random.Random, story: Story, wire: Story) -> Story:
    """Print the agency's story of the day as papers do: cut from below, or whole, under an own headline or not."""
    german = story.paper.language == "de"
    agency, city = ("dpa", "Quillheim") if german else ("AP", "QUILLHAVEN")
    more = ", heißt es" if german else ", officials say"
    paragraphs = wire.paragraphs[: rng.choice((3, 4, 5))]
    byline = "The Associated Press" if agency == "AP" and rng.random() < 0.5 else ""
    return replace(
        story,
        headline=wire.headline if rng.random() < 0.5 else f"{wire.headline}{more}",
        dek="",
        byline=byline,
        authors=(byline,) if byline else (),
        dateline=f"{city} ({agency}) — ",
        paragraphs=paragraphs,
    )


def _copy_sister(story: Story, fates: dict[str, _Fate]) -> Story:
    """Print what the sister paper printed last, some hours later; nobody says so."""
    own = next(fate.states[0][1] for fate in reversed(fates.values()) if fate.states[0][1].paper is LANTERN)
    return replace(own, paper=story.paper, published=own.published + 5 * _HOURS, pictures=story.pictures)


def _decide(rng: random.Random, story: Story) -> _Fate:
    """Let some stories be changed or taken down: which, how and when."""
    states = [(story.published, story)]
    if rng.random() < 0.16:
        change = rng.choice(_CHANGES[story.paper.language])
        since = story.published + rng.randint(5, 40) * _HOURS
        states.append((since, replace(change(story), modified=since)))
        if rng.random() < 0.4:
            note = "aktualisiert" if story.paper.language == "de" else "updated"
            again = replace(states[-1][1], headline=f"{story.headline} ({note})")
            states.append((story.published + 100 * _HOURS, again))
    return _Fate(tuple(states), story.published + 60 * _HOURS if rng.random() < 0.03 else None)


_CHANGES: dict[str, tuple[Callable[[Story], Story], ...]] = {
    "en": (
        lambda s: replace(s, headline=s.headline.replace(" a ", " one ", 1) + ", after all"),
        lambda s: replace(
            s,
            paragraphs=(
                *s.paragraphs,
                "Correction: An earlier version of this story gave a wrong number of members. There are twelve.",
            ),
        ),
        lambda s: replace(s, paragraphs=(s.paragraphs[0], *s.paragraphs[2:], "The board meets again on Thursday.")),
        lambda s: replace(s, authors=("Perrin Ashdowne",), byline="By Perrin Ashdowne"),
        lambda s: replace(s, published=s.published + timedelta(minutes=95)),
    ),
    "de": (
        lambda s: replace(s, headline=f"{s.headline} – vorerst"),
        lambda s: replace(s, paragraphs=(*s.paragraphs, "Anmerkung: In einer früheren Fassung war die Zahl falsch.")),
    ),
}


def _address(story: Story, folder: str) -> str:
    name = "-".join("".join(c if c.isalnum() else " " for c in story.headline.lower()).split()[:5])
    return normalize(f"https://{story.paper.host}/{folder or f'{story.published:%Y/%m/%d}'}/{name}/")


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(resources.files("scraper.demo").joinpath("press.toml").read_text("utf-8"))
