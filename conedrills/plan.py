"""The whole way from a yard to a layout on one screen: make ready, fit, set out, judge.

Here is decided which drills a yard gets when nobody asks for one, and nothing else.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import Literal, Protocol

from conedrills import __version__
from conedrills.check import problems
from conedrills.drill import Drill, Family, Pace, drill_names, load_drill
from conedrills.fit import GAP, Fitted, Mirror, fit_proven
from conedrills.ground import Ground, ready
from conedrills.layout import CAPPED, Layout, Placement, Unplaced
from conedrills.proving import MOST_BOXES
from conedrills.remedies import Wish, explained, nearness
from conedrills.setout import set_out
from conedrills.space import SpaceModel, space_model
from conedrills.yard import Units, Yard

Athlete = Literal["child", "adult", "older"]

CHILD_SIZE = 0.75
"""Of the published size, what a child's drill is capped at: our figure, about the ratio of the strides."""
STOPPED, TIME_UP = "the search was stopped.", "the time ran out."
"""Why a drill is not placed that was not tried any more."""
_TOLD = 2  # drills of a yard where nothing fits that are told what would help
_SHARE = 1.0 / 3.0  # of the time that is left, for a drill of a first layout
_FEW_BOXES = 8_000  # for each proof of a first layout, which is wanted in half a minute on any yard
_CHOSEN = 6  # drills of a first layout: a session is two or three, with something to choose from
_MOST_TRIED = 5  # drills of a family that a first layout should have, from its largest to its smallest
_FEW_TRIED = 3  # of one that it can do without
_ROOMY = 0.7  # the worth at which a family has what it needs
_NEEDED = ("backward", "diagonal", "cornerback")
_FIRST: tuple[Family, ...] = ("backward", "diagonal", "cornerback", "lateral", "multi-direction", "warm-up")
_PACE_WORTH: Mapping[Pace, float] = {"walk": 0.6, "easy": 0.8, "brisk": 0.95, "full": 1.0}


class Progress(Protocol):
    """Told what is being done and, of a drill, the size found (0: none yet) and the bound proven so far."""

    def __call__(self, doing: str, size: float = 0.0, bound: float | None = None, /) -> None:
        """Take note, at once: it is called again and again."""


def _quiet(_doing: str, _size: float = 0.0, _bound: float | None = None) -> None:
    pass


@dataclass(frozen=True, eq=False)
class Plan:
    """A layout with what a certificate of it is made from: the yard made ready, and a fit for every drill.

    `fitted` are those of the placements, then of the unplaced that were tried, in their order.
    """

    layout: Layout
    ground: Ground
    fitted: tuple[Fitted, ...]


def plan(
    yard: Yard,
    drills: Sequence[Drill] | None = None,
    *,
    pace: Pace | None = None,
    paces: Mapping[str, Pace] | None = None,
    cones: int | None = None,
    mirror: Mirror | None = None,
    wet: bool | None = None,
    athlete: Athlete = "adult",
    units: Units | None = None,
    gap: float = GAP,
    seconds: float | None = None,
    tape: float | None = None,
    stop: Callable[[], bool] = lambda: False,
    title: str | None = None,
    progress: Progress = _quiet,
) -> Layout:
    """Lay drills out in a yard, without keeping the proofs; for arguments see `planned`."""
    return planned(
        yard, drills, pace=pace, paces=paces, cones=cones, mirror=mirror, wet=wet, athlete=athlete,
        units=units, gap=gap, seconds=seconds, tape=tape, stop=stop, title=title, progress=progress,
    ).layout  # fmt: skip


