"""The picture of one drill on its page: heads-up, true to scale, with everything that has a place.

What stands where is decided in three steps: a scale at which cones and clearances fit, the drawn things, and the
labels in order of importance. Millimetres, y down.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from conedrills import geometry
from conedrills.compose import curve, ground, notes, signs, words
from conedrills.compose.curve import Line
from conedrills.compose.ground import Ground
from conedrills.compose.ink import (
    FIELD,
    HALO_ON_HATCH,
    LARGE,
    SMALL,
    WAY_COLOUR,
    box,
    dotted,
    text,
)
from conedrills.compose.notes import Note, Words
from conedrills.compose.track import Track, pieces, tracks
from conedrills.compose.view import View, best_scale, turned
from conedrills.drill import WAY
from conedrills.geometry import Area, Point, Vector
from conedrills.labels import Box, Label, Spot, Thing, contains, placed, upright
from conedrills.layout import Layout, PlacedLeg, Placement
from conedrills.sheet import XY, Mark, Stroke
from conedrills.space import WARN
from conedrills.yard import Units

_CALL_BEFORE = 1.0
"""Metres before the plant at which the call comes."""
_FEW = 4
"""Distances to hard things that are drawn at the place; more would be a thicket."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a picture needs to know, on paper."""

    layout: Layout
    placement: Placement
    units: Units
    ground: Ground
    frame: Box
    tracks: tuple[Track, ...]
    cones: tuple[XY, ...]

    @property
    def view(self) -> View:
        """How the yard is seen."""
        return self.ground.view


def picture(layout: Layout, placement: Placement, units: Units, frame: Box) -> tuple[list[Mark], int]:
    """The marks of the picture, and the n of its scale 1 : n."""
    scene = scene_of(layout, placement, units, frame)
    zone = ground.keep_clear(placement, scene.ground)
    blind = ground.blind_zones(placement, scene.ground)
    alerts = _alerts(scene)
    labels = [*_notes(scene, blind), *_alert_notes(scene, alerts)]
    spots = placed([note.label for note in labels], [*_things(scene, blind, zone)], frame)
    marks: list[Mark] = [*ground.blind_hatch(blind, [track.true for track in scene.tracks])]
    marks += ground.clear_outline(zone, scene.ground)
    marks += ground.drawn(scene.ground, band=True)
    for start, end, _ in alerts:
        marks += signs.both_ways(start, end)
    marks += _drill(scene)
    late = {"cone", "leg"}
    ordered = sorted(labels, key=lambda note: (note.label.key.split(" ")[0] not in late, note.label.rank))
    for number, spot in enumerate(scene.cones, 1):
        marks.append(signs.cone(spot, name=f"cone-{number}", title=f"Cone {number}"))
        marks += [mark for note in labels if note.label.key == f"cone {number}" and note.label.key in spots
                  for mark in note.draw(spots[note.label.key])]  # fmt: skip
    for note in ordered:
        if note.label.key in spots and not note.label.key.startswith("cone "):
            marks += note.draw(spots[note.label.key])
    return marks, scene.view.scale


def scene_of(layout: Layout, placement: Placement, units: Units, frame: Box) -> Scene:
    """The largest true scale at which cones, clearances and the caller fit the frame, start facing up."""
    rotation = 90.0 - words.start_facing(placement)
    about = placement.cones[0]
    needed = _reach(placement, about, rotation)
    left, right, low, high = needed
    scale = best_scale(right - left, high - low, frame.width_mm, frame.height_mm, units)
    metre = 1000.0 / scale
    wanted = _reach(placement, about, rotation, run_outs=True)
    x = _centred(left, right, wanted[0], wanted[1], frame.width_mm / metre)
    y = _centred(low, high, wanted[2], wanted[3], frame.height_mm / metre)
    centre = (frame.centre[0] - x * metre, frame.centre[1] + y * metre)
    view = View(about, centre, scale, rotation)
    edges = _edges(frame)
    seen = ground.ground_of(layout.yard, view, geometry.rectangle(*edges))
    return Scene(layout, placement, units, seen, frame, tracks(placement, view), view.line(placement.cones))


