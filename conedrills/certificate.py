"""A proof as a file that anybody can check: what search.md, section 7 describes, and nothing else.

Every number is a whole one: lengths, sizes and tangents in 2^-30. `verify` reads it and believes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from conedrills.cover import PAID, Cover, Ring
from conedrills.fit import Fitted
from conedrills.ground import Ground
from conedrills.layout import Layout, layout_id
from conedrills.moving import Moved
from conedrills.search import Ints
from conedrills.subject import UNIT, Proof, Range, Subject, up

FORMAT = "conedrills-certificate"
_PER_UNIT = round(1.0 / UNIT)
_HEAVIEST = 2**40  # what the largest weight of a leaf becomes
_AXES = "xytsu"
_EDGE, _CORNER, _ORDER, _LIMIT = 1, 2, 3, 4  # kinds of rows
_SHAPES = ("deeper", "wider")


def certificate(layout: Layout, ground: Ground, fitted: Sequence[Fitted]) -> dict[str, Any]:
    """The certificate of a layout: a proof for every drill of which something had to be proven.

    Args:
        layout: what was made.
        ground: the yard that all of it was fitted into.
        fitted: every fit, with its proof.
    """
    return {
        "format": FORMAT,
        "version": 1,
        "made_by": layout.made_by,
        "layout": layout_id(layout),
        "frame": _frame(ground),
        "rings": [_ring(ring) for ring in ground.rings],
        "proofs": [
            _proof(ground, fit, part, fit.proof.bound)
            for fit in fitted
            if fit.proof is not None
            for part in (*fit.proof.parts, fit.proof)
        ],
    }


def _whole(value: float) -> int:
    return round(value * _PER_UNIT)


def _frame(ground: Ground) -> dict[str, Any]:
    turn = math.radians(ground.pose.rotation)
    quarter = round(turn / (math.pi / 2.0))
    tau = math.tan((turn - quarter * math.pi / 2.0) / 2.0)
    return {
        "origin": [_whole(value) for value in ground.pose.origin.xy],
        "quarter": quarter % 4,
        "tau": _whole(tau),
    }


def _ring(ring: Ring) -> dict[str, Any]:
    corners = zip(ring.which, ring.corners.tolist(), strict=True)
    return {
        "obstacle": ring.obstacle,
        "slack": _whole(ring.slack),
        "corners": [[which, _whole(x), _whole(y)] for which, (x, y) in corners],
    }


def _proof(ground: Ground, fit: Fitted, proof: Proof, bound: float) -> dict[str, Any]:
    subject, moved = proof.subject, fit.moved
    clearances = [cover.clearance for cover in subject.covers]
    return {
        "drill": fit.result.drill.name,
        "pace": fit.result.pace,
        "bound": _whole(bound),
        "size_max": _whole(up(fit.result.drill.size_max)),
        "mirrored": list(subject.images),
        **({"slack": _whole(subject.slack)} if subject.limits else {}),
        "points": [
            _range(part, moved, _SHAPES if subject.limits else ())
            for nth, part in enumerate(subject.ranges)
            if nth not in proof.given_up
        ],
        "segments": [
            {
                "points": list(part.points),
                "leg": part.leg,
                "part": part.part,
                "clearance": math.floor(part.clearance * _PER_UNIT),
                "class": clearances.index(part.clearance),
            }
            for part in moved.asked
        ],
        "classes": [_class(cover, ground, subject.slack) for cover in subject.covers],
        "trees": [*_trees(proof)],
    }


def _range(part: Range, moved: Moved, shapes: Sequence[str]) -> dict[str, Any]:
    centre, moves = list(moved.centres), [part.base, part.slope]
    shape: dict[str, Any] = {}
    if shapes:
        # about its own middle, which moves with the size and with what is on top
        centre = [centre[0], centre[1] + centre[2], centre[1 + part.stretched]]
        moves.append(part.across)
        shape = {"shape": shapes[part.stretched], "more": [_whole(end) for end in part.more]}
    return {
        **shape,
        "from": _whole(part.low),
        "to": _whole(part.high),
        "centre": [_whole(value) for by in centre for value in (by.dx, by.dy)],
        "at": [[_whole(value) for value in row] for row in np.concatenate(moves, axis=1).tolist()],
    }


def _class(cover: Cover, ground: Ground, slack: float) -> dict[str, Any]:
    return {
        "clearance": math.floor(cover.clearance * _PER_UNIT),
        "borders": [*_borders(cover, ground.rings[0], slack)],
        "pieces": [
            {
                "kind": piece.kind,
                "ring": piece.ring,
                "core": list(piece.core),
                "corners": [
                    [near, _whole(x), _whole(y)]
                    for near, (x, y) in zip(piece.near, piece.corners.tolist(), strict=True)
                ],
            }
            for piece in cover.pieces
        ],
    }


def _borders(cover: Cover, boundary: Ring, slack: float) -> Iterator[list[int]]:
    """Half planes, the offset as far in as whole numbers allow."""
    corners = [(_whole(x), _whole(y)) for x, y in boundary.corners.tolist()]
    # a few units less, as what is kept is made up of rounded numbers
    wide = math.floor((float(boundary.needs(cover.clearance).min()) - PAID - slack) * _PER_UNIT) - 4
    for x, y, _ in cover.borders.tolist():
        nx, ny = _whole(x), _whole(y)
        reach = min(nx * vx + ny * vy for vx, vy in corners)
        yield [nx, ny, reach + math.isqrt(wide * wide * (nx * nx + ny * ny))]


# ---------------------------------------------------------------- trees


@dataclass(frozen=True)
class _Case:
    """One way of being apart on the way to a leaf."""

    segment: int
    piece: int
    way: int


class _Tree:
    """The tree of a proof, out of the order in which it grew."""

    def __init__(self, proof: Proof) -> None:
        self.subject = proof.subject
        steps, closings = proof.steps, proof.closings
        self.step = {int(node): nth for nth, node in enumerate(_flat(steps.node))}
        self.kind, self.piece, self.first, self.count = (
            _flat(part).tolist() for part in (steps.kind, steps.piece, steps.first, steps.count)
        )
        self.at = np.concatenate([np.zeros(0), *steps.at]).tolist()
        self.leaf = {int(node): nth for nth, node in enumerate(_flat(closings.node))}
        rows = proof.subject.unknowns + 1
        self.which = np.concatenate([np.zeros((0, rows, 3), dtype=np.intp), *closings.which]).tolist()
        self.weight = np.concatenate([np.zeros((0, rows)), *closings.weight]).tolist()

    def node(self, node: int, span: Range, cases: tuple[_Case, ...]) -> list[Any]:
        """A node with all that is below it."""
        nth = self.step.get(node)
        if nth is None:
            return ["closed", self._closed(self.leaf[node], span, cases)]
        kind, first = self.kind[nth], self.first[nth]
        if kind < len(_AXES):
            below, above = (self.node(first + side, span, cases) for side in (0, 1))
            return [_AXES[kind], _whole(self.at[nth]), below, above]
        segment, piece = int(self.at[nth]), self.piece[nth]
        children = [
            self.node(first + way, span, (*cases, _Case(segment, piece, way)))
            for way in range(self.count[nth])
        ]
        return ["apart", segment, piece, children]

    def _closed(self, nth: int, span: Range, cases: tuple[_Case, ...]) -> list[int]:
        """Four whole numbers a row. Weights were found for unit normals, and the rows have longer ones."""
        rows = [
            (weight / self._length(row, span, cases), row)
            for weight, row in zip(self.weight[nth], self.which[nth], strict=True)
            if weight > 0.0 and row[0] >= 0
        ]
        heaviest = max((weight for weight, _ in rows), default=1.0)
        out: list[int] = []
        for weight, (kind, i, j) in rows:
            out += [round(weight / heaviest * _HEAVIEST), kind, i, 0 if kind == _ORDER else j]
        return out

    def _length(self, row: list[int], span: Range, cases: tuple[_Case, ...]) -> float:
        """Of the vector that stands in a row, metres."""
        kind, slot, which = row
        if kind in (0, _LIMIT):
            return 1.0
        case = cases[slot]
        kind_of = int(self.subject.kind[case.segment])
        corners = self.subject.covers[kind_of].pieces[case.piece].corners
        if kind == _EDGE:
            return _edge(corners.tolist(), case.way)
        if kind == _ORDER and which >= 0:
            return _edge(corners.tolist(), which)
        first, second = self.subject.segments[case.segment]
        at = span.base + span.high * span.slope + span.more[0] * span.across
        along = at[[first, second]]
        return float(np.hypot(*(along[1] - along[0])))


def _edge(corners: list[list[float]], nth: int) -> float:
    (x, y), (x2, y2) = corners[nth], corners[(nth + 1) % len(corners)]
    return math.hypot(x2 - x, y2 - y)


def _flat(parts: Sequence[Ints]) -> Ints:
    return np.concatenate([np.zeros(0, dtype=np.intp), *parts])


def _trees(proof: Proof) -> Iterator[dict[str, Any]]:
    subject: Subject = proof.subject
    tree = _Tree(proof)
    roots = [
        (image, span, quarter)
        for image in subject.images
        for span in range(len(subject.ranges))
        for quarter in range(4)
    ]
    kept = [span for span in range(len(subject.ranges)) if span not in proof.given_up]
    for node, (image, span, quarter) in enumerate(roots):
        if span not in proof.given_up:
            root = tree.node(node, subject.ranges[span], ())
            yield {"mirrored": image, "range": kept.index(span), "quarter": quarter, "tree": root}
