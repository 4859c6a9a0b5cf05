"""The VC-API: credentials issued for test suites and integrators, and documents verified for them.

VC-API 0.7 (https://w3c-ccg.github.io/vc-api/): credentials/issue, credentials/verify,
presentations/verify. Nothing here is ever signed with an organisation's key: each profile has a
did:key of its own, which no DID document lists, so that nothing can read as the university's.
Nothing is kept of what is issued or verified, and nothing issued here can be revoked.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from issuer.errors import FieldsInvalid, MalformedDocument, Misconfigured, NotFound
from issuer.formats.lint import lint
from issuer.model.drafts import Draft, Linted, Sealed
from issuer.proofs import data_integrity, jcs, jose
from issuer.registry import audit
from issuer.registry.tokens import Token
from issuer.services.check import Checker
from issuer.services.workbench import Workbench
from issuer.status import bitstring
from issuer.status.bitstring import StatusList
from issuer.verify import Material, Obtained, Policy, PresentationReport, Report, Verdict
from issuer.verify.material import joined
from keys.algorithms import Algorithm
from keys.signer import Signer

Json = Mapping[str, Any]
_V2 = "https://www.w3.org/ns/credentials/v2"
_STATUS_V1 = "https://www.w3.org/ns/credentials/status/v1"
_JWT = "data:application/vc+jwt,"
_ENVELOPED = "EnvelopedVerifiableCredential"
_LIST_DAYS = dt.timedelta(days=7)


@dataclass(frozen=True)
class Profile:
    """One way of issuing, with one key."""

    name: str
    algorithm: Algorithm
    suite: str
    """Cryptosuite, or ``jose`` for a ``vc+jwt``."""
    has_status: bool = False
    """Whether a status entry of the profile's own list is added."""


PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile("eddsa-rdfc-2022", Algorithm.ED25519, "eddsa-rdfc-2022"),
        Profile("eddsa-jcs-2022", Algorithm.ED25519, "eddsa-jcs-2022"),
        Profile("ecdsa-rdfc-2019", Algorithm.P256, "ecdsa-rdfc-2019"),
        Profile("ecdsa-jcs-2019", Algorithm.P256, "ecdsa-jcs-2019"),
        Profile("vc-jwt", Algorithm.ED25519, "jose"),
        Profile("status", Algorithm.ED25519, "eddsa-rdfc-2022", has_status=True),
    )
}
"""Every profile there is; which of them issue is the setting ``vc_api_issue``."""


