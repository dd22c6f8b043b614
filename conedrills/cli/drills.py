"""`conedrills drills`: the list of drills, or one drill as a card."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import click

from conedrills.card import drill_card, drill_list
from conedrills.cli import options, talk
from conedrills.cli.command import SETTINGS, Command, Number
from conedrills.cli.table import columns, percent
from conedrills.drill import Drill, drill_names, find_drill, load_drill
from conedrills.drillfile import Pace
from conedrills.errors import UsageError
from conedrills.language import ENGLISH
from conedrills.space import space_model
from conedrills.units import format_length

if TYPE_CHECKING:  # at run time these would load libraries that a list of drills does not need
    from conedrills.compose import Paper
    from conedrills.yard import Units

LARGEST = 1000.0
"""The largest size that makes sense to ask for; over it a number is a slip of the pen."""
_WIDTH = 96  # characters
_SIDES = ("ahead", "ahead right", "right", "back right", "back", "back left", "left", "ahead left")
_NEAR = 1.0  # degrees within which a facing has a name


@click.command(cls=Command, context_settings=SETTINGS)
@click.argument("name", required=False, metavar="[NAME|FILE]")
@click.option("--size", type=Number(LARGEST), metavar="S", help="1 is as published. Default: its largest.")
@click.option(
    "--pace",
    type=click.Choice(options.PACES),
    help="For clearances and run-outs. Default: full; on the card, the fastest it is run at.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Draw it, as .svg or .pdf; without NAME a contact sheet of all drills.",
)
@options.paper
@click.option(
    "--units",
    type=click.Choice(["ft", "yd", "m"]),
    help="With -o: in brackets behind the drill's own, or on the contact sheet in their place.",
)
@options.lang
@options.force
@options.as_json
def command(
    *,
    name: str | None,
    size: float | None,
    pace: Pace | None,
    output: str | None,
    paper: Paper | None,
    units: Units | None,
    language: str,
    force: bool,
    as_json: bool,
) -> int:
    """List the drills, or show one with its geometry at a size and a pace.

    NAME is a name or any alias of a drill, FILE a drill file of your own (.toml). The JSON is in metres, in
    the drill's own frame: +y is the way the athlete faces at the start, +x the athlete's right. With -o it is
    drawn as a rule book draws it, at published size or at that of --size, with all dimensions.
    """
    if output is not None:
        if as_json or pace is not None:
            raise UsageError("--json and --pace are for what is printed; leave them out with -o.")
        if name is None and size is not None:
            raise UsageError("--size is for one drill: conedrills drills w-drill --size 0.8 -o w.pdf.")
        from conedrills.cli.drawing import draw  # noqa: PLC0415  loads libraries that a list need not

        drills = [find_drill(name)] if name else [load_drill(known) for known in drill_names()]
        draw(output, drills, (size or 1.0) if name else None, (paper, units, language), force=force)
        return 0
    if paper or units or language != ENGLISH or force:
        raise UsageError("--paper, --units, --lang and --force are for a drawing: add -o FILE.pdf.")
    if name is None:
        if size is not None or pace is not None:
            raise UsageError("--size and --pace are for one drill: conedrills drills w-drill --size 0.8.")
        document = drill_list()
        text = _list(document)
    else:
        drill = find_drill(name)
        usual = None if as_json else drill.paces[-1]
        document = drill_card(drill, size, pace or usual, space_model({}, wet=False))
        text = _card(drill, document)
    if as_json:
        talk.emit_json(document)
    else:
        talk.emit("\n".join(text))
    return 0


command.examples = """
conedrills drills
conedrills drills w-drill
conedrills drills t-test --size 0.8 --pace easy --json
conedrills drills w-drill -o w-drill.pdf
conedrills drills -o drill-library.pdf
"""


def _list(document: dict[str, Any]) -> Iterator[str]:
    rows = [["name", "title", "family", "cones", "grade"]]
    for drill in document["drills"]:
        rows.append([drill["name"], drill["title"], drill["family"], str(drill["cones"]), drill["grade"]])
    yield from columns(rows)
    yield ""
    yield "Grade A: every length is published. B: the drill is, some lengths are ours. C: most are ours."
    yield "More about one: conedrills drills w-drill"


def _card(drill: Drill, document: dict[str, Any]) -> Iterator[str]:
    definition, geometry = drill.definition, document["geometry"]
    units = "ft" if definition.units == "in" else definition.units
    yield f"{drill.title} ({drill.name}): {definition.summary or drill.family}"
    yield f"{drill.family}, {len(drill.cones)} cones, grade {definition.grade}"
    yield from _paragraph("Also called", ", ".join(definition.aliases))
    yield from _paragraph("Size", _sizes(drill))
    yield from _paragraph("Paces", ", ".join(drill.paces))
    yield from _paragraph("Sides", "as published or mirrored" if drill.mirror else "as published")
    yield ""
    yield f"At {percent(geometry['size'])} and {geometry['pace']} pace:"
    rows = [["leg", "from", "to", "movement", "chest to", "at the cone", "length", "beside", "beyond"]]
    for leg in geometry["legs"]:
        lengths = (format_length(leg[key], units) for key in ("length", "side_clearance", "run_out"))
        call = f" on {leg['call']}" if "call" in leg else ""
        start = [str(leg["order"]) + call, str(leg["from"]), str(leg["to"]), leg["movement"]]
        rows.append([*start, _chest(leg), leg["cut"], *lengths])
    yield from columns(rows)
    yield ""
    for label, text in (
        ("Cues", " ".join(definition.cues)),
        ("Dose", definition.dose),
        *((f"Norm, {norm.population}", f"{norm.bands} ({norm.unit})") for norm in definition.norms),
        ("Ours", definition.ours),
        ("Conflicts", definition.conflicts),
        ("Note", definition.note),
        *(("Source", f"{source.url} {source.gives}") for source in definition.source),
    ):
        yield from _paragraph(label, text)


def _sizes(drill: Drill) -> str:
    if drill.stretch is None:
        return f"{_between(drill.size_min, drill.size_max)} of published"
    low, high = drill.stretch.low, drill.stretch.high
    deep, wide = _between(low.depth, high.depth), _between(low.width, high.width)
    return f"{deep} deep and {wide} wide, each on its own"


def _between(low: float, high: float) -> str:
    return " to ".join(dict.fromkeys((percent(low), percent(high))))


def _paragraph(label: str, text: str) -> Iterator[str]:
    if text:
        whole = f"{label}: {text}"
        lines = wrap(whole, _WIDTH - 2, break_long_words=False, break_on_hyphens=False)
        yield from (line if at == 0 else f"  {line}" for at, line in enumerate(lines))


def _chest(leg: dict[str, Any]) -> str:
    """Where the chest points, beside the way the athlete faces at the start."""
    if "facing_follows" in leg:
        return "turns"
    bearing = (90.0 - leg["facing"]) % 360.0
    side = round(bearing / 45.0)
    if abs(bearing - 45.0 * side) <= _NEAR:
        return _SIDES[side % 8]
    return f"{bearing:.0f}° right" if bearing < 180.0 else f"{360.0 - bearing:.0f}° left"
