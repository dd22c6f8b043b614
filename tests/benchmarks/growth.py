"""How the time of a fit grows with the corners of the boundary and with the holes; a table and a plot.

    python -m tests.benchmarks.growth [--rounds 3] [--drills t-test,w-drill] [--svg growth.svg]

Yards are `yards.wavy`: 10 to 10,000 corners without a hole, and 0 to 100 trees in a yard of 60 corners. Times
are medians over drills of medians over rounds, the yards of a round in turn. The drills, at easy pace, have
sizes from 0.2 to 3: so they must shrink in every yard, and the search has to work for its answer.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import svgwrite

from conedrills.drill import find_drill
from conedrills.fit import fit
from conedrills.ground import ready
from conedrills.space import SpaceModel
from conedrills.yard import Yard
from tests.benchmarks.pairs import without_cap
from tests.benchmarks.yards import wavy

CORNERS = (10, 30, 100, 300, 1000, 3000, 10_000)
HOLES = (0, 1, 2, 5, 10, 20, 50, 100)
_FIELD = 36.0  # metres across the yard with trees
_TIGHT = 15.0  # metres across the yard with many corners


@dataclass(frozen=True)
class Mark:
    """At a count of corners or holes: seconds of making ready and of fitting, and the sizes found."""

    count: int
    ready: float
    fit: float
    sizes: tuple[float, ...]


def measure(yards: dict[int, Yard], drills: Sequence[str], rounds: int) -> list[Mark]:
    """The times of all drills in all yards (by count)."""
    readied: dict[int, list[float]] = {count: [] for count in yards}
    fitted: dict[tuple[int, str], list[float]] = {(count, name): [] for count in yards for name in drills}
    sizes: dict[tuple[int, str], float] = {}
    for _ in range(rounds):
        for count, yard in yards.items():
            start = time.perf_counter()
            ground = ready(yard)
            readied[count].append(time.perf_counter() - start)
            for name in drills:
                start = time.perf_counter()
                result = fit(ground, without_cap(find_drill(name)), SpaceModel(), pace="easy")
                fitted[count, name].append(time.perf_counter() - start)
                sizes[count, name] = getattr(result, "size", 0.0)
    return [
        Mark(
            count,
            statistics.median(readied[count]),
            statistics.median(statistics.median(fitted[count, name]) for name in drills),
            tuple(sizes[count, name] for name in drills),
        )
        for count in yards
    ]


def exponent(marks: Sequence[Mark]) -> float:
    """The least-squares slope of log time (ready and fit) over log count: 1 is linear growth."""
    points = [(math.log(mark.count), math.log(mark.ready + mark.fit)) for mark in marks if mark.count]
    return statistics.linear_regression(*zip(*points, strict=True)).slope


def told(title: str, marks: Sequence[Mark], drills: Sequence[str]) -> str:
    """A table of marks."""
    lines = [f"{title:>10}  {'ready':>9}  {'fit':>9}  sizes of {', '.join(drills)} (0: does not fit)"]
    lines += [
        f"{mark.count:10}  {mark.ready:7.3f} s  {mark.fit:7.3f} s  {' '.join(f'{s:.4f}' for s in mark.sizes)}"
        for mark in marks
    ]
    return "\n".join([*lines, f"growth: time ~ {title} ** {exponent(marks):.2f}"])


# ---------------------------------------------------------------- the plot

_WIDTH, _HEIGHT, _MARGIN = 420, 300, 56  # of a panel, pixels
_COLOURS = {"ready": "#b8860b", "fit": "#1f5fa8"}


def plot(file: Path, panels: Mapping[str, Sequence[Mark]]) -> None:
    """Seconds over counts, both logarithmic (0 stands at a half), a panel for each table."""
    drawing = svgwrite.Drawing(str(file), size=(_WIDTH * len(panels), _HEIGHT), debug=False)
    drawing.add(drawing.rect((0, 0), ("100%", "100%"), fill="white"))
    every = [seconds for marks in panels.values() for mark in marks for seconds in (mark.ready, mark.fit)]
    decades = (math.floor(math.log10(min(every))), math.ceil(math.log10(max(every))))
    for nth, (title, marks) in enumerate(panels.items()):
        _panel(drawing, nth * _WIDTH, title, marks, decades)
    drawing.save()


def _panel(
    drawing: svgwrite.Drawing, left: float, title: str, marks: Sequence[Mark], decades: tuple[int, int]
) -> None:
    counts = [max(mark.count, 0.5) for mark in marks]
    lowest, widest = math.log(counts[0]), math.log(counts[-1] / counts[0])

    def x(count: float) -> float:
        return left + _MARGIN + (_WIDTH - _MARGIN - 20) * (math.log(count) - lowest) / widest

    def y(seconds: float) -> float:
        share = (math.log10(seconds) - decades[0]) / (decades[1] - decades[0])
        return _HEIGHT - _MARGIN - (_HEIGHT - _MARGIN - 30) * share

    def write(text: str, at: tuple[float, float], anchor: str, fill: str = "#333333") -> None:
        style = {"font_size": 11, "font_family": "sans-serif", "text_anchor": anchor, "fill": fill}
        drawing.add(drawing.text(text, at, **style))

    for decade in range(decades[0], decades[1] + 1):
        at = y(10.0**decade)
        drawing.add(drawing.line((x(counts[0]), at), (x(counts[-1]), at), stroke="#dddddd"))
        write(f"{10.0**decade:g} s", (left + _MARGIN - 6, at + 4), "end")
    for mark, count in zip(marks, counts, strict=True):
        write(f"{mark.count:,}", (x(count), _HEIGHT - _MARGIN + 16), "middle")
    write(title, (left + _WIDTH / 2, _HEIGHT - 14), "middle")
    for nth, (name, colour) in enumerate(_COLOURS.items()):
        line = [(x(count), y(getattr(mark, name))) for mark, count in zip(marks, counts, strict=True)]
        drawing.add(drawing.polyline(line, fill="none", stroke=colour, stroke_width=2))
        for point in line:
            drawing.add(drawing.circle(point, 3, fill=colour))
        write(name, (left + _MARGIN + 12 + 50 * nth, 20), "start", colour)


def main() -> None:
    """Measure, tell and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--drills", type=lambda text: text.split(","), default=["t-test", "w-drill", "box"])
    parser.add_argument("--svg", type=Path)
    given = parser.parse_args()
    panels = {
        "corners": measure({n: wavy(n, breadth=_TIGHT) for n in CORNERS}, given.drills, given.rounds),
        "holes": measure({n: wavy(60, n, breadth=_FIELD) for n in HOLES}, given.drills, given.rounds),
    }
    for title, marks in panels.items():
        print(told(title, marks, given.drills), flush=True)
    if given.svg:
        plot(given.svg, panels)


if __name__ == "__main__":
    main()
