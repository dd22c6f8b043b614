"""The pictures that a phone shows step by step: putting the cones out, and running the drill.

In parts that can be told apart, because on the phone a step is shown while others wait; what is done, now and
later is the phone's to style. A millimetre here is 4.5 CSS pixels of a phone 360 wide, so that the smallest
letters of a sheet come out 16 pixels high. Millimetres, y down; angles as seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from conedrills import geometry
from conedrills.compose import curve, ground, notes, signs, words
from conedrills.compose.curve import Line
from conedrills.compose.ground import Ground, north_up
from conedrills.compose.ink import FIELD, HALO_ON_HATCH, LARGE, SMALL
from conedrills.compose.notes import Note, Words
from conedrills.compose.tapes import ground_things, hook_place
from conedrills.compose.view import View, turned
from conedrills.drill import UNSEEING, WAY
from conedrills.geometry import Point, Vector
from conedrills.labels import Box, Label, Thing, placed, upright
from conedrills.language import Voice
from conedrills.layout import Hook, Layout, Placement, SetoutRow, Tape, Tie
from conedrills.sheet import XY, Mark, Stroke

WIDE, HIGH = 72.9, 70.0
CONE = 5.0
NOW = 4.6
"""Radius of the ring about the cone that is to be put out."""
_TIE = 0.45
_EDGE = 11.0
"""Room about what must be seen, for numbers and letters."""
_BEHIND = 1.5
"""Metres of a blind side that are always shown."""
_FINE = 0.02
"""Millimetres that a drawn path may leave the true one: under a tenth of a pixel."""
FRAME = upright(0.0, 0.0, WIDE, HIGH)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A cone on a picture: its number, its place and the middle of its number."""

    number: int
    at: XY
    label: XY


@dataclass(frozen=True, slots=True)
class Stage:
    """Ground and cones as some steps show them, and what each of these steps adds, by its number from 0."""

    ground: tuple[Mark, ...]
    cones: tuple[Numbered, ...]
    steps: tuple[tuple[int, tuple[Mark, ...]], ...]


@dataclass(frozen=True, slots=True)
class Running:
    """A drill heads-up to run by: its cones, each leg's true path, and the blind side of backward legs.

    `turn` is what is added to a direction in the yard to have it as seen.
    """

    cones: tuple[Numbered, ...]
    paths: tuple[Line, ...]
    zones: tuple[tuple[int, tuple[Mark, ...]], ...]
    turn: float
    caller: XY | None


@dataclass(frozen=True, slots=True)
class Reach:
    """What a step of putting out needs on its picture: tapes from hooks to a cone, or one that is laid.

    `laid` leads from hook to hook and how far it is read, metres; `offset` goes off it square, to the cone.
    """

    tapes: tuple[tuple[Tape, int], ...] = ()
    laid: tuple[Hook, Hook, float] | None = None
    cone: int | None = None
    offset: bool = False
    marks: tuple[str, ...] = ()


def reach_of(row: SetoutRow) -> Reach:
    """What a row of a set-out needs."""
    if isinstance(row, Tie):
        return Reach(tuple((tape, row.cone) for tape in row.tapes), cone=row.cone)
    return Reach(laid=(row.start, row.end, row.along), cone=row.cone, offset=row.offset != 0.0)


def stages(layout: Layout, placement: Placement, steps: Sequence[Reach], voice: Voice) -> tuple[Stage, ...]:
    """The pictures that show the steps: one with the yard's hooks, and, where that is too small, one without.

    Args:
        layout: the yard, with its hooks.
        placement: the drill, with its set-out.
        steps: what each step needs.
        voice: in whose units lengths are written; their places hold for other units too.
    """
    rotation = north_up(layout.yard)
    hooks = list(dict.fromkeys(hook for step in steps for hook in _hooks(step) if isinstance(hook, str)))
    far = [hook_place(layout, placement, hook) for hook in hooks]
    whole, own = (_fitted([*placement.cones, *more], rotation) for more in (far, []))
    within = [at for at, step in enumerate(steps) if not any(isinstance(hook, str) for hook in _hooks(step))]
    closer = own.scale < 0.75 * whole.scale
    shares = [
        (whole, [at for at in range(len(steps)) if not closer or at not in within]),
        (own, within if closer else []),
    ]
    return tuple(
        _stage(layout, placement, view, [(at, steps[at]) for at in chosen], voice)
        for view, chosen in shares
        if chosen
    )


def _hooks(step: Reach) -> Iterator[Hook]:
    yield from (tape.at for tape, _ in step.tapes)
    yield from step.laid[:2] if step.laid else ()
    yield from step.marks


def _fitted(points: Sequence[Point], rotation: float, room: Box = FRAME, edge: float = _EDGE) -> View:
    """Points in the middle of a picture, as large as they fit: a phone needs no round scale."""
    origin = Point(0.0, 0.0)
    seen = [turned(point, origin, rotation) for point in points]
    left, right = min(x for x, _ in seen), max(x for x, _ in seen)
    low, high = min(y for _, y in seen), max(y for _, y in seen)
    ratio = 1000.0 * max(
        (right - left) / (room.width_mm - 2 * edge), (high - low) / (room.height_mm - 2 * edge)
    )
    x, y = (left + right) / 2, (low + high) / 2
    cos, sin = geometry.cos_degrees(rotation), geometry.sin_degrees(rotation)
    about = Point(cos * x + sin * y, cos * y - sin * x)
    return View(about, room.centre, max(1, math.ceil(ratio)), rotation)


