"""Scout: a look at a site that has no file yet: what it lists, and a few of its pages.

A module because a person who adds a site must not have to know where publishers put their feeds. It asks for few
addresses, in the order in which they tell most, and guesses places only where a site declares none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from itertools import chain, zip_longest

from scraper.config import Site
from scraper.crawl.article_address import count_folders
from scraper.crawl.discover import FEED_TYPES, read_listing
from scraper.crawl.paces import Paces
from scraper.crawl.page_head import read_head, resolve
from scraper.crawl.politeness import BUSY
from scraper.crawl.robots import Robots
from scraper.crawl.scouted import Listed, Named, Scouted
from scraper.crawl.visits import Visits
from scraper.errors import ItemError
from scraper.page import Evidence, Found, Kind, Page, Target
from scraper.url import Url, UrlKey, belongs_to, host_of, normalize, origin_of, url_key

MAX_FEEDS, MAX_SITEMAPS, MAX_CHILDREN, MAX_SECTIONS = 6, 4, 2, 3
"""Asked at most, chosen by hand: with five seconds between two requests all of it takes less than three minutes."""
MAX_BUSY = 2
"""Answers of a host that is busy, or asks to be left alone, after which it is."""
BODY_BYTES = 64_000_000

COMMON_FEEDS = ("/feed/", "/rss.xml", "/feed.xml", "/rss", "/atom.xml")
COMMON_SITEMAPS = ("/sitemap.xml", "/news-sitemap.xml")
"""Where content systems put them; asked for only where a site declares none."""

_FEED_PATH = re.compile(r"/(?:rss|feeds?|atom|rdf)(?:[._-][^/]*)?/?$|\.(?:rss|rdf|atom)$", re.IGNORECASE)
_COMMENTS = re.compile(r"[/_.-](?:comments?|commentaires|comentarios|kommentare)(?:[/_.-]|$)", re.IGNORECASE)
_NEWS = re.compile(r"news|aktuell|actu|noticias", re.IGNORECASE)
_GONE = frozenset(
    {"dns_failure", "connect_failed", "connect_timeout", "tls_failure", "private_address", "challenge"}
    | {"robots_unreachable", "host_waits"}
)
"""What would come of every other address of the host too."""


class Scout:
    """Looks at a site.

    Args:
        visits: Makes visits; its sites must match every address, so that all links are found.
        paces: Told of each answer.
        sites: Those of the visits: another is put there where the address given leads to another host.
        rules: Filled by the gate of the visits.
        samples: How many pages are asked for.
        tell: Called with each address before it is asked.
    """

    def __init__(
        self,
        visits: Visits,
        paces: Paces,
        sites: MutableMapping[str, Site],
        rules: Mapping[str, Robots],
        *,
        samples: int,
        tell: Callable[[Url], None],
    ) -> None:
        self._visits, self._paces, self._sites, self._samples, self._tell = visits, paces, sites, samples, tell
        self._seen = Scouted(next(iter(sites)), rules=rules)
        self._asked: set[UrlKey] = set()
        self._busy = 0

    async def look_at(self, url: Url) -> Scouted:
        """Look at the site of an address, as far as it lets itself be asked."""
        seen = self._seen
        given = await self._list(url, "front_page", "given")
        final = given.page.final_url
        if not belongs_to(final, seen.host):
            seen.host = host_of(final).removeprefix("www.")
            self._sites[seen.host] = Site(seen.host, article_pattern="/")
            seen.listings.clear()
            self._asked.clear()
            given = await self._list(final, "front_page", "given")
        self._asked.add(url_key(final))
        front = normalize(f"{origin_of(final)}/")
        if url_key(front) not in self._asked and not seen.stopped:
            await self._list(front, "front_page", "guess")
        await self._ask_feeds()
        await self._ask_sitemaps()
        for section in self._sections()[:MAX_SECTIONS]:
            if seen.stopped:
                break
            await self._list(section, "front_page", "articles")
        for found, source in self._choose():
            if len(seen.samples) == self._samples or seen.stopped:
                break
            self._tell(found.target.url)
            page, _ = await self._visit(found.target)
            seen.samples.append((page, source))
        return seen

    async def _visit(self, target: Target) -> tuple[Page, tuple[Found, ...]]:
        self._paces.begin()
        pages, found = await self._visits.visit(target)
        for page in pages:
            self._paces.settle(page)
        page = pages[0] if pages[-1].skip else pages[-1]
        self._busy = self._busy + 1 if page.status in BUSY else 0
        gone = page.skip is not None and page.skip.reason in _GONE and belongs_to(target.url, self._seen.host)
        if page.skip and (gone or self._busy == MAX_BUSY):
            self._seen.stopped = f"{page.skip.reason}: {page.skip.detail}"
        return page, found

    async def _list(self, url: Url, kind: Kind, named: Named, depth: int = 0) -> Listed:
        """Ask for a listing and keep what came, but for a guess that was wrong."""
        self._tell(url)
        self._asked.add(url_key(url))
        host = self._seen.host
        before = self._visits.dropped[host]
        page, found = await self._visit(Target(url, host, kind, Evidence(host, "seed"), depth=depth))
        listed = Listed(page, named, found, self._visits.dropped[host] - before)
        if named == "guess":
            self._seen.guesses += 1
        if named != "guess" or page.skip is None:
            self._seen.listings.append(listed)
        return listed

    async def _ask_feeds(self) -> None:
        """Ask for the feeds that are declared, else for those that are linked, else where they often are."""
        pages = [each for each in self._seen.listings if each.page.skip is None]
        # A single article declares a feed of its comments; the front page is asked last.
        declared = next((urls for page in reversed(pages) if (urls := list(_declared(page, self._seen.host)))), [])
        linked = [url for page in pages for url in page.articles if _FEED_PATH.search(url.partition("?")[0])]
        todo: list[tuple[Url, Named]] = [(url, "front_page") for url in declared] or [(url, "link") for url in linked]
        guessing = not todo
        if guessing:
            todo = [(normalize(path, self._origin()), "guess") for path in COMMON_FEEDS]
        asked = 0
        for url, named in todo:
            if self._seen.stopped or _COMMENTS.search(url) or url_key(url) in self._asked:
                continue
            if asked == MAX_FEEDS:
                self._seen.passed_over.append(url)
                continue
            asked += 1
            listed = await self._list(url, "feed", named)
            if guessing and listed.found:
                break
            if named == "link" and listed.page.skip and listed.page.skip.reason == "not_a_feed":
                # Large publishers have a page for people that lists their feeds.
                todo += [(each, named) for each in _links_of(listed.page, self._sites[self._seen.host])]

    async def _ask_sitemaps(self) -> None:
        """Ask for the sitemaps that robots.txt names, else where they often are; of an index for the newest."""
        own = [robots for origin, robots in self._seen.rules.items() if belongs_to(Url(f"{origin}/"), self._seen.host)]
        lines = dict.fromkeys(line for robots in own for line in robots.sitemaps)
        declared = sorted(filter(None, (resolve(line, self._origin()) for line in lines)), key=_by_news)
        self._seen.passed_over += declared[MAX_SITEMAPS:]
        for url in declared[:MAX_SITEMAPS] or [normalize(path, self._origin()) for path in COMMON_SITEMAPS]:
            if self._seen.stopped:
                return
            if url_key(url) not in self._asked:
                await self._ask_sitemap(url, "robots" if declared else "guess")

    async def _ask_sitemap(self, url: Url, named: Named) -> None:
        listed = await self._list(url, "sitemap", named)
        for child in _newest_children(listed.found)[:MAX_CHILDREN]:
            if url_key(child) not in self._asked and not self._seen.stopped:
                await self._list(child, "sitemap", "index", depth=1)

    def _origin(self) -> Url:
        return Url(f"{origin_of(self._seen.listings[0].page.final_url)}/")

    def _sections(self) -> list[Url]:
        """Give the links that are folders of several articles' addresses, those of most articles first."""
        if self._seen.stopped:
            return []
        articles = set(self._seen.articles())
        folders = count_folders(articles)
        links = [url for each in self._seen.listings if each.kind == "front_page" for url in each.articles]
        counts = {
            url: folders[f"/{url.split('/', 3)[3].rstrip('/')}/"]
            for url in dict.fromkeys(links)
            if "?" not in url and url not in articles and url_key(url) not in self._asked
        }
        return sorted((url for url, count in counts.items() if count > 1), key=lambda url: -counts[url])

    def _choose(self) -> Iterator[tuple[Found, Url]]:
        """Choose pages that may be articles, in turns from each listing and, within it, from each first folder."""
        likely = set(self._seen.likely())
        named = [each for each in self._seen.listings if each.is_news]
        fronts = [each for each in self._seen.listings if each.kind == "front_page"]
        turns = [_spread(each.found, each.url) for each in named]
        turns += [_spread((found for found in each.found if found.target.url in likely), each.url) for each in fronts]
        others = [each for each in self._seen.listings if each.kind == "sitemap" and not each.is_news]
        late = [_spread(sorted(each.found, key=_age), each.url) for each in others]
        for found, source in chain(_in_turns(turns), _in_turns(late)):
            if (key := url_key(found.target.url)) not in self._asked:
                self._asked.add(key)
                yield found, source


