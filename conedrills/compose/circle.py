"""A drill whose legs are all one ring: a small multiple a leg, the same cones, only the chest turns."""

from __future__ import annotations

import math

from conedrills import geometry
from conedrills.compose import curve, ground, signs, words
from conedrills.compose.ink import FIELD, LARGE, SMALL, WAY_COLOUR, text, width_of
from conedrills.compose.track import Track, number_of, pieces
from conedrills.compose.view import View, best_scale
from conedrills.drill import WAY
from conedrills.geometry import Point
from conedrills.labels import Box
from conedrills.layout import Layout, PlacedLeg, Placement
from conedrills.sheet import XY, Mark
from conedrills.yard import Units

_LEG = 1.0
_HEAD = (4.6, 3.3)
_CONE = 5.0


def suits(placement: Placement) -> bool:
    """Whether every leg is the same closed ring: drawn on top of each other they could not be told apart."""
    legs = placement.legs
    return len(legs) in range(2, 7) and all(
        leg.shape == "arc" and leg.start == leg.end and len(leg.path) == len(legs[0].path) for leg in legs
    )


def scale(placement: Placement, units: Units, frame: Box) -> int:
    """The n of the scale 1 : n that all rings have."""
    columns, rows = _grid(placement)
    _, reach = _middle(placement)
    return best_scale(
        2 * reach, 2 * reach, frame.width_mm / columns - 4.0, frame.height_mm / rows - 2.0, units
    )


def _grid(placement: Placement) -> tuple[int, int]:
    columns = 2 if len(placement.legs) <= 4 else 3
    return columns, math.ceil(len(placement.legs) / columns)


def picture(layout: Layout, placement: Placement, units: Units, frame: Box) -> tuple[list[Mark], int]:
    """The marks of the multiples, and the n of their common scale 1 : n."""
    rotation = 90.0 - words.start_facing(placement)
    about, _ = _middle(placement)
    columns, rows = _grid(placement)
    wide, high = frame.width_mm / columns, frame.height_mm / rows
    ratio = scale(placement, units, frame)
    left, top = frame.centre[0] - frame.width_mm / 2, frame.centre[1] - frame.height_mm / 2
    marks: list[Mark] = []
    for index, leg in enumerate(placement.legs):
        centre = (left + wide * (index % columns + 0.5), top + high * (index // columns + 0.5))
        marks += _ring(layout, placement, leg, View(about, centre, ratio, rotation), index)
    return marks, ratio


def _middle(placement: Placement) -> tuple[Point, float]:
    """The centre of the ring, and how far its clearance reaches, metres."""
    points = placement.legs[0].path[:-1]
    about = Point(math.fsum(p.x for p in points) / len(points), math.fsum(p.y for p in points) / len(points))
    side = max(leg.side_clearance for leg in placement.legs)
    return about, max((point - about).length for point in points) + side


def _ring(layout: Layout, placement: Placement, leg: PlacedLeg, view: View, index: int) -> list[Mark]:
    cones = view.line(placement.cones)
    line = view.line(leg.path)
    track = Track(leg, number_of(leg), WAY[leg.movement], line, line, 0, 1)
    radius = math.dist(cones[0], view.centre)
    clear = geometry.swept((*line, line[0]), leg.side_clearance * view.per_metre)
    # a side that the ring only just reaches shows, so that a gap in the dots has its reason
    seen = ground.ground_of(layout.yard, view, geometry.grown(clear, 0.5))
    marks: list[Mark] = list(ground.clear_outline(((clear[0][0],),), seen))
    marks += ground.drawn(seen)
    parts = pieces(track, cones)
    for place, part in enumerate(parts):
        marks += signs.leg(part, track.way, _LEG, _HEAD, arrow=place % 2 == 1 or len(parts) == 1)
    for place, part in enumerate(parts):
        if place % 2 == 0:
            spot, angle = curve.at(part, curve.length(part) * 0.5)
            marks += signs.runner(spot, angle + leg.facing - (leg.path[1] - leg.path[0]).angle, 0.9)
    for number, spot in enumerate(cones, 1):
        name = f"cone-{number}" if index == 0 else ""
        marks.append(signs.cone(spot, _CONE, name=name, title=f"Cone {number}" if name else ""))
        inward = curve.step(spot, curve.direction(spot, view.centre), 6.4)
        marks.append(text((inward[0], inward[1] + FIELD / 2), str(number), FIELD, "bold", "middle", halo=0.7))
    return marks + _said(layout, placement, leg, view.centre, radius)


def _said(layout: Layout, placement: Placement, leg: PlacedLeg, centre: XY, radius: float) -> list[Mark]:
    x, y = centre
    if radius < 22.0:
        return (
            [] if radius < 15.0 else list(signs.ring(centre, number_of(leg), WAY_COLOUR[WAY[leg.movement]]))
        )
    room = 2 * (radius - 10.0)
    way, chest = leg_way(leg), _chest(layout, placement, leg)
    # all rings of a picture speak in one size: that of the longest word
    large = next((cap for cap in (LARGE, 4.3, FIELD) if width_of("right first", cap, "bold") <= room), FIELD)
    small = FIELD if width_of(chest, FIELD) <= room and large > FIELD else SMALL
    return [
        *signs.ring((x, y - 9.0), number_of(leg), WAY_COLOUR[WAY[leg.movement]]),
        text((x, y + 2.2), way, large, "bold", "middle", halo=1.0),
        text((x, y + 9.2), chest, small, "regular", "middle", room=room, halo=0.9),
    ]


def leg_way(leg: PlacedLeg) -> str:
    """Which side of the body goes first."""
    way = WAY[leg.movement]
    if way != "sideways":
        return way
    off = (leg.facing - (leg.path[1] - leg.path[0]).angle) % 360.0
    return "right first" if off < 180.0 else "left first"


def _chest(layout: Layout, placement: Placement, leg: PlacedLeg) -> str:
    short = {"ahead": "chest ahead", "behind": "chest behind", "outside": "chest out",
             "the middle": "chest in"}  # fmt: skip
    said = words.chest(layout, placement, leg)
    return short.get(said, f"chest to {said}")
