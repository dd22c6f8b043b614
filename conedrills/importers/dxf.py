"""DXF, the drawings of CAD programs: closed polylines, and lines and arcs that close, as yard and obstacles.

The yard is what lies on a layer called boundary, parcel, lot, lawn or so, else the outline about all others.
What else is closed and stands in it is an obstacle with the name of its layer. Read by ezdxf, an extra.
"""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast, get_args

from conedrills import importers
from conedrills.errors import YardError
from conedrills.geometry import Line, Point, circle_polygon, closed_rings
from conedrills.importers._layers import counted
from conedrills.importers._plans import planned_yard
from conedrills.units import METRES
from conedrills.wording import plain_text
from conedrills.yard import MAX_VERTICES, Units, Yard

if TYPE_CHECKING:
    from ezdxf.entities import DXFGraphic

_UNITS: Mapping[int, tuple[Units, float]] = {
    1: ("ft", 0.0254),
    2: ("ft", 0.3048),
    4: ("m", 0.001),
    5: ("m", 0.01),
    6: ("m", 1.0),
    10: ("yd", 0.9144),
    21: ("ft", 1200.0 / 3937.0),
}
"""What $INSUNITS of the header says: in what people count, and metres in one; 21 is the survey foot."""
_CLOSE = 0.001  # metres by which the ends of lines may miss each other
_ROUND = 0.002  # metres by which a chord may miss its arc
_MOST = 20_000  # entities, those of blocks with them
_DEEPEST = 5  # blocks in blocks
_BINARY = b"AutoCAD Binary DXF"
_STARTS = (_BINARY, b"0\nSECTION", b"0\r\nSECTION", b"999\n", b"999\r\n")


def claims(source: importers.Source) -> bool:
    """Whether it begins as a DXF does, in text or binary."""
    head = source.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(_STARTS) or re.match(rb"0\s*\r?\n\s*SECTION", head) is not None


def read(source: importers.Source, feature: str | None) -> Yard:
    """The yard that a drawing says.

    Raises:
        YardError: it is damaged, has no closed outline or several, says no units, or ezdxf is not installed.
    """
    document = _document(source)
    told = _UNITS.get(int(document.header.get("$INSUNITS", 0) or 0))
    if told is None and source.units is not None and source.units in get_args(Units):
        told = cast(Units, source.units), METRES[source.units]
    if told is None:
        raise YardError(
            f"{source.label}: its header does not say what its numbers count ($INSUNITS). Say it:"
            f" `conedrills yard convert {source.label} --units m -o yard.json`, or ft; or set the units of"
            " the drawing and save it again."
        )
    units, metres = told
    drawing = _Drawing(source, 1.0 / metres)
    drawing.take(document)
    shapes = drawing.shapes()
    if not shapes:
        instead = f" but {counted(drawing.left_out)}" if drawing.left_out else ""
        raise YardError(
            f"{source.label}: there is no closed outline in it{instead}. Draw the yard as one closed"
            " polyline."
        )
    return planned_yard(source, shapes, feature, units=units, left_out=drawing.left_out)


