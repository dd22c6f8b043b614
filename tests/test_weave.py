"""A leg that is a chain of pieces: a weave round cones, and a hop out and back."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from conedrills.check import problems
from conedrills.drill import Drill, load_drill, parse_drill
from conedrills.errors import DrillError
from conedrills.figure import LegFigure
from conedrills.geometry import Path, Point
from conedrills.layout import Placement
from conedrills.plan import plan
from tests.readback import layouts

BOW = math.radians(35.0)
CURVED = ("illinois", "cone-slalom", "figure-eight")
HEAD = """
title = "Row"
family = "curved"
paces = ["easy", "full"]
units = "m"
[distances.gap]
nominal = 4
min = 2
max = 8
[distances.fixed]
nominal = 3
locked = true
"""


def row(count: int, side: str = "right", gap: str = "gap", movement: str = "run") -> str:
    """A drill file of one weave through a straight row."""
    cones = "".join(f'{n} = {{ from = "{n - 1}", ahead = "{gap}" }}\n' for n in range(2, count + 1))
    via = ", ".join(f'"{n}"' for n in range(2, count))
    return (
        f'{HEAD}[cones]\n1 = {{}}\n{cones}[points]\naside = {{ right = "fixed + gap" }}\n'
        f'[[legs]]\nfrom = "1"\nto = "{count}"\nvia = [{via}]\nshape = "weave"\nside = "{side}"\n'
        f'movement = "{movement}"\ncut = "stop"\n'
    )


def read(text: str) -> Drill:
    import tomllib

    return parse_drill(tomllib.loads(text), "row", "row.toml", text)


def weave(drill: Drill, size: float = 1.0) -> LegFigure:
    (leg,) = drill.figure(size).legs
    return leg


@given(st.integers(2, 9), st.sampled_from(["left", "right"]), st.floats(0.5, 2.0))
def test_a_weave_in_a_straight_row_is_what_circles_say(count: int, side: str, size: float) -> None:
    leg = weave(read(row(count, side)), size)
    gap = 4.0 * size
    # every arc over a chord c turns by 2 * BOW on a radius c / (2 sin BOW)
    assert leg.length == pytest.approx((count - 1) * gap * BOW / math.sin(BOW))
    assert leg.path[0] == Point(0.0, 0.0)
    assert leg.path[-1].xy == pytest.approx((0.0, (count - 1) * gap))
    line = shapely.LineString([point.xy for point in leg.path])
    swing = 0.5 * gap * math.tan(BOW / 2.0)
    hand = 1.0 if side == "right" else -1.0
    for number in range(1, count - 1):
        beside = line.intersection(shapely.LineString([(-gap, number * gap), (gap, number * gap)]))
        assert beside.centroid.x == pytest.approx(hand * swing, abs=0.01 * gap)
        hand = -hand
    for between in range(1, count):
        assert line.distance(shapely.Point(0.0, (between - 0.5) * gap)) < 1e-9


@given(st.integers(2, 9), st.sampled_from(["left", "right"]))
def test_a_weave_has_no_corner(count: int, side: str) -> None:
    leg = weave(read(row(count, side)))
    headings = [(b - a).angle for a, b in pairwise(leg.path)]
    turns = [abs((later - earlier + 180.0) % 360.0 - 180.0) for earlier, later in pairwise(headings)]
    assert max(turns) <= 5.01
    out = (leg.heading_in, leg.heading_out)
    assert all(min(abs(angle - 55.0), abs(angle - 125.0)) < 1e-6 for angle in out)


def test_a_first_cone_is_passed_on_the_side_that_is_said() -> None:
    for side, hand in (("right", 1.0), ("left", -1.0)):
        path = weave(read(row(4, side))).path
        nearest = min(path, key=lambda point: abs(point.y - 4.0))
        assert nearest.x * hand > 0.5


@pytest.mark.parametrize("name", CURVED)
def test_chords_stay_within_the_bulge_of_the_true_path(name: str) -> None:
    drill = load_drill(name)
    for size in (drill.size_min, drill.size_max):
        for leg in drill.figure(size).legs:
            if leg.leg.shape != "weave":
                continue
            start = leg.path[0]
            true: list[Point] = [start]
            for piece in leg.leg.pieces:
                assert piece.centre is not None
                centre = complex(*piece.centre.at(size).xy)
                spoke = complex(*true[-1].xy) - centre
                for step in range(1, 201):
                    place = centre + spoke * complex(
                        math.cos(math.radians(piece.sweep) * step / 200),
                        math.sin(math.radians(piece.sweep) * step / 200),
                    )
                    true.append(Point(place.real, place.imag))
            drawn = shapely.LineString([point.xy for point in leg.path])
            assert max(drawn.distance(shapely.Point(point.xy)) for point in true) <= leg.bulge + 1e-9


@pytest.mark.parametrize("name", [*CURVED, "hexagon"])
@pytest.mark.parametrize("mirrored", [False, True])
def test_check_believes_the_true_path_only(name: str, mirrored: bool) -> None:
    drill = load_drill(name)
    laid = layouts.placement(drill, (30.0, 30.0), 33.0, drill.size_min, mirrored=mirrored)
    layout = layouts.layout(layouts.yard(80.0, 80.0), laid)
    assert [problem for problem in problems(layout) if problem.kind == "path"] == []
    curved = next(i for i, leg in enumerate(laid.legs) if len(leg.path) > 2)
    path = laid.legs[curved].path
    middle = len(path) // 2

    def found(other: Path) -> set[str]:
        legs = list(laid.legs)
        legs[curved] = replace(legs[curved], path=other)
        changed: Placement = replace(laid, legs=tuple(legs))
        return {problem.kind for problem in problems(replace(layout, placements=(changed,)))}

    assert "path" in found((path[0], path[-1]))
    off = Point(path[middle].x + 0.01, path[middle].y + 0.01)
    assert "path" in found((*path[:middle], off, *path[middle + 1 :]))
    if name != "hexagon":
        assert "path" in found(path[::-1])
        other_side = tuple(_swapped(point, path[0], path[-1]) for point in path)
        assert "path" in found(other_side)


def _swapped(point: Point, start: Point, end: Point) -> Point:
    """As seen in a mirror that stands on the chord."""
    one, chord = complex(*start.xy), complex(*end.xy) - complex(*start.xy)
    seen = one + ((complex(*point.xy) - one) / chord).conjugate() * chord
    return Point(seen.real, seen.imag)


def test_a_weave_is_fitted_with_its_swing() -> None:
    """A lane that is wide enough for the row, and not for the swing of the path, takes a smaller one."""
    drill = load_drill("cone-slalom")
    wide = layouts.yard(6.0, 80.0)
    narrow = layouts.yard(4.4, 80.0)
    at_ease = plan(wide, [drill], pace="easy").placements[0]
    assert at_ease.size > 0.9
    (less,) = plan(narrow, [drill], pace="easy").placements
    assert less.size < 0.9
    # easy pace keeps 1.5 m behind the backward leg, and the arcs swing by half a gap's tangent
    swing = 0.5 * 8 * 0.9144 * less.size * math.tan(BOW / 2.0)
    assert 2.0 * (1.5 + swing) <= 4.4 + 1e-6
    assert less.size_bound is not None
    assert less.size_bound - less.size < 0.02  # what is proven keeps off the arcs, what is found off chords


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        (row(3).replace('side = "right"\n', ""), "needs the side on which it passes its first cone"),
        (row(3).replace('shape = "weave"\n', ""), 'side: belongs to a leg of shape = "weave"'),
        (row(3) + 'centre = "aside"\n', 'centre and turn belong to a leg of shape = "arc"'),
        (row(3) + 'facing = "out"\n', "on a weave the chest turns with it: path"),
        (row(3, movement="shuffle"), "a shuffle goes across the chest"),
        (row(3) + 'over = "aside"\n', "over: belongs to a straight leg that comes back"),
        (row(3) + 'over = "nowhere"\n', 'there is no cone or point "nowhere"'),
    ],
)
def test_what_is_wrong_with_a_weave_is_said(text: str, fragment: str) -> None:
    with pytest.raises(DrillError, match="row") as told:
        read(text)
    assert fragment in str(told.value)


def test_a_weave_that_the_size_would_turn_is_refused() -> None:
    text = row(3).replace(
        '2 = { from = "1", ahead = "gap" }', '2 = { from = "1", ahead = "gap", right = "fixed" }'
    )
    with pytest.raises(DrillError, match="changing the size turns this leg"):
        read(text)


def test_a_hop_goes_out_and_comes_back() -> None:
    legs = load_drill("hexagon").figure(1.0).legs
    assert len(legs) == 6
    for nth, leg in enumerate(legs):
        assert leg.path[0] == leg.path[2]
        assert leg.length == pytest.approx(2 * 29.78 * 0.0254)
        assert leg.facing == 90.0
        assert leg.heading_in == pytest.approx((90.0 - 60.0 * nth) % 360.0)
        out = shapely.LineString([point.xy for point in leg.path[:2]])
        corners = [cone.at(1.0) for cone in load_drill("hexagon").cones[1:]]
        side = shapely.LineString([corners[nth - 1 if nth else 0].xy, corners[nth].xy] if nth else
                                  [corners[0].xy, corners[1].xy])  # fmt: skip
        assert out.crosses(shapely.Polygon([corner.xy for corner in corners]).exterior), side
