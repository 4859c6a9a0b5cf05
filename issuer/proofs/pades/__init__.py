"""PAdES: a PDF file under an electronic seal.

ETSI EN 319 142-1 v1.2.1 (https://www.etsi.org/deliver/etsi_en/319100_319199/31914201/), baseline
levels B-B, B-T, B-LT and B-LTA: prepare, seal, extend, open. Tokens and revocation data are handed
in. Where the signatures of a file are is found by `issuer.carriers.pdf`; whether anybody believes a
certificate is asked elsewhere. That a file is PDF/A and PDF/UA was checked before it was sealed.
"""

from issuer.proofs.pades.increments import Hole
from issuer.proofs.pades.sealing import (
    PreparedFile,
    SealedFile,
    archived,
    open_seal,
    prepare,
    prepare_archive,
    seal,
    with_evidence,
    with_timestamp,
)

__all__ = [
    "Hole",
    "PreparedFile",
    "SealedFile",
    "archived",
    "open_seal",
    "prepare",
    "prepare_archive",
    "seal",
    "with_evidence",
    "with_timestamp",
]
