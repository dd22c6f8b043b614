"""The picture of a set-out: where tapes are hooked, how they run, which cone stands where. North-up.

Only what is tied to the yard carries its lengths here, each with its letter, because tapes cross; every
length stands in the table. A drill that would be too small beside far hooks is shown alone, and its tapes run
off the picture: an inset shows them whole. Millimetres, y down.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conedrills import geometry
from conedrills.compose import curve, ground, notes, signs, words
from conedrills.compose.curve import Line
from conedrills.compose.ground import Ground, north_up
from conedrills.compose.ink import (
    FIELD,
    HAIR,
    HALO_ON_HATCH,
    LARGE,
    SMALL,
    WHITE,
    box,
    dotted,
)
from conedrills.compose.notes import Note, Words
from conedrills.compose.plans import furniture
from conedrills.compose.scene import edges
from conedrills.compose.setting import outside_first
from conedrills.compose.view import View, view_of
from conedrills.geometry import Point
from conedrills.labels import Box, Label, Spot, Thing, contains, placed, upright
from conedrills.language import Voice
from conedrills.layout import Hook, Layout, Offset, Placement, Tie
from conedrills.sheet import XY, Mark, Stroke

CONE = 5.6
_TIE = 0.35
_EDGE = 9.0
"""Millimetres of paper round what must be seen, for its words."""
_EDGE_ALONE = 24.0
_APART = 19.0
"""Millimetres between two cones below which the drill is shown alone, larger."""
_ARC = 1.15
"""Metres of ground that the arc of a tape's end is drawn to either side of its cone."""
_INSET = ((34.0, 40.0), (27.0, 32.0), (20.0, 24.0))
_FEW = 14
"""Cones up to which the tapes between them are drawn: more would be a thicket."""
_TICK = 0.5
"""Metres between the ticks of a laid tape."""


@dataclass(frozen=True, slots=True)
class _Scene:
    layout: Layout
    placement: Placement
    voice: Voice
    seen: Ground
    frame: Box
    alone: bool

    def place(self, hook: Hook) -> XY:
        """Where a hook is on paper."""
        return self.seen.view.place(hook_place(self.layout, self.placement, hook))

    @property
    def cone(self) -> float:
        """How large a cone is drawn: smaller where they stand close."""
        return max(1.6, min(CONE, 0.7 * _closest(self.cones)))

    @property
    def cones(self) -> Line:
        """All cones on paper."""
        return self.seen.view.line(self.placement.cones)

    @property
    def tied(self) -> list[Tie]:
        """The rows that hang on the yard."""
        return [row for row in self.placement.setout if isinstance(row, Tie) and _in_yard(row)]

    @property
    def hooks(self) -> list[str]:
        """Reference points on which cones hang here, by name, and then those from which they are checked."""
        found = [tape.at for row in self.tied for tape in row.tapes]
        found += [row.check.at for row in self.placement.setout if row.check]
        return [hook for hook in dict.fromkeys(found) if isinstance(hook, str)]

    def shown_hooks(self) -> list[tuple[str, XY]]:
        """Those that lie within the picture, with their places."""
        places = [(name, self.place(name)) for name in self.hooks]
        return [(name, at) for name, at in places if contains(self.frame, Box(at, 6.0, 6.0))]


def _in_yard(row: Tie) -> bool:
    return any(isinstance(tape.at, str) for tape in row.tapes)


def hook_place(layout: Layout, placement: Placement, hook: Hook) -> Point:
    """Where in the yard a cone or a reference point is."""
    if isinstance(hook, int):
        return placement.cones[hook - 1]
    return next(reference.at for reference in layout.yard.references if reference.name == hook)


def picture(
    layout: Layout, placement: Placement, voice: Voice, frame: Box, *, scaled: bool = True
) -> tuple[list[Mark], int]:
    """The marks of the picture, and the n of its scale 1 : n; without a scale bar where it is on a screen."""
    scene = _scene(layout, placement, voice, frame)
    marks: list[Mark] = [*ground.drawn(scene.seen, band=True)]
    marks += _lines(scene)
    for _, at in scene.shown_hooks():
        marks += signs.reference(at, 2.1)
    labels = [note for note in _notes(scene) if scaled or note.label.key != "scale bar"]
    spots = placed([note.label for note in labels], [*_things(scene)], frame)
    for number, spot in enumerate(scene.cones, 1):
        marks.append(
            signs.cone(spot, scene.cone, name=f"cone-{number}", title=voice.say("runner.cone", number=number))
        )
        key = f"cone {number}"
        marks += [
            mark
            for note in labels
            if note.label.key == key and key in spots
            for mark in note.draw(spots[key])
        ]
    for note in sorted(labels, key=lambda note: -note.label.rank):
        if note.label.key in spots and not note.label.key.startswith("cone "):
            marks += note.draw(spots[note.label.key])
    return marks, scene.seen.view.scale


