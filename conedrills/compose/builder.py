"""The page for who puts the cones out: a picture with tapes, what to do in order, every length in a table.

No run order here: on the builder's page a number is a cone, a length or a tick. Millimetres.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from conedrills import fonts, geometry
from conedrills.compose import ground, notes, signs, tapes, words
from conedrills.compose.frame import FOOT, TOP, WIDE, Paper, foot, head, page
from conedrills.compose.ink import (
    BOLD_RULE,
    FEED,
    FIELD,
    LARGE,
    SMALL,
    best_fit,
    box,
    dotted,
    moved,
    paragraph,
    rule,
    text,
    width_of,
)
from conedrills.compose.view import View, scale_words
from conedrills.geometry import Point
from conedrills.labels import upright
from conedrills.language import Voice
from conedrills.layout import Hook, Layout, Offset, Placement, SetoutRow, Tape, Tie
from conedrills.sheet import XY, Mark, Page, Stroke, Text
from conedrills.units import METRES, tape_units
from conedrills.yard import Reference, Yard

_PICTURE_WIDE = 133.0
_STEPS = 138.0
_PICTURE_MOST, _PICTURE_LEAST = 126.0, 84.0
_TABLE_HEAD = 7.6
_ROW = 8.6
_GAP = 3.4
_CHECKS = 15.0
_LEGEND = 6.4
_NOTES = _LEGEND + 13.6
"""How high the legend is, and the legend with what the words mean."""
_TICK_BOX = 3.8
_MEASURE = 166.0
_ENOUGH = (5, 8, 10, 15, 20, 30, 50, 100)
_ENOUGH_FEET = (16, 25, 33, 50, 100, 165, 330)
_BELOW = 3
"""Lines below the table."""
_LISTED = 10
"""Cones that are named one by one in what to do; of more the table tells."""
_LETTER = 9.0
"""Millimetres of a reference point's name that are printed: it should be a letter."""
_GOOD_FIX = (60.0, 120.0)
"""Degrees between two tapes that fix a cone well (Green, Maritime Archaeology, 2nd ed., p. 102)."""


@dataclass(frozen=True, slots=True)
class _Section:
    """Rows of a table under one heading; `more` where it goes on from the page before."""

    heading: str
    rows: tuple[SetoutRow, ...]

    @property
    def height(self) -> float:
        """With its heading."""
        return _TABLE_HEAD + _ROW * len(self.rows) + _GAP


@dataclass(frozen=True, slots=True)
class _Job:
    layout: Layout
    placement: Placement
    index: int
    voice: Voice

    def name(self) -> str:
        """Of the page."""
        return f"{self.index + 1:02}-{self.placement.drill.name}-setout"


def builder_pages(layout: Layout, index: int, paper: Paper, voice: Voice) -> list[Page]:
    """How one placement is set out: a page, more where its table is long; none without a set-out."""
    placement = layout.placements[index]
    if not placement.setout:
        return []
    voice = replace(voice, units=tape_units(voice.units))
    job = _Job(layout, placement, index, voice)
    parts = _shared_out(job)
    used = sum(section.height for section in parts[0]) + (_CHECKS if len(parts) == 1 else 0.0) + _NOTES
    high = min(_PICTURE_MOST, FOOT - TOP - used - 3.0)
    marks, scale = tapes.picture(layout, placement, voice, upright(0.0, TOP, _PICTURE_WIDE, TOP + high))
    steps, left = _steps(job, TOP, TOP + high)
    marks += steps
    pages = []
    for place, sections in enumerate(parts):
        y = TOP + (high + 2.0 if place == 0 else 1.0)
        for section in sections:
            marks += _table(job, section, y)
            y += section.height
        if place == len(parts) - 1:
            marks += _checks(job, y)
        if place == 0:
            marks += [*_below(job, left, FOOT - _LEGEND - 1.6), *_legend(job)]
        pages.append(_page(job, place, [*marks, *_frame(job, scale if place == 0 else 0)], paper))
        marks = []
    return pages


