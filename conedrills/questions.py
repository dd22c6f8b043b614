"""What `yard new` asks, in order: a question is a value, their order a generator that knows no terminal.

A question is sent the answer that its `check` returned, and the last of them leaves a document of our own
yard file, with every length as it was typed. `interview` replays it from the answers given so far.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from conedrills import replies
from conedrills.draft import HOOKS, XY, Asking, Document, Draft, Question, trouble
from conedrills.geometry import cos_degrees, sin_degrees
from conedrills.units import parse_length

MOST_CORNERS = 40
"""Corners of a yard that is asked for; a longer list is written faster into a file."""
MOST_THINGS = 60
"""Trees, and sheds."""
_MOST_TAPES = 6  # to one tree
_NEAR = 0.05  # of the way round: a walk that is so near its start has probably come back
_TAPE_HELP = (
    "Hook the end of the tape on the corner itself. Alone? Push a screwdriver through the loop of the"
    " tape into"
    " the ground at the corner. Pull the tape straight and level, round nothing, and read it at the"
    " other corner."
    " Type it as it is on the tape: 31' 10 1/2\", 31ft 10in, 9.72m, or a plain number in {units}. If you"
    " read it"
    " twice, type both: 31' 10; 31' 10 1/2\"."
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
        replies.choice(
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
        replies.words,
    )
    way = yield from draft.ask("how", (_HOW, "1 to 5, or the word", _HOW_HELP), replies.choice(_WAYS))
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
            f"measure.{key}", (text, replies.form(draft), _TAPE_HELP), replies.length(draft.units)
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
            replies.optional(replies.length(draft.units)),
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
        replies.count(3, MOST_CORNERS),
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
        replies.choice({"left": (), "right": ()}),
    )
    own = yield from draft.ask(
        "hooks",
        (
            "Is the tape hooked on the corners A and B?",
            "Enter: yes; no: on two other points, H1 and H2",
            "Any two points do that stay where they are and can be reached by the tape: posts, corners of the"
            " house. They need not be corners of the lawn.",
        ),
        replies.choice({"yes": (), "no": ()}, "yes"),
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
            replies.form(draft) if needed else "Enter: not measured",
            _TAPE_HELP,
        ),
        replies.reaching(draft, (start, end), needed=needed),
    )
    if typed:
        draft.measure["tapes"][f"{start}-{end}"] = replies.readings(typed)


def _more_tapes(draft: Draft) -> Asking:
    """Any further tape, until there are enough."""
    while len(draft.measure["tapes"]) < MOST_CORNERS**2:
        problem = trouble(draft.far)
        lead = f"{problem}\n" if problem else ""
        typed = yield from draft.ask(
            "measure.tapes",
            (
                f"{lead}Another tape, or one that was measured again? Say between which two points.",
                f"such as C-D {replies.example(draft)}" + ("" if problem else "; Enter: no more"),
                "Every further tape makes the yard surer, and lets a misread one be found. One that is here"
                " already is replaced. " + _TAPE_HELP,
            ),
            replies.named_tape(draft, problem),
            whole=not problem,
        )
        if not typed:
            return
        replies.keep_tape(draft, typed)
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
                replies.form(draft),
                _TAPE_HELP,
            ),
            replies.length(draft.units),
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
            replies.turn("end" if back else "right", len(draft.corners)),
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
            replies.form(draft),
            "Leave that tape where it is; every other corner is measured from it. " + _TAPE_HELP,
        ),
        replies.length(draft.units),
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
                replies.form(draft) + ("; Enter: no more corners" if points else ""),
                "Stand at the corner and look square at the tape on the ground: what does it read there?"
                " Swing"
                " a second tape from the corner: it is square where it reads least. " + _TAPE_HELP,
            ),
            replies.optional(replies.length(draft.units, least=0.0))
            if points
            else replies.length(draft.units, least=0.0),
        )
        if not there:
            draft.taken -= 1
            break
        sidelong = yield from draft.ask(
            f"measure.points.{name}.out",
            (
                f"Corner {name}: how far square out from the tape is it, to the left or right of A-B?",
                f"left {replies.example(draft)}, or right {replies.example(draft)}",
                "Looking from A to B. Swing the tape from the corner over the one on the ground: the least"
                " reading is the right one.",
            ),
            replies.sidelong(draft.units),
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
        replies.order(names, draft.corners),
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
        replies.choice({"true": (), "magnetic": (), "grid": ()}, "true"),
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
            replies.call(draft.units, len(legs)),
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
            replies.described(draft.hooks),
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
            replies.thing_name(draft),
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
                replies.optional(replies.choice({"left": (), "right": ()})),
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
            replies.length(draft.units),
        )
        draft.obstacles.append(tree)
        draft.grown()
        yield from _until_it_reads(draft)


def _tied(draft: Draft, what: str, tapes: Document, needed: int = 2) -> Asking:
    """Tapes to one point: those needed, and more where they were measured."""
    while len(tapes) < _MOST_TAPES:
        number = len(tapes) + 1
        example = next(hook for hook in draft.hooks if hook not in tapes or hook == draft.hooks[-1])
        typed = yield from draft.ask(
            f"{what}.tape {number}",
            (
                f"Tape {number} to the {what}: from which point, and how far is it?",
                f"such as {example} {replies.example(draft)}"
                + ("; Enter: no more" if number > needed else ""),
                "Two tapes from different points say where it is; a third checks them and tells left"
                " from right."
                " To a tree measure to the middle of its trunk: hold the tape against its side. "
                + _TAPE_HELP,
            ),
            replies.from_hook(draft, tapes, needed=number <= needed),
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
            replies.thing_name(draft),
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
            # with the first corner on its side of the hooks, its distance puts the second on the same
            needed = 3 if corner == front[0] else 2
            yield from _tied(draft, f"{name}, {which} ({corner})", found, needed)
            tapes.update({f"{hook}-{corner}": length for hook, length in found.items()})
        texts = {
            "width": f"How wide is the front of the {name}, from {front[0]} to {front[1]}?",
            "depth": f"How deep is the {name} behind that front?",
        }
        size: dict[str, str] = {}
        for key, text in texts.items():
            size[key] = yield from draft.ask(
                f"{name}.{key}", (text, replies.form(draft), _TAPE_HELP), replies.length(draft.units)
            )
        side = yield from draft.ask(
            f"{name}.side",
            (
                f"Walking from {front[0]} to {front[1]}, is the {name} on your left or right hand?",
                "left or right",
                "Its front is the line that you walk; the rest of it lies on that hand.",
            ),
            replies.choice({"left": (), "right": ()}),
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
        if draft.measure["method"] == "rectangle":  # a mirror image would fit the thing turned over
            draft.measure |= {"boundary": list(draft.corners), "going": "anticlockwise"}


def _soft(draft: Draft) -> Asking:
    corners = draft.corners
    sides = [f"{start}-{end}" for start, end in pairwise([*corners, corners[0]])]
    typed = yield from draft.ask(
        "edges",
        (
            "Which sides are soft, such as a flower bed: not to be stepped on, but nobody gets hurt there?",
            f"such as {sides[0]} {sides[-1]}; all; Enter: none",
            "A side is hard where a wall, a fence, a hedge or water is: drills keep their distance from it."
            " Along a soft side they may come nearer.",
        ),
        replies.sides(sides),
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
        replies.compass,
        whole=True,
    )
    if typed:
        draft.north = int(typed) if typed.isdigit() else float(typed)
