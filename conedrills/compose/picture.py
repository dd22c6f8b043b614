"""The picture of one drill on its page: heads-up, true to scale, with everything that has a place.

Signs are placed before writing, because writing may come closer to a sign than its box. Millimetres, y down.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from conedrills import geometry
from conedrills.compose import curve, ground, notes, signs
from conedrills.compose.ink import (
    WAY_COLOUR,
    dotted,
)
from conedrills.compose.lettering import (
    blind_notes,
    caller_figure,
    caller_notes,
    cone_notes,
    leg_notes,
    ring_notes,
    run_out_notes,
    runner_notes,
)
from conedrills.compose.notes import Note
from conedrills.compose.scene import Scene, call_bars, run_out_line, scene_of
from conedrills.compose.setting import Alert, alert_notes, alerts_of, locator_notes, start_note, yard_notes
from conedrills.compose.track import Track, pieces
from conedrills.geometry import Area
from conedrills.labels import Box, Label, Spot, Thing, placed, upright
from conedrills.language import Voice
from conedrills.layout import Layout, Placement
from conedrills.sheet import Mark, Stroke


def picture(layout: Layout, placement: Placement, voice: Voice, frame: Box) -> tuple[list[Mark], int]:
    """The marks of the picture, and the n of its scale 1 : n."""
    scene = scene_of(layout, placement, voice, frame)
    zone = ground.keep_clear(placement, scene.ground)
    blind = ground.blind_zones(placement, scene.ground)
    alerts = alerts_of(scene)
    things = [*_things(scene, blind, zone)]
    things += [thing for start, end, *_ in alerts for thing in notes.things_of((start, end), 1.2, "", 2.0)]
    signs_first = [*cone_notes(scene), *ring_notes(scene), *runner_notes(scene), *caller_figure(scene)]
    spots = placed_signs(signs_first, things, scene)
    things += sign_things(scene, spots)
    writing = [*_notes(scene, zone, blind, alerts), *alert_notes(scene, alerts)]
    spots |= placed([note.label for note in writing], things, frame)
    labels = [*signs_first, *writing]
    marks: list[Mark] = [*ground.blind_hatch(blind, [track.true for track in scene.tracks])]
    marks += ground.clear_outline(zone, scene.ground)
    marks += ground.drawn(scene.ground, band=True)
    for place, (start, end, *_) in enumerate(alerts):
        if f"alert {place}" in spots:
            marks += signs.both_ways(start, end)
    marks += drill_marks(scene)
    late = {"cone", "leg"}
    ordered = sorted(labels, key=lambda note: (note.label.key.split(" ")[0] not in late, note.label.rank))
    for number, spot in enumerate(scene.cones, 1):
        title = voice.say("runner.cone", number=number)
        marks.append(signs.cone(spot, name=f"cone-{number}", title=title))
        marks += [mark for note in labels if note.label.key == f"cone {number}" and note.label.key in spots
                  for mark in note.draw(spots[note.label.key])]  # fmt: skip
    for note in ordered:
        if note.label.key in spots and not note.label.key.startswith("cone "):
            marks += note.draw(spots[note.label.key])
    return marks, scene.view.scale


def placed_signs(signs_first: Sequence[Note], things: Sequence[Thing], scene: Scene) -> dict[str, Spot]:
    """The signs where they can stand; a ring or a number lies on other legs rather than be missed."""
    spots = placed([note.label for note in signs_first], things, scene.frame)
    legs = frozenset(f"leg {index}" for index in range(len(scene.tracks)))
    lost = [
        note.label
        for note in signs_first
        if note.label.key.startswith(("ring ", "cone ")) and note.label.key not in spots
    ]
    if lost:
        # the runners make way: a facing is in the table too, an order without its ring is nowhere
        spots = {key: spot for key, spot in spots.items() if not key.startswith("runner ")}
        taken = [Thing(spot.box) for spot in spots.values()]
        spots |= placed(
            [replace(label, over=label.over | legs) for label in lost], [*things, *taken], scene.frame
        )
        taken = [Thing(spot.box) for spot in spots.values()]
        far = [wider(replace(label, over=label.over | legs)) for label in lost if label.key not in spots]
        spots |= placed(far, [*things, *taken], scene.frame)
    return spots


def wider(label: Label) -> Label:
    """The label with places farther off, for a ring that is short of room on its leg and beside it."""
    first = label.spots[0]
    if not label.key.startswith("ring "):
        return label
    more = [
        Spot(
            Box(curve.step(first.box.centre, angle, far), first.box.width_mm, first.box.height_mm), 10.0 + far
        )
        for far in (8.0, 11.0, 14.0, 17.0)
        for angle in range(0, 360, 30)
    ]
    return replace(label, spots=(*label.spots, *more))


def drill_marks(scene: Scene) -> Iterator[Mark]:
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
    yield from (bar for bar, _ in call_bars(scene))


def _run_out(scene: Scene, track: Track) -> Iterator[Mark]:
    line = run_out_line(scene, track)
    if line:
        for part in geometry.clipped([line], scene.ground.frame):
            yield dotted(part, 0.6, 2.1, WAY_COLOUR[track.way])


def drill_things(scene: Scene) -> Iterator[Thing]:
    """What the drill itself covers: cones, legs, the ways on beyond them, the caller."""
    for number, spot in enumerate(scene.cones, 1):
        yield Thing(Box((spot[0], spot[1] - 0.4), signs.CONE + 0.6, 6.4), f"cone {number}")
    for index, track in enumerate(scene.tracks):
        wide = 4.4 if track.way == "sideways" else 2.0
        yield from notes.things_of(track.line, wide, f"leg {index}")
        line = run_out_line(scene, track)
        if line:
            yield from notes.things_of(line, 1.4, f"run-out {index}", 1.5)
    for bar, _ in call_bars(scene):
        yield from notes.things_of(bar.points, 1.6)
    if scene.placement.caller:
        spot = scene.view.place(scene.placement.caller)
        yield Thing(Box(spot, 8.0, 14.0), "caller")


def _things(scene: Scene, blind: Area, zone: Area) -> Iterator[Thing]:
    yield from drill_things(scene)
    for line in geometry.clipped([(*scene.ground.outline, scene.ground.outline[0])], scene.ground.frame):
        yield from notes.things_of(line, 1.2, "outline", 4.0)
    for obstacle in scene.layout.yard.obstacles:
        ring = scene.view.line(obstacle.polygon)
        for line in geometry.clipped([(*ring, ring[0])], scene.ground.frame):
            yield from notes.things_of(line, 1.2, "outline", 4.0)
    for polygon in geometry.overlap(zone, scene.ground.frame):
        yield from notes.things_of(geometry.simplified((*polygon[0], polygon[0][0]), 0.5), 0.8, "", 0.04)
    for polygon in blind:
        xs, ys = [x for x, _ in polygon[0]], [y for _, y in polygon[0]]
        yield Thing(upright(min(xs), min(ys), max(xs), max(ys)), "blind", 0.7)


def sign_things(scene: Scene, spots: Mapping[str, Spot]) -> Iterator[Thing]:
    """What the placed signs cover, closer than the boxes in which they were placed."""
    for key, spot in spots.items():
        kind, _, index = key.partition(" ")
        box = spot.box
        if kind == "runner":
            scale = box.height_mm / 7.0
            body = curve.step(box.centre, box.angle_deg, -2.6 * scale)
            yield Thing(Box(body, 3.4 * scale, 7.0 * scale, box.angle_deg))
            for away, long, wide in ((2.6, 2.4, 3.2), (5.2, 3.2, 5.6)):
                yield Thing(
                    Box(
                        curve.step(body, box.angle_deg, away * scale),
                        long * scale,
                        wide * scale,
                        box.angle_deg,
                    )
                )
        elif kind == "ring":
            track = scene.tracks[int(index)]
            angle = curve.at(track.line, curve.length(track.line) / 2)[1]
            yield Thing(Box(box.centre, box.width_mm - 0.4, 7.3, angle if box.width_mm < 8.5 else 0.0))
        else:
            yield Thing(box)
            if kind == "cone":
                # a length beside a number would read as one with it
                yield Thing(Box(box.centre, box.width_mm + 5.0, box.height_mm), "", 1.5)


def _notes(scene: Scene, zone: Area, blind: Area, alerts: list[Alert]) -> Iterator[Note]:
    yield from blind_notes(scene, blind)
    yield from caller_notes(scene)
    yield start_note(scene, zone)
    yield from locator_notes(scene)
    yield from leg_notes(scene)
    yield from run_out_notes(scene)
    yield from yard_notes(scene, alerts)
