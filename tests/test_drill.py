"""Drill files: what they mean, and what is said about broken ones."""

from __future__ import annotations

import contextlib
import math
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conedrills.card import drill_card, drill_list
from conedrills.drill import (
    Drill,
    DrillFile,
    definition_json,
    drill_names,
    find_drill,
    load_drill,
    parse_drill,
    read_drill,
)
from conedrills.drillfile import line_of, linear
from conedrills.errors import DrillError, UsageError
from conedrills.figure import Affine, Stretch, StretchRange, closest
from conedrills.geometry import Vector
from conedrills.shelf import Shelf
from conedrills.space import space_model
from tests import two_lengths

GOOD = """\
title = "Test drill"
family = "diagonal"
paces = ["easy", "full"]
units = "m"

[distances.leg]
nominal = 4
min = 2
max = 6

[distances.gap]
nominal = 3
locked = true

[cones]
a = {}
b = { from = "a", back = "leg" }
c = { from = "b", bearing = 45, distance = "leg" }
d = { from = "b", bearing = -45, distance = "leg" }

[points]
peg = { from = "a", ahead = "gap" }

[caller]
at = "peg"

[[legs]]
from = "a"
to = "b"
movement = "backpedal"
cut = "plant"

[[legs]]
from = "b"
to = "c"
movement = "sprint"
cut = "through"
call = "right"

[[legs]]
from = "b"
to = "d"
movement = "sprint"
cut = "through"
call = "left"
"""
ARC = """
[[legs]]
from = "d"
to = "c"
movement = "run"
shape = "arc"
centre = "b"
turn = "clockwise"
cut = "stop"
"""


def read(text: str, tmp_path: Path, name: str = "my.toml") -> Drill:
    file = tmp_path / name
    file.write_text(text, "utf-8", newline="")
    return read_drill(file)


def problems(text: str, tmp_path: Path) -> list[str]:
    with pytest.raises(DrillError) as raised:
        read(text, tmp_path)
    return str(raised.value).split("\n")


def test_a_drill_file_becomes_a_drill(tmp_path: Path) -> None:
    drill = read(GOOD + ARC, tmp_path, "My Own drill.toml")
    assert (drill.name, drill.title) == ("my-own-drill", "Test drill")
    assert (drill.size_min, drill.size_max) == (0.5, 1.5)
    assert drill.paces == ("easy", "full")
    figure = drill.figure(1.5)
    assert [cone.xy for cone in figure.cones[:2]] == [(0.0, 0.0), (0.0, -6.0)]
    assert figure.cones[2].xy == pytest.approx((6 * math.sqrt(0.5), -6 + 6 * math.sqrt(0.5)))
    assert figure.caller is not None
    assert figure.caller.xy == (0.0, 3.0)
    assert [(leg.order, leg.call) for leg in drill.legs] == [(1, None), (2, "right"), (2, "left"), (3, None)]
    assert [leg.facing for leg in drill.legs] == [90.0, 45.0, 135.0, 45.0]
    arc = figure.legs[3]
    assert arc.length == pytest.approx(6 * math.pi / 2)
    assert (arc.heading_in, arc.heading_out) == (45.0, 315.0)
    assert [piece.sweep for piece in drill.legs[3].pieces] == [-90.0]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    assert read("\ufeff" + GOOD.replace("\n", "\r\n"), tmp_path).title == "Test drill"


def test_text_is_made_safe_to_print(tmp_path: Path) -> None:
    text = GOOD.replace('title = "Test drill"', 'title = "Te\\u001b[2Jst\\u202e"\ncues = ["a\\nb"]')
    drill = read(text, tmp_path)
    assert drill.title == "Te[2Jst"
    assert drill.definition.cues == ["a b"]


@pytest.mark.parametrize("name", drill_names())
def test_a_definition_reads_back_as_the_same_drill(name: str) -> None:
    drill = load_drill(name)
    assert parse_drill(definition_json(drill), name, "layout") == drill


