from __future__ import annotations

from scraper.report.health_alarm import FAMILIES, FIELDS, SIGN_KINDS, suspicion_of


def test_every_sign_and_field_has_a_kind_and_every_kind_a_family() -> None:
    assert {f"no_{name}" for name in FIELDS} <= SIGN_KINDS.keys()
    assert set(SIGN_KINDS.values()) <= FAMILIES.keys()


def test_a_row_is_marked_with_the_gravest_sign_that_it_still_shows() -> None:
    assert suspicion_of(["no_byline", "new_layout"], frozenset({"byline"}), paywalled=False) == "layout_changed"
    assert suspicion_of(["no_byline"], frozenset({"byline"}), paywalled=False) == "field_lost"
    assert suspicion_of(["no_byline"], frozenset(), paywalled=False) is None  # a new rule found it
    assert suspicion_of(["paywall"], frozenset(), paywalled=True) == "paywall"
    assert suspicion_of(["paywall"], frozenset(), paywalled=False) is None
    assert suspicion_of([], frozenset(FIELDS), paywalled=True) is None