def _stage(
    layout: Layout, placement: Placement, view: View, steps: Sequence[tuple[int, Reach]], voice: Voice
) -> Stage:
    seen = ground.ground_of(layout.yard, view, geometry.rectangle(0.0, 0.0, WIDE, HIGH))
    cones = view.line(placement.cones)

    def place(hook: Hook) -> XY:
        return view.place(hook_place(layout, placement, hook))

    ways: dict[int, list[float]] = {number: [] for number in range(1, len(cones) + 1)}
    for _, step in steps:
        pairs: list[tuple[Hook, Hook]] = [(tape.at, cone) for tape, cone in step.tapes]
        pairs += [step.laid[:2]] if step.laid else []
        for one, other in pairs:
            if isinstance(one, int):
                ways[one].append(curve.direction(place(one), place(other)))
            if isinstance(other, int):
                ways[other].append(curve.direction(place(other), place(one)))
    numbered = _numbered(cones, ways, ground_things(seen))
    work = _Work(layout, placement, seen, numbered, voice)
    shown = [(at, tuple(_step_marks(work, step))) for at, step in steps]
    return Stage(tuple(ground.drawn(seen)), numbered, tuple(shown))


def _numbered(cones: Line, ways: dict[int, list[float]], kept: Iterable[Thing] = ()) -> tuple[Numbered, ...]:
    """Every cone with its number where there is most room about it."""
    middle = tuple(math.fsum(axis) / len(cones) for axis in zip(*cones, strict=True))
    labels, things = [], [Thing(Box(spot, CONE, CONE)) for spot in cones]
    for number, spot in enumerate(cones, 1):
        outward = curve.direction((middle[0], middle[1]), spot)

        def cost(angle: float, number: int = number, outward: float = outward) -> float:
            free = min((geometry.angle_between(angle, way) for way in ways[number]), default=180.0)
            return (180.0 - free) / 45.0 + geometry.angle_between(angle, outward) / 90.0

        rows = (Words(str(number), LARGE, "bold"),)
        spots = [
            replace(place, cost=place.cost + 2.0 * more)
            for more, reach in enumerate((CONE / 2 + 0.6, CONE / 2 + 2.4))
            for place in notes.spots_round(spot, rows, 0, reach, cost)
        ]
        labels.append(Label(str(number), 0.0, tuple(spots)))
    found = placed(labels, [*things, *kept], FRAME)
    return tuple(
        Numbered(
            number, spot, found[str(number)].box.centre if str(number) in found else (spot[0], spot[1] - 6.0)
        )
        for number, spot in enumerate(cones, 1)
    )


@dataclass(frozen=True, slots=True)
class _Work:
    layout: Layout
    placement: Placement
    seen: Ground
    cones: tuple[Numbered, ...]
    voice: Voice

    def place(self, hook: Hook) -> XY:
        """Where a hook is on the picture."""
        return self.seen.view.place(hook_place(self.layout, self.placement, hook))


def _step_marks(work: _Work, step: Reach) -> Iterator[Mark]:
    """Tapes with their lengths, hooks with their letters."""
    view, cones, place, voice = work.seen.view, work.cones, work.place, work.voice
    lines: list[tuple[XY, XY, float]] = [
        (place(tape.at), cones[cone - 1].at, tape.distance) for tape, cone in step.tapes
    ]
    things = [Thing(Box((cone.at[0], cone.at[1] - 0.4), CONE + 0.4, CONE)) for cone in cones]
    things += [Thing(Box(cone.label, 3.4 * len(str(cone.number)), 5.4)) for cone in cones]
    if step.cone:
        things.append(Thing(Box(cones[step.cone - 1].at, 2 * NOW + 2.0, 2 * NOW + 2.0)))
    for start, end, _ in lines:
        yield Stroke(curve.piece((start, end), 0.0, max(math.dist(start, end) - 3.2, 0.1)), _TIE)
        things += notes.things_of((start, end), 0.4, f"{start} {end}", 1.0)
    if step.laid:
        start, end, far = place(step.laid[0]), place(step.laid[1]), step.laid[2]
        long = max(math.dist(start, end), far * view.per_metre)
        whole = curve.piece((start, end), 0.0, long)
        for side in (0.9, -0.9):
            yield Stroke(curve.beside(curve.piece(whole, 3.0, long - 3.0), side), 0.35)
        foot = curve.at(whole, far * view.per_metre)[0]
        lines.append((start, foot, far))
        if step.offset and step.cone:
            spot = cones[step.cone - 1].at
            off = Stroke((foot, curve.at((foot, spot), max(math.dist(foot, spot) - 3.2, 0.1))[0]), 0.7)
            yield replace(off, dash_mm=(2.1, 1.1))
    hooks = [hook for hook in dict.fromkeys(_hooks(step)) if isinstance(hook, str)]
    for hook in hooks:
        yield from signs.reference(place(hook), 2.1)
        things.append(Thing(Box(place(hook), 6.0, 6.0)))
    labels = [*_letters(hooks, [place(hook) for hook in hooks], lines), *_lengths(lines, voice)]
    spots = placed([note.label for note in labels], things, FRAME)
    for note in labels:
        if note.label.key in spots:
            yield from note.draw(spots[note.label.key])


