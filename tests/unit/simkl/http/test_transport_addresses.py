"""From a name to a connection: every address gets its share of the time, and what could not be asked was not sent."""

from __future__ import annotations

import socket

import pytest

from lib.simkl.errors import NotSent
from lib.simkl.http.transport import CONNECT_SECONDS
from tests.fakes.ports import free_port


@pytest.fixture
def addresses(monkeypatch):
    """Return how to give a name several addresses, and the seconds each of them was tried for."""
    tried = []
    connect = socket.socket.connect

    def recorded(self, address):
        tried.append(self.gettimeout())
        return connect(self, address)

    def name_has(*found):
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: list(found))
        monkeypatch.setattr(socket.socket, "connect", recorded)
        return tried

    return name_has


def ipv4(port, family=socket.AF_INET):
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port)


def test_several_addresses_share_the_time_to_connect_and_the_last_one_counts(box, transport_to, addresses):
    tried = addresses(*[ipv4(free_port())] * 3, ipv4(int(box.url.rpartition(":")[2])))
    assert transport_to("http://simkl.invalid").get("/oauth/pin").status == 200
    assert len(tried) == 4 and sum(tried) == CONNECT_SECONDS


def test_an_address_of_a_kind_this_system_does_not_have_is_passed_over(box, transport_to, addresses):
    addresses(ipv4(0, family=9999), ipv4(int(box.url.rpartition(":")[2])))
    assert transport_to("http://simkl.invalid").get("/oauth/pin").status == 200


NOWHERE = {
    "no address": [],
    "nobody listens": [ipv4(1)],
    "nobody listens anywhere": [ipv4(1), ipv4(1)],
}


@pytest.mark.parametrize("found", NOWHERE.values(), ids=NOWHERE.keys())
def test_without_a_connection_nothing_was_sent(transport_to, addresses, found):
    addresses(*found)
    with pytest.raises(NotSent):
        transport_to("http://simkl.invalid").get("/oauth/pin")


@pytest.mark.parametrize("host", ["simkl.invalid", "a..b", "a" * 64 + ".example"], ids=["unknown", "empty", "too long"])
def test_a_name_that_leads_nowhere_means_that_nothing_was_sent(transport_to, host):
    with pytest.raises(NotSent):
        transport_to(f"http://{host}").get("/oauth/pin")
