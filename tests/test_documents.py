"""A page as a document: what readers, screen readers, printers and search make of a PDF and an SVG."""

from __future__ import annotations

import io
import itertools
import math
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast
from xml.etree import ElementTree

import pytest
import shapely
from pypdf import PdfReader
from svgwrite.validator2 import get_validator

from conedrills import fonts
from conedrills.compose import Paper, compose
from conedrills.exporters import pdf as pdf_exporter
from conedrills.exporters import svg as svg_exporter
from conedrills.geometry import Path as Ring
from conedrills.importers import read_yard
from conedrills.layout import Placement
from conedrills.opening import open_layout
from conedrills.sheet import XY, Disc, Mark, Page, Region, Sheet, Stroke, Text
from conedrills.writing import is_ours
from conedrills.yard import Obstacle, Reference, Yard
from tests.readback import layouts, svg

Find = Callable[[str], str]
Bounds = tuple[float, float, float, float]
REPO = Path(__file__).resolve().parents[1]
EXAMPLES = sorted(path.parent.name for path in (REPO / "layouts").glob("*/layout.json"))
NAMES = list(layouts.all_layouts())
MM = 25.4 / 72
"""Millimetres in a point."""
_SVG = "{http://www.w3.org/2000/svg}"


@cache
def example(name: str, paper: Paper) -> Sheet:
    layout = open_layout(REPO / "layouts" / name / "layout.json")
    return compose(layout, paper=paper, units=layout.units)


@cache
def sheet_of(name: str) -> Sheet:
    return compose(layouts.all_layouts()[name], paper="a4", units="m")


def page(name: str, *marks: Mark, **more: Any) -> Page:
    return Page(name, more.pop("title", f"Page {name}"), f"All about {name}", 50.0, 40.0, marks, **more)


HOSTILE = (
    "a) /Title (b", "</title><script>alert(1)</script>", "]]> & &amp;", "%PDF\\", "cone-1", 
    "two\nlines\x1b[31m\x00",    "half \ud83d", "right \u202eot left", "庭 גן حديقة 😀", "x" * 3000, "",
)  # fmt: skip
"""Titles that a format might trip over."""


# --- PDF ----------------------------------------------------------------------------------------------


def bound(*pages: Page, **more: Any) -> PdfReader:
    return PdfReader(io.BytesIO(pdf_exporter.write(Sheet(more.pop("title", "A garden"), pages, **more))))


def tree(outline: list[Any]) -> list[Any]:
    return [tree(entry) if isinstance(entry, list) else entry.title for entry in outline]


def test_pages_are_called_by_their_labels() -> None:
    pages = (
        page("overview", label="overview"),
        page("w", label="1"),
        page("w-setout", label="1 auslegen"),
        page("x"),
    )
    assert bound(*pages).page_labels == ["overview", "1", "1 auslegen", "4"]
    assert bound(page("a"), page("b"), page("c", label="C")).page_labels == ["1", "2", "C"]


def test_a_page_that_goes_on_is_listed_below_the_one_it_is_part_of() -> None:
    pages = (
        page("overview"), page("w"), page("w-order", part_of="w"), page("w-setout", part_of="w"),
        page("w-more", part_of="w-setout"), page("t"), page("t-setout", part_of="t"), page("end"),
    )  # fmt: skip
    assert tree(bound(*pages).outline) == [
        "Page overview", "Page w", ["Page w-order", "Page w-setout", ["Page w-more"]], "Page t",
        ["Page t-setout"], "Page end",
    ]  # fmt: skip
    assert tree(bound(pages[3], page("u", part_of="u"), page("v", part_of="gone")).outline) == [
        "Page w-setout", "Page u", "Page v",
    ]  # fmt: skip


def test_every_page_has_its_bookmark() -> None:
    sheet = sheet_of("set out")
    reader = PdfReader(io.BytesIO(pdf_exporter.write(sheet)))
    assert flat(tree(reader.outline)) == [one.title for one in sheet.pages]
    assert len(set(reader.page_labels)) == len(sheet.pages)


