"""GeoJSON and DXF of a layout: read back they are the yard, the cones and the legs, to the micrometre."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conedrills import cli
from conedrills.errors import YardError
from conedrills.exporters import dxf, geojson
from conedrills.geometry import Point
from conedrills.importers import Source, read_yard
from conedrills.importers import geojson as importer
from conedrills.layout import Layout
from conedrills.layoutwriter import dumps
from conedrills.opening import open_layout
from conedrills.public import public
from conedrills.wording import plain_text
from conedrills.writing import is_ours
from conedrills.yard import Kind, Obstacle, Reference, Yard
from tests.readback import layouts
from tests.readback.dxf import drawing, on_layer, places
from tests.readback.geojson import features

EXAMPLES = sorted((Path(__file__).parents[1] / "layouts").glob("*/layout.json"))
MICRON = 1.01e-6
HOSTILE = (
    "oak\n  0\nENDSEC\n  0\nEOF\n", "%%c %%d %%%%u", "^J^M^I", "\\U+0041\\M+1B6D7\\P{\\fArial;x}",
    '"}, "features": [', "<script>alert(1)</script>", "\u202egnp.exe", "\ud800 \x00\x1b[31m", "庭 Straße ½",
    " ", "x" * 5_000,
)  # fmt: skip
XY = tuple[float, float]


def reversed_yard(yard: Yard) -> Yard:
    """The same ground, its corners in the other direction, with kinds and names of sides."""
    ring = (yard.boundary[0], *yard.boundary[:0:-1])
    soft: tuple[Kind, ...] = ("soft", *(yard.side_kinds[1:]))
    names = ("", "north fence", *("" for _ in ring[2:]))
    return replace(yard, boundary=ring, side_kinds=soft, side_names=names, uncertainty=(0.02,) * len(ring))


def all_layouts() -> dict[str, Layout]:
    found = {file.parent.name: open_layout(file) for file in EXAMPLES}
    oak = found["rectangle-with-an-oak"]
    return {**found, "the other way round": replace(oak, yard=reversed_yard(oak.yard))}


LAYOUTS = all_layouts()


@pytest.fixture(params=LAYOUTS)
def layout(request: pytest.FixtureRequest) -> Layout:
    return LAYOUTS[request.param]


def near(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(abs(a - b) <= MICRON for a, b in zip(one, other, strict=True))


def same_ring(ring: Sequence[Point], other: Sequence[Point]) -> bool:
    return len(ring) == len(other) and all(near(a.xy, b.xy) for a, b in zip(ring, other, strict=True))


# ---------------------------------------------------------------- GeoJSON


def test_the_yard_is_read_back_by_our_own_importer(layout: Layout, tmp_path: Path) -> None:
    file = tmp_path / "y.geojson"
    file.write_bytes(geojson.write(layout))
    yard, true = read_yard(file), layout.yard
    assert same_ring(yard.boundary, true.boundary)
    assert (yard.name, yard.side_kinds, yard.side_names) == (true.name, true.side_kinds, true.side_names)
    assert (yard.north, yard.surface, yard.units) == (true.north, true.surface, true.units)
    assert near(yard.uncertainty or (0.0,), true.uncertainty or (0.0,))
    assert len(yard.obstacles) == len(true.obstacles)
    for one, other in zip(yard.obstacles, true.obstacles, strict=True):
        assert same_ring(one.polygon, other.polygon)
        assert (one.name, one.kind) == (other.name, other.kind)
        assert abs(one.uncertainty - other.uncertainty) <= MICRON
    for hook, tap in zip(yard.references, true.references, strict=True):
        assert (hook.name, hook.what) == (tap.name, tap.what)
        assert near(hook.at.xy, tap.at.xy)
    assert yard.notes == ()


def test_cones_and_legs_are_where_the_layout_has_them(layout: Layout) -> None:
    content = geojson.write(layout)
    cones, legs = features(content, "cone"), features(content, "leg")
    for number, placement in enumerate(layout.placements, 1):
        own = [one for one in cones if one["properties"]["placement"] == number]
        assert [one["properties"]["number"] for one in own] == [*range(1, len(placement.cones) + 1)]
        for one, cone in zip(own, placement.cones, strict=True):
            assert near(one["geometry"]["coordinates"], cone.xy)
            assert one["properties"]["drill"] == placement.drill.name
        run = [one for one in legs if one["properties"]["placement"] == number]
        for one, leg in zip(run, placement.legs, strict=True):
            told = one["properties"]
            assert (told["order"], told["from"], told["to"]) == (leg.order, leg.start, leg.end)
            assert (told["movement"], told["cut"]) == (leg.movement, leg.cut)
            for place, point in zip(one["geometry"]["coordinates"], leg.path, strict=True):
                assert near(place, point.xy)


def test_the_file_is_as_the_standard_wants_it(layout: Layout) -> None:
    content = geojson.write(layout)
    document = json.loads(content)
    assert document["type"] == "FeatureCollection"
    assert geojson.write(layout) == content
    assert geojson.is_ours(content)
    for one in document["features"]:
        assert one["properties"]["crs"].startswith("local metric")
        if one["geometry"]["type"] == "Polygon":
            (ring,) = one["geometry"]["coordinates"]
            assert ring[0] == ring[-1]
            assert sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) > 0.0


def test_another_programs_collection_is_not_ours() -> None:
    for content in (b"", b"{", b'{"type": "FeatureCollection", "features": []}', b'["FeatureCollection"]'):
        assert not geojson.is_ours(content)
        assert not dxf.is_ours(content)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("edges", [{"side": 99, "kind": "soft"}], '"side" from 0 to'),
        ("edges", ["soft"], '"side" from 0 to'),
        ("uncertainty", [1.0], "uncertainty"),
    ],
)
def test_a_file_of_ours_that_somebody_spoilt_is_refused(
    key: str, value: object, words: str, tmp_path: Path
) -> None:
    document = json.loads(geojson.write(LAYOUTS["rectangle-with-an-oak"]))
    document["features"][0]["properties"][key] = value
    file = tmp_path / "y.geojson"
    file.write_text(json.dumps(document))
    with pytest.raises(YardError, match=words):
        read_yard(file)


coordinates = st.floats(-500.0, 500.0, allow_nan=False)


@given(st.tuples(coordinates, coordinates), st.floats(1.5, 400.0), st.booleans(), st.text(max_size=30))
def test_any_place_and_name_is_read_back(corner: XY, wide: float, clockwise: bool, name: str) -> None:
    x, y = corner
    ring = (Point(x, y), Point(x + wide, y), Point(x + wide, y + wide), Point(x, y + wide))
    ring = (ring[0], *ring[:0:-1]) if clockwise else ring
    yard = Yard(plain_text(name), ring, ("hard", "soft", "hard", "hard"), side_names=("", name, "", ""))
    content = geojson.write(replace(LAYOUTS["rectangle-with-an-oak"], yard=yard, placements=()))
    read = importer.read(Source("y.geojson", content), None)
    assert same_ring(read.boundary, ring)
    assert read.side_kinds == yard.side_kinds
    assert read.name == plain_text(name)


# ---------------------------------------------------------------- DXF


def test_a_drawing_is_read_back_by_its_own_library(layout: Layout) -> None:
    content = dxf.write(layout)
    document = drawing(content)
    assert document.audit().errors == []
    assert document.audit().fixes == []
    assert document.dxfversion == "AC1024"  # R2010
    assert document.header["$INSUNITS"] == 6
    assert document.header["$MEASUREMENT"] == 1
    (boundary,) = on_layer(document, "BOUNDARY", "LWPOLYLINE")
    assert boundary.closed
    assert all(near(a, b.xy) for a, b in zip(places(boundary), layout.yard.boundary, strict=True))
    for kind in ("hard", "soft"):
        drawn = on_layer(document, f"OBSTACLES-{kind.upper()}", "LWPOLYLINE")
        true = [thing for thing in layout.yard.obstacles if thing.kind == kind]
        for one, thing in zip(drawn, true, strict=True):
            assert one.closed
            assert all(near(a, b.xy) for a, b in zip(places(one), thing.polygon, strict=True))
    for one, hook in zip(on_layer(document, "REFERENCES", "POINT"), layout.yard.references, strict=True):
        assert near(tuple(one.dxf.location)[:2], hook.at.xy)
    for number, placement in enumerate(layout.placements, 1):
        name = f"{number:02}-{placement.drill.name.upper()}"
        cones = on_layer(document, f"{name}-CONES", "POINT")
        for one, cone in zip(cones, placement.cones, strict=True):
            assert near(tuple(one.dxf.location)[:2], cone.xy)
        words = [one.dxf.text for one in on_layer(document, f"{name}-CONES", "TEXT")]
        assert words == [str(cone) for cone in range(1, len(placement.cones) + 1)]
        legs = on_layer(document, f"{name}-LEGS", "LWPOLYLINE")
        for one, leg in zip(legs, placement.legs, strict=True):
            assert not one.closed
            assert all(near(a, b.xy) for a, b in zip(places(one), leg.path, strict=True))


def test_a_drawing_is_read_by_another_program(
    layout: Layout, program: Callable[[str], str], tmp_path: Path
) -> None:
    file, out = tmp_path / "y.dxf", tmp_path / "read.geojson"
    file.write_bytes(dxf.write(layout))
    options = ["-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=9", "-lco", "RFC7946=NO"]
    ran = subprocess.run(
        [program("ogr2ogr"), *options, str(out), str(file)], capture_output=True, check=True, text=True
    )
    assert "ERROR" not in ran.stderr
    read = json.loads(out.read_text("utf-8"))["features"]

    def found(layer: str, *kinds: str) -> list[Any]:
        here = (one for one in read if one["properties"]["Layer"] == layer)
        return [one["geometry"]["coordinates"] for one in here if one["geometry"]["type"] in kinds]

    (boundary,) = found("BOUNDARY", "LineString", "Polygon")
    ring = boundary[0] if isinstance(boundary[0][0], list) else boundary
    true = [*layout.yard.boundary, layout.yard.boundary[0]]
    assert all(near(place[:2], point.xy) for place, point in zip(ring, true, strict=True))
    for number, placement in enumerate(layout.placements, 1):
        name = f"{number:02}-{placement.drill.name.upper()}"
        points = [tuple(place[:2]) for place in found(f"{name}-CONES", "Point")]
        for cone in placement.cones:
            assert any(near(place, cone.xy) for place in points)
        legs = found(f"{name}-LEGS", "LineString", "Polygon")
        assert len(legs) == len(placement.legs)


def test_a_drawing_holds_no_clock_and_no_chance(tmp_path: Path) -> None:
    code = """
