"""The second opinion against closed forms, and against every kind of lie."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conedrills.check import Problem, problems
from conedrills.drill import Drill, Pace, Stretch, StretchRange, drill_names, load_drill, parse_drill
from conedrills.geometry import Point, Pose, Vector
from conedrills.layout import Contradiction, Layout, Placement, Tightest, placed_legs
from conedrills.remeasure import measure_tightest
from conedrills.space import FLOOR, SpaceModel, space_model
from conedrills.yard import Kind, Obstacle, Yard

MODEL = space_model({}, wet=False)
OUT = 0.002
"""Metres by which a yard is too small in tests of the tolerance, which is half of it."""


def ring(*corners: tuple[float, float]) -> tuple[Point, ...]:
    return tuple(Point(x, y) for x, y in corners)


Edges = tuple[float, float, float, float]
"""Left, bottom, right, top of a rectangle, metres."""


def rectangle(edges: Edges, kinds: str = "hhhh", things: Sequence[Obstacle] = ()) -> Yard:
    """Sides 1 to 4 are below, right, above and left; `kinds` names each by h or s."""
    left, bottom, right, top = edges
    named: dict[str, Kind] = {"h": "hard", "s": "soft"}
    corners = ring((left, bottom), (right, bottom), (right, top), (left, top))
    return Yard("test", corners, tuple(named[kind] for kind in kinds), tuple(things))


def smaller(edges: Edges, index: int) -> Edges:
    """The rectangle with one edge pushed in by `OUT`."""
    tried = list(edges)
    tried[index] += OUT if index < 2 else -OUT
    return (tried[0], tried[1], tried[2], tried[3])


def lane(length: float = 5.0, **leg: Any) -> Drill:
    """One sprint straight ahead."""
    return parse_drill(
        {
            "title": "Lane",
            "family": "braking",
            "paces": ["walk", "easy", "brisk", "full"],
            "units": "m",
            "distances": {"length": {"nominal": length, "min": length / 2}},
            "cones": {"a": {}, "b": {"from": "a", "ahead": "length"}},
            "legs": [{"from": "a", "to": "b", "movement": "sprint", "cut": "stop", **leg}],
        },
        "lane",
        "lane",
    )


def place(
    drill: Drill, pose: Pose, size: float | None = None, pace: Pace | None = None, model: SpaceModel = MODEL
) -> Placement:
    size, pace = size or drill.size_max, pace or drill.paces[-1]
    figure = drill.figure(size)
    return Placement(
        drill=drill,
        pace=pace,
        size=size,
        size_bound=size,
        gap_reached=True,
        pose=pose,
        cones=tuple(pose.place(cone) for cone in figure.cones),
        legs=placed_legs(drill, size, pose, pace, model),
        tightest=None,
        caller=pose.place(figure.caller) if figure.caller else None,
    )


def laid(yard: Yard, *placements: Placement, model: SpaceModel = MODEL) -> Layout:
    """A layout that states its tightest places truly."""
    layout = Layout("test", "m", yard, model, placements)
    true = [replace(placement, tightest=measure_tightest(layout, placement)) for placement in placements]
    return replace(layout, placements=tuple(true))


def only(layout: Layout) -> Problem:
    [problem] = problems(layout)
    return problem


# ---------------------------------------------------------------- closed forms

UPRIGHT = Pose(Point(0.0, 0.0), 0.0)


def test_a_lane_that_touches_all_four_fences_passes() -> None:
    # 5 m, 2 m of run-out, 1.5 m on every side of it all
    assert problems(laid(rectangle((-1.5, -1.5, 1.5, 8.5)), place(lane(), UPRIGHT))) == ()


@pytest.mark.parametrize(
    ("side", "part", "at"),
    [
        (0, "leg 1", (0.0, -1.5 + OUT)),
        (1, "leg 1", (1.5 - OUT, None)),
        (2, "leg 1's run-out", (0.0, 8.5 - OUT)),
        (3, "leg 1", (-1.5 + OUT, None)),
    ],
)
def test_two_millimetres_too_little_are_found(side: int, part: str, at: tuple[float, float | None]) -> None:
    edges = smaller((-1.5, -1.5, 1.5, 8.5), [1, 2, 3, 0][side])
    found = only(laid(rectangle(edges), place(lane(), UPRIGHT)))
    assert (found.kind, found.placement, found.drill) == ("clearance", 0, "lane")
    assert found.where == "placement 1 (Lane)"
    assert found.amount == pytest.approx(OUT)
    assert found.at is not None
    assert found.at.x == pytest.approx(at[0])
    assert at[1] is None or found.at.y == pytest.approx(at[1])
    assert found.message.startswith(f"{part} comes 2.0 mm too close to side {side + 1} at (")
    assert found.to_json()["at"] == [found.at.x, found.at.y]


def test_half_a_millimetre_is_nobody_s_business() -> None:
    assert problems(laid(rectangle((-1.5, -1.4995, 1.5, 8.4995)), place(lane(), UPRIGHT))) == ()


# the W drill at full pace, legs of 5 yd 30° off straight back: how wide and deep a leg is
LEG = 4.572
WIDE, DEEP = LEG / 2, LEG * math.sqrt(3) / 2
LEFT, RIGHT = -2.0, 4 * WIDE + 4.0 / 2 + 1.5
TOP, BOTTOM = 4.0 * math.sqrt(3) / 2 + 1.5, -DEEP - 3.0 * math.sqrt(3) / 2 - 2.0


@pytest.mark.parametrize("turn", [0.0, 33.3, 90.0, 211.0])
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_w_drill_in_the_smallest_rectangle(turn: float, mirrored: bool) -> None:
    pose = Pose(Point(3.0, -4.0), turn, mirrored)
    edges = (LEFT, BOTTOM, RIGHT, TOP)
    for index, name in ((None, ""), (0, "side 4"), (1, "side 1"), (2, "side 2"), (3, "side 3")):
        yard = rectangle(edges if index is None else smaller(edges, index))
        yard = replace(yard, boundary=tuple(pose.place(corner) for corner in yard.boundary))
        found = problems(laid(yard, place(load_drill("w-drill"), pose)))
        amounts = [problem.amount for problem in found]
        assert amounts == [pytest.approx(OUT, abs=1e-9)] * len(found)
        assert bool(found) == (index is not None)
        assert all(f" to {name} at " in problem.message for problem in found)


def disc(x: float, y: float, radius: float, kind: Kind = "hard", name: str = "oak") -> Obstacle:
    """A square on its corner, whose left corner is `radius` from the middle."""
    corners = ring((x - radius, y), (x, y - radius), (x + radius, y), (x, y + radius))
    return Obstacle(name, kind, corners)


@pytest.mark.parametrize(("kind", "kept"), [("hard", 1.5), ("soft", 0.75)])
@pytest.mark.parametrize("uncertainty", [0.0, 0.1])
def test_what_is_kept_from_an_obstacle(kind: Kind, kept: float, uncertainty: float) -> None:
    for short, found in ((0.0, False), (OUT, True)):
        oak = replace(disc(kept + uncertainty + 1.0 - short, 2.0, 1.0, kind), uncertainty=uncertainty)
        result = problems(laid(rectangle((-9, -9, 9, 19), things=[oak]), place(lane(), UPRIGHT)))
        assert [problem.kind for problem in result] == ["clearance"] * found
        if found:
            assert result[0].amount == pytest.approx(OUT)
            assert '"oak" at (' in result[0].message


def test_what_is_kept_from_a_soft_side_and_an_uncertain_one() -> None:
    soft = rectangle((-0.75, -0.75, 0.75, 7.75), "ssss")
    assert problems(laid(soft, place(lane(), UPRIGHT))) == ()
    unsure = replace(rectangle((-1.6, -1.5, 1.5, 8.6)), uncertainty=(0.0, 0.0, 0.1, 0.1))
    # the right side leads to an uncertain corner: it is not to be trusted either
    found = only(laid(unsure, place(lane(), UPRIGHT)))
    assert found.amount == pytest.approx(0.1)
    assert "side 2" in found.message


def test_a_named_side_is_called_by_its_name() -> None:
    yard = replace(rectangle((-1.4, -1.5, 1.5, 8.5)), side_names=("", "", "", "wall"))
    assert 'too close to "wall"' in only(laid(yard, place(lane(), UPRIGHT))).message


def test_never_less_than_the_floor_from_anything_hard() -> None:
    weak = space_model({"side_clearance": {"full": {"forward": 0.5}}}, wet=False)
    narrow = rectangle((-FLOOR, -FLOOR, FLOOR, 7.0 + FLOOR))
    assert only(laid(narrow, place(lane(), UPRIGHT, model=weak), model=weak)).kind == "space"
    tight = rectangle((-0.8, -FLOOR, FLOOR, 7.0 + FLOOR))
    found = problems(laid(tight, place(lane(), UPRIGHT, model=weak), model=weak))
    assert [problem.kind for problem in found] == ["space", "clearance"]
    assert found[1].amount == pytest.approx(0.1)


def test_a_turn_round_a_cone_keeps_a_metre_more() -> None:
    turning = lane(cut="round")
    assert problems(laid(rectangle((-2.5, -1.5, 2.5, 8.5)), place(turning, UPRIGHT))) == ()
    found = only(laid(rectangle((-2.5, -1.5, 2.5 - OUT, 8.5)), place(turning, UPRIGHT)))
    assert found.message.startswith(
        "the turn of leg 1 round cone 2 comes 2.0 mm too close to side 2 at (2.50, 5.00)"
    )


RING = 3.0 + 1.0  # radius of the four-way circle and the clearance of its backward lap


def test_an_arc_is_a_true_arc() -> None:
    # the peg at (0, 0), cone 1 left of it; from there 1 m of run-out up, beside which the ring bulges further
    circle, about = load_drill("four-way-circle"), Pose(Point(-3.0, 0.0), 0.0)
    assert problems(laid(rectangle((-RING, -RING, RING, RING)), place(circle, about))) == ()
    found = problems(laid(rectangle((-RING, -RING, RING - OUT, RING)), place(circle, about)))
    assert {problem.kind for problem in found} == {"clearance"}
    assert [problem.amount for problem in found] == [pytest.approx(OUT, abs=2e-4)]
    assert found[0].message.startswith("leg 3 comes")


def test_the_tightest_place_by_hand() -> None:
    yard = rectangle((-3, -4, 4, 20), things=[disc(2.5, 3.0, 0.3), disc(-1.8, 1.0, 0.2, "soft", "bed")])
    [placement] = laid(yard, place(lane(), UPRIGHT)).placements
    assert placement.tightest is not None
    assert (placement.tightest.to, placement.tightest.at.y) == ("oak", 3.0)
    assert (placement.tightest.distance, placement.tightest.at.x) == pytest.approx((2.2, 2.2))
    near_side = laid(rectangle((-2, -4, 4, 20)), place(lane(), UPRIGHT)).placements[0].tightest
    assert near_side is not None
    assert (near_side.distance, near_side.to, near_side.at.x) == (2.0, "side 4", -2.0)
    assert laid(rectangle((-2, -4, 4, 20), "ssss"), place(lane(), UPRIGHT)).placements[0].tightest is None


@given(
    x=st.floats(-6, 6),
    y=st.floats(-6, 6),
    turn=st.floats(0, 360),
    size=st.floats(0.5, 1),
    pace=st.sampled_from(("easy", "full")),
)
def test_a_lane_anywhere_in_a_rectangle(x: float, y: float, turn: float, size: float, pace: Pace) -> None:
    clearance, run_out = {"easy": (1.0, 1.0), "full": (1.5, 2.0)}[pace]
    end = Point(x, y) + Vector.polar(5.0 * size + run_out, turn + 90.0)
    missing = clearance - min(8 - abs(x), 8 - abs(end.x), 8 - abs(y), 8 - abs(end.y))
    found = problems(laid(rectangle((-8, -8, 8, 8)), place(lane(), Pose(Point(x, y), turn), size, pace)))
    inside = max(abs(end.x), abs(end.y)) < 8
    if missing < 0.001 - 1e-9:
        assert found == ()
    elif missing > 0.001 + 1e-9 and inside:
        assert [problem.kind for problem in found] == ["clearance"]
        assert found[0].amount == pytest.approx(missing)
    elif not inside and max(abs(end.x), abs(end.y)) > 8.001:
        assert "lawn" in {problem.kind for problem in found}


# ---------------------------------------------------------------- lies


def true_layout() -> Layout:
    """Three honest placements about an oak: a W drill, a called drill with a caller, a circle."""
    yard = rectangle((0, 0, 40, 30), "hhsh", [disc(2.0, 2.0, 0.5)])
    return laid(
        yard,
        place(load_drill("w-drill"), Pose(Point(5.0, 20.0), 0.0), 0.8),
        place(load_drill("break-45"), Pose(Point(28.0, 18.0), 7.0)),
        place(load_drill("four-way-circle"), Pose(Point(30.0, 20.0), 100.0, mirrored=True)),
    )


def test_the_truth_passes() -> None:
    assert problems(true_layout()) == ()


def changed(index: int, **keys: Any) -> Callable[[Layout], Layout]:
    def change(layout: Layout) -> Layout:
        placements = list(layout.placements)
        placements[index] = replace(placements[index], **keys)
        return replace(layout, placements=tuple(placements))

    return change


def leg_changed(index: int, number: int, **keys: Any) -> Callable[[Layout], Layout]:
    def change(layout: Layout) -> Layout:
        legs = list(layout.placements[index].legs)
        legs[number] = replace(legs[number], **keys)
        return changed(index, legs=tuple(legs))(layout)

    return change


def legs_as(index: int, of: Callable[[Sequence[Any]], Sequence[Any]]) -> Callable[[Layout], Layout]:
    return lambda layout: changed(index, legs=tuple(of(layout.placements[index].legs)))(layout)


def moved_cone(layout: Layout) -> Layout:
    first, *rest = layout.placements[0].cones
    return changed(0, cones=(first + Vector(0.0015, 0.0), *rest))(layout)


def swapped_cones(layout: Layout) -> Layout:
    first, second, *rest = layout.placements[0].cones
    return changed(0, cones=(second, first, *rest))(layout)


def moved(
    index: int, by: Vector, to: Callable[[Pose], Pose] = lambda pose: pose
) -> Callable[[Layout], Layout]:
    """Everything where the pose says, and the pose where it should not be."""

    def change(layout: Layout) -> Layout:
        old = layout.placements[index]
        pose = to(Pose(old.pose.origin + by, old.pose.rotation, old.pose.mirrored))
        placements = list(layout.placements)
        placements[index] = place(old.drill, pose, old.size, old.pace)
        return laid(layout.yard, *placements)

    return change


def pose_alone(layout: Layout) -> Layout:
    pose = layout.placements[0].pose
    return changed(0, pose=Pose(pose.origin, pose.rotation + 1.0, pose.mirrored))(layout)


def walled(layout: Layout) -> Layout:
    """A wall right across the lawn, through the W drill: half of it would lie on another piece."""
    wall = Obstacle("wall", "hard", ring((9.0, -1.0), (9.2, -1.0), (9.2, 31.0), (9.0, 31.0)))
    return laid(replace(layout.yard, obstacles=(*layout.yard.obstacles, wall)), *layout.placements)


def coarser_arc(layout: Layout) -> Layout:
    return leg_changed(2, 0, path=layout.placements[2].legs[0].path[::3])(layout)


def finer_arc(layout: Layout) -> Layout:
    placement = layout.placements[2]
    peg = placement.pose.place(Point(3.0, 0.0))
    start = placement.cones[0] - peg
    path = tuple(peg + Vector.polar(start.length, start.angle + step) for step in range(361))  # mirrored: ccw
    return leg_changed(2, 0, path=path)(layout)


def backward_arc(layout: Layout) -> Layout:
    return leg_changed(2, 0, path=layout.placements[2].legs[0].path[::-1])(layout)


def other_size(layout: Layout) -> Layout:
    old = layout.placements[0]
    return laid(layout.yard, place(old.drill, old.pose, 1.2, old.pace), *layout.placements[1:])


def mirrored_against_the_rules(layout: Layout) -> Layout:
    only_right = replace(load_drill("w-drill"), mirror=False)
    pose = Pose(Point(20.0, 20.0), 0.0, mirrored=True)
    return laid(layout.yard, place(only_right, pose, 0.8), *layout.placements[1:])


def unusual_pace(layout: Layout) -> Layout:
    """A circle at full pace, which the drill does not name: somebody wants it so."""
    old = layout.placements[2]
    assert "full" not in old.drill.paces
    return laid(layout.yard, *layout.placements[:2], place(old.drill, old.pose, pace="full"))


def more_points(layout: Layout) -> Layout:
    start, end = layout.placements[0].legs[0].path
    middle = start + (end - start) * 0.3
    return leg_changed(0, 0, path=(start, middle, end))(layout)


def back_and_forth(layout: Layout) -> Layout:
    start, end = layout.placements[0].legs[0].path
    path = (start, start + (end - start) * 0.8, start + (end - start) * 0.2, end)
    return leg_changed(0, 0, path=path)(layout)


def crossed_boundary(layout: Layout) -> Layout:
    return replace(layout, yard=replace(layout.yard, boundary=ring((0, 0), (40, 30), (40, 0), (0, 30))))


SPOT = Point(1.0, 1.0)
LIES: dict[str, tuple[Callable[[Layout], Layout], set[str]]] = {
    "a cone 1.5 mm off": (moved_cone, {"cone"}),
    "two cones swapped": (swapped_cones, {"cone"}),
    "a cone too few": (lambda of: changed(0, cones=of.placements[0].cones[:-1])(of), {"cone"}),
    "a cone too many": (lambda of: changed(0, cones=(*of.placements[0].cones, SPOT))(of), {"cone"}),
    "a shorter run-out": (leg_changed(0, 3, run_out=3.99), {"room"}),
    "a smaller clearance": (leg_changed(0, 0, side_clearance=1.99), {"room"}),
    "a run-out that is promised and not there": (
        leg_changed(1, 2, run_out=30.0),
        {"lawn", "clearance", "room"},
    ),
    "a clearance that is promised and not there": (leg_changed(0, 0, side_clearance=9.0), {"clearance"}),
    "a facing turned by 0.02°": (leg_changed(0, 0, facing=90.02), {"facing"}),
    "a heading turned by 180°": (leg_changed(0, 0, heading_out=120.0), {"facing"}),
    "a chest that follows a straight path": (leg_changed(0, 0, facing_follows=True), {"facing"}),
    "a wrong length": (leg_changed(0, 0, length=3.66), {"path"}),
    "a leg missing": (legs_as(0, lambda legs: legs[:-1]), {"leg"}),
    "an alternative missing": (legs_as(1, lambda legs: legs[:2]), {"leg"}),
    "a leg twice": (legs_as(0, lambda legs: [*legs, legs[-1]]), {"leg"}),
    "a leg too many": (legs_as(0, lambda legs: [*legs, replace(legs[-1], order=5)]), {"leg"}),
    "legs in another order": (legs_as(0, lambda legs: [legs[1], legs[0], *legs[2:]]), {"leg"}),
    "another movement": (leg_changed(0, 0, movement="sprint"), {"leg"}),
    "another cut": (leg_changed(0, 3, cut="stop"), {"leg"}),
    "another shape": (leg_changed(0, 3, shape="arc"), {"leg"}),
    "another cone": (leg_changed(0, 3, end=1), {"leg"}),
    "another call": (leg_changed(1, 1, call="1"), {"leg"}),
    "a path elsewhere": (lambda of: leg_changed(0, 0, path=of.placements[0].legs[1].path)(of), {"path"}),
    "a path back and forth": (back_and_forth, {"path"}),
    "an arc in coarse chords": (coarser_arc, {"path"}),
    "an arc the other way round": (backward_arc, {"path"}),
    "an arc cut short": (lambda of: leg_changed(2, 0, path=(of.placements[2].cones[0],) * 2)(of), {"path"}),
    "another rotation": (pose_alone, {"cone", "facing", "path"}),
    "a path through the oak": (moved(0, Vector(-2.5, -14.0)), {"lawn", "clearance"}),
    "a drill over the fence": (moved(0, Vector(-10.0, 0.0)), {"lawn", "clearance"}),
    "a drill altogether elsewhere": (moved(2, Vector(100.0, 0.0)), {"lawn"}),
    "a leg from lawn to lawn": (walled, {"yard", "lawn", "clearance"}),
    "a size above the largest": (other_size, {"size"}),
    "a size below the smallest": (changed(0, size=0.4999), {"size", "cone", "path"}),
    "a bound below the size": (changed(0, size_bound=0.7999), {"certificate"}),
    "a gap reached without a bound": (changed(0, size_bound=None), {"certificate"}),
    "mirrored against the rules": (mirrored_against_the_rules, {"mirror"}),
    "a pace that is none": (changed(0, pace="insane"), {"pace"}),
    "a tightest place too generous": (changed(0, tightest=Tightest(9.0, SPOT, "side 4")), {"tightest"}),
    "a tightest place missing": (changed(0, tightest=None), {"tightest"}),
    "a caller elsewhere": (changed(1, caller=Point(28.0, 28.0)), {"caller", "clearance"}),
    "a caller where there is none": (changed(0, caller=SPOT), {"caller"}),
    "a boundary that crosses itself": (crossed_boundary, {"yard", "clearance", "tightest"}),
    "what the file contradicts": (
        lambda of: replace(of, contradictions=(Contradiction(0, "size_min", "0.4", "0.5"),)),
        {"statement"},
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_every_lie_is_found(lie: str) -> None:
    tell, kinds = LIES[lie]
    told = problems(tell(true_layout()))
    assert told
    assert {problem.kind for problem in told} <= kinds
    assert all(problem.message.endswith(".") and problem.where for problem in told)


@pytest.mark.parametrize("truth", [more_points, finer_arc, unusual_pace])
def test_another_way_to_say_the_truth_is_no_lie(truth: Callable[[Layout], Layout]) -> None:
    assert problems(truth(true_layout())) == ()


def test_a_tightest_place_on_the_wrong_thing_is_found() -> None:
    layout = true_layout()
    tightest = layout.placements[0].tightest
    assert tightest is not None
    for wrong in (replace(tightest, to="oak"), replace(tightest, at=SPOT)):
        assert only(changed(0, tightest=wrong)(layout)).kind == "tightest"
    close = replace(tightest, distance=tightest.distance + 0.004)
    assert problems(changed(0, tightest=close)(layout)) == ()


def test_a_caller_may_stand_aside_but_on_the_lawn_and_clear() -> None:
    layout = true_layout()
    start, pose = layout.placements[1].cones[0], layout.placements[1].pose
    for distance, turn, fine in ((6.0, 25.0, True), (4.4, 0.0, False), (6.5, 0.0, False), (6.0, 40.0, False)):
        caller = start + Vector.polar(distance, 90.0 + pose.rotation + turn)
        found = problems(changed(1, caller=caller)(layout))
        assert [problem.kind for problem in found] == ["caller"] * (not fine)
    near = rectangle((0, 0, 40, layout.placements[1].caller.y + 0.5 if layout.placements[1].caller else 0.0))
    found = problems(laid(near, layout.placements[1]))
    assert "the caller comes 0.40 m too close to side 3" in " ".join(problem.message for problem in found)


def test_where_a_leg_leaves_the_lawn_and_for_how_long() -> None:
    found = problems(laid(rectangle((-9, -9, 9, 6.0)), place(lane(), UPRIGHT)))
    off, close = found
    assert off.at is not None
    assert (off.kind, close.kind) == ("lawn", "clearance")
    assert (off.amount, off.at.x, off.at.y, close.amount) == pytest.approx((1.0, 0.0, 6.5, 1.5))
    through = problems(laid(rectangle((-9, -9, 9, 19), things=[disc(0.0, 2.0, 0.5)]), place(lane(), UPRIGHT)))
    assert through[0].message == 'leg 1 runs through "oak" at (0.00, 1.50).'
    assert through[0].amount == pytest.approx(1.0)


@pytest.mark.parametrize("name", drill_names())
@pytest.mark.parametrize("mirrored", [False, True])
def test_every_drill_of_the_library_in_the_open(name: str, mirrored: bool) -> None:
    drill = load_drill(name)
    field = rectangle((-200, -200, 200, 200))
    least, most = drill.size_min, drill.size_max
    if drill.stretch is not None:  # what both of its lengths may be
        least = max(drill.stretch.low.depth, drill.stretch.low.width)
    for size in (least, most):
        for pace in drill.paces:
            pose = Pose(Point(1.0, 2.0), 77.7, mirrored and drill.mirror)
            assert problems(laid(field, place(drill, pose, size, pace))) == ()


# ---------------------------------------------------------------- two lengths


def lane_of_two() -> Drill:
    """A zig-zag with locked, deep and wide parts, which turn its legs, and a chest that turns with one."""
    return parse_drill(
        {
            "title": "Zig-zag",
            "family": "diagonal",
            "paces": ["easy", "full"],
            "units": "m",
            "stretch": {"depth": "leg", "width": ["lane", "back"]},
            "distances": {
                "leg": {"nominal": 6, "min": 3, "max": 7.2},
                "lane": {"nominal": 1, "min": 0.7, "max": 1.2},
                "back": {"nominal": 2, "min": 1, "max": 3},
                "gap": {"nominal": 1, "locked": True},
            },
            "cones": {
                "a": {},
                "b": {"from": "a", "back": "leg", "right": "lane + gap"},
                "c": {"from": "b", "ahead": "leg / 2 + gap", "left": "back"},
            },
            "legs": [
                {"from": "a", "to": "b", "movement": "backpedal", "cut": "plant"},
                {"from": "b", "to": "c", "movement": "sprint", "cut": "round"},
                {"from": "c", "to": "a", "movement": "sprint", "cut": "through"},
            ],
        },
        "zig-zag",
        "zig-zag",
    )


DEPTHS, WIDTHS = st.floats(0.5, 1.2), st.floats(0.7, 1.2)
POSES = st.builds(
    Pose,
    st.builds(Point, st.floats(-50, 50), st.floats(-50, 50)),
    st.floats(0, 360),
    st.booleans(),
)


def place_stretched(drill: Drill, pose: Pose, stretch: Stretch, pace: Pace) -> Placement:
    figure = drill.figure(stretch.size, stretch)
    return replace(
        place(drill, pose, stretch.size, pace),
        stretch=stretch,
        cones=tuple(pose.place(cone) for cone in figure.cones),
        legs=placed_legs(drill, stretch.size, pose, pace, MODEL, stretch=stretch),
    )


@given(depth=DEPTHS, width=WIDTHS, pose=POSES, pace=st.sampled_from(("easy", "full")))
def test_a_stretched_drill_is_rebuilt_where_hand_and_layout_have_it(
    depth: float, width: float, pose: Pose, pace: Pace
) -> None:
    drill = lane_of_two()
    assert drill.stretch == StretchRange(Stretch(0.5, 0.7), Stretch(1.2, 1.2))
    layout = laid(rectangle((-99, -99, 99, 99)), place_stretched(drill, pose, Stretch(depth, width), pace))
    assert problems(layout) == ()
    [placement] = layout.placements
    # the drill frame as complex numbers, from the file's own words
    a, b = 0j, complex(width + 1, -6 * depth)
    c = b + complex(-2 * width, 3 * depth + 1)
    turn = complex(math.cos(math.radians(pose.rotation)), math.sin(math.radians(pose.rotation)))

    def lies(spot: complex) -> complex:
        return complex(*pose.origin.xy) + turn * (-spot.conjugate() if pose.mirrored else spot)

    for leg, start, end in zip(placement.legs, (a, b, c), (b, c, a), strict=True):
        ends = [complex(*point.xy) for point in leg.path]
        assert abs(ends[0] - lies(start)) + abs(ends[1] - lies(end)) < 1e-9
        assert leg.length == pytest.approx(abs(end - start))
    # run-outs count by the lengths as published: the backpedal's is 6 m back and 2 aside
    factor = {"easy": 0.5, "full": 1.0}[pace]
    wanted = [3.0 + (math.hypot(6.0, 2.0) - 5.0) / 5.0, 2.0, 4.0]
    assert [leg.run_out for leg in placement.legs] == pytest.approx([factor * metres for metres in wanted])


def two(**keys: Any) -> Callable[[Placement], Placement]:
    return lambda placement: replace(placement, **keys)


TWO_LIES: dict[str, tuple[Callable[[Placement], Placement], set[str]]] = {
    "another depth": (two(stretch=Stretch(0.91, 0.8)), {"cone", "path", "facing"}),
    "another width": (two(stretch=Stretch(0.9, 0.805)), {"cone", "path", "facing", "size"}),
    "depth and width the other way round": (two(stretch=Stretch(0.8, 0.9)), {"cone", "path", "facing"}),
    "a size that is not the smaller": (two(size=0.9), {"size", "certificate"}),
    "a size that is neither": (two(size=0.85), {"size", "certificate"}),
    "no stretch": (lambda one: Placement(**{**fields(one), "stretch": None}), {"cone", "path", "facing"}),
    "a depth out of its range": (
        lambda one: place_stretched(one.drill, one.pose, Stretch(1.21, 0.8), one.pace),
        {"size"},
    ),
    "a width out of its range": (
        lambda one: place_stretched(one.drill, one.pose, Stretch(0.9, 0.69), one.pace),
        {"size"},
    ),
    "a chest that does not turn with its leg": (
        lambda one: replace(one, legs=(one.legs[0], replace(one.legs[1], facing=146.6), one.legs[2])),
        {"facing"},
    ),
}


def fields(placement: Placement) -> dict[str, Any]:
    return {name: getattr(placement, name) for name in Placement.__dataclass_fields__}


@pytest.mark.parametrize("lie", TWO_LIES)
def test_every_lie_about_two_lengths_is_found(lie: str) -> None:
    tell, kinds = TWO_LIES[lie]
    honest = place_stretched(lane_of_two(), Pose(Point(1.0, 2.0), 30.0), Stretch(0.9, 0.8), "full")
    field = rectangle((-99, -99, 99, 99))
    assert problems(laid(field, honest)) == ()
    told = problems(laid(field, tell(honest)))
    assert {problem.kind for problem in told} == kinds


def test_depth_and_width_are_no_matter_of_a_drill_of_one_size() -> None:
    layout = laid(rectangle((-99, -99, 99, 99)), replace(place(lane(), UPRIGHT), stretch=Stretch(1.0, 1.0)))
    assert only(layout).message == "depth and width are stated, but the drill has one size."
    assert only(layout).key == "stretch"


def test_times_compare_only_where_both_lengths_are_as_published() -> None:
    drill = replace(lane_of_two(), regulation=True)
    for stretch, said in ((Stretch(1.0, 1.0), True), (Stretch(1.1, 1.0), False), (Stretch(1.0, 0.9), False)):
        assert place_stretched(drill, UPRIGHT, stretch, "full").comparable is said


GRID = st.lists(
    st.builds(Point, st.sampled_from((0.0, 1.0, 5.0, 12.0)), st.sampled_from((0.0, 1.0, 9.0))),
    min_size=3,
    max_size=7,
)


@given(
    boundary=GRID,
    things=st.lists(
        st.builds(Obstacle, st.just("x"), st.sampled_from(("hard", "soft")), GRID.map(tuple)), max_size=3
    ),
    size=st.sampled_from((1e-300, 0.5, 1.0, 999.0)),
    spot=st.builds(Point, st.sampled_from((0.0, 6.0)), st.sampled_from((0.0, 4.0))),
)
def test_no_yard_is_too_broken_to_be_judged(
    boundary: list[Point], things: list[Obstacle], size: float, spot: Point
) -> None:
    kinds: list[Kind] = ["hard"] * len(boundary)
    yard = Yard("broken", tuple(boundary), tuple(kinds), tuple(things))
    drills = [load_drill("four-way-circle"), load_drill("break-45")]
    found = problems(laid(yard, *[place(drill, Pose(spot, 0.0), size) for drill in drills]))
    assert all(problem.amount is None or math.isfinite(problem.amount) for problem in found)


def test_it_is_quick_in_a_yard_with_many_corners() -> None:
    count = 5_000
    corners = [
        Point(25 * math.cos(i * math.tau / count), 25 * math.sin(i * math.tau / count)) for i in range(count)
    ]
    kinds: list[Kind] = ["hard"] * count
    yard = Yard("round", tuple(corners), tuple(kinds))
    layout = laid(
        yard, *[place(load_drill("w-drill"), Pose(Point(-4.0, 2.0), 9.0 * turn)) for turn in range(10)]
    )
    problems(layout)
    began = time.perf_counter()
    assert problems(layout) == ()
    assert time.perf_counter() - began < 3.0  # about 0.1 s where this was written
