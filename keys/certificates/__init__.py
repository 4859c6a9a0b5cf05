"""Certificates: values, chains to an anchor, and what their issuers say of revocation."""

from keys.certificates.anchors import anchors_of
from keys.certificates.certificate import (
    Certificate,
    CertificateInvalid,
    issuer_serial,
    parse_certificate,
)
from keys.certificates.chain import Anchor, Chain, ChainBroken, build_chain
from keys.certificates.issuance import require_made
from keys.certificates.qualification import QC_STATEMENTS, QcStatements
from keys.certificates.revocation import Answers, Standing, standing

__all__ = [
    "QC_STATEMENTS",
    "Anchor",
    "Answers",
    "Certificate",
    "CertificateInvalid",
    "Chain",
    "ChainBroken",
    "QcStatements",
    "Standing",
    "anchors_of",
    "build_chain",
    "issuer_serial",
    "parse_certificate",
    "require_made",
    "standing",
]
