"""`measure` of a yard file becomes a network: which observations it holds, and how good each is.

Standard errors from published ones: a tape in amateurs' hands 15 mm and 1 mm a metre (residuals of 4 to
25 mm: Green, "Maritime Archaeology", 2nd ed., p. 152; Holt 2003, doi 10.1111/j.1095-9270.2003.tb01448.x), a
right angle by eye 2 degrees. Metres.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from conedrills.adjust import Network
from conedrills.fieldtypes import Reading
from conedrills.legs import walked
from conedrills.measurefile import Care, MeasureFile, PointFile
from conedrills.network import Angle, Distance, Fix, Frame, Observation, Offset, Step
from conedrills.placing import Hints
from conedrills.strictjson import Steps
from conedrills.survey import Tape
from conedrills.traverse import Course
from conedrills.wording import nearest_name, plain_text
from conedrills.yardfile import ObstacleFile, YardFile

TAPE: Mapping[Care, float] = {"careful": 0.006, "normal": 0.015, "rough": 0.040}
"""Standard error of a tape, metres, to which 1 mm a metre is added as a square."""
PER_METRE = 0.001
PACED = 0.03
"""Standard error of a rough length, as a share of it: pacing."""
SQUARE = 2.0
"""Degrees by which a right angle is wrong that was judged by eye."""
CORNER = 0.5
"""Degrees by which the corner of a rectangle is wrong that nobody measured."""
RECEIVER = 4.0
"""Metres of standard error of a place walked with a phone (7 to 13 m measured in town, PLOS ONE 0219890)."""
STEP = {"walk": 0.03, "bearings": 0.01}
"""Standard error of a leg of a walk, metres, for the root of its length: closing it is the compass rule."""
_INCH = 0.0254 / math.sqrt(12.0)  # metres: of a reading to the inch
_WHOLE_INCHES = re.compile(
    r"(?:\d+\s*(?:\"|″|”|''|in(?:ch(?:es)?)?\.?)\s*$)|(?:^\d+\s*(?:'|′|’|ft|feet|foot)\.?\s*\d*$)"
)
_SPLIT = re.compile(r"\s*(?:[-–—−]|\bto\b)\s*")


@dataclass
class Measured:
    """Turns what was measured into a network, collecting what does not go together."""

    file: YardFile
    measure: MeasureFile
    fixes: Sequence[tuple[float, float]] = ()
    problems: list[tuple[Steps, str]] = field(default_factory=list)

    def network(self) -> Network | None:
        """The network; None where something is wrong with the file."""
        if not self._one_way():
            return None
        names = self._names()
        observations: list[Observation] = []
        walk = self._walk()
        boundary = None if self.problems else self._boundary(walk)
        if boundary is None:
            return None
        names = list(dict.fromkeys([*names, *boundary]))
        tapes = list(self._tapes(names))
        observations += [Distance(tape) for tape in tapes if not tape.ignored]
        observations += self._rectangle()
        observations += self._offsets()
        observations += walk.steps if walk else []
        observations += [
            Fix(name, x, y, RECEIVER) for name, (x, y) in zip(boundary, self.fixes, strict=False)
        ]
        sides, inside = self._obstacles(observations, names)
        known = {name for one in observations for name in one.names}
        missing = [name for name in boundary if name not in known]
        if missing and not self.problems:
            self.problems.append((("measure", "boundary"), f"nothing is measured to {', '.join(missing)}."))
        if self.problems:
            return None
        first, second = self._first_two(boundary)
        north = bool(walk) or bool(self.fixes)
        return Network(
            tuple(observations),
            Frame(
                first, second, held=not self.fixes, turned=not north, scaled=bool(self.fixes) and bool(tapes)
            ),
            Hints(tuple(boundary), self._clockwise(walk), sides, frozenset(inside)),
            self.file.units,
            {name: plain_text(point.what) for name, point in self.measure.points.items() if point.what},
            tuple(tape for tape in tapes if tape.ignored),
            walk.legs if walk and walk.closed else (),
        )

    def sigma(self, reading: Reading) -> float:
        """Standard error of a tape, metres."""
        if self.measure.accuracy is not None:
            return max(self.measure.accuracy, 1e-4)
        rough = PACED * reading.metres if self.measure.care == "rough" else 0.0
        inch = _INCH if self.file.units != "m" and _WHOLE_INCHES.search(reading.written) else 0.0
        return max(math.hypot(TAPE[self.measure.care], PER_METRE * reading.metres, inch), rough)

    def _one_way(self) -> bool:
        given = self.measure
        if given.boundary or given.legs or given.width or given.tapes or given.baseline or self.fixes:
            return True
        self.problems.append(
            (
                ("measure",),
                'nothing is measured here; give "boundary" and "tapes", "legs" of a walk, "width" and "depth"'
                ' of a rectangle, or a "baseline" and "points".',
            )
        )
        return False

    def _names(self) -> list[str]:
        """Every point that is declared: only those may be taped to."""
        given = self.measure
        names = [*given.points]
        names += [name for name in (*(given.baseline or ())[:2],) if isinstance(name, str)]
        for part in given.along:
            names += [part.start, part.end, *part.marks]
        for lines in given.offsets:
            names += [*lines.baseline[:2], *lines.points]
        for thing in (*self.file.obstacles, *self.file.trees):
            names += [spot for spot in (*(thing.polygon or ()), *(thing.line or ())) if isinstance(spot, str)]
            if thing.circle and isinstance(thing.circle.center, str):
                names.append(thing.circle.center)
        if given.width is not None:
            names += _RECTANGLE
        return list(dict.fromkeys(names))

    def _boundary(self, walk: _Walk | None) -> list[str] | None:
        given = self.measure
        if given.boundary is not None:
            names = [spot for spot in given.boundary if isinstance(spot, str)]
            twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
            if len(names) != len(given.boundary):
                self.problems.append(
                    (("measure", "boundary"), "give either names of points or places [x, y].")
                )
            elif twice:
                self.problems.append(
                    (("measure", "boundary"), f"{twice[0]} stands here twice; name each corner once.")
                )
            else:
                return names
            return None
        if self.fixes:
            return [str(number + 1) for number in range(len(self.fixes))]
        if walk:
            return list(walk.names)
        if given.width is not None:
            return list(_RECTANGLE)
        self.problems.append(
            (
                ("measure",),
                '"boundary" is missing; add "boundary": ["A", "B", "C", "D"], the corners in order.',
            )
        )
        return None

    def _first_two(self, boundary: Sequence[str]) -> tuple[str, str]:
        """The points that make the frame: reference points, then corners."""
        given = self.measure
        if self.fixes or given.legs:
            return boundary[0], boundary[1]
        baseline = given.baseline[:2] if given.baseline else ()
        described = [name for name, point in given.points.items() if point.along is None]
        order = list(dict.fromkeys([*baseline, *described, *boundary]))
        return order[0], order[1]

    def _clockwise(self, walk: _Walk | None) -> bool | None:
        going = self.measure.going
        if going is not None:
            return going == "clockwise"
        return None if self._handed(walk) else False

    def _handed(self, walk: _Walk | None) -> bool:
        """Whether measuring itself says which way round the corners are listed."""
        given = self.measure
        if walk or self.fixes:
            return True
        squared = {name for lines in given.offsets for name in lines.points}
        squared |= {name for name, point in given.points.items() if point.along is not None}
        ends = {name for lines in given.offsets for name in lines.baseline[:2]}
        ends |= {name for name in (given.baseline or ())[:2] if isinstance(name, str)}
        corners = {spot for spot in given.boundary or [] if isinstance(spot, str)}
        return bool(squared) and bool(corners) and corners <= squared | ends

    @property
    def is_guessed(self) -> bool:
        """Whether it was taken for granted which way round the corners are listed."""
        given = self.measure
        handed = given.legs or self.fixes or given.width is not None
        return given.going is None and not handed and not self._handed(None)

    def _tapes(self, names: Sequence[str]) -> Iterator[Tape]:
        ignored = {
            self._pair(key, names, ("measure", "ignore", key)): why
            for key, why in self.measure.ignore.items()
        }
        used = set()
        for key, readings in self.measure.tapes.items():
            pair = self._pair(key, names, ("measure", "tapes", key))
            if pair is None:
                continue
            why = next((ignored[way] for way in (pair, pair[::-1]) if way in ignored), None)
            used |= {pair, pair[::-1]} if why is not None else set()
            for reading in readings:
                reason = "" if why is None else plain_text(why) or "ignored"
                yield Tape(*pair, reading.metres, self.sigma(reading), reading.written, reason)
        for way in ignored:
            if way is None or way in used:
                continue
            self.problems.append((("measure", "ignore"), f"there is no tape {way[0]}-{way[1]} to ignore."))
        for start, end, length in (
            *([self.measure.baseline] if self.measure.baseline else []),
            *(lines.baseline for lines in self.measure.offsets),
        ):
            if length:
                yield Tape(start, end, length.metres, self.sigma(length), length.written)
        if self.measure.width is not None and len(self.measure.diagonals) > 0:
            for (start, end), reading in zip((("A", "C"), ("B", "D")), self.measure.diagonals, strict=False):
                yield Tape(start, end, reading.metres, self.sigma(reading), reading.written)

    def _pair(self, key: str, names: Sequence[str], where: Steps) -> tuple[str, str] | None:
        """The two points that a key of `tapes` names, the shorter first part first."""
        text = plain_text(key, 100)
        for split in _SPLIT.finditer(text):
            start, end = text[: split.start()], text[split.end() :]
            if start in names and end in names and start != end:
                return start, end
        parts = _SPLIT.split(text, maxsplit=1)
        if len(parts) != 2 or not all(parts):
            self.problems.append((where, f'"{text}" does not say between which two points; write "A-B".'))
            return None
        if parts[0] == parts[1]:
            self.problems.append((where, f"this tape goes from {parts[0]} to itself."))
            return None
        for part in parts:
            if part not in names:
                self.problems.append((where, _unknown(part, names)))
        return None

    def _rectangle(self) -> Iterator[Observation]:
        given = self.measure
        if given.width is None:
            if given.depth is not None:
                self.problems.append((("measure",), 'a rectangle has "width" and "depth"; width is missing.'))
            return
        if given.depth is None:
            self.problems.append((("measure",), 'a rectangle has "width" and "depth"; depth is missing.'))
            return
        for start, end, length in (
            ("A", "B", given.width),
            ("B", "C", given.depth),
            ("D", "C", given.width),
            ("A", "D", given.depth),
        ):
            yield Distance(Tape(start, end, length, self.sigma(Reading(length, "")), ""))
        if not given.diagonals:
            for before, corner, after in (("D", "A", "B"), ("A", "B", "C"), ("B", "C", "D"), ("C", "D", "A")):
                yield Angle(corner, after, before, 90.0, CORNER)

    def _offsets(self) -> Iterator[Observation]:
        given = self.measure
        for index, part in enumerate(given.along):
            for name, along in part.marks.items():
                if name in (part.start, part.end):
                    self.problems.append(
                        (("measure", "along", index, "marks", name), f"{name} is an end of the line.")
                    )
                    continue
                sigma = self.sigma(Reading(along, ""))
                yield Offset(name, part.start, part.end, along, 0.0, sigma, sigma)
        if given.baseline:
            yield from self._square(given.baseline[:2], given.points, ("measure", "points"))
        else:
            for name, point in given.points.items():
                if point.along is not None:
                    self.problems.append(
                        (
                            ("measure", "points", name),
                            'this is measured along a base line; add "baseline": ["A", "B", "62 ft"].',
                        )
                    )
        for index, lines in enumerate(given.offsets):
            yield from self._square(lines.baseline[:2], lines.points, ("measure", "offsets", index, "points"))

    def _square(
        self, line: tuple[str, str], points: Mapping[str, PointFile], where: Steps
    ) -> Iterator[Observation]:
        for name, point in points.items():
            if point.along is None:
                continue
            left = self._left(point, (*where, name))
            if left is not None:
                yield self._offset(name, line, point.along, left)

    def _left(self, point: PointFile | ObstacleFile, where: Steps) -> float | None:
        if point.left is not None and point.right is not None:
            self.problems.append(
                (where, "a point lies to the left or to the right of a line; both are given.")
            )
            return None
        return point.left if point.left is not None else -(point.right or 0.0)

    def _offset(self, name: str, line: tuple[str, str], along: float, left: float) -> Offset:
        tape = self.sigma(Reading(max(along, abs(left)), ""))
        return Offset(
            name, *line, along, left, math.hypot(tape, abs(left) * math.tan(math.radians(SQUARE))), tape
        )  # a square by eye moves a point along the line, and hardly out of it

    def _walk(self) -> _Walk | None:
        if self.measure.legs is None:
            return None
        try:
            path = walked(self.measure.legs, self.measure.start, self.file.units)
        except ValueError as error:
            self.problems.append((("measure", "legs"), str(error)))
            return None
        how = STEP["bearings" if path.bearings else "walk"]
        steps = [
            Step(leg.start, leg.end, leg.east, leg.north, how * math.sqrt(max(leg.length, 0.1)))
            for leg in path.legs
        ]
        return _Walk(path.names, steps, path.legs, path.closed)

    def _obstacles(
        self, observations: list[Observation], names: Sequence[str]
    ) -> tuple[dict[str, tuple[bool, str, str]], set[str]]:
        """The measurements to things that stand in the yard, and what tells their flips apart."""
        sides: dict[str, tuple[bool, str, str]] = {}
        inside: set[str] = set()
        for path, _, name, thing in things(self.file):
            if thing.tapes is not None:
                for hook, reading in thing.tapes.items():
                    if hook not in names:
                        self.problems.append(((*path, "tapes", hook), _unknown(hook, names)))
                        continue
                    observations.append(
                        Distance(Tape(hook, name, reading.metres, self.sigma(reading), reading.written))
                    )
                hooks = list(thing.tapes)
                if thing.side is not None and len(hooks) > 1:
                    sides[name] = (thing.side == "left", hooks[0], hooks[1])
                if thing.inside:
                    inside.add(name)
            elif thing.along is not None:
                if thing.start is None or thing.end is None:
                    self.problems.append((path, 'say along which line: "from": "A", "to": "B".'))
                    continue
                for end in (thing.start, thing.end):
                    if end not in names:
                        self.problems.append((path, _unknown(end, names)))
                left = self._left(thing, path)
                if left is not None:
                    observations.append(self._offset(name, (thing.start, thing.end), thing.along, left))
        return sides, inside


@dataclass(frozen=True)
class _Walk:
    """A walk, and its legs as observations."""

    names: tuple[str, ...]
    steps: list[Step]
    legs: tuple[Course, ...]
    closed: bool


_RECTANGLE = ("A", "B", "C", "D")


def things(file: YardFile) -> Iterator[tuple[Steps, str, str, ObstacleFile]]:
    """What stands in the yard: where it is in the file, its name, the name of its middle, and itself."""
    taken: set[str] = set()
    if file.measure:
        given = file.measure
        taken |= {spot for spot in given.boundary or [] if isinstance(spot, str)} | given.points.keys()
    for key, several in (("obstacles", file.obstacles), ("trees", file.trees)):
        for index, thing in enumerate(several):
            name = plain_text(thing.name) or f"{'obstacle' if key == 'obstacles' else 'tree'} {index + 1}"
            own = name if name not in taken else f"{key} {index + 1}: {name}"
            taken.add(own)
            yield (key, index), name, own, thing


def _unknown(name: str, names: Sequence[str]) -> str:
    nearest = nearest_name(name, names)
    guess = f' Did you mean "{nearest}"?' if nearest else ""
    return f'there is no point "{plain_text(name, 40)}".{guess} Name it in "boundary" or "points".'
