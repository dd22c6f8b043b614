"""The certified fit against its peers: in one run, each method in turn on each pair.

    python -m tests.benchmarks.fits --pairs 200 --seed 1 [--peers de,da,grid] [--peers-every 10]
                                    [--strata convex,non-convex,holes,mixed,real] [--uncapped]
                                    [--two-lengths] [--seconds 60] [--csv FILE]
    python -m tests.benchmarks.fits --pairs 2000 --held-out --peers de --peers-every 10

A pair is a yard of a stratum, a drill of the library and one of its paces. In a pair the methods run in a
drawn order. Timed is the fit of one drill at one pace in a yard made ready, and making it ready apart; times
stand beside their ratio to the median of differential evolution in the same run. Exits with 1 where a peer's
size is larger than ours, or larger than what we call proven.
"""

from __future__ import annotations

import argparse
import csv
import functools
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeVar

from conedrills.fit import fit
from conedrills.ground import Ground, ready
from conedrills.layout import Placement, Unplaced
from conedrills.space import space_model
from tests.benchmarks.pairs import Pair, draw_pair
from tests.benchmarks.peers import PEERS, Judge
from tests.benchmarks.yards import HELD_OUT, REAL, STRATA

Prepared = TypeVar("Prepared")

GAP = 0.001
"""Of the bound: what is certified to this is as good as largest."""
CLEAR = 1.0001
"""A larger size by less than this is rounding."""
CLOSE = 0.999
"""Of our size: a peer that reaches it has found the place."""
_ALLOWED = 1e-6  # metres that the peers' judge may find missing in ours


@dataclass(frozen=True)
class Run:
    """What a method made of a pair: the size, 0 where it found none, and seconds."""

    size: float
    seconds: float
    seconds_ready: float


@dataclass(frozen=True)
class Outcome:
    """What all methods made of a pair. `bound` is None where nothing was proven, `missing` in metres."""

    pair: Pair
    ours: Run
    bound: float | None
    gap_reached: bool
    missing: float
    peers: dict[str, Run]

    @property
    def kind(self) -> str:
        """`nominal fits`, `shrunk` or `does not fit`."""
        if self.ours.size == 0.0:
            return "does not fit"
        return "nominal fits" if self.ours.size >= _floor4(self.pair.drill.size_max) else "shrunk"

    def certified(self, gap: float) -> bool:
        """Whether the size, or that no size fits, is proven to a gap, and said to be."""
        if self.bound is None:
            return False
        if self.ours.size == 0.0:
            return self.bound <= self.pair.drill.size_min + 1e-6
        return (self.bound - self.ours.size) / self.bound <= gap and (self.gap_reached or gap > GAP)

    def larger(self, peer: str) -> bool:
        """Whether a peer's size, with four decimals as ours, is larger than ours."""
        return _floor4(self.peers[peer].size) > self.ours.size * CLEAR

    def contradicts(self, peer: str) -> bool:
        """Whether a peer's size is larger than what we call proven."""
        size = self.peers[peer].size
        if self.bound is None or size == 0.0:
            return False
        return size >= self.bound if self.ours.size == 0.0 else size > self.bound


def _floor4(size: float) -> float:
    return math.floor(size * 1e4 + 1e-6) / 1e4


# ---------------------------------------------------------------- running


def run_pair(pair: Pair, peers: Sequence[str], seconds: float) -> Outcome:
    """Run our fit and some peers on a pair, in an order drawn by its seed.

    Args:
        pair: what to lay out where.
        peers: names of `PEERS`.
        seconds: the time limit of ours.
    """
    model = space_model(pair.yard.space, wet=pair.yard.surface == "wet")
    judge = functools.partial(Judge, pair.yard, pair.drill, pair.pace, model)
    results: list[Placement | Unplaced] = []

    def ours(ground: Ground) -> float:
        deadline = time.monotonic() + seconds
        found = fit(ground, pair.drill, model, pace=pair.pace, stop=lambda: time.monotonic() > deadline)
        results.append(found)
        return getattr(results[0], "size", 0.0)

    methods: dict[str, Callable[[], Run]] = {"ours": lambda: _timed(lambda: ready(pair.yard), ours)}
    for name in peers:
        methods[name] = functools.partial(_timed, judge, functools.partial(_search, PEERS[name], pair.seed))
    order = list(methods)
    Random(f"order {pair.seed}").shuffle(order)
    runs = {name: methods[name]() for name in order}
    result, own = results[0], runs.pop("ours")
    if isinstance(result, Unplaced):
        return Outcome(pair, own, result.size_bound, True, 0.0, runs)
    second = judge()
    missing = second.missing(second.pose_of(result))
    return Outcome(pair, own, result.size_bound, result.gap_reached, missing, runs)


