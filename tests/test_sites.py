"""The shipped configuration loads, and each site's article_pattern tells articles from other pages.

The addresses are data: as public sources print them, never fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

import pytest

from scraper.config import Config, Site
from scraper.config_file import load_config
from scraper.url import belongs_to, normalize

CONFIG = Path(__file__).parent.parent / "config"
SITES = load_config(CONFIG, lambda _: None).sites

ARTICLES = {
    "responsiblestatecraft.org": (
        "https://responsiblestatecraft.org/israel-influence-chatgpt/",
        "https://responsiblestatecraft.org/2022/12/06/how-the-uae-turns-its-interests-into-us-policy/",
    ),
    "propublica.org": (
        "https://www.propublica.org/article/pardon-applicants-benefit-from-friends-in-high-places",
        "https://www.propublica.org/article/cdc-coronavirus-covid-19-test",
    ),
    "texastribune.org": (
        "https://www.texastribune.org/2025/04/17/east-texas-defends-water-lake-the-pines/",
        "https://www.texastribune.org/2025/02/20/texas-technology-blockchain/",
    ),
    "motherjones.com": (
        "https://www.motherjones.com/politics/2026/08/anti-ai-populism-is-reshaping-american-politics/",
        "https://www.motherjones.com/environment/2016/02/lead-exposure-gasoline-crime-increase-children-health/",
    ),
    "commondreams.org": (
        "https://www.commondreams.org/news/us-olympics-2026",
        "https://www.commondreams.org/news/2019/08/19/17-million-turn-out-hong-kong-demonstration-vow-keep-fighting-protests-enter-11th",
    ),
    "theconversation.com": (
        "https://theconversation.com/how-your-mouth-could-be-killing-your-heart-254860",
        "https://theconversation.com/physics-of-poo-why-it-takes-you-and-an-elephant-the-same-amount-of-time-76696",
    ),
    "grist.org": (
        "https://grist.org/accountability/chicago-lead-pipe-replacement-map-health/",
        "https://grist.org/regulation/geoengineering-noaa-cloud-seeding-gao-oversight/",
    ),
    "calmatters.org": (
        "https://calmatters.org/environment/2020/05/california-shellfish-farming-aquaculture/",
        "https://calmatters.org/economy/technology/2026/01/californians-block-personal-data/",
    ),
    "themarshallproject.org": (
        "https://www.themarshallproject.org/2024/10/17/election-voting-harris-trump-incarceration-poll",
        "https://www.themarshallproject.org/2024/11/12/protest-surveillance-technologies",
    ),
    "truthout.org": (
        "https://truthout.org/articles/super-bowl-ad-for-ring-cameras-touted-ai-surveillance-network/",
        "https://truthout.org/articles/warren-introduces-bill-to-ban-private-equity-from-owning-medical-practices/",
    ),
    "theintercept.com": (
        "https://theintercept.com/2014/10/30/inside-story-matt-taibbis-departure-first-look-media/",
        "https://theintercept.com/2025/05/22/intel-agencies-buying-data-portal-privacy/",
    ),
    "democracynow.org": (
        "https://www.democracynow.org/2026/8/27/data_workers",
        "https://www.democracynow.org/2019/11/27/1999_wto_protests_20_years_later",
    ),
    "opendemocracy.net": (
        "https://www.opendemocracy.net/en/mark-fisher-ghosts-retromania/",
        "https://www.opendemocracy.net/en/5050/martha-nussbaum-empathy-and-moral-imagination",
    ),
    "netzpolitik.org": (
        "https://netzpolitik.org/2023/staatstrojaner-keine-normalisierung-von-schadsoftware-mehr/",
        "https://netzpolitik.org/2011/buch-generation-facebook/",
    ),
    "taz.de": (
        "https://taz.de/Studie-zu-globaler-Corona-Infektionsrate/!5730030/",
        "https://www.taz.de/!5504959/",
    ),
    "correctiv.org": (
        "https://correctiv.org/ruhr/2019/10/11/die-co2-wende-vor-der-haustuer",
        "https://correctiv.org/en/europe/2026/04/21/half-of-europes-towns-and-villages-have-fewer-residents-than-60-years-ago/",
    ),
    "globalvoices.org": (
        "https://globalvoices.org/2017/08/30/the-evolution-of-chinas-great-firewall-21-years-of-censorship/",
        "https://globalvoices.org/2025/07/28/is-irans-water-crisis-fueled-by-military-backed-illegal-wells/",
    ),
    "mediapart.fr": (
        "https://www.mediapart.fr/journal/france/170116/le-site-slatefr-est-passe-entre-les-mains-du-cac-40",
        "https://www.mediapart.fr/journal/politique/220623/un-de-votes-attrape-tout-pour-le-rn",
    ),
}
OTHER_PAGES = {
    "responsiblestatecraft.org": (
        "https://responsiblestatecraft.org/about/",
        "https://responsiblestatecraft.org/privacy-policy/",
    ),
    "propublica.org": (
        "https://www.propublica.org/topics/healthcare",
        "https://www.propublica.org/feeds/propublica/main",
    ),
    "texastribune.org": ("https://www.texastribune.org/topics/politics/feed", "https://www.texastribune.org/about/"),
    "motherjones.com": ("https://www.motherjones.com/politics/", "https://www.motherjones.com/author/someone/"),
    "commondreams.org": ("https://www.commondreams.org/news/", "https://www.commondreams.org/tag/climate"),
    "theconversation.com": (
        "https://theconversation.com/us/articles.atom",
        "https://theconversation.com/topics/climate-change-2700",
    ),
    "grist.org": (
        "https://grist.org/author/maria-parazo-rose/",
        "https://grist.org/guides/2021-holiday-makeover/6-habits-of-highly-effective-travelers/",
    ),
    "calmatters.org": (
        "https://calmatters.org/about/republish/",
        "https://calmatters.org/california-voter-guide-2026/",
    ),
    "themarshallproject.org": (
        "https://www.themarshallproject.org/rss/recent.rss",
        "https://www.themarshallproject.org/records/1234-death-penalty",
    ),
    "truthout.org": ("https://truthout.org/latest/feed/", "https://truthout.org/authors/someone/"),
    "theintercept.com": ("https://theintercept.com/politics/", "https://theintercept.com/2014/10/30/"),
    "democracynow.org": (
        "https://www.democracynow.org/2026/5/15/headlines",
        "https://www.democracynow.org/shows/2026/5/15",
    ),
    "opendemocracy.net": (
        "https://www.opendemocracy.net/en/creative-commons/",
        "https://www.opendemocracy.net/en/can-europe-make-it/",
    ),
    "netzpolitik.org": ("https://netzpolitik.org/feed/", "https://netzpolitik.org/spenden/"),
    "taz.de": ("https://taz.de/Politik/!p4615/", "https://taz.de/!p4608;rss/"),
    "correctiv.org": ("https://correctiv.org/recherchen/wohnen/wem-gehoert-hamburg/", "https://correctiv.org/en/"),
    "globalvoices.org": ("https://globalvoices.org/-/topics/sport/feed/", "https://globalvoices.org/about/"),
    "mediapart.fr": ("https://www.mediapart.fr/journal/fil-dactualites", "https://www.mediapart.fr/articles/feed"),
}


def pairs(pages: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(host, url) for host, urls in pages.items() for url in urls]


def pattern_of(host: str) -> str:
    pattern = SITES[host].article_pattern
    assert pattern is not None
    return pattern


def test_every_site_has_examples() -> None:
    assert set(SITES) == set(ARTICLES) == set(OTHER_PAGES)
    assert len(SITES) >= 15
    assert all(len(set(urls)) == 2 for pages in (ARTICLES, OTHER_PAGES) for urls in pages.values())


@pytest.mark.parametrize(("host", "url"), pairs(ARTICLES))
def test_articles_match(host: str, url: str) -> None:
    assert normalize(url) == url
    assert belongs_to(normalize(url), host)
    assert re.search(pattern_of(host), url)


@pytest.mark.parametrize(("host", "url"), pairs(OTHER_PAGES))
def test_other_pages_do_not_match(host: str, url: str) -> None:
    assert belongs_to(normalize(url), host)
    assert not re.search(pattern_of(host), url)


@pytest.mark.parametrize("site", SITES.values(), ids=lambda site: site.host)
def test_seeds_belong_to_the_site_and_are_no_articles(site: Site) -> None:
    seeds = (*site.feeds, *site.sitemaps, *site.front_pages)
    assert site.feeds
    assert site.front_pages
    for url in seeds:
        assert belongs_to(url, site.host)
        assert not re.search(pattern_of(site.host), url)
    assert len(set(seeds)) == len(seeds)


def test_no_shipped_site_has_a_rule() -> None:
    assert not any(site.rules for site in SITES.values())


def test_every_file_says_what_it_rests_on() -> None:
    for file in (CONFIG / "sites").glob("*.toml"):
        comment = file.read_text("utf-8").split("\nhost = ")[0]
        assert "Content system" in comment
        assert "could be tried" in comment


def test_the_shipped_file_names_every_key_with_its_default() -> None:
    config = load_config(CONFIG, lambda _: None)
    assert replace(config, sites={}) == Config()
    written = (CONFIG / "scraper.toml").read_text("utf-8")
    for part in (config.agent, config.fetch, config.extract, config.store, config.policy):
        for field in fields(part):
            assert re.search(rf"^{field.name} = ", written, re.MULTILINE), field.name
