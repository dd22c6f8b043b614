"""Layouts made by hand, friendly and nasty, for tests of pages: nothing here asks `fit`."""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from conedrills.drill import Drill, Pace, Stretch, load_drill
from conedrills.geometry import Point, Pose
from conedrills.layout import (
    Check,
    Layout,
    Offset,
    Placement,
    Remedy,
    SetoutRow,
    Tape,
    Tie,
    Tightest,
    Unplaced,
    placed_legs,
)
from conedrills.space import SpaceModel
from conedrills.yard import Kind, Obstacle, Reference, Yard
from tests import two_lengths

MODEL = SpaceModel()
LONG = "The very long name of a garden behind the second house on the left, Straße 7½, žluťoučký kůň 庭"


def placement(
    drill: Drill | str,
    at: tuple[float, float],
    rotation: float = 0.0,
    size: float = 1.0,
    *,
    pace: Pace = "full",
    mirrored: bool = False,
    to: str = "side 1",
    stretch: Stretch | None = None,
) -> Placement:
    """A drill laid somewhere, whether it fits there or not."""
    known = load_drill(drill) if isinstance(drill, str) else drill
    pose = Pose(Point(*at), rotation, mirrored)
    figure = known.figure(size, stretch)
    return Placement(
        known,
        pace,
        size,
        size,
        True,
        pose,
        tuple(pose.place(cone) for cone in figure.cones),
        placed_legs(known, size, pose, pace, MODEL, stretch=stretch),
        Tightest(1.62, Point(0.0, 0.0), to),
        pose.place(figure.caller) if figure.caller else None,
        stretch=stretch,
    )


def yard(wide: float, high: float, name: str = "Test yard", **more: object) -> Yard:
    """A rectangle of hard sides."""
    ring = (Point(0.0, 0.0), Point(wide, 0.0), Point(wide, high), Point(0.0, high))
    sides: tuple[Kind, ...] = ("hard",) * 4
    return Yard(**{"name": name, "boundary": ring, "side_kinds": sides, **more})  # type: ignore[arg-type]


def layout(ground: Yard, *placements: Placement, **more: object) -> Layout:
    """A layout of some placements."""
    known = {"title": ground.name, "units": "m", "yard": ground, "space": MODEL, "placements": placements}
    return Layout(**{**known, **more})  # type: ignore[arg-type]


def set_out(placed: Placement, hooks: Sequence[Reference]) -> Placement:
    """Two ties from the first two hooks, checked from the last, and every other cone along the line of both.

    All lengths are true to 1 cm, whether such tapes would be good, or on the lawn, or not.
    """
    cones = [complex(*cone.xy) for cone in placed.cones]
    first, second, last = (complex(*hooks[i].at.xy) for i in (0, 1, -1))
    rows: list[SetoutRow] = []
    for number, cone in enumerate(cones[:2], 1):
        turn = (cone - second) / (cone - first) if cone not in (first, second) else 1
        rows.append(
            Tie(
                number,
                (
                    Tape(hooks[0].name, round(abs(cone - first), 2)),
                    Tape(hooks[1].name, round(abs(cone - second), 2)),
                ),
                "left" if ((cone - first) / (second - first)).imag > 0 else "right",
                round(abs(math.degrees(cmath.phase(turn)))),
                Tape(hooks[-1].name, round(abs(cone - last), 2)),
            )
        )
    ahead = (cones[1] - cones[0]) / abs(cones[1] - cones[0])
    for number, cone in enumerate(cones[2:], 3):
        off = (cone - cones[0]) / ahead
        # a laid tape is read forward only
        start, along = (1, off.real) if off.real >= 0 else (2, abs(cones[1] - cones[0]) - off.real)
        offset = off.imag if start == 1 else -off.imag
        check = Tape(1, round(abs(cone - cones[0]), 2)) if number % 2 else None
        rows.append(Offset(number, start, 3 - start, round(along, 2), round(offset, 2) + 0.0, check))
    count = len(cones)
    checks = [Check(1, count, round(abs(cones[-1] - cones[0]), 2))] if count > 2 else []
    return replace(placed, setout=tuple(rows), checks=tuple(checks))


def round_thing(name: str, x: float, y: float, radius: float, kind: Kind = "hard") -> Obstacle:
    """A round obstacle."""
    turns = [math.radians(15 * i) for i in range(24)]
    return Obstacle(
        name, kind, tuple(Point(x + radius * math.cos(a), y + radius * math.sin(a)) for a in turns)
    )


def square_thing(name: str, x: float, y: float, wide: float, high: float, *, kind: Kind = "hard") -> Obstacle:
    """An upright rectangle."""
    corners = ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))
    return Obstacle(name, kind, tuple(Point(*corner) for corner in corners))


SIXTEEN = (
    "5-10-5", "backpedal-and-go", "backpedal-reaction-45", "box", "break-45", "break-90", "four-way-circle",
    "l-drill", "retro-lane", "semo", "short-box", "speed-turn", "straight-backpedal", "t-test", "w-drill",
    "zig-zag-backward-forward",
)  # fmt: skip
"""Drills of every sort; what comes new into the library changes no picture of these."""


