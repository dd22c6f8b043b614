"""Share codes: what comes out of them is what went in, and anything else is one message."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conedrills.check import problems
from conedrills.drill import definition_json, drill_names, load_drill, parse_drill
from conedrills.errors import LayoutError
from conedrills.layout import Layout, layout_id
from conedrills.layoutreader import loads
from conedrills.opening import layout_in, open_layout
from conedrills.sharecode import LINK, LONGEST, PREFIX, base45, from_base45, is_code, read_code, share_code
from conedrills.space import SpaceModel

LAYOUTS = Path(__file__).resolve().parents[1] / "layouts"
NAMES = sorted(folder.name for folder in LAYOUTS.iterdir() if folder.is_dir())
OAK = "rectangle-with-an-oak"


ANOTHER_CORNER = {("crooked-yard-round-the-house", letter) for letter in "GH"}
"""Letters that the reader gives the other way round to the ends of a washing line: to the millimetre, to
which a code is rounded, neither end comes first."""


@cache
def layout_of(name: str) -> Layout:
    return loads((LAYOUTS / name / "layout.json").read_bytes(), name)


def code_of(name: str, *, link: bool = False) -> str:
    code = share_code(layout_of(name), link=link)
    assert code is not None
    return code


class TestBase45:
    # RFC 9285, sections 4.3 and 4.4
    @pytest.mark.parametrize(
        ("content", "text"),
        [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")],
    )
    def test_the_examples_of_the_standard(self, content: bytes, text: str) -> None:
        assert base45(content) == text
        assert from_base45(text) == content

    @given(st.binary(max_size=300))
    def test_bytes_come_back(self, content: bytes) -> None:
        assert from_base45(base45(content)) == content

    @pytest.mark.parametrize("text", ["GGW", ":::", "::", "A", "ABCD", "ab", "A,B", "é00"])
    def test_what_it_cannot_be(self, text: str) -> None:
        with pytest.raises(ValueError):  # noqa: PT011
            from_base45(text)


@pytest.mark.parametrize("name", NAMES)
class TestExamples:
    @pytest.mark.parametrize("link", [False, True])
    def test_cones_come_back_to_a_fifth_of_a_millimetre(self, name: str, *, link: bool) -> None:
        layout, read = layout_of(name), open_layout(code_of(name, link=link))
        assert layout_id(read) == layout_id(layout)
        assert problems(read) == ()
        assert [p.drill for p in read.placements] == [p.drill for p in layout.placements]
        for before, after in zip(layout.placements, read.placements, strict=True):
            assert (before.pace, before.gap_reached) == (after.pace, after.gap_reached)
            assert after.size_bound == pytest.approx(before.size_bound, abs=2e-6)
            far = [(a - b).length for a, b in zip(before.cones, after.cones, strict=True)]
            assert max(far) < 0.0002
            paths = zip(before.legs, after.legs, strict=True)
            assert all((a - b).length < 0.0002 for x, y in paths for a, b in zip(x.path, y.path, strict=True))

    def test_it_is_set_out_with_the_same_letters(self, name: str) -> None:
        layout, read = layout_of(name), open_layout(code_of(name))
        places = {reference.name: reference.at for reference in read.yard.references}
        for reference in layout.yard.references:
            if reference.kind == "mark" or (name, reference.name) in ANOTHER_CORNER:
                continue
            assert (places[reference.name] - reference.at).length < 0.0001
        assert all(p.setout for p in read.placements) == all(p.setout for p in layout.placements)

    def test_a_code_of_what_was_read_is_the_same_code(self, name: str) -> None:
        read = read_code(code_of(name)).layout
        again = read_code(share_code(read) or "")
        assert again.stated == layout_id(read)
        assert again.layout == read

    def test_no_name_is_in_it(self, name: str) -> None:
        layout = layout_of(name)
        packed = from_base45(code_of(name).removeprefix(PREFIX))
        text = zlib.decompress(packed[4:], -15).decode()
        words = [layout.title, layout.yard.name, *layout.yard.side_names]
        words += [thing.name for thing in layout.yard.obstacles]
        assert not any(word in text for word in words if len(word) > 3)

    def test_it_survives_what_people_do_to_it(self, name: str) -> None:
        for link in (False, True):
            code = code_of(name, link=link)
            wanted = read_code(code)
            half = len(code) // 2
            for text in (f"  {code}\n", f"{code[:half]}\r\n{code[half:]}", f'"{code}"', "\ufeff" + code):
                assert is_code(text)
                assert read_code(text) == wanted
            assert layout_in(code.encode("utf-16"), "x") == layout_in(code.encode(), "x")
        assert read_code(f"https://example.org/x#{code_of(name, link=True)}") == read_code(code_of(name))
        assert read_code(code_of(name).lower()) == read_code(code_of(name))


def payload(name: str = OAK) -> Any:
    return json.loads(zlib.decompress(from_base45(code_of(name).removeprefix(PREFIX))[4:], -15))


def packed(data: Any) -> str:
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = squeezer.compress(text) + squeezer.flush()
    return LINK + base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).decode()


def test_the_form_is_as_documented() -> None:
    data = payload()
    assert data[0] == layout_id(layout_of(OAK))
    assert data[1:3] == ["ft", 304800]
    assert data[3] == [0, 0, 121920, 0, 0, 85344, -121920, 0]
    assert data[4] == [2]  # the third side is soft
    assert data[5][0][:2] == [2, 30]  # a hard polygon of 30 corners about the oak
    assert data[6][0] == ["A", 0, 0]
    assert data[7][3][0].startswith("modified-t-test:")
    assert packed(data) != code_of(OAK)
    assert read_code(packed(data)) == read_code(code_of(OAK))


def test_a_drill_that_is_not_here_is_named_and_the_rest_is_read() -> None:
    data = payload()
    data[7][3][0] = "moon-walk:abc"
    data[7][4][0] = f"{data[7][4][0].partition(':')[0]}:aaa"
    read = layout_in(packed(data).encode(), "x")
    assert len(read.placements) == 4
    assert problems(read) == ()
    assert [note for note in read.notes if "moon-walk" in note and "not among" in note]
    assert [note for note in read.notes if "zig-zag" in note and "another version" in note]
    assert read_code(packed(data)).stated == layout_id(layout_of(OAK))
    data[7] = [["moon-walk:abc", *data[7][0][1:]]]
    assert layout_in(packed(data).encode(), "x").placements == ()


def test_a_drill_of_ones_own_is_left_out() -> None:
    layout = layout_of(OAK)
    own = parse_drill({**definition_json(load_drill("w-drill")), "name": "my-w"}, "my-w", "x")
    first, *others = layout.placements
    changed = replace(layout, placements=(replace(first, drill=own), *others), drills={})
    assert [note for note in open_layout(share_code(changed) or "").notes if '"my-w"' in note]


def test_whoever_changes_a_number_is_found_out() -> None:
    data = payload()
    data[3][2] += 1
    with pytest.raises(LayoutError, match="it says that it is layout"):
        read_code(packed(data))


def test_what_is_not_usual_comes_back() -> None:
    layout = layout_of(OAK)
    yard = replace(
        layout.yard,
        north=12.5,
        surface="wet",
        uncertainty=(0.01, 0.0, 0.02, 0.0),
        obstacles=tuple(replace(thing, uncertainty=0.03) for thing in layout.yard.obstacles),
        references=(),
    )
    usual = SpaceModel().to_json()
    sides = {**usual["side_clearance"], "full": {"forward": 1.7, "sideways": 1.5, "backward": 2.0}}
    space = SpaceModel(sides, {**SpaceModel().run_out, "through": ((5.0, 4.5), (10.0, 7.0))}, 1.5)
    changed = replace(layout, yard=yard, space=space, tape=None)
    read = read_code(share_code(changed) or "").layout
    assert read.yard.north == 12.5
    assert read.yard.surface == "wet"
    assert read.yard.uncertainty == yard.uncertainty
    assert [thing.uncertainty for thing in read.yard.obstacles] == [0.03]
    assert read.space.to_json() == space.to_json()
    assert read.tape is None


def test_a_yard_of_thousands_of_corners_has_no_code() -> None:
    layout = layout_of(OAK)
    thing = layout.yard.obstacles[0]
    many = replace(layout.yard, obstacles=(replace(thing, polygon=thing.polygon * 150),))
    assert share_code(replace(layout, yard=many)) is None


WRONG: dict[str, tuple[str, str]] = {
    "nothing after the prefix": ("CD1:", "missing or was changed"),
    "a letter that is none": ("CD1:AB,C", "missing or was changed"),
    "a newer one": ("CD2:ABC", "made by a newer conedrills (CD2)"),
    "a much newer one": ("CD999999999-ABC", "made by a newer conedrills"),
    "a number that is none": ("CD0:ABC", "begins with CD1: or CD1-"),
    "too long": ("CD1:" + "A" * (LONGEST + 200), "are too many"),
    "no JSON": (packed(b"nonsense"), "holds no layout"),
    "a number for all": (packed(12), "holds no layout"),
    "deep": (packed(b"[" * 100_000), "holds no layout"),
    "a bomb": (packed(b"[" + b" " * 10_000_000 + b"]"), "more than a layout can"),
    "NaN": (packed(b"[NaN]"), "holds no layout"),
    "a thousand digits": (packed(b"[" + b"1" * 5_000 + b"]"), "holds no layout"),
    "no deflate": (
        LINK + base64.urlsafe_b64encode(zlib.crc32(b"\xff\xff").to_bytes(4, "big") + b"\xff\xff").decode(),
        "holds no layout",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_said_of_codes_that_are_none(name: str) -> None:
    text, message = WRONG[name]
    for pasted in (False, True):
        with pytest.raises(LayoutError) as error:
            layout_in(text.encode(), "pasted") if pasted else open_layout(text)
        assert str(error.value).startswith("share code: ")
        assert message in str(error.value)
        assert "\n" not in str(error.value)


def test_a_yard_that_cannot_be_is_refused_by_its_own_law() -> None:
    data = payload()
    data[3] = [0, 0, 100_000, 100_000, 0, -100_000, -100_000, 100_000]
    data[7] = [["moon-walk:abc", *data[7][0][1:]]]
    with pytest.raises(LayoutError, match="share code: boundary: it touches or crosses itself"):
        layout_in(packed(data).encode(), "x")


@settings(max_examples=300)
@given(
    st.integers(0, 10_000), st.sampled_from("0aZ:$ ,\u00e9\n"), st.sampled_from(["change", "drop", "insert"])
)
def test_a_changed_code_is_one_message(place: int, letter: str, how: str) -> None:
    code = code_of(OAK)
    at = place % len(code)
    rest = code[at + (how != "insert") :]
    changed = code[:at] + ("" if how == "drop" else letter) + rest
    try:
        read = read_code(changed)
    except LayoutError as error:
        assert str(error).startswith("share code: ")  # noqa: PT017
        assert len(str(error).splitlines()) == 1  # noqa: PT017
    else:
        assert read == read_code(code)


numbers = st.integers(-(10**14), 10**14) | st.none() | st.floats() | st.text(max_size=5) | st.booleans()
shapes = st.recursive(
    numbers, lambda part: st.lists(part, max_size=5) | st.dictionaries(st.text(max_size=3), part)
)


@settings(max_examples=300)
@given(st.data())
def test_other_content_is_one_message(data: st.DataObject) -> None:
    """What passes the checksum and says nonsense: a part of a real one is replaced."""
    content = payload()
    where = data.draw(st.integers(0, 8))
    inside = content[where]
    if isinstance(inside, list) and inside and data.draw(st.booleans()):
        deeper = data.draw(st.integers(0, len(inside) - 1))
        if isinstance(inside[deeper], list) and data.draw(st.booleans()):
            inside[deeper][data.draw(st.integers(0, len(inside[deeper]) - 1))] = data.draw(shapes)
        else:
            inside[deeper] = data.draw(shapes)
    else:
        content[where] = data.draw(shapes)
    try:
        layout = layout_in(packed(content).encode(), "x")
    except LayoutError as error:
        assert str(error).startswith("share code: ")  # noqa: PT017
    else:
        assert isinstance(layout, Layout)


@given(st.text(max_size=60), st.booleans())
def test_any_text_after_the_prefix_is_one_message(text: str, link: bool) -> None:
    with pytest.raises(LayoutError):
        layout_in(f"{LINK if link else PREFIX}{text}".encode("utf-8", "replace"), "x")


def test_every_drill_of_ours_has_a_check_of_its_own() -> None:
    from conedrills.layout import drill_id

    assert len({drill_id(load_drill(name))[:3] for name in drill_names()}) == len(drill_names())


@pytest.mark.parametrize("link", [False, True])
@pytest.mark.parametrize(
    "chat",
    [
        "Hi, here it is:\n{code}",
        "{code}\n\nThanks, see you on Sunday!",
        "Moin,\n\n> {quoted}\n",
        "  {indented}",
        "\u200b{code}\u200b",
        "> > {twice}",
        "https://example.org/#{code}",
    ],
)
def test_a_code_is_found_in_what_a_chat_makes_of_it(chat: str, link: bool, tmp_path: Path) -> None:
    layout = layout_of(OAK)
    code = share_code(layout, link=link) or ""
    lines = [code[at : at + 60] for at in range(0, len(code), 60)]
    text = chat.format(
        code=code, quoted="\n> ".join(lines), indented="\n  ".join(lines), twice="\n> > ".join(lines)
    )
    assert layout_id(read_code(text).layout) == layout_id(layout)
    file = tmp_path / "chat.txt"
    file.write_text(text, encoding="utf-8")
    assert layout_id(open_layout(file)) == layout_id(layout)


def test_a_note_with_a_code_in_it_makes_no_file_a_code(tmp_path: Path) -> None:
    file = tmp_path / "yard.json"
    file.write_text('{"note": "CD1:ABC", "boundary": []}', encoding="utf-8")
    with pytest.raises(LayoutError, match="this is a yard file"):
        open_layout(file)
