import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import (
    DocumentTooLarge,
    MalformedDocument,
    ProofInvalid,
    ProofUnsupported,
    UnusableInput,
)
from issuer.proofs import jades
from keys.certificates import Evidence, issuer_serial
from keys.public import b64url
from tests.town.authority import NOW, TSA, Holder, Paper, below, crl, root, rsa_key, token
from tests.town.sealed import SMALL, bent, extended, parts, sealed, with_unsigned

TOP = root()
SEAL = below(TOP)
TIME = below(TOP, TSA)
FILE = sealed(SEAL)


def put(**said: Any) -> Any:
    return lambda header: header.update(said)


def without(name: str) -> Any:
    def bend(header: dict[str, Any]) -> None:
        del header[name]
        header["crit"] = []

    return bend


def opened(file: bytes) -> jades.SealedDocument:
    document = jades.read(file)
    for signature in document.signatures:
        jades.open_signature(document, signature)
    return document


# --- Sealing ------------------------------------------------------------------------------------


def test_the_payload_stands_in_clear_and_in_its_own_order() -> None:
    whole, header = parts(FILE)
    assert json.loads(whole["payload"]) == SMALL
    assert "Prüfung" in whole["payload"]
    assert ": " not in whole["payload"]
    assert list(whole) == ["payload", "signatures"]
    assert list(header) == ["alg", "cty", "kid", "x5t#S256", "x5c", "typ", "b64", "iat", "crit"]
    assert header["crit"] == ["b64"]
    assert header["iat"] == int(NOW.timestamp())
    assert base64.b64decode(header["kid"]) == issuer_serial(SEAL.certificate)


def test_it_opens_and_says_by_whom_and_when() -> None:
    document = opened(FILE)
    signature = document.signatures[0]
    assert document.document == SMALL
    assert (signature.certificate, signature.claimed) == (SEAL.certificate, NOW)
    assert (signature.alg, signature.above, jades.level_of(signature)) == ("ES256", (), "B")
    assert jades.imprints(document, signature) == ()


def test_what_is_written_down_is_what_is_sealed() -> None:
    linted = jades_linted()
    prepared = jades.prepare(linted, certificate=SEAL.certificate, created=NOW)
    again = jades.prepare(linted, certificate=SEAL.certificate, created=NOW)
    assert prepared.digest == again.digest
    found = jades.seal(prepared, signer=SEAL)
    assert (found.digest, found.media_type) == (prepared.digest, "application/ld+json")
    assert prepared.verification_method == jades.method_of(SEAL.certificate)
    assert prepared.verification_method.startswith("x5t#S256:")
    assert prepared.suite == jades.SUITE


def jades_linted() -> Any:
    from issuer.model.drafts import Draft, Linted  # noqa: PLC0415 # For this alone.

    return Linted(Draft(SMALL))


def test_an_rsa_seal() -> None:
    holder = below(TOP, key=rsa_key("seal"))
    assert opened(sealed(holder)).signatures[0].alg == "RS256"


def test_the_old_way_to_say_when() -> None:
    _, header = parts(sealed(SEAL, signing_time="sigT"))
    assert header["sigT"] == "2026-06-12T09:30:00Z"
    assert header["crit"] == ["b64", "sigT"]
    assert "iat" not in header
    assert opened(sealed(SEAL, signing_time="sigT")).signatures[0].claimed == NOW


def test_a_time_stamp_over_the_content() -> None:
    payload = json.loads(FILE)["payload"].encode()
    stamp = token(TIME, payload)
    file = sealed(SEAL, content_timestamp=stamp)
    document = opened(file)
    found = jades.imprints(document, document.signatures[0])
    assert [(i.kind, i.data, i.tokens) for i in found] == [("adoTst", payload, (stamp,))]
    assert parts(file)[1]["crit"] == ["b64", "adoTst"]


def test_a_key_of_another_kind_seals_nothing() -> None:
    holder = below(TOP, key=ec.derive_private_key(7, ec.SECP384R1()))
    with pytest.raises(ProofUnsupported, match="P-384"):
        sealed(holder)


def test_another_seal_than_was_announced() -> None:
    prepared = jades.prepare(jades_linted(), certificate=SEAL.certificate, created=NOW)
    with pytest.raises(ProofInvalid, match="Another certificate"):
        jades.seal(prepared, signer=below(TOP, Paper("Other")))
    liar = Holder(below(TOP, Paper("Other")).key, SEAL.chain)
    with pytest.raises(ProofInvalid, match="does not fit"):
        jades.seal(prepared, signer=liar)


# --- Reading ------------------------------------------------------------------------------------


def test_the_flattened_form() -> None:
    whole, _ = parts(FILE)
    flat = {"payload": whole["payload"], **whole["signatures"][0]}
    assert opened(json.dumps(flat).encode()).document == SMALL


def test_several_seals() -> None:
    whole, _ = parts(FILE)
    other, _ = parts(sealed(below(TOP, Paper("Other"))))
    whole["signatures"] += other["signatures"]
    assert len(opened(json.dumps(whole).encode()).signatures) == 2


