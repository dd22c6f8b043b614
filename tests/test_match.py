"""`refit --match`: two yards, one size, and nothing larger that fits both."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from conedrills import cli
from conedrills.certificate import certificate
from conedrills.check import problems
from conedrills.common import Agreed, Apart, Effort, Site, agree
from conedrills.drill import Drill, Pace, load_drill
from conedrills.fit import Sizes
from conedrills.geometry import Point, Pose, Vector
from conedrills.ground import ready
from conedrills.importers import read_yard
from conedrills.layout import CAPPED, Layout, Placement, placed_legs
from conedrills.layoutreader import loads
from conedrills.layoutwriter import dumps
from conedrills.matching import Match, matched
from conedrills.opening import open_layout
from conedrills.plan import plan
from conedrills.space import space_model
from conedrills.yard import Obstacle, Yard
from tests.benchmarks.adversary import objections
from tests.test_real_yards import YARDS, intrusions, lawn_of

GAP = 0.001
PAIRS: tuple[tuple[str, str, dict[str, Pace]], ...] = (
    ("bern_04", "prague_03", {"w-drill": "easy", "box": "easy"}),
    ("bern_07", "paradise_05", {"t-test": "easy"}),
    ("prague_10", "prague_12", {"5-10-5": "easy"}),
    ("prague_01", "prague_16", {"retro-lane": "walk"}),
    ("cornillon_18", "prague_07", {"straight-backpedal": "walk"}),
    ("bern_04", "prague_06", {"zig-zag-backward-forward": "easy"}),
    ("cornillon_21", "prague_14", {"w-drill": "brisk"}),
    ("cornillon_12", "cornillon_28", {"retro-lane": "brisk"}),
    ("prague_03", "prague_06", {"short-box": "brisk"}),
    ("bern_02", "bern_03", {"t-test": "brisk", "retro-lane": "full"}),
)


def real(name: str) -> Yard:
    file = YARDS / f"{name}.geojson"
    if not file.is_file():
        pytest.skip(f"the shared yard {file.name} is not here")
    return read_yard(file)


def rectangle(wide: float, high: float, *things: Obstacle) -> Yard:
    corners = ((0.0, 0.0), (wide, 0.0), (wide, high), (0.0, high))
    return Yard("yard", tuple(Point(*at) for at in corners), ("hard",) * 4, things)


def site(yard: Yard) -> Site:
    return Site(ready(yard), space_model(yard.space, wet=False))


def effort() -> Effort:
    return Effort(GAP)


def empty_layout(yard: Yard) -> Layout:
    return Layout(yard.name, "m", yard, space_model(yard.space, wet=False), ())


def match(first: Yard, second: Yard, wanted: dict[str, Pace]) -> Match:
    drills = {name: load_drill(name) for name in wanted}
    return matched(replace(empty_layout(first), drills=drills), second, wanted, gap=GAP)


# ---------------------------------------------------------------- real yards


@dataclass(frozen=True)
class Case:
    """A pair of real yards, matched."""

    yards: tuple[Yard, Yard]
    wanted: dict[str, Pace]
    match: Match


@pytest.fixture(scope="module", params=PAIRS, ids=lambda pair: f"{pair[0]} and {pair[1]}")
def case(request: pytest.FixtureRequest) -> Case:
    first, second, wanted = request.param
    yards = real(first), real(second)
    return Case(yards, wanted, match(*yards, wanted))


def test_both_layouts_have_the_same_sizes_and_are_clean(case: Case) -> None:
    layouts = [loads(dumps(made.layout), "layout.json") for made in (case.match.there, case.match.here)]
    for layout, yard in zip(layouts, case.yards, strict=True):
        assert layout.yard.boundary == yard.boundary
        assert {placement.drill.name for placement in layout.placements} == set(case.wanted)
        assert problems(layout) == ()
        assert list(intrusions(layout)) == []
    for one, other in zip(layouts[0].placements, layouts[1].placements, strict=True):
        assert (one.drill.name, one.size, one.stretch) == (other.drill.name, other.size, other.stretch)
        assert (one.pace, one.pose.mirrored) == (other.pace, other.pose.mirrored)
        assert one.common is not None
        assert one.common == other.common
        assert one.common.gap_reached
        bound = one.common.size_bound
        assert bound is not None
        assert bound - one.size <= GAP * bound + 2e-6
        assert bound <= min(alone.size_bound or 9.0 for alone in (one, other))
    assert all(line.compares and line.common for line in case.match.partner.lines)


def test_nothing_larger_fits_both_at_any_locked_size(case: Case) -> None:
    """The search that knows nothing of the proof finds no common fit on a grid of sizes above the bound."""
    sites = [site(yard) for yard in case.yards]
    for placement in case.match.here.layout.placements:
        drill, common = placement.drill, placement.common
        assert common is not None
        sizes = np.linspace((common.size_bound or 0.0) + 1e-4, drill.size_max, 12)
        if (common.size_bound or 0.0) >= drill.size_max:
            continue
        for size, mirrored in itertools.product(sizes, (False, True) if drill.mirror else (False,)):
            factors = (float(size),) * (2 if drill.stretch else 1)
            fits = [
                Sizes(one.ground, drill, one.model, placement.pace, mirrored=mirrored).fits(factors)
                for one in sites
            ]
            assert not all(fits), (drill.name, size, mirrored)


@dataclass(frozen=True)
class Slow:
    """Whether a drill fits a yard, by trying every place and turn of a grid with nothing but shapely."""

    yard: Yard
    step: float
    turns: int

    def fits(self, drill: Drill, pace: Pace, size: float, *, mirrored: bool) -> bool:
        lawn = lawn_of(self.yard)
        edge = lawn.boundary
        shapely.prepare(edge)
        shapely.prepare(lawn)
        west, south, east, north = lawn.bounds
        xs, ys = np.arange(west, east, self.step), np.arange(south, north, self.step)
        places = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
        places = places[shapely.contains_xy(lawn, places)]
        model = space_model(self.yard.space, wet=False)
        for turn in np.arange(self.turns) * 360.0 / self.turns:
            left = places
            legs = placed_legs(drill, size, Pose(Point(0.0, 0.0), float(turn), mirrored), pace, model)
            for leg in legs:
                end = leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out)
                path = np.array([point.xy for point in (*leg.path, end)])
                lines = shapely.linestrings(left[:, None, :] + path[None, :, :])
                kept = shapely.distance(edge, lines) >= leg.side_clearance
                left = left[kept]
                if leg.round_clearance is not None:
                    cone = np.array(leg.path[-1].xy)
                    left = left[shapely.distance(edge, shapely.points(left + cone)) >= leg.round_clearance]
                if not len(left):
                    break
            else:
                return True
        return False


@pytest.mark.parametrize("pair", [PAIRS[0], PAIRS[2]], ids=lambda pair: pair[0])
def test_brute_force_finds_nothing_above_the_bound(pair: tuple[str, str, dict[str, Pace]]) -> None:
    first, second, wanted = pair
    name, pace = next(iter(wanted.items()))
    yards = real(first), real(second)
    (placement,) = match(*yards, {name: pace}).here.layout.placements
    assert placement.common is not None
    assert placement.common.size_bound is not None
    slow = [Slow(yard, 0.25, 72) for yard in yards]
    small, bound = 0.9 * placement.size, placement.common.size_bound
    mirrored = placement.pose.mirrored
    assert all(one.fits(placement.drill, pace, small, mirrored=mirrored) for one in slow), "too coarse"
    for size in np.linspace(bound + 1e-4, min(placement.drill.size_max, 1.2 * bound), 4):
        for side in (False, True):
            assert not all(one.fits(placement.drill, pace, float(size), mirrored=side) for one in slow)


def test_the_bound_of_the_smaller_yard_is_proven_in_exact_arithmetic() -> None:
    found = match(real("bern_07"), real("paradise_05"), {"t-test": "easy"})
    (placement,) = found.there.layout.placements
    assert placement.common is not None
    assert placement.common.size_bound == placement.size_bound
    for made in (found.here, found.there):
        proof = certificate(made.layout, made.ground, made.fitted)
        assert objections(made.layout, proof) == ()


@pytest.mark.parametrize("pair", [PAIRS[0], PAIRS[5], PAIRS[6]], ids=lambda pair: pair[0])
def test_which_yard_comes_first_makes_no_difference(pair: tuple[str, str, dict[str, Pace]]) -> None:
    first, second, wanted = pair
    one, other = match(real(first), real(second), wanted), match(real(second), real(first), wanted)
    for a, b in zip(one.here.layout.placements, other.here.layout.placements, strict=True):
        assert a.size == pytest.approx(b.size, rel=GAP)


@pytest.mark.parametrize("name", ["bern_04", "prague_03", "bern_02"])
def test_a_yard_matched_with_itself_keeps_its_sizes(name: str) -> None:
    yard = real(name)
    alone = plan(
        yard, [load_drill("w-drill"), load_drill("t-test")], paces={"w-drill": "easy", "t-test": "easy"}
    )
    wanted: dict[str, Pace] = {placement.drill.name: placement.pace for placement in alone.placements}
    found = match(yard, yard, wanted)
    assert [a.size for a in found.here.layout.placements] == [a.size for a in alone.placements]


# ---------------------------------------------------------------- yards that make it hard


def nook_and_ring() -> Yard:
    """A box fits its nook up to 64 %, or goes round its block from 70 % up; nothing between."""
    corners = ((0.0, 0.0), (16.0, 0.0), (16.0, 5.2), (8.0, 5.2), (8.0, 8.0), (0.0, 8.0))
    block = ((3.1, 3.1), (4.9, 3.1), (4.9, 4.9), (3.1, 4.9))
    thing = Obstacle("block", "hard", tuple(Point(*at) for at in block))
    return Yard("nook", tuple(Point(*at) for at in corners), ("hard",) * 6, (thing,))


def test_a_common_size_can_be_smaller_than_both_largest_ones() -> None:
    drill, yards = load_drill("box"), (nook_and_ring(), rectangle(6.2, 6.2))
    found = agree((site(yards[0]), site(yards[1])), drill, "walk", effort())
    assert isinstance(found, Agreed)
    one, other = found.placements
    alone = [fit.result for fit in found.fitted]
    largest = [result.size for result in alone if isinstance(result, Placement)]
    assert largest[0] == 1.0
    assert one.size == other.size < 0.95 * min(largest)
    assert found.common.gap_reached
    assert not one.gap_reached  # alone it could be larger, and its own bound says so
    assert (one.size_bound, other.size_bound) == tuple(
        result.size_bound for result in alone if isinstance(result, Placement)
    )
    for size in np.linspace((found.common.size_bound or 0.0) + 1e-4, 1.0, 40):
        fits = [
            Sizes(one.ground, drill, one.model, "walk", mirrored=False).fits((float(size),))
            for one in map(site, yards)
        ]
        assert not all(fits)


def test_no_common_size_is_proven_too() -> None:
    found = agree((site(nook_and_ring()), site(rectangle(5.4, 5.4))), load_drill("box"), "walk", effort())
    assert isinstance(found, Apart)
    assert found.proven


def test_two_lengths_that_must_agree() -> None:
    """One yard is for deep and narrow, the other for wide and shallow: not the size of either alone."""
    drill = load_drill("zig-zag-backward-forward")
    found = agree((site(rectangle(9.0, 16.0)), site(rectangle(11.0, 11.0))), drill, "easy", effort())
    assert isinstance(found, Agreed)
    one, other = found.placements
    assert one.stretch == other.stretch
    assert one.pose.mirrored == other.pose.mirrored
    assert one.common is not None
    assert one.common.gap_reached
    assert one.size <= (one.common.size_bound or 0.0) < min(one.size_bound or 0.0, other.size_bound or 0.0)


def hook_yard(hand: int) -> Yard:
    corners = ((0.0, 0.0), (11.0, 0.0), (11.0, 4.6), (7.0, 4.6), (4.4, 9.4), (0.0, 9.4))
    return Yard("hook", tuple(Point(hand * x, y) for x, y in corners), ("hard",) * 6)


@pytest.mark.parametrize("name", ["w-drill", "5-10-5"])
def test_mirror_images_do_not_compare(name: str) -> None:
    """Each yard is the other's mirror image, and so is what fits it best; the same side fits both smaller."""
    found = agree((site(hook_yard(1)), site(hook_yard(-1))), load_drill(name), "easy", effort())
    assert isinstance(found, Agreed)
    one, other = found.placements
    assert one.pose.mirrored == other.pose.mirrored
    assert one.size == other.size
    assert found.common.gap_reached


