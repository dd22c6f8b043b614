"""Points, vectors and poses, and what can be done to them. Knows no yard, no drill and no paper.

Metres, x to the right, y up; angles in degrees counter-clockwise from +x, because files state them so.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Vector:
    """A displacement, metres."""

    dx: float
    dy: float

    def __add__(self, other: Vector) -> Vector:
        return Vector(self.dx + other.dx, self.dy + other.dy)

    def __mul__(self, factor: float) -> Vector:
        return Vector(self.dx * factor, self.dy * factor)

    @property
    def length(self) -> float:
        """Metres."""
        return math.hypot(self.dx, self.dy)

    @property
    def angle(self) -> float:
        """Degrees counter-clockwise from +x, in [0, 360)."""
        return normal_angle(math.degrees(math.atan2(self.dy, self.dx)))

    @staticmethod
    def polar(length: float, angle: float) -> Vector:
        """The vector of a length (metres) and an angle (degrees counter-clockwise from +x)."""
        return Vector(length * cos_degrees(angle), length * sin_degrees(angle))


@dataclass(frozen=True, slots=True)
class Point:
    """A place, metres. Two places differ by a vector; they cannot be added.

    >>> Point(1, 2) - Point(0, 0)
    Vector(dx=1, dy=2)
    >>> Point(1, 2) + Vector(1, 0)
    Point(x=2, y=2)
    """

    x: float
    y: float

    def __add__(self, step: Vector) -> Point:
        return Point(self.x + step.dx, self.y + step.dy)

    def __sub__(self, other: Point) -> Vector:
        return Vector(self.x - other.x, self.y - other.y)

    @property
    def xy(self) -> tuple[float, float]:
        """As a pair, for arrays and files."""
        return (self.x, self.y)


Path = tuple[Point, ...]
"""A polyline, or a ring whose last point is not repeated."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where it lies: yard point = origin + R(rotation) · M · drill point; M = diag(-1, 1) if mirrored."""

    origin: Point
    rotation: float
    mirrored: bool = False

    def place(self, point: Point) -> Point:
        """The yard point of a drill point.

        >>> Pose(Point(10, 0), 90.0, mirrored=True).place(Point(2, 1))
        Point(x=9.0, y=-2.0)
        """
        x = -point.x if self.mirrored else point.x
        cos, sin = cos_degrees(self.rotation), sin_degrees(self.rotation)
        return Point(self.origin.x + cos * x - sin * point.y, self.origin.y + sin * x + cos * point.y)

    def undo(self, point: Point) -> Point:
        """The drill point of a yard point.

        >>> Pose(Point(10, 0), 90.0, mirrored=True).undo(Point(9, -2))
        Point(x=2.0, y=1.0)
        """
        cos, sin = cos_degrees(self.rotation), sin_degrees(self.rotation)
        x, y = point.x - self.origin.x, point.y - self.origin.y
        across = cos * x + sin * y
        return Point(-across if self.mirrored else across, cos * y - sin * x)

    def turn(self, angle: float) -> float:
        """The yard angle of a drill angle, degrees in [0, 360).

        >>> Pose(Point(0, 0), 30.0, mirrored=True).turn(0.0)
        210.0
        """
        return normal_angle((180.0 - angle if self.mirrored else angle) + self.rotation)


def normal_angle(angle: float) -> float:
    """The same direction in [0, 360), to 1e-9 degrees so that 359.9999999999 is 0.

    >>> normal_angle(-90.0), normal_angle(360.0 - 1e-12)
    (270.0, 0.0)
    """
    turned = round(angle % 360.0, 9)
    return 0.0 if turned == 360.0 else turned


def angle_between(first: float, second: float) -> float:
    """The unsigned angle between two directions, degrees in [0, 180].

    >>> angle_between(350.0, 20.0)
    30.0
    """
    return abs((first - second + 180.0) % 360.0 - 180.0)


_QUARTER_TURNS = {0.0: 1.0, 90.0: 0.0, 180.0: -1.0, 270.0: 0.0}


def cos_degrees(angle: float) -> float:
    """The cosine of an angle in degrees, exact at the quarter turns.

    >>> cos_degrees(90.0), cos_degrees(-180.0)
    (0.0, -1.0)
    """
    exact = _QUARTER_TURNS.get(angle % 360.0)
    return math.cos(math.radians(angle)) if exact is None else exact


def sin_degrees(angle: float) -> float:
    """The sine of an angle in degrees, exact at the quarter turns."""
    return cos_degrees(angle - 90.0)


# --- polygons that contain what was measured ---------------------------------------------------------------


