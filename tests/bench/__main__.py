"""``make bench``: what one credential costs, as ratios from interleaved runs on one machine.

Every round does one of each thing in turn, so that whatever else the machine does hits all alike;
the median of the rounds counts. Rates are of one core and vary from machine to machine: trust the
ratios. Nothing here passes or fails.
"""

import datetime as dt
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import schemas
from issuer import bootstrap
from issuer.formats import elm3, lint, ob3
from issuer.formats.awarded import Awarded
from issuer.formats.ob3_shape import VARIABLES
from issuer.jsonld import rdfc10
from issuer.jsonld.canonical import Canonicalise
from issuer.jsonld.templates import Templates
from issuer.model.award import Reservation
from issuer.model.drafts import Draft, Linted
from issuer.proofs import data_integrity, jades, jcs, jose, pades
from issuer.registry import awards, documents
from issuer.render.diploma import Attachment, Stamp, diploma_picture, stamp
from issuer.services import accept, issue, offer, tongues
from issuer.services import material as own_material
from issuer.services.decide import decide
from issuer.services.signing import signer_of
from issuer.settings import Settings
from issuer.verify import Policy, Report, ShapeVerifier, verify
from issuer.verify.paper import file_seals
from issuer.verify.printed import facts_of, reprint
from keys.certificates import Anchor
from tests.town.authority import Paper, below, root

ROOT = Path(__file__).parents[2]
ROUNDS = 40
_WARM = 3
_VERIFY = "verify in full"
_NODE = ROOT / "tests" / "node"
Work = dict[str, Callable[[], object]]
Check = Callable[..., object]


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        house, work, request = _prepare(Path(folder))
        with house:
            times = _measure(work)
    base = statistics.median(times[_VERIFY])
    _say(f"{ROUNDS} interleaved rounds, median; one core; Python {sys.version.split()[0]}")
    _say(f"{'what':<44} {'ms':>9} {'per s':>9} {'× verify':>9}")
    for name, found in times.items():
        median = statistics.median(found)
        _say(f"{name:<44} {median * 1e3:9.3f} {1 / median:9.0f} {base / median:9.2f}")
    _third_party(times, request)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _prepare(folder: Path) -> tuple[bootstrap.House, Work, dict[str, Any]]:
    examples = ROOT / "examples"
    organisation = offer.read_organisation((examples / "organisation.toml").read_bytes())
    settings = Settings(home=folder)
    bootstrap.init(settings, organisation, passphrase=lambda: b"bench")
    house = bootstrap.open_house(settings, passphrase=lambda: b"bench")
    bench, slug = house.bench, organisation.slug
    course = (examples / "achievements" / "data-stewardship.toml").read_bytes()
    with bench.begin() as tx:
        achievement = offer.read_achievement(course, organisation=slug)
        offer.put_achievement(tx, achievement, at=bench.moment, actor="bench")
    source = accept.Source(slug, organisation.learner_key, (achievement.slug,))
    read = accept.read_csv((examples / "results.csv").read_bytes(), source=source)
    with bench.begin() as tx:
        award = decide(tx, read.rows[0].result, actor="bench", bench=bench).award
    if award is None:
        raise SystemExit("the first example result must be one that was passed")
    issue.issue(bench, slug, award.id, actor="bench")
    with bench.read() as tx:
        facts = issue.facts_of(tx, awards.get(tx, slug, award.id))
        records = {r.format: r for r in documents.of_award(tx, award.id)}
        sealed = {f: documents.sealed(tx, award.id, f) for f in records}
        material = own_material.own(tx, organisation, base_url=bench.base_url)
    embedded, token = (sealed[f] for f in sorted(sealed))
    reservation = records[min(records)].reservation
    signer = signer_of(bench, slug, method=reservation.verification_method)
    prepared = tongues.prepare(bench, facts, reservation=reservation)
    key, method, created = signer.public_key, reservation.verification_method, reservation.created
    request = {
        "credentials": [jcs.decode(embedded.data)] * ROUNDS,
        "documents": {did: o.value for did, o in material.did_documents.items()},
    }

    templates = Templates(rdfc10.canonicalise, variables=VARIABLES)
    alike = ShapeVerifier(rdfc10.canonicalise)

    def prepare(suite: str, canonicalise: Canonicalise = rdfc10.canonicalise) -> object:
        return data_integrity.prepare(
            prepared.linted,
            key=key,
            verification_method=method,
            created=created,
            suite=suite,
            canonicalise=canonicalise,
        )

    def check(data: bytes, *believed: Anchor, by: Callable[..., Report] = verify) -> object:
        report = by(
            data,
            material=replace(material, anchors=(*material.anchors, *believed)),
            policy=Policy(),
            at=dt.datetime.now(dt.UTC),
            canonicalise=rdfc10.canonicalise,
        )
        report.require_passed()
        return report

    work: dict[str, Callable[[], object]] = {
        _VERIFY: lambda: check(embedded.data),
        "verify in full, token": lambda: check(token.data),
        "verify by shape": lambda: check(embedded.data, by=alike.verify),
        "canonicalise by shape": lambda: templates.canonicalise(prepared.document),
        "prepare eddsa-rdfc-2022 by shape": lambda: prepare(
            "eddsa-rdfc-2022", templates.canonicalise
        ),
        "expand and canonicalise (RDFC-1.0)": lambda: rdfc10.canonicalise(prepared.document),
        "canonicalise (JCS)": lambda: jcs.encode(prepared.document),
        "prepare eddsa-rdfc-2022": lambda: prepare("eddsa-rdfc-2022"),
        "prepare eddsa-jcs-2022": lambda: prepare("eddsa-jcs-2022"),
        "prepare vc+jwt": lambda: jose.prepare(
            prepared.linted, key=key, verification_method=method, created=created
        ),
        "seal (Ed25519) and verify the signature": lambda: data_integrity.seal(
            prepared, signer=signer
        ),
    }
    awarded = Awarded(facts.award, facts.achievement, organisation, facts.result, bench.base_url)
    return house, work | _european(awarded, reservation, check=check), request


