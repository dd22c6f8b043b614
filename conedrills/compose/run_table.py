"""The run order in words. Each row begins with ring and line as drawn: the table is the legend too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conedrills.compose import signs, words
from conedrills.compose.frame import WIDE
from conedrills.compose.ink import BOLD_RULE, FIELD, SMALL, WAY_COLOUR, best_fit, rule, text
from conedrills.compose.track import number_of
from conedrills.drill import WAY
from conedrills.language import Voice
from conedrills.layout import Layout, Placement
from conedrills.sheet import Mark

HEAD = 6.0
ROOMY, CLOSE = 7.2, 5.3
"""Heights of a row; the close one for long run orders."""
MOST_ROOMY = 9
MOST_CLOSE = 18


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column of a row begins, and the letters it is set in."""

    left: float
    right: float
    row: float
    ring: float
    cap: float
    full: bool

    @property
    def cones(self) -> float:
        """From and to."""
        return self.left + 3.6 * self.ring + 1.5

    @property
    def move(self) -> float:
        """Movement and direction."""
        return self.cones + (17.5 if self.full else 13.0)

    @property
    def chest(self) -> float:
        """What the chest points at."""
        return self.left + 103.0

    @property
    def at_cone(self) -> float:
        """What happens at the cone."""
        return self.left + 127.0


@dataclass(frozen=True, slots=True)
class _Run:
    layout: Layout
    placement: Placement
    voice: Voice


def rows_of(placement: Placement) -> list[int | str]:
    """The places of legs in the order of running; before those of each of two athletes whose they are."""
    rows: list[int | str] = []
    for name, places in words.by_athlete(placement):
        rows += [name] if name else []
        rows += places
    return rows


def height(placement: Placement) -> float:
    """How high the table is on the drill's page; 0 where it goes on a page of its own."""
    count = len(rows_of(placement))
    if count <= MOST_ROOMY:
        return HEAD + ROOMY * count
    return HEAD + CLOSE * count if count <= MOST_CLOSE else HEAD + CLOSE * -(-count // 2)


def fits_page(placement: Placement) -> bool:
    """Whether the table goes on the drill's page."""
    return len(rows_of(placement)) <= 2 * MOST_CLOSE


def table(layout: Layout, placement: Placement, voice: Voice, top: float) -> list[Mark]:
    """The whole table from its upper rule down."""
    every = rows_of(placement)
    half = -(-len(every) // 2)
    if not fits_page(placement):
        row = min(CLOSE, 214.0 / half)
        columns = [
            (Columns(0.0, 92.0, row, 0.82 * row, SMALL, False), every[:half]),
            (Columns(98.0, WIDE, row, 0.82 * row, SMALL, False), every[half:]),
        ]
    elif len(every) <= MOST_CLOSE:
        row, ring, cap = (ROOMY, 6.2, FIELD) if len(every) <= MOST_ROOMY else (CLOSE, 4.6, 2.8)
        columns = [(Columns(0.0, WIDE, row, ring, cap, True), every)]
    else:
        columns = [
            (Columns(0.0, 92.0, CLOSE, 4.4, SMALL, False), every[:half]),
            (Columns(98.0, WIDE, CLOSE, 4.4, SMALL, False), every[half:]),
        ]
    marks: list[Mark] = []
    for column, rows in columns:
        marks += _column(_Run(layout, placement, voice), top, column, rows)
    return marks


def _column(run: _Run, top: float, at: Columns, rows: Sequence[int | str]) -> Iterator[Mark]:
    yield rule(at.left, at.right, top, BOLD_RULE)
    heads = [(at.left, "order"), (at.cones, "cones"), (at.move, "move")]
    if at.full:
        heads += [(at.chest, "chest"), (at.at_cone, "at_cone")]
        yield from signs.runner((at.chest + 18.4, top + 4.6), 90.0, 0.5)
    for x, key in heads:
        yield text((x, top + 4.4), run.voice.say(f"table.{key}"), SMALL)
    yield text(
        (at.right, top + 4.4), run.voice.say(f"numbers.heading.{run.voice.units}"), SMALL, anchor="end"
    )
    y = top + HEAD
    for row in rows:
        yield rule(at.left, at.right, y)
        yield from _row(run, y, at, row) if isinstance(row, int) else _who(run, y, at, row)
        y += at.row
    yield rule(at.left, at.right, y, BOLD_RULE)


def _who(run: _Run, top: float, at: Columns, name: str) -> Iterator[Mark]:
    """Whose the legs below are."""
    base = top + at.row / 2 + at.cap / 2
    who = words.capital(words.athlete(run.placement, name, run.voice))
    yield text((at.left, base), who, at.cap, "bold", room=at.right - at.left)


def _row(run: _Run, top: float, at: Columns, index: int) -> Iterator[Mark]:
    placement = run.placement
    leg = placement.legs[index]
    way = WAY[leg.movement]
    middle = top + at.row / 2
    base = middle + at.cap / 2
    number = number_of(leg, run.voice)
    half = signs.ring_width(number, at.ring) / 2
    spot, square = (at.left + max(half, at.ring / 2) + 0.1, middle), words.is_second(placement, leg)
    yield from signs.ring(spot, number, WAY_COLOUR[way], at.ring, square=square)
    line = ((at.left + max(1.3 * at.ring, 2 * half) + 1.0, middle), (at.cones - 2.0, middle))
    yield from signs.leg(line, way, 1.0 if at.ring > 5 else 0.8, (3.6, 2.7) if at.ring > 5 else (3.0, 2.2))
    yield text((at.cones, base), f"{leg.start} → {leg.end}", at.cap, "bold", room=at.move - at.cones - 0.5)
    far = text((at.right, base), run.voice.figure(leg.length), at.cap, "bold", "end")
    yield far
    said = words.move(placement, leg, run.voice)
    if not at.full:
        yield best_fit((at.move, base), said, at.right - far.width_mm - 2.0 - at.move, caps=(at.cap,))
        return
    caps = (at.cap, 3.0, SMALL)
    yield best_fit((at.move, base), said, at.chest - at.move - 2.0, caps=caps)
    chest = words.chest(run.layout, placement, leg, run.voice)
    yield best_fit((at.chest, base), chest, at.at_cone - at.chest - 2.0, caps=caps)
    room = at.right - far.width_mm - 2.5 - at.at_cone
    yield best_fit((at.at_cone, base), words.at_the_cone(placement, index, run.voice), room, caps=caps)
