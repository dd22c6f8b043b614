"""What is printed is as long as it says: bars and legs measured in the pixels of three programs' pictures."""

from __future__ import annotations

import math
import re
import subprocess
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from conedrills.compose import Paper, compose
from conedrills.exporters import pdf as pdf_exporter
from conedrills.exporters import svg as svg_exporter
from conedrills.layout import Layout
from conedrills.sheet import XY, Page, Region, Sheet, Stroke, Text
from conedrills.yard import Units
from tests.readback import browser, layouts, pixels
from tests.readback.pixels import Picture

Find = Callable[[str], str]
Browsed = tuple[Mapping[str, Picture], Mapping[str, str]]
WITHIN = 0.003
"""A share of a length."""
DOTS = 200
FINE_DOTS = 400
"""For pages with short bars: poppler moves the edges of a line to whole pixels."""
INCH = 25.4
METRES: Mapping[str, float] = {"m": 1.0, "ft": 0.3048, "yd": 0.9144}


@dataclass(frozen=True)
class Case:
    """A yard with one drill, whose two pages have the scales 1 : `scales`."""

    units: Units
    yard: tuple[float, float]
    drill: str
    size: float
    scales: tuple[int, int]

    @property
    def layout(self) -> Layout:
        """As if it fitted there."""
        wide, high = self.yard
        laid = layouts.placement(self.drill, (wide / 2, high / 2), 30.0, self.size)
        return layouts.layout(layouts.yard(wide, high), laid, units=self.units)


