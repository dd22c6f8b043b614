"""`conedrills yard`: what is done with yard files; one module a command, as everywhere in `cli`."""

from __future__ import annotations

from collections.abc import Mapping

import click

from conedrills.cli.command import SETTINGS, Group

WORDS: Mapping[str, str] = {
    "check": "Adjust what was measured: how good it is, what is wrong, the next tape.",
    "new": "Ask for what was measured, and write a yard file.",
    "convert": "Turn any file that is read into a yard file, GeoJSON or DXF.",
    "form": "Print a page to take outside and fill in.",
}


@click.group(cls=Group, context_settings=SETTINGS)
def command() -> None:
    """Check, write and convert yard files; print a form to measure with."""


command.parts = {name: f"conedrills.cli.yard_{name}" for name in WORDS}
command.help_lines = WORDS
command.examples = """
conedrills yard form -o form.pdf
conedrills yard new -o yard.json
conedrills yard check yard.json
conedrills yard convert parcel.kml -o yard.json
"""
