"""The law that every yard passes."""

from __future__ import annotations

import dataclasses
import math
import time

import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from conedrills.errors import YardError
from conedrills.geometry import Point, Vector, circle_polygon, strip
from conedrills.yard import (
    MAX_OBSTACLES,
    MAX_VERTICES,
    Kind,
    Obstacle,
    Path,
    Reference,
    Units,
    Yard,
    lawn,
    validated,
)

_HARD: Kind = "hard"


def path(*places: tuple[float, float]) -> Path:
    return tuple(Point(x, y) for x, y in places)


def yard(*places: tuple[float, float], obstacles: tuple[Path, ...] = (), units: Units = "m") -> Yard:
    return Yard(
        name="test",
        boundary=path(*places),
        side_kinds=tuple(_HARD for _ in places),
        obstacles=tuple(
            Obstacle(f"thing {number}", "hard", ring) for number, ring in enumerate(obstacles, 1)
        ),
        units=units,
    )


def message(broken: Yard) -> str:
    with pytest.raises(YardError) as caught:
        validated(broken)
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


SQUARE = ((0.0, 0.0), (20.0, 0.0), (20.0, 10.0), (0.0, 10.0))
SHED = path((2.0, 2.0), (4.0, 2.0), (4.0, 4.0), (2.0, 4.0))


def test_a_good_yard_stays_as_it_is() -> None:
    good = yard(*SQUARE, obstacles=(SHED,))
    assert validated(good) == good
    assert lawn(good).area == pytest.approx(196.0)


def test_close_points_are_merged_and_the_sides_keep_their_kinds() -> None:
    places = [
        (0.0, 0.0),
        (0.0004, 0.0),
        (20.0, 0.0),
        (20.0, 10.0),
        (20.0, 10.0),
        (20.0, 10.0005),
        (0, 10),
        (0, 0.0002),
    ]
    kinds: tuple[Kind, ...] = ("soft", "hard", "soft", "soft", "soft", "hard", "soft", "hard")
    names = ("", "fence", "b", "", "", "c", "d", "")
    crowded = dataclasses.replace(
        yard(*places),
        side_kinds=kinds,
        side_names=names,
        uncertainty=(0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08),
    )
    merged = validated(crowded)
    assert merged.boundary == path((0, 0), (20, 0), (20, 10), (0, 10))
    assert merged.side_kinds == ("hard", "soft", "hard", "soft")
    assert merged.side_names == ("fence", "b", "c", "d")
    assert merged.uncertainty == (0.08, 0.03, 0.06, 0.07)
    assert merged.notes == ("boundary: 4 points less than 1 mm from the one before merged with it.",)
    assert validated(merged) == merged


def test_points_a_millimetre_apart_stay_two() -> None:
    assert len(validated(yard((0, 0), (20, 0), (20, 10), (0.001, 10), (0, 10))).boundary) == 5


def test_obstacle_points_are_merged_too() -> None:
    merged = validated(yard(*SQUARE, obstacles=((*SHED, SHED[0]),)))
    assert merged.obstacles[0].polygon == SHED
    assert merged.notes == ('obstacle "thing 1": 1 point less than 1 mm from the one before merged with it.',)


def test_a_dense_curve_is_not_merged_away() -> None:
    circle = [(10 * math.cos(turn / 3000), 10 * math.sin(turn / 3000)) for turn in range(0, 18849, 1)]
    ring = [(x * 0.02, y * 0.02) for x, y in circle]  # 0.07 mm apart
    merged = validated(yard(*SQUARE, obstacles=(path(*((x + 5, y + 5) for x, y in ring)),)))
    assert len(merged.obstacles[0].polygon) > 500


