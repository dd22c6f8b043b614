"""Where a leg and its run-out truly lie in the drill's frame, and whether a certificate has them there.

In floats: search.md, section 6, pays for their rounding. Section 8 says how a run-out turns.
"""

from __future__ import annotations

import cmath
import math

from conedrills.certificatefile import Range, Segment
from conedrills.drill import Affine, Drill, Leg, Piece, Stretch
from conedrills.exact import UNIT
from conedrills.space import Room

SAME = 1e-6
"""Metres within which a point of the certificate lies on the path that its leg asks for."""
_PARTS = 8
"""Rectangles either way into which a range is cut to see how far a point is off a run-out that turns."""


class Course:
    """Where a leg of a drill with one length lies, and its run-out, as complex numbers, at any size."""

    def __init__(self, drill: Drill, leg: Leg, room: Room) -> None:
        self.drill, self.leg, self.room = drill, leg, room
        self.end = drill.cones[leg.end - 1]
        start = drill.cones[leg.start - 1]
        self.parts: list[_Part] = []
        for piece in leg.pieces or (Piece(self.end),):
            self.parts.append(_Part(start, piece, drill.size_max))
            start = piece.end
        self.ahead = self.parts[-1].ahead

    def stray(self, part: Range, segment: Segment) -> str:
        """What of a segment is not on the path that asks for it, at sizes of a range; "" where all is."""
        number = segment.leg
        sizes = [part.start / UNIT, (part.start + part.end) / 2.0 / UNIT, part.end / UNIT]
        single = segment.points[0] == segment.points[1]
        for point in segment.points:
            beyond = False
            for size in sizes:
                place = _stated(part, point, size)
                if segment.part == "round":
                    off = abs(place - _place(self.end, size))
                else:
                    turned, off = self._off(place, size, curve=single)
                    if turned > SAME:
                        return f"leg {number} turns with the size at {size:.6g}"
                    beyond |= ((place - self._stop(size)) / self.ahead).real > SAME
                if not off <= SAME:
                    return f"point {point} is {off:.3g} m off leg {number} at size {size:.6g}"
            if beyond and self._bends(sizes[0], sizes[-1]):
                ends = f"{sizes[0]:.6g} and {sizes[-1]:.6g}"
                return f"the run-out of leg {number} changes its slope between {ends}"
        return ""

    def _length(self, size: float) -> float:
        return sum(part.length(size) for part in self.parts)

    def _stop(self, size: float) -> complex:
        """Where the leg ends and its run-out begins."""
        return self.parts[-1].stop(size)

    def _off(self, place: complex, size: float, *, curve: bool) -> tuple[float, float]:
        """How far the leg is turned at a size, and how far a place is from its straight part, or from all."""
        turned = max(part.turned(size) for part in self.parts)
        stop = self._stop(size)
        first = stop if self.leg.pieces else _place(self.parts[0].start, size)
        length = abs(stop - first) + self.room.run_out_at(self._length(size))
        off = (place - first) / self.ahead
        away = abs(off - min(max(off.real, 0.0), length))
        if curve and self.leg.pieces:
            away = min(away, *(part.off(place, size) for part in self.parts))
        return turned, away

    def _bends(self, small: float, large: float) -> bool:
        """Whether the run-out is anything but a straight function of the size between two sizes."""
        low, high = sorted((self._length(small), self._length(large)))
        first, last = self.room.run_out_at(low), self.room.run_out_at(high)
        return any(
            abs(metres - first - (last - first) * (length - low) / (high - low)) > SAME
            for length, metres in self.room.run_out
            if low < length < high
        )


class _Part:
    """A part of a leg, straight or on an arc, at any size."""

    def __init__(self, start: Affine, piece: Piece, size: float) -> None:
        self.start, self.end, self.centre = start, piece.end, piece.centre
        self.sweep = math.radians(piece.sweep)
        # a size turns no leg: this is its direction (of an arc: from its centre to its start) at every size
        away = self._away(size)
        self.unit = away / abs(away)
        self.ahead = self.unit
        if piece.centre is not None:
            self.ahead *= cmath.rect(1.0, self.sweep) * complex(0.0, math.copysign(1.0, self.sweep))

    def _away(self, size: float) -> complex:
        if self.centre is None:
            return _place(self.end, size) - _place(self.start, size)
        return _place(self.start, size) - _place(self.centre, size)

    def turned(self, size: float) -> float:
        """Metres by which it is turned at a size."""
        reach = self._away(size) / self.unit
        return max(abs(reach.imag), -reach.real)

    def length(self, size: float) -> float:
        """Metres."""
        length = max(0.0, (self._away(size) / self.unit).real)
        return length if self.centre is None else length * abs(self.sweep)

    def stop(self, size: float) -> complex:
        """Where it ends."""
        if self.centre is None:
            return _place(self.end, size)
        centre = _place(self.centre, size)
        return centre + (_place(self.start, size) - centre) * cmath.rect(1.0, self.sweep)

    def off(self, place: complex, size: float) -> float:
        """How far a place is from it, metres."""
        start, stop = _place(self.start, size), self.stop(size)
        if self.centre is None:
            along = (place - start) / self.unit
            return abs(along - min(max(along.real, 0.0), abs(stop - start)))
        centre = _place(self.centre, size)
        spoke = (place - centre) / self.unit
        turn = math.copysign(1.0, self.sweep) * cmath.phase(spoke) % (2.0 * math.pi)
        ends = min(abs(place - start), abs(place - stop))
        return min(ends, abs(abs(spoke) - abs(start - centre))) if turn <= abs(self.sweep) else ends