def _scene(layout: Layout, placement: Placement, voice: Voice, frame: Box) -> _Scene:
    left, top, right, bottom = edges(frame)
    rotation = north_up(layout.yard)
    hooked = [
        hook_place(layout, placement, tape.at)
        for row in placement.setout
        if isinstance(row, Tie)
        for tape in row.tapes
    ]

    def seen(points: Sequence[Point], edge: float) -> View:
        room = ((left + edge, top + edge), (right - edge, bottom - edge))
        return view_of(points, room, voice.units, rotation)

    view = seen([*placement.cones, *hooked], _EDGE)
    cones = view.line(placement.cones)
    apart = _closest(cones)
    closer = seen(placement.cones, _EDGE_ALONE)
    alone = apart < _APART and closer.scale < 0.7 * view.scale
    shown = closer if alone else view
    there = ground.ground_of(layout.yard, shown, geometry.rectangle(left, top, right, bottom))
    return _Scene(layout, placement, voice, there, frame, alone)


def _closest(cones: Line) -> float:
    """The least distance between two of some places."""
    return min(math.dist(one, other) for one, other in itertools.combinations(cones, 2))


# --- what is drawn ----------------------------------------------------------------------------------------


def _lines(scene: _Scene) -> Iterator[Mark]:
    """Tapes from the yard with the arcs of their ends, tapes between cones, the laid tape, checks across."""
    for check in scene.placement.checks[1:]:
        ends = (scene.place(check.start), scene.place(check.end))
        yield dotted(curve.piece(ends, 4.6, math.dist(*ends) - 4.6), 0.35, 1.3)
    for start, end, far in _laid(scene):
        yield from _laid_tape(scene, start, end, far)
    for row in scene.placement.setout:
        cone = scene.place(row.cone)
        if isinstance(row, Offset):
            yield from _offset_line(scene, row, cone)
            continue
        for tape in row.tapes:
            hook = scene.place(tape.at)
            if isinstance(tape.at, str):
                yield from _yard_tape(scene, hook, cone)
            else:
                if len(scene.cones) <= _FEW:
                    line = curve.piece((hook, cone), 4.6, math.dist(hook, cone) - 3.6)
                    yield Stroke(line, HAIR, dash_mm=(1.6, 1.1))
                yield _arc(scene, hook, cone, 2.6)


def _yard_tape(scene: _Scene, hook: XY, cone: XY) -> Iterator[Mark]:
    line = curve.piece((hook, cone), 2.1, math.dist(hook, cone) - 3.4)
    for part in geometry.clipped([line], scene.seen.frame):
        yield Stroke(part, _TIE)
        if not contains(scene.frame, Box(hook, 0.5, 0.5)):
            end = min(part[0], part[-1], key=lambda spot: math.dist(spot, hook))
            yield signs.arrow_head(end, curve.direction(cone, hook), 3.4, 2.4)
    yield _arc(scene, hook, cone, _ARC * scene.seen.view.per_metre)


def _arc(scene: _Scene, hook: XY, cone: XY, reach: float) -> Mark:
    """The end of a tape as it swings about its hook, `reach` millimetres to either side of the cone."""
    radius, ahead = math.dist(hook, cone), curve.direction(hook, cone)
    reach = min(reach, 8.0, radius)
    turn = math.degrees(reach / radius)
    line = tuple(curve.step(hook, ahead + turn * part / 6.0, radius) for part in range(-6, 7))
    return Stroke(line, _TIE)


def _laid(scene: _Scene) -> list[tuple[Hook, Hook, float]]:
    """The tapes that are laid between cones: from, to, and how far they are read, metres."""
    found: dict[tuple[Hook, Hook], float] = {}
    for row in scene.placement.setout:
        if isinstance(row, Offset):
            key = (row.start, row.end)
            found[key] = max(found.get(key, 0.0), row.along)
    return [(start, end, far) for (start, end), far in found.items()]