def _declared(listed: Listed, host: str) -> Iterator[Url]:
    """Give the feeds that a page's head declares, those of other hosts too."""
    yield from (each.target.url for each in listed.found if each.target.kind == "feed")
    page = listed.page
    head = read_head(page.body(BODY_BYTES), page.exchanges[-1].header("content-type"), page.final_url)
    for rels, href, media_type in head.links:
        if "alternate" in rels.split() and media_type.partition(";")[0].strip() in FEED_TYPES:
            url = resolve(href, page.final_url)
            if url and not belongs_to(url, host):
                yield url


def _links_of(page: Page, site: Site) -> Iterator[Url]:
    """Give the links of a page that look like feeds."""
    try:
        listing = read_listing(page.body(BODY_BYTES), page.final_url, "front_page", site, BODY_BYTES)
    except ItemError:
        return
    yield from (each.target.url for each in listing.found if _FEED_PATH.search(each.target.url.partition("?")[0]))


def _newest_children(found: Sequence[Found]) -> list[Url]:
    """Give the sitemaps of an index: those of news first, then by their last change, the newest first."""
    children = sorted((each for each in found if each.target.kind == "sitemap"), key=_age)
    return sorted((each.target.url for each in children), key=_by_news)


def _age(found: Found) -> float:
    return -found.changed_at.timestamp() if found.changed_at else 0.0


def _by_news(url: Url) -> bool:
    return not _NEWS.search(url.rpartition("/")[2])


def _spread(found: Iterable[Found], source: Url) -> Iterator[tuple[Found, Url]]:
    """Give the pages that a listing names in turns from each first folder of their addresses."""
    folders: dict[str, list[tuple[Found, Url]]] = {}
    for each in found:
        if each.target.kind == "article":
            folders.setdefault("/".join(each.target.url.split("/")[:4]), []).append((each, source))
    # What stands in the site's root has no folder, and is no section by itself.
    return _in_turns([iter(pages) for pages in folders.values()])


def _in_turns(turns: Sequence[Iterator[tuple[Found, Url]]]) -> Iterator[tuple[Found, Url]]:
    """Take one of each in turns until there are no more."""
    return (each for row in zip_longest(*turns) for each in row if each is not None)
