"""PageCases: pages of every kind, of our own writing, in the markup of many systems and in ten languages.

A module of its own because the benchmark sets hold articles alone: what a shop, a forum or a wall looks like has to be
made. The same call always gives the same pages.
"""

from __future__ import annotations

import itertools
import json
import random
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

SEED = 7
HOST = "https://www.herald.example"
SHOP = "https://www.potters.example"


@dataclass(frozen=True, slots=True)
class Case:
    """One page and what it is.

    Args:
        kind: Reason it has to be refused with, or the kind of article.
        held: Its theme or language was not looked at while the signs were chosen.
    """

    kind: str
    theme: str
    language: str
    url: str
    html: str
    held: bool


class Words:
    """The texts of one language, drawn in an order that the seed decides."""

    def __init__(self, language: str, seed: str) -> None:
        self.language, self.told = language, _told()[language]
        self.random = random.Random(f"{SEED}{seed}")  # noqa: S311

    def text(self, sentences: int) -> str:
        """Draw a paragraph."""
        return " ".join(self.random.choice(self.told["sentences"]) for _ in range(sentences))

    def paragraphs(self, number: int, sentences: int = 3) -> str:
        """Draw paragraphs."""
        return "".join(f"<p>{self.text(sentences)}</p>" for _ in range(number))

    def headlines(self, number: int) -> list[str]:
        """Draw headlines; after the last of them they come again."""
        told = self.random.sample(self.told["headlines"], len(self.told["headlines"]))
        return list(itertools.islice(itertools.cycle(told), number))

    def items(self, number: int) -> list[str]:
        """Draw names of goods."""
        told = self.random.sample(self.told["items"], len(self.told["items"]))
        return list(itertools.islice(itertools.cycle(told), number))


Theme = Callable[[Words], tuple[str, str, str]]
"""Gives the address, the head and the body element of a page."""


def make_cases() -> Iterator[Case]:
    """Make all pages."""
    held = _told()["held"]
    languages = [name for name in _told() if name not in ("held", "walls")]
    for (kind, theme), make in THEMES.items():
        for language in languages:
            words = Words(language, f"{kind}{theme}{language}")
            url, head, body = make(words)
            yield Case(
                kind,
                theme,
                language,
                url,
                _page(words, head, body),
                theme in held["themes"] or language in held["languages"],
            )
    for wall, pairs in _told()["walls"].items():
        for number, (title, line) in enumerate(pairs):
            for shape in ("bare", "dressed"):
                yield Case(
                    wall, shape, str(number), f"{HOST}/2025/bridge-{number}", _wall(title, line, shape), number % 2 == 1
                )


def _page(words: Words, head: str, body: str) -> str:
    start, _, rest = body.partition(">")
    menu = "".join(f"<li><a href=/{number}>{item}</a></li>" for number, item in enumerate(words.told["menu"]))
    cookies = f"<div class=cookie-bar><p>{words.told['cookies']}</p><button>OK</button></div>"
    return (
        f"<!DOCTYPE html><html lang={words.language}><head><meta charset=utf-8>{head}</head>{start}>"
        f"<header><nav><ul>{menu}</ul></nav></header>{rest}<footer><ul>{menu}</ul><p>© 2025</p></footer>{cookies}"
        "</body></html>"
    )


def _wall(title: str, line: str, shape: str) -> str:
    if shape == "bare":
        return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{line}</p></body></html>"
    menu = "".join(f"<li><a href=/{item.lower()}>{item}</a></li>" for item in _told()["en"]["menu"])
    return (
        f"<html><head><title>{title}</title></head><body><header><nav><ul>{menu}</ul></nav></header>"
        f"<main><h1>{line}</h1><p>{title}</p><a href=/>herald.example</a></main><footer><ul>{menu}</ul></footer>"
        "</body></html>"
    )


def _ld(**values: Any) -> str:
    return f"<script type=application/ld+json>{json.dumps({'@context': 'https://schema.org', **values})}</script>"


def _typed(kind: str, **values: Any) -> str:
    return _ld(**{"@type": kind, **values})


def _cards(words: Words, number: int, card: str, sentences: int = 1) -> str:
    return "".join(
        card.format(n=n, title=title, text=words.text(sentences)) for n, title in enumerate(words.headlines(number))
    )


