"""What `yard new` asks, in order: a question is a value, their order a generator that knows no terminal.

A question is sent the answer that its `check` returned, and the last of them leaves a document of our own
yard file, with every length as it was typed. `interview` replays it from the answers given so far.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeAlias

from conedrills.bearings import parse_call
from conedrills.errors import ConeDrillsError
from conedrills.geometry import cos_degrees, sin_degrees
from conedrills.importers import parse_yard
from conedrills.units import parse_length
from conedrills.wording import plain_text

MOST_CORNERS = 40
"""Corners of a yard that is asked for; a longer list is written faster into a file."""
MOST_THINGS = 60
"""Trees, and sheds."""
_MOST_TAPES = 6  # to one tree
_MOST_READINGS = 5  # of one tape
_CONTRADICTS = 0.3  # metres by which three tapes miss a triangle and one of them is surely wrong
_NEAR = 0.05  # of the way round: a walk that is so near its start has probably come back
_WIDE = 100  # letters in a line of the file

XY: TypeAlias = tuple[float, float]
Document: TypeAlias = dict[str, Any]
Check: TypeAlias = Callable[[str], str]
_KEYS = (
    "method", "north", "start", "baseline", "boundary", "going", "width", "depth", "diagonals", "legs",
    "points", "tapes", "offsets",
)  # fmt: skip
"""The order in which `measure` is written."""
HOOKS = ("H1", "H2")
"""What two hooks are called that are no corners of the lawn."""

_TAPE_HELP = (
    "Hook the end of the tape on the corner itself. Alone? Push a screwdriver through the loop of the"
    " tape into"
    " the ground at the corner. Pull the tape straight and level, round nothing, and read it at the"
    " other corner."
    " Type it as it is on the tape: 31' 10 1/2\", 31ft 10in, 9.72m, or a plain number in {units}. If you"
    " read it"
    " twice, type both: 31' 10; 31' 10 1/2\"."
)


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    `form` is what an answer looks like; `help` explains the question and how to measure. `check` returns what
    an answer means, and raises ValueError with what would be right. `whole` says that the yard is one without
    any further answer. `far` is the yard file so far where it can be drawn, `chain` a walk that is not back.
    """

    key: str
    text: str
    form: str
    help: str
    check: Check = field(compare=False, repr=False)
    whole: bool = False
    far: str = ""
    chain: tuple[XY, ...] = ()


Asking: TypeAlias = Generator[Question, str, None]
Answer: TypeAlias = Generator[Question, str, str]


