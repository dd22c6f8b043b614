"""Which tape of a network is wrong, what was misread, and which tape to measure next.

Baarda's data snooping: each residual in its own standard errors, at most one tape a round. Where the
measurements cannot tell two tapes apart, neither is accused. Metres; names of points.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from statistics import NormalDist

import numpy as np

from conedrills.network import Array, Distance, Frame, Observation, Solution, solve
from conedrills.survey import Judged, Level, Suspect, Tape
from conedrills.units import METRES, format_length, parse_length, tape_units

NOTE, WARN, REFUSE = 1.0 / 300.0, 1.0 / 100.0, 1.0 / 50.0
"""Misclosure as a share of the perimeter: silent up to the first, a mistake beyond the last (10 cm in 20 m is
harmless for a drill; a residential lot is surveyed to 1:5,000, WAC 332-130-090)."""
MOST = 0.30
"""Metres of misclosure that are refused whatever the perimeter is."""
FALSE_ALARMS = 0.02
"""The share of networks without a mistake in which one is noticed, at most."""
LEAST = 0.01
"""The redundancy under which nothing checks a tape."""
UNCHECKED = 0.05
"""The redundancy under which a mistake of a foot may stay unseen."""
ROUNDS = 3
"""Tapes that are set aside, one after the other, before it is said that too much is wrong."""
_ALIKE = 0.999  # correlation of two residuals over which nothing tells their tapes apart
_NEARLY = 6.0  # difference of squared residuals within which a rival explains a mistake nearly as well
_UNSURE = 2.58  # standard errors, 99 %, within which a misread has the size of a mistake
_LEAST_MATCH = 0.012  # metres within which a misread is taken to explain a mistake in any case
_HOOK = (0.03, 0.10)  # metres that a hook or a ring adds or takes
_ASKED = 12  # tapes in question that a further one is to tell apart
_LONGEST = 60.0  # metres that a tape is ever proposed over
_STEPS = {
    "ft": (("one foot", 0.3048), ("one yard", 0.9144), ("ten feet", 3.048)),
    "m": (("one metre", 1.0), ("10 cm", 0.1), ("half a metre", 0.5), ("ten metres", 10.0)),
}
"""By how much a tape is misread in one mark, metres."""
_ALL_SEEN = 0.3  # redundancy of every tape from which no further one is worth the walk


@dataclass(frozen=True)
class Finding:
    """What is wrong: suspects in the order in which they were found, or tapes one of which it is."""

    suspects: tuple[Suspect, ...] = ()
    in_question: tuple[tuple[str, str], ...] = ()
    worst: tuple[str, ...] = ()


def level_of(metres: float, whole: float) -> Level:
    """What a misclosure of a whole asks for, both metres."""
    share = metres / whole if whole else 0.0
    if share > REFUSE or metres > MOST:
        return "refuse"
    return "warn" if share > WARN else "note" if share > NOTE else "silent"


def worst(levels: Sequence[Level]) -> Level:
    """The level that asks for most."""
    order: tuple[Level, ...] = ("silent", "note", "warn", "refuse")
    return order[max((order.index(level) for level in levels), default=0)]


def noticed_from(tests: int) -> float:
    """Standard errors of a residual from which a mistake is noticed, where so many are looked at.

    Bonferroni's bound for all of them together; for 21 tapes 3.30, where Baarda takes 3.29 for each.

    >>> round(noticed_from(21), 2), round(noticed_from(1), 2)
    (3.3, 2.33)
    """
    return NormalDist().inv_cdf(1.0 - FALSE_ALARMS / (2.0 * max(tests, 1)))


def judged(observations: Sequence[Observation], solution: Solution) -> tuple[Judged, ...]:
    """Every tape with its residual, its redundancy and its standardised residual."""
    spread = np.diag(solution.residual_cofactor)
    found = []
    for row, owner in enumerate(solution.owners):
        one = observations[owner]
        if isinstance(one, Distance):
            residual = float(solution.off[row] * solution.sigmas[row])
            redundancy = float(min(max(spread[row], 0.0), 1.0))
            checked = redundancy > LEAST
            standardised = float(solution.off[row] / math.sqrt(redundancy)) if checked else 0.0
            found.append(
                Judged(
                    one.tape,
                    one.tape.length + residual,
                    residual,
                    redundancy if checked else 0.0,
                    standardised,
                )
            )
    return tuple(found)


def find(observations: Sequence[Observation], solution: Solution, frame: Frame, units: str) -> Finding:
    """The tapes that everything else speaks against.

    A tape is set aside a round, the worst first, until nothing is noticed; then each is offered back.
    """
    left, now = list(observations), solution
    suspects: list[tuple[Distance, Suspect]] = []
    finding = Finding()
    for _ in range(ROUNDS):
        seen = _round(left, now, units)
        if not seen.worst:
            break
        if not seen.suspects:
            finding = finding if finding.worst else seen
            alike = [one for one in left if isinstance(one, Distance) and _pair(one.tape) in seen.in_question]
            if not alike:
                break
            # without any one of them the others say nothing more of each other: what else is wrong?
            left.remove(alike[0])
            now = solve(left, now.at, frame)
            continue
        suspect = seen.suspects[0]
        one = next(one for one in left if isinstance(one, Distance) and _is(one.tape, suspect))
        suspects.append((one, suspect))
        left.remove(one)
        now = solve(left, now.at, frame)
    kept = []
    for index, (one, suspect) in enumerate(suspects):
        if index < len(suspects) - 1:
            back = [*left, one]
            if not _round(back, solve(back, now.at, frame), units).worst:
                left = back
                continue
        kept.append(suspect)
    return Finding(
        tuple(kept),
        finding.in_question,
        tuple(name for one in kept for name in (one.start, one.end)) or finding.worst,
    )


def _pair(tape: Tape) -> tuple[str, str]:
    return tape.start, tape.end


def _is(tape: Tape, suspect: Suspect) -> bool:
    return _pair(tape) == (suspect.start, suspect.end)


def _round(observations: Sequence[Observation], solution: Solution, units: str) -> Finding:
    cofactor = solution.residual_cofactor
    redundancy = np.clip(np.diag(cofactor), 0.0, 1.0)
    roots = np.sqrt(np.maximum(redundancy, LEAST))
    standardised = np.where(redundancy > LEAST, solution.off / roots, 0.0)
    limit = noticed_from(len(standardised) if solution.spare > 1 else 1)
    if not len(standardised) or float(np.abs(standardised).max()) <= limit:
        return Finding()
    worst = int(np.argmax(np.abs(standardised)))
    owner = observations[solution.owners[worst]]
    alike = np.abs(cofactor[worst] / (roots[worst] * roots)) > _ALIKE
    same = [row for row in range(len(roots)) if (alike[row] or row == worst) and redundancy[row] > LEAST]
    if len(same) > 1 or not isinstance(owner, Distance):
        found = [observations[solution.owners[row]] for row in same]
        pairs = tuple(
            dict.fromkeys((one.tape.start, one.tape.end) for one in found if isinstance(one, Distance))
        )
        return Finding((), pairs, owner.names)
    off = -float(solution.off[worst] * solution.sigmas[worst] / redundancy[worst])
    rivals = [
        (one.tape.start, one.tape.end)
        for row in np.argsort(-np.abs(standardised))
        if row != worst and isinstance(one := observations[solution.owners[row]], Distance)
        and standardised[worst] ** 2 - standardised[row] ** 2 < _NEARLY and abs(standardised[row]) > limit
    ]  # fmt: skip
    unsure = float(solution.sigmas[worst] / roots[worst])
    likely = misread(owner.tape, off, unsure, units)
    suspect = Suspect(owner.tape.start, owner.tape.end, off, likely, tuple(dict.fromkeys(rivals)))
    return Finding((suspect,), (), owner.names)


def misread(tape: Tape, off: float, unsure: float, units: str) -> str:
    """The commonest misread that would make a tape read so much too long, in words.

    Args:
        tape: the tape.
        off: by how much it reads too long, metres; negative where it reads too short.
        unsure: standard error of that.
        units: what plain numbers in the file count.
    """
    within = max(_UNSURE * unsure, _LEAST_MATCH)
    way = "long" if off > 0.0 else "short"
    size = abs(off)
    steps = _STEPS[tape_units(units)]
    known = [(abs(size - step), f"{name} too {way}") for name, step in steps]
    known += [
        (abs(tape.length - off - other), f"two digits swapped: {text}")
        for text, other in _swapped(tape, units)
    ]
    fitting = sorted(one for one in known if one[0] <= within)
    if fitting:
        return fitting[0][1]
    about = in_units(size, units)
    if _HOOK[0] - within / 2.0 <= size <= _HOOK[1] + within / 2.0:
        return f"about {about} too {way}; perhaps the hook or ring of the tape was not counted"
    return f"about {about} too {way}"


def _swapped(tape: Tape, units: str) -> Iterator[tuple[str, float]]:
    """What it reads with two neighbouring digits in each other's place, and how long that is."""
    written = tape.written
    digits = [found.start() for found in re.finditer(r"\d", written)]
    for first, second in pairwise(digits):
        between = written[first + 1 : second]
        if between not in {"", "."} or written[first] == written[second]:
            continue
        text = written[:first] + written[second] + between + written[first] + written[second + 1 :]
        try:
            yield text, parse_length(text, units)
        except ValueError:
            continue


