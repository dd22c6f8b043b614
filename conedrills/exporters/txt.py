"""A layout in words alone, for a screen reader or a chat message: UTF-8, lines of at most 72 letters.

The sentences are those of the sheet, and nothing is drawn with letters. What a picture shows at a glance is
said where it is needed: what to keep clear, which way to face.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace

from conedrills import __version__
from conedrills.compose import telling, words
from conedrills.compose.builder import row_words
from conedrills.compose.legend import check_lengths
from conedrills.compose.outline import drawable
from conedrills.compose.unsure import kept_besides
from conedrills.language import Voice
from conedrills.layout import Layout, Placement, explanation, layout_id
from conedrills.units import tape_units
from conedrills.wording import plain_text

WIDE = 72
_LONGEST = 2_000  # letters of a sentence
_UNBROKEN = re.compile(r"(?<=\d) (?=(?:m|cm|yd|ft|in)\b|%)|(?<=′) (?=\d)|(?<=[^\W\d]) (?=\d+[.,;:]?(?: |$))")
_STAYS = "\u00a0"
"""Between a number and its unit, or a cone and its number, until lines are broken."""
_ENDING = re.compile(rb"\nconedrills \d[^\n]*\n\Z")

Item = tuple[str, str]
"""How a paragraph begins, as "1. ", and what it says."""


def write(layout: Layout, voice: Voice) -> bytes:
    """The text of a layout: the yard, then each drill.

    Args:
        layout: with its set-out; where a drill has none, a remark of its placement says why.
        voice: in whose language and units.
    """
    layout = drawable(layout)  # sides keep their names, and who looks round sees fewer of them
    lines = [line for item in _items(layout, voice) for line in _lines(*item)]
    ending = f"conedrills {__version__}, {voice.say('page.id', id=layout_id(layout))}"
    return "\n".join([*lines, "", *_lines("", ending), ""]).encode()


def is_ours(content: bytes) -> bool:
    """Whether a file is such a text, by its last line."""
    return _ENDING.search(content[-2 * _LONGEST :]) is not None


def _lines(mark: str, sentence: str) -> list[str]:
    """A paragraph in lines, those after the first as far in as its words begin; "" is an empty line."""
    glued = _UNBROKEN.sub(_STAYS, plain_text(sentence, _LONGEST))
    lines = textwrap.wrap(
        glued, WIDE, initial_indent=mark, subsequent_indent=" " * len(mark), break_on_hyphens=False
    )
    return [line.replace(_STAYS, " ") for line in lines] or [""]


def _items(layout: Layout, voice: Voice) -> Iterator[Item]:
    say, count = voice.say, len(layout.placements)
    title = layout.title or layout.yard.name or say("page.yard")
    yield "", say("text.title", title=title)
    if layout.yard.name not in ("", title):
        yield "", layout.yard.name
    drills = voice.count(count, "drill") if count else say("overview.nothing")
    if count > 1:
        drills = say("overview.one_at_a_time", drills=drills)
    yield "", say("text.below", drills=drills, id=layout_id(layout))
    yield from _section(say("legend.today"), _plain(telling.today(layout, voice)))
    if count:
        yield from _section(say("text.take"), _listed(telling.take(layout, voice)))
    points = [telling.point(reference, voice) for reference in layout.yard.references]
    yield from _section(say("legend.hooks"), _plain([*points, *([say("text.letters")] if points else [])]))
    yield from _section(say("legend.check"), _plain(check_lengths(layout, voice)))
    yield from _section(say("unsure.heading"), _plain(kept_besides(layout, voice)))
    for index in range(count):
        yield from _drill(layout, index, voice)
    left_out = [
        say(
            "legend.missing",
            title=words.told(entry.drill, voice).title,
            reason=" ".join(explanation(entry, voice)),
        )
        for entry in layout.unplaced
    ]
    yield from _section(say("legend.left_out"), _listed(left_out))
    notes = dict.fromkeys([*layout.notes, *layout.yard.notes])
    yield from _section(say("legend.notes"), _listed(map(voice.retell, notes)))


def _section(heading: str, items: Iterable[Item]) -> Iterator[Item]:
    """A heading with what stands below it; nothing where that is nothing."""
    below = list(items)
    if below:
        yield "", ""
        yield "", f"{heading}:"
        yield from below


def _plain(sentences: Iterable[str]) -> Iterator[Item]:
    yield from (("", sentence) for sentence in sentences)


def _listed(sentences: Iterable[str]) -> Iterator[Item]:
    yield from (("- ", sentence) for sentence in sentences)


def _numbered(sentences: Iterable[str]) -> Iterator[Item]:
    yield from ((f"{number}. ", sentence) for number, sentence in enumerate(sentences, 1))


# --- the yard ---------------------------------------------------------------------------------------------


# --- a drill ----------------------------------------------------------------------------------------------


def _drill(layout: Layout, index: int, voice: Voice) -> Iterator[Item]:
    say, placement = voice.say, layout.placements[index]
    file = words.told(placement.drill, voice)
    yield from (("", ""), ("", ""))
    yield "", say("text.drill", number=index + 1, of=len(layout.placements), title=file.title)
    yield from _plain(telling.what(placement, voice))
    if placement.setout:
        rows = [row_words(placement, row, voice) for row in placement.setout]
        yield from _section(say("text.setout"), [*_numbered(rows), ("", say("builder.hint_sides"))])
    taped = replace(voice, units=tape_units(voice.units))
    yield from _section(say("builder.across"), _plain(telling.checks(placement, taped)))
    yield from _section(say("text.run"), _run(layout, placement, voice))
    patterns = words.own_side(placement, file.patterns)
    yield from _section(say("text.patterns"), _numbered(map(telling.sentence, patterns)))
    yield from _section(say("text.clear"), _plain(telling.clear(placement, voice)))
    yield from _section(say("blocks.cues"), _listed(words.own_side(placement, file.cues)))
    yield from _section(
        say("blocks.dose"), _plain(words.own_side(placement, [file.dose] if file.dose else []))
    )
    yield from _section(
        say("legend.notes"), _plain([say("blocks.ours", ours=file.ours)] if file.ours else [])
    )


def _run(layout: Layout, placement: Placement, voice: Voice) -> Iterator[Item]:
    yield from _plain(telling.begin(layout, placement, voice))
    for name, places in words.by_athlete(placement):
        if name:
            yield "", f"{words.capital(words.athlete(placement, name, voice))}:"
        yield from (_leg(layout, placement, place, voice) for place in places)


def _leg(layout: Layout, placement: Placement, index: int, voice: Voice) -> Item:
    leg = placement.legs[index]
    kind, at = words.chest_at(layout, placement, leg)
    said = voice.say(
        "text.leg",
        move=words.capital(words.move(placement, leg, voice)),
        start=leg.start,
        end=leg.end,
        length=voice.length(leg.length),
        chest=voice.say(f"circle.chest.{kind}", name=voice.retell(at)),
        do=words.at_the_cone(placement, index, voice).rstrip("."),
    )
    return f"{leg.order}. ", said