def _letters(
    hooks: Sequence[str], places: Sequence[XY], lines: Sequence[tuple[XY, XY, float]]
) -> Iterator[Note]:
    for name, spot in zip(hooks, places, strict=True):
        rows = (Words(notes.shortened(name, LARGE, "bold", 20.0), LARGE, "bold"),)
        ways = [curve.direction(start, end) for start, end, _ in lines if start == spot]

        def cost(angle: float, ways: Sequence[float] = ways) -> float:
            return (180.0 - min((geometry.angle_between(angle, way) for way in ways), default=0.0)) / 60.0

        yield notes.written(f"letter {name}", 0.0, [rows], notes.spots_round(spot, rows, 0, 3.3, cost))


def _lengths(lines: Sequence[tuple[XY, XY, float]], voice: Voice) -> Iterator[Note]:
    for place, (start, end, metres) in enumerate(lines):
        forms = [(Words(voice.figure(metres), cap, "bold"),) for cap in (FIELD, 3.0, SMALL)]
        spots = notes.spots_along(
            (start, end), forms, 0.9, (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8)
        )
        yield notes.written(f"length {place}", 1.0, forms, spots, halo=HALO_ON_HATCH)


# --- to run by --------------------------------------------------------------------------------------------


def running(layout: Layout, placement: Placement, voice: Voice) -> Running:
    """The drill, the way of its start up, as large as it fits; of the blind side what there is room for."""
    rotation = 90.0 - words.start_facing(placement)
    spots = [*placement.cones, *(point for leg in placement.legs for point in leg.path)]
    spots += [placement.caller] if placement.caller else []
    spots += [
        leg.path[-1] + Vector.polar(min(leg.run_out, _BEHIND), leg.heading_out)
        for leg in placement.legs
        if WAY[leg.movement] in UNSEEING
    ]
    view = _fitted(spots, rotation)
    seen = ground.ground_of(layout.yard, view, geometry.rectangle(0.0, 0.0, WIDE, HIGH))
    paths = tuple(_plain(view.line(leg.path)) for leg in placement.legs)
    cones = view.line(placement.cones)
    ways: dict[int, list[float]] = {number: [] for number in range(1, len(cones) + 1)}
    for leg, path in zip(placement.legs, paths, strict=True):
        ways[leg.start].append(curve.direction(path[0], path[1]))
        ways[leg.end].append(curve.direction(path[-1], path[-2]))
    zones = []
    numbered = _numbered(cones, ways)
    for index, leg in enumerate(placement.legs):
        if WAY[leg.movement] in UNSEEING and leg.run_out > 0.0:
            only = ground.blind_zones(replace(placement, legs=(leg,)), seen)
            hatch = [*ground.blind_hatch(only, paths, 2.0, 3.4)]
            zones.append(
                (index, (*hatch, *_zone_words(only, voice.at_least(leg.run_out), numbered, paths, voice)))
            )
    caller = view.place(placement.caller) if placement.caller else None
    return Running(numbered, paths, tuple(zones), rotation, caller)


def _plain(line: Line) -> Line:
    return geometry.simplified(line, _FINE) if len(line) > 2 else line


def _zone_words(
    zone: geometry.Area, far: str, cones: Sequence[Numbered], paths: Sequence[Line], voice: Voice
) -> Iterator[Mark]:
    """What the hatch is, in it."""
    forms = [
        tuple(Words(line, FIELD if form == 0 else SMALL, "bold") for line in said)
        for form, said in enumerate(
            [(voice.say("picture.blind"), voice.say("picture.blind_empty", far=far))] * 2
            + [(voice.say("picture.blind_empty", far=far),)]
        )
    ]
    things = [Thing(Box(cone.at, CONE + 1.0, CONE + 1.0)) for cone in cones]
    things += [Thing(Box(cone.label, 4.0, 5.4)) for cone in cones]
    things += [thing for path in paths for thing in notes.things_of(path, 2.4, "", 3.0)]
    left, top, right, bottom = 0.5, 0.5, WIDE - 0.5, HIGH - 0.5
    spots = [
        spot
        for form, rows in enumerate(forms)
        for spot in notes.spots_in(
            (left, top, right, bottom),
            (notes.size_of(rows)[0] + 1.0, notes.size_of(rows)[1] + 0.6),
            lambda _, inside, form=form: 2.0 * form + 4.0 * (1.0 - inside),  # type: ignore[misc]
            on=zone,
            wanted=1.0,
            form=form,
        )
    ]
    note = notes.written("blind", 0.0, forms, spots, halo=HALO_ON_HATCH)
    found = placed([note.label], things, FRAME)
    yield from note.draw(found["blind"]) if "blind" in found else ()
