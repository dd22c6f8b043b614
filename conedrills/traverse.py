"""A walk round a yard by bearings and lengths: by how much it misses its start, and which leg did it.

Metres, x east and y north; azimuths in degrees clockwise from north. Where two legs explain a miss equally,
both are named and neither is accused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal

from conedrills.bearings import Call, parse_bearing, parse_distance
from conedrills.blunders import in_units, level_of
from conedrills.geometry import cos_degrees, normal_angle, sin_degrees
from conedrills.survey import CONFIDENT, Level, Misclosure, Suspect
from conedrills.units import METRES, tape_units

WALKED = 0.01
"""Standard error of a leg, metres along and across, for the root of its length: the compass rule's."""
CLEARLY = 9.0
"""How many times better, in squares, one explanation must close than the next to be the only one."""
BY_CHANCE = 0.035
"""The chance that some leg explains a miss where none is wrong, over which none is spoken of."""
_LEAST = 0.0005  # metres: no closure means more than this
_STEPS = {
    "ft": (
        ("ten feet", 10 * METRES["ft"]),
        ("one yard", METRES["yd"]),
        ("one foot", METRES["ft"]),
        ("a hundred feet", 100 * METRES["ft"]),
        ("fifty feet", 50 * METRES["ft"]),
    ),
    "m": (
        ("ten metres", 10.0),
        ("one metre", 1.0),
        ("10 cm", 0.1),
        ("half a metre", 0.5),
        ("thirty metres", 30.0),
    ),
}
"""By how much a length is misread in one mark, or miscounted in whole tapes, metres."""
_SLIPS = (("1°", 1.0), ("10°", 10.0))
_UNNAMED = 25.0  # handicap in squares: bearings go wrong by a slip that has a name, or by very little
_NAMED = 10.0  # slips with names of about the size of a miss, a leg
_SECOND = 1.0 / 3600.0

Part = Literal["length", "bearing", "turn"]


@dataclass(frozen=True, slots=True)
class Course:
    """One leg from one named corner to another.

    `bearing` and `distance` are the two parts of what was written, "" where it was not.
    """

    start: str
    end: str
    azimuth: float
    length: float
    bearing: str = ""
    distance: str = ""

    @property
    def east(self) -> float:
        """Metres along +x."""
        return self.length * sin_degrees(self.azimuth)

    @property
    def north(self) -> float:
        """Metres along +y."""
        return self.length * cos_degrees(self.azimuth)


