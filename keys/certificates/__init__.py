"""Certificates: values, chains to an anchor, and what their issuers say of revocation."""

from keys.certificates.access import (
    OCSP_REQUEST_TYPE,
    Addresses,
    addresses_of,
    certificates_in,
    ocsp_request,
)
from keys.certificates.anchors import anchors_of
from keys.certificates.certificate import (
    Certificate,
    CertificateInvalid,
    issuer_serial,
    parse_certificate,
)
from keys.certificates.chain import Anchor, Chain, ChainBroken, build_chain
from keys.certificates.issuance import require_issued, require_made
from keys.certificates.qualification import QC_STATEMENTS, QcStatements
from keys.certificates.revocation import Answers, Evidence, Standing, standing

__all__ = [
    "OCSP_REQUEST_TYPE",
    "QC_STATEMENTS",
    "Addresses",
    "Anchor",
    "Answers",
    "Certificate",
    "CertificateInvalid",
    "Chain",
    "ChainBroken",
    "Evidence",
    "QcStatements",
    "Standing",
    "addresses_of",
    "anchors_of",
    "build_chain",
    "certificates_in",
    "issuer_serial",
    "ocsp_request",
    "parse_certificate",
    "require_issued",
    "require_made",
    "standing",
]
