"""A layout as DXF R2010 for a CAD program: metres, and a layer for each sort of thing.

BOUNDARY, OBSTACLES-HARD, OBSTACLES-SOFT and REFERENCES hold the yard; each drill has a layer for its cones
and one for its legs, as in 01-W-DRILL-CONES. Rings and legs are polylines, cones and hooks are points with a
text. The file holds no clock and no chance, so equal layouts are equal bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conedrills import __version__
from conedrills.errors import ExportError
from conedrills.geometry import Path, Point
from conedrills.layout import Layout, Placement
from conedrills.wording import plain_text

if TYPE_CHECKING:
    from ezdxf.layouts import Modelspace

_MARK = b"999\nconedrills "
"""A comment, which is the first thing in the file."""
_LETTER = 0.25  # metres: how high a text is, to be read beside a cone
_AWAY = 0.2  # metres from a point to its text
_LONGEST = 80
_LONGEST_LAYER = 60
_RED, _GREEN, _BLUE, _GREY, _ORANGE, _BLACK = 1, 3, 5, 8, 30, 7
"""Colours by their number in AutoCAD's own table; black is white on a dark ground."""


def is_ours(content: bytes) -> bool:
    """Whether a file is such a drawing, by its comment."""
    return content.startswith(_MARK)


def write(layout: Layout) -> bytes:
    """The drawing of a layout, with all the names that it holds; `public` takes them out.

    Raises:
        ExportError: the library that writes DXF is not installed.
    """
    try:
        import ezdxf  # noqa: PLC0415  300 ms, and not everybody has it
        from ezdxf import units  # noqa: PLC0415
    except ImportError as error:
        raise ExportError(
            "a DXF needs the library ezdxf, which is not installed: pip install 'conedrills[dxf]'."
        ) from error
    with _nothing_of_today():
        document = ezdxf.new("R2010", units=units.M)
        document.header["$MEASUREMENT"] = 1
        document.header["$PDMODE"] = 35  # a point is a cross in a circle
        document.header["$PDSIZE"] = 0.3
        space = document.modelspace()

        def layer(name: str, colour: int) -> str:
            if name not in document.layers:
                document.layers.add(name, color=colour)
            return name

        _draw_yard(space, layout, {
            "boundary": layer("BOUNDARY", _BLACK),
            "hard": layer("OBSTACLES-HARD", _RED),
            "soft": layer("OBSTACLES-SOFT", _GREEN),
            "references": layer("REFERENCES", _GREY),
        })  # fmt: skip
        for number, placement in enumerate(layout.placements, 1):
            name = layer_name(number, placement)
            cones, legs = layer(f"{name}-CONES", _ORANGE), layer(f"{name}-LEGS", _BLUE)
            _draw_placement(space, placement, cones, legs)
        stream = io.StringIO()
        document.write(stream)
    comment = _MARK + f"{__version__}\n".encode()
    return comment + stream.getvalue().encode("utf-8", "replace").replace(b"\r\n", b"\n")


def layer_name(number: int, placement: Placement) -> str:
    """What the layers of a drill begin with."""
    name = re.sub(r"[^A-Z0-9]+", "-", placement.drill.name.upper()).strip("-")
    return f"{number:02}-{name[:_LONGEST_LAYER] or 'DRILL'}"


def text_of(text: str) -> str:
    r"""A text as CAD programs show it: without what they would take for a code.

    >>> text_of("oak %%c ^J \\U+0041")
    'oak %c J /U+0041'
    """
    plain = re.sub("%%+", "%", plain_text(text, 10_000).replace("^", "").replace("\\", "/"))
    return plain_text(plain, _LONGEST)


@contextmanager
def _nothing_of_today() -> Iterator[None]:
    """Neither a time nor a random number goes into what is drawn within."""
    import ezdxf  # noqa: PLC0415

    before = ezdxf.options.write_fixed_meta_data_for_testing
    ezdxf.options.write_fixed_meta_data_for_testing = True
    try:
        yield
    finally:
        ezdxf.options.write_fixed_meta_data_for_testing = before


def _draw_yard(space: Modelspace, layout: Layout, layers: dict[str, str]) -> None:
    yard = layout.yard
    _line(space, yard.boundary, layers["boundary"], closed=True)
    for obstacle in yard.obstacles:
        _line(space, obstacle.polygon, layers[obstacle.kind], closed=True)
        _text(space, obstacle.name, obstacle.polygon[0], layers[obstacle.kind])
    for reference in yard.references:
        _point(space, reference.at, layers["references"])
        said = " ".join(part for part in (reference.name, reference.what) if part)
        _text(space, said, reference.at, layers["references"])


def _draw_placement(space: Modelspace, placement: Placement, cones: str, legs: str) -> None:
    for leg in placement.legs:
        _line(space, leg.path, legs, closed=False)
    for number, cone in enumerate(placement.cones, 1):
        _point(space, cone, cones)
        _text(space, str(number), cone, cones)


def _line(space: Modelspace, path: Path, layer: str, *, closed: bool) -> None:
    space.add_lwpolyline([point.xy for point in path], close=closed, dxfattribs={"layer": layer})


def _point(space: Modelspace, at: Point, layer: str) -> None:
    space.add_point(at.xy, dxfattribs={"layer": layer})


def _text(space: Modelspace, said: str, at: Point, layer: str) -> None:
    if clean := text_of(said):
        where = (at.x + _AWAY, at.y + _AWAY)
        space.add_text(clean, height=_LETTER, dxfattribs={"layer": layer, "insert": where})
