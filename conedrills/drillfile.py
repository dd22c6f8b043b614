"""The drill file: the words it may use, its schema, its lengths, and where in it a problem lies.

Nothing is worked out here and no cone stands anywhere yet: `drill` makes a drill of it. The same schema reads
TOML and the JSON of it that a layout carries.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from conedrills.wording import nearest_name, plain_text, unknown_name

Pace = Literal["walk", "easy", "brisk", "full"]
PACES: tuple[Pace, ...] = get_args(Pace)
"""Slowest first."""
Shape = Literal["line", "arc", "weave"]
Way = Literal["forward", "sideways", "backward", "called"]
"""Against the chest; `called` is whichever of the others the caller chooses."""
Movement = Literal[
    "walk", "jog", "run", "sprint", "open-hip run", "hop",
    "shuffle", "carioca", "crossover run",
    "backward walk", "backward run", "backpedal", "called",
]  # fmt: skip
WAY: Mapping[str, Way] = {
    **dict.fromkeys(("walk", "jog", "run", "sprint", "open-hip run", "hop"), "forward"),
    **dict.fromkeys(("shuffle", "carioca", "crossover run"), "sideways"),
    **dict.fromkeys(("backward walk", "backward run", "backpedal"), "backward"),
    "called": "called",
}
"""How each movement travels against the chest."""
UNSEEING: frozenset[Way] = frozenset({"backward", "called"})
"""Ways in which an athlete may not see where a leg leads: a caller may call a backpedal."""
Cut = Literal[
    "plant", "T-step", "break 45", "break 90", "open hips", "hip flip", "speed turn",
    "round", "touch", "through", "stop",
]  # fmt: skip
Family = Literal[
    "backward", "diagonal", "cornerback", "lateral", "multi-direction", "curved", "braking", "footwork",
    "warm-up",
]  # fmt: skip
Grade = Literal["A", "B", "C", "X"]
"""Of the source: A gives every length, B the drill and some, C names it; X is a variant of ours."""
Level = Literal["beginner", "intermediate", "advanced"]
"""Who a drill is for, easiest first: the three that the NSCA doses agility work for (Dawes & Roozen 2012)."""
LEVELS: tuple[Level, ...] = get_args(Level)
Call = Literal["left", "right", "1", "2", "3", "4", "5", "6", "7", "8", "9"]

MAX_CONES = 60
MAX_LEGS = 100


def _printable(value: Any) -> Any:
    return plain_text(value, longest=200_000) if isinstance(value, str) else value


_Printable = BeforeValidator(_printable)
Text = Annotated[str, Field(max_length=600), _Printable]
Name = Annotated[str, Field(min_length=1, max_length=80), _Printable]
Words = Annotated[str, Field(max_length=60), _Printable]
Title = Annotated[str, Field(min_length=1, max_length=48), _Printable]
Summary = Annotated[str, Field(max_length=80), _Printable]
Cue = Annotated[str, Field(min_length=1, max_length=120), _Printable]
Pattern = Annotated[str, Field(min_length=1, max_length=48), _Printable]
Patterns = Annotated[list[Pattern], Field(max_length=16)]
"""Ways to move that a caller chooses from, each in a few words."""
Expression = Annotated[str | float, Field(union_mode="left_to_right")]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


class SourceFile(_File):
    """Where a drill, or a part of it, is published."""

    url: Annotated[str, Field(max_length=300, pattern=r"^https?://\S+$")]
    gives: Text = ""


class DistanceFile(_File):
    """A named length in the file's units: as published, and how far it may shrink or grow."""

    nominal: Annotated[float, Field(ge=0.01, le=10_000)]
    min: Annotated[float, Field(ge=0.01, le=10_000)] | None = None
    max: Annotated[float, Field(ge=0.01, le=10_000)] | None = None
    locked: bool = False
    note: Text = ""


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[
    list[Annotated[str, Field(max_length=80)]],
    Field(min_length=1, max_length=30),
    BeforeValidator(_listed, json_schema_input_type=str | list[str]),
]
"""One name, or several in a list."""


Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
"""The name of a drill."""
Neighbours = Annotated[
    list[Slug], Field(max_length=6), BeforeValidator(_listed, json_schema_input_type=str | list[Slug])
]
"""Drills to come from, or to go on to: one name, or several in a list."""


