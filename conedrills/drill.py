"""A drill: made of a drill file, by name, by alias or from a file of the user's own.

A drill file is TOML. It says where cones are the way a coach says it, from an earlier cone:

    [cones]
    1 = {}                                                   # the start
    2 = { from = "1", bearing = 150, distance = "leg" }      # 30 degrees to the right of straight back
    3 = { from = "2", ahead = "depth", left = "width / 2" }

and legs in the order of running. Lengths are sums of multiples of the named distances. With

    stretch = { depth = "leg", width = ["lane", "gap"] }     # every free distance is one or the other

depth and width stretch separately, which turns slanting legs. A table `[de]` holds in German what the file
says for people.

Legs that leave one cone on different calls are alternatives and share an order; so do the legs after them
that go on from where each call led. A leg of movement `called` is moved as the caller says, who may choose
from the file's `patterns`. Of two `athletes` each leg says whose it is, first all of the first, then all of
the second; each counts their own from 1, both run at once, and their courses keep `apart` from each other.

`drillfile` holds the schema, `drillreader` the way to a drill, `figure` what comes out. No yard and no
clearance is known in any of them: `space` says how much room a leg needs.
"""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from conedrills.drillfile import (
    PACES,
    UNSEEING,
    WAY,
    Call,
    Cut,
    DrillFile,
    DrillWords,
    Family,
    Finding,
    Grade,
    Movement,
    Pace,
    Place,
    Shape,
    Way,
    line_of,
    report,
    schema_findings,
)
from conedrills.drillreader import Reader
from conedrills.errors import DrillError, UsageError
from conedrills.figure import (
    AHEAD,
    Affine,
    Drill,
    Figure,
    Leg,
    LegFigure,
    Piece,
    Stretch,
    StretchRange,
    agrees,
    definition_json,
    following,
    goes_on,
    is_last,
)
from conedrills.language import ENGLISH
from conedrills.wording import nearest_name, plain_text, unknown_name

__all__ = [
    "AHEAD", "PACES", "UNSEEING", "WAY", "Affine", "Call", "Cut", "Drill", "DrillFile", "DrillWords",
    "Family", "Figure", "Grade", "Leg", "LegFigure", "Movement", "Pace", "Piece", "Shape", "Stretch",
    "StretchRange", "Way", "agrees", "alike", "definition_json", "drill_names", "drill_text",
    "find_drill", "following", "goes_on", "is_last", "judge_drill", "load_drill", "parse_drill",
    "read_drill",
]  # fmt: skip

_MOST_GUESSES = 3
_ROUNDS = 5  # of judging a file without what the ones before refused
_SHORTEST_PART = 4  # letters of a name that tell of which it is a part
_LONGEST_FILE = 200_000  # bytes
_LONGEST_LINE = 5_000  # characters; a.a.a.a… of a hundred thousand takes tomllib minutes and all memory


