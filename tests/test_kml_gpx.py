"""KML, KMZ and GPX: every shared file is read as it should be or says why not."""

from __future__ import annotations

import contextlib
import io
import math
import random
import re
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from conedrills.errors import YardError
from conedrills.importers import MAX_BYTES, parse_yard, read_yard
from conedrills.safexml import line_of, parse, root_name
from conedrills.yard import Yard

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
GPS = "it was walked with GPS, which is good to 3 to 15 m: use it for the shape only."
TAPE = "measure two lengths with a tape to scale and check it."

NO_POLYGON = "there is no polygon in it but "
READ: dict[str, tuple[str | None, int, int]] = {
    # file -> the feature to choose, which <coordinates> is the outline, how many obstacles stand in it
    "formats/kml/derived_cornillon_lot.kml": ("lot", 0, 2),
    "formats/kml/inline_style.kml": ("1", 0, 0),
    "formats/kml/polygon.kml": (None, 0, 1),
    "formats/kml/schema.kml": (None, 0, 0),
    "formats/kml/style_url.kml": (None, 0, 0),
    "hostile/kml_gpx/noname.kml": (None, 0, 0),
}
REFUSED: dict[str, str] = {
    "formats/kml/cdata.kml": NO_POLYGON + "1 point.",
    "formats/kml/derived_cornillon_lot.kml": '3 polygons; choose one with --feature: 1 ("lot"), 2 ("house")',
    "formats/kml/derived_cornillon_lot.kmz": "(doc.kml): it holds 3 polygons; choose one with --feature: ",
    "formats/kml/gxmultitrack.kml": "the track is more than 1,000 m across, which is a journey",
    "formats/kml/gxtrack.kml": "the track ends 513 m from where it began; up to 15 m are taken for one place",
    "formats/kml/inline_style.kml": '2 polygons; choose one with --feature: 1 ("With all inline styles")',
    "formats/kml/linear_ring.kml": "linear_ring.kml:18: as longitude and latitude it is 5,341 km across",
    "formats/kml/linestring.kml": NO_POLYGON + "2 lines.",
    "formats/kml/multigeometry.kml": NO_POLYGON + "2 lines.",
    "formats/kml/multigeometry_sibling.kml": "here the nearest ends are 72.4 m apart",
    "formats/kml/point.kml": NO_POLYGON + "1 point.",
    "formats/kml/simpledata.kml": NO_POLYGON + "2 points.",
    "formats/gpx/Friday-Evening-Run.gpx": '3 tracks; choose one with --feature: 1 ("Friday Evening Run, part',
    "formats/gpx/apple_watch_route.gpx": "the track ends 55 m from where it began",
    "formats/gpx/garmin_extensions.gpx": '3 tracks; choose one with --feature: 1 ("route name")',
    "formats/gpx/gdal.gpx": '3 tracks; choose one with --feature: 1 ("route name")',
    "formats/gpx/missing_hr.gpx": "3 tracks; choose one",
    "formats/gpx/north_core.gpx": "12 tracks; choose one",
    "formats/gpx/osm.gpx": "3 tracks; choose one",
    "formats/gpx/run.gpx": "the track is more than 1,000 m across, which is a journey",
    "formats/gpx/strava.gpx": "the track is more than 1,000 m across, which is a journey",
    "formats/gpx/style.gpx": "21 tracks; choose one",
    "formats/gpx/trek.gpx": "the track is more than 1,000 m across, which is a journey",
    "formats/gpx/wpt.gpx": "no track in it but 40 waypoints; points alone do not say in which order",
    "formats/gpx/zero_elevation.gpx": "tells nothing of a shape with less than 30 m round it",
    "hostile/kml_gpx/bad.gpx": '2 tracks; choose one with --feature: 1, 2 ("route name")',
    "hostile/kml_gpx/bad.kml": 'bad.kml:27: "no,30" is no place; a place is longitude,latitude in degrees',
    "hostile/kml_gpx/empty_ele.gpx": "1 place is too few for a walk",
    "hostile/kml_gpx/empty_trk.gpx": "there is no track in it but 1 empty track",
    "hostile/kml_gpx/ground_overlay.kml": NO_POLYGON + "1 image overlay.",
    "hostile/kml_gpx/multigeometry_discrete.kml": NO_POLYGON + "1 line, 1 point.",
    "hostile/kml_gpx/networklink.kml": NO_POLYGON + "1 network link.",
    "hostile/kml_gpx/nogeomplacemark.kml": NO_POLYGON + "1 empty placemark.",
    "hostile/kml_gpx/null_geometry.kml": NO_POLYGON + "1 empty placemark.",
    "hostile/kml_gpx/point_extra_coordinates.kml": NO_POLYGON + "1 point.",
    "hostile/kml_gpx/selfclosing.kml": NO_POLYGON + "1 line.",
    "hostile/kml_gpx/timespan.kml": "timespan.kml:12: as longitude and latitude it is 3 km across",
    "hostile/kml_gpx/trek_no_rtept.gpx": "there is no track in it but 1 empty route",
    "hostile/kml_gpx/twopoints.kml": NO_POLYGON + "2 points.",
    "hostile/kml_gpx/unique_trkpt.gpx": "1 place is too few for a walk",
}
EVERY = sorted(
    file.relative_to(SHARED).as_posix()
    for folder in ("formats/kml", "formats/gpx", "hostile/kml_gpx", "hostile/geos_xml")
    for file in (SHARED / folder).glob("*.*")
)


