"""The second opinion: what is wrong with a layout, whoever made it. Shares nothing with the search.

What the layout states is compared with what `remeasure` makes of its drills, its space model, its poses and
its yard, and believed nowhere. `problems` returns everything that is wrong, nothing else.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import shapely
from shapely.geometry.base import BaseGeometry

from conedrills.drill import PACES, Affine
from conedrills.errors import YardError
from conedrills.geometry import Point, angle_between
from conedrills.layout import Layout, PlacedLeg, Placement
from conedrills.remeasure import (
    COARSEST,
    SAME,
    SAME_ANGLE,
    Frame,
    LegKey,
    RawYard,
    Thing,
    TrueLeg,
    at_xy,
    in_m,
    leg_name,
    rebuilt,
)
from conedrills.space import FLOOR
from conedrills.standing import faults
from conedrills.units import METRES
from conedrills.yard import Yard, validated

Kind = Literal[
    "yard", "space", "statement", "size", "certificate", "pace", "mirror",
    "cone", "leg", "path", "facing", "room", "lawn", "clearance", "tightest", "caller", "apart", "setout",
]  # fmt: skip

SAME_SIZE = 1e-6
SAME_TIGHTEST = 0.005
"""Metres within which the tightest place may be stated: it is there to be looked at, not to be relied on."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    `where` says in words which part of the layout it is in, `message` what is wrong there; `key` is the key
    or the leg. `placement` counts from 0, `drill` is its name; None and "" where the whole layout is
    meant. `at` is the place in the yard and `amount` how much is missing or off, metres, where there is one.
    """

    kind: Kind
    where: str
    message: str
    placement: int | None = None
    drill: str = ""
    key: str = ""
    at: Point | None = None
    amount: float | None = None

    def to_json(self) -> dict[str, Any]:
        """For `check --json`; `placement` counts from 0, lengths in metres."""
        return {
            "kind": self.kind,
            "where": self.where,
            "message": self.message,
            "placement": self.placement,
            "drill": self.drill or None,
            "key": self.key or None,
            "at": list(self.at.xy) if self.at else None,
            "amount": self.amount,
        }


def problems(layout: Layout) -> tuple[Problem, ...]:
    """Everything that is wrong with a layout, in the order of its placements; empty where nothing is."""
    found = [*_yard_problems(layout.yard), *_space_problems(layout), *_contradictions(layout)]
    ground = RawYard(layout.yard)
    for index, placement in enumerate(layout.placements):
        if placement.pace in PACES:
            found += _Judge(layout, ground, index, placement).problems()
        else:  # how much room its legs need, nobody can tell
            message = f"the pace is stated as {placement.pace}, but there are {', '.join(PACES)}."
            where = _where(index, placement)
            found.append(Problem("pace", where, message, index, placement.drill.name, "pace"))
    return tuple(found)


def _yard_problems(yard: Yard) -> Iterator[Problem]:
    try:
        validated(yard)
    except YardError as error:
        yield Problem("yard", "yard", str(error), key="yard")


def _space_problems(layout: Layout) -> Iterator[Problem]:
    for pace, ways in layout.space.side_clearance.items():
        for way, metres in ways.items():
            if metres < FLOOR - 1e-9:
                yield Problem(
                    "space",
                    "space",
                    f"{in_m(metres)} beside {way} legs at pace {pace} is less than {in_m(FLOOR)}.",
                    key=f"side_clearance, {pace}, {way}",
                    amount=FLOOR - metres,
                )


def _contradictions(layout: Layout) -> Iterator[Problem]:
    """What the file stated beside what follows from its drills."""
    for lie in layout.contradictions:
        placement = None if lie.placement is None else layout.placements[lie.placement]
        yield Problem(
            "statement",
            _where(lie.placement, placement),
            f"{lie.key} is stated as {lie.stated}, but it is {lie.true}.",
            placement=lie.placement,
            drill=placement.drill.name if placement else "",
            key=lie.key,
        )


def _where(index: int | None, placement: Placement | None) -> str:
    return f"placement {index + 1} ({placement.drill.title})" if placement and index is not None else "layout"


class _Judge:
    """Judges one placement."""

    def __init__(self, layout: Layout, ground: RawYard, index: int, placement: Placement) -> None:
        self.layout = layout
        self.ground = ground
        self.index = index
        self.placement = placement
        self.legs = rebuilt(layout, placement)

    def problems(self) -> Iterator[Problem]:
        """Everything wrong with it."""
        yield from self._numbers()
        yield from self._cones()
        yield from self._stated_legs()
        for leg in self.legs:
            stated = self._stated(leg)
            yield from self._on_lawn(leg, stated)
            yield from self._clearances(leg, stated)
        yield from self._tightest()
        yield from self._caller()
        yield from self._apart()
        yield from self._setout()

    def _problem(
        self, kind: Kind, message: str, key: str, at: Point | None = None, amount: float | None = None
    ) -> Problem:
        return Problem(
            kind=kind,
            where=_where(self.index, self.placement),
            message=f"{message}.",
            placement=self.index,
            drill=self.placement.drill.name,
            key=key,
            at=at,
            amount=amount,
        )

    def _numbers(self) -> Iterator[Problem]:
        """Size, certificate and mirror."""
        placement, drill = self.placement, self.placement.drill
        size, bound = placement.size, placement.size_bound
        if not drill.size_min - SAME_SIZE <= size <= drill.size_max + SAME_SIZE:
            limits = f"{drill.size_min:.4g} to {drill.size_max:.4g}"
            yield self._problem("size", f"size {size:.4f}, but the drill allows {limits}", "size")
        yield from self._stretch()
        if bound is not None and bound < size:
            yield self._problem(
                "certificate", f"size {size:.6f} exceeds its own bound {bound:.6f}", "size_bound"
            )
        if bound is None and placement.gap_reached:
            yield self._problem(
                "certificate", "the gap is called reached, but no bound is given", "gap_reached"
            )
        yield from self._common()
        if placement.pose.mirrored and not drill.mirror:
            yield self._problem("mirror", "mirrored, but the drill may not be mirrored", "mirrored")

    def _common(self) -> Iterator[Problem]:
        """What is stated of the size in two yards."""
        common, size = self.placement.common, self.placement.size
        if common is None:
            return
        bound = common.size_bound
        if bound is not None and bound < size:
            message = f"size {size:.6f} exceeds the bound {bound:.6f} of both yards"
            yield self._problem("certificate", message, "common, size_bound")
        if bound is None and common.gap_reached:
            message = "the gap of both yards is called reached, but no bound is given"
            yield self._problem("certificate", message, "common, gap_reached")

    def _stretch(self) -> Iterator[Problem]:
        """Depth and width of a drill with two lengths."""
        stretch, allowed = self.placement.stretch, self.placement.drill.stretch
        if stretch is None:
            return
        if allowed is None:
            message = "depth and width are stated, but the drill has one size"
            yield self._problem("size", message, "stretch")
            return
        for key, said, low, high in (
            ("depth", stretch.depth, allowed.low.depth, allowed.high.depth),
            ("width", stretch.width, allowed.low.width, allowed.high.width),
        ):
            if not low - SAME_SIZE <= said <= high + SAME_SIZE:
                message = f"{key} {said:.4f}, but the drill allows {low:.4g} to {high:.4g}"
                yield self._problem("size", message, f"stretch, {key}")
        if abs(self.placement.size - stretch.size) > SAME_SIZE:
            message = (
                f"size {self.placement.size:.4f}, but the smaller of depth and width is {stretch.size:.4f}"
            )
            yield self._problem("size", message, "stretch")

    def _cones(self) -> Iterator[Problem]:
        frame, drill, stated = Frame(self.placement), self.placement.drill, self.placement.cones
        if len(stated) != len(drill.cones):
            message = f"{len(stated)} cones, but the drill has {len(drill.cones)}"
            yield self._problem("cone", message, "cones")
        for number, (cone, truth) in enumerate(zip(stated, drill.cones, strict=False), 1):
            true = frame.point(truth)
            if (off := (cone - true).length) > SAME:
                message = f"cone {number} is stated {in_m(off)} away from {at_xy(true)}, where it belongs"
                yield self._problem("cone", message, f"cone {number}", cone, off)

    def _stated(self, leg: TrueLeg) -> PlacedLeg | None:
        """The leg as the layout states it: the first of its athlete, order and call."""
        same = (part for part in self.placement.legs if _key(part) == leg.key)
        return next(same, None)

    def _stated_legs(self) -> Iterator[Problem]:
        wanted = {leg.key for leg in self.legs}
        seen: set[LegKey] = set()
        for part in self.placement.legs:
            name = leg_name(_key(part))
            if _key(part) not in wanted:
                yield self._problem("leg", f"{name} is not in the drill", f"leg {part.order}")
            elif _key(part) in seen:
                yield self._problem("leg", f"{name} stands twice", f"leg {part.order}")
            seen.add(_key(part))
        for leg in self.legs:
            stated = self._stated(leg)
            if stated is None:
                yield self._problem("leg", f"{leg.name} of the drill is missing", f"leg {leg.leg.order}")
            else:
                yield from self._words(leg, stated)
                yield from self._directions(leg, stated)
                yield from self._room(leg, stated)
                yield from self._path(leg, stated)
        athletes = (None, *self.placement.drill.athletes)
        orders = [
            (athletes.index(part.athlete), part.order)
            for part in self.placement.legs
            if part.athlete in athletes
        ]
        if orders != sorted(orders):
            yield self._problem("leg", "the legs are not in the order of running", "legs")

    def _words(self, leg: TrueLeg, stated: PlacedLeg) -> Iterator[Problem]:
        drill = leg.leg
        pairs = {
            "from": (stated.start, drill.start),
            "to": (stated.end, drill.end),
            "movement": (stated.movement, drill.movement),
            "shape": (stated.shape, drill.shape),
            "cut": (stated.cut, drill.cut),
        }
        for key, (said, true) in pairs.items():
            if said != true:
                message = f"{leg.name}: {key} is stated as {said}, but the drill says {true}"
                yield self._problem("leg", message, f"{leg.name}, {key}")

    def _directions(self, leg: TrueLeg, stated: PlacedLeg) -> Iterator[Problem]:
        for key, said, true in (
            ("facing", stated.facing, leg.facing),
            ("heading_out", stated.heading_out, leg.heading_out),
        ):
            if angle_between(said, true) > SAME_ANGLE:
                message = f"{leg.name}: {key} is stated as {said:.2f}°, but it is {true % 360.0:.2f}°"
                yield self._problem("facing", message, f"{leg.name}, {key}")
        if stated.facing_follows != (leg.leg.shape != "line"):
            message = f"{leg.name}: the chest turns with the path on an arc, and only there"
            yield self._problem("facing", message, f"{leg.name}, facing_follows")

    def _room(self, leg: TrueLeg, stated: PlacedLeg) -> Iterator[Problem]:
        if abs(stated.length - leg.length) > SAME:
            off = abs(stated.length - leg.length)
            message = f"{leg.name}: length is stated as {in_m(stated.length)}, but it is {in_m(leg.length)}"
            yield self._problem("path", message, f"{leg.name}, length", amount=off)
        for key, said, asked in (
            ("side_clearance", stated.side_clearance, leg.side_clearance),
            ("run_out", stated.run_out, leg.run_out),
            ("round_clearance", stated.round_clearance or 0.0, leg.round_clearance or 0.0),
        ):
            if said < asked - SAME:
                word = key.replace("_", " ")
                message = f"{leg.name}: {word} is stated as {in_m(said)}, but the space model asks for"
                yield self._problem(
                    "room", f"{message} {in_m(asked)}", f"{leg.name}, {key}", amount=asked - said
                )

    def _path(self, leg: TrueLeg, stated: PlacedLeg) -> Iterator[Problem]:
        off, where = max(leg.strays(stated.path), key=lambda stray: stray[0])
        if off > SAME:
            message = f"{leg.name}: its path is stated up to {in_m(off)} off where it runs, at {at_xy(where)}"
            yield self._problem("path", message, f"{leg.name}, path", where, off)
        elif not leg.runs_on(stated.path):
            message = f"{leg.name}: its path turns back, or is drawn in chords of more than {COARSEST:g}°"
            yield self._problem("path", message, f"{leg.name}, path")

    def _on_lawn(self, leg: TrueLeg, stated: PlacedLeg | None) -> Iterator[Problem]:
        """Whether the path and its run-out stay inside the boundary and out of every obstacle."""
        run = _as_promised(leg, stated).prolonged
        for off in self.ground.off_lawn(run):
            yield self._problem("lawn", f"{leg.name} {off.words}", leg.name, off.at, off.length)

    def _clearances(self, leg: TrueLeg, stated: PlacedLeg | None) -> Iterator[Problem]:
        """Whether path, run-out and the loop round a cone keep their distance."""
        leg = _as_promised(leg, stated)
        for missing, thing in self.ground.too_close(leg.prolonged, leg.side_clearance):
            part, shape, beyond = leg.name, leg.line, leg.beyond
            # a hair, so that a fence along the leg is a matter of the leg
            if beyond.distance(thing.shape) < shape.distance(thing.shape) - 1e-6:
                part, shape = f"{leg.name}'s run-out", beyond
            yield self._too_close(part, shape, thing, missing)
        if leg.round_clearance is not None:
            cone = shapely.Point(leg.path[-1].xy)
            for missing, thing in self.ground.too_close(cone, leg.round_clearance):
                yield self._too_close(
                    f"the turn of {leg.name} round cone {leg.leg.end}", cone, thing, missing
                )

    def _too_close(self, part: str, shape: BaseGeometry, thing: Thing, missing: float) -> Problem:
        where = thing.nearest_to(shape)
        message = f"{part} comes {in_m(missing)} too close to {thing.label} at {at_xy(where)}"
        return self._problem("clearance", message, part, where, missing)

    def _tightest(self) -> Iterator[Problem]:
        stated, true = self.placement.tightest, self.ground.tightest(self.legs)
        if stated is None or true is None:
            if (stated is None) != (true is None):
                message = "nothing hard is in the yard" if true is None else f"it is {in_m(true.distance)}"
                yield self._problem("tightest", f"the tightest place is misstated: {message}", "tightest")
            return
        drawn = ((leg, self._stated(leg)) for leg in self.legs)
        slack = SAME_TIGHTEST + max(leg.drawn_sag(part.path) if part else 0.0 for leg, part in drawn)
        off = abs(stated.distance - true.distance)
        if off > slack:
            message = f"the tightest place is stated with {in_m(stated.distance)}, but {in_m(true.distance)}"
            message += f" is left at {at_xy(true.at)}"
            yield self._problem("tightest", message, "tightest, distance", true.at, off)
            return
        at = shapely.Point(stated.at.xy)
        named = [thing.shape.distance(at) for thing in self.ground.hard_things if thing.name == stated.to]
        run = min(leg.prolonged.distance(at) for leg in self.legs)
        if min(named, default=math.inf) > slack or run > true.distance + slack:
            message = (
                f"the tightest place is not at {at_xy(stated.at)} on {stated.to}, but at {at_xy(true.at)}"
            )
            yield self._problem("tightest", f"{message} on {true.to}", "tightest", true.at)

    def _caller(self) -> Iterator[Problem]:
        stated, caller = self.placement.caller, self.placement.drill.caller
        if stated is None:
            return
        if caller is None:
            yield self._problem("caller", "a caller is placed, but the drill has none", "caller", stated)
            return
        frame = Frame(self.placement)
        if not _may_call_from(complex(*stated.xy), frame, caller):
            drawn = at_xy(frame.point(caller))
            message = f"the caller at {at_xy(stated)} is neither at {drawn} nor 5 to 7 yd ahead of cone 1"
            yield self._problem("caller", message, "caller", stated)
        spot = shapely.Point(stated.xy)
        inside = [thing for thing in self.ground.things if thing.owner >= 0 and thing.shape.intersects(spot)]
        outline = self.ground.outline
        if inside or (outline is not None and not outline.covers(spot)):
            message = f"the caller stands off the lawn at {at_xy(stated)}"
            yield self._problem("caller", message, "caller", stated)
        for missing, thing in self.ground.too_close(spot, FLOOR):
            if thing.hard:
                yield self._too_close("the caller", spot, thing, missing)

    def _apart(self) -> Iterator[Problem]:
        """Whether two athletes keep clear of one another, and how near they come is stated as it is."""
        stated, drill = self.placement.apart, self.placement.drill
        if drill.apart is None:
            if stated is not None:
                message = "how near two athletes come is stated, but the drill has one"
                yield self._problem("apart", message, "apart", amount=stated)
            return
        first, second = (
            shapely.union_all([leg.line for leg in self.legs if leg.leg.athlete == name])
            for name in drill.athletes
        )
        true, line = float(first.distance(second)), shapely.shortest_line(first, second)
        at = Point(*line.coords[0][:2])
        if (missing := drill.apart - true) > SAME:
            message = f"the courses of {drill.athletes[0]} and {drill.athletes[1]} come within {in_m(true)}"
            message += f" of each other at {at_xy(at)}, but the drill keeps them {in_m(drill.apart)} apart"
            yield self._problem("apart", message, "apart", at, missing)
        sags = [leg.drawn_sag(part.path) for leg in self.legs if (part := self._stated(leg))]
        if stated is None or abs(stated - true) > SAME + 2.0 * max(sags, default=0.0):
            said = "not stated" if stated is None else f"stated to come within {in_m(stated)} of each other"
            message = f"the courses of two athletes are {said}, but they come within {in_m(true)}"
            yield self._problem("apart", message, "apart", at, abs((stated or 0.0) - true))

    def _setout(self) -> Iterator[Problem]:
        """Whether who follows the rows puts every cone where the drill keeps its distances."""
        legs = [_as_promised(leg, self._stated(leg)) for leg in self.legs]
        for fault in faults(self.layout, self.ground, self.placement, legs):
            yield self._problem("setout", fault.message, fault.key, fault.at, fault.amount)


def _key(part: PlacedLeg) -> LegKey:
    return part.order, part.call, part.athlete


def _may_call_from(spot: complex, frame: Frame, caller: Affine) -> bool:
    """Whether a caller may stand there: as the drill says, or 5 to 7 yd ahead of cone 1 within 30°."""
    if abs(spot - frame.of(caller)) <= SAME:
        return True
    ahead = frame.direction(1j)
    away = (spot - frame.of(frame.placement.drill.cones[0])) / ahead
    near, far = 5.0 * METRES["yd"], 7.0 * METRES["yd"]
    return (
        near - SAME <= abs(away) <= far + SAME and abs(math.degrees(cmath.phase(away))) <= 30.0 + SAME_ANGLE
    )


def _as_promised(leg: TrueLeg, stated: PlacedLeg | None) -> TrueLeg:
    """The leg with the room that the layout promises where that is more than the model asks for."""
    if stated is None:
        return leg
    return replace(
        leg,
        side_clearance=max(leg.side_clearance, stated.side_clearance),
        run_out=max(leg.run_out, stated.run_out),
    )
