"""The widths table is what the font files say, and text is measured, cut and wrapped by it."""

from __future__ import annotations

import io
import json
import unicodedata
from importlib import resources

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from conedrills import fonts

STYLES: tuple[fonts.Style, ...] = ("regular", "bold", "oblique")


def test_the_table_is_what_the_files_say() -> None:
    table = json.loads(resources.files("conedrills").joinpath("typeface/widths.json").read_text("utf-8"))
    assert set(table) == {"unitsPerEm", *STYLES}
    for style in STYLES:
        font = TTFont(io.BytesIO(fonts.font_file(style)))
        assert font["head"].unitsPerEm == table["unitsPerEm"]
        metrics = font["hmtx"].metrics
        made = {f"{code:04x}": metrics[glyph][0] for code, glyph in font.getBestCmap().items()}
        assert table[style] == made, f"regenerate widths.json for {style}"


@pytest.mark.parametrize("style", STYLES)
def test_capitals_are_as_high_as_stated(style: fonts.Style) -> None:
    font = TTFont(io.BytesIO(fonts.font_file(style)))
    assert font["glyf"]["H"].yMax / font["head"].unitsPerEm == pytest.approx(fonts.CAP_HEIGHT, abs=1e-6)
    assert font["glyf"]["p"].yMin / font["head"].unitsPerEm == pytest.approx(-fonts.DESCENT, abs=0.003)


@pytest.mark.parametrize("style", STYLES)
def test_figures_are_tabular(style: fonts.Style) -> None:
    assert len({fonts.width(figure, 10.0, style) for figure in "0123456789"}) == 1


def test_the_letters_of_many_languages_and_the_signs_of_a_sheet_are_there() -> None:
    assert fonts.missing_glyphs(["Größe Čapek Łódź Ősz Жук Ώρα çà Ñandú", "′ ″ ½ ⅛ → × − · … ² ✓ °"]) == ()


def test_missing_letters_are_told_and_replaced() -> None:
    assert fonts.missing_glyphs(["庭 yard", "yard 😀庭"]) == ("庭", "😀")
    assert fonts.shown("庭 yard 😀") == "? yard ?"
    assert fonts.width("庭", 10.0) == fonts.width("?", 10.0)


@pytest.mark.parametrize(
    ("text", "printed", "missing"),
    [
        ("e\u0301 Z\u030c", "é Ž", ""),
        ("за\u0301мок", "замок", "\u0301"),
        ("Hà Nội, Łódź, Ængsø, Ѓорѓи, Ἄ", "Hà Nội, Łódź, Ængsø, Ѓорѓи, Α", "Ἄ"),
        ("👨\u200d👩\u200d👧 yard", "??? yard", "👧👨👩"),
        ("❤\ufe0f", "?", "❤"),
        ("גן", "??", "גן"),
        ("حديقة", "?????", "ةحدقي"),
        ("庭園\u30002", "?? 2", "園庭"),
        ("ก็", "?", "ก็"),
        ("a\x00b\tc\r\nd\x1b[31m\u202ee", "ab c  d[31me", ""),
        ("soft\u00adhyphen\u200b", "softhyphen", ""),
        ("half \ud83d", "half ?", "\ud83d"),
        ("\ufffd □", "\ufffd □", ""),
        ("", "", ""),
    ],
)
def test_a_letter_is_printed_or_told(text: str, printed: str, missing: str) -> None:
    assert fonts.shown(text) == printed
    assert fonts.missing_glyphs([text]) == tuple(missing)


@given(st.text(max_size=60))
def test_what_is_printed_has_no_boxes_and_no_news(text: str) -> None:
    printed = fonts.shown(text)
    assert fonts.missing_glyphs([printed]) == ()
    assert all(fonts.width(letter, 10.0) > 0.0 or unicodedata.combining(letter) for letter in printed)
    assert fonts.shown(printed) == printed
    if not fonts.missing_glyphs([text]):
        assert printed.split() == unicodedata.normalize("NFC", without_signs(text)).split()


def without_signs(text: str) -> str:
    unseen = {"Cc", "Cf"}
    kept = (letter for letter in text if letter.isspace() or unicodedata.category(letter) not in unseen)
    return "".join(" " if letter.isspace() else letter for letter in kept)


@pytest.mark.parametrize("part", ["a", "庭", "ab ", " ", "\u0301", "а\u0483"])
def test_a_megabyte_is_no_trouble(part: str) -> None:
    text = part * (1_000_000 // len(part))
    printed = fonts.shown(text)
    assert set(fonts.missing_glyphs([text])) <= set(part)
    assert fonts.width(fonts.fitted(printed, 4.8, "regular", 40.0), 4.8) <= 40.0
    assert all(fonts.width(line, 4.8) <= 40.0 for line in fonts.wrapped(printed, 4.8, "regular", 40.0))


@given(st.text("ab Ω…W", min_size=1, max_size=40), st.floats(1.0, 60.0))
def test_no_more_is_cut_than_must_be(text: str, room: float) -> None:
    kept = fonts.fitted(text, 4.8, "regular", room)
    if kept != text:
        whole = kept.removesuffix("…")
        longer = text[: len(text[: len(whole)].rstrip()) + 1]
        while longer != text and not longer[len(whole) :].strip():
            longer = text[: len(longer) + 1]
        assert fonts.width(f"{longer.rstrip()}…", 4.8) > room


@given(st.text(max_size=60), st.floats(1.0, 200.0))
def test_fitted_text_fits(text: str, room: float) -> None:
    kept = fonts.fitted(text, 4.8, "bold", room)
    assert fonts.width(kept, 4.8, "bold") <= room
    assert kept in {text, ""} or kept.endswith("…")


@given(st.text(max_size=120), st.floats(10.0, 200.0))
def test_wrapped_lines_fit(text: str, room: float) -> None:
    assert all(
        fonts.width(line, 4.8, "regular") <= room for line in fonts.wrapped(text, 4.8, "regular", room)
    )


def test_the_licence_travels_with_the_files() -> None:
    text = resources.files("conedrills").joinpath("typeface/LICENSE.txt").read_text("utf-8")
    assert "Bitstream" in text
    assert "Tavmjong Bah" in text
