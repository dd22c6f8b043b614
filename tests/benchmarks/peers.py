"""The peers: what one would reach for without conedrills, on the same problem, with shapely alone as judge.

`Judge` shares no code with the search: it builds every leg from the drill's figure, exactly as section
"The fit, exactly" of the design states the problem, with arcs as polylines kept clear by their bulge more.
It is as quick as is fair: the figure is affine in size and worked out once, everything to keep clear of is
prepared, all legs of a pose are judged in one call for each kind of thing, and what a peer places is the
middle of the figure, which is always within the bounds of the lawn.

- `de`: scipy's differential evolution, its default budget and settings; given are the bounds and the seed.
  The mirror image is a fifth variable, a coin (under 0.5 or not): two runs, one an image, take longer, and
  on 24 pairs came no closer. Of four penalties tried this one came closest.
- `da`: scipy's dual annealing, likewise.
- `grid`: every 5 degrees and 0.5 m in both mirror images. A pose starts at the first of 100 equal steps of
  size above the largest so far, and climbs from there while it fits.

Of a drill with two lengths the peers vary both, and their size is the smaller; the grid keeps them alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.optimize import differential_evolution, dual_annealing

from conedrills.drill import Drill, Pace, Stretch
from conedrills.geometry import Point
from conedrills.layout import Placement
from conedrills.space import FLOOR, SOFT, SpaceModel, rooms
from conedrills.yard import Yard, lawn

Floats = NDArray[np.float64]
# where figures are sampled: each factor grows once by one
_ONE = (Stretch(1.0, 1.0), Stretch(2.0, 2.0))
_TWO = (Stretch(1.0, 1.0), Stretch(2.0, 1.0), Stretch(1.0, 2.0))
_TOUCHING = 1e-9  # metres that may be missing


@dataclass(frozen=True)
class _Things:
    """Everything that each leg must keep equally clear of: one prepared shape, and metres for each leg."""

    shape: shapely.Geometry
    need: Floats


class Judge:
    """Whether a drill at a pace fits in a yard, and by how much it misses.

    A pose is (x, y, angle, size, mirrored): the place of the figure's middle in metres, radians, a factor.
    With two lengths it is (x, y, angle, depth, width, mirrored).
    """

    def __init__(self, yard: Yard, drill: Drill, pace: Pace, model: SpaceModel) -> None:
        self.drill = drill
        self._lay_out(drill, pace, model)
        self.lawn = lawn(yard)
        self.bounds = self.lawn.bounds
        shapely.prepare(self.lawn)
        self.things = list(self._collected(yard))

    def _lay_out(self, drill: Drill, pace: Pace, model: SpaceModel) -> None:
        samples = _TWO if drill.stretch else _ONE
        figures = [drill.figure(to.size, to).legs for to in samples]
        asked = rooms(drill, pace, model)
        starts: list[tuple[float, float]] = []
        slopes: list[list[tuple[float, float]]] = []
        owner: list[int] = []
        need: list[float] = []
        self.run_outs = []
        for nth, room in enumerate(asked):
            here, there = (figures[sample][nth] for sample in (0, 1))
            pairs = list(zip(*(legs[nth].path for legs in figures), strict=True))
            lines = [([*pairs, pairs[-1]], room.side_clearance + here.bulge * max(1.0, drill.size_max))]
            if room.round_clearance is not None:
                lines.append(([pairs[-1], pairs[-1]], room.round_clearance))
            heading = math.radians(here.heading_out)
            at, growth = len(starts) + len(pairs), there.length - here.length
            table = np.array(room.run_out)
            way = None if drill.stretch else np.array([math.cos(heading), math.sin(heading)])
            growth = 0.0 if drill.stretch else growth  # and the table has one entry
            self.run_outs.append((at, here.length - growth, growth, table[:, 0], table[:, 1], way))
            for line, metres in lines:
                grows = [[(b.x - a.x, b.y - a.y) for b in rest] for a, *rest in line]
                starts += [
                    (at[0].x - sum(x for x, _ in by), at[0].y - sum(y for _, y in by))
                    for at, by in zip(line, grows, strict=True)
                ]
                slopes += grows
                owner += [len(need)] * len(line)
                need.append(metres)
        self.base, self.owner = np.array(starts), np.array(owner)
        self.slopes = np.array(slopes).transpose(1, 0, 2)
        self.need = np.array(need)
        self.first = np.searchsorted(self.owner, np.arange(len(need)))
        self.middle = self.base.mean(axis=0), self.slopes.mean(axis=1)
        self.base -= self.middle[0]
        self.slopes -= self.middle[1][:, None]

    def _collected(self, yard: Yard) -> Iterator[_Things]:
        ring = [point.xy for point in (*yard.boundary, yard.boundary[0])]
        unsure = yard.uncertainty or (0.0,) * len(yard.boundary)
        groups: dict[tuple[str, float], list[shapely.Geometry]] = {}
        for side, kind in enumerate(yard.side_kinds):
            extra = max(unsure[side], unsure[(side + 1) % len(unsure)])
            groups.setdefault((kind, extra), []).append(shapely.LineString(ring[side : side + 2]))
        for thing in yard.obstacles:
            polygon = shapely.Polygon([point.xy for point in thing.polygon])
            groups.setdefault((thing.kind, thing.uncertainty), []).append(polygon)
        for (hardness, extra), shapes in groups.items():
            shape = shapely.GeometryCollection(shapes)
            shapely.prepare(shape)
            need = np.maximum(self.need, FLOOR) if hardness == "hard" else SOFT * self.need
            yield _Things(shape, need + extra)

    def figure(self, factors: Floats) -> Floats:
        """The corners (n, 2) of all prolonged legs about the figure's middle, unturned, metres."""
        corners = self.base + np.tensordot(factors, self.slopes, axes=1)
        for at, base, growth, lengths, metres, way in self.run_outs:
            if way is None:  # it goes on where its leg leads
                along = corners[at - 1] - corners[at - 2]
                corners[at] += metres[0] * along / np.hypot(*along)
            else:
                corners[at] += np.interp(base + factors[0] * growth, lengths, metres) * way
        return corners

    def middle_at(self, factors: Floats) -> Point:
        """Where the figure's middle lies in the drill's frame, metres."""
        x, y = self.middle[0] + factors @ self.middle[1]
        return Point(float(x), float(y))

    def pose_of(self, placement: Placement) -> Floats:
        """The pose of a placement."""
        own, pose = placement.factors, placement.pose
        factors = np.array([own.depth, own.width][: len(self.slopes)])
        x, y = pose.place(self.middle_at(factors)).xy
        return np.array([x, y, math.radians(pose.rotation), *factors, float(pose.mirrored)])

    def missing(self, pose: Floats) -> float:
        """Metres by which the worst leg misses its clearance, more where it is off the lawn; 0 if it fits."""
        x, y, angle = (float(value) for value in pose[:3])
        corners, mirrored = self.figure(pose[3:-1]), float(pose[-1])
        if mirrored >= 0.5:
            corners[:, 0] *= -1.0
        cos, sin = math.cos(angle), math.sin(angle)
        corners = corners @ np.array([[cos, sin], [-sin, cos]]) + (x, y)
        lines = shapely.linestrings(corners, indices=self.owner)
        worst = max(float((group.need - shapely.distance(lines, group.shape)).max()) for group in self.things)
        # what is clear of every side and thing lies on the lawn as a whole or not at all
        if not shapely.contains_xy(self.lawn, corners[self.first]).all():
            outside = float(shapely.distance(self.lawn, shapely.points(corners)).max())
            worst = max(worst, float(self.need.max()) + outside)
        return 0.0 if worst <= _TOUCHING else worst

    def fitting(self, places: Floats, angle: float, size: float, mirrored: bool) -> NDArray[np.bool_]:
        """At which of many places (n, 2) it fits."""
        corners = self.figure(np.full(len(self.slopes), size)) * (-1.0 if mirrored else 1.0, 1.0)
        cos, sin = math.cos(angle), math.sin(angle)
        corners = corners @ np.array([[cos, sin], [-sin, cos]])
        fits = np.ones(len(places), dtype=bool)
        for corner in corners:
            fits[fits] = shapely.contains_xy(self.lawn, places[fits] + corner)
        for leg in range(len(self.need)):
            own = corners[self.owner == leg]
            for group in self.things:
                lines = shapely.linestrings(places[fits, None] + own)
                fits[fits] = shapely.distance(lines, group.shape) >= group.need[leg] - _TOUCHING
        return fits


