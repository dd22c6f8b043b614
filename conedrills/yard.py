"""What was measured: the boundary, what stands in it, which sides are hard, where a tape can be hooked.

Metres, x east and y north (or x along the first side where north is unknown). No file format is known here;
`importers` make yards, and `validated` is the law that every one of them must pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from conedrills.geometry import Path, Point

Kind = Literal["hard", "soft"]
Surface = Literal["dry", "wet"]
Units = Literal["ft", "yd", "m"]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A thing standing in the yard, as a polygon that contains it.

    A circle's polygon lies outside the circle by at most 5 mm; a line is a closed strip 2 cm wide.
    `uncertainty` is the 95 % leftover of measuring it, metres.
    """

    name: str
    kind: Kind
    polygon: Path
    uncertainty: float = 0.0


@dataclass(frozen=True, slots=True)
class Reference:
    """A named fixed point that a tape can be hooked on; `name` is a letter, `what` says which thing it is."""

    name: str
    what: str
    at: Point


@dataclass(frozen=True, slots=True)
class Yard:
    """A measured yard.

    `boundary` is a ring without its last point repeated, in the order of the file (either direction).
    `side_kinds[i]` is the kind of the side from vertex i to vertex i + 1. `uncertainty[i]` (95 %, metres) belongs
    to vertex i. `north` is the direction of true north in degrees counter-clockwise from +x, None where unknown;
    `sun` and `slope` are what the file says, for a person to read. `space` holds the file's own clearances
    (see `space.SpaceModel`). `units` are those of the file, and only for display. `notes` tell what was
    put right on reading, one sentence each.
    """

    name: str
    boundary: Path
    side_kinds: tuple[Kind, ...]
    obstacles: tuple[Obstacle, ...] = ()
    references: tuple[Reference, ...] = ()
    uncertainty: tuple[float, ...] = ()
    north: float | None = None
    sun: str = ""
    slope: str = ""
    surface: Surface = "dry"
    space: Mapping[str, Any] = field(default_factory=dict)
    units: Units = "m"
    notes: tuple[str, ...] = ()


__all__ = ["Kind", "Obstacle", "Path", "Point", "Reference", "Surface", "Units", "Yard"]
