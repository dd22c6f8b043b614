"""`conedrills yard new`: the questions as a machine, from a pipe, and through a real terminal."""

from __future__ import annotations

import contextlib
import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pexpect
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conedrills.importers import read_yard
from conedrills.interview import Finished, Interview, resumed
from conedrills.textplan import COLUMNS, ROWS, Sketch, draw, sketch_of
from conedrills.yard import Yard

COMMAND = (sys.executable, "-m", "conedrills", "yard", "new", "-o", "yard.json")
RECTANGLE = ("m", "Rect", "rectangle", "12", "9", "15", "15.01", "", "", "", "", "")
TIES = (
    "ft", "Back yard", "ties", "4", "left", "", "31' 10\"", "13' 5\"", "43' 8 1/2\"", "48' 1\"", "29'",
    "42' 11\"", "", "A house corner by the tap", "", "oak", "A 18' 2\"", "B 22'", "", "left", "5' 3\"", "",
    "", "C-D", "90",
)  # fmt: skip
WALK = ("ft", "", "walk", "40", "", "28", "", "22", "", "6", "left", "18", "", "22", "", *[""] * 5)
OFFSETS = ("ft", "", "offsets", "62", "48", "left 15' 3\"", "10", "12ft left", "", *[""] * 6)
BEARINGS = ("m", "", "bearings", "", "N 0 E 12m", "N 90 E 9m", "S 0 E 12m", "close", *[""] * 4)
ALL = {"rectangle": RECTANGLE, "ties": TIES, "walk": WALK, "offsets": OFFSETS, "bearings": BEARINGS}
FOOT = 0.3048


def answered(lines: Sequence[str]) -> Interview:
    interview = Interview()
    for line in lines:
        interview, said = interview.hear(line)
        assert not said, (line, said)
    return interview


def document(lines: Sequence[str]) -> dict[str, Any]:
    finished = answered(lines).now
    assert isinstance(finished, Finished), finished
    return finished.document


def piped(folder: Path, lines: Sequence[str], *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *more],
        input="".join(f"{line}\n" for line in lines),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def sides(yard: Yard) -> list[float]:
    ring = [point.xy for point in yard.boundary]
    return [math.dist(start, end) for start, end in zip(ring, [*ring[1:], ring[0]], strict=True)]


# --- the machine -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ALL)
def test_every_way_of_measuring_ends_with_a_file_that_reads(way: str, tmp_path: Path) -> None:
    made = document(ALL[way])
    assert made["measure"]["method"] == way
    path = tmp_path / "yard.json"
    path.write_text(json.dumps(made), encoding="utf-8")
    expected = {
        "rectangle": [12.0, 9.0, 12.0, 9.0],
        "ties": [31.833 * FOOT, 13.417 * FOOT, 48.083 * FOOT, 29.0 * FOOT],
        "walk": [length * FOOT for length in (40, 28, 22, 6, 18, 22)],
        "offsets": [62 * FOOT, *(math.hypot(*step) * FOOT for step in ((14, 15.25), (38, 3.25), (10, 12)))],
        "bearings": [12.0, 9.0, 12.0, 9.0],
    }
    assert sides(read_yard(path)) == pytest.approx(expected[way], abs=0.02)


def test_what_was_typed_stands_in_the_file() -> None:
    made = document(TIES)
    assert made == {
        "format": "conedrills-yard",
        "version": 1,
        "name": "Back yard",
        "units": "ft",
        "measure": {
            "method": "ties",
            "boundary": ["A", "B", "C", "D"],
            "going": "anticlockwise",
            "points": {"A": "house corner by the tap", "B": ""},
            "tapes": {
                "A-B": "31' 10\"",
                "B-C": "13' 5\"",
                "A-C": "43' 8 1/2\"",
                "C-D": "48' 1\"",
                "A-D": "29'",
                "B-D": "42' 11\"",
            },
        },
        "obstacles": [
            {
                "name": "oak",
                "tapes": {"A": "18' 2\"", "B": "22'"},
                "side": "left",
                "inside": False,
                "trunk around": "5' 3\"",
            }
        ],
        "edges": [{"side": 2, "kind": "soft"}],
        "north": 90,
    }


