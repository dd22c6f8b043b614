"""A network of measurements between named points, and its adjustment by least squares.

Metres, degrees, names; no yard and no file. The formulas are those of any textbook on the adjustment of
observations (J. Mahun, "Least Squares Lite"; C. Ghilani, "Adjustment Computations"): unknown coordinates x,
observations l with standard errors, linearised as A dx = l - f(x) and solved until nothing moves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from conedrills.survey import Position, Tape

Array = NDArray[np.floating[Any]]
Places = Mapping[str, tuple[float, float]]

_STILL = 1e-10  # metres of a step after which nothing moves
_STEPS = 60
_HALVINGS = 12
_APART = 1e-9  # metres below which two points have no direction
_SCALE = "*"  # the name of the unknown scale of walked places; no point can have it
_OPEN = 1.0  # metres of standard error of a direction that nothing measures
_WALKED = 20.0  # the same where places were walked with a receiver
_SINGULAR = 1e-7  # of the largest singular value of a design matrix

Row = list[tuple[str, int, float]]
"""Derivatives of an observation: by coordinate 0 or 1 of a point."""


class Observation(Protocol):
    """What was measured, as something that points make true."""

    @property
    def names(self) -> tuple[str, ...]:
        """The points that it is about."""

    def equations(self, at: Places, scale: float) -> Iterator[tuple[float, float, Row]]:
        """Measured minus computed, its standard error, and the derivatives of what is computed."""


@dataclass(frozen=True, slots=True)
class Distance:
    """A taped distance."""

    tape: Tape

    @property
    def names(self) -> tuple[str, ...]:
        """Its two ends."""
        return (self.tape.start, self.tape.end)

    def equations(self, at: Places, scale: float) -> Iterator[tuple[float, float, Row]]:
        """One, for its length."""
        (x1, y1), (x2, y2) = at[self.tape.start], at[self.tape.end]
        dx, dy = x2 - x1, y2 - y1
        length = max(math.hypot(dx, dy), _APART)
        east, north = dx / length, dy / length
        yield (
            self.tape.length - length,
            self.tape.sigma,
            [
                (self.tape.start, 0, -east), (self.tape.start, 1, -north),
                (self.tape.end, 0, east), (self.tape.end, 1, north),
            ],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offset:
    """A point by its chainage along the line from one point to another, and its offset to the left of it."""

    point: str
    start: str
    end: str
    along: float
    left: float
    sigma_along: float
    sigma_left: float

    @property
    def names(self) -> tuple[str, ...]:
        """The point and the ends of its base line."""
        return (self.point, self.start, self.end)

    def equations(self, at: Places, scale: float) -> Iterator[tuple[float, float, Row]]:
        """Two: chainage and offset."""
        (xa, ya), (xb, yb), (xp, yp) = at[self.start], at[self.end], at[self.point]
        dx, dy = xb - xa, yb - ya
        length = max(math.hypot(dx, dy), _APART)
        east, north = dx / length, dy / length
        px, py = xp - xa, yp - ya
        along, left = px * east + py * north, east * py - north * px
        # turning the base line moves chainage by offset and offset by chainage
        turn_x, turn_y = -north / length, east / length
        yield (
            self.along - along,
            self.sigma_along,
            [
                (self.point, 0, east), (self.point, 1, north),
                (self.end, 0, turn_x * left), (self.end, 1, turn_y * left),
                (self.start, 0, -east - turn_x * left), (self.start, 1, -north - turn_y * left),
            ],
        )  # fmt: skip
        yield (
            self.left - left,
            self.sigma_left,
            [
                (self.point, 0, -north), (self.point, 1, east),
                (self.end, 0, -turn_x * along), (self.end, 1, -turn_y * along),
                (self.start, 0, north + turn_x * along), (self.start, 1, -east + turn_y * along),
            ],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A leg of a walk: so far along +x and so far along +y, both equally good."""

    start: str
    end: str
    east: float
    north: float
    sigma: float

    @property
    def names(self) -> tuple[str, ...]:
        """Its two ends."""
        return (self.start, self.end)

    def equations(self, at: Places, scale: float) -> Iterator[tuple[float, float, Row]]:
        """Two, one for each direction."""
        for axis, measured in enumerate((self.east, self.north)):
            computed = at[self.end][axis] - at[self.start][axis]
            yield measured - computed, self.sigma, [(self.end, axis, 1.0), (self.start, axis, -1.0)]