def circle_polygon(centre: Point, radius: float, first: float = 0.0, outside: float = 0.002) -> Path:
    """A regular polygon that contains a circle and lies at most `outside` beyond it, counter-clockwise.

    Args:
        centre: of the circle.
        radius: metres.
        first: the direction of the first corner from the centre, degrees; turn it, and the polygon turns.
        outside: metres.

    >>> len(circle_polygon(Point(0, 0), 0.15))
    20
    """
    kept = outside * 1e-3  # what rounding may take without uncovering the circle
    # a regular polygon of n corners about a circle has its corners at radius / cos(π / n)
    corners = max(8, math.ceil(math.pi / math.acos((radius + kept) / (radius + outside))))
    reach = (radius + kept) / math.cos(math.pi / corners)
    return tuple(centre + Vector.polar(reach, first + 360.0 * corner / corners) for corner in range(corners))


def strip(line: Path, width: float = 0.02) -> Path:
    """A line as a closed strip, half its width on either side and beyond its ends, counter-clockwise.

    Args:
        line: two or more points, metres.
        width: metres.

    Raises:
        ValueError: the line has no length, or closes on itself so that its strip would have a hole; the
            message completes a sentence.

    >>> strip((Point(0, 0), Point(1, 0)))[0]
    Point(x=-0.01, y=-0.01)
    """
    corners = _corners(line)
    if len(corners) < 2:
        raise ValueError("needs two different points.")
    # prolonged by hand: the square caps of GEOS leave corners in the middle of straight sides
    kept = list(corners)
    kept[0] += (kept[0] - kept[1]) * (width / 2.0 / (kept[0] - kept[1]).length)
    kept[-1] += (kept[-1] - kept[-2]) * (width / 2.0 / (kept[-1] - kept[-2]).length)
    given, run = (shapely.LineString([point.xy for point in points]) for points in (corners, kept))
    grown: BaseGeometry = shapely.Polygon()
    if run.is_simple and not _folds(corners):
        grown = run.buffer(width / 2.0, cap_style="flat", join_style="mitre", mitre_limit=2.0)
    if not grown.covers(given):  # a fold, over which that stumbles
        blocks = [_block(*ends, width) for ends in itertools.pairwise(corners)]
        grown = shapely.union_all(blocks, grid_size=1e-7)  # without a grid it loses what nearly coincides
    if not isinstance(grown, shapely.Polygon) or grown.interiors:
        raise ValueError("closes on itself; give it as a polygon, or as two lines.")
    ring = [Point(x, y) for x, y in shapely.normalize(grown).exterior.coords[:0:-1]]
    # GEOS begins where it likes; beginning at the line's own start lets the strip turn with the yard
    ahead = (kept[1] - kept[0]) * (width / 2.0 / (kept[1] - kept[0]).length)
    corner = kept[0] + Vector(ahead.dy, -ahead.dx)
    start = min(range(len(ring)), key=lambda at: (ring[at] - corner).length)
    return tuple(ring[start:] + ring[:start])


def _corners(line: Path) -> list[Point]:
    """The points of a line without repetitions and without those that lie on the way straight on."""
    kept = list(line[:1])
    for point in line[1:]:
        if (point - kept[-1]).length > 1e-6:
            if len(kept) > 1 and _bend(kept[-2], kept[-1], point) < 1e-9:
                kept.pop()
            kept.append(point)
    return kept


def _folds(line: Sequence[Point]) -> bool:
    """Whether a line somewhere goes back on itself."""
    return any(_bend(*three) > math.pi - 1e-6 for three in zip(line, line[1:], line[2:], strict=False))


def _bend(start: Point, corner: Point, end: Point) -> float:
    """Radians by which the way turns at a corner, 0 to pi."""
    one, other = corner - start, end - corner
    cross, dot = one.dx * other.dy - one.dy * other.dx, one.dx * other.dx + one.dy * other.dy
    return abs(math.atan2(cross, dot))


def _block(start: Point, end: Point, width: float) -> shapely.Polygon:
    """A stretch of a strip, half the width longer at either end."""
    ahead = (end - start) * (width / 2.0 / (end - start).length)
    left, right = Vector(-ahead.dy, ahead.dx), Vector(ahead.dy, -ahead.dx)
    first, last = start + ahead * -1.0, end + ahead
    corners = (first + right, last + right, last + left, first + left)
    return shapely.Polygon([corner.xy for corner in corners])


# --- areas of a drawing -----------------------------------------------------------------------------------
# Plain pairs in any plane and unit: on paper a drawing is millimetres, where `Point` would claim metres.