def test_two_readings_of_a_tape_are_both_kept() -> None:
    lines = list(TIES)
    lines[8] = "43' 8; 43' 9"
    assert document(lines)["measure"]["tapes"]["A-C"] == ["43' 8", "43' 9"]


def test_hooks_may_be_no_corners_of_the_lawn(tmp_path: Path) -> None:
    at = {
        "H1": (0.0, 0.0),
        "H2": (8.0, 0.0),
        "A": (1.0, 2.0),
        "B": (9.0, 2.5),
        "C": (8.0, 11.0),
        "D": (0.0, 9.0),
    }

    def tape(start: str, end: str) -> str:
        return f"{math.dist(at[start], at[end]):.3f}"

    pairs = [("H1", "H2"), ("H1", "A"), ("H2", "A")]
    for before, corner in (("A", "B"), ("B", "C"), ("C", "D")):
        pairs += [(before, corner), ("H1", corner), ("H2", corner)]
    tapes = [tape(*pair) for pair in (*pairs, ("D", "A"))]
    made = document(("m", "", "ties", "4", "left", "no", *tapes, *[""] * 6))
    path = tmp_path / "yard.json"
    path.write_text(json.dumps(made), encoding="utf-8")
    yard = read_yard(path)
    found = [value for point in yard.boundary for value in point.xy]
    assert found == pytest.approx([value for name in "ABCD" for value in at[name]], abs=0.005)
    assert yard.survey is not None
    assert not yard.survey.problems


def test_a_shed_stands_where_its_tapes_put_it(tmp_path: Path) -> None:
    corners = {"A": (0.0, 0.0), "B": (12.0, 0.0), "C": (12.0, 9.0)}
    front, back = ((2.0, 4.0), (5.0, 4.0)), ((5.0, 6.0), (2.0, 6.0))
    tied = [
        line
        for corner, needed in zip(front, ("ABC", "AB"), strict=True)
        for line in (*(f"{name} {math.dist(corners[name], corner):.3f}" for name in needed), "")
    ]
    made = document((*RECTANGLE[:7], "", "", "shed", *tied, "3", "2", "left", "", "", ""))
    path = tmp_path / "yard.json"
    path.write_text(json.dumps(made), encoding="utf-8")
    shed = read_yard(path).obstacles[0]
    found = [value for point in shed.polygon for value in point.xy]
    assert found == pytest.approx([value for corner in (*front, *back) for value in corner], abs=0.02)


def test_three_tapes_that_make_no_triangle_are_told_at_once() -> None:
    interview = answered(("ft", "", "ties", "4", "left", "", "31' 10\"", "13' 5\""))
    after, said = interview.hear("63' 8\"")
    assert after == interview
    assert "A-C 63' 8\", B-A 31' 10\" and B-C 13' 5\" make no triangle" in said


def test_a_yard_that_is_missing_a_tape_asks_for_it() -> None:
    interview = answered(
        ("ft", "", "ties", "4", "left", "", "31' 10\"", "13' 5\"", "43' 8 1/2\"", "", "", "42' 11\"")
    )
    assert "D can swing" in interview.now.text  # type: ignore[union-attr]
    same, said = interview.hear("")
    assert same == interview
    assert said
    after, said = interview.hear("a-d 29'")
    assert not said
    assert "C can lie in two places" in after.now.text  # type: ignore[union-attr]
    after, said = after.hear("C to D 48' 1\"")
    assert not said
    assert after.now.key == "measure.tapes"  # type: ignore[union-attr]
    assert after.hear("")[0].now.key == "measure.points"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("before", "typed", "words"),
    [
        ((), "furlongs", "is not one of ft, m"),
        (("ft", "", "rectangle"), "12'6'", "units go from large to small"),
        (("ft", "", "rectangle"), "", "A length is wanted"),
        (("ft", "", "rectangle"), "0", "is no distance"),
        (("ft", "", "ties"), "2", "whole number from 3"),
        (("ft", "", "walk", "40"), "end", "too few"),
        (("ft", "", "walk", "40"), "right 200", "is no turn"),
        (("ft", "", "offsets", "62", "48"), "15'", "to which side"),
        (("ft", "", "bearings", ""), "somewhere", "somewhere"),
        (RECTANGLE[:7], "A", "does not begin with a corner"),
        ((*RECTANGLE[:8], "oak"), "Q 12", "does not begin with a point"),
        (RECTANGLE[:10], "A-C", "is no side"),
        (RECTANGLE[:11], "400", "no bearing"),
    ],
)
def test_a_wrong_answer_is_explained_and_asked_again(before: Sequence[str], typed: str, words: str) -> None:
    interview = answered(before)
    after, said = interview.hear(typed)
    assert after == interview
    assert words in said


