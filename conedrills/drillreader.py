"""From a drill file's content to a drill: every place worked out, every leg checked, every problem found.

The schema has been obeyed when this begins; what is checked here is that the drill agrees with itself.
"""

from __future__ import annotations

import keyword
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from conedrills.drillfile import (
    PACES,
    WAY,
    DistanceFile,
    DrillFile,
    Finding,
    LegFile,
    Place,
    PlaceFile,
    StretchFile,
    TranslationFile,
    Way,
    linear,
)
from conedrills.figure import (
    AHEAD,
    Affine,
    Drill,
    Leg,
    LegFigure,
    Piece,
    Stretch,
    StretchRange,
    agrees,
    closest,
)
from conedrills.geometry import Vector, angle_between, normal_angle
from conedrills.units import METRES
from conedrills.wording import plain_text, unknown_name

START = Affine(Vector(0.0, 0.0), Vector(0.0, 0.0))
"""Where every place without a `from` is given from."""
_SIDES = {"ahead": 90.0, "right": 0.0, "back": 270.0, "left": 180.0}
_MEANING = {"forward": "the way the chest points", "sideways": "across the chest", "backward": "behind it"}
_FACES_ON: frozenset[Way] = frozenset({"forward", "called"})
"""Ways of a leg whose athlete, unless it says otherwise, faces where it goes."""
_RESERVED = {"new", "check"}  # words that `conedrills drills` will want for itself
_FARTHEST = 500.0  # metres from the start; beyond it a number is a slip of the pen
_BAD_NAME = "a distance is named by letters, digits and _, and by no word of Python's (in, is, or …)."
_SHORTEST = 0.05  # metres; cones this close, or a leg this short, are one place
_MOST_TURNED = 80.0  # degrees; stretched further, a leg is another leg

_Entry = tuple[Place, PlaceFile]
WEAVE = 35.0
"""Degrees by which a weave crosses the row of its cones. Ours: it passes a cone at a sixth of their gap."""


