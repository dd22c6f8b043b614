"""A layout without what is private: names, notes, and what things in the yard are called."""

from __future__ import annotations

from dataclasses import replace

from conedrills.layout import Layout, Placement
from conedrills.yard import Yard


def public(layout: Layout) -> Layout:
    """The layout as it may be given away: geometry, drills, sizes and set-out, and the letters of hooks.

    Left out are its title, notes, and the names of the yard, its sides, obstacles and reference points.
    """
    return replace(
        layout,
        title="",
        notes=(),
        yard=_yard(layout.yard),
        placements=tuple(_placement(placement) for placement in layout.placements),
        unplaced=tuple(replace(missing, binding=(), remedies=()) for missing in layout.unplaced),
    )


def _yard(yard: Yard) -> Yard:
    return replace(
        yard,
        name="",
        notes=(),
        sun="",
        slope="",
        side_names=(),
        obstacles=tuple(replace(obstacle, name="") for obstacle in yard.obstacles),
        references=tuple(replace(reference, what="") for reference in yard.references),
    )


def _placement(placement: Placement) -> Placement:
    tight = placement.tightest
    return placement if tight is None else replace(placement, tightest=replace(tight, to=""))
