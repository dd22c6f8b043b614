"""What a person can do wrong: each ends with status 2 and one message, and leaves nothing behind."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conedrills import cli

YARD = '{ "units": "ft", "name": "Back yard", "boundary": [[0, 0], [60, 0], [60, 40], [0, 40]] }'
DRILL = (Path(cli.__file__).parents[1] / "drills" / "w-drill.toml").read_text("utf-8")
GEO = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"crs": "local metric", "name": name},
            "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [20, 0], [20, 20], [0, 20], [0, 0]]]},
        }
        for name in ("front", "back")
    ],
}
LAYOUT = {"format": "conedrills-layout", "version": 1}


def yard(**changes: object) -> str:
    """A yard file with some keys changed; None takes a key away."""
    keys = {**json.loads(YARD), **changes}
    return json.dumps({key: value for key, value in keys.items() if value is not None})


def ring(*corners: object) -> str:
    return yard(boundary=corners)


SQUARE = ([0, 0], [60, 0], [60, 40], [0, 40])
OAK = {"name": "oak", "circle": {"center": [30, 20], "radius": 1}}
FILES: dict[str, str | bytes] = {
    "yard.json": YARD,
    "two.geojson": json.dumps(GEO),
    "w.toml": DRILL,
    "other/w-drill.toml": DRILL.replace('title = "W drill"', 'title = "Other"'),
    "foreign/sheet.pdf": "mine",
    "foreign/layout.json": '{"my": "layout"}',
    "folder.json/x": "",
    "folder.pdf/x": "",
    "afile": "x",
}
"""What lies in the folder in which a mistake is made."""

YARD_FILES: dict[str, tuple[str | bytes, str]] = {
    # what is wrong with it: the file, and what the message must say
    "an empty file": ("", "empty"),
    "only spaces": (" \n\n", "empty"),
    "binary": (bytes(range(256)), "yard.json"),
    "utf-16 cut short": (YARD.encode("utf-16")[:31], "yard.json"),
    "latin-1": (yard(name="x").replace("x", "Gärtle").encode("latin-1"), "yard.json"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "yard.json"),
    "a drill file": (DRILL, "yard.json"),
    "a layout": (json.dumps(LAYOUT), "layout"),
    "a trailing comma": (YARD.replace("40]] }", "40]], }"), "comma"),
    "a comment": ("// my yard\n" + YARD, "comment"),
    "curly quotes": (YARD.replace('"', "”"), "quote"),
    "an unclosed list": (YARD[:-4], "yard.json"),
    "two documents": (YARD + YARD, "yard.json"),
    "a list": ("[]", "yard.json"),
    "a number": ("42", "yard.json"),
    "null": ("null", "yard.json"),
    "NaN": (ring([0, 0], [60, 0], [60, float("nan")], [0, 40]), "NaN"),
    "Infinity": (ring([0, 0], [60, 0], [60, float("inf")], [0, 40]), "Infinity"),
    "1e999": (YARD.replace("40]", "1e999]", 1), "yard.json"),
    "a number of 5,000 digits": (YARD.replace("40]", "4" * 5000 + "]", 1), "yard.json"),
    "100,000 open brackets": ("[" * 100_000, "yard.json"),
    "a key twice": (YARD.replace('"units"', '"units": "m", "units"'), "twice"),
    "too large a file": (YARD + " " * 2_500_000, "2 MB"),
    "no units": (yard(units=None), "units"),
    "units of cm": (yard(units="cm"), "units"),
    "no boundary": (yard(boundary=None), "boundary"),
    "a misspelt key": (yard(boundry=[]), "boundary"),
    "a misspelt key within": (yard(obstacles=[{**OAK, "knd": "soft"}]), "kind"),
    "two corners": (ring([0, 0], [60, 0]), "boundary"),
    "a corner of three numbers": (ring([0, 0, 0], [60, 0], [60, 40]), "boundary"),
    "a corner in words": (ring("here", [60, 0], [60, 40]), "boundary"),
    "a length that is none": (ring(["0", "twelve"], [60, 0], [60, 40]), "twelve"),
    "units that ascend": (ring(["0", "3 in 12 ft"], [60, 0], [60, 40]), "3 in 12 ft"),
    "a bow-tie": (ring([0, 0], [60, 40], [60, 0], [0, 40]), "cross"),
    "a spike": (ring([0, 0], [60, 0], [90, 0], [60, 0], [60, 40]), "yard.json"),
    "no area": (ring([0, 0], [30, 0], [60, 0]), "yard.json"),
    "one place three times": (ring([1, 1], [1, 1], [1, 1]), "yard.json"),
    "a yard of ten miles": (ring([0, 0], [52_800, 0], [52_800, 9], [0, 9]), "more than 3,281 ft"),
    "20,001 corners": (ring(*([i / 1000, (i % 2) / 9] for i in range(20_001)), [20, 40]), "20000"),
    "an obstacle outside": (yard(obstacles=[{**OAK, "circle": {"center": [99, 9], "radius": 1}}]), "oak"),
    "an obstacle over all": (yard(obstacles=[{**OAK, "circle": {"center": [30, 20], "radius": 90}}]), "oak"),
    "a negative radius": (yard(obstacles=[{**OAK, "circle": {"center": [30, 20], "radius": -1}}]), "radius"),
    "no radius": (yard(obstacles=[{**OAK, "circle": {"center": [30, 20]}}]), "radius"),
    "an obstacle of two shapes": (yard(obstacles=[{**OAK, "line": [[1, 1], [2, 2]]}]), "obstacles"),
    "an obstacle of no shape": (yard(obstacles=[{"name": "oak"}]), "obstacles"),
    "a kind that is none": (yard(obstacles=[{**OAK, "kind": "woody"}]), "kind"),
    "obstacles as text": (yard(obstacles="oak"), "obstacles"),
    "a side that is none": (yard(edges=[{"side": 4, "kind": "soft"}]), "side"),
    "a side twice": (yard(edges=[{"side": 0, "kind": "soft"}, {"side": 0, "kind": "hard"}]), "side"),
    "a reference twice": (
        yard(references=[{"name": "A", "x": 0, "y": 0}, {"name": "A", "x": 1, "y": 0}]),
        "A",
    ),
    "a clearance under the floor": (yard(space={"side_clearance": {"full": {"forward": "1 ft"}}}), "space"),
    "tapes": (yard(boundary=None, measure={"method": "ties"}), "measure"),
    "a surface that is none": (yard(surface="icy"), "surface"),
    "a name that is none": (yard(name=7), "name"),
    "a point of GeoJSON": ('{"type": "Point", "coordinates": [7, 47]}', "Point"),
    "a line of GeoJSON": ('{"type": "LineString", "coordinates": [[7, 47], [8, 48]]}', "line"),
    "GeoJSON of nothing": ('{"type": "FeatureCollection", "features": []}', "yard.json"),
    "GeoJSON with two yards": (json.dumps(GEO), "--feature"),
    "escapes for a terminal": (yard(name="x", **{"\x1b]0;gotcha\x07": 1}), "gotcha"),
}

LAYOUT_FILES: dict[str, tuple[str | bytes, str]] = {
    "an empty file": ("", "empty"),
    "binary": (bytes(range(256)), "bad.json"),
    "a yard": (YARD, "yard"),
    "GeoJSON": (json.dumps(GEO), "yard"),
    "a drill": (DRILL, "bad.json"),
    "a PDF": (b"%PDF-1.7\n", "PDF"),
    "a list": ("[]", "bad.json"),
    "a newer version": (json.dumps({**LAYOUT, "version": 2}), "version"),
    "nothing but its format": (json.dumps(LAYOUT), "bad.json"),
    "cut short": (json.dumps(LAYOUT)[:-5], "bad.json"),
    "NaN": (json.dumps({**LAYOUT, "title": float("nan")}), "bad.json"),
    "deep nesting": ('{"format":"conedrills-layout","version":1,"x":' + "[" * 50_000, "bad.json"),
}

DRILL_FILES: dict[str, tuple[str | bytes, str]] = {
    "an empty file": ("", "bad.toml"),
    "no TOML": ("title = W drill", "bad.toml"),
    "JSON": (YARD, "bad.toml"),
    "binary": (bytes(range(256)), "bad.toml"),
    "a misspelt key": (DRILL.replace("family", "famly"), "family"),
    "an unknown movement": (DRILL.replace('"backpedal"', '"moonwalk"', 1), "movement"),
    "a backpedal that goes forward": (DRILL.replace('"sprint"', '"backpedal"', 1), "backpedal"),
    "an unknown distance": (DRILL.replace('distance = "leg"', 'distance = "lag"', 1), "lag"),
    "code for a distance": (DRILL.replace('distance = "leg"', 'distance = "__import__(1)"', 1), "distance"),
    "NaN": (DRILL.replace("nominal = 5", "nominal = nan"), "nominal"),
    "too large a file": (DRILL + "#" * 300_000, "200,000"),
}

COMMAND_LINES: dict[str, tuple[str, str]] = {
    # the command line: what the message must say
    "layot": ("layot --yard yard.json", "layout"),
    "an option before the command": ("--yard yard.json layout", "--yard"),
    "no yard": ("layout", "--yard"),
    "a yard without a name": ("layout --yard", "--yard"),
    "two yards": ("layout --yard yard.json --yard yard.json", "twice"),
    "a yard as argument": ("layout yard.json", "--yard"),
    "a yard that is missing": ("layout --yard yrad.json", "yrad.json"),
    "a yard that is a folder": ("layout --yard folder.json", "folder"),
    "a yard under a file": ("layout --yard afile/yard.json", "yard.json"),
    "a yard that never ends": ("layout --yard /dev/zero", "zero"),
    "an unknown option": ("layout --yard yard.json --dril w-drill", "--drill"),
    "a language": ("layout --yard yard.json --lang fr", "fr"),
    "a tape": ("layout --yard yard.json --tape 30x", "--tape 30x"),
    "a short tape": ("layout --yard yard.json --tape 1m", "a tape is"),
    "an unknown drill": ("layout --yard yard.json --drill w-dril", "w-drill"),
    "a drill of no name": ("layout --yard yard.json --drill ''", "drill"),
    "a drill file that is missing": ("layout --yard yard.json --drill my.toml", "my.toml"),
    "a yard as a drill": ("layout --yard yard.json --drill ./yard.json", "yard.json"),
    "a folder as a drill": ("layout --yard yard.json --drill other/", "other"),
    "two drills of one name": (
        "layout --yard yard.json --drill w-drill --drill other/w-drill.toml",
        "w-drill",
    ),
    "an unknown family": ("layout --yard yard.json --family cornerbacks", "cornerback"),
    "an unknown pace": ("layout --yard yard.json --pace sprint", "walk"),
    "two paces": ("layout --yard yard.json --pace easy --pace full", "twice"),
    "no cones": ("layout --yard yard.json --cones 0", "--cones"),
    "half a cone": ("layout --yard yard.json --cones 2.5", "--cones"),
    "an unknown side": ("layout --yard yard.json --mirror up", "--mirror"),
    "an unknown surface": ("layout --yard yard.json --surface icy", "--surface"),
    "an unknown athlete": ("layout --yard yard.json --athlete baby", "--athlete"),
    "unknown units": ("layout --yard yard.json --units cm", "--units"),
    "unknown paper": ("layout --yard yard.json --paper a5", "--paper"),
    "no time": ("layout --yard yard.json --time 0", "--time"),
    "time that is no number": ("layout --yard yard.json --time nan", "--time"),
    "time without end": ("layout --yard yard.json --time inf", "--time"),
    "time in words": ("layout --yard yard.json --time soon", "--time"),
    "no gap": ("layout --yard yard.json --gap 0", "from 0.0001 to 0.5"),
    "a gap finer than sizes are": ("layout --yard yard.json --gap 0.00001", "from 0.0001 to 0.5"),
    "a gap in percent": ("layout --yard yard.json --gap 1", "from 0.0001 to 0.5"),
    "a gap with its sign": ("layout --yard yard.json --gap 0.1%", "from 0.0001 to 0.5"),
    "a gap that is no number": ("refit layout.json --yard yard.json --gap nan", "from 0.0001 to 0.5"),
    "two gaps": ("layout --yard yard.json --gap 0.1 --gap 0.2", "twice"),
    "a certificate that is a folder": ("layout --yard yard.json --certificate folder.json", "folder"),
    "a certificate of no name": ("layout --yard yard.json --certificate ''", "folder"),
    "a certificate in no folder": ("layout --yard yard.json --certificate no/proof.json", "no such folder"),
    "a certificate under a file": ("layout --yard yard.json --certificate afile/proof.json", "afile"),
    "a certificate over a foreign file": ("layout --yard yard.json --certificate two.geojson", "--force"),
    "a certificate over a layout": ("layout --yard yard.json --certificate layout.json", "--force"),
    "a certificate as the layout": (
        "layout --yard yard.json --out o --certificate o/layout.json",
        "Name another",
    ),
    "a certificate as a page": (
        "layout --yard yard.json --out o --certificate o/01-w-drill.svg",
        "Name another",
    ),
    "a certificate where nobody can write": (
        "layout --yard yard.json --certificate /proc/x.json",
        "/proc/x.json",
    ),
    "a certificate that is a device": ("layout --yard yard.json --certificate /dev/null", "/dev/null"),
    "a certificate of a null byte": ("layout --yard yard.json --certificate a\0b", "written"),
    "two documents on stdout": ("layout --yard yard.json --json --certificate -", "stdout"),
    "a feature of our own file": ("layout --yard yard.json --feature 1", "--feature"),
    "an unknown feature": ("layout --yard two.geojson --feature side", "side"),
    "a feature out of count": ("layout --yard two.geojson --feature 3", "3"),
    "--out that is a file": ("layout --yard yard.json --out afile", "afile"),
    "--out under a file": ("layout --yard yard.json --out afile/out", "afile"),
    "--out with a foreign file": ("layout --yard yard.json --out foreign", "--force"),
    "--out of no name": ("layout --yard yard.json --out ''", "--out"),
    "--out of too long a name": (f"layout --yard yard.json --out {'x' * 300}", "xxx"),
    "--out where nobody can write": (
        "layout --yard yard.json --drill w-drill --out /proc/nowhere",
        "/proc/nowhere",
    ),
    "--out of a null byte": ("layout --yard yard.json --drill w-drill --out a\0b", "written"),
    "check of nothing": ("check", "LAYOUT"),
    "check of a missing file": ("check no.json", "no.json"),
    "check of a folder": ("check folder.json", "folder.json"),
    "check of a null byte": ("check a\0b", "b"),
    "check of two": ("check a.json b.json", "b.json"),
    "a sheet of nothing": ("sheet", "LAYOUT"),
    "a sheet without a file": ("sheet layout.json", "--output"),
    "a sheet as a picture": ("sheet layout.json -o sheet.png", ".pdf"),
    "a sheet without a suffix": ("sheet layout.json -o sheet", ".pdf"),
    "a sheet into a folder": ("sheet layout.json -o folder.pdf", "folder"),
    "a sheet into a missing folder": ("sheet layout.json -o no/sheet.pdf", "no"),
    "a sheet over a foreign file": ("sheet layout.json -o foreign/sheet.pdf", "--force"),
    "a sheet where there is no folder": ("sheet layout.json -o /dev/null.pdf/x.svg", "/dev/null.pdf"),
    "an unknown page": ("sheet layout.json -o x.svg --page 07-w-drill", "overview"),
    "an unknown drill to show": ("drills w-dril", "w-drill"),
    "a size of nothing": ("drills w-drill --size 0", "--size"),
    "a negative size": ("drills w-drill --size -1", "--size"),
    "a size that is no number": ("drills w-drill --size nan", "--size"),
    "an endless size": ("drills w-drill --size 1e300", "--size"),
    "a size for all": ("drills --size 1", "--size"),
    "a pace for all": ("drills --pace easy", "--pace"),
    "a new drill of another sort": ("drills new -o mine.txt", ".toml"),
    "a new drill twice named": ("drills new mine.toml", "mine.toml"),
    "no drill to judge": ("drills check", "FILE"),
    "a drill to judge that is not there": ("drills check none.toml", "none.toml"),
    "a filter for one drill": ("drills w-drill --family backward", "--family"),
    "an unknown family to list": ("drills --family backwards", "backward"),
    "an unknown movement to list": ("drills --movement bakpedal", "backpedal"),
    "a room of one length": ("drills --room 12m", "30x20ft"),
    "a room of nothing": ("drills --room 0x4m", "over 0"),
    "two drills to show": ("drills w-drill t-test", "t-test"),
    "a schema of nothing": ("schema", "yard"),
    "an unknown schema": ("schema sheet", "yard"),
    "refit of nothing": ("refit", "LAYOUT"),
    "refit into nothing": ("refit layout.json", "--yard"),
    "refit of stdin into stdin": ("refit - --yard -", "stdin"),
    "refit of a yard": ("refit yard.json --yard yard.json", "yard.json"),
    "refit into a layout": ("refit layout.json --yard layout.json", "layout"),
    "refit of an empty layout": ("refit empty.json --yard yard.json", "no drill"),
}


@pytest.fixture(scope="session")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A layout, and one with neither placed nor unplaced drills."""
    folder = tmp_path_factory.mktemp("layouts")
    (folder / "yard.json").write_text(YARD)
    arguments = ["layout", "--yard", str(folder / "yard.json"), "--drill", "w-drill", "--out", str(folder)]
    assert cli.run(arguments) in {0, 1}
    made = (folder / "layout.json").read_bytes()
    empty = {**json.loads(made), "placements": [], "unplaced": [], "drills": {}}
    return {"layout.json": made, "empty.json": json.dumps(empty).encode()}


