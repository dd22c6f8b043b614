"""A page as SVG: one user unit is one millimetre, text stays text. Nothing is decided here: see `sheet`."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any, assert_never
from xml.etree import ElementTree

import svgwrite  # inactive since 2022: known to this file alone, so that leaving it costs one file
from svgwrite.base import Desc, Title

from conedrills.sheet import XY, Disc, Page, Region, Stroke, Text
from conedrills.wording import plain_text

NAMESPACE = "urn:conedrills:layout:1"
_TITLE, _DESCRIPTION = "page-title", "page-description"
_LONGEST = 10_000
"""Characters of a description."""
_FAMILY = "'DejaVu Sans Condensed','DejaVu Sans',sans-serif"


def write(page: Page, *, language: str = "en", source: bytes = b"") -> bytes:
    """The file of one page.

    Args:
        page: what to draw.
        language: a BCP 47 tag.
        source: the layout's JSON, carried along so that the file can be opened again; b"" for none.
    """
    width, height = _number(page.width_mm), _number(page.height_mm)
    drawing = svgwrite.Drawing(
        size=(f"{width}mm", f"{height}mm"),
        viewBox=f"0 0 {width} {height}",
        debug=False,  # its checker refuses role, aria-labelledby and paint-order
        role="img",
        aria_labelledby=f"{_TITLE} {_DESCRIPTION}",
        font_family=_FAMILY,
        stroke_linejoin="round",
    )
    drawing["xml:lang"] = language
    drawing.elements.clear()  # an empty <defs>, which would come before the title
    for kind, text, name in ((Title, page.title, _TITLE), (Desc, page.description, _DESCRIPTION)):
        words = kind(plain_text(text, _LONGEST))
        words.xml.set("id", name)
        drawing.elements.append(words)
    if source:
        drawing.set_metadata(_carried(source))
    # without it a browser that prints the page adds margins, and shrinks what it prints by a tenth
    drawing.add(drawing.style(f"@page{{size:{width}mm {height}mm;margin:0}}"))
    drawing.add(drawing.rect((0, 0), (width, height), fill="#ffffff"))
    taken = {_TITLE, _DESCRIPTION}
    for mark in page.marks:
        element = _element(drawing, mark)
        if not isinstance(mark, Text) and mark.id:
            element["id"] = _unique(mark.id, taken)
        drawing.add(element)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{drawing.tostring()}\n'.encode()


def _carried(source: bytes) -> ElementTree.Element:
    element = ElementTree.Element(
        f"{{{NAMESPACE}}}source", {"encoding": "base64", "type": "application/json"}
    )
    element.text = base64.b64encode(source).decode("ascii")
    return element


def _element(drawing: Any, mark: Stroke | Region | Disc | Text) -> Any:
    match mark:
        case Stroke():
            draw = drawing.polygon if mark.closed else drawing.polyline
            element = draw(
                [(_number(x), _number(y)) for x, y in mark.points],
                fill="none",
                stroke=mark.colour,
                stroke_width=_number(mark.width_mm),
            )
            if mark.dash_mm:
                element["stroke-dasharray"] = " ".join(str(_number(length)) for length in mark.dash_mm)
            if mark.round_ends:
                element["stroke-linecap"] = "round"
        case Region():
            outline = " ".join(_ring(ring) for ring in mark.rings)
            element = drawing.path(
                d=outline, fill_rule="evenodd", **_paint(mark.fill, mark.colour, mark.width_mm)
            )
        case Disc():
            centre = (_number(mark.centre[0]), _number(mark.centre[1]))
            element = drawing.circle(
                centre, _number(mark.radius_mm), **_paint(mark.fill, mark.colour, mark.width_mm)
            )  # fmt: skip
        case Text():
            return _text(drawing, mark)
        case _:
            assert_never(mark)
    if isinstance(mark, Region | Disc) and mark.title:
        element.set_desc(title=plain_text(mark.title, _LONGEST))
    return element


def _unique(wanted: str, taken: set[str]) -> str:
    """A name that XML allows and no element of the file has, which it is from now on."""
    stem = re.sub(r"[^A-Za-z0-9_.-]", "-", wanted)
    stem = stem if stem[0].isalpha() else f"_{stem}"
    name, count = stem, 1
    while name in taken:
        count += 1
        name = f"{stem}-{count}"
    taken.add(name)
    return name


def _ring(points: Iterable[XY]) -> str:
    return "M" + " L".join(f"{_number(x)} {_number(y)}" for x, y in points) + " Z"


def _paint(fill: str | None, colour: str, width_mm: float) -> dict[str, Any]:
    outline = {"stroke": colour, "stroke_width": _number(width_mm)} if width_mm else {}
    return {"fill": fill or "none", **outline}


def _text(drawing: Any, mark: Text) -> Any:
    x, y = _number(mark.at[0]), _number(mark.at[1])
    element = drawing.text(mark.text, insert=(x, y), font_size=_number(mark.size_mm), fill=mark.colour)
    if mark.style == "bold":
        element["font-weight"] = "bold"
    if mark.style == "oblique":
        element["font-style"] = "oblique"
    if mark.anchor != "start":
        element["text-anchor"] = mark.anchor
    if mark.angle_deg:
        element["transform"] = f"rotate({_number(-mark.angle_deg)} {x} {y})"
    if mark.halo_mm:
        element["stroke"], element["stroke-width"] = "#ffffff", _number(2 * mark.halo_mm)
        element["paint-order"] = "stroke"
    if mark.width_mm:
        element["textLength"], element["lengthAdjust"] = _number(mark.width_mm), "spacingAndGlyphs"
    return element


def _number(value: float) -> float | int:
    """Millimetres to the micrometre, as short as they can be written, never -0."""
    rounded = round(value, 3) + 0.0
    return int(rounded) if rounded == int(rounded) else rounded