@dataclass(frozen=True, slots=True)
class Closure:
    """How a walk closes: its corners, where it ends, and the sums in the four directions, metres.

    `area` is square metres with the closing side, positive either way round. `ratio` is the perimeter in
    misclosures: 300 for 1:300.
    """

    corners: tuple[tuple[float, float], ...]
    end: tuple[float, float]
    misclosure: Misclosure
    ratio: float
    area: float
    level: Level
    sums: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A slip in one leg that would explain a miss.

    `leg` counts from 0; a wrong turn is at its start. `right` is what should be written there, "" where no
    common slip does it and only `azimuth` and `length`, the corrected ones, are known. `likely` says what
    happened; `leaves` is the misclosure that remains, metres.
    """

    leg: int
    part: Part
    azimuth: float
    length: float
    leaves: float
    written: str = ""
    right: str = ""
    likely: str = ""


@dataclass(frozen=True, slots=True)
class Blame:
    """What explains a miss: the one leg that does, or all that do where several do equally."""

    suspect: Explanation | None = None
    possible: tuple[Explanation, ...] = ()


@dataclass(frozen=True, slots=True)
class Balanced:
    """A corner after the compass rule, metres, and its 95 % uncertainty."""

    x: float
    y: float
    uncertainty: float


def courses(calls: Sequence[Call], names: Sequence[str] = ()) -> tuple[Course, ...]:
    """The legs of calls between corners of such names, P1 and on where there are none."""
    count = len(calls)
    called = [names[index] if index < len(names) else f"P{index + 1}" for index in range(count)]
    return tuple(
        Course(
            called[index], called[(index + 1) % count], call.azimuth, call.length, call.bearing, call.distance
        )
        for index, call in enumerate(calls)
    )


def turned(legs: Sequence[tuple[str, float]], turns: Sequence[float]) -> tuple[Course, ...]:
    """The legs of a walk with turns, the first along +x.

    Args:
        legs: from which corner, and how far, metres.
        turns: degrees to the left at the end of each leg but the last; negative to the right.
    """
    azimuths = [normal_angle(90.0 - heading) for heading in accumulate(turns[: len(legs) - 1], initial=0.0)]
    return tuple(
        Course(name, legs[(index + 1) % len(legs)][0], azimuths[index], length)
        for index, (name, length) in enumerate(legs)
    )


def closure(walk: Sequence[Course]) -> Closure:
    """How a walk closes that should come back to its start.

    Raises:
        ValueError: it has no legs.
    """
    if not walk:
        raise ValueError("a walk has legs.")
    xs = list(accumulate((leg.east for leg in walk), initial=0.0))
    ys = list(accumulate((leg.north for leg in walk), initial=0.0))
    corners = tuple(zip(xs[:-1], ys[:-1], strict=True))
    missed = Misclosure(
        math.fsum(leg.east for leg in walk),
        math.fsum(leg.north for leg in walk),
        math.fsum(leg.length for leg in walk),
    )
    # a walk that misses its start has the side from its last place to its first as well
    ring = [*zip(xs, ys, strict=True), (0.0, 0.0)]
    twice = math.fsum(x * further - y * over for (x, y), (over, further) in pairwise(ring))
    return Closure(
        corners=corners,
        end=(xs[-1], ys[-1]),
        misclosure=missed,
        ratio=missed.perimeter / missed.length if missed.length > 0.0 else math.inf,
        area=abs(twice) / 2.0,
        level=level_of(missed.length, missed.perimeter),
        sums=(
            math.fsum(max(leg.east, 0.0) for leg in walk),
            math.fsum(max(-leg.east, 0.0) for leg in walk),
            math.fsum(max(leg.north, 0.0) for leg in walk),
            math.fsum(max(-leg.north, 0.0) for leg in walk),
        ),
    )


def balance(walk: Sequence[Course], sigma: float = WALKED) -> tuple[Balanced, ...]:
    """The corners by the compass rule (Bowditch): the miss spread over the legs by their lengths.

    The rule is the least squares one where each leg goes astray along and across by a standard error that
    grows with the root of its length. Closing ties both ends of that random walk: at the share t of the
    perimeter p the variance left is that of a metre times p t (1 - t), nothing at the start and most halfway
    round. Of a metre it is `sigma` squared, or what the miss itself says where that is more.
    """
    whole = closure(walk)
    missed, perimeter = whole.misclosure, whole.misclosure.perimeter
    variance = max(sigma * sigma, missed.length**2 / (2.0 * perimeter)) if perimeter else 0.0
    gone = accumulate((leg.length for leg in walk), initial=0.0)
    found = []
    for (x, y), so_far in zip(whole.corners, gone, strict=False):
        share = so_far / perimeter if perimeter else 0.0
        left = variance * perimeter * share * (1.0 - share)
        found.append(
            Balanced(x - share * missed.east, y - share * missed.north, CONFIDENT * math.sqrt(max(left, 0.0)))
        )
    return tuple(found)


def blame(walk: Sequence[Course], units: str) -> Blame:
    """Which one slip in one leg explains that a walk misses its start.

    A wrong length shifts what follows along its own leg; a wrong bearing swings it, so that the corrected
    leg is as long as before. Slips with a name come first: a digit, two digits swapped, a whole foot, E for
    W. One leg is accused where it closes the walk to within the silent level, clearly better than any other
    leg could, and better than chance would let some leg do. A walk none of whose bearings was written goes by
    turns: a wrong one swings every leg after it.

    Args:
        walk: the legs as written.
        units: `m`, `ft` or `yd`, in which it was measured.
    """
    missed = closure(walk).misclosure
    level = level_of(missed.length, missed.perimeter)
    if level == "silent" or len(walk) < 3:
        return Blame()
    turns = not any(leg.bearing for leg in walk)
    rounding = _rounding(walk, units)
    found = sorted(
        ((_score(one, rounding), one) for one in _explanations(walk, missed, units, turns=turns)),
        key=lambda pair: (pair[0], pair[1].leg, pair[1].part),
    )
    found = [(score, one) for score, one in found if level_of(one.leaves, missed.perimeter) == "silent"]
    if not found:
        return Blame()
    best, first = found[0]
    share = math.hypot(first.leaves, rounding) / missed.length
    # some leg lies so well by chance; a slip with a name has to be of the right size as well
    by_chance = (2 if first.part == "bearing" else 1) * len(walk) * (2.0 / math.pi) * share
    if first.right:
        by_chance = min(by_chance, _NAMED * len(walk) * share**2)
    if by_chance > BY_CHANCE:
        return Blame()
    alike = tuple(one for score, one in found if score < CLEARLY * best)
    return Blame(alike[0], ()) if len(alike) == 1 else Blame(None, alike)


def _score(one: Explanation, rounding: float) -> float:
    """How badly an explanation closes, square metres; a bearing without a named slip counts for less."""
    handicap = _UNNAMED if one.part == "bearing" and not one.right else 1.0
    return (one.leaves**2 + rounding**2) * handicap


def _explanations(
    walk: Sequence[Course], missed: Misclosure, units: str, *, turns: bool
) -> Iterator[Explanation]:
    """The best explanation by the length and by the bearing or the turn of each leg."""
    rounding = _rounding(walk, units)
    for index, leg in enumerate(walk):
        ways = [(_lengths(index, leg, missed, units), _any_length(index, leg, missed))]
        if turns:
            yield from _turns(walk, index)
        else:
            ways.append((_bearings(index, leg, missed), _any_bearing(index, leg, missed)))
        for named, free in ways:
            best = min(named, key=lambda one: (round(one.leaves, 6), one.likely), default=None)
            # a slip with a name may close a little worse than the best figure there is, not much
            if best and (free is None or best.leaves <= 2.0 * free.leaves + 3.0 * rounding):
                yield best
            elif free:
                yield free


def _turns(walk: Sequence[Course], index: int) -> Iterator[Explanation]:
    """What the walk would leave with another turn at the start of a leg, all legs after it swung."""
    if index == 0:
        return
    before, after = walk[:index], walk[index:]
    left = math.remainder(before[-1].azimuth - after[0].azimuth, 360.0)
    for degrees in (0.0, 45.0, 90.0, 135.0, -45.0, -90.0, -135.0):
        swing = left - degrees
        if abs(math.remainder(swing, 360.0)) > 1.0:
            swung = [(leg.azimuth + swing, leg.length) for leg in after]
            east = math.fsum(
                [leg.east for leg in before] + [length * sin_degrees(azimuth) for azimuth, length in swung]
            )
            north = math.fsum(
                [leg.north for leg in before] + [length * cos_degrees(azimuth) for azimuth, length in swung]
            )
            yield Explanation(
                index,
                "turn",
                normal_angle(after[0].azimuth + swing),
                after[0].length,
                math.hypot(east, north),
                _turn_text(left),
                _turn_text(degrees),
                "left and right swapped" if abs(left + degrees) < 1.0 else "",
            )


def _turn_text(left: float) -> str:
    if abs(left) < 0.5:
        return "straight on"
    way = "left" if left > 0.0 else "right"
    return way if abs(abs(left) - 90.0) < 0.5 else f"{way} {abs(left):g}"


def _any_length(index: int, leg: Course, missed: Misclosure) -> Explanation | None:
    along = missed.east * sin_degrees(leg.azimuth) + missed.north * cos_degrees(leg.azimuth)
    across = missed.east * cos_degrees(leg.azimuth) - missed.north * sin_degrees(leg.azimuth)
    length = leg.length - along
    if length <= 0.0:
        return None
    return Explanation(index, "length", leg.azimuth, length, abs(across), leg.distance)


def _any_bearing(index: int, leg: Course, missed: Misclosure) -> Explanation | None:
    east, north = leg.east - missed.east, leg.north - missed.north
    azimuth = normal_angle(math.degrees(math.atan2(east, north)))
    return Explanation(
        index, "bearing", azimuth, leg.length, abs(math.hypot(east, north) - leg.length), leg.bearing
    )


def _lengths(index: int, leg: Course, missed: Misclosure, units: str) -> Iterator[Explanation]:
    """What the leg would leave with each common slip of its length put right."""
    found: list[tuple[float, str, str]] = []
    for text, likely in _misread(leg.distance):
        try:
            found.append((parse_distance(text, units), text, likely))
        except ValueError:
            continue
    for name, step in _STEPS[tape_units(units)]:
        found += [(leg.length - step, "", f"{name} too long"), (leg.length + step, "", f"{name} too short")]
    for length, text, likely in found:
        if length > 0.0 and abs(length - leg.length) > _LEAST:
            leaves = _leaves(leg, leg.azimuth, length, missed)
            right = text or in_units(length, units)
            yield Explanation(index, "length", leg.azimuth, length, leaves, leg.distance, right, likely)


def _bearings(index: int, leg: Course, missed: Misclosure) -> Iterator[Explanation]:
    """What the leg would leave with each common slip of its bearing put right."""
    for text, azimuth, likely in _slipped(leg):
        leaves = _leaves(leg, azimuth, leg.length, missed)
        yield Explanation(index, "bearing", azimuth, leg.length, leaves, leg.bearing, text, likely)


def _slipped(leg: Course) -> Iterator[tuple[str, float, str]]:
    written = leg.bearing
    letters = re.fullmatch(r"(?P<first>[ns])(?P<mid>.*\d.*?)(?P<last>[ew])(?P<end>[a-z.]*)", written)
    for text, likely in _misread(written):
        try:
            yield text, parse_bearing(text), likely
        except ValueError:
            continue
    if letters:
        first = "s" if letters["first"] == "n" else "n"
        last = "w" if letters["last"] == "e" else "e"
        for one, other, likely in (
            (letters["first"], last, f"{last.upper()} written as {letters['last'].upper()}"),
            (first, letters["last"], f"{first.upper()} written as {letters['first'].upper()}"),
            (first, last, "walked the other way"),
        ):
            try:
                yield (text := f"{one}{letters['mid']}{other}"), parse_bearing(text), likely
            except ValueError:
                continue
    else:
        back = normal_angle(leg.azimuth + 180.0)
        yield _degrees_text(back), back, "read at the other end of the needle"
    for name, size in _SLIPS:
        for sign, way in ((-1.0, "much"), (1.0, "little")):
            azimuth = normal_angle(leg.azimuth + sign * size)
            yield _degrees_text(azimuth), azimuth, f"{name} too {way}"


def _degrees_text(azimuth: float) -> str:
    return f"{round(azimuth, 4):g}°"


def _leaves(leg: Course, azimuth: float, length: float, missed: Misclosure) -> float:
    east = missed.east - leg.east + length * sin_degrees(azimuth)
    north = missed.north - leg.north + length * cos_degrees(azimuth)
    return math.hypot(east, north)


def _misread(written: str) -> Iterator[tuple[str, str]]:
    """The text with each digit read as another, and with neighbours in each other's place."""
    digits = [found.start() for found in re.finditer(r"\d", written)]
    for first, second in pairwise(digits):
        between = written[first + 1 : second]
        if between in {"", "."} and written[first] != written[second]:
            yield (
                written[:first] + written[second] + between + written[first] + written[second + 1 :],
                "two digits swapped",
            )
    for place in digits:
        for digit in "0123456789":
            if digit != written[place]:
                yield written[:place] + digit + written[place + 1 :], "a digit misread"


