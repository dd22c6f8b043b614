"""Does a certificate prove what its layout states? In whole numbers, and sharing nothing with who made it.

The mathematics is in search.md. `exact` judges what the certificate says of the yard and `boxes` whether its
trees are closed; here both are compared with what the layout's drills are and what it states of them. Only
where the path of a drill runs is worked out in floats, which search.md, section 6, pays for.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from conedrills.boxes import Grove, along, at
from conedrills.certificatefile import Certificate, Proof, Range, Segment, Tree
from conedrills.check import Problem
from conedrills.drill import PACES, Affine, Drill, Leg
from conedrills.exact import UNIT, ExactYard, whole
from conedrills.layout import Layout, Placement, Unplaced, layout_id
from conedrills.space import Room, rooms

SAME = 1e-6
"""Metres within which a point of the certificate lies on the path that its leg asks for."""


@dataclass(frozen=True, slots=True)
class Proven:
    """No pose of a drill at a pace is as large as `bound`; `images`: published, mirrored, or both."""

    drill: str
    pace: str
    bound: float
    size_max: float
    images: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong, nothing where the proof stands; what is proven; what a reader should know of it."""

    problems: tuple[Problem, ...]
    proven: tuple[Proven, ...]
    remarks: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """For `check --json`, which states the problems among all others; `size_bound` is the proof's own."""
        return {
            "stands": not self.problems,
            "proven": [
                {
                    "drill": part.drill,
                    "pace": part.pace,
                    "size_bound": part.bound,
                    "size_max": part.size_max,
                    "mirrored": list(part.images),
                }
                for part in self.proven
            ],
            "remarks": list(self.remarks),
        }


def verify(layout: Layout, certificate: Certificate) -> Verdict:
    """Whether a certificate proves every bound that a layout states."""
    return _Court(layout, certificate).verdict()


