"""What was measured: the boundary, what stands in it, which sides are hard, where a tape can be hooked.

Metres, x east and y north (or x along the first side where north is unknown). No file format is known here;
`importers` make yards, and `validated` is the law that every one of them must pass.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import shapely

from conedrills.errors import YardError
from conedrills.geometry import Path, Point
from conedrills.survey import Survey
from conedrills.units import FARTHEST, METRES
from conedrills.wording import plain_text

Kind = Literal["hard", "soft"]
Surface = Literal["dry", "wet"]
Units = Literal["ft", "yd", "m"]

SAME_PLACE = 0.001
"""Metres within which two consecutive points are one: no tape tells them apart."""
WIDEST = 1000.0
"""Metres across beyond which a yard is a slip of the pen or of the projection."""
SMALLEST = 1.0
"""Square metres of lawn below which nobody can stand, let alone run."""
MAX_VERTICES = 20_000
"""Corners of the boundary and of all obstacles together."""
MAX_OBSTACLES = 200
MAX_REFERENCES = 200
_SLACK = 1e-6  # metres; GEOS states where a ring crosses itself to about 1e-12 of its size
_COORDINATES = re.compile(r"\[(\S+) (\S+)\]")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A thing standing in the yard, as a polygon that contains it.

    A circle's polygon lies outside the circle by at most 5 mm; a line is a closed strip 2 cm wide.
    `uncertainty` is the 95 % leftover of measuring it, metres.
    """

    name: str
    kind: Kind
    polygon: Path
    uncertainty: float = 0.0


ReferenceKind = Literal["named", "corner", "mark"]


@dataclass(frozen=True, slots=True)
class Away:
    """A distance from the reference point of that name, metres, a mark of the tape."""

    start: str
    distance: float


@dataclass(frozen=True, slots=True)
class Reference:
    """A named fixed point that a tape can be hooked on; `name` is a letter, `what` says which thing it is.

    `kind` is who named it: whoever measured the yard, or set-out, which letters corners and has marks made.
    `away` is how far it is from another one, where that says which corner is meant or where to make the mark.
    """

    name: str
    what: str
    at: Point
    kind: ReferenceKind = "named"
    away: Away | None = None


@dataclass(frozen=True, slots=True)
class Yard:
    """A measured yard.

    `boundary` is a ring without its last point repeated, in the order of the file (either direction).
    `side_kinds[i]` is the kind of the side from vertex i to vertex i + 1. `uncertainty[i]` (95 %, metres)
    belongs to vertex i; empty where nothing is known of it. `north` is the direction of true north in degrees
    counter-clockwise from +x, None where unknown; `sun` and `slope` are what the file says, for a person to
    read. `space` holds the file's own clearances (see `space.SpaceModel`). `units` are those of the file, and
    only for display. `notes` tell what was put right on reading, one sentence each. `side_names[i]` is what
    the file calls side i, "" where it does not; empty where no side has a name.
    `survey` is the adjustment that the coordinates come from, None where they were given; no layout keeps it.
    """

    name: str
    boundary: Path
    side_kinds: tuple[Kind, ...]
    obstacles: tuple[Obstacle, ...] = ()
    references: tuple[Reference, ...] = ()
    uncertainty: tuple[float, ...] = ()
    north: float | None = None
    sun: str = ""
    slope: str = ""
    surface: Surface = "dry"
    space: Mapping[str, Any] = field(default_factory=dict)
    units: Units = "m"
    notes: tuple[str, ...] = ()
    side_names: tuple[str, ...] = ()
    survey: Survey | None = field(default=None, compare=False)


def lawn(yard: Yard) -> shapely.Polygon | shapely.MultiPolygon:
    """Where a foot may be: the boundary minus every obstacle, hard and soft, square metres of shapely."""
    left: shapely.Geometry = shapely.Polygon([point.xy for point in yard.boundary])
    for obstacle in yard.obstacles:  # one by one: uniting near twins, GEOS may lose one of them
        left = shapely.difference(left, shapely.Polygon([point.xy for point in obstacle.polygon]))
    return _areas(left)


def _areas(shape: shapely.Geometry) -> shapely.Polygon | shapely.MultiPolygon:
    """Only what has an area: a difference may leave lines and points where edges coincide."""
    if isinstance(shape, shapely.Polygon | shapely.MultiPolygon):
        return shape
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
    return shapely.MultiPolygon(parts)


def validated(yard: Yard) -> Yard:
    """The yard, if it can exist: the law for every importer, and for a yard that somebody else wrote.

    Consecutive points within `SAME_PLACE` are merged, with a note; nothing else is put right.

    Raises:
        YardError: the yard cannot exist; one message that names the place and says what would be right, but
            not the file, which is not known here.
    """
    _check_counts(yard)
    _check_numbers(yard)
    merged = _merged(yard)
    say = _Saying(merged.units)
    _check_ring(merged.boundary, "boundary", say)
    _check_size(merged, say)
    _check_references(merged, say)
    for obstacle in merged.obstacles:
        _check_ring(obstacle.polygon, _called(obstacle), say)
    _check_ground(merged, say)
    return merged


