"""The page of one drill by itself, as a rule book has it: dimensions, the run in words, sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from conedrills import __version__, fonts
from conedrills.compose import bare, circle, lettering, notes, signs, words
from conedrills.compose.dimensions import (
    Scale,
    corner_notes,
    corners,
    dimensions,
    length_notes,
)
from conedrills.compose.frame import FOOT, FOOT_LINE, TOP, WIDE, Paper, foot, head, page
from conedrills.compose.ink import (
    BOLD_RULE,
    SMALL,
    WAY_COLOUR,
    best_fit,
    rule,
    size_mm,
    text,
    width_of,
)
from conedrills.compose.notes import Note
from conedrills.compose.picture import placed_signs, sign_things
from conedrills.compose.scene import Scene, edges
from conedrills.compose.track import number_of
from conedrills.compose.view import best_scale, scale_words
from conedrills.drill import WAY, Drill, drill_names, load_drill
from conedrills.labels import Box, Label, Spot, Thing, placed, upright
from conedrills.language import ENGLISH, Voice
from conedrills.layout import PlacedLeg, Placement
from conedrills.sheet import Mark, Sheet, Stroke
from conedrills.units import METRES
from conedrills.yard import Units

_MARGINS = (13.0, 16.0, 19.0, 23.0, 28.0, 34.0, 42.0)
"""Millimetres round the run for its dimensions: the fewest with which all of them find room."""
_LEAST = 74.0
"""Millimetres of height that the picture has at the least."""
_ROOMY, _CLOSE = 6.2, 4.7
"""Heights of a row of the run order; the close one for long ones."""
_MOST_ROOMY = 8
_MOST_TABLE = 100.0
"""Millimetres of height of a run order beside which the picture still has room."""
_COLUMN = 91.0
_BESIDE = 0.5 * (WIDE - 2 * _COLUMN) + _COLUMN
_CAPS: Mapping[float, float] = {SMALL: 4.1, 2.2: 3.6}
"""Letters of what is said of sources, and from baseline to baseline."""
_GAP = 1.3
"""Millimetres between what is said under one heading and the next."""
_GOOD = 112.0
"""Millimetres of height of a picture that need not have the room of larger letters."""
_SECTORS = ("ahead", "ahead_left", "left", "back_left", "back", "back_right", "right", "ahead_right")


def drawing(
    drill: Drill, size: float = 1.0, *, paper: Paper, units: Units | None = None, language: str = ENGLISH
) -> Sheet:
    """A drill as a rule book draws it, on one page; on a second one what finds no room there.

    Args:
        drill: what to draw.
        size: any size over 0; 1 is as published.
        paper: Letter or A4; both hold the same drawing.
        units: what stands in brackets behind the lengths of the drill's own units; None for metres.
        language: one of `languages`.
    """
    given = drill.definition.units
    voice = Voice(language, "ft" if given == "in" else given)
    known = _Known(bare.laid(drill, size), Scale(voice, given, units or "m"))
    title = words.told(drill, voice).title
    sheets = [page(drill.name, title, _description(known), marks, paper) for marks in _pages(known)]
    named = [
        replace(
            one,
            name=one.name if place == 1 else f"{one.name}-{place}",
            part_of=drill.name if place > 1 else "",
        )
        for place, one in enumerate(sheets, 1)
    ]
    return Sheet(title, tuple(named), language=language, made_by=f"conedrills {__version__}")


@dataclass(frozen=True, slots=True)
class _Known:
    """A drill at a size, and who speaks of it."""

    placement: Placement
    scale: Scale

    @property
    def voice(self) -> Voice:
        return self.scale.voice

    @property
    def drill(self) -> Drill:
        return self.placement.drill


def _pages(known: _Known) -> Iterator[list[Mark]]:
    """The page, and where the run order or the words are too long for it those that follow."""
    apart = _table_height(known) > _MOST_TABLE
    table = 0.0 if apart else _table_height(known) + 2.0
    said, free = [*_said(known)], FOOT - TOP - table - 3.0
    for cap in _CAPS:
        left, right, rest = _columns([_lines(block, cap) for block in said], free - _GOOD, cap)
        if not rest:
            break
    else:
        left, right, rest = _columns([_lines(block, cap) for block in said], free - _LEAST, cap)
    high = max(_height(left, cap), _height(right, cap))
    top = FOOT - 1.5 - high
    marks, ratio = _picture(known, upright(0.0, TOP, WIDE, top - table - 1.0))
    marks += [] if apart else _table(known, top - table)
    marks += [*_draw_lines(left, (0.0, top), cap), *_draw_lines(right, (_BESIDE, top), cap)]
    yield [*marks, *_frame(known, ratio)]
    if apart:
        yield [*_table(known, TOP), *_frame(known, 0)]
    while rest:
        left, right, rest = _columns(rest, FOOT - TOP - 3.0, cap)
        more = [*_draw_lines(left, (0.0, TOP), cap), *_draw_lines(right, (_BESIDE, TOP), cap)]
        yield [*more, *_frame(known, 0)]


# --- head and foot --------------------------------------------------------------------------------------


def _frame(known: _Known, ratio: int) -> list[Mark]:
    drill, voice = known.drill, known.voice
    told = words.told(drill, voice)
    right = [voice.say("drawing.grade", grade=drill.definition.grade)]
    if ratio:
        right.append(voice.say("page.scale", scale=scale_words(ratio, voice.units)))
    parts = [
        words.capital(voice.say(f"families.{drill.family}")),
        voice.count(len(known.placement.cones), "cone"),
        hull_words(known.placement, known.scale),
        size_said(known.placement, voice),
        *marks_of(drill, voice),
        told.summary,
    ]
    reach = known.scale.length(ratio / 10.0) if ratio else ""
    below = " · ".join(part for part in parts if part)
    return [*head(told.title, below, right), *foot(voice, _credit(drill, voice), reach)]


def _credit(drill: Drill, voice: Voice) -> str:
    hosts = words.hosts(drill)
    said = [voice.say("runner.source", hosts=", ".join(hosts[:most])) for most in range(len(hosts), 0, -1)]
    if not said:
        return voice.say("runner.own")
    return next((line for line in said if width_of(line, SMALL) <= FOOT_LINE), said[-1])


def hull_words(placement: Placement, scale: Scale) -> str:
    """How wide and how deep the cones stand, in the drill's own units."""
    xs, ys = [cone.x for cone in placement.cones], [cone.y for cone in placement.cones]
    wide, deep = max(xs) - min(xs), max(ys) - min(ys)
    say = scale.voice.say
    if wide < 1e-6:
        return say("drawing.deep", deep=scale.length(deep))
    if deep < 1e-6:
        return say("drawing.wide", wide=scale.length(wide))
    unit = f" {scale.units}"
    return say("drawing.hull", wide=scale.length(wide).removesuffix(unit), deep=scale.length(deep))


