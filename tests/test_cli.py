"""The command line as people use it: what each command writes and says, with which exit status."""

from __future__ import annotations

import io
import json
import math
import os
import re
import resource
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from conedrills import __version__, cli
from conedrills.cli import talk

YARD = '{ "units": "ft", "name": "Back yard", "boundary": [[0, 0], [90, 0], [90, 70], [0, 70]] }'
SMALL = '{ "units": "m", "name": "Balcony", "boundary": [[0, 0], [3, 0], [3, 2], [0, 2]] }'


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in an empty folder that holds yard.json, without a process of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CONEDRILLS_DEBUG", raising=False)
    (tmp_path / "yard.json").write_text(YARD)

    def ran(*arguments: str | Path, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        status = cli.run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return ran


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a layout of two drills, made once."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "yard.json").write_text(YARD)
    arguments = ["layout", "--yard", "yard.json", "--drill", "w-drill", "--drill", "break-45", "--out", "."]
    assert process(arguments, folder).returncode == 0
    return folder


def process(arguments: Sequence[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "conedrills", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )


# ---------------------------------------------------------------- help


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("name", ["", *cli.COMMANDS])
def test_help_shows_examples_first(run: Run, name: str, flag: str) -> None:
    helped = run(*[name][: bool(name)], flag)
    assert helped.status == 0
    assert helped.err == ""
    assert helped.out.index("Examples:") < helped.out.index("Options:")
    assert f"conedrills {name}" in helped.out[helped.out.index("Examples:") :]
    assert all(len(line) <= 100 for line in helped.out.splitlines())


def test_version(run: Run) -> None:
    assert run("--version") == Ran(0, f"conedrills {__version__}\n", "")


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_and_version_load_no_library(flag: str, tmp_path: Path) -> None:
    code = (
        "import sys; from conedrills import cli; cli.run([sys.argv[1]]);"
        "print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code, flag], cwd=tmp_path, capture_output=True, check=True)
    loaded = set(re.findall(r"'(\w+)'", ran.stderr.decode()))
    assert "click" in loaded
    assert not loaded & {"numpy", "shapely", "pydantic", "reportlab", "svgwrite", "pypdf"}


def test_without_a_command_the_help_and_status_2(run: Run) -> None:
    ran = run()
    assert (ran.status, ran.out) == (2, "")
    assert "conedrills layout --yard yard.json" in ran.err


# ---------------------------------------------------------------- layout


def test_layout_writes_what_it_says(run: Run, tmp_path: Path) -> None:
    ran = run("layout", "--yard", "yard.json", "--drill", "w-drill", "--json")
    folder = tmp_path / "layouts" / "back-yard"
    assert ran.status == 0
    files = ran.json["files"]
    assert files[:2] == ["layout.json", "sheet.pdf"]
    assert {"overview.svg", "01-w-drill.svg"} <= set(files)
    assert sorted(path.name for path in folder.iterdir()) == sorted(files)
    document = json.loads((folder / "layout.json").read_text("utf-8"))
    assert {**document, "files": files} == ran.json
    assert document["format"] == "conedrills-layout"
    assert [placement["drill"] for placement in document["placements"]] == ["w-drill"]
    assert document["unplaced"] == []
    assert (folder / "sheet.pdf").read_bytes().startswith(b"%PDF-")
    assert "W drill" in ran.err
    assert "sheet.pdf" in ran.err


def test_layout_without_json_leaves_stdout_alone(run: Run, tmp_path: Path) -> None:
    ran = run("layout", "--yard", "yard.json", "--drill", "w drill", "--out", "here")
    assert (ran.status, ran.out) == (0, "")
    assert (tmp_path / "here" / "layout.json").is_file()


def test_layout_chooses_well_by_itself(run: Run) -> None:
    ran = run("layout", "--yard", "yard.json", "--time", "4", "--json")
    assert ran.status == 0
    assert ran.json["placements"]


@pytest.mark.parametrize("suffix", ["json", "geojson"])
def test_a_yard_in_the_coordinates_of_a_map_grid(suffix: str, run: Run, tmp_path: Path) -> None:
    east, north = 458_123.4, 5_549_876.2
    places = []
    for dx, dy in ((0.0, 0.0), (east, north)):
        ring = [[x + dx, y + dy] for x, y in ((0, 0), (18.3, 0.4), (17.9, 12.2), (0.5, 11.9))]
        yard = {
            "json": {"units": "m", "boundary": ring},
            "geojson": {
                "type": "Feature",
                "properties": {"crs": "local metric"},
                "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
            },
        }[suffix]
        (tmp_path / f"far.{suffix}").write_text(json.dumps(yard))
        ran = run("layout", "--yard", f"far.{suffix}", "--drill", "w-drill", "--out", "far", "--json")
        assert ran.status == 0
        assert run("check", "far/layout.json").status == 0
        (placement,) = ran.json["placements"]
        places.append([(cone["x"] - dx, cone["y"] - dy) for cone in placement["cones"]])
    near, far = places
    assert all(math.dist(one, other) < 1e-6 for one, other in zip(near, far, strict=True))


def test_layout_reads_stdin(run: Run) -> None:
    ran = run("layout", "--yard", "-", "--drill", "w-drill", "--out", "x", "--json", stdin=YARD.encode())
    assert ran.status == 0
    assert ran.json["yard"]["name"] == "Back yard"


def test_what_fits_is_written_and_the_rest_explained(run: Run, tmp_path: Path) -> None:
    ran = run("layout", "--yard", "yard.json", "--drill", "w-drill", "--drill", "5-10-5", "--cones", "5",
              "--pace", "easy", "--json")  # fmt: skip
    assert {placement["drill"] for placement in ran.json["placements"]} >= {"w-drill"}
    fewer = run("layout", "--yard", "yard.json", "--drill", "w-drill", "--drill", "5-10-5", "--cones", "3",
                "--json", "--out", "few")  # fmt: skip
    assert fewer.status == 1
    assert [missing["drill"] for missing in fewer.json["unplaced"]] == ["w-drill"]
    assert "3" in fewer.json["unplaced"][0]["reason"]
    assert "Not placed" in fewer.err
    assert (tmp_path / "few" / "layout.json").is_file()


def test_where_nothing_fits_the_layout_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "small.json").write_text(SMALL)
    for wanted in ([], ["--drill", "t-test"]):
        ran = run("layout", "--yard", "small.json", *wanted, "--out", "small", "--json")
        assert ran.status == 1
        assert ran.json["placements"] == []
        written = json.loads((tmp_path / "small" / "layout.json").read_text("utf-8"))
        assert written["placements"] == []
        assert "Nothing fits" in ran.err
    assert ran.json["unplaced"][0]["drill"] == "t-test"
    assert ran.json["unplaced"][0]["reason"]


def test_a_family_asks_for_all_its_drills(run: Run) -> None:
    ran = run("layout", "--yard", "yard.json", "--family", "warm-up", "--drill", "four-way-circle", "--json")
    listed = [
        drill["name"] for drill in run("drills", "--json").json["drills"] if drill["family"] == "warm-up"
    ]
    assert [part["drill"] for part in (*ran.json["placements"], *ran.json["unplaced"])] == listed
    assert ran.status == (1 if ran.json["unplaced"] else 0)


def test_a_drill_asked_for_twice_is_laid_out_once(run: Run) -> None:
    ran = run("layout", "--yard", "yard.json", "--drill", "w-drill", "--drill", "DB W drill", "--json")
    assert [placement["drill"] for placement in ran.json["placements"]] == ["w-drill"]


def test_options_reach_the_layout(run: Run) -> None:
    arguments = ("layout", "--yard", "yard.json", "--drill", "w-drill", "--json")
    wet = run(*arguments, "--surface", "wet", "--mirror", "left", "--pace", "easy", "--units", "m").json
    dry = run(*arguments, "--surface", "dry", "--mirror", "right", "--pace", "easy").json
    assert (wet["units"], dry["units"]) == ("m", "ft")
    assert [one["placements"][0]["mirrored"] for one in (wet, dry)] == [True, False]
    assert {one["placements"][0]["pace"] for one in (wet, dry)} == {"easy"}
    runs = [[leg["run_out"] for leg in one["placements"][0]["legs"]] for one in (wet, dry)]
    assert sum(runs[0]) > sum(runs[1])
    child = run(*arguments, "--athlete", "child").json
    assert child["placements"][0]["size"] <= 0.75


@pytest.mark.parametrize(
    ("arguments", "paper"),
    [
        ([], "letter"),
        (["--units", "yd"], "letter"),
        (["--units", "m"], "a4"),
        (["--paper", "a4"], "a4"),
        (["--units", "m", "--paper", "Letter"], "letter"),
    ],
)
def test_paper_goes_with_the_units(run: Run, made: Path, arguments: list[str], paper: str) -> None:
    assert run("sheet", made / "layout.json", "-o", "sheet.svg", *arguments).status == 0
    width = {"letter": "215.9mm", "a4": "210mm"}[paper]
    assert f'width="{width}"' in Path("sheet.svg").read_text("utf-8")[:2000]


# ---------------------------------------------------------------- the other commands


def test_drills_are_listed(run: Run) -> None:
    listed = run("drills", "--json")
    assert listed.status == 0
    assert len(listed.json["drills"]) >= 16
    assert {"name", "title", "aliases", "family", "cones", "source", "grade"} <= set(listed.json["drills"][0])
    readable = run("drills")
    assert readable.status == 0
    for drill in listed.json["drills"]:
        assert drill["name"] in readable.out


def test_a_drill_is_shown(run: Run) -> None:
    shown = run("drills", "w-drill", "--size", "0.8", "--pace", "easy", "--json").json
    assert (shown["name"], shown["geometry"]["size"], shown["geometry"]["pace"]) == ("w-drill", 0.8, "easy")
    assert {"order", "from", "to", "movement", "facing", "path", "side_clearance", "run_out"} <= set(
        shown["geometry"]["legs"][0]
    )
    usual = run("drills", "DB W drill", "--json").json
    assert (usual["geometry"]["size"], usual["geometry"]["pace"]) == (usual["size_max"], "full")
    card = run("drills", "w-drill")
    assert card.status == 0
    for word in ("W drill", "backpedal", "cornerback", "http"):
        assert word in card.out
    assert card.err == ""


@pytest.mark.parametrize(
    "entry", sorted((Path(cli.__file__).parents[1] / "drills").glob("*.toml")), ids=lambda p: p.stem
)
def test_every_drill_has_a_card(run: Run, entry: Path) -> None:
    title = tomllib.loads(entry.read_text("utf-8"))["title"]
    card = run("drills", entry.stem)
    assert card.status == 0
    assert title in card.out
    assert max(len(line) for line in card.out.splitlines() if "http" not in line) <= 100


def test_a_drill_of_ones_own(run: Run, tmp_path: Path) -> None:
    source = Path(cli.__file__).parents[1] / "drills" / "w-drill.toml"
    own = source.read_text("utf-8").replace('title = "W drill"', 'title = "My own W"')
    (tmp_path / "my-w.toml").write_text(own, "utf-8")
    assert run("drills", "my-w.toml", "--json").json["name"] == "my-w"
    ran = run("layout", "--yard", "yard.json", "--drill", "my-w.toml", "--drill", "w-drill", "--json")
    assert [placement["title"] for placement in ran.json["placements"]] == ["My own W", "W drill"]


def test_two_drills_of_one_name_are_refused(run: Run, tmp_path: Path) -> None:
    library = Path(cli.__file__).parents[1] / "drills" / "w-drill.toml"
    text = library.read_text("utf-8")
    (tmp_path / "w-drill.toml").write_text(re.sub(r'(?m)^title = ".*"', 'title = "My W"', text, count=1))
    both = ("layout", "--yard", "yard.json", "--drill", "w-drill.toml")
    for other in (("--drill", "w-drill"), ("--family", "cornerback")):
        ran = run(*both, *other)
        assert (ran.status, ran.out) == (2, "")
        assert 'two different drills are called "w-drill"' in ran.err
        assert not (tmp_path / "layouts").exists()
    alone = run(*both, "--pace", "easy", "--json")
    assert [placement["title"] for placement in alone.json["placements"]] == ["My W"]


def test_check_finds_nothing_in_what_we_wrote(run: Run, made: Path) -> None:
    assert run("check", made / "layout.json").status == 0
    ran = run("check", "-", "--json", stdin=(made / "layout.json").read_bytes())
    assert (ran.status, ran.json["problems"]) == (0, [])


def test_check_finds_what_was_changed(run: Run, made: Path, tmp_path: Path) -> None:
    document = json.loads((made / "layout.json").read_text("utf-8"))
    document["placements"][0]["origin"][0] += 30.0
    (tmp_path / "moved.json").write_text(json.dumps(document))
    ran = run("check", "moved.json", "--json")
    assert ran.status == 1
    assert ran.json["problems"]
    told = run("check", "moved.json")
    assert told.status == 1
    assert len(told.out.splitlines()) == len(ran.json["problems"])


def test_sheet_draws_pdf_and_svg(run: Run, made: Path, tmp_path: Path) -> None:
    for name in ("again.pdf", "again.svg"):
        assert run("sheet", made / "layout.json", "-o", name).status == 0
    assert (tmp_path / "again.pdf").read_bytes() == (made / "sheet.pdf").read_bytes()
    assert (tmp_path / "again.svg").read_bytes() == (made / "overview.svg").read_bytes()
    assert run("sheet", made / "layout.json", "-o", "w.svg", "--page", "01-w-drill").status == 0
    assert (tmp_path / "w.svg").read_bytes() == (made / "01-w-drill.svg").read_bytes()


def test_sheet_writes_a_pdf_to_stdout(made: Path) -> None:
    ran = process(["sheet", "layout.json", "-o", "-"], made)
    assert ran.returncode == 0
    assert ran.stdout == (made / "sheet.pdf").read_bytes()


@pytest.mark.parametrize("of", ["yard", "drill", "layout"])
def test_schemas(run: Run, made: Path, of: str) -> None:
    schema = run("schema", of)
    assert schema.status == 0
    assert schema.json["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(schema.json)
    layout = json.loads((made / "layout.json").read_text("utf-8"))
    example = {"yard": json.loads(YARD), "drill": layout["drills"]["w-drill"], "layout": layout}[of]
    jsonschema.Draft202012Validator(schema.json).validate(example)


def test_refit_says_what_changed(run: Run, made: Path, tmp_path: Path) -> None:
    same = run("refit", made / "layout.json", "--yard", "yard.json", "--out", "same", "--json")
    assert same.status == 0
    before = json.loads((made / "layout.json").read_text("utf-8"))
    assert [(one["drill"], one["pace"], one["size"]) for one in same.json["placements"]] == [
        (one["drill"], one["pace"], one["size"]) for one in before["placements"]
    ]
    assert "times compare" in same.err
    (tmp_path / "narrow.json").write_text(YARD.replace("70", "38").replace("90", "52"))
    other = run("refit", made / "layout.json", "--yard", "narrow.json", "--out", "other", "--json")
    assert {part["drill"] for part in (*other.json["placements"], *other.json["unplaced"])} == {
        part["drill"] for part in before["placements"]
    }
    assert "->" in other.err
    assert "do not compare" in other.err
    (tmp_path / "small.json").write_text(SMALL)
    none = run("refit", made / "layout.json", "--yard", "small.json", "--out", "none")
    assert none.status == 1
    assert "does not fit" in none.err
    assert (tmp_path / "none" / "layout.json").is_file()


# ---------------------------------------------------------------- files


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    arguments = ["layout", "--yard", "yard.json", "--drill", "w-drill", "--family", "warm-up", "--json"]
    seen = []
    for number, (seed, zone) in enumerate((("1", "UTC"), ("2", "Pacific/Auckland"))):
        time.sleep(1.1 * number)  # a clock in a file would tick
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "yard.json").write_text(YARD)
        ran = process(arguments, folder, PYTHONHASHSEED=seed, TZ=zone, LC_ALL="C")
        assert ran.returncode in {0, 1}, ran.stderr
        files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        seen.append((ran.stdout, ran.stderr, files))
    assert len(seen[0][2]) >= 5
    assert seen[0] == seen[1]


def test_our_own_files_are_replaced_and_stale_pages_removed(run: Run, tmp_path: Path) -> None:
    first = run(
        "layout", "--yard", "yard.json", "--drill", "w-drill", "--drill", "5-10-5", "--out", "o", "--json"
    )
    assert first.status in {0, 1}
    theirs = {"02-notes.svg": "<svg>mine</svg>", "03-plan.txt": "x", "x.svg": "y", "01-w.svg.bak": "z"}
    for name, text in theirs.items():
        (tmp_path / "o" / name).write_text(text)
    stale = [name for name in first.json["files"] if "5-10-5" in name]
    assert stale
    second = run("layout", "--yard", "yard.json", "--drill", "w-drill", "--out", "o", "--json")
    assert second.status == 0
    left = {path.name for path in (tmp_path / "o").iterdir()}
    assert left == {*second.json["files"], *theirs}
    assert all(name in second.err for name in stale)


@pytest.mark.parametrize("name", ["layout.json", "sheet.pdf", "overview.svg", "01-w-drill.svg"])
def test_a_file_that_we_did_not_write_stays(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / name).write_text("mine")
    ran = run("layout", "--yard", "yard.json", "--drill", "w-drill", "--out", "o")
    assert ran.status == 2
    assert name in ran.err
    assert "--force" in ran.err
    assert [path.name for path in (tmp_path / "o").iterdir()] == [name]
    assert (tmp_path / "o" / name).read_text() == "mine"
    assert run("layout", "--yard", "yard.json", "--drill", "w-drill", "--out", "o", "--force").status == 0
    assert (tmp_path / "o" / name).read_bytes() != b"mine"


def test_a_disk_that_is_full_leaves_nothing_behind(made: Path, tmp_path: Path) -> None:
    def small_files_only() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    ran = subprocess.run(
        [sys.executable, "-B", "-m", "conedrills", "sheet", str(made / "layout.json"), "-o", "new.pdf"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        preexec_fn=small_files_only,
    )
    assert ran.returncode == 2
    assert b"cannot be written: File too large" in ran.stderr
    assert b"Traceback" not in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_layout_is_written_whole_or_not_at_all(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = Path.open, []

    def full(self: Path, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if "w" in mode:
            calls.append(self)
            if len(calls) == 3:
                raise OSError(28, "No space left on device")
        return real(self, mode, *rest, **named)

    monkeypatch.setattr(Path, "open", full)
    ran = run("layout", "--yard", "yard.json", "--drill", "w-drill", "--out", "deep/new")
    assert ran.status == 2
    assert "No space left on device" in ran.err
    assert not (tmp_path / "deep").exists()


# ---------------------------------------------------------------- terminal


def test_a_closed_pipe_is_silent(tmp_path: Path) -> None:
    command = f"{sys.executable} -m conedrills schema layout | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, check=True)
    assert (ran.stdout, ran.stderr) == (b"0\n", b"")


def test_a_closed_stdout_is_silent(tmp_path: Path) -> None:
    command = f"{sys.executable} -m conedrills drills >&-; echo $? >&2"
    ran = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, check=True)
    assert ran.stderr == b"0\n"


def test_a_full_stdout_is_said(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    command = f"{sys.executable} -m conedrills drills --json >/dev/full; echo $?"
    ran = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, check=True)
    assert ran.stdout == b"2\n"
    assert ran.stderr.count(b"\n") == 1
    assert b"No space left" in ran.stderr


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for environment, stream, coloured in (
        ({}, Terminal(), True),
        ({"NO_COLOR": ""}, Terminal(), True),
        ({"NO_COLOR": "1"}, Terminal(), False),
        ({"TERM": "dumb"}, Terminal(), False),
        ({}, io.StringIO(), False),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", stream)
            for name, value in environment.items():
                patch.setenv(name, value)
            talk.complain("no\x1b]0;gotcha\x07 way")
        assert ("\x1b[" in stream.getvalue()) is coloured
        assert "\x1b]" not in stream.getvalue()


def test_progress_is_for_terminals_and_long_work(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("TERM", raising=False)
    monkeypatch.setattr(talk, "_PATIENCE", 0.05)
    for stream, wait, shown in (
        (Terminal(), 0.2, True),
        (Terminal(), 0.0, False),
        (io.StringIO(), 0.2, False),
    ):
        monkeypatch.setattr(sys, "stderr", stream)
        with talk.Progress() as progress:
            progress("W drill")
            time.sleep(wait)
        assert ("W drill" in stream.getvalue()) is shown
        assert stream.getvalue().endswith("\r\x1b[K") is shown


# ---------------------------------------------------------------- errors of ours, interruptions


def _fail(error: BaseException) -> Callable[..., NoReturn]:
    def failing(*_: Any, **__: Any) -> NoReturn:
        raise error

    return failing


def test_an_error_of_ours_asks_for_a_report(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conedrills.cli.layout.planned", _fail(ZeroDivisionError("x")))
    arguments = ("layout", "--yard", "yard.json", "--out", "my out")
    ran = run(*arguments)
    assert ran.status == 70
    assert "conedrills layout --yard yard.json --out 'my out'" in ran.err
    assert len(ran.err.splitlines()) == 1
    assert "Traceback" not in ran.err
    assert not (tmp_path / "my out").exists()
    monkeypatch.setenv("CONEDRILLS_DEBUG", "1")
    assert "Traceback" in run(*arguments).err


def test_interrupted_is_130_and_writes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conedrills.cli.layout.planned", _fail(KeyboardInterrupt()))
    ran = run("layout", "--yard", "yard.json", "--out", "o")
    assert ran.status == 130
    assert "Traceback" not in ran.err
    assert not (tmp_path / "o").exists()
