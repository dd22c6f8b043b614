"""`measure` in a yard file: each way of measuring, what it says of itself, and what is wrong with one."""

from __future__ import annotations

import contextlib
import json
import math
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from conedrills.cli import cli, run
from conedrills.errors import YardError
from conedrills.importers import parse_yard, read_yard
from conedrills.units import METRES
from conedrills.yard import Yard

FOOT = METRES["ft"]
QUAD = {"A-B": "40", "B-C": "28", "C-D": "40", "A-D": "28", "A-C": "48.8", "B-D": "48.8"}
CORNERS = ["A", "B", "C", "D"]


def measured(**measure: Any) -> dict[str, Any]:
    rest: dict[str, Any] = {
        key: measure.pop(key) for key in ("trees", "obstacles", "references", "edges") if key in measure
    }
    return {"units": measure.pop("units", "ft"), "measure": measure, **rest}


def yard(document: dict[str, Any]) -> Yard:
    return parse_yard(json.dumps(document).encode(), "yard.json")


def feet(found: Yard) -> list[tuple[float, float]]:
    return [(round(point.x / FOOT, 2) + 0.0, round(point.y / FOOT, 2) + 0.0) for point in found.boundary]


def test_ties_with_a_tree() -> None:
    """Four corners of the published pentagon, and an oak on the lawn."""
    found = yard(
        measured(
            method="ties", care="normal", boundary=CORNERS, going="anticlockwise",
            points={"A": "house corner by the tap", "B": "house corner by the deck"},
            tapes={"A-B": "31' 10\"", "A-C": "43' 8 1/2\"", "B-C": "13' 5\"", "A-D": "29'", "B-D": "42' 11\"",
                   "C-D": "48' 1\""},
            trees=[{"name": "oak", "tapes": {"A": "18' 2\"", "B": "22'"}, "inside": True,
                    "trunk around": "5' 3\""}],
        )
    )  # fmt: skip
    assert feet(found)[:2] == [(0.0, 0.0), (31.83, 0.0)]
    assert feet(found)[2] == pytest.approx((43.07, 7.38), abs=0.12)
    (oak,) = found.obstacles
    across = [point.x for point in oak.polygon]
    assert max(across) - min(across) == pytest.approx(5.25 * FOOT / math.pi, abs=0.02)
    assert 0.02 < oak.uncertainty < 0.15
    assert found.uncertainty[0] == 0.0
    assert all(0.02 < metres < 0.2 for metres in found.uncertainty[1:])
    assert [(one.name, one.what) for one in found.references] == [
        ("A", "house corner by the tap"), ("B", "house corner by the deck"), ("C", "corner"), ("D", "corner")
    ]  # fmt: skip
    assert found.survey is not None
    assert found.survey.level == "silent"


def test_the_mirror_is_told_by_the_way_round() -> None:
    anticlockwise = yard(measured(boundary=CORNERS, tapes=QUAD, going="anticlockwise"))
    clockwise = yard(measured(boundary=CORNERS, tapes=QUAD, going="clockwise"))
    assert [(x, -y) for x, y in feet(clockwise)] == [(x, y) for x, y in feet(anticlockwise)]
    silent = yard(measured(boundary=CORNERS, tapes=QUAD))
    assert feet(silent) == feet(anticlockwise)
    assert 'add "going": "clockwise"' in silent.notes[0]


def test_a_rectangle_with_its_diagonals() -> None:
    found = yard(
        measured(method="rectangle", width="40ft", depth="28ft 6in", diagonals=["49ft 1in", "49ft 2in"])
    )
    assert feet(found) == [(0.0, 0.0), (40.0, 0.0), (39.95, 28.5), (-0.05, 28.5)]


def test_a_rectangle_without_diagonals_is_less_sure_of_its_corners() -> None:
    plain = yard(measured(width="40ft", depth="28ft 6in"))
    checked = yard(measured(width="40ft", depth="28ft 6in", diagonals=["49ft 1in", "49ft 2in"]))
    assert feet(plain) == [(0.0, 0.0), (40.0, 0.0), (40.0, 28.5), (0.0, 28.5)]
    assert plain.uncertainty[2] > checked.uncertainty[2]
    assert plain.survey is not None
    assert plain.survey.next_tape in {("A", "C"), ("B", "D")}


WALK = [
    ["A", "40ft"], "right", ["B", "28ft"], "right", ["C", "22ft"], "left", ["D", "6ft"], "right",
    ["E", "18ft"], "right", ["F", "34ft"],
]  # fmt: skip


