"""Our own yard file: the models that are its contract, and every mistake in it told at once.

The file layer only: what is read becomes a `Yard` of plain values. `schema` is the same models for editors.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)

from conedrills import importers
from conedrills.errors import YardError
from conedrills.geometry import Path, Point, circle_polygon, normal_angle, strip
from conedrills.strictjson import Steps
from conedrills.units import format_length, parse_length
from conedrills.wording import nearest_name, plain_text, unknown_name
from conedrills.yard import (
    MAX_OBSTACLES,
    MAX_REFERENCES,
    MAX_VERTICES,
    SAME_PLACE,
    Kind,
    Obstacle,
    Reference,
    Surface,
    Units,
    Yard,
)

LEAST_CLEARANCE = 0.9
"""Metres that a yard's own side clearance cannot go below: `space.FLOOR`, a room above this one."""
_UP = 90.0  # degrees counter-clockwise from +x

_LENGTH_SCHEMA = {
    "type": ["number", "string"],
    "description": "a number in the file's units, or text such as 12' 6 1/2\", 12 ft 6 or 3.81 m",
}


def _length(value: object, info: ValidationInfo, *, negative: bool = False) -> float:
    units = (info.context or {}).get("units", "m")
    try:
        return parse_length(cast(float, value), units, negative=negative)
    except ValueError as error:
        raise ValueError(f"{_shown(value)} {error}") from None


def _coordinate(value: object, info: ValidationInfo) -> float:
    return _length(value, info, negative=True)


def _radius(value: object, info: ValidationInfo) -> float:
    metres = _length(value, info)
    if metres < SAME_PLACE:
        raise ValueError(f"{_shown(value)} is too small; a circle has a radius of 1 mm or more.")
    return metres


def _clearance(value: object, info: ValidationInfo) -> float:
    metres = _length(value, info)
    if metres < LEAST_CLEARANCE - 1e-9:
        units = (info.context or {}).get("units", "m")
        least = format_length(LEAST_CLEARANCE, units)
        raise ValueError(
            f"{_shown(value)} is less than the {least} that is kept from everything hard in any case."
        )
    return max(metres, LEAST_CLEARANCE)


def _pair(value: object) -> object:
    if not isinstance(value, list) or len(value) != 2:
        count = f"{len(value)} numbers" if isinstance(value, list) else _shown(value)
        raise ValueError(f"a place is two lengths, [x, y], not {count}; decimals take a point: 3.81.")
    return value


def _direction(value: object) -> float:
    if value == "up":
        return _UP
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 360.0:
        raise ValueError(
            f'{_shown(value)} is not a direction; give degrees counter-clockwise from +x, or "up" for +y.'
        )
    return normal_angle(float(value))


def _version(value: object) -> int:
    if isinstance(value, bool) or value != 1:
        raise ValueError(f"{_shown(value)} is not a version that is read here; 1 is.")
    return 1


def _name(value: object) -> str:
    text = plain_text(value) if isinstance(value, str) else ""
    if not (text[:1].isalpha() and text.isalnum() and len(text) <= 4):
        raise ValueError(
            f'{_shown(value)} is not a name for a reference point; give a letter, such as "A", and say in'
            ' "what" which thing it is.'
        )
    return text


Coordinate = Annotated[float, PlainValidator(_coordinate), WithJsonSchema(_LENGTH_SCHEMA)]
Length = Annotated[float, PlainValidator(_length), WithJsonSchema(_LENGTH_SCHEMA)]
Radius = Annotated[float, PlainValidator(_radius), WithJsonSchema(_LENGTH_SCHEMA)]
Clearance = Annotated[float, PlainValidator(_clearance), WithJsonSchema(_LENGTH_SCHEMA)]
Place = Annotated[list[Coordinate], Field(min_length=2, max_length=2), BeforeValidator(_pair)]
Direction = Annotated[
    float,
    PlainValidator(_direction),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": -360, "maximum": 360}, {"const": "up"}]}),
]
Letter = Annotated[
    str, PlainValidator(_name), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9]{0,3}$"})
]
Words = Annotated[str, Field(max_length=200)]
Note = Annotated[Any, Field(description="anything, for people; it is not read")]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    note: Note = None


