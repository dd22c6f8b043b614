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

from conedrills.cover import Cover
from conedrills.search import Body, Floats, Ints

UNIT = 2.0**-30
"""What all numbers of a proof are multiples of."""
_SIZE = 2.0**-20  # what sizes to be proven are multiples of


@dataclass(frozen=True)
class Range:
    """Sizes `low` to `high` between which all J points move straight: base + slope · s, (J, 2) metres."""

    low: float
    high: float
    base: Floats
    slope: Floats


@dataclass(frozen=True)
class Subject:
    """What is proven to be too large anywhere: a body among covers.

    `segments` (S, 2) are pairs of points, twice the same for a single point; `kind` (S,) says which of the
    `covers` each keeps out of. `images` are the mirror images that count; `extent` is the least and the
    greatest corner of the boundary.
    """

    ranges: tuple[Range, ...]
    segments: Ints
    kind: Ints
    covers: tuple[Cover, ...]
    images: tuple[bool, ...]
    extent: tuple[Floats, Floats]

    @staticmethod
    def of(
        body: Body,
        segments: Ints,
        kind: Ints,
        covers: tuple[Cover, ...],
        *,
        sizes: tuple[float, float],
        images: tuple[bool, ...],
        extent: tuple[Floats, Floats],
    ) -> Subject:
        """A body with some of its segments, at sizes from the lower to the upper."""
        low, high = down(sizes[0]), up(sizes[1])
        with np.errstate(divide="ignore", invalid="ignore"):
            knots = np.concatenate([body.knot, body.knot + body.span], axis=1)
            turns = (knots - body.length0[:, None]) / body.length1[:, None]
        turns = turns[np.isfinite(turns) & (np.abs(body.rate).sum(axis=1) > 0.0)[:, None]]
        inner = sorted({_on_grid(float(turn)) for turn in turns if low + 1e-9 < turn < high - 1e-9})
        ends = [low, *inner, high]
        ranges = [_range(body, one, two) for one, two in pairwise(ends) if two > one] or [
            _range(body, low, high)
        ]
        return Subject(tuple(ranges), segments, kind, covers, images, extent)


def _on_grid(value: float) -> float:
    return round(value / UNIT) * UNIT


def _range(body: Body, low: float, high: float) -> Range:
    at, _ = body.points(np.array([low, high]))
    slope = (at[1] - at[0]) / (high - low) if high > low else np.zeros_like(at[0])
    slope = np.round(slope / UNIT) * UNIT
    return Range(low, high, np.round((at[0] - slope * low) / UNIT) * UNIT, slope)


@dataclass
class Boxes:
    """N boxes of poses.

    `image`, `span` (which range of sizes), `quarter` (N,); `tau`, `size` (N, 2); `place` (N, 4) x and y from
    and to, metres; `cases` (N, C, 3): segment, piece of its cover, edge (or left or right after the edges),
    of which the first `count` (N,) hold. `node` (N,) is the place in the tree of the proof. Once bounded:
    `best` (N,) the largest size there can be, `at` (N, 4) x, y, sin(delta), size where, `which` (N, 5, 3) and
    `weight` (N, 5) the rows of its proof, `off` (N,) metres by which they are relaxed at the most, `gain`
    (N, 4) of the size what splits in x, y, tau and s would gain.
    """

    image: Ints
    span: Ints
    quarter: Ints
    tau: Floats
    size: Floats
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

    `kind` 0-3: split in x, y, tau, s at `at`, children first, first + 1; 4: branched on segment `at` and
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
    """Which boxes are closed, by which weights of which rows: `node` (L,), `which` (L, 5, 3), `weight`."""

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
    that order of nesting. `boxes` is how many boxes were looked at.
    """

    subject: Subject
    bound: float
    steps: Steps
    closings: Closings
    boxes: int


def down(size: float) -> float:
    """A size rounded down to what is proven."""
    return math.floor(size / _SIZE) * _SIZE


def up(size: float) -> float:
    """A size rounded up to what is proven."""
    return math.ceil(size / _SIZE) * _SIZE