def flat(entries: list[Any]) -> list[str]:
    return [title for entry in entries for title in (flat(entry) if isinstance(entry, list) else [entry])]


def test_bookmarks_open_their_pages() -> None:
    reader = bound(page("a"), page("b", part_of="a"), page("c"))
    first, (below,), last = cast("list[Any]", reader.outline)
    assert [reader.get_destination_page_number(entry) for entry in (first, below, last)] == [0, 1, 2]


def test_the_pdf_says_what_it_is_and_claims_no_more() -> None:
    reader = bound(page("a"), title="Jardin d’été", language="fr", made_by="conedrills 9")
    info: dict[str, Any] = dict(reader.metadata or {})
    assert info == {
        "/Title": "Jardin d’été", "/Subject": "All about a", "/Creator": "conedrills 9",
        "/Producer": "conedrills 9",
    }  # fmt: skip
    assert reader.xmp_metadata is not None
    assert reader.xmp_metadata.dc_title == {"x-default": "Jardin d’été"}
    assert reader.xmp_metadata.dc_description == {"x-default": "All about a"}
    assert reader.xmp_metadata.dc_language == ["fr"]
    assert reader.xmp_metadata.xmp_creator_tool == "conedrills 9"
    assert reader.xmp_metadata.xmp_create_date is reader.xmp_metadata.xmp_modify_date is None
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "fr"
    assert dict(root["/ViewerPreferences"]) == {"/PrintScaling": "/None", "/DisplayDocTitle": True}
    assert "/MarkInfo" not in root  # that would claim tags


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_breaks_the_pdf(title: str, program: Find, tmp_path: Path) -> None:
    pages = (page("a", title=title, label=title), replace(page("b", part_of="a"), description=title))
    reader = bound(*pages, title=title)
    assert len(reader.pages) == 2
    assert len(reader.page_labels) == 2
    assert len(tree(reader.outline)) == 2
    content = pdf_exporter.write(Sheet(title, pages), source=title.encode("utf-8", "replace"))
    (tmp_path / "s.pdf").write_bytes(content)
    checked = subprocess.run(
        [program("qpdf"), "--check", tmp_path / "s.pdf"], capture_output=True, check=True
    )
    assert checked.stderr == b""


