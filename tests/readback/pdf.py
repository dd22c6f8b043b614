"""What is in a PDF page, read with pypdf: cones, words, where they stand. Millimetres, y down.

A PDF does not say "cone": they are the triangles filled in orange, each followed by its number.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
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
    cones: dict[int, XY]
    words: tuple[Word, ...]
    triangles: tuple[XY, ...]


def read(file: bytes, page: int) -> Content:
    """A page of a file, counted from 0."""
    reader = PdfReader(io.BytesIO(file))
    sheet = reader.pages[page]
    height = float(sheet.mediabox.height)
    triangles: list[XY] = []
    words: list[Word] = []
    cones: dict[int, XY] = {}
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
            cones[int(text)] = waiting
        waiting = None
    return Content((float(sheet.mediabox.width) * _MM, height * _MM), cones, tuple(words), tuple(triangles))


def _events(page: PageObject, reader: PdfReader) -> list[tuple[str, XY, str]]:
    fonts: dict[str, dict[int, str]] = {}
    for name, font in page["/Resources"]["/Font"].items():
        unicode = font.get_object().get("/ToUnicode")
        codes = (
            re.findall(r"<([0-9A-F]{2})> <([0-9A-F]{4})>", unicode.get_data().decode("latin1"))
            if unicode
            else []
        )
        fonts[name] = {int(code, 16): chr(int(letter, 16)) for code, letter in codes}
    events: list[tuple[str, XY, str]] = []
    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    stack: list[tuple[Matrix, tuple[float, ...]]] = []
    fill: tuple[float, ...] = ()
    path: list[XY] = []
    text_matrix: Matrix = matrix
    font = ""
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        numbers: Any = [float(value) for value in operands] if operator in _NUMERIC else operands
        match operator:
            case b"q":
                stack.append((matrix, fill))
            case b"Q":
                matrix, fill = stack.pop()
            case b"cm":
                matrix = _product(tuple(numbers), matrix)
            case b"rg":
                fill = tuple(numbers)
            case b"m":
                path = [(numbers[0], numbers[1])]
            case b"l":
                path.append((numbers[0], numbers[1]))
            case b"c":
                path.append((numbers[4], numbers[5]))
            case b"f" | b"f*" | b"B" | b"B*" | b"b" | b"b*" if len(path) == 3 and _is_orange(fill):
                centre = (sum(x for x, _ in path) / 3, sum(y for _, y in path) / 3)
                events.append(("triangle", _applied(matrix, centre), ""))
            case b"BT":
                text_matrix = (1, 0, 0, 1, 0, 0)
            case b"Tm":
                text_matrix = tuple(numbers)
            case b"Tf":
                font = str(operands[0])
            case b"Tj":
                raw = operands[0].original_bytes
                text = "".join(fonts[font].get(code, "?") for code in raw)
                events.append(("word", _applied(_product(text_matrix, matrix), (0.0, 0.0)), text))
            case _:
                pass
    return events


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