def size_said(placement: Placement, voice: Voice) -> str:
    """The size where it is another than as given."""
    size = placement.size
    return "" if size == 1.0 else voice.say("drawing.size", size=voice.per_cent(size))


def marks_of(drill: Drill, voice: Voice) -> list[str]:
    """What one should know before choosing a drill: a call, a helper, a second athlete, a test."""
    found = []
    if any(leg.call or str(leg.movement) == "called" for leg in drill.legs):
        found.append("called")
    elif drill.caller:
        found.append("caller")
    if getattr(drill, "athletes", ()):
        found.append("partner")
    if drill.regulation:
        found.append("regulation")
    return [voice.say(f"drawing.marks.{key}") for key in found]


def _description(known: _Known) -> str:
    voice, scale = known.voice, known.scale
    run = [
        voice.say("runner.leg", order=leg.order, start=leg.start, end=leg.end,
                  movement=words.movement(leg, voice), length=scale.length(leg.length))
        for leg in known.placement.legs
    ]  # fmt: skip
    lengths = [scale.both(dimension.metres) for dimension in dimensions(known.drill, known.placement.size)]
    title = words.told(known.drill, voice).title
    said = voice.say("drawing.description", title=title, lengths=", ".join(lengths), run="; ".join(run))
    return voice.say("page.made_by", description=said, program=f"conedrills {__version__}")


# --- the picture ----------------------------------------------------------------------------------------


def _picture(known: _Known, frame: Box) -> tuple[list[Mark], int]:
    """The marks at the largest true scale with which everything finds its place, and the n of 1 : n."""
    low, high = bare.reach(known.placement)
    best: tuple[int, list[Mark], int] | None = None
    tried: set[int] = set()
    for margin in _MARGINS:
        wide, tall = frame.width_mm - 2 * margin, frame.height_mm - 2 * margin
        if min(wide, tall) < 20.0:
            break
        ratio = best_scale(high.x - low.x, high.y - low.y, wide, tall, known.voice.units)
        if ratio in tried:
            continue
        tried.add(ratio)
        marks, lost = _drawn(known, bare.scene(known.placement, known.voice, frame, ratio))
        if best is None or lost < best[0]:
            best = lost, marks, ratio
        if not lost:
            break
    assert best is not None  # noqa: S101  the first margin always leaves room
    return best[1], best[2]


