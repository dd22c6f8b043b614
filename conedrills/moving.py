"""Drill x pace -> the body that `search` moves and a proof is about: segments, and what each keeps clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from conedrills import search
from conedrills.drill import Drill, LegFigure, Pace, Stretch
from conedrills.geometry import Point, Vector
from conedrills.search import Floats
from conedrills.space import FLOOR, SOFT, Room, SpaceModel, rooms

SAFE = 2e-4
"""Metres to keep on top of every clearance, so that rounding to a yard's own frame can take none away."""
_NOWHERE = Vector(0.0, 0.0)
# where points are sampled: each factor grows once by one
_ONE = (Stretch(1.0, 1.0), Stretch(2.0, 2.0))
_TWO = (Stretch(1.0, 1.0), Stretch(2.0, 1.0), Stretch(1.0, 2.0))
_SPARSE = 2  # of the chords of an arc, every second end is a point that a proof looks at


@dataclass(frozen=True)
class Asked:
    """What asks for a segment of a body: a leg of the drill (from 0), as what, with what clearance, metres.

    `run`: between two points of the leg's path or of its run-out; `round`: the cone at its end.
    """

    points: tuple[int, int]
    leg: int
    part: Literal["run", "round"]
    clearance: float


@dataclass(frozen=True)
class Moved:
    """What `search` moves, about its middle: centres[0] + centres[1] · factor … from the drill's origin.

    A drill of one length has one factor, its size; of two lengths depth and width. `asked` says what of it a
    proof is about: all of it, but of arcs only points.
    """

    body: search.Body
    centres: tuple[Vector, ...]
    asked: tuple[Asked, ...]

    def centre(self, factors: Sequence[float]) -> Vector:
        """Where the middle lies in the drill's frame."""
        return sum(
            (by * factor for by, factor in zip(self.centres[1:], factors, strict=True)), start=self.centres[0]
        )


@dataclass(frozen=True)
class _End:
    """An end of a segment: where it is at each of the samples; of a run-out also the way of its leg there.

    A run-out beyond a leg whose length is length0 + length1 · size comes out of its table.
    """

    at: tuple[Point, ...]
    ways: tuple[Vector, ...] = ()
    length0: float = 0.0
    length1: float = 0.0
    run_out: tuple[tuple[float, float], ...] = ((0.0, 0.0),)

    @property
    def key(self) -> tuple[float, ...]:
        """Equal for ends that always coincide."""
        run = (
            *(x for way in self.ways for x in (way.dx, way.dy)),
            self.length0,
            self.length1,
            *(x for node in self.run_out for x in node),
        )
        places = (x for point in self.at for x in point.xy)
        numbers = (*places, *(run if any(y for _, y in self.run_out) else ()))
        return tuple(round(number, 9) + 0.0 for number in numbers)


@dataclass
class _Segments:
    """Segments without twins; of twins the most demanding holds."""

    ends: dict[tuple[float, ...], tuple[int, _End]]
    kept: dict[tuple[int, int], float]
    asked: dict[tuple[int, int], Asked]

    def number(self, end: _End) -> int:
        """Which point it is."""
        return self.ends.setdefault(end.key, (len(self.ends), end))[0]

    def add(self, first: _End, second: _End, side: float) -> tuple[int, int]:
        """Keep a distance from a segment."""
        one, other = self.number(first), self.number(second)
        pair = (min(one, other), max(one, other))
        self.kept[pair] = max(self.kept.get(pair, 0.0), side)
        return pair

    def ask(self, pair: tuple[int, int], leg: int, part: Literal["run", "round"], clearance: float) -> None:
        """Note who asks for a segment, of several the most demanding."""
        if pair not in self.asked or self.asked[pair].clearance < clearance:
            self.asked[pair] = Asked(pair, leg, part, clearance)


