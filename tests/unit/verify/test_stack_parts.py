"""The parts of a stacked credential: each that is at hand is verified, and bad news counts."""

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from issuer.model.stack import IfRevoked
from issuer.proofs import jcs
from issuer.proofs.digest_multibase import digest_multibase
from issuer.verify import Material, Need, Obtained, Policy, Report, TrustedIssuer, Verdict
from issuer.verify.material import decode, encode, joined
from keys.lifecycle import KeyState
from tests.town.stacks import Course, Stacked, nested, stack_of, stacked_badge, whole
from tests.town.university import NOW, Bench, University

PASSED, FAILED, OPEN = Verdict.PASSED, Verdict.FAILED, Verdict.INDETERMINATE
OTHER = University("other.example", name="Other University")
ETHICS = Course("ethics")
DAY = dt.timedelta(days=1)


def _one(uni: University, data: bytes, course: Course = ETHICS, **changes: Any) -> Stacked:
    """A whole that is built from one part, whatever that is."""
    part = course.part(uni, data, **changes)
    whole_ = uni.seal(whole(uni, stack_of(part)))
    return Stacked(whole_, {part.documents[0].id: data})


def _told(report: Report) -> tuple[Verdict, str | None, bool]:
    check = report.check("parts")
    return check.verdict, check.sub, check.counts


def test_all_parts_are_looked_at(bench: Bench, uni: University) -> None:
    report = stacked_badge(uni).verify(bench)
    check = report.check("parts")
    assert check.detail == "All four parts were looked at: each is genuine and in force."
    assert (check.verdict, check.counts, report.verdict) == (PASSED, False, PASSED)
    assert report.needs == ()
    assert [part.title for part in report.parts] == ["Ethics", "Law", "Statistics", "Project"]
    assert {part.detail for part in report.parts} == {
        "It is genuine, unchanged and in force, signed by uni.example."
    }
    one = report.as_json()["parts"][0]
    assert one["id"] == f"{uni.base}/c/ethics"
    assert (one["verdict"], one["sub"], one["looked_at"], one["parts"]) == (
        "PASSED",
        None,
        True,
        [],
    )
    assert one["digest"].startswith("sha256:")
    alone = stacked_badge(uni, ETHICS).verify(bench).check("parts")
    assert alone.detail == "Its one part was looked at: it is genuine and in force."


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("nothing",), "Its four parts were not looked at, because they were not handed in."),
        (
            ("law",),
            "Three of its four parts were not looked at, because they were not handed in.",
        ),
        (
            ("law", "ethics", "project"),
            "One of its four parts was not looked at, because it was not handed in.",
        ),
    ],
)
def test_what_is_not_at_hand_is_named_and_counts_for_nothing(
    bench: Bench, uni: University, names: tuple[str, ...], sentence: str
) -> None:
    made = stacked_badge(uni)
    report = bench.verify(made.data, material=joined(bench.material(), made.at_hand(*names)))
    others = " The others are genuine and in force." if "law" in names else ""
    assert report.check("parts").detail == sentence + others
    assert _told(report) == (OPEN, "parts.not_at_hand", False)
    assert report.verdict is PASSED
    missing = [i for i in made.parts if i.rpartition("/")[2] not in names]
    assert report.needs == tuple(Need("part", part_id) for part_id in missing)
    unseen = next(part for part in report.parts if part.id == missing[0])
    assert unseen.detail == "It was not looked at, because it was not handed in."
    assert unseen.as_json()["looked_at"] is False
    assert unseen.as_json()["digest"] is None


def test_one_part_that_is_not_at_hand(bench: Bench, uni: University) -> None:
    check = bench.verify(stacked_badge(uni, ETHICS).data).check("parts")
    assert check.detail == "Its one part was not looked at, because it was not handed in."


def test_nobody_looks_at_parts_that_nobody_is_shown_to_have_named(
    bench: Bench, uni: University
) -> None:
    made = stacked_badge(uni)
    without_keys = dataclasses.replace(bench.material(), did_documents={})
    for report in (
        made.verify(bench, material=without_keys),
        stacked_badge(uni, stated={"totalHours": "1"}).verify(bench),
    ):
        assert _told(report) == (OPEN, "parts.not_asked", False)
        assert report.parts == ()
        assert not any(need.kind == "part" for need in report.needs)