def _shared_out(job: _Job) -> list[list[_Section]]:
    """The sections of the table by page."""
    say, setout = job.voice.say, job.placement.setout
    anchors = _Section(say("builder.anchors"), setout[:2])
    rest = [*setout[2:]]
    if not rest:
        return [[anchors]]
    room = FOOT - TOP - _PICTURE_LEAST - _NOTES - 3.0 - anchors.height - _TABLE_HEAD - _GAP
    first = int((room - _CHECKS) / _ROW)
    if len(rest) <= first:
        return [[anchors, _Section(say("builder.rest"), tuple(rest))]]
    first = int(room / _ROW)
    parts = [[anchors, _Section(say("builder.rest"), tuple(rest[:first]))]]
    each = int((FOOT - TOP - 4.0 - _TABLE_HEAD - _GAP - _CHECKS) / _ROW)
    for start in range(first, len(rest), each):
        parts.append([_Section(say("builder.rest"), tuple(rest[start : start + each]))])
    return parts


def _page(job: _Job, place: int, marks: list[Mark], paper: Paper) -> Page:
    name, said = job.name(), job.voice.say
    title = said(
        "builder.page_title", number=job.index + 1, drill=words.told(job.placement.drill, job.voice).title
    )
    rows = " ".join(row_words(job.placement, row, job.voice) for row in job.placement.setout)
    return page(f"{name}-{place + 1}" if place else name, title, f"{title}. {rows}", marks, paper)


def _frame(job: _Job, scale: int) -> list[Mark]:
    voice, placement = job.voice, job.placement
    right = [job.layout.title or job.layout.yard.name]
    if scale:
        right.append(voice.say("page.scale", scale=scale_words(scale, voice.units)))
    parts = [
        voice.count(len(placement.cones), "cone"),
        voice.say("builder.tapes", length=tape_words([placement], voice, job.layout.tape)),
        voice.say("builder.hands"),
    ]
    title = voice.say("builder.title", drill=words.told(placement.drill, voice).title)
    reach = voice.length(scale / 10.0) if scale else ""
    below = voice.say("builder.rounded", step=_step_words(voice))
    return [*head(title, " · ".join(parts), right, str(job.index + 1)), *foot(voice, below, reach)]


def _step_words(voice: Voice) -> str:
    return voice.say(f"builder.step.{voice.units}")


def tape_words(placements: Sequence[Placement], voice: Voice, longest_there_is: float | None) -> str:
    """The shortest tape in the shops that is long enough for some drills, or the one that there is."""
    rows = [length for placement in placements for row in placement.setout for length in _lengths(row)]
    longest = max([*rows, *(check.distance for placement in placements for check in placement.checks)])
    most = longest_there_is or math.inf
    if voice.units != "m":
        feet = math.ceil(longest / METRES["ft"] - 1e-6)
        enough = next((enough for enough in _ENOUGH_FEET if enough >= feet), feet)
        return f"{enough} ft" if enough * METRES["ft"] <= most + 1e-6 else _plain_length(voice, most)
    metres = math.ceil(longest - 1e-6)
    enough = next((enough for enough in _ENOUGH if enough >= metres), metres)
    return f"{enough} m" if enough <= most + 1e-6 else _plain_length(voice, most)


def _plain_length(voice: Voice, metres: float) -> str:
    """A length in whole metres or feet where it is one: nobody buys a tape of 30.00 m."""
    unit = tape_units(voice.units)
    count = metres / METRES[unit]
    return f"{count:.0f} {unit}" if abs(count - round(count)) < 1e-6 else voice.length(metres)


def _lengths(row: SetoutRow) -> Iterator[float]:
    if isinstance(row, Tie):
        yield from (tape.distance for tape in row.tapes)
    else:
        yield from (row.along, abs(row.offset))
    if row.check:
        yield row.check.distance


