"""A credential inside a picture: which carrier a file is, and what it carries.

Open Badges 3.0 §5.3 Baked Badges (https://www.imsglobal.org/spec/ob/v3p0/#baked-badge), ISO 32000-2
(PDF). One module a carrier, ``embed`` and ``extract`` side by side; a PDF is typeset with what it
carries. Nothing here draws, decodes or verifies.
"""

from typing import Literal

from issuer.carriers import pdf, png, svg
from issuer.errors import MalformedDocument

Carrier = Literal["png", "svg", "pdf"]
"""The kinds of file that can carry a credential; a PDF may carry several."""


def recognise(data: bytes) -> Carrier | None:
    """Say which carrier ``data`` looks like, by its first bytes; None if it is none."""
    if data.startswith(png.SIGNATURE):
        return "png"
    if data.startswith(pdf.SIGNATURE):
        return "pdf"
    head = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return "svg" if head.startswith(b"<") else None


def extract(data: bytes) -> bytes:
    """Return the credential in a baked picture, UTF-8, byte for byte as it was put in.

    Raises MalformedDocument (no picture, no credential, two of them, damaged) or DocumentTooLarge.
    """
    carrier = recognise(data)
    if carrier not in {"png", "svg"}:
        raise MalformedDocument("This is neither a PNG nor an SVG. Hand in the badge as it is.")
    return png.extract(data) if carrier == "png" else svg.extract(data)