def _drawn(known: _Known, scene: Scene) -> tuple[list[Mark], int]:
    """The marks of the picture, and how many of its signs and dimensions found no place."""
    things = [*bare.things(scene)]
    ring = circle.suits(scene.placement)
    first = [*bare.cone_notes(scene), *lettering.caller_figure(scene)]
    first += [] if ring else lettering.ring_notes(scene)
    spots = placed_signs(first, things, scene)
    things += [*sign_things(scene, spots)]
    drill, size = known.drill, known.placement.size
    lengths = [*length_notes(scene, dimensions(drill, size), known.scale, SMALL, 1.0)]
    angles = [*corner_notes(scene, corners(drill, size), known.voice, SMALL, 1.5)]
    caller = [note for note in lettering.caller_notes(scene) if note.label.key == "caller"]
    writing = [*lengths, *angles, *caller, _facing(scene)]
    spots |= placed([note.label for note in writing], things, scene.frame)
    things += [*_taken(writing, spots)]
    runners = [] if ring else [*lettering.runner_notes(scene)]
    spots |= placed([note.label for note in runners], things, scene.frame)
    notes_all = [*writing, *runners, *first]
    marks = [
        mark
        for note in lengths + angles
        if note.label.key in spots
        for mark in note.draw(spots[note.label.key])
    ]
    marks += bare.legs(scene)
    marks += bare.cones(scene)
    for note in notes_all:
        if note.label.key in spots and note not in lengths and note not in angles:
            marks += note.draw(spots[note.label.key])
    lost = sum(note.label.key not in spots for note in [*first, *lengths, *angles])
    return marks, lost + (0 if bare.within(scene) else 10)


def _taken(writing: Sequence[Note], spots: dict[str, Spot]) -> Iterator[Thing]:
    for note in writing:
        if note.label.key in spots:
            yield Thing(spots[note.label.key].box)


def _facing(scene: Scene) -> Note:
    """The arrow that says which way to stand at the start."""
    said = [scene.voice.say("drawing.facing"), scene.voice.say("drawing.up")]
    wide = max(width_of(line, SMALL) for line in said)
    left, top, right, bottom = edges(scene.frame)

    def cost(place: tuple[float, float], _: float) -> float:
        return (place[0] - left) / 60.0 + (place[1] - top) / 60.0

    spots = notes.spots_in((left, top + 0.5, right, bottom), (wide + 10.0, 11.0), cost)

    def draw(spot: Spot) -> list[Mark]:
        x, y = spot.box.centre[0] - spot.box.width_mm / 2 + 2.6, spot.box.centre[1]
        arrow: list[Mark] = [
            Stroke(((x, y + 4.6), (x, y - 1.6)), 0.9),
            signs.arrow_head((x, y - 4.8), 90.0, 4.2, 3.8),
        ]
        lines = [text((x + 4.4, y - 0.6 + 4.3 * row), line, SMALL) for row, line in enumerate(said)]
        return [*arrow, *lines]

    return Note(Label("facing", 3.0, tuple(spots)), draw)


# --- the run in words -----------------------------------------------------------------------------------