@dataclass(frozen=True, slots=True)
class _Saying:
    """Places in the units of the file: people look for the numbers that they wrote."""

    units: Units

    def place(self, point: Point) -> str:
        x, y = (f"{number / METRES[self.units]:.6g} {self.units}" for number in point.xy)
        return f"({x}, {y})"

    def length(self, metres: float) -> str:
        return f"{metres / METRES[self.units]:,.0f} {self.units}"

    def area(self, square_metres: float) -> str:
        return f"{square_metres / METRES[self.units] ** 2:.3g} {self.units}²"

    def side(self, ring: Path, index: int) -> str:
        ends = f"from {self.place(ring[index])} to {self.place(ring[(index + 1) % len(ring)])}"
        return f"side {index + 1} ({ends})"


def _called(obstacle: Obstacle) -> str:
    return f'obstacle "{plain_text(obstacle.name)}"'


def _check_counts(yard: Yard) -> None:
    if len(yard.side_kinds) != len(yard.boundary):
        raise YardError(f"boundary: {len(yard.boundary)} sides, but {len(yard.side_kinds)} kinds of sides.")
    if yard.side_names and len(yard.side_names) != len(yard.boundary):
        raise YardError(f"boundary: {len(yard.boundary)} sides, but {len(yard.side_names)} names of sides.")
    if yard.uncertainty and len(yard.uncertainty) != len(yard.boundary):
        raise YardError(f"uncertainty: {len(yard.uncertainty)} numbers for {len(yard.boundary)} corners.")
    if len(yard.obstacles) > MAX_OBSTACLES:
        raise YardError(
            f"obstacles: {len(yard.obstacles)} are too many; {MAX_OBSTACLES} are allowed. Draw one"
            " polygon about things that stand together."
        )
    if len(yard.references) > MAX_REFERENCES:
        raise YardError(f"references: {len(yard.references)} are too many; {MAX_REFERENCES} are allowed.")
    vertices = len(yard.boundary) + sum(len(obstacle.polygon) for obstacle in yard.obstacles)
    if vertices > MAX_VERTICES:
        raise YardError(
            f"the yard has {vertices:,} corners; {MAX_VERTICES:,} are allowed. Simplify its outline."
        )


def _check_numbers(yard: Yard) -> None:
    """Range checks before shapely sees a number: it takes NaN and infinity with no more than a warning."""
    paths = [
        ("boundary", yard.boundary),
        *((_called(obstacle), obstacle.polygon) for obstacle in yard.obstacles),
    ]
    paths.append(("references", tuple(reference.at for reference in yard.references)))
    for where, path in paths:
        if not all(math.isfinite(point.x) and math.isfinite(point.y) for point in path):
            raise YardError(f"{where}: a coordinate is not a finite number.")
        if not all(abs(number) <= FARTHEST for point in path for number in point.xy):
            raise YardError(f"{where}: a coordinate is beyond {FARTHEST / 1000.0:,.0f} km. Check the units.")
    if yard.north is not None and not math.isfinite(yard.north):
        raise YardError("north: the direction is not a finite number.")
    uncertainties = (*yard.uncertainty, *(obstacle.uncertainty for obstacle in yard.obstacles))
    if not all(0.0 <= metres < WIDEST for metres in uncertainties):
        raise YardError("uncertainty: it is a length that is not negative, in metres.")
    if not yard.boundary:
        return
    first = yard.boundary[0]
    say = _Saying(yard.units)
    for where, path in paths:
        for point in path:
            if (point - first).length > WIDEST:
                raise YardError(
                    f"{where}: {say.place(point)} is more than {say.length(WIDEST)} from the first corner"
                    f" {say.place(first)}. Check the digits and the units."
                )


def _merged(yard: Yard) -> Yard:
    groups = _groups(yard.boundary)
    notes = list(yard.notes)
    _note_merging(notes, "boundary", len(yard.boundary) - len(groups))
    obstacles = []
    for obstacle in yard.obstacles:
        own = _groups(obstacle.polygon)
        _note_merging(notes, _called(obstacle), len(obstacle.polygon) - len(own))
        polygon = tuple(obstacle.polygon[group.corner] for group in own)
        obstacles.append(dataclasses.replace(obstacle, polygon=polygon))
    return dataclasses.replace(
        yard,
        boundary=tuple(yard.boundary[group.corner] for group in groups),
        side_kinds=tuple(yard.side_kinds[group.side] for group in groups),
        side_names=tuple(yard.side_names[group.side] for group in groups) if yard.side_names else (),
        uncertainty=tuple(
            max(yard.uncertainty[member] for member in group.members) for group in groups if yard.uncertainty
        ),
        obstacles=tuple(obstacles),
        notes=tuple(dict.fromkeys(notes)),
    )


@dataclass(slots=True)
class _Group:
    """Consecutive points that are one place: the corner kept, the side that goes on from it, and all."""

    corner: int
    side: int
    members: list[int]


