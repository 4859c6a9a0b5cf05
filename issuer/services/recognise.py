"""Recognition: somebody else's credential stands for a part of a pathway, because a person says so.

Council Recommendation 2022/C 243/02, Annex I O4: the receiving body decides. Our verifier must pass
it, the pathway must list its issuer, it must be this learner's, and the role that the pathway names
signs the acceptance off. Nothing is counted twice. What it completes: see `issuer.services.stack`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from pydantic import ValidationError

from issuer.errors import NotRecognised
from issuer.formats.portrait import portrait
from issuer.formats.said import Portrait
from issuer.model.achievement import DocumentFormat
from issuer.model.pathway import Pathway, Recognised
from issuer.model.stack import Part
from issuer.proofs.digest_multibase import digest_multibase
from issuer.registry import (
    achievements,
    audit,
    journeys,
    learners,
    organisations,
    pathways,
    recognitions,
)
from issuer.registry.database import Transaction
from issuer.registry.recognitions import Decision
from issuer.services.workbench import Workbench
from issuer.verify import Policy, Report, Verdict
from issuer.verify.named import eidas_identifier
from issuer.verify.reading import read

Ask = Callable[[bytes, Policy], Report]
"""Our own verifier, with everything that the operator believes."""
_FORMATS = {"json": DocumentFormat.OB3, "jwt": DocumentFormat.OB3_JWT, "edc": DocumentFormat.EDC}


@dataclass(frozen=True)
class Request:
    """What is to be accepted for whom, and who says so."""

    organisation: str
    learner_key: str
    pathway: str
    part: str
    role: str
    """The role that signs it off, as the pathway names it."""
    by: str
    """The person in that role."""
    credits: Decimal | None = None
    """How many it counts for, where the credential states none, or fewer are accepted."""
    identity_checked: bool = False
    """Whether that person made sure whose it is; needed where the credential names nobody."""


@dataclass(frozen=True)
class Accepted:
    """What was accepted."""

    number: int
    learner_id: int
    part: Part


def recognise(bench: Workbench, data: bytes, request: Request, *, ask: Ask) -> Accepted:
    """Check a credential, keep it as a part of a learner, and say so in the trail.

    Raises NotFound (learner, pathway), NotPassed (our verifier does not pass it) and NotRecognised
    (issuer, achievement, role or person are others, or it counts already).
    """
    with bench.read() as tx:
        learner_id = learners.lookup(tx, request.organisation, request.learner_key)
        learner = learners.get(tx, request.organisation, learner_id)
        pathway = _followed(tx, request, learner_id)
    if request.part not in pathway.part_by_name:
        raise _refused(f"{request.part} is no part of the pathway {pathway.slug}")
    names = [learner.display_name, *([learner.email] if learner.email else [])]
    document = _passed(data, names, request, ask=ask)
    rule = _rule(pathway, request, document)
    with bench.begin() as tx:
        organisations.lock(tx, request.organisation)
        _require_foreign(tx, request.organisation, document)
        own = achievements.get(tx, request.organisation, request.part)
        part = _part(pathway, request, rule=rule, document=document, most=own.ects)
        _require_new(tx, learner_id, request, part)
        number = recognitions.add(
            tx,
            request.organisation,
            learner_id,
            pathway=pathway.slug,
            accepted=(part, data),
            decision=Decision(request.role, request.by, bench.moment),
        )
        detail = {"pathway": pathway.slug, "part": part.name, "recognition": number}
        entry = audit.Entry(
            request.organisation, bench.moment, request.by, "recognise", detail=detail
        )
        audit.append(tx, entry)
    return Accepted(number, learner_id, part)


@dataclass(frozen=True)
class _Document:
    """A credential that our verifier passed."""

    kind: str
    issuer: str | None
    """Its DID; of a European Digital Credential the identifier by which it was sealed."""
    said: Portrait
    digest: str
    achievement: str | None


def _followed(tx: Transaction, request: Request, learner_id: int) -> Pathway:
    """The pathway in the version that the learner follows, or would if it began now."""
    on_the_way = {
        journey.pathway: journey.version
        for journey in journeys.of_learner(tx, request.organisation, learner_id)
    }
    version = on_the_way.get(request.pathway)
    return pathways.get(tx, request.organisation, request.pathway, version=version)


def _passed(data: bytes, names: list[str], request: Request, *, ask: Ask) -> _Document:
    found = read(data)
    # Who the issuer of a badge is, the pathway says; of a sealed document, the seal.
    established = found.kind == "edc"
    reports = [ask(data, Policy(issuer_established=established, holder=name)) for name in names]
    report = next((r for r in reports if r.verdict is Verdict.PASSED), reports[0])
    if report.verdict is not Verdict.PASSED:
        _require_only_the_holder_open(reports, request)
        report = ask(data, Policy(issuer_established=established))
    document = report.require_passed()
    said = portrait(document)
    return _Document(
        kind=report.kind,
        issuer=eidas_identifier(document) if report.kind == "edc" else said.issuer_id,
        said=said,
        digest=digest_multibase(found.data),
        achievement=said.achievement_url,
    )


def _require_only_the_holder_open(reports: list[Report], request: Request) -> None:
    """Raise NotRecognised where it is somebody else's, or nobody made sure whose it is."""
    verdicts = {report.check("holder").verdict for report in reports}
    if Verdict.FAILED in verdicts and Verdict.PASSED not in verdicts:
        raise _refused("it was awarded to somebody other than this learner")
    if verdicts == {Verdict.INDETERMINATE} and not request.identity_checked:
        raise _refused(
            "it names nobody, so it does not show whose it is; make sure of that, and say "
            "--identity-checked"
        )