def test_a_part_may_be_a_token_and_a_wallet_may_write_json_anew(
    bench: Bench, uni: University
) -> None:
    token = uni.token(ETHICS.badge(uni))
    assert _told(_one(uni, token).verify(bench)) == (PASSED, None, False)
    made = stacked_badge(uni, ETHICS)
    spaced = b"  " + made.parts[f"{uni.base}/c/ethics"].replace(b'":', b'" : ')
    assert _told(Stacked(made.data, dict.fromkeys(made.parts, spaced)).verify(bench))[0] is PASSED


@pytest.mark.parametrize("data", [b"nothing", b"{}", b"{", b"[1]", b"a.b.c"])
def test_another_document_is_not_the_part(bench: Bench, uni: University, data: bytes) -> None:
    made = stacked_badge(uni, ETHICS)
    report = Stacked(made.data, dict.fromkeys(made.parts, data)).verify(bench)
    assert _told(report) == (FAILED, "parts.other_document", True)
    assert report.check("parts").detail == (
        "What was looked at as its part “Ethics” is another document than it names."
    )
    assert report.verdict is FAILED


# --- What the part says of itself -----------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sub"),
    [
        ({"title": {"en": "Morals"}}, "parts.other_title"),
        ({"achievement": "https://uni.example/achievements/x/v/1"}, "parts.other_achievement"),
        ({"ects": Decimal("3.5")}, "parts.other_credits"),
        ({"hours": Decimal(81)}, "parts.other_hours"),
    ],
)
def test_the_part_says_of_itself_what_the_whole_says(
    bench: Bench, uni: University, changes: dict[str, Any], sub: str
) -> None:
    data = uni.seal(ETHICS.badge(uni))
    stated = ETHICS.part(uni, data)
    named = type(stated).model_validate(stated.model_dump() | changes)
    report = Stacked(uni.seal(whole(uni, stack_of(named))), {named.documents[0].id: data}).verify(
        bench
    )
    assert _told(report) == (FAILED, sub, True)
    assert report.verdict is FAILED


def test_less_may_be_counted_than_a_part_has(bench: Bench, uni: University) -> None:
    data = uni.seal(ETHICS.badge(uni))
    report = _one(uni, data, ects=Decimal(1), hours=Decimal(1)).verify(bench)
    assert _told(report) == (PASSED, None, False)


def test_a_title_in_another_language_is_not_compared(bench: Bench, uni: University) -> None:
    document = ETHICS.badge(uni) | {"inLanguage": "de", "name": "Ethik"}
    assert _told(_one(uni, uni.seal(document)).verify(bench)) == (PASSED, None, False)


def test_credits_that_our_own_part_does_not_have_are_not_counted(
    bench: Bench, uni: University
) -> None:
    document = ETHICS.badge(uni)
    document["credentialSubject"].pop("creditsEarned")
    assert _told(_one(uni, uni.seal(document)).verify(bench))[:2] == (
        FAILED,
        "parts.other_credits",
    )


# --- Somebody else's ------------------------------------------------------------------------


def _recognised(uni: University, *, issuer: str | None, document: Any = None) -> Stacked:
    data = OTHER.seal(ETHICS.badge(OTHER) if document is None else document)
    part = ETHICS.part(OTHER, data, issuer=issuer)
    return Stacked(uni.seal(whole(uni, stack_of(part))), {part.documents[0].id: data})


def _with_other(bench: Bench, *, trusted: bool, lists: bool = True) -> Material:
    who = TrustedIssuer(OTHER.did, OTHER.name, "the register", "the registrar")
    told = {url: Obtained(data, NOW, url) for url, data in OTHER.lists().items()}
    more = Material(
        did_documents={OTHER.did: Obtained(OTHER.did_document(), NOW, "its website")},
        status_lists=told if lists else {},
        trusted=(who,) if trusted else (),
    )
    return joined(bench.material(), more)


def test_somebody_elses_part_is_told_as_that(bench: Bench, uni: University) -> None:
    hidden = _recognised(uni, issuer=None).verify(bench, material=_with_other(bench, trusted=True))
    assert _told(hidden) == (FAILED, "parts.other_issuer", True)
    assert "other.example, which it does not say" in hidden.check("parts").detail
    said = _recognised(uni, issuer=OTHER.name)
    known = said.verify(bench, material=_with_other(bench, trusted=True))
    assert (_told(known), known.verdict) == ((PASSED, None, False), PASSED)
    unknown = said.verify(bench, material=_with_other(bench, trusted=False))
    assert _told(unknown) == (OPEN, "parts.issuer_not_established", True)
    assert "was recognised from Other University" in unknown.check("parts").detail
    assert unknown.verdict is OPEN
    # Who does not ask whose key it is does not ask it of a part.
    asked = said.verify(
        bench,
        material=_with_other(bench, trusted=False),
        policy=Policy(issuer_established=False),
    )
    assert _told(asked) == (PASSED, None, False)


