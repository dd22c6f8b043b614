"""Deeds as yard files: calls in running text, lists of calls, and what no text can say."""

from __future__ import annotations

from pathlib import Path

import pytest

from conedrills.errors import YardError
from conedrills.geometry import Point
from conedrills.importers import Source, deed, parse_yard, read_yard
from conedrills.yard import Yard

FOOT = 0.3048
CLOSED = (
    "Beginning at an iron pin; thence N 10°34'19\" E 168.03 feet; thence N 82°55'22\" E 150.00 feet; thence"
    " S 09°31'34\" W 324.45 feet; thence S 83°06'13\" W 95.70 feet; thence N 11°50'12\" W 151.02 feet to the"
    " point of beginning."
)


def read(text: str, units: str | None = None) -> Yard:
    return parse_yard(text.encode(), "lot.txt", units=units)


def refusal(text: str) -> str:
    with pytest.raises(YardError) as caught:
        read(text)
    return str(caught.value)


def feet(points: tuple[Point, ...]) -> list[tuple[float, float]]:
    return [(round(point.x / FOOT, 1), round(point.y / FOOT, 1)) for point in points]


def test_the_published_deed_is_found_to_miss_by_ten_feet(shared: Path) -> None:
    yard = read_yard(shared / "data/formats/survey/deed_5_sided_blunder.txt")
    assert yard.survey is not None
    assert yard.survey.level == "refuse"
    assert yard.survey.misclosure is not None
    assert yard.survey.misclosure.length / FOOT == pytest.approx(10.005, abs=5e-4)
    assert len(yard.boundary) == 5
    assert yard.units == "ft"
    (accused,) = yard.survey.suspects
    assert (accused.start, accused.end) == yard.survey.boundary[1:3]
    assert accused.off / FOOT == pytest.approx(10.0)
    assert "160.00 feet should be 150.00 feet" in " ".join(yard.survey.problems)


def test_a_deed_that_closes_says_nothing() -> None:
    yard = read(CLOSED)
    assert yard.survey is not None
    assert yard.survey.level == "silent"
    assert yard.survey.problems == ()
    assert yard.notes == ()
    assert yard.north == 90.0
    assert feet(yard.boundary)[:2] == [(0.0, 0.0), (30.8, 165.2)]


def test_a_lot_along_streets_is_refused_with_its_words(shared: Path) -> None:
    with pytest.raises(
        YardError, match=r'lot_kent_street_1920s\.txt:1: call 1: "parallel to broadway"'
    ) as caught:
        read_yard(shared / "data/formats/survey/lot_kent_street_1920s.txt")
    assert "measure the yard with tapes" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "N 40 ft\nE 60 ft\nS 40 ft\nW 60 ft",
        "# the lawn\n1. N 0° E 40'\n2. N 90° E 60'\n3. S 0° E 40'\nclose\n",
        "Beginning at the gate\nN 40 ft;\nE 60 ft;\nS 40 ft;\nW 60 ft to the point of beginning",
        "BEGINNING at A; THENCE North, along the land of Smith, 40 feet; THENCE East\n60 feet to a stake;"
        " THENCE due South a distance of 40 feet; THENCE West 60 feet to the PLACE OF BEGINNING,"
        " containing 2,400 square feet",
        "Commencing at the monument; thence N 45 E 100 feet to the point of beginning; thence N 40 feet;"
        " thence E 60 feet; thence S 40 feet; thence W 60 feet to the point of beginning.",
        "Beginning; thence N 40 feet; thence E 60 feet; thence S 40 feet; thence to the point of beginning.",
        "thence 40 feet N; thence 60 feet E; thence 40 feet S; thence 60 feet W",
        "thence N 12.192 m; thence E 18.288 m; thence S 12.192 m; thence W 18.288 m",
        "thence N 40; thence E 60; thence S 40; thence W 60",
    ],
)
def test_texts_of_one_rectangle(text: str) -> None:
    yard = read(text)
    assert feet(yard.boundary) == [(0.0, 0.0), (0.0, 40.0), (60.0, 40.0), (60.0, 0.0)]
    assert yard.survey is not None
    assert yard.survey.level == "silent"


def test_what_is_not_in_the_text_is_said() -> None:
    led = read(
        "thence N 45 E 100 feet to the point of beginning; thence N 40 feet; thence E 60 feet; "
        "thence S 40 feet; thence W 60 feet to the point of beginning."
    )
    assert led.notes == ("the first leg leads to the point of beginning: left out.",)
    unclosed = read("thence N 40 ft; thence E 60 ft; thence S 40 ft; thence to the point of beginning")
    assert unclosed.notes == ("the last side is not in the deed with a length; it goes straight back.",)
    bare = "thence N 40; thence E 60; thence S 40; thence W 60"
    assert read(bare).notes == ("its lengths name no unit and are taken to be in feet.",)
    assert read(bare, "m").boundary[1].y == pytest.approx(40.0, abs=1e-3)
    assert read(bare, "m").notes == ()


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        (
            "thence N 40 ft; thence along a curve to the left with a radius of 20 ft 30 ft; thence S 40 ft",
            'lot.txt:1: call 2: "curve" is no straight line',
        ),
        (
            "thence N 40 ft;\nthence westerly 30 ft; thence S 40 ft",
            'lot.txt:2: call 2: "westerly" says no angle',
        ),
        ("thence N 10°75' E 40 ft; thence S 40 ft", "minutes go up to 59, not 75"),
        (
            "thence N 40 ft; thence by the brook; thence S 40 ft",
            '"by the brook; " has no bearing'.replace("; ", ";"),
        ),
        ("thence 10°75' E 40 ft; thence S 40 ft", "call 1"),
        ("thence from Lot 5 E 40 ft; thence S 40 ft", "call 1"),
        ("thence S 10° along Lot 5 E 40 ft; thence S 40 ft", "call 1"),
        ("thence N 40 ft; thence E 20 varas", '"varas" are of a different length'),
        ("thence N 40 ft; thence S 40 ft", "too few"),
        ("From hence and thence he came", "has no bearing and length"),
        ("thence " * 9000, "keep the description of the lot alone"),
        ("thence \x1b[31m\x07", "has no bearing and length"),
    ],
)
def test_what_no_text_can_say_is_refused_with_its_words(text: str, fragment: str) -> None:
    told = refusal(text)
    assert told.startswith("lot.txt")
    assert fragment in told
    assert all(line.isprintable() for line in told.splitlines())


def test_feature_is_not_for_deeds() -> None:
    with pytest.raises(YardError, match="a deed describes one"):
        parse_yard(CLOSED.encode(), "lot.txt", "2")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"1,2\n3,4\n5,6\n",
        b"10 20\n20 30\n30 40\n40 50\n",
        b"name,x,y\nN,0,0\nE,1,0\nS,1,1\n",
        b'{"thence": 1}',
        b"<svg>thence</svg>",
        b"\x00thence",
        b"\xff\xfe\xff thence",
        b"hello\nworld\nagain\n",
        b"%PDF-1.4 thence",
    ],
)
def test_other_files_are_left_alone(content: bytes) -> None:
    assert not deed.claims(Source("lot.txt", content))


def test_only_deeds_are_claimed_of_all_files_that_people_bring(shared: Path) -> None:
    claimed = {
        path.name
        for folder in ("formats", "hostile")
        for path in sorted((shared / "data" / folder).rglob("*"))
        if path.is_file()
        and path.stat().st_size < 500_000
        and deed.claims(Source(path.name, path.read_bytes()))
    }
    assert claimed == {"deed_5_sided_blunder.txt", "lot_kent_street_1920s.txt"}
