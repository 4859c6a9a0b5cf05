"""One result by the API: accepted, decided, issued, and answered alike when it is sent again.

The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header-06): a key belongs to a token
and to the digest of the body. The body is not kept, nor is the answer: it is made again from ids.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.errors import (
    FieldsInvalid,
    IdempotencyMismatch,
    IllegalTransition,
    StillRunning,
    TestamurError,
)
from issuer.model.award import Award, AwardState
from issuer.registry import awards, idempotency
from issuer.registry.idempotency import Answer, Outcome, Request
from issuer.registry.tokens import Token
from issuer.services import accept, issue, look, stack
from issuer.services.decide import Decided, decide
from issuer.services.workbench import Workbench

CREATED = 201
OK = 200
_RETRY_S = 2
_MOST_KEY = 255


@dataclass(frozen=True)
class Submitted:
    """The answer: an HTTP status and a JSON body."""

    status: int
    body: Mapping[str, Any]


def submit(
    bench: Workbench,
    value: Mapping[str, Any],
    *,
    token: Token,
    body: bytes,
    idempotency_key: str | None = None,
) -> Submitted:
    """Take one result in and issue for it.

    201 with the award where one was issued now; 200 where the very same result was issued before
    or nothing is issued for it (not passed, unknown). Raises FieldsInvalid, NotFound (course),
    Incomplete, DuplicateResult, IdempotencyMismatch, StillRunning (another request is at it).
    """
    if idempotency_key is None:
        return _answer(bench, token, *_do(bench, value, token=token))
    request = Request(token.id, _checked(idempotency_key), hashlib.sha256(body).hexdigest())
    with bench.begin() as tx:
        idempotency.purge(tx, at=bench.now())
        known = idempotency.begin(tx, request, at=bench.now())
    if known.outcome is not Outcome.NEW:
        return _again(bench, token, known)
    try:
        status, reference = _do(bench, value, token=token)
    except TestamurError:
        # It failed and left nothing half done: the same key may be tried again, corrected.
        with bench.begin() as tx:
            idempotency.forget(tx, request)
        raise
    with bench.begin() as tx:
        idempotency.finish(tx, request, status=status, reference=reference)
    return _answer(bench, token, status, reference)


def _checked(key: str) -> str:
    if not 0 < len(key) <= _MOST_KEY or not key.isascii() or not key.isprintable():
        msg = f"Idempotency-Key must be 1 to {_MOST_KEY} printable ASCII characters."
        raise FieldsInvalid(msg, fields=[{"field": "Idempotency-Key", "fault": msg}])
    return key


def _again(bench: Workbench, token: Token, known: Answer) -> Submitted:
    if known.outcome is Outcome.OTHER_BODY:
        msg = "This Idempotency-Key was used with another body. Use a new key for a new result."
        raise IdempotencyMismatch(msg)
    if known.outcome is Outcome.RUNNING or known.status is None:
        msg = "The first request with this Idempotency-Key has not ended yet. Ask again shortly."
        raise StillRunning(msg, retry_after_s=_RETRY_S)
    return _answer(bench, token, known.status, known.reference or {})


def _do(
    bench: Workbench, value: Mapping[str, Any], *, token: Token
) -> tuple[int, Mapping[str, Any]]:
    result = accept.result_from_json(value, organisation=token.organisation)
    with bench.begin() as tx:
        decision = decide(tx, result, actor=token.name, bench=bench)
    if decision.award is None:
        return OK, {"outcome": str(decision.outcome)}
    status, outcome = OK, decision.outcome
    if decision.award.state is AwardState.APPROVED:
        # Also one that an earlier request had begun and could not finish.
        issued_here = _issue(bench, decision.award, token=token)
        stack.after_issue(bench, token.organisation, decision.award.id)
        status, outcome = (CREATED, outcome) if issued_here else (OK, Decided.ALREADY)
    return status, {"outcome": str(outcome), "award": decision.award.id}


def _issue(bench: Workbench, award: Award, *, token: Token) -> bool:
    """Issue, and say whether it was done here; raises StillRunning where somebody else is at it."""
    try:
        issue.issue(bench, award.organisation, award.id, actor=token.name)
    except IllegalTransition:
        # Somebody else took the same step first: what matters is how far they are now.
        with bench.read() as tx:
            state = awards.get(tx, award.organisation, award.id).state
        if state is AwardState.APPROVED:
            msg = "Another request issues for this very result. Ask again shortly."
            raise StillRunning(msg, retry_after_s=_RETRY_S) from None
        if state not in {AwardState.ACTIVE, AwardState.SUSPENDED}:
            raise
        return False
    return True


def _answer(bench: Workbench, token: Token, status: int, reference: Mapping[str, Any]) -> Submitted:
    outcome = {"outcome": "issued" if status == CREATED else reference["outcome"]}
    if "award" not in reference:
        return Submitted(status, outcome)
    with bench.read() as tx:
        award = awards.get(tx, token.organisation, str(reference["award"]))
        return Submitted(status, outcome | look.describe(tx, bench, award))
