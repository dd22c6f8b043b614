"""What of a layout anybody may see: its geometry, its drills and its set-out, and no word of its owner's."""

from __future__ import annotations

from dataclasses import replace

from conedrills.layout import Layout, Placement, Tightest, Unplaced, name_of_side


def public(layout: Layout) -> Layout:
    """The layout without title, names and notes; the same again when it is public already."""
    yard = layout.yard
    names = {name_of_side(yard, side): f"side {side + 1}" for side in range(len(yard.boundary))}
    names |= {thing.name: f"obstacle {place}" for place, thing in enumerate(yard.obstacles, 1)}
    plain = replace(
        yard,
        name="",
        side_names=(),
        obstacles=tuple(
            replace(thing, name=f"obstacle {place}") for place, thing in enumerate(yard.obstacles, 1)
        ),
        references=tuple(replace(reference, what="") for reference in yard.references),
        notes=(),
        sun="",
        slope="",
    )

    def shown(placement: Placement) -> Placement:
        tight = placement.tightest
        told = tight and Tightest(tight.distance, tight.at, names.get(tight.to, "obstacle"))
        return replace(placement, tightest=told)

    def missing(entry: Unplaced) -> Unplaced:
        return replace(entry, binding=(), remedies=())

    return replace(
        layout,
        title="",
        notes=(),
        yard=plain,
        placements=tuple(map(shown, layout.placements)),
        unplaced=tuple(map(missing, layout.unplaced)),
        contradictions=(),
    )
