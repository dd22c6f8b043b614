"""Drills of two lengths: rectangles of depth and width in which even a run-out that turns moves straight.

Which rectangles, and why a linear function stays so near the truth, is search.md, section 8. Arrays only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from conedrills.search import Body, Floats

ROUGH, FINE, FINEST = 1e-2, 2e-3, 5e-4
"""Metres that points of a proof may be off a run-out that turns: for a first look, and for the last word."""
_PARTS = 8  # of a cell either way, at whose corners its points are compared
_MOST = 8_000  # that are looked at: four times what any drill has needed
_LEAST = 1e-3  # of a factor: no cell is narrower


@dataclass(frozen=True)
class Cell:
    """Sizes s and what the `stretched` factor (0 depth, 1 width) has on top, u, from and to each.

    Inside, points (J, 2) are base + s · slope + u · across, metres, and at most `off` from the truth.
    """

    stretched: int
    size: tuple[float, float]
    more: tuple[float, float]
    base: Floats
    slope: Floats
    across: Floats
    off: float


def cells(
    body: Body,
    sizes: tuple[float, float],
    limits: tuple[tuple[float, float], ...],
    slack: float,
    within: Sequence[tuple[int, tuple[float, float], tuple[float, float]]] = (),
) -> Iterator[Cell]:
    """Cells that cover all sizes between two, with all that either factor may have on top, up to its most.

    `limits` are the least and the most that each factor may be. No point of a cell is further than `slack`
    off, metres. With `within` only these are covered: which factor is stretched, sizes, what it has on top.

    Raises:
        ArithmeticError: a leg turns so quickly that a thousandth of its depth and width is too much.
    """
    count = 0
    for stretched in (0, 1):
        most, start = limits[stretched][1], max(sizes[0], limits[1 - stretched][0])
        waiting = [((start, sizes[1]), (0.0, max(0.0, most - start)))] if start <= sizes[1] else []
        if within:
            waiting = [
                (size, more)
                for which, size, more in reversed(within)
                if which == stretched and size[0] <= size[1]
            ]
        while waiting:
            size, more = waiting.pop()
            if size[0] + more[0] > most:
                continue  # all of it is stretched too far
            cell, along, across = _best(body, stretched, size, more)
            wide, high = size[1] - size[0], more[1] - more[0]
            count += 1
            if cell.off <= slack:
                yield cell
            elif max(wide, high) <= _LEAST or count > _MOST:
                raise ArithmeticError("a run-out turns at once")
            elif high <= _LEAST or (wide > _LEAST and along >= across):
                middle = _between(*size)
                waiting += [((middle, size[1]), more), ((size[0], middle), more)]
            else:
                middle = _between(*more)
                waiting += [(size, (middle, more[1])), (size, (more[0], middle))]


def _between(low: float, high: float) -> float:
    return round((low + high) * 2.0**19) * 2.0**-20


def _best(
    body: Body, stretched: int, size: tuple[float, float], more: tuple[float, float]
) -> tuple[Cell, float, float]:
    """A cell, and how much the way of its points bends along s and along u, metres."""
    if body.ways is None:
        raise ValueError("only drills of two lengths have cells")
    s, u = (
        part.ravel()
        for part in np.meshgrid(*(np.linspace(*ends, _PARTS + 1) for ends in (size, more)), indexing="ij")
    )
    factors = np.stack([s, s], axis=1)
    factors[:, stretched] += u
    at, _ = body.points(factors)
    # about the middle, for no digit to be lost
    design = np.stack([np.ones_like(s), s - s.mean(), u - u.mean()], axis=1)
    fitted, *_ = np.linalg.lstsq(design, at.reshape(len(s), -1), rcond=None)
    base, slope, across = fitted.reshape(3, -1, 2)
    off = np.linalg.norm((design @ fitted).reshape(at.shape) - at, axis=-1).max(axis=0)
    base = base - s.mean() * slope - u.mean() * across
    off += _remainder(body, stretched, factors, (size[1] - size[0]) / _PARTS, (more[1] - more[0]) / _PARTS)
    grid = at.reshape(_PARTS + 1, _PARTS + 1, -1, 2)
    half = _PARTS // 2
    bends = [
        np.linalg.norm(grid[0] - 2.0 * grid[half] + grid[-1], axis=-1).max()
        for grid in (grid, grid.swapaxes(0, 1))
    ]
    cell = Cell(stretched, size, more, base, slope, across, float(off.max()))
    return cell, float(bends[0]), float(bends[1])


def _remainder(body: Body, stretched: int, factors: Floats, wide: float, high: float) -> Floats:
    """What run-outs may depart by between the nodes of a grid of factors (K, 2), metres (J,)."""
    if body.ways is None:
        raise ValueError("only drills of two lengths have cells")
    way = body.ways[0] + np.tensordot(factors, body.ways[1:], axes=1)
    unit = way.mean(axis=0)
    unit /= np.maximum(np.linalg.norm(unit, axis=-1), 1e-9)[:, None]
    near = np.maximum((way * unit).sum(axis=-1).min(axis=0), 1e-9)
    out = np.zeros(len(body.start))
    for rate, long in ((body.ways[1:].sum(axis=0), wide), (body.ways[1 + stretched], high)):
        aside = np.abs(rate[:, 0] * way[..., 1] - rate[:, 1] * way[..., 0]).max(axis=0)
        out += 2.0 * body.start * np.linalg.norm(rate, axis=-1) * aside / near**3 * long**2 / 8.0
    return np.where(body.start > 0.0, out, 0.0)