class _Court:
    """One layout against one certificate."""

    def __init__(self, layout: Layout, certificate: Certificate) -> None:
        self.layout, self.certificate = layout, certificate
        self.yard = ExactYard(layout.yard, certificate)
        self.problems: list[Problem] = []
        self.proven: list[Proven] = []
        self.remarks: list[str] = []

    def verdict(self) -> Verdict:
        identity = layout_id(self.layout)
        if self.certificate.layout != identity:
            self._problem(
                f"it was made for layout {self.certificate.layout}, but this one is {identity}", "layout"
            )
        for wrong in self.yard.problems():
            self._problem(wrong, "rings")
        if not any(problem.key == "rings" for problem in self.problems):
            self._statements()
        return Verdict(tuple(self.problems), tuple(self.proven), tuple(self.remarks))

    def _problem(self, message: str, key: str, drill: str = "", placement: int | None = None) -> None:
        where = f"certificate, {drill}" if drill else "certificate"
        self.problems.append(
            Problem("certificate", where, f"{where}: {message}.", placement, drill, key, None, None)
        )

    def _statements(self) -> None:
        """Every bound that is stated has its proof, and every proof its statement."""
        stated: list[tuple[int | None, Placement | Unplaced]] = [
            *enumerate(self.layout.placements),
            *((None, entry) for entry in self.layout.unplaced),
        ]
        found: dict[tuple[str, str], list[tuple[int, Proof]]] = {}
        for nth, proof in enumerate(self.certificate.proofs):
            found.setdefault((proof.drill, proof.pace), []).append((nth, proof))
        for (name, pace), proofs in found.items():
            of = [entry for _, entry in stated if (entry.drill.name, entry.pace) == (name, pace)]
            if not of:
                self._problem(f"the layout has no {name} at {pace} pace", f"proofs[{proofs[0][0]}]", name)
            elif len(proofs) > 1:
                self._problem(f"{len(proofs)} proofs at {pace} pace; one is wanted", "proofs", name)
            else:
                self._judge(of[0], *proofs[0])
        for index, entry in stated:
            proofs = found.get((entry.drill.name, entry.pace), [])
            self._compare(index, entry, proofs[0][1] if len(proofs) == 1 else None)

    def _compare(self, index: int | None, entry: Placement | Unplaced, proof: Proof | None) -> None:
        """Whether what the layout states of a drill follows from its proof."""
        name, bound, most = entry.drill.name, entry.size_bound, entry.drill.size_max
        if bound is None:
            return
        # that nothing is larger than the drill may be goes without saying, but not that nothing is as large
        says = bound < most or (bound == most and isinstance(entry, Unplaced))
        if not says and isinstance(entry, Placement) and (proof is None or proof.bound > whole(bound)):
            self.remarks.append(f"Nothing is larger than {name} at {bound:g}, its largest size.")
        if proof is None:
            if says:
                self._problem(
                    f"size_bound {bound:g} at {entry.pace} pace is not proven", "proofs", name, index
                )
            return
        if says and proof.bound > whole(bound):
            message = f"proven from {_size(proof.bound)} up, but the layout states {bound:.8g}"
            self._problem(message, "size_bound", name, index)
        if isinstance(entry, Placement):
            if entry.size >= proof.bound / UNIT:
                message = f"it is placed at size {entry.size:.8g}, but that is proven impossible"
                self._problem(message, "size", name, index)
            if entry.pose.mirrored not in proof.mirrored and entry.drill.mirror:
                side = "mirror image" if entry.pose.mirrored else "published side"
                self._problem(f"nothing is proven of its {side}, which is placed", "mirrored", name, index)

    def _judge(self, entry: Placement | Unplaced, nth: int, proof: Proof) -> None:
        """Whether a proof proves its own statement."""
        drill = entry.drill
        if entry.pace not in PACES:  # how much room its legs need, nobody can tell
            self._problem(f"there is no pace {entry.pace}", f"proofs[{nth}]", drill.name)
            return
        judge = _Judge(self.yard, drill, proof, rooms(drill, entry.pace, self.layout.space))
        count = 0
        for key, wrong in judge.problems():
            self._problem(wrong, f"proofs[{nth}].{key}", drill.name)
            count += 1
        if count:
            return
        self.proven.append(
            Proven(drill.name, proof.pace, proof.bound / UNIT, drill.size_max, tuple(sorted(proof.mirrored)))
        )
        if drill.mirror and len(set(proof.mirrored)) == 1:
            side = "mirror image" if proof.mirrored[0] else "published side"
            self.remarks.append(f"Of {drill.name} at {proof.pace} pace only the {side} was looked at.")


def _size(units: int) -> str:
    return f"{units / UNIT:.8g}"


# ---------------------------------------------------------------- one proof