def test_a_walk_with_square_turns() -> None:
    found = yard(measured(method="walk", start="A", legs=WALK))
    assert feet(found) == [(0.0, 0.0), (40.0, 0.0), (40.0, -28.0), (18.0, -28.0), (18.0, -34.0), (0.0, -34.0)]
    assert found.survey is not None
    assert found.survey.misclosure is not None
    assert found.survey.misclosure.length == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=30)
@given(st.lists(st.floats(3.0, 30.0), min_size=3, max_size=8), st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
def test_a_small_misclosure_is_spread_by_length(lengths: list[float], east: float, north: float) -> None:
    """The compass rule: each corner moves by the misclosure in proportion to the way so far."""
    names = [f"P{number}" for number in range(len(lengths) + 1)]
    turn = 360.0 / len(names)
    places, at, heading = [(0.0, 0.0)], complex(0.0, 0.0), 0.0
    legs: list[Any] = []
    for name, length in zip(names, lengths, strict=False):
        legs += [[name, f"{length:.4f} m"], f"left {turn:.6f}"]
        at += round(length, 4) * complex(math.cos(math.radians(heading)), math.sin(math.radians(heading)))
        heading += round(turn, 6)
        places.append((at.real, at.imag))
    # the last side cannot be turned into the start by square turns: it is measured by its own heading
    back = -at + complex(east, north)
    last = math.degrees(math.atan2(back.imag, back.real))
    side = (last - heading + round(turn, 6)) % 360.0
    legs[-1] = f"left {side:.9f}" if side < 180.0 else f"right {360.0 - side:.9f}"
    legs.append([names[-1], f"{abs(back):.9f} m"])
    try:
        found = yard(measured(units="m", method="walk", legs=legs))
    except YardError:
        return  # a walk that crosses itself is none
    survey = found.survey
    assert survey is not None
    assert survey.misclosure is not None
    assert survey.misclosure.length == pytest.approx(math.hypot(east, north), abs=1e-5)
    whole, way = math.fsum([*lengths, abs(back)]), 0.0
    for point, (x, y), length in zip(found.boundary, places, [*lengths, abs(back)], strict=True):
        share = way / whole
        assert point.x == pytest.approx(x - share * east, abs=2e-4)
        assert point.y == pytest.approx(y - share * north, abs=2e-4)
        way += length


def test_a_base_line_and_offsets() -> None:
    found = yard(
        measured(
            method="offsets", baseline=["gate post", "fence corner", "62ft"],
            points={"C": {"along": "10ft", "left": "12ft"}, "D": {"along": "48ft", "left": "15' 3\""}},
            boundary=["gate post", "fence corner", "D", "C"],
        )
    )  # fmt: skip
    assert feet(found) == [(0.0, 0.0), (62.0, 0.0), (48.0, 15.25), (10.0, 12.0)]
    assert found.uncertainty[2] == pytest.approx(2.4477 * 15.25 * FOOT * math.tan(math.radians(2.0)), rel=0.1)
    assert found.notes == ()


def test_running_measurements_offsets_and_ties_in_one_file() -> None:
    found = yard(
        measured(
            boundary=CORNERS, tapes=QUAD, going="anticlockwise",
            along=[{"from": "A", "to": "B", "marks": {"E": "10", "F": "20"}}],
            offsets=[{"baseline": ["A", "B"], "points": {"G": {"along": "20", "left": "8"},
                                                         "H": {"along": "10", "left": "8"}}}],
            obstacles=[{"name": "shed", "polygon": ["E", "F", "G", "H"]},
                       {"name": "birch", "along": "30", "left": "12", "from": "A", "to": "B",
                        "trunk around": "3"},
                       {"name": "wire", "line": ["C", "G"]}],
            references=[{"name": "T", "what": "tap", "at": "E"}],
        )
    )  # fmt: skip
    shed, birch, wire = found.obstacles
    assert [(round(point.x / FOOT, 1), round(point.y / FOOT, 1)) for point in shed.polygon] == [
        (10.0, 0.0), (20.0, 0.0), (20.0, 8.0), (10.0, 8.0)
    ]  # fmt: skip
    middle = [
        sum(axis) / len(birch.polygon) for axis in zip(*(point.xy for point in birch.polygon), strict=True)
    ]
    assert middle == pytest.approx([30.0 * FOOT, 12.0 * FOOT], abs=0.01)
    assert all(thing.uncertainty > 0.03 for thing in (shed, birch, wire))
    assert [one.at.x / FOOT for one in found.references if one.name == "T"] == pytest.approx([10.0], abs=0.05)


def test_places_in_measure_are_a_boundary() -> None:
    assert feet(yard(measured(method="coordinates", boundary=[[0, 0], [40, 0], [40, 30], [0, 30]]))) == [
        (0.0, 0.0), (40.0, 0.0), (40.0, 30.0), (0.0, 30.0)
    ]  # fmt: skip


def test_accuracy_and_care_say_how_good_a_tape_is() -> None:
    def sigma(**more: Any) -> float:
        survey = yard(measured(boundary=CORNERS, tapes=QUAD, going="anticlockwise", **more)).survey
        assert survey is not None
        return survey.tapes[0].tape.sigma

    metres = 40 * FOOT
    assert sigma() == pytest.approx(math.hypot(0.015, 0.001 * metres))
    assert sigma(care="careful") == pytest.approx(math.hypot(0.006, 0.001 * metres))
    assert sigma(care="rough") == pytest.approx(0.03 * metres)
    assert sigma(accuracy="1 in") == pytest.approx(0.0254)


def test_a_tape_that_is_ignored_has_no_say_but_is_shown() -> None:
    wrong = {**QUAD, "A-C": "58.8"}
    found = yard(
        measured(boundary=CORNERS, tapes=wrong, going="anticlockwise", ignore={"C-A": "misread"})
    ).survey
    assert found is not None
    assert found.level == "silent"
    (ignored,) = [one for one in found.tapes if one.tape.ignored]
    assert (ignored.tape.ignored, round(ignored.residual / FOOT, 1)) == ("misread", -9.9)


def test_a_tape_taken_twice_counts_twice() -> None:
    found = yard(
        measured(boundary=CORNERS, tapes={**QUAD, "A-C": ["48.8", "48.9 ft"]}, going="anticlockwise")
    )
    assert found.survey is not None
    assert len(found.survey.tapes) == 7


WRONG: list[tuple[dict[str, Any], str]] = [
    (measured(), "measure: nothing is measured here"),
    (measured(boundary=CORNERS), "measure.boundary: nothing is measured to A, B, C, D."),
    (
        measured(boundary=CORNERS, tapes={**QUAD, "A-E": "3"}),
        'tapes["A-E"]: there is no point "E". Name it in',
    ),
    (
        measured(boundary=CORNERS, tapes={**QUAD, "AC": "3"}),
        '"AC" does not say between which two points; write "A-B"',
    ),
    (measured(boundary=CORNERS, tapes={**QUAD, "A-A": "3"}), "this tape goes from A to itself."),
    (measured(boundary=CORNERS, tapes={**QUAD, "A-C": "4x"}), 'tapes["A-C"]: "4x" is not a length.'),
    (measured(boundary=["A", "B", "B", "D"], tapes=QUAD), "B stands here twice; name each corner once."),
    (measured(boundary=["A", "C", "B", "D"], tapes=QUAD), "crosses itself however these tapes are laid"),
    (measured(boundary=CORNERS, tapes=QUAD, ignore={"A-Q": ""}), 'ignore["A-Q"]: there is no point "Q".'),
    (measured(boundary=CORNERS, tapes={"A-B": 40, "B-C": 28, "C-D": 40, "A-D": 28}), "swing"),
    (
        measured(boundary=CORNERS, tapes=QUAD, trees=[{"tapes": {"A": 9, "Z": 9}, "trunk around": 5}]),
        'trees[0].tapes.Z: there is no point "Z".',
    ),
    (
        measured(boundary=CORNERS, tapes=QUAD, trees=[{"name": "oak", "tapes": {"A": 9}, "trunk around": 5}]),
        "oak can swing: nothing holds it. Add a tape from oak to B, C or D.",
    ),
    (
        measured(boundary=CORNERS, tapes=QUAD, trees=[{"tapes": {"A": 20, "B": 36}}]),
        'how thick is it? Add "trunk',
    ),
    (measured(width=40), "depth is missing."),
    (measured(legs=[["A", 40], "rigth", ["B", 28], "right", ["C", 40]]), 'leg 2: "rigth" is no turn;'),
    (measured(legs=[["A", 40], "right", ["A", 28], "right", ["C", 40]]), "two legs begin at A"),
    (
        measured(
            boundary=["A", "B", "C"],
            baseline=["A", "B", 40],
            points={"C": {"along": 9, "left": 9, "right": 1}},
        ),
        "to the left or to the right of a line; both are given.",
    ),
    (measured(boundary=CORNERS, tapes=QUAD, wide="3"), 'there is no key "wide". Did you mean "width"?'),
    (measured(boundary=CORNERS, tapes=QUAD, care="good"), '"good" is not one of careful, normal, rough.'),
    (measured(boundary=CORNERS, tapes={**QUAD, "A-C": 1e308}), "is longer than 1000 m; no yard is."),
    (
        measured(boundary=["A", "B", "C"], tapes={"A-B": 3, "B-C": 3, "A-C": 8}),
        "cannot meet: B and C are 3′ apart.",
    ),
    (measured(file="x.kml"), "a file that is piped in cannot name another one beside it."),
    ({"units": "ft"}, '"boundary" is missing; add "boundary": [[0, 0], [60, 0], [60, 35], [0, 35]]'),
]


@pytest.mark.parametrize(("document", "words"), WRONG, ids=[words[:40] for _, words in WRONG])
def test_what_is_wrong_is_said_where_it_stands(document: dict[str, Any], words: str) -> None:
    with pytest.raises(YardError) as caught:
        yard(document)
    assert words in str(caught.value)
    assert str(caught.value).startswith("yard.json:")


KEYS = ["A", "A-B", "B-C", "C-A", "along", "left", "from", "to", "marks"]
NONSENSE = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=6)
    | st.sampled_from([*KEYS, "B", "C", "right", "12 ft", "N 45 E 12 ft", "close"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150)
@given(
    NONSENSE,
    st.sampled_from(
        [
            "boundary",
            "points",
            "tapes",
            "ignore",
            "along",
            "offsets",
            "baseline",
            "width",
            "legs",
            "diagonals",
        ]
    ),
)
def test_nonsense_is_a_message(value: Any, key: str) -> None:
    document = measured(boundary=["A", "B", "C"], tapes={"A-B": 12, "B-C": 12, "C-A": 12})
    document["measure"][key] = value
    with contextlib.suppress(YardError):
        yard(document)


def write(folder: Path, document: dict[str, Any]) -> str:
    file = folder / "yard.json"
    file.write_text(json.dumps(document))
    return str(file)


def test_what_contradicts_itself_is_refused_unless_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, measured(boundary=CORNERS, tapes={**QUAD, "A-C": "58.8"}, going="anticlockwise"))
    arguments = ["layout", "--yard", file, "--drill", "5-10-5", "--out", str(tmp_path / "out")]
    assert run(arguments) == 1
    said = capsys.readouterr().err
    assert "One of these is wrong by about" in said
    assert "--accept-misclosure" in said
    assert not (tmp_path / "out").exists()
    assert run([*arguments, "--accept-misclosure"]) in {0, 1}
    assert (tmp_path / "out" / "layout.json").exists()
    assert "Warning: One of these is wrong" in capsys.readouterr().err