def moved(drill: Drill, pace: Pace, model: SpaceModel) -> Moved:
    """The segments of all legs with their run-outs, each with what it keeps clear."""
    segments = _Segments({}, {}, {})
    figures = [drill.figure(to.size, to).legs for to in (_TWO if drill.stretch else _ONE)]
    for nth, room in enumerate(rooms(drill, pace, model)):
        samples = [legs[nth] for legs in figures]
        one = samples[0]
        bulge = one.bulge * max(1.0, drill.size_max)
        chain = [_End(at) for at in zip(*(leg.path for leg in samples), strict=True)]
        beyond = _run_out_end(samples, room)
        straight = not one.leg.pieces
        # a run-out prolongs a straight leg: one segment instead of two
        whole = [*chain[:-1], beyond] if straight else [*chain, beyond]
        for first, second in pairwise(whole):
            if first.key != second.key:
                pair = segments.add(first, second, room.side_clearance + bulge)
                if straight:
                    segments.ask(pair, nth, "run", room.side_clearance)
        for point in () if straight else whole[:: _SPARSE if one.leg.shape == "arc" else 1]:
            number = segments.number(point)
            segments.ask((number, number), nth, "run", room.side_clearance)
        if room.round_clearance is not None:
            pair = segments.add(chain[-1], chain[-1], room.round_clearance)
            segments.ask(pair, nth, "round", room.round_clearance)
    return _packed(segments)


def _run_out_end(samples: Sequence[LegFigure], room: Room) -> _End:
    at = tuple(leg.path[-1] for leg in samples)
    if len(samples) == len(_TWO):
        return _End(at, tuple(leg.path[-1] - leg.path[0] for leg in samples), run_out=room.run_out)
    one, two = samples
    growth = two.length - one.length
    heading = (Vector.polar(1.0, one.heading_out),)
    return _End(at, heading, one.length - growth, growth, room.run_out)


def _packed(segments: _Segments) -> Moved:
    """As arrays, about the middle of the figure, so that turning moves no point further than it must."""
    ends = [end for _, end in segments.ends.values()]
    moves = _affine(np.array([[point.xy for point in end.at] for end in ends]))
    centres = (moves.min(axis=1) + moves.max(axis=1)) / 2.0
    still = tuple(_NOWHERE for _ in ends[0].at[: 1 if len(moves) == len(_ONE) else None])
    ways = np.array([[(way.dx, way.dy) for way in end.ways or still] for end in ends])
    widest = max(1, *(len(end.run_out) - 1 for end in ends))
    knot, span, rate = (np.zeros((len(ends), widest)) for _ in range(3))
    for row, end in enumerate(ends):
        for column, ((x, y), (x2, y2)) in enumerate(pairwise(end.run_out)):
            knot[row, column], span[row, column], rate[row, column] = x, x2 - x, (y2 - y) / (x2 - x)
    kept = np.array(list(segments.kept.values()))
    body = search.Body(
        base=moves[0] - centres[0],
        slopes=moves[1:] - centres[1:, None],
        direction=ways[:, 0],
        length0=np.array([end.length0 for end in ends]),
        length1=np.array([end.length1 for end in ends]),
        start=np.array([end.run_out[0][1] for end in ends]),
        knot=knot,
        span=span,
        rate=rate,
        segments=np.array(list(segments.kept), dtype=np.intp),
        hard=np.maximum(FLOOR, kept) + SAFE,
        soft=kept * SOFT + SAFE,
        ways=_affine(ways) if len(moves) == len(_TWO) else None,
    )
    return Moved(body, tuple(Vector(*centre) for centre in centres), tuple(segments.asked.values()))


def _affine(samples: Floats) -> Floats:
    """What (J, 1 + F, 2) samples are at factors of 0, and move by per factor (1 + F, J, 2)."""
    first, *others = np.moveaxis(samples, 1, 0)
    slopes = [other - first for other in others]
    return np.stack([first - sum(slopes), *slopes])
