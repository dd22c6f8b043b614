"""What is in an SVG page, read with the standard library's parser. Millimetres, y down."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

XY = tuple[float, float]
_SVG = "{http://www.w3.org/2000/svg}"
_XML = "http://www.w3.org/XML/1998/namespace"
_OURS = "urn:conedrills:layout:1"


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
    element = ElementTree.fromstring(file).find(f"{_SVG}metadata/{{{_OURS}}}source")
    assert element is not None
    return base64.b64decode(element.text or "")


# --- what a page may hold: less than SVG allows, so that whatever is not known here is a mistake -----------

_NUMBER = r"-?(?:0|[1-9]\d*)(?:\.\d{1,3})?"
_LENGTH = r"(?:0|[1-9]\d*)(?:\.\d{1,3})?"
_NAME = r"[A-Za-z_][A-Za-z0-9_.-]*"
_COLOUR = r"#[0-9a-f]{6}"
_POINT = rf"{_NUMBER} {_NUMBER}"
_PAPER = rf"@page\{{size:{_LENGTH}mm {_LENGTH}mm;margin:0\}}"
_RING = rf"M{_POINT}(?: L{_POINT})+ Z"
_PAINTED = {
    "id": _NAME, "fill": rf"none|{_COLOUR}", "stroke": _COLOUR, "stroke-width": _LENGTH,
}  # fmt: skip
_LINE = {
    **_PAINTED, "points": rf"{_NUMBER},{_NUMBER}(?: {_NUMBER},{_NUMBER})*", "stroke-linecap": "round",
    "stroke-dasharray": rf"{_LENGTH}(?: {_LENGTH})+",
}  # fmt: skip
_ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    "svg": {
        "version": r"1\.1", "baseProfile": "full", "width": rf"{_LENGTH}mm", "height": rf"{_LENGTH}mm",
        "viewBox": rf"0 0 {_LENGTH} {_LENGTH}", "role": "img", "aria-labelledby": rf"{_NAME}(?: {_NAME})*",
        "font-family": r"(?:'[\w ]+',)*sans-serif", "stroke-linejoin": "round",
        f"{{{_XML}}}lang": r"[a-z]{2}(?:-[A-Za-z]+)*",
    },
    "title": {"id": _NAME}, "desc": {"id": _NAME}, "metadata": {}, "style": {"type": "text/css"},
    "rect": {"x": _NUMBER, "y": _NUMBER, "width": _LENGTH, "height": _LENGTH, "fill": _COLOUR},
    "polyline": _LINE, "polygon": _LINE,
    "path": {**_PAINTED, "d": rf"{_RING}(?: {_RING})*", "fill-rule": "evenodd"},
    "circle": {**_PAINTED, "cx": _NUMBER, "cy": _NUMBER, "r": _LENGTH},
    "text": {
        **_PAINTED, "x": _NUMBER, "y": _NUMBER, "font-size": _LENGTH, "font-weight": "bold",
        "font-style": "oblique", "text-anchor": "middle|end", "transform": rf"rotate\({_NUMBER} {_POINT}\)",
        "paint-order": "stroke", "textLength": _LENGTH, "lengthAdjust": "spacingAndGlyphs",
    },
}  # fmt: skip
"""Every element of ours, and what the whole of each attribute looks like."""
_NEEDED = {
    "svg": {"width", "height", "viewBox", "role", "aria-labelledby", f"{{{_XML}}}lang"},
    "path": {"d", "fill"}, "circle": {"cx", "cy", "r", "fill"}, "polyline": {"points", "fill", "stroke"},
    "polygon": {"points", "fill", "stroke"}, "text": {"x", "y", "font-size", "fill"},
}  # fmt: skip
_INSIDE = {"svg": {*_ATTRIBUTES} - {"svg"}, "path": {"title"}, "circle": {"title"}}
_WORDS = {"title", "desc", "text", "style"}


def problems(file: bytes) -> list[str]:
    """What is not as it should be in the file of a page; [] where everything is."""
    found = [f"{sign.decode()} in the file" for sign in (b"<!D", b"<!--", b"<?xml-") if sign in file]
    root = ElementTree.fromstring(file)
    names = [element.get("id", "") for element in root.iter() if element.get("id") is not None]
    found += [
        f"two elements are {name}" for name in sorted({name for name in names if names.count(name) > 1})
    ]
    labels = root.get("aria-labelledby", "").split()
    found += [f"nothing is {name}" for name in labels if name not in names]
    if [_bare(child) for child in root[:2]] != ["title", "desc"] or [
        child.get("id") for child in root[:2]
    ] != labels:
        found.append("the title and the description do not come first")
    for element in root.iter():
        found += _problems_of(element)
    return found


def _problems_of(element: ElementTree.Element) -> Iterator[str]:
    kind = _bare(element)
    if element.tag == f"{{{_OURS}}}source":
        return
    known = _ATTRIBUTES.get(kind, {})
    if not element.tag.startswith(_SVG) or kind not in _ATTRIBUTES:
        yield f"{element.tag} is no element of ours"
    for name, value in element.attrib.items():
        if name not in known:
            yield f"{kind} has {name}"
        elif not re.fullmatch(known[name], value):
            yield f"{kind} has {name}={value!r}"
    yield from (f"{kind} lacks {name}" for name in sorted(_NEEDED.get(kind, set()) - set(element.attrib)))
    if kind in {"title", "desc"} and not (element.text or "").strip():
        yield f"{kind} is empty"
    if kind == "style" and not re.fullmatch(_PAPER, element.text or ""):
        yield f"style says {element.text!r}"
    if kind not in _WORDS and (element.text or "").strip():
        yield f"{kind} says {element.text!r}"
    for child in element:
        if (child.tail or "").strip():
            yield f"{child.tail!r} after {_bare(child)}"
        allowed = {"source"} if kind == "metadata" else _INSIDE.get(kind, set())
        if _bare(child) not in allowed:
            yield f"{_bare(child)} in {kind}"


def _bare(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