class EdgeFile(_File):
    """What kind of side a side of the boundary is: hard (wall, fence, water) unless said."""

    side: Annotated[int, Field(ge=0, description="side i runs from corner i to corner i + 1, from 0")]
    kind: Kind = "hard"
    name: Words = ""


class CircleFile(_File):
    """A round thing: a tree, a pool."""

    center: Place
    radius: Radius


class ObstacleFile(_File):
    """A thing standing in the yard; exactly one of circle, polygon and line says where."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [shape]} for shape in ("circle", "polygon", "line")]}
    )

    name: Words = ""
    kind: Kind = "hard"
    circle: CircleFile | None = None
    polygon: Annotated[list[Place], Field(min_length=3, max_length=MAX_VERTICES)] | None = None
    line: Annotated[list[Place], Field(min_length=2, max_length=MAX_VERTICES)] | None = None


class ReferenceFile(_File):
    """A fixed point that a tape can be hooked on, at x and y or at a place."""

    name: Letter
    what: Words = ""
    x: Coordinate | None = None
    y: Coordinate | None = None
    at: Place | None = None


class WaysFile(_File):
    """Side clearances by the way of moving."""

    forward: Clearance | None = None
    sideways: Clearance | None = None
    backward: Clearance | None = None


class PacesFile(_File):
    """Side clearances by pace."""

    walk: WaysFile = WaysFile()
    easy: WaysFile = WaysFile()
    brisk: WaysFile = WaysFile()
    full: WaysFile = WaysFile()


class RunOutFile(_File):
    """Free length beyond the last cone of a leg at full pace, by its kind."""

    through: Length | None = None
    forward: Length | None = None
    backward: Length | None = None
    sideways: Length | None = None


class SpaceFile(_File):
    """Clearances of this yard's own; what is not named keeps its default."""

    side_clearance: PacesFile = PacesFile()
    run_out: RunOutFile = RunOutFile()


class YardFile(_File):
    """A yard: its boundary, what stands in it, and where a tape can be hooked."""

    format: Literal["conedrills-yard"] = "conedrills-yard"
    version: Annotated[int, PlainValidator(_version), WithJsonSchema({"const": 1})] = 1
    name: Annotated[Words, Field(description="the file's name where it is not given")] = ""
    units: Annotated[Units, Field(description="what plain numbers count")]
    boundary: Annotated[
        list[Place],
        Field(
            min_length=3,
            max_length=MAX_VERTICES,
            description="the corners in the order of a walk round the lawn",
        ),
    ]
    edges: Annotated[list[EdgeFile], Field(max_length=MAX_VERTICES)] = []
    obstacles: Annotated[list[ObstacleFile], Field(max_length=MAX_OBSTACLES)] = []
    references: Annotated[list[ReferenceFile], Field(max_length=MAX_REFERENCES)] = []
    north: Annotated[
        Direction | None,
        Field(description='true north in degrees counter-clockwise from +x; "up" is along +y, 90'),
    ] = None
    sun: Annotated[Words, Field(description="where the sun stands, in words")] = ""
    slope: Annotated[Words, Field(description="which way the ground falls, in words")] = ""
    surface: Surface = "dry"
    space: SpaceFile = SpaceFile()


_MODELS: Mapping[str, type[BaseModel]] = {
    "edges": EdgeFile,
    "obstacles": ObstacleFile,
    "circle": CircleFile,
    "references": ReferenceFile,
    "space": SpaceFile,
    "side_clearance": PacesFile,
    **dict.fromkeys(PacesFile.model_fields, WaysFile),
    "run_out": RunOutFile,
}
"""The model that checks the members of a key, for naming the keys that it knows."""

