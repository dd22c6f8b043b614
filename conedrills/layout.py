"""A layout: a yard with the drills placed in it; the file that people keep and share, as JSON.

Yard metres and degrees counter-clockwise from +x throughout. No millimetres, no pages: `compose` draws it.
Every name that is shown to a person has been through `plain_text` when it was read.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from conedrills import __version__
from conedrills.drill import (
    Affine,
    Call,
    Cut,
    Drill,
    DrillFile,
    Family,
    Movement,
    Pace,
    Shape,
    definition_json,
    parse_drill,
)
from conedrills.errors import DrillError, LayoutError
from conedrills.geometry import Path, Point, Pose
from conedrills.space import FLOOR, SpaceModel, rooms, space_from_json
from conedrills.wording import plain_text, unknown_name
from conedrills.yard import (
    MAX_OBSTACLES,
    MAX_REFERENCES,
    MAX_VERTICES,
    Kind,
    Obstacle,
    Reference,
    Surface,
    Units,
    Yard,
)

FORMAT = "conedrills-layout"
VERSION = 1
LONGEST_FILE = 4_000_000
"""Bytes that a layout may have: 20,000 boundary points written out in full take a quarter of it."""


@dataclass(frozen=True, slots=True)
class PlacedLeg:
    """A leg where it lies in the yard: metres and degrees. `path` is without its run-out."""

    order: int
    start: int
    end: int
    movement: Movement
    shape: Shape
    facing: float
    facing_follows: bool
    cut: Cut
    call: Call | None
    do: str
    length: float
    path: Path
    heading_out: float
    side_clearance: float
    run_out: float
    round_clearance: float | None


@dataclass(frozen=True, slots=True)
class Tightest:
    """Where a placement comes closest to something hard.

    `distance` is the smallest, metres, from any leg's path with its run-out to anything hard; `at` is the
    place on that hard thing and `to` its name: an obstacle's, or `name_of_side` of a side of the boundary.
    """

    distance: float
    at: Point
    to: str


@dataclass(frozen=True, slots=True)
class Placement:
    """A drill, a size, a pose and a pace in a yard, with its certificate.

    `size_bound` is proven not to be exceedable by any pose, None where nothing was proven. `cones[i]` is
    cone number i + 1. `caller` is where the caller stands, None where the drill has none or there is no room
    for one. `remarks` are for the person with the sheet, one sentence each.
    """

    drill: Drill
    pace: Pace
    size: float
    size_bound: float | None
    gap_reached: bool
    pose: Pose
    cones: Path
    legs: tuple[PlacedLeg, ...]
    tightest: Tightest | None
    caller: Point | None = None
    remarks: tuple[str, ...] = ()

    @property
    def comparable(self) -> bool:
        """Whether times compare with published ones: a regulation drill, its size, its side, flat out."""
        return self.drill.regulation and self.size == 1.0 and self.pace == "full" and not self.pose.mirrored


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A drill that was asked for and does not lie in the yard, and why.

    `pace` is the slowest tried; at it nothing from `size_bound` up fits, None where nothing was proven or the
    yard is not the reason.
    """

    drill: Drill
    pace: Pace
    reason: str
    size_bound: float | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something that a layout file stated beside what follows from its own drills and space model.

    `placement` counts from 0, None for the layout as a whole; `key` is the key in the file.
    """

    placement: int | None
    key: str
    stated: str
    true: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A yard with its placements, in the order in which they are to be trained.

    `drills` are definitions that the file carries, by name; those of the placements need not be repeated.
    `contradictions` are what `from_json` read and could not keep, because here it is worked out: for `check`.
    Neither of them, nor who made it, makes two layouts different.
    """

    title: str
    units: Units
    yard: Yard
    space: SpaceModel
    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...] = ()
    made_by: str = field(default="", compare=False)
    notes: tuple[str, ...] = ()
    drills: Mapping[str, Drill] = field(default_factory=dict, compare=False)
    contradictions: tuple[Contradiction, ...] = field(default=(), compare=False)

    @property
    def all_drills(self) -> Mapping[str, Drill]:
        """Every definition that the layout needs or carries, by name, in the order of name."""
        used = [entry.drill for entry in self.unplaced] + [entry.drill for entry in self.placements]
        return dict(sorted({**self.drills, **{drill.name: drill for drill in used}}.items()))


