"""The page of a session: what to take along, the drills with their dose, a log for this layout. Millimetres.

Times are worth writing down only where it is clear what they may be compared with: each drill says it once.
Many drills go on over more pages, and the log begins a page where a whole day of it finds no room.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conedrills import __version__
from conedrills.compose import legend, sharing, signs, times, words
from conedrills.compose.builder import tape_words
from conedrills.compose.frame import FOOT, TOP, WIDE, Paper, foot, head, page
from conedrills.compose.ink import (
    BOLD_RULE,
    FEED,
    FIELD,
    SMALL,
    best_fit,
    box,
    moved,
    paragraph,
    rule,
    text,
    width_of,
)
from conedrills.language import Voice
from conedrills.layout import Layout, Placement, layout_id, size_words
from conedrills.qr import Code
from conedrills.sheet import XY, Mark, Page, Stroke, Text

_BOTTOM = FOOT - 2.5
_ITEM, _TICK = 6.2, 3.4
_NAME, _DOSE, _TIMES = 9.5, 64.0, 115.0
_NAME_ROOM = _DOSE - _NAME - 3.0
_HEAD = 5.8
_LOG_TOP = 12.6
_LINE, _ROOMY = 7.2, 9.0
"""High enough for a pencil; higher where there is room, for cold hands."""
_BETWEEN = 2.6
_COLUMNS = ((46.0, "reps"), (58.0, "right"), (90.0, "left"), (122.0, "effort"), (143.0, "note"))
"""Where a column of the log begins, after the drill's."""
_DAY = (("date", 0.0, 46.0), ("grass", 46.0, 96.0), ("wind", 96.0, WIDE))


@dataclass(frozen=True, slots=True)
class _Session:
    """What all pages of a session share."""

    layout: Layout
    paper: Paper
    voice: Voice


def session_pages(layout: Layout, paper: Paper, voice: Voice) -> list[Page]:
    """The page of the session, and more where it has very many drills; none where it has no drill."""
    if not layout.placements:
        return []
    one = _Session(layout, paper, voice)
    code = sharing.sheet_code(layout)
    # on as few pages as can be, explained rather than not, and as large as it can be then
    forms = itertools.product((True, False), sharing.MODULES_MM)
    made = [_pages(one, _with_code(one, code, module, full=full)) for full, module in forms] if code else []
    pages = min(made, key=len) if made else _pages(one, _without_code(one))
    return [_page(one, number, marks) for number, marks in enumerate(pages, 1)]


def _pages(one: _Session, taken: tuple[list[Mark], float]) -> list[list[Mark]]:
    """What stands on each page below its head; the first begins with what to take along."""
    marks, top = taken
    pages: list[list[Mark]] = []
    y = top
    for shown in _chunks(one, top):
        table, y = _drills(one, shown, TOP if pages else top)
        pages.append([*marks, *table] if not pages else table)
    log, own_page = _log(one, y)
    pages[-1] += [] if own_page else log[0]
    pages += log if own_page else []
    return pages


def _with_code(one: _Session, code: Code, module: float, *, full: bool) -> tuple[list[Mark], float]:
    """What to take along, beside it the code, and below it what that is for."""
    drawn = sharing.drawn(code, (WIDE, TOP + 0.8), module, one.voice, layout_id(one.layout))
    marks, y = _taken(one, WIDE - drawn.wide_mm)
    said = sharing.said(one.layout, one.voice, (0.0, y), WIDE - drawn.wide_mm, full=full)
    return [*marks, *said.marks, *drawn.marks], max(said.bottom, drawn.bottom)


def take_along(layout: Layout, voice: Voice) -> Iterator[str]:
    """What to have in hand in the yard; tapes only where there is a set-out."""
    yield voice.count(max(len(placement.cones) for placement in layout.placements), "cone")
    if any(placement.setout for placement in layout.placements):
        yield voice.say("builder.tapes", length=tape_words(layout.placements, voice, layout.tape))
        yield voice.say("text.peg")
    yield from (voice.say(f"text.{key}") for key in ("rings", "watch"))


