"""What a yard file may say: the models that are its contract, and every mistake in one told at once.

The file layer only: `yardmaker` makes a `Yard` of it. `schema` is the same models for editors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError, WithJsonSchema

from conedrills.fieldtypes import (
    Clearance,
    Coordinate,
    Direction,
    FilePart,
    Length,
    Letter,
    Place,
    PointName,
    Radius,
    Spot,
    TapeReading,
    Words,
    file_version,
    shown,
)
from conedrills.measurefile import AlongFile, MeasureFile, OffsetsFile, PointFile
from conedrills.strictjson import Steps
from conedrills.wording import nearest_name, plain_text, unknown_name
from conedrills.yard import MAX_OBSTACLES, MAX_REFERENCES, MAX_VERTICES, Kind, Surface, Units


class EdgeFile(FilePart):
    """What kind of side a side of the boundary is: hard (wall, fence, water) unless said."""

    side: Annotated[int, Field(ge=0, description="side i runs from corner i to corner i + 1, from 0")]
    kind: Kind = "hard"
    name: Words = ""


class CircleFile(FilePart):
    """A round thing: a tree, a pool."""

    center: Spot
    radius: Radius


class ObstacleFile(FilePart):
    """A thing standing in the yard; one of circle, polygon, line, tapes and along says where.

    Tapes to its middle, or how far along a line between two measured points and how far square out of it,
    are for round things: `trunk around` is how far round one is, which a tape can measure.
    """

    name: Words = ""
    kind: Kind = "hard"
    circle: CircleFile | None = None
    polygon: Annotated[list[Spot], Field(min_length=3, max_length=MAX_VERTICES)] | None = None
    line: Annotated[list[Spot], Field(min_length=2, max_length=MAX_VERTICES)] | None = None
    tapes: Annotated[dict[PointName, TapeReading], Field(min_length=1, max_length=20)] | None = None
    side: Annotated[
        Literal["left", "right"] | None, Field(description="of the line from the first point to the second")
    ] = None
    inside: bool = True
    start: Annotated[PointName | None, Field(alias="from")] = None
    end: Annotated[PointName | None, Field(alias="to")] = None
    along: Length | None = None
    left: Length | None = None
    right: Length | None = None
    girth: Annotated[Length | None, Field(alias="trunk around", description="how far round it is")] = None
    radius: Annotated[Length | None, Field(description="half of the way across")] = None


class ReferenceFile(FilePart):
    """A fixed point that a tape can be hooked on, at x and y or at a place."""

    name: Letter
    what: Words = ""
    x: Coordinate | None = None
    y: Coordinate | None = None
    at: Spot | None = None


class WaysFile(FilePart):
    """Side clearances by the way of moving."""

    forward: Clearance | None = None
    sideways: Clearance | None = None
    backward: Clearance | None = None


class PacesFile(FilePart):
    """Side clearances by pace."""

    walk: WaysFile = WaysFile()
    easy: WaysFile = WaysFile()
    brisk: WaysFile = WaysFile()
    full: WaysFile = WaysFile()


class RunOutFile(FilePart):
    """Free length beyond the last cone of a leg at full pace, by its kind."""

    through: Length | None = None
    forward: Length | None = None
    backward: Length | None = None
    sideways: Length | None = None


class SpaceFile(FilePart):
    """Clearances of this yard's own; what is not named keeps its default."""

    side_clearance: PacesFile = PacesFile()
    run_out: RunOutFile = RunOutFile()


class YardFile(FilePart):
    """A yard: its boundary, what stands in it, and where a tape can be hooked."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["boundary"]}, {"required": ["measure"]}]}
    )

    format: Literal["conedrills-yard"] = "conedrills-yard"
    version: Annotated[int, PlainValidator(file_version), WithJsonSchema({"const": 1})] = 1
    name: Annotated[Words, Field(description="the file's name where it is not given")] = ""
    units: Annotated[Units, Field(description="what plain numbers count")]
    boundary: (
        Annotated[
            list[Place],
            Field(
                min_length=3,
                max_length=MAX_VERTICES,
                description="the corners in the order of a walk round the lawn",
            ),
        ]
        | None
    ) = None
    measure: MeasureFile | None = None
    edges: Annotated[list[EdgeFile], Field(max_length=MAX_VERTICES)] = []
    obstacles: Annotated[list[ObstacleFile], Field(max_length=MAX_OBSTACLES)] = []
    trees: Annotated[
        list[ObstacleFile], Field(max_length=MAX_OBSTACLES, description="more obstacles, by their tapes")
    ] = []
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
    "trees": ObstacleFile,
    "measure": MeasureFile,
    "offsets": OffsetsFile,
}
"""The model that checks the members of a key, for naming the keys that it knows."""

_ADD: Mapping[str, str] = {
    "units": 'add "units": "ft" (or "yd" or "m"), what plain numbers count.',
    "boundary": 'add "boundary": [[0, 0], [60, 0], [60, 35], [0, 35]], the corners in order.',
    "side": 'add "side": 0 for the side from the first corner to the second, and so on.',
    "center": 'add "center": [x, y].',
    "radius": 'add "radius", half of the way across.',
    "name": 'add "name": "A".',
    "from": 'add "from": "A", the point where the tape is hooked.',
    "to": 'add "to": "B", the point that it is stretched to.',
    "marks": 'add "marks": {"M": "7 ft 2"}, what was read at each.',
    "baseline": 'add "baseline": ["A", "B", "62 ft"].',
    "points": 'add "points": {"C": {"along": "10 ft", "left": "12 ft"}}.',
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


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a yard file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **YardFile.model_json_schema()}


def problems(error: ValidationError) -> Iterator[tuple[Steps, str]]:
    """Everything that does not fit the models: where it stands, and what would be right."""
    for detail in error.errors(include_url=False):
        path = detail["loc"]
        if detail["type"] == "missing":
            remedy = _ADD.get(str(path[-1]), f'add "{path[-1]}".')
            yield path[:-1], f'"{path[-1]}" is missing; {remedy}'
        elif detail["type"] == "extra_forbidden":
            yield path, _unknown_key(path)
        else:
            yield path, _remedy(detail)


def _unknown_key(path: Steps) -> str:
    key = str(path[-1])
    known = [field.alias or name for name, field in _model(path[:-1]).model_fields.items()]
    known.sort(key=lambda name: name == "note")
    return unknown_name("key", key, known, f"Keys here: {', '.join(known)}.")


def _model(path: Steps) -> type[BaseModel]:
    """The model of what stands at a path."""
    if list(path[:2]) == ["measure", "along"]:
        return AlongFile
    if "points" in path[:-1]:
        return PointFile
    holder = next((step for step in reversed(path) if isinstance(step, str)), "")
    return _MODELS.get(holder, YardFile)


def _remedy(detail: Mapping[str, Any]) -> str:
    kind, seen, limits = detail["type"], shown(detail["input"]), detail.get("ctx", {})
    if kind == "value_error":
        return str(limits["error"])
    if kind == "literal_error":
        allowed = str(limits["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        given = detail["input"]
        nearest = nearest_name(given, allowed) if isinstance(given, str) else None
        guess = f' Did you mean "{nearest}"?' if nearest else ""
        return f"{seen} is not one of {', '.join(allowed)}.{guess}"
    words = _REMEDIES.get(kind)
    return words.format(shown=seen, **limits) if words else f"{plain_text(detail['msg'], 200)}."