def _place(place: Affine, size: float) -> complex:
    at = place.at(size)
    return complex(at.x, at.y)


def _stated(part: Range, point: int, size: float) -> complex:
    """Where the certificate has a point of the drill."""
    return _at(part, point, size, 0.0)


def _at(part: Range, point: int, size: float, more: float) -> complex:
    bx, by, gx, gy, hx, hy = (own + mid for own, mid in zip(part.points[point], part.centre, strict=True))
    return complex((bx + size * gx + more * hx) / UNIT, (by + size * gy + more * hy) / UNIT)


class StretchedCourse:
    """Where a leg of a drill with two lengths lies, and its run-out of constant length.

    At a size and with more on top of one factor; points of run-outs may be off by `slack`, in units.
    """

    def __init__(self, drill: Drill, leg: Leg, room: Room, slack: int) -> None:
        self.leg, self.slack = leg, slack / UNIT
        self.start, self.end = (drill.cones[number - 1] for number in (leg.start, leg.end))
        self.run_out = room.run_out_at(0.0)

    def stray(self, part: Range, segment: Segment) -> str:
        """What of a segment is not on the path that asks for it, anywhere in a range; "" where all is."""
        number = segment.leg
        if self.leg.pieces:
            return f"leg {number} is an arc, of which nothing is proven where it stretches"
        for point in segment.points:
            off = self._off_cone(part, point, self.end)
            if segment.part == "run":
                off = min(off, self._off_cone(part, point, self.start))
                if not off <= SAME:
                    off = min(off, max(0.0, self.off_run_out(part, point) - self.slack))
            if not off <= SAME:
                sizes = f"{part.start / UNIT:.6g} and {part.end / UNIT:.6g}"
                return f"point {point} is up to {off:.3g} m off leg {number} between {sizes}"
        return ""

    def _off_cone(self, part: Range, point: int, cone: Affine) -> float:
        """How far a point is at most from a cone, metres: both move straight, so it is so at a corner."""
        return max(
            abs(_at(part, point, size, more) - _stretched(cone, part, size, more))
            for size, more in _grid(part, 1)
        )

    def off_run_out(self, part: Range, point: int) -> float:
        """How far a point is at most from the end of the run-out, metres."""
        off = 0.0
        for size, more in _grid(part, _PARTS):
            stop = _stretched(self.end, part, size, more)
            way = stop - _stretched(self.start, part, size, more)
            if not abs(way) > SAME:
                return math.inf
            off = max(off, abs(_at(part, point, size, more) - stop - self.run_out * way / abs(way)))
        return off + self._bent(part)

    def _bent(self, part: Range) -> float:
        """How much further off it may be between the corners of rectangles, metres."""
        ways = [_stretched(self.end, part, *at) - _stretched(self.start, part, *at) for at in _grid(part, 1)]
        middle = sum(ways)
        if not abs(middle) > SAME:
            return math.inf
        near = min((way * middle.conjugate()).real for way in ways) / abs(middle)
        if not near > SAME:
            return math.inf
        deep, wide = (
            complex(end.dx - start.dx, end.dy - start.dy)
            for start, end in ((self.start.slope, self.end.slope), (self.start.across, self.end.across))
        )
        bent = 0.0
        for rate, ends in (
            (deep + wide, (part.start, part.end)),
            (deep if part.shape == "deeper" else wide, part.more),
        ):
            aside = max(abs((rate.conjugate() * way).imag) for way in ways)
            step = (ends[1] - ends[0]) / UNIT / _PARTS
            bent += 2.0 * self.run_out * abs(rate) * aside / near**3 * step**2 / 8.0
        return bent


def _grid(part: Range, parts: int) -> list[tuple[float, float]]:
    """Sizes, and what is on top, at the corners of so many rectangles either way."""
    steps = [nth / parts for nth in range(parts + 1)]
    sizes, mores = (
        [(low + (high - low) * step) / UNIT for step in steps]
        for low, high in ((part.start, part.end), part.more)
    )
    return [(size, more) for size in sizes for more in mores]


def _stretched(place: Affine, part: Range, size: float, more: float) -> complex:
    """Where a place truly is."""
    deep, wide = (size + more, size) if part.shape == "deeper" else (size, size + more)
    at = place.stretched(Stretch(deep, wide))
    return complex(at.x, at.y)