def test_a_file_beside_gives_a_shape_that_tapes_correct(tmp_path: Path) -> None:
    ring = [[8.0, 47.0], [8.0004, 47.0], [8.0004, 47.0002], [8.0, 47.0002], [8.0, 47.0]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    (tmp_path / "walk.geojson").write_text(json.dumps(shape))
    file = Path(
        write(tmp_path, measured(units="m", method="latlon", file="walk.geojson", tapes={"1-2": "25 m"}))
    )
    found = read_yard(file)
    (ax, ay), (bx, by), *_ = (point.xy for point in found.boundary)
    assert math.hypot(bx - ax, by - ay) == pytest.approx(25.0, abs=0.01)
    assert found.north == 90.0
    assert found.uncertainty == ()
    assert "for its shape only" in found.notes[0]
    honest = measured(units="m", file="walk.geojson", shape_only=False, tapes={"1-2": "25 m"})
    assert max(read_yard(Path(write(tmp_path, honest))).uncertainty) > 4.0
    for name in ("../walk.geojson", "/etc/passwd", "yard.json"):
        with pytest.raises(YardError, match="in the same folder"):
            read_yard(Path(write(tmp_path, measured(file=name))))


def test_help_names_the_option() -> None:
    assert "--accept-misclosure" in CliRunner().invoke(cli, ["layout", "--help"]).output