def placed_legs(
    drill: Drill, size: float, pose: Pose, pace: Pace, model: SpaceModel
) -> tuple[PlacedLeg, ...]:
    """Every leg of a drill where it lies in the yard, with the room it needs there."""
    legs = drill.figure(size).legs
    return tuple(
        PlacedLeg(
            order=figure.leg.order,
            start=figure.leg.start,
            end=figure.leg.end,
            movement=figure.leg.movement,
            shape=figure.leg.shape,
            facing=pose.turn(figure.leg.facing),
            facing_follows=figure.leg.shape != "line",
            cut=figure.leg.cut,
            call=mirrored_call(figure.leg.call) if pose.mirrored else figure.leg.call,
            do=figure.leg.do,
            length=figure.length,
            path=tuple(pose.place(point) for point in figure.path),
            heading_out=pose.turn(figure.heading_out),
            side_clearance=room.side_clearance,
            run_out=room.run_out_at(figure.length),
            round_clearance=room.round_clearance,
        )
        for figure, room in zip(legs, rooms(drill, pace, model), strict=True)
    )


def mirrored_call(call: Call | None) -> Call | None:
    """The call in a drill's mirror image: left and right change places, numbers stay with their cones."""
    swapped: Mapping[Call, Call] = {"left": "right", "right": "left"}
    return swapped.get(call, call) if call else None


def name_of_side(yard: Yard, side: int) -> str:
    """What a side of the boundary is called: its own name, or its number from 1; `side` counts from 0."""
    return (yard.side_names[side] if yard.side_names else "") or f"side {side + 1}"


# ---------------------------------------------------------------- writing


def dumps(layout: Layout) -> bytes:
    """The layout file: UTF-8 JSON for people too, coordinates unrounded, equal bytes for equal layouts."""
    return written(to_json(layout)).encode("utf-8")


def written(data: Any) -> str:
    """JSON text in which whatever fits on one line is on one line; ends with a newline."""
    return _written(data, "") + "\n"


def _written(value: Any, indent: str) -> str:
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if not isinstance(value, dict | list) or len(line) + len(indent) <= _LINE:
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        parts = [
            f"{json.dumps(key, ensure_ascii=False)}: {_written(part, deeper)}" for key, part in value.items()
        ]
    else:
        parts = [_written(part, deeper) for part in value]
    first, last = "{}" if isinstance(value, dict) else "[]"
    return f"{first}\n{deeper}" + f",\n{deeper}".join(parts) + f"\n{indent}{last}"


_LINE = 100  # characters


