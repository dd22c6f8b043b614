"""Networks of tapes: published surveys to their last decimal, what chance does, and what nobody can tell."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from conedrills.adjust import Network, adjust, chance
from conedrills.blunders import find, level_of, misread
from conedrills.network import Angle, Distance, Fix, Frame, Observation, Offset, Step, loose, solve
from conedrills.placing import Hints
from conedrills.survey import CONFIDENT, Survey, Tape
from conedrills.units import parse_length

SURVEYS = Path(__file__).resolve().parents[2] / "shared" / "data" / "formats" / "survey"
FOOT, INCH = 0.3048, 0.0254
PENTAGON = {
    "POB-P2": "19' 6.2\"", "POB-P3": "38' 0.8\"", "POB-P4": "35' 3.5\"", "POB-P5": "34' 11.5\"",
    "P2-P3": "28' 11.0\"", "P2-P4": "42' 11.0\"", "P2-P5": "48' 0.8\"", "P3-P4": "31' 10.1\"",
    "P3-P5": "43' 8.5\"", "P4-P5": "13' 5.0\"",
}  # fmt: skip
"""A building pad in Florida, taped in feet and inches (MangoCats/guesthouse, survey/distances.md)."""
PUBLISHED = {
    "P3": (0.0, 0.0), "P4": (31.8453, 0.0), "P5": (43.0653, 7.3814), "POB": (19.1724, 32.9119),
    "P2": (0.0874, 28.8997),
}  # fmt: skip
"""Its adjusted coordinates, feet (the same, survey/adjust_pentagon.py)."""
QUAD = {"A": (0.0, 0.0), "B": (12.0, 0.0), "C": (12.5, 9.0), "D": (-0.5, 8.0)}
ELL = {
    "A": (0.0, 0.0), "B": (8.0, 0.0), "C": (14.0, 0.0), "D": (14.0, 9.0), "E": (6.0, 9.0), "F": (6.0, 14.0),
    "G": (0.0, 14.0),
}  # fmt: skip
XY = tuple[float, float]
SIGMA = 0.02


def pairs(text: str) -> list[tuple[str, str]]:
    return [(pair[0], pair[1]) for pair in text.split()]


def taped(
    places: Mapping[str, XY],
    between: Sequence[tuple[str, str]],
    wrong: Mapping[tuple[str, str], float] | None = None,
    noise: Sequence[float] | None = None,
) -> list[Observation]:
    off = wrong or {}
    chances = noise if noise is not None else [0.0] * len(between)
    return [
        Distance(Tape(*pair, math.dist(places[pair[0]], places[pair[1]]) + off.get(pair, 0.0) + extra, SIGMA))
        for pair, extra in zip(between, chances, strict=True)
    ]


def surveyed(observations: Sequence[Observation], boundary: str, clockwise: bool | None = False) -> Survey:
    ring = tuple(boundary)
    return adjust(Network(tuple(observations), Frame(ring[0], ring[1]), Hints(ring, clockwise), "m"))


def place_of(survey: Survey, name: str) -> XY:
    return survey.points[name].x, survey.points[name].y


def pentagon(change: Mapping[str, str] | None = None) -> Survey:
    tapes = [
        Distance(Tape(start, end, parse_length(length, "ft"), INCH, length))
        for (start, end), length in (
            (key.split("-"), value) for key, value in {**PENTAGON, **(change or {})}.items()
        )
    ]
    return adjust(
        Network(tuple(tapes), Frame("P3", "P4"), Hints(("P3", "P4", "P5", "POB", "P2"), False), "ft")
    )


def test_the_published_pentagon_to_all_four_decimals() -> None:
    survey = pentagon()
    for name, (x, y) in PUBLISHED.items():
        at = survey.points[name]
        assert (round(at.x / FOOT, 4), round(at.y / FOOT, 4)) == pytest.approx((x, y), abs=1e-9)
    assert survey.rms / INCH == pytest.approx(0.193, abs=0.0005)
    assert max(abs(one.residual) for one in survey.tapes) / INCH == pytest.approx(0.29, abs=0.005)
    assert survey.spare == 3
    assert math.fsum(one.redundancy for one in survey.tapes) == pytest.approx(3.0, abs=1e-9)
    assert survey.level == "silent"
    assert not survey.suspects


def test_the_published_distances_of_the_pentagon() -> None:
    file = SURVEYS / "guesthouse_tape_and_bearings.json"
    if not file.exists():
        pytest.skip(f"the survey {file.name} is not here")
    published = json.loads(file.read_text())["published_adjusted_distances"]
    for one in pentagon().tapes:
        length = parse_length(published[f"{one.tape.start}-{one.tape.end}"], "ft")
        assert one.adjusted == pytest.approx(length, abs=0.051 * INCH)


def test_a_foot_too_much_in_the_pentagon_is_named() -> None:
    survey = pentagon({"P2-P4": "43' 11.0\""})
    worst = sorted(survey.tapes, key=lambda one: -abs(one.standardised))
    assert [(one.tape.start, one.tape.end, round(abs(one.standardised), 2)) for one in worst[:2]] == [
        ("P2", "P4", 6.73), ("POB", "P4", 5.30)
    ]  # fmt: skip
    (suspect,) = survey.suspects
    assert (suspect.start, suspect.end) == ("P2", "P4")
    assert suspect.off / INCH == pytest.approx(11.23, abs=0.005)
    assert suspect.likely == "one foot too long"
    assert survey.level == "refuse"
    assert "P2–P4 reads 43' 11.0\", but everything else says about 43′" in survey.problems[0]


def read_network(name: str) -> dict[str, Any]:
    file = SURVEYS / name
    if not file.exists():
        pytest.skip(f"the survey {file.name} is not here")
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def test_the_published_network_of_four_points_to_the_millimetre() -> None:
    """Distances and angles from the directions of the lesson, all its observations but for its datum."""
    told = read_network("network_4pt_distances.json")
    observations: list[Observation] = [
        Distance(Tape(str(start), str(end), length, 0.0015)) for start, end, length in told["distances"]
    ]
    seen: dict[str, list[tuple[str, float]]] = {}
    for at, to, gon in told["directions_gon"]:
        seen.setdefault(str(at), []).append((str(to), gon * 0.9))
    for at, sights in seen.items():
        for (start, first), (end, second) in combinations(sights, 2):
            # directions run clockwise
            observations.append(Angle(at, end, start, (second - first) % 360.0, 3.0 / 3600.0))
    survey = surveyed(observations, "1234", clockwise=None)
    published = {name: complex(*place) for name, place in told["published_adjusted_coordinates_m"].items()}
    ours = {name: complex(at.x, at.y) for name, at in survey.points.items()}
    for ring in (published, ours):
        middle = sum(ring.values()) / len(ring)
        for name in ring:
            ring[name] -= middle
    turn = sum(published[name] * ours[name].conjugate() for name in ours)
    turn /= abs(turn)
    assert all(abs(published[name] - turn * ours[name]) < 0.001 for name in ours)


def read_at(lengths: Mapping[str, float]) -> list[Observation]:
    return [Distance(Tape(pair[0], pair[1], length, SIGMA)) for pair, length in lengths.items()]


def test_the_published_triangle() -> None:
    north = surveyed(read_at({"SE": 8.0, "SN": 11.0, "EN": 7.0}), "SEN").points["N"]
    assert (north.x, north.y) == pytest.approx((8.5, 6.98212), abs=1e-5)


ALL_OF_ELL = list(combinations("ABCDEFG", 2))


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.sampled_from(ALL_OF_ELL), st.sampled_from([-1.0, 1.0]))
def test_a_wrong_tape_among_all_is_always_named(seed: int, bad: tuple[str, str], sign: float) -> None:
    noise = np.random.default_rng(seed).normal(0.0, SIGMA / 2.0, len(ALL_OF_ELL))
    survey = surveyed(taped(ELL, ALL_OF_ELL, {bad: sign * 0.5}, list(noise)), "ABCDEFG")
    assert survey.suspects
    assert (survey.suspects[0].start, survey.suspects[0].end) == bad
    assert survey.suspects[0].off == pytest.approx(sign * 0.5, abs=0.1)


def test_with_one_spare_tape_none_is_accused_and_the_next_is_named() -> None:
    survey = surveyed(taped(QUAD, pairs("AB BC CD DA AC BD"), {("A", "C"): 0.3}), "ABCD")
    assert survey.suspects == ()
    assert set(survey.in_question) == set(pairs("AB BC CD DA AC BD"))
    assert "nothing tells which" in survey.problems[0]
    assert survey.next_tape is None  # all six pairs are measured already


def test_the_next_tape_makes_the_wrong_one_known() -> None:
    """Five points with a spare tape, one of them wrong: with the tape that is proposed, it is named."""
    places = {**QUAD, "E": (6.0, 12.0)}
    between = pairs("AB BC CE ED DA AC BD BE")
    wrong = {("A", "C"): 0.5}
    first = surveyed(taped(places, between, wrong), "ABCED")
    assert first.next_tape is not None
    second = surveyed(taped(places, [*between, first.next_tape], wrong), "ABCED")
    before = [one for one in first.suspects if (one.start, one.end) == ("A", "C") and not one.rivals]
    assert not before
    assert len(second.in_question) < len(first.in_question) or second.suspects


def test_nothing_checks_two_tapes_to_a_point() -> None:
    survey = surveyed(taped(QUAD, pairs("AB BC CA AD CD")), "ABCD")
    assert survey.spare == 0
    assert all(one.redundancy == 0.0 for one in survey.tapes)
    assert "Nothing checks any of these tapes" in survey.notes[0]
    assert survey.next_tape in {("B", "D"), ("D", "B")}


@pytest.mark.parametrize(
    ("between", "name"),
    [("AB BC CD DA", "swing"), ("AB BC CA CD", "D can swing"), ("AB BC CA AD CE DE", "can swing")],
)
def test_what_can_swing_is_named(between: str, name: str) -> None:
    places = {**QUAD, "E": (6.0, 12.0)}
    names = sorted({letter for pair in pairs(between) for letter in pair})
    with pytest.raises(ValueError, match=name):
        surveyed(taped(places, pairs(between)), "".join(names), None)


@settings(max_examples=60)
@given(st.sets(st.sampled_from(list(combinations("ABCDEF", 2))), min_size=9, max_size=13))
def test_rigidity_is_as_laman_counts(drawn: set[tuple[str, str]]) -> None:
    """A network is rigid where 2n - 3 of its bars have no 2k - 3 + 1 among any k points (Laman 1970)."""
    points = "ABCDEF"
    bars = sorted(drawn)
    assume({letter for bar in bars for letter in bar} == set(points))
    spread = [(0.0, 0.0), (9.0, 1.0), (12.0, 8.0), (4.0, 11.0), (-3.0, 7.0), (5.0, 5.0)]
    places = dict(zip(points, spread, strict=True))

    def independent(some: Sequence[tuple[str, str]]) -> bool:
        return all(
            sum(set(bar) <= set(group) for bar in some) <= 2 * size - 3
            for size in range(2, len(points) + 1)
            for group in combinations(points, size)
        )

    rigid = any(independent(some) for some in combinations(bars, 2 * len(points) - 3))
    frame = Frame(*bars[0])
    assert (loose(taped(places, bars), frame) == ()) == rigid


def test_tapes_that_cannot_meet_are_blamed_by_name() -> None:
    observations = read_at({"AB": 9.7, "BC": 8.0, "CA": 9.0, "AD": 3.6, "BD": 2.7})
    words = r"A–D \(3.60 m\) and B–D \(2.70 m\) cannot meet: A and B are 9.70 m apart"
    with pytest.raises(ValueError, match=words):
        surveyed(observations, "ABCD")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_flips_are_told_by_sides_and_the_way_round(seed: int, clockwise: bool) -> None:
    """Random yards, ties from three corners and all sides come out as they were walked, not as the mirror."""
    chances = np.random.default_rng(seed)
    count = int(chances.integers(4, 9))
    turns = np.sort(chances.uniform(0.0, math.tau, count))
    assume(float(np.diff([*turns, turns[0] + math.tau]).max()) < 2.6)
    reach = chances.uniform(6.0, 12.0, count)
    names = "ABCDEFGHI"[:count]
    places = {
        name: (float(far * math.cos(turn)), float(far * math.sin(turn)))
        for name, turn, far in zip(names, turns, reach, strict=True)
    }
    sides = [(names[index], names[(index + 1) % count]) for index in range(count)]
    hooks = (names[0], names[1], names[count // 2])
    between = {frozenset(pair) for pair in sides}
    between |= {frozenset((hook, name)) for hook in hooks for name in names if name != hook}
    ends = sorted((min(pair), max(pair)) for pair in between)
    observations = taped(places, ends)
    order = names[::-1] if clockwise else names
    try:
        survey = surveyed(observations, order, clockwise)
    except ValueError as error:
        assert "can lie in two places" in str(error)  # noqa: PT017 # its hooks stand nearly in line
        reject()
    for one, other in combinations(names, 2):
        apart = math.dist(place_of(survey, one), place_of(survey, other))
        assert apart == pytest.approx(math.dist(places[one], places[other]), abs=1e-6)
    ring = [survey.points[name] for name in order]
    area = math.fsum(a.x * b.y - b.x * a.y for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))
    assert (area < 0.0) == clockwise


def test_a_point_that_may_lie_in_two_places_asks_for_a_tape() -> None:
    with pytest.raises(ValueError, match=r"T can lie in two places.* Measure T–[CD]: it is"):
        surveyed(taped({**QUAD, "T": (5.0, 2.0)}, pairs("AB BC CD DA AC BD AT BT")), "ABCD")


def test_inside_and_sides_tell_flips() -> None:
    observations = tuple(taped({**QUAD, "T": (5.0, 4.0)}, pairs("AB BC CD DA AC BD AT BT")))
    for hints in (
        Hints(tuple("ABCD"), False, inside=frozenset("T")),
        Hints(tuple("ABCD"), False, sides={"T": (True, "A", "B")}),
    ):
        at = adjust(Network(observations, Frame("A", "B"), hints)).points["T"]
        assert (at.x, at.y) == pytest.approx((5.0, 4.0), abs=1e-6)


def test_95_in_100_points_lie_within_their_ellipses() -> None:
    """Random yards and random redundant tapes with noise: an ellipse holds its point 19 times of 20."""
    chances = np.random.default_rng(20261123)
    inside = total = 0
    for _ in range(400):
        count = int(chances.integers(4, 9))
        drawn = chances.uniform(0.0, 20.0, (count, 2))
        places = {chr(65 + index): (float(x), float(y)) for index, (x, y) in enumerate(drawn)}
        between = [
            pair for pair in combinations(sorted(places), 2) if pair == ("A", "B") or chances.random() < 0.8
        ]
        frame = Frame("A", "B")
        exact = taped(places, between)
        if loose(exact, frame):
            continue
        spread = [0.015 + 0.001 * one.tape.length for one in exact if isinstance(one, Distance)]
        observations = [
            Distance(
                Tape(one.tape.start, one.tape.end, one.tape.length + float(chances.normal(0.0, sigma)), sigma)
            )
            for one, sigma in zip(exact, spread, strict=True)
            if isinstance(one, Distance)
        ]
        (ax, ay), (bx, by) = places["A"], places["B"]
        base = math.dist(places["A"], places["B"])
        east, north = (bx - ax) / base, (by - ay) / base
        true = {
            name: (east * (x - ax) + north * (y - ay), east * (y - ay) - north * (x - ax))
            for name, (x, y) in places.items()
        }
        solution = solve(observations, true, frame)
        for name in sorted(places):
            if name in "AB":
                continue
            at = solution.position(name)
            if at.minor * 100.0 < at.major:
                continue  # nearly in line: no ellipse describes what is left open there
            turned = complex(true[name][0] - at.x, true[name][1] - at.y) * complex(
                math.cos(math.radians(at.direction)), -math.sin(math.radians(at.direction))
            )
            away = math.hypot(turned.real / at.major, turned.imag / at.minor)
            inside += away <= CONFIDENT
            total += 1
    assert total > 1000
    assert 0.93 <= inside / total <= 0.97


def test_chance_is_chi_square() -> None:
    stats = pytest.importorskip("scipy.stats")
    for spare in range(1, 60):
        assert chance(spare) == pytest.approx(float(stats.chi2.ppf(0.999, spare)), rel=0.04)


def test_derivatives_are_what_a_small_step_gives() -> None:
    at = {"A": (0.3, 0.2), "B": (9.0, 1.0), "C": (4.0, 6.0)}
    step = 1e-6
    for one in (
        Distance(Tape("A", "C", 7.0, 1.0)), Offset("C", "A", "B", 3.0, 5.0, 1.0, 1.0),
        Step("A", "B", 8.0, 1.0, 1.0), Fix("C", 4.0, 6.0, 1.0), Angle("A", "B", "C", 40.0, 1.0),
    ):  # fmt: skip
        before = list(one.equations(at, 1.0))
        for name, (x, y) in at.items():
            for axis, moved in enumerate(((x + step, y), (x, y + step))):
                after = list(one.equations({**at, name: moved}, 1.0))
                for (left, _, row), (other, _, _) in zip(before, after, strict=True):
                    derivative = math.fsum(
                        value for key, number, value in row if (key, number) == (name, axis)
                    )
                    assert (left - other) / step == pytest.approx(derivative, abs=1e-4)


@pytest.mark.parametrize(
    ("length", "written", "units", "off", "words"),
    [
        (13.32, "43' 8 1/2\"", "ft", 0.3048, "one foot too long"),
        (8.83, "8.83", "m", -1.0, "one metre too short"),
        (2.83, "2.83 m", "m", 0.45, "two digits swapped: 2.38 m"),
        (9.30, "9.30", "m", 0.1, "10 cm too long"),
        (
            9.30,
            "9.30",
            "m",
            0.06,
            "about 6.0 cm too long; perhaps the hook or ring of the tape was not counted",
        ),
        (9.30, "9.30", "m", -0.22, "about 22 cm too short"),
    ],
)
def test_the_likely_misread_is_said(length: float, written: str, units: str, off: float, words: str) -> None:
    assert misread(Tape("A", "B", length, 0.01, written), off, 0.004, units) == words


def test_levels_of_misclosure() -> None:
    assert [level_of(missed, 30.0) for missed in (0.0, 0.1, 0.101, 0.299, 0.301)] == [
        "silent", "silent", "note", "note", "refuse"
    ]  # fmt: skip
    assert level_of(0.25, 20.0) == "warn"
    assert level_of(0.25, 12.0) == "refuse"


def test_two_wrong_tapes_are_found_one_after_the_other() -> None:
    wrong = {("A", "E"): 0.6, ("C", "G"): -0.5}
    observations = taped(ELL, ALL_OF_ELL, wrong)
    solution = solve(observations, ELL, Frame("A", "B"))
    found = find(observations, solution, Frame("A", "B"), "m")
    assert {(one.start, one.end) for one in found.suspects} == set(wrong)


def test_a_walked_shape_takes_its_scale_from_a_tape() -> None:
    """A receiver's shape ten percent too large and one tape: the shape stays, the size is the tape's."""
    fixes = [Fix(name, 1.1 * x, 1.1 * y, 4.0) for name, (x, y) in QUAD.items()]
    observations = (*fixes, *taped(QUAD, pairs("AB")))
    survey = adjust(
        Network(observations, Frame("A", "B", held=False, turned=False, scaled=True), Hints(tuple("ABCD")))
    )
    at = survey.points
    assert math.dist((at["C"].x, at["C"].y), (at["D"].x, at["D"].y)) == pytest.approx(
        math.dist(QUAD["C"], QUAD["D"]), rel=1e-6
    )
