"""A person can build from paper: the printed table is the set-out, and cones placed by it stand right.

`tests/benchmarks/building.py` does the same over many yards and many times; see there for the errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from conedrills.geometry import Point
from conedrills.layout import Check, Hook, Layout, Offset, Tape, Tie
from conedrills.opening import open_layout
from conedrills.setout import set_out
from tests.benchmarks.building import Crew, Ground, Places, Report, Table, off_anchors, off_best, read_back
from tests.readback import layouts

EXAMPLES = sorted((Path(__file__).parents[1] / "layouts").glob("*/layout.json"))
RUNS = 12


@cache
def example(file: Path) -> Layout:
    """Set out in its own units: among the examples are all three."""
    return set_out(open_layout(file))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda path: path.parent.name)
def test_who_builds_from_paper_builds_it_right(file: Path, program: Callable[[str], str]) -> None:
    layout = example(file)
    report = Report(layout.units)
    report.add(layout, file.parent.name, Crew(np.random.default_rng(1), RUNS), program("pdftotext"))
    assert report.faults == []
    assert (report.placements, report.missing) == (len(layout.placements), 0)
    assert report.tapes.count > 2 * report.placements
    assert (report.tapes.flat, report.tapes.blocked, report.tapes.long) == (0, 0, 0)
    tied, shifted, corner = (
        {"best": np.concatenate(found.best), "anchors": np.concatenate(found.anchors)}
        for found in report.results.values()
    )
    for errors in (tied, shifted):
        assert (errors["best"] <= 0.06).mean() >= 0.95
        assert (errors["anchors"] <= 0.06).mean() >= 0.95
        assert np.percentile(errors["best"], 95) < np.percentile(corner["best"], 95)
    assert max(map(np.max, report.exact.best)) < 0.02
    assert (report.exact.out, report.exact.near) == (0, 0)


def test_all_units_are_among_the_examples() -> None:
    assert {example(file).units for file in EXAMPLES} == {"m", "ft", "yd"}


# ---------------------------------------------------------------- the arithmetic, by cases known beforehand

HOOKS: dict[Hook, complex] = {"A": 0.0, "B": 8.0}
SQUARE = Table(
    (
        Tie(1, (Tape("A", 5.0), Tape("B", 5.0)), "left", 106.3),
        Tie(2, (Tape("A", 5.0), Tape("B", 5.0)), "right", 106.3),
        Offset(3, 1, 2, 2.0, 1.5),
        Offset(4, 2, 1, 9.0, 0.0),
    ),
    (Check(1, 2, 6.1),),
)


def test_a_careful_crew_puts_cones_where_the_table_says() -> None:
    crew = Crew(np.random.default_rng(1), 2, care=0.0)
    stands = crew.by_table(SQUARE, HOOKS)
    assert stands.shape == (4, 2)
    assert stands[:, 0] == pytest.approx([4 + 3j, 4 - 3j, 5.5 + 1j, 4 + 6j])
    shifted = crew.by_table(SQUARE, HOOKS, shifted=True)
    assert shifted[:, 1] == pytest.approx([4 + 3j, 4 - 3.1j, 5.5 + 1j, 4 + 5.9j])


def test_errors_of_hand_are_as_large_as_they_are_said_to_be() -> None:
    crew = Crew(np.random.default_rng(1), 20_000)
    stands = crew.by_table(SQUARE, HOOKS)
    # the error ellipse of a tie at 106.26 degrees: sigma squared over sine squared along each axis, summed
    spread = np.sqrt((np.abs(stands[0] - (4 + 3j)) ** 2).mean())
    assert spread == pytest.approx(0.015 * np.sqrt(2.0) / np.sin(np.radians(106.26)), rel=0.03)
    across = (stands[2] - stands[0]) / ((stands[1] - stands[0]) / np.abs(stands[1] - stands[0]))
    assert across.imag.std() == pytest.approx(0.015, rel=0.05)
    assert across.real.std() == pytest.approx(np.hypot(0.015, 1.5 * np.radians(1.5)), rel=0.05)


def test_from_a_corner_a_right_angle_carries_far() -> None:
    ground = layouts.yard(30.0, 40.0)
    placement = layouts.placement("box", (10.0, 30.0))
    layout = layouts.layout(ground, placement)
    true = np.array([complex(*cone.xy) for cone in placement.cones])
    exact = Crew(np.random.default_rng(1), 1, care=0.0).from_corner(layout, placement)
    assert np.abs(exact[:, 0] - true).max() < 0.01
    stands = Crew(np.random.default_rng(1), 20_000).from_corner(layout, placement)
    assert (stands[0] - true[0]).real.std() == pytest.approx(true[0].imag * np.radians(1.5), rel=0.05)


def test_a_drill_that_lies_elsewhere_as_a_whole_is_right() -> None:
    true: Places = np.array([0.0, 4.0, 4 + 3j])
    moved = (true * np.exp(0.3j) + 5 - 2j)[:, None]
    assert off_best(true, moved).max() < 1e-9
    assert off_anchors(true, moved, (0, 1)).max() < 1e-9
    longer = np.array([0.0, 4.1, 4 + 3j])[:, None]
    assert off_anchors(true, longer, (0, 1))[:, 0] == pytest.approx([0.0, 0.1, 0.0])
    assert 0.02 < off_best(true, longer).max() < 0.1


def test_paths_too_near_and_out_of_the_lawn_are_seen() -> None:
    ground = layouts.yard(10.0, 30.0, obstacles=(layouts.round_thing("oak", 8.0, 15.0, 0.5),))
    placement = layouts.placement("straight-backpedal", (5.0, 15.0), 0.0, 0.5)
    at: Places = np.array([[complex(*cone.xy)] for cone in placement.cones])
    judge = Ground(ground)
    legs = len(placement.legs)
    assert judge.bad_paths(placement, at) == (0, 0, legs)
    assert judge.bad_paths(placement, at - 4.1) == (0, 0, legs)
    assert judge.bad_paths(placement, at - 4.2) == (0, legs, legs)
    assert judge.bad_paths(placement, at - 5.1) == (legs, legs, legs)
    assert judge.bad_paths(placement, at + 3.0) == (legs, legs, legs)  # through the oak
    soft = Ground(replace(ground, obstacles=(), side_kinds=("soft",) * 4))
    assert soft.bad_paths(placement, at - 4.9) == (0, 0, legs)
    assert soft.bad_paths(placement, at - 5.1) == (legs, 0, legs)


def test_what_is_printed_wrong_is_seen(
    program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = example(EXAMPLES[2])
    from conedrills.exporters import csv

    first = layout.placements[0]
    row = first.setout[0]
    assert isinstance(row, Tie)
    other = replace(row, side="left" if row.side == "right" else "right")
    wrong = replace(
        layout, placements=(replace(first, setout=(other, *first.setout[1:])), *layout.placements[1:])
    )
    write = csv.write
    monkeypatch.setattr(csv, "write", lambda _: write(wrong))
    _, faults = read_back(layout, program("pdftotext"))
    assert faults == [f"{first.drill.name}: the CSV says something else"]
    _, faults = read_back(wrong, program("pdftotext"))
    assert faults == []


def test_tapes_are_counted_with_what_is_wrong_with_them() -> None:
    layout = example(EXAMPLES[3])
    blocked = replace(layout.yard, obstacles=(layouts.square_thing("house", -100.0, -100.0, 200.0, 200.0),))
    report = Report(layout.units)
    for placement in layout.placements:
        report.tapes.add(replace(layout, tape=1.0), placement, Ground(blocked))
    assert report.tapes.blocked == report.tapes.count > 0
    assert report.tapes.long > 0
    far = replace(layout.placements[0], cones=(Point(-500.0, 3.0), Point(-500.0, 0.0)))
    report.tapes.add(layout, far, Ground(layout.yard))
    assert report.tapes.flat == 2
