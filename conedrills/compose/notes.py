"""Writing in a drawing: what is said, the places where it could stand, how it is drawn where it lands.

`labels` chooses the places; this knows letters. Millimetres, y down; angles as seen.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from conedrills import fonts, geometry
from conedrills.compose import curve
from conedrills.compose.curve import Line
from conedrills.compose.ink import FEED, HAIR, HALO, text, width_of
from conedrills.geometry import Area
from conedrills.labels import Box, Label, Spot, Thing, along
from conedrills.sheet import XY, Mark, Stroke, Style

Draw = Callable[[Spot], Sequence[Mark]]


@dataclass(frozen=True, slots=True)
class Note:
    """A label and how it is drawn at the spot that it gets."""

    label: Label
    draw: Draw


@dataclass(frozen=True, slots=True)
class Words:
    """One line in one letter."""

    text: str
    cap_mm: float
    style: Style = "regular"

    @property
    def width_mm(self) -> float:
        """How long it is."""
        return width_of(self.text, self.cap_mm, self.style)


Rows = tuple[Words, ...]
"""Lines below each other, centred."""


def size_of(rows: Rows) -> tuple[float, float]:
    """Width and height of some rows, without what hangs below the last baseline but a p."""
    high = rows[0].cap_mm + sum(_feed(row) for row in rows[1:])
    return max(row.width_mm for row in rows), high + 1.0


def _feed(row: Words) -> float:
    return FEED.get(row.cap_mm, 1.65 * row.cap_mm)


def draw_rows(rows: Rows, spot: Spot, *, halo: float | None = None) -> list[Mark]:
    """The rows in the middle of a spot's box, along its angle."""
    box = spot.box
    top = -(size_of(rows)[1] - 1.0) / 2
    marks: list[Mark] = []
    down = top
    for place, row in enumerate(rows):
        down += row.cap_mm if place == 0 else _feed(row)
        base = curve.step(box.centre, box.angle_deg - 90.0, down)
        base = (round(base[0], 4), round(base[1], 4))
        edge = HALO.get(row.cap_mm, 0.7) if halo is None else halo
        marks.append(text(base, row.text, row.cap_mm, row.style, "middle", angle=box.angle_deg, halo=edge))
    return marks


def written(
    key: str, rank: float, forms: Sequence[Rows], spots: Iterable[Spot], *, halo: float | None = None
) -> Note:
    """A label of words; a spot's form says which of the forms stands there."""
    return Note(Label(key, rank, tuple(spots)), lambda spot: draw_rows(forms[spot.form], spot, halo=halo))


def spots_along(
    line: Line, forms: Sequence[Rows], away: float, shares: Sequence[float] = (0.5, 0.42, 0.58, 0.34, 0.66)
) -> list[Spot]:
    """Places beside a line, upright: the upper side before the lower, earlier forms before later ones."""
    total = curve.length(line)
    spots: list[Spot] = []
    for form, rows in enumerate(forms):
        wide, high = size_of(rows)
        for share in shares:
            if wide > 1.25 * total and form < len(forms) - 1:
                continue
            place, angle = curve.at(line, total * share)
            upright = curve.readable(angle)
            for side, extra in ((90.0, 0.0), (-90.0, 0.45)):
                centre = curve.step(place, upright + side, away + high / 2 - 0.5)
                spots.append(
                    Spot(Box(centre, wide + 0.6, high, upright), abs(share - 0.5) + extra + 1.1 * form, form)
                )
    return spots


def spots_round(
    centre: XY, rows: Rows, form: int, reach: float, cost: Callable[[float], float]
) -> list[Spot]:
    """Places about a spot, clear of it by `reach`; `cost` is asked for each direction (degrees as seen)."""
    wide, high = size_of(rows)
    spots = []
    for angle in range(0, 360, 15):
        cos, sin = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
        # the box just clears a square about the spot, to the side or above and below
        away = min((reach + wide / 2) / max(cos, 1e-6), (reach + high / 2) / max(sin, 1e-6))
        spots.append(Spot(Box(curve.step(centre, angle, away), wide + 0.6, high), cost(angle), form))
    return spots


