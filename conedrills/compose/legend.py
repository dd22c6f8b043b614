"""The column beside the plan: what the lines mean, today's ground, what was left out, and what to know."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from conedrills import geometry
from conedrills.compose import curve, ground, signs, words
from conedrills.compose.ink import (
    BLIND,
    FEED,
    FIELD,
    OBSTACLE,
    RULE,
    SMALL,
    WAY_COLOUR,
    dotted,
    paragraph,
    rule,
    text,
)
from conedrills.compose.unsure import kept_besides
from conedrills.compose.view import View
from conedrills.drill import UNSEEING, WAY, Way
from conedrills.geometry import Point
from conedrills.language import Voice
from conedrills.layout import Layout, Unplaced, explanation, layout_id
from conedrills.sheet import XY, Mark, Stroke
from conedrills.units import tape_units

_WIDE = 57.0
_ROW = 6.1
_WORDS = 17.0
_HEAD = 8.0
_GAP = 4.0

_MOST_LENGTHS = 3
_COMPARED = 8
_NEAR, _TAPE = 2.0, 30.0
"""Metres between which a length is worth measuring to see whether the yard is as it was."""
_TOUCH = 0.01

Draw = Callable[[float, float], Sequence[Mark]]
Said = tuple[str, ...]
"""Sentences that belong together: all of them are shown, or none."""


def identity(layout: Layout, voice: Voice) -> list[str]:
    """The short name by which two people can see that they hold the same layout."""
    return [voice.say("page.id", id=layout_id(layout))]


def column(layout: Layout, voice: Voice, corner: XY, bottom: float) -> list[Mark]:
    """All parts that have room, the more important first; of long lists as much as fits."""
    left, y = corner
    rows = _rows(layout, voice)
    marks = [*_heading(left, y, voice.say("legend.heading")), *_draw_rows(rows, left, y + _HEAD)]
    y += _HEAD + _ROW * len(rows) + _GAP
    parts = [(heading, said) for heading, said in _said(layout, voice) if said]
    for place, (heading, said) in enumerate(parts):
        free = bottom - y - _HEAD
        later = min(0.4 * free, 22.0 * (len(parts) - place - 1))
        lines = _fitting(said, int((free - later) / FEED[SMALL]), voice)
        if lines:
            marks += _heading(left, y, heading)
            marks += [
                text((left, y + _HEAD + 2.8 + FEED[SMALL] * row), line, SMALL, room=_WIDE)
                for row, line in enumerate(lines)
                if line
            ]
            y += _HEAD + FEED[SMALL] * len(lines) + _GAP
    return marks


def _heading(left: float, top: float, said: str) -> list[Mark]:
    return [text((left, top + 4.0), said, FIELD, "bold"), rule(left, left + _WIDE, top + 5.6, RULE)]


def _said(layout: Layout, voice: Voice) -> list[tuple[str, list[Said]]]:
    """Headings and what stands below them, the most important first."""
    yard = layout.yard
    wet = [voice.say("legend.wet")] if layout.space.factor > 1.0 else []
    slope = [voice.say("legend.slope", slope=yard.slope)] if yard.slope else []
    sun = [voice.say("legend.sun", sun=yard.sun)] if yard.sun else []
    hooks = [
        voice.say("legend.hook", name=reference.name, what=words.thing_of(reference, voice))
        for reference in yard.references
    ]
    letters = [voice.say("legend.letters")] if words.unprintable(layout) else []
    notes = [voice.retell(note) for note in dict.fromkeys([*layout.notes, *yard.notes])]
    return [
        (voice.say("legend.today"), [(said,) for said in (*letters, *wet, *slope, *sun)]),
        (voice.say("legend.left_out"), [_left_out(out, voice) for out in layout.unplaced]),
        (voice.say("legend.hooks"), [(said,) for said in hooks]),
        (voice.say("legend.check"), [(said,) for said in check_lengths(layout, voice)]),
        (voice.say("unsure.heading"), [(said,) for said in kept_besides(layout, voice)]),
        (voice.say("legend.notes"), [(said,) for said in notes]),
    ]


def check_lengths(layout: Layout, voice: Voice) -> Iterator[str]:
    """The longest lengths between reference points that a tape can measure: is the yard as it was?"""
    view = View(Point(0.0, 0.0), (0.0, 0.0), 1000)  # a millimetre a metre
    lawn = geometry.grown(ground.ground_of(layout.yard, view, ()).lawn, _TOUCH)
    pairs = []
    measured = [reference for reference in layout.yard.references if reference.kind != "mark"]
    for one, other in itertools.combinations(measured[:_COMPARED], 2):
        far = (one.at - other.at).length
        free = geometry.clipped([view.line((one.at, other.at))], lawn)
        if _NEAR < far <= (layout.tape or _TAPE) and sum(map(curve.length, free)) > far - _TOUCH:
            pairs.append((far, one.name, other.name))
    if pairs:
        voice = replace(voice, units=tape_units(voice.units))
        longest = sorted(pairs, key=lambda pair: (-round(pair[0], 4), *pair[1:]))[:_MOST_LENGTHS]
        said = [f"{one}–{other} {voice.length(far)}" for far, one, other in longest]
        yield voice.say("legend.check_lengths", lengths=", ".join(said))
        yield voice.say("legend.check_off")


def _left_out(out: Unplaced, voice: Voice) -> Said:
    reason, *more = explanation(out, voice)
    return (voice.say("legend.missing", title=words.told(out.drill, voice).title, reason=reason), *more)


def _fitting(entries: Sequence[Said], most: int, voice: Voice) -> list[str]:
    """Whole entries in lines, as many as fit; how many more there are, where not all do."""
    lines: list[str] = []
    for place, said in enumerate(entries):
        more = [""] if lines and len(said) > 1 else []  # several sentences: told apart from those before
        more += [line for sentence in said for line in _lines(sentence, 4)]
        last = place == len(entries) - 1
        if len(lines) + len(more) + (0 if last else 1) > most:
            rest = voice.say("legend.more", number=len(entries) - place)
            return [*lines, rest] if lines else _lines(" ".join(said), most)
        lines += more
    return lines


def _lines(sentence: str, most: int) -> list[str]:
    """A sentence in so many lines at the most, with a sign where it goes on."""
    return [mark.text for mark in paragraph((0.0, 0.0), sentence, _WIDE, SMALL, most)] if most > 0 else []


def _rows(layout: Layout, voice: Voice) -> list[tuple[str, Draw]]:
    """Only what this sheet shows is explained."""
    ways = {WAY[leg.movement] for placement in layout.placements for leg in placement.legs}
    sorts = {ground.sort_of(obstacle) for obstacle in layout.yard.obstacles}
    rows: list[tuple[str, Draw]] = []
    if layout.placements:
        rows.append((voice.say("legend.cone"), lambda x, y: _cone_sign(x, y, voice)))
    for way in WAY_COLOUR:
        if way in ways:
            rows.append((voice.say(f"ways.{way}"), _way_sign(way)))
    if layout.placements:
        rows.append((voice.say("legend.clear"), lambda x, y: [dotted(_capsule(x, y))]))
    if ways & UNSEEING:
        rows.append((voice.say("legend.blind"), _blind_sign))
    rows.append((voice.say("legend.hard_side"), lambda x, y: [Stroke(((x, y), (x + 13.0, y)), 0.7)]))
    if "soft" in layout.yard.side_kinds:
        rows.append((voice.say("legend.soft_side"), _soft_sign))
    for sort in ("building", "water", "other", "soft"):
        if sort in sorts:
            rows.append((voice.say(f"legend.{sort}"), lambda x, y, sort=sort: _thing_sign(x, y, sort)))  # type: ignore[misc]
    if layout.placements:
        rows.append((voice.say("legend.closest"), lambda x, y: signs.both_ways((x + 1.0, y), (x + 12.0, y))))
    return rows


def _draw_rows(rows: Sequence[tuple[str, Draw]], left: float, top: float) -> list[Mark]:
    marks: list[Mark] = []
    for row, (said, draw) in enumerate(rows):
        y = top + _ROW * row + 1.6
        marks += draw(left, y)
        marks.append(text((left + _WORDS, y + SMALL / 2), said, SMALL, room=_WIDE - _WORDS))
    return marks


def _way_sign(way: Way) -> Draw:
    return lambda x, y: signs.leg(((x, y), (x + 13.0, y)), way, 0.6, (2.6, 1.9))


def _soft_sign(x: float, y: float) -> list[Mark]:
    return [Stroke(((x, y), (x + 13.0, y)), 0.35, dash_mm=(2.4, 1.4))]


def _cone_sign(x: float, y: float, voice: Voice) -> list[Mark]:
    letter = text((x + 11.6, y + 1.2), voice.say("overview.start"), SMALL, "bold")
    return [signs.cone((x + 3.6, y + 0.4), 2.6), signs.cone((x + 9.6, y + 0.4), 2.6), letter]


def _capsule(x: float, y: float) -> tuple[tuple[float, float], ...]:
    (ring,) = geometry.swept(((x + 2.2, y), (x + 10.8, y)), 2.0)[0]
    return (*ring, ring[0])


def _blind_sign(x: float, y: float) -> list[Mark]:
    area = geometry.swept(((x + 2.2, y), (x + 10.8, y)), 2.0)
    return [
        dotted(_capsule(x, y)),
        *(Stroke(line, 0.25, BLIND) for line in geometry.hatched(area, 2.0, -45.0)),
    ]


def _thing_sign(x: float, y: float, sort: ground.Sort) -> list[Mark]:
    square = geometry.rectangle(x + 3.0, y - 2.0, x + 10.0, y + 2.0)
    dash = (1.4, 1.0) if sort == "soft" else ()
    edge = Stroke(square[0][0], 0.35 if sort == "soft" else OBSTACLE, dash_mm=dash, closed=True)
    return [*ground.hatching(square, sort), edge]
