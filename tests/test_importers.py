"""Yard files: every format, every mistake."""

from __future__ import annotations

import io
import itertools
import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from conedrills import importers, space
from conedrills.drill import PACES
from conedrills.errors import YardError
from conedrills.fieldtypes import LEAST_CLEARANCE
from conedrills.geometry import Point
from conedrills.importers import MAX_BYTES, formats, parse_yard, read_yard
from conedrills.yard import Yard, lawn
from conedrills.yardfile import PacesFile, schema

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
YARDS = sorted((SHARED / "yards").glob("*.geojson"))
HOSTILE = sorted(
    path
    for folder in (
        "JSONTestSuite",
        "polygon-clipping",
        "real_yards_invalid_after_mm_rounding",
        "geojson",
        "earcut",
    )
    for path in (SHARED / "hostile" / folder).rglob("*.*json")
)
no_yards = pytest.mark.skipif(
    not YARDS, reason="the 60 real yards of shared/data/yards are not beside this checkout"
)
no_hostile = pytest.mark.skipif(not HOSTILE, reason="shared/data/hostile is not beside this checkout")


def write(content: object) -> bytes:
    return content if isinstance(content, bytes) else json.dumps(content).encode()


def message(content: object, feature: str | None = None) -> str:
    with pytest.raises(YardError) as caught:
        parse_yard(write(content), "yard.json", feature)
    text = str(caught.value)
    assert all(line.startswith(("yard.json", "and ")) for line in text.splitlines())
    assert text.isprintable() or "\n" in text
    return text


def native(**keys: Any) -> dict[str, Any]:
    return {"units": "ft", "boundary": [[0, 0], [60, 0], [60, 35], [0, 35]], **keys}


# --- our own format -------------------------------------------------------------------------------


def test_the_smallest_yard_file() -> None:
    yard = parse_yard(write(native()), "back-yard.json", stem="back-yard")
    assert yard.name == "back-yard"
    assert yard.units == "ft"
    assert yard.side_kinds == ("hard",) * 4
    assert (yard.north, yard.surface, yard.notes, dict(yard.space)) == (None, "dry", (), {})
    assert yard.boundary[2] == Point(60 * 0.3048, 35 * 0.3048)


FULL = native(
    format="conedrills-yard",
    version=1,
    name="Back\u202e yard\n",
    edges=[{"side": 2, "kind": "soft", "name": "open lawn", "note": ["anything"]}],
    obstacles=[
        {"name": "oak", "circle": {"center": ["12' 6\"", 10], "radius": "8 in"}, "note": {"planted": 1990}},
        {"polygon": [[40, 10], [45, 10], [45, 14], ["40 ft", "4.2672 m"]], "kind": "soft"},
        {"name": "wire", "line": [[1, 20], [20, 20]]},
    ],
    references=[
        {"name": "A", "what": "tap corner", "x": 0, "y": "-1 ft"},
        {"name": "B2", "at": ["60ft", 0]},
    ],
    north="up",
    sun="south-west in the evening",
    slope="falls to the gate",
    surface="wet",
    space={
        "side_clearance": {"full": {"backward": "2.5 m"}},
        "run_out": {"through": 10, "forward": 0},
        "note": 1,
    },
    note="measured in spring",
)


def test_everything_that_a_yard_file_can_say() -> None:
    yard = parse_yard(write(FULL), "yard.json")
    assert yard.name == "Back yard"
    assert yard.side_kinds == ("hard", "hard", "soft", "hard")
    assert yard.side_names == ("", "", "open lawn", "")
    assert [(thing.name, thing.kind) for thing in yard.obstacles] == [
        ("oak", "hard"),
        ("obstacle 2", "soft"),
        ("wire", "hard"),
    ]
    oak, _, wire = (shapely.Polygon([point.xy for point in thing.polygon]) for thing in yard.obstacles)
    trunk = shapely.Point(3.81, 3.048).buffer(0.2032, quad_segs=256)
    assert oak.covers(trunk)
    assert oak.hausdorff_distance(trunk) <= 0.0021
    assert wire.covers(shapely.LineString([(0.3048, 6.096), (6.096, 6.096)]))
    assert wire.area == pytest.approx(0.02 * (19 * 0.3048 + 0.02))
    assert [(point.name, point.what, point.at) for point in yard.references] == [
        ("A", "tap corner", Point(0.0, -0.3048)),
        ("B2", "", Point(18.288, 0.0)),
    ]
    assert (yard.north, yard.surface) == (90.0, "wet")
    assert yard.sun == "south-west in the evening"
    assert yard.space == {
        "side_clearance": {"full": {"backward": 2.5}},
        "run_out": {"through": pytest.approx(3.048), "forward": 0.0},
    }
    assert space.space_model(yard.space, wet=True).side_clearance["full"]["backward"] == 2.5


