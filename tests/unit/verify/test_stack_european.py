"""A stacked European document: its rule, and its parts of either kind, are asked like a badge's."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from issuer.model.stack import IfRevoked
from issuer.verify import Material, Need, Obtained, Policy, Report, Verdict
from issuer.verify.material import joined
from issuer.verify.report import EDC_CHECK_IDS, STACK_CHECK_IDS
from tests.town.authority import Paper, below, root
from tests.town.european import BENCH, FILE, TOP, UNI
from tests.town.european_stacks import (
    Diploma,
    claim_of,
    document_id,
    material,
    named,
    notes_of,
    stacked_diploma,
    whole,
)
from tests.town.stacks import Course, Stacked, stack_of
from tests.town.stacks import whole as badge_whole
from tests.town.university import NOW, University

PASSED, FAILED, OPEN = Verdict.PASSED, Verdict.FAILED, Verdict.INDETERMINATE
ETHICS, LAW = Course("ethics"), Course("law", index=17)
BADGE = f"{UNI.base}/c/ethics"
TWO = stacked_diploma(ETHICS, LAW)
ELSEWHERE = below(TOP, Paper("Seal of Other", organisation="Other", identifier="VATDE-9"))


def told(report: Report, check_id: str = "parts") -> tuple[Verdict, str | None, bool]:
    check = report.check(check_id)
    return check.verdict, check.sub, check.counts


def verify(made: Stacked, known: Material | None = None, policy: Policy | None = None) -> Report:
    return made.verify(BENCH, material=known or material(), policy=policy)


def _one(data: bytes, course: Course = ETHICS, **changes: Any) -> Stacked:
    """A sealed whole that is built from one European document, whatever that is."""
    return Stacked(whole(named(course, data, **changes)), {document_id(course.name): data})


def test_it_is_asked_two_questions_more() -> None:
    report = verify(TWO)
    assert [check.id for check in report.checks] == [*EDC_CHECK_IDS, *STACK_CHECK_IDS]
    assert told(report, "rule") == (PASSED, None, True)
    assert report.check("rule").detail == (
        "Its two parts fulfil the rule that it states: 6 ECTS, 160 hours, nothing counted twice."
    )
    assert (told(report), report.verdict) == ((PASSED, None, False), PASSED)
    assert {part.detail for part in report.parts} == {
        "It is genuine, unchanged and in force, sealed by Example University."
    }
    assert report.as_json()["parts"][0]["id"] == document_id("ethics")
    ordinary = BENCH.verify(FILE, material=material())
    assert [check.id for check in ordinary.checks] == list(EDC_CHECK_IDS)


def test_without_its_parts_it_passes_and_names_what_is_missing() -> None:
    report = BENCH.verify(TWO.data, material=material())
    assert told(report) == (OPEN, "parts.not_at_hand", False)
    assert report.verdict is PASSED
    assert report.needs == (Need("part", document_id("ethics")), Need("part", document_id("law")))


@pytest.mark.parametrize(
    ("if_revoked", "verdict"),
    [(IfRevoked.FAILED, FAILED), (IfRevoked.INDETERMINATE, OPEN)],
)
@pytest.mark.parametrize("purpose", ["revocation", "suspension"])
def test_a_part_out_of_force_counts_as_the_document_says(
    if_revoked: IfRevoked, verdict: Verdict, purpose: str
) -> None:
    def listed(document: dict[str, Any]) -> None:
        document["credentialStatus"]["id"] = f"{UNI.list_url(purpose)}#17"

    law = Diploma(LAW).seal(bend=listed)
    made = Stacked(whole(named(LAW, law), if_revoked=if_revoked), {document_id("law"): law})
    url = UNI.list_url(purpose)
    lists = {**UNI.lists(), url: UNI.status_list(purpose, revoked=[17])}
    report = verify(made, material(lists=lists))
    if purpose == "suspension":
        assert told(report) == (OPEN, "parts.suspended", True)
        return
    assert told(report) == (verdict, "parts.revoked", True)
    assert report.verdict is verdict
    assert report.check("parts").detail.startswith("Its part “Law” was revoked.")


def test_parts_may_be_of_either_kind() -> None:
    badge, law = UNI.seal(ETHICS.badge(UNI)), Diploma(LAW).seal()
    parts = (ETHICS.part(UNI, badge), named(LAW, law))
    held = {BADGE: badge, document_id("law"): law}
    for data in (whole(*parts), UNI.seal(badge_whole(UNI, stack_of(*parts)))):
        report = verify(Stacked(data, held))
        assert (told(report), report.verdict) == ((PASSED, None, False), PASSED)
        assert [part.detail.rpartition(", ")[2] for part in report.parts] == [
            "signed by uni.example.",
            "sealed by Example University.",
        ]


# --- What the part says of itself -----------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sub"),
    [
        ({"title": {"en": "Morals"}}, "parts.other_title"),
        ({"achievement": "https://uni.example/achievements/x/v/1"}, "parts.other_achievement"),
        ({"ects": Decimal("3.5")}, "parts.other_credits"),
        ({"hours": Decimal("80.5")}, "parts.other_hours"),
        ({"earned": "2026-03-02"}, "parts.other_day"),
    ],
)
@pytest.mark.parametrize("european", [True, False])
def test_the_part_says_of_itself_what_the_whole_says(
    changes: dict[str, Any], sub: str, *, european: bool
) -> None:
    english = replace(ETHICS, changes=(("inLanguage", "en"),))
    data = Diploma(ETHICS).seal() if european else UNI.seal(english.badge(UNI))
    stated = named(ETHICS, data) if european else ETHICS.part(UNI, data)
    part = type(stated).model_validate(stated.model_dump() | changes)
    report = verify(Stacked(whole(part), {part.documents[0].id: data}))
    assert told(report) == (FAILED, sub, True)


def test_what_a_part_counts_for_it_may_say_to_the_minute() -> None:
    course = Course("ethics", hours=80)
    part = replace(course).part(UNI, b"{}")
    data = Diploma(course).seal(
        bend=lambda d: claim_of(d)["specifiedBy"].update(volumeOfLearning="PT79H45M")
    )
    less = named(course, data, hours=Decimal("79.75"))
    assert told(verify(Stacked(whole(less), {document_id("ethics"): data})))[0] is PASSED
    more = named(course, data, hours=part.hours)
    assert told(verify(Stacked(whole(more), {document_id("ethics"): data})))[1] == (
        "parts.other_hours"
    )


def test_another_document_is_not_the_part() -> None:
    ethics = document_id("ethics")
    written_anew = json.dumps(json.loads(TWO.parts[ethics]), indent=1).encode()
    assert told(verify(Stacked(TWO.data, {**TWO.parts, ethics: written_anew})))[0] is PASSED
    for other in (Diploma(ETHICS).seal(), UNI.seal(ETHICS.badge(UNI)), b"{}"):
        report = verify(Stacked(TWO.data, {**TWO.parts, ethics: other}))
        assert told(report) == (FAILED, "parts.other_document", True)


# --- Somebody else's ------------------------------------------------------------------------


def _foreign(document: dict[str, Any]) -> None:
    document["issuer"]["eIDASIdentifier"]["notation"] = "VATDE-9"
    # Its list would be signed under the DID that is gone.
    del document["issuer"]["identifier"], document["credentialStatus"]


def test_somebody_elses_document_is_told_as_that() -> None:
    data = Diploma(ETHICS).seal(by=ELSEWHERE, bend=_foreign)
    hidden = verify(_one(data))
    assert told(hidden) == (FAILED, "parts.other_issuer", True)
    assert "was issued by Other, which it does not say" in hidden.check("parts").detail
    said = verify(_one(data, issuer="Other"))
    assert (told(said), said.verdict) == ((PASSED, None, False), PASSED)


def test_one_university_may_have_two_seals() -> None:
    def sealed_elsewhere(document: dict[str, Any]) -> None:
        document["issuer"]["eIDASIdentifier"]["notation"] = "VATDE-9"

    # The seal of a service names the service; the DID that both state is the university's.
    data = Diploma(ETHICS).seal(by=ELSEWHERE, bend=sealed_elsewhere)
    report = verify(_one(data))
    assert told(report) == (PASSED, None, False)
    assert report.parts[0].detail.endswith("sealed by Other.")


def test_who_sealed_it_must_be_established() -> None:
    unknown = below(root(Paper("Nobody", "Nobody", None, authority=True, usage="certify")))
    data = Diploma(ETHICS).seal(by=unknown, bend=lambda d: d["issuer"].pop("identifier"))
    ours = verify(_one(data))
    # The issuer of the whole has said that it is its own, by naming it.
    assert told(ours) == (OPEN, "parts.open", False)
    foreign = below(
        root(Paper("Nobody", "Nobody", None, authority=True, usage="certify")),
        Paper("Seal of Other", organisation="Other", identifier="VATDE-9"),
    )
    other = Diploma(ETHICS).seal(by=foreign, bend=_foreign)
    report = verify(_one(other, issuer="Other"))
    assert told(report) == (OPEN, "parts.issuer_not_established", True)
    assert "was recognised from Other" in report.check("parts").detail


def test_a_badge_of_another_university_is_not_its_own() -> None:
    other = University("other.example", name="Other")
    data = other.seal(ETHICS.badge(other))
    lists = {url: Obtained(one, NOW, url) for url, one in other.lists().items()}
    known = Material(
        did_documents={other.did: Obtained(other.did_document(), NOW, "web")}, status_lists=lists
    )
    hidden = ETHICS.part(other, data)
    report = verify(
        Stacked(whole(hidden), {hidden.documents[0].id: data}), joined(material(), known)
    )
    assert told(report) == (FAILED, "parts.other_issuer", True)
    said = ETHICS.part(other, data, issuer="Other")
    stranger = verify(Stacked(whole(said), {said.documents[0].id: data}), joined(material(), known))
    assert told(stranger) == (OPEN, "parts.issuer_not_established", True)


# --- The rule -------------------------------------------------------------------------------


def test_more_is_claimed_than_the_parts_carry() -> None:
    made = stacked_diploma(
        ETHICS, LAW, bend=lambda d: claim_of(d)["creditReceived"].update(point="60")
    )
    report = verify(made)
    assert told(report, "rule") == (FAILED, "rule.credits", True)
    assert report.check("rule").detail == "It claims 60 credits; its parts have 6."
    assert report.verdict is FAILED


def test_what_cannot_be_read_fails() -> None:
    made = stacked_diploma(
        ETHICS, bend=lambda d: notes_of(claim_of(d))["rule"].update(noteLiteral={"en": "{"})
    )
    report = verify(made)
    assert told(report, "rule") == (FAILED, "rule.malformed", True)
    assert told(report) == (OPEN, "parts.not_asked", False)


def test_proof_alone_is_not_asked_for_parts() -> None:
    report = verify(TWO, policy=Policy(proof_only=True))
    assert told(report) == (OPEN, "parts.not_asked", False)
    assert not report.check("rule").counts
