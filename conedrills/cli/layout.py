"""`conedrills layout`: a yard and drills in, a layout and its sheet out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from conedrills.cli import making, options, talk
from conedrills.cli.command import SETTINGS, Command, Count
from conedrills.cli.reading import measured_yard
from conedrills.compose import Paper
from conedrills.drill import Drill, drill_names, load_drill
from conedrills.drillfile import Pace
from conedrills.errors import UsageError
from conedrills.fit import Mirror
from conedrills.plan import Athlete, planned
from conedrills.shelf import Shelf, own_drills
from conedrills.wording import unknown_name
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
@options.lang
@options.tape
@options.feature
@options.accept_misclosure
@options.gap
@options.seconds
@options.certificate
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
    language: str,
    tape: str | None,
    feature: str | None,
    accept_misclosure: bool,
    gap: float,
    seconds: float | None,
    certificate: str | None,
    out: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """Lay drills out in a yard, and write a sheet to print.

    Each drill is as large as it safely fits, which is proven. Without --drill and --family the choice is
    balanced for this yard. Writes layout.json, sheet.pdf, overview.svg and an SVG a drill. Ctrl-C ends the
    search and writes the best so far; twice, nothing. Exit status 0: all that was asked for is placed; 1:
    something does not fit (what fits is written all the same).
    """
    yard = measured_yard(yard_file, feature, accepted=accept_misclosure)
    longest = options.tape_metres(tape, units or yard.units)
    own = own_drills(Path(yard_file))
    drills = chosen_drills(wanted, families, own)
    where = making.target(yard, out, certificate, force=force, as_json=as_json)
    searching = partial(
        planned,
        yard,
        drills,
        pace=pace,
        cones=cones,
        mirror=mirror,
        wet=None if surface is None else surface == "wet",
        athlete=athlete,
        units=units,
        gap=gap,
        seconds=seconds,
        tape=longest,
    )
    made = making.make(where, paper, language, searching)
    if pace is not None and athlete == "older":
        talk.say(f"Note: --pace {pace} takes the place of the slowest pace that --athlete older asks for.")
    making.tell(made, where)
    if made.interrupted:
        return making.INTERRUPTED
    return 0 if made.layout.placements and not (drills and made.layout.unplaced) else 1


command.examples = """
conedrills layout --yard yard.json
conedrills layout --yard yard.json --drill w-drill --drill break-45 --pace easy
conedrills layout --yard yard.json --family cornerback --cones 8 --out saturday
conedrills layout --yard yard.json --drill w-drill --gap 0.0005 --certificate proof.json
"""


def chosen_drills(
    wanted: Sequence[str], families: Sequence[str], own: Shelf | None = None
) -> tuple[Drill, ...] | None:
    """The drills asked for, each once, in the order asked; None where none is named.

    Args:
        wanted: their names, aliases or files.
        families: all of these families, the user's own with them.
        own: the user's own drills.

    Raises:
        UsageError: a drill or a family is unknown, or two drills share a name.
    """
    if not wanted and not families:
        return None
    shelf = own or Shelf()
    library = [load_drill(name) for name in drill_names() if name not in shelf.drills] if families else []
    library += shelf.drills.values()
    known = sorted({drill.family for drill in library})
    for family in families:
        if family not in known:
            raise UsageError(unknown_name("family", family, known, f"There are: {', '.join(known)}."))
    chosen: dict[str, Drill] = {}
    for drill in [*map(shelf.find, wanted), *(drill for drill in library if drill.family in families)]:
        if chosen.setdefault(drill.name, drill) != drill:
            raise UsageError(
                f'two different drills are called "{drill.name}". Give yours another name in its file.'
            )
    return tuple(chosen.values())
