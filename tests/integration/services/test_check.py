"""The driver of the verifier in a town: it fetches what is missing; doubt never reads as fine."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from issuer.errors import Busy, FetchFailed, FetchRefused
from issuer.fetch import Bounds
from issuer.fetch.client import Budget
from issuer.jsonld.canonical import Json
from issuer.jsonld.pool import Pool
from issuer.model.achievement import DocumentFormat
from issuer.proofs import jcs
from issuer.registry import seen_keys
from issuer.services import export, look, material, revoke
from issuer.services.check import Checker
from issuer.verify import Material, Obtained, Policy, Report, Verdict
from tests.town.loopback import Asked, Responder, Town, redirect, reply
from tests.town.workshop import BASE_URL, DID, START, Workshop, canonicalise
from tests.town.writers import at_once

HOST = "credentials.uni.example"
DID_PATH = "/.well-known/did.json"
REVOCATION = "/status/euas/revocation/1"
SUSPENSION = "/status/euas/suspension/1"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind is enough: what is asked here is the network."""
    return sqlite_database_url


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    folder = tmp_path / "town"
    folder.mkdir()
    with Town(folder) as town:
        yield town


def _host(workshop: Workshop, changes: Mapping[str, Responder] | None = None) -> Responder:
    """What the university's own server answers; single addresses may answer otherwise."""
    own = export.material(workshop.bench)

    def respond(asked: Asked) -> list[bytes]:
        if changes and asked.target in changes:
            return list(changes[asked.target](asked))
        if asked.target == DID_PATH:
            return reply(jcs.encode(own.did_documents[DID].value))
        held = own.status_lists.get(BASE_URL + asked.target)
        if held is not None:
            return reply(held.value, media_type="application/vc")
        award_id = asked.target.removeprefix("/c/").removesuffix(".json")
        with workshop.bench.read() as tx:
            sealed = look.sealed(tx, award_id, DocumentFormat.OB3)
        return reply(sealed.data, media_type=sealed.media_type)

    return respond


def _checker(workshop: Workshop, town: Town, **changes: Any) -> Checker:
    """Somebody else's: it knows who the university is, and nothing more."""
    trusted = export.material(workshop.bench).trusted
    known: dict[str, Any] = {
        "canonicalise": canonicalise,
        "now": workshop.clock,
        "fetcher": town.fetcher(),
        "known": lambda: Material(trusted=trusted),
    }
    return Checker(**known | changes)


def _targets(town: Town, name: str = HOST) -> list[str]:
    return [asked.target for asked in town.asked(name)]


def test_what_is_missing_is_fetched_once(workshop: Workshop, town: Town) -> None:
    award = workshop.issued()
    town.host(HOST, _host(workshop))
    checker = _checker(workshop, town)
    for tongue in (DocumentFormat.OB3, DocumentFormat.OB3_JWT):
        town.asked(HOST).clear()
        report = checker.check(workshop.sealed(award, tongue))
        assert report.verdict is Verdict.PASSED
        assert sorted(_targets(town)) == [DID_PATH, REVOCATION, SUSPENSION]
        assert report.needs == ()
    step = report.check("revocation")
    assert step.as_of == START
    assert step.source == BASE_URL + REVOCATION


def test_a_link_is_followed_on_one_budget(workshop: Workshop, town: Town) -> None:
    award = workshop.issued()
    town.host(HOST, _host(workshop))
    checker = _checker(workshop, town)
    url = f"{BASE_URL}/c/{award.id}.json"
    assert checker.link(url).verdict is Verdict.PASSED
    assert len(_targets(town)) == 4
    # What a person pasted may be either.
    assert checker.anything(f"  {url}\n".encode()).verdict is Verdict.PASSED
    assert checker.anything(workshop.sealed(award)).verdict is Verdict.PASSED
    assert checker.anything(b"https://x.example\nand more").verdict is Verdict.FAILED
    with pytest.raises((FetchRefused, FetchFailed)):
        checker.anything(b"https://nobody.example/")
    with pytest.raises(FetchRefused):
        checker.anything("https://é\u202e.example/".encode())
    with pytest.raises(FetchRefused):
        checker.anything(b"http://\xff\xfe/")