def test_the_same_yard_in_feet_and_in_metres() -> None:
    feet = native(obstacles=[{"circle": {"center": [20, 10], "radius": 2}}, {"line": [[1, 1], [9, 9]]}])
    metres = {
        "units": "m",
        "boundary": [[x * 0.3048, y * 0.3048] for x, y in feet["boundary"]],
        "obstacles": [
            {"circle": {"center": ["20 ft", "3.048"], "radius": 0.6096}},
            {"line": [["12 in", "1'"], [2.7432, "3 yd"]]},
        ],
    }
    one, other = parse_yard(write(feet), "a.json"), parse_yard(write(metres), "a.json")
    for ring, same in zip(_rings(one), _rings(other), strict=True):
        assert len(ring) == len(same)
        assert all((point - twin).length < 1e-9 for point, twin in zip(ring, same, strict=True))


def _rings(yard: Yard) -> Iterator[tuple[Point, ...]]:
    yield yard.boundary
    yield from (thing.polygon for thing in yard.obstacles)


@given(st.floats(0.0, 360.0))
def test_turning_the_yard_turns_its_circles(angle: float) -> None:
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))

    def turn(x: float, y: float) -> list[float]:
        return [cos * x - sin * y, sin * x + cos * y]

    def file(*places: list[float]) -> dict[str, Any]:
        *corners, centre = places
        return {
            "units": "m",
            "boundary": corners,
            "obstacles": [{"circle": {"center": centre, "radius": 0.4}}],
        }

    places = [(0.0, 0.0), (20.0, 1.0), (20.0, 11.0), (0.0, 10.0), (8.0, 5.0)]
    straight = parse_yard(write(file(*([x, y] for x, y in places))), "a.json")
    turned = parse_yard(write(file(*(turn(x, y) for x, y in places))), "a.json")
    for ring, other in zip(_rings(straight), _rings(turned), strict=True):
        assert all(
            math.dist(turn(*point.xy), twin.xy) < 1e-9 for point, twin in zip(ring, other, strict=True)
        )


def test_a_repeated_corner_moves_no_side() -> None:
    yard = parse_yard(
        write(
            native(
                boundary=[[0, 0], [60, 0], [60, 0], [60, 35], [0, 35], [0, 0]],
                edges=[{"side": 2, "kind": "soft"}, {"side": 4, "kind": "soft"}],
            )
        ),
        "yard.json",
    )
    assert yard.side_kinds == ("hard", "soft", "hard", "soft")
    assert len(yard.notes) == 1


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", b""), ("utf-8-sig", b""), ("utf-16", b""), ("utf-16-be", b"\xfe\xff")]
)
def test_what_editors_of_windows_save_is_read(encoding: str, mark: bytes) -> None:
    content = mark + json.dumps(native(name="Gärten"), ensure_ascii=False).encode(encoding)
    assert parse_yard(content, "yard.json").name == "Gärten"


SQUARE = '"units": "ft", "boundary": [[0,0],[60,0],[60,35],[0,35]]'
NO_YARDS = {
    "": "yard.json: the file is empty.",
    "[]": "yard.json:1:1: a yard file is keys and values in { }, not a list",
    "3": "not 3",
    "{": "yard.json:1:2: the file ends before it is complete",
    '{"a": 1,\n "a": 2}': "yard.json:2:2: this key stands here twice",
}


