"""The page for a phone: without a script, with it, in a browser at a phone's size; and what it lets in."""

from __future__ import annotations

import cmath
import csv
import io
import itertools
import json
import math
import re
import statistics
import subprocess
import sys
import tomllib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from scipy import stats

from conedrills import cli
from conedrills.compose.phone import dose_of, phone
from conedrills.drill import drill_names, load_drill
from conedrills.exporters import html as exporter
from conedrills.geometry import Point
from conedrills.layout import Layout, SetoutRow, Tie, layout_id
from conedrills.layoutreader import loads
from conedrills.layoutwriter import dumps
from conedrills.opening import open_layout
from conedrills.public import public
from conedrills.wording import plain_text
from conedrills.yard import Reference
from tests.readback import html, layouts
from tests.readback import phone as phones
from tests.readback.phone import Phone

Find = Callable[[str], str]
EXAMPLES = sorted(path.parent.name for path in (Path(__file__).parents[1] / "layouts").glob("*/layout.json"))
W_DRILL, BREAK = 0, 1
"""Places in the layout `reactive`."""


@cache
def example(name: str = "wedge-with-a-pool") -> Layout:
    return open_layout(Path(__file__).parents[1] / "layouts" / name / "layout.json")


@cache
def reactive() -> Layout:
    """A W drill, a break that is called, and arcs; set out."""
    hooks = (
        Reference("A", "tap corner", Point(0.0, 0.0)),
        Reference("B", "fence post", Point(32.0, 40.0)),
        Reference("C", "shed", Point(0.0, 40.0)),
    )
    ground = layouts.yard(32.0, 40.0, "Garden", references=hooks, north=75.0)
    placed = (
        layouts.placement("w-drill", (8.0, 16.0), 20.0, 0.83),
        layouts.placement("break-45", (20.0, 26.0), -20.0),
        layouts.placement("four-way-circle", (20.0, 30.0), 90.0, pace="walk"),
    )
    return layouts.layout(ground, *(layouts.set_out(one, hooks) for one in placed))


def made(layout: Layout, language: str = "en", units: str | None = None) -> bytes:
    page = phone(layout, units=units or layout.units, language=language)  # type: ignore[arg-type]
    return exporter.write(page, source=dumps(layout))


