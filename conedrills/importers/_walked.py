"""The outline that somebody walked with GPS: good for a shape, and for no more. KML and GPX share it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from conedrills.errors import YardError
from conedrills.geodesy import arctic_note, local_metres
from conedrills.geometry import XY, Line, Point, crossing, simplified
from conedrills.yard import WIDEST, Kind, Yard

NEAR = 15.0
"""Metres that a phone may be off in the open: ends of a walk nearer than that are one place."""
_FINE = 1.0  # metres that a corner may move when a walk is simplified; GPS does not tell that much
_LONGEST = 4.0 * WIDEST  # metres, the way round the largest yard
_SHORTEST = 2.0 * NEAR  # metres round a yard, below which its shape is lost in the errors
_OVERLAP = 0.1  # share of a walk at either end within which it may run over its own beginning
_HARD: tuple[Kind, ...] = ("hard",)
_NORTH = 90.0  # +y, degrees counter-clockwest from +x
_NOTES = (
    "it was walked with GPS, which is good to 3 to 15 m: use it for the shape only.",
    "measure two lengths with a tape to scale and check it.",
)


def yard_of_walk(label: str, name: str, track: Sequence[XY]) -> Yard:
    """The yard about which somebody walked.

    The ends may be `NEAR`, and may overlap; points that lie nearly in line are left out.

    Args:
        label: what to call the file in messages.
        name: what to call the yard.
        track: longitude and latitude in the order of the walk, degrees, in range.

    Raises:
        YardError: it is no walk round a yard: too few places, too long, its ends apart, or it crosses itself.
    """
    places = [place for place, _ in itertools.groupby(track)]
    if len(set(places)) < 3:
        count = "place is" if len(set(places)) == 1 else "different places are"
        raise YardError(
            f"{label}: {len(set(places))} {count} too few for a walk. Record a track while walking round the"
            " lawn."
        )
    try:
        (line,) = local_metres([tuple(places)])
    except ValueError:
        raise YardError(
            f"{label}: the track is more than {WIDEST:,.0f} m across, which is a journey and no walk round a"
            " yard. Record only the walk round the lawn."
        ) from None
    length = _length(line)
    if length > _LONGEST:
        raise YardError(
            f"{label}: the track is {length / 1000.0:.1f} km long, which is a run and no walk round a yard."
            " Record only one walk round the lawn."
        )
    if length < _SHORTEST:
        raise YardError(
            f"{label}: the track is {length:.0f} m long; GPS is good to 3 to 15 m, and tells nothing of a"
            f" shape with less than {_SHORTEST:g} m round it. Measure the yard with a tape."
        )
    ring, gap = _closed(line)
    if gap > NEAR:
        raise YardError(
            f"{label}: the track ends {gap:.0f} m from where it began; up to {NEAR:g} m are taken for one"
            " place. Walk all the way round the lawn, back to the start."
        )
    outline, loops = _without_loops(_open(simplified((*ring, ring[0]), _FINE)))
    if len(outline) < 3:
        raise YardError(
            f"{label}: the track goes to and fro and encloses nothing. Walk round the lawn along its edge."
        )
    cross = crossing(outline)
    if cross is not None:
        raise YardError(f"{label}: {_crossed(outline, cross)}")
    notes = [*_NOTES]
    if loops:
        notes.append(f"small loops of the track, {NEAR:g} m long at most, were cut: {loops}.")
    if gap > _FINE:
        notes.append(f"its ends are {gap:.1f} m apart and were joined by a straight side.")
    if len(outline) < len(ring):
        notes.append(
            f"of {len(line)} points of the walk {len(outline)} corners were kept; none of the others is more"
            f" than {_FINE:g} m from a side."
        )
    notes += filter(None, [arctic_note(tuple(places))])
    return Yard(
        name=name,
        boundary=tuple(Point(x, y) for x, y in outline),
        side_kinds=_HARD * len(outline),
        north=_NORTH,
        notes=tuple(notes),
    )


def _length(line: Line) -> float:
    return sum(math.dist(start, end) for start, end in itertools.pairwise(line))


def _open(line: Line) -> Line:
    return line[:-1] if line[0] == line[-1] else line


def _closed(line: Line) -> tuple[Line, float]:
    """The walk from where it comes nearest to its end to there, and the gap between the two, metres.

    Who walks round a lawn goes on a few steps past the start, and waits for GPS before it.
    """
    if math.dist(line[0], line[-1]) <= _FINE:
        return _open(line), math.dist(line[0], line[-1])
    most = min(NEAR, _OVERLAP * _length(line))
    heads, tails = _within(line, most), _within(line[::-1], most)
    gap, head, tail = min(
        # of equal gaps, the one that cuts the least
        (math.dist(line[head], line[-1 - tail]), head, tail)
        for head in range(heads)
        for tail in range(tails)
    )
    return _open(line[head : len(line) - tail]), gap


_AT_MOST = 200  # points of either end that are looked at; a walk of 15 m has about ten


def _within(line: Line, most: float) -> int:
    """How many points of the beginning of a line lie within some metres along it, at least one."""
    along = itertools.accumulate(math.dist(start, end) for start, end in itertools.pairwise(line))
    count = 1 + sum(1 for metres in itertools.islice(along, _AT_MOST) if metres <= most)
    return min(count, max(1, (len(line) - 3) // 2))


_MOST_LOOPS = 100


def _without_loops(ring: Line) -> tuple[Line, int]:
    """A ring without the small loops that GPS draws where somebody stands still, and how many there were."""
    for loops in range(_MOST_LOOPS):
        cross = crossing(ring) if len(ring) > 3 else None
        if cross is None:
            return ring, loops
        (first, before), (last, after) = _passes(ring, cross)
        if min(after - before, _length((*ring, ring[0])) - (after - before)) > NEAR or first == last:
            return ring, loops
        inner = (cross, *ring[first + 1 : last + 1])
        outer = (*ring[: first + 1], cross, *ring[last + 1 :])
        larger = max((outer, inner), key=lambda one: _length((*one, one[0])))
        shorter = tuple(place for place, _ in itertools.groupby(larger))
        if len(shorter) >= len(ring) and loops:
            return ring, loops
        ring = shorter
    return ring, _MOST_LOOPS


def _passes(ring: Line, cross: XY) -> tuple[tuple[int, float], tuple[int, float]]:
    """The two sides that come to a place, the first and the last, and how far along the ring that is."""
    walked = 0.0
    found = []
    for index, (start, end) in enumerate(itertools.pairwise((*ring, ring[0]))):
        side = math.dist(start, end)
        steps = [(a, b - a, c - a) for a, b, c in zip(start, end, cross, strict=True)]
        share = sum(along * to for _, along, to in steps) / side**2 if side else 0.0
        share = min(1.0, max(0.0, share))
        x, y = (a + share * along for a, along, _ in steps)
        found.append((math.dist((x, y), cross), index, walked + share * side))
        walked += side
    nearest = sorted(found)
    there = [one for one in nearest if one[0] <= nearest[1][0] + 1e-6]
    _, first, before = min(there, key=lambda one: one[1])
    _, last, after = max(there, key=lambda one: one[1])
    return (first, before), (last, after)


def _crossed(ring: Line, cross: XY) -> str:
    (_, before), (_, after) = _passes(ring, cross)
    east, north = cross
    return (
        f"the track crosses itself {abs(east):.0f} m {'east' if east >= 0 else 'west'} and {abs(north):.0f} m"
        f" {'north' if north >= 0 else 'south'} of its start: the side walked after {before:.0f} m meets the"
        f" side after {after:.0f} m. Walk round the lawn once without crossing your own way."
    )