def _laid_tape(scene: _Scene, start: Hook, end: Hook, far: float) -> Iterator[Mark]:
    """A tape drawn as one: two edges, and a tick every half metre."""
    first, second = scene.place(start), scene.place(end)
    metre = scene.seen.view.per_metre
    long = max(math.dist(first, second), far * metre)
    line = curve.piece((first, second), 0.0, long)
    for side in (1.0, -1.0):
        yield Stroke(curve.beside(curve.piece(line, 3.4, long - 3.4), side), _TIE)
    step = _TICK * metre
    while step < 2.0:
        step *= 2.0
    for place, angle in curve.marks_along(line, step, step):
        if 3.4 < math.dist(place, first) < long - 3.4:
            yield Stroke((curve.step(place, angle + 90, 1.0), curve.step(place, angle - 90, 0.0)), _TIE)


def _offset_line(scene: _Scene, row: Offset, cone: XY) -> Iterator[Mark]:
    """Square to the laid tape, with the small mark of a right angle."""
    if row.offset == 0.0:
        return
    first, second = scene.place(row.start), scene.place(row.end)
    angle = curve.direction(first, second)
    foot = curve.step(first, angle, row.along * scene.seen.view.per_metre)
    yield Stroke(
        curve.piece((foot, cone), 1.0, max(math.dist(foot, cone) - 3.4, 1.1)), 0.7, dash_mm=(2.1, 1.1)
    )
    across = curve.direction(foot, cone)
    corner = curve.step(curve.step(foot, across, 2.4), angle + 180.0, 1.6)
    ends = (
        curve.step(foot, across, 2.4),
        corner,
        curve.step(curve.step(foot, across, 1.0), angle + 180.0, 1.6),
    )
    yield Stroke(ends, HAIR)


# --- what is written --------------------------------------------------------------------------------------


def _things(scene: _Scene) -> Iterator[Thing]:
    for number, spot in enumerate(scene.cones, 1):
        yield Thing(Box((spot[0], spot[1] - 0.4), scene.cone + 0.6, scene.cone), f"cone {number}")
    for name, at in scene.shown_hooks():
        yield Thing(Box(at, 6.2, 6.2), f"hook {name}")
    for row in scene.placement.setout:
        for hook in [tape.at for tape in row.tapes] if isinstance(row, Tie) else [row.start]:
            line = (scene.place(hook), scene.place(row.cone))
            key = f"tape {hook} {row.cone}"
            for part in geometry.clipped([line], scene.seen.frame):
                yield from notes.things_of(part, 0.6, key, 1.4)
    for start, end, far in _laid(scene):
        first, second = scene.place(start), scene.place(end)
        long = max(math.dist(first, second), far * scene.seen.view.per_metre)
        yield from notes.things_of(curve.piece((first, second), 0.0, long), 2.2)
    for check in scene.placement.checks[1:]:
        yield from notes.things_of((scene.place(check.start), scene.place(check.end)), 0.6, "", 0.8)
    yield from ground_things(scene.seen)


def ground_things(seen: Ground) -> Iterator[Thing]:
    """The outline and the edges of obstacles, on which labels had rather not lie."""
    rings = [seen.outline, *(seen.view.line(thing.polygon) for thing in seen.yard.obstacles)]
    for ring in rings:
        for line in geometry.clipped([(*ring, ring[0])], seen.frame):
            yield from notes.things_of(line, 1.0, "side", 4.0)


def _notes(scene: _Scene) -> Iterator[Note]:
    yield from _numbers(scene)
    yield from _letters(scene)
    yield from _tie_lengths(scene)
    yield from _chainages(scene)
    yield from furniture(scene.layout, scene.voice, scene.seen, scene.frame)
    yield from _names(scene)
    if scene.alone:
        yield from _inset(scene)


