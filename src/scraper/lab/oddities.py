"""Oddities: values that pages, addresses and headers should not have, and some that they should.

A module of its own because they are data: whoever meets a page that breaks something adds its oddity here, and the
fuzzer mixes it with all others. All of our own invention.
"""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

URLS = (
    *("https://news.example/2026/03/10/a-story/",) * 6, "", "/", "//", "http://", "https:///x", "http://[::1",
    "http://[x]/", "http://a.example:99999999/", "http://a.example:x/", "javascript:alert(1)", "data:text/html,x",
    "https://exa mple/%zz", "https://news.example/9999/99/99/x", "https://news.example/0000/00/00/x",
    "https://news.example/2024/02/30/x", "https://news.example/" + "a/" * 5000,
    "https://news.example/?" + "a=1&" * 5000, "https://bücher.example/ä", "https://" + "x" * 300 + ".example/",
    "https://xn--0.example/", "https://news.example/\x00", "https://news.example/\ud800",
    "https://news.example/١٢/٠٣/٢٠٢٤", "https://2024.example/20241301/", "\u202ehttps://news.example",
    "https://user:pw@[",
)  # fmt: skip
CONTENT_TYPES = (
    *(None,) * 4, "text/html; charset=utf-8", "text/html;charset=iso-8859-1", "", ";", "text/html; charset=",
    "charset=", "text/html; charset=utf-7", "text/html; charset=utf-16", "text/html; charset=utf-32",
    "text/html; charset=shift_jis", "text/html; charset=gb18030", "text/html; charset=iso-2022-jp",
    "text/html; charset=hz", "text/html; charset=rot13", "text/html; charset=hex", "text/html; charset=zlib",
    "text/html; charset=idna", "text/html; charset=punycode", "text/html; charset=unicode_escape",
    "text/html; charset=undefined", "text/html; charset=mbcs", "text/html; charset=" + "x" * 9,
    "text/html; charset=\x00", "text/html; charset=utf-8\ud800", "application/pdf", "text/html; charset=base64",
)  # fmt: skip
TIMES = (
    *(None,) * 3, datetime(2026, 3, 14, tzinfo=UTC), datetime.min.replace(tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC),
)  # fmt: skip
DATES = (
    "0000-00-00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-23:59", "2024-02-30", "2024-13-01T25:61:61Z",
    "20240101", "1e400", "-1", "1710000000", "99999999999999999999", "1710000000000", "12/13/14 25:61 PM",
    "١٢ مارس ٢٠٢٤", "2024年13月32日", "March 99, 2024", "Yesterday", "2024-03-10T09:45:00+99:99",
    "2024-03-10T09:45:00.999999999999Z", "Thu, 31 Feb 2024 10:00:00 GMT", "²⁰²⁴-⁰³-¹⁰", "２０２４-０３-１０",
    "10 Mar 0", "2024-W99-9", "2024-366", "2024-03-10T09:45:00[Europe/Berlin]", "१० मार्च २०२४", "2024-03-10 " * 500,
    "1" * 5000,    "1/" * 5000, "2024-03-10T" + "0" * 5000, "\x00", "",
)  # fmt: skip
WORDS = (
    "By ", "by ", "and ", ", ", "(", ")", "(AP) ", "Photo: ", "— ", "– ", "- ", " | ", "© ", "2024-", "10:", ": ",
    "a.", "A ", "Mr. ", "http://", "@", "\u00a0", " ", "\t", "\n", "\u200b", "\u202e", "1", "é", "e\u0301\u0301",
    "Anna Lee ", "Von ", "Foto: ", "/ ", "; ", "& ", "'", '"', "“", "”", "...", "#", "Mar 10, 2024 ",
    "10. März 2024 ", "März ", "PARIS ", "PARIS, ", "Reuters ", "Read more: ", "ALSO READ: ", "Subscribe ",
    "Sign up ", "写真：", "記者", "記者 ", "、", "。", "ก", "नमस्ते ", "שלום ", "مرحبا ", "𝒜", "👩‍👩‍👧 ",
    "\ufeff", "%", "\\", "\x01", "\x85", "\u2028", "ß", "İ", "Æ", "’s ", "de la ", "van der ", "Jr., ",
)  # fmt: skip
NAMES = (
    "byline", "author", "caption", "credit", "headline", "dek", "subtitle", "section", "breadcrumb", "date",
    "published", "related", "newsletter", "share", "comments", "article-body", "entry-content", "paywall", "ad",
    "footer", "nav", "gallery", "live-blog",
)  # fmt: skip
TAGS = (
    "div", "span", "p", "b", "i", "a", "ul", "ol", "li", "table", "tr", "td", "blockquote", "font", "center",
    "section", "article", "main", "aside", "header", "footer", "nav", "figure", "figcaption", "h1", "h2", "h6",
    "form", "button", "select", "option", "svg", "math", "template", "noscript", "iframe", "script", "style",
    "textarea", "title", "pre", "code", "ruby", "rt", "rp", "details", "summary", "dl", "dt", "dd", "address",
    "time", "picture", "img", "br", "hr", "object", "video", "frameset", "body", "html", "head", "plaintext", "xmp",
    "marquee", "nobr", "x-y", "a:b", "mi", "foreignObject", "desc", "annotation-xml", "base", "meta", "link",
)  # fmt: skip
KEYS = (
    "@type", "@id", "@graph", "@context", "headline", "name", "alternativeHeadline", "description", "author",
    "creator", "contributor", "editor", "publisher", "datePublished", "dateModified", "dateCreated",
    "articleSection", "keywords", "articleBody", "wordCount", "image", "thumbnailUrl", "url", "mainEntityOfPage",
    "mainEntity", "isAccessibleForFree", "hasPart", "cssSelector", "inLanguage", "itemListElement", "item",
    "position", "caption", "creditText", "copyrightHolder", "width", "liveBlogUpdate", "sourceOrganization",
)  # fmt: skip
TYPES = (
    "NewsArticle", "Article", "BlogPosting", "LiveBlogPosting", "Person", "Organization", "ImageObject",
    "BreadcrumbList", "ListItem", "WebPage", "VideoObject", "CollectionPage", "http://schema.org/NewsArticle",
    "newsarticle", "", "Thing,Article",
)  # fmt: skip
METAS = (
    "og:title", "og:description", "og:image", "og:url", "og:type", "og:locale", "og:site_name",
    "article:published_time", "article:modified_time", "article:author", "article:section", "article:tag", "author",
    "description", "keywords", "date", "parsely-author", "sailthru.date", "dc.creator", "dc.date", "twitter:title",
    "news_keywords", "byl", "title", "language",
)  # fmt: skip


def many(rng: Random, most: int) -> int:
    """Draw a count whose order of magnitude is even."""
    return int(most ** rng.random())


def babble(rng: Random, most: int = 30_000) -> str:
    """Make text that patterns for text may choke on: a few words over and over, or many of them mixed."""
    if rng.random() < 0.5:
        unit = "".join(rng.choice(WORDS) for _ in range(rng.randint(1, 3)))
        return unit * many(rng, most) + rng.choice(("", "!", "x", "\n", "."))
    return "".join(rng.choice(WORDS) for _ in range(many(rng, most // 10)))
