"""A trusted list that is a trap: nothing expands, nothing is fetched, nothing is read beside it."""

from pathlib import Path

import pytest

from keys.certificates import CertificateInvalid, anchors_of

LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    "document",
    [
        f'<!DOCTYPE a [<!ENTITY l0 "x">{LAUGHS}]><a>&l9;</a>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]><a/>',
        '<!DOCTYPE a PUBLIC "-//x//y" "http://127.0.0.1:1/x.dtd"><a/>',
        '<?xml version="1.0" standalone="yes"?><!DOCTYPE a><a/>',
    ],
)
def test_document_types_are_refused(document: str) -> None:
    for data in (document.encode(), b"\xef\xbb\xbf" + document.encode()):
        with pytest.raises(CertificateInvalid, match="document type"):
            anchors_of(data, name="trap.xml")


def test_a_file_is_not_read_through_an_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    document = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a>&x;</a>'
    with pytest.raises(CertificateInvalid, match="document type"):
        anchors_of(document.encode(), name="trap.xml")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-7", "gb18030"])
def test_an_encoding_hides_nothing(encoding: str) -> None:
    document = '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{document}'
    for text in (document, declared):
        with pytest.raises(CertificateInvalid):
            anchors_of(text.encode(encoding), name="trap.xml")


@pytest.mark.parametrize("name", ["utf-7", "gb18030", "zip", "rot13", "x-nothing"])
def test_an_encoding_of_ones_own_choice_is_not_followed(name: str) -> None:
    document = f'<?xml version="1.0" encoding="{name}"?><a/>'
    with pytest.raises(CertificateInvalid, match="no certificate"):
        anchors_of(document.encode(), name="trap.xml")


def test_an_undeclared_entity() -> None:
    with pytest.raises(CertificateInvalid, match="well-formed"):
        anchors_of(b"<a>&x;</a>", name="trap.xml")
