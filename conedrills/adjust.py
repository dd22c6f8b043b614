"""A measured network becomes coordinates, and a judgement of what was measured.

Knows points, distances and angles only. Which way it flips, how good each point is, whether something is
wrong and which tape to measure next: one value, `Survey`, for whoever lays out, reports or draws.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from conedrills.blunders import LEAST, UNCHECKED, Finding, find, in_units, judged, level_of, next_tape, worst
from conedrills.geometry import staying_within
from conedrills.network import Distance, Frame, Observation, Places, Solution, loose, solve
from conedrills.placing import Hints, starts
from conedrills.survey import CONFIDENT, Judged, Level, Misclosure, Position, Survey, Suspect, Tape
from conedrills.traverse import Blame, Course, blame, closure, sentences, suspect
from conedrills.units import format_length

POOR = 0.15
"""Metres, 95 %, from which a point is so loosely tied that it is said."""
_GOOD_NOISE = 2.0  # standard error of unit weight from which all tapes are worse than they were said to be
_SURE = 3.09  # standard errors: 99.9 %, one-sided
_DIFFERENT = 0.10  # metres by which two shapes must differ to be two
_REACH = 0.10  # metres by which two tapes may miss each other before they are blamed
_SLACK = 0.10  # metres by which a tape may cut a corner of the boundary


@dataclass(frozen=True)
class Network:
    """What was measured.

    `frame` says where 0, 0 is, `hints` what tells flips apart, `what` describes points in words. `ignored`
    are tapes that the file leaves out. `walk` are the legs that come back to the start, as measured.
    """

    observations: tuple[Observation, ...]
    frame: Frame
    hints: Hints
    units: str = "m"
    what: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[Tape, ...] = ()
    walk: tuple[Course, ...] = ()


def adjust(network: Network) -> Survey:
    """The coordinates of a network, and what its measurements say of each other.

    Raises:
        ValueError: a point can swing, two tapes cannot meet, or several shapes fit; the text says what to
            measure.
    """
    observations, frame = network.observations, network.frame
    swinging = loose(observations, frame)
    if swinging:
        raise ValueError(_swings(swinging, observations))
    _check_reach(network)
    blamed = blame(network.walk, network.units) if network.walk else Blame()
    try:
        solution = _chosen(network)
    except ValueError as error:
        # a walk with a wrong turn crosses itself, and its sums say which
        slips = sentences(network.walk, blamed, network.units) if network.walk else []
        raise ValueError(" ".join([str(error), *slips])) from None
    finding = find(observations, solution, frame, network.units)
    closed = closure(network.walk) if network.walk else None
    slip = (suspect(blamed.suspect, network.walk),) if blamed.suspect else ()
    tapes = judged(observations, solution)
    weight = math.sqrt(solution.squares / solution.spare) if solution.spare > 0 else 0.0
    times = max(1.0, weight) if solution.squares > chance(solution.spare) else 1.0
    points = {name: solution.position(name, times) for name in solution.at}
    say = _Saying(network, tapes, finding)
    more = next_tape(observations, solution, finding, _possible(network, solution.at))
    problems, levels = say.problems()
    if closed and closed.level != "silent":
        problems += [
            _missed(closed.misclosure, network.units),
            *sentences(network.walk, blamed, network.units),
        ]
        levels.append(closed.level)
    notes = tuple(say.notes(solution, points, weight))
    ignored = tuple(
        Judged(
            tape,
            apart := math.dist(solution.at[tape.start], solution.at[tape.end]),
            apart - tape.length,
            0.0,
            0.0,
        )
        for tape in network.ignored
    )
    wrong = {(one.start, one.end) for one in finding.suspects}
    return Survey(
        boundary=network.hints.boundary,
        points=points,
        what=network.what,
        tapes=tuple(
            Judged(one.tape, one.adjusted, one.residual, one.redundancy, one.standardised, suspect=True)
            if (one.tape.start, one.tape.end) in wrong
            else one
            for one in tapes
        )
        + ignored,
        rms=math.sqrt(math.fsum(one.residual**2 for one in tapes) / len(tapes)) if tapes else 0.0,
        unit_weight=weight,
        spare=solution.spare,
        misclosure=closed.misclosure if closed else None,
        suspects=(*finding.suspects, *slip),
        in_question=finding.in_question,
        next_tape=more,
        problems=tuple(problems),
        notes=notes,
        level=worst(levels),
    )


def chance(spare: int) -> float:
    """The sum of squares that chance alone exceeds once in 1,000 times (Wilson and Hilferty's formula)."""
    if spare <= 0:
        return math.inf
    part = 2.0 / (9.0 * spare)
    return spare * float((1.0 - part + _SURE * math.sqrt(part)) ** 3)


def _chosen(network: Network) -> Solution:
    """The shape that the measurements and the hints leave, adjusted."""
    observations, frame, hints = network.observations, network.frame, network.hints
    solved: list[Solution] = []
    for start in starts(observations, frame, hints):
        solution = solve(observations, start, frame)
        if not any(_apart(solution.at, other.at) < _DIFFERENT for other in solved):
            solved.append(solution)
    solved.sort(key=lambda solution: solution.squares)
    agreeing = [solution for solution in solved if hints.agree(solution.at)]
    fits = chance(solved[0].spare) if solved[0].spare > 0 else 1.0
    if not agreeing or (solved[0].squares <= fits < agreeing[0].squares):
        raise ValueError(_disagrees(hints, solved[0].at))
    best = agreeing[0]
    limit = max(chance(best.spare), 2.0 * best.squares) if best.spare > 0 else best.squares + 1.0
    rivals = [other for other in agreeing[1:] if other.squares <= limit]
    if rivals:
        raise ValueError(_two_shapes(network, best.at, rivals[0].at))
    return best


def _apart(one: Places, other: Places) -> float:
    return max(math.dist(place, other[name]) for name, place in one.items())


def _disagrees(hints: Hints, at: Places) -> str:
    mirrored = {name: (x, -y) for name, (x, y) in at.items()}
    if hints.clockwise is not None and Hints(hints.boundary, hints.clockwise).agree(mirrored):
        return (
            'these measurements are handed and turn the other way than "going" says; list the boundary in the'
            " order of the walk."
        )
    names = "–".join(hints.boundary)
    outside = [name for name in sorted(hints.inside) if Hints(hints.boundary).agree(at)]
    if outside:
        return f"nothing puts {' and '.join(outside)} inside the boundary; measure again from a third point."
    return (
        f"the boundary {names} crosses itself however these tapes are laid; list its corners in the order"
        " of a walk round the lawn, and look for two names that are swapped."
    )


def _two_shapes(network: Network, one: Places, other: Places) -> str:
    """Which point may lie in two places, and which tape would tell."""
    away = {name: math.dist(place, other[name]) for name, place in one.items()}
    moved = sorted((name for name in one if away[name] > _DIFFERENT), key=lambda name: (-away[name], name))
    measured = {frozenset(one.names) for one in network.observations if isinstance(one, Distance)}
    name = moved[0]
    hooks = [hook for hook in one if hook != name and frozenset((hook, name)) not in measured]
    text = f"{name} can lie in two places, and these tapes fit both"
    if not hooks:
        return f'{text}. Say on which side of a line it lies: "side": "left".'
    hook = max(
        hooks, key=lambda hook: abs(math.dist(one[name], one[hook]) - math.dist(other[name], other[hook]))
    )
    first, second = sorted((math.dist(one[name], one[hook]), math.dist(other[name], other[hook])))
    lengths = (in_units(first, network.units), in_units(second, network.units))
    return f"{text}. Measure {name}–{hook}: it is {lengths[0]} in one, {lengths[1]} in the other."


def _swings(names: Sequence[str], observations: Sequence[Observation]) -> str:
    """Which point to tie, to what."""
    tied = {
        name: {other for one in observations if name in one.names for other in one.names} - {name}
        for name in names
    }
    name = min(names, key=lambda name: (len(tied[name]), name))
    every = sorted({other for one in observations for other in one.names} - {name} - tied[name])
    if len(names) == len({other for one in observations for other in one.names}) and len(every) < 1:
        return "there are too few tapes to say where anything is; measure all sides and a diagonal."
    words = f"{', '.join(every[:-1])} or {every[-1]}" if len(every) > 1 else "".join(every)
    can = "can swing" if tied[name] else "hangs on nothing"
    return f"{name} {can}: nothing holds it. Add a tape from {name} to {words or 'another point'}."


def _check_reach(network: Network) -> None:
    """Two tapes to one point must meet; where a third measurement hangs on it, the adjustment says more."""
    lengths: dict[frozenset[str], float] = {}
    ends: dict[str, set[str]] = {}
    others = {name for one in network.observations if not isinstance(one, Distance) for name in one.names}
    for one in network.observations:
        if isinstance(one, Distance):
            start, end = one.tape.start, one.tape.end
            lengths[frozenset((start, end))] = one.tape.length
            ends.setdefault(start, set()).add(end)
            ends.setdefault(end, set()).add(start)
    for name in sorted(ends.keys() - others):
        if len(ends[name]) != 2:
            continue
        first, second = sorted(ends[name])
        base = lengths.get(frozenset((first, second)))
        if base is None:
            continue
        near, far = lengths[frozenset((first, name))], lengths[frozenset((second, name))]
        gap = max(base - near - far, abs(near - far) - base)
        if gap > max(_REACH, base / 100.0):
            told = [in_units(length, network.units) for length in (near, far, base)]
            raise ValueError(
                f"{first}–{name} ({told[0]}) and {second}–{name} ({told[1]}) cannot meet: {first} and"
                f" {second} are {told[2]} apart. Measure all three again."
            )


def _possible(network: Network, at: Places) -> list[tuple[str, str]]:
    """Pairs of points between which a tape can be stretched over the lawn."""
    ring = tuple(at[name] for name in network.hints.boundary)
    names = sorted(at)
    pairs = list(combinations(names, 2))
    if not ring:
        return pairs
    free = staying_within(ring, [(at[one], at[other]) for one, other in pairs], _SLACK)
    return [pair for pair, kept in zip(pairs, free, strict=True) if kept]


def _missed(missed: Misclosure, units: str) -> str:
    ratio = missed.perimeter / missed.length
    return f"The last side misses the start by {in_units(missed.length, units)} (1 in {ratio:.0f})."


@dataclass(frozen=True)
class _Saying:
    """What is found, in words and in the units of the file."""

    network: Network
    tapes: tuple[Judged, ...]
    finding: Finding

    def problems(self) -> tuple[list[str], list[Level]]:
        """What is wrong, and what each asks for."""
        said: list[str] = []
        levels: list[Level] = []
        for wrong in self.finding.suspects:
            one = self._of(wrong.start, wrong.end)
            said.append(self._suspect(wrong, one))
            levels.append(worst(["note", level_of(abs(wrong.off), one.tape.length)]))
        if self.finding.in_question:
            names = [f"{start}–{end}" for start, end in self.finding.in_question]
            most = max(
                (abs(one.residual) / one.redundancy, one.tape.length)
                for one in self.tapes
                if (one.tape.start, one.tape.end) in self.finding.in_question and one.redundancy > LEAST
            )
            said.append(
                f"One of these is wrong by about {in_units(most[0], self.network.units)}, and nothing tells"
                f" which: {', '.join(names)}."
            )
            levels.append(worst(["note", level_of(*most)]))
        elif self.finding.worst and not self.finding.suspects and not self.network.walk:
            about = " and ".join(self.finding.worst)
            said.append(f"What was measured about {about} does not agree. Measure it again.")
            levels.append("warn")
        return said, levels

    def _suspect(self, suspect: Suspect, one: Judged) -> str:
        units = self.network.units
        true = format_length(one.tape.length - suspect.off, units)
        read = format_length(one.tape.length, units) if _bare(one.tape.written) else one.tape.written
        text = f"{suspect.start}–{suspect.end} reads {read}, but everything else says about {true}:"
        text += f" {suspect.likely}."
        rivals = [f"{start}–{end}" for start, end in suspect.rivals[:4]]
        also = f" Nearly as likely it is {' or '.join(rivals)}." if rivals else ""
        return f"{text}{also} Measure {'them' if rivals else 'it'} again first."

    def notes(self, solution: Solution, points: Mapping[str, Position], weight: float) -> Iterator[str]:
        """What is worth knowing though nothing is wrong."""
        units = self.network.units
        if weight > _GOOD_NOISE and solution.squares > chance(solution.spare) and not self.finding.worst:
            yield f"All tapes together are about {weight:.1f} times worse than they were said to be."
        unchecked = [f"{one.tape.start}–{one.tape.end}" for one in self.tapes if one.redundancy < UNCHECKED]
        if unchecked and len(unchecked) == len(self.tapes):
            yield "Nothing checks any of these tapes; one diagonal or a third point to measure from would."
        elif unchecked:
            yield f"Nothing checks {', '.join(unchecked)}."
        poor = sorted((one.major, name) for name, one in points.items() if one.uncertainty > POOR)
        if poor:
            major, name = poor[-1]
            yield (
                f"{name} is good to {in_units(CONFIDENT * major, units)} only; a tape to it that crosses the"
                " others squarely would help."
            )

    def _of(self, start: str, end: str) -> Judged:
        return next(one for one in self.tapes if (one.tape.start, one.tape.end) == (start, end))


def _bare(written: str) -> bool:
    """Whether it says no unit, so that a reader had better be told one."""
    return not re.search(r"[^\d.,\s]", written)
