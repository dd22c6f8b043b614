"""A layout for a phone: what is said and drawn of it, and what the phone needs to lead through it.

Every length is there in metres and in feet, each rounded to its own tape's marks, so that nobody rounds again
what was rounded. `phone_picture` draws; `exporters/html` only translates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from conedrills import __version__
from conedrills.compose import (
    blocks,
    card_picture,
    circle,
    legend,
    phone_picture,
    tapes,
    telling,
    times,
    words,
)
from conedrills.compose.builder import is_past, whereabouts
from conedrills.compose.outline import drawable
from conedrills.compose.phone_picture import WIDE, Reach, Running, Stage
from conedrills.compose.track import number_of
from conedrills.compose.unsure import kept_besides
from conedrills.drill import WAY, Movement, Pace, drill_names, load_drill
from conedrills.labels import upright
from conedrills.language import ENGLISH, Voice
from conedrills.layout import (
    Check,
    Hook,
    Layout,
    PlacedLeg,
    Placement,
    SetoutRow,
    Tie,
    explanation,
    layout_id,
    size_words,
)
from conedrills.sheet import Mark
from conedrills.units import tape_units
from conedrills.yard import Reference, Units

_RUN_HIGH, _BUILD_HIGH = 76.0, 92.0
"""Millimetres of the whole pictures; 4.5 pixels each."""
_SPEED: Mapping[Movement, float] = {
    "walk": 1.4, "jog": 2.4, "run": 3.4, "sprint": 4.4, "open-hip run": 3.2, "hop": 1.6, "shuffle": 2.4,
    "carioca": 2.4, "crossover run": 3.0, "backward walk": 1.0, "backward run": 2.8, "backpedal": 2.8,
    "called": 2.4,
}  # fmt: skip
"""Metres a second at which the dot runs, standing starts and turns in them: ours, to show the way by."""
_EFFORT: Mapping[Pace, float] = {"walk": 0.4, "easy": 0.6, "brisk": 0.8, "full": 1.0}
_SLOWEST = 0.9
_AT_CONE = 0.35
"""Seconds for a cut."""
_FULL_REST, _SOME_REST = 180, 60
"""Seconds where a dose says "full rest", and where it says nothing."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A text in metres and in feet, and as it is shown first."""

    m: str
    ft: str
    shown: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with sentences below it, as a list of points where `listed`."""

    heading: str
    lines: tuple[Twin, ...]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the set-out: the cone, what two tapes read or one and the offset, a check, and a sentence."""

    cone: int
    first: tuple[str, Twin]
    second: tuple[str, Twin]
    check: tuple[str, Twin]
    where: Twin


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg in the run order: its ring, its line, and what is said of it."""

    ring: str
    way: str
    who: str
    square: bool
    move: str
    cones: str
    length: Twin
    said: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture, millimetres, with a text for who cannot see it; the other units' words by their own."""

    wide: float
    high: float
    marks: tuple[Mark, ...]
    title: str
    twins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PhoneDrill:
    """A drill on the phone. `data` is what the script needs, `stages` and `running` what it draws with."""

    number: int
    title: str
    below: str
    about: tuple[Twin, ...]
    build: Drawing | None
    rows: tuple[Row, ...]
    heads: tuple[str, str, str, str]
    setout: tuple[Section, ...]
    picture: Drawing
    legs: tuple[Leg, ...]
    begin: tuple[Twin, ...]
    sections: tuple[Section, ...]
    stages: tuple[Stage, ...]
    running: Running
    twins: Mapping[str, str]
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Phone:
    """Everything on the page. `words` are the script's, `data` is what it needs beside them."""

    language: str
    title: str
    below: str
    identity: str
    made_by: str
    headings: Mapping[str, str]
    yard: tuple[Section, ...]
    drills: tuple[PhoneDrill, ...]
    ending: tuple[Section, ...]
    words: Mapping[str, str]
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Heard(Voice):
    """A voice that remembers how each length is said in the other units: for words inside a picture."""

    twins: dict[str, str] = field(default_factory=dict)

    @property
    def _other(self) -> Voice:
        return Voice(self.tag, "ft" if self.units == "m" else "m")

    def _kept(self, said: str, other: str) -> str:
        self.twins[said] = other
        return said

    def length(self, metres: float) -> str:
        """Also as a figure, which is cut out of it."""
        said, other = Voice(self.tag, self.units).length(metres), self._other.length(metres)
        self._kept(said.removesuffix(f" {self.units}"), other.removesuffix(f" {self._other.units}"))
        return self._kept(said, other)

    def at_least(self, metres: float) -> str:
        """Remembered."""
        return self._kept(Voice(self.tag, self.units).at_least(metres), self._other.at_least(metres))

    def at_most(self, metres: float) -> str:
        """Remembered."""
        return self._kept(Voice(self.tag, self.units).at_most(metres), self._other.at_most(metres))


