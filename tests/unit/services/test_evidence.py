"""What is fetched for a seal of level LT, from whom, and when it is enough."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from issuer.errors import EvidenceMissing
from issuer.services import evidence
from keys.certificates import Answers, standing
from tests.town.authority import NOW, Holder, Paper, below, crl, root
from tests.town.loopback import Asked, Town, reply
from tests.town.trust_service import HOST, TrustService, named


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path) as opened:
        yield opened


@pytest.fixture
def service() -> TrustService:
    return TrustService()


@pytest.fixture
def source(service: TrustService, town: Town) -> evidence.EvidenceSource:
    return service.source(service.opened(town))


def _list_of(by: Holder, _: Asked) -> list[bytes]:
    return reply(crl(by))


def paths(town: Town) -> list[str]:
    return [f"{asked.method} {asked.target}" for asked in town.asked(HOST)]


def test_everything_below_the_roots_is_proven_and_nothing_is_asked_twice(
    service: TrustService, source: evidence.EvidenceSource, town: Town
) -> None:
    found = source.gather([service.seal.chain, service.time.chain])
    assert paths(town) == ["GET /issuing.cer", "POST /ocsp", "GET /root.crl"]
    assert set(found.certificates) == {
        service.seal.certificate,
        service.issuing.certificate,
        service.time.certificate,
        service.root.certificate,
    }
    answers = Answers(found.crls, found.ocsps)
    for lower, upper in (
        (service.seal, service.issuing),
        (service.issuing, service.root),
        (service.time, service.root),
    ):
        said = standing(
            lower.certificate, issuer=upper.certificate, answers=answers, candidates=(), at=NOW
        )
        assert said is not None
        assert said.revoked_at is None


def test_a_list_stands_in_for_a_responder_that_is_away(
    service: TrustService, source: evidence.EvidenceSource, town: Town
) -> None:
    service.silent.add("/ocsp")
    found = source.gather([service.seal.chain])
    assert (len(found.crls), found.ocsps) == (2, ())
    assert "GET /root.cer" in paths(town)


def test_where_neither_can_be_had_each_fault_is_told(
    service: TrustService, source: evidence.EvidenceSource
) -> None:
    service.silent |= {"/ocsp", "/issuing.crl"}
    with pytest.raises(EvidenceMissing, match=r"ocsp.*503.*issuing\.crl.*503.*seal_level"):
        source.gather([service.seal.chain])


def test_a_seal_that_names_no_place_cannot_be_proven(source: evidence.EvidenceSource) -> None:
    with pytest.raises(EvidenceMissing, match="names neither a list"):
        source.gather([below(root()).chain])


def test_nor_one_without_any_authority(source: evidence.EvidenceSource) -> None:
    with pytest.raises(EvidenceMissing, match="names no authority"):
        source.gather([below(root()).chain[:1]])


def test_nor_one_that_signed_itself(source: evidence.EvidenceSource) -> None:
    with pytest.raises(EvidenceMissing, match="signed by itself"):
        source.gather([root(Paper("Own seal")).chain])


def test_an_authority_whose_own_is_named_nowhere_ends_the_way(
    service: TrustService, source: evidence.EvidenceSource, town: Town
) -> None:
    # It is on a trusted list itself, so nobody needs to know who made it.
    upper = below(root(), Paper("Listed", authority=True, usage="certify"))
    town.host("lists.example", lambda _: reply(crl(upper)), plain=True)
    made = below(upper, Paper("Seal", more=named(crls=["http://lists.example/a.crl"])))
    found = source.gather([made.chain[:2]])
    assert found.certificates == made.chain[:2]
    assert len(found.crls) == 1


def test_a_way_that_is_too_long_ends(source: evidence.EvidenceSource, town: Town) -> None:
    upper = root()
    for n in range(10):
        url = f"http://l{n}.example/a.crl"
        town.host(f"l{n}.example", partial(_list_of, upper), plain=True)
        paper = Paper(f"Storey {n}", authority=True, usage="certify", more=named(crls=[url]))
        upper = below(upper, paper)
    found = source.gather([upper.chain])
    assert len(found.crls) == 8


def test_a_certificate_of_a_stranger_beside_a_time_stamp_hinders_nothing(
    service: TrustService, source: evidence.EvidenceSource
) -> None:
    stranger = below(root(), Paper("Stranger", extended=(ExtendedKeyUsageOID.OCSP_SIGNING,)))
    found = source.gather([(*service.time.chain, stranger.certificate)])
    assert len(found.crls) == 1


def test_more_than_fits_beside_a_seal_is_said_so(
    service: TrustService, source: evidence.EvidenceSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MOST_BYTES", 1_000)
    with pytest.raises(EvidenceMissing, match="does not fit beside a seal"):
        source.gather([service.seal.chain])
