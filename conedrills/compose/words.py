"""What the pages say of a drill: which of the sentences of `language`, and what is filled in.

Words only: nothing here knows where on the paper they go.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal
from urllib.parse import urlsplit

from conedrills import fonts
from conedrills.drill import WAY, Call, Drill, DrillWords, following, goes_on
from conedrills.geometry import Path, Point, angle_between, cos_degrees, sin_degrees
from conedrills.language import Voice, other_hand
from conedrills.layout import Layout, PlacedLeg, Placement, name_of_obstacle, name_of_side, size_words
from conedrills.units import METRES, tape_units
from conedrills.wording import plain_text
from conedrills.yard import Reference, Yard

_SECTORS = (
    "straight", "forward_left", "left", "back_left", "back", "back_right", "right", "forward_right",
)  # fmt: skip
"""Of 45 degrees each, counter-clockwise from ahead."""
_FACES = 12.0
"""Degrees within which the chest points at a person."""
Chest = Literal["ahead", "behind", "middle", "outside", "caller", "cone", "thing", "open", "called"]
"""What a chest can point at: `middle` and `outside` of an arc, `open` where nothing is; or as called."""


def told(drill: Drill, voice: Voice) -> DrillWords:
    """What a drill's file says for people, in the reader's language where it has that."""
    return drill.definition.words(voice.tag)


def family(placement: Placement, voice: Voice) -> str:
    """The family of a drill, and whether it is called."""
    name = voice.say(f"families.{placement.drill.family}")
    called = any(leg.call for leg in placement.legs)
    return voice.say("overview.called", family=name) if called else name


def movement(leg: PlacedLeg, voice: Voice) -> str:
    """How a leg is moved."""
    return voice.say(f"movements.{leg.movement}")


def call(called: Call, voice: Voice) -> str:
    """What the caller calls; numbers are the same in every language."""
    return voice.say(f"calls.{called}") if called in ("left", "right") else called


def call_letter(called: Call, voice: Voice) -> str:
    """A call as short as it can be."""
    return voice.say(f"calls.letter_{called}") if called in ("left", "right") else called


def thing_of(reference: Reference, voice: Voice) -> str:
    """Which thing a reference point is, and how far from another one; a tape has no yards."""
    what = voice.retell(reference.what)
    if reference.away is None:
        return what
    far = replace(voice, units=tape_units(voice.units)).length(reference.away.distance)
    return voice.say("point.away", what=what, far=far, start=reference.away.start)


def start_facing(placement: Placement) -> float:
    """The way the athlete faces at the start, yard degrees."""
    return placement.pose.turn(90.0)


def direction(leg: PlacedLeg, ahead: float, voice: Voice) -> str:
    """Which way a leg goes, the page upright; a sideways leg by the athlete's own left and right."""
    if leg.shape == "arc":
        return voice.say("directions.curve_left" if _turns_left(leg) else "directions.curve_right")
    if leg.shape == "weave":
        return voice.say("directions.weave")
    if leg.start == leg.end:
        return voice.say("directions.and_back", direction=_straight(leg, ahead, voice))
    return _straight(leg, ahead, voice)


def _straight(leg: PlacedLeg, ahead: float, voice: Voice) -> str:
    heading = (leg.path[1] - leg.path[0]).angle
    way = WAY[leg.movement]
    seen_from = leg.facing if way == "sideways" else ahead
    off = (heading - seen_from) % 360.0
    if angle_between(off, 0.0) <= 10.0:
        return voice.say("directions.straight")
    if angle_between(off, 180.0) <= 10.0:
        # a sprint "straight back" would be read as running backward
        home = way in ("forward", "called") and leg.start != leg.end
        return voice.say("directions.home" if home else "directions.back", cone=leg.end)
    sector = round(off / 45.0) % 8
    if sector in (0, 4):
        # over ten degrees off straight is a diagonal to anybody who runs it
        sector = {0: 1 if off < 180.0 else 7, 4: 3 if off < 180.0 else 5}[sector]
    return voice.say(f"directions.{_SECTORS[sector]}")


def _turns_left(leg: PlacedLeg) -> bool:
    first, second = leg.path[1] - leg.path[0], leg.path[2] - leg.path[1]
    return first.dx * second.dy - first.dy * second.dx > 0.0


def move(placement: Placement, leg: PlacedLeg, voice: Voice) -> str:
    """The movement and its direction, with the call where there is one."""
    ahead = start_facing(placement)
    moving, way = movement(leg, voice), direction(leg, ahead, voice)
    if leg.call is None or leg.shape != "line":
        return voice.say("table.moving", movement=moving, direction=way)
    if goes_on(leg, placement.legs):
        return voice.say("table.after", call=call(leg.call, voice), movement=moving, direction=way)
    off = angle_between((leg.path[1] - leg.path[0]).angle, ahead)
    if leg.call in ("left", "right") and 10.0 < off < 170.0:
        way = voice.say("directions.angle", angle=5 * round(off / 5))
    if WAY[leg.movement] == "called":
        return voice.say("table.called_freely", call=call(leg.call, voice), direction=way)
    return voice.say("table.called", call=call(leg.call, voice), movement=moving, direction=way)