CASES = {
    "court": Case("m", (9.0, 8.0), "w-drill", 0.5, (100, 75)),
    "field": Case("m", (90.0, 110.0), "retro-lane", 1.0, (1000, 300)),
    "patio": Case("ft", (9.0, 8.0), "short-box", 1.0, (96, 64)),
    "lawn": Case("ft", (24.0, 30.0), "t-test", 1.0, (240, 120)),
    "park": Case("yd", (40.0, 50.0), "speed-turn", 1.0, (360, 192)),
}
SHEETS: tuple[tuple[str, Paper], ...] = (
    ("court", "letter"), ("court", "a4"), ("field", "a4"), ("patio", "letter"), ("lawn", "a4"),
    ("park", "letter"),
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A page of a case: 0 is the overview, 1 the drill."""

    name: str
    paper: Paper
    page: int

    def __str__(self) -> str:
        return f"{self.name}-{self.paper}-{self.page}"


PAGES = [Place(name, paper, page) for name, paper in SHEETS for page in (0, 1)]
BROWSED = PAGES[2:]
"""Each case once: a browser's picture of all is large."""


@cache
def sheet_of(name: str, paper: Paper) -> Sheet:
    """The two pages with drawings on them: the session has none."""
    case = CASES[name]
    sheet = compose(case.layout, paper=paper, units=case.units)
    return replace(sheet, pages=tuple(page for page in sheet.pages if page.name != "session"))


def page_of(place: Place) -> Page:
    return sheet_of(place.name, place.paper).pages[place.page]


# --- what the page states -----------------------------------------------------------------------------


def texts(page: Page) -> list[str]:
    return [mark.text for mark in page.marks if isinstance(mark, Text)]


def stated_scale(page: Page) -> float:
    """The n of 1 : n, from the words in the head."""
    said = next(text.removeprefix("scale ") for text in texts(page) if text.startswith("scale "))
    if found := re.fullmatch(r"1 : (\d+)", said):
        return float(found[1])
    found = re.fullmatch(r"(.+)″ = (\d+)′", said)
    assert found is not None, said
    return 12.0 * float(found[2]) / inches(found[1])


def inches(said: str) -> float:
    """Half, quarters and eighths have signs of their own.

    >>> inches("1½"), inches("3/16"), inches("¼")
    (1.5, 0.1875, 0.25)
    """
    if "/" in said:
        above, below = said.split("/")
        return int(above) / int(below)
    return math.fsum(unicodedata.numeric(letter) for letter in said)


def bar(page: Page, name: str) -> tuple[XY, XY]:
    """About where a bar lies: its first two corners."""
    mark = named(page, name)
    points = mark.points if isinstance(mark, Stroke) else mark.rings[0]
    return points[0], points[1]


def outline(page: Page, name: str) -> float:
    """How wide the line round a bar is: half of it lies outside at either end."""
    mark = named(page, name)
    return mark.width_mm if isinstance(mark, Region) else 0.0


def named(page: Page, name: str) -> Stroke | Region:
    return next(mark for mark in page.marks if isinstance(mark, Stroke | Region) and mark.id == name)


def bar_metres(page: Page, units: Units) -> float:
    """What the whole scale bar is in the yard."""
    lengths = [float(found[1]) for said in texts(page) if (found := re.fullmatch(rf"(\d+) {units}", said))]
    return max(lengths) * METRES[units]


# --- measured ------------------------------------------------------------------------------------------


def lengths(place: Place, picture: Picture) -> Iterator[tuple[str, float, float]]:
    """What is measured on a page, in millimetres: as it is, and as it should be."""
    case, page = CASES[place.name], page_of(place)
    scale = stated_scale(page)
    yield "100 mm", picture.level(*bar(page, "bar-100-mm")), 100.0
    if place.page == 0:
        yield "4 in", picture.upright(*bar(page, "bar-4-in")), 4 * INCH
        whole = 1000.0 * bar_metres(page, case.units) / scale
        yield "the yard's bar", picture.level(*bar(page, "scale-bar")) - outline(page, "scale-bar"), whole
    else:
        cones = case.layout.placements[0].cones
        assert len(picture.spots()) == len(cones)
        true = max((one - other).length for one, other in combinations(cones, 2))
        yield "leg", pixels.widest(picture.spots()), 1000.0 * true / scale


def off(place: Place, picture: Picture) -> list[str]:
    """The lengths of a page that are not true."""
    return [
        f"{what}: {found:.3f} mm, not {true:.3f} mm"
        for what, found, true in lengths(place, picture)
        if abs(found / true - 1.0) > WITHIN
    ]


def of_pdf(program: Find, place: Place, folder: Path) -> Picture:
    (folder / "s.pdf").write_bytes(pdf_exporter.write(sheet_of(place.name, place.paper)))
    return rastered(program, folder / "s.pdf", place.page + 1, DOTS if place.page else FINE_DOTS)


def rastered(program: Find, file: Path, number: int, dots: int) -> Picture:
    picture = file.with_suffix("")
    one = ["-r", str(dots), "-f", str(number), "-l", str(number), "-singlefile"]
    subprocess.run([program("pdftoppm"), *one, file, picture], check=True)
    return pixels.read(picture.with_suffix(".ppm"), dots / INCH)


def of_svg(program: Find, place: Place, folder: Path) -> Picture:
    (folder / "s.svg").write_bytes(svg_exporter.write(page_of(place), language="de", source=b"{}"))
    return drawn(program, folder / "s.svg")


def drawn(program: Find, file: Path) -> Picture:
    zoom = ["--dpi-x", str(DOTS), "--dpi-y", str(DOTS)]
    command = [program("rsvg-convert"), *zoom, "-o", str(file.with_suffix(".png")), str(file)]
    assert subprocess.run(command, check=True, capture_output=True).stderr == b""
    return pixels.read(file.with_suffix(".png"), DOTS / INCH)


Show = Callable[[Find, Place, Path], Picture]


@pytest.mark.parametrize("show", [of_pdf, of_svg])
@pytest.mark.parametrize("place", PAGES, ids=str)
def test_lengths_are_true(show: Show, place: Place, program: Find, tmp_path: Path) -> None:
    page = page_of(place)
    picture = show(program, place, tmp_path)
    assert picture.size_mm == pytest.approx((page.width_mm, page.height_mm), abs=INCH / DOTS)
    assert off(place, picture) == []


@pytest.fixture(scope="module")
def browsed(program: Find, tmp_path_factory: pytest.TempPathFactory) -> Browsed:
    """All pages in Chromium, and one more that is broken."""
    files = {str(place): svg_exporter.write(page_of(place), language="de", source=b"{}") for place in BROWSED}
    broken = files[str(BROWSED[0])].replace(b' d="M', b' d="?', 1)
    folder = tmp_path_factory.mktemp("browsed")
    return browser.shown(program("chromium"), {**files, "broken": broken}, folder)


@pytest.mark.parametrize("place", BROWSED, ids=str)
def test_lengths_are_true_in_a_browser(place: Place, browsed: Browsed) -> None:
    pictures, _ = browsed
    assert off(place, pictures[str(place)]) == []


@pytest.mark.parametrize("place", [Place("court", "a4", 1), Place("court", "letter", 1)], ids=str)
def test_a_browser_prints_lengths_that_are_true(place: Place, program: Find, tmp_path: Path) -> None:
    page = page_of(place)
    file = browser.printed(program("chromium"), svg_exporter.write(page, source=b"{}"), tmp_path)
    picture = rastered(program, file, 1, DOTS)
    assert picture.size_mm == pytest.approx((page.width_mm, page.height_mm), abs=2 * INCH / DOTS)
    assert off(place, picture) == []


def test_a_browser_has_nothing_to_say_of_a_page(browsed: Browsed) -> None:
    _, said = browsed
    assert set(said) == {"broken"}


def test_the_pages_have_the_scales_of_their_case() -> None:
    for name, case in CASES.items():
        assert tuple(stated_scale(page) for page in sheet_of(name, "letter").pages) == case.scales
    assert len({scale for case in CASES.values() for scale in case.scales}) == 2 * len(CASES)


def test_the_test_can_fail(program: Find, tmp_path: Path) -> None:
    """A page printed at 99.5 % to fit the paper: every length is off."""
    place = Place("lawn", "a4", 1)
    file = svg_exporter.write(page_of(place))
    (tmp_path / "s.svg").write_bytes(file.replace(b'viewBox="0 0 210 297"', b'viewBox="0 0 211.05 298.5"'))
    wrong = off(place, drawn(program, tmp_path / "s.svg"))
    assert [found.split(":")[0] for found in wrong] == ["100 mm", "leg"]
