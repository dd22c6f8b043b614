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
from conedrills.language import Voice
from conedrills.layout import Layout, Placement, size_words
from conedrills.sheet import Mark, Page

_PLAN_WIDE = 121.0
_COLUMN = 128.0
_ON_ONE_PLAN = 3
_ON_FIRST_PAGE = 5
_ROWS_FIRST = 16
_TABLE_HEAD = 5.8
_HEADS = (
    (9.5, "drill"), (50.4, "size"), (69.0, "length"), (93.8, "pace"),
    (109.0, "cones"), (121.0, "closest"), (143.0, "why"),
)  # fmt: skip
_GRID_MOST = 12
_LENGTH_WIDE = 23.6


@dataclass(frozen=True, slots=True)
class _Overview:
    """What all overview pages share."""

    layout: Layout
    paper: Paper
    voice: Voice


def overview_pages(layout: Layout, paper: Paper, voice: Voice) -> list[Page]:
    """The overview, and a page of small plans where there are more drills than fit it."""
    one = _Overview(layout, paper, voice)
    count = len(layout.placements)
    first = range(min(count, _ROWS_FIRST))
    table = _table_height(len(first))
    bottom = FOOT - table - 2.0
    marks: list[Mark] = []
    if not count or (count <= _ON_ONE_PLAN and not _share_ground(layout)):
        drawn, scale = plan(layout, voice, range(count), upright(0.0, TOP, _PLAN_WIDE, bottom))
    elif count <= _ON_FIRST_PAGE:
        drawn, scale = grid(layout, voice, range(count), upright(0.0, TOP, _PLAN_WIDE, bottom), named=True)
    else:
        drawn, scale = plan(layout, voice, range(0), upright(0.0, TOP, _PLAN_WIDE, bottom))
    marks += drawn
    marks += legend.column(layout, voice, (_COLUMN, TOP), bottom)
    marks += signs.inch_bar(WIDE, TOP - 0.6, voice.say("page.inches"))
    if count:
        marks += _table(one, first, bottom + 1.0)
    pages = [_page(one, "overview", marks, scale, None)]
    if count > _ON_FIRST_PAGE:
        step = -(-count // -(-count // _GRID_MOST))
        for start in range(0, count, step):
            shown = range(start, min(count, start + step))
            drawn, scale = grid(layout, voice, shown, upright(0.0, TOP, WIDE, FOOT - 2.0), named=False)
            name = f"00-drills{'' if not start else f'-{start // step + 1}'}"
            pages.append(_page(one, name, drawn, scale, shown))
    for start in range(_ROWS_FIRST, count, 26):
        shown = range(start, min(count, start + 26))
        more = list(_table(one, shown, TOP))
        pages.append(_page(one, f"00-table-{start // 26 + 2}", more, 0, shown))
    return pages


def _page(one: _Overview, name: str, marks: Sequence[Mark], scale: int, shown: range | None) -> Page:
    """A page with its head and foot: of some drills, or the overview of all where `shown` is None."""
    layout, voice = one.layout, one.voice
    title = layout.title or layout.yard.name or voice.say("page.yard")
    if shown is None:
        below, page_title = _below(layout, voice), voice.say("overview.title", title=title)
    else:
        kind, first, last = "each" if scale else "some", shown[0] + 1, shown[-1] + 1
        below = voice.say(f"overview.{kind}", first=first, last=last)
        page_title = voice.say(f"overview.{kind}_title", title=title, first=first, last=last)
    right = legend.identity(layout, voice)
    right += [voice.say("page.scale", scale=scale_words(scale, voice.units))] if scale else []
    drills = [
        voice.say("overview.drill", number=number, title=words.told(placement.drill, voice).title,
                  size=size_words(placement, voice), pace=voice.say(f"at_pace.{placement.pace}"))
        for number, placement in enumerate(layout.placements, 1)
    ]  # fmt: skip
    said = voice.say("overview.description", below=below, drills=" ".join(drills))
    foot_marks = foot(voice, f"conedrills {__version__}", voice.length(scale / 10.0) if scale else "")
    return page(name, page_title, said, [*head(title, below, right), *marks, *foot_marks], one.paper)


def _below(layout: Layout, voice: Voice) -> str:
    view = View(Point(0.0, 0.0), (0.0, 0.0), 1000)
    lawn = geometry.extent(ground.ground_of(layout.yard, view, ()).lawn)
    number = len(layout.placements)
    drills = voice.count(number, "drill") if number else voice.say("overview.nothing")
    most = max((len(placement.cones) for placement in layout.placements), default=0)
    cones = voice.count(most, "cone") if most else ""
    if number > 1:
        drills = voice.say("overview.one_at_a_time", drills=drills)
        cones = voice.say("overview.up_to", cones=cones)
    wet = voice.say("overview.wet") if layout.space.factor > 1.0 else ""
    space = voice.say("overview.lawn", area=voice.area(lawn))
    return " · ".join(part for part in (drills, cones, space, wet) if part)


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
    ends = [x - 1.5 for x, _ in _HEADS[1:]] + [WIDE]
    for (x, key), end in zip(_HEADS, ends, strict=True):
        word = one.voice.say(f"overview.head.{key}")
        yield text((min(x, end - width_of(word, SMALL)), top + 4.2), word, SMALL)
    high = _row_height(len(shown))
    for row, index in enumerate(shown):
        y = top + _TABLE_HEAD + high * row
        yield rule(0.0, WIDE, y)
        yield from _row(one, one.layout.placements[index], index, y, high)


def _row(one: _Overview, placement: Placement, index: int, y: float, high: float) -> Iterator[Mark]:
    drill, voice, two = placement.drill, one.voice, high > 9.0
    base = y + (0.42 * high + 0.3 if two else high / 2 + FIELD / 2)
    low = base + (4.6 if high > 11.0 else 4.0)
    yield from signs.drill_square(0.0, y + (high - 6.0) / 2 - (0.3 if two else 0.0), str(index + 1), 6.0)
    title = words.told(drill, voice).title
    room = min(max(38.4, width_of(title, SMALL, "bold")), 40.4)
    yield best_fit((9.5, base), title, room, style="bold", caps=(FIELD, 3.0, SMALL))
    sizes = words.two_sizes(placement, voice)
    if sizes:
        rows = (base, low) if two else (y + high / 2 - 0.3, y + high / 2 + 3.0)
        yield from (text((50.4, row), said, SMALL, room=18.2) for row, said in zip(rows, sizes, strict=True))
    else:
        yield text((50.4, base), voice.per_cent(placement.size), FIELD, "bold")
    lengths = words.lengths_of(placement, voice)
    lengths = [row for row in lengths if row[3]] or lengths[:1]
    yield best_fit((69.0, base), _lengths(lengths, voice), _LENGTH_WIDE, caps=(FIELD, 3.0, SMALL))
    yield text((93.8, base), voice.say(f"paces.{placement.pace}"), FIELD)
    yield text((109.0, base), str(len(placement.cones)), FIELD)
    tight = placement.tightest
    if tight:
        yield text((121.0, base), voice.at_most(tight.distance), FIELD, room=21.0)
    why = words.why_not_larger(placement, voice)
    if two:
        yield text((9.5, low), words.family(placement, voice), SMALL, room=40.4)
        if not sizes:
            yield from signs.size_bar((50.4, low - 2.0), (16.0, 1.8), placement.size, drill.size_max)
        yield text((69.0, low), _against(placement, lengths, voice), SMALL, room=23.6)
        if tight:
            yield text((121.0, low), voice.retell(tight.to), SMALL, room=21.0)
        yield from paragraph((143.0, y + 4.4), why, WIDE - 143.0, SMALL, 2)
    else:
        yield best_fit((143.0, base - 0.4), why, WIDE - 143.0, caps=(SMALL,))


def _lengths(lengths: Sequence[tuple[str, float, float, bool]], voice: Voice) -> str:
    """The lengths of a drill, as many as fit their column: one left out is better than one cut in two."""
    now = list(dict.fromkeys(voice.figure(metres) for _, metres, _, _ in lengths))
    unit = "" if voice.units == "ft" else f" {voice.units}"
    said = [" / ".join(now[:most]) + unit for most in range(len(now), 0, -1)]
    return next((line for line in said if width_of(line, SMALL) <= _LENGTH_WIDE), said[-1])


def _against(placement: Placement, lengths: Sequence[tuple[str, float, float, bool]], voice: Voice) -> str:
    """What the lengths are to be compared with: those of the source, or what we call full size."""
    drill = placement.drill
    published = drill.definition.grade == "A"
    if drill.size_min == drill.size_max:
        return lengths[0][0]
    if words.is_full(placement):
        return voice.say("overview.published" if published else "overview.full_size")
    was = list(dict.fromkeys(voice.figure(metres) for _, _, metres, _ in lengths))
    key = "overview.against_source" if published else "overview.against_full"
    both = voice.say(key, lengths=" / ".join(was[:2]))
    return both if width_of(both, SMALL) <= _LENGTH_WIDE else voice.say(key, lengths=was[0])