@dataclass(frozen=True)
class VcApi:
    """The surface over one installation."""

    bench: Workbench
    checker: Checker
    signer: Callable[[Profile], Signer]
    """Opens the profile's own key, and makes it when it is first asked for."""
    enabled: Collection[str] = ()
    """Names of the profiles that issue."""
    _lists: dict[dt.datetime, Sealed] = field(default_factory=dict)
    """Today's list, once it was asked for."""

    def __post_init__(self) -> None:
        """Refuse what names no profile; raises Misconfigured."""
        if unknown := sorted(set(self.enabled) - set(PROFILES)):
            msg = f"vc_api_issue names {', '.join(unknown)}; there are: {', '.join(PROFILES)}."
            raise Misconfigured(msg)

    def describe(self, name: str) -> dict[str, Any]:
        """Who issues under a profile, and how; raises NotFound where it does not issue."""
        profile = self._profile(name)
        did = self.signer(profile).public_key.did_key()
        return {"profile": profile.name, "issuer": did, "suite": profile.suite}

    def issue(self, name: str, body: Json, *, token: Token) -> dict[str, Any]:
        """Issue ``body["credential"]`` as it was sent; returns the response's JSON.

        Raises NotFound (the profile does not issue), MalformedDocument, LintFailed, FieldsInvalid
        (the issuer is somebody else), and what canonicalisation raises for what would be dropped.
        """
        profile = self._profile(name)
        signer = self.signer(profile)
        credential = _credential(body, issuer=signer.public_key.did_key())
        if profile.has_status:
            credential = self._with_status(credential)
        sealed = self._sealed(lint(Draft(credential)), profile, signer)
        with self.bench.begin() as tx:
            # What was issued is not kept, only that something was, and by whom.
            at, detail = self.bench.moment, {"profile": profile.name}
            entry = audit.Entry(token.organisation, at, token.name, "vc_api.issue", detail=detail)
            audit.append(tx, entry)
        return {"verifiableCredential": _issued(sealed)}

    def _profile(self, name: str) -> Profile:
        if name not in self.enabled:
            raise NotFound("No such profile issues here. The setting vc_api_issue names those.")
        return PROFILES[name]

    def _sealed(self, linted: Linted, profile: Profile, signer: Signer) -> Sealed:
        key, at = signer.public_key, self.bench.moment
        did = key.did_key()
        method = f"{did}#{did.removeprefix('did:key:')}"
        if "rdfc" not in profile.suite:
            # These forms sign any JSON: what expansion would drop must be refused all the same.
            self.bench.canonicalise(linted.document, "sha256")
        if profile.suite == "jose":
            prepared = jose.prepare(linted, key=key, verification_method=method, created=at)
            return jose.seal(prepared, signer=signer)
        prepared = data_integrity.prepare(
            linted,
            key=key,
            verification_method=method,
            created=at,
            suite=profile.suite,
            canonicalise=self.bench.canonicalise,
        )
        return data_integrity.seal(prepared, signer=signer)

    # --- The list of the profile with status ---------------------------------------------------

    @property
    def list_url(self) -> str:
        """Where the list of the profile ``status`` is."""
        return f"{self.bench.base_url}/vc-api/status-lists/1"

    def _with_status(self, credential: Json) -> dict[str, Any]:
        if "credentialStatus" in credential:
            msg = "This profile adds the status entry itself: send it without credentialStatus."
            raise MalformedDocument(msg)
        # Bitstring Status List 1.0 §2.1. Nothing is ever set, so an index may be given twice.
        drawn = int.from_bytes(self.bench.chance(8), "big")
        index = str(drawn % self.bench.limits.status_list_length)
        entry = {
            "id": f"{self.list_url}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": index,
            "statusListCredential": self.list_url,
        }
        contexts = credential.get("@context")
        old = isinstance(contexts, list) and _V2 not in contexts and _STATUS_V1 not in contexts
        # VCDM 1.1 contexts do not define the terms of a status entry; those of 2.0 do.
        more = {"@context": [*contexts, _STATUS_V1]} if old and contexts else {}
        return {**credential, **more, "credentialStatus": entry}

    def status_list(self) -> Sealed:
        """The list of the profile ``status``, the same bytes all day; raises NotFound."""
        profile = self._profile("status")
        today = self.bench.moment.replace(hour=0, minute=0, second=0)
        if today not in self._lists:
            signed = self._signed_list(profile, today)
            self._lists.clear()
            self._lists[today] = signed
            return signed
        return self._lists[today]

    def _signed_list(self, profile: Profile, today: dt.datetime) -> Sealed:
        signer = self.signer(profile)
        status = StatusList.empty("revocation", length=self.bench.limits.status_list_length)
        draft = bitstring.compose(
            status,
            url=self.list_url,
            issuer=signer.public_key.did_key(),
            valid_from=today,
            valid_until=today + _LIST_DAYS,
        )
        return self._sealed(lint(draft), profile, signer)

    # --- Verifying -------------------------------------------------------------------------------

    def verify_credential(self, body: Json) -> tuple[bool, dict[str, Any]]:
        """Check ``body["verifiableCredential"]``: whether it passed, and the report as JSON.

        Raises MalformedDocument where that is neither an object nor a text. Who the issuer is
        counts for nothing here; ``options.checks`` of ``["proof"]`` asks for the proof alone.
        """
        options = _options(body)
        proof_only = options.get("checks") == ["proof"]
        policy = Policy(issuer_established=False, proof_only=proof_only)
        report = self._checker().check(_bytes(body.get("verifiableCredential")), policy=policy)
        return _answer(report, report.as_json())

    def verify_presentation(self, body: Json) -> tuple[bool, dict[str, Any]]:
        """Check ``body["verifiablePresentation"]`` against challenge and domain of the options.

        Raises MalformedDocument where something is not of the form that it must have.
        """
        options = _options(body)
        policy = Policy(
            issuer_established=False,
            challenge=_text(options, "challenge"),
            domain=_text(options, "domain"),
        )
        presentation = body.get("verifiablePresentation")
        if not isinstance(presentation, Mapping):
            raise MalformedDocument("verifiablePresentation must be an object with its proof.")
        report = self._checker().presentation(jcs.encode_document(presentation), policy=policy)
        return _answer(report, report.as_json())

    def _checker(self) -> Checker:
        """The checker, which need not ask ourselves for our own list over the network."""
        if "status" not in self.enabled:
            return self.checker
        body = self.status_list().data
        own = Material(
            status_lists={self.list_url: Obtained(body, self.bench.now(), self.list_url)}
        )
        return replace(self.checker, known=lambda: joined(self.checker.known(), own))


def _answer(report: Report | PresentationReport, said: dict[str, Any]) -> tuple[bool, Any]:
    verified = report.verdict is Verdict.PASSED
    problems = [
        {"type": f"urn:testamur:check:{c['id']}", "title": c["verdict"], "detail": c["detail"]}
        for c in said["checks"]
        if c["verdict"] != Verdict.PASSED and c.get("counts", True)
    ]
    return verified, {"verified": verified, "problemDetails": problems, **said}


def _credential(body: Json, *, issuer: str) -> dict[str, Any]:
    _options(body)
    credential = body.get("credential")
    if not isinstance(credential, Mapping) or not credential:
        raise MalformedDocument("credential must be an object: the credential without a proof.")
    if "proof" in credential:
        raise MalformedDocument("The credential has a proof already: send it without.")
    said = credential.get("issuer")
    named = said.get("id") if isinstance(said, Mapping) else said
    if isinstance(named, str) and named != issuer:
        # This surface signs for itself alone: an organisation's name in it would be a lie.
        msg = f"issuer is somebody else. This profile issues as {issuer} and as nobody else."
        raise FieldsInvalid(msg, fields=[{"field": "credential.issuer", "fault": "not this one"}])
    return dict(credential)


def _options(body: Json) -> Json:
    options = body.get("options", {})
    if not isinstance(options, Mapping):
        raise MalformedDocument("options must be an object, or left out.")
    return options


def _text(options: Json, name: str) -> str | None:
    value = options.get(name)
    if value is not None and not isinstance(value, str):
        raise MalformedDocument(f"options.{name} must be a text.")
    return value


def _issued(sealed: Sealed) -> dict[str, Any]:
    if sealed.media_type == "application/vc":
        return jcs.decode(sealed.data)
    # VCDM 2.0 §4.12: an enveloped credential, as a data: URL.
    return {"@context": [_V2], "id": _JWT + sealed.data.decode("ascii"), "type": [_ENVELOPED]}


def _bytes(value: object) -> bytes:
    """The credential that was sent: embedded proof, enveloped, or the bare token."""
    if isinstance(value, Mapping) and value:
        found = value.get("id")
        if isinstance(found, str) and found.startswith(_JWT):
            return found.removeprefix(_JWT).encode()
        return jcs.encode_document(value)
    if isinstance(value, str) and value:
        return value.encode()
    raise MalformedDocument("verifiableCredential must be an object, or a token as text.")
