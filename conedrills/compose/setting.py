"""The labels that tell where a drill is: which way it faces, where in the yard it lies, what is close.

Millimetres, y down; angles as seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from conedrills import geometry
from conedrills.compose import curve, ground, notes, signs, words
from conedrills.compose.curve import Line
from conedrills.compose.ground import Ground, hard_things, north_up
from conedrills.compose.ink import (
    FIELD,
    HALO_ON_HATCH,
    SMALL,
    WHITE,
    box,
    text,
)
from conedrills.compose.notes import Note, Words
from conedrills.compose.scene import Scene, edges
from conedrills.compose.view import View, turned
from conedrills.geometry import Area, Point, Vector
from conedrills.labels import Box, Label, Spot, contains
from conedrills.sheet import XY, Mark, Stroke
from conedrills.space import WARN

_FEW = 4
"""Distances to hard things that are drawn at the place; more would be a thicket."""
Alert = tuple[XY, XY, str, str]
"""From the path to a hard thing: both places, how far, and its name."""


def start_note(scene: Scene, zone: Area) -> Note:
    """The arrow that says which way to stand at the start, and what is there."""
    start = scene.placement.legs[0].path[0]
    name, far = words.faced(scene.layout.yard, start, words.start_facing(scene.placement))
    voice = scene.voice
    there = voice.say("chest.open")
    if far:
        there = voice.say("picture.faced", name=voice.retell(name), far=voice.roughly(far))
    who = words.athlete(scene.placement, scene.placement.legs[0].athlete, voice)
    facing = words.capital(voice.say("picture.facing_of", who=who)) if who else voice.say("picture.facing")
    at = scene.cones[scene.placement.legs[0].start - 1]
    _, top, _, _ = edges(scene.frame)
    spots: list[Spot] = []
    forms = []
    for form, cap in enumerate((FIELD, SMALL)):
        said = [facing, notes.shortened(there, cap, "regular", 60.0)]
        wide = max(notes.Words(line, cap).width_mm for line in said) + 9.0
        forms.append((cap, said))
        size = (wide + 2.0, 14.0)

        def cost(place: XY, run_on: float, form: int = form) -> float:
            aside = (place[1] - top) / 20.0 + abs(place[0] - at[0]) / 120.0
            return 3.0 * form + aside + 1.2 * run_on

        spots += notes.spots_in(edges(scene.frame), size, cost, on=zone, form=form)

    def draw(spot: Spot) -> list[Mark]:
        cap, said = forms[spot.form]
        x, y = spot.box.centre[0] - spot.box.width_mm / 2 + 3.0, spot.box.centre[1]
        arrow: list[Mark] = [
            Stroke(((x, y + 5.5), (x, y - 2.0)), 1.2),
            signs.arrow_head((x, y - 6.0), 90.0, 5.2, 4.8),
        ]
        lines = [
            text((x + 5.0, y - 1.2 + row * (cap + 1.9)), line, cap, halo=0.9) for row, line in enumerate(said)
        ]
        return [*arrow, *lines]

    return Note(Label("start", 2.6, tuple(spots)), draw)


def locator_notes(scene: Scene) -> Iterator[Note]:
    """The whole yard, small and north up, with the run-outs whole: where in it this picture is."""
    corners = scene.layout.yard.boundary
    left, top, right, bottom = edges(scene.frame)
    forms = [_small_plan(scene, size) for size in ((28.0, 36.0), (22.0, 28.0), (16.0, 20.0))]
    spots: list[Spot] = []
    for form, (size, _) in enumerate(forms):

        def cost(place: XY, _: float, form: int = form) -> float:
            corner = min(place[0] - left, right - place[0]) + min(place[1] - top, bottom - place[1])
            return 1.4 * form + corner / 40.0 + (0.3 if place[0] > 95.0 else 0.0)

        spots += notes.spots_in((left, top, right, bottom), (size[0] + 2.0, size[1] + 2.0), cost, form=form)
    if corners:
        yield Note(
            Label("locator", 2.8, tuple(spots)), lambda spot: _draw_small_plan(scene, forms[spot.form], spot)
        )


def _small_plan(scene: Scene, room: tuple[float, float]) -> tuple[tuple[float, float], View]:
    rotation = north_up(scene.layout.yard)
    origin = Point(0.0, 0.0)
    spots = [turned(point, origin, rotation) for point in scene.layout.yard.boundary]
    wide, high = (max(axis) - min(axis) for axis in zip(*spots, strict=True))
    needle = 8.0 if scene.layout.yard.north is not None else 0.0
    ratio = max(1, math.ceil(1000.0 * max(wide / room[0], high / (room[1] - needle))))
    x, y = (min(a for a, _ in spots) + wide / 2, min(b for _, b in spots) + high / 2)
    cos, sin = geometry.cos_degrees(rotation), geometry.sin_degrees(rotation)
    view = View(Point(cos * x + sin * y, cos * y - sin * x), (0.0, 0.0), ratio, rotation)
    return (max(wide * 1000.0 / ratio, needle), high * 1000.0 / ratio + needle), view


def _draw_small_plan(scene: Scene, plan: tuple[tuple[float, float], View], spot: Spot) -> list[Mark]:
    (wide, high), view = plan
    x, y = spot.box.centre
    known = scene.layout.yard.north is not None
    shown = View(view.about, (x, y + (-4.0 if known else 0.0)), view.scale, view.rotation)
    frame = geometry.rectangle(x - wide, y - high, x + wide, y + high)
    small = ground.ground_of(scene.layout.yard, shown, frame)
    marks: list[Mark] = [
        box((x - wide / 2 - 1, y - high / 2 - 1), (x + wide / 2 + 1, y + high / 2 + 1), 0.0, WHITE)
    ]
    marks += ground.drawn(small, fine=0.4)
    marks += ground.clear_outline(ground.keep_clear(scene.placement, small), small, width=0.2, gap=0.75)
    inside = geometry.rectangle(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
    for line in geometry.clipped([shown.line(leg.path) for leg in scene.placement.legs], inside):
        marks.append(Stroke(line, 0.5, round_ends=True))
    if known:
        marks += signs.north((x - wide / 2 + 3.0, y + high / 2 - 2.4), 90.0, "", 5.0)[:2]
        marks.append(
            text((x - wide / 2 + 6.0, y + high / 2 - 1.0), scene.voice.say("page.north"), SMALL, "bold")
        )
    return marks


def yard_notes(scene: Scene, alerts: Sequence[Alert]) -> Iterator[Note]:
    """What things are called: in the obstacle, and along the side just outside it."""
    named: set[str] = set()
    spoken_of = words.mentioned(scene.layout, scene.placement) | {name for *_, name in alerts}
    for index, obstacle in enumerate(scene.layout.yard.obstacles):
        shown = geometry.overlap(geometry.area_of(scene.view.line(obstacle.polygon)), scene.ground.frame)
        if not obstacle.name or not shown:
            continue
        centre, radius = geometry.widest_place(shown)
        rows = (
            Words(
                notes.shortened(scene.voice.retell(obstacle.name), SMALL, "oblique", 40.0), SMALL, "oblique"
            ),
        )
        wide, high = notes.size_of(rows)
        spots = [Spot(Box(centre, wide + 0.6, high), 0.0)] if radius > 1.6 else []
        spots += notes.spots_round(centre, rows, 0, radius + 1.5, lambda angle: 2.0 + angle / 1000)
        yield notes.written(f"thing {index}", 6.0, [rows], spots, halo=HALO_ON_HATCH)
    longest: dict[int, Line] = {}
    for side, line in scene.ground.shown_sides():
        if curve.length(line) > max(14.0, curve.length(longest.get(side, line)) - 1e-9):
            longest[side] = line
    for side, line in sorted(longest.items(), key=lambda item: -curve.length(item[1])):
        name = ground.side_name(scene.ground, side)
        own = bool(scene.layout.yard.side_names and scene.layout.yard.side_names[side])
        if name in named or len(named) >= 8 or not (own or name in spoken_of):
            continue
        named.add(name)
        room = max(40.0, 0.8 * curve.length(line))
        rows = (Words(notes.shortened(scene.voice.retell(name), SMALL, "oblique", room), SMALL, "oblique"),)
        spots = outside_first(scene.ground, notes.spots_along(line, [rows], 0.9, (0.5, 0.35, 0.65, 0.2, 0.8)))
        yield notes.written(f"side {side}", 6.5, [rows], spots, halo=HALO_ON_HATCH)


def outside_first(seen: Ground, spots: Iterable[Spot]) -> list[Spot]:
    """The same places, those within the yard at a cost."""
    inside = geometry.area_of(seen.outline)
    ranked = []
    for spot in spots:
        x, y = spot.box.centre
        within = geometry.extent(
            geometry.overlap(inside, geometry.rectangle(x - 0.1, y - 0.1, x + 0.1, y + 0.1))
        )
        ranked.append(Spot(spot.box, spot.cost + (1.5 if within > 0.0 else 0.0), spot.form))
    return ranked


def alerts_of(scene: Scene) -> list[Alert]:
    """The closest hard thing and all that are nearer than 2 m: from the path to the thing, with words."""
    view = scene.view
    paths = [
        view.line((*leg.path, leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out)))
        for leg in scene.placement.legs
    ]
    things = [*hard_things(scene.ground)]
    closest = geometry.nearest(paths, [line for _, line in things])
    if closest is None:
        return []
    reach = max(math.dist(*closest) + 0.01, WARN * view.per_metre)
    left, top, right, bottom = ground.bounds(paths)
    found: list[tuple[float, XY, XY, str]] = []
    for name, line in things:
        x0, y0, x1, y1 = ground.bounds([line])
        if x0 > right + reach or x1 < left - reach or y0 > bottom + reach or y1 < top - reach:
            continue
        pair = geometry.nearest(paths, [line])
        if pair and math.dist(*pair) <= reach:
            found.append((math.dist(*pair), *pair, name))
    found.sort()
    alerts: list[Alert] = []
    for place, (far, start, end, name) in enumerate(found):
        near = place == 0 or far < WARN * view.per_metre
        apart = all(math.dist(end, other) > 12.0 for _, other, *_ in alerts)
        seen = contains(scene.frame, Box(start, 0.1, 0.1)) and contains(scene.frame, Box(end, 0.1, 0.1))
        if near and apart and seen and len(alerts) < _FEW and far > 1.0:
            alerts.append((start, end, scene.voice.at_most(far / view.per_metre), name))
    return alerts


def alert_notes(scene: Scene, alerts: list[Alert]) -> Iterator[Note]:
    """How far it is to what, at the arrow."""
    for place, (start, end, figure, name) in enumerate(alerts):
        said = scene.voice.say("picture.alert", far=figure, thing=scene.voice.the(name))
        forms = [(Words(notes.shortened(said, SMALL, "bold", 44.0), SMALL, "bold"),),
                 (Words(figure, SMALL, "bold"),)]  # fmt: skip
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        spots = [
            Spot(spot.box, spot.cost + 0.8 * form, form)
            for form, rows in enumerate(forms)
            for spot in (
                *notes.spots_round(middle, rows, form, 2.2, _level_first),
                *notes.spots_round(start, rows, form, 2.2, lambda angle: 0.6 + _level_first(angle)),
                *notes.spots_round(end, rows, form, 4.6, lambda angle: 0.9 + _level_first(angle)),
            )
        ]
        yield notes.written(f"alert {place}", 2.5, forms, spots)


def _level_first(angle: float) -> float:
    return 0.2 * (angle % 180 != 0)
