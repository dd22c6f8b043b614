"""What was measured with tapes, and what their adjustment says of it. Values only; `adjust` makes them.

Metres, degrees, names of points. `sigma` is a standard error (68 %), "95 %" is said where it is meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

CONFIDENT = 2.4477
"""Half axes of the 95 % error ellipse in those of the standard one: chi-square of two degrees, its root."""

Level = Literal["silent", "note", "warn", "refuse"]
"""What a misclosure or a disagreement asks for; `refuse` is laid out only with --accept-misclosure."""


@dataclass(frozen=True, slots=True)
class Tape:
    """One taped distance between two named points, metres.

    `written` is how the file has it; `ignored` is the reason for which the file leaves it out, "" where it
    is used.
    """

    start: str
    end: str
    length: float
    sigma: float
    written: str = ""
    ignored: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """An adjusted point, metres, and its standard error ellipse.

    `major` and `minor` are the half axes of that ellipse, metres, and `direction` that of the major one in
    degrees counter-clockwise from +x.
    """

    x: float
    y: float
    major: float = 0.0
    minor: float = 0.0
    direction: float = 0.0

    @property
    def uncertainty(self) -> float:
        """95 % leftover, metres: the larger half axis of the 95 % ellipse."""
        return CONFIDENT * self.major


@dataclass(frozen=True, slots=True)
class Judged:
    """A tape after the adjustment.

    `residual` is adjusted minus measured, metres; `redundancy` is from 0, nothing checks it, to 1;
    `standardised` is the residual in its own standard errors (0 where nothing checks the tape).
    """

    tape: Tape
    adjusted: float
    residual: float
    redundancy: float
    standardised: float
    suspect: bool = False


@dataclass(frozen=True, slots=True)
class Suspect:
    """The one tape that everything else speaks against.

    `off` is by how much it reads too long (negative: too short), metres. `likely` is the misread that would
    explain it, in words. `rivals` are tapes that would explain it nearly as well, as pairs of names.
    """

    start: str
    end: str
    off: float
    likely: str
    rivals: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Misclosure:
    """By how much a walk misses its start: metres east (or along +x) and north, of a perimeter."""

    east: float
    north: float
    perimeter: float

    @property
    def length(self) -> float:
        """Metres by which it misses."""
        return float((self.east * self.east + self.north * self.north) ** 0.5)


@dataclass(frozen=True, slots=True)
class Survey:
    """An adjusted network: where its points are, how good they are, and what is wrong with its tapes.

    Coordinates are in the frame of the yard. `boundary` names its corners in order. `rms` is that of the
    residuals, metres. `unit_weight` is the standard error of unit weight, 1 where the tapes are as good as
    they were said to be; `spare` the degrees of freedom. `in_question` are tapes one of which is wrong,
    where nothing tells which. `next_tape` is the one extra tape that would help most. `problems` are
    sentences for a person, in the units of the file; `level` is the worst of what they ask for, and `notes`
    what is worth knowing though nothing is wrong.
    """

    boundary: tuple[str, ...]
    points: Mapping[str, Position]
    what: Mapping[str, str] = field(default_factory=dict)
    tapes: tuple[Judged, ...] = ()
    rms: float = 0.0
    unit_weight: float = 0.0
    spare: int = 0
    misclosure: Misclosure | None = None
    suspects: tuple[Suspect, ...] = ()
    in_question: tuple[tuple[str, str], ...] = ()
    next_tape: tuple[str, str] | None = None
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    level: Level = "silent"
