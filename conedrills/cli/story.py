"""What is told about a layout after it is made: what was placed, what was not and why, what to do next."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from conedrills import fonts
from conedrills.cli.table import columns, percent_up
from conedrills.compose.sharing import sheet_code
from conedrills.compose.unsure import kept_besides
from conedrills.compose.words import unprintable
from conedrills.drill import Stretch
from conedrills.errors import UsageError
from conedrills.language import ENGLISH, Voice
from conedrills.layout import Common, Layout, Placement, explanation, size_words
from conedrills.plan import STOPPED, TIME_UP
from conedrills.writing import slug
from conedrills.yard import Yard


def folder_for(yard: Yard, out: str | None) -> Path:
    """Where the files of a layout go.

    Raises:
        UsageError: it is named by nothing.
    """
    if out is None:
        return Path("layouts", slug(yard.name))
    if not out.strip():
        raise UsageError("--out is empty. Name a folder; . is this one.")
    return Path(out)


def of_layout(layout: Layout) -> str:
    """What lies where, and what does not and why."""
    return "\n".join(_of_layout(layout))


def of_files(folder: Path, names: Iterable[str], removed: Sequence[str], certificate: Path | None) -> str:
    """What was written, and what to do with it."""
    lines = [f"Wrote {folder}/: {', '.join(names)}"]
    if certificate:
        files = [shlex.quote(str(path)) for path in (folder / "layout.json", certificate)]
        lines.append(f"Wrote {certificate}: the proof of these sizes.")
        lines.append(f"To check it: `conedrills check {files[0]} --certificate {files[1]}`")
    if removed:
        lines.append(f"Removed pages of an earlier layout: {', '.join(removed)}")
    lines.append(f"Next: print {folder / 'sheet.pdf'} at 100 %, and measure its scale bar.")
    return "\n".join(lines)


def of_letters(layout: Layout) -> str:
    """Which names the sheet cannot say as they are written; "" where it can say all."""
    return "\n".join(
        f'Note: the sheet says "{fonts.shown(name)}" for "{name}": its typeface has no'
        f" {' '.join(fonts.missing_glyphs([name]))}"
        for name in unprintable(layout)
    )


def of_code(layout: Layout) -> str:
    """Why there is no share code on the sheet; "" where there is one, or no drill to share."""
    if not layout.placements or sheet_code(layout):
        return ""
    return "Note: the layout is too large for a code on the sheet: to share it, send a file that carries it."


def _of_layout(layout: Layout) -> Iterator[str]:
    name = layout.yard.name or "this yard"
    for note in layout.notes:
        yield f"Note: {note}"
    if layout.placements:
        yield f"Placed in {name}:"
        yield from columns([_row(number, placement) for number, placement in enumerate(layout.placements, 1)])
        for placement in layout.placements:
            yield from (f"Note: {placement.drill.title}: {remark}" for remark in placement.remarks)
        for said in kept_besides(layout, Voice(ENGLISH, layout.units)):
            yield f"Kept clear besides. {said}"
    elif layout.unplaced and all(missing.reason in {STOPPED, TIME_UP} for missing in layout.unplaced):
        yield f"Nothing was tried in {name}."
    else:
        yield f"Nothing fits in {name}."
    if layout.unplaced:
        yield "Not placed:"
        for missing in layout.unplaced:
            reason, *more = explanation(missing, Voice(ENGLISH, layout.units))
            yield f"  {missing.drill.title}: {reason}"
            yield from (f"    {sentence}" for sentence in more)


def doing(what: str, size: float = 0.0, bound: float | None = None) -> str:
    """What is being done, with the size of a drill that is found so far and the bound that closes in.

    >>> doing("W drill"), doing("W drill", 0.83049, 0.84011), doing("W drill", 0.0, 0.5)
    ('W drill', 'W drill: 83.0 %, at most 84.1 %', 'W drill: nothing yet, at most 50.0 %')
    """
    if bound is None:
        return what
    found = f"{math.floor(size * 1000 + 1e-6) / 10:.1f} %" if size else "nothing yet"
    return f"{what}: {found}, at most {math.ceil(bound * 1000 - 1e-3) / 10:.1f} %"


def _row(number: int, placement: Placement) -> list[str]:
    how = f"{placement.pace} pace{', mirrored' if placement.pose.mirrored else ''}"
    factors, size = placement.factors, size_words(placement, Voice(ENGLISH, "m"))
    size += " of full size" if factors.depth == factors.width else ""
    return [str(number), placement.drill.title, size, how, _proven(placement)]


_AS_GOOD_AS_NONE = 0.001
"""The share of a bound by which it may be above the size without anybody missing it."""


def _proven(placement: Placement) -> str:
    """What is certain of larger ones, in plain words."""
    size, bound, drill = placement.size, placement.size_bound, placement.drill
    if drill.size_min == drill.size_max and drill.stretch is None:
        return "its only size"
    largest = drill.stretch.high if drill.stretch else Stretch(drill.size_max, drill.size_max)
    if min(placement.factors.depth - largest.depth, placement.factors.width - largest.width) >= -1e-4:
        return "its largest size"
    if placement.capped:
        return "capped for a child"
    if placement.common:
        return _proven_of_both(placement.common)
    if bound is None:
        return "not proven: it may fit larger" if drill.stretch else "nothing is proven of larger ones"
    most = percent_up(bound)
    proven = f"no pose has both above {most}" if drill.stretch else f"no pose is larger than {most}"
    if placement.gap_reached or bound - size <= _AS_GOOD_AS_NONE * bound:
        return proven
    return f"the search ended early: {proven if bound < drill.size_max else 'it may fit larger'}"


def _proven_of_both(common: Common) -> str:
    """What is certain of larger sizes that two yards could have in common."""
    if common.size_bound is None:
        return "fits both yards"
    proven = f"no size above {percent_up(common.size_bound)} fits both yards"
    return proven if common.gap_reached else f"the search ended early: {proven}"
