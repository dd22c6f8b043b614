"""Where can a body of line segments lie largest among walls? Arrays and floats only; `fit` owns what they mean.

A body is a set of segments whose end points move with a size s (base + slope · s, and a prolongation that is
piecewise linear in s); a pose is (x, y, theta, s, which of two mirror images). Every segment must keep a distance of
its own from every wall. The walls are segments of closed rings, so the distance of a segment from a ring is the
smallest of two kinds of distance: an end point from a wall, and a corner of the ring from the inside of the segment.
Each of these is a smooth function of the pose, with the gradient of the nearest material point.

The search has two steps. `screen` looks at every pose of a lattice in a grid of distances and returns the most
promising. `climb` improves many poses at once by sequential linear programming: linearise the tightest distances,
solve for the best step inside a trust region (`best_steps`), keep it if the merit rises. A step may start outside
the free space: a common slack u, at a price, pays for what is missing.

Nothing here is random, and nothing bisects on the size: a body may fit at 0.5 and at 2 and not at 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_ROWS = 44  # tightest distances that a step looks at: enough for every figure measured, twice the active ones
_PRICE = 60.0  # of a metre of missing distance, in sizes: far above any exchange rate seen at an optimum
_LONGEST_STEP = 1.2  # metres: less than a clearance, so that no step jumps a wall
_EPS = 1e-9
_FAR = 1e3  # metres: off the grid
_PLACES = 1200  # of the lattice, at the most
_ANGLES = 36
_SAMPLES = 120  # of the body, at the most


@dataclass(frozen=True)
class Walls:
    """K wall segments `start` to `end` (K, 2), metres, which together form closed rings.

    `soft` (K,) marks those from which only half the distance is kept; `extra` (K,) is kept on top, metres.
    `corner_soft` and `corner_extra` say the same of the corner at each `start`: hard as soon as one side is.
    """

    start: Floats
    end: Floats
    soft: NDArray[np.bool_]
    extra: Floats
    corner_soft: NDArray[np.bool_]
    corner_extra: Floats


@dataclass(frozen=True)
class Body:
    """J points and S segments between them, metres.

    Point j lies at base + slope · s + direction · run(length0 + length1 · s), where run is piecewise linear: `start`
    (J,) plus `rate` (J, T) times how far the length has got into each of T intervals (`knot`, `span`, (J, T)).
    `segments` (S, 2) are pairs of points. `hard` and `soft` (S,) are the distances that a segment keeps from walls.
    """

    base: Floats
    slope: Floats
    direction: Floats
    length0: Floats
    length1: Floats
    start: Floats
    knot: Floats
    span: Floats
    rate: Floats
    segments: Ints
    hard: Floats
    soft: Floats

    def points(self, size: Floats) -> tuple[Floats, Floats]:
        """Points (N, J, 2) at N sizes, and what they move by per unit of size."""
        length = self.length0 + size[:, None] * self.length1
        into = np.clip(length[:, :, None] - self.knot, 0.0, self.span)
        run = self.start + (self.rate * into).sum(axis=2)
        grows = (self.rate * ((into > 0.0) & (into < self.span))).sum(axis=2) * self.length1
        at = self.base + size[:, None, None] * self.slope + run[:, :, None] * self.direction
        return at, self.slope + grows[:, :, None] * self.direction

    def point_needs(self) -> tuple[Floats, Floats]:
        """The distances (J,) from hard and soft walls that a point keeps: those of its most demanding segment."""
        needs = np.zeros((2, len(self.base)))
        for side in (0, 1):
            np.maximum.at(needs[0], self.segments[:, side], self.hard)
            np.maximum.at(needs[1], self.segments[:, side], self.soft)
        return needs[0], needs[1]


@dataclass
class Poses:
    """N poses: place (N, 2) metres, angle (N,) radians, size (N,), mirrored (N,)."""

    place: Floats
    angle: Floats
    size: Floats
    mirrored: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.size)

    def take(self, which: Ints | NDArray[np.bool_]) -> Poses:
        """Some of them."""
        return Poses(self.place[which], self.angle[which], self.size[which], self.mirrored[which])

    def joined(self, other: Poses) -> Poses:
        """These and others."""
        return Poses(
            np.concatenate([self.place, other.place]),
            np.concatenate([self.angle, other.angle]),
            np.concatenate([self.size, other.size]),
            np.concatenate([self.mirrored, other.mirrored]),
        )


@dataclass(frozen=True)
class Field:
    """Distances on a grid: `hard` and `soft` (R, C) metres from the nearest such wall, `inside` whether it is free.

    Node (r, c) lies at corner + step · (c, r).
    """

    corner: Floats
    step: float
    hard: Floats
    soft: Floats
    inside: NDArray[np.bool_]

    def spare(self, hard: float, soft: float, border: int) -> Floats:
        """How much more than the asked-for distances there is at each node, with a border of nodes far outside."""
        free = np.minimum(self.hard - hard, self.soft - soft)
        blocked = np.maximum(-self.hard - hard, -self.soft - soft)
        return np.pad(np.where(self.inside, free, blocked), border, constant_values=-_FAR)

    def holds(self, points: Floats) -> NDArray[np.bool_]:
        """Whether the node nearest to each of some points (..., 2) is free; False off the grid."""
        column, row = (np.rint((points[..., axis] - self.corner[axis]) / self.step).astype(int) for axis in (0, 1))
        rows, columns = self.inside.shape
        on = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        return np.asarray(on & self.inside[np.where(on, row, 0), np.where(on, column, 0)])

    def nodes(self, every: int) -> Ints:
        """The (row, column) of every so many nodes (P, 2), the outermost rows and columns shared out evenly."""
        rows, columns = (np.arange((size - 1) % every // 2, size, every) for size in self.hard.shape)
        return np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)


# ---------------------------------------------------------------- distances


def _body_at(body: Body, poses: Poses) -> tuple[Floats, Floats, Floats]:
    """Points in the plane (N, J, 2), and what they move by per radian and per unit of size."""
    local, growth = body.points(poses.size)
    flip = np.where(poses.mirrored, -1.0, 1.0)[:, None]
    cos, sin = np.cos(poses.angle)[:, None], np.sin(poses.angle)[:, None]

    def turned(vectors: Floats) -> Floats:
        x, y = flip * vectors[..., 0], vectors[..., 1]
        return np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)

    arm = turned(local)
    spin = np.stack([-arm[..., 1], arm[..., 0]], axis=-1)
    return poses.place[:, None, :] + arm, spin, turned(growth)


def points_of(body: Body, poses: Poses) -> Floats:
    """The points of a body in the plane (N, J, 2)."""
    return _body_at(body, poses)[0]


@dataclass
class Gaps:
    """The M tightest distances of each of N poses: what is left (N, M) and its gradient (N, M, 4) in x, y, angle, s."""

    left: Floats
    gradient: Floats


class Measure:
    """Distances of a body from walls, for many poses at once."""

    def __init__(self, body: Body, walls: Walls) -> None:
        self.body, self.walls = body, walls
        hard, soft = body.point_needs()
        self.point_need = np.where(walls.soft, soft[:, None], hard[:, None]) + walls.extra
        corner_need = np.where(walls.corner_soft, body.soft[:, None], body.hard[:, None])
        self.corner_need = corner_need + walls.corner_extra
        self.along = walls.end - walls.start
        self.along_square = np.maximum((self.along**2).sum(axis=1), 1e-18)

    def __call__(self, poses: Poses, rows: int) -> Gaps:
        """The `rows` tightest distances of each pose."""
        at, spin, growth = _body_at(self.body, poses)
        away_point, left_point = self._points_from_walls(at)
        share, away_corner, left_corner = self._corners_from_segments(at)
        count, (points, walls) = len(poses), left_point.shape[1:]
        left = np.concatenate([left_point.reshape(count, -1), left_corner.reshape(count, -1)], axis=1)
        rows = min(rows, left.shape[1])
        chosen = np.argpartition(left, rows - 1, axis=1)[:, :rows]
        left = np.take_along_axis(left, chosen, axis=1)
        nth = np.arange(count)[:, None]
        of_point = chosen < points * walls
        point, wall = np.divmod(np.where(of_point, chosen, 0), walls)
        segment, corner = np.divmod(np.where(of_point, 0, chosen - points * walls), walls)
        away = np.where(of_point[..., None], away_point[nth, point, wall], away_corner[nth, segment, corner])
        towards = away / np.maximum(np.hypot(away[..., 0], away[..., 1]), _EPS)[..., None]
        first = np.where(of_point, point, self.body.segments[segment, 0])
        second = np.where(of_point, point, self.body.segments[segment, 1])
        part = np.where(of_point, 0.0, share[nth, segment, corner])[..., None]
        moves = [(1.0 - part) * by[nth, first] + part * by[nth, second] for by in (spin, growth)]
        gradient = np.concatenate(
            [towards, *((towards * move).sum(axis=-1, keepdims=True) for move in moves)], axis=-1
        )
        return Gaps(np.where(np.isfinite(left), left, 1e3), gradient)

    def least(self, poses: Poses) -> Floats:
        """What is left of the tightest distance of each pose (N,), metres."""
        at, _, _ = _body_at(self.body, poses)
        from_points = self._points_from_walls(at)[1].min(axis=(1, 2))
        from_corners = self._corners_from_segments(at)[2].min(axis=(1, 2))
        return np.where(self._crosses(at), -_FAR, np.minimum(from_points, from_corners))

    def _crosses(self, at: Floats) -> NDArray[np.bool_]:
        """Whether any segment of each pose crosses a wall: then no distance says how far it is from fitting."""
        first, second = (at[:, self.body.segments[:, side], None, :] for side in (0, 1))
        along, start, end = second - first, self.walls.start, self.walls.end
        apart = _cross(self.along, first - start) * _cross(self.along, second - start) < 0.0
        astride = _cross(along, start - first) * _cross(along, end - first) < 0.0
        return np.asarray((apart & astride).any(axis=(1, 2)))

    def _points_from_walls(self, at: Floats) -> tuple[Floats, Floats]:
        """From the nearest place of each wall to each point (N, J, K, 2), and the distance left (N, J, K)."""
        off = at[:, :, None, :] - self.walls.start
        share = np.clip((off * self.along).sum(axis=-1) / self.along_square, 0.0, 1.0)
        off -= share[..., None] * self.along
        return off, np.hypot(off[..., 0], off[..., 1]) - self.point_need

    def _corners_from_segments(self, at: Floats) -> tuple[Floats, Floats, Floats]:
        """Where along each segment a corner is nearest, from it to there, and the distance left; inf off the ends."""
        first, second = at[:, self.body.segments[:, 0]], at[:, self.body.segments[:, 1]]
        along = (second - first)[:, :, None, :]
        off = first[:, :, None, :] - self.walls.start
        share = -(off * along).sum(axis=-1) / np.maximum((along**2).sum(axis=-1), 1e-18)
        off += share[..., None] * along
        inner = (share > 0.0) & (share < 1.0)
        return share, off, np.where(inner, np.hypot(off[..., 0], off[..., 1]) - self.corner_need, np.inf)


def _cross(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])


# ---------------------------------------------------------------- linear programs


def best_steps(aim: Floats, rows: Floats, least: Floats, low: Floats, high: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """N small linear programs at once: maximise aim · x subject to rows · x >= least and low <= x <= high.

    The dual simplex method in dictionary form: start at the bounds that the aim prefers, which is optimal but for the
    rows, and mend the most violated row until none is.

    Args:
        aim: (N, d).
        rows: (N, M, d).
        least: (N, M).
        low: (N, d).
        high: (N, d).

    Returns:
        x (N, d), and whether it was found (N,).
    """
    count, m, d = rows.shape
    at_high = aim > 0.0
    anchor, sign = np.where(at_high, high, low), np.where(at_high, -1.0, 1.0)
    table = np.zeros((count, m + 2 * d + 1, d + 1))
    table[:, :m, 0] = (rows * anchor[:, None, :]).sum(axis=-1) - least
    table[:, :m, 1:] = rows * sign[:, None, :]
    nth = np.arange(d)
    table[:, m + nth, 0] = high - low
    table[:, m + nth, 1 + nth] = -1.0
    table[:, m + d + nth, 0] = anchor
    table[:, m + d + nth, 1 + nth] = sign
    table[:, -1, 1:] = aim * sign
    done = _pivot(table, m + d)
    return table[:, m + d : m + 2 * d, 0], done


def _pivot(table: Floats, restricted: int) -> NDArray[np.bool_]:
    """Mend the dictionaries in place until their first `restricted` rows are >= 0; whether each was."""
    open_, found = np.arange(len(table)), np.zeros(len(table), dtype=bool)
    for _ in range(60):
        values = table[open_, :restricted, 0]
        worst = values.argmin(axis=1)
        mended = values[np.arange(len(open_)), worst] >= -1e-10
        found[open_[mended]] = True
        open_, worst = open_[~mended], worst[~mended]
        if len(open_) == 0:
            break
        row = table[open_, worst]
        steep = row[:, 1:]
        usable = steep > 1e-9
        ratio = np.where(usable, -table[open_, -1, 1:] / np.where(usable, steep, 1.0), np.inf)
        enter = ratio.argmin(axis=1)
        solvable = usable.any(axis=1)
        open_, worst, row, enter = open_[solvable], worst[solvable], row[solvable], enter[solvable]
        if len(open_) == 0:
            break
        nth = np.arange(len(open_))
        pivot = row[nth, enter + 1]
        replacement = -row / pivot[:, None]
        replacement[nth, enter + 1] = 1.0 / pivot
        part = table[open_]
        factor = part[nth, :, enter + 1]
        part[nth, :, enter + 1] = 0.0
        part += factor[:, :, None] * replacement[:, None, :]
        part[nth, worst] = replacement
        table[open_] = part
    return found


# ---------------------------------------------------------------- climbing


@dataclass(frozen=True)
class Aim:
    """What a climb maximises: the size up to `cap` where `grow`, else the spare distance at the size it has."""

    grow: bool
    low: float
    cap: float


def climb(measure: Measure, poses: Poses, aim: Aim, keep: tuple[tuple[int, int], ...]) -> tuple[Poses, Floats]:
    """Improve poses together; after each stage only the best go on.

    Args:
        measure: the body among its walls.
        poses: where to start.
        aim: what to maximise.
        keep: (steps, how many go on) for each stage.

    Returns:
        The poses that went through all stages, best first, and what is left of the tightest distance of each
        (negative: it does not fit).
    """
    reach = np.full(len(poses), 0.4)
    left = measure.least(poses)
    for steps, count in keep:
        for _ in range(steps):
            active = reach > 1e-7
            if not active.any():
                break
            which = np.flatnonzero(active)
            poses, left[which], reach[which] = _step(measure, poses, which, left[which], reach[which], aim)
        order = np.argsort(-_merit(poses, left, aim), kind="stable")[:count]
        poses, left, reach = poses.take(order), left[order], np.maximum(reach[order], 1e-4)
    return poses, left


def _merit(poses: Poses, left: Floats, aim: Aim) -> Floats:
    return poses.size + _PRICE * np.minimum(left, 0.0) if aim.grow else left


def _step(
    measure: Measure, poses: Poses, which: Ints, left: Floats, reach: Floats, aim: Aim
) -> tuple[Poses, Floats, Floats]:
    """One step of sequential linear programming for some of the poses."""
    here = poses.take(which)
    gaps = measure(here, _ROWS)
    scale = _scales(measure.body)
    rows = np.concatenate([gaps.gradient / scale, np.full((*gaps.left.shape, 1), -1.0)], axis=2)
    bound = np.tile(reach[:, None], (1, 5))
    low, high = -bound, bound.copy()
    if aim.grow:
        low[:, 3] = np.maximum(low[:, 3], (aim.low - here.size) * scale[3])
        high[:, 3] = np.minimum(high[:, 3], (aim.cap - here.size) * scale[3])
        low[:, 4], high[:, 4] = -1e3, 0.0
        wish = np.array([1e-7, 1.3e-7, 0.9e-7, 1.0 / scale[3], _PRICE])
    else:
        low[:, 3] = high[:, 3] = 0.0
        low[:, 4], high[:, 4] = -1e3, 1e3
        wish = np.array([1e-7, 1.3e-7, 0.9e-7, 0.0, 1.0])
    step, found = best_steps(np.tile(wish, (len(here), 1)), rows, -gaps.left, low, high)
    step = np.where(found[:, None], step[:, :4] / scale, 0.0)
    there = Poses(here.place + step[:, :2], here.angle + step[:, 2], here.size + step[:, 3], here.mirrored)
    there_left = measure.least(there)
    before, after = _merit(here, left, aim), _merit(there, there_left, aim)
    better = found & (after > before + 1e-12)
    moved = np.abs(step * scale).max(axis=1)
    reach = np.where(better, np.minimum(np.maximum(reach, 2.0 * moved), _LONGEST_STEP), np.minimum(reach, moved) * 0.3)
    merged = Poses(poses.place.copy(), poses.angle.copy(), poses.size.copy(), poses.mirrored)
    for old, new in ((merged.place, there.place), (merged.angle, there.angle), (merged.size, there.size)):
        old[which[better]] = new[better]
    return merged, np.where(better, there_left, left), reach


def _scales(body: Body) -> Floats:
    """Metres that the outermost point moves per unit of x, y, angle and size."""
    at, growth = body.points(np.array([1.0]))
    arm = max(0.5, float(np.hypot(at[..., 0], at[..., 1]).max()))
    return np.array([1.0, 1.0, arm, max(0.5, float(np.hypot(growth[..., 0], growth[..., 1]).max()))])


# ---------------------------------------------------------------- screening


def screen(measure: Measure, field: Field, sizes: Floats, mirrored: tuple[bool, ...], count: int) -> Poses:
    """The most promising poses of a lattice at the given sizes, at most `count`, spread out, best first.

    A pose that misses some distance at a size promises a smaller size, at the rate at which the body shrinks;
    with a single size the poses with the most to spare come first.
    """
    body = measure.body
    samples, needs = _samples(body, float(sizes.max()))
    classes, of_class = np.unique(needs, axis=0, return_inverse=True)
    arm = max(float(np.hypot(*points.T).max()) for points in body.points(sizes)[0])
    border = int(np.ceil(arm / field.step)) + 2
    spare = np.stack([field.spare(hard, soft, border) for hard, soft in classes])
    nodes = field.nodes(max(1, round(np.sqrt(field.hard.size / _PLACES))))
    angles = np.arange(_ANGLES) * (2.0 * np.pi / _ANGLES)
    rate = _scales(body)[3]
    shape = (len(mirrored), len(angles), len(nodes))
    promise, at_size = np.full(shape, -np.inf), np.zeros(shape)
    surely, sure_size = np.full(shape, -np.inf), np.zeros(shape)
    for flip, mirror in enumerate(mirrored):
        for size in sizes:
            left = _lattice_spare(body, samples, of_class.ravel(), spare, field.step, nodes + border, angles, size, mirror)
            promised = left if len(sizes) == 1 else size + np.minimum(left, 0.0) / rate
            # a climb from far outside would start across a wall
            promised = np.where(left > -0.75 * classes[:, 0].min(), promised, promised - _FAR)
            better = promised > promise[flip]
            promise[flip] = np.where(better, promised, promise[flip])
            at_size[flip] = np.where(better, size, at_size[flip])
            sure = np.where(left > -field.step, size, -np.inf) + np.minimum(left, field.step) * 1e-3
            surely[flip] = np.maximum(sure, surely[flip])
            sure_size[flip] = np.where(sure == surely[flip], size, sure_size[flip])
    # a promise is a guess: half of the starts are poses that fit already
    half = count if len(sizes) == 1 else count // 2
    parts = []
    for worth, size_of, wanted in ((promise, at_size, half), (surely, sure_size, count - half)):
        best = _spread(worth, nodes, field, 2 * wanted)
        flip_, angle, node = np.unravel_index(best, shape)
        poses = Poses(
            field.corner + field.step * nodes[node][:, ::-1],
            angles[angle],
            size_of.ravel()[best],
            np.array(mirrored, dtype=bool)[flip_],
        )
        # a climb cannot come back from across a wall
        fair = (measure.least(poses) > -_FAR) & field.holds(points_of(body, poses)).all(axis=1)
        parts.append(poses.take(np.flatnonzero(fair)[:wanted]))
    return parts[0].joined(parts[1])


def _samples(body: Body, size: float) -> tuple[Floats, Floats]:
    """Places on the body as (Q, 3): two points and the share between them; and the distances (Q, 2) kept there.

    At the given size they stand closely enough that a wall between two of them is felt by one.
    """
    at, _ = body.points(np.array([size]))
    apart = 1.6 * float(body.soft[body.soft > 0.0].min(initial=float(body.hard.min())))
    rows, needs = [], []
    for (first, second), hard, soft in zip(body.segments, body.hard, body.soft, strict=True):
        pieces = max(1, int(np.ceil(float(np.hypot(*(at[0, second] - at[0, first]))) / apart)))
        rows += [(first, second, piece / pieces) for piece in range(pieces + 1)]
        needs += [(hard, soft)] * (pieces + 1)
    if len(rows) <= _SAMPLES:
        return np.array(rows, dtype=float), np.array(needs)
    some = np.unique(np.linspace(0, len(rows) - 1, _SAMPLES).astype(int))
    return np.array(rows, dtype=float)[some], np.array(needs)[some]


def _lattice_spare(
    body: Body, samples: Floats, of_class: Ints, spare: Floats, step: float, nodes: Ints, angles: Floats,
    size: float, mirror: bool,
) -> Floats:  # fmt: skip
    """What is left of the tightest distance at each angle and node (A, P), read off the nearest nodes of the grid."""
    points = body.points(np.array([size]))[0][0]
    first, second = points[samples[:, 0].astype(int)], points[samples[:, 1].astype(int)]
    local = first + samples[:, 2:3] * (second - first)
    x, y = (-local[:, 0] if mirror else local[:, 0]), local[:, 1]
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    width = spare.shape[2]
    offset = np.rint((sin * x + cos * y) / step).astype(np.int32) * width
    offset += np.rint((cos * x - sin * y) / step).astype(np.int32)
    base = (nodes[:, 0] * width + nodes[:, 1]).astype(np.int32)
    flat = spare.reshape(len(spare), -1)
    left = np.full((len(angles), len(nodes)), np.inf)
    for nth in range(len(local)):
        np.minimum(left, flat[of_class[nth]].take(base + offset[:, nth, None]), out=left)
    return left


def _spread(promise: Floats, nodes: Ints, field: Field, count: int) -> Ints:
    """Flat indices of the best pose of each neighbourhood, best first."""
    flat = promise.ravel()
    if count == 0:
        return np.zeros(0, dtype=np.intp)
    some = np.argpartition(-flat, min(100 * count, flat.size - 1))[: 100 * count]
    order = some[np.lexsort((some, -flat[some]))]
    mirror, angle, node = np.unravel_index(order, promise.shape)
    cell = np.floor(nodes[node] * field.step / max(0.8, max(field.hard.shape) * field.step / 16.0)).astype(int)
    keys = np.ravel_multi_index((mirror, angle // 2, cell[:, 0], cell[:, 1]), (2, _ANGLES, *(cell.max(axis=0) + 1)))
    _, firsts = np.unique(keys, return_index=True)
    best = order[np.sort(firsts)[:count]]
    return best[np.isfinite(flat[best])]