# --- what to do -------------------------------------------------------------------------------------------


def _steps(job: _Job, top: float, bottom: float) -> tuple[list[Mark], list[str]]:
    """What to do, in order, each with a box to tick; and those steps for which the column has no room."""
    voice, wide = job.voice, WIDE - _STEPS
    said = _sentences(job)
    for cap, gap in ((FIELD, 2.6), (3.0, 2.6), (SMALL, 2.2), (SMALL, 0.9)):
        lines = [paragraph((0.0, 0.0), sentence, wide - 6.6, cap) for sentence in said]
        if sum(FEED[cap] * len(part) + gap for part in lines) + 7.0 <= bottom - top:
            break
    marks: list[Mark] = [
        text((_STEPS, top + 4.4), voice.say("builder.in_order"), FIELD, "bold"),
        rule(_STEPS, WIDE, top + 6.4),
    ]
    y = top + 12.0
    for place, part in enumerate(lines):
        if y + FEED[cap] * (len(part) - 1) > bottom:
            return marks, said[place:]
        marks.append(box((_STEPS, y - _TICK_BOX + 0.2), (_STEPS + _TICK_BOX, y + 0.2), 0.35))
        marks += [text((_STEPS + 6.6, y + FEED[cap] * row), line.text, cap) for row, line in enumerate(part)]
        y += FEED[cap] * len(part) + gap
    return marks, []


def _below(job: _Job, steps: Sequence[str], bottom: float) -> Iterator[Mark]:
    """Lines over the whole width: steps that are left, then how to do it alone and what words mean."""
    hints = [job.voice.say(f"builder.hint_{key}") for key in ("sides", "alone", "ring")]
    lines = [*((step, True) for step in steps[-_BELOW:]), *((hint, False) for hint in hints[len(steps) :])]
    for row, (line, ticked) in enumerate(lines):
        y, x = bottom - FEED[SMALL] * (len(lines) - 1 - row), 4.4 if ticked else 0.0
        if ticked:
            yield box((0.0, y - 2.8), (3.0, y + 0.2), 0.35)
        yield best_fit((x, y), line, WIDE - x, caps=(SMALL,))


def _sentences(job: _Job) -> list[str]:
    voice, placement = job.voice, job.placement
    first, second, *rest = placement.setout
    marks = [
        voice.say("builder.mark_at", name=_short(reference.name), what=words.thing_of(reference, voice))
        for reference in _used(job)
        if reference.kind == "mark"
    ]
    said = [voice.say("builder.mark", marks="; ".join(marks))] if marks else []
    for rows in _hooked_alike([row for row in (first, second) if isinstance(row, Tie)]):
        one, other = (_short(tape.at) for tape in rows[0].tapes)
        said.append(voice.say("builder.hook", first=one, second=other))
        for side, where in dict.fromkeys(
            (_side(voice, row), whereabouts(job.layout, job.placement, row, voice)) for row in rows
        ):
            cones = [
                row.cone
                for row in rows
                if (_side(voice, row), whereabouts(job.layout, job.placement, row, voice)) == (side, where)
            ]
            many = "_many" if len(cones) > 1 else ""
            listed = voice.listed([*map(str, cones)])
            said.append(
                voice.say(f"builder.cross{many}", cones=listed, side=_whole(side), where=where).strip()
            )
    length = _whole(voice.length(placement.checks[0].distance)) if placement.checks else ""
    said.append(voice.say("builder.anchors_apart", first=first.cone, second=second.cone, length=length))
    if len(rest) > _LISTED:
        said.append(voice.say("builder.rest_all"))
    else:
        laid = [row for row in rest if isinstance(row, Offset)]
        groups = (
            ("laid", [row.cone for row in laid if not is_past(job.placement, row)]),
            ("past", [row.cone for row in laid if is_past(job.placement, row)]),
            ("tied", [row.cone for row in rest if isinstance(row, Tie)]),
        )
        for how, cones in groups:
            if cones:
                many = "_many" if len(cones) > 1 else ""
                said.append(voice.say(f"builder.rest_{how}{many}", cones=voice.listed([*map(str, cones)])))
    said.append(voice.say("builder.check_and_ring"))
    return said


