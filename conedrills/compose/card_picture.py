"""The picture of a drill on a card: that of its page without the yard, and smaller. Millimetres, y down.

It is drawn as large as on the page, in a frame as much larger, and then made smaller: letters of 3.5 mm
become 2.5 mm, the smallest there are.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from conedrills import geometry
from conedrills.compose import circle, curve, ground, lettering, notes, signs, words
from conedrills.compose.ink import FIELD, HALO_ON_HATCH, LARGE, WAY_COLOUR, text
from conedrills.compose.notes import Note, Words
from conedrills.compose.picture import drill_marks, drill_things, placed_signs, sign_things, wider
from conedrills.compose.scene import Scene, centred, edges
from conedrills.compose.track import Track, number_of, pieces, tracks
from conedrills.compose.view import View, best_scale, turned
from conedrills.drill import UNSEEING, WAY
from conedrills.geometry import Area, Point, Vector
from conedrills.labels import Box, Spot, Thing, overlaps, placed
from conedrills.language import Voice
from conedrills.layout import Layout, Placement
from conedrills.sheet import XY, Disc, Mark, Region, Stroke, Text

_SMALLER = 0.72
_ASIDE, _ASIDE_CALLED, _ABOVE, _UNDER = 11.5, 22.0, 10.6, 7.5
"""Room for the numbers of cones about the run, with LEFT and RIGHT where these are called, before it is made
smaller. Under a cone no number need stand."""
_PAST_LEG = 4.2
"""From a leg to the edge of its ring, and a little more."""
_TRIES = 40
_HEART = 4.0
"""What must be seen of a cone's triangle."""
_ON_CARD: Mapping[str, Collection[int]] = {"length": (0, 1), "caller": (1,), "caller far": (0,)}
"""The forms of a label that are still legible when they are smaller; labels not named here have none."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card shows of a drill: the marks, the n of the scale 1 : n, millimetres for a metre."""

    marks: tuple[Mark, ...]
    scale: int

    @property
    def view(self) -> View:
        """A view at that scale, to measure with."""
        return View(Point(0.0, 0.0), (0.0, 0.0), self.scale)


def picture(layout: Layout, placement: Placement, voice: Voice, frame: Box) -> Shown:
    """A drill heads-up at a standard scale, in a frame of the card."""
    make = _ring_marks if circle.suits(placement) else _run_marks
    ratio = scale(placement, voice, frame)
    drawn = _drawn_scale(ratio)
    factor = drawn / ratio
    large = Box(_times(frame.centre, 1 / factor), frame.width_mm / factor, frame.height_mm / factor)
    scene = _scene(layout, placement, voice, (large, drawn))
    return Shown(tuple(smaller(mark, factor) for mark in make(scene)), ratio)


def scale(placement: Placement, voice: Voice, frame: Box) -> int:
    """The n of the largest standard scale 1 : n at which a drill fits a frame of the card."""
    left, right, low, high = _reach(placement, run_outs=False)
    margin = _margins(placement)
    room, ratio = 1.0, 1
    for _ in range(_TRIES):
        wide = room * frame.width_mm - (margin[0] + margin[1]) * _SMALLER
        tall = room * frame.height_mm - (margin[2] + margin[3]) * _SMALLER
        ratio = best_scale(right - left, high - low, max(wide, 1.0), max(tall, 1.0), voice.units)
        if _fits(placement, voice, frame, ratio):
            break
        room *= 0.93
    return ratio


Sides = tuple[float, float, float, float]
"""Left, right, low, high."""


def _margins(placement: Placement) -> Sides:
    """What must be free on each side of the run, millimetres before it is made smaller."""
    called = any(leg.call in ("left", "right") for leg in placement.legs)
    aside = _ASIDE_CALLED if called else _ASIDE
    return aside, aside, _ABOVE if circle.suits(placement) else _UNDER, _ABOVE


def _fits(placement: Placement, voice: Voice, frame: Box, ratio: int) -> bool:
    """Whether legs that run side by side still lie in the frame."""
    drawn = _drawn_scale(ratio)
    view = View(placement.cones[0], (0.0, 0.0), drawn, _rotation(placement))
    left, right, low, high = (view.per_metre * reach for reach in _reach(placement, run_outs=False))
    run = [point for track in tracks(placement, view, voice) for point in track.line]
    over = (
        left - min(x for x, _ in run), max(x for x, _ in run) - right,
        low - min(-y for _, y in run), max(-y for _, y in run) - high,
    )  # fmt: skip
    free = [max(margin, past + _PAST_LEG) for margin, past in zip(_margins(placement), over, strict=True)]
    wide, tall = right - left + free[0] + free[1], high - low + free[2] + free[3]
    factor = drawn / ratio
    return wide * factor <= frame.width_mm + 0.01 and tall * factor <= frame.height_mm + 0.01


