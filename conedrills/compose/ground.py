"""The yard on paper: its outline, what stands in it, and what a drill keeps clear. Millimetres, y down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from conedrills import geometry
from conedrills.compose import curve
from conedrills.compose.curve import Line
from conedrills.compose.ink import BLIND, BOLD_RULE, HAIR, OBSTACLE, dotted
from conedrills.compose.view import View
from conedrills.drill import UNSEEING, WAY
from conedrills.geometry import Area, Vector
from conedrills.layout import Placement, name_of_obstacle, name_of_side
from conedrills.sheet import Mark, Stroke
from conedrills.yard import Obstacle, Yard

Sort = Literal["building", "water", "other", "soft"]
_WATER = re.compile(r"pool|pond|water|lake|stream|creek|basin|tub|spa\b|teich|becken|see\b", re.IGNORECASE)
_BUILDING = re.compile(
    r"house|home|building|shed|garage|carport|barn|hut|cabin|shelter|wall|greenhouse|studio|porch|deck|terrace|stairs"
    r"|haus|schuppen|mauer|laube",
    re.IGNORECASE,
)
_BAND = 4.3
"""How deep the hatched band outside a hard side is on a drill's page."""
_POCKET = 1.2
"""Metres: a bay of the clear zone that is narrower is closed, for nobody could use it."""
_SHORT = 2.0
"""Millimetres: what is left of a hatch line between legs says nothing if it is shorter."""
_SMOOTH = 0.02
"""Millimetres that an outline may leave its true course: less than a printer's dot."""


def sort_of(obstacle: Obstacle) -> Sort:
    """How an obstacle is hatched, by what people call it."""
    if obstacle.kind == "soft":
        return "soft"
    if _WATER.search(obstacle.name):
        return "water"
    return "building" if _BUILDING.search(obstacle.name) else "other"


@dataclass(frozen=True, slots=True)
class Ground:
    """A yard on paper, cut to a frame."""

    view: View
    frame: Area
    yard: Yard
    outline: Line
    lawn: Area

    def shown_sides(self) -> Iterator[tuple[int, Line]]:
        """The pieces of each side within the frame, with the side's number."""
        left, top, right, bottom = bounds(ring for polygon in self.frame for ring in polygon)
        ends = (*self.outline[1:], self.outline[0])
        for side, (start, end) in enumerate(zip(self.outline, ends, strict=True)):
            # most sides of a long outline lie elsewhere: asking for their box is cheaper than cutting them
            x0, y0, x1, y1 = bounds([(start, end)])
            if start != end and x0 <= right and x1 >= left and y0 <= bottom and y1 >= top:
                for line in geometry.clipped([(start, end)], self.frame):
                    yield side, line