@pytest.mark.parametrize("text", NO_YARDS)
def test_json_that_is_no_yard_is_explained(text: str) -> None:
    assert NO_YARDS[text] in message(text.encode())


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"units": "feet"}, 'yard.json:1:11 units: "feet" is not one of ft, yd, m. Did you mean "ft"?'),
    ({"units": True}, "units: true is not one of ft, yd, m."),
    ({"obstacle": []}, 'obstacle: there is no key "obstacle". Did you mean "obstacles"? Keys here: format,'),
    (
        {"measure": {"method": "rectangle"}},
        'measure: a yard has "boundary" or "measure", and not both; leave one out.',
    ),
    ({"obstacles": {}}, "obstacles: a list in [ ] is wanted here, not keys and values."),
    ({"obstacles": [3]}, "obstacles[0]: keys and values in { } are wanted here, not 3."),
    (
        {"obstacles": [{}]},
        "obstacles[0]: an obstacle has one of circle, polygon, line, tapes and along; this has none of them.",
    ),
    (
        {"obstacles": [{"circle": {"center": [9, 9], "radius": 1}, "line": [[0, 0], [1, 1]]}]},
        "obstacles[0]: an obstacle has one of circle, polygon, line, tapes and along; this has"
        " circle and line of them.",
    ),
    (
        {"obstacles": [{"circle": {"radius": 1}}]},
        'obstacles[0].circle: "center" is missing; add "center": [x, y].',
    ),
    ({"obstacles": [{"circle": {"centre": [1, 1]}}]}, 'no key "centre". Did you mean "center"?'),
    ({"obstacles": [{"circle": {"center": [1, 1], "radius": 0}}]}, "radius: 0 is too small"),
    ({"obstacles": [{"circle": {"center": [1, 1], "radius": -1}}]}, "radius: -1 is negative"),
    ({"obstacles": [{"circle": {"center": [1, 1], "radius": True}}]}, "radius: true is not a length."),
    (
        {"obstacles": [{"circle": {"center": [1, 1], "radius": "2'3'"}}]},
        "radius: \"2'3'\" is not a length: ft follows",
    ),
    (
        {"obstacles": [{"circle": {"center": [1, 1, 1], "radius": 1}}]},
        "center: a place is two lengths, [x, y], not 3",
    ),
    ({"obstacles": [{"line": [[1, 1], [1, 1]]}]}, "obstacles[0].line: this line needs two different points."),
    (
        {"obstacles": [{"line": [[1, 1], [5, 1], [5, 5], [1, 1]]}]},
        "obstacles[0].line: this line closes on itself",
    ),
    ({"obstacles": [{"polygon": [[1, 1], [5, 1]]}]}, "obstacles[0].polygon: 2 are too few; 3 are the least."),
    (
        {"obstacles": [{"kind": "Soft", "line": [[1, 1], [5, 1]]}]},
        'kind: "Soft" is not one of hard, soft. Did you mean',
    ),
    ({"obstacles": [{"line": [[1, 1], [5, 1]]}] * 201}, "obstacles: there are too many; 200 are allowed."),
    (
        {"obstacles": [{"name": "far", "circle": {"center": [99, 1], "radius": 1}}]},
        'obstacle "far": it lies wholly',
    ),
    (
        {"edges": [{"side": 4, "kind": "soft"}]},
        "edges[0].side: there is no side 4; sides are numbered from 0 to 3.",
    ),
    ({"edges": [{"side": 1, "kind": "soft"}] * 2}, "edges[1].side: side 1 stands here twice"),
    ({"edges": [{"side": -1, "kind": "soft"}]}, "edges[0].side: -1 is too small; 0 is the least."),
    ({"edges": [{"side": 1.5, "kind": "soft"}]}, "edges[0].side: a whole number is wanted here, not 1.5."),
    ({"edges": None}, "edges: a list in [ ] is wanted here, not null."),
    (
        {"references": [{"name": "house corner", "x": 1, "y": 1}]},
        'references[0].name: "house corner" is not a name',
    ),
    ({"references": [{"name": "1", "x": 1, "y": 1}]}, 'references[0].name: "1" is not a name'),
    (
        {"references": [{"name": "A", "x": 1}]},
        'references[0]: a reference point has "x" and "y", or "at": [x, y].',
    ),
    (
        {"references": [{"name": "A", "x": 1, "y": 1, "at": [1, 1]}]},
        'a reference point has "x" and "y", or "at"',
    ),
    ({"references": [{"name": "A", "at": [1, 1]}, {"name": "a", "at": [2, 1]}]}, "there are two points a"),
    ({"references": [{"name": "A", "at": [9999, 1]}]}, "references: (9999 ft, 1 ft) is more than 3,281 ft"),
    (
        {"north": "north"},
        'north: "north" is not a direction; give degrees counter-clockwise from +x, or "up"',
    ),
    ({"north": True}, "north: true is not a direction"),
    ({"north": 400}, "north: 400 is not a direction"),
    ({"surface": "damp"}, 'surface: "damp" is not one of dry, wet.'),
    ({"sun": 225}, "sun: text in double quotes is wanted here, not 225."),
    ({"name": "x" * 201}, "name: this text is too long; 200 characters are allowed."),
    ({"name": "\ud800"}, "name: this text holds half a character"),
    ({"\ud800": 1}, "half a character"),
    ({"{x}\x1b[31m": 1}, 'there is no key "{x}[31m"'),
    ({"version": 2}, "version: 2 is not a version that is read here; 1 is."),
    ({"version": True}, "version: true is not a version"),
    ({"format": "conedrills-layout"}, "this is a layout, not a yard"),
    ({"format": "yard"}, 'format: "yard" is not one of conedrills-yard.'),
    (
        {"space": {"side_clearance": {"full": {"forward": "50cm"}}}},
        'full.forward: "50cm" is less than the 2′ 11½″',
    ),
    (
        {"space": {"side_clearance": {"fast": {}}}},
        'side_clearance.fast: there is no key "fast". Keys here: walk,',
    ),
    (
        {"space": {"run_out": {"thru": 5}}},
        'space.run_out.thru: there is no key "thru". Did you mean "through"?',
    ),
    (
        {"boundary": [[0, 0], [60, 0], [0, 35], [60, 35]]},
        "boundary: it touches or crosses itself at (30 ft, 17.5 ft): side 2 (from (60 ft, 0 ft) to",
    ),
    ({"boundary": [[0, 0], [60, 0]]}, "boundary: 2 are too few; 3 are the least."),
    ({"boundary": "square"}, 'boundary: a list in [ ] is wanted here, not "square".'),
    (
        {"boundary": [[3, 81, 4], [60, 0], [60, 35]]},
        "boundary[0]: a place is two lengths, [x, y], not 3 numbers",
    ),
    ({"boundary": [[0, 0], [10**50, 0], [60, 35]]}, "boundary[1][0]: a huge number is beyond 10,000 km."),
    ({"boundary": [[i, i % 7] for i in range(20_001)]}, "boundary: there are too many; 20000 are allowed."),
]


