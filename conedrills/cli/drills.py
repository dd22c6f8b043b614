"""`conedrills drills`: the list of drills, or one drill as a card."""

from __future__ import annotations

import click

from conedrills.card import drill_card, drill_list
from conedrills.cli import options, talk
from conedrills.cli.command import SETTINGS, Command, Number
from conedrills.drill import find_drill
from conedrills.errors import UsageError
from conedrills.space import space_model

LARGEST = 1000.0
"""The largest size that makes sense to ask for; over it a number is a slip of the pen."""


@click.command(cls=Command, context_settings=SETTINGS)
@click.argument("name", required=False, metavar="[NAME|FILE]")
@click.option("--size", type=Number(LARGEST), metavar="S", help="1 is as published. Default: its largest.")
@click.option(
    "--pace", type=click.Choice(options.PACES), help="For its clearances and run-outs. Default: full."
)
@options.as_json
def command(*, name: str | None, size: float | None, pace: str | None, as_json: bool) -> int:
    """List the drills, or show one with its geometry at a size and a pace.

    NAME is a name or any alias of a drill, FILE a drill file of your own.
    """
    if name is None:
        if size is not None or pace is not None:
            raise UsageError(
                "--size and --pace are for one drill. Name it: conedrills drills w-drill --size 0.8."
            )
        document = drill_list()
    else:
        drill = find_drill(name)
        document = drill_card(drill, size or drill.size_max, pace or "full", space_model({}, wet=False))
    if as_json:
        talk.emit_json(document)
    else:
        ...
    return 0