# --- the shared files -----------------------------------------------------------------------------


def test_the_tables_name_every_file() -> None:
    told = {name for name in EVERY if not name.endswith(".xml")}
    assert not told or told == {*READ, *REFUSED}


@pytest.mark.parametrize("name", READ)
def test_files_that_hold_a_yard(name: str) -> None:
    feature, outline, obstacles = READ[name]
    file = there(name)
    yard = read_yard(file, feature)
    text = re.findall(r"<coordinates>(.*?)</coordinates>", file.read_text("utf-8"), re.DOTALL)[outline]
    wanted = area([(float(x), float(y)) for x, y, *_ in (place.split(",") for place in text.split())])
    assert area_of(yard) == pytest.approx(wanted, rel=1e-3)
    assert len(yard.obstacles) == obstacles
    assert {obstacle.kind for obstacle in yard.obstacles} <= {"hard"}
    assert yard.north == 90.0


@pytest.mark.parametrize("name", REFUSED)
def test_files_that_are_refused_say_why(name: str) -> None:
    assert REFUSED[name] in refusal(there(name))


@pytest.mark.parametrize("name", [name for name in EVERY if name.endswith(".xml")])
def test_other_xml_is_no_yard(name: str) -> None:
    assert "it is not a yard file of a format that is read here" in refusal(there(name))


@pytest.mark.parametrize(
    ("name", "feature", "fragment"),
    [
        ("formats/gpx/Friday-Evening-Run.gpx", "1", "the track is 19 m long; GPS is good to 3 to 15 m"),
        ("formats/gpx/north_core.gpx", "3", "which is a journey"),
        ("formats/gpx/gdal.gpx", "track name, part 2", "too few for a walk"),
        ("formats/gpx/osm.gpx", "9", 'there is no track "9"'),
        ("hostile/kml_gpx/bad.gpx", "1", 'bad.gpx:5: lat="undefined" lon="undefined" is no place in degrees'),
    ],
)
def test_a_track_that_is_chosen_is_judged(name: str, feature: str, fragment: str) -> None:
    assert fragment in refusal(there(name), feature)


def test_the_same_lot_through_three_formats() -> None:
    files = [
        there(f"formats/{name}")
        for name in (
            "geojson/derived_cornillon_lot_wgs84.geojson",
            "kml/derived_cornillon_lot.kml",
            "kml/derived_cornillon_lot.kmz",
        )
    ]
    first, *others = [read_yard(file, "lot") for file in files]
    assert sorted(obstacle.name for obstacle in first.obstacles) == ["house", "pool"]
    for other in others:
        assert [obstacle.name for obstacle in other.obstacles] == [one.name for one in first.obstacles]
        rings = zip((first.boundary, *(o.polygon for o in first.obstacles)),
                    (other.boundary, *(o.polygon for o in other.obstacles)), strict=True)  # fmt: skip
        for one, ring in rings:
            apart = shapely.LinearRing([p.xy for p in one]).hausdorff_distance(
                shapely.LinearRing([p.xy for p in ring])
            )
            assert apart < 0.02


# --- forms of KML ---------------------------------------------------------------------------------

SQUARE = ((0.0, 0.0), (30.0, 0.0), (30.0, 20.0), (0.0, 20.0))
POLYGON = "<Polygon><outerBoundaryIs><LinearRing>{}</LinearRing></outerBoundaryIs>{}</Polygon>"