def is_past(placement: Placement, row: Offset) -> bool:
    """Whether a cone stands beyond the second hook of its tape."""
    if isinstance(row.start, str) or isinstance(row.end, str):
        return False
    start, end = placement.cones[row.start - 1], placement.cones[row.end - 1]
    return row.along > (end - start).length + 0.01


def _whole(words: str) -> str:
    """Words that stay on one line."""
    return words.replace(" ", fonts.NO_BREAK)


def _hooked_alike(rows: Sequence[Tie]) -> list[list[Tie]]:
    """Rows one after the other on the same two hooks, together."""
    return [[*group] for _, group in groupby(rows, key=lambda row: {tape.at for tape in row.tapes})]


def _used(job: _Job) -> list[Reference]:
    """The reference points that this drill's cones hang on."""
    hooks = {tape.at for row in job.placement.setout if isinstance(row, Tie) for tape in row.tapes}
    return [reference for reference in job.layout.yard.references if reference.name in hooks]


def _side(voice: Voice, row: Tie) -> str:
    one, other = (tape.at for tape in row.tapes)
    return _side_of(voice, row.side, one, other)


def _side_of(voice: Voice, side: str, start: Hook, end: Hook) -> str:
    return voice.say(f"builder.{side}_of", first=_short(start), second=_short(end))


def whereabouts(layout: Layout, placement: Placement, row: Tie, voice: Voice) -> str:
    """What lies on the cone's side, in words: the lawn where the other crossing is none, or a thing."""
    yard = layout.yard
    one, other = (tapes.hook_place(layout, placement, tape.at) for tape in row.tapes)
    cone = placement.cones[row.cone - 1]
    base = other - one
    foot = one + base * (((cone - one).dx * base.dx + (cone - one).dy * base.dy) / base.length**2)
    if (cone - foot).length < 0.5:
        return ""
    mirror = foot + (foot - cone)
    if not _on_lawn(yard, mirror):
        return voice.say("builder.lawn_side")
    name, far = words.faced(yard, cone, (cone - foot).angle)
    named = far > 0.0 and name in {*yard.side_names, *(thing.name for thing in yard.obstacles)}
    return voice.say("builder.toward", thing=name) if named else ""


def _on_lawn(yard: Yard, at: Point) -> bool:
    view = View(Point(0.0, 0.0), (0.0, 0.0), 1000)  # a millimetre a metre
    x, y = view.place(at)
    spot = geometry.rectangle(x - 0.01, y - 0.01, x + 0.01, y + 0.01)
    return geometry.extent(geometry.overlap(ground.ground_of(yard, view, ()).lawn, spot)) > 0.0


# --- the table --------------------------------------------------------------------------------------------

_FIRST, _SECOND, _WHERE, _CHECK = 27.0, 63.0, 99.0, 132.0
_FIGURE = 32.0
"""From the sign of a hook to the end of its figure."""


def _table(job: _Job, section: _Section, top: float) -> Iterator[Mark]:
    say = job.voice.say
    yield rule(0.0, WIDE, top, BOLD_RULE)
    yield text((0.0, top + 5.0), section.heading, FIELD, "bold")
    start = max(_WHERE, width_of(section.heading, FIELD, "bold") + 4.0)
    for x, key in ((start, "where"), (_CHECK, "check"), (_MEASURE, "you_measure")):
        yield text((x, top + 5.0), say(f"builder.{key}"), SMALL)
    y = top + _TABLE_HEAD
    for row in section.rows:
        yield rule(0.0, WIDE, y)
        yield from _row(job, row, y)
        y += _ROW


