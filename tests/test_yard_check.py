"""`yard check`: its document, its words, its exit status, and its drawing."""

from __future__ import annotations

import json
import math
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from conedrills.cli import run
from conedrills.compose.surveyed import surveyed
from conedrills.fonts import width
from conedrills.importers import parse_yard
from conedrills.labels import Box, overlaps
from conedrills.sheet import Stroke, Text

QUAD = {"A-B": "40", "B-C": "28", "C-D": "40", "A-D": "28", "A-C": "48' 10\"", "B-D": "48' 10\""}
ELL = {
    "A-B": "14.00", "B-C": "9.01", "C-D": "8.00", "D-E": "4.99", "E-F": "6.01", "A-F": "14.00",
    "A-C": "16.64", "A-D": "10.82", "A-E": "15.23", "B-D": "12.03", "B-E": "16.12", "B-F": "19.80",
    "C-F": "14.87", "D-F": "7.81",
}  # fmt: skip


def document(tapes: dict[str, Any], boundary: str = "ABCD", **more: Any) -> dict[str, Any]:
    measure = {"boundary": list(boundary), "going": "anticlockwise", "tapes": tapes, **more}
    return {"name": "Yard", "units": "ft" if tapes["A-B"] == "40" else "m", "measure": measure}


def told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: dict[str, Any], *options: str
) -> tuple[int, str, str]:
    file = tmp_path / "yard.json"
    file.write_text(json.dumps(content))
    capsys.readouterr()
    status = run(["yard", "check", str(file), *options])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_the_document_has_what_the_contract_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = told(tmp_path, capsys, document(QUAD), "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    for key in ("name", "area", "perimeter", "boundary", "points", "tapes", "rms", "misclosure", "suspects",
                "next_tape", "problems"):  # fmt: skip
        assert key in found
    assert found["area"] == pytest.approx(1120 * 0.3048**2, rel=0.01)
    assert found["points"]["A"] == {"x": 0.0, "y": 0.0, "sigma": 0.0, "minor": 0.0, "direction": 0.0}
    assert found["points"]["B"]["y"] == 0.0
    assert found["points"]["B"]["x"] == pytest.approx(40 * 0.3048, abs=0.01)
    assert {"from", "to", "measured", "adjusted", "residual", "redundancy", "suspect"} <= found["tapes"][
        0
    ].keys()
    for tape in found["tapes"]:
        start, end = found["points"][tape["from"]], found["points"][tape["to"]]
        apart = math.hypot(start["x"] - end["x"], start["y"] - end["y"])
        assert tape["adjusted"] == pytest.approx(apart, abs=2e-6)
        assert tape["residual"] == pytest.approx(tape["adjusted"] - tape["measured"], abs=2e-6)
    squares = [tape["residual"] ** 2 for tape in found["tapes"]]
    assert found["rms"] == pytest.approx(math.sqrt(sum(squares) / len(squares)), abs=1e-5)
    assert found["misclosure"] is None


