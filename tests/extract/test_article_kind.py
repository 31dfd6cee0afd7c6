from __future__ import annotations

import pytest

from scraper.article import PageKind, Photo
from scraper.extract.article_kind import VIDEO_CHARS, tell_kind
from scraper.extract.captions import Caption
from scraper.extract.linked_data import LinkedData

CAPTIONED = [Caption((n,), n, f"Picture {n} of the bridge, seen from the town.", None) for n in range(6)]


@pytest.mark.parametrize(
    ("linked", "captions", "path", "chars", "kind"),
    [
        (LinkedData(), [], "a", 3000, "article"),
        (LinkedData(types=("NewsArticle", "ImageGallery")), CAPTIONED[:3], "a", 3000, "article"),
        (LinkedData(types=("ImageGallery",)), CAPTIONED[:3], "a", 500, "gallery"),
        (LinkedData(), CAPTIONED, "fotos/bridge", 2000, "gallery"),
        (LinkedData(), CAPTIONED, "a", 200, "gallery"),
        (LinkedData(), CAPTIONED, "a", 5000, "article"),
        (LinkedData(types=("VideoObject",)), [], "a", 300, "video"),
        (LinkedData(types=("NewsArticle", "VideoObject")), [], "video/bridge", 300, "video"),
        (LinkedData(types=("NewsArticle", "VideoObject")), [], "a", 300, "article"),
        (LinkedData(types=("VideoObject",)), [], "video/a", VIDEO_CHARS, "article"),
        (LinkedData(meta={"og:type": ("video.other",)}), [], "a", 300, "video"),
    ],
)
def test_kind_of_an_article(linked: LinkedData, captions: list[Caption], path: str, chars: int, kind: PageKind) -> None:
    assert tell(linked, captions, f"https://x.example/{path}", chars) == kind


def tell(linked: LinkedData, captions: list[Caption], url: str, chars: int, *, live: bool = False) -> PageKind:
    photos = [Photo(f"https://x.example/{caption.picture}.jpg", caption.caption) for caption in captions]
    return tell_kind(linked, photos, captions, url=url, text_chars=chars, live=live)


def test_short_captions_are_those_of_goods() -> None:
    goods = [Caption((n,), n, f"Kettle {n}", None) for n in range(20)]
    assert tell(LinkedData(), goods, "https://x.example/a", 100) == "article"


def test_entries_with_times_make_a_live_blog_whatever_else_there_is() -> None:
    assert tell(LinkedData(), CAPTIONED, "https://[bad/fotos", 0, live=True) == "live_blog"
