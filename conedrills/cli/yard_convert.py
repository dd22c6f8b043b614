"""`conedrills yard convert`: any file that is read becomes a yard file of ours, GeoJSON or DXF."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from conedrills import yardwriter
from conedrills.cli import options, talk
from conedrills.cli.command import SETTINGS, Command
from conedrills.errors import UsageError
from conedrills.exporters import dxf, geojson
from conedrills.importers import read_yard
from conedrills.layout import Layout
from conedrills.space import SpaceModel
from conedrills.wording import plain_text
from conedrills.writing import write_file
from conedrills.yard import Yard


def _empty(yard: Yard) -> Layout:
    """A layout without drills: what an exporter of layouts writes of it is the yard."""
    return Layout(yard.name, yard.units, yard, SpaceModel(), ())


WRITERS: Mapping[str, Callable[[Yard], bytes]] = {
    "json": yardwriter.write,
    "geojson": lambda yard: geojson.write(_empty(yard)),
    "dxf": lambda yard: dxf.write(_empty(yard)),
}
"""What is written, by the suffix of its file."""


@click.command(cls=Command, context_settings=SETTINGS)
@click.argument("file", metavar="FILE")
@click.option("-o", "--output", metavar="FILE", required=True, help="A .json, .geojson or .dxf; - is stdout.")
@click.option("--format", "kind", type=click.Choice(list(WRITERS)), help="Without it the suffix says.")
@options.feature
@click.option(
    "--units", type=click.Choice(["ft", "yd", "m"]), help="What numbers count in a file that does not say."
)
@options.force
def command(
    *, file: str, output: str, kind: str | None, feature: str | None, units: str | None, force: bool
) -> int:
    """Turn any file that is read into a yard file, GeoJSON or DXF.

    A yard file of ours keeps everything; one that was measured is written with the corners that its tapes
    give, and how sure they are. GeoJSON and DXF are in local metres: nobody can tell from them where the yard
    is. A file that is there already is replaced only with --force.
    """
    suffix = Path(output).suffix.casefold().removeprefix(".")
    wanted = kind or ("json" if output == "-" else suffix)
    if wanted not in WRITERS:
        known = ", ".join(f".{name}" for name in WRITERS)
        raise UsageError(f"-o: {plain_text(output)} is not a file that is written here; name one of {known}.")
    if output != "-" and file != "-" and _same(file, output):
        raise UsageError(f"-o: {plain_text(output)} is the file that is read; name another.")
    yard = read_yard(Path(file), feature, units)
    content = WRITERS[wanted](yard)
    for note in yard.notes:
        talk.say(f"Note: {note}")
    if yard.survey and yard.survey.problems:
        talk.say(f"Warning: {' '.join(yard.survey.problems)}")
    if output == "-":
        talk.emit_bytes(content)
        return 0
    write_file(Path(output), content, force=force)
    talk.say(f"Wrote {output}: {len(yard.boundary)} corners, {len(yard.obstacles)} obstacles.")
    return 0


command.examples = """
conedrills yard convert parcel.kml -o yard.json
conedrills yard convert lots.geojson --feature 3 -o yard.json
conedrills yard convert plan.dxf --units m -o yard.json
conedrills yard convert yard.json -o yard.dxf
"""


def _same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