def test_every_question_is_explained() -> None:
    for lines in ALL.values():
        interview = Interview()
        for line in lines:
            same, said = interview.hear("?")
            assert same == interview
            assert len(said) > 40
            assert "{" not in said
            interview, _ = interview.hear(line)


LENGTHS = st.sampled_from(["12", "9m", "15' 3\"", "3ft", "0", "1e9", "12;13", "-4", "40", "28", "0.5in"])
LINES = st.one_of(
    st.text(max_size=30),
    LENGTHS,
    st.sampled_from(
        ["", "", "", "back", "?", "ft", "m", "1", "2", "3", "4", "5", "rectangle", "ties", "walk", "offsets",
         "bearings", "left", "right", "right 45", "end", "close", "yes", "no", "oak", "shed", "all", "A-B",
         "A-C 12m", "oak-C 4", "left 12ft", "N 45 E 12m", "S 10 W 30ft", "NE", "C D A", "A tap"]
    ),
    st.builds("{} {}".format, st.sampled_from(["A", "B", "C", "D", "H1", "P1"]), LENGTHS),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    start=st.sampled_from([(), *(lines[:3] for lines in ALL.values())]), lines=st.lists(LINES, max_size=40)
)
def test_no_answers_break_it_and_back_undoes_one(start: tuple[str, ...], lines: list[str]) -> None:
    interview = answered(start)
    for line in lines:
        if isinstance(interview.now, Finished):
            break
        after, said = interview.hear(line)
        if len(after.answers) > len(interview.answers):
            assert not said
            # from a finished yard there is nothing to go back to
            back = after if isinstance(after.now, Finished) else after.hear("back")[0]
            assert isinstance(after.now, Finished) or (back, back.now) == (interview, interview.now)
        elif len(after.answers) == len(interview.answers):
            assert said
        interview = after
    assert resumed(json.loads(json.dumps(interview.kept))) == interview


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
)


@given(answers=JSON, version=st.sampled_from([1, 2, "1", None]))
def test_hostile_answers_are_refused_or_taken(answers: object, version: object) -> None:
    kept = {"format": "conedrills-answers", "version": version, "answers": answers}
    with contextlib.suppress(ValueError):
        assert resumed(kept).kept == kept


# --- the drawing -----------------------------------------------------------------------------------------


def test_the_drawing_shows_corners_sides_and_trees(tmp_path: Path) -> None:
    path = tmp_path / "yard.json"
    path.write_text(json.dumps(document(TIES)), encoding="utf-8")
    lines = draw(sketch_of(read_yard(path)))
    assert lines[0].startswith("D")
    assert lines[-1].startswith("A---")
    assert lines[-1].rstrip("-").endswith("B")
    assert any(line.endswith("C") for line in lines)
    assert any(" oak" in line for line in lines)


PLACES = st.tuples(*[st.floats(-1000, 1000, allow_nan=False)] * 2)