def test_a_seal_that_does_not_say_when() -> None:
    file = bent(FILE, SEAL, lambda h: h.pop("iat"))
    assert opened(file).signatures[0].claimed is None


def test_certificates_above_and_names_that_name_nothing() -> None:
    above = base64.b64encode(TOP.certificate.der).decode()
    file = bent(FILE, SEAL, lambda h: h["x5c"].append(above))
    assert opened(file).signatures[0].above == (TOP.certificate,)
    for kid in (7, "key-1", "AAAA"):
        assert opened(bent(FILE, SEAL, put(kid=kid))).document == SMALL


def old_time(said: str) -> Any:
    return lambda header: header.pop("iat") and header.update(sigT=said)


OTHER = below(TOP, Paper("Other")).certificate


@pytest.mark.parametrize(
    ("bend", "kind", "why"),
    [
        (put(alg=7), MalformedDocument, "alg"),
        (put(alg="none"), ProofInvalid, "proves nothing"),
        (put(alg="HS256"), ProofInvalid, "proves nothing"),
        (put(alg="PS256"), ProofUnsupported, "RS256"),
        (put(jwk={}), ProofInvalid, "jwk"),
        (put(crit="b64"), MalformedDocument, "crit"),
        (put(crit=["b64", 7]), MalformedDocument, "crit"),
        (put(crit=["b64", "odd"], odd=1), ProofInvalid, "odd"),
        (put(crit=["b64", "b64"]), ProofInvalid, "twice"),
        (put(crit=["b64", "sigT"]), ProofInvalid, "does not say"),
        (put(b64=True), ProofUnsupported, "in clear"),
        (without("b64"), ProofUnsupported, "in clear"),
        (put(crit=[]), ProofInvalid, "critical"),
        (put(sigD={}), ProofUnsupported, "sigD"),
        (put(sigT="2026-06-12T09:30:00Z"), ProofInvalid, "iat and sigT"),
        (put(iat="now"), MalformedDocument, "moment"),
        (put(iat=True), MalformedDocument, "moment"),
        (put(iat=1e14), MalformedDocument, "moment"),
        (
            lambda h: h.pop("iat") and h.update(sigT="2026-13-99T09:30:00Z"),
            MalformedDocument,
            "mom",
        ),
        (lambda h: h.pop("iat") and h.update(sigT="12 June"), MalformedDocument, "moment"),
        (lambda h: h.pop("x5c"), ProofInvalid, "missing"),
        (put(x5c=[]), ProofInvalid, "missing"),
        (put(x5c="x"), ProofInvalid, "missing"),
        (put(x5c=["x"] * 17), ProofInvalid, "more than 16"),
        (put(x5c=["AAAA"]), ProofInvalid, "cannot be read"),
        (put(x5c=["!"]), ProofInvalid, "cannot be read"),
        (put(x5c=[7]), ProofInvalid, "cannot be read"),
        (put(**{"x5t#S256": b64url(bytes(32))}), ProofInvalid, "another certificate"),
        (put(kid=base64.b64encode(issuer_serial(OTHER)).decode()), ProofInvalid, "kid"),
        (put(adoTst=7), MalformedDocument, "time-stamps"),
        (put(adoTst={"tstTokens": [7]}), MalformedDocument, "not base64"),
        (put(adoTst={"tstTokens": [{"val": "!"}]}), MalformedDocument, "not base64"),
        (put(adoTst={"tstTokens": [{"val": ""}] * 9}), MalformedDocument, "time-stamps"),
    ],
)
def test_a_header_that_is_refused(bend: Any, kind: type[Exception], why: str) -> None:
    with pytest.raises(kind, match=why):
        opened(bent(FILE, SEAL, bend))


def whole_with(change: Any) -> bytes:
    whole, _ = parts(FILE)
    change(whole)
    return json.dumps(whole).encode()


@pytest.mark.parametrize(
    ("change", "kind", "why"),
    [
        (lambda w: w.pop("payload"), MalformedDocument, "no payload"),
        (lambda w: w.update(payload=SMALL), MalformedDocument, "no payload"),
        (lambda w: w.update(payload="[]"), MalformedDocument, "not an object"),
        (lambda w: w.update(signatures=[]), ProofInvalid, "no signature"),
        (lambda w: w.update(signatures={}), ProofInvalid, "no signature"),
        (lambda w: w.update(signatures=[7]), MalformedDocument, "not an object"),
        (lambda w: w.update(signatures=w["signatures"] * 6), ProofInvalid, "6 signatures"),
        (lambda w: w["signatures"][0].pop("protected"), MalformedDocument, "lacks"),
        (lambda w: w["signatures"][0].pop("signature"), MalformedDocument, "lacks"),
        (lambda w: w["signatures"][0].update(protected="!"), MalformedDocument, "base64url"),
        (lambda w: w["signatures"][0].update(signature="!"), MalformedDocument, "base64url"),
        (lambda w: w["signatures"][0].update(header=7), MalformedDocument, "unsigned header"),
        (lambda w: w["signatures"][0].update(header={"iat": 1}), ProofInvalid, "both signed"),
        (lambda w: w["signatures"][0].update(header={"etsiU": 7}), ProofUnsupported, "form"),
        (lambda w: w["signatures"][0].update(header={"etsiU": [{}]}), ProofUnsupported, "form"),
        (
            lambda w: w["signatures"][0].update(header={"etsiU": ["e30"] * 33}),
            ProofInvalid,
            "more than 32",
        ),
    ],
)
def test_a_file_that_is_refused(change: Any, kind: type[Exception], why: str) -> None:
    with pytest.raises(kind, match=why):
        opened(whole_with(change))


