"""Lists, answers and certificates that come over plain http are changed on the way, or are of
somebody else: none of them is put beside a seal."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from cryptography import x509

from issuer.errors import EvidenceMissing
from tests.town.authority import DAY, NOW, crl, ocsp_answer, p256, root
from tests.town.loopback import Asked, Town
from tests.town.loopback import reply as answer
from tests.town.trust_service import HOST, TrustService

SERVICE = TrustService()
IMPOSTOR = root(key=p256("somebody on the way"))
STALE = crl(SERVICE.issuing, at=NOW - 30 * DAY, until=NOW - 20 * DAY)
Change = dict[str, bytes]


def changed(bodies: Change) -> Callable[[Asked], Iterable[bytes]]:
    """The trust service behind somebody who changes what it says."""
    return lambda asked: answer(bodies[asked.target]) if asked.target in bodies else SERVICE(asked)


@pytest.mark.parametrize(
    ("bodies", "said"),
    [
        ({"/ocsp": b"", "/issuing.crl": crl(IMPOSTOR)}, "answer cannot be used"),
        ({"/ocsp": b"x", "/issuing.crl": STALE}, "answer cannot be used"),
        (
            {
                "/ocsp": ocsp_answer(SERVICE.seal.certificate, issuer=IMPOSTOR),
                "/issuing.crl": b"",
            },
            "answer cannot be used",
        ),
        ({"/root.crl": b"\x30\x00"}, "answer cannot be used"),
        ({"/issuing.cer": IMPOSTOR.certificate.der}, "certificate above it cannot be had"),
        ({"/issuing.cer": SERVICE.seal.certificate.der}, "certificate above it cannot be had"),
        ({"/issuing.cer": b"<html>"}, "neither a certificate nor a list"),
        ({"/root.cer": IMPOSTOR.certificate.der}, "certificate above it cannot be had"),
    ],
)
def test_nothing_of_it_is_kept(tmp_path: Path, bodies: Change, said: str) -> None:
    with Town(tmp_path) as town:
        town.host(HOST, changed(bodies), plain=True)
        with pytest.raises(EvidenceMissing, match=said):
            SERVICE.source(town.fetcher()).gather([SERVICE.seal.chain, SERVICE.time.chain[:1]])


def test_a_seal_that_was_revoked_seals_nothing_more(tmp_path: Path) -> None:
    theft = (NOW - DAY, x509.ReasonFlags.key_compromise)
    service = TrustService(revoked={SERVICE.seal.certificate.serial: theft})
    with Town(tmp_path) as town:
        source = service.source(service.opened(town))
        with pytest.raises(EvidenceMissing, match="was revoked on 2026-06-11"):
            source.gather([service.seal.chain])


def test_a_list_that_is_longer_than_the_bound_is_not_read_on(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        town.host(HOST, changed({"/root.crl": b"0" * (5 << 20)}), plain=True)
        with pytest.raises(EvidenceMissing, match="larger than 1048576 bytes"):
            SERVICE.source(town.fetcher()).gather([SERVICE.time.chain])