@pytest.mark.parametrize("title", HOSTILE)
def test_what_we_write_is_known_as_ours(title: str, tmp_path: Path) -> None:
    (tmp_path / "ours").write_bytes(pdf_exporter.write(replace(sheet_of("none"), title=title)))
    assert is_ours(tmp_path / "ours")
    (tmp_path / "ours").write_bytes(svg_exporter.write(page("a", title=title), source=b"{}"))
    assert is_ours(tmp_path / "ours")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole sheet with its layout."""
    path = tmp_path_factory.mktemp("printed") / "sheet.pdf"
    path.write_bytes(pdf_exporter.write(sheet_of("set out"), source=b"{}"))
    return path


def test_other_programs_find_no_fault_with_the_pdf(program: Find, printed: Path) -> None:
    checked = subprocess.run([program("qpdf"), "--check", printed], capture_output=True, check=True)
    assert b"No syntax or stream encoding errors" in checked.stdout
    assert checked.stderr == b""
    told = subprocess.run([program("pdfinfo"), printed], capture_output=True, check=True, text=True)
    said = dict(re.findall(r"^([\w ]+):\s+(.*)$", told.stdout, re.MULTILINE))
    assert told.stderr == ""
    assert (said["Title"], said["PDF version"], said["Page size"]) == (
        "Garden",
        "1.7",
        "595.276 x 841.89 pts (A4)",
    )
    assert (said["Tagged"], said["JavaScript"], said["Form"]) == ("no", "no", "none")
    assert not {"Author", "CreationDate", "ModDate"} & set(said)


def test_all_letters_are_in_the_pdf_and_can_be_copied(program: Find, printed: Path) -> None:
    told = subprocess.run([program("pdffonts"), printed], capture_output=True, check=True, text=True)
    rows = told.stdout.splitlines()[2:]
    assert rows
    for row in rows:
        assert re.match(r"[A-Z]{6}\+DejaVuSansCondensed\S* +TrueType +WinAnsi +yes +yes +yes", row), row


def found_words(program: Find, file: Path, number: int) -> list[tuple[str, tuple[float, float]]]:
    """What a search finds on a page: words, and the middle of each, millimetres from the top left."""
    place = ["-bbox", "-f", str(number), "-l", str(number)]
    told = subprocess.run([program("pdftotext"), *place, file, "-"], capture_output=True, check=True)
    assert told.stderr == b""
    words = ElementTree.fromstring(told.stdout).iter("{http://www.w3.org/1999/xhtml}word")
    return [
        (
            word.text or "",
            tuple(  # type: ignore[misc]
                (float(word.attrib[f"{axis}Min"]) + float(word.attrib[f"{axis}Max"])) / 2 * MM
                for axis in "xy"
            ),
        )
        for word in words
    ]


def cones(one: Page) -> dict[str, tuple[float, float]]:
    found = {}
    for mark in one.marks:
        if isinstance(mark, Region) and mark.id.startswith("cone-"):
            (ring,) = mark.rings
            found[mark.id[5:]] = (sum(x for x, _ in ring) / 3, sum(y for _, y in ring) / 3)
    return found


@pytest.mark.parametrize("name", EXAMPLES[:3])
def test_the_numbers_of_cones_are_found_beside_them(name: str, program: Find, tmp_path: Path) -> None:
    sheet = example(name, "letter")
    (tmp_path / "s.pdf").write_bytes(pdf_exporter.write(sheet))
    drills = [(number, one) for number, one in enumerate(sheet.pages, 1) if cones(one)]
    assert drills
    for number, one in drills:
        words = found_words(program, tmp_path / "s.pdf", number)
        for cone, spot in cones(one).items():
            assert any(word == cone and math.dist(at, spot) < 16.0 for word, at in words), (one.name, cone)


def test_names_in_three_scripts_are_found(program: Find, tmp_path: Path) -> None:
    names = ("Łódź", "Größe", "Жук", "Ώρα", "Ősz")
    things = tuple(layouts.square_thing(name, 2.0 + 6 * i, 30.0, 4.0, 4.0) for i, name in enumerate(names))
    sheet = compose(layouts.layout(layouts.yard(32.0, 40.0, "Сад", obstacles=things)), paper="a4", units="m")
    (tmp_path / "s.pdf").write_bytes(pdf_exporter.write(sheet))
    assert {"Сад", *names} <= {word for word, _ in found_words(program, tmp_path / "s.pdf", 1)}


# --- SVG ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_page_holds_nothing_but_what_it_must(name: str) -> None:
    for one in sheet_of(name).pages:
        assert svg.problems(svg_exporter.write(one, language="de-CH", source=b"{}")) == [], one.name


MARKS = (
    Region((((1.0, 1.0), (9.0, 1.0), (9.0, 9.0)),), "#e69f00", 0.2, id="cone-1", title="Cone 1"),
    Stroke(((1.0, 1.0), (9.0, 1.0)), 0.3, dash_mm=(1.0, 0.5), id="bar"),
    Text((5.0, 5.0), "word", 4.0, width_mm=9.0),
)
PLANTED: Mapping[str, tuple[str, str]] = {
    "path has onclick": ("<path ", '<path onclick="x()" '),
    "path has {http://www.w3.org/1999/xlink}href": (
        "<path ", '<path xmlns:x="http://www.w3.org/1999/xlink" x:href="http://a.b/" ',
    ),
    "polyline has style": ("<polyline ", '<polyline style="fill:url(http://a.b/)" '),
    "polyline has stroke-dasharray='none'": ('stroke-dasharray="1 0.5"', 'stroke-dasharray="none"'),
    "polyline has fill='url(#a)'": ('<polyline fill="none"', '<polyline fill="url(#a)"'),
    "path has d='M1 1 L9 1 L9 nan Z'": ("L9 9 Z", "L9 nan Z"),
    "text has x='5.0000001'": ('x="5"', 'x="5.0000001"'),
    "text has font-family": ("<text ", '<text font-family="Elsewhere" '),
    "{http://www.w3.org/2000/svg}script is no element of ours": ("<text", "<script/><text"),
    "{http://www.w3.org/2000/svg}image is no element of ours": ("<text", '<image href="http://a.b/c.png"/><text'),
    "two elements are bar": ('id="cone-1"', 'id="bar"'),
    "path has id='1'": ('id="cone-1"', 'id="1"'),
    "nothing is page-text": ('labelledby="page-title page-description"', 'labelledby="page-text"'),
    "the title and the description do not come first": ("<title", "<metadata/><title"),
    "svg lacks role": ('role="img" ', ""),
    "svg has width='50'": ('width="50mm"', 'width="50"'),
    "title is empty": (">Page a<", "><"),
    "svg says 'x'": ("<title", "x<title"),
    "<!D in the file": ("<svg", "<!DOCTYPE svg><svg"),
    "style says '@import url(a.css);'": ("@page{size:50mm 40mm;margin:0}", "@import url(a.css);"),
    "title in text": (">word<", ">word<title>x</title><"),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED)
def test_the_test_can_fail(fault: str) -> None:
    file = svg_exporter.write(page("a", *MARKS)).decode()
    assert svg.problems(file.encode()) == []
    before, after = PLANTED[fault]
    assert before in file
    assert fault in svg.problems(file.replace(before, after, 1).encode())


SINCE_SVG_2 = {("svg", "role"), ("svg", "aria-labelledby"), ("text", "paint-order")}
"""What the checker of another library, made for SVG 1.1, does not know yet."""


@pytest.mark.parametrize("name", ["three", "set out", "helped"])
def test_another_checker_finds_no_fault_with_a_page(name: str) -> None:
    checker = get_validator("full")
    with pytest.raises(TypeError, match="not a valid value for attribute 'd'"):
        checker.check_svg_attribute_value("path", "d", "M 1 1 Lx")
    for one in sheet_of(name).pages:
        for element in ElementTree.fromstring(svg_exporter.write(one)).iter():
            kind = element.tag.removeprefix(_SVG)
            for child in element:
                checker.check_valid_children(kind, child.tag.removeprefix(_SVG))
            for key, value in element.attrib.items():
                plain = key.replace("{http://www.w3.org/XML/1998/namespace}", "xml:")
                if (kind, plain) not in SINCE_SVG_2:
                    checker.check_svg_attribute_value(kind, plain, value)


@pytest.mark.parametrize("title", HOSTILE)
def test_no_name_breaks_the_svg(title: str) -> None:
    marks = (
        *MARKS,
        replace(MARKS[0], id=title, title=title),
        replace(MARKS[0], id=title, title="again"),
        Disc((5.0, 5.0), 1.0, "#ffffff", id="page-title", title=title),
        replace(MARKS[1], id="7 bars"),
    )
    file = svg_exporter.write(replace(page("a", *marks, title=title), description="D"))
    found = [problem for problem in svg.problems(file) if problem != "title is empty"]
    assert found == []
    root = ElementTree.fromstring(file)
    assert "\n" not in (root[0].text or "")
    assert [element.get("id") for element in root.iter(f"{_SVG}circle")] == ["page-title-2"]
    assert root.find(f".//{_SVG}polyline[@id='_7-bars']") is not None


def test_hostile_names_in_a_layout_reach_no_format(program: Find, tmp_path: Path) -> None:
    things = tuple(Obstacle(name, "hard", square) for name, square in zip(HOSTILE, squares(), strict=False))
    hooks = tuple(Reference(f"A{i}", thing.name, thing.polygon[0]) for i, thing in enumerate(things))
    for name in HOSTILE:
        ground = layouts.yard(60.0, 60.0, name, obstacles=things, references=hooks, side_names=(name,) * 4)
        layout = layouts.layout(ground, layouts.placement("w-drill", (30.0, 30.0)), title=name, notes=(name,))
        sheet = compose(layout, paper="a4", units="m")
        for one in sheet.pages:
            assert set(svg.problems(svg_exporter.write(one))) <= {"title is empty"}
            assert fonts.missing_glyphs(mark.text for mark in one.marks if isinstance(mark, Text)) == ()
        (tmp_path / "s.pdf").write_bytes(pdf_exporter.write(sheet))
        subprocess.run([program("qpdf"), "--check", tmp_path / "s.pdf"], capture_output=True, check=True)


def squares() -> list[Ring]:
    corners = [(3.0 + 9 * (place % 6), 3.0 + 50 * (place // 6)) for place in range(len(HOSTILE))]
    return [layouts.square_thing("", x, y, 3.0, 3.0).polygon for x, y in corners]


# --- where a printer prints, and what an eye reads -------------------------------------------------------

EDGE_MM = 9.5
"""What stays free along the edges of the paper: 10 mm, but for half a line on the edge of the drawing."""
LEAST_CAPITAL_MM = 2.5
YARDS = ("bern_01", "bern_07", "cornillon_03", "cornillon_10", "cornillon_20", "cornillon_27", "paradise_02",
         "paradise_05", "prague_01", "prague_04", "prague_12", "prague_16")  # fmt: skip
PAPERS: tuple[Paper, ...] = ("letter", "a4")
WHITE = "#ffffff"


def reach(mark: Mark) -> Bounds | None:
    """The left, top, right and bottom of a mark's ink; None where it is white."""
    match mark:
        case Stroke():
            line = shapely.LineString((*mark.points, mark.points[0]) if mark.closed else mark.points)
            ends: Literal["round", "flat"] = "round" if mark.round_ends else "flat"
            return line.buffer(mark.width_mm / 2, cap_style=ends).bounds if mark.colour != WHITE else None
        case Region():
            lined = mark.width_mm > 0.0 and mark.colour != WHITE
            filled = mark.fill not in {None, WHITE}
            points = [point for ring in mark.rings for point in ring]
            return around(points, mark.width_mm / 2 if lined else 0.0) if lined or filled else None
        case Disc():
            lined = mark.width_mm > 0.0 and mark.colour != WHITE
            filled = mark.fill not in {None, WHITE}
            out = mark.radius_mm + (mark.width_mm / 2 if lined else 0.0)
            return around([mark.centre], out) if lined or filled else None
        case Text():
            return around(corners(mark), 0.0) if mark.text and mark.colour != WHITE else None