@dataclass
class Reader:
    """Turns a drill file into a drill, collecting every problem on the way."""

    file: DrillFile
    findings: list[Finding] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    """The distances that some place is given by."""

    def drill(self, name: str) -> Drill | None:
        """The drill, None where its figure cannot be made out; not to be used if there are findings."""
        if name in _RESERVED:
            self._find(("name",), f'"{name}" is a word of ours; give the drill a name = "…" of its own.')
        size_min, size_max = self._sizes()
        stretch = self._stretch(self.file.stretch) if self.file.stretch else None
        places = self._places()
        if any(found.place[0] in {"cones", "points", "stretch"} for found in self.findings):
            return None  # legs between cones that stand who knows where would only raise false alarms
        self._check_uses(places)
        numbers = self._numbers()
        legs = self._legs(places, numbers)
        if not set(numbers) <= set(self.file.cones) or len(legs) < len(self.file.legs):
            return None
        drill = Drill(
            name=name,
            title=self.file.title,
            family=self.file.family,
            mirror=self.file.mirror,
            regulation=self.file.regulation,
            paces=tuple(pace for pace in PACES if pace in self.file.paces),
            size_min=stretch.low.size if stretch else size_min,
            size_max=stretch.high.size if stretch else size_max,
            cones=tuple(places[label] for label in numbers),
            legs=tuple(legs),
            caller=places.get(self.file.caller.at) if self.file.caller else None,
            definition=self.file.model_copy(update={"name": name}),
            stretch=stretch,
        )
        self._judge(drill, tuple(numbers))
        for tag, words in self.file.translations.items():
            self._compare(tag, words)
        return drill

    def _find(self, place: Place, text: str) -> None:
        self.findings.append(Finding(place, text))

    def _compare(self, tag: str, words: TranslationFile) -> None:
        """Whether a translation says what the file says: as many cues, every phrase at a cone."""
        file = self.file
        if words.cues is not None and len(words.cues) != len(file.cues):
            self._find((tag, "cues"), f"has {len(words.cues)} of them; the file has {len(file.cues)}.")
        if words.patterns is not None and len(words.patterns) != len(file.patterns):
            text = f"has {len(words.patterns)} of them; the file has {len(file.patterns)}."
            self._find((tag, "patterns"), text)
        if words.does is not None and file.caller is None:
            self._find((tag, "does"), "belongs to a caller, and there is none.")
        for phrase in dict.fromkeys(leg.do for leg in file.legs if leg.do):
            if not words.do.get(phrase):
                self._find((tag, "do"), f'"{phrase}" is missing; every phrase at a cone is translated.')
        for key in words.distances:
            if key not in file.distances:
                known = f"There are: {', '.join(file.distances)}."
                self._find((tag, "distances", key), unknown_name("distance", key, file.distances, known))

    def _sizes(self) -> tuple[float, float]:
        smallest, largest = 0.0, math.inf
        for key, distance in self.file.distances.items():
            if not (key.isascii() and key.isidentifier()) or keyword.iskeyword(key):
                self._find(("distances", key), _BAD_NAME)
            if distance.locked:
                if (distance.min, distance.max) != (None, None):
                    self._find(
                        ("distances", key), "locked, so without min and max; the nominal length holds."
                    )
                continue
            nominal = distance.nominal
            low, high = _limits(distance)
            if not low <= nominal <= high:
                self._find(("distances", key), f"min {low:g}, nominal {nominal:g}, max {high:g} must ascend.")
            if self.file.regulation and high > nominal:
                text = f"a regulation drill is never larger than published; at most {nominal:g}."
                self._find(("distances", key, "max"), text)
            smallest, largest = max(smallest, low / nominal), min(largest, high / nominal)
        return (1.0, 1.0) if largest == math.inf else (smallest, largest)

    def _stretch(self, file: StretchFile) -> StretchRange:
        """How far depth and width may be stretched: as far as all of its distances allow, each on its own."""
        owners: dict[str, str] = {}
        ranges: dict[str, tuple[float, float]] = {}
        for axis, names in (("depth", file.depth), ("width", file.width)):
            distances = [self._stretched(name, axis, owners) for name in names]
            factors = [[limit / d.nominal for limit in _limits(d)] for d in distances if d]
            low, high = max((f[0] for f in factors), default=1.0), min((f[1] for f in factors), default=1.0)
            if all(distances) and low == high:
                text = (
                    f"no {axis} but the nominal one is allowed; give its distances min or max, or no stretch."
                )
                self._find(("stretch", axis), text)
            ranges[axis] = low, high
        for key, distance in self.file.distances.items():
            if not distance.locked and key not in owners:
                text = "is free, but belongs to neither depth nor width; name it in stretch, or lock it."
                self._find(("distances", key), text)
        (least_deep, most_deep), (least_wide, most_wide) = ranges["depth"], ranges["width"]
        return StretchRange(Stretch(least_deep, least_wide), Stretch(most_deep, most_wide))

    def _stretched(self, name: str, axis: str, owners: dict[str, str]) -> DistanceFile | None:
        """A distance that belongs to depth or width, None where it cannot."""
        distance = self.file.distances.get(name)
        shown = plain_text(name)
        if distance is None:
            known = [key for key, other in self.file.distances.items() if not other.locked]
            self._find(("stretch", axis), unknown_name("distance", name, known, f"Free: {', '.join(known)}."))
        elif distance.locked:
            self._find(("stretch", axis), f'"{shown}" is locked; only a free distance stretches.')
        elif name in owners:
            text = f'"{shown}" is the {owners[name]} already; depth and width stretch separately.'
            self._find(("stretch", axis), text if owners[name] != axis else f'"{shown}" is named twice.')
        else:
            owners[name] = axis
            return distance
        return None

    def _places(self) -> dict[str, Affine]:
        """Cones and points, each from another or from the start."""
        entries: dict[str, _Entry] = {}
        for section, files in (("cones", self.file.cones), ("points", self.file.points)):
            for label, place in files.items():
                if label in entries:
                    self._find((section, label), "there is a cone of this name already.")
                entries[label] = ((section, label), place)
        places: dict[str, Affine] = {}
        for label in entries:
            self._resolve(label, entries, places, ())
        return places

    def _resolve(
        self, label: str, entries: Mapping[str, _Entry], places: dict[str, Affine], on: tuple[str, ...]
    ) -> Affine:
        """The place of a label, after the one that it is given from; `on` are those that wait for it."""
        origin = START
        if label in places:
            return places[label]
        where, place = entries[label]
        if label in on:
            self._find(where, f"given from itself, through {plain_text(' and '.join(on))}.")
            return origin
        if place.from_ is not None and place.from_ not in entries:
            self._find((*where, "from"), unknown_name("cone or point", place.from_, entries, ""))
        elif place.from_ is not None:
            origin = self._resolve(place.from_, entries, places, (*on, label))
        step = self._step(place, where)
        places[label] = Affine(
            origin.base + step.base, origin.slope + step.slope, origin.across + step.across
        )
        return places[label]

    def _step(self, place: PlaceFile, where: Place) -> Affine:
        if (place.bearing is None) != (place.distance is None):
            self._find(where, "bearing and distance go together.")
        for pair in (("ahead", "back"), ("left", "right")):
            if all(getattr(place, side) is not None for side in pair):
                self._find(where, f"{pair[0]} and {pair[1]} exclude each other.")
        base = slope = across = Vector(0.0, 0.0)
        for key in (*_SIDES, "distance"):
            length: str | float | None = getattr(place, key)
            if length is None:
                continue
            fixed, free, wide = self._length(length, (*where, key))
            angle = _SIDES.get(key, AHEAD - (place.bearing or 0.0))
            base, slope = base + Vector.polar(fixed, angle), slope + Vector.polar(free, angle)
            across += Vector.polar(wide, angle)
        return Affine(base, slope, across)

    def _length(self, text: str | float, where: Place) -> tuple[float, float, float]:
        """The parts of a length that stay, scale with the size (or the depth), and with the width; metres."""
        metres = METRES[self.file.units]
        try:
            terms = linear(str(text))
        except ValueError as problem:
            self._find(where, f'"{plain_text(str(text))}" {problem}')
            return 0.0, 0.0, 0.0
        fixed = free = wide = 0.0
        for name, factor in terms.items():
            distance = self.file.distances.get(name)
            if name == "":
                fixed += factor * metres
            elif distance is None:
                self._find(where, unknown_name("distance", name, self.file.distances, ""))
            elif distance.locked:
                fixed += factor * distance.nominal * metres
            elif self.file.stretch and name in self.file.stretch.width:
                wide += factor * distance.nominal * metres
            else:
                free += factor * distance.nominal * metres
        self.used |= set(terms)
        return fixed, free, wide

    def _check_uses(self, places: Mapping[str, Affine]) -> None:
        """Everything that is named is there, and everything that is there is needed."""
        for key in self.file.distances:
            if key not in self.used:
                self._find(("distances", key), "no cone or point is given by it; remove it or use it.")
        reached = self._reached()
        for label in self.file.cones:
            if label not in reached and not self.file.cones[label].marker:
                text = "no leg ever reaches this cone; remove it, add a leg, or say marker = true."
                self._find(("cones", label), text)
        if self.file.patterns and all(leg.movement != "called" for leg in self.file.legs):
            text = 'nobody chooses from them; give a leg movement = "called", or remove it.'
            self._find(("patterns",), text)
        if self.file.caller and self.file.caller.at not in places:
            self._find(("caller", "at"), unknown_name("cone or point", self.file.caller.at, places, ""))

    def _numbers(self) -> dict[str, int]:
        """Cone labels in the order in which the athlete first reaches them, then those that only mark."""
        reached = self._reached()
        markers = (label for label, cone in self.file.cones.items() if cone.marker)
        return {label: number for number, label in enumerate(dict.fromkeys((*reached, *markers)), 1)}

    def _reached(self) -> tuple[str, ...]:
        """Cone labels in the order in which the athlete first reaches them."""
        legs = self.file.legs
        return tuple(dict.fromkeys(label for leg in legs for label in (leg.from_, *leg.via, leg.to)))

    def _legs(self, places: Mapping[str, Affine], numbers: Mapping[str, int]) -> list[Leg]:
        legs: list[Leg] = []
        for index, leg in enumerate(self.file.legs):
            ends = [("from", leg.from_), *(("via", label) for label in leg.via), ("to", leg.to)]
            unknown = [(key, label) for key, label in ends if label not in self.file.cones]
            for key, label in unknown:
                self._find(("legs", index, key), unknown_name("cone", label, self.file.cones, ""))
            pieces = None if unknown else self._pieces(leg, places, ("legs", index))
            if pieces is not None:
                facing = self._facing(leg, places, pieces, index)
                legs.append(self._leg(leg, self._order(legs, index), pieces, facing, numbers))
        return legs

    def _leg(
        self,
        leg: LegFile,
        order: int,
        pieces: tuple[Piece, ...],
        facing: float,
        numbers: Mapping[str, int],
    ) -> Leg:
        metres = METRES[self.file.units]
        return Leg(
            order=order,
            start=numbers[leg.from_],
            end=numbers[leg.to],
            movement=leg.movement,
            shape=leg.shape,
            facing=facing,
            cut=leg.cut,
            call=leg.call,
            do=leg.do,
            via=tuple(numbers[label] for label in leg.via),
            pieces=pieces,
            side_clearance=None if leg.side_clearance is None else leg.side_clearance * metres,
            run_out=None if leg.run_out is None else leg.run_out * metres,
            # said only where it matters: else stretching turns no leg
            faces_end=self.file.stretch is not None and leg.facing is None and WAY[leg.movement] in _FACES_ON,
        )

    def _order(self, legs: Sequence[Leg], index: int) -> int:
        """Alternatives of a called leg share it: neighbours that leave one cone on different calls.

        So do the legs that go on from their ends, each on the call that led there.
        """
        if not legs:
            return 1
        leg, order = self.file.legs[index], legs[-1].order
        together = {
            other.call: self.file.legs[place] for place, other in enumerate(legs) if other.order == order
        }
        if leg.call is None or None in together:
            return order + 1
        if leg.from_ == self.file.legs[index - 1].from_:
            if leg.call in together:
                text = f'"{leg.call}" from this cone is called already; alternatives need calls of their own.'
                self._find(("legs", index, "call"), text)
            return order
        led = {
            other.call: self.file.legs[place].to
            for place, other in enumerate(legs)
            if other.order == order - 1
        }
        on = {**{call: part.from_ for call, part in together.items()}, leg.call: leg.from_}
        return order if leg.call not in together and on.items() <= led.items() else order + 1

    def _pieces(self, leg: LegFile, places: Mapping[str, Affine], where: Place) -> tuple[Piece, ...] | None:
        """How a leg goes where it is no straight line, () where it is, None where it cannot be made out."""
        if leg.shape != "arc" and (leg.centre is not None or leg.turn is not None):
            self._find(where, 'centre and turn belong to a leg of shape = "arc".')
        if leg.shape != "weave" and leg.side is not None:
            self._find((*where, "side"), 'belongs to a leg of shape = "weave".')
        if leg.shape == "line" and leg.via:
            self._find((*where, "via"), 'belongs to a leg of shape = "arc" or "weave".')
        if leg.over is not None or leg.shape != "line":
            if self.file.stretch:
                text = "an arc that stretches is no arc; make it lines, or leave out stretch."
                self._find((*where, "shape"), text)
                return None
            if leg.over is not None:
                return self._there_and_back(leg, places, where)
            return (self._arc if leg.shape == "arc" else self._weave)(leg, places, where)
        return ()

    def _there_and_back(
        self, leg: LegFile, places: Mapping[str, Affine], where: Place
    ) -> tuple[Piece, ...] | None:
        if leg.over not in places:
            self._find((*where, "over"), unknown_name("cone or point", str(leg.over), places, ""))
        elif leg.shape != "line" or leg.from_ != leg.to:
            self._find((*where, "over"), "belongs to a straight leg that comes back to the cone it left.")
        else:
            return Piece(places[str(leg.over)]), Piece(places[leg.to])
        return None

    def _weave(self, leg: LegFile, places: Mapping[str, Affine], where: Place) -> tuple[Piece, ...] | None:
        """Arcs that meet half-way between the cones, each bowed to the other side than the one before."""
        if leg.side is None:
            text = "a weave needs the side on which it passes its first cone: left or right."
            self._find((*where, "side"), text)
            return None
        row = [places[label] for label in (leg.from_, *leg.via, leg.to)]
        joints = [row[0], *(_between(one, other) for one, other in pairwise(row)), row[-1]]
        side = -1.0 if leg.side == "right" else 1.0
        if leg.via:  # it swings out the other way first
            side = -side
        pieces = []
        for start, end in pairwise(joints):
            pieces.append(Piece(end, _bowed(start, end, side), -side * 2.0 * WEAVE))
            side = -side
        return tuple(pieces)

    def _arc(self, leg: LegFile, places: Mapping[str, Affine], where: Place) -> tuple[Piece, ...] | None:
        if leg.centre is None or leg.turn is None:
            self._find(where, "an arc needs a centre (a cone or point) and a turn.")
            return None
        if leg.centre not in places:
            self._find((*where, "centre"), unknown_name("cone or point", leg.centre, places, ""))
            return None
        centre = places[leg.centre]
        spokes = [places[label].at(1.0) - centre.at(1.0) for label in (leg.from_, *leg.via, leg.to)]
        radius = spokes[0].length
        for label, spoke in zip((*leg.via, leg.to), spokes[1:], strict=True):
            if radius == 0.0 or abs(radius - spoke.length) > 1e-6 * radius:
                pair = f"{plain_text(leg.from_)} and {plain_text(label)}"
                self._find(where, f"{pair} are not equally far from the centre.")
                return None
        sign = 1.0 if leg.turn == "counter-clockwise" else -1.0
        turned = [normal_angle(sign * (spoke.angle - spokes[0].angle)) for spoke in spokes]
        sweep = turned[-1] or 360.0
        if sorted({0.0, *turned[1:-1], sweep}) != [0.0, *turned[1:-1], sweep]:
            self._find((*where, "via"), "the cones of an arc come in the order in which it passes them.")
        return (Piece(places[leg.to], centre, sign * sweep),)

    def _facing(
        self, leg: LegFile, places: Mapping[str, Affine], pieces: tuple[Piece, ...], index: int
    ) -> float:
        """The chest's direction at the start of the leg, degrees; a problem where the movement disagrees."""
        way = WAY[leg.movement]
        start = places[leg.from_]
        first = pieces[0] if pieces else Piece(places[leg.to])
        if first.centre is None:
            heading = (first.end.at(1.0) - start.at(1.0)).angle
            facing = self._side(leg, heading, index)
            if leg.over is not None:
                return facing  # out and back it goes one way and its opposite
        else:
            spoke = (start.at(1.0) - first.centre.at(1.0)).angle
            heading = normal_angle(spoke + math.copysign(90.0, first.sweep))
            path = heading + 180.0 if way == "backward" else heading
            ways = {"path": path}
            if leg.shape == "arc":
                ways |= {"out": spoke, "in": spoke + 180.0}
            wanted = leg.facing or "path"
            if wanted not in ways:
                known = {"arc": "path, out or in", "weave": "path"}[leg.shape]
                text = f"on {'an arc' if leg.shape == 'arc' else 'a weave'} the chest turns with it: {known}."
                self._find(("legs", index, "facing"), text)
                return heading
            facing = normal_angle(ways[str(wanted)])
        if not agrees(way, heading, facing):
            off = angle_between(heading, facing)
            text = (
                f"a {leg.movement} goes {_MEANING[way]}, but this leg travels {off:.0f}° off the way"
                " the chest points; change facing or movement."
            )
            self._find(("legs", index), text)
        return facing

    def _side(self, leg: LegFile, heading: float, index: int) -> float:
        """The chest's direction on a straight leg, degrees."""
        if leg.facing is None:
            return heading if WAY[leg.movement] in _FACES_ON else AHEAD
        if isinstance(leg.facing, str):
            if leg.facing not in _SIDES:
                text = unknown_name("side", leg.facing, _SIDES, f"Known: {', '.join(_SIDES)}, or a bearing.")
                self._find(("legs", index, "facing"), text)
            return _SIDES.get(leg.facing, AHEAD)
        return normal_angle(AHEAD - leg.facing)

    def _judge(self, drill: Drill, labels: Sequence[str]) -> None:
        """What only the finished geometry shows."""
        extremes = drill.extremes
        for number, (label, cone) in enumerate(zip(labels, drill.cones, strict=True)):
            if not all((cone.stretched(to) - START.stretched(to)).length <= _FARTHEST for to in extremes):
                self._find(("cones", label), f"more than {_FARTHEST:g} m from the start.")
            for other, twin in zip(labels[:number], drill.cones, strict=False):
                if closest(cone, twin, extremes) < _SHORTEST:
                    self._find(("cones", label), f"at some size stands on {plain_text(other)}.")
        if drill.caller and not all(
            (drill.caller.stretched(to) - START.at(1.0)).length <= _FARTHEST for to in extremes
        ):
            self._find(("caller", "at"), f"more than {_FARTHEST:g} m from the start.")
        figures = [drill.figure(to.size, to).legs for to in extremes]
        for index, (leg, *at_extremes) in enumerate(zip(drill.legs, *figures, strict=True)):
            turned = max(
                max(angle_between(a.heading_in, b.heading_in), angle_between(a.heading_out, b.heading_out))
                for a, b in combinations(at_extremes, 2)
            )
            if min(figure.length for figure in at_extremes) < _SHORTEST:
                self._find(("legs", index), "it has no length.")
            elif drill.stretch is not None:
                self._judge_stretched(index, at_extremes, extremes, turned)
            elif turned > 1e-6 or not _keeps_its_shape(leg, drill, (drill.size_min, drill.size_max)):
                text = "changing the size turns this leg; lock all distances that make it, or none."
                self._find(("legs", index), text)
            elif leg.cut == "round" and leg.shape == "arc":
                self._find(("legs", index, "cut"), "an arc cannot also go round a cone.")

    def _judge_stretched(
        self, index: int, figures: Sequence[LegFigure], extremes: Sequence[Stretch], turned: float
    ) -> None:
        """Whether a leg is the same leg, however it is stretched.

        Its headings are those of the vectors in a parallelogram without the origin, so the extreme ones are
        at the corners; and a leg that turns by less than `_MOST_TURNED` changes no side of the chest unseen.
        """
        way = self.file.legs[index].movement
        if any(found.place == ("legs", index) for found in self.findings):
            return  # it is wrong as published already
        if turned > _MOST_TURNED:
            text = f"stretching turns this leg by {turned:.0f}°; bring min and max of depth and width closer."
            self._find(("legs", index), text)
            return
        for to, figure in zip(extremes, figures, strict=True):
            if not agrees(WAY[way], figure.heading_in, figure.facing):
                off = angle_between(figure.heading_in, figure.facing)
                at = f"{to.depth * 100.0:.0f} % deep and {to.width * 100.0:.0f} % wide"
                text = (
                    f"a {way} goes {_MEANING[WAY[way]]}, but at {at} this leg travels {off:.0f}° off the way"
                    " the chest points; change facing, or min and max."
                )
                self._find(("legs", index), text)
                return


