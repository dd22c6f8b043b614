"""Can a person build from paper? Cones placed by the printed table alone, with the errors that people make.

`python -m tests.benchmarks.building [--yards DIR] [--runs N] [--seed S]` lays drills out in every yard, reads
each set-out back from the CSV and from the text of the PDF, which must say what the layout says, and places
the cones by it again and again. Every reading is off by sigma = 15 mm, a right angle by eye by 1.5 degrees;
reference points are exact. Beside it: what placing every cone by x and y from one corner of the yard gives.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from conedrills.compose import compose
from conedrills.exporters import csv as csv_exporter
from conedrills.exporters import pdf as pdf_exporter
from conedrills.geometry import Path as Line
from conedrills.importers import read_yard
from conedrills.layout import Check, Hook, Layout, Offset, PlacedLeg, Placement, SetoutRow, Tie
from conedrills.plan import plan
from conedrills.setout import set_out
from conedrills.units import on_tape
from conedrills.yard import Units, Yard
from tests.benchmarks.yards import REAL
from tests.readback import builder_page, csv

Places = NDArray[np.complex128]
Lengths = NDArray[np.float64]
"""Yard metres, one for every run; of several cones a row each."""

READING = 0.015
"""Metres, sigma of what is read on a tape."""
BY_EYE = 1.5
"""Degrees, sigma of a right angle."""
NEAR = 0.06
"""Metres of a cone from its place in the drill that nobody notices."""
HARD = 0.85
"""Metres to something hard below which a path is too close: the floor is 0.9 m."""
_MARK = 1e-4  # metres: half of that is less than any mark of a tape
WAYS = ("by the page", "by the page, second anchor shifted", "x and y from one corner")


@dataclass(frozen=True)
class Table:
    """A set-out as it was read back."""

    rows: Sequence[SetoutRow]
    checks: Sequence[Check]


# ---------------------------------------------------------------- reading back


def read_back(layout: Layout, program: str | None) -> tuple[list[Table], list[str]]:
    """The table of every placement, and where a reading of it is not what the layout says.

    Args:
        layout: set out.
        program: pdftotext; without it the CSV alone is read, and the tables are from that.
    """
    table = csv.read(csv_exporter.write(layout))
    paper = "a4" if layout.units == "m" else "letter"
    printed = (
        builder_page.read(pdf_exporter.write(compose(layout, paper=paper, units=layout.units)), program)  # type: ignore[arg-type]
        if program
        else {}
    )
    tables, faults = [], []
    for number, placement in enumerate(layout.placements, 1):
        stated = Table(placement.setout, placement.checks)
        found = Table(table.setout(number), table.checks(number))
        if said(found) != said(stated):
            faults.append(f"{placement.drill.name}: the CSV says something else")
        if program and placement.setout:
            page = printed.get(number)
            found = Table(page.rows, page.checks) if page else Table((), ())
            if said(found) != said(stated) or page is None or page.apart is None:
                faults.append(f"{placement.drill.name}: the page says something else")
            elif abs(page.apart - _between_anchors(found)) > _MARK:
                faults.append(f"{placement.drill.name}: the page says two lengths between its anchors")
        tables.append(found)
    return tables, faults


def said(table: Table) -> list[object]:
    """What can be compared: cones, hooks, sides, lengths to 0.1 mm. A page's angles are whole degrees."""
    found: list[object] = []
    for row in table.rows:
        check = row.check and (row.check.at, _rounded(row.check.distance))
        if isinstance(row, Tie):
            tapes = [(tape.at, _rounded(tape.distance)) for tape in row.tapes]
            found.append((row.cone, tapes, row.side, check))
        else:
            found.append((row.cone, row.start, row.end, _rounded(row.along), _rounded(row.offset), check))
    return [*found, *((check.start, check.end, _rounded(check.distance)) for check in table.checks)]


def _rounded(length: float) -> int:
    return round(length / _MARK)


def _between_anchors(table: Table) -> float:
    ends = {row.cone for row in table.rows[:2]}
    return next(check.distance for check in table.checks if {check.start, check.end} == ends)


# ---------------------------------------------------------------- placing


