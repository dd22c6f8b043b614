"""A layout in words alone, for a screen reader or a chat message: UTF-8, lines of at most 72 letters.

The sentences are those of the sheet, and nothing is drawn with letters. What a picture shows at a glance is
said where it is needed: what to keep clear, which way to face.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from conedrills import __version__
from conedrills.compose import words
from conedrills.compose.builder import row_words, tape_words
from conedrills.compose.legend import check_lengths
from conedrills.compose.outline import drawable
from conedrills.drill import WAY
from conedrills.language import Voice
from conedrills.layout import Layout, Placement, explanation, layout_id, size_words
from conedrills.units import tape_units
from conedrills.wording import plain_text
from conedrills.yard import Reference

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
    yield from _section(say("legend.today"), _plain(_today(layout, voice)))
    if count:
        yield from _section(say("text.take"), _listed(_take(layout, voice)))
    points = [_point(reference, voice) for reference in layout.yard.references]
    yield from _section(say("legend.hooks"), _plain([*points, *([say("text.letters")] if points else [])]))
    yield from _section(say("legend.check"), _plain(check_lengths(layout, voice)))
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


def _today(layout: Layout, voice: Voice) -> Iterator[str]:
    if layout.space.factor > 1.0:
        yield voice.say("legend.wet")
    if layout.yard.slope:
        yield voice.say("legend.slope", slope=layout.yard.slope)
    if layout.yard.sun:
        yield voice.say("legend.sun", sun=layout.yard.sun)


def _take(layout: Layout, voice: Voice) -> Iterator[str]:
    yield voice.count(max(len(placement.cones) for placement in layout.placements), "cone")
    if any(placement.setout for placement in layout.placements):
        yield voice.say("builder.tapes", length=tape_words(layout.placements, voice, layout.tape))
        yield from (voice.say(f"text.{key}") for key in ("rings", "peg"))
    yield voice.say("text.watch")


def _point(reference: Reference, voice: Voice) -> str:
    name, what = reference.name, words.thing_of(reference, voice)
    if reference.kind == "mark":
        return voice.say("text.mark", name=name, what=what)
    return voice.say("text.point" if what else "text.point_alone", name=name, what=what)


# --- a drill ----------------------------------------------------------------------------------------------


def _drill(layout: Layout, index: int, voice: Voice) -> Iterator[Item]:
    say, placement = voice.say, layout.placements[index]
    file = words.told(placement.drill, voice)
    yield from (("", ""), ("", ""))
    yield "", say("text.drill", number=index + 1, of=len(layout.placements), title=file.title)
    yield from _plain(_what(placement, voice))
    if placement.setout:
        rows = [row_words(placement, row, voice) for row in placement.setout]
        yield from _section(say("text.setout"), [*_numbered(rows), ("", say("builder.hint_sides"))])
    yield from _section(
        say("builder.across"), _plain(_checks(placement, replace(voice, units=tape_units(voice.units))))
    )
    yield from _section(say("text.run"), _run(layout, placement, voice))
    yield from _section(say("text.clear"), _plain(_clear(placement, voice)))
    yield from _section(say("blocks.cues"), _listed(words.own_side(placement, file.cues)))
    yield from _section(
        say("blocks.dose"), _plain(words.own_side(placement, [file.dose] if file.dose else []))
    )
    yield from _section(
        say("legend.notes"), _plain([say("blocks.ours", ours=file.ours)] if file.ours else [])
    )


def _what(placement: Placement, voice: Voice) -> Iterator[str]:
    """What sort of drill, how many cones, how large, and what that means for times."""
    say, file = voice.say, words.told(placement.drill, voice)
    cones = voice.count(len(placement.cones), "cone")
    parts = [
        words.capital(words.family(placement, voice)),
        say("runner.caller", cones=cones) if placement.caller else cones,
        say(f"at_pace.{placement.pace}"),
    ]
    sort = ", ".join(parts)
    yield _sentence(f"{sort}: {file.summary}" if file.summary else sort)
    size = say("blocks.size", size=size_words(placement, voice))
    yield f"{_sentence(size)} {words.why_not_larger(placement, voice)}"
    for name, now, was, free in words.lengths_of(placement, voice):
        lengths = {"now": voice.length(now), "was": voice.length(was)}
        same = not free or lengths["now"] == lengths["was"]
        yield say("text.distance_same" if same else "text.distance", distance=words.capital(name), **lengths)
    if placement.pose.mirrored:
        yield say("blocks.mirrored")
    yield say("blocks.comparable" if placement.comparable else "blocks.only_here")
    yield from map(voice.retell, placement.remarks)


def _checks(placement: Placement, voice: Voice) -> Iterator[str]:
    for check in placement.checks:
        length = voice.length(check.distance)
        yield voice.say("text.check", start=check.start, end=check.end, length=length)
    if placement.checks:
        yield _sentence(words.capital(voice.say("builder.tolerance")))


def _run(layout: Layout, placement: Placement, voice: Voice) -> Iterator[Item]:
    say, legs = voice.say, placement.legs
    first, ahead = legs[0], words.start_facing(placement)
    name, far = words.faced(layout.yard, first.path[0], ahead)
    there = say("chest.open")
    if far:
        there = say("picture.faced", name=voice.retell(name), far=voice.roughly(far))
    yield "", say("text.start", cone=first.start, there=there)
    if placement.caller:
        off = voice.length((placement.caller - first.path[0]).length)
        does = "".join(words.own_side(placement, [words.told(placement.drill, voice).does]))
        key = "text.caller" if does else "text.caller_alone"
        yield "", say(key, far=off, cone=first.start, does=does)
    for index, leg in enumerate(legs):
        kind, at = words.chest_at(layout, placement, leg)
        yield (
            f"{leg.order}. ",
            say(
                "text.leg",
                move=words.capital(words.move(leg, ahead, voice)),
                start=leg.start,
                end=leg.end,
                length=voice.length(leg.length),
                chest=say(f"circle.chest.{kind}", name=voice.retell(at)),
                do=words.at_the_cone(placement, index, voice).rstrip("."),
            ),
        )


def _clear(placement: Placement, voice: Voice) -> Iterator[str]:
    """Room behind who runs backward first: nobody sees that it is missing."""
    ending = [leg for leg in placement.legs if leg.run_out > 0.0]
    for key, legs in (
        ("text.behind", [leg for leg in ending if WAY[leg.movement] == "backward"]),
        ("text.beyond", [leg for leg in ending if WAY[leg.movement] != "backward"]),
    ):
        most = {leg.end: max(other.run_out for other in legs if other.end == leg.end) for leg in legs}
        for far, cones in _grouped((voice.at_least(most[cone]), cone) for cone in sorted(most)):
            yield _of(voice, key, cones=cones, far=far)
    sides = _grouped((voice.at_least(leg.side_clearance), leg.order) for leg in placement.legs)
    for far, orders in sides:
        yield _of(voice, "text.beside", legs=orders, far=far)
    if tight := placement.tightest:
        far = voice.at_most(tight.distance)
        yield voice.say("blocks.closest", thing=voice.retell(tight.to), far=far)


def _grouped(pairs: Iterable[tuple[str, int]]) -> list[tuple[str, list[int]]]:
    """Numbers by what they have in common, each once, in their order."""
    groups: dict[str, list[int]] = {}
    for far, number in pairs:
        if number not in groups.setdefault(far, []):
            groups[far].append(number)
    return [(far, sorted(numbers)) for far, numbers in groups.items()]


def _of(voice: Voice, key: str, *, far: str, **numbers: Sequence[int]) -> str:
    """A sentence about one number or several."""
    ((field, several),) = numbers.items()
    listed = voice.listed([str(number) for number in several])
    return voice.say(f"{key}s" if len(several) > 1 else key, far=far, **{field: listed})


def _sentence(said: str) -> str:
    return said if said.endswith((".", "!", "?")) else f"{said}."
