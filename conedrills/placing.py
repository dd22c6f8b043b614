"""Where the points of a network may lie: starting places for its adjustment, one for each way to flip it.

Two tapes put a point on either side of the line between their hooks. Sides of the boundary, a third tape
and the way the walk went tell which; what they leave open stays open here, and `adjust` asks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from conedrills.geometry import encloses, is_outline, turns_left
from conedrills.network import Distance, Fix, Frame, Observation, Offset, Places, Step

XY = tuple[float, float]

_WIDE = 96  # shapes that are followed at a time
_FEW = 24  # shapes that are handed on
_LOOSE = 0.1  # metres of disagreement that count as one, so that a wrong tape does not hide the right shape
_WORST = 10.0  # of such disagreements; more says no more
_HOPELESS = (
    2_000.0  # of cost over the least, from which a shape is not followed: more than a wrong tape makes
)
_FOLDED = 1_000.0  # what a boundary that crosses itself costs
_SAME = 0.05  # metres within which two shapes are one
_TRIES = 60  # random starts where no point hangs on two that lie


@dataclass(frozen=True, slots=True)
class Hints:
    """What a person says that tells flips apart.

    `clockwise` is how the boundary was walked, None where it is not said. `sides` has, for a point, whether
    it lies to the left of the line from one point to another. `inside` lie within the boundary.
    """

    boundary: tuple[str, ...] = ()
    clockwise: bool | None = None
    sides: Mapping[str, tuple[bool, str, str]] = field(default_factory=dict)
    inside: frozenset[str] = frozenset()

    def agree(self, at: Places) -> bool:
        """Whether places are as they say."""
        ring = tuple(at[name] for name in self.boundary)
        if ring:
            if not is_outline(ring):
                return False
            if self.clockwise is not None and turns_left(ring) == self.clockwise:
                return False
            if not all(encloses(ring, at[name]) for name in self.inside):
                return False
        return all(
            _is_left(at[name], at[start], at[end]) == left for name, (left, start, end) in self.sides.items()
        )


def starts(observations: Sequence[Observation], frame: Frame, hints: Hints) -> list[dict[str, XY]]:
    """Shapes that a network may have, the likeliest first, in its frame; at least one.

    Args:
        observations: which must make a rigid network.
        frame: what is held still.
        hints: what tells flips apart; here it only sorts.
    """
    tied = _Tied(observations)
    fixed = {one.point: (one.x, one.y) for one in observations if isinstance(one, Fix)}
    states = [(0.0, fixed)] if fixed else tied.base(frame)
    names = sorted({name for one in observations for name in one.names})
    waiting = [name for name in names if name not in states[0][1]]
    while waiting:
        name = tied.next_of(waiting, states[0][1])
        if name is None:
            return _anywhere(names, frame)
        waiting.remove(name)
        grown = [
            (
                cost + tied.cost(name, place, at) + _folding(name, place, at, hints.boundary),
                {**at, name: place},
            )
            for cost, at in states
            for place in tied.places(name, at)
        ]
        grown.sort(key=lambda state: state[0])
        states = [state for state in grown[:_WIDE] if state[0] <= grown[0][0] + _HOPELESS]
    found: list[dict[str, XY]] = []
    for _, at in states:
        shape = at if fixed else _framed(at, frame)
        if not any(_same(shape, other) for other in found):
            found.append(shape)
    found.sort(key=lambda shape: not hints.agree(shape))  # stable: the cheapest of those that agree is first
    return found[:_FEW]


class _Tied:
    """The measurements of a network by the points they hang on."""

    def __init__(self, observations: Sequence[Observation]) -> None:
        self.ties: dict[str, dict[str, float]] = {}
        readings: dict[tuple[str, str], list[float]] = {}
        for one in observations:
            if isinstance(one, Distance):
                start, end = sorted((one.tape.start, one.tape.end))
                readings.setdefault((start, end), []).append(one.tape.length)
        for (start, end), lengths in readings.items():
            mean = math.fsum(lengths) / len(lengths)
            self.ties.setdefault(start, {})[end] = mean
            self.ties.setdefault(end, {})[start] = mean
        self.offsets = [one for one in observations if isinstance(one, Offset)]
        self.steps = [one for one in observations if isinstance(one, Step)]

    def base(self, frame: Frame) -> list[tuple[float, dict[str, XY]]]:
        """The first points: a walk's start, or the two ends of a tape that most others hang on."""
        if self.steps:
            return [(0.0, {frame.first: (0.0, 0.0)})]

        def held(start: str, end: str) -> tuple[int, float]:
            return len(self.ties[start].keys() & self.ties[end].keys()), self.ties[start][end]

        pairs = [
            (start, end) for start in sorted(self.ties) for end in sorted(self.ties[start]) if start < end
        ]
        if frame.second in self.ties.get(frame.first, {}):
            start, end = frame.first, frame.second
        else:
            start, end = max(pairs, key=lambda pair: held(*pair))
        return [(0.0, {start: (0.0, 0.0), end: (self.ties[start][end], 0.0)})]

    def next_of(self, waiting: Sequence[str], at: Places) -> str | None:
        """The point that hangs best on those that lie; None where none hangs on two."""
        for name in waiting:
            if next(self._direct(name, at), None) is not None:
                return name
        best = max(waiting, key=lambda name: sum(other in at for other in self.ties.get(name, {})))
        return best if sum(other in at for other in self.ties.get(best, {})) > 1 else None

    def places(self, name: str, at: Places) -> list[XY]:
        """Where a point may lie: one place or two."""
        direct = next(self._direct(name, at), None)
        if direct is not None:
            return [direct]
        hooks = [other for other in self.ties[name] if other in at]
        _, one, other = max(
            (self._cut(name, one, other, at), one, other) for one, other in combinations(sorted(hooks), 2)
        )
        return _both(at[one], self.ties[name][one], at[other], self.ties[name][other])

    def cost(self, name: str, place: XY, at: Places) -> float:
        """How badly a place goes with the tapes to points that lie."""
        off = (
            min(abs(math.dist(place, at[other]) - length) / _LOOSE, _WORST)
            for other, length in self.ties.get(name, {}).items()
            if other in at
        )
        return math.fsum(value * value for value in off)

    def _direct(self, name: str, at: Places) -> Iterator[XY]:
        for leg in self.steps:
            if leg.end == name and leg.start in at:
                yield at[leg.start][0] + leg.east, at[leg.start][1] + leg.north
            if leg.start == name and leg.end in at:
                yield at[leg.end][0] - leg.east, at[leg.end][1] - leg.north
        for one in self.offsets:
            if one.point == name and one.start in at and one.end in at:
                (xa, ya), (xb, yb) = at[one.start], at[one.end]
                length = math.hypot(xb - xa, yb - ya) or 1.0
                east, north = (xb - xa) / length, (yb - ya) / length
                yield xa + one.along * east - one.left * north, ya + one.along * north + one.left * east

    def _cut(self, name: str, one: str, other: str, at: Places) -> float:
        """The sine of the angle at which two tapes meet at a point; negative where they do not reach."""
        first, second, apart = self.ties[name][one], self.ties[name][other], math.dist(at[one], at[other])
        if min(first, second, apart) <= 0.0:
            return -1.0
        cosine = (first * first + second * second - apart * apart) / (2.0 * first * second)
        return math.sqrt(1.0 - cosine * cosine) if abs(cosine) <= 1.0 else -abs(cosine)


