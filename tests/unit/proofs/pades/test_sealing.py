"""A sealed PDF at every level, asked of another implementation: pyHanko's own validator."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from asn1crypto import cms, x509
from cryptography.hazmat.primitives.asymmetric import ed25519

from issuer.carriers.pdf import only_sealed_since, signatures
from issuer.errors import MalformedDocument, ProofInvalid, ProofUnsupported
from issuer.proofs import pades
from tests.town import authority
from tests.town.authority import NOW, TSA, Holder, below, crl, root, rsa_key, token
from tests.town.increments import small

PDF = small()
TOP = root()
TIME = below(TOP, TSA)
HOLDERS = {"P-256": below(TOP), "RSA": below(TOP, key=rsa_key("pades"))}


def stamped(hole: pades.Hole, at: dt.datetime = NOW) -> bytes:
    about = hole.file[: hole.start] + hole.file[hole.end :]
    return pades.archived(hole, token(TIME, about, at=at))


def levels(holder: Holder) -> Iterator[tuple[str, bytes]]:
    """One file at every level, one after the other."""
    prepared = pades.prepare(PDF, chain=holder.chain, at=NOW, timestamped=True)
    done = pades.seal(prepared, signer=holder)
    yield "B-B", done.data
    done = pades.with_timestamp(done, token(TIME, done.signature))
    yield "B-T", done.data
    lists = [crl(TOP)]
    kept = pades.with_evidence(done.data, certificates=[TOP.certificate.der], crls=lists, ocsps=[])
    yield "B-LT", kept
    lasting = stamped(pades.prepare_archive(kept))
    yield "B-LTA", lasting
    yield "renewed", stamped(pades.prepare_archive(lasting, name="Timestamp2"), NOW)


FILES = {(kind, level): f for kind, h in HOLDERS.items() for level, f in levels(h)}


def oracle(file: bytes) -> Any:
    """What pyHanko says of the first seal."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 # It brings aiohttp along.
    from pyhanko.sign.validation import async_validate_pdf_signature  # noqa: PLC0415 # As above.
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 # As above.

    reader = PdfFileReader(BytesIO(file))
    believed = x509.Certificate.load(TOP.certificate.der)
    context = ValidationContext(trust_roots=[believed], allow_fetching=False, moment=NOW)
    (seal,) = reader.embedded_regular_signatures
    return asyncio.run(async_validate_pdf_signature(seal, context))


@pytest.mark.parametrize(("kind", "level"), FILES, ids="-".join)
def test_another_implementation_believes_it(kind: str, level: str) -> None:
    from pyhanko.sign.diff_analysis import ModificationLevel  # noqa: PLC0415 # As in `oracle`.
    from pyhanko.sign.validation.status import (  # noqa: PLC0415 # As in `oracle`.
        SignatureCoverageLevel,
    )

    file = FILES[kind, level]
    said = oracle(file)
    assert (said.intact, said.valid, said.trusted) == (True, True, True)
    is_whole = level in {"B-B", "B-T"}
    assert said.coverage is (
        SignatureCoverageLevel.ENTIRE_FILE if is_whole else SignatureCoverageLevel.ENTIRE_REVISION
    )
    assert said.modification_level is (
        ModificationLevel.NONE if is_whole else ModificationLevel.LTA_UPDATES
    )
    assert (said.timestamp_validity is None) is (level == "B-B")
    if said.timestamp_validity is not None:
        assert said.timestamp_validity.intact
        assert said.timestamp_validity.valid
    assert said.bottom_line


@pytest.mark.parametrize(("kind", "level"), FILES, ids="-".join)
def test_we_open_it_ourselves(kind: str, level: str) -> None:
    file = FILES[kind, level]
    assert only_sealed_since(PDF, file)
    seal, *stamps = signatures(file).signatures
    opened = pades.open_seal(seal.cms, covered=seal.covered)
    assert opened.certificate == HOLDERS[kind].certificate
    assert len(opened.timestamps) == (level != "B-B")
    assert len(stamps) == {"B-LTA": 1, "renewed": 2}.get(level, 0)
    assert only_sealed_since(file[: seal.end], file)


@pytest.mark.parametrize("kind", HOLDERS)
def test_one_byte_changed_is_seen_by_both(kind: str) -> None:
    changed = FILES[kind, "B-B"].replace(b"q Q", b"Q q")
    assert not oracle(changed).intact
    (seal,) = signatures(changed).signatures
    with pytest.raises(ProofInvalid, match="changed after it was signed"):
        pades.open_seal(seal.cms, covered=seal.covered)


def test_the_same_is_prepared_twice_alike() -> None:
    holder = HOLDERS["P-256"]
    one, two = (pades.prepare(PDF, chain=holder.chain, at=NOW) for _ in range(2))
    assert one == two


def test_another_zone_is_the_same_moment() -> None:
    chain = HOLDERS["P-256"].chain
    vienna = NOW.astimezone(dt.timezone(dt.timedelta(hours=2)))
    assert pades.prepare(PDF, chain=chain, at=vienna) == pades.prepare(PDF, chain=chain, at=NOW)


def test_without_room_for_a_token_none_is_put_there() -> None:
    holder = HOLDERS["RSA"]
    done = pades.seal(pades.prepare(PDF, chain=holder.chain, at=NOW), signer=holder)
    large = token(below(TOP, TSA, key=rsa_key("time")), done.signature)
    while len(large) < 4096:
        large = token(TIME, done.signature, bend=authority.Bend(stamp=large))
    with pytest.raises(MalformedDocument, match="larger than the place"):
        pades.with_timestamp(done, large)


def test_another_kind_of_key_is_refused() -> None:
    strange = below(TOP, key=ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))
    with pytest.raises(ProofUnsupported, match="not made with Ed25519"):
        pades.prepare(PDF, chain=strange.chain, at=NOW)


def test_another_certificate_than_was_announced_is_refused() -> None:
    prepared = pades.prepare(PDF, chain=HOLDERS["RSA"].chain, at=NOW)
    with pytest.raises(ProofInvalid, match="Another certificate"):
        pades.seal(prepared, signer=HOLDERS["P-256"])


def test_a_token_is_no_seal() -> None:
    stamp = token(TIME, b"file")
    with pytest.raises(ProofInvalid):
        pades.open_seal(stamp, covered=b"file")


def test_a_seal_that_says_it_is_about_a_token_is_refused() -> None:
    done = pades.seal(
        pades.prepare(PDF, chain=HOLDERS["P-256"].chain, at=NOW), signer=HOLDERS["P-256"]
    )
    other = replace(done.prepared, to_be_signed=_of_another_kind(done.prepared.to_be_signed))
    der = cms.ContentInfo.load(
        signatures(pades.seal(other, signer=HOLDERS["P-256"]).data).signatures[0].cms
    )
    der["content"]["encap_content_info"]["content_type"] = "tst_info"
    covered = signatures(done.data).signatures[0].covered
    with pytest.raises(ProofInvalid, match="another kind of content than a file"):
        pades.open_seal(der.dump(force=True), covered=covered)


def _of_another_kind(stated: bytes) -> bytes:
    kept = [one for one in cms.CMSAttributes.load(stated) if one["type"].native != "content_type"]
    kind = cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]})
    return bytes(cms.CMSAttributes([kind, *kept]).dump())
