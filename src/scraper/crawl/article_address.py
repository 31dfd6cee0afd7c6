"""Article address: what an address alone says of its page, and what those of a site's articles have in common.

A module because nobody should have to write a regular expression to add a site, and because what is learned must never
cost an article that a plain guess would have found. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass

from scraper.url import Url

ENOUGH = 0.95
"""Share of the articles whose addresses a pattern should match: lists name a few pages that are none."""
LEAST = 0.6
"""With fewer than that nothing was learned."""
MOST_OTHERS = 0.02
"""Share of the pages that are no articles which a form may match: that they are none is itself a guess."""
MAX_NAMES = 12
"""Of folders that are left out, or that articles are told by."""

_NO_ARTICLE = re.compile(
    r"/(tags?|topics?|categor(?:y|ies)|authors?|page|search|login|sign-?(?:in|up)|subscribe|about|contact|privacy|terms"
    r"|wp-content|wp-json|feed|rss|account|newsletters?|video|podcasts?|events?|jobs|donate)(?:/|$)"
    r"|\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|zip|xml|css|js)$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"/\d{4}/\d{1,2}/.*[a-z]|(?:[^/-]+-){3,}[^/-]+/?$|\d{5,}|\.s?html?$", re.IGNORECASE)
"""Without a site's own pattern: a date, a slug of four words, a long number, or a page's ending."""

_FOLDERS, _END = r"(?:[^/?#]+/)*", r"/?(?:[?#]|$)"
_WORDY = r"[^/?#]*[^\W\d_][^/?#]*"
_FORMS = (
    rf"{_FOLDERS}(?:19|20)\d\d[/-](?:\d\d?|[a-z]{{3,9}})[/-](?:\d\d?[/-])?{_FOLDERS}{_WORDY}{_END}",
    rf"{_FOLDERS}(?:19|20)\d\d/{_WORDY}{_END}",
    rf"{_FOLDERS}[^/?#]*\d{{5,}}[^/?#]*{_END}",
    rf"{_FOLDERS}[^/?#]*\d{{5,}}[^/?#]*/[^/?#]+{_END}",
    *(rf"{_FOLDERS}[^/?#_-]+(?:[_-]+[^/?#_-]+){{{count},}}{_END}" for count in (3, 2)),
    rf"{_FOLDERS}(?=[^/?#]*\d)(?=[^/?#]*[A-Za-z])[^/?#]{{6,}}{_END}",
    rf"{_FOLDERS}[^/?#]*\d{{3,}}[^/?#]*{_END}",
    rf"{_FOLDERS}[^/?#]+\.s?html?{_END}",
)
"""How systems make the addresses of articles, the surest sign first: a day, a year, a long number, one in a folder, a
slug of four words and of three, letters mixed with digits, a short number, the ending of a page."""
_PARAMETER = re.compile(r"[?&]([\w.-]{1,40})=[^&#]*\d")


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned of a site's addresses.

    Args:
        pattern: A regular expression, searched for in addresses.
        matched: How many of the articles' addresses it matches.
        articles: Of so many.
        others: How many of those of other pages it matches.
    """

    pattern: str
    matched: int
    articles: int
    others: int


def may_be_article(url: Url) -> bool:
    """Guess by its address alone whether a page that a front page links is an article."""
    path = _path(url).partition("?")[0]
    return bool(_ARTICLE.search(path)) and not _NO_ARTICLE.search(path)


def count_folders(articles: Iterable[Url]) -> Counter[str]:
    """Count the articles in each folder of their paths, and in those around it; folders end with a slash."""
    paths = {_path(url).partition("?")[0] for url in articles}
    return Counter(path[: at + 1] for path in paths for at, char in enumerate(path[:-1]) if char == "/")


