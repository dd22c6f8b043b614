"""Plans of the whole yard: one with some drills, or a small one a drill at one true scale. Millimetres."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conedrills import geometry
from conedrills.compose import curve, ground, notes, signs, words
from conedrills.compose.ground import Ground, hard_things, north_up
from conedrills.compose.ink import FIELD, SMALL, best_fit, text
from conedrills.compose.notes import Note, Words
from conedrills.compose.scene import edges
from conedrills.compose.setting import outside_first
from conedrills.compose.track import Track, tracks
from conedrills.compose.view import View, scale_words, view_of
from conedrills.geometry import Vector
from conedrills.labels import Box, Label, Spot, Thing, placed, upright
from conedrills.language import Voice
from conedrills.layout import Layout, Placement
from conedrills.sheet import XY, Mark, Stroke
from conedrills.units import METRES
from conedrills.yard import Yard

_CAPTION = 7.5
_CELL_EDGE = 5.0
_BAR, _SHORT_BAR = 25.0, 12.0
"""Millimetres from which a scale bar is long enough, and from which it still is where room is short."""
_RATIO = 32.0
"""How long the ratio in words may be below it."""
STRIP = 14.0
"""How high the row of scale bar and north is."""


def plan(layout: Layout, voice: Voice, shown: range, room: Box) -> tuple[list[Mark], int]:
    """One plan with some drills; the yard as large as leaves the scale bar a free place."""
    for below in (3.0, 14.0):
        marks, scale, outside = _plan_with(layout, voice, shown, room, below)
        if outside:
            break
    return marks, scale


def _plan_with(
    layout: Layout, voice: Voice, shown: range, room: Box, below: float
) -> tuple[list[Mark], int, bool]:
    left, top, right, bottom = edges(room)
    points = (*layout.yard.boundary, *(reference.at for reference in layout.yard.references))
    inner = ((left + 3.0, top + 3.0), (right - 3.0, bottom - below))
    view = view_of(points, inner, voice.units, north_up(layout.yard))
    seen = ground.ground_of(layout.yard, view, geometry.rectangle(left, top, right, bottom))
    marks: list[Mark] = []
    labels: list[Note] = [*furniture(layout, voice, seen, room)]
    things: list[Thing] = [*_ground_things(seen)]
    for index in shown:
        drill = _laid(layout.placements[index], seen, voice)
        marks += _drill_marks(drill, seen)
        labels += _drill_notes(drill, seen, index, room, voice)
        things += _drill_things(drill, seen)
    marks += ground.drawn(seen)
    labels += _name_notes(layout, seen, voice)
    spots = placed([note.label for note in labels], things, room)
    for reference in layout.yard.references:
        marks += signs.reference(view.place(reference.at))
    for note in sorted(labels, key=lambda note: -note.label.rank):
        if note.label.key in spots:
            marks += note.draw(spots[note.label.key])
    bar = spots.get("scale bar")
    return marks, view.scale, bar is not None and bar.cost < 2.0


def grid(layout: Layout, voice: Voice, shown: range, room: Box, *, named: bool) -> tuple[list[Mark], int]:
    """A small plan a drill, all at one scale, in reading order; scale bar and north below them.

    Args:
        layout: what to draw.
        voice: who speaks.
        shown: which placements.
        room: for all of it.
        named: whether a plan with the names of things and no drill comes first.
    """
    left, top, right, bottom = edges(room)
    bottom -= STRIP
    columns, rows = _best_grid(layout, voice, len(shown) + named, (right - left, bottom - top))
    wide, high = (right - left) / columns, (bottom - top) / rows
    inner = ((0.0, 0.0), (wide - _CELL_EDGE, high - _CAPTION - 3.0))
    view = view_of(layout.yard.boundary, inner, voice.units, north_up(layout.yard))
    marks: list[Mark] = []
    for place, index in enumerate([*([None] if named else []), *shown]):
        x, y = left + wide * (place % columns), top + high * (place // columns)
        centre = (x + wide / 2, y + _CAPTION + (high - _CAPTION - 3.0) / 2)
        cell = upright(x + 0.5, y + _CAPTION, x + wide - 0.5, y + high)
        here = View(view.about, centre, view.scale, view.rotation)
        seen = ground.ground_of(layout.yard, here, geometry.rectangle(*edges(cell)))
        if index is None:
            said = voice.say("overview.the_yard")
            marks.append(best_fit((x, y + 4.5), said, wide - 2.0, style="bold", caps=(FIELD, 3.0, SMALL)))
            marks += _named(layout, seen, cell, voice)
        else:
            marks += _cell(_laid(layout.placements[index], seen, voice), seen, index, (x, y), wide)
    return marks + strip(voice, view, (left, bottom), north=layout.yard.north is not None), view.scale


def _cell(drill: _Laid, seen: Ground, index: int, corner: XY, wide: float) -> Iterator[Mark]:
    x, y = corner
    yield from signs.drill_square(x, y, str(index + 1), 5.6)
    caps = (FIELD, 3.0, SMALL)
    yield best_fit((x + 7.2, y + 4.5), drill.title, wide - 9.0, style="bold", caps=caps)
    yield from _small(drill, seen)


def _small(drill: _Laid, seen: Ground) -> Iterator[Mark]:
    yield from _drill_marks(drill, seen, small=True)
    yield from ground.drawn(seen, fine=0.6)
    if drill.closest:
        yield from signs.both_ways(*drill.closest)


def small_plan(
    yard: Yard, placement: Placement | None, voice: Voice, view: View, cell: Box
) -> Iterator[Mark]:
    """A yard with one drill or none, without words."""
    seen = ground.ground_of(yard, view, geometry.rectangle(*edges(cell)))
    if placement is None:
        yield from ground.drawn(seen, fine=0.6)
    else:
        yield from _small(_laid(placement, seen, voice), seen)


def _named(layout: Layout, seen: Ground, cell: Box, voice: Voice) -> list[Mark]:
    """The yard alone with what its things are called."""
    marks = ground.drawn(seen, fine=0.6)
    labels = [*_name_notes(layout, seen, voice)]
    spots = placed([note.label for note in labels], [*_ground_things(seen)], cell)
    for reference in layout.yard.references:
        marks += signs.reference(seen.view.place(reference.at), 1.2)
    for note in labels:
        if note.label.key in spots:
            marks += note.draw(spots[note.label.key])
    return marks


def strip(voice: Voice, view: View, corner: XY, *, north: bool) -> list[Mark]:
    """Scale bar, and north where it is up, in a row of their own, `STRIP` high."""
    x, y = corner
    bar = scale_bar_length(view, voice)
    marks = _scale_bar_at(voice, view, bar, (x + 2.0, y + STRIP / 2 - 0.5))
    if north:
        marks += signs.north((x + bar[0][1] + 30.0, y + STRIP / 2 + 2.0), 90.0, voice.say("page.north"), 8.0)
    return marks


def _best_grid(layout: Layout, voice: Voice, count: int, room: XY) -> tuple[int, int]:
    """Columns and rows at which the yard is shown largest."""
    best, least = (1, count), 10**9
    for columns in range(1, 6):
        rows = -(-count // columns)
        inner = (room[0] / columns - _CELL_EDGE, room[1] / rows - _CAPTION - 3.0)
        if min(inner) > 12.0:
            scale = view_of(
                layout.yard.boundary, ((0.0, 0.0), inner), voice.units, north_up(layout.yard)
            ).scale
            if scale < least:
                best, least = (columns, rows), scale
    return best


@dataclass(frozen=True, slots=True)
class _Laid:
    """A drill as it lies in a plan: its cones and legs, what is kept clear, its blind side.

    `closest` leads from the prolonged path to the hard thing nearest to it, where there is one.
    """

    placement: Placement
    title: str
    cones: curve.Line
    run: tuple[Track, ...]
    zone: geometry.Area
    blind: geometry.Area
    closest: tuple[XY, XY] | None


def _laid(placement: Placement, seen: Ground, voice: Voice) -> _Laid:
    view = seen.view
    paths = [
        view.line((*leg.path, leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out)))
        for leg in placement.legs
    ]
    return _Laid(
        placement,
        words.told(placement.drill, voice).title,
        view.line(placement.cones),
        tracks(placement, view, voice),
        ground.keep_clear(placement, seen),
        ground.blind_zones(placement, seen),
        geometry.nearest(paths, [line for _, line in hard_things(seen)]),
    )


def _drill_marks(drill: _Laid, seen: Ground, *, small: bool = False) -> Iterator[Mark]:
    """Its room, its blind side, its legs and its cones without numbers."""
    placement, view, cones = drill.placement, seen.view, drill.cones
    yield from ground.blind_hatch(drill.blind, [track.true for track in drill.run], 2.0, 1.4)
    yield from ground.clear_outline(
        drill.zone, seen, width=0.25 if not small else 0.2, gap=1.2 if not small else 0.9
    )
    for leg_track in drill.run:
        line = leg_track.true
        total = curve.length(line)
        for part in [curve.piece(line, min(1.6, 0.2 * total), total - min(1.8, 0.2 * total))]:
            yield from signs.leg(
                part, leg_track.way, 0.45 if small else 0.6, (1.7, 1.3) if small else (2.2, 1.7)
            )
    apart = min((math.dist(a, b) for place, a in enumerate(cones) for b in cones[:place]), default=9.0)
    for spot in cones:
        yield signs.cone(spot, max(0.9, min(1.9 if small else 2.6, 0.7 * apart)))
    if placement.caller:
        facing = view.turn((placement.legs[0].path[0] - placement.caller).angle)
        yield from signs.runner(view.place(placement.caller), facing, 0.4)


def _drill_things(drill: _Laid, seen: Ground) -> Iterator[Thing]:
    for spot in drill.cones:
        yield Thing(Box(spot, 3.0, 3.0))
    if drill.placement.caller:
        yield Thing(Box(seen.view.place(drill.placement.caller), 5.0, 5.0))
    for track in drill.run:
        yield from notes.things_of(track.true, 1.6)
    for polygon in drill.zone:
        yield from notes.things_of(geometry.simplified((*polygon[0], polygon[0][0]), 0.5), 0.6, "", 0.3)
    for polygon in drill.blind:
        xs, ys = [x for x, _ in polygon[0]], [y for _, y in polygon[0]]
        yield Thing(upright(min(xs), min(ys), max(xs), max(ys)), "", 1.0)


def _ground_things(seen: Ground) -> Iterator[Thing]:
    yield from notes.things_of((*seen.outline, seen.outline[0]), 1.0, "side", 4.0)
    for index, obstacle in enumerate(seen.yard.obstacles):
        ring = seen.view.line(obstacle.polygon)
        yield from notes.things_of((*ring, ring[0]), 1.0, f"thing {index}", 4.0)
        centre, radius = geometry.widest_place(geometry.area_of(ring))
        yield Thing(Box(centre, 2 * radius, 2 * radius), f"thing {index}", 3.0)
    for reference in seen.yard.references:
        yield Thing(Box(seen.view.place(reference.at), 5.0, 5.0))


def _drill_notes(drill: _Laid, seen: Ground, index: int, room: Box, voice: Voice) -> Iterator[Note]:
    """The drill's square and name next to it, "start", and the distance to the closest hard thing."""
    placement, cones = drill.placement, drill.cones
    name = notes.shortened(drill.title, FIELD, "bold", 46.0)
    wide = 8.0 + Words(name, FIELD, "bold").width_mm

    def cost(at: XY, on: float) -> float:
        away = min(max(0.0, abs(x - at[0]) - wide / 2) + abs(y - at[1]) for x, y in cones)
        return away / 12.0 + on * 0.5

    spots = notes.spots_in(edges(room), (wide + 1.0, 7.0), cost, on=drill.zone)

    def draw(spot: Spot) -> list[Mark]:
        x, y = spot.box.centre[0] - wide / 2, spot.box.centre[1]
        return [*_leader(spot.box, cones), *signs.drill_square(x, y - 3.0, str(index + 1), 6.0),
                text((x + 8.0, y + FIELD / 2), name, FIELD, "bold", halo=1.0)]  # fmt: skip

    yield Note(Label(f"drill {index}", 1.0, tuple(spots)), draw)
    letter = (Words(voice.say("overview.start"), SMALL, "bold"),)
    yield notes.written(
        f"start {index}",
        2.0,
        [letter],
        notes.spots_round(cones[0], letter, 0, 1.9, lambda angle: angle / 1000),
    )
    pair = drill.closest
    if pair and placement.tightest:
        far = (Words(voice.at_most(placement.tightest.distance), SMALL, "bold"),)
        middle = ((pair[0][0] + pair[1][0]) / 2, (pair[0][1] + pair[1][1]) / 2)
        arrow = signs.both_ways(*pair)
        label = notes.written(
            f"closest {index}", 3.0, [far], notes.spots_round(middle, far, 0, 2.0, lambda angle: angle / 1000)
        )
        yield Note(label.label, lambda spot: [*arrow, *label.draw(spot)])


