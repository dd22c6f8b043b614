"""The rival: scipy's differential evolution on the same problem, with distances from shapely alone.

Shares no code with `search`: it builds every leg from the drill's figure and judges it with shapely.
"""

from __future__ import annotations

import numpy as np
import shapely
from scipy.optimize import differential_evolution
from shapely.geometry.base import BaseGeometry

from conedrills.drill import Drill, Pace
from conedrills.geometry import Vector
from conedrills.space import FLOOR, SpaceModel, rooms
from conedrills.yard import Yard


class Evolution:
    """The largest size of one drill in one yard, by differential evolution."""

    def __init__(self, yard: Yard, drill: Drill, pace: Pace, model: SpaceModel) -> None:
        self.drill, self.rooms = drill, rooms(drill, pace, model)
        outer = [point.xy for point in yard.boundary]
        shapes = [shapely.Polygon([p.xy for p in o.polygon]) for o in yard.obstacles]
        self.lawn = shapely.Polygon(outer).difference(shapely.union_all(shapes))
        ring = [*outer, outer[0]]
        sides: list[BaseGeometry] = [shapely.LineString(ring[i : i + 2]) for i in range(len(outer))]
        things: list[BaseGeometry] = [*shapes]
        hard = [side for side, kind in zip(sides, yard.side_kinds, strict=True) if kind == "hard"]
        soft = [side for side, kind in zip(sides, yard.side_kinds, strict=True) if kind == "soft"]
        hard += [shape for shape, o in zip(things, yard.obstacles, strict=True) if o.kind == "hard"]
        soft += [shape for shape, o in zip(things, yard.obstacles, strict=True) if o.kind == "soft"]
        self.hard, self.soft = (shapely.GeometryCollection(part) for part in (hard, soft))
        self.lines = shapely.union_all([shape.boundary for shape in shapes] + [shapely.LinearRing(outer)])
        for shape in (self.lawn, self.hard, self.soft, self.lines):
            shapely.prepare(shape)

    def missing(self, x: float, y: float, angle: float, size: float, mirrored: bool) -> float:
        """Metres by which the worst leg misses its clearance, plus how much of it is off the lawn."""
        figure = self.drill.figure(size)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        flip = np.array([-1.0 if mirrored else 1.0, 1.0])
        legs, need = [], []
        for leg, room in zip(figure.legs, self.rooms, strict=True):
            end = leg.path[-1] + Vector.polar(room.run_out_at(leg.length), leg.heading_out)
            path = np.array([p.xy for p in (*leg.path, end)]) * flip
            legs.append(shapely.linestrings(path @ turn.T + (x, y)))
            need.append(room.side_clearance)
            if room.round_clearance is not None:
                legs.append(shapely.linestrings((path[[-2, -2]]) @ turn.T + (x, y)))
                need.append(room.round_clearance)
        lines, needs = np.array(legs), np.array(need)
        worst = float((np.maximum(needs, FLOOR) - shapely.distance(lines, self.hard)).max())
        if not self.soft.is_empty:
            worst = max(worst, float((needs / 2 - shapely.distance(lines, self.soft)).max()))
        if not shapely.covers(self.lawn, lines).all():
            outside = shapely.length(shapely.difference(lines, self.lawn)).max()
            worst = max(worst, float(needs.max()) + float(outside))
        return max(0.0, worst)

    def largest(self, mirrored: bool, seed: int, generations: int, population: int = 20) -> float:
        """The largest size it finds, 0 where it finds none that fits."""
        low, high = self.lawn.bounds[:2], self.lawn.bounds[2:]
        found = 0.0

        def loss(pose: np.ndarray) -> float:
            nonlocal found
            missing = self.missing(pose[0], pose[1], pose[2], pose[3], mirrored)
            if missing <= 1e-9:
                found = max(found, float(pose[3]))
            return float(-pose[3] + (0.5 + 2.0 * missing if missing > 0 else 0.0))

        reach = 10.0
        differential_evolution(
            loss,
            [
                (low[0] - reach, high[0] + reach),
                (low[1] - reach, high[1] + reach),
                (0.0, 2 * np.pi),
                (self.drill.size_min, self.drill.size_max * (1 + 1e-12)),
            ],
            rng=seed, maxiter=generations, popsize=population, tol=1e-10, polish=False,
        )  # fmt: skip
        return found
