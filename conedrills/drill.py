"""A drill: distances, cones and legs in its own frame, and the file that holds it.

Drill frame: metres, +y is the way the athlete faces at the start, +x is the athlete's right. No yard and no
clearance is known here; `space` says how much room a leg needs, `fit` where a drill lies.

A drill file is TOML. It says where cones are the way a coach says it, from an earlier cone:

    [cones]
    1 = {}                                                   # the start
    2 = { from = "1", bearing = 150, distance = "leg" }      # 30 degrees to the right of straight back
    3 = { from = "2", ahead = "depth", left = "width / 2" }

and legs in the order of running. Lengths are sums of multiples of the named distances.
"""

from __future__ import annotations

import ast
import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from conedrills.errors import DrillError, UsageError
from conedrills.geometry import (
    Path,
    Point,
    Vector,
    angle_between,
    normal_angle,
    path_length,
)
from conedrills.units import METRES
from conedrills.wording import nearest_name, plain_text, unknown_name

Pace = Literal["walk", "easy", "brisk", "full"]
PACES: tuple[Pace, ...] = get_args(Pace)
"""Slowest first."""
Shape = Literal["line", "arc"]
Way = Literal["forward", "sideways", "backward"]
Movement = Literal[
    "walk", "jog", "run", "sprint", "open-hip run", "hop",
    "shuffle", "carioca", "crossover run",
    "backward walk", "backward run", "backpedal",
]  # fmt: skip
WAY: Mapping[str, Way] = {
    **dict.fromkeys(("walk", "jog", "run", "sprint", "open-hip run", "hop"), "forward"),
    **dict.fromkeys(("shuffle", "carioca", "crossover run"), "sideways"),
    **dict.fromkeys(("backward walk", "backward run", "backpedal"), "backward"),
}
"""How each movement travels against the chest."""
Cut = Literal[
    "plant", "T-step", "break 45", "break 90", "open hips", "hip flip", "speed turn",
    "round", "touch", "through", "stop",
]  # fmt: skip
Family = Literal[
    "backward", "diagonal", "cornerback", "lateral", "multi-direction", "curved", "braking", "footwork", "warm-up",
]  # fmt: skip
Grade = Literal["A", "B", "C", "X"]
Call = Literal["left", "right", "1", "2", "3", "4", "5", "6", "7", "8", "9"]

AHEAD = 90.0
"""The way the athlete faces at the start, degrees counter-clockwise from +x of the drill frame."""
_SIDES = {"ahead": 90.0, "right": 0.0, "back": 270.0, "left": 180.0}
_ARC_STEP = 5.0  # degrees a chord: on a 3 m circle the chord leaves the arc by 2.9 mm
_MAX_CONES = 60
_MAX_LEGS = 100
_MAX_REACH = 500.0  # metres from the start; beyond it a number is a slip of the pen

Text = Annotated[str, Field(max_length=600)]
Expression = Annotated[str | float, Field(union_mode="left_to_right")]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, populate_by_name=True)


class SourceFile(_File):
    """Where a drill, or a part of it, is published."""

    url: Annotated[str, Field(max_length=300, pattern=r"^https?://\S+$")]
    gives: Text = ""


class DistanceFile(_File):
    """A named length in the file's units: as published, and how far it may shrink or grow."""

    nominal: Annotated[float, Field(gt=0)]
    min: Annotated[float, Field(gt=0)] | None = None
    max: Annotated[float, Field(gt=0)] | None = None
    locked: bool = False
    note: Text = ""


class PlaceFile(_File):
    """A place from an earlier one: along a bearing (degrees clockwise from straight ahead), or along and across."""

    from_: Annotated[str | None, Field(alias="from")] = None
    bearing: float | None = None
    distance: Expression | None = None
    ahead: Expression | None = None
    back: Expression | None = None
    left: Expression | None = None
    right: Expression | None = None
    note: Text = ""