def _search(peer: Callable[[Judge, int], float], seed: int, judge: Judge) -> float:
    return peer(judge, seed)


def _timed(prepare: Callable[[], Prepared], search: Callable[[Prepared], float]) -> Run:
    start = time.perf_counter()
    prepared = prepare()
    middle = time.perf_counter()
    size = search(prepared)
    return Run(size, time.perf_counter() - middle, middle - start)


# ---------------------------------------------------------------- telling


def alarms(outcome: Outcome) -> Iterator[str]:
    """What must never happen, one line each."""
    bound = "nothing proven" if outcome.bound is None else f"bound {outcome.bound:.6f}"
    for name, peer in outcome.peers.items():
        said = f"{outcome.pair}: {name} has {peer.size:.6f}, we {outcome.ours.size:.4f}, {bound}"
        if outcome.contradicts(name):
            yield f"!!! CONTRADICTION !!! {said}"
        elif outcome.larger(name):
            yield f"!!! LARGER !!! {said}"
    if outcome.missing > _ALLOWED:
        yield f"!!! TOO CLOSE !!! {outcome.pair}: {outcome.missing * 1000:.3f} mm are missing"


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The lines of the table."""
    raced = [outcome for outcome in outcomes if "de" in outcome.peers]
    unit = statistics.median(o.peers["de"].seconds for o in raced) if raced else None
    heads = "".join(f"{head:>10}{'':10}" for head in ("median", "95 %", "99 %", "worst"))
    yield f"{'ours':24}{'pairs':>6}{'0.1 %':>8}{'1 %':>8}  {heads}"
    yield _row("all", outcomes, unit)
    yield _row("all, yard made ready", outcomes, unit, ready=True)
    for kind in ("nominal fits", "shrunk", "does not fit"):
        yield _row(kind, [o for o in outcomes if o.kind == kind], unit)
    for stratum in STRATA:
        yield _row(stratum, [o for o in outcomes if o.pair.stratum == stratum], unit)
    seconds = [outcome.ours.seconds_ready for outcome in outcomes]
    yield f"making a yard ready: median {statistics.median(seconds):.3f} s, worst {max(seconds):.3f} s"
    if unit:
        yield f"in brackets: times of differential evolution's median, {unit:.2f} s, of the same run"
    for name in PEERS:
        yield from _peer_rows(name, [outcome for outcome in outcomes if name in outcome.peers])


def _row(name: str, outcomes: Sequence[Outcome], unit: float | None, *, ready: bool = False) -> str:
    if not outcomes:
        return f"{name:24}{0:6}"
    seconds = [o.ours.seconds + o.ours.seconds_ready * ready for o in outcomes]
    shares = [sum(o.certified(gap) for o in outcomes) / len(outcomes) for gap in (GAP, 0.01)]
    cells = "".join(_cell(time, unit) for time in _quantiles(seconds))
    return f"{name:24}{len(outcomes):6}{shares[0]:8.1%}{shares[1]:8.1%}  {cells}"


def _cell(seconds: float, unit: float | None) -> str:
    if not unit:
        return f"{seconds:8.3f} s{'':10}"
    ratio = seconds / unit
    return f"{seconds:8.3f} s{f' (1/{1 / ratio:.0f})' if ratio < 0.5 else f' ({ratio:.2f})':10}"


def _quantiles(numbers: Sequence[float]) -> tuple[float, float, float, float]:
    """The median, the 95th and the 99th percentile (of so many, the next one up), and the largest."""
    ranked = sorted(numbers)
    at = [ranked[math.ceil(share * len(ranked)) - 1] for share in (0.95, 0.99)]
    return statistics.median(ranked), at[0], at[1], ranked[-1]


def _peer_rows(name: str, outcomes: Sequence[Outcome]) -> Iterator[str]:
    if not outcomes:
        return
    median, p95, _, worst = _quantiles([o.peers[name].seconds for o in outcomes])
    shrunk = [o.peers[name].size / o.ours.size for o in outcomes if o.kind == "shrunk"]
    placed = [o.peers[name].size / o.ours.size for o in outcomes if o.ours.size]
    yield ""
    yield f"{name}, {len(outcomes)} pairs: median {median:.2f} s, 95 % {p95:.2f} s, worst {worst:.2f} s"
    yield f"  larger than ours by over 0.01 %: {sum(o.larger(name) for o in outcomes)} (must be 0)"
    yield f"  larger than our bound:           {sum(o.contradicts(name) for o in outcomes)} (must be 0)"
    for what, sizes in (("placed", placed), ("shrunk", shrunk)):
        if sizes:
            close, none = sum(size >= CLOSE for size in sizes), sum(size == 0.0 for size in sizes)
            yield (
                f"  of {len(sizes)} {what}: {close} with 99.9 % of our size, {none} not found;"
                f" median {statistics.median(sizes):.2%}, least {min(sizes):.2%} of our size"
            )


def write_csv(file: Path, outcomes: Sequence[Outcome]) -> None:
    """Every pair on a line: metres, seconds, sizes."""
    names = [name for name in PEERS if any(name in outcome.peers for outcome in outcomes)]
    with file.open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream)
        out.writerow(
            [
                "seed",
                "stratum",
                "yard",
                "drill",
                "pace",
                "kind",
                "size",
                "bound",
                "certified",
                "fit_s",
                "ready_s",
            ]
            + [f"{name}_{what}" for name in names for what in ("size", "s")]
        )
        for o in outcomes:
            pair, own = o.pair, o.ours
            runs = [o.peers.get(name) for name in names]
            out.writerow(
                [pair.seed, pair.stratum, pair.yard.name, pair.drill.name, pair.pace, o.kind]
                + [own.size, o.bound, o.certified(GAP), f"{own.seconds:.5f}", f"{own.seconds_ready:.5f}"]
                + [cell for run in runs for cell in ((run.size, f"{run.seconds:.4f}") if run else ("", ""))]
            )


# ---------------------------------------------------------------- command


def _listed(allowed: Sequence[str], given: str) -> list[str]:
    names = [name for name in given.split(",") if name]
    if unknown := sorted(set(names) - set(allowed)):
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: there are {', '.join(allowed)}")
    return names


def main() -> int:
    """Race."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="of the first pair; the next has the next")
    parser.add_argument("--held-out", action="store_true", help="the frozen seeds that claims are made on")
    parser.add_argument("--peers", type=functools.partial(_listed, list(PEERS)), default=["de"])
    parser.add_argument("--peers-every", type=int, default=1, metavar="K", help="peers on every K-th pair")
    strata = [name for name in STRATA if name != "clutter"]
    parser.add_argument("--strata", type=functools.partial(_listed, list(STRATA)), default=strata)
    parser.add_argument("--uncapped", action="store_true", help="sizes from 0.2 to 3 for every drill")
    parser.add_argument("--two-lengths", action="store_true", help="drills with depth and width apart")
    parser.add_argument("--seconds", type=float, default=60.0, help="our time limit for a pair")
    parser.add_argument("--csv", type=Path)
    given = parser.parse_args()
    strata = given.strata
    if "real" in strata and not REAL.is_dir():
        print("the real yards are not beside this checkout: left out", file=sys.stderr)
        strata = [name for name in strata if name != "real"]
    first = HELD_OUT.start if given.held_out else given.seed
    drawn = functools.partial(draw_pair, strata, uncapped=given.uncapped, two_lengths=given.two_lengths)
    run_pair(drawn(0), given.peers, given.seconds)  # first calls load and allocate: not counted
    outcomes = []
    rang = False
    for nth in range(given.pairs):
        peers = given.peers if nth % given.peers_every == 0 else []
        pair = drawn(first + nth)
        outcomes.append(run_pair(pair, peers, given.seconds))
        for alarm in alarms(outcomes[-1]):
            rang = True
            print(alarm, flush=True)
    print(f"{given.pairs} pairs of seeds {first} to {first + given.pairs - 1} in {', '.join(strata)} yards")
    print(f"peers on every {given.peers_every}. pair\n" if given.peers_every > 1 else "peers on every pair\n")
    print("\n".join(table(outcomes)))
    if given.csv:
        write_csv(given.csv, outcomes)
    return 1 if rang else 0


if __name__ == "__main__":
    raise SystemExit(main())
