"""The layout file: its keys, its bytes, the way there and back, and whatever a stranger may put into one."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conedrills.check import problems
from conedrills.drill import Drill, Pace, Stretch, drill_names, load_drill
from conedrills.errors import LayoutError
from conedrills.geometry import Point, Pose, Vector
from conedrills.importers import read_yard
from conedrills.language import Voice
from conedrills.layout import (
    REMEDY_KINDS,
    Check,
    Layout,
    Offset,
    Placement,
    Remedy,
    Tape,
    Tie,
    Tightest,
    Unplaced,
    explanation,
    layout_id,
    name_of_side,
    placed_legs,
    size_words,
)
from conedrills.layoutfile import LONGEST_FILE, schema
from conedrills.layoutreader import from_json, loads
from conedrills.layoutwriter import dumps, to_json
from conedrills.remeasure import measure_tightest
from conedrills.space import SpaceModel, space_model
from conedrills.yard import Obstacle, Reference, Yard
from tests import two_lengths

YARDS = [
    read_yard(file) for file in sorted((Path(__file__).resolve().parents[1] / "layouts").glob("*/yard.json"))
]
MODEL = space_model({}, wet=False)
VOICE = Voice("en", "m")


def place(known: Drill | str, pose: Pose, size: float, pace: Pace, model: SpaceModel = MODEL) -> Placement:
    drill = load_drill(known) if isinstance(known, str) else known
    figure = drill.figure(size)
    return Placement(
        drill=drill,
        pace=pace,
        size=size,
        size_bound=size + 0.0005,
        gap_reached=True,
        pose=pose,
        cones=tuple(pose.place(cone) for cone in figure.cones),
        legs=placed_legs(drill, size, pose, pace, model),
        tightest=Tightest(1.5, Point(0.0, 1.0), "oak"),
        caller=pose.place(figure.caller) if figure.caller else None,
        remarks=("Call loudly.",) if figure.caller else (),
    )


REMEDIES = (
    Remedy("mirror", mirror="left"),
    Remedy("pace", pace="easy"),
    Remedy("surface", surface="dry"),
    Remedy("obstacle", obstacle=0, name="oak"),
    Remedy("side", side=3, name="wall", distance=0.4, cone=3),
    Remedy("drill", drill="short-box", name="Short box"),
)
"""One of each kind."""


SETOUT = (
    Tie(1, (Tape("A", 18.87), Tape("B", 32.5)), "left", 84.0, Tape("C", 31.0)),
    Tie(2, (Tape("A", 17.25), Tape(1, 3.8)), "right", 61.5),
    Offset(3, 1, 2, 3.75, -2.5, Tape(1, 5.59)),
    Offset(4, "A", 3, 12.0, 0.0),
    Offset(5, 4, "B", 1.0, 2.0, Tape("A", 9.0)),
)
"""One of each form, true or not."""


def example() -> Layout:
    """Everything a layout can hold."""
    corners = (Point(0.0, 0.0), Point(40.0, 0.0), Point(40.0, 30.0), Point(0.0, 30.0))
    yard = Yard(
        name="Grandma's",
        boundary=corners,
        side_kinds=("hard", "soft", "hard", "hard"),
        obstacles=(
            Obstacle("oak", "hard", (Point(2.0, 2.0), Point(3.0, 2.0), Point(2.0, 3.0)), 0.05),
            Obstacle("bed", "soft", (Point(1.0, 25.0), Point(2.0, 25.0), Point(2.0, 29.0))),
        ),
        references=(Reference("A", "tap", Point(0.0, 0.0)), Reference("B", "gate", Point(40.0, 0.0))),
        uncertainty=(0.0, 0.01, 0.02, 0.01),
        north=72.5,
        sun="low from the west after six",
        slope="falls to the pool",
        surface="wet",
        space={"side_clearance": {"full": {"backward": 2.5}}, "run_out": {"through": 5.0}},
        units="ft",
        notes=("Two points were the same.",),
        side_names=("", "hedge", "", "wall"),
    )
    model = space_model(yard.space, wet=True)
    layout = Layout(
        title="Grandma's, Sunday",
        units="yd",
        yard=yard,
        space=model,
        placements=(
            place("w-drill", Pose(Point(10.0, 20.0), 12.5), 0.83, "easy", model),
            place("break-45", Pose(Point(28.0, 17.0), 0.0), 1.0, "full", model),
            place("four-way-circle", Pose(Point(30.0, 20.0), 200.0, mirrored=True), 1.0, "walk", model),
        ),
        unplaced=(
            Unplaced(load_drill("t-test"), "walk", "no room for it.", 0.41, ("wall", "oak"), REMEDIES),
        ),
        notes=("Measured in the rain.",),
        tape=30.0,
    )
    set_out = replace(layout.placements[0], setout=SETOUT, checks=(Check(1, 5, 8.02), Check(2, 4, 7.6)))
    layout = replace(layout, placements=(set_out, *layout.placements[1:]))
    return replace(
        layout,
        placements=tuple(replace(one, tightest=measure_tightest(layout, one)) for one in layout.placements),
    )


# ---------------------------------------------------------------- writing

TOP = [
    "format",
    "version",
    "made_by",
    "id",
    "title",
    "units",
    "tape",
    "notes",
    "yard",
    "space",
    "drills",
    "placements",
]
YARD = ["name", "boundary", "edges", "obstacles", "references", "uncertainty"]
PLACEMENT = [
    *("drill", "title", "family", "pace", "size", "size_bound", "size_min", "size_max", "gap_reached"),
    *("comparable", "mirrored", "origin", "rotation", "cones", "legs", "tightest", "setout"),
]
LEG = [
    *("order", "from", "to", "movement", "shape", "facing", "cut", "do", "length", "path", "heading_out"),
    *("side_clearance", "run_out"),
]


def test_all_keys_are_there() -> None:
    data = to_json(example())
    assert list(data) == [*TOP, "unplaced"]
    assert (data["format"], data["version"], data["made_by"]) == ("conedrills-layout", 1, "conedrills 0.1.0")
    assert [key for key in data["yard"] if key in YARD] == YARD
    assert data["yard"]["edges"] == [
        {"side": 1, "kind": "soft", "name": "hedge"},
        {"side": 3, "kind": "hard", "name": "wall"},
    ]
    assert data["yard"]["references"][1] == {"name": "B", "what": "gate", "x": 40.0, "y": 0.0}
    assert set(data["drills"]) == {"break-45", "four-way-circle", "t-test", "w-drill"}
    assert data["drills"]["w-drill"]["cones"]["2"] == {"from": "1", "bearing": 150.0, "distance": "leg"}
    w_drill, called, circle = data["placements"]
    assert [key for key in w_drill if key in PLACEMENT] == PLACEMENT
    assert [key for key in w_drill["legs"][0] if key in LEG] == LEG
    assert {"facing_follows", "call", "round_clearance"}.isdisjoint(w_drill["legs"][0])
    assert [leg.get("call") for leg in called["legs"]] == [None, "left", "right"]
    assert called["legs"][1]["order"] == called["legs"][2]["order"] == 2
    assert set(called["caller"]) == {"x", "y"}
    assert {leg["facing_follows"] for leg in circle["legs"]} == {"path"}
    assert (circle["rotation"], circle["mirrored"], circle["comparable"]) == (200.0, True, False)
    assert (w_drill["size_min"], w_drill["size_max"]) == (0.5, 1.0)
    assert data["unplaced"] == [
        {
            "drill": "t-test",
            "title": load_drill("t-test").title,
            "pace": "walk",
            "reason": "no room for it.",
            "size_bound": 0.41,
            "size_min": load_drill("t-test").size_min,
            "binding": ["wall", "oak"],
            "remedies": [
                {"kind": "mirror", "text": "mirrored", "mirror": "left"},
                {"kind": "pace", "text": "at easy pace", "pace": "easy"},
                {"kind": "surface", "text": "on dry grass", "surface": "dry"},
                {"kind": "obstacle", "text": "without the oak", "obstacle": 0, "name": "oak"},
                {
                    "kind": "side",
                    "text": "with 0.5 yd more room at the wall (behind cone 3)",
                    "side": 3,
                    "name": "wall",
                    "distance": 0.4,
                    "cone": 3,
                },
                {"kind": "drill", "text": "Short box", "name": "Short box", "drill": "short-box"},
            ],
        }
    ]
    assert [remedy.kind for remedy in REMEDIES] == list(REMEDY_KINDS)


def test_every_row_is_one_of_two_forms() -> None:
    w_drill, *others = to_json(example())["placements"]
    assert w_drill["setout"] == [
        {
            "cone": 1,
            "from": [{"reference": "A", "distance": 18.87}, {"reference": "B", "distance": 32.5}],
            "side": "left",
            "check": {"reference": "C", "distance": 31.0},
            "cut_angle": 84.0,
        },
        {
            "cone": 2,
            "from": [{"reference": "A", "distance": 17.25}, {"cone": 1, "distance": 3.8}],
            "side": "right",
            "cut_angle": 61.5,
        },
        {
            "cone": 3,
            "along": {"from": 1, "to": 2, "distance": 3.75},
            "offset": -2.5,
            "check": {"cone": 1, "distance": 5.59},
        },
        {"cone": 4, "along": {"from": "A", "to": 3, "distance": 12.0}, "offset": 0.0},
        {
            "cone": 5,
            "along": {"from": 4, "to": "B", "distance": 1.0},
            "offset": 2.0,
            "check": {"reference": "A", "distance": 9.0},
        },
    ]
    assert w_drill["checks"] == [
        {"from": 1, "to": 5, "distance": 8.02},
        {"from": 2, "to": 4, "distance": 7.6},
    ]
    assert [(other["setout"], "checks" in other) for other in others] == [([], False)] * 2
    assert "tape" not in to_json(replace(example(), tape=None))
    assert to_json(example())["tape"] == 30.0


def test_the_text_is_for_people_and_for_diffs() -> None:
    text = dumps(example()).decode("utf-8")
    assert text.endswith("}\n")
    assert dumps(example()) == text.encode("utf-8")
    assert max(len(line) for line in text.splitlines() if "://" not in line and '"ours"' not in line) < 200
    assert '"origin": [10.0, 20.0],' in text
    assert re.search(r"^ +\[?\[-?[\d.]+, -?[\d.]+\]", text, re.MULTILINE)
    assert not re.search(r"-0\.0\b", text)
    assert json.loads(text) == to_json(example())


def test_every_corner_has_an_uncertainty() -> None:
    layout = example()
    assert to_json(layout)["yard"]["uncertainty"] == [0.0, 0.01, 0.02, 0.01]
    sure = replace(layout, yard=replace(layout.yard, uncertainty=()))
    assert to_json(sure)["yard"]["uncertainty"] == [0.0, 0.0, 0.0, 0.0]
    assert loads(dumps(sure), "x").yard.uncertainty == ()


def test_numbers_are_not_rounded() -> None:
    pose = Pose(Point(1 / 3, 2 / 3), 1e-7)
    moved = replace(example(), placements=(place("w-drill", pose, 0.5, "easy"),))
    assert loads(dumps(moved), "x").placements[0].pose == pose


def test_whole_numbers_and_floats_are_the_same_bytes() -> None:
    layout = example()
    whole = replace(layout, yard=replace(layout.yard, boundary=(Point(0, 0), *layout.yard.boundary[1:])))
    assert dumps(whole) == dumps(layout)


def test_sides_are_called_by_name_or_number() -> None:
    yard = example().yard
    assert [name_of_side(yard, side) for side in range(4)] == ["side 1", "hedge", "side 3", "wall"]
    assert name_of_side(replace(yard, side_names=()), 3) == "side 4"


def moved_corner(by: float) -> Callable[[Layout], Layout]:
    def change(layout: Layout) -> Layout:
        first, *rest = layout.yard.boundary
        return replace(layout, yard=replace(layout.yard, boundary=(first + Vector(by, 0.0), *rest)))

    return change


def with_first(layout: Layout, **keys: Any) -> Layout:
    return replace(layout, placements=(replace(layout.placements[0], **keys), *layout.placements[1:]))


SAME: dict[str, Callable[[Layout], Layout]] = {
    "the title": lambda of: replace(of, title="Other", units="m", made_by="somebody"),
    "the yard's name": lambda of: replace(
        of, yard=replace(of.yard, name="Other", notes=(), sun="", north=1.0)
    ),
    "an obstacle's name": lambda of: replace(
        of, yard=replace(of.yard, obstacles=tuple(replace(one, name="x") for one in of.yard.obstacles))
    ),
    "remarks and what does not fit": lambda of: replace(with_first(of, remarks=("Oh.",)), unplaced=()),
    "a drill's title": lambda of: with_first(of, drill=replace(of.placements[0].drill, title="Other")),
    "a hundredth of a millimetre": moved_corner(0.00001),
}
OTHER: dict[str, Callable[[Layout], Layout]] = {
    "a millimetre": moved_corner(0.001),
    "a size": lambda of: with_first(of, size=0.8299),
    "a pace": lambda of: with_first(of, pace="full"),
    "a side": lambda of: replace(of, yard=replace(of.yard, side_kinds=("hard",) * 4)),
    "a pose": lambda of: with_first(of, pose=Pose(Point(10.0, 20.0), 12.6)),
    "a mirror": lambda of: with_first(of, pose=Pose(Point(10.0, 20.0), 12.5, mirrored=True)),
    "a drill": lambda of: with_first(of, drill=load_drill("box")),
    "the space": lambda of: replace(of, space=MODEL),
    "a tree": lambda of: replace(of, yard=replace(of.yard, obstacles=of.yard.obstacles[1:])),
    "a placement": lambda of: replace(of, placements=of.placements[:-1]),
    "the order": lambda of: replace(of, placements=of.placements[::-1]),
}


def test_an_id_is_six_letters_and_digits() -> None:
    assert re.fullmatch("[a-z2-7]{6}", layout_id(example()))
    assert layout_id(loads(dumps(example()), "x")) == layout_id(example())


@pytest.mark.parametrize("change", SAME)
def test_an_id_does_not_depend_on(change: str) -> None:
    assert layout_id(SAME[change](example())) == layout_id(example())


@pytest.mark.parametrize("change", OTHER)
def test_an_id_depends_on(change: str) -> None:
    assert layout_id(OTHER[change](example())) != layout_id(example())


# ---------------------------------------------------------------- there and back


def test_an_example_comes_back_whole() -> None:
    layout = example()
    back = loads(dumps(layout), "x")
    assert back == layout
    assert back.contradictions == ()
    assert back.all_drills == layout.all_drills
    assert back.made_by == "conedrills 0.1.0"
    assert dumps(back) == dumps(layout)
    assert problems(back) == problems(layout)


def test_an_empty_layout_comes_back() -> None:
    bare = Layout("", "m", Yard("", example().yard.boundary, ("hard",) * 4), MODEL, ())
    assert loads(dumps(bare), "x") == bare


def test_layouts_from_before_set_out_come_back() -> None:
    data = to_json(example())
    del data["tape"], data["placements"][0]["setout"], data["placements"][0]["checks"]
    old = from_json(data, "x")
    assert (old.tape, old.placements[0].setout, old.placements[0].checks) == (None, (), ())


METRES = st.floats(-2000, 2000)


POSES = st.builds(Pose, st.builds(Point, METRES, METRES), st.floats(0, 360), st.booleans())
NEAR = st.builds(Tightest, st.floats(0, 100), st.builds(Point, METRES, METRES), st.just("oak"))


@given(
    yard=st.sampled_from(YARDS),
    name=st.sampled_from(drill_names()),
    pose=POSES,
    share=st.floats(0, 1),
    certificate=st.tuples(st.none() | NEAR, st.none() | st.floats(0, 2)),
)
def test_everything_comes_back(
    yard: Yard, name: str, pose: Pose, share: float, certificate: tuple[Tightest | None, float | None]
) -> None:
    drill = load_drill(name)
    size = drill.size_min + share * (drill.size_max - drill.size_min)
    placement = replace(
        place(name, pose, size, drill.paces[0]), tightest=certificate[0], size_bound=certificate[1]
    )
    layout = Layout(
        "Test", yard.units, yard, MODEL, (placement,), made_by="conedrills 0.1.0", notes=yard.notes
    )
    back = loads(dumps(layout), "x")
    assert back == layout
    assert dumps(back) == dumps(layout)


CONES = st.integers(1, 5)
LONG = st.floats(0, 10_000)
HOOKS = CONES | st.text("ABC é7", min_size=1).filter(lambda letter: letter == " ".join(letter.split()) != "")
TAPES = st.builds(Tape, HOOKS, LONG)
ROWS = st.builds(
    Tie,
    CONES,
    st.tuples(TAPES, TAPES),
    st.sampled_from(("left", "right")),
    st.floats(0, 180),
    st.none() | TAPES,
) | st.builds(Offset, CONES, HOOKS, HOOKS, LONG, st.floats(-10_000, 10_000), st.none() | TAPES)


@given(
    rows=st.lists(ROWS, max_size=6),
    checks=st.lists(st.builds(Check, CONES, CONES, LONG), max_size=3),
    tape=st.none() | st.floats(1, 200),
)
def test_any_set_out_comes_back(rows: list[Tie | Offset], checks: list[Check], tape: float | None) -> None:
    layout = replace(with_first(example(), setout=tuple(rows), checks=tuple(checks)), tape=tape)
    back = loads(dumps(layout), "x")
    assert back == layout
    assert dumps(back) == dumps(layout)
    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(to_json(layout))) == []


SCHEMA = schema()
FACTORS = st.builds(Stretch, st.floats(0.6, 1), st.floats(0.6, 1))


@given(drill=st.sampled_from([*two_lengths.DRILLS.values()]), pose=POSES, stretch=FACTORS)
def test_two_lengths_come_back(drill: Drill, pose: Pose, stretch: Stretch) -> None:
    layout = stretched(drill, replace(pose, mirrored=pose.mirrored and drill.mirror), stretch)
    back = loads(dumps(layout), "x")
    assert back == layout
    assert back.placements[0].stretch == stretch
    assert to_json(layout)["placements"][0]["stretch"] == {"depth": stretch.depth, "width": stretch.width}
    assert [problem for problem in problems(back) if problem.kind not in {"lawn", "clearance"}] == []


def stretched(drill: Drill, pose: Pose, stretch: Stretch) -> Layout:
    figure = drill.figure(stretch.size, stretch)
    placement = replace(
        place(drill, pose, stretch.size, "full"),
        stretch=stretch,
        cones=tuple(pose.place(cone) for cone in figure.cones),
        legs=placed_legs(drill, stretch.size, pose, "full", MODEL, stretch=stretch),
        caller=None,
    )
    bare = Layout("", "m", Yard("", example().yard.boundary, ("hard",) * 4), MODEL, (placement,))
    return replace(bare, placements=(replace(placement, tightest=measure_tightest(bare, placement)),))


def test_a_size_stands_for_both_lengths_where_only_it_is_given() -> None:
    lone = place(two_lengths.BREAK, Pose(Point(0.0, 0.0), 0.0), 0.8, "full")
    assert lone.stretch == lone.factors == Stretch(0.8, 0.8)
    assert size_words(lone, VOICE) == "80 %"
    data = to_json(stretched(two_lengths.BREAK, lone.pose, Stretch(0.8, 0.8)))
    assert data["placements"][0].pop("stretch") == {"depth": 0.8, "width": 0.8}
    assert from_json(data, "x").placements[0].stretch == Stretch(0.8, 0.8)
    assert place("w-drill", lone.pose, 0.8, "full").stretch is None


def test_two_lengths_are_said_and_make_another_id() -> None:
    pose = Pose(Point(20.0, 15.0), 0.0)
    one, other = (stretched(two_lengths.ZIG_ZAG, pose, Stretch(depth, 0.7)) for depth in (0.9, 0.8999))
    assert size_words(one.placements[0], VOICE) == "90 % deep, 70 % wide"
    assert size_words(other.placements[0], VOICE) == "89 % deep, 70 % wide"
    assert layout_id(one) != layout_id(other)
    for turned in ({"depth": 0.9}, {"depth": 0.9, "width": 0}, {"depth": 0.9, "width": "0.7"}, [0.9, 0.7]):
        data = to_json(one)
        data["placements"][0]["stretch"] = turned
        with pytest.raises(LayoutError, match="placement 1, stretch"):
            from_json(data, "x")


def test_keys_of_a_later_conedrills_are_left_out() -> None:
    data = to_json(example())
    for part in (data, data["yard"], data["placements"][0], data["placements"][0]["legs"][0]):
        part["x-later"] = {"deep": [1, 2, 3]}
    assert from_json(data, "x") == example()


def test_layouts_from_before_remedies_open_and_remedies_of_a_later_kind_are_left_out() -> None:
    data = to_json(example())
    del data["unplaced"][0]["binding"], data["unplaced"][0]["remedies"]
    (old,) = from_json(data, "x").unplaced
    assert (old.binding, old.remedies) == ((), ())
    data["unplaced"][0]["remedies"] = [
        {"kind": "prayer", "text": "with a prayer"},
        {"kind": "pace", "text": "a pace, but which?"},
        {"kind": "obstacle", "name": "\x1b]0;pwn\x07oak\u202e", "text": "whatever \x9b31m"},
    ]
    data["unplaced"][0]["binding"] = ["\x1b[31mwall\nin two lines"]
    (left,) = from_json(data, "x").unplaced
    assert left.remedies == (Remedy("obstacle", name="]0;pwnoak"),)
    assert explanation(left, VOICE)[1:] == (
        "In the way: [31mwall in two lines.",
        "It would fit without ]0;pwnoak.",
    )


def test_of_many_remedies_the_nearest_three_are_told() -> None:
    (out,) = example().unplaced
    assert explanation(out, VOICE) == (
        "no room for it.",
        "In the way: wall and oak.",
        "It would fit mirrored, at easy pace or on dry grass.",
    )
    assert explanation(replace(out, remedies=REMEDIES[3:]), VOICE)[2:] == (
        "It would fit without the oak or with 0.4 m more room at the wall (behind cone 3).",
        "What fits instead: Short box.",
    )
    assert explanation(replace(out, binding=(), remedies=()), VOICE) == ("no room for it.",)


def test_the_schema_is_a_schema_and_holds() -> None:
    described = schema()
    assert described["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(described)
    validator = jsonschema.Draft202012Validator(described)
    two = stretched(two_lengths.BREAK, Pose(Point(20.0, 15.0), 0.0), Stretch(0.9, 0.7))
    assert list(validator.iter_errors(to_json(two))) == []
    data = to_json(example())
    assert list(validator.iter_errors(data)) == []
    data["drills"]["w-drill"]["legs"][0]["cut"] = "somersault"
    del data["placements"][0]["rotation"]
    assert len(list(validator.iter_errors(data))) == 2


# ---------------------------------------------------------------- what a file may say that is not so

Change = Callable[[dict[str, Any]], object]


def put(*keys: Any) -> Change:
    """Put the last of them at the place that the others lead to."""

    def change(data: dict[str, Any]) -> None:
        part: Any = data
        for key in keys[:-2]:
            part = part[key]
        part[keys[-2]] = keys[-1]

    return change


def drop(*keys: Any) -> Change:
    def change(data: dict[str, Any]) -> None:
        part: Any = data
        for key in keys[:-1]:
            part = part[key]
        del part[keys[-1]]

    return change


ROWS_REFUSED: dict[str, tuple[tuple[Any, ...], str]] = {
    "a row of no form": (("setout", 1, {"cone": 2}), 'row 2: must be a tie with "from", or a chainage and'),
    "a row of both forms": (("setout", 2, "from", []), 'row 3: must be a tie with "from", or a chainage and'),
    "a row that is text": (("setout", 2, "3: 5 m along"), "row 3: must be a tie"),
    "a bearing": (("setout", 2, {"cone": 3, "bearing": 12.0}), "row 3: must be a tie"),
    "a list of words": (("setout", "from A"), "setout: must be a list."),
    "one tape": (("setout", 0, "from", [{"cone": 2, "distance": 1}]), "row 1, from: needs at least 2."),
    "three tapes": (
        ("setout", 0, "from", [{"cone": 2, "distance": 1}] * 3),
        "row 1, from: is too long; at most 2 are allowed.",
    ),
    "a tape from nowhere": (
        ("setout", 0, "from", 1, {"distance": 1}),
        'row 1, tape 2: must say where the tape is hooked: either "reference" or "cone".',
    ),
    "a tape from two places": (("setout", 0, "from", 1, "cone", 2), "row 1, tape 2: must say where the tape"),
    "a check from nowhere": (("setout", 2, "check", "cone 1"), "row 3, check: must say where the tape"),
    "a cone as a letter": (
        ("setout", 1, "from", 1, "cone", "1"),
        "row 2, tape 2, cone: must be a whole number.",
    ),
    "a letter as a number": (
        ("setout", 0, "from", 0, "reference", 7),
        "row 1, tape 1, reference: must be text.",
    ),
    "no letter": (
        ("setout", 0, "from", 0, "reference", " \x1b"),
        "row 1, tape 1, reference: must be the letter",
    ),
    "a tape below nothing": (
        ("setout", 0, "from", 0, "distance", -1),
        "row 1, tape 1, distance: must be at least 0",
    ),
    "a tape to the moon": (
        ("setout", 0, "from", 0, "distance", 4e8),
        "row 1, tape 1, distance: must be at most",
    ),
    "a length in words": (
        ("setout", 0, "check", "distance", "12 ft"),
        "row 1, check, distance: must be a number.",
    ),
    "a side ahead": (("setout", 0, "side", "ahead"), "row 1, side: must be 'left' or 'right'."),
    "an angle of 200 degrees": (("setout", 0, "cut_angle", 200), "row 1, cut_angle: must be at most 180"),
    "a hook that is true": (
        ("setout", 2, "along", "from", True),
        "row 3, along, from: must be the letter of a",
    ),
    "a hook that is 1.5": (("setout", 2, "along", "to", 1.5), "row 3, along, to: must be the letter of a"),
    "a hook that is a list": (("setout", 2, "along", "to", [1]), "row 3, along, to: must be the letter of a"),
    "a hook that is empty": (("setout", 2, "along", "to", ""), "row 3, along, to: must be the letter of a"),
    "a laid tape that is a number": (
        ("setout", 2, "along", 5.0),
        "row 3, along: must be an object with keys.",
    ),
    "an offset in words": (("setout", 2, "offset", "left"), "row 3, offset: must be a number."),
    "an offset without end": (("setout", 2, "offset", float("inf")), "row 3, offset: must be"),
    "a cone too many": (("setout", 2, "cone", 6), "row 3: cone 6 is not among its 5 cones."),
    "a hook on a cone too many": (("setout", 2, "along", "to", 9), "row 3: cone 9 is not among its 5 cones."),
    "cone 0": (("setout", 2, "along", "to", 0), "row 3, along, to"),
    "a tape on a cone too many": (("setout", 1, "from", 1, "cone", 6), "row 2: cone 6 is not among its 5"),
    "a check of a cone too many": (
        ("setout", 2, "check", "cone", 7),
        "row 3: cone 7 is not among its 5 cones.",
    ),
    "a check between cones too many": (("checks", 1, "to", 8), "check 2: cone 8 is not among its 5 cones."),
    "a check in words": (("checks", 0, "distance", "far"), "check 1, distance: must be a number."),
    "too many rows": (
        ("setout", [{"cone": 1, "along": {"from": 1, "to": 2, "distance": 1}, "offset": 0}] * 201),
        "setout: is too long; at most 200 are allowed.",
    ),
    "too many checks": (
        ("checks", [{"from": 1, "to": 2, "distance": 1}] * 201),
        "checks: is too long; at most 200 are allowed.",
    ),
}

REFUSED: dict[str, tuple[Change, str]] = {
    "another format": (put("format", "geojson"), 'not a layout; a layout begins with "format"'),
    "no format": (drop("format"), "not a layout"),
    "a newer version": (
        put("version", 2),
        "made by a newer conedrills (version 2); update, or ask for a PDF.",
    ),
    "a version that is true": (put("version", True), "version: must be a whole number from 1 up."),
    "a version in words": (put("version", "1"), "version: must be a whole number"),
    "an astronomic version": (put("version", 10**4000), "made by a newer conedrills (version very new)"),
    "no yard": (drop("yard"), "yard: is missing."),
    "a yard that is a list": (put("yard", []), "yard: must be an object with keys."),
    "no boundary": (drop("yard", "boundary"), "yard, boundary: is missing."),
    "two corners": (put("yard", "boundary", [[0, 0], [1, 1]]), "yard, boundary: needs at least 3."),
    "a corner in words": (put("yard", "boundary", 2, 0, "4 m"), "yard, point 3, number 1: must be a number."),
    "a corner that is true": (
        put("yard", "boundary", 2, 0, True),
        "yard, point 3, number 1: must be a number.",
    ),
    "infinity": (put("yard", "boundary", 0, 0, float("inf")), "yard, point 1, number 1: must be"),
    "a corner in China": (
        put("yard", "boundary", 0, 1, 1e8),
        "yard, point 1, number 2: must be at most 20000000",
    ),
    "a number as long as a book": (
        put("yard", "boundary", 0, 1, 10**400),
        "yard, point 1, number 2: must be",
    ),
    "a side too far": (put("yard", "edges", 0, "side", 4), "yard, edge 1, side: the sides are 0 to 3."),
    "a kind of its own": (put("yard", "edges", 0, "kind", "bouncy"), "kind: must be 'hard' or 'soft'."),
    "clearances of its own without end": (
        put("yard", "space", {"run_out": [{"through": 10**400}]}),
        "yard, space: holds a number that is not within 10000 of 0.",
    ),
    "clearances of its own that are none": (
        put("yard", "space", {"run_out": float("nan")}),
        "yard, space: holds a number that is not within 10000 of 0.",
    ),
    "too few uncertainties": (put("yard", "uncertainty", [0.1]), "yard, uncertainty: 4 boundary points need"),
    "too many corners": (
        put("yard", "obstacles", 0, "polygon", [[0, 0]] * 20_001),
        "yard, obstacle 1, polygon: is too long; at most 20000 are allowed.",
    ),
    "run-outs that do not ascend": (
        put("space", "run_out", "through", [[5, 1], [5, 2]]),
        "space, run_out, through: the leg lengths must ascend.",
    ),
    "a drill that is wrong": (
        put("drills", "w-drill", "legs", 0, "cut", "somersault"),
        "drills, w-drill: legs.1.cut: must be",
    ),
    "a drill of another name": (put("drills", "w-drill", "name", "v-drill"), 'calls itself "v-drill"'),
    "a drill that is not there": (
        drop("drills", "w-drill"),
        'placement 1, drill: there is no drill "w-drill".',
    ),
    "a pace of its own": (
        put("placements", 1, "pace", "insane"),
        "placement 2, pace: must be 'walk', 'easy'",
    ),
    "a size of nothing": (put("placements", 0, "size", 0), "placement 1, size: must be at least 0.001"),
    "no bound": (drop("placements", 0, "size_bound"), "placement 1, size_bound: is missing."),
    "mirrored in words": (put("placements", 0, "mirrored", "no"), "mirrored: must be true or false."),
    "cones out of order": (
        put("placements", 0, "cones", 0, "number", 2),
        "placement 1, cones: must be numbered 1",
    ),
    "a leg to nowhere": (put("placements", 0, "legs", 3, "to", 6), "leg 4: cone 6 is not among its 5 cones."),
    "a leg without a path": (
        put("placements", 0, "legs", 3, "path", [[0, 0]]),
        "leg 4, path: needs at least 2.",
    ),
    "a remedy that moves a side by words": (
        put("unplaced", 0, "remedies", 4, "distance", "far"),
        "unplaced drill 1, remedy 5, distance: must be a number.",
    ),
    **{
        f"{name} in set-out": (put("placements", 0, *change), f"placement 1, {message}")
        for name, (change, message) in ROWS_REFUSED.items()
    },
    "no tape at all": (put("tape", 0), "tape: must be more than 0"),
    "a tape in words": (put("tape", "30 m"), "tape: must be a number."),
    "an unplaced drill that is not there": (
        put("unplaced", 0, "drill", "x"),
        'unplaced drill 1, drill: there is no drill "x".',
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_how(name: str) -> None:
    change, message = REFUSED[name]
    data = to_json(example())
    change(data)
    with pytest.raises(LayoutError) as error:
        from_json(data, "lay\x1bout.json")
    assert message in str(error.value)
    assert str(error.value).startswith("layout.json: ")


def test_letters_are_made_plain_as_those_of_the_yard_are() -> None:
    data = to_json(example())
    data["yard"]["references"][0]["name"] = "\x1b]0;A\u202e"
    data["placements"][0]["setout"][0]["from"][0]["reference"] = "\x1b]0;A\u202e"
    data["placements"][0]["setout"][3]["along"]["from"] = "x" * 9_000
    layout = from_json(data, "x")
    first, *_, fourth, _ = layout.placements[0].setout
    assert isinstance(first, Tie)
    assert isinstance(fourth, Offset)
    assert first.tapes[0].at == layout.yard.references[0].name == "]0;A"
    assert fourth.start == "x" * 79 + "…"


@pytest.mark.parametrize("name", ROWS_REFUSED)
def test_the_schema_refuses_the_same_rows(name: str) -> None:
    data = to_json(example())
    put("placements", 0, *ROWS_REFUSED[name][0])(data)
    wrong = list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(data))
    # how many cones there are, and what text looks like when it is plain, a schema cannot know
    assert bool(wrong) != ("not among" in ROWS_REFUSED[name][1] or name == "no letter")


def test_every_problem_is_named_at_once_but_not_more_than_twenty() -> None:
    data = to_json(example())
    del data["yard"]["boundary"]
    for cone in data["placements"][0]["cones"]:
        cone["x"] = "here"
    with pytest.raises(LayoutError) as error:
        from_json(data, "x")
    assert len(str(error.value).splitlines()) == 6
    data["placements"] = [{}] * 10
    with pytest.raises(LayoutError) as error:
        from_json(data, "x")
    *lines, last = str(error.value).splitlines()
    assert len(lines) == 20
    assert re.fullmatch(r"and \d+ more", last)


BYTES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "x:1:1: the file is empty."),
    "no UTF-8": (b'{"a": "\xff"}', "x: this is not a text file in UTF-8 (byte 7)."),
    "not a number": (b'{"format": NaN}', "x:1:12: NaN is not a number."),
    "a key twice": (b'{"format": 1,\n "format": 2}', "x:2:2: this key stands here twice"),
    "a deep nest": (b"[" * 100_000, "x:1:1: brackets are nested too deeply"),
    "a long number": (b"[" + b"1" * 5_000 + b"]", "x:1:2: this number is too long."),
    "too much": (b" " * (LONGEST_FILE + 1), "bytes are too many for a layout"),
    "a list": (b"[]", "not a layout"),
    "a half": (b'{"format": "conedrills-layout", "version"', "x:1:42: the file ends before it is complete"),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_layout(name: str) -> None:
    content, message = BYTES[name]
    with pytest.raises(LayoutError) as error:
        loads(content, "x")
    assert message in str(error.value)


def test_a_byte_order_mark_is_no_sin() -> None:
    assert loads(b"\xef\xbb\xbf" + dumps(example()), "x") == example()


def test_text_is_made_plain() -> None:
    data = to_json(example())
    data["title"] = "\x1b]0;pwn\x07Sun\u202eday"
    data["yard"]["obstacles"][0]["name"] = "o" * 100
    data["placements"][0]["remarks"] = ["line\none"]
    data["drills"]["w-drill"] |= {
        "cues": ["\x9b31mred"],
        "de": {**data["drills"]["w-drill"]["de"], "cues": ["rot"]},
    }
    layout = from_json(data, "x")
    assert layout.title == "]0;pwnSunday"
    assert layout.yard.obstacles[0].name == "o" * 79 + "…"
    assert layout.placements[0].remarks == ("line one",)
    assert layout.placements[0].drill.definition.cues == ["31mred"]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (put("placements", 0, "size_min", 0.4), "size_min"),
        (put("placements", 0, "size_max", 2.0), "size_max"),
        (put("placements", 0, "comparable", True), "comparable"),
        (put("placements", 0, "family", "footwork"), "family"),
        (put("space", "floor", 0.3), "space, floor"),
        (put("unplaced", 0, "size_min", 0.1), "unplaced drill 1, size_min"),
    ],
)
def test_what_follows_from_the_drills_is_not_believed(change: Change, key: str) -> None:
    data = to_json(example())
    before = problems(example())
    change(data)
    layout = from_json(data, "x")
    assert [lie.key for lie in layout.contradictions] == [key]
    assert next(problem for problem in problems(layout) if problem not in before).kind == "statement"
    assert loads(dumps(layout), "x").contradictions == ()


# ---------------------------------------------------------------- and whatever else

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
NEARLY = st.sampled_from(
    [0, 1, 2, -1, 0.5, 1e-300, 1e4, 9999.5, 1e308, "", "a", "1", "2 * leg", "leg", "stop", [], {}]
)


def _places(part: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys = list(part) if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
    return [place, *(found for key in keys for found in _places(part[key], (*place, key)))]


EXAMPLE = json.loads(dumps(example()))
EXAMPLE["placements"][2]["legs"] = EXAMPLE["placements"][2]["legs"][:1]
PLACES = _places(EXAMPLE)[1:]


def judged(layout: Layout) -> None:
    """Whatever is accepted can be judged, written and read again."""
    for problem in problems(layout):
        json.dumps(problem.to_json(), allow_nan=False)
        assert problem.message.isprintable()
    again = loads(dumps(layout), "x")
    assert again == layout
    assert dumps(again) == dumps(layout)


@given(
    st.lists(
        st.tuples(st.sampled_from(PLACES), st.sampled_from(["put", "drop", "twice"]), NEARLY | ANYTHING),
        max_size=4,
        min_size=1,
    )
)
def test_a_broken_layout_gives_a_layout_error_or_a_layout(
    changes: list[tuple[tuple[Any, ...], str, Any]],
) -> None:
    data = copy.deepcopy(EXAMPLE)
    for place_, how, value in changes:
        part: Any = data
        try:
            for key in place_[:-1]:
                part = part[key]
            if how == "drop":
                del part[place_[-1]]
            elif how == "twice" and isinstance(part, list):
                part.insert(place_[-1], part[place_[-1]])
            else:
                part[place_[-1]] = value
        except (LookupError, TypeError):
            continue
    complaint = ""
    try:
        layout = from_json(data, "x")
    except LayoutError as error:
        complaint = str(error)
    else:
        judged(layout)
    assert all(line.isprintable() for line in complaint.split("\n"))


CONTENT = dumps(example())


@given(at=st.integers(0, len(CONTENT)), gone=st.integers(0, 20), new=st.binary(max_size=6))
def test_broken_bytes_give_a_layout_error_or_a_layout(at: int, gone: int, new: bytes) -> None:
    try:
        layout = loads(CONTENT[:at] + new + CONTENT[at + gone :], "x")
    except LayoutError:
        return
    judged(layout)
