"""The contact sheet: all drills of a library, a small dimensioned figure each, by family.

A figure is drawn as large as on a page of its own and then made smaller, so that its numbers and lengths have
capitals of 2.1 mm. Millimetres, y down.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, product
from typing import get_args

from conedrills import __version__, fonts
from conedrills.compose import bare, lettering, signs, words
from conedrills.compose.card_picture import smaller
from conedrills.compose.dimensions import CROSSED, Dimension, Scale, dimensions, length_notes
from conedrills.compose.drawn import hull_words, marks_of
from conedrills.compose.frame import HIGH, PAPERS, TOP, WIDE, Paper, head, page
from conedrills.compose.ink import LARGE, RULE, best_fit, box, moved, rule, size_mm, text, width_of
from conedrills.compose.notes import Note
from conedrills.compose.picture import placed_signs, sign_things
from conedrills.compose.scene import Scene
from conedrills.drill import WAY, Drill, Family
from conedrills.labels import Box, Spot, placed, upright
from conedrills.language import ENGLISH, Voice
from conedrills.layout import Placement
from conedrills.sheet import Mark, Page, Region, Sheet, Stroke
from conedrills.yard import Units

_COLUMNS, _ROWS = 4, 4
_GAP = 3.4
_CELL = (WIDE + _GAP) / _COLUMNS
_ROOM = _CELL - _GAP
_LEGEND = 19.0
"""Millimetres of height for what grades and lines mean."""
_HIGH = (HIGH - _LEGEND - TOP) / _ROWS
_BAND, _TITLE, _LINE = 4.0, 2.6, 3.6
_FINE = 2.05
"""Capitals of what stands below a figure."""
_SMALLER = 0.42
_BESIDE = ((9.5, 9.5), (20.5, 9.5), (9.5, 20.5), (20.5, 20.5), (28.0, 28.0))
_ABOVE = ((9.5, 6.5), (21.0, 6.5), (9.5, 19.5), (21.0, 19.5), (28.0, 28.0))
"""Millimetres at the left and the right of a run for its dimensions, and above and below it, before it is
made smaller."""
_ROOMY = 42.0
"""Millimetres free beside a run with which there is room for dimensions on both of its sides."""
_SPARED = 0.3
"""By which share a figure rather is larger than to have one more dimension, from the third on."""
_GRADE = 4.4


def contact_sheet(
    drills: Sequence[Drill], *, paper: Paper, units: Units | None = None, language: str = ENGLISH
) -> Sheet:
    """All drills by family, sixteen to a page.

    Args:
        drills: what to draw, in any order.
        paper: Letter or A4; both hold the same drawing.
        units: of all lengths; None for each drill's own.
        language: one of `languages`.
    """
    voice, cells = Voice(language, units or "m"), _cells(drills, units, language)
    many = _COLUMNS * _ROWS
    parts = [cells[place : place + many] for place in range(0, len(cells), many)] or [[]]
    sheets: list[Page] = []
    for number, part in enumerate(parts, 1):
        marks = _head(drills, voice, voice.say("library.page", number=number, of=len(parts)))
        marks += [*_grid(part, voice), *_legend(drills, voice, HIGH - _LEGEND)]
        first, last = _families(part, voice)
        title = first if first == last else voice.say("library.families", first=first, last=last)
        sheets.append(page(f"drills-{number}", words.capital(title), _described(part, voice), marks, paper))
    return _bound(sheets, voice)


def contact_roll(
    drills: Sequence[Drill], *, paper: Paper, units: Units | None = None, language: str = ENGLISH
) -> Sheet:
    """The same as one long page, for a screen."""
    voice, cells = Voice(language, units or "m"), _cells(drills, units, language)
    bottom = TOP + _HIGH * math.ceil(len(cells) / _COLUMNS) + 1.0
    marks = [*_head(drills, voice, f"conedrills {__version__}"), *_grid(cells, voice)]
    marks += _legend(drills, voice, bottom)
    wide, high = PAPERS[paper]
    aside, above = (wide - WIDE) / 2, (high - HIGH) / 2
    title, said = voice.say("library.title"), _described(cells, voice)
    roll = Page(
        "drills", title, said, wide, round(bottom + _LEGEND + 2 * above, 1),
        tuple(moved(mark, aside, above) for mark in marks),
    )  # fmt: skip
    return _bound([roll], voice)


def _bound(sheets: Sequence[Page], voice: Voice) -> Sheet:
    made = f"conedrills {__version__}"
    return Sheet(voice.say("library.title"), tuple(sheets), language=voice.tag, made_by=made)


# --- what goes in which cell ----------------------------------------------------------------------------


class _Cell:
    """A drill as a cell of the grid shows it."""

    __slots__ = ("drill", "opens", "placement", "scale", "title")

    def __init__(self, drill: Drill, scale: Scale, *, opens: bool) -> None:
        self.drill, self.scale, self.opens = drill, scale, opens
        self.placement: Placement = bare.laid(drill, 1.0)
        self.title = words.told(drill, scale.voice).title


def _cells(drills: Sequence[Drill], units: Units | None, language: str) -> list[_Cell]:
    order = {family: place for place, family in enumerate(get_args(Family))}
    cells: list[_Cell] = []

    def place(drill: Drill) -> tuple[int, str, str]:
        return order[drill.family], drill.definition.words(language).title.casefold(), drill.name

    for drill in sorted(drills, key=place):
        given = drill.definition.units
        voice = Voice(language, "ft" if given == "in" else given)
        opens = not cells or cells[-1].drill.family != drill.family
        cells.append(_Cell(drill, Scale(voice, units or given), opens=opens))
    return cells


def _families(cells: Sequence[_Cell], voice: Voice) -> tuple[str, str]:
    if not cells:
        title = voice.say("library.title")
        return title, title
    return tuple(voice.say(f"families.{cells[end].drill.family}") for end in (0, -1))  # type: ignore[return-value]


def _described(cells: Sequence[_Cell], voice: Voice) -> str:
    say = voice.say
    said = [
        say("library.drill", title=cell.title, name=cell.drill.name, grade=cell.drill.definition.grade,
            hull=hull_words(cell.placement, cell.scale), cones=voice.count(len(cell.drill.cones), "cone"))
        for cell in cells
    ]  # fmt: skip
    return voice.say("page.made_by", description=" ".join(said), program=f"conedrills {__version__}")


# --- the page -------------------------------------------------------------------------------------------


def _head(drills: Sequence[Drill], voice: Voice, right: str) -> list[Mark]:
    families = len({drill.family for drill in drills})
    drawn = voice.count(len(drills), "drill")
    below = voice.say("library.below", drills=drawn, families=families)
    return head(voice.say("library.title"), below, [right])


def _legend(drills: Sequence[Drill], voice: Voice, top: float) -> Iterator[Mark]:
    """What grades and lines mean."""
    yield rule(0.0, WIDE, top + 0.6, RULE)
    x, y = 0.0, top + 4.4
    ways = {WAY[leg.movement] for drill in drills for leg in drill.legs}
    for way in ("forward", "backward", "sideways", *sorted(ways - {"forward", "backward", "sideways"})):
        if way in ways:
            said = text((x + 11.5, y), voice.say(f"ways.{way}"), _FINE)
            yield from signs.leg(((x, y - 1.0), (x + 10.0, y - 1.0)), way, 0.5, (2.2, 1.55))
            yield said
            x += 11.5 + said.width_mm + 4.0
    y += 4.5
    yield text((0.0, y), voice.say("library.how"), _FINE)
    grades = {drill.definition.grade for drill in drills}
    shown = [grade for grade in ("A", "B", "C", "X") if grade in grades]
    for place, grade in enumerate(shown):
        left, base = (place % 2) * 0.5 * WIDE, y + 4.7 + 4.6 * (place // 2)
        yield from signs.drill_square(left, base - 2.9, grade, 3.6)
        yield text((left + 5.0, base), voice.say(f"library.grades.{grade}"), _FINE)


def _grid(cells: Sequence[_Cell], voice: Voice) -> Iterator[Mark]:
    for start in range(0, len(cells), _COLUMNS):
        row = cells[start : start + _COLUMNS]
        top = TOP + _HIGH * (start // _COLUMNS)
        left = 0.0
        for family, same in groupby(row, key=lambda cell: cell.drill.family):
            run = list(same)
            right = left + _CELL * len(run) - _GAP
            opens = run[0].opens
            if start:  # over the first row there is that of the head
                yield rule(left, right, top + 0.4, 0.7 if opens else RULE)
            name = words.capital(voice.say(f"families.{family}"))
            yield text((left, top + 3.4), name, _FINE, "bold" if opens else "regular")
            for place, cell in enumerate(run):
                yield from _cell(cell, left + _CELL * place, top + _BAND)
            left = right + _GAP


def _cell(cell: _Cell, left: float, top: float) -> Iterator[Mark]:
    """Title and grade, marks, the figure, and what to call it below."""
    drill, voice = cell.drill, cell.scale.voice
    room = _ROOM - _GRADE - 1.2
    lines = fonts.wrapped(fonts.shown(cell.title), size_mm(_TITLE), "bold", room)
    lines = (lines[0], " ".join(lines[1:])) if len(lines) > 1 else lines
    if len(lines) == 1:  # one long word is set smaller before it is cut
        lines = (cell.title,)
    yield from signs.drill_square(left + _ROOM - _GRADE, top + 0.2, drill.definition.grade, _GRADE)
    y = top + 3.6
    for line in lines:
        yield best_fit((left, y), line, room, style="bold", caps=(_TITLE, 2.3, _FINE))
        y += _LINE + 0.4
    x = left
    for said in marks_of(drill, voice):
        wide = width_of(said, _FINE) + 2.0
        yield box((x, y - 2.9), (x + wide, y + 0.8), 0.2)
        yield text((x + 1.0, y), said, _FINE)
        x += wide + 1.2
    y += 2.2 if x > left else -2.0
    bottom = top + _HIGH - _BAND
    for mark in figure(cell.placement, cell.scale, upright(left, y, left + _ROOM, bottom - 8.2)):
        yield _named(mark, drill.name)
    yield text((left, bottom - 4.9), drill.name, _FINE, room=_ROOM)
    below = f"{voice.count(len(drill.cones), 'cone')} · {hull_words(cell.placement, cell.scale)}"
    yield text((left, bottom - 1.4), below, _FINE, room=_ROOM)


def _named(mark: Mark, name: str) -> Mark:
    """The mark with the drill's name in its own: there are many drills on a page."""
    if isinstance(mark, Region):
        return replace(mark, id=f"drill-{name}-{mark.id}" if mark.id else "", title="")
    if isinstance(mark, Stroke) and mark.id:
        return replace(mark, id=f"drill-{name}-{mark.id}")
    return mark


