"""How near two athletes' courses come to each other: at one size, and at the worst of all sizes. Metres.

A course is all that an athlete runs, from cone to cone and without run-outs, whoever is there when.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise, product

from conedrills.figure import Drill, Figure, Stretch
from conedrills.geometry import Path, Point

USUAL = 5.5
"""Metres that two runners' courses keep from each other: the 6 yd between neighbouring pitches (FA)."""
_HALVINGS = 60
_GRID = 24
"""Sizes either way that are tried of a drill whose legs turn when it is stretched."""

Segment = tuple[Point, Point]


def courses_apart(first: Sequence[Path], second: Sequence[Path]) -> float:
    """The least distance between any two of some paths, 0 where they meet; inf where one has none.

    >>> courses_apart([(Point(0, 0), Point(4, 0))], [(Point(6, 5), Point(6, 2))])
    2.8284271247461903
    """
    pairs = product(_segments(first), _segments(second))
    return min((_between(one, other) for one, other in pairs), default=math.inf)


def least_apart(drill: Drill) -> float:
    """The least distance between the courses of a drill's two athletes at any size that it may have."""
    at_corners = [_courses(drill.figure(to.size, to)) for to in drill.extremes]
    legs = [leg for to in drill.extremes for leg in drill.figure(to.size, to).legs]
    bulges = [max(leg.bulge for leg in legs if leg.leg.athlete == name) for name in drill.athletes]
    if drill.stretch is None:
        return max(0.0, _least_between(*at_corners) - sum(bulges))
    low, high = drill.stretch.low, drill.stretch.high
    shares = [step / _GRID for step in range(_GRID + 1)]
    tried = [
        Stretch(low.depth + (high.depth - low.depth) * deep, low.width + (high.width - low.width) * wide)
        for deep, wide in product(shares, shares)
    ]
    return min(courses_apart(*_courses(drill.figure(to.size, to))) for to in tried)


_Courses = tuple[list[Path], list[Path]]


def _courses(figure: Figure) -> _Courses:
    """The paths of who is named first, and of the other."""
    names = list(dict.fromkeys(leg.leg.athlete for leg in figure.legs))
    first, second = ([leg.path for leg in figure.legs if leg.leg.athlete == name] for name in names[:2])
    return first, second


def _segments(paths: Sequence[Path]) -> list[Segment]:
    return [pair for path in paths for pair in pairwise(path)]


def _least_between(small: _Courses, large: _Courses) -> float:
    """The least distance at any size between two, where every point moves straight and no leg turns.

    How far a point is from a leg is a convex function of the size: across the leg it is straight, along it
    what is beyond an end is. Legs that do not cross come to cross over the end of one of them.
    """
    least = math.inf
    firsts, seconds = (list(zip(_segments(small[nth]), _segments(large[nth]), strict=True)) for nth in (0, 1))
    for one, other in product(firsts, seconds):
        if _cross(one[0], other[0]):
            return 0.0
        for (point_at, leg_at), end in product(((one, other), (other, one)), (0, 1)):
            ends = point_at[0][end], point_at[1][end]
            least = min(least, _least_from(ends, leg_at))
    return least


def _least_from(ends: tuple[Point, Point], leg: tuple[Segment, Segment]) -> float:
    """How near a moving point comes to a moving leg: golden section over the share of the way."""

    def away(share: float) -> float:
        start, end = (_shared(leg[0][nth], leg[1][nth], share) for nth in (0, 1))
        return _from(_shared(*ends, share), (start, end))

    low, high, golden = 0.0, 1.0, (math.sqrt(5.0) - 1.0) / 2.0
    for _ in range(_HALVINGS):
        a, b = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, b) if away(a) <= away(b) else (a, high)
    return min(away(0.0), away(1.0), away((low + high) / 2.0))


def _shared(one: Point, other: Point, share: float) -> Point:
    return Point(one.x + share * (other.x - one.x), one.y + share * (other.y - one.y))


def _between(one: Segment, other: Segment) -> float:
    if _cross(one, other):
        return 0.0
    return min(
        _from(one[0], other), _from(one[1], other), _from(other[0], one), _from(other[1], one)
    )  # fmt: skip


def _from(point: Point, leg: Segment) -> float:
    """How far a point is from a leg."""
    along, off = leg[1] - leg[0], point - leg[0]
    square = along.dx * along.dx + along.dy * along.dy
    share = (off.dx * along.dx + off.dy * along.dy) / square if square else 0.0
    return (point - (leg[0] + along * min(max(share, 0.0), 1.0))).length


def _cross(one: Segment, other: Segment) -> bool:
    """Whether each has its ends on either side of the other; legs that touch are 0 m apart anyway."""
    return all(
        _side(a, other_leg) * _side(b, other_leg) < 0.0 for (a, b), other_leg in ((one, other), (other, one))
    )


def _side(point: Point, leg: Segment) -> float:
    along, off = leg[1] - leg[0], point - leg[0]
    return along.dx * off.dy - along.dy * off.dx
