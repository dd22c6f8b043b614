"""Opening a layout: by content, from a file or standard input, and what is said of anything else."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from conedrills.errors import LayoutError
from conedrills.geometry import Point
from conedrills.layout import Layout
from conedrills.layoutfile import LONGEST_FILE
from conedrills.layoutwriter import dumps
from conedrills.opening import LONGEST, layout_in, open_layout
from conedrills.space import space_model
from conedrills.yard import Yard

YARD = Yard("test", (Point(0.0, 0.0), Point(9.0, 0.0), Point(9.0, 9.0)), ("hard",) * 3)
LAYOUT = Layout("Test", "m", YARD, space_model({}, wet=False), ())


@pytest.mark.parametrize("name", ["layout.json", "layout.pdf", "no-suffix"])
def test_a_layout_is_opened_whatever_its_name(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(dumps(LAYOUT))
    assert open_layout(file) == open_layout(str(file)) == LAYOUT


def test_a_layout_comes_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(dumps(LAYOUT))))
    assert open_layout("-") == LAYOUT
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"{}")))
    with pytest.raises(LayoutError, match="standard input: not a layout"):
        open_layout("-")


OTHERS: dict[str, tuple[bytes, str]] = {
    "nothing": (b" \n", "this file is empty"),
    "a broken PDF": (b"%PDF-1.7\n%\xff\xff", "this is a PDF that cannot be read"),
    "an SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "this is an SVG drawing and does not carry"),
    "an SVG with a prolog": (b'<?xml version="1.0"?>\n<!-- x -->\n<svg/>', "this is an SVG drawing"),
    "HTML": (b"\xef\xbb\xbf<!DOCTYPE html><html></html>", "this is an HTML page and does not carry a layout"),
    "GPX": (b'<?xml version="1.0"?><gpx/>', "this is an XML file and does not"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "this is a picture"),
    "a yard": (
        b'{"units": "ft", "boundary": [[0,0],[60,0],[60,35]]}',
        "this is a yard file; use `conedrills layout",
    ),
    "a measured yard": (b'{"measure": {}}', "this is a yard file; use `conedrills layout --yard`"),
    "GeoJSON": (b'{"type": "FeatureCollection", "features": []}', "this is a GeoJSON yard file; use"),
    "a drill": (
        b'{"title": "x", "cones": {}, "legs": []}',
        "this is a drill, not a layout; `conedrills layout --drill`",
    ),
    "other JSON": (b'{"type": ["Polygon"]}', 'not a layout; a layout begins with "format"'),
    "a number": (b"12", "not a layout"),
    "a TOML file": (b'title = "W drill"\n', "given.json:1:1: this is not JSON, which begins with { or ["),
    "a newer layout": (
        b'{"format": "conedrills-layout", "version": 9}',
        "made by a newer conedrills (version 9)",
    ),
    "too much": (b"{" + b" " * LONGEST_FILE, "bytes are too many"),
    "far too much": (b" " * (LONGEST + 1), "is too long"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_said_of_anything_else(name: str, tmp_path: Path) -> None:
    content, message = OTHERS[name]
    file = tmp_path / "given.json"
    file.write_bytes(content)
    with pytest.raises(LayoutError) as error:
        open_layout(file)
    assert str(error.value).startswith("given.json:")
    assert message in str(error.value)
    with pytest.raises(LayoutError) as again:
        layout_in(content, "given.json")
    assert str(again.value) == str(error.value)


@pytest.mark.parametrize("name", ["missing.json", ".", "\0", "a\x1b[31m"])
def test_what_cannot_be_read(name: str, tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="cannot be read: ") as error:
        open_layout(f"{tmp_path}/{name}")
    assert str(error.value).isprintable()


def test_the_json_test_suite(shared: Path) -> None:
    for file in sorted((shared / "data" / "hostile" / "JSONTestSuite").rglob("*.json")):
        with pytest.raises(LayoutError) as error:
            open_layout(file)
        assert json.dumps(str(error.value))
