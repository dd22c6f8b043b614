"""Pages that show two yards side by side: each drill in both, and whether times compare. Millimetres.

The other yard is somebody else's: it is drawn without a name in it, and so are its drills.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conedrills import __version__
from conedrills.compose import legend, signs, words
from conedrills.compose.frame import FOOT, TOP, WIDE, Paper, foot, head, page
from conedrills.compose.ground import north_up
from conedrills.compose.ink import FIELD, SMALL, best_fit, rule, text
from conedrills.compose.outline import drawable
from conedrills.compose.plans import STRIP, small_plan, strip
from conedrills.compose.view import View, best_scale, scale_words, turned, view_of
from conedrills.figure import Stretch
from conedrills.geometry import Point
from conedrills.labels import upright
from conedrills.language import Voice
from conedrills.layout import Layout, Placement
from conedrills.partner import Line, Partner
from conedrills.public import public
from conedrills.sheet import Mark, Page, Style
from conedrills.yard import Yard

_ON_A_PAGE = 6
_TABLE_HEAD, _ROW = 5.8, 10.2
_COLUMNS = ((9.5, "drill"), (51.0, "here"), (85.0, "there"), (119.0, "compare"), (150.0, "common"))
_CAPTION, _BELOW = 7.5, 5.5
_EDGE = 5.0
"""Millimetres that stay free round a pair."""
_BETWEEN = 4.0
_LEAST = 27.0
"""Millimetres between the two plans of a pair, and what each has at least, for the words below it."""


@dataclass(frozen=True, slots=True)
class _Pages:
    """What all of these pages share."""

    layout: Layout
    other: Layout
    lines: Sequence[Line]
    paper: Paper
    voice: Voice


def partner_pages(layout: Layout, partner: Partner, paper: Paper, voice: Voice) -> list[Page]:
    """Up to six drills a page: a table, and a pair of plans for each at one scale."""
    pages = _Pages(layout, drawable(public(partner.layout)), partner.lines, paper, voice)
    return [
        _page(pages, range(start, min(len(pages.lines), start + _ON_A_PAGE)))
        for start in range(0, len(pages.lines), _ON_A_PAGE)
    ]


def _page(pages: _Pages, shown: range) -> Page:
    layout, voice = pages.layout, pages.voice
    bottom = TOP + _TABLE_HEAD + _ROW * len(shown) + 1.0
    marks = list(_table(pages, shown))
    drawn, scale = _pairs(pages, shown, (bottom + 3.0, FOOT - 2.0))
    title = layout.title or layout.yard.name or voice.say("page.yard")
    below = [voice.say("partners.below"), *([voice.say("partners.north_up")] if _north(pages) else [])]
    right = [*legend.identity(layout, voice), voice.say("page.scale", scale=scale_words(scale, voice.units))]
    drills = " ".join(_told(pages.lines[index], voice) for index in shown)
    said = voice.say("partners.description", below=", ".join(below), drills=drills)
    name = "partners" if shown.start == 0 else f"partners-{shown.start // _ON_A_PAGE + 1}"
    foot_marks = foot(voice, f"conedrills {__version__}", voice.length(scale / 10.0))
    every = [*head(title, " · ".join(below), right), *marks, *drawn, *foot_marks]
    return page(name, voice.say("partners.title", title=title), said, every, pages.paper)


def _north(pages: _Pages) -> bool:
    return pages.layout.yard.north is not None and pages.other.yard.north is not None


# ---------------------------------------------------------------- words


def _exact(factors: Stretch, voice: Voice) -> str:
    """A size to the last digit that is stated: "83 %" and "83 %" would not say why times do not compare."""
    deep, wide = (
        voice.say("numbers.per_cent", number=voice.number(f"{factor * 100:.2f}".rstrip("0").rstrip(".")))
        for factor in (factors.depth, factors.width)
    )
    return deep if deep == wide else voice.say("page.both_sizes", deep=deep, wide=wide)


def _size(placement: Placement | None, voice: Voice) -> str:
    return voice.say("partners.missing") if placement is None else _exact(placement.factors, voice)


def _how(pace: str, mirrored: bool, voice: Voice) -> str:
    if mirrored:
        return voice.say("partners.how_mirrored", pace=voice.say(f"paces.{pace}"))
    return voice.say(f"at_pace.{pace}")


def _compares(line: Line, voice: Voice) -> tuple[str, str]:
    """Whether times compare, and what differs where they do not."""
    if line.here is None or line.there is None:
        return voice.say("partners.differs"), voice.say("partners.apart")
    if line.compares:
        return voice.say("partners.compare"), ""
    what = ", ".join(voice.say(f"partners.what.{name}") for name in line.differs)
    return voice.say("partners.differs"), what


def _common(line: Line, voice: Voice) -> tuple[str, str]:
    """The size that both can have with its pace and side, and what is certain of larger ones."""
    common = line.common
    if common is None and line.compares and line.here:
        return _exact(line.here.factors, voice), _how(line.here.pace, line.here.pose.mirrored, voice)
    if common is None:
        return voice.say("partners.none" if line.certain else "partners.unknown"), ""
    bound = common.proven.size_bound
    proven = bound is not None and common.proven.gap_reached
    size = _exact(common.factors, voice)
    if not line.compares:
        return size, _how(common.pace, common.mirrored, voice)
    if common.factors == _largest(line):
        return size, voice.say("why.full")
    return size, voice.say("partners.proven", bound=voice.bound(bound or 0.0)) if proven else voice.say(
        "partners.unproven"
    )


def _largest(line: Line) -> Stretch:
    stretch, most = line.drill.stretch, line.drill.size_max
    return stretch.high if stretch else Stretch(most, most)


def _told(line: Line, voice: Voice) -> str:
    return voice.say(
        "partners.drill",
        title=words.told(line.drill, voice).title,
        here=_size(line.here, voice),
        there=_size(line.there, voice),
        compares=": ".join(part for part in _compares(line, voice) if part),
        common=", ".join(part for part in _common(line, voice) if part),
    )


# ---------------------------------------------------------------- the table


def _table(pages: _Pages, shown: range) -> Iterator[Mark]:
    ends = [x - 2.0 for x, _ in _COLUMNS[1:]] + [WIDE]
    for (x, key), end in zip(_COLUMNS, ends, strict=True):
        yield text((x, TOP + 4.2), pages.voice.say(f"partners.head.{key}"), SMALL, room=end - x)
    for row, index in enumerate(shown):
        y = TOP + _TABLE_HEAD + _ROW * row
        yield rule(0.0, WIDE, y)
        yield from signs.drill_square(0.0, y + (_ROW - 6.0) / 2, str(index + 1), 6.0)
        yield from _row(pages.lines[index], y, ends, pages.voice)
    yield rule(0.0, WIDE, TOP + _TABLE_HEAD + _ROW * len(shown))


def _row(line: Line, y: float, ends: Sequence[float], voice: Voice) -> Iterator[Mark]:
    def how(placement: Placement | None) -> str:
        return "" if placement is None else _how(placement.pace, placement.pose.mirrored, voice)

    cells = (
        (words.told(line.drill, voice).title, voice.say(f"families.{line.drill.family}")),
        (_size(line.here, voice), how(line.here)),
        (_size(line.there, voice), how(line.there)),
        _compares(line, voice),
        _common(line, voice),
    )
    style: Style
    for nth, ((x, _), end, (first, second)) in enumerate(zip(_COLUMNS, ends, cells, strict=True)):
        style = "bold" if nth == 0 or (nth == 3 and line.compares) else "regular"
        base = y + (4.7 if second else _ROW / 2 + 1.5)
        yield best_fit((x, base), first, end - x, style=style, caps=(FIELD, 3.0, SMALL))
        if second:
            yield text((x, y + 8.6), second, SMALL, room=end - x)


# ---------------------------------------------------------------- the plans


def _pairs(pages: _Pages, shown: range, rows: tuple[float, float]) -> tuple[list[Mark], int]:
    """A pair of small plans a drill, all at one true scale, in reading order; scale and north below."""
    top, bottom = rows[0], rows[1] - STRIP
    voice, yards = pages.voice, (pages.layout.yard, pages.other.yard)
    columns, down, scale = _best_grid(yards, voice, len(shown), bottom - top)
    wide, high = WIDE / columns, (bottom - top) / down
    views = [view_of(yard.boundary, ((0.0, 0.0), (1.0, 1.0)), voice.units, north_up(yard)) for yard in yards]
    extents = [_extent(yard) for yard in yards]
    long = [1000.0 * extent[0] / scale for extent in extents]
    tall = max(1000.0 * extent[1] / scale for extent in extents)
    both = wide - _EDGE - _BETWEEN
    first = min(max(long[0] + (both - sum(long)) / 2, _LEAST), both - _LEAST)
    slots = (first, both - first)
    marks: list[Mark] = []
    for place, index in enumerate(shown):
        line = pages.lines[index]
        x, y = wide * (place % columns), top + high * (place // columns)
        marks += signs.drill_square(x, y, str(index + 1), 5.6)
        title, room = words.told(line.drill, voice).title, wide - 9.0 - _EDGE
        marks.append(best_fit((x + 7.2, y + 4.5), title, room, style="bold", caps=(FIELD, 3.0, SMALL)))
        left, low = x, y + _CAPTION + tall
        for nth, (placement, key) in enumerate(((line.here, "here"), (line.there, "there"))):
            right = left + slots[nth]
            view = View(views[nth].about, ((left + right) / 2, low - tall / 2), scale, views[nth].rotation)
            cell = upright(left - 1.0, low - tall - 1.0, right + 1.0, low + 1.0)
            marks += small_plan(yards[nth], placement, voice, view, cell)
            said = voice.say(f"partners.{key}")
            if placement is None:
                said = f"{said}: {voice.say('partners.missing')}"
            marks.append(text((view.centre[0], low + 4.8), said, SMALL, anchor="middle", room=right - left))
            left = right + _BETWEEN
    here = View(views[0].about, views[0].centre, scale, views[0].rotation)
    return marks + strip(voice, here, (0.0, bottom), north=_north(pages)), scale


def _extent(yard: Yard) -> tuple[float, float]:
    """How wide and how high a yard is as it is seen, metres."""
    places = [turned(point, Point(0.0, 0.0), north_up(yard)) for point in yard.boundary]
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return max(xs) - min(xs), max(ys) - min(ys)


def _best_grid(yards: tuple[Yard, Yard], voice: Voice, count: int, high: float) -> tuple[int, int, int]:
    """Columns and rows at which both yards are shown largest, and the n of that scale 1 : n."""
    (wide, tall), (other_wide, other_tall) = (_extent(yard) for yard in yards)
    tried = []
    for columns in (1, 2):
        rows = -(-count // columns)
        both, room = WIDE / columns - _EDGE - _BETWEEN, high / rows - _CAPTION - _BELOW - 2.0
        if min(both - 2.0 * _LEAST, room) > 0.0 and room > 10.0:
            scales = [
                best_scale(wide + other_wide, max(tall, other_tall), both, room, voice.units),
                *(best_scale(one, 0.0, both - _LEAST, room, voice.units) for one in (wide, other_wide)),
            ]
            tried.append((max(scales), columns, rows))
    scale, columns, rows = min(tried)
    return columns, rows, scale