BROKEN: list[tuple[str, str, list[str]]] = [
    # what is replaced, by what, what the message says (line numbers count in the changed file)
    ('title = "Test drill"\n', "", ["my.toml: title: this key is missing."]),
    (
        'title = "Test drill"',
        'titel = "x"',
        ['my.toml:1: titel: there is no key "titel". Did you mean "title"?'],
    ),
    ("locked = true", "lockd = true", ["my.toml:13: distances.gap.lockd", 'Did you mean "locked"?']),
    ('cut = "plant"', 'cut = "plamt"', ["my.toml:31: legs.1.cut: must be", 'Did you mean "plant"?']),
    ('movement = "backpedal"', 'movement = "moonwalk"', ["my.toml:30: legs.1.movement: must be 'walk'"]),
    (
        'movement = "backpedal"',
        'movment = "backpedal"',
        ["my.toml:30: legs.1.movment", '"movement"?', "is missing"],
    ),
    ('family = "diagonal"', 'family = "lateral "', ["my.toml:2: family: must be", '"lateral"?']),
    ('paces = ["easy", "full"]', 'paces = ["easy", "flat out"]', ["my.toml:3: paces.2: must be 'walk'"]),
    ('paces = ["easy", "full"]', "paces = []", ["my.toml:3: paces: list should have at least 1 item"]),
    ('units = "m"', 'units = "furlong"', ["my.toml:4: units: must be 'm', 'yd', 'ft' or 'in'"]),
    ("nominal = 4", "nominal = nan", ["my.toml:7: distances.leg.nominal: input should be a finite number"]),
    ("nominal = 4", "nominal = inf", ["my.toml:7: distances.leg.nominal: input should be"]),
    ("nominal = 4", "nominal = -4", ["my.toml:7: distances.leg.nominal: input should be greater"]),
    ("nominal = 4", "nominal = 1e300", ["my.toml:7: distances.leg.nominal: input should be less"]),
    ("nominal = 4", 'nominal = "4"', ["my.toml:7: distances.leg.nominal: input should be a valid number"]),
    ("nominal = 4", "nominal = true", ["my.toml:7: distances.leg.nominal: input should be a valid number"]),
    ("nominal = 4", "nominal = 7", ["my.toml:6: distances.leg: min 2, nominal 7, max 6 must ascend."]),
    (
        "locked = true",
        "locked = true\nmin = 1",
        ["my.toml:11: distances.gap: locked, so without min and max"],
    ),
    (
        'units = "m"',
        'units = "m"\nregulation = true',
        ["my.toml:10: distances.leg.max", "never larger than published"],
    ),
    ("[distances.leg]", "[distances.in]", ["my.toml:6: distances.in: a distance is named by letters"]),
    (
        "[distances.gap]",
        "[distances.spare]\nnominal = 1\n[distances.gap]",
        ["my.toml:11: distances.spare: no cone"],
    ),
    ('back = "leg"', 'back = "lag"', ["my.toml:17: cones.b.back", 'no distance "lag". Did you mean "leg"?']),
    ('back = "leg"', 'back = "leg * gap"', ["my.toml:17: cones.b.back", "multiplies two distances"]),
    ('back = "leg"', 'back = "leg / 0"', ["cones.b.back", "divides by something that is not a plain number"]),
    ('back = "leg"', 'back = "leg ** 2"', ["cones.b.back", "is not a sum of distances"]),
    ('back = "leg"', "back = \"__import__('os')\"", ["cones.b.back", "is not a sum of distances"]),
    ('back = "leg"', 'back = "1e5 * 1e5 * leg"', ["cones.b.back", "is too large for a length"]),
    ('back = "leg"', "back = true", ["my.toml:17: cones.b.back: must be a number or a sum of distances"]),
    ('back = "leg"', 'back = "leg", ahead = 1', ["my.toml:17: cones.b: ahead and back exclude each other."]),
    ("bearing = 45, ", "", ["my.toml:18: cones.c: bearing and distance go together."]),
    ('b = { from = "a"', 'b = { from = "z"', ["my.toml:17: cones.b.from", 'there is no cone or point "z"']),
    ('b = { from = "a"', 'b = { from = "c"', ["given from itself, through b and c."]),
    ("peg = {", "a = {", ["my.toml:22: points.a: there is a cone of this name already."]),
    ("peg = {", "pig = {", ["my.toml:25: caller.at", 'no cone or point "peg". Did you mean "pig"?']),
    ("d = { from", "e = {}\nd = { from", ["my.toml:19: cones.e: no leg ever reaches this cone"]),
    ('to = "b"', 'to = "B"', ["my.toml:29: legs.1.to", 'no cone "B". Did you mean "b"?']),
    ('to = "b"', 'to = "peg"', ["my.toml:29: legs.1.to", 'there is no cone "peg"']),
    (
        'call = "left"',
        'call = "right"',
        ["my.toml:45: legs.3.call", '"right" from this cone is called already'],
    ),
    (
        'movement = "backpedal"',
        'movement = "sprint"\nfacing = "ahead"',
        ["my.toml:27: legs.1: a sprint goes the way"],
    ),
    (
        'movement = "backpedal"',
        'movement = "shuffle"',
        ["my.toml:27: legs.1: a shuffle goes across the chest"],
    ),
    ('cut = "plant"', 'cut = "plant"\nfacing = "up"', ["my.toml:32: legs.1.facing", 'there is no side "up"']),
    ('cut = "plant"', 'cut = "plant"\nfacing = nan', ["my.toml:32: legs.1.facing"]),
    (
        'cut = "plant"',
        'cut = "plant"\nvia = ["c"]',
        ['my.toml:32: legs.1.via: belongs to a leg of shape = "arc" or "weave"'],
    ),
    (
        'cut = "plant"',
        'cut = "plant"\nshape = "weave"',
        ["my.toml:27: legs.1.side: a weave needs the side on which it passes its first cone"],
    ),
    ('cut = "plant"', 'cut = "plant"\nshape = "arc"', ["my.toml:27: legs.1: an arc needs a centre"]),
    (
        'distance = "leg" }\nd',
        'distance = "gap", right = "leg" }\nd',
        ["my.toml:33: legs.2: changing the size turns"],
    ),
    ('back = "leg"', 'right = "gap", back = "leg"', ["my.toml:27: legs.1: changing the size turns this leg"]),
    ('back = "leg"', 'back = "leg - 4"', ["my.toml:17: cones.b: at some size stands on a."]),
    ('back = "leg"', 'back = "90 * leg"', ["my.toml:17: cones.b: more than 500 m from the start."]),
    ("[cones]", "[[cones]]", ["my.toml:15: cones: input should be"]),
    ("[cones]", "cones = 3\n[conos]", ["my.toml:16: conos", 'Did you mean "cones"?']),
    ("[caller]", '[[source]]\nurl = "ftp://x"\n[caller]', ["my.toml:25: source.1.url: must be an address"]),
    ('units = "m"', 'units = "m"\nname = "W Drill"', ["my.toml:5: name: must be lower-case letters"]),
    ('units = "m"', 'units = "m"\nname = "new"', ['my.toml:5: name: "new" is a word of ours']),
    ('title = "Test drill"', 'title = ""', ["my.toml:1: title: must not be empty"]),
    (
        'title = "Test drill"',
        'title = "\\u0000"',
        ["my.toml:1: title: must not be empty"],
    ),
    ('title = "Test drill"', "title = Test", ["my.toml: not TOML:", "line 1"]),
    ("nominal = 4", "nominal = " + "9" * 5000, ["my.toml"]),
]


