"""Layout, export, layout: equal to the byte in the public canonical form, for real yards and the examples.

Also after other programs have saved the file again.
"""

from __future__ import annotations

import base64
import io
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path as FilePath
from xml.etree import ElementTree

import pikepdf
import pypdf
import pytest

from conedrills.check import problems
from conedrills.compose.phone import Phone, phone
from conedrills.drill import load_drill
from conedrills.errors import LayoutError
from conedrills.exporters import html as html_exporter
from conedrills.exporters import pdf, svg
from conedrills.importers import read_yard
from conedrills.layout import Layout, layout_id
from conedrills.layoutwriter import dumps
from conedrills.opening import layout_in, open_layout
from conedrills.plan import plan
from conedrills.public import canonical, public
from conedrills.sharecode import share_code
from conedrills.sheet import Page, Sheet

ROOT = FilePath(__file__).resolve().parents[1]
YARDS = ROOT.parent / "shared" / "data" / "yards"
NAMES = [
    *(f"bern_{i:02}" for i in range(1, 10)),
    *(f"cornillon_{i:02}" for i in range(1, 29)),
    *(f"paradise_{i:02}" for i in range(1, 8)),
    *(f"prague_{i:02}" for i in range(1, 17)),
]
EXAMPLES = sorted(
    path for path in (ROOT / "layouts").glob("*/*") if path.suffix in {".svg", ".pdf"} and path.is_file()
)
OAK = ROOT / "layouts" / "rectangle-with-an-oak"
PAGE = Page("overview", "title", "description", 210.0, 297.0, ())


@cache
def layout_of(name: str) -> Layout:
    """Two drills, soon found: what is carried does not ask how good it is."""
    file = YARDS / f"{name}.geojson"
    if not file.is_file():
        pytest.skip(f"the shared yard {file.name} is not here")
    drills = [load_drill(drill) for drill in ("short-box", "backpedal-and-go")]
    return plan(read_yard(file), drills, gap=0.3)


def carriers(layout: Layout) -> Iterator[tuple[str, bytes]]:
    """Every kind of file that carries a layout."""
    source = dumps(layout)
    yield "json", source
    yield "svg", svg.write(PAGE, source=source)
    yield "pdf", pdf.write(Sheet("sheet", (PAGE,)), source=source)
    yield "html", html(source)


def html(source: bytes) -> bytes:
    """A page for a phone with no drill to show, which carries what a whole one does."""
    return html_exporter.write(no_page(), source=source)


@cache
def no_page() -> Phone:
    layout = open_layout(OAK / "layout.json")
    return phone(replace(layout, placements=()), units="m")


@pytest.mark.parametrize("name", NAMES)
def test_a_layout_of_a_real_yard_comes_back(name: str) -> None:
    layout = layout_of(name)
    wanted = canonical(layout)
    for form in (layout, public(layout)):
        for kind, content in carriers(form):
            read = layout_in(content, kind)
            assert canonical(read) == wanted, kind
            assert read == layout_in(dumps(form), "json")
    assert problems(public(layout)) == ()
    assert layout_id(public(layout)) == layout_id(layout)


@pytest.mark.parametrize("name", NAMES)
def test_a_code_of_a_real_yard_comes_back(name: str) -> None:
    layout = layout_of(name)
    code = share_code(layout)
    assert code is not None
    read = open_layout(code)
    assert layout_id(read) == layout_id(layout)
    assert problems(read) == ()
    for before, after in zip(layout.placements, read.placements, strict=True):
        assert max((a - b).length for a, b in zip(before.cones, after.cones, strict=True)) < 0.0002


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_example_comes_back(path: FilePath) -> None:
    assert canonical(open_layout(path)) == canonical(open_layout(path.parent / "layout.json"))


# --- saved again by other programs -------------------------------------------------------------------------


