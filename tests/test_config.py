from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from scraper.config import Config, Rule, Site
from scraper.errors import ConfigError


def test_a_crawl_as_nobody_is_refused_with_what_to_do() -> None:
    with pytest.raises(ConfigError, match=r"\[agent\] contact is not set; give a page or mailbox"):
        Config().require_contact()


def test_no_rule_is_chosen_after_the_last_era_has_ended() -> None:
    site = Site("a.example", rules=(Rule(valid_until=date(2024, 5, 31), body="#old"),))
    assert site.rule_at(datetime(2024, 5, 31, 12, tzinfo=UTC)) == site.rules[0]
    assert site.rule_at(datetime(2024, 6, 1, tzinfo=UTC)) is None
