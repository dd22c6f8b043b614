"""The labels that belong to a drill: cones, rings, runners, lengths, run-outs, blind sides, the caller.

Each brings the places that it could take; `labels` chooses. Millimetres, y down; angles as seen.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from conedrills import geometry
from conedrills.compose import curve, notes, signs, words
from conedrills.compose.curve import Line
from conedrills.compose.ink import (
    FIELD,
    HALO_ON_HATCH,
    LARGE,
    SMALL,
    WAY_COLOUR,
    text,
)
from conedrills.compose.notes import Note, Words
from conedrills.compose.scene import Scene, call_bars, edges, run_out_line
from conedrills.compose.track import Track, pieces
from conedrills.drill import UNSEEING, WAY, goes_on, is_last
from conedrills.geometry import Area
from conedrills.labels import Box, Label, Spot
from conedrills.layout import PlacedLeg
from conedrills.sheet import XY, Mark

_OUTWARD = tuple(0.5 + sign * 0.02 * step for step in range(21) for sign in (1, -1))
"""Shares of a leg, from its middle to either end."""
_FURTHER = (0.0, 2.0, 4.0, 6.0, 9.0, 12.0)
"""Millimetres by which a number may stand off its cone, where legs swing round that: far beats not at all."""
_DEAREST = 7.0
"""What a place in a blind side may cost."""


def cone_notes(scene: Scene) -> Iterator[Note]:
    """The number of each cone, with "start", "finish" or its call."""
    for number, spot in enumerate(scene.cones, 1):
        word, calls = _cone_word(scene, number)
        plain = Words(str(number), LARGE, "bold")
        ways = _ways_from(scene, number)
        forms = [[plain]] if not word else [_with_word(plain, word, calls), [plain]]
        spots: list[Spot] = []
        for form, runs in enumerate(forms):
            spots += _cone_spots(spot, runs, form, ways, _outward(scene, spot))
        yield Note(
            Label(f"cone {number}", 0.0, tuple(spots)),
            lambda spot, forms=forms: _draw_runs(forms[spot.form % 2], spot),  # type: ignore[misc]
        )


def _with_word(number: Words, word: str, calls: bool) -> list[Words]:
    return [number, Words(word, LARGE if calls else FIELD, "bold")]


def _cone_word(scene: Scene, number: int) -> tuple[str, bool]:
    """What a cone is besides its number, and whether that is a call."""
    legs, say = scene.placement.legs, scene.voice.say
    called = [leg for leg in legs if leg.call and leg.end == number and not goes_on(leg, legs)]
    calls = [*dict.fromkeys(leg.call for leg in called if leg.call)]
    if len(calls) == 1 and calls[0] in ("left", "right"):
        return words.call(calls[0], scene.voice).upper(), True
    said = [say("picture.called", call=calls[0])] if len(calls) == 1 and calls[0] != str(number) else []
    for athlete in dict.fromkeys(leg.athlete for leg in legs):
        own = [leg for leg in legs if leg.athlete == athlete]
        who = words.athlete(scene.placement, athlete, scene.voice)
        ends = [leg.end == number and leg not in called for leg in own if is_last(leg, legs)]
        if own[0].start == number:
            said.insert(0, say("picture.starts", who=who) if who else say("picture.start"))
        if all(ends):
            said.append(say("picture.finishes", who=who) if who else say("picture.finish"))
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


def _cone_spots(spot: XY, runs: list[Words], form: int, ways: list[float], outward: float) -> list[Spot]:
    """Where the number can stand: in the widest free angle, the word going on away from the cone."""
    number, gap = runs[0], 1.6
    tail = sum(run.width_mm + gap for run in runs[1:])
    spots: list[Spot] = []
    for angle, further in itertools.product(range(0, 360, 15), _FURTHER):
        free = min((geometry.angle_between(angle, way) for way in ways), default=180.0)
        cos, sin = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
        # the number's box just clears the triangle's, to the side or above and below
        aside, above = (signs.CONE + number.width_mm) / 2 + 1.0, (6.4 + LARGE + 0.8) / 2 + 0.5
        near = min(aside / max(cos, 1e-6), above / max(sin, 1e-6))
        centre = curve.step(spot, angle, near + further)
        for side in (1, -1) if tail else (1,):
            backward = tail and side * math.cos(math.radians(angle)) < -0.3
            middle = (centre[0] + side * tail / 2, centre[1] - 0.4)
            cost = (180.0 - free) / 45.0 + geometry.angle_between(angle, outward) / 90.0 + 12.0 * form
            cost += (3.0 if backward else 0.0) + (0.2 if side < 0 else 0.0)
            cost += 20.0 + further if further else 0.0
            wide = number.width_mm + tail + 0.8
            spots.append(Spot(Box(middle, wide, LARGE + 0.8), cost, form + (2 if side < 0 else 0)))
    return spots


def _outward(scene: Scene, spot: XY) -> float:
    """Away from the middle of the drill, as seen."""
    middle = tuple(math.fsum(axis) / len(scene.cones) for axis in zip(*scene.cones, strict=True))
    return curve.direction((middle[0], middle[1]), spot)


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


def ring_notes(scene: Scene) -> Iterator[Note]:
    """The ring of each leg: on it, or beside it where it is too short."""
    shares = (0.55, 0.5, 0.6, 0.45, 0.65, 0.4, 0.7, 0.35, 0.75, 0.3, 0.8, 0.25)
    for index, track in enumerate(scene.tracks):
        parts = pieces(track, scene.cones)
        line = parts[len(parts) // 2] if len(parts) > 1 else track.line
        total = curve.length(line)
        wide = signs.ring_width(track.number) + 0.5
        is_round = wide < signs.RING + 1.0
        spots: list[Spot] = []
        for turn, share in enumerate(shares):
            place, angle = curve.at(line, total * share)
            box = Box(place, wide, signs.RING + 0.5, angle if is_round else 0.0)
            # a ring on the head would hide how the leg is moved, and where to
            on_head = total * (1.0 - share) < wide / 2 + signs.HEAD[0] - 0.8
            spots.append(Spot(box, 0.1 * turn + (6.0 if on_head else 0.0)))
        for away, share in itertools.product(
            (5.4, -5.4, 7.5, -7.5, 10.0, -10.0, 13.0, -13.0, 17.0, -17.0, 21.0, -21.0),
            (0.5, 0.36, 0.64, 0.2, 0.8),
        ):
            place, angle = curve.at(line, total * share)
            beside = Box(curve.step(place, angle + 90, away), wide, signs.RING + 0.5)
            spots.append(Spot(beside, 3.0 + abs(away) / 5 + abs(share - 0.5)))
        if track.leg.start == track.leg.end:  # where it turns back there is nothing beyond
            far = curve.at(line, total / 2)[0]
            outward = curve.direction(scene.cones[track.leg.start - 1], far)
            for off, aside in itertools.product((5.4, 8.0, 11.0, 14.0), (0.0, 25.0, -25.0, 50.0, -50.0)):
                beyond = Box(curve.step(far, outward + aside, off), wide, signs.RING + 0.5)
                spots.append(Spot(beyond, 3.0 + off / 5 + abs(aside) / 50.0))
        yield Note(
            Label(f"ring {index}", 1.0, tuple(spots), frozenset({f"leg {index}"})),
            lambda spot, track=track: signs.ring(  # type: ignore[misc]
                spot.box.centre, track.number, WAY_COLOUR[track.way], square=track.square
            ),
        )


def runner_notes(scene: Scene) -> Iterator[Note]:
    """An athlete near the start of each leg, chest the right way; smaller where legs run side by side."""
    for index, track in enumerate(scene.tracks):
        if track.way == "called":
            continue  # where the chest points is not said before it is called
        parts = pieces(track, scene.cones)
        line = parts[0]
        total = curve.length(line)
        spots: list[Spot] = []
        for form, scale in enumerate((1.0, 0.72) if track.lanes == 1 else (0.72, 0.6)):
            for turn, share in enumerate((0.2, 0.24, 0.28, 0.16, 0.33, 0.4, 0.46, 0.7, 0.76, 0.64, 0.82)):
                place, angle = curve.at(line, total * share)
                facing = _facing_on(scene, track, angle)
                if len(parts) == 1 and total * (1.0 - share) < signs.HEAD[0] + 3.4 * scale:
                    continue  # an athlete on the head would hide where the leg goes
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


def leg_notes(scene: Scene) -> Iterator[Note]:
    """Movement and length along each leg, or the length alone."""
    for index, track in enumerate(scene.tracks):
        leg = track.leg
        if curve.length(track.line) < 8.0:
            continue
        far = scene.voice.length(leg.length)
        both = scene.voice.say("picture.leg", movement=words.movement(leg, scene.voice), length=far)
        forms = [(Words(both, FIELD),), (Words(far, FIELD),), (Words(far, SMALL),)]
        spots = notes.spots_along(track.line, forms, 4.7, _OUTWARD)
        yield notes.written(f"length {index}", 3.0, forms, spots)


def run_out_notes(scene: Scene) -> Iterator[Note]:
    """How much is clear beyond the finish, along the dots."""
    for index, track in enumerate(scene.tracks):
        line = run_out_line(scene, track)
        shown = geometry.clipped([line], scene.ground.frame) if line else ()
        if not shown:
            continue
        far = scene.voice.at_least(track.leg.run_out)
        forms = [
            (Words(scene.voice.say(key, far=far), SMALL),) for key in ("picture.slow_down", "picture.clear")
        ]
        yield notes.written(
            f"slow {index}", 4.0, forms, notes.spots_along(shown[0], forms, 2.0, (0.5, 0.6, 0.4, 0.7))
        )


def blind_notes(scene: Scene, blind: Area) -> Iterator[Note]:
    """What to keep empty behind whom, in each piece of the blind side."""
    for place, polygon in enumerate(blind):
        behind = [
            leg for leg in scene.placement.legs
            if WAY[leg.movement] in UNSEEING and leg.run_out > 0.0
            and geometry.extent(geometry.overlap((polygon,), _just_behind(scene, leg))) > 0.5
        ]  # fmt: skip
        if not behind:
            continue
        say, far = scene.voice.say, scene.voice.at_least(max(leg.run_out for leg in behind))
        cones = scene.voice.listed([str(number) for number in sorted({leg.end for leg in behind})])
        whole = say("picture.blind_whole", far=far, cones=cones)
        blind_side, empty = say("picture.blind"), say("picture.blind_empty", far=far)
        behind_cones = say("picture.blind_behind", far=far, cones=cones)
        forms = [
            (Words(whole, FIELD, "bold"),),
            (Words(blind_side, FIELD, "bold"), Words(behind_cones, FIELD, "bold")),
            (Words(blind_side, FIELD, "bold"), Words(empty, FIELD, "bold")),
            (Words(say("picture.blind_short"), SMALL, "bold"), Words(empty, SMALL, "bold")),
        ]
        yield notes.written(
            f"blind {place}", 2.4, forms, _blind_spots(scene, polygon, forms), halo=HALO_ON_HATCH
        )  # fmt: skip


def _just_behind(scene: Scene, leg: PlacedLeg) -> Area:
    spot = scene.cones[leg.end - 1]
    return geometry.beam(spot, curve.step(spot, scene.view.turn(leg.heading_out), 1.0), 1.0)


def _blind_spots(scene: Scene, polygon: tuple[Line, ...], forms: list[notes.Rows]) -> list[Spot]:
    """Inside the hatch where there is room, near the middle of it; half out of it rather than nowhere."""
    xs, ys = [x for x, _ in polygon[0]], [y for _, y in polygon[0]]
    around = (min(xs), min(ys), max(xs), max(ys))
    x0, y0 = _heart(polygon, around)
    left, _, right, _ = edges(scene.frame)
    spots: list[Spot] = []
    for form, rows in enumerate(forms):
        wide, high = notes.size_of(rows)
        size = (wide + 1.0, high + 0.6)

        def cost(at: XY, inside: float, form: int = form) -> float:
            found = 0.9 * form + 9.0 * (1.0 - inside) + math.dist(at, (x0, y0)) / 40.0
            return found if found < _DEAREST else math.inf

        grow = max(0.0, size[0] - (around[2] - around[0])) / 2
        frame = (max(left, around[0] - grow), around[1], min(right, around[2] + grow), around[3])
        spots += notes.spots_in(frame, size, cost, on=(polygon,), wanted=1.0, form=form)
        spots += notes.spots_in(_about((x0, y0), size), size, cost, on=(polygon,), wanted=1.0, form=form)
    return spots


def _heart(polygon: tuple[Line, ...], around: tuple[float, float, float, float]) -> XY:
    """Where words stand best: the middle where that lies well inside, else where it is widest."""
    (x, y), radius = geometry.widest_place((polygon,))
    middle = ((around[0] + around[2]) / 2, (around[1] + around[3]) / 2)
    disc = geometry.swept((middle, (middle[0] + 1e-6, middle[1])), 0.7 * radius)
    return (x, y) if geometry.extent(geometry.without(disc, (polygon,))) > 0.1 else middle


def _about(at: XY, size: tuple[float, float]) -> tuple[float, float, float, float]:
    """Just the place about a spot."""
    return (at[0] - size[0] / 2, at[1] - size[1] / 2, at[0] + size[0] / 2, at[1] + size[1] / 2)


def caller_figure(scene: Scene) -> Iterator[Note]:
    """The caller, facing the start."""
    caller = scene.placement.caller
    if caller:
        facing = scene.view.turn((scene.placement.legs[0].path[0] - caller).angle)
        label = Label(
            "caller figure", -1.0, (Spot(Box(scene.view.place(caller), 7.0, 7.0)),), frozenset({"caller"})
        )
        yield Note(label, lambda spot: signs.runner(spot.box.centre, facing))


def caller_notes(scene: Scene) -> Iterator[Note]:
    """What the caller does, how far off, and when."""
    caller = scene.placement.caller
    if not caller:
        return
    spot = scene.view.place(caller)
    name = Words(scene.voice.say("picture.caller"), FIELD, "bold")
    does = words.told(scene.placement.drill, scene.voice).does or scene.voice.say("picture.calls")
    forms = [(name, Words(notes.shortened(does, SMALL, "regular", 44.0), SMALL)), (name,)]
    spots = [
        place
        for form, rows in enumerate(forms)
        for place in notes.spots_round(spot, rows, form, 6.0, _level_first)
    ]
    yield notes.written("caller", 1.5, forms, [
        Spot(place.box, place.cost + 1.5 * place.form, place.form) for place in spots
    ])  # fmt: skip
    start = scene.cones[scene.placement.legs[0].start - 1]
    far = scene.voice.length((caller - scene.placement.cones[scene.placement.legs[0].start - 1]).length)
    along = [(Words(far, FIELD),), (Words(far, SMALL),)]
    yield notes.written("caller far", 3.5, along, notes.spots_along((spot, start), along, 2.2))
    for place, (_, end) in enumerate(call_bars(scene)):
        rows = (Words(scene.voice.say("picture.call"), SMALL, "bold"),)
        yield notes.written(
            f"call {place}", 2.2, [rows], notes.spots_round(end, rows, 0, 1.2, lambda angle: angle / 360)
        )


def _level_first(angle: float) -> float:
    return 0.4 * (angle % 180 != 0)