def next_tape(
    observations: Sequence[Observation],
    solution: Solution,
    finding: Finding,
    possible: Sequence[tuple[str, str]],
) -> tuple[str, str] | None:
    """The one further tape that would tell most: which is wrong, or what nothing checks yet.

    Args:
        observations: what was measured.
        solution: its adjustment.
        finding: what is wrong with it.
        possible: pairs of points between which a tape can be stretched.
    """
    measured = {frozenset(one.names) for one in observations if isinstance(one, Distance)}
    pairs = [
        pair
        for pair in possible
        if frozenset(pair) not in measured
        and 0.5 < math.dist(solution.at[pair[0]], solution.at[pair[1]]) < _LONGEST
    ]
    tapes = [row for row, owner in enumerate(solution.owners) if isinstance(observations[owner], Distance)]
    if not pairs or not tapes:
        return None
    cofactor = solution.residual_cofactor
    redundancy = np.diag(cofactor)
    if not finding.worst and float(redundancy[tapes].min()) >= _ALL_SEEN:
        return None
    asked = _asked(observations, solution, finding)
    sigma = float(np.median(solution.sigmas[tapes]))
    rows = np.array([_row(solution, pair, sigma) for pair in pairs])
    seen = solution.design @ (solution.cofactor @ rows.T)
    grown = 1.0 + np.einsum("ij,jk,ik->i", rows, solution.cofactor, rows, optimize=True)
    more = redundancy[:, None] + seen * seen / grown
    unchecked = (more[tapes] < UNCHECKED).sum(axis=0) + (1.0 / grown < UNCHECKED)
    least = np.minimum(more[tapes].min(axis=0), 1.0 / grown)
    apart = np.zeros(len(pairs))
    if len(asked) > 1:
        alike = np.zeros(len(pairs))
        for one, other in combinations(asked[:_ASKED], 2):
            together = cofactor[one, other] + seen[one] * seen[other] / grown
            alike = np.maximum(alike, np.abs(together) / np.sqrt(np.maximum(more[one] * more[other], 1e-12)))
        apart = 1.0 - alike
    scores = zip(np.round(apart, 3), -unchecked, np.round(least, 6), strict=True)
    return pairs[max(enumerate(scores), key=lambda score: (score[1], -score[0]))[0]]


