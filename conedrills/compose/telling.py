"""What is said of a layout where words stand alone: the yard, what to take, a drill, its run, its room.

Sentences of the sheet, for a text and for a phone. What a picture shows at a glance is said where it is
needed: what to keep clear, which way to face.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from conedrills.compose import words
from conedrills.compose.builder import tape_words
from conedrills.drill import UNSEEING, WAY
from conedrills.language import Voice
from conedrills.layout import Layout, Placement, size_words
from conedrills.yard import Reference


def today(layout: Layout, voice: Voice) -> Iterator[str]:
    """Wet grass, slope and sun: what is so today."""
    if layout.space.factor > 1.0:
        yield voice.say("legend.wet")
    if layout.yard.slope:
        yield voice.say("legend.slope", slope=layout.yard.slope)
    if layout.yard.sun:
        yield voice.say("legend.sun", sun=layout.yard.sun)


def take(layout: Layout, voice: Voice) -> Iterator[str]:
    """What to take along."""
    yield voice.count(max(len(placement.cones) for placement in layout.placements), "cone")
    if any(placement.setout for placement in layout.placements):
        yield voice.say("builder.tapes", length=tape_words(layout.placements, voice, layout.tape))
        yield from (voice.say(f"text.{key}") for key in ("rings", "peg"))
    yield voice.say("text.watch")


def point(reference: Reference, voice: Voice) -> str:
    """A point to hook a tape on, or a mark to make."""
    name, what = reference.name, words.thing_of(reference, voice)
    if reference.kind == "mark":
        return voice.say("text.mark", name=name, what=what)
    return voice.say("text.point" if what else "text.point_alone", name=name, what=what)


def what(placement: Placement, voice: Voice) -> Iterator[str]:
    """What sort of drill, how many cones, how large, and what that means for times."""
    say, file = voice.say, words.told(placement.drill, voice)
    cones = voice.count(len(placement.cones), "cone")
    parts = [
        words.capital(words.family(placement, voice)),
        say("runner.caller", cones=cones) if placement.caller else cones,
        say(f"at_pace.{placement.pace}"),
    ]
    sort = ", ".join(parts)
    yield sentence(f"{sort}: {file.summary}" if file.summary else sort)
    size = say("blocks.size", size=size_words(placement, voice))
    yield f"{sentence(size)} {words.why_not_larger(placement, voice)}"
    for name, now, was, free in words.lengths_of(placement, voice):
        lengths = {"now": voice.length(now), "was": voice.length(was)}
        same = not free or lengths["now"] == lengths["was"]
        yield say("text.distance_same" if same else "text.distance", distance=words.capital(name), **lengths)
    if placement.pose.mirrored:
        yield say("blocks.mirrored")
    yield say("blocks.comparable" if placement.comparable else "blocks.only_here")
    yield from map(voice.retell, placement.remarks)


def checks(placement: Placement, voice: Voice) -> Iterator[str]:
    """Lengths across the drill, and how near they should be; in the units of the voice."""
    for check in placement.checks:
        length = voice.length(check.distance)
        yield voice.say("text.check", start=check.start, end=check.end, length=length)
    if placement.checks:
        yield sentence(words.capital(voice.say("builder.tolerance")))


def begin(layout: Layout, placement: Placement, voice: Voice) -> Iterator[str]:
    """Where and how the athlete stands at the start, and where a caller does."""
    say, first = voice.say, placement.legs[0]
    name, far = words.faced(layout.yard, first.path[0], words.start_facing(placement))
    there = say("chest.open")
    if far:
        there = say("picture.faced", name=voice.retell(name), far=voice.roughly(far))
    yield say("text.start", cone=first.start, there=there)
    if placement.caller:
        off = voice.length((placement.caller - first.path[0]).length)
        does = "".join(words.own_side(placement, [words.told(placement.drill, voice).does]))
        key = "text.caller" if does else "text.caller_alone"
        yield say(key, far=off, cone=first.start, does=does)


def clear(placement: Placement, voice: Voice) -> Iterator[str]:
    """Room behind who runs backward first: nobody sees that it is missing."""
    ending = [leg for leg in placement.legs if leg.run_out > 0.0]
    for key, legs in (
        ("text.behind", [leg for leg in ending if WAY[leg.movement] in UNSEEING]),
        ("text.beyond", [leg for leg in ending if WAY[leg.movement] not in UNSEEING]),
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


def sentence(said: str) -> str:
    """With a full stop at its end, unless something else ends it."""
    return said if said.endswith((".", "!", "?")) else f"{said}."
