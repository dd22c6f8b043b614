"""`conedrills refit`: the same drills in another yard, and what stays comparable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from conedrills.cli import options, story, talk
from conedrills.cli.command import SETTINGS, Command
from conedrills.drill import PACES, Drill, Pace
from conedrills.errors import UsageError
from conedrills.importers import read_yard
from conedrills.layout import Layout, Placement, to_json
from conedrills.opening import open_layout
from conedrills.plan import plan
from conedrills.writing import ALWAYS, check_folder, layout_files, write_folder
from conedrills.yard import Yard


@click.command(cls=Command, context_settings=SETTINGS)
@click.argument("layout_file", metavar="LAYOUT")
@options.yard
@options.units
@options.paper
@options.feature
@options.seconds
@options.out
@options.force
@options.as_json
def command(
    *,
    layout_file: str,
    yard_file: str,
    units: str | None,
    paper: str | None,
    feature: str | None,
    seconds: float | None,
    out: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """Lay the drills of a layout out in another yard, and say what stays comparable.

    Each drill keeps its pace; where it does not fit at it, slower ones are tried. Times compare only where
    size, pace and side are the same. Clearances are those of the new yard. Exit status 0: every drill is
    placed; 1: one does not fit (what fits is written all the same).
    """
    if layout_file == yard_file == "-":
        raise UsageError("LAYOUT and --yard cannot both be stdin.")
    before = open_layout(layout_file)
    wishes = wishes_of(before)
    yard = read_yard(Path(yard_file), feature)
    folder = story.folder_for(yard, out)
    check_folder(folder, ALWAYS, force=force)
    with talk.Progress() as progress:
        layout = refitted(yard, wishes, units=units, seconds=seconds, progress=progress)
        progress("drawing the sheet")
        files = layout_files(layout, options.default_paper(paper, layout.units))
    removed = write_folder(folder, files, force=force)
    talk.say(story.of_layout(layout))
    talk.say("\n".join(comparison(before, layout)))
    talk.say(story.of_files(folder, files, removed))
    if as_json:
        talk.emit_json({**to_json(layout), "files": list(files)})
    return 1 if layout.unplaced else 0


command.examples = """
conedrills refit layouts/rectangle-with-an-oak/layout.json --yard grandma.json
conedrills refit layout.json --yard grandma.json --out grandma
"""


def wishes_of(layout: Layout) -> tuple[tuple[Drill, Pace], ...]:
    """The drills of a layout with the paces they have there; where none lies in it, those that were wanted.

    Raises:
        UsageError: it holds no drill.
    """
    wishes = [(placement.drill, placement.pace) for placement in layout.placements]
    wishes = wishes or [(missing.drill, missing.drill.paces[-1]) for missing in layout.unplaced]
    if not wishes:
        raise UsageError("there is no drill in this layout.")
    return tuple({drill.name: (drill, pace) for drill, pace in reversed(wishes)}.values())[::-1]


def refitted(
    yard: Yard,
    wishes: Sequence[tuple[Drill, Pace]],
    *,
    units: str | None,
    seconds: float | None,
    progress: Callable[[str], None],
) -> Layout:
    """Each drill at the fastest pace, from the one it had downwards, at which it fits."""
    share = seconds and seconds / len(wishes)
    each = [
        next(_attempts(yard, drill, pace, units=units, seconds=share, progress=progress))
        for drill, pace in wishes
    ]
    drills = {name: drill for one in each for name, drill in one.drills.items()}
    return replace(
        each[0],
        placements=tuple(placement for one in each for placement in one.placements),
        unplaced=tuple(missing for one in each for missing in one.unplaced),
        drills=drills,
    )


def comparison(before: Layout, after: Layout) -> Iterator[str]:
    """What became of each drill: its size before and after, and whether times still compare."""
    yield "Beside the layout it comes from:"
    earlier = {placement.drill.name: placement for placement in before.placements}
    for placement in after.placements:
        if (old := earlier.get(placement.drill.name)) is not None:
            change = (
                f"{story.percent(old.size)} {old.pace} -> {story.percent(placement.size)} {placement.pace}"
            )
            yield f"  {placement.drill.title}: {change}; {_comparable(old, placement)}"
    yield from (f"  {missing.drill.title}: does not fit any more" for missing in after.unplaced)


def _attempts(
    yard: Yard,
    drill: Drill,
    pace: Pace,
    *,
    units: str | None,
    seconds: float | None,
    progress: Callable[[str], None],
) -> Iterator[Layout]:
    """Layouts with the one drill, the wanted one first: where it fits, else the slowest try."""
    slower = [
        other for other in reversed(PACES[: PACES.index(pace) + 1]) if other == pace or other in drill.paces
    ]
    for other in slower:
        layout = plan(yard, (drill,), pace=other, units=units, seconds=seconds, progress=progress)
        if layout.placements or other == slower[-1]:
            yield layout


def _comparable(old: Placement, new: Placement) -> str:
    differs = [
        name
        for name, same in (
            ("size", old.size == new.size),
            ("pace", old.pace == new.pace),
            ("side", old.pose.mirrored == new.pose.mirrored),
        )
        if not same
    ]
    return f"times do not compare ({' and '.join(differs)} changed)" if differs else "times compare"
