"""The three blocks under the run order, what to mind, and a place for times or calls. Millimetres."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conedrills.compose import signs, words
from conedrills.compose.frame import COLUMN, COLUMNS, WIDE
from conedrills.compose.ink import FEED, FIELD, LARGE, SMALL, box, paragraph, rule, text, width_of
from conedrills.drill import UNSEEING, WAY, Call
from conedrills.language import Voice
from conedrills.layout import Placement, size_words
from conedrills.sheet import Mark, Stroke

STRIP = 28.5
"""How high the list of calls is."""
_LOG_ROW = 7.2
_LOG_HEAD = 7.0
_CAPS = (FIELD, 3.0, SMALL)


@dataclass(frozen=True, slots=True)
class Blocks:
    """Cues, dose and size, all three in the same letters: the largest in which each fits its lines."""

    parts: tuple[tuple[str, tuple[str, ...]], ...]
    cap: float
    most: int
    bar: bool

    @property
    def height(self) -> float:
        """From the top of the headings to below the last line."""
        rows = max(len(_lines(said, self.cap)[: self.most]) for _, said in self.parts)
        return FEED[FIELD] + FEED[self.cap] * rows + 2.0


def blocks_of(placement: Placement, voice: Voice, room: float) -> Blocks:
    """What a drill's page says below the run order, in at most so many millimetres of lines."""
    file = words.told(placement.drill, voice)
    dose = [sentence + "." for sentence in file.dose.rstrip(". ").split(". ")] if file.dose else []
    size = [*_size_lines(placement, voice)]
    least = _CAPS[-1]
    for line in _blind(placement, voice):
        if len(_lines([*size, line], least)) <= int(room / FEED[least]):
            size.append(line)
    parts = (
        (voice.say("blocks.cues"), tuple(words.own_side(placement, file.cues))),
        (voice.say("blocks.dose"), tuple(words.own_side(placement, dose))),
        (_size_heading(placement, voice), tuple(size)),
    )
    for cap in _CAPS:
        most = int(room / FEED[cap])
        if all(len(_lines(said, cap)) <= most for _, said in parts):
            break
    return Blocks(parts, cap, most, bar=words.two_sizes(placement, voice) is None)


def _size_heading(placement: Placement, voice: Voice) -> str:
    """One size; of two lengths both, which leaves no room for more words and for the bar."""
    if words.two_sizes(placement, voice):
        return size_words(placement, voice)
    return voice.say("blocks.size", size=voice.per_cent(placement.size))


def _lines(sentences: Sequence[str], cap: float) -> list[str]:
    return [mark.text for said in sentences for mark in paragraph((0.0, 0.0), said, COLUMN, cap)]


def draw_blocks(blocks: Blocks, placement: Placement, top: float) -> Iterator[Mark]:
    """The blocks side by side."""
    for left, (heading, said) in zip(COLUMNS, blocks.parts, strict=True):
        yield text((left, top + FIELD), heading, FIELD, "bold")
        for row, line in enumerate(_lines(said, blocks.cap)[: blocks.most]):
            yield text((left, top + FIELD + FEED[FIELD] + FEED[blocks.cap] * row), line, blocks.cap)
    if not blocks.bar:
        return
    start = COLUMNS[2] + width_of(blocks.parts[2][0], FIELD, "bold") + 2.5
    room = COLUMNS[2] + COLUMN - start
    yield from signs.size_bar((start, top + 0.4), (room, 2.6), placement.size, placement.drill.size_max)


def _size_lines(placement: Placement, voice: Voice) -> Iterator[str]:
    file = placement.drill.definition
    free = [row for row in words.lengths_of(placement, voice) if row[3]]
    if not free:
        yield voice.say("why.fixed")
    elif words.is_full(placement):
        yield voice.say("blocks.published" if file.grade == "A" else "blocks.full")
    else:
        changed = {
            (voice.figure(now), voice.length(was)): name for name, now, was, _ in reversed(free) if now != was
        }
        for (now, was), name in list(reversed(changed.items()))[:2]:
            yield voice.say("blocks.changed", distance=words.capital(name), now=now, was=was)
    if placement.pose.mirrored:
        yield voice.say("blocks.mirrored")
    yield voice.say("blocks.comparable" if placement.comparable else "blocks.only_here")
    if tight := placement.tightest:
        yield voice.say("blocks.closest", thing=voice.retell(tight.to), far=voice.at_most(tight.distance))
    yield from words.both_at_most(placement, voice)
    yield from words.ended_early(placement, voice)


def _blind(placement: Placement, voice: Voice) -> Iterator[str]:
    """What to keep empty behind whom, which the picture says too where it has room for the words."""
    if behind := [leg for leg in placement.legs if WAY[leg.movement] in UNSEEING and leg.run_out > 0.0]:
        far = voice.at_least(max(leg.run_out for leg in behind))
        cones = voice.listed([str(number) for number in sorted({leg.end for leg in behind})])
        yield voice.say("blocks.blind", far=far, cones=cones)