# --- a figure -------------------------------------------------------------------------------------------


def figure(placement: Placement, scale: Scale, frame: Box) -> list[Mark]:
    """A drill in a small frame: cones with their numbers, legs in their lines, each named length once."""
    (x, y), wide, tall = frame.centre, frame.width_mm / _SMALLER, frame.height_mm / _SMALLER
    large = Box((x / _SMALLER, y / _SMALLER), wide, tall)
    low, high = bare.reach(placement)
    tries: set[tuple[int, float, float]] = set()
    span_x, span_y = 1000.0 * (high.x - low.x), 1000.0 * (high.y - low.y)
    for (left, right), (top, bottom) in product(_BESIDE, _ABOVE):
        room = (wide - left - right, tall - top - bottom)
        if min(room) > 8.0:
            ratio = max(1, math.ceil(max(span_x / room[0], span_y / room[1])))
            # where there is room on both sides it lies in the middle
            across = 0.0 if wide - span_x / ratio > _ROOMY else (left - right) / 2
            up = 0.0 if tall - span_y / ratio > _ROOMY else (top - bottom) / 2
            tries.add((ratio, across, up))
    least = min(tries)[0]
    best: tuple[float, list[Mark]] | None = None
    for ratio, across, up in sorted(tries):
        if best is not None and best[0] <= ratio / least:
            break  # what follows is smaller and cannot be better
        marks, lost, spared = _drawn(bare.scene(placement, scale.voice, large, ratio, (across, up)), scale)
        score = ratio / least + _SPARED * spared + lost
        if best is None or score < best[0]:
            best = score, marks
    assert best is not None  # noqa: S101  the first margins always leave room
    return [smaller(mark, _SMALLER) for mark in best[1]]


