"""JSON from strangers: every slip explained where it is, and nothing taken that Python alone would take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conedrills.errors import LayoutError, YardError
from conedrills.strictjson import JsonText


def message(content: bytes) -> str:
    with pytest.raises(LayoutError) as caught:
        print(JsonText("x.json", content, LayoutError).json)
    assert str(caught.value).isprintable()
    return str(caught.value)


SLIPS = {
    "{": "1:2: the file ends before it is complete",
    '{"units": "ft",}': "1:16: the comma before this is one too many",
    '{"boundary": [[0,0],[1,1],]}': "1:27: the comma before this is one too many",
    '{"units": "ft", // feet\n "a": 1}': '1:17: JSON has no comments; write "note"',
    '{"units": "ft" # feet\n}': "1:16: JSON has no comments",
    "{“units”: “ft”}": "1:2: these are curly quotes",
    "{'units': 'ft'}": "1:2: text stands in double quotes",
    '{units: "ft"}': "1:2: keys and text stand in double quotes",
    '{"units": ft}': "1:11: text stands in double quotes",
    '{"units": "ft" "boundary": []}': "1:16: a comma is missing",
    '{"units" "ft"}': "1:10: a colon is missing",
    '{"boundary": [[12ft, 0]]}': "1:18: a length with a unit stands in double quotes",
    '{"boundary": [[12\'6", 0]]}': "1:18: a length with a unit stands in double quotes",
    '{"boundary": [["12\' 6"", 0]]}': '1:23: an inch sign ends the text; write \\" or in',
    '{"a": True}': "1:7: JSON writes true, false and null",
    '{"a": .5}': "numbers look like 5, 0.5 or -5",
    '{"a": +5}': "numbers look like",
    '{"a": 05}': "numbers look like",
    '{"a": 5.}': "numbers look like",
    '{"a": NaN}': "1:7: NaN is not a number",
    '{"a": [1,\n -Infinity]}': "2:2: -Infinity is not a number",
    '{"a": 1e999}': "1:7: this number is too large",
    '{"a": ' + "9" * 5000 + "}": "1:7: this number is too long",
    '{"a": 1,\n "b": {"a": 1}, "a": 2}': "2:17: this key stands here twice",
    '{"a": "x\ny"}': "1:9: a text must end on the line on which it begins",
    '{"a": "\\x"}': "in a text \\ is written \\\\",
    '{"a": "x}': "1:7: the text that begins here has no closing quote",
    '{"a": 5}}': "1:9: there is something after the end",
    '{"a":' * 100_000: "nested too deeply",
    "[" * 100_000: "nested too deeply",
    "[" * 51 + "]" * 51: "nested too deeply",
    "<kml></kml>": "this is XML or HTML, not JSON",
    "%PDF-1.7": "this is not a text file",
}


@pytest.mark.parametrize("text", SLIPS)
def test_slips_are_explained(text: str) -> None:
    assert SLIPS[text] in message(text.encode())


def test_what_is_no_text_is_explained() -> None:
    assert message(b'{"a": "\xff"}') == "x.json: this is not a text file in UTF-8 (byte 7). Save it as UTF-8."
    assert message(b"\xff\xfe{").startswith("x.json: this is not a text file")


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8-sig", b""), ("utf-16", b""), ("utf-32", b""), ("utf-16-be", b"\xfe\xff")],
)
def test_what_editors_of_windows_save_is_read(encoding: str, mark: bytes) -> None:
    content = mark + json.dumps({"name": "Gärten"}, ensure_ascii=False).encode(encoding)
    assert JsonText("x.json", content, YardError).json == {"name": "Gärten"}


def test_a_problem_is_told_with_its_line_and_its_key() -> None:
    text = JsonText("x.json", b'{"a": [1,\n  {"b c": 2}]}', YardError)
    assert text.problem(["a", 1, "b c"], "is 2.") == 'x.json:2:11 a[1]["b c"]: is 2.'
    assert text.problem(["a", 7], "is missing.") == "x.json:1:7 a[7]: is missing."
    many = text.fail([(["a", 0], "is 1.")] * 25)
    assert isinstance(many, YardError)
    assert str(many).splitlines()[19:] == ["x.json:1:8 a[0]: is 1.", "and 5 more."]


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**50), 10**50)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
NEARLY = st.text(alphabet='[]{}:,"0123456789.e+-\\ \nulltrefas', max_size=40).map(str.encode)


@given(VALUES, st.booleans())
def test_what_python_writes_is_read(value: object, spread: bool) -> None:
    content = json.dumps(value, indent=2 if spread else None).encode()
    assert JsonText("x.json", content, YardError).json == value


@given(
    st.binary(max_size=40)
    | st.text(alphabet='[]{}:,"0123456789.e+-\\ \nulltrefas', max_size=40).map(str.encode)
)
def test_any_bytes_are_read_or_explained(content: bytes) -> None:
    try:
        value = JsonText("x.json", content, YardError).json
    except YardError as error:
        assert str(error).startswith("x.json:")  # noqa: PT017 # it may also be read
    else:
        assert value == json.loads(content.decode("utf-8-sig"))


def test_the_json_test_suite(shared: Path) -> None:
    files = sorted((shared / "data" / "hostile" / "JSONTestSuite").rglob("[yn]_*.json"))
    assert len(files) > 200
    for file in files:
        try:
            JsonText(file.name, file.read_bytes(), YardError).json  # noqa: B018 # reading is the test
            is_read = True
        except YardError as error:
            is_read = "stands here twice" in str(error)  # allowed by the standard, not by us
        assert is_read == file.name.startswith("y_"), file.name
