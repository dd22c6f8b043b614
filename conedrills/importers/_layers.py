"""Layers of polygons as programs for maps keep them: to a yard. Shapefiles and GeoPackages share it.

Degrees and Web Mercator become local metres by way of the ellipsoid, a map grid by its scale at the place.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from conedrills import importers
from conedrills.errors import YardError
from conedrills.geodesy import local_metres
from conedrills.geometry import Area, Line, Path, Point, area_of, extent, overlap, rectangle, united
from conedrills.importers._choice import choose
from conedrills.importers._grids import FAR, GRID, System, scale_at, shown_units, system, unmercator
from conedrills.units import METRES
from conedrills.wording import plain_text
from conedrills.yard import Kind, Obstacle, Yard

_NORTH = 90.0  # +y, degrees counter-clockwise from +x
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
class Shape:
    """A polygon: its outer ring and its holes, no last point repeated, and its names, the best first.

    Polygons of one `feature` are one thing: the faces of a house, say.
    """

    rings: tuple[Line, ...]
    names: tuple[str, ...] = ()
    feature: int = 0


@dataclass(frozen=True, slots=True)
class Layer:
    """The polygons of a layer; `wkt` is its coordinate system, "" where it says none.

    `left_out` counts what is no polygon by its name in English.
    """

    name: str
    wkt: str
    shapes: tuple[Shape, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


def yard_of(
    source: importers.Source,
    layers: Sequence[Layer],
    feature: str | None,
    *,
    grounds: Sequence[Layer] | None = None,
) -> Yard:
    """The yard in some layers; what stands in it of other layers are its hard obstacles.

    `grounds` are those of `layers` that may hold the yard, where that is known.

    Raises:
        YardError: there is no polygon, or several and none is chosen, or its coordinates say no lengths.
    """
    if grounds is None:
        grounds = [layer for layer in layers if not _STANDING.search(layer.name) and layer.shapes] or layers
    candidates = [(layer, shape) for layer in grounds for shape in layer.shapes]
    if not candidates:
        left_out = sum((Counter(layer.left_out) for layer in layers), Counter[str]())
        instead = f" but {counted(left_out)}" if left_out else ""
        raise YardError(f"{source.label}: there is no polygon in it{instead}. {_DRAW}")
    layer, shape = candidates[choose(source.label, [shape.names for _, shape in candidates], feature)]
    where = _system(source, layer)
    others = [other for other in layers if other is not layer]
    there, notes = _in_the_same(source, layer, others)
    rings = [*shape.rings, *(ring for other in there for one in other.shapes for ring in one.rings)]
    if not all(
        math.isfinite(number) and abs(number) <= FAR for ring in rings for xy in ring for number in xy
    ):
        raise YardError(f"{source.label}: a coordinate in it is not finite, or beyond {FAR:,.0f}.")
    if any(len(ring) < 3 for ring in shape.rings):
        raise YardError(f"{source.label}: a ring of the polygon has fewer than three corners.")
    try:
        local = iter(_local(where, rings))
    except ValueError as error:
        raise YardError(f"{source.label}: {error}") from None
    boundary, *holes = (next(local) for _ in shape.rings)
    found = [Obstacle("obstacle", "hard", _points(hole)) for hole in holes]
    for other in there:
        things: dict[int, list[tuple[Line, ...]]] = {}
        for one in other.shapes:
            things.setdefault(one.feature, []).append(tuple(next(local) for _ in one.rings))
        for pieces in things.values():
            found += standing(other.name, pieces, boundary)
    if len(candidates) > 1:
        notes.append(f"one of {len(candidates)} polygons in the file was read.")
    if where.kind == "grid" and where.name:
        notes.append(_on_the_ground(where, rings[0][0]))
    named = [name for name in shape.names if not name.isdigit()]
    return Yard(
        name=named[0] if named else source.stem,
        boundary=_points(boundary),
        side_kinds=_HARD * len(boundary),
        obstacles=tuple(numbered(found)),
        north=_NORTH,
        units=shown_units(where.unit) if where.kind == "grid" else "m",
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


def encloses_all(ring: Line, others: Sequence[Line]) -> bool:
    """Whether the first corner of every other ring lies in a ring."""
    box = _box(ring)
    return all(_within(other[0], ring, box) for other in others)


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


def standing(name: str, pieces: Sequence[tuple[Line, ...]], boundary: Line) -> Iterator[Obstacle]:
    """A thing of another polygon or more, if it stands in the yard.

    Args:
        name: what it or its layer is called: a building, house, pool, tree or so may reach out of the yard.
        pieces: polygons, each an outer ring and its holes, metres.
        boundary: of the yard, metres.
    """
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


def numbered(obstacles: Sequence[Obstacle]) -> Iterator[Obstacle]:
    """The same with a number behind every name that another one has before it."""
    seen: Counter[str] = Counter()
    for one in obstacles:
        seen[one.name] += 1
        name = one.name if seen[one.name] == 1 else f"{one.name} {seen[one.name]}"
        yield Obstacle(name, one.kind, one.polygon)


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


def _local(where: System, rings: Sequence[Line]) -> list[Line]:
    """Metres from the first corner.

    Raises:
        ValueError: it cannot be; the message goes on after the file.
    """
    if where.kind == "grid":
        x, y = rings[0][0]
        unit = where.unit / (scale_at(where, x, y) or 1.0)
        return [tuple(((a - x) * unit, (b - y) * unit) for a, b in ring) for ring in rings]
    if where.kind == "mercator":
        rings = [tuple(unmercator(a * where.unit, b * where.unit) for a, b in ring) for ring in rings]
    return local_metres(rings)


def _on_the_ground(where: System, place: tuple[float, float]) -> str:
    """What became of the lengths of a map grid, a sentence."""
    scale = scale_at(where, *place)
    if scale is None:
        return f'the map grid "{where.name}" was taken as it is: {GRID}'
    much = f"{abs(scale - 1.0) * 1e4:.1f} mm in 10 m too {'long' if scale > 1.0 else 'short'}"
    return f'lengths of the map grid "{where.name}" are {much} here; that was put right.'
