"""The whole way from a yard to a layout on one screen: make ready, fit, judge.

Here is decided which drills a yard gets when nobody asks for one, and nothing else.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from conedrills import __version__
from conedrills.check import problems
from conedrills.drill import Drill, Family, Pace, drill_names, load_drill
from conedrills.fit import Ground, Mirror, fit, ready
from conedrills.layout import Layout, Placement, Unplaced
from conedrills.space import SpaceModel, space_model
from conedrills.yard import Units, Yard

Athlete = Literal["child", "adult", "older"]

CHILD_SIZE = 0.75
"""Of the published size that a child's drill is capped at: our figure, about the ratio of a child's stride."""
_CHOSEN = 5  # drills of a first layout: a session is two or three, with something to choose from
_SECONDS = 20.0  # of a first layout, of the 30 that it may take on any yard
_FIRST: tuple[Family, ...] = ("backward", "diagonal", "cornerback", "lateral", "multi-direction", "warm-up")
_PACE_WORTH: Mapping[Pace, float] = {"walk": 0.6, "easy": 0.8, "brisk": 0.95, "full": 1.0}


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
    seconds: float | None = None,
    title: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Layout:
    """Lay drills out in a yard, each as large as it safely allows.

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
        seconds: after which no further drill or pace is tried.
        title: of the layout; the yard's name where None.
        progress: told what is being fitted.

    Raises:
        RuntimeError: `check` finds a problem in the result: an error of ours.
    """
    model = space_model(yard.space, wet=yard.surface == "wet" if wet is None else wet)
    deadline = time.monotonic() + (seconds if seconds is not None else math.inf if drills else _SECONDS)
    ground = ready(yard)

    def attempt(drill: Drill) -> Placement | Unplaced:
        progress(drill.title)
        wanted = pace or (drill.paces[0] if athlete == "older" else None)
        if cones is not None and len(drill.cones) > cones:
            return Unplaced(drill, wanted or drill.paces[0], f"needs {len(drill.cones)} cones; there are {cones}.")
        preferred = (paces or {}).get(drill.name)
        cap = drill.size_max if athlete != "child" else max(drill.size_min, min(drill.size_max, CHILD_SIZE))
        placed = _fit(ground, drill, model, wanted or preferred, mirror, cap, deadline)
        if isinstance(placed, Unplaced) and preferred and not wanted:
            return _fit(ground, drill, model, None, mirror, cap, deadline)
        return placed

    results = _choice(attempt, deadline) if drills is None else _all(drills, attempt, deadline)
    layout = Layout(
        title=title or yard.name,
        units=units or yard.units,
        yard=yard,
        space=model,
        placements=tuple(result for result in results if isinstance(result, Placement)),
        unplaced=tuple(result for result in results if isinstance(result, Unplaced)),
        made_by=f"conedrills {__version__}",
        notes=yard.notes,
    )
    wrong = problems(layout)
    if wrong:
        raise RuntimeError("the layout did not pass its own check: " + "; ".join(problem.message for problem in wrong))
    return layout


def _fit(
    ground: Ground,
    drill: Drill,
    model: SpaceModel,
    pace: Pace | None,
    mirror: Mirror | None,
    cap: float,
    deadline: float,
) -> Placement | Unplaced:
    return fit(ground, drill, model, pace=pace, mirror=mirror, size_max=cap, deadline=deadline)


def _all(
    drills: Sequence[Drill], attempt: Callable[[Drill], Placement | Unplaced], deadline: float
) -> list[Placement | Unplaced]:
    """Each of the drills that were asked for, once."""
    once = list({drill.name: drill for drill in drills}.values())
    return [
        attempt(drill) if time.monotonic() < deadline else Unplaced(drill, drill.paces[0], "the time ran out.")
        for drill in once
    ]


def _choice(attempt: Callable[[Drill], Placement | Unplaced], deadline: float) -> list[Placement | Unplaced]:
    """A balanced first layout, best first; every drill tried, unplaced, where nothing fits."""
    library = [load_drill(name) for name in drill_names()]
    rank = {family: nth for nth, family in enumerate(_FIRST)}
    tried: dict[Family, list[Placement | Unplaced]] = {}
    # one drill of each family in turn, so that a slow yard still gets a balanced choice in time
    turns = sorted(library, key=lambda drill: (_turn(drill, library), rank.get(drill.family, len(rank)), drill.name))
    for drill in turns:
        if time.monotonic() > deadline:
            break
        tried.setdefault(drill.family, []).append(attempt(drill))
    placed = {
        family: sorted((result for result in results if isinstance(result, Placement)), key=_worth, reverse=True)
        for family, results in tried.items()
    }
    order = [family for family in _FIRST if placed.get(family)]
    chosen = [placed[family][turn] for turn in range(3) for family in order if turn < len(placed[family])][:_CHOSEN]
    if not chosen:
        return [result for results in tried.values() for result in results]
    return list(sorted(chosen, key=_worth, reverse=True))


def _turn(drill: Drill, library: Sequence[Drill]) -> int:
    return [other.name for other in library if other.family == drill.family].index(drill.name)


def _worth(placement: Placement) -> tuple[float, float, str]:
    """How good a placement is: near its published size, at a fast pace, well sourced."""
    grade = {"A": 1.0, "B": 0.97, "C": 0.9, "X": 0.8}[placement.drill.definition.grade]
    worth = min(placement.size, 1.0) * _PACE_WORTH[placement.pace] * grade
    return (round(worth, 3), -len(placement.cones), placement.drill.name)