def test_a_revoked_one_fails_with_the_reason_that_our_registry_has(
    workshop: Workshop, town: Town
) -> None:
    award = workshop.issued()
    with workshop.bench.begin() as tx:
        revoke.revoke(
            tx, workshop.slug, award.id, reason="A mistake", actor="x", at=workshop.clock()
        )
    workshop.publish()
    town.host(HOST, _host(workshop))
    data = workshop.sealed(award)
    # The list holds neither date nor reason …
    report = _checker(workshop, town).check(data)
    assert report.verdict is Verdict.FAILED
    assert "not published" in report.check("revocation").detail

    # … our own registry does.
    def recall(said: Report) -> Material:
        with workshop.bench.read() as tx:
            return material.about(tx, said, base_url=BASE_URL)

    report = _checker(workshop, town, recall=recall).check(data)
    assert report.verdict is Verdict.FAILED
    assert "A mistake" in report.check("revocation").detail
    assert recall(report).proven_times == {report.digest: START}


def test_our_registry_says_nothing_of_what_is_not_ours(workshop: Workshop, town: Town) -> None:
    award = workshop.issued()
    honest = jcs.decode(workshop.sealed(award))
    checker = _checker(workshop, town, fetcher=None)
    for said in (
        "https://elsewhere.example/c/X",
        f"{BASE_URL}/c/EUAS-AAAA-AAAA-AAAA-AAAA",
        f"{BASE_URL}/c/\x00",
        f"{BASE_URL}/c/{'x' * 5000}",
        {"a": 1},
        None,
    ):
        report = checker.check(jcs.encode_document(honest | {"id": said}))
        with workshop.bench.read() as tx:
            assert material.about(tx, report, base_url=BASE_URL) == Material()
    # A changed copy of ours has no proven time either.
    everything = export.material(workshop.bench)
    forged = jcs.encode_document(honest | {"name": "Doctor"})
    changed = checker.check(forged, material=everything)
    assert changed.verdict is Verdict.FAILED
    with workshop.bench.read() as tx:
        assert material.about(tx, changed, base_url=BASE_URL).proven_times == {}


def test_nobody_is_asked_where_nothing_is_fetched(workshop: Workshop, town: Town) -> None:
    award = workshop.issued()
    town.host(HOST, _host(workshop))
    checker = _checker(workshop, town, fetcher=None)
    report = checker.check(workshop.sealed(award))
    assert report.verdict is Verdict.INDETERMINATE
    assert {need.kind for need in report.needs} >= {"did"}
    with pytest.raises(FetchRefused, match="hand in the credential"):
        checker.link(f"{BASE_URL}/c/{award.id}.json")
    assert _targets(town) == []
    # All that is needed can be handed in.
    everything = export.material(workshop.bench)
    assert checker.check(workshop.sealed(award), material=everything).verdict is Verdict.PASSED


@pytest.mark.parametrize("target", [DID_PATH, REVOCATION, SUSPENSION])
@pytest.mark.parametrize(
    "answer",
    [
        lambda _: reply(b""),
        lambda _: reply(b"[]"),
        lambda _: reply(b"{"),
        lambda _: reply(b"\xff\xfe"),
        lambda _: reply(b'{"id":1,"verificationMethod":5,"credentialSubject":[[]]}'),
        lambda _: reply(b'{"a":' * 5_000 + b"1" + b"}" * 5_000),
        lambda _: reply(b" " * (2 << 20)),
        lambda _: reply(b"gone", status=404),
        lambda _: reply(b"broken", status=500),
        lambda _: redirect("https://127.0.0.1/"),
        lambda _: redirect("http://credentials.uni.example/"),
        lambda asked: redirect(f"https://{HOST}{asked.target}"),
        lambda _: [b"no HTTP at all"],
        lambda _: [b""],
    ],
    ids=lambda _: "",
)
def test_a_hostile_answer_gives_doubt_and_no_error(
    workshop: Workshop, town: Town, target: str, answer: Responder
) -> None:
    award = workshop.issued()
    town.host(HOST, _host(workshop, {target: answer}))
    report = _checker(workshop, town).check(workshop.sealed(award))
    assert report.verdict is Verdict.INDETERMINATE