def test_bounds_and_form() -> None:
    with pytest.raises(DocumentTooLarge):
        jades.read(b" " * (jades.MOST_BYTES + 1))
    with pytest.raises(MalformedDocument, match="twice"):
        jades.read(FILE.replace(b'{"payload"', b'{"payload":"{}","payload"'))
    assert jades.is_sealed(json.loads(FILE))
    assert not jades.is_sealed(SMALL)


def test_what_must_not_be_opened_can_still_be_shown() -> None:
    assert jades.payload_of(FILE) == SMALL
    with pytest.raises(UnusableInput):
        jades.payload_of(b"{}")


def test_the_algorithm_is_that_of_the_key() -> None:
    with pytest.raises(ProofInvalid, match="says RS256"):
        opened(bent(FILE, SEAL, put(alg="RS256")))


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_no_changed_byte_of_payload_header_or_signature_passes(place: int, flip: int) -> None:
    place %= len(FILE)
    changed = bytearray(FILE)
    changed[place] ^= flip
    try:
        document = opened(bytes(changed))
    except (UnusableInput, ProofInvalid, ProofUnsupported):
        return
    # What is left are other spellings of the same file.
    assert document.payload == jades.read(FILE).payload
    assert document.signatures[0].protected == jades.read(FILE).signatures[0].protected


# --- Levels -------------------------------------------------------------------------------------


def test_a_file_grows_without_being_touched() -> None:
    before = jades.read(FILE).signatures[0]
    stamp = token(TIME, before.value.encode())
    file = extended(FILE, signature_timestamp=stamp)
    assert jades.level_of(jades.read(file).signatures[0]) == "T"
    listed = crl(TOP)
    file = extended(file, certificates=(TOP.certificate.der,), crls=(listed,), ocsps=(b"o",))
    long = jades.read(file).signatures[0]
    assert jades.level_of(long) == "LT"
    assert jades.unsigned(long) == Evidence((TOP.certificate,), (listed,), (b"o",))
    document = jades.read(file)
    archive = document.payload + f".{before.protected}.{before.value}.".encode()
    archive += "".join(long.etsi_u).encode()
    last = token(TIME, archive)
    file = extended(file, archive_timestamp=last)
    document = opened(file)
    signature = document.signatures[0]
    assert jades.level_of(signature) == "LTA"
    assert [i.kind for i in jades.imprints(document, signature)] == ["sigTst", "arcTst"]
    assert jades.imprints(document, signature)[1].data == archive
    assert (signature.protected, signature.value) == (before.protected, before.value)
    assert document.payload == jades.read(FILE).payload


def test_revocation_data_of_one_kind_alone() -> None:
    file = extended(FILE, crls=(b"c",))
    assert jades.unsigned(jades.read(file).signatures[0]) == Evidence((), (b"c",), ())
    file = extended(FILE, ocsps=(b"o",))
    assert jades.unsigned(jades.read(file).signatures[0]).ocsps == (b"o",)


def test_only_one_seal_is_extended() -> None:
    whole, _ = parts(FILE)
    whole["signatures"] *= 2
    with pytest.raises(MalformedDocument, match="one signature"):
        extended(json.dumps(whole).encode(), crls=(b"c",))


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ("!", "base64url"),
        ({"sigTst": {}, "xVals": []}, "none that the standard knows"),
        ({"odd": 1}, "none that the standard knows"),
        ({}, "none that the standard knows"),
        ({"xVals": [7]}, "not base64"),
        ({"xVals": [{"x509Cert": {"val": "AAAA"}}]}, "cannot be read"),
        ({"rVals": {"crlVals": 7}}, "cannot be read"),
        ({"rVals": {"ocspVals": [{"val": "!"}]}}, "not base64"),
    ],
)
def test_an_unsigned_part_that_cannot_be_read(part: Any, why: str) -> None:
    signature = jades.read(with_unsigned(FILE, part)).signatures[0]
    with pytest.raises(MalformedDocument, match=why):
        jades.unsigned(signature)


def test_unsigned_parts_of_other_forms_hold_nothing() -> None:
    file = with_unsigned(FILE, {"xVals": {}}, {"rVals": []}, {"cSig": "x"})
    signature = jades.read(file).signatures[0]
    assert jades.unsigned(signature) == Evidence()
    assert jades.imprints(jades.read(file), signature) == ()


def test_a_list_that_is_as_long_as_they_are_is_read() -> None:
    long = b"\0" * 900_000
    file = extended(FILE, crls=(long,))
    assert jades.unsigned(jades.read(file).signatures[0]).crls == (long,)