def bounds(lines: Iterable[Line]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of some lines."""
    xs, ys = zip(*(point for line in lines for point in line), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def ground_of(yard: Yard, view: View, frame: Area) -> Ground:
    """The yard as a view shows it within a frame."""
    outline = view.line(yard.boundary)
    taken = geometry.united(geometry.area_of(view.line(obstacle.polygon)) for obstacle in yard.obstacles)
    return Ground(view, frame, yard, outline, geometry.without(geometry.area_of(outline), taken))


def drawn(ground: Ground, *, band: bool = False, fine: float = 1.0) -> list[Mark]:
    """The outline and the obstacles; `band` hatches beyond hard sides, `fine` thins lines on small plans."""
    marks: list[Mark] = []
    for obstacle in ground.yard.obstacles:
        marks += _obstacle(ground, obstacle, fine)
    if band:
        marks += _bands(ground)
    return marks + list(_outline(ground, fine))


def _outline(ground: Ground, fine: float) -> Iterator[Mark]:
    kinds = set(ground.yard.side_kinds)
    runs: Iterable[tuple[str, Line]]
    if len(kinds) == 1:
        ring = (*ground.outline, ground.outline[0])
        runs = [
            (next(iter(kinds)), line)
            for line in geometry.clipped([geometry.simplified(ring, _SMOOTH)], ground.frame)
        ]
    else:
        runs = [(ground.yard.side_kinds[side], line) for side, line in ground.shown_sides()]
    for kind, line in runs:
        if kind == "hard":
            yield Stroke(line, BOLD_RULE * fine, round_ends=True)
        else:
            yield Stroke(line, 0.35, dash_mm=(2.4, 1.4))


def _bands(ground: Ground) -> Iterator[Mark]:
    """Short strokes outside every hard side, at 45 degrees to it: no ground to run on."""
    inside = geometry.area_of(ground.outline)
    open_ground = geometry.without(ground.frame, inside)
    ticks: list[Line] = []
    anticlockwise = _signed_area(ground.outline) > 0.0
    for side, line in ground.shown_sides():
        if ground.yard.side_kinds[side] == "hard":
            turn = 45.0 if anticlockwise else -45.0
            for place, angle in curve.marks_along(line, 1.55, 0.8):
                ticks.append((place, curve.step(place, angle + turn, _BAND * 1.414)))
    for tick in geometry.clipped(ticks, open_ground):
        yield Stroke(tick, HAIR)


def _signed_area(ring: Line) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, (*ring[1:], ring[0]), strict=True))


def _obstacle(ground: Ground, obstacle: Obstacle, fine: float) -> Iterator[Mark]:
    ring = ground.view.line(obstacle.polygon)
    shown = geometry.overlap(geometry.area_of(ring), ground.frame)
    sort = sort_of(obstacle)
    yield from hatching(shown, sort, fine)
    for line in geometry.clipped([geometry.simplified((*ring, ring[0]), _SMOOTH)], ground.frame):
        yield Stroke(
            line, 0.35 if sort == "soft" else OBSTACLE * fine, dash_mm=(1.4, 1.0) if sort == "soft" else ()
        )


def hatching(shown: Area, sort: Sort, fine: float = 1.0) -> Iterator[Mark]:
    """The lines or dots that say what an obstacle is."""
    rows = {
        "building": ((1.1, 45.0),),
        "water": ((1.5, 0.0),),
        "other": ((1.9, 45.0), (1.9, -45.0)),
        "soft": ((1.7, 0.0),),
    }
    for spacing, angle in rows[sort]:
        for line in geometry.hatched(shown, spacing * (0.5 + fine / 2), angle):
            if sort == "soft":
                yield dotted(line, 0.35, 1.7)
            else:
                yield Stroke(line, HAIR)


def prolonged(placement: Placement) -> list[tuple[tuple[float, float], ...]]:
    """Every leg with its run-out, yard metres as plain pairs."""
    return [
        tuple(point.xy for point in (*leg.path, leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out)))
        for leg in placement.legs
    ]


def keep_clear(placement: Placement, ground: Ground) -> Area:
    """What must stay empty while the drill is run, narrow bays closed, on the lawn."""
    per_metre, view = ground.view.per_metre, ground.view
    swept = [
        geometry.swept(
            (
                *view.line(leg.path),
                view.place(leg.path[-1] + Vector.polar(leg.run_out + 1e-6, leg.heading_out)),
            ),
            leg.side_clearance * per_metre,
        )
        for leg in placement.legs
    ]
    rounds = [
        geometry.swept((spot, (spot[0] + 1e-6, spot[1])), leg.round_clearance * per_metre)
        for leg in placement.legs
        if leg.round_clearance
        for spot in (view.place(leg.path[-1]),)
    ]
    zone = geometry.united([*swept, *rounds])
    closed = geometry.grown(geometry.grown(zone, _POCKET * per_metre), -_POCKET * per_metre)
    return geometry.overlap(closed, geometry.united([ground.lawn]))


def clear_outline(zone: Area, ground: Ground, *, width: float = 0.25, gap: float = 1.2) -> Iterator[Mark]:
    """The dotted edge of the zone, where it is not the edge of the lawn anyway."""
    away = geometry.grown(ground.lawn, -0.5)
    rings = [geometry.simplified((*ring, ring[0]), 0.05) for polygon in zone for ring in polygon]
    for line in geometry.clipped(rings, geometry.overlap(ground.frame, away)):
        yield dotted(line, width, gap)


def blind_zones(placement: Placement, ground: Ground) -> Area:
    """Beyond and along every backward run-out, as wide as is kept beside it: where nobody looks."""
    view = ground.view
    beams = [
        geometry.beam(
            view.place(leg.path[-1]),
            view.place(leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out)),
            leg.side_clearance * view.per_metre,
        )
        for leg in placement.legs
        if WAY[leg.movement] in UNSEEING and leg.run_out > 0.0
    ]
    return geometry.overlap(geometry.overlap(geometry.united(beams), ground.lawn), ground.frame)


def blind_hatch(zone: Area, kept: Iterable[Line], spacing: float = 2.4, clear: float = 5.2) -> Iterator[Mark]:
    """The zone's hatch, rising to the right so that it is never taken for a building, and off the legs."""
    near = geometry.united(geometry.swept(line, clear) for line in kept)
    for line in geometry.hatched(geometry.without(zone, near), spacing, -45.0):
        if curve.length(line) < _SHORT:
            continue
        yield Stroke(line, 0.35 if spacing > 2.0 else HAIR, BLIND)


def side_name(ground: Ground, side: int) -> str:
    """What a side is called."""
    return name_of_side(ground.yard, side)


def north_up(yard: Yard) -> float:
    """How a yard is turned on paper where it is not heads-up: north up where it is known."""
    return 0.0 if yard.north is None else 90.0 - yard.north


def hard_things(seen: Ground) -> Iterator[tuple[str, Line]]:
    """Everything hard, by name, as lines on paper."""
    ring = (*seen.outline, seen.outline[0])
    for side, kind in enumerate(seen.yard.side_kinds):
        if kind == "hard" and ring[side] != ring[side + 1]:
            yield side_name(seen, side), (ring[side], ring[side + 1])
    for obstacle in seen.yard.obstacles:
        if obstacle.kind == "hard":
            line = seen.view.line(obstacle.polygon)
            yield name_of_obstacle(obstacle), (*line, line[0])