def _row(job: _Job, row: SetoutRow, top: float) -> Iterator[Mark]:
    voice, middle = job.voice, top + _ROW / 2
    yield box((0.0, middle - 2.1), (4.2, middle + 2.1), 0.35)
    yield signs.cone((10.6, middle + 0.7), 5.0)
    yield text((15.4, middle + LARGE / 2), str(row.cone), LARGE, "bold")
    if isinstance(row, Tie):
        for x, tape in zip((_FIRST, _SECOND), row.tapes, strict=True):
            yield from _reading(voice, tape, (x, middle), bold=True)
        good = "good" if _GOOD_FIX[0] <= row.cut_angle <= _GOOD_FIX[1] else "fair"
        under = voice.say(f"builder.meet_{good}", angle=round(row.cut_angle))
        over = _side(voice, row)
    else:
        said = voice.say("builder.laid", start=_short(row.start), end=_short(row.end))
        yield from _worded(said, voice.figure(row.along), (_FIRST, middle))
        over, under = (
            voice.say(
                "builder.past" if is_past(job.placement, row) else "builder.on_tape", end=_short(row.end)
            ),
            "",
        )
        if row.offset:
            side = "left" if row.offset > 0 else "right"
            yield from _worded(voice.say("builder.square"), voice.figure(abs(row.offset)), (_SECOND, middle))
            over = _side_of(voice, side, row.start, row.end)
    room = _CHECK - _WHERE - 2.0
    if under:
        yield best_fit((_WHERE, middle - 0.7), over, room, caps=(SMALL,))
        yield best_fit((_WHERE, middle + 3.3), under, room, caps=(SMALL,))
    else:
        yield best_fit((_WHERE, middle + SMALL / 2), over, room, caps=(SMALL,))
    if row.check:
        yield from _reading(voice, row.check, (_CHECK, middle), bold=False)
        yield box((_MEASURE, middle - 3.1), (WIDE, middle + 3.1))


def _reading(voice: Voice, tape: Tape, at: XY, *, bold: bool) -> Iterator[Mark]:
    """The sign and name of a hook, and what the tape reads."""
    x, middle = at
    if isinstance(tape.at, int):
        yield signs.cone((x + 1.8, middle + 0.5), 3.2)
    else:
        yield from signs.reference((x + 1.8, middle), 1.2)
    figure = _figure(voice.figure(tape.distance), (x + _FIGURE, middle), bold=bold)
    yield figure
    room = _FIGURE - 4.8 - figure.width_mm - 1.5
    yield text((x + 4.8, middle + FIELD / 2), _short(tape.at), FIELD, room=room)


def _worded(words: str, figure: str, at: XY) -> Iterator[Mark]:
    """A length with what it is, where it does not begin at a hook."""
    x, middle = at
    far = _figure(figure, (x + _FIGURE, middle), bold=True)
    yield far
    room = _FIGURE - far.width_mm - 1.5
    yield from (
        text((x, middle + SMALL / 2 + FEED[SMALL] * (row - (len(lines) - 1) / 2)), line.text, SMALL)
        for lines in (paragraph((0.0, 0.0), words, room, SMALL, 2),)
        for row, line in enumerate(lines)
    )


def _figure(words: str, end: XY, *, bold: bool) -> Text:
    cap = next((cap for cap in (FIELD, 3.0) if width_of(words, cap, "bold") <= _FIGURE - 10.0), SMALL)
    return text((end[0], end[1] + cap / 2), words, cap, "bold" if bold else "regular", "end")


def _short(hook: Hook) -> str:
    """A letter; of a stranger's long name as much as there is room for."""
    return notes.shortened(str(hook), FIELD, "regular", _LETTER)


