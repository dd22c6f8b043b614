"""One case per file in drills/: it says what its source says, and its figure holds together at every size."""

from __future__ import annotations

import math
from itertools import pairwise
from operator import attrgetter
from pathlib import Path

import pytest

import conedrills
from conedrills.drill import Drill, drill_names, find_drill, load_drill
from conedrills.figure import LegFigure, Stretch
from tests import two_lengths

METRES = {"yd": 0.9144, "ft": 0.3048, "m": 1.0}
HALF = math.sqrt(0.5)
DEEP = 5 * math.cos(math.radians(30))
W = [(0, 0), (2.5, -DEEP), (5, 0), (7.5, -DEEP), (10, 0)]

# typed from the facts: unit, cones in order of number, hull (wide, deep), path
PUBLISHED: dict[str, tuple[str, list[tuple[float, float]], tuple[float, float], float]] = {
    "5-10-5": ("yd", [(0, 0), (5, 0), (-5, 0)], (10, 0), 20),
    "backpedal-and-go": ("yd", [(0, 0), (0, -5)], (0, 5), 20),
    "backpedal-reaction-45": ("yd", [(0, 0), (-3.54, -3.54), (0, -7.07), (3.54, -3.54)], (7.07, 7.07), 15),
    "box": ("yd", [(0, 0), (0, 5), (-5, 5), (-5, 0)], (5, 5), 20),
    "break-45": ("yd", [(0, 0), (0, -5), (-3.54, -1.46), (3.54, -1.46)], (7.07, 5), 10),
    "break-90": ("yd", [(0, 0), (0, -12), (-5, -12), (5, -12)], (10, 12), 17),
    "four-way-circle": (
        "m",
        [(3 + 3 * x, 3 * y) for x, y in (
            (-1, 0), (-HALF, HALF), (0, 1), (HALF, HALF), (1, 0), (HALF, -HALF), (0, -1), (-HALF, -HALF)
        )],
        (6, 6),
        4 * 2 * math.pi * 3,
    ),
    "l-drill": ("yd", [(0, 0), (0, 5), (5, 5)], (5, 5), 30),
    "retro-lane": ("m", [(0, 0), (0, -10), (0, -20), (0, -30)], (0, 30), 60),
    "semo": ("ft", [(0, 0), (12, 0), (0, -19), (12, -19)], (12, 19), 106.9),
    "short-box": ("yd", [(0, 0), (0, -3), (3, 0), (3, -3)], (3, 3), 14.5),
    "speed-turn": ("yd", [(0, 0), (0, -7), (0, -4), (3, -18)], (3, 18), 24.3),
    "straight-backpedal": ("yd", [(0, 0), (0, -10)], (0, 10), 10),
    "t-test": ("yd", [(0, 0), (0, 10), (-5, 10), (5, 10)], (10, 10), 40),
    "w-drill": ("yd", W, (10, 4.33), 20),
    "zig-zag-backward-forward": ("yd", W, (10, 4.33), 20),
}  # fmt: skip
REGULATION = {"5-10-5", "l-drill", "semo", "t-test"}

NAME = attrgetter("name")
FILES = sorted((Path(conedrills.__file__).parent / "drills").glob("*.toml"))


@pytest.fixture(params=[file.stem for file in FILES])
def drill(request: pytest.FixtureRequest) -> Drill:
    return load_drill(request.param)


@pytest.fixture(params=[*map(load_drill, drill_names()), *two_lengths.DRILLS.values()], ids=NAME)
def each(request: pytest.FixtureRequest) -> Drill:
    """Of the library, or of two lengths."""
    drill: Drill = request.param
    return drill


def test_every_file_is_a_drill_and_every_drill_is_published() -> None:
    assert drill_names() == tuple(file.stem for file in FILES) == tuple(sorted(PUBLISHED))


