from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scraper.crawl.scouted import Listed, Named, Scouted
from scraper.page import Evidence, EvidenceKind, Exchange, Found, Kind, Page, Target
from scraper.skip import Skip
from scraper.survey import Finding, Survey, judge
from scraper.url import Url, normalize

AT = datetime(2026, 3, 20, 12, tzinfo=UTC)
HOST = "a.example"
NEW = [f"https://{HOST}/news/a-story-of-number-{n}-in-full" for n in range(10)]
STORY = (
    '<html><head><title>{title}</title><meta property="og:type" content="article"></head><body><article>'
    f"<h1>{{title}}</h1><p>{'The council met again and the ferry was on its list, as it had been before. ' * 6}</p>"
    f"<p>{'Nobody spoke against it, and the chair thanked those who came by boat. ' * 6}</p></article>"
)
LIST = (
    '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "CollectionPage"}</script>'
    "<h1>News</h1><p>All that the council said today, in the order in which it was said there.</p>"
)


def page(url: str, kind: Kind, body: str = "", skip: Skip | None = None, opt_outs: object = ()) -> Page:
    target = Target(normalize(url), HOST, kind, Evidence(HOST, "seed"))
    answer = Exchange(target.url, (), 200, "OK", (("Content-Type", "text/html"),), body.encode())
    return Page(target, () if skip else (answer,), AT, skip=skip, opt_outs=opt_outs)  # type: ignore[arg-type]


def listed(
    path: str,
    kind: Kind,
    urls: list[str],
    evidence: EvidenceKind = "rss",
    *,
    named: Named = "front_page",
    published: str | None = None,
    skip: Skip | None = None,
    off_site: int = 0,
    child: bool = False,
) -> Listed:
    found = [
        Found(
            Target(normalize(url), HOST, "sitemap" if child else "article", Evidence(path, evidence, None, published))
        )
        for url in urls
    ]
    return Listed(page(f"https://{HOST}{path}", kind, skip=skip), named, tuple(found), off_site)


def front(*urls: str, path: str = "/", named: Named = "given") -> Listed:
    return listed(path, "front_page", list(urls), "front_page", named=named)


def surveyed(
    *listings: Listed, samples: list[tuple[Page, Url]] | None = None, given: str = f"https://{HOST}/"
) -> Survey:
    scouted = Scouted(HOST, list(listings), samples or [])
    return judge(scouted, normalize(given), AT, render=False)


def fates(survey: Survey) -> dict[str, tuple[str, str]]:
    return {each.listed.url.removeprefix(f"https://{HOST}"): (each.what, each.fate) for each in survey.findings}


def why(survey: Survey, path: str) -> str:
    return next(each.why for each in survey.findings if each.listed.url.endswith(path))


def test_feeds_and_news_sitemaps_are_used_and_archives_are_left_for_a_backfill() -> None:
    survey = surveyed(
        front(*NEW),
        listed("/all.rss", "feed", NEW, published="Fri, 20 Mar 2026 10:00:00 GMT"),
        listed("/all.xml", "sitemap", ["https://a.example/1.xml"], "sitemap", child=True),
        listed("/1.xml", "sitemap", NEW, "sitemap", named="index"),
        listed("/news.xml", "sitemap", NEW[:5], "news_sitemap", published="2026-03-19"),
    )
    assert fates(survey) == {
        "/": ("front page", "used"),
        "/all.rss": ("feed", "used"),
        "/all.xml": ("sitemap index", "archive"),
        "/1.xml": ("sitemap", "left out"),
        "/news.xml": ("news sitemap", "used"),
    }
    assert survey.site.feeds == (f"https://{HOST}/all.rss",)
    assert survey.site.sitemaps == (f"https://{HOST}/news.xml",)
    assert survey.site.front_pages == (f"https://{HOST}/",)
    assert survey.findings[1].newest == AT - timedelta(hours=2)