@pytest.mark.parametrize(("old", "new", "fragments"), BROKEN, ids=[f"{new[:40]}" for _, new, _ in BROKEN])
def test_a_broken_file_is_told_what_and_where(
    old: str, new: str, fragments: list[str], tmp_path: Path
) -> None:
    assert old in GOOD
    said = "\n".join(problems(GOOD.replace(old, new, 1), tmp_path))
    for fragment in fragments:
        assert fragment in said
    assert said.startswith("my.toml")


BROKEN_ARCS = [
    ('centre = "b"', 'centre = "q"', 'legs.4.centre: there is no cone or point "q"'),
    ('centre = "b"', 'centre = "c"', "legs.4: d and c are not equally far from the centre"),
    ('centre = "b"', 'centre = "d"', "legs.4: d and c are not equally far from the centre"),
    ('cut = "stop"', 'cut = "round"', "legs.4.cut: an arc cannot also go round a cone"),
    ('cut = "stop"', 'cut = "stop"\nvia = ["b"]', "legs.4: d and b are not equally far from the centre"),
    ('turn = "clockwise"', 'turn = "counter-clockwise"\nvia = ["a"]', "legs.4.via: the cones of an arc"),
    ('cut = "stop"', 'cut = "stop"\nfacing = "ahead"', "legs.4.facing: on an arc the chest turns with it"),
    ('cut = "stop"', 'cut = "stop"\nfacing = 30', "legs.4.facing: on an arc the chest turns with it"),
    ('cut = "stop"', 'cut = "stop"\nfacing = "out"', "legs.4: a run goes the way the chest points"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "fragment"), BROKEN_ARCS, ids=[new for _, new, _ in BROKEN_ARCS])