class StretchFile(_File):
    """Which free distances are the depth of a drill and which its width, where the two stretch separately."""

    depth: Names
    width: Names


class PlaceFile(_File):
    """A place from another one: along a bearing (degrees clockwise from ahead), or along and across."""

    from_: Annotated[str | None, Field(alias="from")] = None
    bearing: float | None = None
    distance: Expression | None = None
    ahead: Expression | None = None
    back: Expression | None = None
    left: Expression | None = None
    right: Expression | None = None
    note: Text = ""


class ConeFile(PlaceFile):
    """A place with a cone. A `marker` only shows where something is, like a line: no leg need reach it."""

    marker: bool = False


class LegFile(_File):
    """One stretch of the run from cone to cone with one movement.

    `facing` is `ahead`, `right`, `back`, `left` or a bearing in degrees clockwise from ahead; on an arc
    `path` (the chest turns with the path), `out` or `in`. Without it the athlete faces where a forward leg
    goes, and ahead on any other. Where the movement is `called` the caller names it, and any facing is right.
    `do` is what the hands and feet do at the cone, in a few words.

    A weave swings from its first cone to its last about those of `via`, the first passed on the `side` given,
    each other on the other side; without any it swings to that side, then to the other. `over` is a place
    that a leg goes to and comes back from, to the cone that it left.
    """

    from_: Annotated[str, Field(alias="from")]
    to: str
    movement: Movement
    shape: Shape = "line"
    facing: str | float | None = None
    cut: Cut
    call: Call | None = None
    do: Words = ""
    centre: str | None = None
    turn: Literal["clockwise", "counter-clockwise"] | None = None
    via: list[str] = []
    side: Literal["left", "right"] | None = None
    over: str | None = None
    side_clearance: Annotated[float, Field(gt=0, le=1000)] | None = None
    run_out: Annotated[float, Field(ge=0, le=1000)] | None = None


class CallerFile(_File):
    """Where the caller or partner stands, and what they do."""

    at: str
    does: Words = "calls"


class NormFile(_File):
    """Published times or scores: for whom, in what unit, and the bands in words."""

    population: Text
    unit: Text
    bands: Text


class TranslationFile(_File):
    """What a drill file says for people, in another language.

    `cues` and `patterns` are as many as the file's own, `do`, `distances` and `norms` say what stands there
    for each phrase, each name, and each population and its bands; `does` is the caller's. What is not given
    stays as the file has it.
    """

    title: Title | None = None
    summary: Summary | None = None
    cues: list[Cue] | None = None
    dose: Text | None = None
    ours: Text | None = None
    note: Text | None = None
    does: Words | None = None
    patterns: Patterns | None = None
    do: Annotated[dict[str, Words], Field(max_length=MAX_LEGS)] = {}
    distances: Annotated[dict[str, Name], Field(max_length=30)] = {}
    norms: Annotated[dict[str, Text], Field(max_length=60)] = {}


@dataclass(frozen=True, slots=True)
class DrillWords:
    """What a drill says for people in one language.

    `do`, `distances` and `norms` by the phrases and names of its file; what is missing is said as it is.
    """

    title: str
    summary: str
    cues: tuple[str, ...]
    dose: str
    ours: str
    note: str
    does: str
    patterns: tuple[str, ...]
    do: Mapping[str, str]
    distances: Mapping[str, str]
    norms: Mapping[str, str]


