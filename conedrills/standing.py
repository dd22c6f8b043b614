"""Where the cones stand when a stranger follows the set-out, and what is wrong with it: part of `check`.

Knows nothing of how the rows were chosen. Every cone is put where its row says, from where its hooks stand by
then; what the tapes read, and over what they lie, is judged between the places that the pose gives.
Complex numbers are places in the yard, metres.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import shapely

from conedrills.geometry import Point
from conedrills.layout import Hook, Layout, Offset, Placement, SetoutRow, Tape, Tie
from conedrills.remeasure import SAME, Frame, RawYard, TrueLeg, at_xy, in_m

STRAY = 0.050
"""Metres that a cone may stand from its place when the rounded lengths have been followed."""
MISREAD = 0.020
"""Metres that a stated length may differ from the true one: a tape shows centimetres or half inches."""
ALLOWED = 0.020
"""Metres that may be missing from what a leg must keep, on cones as they stand."""
SHARPEST, FLATTEST = 30.0, 150.0
"""Degrees between two tapes at a cone. NAS Guide, p. 121."""
_BEYOND = 0.5  # degrees beyond these that are nobody's business
_MISTURNED = 1.0  # degrees that a stated cut angle may be off


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a set-out: a sentence without its full stop, and the key that it is about.

    `at` is the place in the yard and `amount` how much is off or missing, metres, where there is one.
    """

    message: str
    key: str
    at: Point | None = None
    amount: float | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A length that is stated beside the true one, and the line on which the tape lies."""

    what: str
    key: str
    stated: float
    true: float
    line: tuple[complex, complex]


def faults(layout: Layout, ground: RawYard, placement: Placement, legs: Sequence[TrueLeg]) -> Iterator[Fault]:
    """Everything wrong with a placement's set-out and its checks; nothing where there is none.

    Args:
        layout: has the reference points and the longest tape.
        ground: its yard.
        placement: the one that is set out.
        legs: of that placement, with the room that they must keep.
    """
    follower = _Follower(layout, ground, placement)
    yield from follower.points()
    for number, row in enumerate(placement.setout, 1):
        yield from follower.row(number, row)
    for number, check in enumerate(placement.checks, 1):
        what, key = f"check {number}", f"checks, check {number}"
        if check.start == check.end:
            yield Fault(f"{what} is from cone {check.start} to itself", key)
        elif all(cone in follower.cones for cone in (check.start, check.end)):
            tape = Tape(check.start, check.distance)
            yield from follower.judged([follower.tape(what, key, tape, check.end)])
        else:
            yield Fault(f"{what} names a cone that is not in the drill", key)
    if placement.setout:
        yield from follower.left_out()
        for leg in legs:
            yield from follower.leg(leg)


class _Follower:
    """Does what the rows say, one by one."""

    def __init__(self, layout: Layout, ground: RawYard, placement: Placement) -> None:
        frame = Frame(placement)
        self.layout, self.placement = layout, placement
        self.ground = ground
        self.longest = math.inf if layout.tape is None else layout.tape
        self.stands: dict[Hook, complex] = {
            reference.name: complex(*reference.at.xy) for reference in layout.yard.references
        }
        self.cones: dict[Hook, complex] = {
            number: frame.of(cone) for number, cone in enumerate(placement.drill.cones, 1)
        }
        self.true: dict[Hook, complex] = {**self.stands, **self.cones}

    def points(self) -> Iterator[Fault]:
        """Whether the points that tapes are hooked on are as far from others as is said of them."""
        hooks = {hook for row in self.placement.setout for hook in (*_hooks(row), *_check_hook(row))}
        for reference in self.layout.yard.references:
            away = reference.away
            if away is None or reference.name not in hooks or away.start not in self.true:
                continue
            key = f"references, {reference.name}"
            what = f"{reference.kind} {reference.name}: its distance from {away.start}"
            line = self.true[away.start], self.true[reference.name]
            reading = _Reading(what, key, away.distance, abs(line[1] - line[0]), line)
            yield from self.judged([reading]) if reference.kind == "mark" else self.misread(reading)

    def row(self, number: int, row: SetoutRow) -> Iterator[Fault]:
        """Put a cone where a row says, and judge the row."""
        where, key = f"set-out row {number}", f"setout, row {number}"
        if row.cone not in self.cones:
            yield Fault(f"{where} sets out cone {row.cone}, which is not in the drill", key)
            return
        if row.cone in self.stands:
            yield Fault(f"{where} sets out cone {row.cone}, which stands already", key)
            return
        hooks = _hooks(row)
        for hook in (*hooks, *_check_hook(row)):
            if hook not in self.stands:
                missing = "does not stand yet" if isinstance(hook, int) else "is no reference point"
                yield Fault(f"{where} has a tape from {_called(hook)}, which {missing}", key)
        if hooks[0] == hooks[1]:
            yield Fault(f"{where} has both tapes from {_called(hooks[0])}", key)
        elif all(hook in self.true for hook in hooks) and self._apart(hooks) <= SAME:
            both = " and ".join(map(_called, hooks))
            yield Fault(f"{where} hangs on {both}, which are at the same place", key)
        elif all(hook in self.stands for hook in hooks):
            yield from self._put(f"{where}, cone {row.cone}", key, row)
        self.stands.setdefault(row.cone, self.cones[row.cone])  # so that one mistake is told once
        if all(hook in self.true for hook in hooks) and self._apart(hooks) > SAME:
            yield from self.judged(self._readings(f"{where}, cone {row.cone}", key, row))
            if isinstance(row, Tie):
                yield from self._cut(f"{where}, cone {row.cone}", key, row)
        if row.check and row.check.at in self.true and row.check.at != row.cone:
            what = f"{where}, cone {row.cone}: the check from {_called(row.check.at)}"
            yield from self.judged([self.tape(what, f"{key}, check", row.check, row.cone)])

    def _apart(self, hooks: tuple[Hook, Hook]) -> float:
        return abs(self.true[hooks[1]] - self.true[hooks[0]])

    def _put(self, where: str, key: str, row: SetoutRow) -> Iterator[Fault]:
        """Let the cone stand where two tapes put it."""
        first, second = (self.stands[hook] for hook in _hooks(row))
        place = self.cones[row.cone]
        if isinstance(row, Offset):
            spot = first + complex(row.along, row.offset) * _unit(second - first)
        else:
            reach = (row.tapes[0].distance, row.tapes[1].distance)
            crossings = _crossings(first, second, reach)
            if crossings is None:
                yield Fault(f"{where}: its two tapes do not meet", key, _point(place))
                return
            other, spot = crossings if row.side == "right" else crossings[::-1]
            if abs(spot - place) > STRAY >= abs(other - place):
                line = f"the line from {_called(row.tapes[0].at)} to {_called(row.tapes[1].at)}"
                message = f"{where} is stated to the {row.side} of {line}, but it lies on the other side"
                yield Fault(message, f"{key}, side", _point(place), abs(spot - place))
                return
        self.stands[row.cone] = spot
        if (off := abs(spot - place)) > STRAY:
            message = f"{where} will stand {in_m(off)} from {at_xy(_point(place))}"
            yield Fault(f"{message}, where it belongs", key, _point(spot), off)

    def _cut(self, where: str, key: str, row: Tie) -> Iterator[Fault]:
        """How two tapes cross."""
        place = self.cones[row.cone]
        ways = [self.true[tape.at] - place for tape in row.tapes]
        angle = abs(math.degrees(cmath.phase(ways[1] * ways[0].conjugate())))
        if not SHARPEST - _BEYOND <= angle <= FLATTEST + _BEYOND:
            message = f"{where}: its tapes cross at {angle:.1f}°, not at {SHARPEST:.0f}° to {FLATTEST:.0f}°"
            yield Fault(message, f"{key}, cut_angle", _point(place))
        if abs(angle - row.cut_angle) > _MISTURNED:
            message = f"{where}: its cut angle is stated as {row.cut_angle:.1f}°, but it is {angle:.1f}°"
            yield Fault(message, f"{key}, cut_angle", _point(place))

    def _readings(self, where: str, key: str, row: SetoutRow) -> Iterator[_Reading]:
        """What the tapes read by which a cone is put."""
        if isinstance(row, Tie):
            for tape in row.tapes:
                what = f"{where}: the tape from {_called(tape.at)}"
                yield self.tape(what, f"{key}, from", tape, row.cone)
            return
        first, second, place = self.true[row.start], self.true[row.end], self.cones[row.cone]
        ahead = _unit(second - first)
        off = (place - first) / ahead
        foot = first + off.real * ahead
        laid = f"{where}: the tape laid from {_called(row.start)} to {_called(row.end)}"
        yield _Reading(laid, f"{key}, along", row.along, off.real, (first, foot))
        yield _Reading(f"{where}: the offset", f"{key}, offset", row.offset, off.imag, (foot, place))

    def tape(self, what: str, key: str, tape: Tape, cone: int) -> _Reading:
        """What a tape from a hook to a cone reads."""
        line = self.true[tape.at], self.true[cone]
        return _Reading(what, key, tape.distance, abs(line[1] - line[0]), line)

    def judged(self, readings: Iterator[_Reading] | Sequence[_Reading]) -> Iterator[Fault]:
        """Whether each length is true, on the tape, and stretched over lawn alone."""
        for reading in readings:
            what, key = reading.what, reading.key
            start, end = map(_point, reading.line)
            yield from self.misread(reading)
            if (more := abs(reading.stated) - self.longest) > SAME:
                message = f"{what} is {in_m(abs(reading.stated))}"
                yield Fault(f"{message}, but the longest tape is {in_m(self.longest)}", key, end, more)
            for off_lawn in self.ground.tape_off_lawn(start, end):
                yield Fault(f"{what} {off_lawn.words}", key, off_lawn.at, off_lawn.length)

    def misread(self, reading: _Reading) -> Iterator[Fault]:
        """Whether a length is as stated."""
        off = abs(reading.stated - reading.true)
        if not off <= MISREAD:
            stated, true = (_signed(length) for length in (reading.stated, reading.true))
            message = f"{reading.what} is stated as {stated}, but it is {true}"
            yield Fault(message, reading.key, _point(reading.line[1]), off)

    def left_out(self) -> Iterator[Fault]:
        """Every cone that no row sets out."""
        for number, place in self.cones.items():
            if number not in self.stands:
                yield Fault(f"cone {number} is not set out", f"setout, cone {number}", _point(place))
                self.stands[number] = place

    def leg(self, leg: TrueLeg) -> Iterator[Fault]:
        """Whether a leg keeps what it must, but for `ALLOWED`, where its cones stand."""
        what, key = f"on the cones as set out, {leg.name}", f"setout, {leg.name}"
        leg = self._carried(leg)
        for off in self.ground.off_lawn(leg.prolonged):
            yield Fault(f"{what} {off.words}", key, off.at, off.length)
        shapes = [(what, leg.prolonged, leg.side_clearance)]
        if leg.round_clearance is not None:
            turn = f"on the cones as set out, the turn of {leg.name} round cone {leg.leg.end}"
            shapes.append((turn, shapely.Point(leg.path[-1].xy), leg.round_clearance))
        for part, shape, clearance in shapes:
            for missing, thing in self.ground.too_close(shape, clearance, ALLOWED + SAME):
                at = thing.nearest_to(shape)
                message = f"{part} comes {in_m(missing)} too close to {thing.label}"
                yield Fault(f"{message} at {at_xy(at)}", key, at, missing)

    def _carried(self, leg: TrueLeg) -> TrueLeg:
        """A leg turned and stretched with its ends; one that ends where it starts is moved with its start."""
        start, end = (self.cones[number] for number in (leg.leg.start, leg.leg.end))
        moved, reached = (self.stands[number] for number in (leg.leg.start, leg.leg.end))
        step = (reached - moved) / (end - start) if abs(end - start) > SAME else 1.0 + 0j
        return replace(
            leg,
            path=tuple(_point(moved + step * (complex(*point.xy) - start)) for point in leg.path),
            heading_out=leg.heading_out + math.degrees(cmath.phase(step)),
        )


def _hooks(row: SetoutRow) -> tuple[Hook, Hook]:
    return (row.tapes[0].at, row.tapes[1].at) if isinstance(row, Tie) else (row.start, row.end)


def _check_hook(row: SetoutRow) -> tuple[Hook, ...]:
    return (row.check.at,) if row.check else ()


def _called(hook: Hook) -> str:
    return f"cone {hook}" if isinstance(hook, int) else hook


def _unit(step: complex) -> complex:
    """The direction of a step; ahead where it has none."""
    return step / abs(step) if abs(step) > 0.0 else 1.0 + 0j


def _crossings(first: complex, second: complex, reach: tuple[float, float]) -> tuple[complex, complex] | None:
    """Where two tapes meet, to the left and to the right of the line between their hooks."""
    base = abs(second - first)
    if not base > 0.0:
        return None
    along = (reach[0] * reach[0] - reach[1] * reach[1] + base * base) / (2.0 * base)
    square = reach[0] * reach[0] - along * along
    if not square >= 0.0:
        return None
    ahead, beside = _unit(second - first), math.sqrt(square)
    return first + complex(along, beside) * ahead, first + complex(along, -beside) * ahead


def _signed(length: float) -> str:
    return f"-{in_m(-length)}" if length < 0.0 else in_m(length)


def _point(place: complex) -> Point:
    return Point(place.real, place.imag)