def _edges(frame: Box) -> tuple[float, float, float, float]:
    (x, y), w, h = frame.centre, frame.width_mm / 2, frame.height_mm / 2
    return x - w, y - h, x + w, y + h


def _reach(
    placement: Placement, about: Point, rotation: float, *, run_outs: bool = False
) -> tuple[float, float, float, float]:
    """Left, right, low and high of what must be seen, metres from the first cone, as seen."""
    reaches: list[tuple[float, float, float]] = []
    for leg in placement.legs:
        path = leg.path
        if run_outs:
            path = (*path, path[-1] + Vector.polar(leg.run_out, leg.heading_out))
        reaches += [(*turned(point, about, rotation), leg.side_clearance) for point in path]
    if placement.caller:
        reaches.append((*turned(placement.caller, about, rotation), 1.0))
    return (
        min(x - r for x, _, r in reaches), max(x + r for x, _, r in reaches),
        min(y - r for _, y, r in reaches), max(y + r for _, y, r in reaches),
    )  # fmt: skip


def _centred(low: float, high: float, wanted_low: float, wanted_high: float, room: float) -> float:
    """Where to look so that all that is needed is seen, and of what is wanted as much on either side as can be."""
    middle = (wanted_low + wanted_high) / 2
    return min(max(middle, high - room / 2), low + room / 2)


def _drill(scene: Scene) -> Iterator[Mark]:
    """Run-outs, legs, the caller's line and the bar of the call."""
    for track in scene.tracks:
        yield from _run_out(scene, track)
    caller = scene.placement.caller
    if caller:
        start = scene.cones[scene.placement.legs[0].start - 1]
        spot = scene.view.place(caller)
        total = math.dist(spot, start)
        if total > 20.0:
            yield Stroke(curve.piece((spot, start), 8.0, total - 6.0), 0.35, dash_mm=(4.0, 1.2, 0.5, 1.2))
    for track in scene.tracks:
        parts = pieces(track, scene.cones)
        for place, part in enumerate(parts):
            arrow = place == len(parts) - 1 or (len(parts) > 2 and place % 2 == 1)
            yield from signs.leg(part, track.way, arrow=arrow)
    yield from (bar for bar, _ in _call_bars(scene))


def _run_out(scene: Scene, track: Track) -> Iterator[Mark]:
    line = _run_out_line(scene, track)
    if line:
        for part in geometry.clipped([line], scene.ground.frame):
            yield dotted(part, 0.6, 2.1, WAY_COLOUR[track.way])


def _run_out_line(scene: Scene, track: Track) -> Line | None:
    """Beyond the last cone of a run, or where it is run through; backward legs have their zone instead."""
    leg = track.leg
    last = leg.order == max(other.order for other in scene.placement.legs)
    if track.way == "backward" or leg.run_out <= 0.0 or not (last or leg.cut == "through" or leg.call):
        return None
    start = scene.cones[leg.end - 1]
    angle = scene.view.turn(leg.heading_out)
    return (
        curve.step(start, angle, 5.6),
        curve.step(start, angle, max(6.0, leg.run_out * scene.view.per_metre)),
    )


def _call_bars(scene: Scene) -> Iterator[tuple[Stroke, XY]]:
    """A bar across the leg before a called one: when the runner crosses it, the call comes."""
    called = {leg.order for leg in scene.placement.legs if leg.call}
    for track in scene.tracks:
        if track.leg.order + 1 in called and track.leg.order not in called:
            total = curve.length(track.true)
            before = max(_CALL_BEFORE * scene.view.per_metre, 8.0)
            if total > before + 16.0:
                place, angle = curve.at(track.true, total - before)
                ends = (curve.step(place, angle + 90, 5.0), curve.step(place, angle - 90, 5.0))
                yield Stroke(ends, 1.0), ends[0] if ends[0][0] > ends[1][0] else ends[1]


