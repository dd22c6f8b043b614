"""Pocket cards: a drill each, four to a page, to cut out and take along. Millimetres from the top left.

A card is a quarter of the box that Letter and A4 share. The head, what to know and the boxes have their
heights; the run order stands in one column or in two, and the picture gets what is left.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from conedrills import __version__
from conedrills.apart import USUAL
from conedrills.compose import card_picture, signs, times, words
from conedrills.compose.card_picture import Shown
from conedrills.compose.frame import HIGH, WIDE, Paper, page
from conedrills.compose.ink import (
    BOLD_RULE,
    FEED,
    LARGE,
    SMALL,
    WAY_COLOUR,
    best_fit,
    box,
    moved,
    paragraph,
    rule,
    text,
    width_of,
)
from conedrills.compose.outline import drawable
from conedrills.compose.plans import scale_bar_length
from conedrills.compose.track import number_of
from conedrills.compose.view import scale_words
from conedrills.drill import UNSEEING, WAY, is_last
from conedrills.labels import Box, upright
from conedrills.language import ENGLISH, Voice
from conedrills.layout import Layout, PlacedLeg, Placement, layout_id, size_words
from conedrills.sheet import XY, Mark, Page, Sheet, Stroke, Style
from conedrills.yard import Units

A_PAGE = 4
_EDGE = 5.0
_CARD = (WIDE / 2 - 2 * _EDGE, HIGH / 2 - 2 * _EDGE)
"""What can be drawn on: the card without the room that scissors and fingers need."""
_HEAD = 12.6
_FOOT = 12.4
_BOX = (21.0, 7.4)
_RING = 5.0
_ROW = 5.4
_ROWS_WIDE = 4
"""So many legs stand below each other with what to do at the cone; more stand in two columns."""
_ROWS = 7
_MOST = 2 * _ROWS
"""Legs that are all shown; of more each stretch once."""
_GUTTER = 4.0
_FACT_ROW = 4.9
_FACTS = 6
_NAME = 12.0
"""What a yard's name needs to be of use."""
_VALUES: tuple[tuple[float, Style], ...] = ((3.0, "bold"), (SMALL, "bold"), (SMALL, "regular"))
_TIMES = 6
"""Lines about times at the most."""


@dataclass(frozen=True, slots=True)
class _Card:
    """One card: which drill, and the words that it shares with others."""

    layout: Layout
    index: int
    voice: Voice

    @property
    def placement(self) -> Placement:
        """The drill as it is placed."""
        return self.layout.placements[self.index]

    @property
    def brief(self) -> Placement:
        """The same with only as many legs as a card can tell apart."""
        legs = self.placement.legs
        return self.placement if len(legs) <= _MOST else replace(self.placement, legs=_different(legs))

    @property
    def title(self) -> str:
        """What the drill is called."""
        return words.told(self.placement.drill, self.voice).title


def cards(layout: Layout, *, paper: Paper, units: Units, language: str = ENGLISH) -> Sheet:
    """The drills of a layout on cards, in their order, four to a page; no page where it has no drill.

    Args:
        layout: what to draw.
        paper: Letter or A4; both hold the same cards.
        units: in which lengths are written.
        language: what the cards are written in, one of `languages`.
    """
    layout, voice = drawable(layout), Voice(language, units)
    count = len(layout.placements)
    pages = [
        _page(layout, range(first, min(first + A_PAGE, count)), paper, voice)
        for first in range(0, count, A_PAGE)
    ]
    title = layout.title or layout.yard.name
    return Sheet(title, tuple(pages), language=language, made_by=f"conedrills {__version__}")


