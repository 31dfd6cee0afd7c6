"""Publisher: the names a page's site goes by, so that none of them is taken for a person's.

A module of its own because data, meta elements and the address each name the site in another way.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from scraper.extract.linked_data import LinkedData
from scraper.extract.names import fold_name

SHORT_LABEL = 3
"""Labels of a host this short are "com", "co", "www" and the like."""


def publisher_names(linked: LinkedData, url: str) -> frozenset[str]:
    """Give every name of a page's site, folded; without spaces too, as addresses write them."""
    names = {fold_name(name) for name in linked.site_names}
    host = (urlsplit(url).hostname or "").removeprefix("www.") if "://" in url else ""
    if host:
        parts = host.split(".")
        names |= {fold_name(host), fold_name(parts[0]), fold_name(host.rsplit(".", 1)[0])}
        names |= {fold_name(part) for part in parts[-3:-1] if len(part) > SHORT_LABEL}
    names |= {"".join(word[0] for word in name.split()) for name in names if " " in name}
    for name in tuple(names):
        names |= {f"the {name}", name.removeprefix("the "), name.replace(" ", "")}
    names.discard("")
    return frozenset(names)


def is_publisher(name: str, publisher: frozenset[str]) -> bool:
    """Tell whether a name is one of publisher_names."""
    folded = fold_name(name)
    return folded in publisher or folded.replace(" ", "") in publisher
