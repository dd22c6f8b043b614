"""In which order a set-out is walked, and which lengths would show a mistake on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from conedrills.hanging import NEAREST, Hanging
from conedrills.steps import Cone, End, Post, Step, point

_MOST_CHECKS = 3
_FIRST = 100  # hooks saved: so much is it worth to read a tape while it lies there
_REHOOK = 4.0  # metres of walking that unhooking a tape counts as


def walked(steps: Sequence[Step]) -> tuple[Step, ...]:
    """In the order in which to walk: anchors first, then the nearest that hangs on what is hooked."""
    done = [*steps[:2]]
    left = [*steps[2:]]
    anchors = {step.cone for step in done}
    while left:
        stand = {step.cone for step in done}
        here = done[-1]

        def cost(step: Step, here: Step = here) -> float:
            moved = len({*step.hooks} - {*here.hooks}) + (step.tie != here.tie)
            if not step.tie and {*step.hooks} == anchors:
                moved = -_FIRST  # that tape lies there already, from one anchor to the other
            return abs(step.cone.place - here.cone.place) + _REHOOK * moved

        ready = [step for step in left if all(isinstance(hook, Post) or hook in stand for hook in step.hooks)]
        following = min(ready, key=lambda step: (round(cost(step), 6), step.cone.at))
        done.append(following)
        left.remove(following)
    return tuple(done)


def checked(drill: Hanging, steps: Sequence[Step]) -> tuple[Step, ...]:
    """Each with a third tape that would show a mistake best, where one can be stretched."""
    spots = drill.reach.spots
    known = {hook.at for step in steps for hook in step.hooks if isinstance(hook, Post)}
    known |= drill.reach.used | {at for at, spot in enumerate(spots) if spot.kind == "named"}
    named = [hook for hook in drill.hooks if hook.at in known]
    findable = [hook for hook in drill.hooks if spots[hook.at].kind != "mark"]
    done: list[Step] = []
    for step in steps:
        cones = [other.cone for other in done]
        among: tuple[Sequence[End], ...] = (
            (named, findable, cones) if len(done) < 2 else (cones, named, findable)
        )
        thirds = (_third(drill, step, hooks) for hooks in among)
        choice = next((third for third in thirds if third), None)
        done.append(replace(step, check=choice))
    return tuple(done)


def _third(drill: Hanging, step: Step, among: Sequence[End]) -> End | None:
    """Of some ends the one whose tape comes most across what places the cone."""
    at, (first, second), reach = step.cone.place, step.hooks, drill.reach
    placing = {first, second} if step.tie else set() if step.leans else {first}
    near = [hook for hook in among if hook not in placing and NEAREST < abs(hook.place - at) <= reach.tape]
    hooked = any(isinstance(hook, Post) for hook in near)
    free = reach.sight.free([(point(hook.place), point(at)) for hook in near], hooked=hooked)
    along = second.place - first.place
    square = [1j * along] if step.leans else []
    ways = [first.place - at, second.place - at] if step.tie else [along, *square]

    def worth(hook: End) -> float:
        line = hook.place - at
        least = min(abs((line / way).imag) / abs(line / way) for way in ways)
        return round(least - abs(line) / 100.0, 6)

    return max((hook for hook, clear in zip(near, free, strict=True) if clear), key=worth, default=None)


def across(drill: Hanging, steps: Sequence[Step]) -> tuple[tuple[Cone, Cone], ...]:
    """Two or three lengths across the drill, which no row has measured: between the anchors first."""
    measured = {
        frozenset((step.cone, hook))
        for step in steps
        for hook in (*(() if step.leans else step.hooks), *([step.check] if step.check else []))
    }
    found = [(steps[0].cone, steps[1].cone)]
    measured.add(frozenset(found[0]))
    pairs = [(drill.cones[a], drill.cones[b]) for a, b in sorted(drill.between) if a < b]
    others = [pair for pair in pairs if frozenset(pair) not in measured]
    while others and len(found) < _MOST_CHECKS:
        seen = [cone for pair in found for cone in pair]

        def worth(pair: tuple[Cone, Cone], seen: Sequence[Cone] = seen) -> tuple[int, float]:
            again = sum(seen.count(cone) for cone in pair)
            return -again, round(abs(pair[0].place - pair[1].place), 6)

        best = max(others, key=worth)
        found.append(best)
        others.remove(best)
    return tuple(found)
