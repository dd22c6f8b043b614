"""The layout file: what may stand in it, key by key, and its JSON Schema.

The models are the contract with whoever writes or reads such a file. `layoutwriter` fills it, `layoutreader`
makes a layout of it; whether what it says is true is for `check`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from conedrills.drill import Call, Cut, DrillFile, Family, Movement, Pace, Shape
from conedrills.layout import REMEDY_KINDS
from conedrills.space import FLOOR
from conedrills.units import FARTHEST
from conedrills.wording import plain_text
from conedrills.yard import MAX_OBSTACLES, MAX_REFERENCES, MAX_VERTICES, Kind, ReferenceKind, Surface, Units

FORMAT = "conedrills-layout"
VERSION = 1
LONGEST_FILE = 4_000_000
"""Bytes that a layout may have: 20,000 boundary points written out in full take a quarter of it."""


def _text(longest: int) -> Callable[[str], str]:
    return lambda text: plain_text(text, longest)


def _in_range(value: Any) -> Any:
    """Whatever a yard says of its own clearances, with no number in it that is none."""
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _in_range(part)
    if isinstance(value, int | float) and not abs(value) <= 10_000:
        raise ValueError("holds a number that is not within 10000 of 0")
    return value


def _hook(value: Any) -> Any:
    """A letter or a number, told apart before anything else is said about it."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("must be the letter of a reference point or the number of a cone")
    if isinstance(value, str) and not plain_text(value):
        raise ValueError("must be the letter of a reference point, not empty")
    return value


def _only_one(value: Any, forms: Mapping[str, str]) -> str | None:
    """The form whose key is there; None where that of none or of several is, which nobody can follow."""
    keys = value if isinstance(value, dict) else {}
    there = [form for key, form in forms.items() if key in keys]
    return there[0] if len(there) == 1 else None


Name = Annotated[str, Field(max_length=10_000), AfterValidator(_text(80))]
Sentence = Annotated[str, Field(max_length=10_000), AfterValidator(_text(600))]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-2.0 * FARTHEST, le=2.0 * FARTHEST)]
Metres = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=10_000)]
Size = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1_000)]
Flag = Annotated[bool, Field(strict=True)]
Pair = Annotated[list[Number], Field(min_length=2, max_length=2)]
ConeNumber = Annotated[int, Field(strict=True, ge=1, le=60)]
Letter = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(_text(80))]
_MOST_PLACEMENTS = 200
_MOST_NAMED = 100
_MOST_ROWS = 200


class _Part(BaseModel):
    # a file of a later conedrills may say more than we know; what changes a meaning changes the version
    model_config = ConfigDict(extra="ignore", populate_by_name=True, defer_build=True)


def _without(key: str) -> ConfigDict:
    """For one of two forms, told apart by their keys: the schema must refuse what has both."""
    return ConfigDict(json_schema_extra={"not": {"required": [key]}})


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
    """A fixed point that a tape can be hooked on.

    `kind` is "named" where whoever measured the yard named it. Set-out letters a "corner", and has a "mark"
    made, `distance` metres from the point that `from` names; a corner has these where another is alike.
    """

    name: Name
    what: Name = ""
    kind: ReferenceKind = "named"
    from_: Annotated[Letter | None, Field(alias="from")] = None
    distance: Metres | None = None


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
    space: Annotated[dict[str, Any], AfterValidator(_in_range)] = {}


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

    number: ConeNumber


class LegFile(_Part):
    """One stretch of the run: its path without the run-out in metres, angles in degrees."""

    order: Annotated[int, Field(strict=True, ge=1, le=100)]
    from_: ConeNumber = Field(alias="from")
    to: ConeNumber
    movement: Movement
    shape: Shape
    facing: Number
    facing_follows: Literal["path"] | None = None
    cut: Cut
    call: Call | None = None
    athlete: Name | None = None
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


class ReferenceTapeFile(_Part):
    """A tape hooked on a reference point, and what it reads at the cone, metres."""

    model_config = _without("cone")

    reference: Annotated[Letter, BeforeValidator(_hook)]
    distance: Metres


class ConeTapeFile(_Part):
    """A tape hooked on a cone that already stands, and what it reads at the cone, metres."""

    model_config = _without("reference")

    cone: ConeNumber
    distance: Metres


FORMS = frozenset({"<reference>", "<cone>", "<tie>", "<offset>"})
"""What the forms of a tape and of a row are called in the places that pydantic names."""
TapeFile = Annotated[
    Annotated[ReferenceTapeFile, Tag("<reference>")] | Annotated[ConeTapeFile, Tag("<cone>")],
    Discriminator(
        lambda value: _only_one(value, {"reference": "<reference>", "cone": "<cone>"}),
        custom_error_type="tape",
        custom_error_message='must say where the tape is hooked: either "reference" or "cone"',
    ),
]
HookFile = Annotated[ConeNumber | Letter, BeforeValidator(_hook)]
"""What a laid tape begins or ends at: the number of a cone or the letter of a reference point."""