def _rounding(walk: Sequence[Course], units: str) -> float:
    """Metres by which a walk misses where its legs are right to the last digit that they are written with."""
    squares = math.fsum(
        _step_of_length(leg.distance, units) ** 2
        + (leg.length * math.radians(_step_of_angle(leg.bearing))) ** 2
        for leg in walk
    )
    return max(math.sqrt(squares / 12.0), _LEAST)


def _step_of_length(written: str, units: str) -> float:
    """Metres that the last digit of a length counts."""
    found = list(re.finditer(r"\d+(?:[.,](\d+))?", written))
    if not found or "/" in written:
        return METRES["in"] / 8.0
    decimals = len(found[-1][1] or "")
    unit = written[found[-1].end() :].strip(" .")
    try:
        size = parse_distance(f"1 {unit}", units) if unit else METRES[units]
    except ValueError:
        size = METRES[units]
    return float(size * 10.0**-decimals)


def _step_of_angle(written: str) -> float:
    """Degrees that the last digit of a bearing counts."""
    found = list(re.finditer(r"\d+(?:[.,](\d+))?", written))
    if not found:
        return 0.0 if not written else 1.0
    size = (1.0, 1.0 / 60.0, _SECOND)[min(len(found), 3) - 1]
    return float(size * 10.0 ** -len(found[-1][1] or ""))


