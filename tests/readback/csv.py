"""The table of cones read with the csv module, and the rows of a set-out that it says, as values.

What is read here is what is printed: a number in metres, a letter, a side.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from conedrills.layout import Check, Hook, Offset, SetoutRow, Tape, Tie

Row = Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """Its columns and its rows, each by column."""

    columns: Sequence[str]
    rows: Sequence[Row]

    def of(self, kind: str, placement: int | None = None) -> list[Row]:
        """The rows of a kind, of one placement, counted from 1."""
        number = "" if placement is None else str(placement)
        return [row for row in self.rows if row["kind"] == kind and row["placement"] == number]

    def setout(self, placement: int) -> tuple[SetoutRow, ...]:
        """How a placement is set out, in walking order."""
        return tuple(setout_row(row) for row in self.of("cone", placement) if row["method"])

    def checks(self, placement: int) -> tuple[Check, ...]:
        """Its lengths across the drill."""
        rows = self.of("check", placement)
        return tuple(Check(int(row["first"]), int(row["second"]), float(row["check_m"])) for row in rows)


def read(file: bytes) -> Table:
    """The table in a file."""
    table = csv.DictReader(io.StringIO(file.decode("utf-8"), newline=""), strict=True)
    rows = list(table)
    assert all(None not in row and None not in row.values() for row in rows)
    return Table(list(table.fieldnames or []), rows)


def setout_row(row: Row) -> SetoutRow:
    """A row of a cone, as values."""
    cone = int(row["name"])
    check = Tape(hook(row["check"]), float(row["check_m"])) if row["check"] else None
    first, second = hook(row["first"]), hook(row["second"])
    if row["method"] == "offset":
        return Offset(cone, first, second, float(row["along_m"]), float(row["offset_m"]), check)
    assert row["method"] == "tie"
    side: Literal["left", "right"] = "left" if row["side"] == "left" else "right"
    assert row["side"] == side
    tapes = (Tape(first, float(row["first_m"])), Tape(second, float(row["second_m"])))
    return Tie(cone, tapes, side, float(row["cut_angle_deg"]), check)


def hook(cell: str) -> Hook:
    """A cone by its number, a reference point by its letter."""
    if cell.isdecimal():
        return int(cell)
    return text(cell)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def text(cell: str) -> str:
    """A text without the apostrophe that keeps it from being a formula or a number."""
    bare = cell.lstrip("'")
    quoted = bare.startswith(("=", "+", "-", "@")) or _is_number(bare)
    return cell[1:] if cell.startswith("'") and quoted else cell
