"""SVG plans with a known length: closed shapes as yard and obstacles, told by their names.

The scale is a line called like "scale 10 m", or `data-scale="1:100"` on a drawing that says its size in
millimetres; y is turned over. Paths are read by fonttools.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from conedrills import importers, safexml
from conedrills.errors import YardError
from conedrills.geometry import Line
from conedrills.importers._layers import counted, signed_area
from conedrills.importers._plans import planned_yard
from conedrills.units import parse_length
from conedrills.wording import plain_text
from conedrills.yard import MAX_VERTICES, Yard

_OURS = b"urn:conedrills:layout"
_LENGTH = re.compile(
    r"^(?:scale|known(?:[ _-]?length)?|length|ma[sß]{1,2}stab|l[äa]nge)[\s_:=-]+(?P<length>\d.*)$",
    re.IGNORECASE,
)
_RATIO = re.compile(r"\s*1\s*[:/]\s*(\d+(?:\.\d+)?)\s*")
_SIZE = re.compile(r"\s*([\d.]+(?:e[+-]?\d+)?)\s*(mm|cm|in)\s*", re.IGNORECASE)
_SIZES = {"mm": 0.001, "cm": 0.01, "in": 0.0254}
_CALL = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^()]*)\)")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_GENERIC = re.compile(
    r"^(?:path|rect|polygon|polyline|circle|ellipse|line|g|layer|svg|use|text|group)[\d_-]*$",
    re.IGNORECASE,
)
_UNSEEN = {
    "defs", "clipPath", "mask", "symbol", "pattern", "marker", "linearGradient", "radialGradient", "filter",
    "style", "metadata", "script", "namedview", "title", "desc",
}  # fmt: skip
_SHAPES = {"path", "polygon", "polyline", "rect", "circle", "ellipse", "line"}
_STEPS = 32  # chords of a curve: an arc of a quarter at 10 m misses by 3 mm
_MOST = 20_000  # elements, and letters of a number
_AGREE = 0.01  # share by which two known lengths may disagree

Matrix = tuple[float, float, float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def claims(source: importers.Source) -> bool:
    """Whether its first element is an svg."""
    return safexml.root_name(source.content) == "svg"


def read(source: importers.Source, feature: str | None) -> Yard:
    """The yard that a plan says.

    Raises:
        YardError: it is no plan, has no closed shape or several that may be the yard, or says no length.
    """
    if _OURS in source.content:
        raise YardError(
            f"{source.label}: this is a sheet of ours and no plan; `conedrills refit` lays its drills out"
            " in a yard."
        )
    root = safexml.parse(source.content, source.label, doctype=True)
    plan = _Plan(source)
    plan.take(root, _SAME, "")
    metre = plan.metre(root)
    shapes = [(name, tuple((x * metre, -y * metre) for x, y in ring)) for name, ring in plan.closed]
    if not shapes:
        instead = f" but {counted(plan.left_out)}" if plan.left_out else ""
        raise YardError(f"{source.label}: there is no closed shape in it{instead}. Draw the yard as one.")
    return planned_yard(source, shapes, feature, units=plan.units, left_out=plan.left_out)


@dataclass
class _Plan:
    """What is drawn, in the units of the drawing."""

    source: importers.Source
    closed: list[tuple[str, Line]] = field(default_factory=list)
    known: list[tuple[float, float]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    seen: int = 0
    points: int = 0
    units: Any = "m"

    def take(self, element: Element, matrix: Matrix, within: str) -> None:
        """An element and all in it; `within` is the name of the group that it lies in."""
        self.seen += 1
        if self.seen > _MOST:
            raise YardError(
                f"{self.source.label}: it holds more than {_MOST:,} elements. Save only the plan."
            )
        if element.tag in _UNSEEN or _hidden(element):
            return
        here = self._moved(element, matrix)
        name = _name(element) or within
        if element.tag in _SHAPES:
            self._shape(element, here, name)
        elif element.tag in {"svg", "g", "a", "switch"}:
            for child in element:
                self.take(child, here, name if element.tag != "svg" else within)
        else:
            self.left_out["text" if element.tag == "text" else "other thing"] += 1

    def metre(self, root: Element) -> float:
        """Metres in a unit of the drawing."""
        found = [length / drawn for length, drawn in self.known if drawn > 0.0]
        ratio = _RATIO.fullmatch(root.get("data-scale", ""))
        if ratio:
            size, box = _SIZE.fullmatch(root.get("width", "")), _numbers(root.get("viewBox", ""))
            if not size or len(box) != 4 or box[2] <= 0.0:
                raise self._wrong(root, 'data-scale needs a width such as "190mm" and a viewBox.')
            found.append(float(size[1]) * _SIZES[size[2].lower()] / box[2] * float(ratio[1]))
        if not found:
            raise YardError(
                f"{self.source.label}: nothing in it says how long anything is. Draw a line over a length"
                ' that you know and call it by that, as in <line id="scale 10 m" …>; in Inkscape that is its'
                " label."
            )
        if max(found) > min(found) * (1.0 + _AGREE):
            raise YardError(
                f"{self.source.label}: its known lengths disagree by more than 1 %. Measure them again."
            )
        return math.fsum(found) / len(found)

    def _shape(self, element: Element, matrix: Matrix, name: str) -> None:
        lines = [_turned(line, matrix) for line in self._lines(element)]
        self.points += sum(map(len, lines))
        if self.points > MAX_VERTICES * 4:
            raise YardError(
                f"{self.source.label}: it has more than {MAX_VERTICES * 4:,} corners. Simplify it."
            )
        if not all(
            math.isfinite(number) and abs(number) < 1e9 for line in lines for xy in line for number in xy
        ):
            raise self._wrong(element, "a place in it is not finite, or far beyond any paper.")
        known = _LENGTH.match(name)
        if known and len(lines) == 1 and len(lines[0]) == 2:
            try:
                length = parse_length(known["length"].replace("_", " "), "m")
            except ValueError as error:
                raise self._wrong(element, f'"{plain_text(known["length"], 40)}" {error}') from None
            self.known.append((length, math.dist(*lines[0])))
            self.units = "ft" if re.search(r"[\'\"′″]|ft|feet|foot|in\b", known["length"]) else self.units
            return
        rings = [
            line[:-1] for line in lines if len(line) > 3 and math.dist(line[0], line[-1]) < 1e-6 * _span(line)
        ]
        if not rings:
            self.left_out["line"] += 1
            return
        outer = max(rings, key=lambda ring: abs(signed_area(ring)))
        self.closed.append((name or "shape", outer))
        self.closed += [("hole", ring) for ring in rings if ring is not outer]

    def _lines(self, element: Element) -> list[Line]:
        """Its lines, closed ones with the first point repeated."""
        match element.tag:
            case "line":
                x1, y1, x2, y2 = (self._number(element, key) for key in ("x1", "y1", "x2", "y2"))
                return [((x1, y1), (x2, y2))]
            case "rect":
                x, y, wide, high = (self._number(element, key) for key in ("x", "y", "width", "height"))
                ring = ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))
                return [(*ring, ring[0])]
            case "circle" | "ellipse":
                x, y = self._number(element, "cx"), self._number(element, "cy")
                across = self._number(element, "r" if element.tag == "circle" else "rx")
                down = across if element.tag == "circle" else self._number(element, "ry")
                more = 1.0 / math.cos(math.pi / 64.0)  # outside the true shape: it may be a tree
                turns = [math.tau * step / 64 for step in range(64)]
                round_it = tuple(
                    (x + more * across * math.cos(t), y + more * down * math.sin(t)) for t in turns
                )
                return [(*round_it, round_it[0])]
            case "path":
                return self._path(element)
        numbers = _numbers(element.get("points", ""))
        points = tuple(zip(numbers[::2], numbers[1::2], strict=False))
        if len(points) < 2:
            return []
        return [(*points, points[0]) if element.tag == "polygon" else points]

    def _path(self, element: Element) -> list[Line]:
        try:
            from fontTools.pens.basePen import BasePen  # noqa: PLC0415
            from fontTools.svgLib.path.parser import parse_path  # noqa: PLC0415
        except ImportError as error:
            raise YardError(
                f"{self.source.label}: to read its paths the library fonttools is needed:"
                " pip install fonttools."
            ) from error
        lines: list[list[tuple[float, float]]] = []

        class Pen(BasePen):  # type: ignore[misc]
            def _moveTo(self, point: tuple[float, float]) -> None:
                lines.append([point])

            def _lineTo(self, point: tuple[float, float]) -> None:
                lines[-1].append(point)

            def _curveToOne(self, first: Any, second: Any, last: Any) -> None:
                start = lines[-1][-1]
                for step in range(1, _STEPS + 1):
                    t = step / _STEPS
                    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
                    places = (start, first, second, last)
                    x, y = (
                        math.fsum(w * p[axis] for w, p in zip(weights, places, strict=True))
                        for axis in (0, 1)
                    )
                    lines[-1].append((x, y))

            def _closePath(self) -> None:
                lines[-1].append(lines[-1][0])

        try:
            parse_path(element.get("d", ""), Pen(None))
        except Exception:  # it says what is wrong with a path in many ways
            raise self._wrong(element, "its path cannot be read.") from None
        return [tuple(_without_twins(line)) for line in lines if len(line) > 1]

    def _moved(self, element: Element, matrix: Matrix) -> Matrix:
        for name, inside in _CALL.findall(element.get("transform", "")):
            matrix = _times(matrix, self._matrix(element, name, _numbers(inside)))
        return matrix

    def _matrix(self, element: Element, name: str, given: Sequence[float]) -> Matrix:
        match name, given:
            case "matrix", [a, b, c, d, e, f]:
                return a, b, c, d, e, f
            case "translate", [x, *y]:
                return 1.0, 0.0, 0.0, 1.0, x, y[0] if y else 0.0
            case "scale", [x, *y]:
                return x, 0.0, 0.0, y[0] if y else x, 0.0, 0.0
            case "rotate", [angle, *about]:
                cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
                left, low = about[:2] if len(about) > 1 else (0.0, 0.0)
                return cos, sin, -sin, cos, left - cos * left + sin * low, low - sin * left - cos * low
            case "skewX", [angle]:
                return 1.0, 0.0, math.tan(math.radians(angle)), 1.0, 0.0, 0.0
            case "skewY", [angle]:
                return 1.0, math.tan(math.radians(angle)), 0.0, 1.0, 0.0, 0.0
        raise self._wrong(element, f'its transform "{name}" has too few numbers.')

    def _number(self, element: Element, key: str) -> float:
        text = element.get(key, "0")
        found = _NUMBER.match(text.strip())
        if found is None or text.strip()[found.end() :] not in {"", "px"}:
            raise self._wrong(element, f'{key}="{plain_text(text, 30)}" is not a plain number.')
        return float(found[0])

    def _wrong(self, element: Element, what: str) -> YardError:
        return YardError(f"{self.source.label}:{safexml.line_of(element)}: {what}")


def _numbers(text: str) -> list[float]:
    return [float(found) for found in _NUMBER.findall(text[:1_000_000])]


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f


def _turned(line: Line, matrix: Matrix) -> Line:
    a, b, c, d, e, f = matrix
    return tuple((a * x + c * y + e, b * x + d * y + f) for x, y in line)


def _span(line: Line) -> float:
    return max(max(axis) - min(axis) for axis in zip(*line, strict=True)) or 1.0


def _without_twins(line: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    before = None
    for point in line:
        if point != before:
            yield point
        before = point


def _hidden(element: Element) -> bool:
    style = element.get("style", "").replace(" ", "")
    return "display:none" in style or element.get("display") == "none" or "visibility:hidden" in style


def _name(element: Element) -> str:
    """What a person called it: its label, its title, or an id that no program gave."""
    title = next((child.text for child in element if child.tag == "title" and child.text), "")
    for said in (element.get("inkscape:label"), title, element.get("data-name"), element.get("id")):
        text = plain_text(said or "", 60)
        if text and not _GENERIC.match(text):
            return text
    return ""