class _Judge:
    """One proof of a drill at a pace."""

    def __init__(self, yard: ExactYard, drill: Drill, proof: Proof, needs: Sequence[Room]) -> None:
        self.yard, self.drill, self.proof, self.rooms = yard, drill, proof, needs

    def problems(self) -> Iterator[tuple[str, str]]:
        """Everything that is wrong, as key and words; trees are looked at only where all else is right."""
        clean = True
        for part in (self._statement(), self._classes(), self._segments()):
            for problem in part:
                clean = False
                yield problem
            if not clean:
                return
        yield from self._trees()

    def _statement(self) -> Iterator[tuple[str, str]]:
        """Sizes, images and ranges: that what is claimed is all that there is."""
        proof = self.proof
        if proof.bound < 0:
            yield "bound", "a bound is not below 0"
        if proof.size_max < _up(self.drill.size_max):
            yield "size_max", f"{_size(proof.size_max)} is less than the drill may have"
        if not proof.mirrored or len(set(proof.mirrored)) < len(proof.mirrored):
            yield "mirrored", "each image is named once, and at least one"
        elif not self.drill.mirror and False not in proof.mirrored:
            yield "mirrored", "the drill as published is not looked at"
        if not proof.segments or not proof.ranges:
            yield "segments", "nothing of the drill is looked at"
            return
        reached = proof.bound
        for nth, part in enumerate(proof.ranges):
            if part.start > reached or part.end < part.start or part.start < 0:
                yield f"points[{nth}]", f"sizes from {_size(reached)} up are left out"
            if len(part.points) != len(proof.ranges[0].points):
                yield f"points[{nth}].at", "every range must have the same points"
            reached = max(reached, part.end)
        if reached < proof.size_max:
            yield "points", f"sizes from {_size(reached)} up are left out"

    def _classes(self) -> Iterator[tuple[str, str]]:
        for nth, kind in enumerate(self.proof.classes):
            for wrong in self.yard.class_problems(kind):
                yield f"classes[{nth}]", wrong

    def _segments(self) -> Iterator[tuple[str, str]]:
        """That every segment is a part of the drill, and keeps no more than its leg asks for."""
        reach = self._reach()
        for nth, segment in enumerate(self.proof.segments):
            wrong = self._segment_problem(segment, reach)
            if wrong:
                yield f"segments[{nth}]", wrong

    def _segment_problem(self, segment: Segment, reach: int) -> str:
        proof = self.proof
        if not all(0 <= point < len(proof.ranges[0].points) for point in segment.points):
            return "names a point that is not there"
        if not 0 <= segment.leg < len(self.drill.legs):
            return f"the drill has {len(self.drill.legs)} legs, counted from 0"
        if not 0 <= segment.group < len(proof.classes):
            return "names a class that is not there"
        if proof.classes[segment.group].clearance > segment.clearance:
            return "its class keeps more than the segment"
        room, leg = self.rooms[segment.leg], self.drill.legs[segment.leg]
        asked = room.side_clearance if segment.part == "run" else room.round_clearance
        if asked is None:
            return f"leg {segment.leg} goes round no cone"
        if segment.clearance > whole(asked) + 1:
            return f"leg {segment.leg} asks for {asked:g} m only"
        if segment.part == "round" and segment.points[0] != segment.points[1]:
            return "the turn round a cone is one point"
        truth = _TrueLeg(self.drill, leg, room)
        for part in proof.ranges:
            if not _is_straight(part, segment, reach):
                return (
                    f"turns with the size, or is too short, between {_size(part.start)} and {_size(part.end)}"
                )
            wrong = truth.stray(part, segment)
            if wrong:
                return wrong
        return ""

    def _reach(self) -> int:
        """More than any point of an allowed path is away from any corner of a piece; units."""
        places = list(self.yard.corners[0])
        for kind in self.proof.classes:
            places += [(x, y) for piece in kind.pieces for _, x, y in piece.corners]
        wide = max(x for x, _ in places) - min(x for x, _ in places)
        high = max(y for _, y in places) - min(y for _, y in places)
        return wide + high + 2 * UNIT

    def _trees(self) -> Iterator[tuple[str, str]]:
        proof = self.proof
        trees: dict[tuple[bool, int, int], tuple[int, Tree]] = {}
        for nth, tree in enumerate(proof.trees):
            if trees.setdefault((tree.mirrored, tree.range, tree.quarter), (nth, tree))[0] != nth:
                yield f"trees[{nth}]", "there is a tree for the same image, range and quarter"
        # a range that only ends where the proof begins is a matter of the next
        ends = any(part.start <= proof.bound < part.end for part in proof.ranges)
        passed = [index for index, part in enumerate(proof.ranges) if ends and part.end == proof.bound]
        for mirrored in proof.mirrored:
            for index, part in enumerate(proof.ranges):
                if part.end < proof.bound or index in passed:
                    continue
                grove = Grove(self.yard, proof, index, mirrored=mirrored)
                for quarter in range(4):
                    where = f"{'mirrored' if mirrored else 'published'}, range {index}, quarter {quarter}"
                    found = trees.get((mirrored, index, quarter))
                    if found is None:
                        yield "trees", f"there is no tree for {where}"
                    elif wrong := grove.problem(found[1]):
                        yield f"trees[{found[0]}]", f"{where}: {wrong}"


def _up(size: float) -> int:
    return -whole(-size)


def _is_straight(part: Range, segment: Segment, reach: int) -> bool:
    """Whether a segment keeps its direction so well that the corner row may take it for fixed."""
    first, second = segment.points
    if first == second:
        return True
    qx, qy = along(part, segment)
    if qx == qy == 0:
        return False
    for size in (part.start, part.end):
        (ax, ay), (bx, by) = at(part, first, size), at(part, second, size)
        wx, wy = bx - ax, by - ay
        # sine of the angle · reach <= 2^-16 m
        if abs(wx * qy - wy * qx) * reach > (wx * qx + wy * qy) << 14:
            return False
    return True


