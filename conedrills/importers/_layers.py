"""Layers of polygons as programs for maps keep them, each in a coordinate system of its own: to a yard.

Shapefiles and GeoPackages both say their system in well-known text (WKT, OGC 01-009 and 18-010). Degrees and
Web Mercator become local metres by way of the ellipsoid; a map grid that keeps shapes is taken as it is.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from conedrills import importers
from conedrills.errors import YardError
from conedrills.geodesy import local_metres
from conedrills.geometry import Area, Line, Path, Point, area_of, extent, overlap, rectangle, united
from conedrills.importers._choice import choose
from conedrills.units import METRES
from conedrills.wording import plain_text
from conedrills.yard import Kind, Obstacle, Units, Yard

GRID = "lengths of a map grid are off by up to about 1 in 1,000 (3 cm in 30 m)."
FAR = 1e8
"""Units from the origin beyond which no map grid goes, even one with the number of its zone in front."""
_NORTH = 90.0  # +y, degrees counter-clockwise from +x
_EQUATOR = 6_378_137.0  # metres, the radius of the sphere of Web Mercator
_HARD: tuple[Kind, ...] = ("hard",)
_ASK = "Say --units m (or ft, yd) where they are lengths, or save it again as WGS 84 (EPSG:4326)."
_SPECK = 0.01  # square metres of a neighbour's wall that lean over a boundary by the errors of the survey
_INSIDE = 0.9  # share of a polygon that lies in the yard where it stands in it
_STANDING = re.compile(
    r"build|b[aâ]ti|house|haus|h[äa]user|geb[äa]e?ude|hut|pool|shed|garage|tree|baum|obst|roof|edific|pand",
    re.IGNORECASE,
)
"""Names of layers of what stands in a yard and is none."""


@dataclass(frozen=True, slots=True)
class System:
    """What the numbers of a layer are: `unit` is metres (of `degrees`: degrees) in one of them."""

    kind: Literal["degrees", "mercator", "grid"]
    name: str = ""
    unit: float = 1.0


@dataclass(frozen=True, slots=True)
class Shape:
    """A polygon: its outer ring and its holes, no last point repeated, and its names, the best first."""

    rings: tuple[Line, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """The polygons of a layer; `wkt` is its coordinate system, "" where it says none.

    `left_out` counts what is no polygon by its name in English.
    """

    name: str
    wkt: str
    shapes: tuple[Shape, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


def yard_of(source: importers.Source, layers: Sequence[Layer], feature: str | None) -> Yard:
    """The yard in some layers; what stands in it of other layers are its hard obstacles.

    Raises:
        YardError: there is no polygon, or several and none is chosen, or its coordinates say no lengths.
    """
    grounds = [layer for layer in layers if not _STANDING.search(layer.name) and layer.shapes] or layers
    candidates = [(layer, shape) for layer in grounds for shape in layer.shapes]
    if not candidates:
        left_out = sum((Counter(layer.left_out) for layer in layers), Counter[str]())
        instead = f" but {counted(left_out)}" if left_out else ""
        raise YardError(f"{source.label}: there is no polygon in it{instead}. {_DRAW}")
    layer, shape = candidates[choose(source.label, [shape.names for _, shape in candidates], feature)]
    system = _system(source, layer)
    others = [other for other in layers if other is not layer]
    there, notes = _in_the_same(source, layer, others)
    rings = [*shape.rings, *(ring for other in there for one in other.shapes for ring in one.rings)]
    if not all(
        math.isfinite(number) and abs(number) <= FAR for ring in rings for xy in ring for number in xy
    ):
        raise YardError(f"{source.label}: a coordinate in it is not finite, or beyond {FAR:,.0f}.")
    if any(len(ring) < 3 for ring in shape.rings):
        raise YardError(f"{source.label}: a ring of the polygon has fewer than three corners.")
    local = iter(_local(source, system, rings))
    boundary, *holes = (next(local) for _ in shape.rings)
    found = [Obstacle("obstacle", "hard", _points(hole)) for hole in holes]
    for other in there:
        pieces = [(next(local), *(next(local) for _ in one.rings[1:])) for one in other.shapes]
        found += _standing(other.name, pieces, boundary)
    if len(candidates) > 1:
        notes.append(f"one of {len(candidates)} polygons in the file was read.")
    if system.kind == "grid" and system.name:
        notes.append(f'the map grid "{system.name}" was taken as it is: {GRID}')
    named = [name for name in shape.names if not name.isdigit()]
    return Yard(
        name=named[0] if named else source.stem,
        boundary=_points(boundary),
        side_kinds=_HARD * len(boundary),
        obstacles=tuple(_numbered(found)),
        north=_NORTH,
        units=shown_units(system.unit) if system.kind == "grid" else "m",
        notes=tuple(notes),
    )


_DRAW = "Draw the yard as one closed polygon."


def counted(things: Mapping[str, int]) -> str:
    """What was left out, in words.

    >>> counted({"line": 2, "point": 1})
    '2 lines, 1 point'
    """
    return ", ".join(f"{count} {thing}{'' if count == 1 else 's'}" for thing, count in sorted(things.items()))


def polygons_of(rings: Sequence[Line], is_outer: Callable[[Line], bool]) -> Iterator[tuple[Line, ...]]:
    """Rings put together to polygons: each hole with the smallest outer ring about its first corner."""
    outer = [(ring, _box(ring), [ring]) for ring in rings if is_outer(ring)]
    for hole in rings:
        if is_outer(hole):
            continue
        about = [entry for entry in outer if _within(hole[0], entry[0], entry[1])]
        if about:
            min(about, key=lambda entry: abs(signed_area(entry[0])))[2].append(hole)
        else:
            outer.append((hole, _box(hole), [hole]))
    return (tuple(polygon) for _, _, polygon in outer)


def signed_area(ring: Line) -> float:
    """Square units, positive where the ring runs counter-clockwise."""
    (x0, y0), twice = ring[0], 0.0
    for (x, y), (other_x, other_y) in zip(ring, (*ring[1:], ring[0]), strict=True):
        # from the first corner: far from the origin the products would swallow a small ring
        twice += (x - x0) * (other_y - y0) - (other_x - x0) * (y - y0)
    return twice / 2.0


def open_ring(ring: Line) -> Line:
    """Without the repeated first point that closes a ring."""
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring


def shown_units(metres: float) -> Units:
    """The units in which to show lengths of a file that counts in some unit of so many metres."""
    shown: tuple[Units, ...] = ("ft", "yd")
    return next((units for units in shown if abs(metres - METRES[units]) < 1e-5), "m")


def _box(ring: Line) -> tuple[float, float, float, float]:
    xs, ys = zip(*ring, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _within(place: tuple[float, float], ring: Line, box: tuple[float, float, float, float]) -> bool:
    x, y = place
    if not (box[0] <= x <= box[2] and box[1] <= y <= box[3]):
        return False
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _points(ring: Line) -> Path:
    return tuple(Point(x, y) for x, y in ring)


def _in_the_same(
    source: importers.Source, chosen: Layer, others: Sequence[Layer]
) -> tuple[list[Layer], list[str]]:
    """The other layers in the coordinate system of the chosen one, or in none, and notes on them."""
    there, notes = [], []
    for other in others:
        if not other.shapes:
            continue
        if other.wkt.strip() and other.wkt != chosen.wkt and system(other.wkt) != system(chosen.wkt):
            notes.append(f'the layer "{other.name}" is in another coordinate system and was left out.')
            continue
        if not other.wkt.strip() and chosen.wkt.strip():
            notes.append(
                f'the layer "{other.name}" says no coordinate system; that of "{chosen.name}" was taken.'
            )
        there.append(other)
    return there, notes


def _standing(name: str, pieces: Sequence[tuple[Line, ...]], boundary: Line) -> Iterator[Obstacle]:
    """What of a layer stands in the yard; the faces of one building are one thing."""
    left, low, right, high = _box(boundary)
    near = []
    for outer, *courts in pieces:
        box = _box(outer) if len(outer) > 2 else (math.inf,) * 4
        if box[0] <= right and box[2] >= left and box[1] <= high and box[3] >= low:
            near.append(area_of(outer, [court for court in courts if len(court) > 2]))
    lawn = area_of(boundary)
    for thing in united(near) if near else ():
        covered, size = extent(overlap(lawn, (thing,))), extent((thing,))
        stands = _STANDING.search(name) is not None and covered > _SPECK
        if stands or _INSIDE * size < covered < _INSIDE * extent(lawn):
            for outline in _without_courts((thing,)):
                yield Obstacle(plain_text(name) or "obstacle", "hard", _points(outline))


def _without_courts(area: Area) -> Iterator[Line]:
    """Outlines that cover an area: what stands about a court is cut, for the court may be the yard."""
    for outline, *courts in area:
        if not courts:
            yield outline
            continue
        left, low, right, high = _box(outline)
        court_left, _, court_right, _ = _box(courts[0])
        middle = (court_left + court_right) / 2.0
        for half in ((left, middle), (middle, right)):
            yield from _without_courts(overlap(((outline, *courts),), rectangle(half[0], low, half[1], high)))


def _numbered(obstacles: Sequence[Obstacle]) -> Iterator[Obstacle]:
    seen: Counter[str] = Counter()
    for one in obstacles:
        seen[one.name] += 1
        name = one.name if seen[one.name] == 1 else f"{one.name} {seen[one.name]}"
        yield Obstacle(name, one.kind, one.polygon)


# ---------------------------------------------------------------- coordinate systems


def _system(source: importers.Source, layer: Layer) -> System:
    try:
        found = system(layer.wkt)
    except ValueError as error:
        raise YardError(f"{source.label}: {error}") from None
    if found is not None:
        return found
    if source.units is None:
        what = f'the layer "{layer.name}"' if layer.name else "it"
        raise YardError(f"{source.label}: {what} does not say what its coordinates are. {_ASK}")
    return System("grid", "", METRES[source.units])


def _local(source: importers.Source, system: System, rings: Sequence[Line]) -> list[Line]:
    if system.kind == "grid":
        x, y = rings[0][0]
        return [tuple(((a - x) * system.unit, (b - y) * system.unit) for a, b in ring) for ring in rings]
    if system.kind == "mercator":
        rings = [tuple(_unmercator(a * system.unit, b * system.unit) for a, b in ring) for ring in rings]
    try:
        return local_metres(rings)
    except ValueError as error:
        raise YardError(f"{source.label}: {error}") from None


def _unmercator(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude, degrees, of a place in Web Mercator (EPSG method 1024), metres.

    >>> [round(number, 9) for number in _unmercator(20037508.342789244, -20037508.342789244)]
    [180.0, -85.05112878]
    """
    y = max(-1e9, min(1e9, y))
    return math.degrees(x / _EQUATOR), math.degrees(math.atan(math.sinh(y / _EQUATOR)))


