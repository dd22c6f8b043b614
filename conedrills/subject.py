"""What is proven, and the proof as it grows: a body among covers, boxes of poses, branchings and closings.

Values and arrays only; `relaxing` and `proving` work on them, and `certificate` writes them down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from conedrills.cover import Cover, Solid
from conedrills.search import Body, Floats, Ints
from conedrills.turning import FINE, Cell, cells

UNIT = 2.0**-30
"""What all numbers of a proof are multiples of."""
_ROUNDING = 1e-6  # metres, for numbers that become whole ones
_SIZE = 2.0**-20  # what sizes to be proven are multiples of


@dataclass(frozen=True)
class Range:
    """Sizes `low` to `high` between which all J points move straight: base + slope · s, (J, 2) metres.

    With two lengths one factor, `stretched` (0 depth, 1 width), has u on top, from and to `more`, and points
    move by across · u (J, 2) as well.
    """

    low: float
    high: float
    base: Floats
    slope: Floats
    across: Floats
    more: tuple[float, float] = (0.0, 0.0)
    stretched: int = 0


@dataclass(frozen=True)
class Subject:
    """What is proven to be too large anywhere: a body among covers.

    `segments` (S, 2) are pairs of points, twice the same for a single point; `kind` (S,) says which of the
    `covers` each keeps out of. `images` are the mirror images that count; `extent` is the least and the
    greatest corner of the boundary. With two lengths `limits` are the least and the most that each factor may
    be, and all points lie within `slack` of the truth, metres.
    """

    ranges: tuple[Range, ...]
    segments: Ints
    kind: Ints
    covers: tuple[Cover, ...]
    images: tuple[bool, ...]
    extent: tuple[Floats, Floats]
    limits: tuple[tuple[float, float], ...] = ()
    slack: float = 0.0

    @property
    def low(self) -> float:
        """The least size."""
        return min(part.low for part in self.ranges)

    @property
    def high(self) -> float:
        """The largest size."""
        return max(part.high for part in self.ranges)

    @property
    def unknowns(self) -> int:
        """x, y, the sine, the size, and with two lengths what one factor has on top."""
        return 5 if self.limits else 4

    @staticmethod
    def of(
        body: Body,
        segments: Ints,
        kind: Ints,
        solid: Solid,
        *,
        clearances: Sequence[float],
        sizes: tuple[float, float],
        images: tuple[bool, ...],
        extent: tuple[Floats, Floats],
        limits: tuple[tuple[float, float], ...] = (),
        slack: float = FINE,
        within: Sequence[Range] = (),
    ) -> Subject:
        """A body with some of its segments, at sizes from the lower to the upper.

        Args:
            body: what moves.
            segments: pairs of its points.
            kind: which of the clearances each keeps.
            solid: what all keep away from.
            clearances: metres.
            sizes: the least and the greatest.
            images: the mirror images that count.
            extent: the least and the greatest corner of the boundary.
            limits: with two lengths, the least and the most that each factor may be.
            slack: metres that points may be off the body, where run-outs turn.
            within: with two lengths, what depth and width to look at; else all.
        """
        low, high = down(sizes[0]), up(sizes[1])
        if limits:
            outer = tuple((down(least), up(most)) for least, most in limits)
            some = [(part.stretched, (max(low, part.low), part.high), part.more) for part in within]
            parts = [*cells(body, (low, high), outer, slack - 2.0 * _ROUNDING, some)]
            off = math.ceil((max(part.off for part in parts) + _ROUNDING) / UNIT) * UNIT
            covers = tuple(solid.cover(clearance, off) for clearance in clearances)
            ranges = tuple(_stretched(part) for part in parts)
            return Subject(ranges, segments, kind, covers, images, extent, limits, off)
        with np.errstate(divide="ignore", invalid="ignore"):
            knots = np.concatenate([body.knot, body.knot + body.span], axis=1)
            turns = (knots - body.length0[:, None]) / body.length1[:, None]
        turns = turns[np.isfinite(turns) & (np.abs(body.rate).sum(axis=1) > 0.0)[:, None]]
        inner = sorted({_on_grid(float(turn)) for turn in turns if low + 1e-9 < turn < high - 1e-9})
        ends = [low, *inner, high]
        one_length = [_range(body, one, two) for one, two in pairwise(ends) if two > one] or [
            _range(body, low, high)
        ]
        covers = tuple(solid.cover(clearance) for clearance in clearances)
        return Subject(tuple(one_length), segments, kind, covers, images, extent)


def _on_grid(value: float) -> float:
    return round(value / UNIT) * UNIT


def _range(body: Body, low: float, high: float) -> Range:
    at, _ = body.points(np.array([[low], [high]]))
    slope = (at[1] - at[0]) / (high - low) if high > low else np.zeros_like(at[0])
    slope = np.round(slope / UNIT) * UNIT
    return Range(low, high, np.round((at[0] - slope * low) / UNIT) * UNIT, slope, np.zeros_like(slope))


def _stretched(cell: Cell) -> Range:
    base, slope, across = (np.round(part / UNIT) * UNIT for part in (cell.base, cell.slope, cell.across))
    return Range(*cell.size, base, slope, across, cell.more, cell.stretched)


@dataclass
class Boxes:
    """N boxes of poses.

    `image`, `span` (which range of sizes), `quarter` (N,); `tau`, `size`, `more` (N, 2); `place` (N, 4) x and
    y from and to, metres; `cases` (N, C, 3): segment, piece of its cover, edge (or left or right after the
    edges), of which the first `count` (N,) hold. `node` (N,) is the place in the tree of the proof. Once
    bounded: `best` (N,) the largest size there can be, `at` (N, 5) x, y, sin(delta), size, u where, `which`
    (N, d + 1, 3) and `weight` (N, d + 1) the rows of its proof, d the unknowns, `off` (N,) metres by which
    they are relaxed at the most, `gain` (N, 5) of the size what splits in x, y, tau, s and u would gain.
    """

    image: Ints
    span: Ints
    quarter: Ints
    tau: Floats
    size: Floats
    more: Floats
    place: Floats
    cases: Ints
    count: Ints
    node: Ints
    best: Floats
    at: Floats
    which: Ints
    weight: Floats
    off: Floats
    gain: Floats

    def __len__(self) -> int:
        return len(self.image)

    def take(self, which: Ints | NDArray[np.bool_]) -> Boxes:
        """Some of them, copied."""
        return Boxes(*(getattr(self, part.name)[which] for part in fields(Boxes)))

    @staticmethod
    def joined(parts: Sequence[Boxes]) -> Boxes:
        """All of several."""
        return Boxes(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Boxes)))


@dataclass
class Steps:
    """How a proof branched, in the order of branching: one entry a box that was split or branched on.

    `kind` 0-4: split in x, y, tau, s, u at `at`, children first, first + 1; 5: branched on segment `at` and
    piece `piece` with `count` cases, children first ….
    """

    node: list[Ints] = field(default_factory=list)
    kind: list[Ints] = field(default_factory=list)
    at: list[Floats] = field(default_factory=list)
    piece: list[Ints] = field(default_factory=list)
    first: list[Ints] = field(default_factory=list)
    count: list[Ints] = field(default_factory=list)

    def add(
        self, *, node: Ints, kind: Ints, at: Floats, piece: Ints | None = None, first: Ints, count: Ints
    ) -> None:
        """Note some branchings."""
        self.node.append(node)
        self.kind.append(kind)
        self.at.append(at)
        self.piece.append(np.zeros_like(node) if piece is None else piece)
        self.first.append(first)
        self.count.append(count)


@dataclass
class Closings:
    """Which boxes are closed: `node` (L,), by which rows, `which` (L, d + 1, 3), of which `weight`."""

    node: list[Ints] = field(default_factory=list)
    which: list[Ints] = field(default_factory=list)
    weight: list[Floats] = field(default_factory=list)

    def add(self, node: Ints, which: Ints, weight: Floats) -> None:
        """Close some."""
        self.node.append(node)
        self.which.append(which)
        self.weight.append(weight)


@dataclass(frozen=True)
class Proof:
    """No pose of the subject has a size from `bound` up.

    `steps` and `closings` are the tree, whose roots are nodes 0, 1, …: for every image, range and quarter, in
    that order of nesting. `boxes` is how many boxes were looked at. Of the ranges `given_up` nothing is
    proven here; with two lengths other `parts` stand beside this one, each a proof of the rest.
    """

    subject: Subject
    bound: float
    steps: Steps
    closings: Closings
    boxes: int
    given_up: frozenset[int] = frozenset()
    parts: tuple[Proof, ...] = ()


def down(size: float) -> float:
    """A size rounded down to what is proven."""
    return math.floor(size / _SIZE) * _SIZE


def up(size: float) -> float:
    """A size rounded up to what is proven."""
    return math.ceil(size / _SIZE) * _SIZE
