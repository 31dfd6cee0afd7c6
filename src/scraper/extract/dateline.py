"""Dateline: the place (and agency) that news agencies print before the first sentence.

A module of its own because a place before a dash looks much like the start of a sentence, and a rule that eats one is
worse than none.
"""

from __future__ import annotations

import re
from dataclasses import replace

from scraper.article import Block

MAX_DATELINE_CHARS = 90
MAX_WORDS = 9
"""Chosen by hand for forms such as "ABOARD THE SHIP, at sea, Dec. 3 (Agency)"."""

_AGENCIES = (
    r"(?:AP|AFP|Reuters|REUTERS|UPI|dpa(?:[/-]\w+)?|DPA|ANSA|EFE|Efe|EP|EUROPA PRESS|Europa Press|APA|SDA|sda|"
    r"Keystone-SDA|ATS|Belga|BELGA|ANP|NTB|TT|Ritzau|STT|PAP|ČTK|CTK|TASR|MTI|TASS|ТАСС|РИА Новости|"
    r"Интерфакс|Укринформ|УНН|Xinhua|新华社|新華社|共同|時事|연합뉴스|Yonhap|PTI|ANI|IANS|Antara|ANTARA|Bernama|CNA|AA|İHA|DHA|WAFA|SPA|WAM|KUNA|MENA|"
    r"IRNA|epd|KNA|kna|AFX|Bloomberg|CP|The Canadian Press|AAP|PA|CNN|BBC|JTA|RNS|CNS|KFF Health News|"
    r"Inter Press Service|IPS|Notimex|Télam|Telam|Lusa|LUSA|ABr|AGI|Adnkronos|LaPresse|Anadolu|Agencia \w+|Agence \w+)"
)
_DASH = r"\s*(?:\.\s?[–—-]|[–—―]|--|\s-(?=\s)|\s-(?=[A-ZÀ-Þ“\"«]))\s*"
# Patterns are strings: re compiles and keeps them at their first use, which loading the module need not wait for.
_WITH_AGENCY = (
    rf"^((?:[^()\n.!?]{{0,60}}(?:[A-Z][a-z]{{1,4}}\.[^()\n!?]{{0,20}})?)?"
    rf"[(\[]{_AGENCIES}(?:[\s/,–-]+[\w. ]{{1,25}})?[)\]])"
    rf"(?:{_DASH}|\s*[.:]\s+|\s+)"
)
_LETTER = r"[^\W\d_]"
_UPPER_PLACE = (
    rf"^((?:(?!\d)[^\W_a-z][^\W_a-z'’.-]+)(?:[ /-](?!\d)[^\W_a-z][^\W_a-z'’.-]*){{0,4}}"
    rf"(?:,\s+[^\W\d_][\w.'’ -]{{1,24}}){{0,2}}(?:,?\s*\([^()]{{1,30}}\))?){_DASH}(?=\S)"
)
_AGENCY_FIRST = rf"^([(\[]{_AGENCIES}[)\]])(?:{_DASH}|\s+)"
_CJK_HEAD = (
    r"^([【［\[(（][^】］\])）]{2,30}(?:讯|訊|電|电|特派|기자|記者|报道|報導|=[^】］\])）]{0,20})[】］\])）])\s*(?=\S)"
)
_XINHUA = (
    r"^((?:新华社|新華社|中新社|中央社|共同社)[^，。\s（(]{1,20}(?:电|電)(?:\s*[（(][^）)]{1,30}[）)])?)[\s：:]*(?=\S)"
)
_TITLE_PLACE = (
    rf"^((?:{_LETTER}[\w.'’-]*)(?:[ /-]{_LETTER}[\w.'’-]*){{0,3}}"
    rf"(?:,\s+{_LETTER}[\w.'’]*(?: {_LETTER}[\w.'’]*){{0,2}})?)"
    r"(?:\s+[–—―]\s*|\s*[—―]\s*|\s--\s|\.\s[–—-]\s*)(?=[A-ZÀ-ÞЀ-Я“\"«„‘Ͱ-Ϋ])"
)
MIN_SENTENCE_CHARS = 60
"""After a bare place a whole sentence must follow: "Name – Role" and "Product – Best for ..." are no datelines."""