def test_a_broken_arc_is_told_what_and_where(old: str, new: str, fragment: str, tmp_path: Path) -> None:
    assert fragment in "\n".join(problems(GOOD + ARC.replace(old, new), tmp_path))


def test_an_arc_keeps_its_cones_at_every_size(tmp_path: Path) -> None:
    # "e" is as far from the peg as "a" is, but only at size 1
    text = GOOD.replace("[points]", 'e = { from = "a", ahead = "gap", right = "gap / 4 * leg" }\n[points]')
    text = text.replace("gap / 4 * leg", "leg - 1")
    arc = ARC.replace('"d"', '"a"').replace('"c"', '"e"').replace('centre = "b"', 'centre = "peg"')
    said = "\n".join(problems(text + arc, tmp_path))
    assert "legs.4: changing the size turns this leg" in said


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace('to = "b"', 'to = "x"').replace('call = "left"', 'facing = "back"')
    text = text.replace('at = "peg"', 'at = "pog"')
    said = problems(text, tmp_path)
    assert [line.split(": ")[1] for line in said] == ["caller.at", "legs.1.to", "legs.3"]


def test_twenty_problems_are_enough(tmp_path: Path) -> None:
    said = problems(GOOD + "".join(f"k{n} = 1\n" for n in range(30)), tmp_path)
    assert len(said) == 21
    assert said[-1] == "and more"


def test_lines_of_a_layouts_drill_are_not_made_up() -> None:
    definition = definition_json(load_drill("box"))
    del definition["title"]
    with pytest.raises(DrillError, match=r"^layout: title: this key is missing\.$"):
        parse_drill(definition, "box", "layout")


@pytest.mark.parametrize("data", [None, 3, [], "title", {1: 2}, {"legs": {"a": 1}}])
def test_anything_that_is_no_drill_file_is_refused(data: object) -> None:
    with pytest.raises(DrillError):
        parse_drill(data, "x", "layout")


def test_line_numbers_reach_into_tables_and_quotes() -> None:
    text = '# a\n[cones]\n"b c" = {}\n[[ legs ]] # first\n[[legs]]\nfrom = 1\n'
    assert line_of(text, ("cones", "b c", "from")) == 3
    assert line_of(text, ("legs", 0, "to")) == 4
    assert line_of(text, ("legs", 1, "from")) == 6
    assert line_of(text, ("title",)) is None


# ---------------------------------------------------------------- two lengths

LANE = """\
title = "Zig-zag"
family = "diagonal"
paces = ["full"]
units = "m"
stretch = { depth = ["leg", "hook"], width = "lane" }

[distances.leg]
nominal = 4
min = 2
max = 6

[distances.hook]
nominal = 2
min = 1.5

[distances.lane]
nominal = 1.5
min = 1.3125
max = 3

[distances.gap]
nominal = 1
locked = true

[cones]
a = {}
b = { from = "a", back = "leg", right = "lane" }
c = { from = "b", ahead = "hook + gap" }

[[legs]]
from = "a"
to = "b"
movement = "backpedal"
cut = "plant"

[[legs]]
from = "b"
to = "c"
movement = "sprint"
cut = "plant"

[[legs]]
from = "c"
to = "a"
movement = "sprint"
facing = -45
cut = "through"
"""