@pytest.mark.parametrize(
    ("broken", "fragments"),
    [
        (
            yard((0, 0), (20, 10), (20, 0), (0, 10)),
            ["crosses itself at (10 m, 5 m)", "side 1 (from (0 m, 0 m) to", "side 3 (from"],
        ),
        (
            yard((0, 0), (20, 0), (20, 10), (10, 0), (0, 10)),
            ["at (10 m, 0 m)", "side 1 (from (0 m, 0 m) to (20 m, 0 m))"],
        ),
        (
            yard((0, 0), (20, 0), (20, 10), (20, 15), (20, 5), (0, 10)),
            ["touches or crosses itself at (20 m, "],
        ),
        (yard((0, 0), (20, 0), (5, 0)), ["boundary", "itself"]),
        (yard((0, 0), (20, 0)), ["2 different corners are too few"]),
        (yard((0, 0), (20, 0), (20, 0), (0, 0)), ["2 different corners are too few"]),
        (yard(), ["0 different corners"]),
        (yard((0, 0), (1, 0), (1, 1), units="m"), ["0.5 m² of ground is too little; 1 m² is the least"]),
        (
            yard((0, 0), (0.3048, 0), (0.3048, 0.3048), units="ft"),
            ["0.5 ft² of ground", "10.8 ft² is the least"],
        ),
        (
            yard((0, 0), (900, 0), (900, 900)),
            ["(900 m, 900 m) is more than 1,000 m from the first corner (0 m, 0 m)"],
        ),
        (yard((0, 0), (700, 10), (700, -10), (-700, -10)), ["1,400 m across is too much"]),
        (yard((0, 0), (math.nan, 0), (9, 9)), ["boundary: a coordinate is not a finite number"]),
        (yard((0, 0), (math.inf, 0), (9, 9)), ["not a finite number"]),
        (yard((1e9, 0), (1e9 + 9, 0), (1e9, 9)), ["a coordinate is beyond 10,000 km"]),
        (dataclasses.replace(yard(*SQUARE), side_names=("a",)), ["4 sides, but 1 names"]),
        (
            yard(*SQUARE, obstacles=(path((1, 1), (4, 4), (4, 1), (1, 4)),)),
            ['obstacle "thing 1"', "(2.5 m, 2.5 m)"],
        ),
        (yard(*SQUARE, obstacles=(path((1, 1), (4, 4)),)), ['obstacle "thing 1": 2 different corners']),
        (
            yard(*SQUARE, obstacles=(SHED, path((30, 1), (34, 1), (34, 4)))),
            ['"thing 2": it lies wholly outside'],
        ),
        (
            yard(*SQUARE, obstacles=(path((-1, -1), (21, -1), (21, 11), (-1, 11)),)),
            ["of lawn is left", "thing 1"],
        ),
        (yard(*SQUARE, obstacles=(SHED,) * (MAX_OBSTACLES + 1)), ["201 are too many; 200 are allowed"]),
        (yard(*SQUARE, obstacles=(SHED * 5000,)), ["20,004 corners; 20,000 are allowed"]),
        (dataclasses.replace(yard(*SQUARE), side_kinds=("hard",)), ["4 sides, but 1 kinds"]),
        (dataclasses.replace(yard(*SQUARE), uncertainty=(0.1,)), ["1 numbers for 4 corners"]),
        (dataclasses.replace(yard(*SQUARE), uncertainty=(0.1, 0.1, -0.1, 0.1)), ["not negative"]),
        (dataclasses.replace(yard(*SQUARE), north=math.nan), ["north"]),
        (
            dataclasses.replace(
                yard(*SQUARE), references=(Reference("A", "", Point(0, 0)), Reference("a", "", Point(1, 0)))
            ),
            ["two points a"],
        ),
        (
            dataclasses.replace(
                yard(*SQUARE), references=(Reference("A", "", Point(1, 2)), Reference("B", "", Point(1, 2)))
            ),
            ["A and B are the same place, (1 m, 2 m)"],
        ),
    ],
)
def test_what_cannot_be_a_yard_is_explained(broken: Yard, fragments: list[str]) -> None:
    text = message(broken)
    assert [fragment for fragment in fragments if fragment not in text] == []


def test_an_obstacle_may_straddle_the_boundary_or_touch_it() -> None:
    straddling = validated(yard(*SQUARE, obstacles=(path((-1, 2), (1, 2), (1, 4), (-1, 4)),)))
    assert lawn(straddling).area == pytest.approx(198.0)
    touching = validated(yard(*SQUARE, obstacles=(path((-1, 2), (0, 2), (0, 4), (-1, 4)),)))
    assert lawn(touching).area == pytest.approx(200.0)


def test_an_obstacle_may_part_the_lawn() -> None:
    parted = validated(yard(*SQUARE, obstacles=(path((9, -1), (11, -1), (11, 11), (9, 11)),)))
    assert isinstance(lawn(parted), shapely.MultiPolygon)
    assert lawn(parted).area == pytest.approx(180.0)