def to_json(layout: Layout) -> dict[str, Any]:
    """The layout as its file holds it: all coordinates yard metres, all angles degrees."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_by": layout.made_by or f"conedrills {__version__}",
        "id": layout_id(layout),
        "title": layout.title,
        "units": layout.units,
        **({"notes": list(layout.notes)} if layout.notes else {}),
        "yard": _yard_json(layout.yard, layout.units),
        "space": layout.space.to_json(),
        "drills": {name: definition_json(drill) for name, drill in layout.all_drills.items()},
        "placements": [_placement_json(placement) for placement in layout.placements],
        "unplaced": [_unplaced_json(unplaced) for unplaced in layout.unplaced],
    }


def _yard_json(yard: Yard, units: Units) -> dict[str, Any]:
    known = {
        "north": yard.north,
        "surface": yard.surface if yard.surface != "dry" else None,
        "sun": yard.sun or None,
        "slope": yard.slope or None,
        "notes": list(yard.notes) or None,
        # only where the layout is shown in other units; not "units", for the numbers here are metres
        "measured_in": yard.units if yard.units != units else None,
        "space": _plain(yard.space) or None,
    }
    return {
        "name": yard.name,
        "boundary": _pairs(yard.boundary),
        "edges": _edges_json(yard),
        "obstacles": [
            {
                "name": obstacle.name,
                "kind": obstacle.kind,
                "polygon": _pairs(obstacle.polygon),
                **({"uncertainty": _number(obstacle.uncertainty)} if obstacle.uncertainty else {}),
            }
            for obstacle in yard.obstacles
        ],
        "references": [{"name": tap.name, "what": tap.what, **_xy(tap.at)} for tap in yard.references],
        "uncertainty": [_number(metres) for metres in yard.uncertainty],
        **{key: value for key, value in known.items() if value is not None},
    }


def _edges_json(yard: Yard) -> list[dict[str, Any]]:
    """The sides that are not hard, or have a name."""
    names = yard.side_names or ("",) * len(yard.boundary)
    return [
        {"side": side, "kind": kind, **({"name": name} if name else {})}
        for side, (kind, name) in enumerate(zip(yard.side_kinds, names, strict=True))
        if name or kind != "hard"
    ]


def _placement_json(placement: Placement) -> dict[str, Any]:
    drill, tightest = placement.drill, placement.tightest
    return {
        "drill": drill.name,
        "title": drill.title,
        "family": drill.family,
        "pace": placement.pace,
        "size": _number(placement.size),
        "size_bound": None if placement.size_bound is None else _number(placement.size_bound),
        "size_min": _number(drill.size_min),
        "size_max": _number(drill.size_max),
        "gap_reached": placement.gap_reached,
        "comparable": placement.comparable,
        "mirrored": placement.pose.mirrored,
        "origin": _pair(placement.pose.origin),
        "rotation": _number(placement.pose.rotation),
        "cones": [{"number": number, **_xy(cone)} for number, cone in enumerate(placement.cones, 1)],
        "legs": [_leg_json(leg) for leg in placement.legs],
        "tightest": tightest
        and {"distance": _number(tightest.distance), **_xy(tightest.at), "to": tightest.to},
        "setout": [],
        **({"caller": _xy(placement.caller)} if placement.caller else {}),
        "remarks": list(placement.remarks),
    }


def _leg_json(leg: PlacedLeg) -> dict[str, Any]:
    around = leg.round_clearance
    return {
        "order": leg.order,
        "from": leg.start,
        "to": leg.end,
        "movement": leg.movement,
        "shape": leg.shape,
        "facing": _number(leg.facing),
        **({"facing_follows": "path"} if leg.facing_follows else {}),
        "cut": leg.cut,
        **({"call": leg.call} if leg.call else {}),
        "do": leg.do,
        "length": _number(leg.length),
        "path": _pairs(leg.path),
        "heading_out": _number(leg.heading_out),
        "side_clearance": _number(leg.side_clearance),
        "run_out": _number(leg.run_out),
        **({} if around is None else {"round_clearance": _number(around)}),
    }


def _unplaced_json(unplaced: Unplaced) -> dict[str, Any]:
    return {
        "drill": unplaced.drill.name,
        "title": unplaced.drill.title,
        "pace": unplaced.pace,
        "reason": unplaced.reason,
        "size_bound": None if unplaced.size_bound is None else _number(unplaced.size_bound),
        "size_min": _number(unplaced.drill.size_min),
    }


def _number(value: float) -> float:
    """The float itself: 2 becomes 2.0 and -0.0 becomes 0.0, so that equal layouts are equal bytes."""
    return float(value) + 0.0


def _pair(point: Point) -> list[float]:
    return [_number(point.x), _number(point.y)]


def _pairs(path: Path) -> list[list[float]]:
    return [_pair(point) for point in path]


def _xy(point: Point) -> dict[str, float]:
    return {"x": _number(point.x), "y": _number(point.y)}


def _plain(value: Any) -> Any:
    """Mappings and sequences of a yard's own clearances as JSON has them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def layout_id(layout: Layout) -> str:
    """Six letters and digits for the geometry and the drills, the same whatever the names and notes.

    Numbers count to 0.1 mm (sizes and degrees to 0.0001), so that another processor's last digit does not.
    """
    drills = {placement.drill.name: placement.drill for placement in layout.placements}
    numbers = {name: index for index, name in enumerate(drills)}
    content = [
        _pairs(layout.yard.boundary),
        list(layout.yard.side_kinds),
        [[obstacle.kind, _pairs(obstacle.polygon)] for obstacle in layout.yard.obstacles],
        layout.space.to_json(),
        [_drill_geometry(drill) for drill in drills.values()],
        [_place_geometry(placement, numbers[placement.drill.name]) for placement in layout.placements],
    ]
    digest = hashlib.sha256(json.dumps(_counted(content), sort_keys=True).encode("ascii")).digest()
    return base64.b32encode(digest)[:6].decode("ascii").lower()


