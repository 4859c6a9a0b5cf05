"""Where the signatures of a PDF are and what they are about: said by the file, and checked."""

import datetime as dt
import re

import pytest

from issuer.carriers.pdf import SignedFile, signatures
from issuer.errors import MalformedDocument
from issuer.proofs import pades
from tests.town import papers
from tests.town.authority import NOW
from tests.town.european import SEAL
from tests.town.increments import increment, object_of, size_of, small, stream

PAGES = small()
SEALED = papers.sealed(PAGES)
LASTING = papers.lasting(PAGES)
SIGNATURE = size_of(SEALED) - 1


def refused(file: bytes, why: str) -> None:
    with pytest.raises(MalformedDocument, match=why):
        signatures(file)


def under(fields: bytes) -> bytes:
    """The sealed file with another form in a later revision."""
    catalogue = re.sub(rb"/AcroForm \d+ 0 R", b"", object_of(SEALED, 1))[:-2]
    return increment(SEALED, {1: catalogue + b"/AcroForm<</Fields[%b]>>>>" % fields})


def test_a_file_without_signatures_has_none() -> None:
    assert signatures(PAGES) == SignedFile()


def test_a_seal_is_about_everything_but_its_place() -> None:
    (found,) = signatures(SEALED).signatures
    assert (found.kind, found.end, found.claimed) == ("seal", len(SEALED), NOW)
    place = found.cms.hex().encode()
    at = SEALED.index(b"<" + place)
    assert found.covered.startswith(SEALED[:at])
    assert SEALED.endswith(found.covered[at:])
    assert pades.open_seal(found.cms, covered=found.covered).certificate == SEAL.certificate


def test_everything_in_a_lasting_file_is_found_in_its_order() -> None:
    found = signatures(LASTING)
    assert [one.kind for one in found.signatures] == ["seal", "time-stamp"]
    assert [one.claimed for one in found.signatures] == [NOW, None]
    assert found.signatures[1].end == len(LASTING)
    assert (len(found.certificates), len(found.crls), found.ocsps) == (1, 1, ())


def test_a_seal_written_in_capitals_is_read() -> None:
    (found,) = signatures(SEALED).signatures
    small_letters = found.cms.hex().encode()
    (again,) = signatures(SEALED.replace(small_letters, small_letters.upper())).signatures
    assert again == found


@pytest.mark.parametrize(
    "fields",
    [
        b"<</FT/Sig/Kids[<</V %d 0 R>>]>>",
        b"<</Kids[<</FT/Sig/V %d 0 R>>]>>",
        b"<</V %d 0 R/Kids[<</FT/Sig/V %d 0 R>>]>>",
    ],
)
def test_a_field_below_another_one_is_of_its_kind(fields: bytes) -> None:
    file = under(fields.replace(b"%d", b"%d" % SIGNATURE))
    assert signatures(file).signatures == signatures(SEALED).signatures


@pytest.mark.parametrize("fields", [b"<</FT/Tx/V(text)>>", b"<</FT/Sig>>", b"<</FT/Sig/V null>>"])
def test_other_fields_and_empty_ones_are_no_signatures(fields: bytes) -> None:
    assert signatures(under(fields)).signatures == ()


def test_sixteen_signatures_are_read_and_no_more() -> None:
    field = b"<</FT/Sig/V<<>>>>"
    refused(under(field * 16), "not checked here")
    refused(under(field * 17), "more than sixteen signatures")


def test_one_signature_in_two_fields_is_one() -> None:
    field = b"<</FT/Sig/V %d 0 R>>" % SIGNATURE
    assert signatures(under(field * 17)).signatures == signatures(SEALED).signatures


@pytest.mark.parametrize("fields", [b"<<>>" * 65, b"<</Kids[%b]>>" % (b"<<>>" * 65)])
def test_too_many_fields_are_refused(fields: bytes) -> None:
    refused(under(fields), "too many fields")


def test_more_than_64_certificates_are_refused() -> None:
    kept = b"/DSS<</Certs[%b]>>"
    assert len(signatures(small(kept % (b"10 0 R " * 64), {10: stream(b"")})).certificates) == 64
    refused(small(kept % (b"10 0 R " * 65), {10: stream(b"")}), "more than 64 certificates")


def test_a_signature_of_another_kind_is_refused() -> None:
    refused(SEALED.replace(b"/ETSI.CAdES.detached", b"/ETSI.CAdES.Detached"), "not checked here")
    refused(under(b"<</FT/Sig/V<<>>>>"), "not checked here")


def test_a_signature_that_leaves_something_out_is_refused() -> None:
    refused(SEALED.replace(b"/ByteRange [0 ", b"/ByteRange [1 "), "leaves out a part")


def test_a_place_of_other_bytes_is_refused() -> None:
    (found,) = signatures(SEALED).signatures
    letter = re.search(rb"[a-f]", found.cms.hex().encode())
    assert letter
    at = SEALED.index(found.cms.hex().encode()) + letter.start()
    one_capital = SEALED[:at] + SEALED[at : at + 1].upper() + SEALED[at + 1 :]
    refused(one_capital, "elsewhere than it says")


def test_what_is_hidden_behind_it_is_refused() -> None:
    place = SEALED.rindex(b"0>\n/ByteRange")
    refused(SEALED[:place] + b"1" + SEALED[place + 1 :], "hidden behind")


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("D:20260612093000Z", NOW),
        ("20260612093000Z", NOW),
        ("D:20260612113000+02'00'", NOW),
        ("D:20260612113000+02'00", NOW),
        ("D:20260612", None),
        ("D:20261312093000Z", None),
        ("yesterday", None),
    ],
)
def test_when_it_was_made_according_to_the_signer(said: str, moment: dt.datetime | None) -> None:
    old = b"(D\\07220260612093000Z)"
    assert old in SEALED
    written = b"(" + said.encode() + b")"
    file = SEALED.replace(b"/M " + old, b"/M " + written)
    # The place of everything after it moves along.
    moved = len(file) - len(SEALED)
    end = int(re.findall(rb"startxref\n(\d+)", SEALED)[-1])
    file = file.replace(b"startxref\n%d" % end, b"startxref\n%d" % (end + moved))
    length = re.findall(rb"/ByteRange \[\d+ \d+ \d+ (\d+)\]", SEALED)[-1]
    whole = b"%d" % (int(length) + moved)
    file = file.replace(b" %b]" % length, b" %b]" % whole.rjust(len(length), b"0"))
    (found,) = signatures(file).signatures
    assert found.claimed == moment
