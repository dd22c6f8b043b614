"""`conedrills yard form`: a page to take outside, with room for every length that `yard new` asks for."""

from __future__ import annotations

from pathlib import Path

import click

from conedrills.cli import options, talk
from conedrills.cli.command import SETTINGS, Command
from conedrills.compose import Paper
from conedrills.compose.form import form
from conedrills.errors import UsageError
from conedrills.exporters import SUFFIXES, files
from conedrills.wording import plain_text
from conedrills.writing import check_target, write_file
from conedrills.yard import Units

_SOURCE = b'{"format": "conedrills-form", "version": 1}'


@click.command(cls=Command, context_settings=SETTINGS)
@click.option("-o", "--output", metavar="FILE", required=True, help="A .pdf, or .svg files, one a page.")
@options.units
@options.paper
@options.lang
@options.force
def command(*, output: str, units: Units | None, paper: Paper | None, language: str, force: bool) -> int:
    """Print a page to take outside and fill in: a sketch, a table of corners, trees, and how to measure.

    What comes back is typed in order into `conedrills yard new`.
    """
    path = Path(output)
    if path.suffix.lower() not in SUFFIXES:
        shown = plain_text(output, 200)
        raise UsageError(f"-o: {shown}: the form is written as {' or '.join(SUFFIXES)}.")
    counted = units or ("m" if paper == "a4" else "ft")
    sheet = form(paper=options.default_paper(paper, counted), units=counted, language=language)
    written = files(sheet, path, source=_SOURCE)
    for name in written:
        check_target(name, force=force)
    for name, content in written.items():
        write_file(name, content, force=force)
    talk.say(
        f"Wrote {' and '.join(str(name) for name in written)}. Next: print it on both sides, and measure."
    )
    return 0


command.examples = """
conedrills yard form -o form.pdf
conedrills yard form -o formular.pdf --units m --lang de
"""
