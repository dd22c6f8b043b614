"""The first pages: the whole yard with its drills, how to read it, what fits how well. Millimetres.

Up to three drills that keep off each other share one plan. More, or drills on the same ground, get a small
plan each at one common scale: only one drill stands at a time, and a map of all of them would be noise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conedrills import __version__, geometry
from conedrills.compose import ground, legend, signs, words
from conedrills.compose.frame import FOOT, TOP, WIDE, Paper, foot, head, page
from conedrills.compose.ink import BOLD_RULE, FIELD, SMALL, best_fit, paragraph, rule, text, width_of
from conedrills.compose.plans import grid, plan
from conedrills.compose.view import View, scale_words
from conedrills.geometry import Point
from conedrills.labels import upright
from conedrills.layout import Layout, Placement, size_words
from conedrills.sheet import Mark, Page
from conedrills.yard import Units

_PLAN_WIDE = 121.0
_COLUMN = 128.0
_ON_ONE_PLAN = 3
_ON_FIRST_PAGE = 5
_ROWS_FIRST = 16
_TABLE_HEAD = 5.8
_HEADS = (
    (9.5, "drill"), (50.4, "size"), (69.0, "length"), (93.8, "pace"),
    (109.0, "cones"), (121.0, "closest"), (143.0, "why not larger"),
)  # fmt: skip
_GRID_MOST = 12
_LENGTH_WIDE = 23.6


@dataclass(frozen=True, slots=True)
class _Overview:
    """What all overview pages share."""

    layout: Layout
    paper: Paper
    units: Units


def overview_pages(layout: Layout, paper: Paper, units: Units) -> list[Page]:
    """The overview, and a page of small plans where there are more drills than fit it."""
    one = _Overview(layout, paper, units)
    count = len(layout.placements)
    first = range(min(count, _ROWS_FIRST))
    table = _table_height(len(first))
    bottom = FOOT - table - 2.0
    marks: list[Mark] = []
    if not count or (count <= _ON_ONE_PLAN and not _share_ground(layout)):
        drawn, scale = plan(layout, units, range(count), upright(0.0, TOP, _PLAN_WIDE, bottom))
    elif count <= _ON_FIRST_PAGE:
        drawn, scale = grid(layout, units, range(count), upright(0.0, TOP, _PLAN_WIDE, bottom), named=True)
    else:
        drawn, scale = plan(layout, units, range(0), upright(0.0, TOP, _PLAN_WIDE, bottom))
    marks += drawn
    marks += legend.column(layout, units, (_COLUMN, TOP), bottom)
    marks += signs.inch_bar(WIDE, TOP - 0.6)
    if count:
        marks += _table(one, first, bottom + 1.0)
    pages = [_page(one, "overview", marks, scale, _below(layout, units))]
    if count > _ON_FIRST_PAGE:
        step = -(-count // -(-count // _GRID_MOST))
        for start in range(0, count, step):
            shown = range(start, min(count, start + step))
            drawn, scale = grid(layout, units, shown, upright(0.0, TOP, WIDE, FOOT - 2.0), named=False)
            pages.append(_page(one, f"00-drills{'' if not start else f'-{start // step + 1}'}", drawn, scale,
                               f"Drills {start + 1} to {shown[-1] + 1}, one at a time"))  # fmt: skip
    for start in range(_ROWS_FIRST, count, 26):
        shown = range(start, min(count, start + 26))
        more = list(_table(one, shown, TOP))
        pages.append(
            _page(one, f"00-table-{start // 26 + 2}", more, 0, f"Drills {start + 1} to {shown[-1] + 1}")
        )
    return pages


def _page(one: _Overview, name: str, marks: Sequence[Mark], scale: int, below: str) -> Page:
    layout = one.layout
    title = layout.title or layout.yard.name or "Yard"
    right = [*legend.identity(layout), *([f"scale {scale_words(scale, one.units)}"] if scale else [])]
    said = f"{below}. " + " ".join(
        f"Drill {number}: {placement.drill.title}, {size_words(placement)}, {placement.pace} pace."
        for number, placement in enumerate(layout.placements, 1)
    )
    reach = words.length(scale / 10.0, one.units) if scale else ""
    everything = [*head(title, below, right), *marks, *foot(f"conedrills {__version__}", reach)]
    return page(
        name,
        f"{title}: overview" if name == "overview" else f"{title}: {below.lower()}",
        said,
        everything,
        one.paper,
    )


def _below(layout: Layout, units: Units) -> str:
    view = View(Point(0.0, 0.0), (0.0, 0.0), 1000)
    lawn = geometry.extent(ground.ground_of(layout.yard, view, ()).lawn)
    count = len(layout.placements)
    drills = (
        words.count(count, "drill") + (", one at a time" if count > 1 else "") if count else "No drill fits"
    )
    most = max((len(placement.cones) for placement in layout.placements), default=0)
    cones = f"{'up to ' if count > 1 else ''}{words.count(most, 'cone')}" if most else ""
    wet = "wet grass" if layout.space.factor > 1.0 else ""
    return " · ".join(part for part in (drills, cones, f"lawn {words.area(lawn, units)}", wet) if part)


def _share_ground(layout: Layout) -> bool:
    if len(layout.placements) < 2:
        return False
    view = View(Point(0.0, 0.0), (0.0, 0.0), 1000)
    seen = ground.ground_of(layout.yard, view, ())
    zones = [ground.keep_clear(placement, seen) for placement in layout.placements]
    return any(
        geometry.extent(geometry.overlap(one, other)) > 0.01
        for place, one in enumerate(zones)
        for other in zones[:place]
    )


def _row_height(count: int) -> float:
    return 12.0 if count <= 4 else 10.2 if count <= 6 else 7.2


def _table_height(count: int) -> float:
    return _TABLE_HEAD + _row_height(count) * count + 1.0 if count else 0.0


def _table(one: _Overview, shown: range, top: float) -> Iterator[Mark]:
    yield rule(0.0, WIDE, top, BOLD_RULE)
    for x, word in _HEADS:
        yield text((x, top + 4.2), word, SMALL)
    high = _row_height(len(shown))
    for row, index in enumerate(shown):
        y = top + _TABLE_HEAD + high * row
        yield rule(0.0, WIDE, y)
        yield from _row(one, one.layout.placements[index], index, y, high)


def _row(one: _Overview, placement: Placement, index: int, y: float, high: float) -> Iterator[Mark]:
    drill, two = placement.drill, high > 9.0
    base = y + (0.42 * high + 0.3 if two else high / 2 + FIELD / 2)
    low = base + (4.6 if high > 11.0 else 4.0)
    yield from signs.drill_square(0.0, y + (high - 6.0) / 2 - (0.3 if two else 0.0), str(index + 1), 6.0)
    room = min(max(38.4, width_of(drill.title, SMALL, "bold")), 40.4)
    yield best_fit((9.5, base), drill.title, room, style="bold", caps=(FIELD, 3.0, SMALL))
    sizes = words.two_sizes(placement)
    if sizes:
        rows = (base, low) if two else (y + high / 2 - 0.3, y + high / 2 + 3.0)
        yield from (text((50.4, row), said, SMALL, room=18.2) for row, said in zip(rows, sizes, strict=True))
    else:
        yield text((50.4, base), words.per_cent(placement.size), FIELD, "bold")
    lengths = [row for row in words.lengths_of(placement) if row[3]] or words.lengths_of(placement)[:1]
    yield best_fit((69.0, base), _lengths(lengths, one.units), _LENGTH_WIDE, caps=(FIELD, 3.0, SMALL))
    yield text((93.8, base), placement.pace, FIELD)
    yield text((109.0, base), str(len(placement.cones)), FIELD)
    tight = placement.tightest
    if tight:
        yield text((121.0, base), words.at_most(tight.distance, one.units), FIELD, room=21.0)
    why = words.why_not_larger(placement, one.units)
    if two:
        called = ", called" if any(leg.call for leg in placement.legs) else ""
        yield text((9.5, low), f"{drill.family}{called}", SMALL, room=40.4)
        if not sizes:
            yield from signs.size_bar((50.4, low - 2.0), (16.0, 1.8), placement.size, drill.size_max)
        yield text((69.0, low), _against(placement, lengths, one.units), SMALL, room=23.6)
        if tight:
            yield text((121.0, low), tight.to, SMALL, room=21.0)
        yield from paragraph((143.0, y + 4.4), why, WIDE - 143.0, SMALL, 2)
    else:
        yield best_fit((143.0, base - 0.4), why, WIDE - 143.0, caps=(SMALL,))


def _lengths(lengths: Sequence[tuple[str, float, float, bool]], units: Units) -> str:
    """The lengths of a drill, as many as fit their column: one left out is better than one cut in two."""
    now = list(dict.fromkeys(words.figure(metres, units) for _, metres, _, _ in lengths))
    unit = "" if units == "ft" else f" {units}"
    said = [" / ".join(now[:most]) + unit for most in range(len(now), 0, -1)]
    return next((line for line in said if width_of(line, SMALL) <= _LENGTH_WIDE), said[-1])


def _against(placement: Placement, lengths: Sequence[tuple[str, float, float, bool]], units: Units) -> str:
    if placement.drill.size_min == placement.drill.size_max:
        return lengths[0][0]
    full = words.full_words(placement.drill)
    if words.is_full(placement):
        return full
    was = list(dict.fromkeys(words.figure(metres, units) for _, _, metres, _ in lengths))
    word = "source" if full == "published" else full
    both = f"{word} {' / '.join(was[:2])}"
    return both if width_of(both, SMALL) <= _LENGTH_WIDE else f"{word} {was[0]}"