def test_holes_and_what_lies_inside_are_hard_obstacles() -> None:
    hole = shifted(SQUARE, 2, 2, 0.2)
    inner = f"<innerBoundaryIs><LinearRing>{coordinates(hole)}</LinearRing></innerBoundaryIs>"
    lot = placemark("lot", POLYGON.format(coordinates(SQUARE), inner))
    shed = placemark("shed", POLYGON.format(coordinates(shifted(SQUARE, 20, 12, 0.1)), ""))
    far = placemark("other", POLYGON.format(coordinates(shifted(SQUARE, 200, 0, 1)), ""))
    yard = parse_yard(kml(lot + shed + far), "a.kml", "lot")
    assert [obstacle.name for obstacle in yard.obstacles] == ["obstacle", "shed"]
    assert [round(ring_area(o.polygon), 1) for o in yard.obstacles] == [24.0, 6.0]
    assert "one of 3 polygons in the file was read." in yard.notes


@pytest.mark.parametrize(
    "geometry",
    [
        POLYGON.format("{}", ""),
        "<LinearRing>{}</LinearRing>",
        "<LineString>{}</LineString>",
        "<MultiGeometry><Point/><MultiGeometry>"
        + POLYGON.format("{}", "")
        + "</MultiGeometry></MultiGeometry>",
    ],
)
@pytest.mark.parametrize(
    "namespace", ["http://www.opengis.net/kml/2.2", "http://earth.google.com/kml/2.0", ""]
)
@pytest.mark.parametrize("prefix", ["", "k:"])
def test_geometries_and_namespaces(geometry: str, namespace: str, prefix: str) -> None:
    content = kml(placemark("<![CDATA[Old <i>Rectory]]>", geometry.format(coordinates(SQUARE))), namespace)
    if prefix:  # not declared: some programs forget to
        content = re.sub(rb"<(/?)([A-Z])", rb"<\1k:\2", content)
    yard = parse_yard(content, "a.kml")
    assert yard.name == "Old <i>Rectory"
    assert area_of(yard) == pytest.approx(600.0, rel=1e-4)
    assert len(yard.boundary) == 4


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ('<ExtendedData><Data name="Name"><value>Back</value></Data></ExtendedData>', "Back"),
        (
            "<ExtendedData><SchemaData><SimpleData name='title'>Side\x7f</SimpleData></SchemaData>"
            "</ExtendedData>",
            "Side",
        ),
        ("<name>  a\nb </name>", "a b"),
        ("<name>17</name>", "stem"),
        ("", "stem"),
    ],
)
def test_names(told: str, name: str) -> None:
    shape = POLYGON.format(coordinates(SQUARE), "")
    content = kml(f'<Folder><name>f</name><Placemark id="17">{told}{shape}</Placemark></Folder>')
    assert parse_yard(content, "a.kml", stem="stem").name == name


def test_a_line_closes_within_a_metre() -> None:
    def line(gap: float) -> bytes:
        corners = (*SQUARE, (0.0, gap))
        text = " ".join(f"{x!r},{y!r}" for x, y in map(degrees, corners))
        return kml(placemark("a", f"<LineString><coordinates>{text}</coordinates></LineString>"))

    yard = parse_yard(line(0.9), "a.kml")
    assert len(yard.boundary) == 4
    assert area_of(yard) == pytest.approx(600.0, rel=1e-4)
    assert "here the nearest ends are 1.2 m apart" in message(line(1.2), "a.kml")


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        (
            "43.574,125.068 43.575,125.068 43.575,125.069",
            "no latitude 125.068; KML writes longitude,latitude. Sw",
        ),
        ("500,600 501,600 501,601", "(500, 600) is not longitude and latitude"),
        ("nan,inf 1,1 2,2", '"nan,inf" is no place'),
        ("1_0,1 1,1 2,2", '"1_0,1" is no place'),
        ("5 43 6 44", '"5" is no place'),
        ("1e999,1 1,1 2,2", "is not longitude and latitude"),
        ("", "this outline has no coordinates"),
        ("5,43 5,43 5,43", "1 different corners are too few"),
        ("5,43 5.0002,43.0001 5.0002,43 5,43.0001", "boundary: it touches or crosses itself"),
    ],
)
def test_mistakes_in_kml_are_explained(text: str, fragment: str) -> None:
    shape = POLYGON.format(f"<coordinates>{text}</coordinates>", "")
    assert fragment in message(kml(placemark("a", shape)), "a.kml")


