"""The second opinion on set-out: closed forms, every planted mistake, and rows made by other arithmetic."""

from __future__ import annotations

import cmath
import itertools
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from conedrills.check import Problem, problems
from conedrills.drill import Drill, Stretch, drill_names, load_drill, parse_drill
from conedrills.errors import LayoutError
from conedrills.geometry import Point, Pose
from conedrills.layout import Check, Hook, Layout, Offset, Placement, SetoutRow, Tape, Tie
from conedrills.layoutreader import loads
from conedrills.layoutwriter import dumps
from conedrills.yard import Away, Obstacle, Reference
from tests import two_lengths
from tests.test_check import Edges, laid, lane, place, place_stretched, rectangle, ring

UPRIGHT = Pose(Point(0.0, 0.0), 0.0)
OPEN = (-6.0, -6.0, 6.0, 14.0)


def lane_layout(
    edges: Edges = OPEN, kinds: str = "hhhh", things: Sequence[Obstacle] = (), length: float = 5.0
) -> Layout:
    """The lane from (0, 0) to (0, 5), with the corners A, B, C and D from below left counter-clockwise."""
    yard = rectangle(edges, kinds, things)
    hooks = (Reference(name, "corner", at) for name, at in zip("ABCD", yard.boundary, strict=True))
    return laid(replace(yard, references=tuple(hooks)), place(lane(length), UPRIGHT))


def tie(cone: int, first: tuple[Hook, float], second: tuple[Hook, float], *more: Any) -> Tie:
    """A row with its side, its cut angle and, where there is one, its check."""
    side, angle, *check = more
    return Tie(cone, (Tape(*first), Tape(*second)), side, angle, Tape(*check[0]) if check else None)


# A is (-6, -6), B is (6, -6), C is (6, 14): distances and angles of the lane's cones by Pythagoras
TO_1 = math.hypot(6, 6)
TO_2 = math.hypot(6, 11)
FIRST = tie(1, ("A", 8.49), ("B", 8.49), "left", 90.0, ("C", 15.23))
SECOND = tie(2, ("A", 12.53), ("B", 12.53), "left", math.degrees(2 * math.atan2(6, 11)), (1, 5.0))
ALONG = Offset(2, "A", "B", 6.0, 11.0, Tape("C", 10.82))


def set_out(layout: Layout, *rows: SetoutRow, checks: Sequence[Check] = (), **more: Any) -> Layout:
    [placement] = layout.placements
    return replace(layout, placements=(replace(placement, setout=rows, checks=tuple(checks)),), **more)


def lane_set_out(*rows: SetoutRow, **more: Any) -> Layout:
    return set_out(lane_layout(), *rows, **more)


def messages(layout: Layout) -> list[str]:
    found = problems(layout)
    assert all(problem.kind == "setout" and problem.key for problem in found), found
    assert all((problem.placement, problem.drill) == (0, "lane") for problem in found)
    assert all(problem.message.isprintable() and problem.message.endswith(".") for problem in found)
    return [problem.message for problem in found]


def only(layout: Layout) -> Problem:
    assert len(messages(layout)) == 1, messages(layout)
    return problems(layout)[0]


# ---------------------------------------------------------------- what is right


# from cone 1 the way to D is (-6, 14) / 15.232; (0, 5) has 70 / 15.232 along it, and 30 / 15.232 to its right
B_TO_C = math.degrees(math.atan2(11, 6) + math.atan2(9, 6))  # between the tapes from B and C at cone 2
BESIDE = Offset(2, 1, "D", 4.6, -1.97)


@pytest.mark.parametrize("second", [SECOND, ALONG, BESIDE], ids=("tie", "along", "beside"))
def test_a_true_set_out_passes(second: SetoutRow) -> None:
    assert messages(lane_set_out(FIRST, second, checks=[Check(1, 2, 5.0)], tape=30.0)) == []


def test_nothing_set_out_is_nothing_wrong() -> None:
    assert messages(lane_set_out()) == []
    assert messages(lane_set_out(checks=[Check(2, 1, 5.01)], tape=10.0)) == []
    assert messages(lane_set_out(checks=[Check(2, 1, 5.05)])) == [
        "check 1 is stated as 5.05 m, but it is 5.00 m."
    ]


def test_rows_survive_the_file() -> None:
    layout = lane_set_out(FIRST, replace(ALONG, along=6.3), checks=[Check(1, 2, 5.2)], tape=8.0)
    back = loads(dumps(layout), "x")
    assert problems(back) == problems(layout)
    assert len(problems(back)) > 3
    for problem in problems(back):
        json.dumps(problem.to_json(), allow_nan=False)


# ---------------------------------------------------------------- every mistake, and nothing beside it

