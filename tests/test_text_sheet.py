"""The sheet in words: everything that the pages say, in lines that any program can carry."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from string import Formatter

import pytest

from conedrills import cli
from conedrills.compose import telling
from conedrills.compose.builder import row_words
from conedrills.exporters import txt as txt_exporter
from conedrills.language import Voice, languages
from conedrills.layout import Layout, layout_id
from conedrills.layoutreader import loads
from conedrills.layoutwriter import dumps
from conedrills.opening import open_layout
from conedrills.setout import set_out
from conedrills.units import tape_units
from conedrills.writing import is_ours
from conedrills.yard import Units
from tests.readback import csv, layouts, pdf, txt

EXAMPLES = sorted((Path(__file__).parents[1] / "layouts").glob("*/layout.json"))
NAMES = list(layouts.all_layouts())
TAGS = languages()


@cache
def example(place: int, units: Units | None = None) -> Layout:
    layout = open_layout(EXAMPLES[place])
    return set_out(replace(layout, units=units or layout.units))


def plain(text: str) -> str:
    """Its words, whatever the lines."""
    return " ".join(text.split())


# ---------------------------------------------------------------- what a program carries


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("units", ["m", "ft", "yd"])
@pytest.mark.parametrize("name", NAMES)
def test_lines_are_short_and_have_nothing_that_a_terminal_obeys(name: str, units: Units, tag: str) -> None:
    file = txt_exporter.write(layouts.all_layouts()[name], Voice(tag, units))
    text = file.decode("utf-8")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert text.splitlines() == text.split("\n")[:-1]
    for line in text.split("\n"):
        assert len(line) <= 72
        assert line == line.rstrip()
        assert all(unicodedata.category(letter) not in {"Cc", "Cs", "Co", "Cn"} for letter in line)
        assert not re.search(r"[|+=_─│┌*-]{3}", line)
    assert txt_exporter.is_ours(file)
    assert file == txt_exporter.write(layouts.all_layouts()[name], Voice(tag, units))


def test_a_long_word_is_broken_and_a_hostile_one_is_harmless() -> None:
    one = layouts.yard(32.0, 40.0, "x" * 500, side_names=("a\x1b[31m\u202eb\u2028c\td",) * 4)
    layout = layouts.layout(one, layouts.placement("box", (16.0, 16.0), to="\x07bell"), title="t\r\nt")
    text = txt_exporter.write(layout, Voice("en", "m")).decode()
    assert max(map(len, text.splitlines())) <= 72
    assert not any(letter in text for letter in "\x1b\u202e\u2028\t\r\x07")
    assert "a[31mb c d" in plain(text)


# ---------------------------------------------------------------- what it says


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("place", range(len(EXAMPLES)))
def test_every_drill_is_told_whole(place: int, tag: str) -> None:
    layout = example(place)
    voice = Voice(tag, layout.units)
    told = txt.read(txt_exporter.write(layout, voice))
    say = voice.say
    assert len(told.drills) == len(layout.placements)
    assert layout_id(layout) in told.yard[""][-1]
    assert len(told.yard[say("legend.hooks")]) == len(layout.yard.references) + 1
    for placement, drill in zip(layout.placements, told.drills, strict=True):
        words = placement.drill.definition.words(tag)
        assert words.title in drill[""][0]
        what = " ".join(drill[""])
        assert voice.count(len(placement.cones), "cone") in what
        assert say(f"at_pace.{placement.pace}") in what
        assert say("blocks.comparable" if placement.comparable else "blocks.only_here") in what
        rows = drill[say("text.setout")]
        assert rows[:-1] == [
            f"{number}. {row_words(placement, row, voice)}" for number, row in enumerate(placement.setout, 1)
        ]
        checks = drill[say("builder.across")]
        assert len(checks) == len(placement.checks) + 1
        for check, sentence in zip(placement.checks, checks, strict=False):
            assert txt.numbers(sentence)[:2] == [str(check.start), str(check.end)]
            assert replace(voice, units=tape_units(voice.units)).length(check.distance) in sentence
        run_order = drill[say("text.run")]
        legs = run_order[-len(placement.legs) :]
        for leg, sentence in zip(placement.legs, legs, strict=True):
            assert sentence.startswith(f"{leg.order}. ")
            assert voice.length(leg.length) in sentence
            assert say(f"movements.{leg.movement}").casefold() in sentence.casefold()
            if leg.call in ("left", "right"):
                assert say(f"calls.{leg.call}") in sentence
        assert drill[say("blocks.cues")]
        assert bool(drill.get(say("blocks.dose"))) == bool(words.dose)


def test_what_lies_behind_a_runner_is_told_first() -> None:
    layout = example(0)
    voice = Voice("en", layout.units)
    told = txt.read(txt_exporter.write(layout, voice))
    for placement, drill in zip(layout.placements, told.drills, strict=True):
        behind = {leg.end for leg in placement.legs if leg.movement.startswith("back") and leg.run_out}
        sentences = [line for line in drill["Keep clear"] if "blind side" in line]
        named = {int(cone) for line in sentences for cone in txt.numbers(line.split(", the blind")[0])}
        assert named == behind
        assert sentences == drill["Keep clear"][: len(sentences)]
        assert placement.tightest is not None
        assert drill["Keep clear"][-1].startswith("Closest: ")


def test_a_called_leg_says_its_call_and_who_calls() -> None:
    layout = layouts.layout(
        layouts.yard(40.0, 40.0), layouts.placement("backpedal-reaction-45", (20.0, 20.0), mirrored=True)
    )
    [drill] = txt.read(txt_exporter.write(layout, Voice("en", "m"))).drills
    run_order = " ".join(drill["Run order"])
    assert "The caller stands 6.40 m from cone 1 and swipes right or left." in run_order
    assert "3. Called right: sprint" in run_order
    assert "3. Called left: sprint" in run_order


def test_a_drill_that_no_tape_reaches_says_so() -> None:
    layout = set_out(layouts.layout(layouts.yard(50.0, 50.0), layouts.placement("box", (20.0, 20.0))), 5.0)
    told = txt.read(txt_exporter.write(layout, Voice("en", "m")))
    assert "Set out" not in told.drills[0]
    assert any(line.startswith("No set-out: with a tape of 5.00 m its") for line in told.drills[0][""])
    assert not any("tapes" in line for line in told.yard["Take along"])


def test_what_does_not_fit_is_told_with_what_would_help() -> None:
    text = plain(txt_exporter.write(layouts.all_layouts()["helped"], Voice("en", "m")).decode())
    assert "No drill fits; layout" in text
    assert "It would fit at easy pace, without the oak or with 0.4 m more room" in text


# ---------------------------------------------------------------- words


def test_every_language_has_the_same_sentences_with_the_same_fields() -> None:
    folder = resources.files("conedrills").joinpath("languages")
    tables = {tag: tomllib.loads(folder.joinpath(f"{tag}.toml").read_text("utf-8"))["text"] for tag in TAGS}
    fields = {
        tag: {
            key: {field for _, field, _, _ in Formatter().parse(said) if field} for key, said in table.items()
        }
        for tag, table in tables.items()
    }
    assert len(TAGS) > 1
    assert all(found == fields["en"] for found in fields.values())


def test_every_sentence_of_the_text_is_in_use() -> None:
    source = "".join(Path(str(room.__file__)).read_text("utf-8") for room in (txt_exporter, telling))
    folder = resources.files("conedrills").joinpath("languages")
    table = tomllib.loads(folder.joinpath("en.toml").read_text("utf-8"))["text"]
    for key in table:
        assert re.search(rf'"(text\.)?{re.escape(key.removesuffix("s"))}s?"', source), key


# ---------------------------------------------------------------- the command


@pytest.fixture
def layout_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A layout in metres, set out with a tape of 30 m, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "layout.json"
    file.write_bytes(dumps(example(0, "m")))
    return file


def sheet(file: Path, name: str, *options: str) -> int:
    return cli.run(["sheet", str(file), "-o", name, *options])


def test_sheet_writes_text_and_a_table(layout_file: Path, tmp_path: Path) -> None:
    layout = open_layout(layout_file)
    for name in ("s.txt", "S.CSV"):
        for _ in range(2):  # what we wrote, we write again
            assert sheet(layout_file, name) == 0
        assert is_ours(tmp_path / name)
    assert (tmp_path / "s.txt").read_bytes() == txt_exporter.write(layout, Voice("en", "m"))
    table = csv.read((tmp_path / "S.CSV").read_bytes())
    assert [len(table.setout(n)) for n in (1, 2)] == [len(one.setout) for one in layout.placements[:2]]


@pytest.mark.parametrize("name", ["s.txt", "s.csv"])
def test_a_text_of_somebody_else_stays(layout_file: Path, tmp_path: Path, name: str) -> None:
    theirs = "kind,drill\nconedrills is fun\n"
    (tmp_path / name).write_text(theirs)
    assert sheet(layout_file, name) == 2
    assert (tmp_path / name).read_text() == theirs
    assert sheet(layout_file, name, "--force") == 0


@pytest.mark.parametrize("option", [("--page", "overview"), ("--paper", "a4")])
def test_what_has_no_pages_takes_no_option_of_pages(
    layout_file: Path, option: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert sheet(layout_file, "s.txt", *option) == 2
    assert option[0] in capsys.readouterr().err


def test_an_unknown_ending_is_refused_with_those_that_are_known(
    layout_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sheet(layout_file, "s.docx") == 2
    said = capsys.readouterr().err
    assert all(f".{kind}" in said for kind in ("pdf", "svg", "txt", "csv"))


def test_other_units_and_another_tape_set_it_out_anew(layout_file: Path, tmp_path: Path) -> None:
    before = open_layout(layout_file)
    assert sheet(layout_file, "same.pdf") == 0
    assert loads(pdf.source((tmp_path / "same.pdf").read_bytes()), "same") == before
    options = ("--units", "ft", "--tape", "40ft")
    assert sheet(layout_file, "feet.pdf", *options) == 0
    carried = loads(pdf.source((tmp_path / "feet.pdf").read_bytes()), "feet")
    assert carried == set_out(replace(before, units="ft"), 40 * 0.3048)
    assert sheet(layout_file, "feet.csv", *options) == 0
    rows = csv.read((tmp_path / "feet.csv").read_bytes()).rows
    lengths = [float(row[key]) for row in rows for key in ("first_m", "second_m", "along_m") if row[key]]
    assert 2.0 < max(lengths) <= 40 * 0.3048
    assert {row["first_text"][-1] for row in rows if row["first_text"]} <= {"'", '"'}


def test_a_layout_without_set_out_gets_one(layout_file: Path, tmp_path: Path) -> None:
    content = json.loads(layout_file.read_bytes())
    for placement in content["placements"]:
        del placement["setout"], placement["checks"]
    bare = tmp_path / "bare.json"
    bare.write_text(json.dumps(content))
    assert sheet(bare, "s.txt") == 0
    told = txt.read((tmp_path / "s.txt").read_bytes())
    assert all(len(drill["Set out"]) > 2 for drill in told.drills)
    assert sheet(bare, "s.pdf") == 0
    carried = loads(pdf.source((tmp_path / "s.pdf").read_bytes()), "s.pdf")
    assert all(placement.setout for placement in carried.placements)


def test_a_tape_that_is_none_is_refused(layout_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sheet(layout_file, "s.txt", "--tape", "1ft") == 2
    assert "--tape" in capsys.readouterr().err