def _goods(words: Words, number: int, card: str) -> str:
    return "".join(
        card.format(n=n, title=title, price=f"{n * 3 + 9}.90") for n, title in enumerate(words.items(number))
    )


def _posts(words: Words, number: int, post: str) -> str:
    return "".join(post.format(n=1000 + n, text=words.text(2), name=f"user{n}") for n in range(number))


def _head(words: Words, og_type: str = "", more: str = "") -> tuple[str, str]:
    title = words.headlines(1)[0]
    graph = f"<meta property=og:type content={og_type}>" if og_type else ""
    return title, f"<title>{title} - Herald</title>{graph}{more}"


HASHED_CARD = "<div class=sc-a1><a href=/x/{n}><div class=sc-b2>{title}</div><div class=sc-c3>{text}</div></a></div>"


def _article_wordpress(words: Words) -> tuple[str, str, str]:
    title, head = _head(words, "article", "<meta property=article:published_time content=2025-03-04T09:00:00Z>")
    related = _cards(words, 6, "<h3><a href=/{n}>{title}</a></h3>")
    text = f"<h1>{title}</h1>{words.paragraphs(8)}"
    body = f"<body class='single single-post'><article>{text}</article><aside>{related}</aside>"
    return f"{HOST}/2025/03/bridge/", head + _typed("Article", headline=title), body


def _article_bare(words: Words) -> tuple[str, str, str]:
    title, head = _head(words)
    return f"{HOST}/bridge-{len(title)}.html", head, f"<body><h1>{title}</h1>{words.paragraphs(7)}"


def _article_short(words: Words) -> tuple[str, str, str]:
    title, head = _head(words)
    teasers = _cards(words, 40, "<li><a href=/{n}><h3>{title}</h3></a></li>")
    body = f"<body><main><h1>{title}</h1><p>4.3.2025</p>{words.paragraphs(3, 2)}</main><ul class=more>{teasers}</ul>"
    return f"{HOST}/town/old-bridge-is-repaired-in-may-1829", head, body


def _article_hashed(words: Words) -> tuple[str, str, str]:
    title, head = _head(words, "website")
    body = f"<body><div class=sc-z9><h1>{title}</h1>{words.paragraphs(9)}</div>{_cards(words, 9, HASHED_CARD)}"
    return f"{HOST}/x/why-the-old-bridge-is-repaired-in-may", head, body


def _article_shop_blog(words: Words) -> tuple[str, str, str]:
    title, head = _head(words, "article")
    goods = _goods(words, 8, "<div class=product-card><a href=/products/{n}>{title}</a><span>€{price}</span></div>")
    body = f"<body class=template-article><article><h1>{title}</h1>{words.paragraphs(7)}</article>{goods}"
    return f"{SHOP}/blogs/news/how-to-choose-a-kettle", head, body


def _article_review(words: Words) -> tuple[str, str, str]:
    title, head = _head(words, "article")
    offers = _goods(words, 6, "<h2>{title}</h2><p><a href=/go/{n}>€{price}</a></p>")
    product = _typed("Product", name=title, offers={"@type": "Offer", "price": "9.90"})
    return (
        f"{HOST}/reviews/best-kettles",
        head + product,
        f"<body><h1>{title}</h1>{words.paragraphs(5)}{offers}{words.paragraphs(4)}",
    )


def _article_firm(words: Words) -> tuple[str, str, str]:
    title, head = _head(words, "website")
    calls = words.told["calls"]
    body = (
        f"<body class='page page-id-7'><a href=/quote>{calls[0]}</a><main><h1>{title}</h1>{words.paragraphs(12)}</main>"
        f"<section class=cta><h2>{calls[4]}</h2></section>"
    )
    return f"{SHOP}/how-long-does-a-good-iron-kettle-last", head, body


def _article_dev_blog(words: Words) -> tuple[str, str, str]:
    title, head = _head(words, "article", "<meta name=generator content='Docusaurus v3.1.0'>")
    return (
        "https://docs.kettle.example/blog/release-2",
        head,
        f"<body class=plugin-blog><h1>{title}</h1>{words.paragraphs(8)}<pre>x</pre>",
    )