Mistake = Callable[..., None]


@pytest.fixture
def mistake(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    layouts: dict[str, bytes],
) -> Mistake:
    """Make a mistake, and see that it ends as it should."""
    for name, content in {**FILES, **layouts}.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))

    def make(arguments: list[str], says: str, **files: str | bytes) -> None:
        for name, content in files.items():
            file = tmp_path / name.replace("_", ".")
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        before = dict(_contents(tmp_path))
        capsys.readouterr()
        status = cli.run(arguments)
        captured = capsys.readouterr()
        assert (status, captured.out) == (2, "")
        assert captured.err.startswith("Error: ")
        assert captured.err.count("Error") == 1
        assert says.casefold() in captured.err.casefold()
        assert "Traceback" not in captured.err
        assert len(captured.err) < 5000
        assert not any(letter in captured.err for letter in "\x1b\x07\x00")
        assert dict(_contents(tmp_path)) == before

    return make


def _contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        yield path, path.read_bytes() if path.is_file() else b""


def _words(line: str) -> list[str]:
    return ["" if word == "''" else word for word in line.split(" ")]


@pytest.mark.parametrize("name", COMMAND_LINES)
def test_command_lines(name: str, mistake: Mistake) -> None:
    line, says = COMMAND_LINES[name]
    mistake(_words(line), says)