class _Best:
    """What a minimiser minimises, and the largest size that it met on its way."""

    def __init__(self, judge: Judge, least: float | None = None) -> None:
        self.judge = judge
        west, south, east, north = judge.bounds
        drill = judge.drill
        low, high = drill.size_min, drill.size_max
        sizes = [(low, high)]
        if drill.stretch is not None:
            least_of, most_of = drill.stretch.low, drill.stretch.high
            sizes = [(least_of.depth, most_of.depth), (least_of.width, most_of.width)]
        sizes = [(min(max(one, least or one), other), other) for one, other in sizes]
        self.bounds = [(west, east), (south, north), (0.0, math.tau)]
        self.sized, self.tossed = low < high, judge.drill.mirror
        self.bounds += sizes * self.sized + [(0.0, 1.0)] * self.tossed
        self.factors = slice(3, 3 + len(sizes))
        self.size = 0.0

    def __call__(self, values: Floats) -> float:
        """The size, the less the better, and worse than any that fits where it does not."""
        factors = values[self.factors] if self.sized else [self.judge.drill.size_max]
        coin = float(values[-1]) if self.tossed else 0.0
        size = float(min(factors))
        missing = self.judge.missing(np.array([*values[:3], *factors, coin]))
        if missing == 0.0:
            self.size = max(self.size, size)
            return -size
        return 0.5 - size + 2.0 * missing