def _asked(observations: Sequence[Observation], solution: Solution, finding: Finding) -> list[int]:
    """The equations that a further tape should tell apart."""
    first = finding.suspects[0] if finding.suspects else None
    pairs = set(finding.in_question)
    if first:
        pairs |= {(first.start, first.end), *first.rivals}
    return [
        row
        for row, owner in enumerate(solution.owners)
        if isinstance(one := observations[owner], Distance) and (one.tape.start, one.tape.end) in pairs
    ]


def _row(solution: Solution, pair: tuple[str, str], sigma: float) -> Array:
    tape = Tape(*pair, math.dist(solution.at[pair[0]], solution.at[pair[1]]), sigma)
    row = np.zeros(len(solution.columns))
    for _, _, derivatives in Distance(tape).equations(solution.at, 1.0):
        for name, axis, value in derivatives:
            column = solution.columns.get((name, axis))
            if column is not None:
                row[column] += value / sigma
    return row


def in_units(metres: float, units: str) -> str:
    """A length that may be less than a mark of the tape, as a person would say it.

    >>> in_units(0.0762, "ft"), in_units(-0.004, "m"), in_units(-0.0001, "m"), in_units(0.36, "m")
    ('3.0 in', '−0.4 cm', '0.0 cm', '36 cm')
    """
    if abs(metres) >= (METRES["ft"] if units == "ft" else 1.0):
        return format_length(metres, units)
    small, name = (metres / METRES["in"], "in") if units == "ft" else (metres * 100.0, "cm")
    figures = f"{abs(small):.1f}" if abs(small) < 9.95 else f"{abs(small):.0f}"
    return f"{'−' if small < 0.0 and float(figures) else ''}{figures} {name}"