def planned(
    yard: Yard,
    drills: Sequence[Drill] | None = None,
    *,
    pace: Pace | None = None,
    paces: Mapping[str, Pace] | None = None,
    cones: int | None = None,
    mirror: Mirror | None = None,
    wet: bool | None = None,
    athlete: Athlete = "adult",
    units: Units | None = None,
    gap: float = GAP,
    seconds: float | None = None,
    tape: float | None = None,
    stop: Callable[[], bool] = lambda: False,
    title: str | None = None,
    progress: Progress = _quiet,
) -> Plan:
    """Lay drills out in a yard, each as large as it safely allows, and keep what proves it.

    Args:
        yard: where.
        drills: which, in the order of the layout; without them a balanced choice, best first.
        pace: pinned for all drills.
        paces: preferred for the drills named; another is taken where a drill does not fit at it.
        cones: how many there are; a drill that needs more is not placed.
        mirror: one side only.
        wet: whether the grass is; as the yard says where None.
        athlete: `older` pins the slowest pace of each drill, `child` caps the size at 0.75.
        units: for display; the yard's own where None.
        gap: how far a proven bound may be above its size, as a share of the bound.
        seconds: after which the best so far is taken, and nothing further is tried; what one drill leaves of
            its share is for the others.
        tape: the longest that a set-out may ask for, metres; 30 m or 100 ft where None.
        stop: whether to do so now; asked again and again.
        title: of the layout; the yard's name where None.
        progress: told what is being fitted, and how far that is.

    Raises:
        RuntimeError: `check` finds a problem in the result: an error of ours.
    """
    model = space_model(yard.space, wet=yard.surface == "wet" if wet is None else wet)
    deadline = time.monotonic() + (math.inf if seconds is None else seconds)

    def over() -> bool:
        return stop() or time.monotonic() > deadline

    ground = ready(yard)
    fits: dict[str, Fitted] = {}

    def pinned_for(drill: Drill) -> Pace | None:
        return pace or (drill.paces[0] if athlete == "older" else None)

    def attempt(drill: Drill, share: float = _SHARE) -> Placement | Unplaced:
        if over():
            return Unplaced(drill, drill.paces[0], STOPPED if stop() else TIME_UP)
        now = time.monotonic()
        until = now + (deadline - now) * share
        progress(drill.title)
        pinned = pinned_for(drill)
        if cones is not None and len(drill.cones) > cones:
            return Unplaced(
                drill, pinned or drill.paces[0], f"needs {len(drill.cones)} cones; there are {cones}."
            )
        preferred = pinned or (paces or {}).get(drill.name)
        cap = max(drill.size_min, min(drill.size_max, CHILD_SIZE)) if athlete == "child" else drill.size_max
        fitted = partial(
            fit_proven, ground, drill, model, mirror=mirror, size_max=cap, gap=gap,
            most=_FEW_BOXES if drills is None else MOST_BOXES,
            stop=lambda: stop() or time.monotonic() > until, progress=partial(progress, drill.title),
        )  # fmt: skip
        found = fitted(pace=preferred)
        if isinstance(found.result, Unplaced) and preferred and not pinned and not over():
            found = fitted()
        fits[drill.name] = found
        return _capped(found.result, cap)

    def wish_for(drill: Drill) -> Wish:
        return Wish(model, pinned_for(drill), mirror, cones, over)

    def with_reasons(missing: Placement | Unplaced) -> Placement | Unplaced:
        if isinstance(missing, Placement) or missing.drill.name not in fits:
            return missing
        progress(f"{missing.drill.title}: what would make it fit")
        return explained(ground, missing, wish_for(missing.drill))

    if drills is None:
        results = _choice(attempt, _across(yard))
        told = _nearest(results, lambda missing: nearness(ground, missing, wish_for(missing.drill)))
    else:
        wanted = _once(drills)
        results = [attempt(drill, 1.0 / (len(wanted) - nth)) for nth, drill in enumerate(wanted)]
        told = results
    results = [with_reasons(result) if result in told else result for result in results]
    return laid_out(
        ground, model, results, fits,
        title=title or yard.name, units=units or yard.units, tape=tape,
    )  # fmt: skip


def laid_out(
    ground: Ground,
    model: SpaceModel,
    results: Sequence[Placement | Unplaced],
    fits: Mapping[str, Fitted],
    *,
    title: str,
    units: Units,
    tape: float | None,
) -> Plan:
    """Set out and judge what was fitted.

    Args:
        ground: the yard that all of it was fitted into.
        model: the clearances and run-outs in force.
        results: every drill, in the order of the layout.
        fits: what came out for each that was tried, by name.
        title: of the layout.
        units: for display.
        tape: the longest that a set-out may ask for, metres; 30 m or 100 ft where None.

    Raises:
        RuntimeError: `check` finds a problem in the result: an error of ours.
    """
    bare = Layout(
        title=title,
        units=units,
        yard=ground.yard,
        space=model,
        placements=tuple(result for result in results if isinstance(result, Placement)),
        unplaced=tuple(result for result in results if isinstance(result, Unplaced)),
        made_by=f"conedrills {__version__}",
        notes=ground.yard.notes,
    )
    layout = set_out(bare, tape)
    wrong = problems(layout)
    if wrong:
        raise RuntimeError(
            "the layout did not pass its own check: " + "; ".join(problem.message for problem in wrong)
        )
    entries: list[Placement | Unplaced] = [*layout.placements, *layout.unplaced]
    return Plan(
        layout,
        ground,
        tuple(_final(fits[entry.drill.name], entry) for entry in entries if entry.drill.name in fits),
    )


