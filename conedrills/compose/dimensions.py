"""The dimensions of a drill: which lengths, angles and radii are marked, and where on paper.

Each named distance is marked once, where the drill file gives a place by it; the hull and what the file says
of cuts follow. Lengths end in ticks, because an arrow head means running here. Metres in the drill's frame,
then millimetres, y down; angles counter-clockwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Literal

from conedrills.compose import curve
from conedrills.compose.curve import Line
from conedrills.compose.ink import HAIR, HALO, text, width_of
from conedrills.compose.notes import Note
from conedrills.compose.scene import Scene
from conedrills.drill import Drill, Figure
from conedrills.drillfile import DrillFile, PlaceFile, linear
from conedrills.geometry import Path, Point, Vector, angle_between, normal_angle
from conedrills.labels import Box, Label, Spot
from conedrills.language import Voice
from conedrills.sheet import XY, Mark, Stroke
from conedrills.units import METRES, format_length
from conedrills.yard import Units

FileUnits = Literal["m", "yd", "ft", "in"]
_SAME = 1e-6
"""Metres within which two places are one."""
_THIN, _LINE, _TICK = 0.08, 0.1, 0.16
"""Widths of lines for capitals of 1 mm."""
_SIDES: Mapping[str, float] = {"ahead": 90.0, "back": 270.0, "left": 180.0, "right": 0.0}
_STEP = 15.0
"""Degrees: a cut at a multiple of these has its angle marked."""
_NEAR = 0.1
"""Degrees within which an angle is such a multiple."""
_CLEAR = 4.0
"""Millimetres that a line which leads to a dimension stays off the cone."""


@dataclass(frozen=True, slots=True)
class Span:
    """From a place to another, measured along an angle, in so many equal parts."""

    start: Point
    end: Point
    angle: float
    count: int = 1

    def ends(self) -> tuple[float, float]:
        """How far both places are along its angle, metres."""
        along = Vector.polar(1.0, self.angle)
        low, high = (place.x * along.dx + place.y * along.dy for place in (self.start, self.end))
        return min(low, high), max(low, high)


@dataclass(frozen=True, slots=True)
class Dimension:
    """A length that is marked: any of the `spans` shows it, `metres` is one part of them.

    `each` says that there are more of the same; a `radius` is drawn from its centre.
    """

    key: str
    metres: float
    spans: tuple[Span, ...]
    each: bool = False
    radius: bool = False


@dataclass(frozen=True, slots=True)
class Corner:
    """An angle that is marked: at a place, from one direction counter-clockwise to another, degrees.

    `axis` is the one of both that is no leg but straight ahead or straight back, None where both are legs.
    """

    at: Point
    start: float
    end: float
    axis: float | None = None
    each: bool = False

    @property
    def degrees(self) -> int:
        """How wide it is."""
        return round((self.end - self.start) % 360.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """How lengths are written: in units, with those of the reader in brackets where they are others."""

    voice: Voice
    units: FileUnits
    other: Units | None = None

    def length(self, metres: float) -> str:
        """A length as the drill file would say it.

        >>> Scale(Voice("en", "yd"), "yd", "m").length(4.572), Scale(Voice("de", "m"), "m").length(2.5)
        ('5 yd', '2,5 m')
        """
        return self._plain(metres, self.units)

    def both(self, metres: float) -> str:
        """The same with the other units in brackets.

        >>> Scale(Voice("en", "yd"), "yd", "m").both(4.572), Scale(Voice("en", "m"), "m", "ft").both(5.0)
        ('5 yd (4.57 m)', '5 m (16′ 5″)')
        """
        if self.other is None or self.other == self.units:
            return self.length(metres)
        if self.other == "ft":
            other = self.voice.number(format_length(metres, "ft"))
        else:
            other = self._plain(metres, self.other)
        return f"{self.length(metres)} ({other})"

    def _plain(self, metres: float, units: str) -> str:
        figures = f"{metres / METRES[units]:.2f}".rstrip("0").rstrip(".")
        return f"{self.voice.number(figures)} {units}"


# --- which ----------------------------------------------------------------------------------------------


def dimensions(drill: Drill, size: float, *, lean: bool = False) -> tuple[Dimension, ...]:
    """What of a drill at a size has a dimension, the named distances first; `lean`: no others."""
    figure = drill.figure(size)
    groups = _chosen(_groups(drill, size), lean=lean)
    rounds = [*_radii(drill, figure, groups)]
    known = {dimension.key for dimension in rounds}
    named = [
        _dimension(terms, metres, spans, figure.cones)
        for terms, (metres, spans) in groups.items()
        if _name(terms) not in known
    ]
    found = [*rounds, *named]
    if lean and found:
        return tuple(found)
    return (*found, *_hull(figure, found, lean=lean))


_Terms = tuple[tuple[str, float], ...]
_Groups = dict[_Terms, tuple[float, list[Span]]]


def _name(terms: _Terms) -> str:
    """A name for a length that makes an id."""
    if _whole(terms) and terms[0][0]:
        return terms[0][0]
    return "-".join(f"{name or 'fixed'}-{abs(factor):g}" for name, factor in terms)


def _whole(terms: _Terms) -> bool:
    return len(terms) == 1 and abs(terms[0][1] - 1.0) < 1e-9


def _groups(drill: Drill, size: float) -> _Groups:
    """The spans by which the file gives its places, by what they are made of, with their length in metres."""
    file, groups = drill.definition, _Groups()
    places = _places(file, size)
    for label, place in {**file.cones, **file.points}.items():
        start, end = places.get(place.from_ or "", Point(0.0, 0.0)), places[label]
        for key in (*_SIDES, "distance"):
            said: str | float | None = getattr(place, key)
            if said is None:
                continue
            metres = _length(file, said, size)
            angle = _SIDES.get(key, 90.0 - (place.bearing or 0.0))
            if abs(metres) < _SAME:
                continue
            sign = math.copysign(1.0, metres)
            terms = tuple(
                (name, round(sign * factor, 6))
                for name, factor in sorted(linear(str(said)).items())
                if factor
            )
            group = groups.setdefault(terms, (abs(metres), []))
            group[1].append(Span(start, end, normal_angle(angle)))
    return groups


def _places(file: DrillFile, size: float) -> dict[str, Point]:
    """Where every cone and point of a file is, metres."""
    files: dict[str, PlaceFile] = {**file.cones, **file.points}
    found: dict[str, Point] = {}

    def place(label: str) -> Point:
        if label not in found:
            own = files[label]
            at = place(own.from_) if own.from_ is not None else Point(0.0, 0.0)
            for key, angle in _SIDES.items():
                if (said := getattr(own, key)) is not None:
                    at += Vector.polar(_length(file, said, size), angle)
            if own.distance is not None:
                at += Vector.polar(_length(file, own.distance, size), 90.0 - (own.bearing or 0.0))
            found[label] = at
        return found[label]

    for label in files:
        place(label)
    return found


def _length(file: DrillFile, said: str | float, size: float) -> float:
    """A length of a file at a size, metres."""
    total = 0.0
    for name, factor in linear(str(said)).items():
        distance = file.distances.get(name)
        nominal = distance.nominal if distance else 1.0
        total += factor * nominal * (1.0 if distance is None or distance.locked else size)
    return total * METRES[file.units]


def _chosen(groups: _Groups, *, lean: bool) -> _Groups:
    """Every distance once as a whole; parts and sums of it where nothing else says where cones are."""
    chosen = {terms: group for terms, group in groups.items() if _whole(terms) and terms[0][0]}
    covered = {terms[0][0] for terms in chosen}
    rest = sorted((terms for terms in groups if terms not in chosen), key=lambda terms: (len(terms), terms))
    for terms in rest:
        new = {name for name, _ in terms if name} - covered
        if new:
            chosen[terms] = groups[terms]
            covered |= new
        elif not lean and len(terms) == 1 and not _multiple(terms, groups):
            chosen[terms] = groups[terms]
    return chosen


def _multiple(terms: _Terms, groups: _Groups) -> bool:
    """Whether a part of a distance is so many times another part of it, or more of it than all."""
    ((name, factor),) = terms
    others = [other[0][1] for other in groups if len(other) == 1 and other[0][0] == name and other != terms]
    return factor > 1.0 or any(
        factor > other and abs(factor / other - round(factor / other)) < 1e-4 for other in others
    )


def _dimension(terms: _Terms, metres: float, spans: Sequence[Span], cones: Path) -> Dimension:
    chains = [_chain(span, metres, cones) for span in spans]
    distinct = _distinct(chains)
    if len(distinct) == 1:
        return Dimension(_name(terms), metres, tuple(dict.fromkeys(chains)))
    return Dimension(_name(terms), metres, tuple(spans), each=len(_distinct(spans)) > 1)


def _distinct(spans: Iterable[Span]) -> list[Span]:
    """The spans that show something of their own: not those beside another that is as long and as far."""
    kept: dict[tuple[float, float, float], Span] = {}
    for span in spans:
        upright = replace(span, angle=round(span.angle, 6) % 180.0)
        low, high = upright.ends()
        kept.setdefault((upright.angle, round(low, 4), round(high, 4)), span)
    return list(kept.values())


def _chain(span: Span, metres: float, cones: Path) -> Span:
    """The span with all its equals before and behind it, in one line from cone to cone."""
    step = Vector.polar(metres, span.angle)
    if (span.start + step - span.end).length > 1e-4:
        return span
    start, end, count = span.start, span.end, 1
    while len(cones) > count and _cone_at(end + step, cones) and _cone_at(end, cones):
        end, count = end + step, count + 1
    while len(cones) > count and _cone_at(start + step * -1.0, cones) and _cone_at(start, cones):
        start, count = start + step * -1.0, count + 1
    if count > 1 and not (_cone_at(start, cones) and _cone_at(end, cones)):
        return span
    if normal_angle(span.angle) >= 180.0 - 1e-9:  # the same chain, whichever way it was found
        return Span(end, start, normal_angle(span.angle + 180.0), count)
    return Span(start, end, span.angle, count)


def _cone_at(place: Point, cones: Path) -> bool:
    return any((cone - place).length < 1e-4 for cone in cones)


def _radii(drill: Drill, figure: Figure, groups: _Groups) -> Iterator[Dimension]:
    """The radius of every arc, by the name of its distance where it has one."""
    places = _places(drill.definition, figure.size)
    arcs = [
        (leg, run.path)
        for leg, run in zip(drill.definition.legs, figure.legs, strict=True)
        if leg.centre is not None and leg.centre in places
    ]
    centres = [places[leg.centre or ""] for leg, _ in arcs]
    spans: dict[float, list[Span]] = {}
    for (_, path), centre in zip(arcs, centres, strict=True):
        rims = [Span(centre, rim, (rim - centre).angle) for rim in path]
        spans.setdefault(round((path[0] - centre).length, 4), []).extend(rims)
    for number, (radius, own) in enumerate(spans.items(), 1):
        names = [
            _name(terms)
            for terms, (metres, given) in groups.items()
            if abs(metres - radius) < 1e-3 and all(_from_one(span, centres) for span in given)
        ]
        metres = (own[0].end - own[0].start).length
        yield Dimension(names[0] if names else f"radius-{number}", metres, tuple(own), radius=True)


def _from_one(span: Span, centres: Sequence[Point]) -> bool:
    return any((centre - end).length < 1e-4 for centre in centres for end in (span.start, span.end))


def _hull(figure: Figure, found: Sequence[Dimension], *, lean: bool) -> Iterator[Dimension]:
    """Width and depth over all cones, where no dimension says so already."""
    rounds = [2 * dimension.metres for dimension in found if dimension.radius]
    for key, angle in (("width", 0.0), ("depth", 90.0)):
        whole = _extreme(figure.cones, angle)
        low, high = whole.ends()
        if any(abs(high - low - across) < 1e-4 for across in rounds):
            continue
        if high - low < _SAME or (lean and key == "width" and found):
            continue
        said = any(
            span.count == 1
            and angle_between(span.angle % 180.0, angle) < 1e-6
            and all(
                abs(a - b) < 1e-4 for a, b in zip(replace(span, angle=angle).ends(), (low, high), strict=True)
            )
            for dimension in found
            if not dimension.radius
            for span in dimension.spans
        )
        if not said:
            yield Dimension(key, high - low, (whole,))


def _extreme(cones: Path, angle: float) -> Span:
    """From the first to the last cone along an axis; of several the one nearer to the lower left."""
    along = Vector.polar(1.0, angle)

    def far(cone: Point) -> float:
        return round(cone.x * along.dx + cone.y * along.dy, 6)

    low, high = min(map(far, cones)), max(map(far, cones))
    start = min((cone for cone in cones if far(cone) == low), key=lambda cone: (cone.y, cone.x))
    end = min((cone for cone in cones if far(cone) == high), key=lambda cone: (cone.y, cone.x))
    return Span(start, end, angle)


def corners(drill: Drill, size: float) -> tuple[Corner, ...]:
    """The angles that make a drill: of a place off straight ahead or back, and between two legs at a cone.

    Multiples of 15 degrees but for right ones, each size once.
    """
    figure = drill.figure(size)
    found = [*_bearings(drill, size, figure)]
    off = {corner.degrees for corner in found}
    found += [corner for corner in _cuts(figure) if not found or corner.degrees not in off]
    kept: dict[int, list[Corner]] = {}
    for corner in found:
        kept.setdefault(corner.degrees, []).append(corner)
    # the sum of two angles that are marked already says nothing new
    sums = {2 * degrees for degrees in off}
    return tuple(
        replace(corner, each=len({_spot(one) for one in same}) > 1)
        for degrees, same in sorted(kept.items())
        for corner in same[:1]
        if degrees not in sums or degrees in off
    )


def _spot(corner: Corner) -> tuple[float, float, int]:
    return round(corner.at.x, 3), round(corner.at.y, 3), corner.degrees


def _bearings(drill: Drill, size: float, figure: Figure) -> Iterator[Corner]:
    places = _places(drill.definition, size)
    ways = {
        (round(leg.path[0].x, 4), round(leg.path[0].y, 4), round(leg.heading_in, 2)) for leg in figure.legs
    } | {
        (round(leg.path[-1].x, 4), round(leg.path[-1].y, 4), round(normal_angle(leg.heading_out + 180.0), 2))
        for leg in figure.legs
    }
    centres = {leg.centre for leg in drill.definition.legs if leg.centre}
    for place in drill.definition.cones.values():
        if place.bearing is None or place.distance is None or place.marker or place.from_ in centres:
            continue
        at = places.get(place.from_ or "", Point(0.0, 0.0))
        way = normal_angle(90.0 - place.bearing)
        if (round(at.x, 4), round(at.y, 4), round(way, 2)) not in ways:
            continue  # nobody runs along it
        axis = 90.0 if angle_between(way, 90.0) <= 90.0 else 270.0
        off = angle_between(way, axis)
        if _is_round(off):
            first, last = (way, axis) if (axis - way) % 360.0 < 180.0 else (axis, way)
            runs = (round(at.x, 4), round(at.y, 4), axis) in ways
            yield Corner(at, first, last, None if runs else axis)


def _cuts(figure: Figure) -> Iterator[Corner]:
    """Between a leg and the next one at the cone where they meet."""
    for before, after in pairwise(figure.legs):
        if before.leg.end != after.leg.start or before.leg.shape != "line" or after.leg.shape != "line":
            continue
        back, on = normal_angle(before.heading_out + 180.0), after.heading_in
        if _is_round(angle_between(back, on)):
            first, last = (on, back) if (back - on) % 360.0 < 180.0 else (back, on)
            yield Corner(figure.cones[before.leg.end - 1], first, last)


def _is_round(angle: float) -> bool:
    near = abs(angle - _STEP * round(angle / _STEP)) < _NEAR
    return near and 10.0 < angle < 80.0


# --- where ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stand:
    """A span on paper: both places, and both ends of the line that stands off them."""

    places: tuple[XY, XY]
    ends: tuple[XY, XY]
    count: int


def length_notes(
    scene: Scene, found: Sequence[Dimension], said: Scale, cap: float, rank: float
) -> Iterator[Note]:
    """The lines of lengths and radii, each with the places where it could stand."""
    for place, dimension in enumerate(found):
        forms = _forms(dimension, said)
        make = _radius_note if dimension.radius else _length_note
        yield make(scene, dimension, forms, (cap, rank + 0.01 * place))


def _forms(dimension: Dimension, said: Scale) -> list[str]:
    voice = said.voice
    texts = list(dict.fromkeys((said.both(dimension.metres), said.length(dimension.metres))))
    if dimension.radius:
        return [voice.say("drawing.radius", length=length) for length in texts]
    count = dimension.spans[0].count
    if count > 1:
        return [voice.say("drawing.times", count=count, length=length) for length in texts]
    return [voice.say("drawing.each", length=length) for length in texts] if dimension.each else texts


CROSSED = 1.2
"""What a place costs for each leg that a line crosses on its way there."""
_OFFSETS = (6.4, 8.4, 10.4, 12.4, 14.4, 17.0, 20.0, 24.0, 29.0, 35.0, 42.0, 50.0, 60.0)


def _length_note(scene: Scene, dimension: Dimension, forms: list[str], how: tuple[float, float]) -> Note:
    cap, rank = how
    stands: list[tuple[_Stand, int]] = []
    spots: list[Spot] = []
    xs, ys = zip(*(*scene.cones, *(point for track in scene.tracks for point in track.line)), strict=True)
    middle = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    for index, span in enumerate(dimension.spans):
        a, b = scene.view.place(span.start), scene.view.place(span.end)
        angle = curve.readable(scene.view.turn(span.angle))
        up = angle + 90.0
        for side in (-1.0, 1.0):
            # the line stands off the one of both places that is farther out on this side
            out = [_across(point, angle) * side for point in (a, b)]
            for away in _OFFSETS:
                level = max(out) + away
                ends = tuple(
                    curve.step(point, up, side * (level - own))
                    for point, own in zip((a, b), out, strict=True)
                )
                stand = _Stand((a, b), (ends[0], ends[1]), span.count)
                centre = ((ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2)
                long = math.dist(*stand.ends)
                reach = sum(level - own for own in out)
                inward = _across(middle, angle) * side > max(out) + 0.5
                cost = reach / 20.0 + 0.25 * index / len(dimension.spans) + (1.0 if inward else 0.0)
                cost += (0.1 if side > 0 else 0.0) + CROSSED * _crossings(scene, stand)
                for form, words in enumerate(forms):
                    wide = max(long + 2.4, width_of(words, cap) + 1.0)
                    box = _lettered(centre, angle, wide, cap)
                    stands.append((stand, form))
                    spots.append(Spot(box, cost + 1.4 * form, len(stands) - 1))

    def draw(spot: Spot) -> list[Mark]:
        stand, form = stands[spot.form]
        return _drawn(stand, dimension.key, forms[form], cap)

    return Note(Label(f"dimension {dimension.key}", rank, tuple(spots)), draw)


def _crossings(scene: Scene, stand: _Stand) -> int:
    """How many legs the lines cross that lead from the places to their dimension."""
    found = 0
    for place, end in zip(stand.places, stand.ends, strict=True):
        if math.dist(place, end) > 2 * _CLEAR:
            lead = (curve.step(place, curve.direction(place, end), _CLEAR), end)
            found += sum(_cross(lead, track.line) for track in scene.tracks)
    return found


def _cross(lead: tuple[XY, XY], line: Line) -> bool:
    return any(
        _turn(*lead, a) * _turn(*lead, b) < 0.0 and _turn(a, b, lead[0]) * _turn(a, b, lead[1]) < 0.0
        for a, b in pairwise(line)
    )


def _turn(a: XY, b: XY, c: XY) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _lettered(middle: XY, angle: float, wide: float, cap: float, side: float = 1.0) -> Box:
    """What a line of a dimension covers with its words over its middle, or under it where `side` is -1."""
    high = cap + _lift(cap) + 1.6
    return Box(curve.step(middle, angle + 90.0, side * (high / 2 - 0.8)), wide, high, angle)


def _lift(cap: float) -> float:
    """How far words stand off their line."""
    return 0.2 + 0.36 * cap


def _across(point: XY, angle: float) -> float:
    """How far up a place lies across a direction, as seen."""
    turn = math.radians(angle + 90.0)
    return point[0] * math.cos(turn) - point[1] * math.sin(turn)


def _drawn(stand: _Stand, key: str, words: str, cap: float) -> list[Mark]:
    (a, b), marks = stand.ends, list[Mark]()
    angle = curve.direction(a, b)
    for part in range(stand.count + 1):
        place, end = (_part(line, part / stand.count) for line in (stand.places, stand.ends))
        far = math.dist(place, end)
        if far > _CLEAR + 0.4:
            marks.append(Stroke(curve.piece((place, end), _CLEAR, far + 0.56 * cap), _THIN * cap))
        marks.append(_slash(end, angle, cap))
    marks.append(Stroke((a, b), _LINE * cap, id=f"dimension-{key}"))
    upright = curve.readable(angle)
    middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    return [*marks, _word(curve.step(middle, upright + 90.0, _lift(cap)), words, cap, upright)]


def _part(line: tuple[XY, XY], share: float) -> XY:
    (x0, y0), (x1, y1) = line
    return x0 + share * (x1 - x0), y0 + share * (y1 - y0)


def _slash(at: XY, angle: float, cap: float) -> Stroke:
    return Stroke(
        (curve.step(at, angle + 45.0, 0.52 * cap), curve.step(at, angle + 225.0, 0.52 * cap)), _TICK * cap
    )


def _word(base: XY, words: str, cap: float, angle: float) -> Mark:
    return text(base, words, cap, "regular", "middle", angle=angle, halo=HALO.get(cap, 0.7))


def _radius_note(scene: Scene, dimension: Dimension, forms: list[str], how: tuple[float, float]) -> Note:
    """From the centre to wherever on the arc there is room."""
    cap, rank = how
    radius = dimension.metres * scene.view.per_metre
    stands: list[tuple[Span, int, float, float]] = []
    spots: list[Spot] = []
    for span, (form, words), side in product(dimension.spans, enumerate(forms), (1.0, -1.0)):
        centre, angle = scene.view.place(span.start), scene.view.turn(span.angle)
        tilt, wide = curve.readable(angle), width_of(words, cap) + 1.0
        cost = 1.4 * form + abs(tilt) / 90.0 + (0.1 if 90.0 < angle < 270.0 else 0.0) + 0.1 * (1.0 - side)
        # over the line, or where that is too short on the other side of the centre
        for at, first, last in (
            (radius / 2, min(4.5, (radius - wide) / 2), max(radius - 4.5, (radius + wide) / 2)),
            (-wide / 2 - 1.0, -wide - 1.4, radius - 4.5),
        ):
            middle = curve.step(centre, angle, (first + last) / 2)
            stands.append((span, form, side, at))
            box = _lettered(middle, tilt, last - first, cap, side)
            spots.append(Spot(box, cost + (0.0 if at > 0.0 else 2.0), len(stands) - 1))

    def draw(spot: Spot) -> list[Mark]:
        span, form, side, at = stands[spot.form]
        centre, rim = scene.view.place(span.start), scene.view.place(span.end)
        angle = scene.view.turn(span.angle)
        tilt = curve.readable(angle)
        off = _lift(cap) if side > 0.0 else -_lift(cap) - cap
        base = curve.step(curve.step(centre, angle, at), tilt + 90.0, off)
        x, y = centre
        return [
            Stroke((centre, rim), _LINE * cap, id=f"dimension-{dimension.key}"),
            _slash(rim, angle, cap),
            Stroke(((x - 1.6, y), (x + 1.6, y)), HAIR),
            Stroke(((x, y - 1.6), (x, y + 1.6)), HAIR),
            _word(base, forms[form], cap, tilt),
        ]

    return Note(Label(f"dimension {dimension.key}", rank, tuple(spots)), draw)


def corner_notes(
    scene: Scene, found: Sequence[Corner], voice: Voice, cap: float, rank: float
) -> Iterator[Note]:
    """The bows of angles, the number beside its bow."""
    for place, corner in enumerate(found):
        key = "drawing.degrees_each" if corner.each else "drawing.degrees"
        words = voice.say(key, angle=corner.degrees)
        yield _corner_note(scene, corner, words, (cap, rank + 0.01 * place))


def _corner_note(scene: Scene, corner: Corner, words: str, how: tuple[float, float]) -> Note:
    cap, rank = how
    at = scene.view.place(corner.at)
    start = scene.view.turn(corner.start)
    turn = (corner.end - corner.start) % 360.0
    half = start + turn / 2
    wide = width_of(words, cap)
    radii: list[float] = []
    spots: list[Spot] = []
    for radius in (8.0, 9.5, 11.0, 13.0, 15.0, 18.0, 21.0, 25.0):
        for beyond in (0.0, 3.0, 6.0):
            for aside in (0.0, 0.3, -0.3, 0.8, -0.8, 1.2, -1.2, 1.8, -1.8, 2.5, -2.5):
                cos, sin = abs(math.cos(math.radians(half))), abs(math.sin(math.radians(half)))
                off = radius + 1.2 + (wide / 2 * cos + cap / 2 * sin) + beyond
                centre = curve.step(at, half + aside * turn / 2, off)
                radii.append(radius)
                cost = radius / 12.0 + beyond / 6.0 + abs(aside)
                spots.append(Spot(Box(centre, wide + 0.8, cap + 1.0), cost, len(radii) - 1))

    def draw(spot: Spot) -> list[Mark]:
        radius = radii[spot.form]
        bow: Line = tuple(curve.step(at, start + turn * i / 12, radius) for i in range(13))
        marks: list[Mark] = [Stroke(bow, _LINE * cap)]
        if corner.axis is not None:
            axis = scene.view.turn(corner.axis)
            line = (curve.step(at, axis, 4.4), curve.step(at, axis, radius + 3.0))
            marks.append(Stroke(line, _THIN * cap, dash_mm=(3.0, 0.8, 0.5, 0.8)))
        x, y = spot.box.centre
        return [*marks, _word((x, y + cap / 2), words, cap, 0.0)]

    return Note(Label(f"angle {corner.degrees}", rank, tuple(spots)), draw)
