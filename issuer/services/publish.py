"""Step 12, publish: the bits of the registry become signed status lists.

Bitstring Status List 1.0 §2.2, §3. A list is signed when it changed and at half-life of its
validity. The bytes are kept in the registry and in a folder beside it: the folder remembers what
the world has seen when the registry comes back from an old backup, and a list with fewer bits than
that is never published until told.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from issuer.errors import MalformedDocument, NotFound, StaleBackup, StatusListInvalid
from issuer.formats.lint import lint
from issuer.model.organisation import Organisation
from issuer.proofs import data_integrity, jcs
from issuer.registry import audit, organisations, published, slots
from issuer.registry.database import Transaction
from issuer.registry.published import PublishedList
from issuer.registry.slots import StatusListRecord
from issuer.services import given_out
from issuer.services.material import list_url
from issuer.services.signing import active_key, active_signer
from issuer.services.workbench import Workbench
from issuer.status import bitstring
from issuer.status.bitstring import StatusList
from keys.algorithms import Algorithm
from keys.lifecycle import KeyPurpose

Purpose = Literal["revocation", "suspension"]
PURPOSES: tuple[Purpose, ...] = ("revocation", "suspension")
_SUITES = {
    Algorithm.ED25519: "eddsa-rdfc-2022",
    Algorithm.P256: "ecdsa-rdfc-2019",
}


@dataclass(frozen=True)
class _Wanted:
    """A list that must be signed, and what it says."""

    organisation: Organisation
    number: int
    status: StatusList
    url: str


@dataclass(frozen=True)
class _How:
    force: bool
    accept_fewer_bits: bool


Known = Mapping[tuple[str, int], StatusList]
"""What the folder remembers, by purpose and number."""


def publish(
    bench: Workbench,
    organisation: str,
    *,
    force: bool = False,
    accept_fewer_bits: bool = False,
) -> tuple[PublishedList, ...]:
    """Sign each list that changed, is past its half-life or was never published; return those.

    ``force`` signs all of them. Raises StaleBackup, with nothing published, where a list would have
    fewer revoked entries than the world has seen or is not known here at all, or where places were
    given out that are not known here, unless ``accept_fewer_bits``; NotReady without an active
    status key.
    """
    # What was seen is read first: whatever the registry learns meanwhile is more than that.
    known, seen = remembered(bench, organisation), given_out.remembered(bench, organisation)
    wanted = _wanted(bench, organisation)
    how = _How(force=force, accept_fewer_bits=accept_fewer_bits)
    if not accept_fewer_bits:
        # Also where nothing is to be signed: what is issued on an old backup takes places twice.
        _require_every_list(organisation, wanted, known=known)
        for one in wanted:
            _require_no_fewer(one, known=known)
        with bench.read() as tx:
            lists = slots.lists(tx, organisation)
        given_out.require_no_fewer(organisation, lists, seen=seen)
    given_out.remember(bench, organisation, anew=accept_fewer_bits)
    done = (_publish_one(bench, one, how=how) for one in _due(bench, wanted, how=how))
    return tuple(signed for signed in done if signed is not None)


def ensure(bench: Workbench, organisation: str) -> None:
    """Let the world see every list that there is, before anything is issued into one.

    Where all are published and valid nothing is signed. Raises StaleBackup as `publish` where lists
    or places are known to the world and not here: they would be given out twice.
    """
    seen = given_out.remembered(bench, organisation)
    with bench.read() as tx:
        lists = slots.lists(tx, organisation)
        until = published.validity(tx)
    numbers = {record.number for record in lists}
    wanted = {(organisation, number, purpose) for number in numbers for purpose in PURPOSES}
    valid = {key for key, end in until.items() if end > bench.now()}
    if not wanted <= valid or not _numbers(bench, organisation) <= numbers:
        publish(bench, organisation)
        return
    given_out.require_no_fewer(organisation, lists, seen=seen)
    if not given_out.is_remembered(lists, seen=seen):
        given_out.remember(bench, organisation)


def _numbers(bench: Workbench, organisation: str) -> set[int]:
    """The numbers of the lists that the folder remembers."""
    folders = (bench.published / organisation / purpose for purpose in PURPOSES)
    return {int(p.stem) for folder in folders for p in folder.glob("*.json") if p.stem.isdecimal()}


def _wanted(bench: Workbench, organisation: str) -> tuple[_Wanted, ...]:
    """Every list of the organisation, as its bits are."""
    with bench.read() as tx:
        noun = organisations.get(tx, organisation)
        return tuple(
            _Wanted(
                noun,
                record.number,
                _status(tx, noun.slug, record.number, purpose=purpose, length=record.length),
                list_url(bench.base_url, noun.slug, purpose=purpose, number=record.number),
            )
            for record in slots.lists(tx, organisation)
            for purpose in PURPOSES
        )


def _due(bench: Workbench, wanted: tuple[_Wanted, ...], *, how: _How) -> list[_Wanted]:
    with bench.read() as tx:
        return [one for one in wanted if how.force or _is_due(tx, one, bench=bench)]


def _status(
    tx: Transaction, organisation: str, number: int, *, purpose: Purpose, length: int
) -> StatusList:
    marked = slots.marked(tx, organisation, list_number=number, purpose=purpose)
    return StatusList.empty(purpose, length=length).with_set(marked)


def _is_due(tx: Transaction, wanted: _Wanted, *, bench: Workbench) -> bool:
    try:
        last = published.get_latest(
            tx, wanted.organisation.slug, number=wanted.number, purpose=wanted.status.purpose
        )
    except NotFound:
        return True
    half = last.valid_from + (last.valid_until - last.valid_from) / 2
    key = active_key(tx, wanted.organisation.slug, KeyPurpose.STATUS)
    signed_by = jcs.decode(last.body)["proof"]["verificationMethod"]
    # A list by a key that was rotated or stolen is signed anew at once.
    place = _place(bench.published, last.organisation, last.purpose, last.number)
    return (
        bench.now() >= half
        # What the folder remembers is brought up to what is known now.
        or not place.exists()
        or _said(place.read_bytes()) != _said(last.body)
        or signed_by != f"{wanted.organisation.did}#{key.kid}"
        or _said(last.body) != bitstring.encode(wanted.status)
    )


def _said(body: bytes) -> str:
    return str(jcs.decode(body)["credentialSubject"]["encodedList"])


def _publish_one(bench: Workbench, wanted: _Wanted, *, how: _How) -> PublishedList | None:
    """Sign and publish what the bits are at that very moment; None where somebody else just did."""
    while True:
        signed = _sign(bench, wanted)
        with bench.begin() as tx:
            # Of two who publish at once the second must not put an older list over a newer one.
            organisations.lock(tx, signed.organisation)
            if not how.force and not _is_due(tx, wanted, bench=bench):
                return None
            now = _now(tx, wanted)
            if now == wanted:
                if not how.accept_fewer_bits:
                    _require_no_fewer(wanted, known=remembered(bench, signed.organisation))
                # The folder first: it must never know less than the world.
                _remember(bench.published, signed)
                published.put(tx, signed)
                _note(tx, signed)
                return signed
        wanted = now


def _now(tx: Transaction, wanted: _Wanted) -> _Wanted:
    before = wanted.status
    purpose: Purpose = "revocation" if before.purpose == "revocation" else "suspension"
    slug, number = wanted.organisation.slug, wanted.number
    return replace(wanted, status=_status(tx, slug, number, purpose=purpose, length=before.length))


def _sign(bench: Workbench, wanted: _Wanted) -> PublishedList:
    at = bench.moment
    until = at + dt.timedelta(days=bench.limits.status_list_days)
    slug = wanted.organisation.slug
    key, signer = active_signer(bench, slug, purpose=KeyPurpose.STATUS)
    method = f"{wanted.organisation.did}#{key.kid}"
    draft = bitstring.compose(
        wanted.status,
        url=wanted.url,
        issuer=wanted.organisation.did,
        valid_from=at,
        valid_until=until,
    )
    prepared = data_integrity.prepare(
        lint(draft),
        key=signer.public_key,
        verification_method=method,
        created=at,
        suite=_SUITES[signer.public_key.algorithm],
        canonicalise=bench.canonicalise,
    )
    body = data_integrity.seal(prepared, signer=signer).data
    return PublishedList(
        slug, wanted.number, wanted.status.purpose, wanted.status.popcount, at, until, at, body
    )


def _note(tx: Transaction, signed: PublishedList) -> None:
    detail = {
        "list": signed.number,
        "purpose": signed.purpose,
        "bits": signed.popcount,
        "sha256": hashlib.sha256(signed.body).hexdigest(),
    }
    entry = audit.Entry(
        signed.organisation, signed.published_at, "operator", "publish", detail=detail
    )
    audit.append(tx, entry)


def _place(folder: Path, organisation: str, purpose: str, number: int) -> Path:
    return folder / organisation / purpose / f"{number}.json"


def _remember(folder: Path, signed: PublishedList) -> None:
    place = _place(folder, signed.organisation, signed.purpose, signed.number)
    given_out.write(place, signed.body)


def remembered(bench: Workbench, organisation: str) -> dict[tuple[str, int], StatusList]:
    """The lists that the folder remembers, by purpose and number; MalformedDocument, NotReady."""
    found: dict[tuple[str, int], StatusList] = {}
    for purpose in PURPOSES:
        for place in sorted((bench.published / organisation / purpose).glob("*.json")):
            data = given_out.read(place)
            if data is None:
                continue
            try:
                number, document = int(place.stem), jcs.decode(data)
                found[purpose, number] = bitstring.parse(document, purpose=purpose)
            except (ValueError, MalformedDocument, StatusListInvalid) as fault:
                msg = f"{place} is not a status list. Restore it, or move it away."
                raise MalformedDocument(msg) from fault
    return found


def _require_every_list(organisation: str, wanted: tuple[_Wanted, ...], *, known: Known) -> None:
    """Raise StaleBackup where the folder has a list that the registry does not know."""
    there = {one.number for one in wanted}
    unknown = sorted({number for _, number in known} - there)
    if unknown:
        msg = (
            f"List {unknown[0]} of {organisation} was published, and this database does not know "
            "it: the database is older than what the world has seen. Run `testamur recover "
            "--after-restore`. Nothing was published."
        )
        raise StaleBackup(msg, list=unknown[0])


def _require_no_fewer(wanted: _Wanted, *, known: Known) -> None:
    if wanted.status.purpose != "revocation":
        # What is suspended may be reinstated.
        return
    seen = known.get((wanted.status.purpose, wanted.number))
    if seen is None or not _loses(seen, wanted.status):
        return
    msg = (
        f"{wanted.url}: the list published last has {seen.popcount} revoked entries, and this one "
        f"would have {wanted.status.popcount} and miss some of them: the database is older than "
        "what the world has seen. Run `testamur recover --after-restore`, revoke again what is "
        "missing, and only if you are sure publish with --accept-fewer-bits. Nothing was published."
    )
    raise StaleBackup(msg, list=wanted.number, seen=seen.popcount, now=wanted.status.popcount)


def _loses(seen: StatusList, now: StatusList) -> bool:
    """Whether a bit that the world has seen set is not set now."""
    before, after = (int.from_bytes(s.bits, "big") for s in (seen, now))
    return bool(before & ~after)


def list_body(tx: Transaction, organisation: str, *, number: int, purpose: str) -> PublishedList:
    """The list as it is served; raises NotFound."""
    if purpose not in PURPOSES:
        msg = f"There are lists of {' and '.join(PURPOSES)}, and none of {purpose[:40]!r}."
        raise NotFound(msg)
    return published.get_latest(tx, organisation, number=number, purpose=purpose)


def stale(tx: Transaction, *, at: dt.datetime) -> tuple[str, ...]:
    """A sentence for each list that has expired or was never published; empty if all are fresh."""
    valid = published.validity(tx)
    found = []
    for organisation in organisations.listing(tx):
        for record in slots.lists(tx, organisation.slug):
            for purpose in PURPOSES:
                until = valid.get((organisation.slug, record.number, purpose))
                if until is None or at >= until:
                    found.append(_stale_one(f"{purpose} list {record.number}", record, until))
    return tuple(found)


def _stale_one(name: str, record: StatusListRecord, until: dt.datetime | None) -> str:
    fate = f"expired on {until.isoformat()}" if until else "was never published"
    return f"The {name} of {record.organisation} {fate}. Run `testamur publish`."


def ensure_list(bench: Workbench, organisation: str) -> None:
    """Open the first list of an organisation, if it has none."""
    with bench.begin() as tx:
        if not slots.lists(tx, organisation):
            slots.open_list(
                tx,
                organisation,
                length=bench.limits.status_list_length,
                seed=bench.chance(32),
                at=bench.moment,
            )