@dataclass
class Crew:
    """People who place cones, `runs` times over, with errors drawn from a seed; `care` 0 makes none."""

    draw: np.random.Generator
    runs: int
    care: float = 1.0

    def by_table(self, table: Table, hooks: Mapping[Hook, complex], *, shifted: bool = False) -> Places:
        """Where the cones come to stand, in the order of their numbers.

        Args:
            table: what is printed, and nothing else.
            hooks: the reference points, by letter.
            shifted: the second anchor is moved along the tape to the length that is printed between both.
        """
        stands: dict[Hook, Places] = {name: np.full(self.runs, at) for name, at in hooks.items()}
        for nth, row in enumerate(table.rows):
            stands[row.cone] = self._tied(row, stands) if isinstance(row, Tie) else self._offset(row, stands)
            if shifted and nth == 1:
                first, second = (stands[one.cone] for one in table.rows[:2])
                stands[row.cone] = first + _unit(second - first) * self._read(_between_anchors(table))
        return np.array([stands[number] for number in range(1, len(table.rows) + 1)])

    def from_corner(self, layout: Layout, placement: Placement) -> Places:
        """Every cone by its x along the first side of the yard and its y square to it by eye."""
        corner, along = (complex(*point.xy) for point in layout.yard.boundary[:2])
        side = (along - corner) / abs(along - corner)
        stands = []
        for cone in placement.cones:
            off = (complex(*cone.xy) - corner) / side
            x, y = (self._read(on_tape(length, layout.units)) for length in (off.real, off.imag))
            stands.append(corner + side * (x + 1j * y * self._square()))
        return np.array(stands)

    def _tied(self, row: Tie, stands: Mapping[Hook, Places]) -> Places:
        first, second = (stands[tape.at] for tape in row.tapes)
        one, other = (self._read(tape.distance) for tape in row.tapes)
        base = np.abs(second - first)
        along = (one**2 - other**2 + base**2) / (2.0 * base)
        beside = np.sqrt(np.maximum(one**2 - along**2, 0.0))  # tapes that do not meet are pulled straight
        turned: Places = along + (1j if row.side == "left" else -1j) * beside
        return first + _unit(second - first) * turned

    def _offset(self, row: Offset, stands: Mapping[Hook, Places]) -> Places:
        first, second = stands[row.start], stands[row.end]
        place: Places = self._read(row.along).astype(np.complex128)
        if row.offset:
            place = place + 1j * self._read(row.offset) * self._square()
        return first + _unit(second - first) * place

    def _read(self, length: float) -> Lengths:
        return length + self.care * READING * self.draw.standard_normal(self.runs)

    def _square(self) -> Places:
        turn = np.radians(self.care * BY_EYE * self.draw.standard_normal(self.runs))
        square: Places = np.exp(1j * turn)
        return square


def _unit(step: Places) -> Places:
    unit: Places = step / np.abs(step)
    return unit


# ---------------------------------------------------------------- judging


def off_best(true: Places, stands: Places) -> Lengths:
    """How far each cone is from its place when the drill as a whole is laid on it as well as can be.

    Args:
        true: one place a cone.
        stands: a row a cone, a column a run.
    """
    wanted = (true - true.mean())[:, None]
    found = stands - stands.mean(axis=0)
    off: Lengths = np.abs(found / _unit((np.conj(wanted) * found).sum(axis=0)) - wanted)
    return off


def off_anchors(true: Places, stands: Places, anchors: tuple[int, int]) -> Lengths:
    """The same when the first anchor and the direction to the second are taken for right; cones from 0."""
    one, other = anchors
    turn = _unit((stands[other] - stands[one]) / (true[other] - true[one]))
    off: Lengths = np.abs((stands - stands[one]) / turn - (true - true[one])[:, None])
    return off


class Ground:
    """What a path must keep off."""

    def __init__(self, yard: Yard) -> None:
        ring = yard.boundary
        polygons = [shapely.Polygon([point.xy for point in thing.polygon]) for thing in yard.obstacles]
        self.outline = shapely.Polygon([point.xy for point in ring])
        self.things = [polygon.buffer(0) for polygon in polygons]
        self.lawn = self.outline.difference(shapely.union_all(self.things))
        sides = zip(ring, (*ring[1:], ring[0]), yard.side_kinds, strict=True)
        self.hard = shapely.union_all(
            [
                *(shapely.LineString([one.xy, other.xy]) for one, other, kind in sides if kind == "hard"),
                *(
                    shape
                    for shape, thing in zip(polygons, yard.obstacles, strict=True)
                    if thing.kind == "hard"
                ),
            ]
        )
        shapely.prepare(self.lawn)
        shapely.prepare(self.hard)

    def bad_paths(self, placement: Placement, stands: Places) -> tuple[int, int, int]:
        """Legs with their run-outs that leave the lawn, that come too close to something hard, and all."""
        out = near = count = 0
        for leg in placement.legs:
            lines = np.asarray(shapely.linestrings(_swept(leg, placement.cones, stands)))
            out += int((~shapely.covers(self.lawn, lines)).sum())
            near += int(shapely.dwithin(self.hard, lines, HARD).sum())
            count += len(lines)
        return out, near, count


