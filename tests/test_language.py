"""Languages: each says the same as English does, all of it, and nothing of it stays English."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from pypdf import PdfReader

from conedrills import cli
from conedrills.compose import blocks, cards, circle, compose, runner
from conedrills.drill import Drill, Stretch, definition_json, drill_names, load_drill, parse_drill
from conedrills.drillfile import PACES, Cut, Family, Movement
from conedrills.errors import DrillError
from conedrills.exporters import txt
from conedrills.importers import read_yard
from conedrills.language import ENGLISH, Voice, languages
from conedrills.layout import CAPPED, Layout, Placement, explanation, layout_id
from conedrills.plan import STOPPED, TIME_UP, plan
from conedrills.setout import set_out
from conedrills.sheet import Sheet, Text
from tests.readback import layouts

PACKAGE = Path(__file__).resolve().parents[1] / "conedrills"
OTHERS = [tag for tag in languages() if tag != ENGLISH]
GERMAN = Voice("de", "m")


@cache
def sentences(tag: str) -> Mapping[str, str]:
    """All sentences of a language file by key, read without the help of what is tested."""
    found: dict[str, str] = {}

    def walk(table: Mapping[str, object], before: str) -> None:
        for key, value in table.items():
            if isinstance(value, dict):
                walk(value, f"{before}{key}.")
            else:
                assert isinstance(value, str)
                found[before + key] = value

    walk(tomllib.loads((PACKAGE / "languages" / f"{tag}.toml").read_text("utf-8")), "")
    return found


# --- the files -----------------------------------------------------------------------------------------


def fields(sentence: str) -> list[str]:
    return sorted(field for _, field, _, _ in Formatter().parse(sentence) if field)


@pytest.mark.parametrize("tag", OTHERS)
def test_every_language_has_the_same_sentences_with_the_same_fields(tag: str) -> None:
    english, other = sentences(ENGLISH), sentences(tag)
    assert list(other) == list(english)
    plain = [key for key in english if key not in {"names.bare", "names.hands"}]
    assert {key: fields(other[key]) for key in plain} == {key: fields(english[key]) for key in plain}
    assert all(other[key].strip() for key in plain)


def code(where: str) -> list[ast.AST]:
    return [
        part for file in sorted(PACKAGE.glob(where)) for part in ast.walk(ast.parse(file.read_text("utf-8")))
    ]


def pattern(text: ast.JoinedStr) -> str:
    parts = [str(part.value) if isinstance(part, ast.Constant) else None for part in text.values]
    return "".join(".+" if part is None else re.escape(part) for part in parts)


def test_no_sentence_is_missing_and_none_is_left_over() -> None:
    known = sentences(ENGLISH)
    sections = tuple(f"{key.split('.')[0]}\\." for key in known)
    calls = [
        node
        for node in code("[!c]*/*.py") + code("compose/*.py") + code("layout.py")
        if isinstance(node, ast.Call)
    ]
    keys = [
        call.args[0] for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) == "say"
    ]
    assert len(keys) > 100
    for key in keys:
        if isinstance(key, ast.Constant):
            assert key.value in known
        elif isinstance(key, ast.JoinedStr):
            assert any(re.fullmatch(pattern(key), name) for name in known), ast.unparse(key)
    whole = {node.value for node in code("**/*.py") if isinstance(node, ast.Constant)}
    joined = {pattern(node) for node in code("**/*.py") if isinstance(node, ast.JoinedStr)}
    joined = {text for text in joined if text.startswith(sections)}
    left_over = [
        key for key in known
        if key not in whole and not key.startswith(("retold.", "phone.script."))
        and not any(re.fullmatch(text, key) for text in joined)
    ]  # fmt: skip
    assert left_over == []


def test_an_unknown_sentence_or_a_missing_field_is_an_error() -> None:
    with pytest.raises(KeyError):
        GERMAN.say("page.nothing")
    with pytest.raises(KeyError):
        GERMAN.say("page.id")


def test_everything_a_drill_can_be_has_a_word() -> None:
    known = {
        section: names
        for section, names in tables().items()
        if section in ("families", "movements", "cuts", "paces")
    }
    assert known == {
        "families": {*get_args(Family)},
        "movements": {*get_args(Movement)},
        "cuts": {*get_args(Cut)},
        "paces": {*PACES},
    }
    assert tables()["at_pace"] == tables()["missing.pace"] == tables()["retold.pace"] == {*PACES}


def tables() -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key in sentences(ENGLISH):
        table, _, name = key.rpartition(".")
        found.setdefault(table, set()).add(name)
    return found


# --- the sheet -----------------------------------------------------------------------------------------


def words(*texts: str) -> set[str]:
    """The words of three letters or more, without what fields are called."""
    return set(re.findall(r"[^\W\d_]{3,}", re.sub(r"\{\w+\}", " ", " ".join(texts))))


def own_words(layout: Layout) -> set[str]:
    """What people called things, where drills are published, and the id, in which a word may hide."""
    yard = layout.yard
    points = [part for known in yard.references for part in (known.name, known.what)]
    names = [yard.name, layout.title, *yard.side_names, *(thing.name for thing in yard.obstacles), *points]
    hosts = [source.url for one in layout.placements for source in one.drill.definition.source]
    return words(
        layout_id(layout), *names, *hosts, *(one.tightest.to for one in layout.placements if one.tightest)
    )


def said(sheet: Sheet) -> str:
    marks = [mark.text for page in sheet.pages for mark in page.marks if isinstance(mark, Text)]
    return " ".join([*marks, *(part for page in sheet.pages for part in (page.title, page.description))])


def drill_text(drill: Drill, tag: str) -> list[str]:
    file = drill.definition.words(tag)
    parts = [file.title, file.summary, *file.cues, file.dose, file.ours, file.note, file.does]
    if tag == ENGLISH:
        norms = [part for norm in drill.definition.norms for part in (norm.population, norm.bands)]
        return [*parts, *(leg.do for leg in drill.legs), *drill.definition.distances, *norms]
    return [*parts, *file.do.values(), *file.distances.values(), *file.norms.values()]


def foreign(text: str, layout: Layout, tag: str) -> set[str]:
    """English words in a text that belong to no sentence of its language."""
    drills = [load_drill(name) for name in drill_names()]
    english, other = (
        words(*sentences(known).values(), *(part for drill in drills for part in drill_text(drill, known)))
        for known in (ENGLISH, tag)
    )
    known = {word.casefold() for word in other}  # a sentence may begin with any of them
    return {word for word in words(text) & english if word.casefold() not in known} - own_words(layout)


@pytest.mark.parametrize(
    ("tag", "name"), [*product(OTHERS, ["three", "sixteen", "set out", "eight set out"])]
)
def test_no_english_is_left(tag: str, name: str) -> None:
    layout = layouts.all_layouts()[name]
    for make in (compose, cards):
        sheet = make(layout, paper="a4", units="m", language=tag)
        assert sheet.language == tag
        assert foreign(said(sheet), layout, tag) == set()
    assert foreign(txt.write(layout, Voice(tag, "m")).decode(), layout, tag) == set()


def test_the_test_finds_english() -> None:
    layout = layouts.all_layouts()["three"]
    found = foreign(said(compose(layout, paper="a4", units="m")), layout, "de")
    assert {"cones", "page", "finish", "Hips", "blind"} <= found


@pytest.mark.parametrize(("tag", "units"), [*product(OTHERS, ["m", "ft", "yd"])])
def test_nothing_is_cut_short_that_english_shows_whole(tag: str, units: str) -> None:
    for name in ("three", "sixteen", "set out", "tiny", "huge"):
        layout = layouts.all_layouts()[name]
        for page in compose(layout, paper="letter", units=units, language=tag).pages:  # type: ignore[arg-type]
            cut = [mark.text for mark in page.marks if isinstance(mark, Text) and mark.text.endswith("…")]
            assert cut == [], (name, page.name)


def test_numbers_are_written_as_people_there_write_them() -> None:
    text = said(compose(layouts.all_layouts()["set out"], paper="a4", units="m", language="de"))
    text = text.replace("conedrills 0.1.0", "")
    assert re.search(r"\d,\d\d m\b", text)
    assert not re.search(r"\d\.\d\d\b(?!\d)", text)


def test_a_mirrored_drill_says_the_other_hand_in_every_language() -> None:
    for tag, hands in (("en", ("left hand", "right hand")), ("de", ("linke Hand", "rechte Hand"))):
        plain, mirrored = (
            said(compose(layouts.layout(layouts.yard(40, 40), laid), paper="a4", units="m", language=tag))
            for laid in (layouts.placement("t-test", (20, 16), mirrored=side) for side in (False, True))
        )
        assert plain.count(hands[0]) == mirrored.count(hands[1]) > 0
        assert plain.count(hands[1]) == mirrored.count(hands[0]) > 0


# --- drills --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "tag"), [*product(drill_names(), OTHERS)])
def test_every_drill_is_translated_whole(name: str, tag: str) -> None:
    drill = load_drill(name)
    file, other = drill.definition, drill.definition.translations[tag]
    for key in ("title", "summary", "cues", "dose", "ours", "note"):
        assert bool(getattr(other, key)) == bool(getattr(file, key)), key
    assert bool(other.does) == (file.caller is not None)
    assert set(other.do) == {leg.do for leg in drill.legs}
    assert all(len(phrase) <= 24 for phrase in other.do.values()), "longer words do not fit the table"
    assert set(other.distances) == set(file.distances)


@pytest.mark.parametrize(("name", "tag"), [*product(drill_names(), languages())])
def test_cues_dose_and_size_find_room(name: str, tag: str) -> None:
    drill = load_drill(name)
    stretch = Stretch(0.93, 0.7) if drill.stretch else None
    for units, size, mirrored in product(("m", "ft", "yd"), (drill.size_min, 1.0), {False, drill.mirror}):
        laid = layouts.placement(drill, (0, 0), 0, size, mirrored=mirrored, to="fence", stretch=stretch)
        short = circle.suits(laid) or any(leg.call for leg in laid.legs)
        room = runner._WORDS_FEW if short else runner._WORDS_ROOM
        made = blocks.blocks_of(replace(laid, gap_reached=False), Voice(tag, units), room)  # type: ignore[arg-type]
        for heading, lines in made.parts:
            assert len(blocks._lines(lines, made.cap)) <= made.most, heading


def test_words_change_no_geometry() -> None:
    layout = layouts.all_layouts()["three"]
    plain = replace(layout, placements=tuple(without_words(one) for one in layout.placements))
    assert plain != layout
    assert layout_id(plain) == layout_id(layout)


def without_words(placement: Placement) -> Placement:
    definition = placement.drill.definition.model_copy(update={"de": None})
    return replace(placement, drill=replace(placement.drill, definition=definition))


def test_a_drill_of_ones_own_without_a_translation_stays_as_it_is() -> None:
    definition = {**definition_json(load_drill("box")), "title": "Mein Viereck", "de": None}
    own = parse_drill(definition, "mine", "mine.toml")
    layout = layouts.layout(layouts.yard(30, 30), layouts.placement(own, (18.0, 12.0)))
    text = said(compose(layout, paper="a4", units="m", language="de"))
    assert "Mein Viereck" in text
    assert "Feet never cross in the shuffle." in text
    assert "Sprint, geradeaus" in text


BOX = (PACKAGE / "drills" / "box.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"Geh sie zuerst ab."', '"Geh sie zuerst ab.", "Noch."', "de.cues: has 5 of them; the file has 4."),
        ('"stop on balance" = ', '"stop at once" = ', '"stop on balance" is missing'),
        ("[de.distances]\nside", "[de.distances]\nsite", 'no distance "site". Did you mean "side"?'),
        ("[de.do]", 'does = "ruft"\n[de.do]', "de.does: belongs to a caller, and there is none."),
        ("[de.do]", 'doze = "x"\n[de.do]', 'there is no key "doze". Did you mean "dose"?'),
        ("[de]\ntitle = ", '[de]\ntitle = "" # ', "de.title: must not be empty."),
    ],
)  # fmt: skip
def test_a_wrong_translation_is_told_with_its_line(old: str, new: str, message: str) -> None:
    assert old in BOX
    text = BOX.replace(old, new)
    with pytest.raises(DrillError) as refused:
        parse_drill(tomllib.loads(text), "box", "box.toml", text)
    assert message in str(refused.value)
    assert re.match(r"box\.toml:\d+: de\.", str(refused.value))


# --- what comes in English -----------------------------------------------------------------------------


def test_what_rooms_without_a_language_say_is_said_again(tmp_path: Path) -> None:
    yard = tmp_path / "yard.json"
    square = [[0.0, 70.0], [0.0003, 70.0], [0.0003, 70.0001], [0.0, 70.0001], [0.0, 70.0]]
    point = {"type": "Point", "coordinates": [0, 70]}
    line = {"type": "LineString", "coordinates": square[:2]}
    shapes = [{"type": "Polygon", "coordinates": [square]}, point, line, point]
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in (*shapes, None)]
    yard.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    ground = read_yard(yard)
    assert len(ground.notes) == 2
    layout = set_out(plan(ground, [load_drill("box")]))
    missing = [
        *plan(layouts.yard(3, 3), [load_drill("t-test"), load_drill("break-90")]).unplaced,
        *plan(layouts.yard(5, 5), [load_drill("w-drill")]).unplaced,
        *plan(layouts.yard(9, 9), [load_drill("w-drill")], cones=4).unplaced,
    ]
    assert len(missing) == 4
    sentences = [*ground.notes, *(known.what for known in layout.yard.references), CAPPED, STOPPED, TIME_UP,
                 *(one.reason for one in missing)]  # fmt: skip
    assert len(sentences) > 10
    for sentence in sentences:
        again = GERMAN.retell(sentence)
        assert again != sentence
        assert words(again).isdisjoint({"the", "and", "room", "corner", "pace", "left"} - {"left"}), again
    assert GERMAN.retell("left out: 1 feature without a shape, 1 line, 2 points.") == (
        "ausgelassen: 1 Objekt ohne Form, 1 Linie, 2 Punkte."
    )


def test_what_a_person_wrote_is_shown_as_it_is() -> None:
    for text in ("tap corner", "Mind the dog", "side gate", "north", "left", "3.5", "all of it", "walk"):
        assert GERMAN.retell(text) == text


def test_english_is_said_as_it_comes() -> None:
    assert Voice(ENGLISH, "m").retell("side 3") == "side 3"


def test_what_would_help_is_said_in_german() -> None:
    (helped, _) = layouts.all_layouts()["helped"].unplaced
    assert explanation(helped, GERMAN)[1:] == (
        "Im Weg: north fence und oak.",
        "Es passt in lockerem Tempo, ohne oak oder mit 0,4 m mehr Platz bei north fence (hinter Hütchen 3).",
    )


# --- the commands --------------------------------------------------------------------------------------


def test_commands_write_german_beside_the_same_layout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("yard.json").write_text('{"units": "m", "boundary": [[0, 0], [22, 0], [22, 18], [0, 18]]}')
    made = ["layout", "--yard", "yard.json", "--drill", "box"]
    assert cli.run([*made, "--out", "en"]) == 0
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("LANGUAGE", "de")
    assert cli.run([*made, "--out", "same"]) == 0
    assert cli.run([*made, "--out", "de", "--lang", "de"]) == 0
    assert cli.run(["refit", "en/layout.json", "--yard", "yard.json", "--lang", "de", "--out", "refit"]) == 0
    for file in ("sheet.pdf", "overview.svg", "01-box.svg", "layout.json"):
        assert Path("en", file).read_bytes() == Path("same", file).read_bytes()
    assert Path("en/layout.json").read_bytes() == Path("de/layout.json").read_bytes()
    for pdf in ("de/sheet.pdf", "refit/sheet.pdf", "again.pdf"):
        if pdf == "again.pdf":
            assert cli.run(["sheet", "en/layout.json", "-o", pdf, "--lang", "de"]) == 0
            assert Path(pdf).read_bytes() == Path("de/sheet.pdf").read_bytes()
        read = PdfReader(pdf)
        assert str(read.root_object["/Lang"]) == "de"
        assert "Hütchen" in read.pages[0].extract_text()
    drawing = Path("de/01-box.svg").read_text("utf-8")
    assert 'xml:lang="de"' in drawing
    assert "Nachstellschritt" in drawing
    assert cli.run(["sheet", "en/layout.json", "-o", "again.txt", "--lang", "de"]) == 0
    assert "Hütchen" in Path("again.txt").read_text("utf-8")


@pytest.mark.parametrize("command", ["layout", "sheet", "refit"])
def test_an_unknown_language_is_refused(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([command, "--lang", "tlh"]) == 2
    assert "--lang" in capsys.readouterr().err