# --- what labels keep off ----------------------------------------------------------------------------------------


def _things(scene: Scene, blind: Area, zone: Area) -> Iterator[Thing]:
    for number, spot in enumerate(scene.cones, 1):
        yield Thing(Box((spot[0], spot[1] - 0.4), signs.CONE + 0.6, 6.4), f"cone {number}")
    for index, track in enumerate(scene.tracks):
        wide = 5.0 if track.way == "sideways" else 2.2
        yield from notes.things_of(track.line, wide, f"leg {index}")
        line = _run_out_line(scene, track)
        if line:
            yield from notes.things_of(line, 1.4, f"run-out {index}")
    for bar, _ in _call_bars(scene):
        yield from notes.things_of(bar.points, 1.6)
    for line in geometry.clipped([(*scene.ground.outline, scene.ground.outline[0])], scene.ground.frame):
        yield from notes.things_of(line, 1.2, "outline", 2.5)
    for obstacle in scene.layout.yard.obstacles:
        ring = scene.view.line(obstacle.polygon)
        for line in geometry.clipped([(*ring, ring[0])], scene.ground.frame):
            yield from notes.things_of(line, 1.2, "outline", 2.5)
    for polygon in geometry.overlap(zone, scene.ground.frame):
        yield from notes.things_of(geometry.simplified((*polygon[0], polygon[0][0]), 0.5), 0.8, "", 0.12)
    for polygon in blind:
        xs, ys = [x for x, _ in polygon[0]], [y for _, y in polygon[0]]
        yield Thing(upright(min(xs), min(ys), max(xs), max(ys)), "blind", 0.7)
    if scene.placement.caller:
        spot = scene.view.place(scene.placement.caller)
        yield Thing(Box(spot, 8.0, 14.0), "caller")


# --- labels, the most important first ----------------------------------------------------------------------------


def _notes(scene: Scene, blind: Area) -> Iterator[Note]:
    yield from _cone_notes(scene)
    yield from _ring_notes(scene)
    yield from _runner_notes(scene)
    yield from _blind_notes(scene, blind)
    yield from _caller_notes(scene)
    yield _start_note(scene)
    yield from _locator_notes(scene)
    yield from _leg_notes(scene)
    yield from _run_out_notes(scene)
    yield from _yard_notes(scene)


def _cone_notes(scene: Scene) -> Iterator[Note]:
    for number, spot in enumerate(scene.cones, 1):
        word, calls = _cone_word(scene, number)
        plain = Words(str(number), LARGE, "bold")
        ways = _ways_from(scene, number)
        forms = [[plain]] if not word else [_with_word(plain, word, calls), [plain]]
        spots: list[Spot] = []
        for form, runs in enumerate(forms):
            spots += _cone_spots(spot, runs, form, ways)
        yield Note(
            Label(f"cone {number}", 0.0, tuple(spots)),
            lambda spot, forms=forms: _draw_runs(forms[spot.form % 2], spot),  # type: ignore[misc]
        )


def _with_word(number: Words, word: str, calls: bool) -> list[Words]:
    return [number, Words(word, LARGE if calls else FIELD, "bold")]


def _cone_word(scene: Scene, number: int) -> tuple[str, bool]:
    """What a cone is besides its number, and whether that is a call."""
    legs = scene.placement.legs
    calls = list(
        dict.fromkeys(leg.call for leg in legs if leg.call in ("left", "right") and leg.end == number)
    )
    if len(calls) == 1:
        return calls[0].upper(), True
    said = ["start"] if legs[0].start == number else []
    if legs[-1].end == number and not legs[-1].call:
        said.append("finish")
    return ", ".join(said), False