def _drill_geometry(drill: Drill) -> list[Any]:
    legs: list[list[Any]] = []
    for leg in drill.legs:
        run = [leg.order, leg.start, leg.end, leg.via, leg.movement, leg.facing, leg.cut, leg.call]
        curve = [leg.shape, leg.sweep, leg.centre and _affine(leg.centre)]
        legs.append([*run, *curve, leg.side_clearance, leg.run_out])
    return [[_affine(cone) for cone in drill.cones], legs]


def _affine(place: Affine) -> list[float]:
    return [place.base.dx, place.base.dy, place.slope.dx, place.slope.dy]


def _place_geometry(placement: Placement, drill: int) -> list[Any]:
    pose = placement.pose
    return [drill, placement.pace, placement.size, _pair(pose.origin), pose.rotation, pose.mirrored]


def _counted(value: Any) -> Any:
    """Every number as a whole count of ten-thousandths."""
    if isinstance(value, Mapping):
        return {key: _counted(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_counted(part) for part in value]
    return round(value * 10_000) if isinstance(value, float) else value


# ---------------------------------------------------------------- reading


def _text(longest: int) -> Callable[[str], str]:
    return lambda text: plain_text(text, longest)


Name = Annotated[str, Field(max_length=10_000), AfterValidator(_text(80))]
Sentence = Annotated[str, Field(max_length=10_000), AfterValidator(_text(600))]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-10_000, le=10_000)]
Metres = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=10_000)]
Size = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1_000)]
Flag = Annotated[bool, Field(strict=True)]
Pair = Annotated[list[Number], Field(min_length=2, max_length=2)]
_MOST_PLACEMENTS = 200


class _Part(BaseModel):
    # a file of a later conedrills may say more than we know; what changes a meaning changes the version
    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class EdgeFile(_Part):
    """A side of the boundary, counted from 0, that is not hard or has a name."""

    side: Annotated[int, Field(strict=True, ge=0)]
    kind: Kind = "hard"
    name: Name = ""


class ObstacleFile(_Part):
    """A thing in the yard, as a polygon that contains it."""

    name: Name
    kind: Kind = "hard"
    polygon: Annotated[list[Pair], Field(min_length=3, max_length=MAX_VERTICES)]
    uncertainty: Metres = 0.0


class SpotFile(_Part):
    """A place, metres."""

    x: Number
    y: Number


class ReferenceFile(SpotFile):
    """A fixed point that a tape can be hooked on."""

    name: Name
    what: Name = ""


class YardFile(_Part):
    """The yard of a layout, metres."""

    name: Name = ""
    boundary: Annotated[list[Pair], Field(min_length=3, max_length=MAX_VERTICES)]
    edges: Annotated[list[EdgeFile], Field(max_length=MAX_VERTICES)] = []
    obstacles: Annotated[list[ObstacleFile], Field(max_length=MAX_OBSTACLES)] = []
    references: Annotated[list[ReferenceFile], Field(max_length=MAX_REFERENCES)] = []
    uncertainty: Annotated[list[Metres], Field(max_length=MAX_VERTICES)] = []
    north: Number | None = None
    surface: Surface = "dry"
    sun: Sentence = ""
    slope: Sentence = ""
    notes: Annotated[list[Sentence], Field(max_length=1_000)] = []
    measured_in: Units | None = None
    space: dict[str, Any] = {}


