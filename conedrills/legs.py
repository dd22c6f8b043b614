"""The legs of a walk round a yard, by turns or by bearings: how far each goes along +x and along +y.

By turns the first leg runs along +x; by bearings +y is what they are counted from. Metres.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from conedrills.bearings import parse_call
from conedrills.fieldtypes import Reading, shown
from conedrills.traverse import Course

_TURN = re.compile(r"(?:turn\s+)?(left|right|straight|on)\b\s*([\d.,]*)\s*(?:°|deg(?:rees)?)?", re.IGNORECASE)
_TURNS = {"left": 90.0, "right": -90.0, "straight": 0.0, "on": 0.0}
_EAST = 90.0  # degrees clockwise from +y
_CLOSE = {"close", "back", "to the start", "back to start", "back to the start"}


@dataclass(frozen=True, slots=True)
class Walk:
    """The corners in order and the measured legs; `closed` where the last of them comes back to the start."""

    names: tuple[str, ...]
    legs: tuple[Course, ...]
    closed: bool
    bearings: bool


def walked(legs: Sequence[str | tuple[str, Reading]], start: str | None, units: str) -> Walk:
    """The walk that a list says.

    Args:
        legs: `("A", length)`, from A on, with turns such as "right" or "left 45" between them; or bearings
            with lengths, of which the last may be "close": back to the start, unmeasured.
        start: the name of the first corner; with bearings the others follow it.
        units: what plain numbers count.

    Raises:
        ValueError: it is no walk; the text says which leg, and what would be right.
    """
    turned = any(not isinstance(leg, str) for leg in legs)
    return _turning(legs, start) if turned else _bearing([str(leg) for leg in legs], start, units)


def _turning(legs: Sequence[str | tuple[str, Reading]], start: str | None) -> Walk:
    names: list[str] = []
    lengths: list[Reading] = []
    headings: list[float] = []
    heading = 0.0
    for number, leg in enumerate(legs, 1):
        if isinstance(leg, str):
            found = _TURN.fullmatch(leg.strip())
            if found is None:
                raise ValueError(
                    f'leg {number}: {shown(leg)} is no turn; "right", "left" and "right 45" are.'
                )
            way = found[1].casefold()
            heading += math.copysign(_degrees(found[2], number), _TURNS[way]) if found[2] else _TURNS[way]
        else:
            names.append(leg[0])
            lengths.append(leg[1])
            headings.append(heading)
    if len(names) < 3:
        raise ValueError(f"{len(names)} legs are too few; a walk round a yard has three or more.")
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise ValueError(f"two legs begin at {twice[0]}; name each corner once.")
    if start is not None and names[0] != start:
        raise ValueError(f'the first leg begins at {names[0]}, but "start" says {start}.')
    courses = tuple(
        Course(
            name, names[(index + 1) % len(names)], _EAST - headings[index], length.metres, "", length.written
        )
        for index, (name, length) in enumerate(zip(names, lengths, strict=True))
    )
    return Walk(tuple(names), courses, closed=True, bearings=False)


def _degrees(text: str, number: int) -> float:
    try:
        degrees = float(text.replace(",", "."))
    except ValueError:
        degrees = math.nan
    if not 0.0 <= degrees < 180.0:
        raise ValueError(f"leg {number}: a turn is from 0 to 180 degrees, not {shown(text)}.")
    return degrees


def _bearing(legs: Sequence[str], start: str | None, units: str) -> Walk:
    open_end = legs[-1].strip().casefold() in _CLOSE
    calls = legs[:-1] if open_end else legs
    names = [start or "P1", *(f"P{index + 1}" for index in range(1, len(calls) + open_end))]
    found = []
    for index, text in enumerate(calls):
        try:
            call = parse_call(text, units)
        except ValueError as error:
            raise ValueError(f"leg {index + 1}: {error}") from None
        found.append(
            Course(
                names[index],
                names[(index + 1) % len(names)],
                call.azimuth,
                call.length,
                call.bearing,
                call.distance,
            )
        )
    if len(names) < 3:
        raise ValueError(f"{len(found)} legs are too few; a walk round a yard has three or more.")
    return Walk(tuple(names), tuple(found), closed=not open_end, bearings=True)