def test_a_drill_of_two_lengths_has_a_size_that_is_the_smaller_factor(tmp_path: Path) -> None:
    drill = read(LANE, tmp_path)
    # depth as far as leg and hook both allow: 0.5 to 1.5 and 0.75 to 1
    assert drill.stretch == StretchRange(Stretch(0.75, 0.875), Stretch(1.0, 2.0))
    assert (drill.size_min, drill.size_max) == (0.75, 1.0)
    assert [(to.depth, to.width) for to in drill.extremes] == [(0.75, 0.875), (1, 0.875), (1, 2), (0.75, 2)]
    assert [drill.stretch.at(size).width for size in (0.75, 0.9, 3.0)] == [0.875, 0.9, 2.0]
    assert drill.stretch.holds(Stretch(0.9, 1.7))
    assert not drill.stretch.holds(Stretch(1.1, 1.0))
    cones = drill.figure(0.8, Stretch(0.8, 1.5)).cones
    assert [cone.xy for cone in cones] == [
        (0.0, 0.0),
        pytest.approx((2.25, -3.2)),
        pytest.approx((2.25, -0.6)),
    ]
    assert drill.figure(0.9) == drill.figure(0.9, Stretch(0.9, 0.9))
    assert parse_drill(definition_json(drill), "my", "layout") == drill


def test_the_chest_turns_with_a_leg_that_it_looks_along(tmp_path: Path) -> None:
    drill = read(LANE, tmp_path)
    wide, deep = (drill.figure(to.size, to).legs for to in (Stretch(0.75, 2.0), Stretch(1.0, 0.8)))
    assert [leg.facing for leg in wide] == [90.0, 90.0, 135.0]
    assert wide[0].heading_in != pytest.approx(deep[0].heading_in, abs=10.0)
    turning = read(LANE.replace("facing = -45\n", ""), tmp_path)
    for to in (Stretch(0.75, 2.0), Stretch(1.0, 0.8)):
        back = turning.figure(to.size, to).legs[2]
        assert back.facing == back.heading_in == pytest.approx(back.leg.facing, abs=30.0)
    assert not any(leg.faces_end for name in drill_names() for leg in load_drill(name).legs if not _two(name))


def _two(name: str) -> bool:
    return load_drill(name).stretch is not None


ARC_OF_TWO = """
[[legs]]
from = "b"
to = "c"
movement = "run"
shape = "arc"
centre = "c"
turn = "clockwise"
cut = "stop"
"""
BROKEN_STRETCHES: list[tuple[str, str, str]] = [
    ('width = "lane"', 'width = "line"', 'stretch.width: there is no distance "line". Did you mean "lane"?'),
    ('width = "lane"', 'width = "zzzz"', 'no distance "zzzz". Free: leg, hook, lane.'),
    ('width = "lane"', 'width = "gap"', 'my.toml:5: stretch.width: "gap" is locked; only a free distance'),
    ('width = "lane"', 'width = ["lane", "leg"]', 'stretch.width: "leg" is the depth already; depth and'),
    ('width = "lane"', 'width = ["lane", "lane"]', 'stretch.width: "lane" is named twice.'),
    ('depth = ["leg", "hook"]', 'depth = "leg"', "distances.hook: is free, but belongs to neither depth nor"),
    ('depth = ["leg", "hook"]', "depth = []", "stretch.depth: list should have at least 1 item"),
    ('depth = ["leg", "hook"]', "depth = 4", "stretch.depth: must be the name of a distance, or a list"),
    ('depth = ["leg", "hook"], ', "", "stretch.depth: this key is missing"),
    ('width = "lane"', 'wide = "lane"', 'stretch.wide: there is no key "wide". Did you mean "width"?'),
    ("min = 1.3125\nmax = 3\n", "", "stretch.width: no width but the nominal one is allowed"),
    ("min = 1.3125", "min = 2", "distances.lane: min 2, nominal 1.5, max 3 must ascend."),
    ("max = 3", "max = 12", "legs.1: a backpedal goes behind it, but at 100 % deep and 800 % wide"),
    ("min = 1.3125\nmax = 3", "min = 0.02\nmax = 60", "legs.1: stretching turns this leg by"),
    ("facing = -45", "facing = -20", "legs.3: a sprint goes the way the chest points, but at 75 % deep"),
    ('"hook + gap"', '"hook - 1.75"', "cones.c: at some size stands on b."),
    # at 87.5 % deep only, which is no corner
    ('"hook + gap"', '"hook + 1.75", left = "lane"', "cones.c: at some size stands on a."),
    ("nominal = 1\n", "nominal = 601\n", "cones.c: more than 500 m from the start."),
    ('cut = "through"\n', 'cut = "through"\n' + ARC_OF_TWO, "legs.4.shape: an arc that stretches is no arc"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "fragment"), BROKEN_STRETCHES, ids=[f"{new[:40]}" for _, new, _ in BROKEN_STRETCHES]
)
def test_a_broken_stretch_is_told_what_and_where(old: str, new: str, fragment: str, tmp_path: Path) -> None:
    assert old in LANE
    assert fragment in "\n".join(problems(LANE.replace(old, new, 1), tmp_path))