Node = Annotated[list[Metres], Field(min_length=2, max_length=2)]
RunOut = Annotated[list[Node], Field(min_length=1, max_length=50)]


class WaysFile(_Part):
    """Side clearances at a pace, metres, by the way the athlete moves."""

    forward: Metres
    sideways: Metres
    backward: Metres


class PacesFile(_Part):
    """Side clearances by pace."""

    walk: WaysFile
    easy: WaysFile
    brisk: WaysFile
    full: WaysFile


class RunOutsFile(_Part):
    """Run-outs at full pace as (leg length, run-out) pairs, metres: linear between them, constant outside."""

    through: RunOut
    forward: RunOut
    backward: RunOut
    sideways: RunOut


class SpaceFile(_Part):
    """The clearances and run-outs in force."""

    side_clearance: PacesFile
    run_out: RunOutsFile
    run_out_factor: Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, le=10)]
    floor: Metres = FLOOR


class ConeFile(SpotFile):
    """A numbered cone, metres."""

    number: Annotated[int, Field(strict=True, ge=1, le=60)]


class LegFile(_Part):
    """One stretch of the run: its path without the run-out in metres, angles in degrees."""

    order: Annotated[int, Field(strict=True, ge=1, le=100)]
    from_: Annotated[int, Field(alias="from", strict=True, ge=1, le=60)]
    to: Annotated[int, Field(strict=True, ge=1, le=60)]
    movement: Movement
    shape: Shape
    facing: Number
    facing_follows: Literal["path"] | None = None
    cut: Cut
    call: Call | None = None
    do: Name = ""
    length: Metres
    path: Annotated[list[Pair], Field(min_length=2, max_length=2_000)]
    heading_out: Number
    side_clearance: Metres
    run_out: Metres
    round_clearance: Metres | None = None


class TightestFile(SpotFile):
    """Where a placement comes closest to something hard, metres."""

    distance: Metres
    to: Name


class PlacementFile(_Part):
    """A drill where it lies."""

    drill: str
    family: Family | None = None
    pace: Pace
    size: Annotated[Size, Field(ge=0.001)]
    size_bound: Size | None
    size_min: Size
    size_max: Size
    gap_reached: Flag
    comparable: Flag
    mirrored: Flag
    origin: Pair
    rotation: Number
    cones: Annotated[list[ConeFile], Field(min_length=2, max_length=60)]
    legs: Annotated[list[LegFile], Field(min_length=1, max_length=100)]
    tightest: TightestFile | None
    caller: SpotFile | None = None
    remarks: Annotated[list[Sentence], Field(max_length=100)] = []


class UnplacedFile(_Part):
    """A drill that does not fit, and why."""

    drill: str
    pace: Pace
    reason: Sentence = ""
    size_bound: Size | None = None
    size_min: Size | None = None


class LayoutFile(_Part):
    """A conedrills layout: all coordinates yard metres, all angles degrees counter-clockwise from +x."""

    format: Literal["conedrills-layout"]
    version: Literal[1]
    made_by: Name = ""
    title: Name = ""
    units: Units = "m"
    notes: Annotated[list[Sentence], Field(max_length=1_000)] = []
    yard: YardFile
    space: SpaceFile
    drills: Annotated[dict[str, dict[str, Any]], Field(max_length=2 * _MOST_PLACEMENTS)]
    placements: Annotated[list[PlacementFile], Field(max_length=_MOST_PLACEMENTS)]
    unplaced: Annotated[list[UnplacedFile], Field(max_length=_MOST_PLACEMENTS)] = []


