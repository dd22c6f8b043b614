"""The code on the page: rendered as by a printer, spoiled as by a phone, read by another program."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from conedrills.compose import Paper, compose, sharing
from conedrills.exporters import pdf
from conedrills.language import Voice
from conedrills.layout import Layout
from conedrills.layoutreader import loads
from conedrills.opening import layout_in
from conedrills.qr import LARGEST, QUIET, SMALLEST_MODULE_MM, qr_code
from conedrills.sharecode import share_code
from conedrills.sheet import Page, Region, Sheet, Text
from conedrills.yard import Units

LAYOUTS = Path(__file__).resolve().parents[1] / "layouts"
NAMES = sorted(folder.name for folder in LAYOUTS.iterdir() if folder.is_dir())
FORMS: list[tuple[Paper, Units, str]] = [("letter", "ft", "en"), ("a4", "m", "de")]
DPI = 300
CAMERA = 12.0
"""Pixels a millimetre: a film of 1,920 pixels from 15 cm, where the frame is 16 cm wide."""
BLUR = 0.17
"""Millimetres, standard deviation: a third of the smallest module."""
PICTURES = 20
"""Spoiled pictures of each printed code."""
READ = 0.85
"""The share of spoiled pictures that must be read: 0.97 of all were, 0.93 of the worst code."""


@cache
def layout_of(name: str) -> Layout:
    return loads((LAYOUTS / name / "layout.json").read_bytes(), name)


@cache
def session_page(name: str, form: tuple[Paper, Units, str]) -> Page:
    paper, units, language = form
    sheet = compose(layout_of(name), paper=paper, units=units, language=language)
    return next(page for page in sheet.pages if page.name == "session")


def code_of(page: Page) -> Region:
    return next(mark for mark in page.marks if isinstance(mark, Region) and mark.id == "code")


def extent(region: Region) -> tuple[float, float, float, float]:
    xs, ys = zip(*(point for ring in region.rings for point in ring), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def module_mm(name: str, form: tuple[Paper, Units, str]) -> float:
    left, _, right, _ = extent(code_of(session_page(name, form)))
    code = qr_code(share_code(layout_of(name)) or "")
    assert code is not None
    assert code.version <= LARGEST
    return (right - left) / code.wide


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form[2])
@pytest.mark.parametrize("name", NAMES)
class TestOnThePage:
    def test_its_modules_are_large_enough(self, name: str, form: tuple[Paper, Units, str]) -> None:
        assert module_mm(name, form) >= SMALLEST_MODULE_MM - 1e-9

    def test_nothing_reaches_into_its_quiet_zone(self, name: str, form: tuple[Paper, Units, str]) -> None:
        page = session_page(name, form)
        left, top, right, bottom = extent(code_of(page))
        quiet = QUIET * module_mm(name, form)
        for mark in page.marks:
            if isinstance(mark, Text):
                x, y = mark.at
                wide, high = mark.width_mm, mark.size_mm
                x -= {"start": 0.0, "middle": wide / 2, "end": wide}[mark.anchor]
                box = (x, y - high, x + wide, y + 0.3 * high)
            elif isinstance(mark, Region) and mark.id == "code":
                continue
            else:
                rings = (
                    mark.rings
                    if isinstance(mark, Region)
                    else [getattr(mark, "points", [getattr(mark, "centre", (0.0, 0.0))])]
                )
                xs, ys = zip(*(point for ring in rings for point in ring), strict=True)
                half = mark.width_mm / 2
                box = (min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half)
            apart = (
                box[2] <= left - quiet + 1e-6
                or box[0] >= right + quiet - 1e-6
                or box[3] <= top - quiet + 1e-6
                or box[1] >= bottom + quiet - 1e-6
            )
            assert apart, mark
        assert page.width_mm - right >= quiet

    def test_a_camera_reads_it_off_the_paper(
        self,
        name: str,
        form: tuple[Paper, Units, str],
        program: Callable[[str], str],
        tmp_path: Path,
    ) -> None:
        printed = rendered(session_page(name, form), program("pdftoppm"), tmp_path)
        left, top, right, bottom = extent(code_of(session_page(name, form)))
        scale = DPI / 25.4
        margin = 6.0
        box = [round(v * scale) for v in (left - margin, top - margin, right + margin, bottom + margin)]
        crop = printed.crop((box[0], box[1], box[2], box[3]))
        wanted = share_code(layout_of(name))
        assert texts(np.asarray(printed)) == [wanted]
        read = sum(texts(spoiled(crop, seed)) == [wanted] for seed in range(PICTURES))
        assert read >= READ * PICTURES, f"{read} of {PICTURES}"

    def test_what_it_says_is_this_layout(self, name: str, form: tuple[Paper, Units, str]) -> None:
        code = share_code(layout_of(name))
        assert code
        assert layout_in(code.encode(), "code").placements
        assert code_of(session_page(name, form)).title


def test_a_camera_reads_the_largest_code_at_the_smallest_module(
    program: Callable[[str], str], tmp_path: Path
) -> None:
    text = ("CD1:HELLO $%*+-./ 0123456789" * 40)[:970]
    code = qr_code(text)
    assert code is not None
    assert code.version == LARGEST
    drawn = sharing.drawn(code, (80.0, 20.0), SMALLEST_MODULE_MM, Voice("en", "m"), "abcdef")
    printed = rendered(Page("session", "x", "x", 100.0, 100.0, drawn.marks), program("pdftoppm"), tmp_path)
    read = sum(texts(spoiled(printed, seed)) == [text] for seed in range(PICTURES))
    assert read >= READ * PICTURES, f"{read} of {PICTURES}"


def rendered(page: Page, pdftoppm: str, folder: Path) -> Image.Image:
    file = folder / "session.pdf"
    file.write_bytes(pdf.write(Sheet("session", (page,))))
    command = [pdftoppm, "-r", str(DPI), "-gray", "-singlefile", str(file), str(folder / "session")]
    subprocess.run(command, check=True, timeout=60)
    return Image.open(folder / "session.pgm")


def spoiled(printed: Image.Image, seed: int) -> NDArray[np.uint8]:
    """A photograph of it: tilted, turned, blurred, unevenly lit, with noise."""
    dice = np.random.default_rng(seed)
    scale = CAMERA / (DPI / 25.4)
    small = printed.convert("L").resize(
        (round(printed.width * scale), round(printed.height * scale)), Image.Resampling.BICUBIC
    )
    wide, high = small.size
    tilt = dice.uniform(-0.08, 0.08, 8) * wide
    corners = np.array([0, 0, wide, 0, wide, high, 0, high], float)
    through = _through(corners, corners + np.abs(tilt) * _INWARD)
    small = small.transform(
        small.size, Image.Transform.PERSPECTIVE, through, Image.Resampling.BICUBIC, fillcolor=255
    )
    turn = float(dice.uniform(-180.0, 180.0))
    small = small.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    small = small.filter(ImageFilter.GaussianBlur(BLUR * CAMERA))
    grey = np.asarray(small, float)
    y, x = np.mgrid[0 : grey.shape[0], 0 : grey.shape[1]]
    turn = dice.uniform(0.0, 2.0 * np.pi)
    light = 0.7 + 0.3 * (np.cos(turn) * x / grey.shape[1] + np.sin(turn) * y / grey.shape[0])
    noisy = (20.0 + 0.85 * grey) * light + dice.normal(0.0, 8.0, grey.shape)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


_INWARD = np.array([1, 1, -1, 1, -1, -1, 1, -1], float)


def _through(wanted: NDArray[np.float64], given: NDArray[np.float64]) -> list[float]:
    """The eight numbers of the perspective that shows `wanted` where `given` is."""
    rows, right = [], []
    for (u, v), (x, y) in zip(wanted.reshape(4, 2), given.reshape(4, 2), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return [float(number) for number in np.linalg.solve(np.array(rows), np.array(right))]


def texts(picture: NDArray[np.uint8]) -> list[str]:
    return [
        found.text
        for found in zxingcpp.read_barcodes(
            picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
        )
    ]


@pytest.mark.parametrize("length", [1, 20, 300, 900])
def test_the_outline_is_that_of_the_dark_modules(length: int) -> None:
    text = ("CD1:HELLO $%*+-./ 0123456789" * 40)[:length]
    code = qr_code(text)
    assert code is not None
    size, quiet = 4, 4
    wide = (code.wide + 2 * quiet) * size
    picture = np.full((wide, wide), 255, np.uint8)
    for row in range(code.wide):
        for column in range(code.wide):
            if odd_crossings(code.rings, (column + 0.5, row + 0.5)):
                y, x = (row + quiet) * size, (column + quiet) * size
                picture[y : y + size, x : x + size] = 0
    assert texts(picture) == [text]


def odd_crossings(rings: tuple[tuple[tuple[float, float], ...], ...], at: tuple[float, float]) -> bool:
    crossed = 0
    for ring in rings:
        for (x, y), (next_x, next_y) in zip(ring, [*ring[1:], ring[0]], strict=True):
            crossed += x == next_x and x > at[0] and min(y, next_y) < at[1] < max(y, next_y)
    return crossed % 2 == 1


def test_too_long_a_text_has_no_code() -> None:
    assert qr_code("A" * 970) is not None
    assert qr_code("A" * 971) is None
    assert qr_code("A" * 5000) is None


def test_a_layout_without_a_drill_has_no_page_for_a_code() -> None:
    sheet = compose(replace(layout_of(NAMES[0]), placements=()), paper="a4", units="m")
    assert all(not (isinstance(m, Region) and m.id == "code") for page in sheet.pages for m in page.marks)