def _drawn_scale(ratio: int) -> int:
    """The scale at which it is drawn before it is made smaller: whole numbers, so that it stays true."""
    return math.ceil(_SMALLER * ratio)


def _rotation(placement: Placement) -> float:
    return 90.0 - words.start_facing(placement)


def _reach(placement: Placement, *, run_outs: bool) -> Sides:
    """Left, right, low and high of the run, metres from the first cone, the start facing up."""
    about, rotation = placement.cones[0], _rotation(placement)
    spots = list(placement.cones)
    for leg in placement.legs:
        spots += leg.path
        if run_outs and WAY[leg.movement] in UNSEEING:
            spots.append(leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out))
    spots += [placement.caller] if placement.caller else []
    seen = [turned(spot, about, rotation) for spot in spots]
    xs, ys = [x for x, _ in seen], [y for _, y in seen]
    return min(xs), max(xs), min(ys), max(ys)


def _scene(layout: Layout, placement: Placement, voice: Voice, seen: tuple[Box, int]) -> Scene:
    """The drill in a frame at a scale; of the blind side as much as there is room for."""
    frame, ratio = seen
    metre = 1000.0 / ratio
    left, right, low, high = _reach(placement, run_outs=False)
    wanted = _reach(placement, run_outs=True)
    aside, _, under, above = (margin / metre for margin in _margins(placement))
    x = centred(left - aside, right + aside, wanted[0], wanted[1], frame.width_mm / metre)
    y = centred(low - under, high + above, wanted[2], wanted[3], frame.height_mm / metre)
    centre = (frame.centre[0] - x * metre, frame.centre[1] + y * metre)
    view = View(placement.cones[0], centre, ratio, _rotation(placement))
    around = ground.ground_of(layout.yard, view, geometry.rectangle(*edges(frame)))
    return Scene(
        layout, placement, voice, around, frame, tracks(placement, view, voice), view.line(placement.cones)
    )


# --- a run ------------------------------------------------------------------------------------------------


def _run_marks(scene: Scene) -> list[Mark]:
    """Cones, legs and rings, the blind side, and of the words what finds room."""
    blind = ground.blind_zones(scene.placement, scene.ground)
    things = [*drill_things(scene)]
    first = [*lettering.cone_notes(scene), *lettering.ring_notes(scene), *lettering.caller_figure(scene)]
    spots = placed_signs(first, things, scene)
    spots |= _forced(scene, first, spots)
    things += sign_things(scene, spots)
    writing = [
        *_blind_notes(scene, blind),
        *_legible([*lettering.caller_notes(scene), *lettering.leg_notes(scene)]),
    ]
    spots |= placed([note.label for note in writing], things, scene.frame)
    marks: list[Mark] = [*ground.blind_hatch(blind, [track.true for track in scene.tracks])]
    marks += drill_marks(scene)
    marks += _cones(scene, signs.CONE)
    for note in (*first, *writing):
        if note.label.key in spots:
            marks += note.draw(spots[note.label.key])
    return marks


def _cones(scene: Scene, side: float) -> Iterator[Mark]:
    for number, spot in enumerate(scene.cones, 1):
        yield signs.cone(
            spot, side, name=f"cone-{number}", title=scene.voice.say("runner.cone", number=number)
        )


def _legible(writing: Iterable[Note]) -> Iterator[Note]:
    """Labels in those of their forms that may be made smaller."""
    for note in writing:
        forms = _ON_CARD.get(note.label.key.rstrip("0123456789 "), ())
        kept = tuple(spot for spot in note.label.spots if spot.form in forms)
        yield replace(note, label=replace(note.label, spots=kept))


def _forced(scene: Scene, first: Sequence[Note], spots: Mapping[str, Spot]) -> dict[str, Spot]:
    """Numbers of cones and rings of legs that found no place: better on other legs than not there."""
    lost = [note.label for note in first if note.label.key not in spots]
    taken = [Thing(spot.box) for spot in spots.values()]
    taken += [Thing(Box((x, y - 0.4), _HEART, _HEART)) for x, y in scene.cones]
    forced = placed(lost, taken, scene.frame)
    taken += [Thing(spot.box) for spot in forced.values()]
    forced |= placed([wider(label) for label in lost if label.key not in forced], taken, scene.frame)
    crowd = [spot.box.centre for spot in (*spots.values(), *forced.values())]
    for label in lost:
        if label.key not in forced:
            inside = [spot for spot in label.spots if _within(scene.frame, spot)] or list(label.spots)
            words = [spot.box for spot in (*spots.values(), *forced.values())]
            free = [spot for spot in inside if not any(overlaps(spot.box, box) for box in words)]
            forced[label.key] = max(free or inside, key=lambda spot: _apart(spot, crowd))
            crowd.append(forced[label.key].box.centre)
    return forced