def _numbers(scene: _Scene) -> Iterator[Note]:
    middle = tuple(math.fsum(axis) / len(scene.cones) for axis in zip(*scene.cones, strict=True))
    for number, spot in enumerate(scene.cones, 1):
        ways = [
            curve.direction(spot, scene.place(hook))
            for row in scene.placement.setout
            for hook, other in _ends(row)
            if other == number
        ]
        ways += [
            curve.direction(spot, scene.place(row.cone))
            for row in scene.placement.setout
            for hook, _ in _ends(row)
            if hook == number
        ]
        outward = curve.direction((middle[0], middle[1]), spot)

        def cost(angle: float, ways: Sequence[float] = ways, outward: float = outward) -> float:
            free = min((geometry.angle_between(angle, way) for way in ways), default=180.0)
            return (180.0 - free) / 45.0 + geometry.angle_between(angle, outward) / 90.0

        rows = (Words(str(number), LARGE, "bold"),)
        spots = notes.spots_round(spot, rows, 0, scene.cone / 2 + 1.2, cost)
        yield notes.written(f"cone {number}", 0.0, [rows], spots)


def _ends(row: Tie | Offset) -> list[tuple[Hook, int]]:
    hooks = [tape.at for tape in row.tapes] if isinstance(row, Tie) else [row.start, row.end]
    return [(hook, row.cone) for hook in hooks]


def _letters(scene: _Scene) -> Iterator[Note]:
    """The letter of each hook in the picture, and what thing it is."""
    points = scene.layout.yard.references
    what = {reference.name: words.thing_of(reference, scene.voice) for reference in points}
    shown = scene.shown_hooks()
    places = [at for _, at in shown]
    for name, spot in shown:
        letter = Words(notes.shortened(name, LARGE, "bold", 14.0), LARGE, "bold")
        ways = [
            curve.direction(spot, scene.place(row.cone))
            for row in scene.tied
            if (name, row.cone) in _ends(row)
        ]

        def cost(angle: float, ways: Sequence[float] = ways) -> float:
            return (180.0 - min((geometry.angle_between(angle, way) for way in ways), default=0.0)) / 60.0

        spots = notes.own(notes.spots_round(spot, (letter,), 0, 3.2, cost), spot, places)
        spots += notes.led(spot, (letter,), 3.2)
        note = notes.written(f"letter {name}", 0.4, [(letter,), (letter,)], spots)
        yield Note(
            note.label,
            lambda at, spot=spot, note=note: [*notes.leader(at, spot, 2.1), *note.draw(at)],  # type: ignore[misc]
        )
        said = (Words(notes.shortened(what[name], SMALL, "oblique", 60.0), SMALL, "oblique"),)
        around = notes.spots_round(spot, said, 0, 4.2, lambda angle: 0.3 + angle / 1000)
        around += notes.spots_round(spot, said, 0, 8.2, lambda angle: 0.9 + angle / 1000)
        if what[name]:
            near = notes.own(around, spot, places)
            yield notes.written(f"what {name}", 4.0, [said], near, halo=HALO_ON_HATCH)


def _tie_lengths(scene: _Scene) -> Iterator[Note]:
    for row in scene.tied:
        cone = scene.place(row.cone)
        for tape in row.tapes:
            if not isinstance(tape.at, str):
                continue
            parts = geometry.clipped([(scene.place(tape.at), cone)], scene.seen.frame)
            if not parts:
                continue
            line = curve.piece(parts[0], 2.5, max(curve.length(parts[0]) - 4.0, 2.6))
            letter = notes.shortened(tape.at, FIELD, "bold", 9.0)
            said = f"{letter} {scene.voice.figure(tape.distance)}"
            forms = [
                (Words(said, FIELD, "bold"),),
                (Words(said, 3.0, "bold"),),
                (Words(said, SMALL, "bold"),),
            ]
            shares = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8)
            spots = notes.spots_along(line, forms, 1.1, shares)
            key = f"tape {tape.at} {row.cone}"
            note = notes.written(f"length {tape.at} {row.cone}", 1.0, forms, spots)
            yield Note(Label(note.label.key, 1.0, note.label.spots, frozenset({key})), note.draw)


def _chainages(scene: _Scene) -> Iterator[Note]:
    """What the laid tape reads at its cones, and how far off it a cone stands."""
    for row in scene.placement.setout:
        if not isinstance(row, Offset):
            continue
        rows = (Words(scene.voice.figure(row.along), FIELD),)
        first, second = scene.place(row.start), scene.place(row.end)
        foot = curve.step(first, curve.direction(first, second), row.along * scene.seen.view.per_metre)
        away = scene.cone / 2 + 1.4 if row.offset == 0.0 else 2.0
        spots = notes.spots_round(foot, rows, 0, away, lambda angle: 0.1 + angle / 1000)
        yield notes.written(f"chainage {row.cone}", 2.0, [rows], spots)
        if row.offset:
            off = (Words(scene.voice.figure(abs(row.offset)), FIELD, "bold"),)
            yield notes.written(
                f"offset {row.cone}", 1.5, [off], notes.spots_along((foot, scene.place(row.cone)), [off], 1.4)
            )


