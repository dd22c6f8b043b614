"""A yard as a drawing of characters, for a terminal: corners by their letters, sides, what stands in it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from conedrills.yard import Yard

COLUMNS, ROWS = 60, 20
"""The most characters across and down."""
_TALL = 2.0  # a character is twice as high as wide
_LONGEST_NAME = 12  # letters of the name of a thing that are written beside it

XY: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is drawn, metres: corners in order, other points, and outlines of things with their names."""

    corners: tuple[tuple[str, XY], ...]
    closed: bool = True
    points: tuple[tuple[str, XY], ...] = ()
    things: tuple[tuple[str, tuple[XY, ...]], ...] = ()


def sketch_of(yard: Yard) -> Sketch:
    """A yard to draw: its corners are called as they were measured, or 1, 2, 3."""
    survey = yard.survey
    count = len(yard.boundary)
    names = survey.boundary if survey else tuple(str(number) for number in range(1, count + 1))
    ends = {name for one in (survey.tapes if survey else ()) for name in (one.tape.start, one.tape.end)}
    others = [
        (name, (survey.points[name].x, survey.points[name].y))
        for name in (survey.what if survey else ())
        if survey and name in survey.points and name not in names
    ] + [
        (name, (survey.points[name].x, survey.points[name].y))
        for name in ("H1", "H2")
        if survey and name in ends and name in survey.points and name not in survey.what
    ]
    return Sketch(
        tuple((name, point.xy) for name, point in zip(names, yard.boundary, strict=True)),
        points=tuple(others),
        things=tuple((thing.name, tuple(point.xy for point in thing.polygon)) for thing in yard.obstacles),
    )


def draw(sketch: Sketch, columns: int = COLUMNS, rows: int = ROWS) -> tuple[str, ...]:
    """The lines of the drawing, top first; +y is up. Nothing where there is nothing to draw."""
    everything = [place for _, place in (*sketch.corners, *sketch.points)]
    everything += [place for _, outline in sketch.things for place in outline]
    if not everything or not all(math.isfinite(number) for place in everything for number in place):
        return ()
    sheet = _Sheet(everything, columns, rows)
    ring = [place for _, place in sketch.corners]
    for start, end in zip(ring, [*ring[1:], *(ring[:1] if sketch.closed else [])], strict=False):
        sheet.line(start, end)
    for name, outline in sketch.things:
        sheet.thing(name, outline)
    for name, place in (*sketch.points, *sketch.corners):
        sheet.write(name, *sheet.cell(place))
    return sheet.lines()


class _Sheet:
    """Characters in rows, and the scale at which everything fits."""

    def __init__(self, places: Sequence[XY], columns: int, rows: int) -> None:
        xs, ys = [x for x, _ in places], [y for _, y in places]
        self.left, self.top = min(xs), max(ys)
        wide, high = max(xs) - self.left, self.top - min(ys)
        self.scale = min((columns - 4) / max(wide, 1e-6), (rows - 1) * _TALL / max(high, 1e-6))
        self.columns, self.rows = columns, rows
        self.cells: dict[tuple[int, int], str] = {}

    def cell(self, place: XY) -> tuple[int, int]:
        """Column and row of a place."""
        return (
            round((place[0] - self.left) * self.scale),
            round((self.top - place[1]) * self.scale / _TALL),
        )

    def line(self, start: XY, end: XY, sign: str = "") -> None:
        """A straight line, in the sign that looks most like it."""
        (x1, y1), (x2, y2) = self.cell(start), self.cell(end)
        steps = max(abs(x2 - x1), abs(y2 - y1), 1)
        sign = sign or _sign(x2 - x1, y2 - y1)
        for step in range(steps + 1):
            self.cells[
                round(x1 + (x2 - x1) * step / steps),
                round(y1 + (y2 - y1) * step / steps),
            ] = sign

    def thing(self, name: str, outline: Sequence[XY]) -> None:
        """An outline, or a round sign where it is smaller than a few characters; its name beside it."""
        cells = [self.cell(place) for place in outline]
        across = max(x for x, _ in cells) - min(x for x, _ in cells)
        down = max(y for _, y in cells) - min(y for _, y in cells)
        if across < 3 and down < 2:
            x, y = (round((min(v) + max(v)) / 2) for v in zip(*cells, strict=True))
            self.cells[x, y] = "o"
        else:
            for start, end in zip(outline, [*outline[1:], outline[0]], strict=True):
                self.line(start, end, "#")
            x, y = max(x for x, _ in cells), min(y for _, y in cells)
        words = name[:_LONGEST_NAME]
        spots = [(x + 2, y), (min(x for x, _ in cells) - 1 - len(words), y), (x - 1, y - 1), (x - 1, y + 1)]
        free = [spot for spot in spots if self._is_free(words, *spot)]
        if free:
            self.write(words, *free[0])

    def _is_free(self, words: str, x: int, y: int) -> bool:
        inside = x >= 0 and x + len(words) <= self.columns and 0 <= y < self.rows
        return inside and not any((x + step, y) in self.cells for step in range(-1, len(words) + 1))

    def write(self, words: str, x: int, y: int) -> None:
        """Words from a cell on, over what is there."""
        for step, letter in enumerate(words):
            self.cells[x + step, y] = letter

    def lines(self) -> tuple[str, ...]:
        """Every row, without spaces at its end."""
        last = max(row for _, row in self.cells)
        rows: Iterable[str] = (
            "".join(self.cells.get((column, row), " ") for column in range(self.columns)).rstrip()
            for row in range(min(last + 1, self.rows))
        )
        return tuple(rows)


def _sign(across: int, down: int) -> str:
    if abs(across) >= 2 * abs(down) * 1.5:
        return "-"
    if abs(down) * 2 >= abs(across) * 2.0:
        return "|" if abs(across) * 2 <= abs(down) else ("\\" if across * down > 0 else "/")
    return "\\" if across * down > 0 else "/"
