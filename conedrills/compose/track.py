"""The legs of a drill as lines on paper: those on the same ground run side by side. Millimetres."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from conedrills.compose import curve, words
from conedrills.compose.curve import Line
from conedrills.compose.view import View
from conedrills.drill import WAY, Way
from conedrills.language import Voice
from conedrills.layout import PlacedLeg, Placement
from conedrills.sheet import XY

LANE = 4.9
"""Between legs that share their ground: a ring does not reach the next leg."""
_LANE_TICKS = 6.0
_STARTS, _ENDS = 4.8, 5.2
_SHARED = 3.0
"""Legs that run together for less cross, no more."""


@dataclass(frozen=True, slots=True)
class Track:
    """A leg on paper: `true` from cone to cone, `line` as drawn, `lanes` how many run side by side.

    `square` is the ring of the second of two athletes.
    """

    leg: PlacedLeg
    number: str
    way: Way
    true: Line
    line: Line
    lane: int
    lanes: int
    square: bool = False


def tracks(placement: Placement, view: View, voice: Voice) -> tuple[Track, ...]:
    """Every leg of a placement on paper."""
    lines = [view.line(leg.path) for leg in placement.legs]
    lanes = _lanes(lines, placement.legs)
    return tuple(
        Track(
            leg,
            number_of(leg, voice),
            WAY[leg.movement],
            line,
            _trimmed(curve.beside(line, _offset(line, lane, count, leg))),
            lane,
            count,
            words.is_second(placement, leg),
        )
        for leg, line, (lane, count) in zip(placement.legs, lines, lanes, strict=True)
    )


def number_of(leg: PlacedLeg, voice: Voice) -> str:
    """The run-order number of a leg, with the letter of its call."""
    if leg.call is None:
        return str(leg.order)
    letter = words.call_letter(leg.call, voice)
    return f"{leg.order}{letter}" if leg.call in ("left", "right") else f"{leg.order}·{letter}"


def _trimmed(line: Line) -> Line:
    total = curve.length(line)
    return curve.piece(line, min(_STARTS, 0.2 * total), total - min(_ENDS, 0.22 * total))


def _offset(line: Line, lane: int, count: int, leg: PlacedLeg) -> float:
    """How far to the left of its way a leg is drawn; lanes are in reading order."""
    if count == 1:
        return 0.0
    wide = _LANE_TICKS if WAY[leg.movement] == "sideways" else LANE
    wide = min(wide, 34.0 / (count - 1))
    aside = (lane - (count - 1) / 2) * wide
    (x0, y0), (x1, y1) = line[0], line[-1]
    # left of the way is the left of the page when the leg goes up, and the top when it goes right
    upward = y0 - y1 > abs(x1 - x0) * 0.2 or (abs(y0 - y1) <= abs(x1 - x0) * 0.2 and x1 > x0)
    return -aside if upward else aside


def _lanes(lines: Sequence[Line], legs: Sequence[PlacedLeg]) -> list[tuple[int, int]]:
    """The lane of each leg, and how many lanes its group has: legs that share ground differ."""
    shares = [
        {j for j in range(len(lines)) if j != i and _shared(lines[i], lines[j]) > _SHARED}
        for i in range(len(lines))
    ]
    lane: dict[int, int] = {}
    for i in range(len(lines)):
        taken = {lane[j] for j in shares[i] if j in lane}
        lane[i] = next(k for k in range(len(lines)) if k not in taken)
    counts: dict[int, int] = {}
    for i in range(len(lines)):
        group, todo = {i}, [i]
        while todo:
            fresh = shares[todo.pop()] - group
            group |= fresh
            todo += fresh
        counts[i] = 1 + max(lane[j] for j in group)
    return [(lane[i], counts[i]) for i in range(len(lines))]


def _shared(first: Line, second: Line) -> float:
    """Millimetres that two legs run on the same ground; arcs share theirs where they are the same."""
    if len(first) != 2 or len(second) != 2:
        same = len(first) == len(second) and (_alike(first, second) or _alike(first, second[::-1]))
        return curve.length(first) if same else 0.0
    (a, b), total = first, curve.length(first)
    if not total:
        return 0.0
    ux, uy = (b[0] - a[0]) / total, (b[1] - a[1]) / total
    spots = [
        ((p[0] - a[0]) * ux + (p[1] - a[1]) * uy, (p[0] - a[0]) * uy - (p[1] - a[1]) * ux) for p in second
    ]
    if max(abs(off) for _, off in spots) > 2.5:
        return 0.0
    low, high = sorted(along for along, _ in spots)
    return max(0.0, min(high, total) - max(low, 0.0))


def _alike(first: Line, second: Line) -> bool:
    return all(math.dist(a, b) < 1.0 for a, b in zip(first, second, strict=True))


def pieces(track: Track, cones: Sequence[XY]) -> list[Line]:
    """An arc between the cones that it passes, each piece clear of them; a line in one piece."""
    if track.leg.shape == "line":
        return [track.line]
    ends = {track.leg.start, track.leg.end}
    passed = [curve.nearest(track.true, spot) for number, spot in enumerate(cones, 1) if number not in ends]
    via = sorted(along for along, off in passed if off < 1.0)
    if not via:
        return [track.line]
    stops = [0.0, *via, curve.length(track.true)]
    return [
        curve.piece(
            track.true, start + min(_STARTS, 0.2 * (end - start)), end - min(_ENDS, 0.22 * (end - start))
        )
        for start, end in itertools.pairwise(stops)
    ]
