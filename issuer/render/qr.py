"""A QR code of one text, as SVG for pages and PNG for everything else.

ISO/IEC 18004:2024, drawn by the library ``qrcode`` at error correction M, with the quiet zone of
four modules that §9.1 demands. What the text says (a link, most often) is not looked at here.
"""

import zlib
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import qrcode
from qrcode.exceptions import DataOverflowError

from issuer.errors import UnusableInput

Matrix = list[list[bool]]

_QUIET: Final = 4
_SCALE: Final = 8
_MASK: Final = 2


def svg(text: str, *, title: str = "QR code") -> bytes:
    """Return the QR code as SVG, UTF-8: one path on white, 8 px a module, no script or style.

    ``title`` is what a screen reader says and what shows under the pointer. Raises UnusableInput
    if ``text`` is longer than a QR code holds.
    """
    matrix = _matrix(text)
    side = len(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side * _SCALE}" height="{side * _SCALE}"'
        f' viewBox="0 0 {side} {side}" role="img" aria-label={quoteattr(title)}'
        f' shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{_path(matrix)}"/></svg>\n'
    ).encode()


def png(text: str, *, scale: int = _SCALE) -> bytes:
    """Return the QR code as PNG: 1 bit a pixel, ``scale`` pixels a module; raises as `svg` does."""
    matrix = _matrix(text)
    side = len(matrix) * scale
    rows = b"".join(b"\0" + _bits(row, scale) for row in matrix for _ in range(scale))
    # PNG §11.2.1: width, height, bit depth 1, greyscale, and the only methods there are.
    header = side.to_bytes(4, "big") * 2 + b"\1\0\0\0\0"
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
        for kind, body in chunks
    )


def _matrix(text: str) -> Matrix:
    # ISO/IEC 18004 §7.8: trying all eight masks takes seven times as long, and readers take each.
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=_QUIET, mask_pattern=_MASK)
    try:
        code.add_data(text.encode())
        code.make(fit=True)
    except (DataOverflowError, ValueError) as fault:
        msg = "The text is too long for a QR code (2 331 bytes at most). Use a shorter link."
        raise UnusableInput(msg) from fault
    return [[bool(module) for module in row] for row in code.get_matrix()]


def _path(matrix: Matrix) -> str:
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        for dark, modules in groupby(row):
            width = len(list(modules))
            if dark:
                runs.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return "".join(runs)


def _bits(row: list[bool], scale: int) -> bytes:
    # Greyscale of one bit: 1 is white; the last byte is filled up with what nobody sees.
    bits = "".join(("0" if dark else "1") * scale for dark in row)
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