@dataclass(frozen=True, slots=True)
class Fix:
    """A point walked to with a receiver, in its own frame: a shape whose scale tapes may correct."""

    point: str
    x: float
    y: float
    sigma: float

    @property
    def names(self) -> tuple[str, ...]:
        """The point."""
        return (self.point,)

    def equations(self, at: Places, scale: float) -> Iterator[tuple[float, float, Row]]:
        """Two, one for each direction; the scale is an unknown of its own."""
        for axis, measured in enumerate((self.x, self.y)):
            computed = at[self.point][axis]
            yield scale * measured - computed, self.sigma, [(self.point, axis, 1.0), (_SCALE, 0, -measured)]


@dataclass(frozen=True, slots=True)
class Angle:
    """The angle at a point, counter-clockwise from one point to another, degrees."""

    at: str
    start: str
    end: str
    degrees: float
    sigma: float

    @property
    def names(self) -> tuple[str, ...]:
        """The point and both that are looked at."""
        return (self.at, self.start, self.end)

    def equations(self, at: Places, scale: float) -> Iterator[tuple[float, float, Row]]:
        """One, in radians."""
        x, y = at[self.at]
        row: Row = []
        seen = []
        for name, sign in ((self.start, -1.0), (self.end, 1.0)):
            dx, dy = at[name][0] - x, at[name][1] - y
            square = max(dx * dx + dy * dy, _APART)
            by_x, by_y = -dy / square * sign, dx / square * sign
            row += [(name, 0, by_x), (name, 1, by_y), (self.at, 0, -by_x), (self.at, 1, -by_y)]
            seen.append(math.atan2(dy, dx))
        off = math.radians(self.degrees) - (seen[1] - seen[0])
        yield math.remainder(off, math.tau), math.radians(self.sigma), row


@dataclass(frozen=True, slots=True)
class Frame:
    """What is held still: the first point at 0, 0, and the second on +x unless something says north."""

    first: str
    second: str
    held: bool = True
    turned: bool = True
    scaled: bool = False


@dataclass(frozen=True)
class Solution:
    """A network adjusted.

    `design` is A and `off` is v, computed minus measured, both divided by the standard errors, a row an
    equation; `owners[i]` is which observation equation i is of. `cofactor` is the covariance of the unknown
    coordinates, square metres, in the order of `columns`.
    """

    at: dict[str, tuple[float, float]]
    design: Array
    off: Array
    sigmas: Array
    owners: tuple[int, ...]
    cofactor: Array
    columns: Mapping[tuple[str, int], int]

    @property
    def spare(self) -> int:
        """Degrees of freedom."""
        return int(self.design.shape[0] - self.design.shape[1])

    @property
    def squares(self) -> float:
        """The weighted sum of squares of the residuals."""
        return float(self.off @ self.off)

    @property
    def residual_cofactor(self) -> Array:
        """Covariance of the residuals in standard errors; its diagonal holds the redundancy numbers."""
        return np.eye(len(self.off)) - self.design @ self.cofactor @ self.design.T

    def position(self, name: str, times: float = 1.0) -> Position:
        """A point with its standard error ellipse, `times` as large as the standard errors say."""
        block = np.zeros((2, 2))
        places = [self.columns.get((name, axis)) for axis in (0, 1)]
        for row, one in enumerate(places):
            for column, other in enumerate(places):
                if one is not None and other is not None:
                    block[row, column] = self.cofactor[one, other]
        spread, axes = np.linalg.eigh(block)
        minor, major = (float(math.sqrt(max(value, 0.0))) * times for value in spread)
        direction = math.degrees(math.atan2(axes[1, 1], axes[0, 1])) % 180.0 if major else 0.0
        x, y = self.at[name]
        return Position(x, y, major, minor, direction)


def unknowns(observations: Sequence[Observation], frame: Frame) -> dict[tuple[str, int], int]:
    """The coordinates that are not held, each with its column, in the order in which points are named."""
    held = {(frame.first, 0), (frame.first, 1)} if frame.held else set()
    if frame.held and frame.turned:
        held.add((frame.second, 1))
    names = dict.fromkeys(name for one in observations for name in one.names)
    columns = [(name, axis) for name in names for axis in (0, 1) if (name, axis) not in held]
    if frame.scaled:
        columns.append((_SCALE, 0))
    return {column: index for index, column in enumerate(columns)}


