from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import IllegalTransition
from issuer.model.award import (
    AwardState,
    DocumentState,
    award_id,
    step_award,
    step_document,
)

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
def test_other_chance_makes_another_id(one: bytes, other: bytes) -> None:
    assert (award_id("X1", one) == award_id("X1", other)) == (one == other)
