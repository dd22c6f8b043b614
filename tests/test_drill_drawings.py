"""Drawings of drills: their dimensions are true, words lie on nothing, the contact sheet is today's."""

from __future__ import annotations

import itertools
import math
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageChops, ImageFilter

from conedrills import cli, fonts
from conedrills.compose.drawn import drawing
from conedrills.compose.library import contact_roll, contact_sheet
from conedrills.drill import Drill, drill_names, load_drill, parse_drill
from conedrills.exporters import pdf, svg
from conedrills.sheet import Page, Sheet, Text
from tests.test_compose import ink, meeting, points, texts
from tests.test_language import OTHERS, drill_text, sentences, words
from tests.test_layouts import same

FOLDER = Path(__file__).resolve().parents[1] / "layouts"
NAMES = drill_names()
METRES = {"m": 1.0, "yd": 0.9144, "ft": 0.3048, "in": 0.0254}
SVG = "{http://www.w3.org/2000/svg}"
XY = tuple[float, float]


@cache
def sheet_of(name: str, language: str = "en") -> Sheet:
    return drawing(load_drill(name), paper="letter", language=language)


@cache
def library(language: str = "en") -> Sheet:
    return contact_sheet([load_drill(name) for name in NAMES], paper="letter", language=language)


# --- dimensions are true, read out of the file ---------------------------------------------------------


def drawn(page: Page, before: str = "") -> tuple[dict[str, tuple[XY, XY]], dict[int, XY], list[str]]:
    """The lines of dimensions by name, the cones by number, and all words of the SVG of a page."""
    lines: dict[str, tuple[XY, XY]] = {}
    cones: dict[int, XY] = {}
    root = ElementTree.fromstring(svg.write(page))
    for element in root.iter():
        own = element.get("id", "")
        name = own.removeprefix(before) if own.startswith(before) else ""
        drawn_by = element.get("points", "") or element.get("d", "")
        numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", drawn_by)]
        spots = list(zip(numbers[::2], numbers[1::2], strict=False))
        if name.startswith("dimension-"):
            lines[name.removeprefix("dimension-")] = (spots[0], spots[-1])
        elif re.fullmatch(r"cone-\d+", name):
            cones[int(name[5:])] = (sum(x for x, _ in spots) / 3, sum(y for _, y in spots) / 3)
    return lines, cones, [element.text or "" for element in root.iter(f"{SVG}text")]


def per_metre(drill: Drill, cones: dict[int, XY]) -> float:
    """Millimetres for a metre, by the two cones that are farthest apart."""
    true = drill.figure(1.0).cones

    def apart(pair: tuple[int, int]) -> float:
        return (true[pair[0] - 1] - true[pair[1] - 1]).length

    i, j = max(itertools.combinations(sorted(cones), 2), key=apart)
    return math.dist(cones[i], cones[j]) / (true[i - 1] - true[j - 1]).length


def said(metres: float, units: str) -> str:
    return f"{metres / METRES[units]:.2f}".rstrip("0").rstrip(".") + f" {units}"


@pytest.mark.parametrize("name", NAMES)
def test_every_named_distance_is_drawn_once_as_long_as_it_says(name: str) -> None:
    drill = load_drill(name)
    file = drill.definition
    lines, cones, spoken = drawn(sheet_of(name).pages[0])
    scale = per_metre(drill, cones)
    for key, distance in file.distances.items():
        named = [known for known in lines if known == key or re.search(rf"(^|-){key}-", known)]
        assert named, key
        if key not in lines:
            continue  # only sums or parts of it say where cones are
        parts = math.dist(*lines[key]) / scale / METRES[file.units] / distance.nominal
        assert parts == pytest.approx(round(parts), rel=2e-3), key
        length = said(distance.nominal * METRES[file.units], file.units)
        count = f"{round(parts)} × " if round(parts) > 1 else "(R )?"
        wanted = re.compile(rf"{count}{re.escape(length)}( \(.*\))?( each)?")
        assert any(map(wanted.fullmatch, spoken)), key