def _article_paywalled(words: Words) -> tuple[str, str, str]:
    title, head = _head(words, "article")
    declared = _typed("NewsArticle", headline=title, isAccessibleForFree=False)
    wall = "<div class=paywall><h2>Subscribe</h2><p>1 € a week</p></div>"
    return f"{HOST}/politics/bridge", head + declared, f"<body><h1>{title}</h1>{words.paragraphs(1)}{wall}"


def _list_wordpress(words: Words) -> tuple[str, str, str]:
    card = "<article class=post><h2 class=entry-title><a href=/{n}>{title}</a></h2><p>{text}</p></article>"
    body = f"<body class='archive category category-town'><h1>Town</h1>{_cards(words, 10, card, 3)}"
    return f"{HOST}/category/town/", _head(words, "article")[1] + _typed("CollectionPage", name="Town"), body


def _list_section(words: Words) -> tuple[str, str, str]:
    card = "<div class=teaser><a href=/{n}><h3>{title}</h3></a><p>{text}</p></div>"
    return (
        f"{HOST}/politics",
        _head(words, "website")[1],
        f"<body class=section-page><h1>Town</h1>{_cards(words, 25, card)}",
    )


def _list_tag(words: Words) -> tuple[str, str, str]:
    card = "<li><h2><a href=/2025/{n}>{title}</a></h2><time>4.3.2025</time></li>"
    return f"{HOST}/tag/bridge/page/2", _head(words)[1], f"<body class=tag><ul>{_cards(words, 20, card)}</ul>"


def _list_search(words: Words) -> tuple[str, str, str]:
    card = "<div class=result><h3><a href=/{n}>{title}</a></h3><p>{text}</p></div>"
    return (
        f"{HOST}/?s=bridge",
        _head(words)[1] + _typed("SearchResultsPage"),
        f"<body class=search-results>{_cards(words, 10, card, 2)}",
    )


def _list_hashed(words: Words) -> tuple[str, str, str]:
    return f"{HOST}/x/all", _head(words, "website")[1], f"<body><h1>Herald</h1>{_cards(words, 30, HASHED_CARD)}"


def _list_jobs(words: Words) -> tuple[str, str, str]:
    card = "<div class=job><a href=/job/{n}>{title}</a><span>Town</span></div>"
    return (
        "https://jobs.example/jobs?q=baker&page=2",
        _head(words, "website")[1],
        f"<body><h1>120</h1>{_cards(words, 25, card)}",
    )


def _front(words: Words) -> tuple[str, str, str]:
    card = "<article><h2><a href=/{n}>{title}</a></h2><p>{text}</p></article>"
    return f"{HOST}/", _head(words, "website")[1], f"<body class=home>{_cards(words, 30, card)}"


def _shop_shopify(words: Words) -> tuple[str, str, str]:
    card = "<div class=grid__item><a href=/products/{n}>{title}</a><span class=price>€{price}</span></div>"
    return (
        f"{SHOP}/collections/kitchen",
        _head(words, "website")[1],
        f"<body class=template-collection><h1>All</h1>{_goods(words, 24, card)}",
    )


def _shop_woo(words: Words) -> tuple[str, str, str]:
    card = "<li class='product type-product'><a href=/product/{n}><h2>{title}</h2><span>{price} €</span></a></li>"
    goods = _goods(words, 16, card)
    body = f"<body class='archive tax-product_cat woocommerce'><ul class=products>{goods}</ul>{words.paragraphs(1)}"
    return f"{SHOP}/product-category/kitchen/", _head(words, "website")[1], body


def _shop_hashed(words: Words) -> tuple[str, str, str]:
    card = "<div class=sc-q1><a href=/i/{n}><div>{title}</div><div>€{price}</div></a></div>"
    return f"{SHOP}/c/kitchen", _head(words, "website")[1], f"<body><h1>All</h1>{_goods(words, 30, card)}"


def _product_shopify(words: Words) -> tuple[str, str, str]:
    name = words.items(1)[0]
    head = f"<title>{name}</title><meta property=og:type content=product><meta property=og:price:amount content=49>"
    text = f"<h1>{name}</h1><span>€49.00</span>{words.paragraphs(3, 2)}"
    body = f"<body class=template-product><div class=product-single>{text}</div>"
    return f"{SHOP}/products/kettle", head, body


