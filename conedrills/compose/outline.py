"""A yard with no more corners than a pencil can draw.

Traced outlines have a corner every few centimetres. On paper a centimetre is at most a fifth of a
millimetre, and thousands of sides that cannot be told apart only cost time; what stays keeps the name or
number it had.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, groupby

from conedrills.geometry import Path, Point, simplified
from conedrills.layout import Hook, Layout, Placement, SetoutRow, Tie, name_of_side
from conedrills.yard import Yard

_MANY = 300  # corners
_SAME = 0.01  # metres within which two places are one
_FINE = 0.01  # metres that a drawn line may leave the true one


def drawable(layout: Layout) -> Layout:
    """The layout with its yard thinned for drawing, where it has very many corners; nothing else changes."""
    layout = replace(layout, placements=tuple(_followable(layout, one) for one in layout.placements))
    yard = layout.yard
    if len(yard.boundary) + sum(len(thing.polygon) for thing in yard.obstacles) <= _MANY:
        return layout
    obstacles = tuple(replace(thing, polygon=_thinned_ring(thing.polygon)) for thing in yard.obstacles)
    return replace(layout, yard=replace(_thinned_boundary(yard), obstacles=obstacles, uncertainty=()))


def _followable(layout: Layout, placement: Placement) -> Placement:
    """Without its set-out where nobody could follow that: a stranger may have written anything."""
    places: dict[Hook, Point] = {reference.name: reference.at for reference in layout.yard.references}
    lettered = len(places) == len(layout.yard.references)
    places |= dict(enumerate(placement.cones, 1))

    def apart(*hooks: Hook) -> bool:
        known = [places.get(hook) for hook in hooks]
        return all(
            one is not None and other is not None and (one - other).length > _SAME
            for one, other in combinations(known, 2)
        )

    def clear(row: SetoutRow) -> bool:
        hooks = [tape.at for tape in row.tapes] if isinstance(row, Tie) else [row.start, row.end]
        checked = apart(row.check.at, row.cone) if row.check else True
        return checked and (apart(*hooks, row.cone) if isinstance(row, Tie) else apart(*hooks))

    rows = placement.setout
    if not rows or (lettered and len(rows) == len(placement.cones) and all(map(clear, rows))):
        return placement
    return replace(placement, setout=(), checks=())


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