def test_somebody_else_may_state_no_credits(bench: Bench, uni: University) -> None:
    document = ETHICS.badge(OTHER)
    document["credentialSubject"].pop("creditsEarned")
    made = _recognised(uni, issuer=OTHER.name, document=document)
    assert _told(made.verify(bench, material=_with_other(bench, trusted=True)))[0] is PASSED


def test_what_could_not_be_found_out_of_a_part_counts_for_nothing(
    bench: Bench, uni: University
) -> None:
    made = _recognised(uni, issuer=OTHER.name)
    report = made.verify(bench, material=_with_other(bench, trusted=True, lists=False))
    assert _told(report) == (OPEN, "parts.open", False)
    assert report.check("parts").detail == (
        "Its part “Ethics”: Not all could be found out about it. The list of revoked credentials "
        "could not be had, so it may have been revoked."
    )
    assert {need.id for need in report.needs} == set(OTHER.lists())
    # Without its key it is not shown whose it is, and that is no more.
    keyless = made.verify(bench)
    assert _told(keyless) == (OPEN, "parts.open", False)
    assert Need("did", OTHER.did) in keyless.needs


# --- In force -------------------------------------------------------------------------------


def _lists(bench: Bench, uni: University, purpose: str, index: int) -> Material:
    url = uni.list_url(purpose)
    return bench.material(lists={**uni.lists(), url: uni.status_list(purpose, revoked=[index])})


@pytest.mark.parametrize(
    ("if_revoked", "verdict", "ends"),
    [
        (IfRevoked.FAILED, FAILED, "By its own rule the whole then fails."),
        (IfRevoked.INDETERMINATE, OPEN, "By its own rule the whole is then in doubt."),
    ],
)
def test_a_revoked_part_counts_as_the_credential_says(
    bench: Bench, uni: University, *, if_revoked: IfRevoked, verdict: Verdict, ends: str
) -> None:
    made = stacked_badge(uni, ETHICS, Course("law", index=17), if_revoked=if_revoked)
    report = made.verify(bench, material=_lists(bench, uni, "revocation", 17))
    assert _told(report) == (verdict, "parts.revoked", True)
    assert report.verdict is verdict
    detail = report.check("parts").detail
    assert detail.startswith("Its part “Law” was revoked. The issuer revoked it.")
    assert detail.endswith(ends)
    assert [part.verdict for part in report.parts] == [PASSED, verdict]
    assert report.check("revocation").verdict is PASSED


def test_a_suspended_part_leaves_the_whole_open(bench: Bench, uni: University) -> None:
    made = stacked_badge(uni, ETHICS, Course("law", index=17))
    report = made.verify(bench, material=_lists(bench, uni, "suspension", 17))
    assert _told(report) == (OPEN, "parts.suspended", True)
    assert report.check("parts").detail.startswith("Its part “Law” is suspended.")
    assert report.verdict is OPEN


def _expiring(uni: University, moment: str | None, *, begins: str) -> Stacked:
    changes = (("validFrom", "2026-01-01T00:00:00Z"), ("validUntil", moment))
    data = uni.seal(dataclasses.replace(ETHICS, changes=changes).badge(uni))
    document = whole(uni, stack_of(ETHICS.part(uni, data))) | {"validFrom": begins}
    return Stacked(uni.seal(document), {f"{uni.base}/c/ethics": data})


def test_what_was_earned_stays_earned(bench: Bench, uni: University) -> None:
    made = _expiring(uni, "2026-06-11T00:00:00Z", begins="2026-06-10T09:30:00Z")
    report = made.verify(bench)
    assert _told(report) == (PASSED, None, False)
    assert report.parts[0].detail == "It expired on 11 June 2026, after the whole was issued."
    early = _expiring(uni, "2026-06-09T00:00:00Z", begins="2026-06-10T09:30:00Z").verify(bench)
    assert _told(early) == (OPEN, "parts.expired", True)


