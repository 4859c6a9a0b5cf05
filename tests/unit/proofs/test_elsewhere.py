"""The payload that leaves the house, and the file that comes back for it."""

import hashlib

from issuer.model.award import SEALED_ELSEWHERE
from issuer.model.drafts import Draft, Linted
from issuer.proofs import elsewhere, jcs

DOCUMENT = {"id": "urn:credential:1", "title": {"de": "Prüfung"}}


def test_the_payload_is_the_document_and_names_no_key() -> None:
    prepared = elsewhere.prepare(Linted(Draft(DOCUMENT)))
    assert prepared.to_be_signed == '{"id":"urn:credential:1","title":{"de":"Prüfung"}}'.encode()
    assert jcs.decode(prepared.to_be_signed) == prepared.document == DOCUMENT
    assert prepared.digest == hashlib.sha256(prepared.to_be_signed).digest()
    assert (prepared.verification_method, prepared.algorithm) == (SEALED_ELSEWHERE, "")


def test_the_file_is_kept_as_it_came() -> None:
    prepared = elsewhere.prepare(Linted(Draft(DOCUMENT)))
    sealed = elsewhere.take(prepared, b'{"payload": "{}"}')
    assert (sealed.data, sealed.digest) == (b'{"payload": "{}"}', prepared.digest)
    assert sealed.media_type == "application/ld+json"