@pytest.fixture(scope="module")
def browser(program: Find) -> Iterator[Browser]:
    with phones.chromium(program("chromium")) as started:
        yield started


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The page of `reactive`."""
    (tmp_path / "page.html").write_bytes(made(reactive()))
    return tmp_path / "page.html"


# ---------------------------------------------------------------- the file


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_an_example_is_clean_html_small_and_whole(name: str, language: str) -> None:
    layout = example(name)
    page = made(layout, language)
    assert len(page) < 330_000
    content = html.read(page)
    assert loads(html.source(page), "page") == layout
    assert layout_id(layout) in " ".join(content.texts)
    assert exporter.is_ours(page)
    names = [element.get("id") for element in content.root.iter() if element.get("id")]
    assert len(names) == len(set(names))
    assert not [name for element in content.root.iter() for name in element.attrib if name.startswith("on")]
    assert not [element for element in content.root.iter() if element.get("style")]
    assert not list(content.root.iter("link"))
    assert not list(content.root.iter("img"))


@pytest.mark.parametrize("name", list(layouts.all_layouts()))
def test_any_layout_has_a_page(name: str) -> None:
    layout = layouts.all_layouts()[name]
    for language, units in (("en", "m"), ("de", "ft"), ("en", "yd")):
        page = made(layout, language, units)
        assert loads(html.source(page), "page") == loads(dumps(layout), "layout.json")
        drills = html.read(page).blocks["page"]["drills"]
        assert [drill["name"] for drill in drills] == [one.drill.name for one in layout.placements]


def test_two_runs_give_the_same_bytes() -> None:
    script = (
        "import sys; from tests.test_phone import made, reactive; sys.stdout.buffer.write(made(reactive()))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=Path(__file__).parents[1], env={"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": "."},
            capture_output=True, check=True,
        ).stdout
        for seed, zone in (("1", "Asia/Tokyo"), ("2", "America/New_York"))
    ]  # fmt: skip
    assert runs[0] == runs[1] == made(reactive())


def test_the_script_asks_for_every_sentence_that_it_has_and_no_other() -> None:
    folder = resources.files("conedrills")
    script = folder.joinpath("phone", "page.js").read_text("utf-8")
    for language in ("en", "de"):
        file = folder.joinpath("languages", f"{language}.toml").read_text("utf-8")
        words = set(tomllib.loads(file)["phone"]["script"])
        plainly = set(re.findall(r'\b(?:say|field)\("(\w+)"', script)) | {"home"}
        assert plainly <= words
        # others stand as text where one of several is chosen
        assert words <= plainly | set(re.findall(r'"(\w+)"', script))


@pytest.mark.parametrize("tool", ["tsc", "eslint"])
def test_the_script_is_typed_and_linted(tool: str, program: Find, repo: Path) -> None:
    files = [f"conedrills/phone/{name}.js" for name in ("reckon", "page")]
    arguments = {
        "tsc": ["-p", "tests/tsconfig.json"],
        "eslint": ["--no-eslintrc", "-f", "unix", "-c", "tests/eslint.json", *files],
    }
    # Debian keeps what these programs load where another Node.js would not look
    ran = subprocess.run(
        [program(tool), *arguments[tool]], cwd=repo, capture_output=True, text=True, check=False,
        env={"NODE_PATH": "/usr/share/nodejs", "PATH": "/usr/bin:/bin:/usr/local/bin"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("name", drill_names())
def test_every_dose_gives_a_rest(name: str) -> None:
    told = dose_of(load_drill(name).definition.dose)
    assert 20 <= told["rest"] <= told["between"] <= 600
    assert 0 <= told["sets"] <= 6
    assert 0 <= told["reps"] <= 20


# ---------------------------------------------------------------- without a script


def test_without_a_script_everything_is_there(browser: Browser, file: Path) -> None:
    layout = reactive()
    with phones.phone(browser, file, clock=False, java_script_enabled=False) as shown:
        text = shown.page.inner_text("body")
        for placement in layout.placements:
            words = placement.drill.definition.words("en")
            for said in (words.title, words.dose, *words.cues):
                assert said in text
            for row in placement.setout:
                assert row.check is None or f"{row.check.distance:.2f}" in text
        figures = [
            f"{tape.distance:.2f}" for one in layout.placements for row in one.setout
            for tape in getattr(row, "tapes", ())
        ]  # fmt: skip
        cells = shown.page.locator("td b").all_inner_texts()
        assert set(figures) <= set(cells)
        assert "Hook tapes here" in text
        assert layout_id(layout) in text
        assert shown.page.locator("figure svg").count() == 2 * len(layout.placements)
        assert shown.page.locator(".app").first.is_hidden()
        wide = shown.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= phones.SIZE["width"]
        assert shown.requests == [file.as_uri()]


def test_letters_are_large_enough(browser: Browser, file: Path) -> None:
    with phones.phone(browser, file, clock=False) as shown:
        shown.press("Whole sheet")
        small = shown.page.evaluate(
            """() => [...document.querySelectorAll("#sheet *")]
            .filter((one) => one.textContent.trim() && !one.children.length)
            .map((one) => [one.textContent, parseFloat(getComputedStyle(one).fontSize)
            * (one.ownerSVGElement ? one.ownerSVGElement.getScreenCTM().a : 1)])
            .filter(([, size]) => size < 15)"""
        )
        assert small == []


def test_it_prints(browser: Browser, file: Path, program: Find, tmp_path: Path) -> None:
    with phones.phone(browser, file, clock=False, is_mobile=False, has_touch=False) as shown:
        shown.page.pdf(path=tmp_path / "page.pdf", format="A4")
    text = subprocess.run(
        [program("pdftotext"), "-layout", tmp_path / "page.pdf", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "W drill" in text
    assert "Keep clear" in text
    assert layout_id(reactive()) in text
    assert "Whole sheet" not in text
    assert "Screen" not in text
    assert 4 <= text.count("\f") <= 12


# ---------------------------------------------------------------- putting the cones out


def feet(metres: float) -> str:
    """A length to half an inch, written as a tape is read; another way than `units` does it."""
    halves = math.floor(metres / 0.0127 + 0.5)
    whole, rest = halves // 24, halves % 24
    inches = (str(rest // 2) if rest > 1 or not rest else "") + ("½" if rest % 2 else "")
    return " ".join(filter(None, [f"{whole}′" if whole else "", f"{inches}″" if rest or not whole else ""]))


def read_off(row: SetoutRow) -> list[float]:
    """What tapes show at a cone."""
    if isinstance(row, Tie):
        return [tape.distance for tape in row.tapes]
    return [row.along, abs(row.offset)] if row.offset else [row.along]


def by_touch(shown: Phone) -> None:
    shown.main()


def by_keyboard(shown: Phone) -> None:
    shown.page.locator(".bar .main").focus()
    shown.page.keyboard.press("Enter")


def by_arrows(shown: Phone) -> None:
    shown.page.keyboard.press("ArrowRight")


@pytest.mark.parametrize("go_on", [by_touch, by_keyboard, by_arrows])
@pytest.mark.parametrize(("units", "said"), [("Metres", "{:.2f}".format), ("Feet", feet)])
def test_cones_one_by_one(
    browser: Browser, file: Path, go_on: Callable[[Phone], None], units: str, said: Callable[[float], str]
) -> None:
    placement = reactive().placements[W_DRILL]
    with phones.phone(browser, file) as shown:
        shown.press(units)
        shown.opened(W_DRILL, 0)
        seen: list[int] = []
        for step in range(30):
            title = shown.page.locator(".task").inner_text()
            if title == "All cones stand":
                break
            cones = re.findall(r"Put cone (\d+)", title)
            figures = shown.page.locator(".figure").all_inner_texts()
            if cones:
                row = placement.setout[len(seen)]
                wanted = read_off(row)
                assert figures == [said(length) for length in wanted]
                note = shown.page.locator(".note").inner_text()
                assert row.check is None or said(row.check.distance) in note
                assert shown.page.locator(".cone.now").get_attribute("data-cone") == cones[0] == str(row.cone)
                assert shown.page.locator(".cone.done").count() == len(seen)
                seen.append(row.cone)
                told = " ".join(shown.page.locator(".step[visibility=visible] text").all_text_contents())
                assert any(said(length) in told for length in wanted)
            sides = shown.page.locator(".sides").inner_text()
            assert ("first step" in sides) == (step == 0)
            go_on(shown)
        assert seen == [row.cone for row in placement.setout]
        shown.main()
        assert shown.page.locator("[data-view=run]").count() == 1
        assert shown.errors == []


def test_where_one_was_is_remembered_and_back_goes_back(browser: Browser, file: Path) -> None:
    with phones.phone(browser, file) as shown:
        shown.opened(0, 0)
        first = shown.page.locator(".task").inner_text()
        shown.main()
        second = shown.page.locator(".task").inner_text()
        assert first != second
        shown.page.reload()
        shown.opened(0, 0)
        assert shown.page.locator(".task").inner_text() == second
        shown.press("Back")
        assert shown.page.locator(".task").inner_text() == first
        shown.page.keyboard.press("Escape")
        assert shown.page.locator(".card").count() == len(reactive().placements) + 1


def test_next_time_it_begins_at_the_first_cone(browser: Browser, file: Path) -> None:
    steps = len(reactive().placements[0].setout)
    with phones.phone(browser, file) as shown:
        shown.opened(0, 0)
        first = shown.page.locator(".task").inner_text()
        while shown.page.locator(".task").inner_text() != "All cones stand":
            shown.main()
            steps += 1
        shown.press("Again")
        assert shown.page.locator(".task").inner_text() == first
        while shown.page.locator(".task").inner_text() != "All cones stand":
            shown.main()
        shown.press("Close")
        shown.opened(0, 0)
        assert shown.page.locator(".task").inner_text() == first


def test_the_phones_own_way_back_leads_to_the_drills(browser: Browser, file: Path) -> None:
    with phones.phone(browser, file) as shown:
        here = shown.page.url
        for _ in range(2):
            shown.opened(0, 0)
            shown.page.go_back()
            assert shown.page.locator(".card").count() == len(reactive().placements) + 1
            assert shown.page.url == here


def test_the_moment_of_a_call_cannot_be_learnt(browser: Browser, file: Path) -> None:
    """Not even where somebody sets bounds the wrong way round, or alike."""
    with phones.phone(browser, file) as shown:
        draw = (
            "([least, most]) => Array.from({length: 200}, () => conedrills.gap(least, most,"
            " () => crypto.getRandomValues(new Uint32Array(1))[0]))"
        )
        for least, most in ((2.0, 6.0), (9.0, 2.0), (3.0, 3.0)):
            gaps = shown.page.evaluate(draw, [least, most])
            assert min(least, most) <= min(gaps)
            assert max(gaps) <= max(least, most, min(least, most) + 1.0)
            assert max(gaps) - min(gaps) > 0.8


# ---------------------------------------------------------------- running


def drawn_place(shown: Phone) -> tuple[complex, float]:
    """Where the runner is on the picture, and which way he faces there, degrees, up is 90."""
    said = shown.page.locator(".runner").get_attribute("transform") or ""
    x, y, turn = map(float, re.findall(r"-?[\d.]+", said))
    return complex(x, -y), 90.0 - turn


def onto_picture(shown: Phone, cones: list[complex]) -> Callable[[complex], complex]:
    """From the yard to the picture, by where two cones are on both."""
    spots = [
        complex(float(ring.get_attribute("cx") or ""), -float(ring.get_attribute("cy") or ""))
        for ring in shown.page.locator(".running .cone circle").all()
    ]
    turn = (spots[1] - spots[0]) / (cones[1] - cones[0])
    return lambda point: spots[0] + turn * (point - cones[0])


def on_path(path: list[list[float]], share: float) -> complex:
    spots = [complex(x, y) for x, y in path]
    steps = [abs(b - a) for a, b in itertools.pairwise(spots)]
    rest = share * sum(steps)
    for (a, b), step in zip(itertools.pairwise(spots), steps, strict=True):
        if rest <= step:
            return a + (b - a) * rest / step
        rest -= step
    return spots[-1]


@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_dot_runs_the_true_path(browser: Browser, file: Path, index: int) -> None:
    blocks = html.read(made(reactive())).blocks
    placed, told = blocks["layout"]["placements"][index], blocks["page"]["drills"][index]
    cones = [complex(cone["x"], cone["y"]) for cone in placed["cones"]]
    with phones.phone(browser, file) as shown:
        shown.opened(index, 1)
        shown.page.locator(".bar button").first.tap()
        count = len({leg["order"] for leg in placed["legs"]})
        place = onto_picture(shown, cones)
        turn = math.degrees(cmath.phase(place(1 + 0j) - place(0j)))
        for order in range(count):
            title = shown.page.locator(".to").inner_text()
            legs = [
                (leg, said) for leg, said in zip(placed["legs"], told["legs"], strict=True)
                if leg["order"] == order + 1 and re.search(rf"\bto {leg['to']}\b", title)
            ]  # fmt: skip
            leg, said = legs[0]
            gone = 0.0
            for share in (0.25, 0.5, 0.8, 1.2):
                shown.page.clock.run_for(round((share - gone) * said["seconds"] * 1000))
                gone = share
                at, facing = drawn_place(shown)
                steps = itertools.pairwise(complex(*spot) for spot in leg["path"])
                long = sum(abs(place(end) - place(start)) for start, end in steps)
                slack = 0.06 + 0.02 / said["seconds"] * long  # a frame is 16 ms, in which the dot goes on
                assert abs(at - place(on_path(leg["path"], min(1.0, share)))) < slack
                if leg.get("facing_follows") != "path":
                    assert abs((facing - leg["facing"] - turn + 180.0) % 360.0 - 180.0) < 0.5
            shown.main()
        assert shown.page.locator("[data-view=run]").get_attribute("data-mode") == "ready"
        assert shown.errors == []


def test_a_run_against_the_clock(browser: Browser, file: Path, tmp_path: Path) -> None:
    with phones.phone(browser, file, accept_downloads=True) as shown:
        page = shown.page
        shown.opened(W_DRILL, 1)
        shown.main()
        counted = []
        for _ in range(3):
            counted.append(page.locator(".huge").inner_text())
            page.clock.run_for(1000)
        assert counted == ["3", "2", "1"]
        page.clock.run_for(5230)
        assert page.locator(".time").inner_text() == "0:05.2"
        shown.main()
        assert "last 0:05.2" in page.locator(".clock").inner_text()
        rest = load_drill("w-drill").definition.dose
        assert "Rest 1 min" in rest
        assert page.locator(".huge").inner_text() == "1:00"
        page.clock.run_for(30_000)
        assert page.locator(".huge").inner_text() == "0:30"
        page.clock.run_for(31_000)
        assert page.locator("[data-mode=ready]").count() == 1
        assert "run 2 of" in page.locator(".clock").inner_text()
        for wait, drop in ((4100, False), (9000, True)):
            shown.main()
            page.clock.run_for(3000 + wait)
            shown.main()
            if drop:
                shown.press("Drop time")
            else:
                assert "best 0:04.1" in page.locator(".clock").inner_text()
                shown.press("Go on")
        page.keyboard.press("Escape")
        shown.press("Times")
        assert page.locator("#app tbody tr").count() == 2
        with page.expect_download() as caught:
            shown.press("Save as CSV")
        caught.value.save_as(tmp_path / "times.csv")
        rows = list(csv.DictReader(io.StringIO((tmp_path / "times.csv").read_text("utf-8-sig"))))
        assert [round(float(row["seconds"]), 1) for row in rows] == [5.2, 4.1]
        assert {row["layout"] for row in rows} == {layout_id(reactive())}
        assert [row["run"] for row in rows] == ["1", "2"]
        shown.press("Delete all")
        assert page.locator("#app tbody tr").count() == 2
        shown.press("Delete all")
        assert "No times yet" in page.locator(".view").inner_text()
        assert shown.errors == []


def test_every_control_is_large_and_has_words(browser: Browser, file: Path) -> None:
    with phones.phone(browser, file) as shown:
        for which in range(3):
            shown.opened(BREAK, which)
            for control in shown.page.locator("#app button:visible, #app input:visible").all():
                box = control.bounding_box()
                assert box is not None
                assert min(box["width"], box["height"]) >= 44.0
            large = shown.page.locator(".bar .main").bounding_box()
            assert large is not None
            assert large["height"] >= 72.0
            assert large["y"] + large["height"] <= phones.SIZE["height"]
            shown.page.keyboard.press("Escape")


def test_every_control_is_reached_and_seen_by_keyboard(browser: Browser, file: Path) -> None:
    with phones.phone(browser, file) as shown:
        wanted = shown.page.locator("#app :is(button, summary):visible").count()
        reached = set()
        for _ in range(2 * wanted):
            shown.page.keyboard.press("Tab")
            said = shown.page.evaluate(
                """() => { const at = document.activeElement, look = getComputedStyle(at);
                const name = at.getAttribute("aria-label") || at.textContent;
                return [name, look.outlineStyle, look.outlineWidth]; }"""
            )
            if said[0] and shown.page.evaluate("document.activeElement.matches('button, summary')"):
                assert said[1:] == ["solid", "4px"]
                reached.add(said[0])
        assert len(reached) == wanted


# ---------------------------------------------------------------- calls


def test_a_thousand_calls_give_nothing_away(browser: Browser, file: Path) -> None:
    with phones.phone(browser, file) as shown:
        shown.opened(BREAK, 2)
        for label, value in (
            ("Calls", "1000"),
            ("Rest, s", "3"),
            ("Call after, s, at least", "0.7"),
            ("at most", "2.3"),
        ):
            shown.page.get_by_label(label, exact=True).fill(value)
        shown.press("Start")
        shown.page.clock.run_for(1000 * 12_000)
        assert "Done" in shown.page.locator(".view").inner_text()
        phases = shown.page.evaluate("spied.phases.map(([phase, at]) => [phase, at])")
        spoken = [word for word in shown.page.evaluate("spied.spoken") if word in ("left", "right")]
        assert len(spoken) == 1000
        assert shown.errors == []
    judge(spoken)
    pairs = list(itertools.pairwise(phases))
    gaps = [(b[1] - a[1]) / 1000.0 for a, b in pairs if (a[0], b[0]) == ("go", "call")]
    starts = [(b[1] - a[1]) / 1000.0 for a, b in pairs if (a[0], b[0]) == ("set", "go")]
    for found, least, most in ((gaps, 0.7, 2.3), (starts, 0.8, 2.5)):
        assert len(found) == 1000
        assert least - 0.002 <= min(found)
        assert max(found) <= most + 0.002
        # to a millisecond, as timers count
        assert stats.kstest(found, stats.uniform(least, most - least).cdf).pvalue > 1e-6
        assert abs(stats.pearsonr(found[:-1], found[1:])[0]) < 5.0 / math.sqrt(len(found))
    assert abs(stats.pearsonr(gaps, [word == "left" for word in spoken])[0]) < 5.0 / math.sqrt(1000)


def judge(calls: list[str]) -> None:
    """Each call is as likely as any other, whatever came before; nothing is evened out over a set."""
    kinds = sorted(set(calls))
    count, expected = len(calls), len(calls) / len(kinds)
    assert stats.chisquare([calls.count(kind) for kind in kinds]).pvalue > 1e-6
    pairs = list(itertools.pairwise(calls))
    table = [[sum(1 for a, b in pairs if (a, b) == (x, y)) for y in kinds] for x in kinds]
    assert stats.chi2_contingency(table).pvalue > 1e-6
    if len(kinds) == 2:
        in_eights = [calls[at : at + 8].count(kinds[0]) for at in range(0, count, 8)]
        # of eight fair draws the variance is 2; a balanced list would have 0
        assert 1.0 < statistics.variance(in_eights) < 3.4
    assert expected > 100


@pytest.mark.parametrize("count", [2, 3, 5])
def test_calls_of_any_number_are_drawn_alike(browser: Browser, file: Path, count: int) -> None:
    with phones.phone(browser, file) as shown:
        drawn = shown.page.evaluate(
            """(count) => Array.from({ length: 1000 }, () => conedrills.draw(count,
            () => crypto.getRandomValues(new Uint32Array(1))[0]))""",
            count,
        )
    judge([str(one) for one in drawn])


def test_the_test_finds_calls_that_are_evened_out() -> None:
    with pytest.raises(AssertionError):
        judge(["left", "right", "right", "left"] * 250)


def test_draws_beyond_a_whole_number_of_rounds_are_thrown_away(browser: Browser, file: Path) -> None:
    with phones.phone(browser, file) as shown:
        assert (
            shown.page.evaluate(
                "(() => { const bits = [4294967295, 7]; return conedrills.draw(3, () => bits.shift()); })()"
            )
            == 1
        )


# ---------------------------------------------------------------- what a phone does and does not have


def test_it_is_usable_without_storage(browser: Browser, file: Path) -> None:
    with phones.phone(browser, file, storage=False) as shown:
        shown.opened(0, 1)
        shown.main()
        shown.page.clock.run_for(6000)
        shown.main()
        shown.page.keyboard.press("Escape")
        shown.press("Times")
        assert shown.page.locator("#app tbody tr").count() == 1
        assert "does not let the page keep" in shown.page.locator(".view").inner_text()
        assert shown.errors == []


def test_times_of_other_layouts_are_not_touched(browser: Browser, file: Path) -> None:
    with phones.phone(browser, file) as shown:
        shown.page.evaluate("localStorage.setItem('conedrills:zzzzzz:times', 'theirs')")
        shown.opened(0, 0)
        shown.main()
        keys = shown.page.evaluate("Object.keys(localStorage)")
        own = [key for key in keys if not key.startswith("conedrills:zzzzzz:")]
        assert own
        assert all(key.startswith(f"conedrills:{layout_id(reactive())}:") for key in own)


def test_spoiled_storage_is_no_obstacle(browser: Browser, file: Path) -> None:
    with phones.phone(browser, file) as shown:
        stem = f"conedrills:{layout_id(reactive())}:"
        for value in ('{"a": 1}', "[", "[null, 3, {}]", '[{"seconds": "x", "drill": 3}]'):
            shown.page.evaluate("([key, value]) => localStorage.setItem(key, value)", [f"{stem}times", value])
            shown.page.evaluate("(key) => localStorage.setItem(key, 'x')", f"{stem}step-0")
            shown.page.reload()
            shown.press("Times")
            shown.press("Close")
            shown.opened(0, 0)
        assert shown.errors == []


def test_the_screen_stays_on_while_one_is_led(browser: Browser, file: Path) -> None:
    with phones.phone(browser, file) as shown:
        assert shown.page.evaluate("spied.locks") == 0
        shown.opened(0, 0)
        assert shown.page.evaluate("spied.locks") == 1
        shown.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        assert shown.page.evaluate("spied.locks") == 2
        shown.page.keyboard.press("Escape")
        assert shown.page.evaluate("spied.released") == 1
        shown.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        assert shown.page.evaluate("spied.locks") == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, file: Path, scheme: str) -> None:
    axe = import_module("axe_playwright_python.sync_playwright").Axe()
    with phones.phone(browser, file, clock=False, color_scheme=scheme) as shown:

        def judged(where: str) -> None:
            found = axe.run(shown.page).response["violations"]
            assert [(where, one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []

        judged("home")
        for which, view in enumerate(("setout", "run", "calls")):
            shown.opened(BREAK, which)
            judged(view)
            shown.page.keyboard.press("Escape")
        shown.press("Times")
        judged("times")
        shown.press("Close")
        shown.press("Whole sheet")
        judged("sheet")


def test_bright_and_dark(browser: Browser, file: Path) -> None:
    def ground(shown: Phone) -> str:
        return str(shown.page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))

    with phones.phone(browser, file, color_scheme="dark") as shown:
        assert ground(shown) == "rgb(0, 0, 0)"
        shown.press("Bright")
        assert ground(shown) == "rgb(255, 255, 255)"
        shown.page.reload()
        assert ground(shown) == "rgb(255, 255, 255)"


# ---------------------------------------------------------------- codes


def base45(content: bytes) -> str:
    """RFC 9285, from its text."""
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
    said = ""
    for at in range(0, len(content), 2):
        number = int.from_bytes(content[at : at + 2], "big")
        for _ in range(3 if len(content) - at > 1 else 2):
            said += letters[number % 45]
            number //= 45
    return said


def code(told: Any) -> str:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = squeezer.compress(json.dumps(told).encode()) + squeezer.flush()
    return "CD1:" + base45(zlib.crc32(packed).to_bytes(4, "big") + packed)


def test_a_partners_code(browser: Browser, file: Path) -> None:
    own = layout_id(reactive())
    rows = [["w-drill:123", 8312, 5, 0, 0, 0, 3, 0], ["<b>x</b>:1", 10000, None, 0, 0, 0, 1, 1]]
    with phones.phone(browser, file, clock=False) as shown:
        shown.page.get_by_text("A partner's code").tap()

        def read(text: str) -> str:
            shown.page.get_by_label("Code").fill(text)
            shown.press("Read it")
            shown.page.locator(".found p").first.wait_for()
            said = shown.page.locator(".found").inner_text()
            shown.page.evaluate("document.querySelector('.found').textContent = ''")
            return said

        good = code([own, "m", 0, [], [], [], [], rows, {}])
        folded = "\n> ".join(good[at : at + 30] for at in range(0, len(good), 30))
        chats = [f"Hi, here it is:\n{good}\n\nThanks!", f"Moin:\n\n> {folded}\n", f"\u200b{good}"]
        for text in (good, f"\n {good}\n", good.rstrip(), good.lower(), *chats):
            said = read(text)
            assert f"The same layout: {own}." in said
            assert "W drill: 83 %, full" in said
            assert "<b>x</b>: 100 %, easy, mirrored" in said
        assert "Another layout: abcdef." in read(code(["abcdef", "m", 0, [], [], [], [], rows, {}]))
        for bad in (
            "",
            "hello",
            "CD1:",
            good[:-9],
            good[:9] + "A" + good[10:],
            code({"a": 1}),
            code([1] * 9),
        ):
            assert "no code that can be read" in read(bad)
        assert "newer" in read("CD2:" + good[4:])
        assert shown.errors == []


# ---------------------------------------------------------------- strangers


def hostile() -> list[str]:
    """Two hundred names that want to be more than names."""
    evil = "http://evil.example/"
    tags = [
        "<script>hit()</script>",
        "</script><script>hit()</script>",
        "<img src=x onerror=hit()>",
        "<svg onload=hit()>",
        "<svg><script>hit()</script></svg>",
        "<iframe src=javascript:hit()>",
        "<body onload=hit()>",
        "<a href=javascript:hit()>x</a>",
        f"<style>@import '{evil}x'</style>",
        f"<link rel=stylesheet href={evil}>",
        f"<img src={evil}a.png>",
        f"<object data={evil}>",
        f"<base href={evil}>",
        f"<form action={evil}>",
        f"<meta http-equiv=refresh content='0;url={evil}'>",
        "<math><mtext></mtext><script>hit()</script>",
        "<template><script>hit()</script></template>",
        "<!--<script>",
        "-->",
        "]]>",
        "<![CDATA[<script>hit()</script>]]>",
        "</style><script>hit()</script>",
        "</title><script>hit()</script>",
        "</template></svg></main><script>hit()</script>",
        "<video><source onerror=hit()>",
    ]
    shells = ["{}", '"{}', "' {} '", '">{}', "'>{}", "`{}`", "\u202e{}\u202c", "{}\x00\x1b[31m"]
    return [shell.format(tag) for tag in tags for shell in shells]


def infested(strings: list[str]) -> Layout:
    """A layout with a stranger's words wherever it takes words."""
    layout = reactive()
    words = itertools.cycle(strings)
    ground = layout.yard
    things = (layouts.square_thing(next(words), 1, 1, 2, 2), layouts.round_thing(next(words), 29, 3, 1))
    hooks = tuple(replace(hook, what=next(words)) for hook in ground.references)
    yard = replace(
        ground, name=next(words), side_names=tuple(next(words) for _ in ground.boundary), obstacles=things,
        references=hooks, notes=tuple(strings), sun=next(words), slope=next(words),
    )  # fmt: skip
    placed = []
    for one in layout.placements:
        told = {"title": next(words), "cues": [next(words)], "dose": next(words), "de": None}
        drill = replace(one.drill, definition=one.drill.definition.model_copy(update=told))
        placed.append(replace(one, drill=drill, remarks=(next(words),)))
    return replace(layout, title=next(words), yard=yard, placements=tuple(placed), notes=tuple(strings))