@pytest.mark.parametrize(("keys", "fragment"), BROKEN)
def test_mistakes_in_our_own_format_are_explained(keys: dict[str, Any], fragment: str) -> None:
    assert fragment in message(native(**keys))


def test_what_is_missing_is_said() -> None:
    assert 'yard.json:1:1: "units" is missing; add "units": "ft"' in message(
        {"boundary": [[0, 0], [9, 0], [9, 9]]}
    )
    assert 'yard.json:1:1: "boundary" is missing; add "boundary": [[0, 0]' in message({"units": "ft"})
    assert "boundary is missing" not in message({"units": "ft", "measure": {}})


def test_all_mistakes_are_told_at_once_with_their_lines() -> None:
    text = message(
        b'{\n  "unit": "ft",\n  "boundary": [[0, 0],\n    ["1o ft", 0], [5], [0, 35]],\n'
        b'  "edges": [{"sid": 1}]\n}'
    )
    lines = text.splitlines()
    assert len(lines) == 6
    assert 'yard.json:4:6 boundary[1][0]: "1o ft" is not a length. Did you mean 10 ft?' in lines
    assert any(line.startswith("yard.json:4:19 boundary[2]: a place is two") for line in lines)
    assert any(line.startswith('yard.json:2:11 unit: there is no key "unit"') for line in lines)
    assert any(line.startswith("yard.json:5:21 edges[0].sid: ") for line in lines)


def test_twenty_mistakes_are_enough() -> None:
    lines = message(native(boundary=[["x", "y"]] * 500)).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "and 980 more."