def _final(found: Fitted, entry: Placement | Unplaced) -> Fitted:
    """With what became of it, and without a proof that was stopped before it proved anything stated."""
    if found.proof is None or entry.size_bound is None or found.proof.bound > entry.size_bound + 1e-8:
        return replace(found, result=entry, proof=None)
    return replace(found, result=entry)


def _capped(result: Placement | Unplaced, cap: float) -> Placement | Unplaced:
    """With a remark where not the yard, but the athlete is why it is no larger."""
    if isinstance(result, Unplaced) or cap >= result.drill.size_max or result.size < cap - 1e-4:
        return result
    return replace(result, remarks=(*result.remarks, CAPPED))


def _nearest(
    results: Sequence[Placement | Unplaced], nearness: Callable[[Unplaced], float]
) -> list[Placement | Unplaced]:
    """Where nothing fits, the drills that come nearest to fitting: the only ones worth a word about how."""
    missing = [result for result in results if isinstance(result, Unplaced)]
    if len(missing) < len(results):
        return []
    return [*sorted(missing, key=lambda one: (-nearness(one), one.drill.name))[:_TOLD]]


def _once(drills: Sequence[Drill]) -> list[Drill]:
    """Each of the drills that were asked for, once."""
    return [*{drill.name: drill for drill in drills}.values()]


def _choice(attempt: Callable[[Drill], Placement | Unplaced], widest: float) -> list[Placement | Unplaced]:
    """A balanced first layout, best first; every drill tried, unplaced, where nothing fits.

    No clock decides here unless a time limit was asked for, so that the same yard always gets the same
    drills: of each family drills are tried, from the largest to the smallest, until one has room enough.
    Only such are tried as one can go on from, to a harder one or an easier one, and none that is too long for
    the yard, `widest` metres across.
    """
    library = [
        drill
        for drill in map(load_drill, drill_names())
        if (drill.definition.easier or drill.definition.harder) and _extent(drill, drill.size_min) < widest
    ]
    tried: list[Placement | Unplaced] = []
    for family in _FIRST:
        drills = sorted((drill for drill in library if drill.family == family), key=_alone_and_large_first)
        for drill in _spread(drills, _MOST_TRIED if family in _NEEDED else _FEW_TRIED):
            tried.append(attempt(drill))
            if isinstance(tried[-1], Placement) and _worth(tried[-1])[0] >= _ROOMY:
                break
    placed = sorted((result for result in tried if isinstance(result, Placement)), key=_worth, reverse=True)
    if not placed:
        return tried
    firsts = {placement.drill.family: placement for placement in reversed(placed)}
    chosen = [firsts[family] for family in _FIRST if family in firsts]
    rest = [placement for placement in placed if placement not in chosen]
    return [*sorted((chosen + rest)[:_CHOSEN], key=_worth, reverse=True)]


def _alone_and_large_first(drill: Drill) -> tuple[bool, float, str]:
    """Drills that need no caller come first, and of these the one that makes most of a large yard."""
    return (drill.caller is not None, -round(_extent(drill, drill.size_max), 3), drill.name)


def _across(yard: Yard) -> float:
    """Metres that no two places in a yard are further from each other, however it lies."""
    xs, ys = zip(*(point.xy for point in yard.boundary), strict=True)
    middle = math.fsum(xs) / len(xs), math.fsum(ys) / len(ys)
    return 2.0 * max(math.dist(middle, point.xy) for point in yard.boundary)


def _extent(drill: Drill, size: float) -> float:
    """Metres between the two cones that are furthest from each other."""
    return max((one - other).length for one, other in combinations(drill.figure(size).cones, 2))


def _spread(drills: Sequence[Drill], most: int) -> Sequence[Drill]:
    """So many of them at most, the first and the last among them, evenly spread."""
    if len(drills) <= most:
        return drills
    return [drills[round(nth * (len(drills) - 1) / (most - 1))] for nth in range(most)]


def _worth(placement: Placement) -> tuple[float, float, str]:
    """How good a placement is: near its published size, at a fast pace, well sourced."""
    grade = {"A": 1.0, "B": 0.97, "C": 0.9, "X": 0.8}[placement.drill.definition.grade]
    worth = min(placement.size, 1.0) * _PACE_WORTH[placement.pace] * grade
    return (round(worth, 3), -len(placement.cones), placement.drill.name)