@dataclass(frozen=True, slots=True)
class _Teller:
    """Says things in both units at once."""

    tag: str
    units: Units

    def voice(self, units: Units | None = None) -> Voice:
        """Who speaks, in the units shown or others."""
        return Voice(self.tag, units or self.units)

    def say(self, key: str, /, **fields: object) -> str:
        """A sentence without lengths."""
        return self.voice().say(key, **fields)

    def twin(self, said: Callable[[Voice], str]) -> Twin:
        """A text, said in every unit."""
        return Twin(said(self.voice("m")), said(self.voice("ft")), said(self.voice()))

    def twins(self, said: Callable[[Voice], Iterable[str]]) -> tuple[Twin, ...]:
        """Several texts, some of them "" where there are fewer in those units."""
        many = (said(self.voice("m")), said(self.voice("ft")), said(self.voice()))
        return tuple(Twin(*three) for three in zip_longest(*many, fillvalue=""))


def phone(layout: Layout, *, units: Units, language: str = ENGLISH) -> Phone:
    """The page of a layout.

    Args:
        layout: what to show, set out for tapes in these units.
        units: in which lengths are shown first; yards as feet, which tapes are marked in.
        language: what the page is written in, one of `languages`.
    """
    layout, tell = drawable(layout), _Teller(language, tape_units(units))
    title = layout.title or layout.yard.name or tell.say("phone.untitled")
    count = len(layout.placements)
    drills = tell.voice().count(count, "drill") if count else tell.say("overview.nothing")
    if count > 1:
        drills = tell.say("overview.one_at_a_time", drills=drills)
    shown = tuple(_drill(layout, index, tell) for index in range(count))
    return Phone(
        language=language,
        title=title,
        below=telling.sentence(drills),
        identity=tell.say("page.id", id=layout_id(layout)),
        made_by=f"conedrills {__version__}",
        headings={key: tell.say(f"phone.heading.{key}") for key in _HEADINGS},
        yard=tuple(_yard(layout, tell)),
        drills=shown,
        ending=tuple(_ending(layout, tell)),
        words=tell.voice().table("phone.script"),
        data={
            "id": layout_id(layout),
            "language": language,
            "units": tell.units,
            "taped": tape_units(layout.units),
            "titles": {name: load_drill(name).definition.words(language).title for name in drill_names()},
            "paces": [tell.say(f"paces.{pace}") for pace in ("walk", "easy", "brisk", "full")],
            "drills": [drill.data for drill in shown],
        },
    )


_HEADINGS = ("drills", "setout", "run", "legend")


def _yard(layout: Layout, tell: _Teller) -> Iterator[Section]:
    yield Section(tell.say("legend.today"), tell.twins(lambda voice: telling.today(layout, voice)))
    if layout.placements:
        yield Section(tell.say("text.take"), tell.twins(lambda voice: telling.take(layout, voice)), True)
    points = layout.yard.references
    if points and any(placement.setout for placement in layout.placements):
        told = [reference for reference in points if reference.what]
        said = tell.twins(lambda voice: [telling.point(reference, voice) for reference in told])
        bare = tell.voice().listed([reference.name for reference in points if not reference.what])
        rest = [tell.say("phone.letters", letters=bare)] if bare else []
        rest.append(tell.say("text.letters"))
        yield Section(tell.say("legend.hooks"), (*said, *(Twin(one, one, one) for one in rest)))
    yield Section(tell.say("legend.check"), tell.twins(lambda voice: legend.check_lengths(layout, voice)))
    yield Section(tell.say("unsure.heading"), tell.twins(lambda voice: kept_besides(layout, voice)))