def remarks(placement: Placement, voice: Voice, *, wet: bool) -> list[str]:
    """What may be called, what to mind, and what in the drill is ours, as lines over the whole width."""
    ours = words.told(placement.drill, voice).ours
    patterns = "; ".join(words.patterns(placement, voice))
    called = voice.say("blocks.patterns", patterns=patterns) if patterns else ""
    said = [voice.say("legend.wet")] if wet else []
    said += map(voice.retell, placement.remarks)
    said += [voice.say("blocks.ours", ours=ours)] if ours else []
    lines = [line for sentence in said for line in _wide(sentence, 2)]
    return [*_wide(called, 4), *lines[:5]]


def _wide(said: str, most: int) -> list[str]:
    return [line.text for line in paragraph((0.0, 0.0), said, WIDE, SMALL, most)] if said else []


def draw_remarks(lines: Sequence[str], top: float) -> Iterator[Mark]:
    """The lines from the top down."""
    for row, line in enumerate(lines):
        yield text((0.0, top + SMALL + FEED[SMALL] * row), line, SMALL)


def log_height(rows: int) -> float:
    """How high a log of so many days is."""
    return _LOG_HEAD + _LOG_ROW * rows


def log(top: float, rows: int, voice: Voice, *, both_sides: bool) -> Iterator[Mark]:
    """A grid for times, a row a day, high enough for a pencil; to the right and the left, or all to one."""
    y = top + _LOG_HEAD - 2.2
    yield text((0.0, y - 1.4), voice.say("runner.log_time"), SMALL)
    edges = [0.0, *(26.0 + 15.0 * i for i in range(9)), WIDE]
    for run in range(8):
        side = "times.log_left" if run >= 4 else "times.log_right"
        key, number = (side, run % 4 + 1) if both_sides else ("runner.log_run", run + 1)
        said = voice.say(key, number=number)
        yield text(((edges[run + 1] + edges[run + 2]) / 2, y - 1.4), said, SMALL, anchor="middle")
    yield text((edges[9] + 1.4, y - 1.4), voice.say("runner.log_best"), SMALL)
    low = y + rows * _LOG_ROW
    yield box((0.0, y), (WIDE, low))
    for row in range(rows):
        yield text((1.4, y + row * _LOG_ROW + 3.6), voice.say("runner.log_date"), SMALL)
        if row:
            yield rule(0.0, WIDE, y + row * _LOG_ROW)
    for x in edges[1:-1]:
        yield Stroke(((x, y), (x, low)), 0.25)


def calls_strip(placement: Placement, top: float, voice: Voice) -> Iterator[Mark]:
    """A list of calls for the caller, under a fold, as many of each; the boxes take times."""
    calls = calls_of(placement)
    when = "when_set" if placement.legs[0].call else "when"
    y = top + 1.5
    yield Stroke(((0.0, y), (WIDE, y)), 0.25, dash_mm=(3.0, 2.0))
    yield text((0.0, y + 4.6), voice.say("calls_strip.fold"), SMALL)
    yield text((WIDE, y + 4.6), voice.say(f"calls_strip.{when}"), SMALL, "bold", "end")
    y += 7.0
    for place, call in enumerate(call_list([words.call_letter(call, voice) for call in calls])):
        left = 11.0 * (place % 8) + (WIDE - 88.0 if place >= 8 else 0.0)
        yield text((left + 5.5, y + LARGE), call, LARGE, "bold", "middle")
        yield box((left, y + 6.6), (left + 11.0, y + 14.4))
    yield text((WIDE / 2, y + LARGE), voice.say("calls_strip.rest"), SMALL, "oblique", "middle")
    yield text((0.0, y + 18.6), voice.say("calls_strip.boxes"), SMALL)


def calls_of(placement: Placement) -> list[Call]:
    """What may be called, each once."""
    return list(dict.fromkeys(leg.call for leg in placement.legs if leg.call))


def call_list(letters: Sequence[str]) -> list[str]:
    """Sixteen calls without a pattern to learn, as many of each as can be; on every sheet the same.

    >>> "".join(call_list(["L", "R"]))
    'LRRLRLLRRLRLLRRL'
    """
    if len(letters) == 2:
        return [letters[int(bit)] for bit in "0110100110100110"]
    mixed: list[str] = []
    turn = 7
    while len(mixed) < 16:
        bag = list(letters)
        while bag:
            turn = (turn * 1103515245 + 12345) % 2**31  # the C standard's example generator: any will do
            mixed.append(bag.pop((turn >> 8) % len(bag)))
    return mixed[:16]