class LegFile(_File):
    """One stretch of the run from cone to cone with one movement.

    `facing` is `ahead`, `right`, `back`, `left` or a bearing in degrees clockwise from ahead; on an arc `path`
    (the chest turns with the path), `out` or `in`. Without it the athlete faces where a forward leg goes, and
    ahead on any other. `do` is what the hands and feet do at the cone, in a few words.
    """

    from_: Annotated[str, Field(alias="from")]
    to: str
    movement: Movement
    shape: Shape = "line"
    facing: str | float | None = None
    cut: Cut
    call: Call | None = None
    do: Annotated[str, Field(max_length=60)] = ""
    centre: str | None = None
    turn: Literal["clockwise", "counter-clockwise"] | None = None
    via: list[str] = []
    side_clearance: Annotated[float, Field(gt=0)] | None = None
    run_out: Annotated[float, Field(ge=0)] | None = None


class CallerFile(_File):
    """Where the caller or partner stands, and what they do."""

    at: str
    does: Annotated[str, Field(max_length=60)] = "calls"


class NormFile(_File):
    """Published times or scores: for whom, in what unit, and the bands in words."""

    population: Text
    unit: Text
    bands: Text


class DrillFile(_File):
    """A drill file, TOML or the JSON of it that a layout carries."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)] | None = None
    title: Annotated[str, Field(min_length=1, max_length=48)]
    aliases: list[Annotated[str, Field(max_length=80)]] = []
    catalogue: Annotated[str, Field(max_length=8)] = ""
    family: Family
    summary: Annotated[str, Field(max_length=80)] = ""
    grade: Grade = "X"
    source: list[SourceFile] = []
    ours: Text = ""
    conflicts: Text = ""
    note: Text = ""
    mirror: bool = True
    regulation: bool = False
    paces: Annotated[list[Pace], Field(min_length=1)]
    units: Literal["m", "yd", "ft", "in"]
    distances: Annotated[dict[str, DistanceFile], Field(min_length=1, max_length=30)]
    cones: Annotated[dict[str, PlaceFile], Field(min_length=2, max_length=_MAX_CONES)]
    points: Annotated[dict[str, PlaceFile], Field(max_length=_MAX_CONES)] = {}
    legs: Annotated[list[LegFile], Field(min_length=1, max_length=_MAX_LEGS)]
    caller: CallerFile | None = None
    cues: list[Annotated[str, Field(max_length=120)]] = []
    dose: Text = ""
    norms: list[NormFile] = []


@dataclass(frozen=True, slots=True)
class Affine:
    """A place that moves with the size: base + size · slope, metres from the start."""

    base: Vector
    slope: Vector

    def at(self, size: float) -> Point:
        """The place at a size."""
        return Point(self.base.dx + size * self.slope.dx, self.base.dy + size * self.slope.dy)


@dataclass(frozen=True, slots=True)
class Leg:
    """One stretch of the run. `start` and `end` are cone numbers, `facing` degrees counter-clockwise from +x.

    On an arc the chest turns with the path: `facing` holds at its start. `sweep` is the angle turned through on
    an arc, degrees counter-clockwise positive, about the place `centre`. `side_clearance` and `run_out` are the
    drill's own wishes, metres, None where the space model decides.
    """

    order: int
    start: int
    end: int
    movement: Movement
    shape: Shape
    facing: float
    cut: Cut
    call: Call | None = None
    do: str = ""
    via: tuple[int, ...] = ()
    centre: Affine | None = None
    sweep: float = 0.0
    side_clearance: float | None = None
    run_out: float | None = None

    @property
    def way(self) -> Way:
        """How it travels against the chest."""
        return WAY[self.movement]


@dataclass(frozen=True, slots=True)
class LegFigure:
    """A leg at a size: its path in drill metres, its true length, and the way it sets out and arrives (degrees)."""

    leg: Leg
    path: Path
    length: float
    heading_in: float
    heading_out: float
    bulge: float = 0.0
    """How far the true path may lie beside `path`, metres: 0 for a line."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drill at a size, in its own frame, metres."""

    size: float
    cones: Path
    legs: tuple[LegFigure, ...]
    caller: Point | None


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill, ready to be laid out. `cones[i]` is cone number i + 1; `definition` is the file it came from."""

    name: str
    title: str
    family: Family
    mirror: bool
    regulation: bool
    paces: tuple[Pace, ...]
    size_min: float
    size_max: float
    cones: tuple[Affine, ...]
    legs: tuple[Leg, ...]
    caller: Affine | None
    definition: DrillFile

    def figure(self, size: float) -> Figure:
        """Cones and legs at a size (1 = as published), in drill metres."""
        return Figure(
            size,
            tuple(cone.at(size) for cone in self.cones),
            tuple(self._leg_figure(leg, size) for leg in self.legs),
            self.caller.at(size) if self.caller else None,
        )

    def _leg_figure(self, leg: Leg, size: float) -> LegFigure:
        start, end = self.cones[leg.start - 1].at(size), self.cones[leg.end - 1].at(size)
        if leg.centre is None:
            step = end - start
            return LegFigure(leg, (start, end), step.length, step.angle, step.angle)
        centre = leg.centre.at(size)
        spoke = start - centre
        chords = max(2, math.ceil(abs(leg.sweep) / _ARC_STEP))
        turns = (leg.sweep * i / chords for i in range(1, chords))
        path = (start, *(centre + Vector.polar(spoke.length, spoke.angle + turn) for turn in turns), end)
        ahead = math.copysign(90.0, leg.sweep)
        return LegFigure(
            leg,
            path,
            spoke.length * math.radians(abs(leg.sweep)),
            normal_angle(spoke.angle + ahead),
            normal_angle(spoke.angle + leg.sweep + ahead),
            spoke.length * (1.0 - math.cos(math.radians(abs(leg.sweep) / chords / 2.0))),
        )


def drill_names() -> tuple[str, ...]:
    """The drills that come with the program, in order of name."""
    return tuple(
        sorted(
            entry.name.removesuffix(".toml")
            for entry in resources.files("conedrills.drills").iterdir()
            if entry.name.endswith(".toml")
        )
    )


@cache
def load_drill(name: str) -> Drill:
    """A drill that comes with the program, by name.

    Raises:
        DrillError: its file is wrong.
        UsageError: there is no such drill; the message names the nearest.
    """
    if name not in drill_names():
        raise UsageError(unknown_name("drill", name, drill_names(), "`conedrills drills` lists them all."))
    text = resources.files("conedrills.drills").joinpath(f"{name}.toml").read_text("utf-8")
    return parse_drill(tomllib.loads(text), name, f"{name}.toml")


def find_drill(wanted: str) -> Drill:
    """A drill by name, by any alias (case and punctuation do not matter), or from a drill file named by path.

    Raises:
        DrillError: the file cannot be read or is wrong.
        UsageError: nothing of that name is known; the message names the nearest.
    """
    if wanted.endswith(".toml") or "/" in wanted or "\\" in wanted:
        return read_drill(FilePath(wanted))
    known = _names_and_aliases()
    name = known.get(_key(wanted))
    if name is None:
        nearest = nearest_name(_key(wanted), known)
        names = [known[nearest]] if nearest else []
        raise UsageError(unknown_name("drill", wanted, names, "`conedrills drills` lists them all."))
    return load_drill(name)


@cache
def _names_and_aliases() -> Mapping[str, str]:
    known: dict[str, str] = {}
    for name in drill_names():
        definition = load_drill(name).definition
        for word in (definition.catalogue, *definition.aliases, definition.title):
            known.setdefault(_key(word), name)
    known.pop("", None)
    return known | {_key(name): name for name in drill_names()}


def _key(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def read_drill(file: FilePath) -> Drill:
    """A drill from a file of the user's own.

    Raises:
        DrillError: the file cannot be read or is wrong; every problem is named.
    """
    label = plain_text(file.name)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DrillError(f"{label}: cannot be read: {error.strerror or 'no such file'}.") from error
    if len(content) > 200_000:
        raise DrillError(f"{label}: {len(content):,} bytes is too long for a drill file; 200,000 are allowed.")
    try:
        data = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DrillError(f"{label}: not a text file in UTF-8 (byte {error.start}).") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DrillError(f"{label}: not TOML: {plain_text(str(error))}.") from error
    return parse_drill(data, _slug(file.stem), label)


def _slug(stem: str) -> str:
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in stem.lower()).split()
    return "-".join(words)[:40].strip("-") or "drill"


def parse_drill(data: Mapping[str, Any], name: str, label: str) -> Drill:
    """A drill from the content of its file.

    Args:
        data: what the TOML file, or a layout's `drills`, holds.
        name: the name, where the file does not give one.
        label: what to call the file in messages.

    Raises:
        DrillError: with every problem found, one a line.
    """
    try:
        file = DrillFile.model_validate(dict(data))
    except ValidationError as error:
        raise DrillError(_first_lines(f"{label}: {line}" for line in _schema_problems(error))) from error
    problems: list[str] = []
    drill = _Reader(file, problems).drill(file.name or name)
    if drill is None or problems:
        raise DrillError(_first_lines(f"{label}: {line}" for line in problems))
    return drill


def _first_lines(lines: Iterator[str]) -> str:
    listed = list(lines)
    more = [f"and {len(listed) - 20} more"] if len(listed) > 20 else []
    return "\n".join([*listed[:20], *more])


def _schema_problems(error: ValidationError) -> Iterator[str]:
    fields = {
        "drill": DrillFile, "distances": DistanceFile, "cones": PlaceFile, "points": PlaceFile, "legs": LegFile,
        "source": SourceFile, "caller": CallerFile, "norms": NormFile,
    }  # fmt: skip
    for problem in error.errors(include_url=False):
        place = [str(part) for part in problem["loc"]]
        where = plain_text(".".join(place)) or "the file"
        if problem["type"] == "extra_forbidden":
            model = fields.get(place[0] if len(place) > 1 else "drill", DrillFile)
            keys = [field.alias or key for key, field in model.model_fields.items()]
            yield f"{where}: " + unknown_name("key", place[-1], keys, f"Keys here: {', '.join(keys)}.")
        else:
            yield f"{where}: {problem['msg'][0].lower()}{problem['msg'][1:]}."


@dataclass
class _Reader:
    """Turns a drill file into a drill, collecting every problem on the way."""

    file: DrillFile
    problems: list[str]

    def drill(self, name: str) -> Drill | None:
        size_min, size_max = self._sizes()
        places = self._places()
        legs = self._legs(places)
        if self.problems:
            return None
        numbers = self._numbers()
        drill = Drill(
            name=name,
            title=plain_text(self.file.title),
            family=self.file.family,
            mirror=self.file.mirror,
            regulation=self.file.regulation,
            paces=tuple(pace for pace in PACES if pace in self.file.paces),
            size_min=size_min,
            size_max=size_max,
            cones=tuple(places[label] for label in numbers),
            legs=tuple(legs),
            caller=places[self.file.caller.at] if self.file.caller else None,
            definition=self.file.model_copy(update={"name": name}),
        )
        self._judge(drill)
        return drill

    def _sizes(self) -> tuple[float, float]:
        smallest, largest = 0.0, math.inf
        for key, distance in self.file.distances.items():
            where = f"distances.{key}"
            if not key.isidentifier():
                self.problems.append(f"{where}: a distance is named by letters, digits and _.")
            if distance.locked:
                if (distance.min, distance.max) != (None, None):
                    self.problems.append(f"{where}: locked, so it takes no min or max; the nominal length holds.")
                continue
            low, high = distance.min or distance.nominal, distance.max or distance.nominal
            if not low <= distance.nominal <= high:
                self.problems.append(f"{where}: min {low:g}, nominal {distance.nominal:g}, max {high:g} must ascend.")
            smallest, largest = max(smallest, low / distance.nominal), min(largest, high / distance.nominal)
        if largest == math.inf:
            return 1.0, 1.0
        if self.file.regulation and largest > 1.0:
            self.problems.append("distances: a regulation drill is never larger than published; give max = nominal.")
        if smallest > largest:
            self.problems.append("distances: no one size suits all free distances; widen their min and max.")
        return smallest, largest

    def _places(self) -> dict[str, Affine]:
        """Cones and points, each from another or from the start."""
        entries: dict[str, tuple[str, PlaceFile]] = {}
        for section, files in (("cones", self.file.cones), ("points", self.file.points)):
            for label, place in files.items():
                where = f"{section}.{plain_text(label)}"
                if label in entries:
                    self.problems.append(f"{where}: there is a cone of this name already.")
                entries[label] = (where, place)
        places: dict[str, Affine] = {}
        for label in entries:
            self._resolve(label, entries, places, ())
        return places

    def _resolve(
        self, label: str, entries: Mapping[str, tuple[str, PlaceFile]], places: dict[str, Affine], on: tuple[str, ...]
    ) -> Affine:
        """The place of a label, worked out after the place that it is given from; `on` are those that wait for it."""
        start = Affine(Vector(0.0, 0.0), Vector(0.0, 0.0))
        if label in places:
            return places[label]
        where, place = entries[label]
        origin = start
        if label in on:
            self.problems.append(f"{where}: given from itself, through {plain_text(' and '.join(on))}.")
            return start
        if place.from_ is not None and place.from_ not in entries:
            self.problems.append(f"{where}.from: " + unknown_name("cone or point", place.from_, entries, ""))
        elif place.from_ is not None:
            origin = self._resolve(place.from_, entries, places, (*on, label))
        step = self._step(place, where)
        places[label] = Affine(origin.base + step.base, origin.slope + step.slope)
        return places[label]

    def _step(self, place: PlaceFile, where: str) -> Affine:
        if (place.bearing is None) != (place.distance is None):
            self.problems.append(f"{where}: bearing and distance go together.")
        for pair in (("ahead", "back"), ("left", "right")):
            if all(getattr(place, side) is not None for side in pair):
                self.problems.append(f"{where}: {pair[0]} and {pair[1]} exclude each other.")
        base = slope = Vector(0.0, 0.0)
        parts = [(side, getattr(place, side)) for side in _SIDES]
        parts.append(("distance", place.distance))
        for key, text in parts:
            if text is None:
                continue
            fixed, free = self._length(text, f"{where}.{key}")
            angle = _SIDES.get(key, AHEAD - (place.bearing or 0.0))
            base, slope = base + Vector.polar(fixed, angle), slope + Vector.polar(free, angle)
        return Affine(base, slope)

    def _length(self, text: str | float, where: str) -> tuple[float, float]:
        """The parts of a length that stay and that scale with the size, metres."""
        metres = METRES[self.file.units]
        try:
            terms = _linear(str(text))
        except ValueError as problem:
            self.problems.append(f'{where}: "{plain_text(str(text))}" {problem}')
            return 0.0, 0.0
        fixed = free = 0.0
        for name, factor in terms.items():
            if name == "":
                fixed += factor * metres
            elif name not in self.file.distances:
                self.problems.append(f"{where}: " + unknown_name("distance", name, self.file.distances, ""))
            elif self.file.distances[name].locked:
                fixed += factor * self.file.distances[name].nominal * metres
            else:
                free += factor * self.file.distances[name].nominal * metres
        return fixed, free

    def _numbers(self) -> dict[str, int]:
        """Cone labels in the order in which the athlete first reaches them."""
        reached: dict[str, int] = {}
        for leg in self.file.legs:
            for label in (leg.from_, *leg.via, leg.to):
                reached.setdefault(label, len(reached) + 1)
        return reached

    def _legs(self, places: Mapping[str, Affine]) -> list[Leg]:
        numbers = self._numbers()
        for label in self.file.cones:
            if label not in numbers:
                self.problems.append(f"cones.{plain_text(label)}: no leg ever reaches this cone; remove it or add a leg.")
        if self.file.caller and self.file.caller.at not in places:
            self.problems.append("caller.at: " + unknown_name("point", self.file.caller.at, self.file.points, ""))
        legs: list[Leg] = []
        for index, leg in enumerate(self.file.legs):
            where = f"legs.{index + 1}"
            unknown = [label for label in (leg.from_, *leg.via, leg.to) if label not in self.file.cones]
            self.problems += [f"{where}: " + unknown_name("cone", label, self.file.cones, "") for label in unknown]
            if unknown:
                continue
            centre, sweep = self._arc(leg, places, where)
            legs.append(
                Leg(
                    order=self._order(legs, index),
                    start=numbers[leg.from_],
                    end=numbers[leg.to],
                    movement=leg.movement,
                    shape=leg.shape,
                    facing=self._facing(leg, places, centre, sweep, where),
                    cut=leg.cut,
                    call=leg.call,
                    do=plain_text(leg.do),
                    via=tuple(numbers[label] for label in leg.via),
                    centre=centre,
                    sweep=sweep,
                    side_clearance=_metres(leg.side_clearance, self.file.units),
                    run_out=_metres(leg.run_out, self.file.units),
                )
            )
        return legs

    def _order(self, legs: Sequence[Leg], index: int) -> int:
        """Alternatives of a called leg share their order: neighbours that leave the same cone on different calls."""
        if not legs:
            return 1
        leg, before = self.file.legs[index], self.file.legs[index - 1]
        calls = {other.call for other in legs if other.order == legs[-1].order}
        alternative = leg.call is not None and None not in calls and leg.call not in calls and leg.from_ == before.from_
        return legs[-1].order + (0 if alternative else 1)

    def _arc(self, leg: LegFile, places: Mapping[str, Affine], where: str) -> tuple[Affine | None, float]:
        if leg.shape == "line":
            if leg.centre is not None or leg.turn is not None or leg.via:
                self.problems.append(f'{where}: centre, turn and via belong to a leg of shape = "arc".')
            return None, 0.0
        if leg.centre not in places or leg.turn is None:
            self.problems.append(f"{where}: an arc needs a centre (a cone or point) and a turn.")
            return None, 0.0
        centre = places[leg.centre]
        start, end = (places[label].at(1.0) - centre.at(1.0) for label in (leg.from_, leg.to))
        if start.length == 0.0 or abs(start.length - end.length) > 1e-6 * start.length:
            self.problems.append(f"{where}: {leg.from_} and {leg.to} are not equally far from the centre.")
            return None, 0.0
        sweep = normal_angle(end.angle - start.angle) or 360.0
        return centre, sweep if leg.turn == "counter-clockwise" else (sweep - 360.0 or -360.0)

    def _facing(
        self, leg: LegFile, places: Mapping[str, Affine], centre: Affine | None, sweep: float, where: str
    ) -> float:
        """The chest's direction at the start of the leg, degrees; problems where it and the movement disagree."""
        if centre is None:
            heading = (places[leg.to].at(1.0) - places[leg.from_].at(1.0)).angle
            facing = self._side(leg, heading, where)
        else:
            spoke = (places[leg.from_].at(1.0) - centre.at(1.0)).angle
            heading = normal_angle(spoke + math.copysign(90.0, sweep))
            along = 180.0 if WAY[leg.movement] == "backward" else 0.0
            ways = {"path": heading + along, None: heading + along, "out": spoke, "in": spoke + 180.0}
            if leg.facing not in ways:
                self.problems.append(f"{where}.facing: on an arc the chest turns with it: path, out or in.")
                return heading
            facing = normal_angle(ways[leg.facing])  # type: ignore[index]
        if not agrees(WAY[leg.movement], heading, facing):
            self.problems.append(
                f"{where}: a {leg.movement} goes {_MEANING[WAY[leg.movement]]}, but this leg travels"
                f" {angle_between(heading, facing):.0f}° off the way the chest points; change facing or movement."
            )
        return facing

    def _side(self, leg: LegFile, heading: float, where: str) -> float:
        if leg.facing is None:
            return heading if WAY[leg.movement] == "forward" else AHEAD
        if isinstance(leg.facing, str):
            if leg.facing not in _SIDES:
                self.problems.append(f"{where}.facing: " + unknown_name("side", leg.facing, _SIDES, "Or give a bearing."))
            return _SIDES.get(leg.facing, AHEAD)
        return normal_angle(AHEAD - leg.facing)

    def _judge(self, drill: Drill) -> None:
        """What only the finished geometry shows."""
        for first, one in enumerate(drill.cones):
            if one.at(drill.size_max) - Point(0.0, 0.0) and (one.at(drill.size_max) - Point(0, 0)).length > _MAX_REACH:
                self.problems.append(f"cones: cone {first + 1} is more than {_MAX_REACH:g} m from the start.")
            for second, other in enumerate(drill.cones[:first]):
                if min((one.at(size) - other.at(size)).length for size in (drill.size_min, drill.size_max)) < 0.05:
                    self.problems.append(f"cones: {second + 1} and {first + 1} stand on the same spot.")
        for index, leg in enumerate(drill.legs):
            small, large = (drill.figure(size).legs[index] for size in (drill.size_min, drill.size_max))
            if small.length < 0.05 or path_length(small.path) < 0.05:
                self.problems.append(f"legs.{index + 1}: it has no length.")
            elif angle_between(small.heading_in, large.heading_in) > 1e-6:
                self.problems.append(
                    f"legs.{index + 1}: changing the size turns this leg; lock no distance along it, or all of them."
                )
            elif leg.cut == "round" and leg.shape == "arc":
                self.problems.append(f"legs.{index + 1}: an arc cannot also go round a cone.")