def _ways_from(scene: Scene, number: int) -> list[float]:
    """The directions in which something leaves a cone, as seen."""
    spot = scene.cones[number - 1]
    ways: list[float] = []
    for track in scene.tracks:
        total = curve.length(track.true)
        near = min(8.0, total / 2)
        if track.leg.start == number:
            ways.append(curve.direction(spot, curve.at(track.true, near)[0]))
        if track.leg.end == number:
            ways.append(curve.direction(spot, curve.at(track.true, total - near)[0]))
            if track.leg.run_out > 0.0:
                ways.append(scene.view.turn(track.leg.heading_out))
    return ways


def _cone_spots(spot: XY, runs: list[Words], form: int, ways: list[float]) -> list[Spot]:
    """Where the number can stand: in the widest free angle, the word going on away from the cone."""
    number, gap = runs[0], 1.6
    tail = sum(run.width_mm + gap for run in runs[1:])
    spots: list[Spot] = []
    for angle in range(0, 360, 15):
        free = min((geometry.angle_between(angle, way) for way in ways), default=180.0)
        reach = 6.3 if angle % 180 == 0 else 7.4
        centre = curve.step(spot, angle, reach + number.width_mm / 2 - 1.6)
        for side in (1, -1) if tail else (1,):
            backward = tail and side * math.cos(math.radians(angle)) < -0.3
            middle = (centre[0] + side * tail / 2, centre[1] - 0.4)
            cost = (
                (180.0 - free) / 45.0 + 2.0 * form + (3.0 if backward else 0.0) + (0.2 if side < 0 else 0.0)
            )
            wide = number.width_mm + tail + 0.8
            spots.append(Spot(Box(middle, wide, LARGE + 0.8), cost, form + (2 if side < 0 else 0)))
    return spots


def _draw_runs(runs: list[Words], spot: Spot) -> list[Mark]:
    ordered = runs if spot.form < 2 else runs[::-1]
    x = spot.box.centre[0] - (sum(run.width_mm for run in runs) + 1.6 * (len(runs) - 1)) / 2
    base = spot.box.centre[1] + LARGE / 2
    marks: list[Mark] = []
    for run in ordered:
        y = base - (LARGE - run.cap_mm) / 2
        marks.append(text((x, y), run.text, run.cap_mm, run.style, halo=1.0))
        x += run.width_mm + 1.6
    # the number first, so that whoever reads the file finds it next to its cone
    return sorted(marks, key=lambda mark: mark.text != runs[0].text)  # type: ignore[union-attr]


