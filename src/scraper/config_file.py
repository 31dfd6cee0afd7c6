"""Config file: config/scraper.toml and config/sites/<host>.toml, checked as a whole before anything runs.

A module apart from the types, because it alone knows TOML, and every fault it finds names file and key.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from scraper.config import Agent, Config, Extract, Fetch, Ping, Rule, Site, Store, is_http, is_remote
from scraper.errors import ConfigError, ItemError
from scraper.policy import Policy
from scraper.url import Url, normalize

MAX_SECONDS = 2_592_000.0
"""Thirty days: no wait is meant to be longer, and clocks overflow at some length."""
MAX_SEGMENT_BYTES = 1_000_000_000.0
"""Source: WARC 1.1, annex C: files of about 1 GB at most."""


def load_config(path: Path, check_selector: Callable[[str], str | None]) -> Config:
    """Read scraper.toml and every file of sites/.

    Args:
        path: The config folder, or scraper.toml in it.
        check_selector: Gives the fault of a CSS selector, None if it parses.

    Raises:
        ConfigError: With all faults of all files, each naming file and key.
    """
    folder = path.parent if path.suffix == ".toml" else path
    main = path if path.suffix == ".toml" else folder / "scraper.toml"
    faults: list[str] = []
    parts: dict[str, Any] = {}
    if (table := _read_toml(main, faults)) is not None:
        sections = {
            "agent": Agent, "fetch": Fetch, "extract": Extract, "store": Store, "ping": Ping, "policy": Policy,
        }  # fmt: skip
        for name in table.keys() - sections.keys():
            faults.append(f"{main}: [{name}]: unknown; known are {', '.join(f'[{s}]' for s in sections)}")
        for name, kind in sections.items():
            parts[name] = _convert(kind, table.get(name, {}), main, f"[{name}] ", faults)
        _check_main(parts, main, faults)
    sites = {}
    for file in sorted((folder / "sites").glob("*.toml")):
        if (table := _read_toml(file, faults)) is not None and (
            site := _make_site(table, file, check_selector, faults)
        ):
            sites[site.host] = site
    if faults:
        raise ConfigError(faults)
    return Config(**parts, sites=sites)


def read_site(text: str, file: Path) -> Site:
    """Read the text of a site's file that holds no selectors.

    Raises:
        ConfigError: With all faults of it.
    """
    faults: list[str] = []
    try:
        site = _make_site(tomllib.loads(text), file, lambda selector: None, faults)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{file}: is not TOML: {error}"]) from error
    if faults or site is None:
        raise ConfigError(faults)
    return site


def _read_toml(file: Path, faults: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        there = "" if file.parent.exists() else f"; there is no folder {file.parent}, name it with --config DIR"
        faults.append(f"{file}: cannot be read: {error.strerror}{there}")
    except UnicodeDecodeError as error:
        faults.append(f"{file}: is not UTF-8: byte {error.start}")
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{file}: is not TOML: {error}")
    return None


def _convert(kind: type[Any], table: object, file: Path, where: str, faults: list[str]) -> Any:
    """Make a dataclass of a TOML table key by key, so that every fault of it is found, not only the first.

    Returns:
        What could be made, for further checks; None where a key without default is missing.
    """
    if not isinstance(table, dict):
        faults.append(f"{file}: {where.strip()}: must be a table")
        return None
    hints = get_type_hints(kind)
    known = {f.name: f for f in fields(kind)}
    values = {}
    for key, value in table.items():
        if key not in known:
            faults.append(f"{file}: {where}{key}: unknown; known are {', '.join(known).replace('rules', '[[rule]]')}")
            continue
        try:
            values[key] = msgspec.convert(value, hints[key])
        except msgspec.ValidationError as error:
            faults.append(f"{file}: {where}{key}: {error}")
    required = [f.name for f in known.values() if f.default is MISSING and f.default_factory is MISSING]
    faults.extend(f"{file}: {where}{name}: missing" for name in required if name not in table)
    return kind(**values) if all(name in values for name in required) else None


def _check_main(parts: Mapping[str, Any], file: Path, faults: list[str]) -> None:
    if agent := parts.get("agent"):
        if not re.fullmatch(r"[A-Za-z_-]+", agent.name):
            faults.append(f"{file}: [agent] name: {agent.name!r} must be letters, - and _ (RFC 9309)")
        if agent.contact and not re.fullmatch(r"https?://[!-~]+\.[!-~]+|[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+", agent.contact):
            faults.append(
                f"{file}: [agent] contact: {agent.contact!r} is neither an http address nor a mailbox in ASCII"
            )
    least: dict[str, dict[str, float]] = {
        "fetch": {"delay_s": 0, "timeout_s": 0.1, "connect_timeout_s": 0.1, "max_body_bytes": 1000, "max_redirects": 0,
                  "tries": 1, "backoff_s": 0, "max_wait_s": 0, "hosts_at_once": 1, "max_runtime_s": 0,
                  "max_requests": 0},
        "extract": {"workers": 0, "page_timeout_s": 0.1, "page_memory_bytes": 500_000_000},
        "store": {"segment_bytes": 1_000_000},
    }  # fmt: skip
    for section, limits in least.items():
        for key, limit in limits.items() if parts.get(section) else ():
            value = getattr(parts[section], key)
            most = MAX_SECONDS if key.endswith("_s") else MAX_SEGMENT_BYTES if key == "segment_bytes" else float("inf")
            if not limit <= value <= most or value == float("inf"):
                faults.append(f"{file}: [{section}] {key}: {value} must be a number from {limit} to {most:g}")
    if fetch := parts.get("fetch"):
        _check_times(fetch, file, faults)
    if (fetch := parts.get("fetch")) and fetch.proxy and not is_http(fetch.proxy):
        faults.append(f"{file}: [fetch] proxy: {fetch.proxy!r} must be like http://proxy.example:3128")
    if store := parts.get("store"):
        if store.remote and not is_remote(store.remote):
            faults.append(f"{file}: [store] remote: {store.remote!r} must be like s3://bucket/prefix, in ASCII")
        if not store.remote and not store.keep_segments:
            faults.append(f"{file}: [store] keep_segments: false needs a remote, or the segments would be nowhere")
    if (ping := parts.get("ping")) and ping.url and not is_http(ping.url):
        faults.append(f"{file}: [ping] url: {ping.url!r} must be like https://hc-ping.com/your-check, in ASCII")
    if policy := parts.get("policy"):
        faults.extend(f"{file}: [policy] {fault}" for fault in policy.faults())


def _check_times(fetch: Fetch, file: Path, faults: list[str]) -> None:
    least, most = fetch.poll_s
    if not 60 <= least <= most <= MAX_SECONDS:
        faults.append(f"{file}: [fetch] poll_s: {list(fetch.poll_s)} must be two numbers, 60 <= first <= second")
    if not all(
        60 <= earlier < later <= 13 * MAX_SECONDS for earlier, later in itertools.pairwise((60, *fetch.revisit_s))
    ):
        faults.append(f"{file}: [fetch] revisit_s: {list(fetch.revisit_s)} must be rising numbers above 60")


def _make_site(
    table: dict[str, Any], file: Path, check_selector: Callable[[str], str | None], faults: list[str]
) -> Site | None:
    eras = table.pop("rule", [])
    if "rules" in table:
        faults.append(f"{file}: rules: unknown; eras are written as [[rule]]")
        del table["rules"]
    rules = []
    for number, era in enumerate(eras if isinstance(eras, list) else [eras], 1):
        where = f"[[rule]] {number} "
        if rule := _convert(Rule, era, file, where, faults):
            _check_selectors(rule, file, where, check_selector, faults)
            rules.append(rule)
    rules.sort(key=lambda rule: rule.valid_until or date.max)
    for earlier, later in itertools.pairwise(rules):
        if earlier.valid_until == later.valid_until:
            faults.append(f"{file}: [[rule]] valid_until: two eras end at {later.valid_until or 'no date'}")
    site = _convert(Site, table, file, "", faults)
    return _check_site(site, tuple(rules), file, faults) if site else None


def _check_selectors(
    rule: Rule, file: Path, where: str, check_selector: Callable[[str], str | None], faults: list[str]
) -> None:
    for f in fields(rule):
        value = getattr(rule, f.name)
        selectors = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
        for selector in selectors:
            if fault := check_selector(selector):
                faults.append(f"{file}: {where}{f.name}: {selector!r} is no CSS selector: {fault}")


def _check_site(site: Site, rules: tuple[Rule, ...], file: Path, faults: list[str]) -> Site | None:
    try:
        base = normalize(f"https://{site.host}/")
        if base != f"https://{site.host}/":
            faults.append(f"{file}: host: {site.host!r} must be a bare host name in lower case")
    except ItemError as error:
        faults.append(f"{file}: host: {error.detail}")
        return None
    if file.stem != site.host:
        faults.append(f"{file}: host: {site.host!r} must be the file's name, {site.host}.toml")
    if site.delay_s is not None and not 0 <= site.delay_s <= MAX_SECONDS:
        faults.append(f"{file}: delay_s: {site.delay_s} must be a number from 0 to {MAX_SECONDS:g}")
    if site.article_pattern is not None:
        try:
            re.compile(site.article_pattern)
        except re.error as error:
            faults.append(f"{file}: article_pattern: {site.article_pattern!r} is no regular expression: {error}")
    urls: dict[str, Any] = {
        key: tuple(url for text in getattr(site, key) if (url := _normalize(text, base, file, key, faults)))
        for key in ("feeds", "sitemaps", "front_pages")
    }
    return replace(site, rules=rules, **urls)


def _normalize(text: str, base: str | None, file: Path, where: str, faults: list[str]) -> Url | None:
    try:
        if not text.strip():
            raise ItemError("bad_url", "an address is empty")
        return normalize(text, base)
    except ItemError as error:
        faults.append(f"{file}: {where}: {error.detail}")
        return None