def _page(layout: Layout, shown: range, paper: Paper, voice: Voice) -> Page:
    marks: list[Mark] = list(_cuts(len(shown)))
    for place, index in enumerate(shown):
        left, top = WIDE / 2 * (place % 2) + _EDGE, HIGH / 2 * (place // 2) + _EDGE
        marks += [moved(mark, left, top) for mark in _marks(_Card(layout, index, voice))]
    first, last = shown[0] + 1, shown[-1] + 1
    title = voice.say(
        "card.page" if last > first else "card.page_one",
        title=layout.title or layout.yard.name or voice.say("page.yard"),
        first=first,
        last=last,
    )
    said = " ".join(_description(_Card(layout, index, voice)) for index in shown)
    said = voice.say("card.description", cards=said)
    made = voice.say("page.made_by", description=said, program=f"conedrills {__version__}")
    return page(f"cards-{shown[0] // A_PAGE + 1}", title, made, marks, paper)


def _cuts(count: int) -> Iterator[Mark]:
    """Where to cut: round every card."""
    rows, wide = math.ceil(count / 2), WIDE / 2 if count == 1 else WIDE
    down = HIGH / 2 * rows
    for y in range(rows + 1):
        yield rule(0.0, WIDE / 2 if count == 1 or (count == 3 and y == 2) else wide, HIGH / 2 * y, 0.15)
    for x in range(3 if count > 1 else 2):
        yield Stroke(((WIDE / 2 * x, 0.0), (WIDE / 2 * x, HIGH / 2 if count == 3 and x == 2 else down)), 0.15)


def _marks(card: _Card) -> Iterator[Mark]:
    """A card from the top down; words stand below the picture, or beside it where that makes it larger."""
    wide, high = _CARD
    said = _times(card)
    bottom = high - _FOOT - FEED[SMALL] * len(said) - 1.2
    plans = [_below_picture(card, bottom), _beside_picture(card, bottom)]
    scales = [card_picture.scale(card.brief, card.voice, plan.frame) for plan in plans]
    plan = plans[1] if plans[1].fits and scales[1] < scales[0] else plans[0]
    shown = card_picture.picture(card.layout, card.brief, card.voice, plan.frame)
    yield from _head(card)
    yield from shown.marks
    yield from plan.marks
    yield rule(0.0, wide, bottom + 0.2)
    for row, line in enumerate(said):
        yield text((0.0, bottom + 3.8 + FEED[SMALL] * row), line, SMALL)
    yield from _foot(card, shown)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where the picture goes, and the run order and what to know as they stand round it."""

    frame: Box
    marks: tuple[Mark, ...]
    fits: bool


def _below_picture(card: _Card, bottom: float) -> _Plan:
    wide, facts = _CARD[0], _facts(card)
    legs = _run(card, 1 if len(card.brief.legs) <= _ROWS_WIDE else 2)
    facts_top = bottom - _FACT_ROW * math.ceil(len(facts) / 2)
    top = facts_top - legs.height - 1.6
    marks = [rule(0.0, wide, top, BOLD_RULE), *legs.marks((0.0, top + 0.8))]
    marks += _draw_facts(facts, (0.0, facts_top), 2)
    return _Plan(upright(0.0, _HEAD + 0.8, wide, top - 0.8), tuple(marks), True)


def _beside_picture(card: _Card, bottom: float) -> _Plan:
    facts, left, top = _facts(card), _column(2) + _GUTTER, _HEAD + 1.6
    facts_top = bottom - _FACT_ROW * len(facts)
    legs = _run_aside(card, facts_top - top - 1.0)
    marks = [*legs.marks((left, top)), *_draw_facts(facts, (left, facts_top), 1)]
    cut = legs.rows[-1].leg is None and card.brief is card.placement
    fits = top + legs.height <= facts_top and not cut
    return _Plan(upright(0.0, _HEAD + 0.8, _column(2), bottom - 0.8), tuple(marks), fits)


def _head(card: _Card) -> Iterator[Mark]:
    wide, _ = _CARD
    yield from signs.drill_square(0.0, 0.0, str(card.index + 1), 6.0)
    yield best_fit((8.0, 5.3), card.title, wide - 8.0, style="bold", caps=(LARGE, 4.2, 3.5, 3.0, SMALL))
    below = best_fit((0.0, 10.6), _below(card), wide, caps=(3.0, SMALL))
    yield below
    room = wide - below.width_mm - 4.0
    if room > _NAME:
        title = card.layout.title or card.layout.yard.name
        yield text((wide, 10.6), title, SMALL, "oblique", "end", room=room)
    yield rule(0.0, wide, _HEAD, BOLD_RULE)


def _below(card: _Card) -> str:
    placement, voice = card.placement, card.voice
    said = voice.say(
        "card.below",
        cones=voice.count(len(placement.cones), "cone"),
        pace=voice.say(f"at_pace.{placement.pace}"),
        size=size_words(placement, voice),
    )
    return f"{said} · {voice.say('times.compare.mirrored')}" if placement.pose.mirrored else said


# --- the run order ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """A leg and what is said of it, in a line or two; None for what is said of those not shown."""

    leg: PlacedLeg | None
    said: tuple[str, ...]
    second: bool = False


@dataclass(frozen=True, slots=True)
class _Legs:
    """The run order in columns: of each leg its ring and words."""

    voice: Voice
    rows: Sequence[_Row]
    columns: int
    cap: float

    @property
    def height(self) -> float:
        """From above the first row to below the last."""
        return self._row * self._down

    @property
    def _row(self) -> float:
        return _ROW + FEED[SMALL] * (max(len(row.said) for row in self.rows) - 1)

    @property
    def _down(self) -> int:
        return math.ceil(len(self.rows) / self.columns)

    def marks(self, corner: XY) -> Iterator[Mark]:
        """The rows, down the first column and then the next."""
        room = _column(max(self.columns, 2)) if self.columns > 1 or corner[0] else _CARD[0]
        for place, row in enumerate(self.rows):
            left = corner[0] + (room + _GUTTER) * (place // self._down)
            middle = corner[1] + self._row * (place % self._down) + _ROW / 2
            lead = 0.0
            if row.leg:
                number = number_of(row.leg, self.voice)
                lead, colour = _lead(number), WAY_COLOUR[WAY[row.leg.movement]]
                at = left + (lead - 1.2) / 2, middle
                yield from signs.ring(at, number, colour, _RING, square=row.second)
            for line, said in enumerate(row.said):
                cap = self.cap if line == 0 else SMALL
                at = (left + lead, middle + self.cap / 2 + FEED[SMALL] * line)
                yield best_fit(at, said, room - lead, caps=(cap, SMALL))


def _column(columns: int) -> float:
    return (_CARD[0] - _GUTTER * (columns - 1)) / columns


def _lead(number: str) -> float:
    """How far in the words of a leg begin."""
    return signs.ring_width(number, _RING) + 1.4


def _kept(card: _Card, most: int) -> tuple[tuple[PlacedLeg, ...], list[_Row]]:
    """As many legs as there are rows for, and a row that tells how many there are where that is not all."""
    legs, count = card.brief.legs, len(card.placement.legs)
    most -= len(card.placement.drill.athletes)  # whose they are stands above them
    if len(legs) == count <= most:
        return legs, []
    return legs[: most - 1], [_Row(None, (card.voice.say("card.more", number=count),))]


def _run(card: _Card, columns: int) -> _Legs:
    """The run order, with what to do at the cones and in larger letters where there is room for that."""
    kept, more = _kept(card, columns * _ROWS)
    brief, tight = ([_brief(card, leg, key) for leg in kept] for key in ("leg", "tight"))
    full = [
        card.voice.say("card.then", leg=said, then=_then(card, leg))
        for leg, said in zip(kept, brief, strict=True)
    ]
    room = _room(card, kept, columns)
    forms = ((full, 3.0), (full, SMALL), (brief, 3.0), (brief, SMALL), (tight, SMALL))
    said, cap = _first_fitting(forms, room)
    rows = [
        _Row(leg, (line,), words.is_second(card.placement, leg)) for leg, line in zip(kept, said, strict=True)
    ]
    return _Legs(card.voice, _headed(card, rows) + more, columns, cap)


def _run_aside(card: _Card, high: float) -> _Legs:
    """The run order in a column half as wide, what to do at the cones below each leg where that fits."""
    kept, more = _kept(card, max(int(high / _ROW), 2))
    brief, tight = ([_brief(card, leg, key) for leg in kept] for key in ("leg", "tight"))
    room = _room(card, kept, 2)
    said, cap = _first_fitting(((brief, 3.0), (brief, SMALL), (tight, SMALL)), room)
    count = len(kept) + len(card.placement.drill.athletes)
    double = not more and count * (_ROW + FEED[SMALL]) <= high
    thens = [paragraph((0.0, 0.0), _then(card, leg), room, SMALL, 2) for leg in kept]
    lines = max(len(then) for then in thens)
    whole = count * (_ROW + FEED[SMALL] * lines) <= high
    rows: list[_Row] = []
    for leg, line, then in zip(kept, said, thens, strict=True):
        below = tuple(mark.text for mark in then) if whole else (_as_much(_then(card, leg), room),)
        second = words.is_second(card.placement, leg)
        rows.append(_Row(leg, (line, *below) if double else (line,), second))
    return _Legs(card.voice, _headed(card, rows) + more, 1, cap)


def _headed(card: _Card, rows: Iterable[_Row]) -> list[_Row]:
    """The rows of two athletes, below what each is called."""
    headed: list[_Row] = []
    before: str | None = None
    for row in rows:
        name = row.leg.athlete if row.leg else None
        if name and name != before:
            headed.append(_Row(None, (f"{words.capital(words.athlete(card.placement, name, card.voice))}:",)))
        headed.append(row)
        before = name
    return headed


def _room(card: _Card, kept: Iterable[PlacedLeg], columns: int) -> float:
    """How long the words of a leg can be."""
    return _column(columns) - max(_lead(number_of(leg, card.voice)) for leg in kept)


def _first_fitting(forms: Iterable[tuple[list[str], float]], room: float) -> tuple[list[str], float]:
    """The first of some ways to say all legs, and its letters, in which each fits a line; else the last."""
    said: list[str] = []
    cap = SMALL
    for said, cap in forms:
        if all(width_of(line, cap) <= room for line in said):
            break
    return said, cap


def _brief(card: _Card, leg: PlacedLeg, key: str) -> str:
    moved_so = words.movement(leg, card.voice)
    if leg.start == leg.end and leg.shape == "arc":  # where the chest points is all the difference
        kind, name = words.chest_at(card.layout, card.placement, leg)
        chest = card.voice.say(f"circle.chest.{kind}", name=card.voice.retell(name))
        return card.voice.say("card.round", movement=moved_so, chest=chest)
    return card.voice.say(f"card.{key}", start=leg.start, end=leg.end, movement=moved_so)


def _then(card: _Card, leg: PlacedLeg) -> str:
    return words.at_the_cone(card.placement, card.placement.legs.index(leg), card.voice)


def _different(legs: Sequence[PlacedLeg]) -> tuple[PlacedLeg, ...]:
    """Of every stretch the first leg that runs it so, the one like the last leg at the end."""
    first: dict[tuple[object, ...], PlacedLeg] = {}
    for leg in legs:
        first.setdefault(_stretch(leg), leg)
    finish = first.pop(_stretch(legs[-1]))
    return (*first.values(), finish)


def _stretch(leg: PlacedLeg) -> tuple[object, ...]:
    return leg.start, leg.end, leg.movement, leg.call, leg.path


def _as_much(said: str, room: float) -> str:
    """As many of some short sentences as a line has room for; none where it has room for none."""
    parts = said.split("; ")
    lines = ("; ".join(parts[:most]) for most in range(len(parts), 0, -1))
    return next((line for line in lines if width_of(line, SMALL) <= room), "")


# --- what to know -----------------------------------------------------------------------------------------


def _facts(card: _Card) -> list[tuple[str, str]]:
    """Lengths to set out and to check by, and what to keep empty: a name and a length each."""
    placement, voice = card.placement, card.voice
    lengths = [(name, voice.length(now)) for name, now, _, _ in words.lengths_of(placement, voice)]
    checks = [
        (voice.say("card.check", start=check.start, end=check.end), voice.length(check.distance))
        for check in placement.checks
    ]
    empty = [*_empty(card)]
    if placement.apart is not None and placement.apart < USUAL:
        empty.append((voice.say("card.apart"), voice.at_most(placement.apart)))
    room = _FACTS - len(empty)
    kept = lengths[: max(room - min(len(checks), 2), 1)]
    return [*kept, *checks[: max(room - len(kept), 0)], *empty]


def _empty(card: _Card) -> Iterator[tuple[str, str]]:
    """The blind side, and the way on beyond the finish or where a leg runs through."""
    placement, voice = card.placement, card.voice
    ending = [leg for leg in placement.legs if leg.run_out > 0.0]
    behind = [leg for leg in ending if WAY[leg.movement] in UNSEEING]
    beyond = [
        leg
        for leg in ending
        if leg not in behind and (is_last(leg, placement.legs) or leg.cut == "through" or leg.call)
    ]
    for key, legs in (("behind", behind), ("beyond", beyond)):
        if legs:
            cones = _listed({leg.end for leg in legs})
            far = voice.at_least(max(leg.run_out for leg in legs))
            name, room = voice.say(f"card.{key}", cones=cones), voice.say(f"card.{key}_room", far=far)
            narrow = width_of(name, SMALL) + width_of(room, SMALL) + 1.5 > _column(2)
            yield name, far if narrow else room


def _listed(numbers: Collection[int]) -> str:
    """Numbers in as few letters as can be.

    >>> _listed({3, 2, 4}), _listed({1, 3})
    ('2–4', '1, 3')
    """
    ordered = sorted(numbers)
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return f"{ordered[0]}–{ordered[-1]}"
    return ", ".join(str(number) for number in ordered)


def _draw_facts(facts: Sequence[tuple[str, str]], corner: XY, columns: int) -> Iterator[Mark]:
    """Names and lengths in columns half as wide as the card, row by row."""
    wide = _column(2)
    for place, (name, value) in enumerate(facts):
        left = corner[0] + (wide + _GUTTER) * (place % columns)
        y = corner[1] + _FACT_ROW * (place // columns)
        room = wide - min(width_of(name, SMALL), 0.55 * wide) - 1.5
        cap, style = next((form for form in _VALUES if width_of(value, *form) <= room), _VALUES[-1])
        length = text((left + wide, y + 4.0), value, cap, style, "end", room=room)
        yield rule(left, left + wide, y + 0.2)
        yield text((left, y + 4.0), name, SMALL, room=wide - length.width_mm - 1.5)
        yield length


def _times(card: _Card) -> list[str]:
    """With what times compare, as lines."""
    said = times.comparison_short(card.placement, card.voice)
    return [line.text for line in paragraph((0.0, 0.0), said, _CARD[0], SMALL, _TIMES)]


def _foot(card: _Card, shown: Shown) -> Iterator[Mark]:
    """The scale and the layout's id, and boxes for the best times."""
    (wide, high), voice = _CARD, card.voice
    y = high - _FOOT + 2.0
    bar, said = scale_bar_length(shown.view, voice, 9.0)
    yield from signs.scale_bar(1.0, y + 3.9, bar, ("", said[1]))
    boxes = ["best_right", "best_left"] if card.placement.drill.mirror else ["best"]
    room = wide - len(boxes) * (_BOX[0] + 1.6)
    scale = scale_words(shown.scale, voice.units)
    identity = voice.say("card.identity", scale=scale, id=layout_id(card.layout))
    if width_of(identity, SMALL) > room - 0.6:
        identity = voice.say("card.identity_short", scale=scale, id=layout_id(card.layout))
    yield text((0.0, high), identity, SMALL, room=room - 0.6)
    for place, key in enumerate(boxes):
        right = wide - (len(boxes) - 1 - place) * (_BOX[0] + 1.6)
        yield text((right - _BOX[0], high - _BOX[1] - 1.0), voice.say(f"card.{key}"), SMALL)
        yield box((right - _BOX[0], high - _BOX[1]), (right, high))


def _description(card: _Card) -> str:
    voice = card.voice
    steps = [
        words.of_whom(
            card.placement,
            leg,
            voice.say(
                "card.step",
                order=leg.order,
                start=leg.start,
                end=leg.end,
                movement=words.movement(leg, voice),
            ),
            voice,
        )
        for leg in card.placement.legs
    ]
    return voice.say(
        "card.one", number=card.index + 1, title=card.title, below=_below(card), run="; ".join(steps)
    )