def _swept(leg: PlacedLeg, cones: Line, stands: Places) -> Lengths:
    """A leg with its run-out between the cones as they stand: turned and stretched with its ends."""
    true = [complex(*cones[number - 1].xy) for number in (leg.start, leg.end)]
    start, end = stands[leg.start - 1], stands[leg.end - 1]
    turn = (end - start) / (true[1] - true[0]) if abs(true[1] - true[0]) > 1e-6 else np.ones_like(start)
    path = [start + (complex(*point.xy) - true[0]) * turn for point in leg.path]
    ahead = np.exp(1j * np.radians(leg.heading_out)) * _unit(turn)
    line = np.array([*path, path[-1] + leg.run_out * ahead]).T
    return np.stack([line.real, line.imag], axis=-1)


@dataclass
class Tapes:
    """How many tapes are stretched, and what is wrong with them, by the true places of cones and hooks."""

    ties: int = 0
    flat: int = 0
    """Ties whose tapes cross at less than 30 or more than 150 degrees."""
    count: int = 0
    blocked: int = 0
    """Tapes through an obstacle or out of the boundary."""
    long: int = 0
    """Tapes that are longer than the layout says that they are."""

    def add(self, layout: Layout, placement: Placement, ground: Ground) -> None:
        """Count those of one placement."""
        at: dict[Hook, complex] = {one.name: complex(*one.at.xy) for one in layout.yard.references}
        at.update({number: complex(*cone.xy) for number, cone in enumerate(placement.cones, 1)})
        lines = [(at[check.start], at[check.end], check.distance) for check in placement.checks]
        for row in placement.setout:
            tapes = [*row.tapes] if isinstance(row, Tie) else []
            if isinstance(row, Tie):
                one, other = (at[tape.at] - at[row.cone] for tape in row.tapes)
                self.ties += 1
                self.flat += not 30.0 <= abs(np.degrees(np.angle(one / other))) <= 150.0
            else:
                start, end = at[row.start], at[row.end]
                ahead = (end - start) / abs(end - start)
                foot = start + row.along * ahead
                laid = max(row.along, abs(end - start))
                lines.append((start, start + laid * ahead, laid))
                if row.offset:
                    lines.append((foot, foot + 1j * row.offset * ahead, abs(row.offset)))
            tapes += [row.check] if row.check else []
            lines += [(at[tape.at], at[row.cone], tape.distance) for tape in tapes]
        for start, end, length in lines:
            line = shapely.LineString([(start.real, start.imag), (end.real, end.imag)])
            out = line.difference(ground.outline.buffer(0.002)).length > 1e-6
            through = any(line.intersection(thing.buffer(-0.002)).length > 1e-6 for thing in ground.things)
            self.count += 1
            self.blocked += out or through
            self.long += length > (layout.tape or 0.0) + 1e-6


# ---------------------------------------------------------------- the report


@dataclass
class Results:
    """What came out of one way of placing cones: metres off, and paths that are too close to something."""

    best: list[Lengths] = field(default_factory=list)
    anchors: list[Lengths] = field(default_factory=list)
    yard: list[Lengths] = field(default_factory=list)
    out: int = 0
    near: int = 0
    paths: int = 0

    def add(self, ground: Ground, placement: Placement, stands: Places, anchors: tuple[int, int]) -> None:
        """Judge the cones of one placement, as they stand."""
        true = np.array([complex(*cone.xy) for cone in placement.cones])
        self.best.append(off_best(true, stands).ravel())
        self.anchors.append(off_anchors(true, stands, anchors).ravel())
        self.yard.append(np.abs(stands - true[:, None]).ravel())
        out, near, paths = ground.bad_paths(placement, stands)
        self.out += out
        self.near += near
        self.paths += paths

    def line(self, name: str) -> str:
        """A line of the report."""
        cells = [_cells(np.concatenate(errors)) for errors in (self.best, self.anchors)]
        yard = np.percentile(np.concatenate(self.yard), 95) * 1000.0
        out, near = (count / max(1, self.paths) for count in (self.out, self.near))
        return f"{name:36}{cells[0]}{cells[1]}{yard:9.0f}{out:10.3%}{near:10.3%}"


