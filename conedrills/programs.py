"""Small linear programs, very many of them at once.

Arrays and floats only. A step of `search` asks for the best of a few variables under a few dozen conditions,
for a hundred poses together, and a proof of `proving` for hundreds of boxes; libraries solve one large
program at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_MOST_PIVOTS = 60  # three times what any step has needed
_ENOUGH = 1e-10  # by which a condition may be missed
MISSED = 2e-6
"""By which a row may be missed where bounds are asked for: far above the rounding of a step."""
_STEEP = 1e-9  # below which a coefficient is no pivot


def best_steps(
    aim: Floats, rows: Floats, least: Floats, low: Floats, high: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """N small linear programs at once: maximise aim · x subject to rows · x >= least and low <= x <= high.

    The dual simplex method in dictionary form: start at the bounds that the aim prefers, which is optimal
    but for the rows, and mend the most violated row until none is.

    Args:
        aim: (N, d).
        rows: (N, M, d).
        least: (N, M).
        low: (N, d).
        high: (N, d).

    Returns:
        x (N, d), and whether it was found (N,).
    """
    m, d = rows.shape[1:]
    tableau = _tableau(aim, rows, least, low, high)
    state = _pivot(tableau, m + d, _ENOUGH)
    return tableau[:, m + d : m + 2 * d, 0], state.mended


@dataclass(frozen=True)
class Bounds:
    """What N linear programs cannot exceed, and why.

    `best` (N,) is an upper bound of aim · x, -inf where no x satisfies the rows; `at` (N, d) is where it is
    reached (meaningless where nothing satisfies the rows). The proof is a weighted sum of at most d + 1 rows:
    `which` (N, d + 1) their indices, -1 for none, `weight` (N, d + 1) >= 0; `missed` (N,) is by how
    much the rows contradict each other, where nothing satisfies them.
    """

    best: Floats
    at: Floats
    which: NDArray[np.intp]
    weight: Floats
    missed: Floats


def bounds(aim: Floats, rows: Floats, least: Floats, low: Floats, high: Floats) -> Bounds:
    """How large aim · x can be subject to rows · x >= least and low <= x <= high, for N programs at once.

    Shapes as in `best_steps`. Rows missed by less than `MISSED` count as satisfied.
    """
    count, m, d = rows.shape
    tableau = _tableau(aim, rows, least, low, high)
    state = _pivot(tableau, m + d, MISSED)
    proof, names = np.zeros((count, d + 1)), np.full((count, d + 1), -1)
    empty = state.stuck >= 0
    lines = np.where(empty, state.stuck, tableau.shape[1] - 1)
    nth = np.arange(count)
    proof[:, :d] = np.maximum(0.0, -tableau[nth, lines, 1:])
    names[:, :d] = state.columns
    proof[empty, d], names[empty, d] = 1.0, state.rows[nth[empty], state.stuck[empty]]
    real = (names < m) & (names >= 0) & (proof > 0.0)
    constant = (aim * np.where(aim > 0.0, high, low)).sum(axis=1)
    best = np.where(empty, -np.inf, tableau[:, -1, 0] + constant)
    missed = np.where(empty, -tableau[nth, lines, 0], 0.0)
    where = tableau[:, m + d : m + 2 * d, 0]
    return Bounds(best, where, np.where(real, names, -1), np.where(real, proof, 0.0), missed)


def _tableau(aim: Floats, rows: Floats, least: Floats, low: Floats, high: Floats) -> Floats:
    """The dictionaries (N, M + 2d + 1, d + 1) at the bounds that the aim prefers, a constant first.

    Lines: what is left of the rows, of the bounds opposite, then x, then the aim.
    """
    count, m, d = rows.shape
    at_high = aim > 0.0
    anchor, sign = np.where(at_high, high, low), np.where(at_high, -1.0, 1.0)
    tableau = np.zeros((count, m + 2 * d + 1, d + 1))
    tableau[:, :m, 0] = (rows * anchor[:, None, :]).sum(axis=-1) - least
    tableau[:, :m, 1:] = rows * sign[:, None, :]
    nth = np.arange(d)
    tableau[:, m + nth, 0] = high - low
    tableau[:, m + nth, 1 + nth] = -1.0
    tableau[:, m + d + nth, 0] = anchor
    tableau[:, m + d + nth, 1 + nth] = sign
    tableau[:, -1, 1:] = aim * sign
    return tableau


@dataclass(frozen=True)
class _State:
    """How pivoting ended: `mended` (N,), or the line that cannot be, `stuck` (N,), -1 for none.

    `rows` (N, restricted) and `columns` (N, d) say which condition each line and each column stands for: the
    number of a row, then of a bound opposite, then of a bound preferred.
    """

    mended: NDArray[np.bool_]
    stuck: NDArray[np.intp]
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]


def _pivot(tableau: Floats, restricted: int, enough: float) -> _State:
    """Mend the dictionaries in place until none of their first `restricted` lines is below -enough."""
    count, d = len(tableau), tableau.shape[2] - 1
    mended, stuck = np.zeros(count, dtype=bool), np.full(count, -1)
    rows = np.tile(np.arange(restricted), (count, 1))
    columns = np.tile(restricted + np.arange(d), (count, 1))
    which, work = np.arange(count), tableau
    for _ in range(_MOST_PIVOTS):
        nth = np.arange(len(which))
        worst = work[:, :restricted, 0].argmin(axis=1)
        row = work[nth, worst]
        steep = row[:, 1:]
        usable = steep > _STEEP
        ratio = np.where(usable, -work[:, -1, 1:] / np.where(usable, steep, 1.0), np.inf)
        enter = ratio.argmin(axis=1)
        fine, solvable = row[:, 0] >= -enough, usable.any(axis=1)
        mended[which[fine]] = True
        lost = ~fine & ~solvable
        stuck[which[lost]] = worst[lost]
        going = ~fine & solvable
        if not going.all():
            if work is not tableau:
                tableau[which[~going]] = work[~going]
            which, work, worst, enter, row = which[going], work[going], worst[going], enter[going], row[going]
            if len(which) == 0:
                return _State(mended, stuck, rows, columns)
            nth = np.arange(len(which))
        pivot = row[nth, enter + 1]
        replacement = -row / pivot[:, None]
        replacement[nth, enter + 1] = 1.0 / pivot
        factor = work[nth, :, enter + 1]
        work[nth, :, enter + 1] = 0.0
        work += factor[:, :, None] * replacement[:, None, :]
        work[nth, worst] = replacement
        rows[which, worst], columns[which, enter] = columns[which, enter], rows[which, worst]
    if work is not tableau:
        tableau[which] = work
    return _State(mended, stuck, rows, columns)