def test_a_space_behind_a_comma_is_let_pass() -> None:
    content = kml(placemark("a", POLYGON.format(coordinates(SQUARE), ""))).replace(b",", b" , ")
    assert area_of(parse_yard(content, "a.kml")) == pytest.approx(600.0, rel=1e-4)


def test_a_file_of_a_thousand_things_is_refused() -> None:
    thing = placemark("x", POLYGON.format(coordinates(shifted(SQUARE, 3, 3, 0.1)), ""))
    lot = placemark("lot", POLYGON.format(coordinates(SQUARE), ""))
    with pytest.raises(YardError, match="500 other polygons lie about the chosen one; 200 things"):
        parse_yard(kml(lot + thing * 500), "a.kml", "lot")


def test_a_yard_above_the_arctic_circle_is_doubted() -> None:
    text = " ".join(f"{y!r},{x + 65!r}" for x, y in map(degrees, SQUARE))
    shape = POLYGON.format(f"<coordinates>{text}</coordinates>", "")
    (note,) = parse_yard(kml(placemark("a", shape)), "a.kml").notes
    assert note.startswith("the yard lies at latitude 70.0; if it does not")


# --- KMZ ------------------------------------------------------------------------------------------


def test_kmz_reads_doc_kml_of_several() -> None:
    one, other = (kml(placemark(name, POLYGON.format(coordinates(SQUARE), ""))) for name in ("one", "other"))
    yard = parse_yard(kmz({"files/a.png": b"x", "a.kml": other, "doc.kml": one}), "a.kmz")
    assert yard.name == "one"
    assert yard.notes == ("of 2 KML files in it, doc.kml was read.",)
    assert parse_yard(kmz({"../../a.kml": other}), "a.kmz").name == "other"


def test_kmz_that_harms_is_refused() -> None:
    whole = kmz({"doc.kml": kml(placemark("a", POLYGON.format(coordinates(SQUARE), "")))})
    bomb = kmz({"doc.kml": b"<kml>" + b" " * (20 * MAX_BYTES)})
    assert len(bomb) < MAX_BYTES / 10
    assert "unpacked it is longer than 2 MB" in message(bomb, "a.kmz")
    locked = bytearray(whole)
    at = locked.index(b"PK\x01\x02")
    struct.pack_into("<H", locked, at + 8, 1)
    assert "locked with a password" in message(bytes(locked), "a.kmz")
    packed = kmz({"doc.kml": b"<kml/>"}, zipfile.ZIP_BZIP2)
    assert "packed in a way that is not read" in message(packed, "a.kmz")
    spoilt = bytearray(whole)
    spoilt[45:60] = bytes(15)
    assert "a.kmz (doc.kml)" in message(bytes(spoilt), "a.kmz")
    assert "the file is empty" in message(kmz({"doc.kml": b" "}), "a.kmz")
    assert message(whole[:-30], "a.kmz")
    assert message(kmz({"a.txt": b"x"}), "a.kmz")


# --- GPX ------------------------------------------------------------------------------------------


def test_a_walk_is_a_shape_and_says_so() -> None:
    chance = random.Random(7)
    walked = [
        (x + chance.gauss(0, 0.15), y + chance.gauss(0, 0.15))
        for (x, y), (a, b) in zip(SQUARE, (*SQUARE[1:], SQUARE[0]), strict=True)
        for x, y in ((x + (a - x) * i / 40, y + (b - y) * i / 40) for i in range(40))
    ]
    overshoot = [(x + 0.4, y - 0.5) for x, y in walked[:6]]
    yard = parse_yard(gpx([[*walked, *overshoot]], "Lawn"), "a.gpx")
    assert yard.name == "Lawn"
    assert yard.notes[:2] == (GPS, TAPE)
    assert 4 <= len(yard.boundary) <= 12
    assert area_of(yard) == pytest.approx(600.0, rel=0.05)


def test_a_walk_of_three_sides_is_closed_aloud() -> None:
    yard = parse_yard(gpx([[(0, 0), (40, 0), (40, 14), (0, 14)]]), "a.gpx")
    assert "its ends are 14.0 m apart and were joined by a straight side." in yard.notes
    assert area_of(yard) == pytest.approx(560.0, rel=1e-3)