MISTAKES: dict[str, tuple[Callable[[], Layout], str, str]] = {
    "a cone left out": (lambda: lane_set_out(FIRST), "cone 2 is not set out", "setout, cone 2"),
    "a cone twice": (
        lambda: lane_set_out(FIRST, SECOND, replace(FIRST, check=None)),
        "set-out row 3 sets out cone 1, which stands already",
        "setout, row 3",
    ),
    "a cone too many": (
        lambda: lane_set_out(FIRST, SECOND, replace(FIRST, cone=3)),
        "set-out row 3 sets out cone 3, which is not in the drill",
        "setout, row 3",
    ),
    "a hook that is not there": (
        lambda: lane_set_out(tie(1, ("A", 8.49), ("X", 8.49), "left", 90.0), SECOND),
        "set-out row 1 has a tape from X, which is no reference point",
        "setout, row 1",
    ),
    "a letter in lower case": (
        lambda: lane_set_out(tie(1, ("A", 8.49), ("b", 8.49), "left", 90.0), SECOND),
        "set-out row 1 has a tape from b, which is no reference point",
        "setout, row 1",
    ),
    "a hook that does not stand yet": (
        lambda: lane_set_out(replace(FIRST, check=Tape(2, 5.0)), SECOND),
        "set-out row 1 has a tape from cone 2, which does not stand yet",
        "setout, row 1",
    ),
    "rows in the wrong order": (
        lambda: lane_set_out(SECOND, FIRST),
        "set-out row 1 has a tape from cone 1, which does not stand yet",
        "setout, row 1",
    ),
    "a tape laid from a cone that does not stand yet": (
        lambda: lane_set_out(Offset(1, 2, "A", 4.39, 2.39), SECOND),
        "set-out row 1 has a tape from cone 2, which does not stand yet",
        "setout, row 1",
    ),
    "a cone that hangs on itself": (
        lambda: lane_set_out(FIRST, Offset(2, 1, 2, 5.0, 0.0)),
        "set-out row 2 has a tape from cone 2, which does not stand yet",
        "setout, row 2",
    ),
    "a cone of another drill": (
        lambda: lane_set_out(FIRST, replace(SECOND, check=Tape(7, 3.0))),
        "set-out row 2 has a tape from cone 7, which does not stand yet",
        "setout, row 2",
    ),
    "both tapes from one hook": (
        lambda: lane_set_out(tie(1, ("A", 8.49), ("A", 8.49), "left", 90.0), SECOND),
        "set-out row 1 has both tapes from A",
        "setout, row 1",
    ),
    "a tape laid from a hook to itself": (
        lambda: lane_set_out(FIRST, Offset(2, 1, 1, 5.0, 0.0)),
        "set-out row 2 has both tapes from cone 1",
        "setout, row 2",
    ),
    "the other side": (
        lambda: lane_set_out(replace(FIRST, side="right"), SECOND),
        "set-out row 1, cone 1 is stated to the right of the line from A to B, but it lies on the other side",
        "setout, row 1, side",
    ),
    "an offset to the other side": (
        lambda: lane_set_out(FIRST, Offset(2, "B", "A", 6.0, 11.0)),
        "set-out row 2, cone 2 will stand 22.00 m from (0.00, 5.00), where it belongs",
        "setout, row 2",
    ),
    "a cut angle that is misstated": (
        lambda: lane_set_out(replace(FIRST, cut_angle=91.1), SECOND),
        "set-out row 1, cone 1: its cut angle is stated as 91.1°, but it is 90.0°",
        "setout, row 1, cut_angle",
    ),
    "a check that is misstated": (
        lambda: lane_set_out(replace(FIRST, check=Tape("C", 15.28)), SECOND),
        "set-out row 1, cone 1: the check from C is stated as 15.28 m, but it is 15.23 m",
        "setout, row 1, check",
    ),
    "a length that is misstated": (
        lambda: lane_set_out(FIRST, replace(SECOND, tapes=(Tape("A", 12.56), Tape("B", 12.53)))),
        "set-out row 2, cone 2: the tape from A is stated as 12.56 m, but it is 12.53 m",
        "setout, row 2, from",
    ),
    "a chainage that is misstated": (
        lambda: lane_set_out(FIRST, replace(ALONG, along=6.03)),
        "set-out row 2, cone 2: the tape laid from A to B is stated as 6.03 m, but it is 6.00 m",
        "setout, row 2, along",
    ),
    "an offset that is misstated": (
        lambda: lane_set_out(FIRST, replace(ALONG, offset=10.97)),
        "set-out row 2, cone 2: the offset is stated as 10.97 m, but it is 11.00 m",
        "setout, row 2, offset",
    ),
    "a check across that is misstated": (
        lambda: lane_set_out(FIRST, SECOND, checks=[Check(1, 2, 5.0), Check(2, 1, 4.9)]),
        "check 2 is stated as 4.90 m, but it is 5.00 m",
        "checks, check 2",
    ),
    "a check of a cone against itself": (
        lambda: lane_set_out(FIRST, SECOND, checks=[Check(1, 1, 0.0)]),
        "check 1 is from cone 1 to itself",
        "checks, check 1",
    ),
    "a check of a cone that is not there": (
        lambda: lane_set_out(FIRST, SECOND, checks=[Check(1, 3, 5.0)]),
        "check 1 names a cone that is not in the drill",
        "checks, check 1",
    ),
    "a tape that nobody has": (
        lambda: lane_set_out(FIRST, SECOND, tape=15.0),
        "set-out row 1, cone 1: the check from C is 15.23 m, but the longest tape is 15.00 m",
        "setout, row 1, check",
    ),
    "an offset that nobody has a tape for": (
        lambda: lane_set_out(replace(FIRST, check=None), replace(ALONG, check=None), tape=10.0),
        "set-out row 2, cone 2: the offset is 11.00 m, but the longest tape is 10.00 m",
        "setout, row 2, offset",
    ),
    "an offset to the right that nobody has a tape for": (
        lambda: lane_set_out(replace(FIRST, check=None), Offset(2, "B", "A", 6.0, -11.0), tape=10.0),
        "set-out row 2, cone 2: the offset is 11.00 m, but the longest tape is 10.00 m",
        "setout, row 2, offset",
    ),
    "a check across that nobody has a tape for": (
        lambda: lane_set_out(checks=[Check(1, 2, 5.0)], tape=4.99),
        "check 1 is 5.00 m, but the longest tape is 4.99 m",
        "checks, check 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_found_and_said(mistake: str) -> None:
    make, message, key = MISTAKES[mistake]
    found = [problem for problem in problems(make()) if problem.message == f"{message}."]
    assert [(problem.kind, problem.key) for problem in found] == [("setout", key)], messages(make())
    if mistake not in {"an offset to the other side"}:
        assert len(problems(make())) == 1, messages(make())


def test_tapes_that_do_not_meet() -> None:
    found = messages(lane_set_out(tie(1, ("A", 5.9), ("B", 5.9), "left", 90.0), SECOND))
    assert found[0] == "set-out row 1, cone 1: its two tapes do not meet."
    assert found[1:] == [
        f"set-out row 1, cone 1: the tape from {hook} is stated as 5.90 m, but it is 8.49 m." for hook in "AB"
    ]
    found = messages(lane_set_out(tie(1, ("A", 25.0), ("B", 8.49), "left", 90.0), SECOND))
    assert found[0] == "set-out row 1, cone 1: its two tapes do not meet."


def test_hooks_at_one_place() -> None:
    layout = lane_layout()
    twice = (*layout.yard.references, Reference("E", "also A", Point(-6.0, -6.0005)))
    layout = replace(layout, yard=replace(layout.yard, references=twice))
    found = problems(set_out(layout, tie(1, ("A", 8.49), ("E", 8.49), "left", 90.0), SECOND))
    assert "set-out row 1 hangs on A and E, which are at the same place." in [one.message for one in found]
    assert {one.kind for one in found} == {"yard", "setout"}


def test_letters_are_used_once() -> None:
    layout = lane_set_out(FIRST, SECOND)
    for name in "Aa":
        other = replace(layout.yard.references[1], name=name)
        hooks = (layout.yard.references[0], other, *layout.yard.references[2:])
        found = problems(replace(layout, yard=replace(layout.yard, references=hooks)))
        assert found[0].message == f"references: there are two points {name}; name each once."


@pytest.mark.parametrize(("angle", "found"), [(29.4, True), (29.6, False), (150.4, False), (150.6, True)])
def test_tapes_must_cross_at_30_to_150_degrees(angle: float, found: bool) -> None:
    # two hooks at equal lengths above the cone
    half, far = math.radians(angle / 2), 5.0
    hooks = [Point(sign * far * math.sin(half), far * math.cos(half)) for sign in (-1, 1)]
    layout = lane_layout()
    references = (*layout.yard.references, *(Reference(n, "", at) for n, at in zip("PQ", hooks, strict=True)))
    layout = replace(layout, yard=replace(layout.yard, references=references))
    told = messages(set_out(layout, tie(1, ("P", far), ("Q", far), "right", angle), SECOND))
    wanted = [f"set-out row 1, cone 1: its tapes cross at {angle:.1f}°, not at 30° to 150°."]
    assert told == (wanted if found else [])


# ---------------------------------------------------------------- where the tapes lie


def wall(
    *corners: tuple[float, float], name: str = "wall", kind: Literal["hard", "soft"] = "hard"
) -> Obstacle:
    return Obstacle(name, kind, ring(*corners))


@pytest.mark.parametrize("kind", ["hard", "soft"])
def test_no_tape_runs_through_anything(kind: Literal["hard", "soft"]) -> None:
    # across the way from A to cone 1, 0.3 m wide
    bed = wall((-4.0, -3.7), (-3.7, -4.0), (-3.5, -3.8), (-3.8, -3.5), name="bed", kind=kind)
    found = only(set_out(lane_layout(things=[bed]), FIRST, SECOND))
    assert found.message == 'set-out row 1, cone 1: the tape from A runs through "bed" at (-3.75, -3.75).'
    assert found.amount == pytest.approx(math.hypot(0.2, 0.2), abs=0.003)
    # and everywhere else where a tape may lie
    for thing, row, message in (
        ((2.9, 6.9), (FIRST, SECOND), "set-out row 1, cone 1: the check from C runs"),
        ((-0.1, -3.0), (FIRST, replace(ALONG, check=None)), "set-out row 2, cone 2: the offset runs"),
        (
            (-3.1, -6.1),
            (FIRST, replace(ALONG, check=None)),
            "set-out row 2, cone 2: the tape laid from A to B",
        ),
    ):
        x, y = thing
        post = wall((x, y), (x + 0.2, y), (x + 0.2, y + 0.2), (x, y + 0.2), name="post", kind=kind)
        assert message in only(set_out(lane_layout(things=[post]), *row)).message
    between = wall((-0.2, 2.4), (0.2, 2.4), (0.2, 2.6), (-0.2, 2.6), name="net", kind="soft")
    found_all = problems(set_out(lane_layout(things=[between]), checks=[Check(1, 2, 5.0)]))
    assert 'check 1 runs through "net" at (0.00, 2.50).' in [one.message for one in found_all]


def test_a_laid_tape_matters_as_far_as_it_is_read() -> None:
    post = wall((3.0, -6.1), (3.2, -6.1), (3.2, -5.8), (3.0, -5.8), name="post")
    layout = lane_layout(things=[post])
    assert messages(set_out(layout, FIRST, replace(ALONG, check=None))) == []
    other = Offset(2, "B", "A", 6.0, -11.0)
    assert "the tape laid from B to A runs" in only(set_out(layout, FIRST, other)).message


def test_a_tape_may_touch() -> None:
    # the fence from D to the foot, the side of a shed whose corner is A, and a corner on the way
    shed = wall((-6.0, -6.0), (-4.0, -6.0), (-4.0, -3.9995), name="shed")
    for second in (SECOND, Offset(2, "D", "C", 6.0, -9.0)):
        assert messages(set_out(lane_layout(things=[shed]), FIRST, second)) == []
    grazed = wall((-3.0, -2.9995), (-3.0, -2.0), (-4.0, -2.0), name="corner")
    assert messages(set_out(lane_layout(things=[grazed]), FIRST, BESIDE)) == []


@pytest.mark.parametrize("wide", [0.0015, 0.004, 0.02])
def test_a_thin_wire_is_no_less_in_the_way(wide: float) -> None:
    wire = wall((-5.0, -3.0), (-3.0, -5.0), (-3.0 + wide, -5.0), (-5.0 + wide, -3.0), name="wire")
    found = only(set_out(lane_layout(things=[wire]), FIRST, BESIDE))
    assert 'row 1, cone 1: the tape from A runs through "wire"' in found.message
    hooked = wall((-6.0, -6.0), (-4.0, -6.0), (-4.0, -6.0 - wide), (-6.0, -6.0 - wide), name="wire")
    assert messages(set_out(lane_layout(things=[hooked]), FIRST, SECOND)) == []


def test_no_tape_leaves_the_yard() -> None:
    # a bay in the lower side between A and cone 1
    corners = ring((-6, -6), (-4, -6), (-4, -3.5), (-3.5, -3.5), (-3.5, -6), (6, -6), (6, 14), (-6, 14))
    layout = lane_layout()
    yard = replace(layout.yard, boundary=corners, side_kinds=("hard",) * 8)
    layout = replace(laid(yard, *layout.placements))
    found = only(set_out(layout, FIRST, SECOND))
    assert found.message.startswith(
        "set-out row 1, cone 1: the tape from A leaves the yard for 0.70 m, around"
    )
    assert found.at is not None
    assert found.at.xy == pytest.approx((-3.75, -3.75), abs=0.01)
    outside = (Reference("A", "", Point(-6.5, -6.0)), *layout.yard.references[1:])
    layout = lane_layout()
    layout = replace(layout, yard=replace(layout.yard, references=outside))
    row = tie(1, ("A", math.hypot(6.5, 6)), ("B", TO_1), "left", 45 + math.degrees(math.atan2(6.5, 6)))
    found = only(set_out(layout, row, tie(2, ("B", TO_2), ("C", math.hypot(6, 9)), "left", B_TO_C)))
    assert "the tape from A leaves the yard" in found.message


# ---------------------------------------------------------------- the fit on the cones as they will stand

TIGHT = (-1.5, -1.5, 1.5, 8.5)
"""What the lane needs to the millimetre: 1.5 m on every side, and 2 m of run-out."""


def pushed(right: float, up: float, edges: Edges = TIGHT) -> Layout:
    """The lane in a yard, where lengths that are a little off put both cones aside."""
    left, bottom, far_right, top = edges
    corners = dict(
        zip("ABCD", ((left, bottom), (far_right, bottom), (far_right, top), (left, top)), strict=True)
    )
    rows = []
    for cone, names, y in ((1, "AB", 0.0), (2, "CD", 5.0)):
        ways = [complex(right, y + up) - complex(*corners[name]) for name in names]
        true = [complex(0.0, y) - complex(*corners[name]) for name in names]
        angle = abs(math.degrees(cmath.phase(true[0] / true[1])))
        rows.append(tie(cone, *((n, abs(way)) for n, way in zip(names, ways, strict=True)), "left", angle))
    return set_out(lane_layout(edges), *rows)


@pytest.mark.parametrize(
    ("right", "up", "part"),
    [
        (0.0, 0.0, ""),
        (0.0199, 0.0, ""),
        (0.0215, 0.0, "leg 1 comes 21.5 mm too close to side 2"),
        (-0.0215, 0.0, "leg 1 comes 21.5 mm too close to side 4"),
        (0.0, 0.0199, ""),
        (0.0, 0.0215, "leg 1 comes 21.5 mm too close to side 3"),
        (0.0, -0.0215, "leg 1 comes 21.5 mm too close to side 1"),
    ],
)
def test_two_centimetres_may_be_missing_on_the_cones_as_they_stand(
    right: float, up: float, part: str
) -> None:
    found = [one for one in problems(pushed(right, up)) if "is stated as" not in one.message]
    assert [one.kind for one in found] == (["setout"] if part else [])
    assert all(one.message.startswith(f"on the cones as set out, {part}") for one in found)
    assert all(one.amount == pytest.approx(0.0215, abs=1e-6) for one in found)


def test_a_run_out_turns_with_its_leg() -> None:
    # cone 1 stands right and cone 2, 5 m on, 16 mm aside: after 2 m more these are 7 / 5 of it
    layout = lane_layout(TIGHT)
    rows = [*pushed(0.0, 0.0).placements[0].setout[:1], *pushed(0.016, 0.0).placements[0].setout[1:]]
    found = only(set_out(layout, *rows))
    assert found.message.startswith(
        "on the cones as set out, leg 1 comes 22.4 mm too close to side 2 at (1.50, 7."
    )


def test_what_is_promised_beyond_the_model_is_kept_on_the_cones_as_set_out_too() -> None:
    layout = pushed(0.0215, 0.0, (-1.7, -1.7, 1.7, 8.7))
    assert "as set out" not in " ".join(one.message for one in problems(layout))
    [placement] = layout.placements
    legs = (replace(placement.legs[0], side_clearance=1.7),)
    told = [one.message for one in problems(replace(layout, placements=(replace(placement, legs=legs),)))]
    assert any(
        one.startswith("on the cones as set out, leg 1 comes 21.5 mm too close to side 2") for one in told
    )


@pytest.mark.parametrize(("off", "told"), [(0.049, False), (0.051, True)])
def test_a_cone_may_stand_five_centimetres_away(off: float, told: bool) -> None:
    found = [one for one in problems(pushed(off, 0.0, OPEN)) if "will stand" in one.message]
    assert [one.key for one in found] == ["setout, row 1", "setout, row 2"] * told
    if told:
        assert (
            found[0].message
            == "set-out row 1, cone 1 will stand 51.0 mm from (0.00, 0.00), where it belongs."
        )
        assert found[0].at is not None
        assert found[0].at.xy == pytest.approx((off, 0.0))


def test_what_hangs_on_a_cone_that_stands_wrong_stands_wrong() -> None:
    # cone 1 is 6 cm too far up, and cone 2 is five metres from it along the way to D
    up = [abs(complex(0.0, 0.06) - complex(x, -6.0)) for x in (-6.0, 6.0)]
    layout = lane_set_out(tie(1, ("A", up[0]), ("B", up[1]), "left", 90.0), Offset(2, 1, "D", 4.596, -1.970))
    found = [one for one in problems(layout) if "will stand" in one.message]
    assert [one.key for one in found] == ["setout, row 1", "setout, row 2"]
    assert found[1].amount == pytest.approx(0.06, abs=0.005)


def half_circle() -> Drill:
    """An arc of 3 m over the top, clockwise, at a walk."""
    return parse_drill(
        {
            "title": "Half circle",
            "family": "warm-up",
            "paces": ["walk"],
            "units": "m",
            "distances": {"radius": {"nominal": 3, "locked": True}},
            "points": {"peg": {"right": "radius"}},
            "cones": {"a": {}, "b": {"from": "peg", "right": "radius"}},
            "legs": [
                {"from": "a", "to": "b", "movement": "walk", "shape": "arc", "centre": "peg",
                 "turn": "clockwise", "facing": "path", "cut": "stop"},
            ],
        },
        "half-circle",
        "half-circle",
    )  # fmt: skip


@pytest.mark.parametrize("turned", [0.0, 37.0])
@pytest.mark.parametrize("name", ["half circle", "circle"])
def test_an_arc_goes_along_with_its_cones(name: str, turned: float) -> None:
    # cone a at (-3, 0) about (0, 0); the top of the arc has 0.9 m (or 1 m, where it is run backward)
    drill = half_circle() if name == "half circle" else load_drill("four-way-circle")
    kept = 0.9 if name == "half circle" else 1.0
    turn = cmath.rect(1.0, math.radians(turned))
    corners = [turn * complex(x, y) for x, y in ((-9, -9), (9, -9), (9, 3 + kept), (-9, 3 + kept))]
    yard = replace(rectangle((0, 0, 1, 1)), boundary=tuple(Point(one.real, one.imag) for one in corners))
    hooks = dict(zip("PQ", (turn * -9j, turn * (-6 - 8j)), strict=True))
    references = tuple(Reference(key, "", Point(at.real, at.imag)) for key, at in hooks.items())
    start = turn * -3
    placement = place(drill, Pose(Point(start.real, start.imag), turned))
    layout = laid(replace(yard, references=references), placement)
    assert problems(layout) == ()
    for up, wanted in ((0.0, []), (0.0195, []), (0.024, [0.024])):
        rows = [
            tie(number, *((key, abs(cone + turn * 1j * up - at)) for key, at in hooks.items()), "right", 0.0)
            for number, cone in enumerate((complex(*cone.xy) for cone in placement.cones), 1)
        ]
        # where the hooks lie ill for a cone is no matter here: only what the legs keep is
        found = [one for one in problems(set_out(layout, *rows)) if "as set out" in one.message]
        amounts = sorted({round(one.amount or 0.0, 4) for one in found})
        assert amounts == [pytest.approx(one, abs=2e-4) for one in wanted], [one.message for one in found]


def test_an_arc_is_turned_and_stretched_between_its_ends() -> None:
    # b stands 4 cm higher than a: the arc turns left about a, and its top goes up by 2 cm and a little
    drill = half_circle()
    yard = rectangle((-9, -9, 9, 3.9))
    hooks = {"P": complex(0, -9), "Q": complex(-6, -8)}
    references = tuple(Reference(key, "", Point(at.real, at.imag)) for key, at in hooks.items())
    layout = laid(replace(yard, references=references), place(drill, Pose(Point(-3.0, 0.0), 0.0)))
    for up, told in ((0.040, False), (0.046, True)):
        spots = (-3 + 0j, 3 + 1j * up)
        rows = [
            tie(number, *((key, abs(spot - at)) for key, at in hooks.items()), "right", 0.0)
            for number, spot in enumerate(spots, 1)
        ]
        found = [one for one in problems(set_out(layout, *rows)) if "as set out" in one.message]
        ratio = (spots[1] - spots[0]) / 6
        top = (spots[1] + spots[0]).imag / 2 + 3 * abs(ratio) - 3
        assert [one.amount for one in found] == [pytest.approx(top, abs=2e-4)] * told


def test_a_loop_round_a_cone_goes_along_too() -> None:
    turning = lane(cut="round")
    yard = rectangle((-2.5, -6.0, 2.5, 14.0))
    hooks = (Reference("A", "", Point(-2.5, -6.0)), Reference("B", "", Point(2.5, -6.0)))
    layout = laid(replace(yard, references=hooks), place(turning, UPRIGHT))
    assert problems(layout) == ()
    spots = (0j, 0.023 + 5j)
    rows = [
        tie(number, *((hook.name, abs(spot - complex(*hook.at.xy))) for hook in hooks), "left", 0.0)
        for number, spot in enumerate(spots, 1)
    ]
    told = [one.message for one in problems(set_out(layout, *rows)) if "as set out" in one.message]
    assert len(told) == 1
    assert told[0].startswith(
        "on the cones as set out, the turn of leg 1 round cone 2 comes 23.0 mm too close"
    )


def test_a_leg_that_leaves_the_lawn_with_its_cones() -> None:
    found = [one.message for one in problems(pushed(0.0, 3.0)) if "as set out" in one.message]
    assert found[0].startswith(
        "on the cones as set out, leg 1 leaves the yard for 1.50 m, around (0.00, 9.25)"
    )


# ---------------------------------------------------------------- rows made by other arithmetic

FIELD = 30.0
DRILLS = [name for name in drill_names() if len(load_drill(name).cones) <= 14]
ROUND = 0.01


Hooked = tuple[Hook, complex]
"""A hook and where it is."""


def near(length: float) -> float:
    """Rounded to a centimetre."""
    return round(length / ROUND) * ROUND


def crossing(cone: complex, first: complex, second: complex) -> float:
    """Degrees between two tapes at a cone, by the law of cosines."""
    a, b, c = abs(cone - first), abs(cone - second), abs(first - second)
    if min(a, b) < 1.0:
        return 0.0
    return math.degrees(math.acos(max(-1.0, min(1.0, (a * a + b * b - c * c) / (2 * a * b)))))


def true_tie(number: int, cone: complex, hooks: Sequence[Hooked], check: Tape | None) -> Tie:
    (one, first), (other, second) = hooks
    # which way the triangle of first, second and cone goes round: the sign of its area
    area = (first.conjugate() * second + second.conjugate() * cone + cone.conjugate() * first).imag
    tapes = Tape(one, near(abs(cone - first))), Tape(other, near(abs(cone - second)))
    return Tie(number, tapes, "left" if area > 0 else "right", round(crossing(cone, first, second)), check)


def true_offset(number: int, cone: complex, hooks: Sequence[Hooked], check: Tape | None) -> Offset | None:
    """From the first hook, or from the other where the foot lies behind the first; None where it is far."""
    for (one, first), (other, second) in (hooks, hooks[::-1]):
        base, way = second - first, cone - first
        along = (way.real * base.real + way.imag * base.imag) / abs(base)
        offset = (base.real * way.imag - base.imag * way.real) / abs(base)
        if along >= 0.0 and abs(way) <= abs(base):
            return Offset(number, one, other, near(along), near(offset), check)
    return None


def good_pairs(cone: complex, hooks: Sequence[Hooked]) -> list[list[Hooked]]:
    """Two hooks whose tapes cross well at a cone."""
    pairs = (list(pair) for pair in itertools.combinations(hooks, 2))
    return [pair for pair in pairs if 40 < crossing(cone, pair[0][1], pair[1][1]) < 140]


@st.composite
def correct(draw: st.DrawFn) -> Layout:
    """Any drill anywhere in a field, with rows of every form."""
    if draw(st.booleans()):
        drill = load_drill(draw(st.sampled_from(DRILLS)))
        stretch = None
    else:
        drill = draw(st.sampled_from([*two_lengths.DRILLS.values()]))
        stretch = draw(st.builds(Stretch, st.floats(0.6, 1), st.floats(0.6, 1)))
    turn, mirrored = draw(st.floats(0, 360)), draw(st.booleans()) and drill.mirror
    pose = Pose(Point(draw(st.floats(-5, 5)), draw(st.floats(-5, 5))), turn, mirrored)
    if stretch is None:
        placement = place(drill, pose)
    else:
        placement = replace(place_stretched(drill, pose, stretch, drill.paces[-1]), caller=None)
    cones = [complex(*cone.xy) for cone in placement.cones]
    far = [abs(part) for cone in cones for part in (cone.real, cone.imag)]
    assume(max(far) < 2 * FIELD - 1)
    assume(all(abs(one - other) > 0.01 for one, other in itertools.combinations(cones, 2)))
    spots = [
        cmath.rect(FIELD * draw(st.floats(1.0, 2.5)), math.radians(step * 40 + draw(st.floats(0, 15))))
        for step in range(9)
    ]
    letters: list[Hooked] = [*zip("ABCDEFGHI", spots, strict=True)]
    solid: list[Hooked] = []  # cones that hang on the yard itself
    rows: list[SetoutRow] = []
    order = draw(st.permutations(range(len(cones))))
    for index in order:
        number, cone = index + 1, cones[index]
        hooks = [*letters, *[hook for hook in solid if abs(hook[1] - cone) > 1.0]]
        check_at, check_place = draw(st.sampled_from(hooks))
        check = Tape(check_at, near(abs(cone - check_place))) if draw(st.booleans()) else None
        row: SetoutRow | None = None
        form = draw(st.sampled_from(("yard", "along", "tie")))
        if form == "along" and len(solid) > 1:
            row = true_offset(number, cone, draw(st.permutations(solid))[:2], check)
        elif form == "tie":
            pairs = [pair for pair in good_pairs(cone, hooks) if isinstance(pair[1][0], int)]
            if pairs:
                row = true_tie(number, cone, draw(st.sampled_from(pairs)), check)
        if row is None:
            pairs = good_pairs(cone, letters)
            assume(pairs)
            pair = draw(st.sampled_from(pairs))
            row = true_tie(number, cone, pair if draw(st.booleans()) else pair[::-1], check)
            solid.append((number, cone))
        rows.append(row)
    ends = draw(st.lists(st.tuples(*[st.integers(1, len(cones))] * 2), max_size=3))
    checks = [Check(a, b, near(abs(cones[a - 1] - cones[b - 1]))) for a, b in ends if a != b]
    edge = 3.0 * FIELD
    references = tuple(Reference(str(name), "post", Point(at.real, at.imag)) for name, at in letters)
    yard = replace(rectangle((-edge, -edge, edge, edge)), references=references)
    placement = replace(placement, setout=tuple(rows), checks=tuple(checks))
    return laid(yard, placement) if draw(st.booleans()) else replace(laid(yard, placement), tape=300.0)


@given(correct())
def test_a_correct_set_out_passes(layout: Layout) -> None:
    assert problems(layout) == ()
    assert problems(loads(dumps(layout), "x")) == ()


def moved(placement: Placement, by: float) -> Iterator[Placement]:
    """For every number of a set-out, the placement with that number so much off: degrees 40 times."""

    def longer(tape: Tape) -> Tape:
        return Tape(tape.at, abs(tape.distance + by))

    for index, row in enumerate(placement.setout):
        changed: list[SetoutRow] = []
        if isinstance(row, Tie):
            one, other = row.tapes
            changed.append(replace(row, tapes=(longer(one), other)))
            changed.append(replace(row, tapes=(one, longer(other))))
            changed.append(replace(row, cut_angle=row.cut_angle + 40.0 * by))
        else:
            changed.append(replace(row, along=row.along + by))
            changed.append(replace(row, offset=row.offset + by))
        if row.check:
            changed.append(replace(row, check=longer(row.check)))
        for other_row in changed:
            rows = (*placement.setout[:index], other_row, *placement.setout[index + 1 :])
            yield replace(placement, setout=rows)
    for index, check in enumerate(placement.checks):
        off = replace(check, distance=abs(check.distance + by))
        yield replace(placement, checks=(*placement.checks[:index], off, *placement.checks[index + 1 :]))


@given(layout=correct(), by=st.floats(0.05, 3.0), sign=st.sampled_from((-1.0, 1.0)), data=st.data())
def test_any_number_five_centimetres_off_is_found(
    layout: Layout, by: float, sign: float, data: st.DataObject
) -> None:
    wrong = data.draw(st.sampled_from([*moved(layout.placements[0], by * sign)]))
    found = problems(replace(layout, placements=(wrong,)))
    assert found
    assert {problem.kind for problem in found} == {"setout"}


def with_mark(distance: float, *, longest: float = 30.0, things: Sequence[Obstacle] = ()) -> Layout:
    """The lane hung on A and on a mark at (6, 0): on the side from B, which is at (6, -6), up to C."""
    layout = lane_layout(things=things)
    mark = Reference("M", "mark on the fence", Point(6.0, 0.0), "mark", Away("B", distance))
    yard = replace(layout.yard, references=(*layout.yard.references, mark))
    angle = math.degrees(math.atan2(6, 6) + math.pi / 2)
    first = tie(1, ("A", 8.49), ("M", 6.0), "left", angle, ("B", 8.49))
    return set_out(replace(layout, yard=yard), first, SECOND, tape=longest)


def test_a_mark_is_where_it_is_said_to_be() -> None:
    assert messages(with_mark(6.0)) == []
    [wrong] = messages(with_mark(6.1))
    assert "mark M: its distance from B is stated as 6.10 m, but it is 6.00 m" in wrong


def test_a_tape_must_reach_a_mark() -> None:
    [blocked] = messages(with_mark(6.0, things=[wall((5.0, -3.2), (6.5, -3.2), (6.5, -2.8), (5.0, -2.8))]))
    assert blocked.startswith("mark M: its distance from B") or "mark M: its distance from B" in blocked


def test_marks_and_lettered_corners_survive_the_file() -> None:
    layout = with_mark(6.0)
    alike = Reference("E", "lower corner", Point(0.0, -6.0), "corner", Away("B", 6.0))
    layout = replace(layout, yard=replace(layout.yard, references=(*layout.yard.references, alike)))
    assert loads(dumps(layout), "layout.json").yard.references == layout.yard.references


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "mark"}, '"from" and "distance" go together, and a mark has both'),
        ({"from": "B"}, '"from" and "distance" go together'),
        ({"distance": 3.0}, '"from" and "distance" go together'),
        ({"from": "Z", "distance": 3.0}, "there is no other reference point Z"),
        ({"from": "A", "distance": 3.0}, "there is no other reference point A"),
        ({"from": "B", "distance": -3.0}, "distance"),
        ({"kind": "tree"}, "kind"),
    ],
)
def test_a_mark_without_its_distance_is_refused(change: dict[str, Any], message: str) -> None:
    file = json.loads(dumps(lane_layout()))
    file["yard"]["references"][0] |= change
    with pytest.raises(LayoutError, match=r"reference") as refused:
        loads(json.dumps(file).encode(), "layout.json")
    assert message in str(refused.value)