def _ending(layout: Layout, tell: _Teller) -> Iterator[Section]:
    def left_out(voice: Voice) -> list[str]:
        return [
            voice.say(
                "legend.missing",
                title=words.told(entry.drill, voice).title,
                reason=" ".join(explanation(entry, voice)),
            )
            for entry in layout.unplaced
        ]

    yield Section(tell.say("legend.left_out"), tell.twins(left_out), True)
    notes = tuple(dict.fromkeys([*layout.notes, *layout.yard.notes]))
    said = tell.twins(lambda voice: [voice.retell(note) for note in notes])
    yield Section(tell.say("legend.notes"), said, True)
    means = [
        tell.say(f"phone.means.{key}") for key in ("cone", "ring", "ways", "blind", "sides", "size", "id")
    ]
    yield Section(tell.say("phone.heading.legend"), tuple(Twin(one, one, one) for one in means), True)


# --- a drill ----------------------------------------------------------------------------------------------


def _drill(layout: Layout, index: int, tell: _Teller) -> PhoneDrill:
    placement, voice = layout.placements[index], tell.voice()
    title = words.told(placement.drill, voice).title
    jobs = [*_jobs(layout, placement)] if placement.setout else []
    heard = _Heard(tell.tag, tell.units)
    stages = phone_picture.stages(layout, placement, [job.reach for job in jobs], heard) if jobs else ()
    running = phone_picture.running(layout, placement, heard)
    below = [
        voice.count(len(placement.cones), "cone"),
        *filter(None, [words.two(placement, voice)]),
        voice.say(f"at_pace.{placement.pace}"),
        size_words(placement, voice),
    ]
    return PhoneDrill(
        number=index + 1,
        title=title,
        below=" · ".join(below),
        about=tell.twins(lambda voice: telling.what(placement, voice)),
        build=_build(layout, placement, tell) if placement.setout else None,
        rows=tuple(_row(layout, placement, row, tell) for row in placement.setout),
        heads=tuple(tell.say(f"phone.heads.{key}") for key in ("cone", "first", "second", "check")),  # type: ignore[arg-type]
        setout=tuple(_setout_sections(placement, tell)),
        picture=_picture(layout, placement, tell),
        legs=tuple(_leg(layout, placement, at, tell) for at in range(len(placement.legs))),
        begin=tell.twins(lambda voice: telling.begin(layout, placement, voice)),
        sections=tuple(_sections(placement, tell)),
        stages=stages,
        running=running,
        twins=heard.twins,
        data=_data(layout, index, jobs, running, tell),
    )


def _build(layout: Layout, placement: Placement, tell: _Teller) -> Drawing:
    heard = _Heard(tell.tag, tell.units)
    marks, _ = tapes.picture(layout, placement, heard, upright(0.0, 0.0, WIDE, _BUILD_HIGH), scaled=False)
    title = tell.say("phone.drawing", title=words.told(placement.drill, heard).title)
    return Drawing(WIDE, _BUILD_HIGH, tuple(marks), title, heard.twins)


def _picture(layout: Layout, placement: Placement, tell: _Teller) -> Drawing:
    heard = _Heard(tell.tag, tell.units)
    high = WIDE if circle.suits(placement) else _RUN_HIGH
    shown = card_picture.picture(layout, placement, heard, upright(0.0, 0.0, WIDE, high))
    title = tell.say("phone.picture", title=words.told(placement.drill, tell.voice()).title)
    return Drawing(WIDE, high, shown.marks, title, heard.twins)


def _row(layout: Layout, placement: Placement, row: SetoutRow, tell: _Teller) -> Row:
    none = ("", Twin("", "", ""))
    check = row.check
    checked = (str(check.at), tell.twin(lambda voice: voice.figure(check.distance))) if check else none
    if isinstance(row, Tie):
        one, other = row.tapes
        where = tell.twin(lambda voice: _where(layout, placement, row, voice))
        return Row(
            row.cone,
            (str(one.at), tell.twin(lambda voice: voice.figure(one.distance))),
            (str(other.at), tell.twin(lambda voice: voice.figure(other.distance))),
            checked,
            where,
        )
    off = none
    if row.offset:
        off = (tell.say("builder.square"), tell.twin(lambda voice: voice.figure(abs(row.offset))))
    along = (f"{row.start} → {row.end}", tell.twin(lambda voice: voice.figure(row.along)))
    return Row(row.cone, along, off, checked, tell.twin(lambda voice: _where(layout, placement, row, voice)))


