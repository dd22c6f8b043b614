"""The signs of the house: four kinds of number have four shapes, three ways of moving have three lines.

Cone: triangle, its number outside. Leg: ring. Drill: black square. Reference point: cross in a ring. All
centred on the spot they mean. Millimetres, y down; angles as seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from conedrills.compose import curve
from conedrills.compose.curve import Line
from conedrills.compose.ink import (
    BLACK,
    BOLD_RULE,
    FIELD,
    HAIR,
    ORANGE,
    SMALL,
    WAY_COLOUR,
    WHITE,
    box,
    text,
    width_of,
)
from conedrills.drill import Way
from conedrills.sheet import XY, Disc, Mark, Region, Stroke

CONE = 6.4
RING = 6.8
HEAD = (5.2, 3.7)
"""How long and how wide an arrow head is on a leg 1.2 wide."""
LEG = 1.2
_FAN = 47.0
_FAN_LONG, _SHOULDERS, _BODY, _SKULL = 6.8, 6.6, 2.3, 3.1


def cone(at: XY, side: float = CONE, *, name: str = "", title: str = "") -> Region:
    """A triangle whose centroid is the spot."""
    high = side * math.sqrt(3) / 2
    x, y = at
    ring = ((x - side / 2, y + high / 3), (x + side / 2, y + high / 3), (x, y - 2 * high / 3))
    return Region((ring,), ORANGE, 0.5 * min(1.0, side / 4.0), BLACK, name, title)


def ring_width(words: str, size: float = RING) -> float:
    """How wide the ring round a leg's number is: a circle, or longer for two letters."""
    return max(size, width_of(words, FIELD * size / RING, "bold") + 0.55 * size)


def ring(at: XY, words: str, colour: str, size: float = RING) -> tuple[Mark, ...]:
    """The number of a leg in its ring, with paper round it so that lines stop short."""
    x, y = at
    cap = FIELD * size / RING
    wide = ring_width(words, size)
    number = text((x, y + cap / 2), words, cap, "bold", "middle")
    line = BOLD_RULE * size / RING
    if wide == size:
        return (Disc(at, size / 2 + 0.5, WHITE), Disc(at, size / 2 - line / 2, WHITE, line, colour), number)
    reach = (wide - size) / 2
    outer, inner = ((_pill(at, reach, radius),) for radius in (size / 2 + 0.5, size / 2 - line / 2))
    return (Region(outer, WHITE), Region(inner, WHITE, line, colour), number)


def _pill(at: XY, reach: float, radius: float) -> Line:
    x, y = at
    ends = [(reach, angle) for angle in range(-90, 91, 10)] + [
        (-reach, angle) for angle in range(90, 271, 10)
    ]
    return tuple(curve.step((x + offset, y), angle, radius) for offset, angle in ends)


def runner(at: XY, facing: float, scale: float = 1.0) -> tuple[Mark, ...]:
    """An athlete from above; the fan opens where the chest points."""
    fan = (at, *(curve.step(at, facing - _FAN / 2 + turn, _FAN_LONG * scale) for turn in _spread(_FAN, 8)))
    arm = (_SHOULDERS - _BODY) / 2 * scale
    arms = (curve.step(at, facing + 90.0, arm), curve.step(at, facing - 90.0, arm))
    return (
        Stroke(arms, (_BODY + 1.2) * scale, WHITE, round_ends=True),
        Region((fan,), WHITE, 0.3 * max(scale, 0.8)),
        Stroke(arms, _BODY * scale, round_ends=True),
        Disc(at, (_SKULL / 2 + 0.4) * scale, WHITE),
        Disc(at, _SKULL / 2 * scale, BLACK),
    )


def _spread(angle: float, steps: int) -> list[float]:
    return [angle * i / steps for i in range(steps + 1)]


def leg(
    line: Line, way: Way, width: float = LEG, head: tuple[float, float] = HEAD, *, arrow: bool = True
) -> list[Mark]:
    """A stretch of the run as its way of moving is drawn, with its head unless `arrow` is False."""
    colour = WAY_COLOUR[way]
    total = curve.length(line)
    long = min(head[0], 0.6 * total) if arrow else 0.0
    wide = head[1] * (long / head[0] if arrow else 1.0)
    shaft = curve.piece(line, 0.0, max(total - long * (0.6 if way != "backward" else 1.0), 0.02))
    dash = (3.2 * width, 1.7 * width) if way == "backward" else ()
    marks: list[Mark] = [Stroke(shaft, width, colour, dash)]
    if way == "called":
        marks.append(Stroke(shaft, 0.45 * width, WHITE))
    if way == "sideways":
        marks += _ticks(curve.piece(line, 0.0, max(total - long, 0.02)), width, colour)
    if arrow:
        tip, (_, angle) = line[-1], curve.at(line, total)
        marks.append(arrow_head(tip, angle, long, wide, colour, hollow=way == "backward", width=0.55 * width))
    return marks


def _ticks(line: Line, width: float, colour: str) -> Iterable[Stroke]:
    reach = 1.7 * width
    for place, angle in curve.marks_along(line, 2.1 * width, 1.05 * width):
        yield Stroke(
            (curve.step(place, angle + 90, reach), curve.step(place, angle - 90, reach)), 0.6 * width, colour
        )


def arrow_head(
    tip: XY,
    angle: float,
    long: float,
    wide: float,
    colour: str = BLACK,
    *,
    hollow: bool = False,
    width: float = 0.3,
) -> Region:
    """A triangle that ends at its tip; hollow for backward."""
    inset = width if hollow else 0.0  # so that the outline, not its middle, ends at the tip
    peak = curve.step(tip, angle, -inset)
    base = curve.step(tip, angle, -long)
    reach = wide / 2 - inset / 2
    corners = (peak, curve.step(base, angle + 90, reach), curve.step(base, angle - 90, reach))
    return Region((corners,), WHITE if hollow else colour, width if hollow else 0.0, colour)