class TieFile(_Part):
    """A cone where two tapes cross, to the left or right of the line from the first hook to the second.

    `cut_angle` is the angle between the tapes at the cone, degrees; `check` is a third tape.
    """

    model_config = _without("along")

    cone: ConeNumber
    from_: Annotated[list[TapeFile], Field(alias="from", min_length=2, max_length=2)]
    side: Literal["left", "right"]
    cut_angle: Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=180)]
    check: TapeFile | None = None


class AlongFile(_Part):
    """A tape laid from one hook towards another, and where on it to stop, metres."""

    from_: HookFile = Field(alias="from")
    to: HookFile
    distance: Metres


class OffsetFile(_Part):
    """A cone beside a laid tape: `offset` metres to the left of the way it is laid, negative to the right."""

    model_config = _without("from")

    cone: ConeNumber
    along: AlongFile
    offset: Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-10_000, le=10_000)]
    check: TapeFile | None = None


RowFile = Annotated[
    Annotated[TieFile, Tag("<tie>")] | Annotated[OffsetFile, Tag("<offset>")],
    Discriminator(
        lambda value: _only_one(value, {"from": "<tie>", "along": "<offset>"}),
        custom_error_type="row",
        custom_error_message='must be a tie with "from", or a chainage and offset with "along"',
    ),
]


class CheckFile(_Part):
    """A length between two cones to measure when they stand, metres."""

    from_: ConeNumber = Field(alias="from")
    to: ConeNumber
    distance: Metres


class FactorsFile(_Part):
    """The factors on the depth and on the width of a drill with two lengths: 1 is as published."""

    depth: Annotated[Size, Field(ge=0.001)]
    width: Annotated[Size, Field(ge=0.001)]


class CommonFile(_Part):
    """Of a drill that has the same size in two yards: no size from `size_bound` up fits both."""

    size_bound: Size | None = None
    gap_reached: Flag = False


class PlacementFile(_Part):
    """A drill where it lies; one with two lengths has a `stretch`, and `size` is its smaller factor.

    `setout` is how its cones are put on the grass, in walking order, `checks` are lengths to measure then.
    `common` is there where the size is that of another yard too; `size_bound` is of this yard alone. `apart`
    is how near the courses of two athletes come to each other.
    """

    drill: str
    family: Family | None = None
    pace: Pace
    size: Annotated[Size, Field(ge=0.001)]
    stretch: FactorsFile | None = None
    size_bound: Size | None
    size_min: Size
    size_max: Size
    gap_reached: Flag
    common: CommonFile | None = None
    comparable: Flag
    mirrored: Flag
    origin: Pair
    rotation: Number
    cones: Annotated[list[ConeFile], Field(min_length=2, max_length=60)]
    legs: Annotated[list[LegFile], Field(min_length=1, max_length=100)]
    tightest: TightestFile | None
    setout: Annotated[list[RowFile], Field(max_length=_MOST_ROWS)] = []
    checks: Annotated[list[CheckFile], Field(max_length=_MOST_ROWS)] = []
    caller: SpotFile | None = None
    apart: Metres | None = None
    remarks: Annotated[list[Sentence], Field(max_length=100)] = []


class RemedyFile(_Part):
    """One change with which a drill that does not fit does fit, at its smallest size at least.

    `kind` says which: `mirror` (`mirror` is the side to allow), `pace`, `surface`, `obstacle` (without the
    one at place `obstacle` of the yard's list, from 0), `side` (side `side` of the boundary, from 0, moved
    `distance` metres outward, which is needed behind a `cone` or beside a `leg`), `drill` (another one as it
    is). `text` is for people.
    """

    kind: Annotated[str, Field(max_length=40, json_schema_extra={"examples": list(REMEDY_KINDS)})]
    text: Sentence = ""
    mirror: Literal["left", "right"] | None = None
    pace: Pace | None = None
    surface: Surface | None = None
    obstacle: Annotated[int, Field(strict=True, ge=0)] | None = None
    side: Annotated[int, Field(strict=True, ge=0)] | None = None
    name: Name = ""
    distance: Metres | None = None
    cone: ConeNumber | None = None
    leg: Annotated[int, Field(strict=True, ge=1, le=100)] | None = None
    drill: Name | None = None


class UnplacedFile(_Part):
    """A drill that does not fit, and why: what stops it, what would help, the least change first."""

    drill: str
    pace: Pace
    reason: Sentence = ""
    size_bound: Size | None = None
    size_min: Size | None = None
    binding: Annotated[list[Name], Field(max_length=_MOST_NAMED)] = []
    remedies: Annotated[list[RemedyFile], Field(max_length=_MOST_NAMED)] = []


class LayoutFile(_Part):
    """A conedrills layout: all coordinates yard metres, all angles degrees counter-clockwise from +x.

    `tape` is how long a tape its set-out asks for at the most, metres.
    """

    format: Literal["conedrills-layout"]
    version: Literal[1]
    made_by: Name = ""
    title: Name = ""
    units: Units = "m"
    tape: Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, le=10_000)] | None = None
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
