"""Survey lines: what was found of a site, as a person reads it on a terminal, and what kept it from being found.

A module of its own because what a person does next hangs on these words. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scraper.article import Article
from scraper.report.samples import tell_missing, tell_values
from scraper.site_file import tell_finding, tell_pattern, tell_robots, tell_samples
from scraper.survey import OTHER_PAGES, Finding, Sample, Survey

_WALLS = frozenset({"challenge", "http_403", "http_401", "http_429", "http_503", "login", "consent_wall"})
_NO_TEXT = frozenset({"no_body", "too_short", "empty", "redirect_stub"})
_NOT_THERE = frozenset(
    {"dns_failure", "connect_failed", "connect_timeout", "tls_failure", "timeout", "connection_reset", "bad_response"}
)


def tell_survey(survey: Survey) -> Iterator[str]:
    """Say what was found."""
    yield survey.site.host
    if survey.given_is_article:
        yield f"  {survey.given} is a single article; the site was looked at from its front page"
    elif survey.scouted.listings[0].url != survey.given:
        yield f"  {survey.given} leads to {survey.scouted.listings[0].url}"
    for said in tell_robots(survey):
        yield f"  {said}"
    yield ""
    yield "Listings"
    for finding in survey.findings:
        yield from _tell_finding(finding, survey)
    if not any(each.what in ("feed", "news sitemap") and each.fate == "used" for each in survey.findings):
        yield "  no feed and no news sitemap that can be used: new articles are found on front pages alone"
    if survey.scouted.stopped:
        yield f"  the host was left alone before all was asked: {survey.scouted.stopped}"
    if survey.scouted.passed_over:
        yield f"  {len(survey.scouted.passed_over)} more are declared and were not asked for"
    yield ""
    yield "Addresses of articles"
    yield f"  {survey.site.article_pattern}" if survey.site.article_pattern else "  no pattern"
    yield f"  {tell_pattern(survey)}"
    yield ""
    yield "Samples"
    yield f"  {tell_samples(survey)}"
    for number, sample in enumerate(survey.samples, 1):
        yield from _tell_sample(number, sample)


def _tell_finding(finding: Finding, survey: Survey) -> Iterator[str]:
    at = survey.at
    fate = {"used": "+", "archive": " ", "left out": "-"}[finding.fate]
    yield f"  {fate} {tell_finding(finding, at) if finding.entries else finding.what}"
    yield f"      {finding.listed.url}"
    notes = [finding.why] if finding.why else []
    if finding.fate == "archive":
        notes.append("the archive, in the file as a comment, for a backfill")
    if finding.entries and finding.listed.off_site and finding.what not in ("front page", "section"):
        notes.append(f"{finding.listed.off_site} more entries lead to other sites and are not taken")
    yield from (f"      {note}" for note in notes)


def _tell_sample(number: int, sample: Sample) -> Iterator[str]:
    result = sample.result
    if not isinstance(result, Article):
        yield f"  {number} no article: {result.reason}{f': {result.detail}' if result.detail else ''}"
    else:
        yield f"  {number} {result.headline or '(no headline)'}"
        yield f"      {' | '.join(value for _, value in tell_values(result))}"
        if sample.missing:
            yield f"      missing: {tell_missing(sample.missing)}"
    yield f"      {sample.page.final_url}"


def find_obstacle(survey: Survey) -> str | None:
    """Say why no file can be written, and what to do; None where articles were found."""
    if survey.articles:
        return None
    scouted = survey.scouted
    skips = [each.page.skip for each in scouted.listings if each.page.skip]
    results = [each.result for each in survey.samples if not isinstance(each.result, Article)]
    reasons = Counter(each.reason for each in results or skips)
    reason = reasons.most_common(1)[0][0] if reasons else ""
    detail = next((each.detail for each in results or skips if each.reason == reason), "")
    host = survey.site.host
    if reason == "robots_disallowed":
        return f"{detail}: its pages are not to be asked for by programs, so it cannot be added"
    if reason == "private_address":
        return f"{detail}; if it is your own host, name it in [fetch] allow_private_hosts"
    if reason in _NOT_THERE or any(f": {each}: " in detail for each in _NOT_THERE):
        return f"{host} cannot be reached: {reason}: {detail}; is the address right?"
    if reason == "robots_unreachable":
        return f"{detail}: without it nothing may be asked; try again later"
    if reason == "opted_out":
        return f"{detail}, which [policy] stop_fetch obeys"
    if reason in _WALLS:
        return (
            f"{host} lets no program in: {reason}: {detail}; write to the publisher, or ask another time; if it is its "
            "scripts that ask, --render may help"
        )
    if reason in _NO_TEXT:
        render = "the browser made no more of them" if survey.site.render else "if scripts build them, add --render"
        return f"{len(results)} pages were tried and hold no article's text ({reason}: {detail}); {render}"
    if not survey.samples and not scouted.articles():
        return (
            f"no articles were found on {host}: no feed or sitemap names any, and its front page links none; "
            "give the address of a section, or write the file by hand"
        )
    if reason in OTHER_PAGES:
        return f"none of {len(results)} pages is an article ({reason}); is this a news site? Give a section's address"
    return f"none of the pages of {host} came as an article: {reason}: {detail}"
