"""Yard x drill x pace -> the largest placement, or why there is none.

This room decides which pace is taken, which sizes are searched and proven, and which of several equally large
placements is preferred; `moving` owns what the numbers of `search` mean.

The size is what `search` climbs to, `size_bound` what `proving` proves; each helps the other on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, reduce
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from conedrills import proving, screening, search
from conedrills.drill import AHEAD, PACES, UNSEEING, WAY, Drill, Figure, Pace, Stretch
from conedrills.errors import DrillError
from conedrills.geometry import Path, Point, Pose, Vector, normal_angle
from conedrills.ground import Ground
from conedrills.layout import PlacedLeg, Placement, Tightest, Unplaced, placed_legs
from conedrills.moving import Moved, moved
from conedrills.search import Floats
from conedrills.space import FLOOR, SpaceModel
from conedrills.subject import Proof, Range, Subject, up
from conedrills.turning import FINE, FINEST, ROUGH
from conedrills.yard import lawn

Mirror = Literal["left", "right"]

Progress = Callable[[float, float], None]

GAP = 0.001
"""How far a proven bound may be above the size, as a share of the bound."""
GOOD_ENOUGH = 0.8
"""Of the largest size: the fastest pace that reaches it is taken."""
_SIGHT = 200.0  # metres that are looked ahead beyond a backward leg
_TIED = 1e-3  # metres of spare clearance within which other preferences decide
_CALLER_GAP = (4.572, 6.4008)  # metres: callers stand 5 to 7 yd ahead of a cornerback


# ---------------------------------------------------------------- one pace


@dataclass(frozen=True)
class _Task:
    """One drill in one yard: between which sizes, which of its two mirror images, and how good is enough.

    `least` and `greatest` (F,) are what each factor may be: its size, or depth and width. A proof is about
    sizes up to `top`.
    """

    ground: Ground
    drill: Drill
    model: SpaceModel
    low: float
    cap: float
    top: float
    least: Floats
    greatest: Floats
    mirrored: tuple[bool, ...]
    gap: float
    most: int
    stop: Callable[[], bool]
    progress: Progress

    def of(self, placement: Placement) -> tuple[float, ...]:
        """The factors of a placement: its size, or depth and width."""
        both = placement.factors
        return (both.depth, both.width) if self.drill.stretch else (placement.size,)


@dataclass(frozen=True)
class _Found:
    """The best poses at one pace, best first, with the same factors, and what each has to spare, metres."""

    pace: Pace
    packed: Moved
    factors: tuple[float, ...]
    poses: search.Poses
    spare: Floats


_POOR = 0.8  # of the size that borders alone allow: below it a search from there alone is not trusted
_CLOSE = 0.02  # metres, or a share of the size, that poses among discs may lack to be tried among corners
_QUICK, _STARTS = ((5, 10), (8, 5), (20, 4)), 28
_THOROUGH, _MANY_STARTS = ((7, 28), (10, 10), (28, 8)), 96
_POLISH = ((7, 4), (20, 3))
_CENTRES, _CENTRE = 36, ((6, 12), (8, 6), (28, 6))
_FEW_BOXES = 6_000  # that a proof for it may take
_PATIENCE = 2500  # boxes that a range of depth and width may take before its points are brought nearer
_TURNED = 0.02  # of a size that is kept from where a leg would turn round
_SLACKS = ((0.05, FINE), (0.01, FINEST), (-1.0, FINEST / 8.0))
"""How near points are brought in a cell, metres: it costs nothing where a cell is narrower than this."""
_HINTS = 16  # poses that are remembered
_HOPED = 0.01  # how near the largest size that could be hoped for is told, where nothing fits


class _AtPace:
    """One drill at one pace: what is found and what is proven so far."""

    def __init__(self, task: _Task, pace: Pace) -> None:
        self.task, self.pace = task, pace
        self.packed = moved(task.drill, pace, task.model)
        self.measure = search.Measure(self.packed.body, task.ground.walls)
        # discs are a little larger than the round things that they stand for: good to begin with
        walls = task.ground.corners
        self.exact = self.measure if walls is task.ground.walls else search.Measure(self.packed.body, walls)
        self.best = 0.0
        self.near: search.Poses | None = None
        self.proof: Proof | None = None

    @cached_property
    def scouted(self) -> tuple[float, search.Poses]:
        """A size that nothing exceeds, and poses worth climbing from."""
        return proving.scout(self._subject(self.task.low if self._grows else 0.0))

    @property
    def _grows(self) -> bool:
        """Whether the size matters at all."""
        return bool(self.packed.body.slopes.any())

    @cached_property
    def whole(self) -> _Found | None:
        """The drill at its largest size."""
        task = self.task
        return self._centred(np.maximum(task.least, task.cap), None) if self.scouted[0] >= task.cap else None

    @cached_property
    def climbed(self) -> float:
        """The largest size that a quick search finds, 0 for none."""
        if self.whole is not None:
            return self.task.cap
        most, poses = self.scouted
        if self.task.cap > self.task.low:
            low, most = self.task.low, min(most, self.task.cap)
            self._climb(poses.take(np.arange(min(len(poses), _STARTS))), _QUICK, low)
            if self.best < _POOR * most and len(poses):
                sizes = np.linspace(max(low, self.best), max(low, most), 7)
                field = self.task.ground.field
                starts = screening.screen(self.measure, field, sizes, self.task.mirrored, _MANY_STARTS)
                self._climb(starts, _THOROUGH, low)
        return self.best

    def _climb(self, starts: search.Poses, keep: tuple[tuple[int, int], ...], low: float) -> float:
        """Climb, and remember what is best."""
        if len(starts):
            task = self.task
            aim = search.Aim(True, task.least if low >= task.low else low, task.greatest)
            starts = starts.take(np.arange(len(starts)))
            np.clip(starts.factors, aim.low, aim.cap, out=starts.factors)
            poses, left = search.climb(self.measure, starts, aim, keep)
            if self.exact is not self.measure:
                poses = poses.take((left > -_CLOSE) & (poses.size > self.best * (1.0 - _CLOSE)))
                poses, _ = search.climb(self.exact, poses, aim, _POLISH[-1:])
            fits = (self.exact.least(poses, among_all=True) > -1e-6) & _on_lawn(
                self.task.ground, self.measure.body, poses
            )
            size = np.minimum(poses.size, task.cap)
            best = float(size[fits].max(initial=0.0))
            if best > self.best:
                self.best, self.near = best, poses.take(fits & (size > best - 2e-4))
        return self.best

    def prove(self, target: float, low: float, gap: float, most: int | None = None) -> float:
        """Prove that nothing fits from a size up; the size from which that is proven.

        Where something turns up that does fit, from a little above that.
        """
        task = self.task

        def better(poses: search.Poses) -> float:
            best = self._climb(poses, _POLISH, low)
            return _target(best, gap, task.cap) if best else 0.0

        # what holds for one size of a drill that has only one holds for all
        target = min(target, task.cap) if self._grows else 0.0
        most = min(task.most, most or task.most)
        parts: list[Proof] = []
        left: Sequence[Range] = ()
        for slack in (ROUGH, FINE, FINEST):
            subject = self._subject(target, slack, left)
            last = slack == FINEST or subject.slack <= FINEST
            proof = proving.prove(
                subject,
                better,
                start=target,
                most=max(1, most - sum(part.boxes for part in parts)),
                patience=None if last else _PATIENCE,
                stop=task.stop,
                progress=lambda bound: task.progress(self.best, bound),
            )
            parts.append(proof)
            target = max(target, min(_target(self.best, gap, task.cap), task.cap) if self.best else 0.0)
            # what ends below the target needs no proof
            left = [
                part for nth, part in enumerate(subject.ranges) if nth in proof.given_up if part.high > target
            ]
            if not left:
                break
        bound = max(part.bound for part in parts)
        if parts[-1].given_up:
            bound = max(bound, up(target))
        others = tuple(part for part in parts[:-1] if len(part.given_up) < len(part.subject.ranges))
        self.proof = replace(parts[-1], bound=bound, boxes=sum(part.boxes for part in parts), parts=others)
        return bound

    def _subject(self, low: float, slack: float = ROUGH, within: Sequence[Range] = ()) -> Subject:
        try:
            return self._of(low, slack, within)
        except ArithmeticError as error:
            problem = "depth and width turn a leg too quickly; bring their min and max closer."
            raise DrillError(f"{self.task.drill.name}: {problem}") from error

    def _of(self, low: float, slack: float, within: Sequence[Range]) -> Subject:
        task, asked = self.task, self.packed.asked
        clearances = sorted({part.clearance for part in asked})
        boundary = task.ground.rings[0].corners
        return Subject.of(
            self.packed.body,
            np.array([part.points for part in asked], dtype=np.intp),
            np.array([clearances.index(part.clearance) for part in asked], dtype=np.intp),
            task.ground.solid,
            clearances=clearances,
            sizes=(low, task.top),
            images=task.mirrored,
            extent=(boundary.min(axis=0), boundary.max(axis=0)),
            limits=_limits(task.drill),
            slack=slack,
            within=within,
        )

    def largest(self) -> _Found | None:
        """The drill as large as it fits, proven; None where it does not."""
        task = self.task
        if self.whole is not None:
            self.near = self.whole.poses
            further = self._stretched(task.cap)
            return (self._centred(further, self.near) if further.max() > task.cap else None) or self.whole
        found = max(self.climbed, self.best)  # a proof may have found more
        self.prove(_target(found, task.gap, task.cap) if found else task.low, task.low, task.gap)
        # a size is stated with 4 decimals, and its last one may cost what the climb's last step gained
        for less in (0.0, 1e-4, 5e-4) if self.best else ():
            size = max(task.low, _floor4(self.best) - less)
            placed = self._centred(self._stretched(size), self.near)
            if placed is not None:
                return placed
        return None

    def hoped(self) -> tuple[float, float]:
        """Where it does not fit: the largest size there is room for, and a size proven too large for it."""
        task = self.task
        proven = self.proof
        if proven is None or proven.bound > task.low:
            return 0.0, math.inf  # the search was stopped before even that was certain
        if task.stop():
            return 0.0, task.low
        if proven.bound == 0.0:
            return 0.0, 0.0
        if task.drill.stretch is not None:  # what is smaller still may be another drill
            sizes = task.low * np.linspace(0.2, 1.0, 5)
            starts = screening.screen(self.measure, task.ground.field, sizes, task.mirrored, _STARTS)
            return self._climb(starts, _QUICK, 0.0), task.low
        start = self._straight()
        _, starts = proving.scout(self._subject(start))
        best = self._climb(starts.take(np.arange(min(len(starts), _STARTS))), _QUICK, start)
        bound = self.prove(_target(best, _HOPED, task.low) if best else start, start, _HOPED, _FEW_BOXES)
        if bound > task.low:  # what was proven before is better
            self.proof, bound = proven, task.low
        return self.best, bound

    def _straight(self) -> float:
        """A size from which on no leg turns round; below the smallest one may shrink to nothing."""
        body = self.packed.body
        first, second = body.segments.T
        base, slope = body.base[second] - body.base[first], body.slopes[0, second] - body.slopes[0, first]
        way = base + slope * self.task.low
        now, rate = (way * way).sum(axis=1), (slope * way).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            gone = np.where(rate > 0.0, self.task.low - now / rate, 0.0)
        turned = float(gone.max(initial=0.0))
        return 0.0 if turned <= 0.0 else min(self.task.low, turned + _TURNED)

    def _stretched(self, size: float) -> Floats:
        """Of the factors that allow a size the one that goes furthest beyond it, as far as a search finds."""
        task = self.task
        best = np.maximum(task.least, size)
        if task.drill.stretch is None or self.near is None:
            return best
        near = self.near
        for factor in range(len(best)):
            starts = self.near.take(np.arange(len(self.near)))
            np.maximum(starts.factors, size, out=starts.factors)
            aim = search.Aim(True, np.maximum(task.least, size), task.greatest, factor)
            poses, left = search.climb(self.exact, starts, aim, _POLISH)
            fits = (left > -1e-6) & _on_lawn(task.ground, self.measure.body, poses)
            longest = float(poses.factors[fits, factor].max(initial=0.0))
            longest = _floor4(longest - (1e-4 if longest < task.greatest[factor] else 0.0))
            if longest > best.max() + 1e-4:
                best = np.maximum(task.least, size)
                best[factor], near = longest, poses.take(fits)
        self.near = near
        return best

    def _centred(self, factors: Floats, hints: search.Poses | None) -> _Found | None:
        """The poses with the most to spare at factors (F,), best first; None where it does not fit at all."""
        task, measure = self.task, self.measure if hints is None else self.exact
        if hints is None:
            size = float(factors.min())
            starts = screening.screen(measure, task.ground.field, np.array([size]), task.mirrored, _CENTRES)
        else:
            starts = hints.take(np.arange(len(hints)))
        starts.factors[:] = factors
        poses, _ = search.climb(measure, starts, search.Aim(False, 0.0, 0.0), _CENTRE)
        spare = measure.least(poses, among_all=True)
        fits = (spare > 0.0) & _on_lawn(task.ground, measure.body, poses)
        if not fits.any():
            return None
        poses, spare = poses.take(fits), spare[fits]
        tied = spare >= spare.max() - _TIED
        middle = search.slide_to_middle(measure, poses.take(tied), spare[tied])
        return _Found(self.pace, self.packed, tuple(factors.tolist()), middle, spare[tied])


def _limits(drill: Drill) -> tuple[tuple[float, float], ...]:
    """The least and the most that depth and width may be; nothing for a drill of one length."""
    if drill.stretch is None:
        return ()
    low, high = drill.stretch.low, drill.stretch.high
    return ((low.depth, high.depth), (low.width, high.width))


def _target(size: float, gap: float, cap: float) -> float:
    """The size to prove too large where one is found, so that the gap holds once it is stated."""
    stated = max(0.0, _floor4(size) - 1e-4)
    return min(cap, max(size + 1e-4, stated / (1.0 - gap) - 2e-6))


def _floor4(size: float) -> float:
    """Rounded down to 4 decimals, as sizes are stated."""
    return math.floor(size * 1e4 + 1e-6) / 1e4


def _on_lawn(ground: Ground, body: search.Body, poses: search.Poses) -> NDArray[np.bool_]:
    """Whether all of the body lies on the lawn: distances from walls cannot tell inside from outside."""
    ends = search.points_of(body, poses)[:, body.segments]
    return np.array([ground.free.covers(shapely.MultiLineString([*lines])) for lines in ends], dtype=bool)


# ---------------------------------------------------------------- sizes below another


@dataclass(frozen=True)
class Below:
    """The largest size that was found up to another, with its factors; 0 for none.

    Nothing fits from `bound` up to that other one.
    """

    size: float
    factors: tuple[float, ...]
    bound: float


@dataclass(frozen=True)
class Cell:
    """Depths and widths: the smaller from `low` to `high`, the `stretched` one (0 is depth) `more` on top."""

    low: float
    high: float
    stretched: int
    more: tuple[float, float]


class Sizes:
    """At which sizes a drill fits a yard, at one pace and of one mirror image: for who seeks a common one."""

    def __init__(
        self,
        ground: Ground,
        drill: Drill,
        model: SpaceModel,
        pace: Pace,
        *,
        mirrored: bool,
        most: int = proving.MOST_BOXES,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.task = _task(
            ground, drill, model, (mirrored,), None, gap=GAP, most=most, stop=stop, progress=_unseen
        )
        self.here = _AtPace(self.task, pace)
        self.known: list[search.Poses] = []
        self.found: dict[tuple[float, ...], _Found | None] = {}

    def remember(self, placement: Placement) -> None:
        """Begin every search at this one too, if it is of this mirror image."""
        frame, pose, packed = self.task.ground.pose, placement.pose, self.here.packed
        if pose.mirrored in self.task.mirrored:
            factors = self.task.of(placement)
            centre = packed.centre(factors)
            middle = frame.undo(pose.place(Point(centre.dx, centre.dy)))
            angle = math.radians(pose.rotation - frame.rotation)
            self.known.append(
                search.Poses(
                    np.array([middle.xy]), np.array([angle]), np.array([factors]), np.array([pose.mirrored])
                )
            )

    def below(self, top: float, low: float, gap: float) -> Below:
        """The largest size from `low` to `top`, and what is proven too large, as near to it as `gap`."""
        cap = _floor4(top)
        if cap < low:
            return Below(0.0, (), top)
        task = replace(self.task, low=low, cap=cap, top=top, gap=gap, least=np.maximum(self.task.least, low))
        if self.task.drill.stretch is None:
            task = replace(task, greatest=np.array([cap]))
        here = _AtPace(task, self.here.pace)
        found = here.largest()
        proven = top if here.proof is None or here.whole is not None else min(top, here.proof.bound)
        if found is None:
            return Below(0.0, (), proven)
        self.known.append(found.poses.take(np.arange(min(len(found.poses), 4))))
        self.found[found.factors] = found
        return Below(min(found.factors), found.factors, max(proven, min(found.factors)))

    def ruled_out(self, cell: Cell, most: int) -> tuple[float, tuple[float, ...] | None]:
        """From which size up nothing fits in a cell of depths and widths, so far as a short proof gets.

        Where something turns up that does fit, its factors: then there is no point in going on.
        """
        task, found = self.task, list[tuple[float, ...]]()

        def look(poses: search.Poses) -> float:
            if not found:
                found.extend(self._in_cell(poses, cell))
            return 0.0

        wide = max(cell.more[1] - cell.more[0], cell.high - cell.low)
        slack = next((slack for least, slack in _SLACKS if wide > least), FINEST)
        none = np.zeros((0, 2))
        part = Range(cell.low, cell.high, none, none, none, cell.more, cell.stretched)
        proof = proving.prove(
            self.here._subject(cell.low, slack, [part]),
            look,
            start=cell.low,
            most=most,
            stop=lambda: bool(found) or task.stop(),
        )
        return proof.bound, (found[0] if found else None)

    def _in_cell(self, poses: search.Poses, cell: Cell) -> Iterator[tuple[float, ...]]:
        """Factors in a cell at which a climb from poses finds room."""
        poses = poses.take(np.arange(len(poses)))
        both, other = poses.factors, 1 - cell.stretched
        both[:, other] = np.floor(np.clip(both[:, other], cell.low, cell.high) * 1e4) / 1e4
        more = np.clip(both[:, cell.stretched] - both[:, other], *cell.more)
        both[:, cell.stretched] = np.floor((both[:, other] + more) * 1e4) / 1e4
        np.clip(both, self.task.least, self.task.greatest, out=both)
        poses, _ = search.climb(self.here.exact, poses, search.Aim(False, 0.0, 0.0), _CENTRE)
        spare = self.here.exact.least(poses, among_all=True)
        fits = (spare > 0.0) & _on_lawn(self.task.ground, self.here.measure.body, poses)
        for nth in np.flatnonzero(fits & (poses.size >= cell.low - 1e-9)):
            self.known.append(poses.take(np.array([nth])))
            yield tuple(poses.factors[nth].tolist())

    def fits(self, factors: tuple[float, ...]) -> bool:
        """Whether a search finds room for it at these factors: its size, or depth and width."""
        if factors not in self.found:
            wanted = np.array(factors)
            hints = [reduce(search.Poses.joined, self.known[-_HINTS:])] if self.known else []
            placed = (self.here._centred(wanted, poses) for poses in (*hints, None))
            self.found[factors] = next((found for found in placed if found is not None), None)
        return self.found[factors] is not None

    def placement(self, factors: tuple[float, ...]) -> Placement:
        """The drill at factors at which it `fits`, as central as can be; nothing is proven of it.

        Raises:
            KeyError: it was not asked whether it fits, or does not: an error of ours.
        """
        found = self.found[factors]
        if found is None:
            raise KeyError(factors)
        return replace(_placement(self.task, self.here, found), size_bound=None, gap_reached=False)


def _unseen(_size: float, _bound: float) -> None:
    pass


# ---------------------------------------------------------------- the placement


@dataclass(frozen=True)
class Fitted:
    """What came out, with its proof; None where nothing had to be proven, or was.

    Of a drill with two lengths the smaller factor is proven; the other is the largest that a search finds.
    """

    result: Placement | Unplaced
    moved: Moved
    proof: Proof | None


def fit(
    ground: Ground,
    drill: Drill,
    model: SpaceModel,
    *,
    pace: Pace | None = None,
    mirror: Mirror | None = None,
    size_max: float | None = None,
    gap: float = GAP,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress = lambda _size, _bound: None,
) -> Placement | Unplaced:
    """Lay a drill out as large as the yard allows, as `fit_proven` does, and let go of the proof."""
    return fit_proven(
        ground, drill, model, pace=pace, mirror=mirror, size_max=size_max, gap=gap, stop=stop,
        progress=progress,
    ).result  # fmt: skip


def fit_proven(
    ground: Ground,
    drill: Drill,
    model: SpaceModel,
    *,
    pace: Pace | None = None,
    mirror: Mirror | None = None,
    size_max: float | None = None,
    gap: float = GAP,
    most: int = proving.MOST_BOXES,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress = lambda _size, _bound: None,
) -> Fitted:
    """Lay a drill out as large as the yard allows, and prove that it cannot be larger.

    Args:
        ground: the yard, made `ready`.
        drill: what to lay out.
        model: the clearances and run-outs in force.
        pace: pinned; without it the fastest at which the drill reaches 0.8 of its largest size, else the pace
            with the largest size, the faster on a tie.
        mirror: `right` for the drill as published, `left` for its mirror image; both are tried without it.
        size_max: a cap below the drill's own, where the athlete needs one.
        gap: how far the proven bound may be above the size, as a share of the bound.
        most: boxes of poses that each proof may look at, 120,000 in ten seconds or more: after them the bound
            reached is returned.
        stop: whether to return the best so far, with the bound reached; asked again and again.
        progress: told the size found and the bound proven so far.

    Returns:
        The placement, or the drill unplaced with the reason; and the proof.
    """
    sides = {None: (False, True), "right": (False,), "left": (True,)}[mirror] if drill.mirror else (False,)
    task = _task(ground, drill, model, sides, size_max, gap=gap, most=most, stop=stop, progress=progress)
    cap, low = task.cap, task.low
    paces = [pace] if pace else sorted(drill.paces, key=PACES.index, reverse=True)
    at_pace = cache(lambda candidate: _AtPace(task, candidate))
    chosen = at_pace(paces[-1])
    for candidate in paces[:-1]:
        here = at_pace(candidate)
        if here.climbed < GOOD_ENOUGH * cap and chosen.climbed:
            here.prove(GOOD_ENOUGH * cap, low, gap)
        if here.best >= GOOD_ENOUGH * cap or here.whole is not None:
            chosen = here
            break
        if not chosen.climbed or stop():
            break
    found = chosen.largest()
    if found is None:
        return _unplaced(task, chosen)
    return Fitted(_placement(task, chosen, found), chosen.packed, chosen.proof)


def _task(
    ground: Ground,
    drill: Drill,
    model: SpaceModel,
    sides: tuple[bool, ...],
    size_max: float | None,
    *,
    gap: float,
    most: int,
    stop: Callable[[], bool],
    progress: Progress,
) -> _Task:
    # sizes are stated with 4 decimals, so only such are looked for
    cap = _floor4(min(drill.size_max, size_max or drill.size_max))
    low = min(-_floor4(-drill.size_min), cap)
    limits = np.array(_limits(drill) or [(low, cap)])
    least, greatest = (np.array([*map(_floor4, side)]) for side in (-limits[:, 0], limits[:, 1]))
    least = np.minimum(-least, greatest)
    greatest = np.maximum(
        least, np.minimum(greatest, cap if (size_max or np.inf) < drill.size_max else np.inf)
    )
    return _Task(
        ground, drill, model, low, cap, drill.size_max, least, greatest, sides, gap, most, stop, progress
    )


def _unplaced(task: _Task, chosen: _AtPace) -> Fitted:
    """Why a drill that does not fit at a pace does not, with the size that would."""
    drill, pace = task.drill, chosen.pace
    needed = "all of it" if drill.size_min == drill.size_max else f"at least {_least(drill)}"
    best, bound = chosen.hoped()
    if best < 0.01:
        reason = f"no room for it at all, even at {pace} pace."
    else:  # rounded down, so that a near miss is not called a fit
        reason = f"room for {math.floor(best * 100.0)} % of its full size at {pace} pace; it needs {needed}."
    if math.isinf(bound):
        reason += " The search stopped before it was certain."
    result = Unplaced(drill, pace, reason, None if math.isinf(bound) else _ceil6(bound))
    return Fitted(result, chosen.packed, chosen.proof)


def _least(drill: Drill) -> str:
    """The smallest that a drill may be, in words."""
    if drill.stretch is None or drill.stretch.low.depth == drill.stretch.low.width:
        return f"{drill.size_min * 100:.0f} %"
    low = drill.stretch.low
    return f"{low.depth * 100:.0f} % of its depth and {low.width * 100:.0f} % of its width"


def _ceil6(size: float) -> float:
    """Rounded up to 6 decimals, as bounds are stated."""
    stated = math.ceil(size * 1e6 - 1e-3) / 1e6
    return stated if stated >= size else stated + 1e-6


def _placement(task: _Task, chosen: _AtPace, found: _Found) -> Placement:
    pose = _preferred(task, found)
    size, stretch = _sizes(task.drill, found)
    legs = placed_legs(task.drill, size, pose, found.pace, task.model, stretch=stretch)
    figure = task.drill.figure(size, stretch)
    caller = _caller(task.ground, pose, figure)
    alone = figure.caller is not None and caller is None
    bound = _ceil6(task.drill.size_max)  # there is no larger drill
    if chosen.proof is not None:
        bound = min(bound, _ceil6(chosen.proof.bound))
    return Placement(
        drill=task.drill,
        pace=found.pace,
        size=size,
        stretch=stretch,
        size_bound=bound,
        gap_reached=bound - size <= task.gap * bound + 2e-6,
        pose=pose,
        cones=tuple(pose.place(cone) for cone in figure.cones),
        legs=legs,
        tightest=_tightest(task.ground, [_prolonged(leg) for leg in legs]),
        caller=caller,
        remarks=("No room for a caller 5 to 7 yd ahead: call from another clear place.",) if alone else (),
    )


def _sizes(drill: Drill, found: _Found) -> tuple[float, Stretch | None]:
    """The size, and depth and width where there are two lengths."""
    return min(found.factors), Stretch(*found.factors) if drill.stretch else None


def _preferred(task: _Task, found: _Found) -> Pose:
    """Of equally central poses: backward legs away from hard things, unmirrored, least rotation, x, y."""
    frame = task.ground.pose
    hard = [thing.shape for thing in task.ground.hard]
    tree = shapely.STRtree(hard)

    def in_yard(own: Pose) -> Pose:
        return Pose(frame.place(own.origin), normal_angle(own.rotation + frame.rotation), own.mirrored)

    size, stretch = _sizes(task.drill, found)

    def rank(own: Pose) -> tuple[float, ...]:
        legs = placed_legs(task.drill, size, in_yard(own), found.pace, task.model, stretch=stretch)
        turn = round(normal_angle(own.rotation), 2) % 360.0
        x, y = round(own.origin.x, 3), round(own.origin.y, 3)
        return (-round(_blind_room(legs, tree), 2), own.mirrored, turn, x, y)

    return in_yard(min((_drill_pose(found, nth) for nth in range(len(found.poses))), key=rank))


def _drill_pose(found: _Found, nth: int) -> Pose:
    """The pose of the drill, in the yard's own frame, of the nth pose of its body."""
    angle, mirrored = math.degrees(float(found.poses.angle[nth])), bool(found.poses.mirrored[nth])
    centre = found.packed.centre(found.factors)
    middle = Pose(Point(0.0, 0.0), angle, mirrored).place(Point(centre.dx, centre.dy))
    x, y = (float(value) for value in found.poses.place[nth])
    return Pose(Point(x - middle.x, y - middle.y), angle, mirrored)