def _legend(job: _Job) -> Iterator[Mark]:
    """What the lines of the picture mean, those that are in it, in a row above the foot."""
    rows = job.placement.setout
    entries: list[tuple[str, list[Mark]]] = [
        ("hook", [*signs.reference((3.0, 0.0), 1.7)]),
        ("tape", [Stroke(((0.0, 0.0), (9.0, 0.0)), 0.35)]),
    ]
    if any(isinstance(row, Tie) and isinstance(row.tapes[0].at, int) for row in rows):
        entries.append(("between", [Stroke(((0.0, 0.0), (9.0, 0.0)), 0.25, dash_mm=(1.6, 1.1))]))
    if any(isinstance(row, Offset) for row in rows):
        edges = [Stroke(((0.0, y), (9.0, y)), 0.35) for y in (-1.0, 1.0)]
        ticks = [Stroke(((x, -1.0), (x, 0.0)), 0.35) for x in (2.0, 4.0, 6.0, 8.0)]
        entries.append(("laid", [*edges, *ticks]))
    if len(job.placement.checks) > 1:
        entries.append(("across", [dotted(((0.0, 0.0), (9.0, 0.0)), 0.35, 1.3)]))
    said = [text((0.0, 0.0), job.voice.say(f"builder.legend.{key}"), SMALL) for key, _ in entries]
    wides = [
        (6.0 if key == "hook" else 9.0) + 2.0 + word.width_mm
        for (key, _), word in zip(entries, said, strict=True)
    ]
    gap = min(6.0, (WIDE - sum(wides)) / max(1, len(entries) - 1))
    x, y = 0.0, FOOT - 3.4
    for (_, drawn), word, wide in zip(entries, said, wides, strict=True):
        yield from (moved(mark, x, y) for mark in drawn)
        yield moved(word, x + wide - word.width_mm, y + SMALL / 2)
        x += wide + gap


def _checks(job: _Job, top: float) -> Iterator[Mark]:
    """Lengths across the drill, each with a box for what is measured."""
    voice, checks = job.voice, job.placement.checks
    if not checks:
        return
    yield rule(0.0, WIDE, top, BOLD_RULE)
    yield text((0.0, top + 5.0), voice.say("builder.across"), FIELD, "bold")
    yield text((WIDE, top + 5.0), voice.say("builder.tolerance"), SMALL, anchor="end")
    yield rule(0.0, WIDE, top + _TABLE_HEAD - 0.6)
    for place, check in enumerate(checks):
        x, middle = 64.5 * place, top + _TABLE_HEAD + 3.6
        yield box((x, middle - 2.1), (x + 4.2, middle + 2.1), 0.35)
        pair = text((x + 7.0, middle + FIELD / 2), f"{check.start}–{check.end}", FIELD, "bold")
        yield pair
        far = voice.figure(check.distance)
        yield text((x + 7.0 + pair.width_mm + 2.0, middle + FIELD / 2), far, FIELD)
        yield box((x + 38.0, middle - 3.1), (x + 60.0, middle + 3.1))


def row_words(placement: Placement, row: SetoutRow, voice: Voice) -> str:
    """A row in a sentence, for who hears the page instead of seeing it."""
    voice = replace(voice, units=tape_units(voice.units))
    if isinstance(row, Tie):
        one, other = row.tapes
        said = voice.say(
            "builder.tie_words",
            cone=row.cone, first=one.at, one=voice.length(one.distance), second=other.at,
            other=voice.length(other.distance),
            side=voice.say(f"builder.{row.side}_words", first=one.at, second=other.at),
        )  # fmt: skip
    else:
        side = "left" if row.offset > 0 else "right"
        off = voice.say(f"builder.offset_{side}", offset=voice.length(abs(row.offset))) if row.offset else ""
        said = voice.say(
            "builder.offset_words",
            cone=row.cone, start=row.start, end=row.end, along=voice.length(row.along), offset=off,
            past=voice.say("builder.offset_past") if is_past(placement, row) else "",
        )  # fmt: skip
    if row.check is None:
        return said
    return f"{said} " + voice.say(
        "builder.check_words", hook=row.check.at, length=voice.length(row.check.distance)
    )
