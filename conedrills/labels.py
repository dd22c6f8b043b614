"""Where labels go: boxes that keep off each other, off what is drawn, and on the paper. Millimetres, y down.

Each label brings the places it could take, best first or with a cost; the more important label chooses first,
and one that finds no place is left out. No yard and no cone is known here, and nothing is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
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
        (x, y), w, h = self.centre, self.width_mm / 2, self.height_mm / 2
        cos, sin = _turn(self)
        return (
            (x - w * cos - h * sin, y + w * sin - h * cos),
            (x + w * cos - h * sin, y - w * sin - h * cos),
            (x + w * cos + h * sin, y - w * sin + h * cos),
            (x - w * cos + h * sin, y + w * sin + h * cos),
        )

    def grown(self, by_mm: float) -> Box:
        """The box with so much more on every side."""
        return Box(self.centre, self.width_mm + 2 * by_mm, self.height_mm + 2 * by_mm, self.angle_deg)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place a label could take, what it costs, and in which of its forms (from 0) it stands there.

    Where the cost takes long to find, `cost` is no more than it, and `truly` finds it.
    """

    box: Box
    cost: float = 0.0
    form: int = 0
    truly: Callable[[], float] | None = None


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
    drawn = [(thing, _shadow(thing.box)) for thing in things]
    forbidden = [(thing, shadow) for thing, shadow in drawn if thing.cost is None]
    disliked = [(thing.cost, shadow) for thing, shadow in drawn if thing.cost is not None]
    taken: dict[str, Spot] = {}
    for label in sorted(labels, key=lambda label: label.rank):
        walls = [shadow for thing, shadow in forbidden if thing.key not in label.over or not thing.key]
        walls += [_shadow(spot.box) for spot in taken.values()]
        best = _cheapest(label, walls, disliked, paper)
        if best is not None:
            taken[label.key] = best
    return taken


def _cheapest(
    label: Label, walls: Sequence[_Shadow], disliked: Sequence[tuple[float, _Shadow]], paper: Box
) -> Spot | None:
    """The free spot that costs least with what it lies on, of equals the first; none where all cost inf."""
    best, least, place = None, math.inf, -1
    for index, spot in sorted(enumerate(label.spots), key=lambda numbered: numbered[1].cost):
        if spot.cost > least:
            break
        if not contains(paper, spot.box):
            continue
        shadow = _shadow(spot.box)
        if any(_meet(wall, shadow) for wall in walls):
            continue
        lies_on = sum(dislike for dislike, thing in disliked if _meet(thing, shadow))
        if spot.cost + lies_on > least:
            continue
        own = spot.truly() if spot.truly else spot.cost
        if (own + lies_on, index) < (least, place):
            best, least, place = Spot(spot.box, own, spot.form), own + lies_on, index
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
    return _meet(_shadow(first), _shadow(second))


_Shadow = tuple[float, float, float, float, float, float, float]
"""A box for many comparisons: its centre, width, height and diagonal, and cosine and sine of its angle."""


def _shadow(box: Box) -> _Shadow:
    (x, y), wide, high = box.centre, box.width_mm, box.height_mm
    cos, sin = _turn(box)
    return x, y, wide, high, math.hypot(wide, high), cos, sin


def _meet(first: _Shadow, second: _Shadow) -> bool:
    x1, y1, wide1, high1, far1, cos1, sin1 = first
    x2, y2, wide2, high2, far2, cos2, sin2 = second
    dx, dy, far = x2 - x1, y2 - y1, far1 + far2
    if 4 * (dx * dx + dy * dy) > far * far:
        return False
    for x, y in ((cos1, -sin1), (sin1, cos1), (cos2, -sin2), (sin2, cos2)):
        # half the length of either box's shadow on a line in that direction
        reach1 = (wide1 * abs(cos1 * x - sin1 * y) + high1 * abs(sin1 * x + cos1 * y)) / 2
        reach2 = (wide2 * abs(cos2 * x - sin2 * y) + high2 * abs(sin2 * x + cos2 * y)) / 2
        if abs(dx * x + dy * y) >= reach1 + reach2 - _TOUCH_MM:
            return False
    return True


def _turn(box: Box) -> tuple[float, float]:
    if not box.angle_deg:
        return 1.0, 0.0
    turn = math.radians(box.angle_deg)
    return math.cos(turn), math.sin(turn)
