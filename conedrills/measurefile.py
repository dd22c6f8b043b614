"""What `measure` in a yard file may say, in place of a boundary of coordinates: every way of measuring.

Models and no sense: `measured` makes a network of it. The forms may stand beside each other in one file.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from conedrills.fieldtypes import (
    Baseline,
    FilePart,
    Leg,
    Length,
    PointName,
    Spot,
    TapeReading,
    TapeReadings,
    Words,
)

MAX_POINTS = 200
"""Named points of a network."""
MAX_TAPES = 2_000
MAX_LEGS = 500

Care = Literal["careful", "normal", "rough"]
Method = Literal[
    "ties", "tapes", "sides", "rectangle", "walk", "offsets", "bearings", "latlon", "coordinates"
]


def _worded(value: object) -> object:
    return {"what": value} if isinstance(value, str) else value


def _several(value: object) -> object:
    return value if isinstance(value, list) else [value]


class PointFile(FilePart):
    """What a point is, and where it was measured along a base line: how far along, how far square out."""

    what: Words = ""
    along: Length | None = None
    left: Length | None = None
    right: Length | None = None


Point = Annotated[PointFile, BeforeValidator(_worded)]


class OffsetsFile(FilePart):
    """Points measured square out of one base line."""

    baseline: Baseline
    points: Annotated[dict[PointName, Point], Field(min_length=1, max_length=MAX_POINTS)]


class AlongFile(FilePart):
    """Marks read along a line with the tape hooked once: running measurements."""

    start: Annotated[PointName, Field(alias="from")]
    end: Annotated[PointName, Field(alias="to")]
    marks: Annotated[dict[PointName, Length], Field(min_length=1, max_length=MAX_POINTS)]


class MeasureFile(FilePart):
    """What was measured: ties, a rectangle, a walk, offsets, bearings or a walk with a receiver."""

    method: Annotated[Method | None, Field(description="for people; what is there says it")] = None
    care: Annotated[Care, Field(description="how well: 6, 15 or 40 mm a tape, and 1 mm a metre")] = "normal"
    accuracy: Annotated[
        Length | None, Field(description="standard error of every tape, in place of what `care` says")
    ] = None
    boundary: Annotated[
        list[Spot] | None,
        Field(
            min_length=3,
            max_length=MAX_POINTS,
            description="the corners in the order of a walk round the lawn, by their names",
        ),
    ] = None
    going: Annotated[
        Literal["clockwise", "anticlockwise", "counterclockwise"] | None,
        Field(description="clockwise: with the lawn on your right hand"),
    ] = None
    points: Annotated[
        dict[PointName, Point], Field(max_length=MAX_POINTS, description="what each point is, in words")
    ] = {}
    tapes: Annotated[
        dict[str, TapeReadings],
        Field(max_length=MAX_TAPES, description='how far it is between two points: "A-B": "31 ft 10"'),
    ] = {}
    ignore: Annotated[
        dict[str, Words], Field(max_length=MAX_TAPES, description="tapes that are left out, and why")
    ] = {}
    along: Annotated[list[AlongFile], Field(max_length=MAX_POINTS)] = []
    offsets: Annotated[list[OffsetsFile], Field(max_length=MAX_POINTS)] = []
    baseline: Baseline | None = None
    width: Length | None = None
    depth: Length | None = None
    diagonals: Annotated[list[TapeReading], Field(max_length=2), BeforeValidator(_several)] = []
    start: PointName | None = None
    legs: Annotated[list[Leg], Field(min_length=3, max_length=MAX_LEGS)] | None = None
    north: Annotated[
        Literal["true", "magnetic", "grid"], Field(description="what bearings are counted from")
    ] = "true"
    file: Words | None = None
    shape_only: Annotated[
        bool, Field(description="whether what a receiver leaves unsure is said, and not kept clear")
    ] = True

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})
