"""One step of a set-out: a cone, what it hangs on, what the tapes read there, and how far that may be off.

Complex numbers are places in the yard, metres. Errors are squares, mm².

Sources: a reading is off by 15 mm and 1 mm for every metre of tape, a right angle by eye by 3 degrees; a tie
is off by that over the sine of its cut angle, for which 30 to 150 degrees are allowed (Green, Maritime
Archaeology, 2nd ed., p. 102; NAS Guide, p. 121).
"""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass

from conedrills.geometry import Point
from conedrills.units import on_tape
from conedrills.yard import Units

ON_LINE = 0.001
"""Metres off the laid tape that are on it."""
_SHARPEST, _FLATTEST = 30.5, 149.5
"""Degrees between two tapes at a cone: 30 to 150, less what a cone that stands a little off may change."""
_READING, _PULL, _BY_EYE = 15.0, 1.0, math.sin(math.radians(3.0)) * 1000.0
"""Millimetres of error of a reading, for every metre of tape, and for every metre of offset."""


@dataclass(frozen=True, slots=True)
class Cone:
    """A cone, by its place in the drill from 0."""

    place: complex
    at: int


@dataclass(frozen=True, slots=True)
class Post:
    """A spot of the yard that a tape is hooked on, by its place among the spots."""

    place: complex
    at: int


End = Cone | Post
"""Where a tape begins."""
Readings = tuple[float, float]
"""Two lengths of a tie, or chainage and offset, metres."""


@dataclass(frozen=True, slots=True)
class Step:
    """A cone and the two ends that it hangs on: a tie, or an offset from the tape laid between them."""

    cone: Cone
    hooks: tuple[End, End]
    tie: bool
    error: float
    check: End | None = None

    @property
    def off(self) -> complex:
        """How far along the line from the first hook to the second, and how far to its left."""
        first, second = (hook.place for hook in self.hooks)
        return (self.cone.place - first) / unit(second - first)

    @property
    def leans(self) -> bool:
        """Whether the cone stands off a laid tape, so that nobody has measured it from the tape's ends."""
        return not self.tie and abs(self.off.imag) >= ON_LINE

    @property
    def left(self) -> bool:
        """Whether the cone lies to the left of the line from the first hook to the second."""
        return self.off.imag > 0.0

    @property
    def cut_angle(self) -> float:
        """Degrees between the tapes at the cone."""
        first, second = (hook.place - self.cone.place for hook in self.hooks)
        return abs(math.degrees(cmath.phase(first / second)))

    def readings(self, units: Units) -> Readings:
        """What is read, nearest marks of the tape."""
        if self.tie:
            first, second = (on_tape(abs(self.cone.place - hook.place), units) for hook in self.hooks)
            return first, second
        return on_tape(self.off.real, units), on_tape(self.off.imag, units) if self.leans else 0.0

    def stands(self, first: complex, second: complex, readings: Readings) -> complex | None:
        """Where the cone comes to stand from where its hooks are; None where the tapes do not meet."""
        ahead = unit(second - first)
        if not self.tie:
            return first + complex(*readings) * ahead
        base = abs(second - first)
        along = (readings[0] ** 2 - readings[1] ** 2 + base**2) / (2.0 * base)
        square = readings[0] ** 2 - along**2
        if square < 0.0:
            return None
        return first + complex(along, math.sqrt(square) if self.left else -math.sqrt(square)) * ahead


def tie_error(cone: complex, one: complex, other: complex) -> float | None:
    """What a tie from two places is off by; None where its tapes cross too flatly."""
    first, second = one - cone, other - cone
    angle = abs(math.degrees(cmath.phase(first / second)))
    if not _SHARPEST <= angle <= _FLATTEST:
        return None
    return (read_error(abs(first)) + read_error(abs(second))) / math.sin(math.radians(angle)) ** 2


def read_error(length: float) -> float:
    """What a reading of a length is off by."""
    return _READING**2 + (_PULL * length) ** 2


def offset_error(beside: float) -> float:
    """What an offset that far beside a laid tape adds, its right angle by eye."""
    return _READING**2 + (_BY_EYE * beside) ** 2 if beside > ON_LINE else 0.0


def unit(step: complex) -> complex:
    """The direction of a step."""
    return step / abs(step)


def point(place: complex) -> Point:
    """A place as a point."""
    return Point(place.real, place.imag)
