"""What the pages say: lengths in the reader's units, ways and directions in words, what the chest points at.

Words only: nothing here knows where on the paper they go.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from conedrills.drill import WAY, Drill
from conedrills.geometry import Path, Point, angle_between, cos_degrees, sin_degrees
from conedrills.layout import Layout, PlacedLeg, Placement, name_of_side, size_words
from conedrills.units import METRES, format_length
from conedrills.wording import plain_text
from conedrills.yard import Units, Yard

AT_CONE: Mapping[str, str] = {
    "touch": "touch the cone", "through": "run through", "round": "go round it", "break 45": "break at 45°",
    "break 90": "break at 90°", "speed turn": "speed turn", "stop": "stop",
}  # fmt: skip
_SECTORS = (
    "straight on",
    "forward-left",
    "left",
    "back-left",
    "straight back",
    "back-right",
    "right",
    "forward-right",
)
_OTHER_SIDE = {"left": "right", "right": "left", "Left": "Right", "Right": "Left"}
_SIDE_WORDS = re.compile(r"\b([Ll]eft|[Rr]ight)\b")
UNPROVEN = "Not proven: it may fit larger."
WET = "Wet grass: every run-out is half as long again."
_FACES = 12.0
"""Degrees within which the chest points at a person."""


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> count(1, "cone"), count(4, "cone")
    ('1 cone', '4 cones')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def length(metres: float, units: Units) -> str:
    """A length with its unit."""
    return format_length(metres, units)


def figure(metres: float, units: Units) -> str:
    """A length under a heading that names the unit; feet and inches keep their marks.

    >>> figure(4.0142, "m"), figure(4.0142, "ft")
    ('4.01', '13′ 2″')
    """
    return format_length(metres, units).removesuffix(f" {units}")


def at_most(metres: float, units: Units) -> str:
    """A distance that is there, never more than there is."""
    step = {"m": 0.01, "yd": METRES["yd"] / 100, "ft": METRES["in"]}[units]
    return format_length(math.floor(metres / step + 1e-6) * step, units)


def roughly(metres: float, units: Units) -> str:
    """How far off a landmark is.

    >>> roughly(3.549, "m"), roughly(29.8, "m"), roughly(2.0, "ft")
    ('3.5 m', '29 m', '6 ft')
    """
    amount = metres / METRES[units]
    return (
        f"{math.floor(amount * 10) / 10:.1f} {units}"
        if amount < 10.0 and units == "m"
        else f"{math.floor(amount)} {units}"
    )


def area(square_metres: float, units: Units) -> str:
    """An area.

    >>> area(631.853, "m"), area(631.853, "ft")
    ('632 m²', '6,801 sq ft')
    """
    amount = square_metres / METRES[units] ** 2
    return f"{amount:,.0f} m²" if units == "m" else f"{amount:,.0f} sq {units}"


def unit_heading(units: Units) -> str:
    """What stands over a column of lengths."""
    return {"m": "m", "yd": "yd", "ft": "ft, in"}[units]


def per_cent(size: float) -> str:
    """A size as people say it, never rounded up to one that does not fit.

    >>> per_cent(0.8399), per_cent(1.0)
    ('83 %', '100 %')
    """
    return f"{math.floor(size * 100 + 1e-6)} %"


def start_facing(placement: Placement) -> float:
    """The way the athlete faces at the start, yard degrees."""
    return placement.pose.turn(90.0)


def direction(leg: PlacedLeg, ahead: float) -> str:
    """Which way a leg goes, the page upright; a sideways leg by the athlete's own left and right."""
    heading = (leg.path[1] - leg.path[0]).angle
    if leg.shape == "arc":
        return f"curve {'left' if _turns_left(leg) else 'right'}"
    way = WAY[leg.movement]
    seen_from = leg.facing if way == "sideways" else ahead
    off = (heading - seen_from) % 360.0
    for straight, words in ((0.0, "straight on"), (180.0, "straight back")):
        if angle_between(off, straight) <= 10.0:
            # a sprint "straight back" would be read as running backward
            return f"back to {leg.end}" if way == "forward" and straight else words
    sector = round(off / 45.0) % 8
    if sector in (0, 4):
        # over ten degrees off straight is a diagonal to anybody who runs it
        sector = {0: 1 if off < 180.0 else 7, 4: 3 if off < 180.0 else 5}[sector]
    return _SECTORS[sector]


