"""Rows in columns, and sizes as people say them: what lists, cards and stories have in common."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence


def percent(size: float) -> str:
    """A size as people say it, rounded down so that it never claims more than there is.

    >>> percent(1.0), percent(0.8349), percent(0.29)
    ('100 %', '83 %', '29 %')
    """
    return f"{int(size * 100 + 1e-6)} %"


def percent_up(size: float, decimals: int = 2) -> str:
    """A size that is not exceeded, rounded up; no more decimals than it needs.

    >>> percent_up(0.830212), percent_up(0.84, 1), percent_up(0.8404, 1)
    ('83.03 %', '84 %', '84.1 %')
    """
    up = math.ceil(size * 100 * 10**decimals - 1e-4) / 10**decimals
    return f"{up:.{decimals}f}".rstrip("0").rstrip(".") + " %"


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of cells, one line a row, with cells of a column in line."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