def _drawn(scene: Scene, scale: Scale) -> tuple[list[Mark], float, float]:
    """The marks, how much found no place that must be there, and how many of the lesser dimensions."""
    things = [*bare.things(scene)]
    first = [*map(_plain, bare.cone_notes(scene)), *lettering.caller_figure(scene)]
    spots = placed_signs(first, things, scene)
    things += sign_things(scene, spots)
    found = sorted(dimensions(scene.placement.drill, 1.0, lean=True), key=_whole, reverse=True)
    lengths = [*length_notes(scene, found, scale, LARGE, 1.0)]
    spots |= placed([note.label for note in lengths], things, scene.frame)
    marks = [mark for note in lengths if note.label.key in spots for mark in note.draw(spots[note.label.key])]
    marks += bare.legs(scene)
    marks += bare.cones(scene)
    for note in first:
        if note.label.key in spots:
            marks += note.draw(spots[note.label.key])
    lost = sum(10.0 for note in first if note.label.key not in spots)
    lost += sum(1.0 for note in lengths[:2] if note.label.key not in spots)
    spared = sum(1.0 for note in lengths[2:] if note.label.key not in spots)
    crossed = [spots[note.label.key].cost for note in lengths if note.label.key in spots]
    spared += sum(0.5 for cost in crossed if cost > CROSSED)
    return marks, lost + (0.0 if bare.within(scene) else 10.0), spared


def _whole(dimension: Dimension) -> float:
    return dimension.metres * dimension.spans[0].count


def _plain(note: Note) -> Note:
    """A cone's number without the word beside it."""
    form = max((spot.form % 2 for spot in note.label.spots), default=0)
    spots: tuple[Spot, ...] = tuple(spot for spot in note.label.spots if spot.form % 2 == form)
    return replace(note, label=replace(note.label, spots=spots))