_MEANING = {"forward": "the way the chest points", "sideways": "across the chest", "backward": "behind the back"}


def agrees(way: Way, heading: float, facing: float) -> bool:
    """Whether travelling along `heading` with the chest along `facing` is going that way (degrees).

    A diagonal at 45 degrees still counts as forward or backward, and also as sideways (a diagonal slide).
    """
    off = angle_between(heading, facing)
    low, high = {"forward": (0.0, 45.0), "sideways": (45.0, 135.0), "backward": (135.0, 180.0)}[way]
    return low - 0.5 <= off <= high + 0.5


def _metres(value: float | None, units: str) -> float | None:
    return None if value is None else value * METRES[units]


def _linear(text: str) -> dict[str, float]:
    """The terms of a sum of multiples of names; the constant under "".

    >>> _linear("2 * leg - width / 4 + 1")
    {'leg': 2.0, 'width': -0.25, '': 1.0}

    Raises:
        ValueError: it is anything else; the message completes a sentence.
    """
    if len(text) > 200:
        raise ValueError("is too long for a length.")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError("is not a sum of distances, like: 2 * leg + width / 2.") from None
    return _terms(tree, 0)


def _terms(node: ast.expr, depth: int) -> dict[str, float]:
    if depth > 20:
        raise ValueError("is too deeply nested for a length.")
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool) and abs(number) < 1e6:
            return {"": float(number)}
        case ast.Name(id=name):
            return {name: 1.0}
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return {name: -factor for name, factor in _terms(operand, depth + 1).items()}
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as sign, right=right):
            total = _terms(left, depth + 1)
            for name, factor in _terms(right, depth + 1).items():
                total[name] = total.get(name, 0.0) + (factor if isinstance(sign, ast.Add) else -factor)
            return total
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            one, other = _terms(left, depth + 1), _terms(right, depth + 1)
            for number, terms in ((one, other), (other, one)):
                if set(number) == {""}:
                    return {name: factor * number[""] for name, factor in terms.items()}
            raise ValueError("multiplies two distances; a length is a sum of multiples of distances.")
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            divisor = _terms(right, depth + 1)
            if set(divisor) != {""} or divisor[""] == 0.0:
                raise ValueError("divides by something that is not a plain number.")
            return {name: factor / divisor[""] for name, factor in _terms(left, depth + 1).items()}
        case _:
            raise ValueError("is not a sum of distances, like: 2 * leg + width / 2.")
