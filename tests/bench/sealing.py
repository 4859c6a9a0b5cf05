"""Canonicalise and seal alone, beside the bare signature of the same library.

Documents that were composed before; nothing is read, written down or kept.
"""

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.jsonld import rdfc10
from issuer.jsonld.canonical import Canonicalise
from issuer.model.drafts import Draft, Linted, Prepared
from issuer.proofs import data_integrity
from issuer.services.signing import active_signer
from issuer.settings import Settings
from keys.lifecycle import KeyPurpose
from keys.signer import Signer
from tests.bench import fast, report, rounds
from tests.bench.options import Options
from tests.bench.premises import Json, Premises, body_of, described, premises
from tests.bench.report import Section, Table
from tests.bench.rounds import Contestant, Results

NAME = "seal"
SIGN = "Ed25519: sign 64 bytes"
SIGN_VERIFY = "Ed25519: sign and verify 64 bytes"
FULL = "canonicalise and seal, full path"
SHAPE = "canonicalise and seal, by shape"
SHAPE_SIGN = "canonicalise by shape and sign, nothing written"
SHAPE_VERIFY = "the same, and verify the signature"
SUITE = "eddsa-rdfc-2022"
_DOCUMENTS = 100
_SIGNATURES = 2_000
_TIMES = 10
"""So often a round goes through the documents where that is quick."""
Seal = Callable[[Json], object]
FULL_WAY = fast.Way(rdfc10.canonicalise)


def section(options: Options) -> Section:
    """Measure it."""
    found = Section(NAME, "Canonicalise and seal")
    with tempfile.TemporaryDirectory() as folder, premises(Settings(home=Path(folder))) as place:
        documents = _documents(place)
        found.told = [
            "One core, one process. From a document as a value to its sealed bytes: the document "
            "and its proof are canonicalised and hashed, signed, and written as JSON. Nothing is "
            "composed, linted, decided or kept; what all documents state is one object, as a "
            "composer hands it over. " + described(documents[0]),
        ]
        results = rounds.interleave(
            _contestants(place, documents), rounds=options.rounds, told=NAME
        )
    base = results[SIGN]
    found.tables.append(_table(results))
    if SHAPE not in results:
        found.missing.append(f"{SHAPE}: {fast.NO_SHAPES}.")
    found.aims = [
        report.at_least(
            f"{name}: ≥ 25 % of the rate of bare signatures",
            rounds.by_cpu(results[name], base) if name in results else None,
            least=0.25,
            shown="{:.0%}",
        )
        for name in (SHAPE, SHAPE_SIGN)
    ]
    return found


def _documents(place: Premises) -> list[Json]:
    """Documents as a composer hands them over: what all of them state is one object."""
    found = [body_of(data) for data in place.sealed(place.issue(place.results(_DOCUMENTS)))]
    first = found[0]
    return [
        {
            **one,
            "@context": first["@context"],
            "issuer": first["issuer"],
            "credentialSubject": {
                **one["credentialSubject"],
                "achievement": first["credentialSubject"]["achievement"],
            },
        }
        for one in found
    ]


def _contestants(place: Premises, documents: list[Json]) -> dict[str, Contestant]:
    record, signer = active_signer(place.bench, place.slug, purpose=KeyPurpose.AWARD)
    method = f"{place.organisation.did}#{record.kid}"
    bare = Ed25519PrivateKey.generate()
    public, data = bare.public_key(), b"\x5e" * 64
    shape = fast.by_shape(rdfc10.canonicalise)
    found = {
        SIGN: rounds.here(lambda: bare.sign(data), count=_SIGNATURES),
        SIGN_VERIFY: rounds.here(lambda: public.verify(bare.sign(data), data), count=_SIGNATURES),
        FULL: rounds.over(sealed(signer, method, by=FULL_WAY), documents[:20]),
    }
    if shape is not None:
        many = documents * _TIMES
        found[SHAPE_SIGN] = rounds.over(_signed(signer, method, by=shape), many)
        found[SHAPE] = rounds.over(sealed(signer, method, by=shape), many)
        found[SHAPE_VERIFY] = rounds.over(_and_verified(signer, method, by=shape), many)
    return found


def prepared(document: Json, *, signer: Signer, method: str, by: Canonicalise) -> Prepared:
    """The bytes that will be signed of a document that was linted elsewhere."""
    return data_integrity.prepare(
        Linted(Draft(document)),
        key=signer.public_key,
        verification_method=method,
        created=dt.datetime(2026, 6, 12, tzinfo=dt.UTC),
        suite=SUITE,
        canonicalise=by,
    )


def sealed(signer: Signer, method: str, *, by: fast.Way) -> Seal:
    """Seals a document, and leaves it to others to verify the signature, as a cohort does."""

    def seal(document: Json) -> object:
        ready = prepared(document, signer=signer, method=method, by=by.canonicalise)
        body = data_integrity.unsigned(ready, unclosed=by.unclosed)
        return data_integrity.close(body, signer.sign(ready.to_be_signed))

    return seal


def _signed(signer: Signer, method: str, *, by: fast.Way) -> Seal:
    def sign(document: Json) -> object:
        ready = prepared(document, signer=signer, method=method, by=by.canonicalise)
        return signer.sign(ready.to_be_signed)

    return sign


def _and_verified(signer: Signer, method: str, *, by: fast.Way) -> Seal:
    def seal(document: Json) -> object:
        ready = prepared(document, signer=signer, method=method, by=by.canonicalise)
        signature = signer.sign(ready.to_be_signed)
        data_integrity.require_signature(signer.public_key, signature, ready.to_be_signed)
        return data_integrity.close(data_integrity.unsigned(ready, unclosed=by.unclosed), signature)

    return seal


def _table(results: Results) -> Table:
    base = results[SIGN]
    rows = [
        [
            name,
            f"{series.cpu_s * 1e6:.1f} µs",
            f"± {series.spread:.0%}",
            f"{series.cpu_rate:.0f}/s",
            f"{rounds.by_cpu(series, base):.1%}",
        ]
        for name, series in results.items()
    ]
    return Table(["", "CPU each", "", "a core", "of bare signatures"], rows)