def _product_woo(words: Words) -> tuple[str, str, str]:
    name = words.items(1)[0]
    head = f"<title>{name}</title><meta property=og:type content=article>"
    product = _typed("Product", name=name, offers={"@type": "Offer", "price": "49"})
    body = (
        f"<body class='single single-product postid-12'><h1 class=product_title>{name}</h1><p class=price>49,00 €</p>"
        f"{words.paragraphs(3)}"
    )
    return f"{SHOP}/product/kettle/", head + product, body


def _product_schema(words: Words) -> tuple[str, str, str]:
    name = words.items(1)[0]
    product = _typed("Product", name=name, offers={"@type": "Offer", "price": "49"})
    body = f"<body><h1>{name}</h1><p>€ 49.00</p><button class=add-to-cart>+</button>{words.paragraphs(4)}"
    return f"{SHOP}/kitchen/kettle-12.html", f"<title>{name}</title>{product}", body


def _product_magento(words: Words) -> tuple[str, str, str]:
    name = words.items(1)[0]
    body = (
        f"<body class='catalog-product-view'><div class=product-info-main><h1>{name}</h1><span>49,00 €</span>"
        f"<div class=product-add-form></div></div>{words.paragraphs(3)}"
    )
    return f"{SHOP}/kettle.html", f"<title>{name}</title><meta property=og:type content=product>", body


def _product_hashed(words: Words) -> tuple[str, str, str]:
    name = words.items(1)[0]
    head = f"<title>{name}</title>" + _typed("Product", name=name, offers={"@type": "Offer"})
    return f"{SHOP}/i/9182", head, f"<body><div class=sc-p1><h1>{name}</h1><div>€49.00</div>{words.paragraphs(2)}</div>"


def _forum_phpbb(words: Words) -> tuple[str, str, str]:
    post = (
        "<div class='post bg1' id=p{n}><div class=postbody><p>{text}</p></div><dl class=postprofile>{name}</dl></div>"
    )
    body = f"<body id=phpbb class='nojs section-viewtopic'><h2>Bridge?</h2>{_posts(words, 8, post)}"
    return f"{HOST}/viewtopic.php?f=4&t=1873", _head(words)[1], body


def _forum_xenforo(words: Words) -> tuple[str, str, str]:
    post = "<article class=message id=js-post-{n}><div class=message-cell>{name}</div><div>{text}</div></article>"
    declared = _typed("DiscussionForumPosting", headline="Bridge?", datePublished="2025-03-04T09:00:00Z")
    return (
        f"{HOST}/threads/bridge.1873/",
        _head(words, "website")[1] + declared,
        f"<body><h1>Bridge?</h1>{_posts(words, 8, post)}",
    )


def _forum_vbulletin(words: Words) -> tuple[str, str, str]:
    post = "<li class='postbitlegacy postcontainer' id=post_{n}><span>{name}</span><blockquote>{text}</blockquote></li>"
    head = _head(words)[1] + "<meta name=generator content='vBulletin 4.2.2'>"
    return f"{HOST}/showthread.php?1873-bridge", head, f"<body><h1>Bridge?</h1><ol>{_posts(words, 8, post)}</ol>"


def _forum_discourse(words: Words) -> tuple[str, str, str]:
    post = (
        "<div id=post_{n} class='topic-body crawler-post'><span>{name}</span><div class=post><p>{text}</p></div></div>"
    )
    head = _head(words, "website")[1] + "<meta name=generator content='Discourse 3.2.0'>"
    return f"{HOST}/t/bridge/1873", head, f"<body class=crawler><h1>Bridge?</h1>{_posts(words, 8, post)}"


def _forum_questions(words: Words) -> tuple[str, str, str]:
    post = "<div id=answer-{n} class=answer><p>{text}</p><span>{name}</span></div>"
    return (
        f"{HOST}/questions/1873/bridge",
        _head(words, "website")[1] + _typed("QAPage"),
        f"<body><h1>Bridge?</h1>{_posts(words, 6, post)}",
    )


def _forum_hashed(words: Words) -> tuple[str, str, str]:
    post = "<div class=sc-f1 id=post-{n}><div>{name}</div><div>{text}</div></div>"
    return (
        "https://community.kettle.example/bridge/1873",
        _head(words)[1],
        f"<body><h1>Bridge?</h1>{_posts(words, 8, post)}",
    )


