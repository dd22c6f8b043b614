"""Where labels go: boxes that keep off each other, off what is drawn, and on the paper. Millimetres, y down.

Each label brings the places it could take, best first or with a cost; the more important label chooses first,
and one that finds no place is left out. No yard and no cone is known here, and nothing is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

XY = tuple[float, float]
_TOUCH_MM = 0.05
"""Boxes that overlap by less than this lie side by side."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle about its centre, turned counter-clockwise as seen."""

    centre: XY
    width_mm: float
    height_mm: float
    angle_deg: float = 0.0

    def corners(self) -> tuple[XY, XY, XY, XY]:
        """Its corners, around."""
        along, across = _axes(self)
        (x, y), w, h = self.centre, self.width_mm / 2, self.height_mm / 2
        signs = ((-w, -h), (w, -h), (w, h), (-w, h))
        first, second, third, fourth = (
            (x + a * along[0] + b * across[0], y + a * along[1] + b * across[1]) for a, b in signs
        )
        return first, second, third, fourth

    def grown(self, by_mm: float) -> Box:
        """The box with so much more on every side."""
        return Box(self.centre, self.width_mm + 2 * by_mm, self.height_mm + 2 * by_mm, self.angle_deg)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place a label could take, what it costs, and in which of its forms (from 0) it stands there."""

    box: Box
    cost: float = 0.0
    form: int = 0


@dataclass(frozen=True, slots=True)
class Label:
    """Something to place. The lower `rank` chooses first; `over` names the things it may lie on."""

    key: str
    rank: float
    spots: tuple[Spot, ...]
    over: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Thing:
    """Something drawn. A label may not lie on it, or, where `cost` is given, had rather not."""

    box: Box
    key: str = ""
    cost: float | None = None


def placed(labels: Sequence[Label], things: Iterable[Thing], paper: Box) -> dict[str, Spot]:
    """The place of every label that has one: none overlap, leave the paper or lie on a forbidden thing."""
    forbidden = [thing for thing in things if thing.cost is None]
    disliked = [thing for thing in things if thing.cost is not None]
    taken: dict[str, Spot] = {}
    for label in sorted(labels, key=lambda label: label.rank):
        walls = [thing.box for thing in forbidden if thing.key not in label.over or not thing.key]
        walls += [spot.box for spot in taken.values()]
        best = _cheapest(label, walls, disliked, paper)
        if best is not None:
            taken[label.key] = best
    return taken


def _cheapest(label: Label, walls: Sequence[Box], disliked: Sequence[Thing], paper: Box) -> Spot | None:
    best, least = None, math.inf
    for spot in label.spots:
        if (
            spot.cost >= least
            or not contains(paper, spot.box)
            or any(overlaps(wall, spot.box) for wall in walls)
        ):
            continue
        cost = spot.cost + sum(thing.cost or 0.0 for thing in disliked if overlaps(thing.box, spot.box))
        if cost < least:
            best, least = spot, cost
    return best


def along(start: XY, end: XY, width_mm: float) -> Box:
    """The box that a line of a width covers."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    centre = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    return Box(centre, math.hypot(dx, dy), width_mm, math.degrees(math.atan2(-dy, dx)))


def upright(left: float, top: float, right: float, bottom: float) -> Box:
    """The box between four edges."""
    return Box(((left + right) / 2, (top + bottom) / 2), right - left, bottom - top)


def contains(paper: Box, box: Box) -> bool:
    """Whether a box lies wholly on an upright paper."""
    (x, y), w, h = paper.centre, paper.width_mm / 2 + 1e-6, paper.height_mm / 2 + 1e-6
    return all(abs(corner[0] - x) <= w and abs(corner[1] - y) <= h for corner in box.corners())


def overlaps(first: Box, second: Box) -> bool:
    """Whether two boxes cover common ground: no line along any of their sides separates them.

    >>> box = Box((0, 0), 2, 2)
    >>> overlaps(box, Box((2.5, 0), 2, 2)), overlaps(box, Box((2.2, 0), 2, 2, 45.0))
    (False, True)
    """
    dx, dy = second.centre[0] - first.centre[0], second.centre[1] - first.centre[1]
    far = math.hypot(first.width_mm, first.height_mm) + math.hypot(second.width_mm, second.height_mm)
    if 4 * (dx * dx + dy * dy) > far * far:
        return False
    axes = (*_axes(first), *_axes(second))
    return all(
        abs(dx * x + dy * y) < _reach(first, x, y) + _reach(second, x, y) - _TOUCH_MM for x, y in axes
    )  # fmt: skip


def _axes(box: Box) -> tuple[XY, XY]:
    turn = math.radians(box.angle_deg)
    cos, sin = math.cos(turn), math.sin(turn)
    return (cos, -sin), (sin, cos)


def _reach(box: Box, x: float, y: float) -> float:
    """Half the length of a box's shadow on a direction."""
    (ax, ay), (bx, by) = _axes(box)
    return (box.width_mm * abs(ax * x + ay * y) + box.height_mm * abs(bx * x + by * y)) / 2