@pytest.mark.parametrize("name", NAMES)
def test_every_other_length_is_written_at_its_line(name: str) -> None:
    """Hull, radii and parts: some word on the page is the length of the line, in one piece or several."""
    drill = load_drill(name)
    lines, cones, spoken = drawn(sheet_of(name).pages[0])
    scale = per_metre(drill, cones)
    for ends in lines.values():
        long = math.dist(*ends) / scale / METRES[drill.definition.units]
        fitting = [
            float(found[2]) * float(found[1] or 1)
            for word in spoken
            if (found := re.match(r"(?:R )?(?:(\d+) × )?(\d+(?:\.\d+)?) (?:m|yd|ft|in)( |$)", word))
        ]
        assert any(abs(value - long) < 0.006 * max(1.0, long / 5.0) for value in fitting), long


@pytest.mark.parametrize("name", NAMES)
def test_in_the_library_two_lengths_at_least_are_as_long_as_they_say(name: str) -> None:
    drill = load_drill(name)
    page = next(page for page in library().pages if f"({name})" in page.description)
    lines, cones, spoken = drawn(page, f"drill-{name}-")
    assert sorted(cones) == list(range(1, len(drill.cones) + 1))
    scale = per_metre(drill, cones)
    assert len(lines) >= min(2, len(drill.definition.distances)), lines
    for key, ends in lines.items():
        distance = drill.definition.distances.get(key)
        if distance:
            parts = math.dist(*ends) / scale / METRES[drill.definition.units] / distance.nominal
            assert parts == pytest.approx(round(parts), rel=0.01)
            length = said(distance.nominal * METRES[drill.definition.units], drill.definition.units)
            assert any(length in word for word in spoken)


def test_a_smaller_size_shortens_what_is_free_and_keeps_what_is_locked() -> None:
    _, _, spoken = drawn(drawing(load_drill("break-45"), 0.8, paper="a4").pages[0])
    assert "4 yd (3.66 m) each" in spoken  # both breaks
    assert "5 yd (4.57 m)" in spoken  # the caller's gap
    assert any("size 80 %" in word for word in spoken)


@pytest.mark.parametrize(
    ("name", "units", "expected"),
    [
        ("w-drill", "ft", "5 yd (15′) each"), ("w-drill", "yd", "5 yd each"),
        ("w-drill", None, "5 yd (4.57 m) each"),
        ("505", None, "10 m"), ("505", "yd", "10 m (10.94 yd)"), ("four-way-circle", None, "R 3 m"),
        ("t-test", "m", "2 × 5 yd (4.57 m)"),
    ],
)  # fmt: skip
def test_lengths_are_in_the_units_of_the_source(name: str, units: str | None, expected: str) -> None:
    sheet = drawing(load_drill(name), paper="letter", units=units)  # type: ignore[arg-type]
    assert expected in {word.text for word in texts(sheet.pages[0])}


def test_angles_of_cuts_are_marked() -> None:
    for name, angle in (("w-drill", "30°"), ("break-45", "45°"), ("short-box", "45°")):
        assert any(word.text.startswith(angle) for word in texts(sheet_of(name).pages[0])), name


# --- nothing on top of each other, nothing off the paper, nothing cut ----------------------------------


def pages() -> Iterator[tuple[str, Page]]:
    for language in ("en", *OTHERS):
        for name in NAMES:
            yield from ((f"{name} {language}", page) for page in sheet_of(name, language).pages)
        yield from ((f"{page.name} {language}", page) for page in library(language).pages)


def test_no_words_overlap() -> None:
    for label, page in pages():
        assert meeting(texts(page)) == [], label


def test_nothing_leaves_the_box_in_which_both_papers_agree() -> None:
    for label, page in pages():
        for mark in page.marks:
            for x, y in points(mark):
                assert 12.9 <= x <= 203.0, (label, mark)
                assert 12.6 <= y <= 267.0, (label, mark)


def test_words_can_be_read_and_none_is_cut() -> None:
    for label, page in pages():
        for word in texts(page):
            assert word.size_mm * fonts.CAP_HEIGHT >= 2.0, (label, word.text)
            assert not word.text.endswith("…"), (label, word.text)
            assert fonts.missing_glyphs([word.text]) == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_drill_has_one_page_with_every_cone_and_leg(name: str) -> None:
    (page,) = sheet_of(name).pages
    drill = load_drill(name)
    bold = [word.text for word in texts(page) if word.style == "bold"]
    assert {str(number) for number in range(1, len(drill.cones) + 1)} <= set(bold)
    assert len([word for word in texts(page) if re.fullmatch(r"\d+ → \d+", word.text)]) == len(drill.legs)


