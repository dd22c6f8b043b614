"""Where can a body of line segments lie largest among walls?

Arrays and floats only; `fit` owns what they mean.

A body is a set of segments whose end points move with one factor or two (base + slopes · factors, and a
prolongation); a pose is (x, y, theta, the factors, which of two mirror images), and its size s the smallest
factor. Every segment must keep a
distance of its own from every wall. The walls are segments of closed rings (a disc is a point with its radius
to add), so the distance of a segment from a ring is the smallest of two kinds of distance: an end point from
a wall, and a corner of the ring from the inside of the segment. Each of these is a smooth function of the
pose, with the gradient of the nearest material point.

`screening` finds poses to start from; `climb` improves many poses at once by sequential linear programming:
linearise the tightest distances, solve for the best step inside a trust region (`best_steps`), keep it if
the merit rises. A step may start outside the free space: a common slack u, at a price, pays for what is
missing.

Nothing here is random, and nothing bisects on the size: a body may fit at 0.5 and at 2 and not at 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conedrills.programs import best_steps

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_ROWS = 44  # tightest distances that a step looks at: enough for every figure measured, twice the active ones
_NUDGE = (1e-7, 1.3e-7, 0.9e-7)  # settles what an aim leaves open, so that no program has two answers
_PRICE = 60.0  # of a metre of missing distance, in sizes: far above any exchange rate seen at an optimum
_LONGEST_STEP = 1.2  # metres: about a clearance; a step that crosses a wall all the same is not taken
_EPS = 1e-9
_FEW = 168  # walls, all of which are looked at; of more only the nearest bunches
_BUNCH = 8  # neighbouring walls
FAR = 1e3
"""Metres: further than anything is away, for poses from which no distance says how far they are off."""
_LONGEST_SLIDE = 64.0  # metres


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
    """J points and S segments between them, metres, with F factors.

    Point j lies at base + slopes · factors + direction · run. With one factor s the direction (J, 2) is fixed
    and run(length0 + length1 · s) piecewise linear: `start` (J,) plus `rate` (J, T) times how far the length
    has got into each of T intervals (`knot`, `span`, (J, T)). With two, run is `start`, and the direction is
    that of the way (`ways` (1 + F, J, 2), first at factors of 0). `slopes` is (F, J, 2). `segments` (S, 2)
    are pairs of points. `hard` and `soft` (S,) are the distances that a segment keeps from walls.
    """

    base: Floats
    slopes: Floats
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
    ways: Floats | None = None

    @property
    def factors(self) -> int:
        """How many there are."""
        return len(self.slopes)

    def alike(self, sizes: Floats) -> Floats:
        """Factors (N, F) that are all of a size, for N sizes."""
        return np.repeat(sizes[:, None], self.factors, axis=1)

    def points(self, factors: Floats) -> tuple[Floats, Floats]:
        """Points (N, J, 2) at factors (N, F), and what they move by per unit of each (N, F, J, 2)."""
        at = self.base + np.tensordot(factors, self.slopes, axes=1)
        if self.ways is not None:
            way = self.ways[0] + np.tensordot(factors, self.ways[1:], axes=1)
            long = np.maximum(np.hypot(way[..., 0], way[..., 1]), _EPS)[..., None]
            unit = way / long
            turns = (
                self.ways[1:] - (self.ways[1:] * unit[:, None]).sum(axis=-1, keepdims=True) * unit[:, None]
            )
            run = self.start[:, None]
            return at + run * unit, self.slopes + run * turns / long[:, None]
        length = self.length0 + factors * self.length1
        into = np.clip(length[:, :, None] - self.knot, 0.0, self.span)
        run = self.start + (self.rate * into).sum(axis=2)
        grows = (self.rate * ((into > 0.0) & (into < self.span))).sum(axis=2) * self.length1
        return at + run[:, :, None] * self.direction, (self.slopes[0] + grows[:, :, None] * self.direction)[
            :, None
        ]


@dataclass
class Poses:
    """N poses: place (N, 2) metres, angle (N,) radians, factors (N, F), mirrored (N,)."""

    place: Floats
    angle: Floats
    factors: Floats
    mirrored: NDArray[np.bool_]

    @property
    def size(self) -> Floats:
        """The smallest factor of each (N,)."""
        return np.asarray(self.factors.min(axis=1))

    def __len__(self) -> int:
        return len(self.angle)

    def take(self, which: Ints | NDArray[np.bool_]) -> Poses:
        """Some of them."""
        return Poses(self.place[which], self.angle[which], self.factors[which], self.mirrored[which])

    def put(self, which: NDArray[np.bool_], others: Poses) -> Poses:
        """These, with others in the places of some."""
        every = Poses(self.place.copy(), self.angle.copy(), self.factors.copy(), self.mirrored.copy())
        every.place[which], every.angle[which] = others.place, others.angle
        every.factors[which], every.mirrored[which] = others.factors, others.mirrored
        return every

    def where(self, which: NDArray[np.bool_], others: Poses) -> Poses:
        """These, but for some the others."""
        return self.put(which, others.take(which))

    def joined(self, other: Poses) -> Poses:
        """These and others."""
        return Poses(
            np.concatenate([self.place, other.place]),
            np.concatenate([self.angle, other.angle]),
            np.concatenate([self.factors, other.factors]),
            np.concatenate([self.mirrored, other.mirrored]),
        )


# ---------------------------------------------------------------- distances


def _body_at(body: Body, poses: Poses) -> tuple[Floats, Floats]:
    """Points in the plane (N, J, 2), and what they move by per radian and per factor (N, 1 + F, J, 2)."""
    local, growth = body.points(poses.factors)
    flip = np.where(poses.mirrored, -1.0, 1.0)[:, None, None]
    cos, sin = np.cos(poses.angle)[:, None, None], np.sin(poses.angle)[:, None, None]
    both = np.concatenate([local[:, None], growth], axis=1)
    x, y = flip * both[..., 0], both[..., 1]
    turned = np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)
    arm = turned[:, 0].copy()
    turned[:, 0, :, 0], turned[:, 0, :, 1] = -arm[..., 1], arm[..., 0]
    return poses.place[:, None, :] + arm, turned


def points_of(body: Body, poses: Poses) -> Floats:
    """The points of a body in the plane (N, J, 2)."""
    return _body_at(body, poses)[0]


@dataclass
class Gaps:
    """The M tightest distances of N poses: what is left (N, M), and its gradient (N, M, 3 + F).

    The gradient is in x, y, angle and the factors.
    """

    left: Floats
    gradient: Floats


class Measure:
    """Distances of a body from walls, for many poses at once.

    Among many walls only those near each segment are looked at: walls are gathered in bunches of neighbours,
    and the nearest bunches of each segment are taken.
    """

    def __init__(self, body: Body, walls: Walls) -> None:
        self.body, self.walls = body, walls
        count = len(walls.start)
        self.need = np.where(walls.soft, body.soft[:, None], body.hard[:, None]) + walls.extra
        corner_need = np.where(walls.corner_soft, body.soft[:, None], body.hard[:, None])
        self.corner_need = corner_need + walls.corner_extra
        self.every = np.arange(count)
        self.bunches = np.minimum(np.arange(0, count, _BUNCH)[:, None] + np.arange(_BUNCH), count - 1)
        corners = np.concatenate([walls.start[self.bunches], walls.end[self.bunches]], axis=1)
        self.middle = (corners.min(axis=1) + corners.max(axis=1)) / 2.0
        self.radius = np.hypot(*np.moveaxis(corners - self.middle[:, None], -1, 0)).max(axis=1)

    def __call__(self, poses: Poses, rows: int) -> Gaps:
        """The `rows` tightest distances of each pose."""
        at, moves = _body_at(self.body, poses)
        seen = self._seen(at)
        left = seen.left.reshape(len(poses), -1)
        rows = min(rows, left.shape[1])
        chosen = np.argpartition(left, rows - 1, axis=1)[:, :rows]
        left = np.take_along_axis(left, chosen, axis=1)
        nth = np.arange(len(poses))[:, None]
        segment, kind, wall = np.unravel_index(chosen, seen.left.shape[1:])
        away = seen.away[nth, segment, kind, wall]
        towards = away / np.maximum(np.hypot(away[..., 0], away[..., 1]), _EPS)[..., None]
        # the nearest material point: an end of the segment, or where along it the corner is nearest
        part = np.where(kind == 2, seen.share[nth, segment, wall], kind)[..., None]
        first, second = self.body.segments[segment, 0], self.body.segments[segment, 1]
        moves = moves.transpose(0, 2, 1, 3)  # (N, J, 1 + F, 2)
        part = part[..., None]
        move = (1.0 - part) * moves[nth, first] + part * moves[nth, second]
        gradient = np.concatenate([towards, (towards[:, :, None] * move).sum(axis=-1)], axis=-1)
        return Gaps(np.where(np.isfinite(left), left, FAR), gradient)

    def least(self, poses: Poses, *, among_all: bool = False) -> Floats:
        """What is left of the tightest distance of each pose (N,), metres; -FAR where it crosses a wall."""
        at, _ = _body_at(self.body, poses)
        seen = self._seen(at, among_all=among_all)
        return np.where(seen.crossed, -FAR, seen.left.min(axis=(1, 2, 3)))

    def _near(self, at: Floats) -> Ints:
        """Which walls to look at for each segment (N, S, C); (1, 1, K), all of them, where they are few."""
        if len(self.every) <= _FEW:
            return self.every[None, None]
        first, second = (at[:, self.body.segments[:, side], None] for side in (0, 1))
        along = second - first
        share = ((self.middle - first) * along).sum(axis=-1) / np.maximum((along**2).sum(axis=-1), 1e-18)
        off = first + np.clip(share, 0.0, 1.0)[..., None] * along - self.middle
        gap = np.hypot(off[..., 0], off[..., 1]) - self.radius
        count = min(_FEW // _BUNCH, len(self.bunches))
        nearest = np.argpartition(gap, count - 1, axis=2)[:, :, :count]
        return np.asarray(self.bunches[nearest].reshape(*nearest.shape[:2], count * _BUNCH))

    def _seen(self, at: Floats, *, among_all: bool = False) -> _Seen:
        near = self.every[None, None] if among_all else self._near(at)
        start, end = self.walls.start[near], self.walls.end[near]
        first, second = (at[:, self.body.segments[:, side], None] for side in (0, 1))
        wall, along = end - start, second - first
        wall_square = np.maximum((wall**2).sum(axis=-1), 1e-18)
        along_square = np.maximum((along**2).sum(axis=-1), 1e-18)
        aways = []
        for point in (first, second):
            off = point - start
            aways.append(off - np.clip((off * wall).sum(axis=-1) / wall_square, 0.0, 1.0)[..., None] * wall)
        off = first - start
        share = -(off * along).sum(axis=-1) / along_square
        aways.append(off + share[..., None] * along)
        away = np.stack(aways, axis=2)
        each = np.arange(len(self.body.segments))[None, :, None]
        need, corner_need = self.need[each, near], self.corner_need[each, near]
        left = np.hypot(away[..., 0], away[..., 1])
        left[:, :, :2] -= need[:, :, None]
        left[:, :, 2] -= corner_need
        left[:, :, 2][(share <= 0.0) | (share >= 1.0)] = np.inf
        apart = _cross(wall, first - start) * _cross(wall, second - start) < 0.0
        astride = _cross(along, off) * _cross(along, first - end) < 0.0
        return _Seen(left, away, share, np.asarray((apart & astride).any(axis=(1, 2))))


@dataclass
class _Seen:
    """From C walls to each of S segments, three distances: of either end, and of the corner from the inside.

    `left` (N, S, 3, C) metres, `away` (N, S, 3, C, 2) from the wall, `share` (N, S, C) of the way along the
    segment to where the corner is nearest, `crossed` (N,) whether any segment crosses a wall.
    """

    left: Floats
    away: Floats
    share: Floats
    crossed: NDArray[np.bool_]


def _cross(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])


# ---------------------------------------------------------------- climbing


@dataclass(frozen=True)
class Aim:
    """What a climb maximises: where `grow` the size, or one `factor`; else what is left at its factors.

    No factor leaves `low` to `cap`, one number for all or (F,) of them.
    """

    grow: bool
    low: float | Floats
    cap: float | Floats
    factor: int | None = None


def climb(
    measure: Measure, poses: Poses, aim: Aim, keep: tuple[tuple[int, int], ...]
) -> tuple[Poses, Floats]:
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
            here = poses.take(active)
            there, left[active], reach[active] = _step(measure, here, left[active], reach[active], aim)
            poses = poses.put(active, there)
        order = np.argsort(-_merit(poses, left, aim), kind="stable")[:count]
        poses, left, reach = poses.take(order), left[order], np.maximum(reach[order], 1e-4)
    return poses, left


def _merit(poses: Poses, left: Floats, aim: Aim) -> Floats:
    if not aim.grow:
        return left
    aimed = poses.size if aim.factor is None else poses.factors[:, aim.factor]
    return aimed + _PRICE * np.minimum(left, 0.0)


def _step(
    measure: Measure, here: Poses, left: Floats, reach: Floats, aim: Aim
) -> tuple[Poses, Floats, Floats]:
    """One step of sequential linear programming: where to, what is left there, how far to trust next."""
    gaps = measure(here, _ROWS)
    scale = scales(measure.body)
    count, factors = len(here), slice(3, len(scale))
    # columns: x, y, angle, factors, the size where it is the smallest of several, what is missing
    both = aim.grow and aim.factor is None and measure.body.factors > 1
    wide = len(scale) + both + 1
    rows = np.zeros((count, gaps.left.shape[1] + (measure.body.factors if both else 0), wide))
    least = np.zeros(rows.shape[:2])
    known = gaps.left.shape[1]
    rows[:, :known, : len(scale)], rows[:, :known, -1] = gaps.gradient / scale, -1.0
    least[:, :known] = -gaps.left
    if both:
        for nth in range(measure.body.factors):
            rows[:, known + nth, 3 + nth], rows[:, known + nth, -2] = 1.0 / scale[3 + nth], -1.0 / scale[3]
            least[:, known + nth] = here.size - here.factors[:, nth]
    high = np.tile(reach[:, None], (1, wide))
    low = -high
    low[:, -1] = -FAR
    wish = np.zeros(wide)
    wish[:3] = _NUDGE
    if aim.grow:
        low[:, factors] = np.maximum(low[:, factors], (aim.low - here.factors) * scale[factors])
        high[:, factors] = np.minimum(high[:, factors], (aim.cap - here.factors) * scale[factors])
        high[:, -1] = 0.0
        aimed = len(scale) if both else 3 + (aim.factor or 0)
        wish[aimed], wish[-1] = 1.0 / scale[3 if both else aimed], _PRICE
    else:
        low[:, factors] = high[:, factors] = 0.0
        high[:, -1] = FAR
        wish[-1] = 1.0
    step, found = best_steps(np.tile(wish, (count, 1)), rows, least, low, high)
    step = np.where(found[:, None], step[:, : len(scale)], 0.0)
    moves = step / scale
    there = Poses(
        here.place + moves[:, :2], here.angle + moves[:, 2], here.factors + moves[:, factors], here.mirrored
    )
    there_left = measure.least(there)
    better = found & (_merit(there, there_left, aim) > _merit(here, left, aim) + 1e-12)
    moved = np.abs(step).max(axis=1)
    wider = np.minimum(np.maximum(reach, 2.0 * moved), _LONGEST_STEP)
    reach = np.where(better, wider, np.minimum(reach, moved) * 0.3)
    return here.where(better, there), np.where(better, there_left, left), reach


def scales(body: Body) -> Floats:
    """Metres that the outermost point moves per unit of x, y, angle and each factor (3 + F,)."""
    at, growth = body.points(body.alike(np.array([1.0])))
    arm = max(0.5, float(np.hypot(at[..., 0], at[..., 1]).max()))
    return np.array(
        [1.0, 1.0, arm, *np.maximum(0.5, np.hypot(growth[0, ..., 0], growth[0, ..., 1]).max(axis=1))]
    )


def slide_to_middle(measure: Measure, poses: Poses, spare: Floats) -> Poses:
    """Poses moved to the middle of the straight way along which nothing gets tighter, where there is one.

    Between two parallel walls every place along them is equally central to the one that is tightest; the
    middle of them is meant. `spare` (N,) is what is left of each pose's tightest distance.
    """
    moved = [_slid(measure, poses.take(np.array([nth])), float(spare[nth])) for nth in range(len(poses))]
    return Poses(
        np.concatenate([pose.place for pose in moved]),
        poses.angle,
        poses.factors,
        poses.mirrored,
    )


def _slid(measure: Measure, pose: Poses, spare: float) -> Poses:
    gaps = measure(pose, _ROWS)
    active = gaps.gradient[0, gaps.left[0] < spare + 1e-3, :2]
    values, axes = np.linalg.eigh(active.T @ active)
    if values[0] > 1e-6 * max(1.0, values[1]):
        return pose
    free = axes[:, 0] * np.sign(axes[np.abs(axes[:, 0]).argmax(), 0])

    def left(way: Floats) -> Floats:
        count = len(way)
        return measure.least(
            Poses(
                pose.place + way[:, None] * free, np.tile(pose.angle, count),
                np.tile(pose.factors, (count, 1)), np.tile(pose.mirrored, count),
            )
        )  # fmt: skip

    ends = []
    for sign in (1.0, -1.0):
        near, far, steps = 0.0, _LONGEST_SLIDE, 33
        for _ in range(4):
            way = np.linspace(near, far, steps)
            blocked = np.flatnonzero(left(sign * way) < spare - 2e-4)
            if len(blocked) == 0:
                near = far
                break
            near, far = float(way[max(0, blocked[0] - 1)]), float(way[blocked[0]])
        ends.append(sign * near)
    middle = np.array([(ends[0] + ends[1]) / 2.0])
    return Poses(pose.place + middle * free, pose.angle, pose.factors, pose.mirrored)
