"""How each cone is put on the grass with tapes: a layout's rows, rounded to marks, and judged as rounded.

What each tape reads is rounded to one of its marks, and the fit is judged again on the cones as they will
then stand. What a cone hangs on is chosen in `hanging`, the order of the rows in `walking`.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import shapely

from conedrills import walking
from conedrills.geometry import Point, Vector
from conedrills.hanging import Hanging, Reach
from conedrills.hooks import Sight, lettered, spots
from conedrills.layout import Check, Hook, Layout, Offset, PlacedLeg, Placement, SetoutRow, Tape, Tie
from conedrills.space import FLOOR, SOFT
from conedrills.steps import Cone, End, Post, Readings, Step, point
from conedrills.units import METRES, TAPE_STEP, format_length, on_tape, tape_units
from conedrills.yard import Units, Yard

TAPE: Mapping[Units, float] = {"m": 30.0, "yd": 100 * METRES["ft"], "ft": 100 * METRES["ft"]}
"""How long a tape people have, metres, where they do not say."""
SHORTEST, LONGEST = 2.0, 200.0
"""Metres of tape between which set-out makes sense."""
ALLOWED = 0.020
"""Metres by which a clearance may be short on cones that stand where rounded readings put them."""
_GOOD = 60.0**2  # mm²: what a pair of anchors may cost before marks are made
_NO_SETOUT = "No set-out:"


def set_out(layout: Layout, tape: float | None = None) -> Layout:
    """The layout with every placement's set-out, and with the reference points that these need.

    A placement that cannot be set out with such a tape has no rows, and a remark that says so.

    Args:
        layout: lengths are rounded to what a tape in its `units` shows.
        tape: the longest there is, metres; 30 m or 100 ft where None.
    """
    longest, units = tape or TAPE[layout.units], tape_units(layout.units)
    crew = _Crew(layout.yard, units, math.floor(longest / TAPE_STEP[units] + 1e-6) * TAPE_STEP[units])
    plans = [crew.plan(placement) for placement in layout.placements]
    names = lettered(layout.yard, units, crew.reach.spots, {spot for plan in plans for spot in plan.spots()})
    letters = {at: reference.name for at, reference in names.items()}
    return replace(
        layout,
        yard=replace(layout.yard, references=tuple(names[at] for at in sorted(names))),
        placements=tuple(
            replace(
                placement,
                setout=plan.rows(letters, units),
                checks=plan.checks(units),
                remarks=_remarks(placement, plan, format_length(longest, units)),
            )
            for placement, plan in zip(layout.placements, plans, strict=True)
        ),
        tape=longest,
    )


def _remarks(placement: Placement, plan: _Plan, tape: str) -> tuple[str, ...]:
    kept = tuple(remark for remark in placement.remarks if not remark.startswith(_NO_SETOUT))
    if plan.steps:
        return kept
    return (*kept, f"{_NO_SETOUT} with a tape of {tape} its cones cannot be tied to fixed points.")


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one placement is set out, in walking order; `tuned` readings, by cone, go before nearest marks."""

    steps: tuple[Step, ...] = ()
    across: tuple[tuple[Cone, Cone], ...] = ()
    tuned: Mapping[int, Readings] | None = None

    def spots(self) -> Iterator[int]:
        """Every spot that a tape is hooked on, checks too."""
        for step in self.steps:
            for end in (*step.hooks, step.check):
                if isinstance(end, Post):
                    yield end.at

    def readings(self, step: Step, units: Units) -> Readings:
        """What is read for a step."""
        return (self.tuned or {}).get(step.cone.at) or step.readings(units)

    def rows(self, letters: Mapping[int, str], units: Units) -> tuple[SetoutRow, ...]:
        """As the layout holds them."""
        return tuple(self._row(step, letters, units) for step in self.steps)

    def _row(self, step: Step, letters: Mapping[int, str], units: Units) -> SetoutRow:
        number = step.cone.at + 1
        one, other = self.readings(step, units)
        first, second = (_name(hook, letters) for hook in step.hooks)
        check = None
        if step.check:
            far = abs(step.cone.place - step.check.place)
            check = Tape(_name(step.check, letters), on_tape(far, units))
        if not step.tie:
            return Offset(number, first, second, one, other, check)
        tapes = (Tape(first, one), Tape(second, other))
        return Tie(number, tapes, "left" if step.left else "right", round(step.cut_angle, 1), check)

    def checks(self, units: Units) -> tuple[Check, ...]:
        """Lengths across the drill."""
        return tuple(
            Check(one.at + 1, other.at + 1, on_tape(abs(one.place - other.place), units))
            for one, other in self.across
        )


def _name(end: End, letters: Mapping[int, str]) -> Hook:
    """Its letter or number."""
    return letters[end.at] if isinstance(end, Post) else end.at + 1