def test_a_long_broken_file_is_explained_in_no_time() -> None:
    started = time.monotonic()
    corners = [[corner % 600, "?"] for corner in range(19_999)]
    message(native(boundary=corners, zzz=[0] * 300_000))
    message(b"{" + b",".join(b'"%d":1' % key for key in range(150_000)) + b',"149999":1}')
    assert time.monotonic() - started < 20.0


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9)
)
KEYS = st.sampled_from(
    ["name", "circle", "center", "line", "polygon", "side", "kind", "x", "at", "full", "note", "?"]
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(
    VALUES,
    st.sampled_from(
        ["boundary", "edges", "obstacles", "references", "north", "space", "note", "name", "units"]
    ),
)
def test_any_value_of_any_key_is_read_or_explained(value: object, key: str) -> None:
    content = json.dumps(native(**{key: value})).encode("utf-8", "surrogatepass")
    try:
        yard = parse_yard(content, "yard.json")
    except YardError:
        return
    assert lawn(yard).area >= 1.0


@given(st.binary(max_size=60) | st.text(alphabet='{}[]":,0123.-eE\n\\abtrue“', max_size=40).map(str.encode))
def test_any_bytes_are_explained(content: bytes) -> None:
    assert message(content)


def test_the_schema_accepts_what_is_read_and_little_else() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    jsonschema.Draft202012Validator.check_schema(schema())
    assert list(validator.iter_errors(native())) == []
    assert list(validator.iter_errors(FULL)) == []
    refused = [keys for keys, _ in BROKEN if not validator.is_valid(native(**keys))]
    assert len(refused) > len(BROKEN) / 2  # the rest takes geometry or the wording of lengths to see


def test_rooms_below_the_space_model_agree_with_it() -> None:
    assert LEAST_CLEARANCE == space.FLOOR
    assert set(PacesFile.model_fields) == {*PACES, "note"}


# --- reading --------------------------------------------------------------------------------------


def test_formats_are_the_modules_of_the_folder() -> None:
    folder = Path(importers.__file__).parent
    assert list(formats()) == sorted(file.stem for file in folder.glob("[!_]*.py"))


def test_what_cannot_be_read_is_explained(tmp_path: Path) -> None:
    def refusal(path: Path | None) -> str:
        with pytest.raises(YardError) as caught:
            read_yard(path)
        return str(caught.value)

    assert refusal(tmp_path / "none.json") == "none.json: there is no such file."
    assert refusal(tmp_path) == f"{tmp_path.name}: this is a folder; name a file in it."
    assert "it cannot be read" in refusal(tmp_path / "zero\0byte")
    assert "it cannot be read" in refusal(tmp_path / ("long" * 200))
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    assert "it is a picture (JPEG), and a picture says no lengths" in refusal(tmp_path / "photo.jpg")
    (tmp_path / "noise.bin").write_bytes(b"\xff\xfa noise")
    assert refusal(tmp_path / "noise.bin").endswith(
        f"of a format that is read here ({', '.join(formats())})."
    )
    (tmp_path / "large.json").write_bytes(b"[" + b"0," * MAX_BYTES)
    assert refusal(tmp_path / "large.json") == "large.json: it is longer than 2 MB, the most that is read."
    (tmp_path / "empty.geojson").write_bytes(b"")
    assert refusal(tmp_path / "empty.geojson") == "empty.geojson: the file is empty."


@pytest.mark.parametrize("path", [None, Path("-")])
def test_standard_input(path: Path | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(write(native()))))
    assert read_yard(path).name == "yard"
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(YardError, match="stdin: it cannot be read"):
        read_yard(path)


def test_the_content_counts_and_not_the_suffix(tmp_path: Path) -> None:
    (tmp_path / "Oak Lane.txt").write_bytes(write(native()))
    assert read_yard(tmp_path / "Oak Lane.txt").name == "Oak Lane"
    (tmp_path / "a.json").write_bytes(write(geojson([ring()])))
    assert read_yard(tmp_path / "a.json").units == "m"


def test_features_are_of_geojson_only() -> None:
    assert "--feature chooses among the polygons of a GeoJSON file" in message(native(), "1")