HEAD = (
    f"{'':36}{'best fit, mm':>33}{'frame of anchors, mm':>33}{'in yard':>9}{'paths':>10}{'paths':>10}\n"
    + (
        f"{'':36}"
        + 2 * f"{'< 60':>9}{'95 %':>8}{'99 %':>8}{'most':>8}"
        + f"{'95 %':>9}{'off lawn':>10}{'< 0.85 m':>10}"
    )
)


def _cells(errors: Lengths) -> str:
    near = float((errors <= NEAR).mean())
    low, high = np.percentile(errors, [95, 99]) * 1000.0
    return f"{near:9.2%}{low:8.0f}{high:8.0f}{errors.max() * 1000.0:8.0f}"


@dataclass
class Report:
    """All of some layouts in one sort of units."""

    units: Units
    results: dict[str, Results] = field(default_factory=lambda: {way: Results() for way in WAYS})
    exact: Results = field(default_factory=Results)
    """Of people who make no errors: what rounding to marks of the tape does."""
    tapes: Tapes = field(default_factory=Tapes)
    placements: int = 0
    missing: int = 0
    """Placements without a set-out."""
    faults: list[str] = field(default_factory=list)

    def add(self, layout: Layout, name: str, crew: Crew, program: str | None) -> None:
        """Read back and build all drills of a layout, which is set out in these units."""
        tables, faults = read_back(layout, program)
        self.faults += [f"{name}, {fault}" for fault in faults]
        ground = Ground(layout.yard)
        hooks: dict[Hook, complex] = {one.name: complex(*one.at.xy) for one in layout.yard.references}
        for placement, table in zip(layout.placements, tables, strict=True):
            self.placements += 1
            if len(table.rows) != len(placement.cones):
                self.missing += 1
                continue
            anchors = (table.rows[0].cone - 1, table.rows[1].cone - 1)
            stands = (
                crew.by_table(table, hooks),
                crew.by_table(table, hooks, shifted=True),
                crew.from_corner(layout, placement),
            )
            for way, placed in zip(WAYS, stands, strict=True):
                self.results[way].add(ground, placement, placed, anchors)
            exact = Crew(crew.draw, 1, care=0.0).by_table(table, hooks, shifted=True)
            self.exact.add(ground, placement, exact, anchors)
            self.tapes.add(layout, placement, ground)

    def lines(self) -> Iterator[str]:
        """The report."""
        tapes, wrong = self.tapes, len(self.faults)
        yield f"{self.units}: {self.placements} drills, {self.missing} not set out, {wrong} read back wrong"
        yield HEAD
        for way, results in self.results.items():
            yield results.line(way)
        yield self.exact.line("by the page, without errors of hand")
        yield (
            f"ties outside 30-150 degrees: {tapes.flat} of {tapes.ties}; of {tapes.count} tapes "
            f"{tapes.blocked} through something or out of the yard, {tapes.long} longer than stated"
        )
        yield from self.faults[:20]


def main() -> int:
    """Report on all yards of a folder.

    Returns:
        1 where something that is printed is not what the layout says.
    """
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--yards", type=Path, default=REAL)
    options.add_argument("--runs", type=int, default=40)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    program = shutil.which("pdftotext")
    if program is None:
        print("pdftotext is not installed: pages are not read back", file=sys.stderr)
    shown_in: tuple[Units, ...] = ("m", "ft")
    reports = {units: Report(units) for units in shown_in}
    for file in sorted(chosen.yards.glob("*.geojson")):
        layout = plan(read_yard(file))
        for units, report in reports.items():
            draw = np.random.default_rng([chosen.seed, zlib.crc32(file.stem.encode())])
            shown = set_out(replace(layout, units=units))
            report.add(shown, f"{file.stem}, {units}", Crew(draw, chosen.runs), program)
        print(f"{file.stem}: {len(layout.placements)} drills", file=sys.stderr, flush=True)
    for report in reports.values():
        print("\n".join(report.lines()), end="\n\n")
    return int(any(report.faults for report in reports.values()))


if __name__ == "__main__":
    sys.exit(main())
