"""`conedrills drills check`: everything that is wrong with a drill file, at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from conedrills.cli import options, talk
from conedrills.cli.command import SETTINGS, Command
from conedrills.cli.table import percent
from conedrills.drill import Drill, drill_names, drill_text, find_drill, judge_drill
from conedrills.drillfile import Finding, line_of
from conedrills.errors import UsageError
from conedrills.finding import smallest_room
from conedrills.space import space_model
from conedrills.units import METRES, format_length
from conedrills.wording import plain_text


@click.command(cls=Command, context_settings=SETTINGS)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@options.as_json
def command(*, files: tuple[str, ...], as_json: bool) -> int:
    """Judge drill files: every problem at once, each with its line and what would be right.

    Exit status 0: all are drills; 1: a problem is found; 2: a file cannot be read or is no TOML.
    """
    told = [_judged(Path(name)) for name in files]
    if as_json:
        talk.emit_json({"files": told})
    else:
        talk.emit("\n".join(line for one in told for line in _lines(one)))
    return 1 if any(one["problems"] for one in told) else 0


command.examples = """
conedrills drills check mine.toml
conedrills drills check conedrills/drills/*.toml --json
"""


def _judged(file: Path) -> dict[str, Any]:
    text, data = drill_text(file)
    drill, findings = judge_drill(file, text, data)
    return {
        "file": plain_text(file.name),
        "problems": [_problem(found, text) for found in findings],
        "warnings": [] if drill is None else list(_warnings(drill)),
        "summary": None if drill is None else _summary(drill),
    }


def _problem(found: Finding, text: str) -> dict[str, Any]:
    parts = (str(part + 1) if isinstance(part, int) else plain_text(part) for part in found.place)
    return {"line": line_of(text, found.place), "key": ".".join(parts), "message": found.text}


def _warnings(drill: Drill) -> Iterator[str]:
    file = drill.definition
    for missing, text in (
        (
            not file.source and file.grade != "X",
            f"grade {file.grade} without a [[source]]; without one it is X.",
        ),
        (not file.summary, "no summary: a few words for lists and sheets."),
        (not file.cues, "no cues: what the athlete should think of."),
        (not file.dose, "no dose: how often, and how long the rests are."),
        (not file.level, "no level: beginner, intermediate or advanced."),
        (any(not leg.do for leg in drill.legs), "a leg without `do`: what hands and feet do at its cone."),
    ):
        if missing:
            yield text
    for word in (drill.name, file.title, *file.aliases):
        try:
            other = find_drill(word)
        except UsageError:
            continue
        if other.definition != file:
            yield f'"{plain_text(word)}" is what the library calls its drill {other.name}.'
    for name in (*file.easier, *file.harder):
        if name not in drill_names():
            yield f'a neighbour "{name}" is no drill of the library.'


def _summary(drill: Drill) -> dict[str, Any]:
    figure = drill.figure(1.0)
    xs, ys = zip(*(cone.xy for cone in figure.cones), strict=True)
    path: dict[tuple[int, str], float] = {}
    for leg in figure.legs:
        key = (leg.leg.order, getattr(leg.leg, "athlete", None) or "")
        path[key] = max(path.get(key, 0.0), leg.length)
    room = smallest_room(drill, space_model({}, wet=False))
    return {
        "name": drill.name,
        "cones": len(drill.cones),
        "legs": len(drill.legs),
        "hull": [max(xs) - min(xs), max(ys) - min(ys)],
        "path": sum(path.values()),
        "size_min": drill.size_min,
        "size_max": drill.size_max,
        "paces": list(drill.paces),
        "smallest_room": [room.short, room.long],
        "units": drill.definition.units,
    }


def _lines(told: dict[str, Any]) -> Iterator[str]:
    name = told["file"]
    for problem in told["problems"]:
        at = f":{problem['line']}" if problem["line"] else ""
        yield f"{name}{at}: {problem['key'] or 'the file'}: {problem['message']}"
    if told["problems"]:
        count = len(told["problems"])
        yield f"{name}: {count} problem{'s' if count > 1 else ''}."
        return
    yield from _good(name, told["summary"])
    for warning in told["warnings"]:
        yield f"  note: {warning}"


def _good(name: str, summary: dict[str, Any]) -> Iterator[str]:
    units = "ft" if summary["units"] == "in" else summary["units"]
    assert units in METRES  # noqa: S101  a drill file has no other

    def both(lengths: Sequence[float]) -> str:
        return " x ".join(format_length(length, units) for length in lengths)

    sizes = " to ".join(dict.fromkeys(percent(summary[key]) for key in ("size_min", "size_max")))
    yield f"{name}: a drill, {summary['name']}."
    counts = f"{summary['cones']} cones, {summary['legs']} legs"
    yield f"  {counts}, hull {both(summary['hull'])}, path {both([summary['path']])}"
    yield f"  sizes {sizes} of its lengths; paces {', '.join(summary['paces'])}"
    yield f"  fits a free rectangle of {both(summary['smallest_room'])} at its smallest and slowest"
