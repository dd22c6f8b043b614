"""Every format read back with a parser that is not ours: the same cones and words, where they are."""

from __future__ import annotations

import math
import pkgutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import svgwrite
from PIL import Image, ImageChops, ImageFilter

from conedrills import exporters
from conedrills.compose import compose
from conedrills.errors import ExportError
from conedrills.exporters import pdf as pdf_exporter
from conedrills.exporters import svg as svg_exporter
from conedrills.sheet import Disc, Page, Region, Sheet, Stroke, Text
from tests.readback import layouts, pdf, svg

NAMES = list(layouts.all_layouts())
NEAR_MM = 0.05
_SVG = "{http://www.w3.org/2000/svg}"
Find = Callable[[str], str]


@cache
def sheet_of(name: str) -> Sheet:
    return compose(layouts.all_layouts()[name], paper="letter", units="m")


def test_every_format_has_a_reader() -> None:
    formats = {module.name for module in pkgutil.iter_modules(exporters.__path__)}
    readers = {path.stem for path in (Path(__file__).parent / "readback").glob("*.py")}
    assert formats <= readers
    assert {f".{name}" for name in formats} >= set(exporters.SUFFIXES)


@pytest.mark.parametrize("name", NAMES)
def test_both_formats_show_what_was_composed(name: str) -> None:
    sheet = sheet_of(name)
    printed = pdf_exporter.write(sheet)
    for number, page in enumerate(sheet.pages):
        one, other = svg.read(svg_exporter.write(page)), pdf.read(printed, number)
        assert one.size_mm == pytest.approx(other.size_mm, abs=NEAR_MM)
        if not page.name.startswith(("overview", "00-")):
            assert sorted(one.cones) == sorted(true_cones(page))
            for cone, true in true_cones(page).items():
                assert math.dist(one.cones[cone], true) < NEAR_MM
                assert min(math.dist(spot, true) for spot in other.cones[cone]) < NEAR_MM
        words = [mark for mark in page.marks if isinstance(mark, Text)]
        assert [word.text for word in one.words] == [word.text for word in words]
        assert [word.text for word in other.words] == [word.text for word in words]
        for mark, word in zip(words, other.words, strict=True):
            assert math.dist(starts(mark), word.at) < NEAR_MM


def true_cones(page: Page) -> dict[int, tuple[float, float]]:
    found = {}
    for mark in page.marks:
        if isinstance(mark, Region) and mark.id.startswith("cone-"):
            (ring,) = mark.rings
            found[int(mark.id[5:])] = (sum(x for x, _ in ring) / 3, sum(y for _, y in ring) / 3)
    return found


def starts(mark: Text) -> tuple[float, float]:
    """Where the first letter of a text stands."""
    back = {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor] * mark.width_mm
    turn = math.radians(mark.angle_deg)
    return (mark.at[0] - back * math.cos(turn), mark.at[1] + back * math.sin(turn))


def test_one_of_every_mark_in_every_manner() -> None:
    """Also against svgwrite's own checker, which `write` must switch off."""
    ring = ((1.0, 1.0), (9.0, 1.0), (9.0, 9.0))
    marks = (
        Stroke(ring, 0.3), Stroke(ring, 0.3, "#0072b2", (1.0, 0.5), closed=True, round_ends=True, id="a"),
        Region((ring, ((2.0, 2.0), (3.0, 2.0), (3.0, 3.0))), "#e69f00", 0.2, id="b", title="B & <b>"),
        Region((ring,), None, 0.2),
        Disc((5.0, 5.0), 1.0, "#ffffff", 0.1, id="c", title="C"), Disc((5.0, 5.0), 1.0),
        Text((5.0, 5.0), "<&>\"' Ž → ½", 4.0, "bold", "middle", 30.0, 0.5, width_mm=20.0),
        Text((-0.00001, 5.0), "x", 4.0, "oblique", "end"),
    )  # fmt: skip
    page = Page("p", "T & <t>", "D", 50.0, 40.0, marks)
    file = svg_exporter.write(page, language="de", source=b"{}")
    content = svg.read(file)
    assert content.root.attrib["role"] == "img"
    assert content.root.attrib["aria-labelledby"].split() == ["page-title", "page-description"]
    assert content.root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "de"
    assert content.root[0].tag == f"{_SVG}title"
    assert (content.root[0].text, content.root[0].get("id")) == ("T & <t>", "page-title")
    assert content.words[0].text == "<&>\"' Ž → ½"
    assert b'"-0' not in file
    assert b"e-0" not in file
    checked = svgwrite.Drawing(debug=True)
    for element in content.root.iter():
        for name, value in element.attrib.items():
            if element.tag.startswith(_SVG) and name in {
                "d",
                "points",
                "fill",
                "stroke",
                "stroke-width",
                "transform",
            }:
                checked.validator.check_svg_attribute_value(element.tag.removeprefix(_SVG), name, value)
    assert pdf.read(pdf_exporter.write(Sheet("t", (page,))), 0).words[0].text == "<&>\"' Ž → ½"