def _turns_left(leg: PlacedLeg) -> bool:
    first, second = leg.path[1] - leg.path[0], leg.path[2] - leg.path[1]
    return first.dx * second.dy - first.dy * second.dx > 0.0


def move(leg: PlacedLeg, ahead: float) -> str:
    """The movement and its direction, with the call where there is one."""
    if leg.call is None or leg.shape == "arc":
        return f"{leg.movement}, {direction(leg, ahead)}"
    off = angle_between((leg.path[1] - leg.path[0]).angle, ahead)
    way = direction(leg, ahead) if off <= 10.0 or off >= 170.0 else f"at {5 * round(off / 5)}°"
    return f"called {leg.call}: {leg.movement} {way}"


def at_the_cone(placement: Placement, index: int) -> str:
    """What happens at the end of a leg, and the walk to the next one where it starts elsewhere."""
    leg = placement.legs[index]
    words = own_side(placement, [leg.do])[0] or AT_CONE.get(leg.cut, leg.cut)
    following = next((other for other in placement.legs if other.order == leg.order + 1), None)
    if following and following.start != leg.end and not leg.call and "walk" not in words:
        return f"{words}; walk to {following.start}"
    return words


def own_side(placement: Placement, sentences: Sequence[str]) -> list[str]:
    """What a drill file says, with left and right changing places where the drill lies mirrored."""
    if not placement.pose.mirrored:
        return list(sentences)
    return [_SIDE_WORDS.sub(lambda found: _OTHER_SIDE[found[0]], sentence) for sentence in sentences]


def chest(layout: Layout, placement: Placement, leg: PlacedLeg) -> str:
    """What the chest points at on a leg."""
    if leg.facing_follows:
        heading = (leg.path[1] - leg.path[0]).angle
        off = (leg.facing - heading) % 360.0
        if angle_between(off, 0.0) <= 45.0:
            return "ahead"
        if angle_between(off, 180.0) <= 45.0:
            return "behind"
        return "the middle" if (off < 180.0) == _turns_left(leg) else "outside"
    if placement.caller and _points_at(leg, placement.caller):
        return "caller"
    if angle_between((leg.path[-1] - leg.path[0]).angle, leg.facing) <= _FACES:
        return f"cone {leg.end}"
    middle = leg.path[0] + (leg.path[-1] - leg.path[0]) * 0.5
    return faced(layout.yard, middle, leg.facing)[0]


def _points_at(leg: PlacedLeg, person: Point) -> bool:
    ends = (leg.path[0], leg.path[-1])
    return all(
        (person - end).length > 0.5 and angle_between((person - end).angle, leg.facing) <= _FACES
        for end in ends
    )


def mentioned(layout: Layout, placement: Placement) -> set[str]:
    """The things that a drill's page speaks of."""
    start = faced(layout.yard, placement.legs[0].path[0], start_facing(placement))[0]
    tight = {placement.tightest.to} if placement.tightest else set()
    return {start, *tight, *(chest(layout, placement, leg) for leg in placement.legs)}


def faced(yard: Yard, start: Point, angle: float) -> tuple[str, float]:
    """The first thing in a direction: its name, and how far it is, metres."""
    hits = [(distance, name) for name, path in _things(yard) for distance in _crossings(start, angle, path)]
    distance, name = min(hits, default=(0.0, "the open"))
    return name, distance


def _things(yard: Yard) -> Iterator[tuple[str, Path]]:
    corners = yard.boundary
    for side, corner in enumerate(corners):
        yield name_of_side(yard, side), (corner, corners[(side + 1) % len(corners)])
    for obstacle in yard.obstacles:
        yield obstacle.name or "obstacle", (*obstacle.polygon, obstacle.polygon[0])


def _crossings(start: Point, angle: float, path: Path) -> Iterator[float]:
    """How far along a ray it meets a polyline, metres."""
    cos, sin = cos_degrees(angle), sin_degrees(angle)
    spots = [
        ((p.x - start.x) * cos + (p.y - start.y) * sin, (p.y - start.y) * cos - (p.x - start.x) * sin)
        for p in path
    ]
    for (along, off), (along_next, off_next) in itertools.pairwise(spots):
        if (off > 0.0) != (off_next > 0.0):
            distance = along + (along_next - along) * off / (off - off_next)
            if distance > 0.0:
                yield distance


