import struct
import zlib
from xml.etree import ElementTree as ET

import pytest

from issuer.errors import UnusableInput
from issuer.render import qr

LINK = "https://credentials.uni.example/c/EUAS-7Q4M-2KXD-9RVT-5HZC"
SVG = "{http://www.w3.org/2000/svg}"


def _modules_of_png(data: bytes, scale: int) -> list[str]:
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    assert (width, depth, colour) == (height, 1, 0)
    size = struct.unpack(">I", data[33:37])[0]
    rows = zlib.decompress(data[41 : 41 + size])
    stride = 1 + -(-width // 8)
    lines = [rows[i : i + stride] for i in range(0, len(rows), stride)]
    assert len(lines) == height
    assert all(line[0] == 0 for line in lines)
    bits = ["".join(f"{b:08b}" for b in line[1:])[:width] for line in lines]
    return [line[::scale] for line in bits[::scale]]


def _modules_of_svg(data: bytes) -> list[str]:
    root = ET.fromstring(data)  # noqa: S314 # Our own bytes.
    side = int(root.attrib["viewBox"].split()[2])
    grid = [["1"] * side for _ in range(side)]
    path = root.findall(f"{SVG}path")[1].attrib["d"]
    for run in path.split("z")[:-1]:
        x, rest = run.removeprefix("M").split(" ")
        y, rest = rest.split("h", 1)
        for i in range(int(rest.split("v")[0])):
            grid[int(y)][int(x) + i] = "0"
    return ["".join(row) for row in grid]


def test_both_pictures_show_the_same_modules_with_a_quiet_zone() -> None:
    modules = _modules_of_svg(qr.svg(LINK))
    assert modules == _modules_of_png(qr.png(LINK), 8)
    assert modules == _modules_of_png(qr.png(LINK, scale=3), 3)
    side = len(modules)
    # Four white modules all round, then the three finder patterns (ISO/IEC 18004 §6.3.3, §9.1).
    assert all(set(row[:4] + row[-4:]) == {"1"} for row in modules)
    assert all(set(row) == {"1"} for row in modules[:4] + modules[-4:])
    for y, x in ((4, 4), (4, side - 11), (side - 11, 4)):
        finder = [modules[y + i][x : x + 7] for i in range(7)]
        assert finder == ["0000000", "0111110", *["0100010"] * 3, "0111110", "0000000"]


def test_the_svg_has_a_size_a_name_and_nothing_that_runs() -> None:
    data = qr.svg(LINK, title='Check "A & B" <here>')
    root = ET.fromstring(data)  # noqa: S314 # Our own bytes.
    assert root.attrib["width"] == root.attrib["height"] == str(8 * len(_modules_of_svg(data)))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'Check "A & B" <here>'
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == 'Check "A & B" <here>'
    assert {e.tag for e in root} == {f"{SVG}title", f"{SVG}path"}
    assert b"style" not in data


def test_the_same_text_gives_the_same_bytes_and_another_text_others() -> None:
    assert qr.svg(LINK) == qr.svg(LINK)
    assert qr.png(LINK) == qr.png(LINK)
    assert qr.png(LINK) != qr.png(LINK + "0")
    assert qr.svg("数据 😀 Ελένη") != qr.svg("")


def test_a_text_that_does_not_fit_is_refused() -> None:
    qr.svg("x" * 2331)
    with pytest.raises(UnusableInput, match="too long"):
        qr.svg("x" * 2332)
