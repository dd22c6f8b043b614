"""What a drill's picture shows: a scale at which cones and clearances fit, and the drill on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from conedrills import geometry
from conedrills.compose import curve, ground, words
from conedrills.compose.curve import Line
from conedrills.compose.ground import Ground
from conedrills.compose.track import Track, tracks
from conedrills.compose.view import View, best_scale, turned
from conedrills.drill import UNSEEING, following, goes_on
from conedrills.geometry import Point, Vector
from conedrills.labels import Box
from conedrills.language import Voice
from conedrills.layout import Layout, Placement
from conedrills.sheet import XY, Stroke

_CALL_BEFORE = 1.0
"""Metres before the plant at which the call comes."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a picture needs to know, on paper."""

    layout: Layout
    placement: Placement
    voice: Voice
    ground: Ground
    frame: Box
    tracks: tuple[Track, ...]
    cones: tuple[XY, ...]

    @property
    def view(self) -> View:
        """How the yard is seen."""
        return self.ground.view


def scale(placement: Placement, voice: Voice, frame: Box) -> int:
    """The n of the largest true scale at which cones, clearances and caller fit, start facing up."""
    left, right, low, high = _reach(placement, placement.cones[0], 90.0 - words.start_facing(placement))
    return best_scale(right - left, high - low, frame.width_mm, frame.height_mm, voice.units)


def scene_of(layout: Layout, placement: Placement, voice: Voice, frame: Box) -> Scene:
    """What is seen, and of the run-outs as much as can be."""
    rotation = 90.0 - words.start_facing(placement)
    about = placement.cones[0]
    left, right, low, high = _reach(placement, about, rotation)
    ratio = scale(placement, voice, frame)
    metre = 1000.0 / ratio
    wanted = _reach(placement, about, rotation, run_outs=True)
    x = centred(left, right, wanted[0], wanted[1], frame.width_mm / metre)
    y = centred(low, high, wanted[2], wanted[3], frame.height_mm / metre)
    view = View(about, (frame.centre[0] - x * metre, frame.centre[1] + y * metre), ratio, rotation)
    seen = ground.ground_of(layout.yard, view, geometry.rectangle(*edges(frame)))
    run = tracks(placement, view, voice)
    return Scene(layout, placement, voice, seen, frame, run, view.line(placement.cones))


def edges(frame: Box) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of an upright box."""
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


def centred(low: float, high: float, wanted_low: float, wanted_high: float, room: float) -> float:
    """Where to look so that all that is needed is seen, and as much of what is wanted as can be."""
    middle = (wanted_low + wanted_high) / 2
    return min(max(middle, high - room / 2), low + room / 2)


def run_out_line(scene: Scene, track: Track) -> Line | None:
    """Beyond the last cone of a run, or where it is run through; backward legs have their zone instead."""
    leg = track.leg
    last = leg.order == max(other.order for other in scene.placement.legs)
    if track.way in UNSEEING or leg.run_out <= 0.0 or not (last or leg.cut == "through" or leg.call):
        return None
    start = scene.cones[leg.end - 1]
    angle = scene.view.turn(leg.heading_out)
    return (
        curve.step(start, angle, 5.6),
        curve.step(start, angle, max(6.0, leg.run_out * scene.view.per_metre)),
    )


def call_bars(scene: Scene) -> Iterator[tuple[Stroke, XY]]:
    """A bar across the leg before a called one: when the runner crosses it, the call comes."""
    for track in scene.tracks:
        after = following(track.leg, scene.placement.legs)
        if any(leg.call and not goes_on(leg, scene.placement.legs) for leg in after):
            total = curve.length(track.true)
            before = max(_CALL_BEFORE * scene.view.per_metre, 8.0)
            if total > before + 16.0:
                place, angle = curve.at(track.true, total - before)
                ends = (curve.step(place, angle + 90, 5.0), curve.step(place, angle - 90, 5.0))
                yield Stroke(ends, 1.0), ends[0] if ends[0][0] > ends[1][0] else ends[1]
