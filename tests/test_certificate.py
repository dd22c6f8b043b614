"""Certificates as they are written: what is laid out is proven, and by no other numbers.

`verify` shares nothing with what searches, proves and writes but the statement of search.md.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path as FilePath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conedrills.certificate import certificate
from conedrills.certificatefile import Certificate, Closed, loads
from conedrills.drill import find_drill
from conedrills.errors import CertificateError
from conedrills.exact import UNIT
from conedrills.geometry import Path, Point
from conedrills.importers import read_yard
from conedrills.layout import Layout, Placement, Unplaced
from conedrills.plan import planned
from conedrills.verify import Verdict, verify
from conedrills.yard import Obstacle, Yard

YARDS = FilePath(__file__).resolve().parents[2] / "shared" / "data" / "yards"
Document = dict[str, Any]


def ring(*corners: tuple[float, float]) -> Path:
    return tuple(Point(x, y) for x, y in corners)


def turned(path: Path, degrees: float, x: float, y: float) -> Path:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return tuple(Point(x + cos * p.x - sin * p.y, y + sin * p.x + cos * p.y) for p in path)


def wavy(count: int, width: float, depth: float) -> Path:
    """An outline as a tracer leaves it, in and out all along."""
    angles = [2.0 * math.pi * nth / count for nth in range(count)]
    return tuple(
        Point(width * math.cos(t) * (1.0 + 0.02 * math.cos(9.0 * t)), depth * math.sin(t)) for t in angles
    )


def disc(x: float, y: float, radius: float, count: int = 16) -> Path:
    angles = [2.0 * math.pi * nth / count for nth in range(count)]
    return tuple(Point(x + radius * math.cos(t), y + radius * math.sin(t)) for t in angles)


OAK = Obstacle("oak", "hard", disc(7, 5, 0.4), 0.02)
SHED = Obstacle("shed", "hard", ring((7.3, 2.9), (9.1, 3.1), (8.9, 4.9), (7.1, 4.7)))
BED = Obstacle("bed", "soft", ring((2, 7), (3.5, 7), (3.5, 8.2), (2, 8.2)), 0.1)
ELL = ring((0, 0), (12.3, 0), (12.3, 6.7), (7.4, 6.7), (7.4, 11.2), (0, 11.2))

MADE: dict[str, Callable[[], Yard]] = {
    "rectangle": lambda: Yard("r", ring((0, 0), (9, 0), (9, 6), (0, 6)), ("hard",) * 4),
    "corner": lambda: Yard("l", ELL, ("hard", "soft", "hard", "hard", "soft", "hard"), (SHED,)),
    "oak": lambda: Yard("o", ring((0, 0), (14, 0), (14, 10), (0, 10)), ("hard",) * 4, (OAK,)),
    "bed": lambda: Yard("b", ELL, ("hard",) * 6, (BED,)),
    "soft": lambda: Yard(
        "s",
        turned(ring((0, 0), (12, 0), (12, 7), (0, 7)), 17.0, 105.0, -50.0),
        ("soft", "hard", "hard", "soft"),
        uncertainty=(0.05, 0.0, 0.1, 0.02),
    ),
    "traced": lambda: Yard("t", wavy(520, 9.0, 6.5), ("hard",) * 520),
    "oval": lambda: Yard(
        "o", wavy(14, 4.05, 4.25), ("hard",) * 14, (Obstacle("oak", "hard", disc(2.6, 0.2, 0.3), 0.0),)
    ),
}
LAYOUTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    # a yard, a drill, and what else is asked for
    "unplaced": ("rectangle", "t-test", {}),
    "an arc that does not fit": ("rectangle", "four-way-circle", {}),
    "an arc at an oak": ("oval", "four-way-circle", {}),
    "round a corner": ("corner", "t-test", {}),
    "round an oak": ("oak", "t-test", {}),
    "mirrored": ("oak", "t-test", {"mirror": "left"}),
    "as published": ("oak", "t-test", {"mirror": "right"}),
    "a soft obstacle": ("bed", "l-drill", {"pace": "full"}),
    "soft sides": ("soft", "l-drill", {"pace": "full"}),
    "a traced outline": ("traced", "t-test", {}),
    "a street yard": ("cornillon_18", "t-test", {}),
    "a town yard": ("prague_01", "l-drill", {}),
    "a suburb yard": ("paradise_05", "t-test", {"pace": "full"}),
}


@cache
def made(name: str) -> tuple[Layout, str]:
    """A layout, and its certificate as JSON text."""
    where, drill, asked = LAYOUTS[name]
    if where in MADE:
        yard = MADE[where]()
    else:
        file = YARDS / f"{where}.geojson"
        if not file.is_file():
            pytest.skip(f"the shared yard {file.name} is not here")
        yard = read_yard(file)
    one = planned(yard, [find_drill(drill)], **asked)
    return one.layout, json.dumps(certificate(one.layout, one.ground, one.fitted))


def entry_of(layout: Layout) -> Placement | Unplaced:
    entries: list[Placement | Unplaced] = [*layout.placements, *layout.unplaced]
    [entry] = entries
    return entry


def judged(layout: Layout, whole: Document) -> Verdict:
    return verify(layout, loads(json.dumps(whole).encode(), "proof.json"))


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_is_laid_out_is_proven(name: str) -> None:
    layout, text = made(name)
    verdict = verify(layout, loads(text.encode(), "proof.json"))
    assert verdict.problems == ()
    entry, [proven] = entry_of(layout), verdict.proven
    assert entry.size_bound is not None
    assert (proven.drill, proven.pace) == (entry.drill.name, entry.pace)
    assert entry.size_bound - 1.1e-6 <= proven.bound <= entry.size_bound
    images = {"left": (True,), "right": (False,)}
    assert proven.images == images.get(LAYOUTS[name][2].get("mirror", ""), (False, True))


def test_these_layouts_use_every_part_of_a_certificate() -> None:
    names = [name for name, (yard, _, _) in LAYOUTS.items() if yard in MADE]
    every = [loads(made(name)[1].encode(), "proof") for name in names]
    proofs = [proof for one in every for proof in one.proofs]
    assert {row for one in every for row in rows_of(one)} == {0, 1, 2, 3}
    assert {piece.kind for proof in proofs for kind in proof.classes for piece in kind.pieces} == {
        "solid",
        "side",
    }
    assert {segment.part for proof in proofs for segment in proof.segments} == {"run", "round"}
    assert {segment.points[0] == segment.points[1] for proof in proofs for segment in proof.segments} == {
        False,
        True,
    }
    traced = loads(made("a traced outline")[1].encode(), "proof")
    assert len(made("a traced outline")[0].yard.boundary) == 520 > len(traced.rings[0].corners)
    assert {bool(made(name)[0].placements) for name in names} == {False, True}


def rows_of(one: Certificate) -> Iterator[int]:
    for proof in one.proofs:
        for tree in proof.trees:
            for node in tree.nodes:
                if isinstance(node, Closed):
                    yield from (row[1] for row in node.rows)


def test_one_certificate_holds_all_drills_and_no_more() -> None:
    yard = MADE["oak"]()
    one = planned(yard, [find_drill(drill) for drill in ("t-test", "straight-backpedal", "semo")])
    whole = certificate(one.layout, one.ground, one.fitted)
    verdict = judged(one.layout, whole)
    assert verdict.problems == ()
    largest = [entry.drill.name for entry in one.layout.placements if entry.size == entry.drill.size_max]
    entries: list[Placement | Unplaced] = [*one.layout.placements, *one.layout.unplaced]
    others = {entry.drill.name for entry in entries} - {*largest}
    assert others <= {proven.drill for proven in verdict.proven}
    assert len(largest) == len(verdict.remarks)
    for proof in list(whole["proofs"]):
        if proof["drill"] in others:
            rest = {**whole, "proofs": [part for part in whole["proofs"] if part is not proof]}
            assert "is not proven" in judged(one.layout, rest).problems[0].message


# ---------------------------------------------------------------- what is bent falls


@pytest.mark.parametrize("name", LAYOUTS)
def test_nothing_smaller_is_proven_than_what_is_placed(name: str) -> None:
    """The same proof, said to hold from the size that fits: not one tree less must be open for that."""
    layout, text = made(name)
    whole = json.loads(text)
    proof = whole["proofs"][0]
    entry = entry_of(layout)
    if proof["bound"] == 0:
        return
    less = math.floor(entry.size * UNIT) if isinstance(entry, Placement) else proof["bound"] * 9 // 10
    proof["bound"] = proof["points"][0]["from"] = less
    assert judged(layout, whole).problems
    stated = replace(entry, size_bound=less / UNIT)
    bare = replace(layout, placements=(), unplaced=())
    if isinstance(stated, Placement):
        other = replace(bare, placements=(stated,))
    else:
        other = replace(bare, unplaced=(stated,))
    messages = " ".join(problem.message for problem in judged(other, whole).problems)
    assert "not closed" in messages


def numbers(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all whole numbers in JSON."""
    if isinstance(value, dict):
        return [found for key, part in value.items() for found in numbers(part, (*path, key))]
    if isinstance(value, list):
        return [found for nth, part in enumerate(value) for found in numbers(part, (*path, nth))]
    return [path] if isinstance(value, int) and not isinstance(value, bool) else []