def at_the_cone(placement: Placement, index: int, voice: Voice) -> str:
    """What happens at the end of a leg, and the walk to the next one where it starts elsewhere."""
    leg = placement.legs[index]
    said = told(placement.drill, voice).do.get(leg.do, leg.do)
    what = own_side(placement, [said])[0] or voice.say(f"cuts.{leg.cut}")
    after = next(iter(following(leg, placement.legs)), None)
    if after and after.start != leg.end and leg.call in (None, after.call) and "walk" not in leg.do:
        return voice.say("table.then_walk", what=what, cone=after.start)
    return what


def patterns(placement: Placement, voice: Voice) -> list[str]:
    """What the caller chooses from, numbered."""
    said = own_side(placement, told(placement.drill, voice).patterns)
    return [voice.say("blocks.pattern", number=number, pattern=one) for number, one in enumerate(said, 1)]


def own_side(placement: Placement, sentences: Sequence[str]) -> list[str]:
    """What a drill file says, with left and right changing places where the drill lies mirrored."""
    if not placement.pose.mirrored:
        return list(sentences)
    return [other_hand(sentence) for sentence in sentences]


def chest(layout: Layout, placement: Placement, leg: PlacedLeg, voice: Voice) -> str:
    """What the chest points at on a leg, in words."""
    kind, name = chest_at(layout, placement, leg)
    return voice.say(f"chest.{kind}", name=voice.retell(name))


def chest_at(layout: Layout, placement: Placement, leg: PlacedLeg) -> tuple[Chest, str]:
    """What the chest points at on a leg, and the name of that where it is a thing or a cone."""
    if WAY[leg.movement] == "called":
        return "called", ""
    if leg.facing_follows:
        heading = (leg.path[1] - leg.path[0]).angle
        off = (leg.facing - heading) % 360.0
        if angle_between(off, 0.0) <= 45.0:
            return "ahead", ""
        if angle_between(off, 180.0) <= 45.0:
            return "behind", ""
        return "middle" if (off < 180.0) == _turns_left(leg) else "outside", ""
    if placement.caller and _points_at(leg, placement.caller):
        return "caller", ""
    if angle_between((leg.path[-1] - leg.path[0]).angle, leg.facing) <= _FACES:
        return "cone", str(leg.end)
    middle = leg.path[0] + (leg.path[-1] - leg.path[0]) * 0.5
    name, _ = faced(layout.yard, middle, leg.facing)
    return ("thing", name) if name else ("open", "")


def _points_at(leg: PlacedLeg, person: Point) -> bool:
    ends = (leg.path[0], leg.path[-1])
    return all(
        (person - end).length > 0.5 and angle_between((person - end).angle, leg.facing) <= _FACES
        for end in ends
    )


def mentioned(layout: Layout, placement: Placement) -> set[str]:
    """The things that a drill's page speaks of."""
    start = faced(layout.yard, placement.legs[0].path[0], start_facing(placement))[0]
    tight = {placement.tightest.to} if placement.tightest else set()
    return {start, *tight, *(chest_at(layout, placement, leg)[1] for leg in placement.legs)}


def faced(yard: Yard, start: Point, angle: float) -> tuple[str, float]:
    """The first thing in a direction: its name, and how far it is, metres; "" and 0 where there is none."""
    hits = [(distance, name) for name, path in _things(yard) for distance in _crossings(start, angle, path)]
    distance, name = min(hits, default=(0.0, ""))
    return name, distance


def _things(yard: Yard) -> Iterator[tuple[str, Path]]:
    corners = yard.boundary
    for side, corner in enumerate(corners):
        yield name_of_side(yard, side), (corner, corners[(side + 1) % len(corners)])
    for obstacle in yard.obstacles:
        yield name_of_obstacle(obstacle), (*obstacle.polygon, obstacle.polygon[0])


def _crossings(start: Point, angle: float, path: Path) -> Iterator[float]:
    """How far along a ray it meets a polyline, metres."""
    cos, sin = cos_degrees(angle), sin_degrees(angle)
    spots = [
        ((p.x - start.x) * cos + (p.y - start.y) * sin, (p.y - start.y) * cos - (p.x - start.x) * sin)
        for p in path
    ]
    for (along, off), (along_next, off_next) in itertools.pairwise(spots):
        if (off > 0.0) != (off_next > 0.0):
            distance = along + (along_next - along) * off / (off - off_next)
            if distance > 0.0:
                yield distance