def is_surely_other(url: Url, folders: Container[str]) -> bool:
    """Tell a page that is no article: a folder of theirs, or one whose names are those of services or sections.

    Args:
        url: An address of the site.
        folders: Those of its articles, as count_folders gives them.
    """
    path = _path(url).partition("?")[0]
    if _NO_ARTICLE.search(path) or f"{path.rstrip('/')}/" in folders:
        return True
    names = [name for name in path.split("/") if name]
    return len(names) <= 2 and not any(re.search(r"\d|\.\w+$|[^/_-]+[_-][^/_-]+[_-]", name) for name in names)


def learn(articles: Collection[Url], others: Collection[Url]) -> Learned | None:
    """Learn how the addresses of a site's articles are told from others.

    Args:
        articles: Addresses of articles, a few of which may be none.
        others: Addresses of pages that are none.

    Returns:
        None where no form of address is theirs alone.
    """
    paths = sorted({_path(url)[1:] for url in articles})
    foreign = sorted({_path(url)[1:] for url in others} - set(paths))
    own = {name for path in paths for name in _folder_names(path)}
    hard = [path for path in foreign if own.issuperset(_folder_names(path))]
    forms = [form for form in (*_FORMS, *_parameters(paths), *_folders(paths)) if _tells_apart(form, hard)]
    chosen = _cover(forms, paths)
    matched = sum(any(re.match(form, path) for form in chosen) for path in paths)
    if not paths or matched < LEAST * len(paths):
        return None
    whole = chosen[0] if len(chosen) == 1 else f"(?:{'|'.join(chosen)})"
    reached = [path for path in foreign if path not in hard and re.match(whole, path)]
    names = Counter(next(name for name in _folder_names(path) if name not in own) for path in reached)
    left_out = "|".join(sorted(re.escape(name) for name, _ in names.most_common(MAX_NAMES)))
    besides = f"(?!{_FOLDERS}(?:{left_out})/)" if left_out else ""
    pattern = f"^https?://[^/]+/{besides}{whole}"
    wrong = sum(re.match(pattern, f"https://a/{path}") is not None for path in foreign)
    return Learned(pattern, matched, len(paths), wrong)


def _cover(forms: Sequence[str], paths: Sequence[str]) -> list[str]:
    """Choose the surest form that matches enough, else as few as it takes."""
    matched = {form: {path for path in paths if re.match(form, path)} for form in forms}
    enough = ENOUGH * len(paths)
    if form := next((form for form in forms if len(matched[form]) >= enough), None):
        return [form]
    chosen, missed = list[str](), set(paths)
    while len(paths) - len(missed) < enough and forms:
        best = max(forms, key=lambda form: len(matched[form] & missed))
        if not matched[best] & missed:
            break
        chosen.append(best)
        missed -= matched[best]
    return chosen


def _tells_apart(form: str, others: Sequence[str]) -> bool:
    return sum(re.match(form, path) is not None for path in others) <= MOST_OTHERS * len(others)


def _parameters(paths: Sequence[str]) -> list[str]:
    """Give the form of addresses that name their article by a parameter of the query, and by it alone."""
    if len({path.partition("?")[0] for path in paths}) > len(paths) / 2:
        return []
    names = Counter(name for path in paths for name in _PARAMETER.findall(path))
    return [rf"[^?#]*\?(?:[^#]*&)?{re.escape(name)}=[^&#]*\d" for name, count in names.most_common(1) if count > 1]


def _folders(paths: Sequence[str]) -> list[str]:
    """Give the form of addresses that are told by their first folder alone."""
    counts = Counter(names[0] for path in paths if (names := _folder_names(path)))
    names = [re.escape(name) for name, count in counts.most_common(MAX_NAMES) if count > 1]
    return [rf"(?:{'|'.join(sorted(names))})/{_FOLDERS}[^/?#]+{_END}"] if names else []


def _folder_names(path: str) -> list[str]:
    return path.partition("?")[0].split("/")[:-1]


def _path(url: Url) -> str:
    return url[url.index("/", 8) :]