def _document(source: importers.Source) -> Any:
    try:
        from ezdxf import recover  # noqa: PLC0415  300 ms, and not everybody has it
        from ezdxf.document import Drawing  # noqa: PLC0415
        from ezdxf.lldxf.const import DXFError  # noqa: PLC0415
        from ezdxf.lldxf.tagger import binary_tags_loader  # noqa: PLC0415
    except ImportError as error:
        raise YardError(
            f"{source.label}: to read a DXF the library ezdxf is needed: pip install 'conedrills[dxf]'."
        ) from error
    try:
        if source.content.startswith(_BINARY):
            return Drawing.load(binary_tags_loader(source.content, errors="replace"))
        document, _ = recover.read(io.BytesIO(source.content))
    except (DXFError, OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise YardError(
            f"{source.label}: it is damaged, or no DXF as it is read here. Save it again as DXF R2010."
        ) from None
    return document


@dataclass
class _Drawing:
    """What is drawn, in the drawing's own units; `metre` is how many of them make one."""

    source: importers.Source
    metre: float
    closed: list[tuple[str, Line]] = field(default_factory=list)
    loose: dict[str, list[Line]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    seen: int = 0
    hidden: frozenset[str] = frozenset()
    origin: tuple[float, float] | None = None

    def take(self, document: Any) -> None:
        """Everything of the model space that can be seen."""
        self.hidden = frozenset(
            layer.dxf.name.casefold() for layer in document.layers if layer.is_off() or layer.is_frozen()
        )
        for entity in document.modelspace():
            self._safely(entity, 0, "")

    def shapes(self) -> list[tuple[str, Line]]:
        """Closed outlines with their layers; lines and arcs that close among them."""
        found = list(self.closed)
        for layer, lines in self.loose.items():
            rings = closed_rings(lines, _CLOSE * self.metre)
            found += [(layer, ring) for ring in rings]
            if not rings:
                self.left_out["line"] += len(lines)
        return [(layer, self._metres(ring)) for layer, ring in found]

    def _metres(self, ring: Line) -> Line:
        """From a place in the drawing: far from its origin, feet and millimetres would lose digits."""
        self.origin = self.origin or ring[0]
        x, y = self.origin
        return tuple(((px - x) / self.metre, (py - y) / self.metre) for px, py in ring)

    def _safely(self, entity: DXFGraphic, depth: int, within: str) -> None:
        try:
            self._entity(entity, depth, within)
        except YardError:
            raise
        except Exception:  # a damaged entity fails in ezdxf in many ways
            self.left_out["damaged thing"] += 1

    def _entity(self, entity: DXFGraphic, depth: int, within: str) -> None:
        self.seen += 1
        if self.seen > _MOST:
            raise YardError(
                f"{self.source.label}: more than {_MOST:,} things are drawn in it. Save only the yard and"
                " what stands in it."
            )
        layer = plain_text(entity.dxf.get("layer", "0")) or "0"
        layer = within if layer == "0" and within else layer  # what a block has on layer 0 takes the block's
        if layer.casefold() in self.hidden:
            self.left_out["hidden thing"] += 1
            return
        kind = entity.dxftype()
        if kind == "INSERT":
            self._block(entity, depth, layer)
        elif kind == "CIRCLE":
            self._circle(entity, layer)
        elif kind in {"LWPOLYLINE", "POLYLINE", "ELLIPSE", "SPLINE", "LINE", "ARC"}:
            self._path(entity, kind, layer)
        else:
            self.left_out[_CALLED.get(kind, "other thing")] += 1

    def _block(self, insert: Any, depth: int, layer: str) -> None:
        if depth >= _DEEPEST:
            raise YardError(f"{self.source.label}: blocks in it stand in blocks more than {_DEEPEST} deep.")
        for one in insert.multi_insert() if insert.mcount > 1 else [insert]:
            for entity in one.virtual_entities():
                self._safely(entity, depth + 1, layer)

    def _circle(self, circle: Any, layer: str) -> None:
        centre, radius = circle.dxf.center, float(circle.dxf.radius)
        if not (math.isfinite(radius) and radius * 1e3 > self.metre and radius < 1e3 * self.metre):
            self.left_out["circle"] += 1
            return
        if not all(math.isfinite(number) for number in (centre.x, centre.y)):
            raise YardError(f"{self.source.label}: a circle in it has no finite middle.")
        polygon = circle_polygon(Point(centre.x, centre.y), radius, 0.0, _ROUND * self.metre)
        self.closed.append((layer, tuple(point.xy for point in polygon)))

    def _path(self, entity: Any, kind: str, layer: str) -> None:
        from ezdxf import path  # noqa: PLC0415

        if kind == "POLYLINE" and not (entity.is_2d_polyline or entity.is_3d_polyline):
            self.left_out["mesh"] += 1
            return
        found = path.make_path(entity)
        points = [(point.x, point.y) for point in found.flattening(_ROUND * self.metre)]
        if not all(math.isfinite(number) for xy in points for number in xy):
            raise YardError(f"{self.source.label}: a line in it has a place that is not finite.")
        if len(points) > MAX_VERTICES:
            raise YardError(f"{self.source.label}: a line in it has more than {MAX_VERTICES:,} corners.")
        if len(points) < 2:
            return
        if math.dist(points[0], points[-1]) <= _CLOSE * self.metre and len(points) > 3:
            self.closed.append((layer, tuple(points[:-1])))
        else:
            self.loose.setdefault(layer, []).append(tuple(points))


_CALLED = {
    "TEXT": "text", "MTEXT": "text", "POINT": "point", "HATCH": "hatching", "DIMENSION": "dimension",
    "3DFACE": "3D face", "SOLID": "solid", "INSERT": "block",
}  # fmt: skip
