"""The one error tree of the workshop.

Every error has a stable short ``code`` that documentation, the API and logs use, and a message
that names place, fault and cure. This module knows no HTTP: `issuer.web.problems` alone maps a
code to a status. Errors of the library and the vault (`schemas`, `keys`) carry a ``code`` too.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar


class TestamurError(Exception):
    """Root of the tree; ``message`` is safe to show to the caller, ``details`` are JSON values."""

    __test__: ClassVar[bool] = False
    code: ClassVar[str] = "internal.fault"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, object] = details


# --- Input: what was handed in cannot be used -----------------------------------------------


class UnusableInput(TestamurError):
    """What was handed in cannot be used as it is; the message says why and what to do."""

    code = "input.unusable"


class MalformedDocument(UnusableInput):
    """The document is not well-formed (JSON, JWT, PNG, SVG, multibase …)."""

    code = "input.malformed"


class DocumentTooLarge(UnusableInput):
    """The document is larger than the bound (1 MiB, nesting 64)."""

    code = "input.too_large"


class ForbiddenCharacter(UnusableInput):
    """A text holds a control character, a lone surrogate or a non-character."""

    code = "input.forbidden_character"


class FieldsInvalid(UnusableInput):
    """One or more fields are missing or wrong; ``details["fields"]`` lists place, fault, cure."""

    code = "input.fields"


class RowsInvalid(UnusableInput):
    """Rows of a results file are wrong; ``details["rows"]`` lists line, column, fault, cure."""

    code = "input.rows"


class NotWhatWasExported(UnusableInput):
    """A sealed file is not what went out; ``details["members"]`` names what differs."""

    code = "input.not_what_was_exported"


# --- JSON-LD --------------------------------------------------------------------------------


class DroppedTerm(UnusableInput):
    """Expansion would drop a property, type or id, which therefore would not be signed."""

    code = "jsonld.dropped_term"


class UnknownContext(UnusableInput):
    """A context that is not in the pinned catalogue; it is never fetched."""

    code = "jsonld.unknown_context"


class PoisonGraph(UnusableInput):
    """The graph is built to make canonicalisation explode (RDFC-1.0 §7.1)."""

    code = "jsonld.poison_graph"


class DeadlineExceeded(UnusableInput):
    """Expansion or canonicalisation did not end in time and was stopped."""

    code = "jsonld.deadline"


# --- Proofs ---------------------------------------------------------------------------------


class ProofInvalid(TestamurError):
    """A proof does not verify, or is not of the form its specification demands."""

    code = "proof.invalid"


class ProofUnsupported(TestamurError):
    """A proof of a kind that this software cannot check; neither valid nor invalid."""

    code = "proof.unsupported"


class NotPassed(TestamurError):
    """A report was required to be PASSED and is not."""

    code = "verify.not_passed"


class StatusListInvalid(TestamurError):
    """A status list is malformed, too short, of another purpose, or inflates beyond its bound."""

    code = "status.list_invalid"


# --- Issuing --------------------------------------------------------------------------------


class LintFailed(TestamurError):
    """A draft breaks a structural rule of VCDM 2.0 or of its format; it is never sealed."""

    code = "issue.lint"


class Incomplete(TestamurError):
    """A course lacks a mandatory element of Annex I; ``details["elements"]`` names each."""

    code = "issue.incomplete"


class SelfCheckFailed(TestamurError):
    """Our own verifier refused what we have just sealed; the document is voided."""

    code = "issue.self_check"


class BatchStopped(SelfCheckFailed):
    """A sample of a batch was refused by our own verifier: nothing more of it is issued."""

    code = "issue.batch_stopped"


class ListFull(TestamurError):
    """No status slot is left in any open list and a new one could not be opened."""

    code = "status.full"


class StaleBackup(TestamurError):
    """A status list to be published has fewer bits than the one published last."""

    code = "status.stale_backup"


# --- State ----------------------------------------------------------------------------------


class NotFound(TestamurError):
    """No such object, or not one that the caller may know of; the two read the same."""

    code = "state.not_found"


class Conflict(TestamurError):
    """The request contradicts what is already there."""

    code = "state.conflict"


class DuplicateResult(Conflict):
    """A second result with the same natural key and other content."""

    code = "state.duplicate_result"


class IllegalTransition(Conflict):
    """The state machine does not allow this step; the message says which steps it does."""

    code = "state.transition"


class NotSuspendable(Conflict):
    """Suspension of a credential that carries no suspension entry."""

    code = "state.not_suspendable"


class Held(Conflict):
    """Reinstating a stacked award while one of its parts is out of force; ``parts`` names them."""

    code = "state.held"


class AwardedByRule(Conflict):
    """A result of the step of a pathway, which is made from its parts; ``pathway`` names it."""

    code = "state.awarded_by_rule"


class NotRecognised(Conflict):
    """Somebody else's credential cannot stand for a part; the message says why not."""

    code = "state.not_recognised"


class DepositRefused(Conflict):
    """A deposit in a wallet that takes nothing of this kind: not in force, no qualified seal."""

    code = "state.not_depositable"


class TooOften(Conflict):
    """Something that may be tried a few times a day was tried too often; see ``retry_after_s``."""

    code = "state.too_often"

    def __init__(self, message: str, *, retry_after_s: int = 3_600, **details: object) -> None:
        super().__init__(message, **details)
        self.retry_after_s = retry_after_s


class IdempotencyMismatch(Conflict):
    """An Idempotency-Key was used again with another body."""

    code = "state.idempotency_mismatch"


class StillRunning(Conflict):
    """The first request with this Idempotency-Key, or for this very result, has not ended yet."""

    code = "state.still_running"

    def __init__(self, message: str, *, retry_after_s: int = 2, **details: object) -> None:
        super().__init__(message, **details)
        self.retry_after_s = retry_after_s


# --- Doors ----------------------------------------------------------------------------------


class Unauthenticated(TestamurError):
    """No token, or one that is unknown, expired or withdrawn."""

    code = "auth.unauthenticated"


class Forbidden(TestamurError):
    """The token's role or organisation does not allow this."""

    code = "auth.forbidden"


class Busy(TestamurError):
    """Too much work at once; ``retry_after_s`` says when to ask again (seconds)."""

    code = "busy"

    def __init__(self, message: str, *, retry_after_s: int, **details: object) -> None:
        super().__init__(message, **details)
        self.retry_after_s = retry_after_s


class FetchRefused(TestamurError):
    """An address that must not be fetched: not https, private, too many hosts or redirects."""

    code = "fetch.refused"


class FetchFailed(TestamurError):
    """An address that may be fetched and did not answer as needed."""

    code = "fetch.failed"


class NotReady(TestamurError):
    """The installation is not ready: not initialised, wrong schema version, stale status list.

    ``retry_after_s`` says when to ask again (seconds), where it may pass by itself.
    """

    code = "state.not_ready"

    def __init__(
        self,
        message: str,
        *,
        since: datetime | None = None,
        retry_after_s: int | None = None,
        **details: object,
    ) -> None:
        super().__init__(message, **details)
        self.since = since
        self.retry_after_s = retry_after_s


class TimestampMissing(NotReady):
    """The time-stamp authority did not answer, refused, or answered something else; it waits."""

    code = "issue.timestamp"


class EvidenceMissing(NotReady):
    """What has to stand beside a seal of level LT or LTA cannot be had; it waits."""

    code = "issue.evidence"


class Misconfigured(TestamurError):
    """A setting is missing or wrong; the message names it and its unit."""

    code = "settings.invalid"