_ADD: Mapping[str, str] = {
    "units": 'add "units": "ft" (or "yd" or "m"), what plain numbers count.',
    "boundary": 'add "boundary": [[0, 0], [60, 0], [60, 35], [0, 35]], the corners in order.',
    "side": 'add "side": 0 for the side from the first corner to the second, and so on.',
    "center": 'add "center": [x, y].',
    "radius": 'add "radius", half of the way across.',
    "name": 'add "name": "A".',
}
_REMEDIES: Mapping[str, str] = {
    # pydantic's type of error -> what to say of the value shown
    "list_type": "a list in [ ] is wanted here, not {shown}.",
    "model_type": "keys and values in {{ }} are wanted here, not {shown}.",
    "model_attributes_type": "keys and values in {{ }} are wanted here, not {shown}.",
    "dict_type": "keys and values in {{ }} are wanted here, not {shown}.",
    "string_type": "text in double quotes is wanted here, not {shown}.",
    "string_unicode": "this text holds half a character; write it anew.",
    "string_too_long": "this text is too long; {max_length} characters are allowed.",
    "int_type": "a whole number is wanted here, not {shown}.",
    "int_from_float": "a whole number is wanted here, not {shown}.",
    "greater_than_equal": "{shown} is too small; {ge} is the least.",
    "too_short": "{actual_length} are too few; {min_length} are the least.",
    "too_long": "there are too many; {max_length} are allowed.",
    "invalid_key": "this key is not text.",
}


def claims(source: importers.Source) -> bool:
    """Whether it is JSON; a GeoJSON file is claimed before by its own format."""
    return source.looks_like_json


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a yard file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **YardFile.model_json_schema()}


def read(source: importers.Source, feature: str | None) -> Yard:
    """The yard that a file of our own says.

    Args:
        source: what was read.
        feature: must be None; a file of ours has one boundary.

    Raises:
        YardError: with every mistake found, each with its line, its key path and what would be right.
    """
    if feature is not None:
        raise YardError(
            f"{source.label}: --feature chooses among the polygons of a GeoJSON file; this is not one."
        )
    content = source.json
    if not isinstance(content, dict):
        raise YardError(
            source.problem([], f"a yard file is keys and values in {{ }}, not {_shown(content)}.")
        )
    if content.get("format") == "conedrills-layout":
        raise YardError(
            f"{source.label}: this is a layout, not a yard; `conedrills refit` lays its drills out in a yard."
        )
    units = content.get("units")
    context = {"units": units if isinstance(units, str) and units in {"ft", "yd", "m"} else "m"}
    try:
        file = YardFile.model_validate(content, context=context)
    except ValidationError as error:
        raise source.fail(list(_problems(error, content))) from None
    building = _Building(file)
    yard = building.yard(source.stem)
    if building.problems:
        raise source.fail(building.problems)
    return yard


def _problems(error: ValidationError, content: Mapping[str, Any]) -> Iterator[tuple[Steps, str]]:
    for detail in error.errors(include_url=False):
        path = detail["loc"]
        if detail["type"] == "missing":
            if path == ("boundary",) and "measure" in content:
                continue  # the key `measure` itself is explained
            remedy = _ADD.get(str(path[-1]), f'add "{path[-1]}".')
            yield path[:-1], f'"{path[-1]}" is missing; {remedy}'
        elif detail["type"] == "extra_forbidden":
            yield path, _unknown_key(path)
        else:
            yield path, _remedy(detail)


def _unknown_key(path: Steps) -> str:
    key = str(path[-1])
    if list(path) == ["measure"]:
        return "tapes and walks are not read by this version; give the corners as boundary: [[x, y], ...]."
    holder = next((step for step in reversed(path[:-1]) if isinstance(step, str)), "")
    known = list(_MODELS.get(holder, YardFile).model_fields)
    known.sort(key=lambda name: name == "note")
    return unknown_name("key", key, known, f"Keys here: {', '.join(known)}.")