def _groups(ring: Path) -> list[_Group]:
    groups: list[_Group] = []
    for at, point in enumerate(ring):
        if groups and _same(point, ring[groups[-1].corner]):
            groups[-1].side = at
            groups[-1].members.append(at)
        else:
            groups.append(_Group(at, at, [at]))
    while len(groups) > 1 and _same(ring[groups[-1].corner], ring[groups[0].corner]):
        groups[0].members += groups.pop().members
    return groups


def _same(one: Point, other: Point) -> bool:
    # points written to the millimetre and one millimetre apart stay two, whatever binary makes of 0.001
    return (one - other).length < SAME_PLACE - 1e-9


def _note_merging(notes: list[str], where: str, dropped: int) -> None:
    if dropped:
        points = "point" if dropped == 1 else "points"
        notes.append(f"{where}: {dropped} {points} less than 1 mm from the one before merged with it.")


def _check_ring(ring: Path, where: str, say: _Saying) -> None:
    if len(ring) < 3:
        raise YardError(f"{where}: {len(ring)} different corners are too few; an outline has three or more.")
    polygon = shapely.Polygon([point.xy for point in ring])
    if polygon.is_valid:
        return
    reason = shapely.is_valid_reason(polygon)
    found = _COORDINATES.search(reason)
    if found is None:
        raise YardError(f"{where}: it is not an outline ({plain_text(reason)}). Check its corners.")
    at = Point(float(found[1]), float(found[2]))
    one, other = _sides_at(ring, at)
    raise YardError(
        f"{where}: it touches or crosses itself at {say.place(at)}: {say.side(ring, one)} meets"
        f" {say.side(ring, other)}. List the corners in the order of a walk round it, each once."
    )


def _sides_at(ring: Path, at: Point) -> tuple[int, int]:
    """The two sides that meet at a place though they should not: the nearest, no neighbours if possible."""
    place = shapely.Point(at.xy)
    away = [
        shapely.LineString([ring[index - 1].xy, ring[index].xy]).distance(place) for index in range(len(ring))
    ]
    # away[index] belongs to the side that ends at vertex index
    near = sorted(range(len(ring)), key=lambda index: away[index])
    touching = [index for index in near if away[index] <= away[near[1]] + _SLACK]
    pairs = [(one, other) for one in touching[:8] for other in touching[:8] if one < other]
    one, other = max(pairs, key=lambda pair: min(pair[1] - pair[0], len(ring) - pair[1] + pair[0]))
    first, second = sorted(((one - 1) % len(ring), (other - 1) % len(ring)))
    return first, second


def _check_size(yard: Yard, say: _Saying) -> None:
    outline = shapely.Polygon([point.xy for point in yard.boundary])
    west, south, east, north = outline.bounds
    across = max(east - west, north - south)
    if across > WIDEST:
        raise YardError(
            f"boundary: {say.length(across)} across is too much; {say.length(WIDEST)} are allowed. Check the"
            " units."
        )
    if outline.area < SMALLEST:
        raise YardError(
            f"boundary: {say.area(outline.area)} of ground is too little; {say.area(SMALLEST)} is the least."
            " Check the units."
        )


def _check_references(yard: Yard, say: _Saying) -> None:
    for second, reference in enumerate(yard.references):
        for other in yard.references[:second]:
            if other.name.casefold() == reference.name.casefold():
                raise YardError(
                    f"references: there are two points {plain_text(reference.name)}; name each once."
                )
            if _same(other.at, reference.at):
                raise YardError(
                    f"references: {plain_text(other.name)} and {plain_text(reference.name)} are the same"
                    f" place, {say.place(reference.at)}; leave one out."
                )


def _check_ground(yard: Yard, say: _Saying) -> None:
    outline = shapely.Polygon([point.xy for point in yard.boundary])
    shapely.prepare(outline)
    for obstacle in yard.obstacles:
        polygon = shapely.Polygon([point.xy for point in obstacle.polygon])
        if not outline.intersects(polygon):
            raise YardError(
                f"{_called(obstacle)}: it lies wholly outside the boundary, for example its corner"
                f" {say.place(obstacle.polygon[0])}. Correct its coordinates, or leave it out."
            )
    if not yard.obstacles:
        return
    left = lawn(yard).area
    if left < SMALLEST:
        covering = max(yard.obstacles, key=lambda obstacle: _covered(outline, obstacle))
        raise YardError(
            f"{_called(covering)}: with it {say.area(left)} of lawn is left; {say.area(SMALLEST)} is the"
            " least. An obstacle is what stands in the yard, not the yard itself."
        )


def _covered(outline: shapely.Polygon, obstacle: Obstacle) -> float:
    return outline.intersection(shapely.Polygon([point.xy for point in obstacle.polygon])).area


__all__ = [
    "MAX_OBSTACLES",
    "MAX_REFERENCES",
    "MAX_VERTICES",
    "SAME_PLACE",
    "SMALLEST",
    "WIDEST",
    "Kind",
    "Obstacle",
    "Path",
    "Point",
    "Reference",
    "Surface",
    "Units",
    "Yard",
    "lawn",
    "validated",
]