class _LayoutSchema(LayoutFile):
    drills: dict[str, DrillFile]  # type: ignore[assignment]


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a layout file."""
    found = _LayoutSchema.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "conedrills layout"}


def loads(content: bytes, label: str) -> Layout:
    """A layout from the bytes of its JSON file, called `label` in messages.

    Raises:
        LayoutError: they are not a layout that can be read; the message names every problem.
    """
    return from_json(parsed(content, label), label)


def parsed(content: bytes, label: str) -> Any:
    """What a JSON file from a stranger holds.

    Raises:
        LayoutError: too long, not UTF-8, not JSON, with a key twice or a number that is none.
    """
    label = plain_text(label)
    if len(content) > LONGEST_FILE:
        raise LayoutError(
            f"{label}: {len(content):,} bytes are too many for a layout; {LONGEST_FILE:,} are allowed."
        )
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise LayoutError(f"{label}: not a text file in UTF-8 (byte {error.start}).") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise LayoutError(f"{label}: not JSON ({where}: {plain_text(error.msg)}).") from error
    except RecursionError as error:
        raise LayoutError(f"{label}: nested too deeply for a layout.") from error
    except ValueError as error:  # a number of 5,000 digits, and ours from the two hooks
        raise LayoutError(f"{label}: {plain_text(str(error))}.") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f'the key "{plain_text(key)}" stands twice in one object')
        found[key] = value
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number")


def from_json(data: Any, label: str) -> Layout:
    """A layout from what its file holds; cones and legs are kept as stated, for `check` to judge.

    Args:
        data: parsed JSON.
        label: what to call the file in messages.

    Raises:
        LayoutError: it cannot be read; up to 20 problems, one a line.
    """
    label = plain_text(label)
    _refuse_other_formats(data, label)
    try:
        file = LayoutFile.model_validate(data)
    except ValidationError as error:
        raise LayoutError(_listed(label, _schema_problems(error))) from error
    reader = _Reader(file)
    layout = reader.layout()
    if layout is None:
        raise LayoutError(_listed(label, reader.problems))
    return layout


def _refuse_other_formats(data: Any, label: str) -> None:
    """Format and version first: forty complaints about keys would not tell that the file is simply newer."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise LayoutError(f'{label}: not a layout; a layout begins with "format": "{FORMAT}".')
    version = data.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise LayoutError(f"{label}: version: must be a whole number from 1 up.")
    if version > VERSION:
        newer = str(version) if version < 10**6 else "very new"
        raise LayoutError(f"{label}: made by a newer conedrills (version {newer}); update, or ask for a PDF.")


def _listed(label: str, problems: Sequence[str] | Iterator[str]) -> str:
    lines = [f"{label}: {line}" for problem in problems for line in problem.splitlines()]
    more = [f"and {len(lines) - 20} more"] if len(lines) > 20 else []
    return "\n".join([*lines[:20], *more])


_ONE_OF = {
    "placements": "placement", "unplaced": "unplaced drill", "legs": "leg", "cones": "cone",
    "obstacles": "obstacle", "references": "reference", "edges": "edge",
    "boundary": "point", "polygon": "point", "path": "point",
}  # fmt: skip


def _where(place: tuple[int | str, ...]) -> str:
    """A key path in words.

    >>> _where(("placements", 1, "legs", 0, "path", 3, 1))
    'placement 2, leg 1, point 4, number 2'
    """
    words: list[str] = []
    before = ""
    for part in place:
        if isinstance(part, int):
            if words and words[-1] == before and before in _ONE_OF:
                words.pop()
            words.append(f"{_ONE_OF.get(before, 'number')} {part + 1}")
        else:
            words.append(plain_text(part))
        before = str(part)
    return ", ".join(words) or "the file"


def _schema_problems(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        wrong = _in_words(problem["type"], problem.get("ctx", {}), problem["msg"])
        yield f"{_where(problem['loc'])}: {wrong}."


def _in_words(kind: str, context: Mapping[str, Any], message: str) -> str:
    """What pydantic found wrong, for somebody who has never heard of it."""
    words = _WORDS.get(kind)
    return words.format(**context) if words else plain_text(message[:1].lower() + message[1:])


_WORDS = {
    "missing": "is missing",
    **dict.fromkeys(("float_type", "float_parsing"), "must be a number"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "must be a whole number"),
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    **dict.fromkeys(("string_type", "string_unicode"), "must be text"),
    "list_type": "must be a list",
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "must be an object with keys"),
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    **dict.fromkeys(("too_long", "string_too_long"), "is too long; at most {max_length} are allowed"),
    "too_short": "needs at least {min_length}",
}


