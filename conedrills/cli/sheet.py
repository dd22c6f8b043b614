"""`conedrills sheet`: the pages of a layout drawn again, on other paper or in other units."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from conedrills.cli import options, talk
from conedrills.cli.command import SETTINGS, Command
from conedrills.compose import Paper, compose
from conedrills.errors import UsageError
from conedrills.exporters import pdf, svg
from conedrills.layoutwriter import dumps
from conedrills.opening import open_layout
from conedrills.sheet import Sheet
from conedrills.wording import unknown_name
from conedrills.writing import check_target, write_file
from conedrills.yard import Units


@click.command(cls=Command, context_settings=SETTINGS)
@click.argument("layout_file", metavar="LAYOUT")
@click.option("-o", "--output", required=True, metavar="FILE", help="A .pdf or .svg; - is a PDF on stdout.")
@click.option("--page", metavar="NAME", help="Only this page. Default: all in a PDF, the overview in an SVG.")
@options.paper
@options.units
@options.force
def command(
    *, layout_file: str, output: str, page: str | None, paper: Paper | None, units: Units | None, force: bool
) -> int:
    """Draw the sheet of a layout again, on other paper or in other units.

    LAYOUT is a layout.json; - is stdin. A PDF holds all pages. An SVG is one page:
    the overview, or the one that --page names as in `01-w-drill`.
    """
    path, kind = Path(output), "pdf" if output == "-" else Path(output).suffix.lower().removeprefix(".")
    if kind not in {"pdf", "svg"}:
        raise UsageError(f"{output}: a sheet is written as .pdf or .svg. Give the file a name that ends so.")
    if output == "-" and talk.is_terminal(sys.stdout):
        raise UsageError("a PDF is not for reading on a terminal. Name a file, or redirect the output.")
    layout = open_layout(layout_file)
    shown = units or layout.units
    if output != "-":
        check_target(path, force=force)
    sheet = compose(layout, paper=options.default_paper(paper, shown), units=shown)
    sheet = _only(sheet, page or ("overview" if kind == "svg" else None))
    source = dumps(layout)
    if kind == "pdf":
        content = pdf.write(sheet, source=source)
    else:
        content = svg.write(sheet.pages[0], language=sheet.language, source=source)
    if output == "-":
        talk.emit_bytes(content)
    else:
        write_file(path, content, force=force)
        talk.say(f"Wrote {output}.")
    return 0


command.examples = """
conedrills sheet layouts/rectangle-with-an-oak/layout.json -o sheet.pdf --paper a4 --units m
conedrills sheet layout.json -o w.svg --page 01-w-drill
"""


def _only(sheet: Sheet, name: str | None) -> Sheet:
    if name is None:
        return sheet
    pages = tuple(page for page in sheet.pages if page.name == name)
    if not pages:
        names = [page.name for page in sheet.pages]
        raise UsageError(unknown_name("page", name, names, f"There are: {', '.join(names)}."))
    return replace(sheet, pages=pages)
