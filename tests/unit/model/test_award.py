import base64
from dataclasses import FrozenInstanceError
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from issuer.errors import IllegalTransition
from issuer.model.award import (
    Award,
    AwardId,
    AwardState,
    DocumentState,
    Reservation,
    StatusSlot,
    award_id,
    step_award,
    step_document,
)
from issuer.model.drafts import Draft, Linted, Prepared, Sealed

ALLOWED_AWARD = {
    ("approved", "active"),
    ("approved", "revoked"),
    ("active", "suspended"),
    ("active", "revoked"),
    ("active", "replaced"),
    ("suspended", "active"),
    ("suspended", "revoked"),
    ("suspended", "replaced"),
}
ALLOWED_DOCUMENT = {
    ("reserved", "written_down"),
    ("reserved", "void"),
    ("written_down", "sealed"),
    ("written_down", "void"),
}


@pytest.mark.parametrize(("now", "to"), list(product(AwardState, AwardState)))
def test_an_award_goes_only_where_the_machine_allows(now: AwardState, to: AwardState) -> None:
    if (now.value, to.value) in ALLOWED_AWARD:
        assert step_award(now, to) is to
    else:
        with pytest.raises(IllegalTransition, match=f"is {now} and cannot become {to}"):
            step_award(now, to)


@pytest.mark.parametrize(("now", "to"), list(product(DocumentState, DocumentState)))
def test_a_document_goes_only_where_the_machine_allows(
    now: DocumentState, to: DocumentState
) -> None:
    if (now.value, to.value) in ALLOWED_DOCUMENT:
        assert step_document(now, to) is to
    else:
        with pytest.raises(IllegalTransition):
            step_document(now, to)


def test_revocation_is_final() -> None:
    with pytest.raises(IllegalTransition, match="none, this state is final"):
        step_award(AwardState.REVOKED, AwardState.ACTIVE)


@given(st.binary(min_size=10, max_size=10))
def test_an_award_id_is_short_enough_for_linkedin_and_has_no_look_alikes(chance: bytes) -> None:
    made = award_id("EUAS", chance)
    assert 20 <= len(made) <= 36
    assert not set("ILOU") & set(made.removeprefix("EUAS"))


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_an_award_id_is_base_32_of_rfc_4648_from_the_last_to_the_first_letter(
    one: bytes, other: bytes
) -> None:
    # https://www.crockford.com/base32.html has other letters in the place of those of RFC 4648.
    letters = bytes.maketrans(
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    )
    made = award_id("EUAS", one + other).removeprefix("EUAS-").replace("-", "")
    assert made == base64.b32encode(one)[::-1].translate(letters).decode()


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_other_chance_makes_another_id(one: bytes, other: bytes) -> None:
    assert (award_id("X1", one) == award_id("X1", other)) == (one == other)


def test_an_award_id_is_of_its_form_and_all_chance_counts() -> None:
    made = award_id("EUAS", bytes(9) + b"\1")
    assert made == "EUAS-1000-0000-0000-0000"
    assert TypeAdapter(AwardId).validate_python(made) == made
    assert award_id("EUAS", b"\xff" * 10) == "EUAS-ZZZZ-ZZZZ-ZZZZ-ZZZZ"
    assert award_id("EUAS", b"\x80" + bytes(9)).endswith("-000G")


@pytest.mark.parametrize("size", [0, 9])
def test_too_little_chance_makes_no_id(size: int) -> None:
    with pytest.raises(ValueError, match="needs 10 random bytes"):
        award_id("EUAS", bytes(size))


@pytest.mark.parametrize(
    "text",
    ["EUAS-7Q4M-2KXD-9RVT-5HZI", "EUAS-7Q4M-2KXD-9RVT", "euas-7Q4M-2KXD-9RVT-5HZC",
     "EUAS-7Q4M-2KXD-9RVT-5HZC\n", "../EUAS-7Q4M-2KXD-9RVT-5HZC", ""],
)  # fmt: skip
def test_what_is_no_award_id(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(AwardId).validate_python(text)


LIST = "https://u.example/status/u/revocation/1"
PAIR = "https://u.example/status/u/suspension/1"


@pytest.mark.parametrize(
    ("suspension_list", "suspension_index"), [(PAIR, None), (None, 7), (PAIR, 8)]
)
def test_the_paired_list_has_the_same_index_or_there_is_none(
    suspension_list: str | None, suspension_index: int | None
) -> None:
    StatusSlot(revocation_list=LIST, index=7)
    StatusSlot(revocation_list=LIST, index=7, suspension_list=PAIR, suspension_index=7)
    with pytest.raises(ValidationError, match="same index"):
        StatusSlot(
            revocation_list=LIST,
            index=7,
            suspension_list=suspension_list,
            suspension_index=suspension_index,
        )


def test_a_slot_is_not_negative_and_its_list_has_an_address() -> None:
    with pytest.raises(ValidationError):
        StatusSlot(revocation_list=LIST, index=-1)
    with pytest.raises(ValidationError):
        StatusSlot(revocation_list="status/1", index=1)


AWARD = {
    "id": "EUAS-7Q4M-2KXD-9RVT-5HZC",
    "organisation": "uni",
    "achievement": "data",
    "achievement_version": 1,
    "learner_id": 1,
    "approved_by": "registrar",
    "approved_at": "2026-06-12T09:30:00Z",
    "awarded_on": "2026-06-12",
}


def test_an_award_is_approved_and_private_at_first() -> None:
    made = Award.model_validate(AWARD)
    assert (made.state, made.shared, made.link_generation) == (AwardState.APPROVED, False, 0)
    assert Award.model_validate_json(made.model_dump_json()) == made


@pytest.mark.parametrize("field", ["approved_at", "valid_until", "changed_at"])
def test_a_moment_without_a_zone_is_refused(field: str) -> None:
    with pytest.raises(ValidationError, match="timezone"):
        Award.model_validate(AWARD | {field: "2026-06-12T09:30:00"})


def test_a_reservation_fixes_what_will_be_written() -> None:
    fixed = {
        "award_id": AWARD["id"],
        "format": "ob3",
        "credential_id": "https://u.example/c/1",
        "slot": {"revocation_list": LIST, "index": 1},
        "valid_from": "2026-06-12T09:30:00Z",
        "created": "2026-06-12T09:30:00Z",
        "salt": "ab" * 16,
        "verification_method": "did:web:u.example#award-1",
    }
    made = Reservation.model_validate(fixed)
    assert Reservation.model_validate_json(made.model_dump_json()) == made
    for wrong in (
        {"salt": "short"},
        {"credential_id": "c/1"},
        {"created": "2026-06-12T09:30:00"},
        {"format": "pdf"},
    ):
        with pytest.raises(ValidationError):
            Reservation.model_validate(fixed | wrong)


def test_what_is_sealed_is_what_was_linted() -> None:
    linted = Linted(Draft({"id": "urn:x:y"}))
    prepared = Prepared(linted, b"bytes", b"digest", "did:x:y#k", "Ed25519", "jose", {})
    assert prepared.document is linted.document is linted.draft.document
    sealed = Sealed(b"data", "application/vc", prepared.digest)
    with pytest.raises(FrozenInstanceError):
        sealed.data = b"other"  # type: ignore[misc]  # That is what must not be possible.