# What may be another number: see test_verify. Pieces that no tree mentions may be anything that is true.
MAY = {"borders", "corners", "clearance", "slack", "at", "from", "to", "tree", "core"}
FEW = 30  # numbers of a certificate that are changed one by one


@pytest.mark.parametrize("name", ["unplaced", "an arc at an oak", "round an oak", "soft sides"])
@pytest.mark.parametrize("off", [1 << 24, -(1 << 24), 1])
def test_every_number_matters_or_may_differ(name: str, off: int) -> None:
    """Numbers are changed by 16 mm (or its like), or by one: the proof falls, or it is one that may."""
    layout, text = made(name)
    paths = numbers(json.loads(text))
    single = [path for path in paths if not MAY & {*path}]
    others = [path for path in paths if MAY & {*path}]
    survived = set()
    for path in [*single[:FEW], *others[:: max(1, len(others) // FEW)]]:
        whole = json.loads(text)
        holder = whole
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] += off
        try:
            verdict = judged(layout, whole)
        except CertificateError:
            continue
        if not verdict.problems:
            survived.add(next(step for step in reversed(path) if isinstance(step, str)))
    # one unit is nothing to a length, and the next point may be one of the same leg
    assert survived <= (
        MAY if abs(off) > 1 else MAY | {"origin", "tau", "centre", "bound", "size_max", "points"}
    )


@cache
def falsehood(name: str) -> tuple[Layout, str]:
    """A layout that states as bound what it places, and a proof that is good but for the bound."""
    layout, text = made(name)
    whole = json.loads(text)
    entry = entry_of(layout)
    assert isinstance(entry, Placement)
    proof = whole["proofs"][0]
    proof["bound"] = proof["points"][0]["from"] = math.floor(entry.size * UNIT)
    return replace(layout, placements=(replace(entry, size_bound=entry.size),)), json.dumps(whole)


@settings(max_examples=30)
@given(st.data())
def test_no_change_of_a_few_numbers_makes_a_falsehood_stand(data: st.DataObject) -> None:
    layout, text = falsehood("round an oak")
    whole = json.loads(text)
    every = numbers(whole)
    for path in data.draw(st.lists(st.sampled_from(every), max_size=3)):
        holder = whole
        for step in path[:-1]:
            holder = holder[step]
        size = data.draw(st.sampled_from([1, 1 << 10, 1 << 17, 1 << 24, 1 << 30]))
        holder[path[-1]] += data.draw(st.integers(-2, 2)) * size
    try:
        problems = judged(layout, whole).problems
    except CertificateError:
        return
    assert problems


@settings(max_examples=60)
@given(st.data())
def test_no_other_rows_make_a_falsehood_stand(data: st.DataObject) -> None:
    """Whatever rows the leaves of a falsehood are closed by, with whatever weights."""
    layout, text = falsehood("round an oak")
    whole = json.loads(text)
    kinds = data.draw(st.sets(st.integers(0, 3), min_size=1))
    seed = random.Random(data.draw(st.integers(0, 2**32)))
    for tree in whole["proofs"][0]["trees"]:
        waiting: list[tuple[list[Any], int]] = [(tree["tree"], 0)]
        while waiting:
            node, deep = waiting.pop()
            if node[0] == "apart":
                waiting += [(child, deep + 1) for child in node[3]]
            elif node[0] != "closed":
                waiting += [(child, deep) for child in node[2:]]
            elif deep:
                for _ in range(seed.randint(0, 2)):
                    kind = seed.choice([*kinds])
                    line = [kind, seed.randrange(deep), 0 if kind == 3 else seed.randrange(2)]
                    node[1] += [seed.choice([1, 1 << 20, 1 << 40]), *(line if kind else [0, 0, 0])]
    assert judged(layout, whole).problems