def drill_names() -> tuple[str, ...]:
    """The drills that come with the program, in order of name."""
    files = (entry.name for entry in resources.files("conedrills.drills").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


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
    return parse_drill(tomllib.loads(text), name, f"{name}.toml", text)


def find_drill(wanted: str, others: Iterable[str] = ()) -> Drill:
    """A drill of the library by name or by any alias (case and punctuation do not matter).

    Args:
        wanted: the name.
        others: names that are known besides, for whoever misspells one.

    Raises:
        UsageError: nothing of that name is known; the message names the nearest, or says that the drill is
            published without any geometry.
    """
    names = {_key(name): name for name in drill_names()}
    known = names if _key(wanted) in names else _names_and_aliases()
    name = known.get(_key(wanted))
    if name is None:
        raise UsageError(_unknown(wanted, {**{_key(word): word for word in others}, **known}))
    return load_drill(name)


def alike(one: str, other: str) -> bool:
    """Whether two names are the same to a person: case and punctuation do not matter.

    >>> alike("W drill", "w-drill"), alike("", "-")
    (True, False)
    """
    return bool(_key(one)) and _key(one) == _key(other)


def _unknown(wanted: str, known: Mapping[str, str]) -> str:
    """The sentence for a name that no drill has."""
    shown, key = plain_text(wanted), _key(wanted)
    for entry in _unpublished():
        if any(alike(wanted, name) for name in entry["names"]):
            instead = " or ".join(f'"{name}"' for name in entry["instead"])
            return (
                f'"{shown}" is named by sources, but cannot be drawn: {entry["says"]}. Try {instead} instead.'
            )
    nearest = nearest_name(key, known)
    within = [
        name for word, name in known.items() if len(key) >= _SHORTEST_PART and (key in word or word in key)
    ]
    guesses = [known[nearest]] if nearest else [*dict.fromkeys(within)][:_MOST_GUESSES]
    guess = (
        f" Did you mean {' or '.join(json.dumps(name, ensure_ascii=False) for name in guesses)}?"
        if guesses
        else ""
    )
    return f'there is no drill "{shown}".{guess} `conedrills drills` lists them all.'


@cache
def _unpublished() -> Sequence[Mapping[str, Any]]:
    text = resources.files("conedrills").joinpath("unpublished.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)["drill"])


@cache
def _names_and_aliases() -> Mapping[str, str]:
    known: dict[str, str] = {}
    for name in drill_names():
        definition = load_drill(name).definition
        titles = [definition.words(tag).title for tag in (ENGLISH, *definition.translations)]
        for word in (definition.catalogue, *definition.aliases, *titles):
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
    text, data = drill_text(file)
    return parse_drill(data, _slug(file.stem), plain_text(file.name), text)


def drill_text(file: FilePath) -> tuple[str, dict[str, Any]]:
    """What stands in a drill file, as text and as TOML has it.

    Raises:
        DrillError: the file cannot be read, is too long, or is no TOML.
    """
    label = plain_text(file.name)
    try:
        with file.open("rb") as stream:
            content = stream.read(_LONGEST_FILE + 1)
    except OSError as error:
        raise DrillError(f"{label}: cannot be read: {error.strerror or 'no such file'}.") from error
    if len(content) > _LONGEST_FILE:
        raise DrillError(f"{label}: too long for a drill file; {_LONGEST_FILE:,} bytes are allowed.")
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise DrillError(f"{label}: not a text file in UTF-8 (byte {error.start}).") from error
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _LONGEST_LINE:
            raise DrillError(f"{label}:{number}: too long for a line; {_LONGEST_LINE:,} letters are allowed.")
    try:
        return text, tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: int() refuses thousands of digits
        raise DrillError(f"{label}: not TOML: {plain_text(str(error)).rstrip('.')}.") from error


def judge_drill(file: FilePath, text: str, data: dict[str, Any]) -> tuple[Drill | None, list[Finding]]:
    """A drill of a file's content, None where it is wrong, and everything that is wrong with it at once.

    What the schema refuses is left out, and the rest judged without it.
    """
    findings: list[Finding] = []
    kept = copy.deepcopy(data)
    for _ in range(_ROUNDS):
        try:
            reader = Reader(DrillFile.model_validate(kept))
        except ValidationError as error:
            fresh = [found for found in schema_findings(error) if not _follows(found, findings)]
            findings += fresh
            if not _mended(kept, [found.place for found in schema_findings(error)]):
                break
            continue
        drill = reader.drill(reader.file.name or _slug(file.stem))
        findings += reader.findings
        return (None if findings else drill), sorted(
            dict.fromkeys(findings), key=lambda found: line_of(text, found.place) or 0
        )
    return None, sorted(dict.fromkeys(findings), key=lambda found: line_of(text, found.place) or 0)


def _follows(found: Finding, earlier: Iterable[Finding]) -> bool:
    """Whether something is only missing because it was left out."""
    return any(found.place == one.place for one in earlier)


def _mended(data: Any, places: Iterable[Place]) -> bool:
    """Take what stands at the places out of a file, put in what must be there; whether that was possible."""
    changed = False
    for place in sorted(places, key=lambda place: (len(place), str(place)), reverse=True):
        holder = data
        for part in place[:-1]:
            inside = isinstance(holder, dict) and part in holder
            listed = isinstance(holder, list) and isinstance(part, int) and part < len(holder)
            holder = holder[part] if inside or listed else None
        if (
            isinstance(holder, list)
            and isinstance(place[-1], int)
            and not isinstance(holder[place[-1]], dict)
        ):
            del holder[place[-1]]
            changed = True
        if not isinstance(holder, dict) or not place:
            continue
        if holder.pop(place[-1], None) is not None:
            changed = True
        if place[-1] in _STAND_INS:
            holder[place[-1]] = copy.deepcopy(_STAND_INS[str(place[-1])])
            changed = True
    return changed


_STAND_INS: Mapping[str, Any] = {
    "title": "?", "family": "warm-up", "paces": ["walk"], "units": "m", "movement": "called", "cut": "stop",
}  # fmt: skip
"""What a file is judged with where it lacks something: nothing else is wrong because of any of these."""


def _slug(stem: str) -> str:
    return re.sub("[^a-z0-9]+", "-", stem.lower())[:40].strip("-") or "drill"


def parse_drill(data: object, name: str, label: str, text: str = "") -> Drill:
    """A drill from the content of its file.

    Args:
        data: what the TOML file, or a layout's `drills`, holds.
        name: the name, where the file does not give one.
        label: what to call the file in messages.
        text: the TOML file itself, so that messages can name lines.

    Raises:
        DrillError: with every problem found, one a line.
    """
    try:
        file = DrillFile.model_validate(data)
    except ValidationError as error:
        raise DrillError(report(schema_findings(error), label, text)) from error
    reader = Reader(file)
    drill = reader.drill(file.name or name)
    if drill is None or reader.findings:
        raise DrillError(report(reader.findings, label, text))
    return drill
