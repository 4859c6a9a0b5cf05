import ipaddress
import socket
import threading
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import FetchFailed, FetchRefused
from issuer.fetch import addresses


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("0.0.0.0", "reserved"),  # noqa: S104 # An address to refuse.
        ("10.1.2.3", "private"),
        ("100.64.0.1", "shared"),
        ("100.127.255.255", "shared"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("169.254.169.254", "link-local"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.0.0.8", "reserved"),
        ("192.0.2.1", "documentation"),
        ("192.88.99.1", "6to4"),
        ("192.168.1.1", "private"),
        ("198.18.0.1", "benchmarks"),
        ("198.51.100.1", "documentation"),
        ("203.0.113.1", "documentation"),
        ("224.0.0.251", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("::", "not public"),
        ("::1", "not public"),
        ("::127.0.0.1", "not public"),
        ("::ffff:127.0.0.1", "not public"),
        ("::ffff:93.184.216.34", "not public"),
        ("64:ff9b::7f00:1", "not public"),
        ("64:ff9b:1::a00:1", "not public"),
        ("100::1", "not public"),
        ("2001::1", "protocols"),
        ("2001:db8::1", "documentation"),
        ("2002:7f00:1::1", "6to4"),
        ("3fff::1", "documentation"),
        ("5f00::1", "not public"),
        ("fc00::1", "not public"),
        ("fd00:ec2::254", "not public"),
        ("fe80::1", "not public"),
        ("fe80::1%eth0", "not public"),
        ("fec0::1", "not public"),
        ("ff02::1", "not public"),
        ("localhost", "not an address"),
        ("0177.0.0.1", "not an address"),
        ("2130706433", "not an address"),
    ],
)
def test_special_addresses_are_refused(address: str, word: str) -> None:
    assert word in str(addresses.refusal(address))


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "1.1.1.1", "172.15.255.255", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"],
)
def test_public_addresses_may_be_dialled(address: str) -> None:
    assert addresses.refusal(address) is None


@given(st.ip_addresses())
def test_whatever_python_does_not_call_global_is_refused(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if not address.is_global or address.is_multicast:
        assert addresses.refusal(str(address)) is not None


def test_one_private_address_among_public_ones_is_enough() -> None:
    addresses.require_public("uni.example", ["93.184.216.34", "2606:4700::1111"])
    with pytest.raises(
        FetchRefused, match=r"uni\.example has the address 10\.0\.0\.1.*fetch_hosts"
    ):
        addresses.require_public("uni.example", ["93.184.216.34", "10.0.0.1"])


def test_the_systems_resolver_gives_each_address_once(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [answer, answer])
    assert addresses.system_resolve("uni.example", 443) == ["93.184.216.34"]


def _fails(host: str, port: int) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_NONAME, host)


def test_an_unknown_name_is_said_so() -> None:
    with pytest.raises(FetchFailed, match="not known to the DNS"):
        addresses.resolve_within(_fails, "nowhere.example", 443, seconds=5)
    with pytest.raises(FetchFailed, match="not known to the DNS"):
        addresses.resolve_within(lambda *_: [], "nowhere.example", 443, seconds=5)


def test_a_resolver_that_hangs_is_left_behind() -> None:
    never = threading.Event()

    def hangs(host: str, port: int) -> Sequence[str]:
        never.wait(30)
        return ["93.184.216.34"]

    with pytest.raises(FetchFailed, match="could not be looked up in time"):
        addresses.resolve_within(hangs, "slow.example", 443, seconds=0.05)
    never.set()
