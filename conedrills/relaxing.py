"""Linear rows that every allowed pose of a box satisfies, and what they say about its size.

search.md, section 4 derives them. Arrays only: rows are built for many boxes at once, each box with the same
number of rows; `programs.bounds` solves them together.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from conedrills.programs import bounds
from conedrills.search import Floats, Ints
from conedrills.subject import Boxes, Subject

_FEW_BORDERS = 16  # that always have rows; of more those that are crossed get theirs round by round
_ROUNDS, _CROSSED = 3, 8
_PLAIN = 4  # unknowns of a drill with one length
_SLIVER = 2.0**-16  # of |q|, metres: see the corner row in search.md
_CASE_ROWS = 4
_LIMIT = 4  # the kind of row
_ROUND = 2.0 * math.pi
_CERTAIN = 1e-8  # radians by which directions must differ to count as different
_GAINS = np.array([0.7, 0.5, 0.5, 0.5, 0.5])  # what a split in the angle, x, y, s, u takes of their errors
_EASED = 0.01  # of a size a metre: what relaxed rows without weight count
DOUBT = 2e-8
"""Metres that a row may be off: rounding here, and in the whole numbers of a certificate."""


@dataclass(frozen=True)
class Pairs:
    """Q segments and pieces, each in a box: `nth` (Q,) box, `segment` (Q,), `piece` (Q,) among all covers."""

    nth: Ints
    segment: Ints
    piece: Ints

    def take(self, which: Ints) -> Pairs:
        """Some of them."""
        return Pairs(self.nth[which], self.segment[which], self.piece[which])


@dataclass(frozen=True)
class Borders:
    """Borders (N, R) of boxes, each with a point (N, R) of the body."""

    border: Ints
    point: Ints

    @staticmethod
    def none(count: int) -> Borders:
        """For so many boxes."""
        return Borders(np.zeros((count, 0), dtype=np.intp), np.zeros((count, 0), dtype=np.intp))

    def joined(self, other: Borders) -> Borders:
        """These and others."""
        pairs = ((self.border, other.border), (self.point, other.point))
        border, point = (np.concatenate(pair, axis=1) for pair in pairs)
        return Borders(border, point)


class Rows:
    """Linear rows of boxes: what every allowed pose of a box satisfies (search.md, section 4)."""

    def __init__(self, subject: Subject, boxes: Boxes) -> None:
        self.subject, self.boxes = subject, boxes
        low, high = boxes.tau[:, 0], boxes.tau[:, 1]
        middle = (low + high) / 2.0
        turn = boxes.quarter * (math.pi / 2.0) + 2.0 * np.arctan(middle)
        cos, sin = np.cos(turn), np.sin(turn)
        back, ahead = 2.0 * (np.arctan(low) - np.arctan(middle)), 2.0 * (np.arctan(high) - np.arctan(middle))
        self.turn = turn
        self.sine = np.stack([np.sin(back), np.sin(ahead)], axis=1)
        self.kappa = 1.0 - np.minimum(np.cos(back), np.cos(ahead))
        self.unknowns = subject.unknowns
        self.off, self.width = 1 + self.unknowns, 1 + 2 * self.unknowns
        moves = [_moves(subject, part)[boxes.span] for part in range(self.unknowns - 2)]
        flip = np.where(np.array(subject.images)[boxes.image], -1.0, 1.0)[:, None]

        def turned(vectors: Floats) -> Floats:
            x, y = vectors[..., 0] * flip, vectors[..., 1]
            return np.stack([cos[:, None] * x - sin[:, None] * y, sin[:, None] * x + cos[:, None] * y], -1)

        self.least = np.stack([boxes.size[:, 0], boxes.more[:, 0]], axis=1)[:, : self.unknowns - 3]
        self.wide = np.stack([np.diff(boxes.size)[:, 0], np.diff(boxes.more)[:, 0]], axis=1)
        self.wide = self.wide[:, : self.unknowns - 3]
        self.rates = [turned(rate) for rate in moves[1:]]
        self.points = turned(moves[0])
        for nth, rate in enumerate(self.rates):
            self.points += self.least[:, nth, None, None] * rate
        ends = self.points[:, subject.segments]
        along = ends[:, :, 1] - ends[:, :, 0]
        length = np.hypot(along[..., 0], along[..., 1])
        self.along = along / np.maximum(length, 1e-9)[..., None]
        self.middle = np.stack([boxes.place[:, :2].mean(axis=1), boxes.place[:, 2:].mean(axis=1)], axis=1)
        self.half = np.stack(
            [boxes.place[:, 1] - boxes.place[:, 0], boxes.place[:, 3] - boxes.place[:, 2]], axis=1
        ) / 2.0  # fmt: skip
        self.low = np.concatenate([boxes.place[:, ::2], self.sine[:, :1], 0.0 * self.wide], axis=1)
        self.high = np.concatenate([boxes.place[:, 1::2], self.sine[:, 1:], self.wide], axis=1)
        self.bends = _Bends(self, turned) if self.unknowns > _PLAIN else None

    def point(self, nth: Ints, normal: Floats, offset: Floats, point: Ints) -> Floats:
        """Point rows (R, 1 + 2d): a constant, the coefficients of the d unknowns, and what is relaxed.

        Unknowns: x, y, sin(delta), sigma, and with two lengths u. What is relaxed: metres due to the angle,
        to x, to y, and per unit of sigma and u.
        """
        here = self.points[nth, point]
        kappa, sine = self.kappa[nth], self.sine[nth]
        out, across = dot(normal, here), dot(normal, quarter(here))
        rows = np.zeros((len(nth), self.width))
        shrunk = kappa * np.maximum(0.0, -out)
        rows[:, 0] = out + shrunk - offset
        rows[:, 1:3] = normal
        rows[:, 3] = across
        rows[:, self.off] = shrunk
        for which, rates in enumerate(self.rates):
            grows = rates[nth, point]
            rate, sway = dot(normal, grows), dot(normal, quarter(grows))
            swayed = np.maximum(sine[:, 0] * sway, sine[:, 1] * sway)
            eased = kappa * np.maximum(0.0, -rate) + swayed
            rows[:, 4 + which], rows[:, self.off + 3 + which] = rate + eased, eased
        return rows

    def corner(self, nth: Ints, segment: Ints, corner: Floats, way: Floats) -> Floats:
        """Corner rows (R, 1 + 2d), `way` 1 for left and -1 for right."""
        first = self.subject.segments[segment, 0]
        bend = None if self.bends is None else self.bends(nth, segment)
        along = self.along[nth, segment] if bend is None else bend.along
        here = self.points[nth, first]
        kappa, sine, half = self.kappa[nth], self.sine[nth], self.half[nth]
        off = corner - self.middle[nth]
        side = way * cross(along, off)
        reach = np.abs(along[:, 0]) * half[:, 1] + np.abs(along[:, 1]) * half[:, 0]
        stretch = np.abs(along[:, 0]) * half[:, 0] + np.abs(along[:, 1]) * half[:, 1]
        most = np.maximum(-sine[:, 0], sine[:, 1])
        rows = np.zeros((len(nth), self.width))
        bent = kappa * np.maximum(0.0, -side)
        errors = rows[:, self.off :]
        errors[:, 0] = bent + kappa * reach + most * stretch
        errors[:, 1] = (kappa * np.abs(along[:, 1]) + most * np.abs(along[:, 0])) * half[:, 0]
        errors[:, 2] = (kappa * np.abs(along[:, 0]) + most * np.abs(along[:, 1])) * half[:, 1]
        # cross(along, place - middle), with the middle's share moved to the constant
        rows[:, 0] = side + way * (cross(along, self.middle[nth]) - cross(along, here)) + errors[:, 0]
        rows[:, 1], rows[:, 2] = way * along[:, 1], -way * along[:, 0]
        rows[:, 3] = -way * dot(along, off)
        if bend is None:
            rows[:, 0] += 2.0 * _SLIVER
            rows[:, 4] = -way * cross(along, self.rates[0][nth, first])
        else:
            rows[:, 0] += 2.0 * _SLIVER * np.hypot(along[:, 0], along[:, 1])
            for which, (least, greatest) in enumerate(self._slopes(nth, segment, corner, bend)):
                high = np.where(way > 0.0, -least, greatest)
                low = np.where(way > 0.0, -greatest, least)
                rows[:, 4 + which], errors[:, 3 + which] = high, high - low
                # of that, what comes from not knowing the place
                share = np.maximum(np.abs(bend.rates[which][0]), np.abs(bend.rates[which][1]))
                share *= self.wide[nth, which]
                errors[:, 1] += share * np.abs(bend.straight[:, 0]) * half[:, 0]
                errors[:, 2] += share * np.abs(bend.straight[:, 1]) * half[:, 1]
        return rows

    def _slopes(self, nth: Ints, segment: Ints, corner: Floats, bend: _Bend) -> list[tuple[Floats, Floats]]:
        """Between what -w df/ds and -w df/du of corner rows lie (search.md, section 8)."""
        straight, off = bend.straight, corner - self.middle[nth]
        half, sine, first = self.half[nth], self.sine[nth], self.subject.segments[segment, 0]
        wide = np.abs(straight[:, 0]) * half[:, 0] + np.abs(straight[:, 1]) * half[:, 1]
        tall = np.abs(straight[:, 1]) * half[:, 0] + np.abs(straight[:, 0]) * half[:, 1]
        along = dot(straight, off)
        swayed = np.maximum(-sine[:, 0], sine[:, 1]) * (np.abs(cross(straight, off)) + tall)
        swayed += self.kappa[nth] * (np.abs(along) + wide)
        grows = [rate[nth, first] for rate in self.rates]
        starts = dot(straight, self.points[nth, first])[:, None] + self._corners(
            nth, *(dot(straight, grow) for grow in grows)
        )
        low = along - wide - swayed - starts.max(axis=1)
        high = along + wide + swayed - starts.min(axis=1)
        out = []
        for (slow, quick), grow in zip(bend.rates, grows, strict=True):
            turned = np.stack([slow * low, slow * high, quick * low, quick * high])
            fixed, ahead = cross(straight, grow), dot(straight, grow)
            swung = np.stack([bend.least * ahead, bend.most * ahead])
            least = turned.min(axis=0) + fixed - swung.max(axis=0)
            out.append((least, turned.max(axis=0) + fixed - swung.min(axis=0)))
        return out

    def _corners(self, nth: Ints, by_size: Floats, by_more: Floats) -> Floats:
        """What (R,) rates add at the four corners of sizes and u (R, 4)."""
        return corners_of(by_size * self.wide[nth, 0], by_more * self.wide[nth, 1])

    def most(self, nth: Ints, rows: Floats) -> Floats:
        """The largest value of rows anywhere in their boxes (R,)."""
        low, high = self.low[nth], self.high[nth]
        return np.asarray(
            rows[:, 0] + np.maximum(rows[:, 1 : self.off] * low, rows[:, 1 : self.off] * high).sum(axis=1)
        )

    def poses(self, at: Floats) -> Floats:
        """Where all points (N, J, 2) truly are at x, y, sin(delta), size, u (N, 5)."""
        sine = at[:, 2, None, None]
        local = self.points.copy()
        for nth, rate in enumerate(self.rates):
            local += np.maximum(0.0, at[:, 3 + nth] - self.least[:, nth])[:, None, None] * rate
        turned = np.sqrt(np.maximum(0.0, 1.0 - sine**2)) * local + sine * quarter(local)
        return np.asarray(at[:, None, :2] + turned)


@dataclass(frozen=True)
class _Bend:
    """How R segments turn with depth and width: `straight` (R, 2) is q0, unit, turned by the box's angle.

    `along` (R, 2) is q1; the tangent of what a segment is turned by is `least` to `most`, and its `rates` by
    size and by u are between two values each (search.md, section 8).
    """

    straight: Floats
    along: Floats
    least: Floats
    most: Floats
    rates: tuple[tuple[Floats, Floats], tuple[Floats, Floats]]


class _Bends:
    """How the segments of a drill of two lengths turn in boxes."""

    def __init__(self, rows: Rows, turned: Callable[[Floats], Floats]) -> None:
        self.rows = rows
        subject = rows.subject
        at = np.stack(
            [part.base + part.high * part.slope + part.more[0] * part.across for part in subject.ranges]
        )
        first, second = subject.segments.T
        along = (at[:, second] - at[:, first])[rows.boxes.span]
        self.straight = turned(along / np.maximum(np.linalg.norm(along, axis=-1), 1e-9)[..., None])

    def __call__(self, nth: Ints, segment: Ints) -> _Bend:
        rows, straight = self.rows, self.straight[nth, segment]
        first, second = rows.subject.segments[segment].T
        here, by_size, by_more = (at[nth, second] - at[nth, first] for at in (rows.points, *rows.rates))
        wide = rows.wide[nth]
        ahead, aside = ([by(straight, vector) for vector in (here, by_size, by_more)] for by in (dot, cross))
        forward = np.maximum(
            ahead[0][:, None] + corners_of(ahead[1] * wide[:, 0], ahead[2] * wide[:, 1]), 1e-9
        )
        tangents = (aside[0][:, None] + corners_of(aside[1] * wide[:, 0], aside[2] * wide[:, 1])) / forward
        short, long = forward.min(axis=1) ** -2, forward.max(axis=1) ** -2
        rates = []
        for own, other in ((1, 2), (2, 1)):
            start = aside[own] * ahead[0] - ahead[own] * aside[0]
            end = start + wide[:, other - 1] * (aside[own] * ahead[other] - ahead[own] * aside[other])
            every = np.stack([start * short, start * long, end * short, end * long])
            rates.append((every.min(axis=0), every.max(axis=0)))
        return _Bend(
            straight,
            straight + tangents[:, :1] * quarter(straight),
            tangents.min(axis=1),
            tangents.max(axis=1),
            (rates[0], rates[1]),
        )


def corners_of(by_size: Floats, by_more: Floats) -> Floats:
    """Sums (R, 4) at the corners of two ranges from 0."""
    return np.stack([0.0 * by_size, by_size, by_more, by_size + by_more], axis=1)


def _moves(subject: Subject, part: int) -> Floats:
    """Where points of all ranges are at no size (T, J, 2), or what they move by per unit of size, or of u."""
    return np.stack([(own.base, own.slope, own.across)[part] for own in subject.ranges])


def named(refs: Ints, which: Ints) -> Ints:
    """What the rows of proofs are (N, d + 1, 3), out of what all rows are (N, R, 3); -1 for none."""
    picked = np.take_along_axis(refs, np.maximum(which, 0)[:, :, None], axis=1)
    return np.asarray(np.where(which[:, :, None] >= 0, picked, -1))


def dot(one: Floats, other: Floats) -> Floats:
    """The scalar products of vectors (..., 2)."""
    return np.asarray(one[..., 0] * other[..., 0] + one[..., 1] * other[..., 1])


def cross(one: Floats, other: Floats) -> Floats:
    """The cross products of vectors (..., 2)."""
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])


def quarter(vectors: Floats) -> Floats:
    """Vectors (..., 2) turned by a quarter turn, counter-clockwise."""
    return np.stack([-vectors[..., 1], vectors[..., 0]], axis=-1)


class Tables:
    """All pieces of all covers as arrays, by class and number."""

    def __init__(self, subject: Subject) -> None:
        pieces = [(kind, piece) for kind, cover in enumerate(subject.covers) for piece in cover.pieces]
        counts = np.array([len(piece.corners) for _, piece in pieces], dtype=np.intp)
        self.base = np.cumsum([0, *(len(cover.pieces) for cover in subject.covers)])[:-1]
        self.first = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
        self.count = counts
        rings = [piece.corners for _, piece in pieces]
        self.corners = np.concatenate([np.zeros((0, 2)), *rings])
        ends = np.concatenate([np.zeros((0, 2)), *(np.roll(ring, -1, axis=0) for ring in rings)])
        along = ends - self.corners
        self.length = np.hypot(*along.T)
        self.normals = np.stack([along[:, 1], -along[:, 0]], axis=1) / self.length[:, None]
        self.heading = np.arctan2(self.normals[:, 1], self.normals[:, 0])
        self.offset = dot(self.normals, self.corners)
        borders = [cover.borders for cover in subject.covers]
        self.borders = borders[0][:, :2]
        self.reach = np.stack([border[:, 2] for border in borders])
        self.clearance = np.array([cover.clearance for cover in subject.covers])
        points = subject.ranges[0].base.shape[0]
        self.point_kind = np.full(points, -1, dtype=np.intp)
        for segment, kind in zip(subject.segments, subject.kind, strict=True):
            for point in segment:
                if (
                    self.point_kind[point] < 0
                    or self.clearance[kind] > self.clearance[self.point_kind[point]]
                ):
                    self.point_kind[point] = kind
        self.used = np.flatnonzero(self.point_kind >= 0)
        self.single = subject.segments[:, 0] == subject.segments[:, 1]

    def piece(self, subject: Subject, segment: Ints, number: Ints) -> Ints:
        """The pieces (R,) that numbers in the classes of segments mean."""
        return np.asarray(self.base[subject.kind[segment]] + number)


class Relaxation:
    """The rows of a subject, and the bounds that they give."""

    def __init__(self, subject: Subject) -> None:
        self.subject, self.tables = subject, Tables(subject)

    def solve(self, boxes: Boxes) -> None:
        """Fill in `best`, `at`, `which` and `weight`."""
        if len(boxes) == 0:
            return
        rows = Rows(self.subject, boxes)
        unknowns = rows.unknowns
        aim = np.zeros((len(boxes), unknowns))
        aim[:, 3] = 1.0
        extra = Borders.none(len(boxes))
        for _ in range(_ROUNDS if len(self.tables.borders) > _FEW_BORDERS else 1):
            dense, refs = self.dense(rows, extra)
            result = bounds(aim, dense[..., 1 : rows.off], -dense[..., 0], rows.low, rows.high)
            if len(self.tables.borders) > _FEW_BORDERS:
                extra = extra.joined(self._crossed(rows, np.clip(result.at, rows.low, rows.high)))
        # heavy weights make much of little: what they say must be beyond the rounding of the rows
        doubt = DOUBT * result.weight.sum(axis=1)
        best = np.where(result.missed > doubt, -np.inf, result.best + doubt)
        best = np.where(np.isneginf(result.best) & (result.missed <= doubt), np.inf, best)
        boxes.best = boxes.size[:, 0] + np.minimum(best, rows.high[:, 3])
        where = np.clip(result.at, rows.low, rows.high)
        boxes.at[:, :unknowns] = where
        boxes.at[:, 3:unknowns] += rows.least
        line = np.maximum(result.which, 0)[:, :, None]
        boxes.which = named(refs, result.which)
        boxes.weight = result.weight
        # errors per unit of the size and of u become metres
        error = dense[..., rows.off :]
        error[..., 3:] *= where[:, None, 3:]
        errors = np.take_along_axis(error, line, axis=1)
        used = result.weight > 0.0
        boxes.off = np.where(used, errors[..., 0] + errors[..., 3:].sum(axis=2), 0.0).max(axis=1)
        # rows that hold only because they are relaxed may have no weight: splits help them too
        value = dense[..., 0] + (dense[..., 1 : rows.off] * where[:, None]).sum(axis=2)
        eased = value < error[..., 0] + error[..., 3:].sum(axis=2)
        gain = _GAINS[:unknowns] * (errors * result.weight[..., None]).sum(axis=1)
        gain += _EASED * np.where(eased[..., None], error, 0.0).max(axis=1)
        boxes.gain[:, [2, 0, 1, 3, 4][:unknowns]] = gain

    def dense(self, rows: Rows, extra: Borders | None = None) -> tuple[Floats, Ints]:
        """All rows of boxes (N, R, 1 + 2d), those of some further borders too, and what each is (N, R, 3)."""
        boxes = rows.boxes
        borders = self._nearest(rows)
        border, border_refs = self._border_rows(rows, borders if extra is None else borders.joined(extra))
        if rows.unknowns > _PLAIN:
            limits, limit_refs = self._limits(rows)
            border = np.concatenate([border, limits], axis=1)
            border_refs = np.concatenate([border_refs, limit_refs], axis=1)
        slots = int(boxes.count.max(initial=0))
        dense = np.zeros((len(boxes), border.shape[1] + _CASE_ROWS * slots, rows.width))
        dense[:, :, 0] = 1.0  # a row that is none always holds
        refs = np.full((*dense.shape[:2], 3), -1)
        dense[:, : border.shape[1]], refs[:, : border.shape[1]] = border, border_refs
        nth, slot = np.nonzero(np.arange(slots) < boxes.count[:, None])
        if len(nth):
            values, names = self.case_rows(rows, nth, slot, boxes.cases[nth, slot])
            for line in range(_CASE_ROWS):
                at = border.shape[1] + _CASE_ROWS * slot + line
                dense[nth, at], refs[nth, at] = values[line], names[line]
        return dense, refs

    def _limits(self, rows: Rows) -> tuple[Floats, Ints]:
        """That the stretched factor is at most, and at least, what it may be, as rows and their names."""
        stretched = np.array([part.stretched for part in self.subject.ranges])[rows.boxes.span]
        least, most = np.array(self.subject.limits)[stretched].T
        here = rows.least.sum(axis=1)
        out = np.zeros((len(here), 2, rows.width))
        out[:, 0, 0], out[:, 1, 0] = most - here, here - least
        out[:, 0, 4:6], out[:, 1, 4:6] = -1.0, 1.0
        names = np.zeros((len(here), 2, 3), dtype=np.intp)
        names[:, :, 0], names[:, 1, 1] = _LIMIT, 1
        return out, names

    def _nearest(self, rows: Rows) -> Borders:
        """For every border, of very many some, the points that are nearest to it at three angles."""
        tables, count = self.tables, len(rows.boxes)
        total = len(tables.borders)
        some = np.unique(np.linspace(0, total - 1, min(total, _FEW_BORDERS)).round().astype(int))
        here = rows.points[:, tables.used]
        need = tables.reach[tables.point_kind[tables.used]][:, some].T  # (H, U)
        points = []
        for sine in (np.zeros(count), rows.sine[:, 0], rows.sine[:, 1]):
            turned = np.sqrt(1.0 - sine**2)[:, None, None] * here + sine[:, None, None] * quarter(here)
            left = (turned @ tables.borders[some].T).transpose(0, 2, 1) - need
            points.append(tables.used[left.argmin(axis=2)])
        return Borders(np.tile(np.tile(some, 3), (count, 1)), np.concatenate(points, axis=1))

    def _crossed(self, rows: Rows, at: Floats) -> Borders:
        """The borders that poses x, y, sin(delta), sigma, u cross most, each with the point that does."""
        tables = self.tables
        sine = at[:, 2, None, None]
        local = rows.points[:, tables.used]
        for nth, rate in enumerate(rows.rates):
            local = local + at[:, 3 + nth, None, None] * rate[:, tables.used]
        placed = np.sqrt(1.0 - sine**2) * local + sine * quarter(local) + at[:, None, :2]
        need = tables.reach[tables.point_kind[tables.used]].T
        left = (placed @ tables.borders.T).transpose(0, 2, 1) - need
        worst = np.sort(np.argpartition(left.min(axis=2), _CROSSED, axis=1)[:, :_CROSSED], axis=1)
        point = np.take_along_axis(left.argmin(axis=2), worst, axis=1)
        return Borders(worst, tables.used[point])

    def _border_rows(self, rows: Rows, borders: Borders) -> tuple[Floats, Ints]:
        tables, (count, lines) = self.tables, borders.border.shape
        nth = np.repeat(np.arange(count), lines)
        border, point = borders.border.ravel(), borders.point.ravel()
        kinds = tables.point_kind[point]
        values = rows.point(nth, tables.borders[border], tables.reach[kinds, border], point)
        refs = np.stack([np.zeros_like(border), kinds * len(tables.borders) + border, point], axis=1)
        return values.reshape(count, lines, rows.width), refs.reshape(count, lines, 3)

    def case_rows(self, rows: Rows, nth: Ints, slot: Ints, cases: Ints) -> tuple[Floats, Ints]:
        """Four rows (4, Q, 1 + 2d) for each of Q cases (Q, 3) of boxes, and their names (4, Q, 3)."""
        segment, number, way = cases.T
        tables = self.tables
        at = Pairs(nth, segment, tables.piece(self.subject, segment, number))
        edges = tables.count[at.piece]
        values, names = np.zeros((_CASE_ROWS, len(nth), rows.width)), np.full((_CASE_ROWS, len(nth), 3), -1)
        values[:, :, 0] = 1.0
        edge = np.flatnonzero(way < edges)
        side = np.flatnonzero(way >= edges)
        for end in (0, 1):
            values[end, edge] = self._edge_rows(rows, at.take(edge), way[edge], end)
            names[end, edge] = np.stack([np.ones_like(edge), slot[edge], np.full_like(edge, end)], axis=1)
        sign = np.where(way[side] == edges[side], 1.0, -1.0)
        extreme = self._extreme(rows, at.take(side), sign)
        for line, corner in enumerate(extreme):
            place = tables.corners[tables.first[at.piece[side]] + corner]
            values[line, side] = rows.corner(nth[side], segment[side], place, sign)
            names[line, side] = np.stack([np.full_like(side, 2), slot[side], corner], axis=1)
        corner = way.copy()
        corner[side] = extreme[0]
        before = np.where(corner == 0, edges, corner) - 1
        first = self._first(rows, at, before, corner, np.where(way < edges, 0, way - edges + 1))
        values[3] = self._first_rows(rows, at, before, corner, first)
        known = first >= 0
        earlier = np.where(first == 0, before, -1)
        names[3, known] = np.stack([np.full(len(nth), 3), slot, earlier], axis=1)[known]
        return values, names

    def _edge_rows(self, rows: Rows, at: Pairs, edge: Ints, end: int) -> Floats:
        """The point rows of one end of segments outside edges of pieces."""
        nth = self.tables.first[at.piece] + edge
        point = self.subject.segments[at.segment, end]
        return rows.point(at.nth, self.tables.normals[nth], self.tables.offset[nth], point)

    def _extreme(self, rows: Rows, at: Pairs, sign: Floats) -> list[Ints]:
        """The corners of pieces that stick out furthest to a side of segments, at three angles of the box."""
        tables, every = self.tables, np.arange(len(at.nth))
        most = int(tables.count[at.piece].max(initial=1))
        which = np.minimum(np.arange(most), tables.count[at.piece][:, None] - 1)
        corners = tables.corners[tables.first[at.piece][:, None] + which]
        along = rows.along[at.nth, at.segment]
        out = []
        for sine in (np.zeros(len(every)), rows.sine[at.nth, 0], rows.sine[at.nth, 1]):
            turned = np.sqrt(1.0 - sine**2)[:, None] * along + sine[:, None] * quarter(along)
            value = sign[:, None] * cross(turned[:, None, :], corners)
            out.append(which[every, value.argmin(axis=1)])
        return out

    # ------------------------------------------------ the order of cases (search.md, section 3)

    def _first(self, rows: Rows, at: Pairs, before: Ints, after: Ints, case: Ints) -> Ints:
        """What comes before cases in every pose of the box: 0 an edge, 1 left, 2 right, -1 not certain.

        `case` (Q,) is 0 for an edge, 1 for left, 2 for right; `before` and `after` are the edges that meet in
        the corner where an edge begins, or which sticks out furthest to the side.
        """
        left, right = (self._within(rows, at, before, after, out) for out in (1.0, -1.0))
        single = self.tables.single[at.segment]
        first = np.full(len(case), -1)
        first[(case == 0) & (single | ((left == -1) & (right == -1)))] = 0
        first[(case == 0) & ~single & (left == 1) & (right == -1)] = 1
        first[(case == 0) & ~single & (right == 1) & (left == -1)] = 2
        first[((case == 1) & (left == 1)) | ((case == 2) & (right == 1))] = 0
        return first

    def _within(self, rows: Rows, at: Pairs, before: Ints, after: Ints, out: float) -> Ints:
        """Whether the way out to one side of segments lies between the normals of two edges of pieces.

        1 where it does at every angle of the box, -1 where at none, else 0. `out` is 1 for the side on which
        a segment lies when the piece is on its left.
        """
        tables = self.tables
        start, end = (tables.heading[tables.first[at.piece] + edge] for edge in (before, after))
        along = rows.along[at.nth, at.segment]
        heading = np.arctan2(-out * along[:, 0], out * along[:, 1])
        low, high = np.arcsin(rows.sine[at.nth, 0]), np.arcsin(rows.sine[at.nth, 1])
        if rows.bends is not None:
            bend = rows.bends(at.nth, at.segment)
            here = np.arctan2(cross(bend.straight, along), dot(bend.straight, along))
            low, high = low + np.arctan(bend.least) - here, high + np.arctan(bend.most) - here
        wide, off = (end - start) % _ROUND, (heading + low - start) % _ROUND
        inside = (off > _CERTAIN) & (off + high - low < wide - _CERTAIN)
        outside = (off > wide + _CERTAIN) & (off + high - low < _ROUND - _CERTAIN)
        return np.where(inside, 1, np.where(outside, -1, 0))

    def _first_rows(self, rows: Rows, at: Pairs, before: Ints, corner: Ints, first: Ints) -> Floats:
        """Rows (Q, 1 + 2d) which say that the case that comes first does not hold."""
        tables = self.tables
        out = np.zeros((len(first), rows.width))
        out[:, 0] = 1.0
        edge = np.flatnonzero(first == 0)
        some, nth = at.take(edge), (tables.first[at.piece] + before)[edge]
        normal = tables.normals[nth]
        lower = np.where(dot(normal, rows.along[some.nth, some.segment]) >= 0.0, 0, 1)
        point = self.subject.segments[some.segment, lower]
        out[edge] = rows.point(some.nth, -normal, -tables.offset[nth], point)
        side = np.flatnonzero(first > 0)
        some, nth = at.take(side), (tables.first[at.piece] + corner)[side]
        way = np.where(first[side] == 1, -1.0, 1.0)
        out[side] = rows.corner(some.nth, some.segment, tables.corners[nth], way)
        return out
