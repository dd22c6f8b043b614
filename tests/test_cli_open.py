"""`conedrills open`: what is in a file or a code, and the layout taken out of it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from conedrills import cli
from conedrills.layoutreader import loads
from conedrills.layoutwriter import dumps, to_json
from conedrills.opening import open_layout
from conedrills.public import canonical
from conedrills.sharecode import share_code

OAK = Path(__file__).resolve().parents[1] / "layouts" / "rectangle-with-an-oak"
ID = json.loads((OAK / "layout.json").read_text())["id"]
FILES = ["layout.json", "sheet.pdf", "overview.svg", "04-modified-t-test.svg"]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = cli.run(["open", *arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.mark.parametrize("name", FILES)
def test_a_summary(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, str(OAK / name))
    assert status == 0
    for words in (
        f"Layout {ID}: Rectangle with an oak", "Made by conedrills 0.1.0. Lengths in ft.",
        "Yard: 1,116 sq ft of lawn, 1 obstacle", "Modified T-test", "88 %", "brisk pace", "4 cones",
    ):  # fmt: skip
        assert words in out
    assert err == "Judged again: no problem.\n"


def test_show_says_what_is_private_first(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, str(OAK / "sheet.pdf"), "--show")
    assert status == 0
    assert out.startswith(
        "Private (a share code leaves it out):\n  title and name of the yard: Rectangle with"
    )
    for words in ("neighbour's lawn", "oak", "A: house corner by the tap", "place on earth: none"):
        assert words in out.split("Besides:")[0]
    code = out.splitlines()[-1]
    assert canonical(open_layout(code)) != b""
    _, shown, _ = run(capsys, code, "--show")
    private = shown.split("Besides:")[0]
    assert "Rectangle" not in private
    assert "names of obstacles: none" in private


def test_a_layout_is_written_and_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "again.json"
    status, out, err = run(capsys, str(OAK / "sheet.pdf"), "-o", str(file))
    assert (status, out) == (0, "")
    assert "Wrote" in err
    assert file.read_bytes() == (OAK / "layout.json").read_bytes()
    assert run(capsys, str(OAK / "overview.svg"), "-o", str(file))[0] == 0  # over our own
    status, out, _ = run(capsys, str(file), "--json")
    assert json.loads(out) == to_json(open_layout(OAK / "layout.json"))


def test_a_file_of_somebody_elses_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.json"
    file.write_text("{}")
    status, _, err = run(capsys, str(OAK / "sheet.pdf"), "-o", str(file))
    assert status == 2
    assert "did not write it" in err
    assert file.read_text() == "{}"
    assert run(capsys, str(OAK / "sheet.pdf"), "-o", str(file), "--force")[0] == 0
    assert file.read_bytes() == (OAK / "layout.json").read_bytes()


def test_a_code_is_pasted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = share_code(open_layout(OAK / "layout.json"))
    assert code
    for arguments in ([code], ["-"]):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(f"{code}\n".encode())))
        status, out, _ = run(capsys, *arguments)
        assert status == 0
        assert out.startswith(f"Layout {ID}\n")
    file = tmp_path / "code.txt"
    file.write_text(code)
    assert run(capsys, str(file), "-o", str(tmp_path / "x.json"))[0] == 0
    assert cli.run(["check", str(file)]) == 0
    assert cli.run(["sheet", code, "-o", str(tmp_path / "x.pdf")]) == 0
    assert canonical(open_layout(tmp_path / "x.pdf")) == canonical(open_layout(tmp_path / "x.json"))


def test_an_edited_file_is_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads((OAK / "layout.json").read_text())
    data["placements"][0]["size"] = 3.0
    data["later"] = 1
    file = tmp_path / "edited.json"
    file.write_text(json.dumps(data))
    status, out, err = run(capsys, str(file))
    assert status == 1
    assert "says more than this conedrills knows (later)" in out
    assert "size 3.0000, but the drill allows" in err
    assert "problems." in err.splitlines()[-1]
    assert run(capsys, str(file), "--show")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.pdf"], "nothing.pdf: cannot be read"),
        (["CD1:ABC"], "share code: a part of it is missing"),
        (["CD7:ABC"], "made by a newer conedrills"),
        ([str(OAK / "layout.json"), "-o", "x.doc"], "a layout is written as .json"),
        ([str(OAK / "layout.json"), "-o", "x"], "a layout is written as .json"),
        ([str(OAK / "yard.json")], "this is a yard file"),
        ([], "Missing argument"),
    ],
)
def test_mistakes(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert list(tmp_path.iterdir()) == []


def test_names_cannot_play_with_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads((OAK / "layout.json").read_text())
    data["title"] = data["yard"]["name"] = "\x1b]0;gotcha\x07\u202eevil\n\x9b31m"
    data["yard"]["obstacles"][0]["name"] = "\x1b[31moak"
    data["\x1b[1mkey"] = 1
    file = tmp_path / "evil.json"
    file.write_text(json.dumps(data))
    _, out, err = run(capsys, str(file), "--show")
    assert all(letter.isprintable() or letter == "\n" for letter in out + err)
    assert dumps(loads(file.read_bytes(), "x"))


def test_a_layout_without_drills_is_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads((OAK / "layout.json").read_text())
    data["placements"] = []
    file = tmp_path / "empty.json"
    file.write_text(json.dumps(data))
    status, out, _ = run(capsys, str(file), "--show")
    assert status == 0
    assert "no drill lies in it" in out
    assert "CD1" not in out


@pytest.mark.parametrize("name", ["again.json", "table.csv", "yard.geojson", "yard.dxf", "page.html"])
def test_everything_that_can_be_written_is_ours(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And may be written over again; what is given away has no name of the yard in it."""
    file = tmp_path / name
    for _ in range(2):
        status, out, err = run(capsys, str(OAK / "sheet.pdf"), "-o", str(file))
        assert (status, out) == (0, "")
        assert f"Wrote {file}." in err
    if name == "page.html":
        assert canonical(open_layout(file)) == canonical(open_layout(OAK / "layout.json"))
    assert (b"by the tap" in file.read_bytes()) == (name in {"again.json", "table.csv"})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("o.csv", "this is a table of cones and does not carry its layout"),
        ("o.txt", "this is a sheet in words and does not carry its layout"),
        ("o.dxf", "this is a DXF drawing and does not carry its layout"),
        ("o.geojson", "this is yard and cones as GeoJSON, not a layout"),
    ],
)
def test_files_of_ours_that_carry_none_are_named(
    name: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / name
    assert cli.run(["sheet", str(OAK / "layout.json"), "-o", str(file)]) == 0
    capsys.readouterr()
    status, out, err = run(capsys, str(file))
    assert (status, out) == (2, "")
    assert words in err


def test_a_page_that_was_cut_short_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "page.html"
    assert cli.run(["share", str(OAK / "layout.json"), "-o", str(file)]) == 0
    file.write_bytes(file.read_bytes()[:40_000])
    capsys.readouterr()
    assert "cut short or damaged; ask for it again" in run(capsys, str(file))[2]


def test_standard_output_gets_json(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cli.run(["open", str(OAK / "sheet.pdf"), "-o", "-"]) == 0
    assert capsysbinary.readouterr().out == (OAK / "layout.json").read_bytes()


def test_nothing_is_no_name(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "")
    assert (status, "there is no file and no code" in err) == (2, True)