# --- GeoJSON --------------------------------------------------------------------------------------

METRIC = {"crs": "local metric: x=east"}


def ring(
    west: float = 0.0, south: float = 0.0, width: float = 20.0, depth: float = 10.0
) -> list[list[float]]:
    east, north = west + width, south + depth
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def geojson(coordinates: object, kind: str = "Polygon", **properties: object) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": METRIC | properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def collection(*features: object, **members: object) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **members}


def test_a_polygon_and_its_holes() -> None:
    shed = {"kind": "shed", "geometry": {"type": "Polygon", "coordinates": [ring(2, 2, 2, 2)[::-1]]}}
    holes = [ring(2, 2, 2, 2), ring(10, 2, 1, 1), ring(14, 2, 1, 1)]
    yard = parse_yard(
        write(geojson([ring(), *holes], name="Old Rectory", obstacle_geometries=[None, shed, {"kind": 3}])),
        "yard.json",
    )
    assert (yard.name, yard.north, yard.units, yard.notes) == ("Old Rectory", 90.0, "m", ())
    assert [thing.name for thing in yard.obstacles] == ["shed", "obstacle", "obstacle 2"]
    assert {thing.kind for thing in yard.obstacles} == {"hard"}
    assert lawn(yard).area == pytest.approx(194.0)


@pytest.mark.parametrize(
    "content",
    [
        geojson([ring()]),
        geojson([ring()[::-1]]),
        geojson([ring()[:-1]]),
        geojson([[[x, y, 320.5] for x, y in ring()]]),
        geojson([[ring()]], "MultiPolygon"),
        collection(geojson([ring()])),
        {"type": "Polygon", "coordinates": [ring()], "properties": METRIC},
        {
            "type": "GeometryCollection",
            "geometries": [{"type": "Polygon", "coordinates": [ring()]}],
            **METRIC,
        },
        collection({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring()]}}, **METRIC),
    ],
)
def test_shapes_of_geojson(content: dict[str, Any]) -> None:
    yard = parse_yard(write(content), "yard.json")
    assert len(yard.boundary) == 4
    assert lawn(yard).area == pytest.approx(200.0)


def test_one_of_several_polygons() -> None:
    content = write(
        collection(
            geojson([ring()], name="Front"),
            geojson([[ring(0, 0, 5, 5)], [ring(9, 9, 6, 6)]], "MultiPolygon", name="Back"),
            geojson([1, 2], "Point"),
            {"type": "Feature", "properties": None, "geometry": None},
        )
    )
    text = message(content)
    assert text == (
        'yard.json: it holds 3 polygons; choose one with --feature: 1 ("Front"), 2 ("Back"), 3 ("Back").'
    )
    for feature, area, name in (
        ("1", 175, "Front"),  # the first of the other two stands in it
        ("front", 175, "Front"),
        ("2", 25, "Back"),
        ("3", 36, "Back"),
    ):
        yard = parse_yard(content, "yard.json", feature)
        assert (round(lawn(yard).area, 6), yard.name) == (area, name)
        assert yard.notes == (
            "left out: 1 feature without a shape, 1 point.",
            "one of 3 polygons in the file was read.",
        )
    assert '2 polygons are called "Back"; choose by number' in message(content, "Back")
    assert 'there is no polygon "Fron". Did you mean "Front"? There are: 1 ("Front")' in message(
        content, "Fron"
    )
    assert 'there is no polygon "4"' in message(content, "4")
    assert 'there is no polygon "0"' in message(content, "0")


