"""The sorts of values in a yard file: lengths as people write them, places, names, words.

Each is checked where it stands; what is said of a wrong one says what would be right.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)

from conedrills.geometry import normal_angle
from conedrills.units import format_length, parse_length
from conedrills.wording import plain_text
from conedrills.yard import SAME_PLACE

LEAST_CLEARANCE = 0.9
"""Metres that a yard's own side clearance cannot go below: `space.FLOOR`, a room above this one."""
_UP = 90.0  # degrees counter-clockwise from +x
_MOST_READINGS = 20  # of one tape
_LONGEST_NAME = 40  # letters of the name of a measured point

_LENGTH_SCHEMA = {
    "type": ["number", "string"],
    "description": "a number in the file's units, or text such as 12' 6 1/2\", 12 ft 6 or 3.81 m",
}


def _length(value: object, info: ValidationInfo, *, negative: bool = False) -> float:
    units = (info.context or {}).get("units", "m")
    try:
        return parse_length(cast(float, value), units, negative=negative)
    except ValueError as error:
        raise ValueError(f"{shown(value)} {error}") from None


def _coordinate(value: object, info: ValidationInfo) -> float:
    return _length(value, info, negative=True)


def _radius(value: object, info: ValidationInfo) -> float:
    metres = _length(value, info)
    if metres < SAME_PLACE:
        raise ValueError(f"{shown(value)} is too small; a circle has a radius of 1 mm or more.")
    return metres


def _clearance(value: object, info: ValidationInfo) -> float:
    metres = _length(value, info)
    if metres < LEAST_CLEARANCE - 1e-9:
        units = (info.context or {}).get("units", "m")
        least = format_length(LEAST_CLEARANCE, units)
        raise ValueError(
            f"{shown(value)} is less than the {least} that is kept from everything hard in any case."
        )
    return max(metres, LEAST_CLEARANCE)


def _pair(value: object) -> object:
    if not isinstance(value, list) or len(value) != 2:
        count = f"{len(value)} numbers" if isinstance(value, list) else shown(value)
        raise ValueError(f"a place is two lengths, [x, y], not {count}; decimals take a point: 3.81.")
    return value


def _direction(value: object) -> float:
    if value == "up":
        return _UP
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 360.0:
        raise ValueError(
            f'{shown(value)} is not a direction; give degrees counter-clockwise from +x, or "up" for +y.'
        )
    return normal_angle(float(value))


def file_version(value: object) -> int:
    """Version 1 of a format.

    Raises:
        ValueError: it is another.
    """
    if isinstance(value, bool) or value != 1:
        raise ValueError(f"{shown(value)} is not a version that is read here; 1 is.")
    return 1


def _name(value: object) -> str:
    text = plain_text(value) if isinstance(value, str) else ""
    if not (text[:1].isalpha() and text.isalnum() and len(text) <= 4):
        raise ValueError(
            f'{shown(value)} is not a name for a reference point; give a letter, such as "A", and say in'
            ' "what" which thing it is.'
        )
    return text


class Reading(NamedTuple):
    """A length with the words in which the file has it."""

    metres: float
    written: str


def _reading(value: object, info: ValidationInfo) -> Reading:
    return Reading(_length(value, info), plain_text(str(value), 40))


def _point_name(value: object) -> str:
    text = plain_text(str(value), _LONGEST_NAME + 1) if isinstance(value, str | int) else ""
    if isinstance(value, bool) or not 0 < len(text) <= _LONGEST_NAME:
        raise ValueError(f'{shown(value)} is not a name for a point; give a letter or a word, such as "A".')
    return text


def _readings(value: object, info: ValidationInfo) -> tuple[Reading, ...]:
    several = value if isinstance(value, list) and 0 < len(value) <= _MOST_READINGS else [value]
    return tuple(_reading(one, info) for one in several)


def _spot(value: object, info: ValidationInfo) -> str | tuple[float, float]:
    if isinstance(value, list):
        x, y = cast(list[object], _pair(value))
        return _coordinate(x, info), _coordinate(y, info)
    return _point_name(value)


def _baseline(value: object, info: ValidationInfo) -> tuple[str, str, Reading | None]:
    if not isinstance(value, list) or not 2 <= len(value) <= 3:
        raise ValueError(
            f'a base line is from where to where and how long: ["A", "B", "62 ft"], not {shown(value)}.'
        )
    length = _reading(value[2], info) if len(value) == 3 else None
    return _point_name(value[0]), _point_name(value[1]), length


def _leg(value: object, info: ValidationInfo) -> str | tuple[str, Reading]:
    if isinstance(value, str):
        return plain_text(value, 80)
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(
            f'a leg is a point and a length, ["A", "40 ft"], or a turn, "right", not {shown(value)}.'
        )
    return _point_name(value[0]), _reading(value[1], info)


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
TapeReading = Annotated[Reading, PlainValidator(_reading), WithJsonSchema(_LENGTH_SCHEMA)]
PointName = Annotated[
    str,
    PlainValidator(_point_name),
    WithJsonSchema({"type": ["string", "integer"], "maxLength": _LONGEST_NAME}),
]
TapeReadings = Annotated[
    tuple[Reading, ...],
    PlainValidator(_readings),
    WithJsonSchema({"anyOf": [_LENGTH_SCHEMA, {"type": "array", "items": _LENGTH_SCHEMA, "maxItems": 20}]}),
]
Spot = Annotated[
    str | tuple[float, float],
    PlainValidator(_spot),
    WithJsonSchema(
        {
            "description": "a place, [x, y], or the name of a measured point",
            "anyOf": [
                {"type": "array", "items": _LENGTH_SCHEMA, "minItems": 2, "maxItems": 2},
                {"type": ["string", "integer"]},
            ],
        }
    ),
]
Baseline = Annotated[
    tuple[str, str, Reading | None],
    PlainValidator(_baseline),
    WithJsonSchema(
        {
            "type": "array",
            "minItems": 2,
            "maxItems": 3,
            "description": "from which point to which, and how long it is if that was measured",
        }
    ),
]
Leg = Annotated[
    str | tuple[str, Reading],
    PlainValidator(_leg),
    WithJsonSchema(
        {
            "type": ["string", "array"],
            "minItems": 2,
            "maxItems": 2,
            "description": '["A", "40 ft"] from A on, "right", "left 45", or a bearing and a length',
        }
    ),
]
Note = Annotated[Any, Field(description="anything, for people; it is not read")]


class FilePart(BaseModel):
    """Keys and values, of which none may be unknown; a note may stand anywhere."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    note: Note = None


def shown(value: object) -> str:
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
