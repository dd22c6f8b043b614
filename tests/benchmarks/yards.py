"""Yards drawn by seed, in strata; the same seed is the same yard for ever.

`HELD_OUT` are the seeds that count: nobody tunes the search on them. Yards are written as yard files and read
by the public reader, so that every one of them is a yard that somebody could have.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import shapely

from conedrills.importers import parse_yard, read_yard
from conedrills.yard import Yard

HELD_OUT = range(1_000_000, 1_002_000)
"""Seeds of the pairs that a claim is made on."""
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "yards"
"""Where the 60 real yards lie, where they do."""

Corners = list[tuple[float, float]]
Thing = dict[str, Any]
"""An obstacle as a yard file has it."""

_APART = 0.3  # metres between two things that stand in a yard
_UNSURE = (0.0, 0.02, 0.05, 0.1)  # metres


def draw_yard(stratum: str, seed: int) -> Yard:
    """The yard of a stratum and a seed."""
    return STRATA[stratum](Random(f"{stratum} {seed}"))


# ---------------------------------------------------------------- outlines, metres


def _rectangle(draw: Random) -> Corners:
    width, depth = draw.uniform(9, 28), draw.uniform(7, 20)
    return [(0, 0), (width, 0), (width, depth), (0, depth)]


def _trapezoid(draw: Random) -> Corners:
    (_, _), (width, _), (_, depth), _ = _rectangle(draw)
    left, right = draw.uniform(0, 0.3) * width, draw.uniform(0.7, 1) * width
    return [(0, 0), (width, 0), (right, depth), (left, depth * draw.uniform(0.8, 1))]


def _round(draw: Random, roughness: float) -> Corners:
    """A polygon of 5 to 12 corners about an ellipse, each up to `roughness` of its radius nearer to it."""
    (_, _), _, (width, depth), _ = _rectangle(draw)
    count = draw.randint(5, 12)
    corners = []
    for corner in range(count):
        turn = math.tau * (corner + draw.uniform(-0.3, 0.3)) / count
        reach = 1.0 - roughness * draw.random()
        corners.append((width / 2 * reach * math.cos(turn), depth / 2 * reach * math.sin(turn)))
    return corners


def _bulging(draw: Random) -> Corners:
    hull = shapely.convex_hull(shapely.MultiPoint(_round(draw, 0.15)))
    return [(float(x), float(y)) for x, y in shapely.get_coordinates(hull)[:-1]]


def _irregular(draw: Random) -> Corners:
    corners = _round(draw, 0.45)
    while (lawn := shapely.Polygon(corners)).area > 0.97 * shapely.convex_hull(lawn).area:
        corners = _round(draw, 0.45)
    return corners


def _l_shape(draw: Random) -> Corners:
    (_, _), _, (width, depth), _ = _rectangle(draw)
    x, y = draw.uniform(0.35, 0.75) * width, draw.uniform(0.35, 0.75) * depth
    return [(0, 0), (width, 0), (width, y), (x, y), (x, depth), (0, depth)]


def _bitten(draw: Random) -> Corners:
    """A rectangle or trapezoid with the house standing into it from its first side."""
    outline = draw.choice([_rectangle, _trapezoid])(draw)
    width = outline[1][0]
    left = draw.uniform(0.1, 0.5) * width
    right, depth = left + draw.uniform(0.2, 0.4) * width, draw.uniform(0.15, 0.4) * outline[3][1]
    return [outline[0], (left, 0), (left, depth), (right, depth), (right, 0), *outline[1:]]


_CONVEX = (_rectangle, _trapezoid, _bulging)
_HOLLOW = (_l_shape, _bitten, _irregular)


# ---------------------------------------------------------------- what stands in them


def _tree(draw: Random, x: float, y: float) -> Thing:
    return {"name": "tree", "circle": {"center": [x, y], "radius": round(draw.uniform(0.1, 0.6), 3)}}


def _pool(draw: Random, x: float, y: float) -> Thing:
    return {"name": "pool", "circle": {"center": [x, y], "radius": round(draw.uniform(1.0, 2.5), 3)}}


def _shed(draw: Random, x: float, y: float) -> Thing:
    width, depth, turn = draw.uniform(1.2, 3.5), draw.uniform(1.0, 2.5), draw.uniform(0, math.tau)
    corners = [
        (-width / 2, -depth / 2),
        (width / 2, -depth / 2),
        (width / 2, depth / 2),
        (-width / 2, depth / 2),
    ]
    return {"name": "shed", "polygon": _millimetres(_turned(corners, turn, x, y))}


def _rock(draw: Random, x: float, y: float) -> Thing:
    count, size = draw.randint(4, 8), draw.uniform(0.3, 1.2)
    turns = [math.tau * (corner + draw.uniform(-0.3, 0.3)) / count for corner in range(count)]
    corners = [(math.cos(turn) * size, math.sin(turn) * size * 0.7) for turn in turns]
    return {"name": "rock", "polygon": _millimetres(_turned(corners, draw.uniform(0, 3), x, y))}


def _turned(corners: Corners, turn: float, x: float = 0.0, y: float = 0.0) -> Corners:
    cos, sin = math.cos(turn), math.sin(turn)
    return [(cos * a - sin * b + x, sin * a + cos * b + y) for a, b in corners]


def _millimetres(corners: Corners) -> list[list[float]]:
    return [[round(x, 3), round(y, 3)] for x, y in corners]


def _shape(thing: Thing) -> shapely.Polygon:
    if "circle" in thing:
        return shapely.Point(thing["circle"]["center"]).buffer(thing["circle"]["radius"])
    return shapely.Polygon(thing["polygon"])


Maker = Callable[[Random, float, float], Thing]


def _furnished(draw: Random, outline: Corners, count: int, makers: Sequence[Maker]) -> list[Thing]:
    """Up to `count` things with their middles on the lawn, none touching another."""
    lawn = shapely.Polygon(outline)
    west, south, east, north = lawn.bounds
    things: list[Thing] = []
    taken: list[shapely.Polygon] = []
    for _ in range(20 * count):
        x, y = round(draw.uniform(west, east), 3), round(draw.uniform(south, north), 3)
        thing = draw.choice(makers)(draw, x, y)
        shape = _shape(thing)
        if lawn.contains(shapely.Point(x, y)) and all(shape.distance(o) > _APART for o in taken):
            things.append(thing)
            taken.append(shape)
        if len(things) == count:
            break
    return things


# ---------------------------------------------------------------- strata


def _read(outline: Corners, things: Sequence[Thing] = (), edges: Sequence[Thing] = ()) -> Yard:
    content = {
        "units": "m",
        "boundary": _millimetres(outline),
        "obstacles": list(things),
        "edges": list(edges),
    }
    return parse_yard(json.dumps(content).encode(), "a drawn yard", stem="drawn")


def _convex(draw: Random) -> Yard:
    return _read(_turned(draw.choice(_CONVEX)(draw), draw.uniform(0, math.tau)))


def _non_convex(draw: Random) -> Yard:
    return _read(_turned(draw.choice(_HOLLOW)(draw), draw.uniform(0, math.tau)))


def _holed(draw: Random) -> tuple[Corners, list[Thing]]:
    outline = _turned(draw.choice(_CONVEX + _HOLLOW)(draw), draw.uniform(0, math.tau))
    things = _furnished(draw, outline, draw.randint(1, 8), (_tree, _tree, _tree, _tree, _shed, _pool))
    return outline, things


def _holes(draw: Random) -> Yard:
    return _read(*_holed(draw))


def _mixed(draw: Random) -> Yard:
    """Soft sides, soft beds, and nothing measured exactly."""
    outline, things = _holed(draw)
    for thing in things:
        thing["kind"] = draw.choice(["hard", "soft"])
    edges = [{"side": side, "kind": "soft"} for side in range(len(outline)) if draw.random() < 0.4]
    yard = _read(outline, things, edges)
    return replace(
        yard,
        uncertainty=tuple(draw.choice(_UNSURE) for _ in yard.boundary),
        obstacles=tuple(replace(thing, uncertainty=draw.choice(_UNSURE)) for thing in yard.obstacles),
    )


def _clutter(draw: Random) -> Yard:
    """20 to 40 holes in a yard of about twice the breadth and depth of the others."""
    outline = [(1.8 * x, 1.8 * y) for x, y in draw.choice(_CONVEX + _HOLLOW)(draw)]
    while (area := shapely.Polygon(outline).area) < 500:
        outline = [(1.2 * x, 1.2 * y) for x, y in outline]
    count = draw.randint(20, min(40, int(area / 20)))
    things = _furnished(draw, outline, count, (_tree, _tree, _rock, _rock, _rock, _shed))
    return _read(_turned(outline, 0.0), things)


def _real(draw: Random) -> Yard:
    return read_yard(draw.choice(sorted(REAL.glob("*.geojson"))))


STRATA: Mapping[str, Callable[[Random], Yard]] = {
    "convex": _convex,
    "non-convex": _non_convex,
    "holes": _holes,
    "mixed": _mixed,
    "real": _real,
    "clutter": _clutter,
}


# ---------------------------------------------------------------- for growth


def wavy(vertices: int, holes: int = 0, breadth: float = 17.0, seed: int = 1) -> Yard:
    """A smooth wavy outline with so many corners, and so many trees spread evenly over it.

    Args:
        vertices: of the boundary; 10 or more.
        holes: a tree each, on a jittered lattice, as far apart as their number allows.
        breadth: about so many metres across, three quarters of it deep.
        seed: of the jitter.
    """
    draw = Random(f"wavy {seed}")
    outline = []
    for corner in range(vertices):
        turn = math.tau * corner / vertices
        reach = breadth / 2 * (1 + 0.06 * math.sin(3 * turn + 1) + 0.03 * math.sin(7 * turn))
        outline.append((reach * math.cos(turn), 0.75 * reach * math.sin(turn)))
    inner = shapely.Polygon(outline).buffer(-0.5)
    spots: Corners = []
    step = math.sqrt(inner.area / max(holes, 1)) * 1.1
    while len(spots) < holes:
        step *= 0.97
        rows = range(-int(breadth / step) - 1, int(breadth / step) + 2)
        lattice = [((column + row % 2 / 2) * step, row * step * 0.87) for row in rows for column in rows]
        spots = [spot for spot in lattice if inner.contains(shapely.Point(spot))]
    draw.shuffle(spots)
    jitter = min(0.2 * step, 0.3)  # metres; further out than inner a tree may not stand
    things = [
        _tree(draw, round(x + draw.uniform(-jitter, jitter), 3), round(y + draw.uniform(-jitter, jitter), 3))
        for x, y in spots[:holes]
    ]
    return _read(outline, things)
