"""What comes back from a sealing service is what went out, or nothing is kept of it."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from issuer.errors import MalformedDocument, NotPassed, NotWhatWasExported, UnusableInput
from issuer.formats import elm3
from issuer.model.achievement import Achievement, DocumentFormat
from issuer.model.award import Award
from issuer.model.organisation import Organisation
from issuer.services import export_unsealed, import_sealed
from tests.town import workshop as town
from tests.town.authority import Paper, below
from tests.town.elsewhere import (
    BELIEVED,
    SERVICE,
    TOP,
    check_of,
    sealed_there,
    sealing_elsewhere,
)
from tests.town.workshop import Workshop

Document = dict[str, Any]
EDC = DocumentFormat.EDC


@pytest.fixture
def elsewhere(
    tmp_path: Path, organisation: Organisation, achievements: Mapping[str, Achievement]
) -> Iterator[Workshop]:
    url = f"sqlite:///{tmp_path / 'town.sqlite'}"
    with town.opened(url, tmp_path, organisation=organisation, courses=achievements) as workshop:
        workshop.database.upgrade()
        yield sealing_elsewhere(workshop.found())


def waiting(workshop: Workshop, number: int = 1) -> tuple[Award, bytes]:
    """An award whose document waits for its seal, and the payload that went out."""
    award = workshop.issue(workshop.approve(number), EDC)
    return award, payloads(workshop)[award.id]


def payloads(workshop: Workshop) -> dict[str, bytes]:
    waits = export_unsealed.waiting(workshop.bench, workshop.slug)
    return {
        record.award_id: export_unsealed.composed_again(workshop.bench, record)[1].to_be_signed
        for record in waits
    }


def take(workshop: Workshop, file: bytes) -> None:
    returned = import_sealed.compare(workshop.bench, workshop.slug, file)
    import_sealed.keep(
        workshop.bench,
        workshop.slug,
        returned,
        actor="operator",
        check=check_of(workshop, BELIEVED),
        accept_differences=True,
    )


def outcome(document: Document) -> None:
    document["credentialSubject"]["hasClaim"]["specifiedBy"]["title"]["en"] = "Brain surgery"


def grade(document: Document) -> None:
    document["credentialSubject"]["hasClaim"]["provenBy"]["grade"]["noteLiteral"] = {"en": "1.0"}


def name(document: Document) -> None:
    document["credentialSubject"]["fullName"]["en"] = "Mallory Example"


def no_status(document: Document) -> None:
    del document["credentialStatus"]


def other_status(document: Document) -> None:
    document["credentialStatus"]["id"] += "1"


def second_claim(document: Document) -> None:
    claim = document["credentialSubject"]["hasClaim"]
    document["credentialSubject"]["hasClaim"] = [claim, {**claim, "id": "urn:epass:claim:2"}]


def new_member(document: Document) -> None:
    document["evidence"] = {"id": "urn:epass:evidence:1", "type": "Evidence"}


def null_member(document: Document) -> None:
    document["termsOfUse"] = None


def other_contexts(document: Document) -> None:
    document["@context"].append("https://mallory.example/context")


def picture(document: Document) -> None:
    display = document["displayParameter"]["individualDisplay"]["displayDetail"]
    display["image"]["content"] = "iVBORw0KGgo="


def awarding_body(document: Document) -> None:
    body = document["credentialSubject"]["hasClaim"]["awardedBy"]["awardingBody"]
    body["legalName"]["en"] = "University of Mallory"


def backdated(document: Document) -> None:
    document["issued"] = document["issuanceDate"] = "1990-01-01T00:00:00Z"


BENDS: tuple[Callable[[Document], None], ...] = (
    outcome, grade, name, no_status, other_status, second_claim, new_member, null_member,
    other_contexts, picture, awarding_body, backdated,
)  # fmt: skip


@pytest.mark.parametrize("bend", BENDS, ids=lambda bend: bend.__name__)
def test_it_was_changed_on_the_way(elsewhere: Workshop, bend: Callable[[Document], None]) -> None:
    award, payload = waiting(elsewhere)
    with pytest.raises(NotWhatWasExported) as refused:
        take(elsewhere, sealed_there(payload, bend, workshop=elsewhere))
    assert refused.value.details["members"]
    # What stands in the members may be personal, and is not repeated.
    assert "Mallory" not in refused.value.message
    assert "Alex" not in refused.value.message
    assert elsewhere.states(award) == {"edc": "written_down"}


def test_another_member_than_the_first_of_its_identifiers(elsewhere: Workshop) -> None:
    award, payload = waiting(elsewhere)

    def bend(document: Document) -> None:
        for one in document["issuer"]["identifier"]:
            one["notation"] = "did:web:mallory.example"

    with pytest.raises(NotWhatWasExported, match=r"issuer\.identifier"):
        take(elsewhere, sealed_there(payload, bend, workshop=elsewhere))
    assert elsewhere.states(award) == {"edc": "written_down"}


def test_everything_is_another(elsewhere: Workshop) -> None:
    award, payload = waiting(elsewhere)

    def bend(document: Document) -> None:
        for member in ("displayParameter", "credentialSubject", "credentialSchema", "type"):
            document[member] = ["EuropeanDigitalCredential"]
        for member in ("validFrom", "credentialProfiles", "credentialStatus"):
            document[member] = "x"

    with pytest.raises(NotWhatWasExported, match="and 2 more"):
        take(elsewhere, sealed_there(payload, bend, workshop=elsewhere))
    assert elsewhere.states(award) == {"edc": "written_down"}


def test_the_document_of_another_award(elsewhere: Workshop) -> None:
    first, _ = waiting(elsewhere)
    second, payload = waiting(elsewhere, 2)
    address = f"{elsewhere.bench.base_url}/c/{first.id}"

    def bend(document: Document) -> None:
        document["id"] = elm3.credential_id(address)
        document["identifier"][1]["notation"] = address

    with pytest.raises(NotWhatWasExported, match="credentialSubject"):
        take(elsewhere, sealed_there(payload, bend, workshop=elsewhere))
    # Only one of its two names is another's: it is of nobody.
    with pytest.raises(UnusableInput, match="no award here"):
        take(
            elsewhere,
            sealed_there(
                payload, lambda d: d.update(id=elm3.credential_id(address)), workshop=elsewhere
            ),
        )
    for award in (first, second):
        assert elsewhere.states(award) == {"edc": "written_down"}


@pytest.mark.parametrize(
    "bend",
    [
        lambda d: d.update(identifier=[]),
        lambda d: d.update(type=["VerifiableCredential"]),
        lambda d: d["identifier"][1].update(notation="https://other.example/c/X"),
    ],
)
def test_a_document_of_nobody_here(elsewhere: Workshop, bend: Callable[[Document], object]) -> None:
    _, payload = waiting(elsewhere)
    with pytest.raises(UnusableInput, match="no award here"):
        take(elsewhere, sealed_there(payload, bend, workshop=elsewhere))


def test_it_came_back_unsealed(elsewhere: Workshop) -> None:
    award, payload = waiting(elsewhere)
    with pytest.raises(MalformedDocument, match="no payload with signatures"):
        take(elsewhere, payload)
    assert elsewhere.states(award) == {"edc": "written_down"}


def test_its_seal_is_broken(elsewhere: Workshop) -> None:
    award, payload = waiting(elsewhere)
    whole = json.loads(sealed_there(payload, workshop=elsewhere))
    other = json.loads(sealed_there(b'{"id":"urn:x"}', workshop=elsewhere))
    whole["signatures"][0]["signature"] = other["signatures"][0]["signature"]
    with pytest.raises(NotPassed, match="changed"):
        take(elsewhere, json.dumps(whole).encode())
    assert elsewhere.states(award) == {"edc": "written_down"}


def test_of_two_seals_one_is_bad(elsewhere: Workshop) -> None:
    award, payload = waiting(elsewhere)
    whole = json.loads(sealed_there(payload, workshop=elsewhere))
    second = json.loads(sealed_there(payload, workshop=elsewhere))["signatures"][0]
    other = json.loads(sealed_there(b'{"id":"urn:x"}', workshop=elsewhere))
    second["signature"] = other["signatures"][0]["signature"]
    whole["signatures"].append(second)
    with pytest.raises(NotPassed):
        take(elsewhere, json.dumps(whole, ensure_ascii=False).encode())
    assert elsewhere.states(award) == {"edc": "written_down"}


def test_it_was_sealed_by_somebody_else(elsewhere: Workshop) -> None:
    award, payload = waiting(elsewhere)
    stranger = below(TOP, Paper("Stranger", "Another", "VATAT-U99999998"))
    assert stranger.certificate != SERVICE.certificate
    with pytest.raises(NotPassed, match="sealed by"):
        take(elsewhere, sealed_there(payload, by=stranger, workshop=elsewhere))
    assert elsewhere.states(award) == {"edc": "written_down"}
