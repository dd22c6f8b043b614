"""`conedrills layout`: a yard and drills in, a layout and its sheet out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from conedrills.cli import options, story, talk
from conedrills.cli.command import SETTINGS, Command, Count
from conedrills.compose import Paper
from conedrills.drill import Drill, drill_names, find_drill, load_drill
from conedrills.drillfile import Pace
from conedrills.errors import UsageError
from conedrills.fit import Mirror
from conedrills.importers import read_yard
from conedrills.layoutwriter import to_json
from conedrills.plan import Athlete, plan
from conedrills.wording import unknown_name
from conedrills.writing import ALWAYS, check_folder, layout_files, write_folder
from conedrills.yard import Surface, Units


@click.command(cls=Command, context_settings=SETTINGS)
@options.yard
@click.option("--drill", "wanted", multiple=True, metavar="NAME|FILE", help="A drill to lay out. Repeatable.")
@click.option(
    "--family",
    "families",
    multiple=True,
    metavar="F",
    help="All drills of a family, as `conedrills drills` lists them. Repeatable.",
)
@click.option("--pace", type=click.Choice(options.PACES), help="Default: what each drill fits best at.")
@click.option("--cones", type=Count(1000), metavar="N", help="No drill with more cones than this.")
@click.option(
    "--mirror", type=click.Choice(["left", "right"]), help="Default: either; right is as published."
)
@click.option(
    "--surface", type=click.Choice(["dry", "wet"]), help="Wet grass needs half as much run-out again."
)
@click.option(
    "--athlete",
    type=click.Choice(["child", "adult", "older"]),
    default="adult",
    help="child: at most 75 % of published; older: each drill's slowest pace.",
)
@options.units
@options.paper
@options.feature
@options.seconds
@options.out
@options.force
@options.as_json
def command(
    *,
    yard_file: str,
    wanted: tuple[str, ...],
    families: tuple[str, ...],
    pace: Pace | None,
    cones: int | None,
    mirror: Mirror | None,
    surface: Surface | None,
    athlete: Athlete,
    units: Units | None,
    paper: Paper | None,
    feature: str | None,
    seconds: float | None,
    out: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """Lay drills out in a yard, and write a sheet to print.

    Each drill is as large as it safely fits. Without --drill and --family the choice is balanced for this
    yard. Writes layout.json, sheet.pdf, overview.svg and an SVG a drill. Exit status 0: all that was asked
    for is placed; 1: something does not fit (what fits is written all the same).
    """
    yard = read_yard(Path(yard_file), feature)
    drills = chosen_drills(wanted, families)
    folder = story.folder_for(yard, out)
    check_folder(folder, ALWAYS, force=force)
    with talk.Progress() as progress:
        layout = plan(
            yard,
            drills,
            pace=pace,
            cones=cones,
            mirror=mirror,
            wet=None if surface is None else surface == "wet",
            athlete=athlete,
            units=units,
            seconds=seconds,
            progress=progress,
        )
        progress("drawing the sheet")
        files = layout_files(layout, options.default_paper(paper, layout.units))
    removed = write_folder(folder, files, force=force)
    if pace is not None and athlete == "older":
        talk.say(f"Note: --pace {pace} takes the place of the slowest pace that --athlete older asks for.")
    talk.say(story.of_layout(layout))
    talk.say(story.of_files(folder, files, removed))
    if as_json:
        talk.emit_json({**to_json(layout), "files": list(files)})
    return 0 if layout.placements and not (drills and layout.unplaced) else 1


command.examples = """
conedrills layout --yard yard.json
conedrills layout --yard yard.json --drill w-drill --drill break-45 --pace easy
conedrills layout --yard yard.json --family cornerback --cones 8 --out saturday
"""


def chosen_drills(wanted: Sequence[str], families: Sequence[str]) -> tuple[Drill, ...] | None:
    """The drills asked for, each once, in the order asked; None where none is named.

    Raises:
        UsageError: a drill or a family is unknown, or two drills share a name.
    """
    if not wanted and not families:
        return None
    library = [load_drill(name) for name in drill_names()] if families else []
    known = sorted({drill.family for drill in library})
    for family in families:
        if family not in known:
            raise UsageError(unknown_name("family", family, known, f"There are: {', '.join(known)}."))
    chosen: dict[str, Drill] = {}
    for drill in [*map(find_drill, wanted), *(drill for drill in library if drill.family in families)]:
        if chosen.setdefault(drill.name, drill) != drill:
            raise UsageError(
                f'two different drills are called "{drill.name}". Give yours another name in its file.'
            )
    return tuple(chosen.values())
