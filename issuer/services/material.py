"""Our own part of the material: what anybody needs to check our credentials without us.

DID documents, the status lists as published, who we say we are, and our own record of when a
document was sealed. Values for `issuer.verify`; nothing is fetched or judged here.
"""

import datetime as dt
from collections.abc import Callable

from issuer.errors import NotFound
from issuer.formats import elm3, stacking
from issuer.model.award import Award, AwardState
from issuer.model.organisation import Organisation
from issuer.registry import awards, documents, keyring, organisations, published
from issuer.registry.database import Transaction
from issuer.services import own_parts
from issuer.services.own_parts import Json
from issuer.services.workbench import no_seal
from issuer.verify import Material, Obtained, Report, RevocationReason, TrustedIssuer
from issuer.verify.material import joined
from issuer.verify.named import eidas_identifier, is_same_organisation
from issuer.verify.reading import read
from issuer.verify.signatures import issuer_of
from keys.algorithms import VaultError
from keys.certificates import Anchor
from keys.signer import SealSigner

_PAGE = 500
_OUT_OF_FORCE = (AwardState.REVOKED, AwardState.SUSPENDED, AwardState.REPLACED)
_SOURCE = "the issuer's own registry"
_TEST = "TEST SEAL"
Seals = Callable[[str], SealSigner | None]
"""The seal of an organisation by its slug; raises CustodyError."""


def list_url(base_url: str, organisation: str, *, purpose: str, number: int) -> str:
    """Address of a status list."""
    return f"{base_url}/status/{organisation}/{purpose}/{number}"


def own(
    tx: Transaction, organisation: Organisation, *, base_url: str, seals: Seals = no_seal
) -> Material:
    """What our own verifier is given to check one organisation's documents."""
    versions = keyring.did_documents(tx, organisation.slug)
    lists = published.all_latest(tx, organisation.slug)
    return Material(
        did_documents=dict.fromkeys(
            [organisation.did], Obtained(versions[-1].document, versions[-1].published_at, _SOURCE)
        )
        if versions
        else {},
        status_lists={
            list_url(
                base_url, organisation.slug, purpose=found.purpose, number=found.number
            ): Obtained(found.body, found.published_at, _SOURCE)
            for found in lists
        },
        trusted=(trusted(tx, organisation),),
        anchors=_anchors(organisation, seals),
    )


def _anchors(organisation: Organisation, seals: Seals) -> tuple[Anchor, ...]:
    """The organisation's own seal, believed as it is: the operator has named it."""
    try:
        seal = seals(organisation.slug)
    except VaultError:
        # Who only checks need not be able to open what seals.
        return ()
    if seal is None:
        return ()
    certificate = seal.chain[0]
    name = organisation.legal_name.get(organisation.legal_name.languages[0])
    test = (certificate.common_name or "").startswith(_TEST)
    how = "it is the seal of an organisation of this installation"
    return (Anchor(certificate, name, how, test=test),)


def trusted(tx: Transaction, organisation: Organisation) -> TrustedIssuer:
    """The entry of an organisation of this installation in the trust list."""
    language = organisation.legal_name.languages[0]
    return TrustedIssuer(
        did=organisation.did,
        legal_name=organisation.legal_name.get(language),
        established_how="it is an organisation of this installation",
        established_by="The operator of this installation",
        keys_seen=tuple(r.public_key.multibase() for r in keyring.records(tx, organisation.slug)),
        own=True,
    )


def about(tx: Transaction, report: Report, *, base_url: str) -> Material:
    """What our registry knows of the credential in a report: why it was revoked, since when it is.

    Of each of its parts, too. Empty for one that is not ours.
    """
    found = _about(tx, report, base_url=base_url)
    for part in report.parts:
        if part.report is not None:
            found = joined(found, about(tx, part.report, base_url=base_url))
    return found


def _about(tx: Transaction, report: Report, *, base_url: str) -> Material:
    document = report.document or {}
    award_id = own_parts.award_of(document, base_url=base_url)
    if award_id is None:
        return Material()
    try:
        award = awards.find(tx, award_id)
    except NotFound:
        return Material()
    proven = documents.proven_time(tx, award_id, sha256=report.digest.removeprefix("sha256:"))
    return Material(
        proven_times={report.digest: proven} if proven else {},
        revocation_reasons=_reason(award, str(document["id"])),
    )


def _reason(award: Award, credential_id: str) -> dict[str, RevocationReason]:
    if award.state not in _OUT_OF_FORCE or award.changed_at is None:
        return {}
    final = award.state is not AwardState.SUSPENDED
    return {credential_id: RevocationReason(award.changed_at, award.reason or "", final)}


def everything(tx: Transaction, *, base_url: str, seals: Seals = no_seal) -> Material:
    """The material of every organisation, with the moments that our registry vouches for."""
    whole = Material()
    for organisation in organisations.listing(tx):
        whole = joined(whole, own(tx, organisation, base_url=base_url, seals=seals))
        times = documents.proven_times(tx, organisation.slug)
        reasons = _reasons(tx, organisation.slug, base_url)
        whole = joined(whole, Material(proven_times=times, revocation_reasons=reasons))
    return whole


def present(tx: Transaction, *, base_url: str, seals: Seals = no_seal) -> Material:
    """DID documents, lists and names of every organisation: what each check here begins with."""
    whole = Material()
    for organisation in organisations.listing(tx):
        whole = joined(whole, own(tx, organisation, base_url=base_url, seals=seals))
    return whole


def _reasons(tx: Transaction, organisation: str, base_url: str) -> dict[str, RevocationReason]:
    found: dict[str, RevocationReason] = {}
    for state in _OUT_OF_FORCE:
        after: str | None = None
        while page := awards.listing(tx, organisation, state=state, after=after, limit=_PAGE):
            for award in page:
                address = f"{base_url}/c/{award.id}"
                found |= _reason(award, address) | _reason(award, elm3.credential_id(address))
            after = page[-1].id
    return found


def parts_of(tx: Transaction, report: Report, *, base_url: str, at: dt.datetime) -> Material:
    """Those parts that a report on a credential of ours says are missing and that we hold.

    Shared or not: whoever shows the whole shows whether its parts are in force.
    """
    # Somebody else's document names whatever it likes; it learns nothing of ours.
    if not _is_ours(tx, report):
        return Material()
    found = Material()
    for whole, part_ids in own_parts.missing(report):
        found = joined(found, _held(tx, whole, part_ids, base_url=base_url, at=at))
    return found


def _is_ours(tx: Transaction, report: Report) -> bool:
    """Whether the issuer of a document, whose signature has named its parts, is one of ours."""
    document = report.document or {}
    if report.kind == "edc":
        # Its DID it only states; its seal names the organisation by this identifier.
        said = eidas_identifier(document)
        there = organisations.listing(tx)
        return any(is_same_organisation(said, one.identifiers.eidas) for one in there)
    return issuer_of(document) in {one.did for one in organisations.listing(tx)}


def parts_of_document(tx: Transaction, data: bytes, *, base_url: str, at: dt.datetime) -> Material:
    """All parts that we hold of a document of our own; nothing for any other."""
    document = read(data).document or {}
    if not stacking.is_stacked(document):
        return Material()
    part_ids = frozenset(part.id for part in stacking.parse(document).parts)
    return _held(tx, document, part_ids, base_url=base_url, at=at)


def _held(
    tx: Transaction, whole: Json, part_ids: frozenset[str], *, base_url: str, at: dt.datetime
) -> Material:
    found = own_parts.held(tx, whole, part_ids, base_url=base_url)
    return Material(parts={part_id: Obtained(data, at, _SOURCE) for part_id, data in found})