def _docs_sphinx(words: Words) -> tuple[str, str, str]:
    body = (
        f"<body class=wy-body-for-nav><div class=rst-content><h1>install()</h1>{words.paragraphs(4)}<pre>a = 1</pre>"
        f"<pre>b = 2</pre>{words.paragraphs(2)}</div>"
    )
    return (
        "https://kettle.readthedocs.io/en/latest/install.html",
        _head(words)[1] + "<meta name=generator content='Docutils 0.18'>",
        body,
    )


def _docs_mkdocs(words: Words) -> tuple[str, str, str]:
    head = _head(words, "website")[1] + "<meta name=generator content='mkdocs-1.5.3, mkdocs-material-9.5'>"
    body = f"<body><div class=md-content><h1>Setup</h1>{words.paragraphs(4)}<pre>a</pre><pre>b</pre></div>"
    return "https://kettle.example/docs/setup/", head, body


def _docs_docusaurus(words: Words) -> tuple[str, str, str]:
    head = (
        _head(words)[1] + "<meta name=generator content='Docusaurus v3.1.0'><meta name=docsearch:version content=2.0>"
    )
    return (
        "https://kettle.example/docs/next/setup",
        head,
        f"<body><div class='theme-doc-markdown'><h1>Setup</h1>{words.paragraphs(5)}</div>",
    )


def _docs_javadoc(words: Words) -> tuple[str, str, str]:
    head = "<title>Kettle (API 17)</title><meta name=generator content='javadoc/ClassWriterImpl'>"
    rows = "".join(f"<dl><dt>boil{n}</dt><dd>{words.text(1)}</dd></dl>" for n in range(9))
    return (
        "https://docs.kettle.example/api/Kettle.html",
        head,
        f"<body class=class-declaration-page><h1>Kettle</h1>{rows}",
    )


def _docs_help(words: Words) -> tuple[str, str, str]:
    body = f"<body><main class=help-center-article><h1>{words.headlines(1)[0]}</h1>{words.paragraphs(4)}</main>"
    return "https://help.kettle.example/hc/en-us/articles/1873-setup", _head(words, "website")[1], body


def _docs_hashed(words: Words) -> tuple[str, str, str]:
    body = f"<body><div class=sc-d1><h1>Setup</h1>{words.paragraphs(4)}<pre>a</pre><pre>b</pre></div>"
    return "https://docs.kettle.example/reference/setup", _head(words, "website")[1], body


def _service_wordpress(words: Words) -> tuple[str, str, str]:
    calls = words.told["calls"]
    parts = "".join(
        f"<section class=elementor-icon-box><h3>{call}</h3><p>{words.text(1)}</p></section>" for call in calls
    )
    head = _head(words, "website")[1] + _typed("LocalBusiness", name="Roofs")
    return (
        f"{SHOP}/roof-repair/",
        head,
        f"<body class='page page-id-7'><div class=hero><h1>Roofs</h1><a href=/q>{calls[0]}</a></div>{parts}",
    )


def _service_saas(words: Words) -> tuple[str, str, str]:
    calls = words.told["calls"]
    parts = "".join(
        f"<div class=feature-card><h3>{title}</h3><p>{words.text(1)}</p></div>" for title in words.headlines(6)
    )
    body = (
        f"<body><section class=hero><h1>Kettle</h1><a href=/t>{calls[0]}</a></section>{parts}"
        f"<div class=testimonials><h2>{calls[3]}</h2><p>{words.text(1)}</p></div>"
        f"<section class=cta><h2>{calls[2]}</h2><a>{calls[4]}</a></section>"
    )
    return "https://kettle.example/", _head(words, "website")[1], body


def _service_local(words: Words) -> tuple[str, str, str]:
    calls = words.told["calls"]
    head = _head(words)[1] + _typed("Plumber", name="Roofs", telephone="1")
    first, second = words.paragraphs(2, 2), words.paragraphs(2, 2)
    body = f"<body><h1>Roofs</h1><h2>{calls[1]}</h2>{first}<h2>{calls[2]}</h2>{second}<a>{calls[0]}</a>"
    return f"{SHOP}/services/roof-repair", head, body