def _where(layout: Layout, placement: Placement, row: SetoutRow, voice: Voice) -> str:
    """On which side, in words."""
    if isinstance(row, Tie):
        first, second = (tape.at for tape in row.tapes)
        side = voice.say(f"builder.{row.side}_of", first=first, second=second)
        return f"{telling.sentence(words.capital(side))} {whereabouts(layout, placement, row, voice)}".strip()
    said = voice.say("builder.past" if is_past(placement, row) else "builder.on_tape", end=row.end)
    if row.offset:
        turn = "left" if row.offset > 0 else "right"
        said = voice.say(f"builder.{turn}_of", first=row.start, second=row.end)
    return telling.sentence(words.capital(said))


def _setout_sections(placement: Placement, tell: _Teller) -> Iterator[Section]:
    said = tell.twins(lambda voice: telling.checks(placement, voice))
    yield Section(tell.say("builder.across"), said)
    hints = [tell.say(f"builder.hint_{key}") for key in ("sides", "alone", "ring")]
    yield Section("", tuple(Twin(hint, hint, hint) for hint in hints) if placement.setout else ())


def _leg(layout: Layout, placement: Placement, index: int, tell: _Teller) -> Leg:
    leg, voice = placement.legs[index], tell.voice()
    kind, name = words.chest_at(layout, placement, leg)
    said = tell.say(
        "phone.leg",
        chest=words.capital(voice.say(f"circle.chest.{kind}", name=voice.retell(name))),
        do=words.at_the_cone(placement, index, voice).rstrip("."),
        cone=leg.end,
    )
    return Leg(
        number_of(leg, voice),
        WAY[leg.movement],
        words.capital(words.athlete(placement, leg.athlete, voice)),
        words.is_second(placement, leg),
        words.capital(words.move(placement, leg, voice)),
        f"{leg.start} → {leg.end}",
        tell.twin(lambda voice: voice.length(leg.length)),
        said,
    )


def _sections(placement: Placement, tell: _Teller) -> Iterator[Section]:
    file = words.told(placement.drill, tell.voice())
    yield Section(tell.say("text.clear"), tell.twins(lambda voice: telling.clear(placement, voice)))
    patterns = words.own_side(placement, file.patterns)
    yield Section(tell.say("text.patterns"), tuple(Twin(one, one, one) for one in patterns), True)
    cues, dose = (
        words.own_side(placement, file.cues),
        words.own_side(placement, [file.dose] if file.dose else []),
    )
    yield Section(tell.say("blocks.cues"), tuple(Twin(cue, cue, cue) for cue in cues), True)
    yield Section(tell.say("blocks.dose"), tuple(Twin(one, one, one) for one in dose))
    yield Section(
        tell.say("phone.heading.times"), tell.twins(lambda voice: [times.comparison(placement, voice)])
    )
    ours = [tell.say("blocks.ours", ours=file.ours)] if file.ours else []
    hosts = words.hosts(placement.drill)
    ours.append(tell.say("runner.source", hosts=", ".join(hosts)) if hosts else tell.say("runner.own"))
    said = [telling.sentence(words.capital(one)) for one in ours]
    yield Section(tell.say("legend.notes"), tuple(Twin(one, one, one) for one in said))


# --- step by step -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Job:
    """One thing to do: what its picture needs, and what is said of it in the units of a voice."""

    reach: Reach
    told: Callable[[Voice], Mapping[str, Any]]


def _jobs(layout: Layout, placement: Placement) -> Iterator[_Job]:
    """Marks first, the anchors and the length between them, every other cone, the checks, the rings."""
    rows, checks = placement.setout, placement.checks
    used = {tape.at for row in rows if isinstance(row, Tie) for tape in row.tapes}
    for reference in layout.yard.references:
        if reference.kind == "mark" and reference.name in used:
            yield _Job(
                Reach(marks=(reference.name,)),
                lambda voice, reference=reference: _mark_job(reference, voice),  # type: ignore[misc]
            )
    for place, row in enumerate(rows):
        yield _Job(
            phone_picture.reach_of(row),
            lambda voice, row=row: _row_job(layout, placement, row, voice),  # type: ignore[misc]
        )
        if place == 1 and checks:
            yield _check_job(checks[0], first=True)
    yield from (_check_job(check, first=False) for check in checks[1:])
    yield _Job(Reach(), lambda voice: _plain_job(voice, "ring"))


