"""How each cone is put on the grass with tapes: two anchors from the yard, the rest in the drill's own frame.

From the whole to the part: a drill that lies 8 cm off in the yard is as good as one that does not, a drill
whose legs differ by 8 cm is not. So two cones far apart are tied to fixed points, and every other cone hangs
on them. Chosen is what comes out truest under the errors that people make with tapes; what each tape reads is
rounded to one of its marks, and the fit is judged again on the cones as they will then stand.

Sources: a reading is off by 15 mm and 1 mm for every metre of tape, a right angle by eye by 3 degrees; a tie
is off by that over the sine of its cut angle, for which 30 to 150 degrees are allowed (Green, Maritime
Archaeology, 2nd ed., p. 102; NAS Guide, p. 121).
"""

from __future__ import annotations

import cmath
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import shapely

from conedrills.geometry import Point, Vector
from conedrills.hooks import Sight, Spot, lettered, spots
from conedrills.layout import Check, Hook, Layout, Offset, PlacedLeg, Placement, SetoutRow, Tape, Tie
from conedrills.space import FLOOR, SOFT
from conedrills.units import METRES, TAPE_STEP, format_length, on_tape, tape_units
from conedrills.yard import Units, Yard

TAPE: Mapping[Units, float] = {"m": 30.0, "yd": 100 * METRES["ft"], "ft": 100 * METRES["ft"]}
"""How long a tape people have, metres, where they do not say."""
SHORTEST, LONGEST = 2.0, 200.0
"""Metres of tape between which set-out makes sense."""
ALLOWED = 0.020
"""Metres by which a clearance may be short on cones that stand where rounded readings put them."""
_SHARPEST, _FLATTEST = 30.5, 149.5
"""Degrees between two tapes at a cone: 30 to 150, less what a cone that stands a little off may change."""
_READING, _PULL, _BY_EYE = 15.0, 1.0, math.sin(math.radians(3.0)) * 1000.0
"""Millimetres of error of a reading, for every metre of tape, and for every metre of offset."""
_NEAREST = 0.5
"""Metres below which a tape says nothing of direction."""
_SIGHTING = 40.0**2
"""mm²: what a cone is off that stands past the end of a tape by as much as the tape is long."""
_FARTHEST_OFFSET = 2.0
_ON_LINE = 0.001  # metres off the laid tape that are on it
_SHARED = 600.0  # mm²: what it is worth that both anchors hang on the same two hooks
_IN_USE = 0.2  # of its price is what a hook costs that another drill hangs on already
_TIES = 80  # ties from the yard that are kept of a cone, the cheapest
_ANCHORS = 10  # pairs of anchors that are looked at closely
_PARENTS = 12  # standing cones that the next one may hang on
_GOOD = 60.0**2  # mm²: what a pair of anchors may cost before marks are made
_NO_SETOUT = "No set-out:"
_MOST_CHECKS = 3
_FIRST = 100  # hooks saved: so much is it worth to read a tape while it lies there
_REHOOK = 4.0  # metres of walking that unhooking a tape counts as


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
    used = {hook.spot for plan in plans for hook in plan.hooks()}
    names = lettered(layout.yard, units, crew.spots, {spot for spot in used if spot is not None})
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
class _At:
    """Where a tape begins or ends: a cone by its place from 0, or a spot of the yard by its place."""

    place: complex
    cone: int | None = None
    spot: int | None = None

    def name(self, letters: Mapping[int, str]) -> Hook:
        """Its letter or number."""
        return letters[self.spot] if self.spot is not None else (self.cone or 0) + 1