def evolution(judge: Judge, seed: int, *, least: float | None = None, **settings: Any) -> float:
    """The largest size that differential evolution finds, 0 for none.

    Args:
        judge: what fits.
        seed: of all that is drawn.
        least: below which it does not look; without it from the drill's least size.
        settings: for scipy, instead of its own.
    """
    best = _Best(judge, least)
    differential_evolution(best, best.bounds, rng=seed, **settings)
    return best.size


def annealing(judge: Judge, seed: int) -> float:
    """The largest size that dual annealing finds, 0 for none."""
    best = _Best(judge)
    dual_annealing(best, best.bounds, rng=seed)
    return best.size


def grid(judge: Judge, seed: int) -> float:
    """The largest size on a grid of 5 degrees, 0.5 m and 100 steps of size, 0 for none; it draws nothing."""
    del seed
    west, south, east, north = judge.bounds
    x, y = np.meshgrid(np.arange(west, east, 0.5), np.arange(south, north, 0.5))
    places = np.column_stack([x.ravel(), y.ravel()])
    low, high = judge.drill.size_min, judge.drill.size_max
    sizes = np.linspace(low, high, 101) if low < high else np.array([low])
    step = 0
    for mirrored in (False, True) if judge.drill.mirror else (False,):
        for turn in range(0, 360, 5):
            left = places
            while step < len(sizes) and len(left):
                left = left[judge.fitting(left, math.radians(turn), float(sizes[step]), mirrored)]
                step += bool(len(left))
    return float(sizes[step - 1]) if step else 0.0


PEERS: Mapping[str, Callable[[Judge, int], float]] = {"de": evolution, "da": annealing, "grid": grid}