def test_a_misread_tape_is_a_problem_and_has_a_likely_cause(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = document({**ELL, "A-C": "17.64"}, "ABCDEF")
    status, out, _ = told(tmp_path, capsys, wrong, "--json")
    assert status == 1
    found = json.loads(out)
    assert [(one["from"], one["to"], one["likely"]) for one in found["suspects"]] == [
        ("A", "C", "one metre too long")
    ]
    assert [tape["suspect"] for tape in found["tapes"]].count(True) == 1
    status, out, _ = told(tmp_path, capsys, wrong)
    assert status == 1
    assert "A–C reads 17.64 m, but everything else says about 16.6" in out
    assert '"ignore": {"A-C": "misread"}' in out
    assert told(tmp_path, capsys, wrong, "--accept-misclosure")[0] == 0
    assert (
        told(tmp_path, capsys, document({**ELL, "A-C": "17.64"}, "ABCDEF", ignore={"A-C": "misread"}))[0] == 0
    )


def test_words_for_a_walk_say_the_length_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    legs = [["A", "40 ft"], "right", ["B", "28 ft"], "right", ["C", "40 ft"], "right", ["D", "27 ft 6"]]
    status, out, _ = told(tmp_path, capsys, {"units": "ft", "measure": {"legs": legs}})
    assert "misses its start by 6.0 in (1 in 271)" in out
    assert status in {0, 1}
    status, out, _ = told(tmp_path, capsys, {"units": "ft", "measure": {"legs": legs}}, "--json")
    assert json.loads(out)["misclosure"] == pytest.approx(0.1524, abs=1e-6)


def test_a_yard_of_given_corners(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = {"units": "ft", "boundary": [[0, 0], [60, 0], [60, 35], [0, 35]]}
    status, out, _ = told(tmp_path, capsys, plain)
    assert status == 0
    assert "4 corners, 190′ round, 2100 ft²" in out
    status, out, _ = told(tmp_path, capsys, plain, "--json")
    assert json.loads(out)["tapes"] == []
    status, _, err = told(tmp_path, capsys, plain, "-o", str(tmp_path / "x.pdf"))
    assert status == 2
    assert "there are no tapes to draw" in err


def test_two_processes_write_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for suffix in ("svg", "pdf"):
        first, second = tmp_path / f"one.{suffix}", tmp_path / f"two.{suffix}"
        for target in (first, second):
            assert told(tmp_path, capsys, document(ELL, "ABCDEF"), "-o", str(target))[0] == 0
        assert first.read_bytes() == second.read_bytes()


def drawn(content: dict[str, Any]) -> Any:
    yard = parse_yard(json.dumps(content).encode(), "yard.json")
    return yard, surveyed(yard, ["One line."], paper="a4", units=yard.units).pages[0]


def test_every_tape_is_drawn_once_at_scale() -> None:
    yard, page = drawn(document(ELL, "ABCDEF"))
    lines = {mark.id: mark for mark in page.marks if isinstance(mark, Stroke) and mark.id.startswith("tape-")}
    assert len(lines) == len(ELL)
    survey = yard.survey
    scales = set()
    for one in survey.tapes:
        (x1, y1), (x2, y2) = lines[f"tape-{one.tape.start}-{one.tape.end}"].points
        scales.add(round(math.hypot(x1 - x2, y1 - y2) / one.adjusted, 6))
    assert len(scales) == 1


def box_of(mark: Text) -> Box:
    wide, high = width(mark.text, mark.size_mm, mark.style), 0.72 * mark.size_mm
    shift = {"start": 0.5, "middle": 0.0, "end": -0.5}[mark.anchor] * wide
    turn = math.radians(mark.angle_deg)
    x = mark.at[0] + shift * math.cos(turn) - high / 2 * math.sin(turn)
    y = mark.at[1] - shift * math.sin(turn) - high / 2 * math.cos(turn)
    return Box((x, y), wide, high, mark.angle_deg)


@pytest.mark.parametrize("wrong", [{}, {"A-C": "17.64"}])
def test_nothing_on_the_drawing_overlaps_or_leaves_the_page(wrong: dict[str, str]) -> None:
    _, page = drawn(document({**ELL, **wrong}, "ABCDEF"))
    boxes = [(mark.text, box_of(mark)) for mark in page.marks if isinstance(mark, Text)]
    readings = [text for text, _ in boxes if re.search(r"\d+\.\d\d m \(", text)]
    assert len(readings) >= len(ELL)
    for place, (text, box) in enumerate(boxes):
        for x, y in box.corners():
            assert 10.0 <= x <= page.width_mm - 10.0, text
            assert 10.0 <= y <= page.height_mm - 10.0, text
        for other, second in boxes[:place]:
            assert not overlaps(box, second), (text, other)


def test_hostile_names_are_drawn_as_they_can_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = document({**QUAD})
    content["name"] = "<script>\x1b[31m&"
    target = tmp_path / "out.svg"
    status, out, _ = told(tmp_path, capsys, content, "-o", str(target))
    assert status == 0
    assert "\x1b" not in out
    ElementTree.fromstring(target.read_text("utf-8"))


def test_a_second_program_reads_the_drawing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], program: Callable[[str], str]
) -> None:
    qpdf, pdftotext = program("qpdf"), program("pdftotext")
    target = tmp_path / "out.pdf"
    assert told(tmp_path, capsys, document(ELL, "ABCDEF"), "-o", str(target))[0] == 0
    subprocess.run([qpdf, "--check", str(target)], check=True, capture_output=True)
    text = subprocess.run(
        [pdftotext, "-layout", str(target), "-"], check=True, capture_output=True
    ).stdout.decode()
    assert "As it was measured" in text
    assert "14 tapes, 5 more than needed" in text