def test_a_host_that_is_not_there_gives_doubt(workshop: Workshop, town: Town) -> None:
    award = workshop.issued()
    checker = _checker(workshop, town)
    report = checker.check(workshop.sealed(award))
    assert report.verdict is Verdict.INDETERMINATE
    town.addresses[HOST] = ["127.0.0.1"]
    assert checker.check(workshop.sealed(award)).verdict is Verdict.INDETERMINATE
    assert town.dialled == []


def test_the_document_of_another_did_is_not_taken(workshop: Workshop, town: Town) -> None:
    award = workshop.issued()
    own = export.material(workshop.bench).did_documents[DID].value
    other = jcs.encode(dict(own) | {"id": "did:web:mallory.example"})
    town.host(HOST, _host(workshop, {DID_PATH: lambda _: reply(other)}))
    report = _checker(workshop, town).check(workshop.sealed(award))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.needs


def test_a_host_that_denies_the_key_lets_nothing_pass(workshop: Workshop, town: Town) -> None:
    award = workshop.issued()
    denied = f'{{"id":"{DID}","verificationMethod":[{{"id":7}}]}}'.encode()
    town.host(HOST, _host(workshop, {DID_PATH: lambda _: reply(denied)}))
    report = _checker(workshop, town).check(workshop.sealed(award))
    assert report.verdict is Verdict.FAILED
    assert report.check("issuer_key").verdict is not Verdict.PASSED


def test_one_verification_has_one_budget(workshop: Workshop, town: Town) -> None:
    award = workshop.issued()
    town.host(HOST, _host(workshop))
    checker = _checker(workshop, town)
    report = checker.check(workshop.sealed(award), budget=Budget(documents=2))
    assert report.verdict is Verdict.INDETERMINATE
    assert len(_targets(town)) == 2
    assert checker.check(workshop.sealed(award), budget=Budget(hosts=0)).needs
    assert len(_targets(town)) == 2


def test_keys_that_have_all_changed_are_doubted(workshop: Workshop, town: Town) -> None:
    award = workshop.issued()
    now = export.material(workshop.bench).did_documents[DID].value
    served = [dict(now)]
    town.host(HOST, _host(workshop, {DID_PATH: lambda _: reply(jcs.encode(served[0]))}))
    told: list[tuple[str, int]] = []

    def seen(did: str, keys: Collection[str]) -> bool:
        told.append((did, len(keys)))
        with workshop.bench.begin() as tx:
            return seen_keys.see(tx, did, keys=keys, at=workshop.clock())

    checker = _checker(workshop, town, seen=seen)
    data = workshop.sealed(award)
    for _ in range(2):
        assert checker.check(data).verdict is Verdict.PASSED
    assert told == [(DID, 2)] * 2
    # Before, others had been seen there: somebody else may control the name now.
    with workshop.bench.begin() as tx:
        later = workshop.clock.pass_by(minutes=1)
        seen_keys.accept(tx, DID, keys=["z6MkOther"], at=later)
    report = checker.check(data)
    assert report.verdict is Verdict.INDETERMINATE
    assert "have changed" in report.check("issuer_established").detail
    # The warning stays until the operator accepts.
    assert checker.check(data).verdict is Verdict.INDETERMINATE