def suspect(one: Explanation, walk: Sequence[Course], rivals: Sequence[Explanation] = ()) -> Suspect:
    """An explanation as the suspect of a survey; `off` is 0 where a bearing is wrong."""
    leg = walk[one.leg]
    off = leg.length - one.length if one.part == "length" else 0.0
    return Suspect(
        leg.start,
        leg.end,
        off,
        one.likely,
        tuple((walk[other.leg].start, walk[other.leg].end) for other in rivals),
    )


def sentences(walk: Sequence[Course], blamed: Blame, units: str) -> list[str]:
    """What a person should know of a walk that misses its start: which legs to measure again, and why."""
    whole = closure(walk)
    if whole.level == "silent":
        return []
    east, west, north, south = whole.sums
    said = [
        f"East and west: {_sum_told((east, west), ('east', 'west'), units)}"
        f" North and south: {_sum_told((north, south), ('north', 'south'), units)}"
    ]
    if blamed.suspect:
        what = (
            "Look at that turn first." if blamed.suspect.part == "turn" else "Measure that leg again first."
        )
        said.append(f"One slip explains it: {_told(blamed.suspect, walk, units)}. {what}")
    elif blamed.possible:
        ways = "; or ".join(_told(one, walk, units) for one in blamed.possible[:4])
        said.append(f"Each of these slips would explain it, and nothing tells which: {ways}.")
    else:
        over = abs(whole.misclosure.east) > abs(whole.misclosure.north)
        legs = [f"{leg.start}–{leg.end}" for leg in walk if (abs(leg.east) > abs(leg.north)) == over]
        way = "east and west" if over else "north and south"
        if legs:
            said.append(f"Measure again first the legs that run {way}: {', '.join(legs[:6])}.")
    return said


def _sum_told(sums: tuple[float, float], ways: tuple[str, str], units: str) -> str:
    out, back = sums
    told = f"{in_units(out, units)} out, {in_units(back, units)} back"
    if abs(out - back) < 0.001:
        return f"{told}."
    return f"{told}, {in_units(abs(out - back), units)} too far {ways[0] if out > back else ways[1]}."


def _told(one: Explanation, walk: Sequence[Course], units: str) -> str:
    leg = walk[one.leg]
    written = one.written.upper() if one.part == "bearing" else one.written
    right = one.right.upper() if one.part == "bearing" else one.right
    name = f"leg {one.leg + 1} ({leg.start}–{leg.end})"
    likely = f" ({one.likely})" if one.likely else ""
    if one.part == "turn":
        return f"at {leg.start}, {written} should be {right}{likely}"
    if one.part == "length":
        was, now = written or in_units(leg.length, units), right or f"about {in_units(one.length, units)}"
    else:
        was, now = (
            written or _degrees_text(leg.azimuth),
            right or f"about {_degrees_text(round(one.azimuth, 1))}",
        )
    return f"{name}: {was} should be {now}{likely}"