def test_what_is_stopped_claims_nothing() -> None:
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    found = agree(
        (site(nook_and_ring()), site(rectangle(6.2, 6.2))), load_drill("box"), "walk", Effort(GAP, stop=stop)
    )
    if isinstance(found, Agreed):
        assert found.common.size_bound is not None
        assert found.common.size_bound >= 0.638
    else:
        assert not found.proven


def test_a_pace_is_changed_only_where_it_must_be() -> None:
    small, large = rectangle(7.5, 7.5), rectangle(30.0, 30.0)
    found = match(small, large, {"w-drill": "full", "backpedal-and-go": "easy"})
    paces = {one.drill.name: one.pace for one in found.here.layout.placements}
    if "w-drill" in paces:
        assert paces["w-drill"] != "full"
        assert any("W drill: at" in remark and "not at full" in remark for remark in found.remarks)
    both = match(large, large, {"w-drill": "brisk"})
    assert both.remarks == ()
    assert both.here.layout.placements[0].pace == "brisk"


def test_a_childs_drill_stays_capped() -> None:
    yard = rectangle(40.0, 40.0)
    before = plan(yard, [load_drill("w-drill")], athlete="child", pace="easy")
    found = matched(before, rectangle(50.0, 50.0), {"w-drill": "easy"}, gap=GAP)
    for made in (found.here, found.there):
        (placement,) = made.layout.placements
        assert placement.size == 0.75
        assert CAPPED in placement.remarks


