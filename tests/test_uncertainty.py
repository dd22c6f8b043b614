"""What measuring leaves unsure: it is kept clear, and every page says so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from conedrills.check import problems
from conedrills.cli import run
from conedrills.compose.unsure import kept_besides
from conedrills.importers import parse_yard, read_yard
from conedrills.language import Voice
from conedrills.layout import Layout
from conedrills.layoutreader import loads
from conedrills.space import SpaceModel
from conedrills.yard import Yard

TAPES = {"A-B": 12.0, "B-C": 9.0, "C-D": 12.0, "A-D": 9.0, "A-C": 15.0, "B-D": 15.0}


def document(**more: object) -> dict[str, object]:
    measure = {"boundary": list("ABCD"), "going": "anticlockwise", "tapes": TAPES, **more}
    oak = {"name": "oak", "tapes": {"A": 6.0, "B": 8.0, "C": 9.0}, "trunk around": 1.5}
    return {"name": "Yard", "units": "m", "measure": measure, "obstacles": [oak]}


def taped(**more: object) -> Yard:
    return parse_yard(json.dumps(document(**more)).encode(), "yard.json")


def said(yard: Yard, voice: Voice) -> list[str]:
    return list(kept_besides(Layout("", yard.units, yard, SpaceModel(), ()), voice))


def test_it_says_how_much_and_where() -> None:
    yard = taped()
    (sentence,) = said(yard, Voice("en", "m"))
    for name in ("at B", "at C", "at D", "at the oak"):
        assert name in sentence
    assert "cm" in sentence
    assert said(yard, Voice("de", "m"))[0].startswith("Was das Messen offen lässt: +")
    assert "″ at" in said(yard, Voice("en", "ft"))[0]
    assert said(replace(yard, uncertainty=(), obstacles=()), Voice("en", "m")) == []


def test_rougher_tapes_leave_less_room(tmp_path: Path) -> None:
    """The same corners, measured better and worse: the worse, the smaller the drill, and both are clean."""
    sizes = []
    for care in ("careful", "rough"):
        file = tmp_path / f"{care}.json"
        file.write_text(json.dumps(document(care=care)))
        out = tmp_path / care
        assert (
            run(["layout", "--yard", str(file), "--drill", "5-10-5", "--pace", "walk", "--out", str(out)])
            == 0
        )
        layout = loads((out / "layout.json").read_bytes(), "layout.json")
        assert problems(layout) == ()
        sizes.append(layout.placements[0].size)
    assert sizes[0] > sizes[1]


def test_every_page_says_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "yard.json", tmp_path / "out"
    file.write_text(json.dumps(document()))
    assert run(["layout", "--yard", str(file), "--drill", "5-10-5", "--pace", "walk", "--out", str(out)]) == 0
    assert "Kept clear besides. What measuring leaves unsure: +" in capsys.readouterr().err
    assert "Kept clear besides" in (out / "overview.svg").read_text("utf-8")
    layout = str(out / "layout.json")
    assert run(["sheet", layout, "-o", str(tmp_path / "sheet.txt")]) == 0
    assert "What measuring leaves unsure" in (tmp_path / "sheet.txt").read_text("utf-8").replace("\n", " ")
    assert run(["share", layout, "-o", str(tmp_path / "page.html")]) == 0
    assert "What measuring leaves unsure" in (tmp_path / "page.html").read_text("utf-8")


def test_a_yard_of_given_corners_says_nothing_of_it(repo: Path) -> None:
    yard = read_yard(repo / "layouts" / "rectangle-with-an-oak" / "yard.json")
    assert said(yard, Voice("en", "m")) == []
