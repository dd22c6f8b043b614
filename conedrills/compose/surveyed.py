"""The page of a measured yard: its tapes with what they read, how far off each is, and what to measure next.

One picture: every tape as a line, dashed where nothing checks it, fat where it is wrong; corners with the
ellipse in which they lie, drawn larger by a factor that is said.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from conedrills import __version__
from conedrills.blunders import UNCHECKED, in_units
from conedrills.compose import curve, notes
from conedrills.compose.frame import FOOT, TOP, WIDE, Paper, foot, head, page
from conedrills.compose.ink import (
    BLACK,
    BLIND,
    BOLD_RULE,
    FIELD,
    HAIR,
    SMALL,
    WAY_COLOUR,
    WHITE,
    dotted,
    paragraph,
    rule,
    text,
)
from conedrills.compose.notes import Note, Words
from conedrills.compose.view import View, scale_words, view_of
from conedrills.geometry import Point, cos_degrees, sin_degrees
from conedrills.labels import Box, Spot, Thing, along, placed, upright
from conedrills.language import ENGLISH, Voice
from conedrills.sheet import XY, Mark, Region, Sheet, Stroke
from conedrills.survey import CONFIDENT, Judged, Position, Survey
from conedrills.wording import plain_text
from conedrills.yard import Units, Yard

_FACTORS = (1, 2, 5, 10, 20, 50, 100)
_LARGEST = 7.0  # millimetres of half axis that the largest ellipse may have
_MARGIN = 12.0  # millimetres round the yard for its letters
_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)
_LEGEND = 16.0  # millimetres of height
_LINE = 4.6
_GREY = "#e6e6e6"
_NEXT = WAY_COLOUR["forward"]


def surveyed(
    yard: Yard, lines: Sequence[str], *, paper: Paper, units: Units, language: str = ENGLISH
) -> Sheet:
    """The sheet of one page.

    Args:
        yard: which was measured.
        lines: what is to be said of it, a paragraph each.
        paper: Letter or A4; both hold the same drawing.
        units: of all lengths on it.
        language: one of `languages`.

    Raises:
        ValueError: it was not measured.
    """
    if yard.survey is None:
        raise ValueError("a yard of given corners has no tapes to draw.")
    drawing = _Drawing(yard, yard.survey, Voice(language, units))
    said = drawing.voice.say("surveyed.description", name=yard.name, tapes=len(yard.survey.tapes))
    finished = page("survey", yard.name, said, drawing.marks(lines), paper)
    return Sheet(yard.name, (finished,), language=language, made_by=f"conedrills {__version__}")


@dataclass(frozen=True)
class _Drawing:
    """A measured yard, and who speaks of it."""

    yard: Yard
    survey: Survey
    voice: Voice

    def marks(self, lines: Sequence[str]) -> list[Mark]:
        """Everything on the page."""
        told = [line for one in lines for line in paragraph((0.0, 0.0), plain_text(one, 500), WIDE, SMALL)]
        top = FOOT - 2.0 - _LINE * len(told)
        room = upright(0.0, TOP, WIDE, top - _LEGEND - 3.0)
        view = self._view(room)
        factor = self._factor(view)
        found = [*self._picture(view, room, factor), *self._legend(top - _LEGEND, factor)]
        for row, line in enumerate(told):
            found.append(text((0.0, top + _LINE * (row + 0.7)), line.text, SMALL, room=WIDE))
        reach = self.voice.length(view.scale / 10.0)
        right = [
            self.voice.say("surveyed.measured"),
            self.voice.say("page.scale", scale=scale_words(view.scale, self.voice.units)),
        ]
        below = self.voice.say(
            "surveyed.below" if self.survey.tapes else "surveyed.walked",
            corners=len(self.yard.boundary),
            tapes=len(self.survey.tapes),
            spare=self.survey.spare,
        )
        return [
            *head(self.yard.name, below, right), *found,
            *foot(self.voice, self.voice.say("surveyed.credit", program=f"conedrills {__version__}"), reach),
        ]  # fmt: skip

    def _view(self, room: Box) -> View:
        points = [Point(at.x, at.y) for at in self.survey.points.values()]
        points += [point for thing in self.yard.obstacles for point in thing.polygon]
        (x, y), wide, high = room.centre, room.width_mm / 2 - _MARGIN, room.height_mm / 2 - _MARGIN
        return view_of(points, ((x - wide, y - high), (x + wide, y + high)), self.voice.units)

    def _factor(self, view: View) -> int:
        most = max(at.uncertainty for at in self.survey.points.values()) * view.per_metre
        fitting = [factor for factor in _FACTORS if factor * most <= _LARGEST]
        return fitting[-1] if fitting else 1

    # --- the picture ------------------------------------------------------------------------------------

    def _picture(self, view: View, room: Box, factor: int) -> Iterator[Mark]:
        for thing in self.yard.obstacles:
            yield Region((view.line(thing.polygon),), _GREY, HAIR, title=thing.name)
        yield Stroke(view.line(self.yard.boundary), BOLD_RULE, closed=True, id="boundary")
        for one in sorted(self.survey.tapes, key=self._weight):
            line = self._line(view, one)
            if self._weight(one):  # so that it stands off the boundary below it
                yield Stroke(line.points, line.width_mm + 1.2, WHITE)
            yield line
        if self.survey.next_tape:
            yield dotted(self._ends(view, *self.survey.next_tape), 0.9, 1.8, _NEXT)
        for name, at in self.survey.points.items():
            yield from self._point(view, name, at, factor)
        yield from self._writing(view, room, factor)

    def _weight(self, one: Judged) -> int:
        return 2 if one.suspect else 1 if self._in_question(one) else 0

    def _in_question(self, one: Judged) -> bool:
        pairs = {*self.survey.in_question, *(pair for bad in self.survey.suspects for pair in bad.rivals)}
        return (one.tape.start, one.tape.end) in pairs

    def _ends(self, view: View, start: str, end: str) -> tuple[XY, XY]:
        first, second = self.survey.points[start], self.survey.points[end]
        return view.place(Point(first.x, first.y)), view.place(Point(second.x, second.y))

    def _line(self, view: View, one: Judged) -> Stroke:
        ends = self._ends(view, one.tape.start, one.tape.end)
        name = f"tape-{one.tape.start}-{one.tape.end}"
        if one.suspect:
            return Stroke(ends, 1.1, BLIND, id=name)
        if self._in_question(one):
            return Stroke(ends, 0.6, BLIND, (3.2, 1.0, 0.8, 1.0), id=name)
        if one.tape.ignored:
            return Stroke(ends, 0.25, BLACK, (0.6, 1.6), id=name)
        return Stroke(ends, 0.3, BLACK, (1.8, 1.2) if one.redundancy < UNCHECKED else (), id=name)

    def _point(self, view: View, name: str, at: Position, factor: int) -> Iterator[Mark]:
        x, y = view.place(Point(at.x, at.y))
        major, minor = (factor * CONFIDENT * half * view.per_metre for half in (at.major, at.minor))
        if major > 0.2:
            cos, sin = cos_degrees(at.direction), sin_degrees(at.direction)
            ring = []
            for step in range(40):
                along_major = major * math.cos(math.tau * step / 40)
                across = max(minor, 0.15) * math.sin(math.tau * step / 40)
                ring.append((x + along_major * cos - across * sin, y - along_major * sin - across * cos))
            yield Stroke(tuple(ring), 0.35, _NEXT, closed=True, id=f"ellipse-{name}")
        yield Region((_diamond((x, y), 1.1),), BLACK, id=f"point-{name}")

    def _writing(self, view: View, room: Box, factor: int) -> Iterator[Mark]:
        things = [Thing(Box(view.place(Point(at.x, at.y)), 3.0, 3.0)) for at in self.survey.points.values()]
        names = [self._name(view, name, at) for name, at in self.survey.points.items()]
        lines = [
            Thing(
                along(*self._ends(view, one.tape.start, one.tape.end), 0.6),
                f"{one.tape.start}-{one.tape.end}",
                4.0,
            )
            for one in self.survey.tapes
        ]
        readings = [self._reading(view, one, index) for index, one in enumerate(self.survey.tapes)]
        said = [*names, *readings]
        if self.survey.next_tape:
            said.append(self._next(view))
        spots = placed([note.label for note in said], [*things, *lines], room)
        for note in said:
            if note.label.key in spots:
                yield from note.draw(spots[note.label.key])

    def _name(self, view: View, name: str, at: Position) -> Note:
        rows = (Words(plain_text(name, 24), FIELD, "bold"),)
        wide, high = notes.size_of(rows)
        x, y = view.place(Point(at.x, at.y))
        middle = self._middle(view)
        outward = math.degrees(math.atan2(middle[1] - y, x - middle[0]))
        spots = []
        for away in (4.2, 6.5, 9.0):
            for turn in (0, 25, -25, 50, -50, 80, -80, 120, -120, 180):
                cos, sin = cos_degrees(outward + turn), sin_degrees(outward + turn)
                centre = (x + cos * (away + wide / 2 - 1.0), y - sin * (away + high / 2 - 1.5))
                spots.append(Spot(Box(centre, wide + 0.6, high), abs(turn) / 30.0 + away / 2.0))
        return notes.written(f"name {name}", 0.0, [rows], spots)

    def _middle(self, view: View) -> XY:
        ring = view.line(self.yard.boundary)
        x, y = (math.fsum(axis) / len(ring) for axis in zip(*ring, strict=True))
        return x, y

    def _reading(self, view: View, one: Judged, index: int) -> Note:
        """What the tape read, and by how much that is off; the worse, the sooner it finds a place."""
        read = plain_text(one.tape.written, 24) or self.voice.length(one.tape.length)
        read = read if not read.replace(".", "").isdigit() else self.voice.length(one.tape.length)
        off = in_units(-one.residual, self.voice.units)
        forms = [(Words(f"{read} ({off})", SMALL),), (Words(read, SMALL),)]
        if one.suspect:
            again = self.voice.say("surveyed.again")
            forms = [
                (Words(f"{again}: {read} ({off})", FIELD, "bold"),),
                (Words(f"{again}: {read} ({off})", SMALL, "bold"),),
            ]
        rank = 1.0 - abs(one.standardised) / 1000.0 + index / 1e6
        ends = self._ends(view, one.tape.start, one.tape.end)
        return notes.written(f"tape {index}", rank, forms, _along(ends, forms))

    def _next(self, view: View) -> Note:
        assert self.survey.next_tape is not None  # noqa: S101 # for mypy
        rows = (Words(self.voice.say("surveyed.next"), SMALL, "bold"),)
        return notes.written("next", 0.5, [rows], _along(self._ends(view, *self.survey.next_tape), [rows]))

    # --- what the lines mean ------------------------------------------------------------------------------

    def _legend(self, top: float, factor: int) -> Iterator[Mark]:
        yield rule(0.0, WIDE, top)
        entries: list[tuple[str, Callable[[tuple[XY, XY]], Sequence[Mark]]]] = [
            ("tape", lambda at: [Stroke(at, 0.3)]),
            ("unchecked", lambda at: [Stroke(at, 0.3, BLACK, (1.8, 1.2))]),
            ("next", lambda at: [dotted(at, 0.9, 1.8, _NEXT)]),
            ("suspect", lambda at: [Stroke(at, 1.1, BLIND)]),
            ("in_question", lambda at: [Stroke(at, 0.6, BLIND, (3.2, 1.0, 0.8, 1.0))]),
            ("ellipse", _sample),
        ]
        for index, (key, sign) in enumerate(entries):
            x, y = 64.0 * (index % 3), top + 5.2 + 6.0 * (index // 3)
            yield from sign(((x, y - 1.2), (x + 10.0, y - 1.2)))
            said = self.voice.say(f"surveyed.legend.{key}", factor=factor)
            yield text((x + 12.0, y), said, SMALL, room=50.0)


def _along(ends: tuple[XY, XY], forms: Sequence[notes.Rows]) -> Iterator[Spot]:
    """Places for words on a line, read from below or from the right."""
    (x1, y1), (x2, y2) = ends
    angle = math.degrees(math.atan2(y1 - y2, x2 - x1))
    if not -90.0 < angle <= 90.0:
        angle += 180.0 if angle <= -90.0 else -180.0
    for form, rows in enumerate(forms):
        wide, high = notes.size_of(rows)
        if wide > math.dist(*ends) - 4.0 and form < len(forms) - 1:
            continue
        for order, share in enumerate(_SHARES):
            on = (x1 + (x2 - x1) * share, y1 + (y2 - y1) * share)
            for aside in (0.0, high / 2 + 0.6, -high / 2 - 0.6):
                centre = curve.step(on, angle + 90.0, aside)
                cost = 0.6 * order + 6.0 * form + (0.8 if aside else 0.0)
                yield Spot(Box(centre, wide + 0.8, high, angle), cost, form)


def _diamond(at: XY, half: float) -> tuple[XY, ...]:
    x, y = at
    return ((x, y - half), (x + half, y), (x, y + half), (x - half, y))


def _sample(at: tuple[XY, XY]) -> list[Mark]:
    (x, y), _ = at
    ring = tuple(
        (x + 5.0 + 4.0 * math.cos(math.tau * step / 30), y + 1.4 * math.sin(math.tau * step / 30))
        for step in range(30)
    )
    return [Stroke(ring, 0.35, _NEXT, closed=True), Region((_diamond((x + 5.0, y), 0.9),), BLACK)]