def test_loops_of_standing_still_are_cut() -> None:
    loop = [(30, 10), (32, 12), (34, 10), (32, 9), (30, 11)]
    yard = parse_yard(gpx([[(0, 0), (30, 0), *loop, (30, 20), (0, 20), (0, 0)]]), "a.gpx")
    assert any(note.startswith("small loops of the track") for note in yard.notes)
    assert area_of(yard) == pytest.approx(600.0, rel=0.02)


def test_segments_that_go_on_are_one_walk_and_a_route_is_one_too() -> None:
    parts = [[(0, 0), (30, 0)], [(30, 5), (30, 20)], [(0, 20), (0, 0)]]
    assert "3 tracks" in message(gpx(parts, "a"), "a.gpx")
    parts[2].insert(0, (29, 20))
    assert len(parse_yard(gpx(parts), "a.gpx").boundary) == 4
    route = gpx([[*SQUARE, SQUARE[0]]]).replace(b"trkseg", b"rte").replace(b"trkpt", b"rtept")
    assert len(parse_yard(re.sub(rb"</?trk>", b"", route), "a.gpx").boundary) == 4


@pytest.mark.parametrize(
    ("track", "fragment"),
    [
        (
            [(0, 0), (40, 20), (40, 0), (0, 20), (0, 0)],
            "the track crosses itself 20 m east and 10 m north of its s",
        ),
        ([(0, 0), (40, 0), (0, 0)], "2 different places are too few for a walk"),
        ([(0, 0), (40, 0), (20, 0.2), (0, 0)], "the track goes to and fro and encloses nothing"),
        ([(0, 0), (5, 0), (5, 5), (0, 5), (0, 0)], "less than 30 m round it. Measure the yard with a tape."),
        (
            [(0, 0), (300, 0), (300, 300), (0, 300)] * 4 + [(0, 0)],
            "km long, which is a run and no walk round",
        ),
        ([(0, 0), (40, 0), (40, 30)], "the track ends 50 m from where it began; up to 15 m"),
    ],
)
def test_walks_that_are_none_say_why(track: list[tuple[float, float]], fragment: str) -> None:
    assert fragment in message(gpx([track]), "a.gpx")


def test_the_sides_that_cross_are_named_by_how_far_was_walked() -> None:
    told = message(gpx([[(0, 0), (40, 0), (40, 30), (20, 30), (20, -20), (0, -20), (0, 0)]]), "a.gpx")
    assert "crosses itself 20 m east and 0 m" in told
    assert "the side walked after 20 m meets the side after 120 m" in told


@pytest.mark.parametrize(
    ("track", "fragment"),
    [
        ('lat="122" lon="43"', "no latitude 122; GPX names them lat and lon. Swap them."),
        ('lat="43"', 'lat="43" lon="" is no place in degrees'),
        ('lat="5e5" lon="6e5"', "is not longitude and latitude"),
    ],
)
def test_mistakes_in_gpx_are_explained(track: str, fragment: str) -> None:
    content = f"<gpx>\n<trk><trkseg>\n<trkpt {track}/></trkseg></trk></gpx>".encode()
    told = message(content, "a.gpx")
    assert fragment in told
    assert told.startswith("a.gpx:3: ")


def test_a_track_of_kml_is_a_walk() -> None:
    coords = "".join(f"<gx:coord>{x!r} {y!r} 5</gx:coord>" for x, y in map(degrees, (*SQUARE, SQUARE[0])))
    content = kml(placemark("w", f"<gx:Track>{coords}</gx:Track>"))
    yard = parse_yard(content, "a.kml")
    assert yard.notes[:2] == (GPS, TAPE)
    assert area_of(yard) == pytest.approx(600.0, rel=1e-4)
    several = content.replace(b"<gx:Track>", b"<gx:MultiTrack><gx:Track>")
    assert parse_yard(several.replace(b"</gx:Track>", b"</gx:Track></gx:MultiTrack>"), "a").name == "w"


# --- XML ------------------------------------------------------------------------------------------

BILLION = b"""<!DOCTYPE kml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><kml>&b;</kml>"""


