"""`yard convert`: what is written says what was read, in our own form to the last bit."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conedrills.cli import run
from conedrills.errors import YardError
from conedrills.exporters import geojson
from conedrills.geometry import Point, circle_polygon
from conedrills.importers import parse_yard, read_yard
from conedrills.layout import Layout
from conedrills.space import SpaceModel
from conedrills.units import METRES
from conedrills.yard import Kind, Obstacle, Reference, Units, Yard, validated
from conedrills.yardwriter import in_units, write

KINDS: tuple[Kind, ...] = ("hard", "soft")
WORDS = st.text("aZ09äß漢\"'<&\\{}[],", min_size=1, max_size=12)


@st.composite
def yards(draw: st.DrawFn) -> Yard:
    count = draw(st.integers(3, 9))
    reach = draw(st.lists(st.floats(5.0, 40.0), min_size=count, max_size=count))
    ring = tuple(
        Point(far * math.cos(math.tau * at / count), far * math.sin(math.tau * at / count))
        for at, far in enumerate(reach)
    )
    units: Units = draw(st.sampled_from(["ft", "yd", "m"]))
    unsure = draw(st.one_of(st.just(()), st.tuples(*[st.floats(0.0, 0.5)] * count)))
    tree = Obstacle(
        draw(WORDS), draw(st.sampled_from(KINDS)), circle_polygon(Point(0.3, 0.2), draw(st.floats(0.1, 1.0))),
        draw(st.floats(0.0, 0.3)),
    )  # fmt: skip
    yard = Yard(
        name=draw(WORDS),
        boundary=ring,
        side_kinds=tuple(draw(st.lists(st.sampled_from(KINDS), min_size=count, max_size=count))),
        side_names=tuple(draw(st.lists(st.just("") | WORDS, min_size=count, max_size=count))),
        obstacles=(tree,),
        references=(Reference("A", draw(WORDS), ring[0]),),
        uncertainty=unsure if any(unsure) else (),
        north=draw(st.none() | st.integers(0, 359).map(float)),
        surface=draw(st.sampled_from(["dry", "wet"])),
        units=units,
    )
    if not any(yard.side_names):
        yard = dataclasses.replace(yard, side_names=())
    try:
        return validated(yard)
    except YardError:
        assume(False)
        raise


@settings(max_examples=60)
@given(yards())
def test_our_own_form_gives_the_same_yard_again(yard: Yard) -> None:
    again = parse_yard(write(yard), "yard.json")
    assert again.name == yard.name
    for one, other in zip(again.boundary, yard.boundary, strict=True):
        assert one.xy == pytest.approx(other.xy, abs=1e-12)
    for thing, old in zip(again.obstacles, yard.obstacles, strict=True):
        assert (thing.name, thing.kind) == (old.name, old.kind)
        assert thing.uncertainty == pytest.approx(old.uncertainty, abs=1e-12)
        for one, other in zip(thing.polygon, old.polygon, strict=True):
            assert one.xy == pytest.approx(other.xy, abs=1e-12)
    assert again.uncertainty == pytest.approx(yard.uncertainty, abs=1e-12)
    kept = ("side_kinds", "side_names", "north", "surface", "units", "sun", "slope", "space")
    assert [getattr(again, key) for key in kept] == [getattr(yard, key) for key in kept]
    assert write(again) == write(yard)


@settings(max_examples=60)
@given(yards())
def test_geojson_gives_the_same_yard_to_a_micrometre(yard: Yard) -> None:
    again = parse_yard(geojson.write(Layout(yard.name, yard.units, yard, SpaceModel(), ())), "y.geojson")
    for one, other in zip(again.boundary, yard.boundary, strict=True):
        assert one.xy == pytest.approx(other.xy, abs=1e-6)
    kept = ("side_kinds", "side_names", "surface", "units")
    assert [getattr(again, key) for key in kept] == [getattr(yard, key) for key in kept]
    assert again.uncertainty == pytest.approx(yard.uncertainty, abs=1e-6)


@given(st.floats(-1000.0, 1000.0), st.sampled_from(["ft", "yd", "m"]))
def test_a_length_comes_back_to_the_last_bit_or_the_next(metres: float, units: str) -> None:
    assert in_units(metres, units) * METRES[units] == pytest.approx(metres, rel=4e-16, abs=1e-300)


TAPED = {
    "units": "ft",
    "measure": {
        "boundary": ["A", "B", "C", "D"],
        "going": "anticlockwise",
        "tapes": {"A-B": 40, "B-C": 28, "C-D": 40, "A-D": 28, "A-C": "48' 10\"", "B-D": "48' 10\""},
    },
}


def test_what_was_measured_keeps_its_corners_and_how_sure_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "taped.json", tmp_path / "plain.json"
    source.write_text(json.dumps(TAPED))
    assert run(["yard", "convert", str(source), "-o", str(target)]) == 0
    assert "Wrote" in capsys.readouterr().err
    taped, plain = read_yard(source), read_yard(target)
    for one, other in zip(plain.boundary, taped.boundary, strict=True):
        assert one.xy == pytest.approx(other.xy, abs=1e-12)
    assert plain.uncertainty == pytest.approx(taped.uncertainty, abs=1e-12)
    assert plain.survey is None
    assert [one.name for one in plain.references] == ["A", "B", "C", "D"]


def test_a_file_is_replaced_only_when_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "taped.json", tmp_path / "plain.json"
    source.write_text(json.dumps(TAPED))
    assert run(["yard", "convert", str(source), "-o", str(target)]) == 0
    # somebody may have worked on it since: a yard file is never ours alone
    assert run(["yard", "convert", str(source), "-o", str(target)]) == 2
    assert "--force" in capsys.readouterr().err
    assert run(["yard", "convert", str(source), "-o", str(target), "--force"]) == 0
    assert run(["yard", "convert", str(source), "-o", str(source), "--force"]) == 2
    assert "is the file that is read" in capsys.readouterr().err
    assert json.loads(source.read_text()) == TAPED


def test_formats_by_suffix_and_by_option(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    source = tmp_path / "taped.json"
    source.write_text(json.dumps(TAPED))
    for suffix in ("json", "geojson", "dxf"):
        assert run(["yard", "convert", str(source), "-o", str(tmp_path / f"out.{suffix}")]) == 0
        capsysbinary.readouterr()
        assert run(["yard", "convert", str(source), "-o", "-", "--format", suffix]) == 0
        assert capsysbinary.readouterr().out == (tmp_path / f"out.{suffix}").read_bytes()
    assert run(["yard", "convert", str(source), "-o", str(tmp_path / "out.png")]) == 2
    assert b"name one of .json, .geojson, .dxf" in capsysbinary.readouterr().err


def test_a_drawing_for_cad_holds_the_corners(tmp_path: Path) -> None:
    ezdxf = pytest.importorskip("ezdxf")
    source, target = tmp_path / "taped.json", tmp_path / "out.dxf"
    source.write_text(json.dumps(TAPED))
    assert run(["yard", "convert", str(source), "-o", str(target)]) == 0
    (ring,) = ezdxf.readfile(target).modelspace().query('LWPOLYLINE[layer=="BOUNDARY"]')
    assert [tuple(point[:2]) for point in ring] == [point.xy for point in read_yard(source).boundary]
