"""`conedrills share`: a layout as one page for a partner's phone."""

from __future__ import annotations

from pathlib import Path

import click

from conedrills.cli import options, talk
from conedrills.cli.command import SETTINGS, Command
from conedrills.cli.sheet import set_out_for
from conedrills.compose.phone import phone
from conedrills.errors import UsageError
from conedrills.exporters import html
from conedrills.layout import Layout
from conedrills.layoutwriter import dumps
from conedrills.opening import open_layout
from conedrills.public import public
from conedrills.writing import check_target, write_file
from conedrills.yard import Units

_SUFFIXES = (".html", ".htm")


@click.command(cls=Command, context_settings=SETTINGS)
@click.argument("layout_file", metavar="LAYOUT")
@click.option("-o", "--output", required=True, metavar="FILE", help="An .html; - is stdout.")
@options.units
@options.tape
@options.lang
@click.option(
    "--include-names", is_flag=True, help="Keep the names and notes of your yard: the file will hold them."
)
@options.force
def command(
    *,
    layout_file: str,
    output: str,
    units: Units | None,
    tape: str | None,
    language: str,
    include_names: bool,
    force: bool,
) -> int:
    """Write one page for a partner's phone, which needs no network.

    LAYOUT is a layout.json, or what carries one; - is stdin. The page leads through the set-out cone by cone
    and through the run leg by leg, keeps the time, and calls left or right; where scripts are off it shows
    everything at once. It carries the layout inside. Names and notes of the yard stay out unless they are
    asked for.
    """
    path = Path(output)
    if output != "-" and path.suffix.lower() not in _SUFFIXES:
        raise UsageError("-o: a page for a phone is an .html.")
    layout = open_layout(layout_file)
    shown = units or layout.units
    longest = options.tape_metres(tape, shown)
    if output != "-":
        check_target(path, force=force)
    layout = set_out_for(layout, shown, longest)
    if not include_names:
        layout = public(layout)
    content = page(layout, shown, language)
    if output == "-":
        talk.emit_bytes(content)
    else:
        write_file(path, content, force=force)
        talk.say(f"Wrote {output}.")
    return 0


def page(layout: Layout, units: Units, language: str) -> bytes:
    """The page for a phone, with the layout in it as it is given."""
    return html.write(phone(layout, units=units, language=language), source=dumps(layout))


command.examples = """
conedrills share layouts/rectangle-with-an-oak/layout.json -o oak.html
conedrills share layout.json -o page.html --units m --lang de
conedrills share layout.json -o ours.html --include-names
"""
