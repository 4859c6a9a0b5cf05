"""What is written behind a PDF: a place for a signature, a store, and nothing else."""

import datetime as dt
import hashlib

import pytest

from issuer.carriers.pdf import extract, only_sealed_since, signatures
from issuer.errors import MalformedDocument
from issuer.proofs.pades.increments import Hole, Kind, with_hole, with_store
from tests.town.authority import NOW
from tests.town.increments import object_of, small, stream, written

NAMES = b"/Names<</EmbeddedFiles<</Names[(a.json)<</EF<</F 10 0 R>>>>]>>>>"
PDF = small(NAMES, {10: stream(b"{}")}, info=b"/Keywords(kept)")


def hole(pdf: bytes = PDF, kind: Kind = "seal", at: dt.datetime | None = NOW) -> Hole:
    return with_hole(pdf, kind=kind, name="Seal", room=100, at=at)


@pytest.mark.parametrize(("kind", "at"), [("seal", NOW), ("time-stamp", None)])
def test_the_place_is_empty_and_the_file_is_the_same(kind: Kind, at: dt.datetime | None) -> None:
    made = hole(kind=kind, at=at)
    assert made.file[made.start : made.end] == b"<" + b"0" * 200 + b">"
    assert only_sealed_since(PDF, made.file)
    assert extract(made.file) == extract(PDF)
    assert (b"/M (" in made.file) is (at is not None)


def test_it_is_made_twice_alike() -> None:
    assert hole() == hole()
    assert with_store(PDF, certificates=[b"c"], crls=[], ocsps=[]) == with_store(
        PDF, certificates=[b"c"], crls=[], ocsps=[]
    )


def test_its_digest_is_that_of_everything_else() -> None:
    made = hole()
    rest = made.file[: made.start] + made.file[made.end :]
    assert made.digest == hashlib.sha256(rest).digest()
    assert hole(at=NOW + dt.timedelta(seconds=1)).digest != made.digest


def test_a_signature_is_put_there_and_zeros_behind_it() -> None:
    made = hole()
    file = made.filled(b"\x30\x01\x00")
    assert file[made.start : made.end] == b"<300100" + b"0" * 194 + b">"
    assert signatures(file).signatures[0].cms == b"\x30\x01\x00"
    assert len(made.filled(b"\x30\x62" + b"1" * 98)) == len(made.file)


def test_a_signature_that_is_too_large_is_refused() -> None:
    with pytest.raises(MalformedDocument, match="larger than the place"):
        hole().filled(b"1" * 101)


def test_a_field_that_is_filled_is_refused() -> None:
    with pytest.raises(MalformedDocument, match="in a field called Seal"):
        hole(hole().file)


@pytest.mark.parametrize("pdf", [b"", b"no PDF", PDF[:-30], written({1: b"<<>>"}, trailer=b"")])
def test_what_is_no_pdf_is_refused(pdf: bytes) -> None:
    with pytest.raises(MalformedDocument, match="no PDF that could be sealed"):
        hole(pdf)
    with pytest.raises(MalformedDocument, match="no PDF that could be sealed"):
        with_store(pdf, certificates=[], crls=[], ocsps=[])


def test_the_first_half_of_its_identifier_stays_and_the_second_follows_from_the_file() -> None:
    second = hashlib.sha256(PDF).digest()[:16].hex().encode()
    assert b"/ID [ <00> <" + second + b"> ]" in hole().file


def test_what_is_kept_is_found_again_and_more_is_added_to_it() -> None:
    once = with_store(PDF, certificates=[b"c"], crls=[b"l"], ocsps=[])
    found = signatures(once)
    assert (found.certificates, found.crls, found.ocsps) == ((b"c",), (b"l",), ())
    twice = with_store(once, certificates=[b"d"], crls=[], ocsps=[b"o"])
    found = signatures(twice)
    assert (found.certificates, found.crls, found.ocsps) == ((b"c", b"d"), (b"l",), (b"o",))
    assert only_sealed_since(PDF, once)
    assert only_sealed_since(once, twice)


def test_title_and_metadata_are_left_alone() -> None:
    made = hole().file[len(PDF) :]
    assert b"\n5 0 obj" not in made
    assert object_of(hole().file, 5) == object_of(PDF, 5)
