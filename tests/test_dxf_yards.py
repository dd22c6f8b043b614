"""DXF as yards: every drawing that is at hand, our own again, one lot in two units, and bombs."""

from __future__ import annotations

import io
import json
import math
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from conedrills.cli import run
from conedrills.errors import YardError
from conedrills.importers import parse_yard, read_yard
from conedrills.yard import Yard

ezdxf: Any = pytest.importorskip("ezdxf")

SMALL = "of ground is too little"
UNITS = "does not say what its numbers count"
READ: dict[str, float | str] = {
    # square metres of the boundary, or what the refusal says
    "1x1rectangle.dxf": SMALL,
    "array-rotated.dxf": "there is no closed outline in it",
    "blocks1.dxf": SMALL,
    "blocks2.dxf": UNITS,
    "circlesellipsesarcs.dxf": "it holds 2 polygons; choose one with --feature",
    "closedlwpolylinebug.dxf": SMALL,
    "derived_cornillon_site_plan_m.dxf": 1293.9,
    "derived_cornillon_site_plan_mm_georef.dxf": 1293.9,
    "dimensions.dxf": "it holds 2 polygons; choose one with --feature",
    "hatches.dxf": SMALL,
    "issue39.dxf": SMALL,
    "issue53.dxf": SMALL,
    "layers.dxf": SMALL,
    "lines.dxf": "it holds 2 polygons; choose one with --feature",
    "lwpolylines.dxf": SMALL,
    "openscad_export.dxf": UNITS,
    "polylines.dxf": SMALL,
    "splines.dxf": "there is no closed outline in it but 2 lines",
    "squareandcircle.dxf": "it holds 2 polygons; choose one with --feature",
    "texts.dxf": "there is no closed outline in it but 2 texts",
    "tinytin-bin.dxf": "there is no closed outline in it but 4 3D faces",
    "tinytin-txt.dxf": "there is no closed outline in it but 4 3D faces",
    "arrayed-holes.dxf": "",
    "empty.dxf": UNITS,
    "issue21.dxf": SMALL,
    "issue27a.dxf": SMALL,
    "issue29.dxf": UNITS,
    "issue42.dxf": UNITS,
    "threeDFaces.dxf": UNITS,
}


def area(yard: Yard) -> float:
    ring = [point.xy for point in yard.boundary]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


@pytest.mark.parametrize("name", sorted(READ))
def test_every_drawing_is_read_or_refused_with_its_reason(name: str, shared: Path) -> None:
    places = [shared / "data" / folder / "dxf" / name for folder in ("formats", "hostile")]
    file = next((place for place in places if place.exists()), None)
    if file is None:
        pytest.skip(f"the drawing {name} is not here")
    expected = READ[name]
    if isinstance(expected, float):
        assert area(read_yard(file)) == pytest.approx(expected, rel=1e-3)
        return
    with pytest.raises(YardError) as caught:
        read_yard(file)
    assert expected in str(caught.value)
    assert str(caught.value).startswith(f"{name}: ")


def test_no_drawing_is_forgotten(shared: Path) -> None:
    there = {
        file.name
        for folder in ("formats", "hostile")
        for file in (shared / "data" / folder / "dxf").glob("*.dxf")
    }
    assert there == set(READ)


def test_one_lot_in_metres_and_in_millimetres_far_away(shared: Path) -> None:
    folder = shared / "data" / "formats"
    near = read_yard(folder / "dxf" / "derived_cornillon_site_plan_m.dxf")
    far = read_yard(folder / "dxf" / "derived_cornillon_site_plan_mm_georef.dxf")
    other = read_yard(folder / "geojson" / "derived_cornillon_lot_wgs84.geojson", "lot")
    for one, second in zip(near.boundary, far.boundary, strict=True):
        start, begin = near.boundary[0], far.boundary[0]
        assert (one - start).dx == pytest.approx((second - begin).dx, abs=0.02)
        assert (one - start).dy == pytest.approx((second - begin).dy, abs=0.02)
    assert {thing.name for thing in near.obstacles} == {thing.name for thing in far.obstacles}
    # the map grid is 3 in 10,000 too long here, 2 cm in its longest diagonal of 59 m
    for yard in (near, far):
        assert len(yard.boundary) == len(other.boundary)
        for first, last in combinations(range(len(yard.boundary)), 2):
            long = (yard.boundary[first] - yard.boundary[last]).length
            assert long == pytest.approx((other.boundary[first] - other.boundary[last]).length, abs=0.0205)


def drawing(units: int = 6) -> Any:
    document = ezdxf.new("R2010")
    document.header["$INSUNITS"] = units
    return document


def read(document: Any, feature: str | None = None, units: str | None = None) -> Yard:
    stream = io.StringIO()
    document.write(stream)
    return parse_yard(stream.getvalue().encode(), "plan.dxf", feature, units=units)