def test_the_largest_yards_are_judged_in_no_time() -> None:
    turns = [math.tau * corner / MAX_VERTICES for corner in range(MAX_VERTICES)]
    star = [
        ((400 + corner % 2) * math.cos(turn), (400 + corner % 2) * math.sin(turn))
        for corner, turn in enumerate(turns)
    ]
    started = time.monotonic()
    assert len(validated(yard(*star)).boundary) == MAX_VERTICES
    # every other corner on the far side: nearly every side crosses nearly every other
    crossing = [star[(corner * 9999) % MAX_VERTICES] for corner in range(MAX_VERTICES)]
    assert "crosses itself" in message(yard(*crossing))
    assert time.monotonic() - started < 20.0


@st.composite
def simple_rings(draw: st.DrawFn) -> list[tuple[float, float]]:
    """Rings that do not cross themselves: corners at ascending angles about a centre."""
    turns = sorted(draw(st.sets(st.integers(0, 71), min_size=3, max_size=20)))
    reach = draw(st.lists(st.floats(4.0, 40.0), min_size=len(turns), max_size=len(turns)))
    return [
        (r * math.cos(math.tau * t / 72), r * math.sin(math.tau * t / 72))
        for t, r in zip(turns, reach, strict=True)
    ]


@given(simple_rings(), st.integers(0, 19), st.booleans())
def test_area_does_not_depend_on_start_or_direction(
    ring: list[tuple[float, float]], start: int, reverse: bool
) -> None:
    if not shapely.Polygon(ring).is_valid or shapely.Polygon(ring).area < 1.5:
        return
    turned = ring[start % len(ring) :] + ring[: start % len(ring)]
    if reverse:
        turned.reverse()
    assert lawn(validated(yard(*turned))).area == pytest.approx(lawn(validated(yard(*ring))).area, rel=1e-12)


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=0, max_size=9))
def test_any_ring_is_a_yard_or_explained(places: list[tuple[float, float]]) -> None:
    try:
        good = validated(yard(*places))
    except YardError:
        assert message(yard(*places))
        return
    polygon = shapely.Polygon([point.xy for point in good.boundary])
    assert polygon.is_valid
    assert polygon.area >= 1.0


@given(st.floats(0.001, 100.0), st.floats(-360.0, 360.0))
def test_a_circle_is_within_its_polygon_and_hardly_more(radius: float, first: float) -> None:
    centre = Point(3.0, -2.0)
    ring = circle_polygon(centre, radius, first)
    polygon = shapely.Polygon([point.xy for point in ring])
    assert polygon.exterior.distance(shapely.Point(centre.xy)) > radius
    assert max((point - centre).length for point in ring) <= radius + 0.002 + 1e-12
    assert polygon.exterior.is_ccw


def test_a_circle_turns_with_the_yard() -> None:
    straight, turned = circle_polygon(Point(0, 0), 1.5, 0.0), circle_polygon(Point(0, 0), 1.5, 90.0)
    assert [point.xy for point in turned] == [
        pytest.approx((-point.y, point.x), abs=1e-12) for point in straight
    ]


@given(
    st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=2, max_size=6),
    st.floats(0.0, 360.0),
)
@example([(0, 1), (0, 0), (0, -1), (0, 1)], 0.0)  # back on itself
@example([(1, 2), (1, 0), (1, -1)], 0.0)  # straight on
def test_a_strip_contains_its_line_and_turns_with_it(line: list[tuple[int, int]], angle: float) -> None:
    places = path(*line)
    try:
        ring = strip(places)
    except ValueError:
        return
    polygon = shapely.Polygon([point.xy for point in ring])
    assert polygon.is_valid
    assert polygon.exterior.is_ccw
    assert polygon.covers(shapely.LineString(line))
    assert polygon.hausdorff_distance(shapely.LineString(line)) < 0.05

    if not shapely.LineString(line).is_simple:
        return  # a fold is bevelled at the mercy of rounding

    def turn(point: Point) -> Point:
        return Point(0, 0) + Vector.polar((point - Point(0, 0)).length, (point - Point(0, 0)).angle + angle)

    turned = strip(tuple(turn(point) for point in places))
    assert len(turned) == len(ring)
    assert all((turn(one) - other).length < 1e-6 for one, other in zip(ring, turned, strict=True))


@pytest.mark.parametrize(
    ("line", "fragment"),
    [
        (path((1, 1), (1, 1)), "two different points"),
        (path((1, 1)), "two different points"),
        (path((0, 0), (5, 0), (5, 5), (0, 0)), "closes on itself"),
    ],
)
def test_a_line_that_makes_no_strip_is_explained(line: Path, fragment: str) -> None:
    with pytest.raises(ValueError, match=fragment):
        strip(line)
