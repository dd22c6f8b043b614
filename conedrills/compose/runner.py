"""The page of one drill, for who runs it: picture, run order, what to think of, a place for times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from conedrills.compose import blocks, circle, picture, run_table, scene, words
from conedrills.compose.frame import FOOT, FOOT_LINE, TOP, WIDE, Paper, foot, head, page
from conedrills.compose.ink import FEED, SMALL, width_of
from conedrills.compose.view import scale_words
from conedrills.labels import upright
from conedrills.language import Voice
from conedrills.layout import Layout, Placement, size_words
from conedrills.sheet import Mark, Page

_PICTURE_LEAST = 96.0
_PICTURE_ROOMY = 106.0
_PICTURE_GOOD = 118.0
_WORDS_ROOM = 30.0
_WORDS_FEW = 25.6
"""Millimetres of lines in a block; fewer where the picture or the caller needs the room."""


@dataclass(frozen=True, slots=True)
class _Budget:
    """How the height of a page is shared out, millimetres."""

    picture: float
    table: float
    words: blocks.Blocks
    remarks: Sequence[str]
    log_rows: int
    calls: bool


def runner_pages(layout: Layout, index: int, paper: Paper, voice: Voice) -> list[Page]:
    """The pages of one placement: one, and a second where the run order is too long to share it."""
    placement = layout.placements[index]
    budget = _budget(layout, placement, voice)
    draw = circle.picture if circle.suits(placement) else picture.picture
    marks, scale = draw(layout, placement, voice, upright(0.0, TOP, WIDE, TOP + budget.picture))
    y = TOP + budget.picture + 1.0
    if budget.table:
        marks += run_table.table(layout, placement, voice, y)
        y += budget.table + 3.0
    marks += blocks.draw_blocks(budget.words, placement, y)
    y += budget.words.height
    marks += blocks.draw_remarks(budget.remarks, y)
    if budget.calls:
        marks += blocks.calls_strip(placement, FOOT - blocks.STRIP, voice)
    elif budget.log_rows:
        high, both = blocks.log_height(budget.log_rows), placement.drill.mirror
        marks += blocks.log(FOOT - high, budget.log_rows, voice, both_sides=both)
    name, titled = f"{index + 1:02}-{placement.drill.name}", words.told(placement.drill, voice).title
    title = voice.say("runner.title", number=index + 1, title=titled)
    said = _description(layout, placement, voice)
    pages = [page(name, title, said, [*marks, *_frame(layout, index, voice, scale)], paper)]
    if not budget.table:
        order = [*run_table.table(layout, placement, voice, TOP), *_frame(layout, index, voice, 0)]
        title = voice.say("runner.order", number=index + 1, title=titled)
        pages.append(page(f"{name}-order", title, said, order, paper))
    return pages


def _frame(layout: Layout, index: int, voice: Voice, scale: int) -> list[Mark]:
    placement = layout.placements[index]
    right = [layout.title or layout.yard.name]
    if scale:
        right.append(voice.say("page.scale", scale=scale_words(scale, voice.units)))
    title = words.told(placement.drill, voice).title
    reach = voice.length(scale / 10.0) if scale else ""
    top = head(title, _below(placement, voice), right, str(index + 1))
    return [*top, *foot(voice, _source(placement, voice), reach)]


def _source(placement: Placement, voice: Voice) -> str:
    """Where the drill comes from, as many places as the foot has room for."""
    hosts = words.hosts(placement.drill)
    said = [voice.say("runner.source", hosts=", ".join(hosts[:most])) for most in range(len(hosts), 0, -1)]
    if not said:
        return voice.say("runner.own")
    return next((line for line in said if width_of(line, SMALL) <= FOOT_LINE), said[-1])


def _budget(layout: Layout, placement: Placement, voice: Voice) -> _Budget:
    """The picture gets what the words leave; of that, times or calls get what does not make it smaller."""
    ring, calls = circle.suits(placement), bool(blocks.calls_of(placement))
    table = run_table.height(placement) if run_table.fits_page(placement) else 0.0
    said = blocks.blocks_of(placement, voice, _WORDS_FEW if ring or calls else _WORDS_ROOM)
    lines = blocks.remarks(layout, placement, voice)
    free = FOOT - TOP - 1.0 - table - 3.0 - said.height - FEED[SMALL] * len(lines) - 2.5
    sized = circle.scale if ring else scene.scale

    def scale_at(high: float) -> int:
        return sized(placement, voice, upright(0.0, TOP, WIDE, TOP + high))

    if calls and free - blocks.STRIP >= _PICTURE_LEAST:
        return _Budget(free - blocks.STRIP, table, said, lines, 0, True)
    rows = 0 if ring or calls else _log_rows(free, scale_at)
    high = free - (blocks.log_height(rows) if rows else 0.0)
    return _Budget(high, table, said, lines, rows, False)


def _log_rows(free: float, scale: Callable[[float], int]) -> int:
    """Days in the log: as many as leave the picture at the scale of a good one."""
    good = scale(min(free, _PICTURE_GOOD))
    for rows in (3, 2, 1):
        high = free - blocks.log_height(rows)
        if high >= (_PICTURE_ROOMY if rows == 3 else _PICTURE_LEAST) and scale(high) <= good:
            return rows
    return 0


def _below(placement: Placement, voice: Voice) -> str:
    cones = voice.count(len(placement.cones), "cone")
    parts = [
        words.capital(words.family(placement, voice)),
        voice.say("runner.caller", cones=cones) if placement.caller else cones,
        words.two(placement, voice),
        voice.say(f"effort.{placement.pace}"),
        words.told(placement.drill, voice).summary,
    ]
    return " · ".join(part for part in parts if part)


def _description(layout: Layout, placement: Placement, voice: Voice) -> str:
    legs = [
        words.of_whom(
            placement, leg,
            voice.say("runner.leg", order=leg.order, start=leg.start, end=leg.end,
                      movement=words.movement(leg, voice), length=voice.length(leg.length)),
            voice,
        )
        for leg in placement.legs
    ]  # fmt: skip
    title, size = words.told(placement.drill, voice).title, size_words(placement, voice)
    run = "; ".join(legs)
    return voice.say("runner.description", title=title, size=size, yard=layout.yard.name, run=run)