def _mark_job(reference: Reference, voice: Voice) -> dict[str, Any]:
    return {
        "title": voice.say("phone.step.mark", name=reference.name),
        "short": voice.say("phone.short.mark", name=reference.name),
        "note": telling.sentence(words.capital(words.thing_of(reference, voice))),
    }


def _plain_job(voice: Voice, key: str) -> dict[str, Any]:
    said = voice.say(f"phone.step.{key}"), voice.say(f"phone.short.{key}"), voice.say("builder.hint_ring")
    return {"title": said[0], "short": said[1], "note": said[2]}


def _check_job(check: Check, *, first: bool) -> _Job:
    def told(voice: Voice) -> Mapping[str, Any]:
        far = voice.figure(check.distance)
        ends = {"start": check.start, "end": check.end}
        note = voice.say("phone.step.shift", cone=check.end) if first else voice.say("builder.tolerance")
        return {
            "title": voice.say("phone.step.check", **ends),
            "short": voice.say("phone.short.check", **ends, length=far),
            "cells": [{"label": voice.say("phone.cell.reads"), "figure": far}],
            "note": telling.sentence(words.capital(note)),
        }

    return _Job(Reach(laid=(check.start, check.end, check.distance)), told)


def _row_job(layout: Layout, placement: Placement, row: SetoutRow, voice: Voice) -> dict[str, Any]:
    if isinstance(row, Tie):
        title = voice.say("phone.step.tie", cone=row.cone)
        cells = [
            {**_hook_words(layout, tape.at, voice), "figure": voice.figure(tape.distance)}
            for tape in row.tapes
        ]
    else:
        title = voice.say("phone.step.off" if row.offset else "phone.step.on", cone=row.cone)
        laid = voice.say("builder.laid", start=row.start, end=row.end)
        cells = [{"label": laid, "figure": voice.figure(row.along)}]
        if row.offset:
            turn = "left" if row.offset > 0 else "right"
            cells.append({"label": voice.say(f"phone.cell.{turn}"), "figure": voice.figure(abs(row.offset))})
    told: dict[str, Any] = {
        "cone": row.cone,
        "title": title,
        "short": voice.say("phone.short.cone", cone=row.cone),
        "cells": cells,
        "note": _where(layout, placement, row, voice),
    }
    if row.check:
        told["check"] = voice.say("phone.cell.check", hook=row.check.at)
        told["checked"] = voice.figure(row.check.distance)
    return told


def _hook_words(layout: Layout, hook: Hook, voice: Voice) -> dict[str, str]:
    """From where, in words about its name."""
    if isinstance(hook, int):
        return {"label": voice.say("phone.cell.from_cone"), "name": str(hook)}
    points = (known for known in layout.yard.references if known.name == hook)
    what = next((words.thing_of(point, voice) for point in points), "")
    return {"label": voice.say("phone.cell.from"), "name": hook, "what": what}


# --- what the script needs --------------------------------------------------------------------------------


def _data(
    layout: Layout, index: int, jobs: Sequence[_Job], running: Running, tell: _Teller
) -> dict[str, Any]:
    placement, voice = layout.placements[index], tell.voice()
    side = "mirrored" if placement.pose.mirrored else "as_published"
    calls = blocks.calls_of(placement)
    caller = next((leg for leg in placement.legs if leg.call), placement.legs[0])
    before = [leg for leg in placement.legs if leg.athlete == caller.athlete and leg.order < caller.order]
    lead = sum(seconds_of(leg, placement.pace) for leg in before)
    return {
        "name": placement.drill.name,
        "title": words.told(placement.drill, voice).title,
        "size": size_words(placement, voice),
        "pace": voice.say(f"paces.{placement.pace}"),
        "side": voice.say(f"times.compare.{side}"),
        "setout": [_folded(*(job.told(Voice(tell.tag, units)) for units in ("m", "ft"))) for job in jobs],
        "legs": [_leg_data(layout, placement, at, running, tell) for at in range(len(placement.legs))],
        "calls": [{"key": call, "word": words.call(call, voice)} for call in calls],
        "lead": round(lead, 2),
        "athletes": [words.athlete(placement, name, voice) for name in placement.drill.athletes],
        "patterns": words.own_side(placement, words.told(placement.drill, voice).patterns),
        **dose_of(placement.drill.definition.dose),
    }


