"""Troubles within what came whole: types that lie, markup and listings made to exhaust a reader, rules without end."""

from __future__ import annotations

import gzip
from functools import cache, partial

from tests.wire.server import Talk
from tests.wire.troubles import HTML, OK, PAGE, XML, page, raw, then_for_ever, to, trouble

LIMIT = 9_900_000
"""A little less than a body may have."""
PLAIN = "Content-Type: text/plain"


def fill(start: str, part: str, end: str = "") -> bytes:
    return (start + part * ((LIMIT - len(start) - len(end)) // len(part)) + end).encode()


# -- types ---------------------------------------------------------------------------------------------------------
trouble("pdf", "wrong_type", page(b"%PDF-1.7", "Content-Type: application/pdf"), quick=True)
trouble("picture-as-page", "wrong_type", page(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 99, HTML))
trouble("page-as-picture", "wrong_type", page(PAGE, "Content-Type: image/png"))
trouble("type-endless", "wrong_type", page(PAGE, "Content-Type: " + "text/" * 9000))
trouble("utf-16", "ok", page(PAGE.decode().encode("utf-16"), HTML))
trouble("nul-bytes", "wrong_type", page(bytes(9000), HTML))
trouble("stray-nul", "ok", page(PAGE + b"\0", HTML))
trouble("feed-is-page", "not_a_feed", page(PAGE, HTML), "feed")
trouble("feed-is-json", "wrong_type", page(b'{"items": []}', "Content-Type: application/json"), "feed")
trouble("sitemap-is-page", "not_a_sitemap", page(PAGE, HTML), "sitemap")

# -- listings ------------------------------------------------------------------------------------------------------
LAUGHS = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(10))
DOCTYPES = {
    "laughs": f"<!DOCTYPE r [{LAUGHS}]>",
    "quadratic": f'<!DOCTYPE r [<!ENTITY a10 "{"x" * 1000}">]>',
    "external": '<!DOCTYPE r [<!ENTITY a10 SYSTEM "file:///etc/passwd">]>',
    "remote-dtd": '<!DOCTYPE r SYSTEM "http://honest.test/r.dtd">',
}
for name, doctype in DOCTYPES.items():
    many = "&a10;" * 1000
    feed = f"{doctype}<rss><channel><item><title>{many}</title></item></channel></rss>".encode()
    sitemap = f"{doctype}<urlset><url><loc>http://a.test/{many}</loc></url></urlset>".encode()
    trouble(f"feed-{name}", "ok", page(feed, XML), "feed", quick=name == "laughs")
    trouble(f"sitemap-{name}", "ok", page(sitemap, XML), "sitemap")


@cache
def a_million() -> bytes:
    return gzip.compress(fill("<rss><channel>", "<item/>", "</channel></rss>"))


def index(talk: Talk) -> bytes:
    """List itself, and one level deeper."""
    loc = f"http://{talk.host}:{talk.port}{talk.path}"
    return (
        f"<sitemapindex><sitemap><loc>{loc}</loc></sitemap><sitemap><loc>{loc}x</loc></sitemap></sitemapindex>".encode()
    )


GZIP = "Content-Encoding: gzip"
LABELS = b"<rss><channel><item><link>http://xn--0.feed-labels.test/</link></item></channel></rss>"
trouble("feed-labels", "ok", page(LABELS, XML), "feed", quick=True)
trouble("feed-million", "ok", page(a_million, XML, GZIP), "feed")
trouble("feed-deep", "ok", page(lambda: fill("<rss><channel>", "<item>"), XML), "feed")
trouble("feed-ampersands", "ok", page(lambda: fill("<rss><item><title>", "&"), XML), "feed")
trouble("feed-attribute", "ok", page(lambda: fill("<rss><item a='", "<b"), XML), "feed")
trouble("sitemap-million", "ok", page(lambda: fill("<urlset>", "<url><loc>/1</loc></url>"), XML), "sitemap")
trouble("sitemap-index-of-itself", "ok", lambda talk: talk.answer(index(talk), XML), "sitemap")
trouble("sitemap-children", "ok", page(
    lambda: fill("<sitemapindex>", "<sitemap><loc>http://b.test/</loc></sitemap>"), XML), "sitemap")  # fmt: skip
trouble("front-divs", "ok", page(lambda: fill("", "<div>"), HTML), "front_page")
trouble("front-links", "ok", page(lambda: fill("", "<a href=x>"), HTML), "front_page")
trouble("front-open-tags", "ok", page(lambda: fill("", "<"), HTML), "front_page")
trouble("front-comments", "ok", page(lambda: fill("", "<!--"), HTML), "front_page")
trouble("front-attributes", "ok", page(lambda: fill("<a ", "x "), HTML), "front_page")

for name, start, part in (
    ("divs", "", "<div>"), ("open-tags", "", "<"), ("metas", "", "<meta name=a content=b>"),
    ("links", "", "<link rel=next>"),
    ("anchors", "", "<a rel=next href=/2>"), ("attributes", "<html ", "x "), ("comments", "", "<!--"),
    ("scripts", "", "<script>"), ("json", "<script type='application/ld+json'>", "["), ("base", "", "<base href=/>"),
):  # fmt: skip
    trouble(f"article-{name}", "ok", page(partial(fill, start, part), HTML))

# -- robots.txt ----------------------------------------------------------------------------------------------------
ROBOTS = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
RULES = b"User-agent: *\nDisallow: /no\n"


async def hundred_megabytes(talk: Talk) -> None:
    await talk.send(ROBOTS + b"Content-Length: 100000000\r\n\r\n")
    for _ in range(100):
        await talk.send(RULES + b"#" * (1_000_000 - len(RULES)))


trouble("robots-100mb", "ok", hundred_megabytes, "robots", quick=True)
trouble("robots-endless", "ok", then_for_ever(ROBOTS + b"\r\n", RULES * 1000), "robots")
trouble("robots-drip", "robots_unreachable", then_for_ever(ROBOTS + b"\r\n", b"#", 0.1), "robots")
trouble("robots-reset", "robots_unreachable", raw(b""), "robots")
trouble("robots-garbage", "robots_unreachable", raw(b"nothing like HTTP\r\n\r\n"), "robots")
trouble("robots-503", "robots_unreachable", page(b"", status="503 Busy"), "robots", quick=True)
trouble("robots-no", "robots_disallowed", page(b"User-agent: *\nDisallow: /", PLAIN), "robots", quick=True)
trouble("robots-html", "ok", page(b"<html>User-agent: *\nDisallow: /", HTML), "robots")
trouble("robots-nul", "ok", page(bytes(500_000), PLAIN), "robots")
trouble("robots-stars", "ok", page(b"User-agent: *\nDisallow: /" + b"*a" * 900 + b"$\n", PLAIN), "robots")
trouble("robots-rules", "ok", page(lambda: b"User-agent: *\n" + b"Disallow: /*a*a*a*b$\n" * 24_000, PLAIN), "robots")
trouble("robots-delay", "ok", page(b"User-agent: *\nCrawl-delay: nan\nCrawl-delay: -1\n", PLAIN), "robots")
trouble("robots-loop", "ok", to("/robots.txt"), "robots")
trouble("robots-inside", "private_address", to("http://127.0.0.1/robots.txt"), "robots")
trouble("robots-plain", "robots_disallowed", page(b"User-agent: *\nDisallow: /", PLAIN, GZIP), "robots", quick=True)
trouble("robots-damaged", "robots_unreachable", page(b"\x1f\x8bnot", PLAIN, GZIP), "robots")
trouble("robots-cut", "robots_unreachable", raw(OK), "robots")