import sys
from conedrills.exporters import dxf, geojson
from conedrills.opening import open_layout
layout = open_layout(sys.argv[1])
sys.stdout.buffer.write(dxf.write(layout) + geojson.write(layout))
"""
    made = []
    for zone, seed, home in (("UTC", "0", "a"), ("Asia/Tokyo", "1", "b"), ("America/New_York", "77", "c")):
        there = tmp_path / home
        there.mkdir()
        ran = subprocess.run(
            [sys.executable, "-c", code, str(EXAMPLES[0])],
            capture_output=True,
            check=True,
            env={**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "HOME": str(there), "USER": home},
            cwd=there,
        )
        made.append(ran.stdout)
    assert made[0]
    assert made[0] == made[1] == made[2]
    assert not any(word in made[0] for word in (b"/home", b"/tmp", b"Tokyo"))


# ---------------------------------------------------------------- names


def hostile() -> Layout:
    ground = layouts.yard(32.0, 40.0, HOSTILE[0])
    square = tuple(Point(*at) for at in ((1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0)))
    ground = replace(
        ground,
        obstacles=tuple(Obstacle(name, "soft", square) for name in HOSTILE),
        references=tuple(Reference(name, name, Point(nth, 0.5)) for nth, name in enumerate(HOSTILE)),
        side_names=(HOSTILE[1],) * 4,
    )
    return layouts.layout(ground, layouts.placement("w-drill", (16.0, 20.0)))


def test_hostile_names_stay_names() -> None:
    layout = hostile()
    content = dxf.write(layout)
    document = drawing(content)
    assert document.audit().errors == []
    assert len(on_layer(document, "OBSTACLES-SOFT", "LWPOLYLINE")) == len(HOSTILE)
    words = [one.dxf.text for one in document.modelspace() if one.dxftype() == "TEXT"]
    assert [*filter(None, map(dxf.text_of, HOSTILE))] == words[
        : len([*filter(None, map(dxf.text_of, HOSTILE))])
    ]
    for word in words:
        assert len(word) <= 80
        assert not any(code in word for code in ("%%", "^", "\\", "\n", "\x1b", "\u202e"))
    assert "庭 Straße ½" in words
    things = features(geojson.write(layout), "obstacle")
    assert [one["properties"].get("name", "") for one in things] == [
        plain_text(name, 200) for name in HOSTILE
    ]


@pytest.mark.parametrize("suffix", ["geojson", "dxf"])
def test_names_stay_out_unless_asked_for(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    base = LAYOUTS["rectangle-with-an-oak"]
    names = ("SECRETYARD", "SECRETOAK", "SECRETTAP", "SECRETFENCE", "SECRETNOTE", "SECRETTITLE")
    yard = replace(
        base.yard, name=names[0], obstacles=tuple(replace(o, name=names[1]) for o in base.yard.obstacles),
        references=tuple(replace(r, what=names[2]) for r in base.yard.references),
        side_names=(names[3],) * len(base.yard.boundary), notes=(names[4],),
    )  # fmt: skip
    Path("layout.json").write_bytes(dumps(replace(base, yard=yard, title=names[5], notes=(names[4],))))
    assert cli.run(["sheet", "layout.json", "-o", f"out.{suffix}"]) == 0
    content = Path(f"out.{suffix}").read_bytes()
    assert b"SECRET" not in content
    assert is_ours(Path(f"out.{suffix}"))
    assert content == {"geojson": geojson.write, "dxf": dxf.write}[suffix](public(open_layout("layout.json")))
    assert cli.run(["sheet", "layout.json", "-o", f"out.{suffix}", "--include-names"]) == 0
    assert Path(f"out.{suffix}").read_bytes().count(b"SECRETOAK") == 1
    Path(f"mine.{suffix}").write_text("mine")
    assert cli.run(["sheet", "layout.json", "-o", f"mine.{suffix}"]) == 2
    assert cli.run(["sheet", "layout.json", "-o", f"out.{suffix}", "--paper", "a4"]) == 2
    assert cli.run(["sheet", "layout.json", "-o", "x.csv", "--include-names"]) == 2
    assert "--include-names" in capsys.readouterr().err


def test_without_the_library_a_drawing_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ezdxf", None)
    monkeypatch.chdir(tmp_path)
    assert cli.run(["sheet", str(EXAMPLES[0]), "-o", "x.dxf"]) == 2
    assert "conedrills[dxf]" in capsys.readouterr().err
    assert not Path("x.dxf").exists()
