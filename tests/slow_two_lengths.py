"""What the slow prover needs for drills of two lengths, written from search.md, section 8, alone.

Ranges are cut until a plane is close enough to every run-out that turns; segments that turn have rows of
their own, in which everything is bounded as simply as can be.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from conedrills.drill import Drill, Leg, Stretch
from conedrills.layout import Layout, Placement, Unplaced
from conedrills.space import rooms
from tests.slow_prover import (
    ONE,
    XY,
    Body,
    J,
    Named,
    Row,
    Solver,
    Turn,
    Vec,
    Way,
    corner_row,
    cross,
    proven,
    units,
)

OFF = 8e-3
"""Metres that points may be off a run-out that turns."""
PARTS = 8


def stretched_certificate(layout: Layout, turned: float = 0.0, sector: float = 2.0) -> dict[str, Any]:
    """The certificate of every bound that a layout of drills with two lengths states."""
    return proven(layout, turned, 2e-6, Way(stretched_body, StretchedSolver, sector))


# ---------------------------------------------------------------- the body


def factors(shape: str, s: float, u: float) -> Stretch:
    """Depth and width."""
    return Stretch(s + u, s) if shape == "deeper" else Stretch(s, s + u)


def places(drill: Drill, leg: Leg, run: float, to: Stretch) -> Vec:
    """Start, end, and end of the run-out of a leg (3, 2)."""
    start, end = (np.array(drill.cones[cone - 1].stretched(to).xy) for cone in (leg.start, leg.end))
    return np.array([start, end, end + run * (end - start) / np.hypot(*(end - start))])


def stretched_body(layout: Layout, entry: Placement | Unplaced, bound: float, most: float) -> Body:
    """Planes through all points of a drill, as large as they can be."""
    drill, needs = entry.drill, rooms(entry.drill, entry.pace, layout.space)
    assert drill.stretch is not None
    runs = [need.run_out_at(1.0) for need in needs]
    body = Body([], [], [0.0] * 6, [], [], OFF)
    for nth, need in enumerate(needs):
        body.segments.append((3 * nth, 3 * nth + 2, nth, "run", need.side_clearance))
        if need.round_clearance is not None:
            body.segments.append((3 * nth + 1, 3 * nth + 1, nth, "round", need.round_clearance))
    low, high = drill.stretch.low, drill.stretch.high
    for shape, least, top in (("deeper", low.width, high.depth), ("wider", low.depth, high.width)):
        start = max(bound, least)
        waiting = [((start, most), (0.0, top - start + 1e-9))] if start <= most else []
        while waiting:
            s, u = waiting.pop()
            if s[0] + u[0] > top + 1e-9:
                continue
            fitted = [fit(drill, leg, run, shape, (s, u)) for leg, run in zip(drill.legs, runs, strict=True)]
            if max(off for _, off in fitted) <= OFF - 1e-6:
                body.ranges.append(s)
                body.shapes.append({"shape": shape, "more": [units(end) for end in u]})
                body.at.append(np.concatenate([plane for plane, _ in fitted]).tolist())
            elif s[1] - s[0] > u[1] - u[0]:
                middle = units((s[0] + s[1]) / 2.0) / ONE
                waiting += [((middle, s[1]), u), ((s[0], middle), u)]
            else:
                middle = units((u[0] + u[1]) / 2.0) / ONE
                waiting += [(s, (middle, u[1])), (s, (u[0], middle))]
    return body


def fit(drill: Drill, leg: Leg, run: float, shape: str, cell: tuple[XY, XY]) -> tuple[Vec, float]:
    """Planes [b, g, h] (3, 6) close to the three points of a leg, and how far the last is off at most."""
    s, u = (part.ravel() for part in np.meshgrid(*(np.linspace(*ends, PARTS + 1) for ends in cell)))
    true = np.array([places(drill, leg, run, factors(shape, *at)) for at in zip(s, u, strict=True)])
    design = np.stack([np.ones_like(s), s, u], axis=1)
    plane = np.linalg.lstsq(design, true.reshape(len(s), -1), rcond=None)[0]
    off = float(np.hypot(*(design @ plane - true.reshape(len(s), -1))[:, 4:].T).max())
    return plane.reshape(3, 3, 2).transpose(1, 0, 2).reshape(3, 6), off + bent(drill, leg, run, shape, cell)


def bent(drill: Drill, leg: Leg, run: float, shape: str, cell: tuple[XY, XY]) -> float:
    """How much further than at the corners of 8 by 8 rectangles a run-out can be from a plane, metres."""
    cones = (leg.start, leg.end)

    def way(s: float, u: float) -> Vec:
        ends = [np.array(drill.cones[cone - 1].stretched(factors(shape, s, u)).xy) for cone in cones]
        return ends[1] - ends[0]

    rates = (way(1.0, 0.0) - way(0.0, 0.0), way(0.0, 1.0) - way(0.0, 0.0))
    corners = [way(s, u) for s in cell[0] for u in cell[1]]
    ahead = corners[0] / np.hypot(*corners[0])
    near = min(float(ahead @ corner) for corner in corners)
    if near <= 0.0:
        return math.inf
    return sum(
        2.0 * run * float(np.hypot(*rate)) * max(abs(cross(rate, corner)) for corner in corners) / near**3
        * ((ends[1] - ends[0]) / PARTS) ** 2 / 8.0
        for rate, ends in zip(rates, cell, strict=True)
    )  # fmt: skip


# ---------------------------------------------------------------- the rows


def turned_row(turn: Turn, moves: Sequence[Vec], q: Vec, corner: Vec, w: float) -> Row:
    """A corner on the left (w = 1) or right (-1) of a segment between two points that turns against q."""
    start, vector = moves[0], moves[1] - moves[0]
    corners = turn.box.corners
    alpha, m = vector @ q, np.array([cross(q, move) for move in vector])
    forward, across = [float(at @ alpha) for at in corners], [float(at @ m) for at in corners]
    assert min(forward) > 0.0
    tangents = [one / other for one, other in zip(across, forward, strict=True)]
    row = corner_row(turn, start, w * (q + tangents[0] * (J @ q)), corner)
    reach = reaches(turn, start, q, corner)
    swing = m[1] * alpha[2] - alpha[1] * m[2]
    numerators = (
        [m[1] * alpha[0] - alpha[1] * m[0] + u * swing for u in turn.box.u],
        [m[2] * alpha[0] - alpha[2] * m[0] - s * swing for s in turn.box.s],
    )
    slopes = []
    for ends, grows in zip(numerators, start[1:], strict=True):
        rates = [end / long**2 for end in ends for long in (min(forward), max(forward))]
        turned = [-w * rate * far for rate in rates for far in reach]
        swung = [w * tangent * float(q @ grows) for tangent in tangents]
        slopes.append(max(turned) - w * cross(q, grows) + max(swung))
    return (row[0], row[1], row[2], slopes[0], slopes[1], row[5])


def reaches(turn: Turn, start: Vec, q: Vec, corner: Vec) -> XY:
    """Between what q0 · z lies."""
    box, d = turn.box, turn.matrix @ q
    off = corner - np.array([sum(box.x) / 2.0, sum(box.y) / 2.0])
    rx, ry = (box.x[1] - box.x[0]) / 2.0, (box.y[1] - box.y[0]) / 2.0
    middle, half = float(d @ off), abs(d[0]) * rx + abs(d[1]) * ry
    swayed = turn.kappa * (abs(middle) + half)
    swayed += max(-turn.sine[0], turn.sine[1]) * (abs(cross(d, off)) + abs(d[1]) * rx + abs(d[0]) * ry)
    starts = [float(q @ (at @ start)) for at in box.corners]
    return middle - half - swayed - max(starts), middle + half + swayed - min(starts)


class StretchedSolver(Solver):
    """Trees for a proof of a drill with two lengths, without them."""

    def limits(self, turn: Turn) -> Iterator[Named]:
        """That no factor is more than it may be; the smallest size of all has as much on top as may be."""
        same = [part for part in self.proof["points"] if part["shape"] == self.part["shape"]]
        _, most = max((-part["from"], part["from"] + part["more"][1]) for part in same)
        here = turn.box.s[0] + turn.box.u[0]
        yield (0.0, 0.0, 0.0, -1.0, -1.0, most / ONE - here), 1.0, [4, 0, 0]

    def beside(self, turn: Turn, segment: int, corner: Vec, *, left: bool) -> tuple[Row, float]:
        """A corner beside a segment that turns."""
        ends, q = self.proof["segments"][segment]["points"], self.along[segment]
        long = math.hypot(*q)
        moves = [self.moves[end] for end in ends]
        row = turned_row(turn, moves, q / long, corner, 1.0 if left else -1.0)
        return row, 1.0 / long

    def widest(self, turn: Turn, cornered: bool) -> str:
        """Which split makes most of the turning of segments less, where that is more than anything else."""
        bends = max(
            self.bends(turn, nth) if not self.single(nth) else 0.0
            for nth in range(len(self.proof["segments"]))
        )
        if not cornered or bends < (turn.sine[1] - turn.sine[0]) / 4.0:
            return super().widest(turn, cornered)
        shares = {"x": 0.3, "y": 0.3, "s": 4.0, "u": 4.0}
        return max(shares, key=lambda axis: shares[axis] * float(np.ptp(getattr(turn.box, axis))))
