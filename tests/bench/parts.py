"""The parts of one credential: each form, each step, one by one, on the full path."""

import datetime as dt
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from issuer import bootstrap
from issuer.formats import elm3, lint, ob3
from issuer.formats.awarded import Awarded
from issuer.jsonld import rdfc10
from issuer.model.award import Reservation
from issuer.model.drafts import Draft, Linted, Prepared
from issuer.proofs import data_integrity, jades, jcs, jose, pades
from issuer.registry import awards, documents
from issuer.render.diploma import Attachment, Stamp, diploma_picture, stamp
from issuer.services import accept, issue, offer, tongues
from issuer.services import material as own_material
from issuer.services.decide import decide
from issuer.services.signing import signer_of
from issuer.services.tongues import Facts
from issuer.settings import Settings
from issuer.verify import Material, Policy, verify
from issuer.verify.paper import file_seals
from issuer.verify.printed import facts_of, reprint
from keys.certificates import Anchor
from keys.signer import Signer
from tests.bench import rounds
from tests.bench.options import Options
from tests.bench.premises import EXAMPLES, SECRET, house_of
from tests.bench.report import Section, Table
from tests.bench.rounds import Results
from tests.town.authority import Paper, below, root

NAME = "parts"
_VERIFY = "verify in full"
Work = dict[str, Callable[[], object]]


@dataclass(frozen=True)
class _Issued:
    """One award of the examples, issued."""

    facts: Facts
    base_url: str
    reservation: Reservation
    prepared: Prepared
    signer: Signer
    embedded: bytes
    token: bytes
    material: Material

    @property
    def awarded(self) -> Awarded:
        facts = self.facts
        return Awarded(
            facts.award, facts.achievement, facts.organisation, facts.result, self.base_url
        )


def section(options: Options) -> Section:
    """Measure it."""
    found = Section(NAME, "Parts of one credential")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        issued = _issued(folder, stack)
        pages = _european(issued)
        found.told = [
            (
                "One core, one of each a round. The first award of the examples, whose course "
                f"says all that a course can say; the credential has {len(issued.embedded)} bytes. "
                f"{pages.told}"
            )
        ]
        work = _open_badge(issued) | pages.work
        contestants = {name: rounds.here(do) for name, do in work.items()}
        results = rounds.interleave(contestants, rounds=max(5, options.rounds) * 4, warm=3)
    found.tables.append(_table(results))
    return found


def _table(results: Results) -> Table:
    base = results[_VERIFY]
    rows = [
        [
            name,
            f"{series.cpu_s * 1e3:.3f} ms",
            f"{series.cpu_rate:.0f}/s",
            f"{rounds.by_cpu(series, base):.2f}×",
        ]
        for name, series in results.items()
    ]
    return Table(["", "CPU each", "a core", "verify in full"], rows)


def _issued(folder: Path, stack: ExitStack) -> _Issued:
    organisation = offer.read_organisation((EXAMPLES / "organisation.toml").read_bytes())
    settings = Settings(home=folder)
    bootstrap.init(settings, organisation, passphrase=SECRET.encode)
    bench, slug = stack.enter_context(house_of(settings)).bench, organisation.slug
    course = (EXAMPLES / "achievements" / "data-stewardship.toml").read_bytes()
    with bench.begin() as tx:
        achievement = offer.read_achievement(course, organisation=slug)
        offer.put_achievement(tx, achievement, at=bench.moment, actor="bench")
    source = accept.Source(slug, organisation.learner_key, (achievement.slug,))
    read = accept.read_csv((EXAMPLES / "results.csv").read_bytes(), source=source)
    with bench.begin() as tx:
        award = decide(tx, read.rows[0].result, actor="bench", bench=bench).award
    if award is None:
        raise SystemExit("the first example result must be one that was passed")
    issue.issue(bench, slug, award.id, actor="bench")
    with bench.read() as tx:
        facts = issue.facts_of(tx, awards.get(tx, slug, award.id))
        records = {r.format: r for r in documents.of_award(tx, award.id)}
        embedded, token = (documents.sealed(tx, award.id, f).data for f in sorted(records))
        material = own_material.own(tx, organisation, base_url=bench.base_url)
    reservation = records[min(records)].reservation
    return _Issued(
        facts=facts,
        base_url=bench.base_url,
        reservation=reservation,
        prepared=tongues.prepare(bench, facts, reservation=reservation),
        signer=signer_of(bench, slug, method=reservation.verification_method),
        embedded=embedded,
        token=token,
        material=material,
    )