def _ring_notes(scene: Scene) -> Iterator[Note]:
    shares = (0.55, 0.5, 0.6, 0.45, 0.65, 0.4, 0.7, 0.35, 0.75, 0.3, 0.8, 0.25)
    for index, track in enumerate(scene.tracks):
        parts = pieces(track, scene.cones)
        line = parts[len(parts) // 2] if len(parts) > 1 else track.line
        total = curve.length(line)
        wide = signs.ring_width(track.number) + 0.9
        spots = [
            Spot(Box(curve.at(line, total * share)[0], wide, signs.RING + 0.9), 0.1 * turn)
            for turn, share in enumerate(shares)
        ]
        for away in (5.4, -5.4, 7.5, -7.5):
            place, angle = curve.at(line, total * 0.5)
            spots.append(
                Spot(Box(curve.step(place, angle + 90, away), wide, signs.RING + 0.9), 4.0 + abs(away) / 10)
            )
        yield Note(
            Label(f"ring {index}", 1.0, tuple(spots), frozenset({f"leg {index}"})),
            lambda spot, track=track: signs.ring(spot.box.centre, track.number, WAY_COLOUR[track.way]),  # type: ignore[misc]
        )


def _runner_notes(scene: Scene) -> Iterator[Note]:
    for index, track in enumerate(scene.tracks):
        parts = pieces(track, scene.cones)
        line = parts[0]
        total = curve.length(line)
        spots: list[Spot] = []
        for form, scale in enumerate((1.0, 0.72) if track.lanes == 1 else (0.72, 0.6)):
            for turn, share in enumerate((0.26, 0.22, 0.3, 0.34, 0.18, 0.4, 0.46, 0.7, 0.76, 0.64, 0.82)):
                place, angle = curve.at(line, total * share)
                facing = _facing_on(scene, track, angle)
                centre = curve.step(place, facing, 2.6 * scale)
                spots.append(
                    Spot(Box(centre, 8.6 * scale, 7.0 * scale, facing), 0.15 * turn + 2.5 * form, form)
                )
        scales = (1.0, 0.72) if track.lanes == 1 else (0.72, 0.6)
        near = {f"leg {index}"} | (
            {f"leg {other}" for other in range(len(scene.tracks))} if track.lanes > 1 else set()
        )
        yield Note(
            Label(f"runner {index}", 2.0, tuple(spots), frozenset(near)),
            lambda spot, scales=scales: signs.runner(  # type: ignore[misc]
                curve.step(spot.box.centre, spot.box.angle_deg, -2.6 * scales[spot.form]),
                spot.box.angle_deg,
                scales[spot.form],
            ),
        )


def _facing_on(scene: Scene, track: Track, angle: float) -> float:
    """Where the chest points at a place of a leg where the way runs at an angle, as seen."""
    leg = track.leg
    if not leg.facing_follows:
        return scene.view.turn(leg.facing)
    return angle + leg.facing - (leg.path[1] - leg.path[0]).angle


def _leg_notes(scene: Scene) -> Iterator[Note]:
    for index, track in enumerate(scene.tracks):
        leg = track.leg
        if curve.length(track.line) < 8.0:
            continue
        far = words.length(leg.length, scene.units)
        forms = [(Words(f"{leg.movement} {far}", FIELD),), (Words(far, FIELD),), (Words(far, SMALL),)]
        spots = notes.spots_along(track.line, forms, 4.4)
        yield notes.written(f"length {index}", 3.0, forms, spots)


def _run_out_notes(scene: Scene) -> Iterator[Note]:
    for index, track in enumerate(scene.tracks):
        line = _run_out_line(scene, track)
        shown = geometry.clipped([line], scene.ground.frame) if line else ()
        if not shown:
            continue
        far = words.at_least(track.leg.run_out, scene.units)
        forms = [(Words(f"slow down: {far} clear", SMALL),), (Words(f"{far} clear", SMALL),)]
        yield notes.written(
            f"slow {index}", 4.0, forms, notes.spots_along(shown[0], forms, 2.0, (0.5, 0.6, 0.4, 0.7))
        )


def _blind_notes(scene: Scene, blind: Area) -> Iterator[Note]:
    for place, polygon in enumerate(blind):
        behind = [
            leg for leg in scene.placement.legs
            if WAY[leg.movement] == "backward" and leg.run_out > 0.0
            and geometry.extent(geometry.overlap((polygon,), _just_behind(scene, leg))) > 0.5
        ]  # fmt: skip
        if not behind:
            continue
        far = words.at_least(max(leg.run_out for leg in behind), scene.units)
        cones = words.listed([str(number) for number in sorted({leg.end for leg in behind})])
        forms = [
            (Words(f"blind side: keep {far} empty behind {cones}", FIELD, "bold"),),
            (Words("blind side:", FIELD, "bold"), Words(f"{far} empty behind {cones}", FIELD, "bold")),
            (Words("blind side:", FIELD, "bold"), Words(f"{far} empty", FIELD, "bold")),
            (Words("blind side", SMALL, "bold"), Words(f"{far} empty", SMALL, "bold")),
        ]
        yield notes.written(
            f"blind {place}", 2.4, forms, _blind_spots(scene, polygon, forms), halo=HALO_ON_HATCH
        )  # fmt: skip


def _just_behind(scene: Scene, leg: PlacedLeg) -> Area:
    spot = scene.cones[leg.end - 1]
    return geometry.beam(spot, curve.step(spot, scene.view.turn(leg.heading_out), 1.0), 1.0)


def _blind_spots(scene: Scene, polygon: tuple[Line, ...], forms: list[notes.Rows]) -> list[Spot]:
    """Inside the hatch where there is room, and near the middle of it; half out of it rather than not at all."""
    xs, ys = [x for x, _ in polygon[0]], [y for _, y in polygon[0]]
    edges = (min(xs), min(ys), max(xs), max(ys))
    (x0, y0), _ = geometry.widest_place((polygon,))
    left, top, right, bottom = _edges(scene.frame)
    spots: list[Spot] = []
    for form, rows in enumerate(forms):
        wide, high = notes.size_of(rows)
        size = (wide + 1.0, high + 0.6)

        def cost(at: XY, form: int = form, size: tuple[float, float] = size) -> float:
            square = geometry.rectangle(
                at[0] - size[0] / 2, at[1] - size[1] / 2, at[0] + size[0] / 2, at[1] + size[1] / 2
            )
            inside = geometry.extent(geometry.overlap((polygon,), square)) / (size[0] * size[1])
            return 0.9 * form + 9.0 * (1.0 - inside) + math.dist(at, (x0, y0)) / 40.0

        grow = max(0.0, size[0] - (edges[2] - edges[0])) / 2
        spots += notes.spots_in(
            max(left, edges[0] - grow), edges[1], min(right, edges[2] + grow), edges[3], size, cost, form
        )  # fmt: skip
    return [spot for spot in spots if spot.cost < 7.0]


def _caller_notes(scene: Scene) -> Iterator[Note]:
    caller = scene.placement.caller
    file = scene.placement.drill.definition.caller
    if not caller:
        return
    spot = scene.view.place(caller)
    first = scene.placement.legs[0].path[0]
    facing = scene.view.turn((first - caller).angle)
    does = file.does if file else "calls"
    yield Note(
        Label("caller figure", -1.0, (Spot(Box(spot, 7.0, 7.0)),), frozenset({"caller"})),
        lambda _: signs.runner(spot, facing),
    )
    forms = [(Words("caller", FIELD, "bold"), Words(notes.shortened(does, SMALL, "regular", 44.0), SMALL)),
             (Words("caller", FIELD, "bold"),)]  # fmt: skip
    spots = [place for form, rows in enumerate(forms)
             for place in notes.spots_round(spot, rows, form, 6.0, lambda angle: 0.4 * (angle % 180 != 0))]  # fmt: skip
    yield notes.written("caller", 1.5, forms, [
        Spot(place.box, place.cost + 1.5 * place.form, place.form) for place in spots
    ])  # fmt: skip
    start = scene.cones[scene.placement.legs[0].start - 1]
    far = words.length(
        (caller - scene.placement.cones[scene.placement.legs[0].start - 1]).length, scene.units
    )
    along = [(Words(far, FIELD),), (Words(far, SMALL),)]
    yield notes.written("caller far", 3.5, along, notes.spots_along((spot, start), along, 2.2))
    for place, (_, end) in enumerate(_call_bars(scene)):
        rows = (Words("call", SMALL, "bold"),)
        yield notes.written(
            f"call {place}", 2.2, [rows], notes.spots_round(end, rows, 0, 1.2, lambda angle: angle / 360)
        )


def _start_note(scene: Scene) -> Note:
    """The arrow that says which way to stand at the start, and what is there."""
    start = scene.placement.legs[0].path[0]
    name, far = words.faced(scene.layout.yard, start, words.start_facing(scene.placement))
    there = f"{name}, {words.at_most(far, scene.units)} off" if far else name
    at = scene.cones[scene.placement.legs[0].start - 1]
    left, top, right, bottom = _edges(scene.frame)
    spots: list[Spot] = []
    forms = []
    for form, cap in enumerate((FIELD, SMALL)):
        said = ["Start facing this way:", notes.shortened(there, cap, "regular", 60.0)]
        wide = max(notes.Words(line, cap).width_mm for line in said) + 9.0
        forms.append((cap, said))
        size = (wide + 2.0, 14.0)

        def cost(place: XY, form: int = form) -> float:
            return 3.0 * form + (place[1] - top) / 30.0 + abs(place[0] - at[0]) / 120.0

        spots += notes.spots_in(left, top, right, bottom, size, cost, form)

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


def _locator_notes(scene: Scene) -> Iterator[Note]:
    """The whole yard, small and north up, with the run-outs whole: where in it this picture is."""
    corners = scene.layout.yard.boundary
    left, top, right, bottom = _edges(scene.frame)
    forms = [_small_plan(scene, size) for size in ((26.0, 32.0), (20.0, 25.0), (15.0, 18.0))]
    spots: list[Spot] = []
    for form, (size, _) in enumerate(forms):

        def cost(place: XY, form: int = form) -> float:
            corner = min(place[0] - left, right - place[0]) + min(place[1] - top, bottom - place[1])
            return 1.4 * form + corner / 40.0 + (0.3 if place[0] > 95.0 else 0.0)

        spots += notes.spots_in(left, top, right, bottom, (size[0] + 2.0, size[1] + 2.0), cost, form)
    if corners:
        yield Note(
            Label("locator", 2.8, tuple(spots)), lambda spot: _draw_small_plan(scene, forms[spot.form], spot)
        )


def _small_plan(scene: Scene, room: tuple[float, float]) -> tuple[tuple[float, float], View]:
    rotation = north_up(scene.layout)
    origin = Point(0.0, 0.0)
    spots = [turned(point, origin, rotation) for point in scene.layout.yard.boundary]
    wide, high = (max(axis) - min(axis) for axis in zip(*spots, strict=True))
    needle = 8.0 if scene.layout.yard.north is not None else 0.0
    scale = max(1, math.ceil(1000.0 * max(wide / room[0], high / (room[1] - needle))))
    x, y = (min(a for a, _ in spots) + wide / 2, min(b for _, b in spots) + high / 2)
    cos, sin = geometry.cos_degrees(rotation), geometry.sin_degrees(rotation)
    view = View(Point(cos * x + sin * y, cos * y - sin * x), (0.0, 0.0), scale, rotation)
    return (max(wide * 1000.0 / scale, needle), high * 1000.0 / scale + needle), view


def north_up(layout: Layout) -> float:
    """How a yard is turned on paper where it is not heads-up: north up where it is known."""
    return 0.0 if layout.yard.north is None else 90.0 - layout.yard.north


def _draw_small_plan(scene: Scene, plan: tuple[tuple[float, float], View], spot: Spot) -> list[Mark]:
    (wide, high), view = plan
    x, y = spot.box.centre
    known = scene.layout.yard.north is not None
    shown = View(view.about, (x, y + (-4.0 if known else 0.0)), view.scale, view.rotation)
    frame = geometry.rectangle(x - wide, y - high, x + wide, y + high)
    small = ground.ground_of(scene.layout.yard, shown, frame)
    marks: list[Mark] = [
        box(x - wide / 2 - 1, y - high / 2 - 1, x + wide / 2 + 1, y + high / 2 + 1, 0.0, "#ffffff")
    ]
    marks += ground.drawn(small, fine=0.4)
    marks += ground.clear_outline(ground.keep_clear(scene.placement, small), small, width=0.2, gap=0.75)
    for leg in scene.placement.legs:
        marks.append(Stroke(shown.line(leg.path), 0.5, round_ends=True))
    if known:
        marks += signs.north((x - wide / 2 + 3.0, y + high / 2 - 2.4), 90.0, 5.0)[:2]
        marks.append(text((x - wide / 2 + 6.0, y + high / 2 - 1.0), "N", SMALL, "bold"))
    return marks


def _yard_notes(scene: Scene) -> Iterator[Note]:
    """What things are called: in the obstacle, and along the side just outside it."""
    named: set[str] = set()
    for index, obstacle in enumerate(scene.layout.yard.obstacles):
        shown = geometry.overlap(geometry.area_of(scene.view.line(obstacle.polygon)), scene.ground.frame)
        if not obstacle.name or not shown:
            continue
        centre, radius = geometry.widest_place(shown)
        rows = (Words(notes.shortened(obstacle.name, SMALL, "oblique", 40.0), SMALL, "oblique"),)
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
        if name in named or len(named) >= 8:
            continue
        named.add(name)
        rows = (Words(notes.shortened(name, SMALL, "oblique", 40.0), SMALL, "oblique"),)
        spots = _outside_first(scene, notes.spots_along(line, [rows], 0.9, (0.5, 0.35, 0.65, 0.2, 0.8)))
        yield notes.written(f"side {side}", 6.5, [rows], spots, halo=HALO_ON_HATCH)


def _outside_first(scene: Scene, spots: list[Spot]) -> list[Spot]:
    inside = geometry.area_of(scene.ground.outline)
    ranked = []
    for spot in spots:
        x, y = spot.box.centre
        within = (
            geometry.extent(geometry.overlap(inside, geometry.rectangle(x - 0.1, y - 0.1, x + 0.1, y + 0.1)))
            > 0.0
        )
        ranked.append(Spot(spot.box, spot.cost + (1.5 if within else 0.0), spot.form))
    return ranked


# --- how close hard things are -----------------------------------------------------------------------------------


def _alerts(scene: Scene) -> list[tuple[XY, XY, str]]:
    """The closest hard thing and all that are nearer than 2 m: from the path to the thing, with words."""
    view = scene.view
    paths = [
        view.line((*leg.path, leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out)))
        for leg in scene.placement.legs
    ]
    found: list[tuple[float, XY, XY, str]] = []
    for name, line in hard_things(scene.ground):
        pair = geometry.nearest(paths, [line])
        if pair:
            found.append((math.dist(*pair), *pair, name))
    found.sort()
    alerts: list[tuple[XY, XY, str]] = []
    for place, (far, start, end, name) in enumerate(found):
        near = place == 0 or far < WARN * view.per_metre
        apart = all(math.dist(end, other) > 12.0 for _, other, _ in alerts)
        seen = contains(scene.frame, Box(start, 0.1, 0.1)) and contains(scene.frame, Box(end, 0.1, 0.1))
        if near and apart and seen and len(alerts) < _FEW and far > 1.0:
            alerts.append((start, end, f"{words.at_most(far / view.per_metre, scene.units)} to {name}"))
    return alerts