def test_all_is_drawn_by_family_with_name_grade_and_marks() -> None:
    spoken = [word.text for page in library().pages for word in texts(page)]
    for name in NAMES:
        assert name in spoken
    grades = [word for word in spoken if word in ("A", "B", "C", "X")]
    assert len(grades) == len(NAMES) + 4 * len(library().pages)
    assert spoken.count("regulation") == sum(load_drill(name).regulation for name in NAMES)
    called = [any(leg.call or leg.movement == "called" for leg in load_drill(name).legs) for name in NAMES]
    assert spoken.count("on call") == sum(called)
    drawn_at = [spoken.index(name) for name in ("straight-backpedal", "w-drill", "t-test", "four-way-circle")]
    assert drawn_at == sorted(drawn_at)


@pytest.mark.parametrize("tag", OTHERS)
def test_no_english_is_left(tag: str) -> None:
    drills = [load_drill(name) for name in NAMES]
    english, other = (
        words(*sentences(known).values(), *(part for drill in drills for part in drill_text(drill, known)))
        for known in ("en", tag)
    )
    names = words(*NAMES, *(source.url for drill in drills for source in drill.definition.source))
    norms = [drill.definition.words(tag).norms for drill in drills]
    norms_said = words(*(text for table in norms for text in table.values()), *(
        norm.unit for drill in drills for norm in drill.definition.norms
    ))  # fmt: skip
    for label, page in pages():
        if label.endswith(f" {tag}"):
            found = words(*(word.text for word in texts(page)), page.title, page.description)
            known = other | {word.capitalize() for word in other}
            assert (found & english) - known - names - norms_said == set(), label


# --- odd drills ----------------------------------------------------------------------------------------


def odd(name: str, cones: dict[str, object], run: list[str], length: float, units: str = "yd") -> Drill:
    legs = [{"from": a, "to": b, "movement": "run", "cut": "plant"} for a, b in itertools.pairwise(run)]
    data = {
        "title": name, "family": "diagonal", "paces": ["easy"], "units": units, "legs": legs,
        "distances": {"long": {"nominal": length, "min": length / 2, "max": length}}, "cones": cones,
    }  # fmt: skip
    return parse_drill(data, name, f"{name}.toml")