# ---------------------------------------------------------------- the path of a leg, in floats


class _TrueLeg:
    """Where a leg and its run-out lie in the drill's frame, as complex numbers, at any size."""

    def __init__(self, drill: Drill, leg: Leg, room: Room) -> None:
        self.drill, self.leg, self.room = drill, leg, room
        self.start, self.end = (drill.cones[number - 1] for number in (leg.start, leg.end))
        self.turn = cmath.rect(1.0, math.radians(leg.sweep))
        size = drill.size_max
        # a size turns no leg: this is its direction (of an arc: from its centre to its start) at every size
        away = (
            _place(self.start, size) - _place(leg.centre, size)
            if leg.centre
            else (_place(self.end, size) - _place(self.start, size))
        )
        self.unit = away / abs(away)
        self.ahead = (
            self.unit
            if leg.centre is None
            else (self.unit * self.turn * complex(0.0, math.copysign(1.0, leg.sweep)))
        )

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

    def _reach(self, size: float) -> complex:
        """From start to end of a line, or from centre to start of an arc, seen along its direction."""
        if self.leg.centre is None:
            return (_place(self.end, size) - _place(self.start, size)) / self.unit
        return (_place(self.start, size) - _place(self.leg.centre, size)) / self.unit

    def _length(self, size: float) -> float:
        length = max(0.0, self._reach(size).real)
        return length if self.leg.centre is None else length * math.radians(abs(self.leg.sweep))

    def _stop(self, size: float) -> complex:
        """Where the leg ends and its run-out begins."""
        if self.leg.centre is None:
            return _place(self.end, size)
        centre = _place(self.leg.centre, size)
        return centre + (_place(self.start, size) - centre) * self.turn

    def _off(self, place: complex, size: float, *, curve: bool) -> tuple[float, float]:
        """How far the leg is turned at a size, and how far a place is from its straight part, or from all."""
        reach = self._reach(size)
        turned = max(abs(reach.imag), -reach.real)
        stop = self._stop(size)
        first = _place(self.start, size) if self.leg.centre is None else stop
        length = abs(stop - first) + self.room.run_out_at(self._length(size))
        off = (place - first) / self.ahead
        away = abs(off - min(max(off.real, 0.0), length))
        if self.leg.centre is not None and curve:
            away = min(away, self._off_arc(place, size, stop))
        return turned, away

    def _off_arc(self, place: complex, size: float, stop: complex) -> float:
        assert self.leg.centre is not None  # noqa: S101  for mypy: only arcs are asked
        start, centre = _place(self.start, size), _place(self.leg.centre, size)
        spoke = (place - centre) / self.unit
        turn = math.copysign(1.0, self.leg.sweep) * cmath.phase(spoke) % (2.0 * math.pi)
        ends = min(abs(place - start), abs(place - stop))
        on = turn <= math.radians(abs(self.leg.sweep))
        return min(ends, abs(abs(spoke) - abs(start - centre))) if on else ends

    def _bends(self, small: float, large: float) -> bool:
        """Whether the run-out is anything but a straight function of the size between two sizes."""
        low, high = sorted((self._length(small), self._length(large)))
        first, last = self.room.run_out_at(low), self.room.run_out_at(high)
        return any(
            abs(metres - first - (last - first) * (length - low) / (high - low)) > SAME
            for length, metres in self.room.run_out
            if low < length < high
        )


def _place(place: Affine, size: float) -> complex:
    at = place.at(size)
    return complex(at.x, at.y)


def _stated(part: Range, point: int, size: float) -> complex:
    """Where the certificate has a point of the drill."""
    (bx, by, gx, gy), (cx, cy, hx, hy) = part.points[point], part.centre
    return complex((bx + cx + size * (gx + hx)) / UNIT, (by + cy + size * (gy + hy)) / UNIT)