def _european(awarded: Awarded, reservation: Reservation, *, check: Check) -> Work:
    """The European document of the same award, under a P-256 seal in memory."""
    authority = root()
    seal = below(authority, Paper(identifier=awarded.organisation.identifiers.eidas))
    address = f"{awarded.base_url}/c/{awarded.award.id}"
    place = reservation.model_copy(update={"credential_id": elm3.credential_id(address)})
    pixel = b"\x89PNG\r\n\x1a\n"

    def sealed(check_it: Callable[[Draft], Linted] = lint.lint) -> bytes:
        linted = check_it(elm3.compose(awarded, reservation=place, pictures=[pixel]))
        prepared = jades.prepare(linted, certificate=seal.certificate, created=place.created)
        return jades.seal(prepared, signer=seal).data

    file = sealed()
    printed = facts_of(ob3.compose(awarded, reservation=reservation).document, colour="#3b2170")
    anchor = Anchor(authority.certificate, "bench", "made here", test=True)
    badge = jcs.encode_compact(ob3.compose(awarded, reservation=reservation).document)
    attached = (
        Attachment("badge.json", "application/vc", "The Open Badge", badge),
        Attachment("european.jsonld", jades.MEDIA_TYPE, "The European document", file),
    )
    drawn_as = Stamp(*stamp("#3b2170"))
    document = jcs.decode(badge)
    pages = reprint(document, attached, drawn_as)

    def under_seal() -> bytes:
        prepared = pades.prepare(pages, chain=seal.chain, at=place.created)
        return pades.seal(prepared, signer=seal).data

    under = under_seal()
    _say(f"a PDF with two attachments: {len(pages)} bytes, sealed {len(under)}")
    return {
        "compose an EDC, no picture": lambda: elm3.compose(
            awarded, reservation=place, pictures=[pixel]
        ),
        "compose and seal an EDC, no picture": lambda: sealed(Linted),
        "the same, with our checks (lint)": sealed,
        "draw the picture of a diploma": lambda: diploma_picture(printed),
        "verify an EDC in full": lambda: check(file, anchor),
        "typeset a PDF with two attachments": lambda: reprint(document, attached, drawn_as),
        "seal a PDF (PAdES B-B)": under_seal,
        "read the seals of a PDF": lambda: file_seals(under),
    }


def _measure(work: Work) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in work}
    for number in range(ROUNDS + _WARM):
        for name, do in work.items():
            begun = time.perf_counter()
            do()
            if number >= _WARM:
                times[name].append(time.perf_counter() - begun)
    return times


def _third_party(times: dict[str, list[float]], request: dict[str, Any]) -> None:
    node = shutil.which("node")
    if node is None or not (_NODE / "node_modules").is_dir():
        _say("not compared with @digitalbazaar/vc: no Node, or `npm ci` was not run in tests/node")
        return
    contexts = {url: json.loads(schemas.read(url)) for url in schemas.context_urls()}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({**request, "documents": contexts | request["documents"]}, file)
        file.flush()
        begun = time.perf_counter()
        subprocess.run(
            [node, str(_NODE / "verify.mjs"), file.name], check=True, stdout=subprocess.DEVNULL
        )
        each = (time.perf_counter() - begun) / ROUNDS
    ours = statistics.median(times[_VERIFY])
    _say(
        f"@digitalbazaar/vc verifies one in {each * 1e3:.1f} ms, start included; "
        f"we verify {each / ours:.1f} times as many in the same time."
    )


if __name__ == "__main__":
    main()
