"""`conedrills sheet`: the pages of a layout drawn again, for other paper, units or readers, or as text."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from conedrills.cli import options, story, talk
from conedrills.cli.command import SETTINGS, Command
from conedrills.compose import Paper, cards, compose
from conedrills.errors import UsageError
from conedrills.exporters import csv, dxf, geojson, pdf, svg, txt
from conedrills.language import Voice
from conedrills.layout import Layout
from conedrills.layoutwriter import dumps
from conedrills.opening import open_layout
from conedrills.public import public
from conedrills.setout import set_out
from conedrills.sheet import Sheet
from conedrills.wording import unknown_name
from conedrills.writing import check_target, write_file
from conedrills.yard import Units, validated

_DRAWN, _WRITTEN = ("pdf", "svg"), ("txt", "csv", "geojson", "dxf")
"""What has pages, and what has words or numbers alone."""
_GIVEN_AWAY = {"geojson": geojson.write, "dxf": dxf.write}
"""What other programs read, and what is therefore written without names and notes."""


@click.command(cls=Command, context_settings=SETTINGS)
@click.argument("layout_file", metavar="LAYOUT")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    help="A .pdf, .svg, .txt, .csv, .geojson or .dxf; - is a PDF on stdout.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["sheet", "card"]),
    default="sheet",
    help="The pages of the sheet, or pocket cards, four to a page. Default: sheet.",
)
@click.option("--page", metavar="NAME", help="Only this page. Default: all in a PDF, the first in an SVG.")
@options.paper
@options.units
@options.tape
@options.lang
@click.option(
    "--include-names",
    "named",
    is_flag=True,
    help="With the names of yard and things in a .geojson or .dxf. Default: without, to be given away.",
)
@options.force
def command(
    *,
    layout_file: str,
    output: str,
    form: str,
    page: str | None,
    paper: Paper | None,
    units: Units | None,
    tape: str | None,
    language: str,
    named: bool,
    force: bool,
) -> int:
    """Draw the sheet of a layout again, on other paper, in other units or language.

    LAYOUT is a layout.json, or what carries one; - is stdin. A PDF holds all pages. An SVG is one page:
    the overview, or the one that --page names as in `01-w-drill`. A .txt says it all
    in words, to be heard or sent; a .csv is a table of cones and tapes. A .geojson
    or .dxf holds yard, cones and legs in metres for other programs. In other units,
    or with another tape, the set-out is worked out anew. Cards to cut out have a
    drill each; their pages are called `cards-1`, `cards-2`, ...
    """
    path, kind = Path(output), "pdf" if output == "-" else Path(output).suffix.lower().removeprefix(".")
    if kind not in _DRAWN + _WRITTEN:
        known = "a sheet is written as .pdf, .svg, .txt, .csv, .geojson or .dxf."
        raise UsageError(f"{output}: {known} Give the file a name that ends so.")
    if kind in _WRITTEN:
        _refuse_pages(kind, page, paper, form)
    _refuse_names(kind, named=named)
    if output == "-" and talk.is_terminal(sys.stdout):
        raise UsageError("a PDF is not for reading on a terminal. Name a file, or redirect the output.")
    layout = open_layout(layout_file)
    shown = units or layout.units
    longest = options.tape_metres(tape, shown)
    if output != "-":
        check_target(path, force=force)
    layout = set_out_for(layout, shown, longest)
    if kind in _WRITTEN:
        content = _written(kind, layout if named or kind not in _GIVEN_AWAY else public(layout), language)
    else:
        draw = cards if form == "card" else compose
        sheet = draw(layout, paper=options.default_paper(paper, shown), units=shown, language=language)
        sheet = _shown(sheet, page, kind)
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
    if kind in _DRAWN and form == "sheet" and (why := story.of_code(layout)):
        talk.say(why)
    return 0


command.examples = """
conedrills sheet layouts/rectangle-with-an-oak/layout.json -o sheet.pdf --paper a4 --units m
conedrills sheet layout.json -o w.svg --page 01-w-drill
conedrills sheet layout.json -o cards.pdf --format card
conedrills sheet layout.json -o drills.txt --units ft --tape 50ft
conedrills sheet layout.json -o zettel.pdf --lang de
conedrills sheet layout.json -o garden.dxf
"""


def _written(kind: str, layout: Layout, language: str) -> bytes:
    """The file of a layout that is not drawn."""
    if kind == "txt":
        return txt.write(layout, Voice(language, layout.units))
    return csv.write(layout) if kind == "csv" else _GIVEN_AWAY[kind](layout)


def set_out_for(layout: Layout, shown: Units, longest: float | None) -> Layout:
    """The layout, set out anew where its own set-out is not for these units and this tape, or is missing.

    Args:
        layout: as it was opened.
        shown: the units of the sheet.
        longest: the tape that was asked for, metres; None where none was.

    Raises:
        YardError: its yard cannot exist.
    """
    has_rows = any(placement.setout for placement in layout.placements)
    if longest is None and shown == layout.units and (has_rows or not layout.placements):
        return layout
    validated(layout.yard)  # a stranger's yard may be none
    return set_out(replace(layout, units=shown), longest or layout.tape)


def _refuse_pages(kind: str, page: str | None, paper: Paper | None, form: str) -> None:
    """What has no pages takes no option about them.

    Raises:
        UsageError: there is one.
    """
    if page or paper:
        raise UsageError(f"a .{kind} has no pages: leave {'--page' if page else '--paper'} out.")
    if form == "card":
        raise UsageError(f"a .{kind} has no cards: they are written as .pdf or .svg.")


def _refuse_names(kind: str, *, named: bool) -> None:
    """Only what is given away can do without names.

    Raises:
        UsageError: they are asked for where they are anyway.
    """
    if named and kind not in _GIVEN_AWAY:
        raise UsageError(f"a .{kind} holds the names anyway: leave --include-names out.")


def _shown(sheet: Sheet, page: str | None, kind: str) -> Sheet:
    """The pages that were asked for; the first where a file holds one.

    Raises:
        UsageError: there is no such page, or no page at all.
    """
    if not sheet.pages:
        raise UsageError("there is no drill in this layout, so there is no card.")
    first = sheet.pages[0].name if kind == "svg" else None
    return _only(sheet, page or first)


def _only(sheet: Sheet, name: str | None) -> Sheet:
    if name is None:
        return sheet
    pages = tuple(page for page in sheet.pages if page.name == name)
    if not pages:
        names = [page.name for page in sheet.pages]
        raise UsageError(unknown_name("page", name, names, f"There are: {', '.join(names)}."))
    return replace(sheet, pages=pages)
