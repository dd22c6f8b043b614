"""An adversary of proofs: a long search that would be glad to find something larger than what is proven.

    python -m tests.benchmarks.adversary --pairs 500 --seed 1 [--strata convex,non-convex,holes,mixed]
                                         [--uncapped] [--two-lengths] [--gap 0.001] [--longer 1]

On each pair of a yard and a drill the fit is made and proven; then scipy's differential evolution, with a
larger population, no end before it has converged and a start just below the bound, looks for a size from the
bound up, with shapely alone as judge. Every certificate is verified, and verified again with one of its
numbers changed so that it must fall. Exits with 1 where a bound is beaten, a certificate does not stand, or a
changed one does.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from conedrills.certificate import certificate
from conedrills.certificatefile import loads
from conedrills.errors import CertificateError
from conedrills.fit import GAP, Fitted, fit_proven
from conedrills.ground import ready
from conedrills.layout import Layout, Placement
from conedrills.space import SpaceModel, space_model
from conedrills.verify import verify
from tests.benchmarks.pairs import Pair, draw_pair
from tests.benchmarks.peers import Judge, evolution

Document = dict[str, Any]
NEAR = 0.9
"""Of the bound: from here up the adversary looks."""
_METRE = 2**30
_STRATA = ("convex", "non-convex", "holes", "mixed")


@dataclass(frozen=True)
class Duel:
    """One pair: what was placed (0: nothing) and proven, what the adversary found, and the certificate.

    `wrong` are the verifier's words on the certificate, `changed` names the number that was changed, None
    where nothing had to be proven; `fell` says whether it then fell.
    """

    pair: Pair
    size: float
    bound: float
    rival: float
    wrong: tuple[str, ...]
    changed: str | None
    fell: bool
    seconds: float

    @property
    def beaten(self) -> bool:
        """Whether something fits that is proven not to."""
        return self.rival > 0.0 and self.rival >= self.bound and self.bound < self.pair.drill.size_max


def duel(pair: Pair, *, gap: float = GAP, longer: float = 1.0) -> Duel:
    """Prove, attack, verify, change and verify again."""
    model = space_model({}, wet=False)
    ground = ready(pair.yard)
    fitted = fit_proven(ground, pair.drill, model, pace=pair.pace, gap=gap)
    result = fitted.result
    bound = pair.drill.size_max if result.size_bound is None else result.size_bound
    start = time.perf_counter()
    rival = attack(pair, model, bound, longer) if bound < pair.drill.size_max else 0.0
    seconds = time.perf_counter() - start
    size = result.size if isinstance(result, Placement) else 0.0
    layout = layout_of(pair, model, fitted)
    document: Document = certificate(layout, ground, [fitted])
    wrong = objections(layout, document)
    changed = change(document, Random(f"change {pair.seed}"), size)
    fell = changed is not None and bool(objections(layout, changed[1]))
    return Duel(pair, size, bound, rival, wrong, changed[0] if changed else None, fell, seconds)


def attack(pair: Pair, model: SpaceModel, bound: float, longer: float = 1.0) -> float:
    """The largest size that a long differential evolution finds."""
    judge = Judge(pair.yard, pair.drill, pair.pace, model)
    return evolution(
        judge, pair.seed + 77, least=NEAR * bound, popsize=round(24 * longer), maxiter=round(400 * longer),
        tol=1e-7, mutation=(0.4, 0.9), polish=False,
    )  # fmt: skip


def layout_of(pair: Pair, model: SpaceModel, fitted: Fitted) -> Layout:
    """The layout that states what was found."""
    result = fitted.result
    if isinstance(result, Placement):
        return Layout("adversary", "m", pair.yard, model, (result,))
    return Layout("adversary", "m", pair.yard, model, (), (result,))


def objections(layout: Layout, document: Document) -> tuple[str, ...]:
    """What the verifier says against a certificate."""
    try:
        read = loads(json.dumps(document).encode(), "certificate")
    except CertificateError as error:
        return (str(error),)
    return tuple(problem.message for problem in verify(layout, read).problems)


def change(document: Document, draw: Random, size: float) -> tuple[str, Document] | None:
    """A copy with one number changed into what cannot be right, and its name; None without a proof."""
    lie = copy.deepcopy(document)
    if not lie["proofs"]:
        return None
    proof = lie["proofs"][0]
    kinds = [kind for kind in proof["classes"] if kind["pieces"]]
    names = ["border", "point", "clearance", "ring"] + ["bound"] * (size > 0.0) + ["corner"] * bool(kinds)
    name = draw.choice(names)
    if name == "bound":
        proof["bound"] = int(size * 0.999 * _METRE)
    elif name == "border":
        border = draw.choice(draw.choice(proof["classes"])["borders"])
        border[2] += _METRE * _METRE // 10
    elif name == "point":
        number = draw.choice(draw.choice(proof["segments"])["points"])  # far enough to be off every leg
        draw.choice(proof["points"])["at"][number][draw.randrange(2)] += draw.choice((-1, 1)) * 500 * _METRE
    elif name == "clearance":
        draw.choice(proof["classes"])["clearance"] += _METRE // 10
    elif name == "ring":
        draw.choice(draw.choice(lie["rings"])["corners"])[draw.choice((1, 2))] += _METRE
    else:
        corner = draw.choice(draw.choice(draw.choice(kinds)["pieces"])["corners"])
        corner[draw.choice((1, 2))] += draw.choice((-1, 1)) * 9 * _METRE
    return name, lie


# ---------------------------------------------------------------- the table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all duels and print what came of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strata", default=",".join(_STRATA))
    parser.add_argument("--uncapped", action="store_true")
    parser.add_argument("--two-lengths", action="store_true", help="drills with depth and width apart")
    parser.add_argument("--gap", type=float, default=GAP)
    parser.add_argument("--longer", type=float, default=1.0, help="how much longer the adversary looks")
    options = parser.parse_args(arguments)
    strata = options.strata.split(",")
    duels: list[Duel] = []
    for nth in range(options.pairs):
        seed = options.seed * 100_000 + nth
        pair = draw_pair(strata, seed, uncapped=options.uncapped, two_lengths=options.two_lengths)
        one = duel(pair, gap=options.gap, longer=options.longer)
        duels.append(one)
        if one.beaten:
            print(f"BEATEN: {pair}: {one.rival:.7f} fits, proven from {one.bound:.7f}", flush=True)
        for words in one.wrong:
            print(f"DOES NOT STAND: {pair}: {words}", flush=True)
        if one.changed and not one.fell:
            print(f"STANDS THOUGH CHANGED ({one.changed}): {pair}", flush=True)
        if sys.stderr.isatty():
            print(f"\r{nth + 1} of {options.pairs}", end="", file=sys.stderr, flush=True)
    print(f"{'stratum':12} pairs  attacked  beaten  nearest  seconds  certificates  stand  changed  fell")
    for name in [*strata, "all"]:
        _line(name, [one for one in duels if name in ("all", one.pair.stratum)])
    failed = any(one.beaten or one.wrong or (one.changed and not one.fell) for one in duels)
    return int(failed)


def _line(name: str, duels: Sequence[Duel]) -> None:
    attacked = [one for one in duels if one.bound < one.pair.drill.size_max]
    nearest = max((one.rival / one.bound for one in attacked if one.bound and one.rival), default=0.0)
    proven = [one for one in duels if one.changed is not None]
    print(
        f"{name:12} {len(duels):5}  {len(attacked):8}  {sum(one.beaten for one in duels):6}  {nearest:7.5f}"
        f"  {sum(one.seconds for one in attacked):7.0f}  {len(proven):12}"
        f"  {sum(not one.wrong for one in proven):5}  {len(proven):7}  {sum(one.fell for one in proven):4}"
    )


if __name__ == "__main__":
    sys.exit(main())
