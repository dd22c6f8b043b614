"""Lengths in and out."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conedrills.units import LONGEST, METRES, TAPE_STEP, format_length, on_tape, parse_length

UNITS = st.sampled_from(["ft", "yd", "m"])

SAME = [
    (
        3.8227,
        [
            "12' 6 1/2\"",
            "12'6.5\"",
            "12′ 6½″",
            "12’ 6½”",
            "12ft 6 1/2in",
            "12 ft 6½",
            "12'-6-1/2\"",
            "150½ in",
        ],
    ),
    (
        3.81,
        [
            "12'6\"",
            "12' 6\"",
            "12 feet and 6 inches",
            "12 ft., 6 in.",
            "150in",
            "3.81m",
            "3,81 m",
            "381cm",
            "12.5",
        ],
    ),
    (3.2, ["3m 20cm", "3.2 m", "3 metres 20 centimeters", "320 cm", "3200mm", "32 dm"]),
    (3.9624, ["4 yd 1 ft", "4 yards 1 foot", "13 ft", "13", "１３ ft", "+13"]),
    (0.4572, ["1 1/2 ft", "1½ ft", "1.5", "1½", "18 in", "18''", "1/2 yd", "½yd"]),
    (0.0, ["0", "0 m", "0' 0\""]),
]


@pytest.mark.parametrize(("metres", "text"), [(metres, text) for metres, texts in SAME for text in texts])
def test_every_everyday_form_is_read(metres: float, text: str) -> None:
    assert parse_length(text, "ft") == pytest.approx(metres, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("12'6'", "ft follows ft"),
        ("6 in 3 ft", "ft follows in"),
        ("12 6", "no unit"),
        ("3m 20", "no unit"),
        ("12-6", "no unit"),
        ("3 m 2 in", "mixes m and in"),
        ("12.5' 6\"", "only its last number can have a fraction"),
        ("12' 14\"", "14 in makes a whole ft"),
        ("1,250 m", "1250 or as 1.250"),
        ("48' 1o\"", "Did you mean 48' 10\"?"),
        ("l2 ft", "Did you mean 12 ft?"),
        ("1/0 ft", "divided by 0"),
        ("", "is empty"),
        (" \t", "is empty"),
        ("-3 ft", "is negative"),
        ("1001 m", "longer than 1000 m"),
        ("9" * 59, "longer than 1000 m"),
        ("9" * 61, "too long"),
        ("3 km", "is not a length. Lengths look like 12' 6\", 12ft 6in, 3.81m, or a plain number in ft."),
        ("twelve", "is not a length"),
        ("nan", "is not a length"),
        ("inf", "is not a length"),
        ("1e3", "is not a length"),
        ("0x10", "is not a length"),
        ("--3", "is not a length"),
        ("12..5", "is not a length"),
        ("\x00", "is not a length"),
    ],
)
def test_what_is_no_length_is_explained(text: str, fragment: str) -> None:
    with pytest.raises(ValueError, match=r"^is ") as caught:
        parse_length(text, "ft")
    assert fragment in str(caught.value)


@pytest.mark.parametrize("value", [True, None, [1], math.nan, math.inf, -1.0, 10**400, 3281])
def test_a_number_must_be_one_that_a_yard_can_have(value: object) -> None:
    with pytest.raises(ValueError, match=r"^is "):
        parse_length(value, "ft")  # type: ignore[arg-type]


def test_a_coordinate_may_be_negative() -> None:
    assert parse_length("-12' 6\"", "ft", negative=True) == -parse_length("12' 6\"", "ft")
    assert parse_length("−2 m", "ft", negative=True) == -2.0


def test_a_coordinate_may_be_as_far_out_as_a_map_grid_goes() -> None:
    assert parse_length(5_549_876.2, "m", negative=True) == 5_549_876.2
    with pytest.raises(ValueError, match="is beyond 10,000 km"):
        parse_length(-1.1e7, "m", negative=True)


@given(st.text(max_size=70), UNITS)
def test_any_text_is_a_length_or_a_sentence(text: str, units: str) -> None:
    try:
        metres = parse_length(text, units)
    except ValueError as error:
        metres, sentence = 0.0, str(error)
    else:
        sentence = "."
    assert 0.0 <= metres <= LONGEST
    assert sentence.endswith((".", "?"))


@given(st.text(alphabet="0123456789 '\"½/-,.ftinmc", max_size=20), UNITS)
def test_text_that_is_nearly_a_length_too(text: str, units: str) -> None:
    test_any_text_is_a_length_or_a_sentence.hypothesis.inner_test(text, units)  # type: ignore[attr-defined]


@given(st.floats(0.0, 300.0), UNITS)
def test_a_number_is_read_in_the_units_of_the_file(number: float, units: str) -> None:
    assert parse_length(number, units) == number * METRES[units]
    assert parse_length(f"{number:.9f}", units) == pytest.approx(number * METRES[units], abs=1e-8)


@given(st.floats(-900.0, 900.0), UNITS, st.booleans(), st.sampled_from([".", ","]))
def test_what_is_written_is_read_back_within_half_a_mark(
    metres: float, units: str, ascii_only: bool, decimal: str
) -> None:
    text = format_length(metres, units, decimal=decimal, ascii_only=ascii_only)  # type: ignore[arg-type]
    back = parse_length(text, units, negative=True)
    assert abs(back - metres) <= TAPE_STEP[units] / 2.0 + 1e-9
    assert back == pytest.approx(on_tape(metres, units), abs=1e-8)
    assert format_length(back, units) == format_length(metres, units)


@given(st.floats(0.0, 900.0), UNITS)
def test_what_is_on_the_tape_stays_there(metres: float, units: str) -> None:
    assert on_tape(on_tape(metres, units), units) == on_tape(metres, units)


@pytest.mark.parametrize(
    ("metres", "units", "text"),
    [
        (0.0, "ft", "0″"),
        (0.0127, "ft", "½″"),
        (0.0254, "ft", "1″"),
        (0.3048, "ft", "1′"),
        (0.3175, "ft", "1′ ½″"),
        (3.6575, "ft", "12′"),
        (-0.3048, "ft", "−1′"),
        (-0.001, "m", "0.00 m"),
        (4.0049, "m", "4.00 m"),
        (9.144, "yd", "10.00 yd"),
    ],
)
def test_lengths_on_a_sheet(metres: float, units: str, text: str) -> None:
    assert format_length(metres, units) == text