@cache
def all_layouts() -> Mapping[str, Layout]:
    """Friendly and nasty ones by name."""
    things = (
        square_thing("shed", 2.0, 30.0, 4.0, 4.0),
        square_thing("pool", 24.0, 4.0, 5.0, 9.0),
        round_thing("oak", 12.0, 33.0, 1.5),
        square_thing("bed", 1.0, 1.0, 3.0, 6.0, kind="soft"),
    )
    hooks = (Reference("A", "tap corner", Point(0.0, 0.0)), Reference("B", "fence post", Point(32.0, 40.0)))
    garden = yard(32.0, 40.0, "Garden", obstacles=things, references=hooks, north=75.0,
                  side_kinds=("hard", "soft", "hard", "hard"), surface="wet")  # fmt: skip
    three = (
        placement("w-drill", (8.0, 16.0), 0.0, 0.83, to="shed"),
        placement("break-45", (20.0, 26.0), -20.0),
        placement("four-way-circle", (20.0, 34.0), 90.0, pace="walk", to="oak"),
    )
    names = SIXTEEN
    many = [placement(names[i % len(names)], (14.0, 22.0), 23.0 * i, mirrored=i % 2 == 1) for i in range(16)]
    long_things = tuple(square_thing(LONG, 3.0 + 7 * i, 31.0, 4.0, 4.0) for i in range(4))
    reason = (
        "No pose reaches its smallest size at a walk; the shed and side 3 leave 4.1 m where 6.2 m are needed."
    )
    left_out = tuple(Unplaced(load_drill(name), "walk", reason, 0.4) for name in names[:7])
    helped = Unplaced(
        load_drill("t-test"),
        "full",
        reason,
        0.4,
        ("north fence", "oak"),
        (
            Remedy("pace", pace="easy"),
            Remedy("obstacle", obstacle=2, name="oak"),
            Remedy("side", side=2, name="north fence", distance=0.4, cone=3),
        ),
    )
    nasty = Unplaced(
        load_drill("w-drill"),
        "full",
        LONG,
        None,
        (LONG, "x" * 80, "<b>&amp;", "𝄞\u0338ﷺ"),
        (
            Remedy("obstacle", obstacle=0, name=LONG),
            Remedy("side", side=1, name="y" * 80, distance=1000.0, leg=100),
            Remedy("drill", drill="box", name=LONG),
        ),
    )
    two = (
        placement(two_lengths.ZIG_ZAG, (3.0, 20.0), 0.0, 0.7, stretch=Stretch(0.93, 0.7)),
        placement(two_lengths.BREAK, (20.0, 30.0), 0.0, 0.6, stretch=Stretch(0.6, 1.0)),
        placement(two_lengths.BREAK, (20.0, 30.0), 10.0, 0.55, stretch=Stretch(1.0, 0.55), to="shed"),
    )
    posts = (*hooks, Reference("C", "house, kitchen corner", Point(0.0, 40.0)))
    named = (Reference(LONG, LONG, Point(0.0, 0.0)), Reference("Straße", "", Point(32.0, 0.0)))
    ends = tuple(Reference(f"{side}{i}", "post", Point(3.0 * i, y)) for side, y in (("S", 0.0), ("N", 160.0))
                 for i in (0, 1))  # fmt: skip
    tiny, huge, thin = yard(4.2, 3.1, "Tiny"), yard(900.0, 700.0, "Huge"), yard(3.0, 160.0, "Thin")
    boxes = placement("short-box", (1.5, 2.5), 10.0, 0.4), placement("box", (2, 1), 0, 0.3)
    tests = placement("t-test", (450.0, 300.0), 200.0), placement("semo", (10, 20))
    lanes = (placement("retro-lane", (1.5, 80.0), 3.0 * i, 0.8) for i in range(4))
    return {
        "three": layout(garden, *three),
        "sixteen": layout(garden, *many),
        "stretched": layout(garden, *two),
        "many stretched": layout(garden, *(two * 3)),
        "none": layout(garden, unplaced=left_out),
        "helped": layout(garden, unplaced=(helped, nasty)),
        "tiny": layout(tiny, *boxes),
        "huge": layout(huge, *tests),
        "thin": layout(thin, *lanes),
        "set out": layout(
            replace(garden, references=posts), *(set_out(one, posts) for one in three), tape=30.0
        ),
        "eight set out": layout(
            replace(garden, references=posts),
            *(set_out(one, posts) for one in many[:8]),
            tape=30.48,
            units="ft",
        ),
        "set out from long names": layout(
            replace(garden, references=named), *(set_out(one, named) for one in three), tape=200.0
        ),
        "thin set out": layout(
            replace(thin, references=ends),
            *(set_out(placement("retro-lane", (1.5, 80.0), 3.0 * i, 0.8), ends) for i in range(4)),
            tape=100.0,
        ),
        "long names": layout(
            yard(32.0, 40.0, LONG, obstacles=long_things, side_names=(LONG,) * 4),
            *(placement(name, (16.0, 16.0), 40.0, to=LONG) for name in names[:4]),
            title=LONG,
            unplaced=left_out,
            notes=(LONG, reason, LONG + reason),
        ),
    }  # fmt: skip