# ---------------------------------------------------------------- the command


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    where = tmp_path_factory.mktemp("match")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(where)
        for name, wide, high in (("mine", 18.3, 12.2), ("theirs", 11.0, 10.0), ("tiny", 4.0, 4.0)):
            ring = [[0, 0], [wide, 0], [wide, high], [0, high]]
            things = [{"name": "SECRETOAK", "circle": {"center": [wide - 1.5, high - 1.5], "radius": 0.3}}]
            yard = {"units": "m", "name": f"SECRET{name}", "boundary": ring, "obstacles": things}
            (where / f"{name}.json").write_text(json.dumps(yard))
        arguments = ["layout", "--yard", "mine.json", "--drill", "w-drill", "--drill", "backpedal-and-go"]
        assert cli.run([*arguments, "--pace", "easy", "--out", "mine"]) == 0
        yield where


def test_both_layouts_are_written_and_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["refit", "mine/layout.json", "--yard", "theirs.json", "--match", "--out", "both"]
    assert cli.run([*arguments, "--json", "--certificate", "proof.json"]) == 0
    out, err = capsys.readouterr()
    document = json.loads(out)
    written = {path.relative_to("both").as_posix() for path in Path("both").rglob("*") if path.is_file()}
    assert set(document["files"]) == written
    assert {"layout.json", "partners.svg", "partner/layout.json", "partner/partners.svg"} <= written
    here, there = open_layout("both/layout.json"), open_layout("both/partner/layout.json")
    assert (here.yard.name, there.yard.name) == ("SECRETtheirs", "SECRETmine")
    for one, other in zip(document["placements"], there.placements, strict=True):
        assert (one["drill"], one["size"]) == (other.drill.name, other.size)
        assert one["common"]["gap_reached"]
        assert one["common"]["size_bound"] >= one["size"]
    assert "times compare" in err
    assert "fits both yards" in err
    for layout in ("both/layout.json", "both/partner/layout.json"):
        assert cli.run(["check", layout]) == 0
    assert cli.run(["check", "both/layout.json", "--certificate", "proof.json"]) == 0
    again = {name: (Path("both") / name).read_bytes() for name in sorted(written)}
    assert cli.run([*arguments]) == 0
    assert {name: (Path("both") / name).read_bytes() for name in sorted(written)} == again


