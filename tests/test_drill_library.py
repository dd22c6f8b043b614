"""One case per file in drills/: it says what its source says, and its figure holds together at every size."""

from __future__ import annotations

import math
import tomllib
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

import conedrills
from conedrills.drill import Drill, drill_names, find_drill, load_drill
from conedrills.drillfile import LEVELS
from conedrills.figure import LegFigure, Stretch
from tests import two_lengths

METRES = {"yd": 0.9144, "ft": 0.3048, "in": 0.0254, "m": 1.0}
PUBLISHED: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("published.toml").read_text("utf-8")
)
"""By the catalogue's key. Drills of ours are not in it, nor is what is published without any figure."""
NEAR = 0.012
"""Units within which a place is as published: the catalogue rounds to hundredths."""
OTHERWISE: dict[str, str] = {
    "B10": "the break is called left as well",
    "C01": "the break is called left as well",
    "C02": "the break is called left as well",
    "T18": "swung back as well, round both cones",
    "T22": "a flat marker lies in the middle, where the test has none",
    "T08": "run to either side in turn, so that every cone is reached",
    "T20": "each of the four cones is called, not the nearest alone",
    "T12": "a cut at every cone: six legs, where the catalogue has the chord from the first to the last",
    "T19": "each of the three cones is called, and the outer two are farther than the middle one",
    "T23": "the laps in called movements are legs too",
    "W01": "walked from a cone on the ring, not from its middle",
    "X03": "two half circles, where the catalogue sketches a weave",
}
"""Where a file gives more than the catalogue's legs, or others, and why."""

NAME = attrgetter("name")
FILES = sorted((Path(conedrills.__file__).parent / "drills").glob("*.toml"), key=attrgetter("stem"))


@pytest.fixture(params=[file.stem for file in FILES])
def drill(request: pytest.FixtureRequest) -> Drill:
    return load_drill(request.param)


@pytest.fixture(params=[*map(load_drill, drill_names()), *two_lengths.DRILLS.values()], ids=NAME)
def each(request: pytest.FixtureRequest) -> Drill:
    """Of the library, or of two lengths."""
    drill: Drill = request.param
    return drill


def test_every_file_is_a_drill() -> None:
    assert drill_names() == tuple(sorted(file.stem for file in FILES))


def test_says_where_it_comes_from(drill: Drill) -> None:
    definition = drill.definition
    assert definition.source or definition.grade == "X"
    assert all(source.gives for source in definition.source)
    assert definition.ours or definition.grade == "A", "all but a grade A drill say what in it is ours"
    if definition.catalogue in PUBLISHED:
        assert definition.grade == PUBLISHED[definition.catalogue]["grade"]
    else:
        assert definition.grade in {"B", "C", "X"}
    assert definition.level
    assert definition.summary
    assert definition.cues
    assert definition.dose
    assert all(len(leg.do) <= 24 and leg.do for leg in drill.legs), "longer words do not fit the table"


def test_is_as_published(drill: Drill) -> None:
    published = PUBLISHED.get(drill.definition.catalogue)
    if published is None:
        assert drill.definition.grade == "X" or "no figure" in drill.definition.ours
        return
    unit = METRES[published["unit"]]
    figure = drill.figure(1.0)
    cones = cornered([(cone.x / unit, cone.y / unit) for cone in figure.cones])
    wanted = cornered(list(published["cones"].values()))
    assert len(cones) == len(wanted) or drill.definition.catalogue in OTHERWISE
    for place in wanted:
        assert min(math.dist(place, cone) for cone in cones) < NEAR, place
    assert (max(x for x, _ in cones), max(y for _, y in cones)) == pytest.approx(published["hull"], abs=NEAR)
    if "path" in published and drill.definition.catalogue not in OTHERWISE:
        longest: dict[int, float] = {}
        for leg in figure.legs:
            chord = leg.path[0] if leg.leg.shape == "weave" else None
            length = (leg.path[-1] - chord).length if chord else leg.length
            longest[leg.leg.order] = max(longest.get(leg.leg.order, 0.0), length / unit)
        assert sum(longest.values()) == pytest.approx(published["path"], abs=0.06)