def _leader(box: Box, cones: Sequence[XY]) -> list[Mark]:
    """A thin line from a name to its drill where they stand apart."""
    left, top, right, bottom = edges(box)
    edge = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    pair = geometry.nearest([edge], [(*cones, cones[0])])
    if pair is None or math.dist(*pair) < 9.0:
        return []
    line = curve.piece(pair, 0.5, math.dist(*pair) - 2.0)
    return [Stroke(line, 0.25)]


def _name_notes(layout: Layout, seen: Ground, voice: Voice) -> Iterator[Note]:
    for index, obstacle in enumerate(seen.yard.obstacles):
        centre, radius = geometry.widest_place(geometry.area_of(seen.view.line(obstacle.polygon)))
        rows = (
            Words(notes.shortened(voice.retell(obstacle.name), SMALL, "oblique", 30.0), SMALL, "oblique"),
        )
        wide, high = notes.size_of(rows)
        inside = [Spot(Box(centre, wide + 0.4, high))] if wide < 3.2 * radius else []
        spots = inside + notes.spots_round(centre, rows, 0, radius + 1.2, lambda angle: 3.0 + angle / 1000)
        note = notes.written(f"name {index}", 4.0, [rows], spots, halo=1.3)
        yield Note(Label(note.label.key, 4.0, note.label.spots, frozenset({f"thing {index}"})), note.draw)
    yield from reference_letters(seen)
    mentioned = set[str]().union(*(words.mentioned(layout, placement) for placement in layout.placements))
    sides = sorted(
        (side for side in range(len(seen.outline))),
        key=lambda side: -curve.length((seen.outline[side], seen.outline[(side + 1) % len(seen.outline)])),
    )
    for side in sides[:40]:
        name = ground.side_name(seen, side)
        line = (seen.outline[side], seen.outline[(side + 1) % len(seen.outline)])
        named = bool(seen.yard.side_names and seen.yard.side_names[side])
        if (named or name in mentioned) and curve.length(line) > 4.0:
            room = max(40.0, 0.9 * curve.length(line))
            rows = (Words(notes.shortened(voice.retell(name), SMALL, "oblique", room), SMALL, "oblique"),)
            spots = notes.spots_along(line, [rows], 1.4, (0.5, 0.35, 0.65, 0.2, 0.8))
            yield notes.written(f"side {side}", 5.0, [rows], outside_first(seen, spots))