class _Reader:
    """Turns a layout file into a layout, collecting every problem on the way."""

    def __init__(self, file: LayoutFile) -> None:
        self.file = file
        self.problems: list[str] = []
        self.contradictions: list[Contradiction] = []

    def layout(self) -> Layout | None:
        file = self.file
        drills = self._drills()
        yard = self._yard()
        space = self._space()
        placements = [self._placement(index, part, drills) for index, part in enumerate(file.placements)]
        unplaced = [self._unplaced(index, part, drills) for index, part in enumerate(file.unplaced)]
        if self.problems:
            return None
        return Layout(
            title=file.title,
            units=file.units,
            yard=yard,
            space=space,
            placements=tuple(placement for placement in placements if placement),
            unplaced=tuple(entry for entry in unplaced if entry),
            made_by=file.made_by,
            notes=tuple(file.notes),
            drills=drills,
            contradictions=tuple(self.contradictions),
        )

    def _drills(self) -> dict[str, Drill]:
        drills: dict[str, Drill] = {}
        for name, definition in self.file.drills.items():
            try:
                drill = parse_drill(definition, name, f"drills, {plain_text(name)}")
            except DrillError as error:
                self.problems.append(str(error))
                continue
            if drill.name != name:
                self.problems.append(f'drills, {plain_text(name)}: calls itself "{drill.name}".')
            elif not _is_of_this_world(drill):
                self.problems.append(f"drills, {name}: no cone may stand more than 10 km from the start.")
            drills[name] = drill
        return drills

    def _yard(self) -> Yard:
        file = self.file.yard
        count = len(file.boundary)
        kinds: list[Kind] = ["hard"] * count
        names = [""] * count
        for index, edge in enumerate(file.edges):
            if edge.side < count:
                kinds[edge.side], names[edge.side] = edge.kind, edge.name
            else:
                self.problems.append(f"yard, edge {index + 1}, side: the sides are 0 to {count - 1}.")
        if file.uncertainty and len(file.uncertainty) != count:
            self.problems.append(f"yard, uncertainty: {count} boundary points need {count} numbers, or none.")
        if count + sum(len(obstacle.polygon) for obstacle in file.obstacles) > MAX_VERTICES:
            self.problems.append(f"yard: more than {MAX_VERTICES:,} points in boundary and obstacles.")
        return Yard(
            name=file.name,
            boundary=_path(file.boundary),
            side_kinds=tuple(kinds),
            obstacles=tuple(
                Obstacle(part.name, part.kind, _path(part.polygon), part.uncertainty)
                for part in file.obstacles
            ),
            references=tuple(Reference(part.name, part.what, _spot(part)) for part in file.references),
            uncertainty=tuple(file.uncertainty),
            north=file.north,
            sun=file.sun,
            slope=file.slope,
            surface=file.surface,
            space=_tidy(file.space),
            units=file.measured_in or self.file.units,
            notes=tuple(file.notes),
            side_names=tuple(names) if any(names) else (),
        )

    def _space(self) -> SpaceModel:
        for kind, table in self.file.space.run_out:
            lengths = [node[0] for node in table]
            if any(low >= high for low, high in pairwise(lengths)):
                self.problems.append(f"space, run_out, {kind}: the leg lengths must ascend.")
        self._contradict(None, "space, floor", self.file.space.floor, FLOOR)
        return space_from_json(self.file.space.model_dump())

    def _known(self, name: str, drills: Mapping[str, Drill], where: str) -> Drill | None:
        if name not in drills and name not in self.file.drills:
            remedy = "Its definition belongs into drills."
            self.problems.append(f"{where}, drill: " + unknown_name("drill", name, drills, remedy))
        return drills.get(name)

    def _placement(self, index: int, file: PlacementFile, drills: Mapping[str, Drill]) -> Placement | None:
        where = f"placement {index + 1}"
        drill = self._known(file.drill, drills, where)
        count = len(file.cones)
        if [cone.number for cone in file.cones] != list(range(1, count + 1)):
            self.problems.append(f"{where}, cones: must be numbered 1, 2, 3 and so on, in this order.")
        for number, leg in enumerate(file.legs, 1):
            if (highest := max(leg.from_, leg.to)) > count:
                self.problems.append(f"{where}, leg {number}: cone {highest} is not among its {count} cones.")
        if drill is None:
            return None
        placement = Placement(
            drill=drill,
            pace=file.pace,
            size=file.size,
            size_bound=file.size_bound,
            gap_reached=file.gap_reached,
            pose=Pose(_point(file.origin), file.rotation, file.mirrored),
            cones=tuple(_spot(cone) for cone in file.cones),
            legs=tuple(_placed_leg(leg) for leg in file.legs),
            tightest=_tightest(file.tightest) if file.tightest else None,
            caller=_spot(file.caller) if file.caller else None,
            remarks=tuple(file.remarks),
        )
        self._contradict(index, "size_min", file.size_min, drill.size_min)
        self._contradict(index, "size_max", file.size_max, drill.size_max)
        self._contradict(index, "comparable", file.comparable, placement.comparable)
        self._contradict(index, "family", file.family or drill.family, drill.family)
        return placement

    def _contradict(self, index: int | None, key: str, stated: float | str, true: float | str) -> None:
        """Remember what is stated and is not so; sizes may differ in the 7th decimal."""
        if stated != true and not (
            isinstance(stated, float) and isinstance(true, float) and math.isclose(stated, true, abs_tol=1e-6)
        ):
            self.contradictions.append(Contradiction(index, key, _said(stated), _said(true)))

    def _unplaced(self, index: int, file: UnplacedFile, drills: Mapping[str, Drill]) -> Unplaced | None:
        where = f"unplaced drill {index + 1}"
        drill = self._known(file.drill, drills, where)
        if drill and file.size_min is not None:
            self._contradict(None, f"{where}, size_min", file.size_min, drill.size_min)
        return Unplaced(drill, file.pace, file.reason, file.size_bound) if drill else None