def test_an_issuer_that_nobody_has_established_is_not_noted(workshop: Workshop, town: Town) -> None:
    award = workshop.issued()
    town.host(HOST, _host(workshop))
    told: list[str] = []

    def seen(did: str, _: Collection[str]) -> bool:
        told.append(did)
        return False

    checker = _checker(workshop, town, seen=seen, known=Material)
    report = checker.check(workshop.sealed(award))
    assert report.verdict is Verdict.INDETERMINATE
    assert told == []


@pytest.mark.parametrize("slow", [1, 2, 3, 4])
def test_a_verification_ends_in_time_and_says_nothing_of_the_document_then(
    workshop: Workshop, town: Town, slow: int
) -> None:
    award = workshop.issued()
    town.host(HOST, _host(workshop))
    calls = 0

    def slowly(document: Json, hash_name: str) -> bytes:
        nonlocal calls
        calls += 1
        if calls == slow:
            # Others kept the workers busy meanwhile.
            workshop.clock.pass_by(seconds=6)
        return canonicalise(document, hash_name)

    with pytest.raises(Busy) as caught:
        _checker(workshop, town, canonicalise=slowly).check(workshop.sealed(award))
    assert caught.value.retry_after_s == 2
    assert calls == slow


def test_busy_workers_are_told_and_no_verdict(workshop: Workshop, town: Town) -> None:
    award = workshop.issued()

    def busy(document: Json, hash_name: str) -> bytes:
        raise Busy("Too many.", retry_after_s=1)

    with pytest.raises(Busy):
        _checker(workshop, town, canonicalise=busy).check(workshop.sealed(award))


def test_many_are_checked_at_once_while_poison_is_stopped(workshop: Workshop, town: Town) -> None:
    awards = [workshop.issued(number) for number in range(1, 4)]
    town.host(HOST, _host(workshop))
    honest = jcs.decode(workshop.sealed(awards[0]))
    names = [f"_:p{i}" for i in range(12)]
    clique = [
        {"id": a, "type": ["Related"], "k": [{"id": b} for b in names if b != a]} for a in names
    ]
    terms = {"Related": "https://mallory.example/R", "k": {"@id": "https://mallory.example/k"}}
    poison = jcs.encode_document(
        honest
        | {
            "@context": [*honest["@context"], {"clique": "https://mallory.example/c"} | terms],
            "clique": clique,
        }
    )
    with Pool(processes=2, deadline_s=2) as pool:
        checker = _checker(workshop, town, canonicalise=pool.canonicalise)

        def one(number: int) -> Verdict:
            data = poison if number == 0 else workshop.sealed(awards[number % 3])
            return checker.check(data).verdict

        said = at_once(one, count=6)
    assert said == [Verdict.FAILED, *[Verdict.PASSED] * 5]


def test_a_presentation_is_checked_with_what_is_fetched(workshop: Workshop, town: Town) -> None:
    town.host(HOST, _host(workshop))
    checker = _checker(workshop, town)
    for nothing in (b"", b"{}", b"x", workshop.sealed(workshop.issued())):
        report = checker.presentation(nothing, policy=Policy(challenge="c", domain="d"))
        assert report.verdict is not Verdict.PASSED


def test_later_material_counts(workshop: Workshop, town: Town) -> None:
    award = workshop.issued()
    everything = export.material(workshop.bench)
    nothing = replace(everything, did_documents={DID: Obtained({}, START, "handed in")})
    checker = _checker(workshop, town, fetcher=None, known=lambda: everything)
    data = workshop.sealed(award)
    assert checker.check(data).verdict is Verdict.PASSED
    assert checker.check(data, material=nothing).verdict is not Verdict.PASSED


def test_a_host_that_stops_in_the_middle_gives_doubt(workshop: Workshop, town: Town) -> None:
    award = workshop.issued()
    half = [
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n",
        b"{",
    ]
    town.host(HOST, _host(workshop, {DID_PATH: lambda _: half}))
    fetcher = town.fetcher(Bounds(deadline_s=0.5))
    report = _checker(workshop, town, fetcher=fetcher).check(workshop.sealed(award))
    assert report.verdict is Verdict.INDETERMINATE
