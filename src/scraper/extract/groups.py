"""Groups: what class and id words say of a place on a page, as bits.

A module of its own because it is data about how people who build sites name things, in the languages they do it in.
Words are matched by their stems after splitting at hyphens, underscores and camel humps, so a generated suffix does no
harm.
"""

from __future__ import annotations

import re

GROUPS = {
    "content": (
        "content|article|body|entry|post(?!er)|story|text|main|paragraph|rich|prose|copy|inhalt|artikel|cuerpo|conten"
    ),
    "teaser": (
        "teaser|card|promo|recommend|recirc|trend|popular|latest|most|also|next|prev|outbrain|taboola"
        "|feed|river|slid|carousel|swiper|headlines|digest|recom"
    ),
    "related": "relat|similar|more|further|mehr|weitere|aside|inset|linkbox|box",
    "share": ("shar(?:e|ing)|social|follow|facebook|twitter|whatsapp|print|email|bookmark|like|tool|actions?|button"),
    "comment": "comment|disqus|respond|reply|forum|discussion|kommentar|talk",
    "caption": "caption|figure|photo|image|img|picture|credit|gallery|media|legend|bild|foto|copyright|slideshow",
    "meta": (
        "meta|byline|author|date|time|publish|posted|info|contributor|writer|autor|signature|updated|kicker|eyebrow"
    ),
    "plea": (
        "newsletter|subscri|signup|donat|support|contribut|member|join|mailing|campaign|cta|callout"
        "|abo(?:nn)|spende|mailchimp|optin|form"
    ),
    "ad": r"^(?:ads?|advert\w*|anzeige|publicidad|sponsor\w*|banner|dfp|gpt|werbung|affiliate|commercial|promoted)$",
    "nav": "nav|menu|breadcrumb|footer|header|sidebar|masthead|topbar|pagina|pager|rail",
    "tags": r"^tags?$|topic|keyword|categor|label|hashtag|rubri|themen",
    "bio": "bio|about|profile|avatar",
    "quote": "quote|pull|zitat|testimonial|highlight",
    "paywall": "paywall|premium|locked|gate|regwall|meter|piano|login|register|restrict",
    "embed": "embed|tweet|instagram|tiktok|youtube|video|player|iframe|podcast|audio|infogram|datawrapper",
    "dek": (
        "summary|dek|deck|lead|standfirst|subtitle|intro|excerpt|abstract|chapo|vorspann|sumario|perex"
        "|ingress|description"
    ),
    "legal": "cookie|consent|gdpr|legal|disclaimer|terms|privacy|modal|popup|overlay|notice|alert",
    "headline": "headline|title|heading|titulo|titre|titel",
    "list": "list|items?$|grid|table|toc|index",
    "read": "read|link|click|siguiente|lire|suite",
}
_GROUP = [re.compile(pattern) for pattern in GROUPS.values()]
MAX_CHARS = 400
"""How much of an element's names is read: frameworks write more, and hostile pages without end."""

_NAMES_KEPT = 50_000
"""Names and words whose groups are remembered: bounds memory over millions of pages with generated names."""

_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_words: dict[str, int] = {}
_names: dict[str, int] = {}


def mask_of(names: str) -> int:
    """Tell by bits which groups the class and id words of an element belong to."""
    mask = _names.get(names[:MAX_CHARS])
    if mask is None:
        mask = 0
        for token in _TOKEN.findall(names, 0, MAX_CHARS):
            word = token.lower()
            bits = _words.get(word)
            if bits is None:
                bits = sum(1 << number for number, group in enumerate(_GROUP) if group.search(word))
                if len(_words) < _NAMES_KEPT:
                    _words[word] = bits
            mask |= bits
        if len(_names) < _NAMES_KEPT:
            _names[names[:MAX_CHARS]] = mask
    return mask