XY = tuple[float, float]
Line = tuple[XY, ...]
"""A polyline, or a ring whose last point is not repeated."""
Area = tuple[tuple[Line, ...], ...]
"""Polygons, each an outer ring and its holes."""
_COORDINATES = re.compile(r"\[(\S+) (\S+)\]")
_FINE = 1e-9  # pieces shorter or smaller than this are rounding


def area_of(ring: Line, holes: Iterable[Line] = ()) -> Area:
    """The area within a ring; a ring that crosses itself is put right."""
    polygon = shapely.Polygon(ring, list(holes))
    return _from_shape(shapely.make_valid(polygon, method="structure", keep_collapsed=False))


def rectangle(left: float, top: float, right: float, bottom: float) -> Area:
    """An upright rectangle."""
    return ((((left, top), (right, top), (right, bottom), (left, bottom)),),)


def united(areas: Iterable[Area]) -> Area:
    """What any of the areas covers."""
    return _from_shape(shapely.union_all([_to_shape(area) for area in areas]))


def overlap(first: Area, second: Area) -> Area:
    """What both areas cover."""
    return _from_shape(shapely.intersection(_to_shape(first), _to_shape(second)))


def without(area: Area, taken: Area) -> Area:
    """The area less another."""
    return _from_shape(shapely.difference(_to_shape(area), _to_shape(taken)))


def grown(area: Area, by: float) -> Area:
    """The area and all within a distance of it, or, where `by` is negative, without all near its edge."""
    return _from_shape(shapely.buffer(_to_shape(area), by))


def swept(line: Line, radius: float) -> Area:
    """What a disc covers on its way along a line."""
    return _from_shape(shapely.LineString(line).buffer(radius))


def beam(start: XY, end: XY, radius: float) -> Area:
    """What a disc covers on a straight way beyond its start: square at the start, round at the end."""
    straight = shapely.LineString([start, end]).buffer(radius, cap_style="flat")
    return _from_shape(shapely.union(straight, shapely.Point(end).buffer(radius)))