def test_without_match_the_size_for_both_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["refit", "mine/layout.json", "--yard", "theirs.json", "--out", "other"]
    assert cli.run(arguments) == 0
    said = capsys.readouterr().err
    assert "times do not compare (size" in said
    (size,) = {
        line.split("both can be set to ")[1].split(" %")[0] for line in said.splitlines() if "set to" in line
    }
    assert not Path("other/partner").exists()
    assert cli.run([*arguments[:-1], "both2", "--match"]) == 0
    found = {one.drill.name: one.size for one in open_layout("both2/layout.json").placements}
    assert found["w-drill"] == pytest.approx(float(size) / 100.0, rel=2 * GAP)


@pytest.mark.parametrize("options", [(), ("--match",)], ids=["refit", "match"])
def test_the_page_names_nothing_of_the_other_yard(folder: Path, options: tuple[str, ...]) -> None:
    name = f"page{len(options)}"
    assert cli.run(["refit", "mine/layout.json", "--yard", "theirs.json", *options, "--out", name]) == 0
    page = (Path(name) / "partners.svg").read_text("utf-8")
    assert "SECRETtheirs" in page
    assert "SECRETmine" not in page


def test_what_does_not_fit_both_is_left_out_of_both(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["refit", "mine/layout.json", "--yard", "tiny.json", "--match", "--out", "none"]) == 1
    here, there = open_layout("none/layout.json"), open_layout("none/partner/layout.json")
    assert not here.placements
    assert not there.placements
    assert {missing.reason for missing in there.unplaced} == {
        "there is room for it here, but not in the other yard."
    }
    assert all(missing.size_bound is None for missing in there.unplaced)
    assert problems(here) == problems(there) == ()


