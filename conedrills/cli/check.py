"""`conedrills check`: the second opinion on any layout, also one that somebody else made."""

from __future__ import annotations

import click

from conedrills.check import problems
from conedrills.cli import options, talk
from conedrills.cli.command import SETTINGS, Command
from conedrills.layout import layout_id
from conedrills.opening import open_layout


@click.command(cls=Command, context_settings=SETTINGS)
@click.argument("layout_file", metavar="LAYOUT")
@options.as_json
def command(*, layout_file: str, as_json: bool) -> int:
    """Judge a layout again, from its file alone and in another way than it was made.

    LAYOUT is a layout.json; - is stdin. Every leg, clearance and run-out is rebuilt
    from the drills, the yard and the poses. Exit status 0: no problem; 1: problems, one a line.
    """
    layout = open_layout(layout_file)
    found = problems(layout)
    if as_json:
        about = {"id": layout_id(layout), "placements": len(layout.placements)}
        talk.emit_json({**about, "problems": [problem.to_json() for problem in found]})
    else:
        for problem in found:
            talk.emit(problem.message)
    count = len(layout.placements)
    talk.say(f"{len(found) or 'No'} problem{'s'[: len(found) != 1]} in {count} placement{'s'[: count != 1]}.")
    return 1 if found else 0


command.examples = """
conedrills check layouts/rectangle-with-an-oak/layout.json
conedrills check layout.json --json
"""