ODD = {
    "wide": odd("wide", {"1": {}, **{
        str(n): {"from": str(n - 1), "bearing": 135 - 90 * (n % 2), "distance": "long"} for n in range(2, 10)
    }}, [str(n) for n in range(1, 10)], 10),
    "tiny": odd("tiny", {"1": {}, "2": {"from": "1", "right": "long"}}, ["1", "2", "1"], 12, "in"),
    "lane": odd("lane", {"1": {}, **{str(n): {"from": str(n - 1), "ahead": "long"} for n in range(2, 12)}},
                [*map(str, range(1, 12)), "1"], 30, "m"),
    "crowd": odd("crowd", {"1": {}, **{
        str(n): {"from": "1", "bearing": 18 * n, "distance": "long"} for n in range(2, 18)
    }}, [str(n) for k in range(2, 18) for n in (1, k)], 5),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_drills_are_drawn_whole(name: str) -> None:
    (first, *_) = drawing(ODD[name], paper="a4").pages
    lines, cones, _ = drawn(first)
    assert len(cones) == len(ODD[name].cones)
    assert "long" in lines
    assert meeting(texts(first)) == []
    small = contact_sheet([ODD[name]], paper="a4").pages[0]
    assert meeting(texts(small)) == []


def test_what_finds_no_room_goes_on_a_second_page() -> None:
    long = "A sentence that is as long as one may be. " * 14
    data = load_drill("t-test").definition.model_dump(by_alias=True, exclude_none=True)
    data |= {"ours": long, "note": long, "conflicts": long, "dose": long, "name": "wordy"}
    data["norms"] = [{"population": f"people {n}", "unit": "s", "bands": long[:200]} for n in range(20)]
    sheet = drawing(parse_drill(data, "wordy", "wordy.toml"), paper="letter")
    assert [page.name for page in sheet.pages][:2] == ["wordy", "wordy-2"]
    for page in sheet.pages:
        assert meeting(texts(page)) == []
        assert all(y <= 267.0 for mark in page.marks for _, y in points(mark))
    spoken = " ".join(word.text for page in sheet.pages for word in texts(page))
    assert all(f"people {n}:" in spoken for n in range(20))


# --- the files -----------------------------------------------------------------------------------------


def update(kind: str) -> str:
    return f"conedrills drills -o layouts/drill-library.{kind}"


@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_the_committed_contact_sheet_is_what_the_program_makes(kind: str, tmp_path: Path) -> None:
    kept = FOLDER / f"drill-library.{kind}"
    assert kept.is_file(), f"not made yet: {update(kind)}"
    made = tmp_path / kept.name
    assert cli.run(["drills", "-o", str(made)]) == 0
    if made.read_bytes() == kept.read_bytes():
        return
    if kind == "svg":
        assert same(kept.read_text("utf-8"), made.read_text("utf-8")), (
            f"another now. If it is better: {update(kind)}"
        )
    else:  # digits of sines may differ, which only the SVG shows
        assert abs(len(made.read_bytes()) - len(kept.read_bytes())) < 400, update(kind)


def test_the_same_bytes_every_time() -> None:
    drills = [load_drill(name) for name in NAMES]
    assert contact_sheet(drills, paper="letter") == contact_sheet(drills[::-1], paper="letter")
    assert contact_roll(drills, paper="letter") == contact_roll(drills, paper="letter")
    assert pdf.write(sheet_of("w-drill")) == pdf.write(drawing(load_drill("w-drill"), paper="letter"))


def test_the_command_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, rest in (("w.pdf", ["w drill"]), ("w.svg", ["w-drill", "--lang", "de"]), ("all.pdf", [])):
        assert cli.run(["drills", *rest, "-o", str(tmp_path / name)]) == 0
        assert (tmp_path / name).is_file()
    assert cli.run(["drills", "w-drill", "-o", str(tmp_path / "w.pdf")]) == 0  # ours: may be replaced
    (tmp_path / "other.svg").write_text("<svg/>")
    capsys.readouterr()
    assert cli.run(["drills", "w-drill", "-o", str(tmp_path / "other.svg")]) == 2
    assert "--force" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["w-drill", "-o", "w.png"], "w.png: a drill is drawn as .svg or .pdf."),
        (["w-drill", "-o", "w"], "w: a drill is drawn as .svg or .pdf."),
        (["w-drill", "-o", "w.pdf", "--json"], "--json and --pace are for what is printed"),
        (["-o", "w.pdf", "--size", "0.8"], "--size and --pace are for one drill"),
        (["w-drill", "--lang", "de"], "are for a drawing: add -o"),
    ],
)
def test_what_cannot_be_drawn_gets_one_message(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.run(["drills", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_the_pdf_is_clean(program: Callable[[str], str], tmp_path: Path) -> None:
    for name, sheet in (("one", sheet_of("w-drill")), ("all", library())):
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(pdf.write(sheet, source=b"{}"))
        subprocess.run([program("qpdf"), "--check", file], check=True, capture_output=True)


@pytest.mark.parametrize("what", ["one", "all"])
def test_both_formats_are_the_same_picture(what: str, program: Callable[[str], str], tmp_path: Path) -> None:
    sheet = sheet_of("break-45") if what == "one" else library()
    (tmp_path / "s.pdf").write_bytes(pdf.write(sheet))
    (tmp_path / "s.svg").write_bytes(svg.write(sheet.pages[0]))
    place = ["-r", "100", "-gray", "-f", "1", "-l", "1", "-singlefile"]
    subprocess.run([program("pdftoppm"), *place, tmp_path / "s.pdf", tmp_path / "p"], check=True)
    zoom = ["--dpi-x", "100", "--dpi-y", "100"]
    subprocess.run([program("rsvg-convert"), *zoom, "-o", tmp_path / "s.png", tmp_path / "s.svg"], check=True)
    one, other = Image.open(tmp_path / "p.pgm").convert("L"), Image.open(tmp_path / "s.png").convert("L")
    size = (min(one.width, other.width), min(one.height, other.height))
    blurred = [image.crop((0, 0, *size)).filter(ImageFilter.GaussianBlur(2)) for image in (one, other)]
    different = ImageChops.difference(*blurred).point(lambda value: 255 if value > 60 else 0)
    assert different.histogram()[255] / (size[0] * size[1]) < 0.002


def test_what_is_inked_is_a_text() -> None:
    """The helper that all of the above leans on."""
    word = next(mark for mark in sheet_of("w-drill").pages[0].marks if isinstance(mark, Text))
    assert ink(word).width_mm == word.width_mm