def test_our_own_drawing_comes_back(tmp_path: Path) -> None:
    source, target = tmp_path / "yard.json", tmp_path / "yard.dxf"
    content = {
        "units": "ft", "boundary": [[0, 0], [60, 0], [66, 35], [0, 35]],
        "obstacles": [
            {"name": "oak", "circle": {"center": [20, 20], "radius": 2}},
            {"name": "bed", "kind": "soft", "polygon": [[40, 10], [45, 10], [45, 15]]},
        ],
    }  # fmt: skip
    source.write_text(json.dumps(content))
    assert run(["yard", "convert", str(source), "-o", str(target)]) == 0
    given, again = read_yard(source), read_yard(target)
    for one, other in zip(given.boundary, again.boundary, strict=True):
        assert one.xy == pytest.approx(other.xy, abs=1e-9)
    assert [thing.kind for thing in again.obstacles] == ["hard", "soft"]


@pytest.mark.parametrize(
    ("code", "metres"), [(1, 0.0254), (2, 0.3048), (4, 0.001), (5, 0.01), (6, 1.0), (10, 0.9144)]
)
def test_units_of_the_header(code: int, metres: float) -> None:
    document = drawing(code)
    document.modelspace().add_lwpolyline([(0, 0), (20 / metres, 0), (20 / metres, 10 / metres)], close=True)
    assert area(read(document)) == pytest.approx(100.0)


def test_units_that_are_said() -> None:
    document = drawing(0)
    document.modelspace().add_lwpolyline([(0, 0), (60, 0), (60, 35)], close=True)
    with pytest.raises(YardError, match=r"--units m -o yard.json"):
        read(document)
    assert area(read(document, units="ft")) == pytest.approx(1050 * 0.3048**2)


def test_lines_and_arcs_that_close_are_an_outline_and_bulges_are_arcs() -> None:
    document = drawing()
    space = document.modelspace()
    for start, end in (((0, 0), (10, 0)), ((10, 0.0004), (10, 8)), ((10, 8), (0, 8))):
        space.add_line(start, end)
    space.add_arc((0, 4), 4, 90, 270)
    assert area(read(document)) == pytest.approx(80 + math.pi * 8, rel=1e-3)
    second = drawing()
    second.modelspace().add_lwpolyline(
        [(0, 0, 0), (10, 0, 1), (10, 8, 0), (0, 8, 0)], format="xyb", close=True
    )
    assert area(read(second)) == pytest.approx(80 + math.pi * 8, rel=1e-3)


def test_the_yard_is_told_by_its_layer_and_things_by_theirs() -> None:
    document = drawing()
    space = document.modelspace()
    for name in ("Lawn", "neighbour parcels", "tree", "flower bed"):
        document.layers.add(name)
    space.add_lwpolyline([(0, 0), (30, 0), (30, 20), (0, 20)], close=True, dxfattribs={"layer": "Lawn"})
    space.add_lwpolyline(
        [(-50, -50), (90, -50), (90, 90), (-50, 90)], close=True, dxfattribs={"layer": "neighbour parcels"}
    )
    space.add_circle((10, 10), 0.5, dxfattribs={"layer": "tree"})
    space.add_lwpolyline([(20, 5), (25, 5), (25, 9)], close=True, dxfattribs={"layer": "flower bed"})
    yard = read(document)
    assert area(yard) == pytest.approx(600.0)
    assert [(thing.name, thing.kind) for thing in yard.obstacles] == [
        ("tree", "hard"),
        ("flower bed", "soft"),
    ]


def test_bombs_and_nonsense_are_one_message() -> None:
    document = drawing()
    previous = None
    for level in range(8):
        block = document.blocks.new(f"B{level}")
        for step in range(10):
            if previous:
                block.add_blockref(previous, (step, 0))
            else:
                block.add_line((step, 0), (step, 1))
        previous = f"B{level}"
    document.modelspace().add_blockref(previous, (0, 0))
    with pytest.raises(YardError, match=r"blocks in it stand in blocks|more than 20,000 things"):
        read(document)
    grid = drawing()
    grid.blocks.new("ONE").add_line((0, 0), (0, 1))
    grid.modelspace().add_blockref(
        "ONE",
        (0, 0),
        dxfattribs={"row_count": 9999, "column_count": 9999, "row_spacing": 1, "column_spacing": 1},
    )
    with pytest.raises(YardError, match="more than 20,000 things"):
        read(grid)
    for number in (1e308, 1e30):
        huge = drawing()
        huge.modelspace().add_lwpolyline([(0, 0), (number, 0), (number, number)], close=True)
        with pytest.raises(YardError):
            read(huge)
    with pytest.raises(YardError, match=r"no closed outline|damaged|numbers count"):
        parse_yard(b"0\nSECTION\n2\nHEADER\n0\nENDSEC\n0\nEOF\n", "plan.dxf", units="m")
