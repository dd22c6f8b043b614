"""Layout x another yard -> both laid out at sizes that fit both, or what they could be set to.

Here is decided which pace a drill gets that is to have the same size in two yards; `common` finds the size.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from conedrills.common import Agreed, Apart, Effort, Site, agree
from conedrills.drill import PACES, Drill, Pace
from conedrills.fit import GAP, Fitted
from conedrills.ground import ready
from conedrills.layout import CAPPED, Layout, Placement, Unplaced
from conedrills.partner import CommonSize, Line, Partner, lines_of
from conedrills.plan import STOPPED, TIME_UP, Plan, Progress, laid_out
from conedrills.proving import MOST_BOXES
from conedrills.space import space_model
from conedrills.yard import Units, Yard

NOT_BOTH = "there is room for it here, but no size that fits both yards."
NOT_THERE = "there is room for it here, but not in the other yard."
NOT_FOUND = "there is room for it here, but no size was found that fits both yards."
_FEW_BOXES, _FEW_CELLS = 8_000, 24  # for a proof where only a size is wanted


@dataclass(frozen=True, eq=False)
class Match:
    """The same drills in two yards, each at one size: the new yard `here`, the layout's own `there`.

    `remarks` say of which drills the pace had to change, and why.
    """

    here: Plan
    there: Plan
    partner: Partner
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class _Found:
    """What came of a drill: agreed upon, or not at any pace, as told by the last one tried."""

    drill: Drill
    result: Agreed | Apart | None
    pace: Pace
    remark: str = ""


def matched(
    before: Layout,
    yard: Yard,
    wanted: Mapping[str, Pace],
    *,
    units: Units | None = None,
    gap: float = GAP,
    seconds: float | None = None,
    tape: float | None = None,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress = lambda _doing, _size=0.0, _bound=None: None,
) -> Match:
    """Lay drills out in two yards, each at the largest size that fits both.

    Args:
        before: the layout whose drills they are; its yard must be `validated`.
        yard: the other yard.
        wanted: which drills, with the pace that each keeps if it fits both yards at it; else the fastest
            pace of the drill is taken at which it does.
        units: of the other yard's layout, for display; the yard's own where None.
        gap: how far a proven bound may be above its size, as a share of the bound.
        seconds: after which the best so far is taken.
        tape: the longest that a set-out may ask for, metres.
        stop: whether to do so now; asked again and again.
        progress: told what is being fitted, and how far that is.

    Raises:
        RuntimeError: `check` finds a problem in a result: an error of ours.
    """
    here = Site(ready(yard), space_model(yard.space, wet=yard.surface == "wet"))
    there = Site(ready(before.yard), before.space)
    deadline = time.monotonic() + (math.inf if seconds is None else seconds)
    caps = {one.drill.name: one.size for one in before.placements if one.capped}

    def tried(nth: int, drill: Drill) -> _Found:
        now = time.monotonic()
        until = now + (deadline - now) / (len(wanted) - nth)

        def over() -> bool:
            return stop() or time.monotonic() > until

        effort = Effort(gap, MOST_BOXES, over, lambda size, bound: progress(drill.title, size, bound))
        progress(drill.title)
        return _agreed((here, there), drill, wanted[drill.name], effort, caps.get(drill.name))

    drills = before.all_drills
    found = [tried(nth, drills[name]) for nth, name in enumerate(wanted)]
    late = STOPPED if stop() else TIME_UP
    results = [_results(one, late) for one in found]
    plans = []
    for nth, (site, shown, title) in enumerate(
        ((here, units or yard.units, yard.name), (there, before.units, before.title))
    ):
        fits = {one.drill.name: one.result.fitted[nth] for one in found if one.result is not None}
        of = [result[nth] for result in results]
        long = tape if nth == 0 or before.tape is None else before.tape
        plans.append(laid_out(site.ground, site.model, of, fits, title=title, units=shown, tape=long))
    remarks = tuple(one.remark for one in found if one.remark)
    lines = _with_common(lines_of(plans[0].layout, plans[1].layout))
    return Match(plans[0], plans[1], Partner(plans[1].layout, lines), remarks)


def _agreed(sites: tuple[Site, Site], drill: Drill, pace: Pace, effort: Effort, cap: float | None) -> _Found:
    """At the pace that is wanted, else at the fastest at which the drill fits both yards."""
    others = [other for other in sorted(drill.paces, key=PACES.index, reverse=True) if other != pace]
    apart: dict[Pace, Apart] = {}
    for one in (pace, *others):
        if effort.stop():
            break
        result = agree(sites, drill, one, effort, size_max=cap)
        if isinstance(result, Agreed):
            remark = ""
            if one != pace:
                remark = (
                    f"{drill.title}: at {one} pace, the fastest at which it fits both yards; not at {pace}."
                )
            return _Found(drill, result, one, remark)
        apart[one] = result
    if not apart:
        return _Found(drill, None, pace)
    slowest = min(apart, key=PACES.index)
    all_proven = len(apart) == len(others) + 1 and all(one.proven for one in apart.values())
    return _Found(drill, replace(apart[slowest], proven=all_proven), slowest)


def _results(found: _Found, late: str) -> tuple[Placement | Unplaced, Placement | Unplaced]:
    """What becomes of a drill in each of two layouts."""
    match found.result:
        case Agreed(placements=placements):
            return placements
        case Apart(fitted=(one, other), proven=proven):
            return _apart(one, other, proven), _apart(other, one, proven)
        case None:
            missing = Unplaced(found.drill, found.pace, late)
            return missing, missing


def _apart(fit: Fitted, other: Fitted, proven: bool) -> Unplaced:
    """Why a drill is left out that another yard has no room for, or not at the same size."""
    result = fit.result
    if isinstance(result, Unplaced):
        return result
    why = NOT_THERE if isinstance(other.result, Unplaced) else NOT_BOTH if proven else NOT_FOUND
    return Unplaced(result.drill, result.pace, why)


def _with_common(lines: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(
        replace(line, common=_size_of(line.here)) if line.compares and line.here else line for line in lines
    )


def _size_of(placement: Placement) -> CommonSize | None:
    if placement.common is None:
        return None
    mirrored = placement.pose.mirrored
    return CommonSize(placement.size, placement.pace, mirrored, placement.common, placement.stretch)


def compared(
    before: Layout,
    after: Plan,
    *,
    gap: float = GAP,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress = lambda _doing, _size=0.0, _bound=None: None,
) -> Partner:
    """Two layouts side by side, with the size that both yards can be set to where times do not compare.

    These sizes fit; that there are no larger ones is proven only as far as a short search gets.

    Args:
        before: the other layout; its yard must be `validated`.
        after: what was made of its drills in another yard.
        gap: how far a bound may be above its size, as a share of the bound.
        stop: whether to give up on further sizes; asked again and again.
        progress: told what is being done.
    """
    hopeless = {missing.drill.name for missing in after.layout.unplaced if missing.size_bound is not None}
    lines = tuple(
        replace(line, certain=line.here is None and line.drill.name in hopeless)
        for line in lines_of(after.layout, before)
    )
    if all(line.compares or line.here is None or line.there is None for line in lines):
        return Partner(before, lines)
    sites = (Site(after.ground, after.layout.space), Site(ready(before.yard), before.space))
    fits = {fit.result.drill.name: fit for fit in after.fitted}
    return Partner(
        before,
        tuple(_compared(lines, sites, fits, Effort(gap, _FEW_BOXES, stop, cells=_FEW_CELLS), progress)),
    )


def _compared(
    lines: Sequence[Line],
    sites: tuple[Site, Site],
    fits: Mapping[str, Fitted],
    effort: Effort,
    progress: Progress,
) -> Iterator[Line]:
    for line in lines:
        if line.compares or line.here is None or line.there is None or effort.stop():
            yield line
            continue
        progress(f"{line.drill.title}: a size for both yards")
        paces = [line.there.pace, *sorted(line.drill.paces, key=PACES.index, reverse=True)]
        cap = line.there.size if CAPPED in line.there.remarks else None
        result: Agreed | Apart | None = None
        for pace in dict.fromkeys(paces):
            alone = fits.get(line.drill.name) if pace == line.here.pace and cap is None else None
            result = agree(sites, line.drill, pace, effort, size_max=cap, known=(alone, None))
            if isinstance(result, Agreed) or effort.stop():
                break
        if isinstance(result, Agreed):
            yield replace(line, common=_size_of(result.placements[0]))
        else:
            yield replace(line, certain=result is not None and result.proven and not effort.stop())