VECTORS = st.builds(Vector, st.floats(-3, 3), st.floats(-3, 3))
PLACES = st.builds(Affine, VECTORS, VECTORS, VECTORS)


@given(one=PLACES, other=PLACES, share=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_no_stretch_brings_two_places_closer_than_their_closest(
    one: Affine, other: Affine, share: tuple[float, float]
) -> None:
    about = StretchRange(Stretch(0.5, 0.7), Stretch(1.2, 1.0))
    least = closest(one, other, about.corners)
    assert least <= min((one.stretched(to) - other.stretched(to)).length for to in about.corners) + 1e-9
    to = Stretch(0.5 + 0.7 * share[0], 0.7 + 0.3 * share[1])
    assert least <= (one.stretched(to) - other.stretched(to)).length + 1e-9
    steps = [i / 40 for i in range(41)]
    grid = [Stretch(0.5 + 0.7 * d, 0.7 + 0.3 * w) for d in steps for w in steps]
    found = min((one.stretched(near) - other.stretched(near)).length for near in grid)
    step = (
        0.7 / 40 * (other.slope + one.slope * -1.0).length
        + 0.3 / 40 * (other.across + one.across * -1.0).length
    )
    assert found - step <= least + 1e-9


# ---------------------------------------------------------------- names


@pytest.mark.parametrize("wanted", ["w-drill", "W Drill", "WDRILL", "C03", "db w drill", "w_drill"])
def test_drills_are_found_whatever_the_punctuation(wanted: str) -> None:
    assert find_drill(wanted).name == "w-drill"


@pytest.mark.parametrize(
    ("wanted", "guess"), [("w-dril", "w-drill"), ("3 cone dril", "l-drill"), ("pro agilty", "5-10-5")]
)
def test_an_unknown_drill_is_told_the_nearest(wanted: str, guess: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f'there is no drill "{wanted}". Did you mean "{guess}"?')):
        find_drill(wanted)


def test_unlike_anything_there_is_no_guess() -> None:
    with pytest.raises(
        UsageError, match=r'^there is no drill "qqqqq"\. `conedrills drills` lists them all\.$'
    ):
        find_drill("qqqqq")
    with pytest.raises(UsageError, match="Did you mean"):
        load_drill("w-dril")


def test_no_two_drills_share_a_name() -> None:
    owners: dict[str, set[str]] = {}
    for name in drill_names():
        definition = load_drill(name).definition
        for word in (name, definition.title, definition.catalogue, *definition.aliases):
            owners.setdefault("".join(filter(str.isalnum, word.casefold())), set()).add(name)
    assert {word: names for word, names in owners.items() if len(names) > 1} == {}


def test_a_path_is_a_file_and_not_a_name(tmp_path: Path) -> None:
    (tmp_path / "w-drill.TOML").write_text(GOOD)
    find = Shelf().find
    assert find(str(tmp_path / "w-drill.TOML")).title == "Test drill"
    with pytest.raises(DrillError, match=r"none\.toml: cannot be read: No such file"):
        find("none.toml")
    with pytest.raises(DrillError, match="cannot be read: Is a directory"):
        find(f"{tmp_path}/")


# ---------------------------------------------------------------- lengths

NUMBERS = st.floats(0.5, 9.0, allow_nan=False).map(lambda number: f"{number:.3g}") | st.integers(1, 9).map(
    str
)
NAMES = st.sampled_from(["leg", "width", "gap"])