def test_a_folder_that_is_not_ours_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "taken" / "partner").mkdir(parents=True)
    (folder / "taken" / "partner" / "layout.json").write_text("{}")
    arguments = ["refit", "mine/layout.json", "--yard", "theirs.json", "--match", "--out", "taken"]
    assert cli.run(arguments) == 2
    assert "--force" in capsys.readouterr().err
    assert [path.name for path in (folder / "taken").iterdir()] == ["partner"]


# ---------------------------------------------------------------- the file


def test_what_is_said_of_both_yards_is_read_back_and_judged() -> None:
    found = match(rectangle(9.0, 12.0), rectangle(11.0, 10.0), {"w-drill": "easy"})
    layout = found.here.layout
    (placement,) = layout.placements
    assert loads(dumps(layout), "x").placements == layout.placements
    assert placement.common is not None
    lies = {
        "exceeds the bound": replace(placement.common, size_bound=placement.size - 0.01),
        "no bound is given": replace(placement.common, size_bound=None),
    }
    for words, common in lies.items():
        spoilt = replace(layout, placements=(replace(placement, common=common),))
        assert any(words in problem.message for problem in problems(spoilt))
    document = json.loads(dumps(layout))
    del document["placements"][0]["common"]  # as an older conedrills writes it
    assert loads(json.dumps(document).encode(), "x").placements[0].common is None
