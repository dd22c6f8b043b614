"""What is told about a layout after it is made: what was placed, what was not and why, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from conedrills.cli.table import columns, percent
from conedrills.errors import UsageError
from conedrills.layout import Layout, Placement, explanation
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


def of_files(folder: Path, names: Iterable[str], removed: Sequence[str]) -> str:
    """What was written, and what to do with it."""
    lines = [f"Wrote {folder}/: {', '.join(names)}"]
    if removed:
        lines.append(f"Removed pages of an earlier layout: {', '.join(removed)}")
    lines.append(f"Next: print {folder / 'sheet.pdf'} at 100 %, and measure its scale bar.")
    return "\n".join(lines)


def _of_layout(layout: Layout) -> Iterator[str]:
    name = layout.yard.name or "this yard"
    for note in layout.notes:
        yield f"Note: {note}"
    if layout.placements:
        yield f"Placed in {name}:"
        yield from columns([_row(number, placement) for number, placement in enumerate(layout.placements, 1)])
    else:
        yield f"Nothing fits in {name}."
    if layout.unplaced:
        yield "Not placed:"
        for missing in layout.unplaced:
            reason, *more = explanation(missing, layout.units)
            yield f"  {missing.drill.title}: {reason}"
            yield from (f"    {sentence}" for sentence in more)


def _row(number: int, placement: Placement) -> list[str]:
    side = "mirrored" if placement.pose.mirrored else ""
    return [str(number), placement.drill.title, percent(placement.size), f"{placement.pace} pace", side]