@pytest.mark.parametrize("name", YARD_FILES)
def test_yard_files(name: str, mistake: Mistake) -> None:
    content, says = YARD_FILES[name]
    mistake(["layout", "--yard", "yard.json", "--drill", "w-drill"], says, yard_json=content)


@pytest.mark.parametrize("name", LAYOUT_FILES)
@pytest.mark.parametrize("command", ["check", "sheet -o x.pdf", "refit --yard yard.json"])
def test_layout_files(command: str, name: str, mistake: Mistake) -> None:
    content, says = LAYOUT_FILES[name]
    mistake([*command.split(), "bad.json"], says, bad_json=content)


@pytest.mark.parametrize("name", DRILL_FILES)
@pytest.mark.parametrize("command", ["layout --yard yard.json --drill", "drills"])
def test_drill_files(command: str, name: str, mistake: Mistake) -> None:
    content, says = DRILL_FILES[name]
    mistake([*command.split(), "bad.toml"], says, bad_toml=content)


def test_a_file_that_nobody_may_read(mistake: Mistake, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (tmp_path / "yard.json").chmod(0)
    mistake(["check", "yard.json"], "Permission denied")


def test_a_folder_that_nobody_may_write(mistake: Mistake, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (tmp_path / "folder.pdf").chmod(0o500)
    mistake(["layout", "--yard", "yard.json", "--out", "folder.pdf/out"], "Permission denied")


def test_more_than_fifty_were_tried() -> None:
    assert len(COMMAND_LINES) + len(YARD_FILES) + 3 * len(LAYOUT_FILES) + 2 * len(DRILL_FILES) > 150


def test_hostile_files_of_strangers(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    files = [path for path in sorted((shared / "data" / "hostile").rglob("*")) if path.is_file()]
    assert len(files) > 400
    for file in files:
        for arguments in (
            ["layout", "--yard", str(file), "--drill", "four-way-circle", "--out", "out", "--time", "0.2"],
            ["check", str(file)],
        ):
            status = cli.run(arguments)
            told = capsys.readouterr().err
            assert status in ({0, 1, 2} if "--yard" in arguments else {2}), (file, told)
            assert "Traceback" not in told
            assert "\x1b" not in told