def _page(one: _Session, number: int, marks: Sequence[Mark]) -> Page:
    layout, voice = one.layout, one.voice
    count = len(layout.placements)
    drills = voice.count(count, "drill")
    below = [voice.say("overview.one_at_a_time", drills=drills) if count > 1 else drills]
    below += [layout.title or layout.yard.name]
    said = [
        voice.say("session.drill", number=place, title=words.told(placement.drill, voice).title,
                  dose=_dose(placement, voice), times=times.comparison(placement, voice))
        for place, placement in enumerate(layout.placements, 1)
    ]  # fmt: skip
    taken = ", ".join(take_along(layout, voice))
    top = head(voice.say("session.title"), " · ".join(filter(None, below)), legend.identity(layout, voice))
    title = layout.title or layout.yard.name or voice.say("page.yard")
    return page(
        "session" if number == 1 else f"session-{number}",
        voice.say("session.page_title", title=title),
        voice.say("session.description", taken=taken, drills=" ".join(said)),
        [*top, *marks, *foot(voice, f"conedrills {__version__}")],
        one.paper,
    )


def _without_code(one: _Session) -> tuple[list[Mark], float]:
    """What to take along, and why there is no code beside it."""
    marks, y = _taken(one, WIDE)
    return [*marks, *sharing.excuse(one.voice, (0.0, y + 1.0), WIDE)], y + 4.0


def _taken(one: _Session, across: float) -> tuple[list[Mark], float]:
    """What to take along, to tick, in so many millimetres, and where the page goes on below it."""
    marks: list[Mark] = [text((0.0, TOP + 4.0), one.voice.say("text.take"), FIELD, "bold")]
    x, y = 0.0, TOP + 10.4
    for item in take_along(one.layout, one.voice):
        wide = _TICK + 1.6 + width_of(item, 3.0)
        if x and x + wide > across:
            x, y = 0.0, y + _ITEM
        marks.append(_tick_box((x, y)))
        marks.append(text((x + _TICK + 1.6, y), item, 3.0, room=across - x - _TICK - 1.6))
        x += wide + 6.0
    return marks, y + 4.4


def _tick_box(at: XY) -> Mark:
    """A square to tick, on a baseline."""
    return box((at[0] + 0.2, at[1] - _TICK + 0.2), (at[0] + _TICK, at[1] + 0.2))


# --- the drills -------------------------------------------------------------------------------------------


def _chunks(one: _Session, top: float) -> Iterator[range]:
    """The drills that share a page; the first page begins lower."""
    start, y = 0, top + _HEAD
    for index in range(len(one.layout.placements)):
        high = _row_height(one, index)
        if y + high > _BOTTOM and index > start:
            yield range(start, index)
            start, y = index, TOP + _HEAD
        y += high
    yield range(start, len(one.layout.placements))


def _drills(one: _Session, shown: range, top: float) -> tuple[list[Mark], float]:
    """A table of some drills, and where it ends."""
    marks: list[Mark] = [rule(0.0, WIDE, top, BOLD_RULE)]
    for x, key in ((_NAME, "drill"), (_DOSE, "dose"), (_TIMES, "times")):
        marks.append(text((x, top + 4.2), one.voice.say(f"session.head.{key}"), SMALL))
    y = top + _HEAD
    for index in shown:
        marks += [rule(0.0, WIDE, y), *_row(one, index, y)]
        y += _row_height(one, index)
    return [*marks, rule(0.0, WIDE, y, BOLD_RULE)], y


def _row(one: _Session, index: int, top: float) -> Iterator[Mark]:
    title = words.told(one.layout.placements[index].drill, one.voice).title
    yield from signs.drill_square(0.0, top + 1.6, str(index + 1), 6.0)
    yield best_fit((_NAME, top + 5.2), title, _NAME_ROOM, style="bold", caps=(FIELD, 3.0, SMALL))
    for place, line in enumerate(_below(one, index)):
        yield text((_NAME, top + 9.6 + FEED[SMALL] * place), line, SMALL, room=_NAME_ROOM)
    for said in _row_words(one, index):
        yield from (moved(mark, 0.0, top) for mark in said)


def _below(one: _Session, index: int) -> list[str]:
    """Cones, pace and size: a line, or two with the size in the second."""
    placement, voice = one.layout.placements[index], one.voice
    cones, pace = voice.count(len(placement.cones), "cone"), voice.say(f"at_pace.{placement.pace}")
    size = size_words(placement, voice)
    whole = " · ".join((cones, pace, size))
    return [whole] if width_of(whole, SMALL) <= _NAME_ROOM else [f"{cones} · {pace}", size]


