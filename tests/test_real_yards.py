"""Every real yard gets a layout that an independent test finds on the lawn, with all the room it states."""

from __future__ import annotations

from pathlib import Path as FilePath

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from conedrills.check import problems
from conedrills.geometry import Vector
from conedrills.importers import read_yard
from conedrills.layout import Layout
from conedrills.plan import plan
from conedrills.yard import Yard

YARDS = FilePath(__file__).resolve().parents[2] / "shared" / "data" / "yards"
NAMES = [
    *(f"bern_{i:02}" for i in range(1, 10)),
    *(f"cornillon_{i:02}" for i in range(1, 29)),
    *(f"paradise_{i:02}" for i in range(1, 8)),
    *(f"prague_{i:02}" for i in range(1, 17)),
]


@pytest.fixture(params=NAMES)
def yard(request: pytest.FixtureRequest) -> Yard:
    file = YARDS / f"{request.param}.geojson"
    if not file.is_file():
        pytest.skip(f"the shared yard {file.name} is not here")
    return read_yard(file)


def test_a_first_layout_lies_on_the_lawn(yard: Yard) -> None:
    layout = plan(yard)
    assert layout.placements or all(entry.reason for entry in layout.unplaced)
    assert problems(layout) == ()
    assert list(intrusions(layout)) == []
    families = [placement.drill.family for placement in layout.placements]
    if yard_is_roomy(yard):
        assert {"backward", "diagonal", "cornerback"} <= set(families)


def yard_is_roomy(yard: Yard) -> bool:
    lawn = lawn_of(yard)
    assert isinstance(lawn, shapely.Polygon)
    circle = shapely.maximum_inscribed_circle(lawn, tolerance=0.05)
    return circle.length > 9.0  # a disc of this radius holds the W drill with all its run-outs


def lawn_of(yard: Yard) -> BaseGeometry:
    lawn: BaseGeometry = shapely.Polygon([point.xy for point in yard.boundary])
    for thing in yard.obstacles:
        lawn = lawn.difference(shapely.Polygon([point.xy for point in thing.polygon]))
    return lawn


def intrusions(layout: Layout) -> list[str]:
    """Legs, run-outs and cones that leave the lawn or come too close to its edge (all of it is hard here)."""
    lawn = lawn_of(layout.yard)
    found = []
    for placement in layout.placements:
        for cone in placement.cones:
            if not lawn.contains(shapely.Point(cone.xy)):
                found.append(f"{placement.drill.name}: cone at {cone.xy} is off the lawn")
        for leg in placement.legs:
            end = leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out)
            path = shapely.LineString([point.xy for point in (*leg.path, end)])
            # a buffer of 64 segments a quarter lies inside the true one by 0.03 % of its radius
            swept = path.buffer(leg.side_clearance - 1e-6, quad_segs=64)
            if not lawn.covers(swept):
                found.append(f"{placement.drill.name}: leg {leg.order} needs more room")
    return found