def test_legs_are_as_published(drill: Drill) -> None:
    published = PUBLISHED.get(drill.definition.catalogue, {})
    if drill.definition.catalogue in OTHERWISE or "legs" not in published:
        return
    unit = METRES[published["unit"]]
    figure = drill.figure(1.0)
    labels = list(published["cones"])
    low = [min(place[axis] for place in published["cones"].values()) for axis in (0, 1)]
    here = [min(cone.xy[axis] for cone in figure.cones) for axis in (0, 1)]

    def label(number: int) -> Any:
        at = [(figure.cones[number - 1].xy[axis] - here[axis]) / unit + low[axis] for axis in (0, 1)]
        return min(labels, key=lambda name: math.dist(published["cones"][name], tuple(at)))

    legs = iter(figure.legs)
    for start, end, movement, length in published["legs"]:
        sort, _, hand = movement.removesuffix(" movement").partition(" ")
        sort = movement if movement in {"backward run", "backward walk", "open-hip run"} else sort
        for leg in legs:
            if (label(leg.leg.start), label(leg.leg.end)) == (start, end):
                break
        else:
            pytest.fail(f"no leg {start} to {end} where the source has one")
        if sort == "weave":
            assert leg.leg.shape == "weave"
        else:
            assert leg.leg.movement == sort, f"{start} to {end}"
            assert leg.length / unit == pytest.approx(length, abs=0.06)
        if hand in {"L", "R"}:
            off = math.sin(math.radians(leg.heading_in - leg.facing))
            assert (off > 0) == (hand == "L"), f"{start} to {end}"


def cornered(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The places as seen from the lower left corner of their hull."""
    left, low = min(x for x, _ in places), min(y for _, y in places)
    return [(x - left, y - low) for x, y in places]


def test_regulation_drills_never_grow(drill: Drill) -> None:
    if drill.regulation:
        assert drill.size_max == 1.0
        assert "full" in drill.paces


def test_distances_hold_their_nominal_length(each: Drill) -> None:
    for distance in each.definition.distances.values():
        low, high = distance.min or distance.nominal, distance.max or distance.nominal
        assert low <= distance.nominal <= high
    assert 0 < each.size_min <= 1.0 <= each.size_max


def test_legs_go_the_way_of_their_movement(each: Drill) -> None:
    ways = {
        **dict.fromkeys(("walk", "jog", "run", "sprint", "open-hip run", "hop"), (0, 45)),
        **dict.fromkeys(("shuffle", "carioca", "crossover run"), (45, 135)),
        "backward walk": (135, 180), "backward run": (135, 180), "backpedal": (135, 180),
        "called": (0, 180),
    }  # fmt: skip
    for to in (*each.extremes, Stretch(1.0, 1.0)):
        for figure in each.figure(to.size, to).legs:
            if figure.leg.pieces and figure.leg.shape == "line":
                continue  # out and back it goes one way and its opposite
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
    markers = sum(cone.marker for cone in drill.definition.cones.values())
    assert list(dict.fromkeys(reached)) == list(range(1, len(drill.cones) - markers + 1))


def test_orders_count_up(drill: Drill) -> None:
    for athlete in drill.athletes or (None,):
        legs = [leg for leg in drill.legs if leg.athlete == athlete]
        orders = [leg.order for leg in legs]
        assert orders == sorted(orders)
        assert set(orders) == set(range(1, max(orders) + 1))
        for order in set(orders):
            together = [leg for leg in legs if leg.order == order]
            assert len(together) == 1 or len({leg.call for leg in together} - {None}) == len(together)
            before = {leg.call: leg.end for leg in legs if leg.order == order - 1}
            assert len({leg.start for leg in together}) == 1 or all(
                before[leg.call] == leg.start for leg in together
            )


def test_is_found_by_every_alias(drill: Drill) -> None:
    known = (drill.name, drill.title, drill.definition.catalogue, *drill.definition.aliases)
    for word in filter(None, known):  # a drill of ours is in no catalogue
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


# --- from easy to hard -----------------------------------------------------------------------------------


LADDERS = [
    ("four-way-circle", "forward-backward-forward"),  # from the retro walk to the backward run
    ("retro-lane", "line-and-back"),
    ("straight-backpedal", "sprint-out-diagonal-return"),  # the diagonal backpedal
    ("backpedal-weave", "backpedal-reaction-45"),
    ("cone-plant-reaction", "speed-turn"),  # the cornerback's breaks
    ("short-box", "m-drill"),
    ("pass-drop", "line-drill"),
]


def test_neighbours_name_each_other(drill: Drill) -> None:
    definition = drill.definition
    for name in definition.harder:
        other = load_drill(name).definition
        assert drill.name in other.easier
        assert other.level
        assert definition.level
        assert LEVELS.index(other.level) >= LEVELS.index(definition.level)
    for name in definition.easier:
        assert drill.name in load_drill(name).definition.harder


@pytest.mark.parametrize(("easy", "hard"), LADDERS)
def test_a_ladder_leads_from_rung_to_rung(easy: str, hard: str) -> None:
    reached, todo = {easy}, [easy]
    while todo:
        fresh = set(load_drill(todo.pop()).definition.harder) - reached
        reached |= fresh
        todo += fresh
    assert hard in reached


def test_no_drill_is_harder_than_itself() -> None:
    def above(name: str, below: tuple[str, ...]) -> None:
        assert name not in below
        for harder in load_drill(name).definition.harder:
            above(harder, (*below, name))

    for name in drill_names():
        above(name, ())
