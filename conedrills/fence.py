"""A fence: sides of a yard that go on from each other, and the yard with them further out.

Here is only where the outline runs; whether a drill has room then is for `fit` to say.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import shapely

from conedrills.geometry import Path, Point, Vector, angle_between
from conedrills.yard import Kind, Yard

_ALONG = 3.0
"""Degrees within which two sides that meet are one fence."""


@dataclass(frozen=True)
class Fence:
    """Sides of the boundary that go on from each other, by number, and which way is out."""

    sides: tuple[int, ...]
    out: Vector


def fence_of(yard: Yard, side: int) -> Fence:
    """The sides that go on from a side within three degrees, and the direction out of the yard."""
    ring = yard.boundary
    count = len(ring)
    step = ring[(side + 1) % count] - ring[side]

    def goes_on(other: int) -> bool:
        return angle_between((ring[(other + 1) % count] - ring[other]).angle, step.angle) <= _ALONG

    sides = [side]
    while len(sides) < count and goes_on((sides[-1] + 1) % count):
        sides.append((sides[-1] + 1) % count)
    while len(sides) < count and goes_on((sides[0] - 1) % count):
        sides.insert(0, (sides[0] - 1) % count)
    run = ring[(sides[-1] + 1) % count] - ring[sides[0]]
    turn = 1.0 if _anticlockwise(ring) else -1.0
    return Fence(tuple(sides), Vector(turn * run.dy / run.length, -turn * run.dx / run.length))


def _anticlockwise(ring: Path) -> bool:
    return bool(shapely.LinearRing([point.xy for point in ring]).is_ccw)


def moved_out(yard: Yard, sides: Sequence[int], by: Vector) -> Yard | None:
    """The yard with some sides, which go on from each other, further out.

    The sides beside them are prolonged until they meet; one that goes nearly the same way stays, and a new
    one leads out from its end. None where the outline would cross itself, or lose ground.
    """
    ring, count = yard.boundary, len(yard.boundary)
    first, last = sides[0], sides[-1]
    corners = [(side, ring[side] + by) for side in sides] + [
        ((last + 1) % count, ring[(last + 1) % count] + by)
    ]
    before, after = (first - 1) % count, (last + 1) % count
    start = _meeting(ring[before], ring[first], corners[0][1], corners[1][1])
    end = _meeting(ring[(after + 1) % count], ring[after], corners[-1][1], corners[-2][1])
    # corners of the new outline: the old corner that each comes from, its place, and the side that follows it
    outline: list[tuple[int, Point, int]] = []
    outline += (
        [(first, start, first)] if start else [(first, ring[first], before), (first, corners[0][1], first)]
    )
    outline += [(corner, place, corner) for corner, place in corners[1:-1]]
    outline += [(after, end, after)] if end else [(after, corners[-1][1], after), (after, ring[after], after)]
    outline += [
        (corner % count, ring[corner % count], corner % count) for corner in _rest(after, first, count)
    ]
    return _valid(yard, outline)


def _rest(after: int, first: int, count: int) -> range:
    return range(after + 1, first if first > after else first + count)


def _meeting(far: Point, corner: Point, start: Point, onward: Point) -> Point | None:
    """Where the side from `far` to `corner`, prolonged, meets the line from `start`; None if never soon."""
    side, line = corner - far, onward - start
    turn = across(side, line)
    if abs(turn) < _LEVEL * side.length * line.length:
        return None
    return far + side * (across(start - far, line) / turn)


_LEVEL = math.sin(math.radians(20.0))


def _valid(yard: Yard, outline: Sequence[tuple[int, Point, int]]) -> Yard | None:
    boundary = tuple(place for _, place, _ in outline)
    polygon = shapely.Polygon([point.xy for point in boundary])
    old = shapely.Polygon([point.xy for point in yard.boundary])
    if not polygon.is_valid or not polygon.buffer(1e-6).covers(old):
        return None
    kinds: tuple[Kind, ...] = tuple(yard.side_kinds[side] for _, _, side in outline)
    return replace(
        yard,
        boundary=boundary,
        side_kinds=kinds,
        side_names=tuple(yard.side_names[side] for _, _, side in outline) if yard.side_names else (),
        uncertainty=tuple(yard.uncertainty[corner] for corner, _, _ in outline) if yard.uncertainty else (),
    )


def across(one: Vector, other: Vector) -> float:
    """The cross product: positive where the other one is to the left."""
    return one.dx * other.dy - one.dy * other.dx
