"""Finding a drill: by family, movement, cones, level, words, and by the room that it needs.

Drill metres only; no yard is known here, a rectangle at most.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from conedrills.drill import PACES, Drill, Family, definition_json
from conedrills.drillfile import Level, Movement, Way
from conedrills.geometry import Point, Vector
from conedrills.space import FLOOR, SpaceModel, rooms

_STEP = 1
"""Degrees by which a drill is turned to see what room it needs: what is stated suffices, and is at most 1 %
more than it must be."""


@dataclass(frozen=True, slots=True)
class Room:
    """A rectangle, metres, with everything round it hard: `short` is not longer than `long`."""

    short: float
    long: float

    @property
    def area(self) -> float:
        """Square metres."""
        return self.short * self.long


@dataclass(frozen=True, slots=True)
class Wish:
    """What a drill must be to be listed; what is None or empty does not matter.

    `movement` is one, or a way of moving; `cones` are how many there are; `room` is how much there is.
    """

    families: tuple[Family, ...] = ()
    movement: Movement | Way | None = None
    cones: int | None = None
    level: Level | None = None
    room: Room | None = None
    words: str = ""

    def admits(self, drill: Drill, model: SpaceModel) -> bool:
        """Whether a drill is so."""
        ways = {word for leg in drill.legs for word in (leg.movement, leg.way)}
        return (
            (not self.families or drill.family in self.families)
            and (self.movement is None or self.movement in ways)
            and (self.cones is None or len(drill.cones) <= self.cones)
            and (self.level is None or drill.definition.level == self.level)
            and says(drill, self.words)
            and (self.room is None or fits(drill, self.room, model))
        )


def says(drill: Drill, words: str) -> bool:
    """Whether what a drill is called and about, in any language, has words that begin with each of these."""
    told = _told(drill)
    return all(any(one.startswith(word) for one in told) for word in map(_letters, words.split()))


def _told(drill: Drill) -> set[str]:
    """Every word that is said of it, and every name as one word: a zig-zag is found as zigzag."""
    file = drill.definition
    texts = [drill.name, file.catalogue, drill.family, *file.aliases, *(leg.movement for leg in drill.legs)]
    for tag in ("", *file.translations):
        said = file.words(tag)
        texts += [said.title, said.summary]
    return {_letters(part) for text in texts for part in (text, *_WORD.findall(text))}


_WORD = re.compile(r"\w+")


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def smallest_room(drill: Drill, model: SpaceModel) -> Room:
    """The smallest rectangle, by area, that a drill needs at its smallest size and slowest pace."""
    return min(_rooms(drill, model), key=lambda room: (round(room.area, 6), room.short))


def fits(drill: Drill, room: Room, model: SpaceModel) -> bool:
    """Whether it needs no more than this rectangle, at its smallest size and slowest pace."""
    return any(
        need.short <= room.short + 1e-9 and need.long <= room.long + 1e-9 for need in _rooms(drill, model)
    )


def _rooms(drill: Drill, model: SpaceModel) -> Iterator[Room]:
    """The rectangle that it needs, for every way that it may be turned."""
    discs = _outermost(_discs(drill, model))
    for degrees in range(0, 90, _STEP):
        wide, deep = (_extent(discs, degrees + turned) for turned in (0, 90))
        yield Room(min(wide, deep), max(wide, deep))


def _extent(discs: Sequence[tuple[Point, float]], degrees: float) -> float:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    along = [(point.x * cos + point.y * sin, radius) for point, radius in discs]
    return max(place + radius for place, radius in along) - min(place - radius for place, radius in along)


def _discs(drill: Drill, model: SpaceModel) -> Iterator[tuple[Point, float]]:
    """What the legs sweep at their ends and corners; all else lies between."""
    pace = min(drill.paces, key=PACES.index)
    size = drill.size_min
    to = None if drill.stretch is None else drill.stretch.low
    for leg, room in zip(drill.figure(size, to).legs, rooms(drill, pace, model), strict=True):
        clear = max(FLOOR, room.side_clearance + leg.bulge)
        for point in leg.path:
            yield point, clear
        yield leg.path[-1] + Vector.polar(room.run_out_at(leg.length), leg.heading_out), clear
        if room.round_clearance is not None:
            yield leg.path[-1], room.round_clearance


def _outermost(discs: Iterable[tuple[Point, float]]) -> list[tuple[Point, float]]:
    """Without discs that lie within another one."""
    kept: list[tuple[Point, float]] = []
    for point, radius in sorted(discs, key=lambda disc: -disc[1]):
        if all((point - other).length > wider - radius + 1e-9 for other, wider in kept):
            kept.append((point, radius))
    return kept


def traits(drill: Drill, model: SpaceModel) -> dict[str, object]:
    """What a list may say of a drill besides its name, lengths in metres."""
    file, room = drill.definition, smallest_room(drill, model)
    return {
        "level": file.level,
        "movements": [*dict.fromkeys(leg.movement for leg in drill.legs)],
        "called": any(leg.call or leg.movement == "called" for leg in drill.legs),
        "regulation": drill.regulation,
        "smallest_room": [round(room.short, 2), round(room.long, 2)],
        "easier": file.easier,
        "harder": file.harder,
        "athletes": list(definition_json(drill).get("athletes", [])),
    }
