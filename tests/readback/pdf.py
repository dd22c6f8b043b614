"""What is in a PDF page, read with pypdf: cones, words, where they stand. Millimetres, y down.

A PDF does not say "cone": they are the triangles filled in orange, each followed by its number.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

XY = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
_ORANGE = (0xE6 / 255, 0x9F / 255, 0.0)
_MM = 25.4 / 72


@dataclass(frozen=True)
class Word:
    """A text where it begins."""

    at: XY
    text: str


@dataclass(frozen=True)
class Content:
    """One page; `events` are triangles and words in the order of painting."""

    size_mm: XY
    cones: dict[int, list[XY]]
    """Every triangle by the number that follows it: a page may show a cone more than once."""
    words: tuple[Word, ...]
    triangles: tuple[XY, ...]


def read(file: bytes, page: int) -> Content:
    """A page of a file, counted from 0."""
    reader = PdfReader(io.BytesIO(file))
    sheet = reader.pages[page]
    height = float(sheet.mediabox.height)
    triangles: list[XY] = []
    words: list[Word] = []
    cones: dict[int, list[XY]] = {}
    waiting: XY | None = None
    for kind, at, text in _events(sheet, reader):
        spot = (at[0] * _MM, (height - at[1]) * _MM)
        if kind == "triangle":
            triangles.append(spot)
            waiting = spot
            continue
        if not words or words[-1] != Word(spot, text):  # a halo is the same word painted before
            words.append(Word(spot, text))
        if waiting and text.isdigit():
            cones.setdefault(int(text), []).append(waiting)
        waiting = None
    return Content((float(sheet.mediabox.width) * _MM, height * _MM), cones, tuple(words), tuple(triangles))


def _events(page: PageObject, reader: PdfReader) -> list[tuple[str, XY, str]]:
    letters = _letters(page)
    state = _State()
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        numbers: Any = [float(value) for value in operands] if operator in _NUMERIC else operands
        if operator == b"Tf":
            state.font = str(operands[0])
        elif operator == b"Tj":
            text = "".join(letters[state.font].get(code, "?") for code in operands[0].original_bytes)
            state.events.append(("word", _applied(_product(state.text, state.matrix), (0.0, 0.0)), text))
        elif operator in _PAINTS and len(state.path) == 3 and _is_orange(state.fill):
            centre = (sum(x for x, _ in state.path) / 3, sum(y for _, y in state.path) / 3)
            state.events.append(("triangle", _applied(state.matrix, centre), ""))
        else:
            state.take(operator, numbers)
    return state.events


def _letters(page: PageObject) -> dict[str, dict[int, str]]:
    """What each code of each font stands for, by the font's own table."""
    fonts: dict[str, dict[int, str]] = {}
    resources: Any = page["/Resources"]
    for name, font in resources["/Font"].items():
        table = font.get_object()["/ToUnicode"].get_data().decode("latin1")
        codes = re.findall(r"<([0-9A-F]{2})> <([0-9A-F]{4})>", table)
        fonts[name] = {int(code, 16): chr(int(letter, 16)) for code, letter in codes}
    return fonts


@dataclass
class _State:
    """What a PDF reader remembers while it paints."""

    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    text: Matrix = (1, 0, 0, 1, 0, 0)
    fill: tuple[float, ...] = ()
    font: str = ""
    path: list[XY] = field(default_factory=list)
    stack: list[tuple[Matrix, tuple[float, ...]]] = field(default_factory=list)
    events: list[tuple[str, XY, str]] = field(default_factory=list)

    def take(self, operator: bytes, numbers: Any) -> None:
        """One operator that paints nothing."""
        match operator:
            case b"q":
                self.stack.append((self.matrix, self.fill))
            case b"Q":
                self.matrix, self.fill = self.stack.pop()
            case b"cm":
                self.matrix = _product(numbers, self.matrix)
            case b"rg":
                self.fill = tuple(numbers)
            case b"m":
                self.path = [(numbers[0], numbers[1])]
            case b"l" | b"c":
                self.path.append((numbers[-2], numbers[-1]))
            case b"BT":
                self.text = (1, 0, 0, 1, 0, 0)
            case b"Tm":
                self.text = tuple(numbers)


_PAINTS = {b"f", b"f*", b"B", b"B*", b"b", b"b*"}
_NUMERIC = {b"cm", b"rg", b"m", b"l", b"c", b"Tm"}


def _is_orange(fill: tuple[float, ...]) -> bool:
    return len(fill) == 3 and all(abs(a - b) < 0.003 for a, b in zip(fill, _ORANGE, strict=True))


def _product(first: Any, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _applied(matrix: Matrix, point: XY) -> XY:
    a, b, c, d, e, f = matrix
    x, y = point
    return (a * x + c * y + e, b * x + d * y + f)


def source(file: bytes) -> bytes:
    """The layout that a file carries."""
    reader = PdfReader(io.BytesIO(file))
    return reader.attachments["layout.json"][0]
