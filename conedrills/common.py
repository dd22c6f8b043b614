"""Drill x two yards -> the largest size at which it fits both, of one pace and one side, proven.

Times compare only where size, pace and side are the same. A drill may fit at one size and not at a smaller
one, so the smaller of two largest sizes need not fit the other yard, and nothing is bisected: the sizes are
gone through from above. What either yard is proven empty of, both are; so each in turn proves that nothing
fits it from its largest size up to what is open still, until the other has room at that size too.

For two lengths both factors must agree, and what is proven is about the smaller one: depths and widths are
gone through cell by cell, and in each one of the yards must be proven to have no room.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from conedrills.drill import Drill, Pace
from conedrills.figure import Stretch
from conedrills.fit import GAP, Cell, Fitted, Sizes, fit_proven
from conedrills.ground import Ground
from conedrills.layout import CAPPED, Common, Placement
from conedrills.proving import MOST_BOXES
from conedrills.space import SpaceModel

_TURNS = 12  # of either yard to lower what is open
_FINER = 4.0  # how many times finer a gap is asked for where that does not help
_FINEST = 0.05  # of the gap asked for, beyond which it does not pay
_GRAIN = 1e-4  # of a size: it is stated with four decimals
_STEPS = 60  # down from the bound, where nothing is proven any more
_MOST_CELLS = 400  # of depths and widths
_NEARLY = 0.0015  # of a factor below a cell that is not decided: what is tried there
_SMALLEST = 1.5e-4  # of a factor: no cell is made smaller than a size can be stated
_CELL_BOXES = 1_500  # for the proof that one yard has no room in a cell


@dataclass(frozen=True)
class Site:
    """A yard made ready, with the clearances and run-outs in force there."""

    ground: Ground
    model: SpaceModel


@dataclass(frozen=True)
class Agreed:
    """A drill at one size in two yards, in their order, and what came out for each alone.

    The placements have the bounds of their own yards; `fitted` are those at their own largest sizes.
    """

    placements: tuple[Placement, Placement]
    fitted: tuple[Fitted, Fitted]

    @property
    def common(self) -> Common:
        """What is certain of larger ones."""
        return self.placements[0].common or Common(None, False)


@dataclass(frozen=True)
class Apart:
    """A drill of which no common size was found; `proven` where there is none."""

    fitted: tuple[Fitted, Fitted]
    proven: bool


@dataclass(frozen=True)
class Effort:
    """How hard to try: the gap, the boxes of each proof, cells of depths and widths, when to stop."""

    gap: float = GAP
    most: int = MOST_BOXES
    stop: Callable[[], bool] = lambda: False
    progress: Callable[[float, float], None] = lambda _size, _bound: None
    cells: int = _MOST_CELLS


def agree(
    sites: tuple[Site, Site],
    drill: Drill,
    pace: Pace,
    effort: Effort,
    *,
    size_max: float | None = None,
    known: tuple[Fitted | None, Fitted | None] = (None, None),
) -> Agreed | Apart:
    """Give a drill the largest size that fits both yards at a pace.

    Args:
        sites: the two yards.
        drill: what to lay out.
        pace: in both.
        effort: how hard to try.
        size_max: a cap below the drill's own, where the athlete needs one.
        known: what came out for a yard alone at this pace, where somebody has fitted it already.
    """
    fitted = tuple(
        done
        or fit_proven(
            site.ground, drill, site.model, pace=pace, size_max=size_max, gap=effort.gap, most=effort.most,
            stop=effort.stop, progress=effort.progress,
        )
        for site, done in zip(sites, known, strict=True)
    )  # fmt: skip
    first, second = fitted
    one, other = first.result, second.result
    if not isinstance(one, Placement) or not isinstance(other, Placement):
        missing = [fit.result for fit in fitted if not isinstance(fit.result, Placement)]
        return Apart((first, second), any(entry.size_bound is not None for entry in missing))
    search = _Search(sites, drill, (one, other), effort, size_max)
    found = search.largest()
    if found is None:
        return Apart((first, second), search.bound <= search.low)
    placements = tuple(
        _stated(sizes.placement(found.factors), alone, search, effort)
        for sizes, alone in zip(search.sizes(found.mirrored), (one, other), strict=True)
    )
    return Agreed((placements[0], placements[1]), (first, second))


def _stated(placement: Placement, alone: Placement, search: _Search, effort: Effort) -> Placement:
    """With what is certain of it, in its yard and in both."""
    return replace(
        placement,
        size_bound=alone.size_bound,
        gap_reached=alone.size_bound is not None and _near(placement.size, alone.size_bound, effort.gap),
        common=Common(_up6(search.bound), _near(placement.size, _up6(search.bound), effort.gap)),
        remarks=(*placement.remarks, *([CAPPED] if search.is_capped(placement.size) else [])),
    )


def _near(size: float, bound: float, gap: float) -> bool:
    return bound - size <= gap * bound + 2e-6


def _up6(size: float) -> float:
    """Rounded up to 6 decimals, as bounds are stated."""
    stated = round(size, 6)
    return stated if stated >= size else round(stated + 1e-6, 6)


@dataclass(frozen=True)
class _Both:
    """Factors at which a mirror image fits both yards."""

    factors: tuple[float, ...]
    mirrored: bool

    @property
    def size(self) -> float:
        return min(self.factors)


class _Search:
    """The common sizes of a drill that fits both yards: the best found, and from where up there is none."""

    def __init__(
        self,
        sites: tuple[Site, Site],
        drill: Drill,
        alone: tuple[Placement, Placement],
        effort: Effort,
        size_max: float | None,
    ) -> None:
        self.sites, self.drill, self.alone, self.effort = sites, drill, alone, effort
        self.low = min(math.ceil(drill.size_min * 1e4 - 1e-6) / 1e4, drill.size_max)
        bounds = [drill.size_max, *(one.size_bound for one in alone if one.size_bound is not None)]
        self.bound = min(bounds)
        self.cap = size_max if size_max is not None and size_max < self.bound else None
        self.best: _Both | None = None
        self.undecided = 0.0
        self._sizes: dict[bool, tuple[Sizes, Sizes]] = {}

    def is_capped(self, size: float) -> bool:
        """Whether the athlete is why it is no larger."""
        return self.cap is not None and size >= self.cap - _GRAIN

    def sizes(self, mirrored: bool) -> tuple[Sizes, Sizes]:
        """Both yards, for one mirror image."""
        if mirrored not in self._sizes:
            pace = self.alone[0].pace
            one, other = (
                Sizes(site.ground, self.drill, site.model, pace, mirrored=mirrored, most=self.effort.most,
                      stop=self.effort.stop)
                for site in self.sites
            )  # fmt: skip
            one.remember(self.alone[0])
            other.remember(self.alone[1])
            self._sizes[mirrored] = one, other
        return self._sizes[mirrored]

    def largest(self) -> _Both | None:
        """The largest common size; `bound` is then what there is none from."""
        smaller = min((0, 1), key=lambda nth: self.alone[nth].size)
        likely = self.alone[smaller].pose.mirrored
        alone = [self.alone[smaller], self.alone[1 - smaller]]
        for placement in alone:
            self._try(_factors(placement), placement.pose.mirrored)
        if self.best and (
            _near(self.best.size, self.bound, self.effort.gap) or self.is_capped(self.best.size)
        ):
            return self.best
        open_ = self.bound if self.cap is None else self.cap
        images = (likely, not likely) if self.drill.mirror else (False,)
        if self.drill.stretch is None:
            proven = max(self._descend(mirrored, smaller, open_) for mirrored in images)
        else:
            proven = self._divide(images, open_)
        if self.cap is None or not (self.best and self.is_capped(self.best.size)):
            self.bound = min(self.bound, proven)
        return self.best

    @property
    def floor(self) -> float:
        """What is looked for is larger than what was found."""
        return self.low if self.best is None else self.best.size + _GRAIN

    def _try(self, factors: tuple[float, ...], mirrored: bool) -> bool:
        """Whether both yards have room at these factors; the largest such are remembered."""
        if not all(sizes.fits(factors) for sizes in self.sizes(mirrored)):
            return False
        if self.best is None or min(factors) > self.best.size:
            self.best = _Both(factors, mirrored)
        return True

    def _descend(self, mirrored: bool, turn: int, top: float) -> float:
        """Go down from a size; from where up to it no common size of one mirror image is left."""
        open_, gap, still = top, self.effort.gap, 0
        least = top
        for _ in range(_TURNS):
            if open_ < self.floor or self.effort.stop():
                break
            found = self.sizes(mirrored)[turn].below(open_, self.floor, gap)
            still = still + 1 if open_ - found.bound < self.effort.gap * open_ / 8.0 else 0
            open_, least = found.bound, min(least, found.size or least)
            self.effort.progress(self.best.size if self.best else 0.0, open_)
            if not found.size:
                break
            if self._try(found.factors, mirrored):
                best = self.best.size if self.best else 0.0
                if _near(best, open_, self.effort.gap):
                    break
            if still >= 2:  # both have room within what the gap leaves open, and not at the same size
                gap, still = gap / _FINER, 0
                if gap < _FINEST * self.effort.gap:
                    break
            turn = 1 - turn
        if self.best is None or not _near(self.best.size, open_, self.effort.gap):
            self._step_down(mirrored, min(least, open_))
        return open_

    def _step_down(self, mirrored: bool, start: float) -> None:
        """Try smaller and smaller sizes where proofs lead no further."""
        for step in range(1, _STEPS + 1):
            size = _down4(start - (start - self.low) * step / _STEPS)
            if size < self.floor or self.effort.stop() or self._try((size,), mirrored):
                return

    # ------------------------------------------------ two lengths

    def _divide(self, images: Sequence[bool], top: float) -> float:
        """Go through depths and widths cell by cell; from which size up none of them fits both yards.

        A cell is done with once either yard is proven to have room for nothing in it that is larger than what
        was found. Else it is cut in two, the most promising one first.
        """
        limits = self.drill.stretch
        if limits is None:
            return top
        most = (limits.high.depth, limits.high.width)
        for mirrored in images:
            self._first_guess(mirrored, top)
        waiting: list[tuple[float, int, bool, Cell]] = []
        count = 0
        for mirrored in images:
            for stretched in (0, 1):
                more = (0.0, max(0.0, most[stretched] - self.low))
                waiting.append((-top, count, mirrored, Cell(self.low, top, stretched, more)))
                count += 1
        heapq.heapify(waiting)
        while waiting and count < self.effort.cells and not self.effort.stop():
            if -waiting[0][0] <= max(self._target, self.undecided):
                break
            _, _, mirrored, cell = heapq.heappop(waiting)
            self.effort.progress(self.best.size if self.best else 0.0, cell.high)
            for half in self._halves(mirrored, cell):
                count += 1
                heapq.heappush(waiting, (-half.high, count, mirrored, half))
        left = max((-entry[0] for entry in waiting), default=0.0)
        return max(left, self._target, self.undecided)

    @property
    def _target(self) -> float:
        """The size from which up a proof is wanted: so near to what was found that the gap is reached."""
        if self.best is None:
            return self.low
        return max(self.best.size + _GRAIN, self.best.size / (1.0 - self.effort.gap) - 2e-6)

    def _first_guess(self, mirrored: bool, top: float) -> None:
        """Something to begin with: depth and width that both yards have room for, not far below the bound."""
        alone = [_factors(placement) for placement in self.alone]
        least = tuple(min(pair) for pair in zip(*alone, strict=True))
        for part in (1.0, 0.98, 0.95, 0.9, 0.8):
            size = _down4(max(self.low, part * min(*least, top)))
            for factors in (tuple(max(size, _down4(part * one)) for one in least), (size, size)):
                better = self.best is None or min(factors) > self.best.size
                if better and self._allowed(factors) and self._try(factors, mirrored):
                    return

    def _halves(self, mirrored: bool, cell: Cell) -> Iterator[Cell]:
        """What is left of a cell, in two parts; nothing where one yard has no room in it."""
        cell = replace(cell, low=max(cell.low, self._target))
        if cell.high <= cell.low or not self._try_cell(mirrored, cell):
            return
        for sizes in self.sizes(mirrored):
            bound, factors = sizes.ruled_out(cell, _CELL_BOXES)
            if bound <= cell.low:
                return
            cell = replace(cell, high=min(cell.high, bound))
            if factors is not None:
                self._try(factors, mirrored)
        cell = replace(cell, low=max(cell.low, self._target))
        wide, tall = cell.more[1] - cell.more[0], cell.high - cell.low
        if tall <= 0.0:
            return
        if max(wide, tall) < _SMALLEST:  # room for it or not, nobody would tell: the bound goes no lower
            self.undecided = max(self.undecided, cell.high)
            self._try_near(mirrored, cell)
            return
        if wide > tall:
            middle = (cell.more[0] + cell.more[1]) / 2.0
            yield replace(cell, more=(cell.more[0], middle))
            yield replace(cell, more=(middle, cell.more[1]))
        else:
            middle = (cell.low + cell.high) / 2.0
            yield replace(cell, high=middle)
            yield replace(cell, low=middle)

    def _try_near(self, mirrored: bool, cell: Cell) -> None:
        """Try what is a little smaller than a cell in which both yards all but have room."""
        size, most = _down4(cell.high), cell.high + cell.more[1]
        while self.best and size > self.best.size and size > _down4(cell.high) - _NEARLY:
            for less in (0.0, 0.0005, 0.001, 0.002, 0.003, 0.005):
                stretched = max(size, _down4(most - less))
                factors = (stretched, size) if cell.stretched == 0 else (size, stretched)
                if self._allowed(factors) and self._try(factors, mirrored):
                    return
            size = _down4(size - _GRAIN)

    def _try_cell(self, mirrored: bool, cell: Cell) -> bool:
        """Try the smallest factors of a cell; whether any are allowed in it."""
        limits = self.drill.stretch
        if limits is None or cell.low + cell.more[0] > (limits.high.depth, limits.high.width)[cell.stretched]:
            return False
        size = math.ceil(cell.low * 1e4 - 1e-6) / 1e4
        stretched = math.ceil((size + cell.more[0]) * 1e4 - 1e-6) / 1e4
        factors = (stretched, size) if cell.stretched == 0 else (size, stretched)
        if size <= cell.high and self._allowed(factors):
            self._try(factors, mirrored)
        return True

    def _allowed(self, factors: Sequence[float]) -> bool:
        limits = self.drill.stretch
        return limits is not None and limits.holds(Stretch(*factors))


def _factors(placement: Placement) -> tuple[float, ...]:
    both = placement.factors
    return (both.depth, both.width) if placement.drill.stretch else (placement.size,)


def _down4(size: float) -> float:
    return int(size * 1e4 + 1e-6) / 1e4
