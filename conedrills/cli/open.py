"""`conedrills open`: what a file or a code of ours holds, and the layout taken out of it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

from conedrills.check import Problem, problems
from conedrills.cli import options, share, talk
from conedrills.cli.command import SETTINGS, Command
from conedrills.cli.table import columns
from conedrills.errors import UsageError
from conedrills.exporters import csv, dxf, geojson
from conedrills.language import ENGLISH, Voice
from conedrills.layout import Layout, layout_id, size_words
from conedrills.layoutwriter import dumps, to_json
from conedrills.opening import open_layout
from conedrills.public import private, public
from conedrills.sharecode import share_code
from conedrills.writing import check_target, write_file
from conedrills.yard import lawn

WRITERS: Mapping[str, Callable[[Layout], bytes]] = {
    ".json": dumps,
    ".csv": csv.write,
    ".geojson": lambda layout: geojson.write(public(layout)),
    ".dxf": lambda layout: dxf.write(public(layout)),
    ".html": lambda layout: share.page(public(layout), layout.units, ENGLISH),
}
"""What a layout can be written as: the suffix of the file, and what makes its bytes."""
_PRIVATE = {
    "title": "title and name of the yard",
    "sides": "names of sides",
    "obstacles": "names of obstacles",
    "references": "what reference points are",
    "notes": "notes",
    "remarks": "remarks",
    "weather": "sun and slope",
    "drills": "notes in drills of your own",
    "earth": "place on earth",
}


@click.command(cls=Command, context_settings=SETTINGS)
@click.argument("source", metavar="FILE|CODE|-")
@click.option("--show", is_flag=True, help="Say everything that it holds, what is private first.")
@click.option("-o", "--output", metavar="FILE", help=f"Write the layout: {', '.join(WRITERS)}.")
@options.force
@options.as_json
def command(*, source: str, show: bool, output: str | None, force: bool, as_json: bool) -> int:
    """Read a layout out of anything of ours, told by its content and not by its name.

    JSON, SVG, PDF, HTML, or the code of a sheet. - is stdin, where a code can be pasted too. Without
    options: what is in it, in short. It is judged again, because a file may have been
    edited. With -o the layout is written: as .json or .csv with names and notes, as
    .geojson, .dxf or .html without (`share` makes pages in other units and languages);
    -o - is JSON on stdout.
    Exit status 0: the layout is sound; 1: it has problems, one a line; 2: there is no
    layout in it.
    """
    path = None if output in {None, "-"} else Path(output or "")
    if path and path.suffix.lower() not in WRITERS:
        raise UsageError(f"{output}: a layout is written as {' or '.join(WRITERS)}. Give it such a name.")
    layout = open_layout(source)
    if path:
        write_file_of(layout, path, force=force)
    found = problems(layout)
    if output == "-":
        talk.emit_bytes(dumps(layout))
    elif as_json:
        talk.emit_json(to_json(layout))
    elif show:
        talk.emit("\n".join((*shown(layout, found), "", *summary(layout, found))))
        if (code := share_code(layout, link=True)) and layout.placements:
            talk.emit("Share code, to paste into `conedrills open -`:")
            talk.emit_bytes(f"{code}\n".encode())
    elif not path:
        talk.emit("\n".join(summary(layout, found)))
    for problem in found:
        talk.say(problem.message)
    talk.say(_verdict(found))
    return 1 if found else 0


command.examples = """
conedrills open sheet.pdf
conedrills open overview.svg --show
conedrills open sheet.pdf -o layout.json
conedrills open - < code.txt
"""


def write_file_of(layout: Layout, path: Path, *, force: bool) -> None:
    """The layout as the suffix of the file says.

    Raises:
        ExportError: it cannot be written, or would replace something that is not ours.
    """
    check_target(path, force=force)
    write_file(path, WRITERS[path.suffix.lower()](layout), force=force)
    talk.say(f"Wrote {path}.")


def summary(layout: Layout, found: tuple[Problem, ...]) -> Iterator[str]:
    """What a layout is, in a few lines."""
    voice = Voice(ENGLISH, layout.units)
    name = layout.title or layout.yard.name
    yield f"Layout {layout_id(layout)}" + (f": {name}" if name else "")
    yield (f"Made by {layout.made_by}. " if layout.made_by else "") + f"Lengths in {layout.units}."
    yield _yard_words(layout, found, voice)
    if layout.placements:
        yield from columns(
            [
                [
                    str(number),
                    placement.drill.title,
                    size_words(placement, voice),
                    f"{placement.pace} pace",
                    voice.count(len(placement.cones), "cone"),
                ]
                for number, placement in enumerate(layout.placements, 1)
            ]
        )
    else:
        yield "  no drill lies in it"
    yield from (f"Not placed: {missing.drill.title}" for missing in layout.unplaced)
    yield from (f"Note: {note}" for note in layout.notes)
    if layout.unread:
        keys = "; ".join(layout.unread)
        yield f"Note: it says more than this conedrills knows ({keys}), which is left out when it is written."


def _yard_words(layout: Layout, found: tuple[Problem, ...], voice: Voice) -> str:
    yard = layout.yard
    count = len(yard.obstacles)
    things = f"{count or 'no'} obstacle{'s'[: count != 1]}"
    if any(problem.kind == "yard" for problem in found):
        return f"Yard: {things}"
    return f"Yard: {voice.area(lawn(yard).area)} of lawn, {things}"


def shown(layout: Layout, found: tuple[Problem, ...]) -> Iterator[str]:
    """Everything that a layout holds: what says something of its owner first, then what is in it besides."""
    yield "Private (a share code leaves it out):"
    for said in private(layout):
        yield f"  {_PRIVATE[said.kind]}: {'; '.join(said.words) if said.words else 'none'}"
    yard = layout.yard
    yield "Besides:"
    yield f"  outline of the yard: {len(yard.boundary)} corners, in metres from a corner of its own"
    if yard.north is not None:
        yield f"  where north is: {yard.north:.1f} degrees counter-clockwise from +x"
    letters = ", ".join(reference.name for reference in yard.references) or "none"
    yield f"  letters of reference points: {letters}"
    rows = sum(len(placement.setout) for placement in layout.placements)
    yield f"  drills, whole: {', '.join(layout.all_drills) or 'none'}"
    yield f"  cones that are set out: {rows}"
    yield f"  clearances in force: {'wet' if layout.space.factor > 1.0 else 'dry'} grass"
    proven = sum(placement.size_bound is not None for placement in layout.placements)
    yield f"  sizes with a bound: {proven} of {len(layout.placements)}"
    yield f"  keys that are not known here: {'; '.join(layout.unread) or 'none'}"
    yield f"  problems: {len(found) or 'none'}"


def _verdict(found: tuple[Problem, ...]) -> str:
    return f"{len(found)} problem{'s'[: len(found) != 1]}." if found else "Judged again: no problem."
