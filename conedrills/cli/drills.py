"""`conedrills drills`: the list of drills, or one drill as a card."""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any, get_args

import click

from conedrills.card import drill_card, drill_list
from conedrills.cli import options, talk
from conedrills.cli.command import SETTINGS, Command, Count, Number
from conedrills.cli.table import columns, percent
from conedrills.drill import Drill, drill_names, load_drill
from conedrills.drillfile import LEVELS, DistanceFile, Family, Level, Movement, Pace, Way
from conedrills.errors import UsageError
from conedrills.finding import Room, Wish
from conedrills.language import ENGLISH
from conedrills.shelf import Shelf, own_drills
from conedrills.space import SpaceModel, space_model
from conedrills.units import METRES, format_length, parse_length
from conedrills.wording import nearest_name, plain_text, unknown_name
from conedrills.yard import Units

if TYPE_CHECKING:  # at run time this would load libraries that a list of drills does not need
    from conedrills.compose import Paper

WORDS: Mapping[str, str] = {"new": "drill_new", "check": "drill_check"}
"""What else `conedrills drills` does, and which part does it."""
LARGEST = 1000.0
"""The largest size that makes sense to ask for; over it a number is a slip of the pen."""
_WIDTH = 96  # characters
_SIDES = ("ahead", "ahead right", "right", "back right", "back", "back left", "left", "ahead left")
_NEAR = 1.0  # degrees within which a facing has a name


class _Drills(Command):
    """A command with two words of its own, which no drill may be called."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """That of `new` or `check` where the first word is one of them."""
        if args and args[0] in WORDS:
            module = importlib.import_module(f"conedrills.cli.{WORDS[args[0]]}")
            found = module.command
            assert isinstance(found, click.Command)  # noqa: S101 # for mypy
            return found.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command(cls=_Drills, context_settings=SETTINGS)
@click.argument("name", required=False, metavar="[NAME|FILE]")
@click.option("--search", "words", metavar="WORDS", help="In names, aliases and summaries; all of the words.")
@click.option("--family", "families", multiple=True, metavar="F", help="Of this family. Repeatable.")
@click.option(
    "--movement", metavar="M", help="With a leg like it: backpedal, carioca ...; or backward, sideways."
)
@click.option("--level", type=click.Choice(LEVELS), help="Ours, and only a guide.")
@click.option("--cones", type=Count(1000), metavar="N", help="With no more cones than this.")
@click.option(
    "--room", metavar="WxD", help="That fit a free rectangle, like 30x20ft, at their smallest and slowest."
)
@click.option(
    "--yard", "yard_file", metavar="FILE", help="A yard file: the drills in conedrills/drills beside it too."
)
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
    words: str | None,
    families: tuple[str, ...],
    movement: str | None,
    level: Level | None,
    cones: int | None,
    room: str | None,
    yard_file: str | None,
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

    NAME is a name or any alias of a drill, FILE a drill file of your own (.toml). `drills new` writes one to
    begin with, `drills check FILE` judges it. The JSON is in metres, in the drill's own frame: +y is the way
    the athlete faces at the start, +x the athlete's right. With -o it is drawn as a rule book draws it, at
    published size or at that of --size, with all dimensions; a list becomes a contact sheet.
    """
    own = own_drills(Path(yard_file) if yard_file else None)
    model = space_model({}, wet=False)
    if output is not None and (as_json or pace is not None):
        raise UsageError("--json and --pace are for what is printed; leave them out with -o.")
    if output is None and (paper or units or language != ENGLISH or force):
        raise UsageError("--paper, --units, --lang and --force are for a drawing: add -o FILE.pdf.")
    wish = Wish(_families(families), _movement(movement), cones, level, _room(room), words or "")
    if name is None:
        if size is not None or pace is not None:
            raise UsageError("--size and --pace are for one drill: conedrills drills w-drill --size 0.8.")
        found = _sought(wish, own, model)
    elif wish != Wish():
        raise UsageError("a drill is named; --search, --family and the like are for the list.")
    else:
        found = [own.find(name)]
    if output is not None:
        _draw(output, found, (size or 1.0) if name else None, (paper, units, language), force=force)
        return 0
    if name is None:
        document = drill_list(found, model)
        for entry in document["drills"]:
            entry["own"] = entry["name"] in own.drills
        text = _list(document, _units(room)) if found else iter(())
    else:
        document = drill_card(found[0], size, pace or (None if as_json else found[0].paces[-1]), model)
        text = _card(found[0], document)
    if as_json:
        talk.emit_json(document)
    elif found:
        talk.emit("\n".join(text))
    return 0


command.examples = """
conedrills drills --family cornerback --level beginner
conedrills drills --search "zig zag" --room 10x15m
conedrills drills w-drill
conedrills drills t-test --size 0.8 --pace easy --json
conedrills drills w-drill -o w-drill.pdf
conedrills drills -o drill-library.pdf
conedrills drills new -o mine.toml
conedrills drills check mine.toml
"""


def _draw(
    output: str,
    found: Sequence[Drill],
    size: float | None,
    how: tuple[Paper | None, Units | None, str],
    *,
    force: bool,
) -> None:
    if found:
        from conedrills.cli.drawing import draw  # noqa: PLC0415  loads libraries that a list need not

        draw(output, found, size, how, force=force)


def _sought(wish: Wish, own: Shelf, model: SpaceModel) -> list[Drill]:
    """The drills of the library and the user's own that are so; said where none is."""
    for note in own.notes:
        talk.say(f"Note: {note}")
    library = [drill for drill in map(load_drill, drill_names()) if drill.name not in own.drills]
    everything = [*library, *own.drills.values()]
    found = sorted((drill for drill in everything if wish.admits(drill, model)), key=attrgetter("name"))
    if not found:
        talk.say(_nothing(wish, everything, model))
    return found


