"""The parts of a credential of ours that we hold ourselves: our own awards, and what we recognised.

A badge has its address as its id; a European document has an id of its own (`issuer.formats.elm3`),
so which award that is stands in our own record of what the whole is built from. Nothing is judged.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from issuer.errors import NotFound
from issuer.formats import elm3
from issuer.model.achievement import DocumentFormat
from issuer.registry import awards, documents, recognitions, stack_parts
from issuer.registry.database import Transaction
from issuer.verify import Report

Json = Mapping[str, Any]
_BADGES = (DocumentFormat.OB3, DocumentFormat.OB3_JWT)
_EUROPEAN = (DocumentFormat.EDC,)


def award_of(document: Json, *, base_url: str) -> str | None:
    """The id of the award that a document says it is, if that is one of ours; UNVERIFIED."""
    credential_id, prefix = document.get("id"), f"{base_url}/c/"
    # A European document has an id of its own, and names the page of the award beside it.
    address = elm3.award_url(document) if elm3.is_edc(document) else credential_id
    if not (isinstance(credential_id, str) and isinstance(address, str)):
        return None
    if credential_id not in {address, elm3.credential_id(address)}:
        return None
    return address.removeprefix(prefix) if address.startswith(prefix) else None


def awards_of(
    tx: Transaction, whole: Json, part_ids: Collection[str], *, base_url: str
) -> dict[str, str]:
    """Id of a part to the award of ours that it is; ``whole`` is the document that names them."""
    prefix = f"{base_url}/c/"
    found = {i: i.removeprefix(prefix) for i in part_ids if i.startswith(prefix)}
    for kept in _kept(tx, whole, base_url=base_url):
        if kept.part_award_id is not None:
            european = elm3.credential_id(f"{prefix}{kept.part_award_id}")
            if european in part_ids:
                found[european] = kept.part_award_id
    return found


def held(
    tx: Transaction, whole: Json, part_ids: Collection[str], *, base_url: str
) -> Iterator[tuple[str, bytes]]:
    """Id and sealed bytes of each of these parts that is here; what was erased stays missing."""
    there = awards_of(tx, whole, part_ids, base_url=base_url)
    for part_id, award_id in there.items():
        forms = _BADGES if part_id.startswith(f"{base_url}/c/") else _EUROPEAN
        data = _sealed(tx, award_id, forms)
        if data is not None:
            yield part_id, data
    if not there.keys() >= set(part_ids):
        yield from _recognised(tx, whole, part_ids, base_url=base_url)


def missing(report: Report) -> Iterator[tuple[Json, frozenset[str]]]:
    """Each document of a report that names parts which it says are missing, with their ids."""
    wanted = {need.id for need in report.needs if need.kind == "part"}
    ids = frozenset(part.id for part in report.parts if part.report is None and part.id in wanted)
    if ids:
        yield report.document or {}, ids
    for part in report.parts:
        if part.report is not None:
            yield from missing(part.report)


def _kept(tx: Transaction, whole: Json, *, base_url: str) -> tuple[stack_parts.StackPart, ...]:
    award_id = award_of(whole, base_url=base_url)
    try:
        return stack_parts.of_whole(tx, award_id) if award_id is not None else ()
    except NotFound:
        return ()


def _recognised(
    tx: Transaction, whole: Json, part_ids: Collection[str], *, base_url: str
) -> Iterator[tuple[str, bytes]]:
    for kept in _kept(tx, whole, base_url=base_url):
        # None also once the learner was erased.
        if kept.recognition_id is not None:
            organisation = awards.find(tx, str(award_of(whole, base_url=base_url))).organisation
            found = recognitions.get(tx, organisation, kept.recognition_id)
            yield from (
                (one.id, found.document) for one in found.part.documents if one.id in part_ids
            )


def _sealed(tx: Transaction, award_id: str, forms: tuple[DocumentFormat, ...]) -> bytes | None:
    for form in forms:
        try:
            return documents.sealed(tx, award_id, form).data
        except NotFound:
            # Not in this form, unknown, or erased: then it stays missing.
            continue
    return None
