"""On what each cone of a drill hangs: two anchors on spots of the yard, every other cone on these.

From the whole to the part: a drill that lies 8 cm off in the yard is as good as one that does not, a drill
whose legs differ by 8 cm is not. So two cones far apart are tied to fixed points, and every other cone hangs
on them. Chosen is what comes out truest under the errors that people make with tapes: see `steps`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from conedrills.hooks import Sight, Spot
from conedrills.steps import ON_LINE, Cone, Post, Step, offset_error, point, read_error, tie_error

NEAREST = 0.5
"""Metres below which a tape says nothing of direction."""
_SIGHTING = 40.0**2
"""mm²: what a cone is off that stands past the end of a tape by as much as the tape is long."""
_FARTHEST_OFFSET = 2.0
_SHARED = 600.0  # mm²: what it is worth that both anchors hang on the same two hooks
_IN_USE = 0.2  # of its price is what a hook costs that another drill hangs on already
_TIES = 80  # ties from the yard that are kept of a cone, the cheapest
_ANCHORS = 10  # pairs of anchors that are looked at closely
_PARENTS = 12  # standing cones that the next one may hang on


@dataclass(frozen=True, slots=True)
class Reach:
    """From what a tape can be stretched, and how far, metres; on `used` spots there are tapes already."""

    spots: Sequence[Spot]
    sight: Sight
    tape: float
    used: Set[int] = frozenset()


class Hanging:
    """One drill's cones, and all that a tape could be stretched to them from."""

    def __init__(self, reach: Reach, cones: Sequence[Cone], *, marks: bool) -> None:
        self.reach, self.cones = reach, cones
        self.hooks = [
            Post(complex(*spot.at.xy), at)
            for at, spot in enumerate(reach.spots)
            if marks or spot.kind != "mark"
        ]
        self.between = self._pairs_in_sight()
        self.ties = [self._yard_ties(cone) for cone in cones]
        self.best = [next(iter(ties), None) for ties in self.ties]

    def _pairs_in_sight(self) -> set[tuple[int, int]]:
        """Pairs of cones between which a tape can be stretched, each both ways round."""
        pairs = [(a, b) for a, b in itertools.combinations(range(len(self.cones)), 2) if self._reaches(a, b)]
        seen = self.reach.sight.free(
            [(point(self.cones[a].place), point(self.cones[b].place)) for a, b in pairs], hooked=False
        )
        return {way for pair, free in zip(pairs, seen, strict=True) if free for way in (pair, pair[::-1])}

    def _reaches(self, one: int, other: int) -> bool:
        return 0.05 < abs(self.cones[one].place - self.cones[other].place) <= self.reach.tape

    def _yard_ties(self, cone: Cone) -> dict[tuple[int, int], float]:
        """What the cheapest pairs of hooks cost for a cone (mm²), by their places among the spots."""
        near = [hook for hook in self.hooks if NEAREST < abs(hook.place - cone.place) <= self.reach.tape]
        seen = self.reach.sight.free([(point(hook.place), point(cone.place)) for hook in near], hooked=True)
        free = [hook for hook, clear in zip(near, seen, strict=True) if clear]
        found = {}
        for one, other in itertools.combinations(free, 2):
            error = tie_error(cone.place, one.place, other.place)
            if error is not None:
                found[(one.at, other.at)] = error + self._price(one) + self._price(other)
        order = sorted(found, key=lambda pair: (round(found[pair], 3), pair))
        return {pair: found[pair] for pair in order[:_TIES]}

    def _price(self, hook: Post) -> float:
        return self.reach.spots[hook.at].price * (_IN_USE if hook.at in self.reach.used else 1.0)

    def _tied(self, cone: int, pair: tuple[int, int]) -> Step:
        one, other = (Post(complex(*self.reach.spots[spot].at.xy), spot) for spot in pair)
        return Step(self.cones[cone], (one, other), True, self.ties[cone][pair])

    def candidates(self) -> list[tuple[float, tuple[Step, ...]]]:
        """Whole set-outs with what they cost (mm² for a cone), the best first."""
        first: list[tuple[float, int, int, tuple[int, int], tuple[int, int]]] = []
        for a, b in itertools.combinations(range(len(self.cones)), 2):
            alone, apart = self.best[a], self.best[b]
            if (a, b) not in self.between or alone is None or apart is None:
                continue
            base = abs(self.cones[a].place - self.cones[b].place)
            ties, others = self.ties[a], self.ties[b]
            ways = [(alone, apart, 0.0)]
            both = {pair: ties[pair] + others[pair] for pair in ties.keys() & others.keys()}
            if both:
                ways.append((_cheapest(both), _cheapest(both), _SHARED))
            # a short base carries its error far: what lies beyond it is off by so many times as much
            stretch = max(1.0, self._span / base) ** 2
            first += [
                ((ties[one] + others[other] - worth) * stretch, a, b, one, other)
                for one, other, worth in ways
            ]
        whole = []
        for cost, a, b, one, other in sorted(first, key=lambda tried: (round(tried[0], 3), *tried[1:]))[
            :_ANCHORS
        ]:
            steps = self._grown((self._tied(a, one), self._tied(b, other)))
            if steps:
                mean = sum(step.error for step in steps[2:]) / max(1, len(steps) - 2)
                whole.append((cost / 2.0 + 2.0 * mean, steps))
        return sorted(whole, key=lambda found: round(found[0], 3))

    @property
    def _span(self) -> float:
        return max(abs(one.place - other.place) for one, other in itertools.combinations(self.cones, 2))

    def _grown(self, anchors: tuple[Step, Step]) -> tuple[Step, ...] | None:
        """The anchors and every other cone, each hung where it comes out truest; None where one cannot be."""
        steps = {step.cone.at: step for step in anchors}
        errors = dict.fromkeys(steps, 0.0)  # in the drill's own frame, which the anchors are
        yard = sum(step.error for step in anchors) / 2.0
        best: dict[int, Step] = {}
        for cone in range(len(self.cones)):
            pair = self.best[cone]
            if cone not in steps and pair is not None:
                step = self._tied(cone, pair)
                best[cone] = replace(step, error=step.error + 2.0 * yard)
        fresh = [*steps]
        while len(steps) < len(self.cones):
            for cone in range(len(self.cones)):
                if cone not in steps:
                    options = self._options(cone, fresh, errors)
                    known = [best[cone]] if cone in best else []
                    found = min([*known, *options], key=lambda step: round(step.error, 3), default=None)
                    best |= {cone: found} if found else {}
            if not best:
                return None
            number = min(best, key=lambda cone: (round(best[cone].error, 3), cone))
            steps[number] = best.pop(number)
            errors[number] = steps[number].error
            fresh = [number]
        return tuple(steps.values())

    def _options(self, cone: int, fresh: Sequence[int], errors: Mapping[int, float]) -> Iterator[Step]:
        """Ways to place a cone off a tape, or by a tie, one end of which is `fresh`: newly set up."""
        at, anchors = self.cones[cone], [*errors][:2]
        near = sorted([*errors][2:], key=lambda other: abs(self.cones[other].place - at.place))
        parents = [*anchors, *near[:_PARENTS]]
        for one, other in itertools.combinations(parents, 2):
            if one not in fresh and other not in fresh:
                continue
            farthest = _FARTHEST_OFFSET if {one, other} == {*anchors} else ON_LINE
            yield from self._offset(at, (one, other), errors, farthest)
            if (one, cone) in self.between and (other, cone) in self.between:
                error = tie_error(at.place, self.cones[one].place, self.cones[other].place)
                if error is not None:
                    low, high = min(one, other), max(one, other)
                    total = error + errors[one] + errors[other]
                    yield Step(at, (self.cones[low], self.cones[high]), True, total)

    def _offset(
        self, at: Cone, base: tuple[int, int], errors: Mapping[int, float], farthest: float
    ) -> Iterator[Step]:
        """By chainage and offset from the tape laid between two cones, or from one past the other."""
        for start, end in (base, base[::-1]):
            first, second = self.cones[start], self.cones[end]
            long = abs(second.place - first.place)
            if long < NEAREST:
                return
            ahead = (second.place - first.place) / long
            off = (at.place - first.place) / ahead
            beside, foot = abs(off.imag), first.place + off.real * ahead
            if not 0.0 < off.real <= 2.0 * long or beside > farthest or max(off.real, long) > self.reach.tape:
                continue
            laid = foot if off.real > long else second.place
            lines = [(first.place, laid), *([(foot, at.place)] if beside > ON_LINE else [])]
            if all(self.reach.sight.free([(point(a), point(b)) for a, b in lines], hooked=False)):
                error = read_error(off.real) + max(errors[start], errors[end])
                error += _SIGHTING * max(0.0, off.real / long - 1.0) ** 2
                yield Step(at, (first, second), False, error + offset_error(beside))
                return


def _cheapest(ties: Mapping[tuple[int, int], float]) -> tuple[int, int]:
    """The pair of hooks that costs least, of equals the first."""
    return min(ties, key=lambda pair: (round(ties[pair], 3), pair))
