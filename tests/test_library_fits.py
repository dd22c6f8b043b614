"""Every drill of the library on a field and in the example yards: it fits, or is proven not to.

Nothing here names a drill that a new file would have to be added to: names are those of the library.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from conedrills.certificate import certificate
from conedrills.certificatefile import loads
from conedrills.check import problems
from conedrills.drill import PACES, Drill, Pace, drill_names, load_drill
from conedrills.fit import Fitted, fit_proven
from conedrills.geometry import Point
from conedrills.ground import Ground, ready
from conedrills.importers import read_yard
from conedrills.layout import Placement, Unplaced
from conedrills.plan import Plan, laid_out
from conedrills.space import space_model
from conedrills.verify import verify
from conedrills.yard import Yard

YARDS = {file.parent.name: file for file in (Path(__file__).parents[1] / "layouts").glob("*/yard.json")}
FIELD = Yard("field", tuple(Point(x, y) for x, y in ((0, 0), (60, 0), (60, 60), (0, 60))), ("hard",) * 4)
BOXES = 40_000
"""That one proof may look at, a third of what a user's may: no time decides, so the answer stays the same."""
METRES = {"yd": 0.9144, "ft": 0.3048, "m": 1.0}
TOTALS: Mapping[str, tuple[float, str]] = {
    "t-test": (40.0, "yd"),
    "5-10-5": (20.0, "yd"),
    "505": (20.0, "m"),
    "60-yard-shuttle": (60.0, "yd"),
    "l-drill": (30.0, "yd"),
    "semo": (106.9, "ft"),
    "coda": (36.0, "m"),
    "illinois": (60.6, "m"),
    "compass": (21.0, "m"),
    "barrow-zig-zag": (57.7, "ft"),
}
"""Paths as the sources print them, from cone to cone in straight lines, typed by hand."""


@cache
def ground_of(name: str) -> Ground:
    """An example yard, made ready once."""
    return ready(read_yard(YARDS[name]))


def fitted(ground: Ground, drill: Drill, pace: Pace, *, size_max: float | None = None) -> Plan:
    """The first placement that turns up, with the largest size or not; without one, what proves that."""
    yard = ground.yard
    model = space_model(yard.space, wet=yard.surface == "wet")
    sizes: list[float] = []

    def note(size: float, _bound: float) -> None:
        if size > 0.0:
            sizes.append(size)

    found: Fitted = fit_proven(
        ground, drill, model, pace=pace, size_max=size_max, most=BOXES,
        stop=lambda: bool(sizes), progress=note,
    )  # fmt: skip
    fits = {drill.name: found}
    return laid_out(ground, model, [found.result], fits, title="test", units=yard.units, tape=None)


@pytest.mark.parametrize("name", drill_names())
def test_fits_a_field_as_published(name: str) -> None:
    drill = load_drill(name)
    pace = max(drill.paces, key=PACES.index)
    layout = fitted(ready(FIELD), drill, pace, size_max=1.0).layout
    assert layout.unplaced == ()
    (placement,) = layout.placements
    assert placement.size == 1.0
    assert placement.pace == pace
    assert problems(layout) == ()
    assert between(placement.cones) == pytest.approx(between(drill.figure(1.0).cones), abs=1e-9)


def test_there_are_five_yards() -> None:
    assert len(YARDS) == 5


@pytest.mark.parametrize(("yard", "name"), [*product(sorted(YARDS), drill_names())])
def test_fits_or_is_proven_not_to(yard: str, name: str) -> None:
    drill = load_drill(name)
    pace = min(drill.paces, key=PACES.index)  # slower needs less room: what does not fit at it fits at none
    plan = fitted(ground_of(yard), drill, pace)
    layout = plan.layout
    assert problems(layout) == ()
    entries: list[Placement | Unplaced] = [*layout.placements, *layout.unplaced]
    (entry,) = entries
    if isinstance(entry, Placement):
        assert drill.size_min - 1e-4 <= entry.size <= drill.size_max
        return
    assert entry.size_bound is not None, "neither placed nor proven"
    assert entry.size_bound <= drill.size_min + 1e-6
    proof = json.dumps(certificate(layout, plan.ground, plan.fitted)).encode()
    verdict = verify(layout, loads(proof, "proof.json"))
    assert verdict.problems == ()
    (proven,) = verdict.proven
    assert (proven.drill, proven.pace) == (name, pace)
    assert proven.bound <= entry.size_bound
    assert proven.images == ((False, True) if drill.mirror else (False,))


def between(cones: tuple[Point, ...]) -> list[float]:
    """How far any two cones are from each other, metres."""
    return [(one - other).length for nth, one in enumerate(cones) for other in cones[:nth]]


@pytest.mark.parametrize("name", sorted(TOTALS.keys() & set(drill_names())))
def test_paths_are_as_long_as_published(name: str) -> None:
    length, unit = TOTALS[name]
    figure = load_drill(name).figure(1.0)
    cones = figure.cones
    total = sum((cones[leg.leg.end - 1] - cones[leg.leg.start - 1]).length for leg in figure.legs)
    assert total / METRES[unit] == pytest.approx(length, abs=0.06)
