"""Does a certificate prove what its layout states? In whole numbers, and sharing nothing with who made it.

The mathematics is in search.md. `exact` judges what the certificate says of the yard and `boxes` whether its
trees are closed; here both are compared with what the layout's drills are and what it states of them. Only
where the path of a drill runs is worked out in floats, by `course`, which search.md, section 6, pays for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from conedrills.boxes import Grove, along, corners_of
from conedrills.certificatefile import Certificate, Proof, Range, Segment, Shape, Tree
from conedrills.check import Problem
from conedrills.course import Course, StretchedCourse
from conedrills.drill import PACES, Drill
from conedrills.exact import MOST_OFF, UNIT, XY, ExactYard, whole
from conedrills.layout import Layout, Placement, Unplaced, layout_id
from conedrills.rows import place_of, turning_of
from conedrills.space import Room, rooms


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
            elif len({(proof.bound, tuple(sorted(proof.mirrored))) for _, proof in proofs}) > 1:
                self._problem(f"the proofs at {pace} pace are of different things", "proofs", name)
            elif len(proofs) > 1 and of[0].drill.stretch is None:
                self._problem(f"{len(proofs)} proofs at {pace} pace; one is wanted", "proofs", name)
            else:
                self._judge(of[0], proofs)
        for index, entry in stated:
            proofs = found.get((entry.drill.name, entry.pace), [])
            single = len(proofs) == 1 or (len(proofs) > 1 and entry.drill.stretch is not None)
            self._compare(index, entry, proofs[0][1] if single else None)

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

    def _judge(self, entry: Placement | Unplaced, proofs: Sequence[tuple[int, Proof]]) -> None:
        """Whether the proofs of a drill, of one length a single one, prove together what they state."""
        drill, (nth, proof) = entry.drill, proofs[0]
        if entry.pace not in PACES:  # how much room its legs need, nobody can tell
            self._problem(f"there is no pace {entry.pace}", f"proofs[{nth}]", drill.name)
            return
        count = len(self.problems)
        needs = rooms(drill, entry.pace, self.layout.space)
        together = tuple(part for _, each in proofs for part in each.ranges)
        for nth, each in proofs:
            for key, wrong in _Judge(self.yard, drill, each, needs, together).problems():
                self._problem(wrong, f"proofs[{nth}].{key}", drill.name)
        if len(self.problems) > count:
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

    def __init__(
        self, yard: ExactYard, drill: Drill, proof: Proof, needs: Sequence[Room], together: Sequence[Range]
    ) -> None:
        self.yard, self.drill, self.proof, self.rooms = yard, drill, proof, needs
        self.together = together
        self.limits: dict[Shape, XY] = {}
        """The least and the most that the stretched factor of each shape may be, if there are two lengths."""
        if drill.stretch is not None:
            low, high = drill.stretch.low, drill.stretch.high
            self.limits = {
                "deeper": (whole(low.depth), _up(high.depth)),
                "wider": (whole(low.width), _up(high.width)),
            }

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
        for nth, part in enumerate(proof.ranges):
            if len(part.points) != len(proof.ranges[0].points):
                yield f"points[{nth}].at", "every range must have the same points"
            if (part.shape is None) == bool(self.limits):
                two = "the drill has two lengths, so a range needs a shape, deeper or wider"
                yield f"points[{nth}]", "the drill has one length, and no shapes" if part.shape else two
                return
        yield from self._sizes() if self.drill.stretch is None else self._stretches()

    def _sizes(self) -> Iterator[tuple[str, str]]:
        """Of a drill with one length: that no size is left out."""
        proof, reached = self.proof, self.proof.bound
        if proof.slack:
            yield "slack", "the points of a drill with one length are off by nothing"
        for nth, part in enumerate(proof.ranges):
            if part.start > reached or part.end < part.start or part.start < 0:
                yield f"points[{nth}]", f"sizes from {_size(reached)} up are left out"
            reached = max(reached, part.end)
        if reached < proof.size_max:
            yield "points", f"sizes from {_size(reached)} up are left out"

    def _stretches(self) -> Iterator[tuple[str, str]]:
        """Of a drill with two lengths: that of neither shape anything is left out."""
        proof = self.proof
        if not 0 <= proof.slack <= MOST_OFF:
            yield "slack", "must be between 0 and a centimetre"
        for nth, part in enumerate(proof.ranges):
            if not 0 <= part.start <= part.end:
                yield f"points[{nth}]", "sizes must rise, and none be below 0"
            if not 0 <= part.more[0] <= part.more[1]:
                yield f"points[{nth}].more", "must rise, and nothing be below 0"
        (least_deep, most_deep), (least_wide, most_wide) = self.limits["deeper"], self.limits["wider"]
        shapes: tuple[tuple[Shape, int, int], ...] = (
            ("deeper", least_wide, most_deep),
            ("wider", least_deep, most_wide),
        )
        for shape, least, most in shapes:
            parts = [part for part in self.together if part.shape == shape]
            missed = _missed(parts, (max(least, proof.bound), proof.size_max), most)
            if missed is not None:
                yield "points", f"{shape}: size {_size(missed[0])} with {_size(missed[1])} more is left out"

    def _classes(self) -> Iterator[tuple[str, str]]:
        for nth, kind in enumerate(self.proof.classes):
            for wrong in self.yard.class_problems(kind, self.proof.slack):
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
        two = self.drill.stretch is not None
        truth = StretchedCourse(self.drill, leg, room, proof.slack) if two else Course(self.drill, leg, room)
        for part in proof.ranges:
            if not (_goes_ahead(part, segment) if two else _is_straight(part, segment, reach)):
                turns = "turns too far" if two else "turns with the size"
                return f"{turns}, or is too short, between {_size(part.start)} and {_size(part.end)}"
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
        ends = proof.bound < proof.size_max
        passed = [index for index, part in enumerate(proof.ranges) if ends and part.end == proof.bound]
        for mirrored in proof.mirrored:
            for index, part in enumerate(proof.ranges):
                if part.end < proof.bound or index in passed:
                    continue
                limits = None if part.shape is None else self.limits[part.shape]
                grove = Grove(self.yard, proof, index, mirrored=mirrored, limits=limits)
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
    for size, _ in corners_of(part):
        (ax, ay), (bx, by) = (place_of(part.points[end], size, 0) for end in segment.points)
        wx, wy = bx - ax, by - ay
        # sine of the angle · reach <= 2^-16 m
        if abs(wx * qy - wy * qx) * reach > (wx * qx + wy * qy) << 14:
            return False
    return True


def _goes_ahead(part: Range, segment: Segment) -> bool:
    """Whether a segment always goes along the vector that stands for it, whatever else it turns by."""
    first, second = (part.points[end] for end in segment.points)
    if segment.points[0] == segment.points[1]:
        return True
    start, by_size, by_more = turning_of(first, second, along(part, segment)).ahead
    return all(start + size * by_size + more * by_more > 0 for size, more in corners_of(part))


def _missed(parts: Sequence[Range], sizes: XY, most: int) -> XY | None:
    """A size, and what is on top of it up to `most`, that no range of a shape has; None where none is missed.

    Between two neighbouring ends of ranges the same ones hold every size.
    """
    low, high = sizes
    ends = {end for part in parts for end in (part.start, part.end) if low < end < high}
    marks = sorted({low, high, *ends})
    steps = [(low, low)] if low == high else list(pairwise(marks)) if low < high else []
    for start, end in steps:
        reached = -1
        for least, upmost in sorted(part.more for part in parts if part.start <= start and part.end >= end):
            if least > max(reached, 0):
                break
            reached = max(reached, upmost)
        if reached < most - start:
            return start, max(reached, 0)
    return None