def spots_in(
    frame: tuple[float, float, float, float],
    size: tuple[float, float],
    cost: Callable[[XY, float], float],
    *,
    on: Area = (),
    wanted: float = 0.0,
    form: int = 0,
) -> list[Spot]:
    """Places all over an upright frame, every few millimetres.

    Args:
        frame: left, top, right, bottom.
        size: how wide and high the label is.
        cost: of a place, from its centre and the share of it that lies on an area.
        on: that area.
        wanted: the share at which a place costs least, 0 or 1.
        form: of the label there.
    """
    left, top, right, bottom = frame
    wide, high = size
    if right - left < wide or bottom - top < high:
        return []
    columns = max(1, math.ceil((right - left - wide) / 4.0))
    rows = max(1, math.ceil((bottom - top - high) / 4.0))
    centres = [
        (
            left + wide / 2 + (right - left - wide) * i / columns,
            top + high / 2 + (bottom - top - high) * j / rows,
        )
        for i in range(columns + 1)
        for j in range(rows + 1)
    ]
    share = geometry.covering(on)

    def spot(at: XY) -> Spot:
        (x, y), box = at, Box(at, wide, high)
        if not on:
            return Spot(box, cost(at, 0.0), form)
        sides = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
        # most places are never looked at closer; a hair, because rounding may take a share beyond 1
        return Spot(box, cost(at, wanted) - 1e-9, form, lambda: cost(at, share(*sides)))

    return [spot(at) for at in centres]


def things_of(line: Line, width_mm: float, key: str = "", cost: float | None = None) -> list[Thing]:
    """A line as something that labels keep off."""
    fine = _thinned(line)
    return [Thing(along(a, b, width_mm), key, cost) for a, b in itertools.pairwise(fine) if a != b]


def _thinned(line: Line) -> Line:
    """Every point of a short line; of a long curve enough to follow it."""
    if len(line) <= 12:
        return line
    step = max(1, len(line) // 40)
    return (*line[:-1:step], line[-1])


def shortened(words: str, cap_mm: float, style: Style, room: float) -> str:
    """Words cut to a room, for labels whose length is not ours to say."""
    return fonts.fitted(fonts.shown(words), cap_mm / fonts.CAP_HEIGHT, style, room)


def own(spots: Iterable[Spot], at: XY, others: Iterable[XY]) -> list[Spot]:
    """Of some places those that nobody takes for another thing's: none of the others is nearer."""
    rivals = [other for other in others if other != at]
    return [
        spot for spot in spots if all(_away(spot.box, at) + 0.6 < _away(spot.box, other) for other in rivals)
    ]


def _away(box: Box, at: XY) -> float:
    """How far a spot is from a box, millimetres."""
    turn = math.radians(box.angle_deg)
    x, y = at[0] - box.centre[0], at[1] - box.centre[1]
    along, across = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
    return math.hypot(max(0.0, abs(along) - box.width_mm / 2), max(0.0, abs(across) - box.height_mm / 2))


def led(centre: XY, rows: Rows, reach: float) -> list[Spot]:
    """Places about a spot, further off, for words that a thin line ties to it."""
    far = [
        spots_round(centre, rows, 1, reach + more, lambda angle: angle / 1000) for more in (3.0, 6.0, 10.0)
    ]
    return [Spot(spot.box, spot.cost + 1.5 + ring, 1) for ring, spots in enumerate(far) for spot in spots]


def leader(spot: Spot, centre: XY, reach: float) -> list[Mark]:
    """The thin line from a thing to words that are led to it; nothing for words that stand at it."""
    if spot.form == 0:
        return []
    (x, y), box = centre, spot.box
    near = (
        min(max(x, box.centre[0] - box.width_mm / 2), box.centre[0] + box.width_mm / 2),
        min(max(y, box.centre[1] - box.height_mm / 2), box.centre[1] + box.height_mm / 2),
    )
    far = math.dist(centre, near)
    return [Stroke(curve.piece((centre, near), reach, max(far - 0.4, reach + 0.1)), HAIR)]