def _apart(spot: Spot, crowd: Iterable[XY]) -> float:
    return min((math.dist(spot.box.centre, other) for other in crowd), default=0.0)


def _within(frame: Box, spot: Spot) -> bool:
    left, top, right, bottom = edges(frame)
    (x, y), wide, high = spot.box.centre, spot.box.width_mm / 2, spot.box.height_mm / 2
    return left + wide <= x <= right - wide and top + high <= y <= bottom - high


def _blind_notes(scene: Scene, blind: Area) -> Iterator[Note]:
    """What the hatch is, in it; how much of it to keep empty is said below the picture."""
    rows = (Words(scene.voice.say("picture.blind_short"), FIELD, "bold"),)
    wide, high = notes.size_of(rows)
    for place, polygon in enumerate(blind):
        left, top, right, bottom = ground.bounds([polygon[0]])
        middle = ((left + right) / 2, (top + bottom) / 2)

        def cost(at: XY, inside: float, middle: XY = middle) -> float:
            return math.inf if inside < 0.9 else math.dist(at, middle) / 40.0

        around = (left, top, right, bottom)
        spots = notes.spots_in(around, (wide + 1.0, high + 0.6), cost, on=(polygon,), wanted=1.0)
        yield notes.written(f"blind {place}", 2.4, [rows], spots, halo=HALO_ON_HATCH)


# --- a ring -----------------------------------------------------------------------------------------------


def _ring_marks(scene: Scene) -> list[Mark]:
    """One ring for all legs, which share it: in its middle they stand as they are moved."""
    whole, centre = scene.view.line(scene.placement.legs[0].path), _middle(scene.cones)
    radius = math.dist(scene.cones[0], centre)
    side = min(signs.CONE, 0.35 * 2 * math.pi * radius / len(scene.cones))
    leg = scene.placement.legs[0]
    track = Track(leg, number_of(leg, scene.voice), WAY[leg.movement], whole, whole, 0, 1)
    marks: list[Mark] = []
    for part in pieces(track, scene.cones):
        marks.append(Stroke(part, 0.8))
        if curve.length(part) > 4.0:
            marks.append(signs.arrow_head(part[-1], curve.at(part, curve.length(part))[1], 3.0, 2.4))
    marks += _cones(scene, side)
    for number, spot in enumerate(scene.cones, 1):
        x, y = curve.step(spot, curve.direction(centre, spot), side / 2 + 4.6)
        marks.append(text((x, y + LARGE / 2), str(number), LARGE, "bold", "middle", halo=1.0))
    return marks + _legs_within(scene, centre, radius)


def _middle(spots: Sequence[XY]) -> XY:
    x, y = (math.fsum(axis) / len(spots) for axis in zip(*spots, strict=True))
    return x, y


def _legs_within(scene: Scene, centre: XY, radius: float) -> list[Mark]:
    """The ring of each leg, with its line where there is room; in a small ring side by side."""
    legs, row = scene.placement.legs, signs.RING + 1.0
    roomy = len(legs) * row / 2 < radius - 6.0 and radius > 20.0
    columns = 1 if roomy else math.ceil(math.sqrt(len(legs)))
    rows = math.ceil(len(legs) / columns)
    marks: list[Mark] = []
    for place, leg in enumerate(legs):
        x = centre[0] + (place % columns - (columns - 1) / 2) * row - (10.0 if roomy else 0.0)
        y = centre[1] + (place // columns - (rows - 1) / 2) * row
        way = WAY[leg.movement]
        marks += signs.ring((x, y), number_of(leg, scene.voice), WAY_COLOUR[way])
        if roomy:
            marks += signs.leg(((x + 6.0, y), (x + 24.0, y)), way)
    return marks


# --- smaller ----------------------------------------------------------------------------------------------


def smaller(mark: Mark, factor: float) -> Mark:
    """A mark with everything about it made smaller, about the corner of the page."""
    match mark:
        case Stroke():
            dash = tuple(factor * long for long in mark.dash_mm)
            points = tuple(_times(point, factor) for point in mark.points)
            return replace(mark, points=points, width_mm=factor * mark.width_mm, dash_mm=dash)
        case Region():
            rings = tuple(tuple(_times(point, factor) for point in ring) for ring in mark.rings)
            return replace(mark, rings=rings, width_mm=factor * mark.width_mm)
        case Disc():
            centre, radius = _times(mark.centre, factor), factor * mark.radius_mm
            return replace(mark, centre=centre, radius_mm=radius, width_mm=factor * mark.width_mm)
        case Text():
            size, halo, wide = factor * mark.size_mm, factor * mark.halo_mm, factor * mark.width_mm
            return replace(mark, at=_times(mark.at, factor), size_mm=size, halo_mm=halo, width_mm=wide)


def _times(at: XY, factor: float) -> XY:
    return factor * at[0], factor * at[1]
