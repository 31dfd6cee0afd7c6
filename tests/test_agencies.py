from __future__ import annotations

from collections import Counter

from scraper.agencies import agencies
from scraper.url import normalize


def test_every_agency_has_a_code_of_its_own() -> None:
    assert len({agency.code for agency in agencies()}) == len(agencies()) > 60


def test_no_name_and_no_host_is_that_of_two_agencies() -> None:
    names = Counter(name.casefold() for agency in agencies() for name in {agency.code, *agency.names})
    hosts = Counter(host for agency in agencies() for host in agency.hosts)
    assert not [each for count in (names, hosts) for each, times in count.items() if times > 1]


def test_hosts_are_hosts() -> None:
    assert all(
        host == normalize(f"https://{host}/")[8:-1] and "." in host for agency in agencies() for host in agency.hosts
    )
