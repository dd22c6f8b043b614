"""The table of cones: read back it is the layout's set-out, and no name in it can do harm."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from conedrills.exporters import csv as csv_exporter
from conedrills.geometry import Point
from conedrills.layout import Check, Layout, Offset, SetoutRow, Tape, Tie
from conedrills.opening import open_layout
from conedrills.setout import set_out
from conedrills.units import TAPE_STEP, parse_length, tape_units
from conedrills.yard import Reference, Units
from tests.readback import csv, layouts

EXAMPLES = sorted((Path(__file__).parents[1] / "layouts").glob("*/layout.json"))
UNITS: tuple[Units, ...] = ("m", "ft", "yd")
HARM = (
    '=HYPERLINK("http://example.org","x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "'=1", "'", "3", "'7",
    'a "quoted", thing', "one, two", "a\nb\r\nc", "庭\u0301", "-7", "Straße; ½",
)  # fmt: skip


def near(row: SetoutRow | Check) -> tuple[object, ...]:
    """What a row says, its lengths to a tenth of a millimetre."""
    match row:
        case Tie(cone, (one, other), side, angle, check):
            return (cone, _tape(one), _tape(other), side, round(angle, 1), check and _tape(check))
        case Offset(cone, start, end, along, offset, check):
            return (cone, start, end, round(along, 4), round(offset, 4), check and _tape(check))
        case Check(start, end, distance):
            return (start, end, round(distance, 4))


def _tape(tape: Tape) -> tuple[object, float]:
    return (tape.at, round(tape.distance, 4))


@pytest.mark.parametrize("units", UNITS)
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda path: path.parent.name)
def test_what_is_read_back_is_the_set_out(file: Path, units: Units) -> None:
    layout = set_out(replace(open_layout(file), units=units))
    table = csv.read(csv_exporter.write(layout))
    assert len(table.of("reference")) == len(layout.yard.references)
    for row, reference in zip(table.of("reference"), layout.yard.references, strict=True):
        assert csv.hook(row["name"]) == reference.name
        what, _, far = csv.text(row["what"]).partition(f"{reference.what}, ")
        if reference.away:
            length, _, start = far.rpartition(" from ")
            assert (what, start) == ("", reference.away.start)
            step = TAPE_STEP[tape_units(units)]
            assert parse_length(length, units) == pytest.approx(reference.away.distance, abs=step / 2 + 1e-9)
        else:
            assert what == reference.what
        assert (float(row["x_m"]), float(row["y_m"])) == pytest.approx(reference.at.xy, abs=6e-5)
    for number, placement in enumerate(layout.placements, 1):
        assert [*map(near, table.setout(number))] == [*map(near, placement.setout)]
        assert [*map(near, table.checks(number))] == [*map(near, placement.checks)]
        rows = table.of("cone", number)
        assert [row["step"] for row in rows] == [str(step) for step in range(1, len(rows) + 1)]
        assert {row["drill"] for row in rows} == {placement.drill.name}
        for row in rows:
            at = placement.cones[int(row["name"]) - 1]
            assert (float(row["x_m"]), float(row["y_m"])) == pytest.approx(at.xy, abs=6e-5)


@pytest.mark.parametrize("shown", UNITS)
def test_the_text_columns_say_the_same_lengths_in_the_units_asked_for(shown: Units) -> None:
    layout = set_out(open_layout(EXAMPLES[0]))
    table = csv.read(csv_exporter.write(layout, units=shown))
    compared = 0
    for row in table.rows:
        for column in ("first", "second", "along", "offset", "check"):
            said, metres = row[f"{column}_text"], row[f"{column}_m"]
            assert bool(said) == bool(metres)
            if said:
                found = parse_length(said, shown, negative=True)
                assert abs(found - float(metres)) <= TAPE_STEP[tape_units(shown)] / 2 + 1e-4
                compared += 1
    assert compared > 40


def _hostile() -> Layout:
    names = dict.fromkeys(HARM)
    references = tuple(Reference(name, name, Point(i, 0.5)) for i, name in enumerate(names))
    ground = replace(layouts.yard(32.0, 40.0, HARM[0]), references=references, side_names=(HARM[2],) * 4)
    first = layouts.placement("w-drill", (16.0, 20.0))
    rows = [
        Tie(number, (Tape(one, 3.21), Tape(other, 4.0)), "left", 80.0, Tape(third, 1.0))
        for number, (one, other, third) in enumerate(zip(HARM, HARM[1:], HARM[2:], strict=False), 1)
        if number <= len(first.cones)
    ]
    second = replace(first, setout=(Tie(1, (Tape("3", 1.0), Tape(3, 2.0)), "right", 90.0),))
    return layouts.layout(ground, replace(first, setout=tuple(rows)), second)


def test_hostile_names_come_back_and_are_no_formulas() -> None:
    layout = _hostile()
    file = csv_exporter.write(layout)
    table = csv.read(file)
    assert [csv.text(row["what"]) for row in table.of("reference")] == [*HARM]
    assert [csv.hook(row["name"]) for row in table.of("reference")] == [*HARM]
    for number, placement in enumerate(layout.placements, 1):
        assert [*map(near, table.setout(number))] == [*map(near, placement.setout)]
    for row in table.rows:
        for cell in row.values():
            assert not cell.startswith(("=", "@"))
            assert not cell.startswith(("+", "-")) or re.fullmatch(r"[+-]\d+(\.\d+)?", cell)


def test_a_letter_that_is_a_number_is_no_cone() -> None:
    rows = csv.read(csv_exporter.write(_hostile())).setout(2)
    assert isinstance(rows[0], Tie)
    assert [tape.at for tape in rows[0].tapes] == ["3", 3]


def test_every_column_is_written_and_told() -> None:
    layout = set_out(open_layout(EXAMPLES[0]))
    table = csv.read(csv_exporter.write(layout))
    assert tuple(table.columns) == csv_exporter.COLUMNS
    assert all(any(row[column] for row in table.rows) for column in csv_exporter.COLUMNS)
    told = (csv_exporter.__doc__ or "") + Path(csv_exporter.__file__).read_text("utf-8").split('"""')[3]
    for column in ("kind", "placement", "first", "second", "side", "along_m", "offset_m", "check_m", "_text"):
        assert f"`{column}`" in told


def test_the_file_is_utf_8_with_lines_for_a_spreadsheet() -> None:
    layout = set_out(open_layout(EXAMPLES[0]))
    file = csv_exporter.write(layout)
    assert file == csv_exporter.write(layout)
    assert file.endswith(b"\r\n")
    assert file.count(b"\n") == file.count(b"\r\n") == len(csv.read(file).rows) + 1
    assert csv_exporter.is_ours(file)
    assert not csv_exporter.is_ours(b"kind,drill\r\n")


def test_a_drill_without_set_out_has_the_places_of_its_cones_alone() -> None:
    layout = layouts.all_layouts()["three"]
    table = csv.read(csv_exporter.write(layout))
    for number, placement in enumerate(layout.placements, 1):
        rows = table.of("cone", number)
        assert [row["name"] for row in rows] == [str(cone) for cone in range(1, len(placement.cones) + 1)]
        assert all(not row["step"] and not row["method"] and row["x_m"] for row in rows)
        assert table.setout(number) == ()
