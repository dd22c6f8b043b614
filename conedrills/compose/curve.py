"""Lines on paper: how long, where along, which piece, and beside. Millimetres, y down; degrees as seen."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from conedrills.sheet import XY

Line = tuple[XY, ...]


def length(line: Line) -> float:
    """Millimetres along a line.

    >>> length(((0, 0), (3, 4)))
    5.0
    """
    return math.fsum(math.dist(a, b) for a, b in itertools.pairwise(line))


def at(line: Line, distance: float) -> tuple[XY, float]:
    """The place so far along a line, and the direction there; beyond its ends it goes on straight.

    >>> at(((0, 0), (10, 0), (10, -10)), 12.0)
    ((10.0, -2.0), 90.0)
    """
    left = distance
    for index, (a, b) in enumerate(itertools.pairwise(line)):
        step = math.dist(a, b)
        if left <= step or index == len(line) - 2:
            share = left / step if step else 0.0
            place = (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
            return place, direction(a, b)
        left -= step
    return line[0], 0.0


def piece(line: Line, start: float, end: float) -> Line:
    """The part of a line between two distances along it.

    >>> piece(((0, 0), (10, 0), (10, -10)), 5.0, 12.0)
    ((5.0, 0.0), (10, 0), (10.0, -2.0))
    """
    inner: list[XY] = []
    run = 0.0
    for a, b in itertools.pairwise(line[:-1]):
        run += math.dist(a, b)
        if start < run < end:
            inner.append(b)
    return (at(line, start)[0], *inner, at(line, end)[0])


def direction(start: XY, end: XY) -> float:
    """Degrees counter-clockwise from level right, as seen."""
    return math.degrees(math.atan2(start[1] - end[1], end[0] - start[0]))


def step(start: XY, angle: float, distance: float) -> XY:
    """The place so far from another, in a direction as seen.

    >>> [round(value, 9) for value in step((0, 0), 90.0, 2.0)]
    [0.0, -2.0]
    """
    turn = math.radians(angle)
    return (start[0] + distance * math.cos(turn), start[1] - distance * math.sin(turn))


def beside(line: Line, by: float) -> Line:
    """The line so far to the left of its way (negative: to the right)."""
    if not by:
        return line
    moved: list[XY] = []
    for index, corner in enumerate(line):
        before, after = line[max(0, index - 1)], line[min(len(line) - 1, index + 1)]
        moved.append(step(corner, direction(before, after) + 90.0, by))
    return tuple(moved)


def readable(angle: float) -> float:
    """The same slope such that writing along it stands upright, degrees in (-90, 90].

    >>> readable(180.0), readable(100.0), readable(-90.0)
    (0.0, -80.0, 90.0)
    """
    turned = (angle + 90.0) % 180.0 - 90.0
    return 90.0 if turned == -90.0 else turned


def marks_along(line: Line, every: float, first: float) -> Iterator[tuple[XY, float]]:
    """Places at even steps along a line, with the direction at each."""
    total = length(line)
    distance = first
    while distance < total:
        yield at(line, distance)
        distance += every


def nearest(line: Line, spot: XY) -> tuple[float, float]:
    """How far along a line it passes closest to a spot, and how far off.

    >>> nearest(((0, 0), (10, 0), (10, -10)), (12.0, -5.0))
    (15.0, 2.0)
    """
    best, run = (0.0, math.inf), 0.0
    for a, b in itertools.pairwise(line):
        step_long = math.dist(a, b)
        along = ((spot[0] - a[0]) * (b[0] - a[0]) + (spot[1] - a[1]) * (b[1] - a[1])) / max(
            step_long**2, 1e-12
        )
        share = min(1.0, max(0.0, along))
        off = math.dist(spot, (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
        if off < best[1] - 1e-9:
            best = (run + share * step_long, off)
        run += step_long
    return best
