"""From the yard to the paper: where metres become millimetres and y turns over; and true scales."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from conedrills.geometry import Path, Point, cos_degrees, sin_degrees
from conedrills.sheet import XY
from conedrills.yard import Units

_METRIC = (
    10,
    20,
    25,
    40,
    50,
    75,
    100,
    125,
    150,
    200,
    250,
    300,
    400,
    500,
    600,
    750,
    1000,
    1250,
    1500,
    2000,
    2500,
)
_METRIC_SMALL = (3000, 4000, 5000, 7500, 10_000, 15_000, 20_000, 25_000, 50_000)
_IMPERIAL: Mapping[int, str] = {
    # architects' scales, then engineers'
    8: "1½″ = 1′", 12: "1″ = 1′", 16: "¾″ = 1′", 24: "½″ = 1′", 32: "⅜″ = 1′", 48: "¼″ = 1′",
    64: "3/16″ = 1′", 96: "⅛″ = 1′", 120: "1″ = 10′", 192: "1/16″ = 1′", 240: "1″ = 20′", 360: "1″ = 30′",
    480: "1″ = 40′", 600: "1″ = 50′", 720: "1″ = 60′", 960: "1″ = 80′", 1200: "1″ = 100′", 1800: "1″ = 150′",
    2400: "1″ = 200′", 3600: "1″ = 300′", 4800: "1″ = 400′", 6000: "1″ = 500′", 12_000: "1″ = 1000′",
    24_000: "1″ = 2000′", 48_000: "1″ = 4000′",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """A yard seen on paper: the yard point `about` lies at `centre`, the yard is turned, and 1 : `scale`."""

    about: Point
    centre: XY
    scale: int
    rotation: float = 0.0

    @property
    def per_metre(self) -> float:
        """Millimetres on paper for a metre of yard."""
        return 1000.0 / self.scale

    def place(self, point: Point) -> XY:
        """Where a yard point lies on the paper."""
        x, y = turned(point, self.about, self.rotation)
        return (self.centre[0] + x * self.per_metre, self.centre[1] - y * self.per_metre)

    def line(self, path: Path) -> tuple[XY, ...]:
        """Where a path lies on the paper."""
        return tuple(self.place(point) for point in path)

    def turn(self, angle: float) -> float:
        """A yard direction as seen on the paper, degrees counter-clockwise."""
        return angle + self.rotation


def turned(point: Point, about: Point, rotation: float) -> tuple[float, float]:
    """A point relative to another, turned counter-clockwise, metres."""
    x, y = point.x - about.x, point.y - about.y
    cos, sin = cos_degrees(rotation), sin_degrees(rotation)
    return cos * x - sin * y, sin * x + cos * y


def view_of(points: Iterable[Point], room: tuple[XY, XY], units: Units, rotation: float = 0.0) -> View:
    """The largest true scale at which points fit an upright room (its two corners), in the middle of it."""
    origin = Point(0.0, 0.0)
    spots = [turned(point, origin, rotation) for point in points]
    left, right = min(x for x, _ in spots), max(x for x, _ in spots)
    low, high = min(y for _, y in spots), max(y for _, y in spots)
    (x0, y0), (x1, y1) = room
    scale = best_scale(right - left, high - low, x1 - x0, y1 - y0, units)
    x, y = (left + right) / 2, (low + high) / 2
    cos, sin = cos_degrees(rotation), sin_degrees(rotation)
    return View(Point(cos * x + sin * y, cos * y - sin * x), ((x0 + x1) / 2, (y0 + y1) / 2), scale, rotation)


def best_scale(wide: float, high: float, room_wide_mm: float, room_high_mm: float, units: Units) -> int:
    """The n of the largest true scale 1 : n at which so many metres fit so many millimetres.

    >>> best_scale(12.0, 8.0, 190.0, 126.0, "m"), best_scale(12.0, 8.0, 190.0, 126.0, "ft")
    (75, 64)
    """
    needed = 1000.0 * max(wide / room_wide_mm, high / room_high_mm)
    scales = tuple(_IMPERIAL) if units != "m" else _METRIC + _METRIC_SMALL
    return next((scale for scale in scales if scale >= needed - 1e-9), math.ceil(needed))


def scale_words(scale: int, units: Units) -> str:
    """How a scale is written.

    >>> scale_words(75, "m"), scale_words(48, "ft")
    ('1 : 75', '¼″ = 1′')
    """
    return f"1 : {scale}" if units == "m" else _IMPERIAL.get(scale, f"1 : {scale}")
