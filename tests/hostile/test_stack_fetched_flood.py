"""A stacked credential makes others fetch: only once it is signed, and ten documents in all."""

from pathlib import Path

import pytest

from issuer.jsonld import rdfc10
from issuer.proofs import jcs
from issuer.services.check import Checker
from issuer.verify import Material, Obtained, Verdict
from issuer.verify.parts import NO_NEWS
from tests.town.loopback import Asked, Responder, Town, reply
from tests.town.stacks import Course, Stacked, stacked_badge
from tests.town.university import LATER, NOW, Bench, University

MOST_DOCUMENTS, MOST_HOSTS = 10, 3


def _checker(town: Town) -> Checker:
    return Checker(
        canonicalise=rdfc10.canonicalise, now=lambda: LATER, fetcher=town.fetcher(), known=Material
    )


def _serving(uni: University, made: Stacked) -> Responder:
    lists = uni.lists()

    def respond(asked: Asked) -> list[bytes]:
        address = uni.base + asked.target
        if asked.target == "/.well-known/did.json":
            return reply(jcs.encode(uni.did_document()))
        data = lists.get(address) or made.parts.get(address) or b"{}"
        return reply(data, media_type="application/vc")

    return respond


def test_ten_documents_are_fetched_in_all(tmp_path: Path, mallory: University) -> None:
    made = stacked_badge(mallory, *(Course(f"part-{number}") for number in range(60)))
    with Town(tmp_path) as town:
        town.host(mallory.host, _serving(mallory, made))
        report = _checker(town).check(made.data)
        assert len(town.asked(mallory.host)) <= MOST_DOCUMENTS
    assert any(part.report is not None for part in report.parts)
    assert report.verdict is Verdict.INDETERMINATE
    assert report.check("parts").sub in NO_NEWS
    assert not report.check("parts").counts


def test_parts_on_many_hosts(tmp_path: Path, mallory: University) -> None:
    made = stacked_badge(mallory, *(Course(f"part-{number}") for number in range(8)))
    document = jcs.decode(made.data)
    document.pop("proof")
    hosts = [f"victim-{number}.example" for number in range(8)]
    for host, part in zip(hosts, document["credentialSubject"]["stackedFrom"]["part"], strict=True):
        part["id"] = f"https://{host}/c/1"
    with Town(tmp_path) as town:
        town.host(mallory.host, _serving(mallory, made))
        for host in hosts:
            town.host(host, lambda _: reply(b"{}"))
        _checker(town).check(mallory.seal(document))
        reached = [host for host in hosts if town.asked(host)]
        assert len(reached) < MOST_HOSTS


@pytest.mark.parametrize("address", ["http://127.0.0.1/c/1", "file:///etc/passwd", "urn:uuid:1"])
def test_a_part_at_an_inner_address(tmp_path: Path, mallory: University, address: str) -> None:
    document = jcs.decode(stacked_badge(mallory).data)
    document.pop("proof")
    document["credentialSubject"]["stackedFrom"]["part"][0]["id"] = address
    with Town(tmp_path) as town:
        town.host(mallory.host, _serving(mallory, Stacked(b"", {})))
        report = _checker(town).check(mallory.seal(document))
        assert {host for host, _ in town.dialled} <= {"93.184.216.1"}
    assert report.parts[0].sub == "parts.not_at_hand"


def test_nothing_is_fetched_for_what_nobody_signed(
    tmp_path: Path, uni: University, mallory: University
) -> None:
    forged = jcs.decode(stacked_badge(mallory).data)
    forged["issuer"]["id"] = uni.did
    unsigned = {name: value for name, value in forged.items() if name != "proof"}
    known = Material(did_documents={uni.did: Obtained(uni.did_document(), NOW, "known")})
    with Town(tmp_path) as town:
        town.host(mallory.host, _serving(mallory, Stacked(b"", {})))
        town.host(uni.host, _serving(uni, Stacked(b"", {})))
        for document in (forged, unsigned):
            report = _checker(town).check(jcs.encode_document(document), material=known)
            assert report.verdict is Verdict.FAILED
        asked = [*town.asked(mallory.host), *town.asked(uni.host)]
        assert not [one.target for one in asked if one.target.startswith("/c/")]


def test_a_page_about_a_part_is_not_the_part(tmp_path: Path, uni: University, bench: Bench) -> None:
    made = stacked_badge(uni, Course("ethics"))
    with Town(tmp_path) as town:
        town.host(uni.host, lambda _: reply(b"<html>a page</html>", media_type="text/html"))
        report = _checker(town).check(made.data, material=bench.material())
        assert [one.target for one in town.asked(uni.host)] == ["/c/ethics"]
    assert report.check("parts").sub == "parts.not_at_hand"
    assert report.verdict is Verdict.PASSED
