"""Bearings and calls in every form in which people write them."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conedrills.bearings import OLD_UNITS, parse_bearing, parse_call

FOOT = 0.3048


def dms(degrees: int, minutes: int = 0, seconds: float = 0.0) -> float:
    return degrees + minutes / 60 + seconds / 3600


BEARINGS = [
    (dms(10, 34, 19), ["N 10°34'19\" E", "N10°34′19″E", "N 10° 34’ 19” E", "n 10 34 19 e", "N 10-34-19 E"]),
    (dms(10, 34, 19), ["North 10 degrees 34 minutes 19 seconds East", "N. 10º34'19'' E.", "10°34'19\""]),
    (258 + 25 / 60, ["S 78-25 W", "S 78°25' W", "S78°25'W", "South 78 deg 25 min West", "brg S 78°25′ W"]),
    (dms(189, 31, 34), ["S09°31'34\"W", "189°31'34\"", "S 9° 31' 34\" W", "189° 31′ 34″", "S 9°31'34 W"]),
    (45.5, ["N 45.5 E", "N 45½° E", "N 45 1/2 E", "N 45,5 E", "45.5", "azimuth 45.5°", "Az: 45.5", "45-30"]),
    (45.0, ["N45E", "N 45 E", "45", "45°", "45 deg", "N 45° East"]),
    (0.0, ["N", "due north", "North", "N 0 E", "N 0 W", "360", "0", "360°00'00\""]),
    (180.0, ["S", "due south", "S 0 E", "180"]),
    (90.0, ["N 90 E", "S 90 E", "E", "due East", "90°"]),
    (270.0, ["w", "N 90 W", "270.0"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("azimuth", "text"), [(azimuth, text) for azimuth, texts in BEARINGS for text in texts]
)
def test_every_everyday_bearing_is_read(azimuth: float, text: str) -> None:
    assert parse_bearing(text) == pytest.approx(azimuth, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("N 95 E", "90 degrees at the most"),
        ("N 90°00'01\" E", "90 degrees at the most"),
        ("N 10°75' E", "minutes go up to 59, not 75"),
        ("257°53'60\"", "seconds go up to 59, not 60"),
        ("N 45.5°30' E", "only its last number can have a fraction"),
        ("361", "from 0 to 360 degrees, not 361"),
        ("-5", "not negative"),
        ("100 gon", "100 gon are 90°"),
        ("N 50 gon E", "50 gon are 45°"),
        ("N 45", "E or W is missing"),
        ("E 10 N", "begins with N or S"),
        ("", "Bearings look like"),
        ("N 45 1/0 E", "is not an angle"),
        ("257 53 45", "Bearings look like"),
        ("northerly", "Bearings look like"),
        ("٣", "Bearings look like"),
        ("9" * 400, "too long"),
    ],
)
def test_what_is_no_bearing_says_what_would_be_right(text: str, fragment: str) -> None:
    with pytest.raises(ValueError, match=r"^is ") as caught:
        parse_bearing(text)
    assert fragment in str(caught.value)


CALLS = [
    ("S 78°25' W 19' 6.2\"", dms(258, 25), 19 + 6.2 / 12),
    ("S 28' 11\"", 180, 28 + 11 / 12),
    ("S 28'", 180, 28),
    ("N 90 E 31' 10\"", 90, 31 + 10 / 12),
    ("56.6 13' 5\"", 56.6, 13 + 5 / 12),
    ("56.6° 13' 5\"", 56.6, 13 + 5 / 12),
    ("56 13' 5\"", 56, 13 + 5 / 12),
    ("56° 13 ft 5 in", 56, 13 + 5 / 12),
    ("90° 31", 90, 31),
    ("N 90", 0, 90),
    ("E 20", 90, 20),
    ("N 10°34'19\" E 168.03 feet", dms(10, 34, 19), 168.03),
    ("N10°34'19\"E168.03'", dms(10, 34, 19), 168.03),
    ("257°53'45\" 19' 1.0\"", dms(257, 53, 45), 19 + 1 / 12),
    ("45-30 100", 45.5, 100),
    ("thence N 10°34' E for 160.00 feet to an iron pin;", dms(10, 34), 160),
    ("thence, running North 45° East, a distance of 200 feet, more or less,", 45, 200),
    ("thence South 45° West along the line of Smith 100 feet", 225, 100),
    ("thence along S 45 W", None, 0),
    ("thence 168.03 feet N 10°34'19\" E", dms(10, 34, 19), 168.03),
    ("28' 11\" S", 180, 28 + 11 / 12),
    ("(3) S 45 W 12 feet and 6 inches", 225, 12.5),
    ("N 10 E - 5 ft", 10, 5),
    ("N 10 E 20 ft to the beginning of a curve", 10, 20),
    ("N 10 E 30.48 m", 10, 100),
    ("N 10 E 12 chains 34 links", 10, 12 * 66 + 34 * 0.66),
    ("N 10 E 4 rods 7 feet", 10, 4 * 16.5 + 7),
    ("N 10 E 20 poles", 10, 330),
    ("N 10 E 2 perches", 10, 33),
    ("N 10 E 1.5 ch.", 10, 99),
]


@pytest.mark.parametrize(("text", "azimuth", "feet"), CALLS)
def test_every_everyday_call_is_read(text: str, azimuth: float | None, feet: float) -> None:
    if azimuth is None:
        with pytest.raises(ValueError, match="length"):
            parse_call(text, "ft")
        return
    call = parse_call(text, "ft")
    assert call.azimuth == pytest.approx(azimuth, abs=1e-9)
    assert call.length == pytest.approx(feet * FOOT, abs=1e-9)
    assert call.written == text


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("N 45 E", "has no length after the bearing"),
        ("257°53'45\"", "has no length after the bearing"),
        ("90°31'", "has no length after the bearing"),
        ("N 10 E along Lot 5", "has no length after the bearing"),
        ("20 ft", "has no bearing before the length"),
        ("56° 13' 5\"", "can be read as 56° and a length of 13' 5\", or as 56° 13' and a length of 5\""),
        ("257°53' 19\"", "or as 257°53' 19\" without a length"),
        ("N 10°75' E 20 ft", "minutes go up to 59"),
        ("N 100 E 20 ft", "90 degrees at the most"),
        ("N 10 E 20 furs", "20 furs is not a length"),
        ("N 10 E -5 ft", "is negative"),
        ("N 10 E 0 ft", "is not a bearing and a length"),
        ("N 10 E 1,234 ft", "write it without a comma"),
        ("N 10 E 5000 ft", "longer than 1000 m"),
        ("N 10 E 20 varas", '"varas" are of a different length in every place'),
        ("50 gon 20 m", "50 gon are 45°"),
        ("thence along a curve to the left 20 ft", '"curve" is no straight line'),
        ("N 10 E 20 ft along the arc", '"arc" is no straight line'),
        ("southerly parallel to Broadway 100 feet", '"parallel to broadway" says no angle'),
        ("westerly 20 feet", '"westerly" says no angle'),
        ("10 20 30", "is not a bearing and a length"),
        ("hello", "is not a bearing and a length"),
        ("", "is not a bearing and a length"),
        ("\x1b[31m", "is not a bearing and a length"),
        ("N 10 E " * 100, "too long"),
    ],
)
def test_what_is_no_call_says_what_would_be_right(text: str, fragment: str) -> None:
    with pytest.raises(ValueError, match=r'^"') as caught:
        parse_call(text, "ft")
    assert fragment in str(caught.value)
    assert str(caught.value).isprintable()


def test_old_units_are_gunters() -> None:
    assert OLD_UNITS["chain"] == pytest.approx(20.1168)
    assert OLD_UNITS["rod"] * 4 == pytest.approx(OLD_UNITS["chain"])
    assert OLD_UNITS["link"] * 100 == pytest.approx(OLD_UNITS["chain"])
    assert OLD_UNITS["furlong"] == pytest.approx(10 * OLD_UNITS["chain"])


QUOTES = st.sampled_from([("'", '"'), ("′", "″"), ("’", "”"), ("´", "''"), ("‘", "“")])
JOINTS = st.sampled_from([" ", ", ", " for ", ", a distance of ", "  "])


@st.composite
def lengths(draw: st.DrawFn, marks: tuple[str, str]) -> tuple[str, float]:
    feet, tenths = draw(st.integers(1, 900)), draw(st.integers(0, 119))
    inches = tenths / 10
    form = draw(st.integers(0, 4))
    if form == 0:
        return f"{feet}{marks[0]} {inches:g}{marks[1]}", feet + inches / 12
    if form == 1:
        return f"{feet}{marks[0]}{inches:.1f}{marks[1]}", feet + inches / 12
    if form == 2:
        return f"{feet}.{tenths:03} feet", feet + tenths / 1000
    if form == 3:
        return f"{feet} ft {inches:g} in", feet + inches / 12
    return f"{feet}{marks[0]}", feet


@st.composite
def quadrants(draw: st.DrawFn, marks: tuple[str, str]) -> tuple[str, float]:
    degrees, minutes, seconds = draw(st.integers(0, 89)), draw(st.integers(0, 59)), draw(st.integers(0, 59))
    north, east = draw(st.sampled_from("NS")), draw(st.sampled_from("EW"))
    form = draw(st.integers(0, 3))
    angle = dms(degrees, minutes, seconds)
    text = (
        f"{degrees}°{minutes:02}{marks[0]}{seconds:02}{marks[1]}",
        f"{degrees}-{minutes:02}-{seconds:02}",
        f"{degrees}° {minutes}{marks[0]} {seconds}{marks[1]}",
        f"{angle:.6f}",
    )[form]
    space = draw(st.sampled_from(["", " "]))
    azimuth = {"NE": angle, "SE": 180 - angle, "SW": 180 + angle, "NW": 360 - angle}[north + east]
    return f"{north}{space}{text}{space}{east}", azimuth


@given(st.data(), QUOTES, JOINTS)
def test_a_quadrant_and_a_length_are_told_apart(
    data: st.DataObject, marks: tuple[str, str], joint: str
) -> None:
    bearing, azimuth = data.draw(quadrants(marks))
    length, feet = data.draw(lengths(marks))
    for text in (
        f"{bearing}{joint}{length}",
        f"thence {bearing}{joint}{length}; thence",
        f"{length} {bearing}",
    ):
        call = parse_call(text, "ft")
        assert math.remainder(call.azimuth - azimuth, 360.0) == pytest.approx(0.0, abs=1e-6)
        assert call.length == pytest.approx(feet * FOOT, abs=1e-9)


@given(st.data(), QUOTES, JOINTS, st.tuples(st.integers(0, 359), st.integers(0, 59), st.integers(0, 59)))
def test_an_azimuth_and_a_length_are_told_apart(
    data: st.DataObject, marks: tuple[str, str], joint: str, angle: tuple[int, int, int]
) -> None:
    degrees, minutes, seconds = angle
    length, feet = data.draw(lengths(marks))
    decimal = f"{dms(degrees, minutes, seconds):.6f}"
    for bearing in (
        f"{degrees}°{minutes:02}{marks[0]}{seconds:02}{marks[1]}",
        f"{degrees}-{minutes}-{seconds}",
        decimal,
    ):
        call = parse_call(f"{bearing}{joint}{length}", "ft")
        assert call.azimuth == pytest.approx(dms(degrees, minutes, seconds), abs=1e-6)
        assert call.length == pytest.approx(feet * FOOT, abs=1e-9)


@given(st.sampled_from("NSEW"), st.data(), QUOTES)
def test_a_bare_cardinal_leaves_all_of_the_length(
    way: str, data: st.DataObject, marks: tuple[str, str]
) -> None:
    length, feet = data.draw(lengths(marks))
    call = parse_call(f"{way} {length}", "ft")
    assert call.azimuth == {"N": 0.0, "E": 90.0, "S": 180.0, "W": 270.0}[way]
    assert call.length == pytest.approx(feet * FOOT, abs=1e-9)


@given(st.integers(0, 359), st.integers(0, 59), st.integers(0, 11))
def test_what_can_be_read_in_two_ways_is_never_guessed(degrees: int, feet: int, inches: int) -> None:
    with pytest.raises(ValueError, match="can be read as"):
        parse_call(f"{degrees}° {feet + 1 if feet < 59 else 1}' {inches}\"", "ft")


@given(st.text(st.sampled_from("NSEW 0123456789.°'\"-,½thencfortma\x00—"), max_size=40))
def test_noise_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        call = parse_call(text, "ft")
    except ValueError:
        return
    assert 0.0 <= call.azimuth < 360.0
    assert call.length > 0.0


def test_a_page_of_noise_takes_no_time() -> None:
    random.seed(7)
    for piece in ("1 ", "N 1", "1°", "1-", "for ", "1' ", "along 1 ", "½"):
        text = piece * (290 // len(piece))
        with pytest.raises(ValueError):  # noqa: PT011 # the text says it
            parse_call(text, "ft")