@pytest.mark.parametrize("guarded", [True, False])
def test_strangers_words_stay_words(browser: Browser, tmp_path: Path, guarded: bool) -> None:
    strings = hostile()
    assert len(strings) == 200
    file = tmp_path / "page.html"
    for at in range(0, 200, 40):
        some = strings[at : at + 40]
        file.write_bytes(made(infested(some)))
        # without its own rules it must be safe too: they are the second fence
        with phones.phone(browser, file, clock=False, bypass_csp=not guarded) as shown:
            shown.opened(0, 0)
            for _ in range(12):
                if shown.page.locator("[data-view=run]").count():
                    break
                shown.main()
            shown.page.keyboard.press("Escape")
            shown.opened(1, 1)
            shown.page.keyboard.press("Escape")
            shown.press("Whole sheet")
            text = shown.page.evaluate("document.getElementById('sheet').textContent")
            for said in some:
                assert plain_text(said, 2000) in text
            assert shown.page.evaluate("window.was_hit") is None
            assert shown.page.evaluate("document.scripts.length") == 4
            assert shown.dialogs == []
            assert shown.errors == []
            assert shown.requests == [file.as_uri()]


def test_a_megabyte_is_cut_short() -> None:
    layout = replace(reactive(), title="<b>" * 350_000, notes=("x" * 1_000_000, "\u202e" * 1_000_000))
    page = exporter.write(phone(layout, units="m"))
    assert len(page) < 330_000
    html.read(page)


