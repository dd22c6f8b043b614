"""How often a tape that is wrong by 30 cm is noticed and named, by network: ours beside the largest residual.

    python -m tests.benchmarks.networks [TRIALS]

Networks whose sizes and figures were given to us, with places of our own; a standard error of 2 cm; one tape
of each network, drawn by chance, wrong by 30 cm either way. "Noticed" and "named" are shares of those trials;
"false" is the share of as many trials without a mistake in which one is noticed. The rival accuses the tape
with the largest residual as soon as that is over three standard errors: what a spreadsheet does.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from conedrills.blunders import find, judged
from conedrills.network import Distance, Frame, solve
from conedrills.survey import Tape

SIGMA, WRONG = 0.02, 0.30
XY = tuple[float, float]
Pairs = Sequence[tuple[str, str]]
QUAD: Mapping[str, XY] = {"A": (0.0, 0.0), "B": (12.0, 0.0), "C": (12.5, 9.0), "D": (-0.5, 8.0)}
TREE: Mapping[str, XY] = {**QUAD, "T": (5.0, 4.0)}
ELL: Mapping[str, XY] = {
    "A": (0.0, 0.0), "B": (8.0, 0.0), "C": (14.0, 0.0), "D": (14.0, 9.0), "E": (6.0, 9.0), "F": (6.0, 14.0),
    "G": (0.0, 14.0),
}  # fmt: skip


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(pair[0], pair[1]) for pair in text.split()]


_SIDES, _TIES = "AB BC CD DA AC", "AB AC AD AE AF AG BC BD BE BF BG"
NETWORKS: Mapping[str, tuple[Mapping[str, XY], Pairs, str]] = {
    # name: places, tapes, what the facts give as noticed and named
    "quad, 1 diagonal": (QUAD, _pairs(_SIDES), "0 / 0"),
    "quad, 2 diagonals": (QUAD, _pairs(f"{_SIDES} BD"), "96 / 0"),
    "the same and a tree": (TREE, _pairs(f"{_SIDES} BD AT BT CT DT"), "98 / 55"),
    "L, ties from A and B": (ELL, _pairs(_TIES), "26 / 0"),
    "L, ties and sides": (ELL, _pairs(f"{_TIES} CD DE EF FG"), "94 / 42"),
    "L, a third reference": (ELL, _pairs(f"{_TIES} CD DE EF FG CE CF CG"), "100 / 99"),
    "L, every pair": (ELL, list(combinations("ABCDEFG", 2)), "100 / 100"),
}


def trial(
    places: Mapping[str, XY], pairs: Pairs, bad: tuple[str, str] | None, chances: np.random.Generator
) -> tuple[bool, bool, bool, bool]:
    """Whether it is noticed, named, named or a rival of the one named; and named by the largest residual."""
    wrong = WRONG * float(chances.choice([-1.0, 1.0]))
    frame = Frame("A", "B")
    tapes = [
        Distance(
            Tape(
                *pair,
                math.dist(places[pair[0]], places[pair[1]])
                + float(chances.normal(0.0, SIGMA))
                + wrong * (pair == bad),
                SIGMA,
            )
        )
        for pair in pairs
    ]
    solution = solve(tapes, places, frame)
    found = find(tapes, solution, frame, "m")
    first = found.suspects[0] if found.suspects else None
    named = first is not None and (first.start, first.end) == bad
    among = named or (first is not None and bad in first.rivals)
    largest = max(judged(tapes, solution), key=lambda one: abs(one.residual))
    naive = abs(largest.residual) > 3.0 * SIGMA and (largest.tape.start, largest.tape.end) == bad
    return bool(found.worst or found.in_question), named, among, naive


def main() -> None:
    """Print the table."""
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    chances = np.random.default_rng(1)
    print(f"{trials} trials with a mistake of {WRONG:.2f} m and {trials} without, {SIGMA:.2f} m a tape, %")
    heads = ("tapes", "noticed", "named", "or rival", "false", "largest", "given")
    print(f"{'network':24}{''.join(f'{head:>10}' for head in heads)}")
    for name, (places, pairs, facts) in NETWORKS.items():
        drawn = chances.integers(len(pairs), size=trials)
        bad = [trial(places, pairs, pairs[int(one)], chances) for one in drawn]
        good = [trial(places, pairs, None, chances) for _ in range(trials)]
        noticed, named, among, naive = (100.0 * sum(column) / trials for column in zip(*bad, strict=True))
        false = 100.0 * sum(one[0] for one in good) / trials
        shares = "".join(f"{share:10.1f}" for share in (noticed, named, among, false, naive))
        print(f"{name:24}{len(pairs):10}{shares}{facts:>10}")


if __name__ == "__main__":
    main()
