"""A drill on paper by itself: at a size, in its own frame, with no yard about it and no room to slow down."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from conedrills import geometry
from conedrills.compose import circle, curve, lettering, notes, signs
from conedrills.compose.ground import Ground
from conedrills.compose.ink import WAY_COLOUR
from conedrills.compose.notes import Note
from conedrills.compose.picture import drill_things
from conedrills.compose.scene import Scene, edges
from conedrills.compose.track import Track, pieces, tracks
from conedrills.compose.view import View
from conedrills.drill import Drill
from conedrills.geometry import Point, Pose
from conedrills.labels import Box, Thing
from conedrills.language import Voice
from conedrills.layout import Layout, Placement, placed_legs
from conedrills.sheet import XY, Mark, Stroke
from conedrills.space import SpaceModel
from conedrills.yard import Units, Yard

_ROOMY = 36.0
"""Millimetres of radius from which on a ring has room for the number of each leg in it."""


def laid(drill: Drill, size: float) -> Placement:
    """A drill as it is given at a size: the start facing up, nothing kept clear."""
    pose, pace = Pose(Point(0.0, 0.0), 0.0, False), drill.paces[-1]
    figure = drill.figure(size)
    legs = placed_legs(drill, size, pose, pace, SpaceModel())
    still = tuple(replace(leg, run_out=0.0) for leg in legs)
    return Placement(drill, pace, size, None, True, pose, figure.cones, still, None, figure.caller)


def nowhere(placement: Placement, units: Units) -> Layout:
    """A layout for who asks for one: a yard without anything in it."""
    return Layout("", units, Yard("", (), ()), SpaceModel(), (placement,))


def scene(placement: Placement, voice: Voice, frame: Box, ratio: int, off: XY = (0.0, 0.0)) -> Scene:
    """The drill at a scale 1 : `ratio` in the middle of a frame, or `off` from it."""
    low, high = reach(placement)
    about = Point((low.x + high.x) / 2, (low.y + high.y) / 2)
    view = View(about, (frame.centre[0] + off[0], frame.centre[1] + off[1]), ratio)
    layout = nowhere(placement, voice.units)
    ground = Ground(view, geometry.rectangle(*edges(frame)), layout.yard, (), ())
    run = tracks(placement, view, voice)
    return Scene(layout, placement, voice, ground, frame, run, view.line(placement.cones))


def reach(placement: Placement) -> tuple[Point, Point]:
    """The lower left and the upper right of all that is run and of the caller, metres."""
    spots = [*placement.cones, *(point for leg in placement.legs for point in leg.path)]
    spots += [placement.caller] if placement.caller else []
    xs, ys = [spot.x for spot in spots], [spot.y for spot in spots]
    return Point(min(xs), min(ys)), Point(max(xs), max(ys))


def legs(scene: Scene) -> Iterator[Mark]:
    """Every leg in the line of its way; of a ring that all legs share one round, and in it what they are."""
    if circle.suits(scene.placement):
        yield from _ring(scene)
        return
    for track in scene.tracks:
        parts = pieces(track, scene.cones)
        for place, part in enumerate(parts):
            arrow = place == len(parts) - 1 or (len(parts) > 2 and place % 2 == 1)
            yield from signs.leg(part, track.way, arrow=arrow)


def _ring(scene: Scene) -> Iterator[Mark]:
    whole = scene.tracks[0].true
    for part in pieces(replace(scene.tracks[0], line=whole), scene.cones):
        yield Stroke(part, 0.8)
        if (total := curve.length(part)) > 4.0:
            yield signs.arrow_head(part[-1], curve.at(part, total)[1], 3.0, 2.4)
    for track, (x, y) in _rows(scene):
        yield from signs.leg(((x - 9.0, y), (x + 9.0, y)), track.way)
        if ring_of(scene)[1] > _ROOMY:
            yield from signs.ring((x - 14.5, y), track.number, WAY_COLOUR[track.way], 5.8)


def _rows(scene: Scene) -> list[tuple[Track, XY]]:
    """The legs that share a ring, and where they are told apart in its upper half, under it is its radius.

    In a small ring each way of moving stands there once.
    """
    (x, y), radius = ring_of(scene)
    once = {track.way: track for track in reversed(scene.tracks)}
    shown = scene.tracks if radius > _ROOMY else tuple(once.values())[::-1]
    pitch = min(8.4, 0.66 * radius / len(shown))
    top = y - 0.26 * radius - pitch * (len(shown) - 1)
    return [(track, (x, top + pitch * place)) for place, track in enumerate(shown)]


def ring_of(scene: Scene) -> tuple[XY, float]:
    """The middle and the radius of the ring that all legs share."""
    points = scene.tracks[0].true[:-1]
    x, y = (math.fsum(axis) / len(points) for axis in zip(*points, strict=True))
    return (x, y), math.dist((x, y), points[0])


def things(scene: Scene) -> Iterator[Thing]:
    """What the drill covers: in a ring that all legs share the lines within it too."""
    if not circle.suits(scene.placement):
        yield from drill_things(scene)
        return
    for number, spot in enumerate(scene.cones, 1):
        yield Thing(Box((spot[0], spot[1] - 0.4), signs.CONE + 0.6, 6.4), f"cone {number}")
    yield from notes.things_of(scene.tracks[0].true, 2.0)
    wide = 2 * 18.5 if ring_of(scene)[1] > _ROOMY else 22.0
    for _, at in _rows(scene):
        yield Thing(Box(at, wide, 4.4))


def cone_notes(scene: Scene) -> Iterator[Note]:
    """The number of each cone where nobody takes it for another one's."""
    for note, at in zip(lettering.cone_notes(scene), scene.cones, strict=True):
        own = notes.own(note.label.spots, at, scene.cones)
        yield replace(note, label=replace(note.label, spots=tuple(own))) if own else note


def cones(scene: Scene) -> Iterator[Mark]:
    """A triangle for each cone."""
    for number, spot in enumerate(scene.cones, 1):
        title = scene.voice.say("runner.cone", number=number)
        yield signs.cone(spot, name=f"cone-{number}", title=title)


def within(scene: Scene) -> bool:
    """Whether all legs lie in the frame, those too that were moved aside for others."""
    left, top, right, bottom = edges(scene.frame)
    spots = [point for track in scene.tracks for point in track.line]
    return all(left + 3.0 <= x <= right - 3.0 and top + 3.0 <= y <= bottom - 3.0 for x, y in spots)
