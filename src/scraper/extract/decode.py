"""Decode: the bytes of a page made text.

A module of its own because every sign of a charset can lie: the order in which they are believed, and what happens
when the believed one fails, is decided here and nowhere else. Nothing in here raises.

Source: WHATWG Encoding (labels), HTML Standard section 13.2.3.2 (the order BOM, header, meta, detection).
"""

from __future__ import annotations

import codecs
import re

META_WINDOW_BYTES = 4096
"""How far a meta element is searched. The standard's 1024, widened by hand."""

DETECT_WINDOW_BYTES = 65_536
"""What the detector sees at most, so that its cost has a bound."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.+-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.+-]{2,40})""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_:.+-]{2,40})""", re.IGNORECASE)

_LABELS = {
    "ascii": "windows-1252",
    "us-ascii": "windows-1252",
    "ansi": "windows-1252",
    "iso-8859-1": "windows-1252",
    "iso8859-1": "windows-1252",
    "iso_8859-1": "windows-1252",
    "iso88591": "windows-1252",
    "latin1": "windows-1252",
    "latin-1": "windows-1252",
    "l1": "windows-1252",
    "cp819": "windows-1252",
    "x-cp1252": "windows-1252",
    "iso-8859-9": "windows-1254",
    "latin5": "windows-1254",
    "iso-8859-11": "windows-874",
    "tis-620": "windows-874",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "chinese": "gb18030",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "korean": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "utf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "utf-16": "utf-8",  # a meta element that can be read at all is not in UTF-16
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
}
"""Labels whose meaning on the web differs from Python's. Source: WHATWG Encoding section 4.2."""

_NOT_OF_THE_WEB = frozenset(("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"))
"""Python's own text codecs that are no charsets; "undefined" fails whatever it is told to do with errors."""

_C1_HOLES = {byte: chr(byte) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
"""Bytes that windows-1252 leaves open; the web maps them to control characters. Source: WHATWG Encoding index."""


def decode(payload: bytes, content_type: str | None = None) -> str:
    """Decode a page: BOM, then UTF-8 if it is that strictly, then the declared charsets, then detection.

    UTF-8 is tried before the declared charset because text of another one hardly ever is valid UTF-8 by chance, while
    headers that say latin-1 over UTF-8 bytes are common.

    Args:
        payload: The decoded HTTP entity; NUL bytes are dropped.
        content_type: The header's value, such as "text/html; charset=iso-8859-1".

    Returns:
        The text; what cannot be decoded in any way stands as U+FFFD.
    """
    for bom, name in _BOMS:
        if payload.startswith(bom):
            return _finish(payload[len(bom) :].decode(name, "replace"))
    if wide := _wide_without_bom(payload):
        return _finish(payload.decode(wide, "replace"))
    payload = payload.replace(b"\x00", b"")
    declared = _declared(payload, content_type)
    if not any(name.startswith("iso2022") or name == "hz" for name in declared):
        try:
            return _finish(payload.decode("utf-8"))
        except UnicodeDecodeError as error:
            if _nearly_utf8(payload, error, declared):
                return _finish(payload.decode("utf-8", "replace"))
    for name in declared:
        if (text := _strictly(payload, name)) is not None:
            return _finish(text)
    if (detected := _detect(payload)) and (text := _strictly(payload, detected)) is not None:
        return _finish(text)
    for name in (*declared, *((detected,) if detected else ())):
        if name != "windows-1252":
            return _finish(payload.decode(name, "replace"))
    text = _strictly(payload, "windows-1252")
    return _finish(text if text is not None else payload.decode("utf-8", "replace"))


def _finish(text: str) -> str:
    return text.replace("\x00", "")


def _declared(payload: bytes, content_type: str | None) -> list[str]:
    window, labels = payload[:META_WINDOW_BYTES], []
    if content_type and (found := _HEADER.search(content_type)):
        labels.append(found[1])
    for pattern in (_XML, _CHARSET):
        if match := pattern.search(window):
            labels.append(match[1].decode("ascii"))
    names = []
    for label in labels:
        name = _LABELS.get(label.lower(), label.lower())
        try:
            name = codecs.lookup(name).name
            is_text = codecs.lookup(name)._is_text_encoding
        except (LookupError, ValueError):
            continue
        if is_text and name not in names and name not in _NOT_OF_THE_WEB:
            names.append("windows-1252" if name == "cp1252" else name)
    return names


def _strictly(payload: bytes, name: str) -> str | None:
    try:
        return payload.decode(name)
    except UnicodeDecodeError:
        if name in {"windows-1252", "cp1252"}:
            # Decoded as the web does: only five bytes have no character of their own.
            return payload.decode("latin-1").translate(_WEB_1252)
        return None
    except (LookupError, ValueError):
        return None


_WEB_1252 = {byte: _C1_HOLES.get(byte) or bytes([byte]).decode("windows-1252") for byte in range(0x80, 0xA0)}


def _nearly_utf8(payload: bytes, error: UnicodeDecodeError, declared: list[str]) -> bool:
    """Tell a UTF-8 page with a few broken bytes (a cut, a pasted advert) from one in another charset."""
    if declared and "utf-8" not in declared:
        return False
    multibyte = len(payload) - len(payload.translate(None, bytes(range(0x80, 0xC0))))
    if not multibyte:
        return False
    broken = payload.decode("utf-8", "replace").count("\ufffd")
    return broken * 20 <= multibyte or error.start >= len(payload) - 3


def _wide_without_bom(payload: bytes) -> str | None:
    """Find UTF-16 by its zero bytes: markup is ASCII, so every other byte of the start is zero."""
    head = payload[:200]
    if len(head) < 20 or head.count(0) * 3 < len(head):
        return None
    if head[1::2].count(0) * 10 >= len(head) * 4 and head[0::2].count(0) == 0:
        return "utf-16-le"
    if head[0::2].count(0) * 10 >= len(head) * 4 and head[1::2].count(0) == 0:
        return "utf-16-be"
    return None


def _detect(payload: bytes) -> str | None:
    """Ask the detector about the part of the page that is not ASCII; markup says nothing about the charset."""
    import chardet  # slow to import; only pages in a legacy charset pay for it

    first = next((m.start() for m in re.finditer(rb"[\x80-\xff]", payload)), 0)
    sample = payload[max(0, first - 200) : first + DETECT_WINDOW_BYTES]
    name = chardet.detect(sample).get("encoding")
    if not name:
        return None
    name = _LABELS.get(name.lower(), name.lower())
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None
