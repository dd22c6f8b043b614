"""The form to take outside: on the paper, nothing on top of anything, rows to write in."""

from __future__ import annotations

import math
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from conedrills.cli import run
from conedrills.compose import Paper
from conedrills.compose.form import LETTERS, ROW, form
from conedrills.compose.frame import HIGH, PAPERS, WIDE
from conedrills.fonts import width
from conedrills.labels import Box, overlaps
from conedrills.language import languages
from conedrills.sheet import Disc, Page, Region, Stroke, Text
from conedrills.yard import Units

PAPER: tuple[Paper, ...] = get_args(Paper)
WAYS = [(paper, units, language) for paper in PAPER for units in get_args(Units) for language in languages()]


def box_of(mark: Text) -> Box:
    wide, high = width(mark.text, mark.size_mm, mark.style), 0.72 * mark.size_mm
    shift = {"start": 0.5, "middle": 0.0, "end": -0.5}[mark.anchor] * wide
    return Box((mark.at[0] + shift, mark.at[1] - high / 2), wide, high)


def points(page: Page) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for mark in page.marks:
        match mark:
            case Stroke():
                found += mark.points
            case Region():
                found += [point for ring in mark.rings for point in ring]
            case Disc():
                found.append(mark.centre)
            case Text():
                found += box_of(mark).corners()
    return found


@pytest.mark.parametrize(("paper", "units", "language"), WAYS)
def test_nothing_leaves_the_paper_or_lies_on_other_words(paper: Paper, units: Units, language: str) -> None:
    for page in form(paper=paper, units=units, language=language).pages:
        wide, high = PAPERS[paper]
        left, top = (wide - WIDE) / 2, (high - HIGH) / 2
        for x, y in points(page):
            assert left - 0.5 <= x <= wide - left + 0.5
            assert top - 0.5 <= y <= high - top + 0.5
        boxes = [(mark.text, box_of(mark)) for mark in page.marks if isinstance(mark, Text) and mark.text]
        for place, (text, box) in enumerate(boxes):
            for other, second in boxes[:place]:
                assert not overlaps(box, second), (text, other)
        assert not any(text.endswith("…") for text, _ in boxes), "a word is cut short"


def rules_of(page: Page) -> list[float]:
    """The heights of the lines that run all across, in order."""
    return sorted(
        {
            round(mark.points[0][1], 3)
            for mark in page.marks
            if isinstance(mark, Stroke)
            and len(mark.points) == 2
            and mark.points[0][1] == mark.points[1][1]
            and math.dist(*mark.points) > WIDE - 1.0
        }
    )


def test_there_is_a_row_of_a_hand_s_height_for_every_corner() -> None:
    front, back = form(paper="a4", units="m").pages
    for page, least in ((front, len(LETTERS)), (back, 10)):
        heights = rules_of(page)
        gaps = [round(low - high, 2) for high, low in pairwise(heights)]
        assert gaps.count(ROW) >= least
    assert ROW >= 7.5
    letters = [mark.text for mark in front.marks if isinstance(mark, Text) and mark.text in set(LETTERS)]
    assert letters == list(LETTERS)


def test_both_papers_hold_the_same_drawing() -> None:
    one, other = (form(paper=paper, units="ft").pages for paper in PAPER)
    for first, second in zip(one, other, strict=True):
        dx, dy = (first.width_mm - second.width_mm) / 2, (first.height_mm - second.height_mm) / 2
        for (x, y), (u, v) in zip(points(first), points(second), strict=True):
            assert (x - u, y - v) == pytest.approx((dx, dy), abs=1e-9)


def test_lines_are_wide_enough_to_be_printed() -> None:
    for page in form(paper="a4", units="m").pages:
        assert all(mark.width_mm >= 0.25 for mark in page.marks if isinstance(mark, Stroke))


def test_the_command_writes_it_once_and_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one.pdf", "two.pdf", "one.svg", "two.svg"):
        assert run(["yard", "form", "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert (tmp_path / "one-form-2.svg").exists()
    precious = tmp_path / "notes.pdf"
    precious.write_text("mine")
    assert run(["yard", "form", "-o", str(precious)]) == 2
    assert precious.read_text() == "mine"
    assert run(["yard", "form", "-o", str(tmp_path / "form.png")]) == 2
    assert "is written as .pdf or .svg" in capsys.readouterr().err


def test_a_second_program_reads_its_words(tmp_path: Path, program: Callable[[str], str]) -> None:
    qpdf, pdftotext = program("qpdf"), program("pdftotext")
    target = tmp_path / "form.pdf"
    assert run(["yard", "form", "-o", str(target), "--units", "m", "--lang", "de"]) == 0
    subprocess.run([qpdf, "--check", str(target)], check=True, capture_output=True)
    command = [pdftotext, "-layout", str(target), "-"]
    words = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    assert words.index("Den Garten messen") < words.index("zur nächsten") < words.index("Einhängen, ablesen")