def hosts(drill: Drill) -> list[str]:
    """Where a drill is published, as one would say it, the first two places."""
    hosts = [urlsplit(source.url).hostname or "" for source in drill.definition.source]
    names = list(dict.fromkeys(name.removeprefix("www.") for name in hosts if name))
    return [plain_text(name) for name in names[:2]]


def lengths_of(placement: Placement, voice: Voice) -> list[tuple[str, float, float, bool]]:
    """The drill's distances: name, metres at this size, metres as given, whether free; free ones first."""
    file, factors = placement.drill.definition, placement.factors
    names = told(placement.drill, voice).distances
    metres = METRES[file.units]
    wide = file.stretch.width if file.stretch else []
    rows = []
    for name, distance in file.distances.items():
        factor = 1.0 if distance.locked else factors.width if name in wide else factors.depth
        given = distance.nominal * metres
        rows.append((names.get(name, name.replace("_", " ")), given * factor, given, not distance.locked))
    return sorted(rows, key=lambda row: not row[3])


def is_full(placement: Placement) -> bool:
    """Whether a drill lies as it is given, neither smaller nor larger."""
    factors = placement.factors
    return max(abs(factors.depth - 1.0), abs(factors.width - 1.0)) < 1e-9


def two_sizes(placement: Placement, voice: Voice) -> tuple[str, str] | None:
    """How deep and how wide a drill with two lengths is, for two short lines; None where one size says it.

    It is "full depth" and "70 % wide" where the depth is as published.
    """
    depth, width = placement.factors.depth, placement.factors.width
    if size_words(placement, voice) == voice.per_cent(placement.size):
        return None
    deep, wide = voice.say("overview.full_depth"), voice.say("overview.full_width")
    return (
        deep if depth == 1.0 else voice.say("overview.deep", size=voice.per_cent(depth)),
        wide if width == 1.0 else voice.say("overview.wide", size=voice.per_cent(width)),
    )


def why_not_larger(placement: Placement, voice: Voice) -> str:
    """What keeps the drill from growing, in a sentence or two."""
    drill, tight = placement.drill, placement.tightest
    if drill.size_min == drill.size_max and drill.stretch is None:
        return voice.say("why.fixed")
    if _largest(placement):
        return voice.say("why.full")
    if placement.capped:
        return voice.say("why.capped")
    if placement.common and not placement.gap_reached:
        return " ".join([voice.say("why.common"), *ended_early(placement, voice)])
    if _unproven(placement):  # it may be that nothing is in the way
        return voice.say("why.unproven")
    touch = voice.say("why.no_room")
    if tight:
        touch = voice.say("why.in_the_way", thing=capital(voice.retell(tight.to)))
    return " ".join([touch, *both_at_most(placement, voice), *ended_early(placement, voice)])


def both_at_most(placement: Placement, voice: Voice) -> Iterator[str]:
    """Of a drill with two lengths, how large both together can be at most."""
    bound = placement.size_bound
    cannot_grow = placement.capped or _largest(placement) or not placement.gap_reached
    if placement.drill.stretch is not None and bound is not None and not cannot_grow:
        yield voice.say("why.not_both", bound=voice.bound(bound))


def _largest(placement: Placement) -> bool:
    """Whether it is as large as the drill may be: of two lengths both."""
    stretch, factors = placement.drill.stretch, placement.factors
    if stretch is None:
        return placement.size >= placement.drill.size_max - 1e-4
    return factors.depth >= stretch.high.depth - 1e-4 and factors.width >= stretch.high.width - 1e-4


def _unproven(placement: Placement) -> bool:
    """Whether it has two lengths, of which nothing is proven, and one of them might be larger."""
    open_end = placement.drill.stretch is not None and placement.size_bound is None
    return open_end and not placement.capped and not _largest(placement)


def ended_early(placement: Placement, voice: Voice) -> Iterator[str]:
    """Where a larger size is not ruled out as far as was asked for: that, and what is ruled out."""
    if _unproven(placement):
        yield voice.say("why.unproven")
    certain = placement.common or placement
    if certain.gap_reached or placement.capped or certain.size_bound is None:
        return
    if certain.size_bound >= placement.drill.size_max:
        yield voice.say("why.ended")
    else:
        yield voice.say("why.ended_at", bound=voice.bound(certain.size_bound))


def capital(words: str) -> str:
    """With a capital at the beginning."""
    return words[:1].upper() + words[1:]


def unprintable(layout: Layout) -> tuple[str, ...]:
    """Names and notes of a layout with letters that the typeface cannot print, each once."""
    yard = layout.yard
    texts = [
        layout.title, yard.name, *yard.side_names, *(thing.name for thing in yard.obstacles),
        *(word for reference in yard.references for word in (reference.name, reference.what)),
        *layout.notes, *yard.notes, yard.sun, yard.slope,
        *(placement.drill.title for placement in layout.placements),
    ]  # fmt: skip
    return tuple(text for text in dict.fromkeys(texts) if fonts.missing_glyphs([text]))