def test_a_part_that_is_not_genuine_fails(bench: Bench, uni: University) -> None:
    document = jcs.decode(uni.seal(ETHICS.badge(uni)))
    document["validFrom"] = "2026-06-01T00:00:00Z"
    report = _one(uni, jcs.encode_document(document)).verify(bench)
    assert _told(report) == (FAILED, "parts.failed", True)
    assert report.check("parts").detail.startswith("Its part “Ethics” is not in order. ")


def test_whose_the_parts_are_the_issuer_has_said(bench: Bench, uni: University) -> None:
    document = ETHICS.badge(uni)
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Alex Before"
    report = _one(uni, uni.seal(document)).verify(bench, policy=Policy(holder="Alex Example"))
    assert report.check("holder").verdict is PASSED
    # Names change: that it is another one is told, and counts for nothing.
    assert _told(report) == (OPEN, "parts.other_name", False)
    assert report.verdict is PASSED
    assert "Alex" not in report.check("parts").detail


# --- Parts of parts -------------------------------------------------------------------------


def test_parts_of_parts_of_parts_are_looked_at_and_no_deeper(bench: Bench, uni: University) -> None:
    three = nested(uni, 3).verify(bench)
    assert _told(three) == (PASSED, None, False)
    four = nested(uni, 4).verify(bench)
    assert four.verdict is PASSED
    inner: Report | None = four
    for _ in range(3):
        assert inner is not None
        inner = inner.parts[0].report
    assert inner is not None
    assert _told(inner) == (OPEN, "parts.too_deep", False)
    assert inner.parts[0].report is None
    assert "no deeper" in inner.check("parts").detail
    assert four.as_json()["parts"][0]["parts"][0]["parts"][0]["parts"][0]["looked_at"] is False
    assert four.needs == ()


def test_ten_parts_are_looked_at_in_all(bench: Bench, uni: University) -> None:
    many = stacked_badge(uni, *(Course(f"part-{n}") for n in range(12))).verify(bench)
    assert _told(many) == (OPEN, "parts.too_many", False)
    assert [part.report is not None for part in many.parts] == [True] * 10 + [False] * 2
    assert many.check("parts").detail == (
        "Two of its twelve parts were not looked at, because ten parts are looked at in one "
        "verification, and no more. The others are genuine and in force."
    )
    assert many.verdict is PASSED
    # Its own come first; what they are built from gets what is left.
    tree = nested(uni, 2, each=4).verify(bench)
    seen = [part.report for part in tree.parts]
    assert all(report is not None for report in seen)
    looked = sum(p.report is not None for r in seen if r is not None for p in r.parts)
    assert len(seen) + looked == 10


def test_what_could_not_be_looked_at_is_not_asked_for(bench: Bench, uni: University) -> None:
    made = stacked_badge(uni, *(Course(f"part-{n}") for n in range(12)))
    assert len(bench.verify(made.data).needs) == 10


def test_a_part_whose_own_part_is_suspended_is_in_doubt(bench: Bench, uni: University) -> None:
    inner_part = Course("law", index=17)
    law = uni.seal(inner_part.badge(uni))
    middle = uni.seal(whole(uni, stack_of(inner_part.part(uni, law)), of=ETHICS))
    outer = _one(uni, middle, hours=None)
    made = Stacked(outer.data, {**outer.parts, f"{uni.base}/c/law": law})
    report = made.verify(bench, material=_lists(bench, uni, "suspension", 17))
    assert _told(report) == (OPEN, "parts.doubtful", True)
    assert report.check("parts").detail.startswith(
        "Its part “Ethics”: Its part “Law” is suspended."
    )


def test_a_part_whose_key_was_stolen_later_is_in_doubt(bench: Bench, uni: University) -> None:
    made = _one(uni, uni.seal(ETHICS.badge(uni), kid="award-0"))
    stolen = uni.record("award-0", state=KeyState.COMPROMISED, compromised_since=NOW + DAY)
    document = uni.did_document(uni.record("award-1"), uni.record("status-1"), stolen)
    report = made.verify(bench, material=bench.material(documents={uni.did: document}))
    assert _told(report) == (OPEN, "parts.doubtful", True)
    assert report.check("key_status").verdict is PASSED
    assert report.verdict is OPEN


def test_material_with_parts_is_kept(bench: Bench, uni: University) -> None:
    made = stacked_badge(uni)
    kept = decode(encode(joined(bench.material(), made.at_hand())))
    assert kept.parts == made.at_hand().parts
    assert bench.verify(made.data, material=kept) == made.verify(bench)
    assert digest_multibase(kept.parts[f"{uni.base}/c/law"].value).startswith("uEi")