def _remedy(detail: Mapping[str, Any]) -> str:
    kind, shown, limits = detail["type"], _shown(detail["input"]), detail.get("ctx", {})
    if kind == "value_error":
        return str(limits["error"])
    if kind == "literal_error":
        allowed = str(limits["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        given = detail["input"]
        nearest = nearest_name(given, allowed) if isinstance(given, str) else None
        guess = f' Did you mean "{nearest}"?' if nearest else ""
        return f"{shown} is not one of {', '.join(allowed)}.{guess}"
    words = _REMEDIES.get(kind)
    return words.format(shown=shown, **limits) if words else f"{plain_text(detail['msg'], 200)}."


def _shown(value: object) -> str:
    """A value as the file writes it, short."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return f'"{plain_text(value, 40)}"'
        case int() if abs(value) >= 10**15:
            return "a huge number"
        case int() | float():
            return f"{value:.10g}"
        case list():
            return "a list"
        case _:
            return "keys and values"


@dataclass
class _Building:
    """Turns a file whose parts are right into a yard, collecting what does not go together."""

    file: YardFile
    problems: list[tuple[Steps, str]] = field(default_factory=list)

    def yard(self, stem: str) -> Yard:
        boundary = _path(self.file.boundary)
        kinds, names = self._sides(len(boundary))
        return Yard(
            name=plain_text(self.file.name) or stem,
            boundary=boundary,
            side_kinds=tuple(kinds),
            side_names=tuple(names) if any(names) else (),
            obstacles=tuple(self._obstacles(_first_direction(boundary))),
            references=tuple(self._references()),
            north=self.file.north,
            sun=plain_text(self.file.sun),
            slope=plain_text(self.file.slope),
            surface=self.file.surface,
            space=_space(self.file.space),
            units=self.file.units,
        )

    def _sides(self, count: int) -> tuple[list[Kind], list[str]]:
        kinds: list[Kind] = ["hard"] * count
        names = [""] * count
        seen: set[int] = set()
        for index, edge in enumerate(self.file.edges):
            where = ("edges", index, "side")
            if edge.side >= count:
                self.problems.append(
                    (where, f"there is no side {edge.side}; sides are numbered from 0 to {count - 1}.")
                )
            elif edge.side in seen:
                self.problems.append((where, f"side {edge.side} stands here twice; keep one of them."))
            else:
                seen.add(edge.side)
                kinds[edge.side], names[edge.side] = edge.kind, plain_text(edge.name)
        return kinds, names

    def _obstacles(self, direction: float) -> Iterator[Obstacle]:
        for index, obstacle in enumerate(self.file.obstacles):
            polygon = self._polygon(obstacle, direction, index)
            if polygon is not None:
                name = plain_text(obstacle.name) or f"obstacle {index + 1}"
                yield Obstacle(name, obstacle.kind, polygon)

    def _polygon(self, obstacle: ObstacleFile, direction: float, index: int) -> Path | None:
        given = [shape for shape in ("circle", "polygon", "line") if getattr(obstacle, shape) is not None]
        if len(given) != 1:
            number = "none of" if not given else f"{' and '.join(given)} of"
            self.problems.append(
                (
                    ("obstacles", index),
                    f"an obstacle has one of circle, polygon and line; this has {number} them.",
                )
            )
            return None
        if obstacle.circle is not None:
            return circle_polygon(_point(obstacle.circle.center), obstacle.circle.radius, direction)
        if obstacle.polygon is not None:
            return _path(obstacle.polygon)
        try:
            return strip(_path(obstacle.line or []))
        except ValueError as error:
            self.problems.append((("obstacles", index, "line"), f"this line {error}"))
            return None

    def _references(self) -> Iterator[Reference]:
        for index, reference in enumerate(self.file.references):
            pair = [number for number in (reference.x, reference.y) if number is not None]
            if (len(pair), reference.at is None) in {(2, True), (0, False)}:
                yield Reference(reference.name, plain_text(reference.what), _point(reference.at or pair))
            else:
                self.problems.append(
                    (("references", index), 'a reference point has "x" and "y", or "at": [x, y].')
                )


def _point(place: Sequence[float]) -> Point:
    return Point(place[0], place[1])


def _path(places: Sequence[Sequence[float]]) -> Path:
    return tuple(_point(place) for place in places)


def _first_direction(boundary: Path) -> float:
    """The direction of the first side that has a length: what turns with the yard must start from it."""
    for point in boundary[1:]:
        step = point - boundary[0]
        if step.length >= SAME_PLACE:
            # not `Vector.angle`: its rounding would show in a polygon that turns with the yard
            return math.degrees(math.atan2(step.dy, step.dx))
    return 0.0


def _space(file: SpaceFile) -> dict[str, Any]:
    """The yard's own figures, metres, without what it leaves to the defaults."""
    sides = {
        pace: _given(getattr(file.side_clearance, pace)) for pace in PacesFile.model_fields if pace != "note"
    }
    space = {
        "side_clearance": {pace: ways for pace, ways in sides.items() if ways},
        "run_out": _given(file.run_out),
    }
    return {key: value for key, value in space.items() if value}


def _given(file: _File) -> dict[str, float]:
    return file.model_dump(exclude_none=True, exclude={"note"})
