"""One credential: its state, and the three changes that there are.

Bitstring Status List 1.0 §2.1: revocation is final, only suspension is undone. The list is
published at once; where it cannot be, the change stands and the answer says so.
"""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter

from issuer.bootstrap import House
from issuer.model.award import Award
from issuer.services import look, revoke
from issuer.services.tokens import Role, Token
from issuer.web.auth import Issuer, Reader
from issuer.web.house import OpenHouse
from issuer.web.publishing import publish_one
from issuer.web.wire import PROBLEMS, AwardOut, ChangedOut, ReasonIn

router = APIRouter(tags=["issuing"], responses=PROBLEMS)
_ADDRESS = "/api/v1/credentials/{credential_id}"


@router.get(_ADDRESS, response_model=AwardOut, response_model_exclude_unset=True)
def get(credential_id: str, token: Reader, house: OpenHouse) -> Any:
    """State and links of a credential of the caller's organisation."""
    with house.bench.read() as tx:
        award = look.award(tx, token.organisation, credential_id)
        told = look.describe(tx, house.bench, award)
    if token.role is Role.AUDITOR:
        # Whoever has the learner's link may share: an auditor only looks.
        del told["links"]["learner"]
    return told


@router.post(f"{_ADDRESS}/suspend", response_model=ChangedOut, response_model_exclude_unset=True)
def suspend(credential_id: str, *, token: Issuer, house: OpenHouse, why: ReasonIn) -> Any:
    """Suspend until reinstated; 409 where the credential carries no suspension entry."""
    return _change(house, token, credential_id, to=revoke.suspend, reason=why.reason)


@router.post(f"{_ADDRESS}/reinstate", response_model=ChangedOut, response_model_exclude_unset=True)
def reinstate(credential_id: str, *, token: Issuer, house: OpenHouse, why: ReasonIn) -> Any:
    """Undo a suspension."""
    return _change(house, token, credential_id, to=revoke.reinstate, reason=why.reason)


@router.post(f"{_ADDRESS}/revoke", response_model=ChangedOut, response_model_exclude_unset=True)
def revoke_(credential_id: str, *, token: Issuer, house: OpenHouse, why: ReasonIn) -> Any:
    """Revoke for good."""
    return _change(house, token, credential_id, to=revoke.revoke, reason=why.reason)


def _change(
    house: House, token: Token, credential_id: str, *, to: Callable[..., Award], reason: str
) -> dict[str, Any]:
    bench = house.bench
    with bench.begin() as tx:
        award = to(
            tx, token.organisation, credential_id, reason=reason, actor=token.name, at=bench.moment
        )
        told = look.describe(tx, bench, award)
    return told | {"published": publish_one(house, token.organisation)}