def both_ways(start: XY, end: XY) -> list[Mark]:
    """The double arrow of a distance."""
    angle = curve.direction(start, end)
    long = min(1.9, 0.4 * math.dist(start, end))
    return [
        Stroke((start, end), HAIR),
        arrow_head(end, angle, long, 0.75 * long),
        arrow_head(start, angle + 180.0, long, 0.75 * long),
    ]


def drill_square(left: float, top: float, number: str, side: float) -> tuple[Mark, ...]:
    """The number of a drill, white on a black square."""
    cap = side * (5.0 if len(number) == 1 else 4.4) / 9.0
    middle = (left + side / 2, top + side / 2 + cap / 2)
    black = Region((_rounded(left, top, side, 0.1 * side),), BLACK)
    return (black, text(middle, number, cap, "bold", "middle", colour=WHITE))


def _rounded(left: float, top: float, side: float, radius: float) -> Line:
    centres = (
        (side - radius, radius, 0),
        (radius, radius, 90),
        (radius, side - radius, 180),
        (side - radius,) * 2 + (270,),
    )
    return tuple(
        curve.step((left + x, top + y), first + turn, radius)
        for x, y, first in centres
        for turn in (0, 30, 60, 90)
    )


def reference(at: XY, radius: float = 1.7) -> tuple[Mark, ...]:
    """A point to hook a tape on: a cross in a ring."""
    x, y = at
    reach = radius + 0.9
    return (
        Disc(at, radius, WHITE, 0.35),
        Stroke(((x - reach, y), (x + reach, y)), 0.35),
        Stroke(((x, y - reach), (x, y + reach)), 0.35),
    )


def north(at: XY, angle: float, letter: str, high: float = 13.0) -> tuple[Mark, ...]:
    """A needle about its middle, half filled, with a letter beyond its tip."""
    tip, tail = curve.step(at, angle, high / 2), curve.step(at, angle, -high / 2)
    notch = curve.step(at, angle, -high * 0.36)
    left, right = (curve.step(tail, angle + side, 0.17 * high) for side in (90.0, -90.0))
    beyond = curve.step(at, angle, high / 2 + 2.9)
    return (
        Region(((tip, left, notch),), WHITE, 0.3),
        Region(((tip, right, notch),), BLACK, 0.3),
        text((beyond[0], beyond[1] + FIELD / 2), letter, FIELD, "bold", "middle"),
    )


def size_bar(corner: XY, extent: XY, size: float, size_max: float) -> tuple[Mark, ...]:
    """How far a drill is filled; a stroke at its published size where it can grow beyond it."""
    (left, top), (wide, high) = corner, extent
    full = left + wide * min(1.0, size / max(size_max, size))
    frame = box((left + 0.125, top + 0.125), (left + wide - 0.125, top + high - 0.125))
    marks: tuple[Mark, ...] = (frame, box((left, top), (full, top + high), 0.0, BLACK))
    if size_max > 1.0 + 1e-9:
        nominal = left + wide / size_max
        marks += (Stroke(((nominal, top - 0.8), (nominal, top + high + 0.8)), 0.35),)
    return marks


def check_bar(left: float, y: float) -> tuple[Mark, ...]:
    """100 mm to lay a ruler on, from outer edge to outer edge."""
    ticks = [(_inside(place, 100.0), 2.6 if place in (0, 50, 100) else 1.2) for place in range(0, 101, 10)]
    ends = tuple(Stroke(((left + place, y), (left + place, y - long)), HAIR) for place, long in ticks)
    return (Stroke(((left, y), (left + 100.0, y)), 0.35, id="bar-100-mm"), *ends)


def inch_bar(x: float, top: float, words: str) -> tuple[Mark, ...]:
    """4 in, at right angles to the other bar: a printer may stretch one way only."""
    ticks = [(top + _inside(12.7 * i, 101.6), 2.6 if i % 8 == 0 else 1.2) for i in range(9)]
    marks = tuple(Stroke(((x, y), (x - long, y)), HAIR) for y, long in ticks)
    word = text((x - 1.4, top + 85.0), words, SMALL, angle=90.0, halo=0.7)
    return (Stroke(((x, top), (x, top + 101.6)), 0.35, id="bar-4-in"), *marks, word)


def _inside(place: float, whole: float) -> float:
    """A tick at either end lies within the bar, so that its ink does not lengthen it."""
    return min(max(place, HAIR / 2), whole - HAIR / 2)


def scale_bar(
    left: float, y: float, lengths_mm: tuple[float, float], words: tuple[str, str]
) -> tuple[Mark, ...]:
    """A bar of ten alternating fields with 0, half and whole written over it."""
    half, whole = lengths_mm
    fields: list[Mark] = [
        box((left + whole * i / 10, y), (left + whole * (i + 1) / 10, y + 1.6), 0.0, BLACK)
        for i in range(0, 10, 2)
    ]
    frame = Region(
        (((left, y), (left + whole, y), (left + whole, y + 1.6), (left, y + 1.6)),),
        None,
        HAIR,
        id="scale-bar",
    )
    labels = [
        text((left, y - 1.2), "0", SMALL, anchor="middle"),
        text((left + half, y - 1.2), words[0], SMALL, anchor="middle"),
        text((left + whole - 1.0, y - 1.2), words[1], SMALL),
    ]
    return (*fields, frame, *labels)