def _said(value: float | str) -> str:
    return json.dumps(value) if isinstance(value, bool) else plain_text(f"{value}")


def _is_of_this_world(drill: Drill) -> bool:
    """Whether every number of its geometry is finite, and no place further than 10 km from the start."""
    places = [
        *drill.cones,
        *(place for place in (drill.caller, *(leg.centre for leg in drill.legs)) if place),
    ]
    at = [place.at(size) for place in places for size in (drill.size_min, drill.size_max)]
    return all(abs(point.x) <= 10_000 and abs(point.y) <= 10_000 for point in at)  # not so for NaN


def _tidy(value: Any) -> Any:
    """A stranger's JSON with all its text made safe to print."""
    if isinstance(value, dict):
        return {plain_text(str(key), 200): _tidy(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_tidy(part) for part in value]
    return plain_text(value, 10_000) if isinstance(value, str) else value


def _placed_leg(file: LegFile) -> PlacedLeg:
    return PlacedLeg(
        order=file.order,
        start=file.from_,
        end=file.to,
        movement=file.movement,
        shape=file.shape,
        facing=file.facing,
        facing_follows=file.facing_follows is not None,
        cut=file.cut,
        call=file.call,
        do=file.do,
        length=file.length,
        path=_path(file.path),
        heading_out=file.heading_out,
        side_clearance=file.side_clearance,
        run_out=file.run_out,
        round_clearance=file.round_clearance,
    )


def _point(pair: Sequence[float]) -> Point:
    return Point(pair[0], pair[1])


def _spot(file: SpotFile) -> Point:
    return Point(file.x, file.y)


def _tightest(file: TightestFile) -> Tightest:
    return Tightest(file.distance, _spot(file), file.to)


def _path(pairs: Sequence[Sequence[float]]) -> Path:
    return tuple(_point(pair) for pair in pairs)