def _blind_room(legs: Sequence[PlacedLeg], hard: shapely.STRtree) -> float:
    """How far it is straight on beyond the worst backward leg to something hard, metres; 0 without one."""
    ahead = [0.0]
    backward = [leg for leg in legs if WAY[leg.movement] in UNSEEING]
    for leg in backward:
        end = leg.path[-1]
        ray = shapely.LineString([end.xy, (end + Vector.polar(_SIGHT, leg.heading_out)).xy])
        met = hard.geometries.take(hard.query(ray, predicate="intersects"))
        ahead.append(min(shapely.distance(shapely.Point(end.xy), ray.intersection(met)), default=_SIGHT))
    return float(min(ahead[1:], default=0.0))


def _prolonged(leg: PlacedLeg) -> Path:
    """A leg's path with its run-out."""
    return (*leg.path, leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out))


def _tightest(ground: Ground, paths: Sequence[Path]) -> Tightest | None:
    """Where the prolonged paths come closest to something hard; of equally close things the first."""
    if not ground.hard:
        return None
    swept = shapely.MultiLineString([[point.xy for point in path] for path in paths])
    distances = shapely.distance(swept, [thing.shape for thing in ground.hard])
    closest = ground.hard[int(np.flatnonzero(distances <= distances.min() + 1e-9)[0])]
    x, y = shapely.get_coordinates(shapely.shortest_line(closest.shape, swept))[0]
    return Tightest(float(swept.distance(closest.shape)), Point(float(x), float(y)), closest.name)


def _caller(ground: Ground, pose: Pose, figure: Figure) -> Point | None:
    """Where the caller stands: as drawn, else the first clear place 5 to 7 yd ahead of the start."""
    if figure.caller is None:
        return None
    free = lawn(ground.yard)
    hard = [thing.shape for thing in ground.hard]
    kept = [FLOOR + thing.uncertainty for thing in ground.hard]
    near, far = _CALLER_GAP
    spots = [figure.caller] + [
        figure.cones[0] + Vector.polar(near + (far - near) * part / 4, AHEAD + side * turn)
        for turn in (0, 10, 20, 30)
        for part in range(5)
        for side in (1, -1)
    ]
    for spot in spots:
        stood = shapely.Point(pose.place(spot).xy)
        if free.covers(stood) and (shapely.distance(stood, hard) >= kept).all():
            return pose.place(spot)
    return None
