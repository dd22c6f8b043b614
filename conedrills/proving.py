"""No pose is larger than this: branch and bound over boxes of poses, with a proof that others can check.

Arrays and floats only, like `search`; search.md holds the mathematics and the names used here. A box holds
all poses with x, y, tau and s in intervals, and a list of cases: how a segment of the body and a convex piece
of what is not free are apart. One small linear program bounds the size in a box; its dual solution closes
the box for good, or its optimum shows what to branch on.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from conedrills.cover import LEVELS, Level
from conedrills.programs import MISSED, bounds
from conedrills.relaxing import DOUBT, Relaxation, Rows, dot, named, quarter
from conedrills.search import Floats, Ints, Poses
from conedrills.subject import UNIT, Boxes, Closings, Proof, Steps, Subject, down, up

EXTREME = 444758428 * UNIT
"""The largest tangent of half an angle inside a quarter turn: a little more than tan 22.5 degrees."""
MOST_BOXES = 120_000
"""That are looked at for one proof: ten seconds and more."""
_SECTORS = 8  # a quarter turn
_TURNS = 16  # of a quarter turn: what turns by more is split before it is branched on
_BATCH = 128  # boxes branched on together
_MOST_CASES = 24  # of a box; then it is only split
_RIVALS = 6  # pairs of which the one with the fewest cases is branched on
_COARSE = 2.0**-20  # metres: where boxes are split
_TRIED = (1, 2, 4, 8, 16, 32, 64, 128)  # batches after which the most promising boxes are climbed from
_SELDOM = (8, 32, 128)  # the same, once something is known to fit
_PROMISING = 6  # of them
_ALIKE = (0.5, 0.1)  # metres and radians within which two poses climb to the same place
_NEAR = 0.02  # metres of overlap below which a box's best pose is always worth a climb
_MARGIN = 1e-8  # of a size, by which a bound must be below the target
_COARSER, _FINER = 2.0, 6.0  # how many times what is relaxed an overlap must be to be branched on
_NARROW = 1e-6  # metres, tangents or sizes: what is not split any more
_TOUCH = 2e-5  # metres of overlap that are none
_DIRECTIONS = 5  # x, y, tau, s, u: what a box can be split in


class _Overlaps:
    """Which segments and pieces overlap in poses."""

    def __init__(self, relaxation: Relaxation) -> None:
        self.subject, self.tables = relaxation.subject, relaxation.tables

    def __call__(self, boxes: Boxes, points: Floats) -> tuple[Floats, Ints]:
        """Which segments and pieces overlap in the best pose of each box, as far as it pays to part them.

        Returns:
            The worst overlap, metres (N,), and the pairs (N, K, 2), the deepest first, -1 for none: a segment
            and the number of a piece. Finer pieces are looked at only where no coarser one overlaps, and
            where the box is small enough to tell.
        """
        worst = np.full(len(boxes), -np.inf)
        pairs = np.full((len(boxes), _RIVALS, 2), -1)
        for level in range(LEVELS):
            open_ = np.flatnonzero((pairs[:, 0, 0] < 0) & (boxes.count < _MOST_CASES))
            if len(open_) == 0:
                break
            depth, segment, number = self._depths(boxes, points, open_, level)
            if depth.shape[1] == 0:
                continue
            few = min(_RIVALS if level < 2 else 1, depth.shape[1])
            deepest = np.argpartition(-depth, few - 1, axis=1)[:, :few]
            order = np.argsort(-np.take_along_axis(depth, deepest, axis=1), axis=1, kind="stable")
            deepest = np.take_along_axis(deepest, order, axis=1)
            value = np.take_along_axis(depth, deepest, axis=1)
            worst[open_] = np.maximum(worst[open_], value[:, 0])
            least = np.maximum(_TOUCH, boxes.off[open_] * (_FINER if level else _COARSER))
            found = np.stack([segment[deepest], number[deepest]], axis=2)
            pairs[open_, :few] = np.where((value > least[:, None])[:, :, None], found, -1)
        return worst, pairs

    def _depths(self, boxes: Boxes, points: Floats, nth: Ints, level: int) -> tuple[Floats, Ints, Ints]:
        """How deep the pairs of one fineness overlap (n, P), metres; the segment and piece of each (P,)."""
        depths, segments, numbers = [np.zeros((len(nth), 0))], [], []
        for kind, cover in enumerate(self.subject.covers):
            own = np.flatnonzero(self.subject.kind == kind)
            part = cover.levels[level]
            if len(part.first) and len(own):
                depth = _depth(part, points[nth], self.subject.segments[own], self.tables.single[own])
                depth[self._decided(boxes, nth, own, part)] = -np.inf
                depths.append(depth.reshape(len(nth), -1))
                segments.append(np.repeat(own, len(part.first)))
                numbers.append(np.tile(part.number, len(own)))
        none = np.zeros(0, dtype=np.intp)
        return (
            np.concatenate(depths, axis=1),
            np.concatenate([none, *segments]),
            np.concatenate([none, *numbers]),
        )

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
    aside = quarter(along) @ level.corners.T - dot(quarter(along), first)[..., None]
    left = np.minimum.reduceat(aside, level.first, axis=2)
    right = -np.maximum.reduceat(aside, level.first, axis=2)
    sides = np.where(single[:, None], -np.inf, np.maximum(left, right))
    return np.asarray(-np.maximum(apart, sides))


class _Search:
    """A proof being made: open boxes, what is closed, and the size from which nothing may fit."""

    def __init__(self, subject: Subject, start: float, patience: int | None = None) -> None:
        self.solver, self.subject, self.target = Relaxation(subject), subject, start
        self.patience, self.spent = patience, np.zeros(len(subject.ranges), dtype=np.intp)
        self.given_up: set[int] = set()
        self.overlaps = _Overlaps(self.solver)
        self.steps, self.closings = Steps(), Closings()
        self.nodes = 0
        self.seen = 0
        self.stuck: list[Boxes] = []
        self.open = self._roots()

    # ------------------------------------------------ boxes

    def _roots(self) -> Boxes:
        subject = self.subject
        shape = (len(subject.images), len(subject.ranges), 4)
        image, span, quarter = (part.ravel() for part in np.indices(shape))
        count = len(image)
        sizes, more = (
            np.array(part) for part in zip(*(((p.low, p.high), p.more) for p in subject.ranges), strict=True)
        )
        rows = subject.unknowns + 1
        boxes = Boxes(
            image, span, quarter,
            np.tile([-EXTREME, EXTREME], (count, 1)),
            np.maximum(sizes[span], np.array([self.target, 0.0])),
            more[span],
            np.tile(_root(subject), (count, 1)),
            np.zeros((count, _MOST_CASES, 3), dtype=np.intp),
            np.zeros(count, dtype=np.intp),
            self._new_nodes(count),
            np.zeros(count), np.zeros((count, 5)),
            np.full((count, rows, 3), -1), np.zeros((count, rows)), np.zeros(count), np.zeros((count, 5)),
        )  # fmt: skip
        for _ in range(round(math.log2(_SECTORS))):
            boxes = self._split(boxes, np.full(len(boxes), 2))
        return self._settled(self._tightened(boxes))

    def _new_nodes(self, count: int) -> Ints:
        self.nodes += count
        return np.arange(self.nodes - count, self.nodes)

    def _split(self, boxes: Boxes, direction: Ints) -> Boxes:
        """Both halves of boxes split in x, y, tau, s or u."""
        count, nth = len(boxes), np.arange(len(boxes))
        grain = np.where(direction < 2, _COARSE, UNIT)
        at = np.round(_sides(boxes)[nth, direction].mean(axis=1) / grain) * grain
        first = self._new_nodes(2 * count)[::2] if count else np.zeros(0, dtype=np.intp)
        self.steps.add(node=boxes.node, kind=direction, at=at, first=first, count=np.full(count, 2))
        halves = []
        for side in (0, 1):
            half = boxes.take(nth)
            half.node = first + side
            half.place[direction == 0, 1 - side] = at[direction == 0]
            half.place[direction == 1, 3 - side] = at[direction == 1]
            half.tau[direction == 2, 1 - side] = at[direction == 2]
            half.size[direction == 3, 1 - side] = at[direction == 3]
            half.more[direction == 4, 1 - side] = at[direction == 4]
            halves.append(half)
        return Boxes.joined(halves)

    def _tightened(self, boxes: Boxes) -> Boxes:
        """Boxes cut down in x and y to what their rows allow, the rest closed."""
        rows = Rows(self.subject, boxes)
        dense, refs = self.solver.dense(rows)
        for axis in (0, 1):
            for side in (0, 1):
                sign = 1.0 if side else -1.0
                aim = np.zeros((len(boxes), rows.unknowns))
                aim[:, axis] = sign
                result = bounds(aim, dense[..., 1 : rows.off], -dense[..., 0], rows.low, rows.high)
                edge = 2 * axis + side
                doubt = 1e-5 + DOUBT * result.weight.sum(axis=1)
                limit = sign * (np.ceil((result.best + doubt) / _COARSE) * _COARSE)
                gains = np.isfinite(result.best) & (sign * (boxes.place[:, edge] - limit) > 0.01)
                cut = np.flatnonzero(gains)
                first = self._new_nodes(2 * len(cut))[::2]
                kind, two = np.full(len(cut), axis), np.full(len(cut), 2)
                self.steps.add(node=boxes.node[cut], kind=kind, at=limit[cut], first=first, count=two)
                self.closings.add(first + side, named(refs[cut], result.which[cut]), result.weight[cut])
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
        self.target = min(max(self.target, down(target)), self.subject.high)

    @property
    def bound(self) -> float:
        """Nothing fits from here up."""
        best = [float(part.best.max()) for part in (self.open, *self.stuck) if len(part)]
        return max([self.target, *(up(size + 2.0 * _MARGIN) for size in best)])

    def proof(self) -> Proof:
        """What is proven by now, the open boxes closed at the bound."""
        bound = self.bound
        for part in (self.open, *self.stuck):
            self._close(part)
        given_up = frozenset(self.given_up)
        return Proof(self.subject, bound, self.steps, self.closings, self.seen, given_up)

    def poses(self, boxes: Boxes) -> Poses:
        """The best poses of boxes."""
        low, high = boxes.tau[:, 0], boxes.tau[:, 1]
        turn = boxes.quarter * (math.pi / 2.0) + 2.0 * np.arctan((low + high) / 2.0)
        return Poses(
            boxes.at[:, :2].copy(),
            turn + np.arcsin(np.clip(boxes.at[:, 2], -1.0, 1.0)),
            self._factors(boxes),
            np.array(self.subject.images)[boxes.image],
        )

    def _factors(self, boxes: Boxes) -> Floats:
        """The factors (N, F) of the best poses of boxes."""
        if not self.subject.limits:
            return boxes.at[:, 3:4].copy()
        factors = np.repeat(boxes.at[:, 3:4], 2, axis=1)
        stretched = np.array([part.stretched for part in self.subject.ranges])[boxes.span]
        factors[np.arange(len(boxes)), stretched] += boxes.at[:, 4]
        return factors

    # ------------------------------------------------ branching

    def advance(self) -> tuple[Boxes, Floats]:
        """Branch on the most promising boxes; these, and how much the best pose of each overlaps, metres."""
        self.open = self._without_closed(self.open)
        count = min(_BATCH, len(self.open))
        if count == 0:
            return self.open, np.zeros(0)
        order = np.argpartition(-self.open.best, count - 1)
        chosen = self.open.take(np.sort(order[:count]))
        rest = self.open.take(np.sort(order[count:]))
        chosen.size[:, 0] = np.maximum(chosen.size[:, 0], np.minimum(self.target, chosen.size[:, 1]))
        chosen = self._tightened(chosen)
        rows = Rows(self.subject, chosen)
        overlap, pairs = self.overlaps(chosen, rows.poses(chosen.at))
        wide = np.diff(chosen.tau)[:, 0] > 1.5 * EXTREME * 2.0 / _TURNS
        cases = (pairs[:, 0, 0] >= 0) & ~wide
        segment, number = self._fewest(chosen, pairs, rows)
        chosen.gain[np.diff(_sides(chosen))[..., 0] < _NARROW] = 0.0
        direction = np.where(wide & (pairs[:, 0, 0] >= 0), 2, chosen.gain.argmax(axis=1))
        stuck = ~cases & ~wide & (chosen.gain[np.arange(count), direction] < 1e-7)
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
        if self.patience is not None:
            self.spent += np.bincount(children.span, minlength=len(self.spent))
            self.give_up(np.flatnonzero(self.spent > self.patience), *(part.span for part in self.stuck))
        return chosen, overlap

    def give_up(self, *spans: Ints) -> None:
        """Leave some ranges to another proof, which is nearer to the truth."""
        self.given_up.update(np.concatenate(spans).tolist())
        self.open = self.open.take(~np.isin(self.open.span, [*self.given_up]))
        self.stuck = []

    def _fewest(self, boxes: Boxes, pairs: Ints, rows: Rows) -> tuple[Ints, Ints]:
        """Of the pairs of each box the one that leaves the fewest cases open: its segment and piece (N,)."""
        nth, rival = np.nonzero((pairs[:, :, 0] >= 0) & (pairs[:, 1:2, 0] >= 0))
        left = np.full(pairs.shape[:2], np.iinfo(np.intp).max)
        left[:, 0] -= 1
        if len(nth):
            cases, owner = self._ways(*pairs[nth, rival].T)
            values, _ = self.solver.case_rows(rows, nth[owner], boxes.count[nth[owner]], cases)
            most = np.min([rows.most(nth[owner], line) for line in values], axis=0)
            left[nth, rival] = np.bincount(owner, most >= -MISSED, minlength=len(nth)).astype(np.intp)
        best = pairs[np.arange(len(boxes)), left.argmin(axis=1)]
        return best[:, 0], best[:, 1]

    def _ways(self, segment: Ints, number: Ints) -> tuple[Ints, Ints]:
        """All cases (Q, 3) of some pairs, and which pair each is of (Q,)."""
        tables = self.solver.tables
        piece = tables.piece(self.subject, segment, number)
        ways = tables.count[piece] + np.where(tables.single[segment], 0, 2)
        owner = np.repeat(np.arange(len(segment)), ways)
        way = np.arange(len(owner)) - (np.cumsum(ways) - ways)[owner]
        return np.stack([segment[owner], number[owner], way], axis=1), owner

    def _cased(self, boxes: Boxes, nth: Ints, segment: Ints, number: Ints, rows: Rows) -> Boxes:
        """One box for every way in which a segment and a piece can be apart that is not ruled out at once."""
        cases, owner = self._ways(segment[nth], number[nth])
        every = np.arange(len(cases))
        nodes = self._new_nodes(len(cases))
        ways = np.bincount(owner, minlength=len(nth))
        first = self.nodes - len(cases) + np.cumsum(ways) - ways
        kind = np.full(len(nth), _DIRECTIONS)
        self.steps.add(
            node=boxes.node[nth],
            kind=kind,
            at=segment[nth].astype(float),
            piece=number[nth],
            first=first,
            count=ways,
        )
        children = boxes.take(nth[owner])
        children.node = nodes
        slot = children.count
        children.cases[every, slot] = cases
        children.count = slot + 1
        values, names = self.solver.case_rows(rows, nth[owner], slot, cases)
        most = np.stack([rows.most(nth[owner], line) for line in values])
        line = most.argmin(axis=0)
        out = most[line, every] < -MISSED
        which = np.full((int(out.sum()), rows.unknowns + 1, 3), -1)
        which[:, 0] = names[line, every][out]
        weight = np.zeros(which.shape[:2])
        weight[:, 0] = 1.0
        self.closings.add(children.node[out], which, weight)
        return children.take(~out)


def _sides(boxes: Boxes) -> Floats:
    """From and to of boxes in x, y, tau, s and u (N, 5, 2), no size far above the largest there can be."""
    sides = np.stack([boxes.place[:, :2], boxes.place[:, 2:], boxes.tau, boxes.size, boxes.more], axis=1)
    sides[:, 3, 1] = np.minimum(sides[:, 3, 1], boxes.best)
    return sides


def _root(subject: Subject) -> Floats:
    """From and to in x and y, of all places that any pose can have (search.md, section 7)."""
    reach = max(
        float(np.abs(part.base + size * part.slope + more * part.across).sum(axis=1).max())
        for part in subject.ranges
        for size in (part.low, part.high)
        for more in part.more
    )
    low, high = subject.extent
    wide = math.ceil(reach / _COARSE) * _COARSE + 1.0
    return np.array([low[0] - wide, high[0] + wide, low[1] - wide, high[1] + wide])


def prove(
    subject: Subject,
    better: Callable[[Poses], float],
    *,
    start: float | None = None,
    most: int = MOST_BOXES,
    patience: int | None = None,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] = lambda _: None,
) -> Proof:
    """Prove that nothing fits from a size up.

    Args:
        subject: what, at which sizes.
        better: climbs from poses, and says from which size nothing is known to fit now.
        start: that size; without it the subject's lowest.
        most: boxes that are looked at; then the bound reached, of what was not given up, is returned, the
            same on any machine.
        patience: how many boxes to branch on for one range of sizes before it is given up, at once where one
            cannot be closed; without it none is.
        stop: whether to return it now, asked again and again.
        progress: told the bound reached.
    """
    search = _Search(subject, subject.low if start is None else down(start), patience)
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
    search = _Search(subject, subject.low)
    boxes = search.open
    if len(boxes) == 0:
        return subject.low, search.poses(boxes)
    return float(boxes.best.max()), search.poses(boxes.take(np.argsort(-boxes.best, kind="stable")))


def _neighbourhoods(poses: Poses) -> list[tuple[int, ...]]:
    """Where poses are, coarsely: what has been climbed from once need not be again."""
    turns = np.round(poses.angle / _ALIKE[1]).astype(int)
    places = np.round(poses.place / _ALIKE[0]).astype(int)
    return [
        (int(x), int(y), int(turn), int(mirrored))
        for (x, y), turn, mirrored in zip(places, turns, poses.mirrored, strict=True)
    ]