def _row_height(one: _Session, index: int) -> float:
    lines = max(len(lines) for lines in _row_words(one, index))
    return max(7.2 + FEED[SMALL] * len(_below(one, index)), 1.8 + FEED[SMALL] * lines)


def _row_words(one: _Session, index: int) -> tuple[list[Text], list[Text]]:
    """The dose, and with what times compare, as lines from a row's top down."""
    placement, voice = one.layout.placements[index], one.voice
    return (
        paragraph((_DOSE, 4.4), _dose(placement, voice), _TIMES - _DOSE - 3.0, SMALL),
        paragraph((_TIMES, 4.4), times.comparison(placement, voice), WIDE - _TIMES, SMALL),
    )


def _dose(placement: Placement, voice: Voice) -> str:
    return "".join(words.own_side(placement, [words.told(placement.drill, voice).dose]))


# --- the log ----------------------------------------------------------------------------------------------


def _log(one: _Session, y: float) -> tuple[list[list[Mark]], bool]:
    """The log: below the drills, or where no day finds room there on pages of its own."""
    every = range(len(one.layout.placements))
    if days := _days(y + 4.0, len(every)):
        return [_log_page(one, every, y + 4.0, days)], False
    most = int((_BOTTOM - TOP - _LOG_TOP - _BETWEEN) / _LINE) - 1
    parts = [range(start, min(start + most, len(every))) for start in range(0, len(every), most)]
    return [_log_page(one, part, TOP, _days(TOP, len(part))) for part in parts], True


def _days(top: float, rows: int) -> int:
    return max(0, int((_BOTTOM - top - _LOG_TOP + _BETWEEN) / (_LINE * (rows + 1) + _BETWEEN)))


def _log_page(one: _Session, shown: range, top: float, days: int) -> list[Mark]:
    """So many days, the heads of the columns above the first."""
    voice = one.voice
    heading = voice.say("session.log", id=layout_id(one.layout))
    free = _BOTTOM - top - _LOG_TOP - (days - 1) * _BETWEEN
    line = min(_ROOMY, free / (days * (len(shown) + 1)))
    marks: list[Mark] = [text((0.0, top + 4.0), heading, FIELD, "bold")]
    for x, key in _COLUMNS:
        marks.append(text((x + 1.4, top + _LOG_TOP - 1.6), voice.say(f"session.{key}"), SMALL))
    for day in range(days):
        marks += _day(one, shown, top + _LOG_TOP + day * (line * (len(shown) + 1) + _BETWEEN), line)
    return marks


def _day(one: _Session, shown: range, top: float, line: float) -> Iterator[Mark]:
    """One day: date, grass and wind, then a row a drill."""
    low = top + line * (len(shown) + 1)
    yield from _conditions(one.voice, top, line)
    yield rule(0.0, WIDE, top + line, 0.5)
    for place, index in enumerate(shown, 1):
        y = top + line * place
        placement = one.layout.placements[index]
        yield from signs.drill_square(0.9, y + line / 2 - 2.7, str(index + 1), 5.4)
        title = words.told(placement.drill, one.voice).title
        yield best_fit((7.6, y + line / 2 + 1.4), title, 46.0 - 8.6, caps=(3.0, SMALL))
        if not placement.drill.mirror:  # nothing to run to the left
            yield rule(90.0 + 12.0, 122.0 - 12.0, y + line / 2)
        if place > 1:
            yield rule(0.0, WIDE, y)
    for x, _ in _COLUMNS:
        yield Stroke(((x, top + line), (x, low)), 0.25)
    yield box((0.0, top), (WIDE, low), 0.5)


def _conditions(voice: Voice, top: float, line: float) -> Iterator[Mark]:
    base = top + line / 2 + SMALL / 2
    for key, left, right in _DAY:
        yield text((left + 1.4, base), voice.say(f"session.{key}"), SMALL)
        if right < WIDE:
            yield Stroke(((right, top), (right, top + line)), 0.25)
    x = 46.0 + 1.4 + width_of(voice.say("session.grass"), SMALL) + 3.0
    for key in ("dry", "wet"):
        said = text((x + _TICK + 1.4, base), voice.say(f"session.{key}"), SMALL)
        yield _tick_box((x, base + 0.2))
        yield said
        x += _TICK + said.width_mm + 4.4
