"""A yard as a yard file of our own: for people to read on in, and to the last digit what was read.

Numbers are in the units of the yard, so many digits that reading them gives the same metres again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from conedrills.geometry import Path
from conedrills.units import METRES
from conedrills.yard import Obstacle, Yard

_SHORTEST = 15  # digits with which most numbers come back as they were
_WIDE = 100  # characters of a line


def write(yard: Yard) -> bytes:
    """The yard file: one key a line, one corner a line.

    A yard that was measured is written with the corners that its adjustment gives, and how sure they are.
    """
    head = {"format": "conedrills-yard", "version": 1, **dict(_keys(yard))}
    lines = [f"  {json.dumps(key)}: {_told(value)}" for key, value in head.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode("utf-8", "replace")


def _keys(yard: Yard) -> Iterator[tuple[str, Any]]:
    def length(metres: float) -> float:
        return in_units(metres, yard.units)

    yield "name", yard.name
    yield "units", yard.units
    yield "boundary", _places(yard.boundary, yard.units)
    if any(yard.uncertainty):
        yield "uncertainty", [length(metres) for metres in yard.uncertainty]
    names = yard.side_names or ("",) * len(yard.boundary)
    edges = [
        {"side": side, "kind": kind, **({"name": name} if name else {})}
        for side, (kind, name) in enumerate(zip(yard.side_kinds, names, strict=True))
        if name or kind != "hard"
    ]
    if edges:
        yield "edges", edges
    if yard.obstacles:
        yield "obstacles", [_obstacle(thing, yard.units) for thing in yard.obstacles]
    if yard.references:
        yield (
            "references",
            [
                {"name": one.name, "what": one.what, "x": length(one.at.x), "y": length(one.at.y)}
                for one in yard.references
            ],
        )
    if yard.north is not None:
        yield "north", yard.north
    for key, words in (("sun", yard.sun), ("slope", yard.slope)):
        if words:
            yield key, words
    if yard.surface != "dry":
        yield "surface", yard.surface
    if yard.space:
        yield "space", _lengths(yard.space, yard.units)
    if yard.notes:
        yield "note", list(yard.notes)


def _obstacle(thing: Obstacle, units: str) -> dict[str, Any]:
    return {
        "name": thing.name,
        "kind": thing.kind,
        "polygon": _places(thing.polygon, units),
        **({"uncertainty": in_units(thing.uncertainty, units)} if thing.uncertainty else {}),
    }


def _places(path: Path, units: str) -> list[list[float]]:
    return [[in_units(number, units) for number in point.xy] for point in path]


def _lengths(space: Mapping[str, Any], units: str) -> dict[str, Any]:
    return {
        key: _lengths(value, units) if isinstance(value, Mapping) else in_units(value, units)
        for key, value in space.items()
    }


def in_units(metres: float, units: str) -> float:
    """The shortest number of units that is exactly so many metres when it is read; the nearest if none is.

    >>> in_units(12.192, "ft"), in_units(3.81, "m")
    (40.0, 3.81)
    """
    exact = metres / METRES[units]
    for number in (
        *(float(f"{exact:.{digits}g}") for digits in range(4, _SHORTEST + 3)),
        math.nextafter(exact, math.inf),
        math.nextafter(exact, -math.inf),
    ):
        if number * METRES[units] == metres:
            return number + 0.0
    return exact


def _told(value: Any) -> str:
    """A value on one line, or a list with its members one a line."""
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if len(line) <= _WIDE or not isinstance(value, list):
        return line
    return "[\n" + ",\n".join(f"    {json.dumps(one, ensure_ascii=False)}" for one in value) + "\n  ]"
