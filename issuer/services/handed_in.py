"""What somebody hands in to be checked: a credential in any form, a link to one, or JSON around it.

Our own interface; the credential itself is read by `issuer.verify` alone. A link to a credential
of ours is answered from our registry: a server that fetched it from itself would wait for itself.
"""

from dataclasses import dataclass
from typing import Any

from issuer.errors import FetchFailed, FetchRefused, FieldsInvalid, NotFound, UnusableInput
from issuer.model.achievement import DocumentFormat
from issuer.proofs import jcs
from issuer.services import look, parts
from issuer.services.check import Checker
from issuer.services.workbench import Workbench
from issuer.verify import Policy, Report

_MOST_HOLDER = 300


@dataclass(frozen=True)
class HandedIn:
    """What is to be checked, and whose it should be."""

    what: bytes
    """A credential (JSON, JWT, PNG, SVG), or a link to one."""
    holder: str | None = None
    parts: tuple[bytes, ...] = ()
    """Parts of a stacked credential."""
    part_names: tuple[str, ...] = ()
    """What each of them is called; none: they are numbered."""

    @property
    def named_parts(self) -> tuple[tuple[str, bytes], ...]:
        """Each part with what it is called."""
        numbered = (f"part {number}" for number in range(1, len(self.parts) + 1))
        return tuple(zip(self.part_names or numbered, self.parts, strict=True))


def read_json(raw: bytes) -> HandedIn:
    """Read ``{"credential": …, "holder"?: text, "parts"?: […]}``, or a credential as it is.

    Bytes that are neither are handed on as they are: the report says what is wrong with them. A
    credential that is an object is written anew, so that the report's digest is of those bytes.
    Raises FieldsInvalid.
    """
    try:
        value = jcs.decode(raw)
    except UnusableInput:
        return HandedIn(raw)
    if "credential" not in value or "@context" in value:
        return HandedIn(raw)
    whole = _credential(value["credential"], "credential", or_link=" or a link as text")
    return HandedIn(whole, holder_of(value.get("holder")), _parts(value.get("parts")))


def _credential(value: Any, field: str, *, or_link: str = "") -> bytes:
    if isinstance(value, dict):
        return jcs.encode_document(value)
    if isinstance(value, str):
        return value.encode()
    raise _wrong(field, f"must be an object, a token as text{',' if or_link else ''}{or_link}")


def _parts(value: Any) -> tuple[bytes, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > parts.MOST:
        raise _wrong("parts", f"must be a list of at most {parts.MOST} credentials")
    return tuple(_credential(one, f"parts/{number}") for number, one in enumerate(value))


def holder_of(value: Any) -> str | None:
    """The name or identifier that the credential should be about; raises FieldsInvalid."""
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > _MOST_HOLDER:
        raise _wrong("holder", f"must be a text of at most {_MOST_HOLDER} characters")
    return value.strip() or None


def _wrong(field: str, fault: str) -> FieldsInvalid:
    return FieldsInvalid(f"{field}: {fault}.", fields=[{"field": field, "fault": fault}])


def check(bench: Workbench, checker: Checker, handed: HandedIn) -> Report:
    """Check it; raises UnusableInput (nothing there), FetchRefused, FetchFailed, Busy."""
    what = handed.what.strip()
    if not what:
        msg = "Nothing was handed in. Send a credential, a picture that carries one, or a link."
        raise UnusableInput(msg)
    policy = Policy(holder=handed.holder)
    material = parts.handed_in(handed.named_parts, at=bench.now()) if handed.parts else None
    own = f"{bench.base_url}/c/".encode()
    if what.startswith(own) and b"\n" not in what:
        whole = _own(bench, what.removeprefix(own))
        return checker.check(whole, policy=policy, material=material)
    try:
        return checker.anything(handed.what, policy=policy, material=material)
    except FetchRefused as fault:
        # What our network calls its machines, and where they are, is no stranger's business.
        msg = "This link leads where nothing is fetched from. Send the credential itself."
        raise FetchRefused(msg) from fault


def _own(bench: Workbench, rest: bytes) -> bytes:
    # What stands behind the id (.json, /card.png, ?…) names a form of the same credential.
    award_id = rest.decode("utf-8", errors="replace")
    for end in ".", "/", "?", "#":
        award_id = award_id.partition(end)[0]
    try:
        with bench.read() as tx:
            award = look.public_award(tx, award_id)
            there = look.formats(tx, award.id)
            wanted = DocumentFormat.OB3 if DocumentFormat.OB3 in there else there[0]
            return look.sealed(tx, award.id, wanted).data
    except NotFound as fault:
        msg = "There is no shared credential at this address: whoever holds it can share it."
        raise FetchFailed(msg) from fault
