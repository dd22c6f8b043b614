"""Small linear programs, very many of them at once.

Arrays and floats only. A step of `search` asks for the best of a few variables under a few dozen conditions,
for a hundred poses together; libraries solve one large program at a time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_MOST_PIVOTS = 60  # three times what any step has needed
_ENOUGH = 1e-10  # by which a condition may be missed
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
    count, m, d = rows.shape
    at_high = aim > 0.0
    anchor, sign = np.where(at_high, high, low), np.where(at_high, -1.0, 1.0)
    table = np.zeros((count, m + 2 * d + 1, d + 1))
    table[:, :m, 0] = (rows * anchor[:, None, :]).sum(axis=-1) - least
    table[:, :m, 1:] = rows * sign[:, None, :]
    nth = np.arange(d)
    table[:, m + nth, 0] = high - low
    table[:, m + nth, 1 + nth] = -1.0
    table[:, m + d + nth, 0] = anchor
    table[:, m + d + nth, 1 + nth] = sign
    table[:, -1, 1:] = aim * sign
    done = _pivot(table, m + d)
    return table[:, m + d : m + 2 * d, 0], done


def _pivot(table: Floats, restricted: int) -> NDArray[np.bool_]:
    """Mend the dictionaries in place until their first `restricted` rows are >= 0; whether each was."""
    open_, found = np.arange(len(table)), np.zeros(len(table), dtype=bool)
    for _ in range(_MOST_PIVOTS):
        values = table[open_, :restricted, 0]
        worst = values.argmin(axis=1)
        mended = values[np.arange(len(open_)), worst] >= -_ENOUGH
        found[open_[mended]] = True
        open_, worst = open_[~mended], worst[~mended]
        if len(open_) == 0:
            break
        row = table[open_, worst]
        steep = row[:, 1:]
        usable = steep > _STEEP
        ratio = np.where(usable, -table[open_, -1, 1:] / np.where(usable, steep, 1.0), np.inf)
        enter = ratio.argmin(axis=1)
        solvable = usable.any(axis=1)
        open_, worst, row, enter = open_[solvable], worst[solvable], row[solvable], enter[solvable]
        if len(open_) == 0:
            break
        nth = np.arange(len(open_))
        pivot = row[nth, enter + 1]
        replacement = -row / pivot[:, None]
        replacement[nth, enter + 1] = 1.0 / pivot
        part = table[open_]
        factor = part[nth, :, enter + 1]
        part[nth, :, enter + 1] = 0.0
        part += factor[:, :, None] * replacement[:, None, :]
        part[nth, worst] = replacement
        table[open_] = part
    return found