def wanted() -> bytes:
    return canonical(open_layout(OAK / "layout.json"))


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--object-streams=generate", "--recompress-flate", "--compression-level=9"],
        ["--qdf", "--object-streams=disable"],
        ["--linearize"],
        ["--stream-data=compress", "--newline-before-endstream"],
        ["--encrypt", "", "x", "256", "--"],
    ],
    ids=lambda options: options[0] if options else "plain",
)
def test_after_qpdf(options: list[str], program: Callable[[str], str], tmp_path: FilePath) -> None:
    again = tmp_path / "again.pdf"
    subprocess.run([program("qpdf"), str(OAK / "sheet.pdf"), *options, str(again)], check=True, timeout=60)
    try:
        assert canonical(open_layout(again)) == wanted()
    except LayoutError as error:  # AES needs a library that we do not ask for
        assert "--encrypt" in options
        assert "is locked. Save a copy of it without a password" in str(error)  # noqa: PT017


@pytest.mark.parametrize("streams", list(pikepdf.ObjectStreamMode), ids=lambda mode: mode.name)
def test_after_pikepdf(streams: pikepdf.ObjectStreamMode) -> None:
    again = io.BytesIO()
    with pikepdf.open(OAK / "sheet.pdf") as file:
        del file.pages[1:]
        file.attachments["notes.txt"] = _notes(file)
        file.save(again, object_stream_mode=streams, compress_streams=True)
    assert canonical(layout_in(again.getvalue(), "x")) == wanted()


def _notes(file: pikepdf.Pdf) -> pikepdf.AttachedFileSpec:
    return pikepdf.AttachedFileSpec(
        file, b"mine", filename="notes.txt", description="", mime_type="", creation_date="", mod_date=""
    )


def test_after_pypdf_with_a_password() -> None:
    writer = pypdf.PdfWriter(OAK / "sheet.pdf")
    writer.encrypt("secret", algorithm="RC4-128")
    again = io.BytesIO()
    writer.write(again)
    with pytest.raises(LayoutError, match="is locked with a password"):
        layout_in(again.getvalue(), "x")


def test_after_elementtree_and_line_breaks() -> None:
    tree = ElementTree.parse(OAK / "overview.svg")
    again = io.BytesIO()
    tree.write(again, encoding="utf-16", xml_declaration=True)
    assert canonical(layout_in(again.getvalue(), "x")) == wanted()
    for element in tree.iter("{urn:conedrills:layout:1}source"):
        element.text = base64.encodebytes(base64.b64decode(element.text or "")).decode()
    again = io.BytesIO()
    tree.write(again, encoding="ascii")
    assert canonical(layout_in(again.getvalue(), "x")) == wanted()


def test_after_rsvg_or_print_it_is_gone_and_the_message_says_what_to_do(
    program: Callable[[str], str], tmp_path: FilePath
) -> None:
    for form in ("pdf", "svg"):
        again = tmp_path / f"again.{form}"
        command = [program("rsvg-convert"), "-f", form, "-o", str(again), str(OAK / "overview.svg")]
        subprocess.run(command, check=True, timeout=60)
        with pytest.raises(LayoutError) as error:
            open_layout(again)
        assert "does not carry a layout. Programs that print, shrink or convert" in str(error.value)
        assert "Ask for the file as conedrills wrote it" in str(error.value)


@pytest.mark.parametrize(
    "folder",
    sorted(path for path in (ROOT / "layouts").iterdir() if path.is_dir()),
    ids=lambda folder: folder.name,
)
def test_a_page_for_a_phone_comes_back(folder: FilePath) -> None:
    layout = open_layout(folder / "layout.json")
    page = html_exporter.write(phone(layout, units=layout.units), source=dumps(layout))
    assert layout_in(page, "page") == layout


def test_a_page_saved_by_a_browser() -> None:
    source = dumps(open_layout(OAK / "layout.json"))
    page = html(source).decode()
    swapped = page.replace(
        '<script type="application/json" id="layout">',
        "<SCRIPT\n defer ID='layout' TYPE=application/json nonce=\"\">",
    )
    for text in (swapped, f"\ufeff{page}", page.replace("<!doctype", "<!-- saved from url -->\n<!DOCTYPE")):
        assert canonical(layout_in(text.encode(), "x")) == wanted()
    assert canonical(layout_in(page.encode("utf-16"), "x")) == wanted()
