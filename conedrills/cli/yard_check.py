"""`conedrills yard check`: how good a yard was measured, what is wrong, and the tape to measure next."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from conedrills.blunders import UNCHECKED, in_units
from conedrills.cli import options, talk
from conedrills.cli.command import SETTINGS, Command
from conedrills.cli.table import columns
from conedrills.compose import Paper
from conedrills.compose.surveyed import surveyed
from conedrills.errors import UsageError
from conedrills.exporters import SUFFIXES, files
from conedrills.importers import read_yard
from conedrills.survey import Judged, Survey
from conedrills.units import METRES, format_length
from conedrills.wording import plain_text
from conedrills.writing import write_file
from conedrills.yard import Units, Yard, lawn


@click.command(cls=Command, context_settings=SETTINGS)
@click.argument("file", metavar="FILE")
@options.feature
@options.accept_misclosure
@click.option("-o", "--output", metavar="FILE", help="Draw it too: every tape and how far off; .svg or .pdf.")
@options.paper
@options.units
@options.force
@options.as_json
def command(
    *,
    file: str,
    feature: str | None,
    accept_misclosure: bool,
    output: str | None,
    paper: Paper | None,
    units: Units | None,
    force: bool,
    as_json: bool,
) -> int:
    """Say how well a yard was measured: what disagrees, how sure each corner is, the next tape to measure.

    FILE is any yard file; - is stdin. Exit status 0: nothing is wrong; 1: a measurement is wrong, or the
    misclosure is too large to lay drills out from.
    """
    yard = read_yard(Path(file), feature)
    if output is not None:
        _draw(
            yard,
            Path(output),
            options.default_paper(paper, units or yard.units),
            units or yard.units,
            force=force,
        )
    if as_json:
        talk.emit_json(report(yard))
    else:
        talk.emit("\n".join(story(yard)))
    return 1 if is_wrong(yard) and not accept_misclosure else 0


command.examples = """
conedrills yard check yard.json
conedrills yard check yard.json -o measured.pdf
conedrills yard check yard.json --json
"""


def _draw(yard: Yard, path: Path, paper: Paper | None, units: Units, *, force: bool) -> None:
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"-o: {plain_text(str(path), 200)}: it is drawn as {' or '.join(SUFFIXES)}.")
    if yard.survey is None:
        raise UsageError("-o: the corners of this yard are given as places; there are no tapes to draw.")
    lines = [line for line in _measured(yard.survey, units, table=False) if line]
    sheet = surveyed(yard, lines, paper=options.default_paper(paper, units), units=units)
    carried = json.dumps({"format": "conedrills-survey", "version": 1, **report(yard)}, ensure_ascii=False)
    written = files(sheet, path, source=carried.encode())
    for name, content in written.items():
        write_file(name, content, force=force)
    talk.say(f"Wrote {path}.")


def is_wrong(yard: Yard) -> bool:
    """Whether something was measured wrong."""
    survey = yard.survey
    return survey is not None and bool(survey.suspects or survey.in_question or survey.level == "refuse")


def report(yard: Yard) -> dict[str, Any]:
    """The document of --json, metres."""
    survey = yard.survey
    return {
        "name": yard.name,
        "area": _rounded(_area(yard)),
        "perimeter": _rounded(_perimeter(yard)),
        "boundary": [[_rounded(number) for number in point.xy] for point in yard.boundary],
        "points": _points(yard),
        "tapes": [_tape(one) for one in survey.tapes] if survey else [],
        "rms": _rounded(survey.rms) if survey else None,
        "misclosure": _rounded(survey.misclosure.length) if survey and survey.misclosure else None,
        "suspects": _suspects(survey) if survey else [],
        "in_question": [_pair(*pair) for pair in survey.in_question] if survey else [],
        "next_tape": _pair(*survey.next_tape) if survey and survey.next_tape else None,
        "problems": list(survey.problems) if survey else [],
        "notes": [*yard.notes, *(survey.notes if survey else ())],
        "level": survey.level if survey else "silent",
        "spare": survey.spare if survey else None,
        "unit_weight": _rounded(survey.unit_weight) if survey else None,
    }


def _rounded(number: float) -> float:
    return round(number, 6) + 0.0


def _pair(start: str, end: str) -> dict[str, str]:
    return {"from": start, "to": end}


def _points(yard: Yard) -> dict[str, dict[str, float]]:
    if yard.survey:
        return {
            name: {
                "x": _rounded(at.x), "y": _rounded(at.y), "sigma": _rounded(at.major),
                "minor": _rounded(at.minor), "direction": round(at.direction, 2),
            }
            for name, at in yard.survey.points.items()
        }  # fmt: skip
    corners = {
        f"{number}": {"x": _rounded(at.x), "y": _rounded(at.y), "sigma": 0.0}
        for number, at in enumerate(yard.boundary, 1)
    }
    return corners | {
        plain_text(one.name): {"x": _rounded(one.at.x), "y": _rounded(one.at.y), "sigma": 0.0}
        for one in yard.references
    }


def _tape(one: Judged) -> dict[str, Any]:
    told: dict[str, Any] = {
        **_pair(one.tape.start, one.tape.end),
        "measured": _rounded(one.tape.length),
        "adjusted": _rounded(one.adjusted),
        "residual": _rounded(one.residual),
        "redundancy": round(one.redundancy, 4),
        "standardised": round(one.standardised, 3),
        "suspect": one.suspect,
    }
    return told | ({"ignored": one.tape.ignored} if one.tape.ignored else {})


def _suspects(survey: Survey) -> list[dict[str, Any]]:
    return [
        {
            **_pair(one.start, one.end),
            "likely": one.likely,
            "off": _rounded(one.off),
            "rivals": [_pair(*pair) for pair in one.rivals],
        }
        for one in survey.suspects
    ]


def _area(yard: Yard) -> float:
    ring = [point.xy for point in yard.boundary]
    return (
        abs(math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)))
        / 2.0
    )


def _perimeter(yard: Yard) -> float:
    ring = yard.boundary
    return math.fsum((one - other).length for one, other in zip(ring, [*ring[1:], ring[0]], strict=True))


def story(yard: Yard) -> Iterator[str]:
    """The report, for a person, in the units of the file."""
    units = yard.units
    square = METRES[units] ** 2
    yield (
        f"{yard.name}: {len(yard.boundary)} corners, {format_length(_perimeter(yard), units)} round,"
        f" {_area(yard) / square:.0f} {units}²; {lawn(yard).area / square:.0f} {units}² of lawn."
    )
    survey = yard.survey
    if survey is None:
        yield "Its corners are given as places: there are no tapes to check."
    else:
        yield from _measured(survey, units)
    for note in yard.notes:
        yield f"Note: {note}"


def _measured(survey: Survey, units: str, *, table: bool = True) -> Iterator[str]:
    yield ""
    yield _agreement(survey, units)
    if survey.misclosure is not None:
        missed = survey.misclosure
        if missed.length > 5e-4:
            ratio = f"1 in {missed.perimeter / missed.length:,.0f}"
            yield f"The walk misses its start by {in_units(missed.length, units)} ({ratio})."
        else:
            yield "The walk comes back to its start."
    yield from _sureness(survey, units)
    said = "Wrong" if survey.suspects or survey.in_question or survey.level == "refuse" else "Note"
    for problem in survey.problems:
        yield f"{said}: {problem}"
    taped = {(one.tape.start, one.tape.end) for one in survey.tapes}
    for suspect in survey.suspects:
        if (suspect.start, suspect.end) not in taped:
            continue
        key = f"{suspect.start}-{suspect.end}"
        yield f'  If it cannot be measured again, leave it out: "ignore": {{"{key}": "misread"}}.'
    if survey.next_tape:
        asked = survey.in_question or any(suspect.rivals for suspect in survey.suspects)
        why = "it tells which tape is wrong" if asked else "it checks the most of the others"
        yield f"Next tape worth measuring: {'–'.join(survey.next_tape)}; {why}."
    for note in survey.notes:
        yield f"Note: {note}"
    if survey.tapes and table:
        yield ""
        yield from _table(survey, units)


def _agreement(survey: Survey, units: str) -> str:
    used = [one for one in survey.tapes if not one.tape.ignored]
    if not used:
        return "No tape was stretched from point to point."
    if survey.spare <= 0:
        count = "1 tape" if len(used) == 1 else f"{len(used)} tapes"
        return f"{count}, and nothing checks what was measured: it fits whatever it says."
    most = max(abs(one.residual) for one in used)
    tapes = f"{len(used)} tapes, {survey.spare} more than needed."
    if survey.problems:
        return f"{tapes} They do not agree: up to {in_units(most, units)} has to be made up for."
    return f"{tapes} They agree to within {in_units(most, units)}."


def _sureness(survey: Survey, units: str) -> Iterator[str]:
    corners = [(survey.points[name].uncertainty, name) for name in survey.boundary]
    worst, name = max(corners)
    yield f"Every corner is good to {in_units(worst, units)} (95 %); the worst is {name}."
    others = [(at.uncertainty, name) for name, at in survey.points.items() if name not in survey.boundary]
    if others:
        unsure, name = max(others)
        yield f"Of what stands in it {name} is the least sure: {in_units(unsure, units)}."


def _table(survey: Survey, units: str) -> Iterator[str]:
    rows = [("tape", "read", "off", "")]
    rows += [
        (
            f"{one.tape.start}–{one.tape.end}",
            one.tape.written or format_length(one.tape.length, units),
            in_units(-one.residual, units),
            _remark(one),
        )
        for one in survey.tapes
    ]
    yield from columns(rows)


def _remark(one: Judged) -> str:
    if one.tape.ignored:
        return f"left out: {one.tape.ignored}"
    if one.suspect:
        return "measure it again"
    return "nothing checks it" if one.redundancy < UNCHECKED else ""