@pytest.mark.parametrize(
    ("content", "fragment"),
    [
        (collection(), "there is no polygon in it."),
        (collection(geojson([1, 2], "Point"), geojson([[1, 2], [3, 4]], "LineString")), "but 1 line"),
        ({"type": "Feature", "geometry": None, "properties": {}}, "but 1 feature without a shape."),
        ({"type": "Feature"}, 'this feature has no "geometry"'),
        ({"type": "FeatureCollection"}, 'features: "features" is missing or not a list'),
        ({"type": "FeatureCollection", "features": [3]}, "features[0]: an object in { }"),
        (collection({"type": "Feture"}), 'type: there is no type "Feture". Did you mean "Feature"?'),
        ({"features": [], "type": 3}, "type: there is no type"),
        ({"type": "Polygon"}, "coordinates: a polygon is a list of rings"),
        ({"type": "Polygon", "coordinates": []}, "coordinates: a polygon is a list of rings"),
        ({"type": "Polygon", "coordinates": [[]]}, "coordinates[0]: a ring is a list of positions"),
        ({"type": "Polygon", "coordinates": [ring(), None]}, "coordinates[1]: a ring is a list of positions"),
        ({"type": "Polygon", "coordinates": [[[0]]]}, "coordinates[0][0]: a position is two numbers"),
        ({"type": "Polygon", "coordinates": [[[0, None]]]}, "coordinates[0][0]: a position is two numbers"),
        ({"type": "Polygon", "coordinates": [[[True, 0]]]}, "coordinates[0][0]: a position is two numbers"),
        ({"type": "Polygon", "coordinates": [[["0", "0"]]]}, "coordinates[0][0]: a position is two numbers"),
        ({"type": "MultiPolygon", "coordinates": {}}, 'coordinates: "coordinates" is missing or not a list'),
        (geojson([[[0, 0], [20, 10], [20, 0], [0, 10]]]), "boundary: it touches or crosses itself"),
        (geojson([ring(), [[1, 1], [4, 4], [4, 1], [1, 4]]]), 'obstacle "obstacle": it touches or'),
        (geojson([ring(), ring(50, 50)]), 'obstacle "obstacle": it lies wholly outside'),
        (geojson([ring()], crs="EPSG:2056"), 'properties.crs: its coordinates are in "EPSG:2056". Save'),
        (
            collection(
                {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring()]}},
                crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::31370"}},
            ),
            'crs: its coordinates are in "urn:ogc:def:crs:EPSG::31370"',
        ),
        ({"type": "Polygon", "coordinates": [ring(37, 122)]}, "no latitude 122; GeoJSON writes [longitude,"),
        ({"type": "Polygon", "coordinates": [ring(172907, 171306)]}, "(172907, 171306) is not longitude"),
        ({"type": "Polygon", "coordinates": [ring(0, 0, 20, 10)]}, "km across; 1000 m are allowed."),
        (geojson([ring(0, 0, 1200, 10)]), "is more than 1,000 m from the first corner"),
        (geojson([ring(0, 0, 10**50, 10)]), "boundary: a coordinate is beyond 10,000 km"),
    ],
)  # fmt: skip
def test_mistakes_in_geojson_are_explained(content: dict[str, Any], fragment: str) -> None:
    assert fragment in message(content)


def test_collections_without_end_are_explained() -> None:
    inner: dict[str, Any] = {"type": "Polygon", "coordinates": [ring()]}
    for _ in range(150):
        inner = {"type": "GeometryCollection", "geometries": [inner]}
    assert "nested too deeply" in message(inner)


WGS84_A, WGS84_F = 6378137.0, 1 / 298.257223563


def earth_centred(longitude: float, latitude: float) -> tuple[float, float, float]:
    """A place on the ellipsoid in metres from the centre of the earth."""
    lon, lat = math.radians(longitude), math.radians(latitude)
    squared = WGS84_F * (2 - WGS84_F)
    radius = WGS84_A / math.sqrt(1 - squared * math.sin(lat) ** 2)
    return (
        radius * math.cos(lat) * math.cos(lon),
        radius * math.cos(lat) * math.sin(lon),
        radius * (1 - squared) * math.sin(lat),
    )


@given(st.floats(-180.0, 179.0), st.floats(-70.0, 70.0), st.floats(20.0, 70.0), st.floats(0.0, 360.0))
def test_longitude_and_latitude_become_metres_to_the_millimetre(
    longitude: float, latitude: float, reach: float, turn: float
) -> None:
    # over such a distance the chord through the earth is shorter than the geodesic by less than a micrometre
    degree = 111_320.0
    places = []
    for corner in (0.0, 80.0, 190.0, 275.0):
        north, east = (reach * wave(math.radians(turn + corner)) / degree for wave in (math.sin, math.cos))
        east /= math.cos(math.radians(latitude))
        places.append(((longitude + east + 180.0) % 360.0 - 180.0, latitude + north))
    yard = parse_yard(
        write({"type": "Polygon", "coordinates": [[list(place) for place in places]]}), "yard.json"
    )
    assert yard.boundary[0] == Point(0.0, 0.0)
    for (one, place), (other, twin) in itertools.combinations(zip(yard.boundary, places, strict=True), 2):
        chord = math.dist(earth_centred(*place), earth_centred(*twin))
        assert (other - one).length == pytest.approx(chord, abs=0.004)


