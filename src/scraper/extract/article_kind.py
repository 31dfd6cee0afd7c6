"""ArticleKind: which kind of article a page is: text, live blog, gallery or video.

A module of its own because all of these are kept: the kind is told so that readers of the corpus can choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from scraper.article import PageKind, Photo
from scraper.extract.captions import Caption
from scraper.extract.linked_data import LinkedData

GALLERY_PHOTOS = 5
GALLERY_CHARS = 3_000
CAPTION_CHARS = 40
"""So many captions make a gallery of a page whose address says so, or of one with less text than they have, if they
are sentences: lists of goods have many short ones. Set by hand."""

VIDEO_CHARS = 1_500
"""A page with a video and more text than this is an article with a video. Set by hand."""

_GALLERIES = frozenset(("ImageGallery", "MediaGallery"))
_GALLERY_WORDS = frozenset((
    "gallery", "galleries", "galerie", "galerien", "bildergalerie", "bildergalerien", "fotostrecke", "fotostrecken",
    "bilder", "fotos", "foto", "photos", "photo", "diaporama", "slideshow", "slideshows", "galeria", "galerias",
    "fotogalerie", "fotogaleria", "fotogalerias", "fotogallery", "pictures", "picture-gallery", "photo-gallery",
    "photogallery", "in-pictures", "bildspel", "kuvat", "galerija", "galeri", "fotogaleri", "billedserie",
    "bildeserie",
))  # fmt: skip
_VIDEO_WORDS = frozenset(("video", "videos", "watch", "tv", "mediathek", "videa", "wideo", "videot", "clip", "clips"))


def tell_kind(
    linked: LinkedData,
    photos: Sequence[Photo],
    captions: Sequence[Caption],
    *,
    url: str,
    text_chars: int,
    live: bool,
) -> PageKind:
    """Tell which kind of article a page is.

    Args:
        linked: What it declares.
        photos: The pictures of its body.
        captions: Those of the whole page: a gallery's pictures often stand behind all of its text.
        url: Its address, "" if unknown.
        text_chars: Characters of its body.
        live: It has entries with times.
    """
    if live:
        return "live_blog"
    own = linked.types[0] if linked.types else ""
    words = _words(url)
    told = [photo.caption for photo in photos if photo.caption]
    said = sum(map(len, told))
    if (
        (own in _GALLERIES and len(captions) > 1)
        or (len(captions) >= GALLERY_PHOTOS and not words.isdisjoint(_GALLERY_WORDS))
        or (len(told) >= GALLERY_PHOTOS and text_chars < min(said, GALLERY_CHARS) and said >= CAPTION_CHARS * len(told))
    ):
        return "gallery"
    og_type = (linked.first_meta("og:type") or "").lower()
    has_video = "VideoObject" in linked.types
    if text_chars < VIDEO_CHARS and (
        own == "VideoObject" or og_type.startswith("video") or (has_video and not words.isdisjoint(_VIDEO_WORDS))
    ):
        return "video"
    return "article"


def _words(url: str) -> frozenset[str]:
    """Give the segments of an address's path, and the parts of those that are one."""
    try:
        path = urlsplit(url).path.lower()
    except ValueError:
        return frozenset()
    segments = path.split("/")
    return frozenset(segments).union(*(segment.split("-") for segment in segments[:-1]))
