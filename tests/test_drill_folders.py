"""Drills of the user's own: one file in a folder, and it is found, listed, shown and laid out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest

from conedrills import cli, shelf
from conedrills.drill import drill_names, load_drill
from conedrills.errors import DrillError, UsageError
from conedrills.shelf import own_drills

YARD = {"units": "m", "boundary": [[0, 0], [30, 0], [30, 30], [0, 30]]}
MINE = """
title = "Oak dash"
aliases = ["oak sprint"]
family = "backward"
paces = ["easy"]
units = "m"
mirror = false
[distances.dash]
nominal = 6
min = 3
max = 6
[cones]
1 = {}
2 = { from = "1", back = "dash" }
[[legs]]
from = "1"
to = "2"
movement = "backpedal"
cut = "stop"
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def go(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = cli.run(arguments)
        said = capsys.readouterr()
        return status, said.out, said.err

    return go


@pytest.fixture
def yard(tmp_path: Path) -> Path:
    file = tmp_path / "home" / "yard.json"
    file.parent.mkdir()
    file.write_text(json.dumps(YARD))
    return file


def put(folder: Path, name: str = "oak-dash", text: str = MINE) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.toml"
    file.write_text(text)
    return file


def beside(yard: Path) -> Path:
    return yard.parent / "conedrills" / "drills"


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "settings" / "drills"
    monkeypatch.setattr(shelf, "config_folder", lambda: folder)
    return folder


@pytest.mark.parametrize("where", ["beside the yard", "the person's"])
@pytest.mark.parametrize("called", ["oak-dash", "Oak Dash", "oak sprint"])
def test_one_file_is_all_that_a_drill_takes(
    run: Run, yard: Path, config: Path, where: str, called: str
) -> None:
    before = {name: load_drill(name) for name in drill_names()}
    put(beside(yard) if where == "beside the yard" else config)
    out = yard.parent / "out"
    status, _, said = run("layout", "--yard", str(yard), "--drill", called, "--out", str(out))
    assert status == 0, said
    layout = json.loads((out / "layout.json").read_text())
    assert [placement["drill"] for placement in layout["placements"]] == ["oak-dash"]
    assert str(yard.parent) not in (out / "layout.json").read_text()
    assert run("check", str(out / "layout.json"))[0] == 0
    assert run("sheet", str(out / "layout.json"), "-o", str(yard.parent / "x.pdf"))[0] == 0
    assert (
        run("refit", str(out / "layout.json"), "--yard", str(yard), "--out", str(yard.parent / "r"))[0] == 0
    )
    status, listed, _ = run("drills", "--yard", str(yard), "--json")
    own = [entry["name"] for entry in json.loads(listed)["drills"] if entry["own"]]
    assert own == ["oak-dash"]
    assert "oak-dash*" in run("drills", "--yard", str(yard))[1]
    assert run("drills", called, "--yard", str(yard))[1].startswith("Oak dash (oak-dash)")
    assert {name: load_drill(name) for name in drill_names()} == before


def test_the_person_s_folder_is_the_platform_s(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()  # the one that keeps tests out of it
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    expected = Path(platformdirs.user_config_dir("conedrills", appauthor=False)) / "drills"
    assert shelf.config_folder() == expected


def test_the_default_choice_is_the_library_s(run: Run, yard: Path) -> None:
    put(beside(yard))
    assert run("layout", "--yard", str(yard), "--out", str(yard.parent / "out"))[0] == 0
    layout = json.loads((yard.parent / "out" / "layout.json").read_text())
    assert "oak-dash" not in {placement["drill"] for placement in layout["placements"]}


def test_a_family_has_the_user_s_own_too(run: Run, yard: Path) -> None:
    put(beside(yard), text=MINE.replace('"backward"', '"footwork"'))
    run("layout", "--yard", str(yard), "--family", "footwork", "--out", str(yard.parent / "out"))
    layout = json.loads((yard.parent / "out" / "layout.json").read_text())
    assert {placement["drill"] for placement in layout["placements"]} == {"hexagon", "oak-dash"}


def test_the_one_beside_the_yard_counts_most(yard: Path, config: Path) -> None:
    put(beside(yard))
    put(config, text=MINE.replace("Oak dash", "Other"))
    own = own_drills(yard)
    assert own.find("oak-dash").title == "Oak dash"
    assert any("is there already" in note for note in own.notes)
    assert own_drills(None).find("oak-dash").title == "Other"


def test_a_name_of_the_library_is_taken_with_a_note(run: Run, yard: Path) -> None:
    put(beside(yard), "w-drill")
    own = own_drills(yard)
    assert own.find("w-drill").title == "Oak dash"
    assert any("takes the place of" in note for note in own.notes)
    names = [entry["name"] for entry in json.loads(run("drills", "--yard", str(yard), "--json")[1])["drills"]]
    assert names.count("w-drill") == 1


def test_an_alias_hides_no_name_of_the_library(yard: Path) -> None:
    put(beside(yard), text=MINE.replace('"oak sprint"', '"w-drill", "T test"'))
    own = own_drills(yard)
    assert own.find("W drill").title == "W drill"
    assert own.find("agility T-test").title == "T-test"
    assert own.find("T test").title == "T-test"  # a name of the library but for its hyphen


def test_a_broken_file_spoils_nothing_but_itself(run: Run, yard: Path) -> None:
    put(beside(yard))
    put(beside(yard), "broken", MINE.replace('"backpedal"', '"sprint"') + "\nfamly = 1\n")
    status, out, said = run("drills", "--yard", str(yard))
    assert status == 0
    assert "oak-dash*" in out
    assert "broken.toml: left out" in said
    with pytest.raises(DrillError, match="famly"):
        own_drills(yard).find("broken")
    assert run("layout", "--yard", str(yard), "--drill", "broken")[0] == 2


def test_what_is_no_file_of_text_is_left_out(yard: Path) -> None:
    folder = beside(yard)
    put(folder)
    (folder / "folder.toml").mkdir()
    (folder / "binary.toml").write_bytes(bytes(range(256)) * 40)
    (folder / "huge.toml").write_text("# long\n" * 100_000)
    (folder / "loop.toml").symlink_to(folder / "loop.toml")
    (folder / "nowhere.toml").symlink_to("/nonexistent")
    (folder / "endless.toml").symlink_to("/dev/zero")
    os.mkfifo(folder / "waiting.toml")
    put(folder, ".hidden")
    (folder / "notes.txt").write_text("no drill")
    own = own_drills(yard)
    assert list(own.drills) == ["oak-dash"]
    assert set(own.broken) == {"binary", "huge"}


def test_very_many_files_are_too_many(yard: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_MOST_FILES", 3)
    for number in range(6):
        put(beside(yard), f"dash-{number}")
    own = own_drills(yard)
    assert list(own.drills) == ["dash-0", "dash-1", "dash-2"]
    assert any("the first 3" in note for note in own.notes)


def test_names_of_files_are_safe_to_print(run: Run, yard: Path) -> None:
    put(beside(yard), "bad\x1b[31m", "title = 3")
    said = run("drills", "--yard", str(yard))[2]
    assert "left out" in said
    assert "\x1b" not in said


def test_a_misspelt_own_name_is_guessed(yard: Path) -> None:
    put(beside(yard))
    with pytest.raises(UsageError, match='Did you mean "Oak dash"'):
        own_drills(yard).find("oak dashh")


def test_beside_a_yard_in_a_checkout_lies_the_library_itself(repo: Path) -> None:
    assert own_drills(repo / "yard.json").drills == {}