@given(
    places=st.lists(PLACES, min_size=1, max_size=8), things=st.lists(st.lists(PLACES, min_size=3, max_size=4))
)
def test_no_drawing_is_larger_than_the_page(
    places: list[tuple[float, float]], things: list[list[tuple[float, float]]]
) -> None:
    sketch = Sketch(
        tuple((chr(65 + number), place) for number, place in enumerate(places)),
        things=tuple(("a thing", tuple(outline)) for outline in things),
    )
    lines = draw(sketch)
    assert len(lines) <= ROWS
    assert max(map(len, lines)) <= COLUMNS


# --- from a pipe -----------------------------------------------------------------------------------------


def test_a_pipe_of_answers_makes_a_yard(tmp_path: Path) -> None:
    done = piped(tmp_path, TIES)
    assert done.returncode == 0, done.stderr
    assert "Next: conedrills layout --yard yard.json" in done.stderr
    assert done.stdout.startswith("Back yard: 4 corners")
    assert sorted(os.listdir(tmp_path)) == ["yard.json"]
    assert json.loads((tmp_path / "yard.json").read_text(encoding="utf-8")) == document(TIES)


def test_a_pipe_may_end_once_the_yard_is_whole(tmp_path: Path) -> None:
    done = piped(tmp_path, WALK[:-5])
    assert done.returncode == 0, done.stderr
    assert read_yard(tmp_path / "yard.json").name == "yard"


def test_a_pipe_that_ends_early_says_what_is_missing_and_goes_on_later(tmp_path: Path) -> None:
    done = piped(tmp_path, TIES[:9])
    assert done.returncode == 2
    assert "Asked next: Tape C-D: how far is it from C to D?" in done.stderr
    assert "conedrills yard new -o yard.json" in done.stderr
    assert os.listdir(tmp_path) == ["yard.json.answers"]
    again = piped(tmp_path, ["yes", *TIES[9:]])
    assert again.returncode == 0, again.stderr
    assert json.loads((tmp_path / "yard.json").read_text(encoding="utf-8")) == document(TIES)


def test_quit_keeps_and_no_begins_anew(tmp_path: Path) -> None:
    assert piped(tmp_path, ["ft", "First", "quit"]).returncode == 2
    done = piped(tmp_path, ["perhaps", "no", *RECTANGLE])
    assert done.returncode == 0, done.stderr
    assert sorted(os.listdir(tmp_path)) == ["yard.json", "yard.json.answers.old"]


def test_a_tape_that_is_wrong_is_said_and_the_file_is_written(tmp_path: Path) -> None:
    lines = list(TIES)
    lines[11] = "43' 11\""  # a foot too long
    done = piped(tmp_path, lines)
    assert done.returncode == 1
    assert (tmp_path / "yard.json").exists()
    assert "Measure again what is named above" in done.stderr


def test_nothing_is_overwritten_without_force(tmp_path: Path) -> None:
    (tmp_path / "yard.json").write_text("mine", encoding="utf-8")
    done = piped(tmp_path, RECTANGLE)
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert (tmp_path / "yard.json").read_text(encoding="utf-8") == "mine"
    assert piped(tmp_path, RECTANGLE, "--force").returncode == 0
    assert read_yard(tmp_path / "yard.json").name == "Rect"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"{}",
        b'{"format": "conedrills-answers", "version": 1, "answers": [["units", "\\u001b[31mno"]]}',
        b'{"format": "conedrills-answers", "version": 1, "answers": [["how", "ties"]]}',
        b'{"format": "conedrills-answers", "version": 1, "answers": [[1, 2]]}',
        b" " * 2_000_000,
        b"9" * 10_000,
    ],
)
def test_a_corrupt_file_of_answers_is_one_message(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "yard.json.answers").write_bytes(content)
    done = piped(tmp_path, RECTANGLE)
    assert done.returncode == 2
    assert done.stderr.count("\n") <= 2
    assert "these answers cannot be gone on with" in done.stderr
    assert "Traceback" not in done.stderr
    assert "bug" not in done.stderr
    assert (tmp_path / "yard.json.answers").read_bytes() == content