def _both(first: XY, reach: float, second: XY, other: float) -> list[XY]:
    """Where two circles cut, or where they come nearest."""
    dx, dy = second[0] - first[0], second[1] - first[1]
    apart = math.hypot(dx, dy) or 1e-9
    along = (apart * apart + reach * reach - other * other) / (2.0 * apart)
    square = reach * reach - along * along
    if square <= 0.0:
        along = math.copysign(min(abs(along), (reach + abs(along)) / 2.0), along)
    high = math.sqrt(max(square, 0.0))
    east, north = dx / apart, dy / apart
    places = [
        (first[0] + along * east - side * high * north, first[1] + along * north + side * high * east)
        for side in (1.0, -1.0)
    ]
    return places if high > 1e-6 else places[:1]


def _folding(name: str, place: XY, at: Places, boundary: Sequence[str]) -> float:
    """What it costs that the sides of the boundary at a point cross others."""
    if name not in boundary:
        return 0.0
    known = {**at, name: place}
    sides = [
        (start, end)
        for start, end in zip(boundary, [*boundary[1:], *boundary[:1]], strict=True)
        if start in known and end in known
    ]
    new = [side for side in sides if name in side]
    return _FOLDED * math.fsum(
        _cross(known[a], known[b], known[c], known[d])
        for a, b in new
        for c, d in sides
        if not {a, b} & {c, d}
    )


def _cross(first: XY, second: XY, third: XY, fourth: XY) -> bool:
    """Whether two lines cut through each other; this is asked too often for shapely."""
    return (_is_left(third, first, second) != _is_left(fourth, first, second)) and (
        _is_left(first, third, fourth) != _is_left(second, third, fourth)
    )


def _framed(at: Places, frame: Frame) -> dict[str, XY]:
    """Moved and turned so that the first point is at 0, 0 and the second on +x."""
    x, y = at[frame.first]
    if not frame.turned:
        return {name: (place[0] - x, place[1] - y) for name, place in at.items()}
    dx, dy = at[frame.second][0] - x, at[frame.second][1] - y
    length = math.hypot(dx, dy) or 1.0
    east, north = dx / length, dy / length
    framed = {
        name: (east * (px - x) + north * (py - y), east * (py - y) - north * (px - x))
        for name, (px, py) in at.items()
    }
    return {**framed, frame.second: (framed[frame.second][0], 0.0)}


def _anywhere(names: Sequence[str], frame: Frame) -> list[dict[str, XY]]:
    """Places by chance, always the same: for networks that are rigid only as a whole."""
    chance = np.random.default_rng(11)
    shapes = []
    for _ in range(_TRIES):
        places = chance.random((len(names), 2)) * 20.0
        shapes.append(
            _framed({name: (float(x), float(y)) for name, (x, y) in zip(names, places, strict=True)}, frame)
        )
    return shapes


def _same(one: Places, other: Places) -> bool:
    return all(math.dist(place, other[name]) < _SAME for name, place in one.items())


def _is_left(place: XY, start: XY, end: XY) -> bool:
    cross = (end[0] - start[0]) * (place[1] - start[1]) - (end[1] - start[1]) * (place[0] - start[0])
    return cross > 0.0