class DrillFile(_File):
    """A drill file, TOML or the JSON of it that a layout carries."""

    name: Slug | None = None
    title: Title
    aliases: list[Name] = []
    catalogue: Annotated[str, Field(max_length=8), _Printable] = ""
    family: Family
    level: Level | None = None
    easier: Neighbours = []
    harder: Neighbours = []
    summary: Summary = ""
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
    stretch: StretchFile | None = None
    cones: Annotated[dict[str, ConeFile], Field(min_length=2, max_length=MAX_CONES)]
    points: Annotated[dict[str, PlaceFile], Field(max_length=MAX_CONES)] = {}
    legs: Annotated[list[LegFile], Field(min_length=1, max_length=MAX_LEGS)]
    caller: CallerFile | None = None
    patterns: Patterns = []
    cues: list[Cue] = []
    dose: Text = ""
    norms: list[NormFile] = []
    de: TranslationFile | None = None

    @property
    def translations(self) -> Mapping[str, TranslationFile]:
        """By the tag of their language."""
        return {"de": self.de} if self.de else {}

    def words(self, tag: str) -> DrillWords:
        """What it says in a language, as far as it is translated to that; its own words for the rest."""
        other = self.translations.get(tag) or TranslationFile()
        does = self.caller.does if self.caller else ""
        return DrillWords(
            title=other.title or self.title,
            summary=other.summary or self.summary,
            cues=tuple(other.cues or self.cues),
            dose=other.dose or self.dose,
            ours=other.ours or self.ours,
            note=other.note or self.note,
            does=other.does or does,
            patterns=tuple(other.patterns or self.patterns),
            do=other.do,
            distances=other.distances,
            norms=other.norms,
        )


Place = tuple[str | int, ...]
"""Where in a drill file: keys and, in lists, positions from 0."""


class Finding(NamedTuple):
    """One thing wrong with a drill file: where, and what."""

    place: Place
    text: str


def schema_findings(error: ValidationError) -> Iterator[Finding]:
    """What a drill file that does not obey the schema does wrong, in words."""
    seen: set[Place] = set()
    for problem in error.errors(include_url=False):
        place = _without_types(problem["loc"])
        if place in seen:  # a union says the same once for each of its types
            continue
        seen.add(place)
        text = _in_words(problem["type"], problem["msg"], problem.get("ctx", {}), place)
        yield Finding(place, text + _guess(problem["type"], problem["input"], problem.get("ctx", {})))


def _without_types(loc: Place) -> Place:
    """A place without the names of types that pydantic adds where a value may have several."""
    return loc[:-1] if len(loc) > 1 and loc[-1] in {"str", "float"} else loc


def _in_words(kind: str, message: str, context: Mapping[str, Any], place: Place) -> str:
    match kind:
        case "extra_forbidden":
            model = _TABLES.get(str(place[0]), DrillFile) if len(place) > 1 else DrillFile
            keys = [field.alias or key for key, field in model.model_fields.items()]
            return unknown_name("key", str(place[-1]), keys, f"Keys here: {', '.join(keys)}.")
        case "missing":
            return "this key is missing."
        case "literal_error":
            return f"must be {context['expected']}."
        case "string_pattern_mismatch" if place[-1] == "url":
            return "must be an address that begins with http:// or https://."
        case "string_pattern_mismatch":
            return "must be lower-case letters and digits with single hyphens between, like w-drill."
        case "string_too_short":
            return "must not be empty."
        case "string_too_long":
            return f"must have at most {context['max_length']} letters."
        case "list_type" if place[0] == "stretch":
            return "must be the name of a distance, or a list of names."
        case "float_type" | "string_type" if place[-1] in _LENGTHS:
            return 'must be a number or a sum of distances in quotes, like "leg + width / 2".'
        case _:
            return f"{message[0].lower()}{message[1:]}."


def _guess(kind: str, wanted: object, context: Mapping[str, Any]) -> str:
    if kind != "literal_error" or not isinstance(wanted, str):
        return ""
    nearest = nearest_name(wanted, re.findall("'([^']*)'", context["expected"]))
    return f' Did you mean "{nearest}"?' if nearest else ""


_TABLES: Mapping[str, type[BaseModel]] = {
    "distances": DistanceFile, "cones": ConeFile, "points": PlaceFile, "legs": LegFile,
    "source": SourceFile, "caller": CallerFile, "norms": NormFile, "stretch": StretchFile,
    "de": TranslationFile,
}  # fmt: skip
_LENGTHS = {"distance", "ahead", "back", "left", "right"}