_CITIES = frozenset(
    (
        *("Berlin", "Hamburg", "München", "Köln", "Frankfurt", "Stuttgart", "Düsseldorf", "Leipzig", "Dresden", "Bonn"),
        *(
            "Wien",
            "Graz",
            "Linz",
            "Salzburg",
            "Zürich",
            "Bern",
            "Basel",
            "Genf",
            "Brüssel",
            "Paris",
            "London",
            "Madrid",
        ),
        *(
            "Barcelona",
            "Bogotá",
            "Lima",
            "Quito",
            "Caracas",
            "La Habana",
            "Montevideo",
            "Asunción",
            "La Paz",
            "Managua",
        ),
        *("México", "Ciudad de México", "Buenos Aires", "Santiago", "San José", "Panamá", "Roma", "Milano", "Torino"),
        *(
            "Napoli",
            "Rome",
            "Milan",
            "Lisboa",
            "São Paulo",
            "Rio de Janeiro",
            "Brasília",
            "Bruxelles",
            "Genève",
            "Lyon",
        ),
        *("Washington", "New York", "Los Angeles", "Chicago", "Boston", "Moscow", "Kyiv", "Kiev", "Moskau", "Kiew"),
        *("Warschau", "Prag", "Budapest", "Belgrade", "Belgrad", "Athens", "Athen", "Ankara", "Istanbul", "Cairo"),
        *("Kairo", "Tel Aviv", "Jerusalem", "Beirut", "Gaza", "Damascus", "Baghdad", "Tehran", "Teheran", "Kabul"),
        *("Islamabad", "Lahore", "Karachi", "Delhi", "New Delhi", "Mumbai", "Dhaka", "Colombo", "Kathmandu", "Yangon"),
        *("Beijing", "Peking", "Shanghai", "Hong Kong", "Taipei", "Tokyo", "Tokio", "Seoul", "Manila", "Jakarta"),
        *(
            "Singapore",
            "Bangkok",
            "Hanoi",
            "Sydney",
            "Canberra",
            "Melbourne",
            "Wellington",
            "Nairobi",
            "Lagos",
            "Abuja",
        ),
        *("Accra", "Addis Ababa", "Kampala", "Kinshasa", "Johannesburg", "Pretoria", "Cape Town", "Harare", "Dakar"),
        *("Tunis", "Algiers", "Rabat", "Tripoli", "Khartoum", "Riyadh", "Dubai", "Doha", "Stockholm", "Oslo"),
        *("Kopenhagen", "Helsinki", "Amsterdam", "Den Haag", "Brussels", "Geneva", "Dublin", "Toronto", "Ottawa"),
        *("Москва", "Киев", "Київ", "Минск", "Санкт-Петербург", "Αθήνα", "Bukarest", "Bucharest", "Sofia", "Zagreb"),
    )
)
_SENTENCE_END = r"[.!?。][\"”’»)\]]*(?:\s|$)|[。！？]"
_SMALL_WORDS = frozenset(
    ("de", "la", "del", "of", "the", "am", "an", "der", "di", "sur", "en", "al", "do", "da", "dos")
)


def split_lede(body: tuple[Block, ...]) -> tuple[str | None, tuple[Block, ...]]:
    """Split the dateline from the first paragraph of a body; None where it has none."""
    for i, block in enumerate(body):
        if block.kind == "paragraph":
            dateline, rest = split_dateline(block.text)
            if dateline is None or not rest:
                return None, body
            return dateline, (*body[:i], replace(block, text=rest), *body[i + 1 :])
    return None, body


def split_dateline(lede: str) -> tuple[str | None, str]:
    """Split the dateline from the first paragraph.

    Only sure forms are split: an agency in brackets, a place in capitals or a known city before a dash and a whole
    sentence, and the heads of East Asian agencies.

    Returns:
        The dateline without its dash (None if there is none), and the rest of the paragraph.
    """
    head = lede[: MAX_DATELINE_CHARS + 40]
    for pattern in (_WITH_AGENCY, _AGENCY_FIRST, _UPPER_PLACE, _CJK_HEAD, _XINHUA, _TITLE_PLACE):
        match = re.match(pattern, head)
        if not match:
            continue
        dateline, rest = match[1].strip(), lede[match.end() :].lstrip()
        if len(dateline) > MAX_DATELINE_CHARS or len(dateline.split()) > MAX_WORDS or len(rest) < len(dateline):
            continue
        if pattern == _WITH_AGENCY and not _capitalized(re.sub(r"[(\[].*", "", dateline)):
            continue
        if pattern in (_TITLE_PLACE, _UPPER_PLACE) and not _is_place(dateline, rest, upper=pattern == _UPPER_PLACE):
            continue
        return dateline, rest
    return None, lede


def _capitalized(text: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_][\w.'’-]*", text) if word.casefold() not in _SMALL_WORDS]
    return all(not word[0].islower() for word in words)


def _is_place(dateline: str, rest: str, *, upper: bool) -> bool:
    """Tell whether what stands before a dash without an agency is a place: in capitals, or a city that is known."""
    place = re.split(r"[,(]", dateline, maxsplit=1)[0].strip()
    if len(rest) < MIN_SENTENCE_CHARS or not re.search(_SENTENCE_END, rest):
        return False
    if not upper:
        return place in _CITIES
    letters = [char for char in place if char.isalpha()]
    return len(letters) >= 3 and all(char.isupper() for char in letters) and not rest[0].islower()