def test_says_where_it_comes_from(drill: Drill) -> None:
    definition = drill.definition
    assert definition.source
    assert all(source.gives for source in definition.source)
    assert definition.grade in {"A", "B"}
    assert definition.ours or definition.grade == "A", "a grade B drill says what in it is ours"
    assert definition.catalogue
    assert definition.summary
    assert definition.cues
    assert definition.dose
    assert all(len(leg.do) <= 24 and leg.do for leg in drill.legs), "longer words do not fit the table"


def test_is_as_published(drill: Drill) -> None:
    unit, cones, (wide, deep), total = PUBLISHED[drill.name]
    figure = drill.figure(1.0)
    xs, ys = ([getattr(cone, axis) / METRES[unit] for cone in figure.cones] for axis in "xy")
    assert [pytest.approx(place, abs=0.006) for place in cones] == list(zip(xs, ys, strict=True))
    assert (max(xs) - min(xs), max(ys) - min(ys)) == pytest.approx((wide, deep), abs=0.006)
    longest = {leg.leg.order: 0.0 for leg in figure.legs}
    for leg in figure.legs:
        longest[leg.leg.order] = max(longest[leg.leg.order], leg.length / METRES[unit])
    assert sum(longest.values()) == pytest.approx(total, abs=0.06)


def test_regulation_drills_never_grow(drill: Drill) -> None:
    assert drill.regulation == (drill.name in REGULATION)
    if drill.regulation:
        assert drill.size_max == 1.0
        assert drill.definition.norms
        assert "full" in drill.paces


def test_distances_hold_their_nominal_length(each: Drill) -> None:
    for distance in each.definition.distances.values():
        low, high = distance.min or distance.nominal, distance.max or distance.nominal
        assert low <= distance.nominal <= high
    assert 0 < each.size_min <= 1.0 <= each.size_max


def test_legs_go_the_way_of_their_movement(each: Drill) -> None:
    ways = {
        "walk": (0, 45), "run": (0, 45), "sprint": (0, 45),
        "shuffle": (45, 135),
        "backward walk": (135, 180), "backward run": (135, 180), "backpedal": (135, 180),
    }  # fmt: skip
    for to in (*each.extremes, Stretch(1.0, 1.0)):
        for figure in each.figure(to.size, to).legs:
            (x0, y0), (x1, y1) = (point.xy for point in figure.path[:2])
            heading = math.atan2(y1 - y0, x1 - x0)
            chest = math.radians(figure.facing)
            off = math.degrees(math.acos(max(-1.0, min(1.0, math.cos(heading - chest)))))
            low, high = ways[figure.leg.movement]
            slack = 0.001 if figure.leg.shape == "line" else 2.6  # half a chord of an arc
            assert low - slack <= off <= high + slack, f"leg {figure.leg.order} at {to}"


def test_legs_join_their_cones(each: Drill) -> None:
    figure = each.figure(each.size_max)
    for leg in figure.legs:
        assert leg.path[0] == figure.cones[leg.leg.start - 1]
        assert leg.path[-1] == figure.cones[leg.leg.end - 1]
        along = sum(math.dist(a.xy, b.xy) for a, b in pairwise(leg.path))
        assert along <= leg.length + 1e-9
        assert along == pytest.approx(leg.length, rel=0.001)


def test_cones_are_numbered_as_they_are_first_reached(drill: Drill) -> None:
    reached: list[int] = []
    for leg in drill.legs:
        reached += [leg.start, *leg.via, leg.end]
    assert list(dict.fromkeys(reached)) == list(range(1, len(drill.cones) + 1))


def test_orders_count_up(drill: Drill) -> None:
    orders = [leg.order for leg in drill.legs]
    assert orders == sorted(orders)
    assert set(orders) == set(range(1, max(orders) + 1))
    for order in set(orders):
        together = [leg for leg in drill.legs if leg.order == order]
        assert len(together) == 1 or len({leg.call for leg in together} - {None}) == len(together)
        assert len({leg.start for leg in together}) == 1


