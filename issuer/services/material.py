"""Our own part of the material: what anybody needs to check our credentials without us.

DID documents, the status lists as published, who we say we are, and our own record of when a
document was sealed. Values for `issuer.verify`; nothing is fetched or judged here.
"""

from issuer.errors import NotFound
from issuer.model.award import Award, AwardState
from issuer.model.organisation import Organisation
from issuer.registry import awards, documents, keyring, organisations, published
from issuer.registry.database import Transaction
from issuer.verify import Material, Obtained, Report, RevocationReason, TrustedIssuer
from issuer.verify.material import joined

_PAGE = 500
_OUT_OF_FORCE = (AwardState.REVOKED, AwardState.SUSPENDED, AwardState.REPLACED)
_SOURCE = "the issuer's own registry"


def list_url(base_url: str, organisation: str, *, purpose: str, number: int) -> str:
    """Address of a status list."""
    return f"{base_url}/status/{organisation}/{purpose}/{number}"


def own(tx: Transaction, organisation: Organisation, *, base_url: str) -> Material:
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
    )


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

    Empty for one that is not ours.
    """
    credential_id = (report.document or {}).get("id")
    prefix = f"{base_url}/c/"
    if not isinstance(credential_id, str) or not credential_id.startswith(prefix):
        return Material()
    award_id = credential_id.removeprefix(prefix)
    try:
        award = awards.find(tx, award_id)
    except NotFound:
        return Material()
    proven = documents.proven_time(tx, award_id, sha256=report.digest.removeprefix("sha256:"))
    return Material(
        proven_times={report.digest: proven} if proven else {},
        revocation_reasons=_reason(award, credential_id),
    )


def _reason(award: Award, credential_id: str) -> dict[str, RevocationReason]:
    if award.state not in _OUT_OF_FORCE or award.changed_at is None:
        return {}
    return {credential_id: RevocationReason(award.changed_at, award.reason or "")}


def everything(tx: Transaction, *, base_url: str) -> Material:
    """The material of every organisation, with the moments that our registry vouches for."""
    whole = Material()
    for organisation in organisations.listing(tx):
        whole = joined(whole, own(tx, organisation, base_url=base_url))
        times = documents.proven_times(tx, organisation.slug)
        reasons = _reasons(tx, organisation.slug, base_url)
        whole = joined(whole, Material(proven_times=times, revocation_reasons=reasons))
    return whole


def present(tx: Transaction, *, base_url: str) -> Material:
    """DID documents, lists and names of every organisation: what each check here begins with."""
    whole = Material()
    for organisation in organisations.listing(tx):
        whole = joined(whole, own(tx, organisation, base_url=base_url))
    return whole


def _reasons(tx: Transaction, organisation: str, base_url: str) -> dict[str, RevocationReason]:
    found: dict[str, RevocationReason] = {}
    for state in _OUT_OF_FORCE:
        after: str | None = None
        while page := awards.listing(tx, organisation, state=state, after=after, limit=_PAGE):
            for award in page:
                found |= _reason(award, f"{base_url}/c/{award.id}")
            after = page[-1].id
    return found
