"""Site file: the TOML that says of a site what a survey found, with comments that say what was measured.

A module of its own because a file that a person goes on with must be read back as exactly what was meant. Pure.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from scraper.article import Article
from scraper.config_file import read_site
from scraper.policy import ROW_WORDS, objection
from scraper.report.printable import printable
from scraper.survey import FIELDS, Finding, Survey

_WIDTH = 118

OBJECTIONS = ("tdm_policy", "license")
"""What is always worth reading; of the other signals only what forbids something."""
OPT_OUTS = {
    "tdm_reservation": "reservation of text and data mining (TDMRep)",
    "tdm_policy": "terms for text and data mining (TDMRep)",
    "content_usage": "Content-Usage",
    "content_signal": "Content-Signal in robots.txt",
    "license": "license (RSL)",
    "robots_directives": "robots directives",
}
"""Signal -> where a site says so, for a person."""


def make_file(survey: Survey, file: Path) -> str:
    """Write the file of a site.

    Args:
        survey: What was found.
        file: Its name, for faults.

    Raises:
        ConfigError: What it says is not what was meant.
    """
    text = "\n".join(_lines(survey)) + "\n"
    if read_site(text, file) != survey.site:
        raise AssertionError(f"{file}: does not say what was found")  # a fault of this program
    return text


def _lines(survey: Survey) -> Iterator[str]:
    site, day = survey.site, f"{survey.at:%Y-%m-%d}"
    yield from _comment(f"{site.host}. Written by `scraper add {survey.given}` on {day}: the numbers are of that day.")
    yield from _comment(tell_samples(survey))
    for said in tell_robots(survey):
        yield from _comment(said)
    yield ""
    yield f"host = {_quote(site.host)}"
    yield from _addresses("feeds", site.feeds, survey, ("feed",))
    yield from _addresses("sitemaps", site.sitemaps, survey, ("news sitemap", "sitemap", "sitemap index"))
    yield from _addresses("front_pages", site.front_pages, survey, ("front page", "section"))
    yield ""
    yield from _comment(tell_pattern(survey))
    if site.article_pattern:
        yield f"article_pattern = {_quote(site.article_pattern)}"
    if site.render:
        yield ""
        yield from _comment("Its pages are built by scripts: a browser runs them.")
        yield "render = true"
    yield ""
    yield from _comment(
        "Where the general extraction fails on these pages, selectors go here; `scraper rule test "
        f"{site.host}` tries them on archived pages. What a rule leaves out is found as on any site."
    )
    yield from ("#", "# [[rule]]", '# body = "article .story-body"', '# remove = [".newsletter"]')


def tell_samples(survey: Survey) -> str:
    """Say how the samples came out, in one sentence."""
    asked, articles = len(survey.samples), survey.articles
    counts = [f"{name.removesuffix('_at')} of {sum(1 for each in articles if getattr(each, name))}" for name in FIELDS]
    refused = sorted({each.result.reason for each in survey.samples if not isinstance(each.result, Article)})
    told = f"Of {asked} pages that were tried {len(articles)} came out as articles"
    told += f", the others {', '.join(refused)}" if refused else ""
    told += f". Found: {', '.join(counts)}." if articles else "."
    behind = sum(each.paywalled is True for each in articles)
    return told + (f" {behind} of them stand behind a paywall: only what is shown is kept." if behind else "")


def tell_robots(survey: Survey) -> Iterator[str]:
    """Say what robots.txt asks for, and what the site says against uses of its pages."""
    delays = [robots.crawl_delay_s for robots in survey.scouted.rules.values() if robots.crawl_delay_s]
    if delays:
        yield f"robots.txt asks for {max(delays):g} s between two requests; a crawl keeps to it."
    for signal, value in survey.opt_outs:
        if signal not in OBJECTIONS and objection([(signal, value)], ROW_WORDS) is None:
            continue
        yield f"Says of uses: {OPT_OUTS[signal]}: {value}"


def tell_pattern(survey: Survey) -> str:
    """Say how well the pattern tells articles."""
    learned = survey.learned
    if learned is None:
        return (
            "No article_pattern: the addresses of articles have nothing in common that those of other pages lack. "
            "Of sitemaps every address is taken, of front pages those that look like articles."
        )
    wrong = f", and {learned.others} of pages that are none" if learned.others else ", and none of pages that are none"
    return (
        f"Matches {learned.matched} of the {learned.articles} addresses of articles that were listed{wrong}; "
        f"the front pages link {survey.more} more that it matches."
    )


def tell_finding(finding: Finding, at: datetime) -> str:
    """Say what a listing holds: how much, and how new."""
    counted = {"sitemap index": "sitemaps"}.get(finding.what, "articles")
    told = f"{finding.what}, {finding.entries:,} {counted}"
    return told + (f", the newest of {tell_age(finding.newest, at)}" if finding.newest else "")


def tell_age(when: datetime, at: datetime) -> str:
    """Say a time as a person reads it who wants to know how long ago it was."""
    hours = (at - when).total_seconds() / 3600
    if hours < 1:
        return "the last hour"
    return f"{hours:.0f} h ago" if hours < 48 else f"{when:%Y-%m-%d}"


def _addresses(key: str, used: tuple[str, ...], survey: Survey, kinds: tuple[str, ...]) -> Iterator[str]:
    """Give a key with its addresses, each with what it holds, and those that were left out as comments."""
    findings = [each for each in survey.findings if each.what in kinds]
    if not findings:
        return
    yield ""
    if used:
        yield f"{key} = ["
        for each in findings:
            if each.fate == "used":
                yield f"    {_quote(each.listed.url)},  # {_safe(tell_finding(each, survey.at))}"
        yield "]"
    for each in findings:
        if each.fate == "archive":
            yield from _comment(f"The archive, for a backfill ({tell_finding(each, survey.at)}):")
            yield from _comment(f"{key} = [{_quote(each.listed.url)}]")
        elif each.fate == "left out":
            yield from _comment(f"Left out: {each.listed.url} ({each.why})")


def _comment(text: str) -> list[str]:
    lines = textwrap.wrap(_safe(text), _WIDTH, break_long_words=False, break_on_hyphens=False)
    return [f"# {line}" for line in lines]


def _safe(text: str) -> str:
    """Write what a site said so that it stays in its comment."""
    return printable(" ".join(text.split())).encode("utf-8", "replace").decode()


def _quote(text: str) -> str:
    """Write a string as TOML: as it is where that can be."""
    if "'" not in text and text.isascii() and text.isprintable() and "\\" in text:
        return f"'{text}'"
    return printable(json.dumps(text, ensure_ascii=False))
