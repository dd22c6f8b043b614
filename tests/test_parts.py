"""Proofs of two lengths that come in parts: together they stand, and not without each other."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from conedrills.certificate import certificate
from conedrills.drill import Pace, load_drill
from conedrills.fit import Fitted, fit_proven
from conedrills.ground import ready
from conedrills.importers import read_yard
from conedrills.layout import Layout, Placement
from conedrills.space import space_model
from tests.benchmarks.adversary import Document, layout_of, objections
from tests.benchmarks.pairs import Pair, draw_pair

STRATA = ("convex", "non-convex", "holes", "mixed")


@pytest.fixture(scope="module")
def made() -> tuple[Layout, Document]:
    """The first pair whose proof has parts, its layout and its certificate."""
    for seed in range(400, 460):
        pair: Pair = draw_pair(STRATA, seed, two_lengths=True)
        ground, model = ready(pair.yard), space_model({}, wet=False)
        fitted: Fitted = fit_proven(ground, pair.drill, model, pace=pair.pace, most=6_000)
        if fitted.proof is not None and fitted.proof.parts:
            layout = layout_of(pair, model, fitted)
            return layout, certificate(layout, ground, [fitted])
    raise AssertionError("no proof has parts")


def test_parts_stand_together(made: tuple[Layout, Document]) -> None:
    layout, document = made
    assert len(document["proofs"]) > 1
    assert objections(layout, document) == ()
    document = copy.deepcopy(document)
    document["proofs"].reverse()
    assert objections(layout, document) == ()


def test_no_part_can_be_left_out(made: tuple[Layout, Document]) -> None:
    layout, whole = made
    for nth in range(len(whole["proofs"])):
        document = copy.deepcopy(whole)
        del document["proofs"][nth]
        assert any("is left out" in words for words in objections(layout, document))


def test_parts_are_of_the_same_bound_and_images(made: tuple[Layout, Document]) -> None:
    layout, whole = made
    higher, other = copy.deepcopy(whole), copy.deepcopy(whole)
    higher["proofs"][0]["bound"] += 2**20
    other["proofs"][0]["mirrored"] = [True]
    for document in (higher, other):
        assert any("are of different things" in words for words in objections(layout, document))


def test_a_part_that_is_wrong_is_found(made: tuple[Layout, Document]) -> None:
    layout, whole = made
    for nth in range(len(whole["proofs"])):
        document = copy.deepcopy(whole)
        document["proofs"][nth]["classes"][0]["borders"][0][2] += 2**58
        assert objections(layout, document)


@pytest.mark.parametrize("seconds", [0, 1, 2, 5, 20, 60])
@pytest.mark.parametrize("pace", ["easy", "brisk"])
def test_no_bound_is_claimed_of_what_was_left(seconds: int, pace: Pace) -> None:
    yard = read_yard(Path(__file__).parents[1] / "layouts/rectangle-with-an-oak/yard.json")
    drill, ground, asked = load_drill("zig-zag-backward-forward"), ready(yard), []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > seconds

    whole = fit_proven(ground, drill, space_model({}, wet=False), pace=pace).result
    early = fit_proven(ground, drill, space_model({}, wet=False), pace=pace, stop=stop)
    size = whole.size if isinstance(whole, Placement) else 0.0
    if early.proof is not None:
        assert not early.proof.given_up
        assert early.proof.bound >= size