def hosts(drill: Drill) -> list[str]:
    """Where a drill is published, as one would say it, the first two places."""
    hosts = [urlsplit(source.url).hostname or "" for source in drill.definition.source]
    names = list(dict.fromkeys(name.removeprefix("www.") for name in hosts if name))
    return [plain_text(name) for name in names[:2]]


def lengths_of(placement: Placement) -> list[tuple[str, float, float, bool]]:
    """The drill's distances: name, metres at this size, metres as given, whether free; free ones first."""
    file, factors = placement.drill.definition, placement.factors
    metres = METRES[file.units]
    wide = file.stretch.width if file.stretch else []
    rows = []
    for name, distance in file.distances.items():
        factor = 1.0 if distance.locked else factors.width if name in wide else factors.depth
        given = distance.nominal * metres
        rows.append((name, given * factor, given, not distance.locked))
    return sorted(rows, key=lambda row: not row[3])


def is_full(placement: Placement) -> bool:
    """Whether a drill lies as it is given, neither smaller nor larger."""
    factors = placement.factors
    return max(abs(factors.depth - 1.0), abs(factors.width - 1.0)) < 1e-9


def two_sizes(placement: Placement) -> tuple[str, str] | None:
    """How deep and how wide a drill with two lengths is, for two short lines; None where one size says it.

    It is "full depth" and "70 % wide" where the depth is as published.
    """
    factors = placement.factors
    if size_words(placement) == per_cent(placement.size):
        return None
    return (
        "full depth" if factors.depth == 1.0 else f"{per_cent(factors.depth)} deep",
        "full width" if factors.width == 1.0 else f"{per_cent(factors.width)} wide",
    )


def full_words(drill: Drill) -> str:
    """What size 1 is: somebody's published size, or ours."""
    return "published" if drill.definition.grade == "A" else "full size"


def why_not_larger(placement: Placement, units: Units) -> str:
    """What keeps the drill from growing, in a sentence or two."""
    drill = placement.drill
    if drill.size_min == drill.size_max and drill.stretch is None:
        return "Fixed size."
    if _largest(placement):
        return "Full size reached."
    if placement.capped:
        return "Capped for a child."
    if _unproven(placement):  # it may be that nothing is in the way
        return UNPROVEN
    touch = f"{_capital(placement.tightest.to)} is in the way." if placement.tightest else "No more room."
    return " ".join([touch, *both_at_most(placement), *ended_early(placement)])


def both_at_most(placement: Placement) -> Iterator[str]:
    """Of a drill with two lengths, how large both together can be at most."""
    bound = placement.size_bound
    cannot_grow = placement.capped or _largest(placement) or not placement.gap_reached
    if placement.drill.stretch is not None and bound is not None and not cannot_grow:
        most = math.ceil(bound * 1000 - 1e-3) / 10
        yield f"Not both can be above {most:.1f} %."


def _largest(placement: Placement) -> bool:
    """Whether it is as large as the drill may be: of two lengths both."""
    stretch, factors = placement.drill.stretch, placement.factors
    if stretch is None:
        return placement.size >= placement.drill.size_max - 1e-4
    return factors.depth >= stretch.high.depth - 1e-4 and factors.width >= stretch.high.width - 1e-4


def _unproven(placement: Placement) -> bool:
    """Whether it has two lengths, of which nothing is proven, and one of them might be larger."""
    open_end = placement.drill.stretch is not None and placement.size_bound is None
    return open_end and not placement.capped and not _largest(placement)


def ended_early(placement: Placement) -> Iterator[str]:
    """Where a larger size is not ruled out as far as was asked for: that, and what is ruled out."""
    if _unproven(placement):
        yield UNPROVEN
    if placement.gap_reached or placement.capped or placement.size_bound is None:
        return
    if placement.size_bound >= placement.drill.size_max:
        yield "Search ended early: it may fit larger."
    else:
        most = math.ceil(placement.size_bound * 1000 - 1e-3) / 10
        yield f"Search ended early: at most {most:.1f} %."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def listed(words: Sequence[str]) -> str:
    """Words in a row with an "and".

    >>> listed(["2"]), listed(["2", "4"]), listed(["1", "2", "4"])
    ('2', '2 and 4', '1, 2 and 4')
    """
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def pages(number: int, of: int) -> str:
    """Which page."""
    return f"page {number} of {of}"