def reference_letters(seen: Ground) -> Iterator[Note]:
    """The letter of each reference point: nearest to its own sign, or at the end of a line from it."""
    places = {reference.name: seen.view.place(reference.at) for reference in seen.yard.references}
    for name, at in places.items():
        rows = (Words(notes.shortened(name, 4.2, "bold", 12.0), 4.2, "bold"),)
        near = notes.spots_round(at, rows, 0, 2.9, lambda angle: angle / 1000)
        spots = [*notes.own(near, at, places.values()), *notes.led(at, rows, 2.9)]
        note = notes.written(f"reference {name}", 0.9, [rows, rows], spots)
        yield Note(
            note.label,
            lambda spot, at=at, note=note: [*notes.leader(spot, at, 1.7), *note.draw(spot)],  # type: ignore[misc]
        )


def furniture(layout: Layout, voice: Voice, seen: Ground, room: Box) -> Iterator[Note]:
    """North and the scale bar, where the plan leaves room, outside the yard rather than in it."""
    left, _, _, bottom = edges(room)
    inside = geometry.area_of(seen.outline)

    def cost(at: XY, on: float) -> float:
        return 6.0 * on + (bottom - at[1]) / 80.0 + (at[0] - left) / 200.0

    bars = [scale_bar_length(seen.view, voice, least) for least in (_BAR, _SHORT_BAR)]
    spots: list[Spot] = []
    for form, bar in enumerate(bars):

        def dearer(at: XY, on: float, form: int = form) -> float:
            return cost(at, on) + 1.5 * form

        size = (max(bar[0][1], _RATIO * (1 - form)) + 14.0, 11.5)
        spots += notes.spots_in(edges(room), size, dearer, on=inside, form=form)

    def drawn(spot: Spot) -> list[Mark]:
        at = (spot.box.centre[0] - spot.box.width_mm / 2 + 2.0, spot.box.centre[1])
        return _scale_bar_at(voice, seen.view, bars[spot.form], at, short=spot.form > 0)

    yield Note(Label("scale bar", 0.5, tuple(spots)), drawn)
    if layout.yard.north is not None:
        letter = voice.say("page.north")
        places = notes.spots_in(edges(room), (9.0, 21.0), cost, on=inside)
        yield Note(
            Label("north", 0.7, tuple(places)),
            lambda spot: signs.north((spot.box.centre[0], spot.box.centre[1] + 2.6), 90.0, letter),
        )


def scale_bar_length(
    view: View, voice: Voice, least: float = _BAR
) -> tuple[tuple[float, float], tuple[str, str]]:
    """A round length, `least` to about twice as many mm on paper: half and whole in mm, and in words."""
    metre = METRES[voice.units]
    for whole in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000):
        long = whole * metre * view.per_metre
        if long >= least:
            break
    half = voice.number(f"{whole / 2:g}")
    return (long / 2, long), (half, f"{whole} {voice.units}")


def _scale_bar_at(
    voice: Voice,
    view: View,
    bar: tuple[tuple[float, float], tuple[str, str]],
    at: XY,
    *,
    short: bool = False,
) -> list[Mark]:
    x, y = at
    said = scale_words(view.scale, voice.units)
    if voice.units == "m" and not short:
        said += f" · {voice.say('page.centimetre', number=voice.number(f'{view.scale / 100:g}'))}"
    return [*signs.scale_bar(x, y - 1.2, *bar), text((x, y + 5.0), said, SMALL)]