def _families(wanted: tuple[str, ...]) -> tuple[Family, ...]:
    known: tuple[Family, ...] = get_args(Family)
    for family in wanted:
        if family not in known:
            raise UsageError(unknown_name("family", family, known, f"There are: {', '.join(known)}."))
    return tuple(family for family in known if family in wanted)


def _movement(wanted: str | None) -> Movement | Way | None:
    known: tuple[Movement | Way, ...] = (*get_args(Movement), *get_args(Way))
    if wanted is not None and wanted not in known:
        there = ", ".join(dict.fromkeys(known))
        raise UsageError(unknown_name("movement", wanted, known, f"There are: {there}."))
    return next((movement for movement in known if movement == wanted), None)


def _room(said: str | None) -> Room | None:
    """A rectangle: two lengths with an x between; a unit at the end holds for both.

    Raises:
        UsageError: it is anything else.
    """
    if said is None:
        return None
    parts = re.split(r"\s*[x×*]\s*", said.strip().casefold())
    try:
        one, other = parts
        # "30x20ft": what has no unit takes that of the other
        units = _units(said)
        lengths = [parse_length(part, units) for part in (one, other)]
    except ValueError:
        shown = plain_text(said)
        raise UsageError(
            f'--room {shown}: two lengths with an x between, like 30x20ft or "9 m x 12 m".'
        ) from None
    if not min(lengths) > 0.0:
        raise UsageError(f"--room {plain_text(said)}: lengths over 0.")
    return Room(min(lengths), max(lengths))


def _units(said: str | None) -> Units:
    """The unit of a room's last length; metres where it has none."""
    letters = re.sub(r"[^a-z'\"]", "", (said or "").casefold().replace("x", ""))
    return (
        "ft" if letters.endswith(("ft", "feet", "foot", "'", '"', "in")) else "yd" if "y" in letters else "m"
    )


def _nothing(wish: Wish, drills: Sequence[Drill], model: SpaceModel) -> str:
    """That no drill is so, and what would give one."""
    without = {
        "--search": replace(wish, words=""),
        "--family": replace(wish, families=()),
        "--movement": replace(wish, movement=None),
        "--level": replace(wish, level=None),
        "--cones": replace(wish, cones=None),
        "--room": replace(wish, room=None),
    }
    counts = {
        option: sum(looser.admits(drill, model) for drill in drills)
        for option, looser in without.items()
        if looser != wish
    }
    option, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    more = f" Without {option} there would be {count}." if count and len(counts) > 1 else ""
    guess = ""
    if wish.words:
        known = [word for drill in drills for word in (drill.name, *drill.definition.aliases)]
        nearest = nearest_name(wish.words, known)
        guess = f' Did you mean "{nearest}"?' if nearest else ""
    return f"No drill is like that.{guess}{more}"


def _list(document: dict[str, Any], units: Units) -> Iterator[str]:
    rows = [["name", "family", "level", "cones", f"room, {units}", "grade"]]
    for drill in document["drills"]:
        room = " x ".join(_tenths(length, units) for length in drill["smallest_room"])
        name, level = drill["name"] + "*" * drill["own"], (drill["level"] or "-")[:3]
        rows.append([name, drill["family"], level, str(drill["cones"]), room, drill["grade"]])
    yield from columns(rows)
    yield ""
    count = len(document["drills"])
    plural = "s" if count > 1 else ""
    yield f"{count} drill{plural}. Room: the rectangle needed at the smallest size and slowest pace."
    yield "Grade A: every length is published. B: the drill is, some lengths are ours. C: most are ours."
    yield "X: a variant of ours, not published. Levels: beginner, intermediate, advanced."
    if any(drill["own"] for drill in document["drills"]):
        yield "* Your own."
    yield "More about one: conedrills drills w-drill"


def _card(drill: Drill, document: dict[str, Any]) -> Iterator[str]:
    definition, geometry = drill.definition, document["geometry"]
    units = "ft" if definition.units == "in" else definition.units
    yield f"{drill.title} ({drill.name}): {definition.summary or drill.family}"
    level = [definition.level] if definition.level else []
    yield ", ".join([drill.family, *level, f"{len(drill.cones)} cones", _GRADES[definition.grade]])
    yield from _paragraph("Also called", ", ".join(definition.aliases))
    yield from _paragraph("Easier", ", ".join(definition.easier))
    yield from _paragraph("Harder", ", ".join(definition.harder))
    yield from _paragraph("Size", _sizes(drill))
    room = " x ".join(format_length(length, units) for length in document["smallest_room"])
    yield from _paragraph("Room", f"a free rectangle of {room} at its smallest and slowest")
    for label, distance in definition.distances.items():
        yield from _paragraph(f"Distance {label}", _distance(distance, definition.units))
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


def _tenths(metres: float, units: Units) -> str:
    """A length in tenths of a unit, rounded up: what is said suffices."""
    return f"{math.ceil(metres / METRES[units] * 10.0 - 1e-6) / 10.0:.1f}"


_GRADES = {
    "A": "grade A (every length is published)",
    "B": "grade B (the drill is published, some lengths are ours)",
    "C": "grade C (named by its source, most lengths are ours)",
    "X": "grade X (a variant of the project, or your own; not published)",
}


def _distance(distance: DistanceFile, units: str) -> str:
    low, high = distance.min or distance.nominal, distance.max or distance.nominal
    free = "locked" if distance.locked else f"{low:g} to {high:g}" if low < high else "no other"
    note = f", {distance.note}" if distance.note else ""
    return f"{distance.nominal:g} {units} ({free}){note}"


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