def test_bytes_that_are_no_text_are_asked_again(tmp_path: Path) -> None:
    done = subprocess.run(
        COMMAND,
        input=b"\xff\xfe\x80\nft\nx\x00y\n",
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert b"is not one of ft, m" in done.stderr
    assert b"Traceback" not in done.stderr


# --- through a real terminal -----------------------------------------------------------------------------


def terminal(folder: Path, arguments: Sequence[str] = COMMAND) -> pexpect.spawn[str]:
    return pexpect.spawn(
        arguments[0],
        list(arguments[1:]),
        cwd=str(folder),
        encoding="utf-8",
        timeout=120,
        dimensions=(40, 120),
    )


def type_all(child: pexpect.spawn[str], pairs: Sequence[tuple[str, str]]) -> None:
    for question, line in pairs:
        child.expect_exact(question)
        child.expect_exact("> ")
        child.sendline(line)


def test_from_the_first_question_to_the_layout_in_a_terminal(tmp_path: Path) -> None:
    """A mistake is corrected on the way, and Ctrl-C in the middle costs nothing."""
    child = terminal(tmp_path)
    type_all(
        child,
        [
            ("In what did you measure?", "ft"),
            ("What do you call this yard?", "Back yrad"),
            ("How did you measure it?", "back"),
            ("What do you call this yard?", "Back yard"),
            ("How did you measure it?", "ties"),
            ("How many are there?", "?"),
            ("A corner is where the edge of the lawn turns", "4"),
            ("on which hand is the lawn?", "left"),
            ("hooked on the corners A and B?", ""),
            ("Tape A-B", "61'"),
            ("Tape B-C", "33'6'"),
            ("units go from large to small", "33' 6 3/4\""),
            ("Tape A-C", "71' 4\""),
        ],
    )
    child.expect("A-+B")
    child.expect_exact("Tape C-D")
    child.expect_exact("> ")
    child.sendintr()
    child.expect_exact("Interrupted. Your 9 answers are kept in yard.json.answers")
    child.expect_exact("conedrills yard new -o yard.json")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    assert os.listdir(tmp_path) == ["yard.json.answers"]

    child = terminal(tmp_path)
    child.expect_exact("9 answers are kept in yard.json.answers. Go on where you stopped?")
    child.expect_exact("> ")
    child.sendline("")
    child.expect("A-+B")  # the yard so far
    type_all(
        child,
        [
            ("Tape C-D", "61'"),
            ("Tape A-D", "34' 3/4\""),
            ("Tape B-D", "68' 1\""),
            ("Another tape", ""),
            ("Say in words", "A house corner by the tap"),
            ("Say in words", ""),
            ("Is there a tree", "oak"),
            ("Tape 1 to the oak", "A 19' 10\""),
            ("Tape 2 to the oak", "D 24' 8 1/2\""),
            ("Tape 3 to the oak", ""),
            ("to the left or to the right?", ""),
            ("How far is it round the oak", "5' 3\""),
        ],
    )
    child.expect_exact("oak")
    type_all(
        child,
        [
            ("another tree", ""),
            ("a shed, a trampoline", ""),
            ("Which sides are soft", ""),
            ("point a phone's compass", ""),
        ],
    )
    child.expect_exact("Wrote yard.json.")
    child.expect_exact("Back yard: 4 corners")
    child.expect_exact("Next: conedrills layout --yard yard.json")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert os.listdir(tmp_path) == ["yard.json"]

    layout = terminal(
        tmp_path,
        (
            sys.executable,
            "-m",
            "conedrills",
            "layout",
            "--yard",
            "yard.json",
            "--drill",
            "pro-agility",
            "--out",
            "sheet",
        ),
    )
    layout.expect(pexpect.EOF)
    layout.close()
    assert layout.exitstatus == 0, layout.before
    assert (tmp_path / "sheet" / "layout.json").exists()


def test_the_end_of_a_terminal_is_the_end_of_the_answers(tmp_path: Path) -> None:
    child = terminal(tmp_path)
    child.expect_exact("> ")
    child.sendeof()
    child.expect_exact("the answers end before the yard is whole")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    assert os.listdir(tmp_path) == []
