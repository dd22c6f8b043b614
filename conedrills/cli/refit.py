"""`conedrills refit`: the same drills in another yard, and what stays comparable."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from conedrills.cli import making, options
from conedrills.cli.command import SETTINGS, Command
from conedrills.cli.table import percent
from conedrills.compose import Paper
from conedrills.drillfile import Pace
from conedrills.errors import UsageError
from conedrills.importers import read_yard
from conedrills.layout import Layout, Placement
from conedrills.opening import open_layout
from conedrills.plan import planned
from conedrills.yard import Units


@click.command(cls=Command, context_settings=SETTINGS)
@click.argument("layout_file", metavar="LAYOUT")
@options.yard
@options.units
@options.paper
@options.lang
@options.tape
@options.feature
@options.gap
@options.seconds
@options.certificate
@options.out
@options.force
@options.as_json
def command(
    *,
    layout_file: str,
    yard_file: str,
    units: Units | None,
    paper: Paper | None,
    language: str,
    tape: str | None,
    feature: str | None,
    gap: float,
    seconds: float | None,
    certificate: str | None,
    out: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """Lay the drills of a layout out in another yard, and say what stays comparable.

    LAYOUT is a layout.json; - is stdin. Each drill keeps its pace; where it does not fit at it, another is
    taken. Times compare only where size, pace and side are the same. Clearances are those of the new yard.
    Ctrl-C ends the search and writes the best so far; twice, nothing.
    Exit status 0: every drill is placed; 1: one does not fit (what fits is written all the same).
    """
    if layout_file == yard_file == "-":
        raise UsageError("LAYOUT and --yard cannot both be stdin.")
    before = open_layout(layout_file)
    paces = wishes(before)
    yard = read_yard(Path(yard_file), feature)
    where = making.target(yard, out, certificate, force=force, as_json=as_json)
    drills = [before.all_drills[name] for name in paces]
    longest = options.tape_metres(tape, units or yard.units)
    searching = partial(
        planned, yard, drills, paces=paces, units=units, gap=gap, seconds=seconds, tape=longest
    )
    made = making.make(where, paper, language, searching)
    making.tell(made, where, "\n".join(comparison(before, made.layout)))
    if made.interrupted:
        return making.INTERRUPTED
    return 1 if made.layout.unplaced else 0


command.examples = """
conedrills refit layouts/rectangle-with-an-oak/layout.json --yard grandma.json
conedrills refit layout.json --yard grandma.json --out grandma
"""


def wishes(layout: Layout) -> dict[str, Pace]:
    """The drills of a layout with the paces they have there; where none lies in it, those that were wanted.

    Raises:
        UsageError: it holds no drill.
    """
    found = {placement.drill.name: placement.pace for placement in reversed(layout.placements)}
    found = found or {missing.drill.name: missing.drill.paces[-1] for missing in reversed(layout.unplaced)}
    if not found:
        raise UsageError("there is no drill in this layout.")
    return dict(reversed(found.items()))


def comparison(before: Layout, after: Layout) -> Iterator[str]:
    """What became of each drill: its size before and after, and whether times still compare."""
    yield "Beside the layout it comes from:"
    earlier = {placement.drill.name: placement for placement in before.placements}
    for placement in after.placements:
        if (old := earlier.get(placement.drill.name)) is not None:
            change = f"{percent(old.size)} {old.pace} -> {percent(placement.size)} {placement.pace}"
            yield f"  {placement.drill.title}: {change}; {_comparable(old, placement)}"
    yield from (f"  {missing.drill.title}: does not fit any more" for missing in after.unplaced)


def _comparable(old: Placement, new: Placement) -> str:
    same = {
        "size": old.size == new.size,
        "pace": old.pace == new.pace,
        "side": old.pose.mirrored == new.pose.mirrored,
    }
    differs = [name for name, unchanged in same.items() if not unchanged]
    return f"times do not compare ({' and '.join(differs)} changed)" if differs else "times compare"