def _names(scene: _Scene) -> Iterator[Note]:
    """What obstacles and sides are called, where the yard names them."""
    seen = scene.seen
    for index, obstacle in enumerate(seen.yard.obstacles):
        shown = geometry.overlap(geometry.area_of(seen.view.line(obstacle.polygon)), seen.frame)
        if obstacle.name and shown:
            centre, radius = geometry.widest_place(shown)
            rows = (
                Words(
                    notes.shortened(scene.voice.retell(obstacle.name), SMALL, "oblique", 40.0),
                    SMALL,
                    "oblique",
                ),
            )
            wide, high = notes.size_of(rows)
            spots = [Spot(Box(centre, wide + 0.6, high), 0.0)] if radius > 1.6 else []
            spots += notes.spots_round(centre, rows, 0, radius + 1.5, lambda angle: 2.0 + angle / 1000)
            yield notes.written(f"thing {index}", 6.0, [rows], spots, halo=HALO_ON_HATCH)
    for side, line in sorted(seen.shown_sides(), key=lambda shown: -curve.length(shown[1])):
        own = seen.yard.side_names[side] if seen.yard.side_names else ""
        if own and curve.length(line) > 14.0:
            room = max(40.0, 0.8 * curve.length(line))
            rows = (Words(notes.shortened(own, SMALL, "oblique", room), SMALL, "oblique"),)
            spots = outside_first(seen, notes.spots_along(line, [rows], 0.9, (0.5, 0.35, 0.65, 0.2, 0.8)))
            yield notes.written(f"side {side}", 6.5, [rows], spots, halo=HALO_ON_HATCH)


def _inset(scene: _Scene) -> Iterator[Note]:
    """The whole way of the tapes, small: hooks with their letters, and where the drill lies."""
    left, top, right, bottom = edges(scene.frame)
    spots: list[Spot] = []
    for form, size in enumerate(_INSET):

        def cost(place: XY, _: float, form: int = form) -> float:
            corner = min(place[0] - left, right - place[0]) + min(place[1] - top, bottom - place[1])
            return 1.4 * form + corner / 40.0

        spots += notes.spots_in((left, top, right, bottom), size, cost, form=form)
    yield Note(Label("inset", 0.8, tuple(spots)), lambda spot: _draw_inset(scene, spot.box))


def _draw_inset(scene: _Scene, room: Box) -> list[Mark]:
    left, top, right, bottom = edges(room)
    points = [*scene.layout.yard.boundary]
    view = view_of(
        points, ((left + 3.0, top + 3.0), (right - 3.0, bottom - 3.0)), "m", scene.seen.view.rotation
    )
    small = ground.ground_of(scene.layout.yard, view, geometry.rectangle(left, top, right, bottom))
    marks: list[Mark] = [box((left, top), (right, bottom), HAIR, WHITE), *ground.drawn(small, fine=0.4)]
    for row in scene.tied:
        for tape in row.tapes:
            ends = [
                view.place(hook_place(scene.layout, scene.placement, hook)) for hook in (tape.at, row.cone)
            ]
            marks.append(Stroke((ends[0], ends[1]), 0.25))
    marks += [signs.cone(view.place(cone), 1.6) for cone in scene.placement.cones]
    labels, things = [], [Thing(Box(view.place(cone), 1.6, 1.6)) for cone in scene.placement.cones]
    for name in scene.hooks:
        spot = view.place(hook_place(scene.layout, scene.placement, name))
        marks += signs.reference(spot, 0.9)
        things.append(Thing(Box(spot, 2.6, 2.6)))
        rows = (Words(notes.shortened(name, SMALL, "bold", 7.0), SMALL, "bold"),)
        labels.append(
            notes.written(
                name, 0.0, [rows], notes.spots_round(spot, rows, 0, 1.6, lambda angle: angle / 1000)
            )
        )
    found = placed([note.label for note in labels], things, upright(left, top, right, bottom))
    for note in labels:
        if note.label.key in found:
            marks += note.draw(found[note.label.key])
    return marks