def around(points: Sequence[XY], out: float) -> Bounds:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs) - out, min(ys) - out, max(xs) + out, max(ys) + out


def corners(mark: Text) -> list[XY]:
    """Of the box from the foot of a p to the head of a capital."""
    start = -{"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor] * mark.width_mm
    cos, sin = math.cos(math.radians(mark.angle_deg)), math.sin(math.radians(mark.angle_deg))
    ends = itertools.product(
        (start, start + mark.width_mm), (-fonts.DESCENT * mark.size_mm, fonts.CAP_HEIGHT * mark.size_mm)
    )
    return [(mark.at[0] + u * cos - v * sin, mark.at[1] - u * sin - v * cos) for u, v in ends]


def faults(sheet: Sheet) -> list[str]:
    """What a printer may not print and an eye may not read."""
    found = []
    for one in sheet.pages:
        for mark in one.marks:
            box = reach(mark)
            if box and min(box[0], box[1], one.width_mm - box[2], one.height_mm - box[3]) < EDGE_MM - 1e-6:
                found.append(f"{one.name}: {mark} is too near the edge")
            if isinstance(mark, Text) and mark.text and capital(mark) < LEAST_CAPITAL_MM - 1e-6:
                found.append(f"{one.name}: {mark.text} is {capital(mark):.2f} mm high")
    return found


def capital(mark: Text) -> float:
    return mark.size_mm * fonts.CAP_HEIGHT


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_prints_whole_and_can_be_read(name: str, paper: Paper) -> None:
    assert faults(example(name, paper)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_nasty_layout_prints_whole_and_can_be_read(name: str) -> None:
    assert faults(sheet_of(name)) == []


@pytest.mark.parametrize(("name", "paper"), list(zip(YARDS, itertools.cycle(PAPERS), strict=False)))
def test_a_real_yard_prints_whole_and_can_be_read(name: str, paper: Paper, shared: Path) -> None:
    file = shared / "data" / "yards" / f"{name}.geojson"
    if not file.is_file():
        pytest.skip(f"the shared yard {file.name} is not here")
    ground = read_yard(file)
    laid = (
        in_the_widest_place(ground, drill, 37.0 * turn)
        for turn, drill in enumerate(("w-drill", "break-45", "four-way-circle", "t-test"))
    )
    assert faults(compose(layouts.layout(ground, *laid), paper=paper, units="ft")) == []


def in_the_widest_place(ground: Yard, drill: str, rotation: float) -> Placement:
    """A drill as large as a circle on the lawn lets its cones lie."""
    lawn = shapely.Polygon([point.xy for point in ground.boundary]).difference(
        shapely.union_all(
            [shapely.Polygon([point.xy for point in thing.polygon]) for thing in ground.obstacles]
        )
    )
    assert isinstance(lawn, shapely.Polygon | shapely.MultiPolygon)
    circle = shapely.maximum_inscribed_circle(lawn)
    cones = layouts.placement(drill, (0.0, 0.0), rotation).cones
    x, y = (math.fsum(axis) / len(cones) for axis in zip(*(cone.xy for cone in cones), strict=True))
    size = min(1.0, circle.length / max(math.dist(cone.xy, (x, y)) for cone in cones))
    (left, top), _ = circle.coords
    return layouts.placement(drill, (left - size * x, top - size * y), rotation, size)


def test_the_test_of_edges_and_letters_can_fail() -> None:
    wrong: tuple[Mark, ...] = (
        Stroke(((12.0, 9.5), (30.0, 9.5)), 0.1), Stroke(((9.6, 12.0), (20.0, 12.0)), 0.3, round_ends=True),
        Region((((20.0, 20.0), (41.0, 20.0), (20.0, 21.0)),), "#000000"), Disc((20.0, 20.0), 10.4, None, 0.4),
        Text((12.0, 30.5), "pq", 3.5, width_mm=4.0), Text((20.0, 20.0), "small", 3.4, width_mm=8.0),
    )  # fmt: skip
    right: tuple[Mark, ...] = (
        Stroke(((9.5, 12.0), (30.0, 12.0)), 0.3), Stroke(((1.0, 1.0), (9.0, 1.0)), 3.0, WHITE),
        Disc((1.0, 1.0), 1.0),
        Region((((1.0, 1.0), (9.0, 1.0), (9.0, 9.0)),), WHITE), Text((20.0, 20.0), "pq", 3.5, width_mm=4.0),
    )  # fmt: skip
    assert [len(faults(Sheet("t", (page("a", mark),)))) for mark in wrong] == [1] * len(wrong)
    assert faults(Sheet("t", (page("a", *right),))) == []
