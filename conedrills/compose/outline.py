"""A yard with no more corners than a pencil can draw.

Traced outlines have a corner every few centimetres. On paper a centimetre is at most a fifth of a
millimetre, and thousands of sides that cannot be told apart only cost time; what stays keeps the name or
number it had.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from conedrills.geometry import Path, Point, simplified
from conedrills.layout import Layout, name_of_side
from conedrills.yard import Yard

_MANY = 300  # corners
_FINE = 0.01  # metres that a drawn line may leave the true one


def drawable(layout: Layout) -> Layout:
    """The layout with its yard thinned for drawing, where it has very many corners; nothing else changes."""
    yard = layout.yard
    if len(yard.boundary) + sum(len(thing.polygon) for thing in yard.obstacles) <= _MANY:
        return layout
    obstacles = tuple(replace(thing, polygon=_thinned_ring(thing.polygon)) for thing in yard.obstacles)
    return replace(layout, yard=replace(_thinned_boundary(yard), obstacles=obstacles, uncertainty=()))


def _thinned_ring(ring: Path) -> Path:
    corners = _thinned((*ring, ring[0]))[:-1]
    return corners if len(corners) > 2 else ring


def _thinned(line: Path) -> Path:
    return tuple(Point(x, y) for x, y in simplified(tuple(point.xy for point in line), _FINE))


def _thinned_boundary(yard: Yard) -> Yard:
    """Stretches of sides of one kind and name are thinned, each on its own, so that their ends stay."""
    count = len(yard.boundary)
    names = yard.side_names or ("",) * count
    alike = groupby(range(count), key=lambda side: (yard.side_kinds[side], names[side]))
    corners: list[Point] = []
    sides: list[int] = []
    for _, stretch in alike:
        run = list(stretch)
        line = tuple(yard.boundary[side % count] for side in (*run, run[-1] + 1))
        kept = _thinned(line)[:-1]
        number = dict(zip(line, run, strict=False))
        corners += kept
        sides += [number[point] for point in kept]
    return replace(
        yard,
        boundary=tuple(corners),
        side_kinds=tuple(yard.side_kinds[side] for side in sides),
        side_names=tuple(name_of_side(yard, side) for side in sides),
    )