class _Crew:
    """Sets drills out one after the other, rather with hooks that are in use already."""

    def __init__(self, yard: Yard, units: Units, tape: float) -> None:
        self.units, self.last_mark = units, tape
        sight = Sight(yard)
        # what is read as the last mark may be a little longer
        self.reach = Reach(spots(yard, units, tape, sight), sight, tape + 0.499 * TAPE_STEP[units])
        self.room = Room(yard)

    def plan(self, placement: Placement) -> _Plan:
        """The truest set-out of a placement whose cones then stand where the drill still fits."""
        cones = [Cone(complex(*cone.xy), at) for at, cone in enumerate(placement.cones)]
        for marks in (False, True):
            drill = Hanging(self.reach, cones, marks=marks)
            for cost, steps in drill.candidates():
                if cost > _GOOD and not marks:
                    break
                plan = self._fitting(placement, steps)
                if plan:
                    done = walking.checked(drill, walking.walked(plan.steps))
                    used = {hook.at for step in done for hook in step.hooks if isinstance(hook, Post)}
                    self.reach = replace(self.reach, used=self.reach.used | used)
                    return replace(plan, steps=done, across=walking.across(drill, done))
        return _Plan()

    def _fitting(self, placement: Placement, steps: tuple[Step, ...]) -> _Plan | None:
        """With readings to the nearest marks where the drill fits so, else with those that come nearest.

        A drill that does not fit where it is said to lie is set out there all the same: that is for `check`.
        """
        fits = self.room.keeps(placement, placement.cones)
        for tuned in (None, _tuned(steps, self.units, self.last_mark)):
            plan = _Plan(steps, (), tuned)
            standing = _standing(plan, self.units)
            if standing and (not fits or self.room.keeps(placement, standing)):
                return plan
        return None


def _standing(plan: _Plan, units: Units) -> list[Point] | None:
    """Where the cones come to stand, by number; None where two tapes do not meet."""
    places: dict[int, complex] = {}
    for step in plan.steps:
        first, second = (_stands(hook, places) for hook in step.hooks)
        place = step.stands(first, second, plan.readings(step, units))
        if place is None:
            return None
        places[step.cone.at] = place
    return [point(places[at]) for at in range(len(places))]


def _stands(hook: End, places: Mapping[int, complex]) -> complex:
    return hook.place if isinstance(hook, Post) else places[hook.at]


def _tuned(steps: Sequence[Step], units: Units, last_mark: float) -> dict[int, Readings]:
    """For each cone the marks next to the true lengths that bring it nearest to its place."""
    places: dict[int, complex] = {}
    found: dict[int, Readings] = {}
    for step in steps:
        cone, mark = step.cone.at, TAPE_STEP[units]
        first, second = (_stands(hook, places) for hook in step.hooks)
        true = step.readings(units)
        options = [
            (one, other)
            for one in (true[0] - mark, true[0], true[0] + mark)
            for other in ((true[1] - mark, true[1], true[1] + mark) if step.tie else (true[1],))
            if max(one, other) <= last_mark + 1e-9
        ]
        reached = [(step.stands(first, second, option), option) for option in options]
        off = [
            (abs(place - step.cone.place), option, place) for place, option in reached if place is not None
        ]
        if not off:
            return {}
        _, (one, other), places[cone] = min(off, key=lambda tried: (round(tried[0], 9), tried[1]))
        found[cone] = (on_tape(one, units), on_tape(other, units))
    return found


class Room:
    """Whether legs between cones that stand a little off still keep their room, but for what is allowed."""

    def __init__(self, yard: Yard) -> None:
        kinds: dict[tuple[bool, float], list[shapely.Geometry]] = {}
        unsure = yard.uncertainty or (0.0,) * len(yard.boundary)
        ends = (*yard.boundary[1:], yard.boundary[0])
        for side, (start, end) in enumerate(zip(yard.boundary, ends, strict=True)):
            far = max(unsure[side], unsure[(side + 1) % len(unsure)])
            line = shapely.LineString([start.xy, end.xy])
            kinds.setdefault((yard.side_kinds[side] == "hard", far), []).append(line)
        for thing in yard.obstacles:
            polygon = shapely.Polygon([point.xy for point in thing.polygon])
            kinds.setdefault((thing.kind == "hard", thing.uncertainty), []).append(polygon)
        self._things = [(hard, far, shapely.STRtree(shapes)) for (hard, far), shapes in kinds.items()]

    def keeps(self, placement: Placement, standing: Sequence[Point]) -> bool:
        """Whether every leg keeps its clearance, but for `ALLOWED`, with cones where they stand."""
        return all(self._leg_keeps(placement, leg, standing) for leg in placement.legs)

    def _leg_keeps(self, placement: Placement, leg: PlacedLeg, standing: Sequence[Point]) -> bool:
        path, turn = _carried(leg, placement, standing)
        out = Vector.polar(leg.run_out, leg.heading_out + turn)
        run = [*path, path[-1] + out]
        shapes: list[tuple[shapely.Geometry, float]] = [
            (shapely.LineString([point.xy for point in run]), leg.side_clearance)
        ]
        if leg.round_clearance:
            shapes.append((shapely.Point(path[-1].xy), leg.round_clearance))
        return all(self._clear(shape, clearance) for shape, clearance in shapes)

    def _clear(self, shape: shapely.Geometry, clearance: float) -> bool:
        for hard, far, things in self._things:
            kept = (max(clearance, FLOOR) if hard else SOFT * clearance) + far - ALLOWED
            if things.query(shape, "dwithin", kept).size:
                return False
        return True


def _carried(leg: PlacedLeg, placement: Placement, standing: Sequence[Point]) -> tuple[list[Point], float]:
    """A leg's path between the cones as they stand, turned and stretched with its ends; and its turn."""
    true = [complex(*placement.cones[number - 1].xy) for number in (leg.start, leg.end)]
    now = [complex(*standing[number - 1].xy) for number in (leg.start, leg.end)]
    turn = (now[1] - now[0]) / (true[1] - true[0]) if abs(true[1] - true[0]) > 1e-6 else 1.0 + 0j
    path = [point(now[0] + (complex(*place.xy) - true[0]) * turn) for place in leg.path]
    return path, math.degrees(cmath.phase(turn))