@pytest.mark.parametrize(
    ("content", "fragment"),
    [
        (BILLION, "it has a document type (<!DOCTYPE kml>), which is not read for safety"),
        (b'<!DOCTYPE kml SYSTEM "file:///etc/passwd"><kml/>', "it has a document type"),
        (b"<kml>\n <a>&nbsp;</a></kml>", "a.kml:2:5: it is not whole XML (undefined entity)"),
        (b"<kml>" + b"<Folder>" * 5000, "its elements are nested more than 100 deep"),
        (b"<kml><Document></kml>", "a.kml:1:18: it is not whole XML (mismatched tag)"),
        (b"<kml>", "it is not whole XML (no element found)"),
        (b"\n\n<kml><", "a.kml:3:6: it is not whole XML"),
        (b"<", "it is not whole XML"),
        (b"<?xml version='1.0' encoding='klingon'?><kml/>", "it is in an encoding that is not read"),
        (b"<kml>\xff</kml>", "it is not whole XML (not well-formed"),
    ],
)
def test_xml_that_harms_or_breaks_off_is_refused(content: bytes, fragment: str) -> None:
    assert fragment in message(content, "a.kml")


def test_xml_of_other_encodings_is_read() -> None:
    text = kml(placemark("Gärtchen", POLYGON.format(coordinates(SQUARE), ""))).decode("utf-8")
    for content in (
        text.replace("UTF-8", "UTF-16").encode("utf-16"),
        b"\xef\xbb\xbf" + text.encode(),
        ("\n" + text).encode(),
    ):
        assert parse_yard(content, "a").name == "Gärtchen"
    latin = text.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').encode("latin-1")
    assert parse_yard(latin, "a").name == "Gärtchen"


def test_elements_know_their_line_and_drawings_may_name_their_type() -> None:
    drawing = (
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">\n<svg>\n<g a:b="1"><!-- -->t</g></svg>'
    )
    root = parse(drawing, "a.svg", doctype=True)
    assert [(one.tag, line_of(one)) for one in root.iter()] == [("svg", 2), ("g", 3)]
    assert (root[0].get("a:b"), root[0].text) == ("1", "t")
    assert root_name(drawing) == "svg"
    with pytest.raises(YardError, match="document type"):
        parse(BILLION, "a.svg", doctype=True)


@given(st.binary(max_size=60), st.integers(0, 400), st.integers(0, 30))
def test_spoilt_files_have_one_message(noise: bytes, at: int, length: int) -> None:
    whole = kml(placemark("a", POLYGON.format(coordinates(SQUARE), "")))
    for content in (whole, gpx([[*SQUARE, SQUARE[0]]]), kmz({"doc.kml": whole})):
        spoilt = content[:at] + noise + content[at + length :]
        for label in ("a.kml", "a.gpx", "a"):
            with contextlib.suppress(YardError):
                parse_yard(spoilt, label)


# --- a random yard through every format -----------------------------------------------------------

STARS = st.lists(st.floats(12.0, 40.0), min_size=3, max_size=12)


@given(STARS, st.floats(-80.0, 80.0), st.floats(-180.0, 180.0))
def test_a_random_yard_comes_back(radii: list[float], latitude: float, longitude: float) -> None:
    turn = 2.0 * math.pi / len(radii)
    star = [(radius * math.cos(turn * i), radius * math.sin(turn * i)) for i, radius in enumerate(radii)]
    ring = [degrees(place, longitude, latitude) for place in star]
    text = " ".join(f"{x:.9f},{y:.9f},0" for x, y in (*ring, ring[0]))
    shape = POLYGON.format(f"<coordinates>\n{text}\n</coordinates>", "")
    content = kml(placemark("star", shape))
    for drawn in (parse_yard(content, "a.kml"), parse_yard(kmz({"doc.kml": content}), "a.kmz")):
        assert same(drawn, star) < 0.005
    points = "".join(f'<trkpt lon="{x:.9f}" lat="{y:.9f}"/>' for x, y in (*ring, ring[0]))
    walked = parse_yard(f"<gpx><trk><trkseg>{points}</trkseg></trk></gpx>".encode(), "a.gpx")
    assert same(walked, star) < 1.01  # what may be lost when a walk is simplified


def same(yard: Yard, star: Sequence[tuple[float, float]]) -> float:
    """How far the yard is from the polygon where it is farthest, both from the first corner, metres."""
    moved = [(x - star[0][0], y - star[0][1]) for x, y in star]
    ring = shapely.LinearRing([point.xy for point in yard.boundary])
    return float(ring.hausdorff_distance(shapely.LinearRing(moved)))