def loose(observations: Sequence[Observation], frame: Frame) -> tuple[str, ...]:
    """The points that can move though every measurement holds; none where the network is rigid.

    It is judged at places where nothing lies in line by accident: rank is a matter of which pairs are
    measured.
    """
    columns = unknowns(observations, frame)
    names = sorted({name for one in observations for name in one.names})
    chance = np.random.default_rng(7)
    drawn = chance.random((len(names), 2)) * 10.0
    at = {name: (float(x), float(y)) for name, (x, y) in zip(names, drawn, strict=True)}
    design, _, _, _ = _linear(observations, at, 1.0, columns)
    scaled = design / np.maximum(np.linalg.norm(design, axis=1, keepdims=True), 1e-12)
    _, values, directions = np.linalg.svd(scaled, full_matrices=True)
    rank = int((values > _SINGULAR * max(float(values.max(initial=0.0)), 1e-12)).sum())
    free = directions[rank:]
    if not len(free):
        return ()
    motion = {
        name: float(
            np.abs(free[:, [columns[name, axis] for axis in (0, 1) if (name, axis) in columns]]).max(
                initial=0.0
            )
        )
        for name in names
    }
    return tuple(name for name in names if motion[name] > 1e-6)


def solve(observations: Sequence[Observation], start: Places, frame: Frame) -> Solution:
    """The coordinates for which the weighted squares of the residuals are least.

    Args:
        observations: which must make a rigid network.
        start: a place for every point, metres, good to a metre or so.
        frame: what is held still; `start` must agree with it.
    """
    columns = unknowns(observations, frame)
    at = {name: (float(place[0]), float(place[1])) for name, place in start.items()}
    scale = 1.0
    design, off, sigmas, owners = _linear(observations, at, scale, columns)
    for _ in range(_STEPS):
        step: Array = np.linalg.lstsq(design, off, rcond=None)[0]
        before = float(off @ off)
        for halving in range(_HALVINGS):
            part: Array = np.multiply(step, 0.5**halving)
            new, grown = _moved(at, scale, part, columns)
            design, off, sigmas, owners = _linear(observations, new, grown, columns)
            if float(off @ off) <= before * (1.0 + 1e-12):
                break
        at, scale = new, grown
        if float(np.abs(part).max(initial=0.0)) < _STILL:
            break
    _, values, axes = np.linalg.svd(design, full_matrices=False)
    # what tapes in line leave open is open by the square root of what they miss: never by more than this
    spread = axes.T / np.maximum(values, 1.0 / (_OPEN if frame.held else _WALKED))
    return Solution(at, design, -off, sigmas, owners, spread @ spread.T, columns)


def _moved(
    at: Places, scale: float, step: Array, columns: Mapping[tuple[str, int], int]
) -> tuple[dict[str, tuple[float, float]], float]:
    moved = {}
    for name, place in at.items():
        x, y = (
            place[axis] + (float(step[columns[name, axis]]) if (name, axis) in columns else 0.0)
            for axis in (0, 1)
        )
        moved[name] = (x, y)
    return moved, scale + (float(step[columns[_SCALE, 0]]) if (_SCALE, 0) in columns else 0.0)


def _linear(
    observations: Sequence[Observation], at: Places, scale: float, columns: Mapping[tuple[str, int], int]
) -> tuple[Array, Array, Array, tuple[int, ...]]:
    """Design matrix and what is left over, in standard errors; the standard errors; whose equation it is."""
    rows: list[tuple[float, float, Row]] = []
    owners: list[int] = []
    for index, one in enumerate(observations):
        for equation in one.equations(at, scale):
            rows.append(equation)
            owners.append(index)
    design = np.zeros((len(rows), len(columns)))
    off, sigmas = np.zeros(len(rows)), np.ones(len(rows))
    for index, (left, sigma, row) in enumerate(rows):
        off[index], sigmas[index] = left / sigma, sigma
        for name, axis, value in row:
            column = columns.get((name, axis))
            if column is not None:
                design[index, column] += value / sigma
    return design, off, sigmas, tuple(owners)