def test_what_is_dead_empty_old_foreign_or_a_twin_is_left_out_with_its_reason() -> None:
    survey = surveyed(
        front(*NEW),
        listed("/good.rss", "feed", NEW, published="2026-03-20"),
        listed("/gone.rss", "feed", [], skip=Skip("http_404", "404 Not Found")),
        listed("/empty.rss", "feed", []),
        listed("/old.rss", "feed", NEW[:1], published="2020-01-02"),
        listed("/else.rss", "feed", [], off_site=7),
        listed("/good.atom", "feed", NEW, "atom", published="2026-03-20"),
    )
    assert survey.site.feeds == (f"https://{HOST}/good.rss",)
    assert why(survey, "/gone.rss") == "dead, http_404: 404 Not Found"
    assert why(survey, "/empty.rss") == "it is empty"
    assert why(survey, "/old.rss").startswith("nothing new since 2020-01-0")
    assert why(survey, "/else.rss") == "all of its 7 entries lead to other sites"
    assert why(survey, "/good.atom") == "the others name the same articles"


def test_an_old_feed_is_used_where_nothing_newer_is_there() -> None:
    survey = surveyed(front(), listed("/old.rss", "feed", NEW, published="2020-01-02"))
    assert survey.site.feeds == (f"https://{HOST}/old.rss",)


def test_an_archive_is_used_where_nothing_else_leads_to_articles() -> None:
    survey = surveyed(front(), listed("/all.xml", "sitemap", NEW, "sitemap", named="robots"))
    assert survey.site.sitemaps == (f"https://{HOST}/all.xml",)


def test_a_section_is_used_where_it_names_articles_that_nothing_else_does() -> None:
    survey = surveyed(
        front(*NEW[:4]),
        listed("/all.rss", "feed", NEW[:6], published="2026-03-20"),
        front(*NEW[5:], path="/news/", named="articles"),
        front(*NEW[:6], path="/sport/", named="articles"),
    )
    assert survey.site.front_pages == (f"https://{HOST}/", f"https://{HOST}/news/")


def test_an_address_given_that_is_an_article_is_a_sample_and_no_listing() -> None:
    story = f"https://{HOST}/news/the-ferry-returns-at-last"
    given = Listed(page(story, "front_page", STORY.format(title="The ferry returns at last")), "given")
    survey = surveyed(given, front(*NEW, named="guess"), given=story)
    assert survey.given_is_article
    assert [each.page.target.url for each in survey.samples] == [story]
    assert [each.what for each in survey.findings] == ["front page"]
    assert survey.samples[0].missing == ("dek", "authors", "published_at", "section", "photos")


def test_a_page_that_came_as_no_article_teaches_what_articles_do_not_look_like() -> None:
    overview = f"https://{HOST}/news/all-the-news-of-today"
    survey = surveyed(
        front(*NEW, overview),
        samples=[
            (page(overview, "article", LIST), Url("x")),
            (page(NEW[0], "article", STORY.format(title="A b c")), Url("x")),
        ],
    )
    assert [type(each.result).__name__ for each in survey.samples] == ["Skip", "Article"]
    assert survey.learned
    assert survey.learned.matched == survey.learned.articles == len(NEW)


def test_opt_outs_of_all_pages_are_collected_once() -> None:
    said = (("tdm_reservation", "1"), ("robots_directives", "noai"))
    sample = page(NEW[0], "article", STORY.format(title="A b c"), opt_outs=said)
    survey = surveyed(front(*NEW), samples=[(sample, Url("x")), (sample, Url("x"))])
    assert survey.opt_outs == said


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_a_listing_that_is_another_kind_than_expected_is_called_what_it_is(kind: Kind) -> None:
    survey = surveyed(front(*NEW), listed("/x", kind, NEW, "news_sitemap", published="2026-03-20"))
    assert isinstance(survey.findings[1], Finding)
    assert survey.findings[1].what == "news sitemap"