def _leg_data(
    layout: Layout, placement: Placement, index: int, running: Running, tell: _Teller
) -> dict[str, Any]:
    leg, voice = placement.legs[index], tell.voice()
    way = words.way_of(placement, leg, voice)
    home = way == voice.say("directions.home", cone=leg.end)
    kind, name = words.chest_at(layout, placement, leg)
    moving = words.movement(leg, voice)
    to = voice.say("phone.to", cone=leg.end)
    home |= way == voice.say("directions.to", cone=leg.end)
    return {
        "order": leg.order,
        "call": leg.call,
        "athlete": int(words.is_second(placement, leg)),
        "start": leg.start,
        "end": leg.end,
        "way": WAY[leg.movement],
        "move": moving,
        "to": to if home else voice.say("phone.to_way", to=to, way=way),
        "chest": telling.sentence(words.capital(voice.say(f"circle.chest.{kind}", name=voice.retell(name)))),
        "do": telling.sentence(words.capital(words.at_the_cone(placement, index, voice))),
        "then": voice.say("phone.then", movement=moving, cone=leg.end),
        "length": _folded(*(Voice(tell.tag, units).length(leg.length) for units in ("m", "ft"))),
        "path": [[round(x, 3), round(y, 3)] for x, y in running.paths[index]],
        "facing": round((leg.facing + running.turn) % 360.0, 2),
        "follows": leg.facing_follows,
        "seconds": round(seconds_of(leg, placement.pace), 2),
    }


def _folded(one: Any, other: Any) -> Any:
    """What is said in metres and in feet, as one value in which only what differs is there twice."""
    if one == other:
        return one
    if isinstance(one, Mapping) and isinstance(other, Mapping) and one.keys() == other.keys():
        return {key: _folded(part, other[key]) for key, part in one.items()}
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [*map(_folded, one, other)]
    return {"m": one, "ft": other}


def seconds_of(leg: PlacedLeg, pace: Pace) -> float:
    """How long the dot takes for a leg."""
    return leg.length / max(_SLOWEST, _SPEED[leg.movement] * _EFFORT[pace])


_SETS = re.compile(r"(\d+)(?: to \d+)? sets")
_REPS = re.compile(r"sets of (\d+)|(?:[Bb]est of )?(\d+) (?:timed )?trials")
_REST = re.compile(r"[Rr]est (?:\d+-)?(\d+) (s|min)|(?:\d+-)?(\d+) (s|min) (?:rest|between reps)")
_BETWEEN = re.compile(r"(\d+) (s|min) between sets")


def dose_of(dose: str) -> dict[str, int]:
    """Sets, runs in a set, and seconds of rest between runs and between sets, as far as a dose says so.

    >>> dose_of("2 sets of 4, walk back. Rest 1 min, 2 min between sets.")
    {'sets': 2, 'reps': 4, 'rest': 60, 'between': 120}
    >>> dose_of("2 trials each side, 2-3 min rest between them.")
    {'sets': 0, 'reps': 2, 'rest': 180, 'between': 180}
    """
    sets, reps, rest, between = (pattern.search(dose) for pattern in (_SETS, _REPS, _REST, _BETWEEN))
    pause = _FULL_REST if "full rest" in dose else _SOME_REST
    if rest:
        number, unit = (part for part in rest.groups() if part)
        pause = int(number) * (60 if unit == "min" else 1)
    longer = int(between[1]) * (60 if between[2] == "min" else 1) if between else pause
    return {
        "sets": int(sets[1]) if sets else 0,
        "reps": int(next(part for part in reps.groups() if part)) if reps else 0,
        "rest": pause,
        "between": longer,
    }
