"""JAdES: a JSON document under an electronic seal, as European Digital Credentials carry it.

ETSI TS 119 182-1 v1.2.1 (https://www.etsi.org/deliver/etsi_ts/119100_119199/11918201/): read, open,
prepare, seal and extend.
"""

from issuer.proofs.jades.form import (
    MOST_BYTES,
    SealedDocument,
    Signature,
    is_sealed,
    payload_of,
    read,
)
from issuer.proofs.jades.levels import (
    Extension,
    Imprint,
    Level,
    archived,
    extend,
    imprints,
    level_of,
    unsigned,
)
from issuer.proofs.jades.sealing import (
    MEDIA_TYPE,
    SUITE,
    method_of,
    open_signature,
    prepare,
    seal,
)

__all__ = [
    "MEDIA_TYPE",
    "MOST_BYTES",
    "SUITE",
    "Extension",
    "Imprint",
    "Level",
    "SealedDocument",
    "Signature",
    "archived",
    "extend",
    "imprints",
    "is_sealed",
    "level_of",
    "method_of",
    "open_signature",
    "payload_of",
    "prepare",
    "read",
    "seal",
    "unsigned",
]