def test_the_arctic_is_remarked_on() -> None:
    polygon = [[[-75.0, 40.0], [-75.0, 40.0002], [-75.0002, 40.0002]]]
    assert parse_yard(write({"type": "Polygon", "coordinates": polygon}), "yard.json").notes == ()
    swapped = [[[y, x] for x, y in polygon[0]]]
    notes = parse_yard(write({"type": "Polygon", "coordinates": swapped}), "yard.json").notes
    assert notes == ("the yard lies at latitude -75.0; if it does not, longitude and latitude are swapped.",)


# --- files of others ------------------------------------------------------------------------------


@no_yards
def test_all_real_yards_are_read() -> None:
    merged = []
    for file in YARDS:
        yard = read_yard(file)
        properties = json.loads(file.read_text("utf-8"))["properties"]
        assert yard.name == properties["id"]
        assert lawn(yard).area == pytest.approx(properties["area_m2"], abs=0.001), file.name
        assert len(yard.obstacles) == properties["obstacles"]
        kinds = sorted({thing.name.split(" ")[0] for thing in yard.obstacles})
        assert kinds == sorted(set(properties["obstacle_kinds"])), file.name
        if yard.notes:
            merged.append(file.stem)
    assert len(YARDS) == 60
    assert len(merged) == 9


@no_hostile
@pytest.mark.parametrize("as_local_metres", [False, True])
def test_hostile_files_are_read_or_explained(as_local_metres: bool) -> None:
    read = 0
    for file in HOSTILE:
        for scale in (1.0, 0.02) if as_local_metres else (None,):
            content = _wrapped(file.read_bytes(), scale)
            read += sum(_is_read(content, file.name, feature) for feature in (None, "1", "2"))
    assert read > 20


def _is_read(content: bytes, label: str, feature: str | None) -> bool:
    try:
        ground = lawn(parse_yard(content, label, feature))
    except YardError as error:
        if not str(error).startswith(label) or len(str(error)) > 4000:
            raise AssertionError(error) from error
        return False
    assert ground.is_valid
    assert ground.area >= 1.0
    return True


def _wrapped(content: bytes, scale: float | None) -> bytes:
    """The polygons of a file, or a bare list of rings, as local metres: the law of yards is to see them."""

    def scaled(value: Any, factor: float) -> Any:
        if isinstance(value, list):
            return [scaled(part, factor) for part in value]
        if isinstance(value, dict):
            return {key: scaled(part, factor) for key, part in value.items()}
        return value * factor if isinstance(value, int | float) and not isinstance(value, bool) else value

    if scale is None:
        return content
    try:
        data = json.loads(content)
        data = scaled(geojson(data) if isinstance(data, list) else data, scale)
    except (ValueError, RecursionError):
        return content
    return json.dumps(data | METRIC if isinstance(data, dict) else data).encode()


@no_hostile
def test_yards_that_cross_themselves_by_a_millimetre_are_explained() -> None:
    files = sorted((SHARED / "hostile" / "real_yards_invalid_after_mm_rounding").glob("*.geojson"))
    explained = []
    for file in files:
        content = json.loads(file.read_text("utf-8"))
        content["properties"] |= METRIC
        try:
            yard = parse_yard(write(content), "yard.json")
        except YardError:
            text = message(content)
            assert "boundary: it touches or crosses itself at (" in text
            assert text.count("side ") == 2
            explained.append(file.stem)
        else:
            # only the hole crosses the boundary: an obstacle may
            assert lawn(yard).area == pytest.approx(content["properties"]["area_m2_valid"], abs=0.05)
            assert len(yard.obstacles) == 1
    assert (len(files), len(explained)) == (13, 9)
