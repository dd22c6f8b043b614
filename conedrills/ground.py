"""A yard made ready for searching: walls and a grid of distances, in the yard's own frame.

The own frame has its origin in the first boundary vertex and +x along the first side, and its coordinates are
rounded to 0.1 mm: so turning or shifting the yard changes nothing that the search sees. Drills are not known
here; `fit` brings them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from conedrills import screening, search
from conedrills.cover import GRID, Ring, Solid
from conedrills.geometry import Path, Pose
from conedrills.layout import name_of_side
from conedrills.search import Floats
from conedrills.yard import Yard

_GRAIN = 1e-4  # metres: coordinates of the own frame are rounded to this
_GRAINED = 8e-5  # metres by which that moves a corner at the most
_MANY_WALLS = 400  # above this a boundary is thinned: traced outlines have a corner every few centimetres
_SLACK = 0.001  # metres by which a thinned ring may leave the true one
_ROUND_CORNERS = 10  # of a ring that may stand for a disc
_ROUND = 0.001  # metres by which the corners of a round thing may differ in their distance from its middle
_NODES = 30_000  # of the grid


@dataclass(frozen=True)
class HardThing:
    """Something hard, in yard coordinates: its name, its shape, and how uncertain its place is, metres."""

    name: str
    shape: BaseGeometry
    uncertainty: float


@dataclass(frozen=True)
class Ground:
    """A yard made ready for searching.

    `pose` takes the own frame to yard coordinates; `walls`, in which discs stand for round things,
    `corners`, in which none do, `field`, `free`, the lawn, and `rings` are in the own frame, `hard` is
    everything hard in yard coordinates.
    """

    yard: Yard
    pose: Pose
    walls: search.Walls
    corners: search.Walls
    field: screening.Field
    free: BaseGeometry
    hard: tuple[HardThing, ...]
    rings: tuple[Ring, ...]

    @cached_property
    def solid(self) -> Solid:
        """What is no lawn, as a proof sees it."""
        return Solid(self.rings)


@dataclass(frozen=True)
class _Ring:
    """Corners (n, 2) in the own frame, `which` true corner each is; for each side what `Ring` says."""

    corners: Floats
    soft: list[bool]
    extra: list[float]
    which: list[int]
    slack: float = 0.0


def ready(yard: Yard) -> Ground:
    """Make a yard ready for `fit`."""
    first, second = yard.boundary[0], yard.boundary[1]
    pose = Pose(first, (second - first).angle)
    rings = [
        _Ring(
            _own(yard.boundary, pose),
            [kind == "soft" for kind in yard.side_kinds],
            _side_extra(yard),
            [*range(len(yard.boundary))],
        )
    ]
    for thing in yard.obstacles:
        count = len(thing.polygon)
        soft = [thing.kind == "soft"] * count
        extra = [thing.uncertainty] * count
        rings.append(_Ring(_own(thing.polygon, pose), soft, extra, [*range(count)]))
    free = _area(rings[0])
    for ring in rings[1:]:  # one by one: uniting near twins, GEOS may lose one of them
        free = shapely.difference(free, _area(ring))
    if sum(len(ring.corners) for ring in rings) > _MANY_WALLS:
        rings = [_thinned(ring) for ring in rings]
    corners = _walls(rings)
    discs = [rings[0], *(_as_disc(ring) for ring in rings[1:])]
    walls = _walls(discs) if any(len(disc.corners) == 1 for disc in discs) else corners
    owned = tuple(_owned(ring, nth - 1 if nth else None) for nth, ring in enumerate(rings))
    return Ground(yard, pose, walls, corners, _field(walls, free), free, tuple(_hard_things(yard)), owned)


def _area(ring: _Ring) -> BaseGeometry:
    """What a ring encloses; a needle thinner than the grain may cross itself once it is rounded."""
    area: BaseGeometry = shapely.Polygon(ring.corners)
    return area if area.is_valid else shapely.make_valid(area)


def _owned(ring: _Ring, obstacle: int | None) -> Ring:
    corners = np.round(ring.corners / GRID) * GRID
    slack = math.ceil((_GRAINED + ring.slack) / GRID) * GRID
    return Ring(corners, tuple(ring.which), tuple(ring.soft), tuple(ring.extra), slack, obstacle)


def _hard_things(yard: Yard) -> Iterator[HardThing]:
    extra, count = _side_extra(yard), len(yard.boundary)
    for side, kind in enumerate(yard.side_kinds):
        if kind == "hard":
            ends = [yard.boundary[side].xy, yard.boundary[(side + 1) % count].xy]
            yield HardThing(name_of_side(yard, side), shapely.LineString(ends), extra[side])
    for thing in yard.obstacles:
        if thing.kind == "hard":
            yield HardThing(
                thing.name, shapely.Polygon([point.xy for point in thing.polygon]), thing.uncertainty
            )


def _own(ring: Path, pose: Pose) -> Floats:
    """A ring (n, 2) in the own frame, metres, to 0.1 mm."""
    angle = math.radians(pose.rotation)
    off = np.array([point.xy for point in ring]) - np.array(pose.origin.xy)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return np.asarray(np.round((off @ turn) / _GRAIN) * _GRAIN)


def _side_extra(yard: Yard) -> list[float]:
    at = yard.uncertainty or (0.0,) * len(yard.boundary)
    return [max(at[i], at[(i + 1) % len(at)]) for i in range(len(at))]


def _thinned(ring: _Ring) -> _Ring:
    """A ring with fewer corners that leaves the true one by at most 5 mm, which is then kept clear on top."""
    corners, keep, start = ring.corners, [0], 0
    for end in range(2, len(corners) + 1):
        chord = shapely.LineString([corners[start], corners[end % len(corners)]])
        off = shapely.distance(chord, shapely.points(corners[start + 1 : end]))
        alike = len(set(ring.soft[start:end])) == 1 and len(set(ring.extra[start:end])) == 1
        if end - start > 60 or not alike or float(np.max(off)) > _SLACK:
            start = end - 1
            keep.append(start)
    if len(keep) < 3:
        return ring
    soft, extra = [ring.soft[i] for i in keep], [ring.extra[i] for i in keep]
    return _Ring(corners[keep], soft, extra, keep, _SLACK)


def _as_disc(ring: _Ring) -> _Ring:
    """A tree's many corners as one point with the tree's radius to add, where the ring is that round.

    The disc contains the ring and leaves it by no more than its own corners leave the round thing.
    """
    middle = ring.corners.mean(axis=0)
    radii = np.hypot(*(ring.corners - middle).T)
    if len(radii) < _ROUND_CORNERS or float(np.ptp(radii)) > _ROUND:
        return ring
    return _Ring(middle[None], ring.soft[:1], [ring.extra[0] + float(radii.max())], [0], ring.slack)


def _walls(rings: Iterable[_Ring]) -> search.Walls:
    """All sides of all rings; a corner is hard as soon as one of its two sides is."""
    parts: list[Sequence[np.ndarray]] = []
    for ring in rings:
        soft, extra = np.array(ring.soft), np.array(ring.extra, dtype=float) + ring.slack
        ends = np.roll(ring.corners, -1, axis=0)
        corner_soft, corner_extra = soft & np.roll(soft, 1), np.maximum(extra, np.roll(extra, 1))
        parts.append((ring.corners, ends, soft, extra, corner_soft, corner_extra))
    return search.Walls(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _field(walls: search.Walls, free: BaseGeometry) -> screening.Field:
    low, high = walls.start.min(axis=0), walls.start.max(axis=0)
    step = float(np.clip(math.sqrt(float(np.prod(high - low)) / _NODES), 0.08, 0.6))
    columns, rows = (math.ceil(extent / step) + 1 for extent in high - low)
    x, y = np.meshgrid(low[0] + step * np.arange(columns), low[1] + step * np.arange(rows))
    nodes = np.asarray(shapely.points(x, y))
    shapely.prepare(free)
    inside = np.asarray(shapely.contains_xy(free, x, y))
    hard, soft = (_distances(walls, which, nodes) for which in (~walls.soft, walls.soft))
    return screening.Field(low, step, hard, soft, inside)


def _distances(walls: search.Walls, which: np.ndarray, nodes: np.ndarray) -> Floats:
    """From the nearest of some walls to each node, metres."""
    if not which.any():
        return np.full(nodes.shape, 1e3)
    ends = np.stack([walls.start[which], walls.end[which]], axis=1)
    discs = (ends[:, 0] == ends[:, 1]).all(axis=1)
    nearest = np.full(nodes.shape, 1e3)
    if not discs.all():
        every = shapely.MultiLineString([*ends[~discs]])
        shapely.prepare(every)
        nearest = np.asarray(shapely.distance(every, nodes))
    for middle, radius in zip(ends[discs, 0], walls.extra[which][discs], strict=True):
        np.minimum(nearest, shapely.distance(shapely.Point(middle), nodes) - radius, out=nearest)
    return nearest