_KEEP_SHAPES = (
    "transversemercator", "gausskruger", "gausskrueger", "lambertconformalconic", "lambertconicconformal",
    "lambertconicnearconformal", "hotine", "obliquemercator", "swissoblique", "obliquestereographic",
    "doublestereographic", "stereographic", "polarstereographic", "krovak", "cassini", "newzealandmapgrid",
)  # fmt: skip
"""Projections in which surveyors keep land, as they begin without spaces: true to about 1 in 1,000."""
_WEB = re.compile(r"pseudo.?mercator|auxiliary_?sphere|web.?mercator", re.IGNORECASE)
_LONGEST = 20_000  # letters of well-known text
_DEEPEST = 20
_WKT = re.compile(
    r'"(?P<text>(?:[^"]|"")*)"|(?P<key>[A-Za-z_]\w*)\s*[\[(]|(?P<end>[\])])|(?P<word>[^\s,\[\]()"]+)'
)


@dataclass(slots=True)
class _Node:
    key: str
    values: list[str | _Node] = field(default_factory=list)

    def children(self, *keys: str) -> list[_Node]:
        return [value for value in self.values if isinstance(value, _Node) and value.key in keys]

    def every(self) -> Iterator[_Node]:
        yield self
        for value in self.values:
            if isinstance(value, _Node):
                yield from value.every()

    @property
    def name(self) -> str:
        return plain_text(self.values[0]) if self.values and isinstance(self.values[0], str) else ""