def report(findings: Iterable[Finding], label: str, text: str = "") -> str:
    r"""The findings, one a line, each with its line in the TOML `text` (if there is one) and its key.

    >>> report([Finding(("legs", 1, "cut"), "must be stop.")], "my.toml", "[[legs]]\n[[legs]]\ncut = 1")
    'my.toml:3: legs.2.cut: must be stop.'
    """
    lines = []
    for place, message in islice(findings, _MOST_LINES + 1):
        number = line_of(text, place)
        keys = ".".join(str(part + 1) if isinstance(part, int) else plain_text(part) for part in place)
        lines.append(f"{label}{f':{number}' if number else ''}: {keys or 'the file'}: {message}")
    more = ["and more"] if len(lines) > _MOST_LINES else []
    return "\n".join([*lines[:_MOST_LINES], *more])


_MOST_LINES = 20
_HEADER = re.compile(r"""\s*(\[\[?)\s*((?:[\w.\s-]|"[^"]*"|'[^']*')+?)\s*\]\]?\s*(?:#.*)?$""")
_KEY = re.compile(r"""\s*([\w-]+|"[^"]*"|'[^']*')\s*=""")


def line_of(text: str, place: Place) -> int | None:
    """The line of a TOML text, from 1, that holds a place or the innermost table about it; None if none does.

    Good enough to point at, not a parser: keys inside strings and dotted keys are taken as they look.
    """
    found, depth = None, 0
    table: Place = ()
    counts: dict[Place, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = here = tuple(part.strip(" \t\"'") for part in header[2].split("."))
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
                here = table if len(place) > len(here) else here
        elif key := _KEY.match(line):
            here = (*table, key[1].strip("\"'"))
        else:
            continue
        if len(here) > depth and place[: len(here)] == here:
            found, depth = number, len(here)
    return found


def linear(text: str) -> dict[str, float]:
    """The terms of a sum of multiples of names; the constant under "".

    >>> linear("2 * leg - width / 4 + 1")
    {'leg': 2.0, 'width': -0.25, '': 1.0}

    Raises:
        ValueError: it is anything else; the message completes a sentence.
    """
    if len(text) > 200:
        raise ValueError("is too long for a length.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "1if" is a warning to Python and an error to us
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(_NOT_A_SUM) from None
    terms = _terms(tree, 0)
    if not all(abs(factor) <= _LARGEST for factor in terms.values()):  # not-all: a NaN compares as false
        raise ValueError("is too large for a length.")
    return terms


_NOT_A_SUM = "is not a sum of distances, like: 2 * leg + width / 2."
_LARGEST = 1e6
_DEEPEST = 50


def _terms(node: ast.expr, depth: int) -> dict[str, float]:
    if depth > _DEEPEST:
        raise ValueError("is too deeply nested for a length.")
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return {"": float(number) if abs(number) <= _LARGEST else math.inf}
        case ast.Name(id=name):
            return {name: 1.0}
        case ast.UnaryOp(op=ast.UAdd() | ast.USub() as sign, operand=operand):
            return _sum({}, _terms(operand, depth + 1), 1.0 if isinstance(sign, ast.UAdd) else -1.0)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as sign, right=right):
            factor = 1.0 if isinstance(sign, ast.Add) else -1.0
            return _sum(_terms(left, depth + 1), _terms(right, depth + 1), factor)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            one, other = _terms(left, depth + 1), _terms(right, depth + 1)
            for plain, terms in ((one, other), (other, one)):
                if set(plain) == {""}:
                    return _sum({}, terms, plain[""])
            raise ValueError("multiplies two distances; a length is a sum of multiples of distances.")
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            divisor = _terms(right, depth + 1)
            if set(divisor) != {""} or divisor[""] == 0.0:
                raise ValueError("divides by something that is not a plain number, or by nothing.")
            return {name: factor / divisor[""] for name, factor in _terms(left, depth + 1).items()}
        case _:
            raise ValueError(_NOT_A_SUM)


def _sum(one: Mapping[str, float], other: Mapping[str, float], factor: float) -> dict[str, float]:
    """The terms of one + factor · other."""
    return {name: one.get(name, 0.0) + factor * other.get(name, 0.0) for name in {**one, **other}}