def _rule(pathway: Pathway, request: Request, document: _Document) -> Recognised:
    """What the pathway says of this issuer for this part, and whether this role decides."""
    listed = [
        one for one in pathway.recognised if one.part == request.part and _is_from(one, document)
    ]
    if not listed:
        raise _refused(f"the pathway does not list its issuer for {request.part}")
    fitting = [one for one in listed if one.achievement in {None, document.achievement}]
    if not fitting:
        raise _refused("the pathway lists its issuer, but another achievement of that issuer")
    for one in fitting:
        if one.decided_by == request.role:
            return one
    roles = ", ".join(sorted({one.decided_by for one in fitting}))
    raise _refused(f"this is decided by: {roles}")


def _is_from(one: Recognised, document: _Document) -> bool:
    if document.kind == "edc":
        return one.seal_of is not None and one.seal_of == document.issuer
    return one.issuer is not None and one.issuer == document.issuer


def _require_foreign(tx: Transaction, organisation: str, document: _Document) -> None:
    own = organisations.get(tx, organisation)
    if document.issuer in {own.did, own.identifiers.eidas}:
        raise _refused("it is your own, and counts by itself")


def _part(
    pathway: Pathway,
    request: Request,
    *,
    rule: Recognised,
    document: _Document,
    most: Decimal | None,
) -> Part:
    said = document.said
    earned = said.awarded_on or (said.valid_from.date() if said.valid_from else None)
    stated = [said.ects and Decimal(said.ects), request.credits, rule.credits_up_to, most]
    known = bool(stated[0] or stated[1])
    bounded = [number for number in stated if number]
    value = {
        "name": request.part,
        "title": {said.language or "en": said.title},
        "achievement": document.achievement or said.credential_id,
        "tier": pathway.part_by_name[request.part].tier,
        "ects": min(bounded) if known else None,
        "hours": said.workload_hours,
        "earned": earned,
        "issuer": rule.issuer_name,
        "documents": [
            {
                "format": _FORMATS[document.kind],
                "id": said.credential_id,
                "digest": document.digest,
            }
        ],
    }
    try:
        return Part.model_validate(value)
    except ValidationError as fault:
        wrong = ", ".join(sorted({str(error["loc"][0]) for error in fault.errors()}))
        raise _refused(f"it does not say what a part has to say: {wrong}") from fault


def _require_new(tx: Transaction, learner_id: int, request: Request, part: Part) -> None:
    before = recognitions.of_learner(tx, request.organisation, learner_id, pathway=request.pathway)
    for one in before:
        own, other = part.documents[0], one.part.documents[0]
        same = own.digest == other.digest or own.id == other.id
        # In another tongue it has another id, and is the same work.
        work = (part.achievement, part.earned) == (one.part.achievement, one.part.earned)
        if same or work:
            raise _refused(f"it was recognised before, for {one.part.name}")


def _refused(why: str) -> NotRecognised:
    return NotRecognised(f"This credential is not recognised: {why}. Nothing was kept.")