def system(wkt: str) -> System | None:
    """What the coordinates of well-known text are; None where it says nothing of them.

    Raises:
        ValueError: they are of a kind that says no lengths here; the message goes on after the file.

    >>> system('PROJCS["UTM 33N",PROJECTION["Transverse_Mercator"],UNIT["metre",1]]')
    System(kind='grid', name='UTM 33N', unit=1.0)
    >>> system("") is None
    True
    """
    root = _parsed(wkt)
    every = list(root.every()) if root else []
    for node in every:
        if node.key in ("PROJCS", "PROJCRS"):
            return _projected(node)
    for node in every:
        if node.key in ("GEOGCS", "GEOGCRS", "GEODCRS", "GEODETICCRS", "GEOGRAPHICCRS"):
            unit = _unit(node, "UNIT", "ANGLEUNIT")
            if unit is not None and abs(unit - math.pi / 180.0) > 1e-7:
                raise ValueError(f'"{node.name}" does not count in degrees. Save it as WGS 84 (EPSG:4326).')
            return System("degrees", node.name)
    for node in every:
        if node.key in ("LOCAL_CS", "ENGCRS", "ENGINEERINGCRS") and (unit := _unit(node)):
            return System("grid", "", unit)
    return None


def _projected(node: _Node) -> System:
    unit = _unit(node)
    if unit is None or not 1e-4 < unit < 1e4:
        raise ValueError(f'its coordinate system "{node.name}" names no unit. Save it as WGS 84 (EPSG:4326).')
    methods = [one.name for one in node.every() if one.key in ("PROJECTION", "METHOD")]
    method = methods[0] if methods else ""
    if _WEB.search(f"{node.name} {method}"):
        return System("mercator", node.name, unit)
    plain = re.sub(r"[^a-z]", "", method.casefold())
    if not plain.startswith(_KEEP_SHAPES):
        raise ValueError(
            f'its map projection "{plain_text(method) or node.name}" does not keep lengths. Save it as WGS 84'
            " (EPSG:4326)."
        )
    return System("grid", node.name, unit)


def _unit(node: _Node, *keys: str) -> float | None:
    """The factor of the unit of a system: its own, or that of its axes."""
    keys = keys or ("UNIT", "LENGTHUNIT")
    units = node.children(*keys) or [unit for axis in node.children("AXIS") for unit in axis.children(*keys)]
    for unit in reversed(units):
        match unit.values:
            case [_, str(factor), *_]:
                try:
                    return float(factor)
                except ValueError:
                    return None
            case _:
                continue
    return None


def _parsed(wkt: str) -> _Node | None:
    """The tree of well-known text as far as it goes; None where it is none."""
    top = _Node("")
    stack = [top]
    for match in _WKT.finditer(wkt[:_LONGEST]):
        if match["key"] is not None:
            node = _Node(match["key"].upper())
            stack[-1].values.append(node)
            stack.append(node)
            if len(stack) > _DEEPEST:
                return None
        elif match["end"] is not None:
            if len(stack) > 1:
                stack.pop()
        else:
            text = match["text"]
            stack[-1].values.append(match["word"] if text is None else text.replace('""', '"'))
    return top if top.values else None
