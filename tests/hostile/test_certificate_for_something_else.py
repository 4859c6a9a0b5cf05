"""A certificate for something else seals a document: it is not for that."""

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from keys.algorithms import UnsupportedAlgorithm
from keys.custody.pkcs12 import require_seal
from tests.town.authority import TSA, Paper, below, root

TOP = root()


@pytest.mark.parametrize(
    "paper",
    [
        # One for a web site: easily had, and under the same authority.
        Paper(extended=(ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)),
        TSA,
        Paper(extended=(ExtendedKeyUsageOID.OCSP_SIGNING,)),
        Paper(extended=(ExtendedKeyUsageOID.CODE_SIGNING,)),
        Paper(usage="encrypt"),
        Paper(usage="certify"),
    ],
)
def test_it_may_not_sign_documents(paper: Paper) -> None:
    found = below(TOP, paper).certificate
    assert not found.may_sign
    with pytest.raises(UnsupportedAlgorithm):
        require_seal(found)


def test_an_authority_seals_nothing() -> None:
    authority = below(TOP, Paper(authority=True, usage=None)).certificate
    assert authority.may_sign
    with pytest.raises(UnsupportedAlgorithm):
        require_seal(authority)


@pytest.mark.parametrize(
    "paper",
    [
        Paper(),
        Paper(extended=(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)),
        Paper(extended=(ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CLIENT_AUTH)),
        Paper(extended=(ExtendedKeyUsageOID.TIME_STAMPING,), extended_critical=False),
    ],
)
def test_a_seal_stamps_no_time(paper: Paper) -> None:
    assert not below(TOP, paper).certificate.may_timestamp
