"""What a PDF carries beside its pages: attached credentials, signatures, and later changes.

ISO 32000-2 §7.11.4 (embedded files), §12.8 (digital signatures), §7.5.6 (incremental updates), read
by ``pyhanko.pdf_utils`` within bounds. Nothing of the pages is read, and nothing is verified. What
is carried is put in where the PDF is typeset (`issuer.render.diploma`) and sealed
(`issuer.proofs.pades`).
"""

from issuer.carriers.pdf.attachments import Attached, Contents, extract
from issuer.carriers.pdf.library import MOST_BYTES, SIGNATURE
from issuer.carriers.pdf.revisions import only_sealed_since
from issuer.carriers.pdf.signatures import FileSignature, SignedFile, signatures

__all__ = [
    "MOST_BYTES",
    "SIGNATURE",
    "Attached",
    "Contents",
    "FileSignature",
    "SignedFile",
    "extract",
    "only_sealed_since",
    "signatures",
]