def _combined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(parts, st.sampled_from("+-"), parts).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(NUMBERS, parts).map(lambda p: f"{p[0]} * {p[1]}"),
        st.tuples(parts, NUMBERS, st.sampled_from("*/")).map(lambda p: f"({p[0]}) {p[2]} {p[1]}"),
        parts.map(lambda part: f"-({part})"),
        parts.map(lambda part: f"+{part}"),
    )


EXPRESSIONS = st.recursive(NUMBERS | NAMES, _combined, max_leaves=8)


@given(EXPRESSIONS)
@settings(max_examples=300)
def test_lengths_mean_what_python_says_they_mean(text: str) -> None:
    values = {"leg": 3.25, "width": -1.5, "gap": 0.125}
    if len(text) > 200:
        return
    try:
        terms = linear(text)
    except ValueError:  # only where numbers grow too large: test_what_is_no_length has the rest
        assert max(text.count("*"), text.count("/")) > 3
        return
    ours = sum(factor * values.get(name, 1.0) for name, factor in terms.items())
    assert ours == pytest.approx(eval(text, {"__builtins__": {}}, values), abs=1e-6)


@given(st.text(alphabet="leg0123456789.+-*/() _ex\"'[]{}\\\n\0", max_size=210) | st.text(max_size=60))
@settings(max_examples=500)
def test_any_text_is_a_length_or_a_problem(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert all(math.isfinite(factor) for factor in linear(text).values())


@pytest.mark.parametrize(
    "text",
    ["", " ", "leg leg", "1if", "leg and gap", "True", "1j", "leg[0]", "leg.a", "f(2)", "leg if 1 else gap",
     "2 ** 9", "leg % 2", "leg // 2", "~1", "not leg", "(leg := 2)", "lambda: 1", "leg / leg", "1 / leg",
     "1 / (2 - 2)", "1e400", "1/1e-300/1e-300", "-" * 199 + "1", "(" * 100 + "1" + ")" * 99, "leg\0"],
)  # fmt: skip
def test_what_is_no_length(text: str) -> None:
    with pytest.raises(ValueError, match=r"length|sum of distances|plain number"):
        linear(text)


# ---------------------------------------------------------------- hostile files

HOSTILE = {
    "empty": b"",
    "not text": b"\xff\xfe\x00title",
    "nul": b"title = '\x00'",
    "too long": b"#" * 200_001,
    "deep list": b"x = " + b"[" * 50_000,
    "deep list on many lines": b"x = " + b"[\n" * 90_000,
    "deep closed list": b"title = " + b"[" * 400 + b"]" * 400,
    "deep inline table": b"x = " + b"{a = " * 20_000,
    "deep dotted key": b"a." * 90_000 + b"a = 1",
    "many keys": b"".join(b"k%d = 1\n" % n for n in range(15_000)),
    "many tables": b"[[legs]]\n" * 20_000,
    "many cones": GOOD.encode() + b"[cones.x]\n" + b"".join(b"[cones.c%d]\n" % n for n in range(10_000)),
    "huge number": b"title = " + b"9" * 100_000,
    "infinite": b"title = inf\nunits = nan\nlegs = [nan]",
    "bad date": b"title = 2024-13-45",
    "twice": GOOD.encode() + GOOD.encode(),
    "tables for text": b"[title]\n[units]\n[family]\n[[distances]]\n[legs]\n[cones.a.from.x]\n",
    "chain": GOOD.encode().replace(
        b"[points]", b"[points]\n" + b"".join(b'p%d = { from = "p%d" }\n' % (n, n + 1) for n in range(59))
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_gets_an_answer(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_bytes(HOSTILE[kind])
    with pytest.raises(DrillError) as raised:
        read_drill(file)
    said = str(raised.value)
    assert len(said) < 12_000
    assert all(letter.isprintable() or letter == "\n" for letter in said)


@pytest.mark.skipif(sys.platform == "win32", reason="no such device")
def test_an_endless_file_is_not_read_to_its_end() -> None:
    with pytest.raises(DrillError, match="zero: too long for a drill file"):
        read_drill(Path("/dev/zero"))


LINES = GOOD.split("\n")
VALUES = st.sampled_from(
    ["nan", "-inf", "1e308", "-1", "0", "true", '""', '"a"', '"b"', '"leg"', '"-leg"', "[]", "{}", "[[1]]"]
)  # fmt: skip


@given(st.data())
@settings(max_examples=300)
def test_a_file_with_changed_lines_is_read_or_refused(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "double", "value", "swap"]))
        if change == "drop" and len(lines) > 1:
            del lines[at]
        elif change == "double":
            lines.insert(at, lines[at])
        elif change == "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif "=" in lines[at]:
            lines[at] = re.sub(r'= ?("[^"]*"|[^,{}]+)', "= " + data.draw(VALUES), lines[at], count=1)
    _read_or_refuse("\n".join(lines))


def _read_or_refuse(text: str) -> None:
    import tomllib

    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    with contextlib.suppress(DrillError):
        drill = parse_drill(content, "x", "x.toml", text)
        for size in (drill.size_min, 1.0, drill.size_max):
            for leg in drill.figure(size).legs:
                assert all(math.isfinite(value) for point in leg.path for value in point.xy)
                assert leg.length >= 0.05
                assert 0 <= leg.leg.facing < 360


# ---------------------------------------------------------------- the card and the schema


def test_the_list_names_every_drill() -> None:
    drills = drill_list()["drills"]
    assert [entry["name"] for entry in drills] == list(drill_names())
    assert all(
        set(entry) >= {"name", "title", "aliases", "family", "cones", "source", "grade"} for entry in drills
    )


def test_a_card_holds_the_geometry_at_its_size_and_pace() -> None:
    model = space_model({}, wet=False)
    card = drill_card(find_drill("w-drill"), 2.0, "easy", model)
    assert (card["size_min"], card["size_max"], card["mirror"]) == (0.5, 1.0, True)
    assert card["definition"]["distances"]["leg"]["nominal"] == 5
    geometry = card["geometry"]
    assert (geometry["size"], geometry["pace"], len(geometry["cones"])) == (2.0, "easy", 5)
    first = geometry["legs"][0]
    assert (first["order"], first["from"], first["to"], first["movement"]) == (1, 1, 2, "backpedal")
    assert first["length"] == pytest.approx(9.144)
    assert first["side_clearance"] == 1.5
    assert first["run_out"] == pytest.approx((3 + (9.144 - 5) / 5) / 2)
    assert "call" not in first


def test_a_card_without_wishes_is_of_full_size_at_full_pace() -> None:
    model = space_model({}, wet=False)
    circle = drill_card(load_drill("four-way-circle"), None, None, model)["geometry"]
    assert (circle["size"], circle["pace"]) == (1.0, "full")  # though the drill does not name it
    assert circle["legs"][0]["facing_follows"] == "path"
    called = drill_card(load_drill("break-45"), None, None, model)["geometry"]
    assert (called["size"], called["pace"]) == (1.2, "full")
    assert [leg.get("call") for leg in called["legs"]] == [None, "left", "right"]
    assert called["caller"] == pytest.approx({"x": 0.0, "y": 4.572})
    test = drill_card(load_drill("semo"), None, None, model)["geometry"]
    assert [leg.get("round_clearance") for leg in test["legs"]] == [2.5, 3.0, 2.5, 3.0, 2.5, None]


def test_a_card_says_how_far_depth_and_width_stretch() -> None:
    model = space_model({}, wet=False)
    card = drill_card(two_lengths.ZIG_ZAG, 0.8, None, model)
    assert card["stretch"] == {"depth": [pytest.approx(0.6), 1.0], "width": [0.6, 1.0]}
    geometry = card["geometry"]
    assert set(geometry) == {"size", "pace", "cones", "legs"}
    assert geometry["legs"][0]["length"] == pytest.approx(0.8 * 4.572, abs=1e-3)
    assert geometry["legs"][1]["facing"] == pytest.approx(60.0, abs=0.01)
    assert "stretch" not in drill_card(load_drill("w-drill"), 0.8, None, model)


def test_the_schema_accepts_every_drill() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(DrillFile.model_json_schema())
    for name in drill_names():
        assert list(validator.iter_errors(definition_json(load_drill(name)))) == []
    assert list(validator.iter_errors({"title": 3}))
    by_hand = {**definition_json(load_drill("break-90")), "stretch": {"depth": "pedal", "width": ["drive"]}}
    assert list(validator.iter_errors(by_hand)) == []