@dataclass
class Draft:
    """The yard file while it grows."""

    units: str = "ft"
    name: str = ""
    measure: Document = field(default_factory=dict)
    corners: list[str] = field(default_factory=list)
    obstacles: list[Document] = field(default_factory=list)
    edges: list[Document] = field(default_factory=list)
    north: int | float | None = None
    taken: int = 0
    far: str = ""
    chain: tuple[XY, ...] = ()

    @property
    def document(self) -> Document:
        """The file, with the keys that have something to say."""
        head: Document = {"format": "conedrills-yard", "version": 1, "name": self.name, "units": self.units}
        measure = {key: self.measure[key] for key in sorted(self.measure, key=_KEYS.index)}
        rest = {"measure": measure, "obstacles": self.obstacles, "edges": self.edges}
        document = {**head, **{key: value for key, value in rest.items() if value}}
        return document if self.north is None else {**document, "north": self.north}

    @property
    def hooks(self) -> list[str]:
        """Every point that a tape may be hooked on."""
        return list(dict.fromkeys([*self.measure.get("points", {}), *self.corners]))

    def grown(self) -> None:
        """There is more to draw now."""
        self.far, self.chain = written(self.document), ()

    def letter(self) -> str:
        """The next free name of a point: A ... Z, A1 ..."""
        number, self.taken = self.taken, self.taken + 1
        return chr(ord("A") + number % 26) + (str(number // 26) if number >= 26 else "")

    def ask(self, key: str, texts: tuple[str, str, str], check: Check, *, whole: bool = False) -> Answer:
        """Ask one question: its text, the form of an answer, its help."""
        text, form, more = texts
        return (
            yield Question(key, text, form, more.format(units=self.units), check, whole, self.far, self.chain)
        )


def script() -> Generator[Question, str, Document]:
    """All questions of a yard, in order; returns the document of its file."""
    draft = Draft()
    draft.units = yield from draft.ask(
        "units",
        (
            "In what did you measure?\n  1 ft  feet and inches\n  2 m   metres",
            "ft or m",
            "What a plain number means from here on. You can still type any length in any unit: 3.81m,"
            " 12' 6\".",
        ),
        _choice(
            {"ft": ("feet", "feet and inches", "foot", "inches", "'"), "m": ("metres", "meters", "metric")}
        ),
    )
    draft.name = yield from draft.ask(
        "name",
        (
            "What do you call this yard?",
            "Enter: the name of the file",
            "The name stands on the sheet, and names the folder that the sheet is written to.",
        ),
        _words,
    )
    way = yield from draft.ask("how", (_HOW, "1 to 5, or the word", _HOW_HELP), _choice(_WAYS))
    yield from _SCRIPTS[way](draft)
    draft.grown()
    yield from _until_it_reads(draft)
    yield from _in_words(draft)
    yield from _trees(draft)
    yield from _sheds(draft)
    yield from _soft(draft)
    if way != "bearings":
        yield from _north(draft)
    return draft.document


_WAYS: Mapping[str, tuple[str, ...]] = {
    "rectangle": (),
    "ties": ("tapes", "corners"),
    "walk": ("turns",),
    "offsets": ("baseline",),
    "bearings": ("deed", "plat"),
}
_HOW = """How did you measure it?
  1 rectangle  four square corners: width, depth and, better, both diagonals
  2 ties       any shape: the sides, and tapes from two hooks to every corner
  3 walk       round the lawn side by side, turning right or left at each corner
  4 offsets    along a base line, and square out of it
  5 bearings   from a deed: bearings and lengths"""
_HOW_HELP = (
    "Ties are the best way for a yard that is not a clean rectangle: hook the tape on one end of the"
    " house wall"
    " and then on the other, and measure to every corner from both. A walk is quick where all corners"
    " are square."
    " A deed says where the property ends, which is not always where the lawn does."
)


# --- the ways of measuring ----------------------------------------------------------------------------------


def _rectangle(draft: Draft) -> Asking:
    draft.corners = [draft.letter() for _ in range(4)]
    measure: Document = {"method": "rectangle"}
    sides = (("width", "A", "B", "Corners A, B, C, D are in the order of a walk with the lawn on your left.\n"
              "Side A-B: how long is it?"), ("depth", "B", "C", "Side B-C: how long is it?"))  # fmt: skip
    for key, _, _, text in sides:
        measure[key] = yield from draft.ask(
            f"measure.{key}", (text, _form(draft), _TAPE_HELP), _length(draft.units)
        )
    draft.measure = measure
    draft.grown()
    diagonals: list[str] = []
    for pair in ("A-C", "B-D"):
        typed = yield from draft.ask(
            f"measure.diagonals.{pair}",
            (
                f"Diagonal {pair}: how long is it?",
                "Enter: not measured",
                "The two diagonals of a rectangle are equally long; where they differ, the yard is"
                " askew, and it"
                " is laid out as it is. " + _TAPE_HELP,
            ),
            _optional(_length(draft.units)),
        )
        if not typed:
            break  # the first of a list is A-C
        diagonals.append(typed)
        measure["diagonals"] = list(diagonals)


def _ties(draft: Draft) -> Asking:
    count = yield from draft.ask(
        "corners",
        (
            "Walk round the lawn and letter its corners in order: A, B, C ... How many are there?\n"
            "Take for A and B, where you can, the two ends of a long straight side, such as the house wall.",
            f"3 to {MOST_CORNERS}",
            "A corner is where the edge of the lawn turns. Where it is curved, take a corner every two"
            " or three"
            " steps. A and B are where the tape is hooked; from both you should reach every other corner.",
        ),
        _count(3, MOST_CORNERS),
    )
    corners = [draft.letter() for _ in range(int(count))]
    going = yield from draft.ask(
        "going",
        (
            "Walking from A to B and on, on which hand is the lawn?",
            "left or right",
            "Stand at A and look to B. With the lawn on your right hand the corners go round clockwise. Tapes"
            " alone cannot tell a yard from its mirror image; this word does.",
        ),
        _choice({"left": (), "right": ()}),
    )
    own = yield from draft.ask(
        "hooks",
        (
            "Is the tape hooked on the corners A and B?",
            "Enter: yes; no: on two other points, H1 and H2",
            "Any two points do that stay where they are and can be reached by the tape: posts, corners of the"
            " house. They need not be corners of the lawn.",
        ),
        _choice({"yes": (), "no": ()}, "yes"),
    )
    hooks = tuple(corners[:2]) if own == "yes" else HOOKS
    tapes: Document = {}
    points = {} if own == "yes" else dict.fromkeys(HOOKS, "")
    draft.measure = {
        "method": "ties",
        "boundary": corners[:3],
        "going": {"left": "anticlockwise", "right": "clockwise"}[going],
        **({"points": points} if points else {}),
        "tapes": tapes,
    }
    yield from _tape(draft, hooks, needed=True)
    for index, corner in enumerate(corners):
        before = [corners[index - 1]] if index else []
        for hook in dict.fromkeys([*before, *hooks]):
            known = f"{hook}-{corner}" in tapes or (hook, corner) == hooks
            if hook != corner and not known and not {hook, corner} <= {*hooks}:
                yield from _tape(draft, (hook, corner))
        if index >= 2 or (index and hooks == HOOKS):
            draft.corners = corners[: index + 1]
            if index >= 2:
                draft.measure["boundary"] = list(draft.corners)
                draft.grown()
    if hooks == HOOKS:
        yield from _tape(draft, (corners[-1], corners[0]))
    draft.grown()
    yield from _more_tapes(draft)


def _tape(draft: Draft, pair: Sequence[str], *, needed: bool = False) -> Asking:
    start, end = pair
    typed = yield from draft.ask(
        f"measure.tapes.{start}-{end}",
        (
            f"Tape {start}-{end}: how far is it from {start} to {end}?",
            _form(draft) if needed else "Enter: not measured",
            _TAPE_HELP,
        ),
        _reaching(draft, (start, end), needed=needed),
    )
    if typed:
        draft.measure["tapes"][f"{start}-{end}"] = _readings(typed)


def _more_tapes(draft: Draft) -> Asking:
    """Any further tape, until there are enough."""
    while len(draft.measure["tapes"]) < MOST_CORNERS**2:
        problem = trouble(draft.far)
        lead = f"{problem}\n" if problem else ""
        typed = yield from draft.ask(
            "measure.tapes",
            (
                f"{lead}Another tape, or one that was measured again? Say between which two points.",
                "such as C-D 31' 10\"" + ("" if problem else "; Enter: no more"),
                "Every further tape makes the yard surer, and lets a misread one be found. One that is here"
                " already is replaced. " + _TAPE_HELP,
            ),
            _named_tape(draft, problem),
            whole=not problem,
        )
        if not typed:
            return
        _keep_tape(draft, typed)
        draft.grown()


def _until_it_reads(draft: Draft) -> Asking:
    """Ask for tapes for as long as no yard comes of what was measured."""
    if trouble(draft.far):
        draft.measure.setdefault("tapes", {})
        yield from _more_tapes(draft)
    if not draft.measure.get("tapes", True):
        del draft.measure["tapes"]


def _walk(draft: Draft) -> Asking:
    legs: list[Any] = []
    path: list[XY] = [(0.0, 0.0)]
    heading = whole = 0.0
    while True:
        here = draft.letter()
        draft.corners.append(here)
        typed = yield from draft.ask(
            f"measure.legs.{here}",
            (
                ("Start at any corner: it is A. " if len(path) == 1 else "")
                + f"From {here}, how far is it straight on to the next corner?",
                _form(draft),
                _TAPE_HELP,
            ),
            _length(draft.units),
        )
        metres = parse_length(typed, draft.units)
        (x, y), whole = path[-1], whole + metres
        path.append((x + metres * cos_degrees(heading), y + metres * sin_degrees(heading)))
        legs.append([here, typed])
        draft.chain = tuple(path)
        if len(draft.corners) == MOST_CORNERS:
            break
        back = len(draft.corners) > 2 and math.dist(path[0], path[-1]) <= _NEAR * whole
        turn = yield from draft.ask(
            f"measure.legs.turn {len(draft.corners)}",
            (
                "There, which way do you turn? Or are you back at A?",
                f"right, left, right 45, or end: back at A; Enter: {'end' if back else 'right'}",
                "Right and left are square turns. Another turn has degrees: right 45 is half of a square"
                " turn."
                " Type end when this corner is A again, where you started.",
            ),
            _turn("end" if back else "right", len(draft.corners)),
        )
        if turn == "end":
            break
        legs.append(turn)
        way, _, degrees = turn.partition(" ")
        heading += float(degrees or 90.0) * (1.0 if way == "left" else -1.0)
    draft.measure = {"method": "walk", "start": draft.corners[0], "legs": legs}


def _offsets(draft: Draft) -> Asking:
    start, end = draft.letter(), draft.letter()
    length = yield from draft.ask(
        "measure.baseline",
        (
            "Lay the tape on the ground along a straight line, such as the house wall: it begins at A"
            " and ends at"
            " B.\nHow long is it from A to B?",
            _form(draft),
            "Leave that tape where it is; every other corner is measured from it. " + _TAPE_HELP,
        ),
        _length(draft.units),
    )
    along = {start: 0.0, end: parse_length(length, draft.units)}
    out: dict[str, float] = dict.fromkeys(along, 0.0)
    points: Document = {}
    draft.corners = [start, end]
    while len(points) < MOST_CORNERS - 2:
        name = draft.letter()
        there = yield from draft.ask(
            f"measure.points.{name}.along",
            (
                f"Corner {name}: how far along the tape from A is it?",
                _form(draft) + ("; Enter: no more corners" if points else ""),
                "Stand at the corner and look square at the tape on the ground: what does it read there?"
                " Swing"
                " a second tape from the corner: it is square where it reads least. " + _TAPE_HELP,
            ),
            _optional(_length(draft.units, least=0.0)) if points else _length(draft.units, least=0.0),
        )
        if not there:
            draft.taken -= 1
            break
        sidelong = yield from draft.ask(
            f"measure.points.{name}.out",
            (
                f"Corner {name}: how far square out from the tape is it, to the left or right of A-B?",
                "left 12ft, or right 12ft",
                "Looking from A to B. Swing the tape from the corner over the one on the ground: the least"
                " reading is the right one.",
            ),
            _sidelong(draft.units),
        )
        side, _, typed = sidelong.partition(" ")
        points[name] = {"along": there, side: typed}
        along[name] = parse_length(there, draft.units)
        out[name] = parse_length(typed, draft.units) * (1.0 if side == "left" else -1.0)
        draft.corners = _round(along, out)
        draft.measure = {
            "method": "offsets",
            "baseline": [start, end, length],
            "boundary": draft.corners,
            "points": dict(points),
        }
        draft.grown()
    names = list(along)
    order = yield from draft.ask(
        "measure.boundary",
        (
            "In which order does a walk round the lawn come to its corners?",
            f"Enter: {' '.join(draft.corners)}",
            "Name every corner once. Leave A or B out where the end of the tape is no corner of the lawn.",
        ),
        _order(names, draft.corners),
    )
    draft.corners = order.split()
    draft.measure["boundary"] = list(draft.corners)


def _round(along: Mapping[str, float], out: Mapping[str, float]) -> list[str]:
    """The likely order of a walk: out on the right of the base line, back on its left."""
    right = sorted((name for name in along if out[name] < 0.0), key=lambda name: along[name])
    left = sorted((name for name in along if out[name] >= 0.0), key=lambda name: -along[name])
    on = [name for name in left if out[name] == 0.0]
    return [on[-1], *right, *reversed(on[:-1]), *(name for name in left if name not in on)]


def _bearings(draft: Draft) -> Asking:
    north = yield from draft.ask(
        "measure.north",
        (
            "From which north are the bearings?",
            "true, magnetic or grid; Enter: true",
            "A deed says it, often in a line such as 'bearings are based on ...'. A compass reads magnetic.",
        ),
        _choice({"true": (), "magnetic": (), "grid": ()}, "true"),
    )
    legs: list[str] = []
    while len(legs) < MOST_CORNERS:
        number = len(legs) + 1
        call = yield from draft.ask(
            f"measure.legs.{number}",
            (
                f"Call {number}: its bearing and its length.",
                "S 78°25' W 19' 6\""
                + ("; Enter: back at the start; close: the last side is unmeasured" * (number > 2)),
                "Copy the calls of the deed in their order: N or S, degrees and minutes, E or W, then"
                " the length;"
                " or degrees clockwise from north and the length: 56.6 13' 5\". Minutes may be written"
                " with '.",
            ),
            _call(draft.units, len(legs)),
        )
        if not call:
            break
        legs.append(call)
        if call == "close":
            break
        draft.corners = [f"P{index + 1}" for index in range(len(legs) + 1)]
        draft.measure = {"method": "bearings", "north": north, "legs": [*legs, "close"]}
        if len(legs) > 1:
            draft.grown()
    draft.corners = [f"P{index + 1}" for index in range(len(legs))]
    draft.measure = {"method": "bearings", "north": north, "legs": legs}


_SCRIPTS: Mapping[str, Callable[[Draft], Asking]] = {
    "rectangle": _rectangle,
    "ties": _ties,
    "walk": _walk,
    "offsets": _offsets,
    "bearings": _bearings,
}


# --- what else is in a yard ---------------------------------------------------------------------------------


def _in_words(draft: Draft) -> Asking:
    said: dict[str, str] = {}
    while len(said) < len(draft.hooks):
        typed = yield from draft.ask(
            "measure.points",
            (
                "Say in words what a corner is, so that you find it again.",
                f"such as {draft.hooks[0]} house corner by the tap; Enter: no more",
                "The words stand on the sheet beside the letter, where a tape is hooked on that corner.",
            ),
            _described(draft.hooks),
            whole=True,
        )
        if not typed:
            break
        name, _, words = typed.partition(" ")
        said[name] = words
        points = draft.measure.setdefault("points", {})
        if draft.measure["method"] != "offsets":
            for first in draft.hooks[:2]:  # the first two points named here are the frame of the yard
                points.setdefault(first, "")
        if isinstance(points.get(name), dict):
            points[name] = {"what": words, **{key: v for key, v in points[name].items() if key != "what"}}
        else:
            points[name] = words
    draft.grown()


def _trees(draft: Draft) -> Asking:
    while len(draft.obstacles) < MOST_THINGS:
        name = yield from draft.ask(
            f"obstacles.{len(draft.obstacles)}.name",
            (
                f"Is there {'another' if draft.obstacles else 'a'} tree, post or other round thing in"
                f" the lawn?"
                " Its name.",
                "such as oak; Enter: no",
                "Everything that one can run into, also a stump. Things with corners come next.",
            ),
            _thing_name(draft),
            whole=True,
        )
        if not name:
            return
        tree: Document = {"name": name, "tapes": {}}
        yield from _tied(draft, name, tree["tapes"])
        hooks = list(tree["tapes"])
        if len(hooks) == 2:
            side = yield from draft.ask(
                f"obstacles.{len(draft.obstacles)}.side",
                (
                    f"Standing at {hooks[0]} and looking to {hooks[1]}: is the {name} to the left or to"
                    f" the right?",
                    "left or right; Enter: whichever is inside the lawn",
                    "Two tapes meet on both sides of the line between their hooks.",
                ),
                _optional(_choice({"left": (), "right": ()})),
            )
            if side:
                tree["side"] = side
        if len(hooks) > 2 or "side" in tree:
            tree["inside"] = False  # its place is known without
        tree["trunk around"] = yield from draft.ask(
            f"obstacles.{len(draft.obstacles)}.trunk around",
            (
                f"How far is it round the {name}, with the tape round it?",
                "such as 5' 3\"" if draft.units == "ft" else "such as 1.60",
                "Put the tape round the trunk at the height of your chest; where it is thicker below, as"
                " at the"
                " roots, there. The program makes the radius of it.",
            ),
            _length(draft.units),
        )
        draft.obstacles.append(tree)
        draft.grown()
        yield from _until_it_reads(draft)


def _tied(draft: Draft, what: str, tapes: Document) -> Asking:
    """Tapes to one point: two, and more where they were measured."""
    while len(tapes) < _MOST_TAPES:
        number = len(tapes) + 1
        example = next(hook for hook in draft.hooks if hook not in tapes or hook == draft.hooks[-1])
        typed = yield from draft.ask(
            f"{what}.tape {number}",
            (
                f"Tape {number} to the {what}: from which point, and how far is it?",
                f"such as {example} 18' 2\"" + ("; Enter: no more" if number > 2 else ""),
                "Two tapes from different points say where it is; a third checks them and tells left"
                " from right."
                " To a tree measure to the middle of its trunk: hold the tape against its side. "
                + _TAPE_HELP,
            ),
            _from_hook(draft, tapes, needed=number <= 2),
        )
        if not typed:
            return
        hook, _, length = typed.partition(" ")
        tapes[hook] = length


def _sheds(draft: Draft) -> Asking:
    while len(draft.obstacles) < MOST_THINGS:
        name = yield from draft.ask(
            f"obstacles.{len(draft.obstacles)}.name",
            (
                "Is there a shed, a trampoline or another thing with four square corners in the lawn?"
                " Its name.",
                "such as shed; Enter: no",
                "Two corners of its front are tied with tapes; its depth says where the back is.",
            ),
            _thing_name(draft),
            whole=True,
        )
        if not name:
            return
        front, hooks = (draft.letter(), draft.letter()), list(draft.hooks)
        tapes = draft.measure.setdefault("tapes", {})
        for corner, which in zip(
            front, ("one corner of its front", "the other corner of its front"), strict=True
        ):
            found: Document = {}
            yield from _tied(draft, f"{name}, {which} ({corner})", found)
            tapes.update({f"{hook}-{corner}": length for hook, length in found.items()})
        texts = {
            "width": f"How wide is the front of the {name}, from {front[0]} to {front[1]}?",
            "depth": f"How deep is the {name} behind that front?",
        }
        size: dict[str, str] = {}
        for key, text in texts.items():
            size[key] = yield from draft.ask(
                f"{name}.{key}", (text, _form(draft), _TAPE_HELP), _length(draft.units)
            )
        side = yield from draft.ask(
            f"{name}.side",
            (
                f"Walking from {front[0]} to {front[1]}, is the {name} on your left or right hand?",
                "left or right",
                "Its front is the line that you walk; the rest of it lies on that hand.",
            ),
            _choice({"left": (), "right": ()}),
        )
        back = (draft.letter(), draft.letter())
        tapes[f"{front[0]}-{front[1]}"] = size["width"]
        draft.measure.setdefault("offsets", []).append(
            {
                "baseline": list(front),
                "points": {
                    back[0]: {"along": size["width"], side: size["depth"]},
                    back[1]: {"along": "0", side: size["depth"]},
                },
            }
        )
        draft.obstacles.append({"name": name, "polygon": [*front, *back]})
        _declare(draft, hooks)
        draft.grown()
        yield from _until_it_reads(draft)


def _declare(draft: Draft, hooks: Sequence[str]) -> None:
    """Keep the frame of the yard where corners of things are named too."""
    if draft.measure["method"] in {"ties", "rectangle"}:
        points = draft.measure.setdefault("points", {})
        for name in hooks[:2]:
            points.setdefault(name, "")


def _soft(draft: Draft) -> Asking:
    corners = draft.corners
    sides = [f"{start}-{end}" for start, end in pairwise([*corners, corners[0]])]
    typed = yield from draft.ask(
        "edges",
        (
            "Which sides are soft: nothing hard behind them, so that one may run on over them?",
            f"such as {sides[0]} {sides[-1]}; all; Enter: none",
            "A side is hard where a wall, a fence, a hedge or water is; soft where lawn, a path or a low"
            " bed goes"
            " on. Along a soft side drills may come nearer to it.",
        ),
        _sides(sides),
        whole=True,
    )
    draft.edges = [{"side": sides.index(side), "kind": "soft"} for side in typed.split()]
    draft.grown()


def _north(draft: Draft) -> Asking:
    start, end = draft.hooks[:2]
    typed = yield from draft.ask(
        "north",
        (
            f"Stand at {start} and point a phone's compass at {end}: what does it read?",
            "0 to 360, or N, NE, E ...; Enter: skip",
            "North stands on the sheet, so that it can be turned the right way, and says where the sun is.",
        ),
        _compass,
        whole=True,
    )
    if typed:
        draft.north = int(typed) if typed.isdigit() else float(typed)


# --- what an answer may be ----------------------------------------------------------------------------------


def _words(text: str) -> str:
    return plain_text(text)


def _choice(options: Mapping[str, tuple[str, ...]], usual: str = "") -> Check:
    """One of a few words, its number, or how it begins."""

    def check(text: str) -> str:
        said, names = text.casefold(), list(options)
        if not said and usual:
            return usual
        if said.isascii() and said.isdigit() and 1 <= int(said[:3]) <= len(names) and len(said) < 4:
            return names[int(said) - 1]
        found = [name for name in names if said in (name, *options[name])] if said else []
        found = found or [name for name in names if said and name.startswith(said)]
        if len(found) != 1:
            raise ValueError(f"{_shown(text)} is not one of {', '.join(names)}.")
        return found[0]

    return check


def _optional(check: Check) -> Check:
    return lambda text: check(text) if text else ""


def _shown(text: str) -> str:
    return f'"{plain_text(text, 40)}"' if text else "An empty line"


def _metres(text: str, units: str) -> float:
    try:
        return parse_length(text, units)
    except ValueError as error:
        raise ValueError(f"{_shown(text)} {error}" if text else "A length is wanted here.") from None


def _length(units: str, least: float = 0.001) -> Check:
    def check(text: str) -> str:
        if _metres(text, units) < least:
            raise ValueError(f"{_shown(text)} is no distance; measure it again.")
        return text

    return check


def _count(least: int, most: int) -> Check:
    def check(text: str) -> str:
        if not (text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= most):
            raise ValueError(f"{_shown(text)} is not a whole number from {least} to {most}.")
        return str(int(text))

    return check


def _several(units: str) -> Check:
    """One reading of a tape, or some with semicolons between them."""
    one = _length(units)

    def check(text: str) -> str:
        parts = [part.strip() for part in text.split(";") if part.strip()]
        if not 0 < len(parts) <= _MOST_READINGS:
            raise ValueError("A length is wanted here." if not parts else "These are too many readings.")
        return "; ".join(one(part) for part in parts)

    return check


def _readings(typed: str) -> str | list[str]:
    parts = typed.split("; ")
    return parts if len(parts) > 1 else parts[0]


def _reaching(draft: Draft, pair: tuple[str, str], *, needed: bool) -> Check:
    """A tape that can be true beside those that are known."""
    several, units = _several(draft.units), draft.units
    tapes = {frozenset(key.split("-")): value for key, value in draft.measure["tapes"].items()}

    def check(text: str) -> str:
        if not text and not needed:
            return ""
        typed = several(text)
        length = _metres(typed.split("; ")[0], units)
        for third in sorted({name for key in tapes for name in key} - {*pair}):
            one, other = (tapes.get(frozenset((third, name))) for name in pair)
            if one is None or other is None:
                continue
            first, second = (
                _metres(value if isinstance(value, str) else value[0], units) for value in (one, other)
            )
            if not abs(first - second) - _CONTRADICTS <= length <= first + second + _CONTRADICTS:
                raise ValueError(
                    f"{pair[0]}-{pair[1]} {typed}, {third}-{pair[0]} {_said(one)} and {third}-{pair[1]}"
                    f" {_said(other)} make no triangle: each is at most as long as the two others together."
                    " Look at all three; `back` goes to the question before, Enter leaves this one out."
                )
        return typed

    return check


def _said(value: str | list[str]) -> str:
    return value if isinstance(value, str) else value[0]


def _taken(text: str, names: Sequence[str]) -> tuple[str, str] | None:
    """A name at the beginning of a text, and the rest; upper and lower case are one."""
    for name in sorted(names, key=len, reverse=True):
        rest = text[len(name) :]
        if text[: len(name)].casefold() == name.casefold() and not rest[:1].isalnum():
            return name, rest.strip(" :=,")
    return None


def _from_hook(draft: Draft, tapes: Mapping[str, Any], *, needed: bool) -> Check:
    length, hooks = _length(draft.units), list(draft.hooks)

    def check(text: str) -> str:
        if not text and not needed:
            return ""
        found = _taken(text, hooks)
        if found is None:
            raise ValueError(
                f"{_shown(text)} does not begin with a point to measure from ({_listed(hooks)});"
                f" type the point and the length: {hooks[0]} 18' 2\"."
            )
        if found[0] in tapes:
            raise ValueError(f"There is a tape from {found[0]} already; measure from another point.")
        return f"{found[0]} {length(found[1].lstrip('-– '))}"

    return check


def _named_tape(draft: Draft, problem: str) -> Check:
    """A tape between two named points or to a tree, as `C-D 31' 10"`; nothing, where nothing is missing."""
    several = _several(draft.units)
    trees = [thing["name"] for thing in draft.obstacles if "tapes" in thing]
    corners = [name for thing in draft.obstacles for name in thing.get("polygon", ())]
    names = [*draft.hooks, *corners, *trees]

    def check(text: str) -> str:
        if not text:
            if problem:
                raise ValueError("No yard comes of these yet. Add a tape, or go `back`.")
            return ""
        first = _taken(text, names)
        second = _taken(re.sub(r"^(?:[-–—]|to\b)\s*", "", first[1]), names) if first else None
        if first is None or second is None or first[0] == second[0]:
            raise ValueError(
                f"{_shown(text)} does not say between which two points ({_listed(names)}); type"
                f" {names[0]}-{names[-1]} 31' 10\"."
            )
        if first[0] in trees and second[0] in trees:
            raise ValueError("Measure to a tree from a corner, not from another tree.")
        typed = second[1].split(";")[0].strip() if {first[0], second[0]} & {*trees} else second[1]
        return "\t".join((first[0], second[0], several(typed)))

    return check


def _keep_tape(draft: Draft, typed: str) -> None:
    start, end, length = typed.split("\t")
    for thing in draft.obstacles:
        if "tapes" in thing and thing["name"] in (start, end):
            thing["tapes"][end if thing["name"] == start else start] = length
            return
    tapes = draft.measure["tapes"]
    key = f"{end}-{start}" if f"{end}-{start}" in tapes else f"{start}-{end}"
    tapes[key] = _readings(length)


def _turn(usual: str, corners: int) -> Check:
    def check(text: str) -> str:
        said = text.casefold().strip(" .°") or usual
        if said in {"end", "e", "close", "back at a", "a"}:
            if corners < 3:
                raise ValueError(f"{corners} sides are too few for a yard; three are the least.")
            return "end"
        found = re.fullmatch(r"(?:turn\s+)?(r|l|right|left)\s*(\d{1,3}(?:[.,]\d{1,4})?)?\s*(?:deg\w*)?", said)
        degrees = float(found[2].replace(",", ".")) if found and found[2] else 90.0
        if found is None or not found[0].isascii() or not 0.0 < degrees < 180.0:
            raise ValueError(
                f"{_shown(text)} is no turn; type right, left, right 45 (degrees, under 180), or end at A."
            )
        way = "left" if found[1].startswith("l") else "right"
        return way if degrees == 90.0 else f"{way} {degrees:g}"

    return check


def _sidelong(units: str) -> Check:
    length = _length(units, least=0.0)

    def check(text: str) -> str:
        found = re.search(r"\b(left|right)\b", text, re.IGNORECASE)
        if found is None:
            raise ValueError(f"{_shown(text)} does not say to which side; type left 12ft, or right 12ft.")
        rest = f"{text[: found.start()]} {text[found.end() :]}".strip(" ,:=")
        return f"{found[1].casefold()} {length(rest)}"

    return check


def _order(names: Sequence[str], usual: Sequence[str]) -> Check:
    def check(text: str) -> str:
        if not text:
            return " ".join(usual)
        known = {name.casefold(): name for name in names}
        said = [part for part in re.split(r"[\s,;–-]+", text.casefold()) if part]
        strange = [part for part in said if part not in known]
        if strange or len(set(said)) != len(said) or len(said) < 3:
            raise ValueError(
                f"{_shown(text)} is no order: name three or more of {_listed(names)}, each once, with spaces."
            )
        return " ".join(known[part] for part in said)

    return check


def _call(units: str, before: int) -> Check:
    def check(text: str) -> str:
        if text.casefold() == "close" and before > 1:
            return "close"
        if not text and before > 2:
            return ""
        try:
            parse_call(text, units)
        except ValueError as error:
            said = str(error)
            raise ValueError(said if text and text in said else f"{_shown(text)}: {said}") from None
        return text

    return check


def _described(names: Sequence[str]) -> Check:
    def check(text: str) -> str:
        if not text:
            return ""
        found = _taken(text, names)
        if found is None or not found[1]:
            raise ValueError(
                f"{_shown(text)} does not begin with a corner ({_listed(names)}); type the corner and"
                f" its words:"
                f" {names[0]} house corner by the tap."
            )
        return f"{found[0]} {plain_text(found[1])}"

    return check


def _thing_name(draft: Draft) -> Check:
    taken = {str(thing["name"]).casefold() for thing in draft.obstacles} | {
        name.casefold() for name in draft.hooks
    }

    def check(text: str) -> str:
        name = plain_text(text, 30)
        if name.casefold() in {"no", "none", "n"}:
            return ""
        if name.casefold() in taken:
            raise ValueError(f"{_shown(name)} is taken; call this one {plain_text(name, 20)} 2.")
        if name and re.fullmatch(r"[A-Za-z]\d*|H[12]", name):
            raise ValueError(f"{_shown(name)} could be a corner; take a word.")
        return name

    return check


def _sides(sides: Sequence[str]) -> Check:
    def check(text: str) -> str:
        known = {side.casefold(): side for side in sides}
        known |= {"-".join(reversed(key.split("-"))): side for key, side in known.items()}
        said = text.casefold()
        if said in {"all", "none", "no"}:
            return " ".join(sides) if said == "all" else ""
        parts = [part for part in re.split(r"[\s,;]+", re.sub(r"\s*[-–—]\s*", "-", said)) if part]
        strange = next((part for part in parts if part not in known), None)
        if strange is not None:
            raise ValueError(f"{_shown(strange)} is no side of this yard; these are: {_listed(sides)}.")
        return " ".join(dict.fromkeys(known[part] for part in parts))

    return check


_ROSE = {name: number * 45 for number, name in enumerate(("n", "ne", "e", "se", "s", "sw", "w", "nw"))}


def _compass(text: str) -> str:
    said = text.casefold().strip(" °.")
    if not said:
        return ""
    if said in _ROSE:
        return str(_ROSE[said])
    if (
        not re.fullmatch(r"\d{1,3}(?:[.,]\d{1,3})?", said, re.ASCII)
        or not float(said.replace(",", ".")) <= 360.0
    ):
        raise ValueError(f"{_shown(text)} is no bearing; type degrees from 0 to 360, or N, NE, E ...")
    return f"{float(said.replace(',', '.')):g}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:12])
    return shown if len(names) <= 12 else f"{shown} ... {names[-1]}"


def _form(draft: Draft) -> str:
    return "such as 31' 10 1/2\", 31ft 10in" if draft.units == "ft" else "such as 9.72, 9m 72cm"


# --- the file -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=128)
def trouble(document: str) -> str:
    """Why no yard comes of a file so far, in words; "" where one does."""
    try:
        parse_yard(document.encode(), "yard")
    except ConeDrillsError as error:
        return re.sub(r"^yard(?::\d+:\d+(?: [^:]*)?)?: ", "", str(error), flags=re.MULTILINE)
    return ""


def written(document: Mapping[str, Any]) -> str:
    """The text of a yard file: what fits one line stands on one."""
    return _laid(document, 0) + "\n"


def _laid(value: Any, indent: int) -> str:
    short = json.dumps(value, ensure_ascii=False)
    is_tape_book = isinstance(value, dict) and indent <= 2
    if (
        not isinstance(value, dict | list)
        or not value
        or (len(short) + indent <= _WIDE - 20 and not is_tape_book)
    ):
        return short
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [
            f"{json.dumps(key, ensure_ascii=False)}: {_laid(one, indent + 2)}" for key, one in value.items()
        ]
        ends = "{}"
    else:
        parts, ends = [_laid(one, indent + 2) for one in value], "[]"
    inner = f",\n{pad}".join(parts)
    return f"{ends[0]}\n{pad}{inner}\n{' ' * indent}{ends[1]}"