def test_the_layout_travels_along() -> None:
    source = '{"name": "žluť & <b> ]]> 庭"}'.encode()
    sheet = sheet_of("none")
    assert svg.source(svg_exporter.write(sheet.pages[0], source=source)) == source
    assert pdf.source(pdf_exporter.write(sheet, source=source)) == source


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    """In two processes with different hash seeds, in other zones and languages."""
    script = (
        "import sys; from pathlib import Path; from tests.readback import layouts;"
        "from conedrills.compose import compose; from conedrills.exporters import export;"
        "sheet = compose(layouts.all_layouts()['three'], paper='a4', units='ft');"
        "[export(sheet, Path(sys.argv[1]) / f'sheet.{kind}', source=b'{}') for kind in ('pdf', 'svg')]"
    )
    for seed, zone, tongue in (("1", "UTC", "C"), ("2", "Pacific/Apia", "tr_TR.UTF-8")):
        folder = tmp_path / seed
        folder.mkdir()
        root = str(Path(__file__).parents[1])
        environment = {
            "PYTHONHASHSEED": seed, "TZ": zone, "LANG": tongue, "LC_ALL": tongue, "PYTHONPATH": root,
            "SOURCE_DATE_EPOCH": seed * 6,
        }  # fmt: skip
        subprocess.run([sys.executable, "-c", script, str(folder)], check=True, env=environment)
    names = sorted(path.name for path in (tmp_path / "1").iterdir())
    assert len(names) == 6
    for name in names:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name


def test_the_suffix_says_the_format(tmp_path: Path) -> None:
    sheet = sheet_of("three")
    assert exporters.export(sheet, tmp_path / "s.PDF") == (tmp_path / "s.PDF",)
    written = exporters.export(sheet, tmp_path / "s.svg")
    assert [path.name for path in written] == ["s.svg", *(f"s-{page.name}.svg" for page in sheet.pages[1:])]
    assert all(path.is_file() for path in written)
    with pytest.raises(ExportError, match=r"s\.png: there is no format"):
        exporters.export(sheet, tmp_path / "s.png")


# --- as pictures --------------------------------------------------------------------------------


def from_pdf(find: Find, sheet: Sheet, folder: Path, page: int, dots: int) -> Image.Image:
    (folder / "s.pdf").write_bytes(pdf_exporter.write(sheet))
    place = ["-f", str(page + 1), "-l", str(page + 1), "-singlefile"]
    subprocess.run(
        [find("pdftoppm"), "-r", str(dots), "-gray", *place, folder / "s.pdf", folder / "p"], check=True
    )
    return Image.open(folder / "p.pgm").convert("L")


def from_svg(find: Find, sheet: Sheet, folder: Path, page: int, dots: int) -> Image.Image:
    (folder / "s.svg").write_bytes(svg_exporter.write(sheet.pages[page], language=sheet.language))
    zoom = ["--dpi-x", str(dots), "--dpi-y", str(dots)]
    subprocess.run([find("rsvg-convert"), *zoom, "-o", folder / "s.png", folder / "s.svg"], check=True)
    return Image.open(folder / "s.png").convert("L")


@pytest.mark.parametrize("page", [0, 1, 2, 3])
def test_both_formats_are_the_same_picture(page: int, program: Find, tmp_path: Path) -> None:
    sheet = sheet_of("three")
    one, other = (show(program, sheet, tmp_path, page, 100) for show in (from_pdf, from_svg))
    size = (min(one.width, other.width), min(one.height, other.height))
    assert abs(one.width - other.width) <= 1
    blurred = [image.crop((0, 0, *size)).filter(ImageFilter.GaussianBlur(2)) for image in (one, other)]
    different = ImageChops.difference(*blurred).point(lambda value: 255 if value > 60 else 0)
    share = different.histogram()[255] / (size[0] * size[1])
    assert share < 0.002