def clipped(lines: Iterable[Line], area: Area) -> tuple[Line, ...]:
    """The pieces of some lines that lie in an area."""
    long = [line for line in lines if len(line) > 1]
    if not long:
        return ()
    owner = np.repeat(np.arange(len(long)), [len(line) for line in long])
    whole = shapely.linestrings(np.array([*itertools.chain(*long)], dtype=float), indices=owner)
    parts = shapely.get_parts(shapely.intersection(whole, _to_shape(area)))
    kept = (shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & (shapely.length(parts) > _FINE)
    return tuple(_coordinates(parts[kept]))


def hatched(area: Area, spacing: float, angle: float) -> tuple[Line, ...]:
    """Parallel lines filling an area at an angle (degrees, as x and y run), on a grid shared by all."""
    shape = _to_shape(area)
    if shapely.is_empty(shape):
        return ()
    across = (-sin_degrees(angle), cos_degrees(angle))
    along = (cos_degrees(angle), sin_degrees(angle))
    left, low, right, high = shapely.bounds(shape).tolist()
    corners = [(x, y) for x in (left, right) for y in (low, high)]
    reach = [x * across[0] + y * across[1] for x, y in corners]
    length = [x * along[0] + y * along[1] for x, y in corners]
    rows = range(math.ceil(min(reach) / spacing), math.floor(max(reach) / spacing) + 1)
    lines = [
        tuple(
            (along[0] * end + across[0] * row * spacing, along[1] * end + across[1] * row * spacing)
            for end in (min(length), max(length))
        )
        for row in rows
    ]
    return clipped(lines, area)


def widest_place(area: Area) -> tuple[XY, float]:
    """Centre and radius of the largest circle within an area, to a hundredth of its size; 0 for none."""
    shape = _to_shape(area)
    if shapely.is_empty(shape):
        return (0.0, 0.0), 0.0
    part = max(shapely.get_parts(shape).tolist(), key=lambda polygon: float(polygon.area))
    spoke = shapely.maximum_inscribed_circle(part, tolerance=max(0.01, math.sqrt(part.area) / 100.0))
    x, y = spoke.coords[0]
    return (x, y), spoke.length


def nearest(first: Sequence[Line], second: Sequence[Line]) -> tuple[XY, XY] | None:
    """The closest pair of points of two sets of lines; None where either is empty."""
    one, other = (
        shapely.MultiLineString([line for line in lines if len(line) > 1]) for lines in (first, second)
    )
    if one.is_empty or other.is_empty:
        return None
    start, end = shapely.shortest_line(one, other).coords
    return (start[0], start[1]), (end[0], end[1])


def simplified(line: Line, tolerance: float, *, freely: bool = False) -> Line:
    """A line with fewer points (Douglas and Peucker), nowhere further than the tolerance from what it was.

    Unless `freely`, points are kept without which it would cross itself, or where it does.
    """
    if len(line) < 3:
        return line
    return tuple(
        (x, y) for x, y in shapely.LineString(line).simplify(tolerance, preserve_topology=not freely).coords
    )


def crossing(ring: Line) -> XY | None:
    """A place where a ring touches or crosses itself, None where it does not; points repeated are no place.

    >>> crossing(((0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)))
    (1.0, 1.0)
    """
    found = _COORDINATES.search(shapely.is_valid_reason(shapely.Polygon(ring)))
    return (float(found[1]), float(found[2])) if found else None


def extent(area: Area) -> float:
    """How large an area is, in square units."""
    return float(shapely.area(_to_shape(area)))


def covering(area: Area) -> Callable[[float, float, float, float], float]:
    """How much of an upright rectangle (left, low, right, high) an area covers, from 0 to 1, to ask often."""
    shape = _to_shape(area)
    shapely.prepare(shape)

    def share(left: float, low: float, right: float, high: float) -> float:
        box = shapely.box(left, low, right, high)
        if not shapely.intersects(shape, box):
            return 0.0
        return float(shapely.area(shapely.intersection(box, shape)) / shapely.area(box))

    return share


def _to_shape(area: Area) -> shapely.Geometry:
    # built of arrays: shapely's own constructors look at every point in Python
    polygons = []
    for outline, *holes in area:
        rings: list[Any] = [shapely.linearrings(np.array(ring, dtype=float)) for ring in (outline, *holes)]
        polygons.append(shapely.polygons(rings[0], rings[1:] or None))
    return shapely.multipolygons(polygons) if polygons else shapely.MultiPolygon()


def _from_shape(shape: shapely.Geometry) -> Area:
    pieces = shapely.get_parts(shapely.get_parts(shape))
    kept = (shapely.get_type_id(pieces) == shapely.GeometryType.POLYGON) & (shapely.area(pieces) > _FINE)
    rings, owner = shapely.get_rings(pieces[kept], return_index=True)
    area: list[list[Line]] = [[] for _ in range(int(kept.sum()))]
    for ring, polygon in zip(_coordinates(rings), owner.tolist(), strict=True):
        area[polygon].append(ring[:-1])
    return tuple(map(tuple, area))


def _coordinates(shapes: Any) -> list[Line]:
    """The points of each of some lines or rings."""
    points, counts = shapely.get_coordinates(shapes).tolist(), shapely.get_num_coordinates(shapes).tolist()
    found = iter(map(tuple, points))
    return [tuple(itertools.islice(found, count)) for count in counts]


def is_outline(ring: Line) -> bool:
    """Whether a ring without its last point repeated neither touches nor crosses itself."""
    return len(ring) > 2 and bool(shapely.Polygon(ring).is_valid)


def turns_left(ring: Line) -> bool:
    """Whether a ring runs counter-clockwise."""
    return math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) > 0.0


def encloses(ring: Line, place: XY) -> bool:
    """Whether a place lies inside a ring."""
    return bool(shapely.contains_xy(shapely.Polygon(ring), *place))


def staying_within(ring: Line, ways: Sequence[tuple[XY, XY]], slack: float) -> list[bool]:
    """For each straight way between two places, whether it leaves a ring by no more than `slack`, metres."""
    room = shapely.buffer(shapely.Polygon(ring), slack, quad_segs=2)
    shapely.prepare(room)
    return [bool(found) for found in shapely.covers(room, shapely.linestrings(ways))] if ways else []


def closed_rings(lines: Sequence[Line], tolerance: float) -> list[Line]:
    """The rings that lines make whose ends miss each other by no more than a tolerance."""
    if not lines:
        return []
    x, y = lines[0][0]
    ends: list[XY] = []

    def met(place: XY) -> XY:
        """The end that was seen near a place before, else the place."""
        for end in ends:
            if math.dist(end, place) <= tolerance:
                return end
        ends.append(place)
        return place

    moved = []
    for line in lines:
        first, *middle, last = ((px - x, py - y) for px, py in line)
        moved.append(shapely.LineString([met(first), *middle, met(last)]))
    rings = shapely.get_parts(shapely.polygonize(moved))
    outlines = (shapely.get_coordinates(ring.exterior)[:-1].tolist() for ring in rings)
    return [tuple((px + x, py + y) for px, py in outline) for outline in outlines]