def test_rules_let_nothing_in(browser: Browser, file: Path) -> None:
    with phones.phone(browser, file, clock=False) as shown:
        shown.page.evaluate(
            """() => { const add = (tag, set) => {
              const one = document.createElement(tag); set(one); document.body.append(one);
            };
            add("script", (one) => { one.textContent = "window.was_hit = 1"; });
            add("img", (one) => { one.src = "http://evil.example/a.png"; });
            add("div", (one) => { one.setAttribute("onclick", "window.was_hit = 1"); one.click(); });
            add("style", (one) => { one.textContent = "body { display: none }"; });
            return fetch("http://evil.example/").catch(() => 0); }"""
        )
        assert shown.page.evaluate("window.was_hit") is None
        assert shown.page.locator("body").is_visible()
        assert shown.requests == [file.as_uri()]
        assert len(shown.errors) >= 5


# ---------------------------------------------------------------- the command


@pytest.fixture
def layout_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "layout.json").write_bytes(dumps(reactive()))
    return tmp_path / "layout.json"


def test_the_command_keeps_names_at_home(layout_file: Path) -> None:
    assert cli.run(["share", str(layout_file), "-o", "page.html"]) == 0
    page = Path("page.html").read_bytes()
    for word in (b"Garden", b"tap corner", b"fence post"):
        assert word not in page
    assert loads(html.source(page), "page") == public(reactive())
    assert cli.run(["share", str(layout_file), "-o", "page.html", "--include-names", "--lang", "de"]) == 0
    page = Path("page.html").read_bytes()
    assert b"Garden" in page
    assert b"tap corner" in page
    assert html.read(page).root.get("lang") == "de"
    assert loads(html.source(page), "page") == reactive()


def test_the_command_sets_out_for_the_units_asked_for(layout_file: Path) -> None:
    assert cli.run(["share", str(layout_file), "-o", "page.html", "--units", "ft"]) == 0
    shared = loads(html.source(Path("page.html").read_bytes()), "page")
    for placement in shared.placements:
        for row in placement.setout:
            for tape in getattr(row, "tapes", ()):
                assert tape.distance / 0.0127 == pytest.approx(round(tape.distance / 0.0127), abs=1e-6)


def test_wrong_use_gets_one_sentence(layout_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.html").write_text("<!DOCTYPE html><p>mine")
    for arguments in (["-o", "page.pdf"], ["-o", "mine.html"], ["-o", "x.html", "--tape", "1cm"], []):
        assert cli.run(["share", str(layout_file), *arguments]) == 2
        said = capsys.readouterr().err
        assert said
        assert "Traceback" not in said
    assert Path("mine.html").read_text() == "<!DOCTYPE html><p>mine"
    assert cli.run(["share", str(layout_file), "-o", "mine.html", "--force"]) == 0
    assert cli.run(["share", str(layout_file), "-o", "mine.html"]) == 0