def _between(one: Affine, other: Affine) -> Affine:
    return Affine(
        (one.base + other.base) * 0.5, (one.slope + other.slope) * 0.5, (one.across + other.across) * 0.5
    )


def _bowed(start: Affine, end: Affine, side: float) -> Affine:
    """The centre of the arc from start to end that leaves its chord by `WEAVE` to a side, 1 for the left."""
    far = -side * 0.5 / math.tan(math.radians(WEAVE))  # of the chord, to the left of its middle
    middle = _between(start, end)

    def moved(place: Vector, one: Vector, other: Vector) -> Vector:
        chord = other + one * -1.0
        return place + Vector(-chord.dy, chord.dx) * far

    return Affine(
        moved(middle.base, start.base, end.base),
        moved(middle.slope, start.slope, end.slope),
        moved(middle.across, start.across, end.across),
    )


def _keeps_its_shape(leg: Leg, drill: Drill, sizes: tuple[float, float]) -> bool:
    """Whether each piece of a leg turns by its sweep about its centre, the same way, at both sizes."""
    start = drill.cones[leg.start - 1]
    passed = [drill.cones[number - 1] for number in leg.via] if leg.shape == "arc" else []
    for piece in leg.pieces:
        spokes = [
            [place.at(size) - (piece.centre or start).at(size) for place in (start, *passed, piece.end)]
            for size in sizes
        ]
        first = spokes[0]
        for at_size in spokes if piece.centre else ():
            radius = at_size[0].length
            if any(abs(spoke.length - radius) > 1e-6 * radius for spoke in at_size):
                return False
        turned = [
            angle_between(a.angle, b.angle)
            for a, b in zip(first, spokes[1], strict=True)
            if a.length and b.length
        ]
        if max(turned) > 1e-6:
            return False
        start = piece.end
    return True


def _limits(distance: DistanceFile) -> tuple[float, float]:
    """The least and the most that a free distance may be, in the file's units."""
    return distance.min or distance.nominal, distance.max or distance.nominal