def hard_things(seen: Ground) -> Iterator[tuple[str, Line]]:
    """Everything hard, by name, as lines on paper."""
    ring = (*seen.outline, seen.outline[0])
    for side, kind in enumerate(seen.yard.side_kinds):
        if kind == "hard" and ring[side] != ring[side + 1]:
            yield ground.side_name(seen, side), (ring[side], ring[side + 1])
    for obstacle in seen.yard.obstacles:
        if obstacle.kind == "hard":
            line = seen.view.line(obstacle.polygon)
            yield f"the {obstacle.name}" if obstacle.name else "an obstacle", (*line, line[0])


def _alert_notes(scene: Scene, alerts: list[tuple[XY, XY, str]]) -> Iterator[Note]:
    for place, (start, end, said) in enumerate(alerts):
        figure, _, thing = said.partition(" to ")
        forms = [(Words(notes.shortened(f"{figure} to {thing}", SMALL, "bold", 44.0), SMALL, "bold"),),
                 (Words(figure, SMALL, "bold"),)]  # fmt: skip
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        spots = [Spot(spot.box, spot.cost + 0.8 * form, form) for form, rows in enumerate(forms)
                 for spot in notes.spots_round(middle, rows, form, 2.2, lambda angle: 0.2 * (angle % 180 != 0))]  # fmt: skip
        yield notes.written(f"alert {place}", 2.5, forms, spots)
