"""Cones and set-out as a table for a spreadsheet or another program: UTF-8, comma, decimal point, metres.

One row a reference point, a cone in walking order, or a check length across a drill; `kind` says which. The
`_text` columns say the same lengths as the sheet does. A cone's `x_m` and `y_m` are rounded to a tenth of a
millimetre, its tapes are marks of the tape.

A text that a spreadsheet would take for a formula, or a letter of a reference point that could be a cone's
number, begins with an apostrophe, which is not part of it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from conedrills.compose import words
from conedrills.language import ENGLISH, Voice
from conedrills.layout import Hook, Layout, Placement, SetoutRow, Tie
from conedrills.units import format_length, tape_units
from conedrills.yard import Units

COLUMNS = (
    "kind", "drill", "placement", "step", "name", "what", "x_m", "y_m", "method", "first", "first_m",
    "second", "second_m", "side", "along_m", "offset_m", "cut_angle_deg", "check", "check_m", "first_text",
    "second_text", "along_text", "offset_text", "check_text",
)  # fmt: skip
"""`first` and `second` are hooks: a letter is a reference point, a number a cone of the same placement.

A `tie` has `first_m`, `second_m` and the `side` of the line from first to second. An `offset` has a tape laid
from first to second, `along_m` on it, and `offset_m` square to it, positive to the left. A `check` row has
the cones first and second, and `check_m` between them. `placement` counts from 1.
"""
_HEADER = (",".join(COLUMNS) + "\r\n").encode()
_FORMULA = ("=", "+", "-", "@")


def is_ours(content: bytes) -> bool:
    """Whether a file is such a table, by its first line."""
    return content.startswith(_HEADER)


def write(layout: Layout, *, units: Units | None = None) -> bytes:
    """The table of a layout.

    Args:
        layout: with its set-out; a placement without one has its cones' places alone.
        units: of the `_text` columns, yards as feet; those of the layout where None.
    """
    buffer = io.StringIO()
    table = csv.DictWriter(buffer, COLUMNS, restval="", lineterminator="\r\n")
    table.writeheader()
    for row in _rows(layout, tape_units(units or layout.units)):
        table.writerow(row)
    return buffer.getvalue().encode()


def _rows(layout: Layout, units: Units) -> Iterator[dict[str, str]]:
    for reference in layout.yard.references:
        yield {
            "kind": "reference",
            "name": _hook(reference.name),
            "what": _word(words.thing_of(reference, Voice(ENGLISH, units))),
            "x_m": _metres(reference.at.x),
            "y_m": _metres(reference.at.y),
        }
    for index, placement in enumerate(layout.placements, 1):
        here = {"drill": placement.drill.name, "placement": str(index)}
        steps = {row.cone: (step, row) for step, row in enumerate(placement.setout, 1)}
        order = sorted(
            range(1, len(placement.cones) + 1), key=lambda cone: (steps.get(cone, (cone,))[0], cone)
        )
        for cone in order:
            step, row = steps.get(cone, (None, None))
            yield {
                "kind": "cone", **here, "step": str(step or ""), "name": str(cone),
                **_place(placement, cone), **(_row(row, units) if row else {}),
            }  # fmt: skip
        for check in placement.checks:
            length = {"check_m": _metres(check.distance), "check_text": _text(check.distance, units)}
            yield {"kind": "check", **here, "first": str(check.start), "second": str(check.end), **length}


def _place(placement: Placement, cone: int) -> dict[str, str]:
    at = placement.cones[cone - 1]
    return {"x_m": _metres(at.x), "y_m": _metres(at.y)}


def _row(row: SetoutRow, units: Units) -> dict[str, str]:
    check = {}
    if row.check:
        length = row.check.distance
        check = {"check": _hook(row.check.at), "check_m": _metres(length), "check_text": _text(length, units)}
    if isinstance(row, Tie):
        one, other = row.tapes
        return {
            "method": "tie", "first": _hook(one.at), "first_m": _metres(one.distance),
            "second": _hook(other.at), "second_m": _metres(other.distance), "side": row.side,
            "cut_angle_deg": f"{row.cut_angle:.1f}", "first_text": _text(one.distance, units),
            "second_text": _text(other.distance, units), **check,
        }  # fmt: skip
    return {
        "method": "offset", "first": _hook(row.start), "second": _hook(row.end),
        "along_m": _metres(row.along), "offset_m": _metres(row.offset),
        "along_text": _text(row.along, units), "offset_text": _text(row.offset, units), **check,
    }  # fmt: skip


def _hook(hook: Hook) -> str:
    return str(hook) if isinstance(hook, int) else _word(hook)


def _metres(value: float) -> str:
    return f"{round(value, 4) + 0.0:.4f}"  # + 0.0: never -0


def _text(metres: float, units: Units) -> str:
    return format_length(metres, units, ascii_only=True)


def _word(text: str) -> str:
    """A text that no spreadsheet runs as a formula or takes for a number, or for a cone: by an apostrophe."""
    bare = text.lstrip("'")
    return f"'{text}" if bare.startswith(_FORMULA) or _is_number(bare) else text


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
