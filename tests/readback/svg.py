"""What is in an SVG page, read with the standard library's parser. Millimetres, y down."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from xml.etree import ElementTree

XY = tuple[float, float]
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Word:
    """A text where it is anchored."""

    at: XY
    text: str


@dataclass(frozen=True)
class Content:
    """One page."""

    size_mm: XY
    cones: dict[int, XY]
    words: tuple[Word, ...]
    lines: dict[str, tuple[XY, ...]]
    root: ElementTree.Element


def read(file: bytes) -> Content:
    """The page of a file."""
    root = ElementTree.fromstring(file)
    width, height = (float(root.attrib[key].removesuffix("mm")) for key in ("width", "height"))
    assert root.attrib["viewBox"] == f"0 0 {root.attrib['width'][:-2]} {root.attrib['height'][:-2]}"
    cones: dict[int, XY] = {}
    lines: dict[str, tuple[XY, ...]] = {}
    for element in root.iter():
        name = element.get("id", "")
        if re.fullmatch(r"cone-\d+", name):
            corners = _pairs(element.attrib["d"])
            assert len(corners) == 3
            assert element.findtext(f"{_SVG}title") == f"Cone {name[5:]}"
            cones[int(name[5:])] = (sum(x for x, _ in corners) / 3, sum(y for _, y in corners) / 3)
        elif element.tag in {f"{_SVG}polyline", f"{_SVG}polygon"} and name:
            lines[name] = _pairs(element.attrib["points"])
    words = tuple(
        Word((float(element.attrib["x"]), float(element.attrib["y"])), element.text or "")
        for element in root.iter(f"{_SVG}text")
    )
    return Content((width, height), cones, words, lines, root)


def _pairs(text: str) -> tuple[XY, ...]:
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def source(file: bytes) -> bytes:
    """The layout that a file carries."""
    element = ElementTree.fromstring(file).find(f"{_SVG}metadata/{{urn:conedrills:layout:1}}source")
    assert element is not None
    return base64.b64decode(element.text or "")