# --- what the tests write and measure with --------------------------------------------------------


def degrees(place: tuple[float, float], longitude: float = 5.0, latitude: float = 7.6) -> tuple[float, float]:
    """Longitude and latitude of a place so many metres east and north, by steps on the tangent plane."""
    x, y = longitude, latitude
    for _ in range(4):
        east, north = plane([(x, y)], (longitude, latitude))[0]
        y += math.degrees((place[1] - north) / 6_370_000.0)
        x += math.degrees((place[0] - east) / (6_370_000.0 * math.cos(math.radians(latitude))))
    return (x + 180.0) % 360.0 - 180.0, y


def plane(ring: Sequence[tuple[float, float]], at: tuple[float, float]) -> list[tuple[float, float]]:
    """Metres east and north in the plane that touches the ellipsoid of WGS 84 at a place."""
    longitude, latitude = (math.radians(angle) for angle in at)
    sine, cosine = math.sin(latitude), math.cos(latitude)
    x0, y0, z0 = earth(*at)
    metres = []
    for place in ring:
        x, y, z = (a - b for a, b in zip(earth(*place), (x0, y0, z0), strict=True))
        out = x * math.cos(longitude) + y * math.sin(longitude)
        metres.append((y * math.cos(longitude) - x * math.sin(longitude), z * cosine - out * sine))
    return metres


def earth(longitude: float, latitude: float) -> tuple[float, float, float]:
    """A place on the ellipsoid from the middle of the earth, metres: a = 6378137, f = 1 / 298.257223563."""
    squared = (2.0 - 1.0 / 298.257223563) / 298.257223563
    sine, cosine = math.sin(math.radians(latitude)), math.cos(math.radians(latitude))
    across = 6_378_137.0 / math.sqrt(1.0 - squared * sine**2)
    east = math.radians(longitude)
    return (
        across * cosine * math.cos(east), across * cosine * math.sin(east), across * (1.0 - squared) * sine,
    )  # fmt: skip


def area(ring: Sequence[tuple[float, float]]) -> float:
    """Square metres within longitudes and latitudes."""
    return shoelace(plane(ring, ring[0]))


def shoelace(ring: Sequence[tuple[float, float]]) -> float:
    return abs(sum(a * d - b * c for (a, b), (c, d) in zip(ring, (*ring[1:], ring[0]), strict=True))) / 2.0


def area_of(yard: Yard) -> float:
    return ring_area(yard.boundary)


def ring_area(ring: Sequence[object]) -> float:
    return shoelace([point.xy for point in ring])  # type: ignore[attr-defined]


def shifted(
    ring: Sequence[tuple[float, float]], east: float, north: float, scale: float
) -> tuple[tuple[float, float], ...]:
    return tuple((x * scale + east, y * scale + north) for x, y in ring)


def coordinates(ring: Sequence[tuple[float, float]]) -> str:
    text = " ".join(f"{x!r},{y!r}" for x, y in map(degrees, (*ring, ring[0])))
    return f"<coordinates>{text}</coordinates>"


def placemark(name: str, shape: str) -> str:
    return f"<Placemark><name>{name}</name>{shape}</Placemark>"


def kml(inside: str, namespace: str = "http://www.opengis.net/kml/2.2") -> bytes:
    space = f' xmlns="{namespace}"' if namespace else ""
    told = f'<?xml version="1.0" encoding="UTF-8"?>\n<kml{space}><Document>{inside}</Document></kml>'
    return told.encode()


def kmz(files: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def gpx(segments: Sequence[Sequence[tuple[float, float]]], name: str = "") -> bytes:
    parts = "".join(
        "<trkseg>"
        + "".join(f'<trkpt lat="{y!r}" lon="{x!r}"/>' for x, y in map(degrees, segment))
        + "</trkseg>"
        for segment in segments
    )
    told = f"<name>{name}</name>" if name else ""
    return f'<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk>{told}{parts}</trk></gpx>'.encode()


def there(name: str) -> Path:
    file = SHARED / name
    if not file.is_file():
        pytest.skip(f"the shared file {name} is not here")
    return file


def refusal(file: Path, feature: str | None = None) -> str:
    with pytest.raises(YardError) as caught:
        read_yard(file, feature)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def message(content: bytes, label: str) -> str:
    with pytest.raises(YardError) as caught:
        parse_yard(content, label)
    assert "\n" not in str(caught.value)
    return str(caught.value)
