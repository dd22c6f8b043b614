"""`conedrills drills`: find a drill, read its card, write one, and be told all that is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conedrills import cli
from conedrills.drill import WAY, drill_names, load_drill
from conedrills.finding import Room, fits, smallest_room
from conedrills.fit import fit
from conedrills.ground import ready
from conedrills.layout import Placement
from conedrills.space import space_model
from tests.readback import layouts

DRY = space_model({}, wet=False)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def go(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = cli.run(arguments)
        said = capsys.readouterr()
        return status, said.out, said.err

    return go


def entries(run: Run, *arguments: str) -> list[dict[str, Any]]:
    status, out, said = run("drills", *arguments, "--json")
    assert status == 0, said
    found: list[dict[str, Any]] = json.loads(out)["drills"]
    return found


# --- the list --------------------------------------------------------------------------------------------


def test_all_drills_are_listed_within_eighty_columns(run: Run) -> None:
    _, out, _ = run("drills")
    assert all(name in out for name in drill_names())
    assert max(map(len, out.splitlines())) <= 100
    assert max(len(line) for line in out.splitlines() if line.startswith("  ")) <= 80


def test_filters_agree_with_the_files(run: Run) -> None:
    for family in ("backward", "lateral", "curved"):
        found = {entry["name"] for entry in entries(run, "--family", family)}
        assert found == {name for name in drill_names() if load_drill(name).family == family}
    both = {entry["name"] for entry in entries(run, "--family", "curved", "--family", "braking")}
    assert both == {name for name in drill_names() if load_drill(name).family in ("curved", "braking")}
    carioca = {entry["name"] for entry in entries(run, "--movement", "carioca")}
    assert carioca == {
        name for name in drill_names() if any(leg.movement == "carioca" for leg in load_drill(name).legs)
    }
    assert "carioca-lane" in carioca
    backward = {entry["name"] for entry in entries(run, "--movement", "backward")}
    assert backward == {
        name
        for name in drill_names()
        if any(WAY[leg.movement] == "backward" for leg in load_drill(name).legs)
    }
    assert all(entry["cones"] <= 3 for entry in entries(run, "--cones", "3"))
    for level in ("beginner", "intermediate", "advanced"):
        assert {entry["level"] for entry in entries(run, "--level", level)} == {level}


def test_filters_combine(run: Run) -> None:
    found = entries(
        run, "--family", "backward", "--cones", "3", "--level", "beginner", "--movement", "backpedal"
    )
    assert [entry["name"] for entry in found] == ["straight-backpedal"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("pro agility", "5-10-5"),
        ("3 cone", "l-drill"),
        ("grapevine", "carioca-lane"),
        ("HIP flip", "line-drill"),
        ("retro", "retro-lane"),
        ("Achterlauf", "figure-eight"),
        ("zig zag waltz", None),
        ("slalom", "illinois"),
        ("C03", "w-drill"),
    ],
)
def test_words_are_sought_in_everything_that_a_drill_is_called(
    run: Run, words: str, name: str | None
) -> None:
    found = [entry["name"] for entry in entries(run, "--search", words)]
    assert (name in found) if name else found == []


def test_where_nothing_is_found_it_is_said_what_would_be(run: Run) -> None:
    status, out, said = run("drills", "--family", "curved", "--movement", "carioca")
    assert (status, out.strip()) == (0, "")
    assert "No drill is like that." in said
    assert "Without --family there would be" in said
    assert 'Did you mean "zig-zag"' in run("drills", "--search", "zigzak")[2]


@pytest.mark.parametrize("name", ["short-box", "t-test", "5-10-5", "w-drill", "m-drill", "figure-eight"])
def test_the_room_suffices_and_little_less_does_not(name: str) -> None:
    """The stated rectangle against the search: it fits there, and not where one side is 6 % shorter."""
    drill = load_drill(name)
    room = smallest_room(drill, DRY)

    def placed(short: float, long: float) -> bool:
        result = fit(ready(layouts.yard(short, long)), drill, DRY, pace=drill.paces[0])
        return isinstance(result, Placement)

    assert placed(room.short + 0.01, room.long + 0.01)
    assert not placed(room.short * 0.94, room.long * 0.94)
    assert fits(drill, room, DRY)
    assert not fits(drill, Room(room.short * 0.9, room.long * 0.9), DRY)


@pytest.mark.parametrize("said", ["10x8m", "10 m x 8 m", "8 x 10", "32.81 x 26.25 ft", "26' 3\" x 32' 10\""])
def test_a_room_is_said_in_many_ways(run: Run, said: str) -> None:
    found = [entry["name"] for entry in entries(run, "--room", said)]
    assert found == [entry["name"] for entry in entries(run, "--room", "8x10m")]
    assert "short-box" in found
    assert "the-square" not in found


# --- one drill -------------------------------------------------------------------------------------------


def test_a_card_says_where_the_drill_stands_and_what_is_known_of_it(run: Run) -> None:
    out = run("drills", "break-45")[1]
    for part in (
        "cornerback, advanced, 4 cones, grade B (the drill is published, some lengths are ours)",
        "Easier: cone-plant-reaction",
        "Harder: break-90, pass-drop",
        "Distance pedal: 5 yd (3 to 6)",
        "Distance gap: 5 yd (locked), the caller, ahead of the start",
        "Room: a free rectangle of",
        "Source: https://fcasportscoach.org",
    ):
        assert part in out, part
    assert "Conflicts: M drill names three drills" in run("drills", "m drill")[1].replace("\n  ", " ")


@pytest.mark.parametrize("name", drill_names())
def test_every_card_can_be_read(run: Run, name: str) -> None:
    status, out, _ = run("drills", name)
    assert status == 0
    assert load_drill(name).title in out.splitlines()[0]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("gauntlet", "cannot be drawn"),
        ("DB box", '"short-box" or "db-square"'),
        ("nebraska", "no source describes it"),
        ("pro agilty", 'Did you mean "5-10-5"?'),
        ("tedryl", "there is no drill"),
        ("austin", "teryl-austin"),
    ],
)
def test_a_name_that_is_not_there_is_answered(run: Run, wanted: str, said: str) -> None:
    status, _, told = run("drills", wanted)
    assert status == 2
    assert said in told


# --- one's own -------------------------------------------------------------------------------------------


@pytest.fixture
def mine(run: Run, tmp_path: Path) -> Path:
    file = tmp_path / "mine.toml"
    assert run("drills", "new", "-o", str(file))[0] == 0
    return file


def test_the_template_is_a_drill_that_is_drawn(run: Run, mine: Path, tmp_path: Path) -> None:
    status, out, _ = run("drills", "check", str(mine))
    assert (status, "a drill, mine." in out, "note:" in out) == (0, True, False)
    assert run("drills", "new")[1] == mine.read_text()
    yard = tmp_path / "yard.json"
    yard.write_text('{"units": "m", "boundary": [[0, 0], [30, 0], [30, 30], [0, 30]]}')
    out_folder = tmp_path / "out"
    assert run("layout", "--yard", str(yard), "--drill", str(mine), "--out", str(out_folder))[0] == 0
    assert run("check", str(out_folder / "layout.json"))[0] == 0


def test_a_file_that_is_there_is_kept(run: Run, mine: Path) -> None:
    mine.write_text("precious")
    assert run("drills", "new", "-o", str(mine))[0] == 2
    assert mine.read_text() == "precious"
    assert run("drills", "new", "-o", str(mine), "--force")[0] == 0


def line_with(file: Path, text: str) -> int:
    return next(n for n, line in enumerate(file.read_text().splitlines(), 1) if line.startswith(text))


def test_every_mistake_is_said_at_once_with_its_line_and_remedy(run: Run, mine: Path) -> None:
    text = mine.read_text()
    for old, new in (
        ("family = ", "famly = "),
        ('movement = "backpedal"', 'movement = "bakpedal"'),
        ("locked = true", "locked = true\nmax = 9"),
        ('plant = { from = "start", back = "drop" }',
         'plant = { from = "start", back = "drop" }\nlost = { from = "start", right = 3 }'),
        ('call = "right"', 'call = "right"\nfacing = "back"'),
        ("cues = [", "cues = [3, "),
        ('# [de]\n# title = "Mein Antritt"\n# [de.do]\n# "plant opposite foot" = "Gegenfuß stemmen"',
         '[de]\ntitle = "Mein Antritt"\n[de.do]'),
    ):  # fmt: skip
        assert old in text, old
        text = text.replace(old, new, 1)
    mine.write_text(text)
    status, out, _ = run("drills", "check", str(mine), "--json")
    assert status == 1
    (told,) = json.loads(out)["files"]
    assert told["summary"] is None
    found = {problem["key"]: problem for problem in told["problems"]}
    for key, line, fragment in (
        ("famly", "famly", 'Did you mean "family"?'),
        ("legs.1.movement", 'movement = "bakpedal"', 'Did you mean "backpedal"?'),
        ("distances.gap", "[distances.gap]", "locked, so without min and max"),
        ("cones.lost", "lost = ", "no leg ever reaches this cone; remove it, add a leg"),
        ("legs.3", "[[legs]]", "a sprint goes the way the chest points"),
        ("cues.1", "cues = ", "string"),
        ("de.do", "[de.do]", '"run through" is missing'),
    ):
        assert fragment in found[key]["message"], (key, found[key])
        if key != "legs.3":
            assert found[key]["line"] == line_with(mine, line), key
    readable = run("drills", "check", str(mine))[1]
    assert f"mine.toml:{line_with(mine, 'lost = ')}: cones.lost:" in readable
    lines = [problem["line"] or 0 for problem in told["problems"]]
    assert lines == sorted(lines)


def test_a_missing_key_hides_no_other_mistake(run: Run, mine: Path) -> None:
    text = mine.read_text().replace('title = "My break"', "", 1).replace('back = "drop"', 'back = "drip"', 1)
    mine.write_text(text)
    out = run("drills", "check", str(mine))[1]
    assert "title: this key is missing" in out
    assert 'there is no distance "drip". Did you mean "drop"?' in out


def test_a_good_drill_is_told_what_it_could_say(run: Run, mine: Path) -> None:
    text = mine.read_text().replace('grade = "X"', 'grade = "A"', 1).replace("cues = [", "# cues = [", 1)
    text = text.replace('aliases = ["back and break"]', 'aliases = ["break 45"]', 1)
    mine.write_text(text)
    status, out, _ = run("drills", "check", str(mine))
    assert status == 0
    for note in (
        "grade A without a [[source]]",
        "no cues",
        '"break 45" is what the library calls its drill break-45',
    ):
        assert note in out


def test_every_drill_of_the_library_is_clean(run: Run, repo: Path) -> None:
    files = sorted((repo / "conedrills" / "drills").glob("*.toml"))
    status, out, _ = run("drills", "check", *map(str, files), "--json")
    assert status == 0
    for told in json.loads(out)["files"]:
        assert told["problems"] == []
        assert told["warnings"] == [], told["file"]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x = [", b"#" * 300_000])
def test_what_is_no_toml_is_bad_input(run: Run, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.toml"
    file.write_bytes(content)
    status, out, said = run("drills", "check", str(file))
    assert (status, out) == (2, "")
    assert "bad.toml" in said