def test_is_found_by_every_alias(drill: Drill) -> None:
    for word in (drill.name, drill.title, drill.definition.catalogue, *drill.definition.aliases):
        for spelled in (word, word.upper(), word.replace(" ", "-")):
            assert find_drill(spelled) is drill, spelled


def test_moves_evenly_with_the_size(each: Drill) -> None:
    one, two, odd = (each.figure(size) for size in (1.0, 2.0, 0.37))
    for at_one, at_two, at_odd in zip(one.cones, two.cones, odd.cones, strict=True):
        assert at_odd.x == pytest.approx(at_one.x + (0.37 - 1.0) * (at_two.x - at_one.x), abs=1e-12)
        assert at_odd.y == pytest.approx(at_one.y + (0.37 - 1.0) * (at_two.y - at_one.y), abs=1e-12)
    assert [leg.heading_out for leg in one.legs] == pytest.approx([leg.heading_out for leg in odd.legs])


def test_only_a_figure_that_is_its_own_mirror_image_has_none(drill: Drill) -> None:
    legs = drill.figure(1.0).legs
    symmetric = {_leg_key(leg, mirrored=False) for leg in legs} == {
        _leg_key(leg, mirrored=True) for leg in legs
    }
    assert drill.mirror == (not symmetric)


def _leg_key(figure: LegFigure, *, mirrored: bool) -> tuple[object, ...]:
    side = -1.0 if mirrored else 1.0
    swapped = {"left": "right", "right": "left"}
    call = str(figure.leg.call)
    chest = math.radians(figure.leg.facing)
    path = tuple(
        (round(side * x, 6) + 0.0, round(y, 6) + 0.0) for x, y in (point.xy for point in figure.path)
    )
    facing = (round(side * math.cos(chest), 6) + 0.0, round(math.sin(chest), 6) + 0.0)
    call = swapped.get(call, call) if mirrored else call
    return figure.leg.order, figure.leg.movement, figure.leg.cut, call, path, facing


def test_facings_that_the_sources_name() -> None:
    assert {leg.facing for name in ("semo", "t-test", "box") for leg in load_drill(name).legs} == {90.0}
    assert [leg.facing for leg in load_drill("5-10-5").legs] == [0.0, 180.0, 0.0]


def test_cuts_that_the_sources_name() -> None:
    assert [leg.cut for leg in load_drill("semo").legs] == ["round"] * 5 + ["through"]
    cuts = ["touch", "touch", "round", "round", "round", "through"]
    assert [leg.cut for leg in load_drill("l-drill").legs] == cuts
    assert [leg.cut for leg in load_drill("t-test").legs] == ["touch"] * 4 + ["through"]


@pytest.mark.parametrize(("name", "ahead"), [("break-45", 5), ("break-90", 5), ("backpedal-reaction-45", 7)])
def test_callers_keep_their_distance_at_every_size(name: str, ahead: float) -> None:
    drill = load_drill(name)
    for size in (drill.size_min, drill.size_max):
        caller = drill.figure(size).caller
        assert caller is not None
        assert caller.xy == pytest.approx((0.0, ahead * 0.9144))


def test_retro_lane_starts_over_for_each_leg() -> None:
    assert [(leg.start, leg.end) for leg in load_drill("retro-lane").legs] == [(1, 2), (1, 3), (1, 4)]


@pytest.mark.parametrize("two", [*two_lengths.DRILLS.values(), *two_lengths.in_library()], ids=NAME)
def test_two_lengths_are_said_and_argued(two: Drill) -> None:
    assert two.stretch is not None
    assert not two.regulation
    assert "stretch separately" in two.definition.note


def test_a_square_break_stays_square_however_it_is_stretched() -> None:
    drill = two_lengths.BREAK
    assert len(drill.extremes) == 4
    for to in drill.extremes:
        assert [leg.heading_in for leg in drill.figure(to.size, to).legs] == [270.0, 180.0, 0.0]