@dataclass(frozen=True, slots=True)
class _Step:
    """A cone and the two hooks that it hangs on: a tie, or an offset from the tape laid between them."""

    cone: _At
    hooks: tuple[_At, _At]
    tie: bool
    error: float  # mm²
    check: _At | None = None

    def readings(self, units: Units) -> tuple[float, float]:
        """What is read: two lengths, or chainage and offset, metres, nearest marks of the tape."""
        first, second = self.hooks
        if self.tie:
            return tuple(on_tape(abs(self.cone.place - hook.place), units) for hook in self.hooks)  # type: ignore[return-value]
        off = (self.cone.place - first.place) / _unit(second.place - first.place)
        return on_tape(off.real, units), 0.0 if abs(off.imag) < _ON_LINE else on_tape(off.imag, units)

    def stands(self, first: complex, second: complex, readings: tuple[float, float]) -> complex | None:
        """Where the cone comes to stand from where its hooks are; None where the tapes do not meet."""
        ahead = _unit(second - first)
        if not self.tie:
            return first + complex(*readings) * ahead
        return _crossing(first, second, readings, left=self.left)

    @property
    def leans(self) -> bool:
        """Whether the cone stands off the laid tape, so that nobody has measured it from the tape's ends."""
        first, second = self.hooks
        return (
            not self.tie
            and abs(((self.cone.place - first.place) / _unit(second.place - first.place)).imag) >= _ON_LINE
        )

    @property
    def left(self) -> bool:
        """Whether the cone lies to the left of the line from the first hook to the second."""
        first, second = (hook.place for hook in self.hooks)
        return ((self.cone.place - first) * (second - first).conjugate()).imag > 0.0

    @property
    def cut_angle(self) -> float:
        """Degrees between the tapes at the cone."""
        first, second = (hook.place - self.cone.place for hook in self.hooks)
        return abs(math.degrees(cmath.phase(first / second)))


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one placement is set out, in walking order; `tuned` readings, by cone, go before nearest marks."""

    steps: tuple[_Step, ...] = ()
    across: tuple[tuple[_At, _At], ...] = ()
    tuned: Mapping[int, tuple[float, float]] | None = None

    def hooks(self) -> Iterator[_At]:
        """Everything that a tape is hooked on, checks too."""
        for step in self.steps:
            yield from step.hooks
            if step.check:
                yield step.check

    def readings(self, step: _Step, units: Units) -> tuple[float, float]:
        """What is read for a step."""
        cone = step.cone.cone
        return self.tuned[cone] if self.tuned and cone in self.tuned else step.readings(units)  # type: ignore[index]

    def rows(self, letters: Mapping[int, str], units: Units) -> tuple[SetoutRow, ...]:
        """As the layout holds them."""
        return tuple(self._row(step, letters, units) for step in self.steps)

    def _row(self, step: _Step, letters: Mapping[int, str], units: Units) -> SetoutRow:
        number = (step.cone.cone or 0) + 1
        one, other = self.readings(step, units)
        first, second = (hook.name(letters) for hook in step.hooks)
        check = None
        if step.check:
            check = Tape(step.check.name(letters), on_tape(abs(step.cone.place - step.check.place), units))
        if not step.tie:
            return Offset(number, first, second, one, other, check)
        side, tapes = "left" if step.left else "right", (Tape(first, one), Tape(second, other))
        return Tie(number, tapes, side, round(step.cut_angle, 1), check)  # type: ignore[arg-type]

    def checks(self, units: Units) -> tuple[Check, ...]:
        """Lengths across the drill."""
        return tuple(
            Check((one.cone or 0) + 1, (other.cone or 0) + 1, on_tape(abs(one.place - other.place), units))
            for one, other in self.across
        )


def _unit(step: complex) -> complex:
    return step / abs(step)


def _crossing(first: complex, second: complex, reach: tuple[float, float], *, left: bool) -> complex | None:
    """Where two tapes meet on one side of the line from the first hook to the second."""
    base = abs(second - first)
    along = (reach[0] ** 2 - reach[1] ** 2 + base**2) / (2.0 * base)
    square = reach[0] ** 2 - along**2
    if square < 0.0:
        return None
    return first + complex(along, math.sqrt(square) if left else -math.sqrt(square)) * _unit(second - first)


class _Crew:
    """Sets drills out one after the other, rather with hooks that are in use already."""

    def __init__(self, yard: Yard, units: Units, tape: float) -> None:
        self.units, self.last_mark = units, tape
        self.tape = tape + 0.499 * TAPE_STEP[units]  # what is read as its last mark
        self.sight = Sight(yard)
        self.spots = spots(yard, units, tape, self.sight)
        self.room = _Room(yard)
        self.used: set[int] = set()

    def plan(self, placement: Placement) -> _Plan:
        """The truest set-out of a placement whose cones then stand where the drill still fits."""
        cones = [_At(complex(*cone.xy), cone=at) for at, cone in enumerate(placement.cones)]
        for marks in (False, True):
            drill = _Drill(self, cones, marks=marks)
            for cost, steps in drill.candidates():
                if cost > _GOOD and not marks:
                    break
                plan = self._fitting(placement, steps)
                if plan:
                    done = drill.checked(drill.walked(plan.steps))
                    self.used |= {hook.spot for step in done for hook in step.hooks if hook.spot is not None}
                    return replace(plan, steps=done, across=drill.across(done))
        return _Plan()

    def _fitting(self, placement: Placement, steps: tuple[_Step, ...]) -> _Plan | None:
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
        places[step.cone.cone or 0] = place
    return [Point(places[at].real, places[at].imag) for at in range(len(places))]


def _stands(hook: _At, places: Mapping[int, complex]) -> complex:
    return hook.place if hook.cone is None else places[hook.cone]


def _tuned(steps: Sequence[_Step], units: Units, last_mark: float) -> dict[int, tuple[float, float]]:
    """For each cone the marks next to the true lengths that bring it nearest to its place."""
    places: dict[int, complex] = {}
    found: dict[int, tuple[float, float]] = {}
    for step in steps:
        cone, mark = step.cone.cone or 0, TAPE_STEP[units]
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


class _Drill:
    """One drill's cones, and all that a tape could be stretched to them from."""

    def __init__(self, crew: _Crew, cones: Sequence[_At], *, marks: bool) -> None:
        self.crew, self.cones = crew, cones
        self.hooks = [
            _At(complex(*spot.at.xy), spot=at)
            for at, spot in enumerate(crew.spots)
            if marks or spot.kind != "mark"
        ]
        self.between = self._pairs_in_sight()
        self.ties = [self._yard_ties(cone) for cone in cones]
        self.best = [next(iter(ties), None) for ties in self.ties]

    def _pairs_in_sight(self) -> set[tuple[int, int]]:
        """Pairs of cones between which a tape can be stretched, each both ways round."""
        pairs = [(a, b) for a, b in itertools.combinations(range(len(self.cones)), 2) if self._reaches(a, b)]
        seen = self.crew.sight.free(
            [(_point(self.cones[a].place), _point(self.cones[b].place)) for a, b in pairs], hooked=False
        )
        return {way for pair, free in zip(pairs, seen, strict=True) if free for way in (pair, pair[::-1])}

    def _reaches(self, one: int, other: int) -> bool:
        return 0.05 < abs(self.cones[one].place - self.cones[other].place) <= self.crew.tape

    def _yard_ties(self, cone: _At) -> dict[tuple[int, int], float]:
        """What the cheapest pairs of hooks cost for a cone (mm²), by their places among the spots."""
        near = [hook for hook in self.hooks if _NEAREST < abs(hook.place - cone.place) <= self.crew.tape]
        seen = self.crew.sight.free([(_point(hook.place), _point(cone.place)) for hook in near], hooked=True)
        free = [hook for hook, clear in zip(near, seen, strict=True) if clear]
        found = {}
        for one, other in itertools.combinations(free, 2):
            error = _tie_error(cone.place, one.place, other.place)
            if error is not None:
                found[(one.spot or 0, other.spot or 0)] = error + self._price(one) + self._price(other)
        order = sorted(found, key=lambda pair: (round(found[pair], 3), pair))
        return {pair: found[pair] for pair in order[:_TIES]}

    def _price(self, hook: _At) -> float:
        spot: Spot = self.crew.spots[hook.spot or 0]
        return spot.price * (_IN_USE if hook.spot in self.crew.used else 1.0)

    def _tied(self, cone: int, pair: tuple[int, int]) -> _Step:
        one, other = (_At(complex(*self.crew.spots[spot].at.xy), spot=spot) for spot in pair)
        return _Step(self.cones[cone], (one, other), True, self.ties[cone][pair])

    def candidates(self) -> list[tuple[float, tuple[_Step, ...]]]:
        """Whole set-outs with what they cost (mm² for a cone), the best first."""
        first: list[tuple[float, int, int, tuple[int, int], tuple[int, int]]] = []
        for a, b in itertools.combinations(range(len(self.cones)), 2):
            alone, apart = self.best[a], self.best[b]
            if (a, b) not in self.between or alone is None or apart is None:
                continue
            base = abs(self.cones[a].place - self.cones[b].place)
            ties, others = self.ties[a], self.ties[b]
            ways = [(alone, apart, 0.0)]
            both = {pair: ties[pair] + others[pair] for pair in ties.keys() & others.keys()}
            if both:
                ways.append((_cheapest(both), _cheapest(both), _SHARED))
            # a short base carries its error far: what lies beyond it is off by so many times as much
            stretch = max(1.0, self._span / base) ** 2
            first += [
                ((ties[one] + others[other] - worth) * stretch, a, b, one, other)
                for one, other, worth in ways
            ]
        whole = []
        for cost, a, b, one, other in sorted(first, key=lambda tried: (round(tried[0], 3), *tried[1:]))[
            :_ANCHORS
        ]:
            steps = self._grown((self._tied(a, one), self._tied(b, other)))
            if steps:
                mean = sum(step.error for step in steps[2:]) / max(1, len(steps) - 2)
                whole.append((cost / 2.0 + 2.0 * mean, steps))
        return sorted(whole, key=lambda found: round(found[0], 3))

    @property
    def _span(self) -> float:
        return max(abs(one.place - other.place) for one, other in itertools.combinations(self.cones, 2))

    def _grown(self, anchors: tuple[_Step, _Step]) -> tuple[_Step, ...] | None:
        """The anchors and every other cone, each hung where it comes out truest; None where one cannot be."""
        steps = {step.cone.cone or 0: step for step in anchors}
        errors = dict.fromkeys(steps, 0.0)  # in the drill's own frame, which the anchors are
        yard = sum(step.error for step in anchors) / 2.0
        best: dict[int, _Step] = {}
        for cone in range(len(self.cones)):
            pair = self.best[cone]
            if cone not in steps and pair is not None:
                step = self._tied(cone, pair)
                best[cone] = replace(step, error=step.error + 2.0 * yard)
        fresh = [*steps]
        while len(steps) < len(self.cones):
            for cone in range(len(self.cones)):
                if cone not in steps:
                    options = self._options(cone, fresh, errors)
                    known = [best[cone]] if cone in best else []
                    found = min([*known, *options], key=lambda step: round(step.error, 3), default=None)
                    best |= {cone: found} if found else {}
            if not best:
                return None
            number = min(best, key=lambda cone: (round(best[cone].error, 3), cone))
            steps[number] = best.pop(number)
            errors[number] = steps[number].error
            fresh = [number]
        return tuple(steps.values())

    def _options(self, cone: int, fresh: Sequence[int], errors: Mapping[int, float]) -> Iterator[_Step]:
        """Ways to place a cone off a tape, or by a tie, one end of which is `fresh`: newly set up."""
        at, anchors = self.cones[cone], [*errors][:2]
        near = sorted([*errors][2:], key=lambda other: abs(self.cones[other].place - at.place))
        parents = [*anchors, *near[:_PARENTS]]
        for one, other in itertools.combinations(parents, 2):
            if one not in fresh and other not in fresh:
                continue
            farthest = _FARTHEST_OFFSET if {one, other} == {*anchors} else _ON_LINE
            yield from self._offset(at, (one, other), errors, farthest)
            if (one, cone) in self.between and (other, cone) in self.between:
                error = _tie_error(at.place, self.cones[one].place, self.cones[other].place)
                if error is not None:
                    low, high = min(one, other), max(one, other)
                    total = error + errors[one] + errors[other]
                    yield _Step(at, (self.cones[low], self.cones[high]), True, total)

    def _offset(
        self, at: _At, base: tuple[int, int], errors: Mapping[int, float], farthest: float
    ) -> Iterator[_Step]:
        """By chainage and offset from the tape laid between two cones, or from one past the other."""
        for start, end in (base, base[::-1]):
            first, second = self.cones[start], self.cones[end]
            long = abs(second.place - first.place)
            if long < _NEAREST:
                return
            ahead = (second.place - first.place) / long
            off = (at.place - first.place) / ahead
            beside, foot = abs(off.imag), first.place + off.real * ahead
            if not 0.0 < off.real <= 2.0 * long or beside > farthest or max(off.real, long) > self.crew.tape:
                continue
            laid = foot if off.real > long else second.place
            lines = [(first.place, laid), *([(foot, at.place)] if beside > _ON_LINE else [])]
            if all(self.crew.sight.free([(_point(a), _point(b)) for a, b in lines], hooked=False)):
                error = _read_error(off.real) + max(errors[start], errors[end])
                error += _SIGHTING * max(0.0, off.real / long - 1.0) ** 2
                square = _READING**2 + (_BY_EYE * beside) ** 2 if beside > _ON_LINE else 0.0
                yield _Step(at, (first, second), False, error + square)
                return

    def walked(self, steps: Sequence[_Step]) -> tuple[_Step, ...]:
        """In the order in which to walk: anchors first, then the nearest that hangs on what is hooked."""
        done = [*steps[:2]]
        left = [*steps[2:]]
        anchors = {step.cone.cone for step in done}
        while left:
            stand = {step.cone.cone for step in done}
            here = done[-1]

            def cost(step: _Step, here: _Step = here) -> float:
                moved = len(set(step.hooks) - set(here.hooks)) + (step.tie != here.tie)
                if not step.tie and {hook.cone for hook in step.hooks} == anchors:
                    moved = -_FIRST  # that tape lies there already, from one anchor to the other
                return abs(step.cone.place - here.cone.place) + _REHOOK * moved

            ready = [
                step for step in left if all(hook.cone is None or hook.cone in stand for hook in step.hooks)
            ]
            following = min(ready, key=lambda step: (round(cost(step), 6), step.cone.cone))
            done.append(following)
            left.remove(following)
        return tuple(done)

    def checked(self, steps: Sequence[_Step]) -> tuple[_Step, ...]:
        """Each with a third tape that would show a mistake best, where one can be stretched."""
        known = {hook.spot for step in steps for hook in step.hooks if hook.spot is not None}
        known |= self.crew.used | {at for at, spot in enumerate(self.crew.spots) if spot.kind == "named"}
        named = [hook for hook in self.hooks if hook.spot in known]
        findable = [hook for hook in self.hooks if self.crew.spots[hook.spot or 0].kind != "mark"]
        done: list[_Step] = []
        for step in steps:
            cones = [other.cone for other in done]
            among = (named, findable, cones) if len(done) < 2 else (cones, named, findable)
            choice = next(filter(None, (self._third(step, hooks) for hooks in among)), None)
            done.append(replace(step, check=choice))
        return tuple(done)

    def _third(self, step: _Step, among: Sequence[_At]) -> _At | None:
        """Of some hooks the one whose tape comes most across what places the cone."""
        at, (first, second) = step.cone.place, step.hooks
        beside = not step.tie and step.readings(self.crew.units)[1] != 0.0
        placing = {first, second} if step.tie else set() if beside else {first}
        near = [
            hook
            for hook in among
            if hook not in placing and _NEAREST < abs(hook.place - at) <= self.crew.tape
        ]
        hooked = any(hook.cone is None for hook in near)
        free = self.crew.sight.free([(_point(hook.place), _point(at)) for hook in near], hooked=hooked)
        along = second.place - first.place
        ways = (
            [first.place - at, second.place - at] if step.tie else [along, *([1j * along] if beside else [])]
        )

        def across(hook: _At) -> float:
            line = hook.place - at
            least = min(abs((line / way).imag) / abs(line / way) for way in ways)
            return round(least - abs(line) / 100.0, 6)

        return max((hook for hook, clear in zip(near, free, strict=True) if clear), key=across, default=None)

    def across(self, steps: Sequence[_Step]) -> tuple[tuple[_At, _At], ...]:
        """Two or three lengths across the drill, which no row has measured: between the anchors first."""
        measured = {
            frozenset((step.cone, hook))
            for step in steps
            for hook in (*(() if step.leans else step.hooks), *([step.check] if step.check else []))
        }
        found = [(steps[0].cone, steps[1].cone)]
        others = [
            (self.cones[a], self.cones[b])
            for a, b in sorted(self.between)
            if a < b and frozenset((self.cones[a], self.cones[b])) not in measured | {frozenset(found[0])}
        ]
        while others and len(found) < _MOST_CHECKS:
            seen = [cone for pair in found for cone in pair]
            best = max(
                others,
                key=lambda pair: (
                    -sum(seen.count(cone) for cone in pair),
                    round(abs(pair[0].place - pair[1].place), 6),
                ),
            )
            found.append(best)
            others.remove(best)
        return tuple(found)


def _cheapest(ties: Mapping[tuple[int, int], float]) -> tuple[int, int]:
    """The pair of hooks that costs least, of equals the first."""
    return min(ties, key=lambda pair: (round(ties[pair], 3), pair))


def _read_error(length: float) -> float:
    """The square of what a reading of a length is off by, mm²."""
    return _READING**2 + (_PULL * length) ** 2


def _tie_error(cone: complex, one: complex, other: complex) -> float | None:
    """The square of what a tie is off by, mm²; None where its tapes cross too flatly."""
    first, second = one - cone, other - cone
    angle = abs(math.degrees(cmath.phase(first / second)))
    if not _SHARPEST <= angle <= _FLATTEST:
        return None
    return (_read_error(abs(first)) + _read_error(abs(second))) / math.sin(math.radians(angle)) ** 2


def _point(place: complex) -> Point:
    return Point(place.real, place.imag)


class _Room:
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
    path = [_point(now[0] + (complex(*point.xy) - true[0]) * turn) for point in leg.path]
    return path, math.degrees(cmath.phase(turn))