def _row_height(known: _Known) -> float:
    count = len(known.placement.legs)
    # the last is for a table of its own page
    return _ROOMY if count <= _MOST_ROOMY else min(_CLOSE, 215.0 / -(-count // 2))


def _two(known: _Known) -> bool:
    return len(known.placement.legs) > 2 * _MOST_ROOMY


def _table_height(known: _Known) -> float:
    count = len(known.placement.legs)
    rows = -(-count // 2) if _two(known) else count
    return 5.4 + _row_height(known) * rows


def _table(known: _Known, top: float) -> Iterator[Mark]:
    count = len(known.placement.legs)
    if not _two(known):
        yield from _rows(known, top, (0.0, WIDE), range(count))
        return
    half = -(-count // 2)
    yield from _rows(known, top, (0.0, _COLUMN), range(half))
    yield from _rows(known, top, (_BESIDE, WIDE), range(half, count))


def _rows(known: _Known, top: float, sides: tuple[float, float], rows: range) -> Iterator[Mark]:
    left, right = sides
    say, high = known.voice.say, _row_height(known)
    full = right - left > 100.0
    at = (
        (left + 25.0, left + 42.0, left + 109.0, left + 133.0)
        if full
        else (left + 21.0, left + 34.0, right, right)
    )
    yield rule(left, right, top, BOLD_RULE)
    heads = [(left, "order"), (at[0], "cones"), (at[1], "move")]
    heads += [(at[2], "chest"), (at[3], "at_cone")] if full else []
    for x, key in heads:
        yield text((x, top + 3.9), say(f"table.{key}"), SMALL)
    yield text((right, top + 3.9), say("drawing.length"), SMALL, anchor="end")
    y = top + 5.4
    for index in rows:
        yield rule(left, right, y)
        yield from _row(known, (left, y, right, high), at, index)
        y += high
    yield rule(left, right, y, BOLD_RULE)


def _row(
    known: _Known, cell: tuple[float, float, float, float], at: tuple[float, float, float, float], index: int
) -> Iterator[Mark]:
    left, top, right, high = cell
    placement, voice = known.placement, known.voice
    leg = placement.legs[index]
    number, ring = number_of(leg, voice), 0.86 * high
    middle, cap = top + high / 2, SMALL if high < _ROOMY else 2.8
    base = middle + cap / 2
    half = signs.ring_width(number, ring) / 2
    way = WAY[leg.movement]
    yield from signs.ring((left + max(half, ring / 2) + 0.1, middle), number, WAY_COLOUR[way], ring)
    line = ((left + max(1.3 * ring, 2 * half) + 1.0, middle), (at[0] - 2.0, middle))
    yield from signs.leg(line, way, 0.8, (3.0, 2.2))
    yield text((at[0], base), f"{leg.start} → {leg.end}", cap, "bold", room=at[1] - at[0] - 0.5)
    far = text((right, base), known.scale.length(leg.length), cap, "bold", "end")
    yield far
    caps = (cap, SMALL, 2.2)
    said = words.move(placement, leg, voice)
    end = right - far.width_mm - 2.5
    yield best_fit((at[1], base), said, min(at[2] - 2.0, end) - at[1], caps=caps)
    if at[2] < right:
        yield best_fit((at[2], base), _chest(known, leg), at[3] - at[2] - 2.0, caps=caps)
        yield best_fit((at[3], base), words.at_the_cone(placement, index, voice), end - at[3], caps=caps)


def _chest(known: _Known, leg: PlacedLeg) -> str:
    """What the chest points at: the caller or the cone ahead, else a direction seen from the start."""
    kind, name = words.chest_at(bare.nowhere(known.placement, known.voice.units), known.placement, leg)
    if kind != "open":
        return known.voice.say(f"chest.{kind}", name=name)
    sector = _SECTORS[round((leg.facing - 90.0) / 45.0) % 8]
    return known.voice.say(f"drawing.chest.{sector}")


# --- what is sourced ------------------------------------------------------------------------------------

_Block = tuple[str, tuple[str, ...]]
"""A heading and its sentences."""


def _said(known: _Known) -> Iterator[_Block]:
    """What there is to know of a drill besides its figure, the most important first."""
    drill, voice = known.drill, known.voice
    file, told, say = drill.definition, words.told(drill, voice), voice.say
    yield say("drawing.heading.sources"), tuple(_sources(known))
    if told.ours:
        yield say("drawing.heading.ours"), (told.ours,)
    if conflicts := _conflicts(drill, voice):
        yield say("drawing.heading.conflicts"), (conflicts,)
    yield say("drawing.heading.size"), tuple(_sizes(known))
    norms = [
        say("times.norm", population=told.norms.get(norm.population, norm.population),
            bands=told.norms.get(norm.bands, norm.bands), unit=norm.unit)
        for norm in file.norms
    ]  # fmt: skip
    if norms:
        yield say("drawing.heading.norms"), tuple(norms)
    if told.dose:
        yield say("blocks.dose"), (told.dose,)
    if told.cues:
        yield say("blocks.cues"), (" ".join(told.cues),)
    if file.easier or file.harder:
        yield say("drawing.heading.neighbours"), tuple(_neighbours(known))
    if told.note:
        yield say("drawing.heading.note"), (told.note,)


def _conflicts(drill: Drill, voice: Voice) -> str:
    """What sources contradict each other in, where the file says so in the reader's language."""
    if voice.tag == ENGLISH:
        return drill.definition.conflicts
    return getattr(drill.definition.translations.get(voice.tag), "conflicts", None) or ""


def _sources(known: _Known) -> Iterator[str]:
    voice, file = known.voice, known.drill.definition
    yield voice.say(f"drawing.grades.{file.grade}")
    for source in file.source:
        host = urlsplit(source.url).netloc.removeprefix("www.")
        gives = source.gives if voice.tag == ENGLISH else ""
        yield voice.say("drawing.gives", host=host, gives=gives) if gives else f"{host}."


def _sizes(known: _Known) -> Iterator[str]:
    voice, drill, scale = known.voice, known.drill, known.scale
    say, file = voice.say, drill.definition
    names = words.told(drill, voice).distances
    if drill.size_min == drill.size_max and drill.stretch is None:
        yield say("drawing.fixed")
    elif drill.stretch is None:
        low, high = voice.per_cent(drill.size_min), voice.per_cent(drill.size_max)
        yield say("drawing.range", low=low, high=high)
    else:
        least, most = drill.stretch.low, drill.stretch.high
        yield say("drawing.two", deep=f"{voice.per_cent(least.depth)}–{voice.per_cent(most.depth)}",
                  wide=f"{voice.per_cent(least.width)}–{voice.per_cent(most.width)}")  # fmt: skip
    metres = METRES[file.units]
    for name, distance in file.distances.items():
        shown = words.capital(names.get(name, name.replace("_", " ")))
        nominal = scale.length(distance.nominal * metres)
        if distance.locked or drill.size_min == drill.size_max:
            yield say("drawing.locked", name=shown, length=nominal)
        else:
            limits = [
                scale.length((limit or distance.nominal) * metres) for limit in (distance.min, distance.max)
            ]
            yield say("drawing.free", name=shown, length=nominal, low=limits[0], high=limits[1])


def _neighbours(known: _Known) -> Iterator[str]:
    file, voice = known.drill.definition, known.voice
    for key, slugs in (("easier", file.easier), ("harder", file.harder)):
        titles = [
            words.told(load_drill(slug), voice).title if slug in drill_names() else slug for slug in slugs
        ]
        if titles:
            yield voice.say(f"drawing.{key}", titles=", ".join(titles))


_Line = tuple[str, bool]
"""A line of a column, and whether it is a heading."""


def _columns(
    blocks: Sequence[list[_Line]], free: float, cap: float
) -> tuple[list[_Line], list[_Line], list[list[_Line]]]:
    """Two columns of lines as high as each other as can be, and what finds no room in them."""
    count = len(blocks)
    while count > 0 and max(_height(column, cap) for column in _split(blocks[:count], cap)) > free:
        count -= 1
    if count:
        return *_split(blocks[:count], cap), list(blocks[count:])
    (first, *others), most = blocks, max(1, int(free / _CAPS[cap]))
    left, right, rest = first[:most], first[most : 2 * most], first[2 * most :]
    return left, right, [*([rest] if rest else []), *others]


def _split(blocks: Sequence[list[_Line]], cap: float) -> tuple[list[_Line], list[_Line]]:
    """The blocks in two columns, the second from whichever block makes the longer one shortest."""
    ways = [
        ([line for block in blocks[:at] for line in block], [line for block in blocks[at:] for line in block])
        for at in range(1, len(blocks) + 1)
    ]
    return min(ways, key=lambda way: max(_height(column, cap) for column in way))


def _lines(block: _Block, cap: float) -> list[_Line]:
    heading, said = block
    lines = [(heading, True)]
    for sentence in said:
        wrapped = fonts.wrapped(fonts.shown(sentence), size_mm(cap), "regular", _COLUMN)
        lines += [(line, False) for line in wrapped]
    return lines


def _height(lines: Sequence[_Line], cap: float) -> float:
    gaps = max(0, sum(is_heading for _, is_heading in lines) - 1)
    return _CAPS[cap] * len(lines) + _GAP * gaps


def _draw_lines(lines: Sequence[_Line], corner: tuple[float, float], cap: float) -> Iterator[Mark]:
    left, y = corner
    for row, (line, is_heading) in enumerate(lines):
        y += _CAPS[cap] + (_GAP if is_heading and row else 0.0)
        yield text((left, y - 0.9), line, cap, "bold" if is_heading else "regular")