def _service_hashed(words: Words) -> tuple[str, str, str]:
    calls = words.told["calls"]
    parts = "".join(f"<div class=sc-s1><h2>{call}</h2><p>{words.text(2)}</p></div>" for call in calls)
    return "https://kettle.example/platform", _head(words, "website")[1], f"<body><h1>Kettle</h1>{parts}"


def _live_declared(words: Words) -> tuple[str, str, str]:
    title, head = _head(words, "article")
    entries = "".join(
        f"<article id=e{n}><time>{19 - n}:0{n}</time><h3>{t}</h3><p>{words.text(2)}</p></article>"
        for n, t in enumerate(words.headlines(6))
    )
    return f"{HOST}/news/flood", head + _typed("LiveBlogPosting", headline=title), f"<body><h1>{title}</h1>{entries}"


def _live_hashed(words: Words) -> tuple[str, str, str]:
    title, head = _head(words, "article")
    entries = "".join(
        f"<div class=sc-l1><div class=sc-t>{19 - n}:0{n}</div><p>{words.text(3)}</p></div>" for n in range(7)
    )
    return f"{HOST}/live/flood", head + _typed("NewsArticle", headline=title), f"<body><h1>{title}</h1>{entries}"


def _gallery(words: Words) -> tuple[str, str, str]:
    title, head = _head(words, "article")
    shots = "".join(
        f"<figure><img src=/{n}.jpg width=900 height=600><figcaption>{n + 1}. {words.text(1)}</figcaption></figure>"
        for n in range(9)
    )
    return (
        f"{HOST}/fotos/bridge",
        head + _typed("NewsArticle", headline=title),
        f"<body><article><h1>{title}</h1>{words.paragraphs(1)}{shots}</article>",
    )


def _video(words: Words) -> tuple[str, str, str]:
    title, head = _head(words, "video.other")
    return (
        f"{HOST}/video/bridge",
        head + _typed("VideoObject", name=title),
        f"<body><h1>{title}</h1><video src=/1.mp4></video>{words.paragraphs(2)}",
    )


THEMES: dict[tuple[str, str], Theme] = {
    ("article", "wordpress"): _article_wordpress,
    ("article", "bare"): _article_bare,
    ("article", "short"): _article_short,
    ("article", "hashed"): _article_hashed,
    ("article", "shop blog"): _article_shop_blog,
    ("article", "review"): _article_review,
    ("article", "firm"): _article_firm,
    ("article", "dev blog"): _article_dev_blog,
    ("article", "paywalled"): _article_paywalled,
    ("list", "wordpress"): _list_wordpress,
    ("list", "section"): _list_section,
    ("list", "tag"): _list_tag,
    ("list", "search"): _list_search,
    ("list", "hashed"): _list_hashed,
    ("list", "jobs"): _list_jobs,
    ("list", "shopify"): _shop_shopify,
    ("list", "woocommerce"): _shop_woo,
    ("list", "shop hashed"): _shop_hashed,
    ("section_front", "front"): _front,
    ("product", "shopify"): _product_shopify,
    ("product", "woocommerce"): _product_woo,
    ("product", "schema"): _product_schema,
    ("product", "magento"): _product_magento,
    ("product", "hashed"): _product_hashed,
    ("forum", "phpbb"): _forum_phpbb,
    ("forum", "xenforo"): _forum_xenforo,
    ("forum", "vbulletin"): _forum_vbulletin,
    ("forum", "discourse"): _forum_discourse,
    ("forum", "questions"): _forum_questions,
    ("forum", "hashed"): _forum_hashed,
    ("documentation", "sphinx"): _docs_sphinx,
    ("documentation", "mkdocs"): _docs_mkdocs,
    ("documentation", "docusaurus"): _docs_docusaurus,
    ("documentation", "javadoc"): _docs_javadoc,
    ("documentation", "help"): _docs_help,
    ("documentation", "hashed"): _docs_hashed,
    ("service", "wordpress"): _service_wordpress,
    ("service", "saas"): _service_saas,
    ("service", "local"): _service_local,
    ("service", "hashed"): _service_hashed,
    ("live_blog", "declared"): _live_declared,
    ("live_blog", "hashed"): _live_hashed,
    ("gallery", "figures"): _gallery,
    ("video", "declared"): _video,
}


@cache
def _told() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files("scraper.lab").joinpath("page_cases.toml").read_text("utf-8"))
