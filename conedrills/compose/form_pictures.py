"""Six small pictures of how a yard is measured, and the arrow round the lawn. Millimetres, y down."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from conedrills.compose import signs
from conedrills.compose.ink import BLACK, BLIND, FIELD, SMALL, WAY_COLOUR, text
from conedrills.language import Voice
from conedrills.sheet import XY, Disc, Mark, Region, Stroke

Frame = tuple[float, float, float, float]
"""Left, top, right and bottom of a picture."""
_TAPE = WAY_COLOUR["forward"]
_WALL = "#d9d9d9"
_RING = ((0.10, 0.88), (0.68, 0.94), (0.93, 0.52), (0.62, 0.40), (0.55, 0.08), (0.14, 0.14))
"""The yard of the pictures, in shares of their frame, walked with the lawn on the left hand."""


def _at(frame: Frame, share: XY) -> XY:
    left, top, right, bottom = frame
    return (left + 5.0 + (right - left - 10.0) * share[0], top + 2.0 + (bottom - top - 4.0) * share[1])


def _ring(frame: Frame) -> list[XY]:
    return [_at(frame, share) for share in _RING]


def _letters(ring: Sequence[XY]) -> Iterator[Mark]:
    x, y = (sum(axis) / len(ring) for axis in zip(*ring, strict=True))
    for letter, at in zip("ABCDEF", ring, strict=True):
        far = math.dist(at, (x, y)) or 1.0
        yield text(
            (at[0] + 3.4 * (at[0] - x) / far, at[1] + 3.4 * (at[1] - y) / far + SMALL / 2.0), letter, SMALL,
            "bold", "middle", halo=0.7,
        )  # fmt: skip


def _arrow(start: XY, end: XY, width: float = 0.4, colour: str = BLACK) -> Iterator[Mark]:
    angle = math.degrees(math.atan2(start[1] - end[1], end[0] - start[0]))
    yield Stroke((start, end), width, colour)
    yield signs.arrow_head(end, angle, 2.4, 1.9)


def _between(start: XY, end: XY, share: float) -> XY:
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def _sketched(frame: Frame) -> Iterator[Mark]:
    """The yard with letters, and arrows along its sides."""
    ring = _ring(frame)
    yield Stroke(tuple(ring), 0.7, closed=True)
    x, y = (sum(axis) / len(ring) for axis in zip(*ring, strict=True))
    inner = [_between(at, (x, y), 0.24) for at in ring]
    for start, end in zip(inner, [*inner[1:], inner[0]], strict=True):
        yield from _arrow(_between(start, end, 0.15), _between(start, end, 0.85), 0.35)
    yield from _letters(ring)


def _hooked(frame: Frame) -> Iterator[Mark]:
    """A tape hooked on a house corner, straight and level; and bent round a bush, crossed out."""
    left, top, right, bottom = frame
    middle = top + 9.0
    yield Region(
        (((left, top), (left + 12.0, top), (left + 12.0, middle + 5.0), (left, middle + 5.0)),), _WALL, 0.5
    )
    yield text((left + 6.0, top + 6.0), "A", FIELD, "bold", "middle")
    yield Stroke(((left + 11.0, middle), (left + 12.0, middle)), 1.4, _TAPE)
    yield Stroke(((left + 12.0, middle), (right - 3.0, middle)), 0.9, _TAPE)
    yield Disc((right - 2.0, middle), 1.0, BLACK)
    yield text((left + 14.0, middle - 1.6), "0", SMALL, "bold")
    low = bottom - 5.0
    bush = (left + 33.0, low)
    for dx, dy in ((-3.0, 0.0), (0.0, -2.2), (3.0, 0.0), (0.0, 1.6)):
        yield Disc((bush[0] + dx, bush[1] + dy), 2.6, _WALL, 0.3)
    yield Stroke(((left + 12.0, low), (bush[0], low - 6.6), (right - 3.0, low)), 0.9, _TAPE, (2.0, 1.2))
    for side in (1.0, -1.0):
        yield Stroke(
            ((bush[0] - 4.0, low - 6.6 - 4.0 * side), (bush[0] + 4.0, low - 6.6 + 4.0 * side)), 0.8, BLIND
        )


def _sides(frame: Frame) -> Iterator[Mark]:
    """Every side as a tape with its two ends."""
    ring = _ring(frame)
    for start, end in zip(ring, [*ring[1:], ring[0]], strict=True):
        yield Stroke((start, end), 0.9, _TAPE)
        away = math.dist(start, end) or 1.0
        across = (1.6 * (end[1] - start[1]) / away, 1.6 * (start[0] - end[0]) / away)
        for at in (start, end):
            yield Stroke(
                ((at[0] - across[0], at[1] - across[1]), (at[0] + across[0], at[1] + across[1])), 0.4
            )
    yield from _letters(ring)


def _tied(frame: Frame) -> Iterator[Mark]:
    """Corners tied to A, B and, dashed, to C."""
    ring = _ring(frame)
    yield Stroke(tuple(ring), 0.7, closed=True)
    for hook, dash in ((0, ()), (1, ()), (2, (1.8, 1.2))):
        for corner in (3, 4, 5):
            if hook != 2 or corner != 3:
                yield Stroke((ring[hook], ring[corner]), 0.5, _TAPE, dash)
    for hook in range(3):
        yield Disc(ring[hook], 1.2, BLACK)
    yield from _letters(ring)


def _alone(frame: Frame) -> Iterator[Mark]:
    """A screwdriver in the ground through the ring of a tape."""
    left, top, right, bottom = frame
    ground, x = bottom - 8.0, left + 16.0
    yield Stroke(((left, ground), (right, ground)), 0.5)
    for step in range(9):
        at = left + 3.0 + 6.4 * step
        yield Stroke(((at, ground), (at - 2.0, ground + 2.4)), 0.25)
    yield Stroke(((x, ground + 6.0), (x, top + 13.0)), 1.1)
    handle = ((x - 2.2, top + 2.0), (x + 2.2, top + 2.0), (x + 1.8, top + 13.0), (x - 1.8, top + 13.0))
    yield Region((handle,), "#e69f00", 0.4)
    yield Disc((x, ground - 3.0), 2.4, None, 0.8, _TAPE)
    yield Stroke(((x + 2.4, ground - 3.0), (right - 4.0, ground - 3.0)), 0.9, _TAPE)
    yield Stroke(((x - 2.8, ground - 8.5), (x - 2.8, ground - 5.5)), 0.4)
    yield text((x - 4.4, ground - 6.2), "0", SMALL, "bold", "end")


def _girth(frame: Frame) -> Iterator[Mark]:
    """A trunk with a tape laid round it."""
    left, top, right, bottom = frame
    x, half = (left + right) / 2.0, 8.0
    trunk = (
        (x - half, top + 1.0), (x - half + 0.8, bottom - 8.0), (x - half - 3.0, bottom - 1.0),
        (x + half + 3.0, bottom - 1.0), (x + half - 0.8, bottom - 8.0), (x + half, top + 1.0),
    )  # fmt: skip
    yield Region((trunk,), _WALL, 0.5)
    middle = (top + bottom) / 2.0 - 2.0
    ring = [
        (x + (half + 0.4) * math.cos(math.pi * step / 16), middle + 3.0 * math.sin(math.pi * step / 16))
        for step in range(17)
    ]
    yield Stroke(tuple(ring), 1.1, _TAPE)
    back = tuple((px, 2 * middle - py) for px, py in ring)
    yield Stroke(back, 0.4, _TAPE, (1.0, 1.0))
    yield Stroke((ring[3], (ring[3][0] + 14.0, ring[3][1] + 5.0)), 1.1, _TAPE)


PICTURES: tuple[Callable[[Frame], Iterator[Mark]], ...] = (_sketched, _hooked, _sides, _tied, _alone, _girth)
"""One for each step, in order."""


def round_the_lawn(middle: XY, voice: Voice) -> Iterator[Mark]:
    """Which way round to walk, and a circle in which north is marked."""
    x, y = middle
    ring = [
        (x - 4.0 + 7.0 * math.cos(math.radians(turn)), y - 7.0 * math.sin(math.radians(turn)))
        for turn in range(-60, 211, 10)
    ]
    yield Stroke(tuple(ring), 0.6)
    yield signs.arrow_head(ring[-1], -60.0, 2.6, 2.0)
    yield text((x - 4.0, y + 1.2), voice.say("form.lawn"), SMALL, anchor="middle")
    yield Disc((x + 13.5, y), 4.6, None, 0.3)
    yield text((x + 13.5, y + 1.2), voice.say("page.north"), SMALL, anchor="middle", colour="#8c8c8c")
