"""No pose is larger than this: branch and bound over boxes of poses, with a proof that others can check.

Arrays and floats only, like `search`; search.md holds the mathematics and the names used here. A box holds
all poses with x, y, tau and s in intervals, and a list of cases: how a segment of the body and a convex piece
of what is not free are apart. One small linear program bounds the size in a box; its dual solution closes
the box for good, or its optimum shows what to branch on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from conedrills.cover import Cover, Level
from conedrills.programs import MISSED, bounds
from conedrills.search import Body, Floats, Ints, Poses

UNIT = 2.0**-30
"""What all numbers of a proof are multiples of."""
EXTREME = 444758428 * UNIT
"""The largest tangent of half an angle inside a quarter turn: a little more than tan 22.5 degrees."""
_SECTORS = 8  # a quarter turn
_BATCH = 128  # boxes branched on together
_MOST_CASES = 24
_BORDER_ROWS = 36
_COARSE = 2.0**-20  # metres: where boxes are split
_SLIVER = 2.0**-16  # of |q|, metres: see the corner row in search.md
_TRIED = (1, 2, 4, 8, 16, 32, 64, 128)  # batches after which the most promising boxes are climbed from
_SELDOM = (8, 32, 128)  # the same, once something is known to fit
_PROMISING = 6  # of them
_ALIKE = (0.5, 0.1)  # metres and radians within which two poses climb to the same place
_NEAR = 0.02  # metres of overlap below which a box's best pose is always worth a climb
_CASE_ROWS = 4
_ROUND = 2.0 * math.pi
_CERTAIN = 1e-9  # radians by which directions must differ to count as different
_OFF, _WIDTH = 5, 9  # of a row: where its errors start, and its length
_MARGIN = 1e-8  # of a size, by which a bound must be below the target
_COARSER, _FINER = 2.0, 6.0  # how many times what is relaxed an overlap must be to be branched on
_EASED = 0.01  # of a size a metre: what relaxed rows without weight count
_DOUBT = 2e-8  # metres that a row may be off: rounding here, and in the whole numbers of a certificate
_TOUCH = 2e-5  # metres of overlap that are none
_DIRECTIONS = 4  # x, y, tau, s: what a box can be split in
MOST_BOXES = 60_000


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
        low, high = _floor(sizes[0]), _ceiling(sizes[1])
        with np.errstate(divide="ignore", invalid="ignore"):
            knots = np.concatenate([body.knot, body.knot + body.span], axis=1)
            turns = (knots - body.length0[:, None]) / body.length1[:, None]
        turns = turns[:, :][np.isfinite(turns) & (np.abs(body.rate).sum(axis=1) > 0.0)[:, None]]
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


# ---------------------------------------------------------------- boxes


@dataclass
class Boxes:
    """N boxes of poses.

    `image`, `span` (which range of sizes), `quarter` (N,); `tau`, `size` (N, 2); `place` (N, 4) x and y from
    and to, metres; `cases` (N, C, 3): segment, piece of its cover, edge (or left or right after the edges), of
    which the first `count` (N,) hold. `node` (N,) is the place in the tree of the proof. After `_Solver.solve`:
    `best` (N,) the largest size there can be, `at` (N, 4) x, y, sin(delta), size where, `which` (N, 5, 3) and
    `weight` (N, 5) the rows of its proof, `off` (N,) metres
    by which they are relaxed at the most, `gain` (N, 4) of the size what splits in x, y, tau and s would gain.
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

    `kind` 0-3: split in x, y, tau, s at `at`, children first, first + 1; 4: branched on segment `at` and piece
    `piece` with `count` cases, children first ….
    """

    node: list[Ints] = field(default_factory=list)
    kind: list[Ints] = field(default_factory=list)
    at: list[Floats] = field(default_factory=list)
    piece: list[Ints] = field(default_factory=list)
    first: list[Ints] = field(default_factory=list)
    count: list[Ints] = field(default_factory=list)

    def add(self, node: Ints, kind: Ints, at: Floats, piece: Ints, first: Ints, count: Ints) -> None:
        """Note some branchings."""
        for name, value in zip(("node", "kind", "at", "piece", "first", "count"),
                               (node, kind, at, piece, first, count), strict=True):  # fmt: skip
            getattr(self, name).append(value)


@dataclass
class Closings:
    """Which boxes are closed, and by which weights of which rows: `node` (L,), `which` (L, 5, 3), `weight`."""

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
    root: Floats
    steps: Steps
    closings: Closings
    boxes: int


# ---------------------------------------------------------------- rows


class _Rows:
    """Linear rows of boxes: what every allowed pose of a box satisfies (search.md, section 4)."""

    def __init__(self, subject: Subject, boxes: Boxes) -> None:
        self.subject, self.boxes = subject, boxes
        low, high = boxes.tau[:, 0], boxes.tau[:, 1]
        middle = (low + high) / 2.0
        turn = boxes.quarter * (math.pi / 2.0) + 2.0 * np.arctan(middle)
        cos, sin = np.cos(turn), np.sin(turn)
        back, ahead = 2.0 * (np.arctan(low) - np.arctan(middle)), 2.0 * (np.arctan(high) - np.arctan(middle))
        self.turn = turn
        self.sine = np.stack([np.sin(back), np.sin(ahead)], axis=1)
        self.kappa = 1.0 - np.minimum(np.cos(back), np.cos(ahead))
        base = np.stack([part.base for part in subject.ranges])[boxes.span]
        slope = np.stack([part.slope for part in subject.ranges])[boxes.span]
        flip = np.where(np.array(subject.images)[boxes.image], -1.0, 1.0)[:, None]

        def turned(vectors: Floats) -> Floats:
            x, y = vectors[..., 0] * flip, vectors[..., 1]
            return np.stack([cos[:, None] * x - sin[:, None] * y, sin[:, None] * x + cos[:, None] * y], -1)

        self.points = turned(base + boxes.size[:, :1, None] * slope)
        self.growth = turned(slope)
        ends = self.points[:, subject.segments]
        along = ends[:, :, 1] - ends[:, :, 0]
        length = np.hypot(along[..., 0], along[..., 1])
        self.along = along / np.maximum(length, 1e-9)[..., None]
        self.middle = np.stack([boxes.place[:, :2].mean(axis=1), boxes.place[:, 2:].mean(axis=1)], axis=1)
        self.half = np.stack(
            [boxes.place[:, 1] - boxes.place[:, 0], boxes.place[:, 3] - boxes.place[:, 2]], axis=1
        ) / 2.0  # fmt: skip
        self.low = np.stack(
            [boxes.place[:, 0], boxes.place[:, 2], self.sine[:, 0], np.zeros(len(boxes))], axis=1
        )
        self.high = np.stack(
            [boxes.place[:, 1], boxes.place[:, 3], self.sine[:, 1], boxes.size[:, 1] - boxes.size[:, 0]],
            axis=1,
        )

    def point(self, nth: Ints, normal: Floats, offset: Floats, point: Ints) -> Floats:
        """Point rows (R, 9): a constant, the coefficients of x, y, sin(delta), sigma, and what is relaxed.

        What is relaxed: metres due to the angle, to x, to y, and per unit of sigma.
        """
        here, grows = self.points[nth, point], self.growth[nth, point]
        kappa, sine = self.kappa[nth], self.sine[nth]
        out, across = _dot(normal, here), _dot(normal, _quarter(here))
        rate, sway = _dot(normal, grows), _dot(normal, _quarter(grows))
        swayed = np.maximum(sine[:, 0] * sway, sine[:, 1] * sway)
        rows = np.zeros((len(nth), _WIDTH))
        shrunk = kappa * np.maximum(0.0, -out)
        rows[:, 0] = out + shrunk - offset
        rows[:, 1:3] = normal
        rows[:, 3] = across
        rows[:, _OFF] = shrunk
        rows[:, _OFF + 3] = kappa * np.maximum(0.0, -rate) + swayed
        rows[:, 4] = rate + rows[:, _OFF + 3]
        return rows

    def corner(self, nth: Ints, segment: Ints, corner: Floats, way: Floats) -> Floats:
        """Corner rows (R, 9), `way` 1 for left and -1 for right."""
        along, first = self.along[nth, segment], self.subject.segments[segment, 0]
        here, grows = self.points[nth, first], self.growth[nth, first]
        kappa, sine, half = self.kappa[nth], self.sine[nth], self.half[nth]
        off = corner - self.middle[nth]
        side = way * _cross(along, off)
        reach = np.abs(along[:, 0]) * half[:, 1] + np.abs(along[:, 1]) * half[:, 0]
        stretch = np.abs(along[:, 0]) * half[:, 0] + np.abs(along[:, 1]) * half[:, 1]
        most = np.maximum(-sine[:, 0], sine[:, 1])
        rows = np.zeros((len(nth), _WIDTH))
        bent = kappa * np.maximum(0.0, -side)
        rows[:, _OFF] = bent + kappa * reach + most * stretch
        rows[:, _OFF + 1] = (kappa * np.abs(along[:, 1]) + most * np.abs(along[:, 0])) * half[:, 0]
        rows[:, _OFF + 2] = (kappa * np.abs(along[:, 0]) + most * np.abs(along[:, 1])) * half[:, 1]
        # cross(along, place - middle), with the middle's share moved to the constant
        rows[:, 0] = side + way * (_cross(along, self.middle[nth]) - _cross(along, here))
        rows[:, 0] += rows[:, _OFF] + 2.0 * _SLIVER
        rows[:, 1], rows[:, 2] = way * along[:, 1], -way * along[:, 0]
        rows[:, 3], rows[:, 4] = -way * _dot(along, off), -way * _cross(along, grows)
        return rows

    def most(self, nth: Ints, rows: Floats) -> Floats:
        """The largest value of rows anywhere in their boxes (R,)."""
        low, high = self.low[nth], self.high[nth]
        return np.asarray(rows[:, 0] + np.maximum(rows[:, 1:5] * low, rows[:, 1:5] * high).sum(axis=1))

    def poses(self, at: Floats) -> Floats:
        """Where all points (N, J, 2) truly are at x, y, sin(delta), size (N, 4)."""
        sine = at[:, 2, None, None]
        more = np.maximum(0.0, at[:, 3] - self.boxes.size[:, 0])
        local = self.points + more[:, None, None] * self.growth
        turned = np.sqrt(np.maximum(0.0, 1.0 - sine**2)) * local + sine * _quarter(local)
        return np.asarray(at[:, None, :2] + turned)


def _dot(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[..., 0] * other[..., 0] + one[..., 1] * other[..., 1])


def _cross(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])


def _quarter(vectors: Floats) -> Floats:
    return np.stack([-vectors[..., 1], vectors[..., 0]], axis=-1)


class _Tables:
    """All pieces of all covers as arrays, by class and number."""

    def __init__(self, subject: Subject) -> None:
        pieces = [(kind, piece) for kind, cover in enumerate(subject.covers) for piece in cover.pieces]
        counts = np.array([len(piece.corners) for _, piece in pieces], dtype=np.intp)
        self.base = np.cumsum([0, *(len(cover.pieces) for cover in subject.covers)])[:-1]
        self.first = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
        self.count = counts
        rings = [piece.corners for _, piece in pieces]
        self.corners = np.concatenate([np.zeros((0, 2)), *rings])
        ends = np.concatenate([np.zeros((0, 2)), *(np.roll(ring, -1, axis=0) for ring in rings)])
        along = ends - self.corners
        self.length = np.hypot(*along.T)
        self.normals = np.stack([along[:, 1], -along[:, 0]], axis=1) / self.length[:, None]
        self.heading = np.arctan2(self.normals[:, 1], self.normals[:, 0])
        self.offset = _dot(self.normals, self.corners)
        borders = [cover.borders for cover in subject.covers]
        self.borders = borders[0][:, :2]
        self.reach = np.stack([border[:, 2] for border in borders])
        self.clearance = np.array([cover.clearance for cover in subject.covers])
        points = subject.ranges[0].base.shape[0]
        self.point_kind = np.full(points, -1, dtype=np.intp)
        for segment, kind in zip(subject.segments, subject.kind, strict=True):
            for point in segment:
                if (
                    self.point_kind[point] < 0
                    or self.clearance[kind] > self.clearance[self.point_kind[point]]
                ):
                    self.point_kind[point] = kind
        self.used = np.flatnonzero(self.point_kind >= 0)
        self.single = subject.segments[:, 0] == subject.segments[:, 1]

    def piece(self, subject: Subject, segment: Ints, number: Ints) -> Ints:
        """The pieces (R,) that numbers in the classes of segments mean."""
        return np.asarray(self.base[subject.kind[segment]] + number)


class _Solver:
    """Bounds boxes and says what to branch on."""

    def __init__(self, subject: Subject) -> None:
        self.subject, self.tables = subject, _Tables(subject)

    # ------------------------------------------------ bounding

    def solve(self, boxes: Boxes) -> None:
        """Fill in `best`, `at`, `which` and `weight`."""
        if len(boxes) == 0:
            return
        rows, dense, refs = self.rows_of(boxes)
        aim = np.tile(np.array([0.0, 0.0, 0.0, 1.0]), (len(boxes), 1))
        result = bounds(aim, dense[..., 1:5], -dense[..., 0], rows.low, rows.high)
        # heavy weights make much of little: what they say must be beyond the rounding of the rows
        doubt = _DOUBT * result.weight.sum(axis=1)
        best = np.where(result.missed > doubt, -np.inf, result.best + doubt)
        best = np.where(np.isneginf(result.best) & (result.missed <= doubt), np.inf, best)
        boxes.best = boxes.size[:, 0] + np.minimum(best, rows.high[:, 3])
        boxes.at = np.clip(result.at, rows.low, rows.high)
        boxes.at[:, 3] += boxes.size[:, 0]
        line = np.maximum(result.which, 0)[:, :, None]
        boxes.which = np.where(result.which[:, :, None] >= 0, np.take_along_axis(refs, line, axis=1), -1)
        boxes.weight = result.weight
        errors = np.take_along_axis(dense[..., _OFF:], line, axis=1)
        errors[..., 3] *= (boxes.at[:, 3] - boxes.size[:, 0])[:, None]
        used = result.weight > 0.0
        boxes.off = np.where(used, errors[..., 0] + errors[..., 3], 0.0).max(axis=1)
        angle, x, y, size = np.moveaxis((errors * result.weight[..., None]).sum(axis=1), -1, 0)
        boxes.gain = np.stack([0.5 * x, 0.5 * y, 0.7 * angle, 0.5 * size], axis=1)
        # rows that hold only because they are relaxed may have no weight: splits help them too
        sigma = boxes.at[:, 3] - boxes.size[:, 0]
        where = np.concatenate([boxes.at[:, :3], sigma[:, None]], axis=1)
        value = dense[..., 0] + (dense[..., 1:5] * where[:, None]).sum(axis=2)
        error = dense[..., _OFF:]
        eased = np.where((value < error[..., 0] + error[..., 3] * sigma[:, None])[..., None], error, 0.0).max(
            axis=1
        )
        eased[:, 3] *= sigma
        boxes.gain += _EASED * eased[:, [1, 2, 0, 3]]

    def rows_of(self, boxes: Boxes) -> tuple[_Rows, Floats, Ints]:
        """The rows of boxes, their dense form (N, R, 9) and what each is (N, R, 3)."""
        rows = _Rows(self.subject, boxes)
        border, border_refs = self._border_rows(rows)
        slots = int(boxes.count.max(initial=0))
        dense = np.zeros((len(boxes), border.shape[1] + _CASE_ROWS * slots, _WIDTH))
        dense[:, :, 0] = 1.0  # a row that is none always holds
        refs = np.full((*dense.shape[:2], 3), -1)
        dense[:, : border.shape[1]], refs[:, : border.shape[1]] = border, border_refs
        nth, slot = np.nonzero(np.arange(slots) < boxes.count[:, None])
        if len(nth):
            values, names = self.case_rows(rows, nth, slot, boxes.cases[nth, slot])
            for line in range(_CASE_ROWS):
                at = border.shape[1] + _CASE_ROWS * slot + line
                dense[nth, at], refs[nth, at] = values[line], names[line]
        return rows, dense, refs

    def _border_rows(self, rows: _Rows) -> tuple[Floats, Ints]:
        tables, count = self.tables, len(rows.boxes)
        here = rows.points[:, tables.used]
        kind = tables.point_kind[tables.used]
        need = tables.reach[kind].T  # (H, U)
        chosen = []
        for sine in (np.zeros(count), rows.sine[:, 0], rows.sine[:, 1]):
            cos = np.sqrt(1.0 - sine**2)[:, None, None]
            turned = cos * here + sine[:, None, None] * _quarter(here)
            chosen.append((turned @ tables.borders.T).transpose(0, 2, 1) - need)
        picked = np.concatenate([part.argmin(axis=2) for part in chosen], axis=1)  # (N, 3H)
        borders = np.tile(np.arange(len(tables.borders)), 3)
        lines = picked.shape[1]
        if lines > _BORDER_ROWS:
            value = np.take_along_axis(np.concatenate(chosen, axis=1), picked[:, :, None], axis=2)[..., 0]
            value = value + np.minimum(
                tables.borders[borders] * rows.low[:, None, :2],
                tables.borders[borders] * rows.high[:, None, :2],
            ).sum(axis=2)
            keep = np.sort(np.argpartition(value, _BORDER_ROWS - 1, axis=1)[:, :_BORDER_ROWS], axis=1)
            picked, border = np.take_along_axis(picked, keep, axis=1), borders[keep]
            lines = _BORDER_ROWS
        else:
            border = np.tile(borders, (count, 1))
        nth = np.repeat(np.arange(count), lines)
        point, border = tables.used[picked.ravel()], border.ravel()
        kinds = tables.point_kind[point]
        values = rows.point(nth, tables.borders[border], tables.reach[kinds, border], point)
        refs = np.stack([np.zeros_like(border), kinds * len(tables.borders) + border, point], axis=1)
        return values.reshape(count, lines, _WIDTH), refs.reshape(count, lines, 3)

    def case_rows(self, rows: _Rows, nth: Ints, slot: Ints, cases: Ints) -> tuple[Floats, Ints]:
        """Four rows (4, Q, 9) for each of Q cases (Q, 3) of boxes, and their names (4, Q, 3)."""
        segment, number, way = cases.T
        tables = self.tables
        piece = tables.piece(self.subject, segment, number)
        edges = tables.count[piece]
        values, names = np.zeros((_CASE_ROWS, len(nth), _WIDTH)), np.full((_CASE_ROWS, len(nth), 3), -1)
        values[:, :, 0] = 1.0
        edge = np.flatnonzero(way < edges)
        side = np.flatnonzero(way >= edges)
        for end in (0, 1):
            values[end, edge] = self.edge_rows(rows, nth[edge], segment[edge], piece[edge], way[edge], end)
            names[end, edge] = np.stack([np.ones_like(edge), slot[edge], np.full_like(edge, end)], axis=1)
        sign = np.where(way[side] == edges[side], 1.0, -1.0)
        extreme = self._extreme(rows, nth[side], segment[side], piece[side], sign)
        for line, corner in enumerate(extreme):
            at = tables.corners[tables.first[piece[side]] + corner]
            values[line, side] = rows.corner(nth[side], segment[side], at, sign)
            names[line, side] = np.stack([np.full_like(side, 2), slot[side], corner], axis=1)
        corner = way.copy()
        corner[side] = extreme[0]
        before = np.where(corner == 0, edges, corner) - 1
        first = np.full(len(nth), -1)  # 0: the edge before comes first, 1: left, 2: right, -1: not certain
        within = [self._within(rows, nth, segment, piece, before, corner, way_out) for way_out in (1.0, -1.0)]
        clear = [part == -1 for part in within]
        single = tables.single[segment]
        first[single | (clear[0] & clear[1])] = 0
        first[~single & (within[0] == 1) & clear[1]] = 1
        first[~single & (within[1] == 1) & clear[0]] = 2
        own = np.where(sign > 0.0, within[0][side], within[1][side])
        first[side] = np.where(own == 1, 0, -1)
        self._first_rows(rows, nth, segment, piece, (before, corner), first, values[3])
        earlier = np.where(first == 0, before, -1)
        names[3, first >= 0] = np.stack([np.full(len(nth), 3), slot, earlier], axis=1)[first >= 0]
        return values, names

    def _within(
        self, rows: _Rows, nth: Ints, segment: Ints, piece: Ints, before: Ints, after: Ints, out: float
    ) -> Ints:
        """Whether the way out to one side of segments lies between the normals of two edges of pieces.

        1 where it does at every angle of the box, -1 where at none, else 0. `out` is 1 for the side on which a
        segment lies when the piece is on its left.
        """
        tables = self.tables
        start, end = (tables.heading[tables.first[piece] + edge] for edge in (before, after))
        along = rows.along[nth, segment]
        heading = np.arctan2(-out * along[:, 0], out * along[:, 1])
        low, high = np.arcsin(rows.sine[nth, 0]), np.arcsin(rows.sine[nth, 1])
        wide, off = (end - start) % _ROUND, (heading + low - start) % _ROUND
        inside = (off > _CERTAIN) & (off + high - low < wide - _CERTAIN)
        outside = (off > wide + _CERTAIN) & (off + high - low < _ROUND - _CERTAIN)
        return np.where(inside, 1, np.where(outside, -1, 0))

    def _first_rows(
        self, rows: _Rows, nth: Ints, segment: Ints, piece: Ints, at: tuple[Ints, Ints], first: Ints, out: Floats
    ) -> None:
        """Rows which say that the way of being apart that comes first does not hold (search.md, section 3)."""
        tables = self.tables
        before, corner = (tables.first[piece] + part for part in at)
        edge = np.flatnonzero(first == 0)
        normal = tables.normals[before[edge]]
        lower = np.where(_dot(normal, rows.along[nth[edge], segment[edge]]) >= 0.0, 0, 1)
        point = self.subject.segments[segment[edge], lower]
        out[edge] = rows.point(nth[edge], -normal, -tables.offset[before[edge]], point)
        side = np.flatnonzero(first > 0)
        way = np.where(first[side] == 1, -1.0, 1.0)
        out[side] = rows.corner(nth[side], segment[side], tables.corners[corner[side]], way)

    def edge_rows(self, rows: _Rows, nth: Ints, segment: Ints, piece: Ints, edge: Ints, end: int) -> Floats:
        """The point rows of one end of segments outside edges of pieces."""
        at = self.tables.first[piece] + edge
        point = self.subject.segments[segment, end]
        return rows.point(nth, self.tables.normals[at], self.tables.offset[at], point)

    def _extreme(self, rows: _Rows, nth: Ints, segment: Ints, piece: Ints, sign: Floats) -> list[Ints]:
        """The corners of pieces that stick out furthest to a side of segments, at three angles of the box."""
        tables = self.tables
        most = int(tables.count[piece].max(initial=1))
        which = np.minimum(np.arange(most), tables.count[piece][:, None] - 1)
        corners = tables.corners[tables.first[piece][:, None] + which]
        along = rows.along[nth, segment]
        out = []
        for sine in (np.zeros(len(nth)), rows.sine[nth, 0], rows.sine[nth, 1]):
            turned = np.sqrt(1.0 - sine**2)[:, None] * along + sine[:, None] * _quarter(along)
            value = sign[:, None] * _cross(turned[:, None, :], corners)
            out.append(which[np.arange(len(nth)), value.argmin(axis=1)])
        return out

    # ------------------------------------------------ branching

    def overlaps(
        self, boxes: Boxes, points: Floats
    ) -> tuple[NDArray[np.bool_], Floats, Ints, Ints]:
        """Which boxes to branch on how a segment and a piece are apart, and the overlap that says so.

        Returns:
            Whether (N,), the worst overlap of the box's best pose, metres (N,), its segment and piece number.
            Finer pieces are looked at only where no coarser one overlaps, and where the box is small enough
            to tell.
        """
        count = len(boxes)
        chosen, worst = np.zeros(count, dtype=bool), np.full(count, -np.inf)
        segment, number = np.zeros(count, dtype=np.intp), np.zeros(count, dtype=np.intp)
        for level in range(4):
            open_ = np.flatnonzero(~chosen)
            for kind, cover in enumerate(self.subject.covers):
                own = np.flatnonzero(self.subject.kind == kind)
                part = cover.levels[level]
                if len(part.first) == 0 or len(own) == 0 or len(open_) == 0:
                    continue
                depth = _depth(part, points[open_], self.subject.segments[own], self.tables.single[own])
                depth[self._decided(boxes, open_, own, part)] = -np.inf
                flat = depth.reshape(len(open_), -1)
                deepest = flat.argmax(axis=1)
                value = flat[np.arange(len(open_)), deepest]
                better = value > worst[open_]
                at = open_[better]
                seg, piece = np.unravel_index(deepest[better], depth.shape[1:])
                worst[at], segment[at], number[at] = value[better], own[seg], part.number[piece]
            chosen |= worst > np.maximum(_TOUCH, boxes.off * (_FINER if level else _COARSER))
        return chosen & (boxes.count < _MOST_CASES), worst, segment, number

    def _decided(self, boxes: Boxes, nth: Ints, segments: Ints, level: Level) -> tuple[Ints, Ints, Ints]:
        """Which (box, segment, piece) of some depths a case decides already."""
        cases = boxes.cases[nth]
        held = np.arange(cases.shape[1]) < boxes.count[nth][:, None]
        segment = np.searchsorted(segments, cases[..., 0])
        own = segments[np.minimum(segment, len(segments) - 1)] == cases[..., 0]
        piece = np.searchsorted(level.number, cases[..., 1])
        known = level.number[np.minimum(piece, len(level.number) - 1)] == cases[..., 1]
        box, slot = np.nonzero(held & own & known)
        return box, segment[box, slot], piece[box, slot]


def _depth(level: Level, points: Floats, segments: Ints, single: NDArray[np.bool_]) -> Floats:
    """How deep S segments and K pieces overlap (N, S, K), metres; negative where they are apart."""
    first, second = points[:, segments[:, 0]], points[:, segments[:, 1]]
    beyond = np.minimum(first @ level.normals.T, second @ level.normals.T) - level.offset
    apart = np.maximum.reduceat(beyond, level.first, axis=2)
    along = second - first
    along /= np.maximum(np.hypot(along[..., 0], along[..., 1]), 1e-9)[..., None]
    aside = _quarter(along) @ level.corners.T - _dot(_quarter(along), first)[..., None]
    left = np.minimum.reduceat(aside, level.first, axis=2)
    right = -np.maximum.reduceat(aside, level.first, axis=2)
    sides = np.where(single[:, None], -np.inf, np.maximum(left, right))
    return np.asarray(-np.maximum(apart, sides))


# ---------------------------------------------------------------- the search


class _Search:
    """A proof being made: open boxes, what is closed, and the size from which nothing may fit."""

    def __init__(self, subject: Subject) -> None:
        self.solver, self.subject, self.target = _Solver(subject), subject, subject.ranges[0].low
        self.steps, self.closings = Steps(), Closings()
        self.nodes = 0
        self.seen = 0
        self.root = _root(subject)
        self.stuck: list[Boxes] = []
        self.open = self._roots()

    # ------------------------------------------------ boxes

    def _roots(self) -> Boxes:
        subject = self.subject
        shape = (len(subject.images), len(subject.ranges), 4)
        image, span, quarter = (part.ravel() for part in np.indices(shape))
        count = len(image)
        sizes = np.array([(part.low, part.high) for part in subject.ranges])
        boxes = Boxes(
            image, span, quarter,
            np.tile([-EXTREME, EXTREME], (count, 1)),
            np.maximum(sizes[span], np.array([self.target, 0.0])),
            np.tile(self.root, (count, 1)),
            np.zeros((count, _MOST_CASES, 3), dtype=np.intp),
            np.zeros(count, dtype=np.intp),
            self._new_nodes(count),
            np.zeros(count), np.zeros((count, 4)),
            np.full((count, 5, 3), -1), np.zeros((count, 5)), np.zeros(count), np.zeros((count, 4)),
        )  # fmt: skip
        for _ in range(round(math.log2(_SECTORS))):
            boxes = self._split(boxes, np.full(len(boxes), 2))
        return self._settled(self._tightened(boxes))

    def _new_nodes(self, count: int) -> Ints:
        self.nodes += count
        return np.arange(self.nodes - count, self.nodes)

    def _split(self, boxes: Boxes, direction: Ints) -> Boxes:
        """Both halves of boxes split in x, y, tau or s."""
        count, nth = len(boxes), np.arange(len(boxes))
        sides = np.stack([boxes.place[:, :2], boxes.place[:, 2:], boxes.tau, boxes.size], axis=1)[
            nth, direction
        ]
        # a size is split where it can be decisive: not far above the largest there can be
        upper = np.where(direction == 3, np.minimum(sides[:, 1], boxes.best), sides[:, 1])
        grain = np.where(direction < 2, _COARSE, UNIT)
        at = np.round((sides[:, 0] + upper) / 2.0 / grain) * grain
        first = self._new_nodes(2 * count)[::2] if count else np.zeros(0, dtype=np.intp)
        self.steps.add(boxes.node, direction, at, np.zeros(count, dtype=np.intp), first, np.full(count, 2))
        halves = []
        for side in (0, 1):
            half = boxes.take(nth)
            half.node = first + side
            half.place[direction == 0, 1 - side] = at[direction == 0]
            half.place[direction == 1, 3 - side] = at[direction == 1]
            half.tau[direction == 2, 1 - side] = at[direction == 2]
            half.size[direction == 3, 1 - side] = at[direction == 3]
            halves.append(half)
        return Boxes.joined(halves)

    def _tightened(self, boxes: Boxes) -> Boxes:
        """Boxes cut down in x and y to what their rows allow, the rest closed."""
        rows, dense, refs = self.solver.rows_of(boxes)
        for axis in (0, 1):
            for side in (0, 1):
                sign = 1.0 if side else -1.0
                aim = np.zeros((len(boxes), 4))
                aim[:, axis] = sign
                result = bounds(aim, dense[..., 1:5], -dense[..., 0], rows.low, rows.high)
                edge = 2 * axis + side
                doubt = 1e-5 + _DOUBT * result.weight.sum(axis=1)
                limit = sign * (np.ceil((result.best + doubt) / _COARSE) * _COARSE)
                gains = np.isfinite(result.best) & (sign * (boxes.place[:, edge] - limit) > 0.01)
                cut = np.flatnonzero(gains)
                first = self._new_nodes(2 * len(cut))[::2]
                self.steps.add(
                    boxes.node[cut], np.full(len(cut), axis), limit[cut], np.zeros(len(cut), dtype=np.intp),
                    first, np.full(len(cut), 2),
                )  # fmt: skip
                line = np.maximum(result.which[cut], 0)[:, :, None]
                which = np.where(
                    result.which[cut][:, :, None] >= 0, np.take_along_axis(refs[cut], line, axis=1), -1
                )
                self.closings.add(first + side, which, result.weight[cut])
                boxes.node[cut] = first + 1 - side
                boxes.place[cut, edge] = limit[cut]
        return boxes

    def _settled(self, boxes: Boxes) -> Boxes:
        """Bound boxes, and close those that can be."""
        self.solver.solve(boxes)
        self.seen += len(boxes)
        return self._without_closed(boxes)

    def _without_closed(self, boxes: Boxes) -> Boxes:
        closed = (boxes.best <= self.target - _MARGIN) | (boxes.size[:, 1] < self.target)
        self._close(boxes.take(closed))
        return boxes.take(~closed)

    def _close(self, boxes: Boxes) -> None:
        self.closings.add(boxes.node, boxes.which, boxes.weight)

    def raise_to(self, target: float) -> None:
        """Let it be enough to prove that nothing fits from a larger size up."""
        self.target = min(max(self.target, _floor(target)), self.subject.ranges[-1].high)

    @property
    def bound(self) -> float:
        """Nothing fits from here up."""
        best = [float(part.best.max()) for part in (self.open, *self.stuck) if len(part)]
        return max(self.target, *(_ceiling(size + 2.0 * _MARGIN) for size in best), self.target)

    def proof(self) -> Proof:
        """What is proven by now, the open boxes closed at the bound."""
        bound = self.bound
        for part in (self.open, *self.stuck):
            self._close(part)
        return Proof(self.subject, bound, self.root, self.steps, self.closings, self.seen)

    def poses(self, boxes: Boxes) -> Poses:
        """The best poses of boxes."""
        low, high = boxes.tau[:, 0], boxes.tau[:, 1]
        turn = boxes.quarter * (math.pi / 2.0) + 2.0 * np.arctan((low + high) / 2.0)
        return Poses(
            boxes.at[:, :2].copy(),
            turn + np.arcsin(np.clip(boxes.at[:, 2], -1.0, 1.0)),
            boxes.at[:, 3].copy(),
            np.array(self.subject.images)[boxes.image],
        )

    # ------------------------------------------------ branching

    def advance(self) -> tuple[Boxes, Floats]:
        """Branch on the most promising boxes; these, and by how much the best pose of each overlaps (metres)."""
        self.open = self._without_closed(self.open)
        count = min(_BATCH, len(self.open))
        if count == 0:
            return self.open, np.zeros(0)
        order = np.argpartition(-self.open.best, count - 1)
        chosen = self.open.take(np.sort(order[:count]))
        rest = self.open.take(np.sort(order[count:]))
        chosen.size[:, 0] = np.maximum(chosen.size[:, 0], np.minimum(self.target, chosen.size[:, 1]))
        chosen = self._tightened(chosen)
        rows = _Rows(self.subject, chosen)
        cases, overlap, segment, number = self.solver.overlaps(chosen, rows.poses(chosen.at))
        direction = chosen.gain.argmax(axis=1)
        stuck = ~cases & (chosen.gain[np.arange(count), direction] < 1e-7)
        halved = ~cases & ~stuck
        if stuck.any():
            self.stuck.append(chosen.take(stuck))
        children = Boxes.joined(
            [
                self._split(chosen.take(halved), direction[halved]),
                self._cased(chosen, np.flatnonzero(cases), segment, number, rows),
            ]
        )
        self.open = Boxes.joined([rest, self._settled(children)])
        return chosen, overlap

    def _cased(self, boxes: Boxes, nth: Ints, segment: Ints, number: Ints, rows: _Rows) -> Boxes:
        """One box for every way in which a segment and a piece can be apart, but for those ruled out at once."""
        solver, tables = self.solver, self.solver.tables
        segment, number = segment[nth], number[nth]
        piece = tables.piece(self.subject, segment, number)
        ways = tables.count[piece] + np.where(tables.single[segment], 0, 2)
        total = int(ways.sum())
        start = np.cumsum(ways) - ways
        first = self.nodes + start
        self._new_nodes(total)
        self.steps.add(
            boxes.node[nth], np.full(len(nth), _DIRECTIONS), segment.astype(float), number, first, ways
        )
        owner = np.repeat(np.arange(len(nth)), ways)
        way = np.arange(total) - start[owner]
        children = boxes.take(nth[owner])
        children.node = first[owner] + way
        slot = children.count
        children.cases[np.arange(total), slot] = np.stack([segment[owner], number[owner], way], axis=1)
        children.count = slot + 1
        values, names = solver.case_rows(rows, nth[owner], slot, children.cases[np.arange(total), slot])
        most = np.stack([rows.most(nth[owner], line) for line in values])
        line = most.argmin(axis=0)
        out = most[line, np.arange(total)] < -MISSED
        which = np.full((int(out.sum()), 5, 3), -1)
        which[:, 0] = names[line, np.arange(total)][out]
        weight = np.zeros((len(which), 5))
        weight[:, 0] = 1.0
        self.closings.add(children.node[out], which, weight)
        return children.take(~out)


def _root(subject: Subject) -> Floats:
    """From and to in x and y, of all places that any pose can have (search.md, section 7)."""
    reach = max(
        float(np.abs(part.base + size * part.slope).sum(axis=1).max())
        for part in subject.ranges
        for size in (part.low, part.high)
    )
    low, high = subject.extent
    wide = math.ceil(reach / _COARSE) * _COARSE + 1.0
    return np.array([low[0] - wide, high[0] + wide, low[1] - wide, high[1] + wide])


def prove(
    subject: Subject,
    better: Callable[[Poses], float],
    *,
    most: int = MOST_BOXES,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] = lambda _: None,
) -> Proof:
    """Prove that nothing fits from the subject's lowest size up.

    Args:
        subject: what, at which sizes.
        better: climbs from poses, and says from which size nothing is known to fit now.
        most: boxes that are looked at; then the bound reached is returned, the same on any machine.
        stop: whether to return it now, asked again and again.
        progress: told the bound reached.
    """
    search = _Search(subject)
    batches = 0
    tried: set[tuple[int, ...]] = set()
    found = False
    while len(search.open) and search.seen < most and not stop():
        chosen, overlap = search.advance()
        batches += 1
        worth = np.where(overlap < _NEAR, 1.0, 0.0) + (batches in (_SELDOM if found else _TRIED))
        few = np.argsort(-(worth + np.minimum(chosen.best, 0.5)), kind="stable")[:_PROMISING]
        poses = search.poses(chosen.take(few[worth[few] > 0.0]))
        fresh = [nth for nth, key in enumerate(_neighbourhoods(poses)) if key not in tried]
        if fresh:
            tried.update(_neighbourhoods(poses))
            target = better(poses.take(np.array(fresh)))
            found |= target > 0.0
            search.raise_to(target)
        progress(search.bound)
    return search.proof()


def scout(subject: Subject) -> tuple[float, Poses]:
    """A size that nothing exceeds, from the borders alone, and the best poses of a first look, best first."""
    search = _Search(subject)
    boxes = search.open
    if len(boxes) == 0:
        return subject.ranges[0].low, search.poses(boxes)
    return float(boxes.best.max()), search.poses(boxes.take(np.argsort(-boxes.best, kind="stable")))


def _neighbourhoods(poses: Poses) -> list[tuple[int, ...]]:
    """Where poses are, coarsely: what has been climbed from once need not be again."""
    turns = np.round(poses.angle / _ALIKE[1]).astype(int)
    places = np.round(poses.place / _ALIKE[0]).astype(int)
    return [
        (int(x), int(y), int(turn), int(mirrored))
        for (x, y), turn, mirrored in zip(places, turns, poses.mirrored, strict=True)
    ]


def _floor(size: float) -> float:
    return math.floor(size * 2.0**20) / 2.0**20


def _ceiling(size: float) -> float:
    return math.ceil(size * 2.0**20) / 2.0**20