def _check(issued: _Issued, data: bytes, *believed: Anchor) -> None:
    material = issued.material
    verify(
        data,
        material=replace(material, anchors=(*material.anchors, *believed)),
        policy=Policy(),
        at=dt.datetime.now(dt.UTC),
        canonicalise=rdfc10.canonicalise,
    ).require_passed()


def _open_badge(issued: _Issued) -> Work:
    prepared, key = issued.prepared, issued.signer.public_key
    method, created = issued.reservation.verification_method, issued.reservation.created

    def prepare(suite: str) -> object:
        return data_integrity.prepare(
            prepared.linted,
            key=key,
            verification_method=method,
            created=created,
            suite=suite,
            canonicalise=rdfc10.canonicalise,
        )

    return {
        _VERIFY: lambda: _check(issued, issued.embedded),
        "verify in full, token": lambda: _check(issued, issued.token),
        "expand and canonicalise (RDFC-1.0)": lambda: rdfc10.canonicalise(prepared.document),
        "canonicalise (JCS)": lambda: jcs.encode(prepared.document),
        "prepare eddsa-rdfc-2022": lambda: prepare("eddsa-rdfc-2022"),
        "prepare eddsa-jcs-2022": lambda: prepare("eddsa-jcs-2022"),
        "prepare vc+jwt": lambda: jose.prepare(
            prepared.linted, key=key, verification_method=method, created=created
        ),
        "seal (Ed25519) and verify the signature": lambda: data_integrity.seal(
            prepared, signer=issued.signer
        ),
    }


@dataclass(frozen=True)
class _Pages:
    """What is measured of European documents and of pages, and what they weigh."""

    work: Work
    told: str


def _european(issued: _Issued) -> _Pages:
    """The European document of the same award, under a P-256 seal in memory."""
    authority, awarded = root(), issued.awarded
    seal = below(authority, Paper(identifier=awarded.organisation.identifiers.eidas))
    anchor = Anchor(authority.certificate, "bench", "made here", test=True)
    address = f"{awarded.base_url}/c/{awarded.award.id}"
    place = issued.reservation.model_copy(update={"credential_id": elm3.credential_id(address)})
    pixel = b"\x89PNG\r\n\x1a\n"

    def composed() -> Draft:
        return elm3.compose(awarded, reservation=place, pictures=[pixel])

    def sealed(check: Callable[[Draft], Linted] = lint.lint) -> bytes:
        linted = check(composed())
        prepared = jades.prepare(linted, certificate=seal.certificate, created=place.created)
        return jades.seal(prepared, signer=seal).data

    file = sealed()
    badge = ob3.compose(awarded, reservation=issued.reservation).document
    attached = (
        Attachment("badge.json", "application/vc", "The Open Badge", jcs.encode_compact(badge)),
        Attachment("european.jsonld", jades.MEDIA_TYPE, "The European document", file),
    )
    drawn_as, document = Stamp(*stamp("#3b2170")), jcs.decode(jcs.encode_compact(badge))
    printed = facts_of(badge, colour="#3b2170")
    pages = reprint(document, attached, drawn_as)

    def under_seal() -> bytes:
        prepared = pades.prepare(pages, chain=seal.chain, at=place.created)
        return pades.seal(prepared, signer=seal).data

    under = under_seal()
    work: Work = {
        "compose an EDC, no picture": composed,
        "compose and seal an EDC, no picture": lambda: sealed(Linted),
        "the same, with our checks (lint)": sealed,
        "draw the picture of a diploma": lambda: diploma_picture(printed),
        "verify an EDC in full": lambda: _check(issued, file, anchor),
        "typeset a PDF with two attachments": lambda: reprint(document, attached, drawn_as),
        "seal a PDF (PAdES B-B)": under_seal,
        "read the seals of a PDF": lambda: file_seals(under),
    }
    told = f"A PDF with two attachments has {len(pages)} bytes, sealed {len(under)}."
    return _Pages(work, told)
