"""A drill whose legs are all one ring: a small multiple a leg, the same cones, only the chest turns."""

from __future__ import annotations

import math
from dataclasses import dataclass

from conedrills import geometry
from conedrills.compose import curve, ground, signs, words
from conedrills.compose.ink import FIELD, LARGE, SMALL, WAY_COLOUR, text, width_of
from conedrills.compose.track import Track, number_of, pieces
from conedrills.compose.view import View, best_scale
from conedrills.drill import WAY
from conedrills.geometry import Point
from conedrills.labels import Box
from conedrills.language import Voice
from conedrills.layout import Layout, PlacedLeg, Placement
from conedrills.sheet import Mark

_LEG = 1.0
_HEAD = (4.6, 3.3)
_CONE = 5.0
_WAYS = ("ways.forward", "ways.backward", "ways.called", "circle.right_first", "circle.left_first")
"""What may stand in a ring."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A placement as one of the rings shows it."""

    layout: Layout
    placement: Placement
    voice: Voice
    view: View


def suits(placement: Placement) -> bool:
    """Whether every leg is the same closed ring: drawn on top of each other they could not be told apart."""
    legs = placement.legs
    return len(legs) in range(2, 7) and all(
        leg.shape == "arc" and leg.start == leg.end and len(leg.path) == len(legs[0].path) for leg in legs
    )


def scale(placement: Placement, voice: Voice, frame: Box) -> int:
    """The n of the scale 1 : n that all rings have."""
    columns, rows = _grid(placement)
    _, reach = _middle(placement)
    return best_scale(
        2 * reach, 2 * reach, frame.width_mm / columns - 4.0, frame.height_mm / rows - 2.0, voice.units
    )


def _grid(placement: Placement) -> tuple[int, int]:
    columns = 2 if len(placement.legs) <= 4 else 3
    return columns, math.ceil(len(placement.legs) / columns)


def picture(layout: Layout, placement: Placement, voice: Voice, frame: Box) -> tuple[list[Mark], int]:
    """The marks of the multiples, and the n of their common scale 1 : n."""
    rotation = 90.0 - words.start_facing(placement)
    about, _ = _middle(placement)
    columns, rows = _grid(placement)
    wide, high = frame.width_mm / columns, frame.height_mm / rows
    ratio = scale(placement, voice, frame)
    left, top = frame.centre[0] - frame.width_mm / 2, frame.centre[1] - frame.height_mm / 2
    marks: list[Mark] = []
    for index, leg in enumerate(placement.legs):
        centre = (left + wide * (index % columns + 0.5), top + high * (index // columns + 0.5))
        seen = _Seen(layout, placement, voice, View(about, centre, ratio, rotation))
        marks += _ring(seen, leg, index)
    return marks, ratio


def _middle(placement: Placement) -> tuple[Point, float]:
    """The centre of the ring, and how far its clearance reaches, metres."""
    points = placement.legs[0].path[:-1]
    about = Point(math.fsum(p.x for p in points) / len(points), math.fsum(p.y for p in points) / len(points))
    side = max(leg.side_clearance for leg in placement.legs)
    return about, max((point - about).length for point in points) + side


def _ring(seen: _Seen, leg: PlacedLeg, index: int) -> list[Mark]:
    layout, placement, voice, view = seen.layout, seen.placement, seen.voice, seen.view
    cones = view.line(placement.cones)
    line = view.line(leg.path)
    track = Track(leg, number_of(leg, voice), WAY[leg.movement], line, line, 0, 1)
    radius = math.dist(cones[0], view.centre)
    clear = geometry.swept((*line, line[0]), leg.side_clearance * view.per_metre)
    # a side that the ring only just reaches shows, so that a gap in the dots has its reason
    around = ground.ground_of(layout.yard, view, geometry.grown(clear, 0.5))
    marks: list[Mark] = list(ground.clear_outline(((clear[0][0],),), around))
    marks += ground.drawn(around)
    parts = pieces(track, cones)
    for place, part in enumerate(parts):
        marks += signs.leg(part, track.way, _LEG, _HEAD, arrow=place % 2 == 1 or len(parts) == 1)
    for place, part in enumerate(parts):
        if place % 2 == 0:
            spot, angle = curve.at(part, curve.length(part) * 0.5)
            marks += signs.runner(spot, angle + leg.facing - (leg.path[1] - leg.path[0]).angle, 0.9)
    for number, spot in enumerate(cones, 1):
        first = index == 0
        name, title = f"cone-{number}" * first, voice.say("runner.cone", number=number) * first
        marks.append(signs.cone(spot, _CONE, name=name, title=title))
        inward = curve.step(spot, curve.direction(spot, view.centre), 6.4)
        marks.append(text((inward[0], inward[1] + FIELD / 2), str(number), FIELD, "bold", "middle", halo=0.7))
    return marks + _said(seen, leg, radius)


def _said(seen: _Seen, leg: PlacedLeg, radius: float) -> list[Mark]:
    voice, (x, y) = seen.voice, seen.view.centre
    number, colour = number_of(leg, voice), WAY_COLOUR[WAY[leg.movement]]
    if radius < 22.0:
        return [] if radius < 15.0 else list(signs.ring((x, y), number, colour))
    room = 2 * (radius - 10.0)
    way, chest = leg_way(leg, voice), _chest(seen, leg)
    # all rings of a picture speak in one size: that of the longest word
    ways = [voice.say(key) for key in _WAYS]
    longest = max(ways, key=lambda word: width_of(word, LARGE, "bold"))
    large = next((cap for cap in (LARGE, 4.3, FIELD) if width_of(longest, cap, "bold") <= room), FIELD)
    small = FIELD if width_of(chest, FIELD) <= room and large > FIELD else SMALL
    return [
        *signs.ring((x, y - 9.0), number, colour),
        text((x, y + 2.2), way, large, "bold", "middle", halo=1.0),
        text((x, y + 9.2), chest, small, "regular", "middle", room=room, halo=0.9),
    ]


def leg_way(leg: PlacedLeg, voice: Voice) -> str:
    """Which side of the body goes first."""
    way = WAY[leg.movement]
    if way != "sideways":
        return voice.say(f"ways.{way}")
    off = (leg.facing - (leg.path[1] - leg.path[0]).angle) % 360.0
    return voice.say("circle.right_first" if off < 180.0 else "circle.left_first")


def _chest(seen: _Seen, leg: PlacedLeg) -> str:
    kind, name = words.chest_at(seen.layout, seen.placement, leg)
    return seen.voice.say(f"circle.chest.{kind}", name=seen.voice.retell(name))
