"""Opening a layout: by content, from a file or standard input, and what is said of anything else."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import sys
import tracemalloc
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    "a ZIP": (b"PK\x03\x04...", "this is a ZIP archive; take the file out of it"),
    "a compressed drawing": (b"\x1f\x8b\x08...", "this is a compressed file; unpack it"),
    "a certificate": (b'{"format": "conedrills-certificate"}', "this is a certificate, not a layout"),
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


# --- hostile files ----------------------------------------------------------------------------------------


def drawing(inside: str, before: str = "") -> bytes:
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode()


def carried(text: str, version: int = 1) -> str:
    return f'<metadata><source xmlns="urn:conedrills:layout:{version}">{text}</source></metadata>'


def attached(content: bytes, *, packed: bool = True, filters: int = 1, name: str = "layout.json") -> bytes:
    """A PDF with an attachment, written by hand: objects and a table of where they are."""
    body = content
    for _ in range(filters if packed else 0):
        body = zlib.compress(body, 9)
    chain = b"/Filter [" + b"/FlateDecode " * filters + b"]" if packed else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [ (x) 3 0 R ] >> >> >>",
        b"<< /Type /Pages /Kids [] /Count 0 >>",
        b"<< /Type /Filespec /F (" + name.encode() + b") /EF << /F 4 0 R >> >>",
        b"<< /Type /EmbeddedFile /Length %d %s >>\nstream\n%s\nendstream" % (len(body), chain, body),
    ]
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, part in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in places)
    return bytes(out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table)


BILLION = "<!DOCTYPE svg [" + '<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10)
) + "]>"  # fmt: skip
HOSTILE: dict[str, tuple[bytes, str]] = {
    "a billion laughs": (drawing(carried("&a9;"), BILLION), "has a document type"),
    "an entity from a file": (
        drawing(carried("&x;"), '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "has a document type",
    ),
    "a document type alone": (drawing("", "<!DOCTYPE svg>"), "has a document type"),
    "deep XML": (drawing("<g>" * 100_000), "more than 200 elements in each other"),
    "no text": (drawing(carried("AAAA")), "given (the layout in it):1:1: this is not a text file"),
    "wrong base64": (drawing(carried("&lt;%%%&gt;")), "the layout in it is damaged"),
    "half of the base64": (drawing(carried(base64.b64encode(dumps(LAYOUT)).decode()[:1001])), "is damaged"),
    "base64 of nothing": (drawing(carried("")), "given (the layout in it):1:1: the file is empty"),
    "base64 of something else": (drawing(carried(base64.b64encode(b'{"a": 1}').decode())), "not a layout"),
    "too much base64": (drawing(carried("A" * 9_000_000)), "too long for a layout"),
    "a newer drawing": (drawing(carried("AAAA", 2)), "made by a newer conedrills"),
    "an encoding that is none": (b'<?xml version="1.0" encoding="klingon"?><svg/>', "XML"),
    "XML cut short": (drawing(carried("AAAA"))[:60], "this is no XML"),
    "control characters": (drawing("\x00\x01"), "this is no XML"),
    "a page with a broken block": (
        b'<!doctype html><script type="application/json" id="layout">{"format": </script>',
        "given (the layout in it):1:",
    ),
    "a page with an empty block": (
        b'<!doctype html><script type="application/json" id="layout"></script>',
        "the file is empty",
    ),
    "a page of tags without end": (b"<!doctype html>" + b"<script " * 1_000_000, "does not carry a layout"),
    "a page of markup without end": (b"<!doctype html>" + b"<!" * 4_000_000, "does not carry a layout"),
    "a page of scripts": (b"<!doctype html>" + b"<script id=x>" * 300_000, "does not carry a layout"),
    "a PDF without attachments": (
        attached(b"").replace(b"/Names <<", b"/Nomen <<"),
        "this is a PDF and does not carry a layout",
    ),
    "a PDF with another attachment": (attached(b"my notes"), "this is a PDF and does not carry a layout"),
    "an attachment of 100 MB": (
        attached(b'{"format": "conedrills-layout"' + b" " * 100_000_000),
        "out of all proportion",
    ),
    "an attachment of 10 MB as it is": (
        attached(b'{"format": "conedrills-layout"' + b" " * 10_000_000, packed=False),
        "out of all proportion",
    ),
    "a bomb in a bomb": (
        attached(b'{"format": "conedrills-layout"' + b" " * 100_000_000, filters=2),
        "out of all proportion",
    ),
    "an attachment of 5 MB": (attached(dumps(LAYOUT) + b" " * 5_000_000), "bytes are too many"),
    "an attachment that climbs": (attached(b"x", name="../../etc/passwd"), "does not carry a layout"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_one_message(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    content, message = HOSTILE[name]
    tracemalloc.start()
    try:
        with pytest.raises(LayoutError) as error:
            layout_in(content, "given")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert str(error.value).startswith("given")
    assert message in str(error.value)
    assert len(str(error.value).splitlines()) == 1
    assert most < 100_000_000
    assert capfd.readouterr() == ("", "")


def test_the_hand_written_pdf_can_carry_a_layout() -> None:
    for packed in (True, False):
        content = attached(dumps(LAYOUT), packed=packed)
        assert layout_in(content, "x") == layout_in(b"\nfrom a mail\n" + content, "x") == LAYOUT
    assert layout_in(attached(dumps(LAYOUT), filters=2), "x") == LAYOUT


@settings(max_examples=200)
@given(st.data())
def test_a_changed_file_is_one_message(data: st.DataObject) -> None:
    kinds = [
        attached(dumps(LAYOUT)),
        drawing(carried(base64.b64encode(dumps(LAYOUT)).decode())),
        dumps(LAYOUT),
    ]
    content = bytearray(data.draw(st.sampled_from(kinds)))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[at] = data.draw(st.integers(0, 255))
        else:
            del content[at : at + data.draw(st.integers(1, 40))]
    with contextlib.suppress(LayoutError):
        assert isinstance(layout_in(bytes(content), "given"), Layout)


@given(st.binary(max_size=400))
def test_any_bytes_are_one_message(content: bytes) -> None:
    for start in (b"", b"%PDF-1.7\n", b"<svg>", b"<html>", b"CD1:", b'{"format": "conedrills-layout",'):
        with pytest.raises(LayoutError):
            layout_in(start + content, "given")
