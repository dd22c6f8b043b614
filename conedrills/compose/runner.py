"""The page of one drill, for the person who runs it: picture, run order, what to think of, and a place for times."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from conedrills.compose import circle, picture, run_table, scene, signs, words
from conedrills.compose.frame import COLUMN, COLUMNS, FOOT, TOP, WIDE, Paper, block, foot, head, page
from conedrills.compose.ink import FEED, FIELD, LARGE, SMALL, box, paragraph, rule, text
from conedrills.compose.view import scale_words
from conedrills.labels import upright
from conedrills.layout import Layout, Placement
from conedrills.sheet import Mark, Page, Stroke
from conedrills.yard import Units

_LOG_ROW = 7.2
_STRIP = 28.5
_PICTURE_LEAST = 96.0
_PICTURE_ROOMY = 106.0
_PICTURE_GOOD = 118.0


def runner_pages(layout: Layout, index: int, paper: Paper, units: Units) -> list[Page]:
    """The pages of one placement: one, and a second where the run order is longer than a page has room for."""
    placement = layout.placements[index]
    drill = placement.drill
    table = run_table.height(len(placement.legs))
    blocks, rows = _blocks(placement, units, 4 if circle.suits(placement) or _calls(placement) else 5)
    remarks = _remarks(placement)
    blocks_high = 2.5 + FEED[FIELD] * (1 + rows)
    remarks_high = FEED[SMALL] * len(remarks)
    free = FOOT - TOP - 1.0 - table - 3.0 - blocks_high - remarks_high - 3.0
    ring = circle.suits(placement)
    sized = circle.scale if ring else scene.scale

    def scale_at(high: float) -> int:
        return sized(placement, units, upright(0.0, TOP, WIDE, TOP + high))

    log = _log_height(placement, free, scale_at)
    high = free - log
    draw = circle.picture if ring else picture.picture
    marks, scale = draw(layout, placement, units, upright(0.0, TOP, WIDE, TOP + high))
    y = TOP + high + 1.0
    marks += run_table.table(layout, placement, units, y)
    y += table + 3.0
    for left, draw in zip(COLUMNS, blocks, strict=True):
        marks += draw(left, y)
    y += blocks_high
    for line in remarks:
        marks.append(text((0.0, y + SMALL), line, SMALL, room=WIDE))
        y += FEED[SMALL]
    if log:
        marks += (
            _calls_strip(placement, FOOT - log) if _calls(placement) else _log(FOOT - log + 1.0, log - 1.0)
        )
    marks += head(drill.title, _below(placement), _right(layout, scale, units), str(index + 1))
    reach = words.length(scale / 10.0, units)
    marks += foot(_source(placement), reach)
    title = f"{index + 1} {drill.title}"
    return [page(f"{index + 1:02}-{drill.name}", title, _description(layout, placement, units), marks, paper)]


def _log_height(placement: Placement, free: float, scale: Callable[[float], int]) -> float:
    """How much is left for times or calls: as much as does not make the picture smaller than a good one."""
    if _calls(placement):
        return _STRIP if free - _STRIP >= _PICTURE_LEAST else 0.0
    if circle.suits(placement):
        return 0.0
    good = scale(min(free, _PICTURE_GOOD))
    for rows in (3, 2, 1):
        log = 7.0 + _LOG_ROW * rows
        if free - log >= (_PICTURE_ROOMY if rows == 3 else _PICTURE_LEAST) and scale(free - log) <= good:
            return log
    return 0.0


def _below(placement: Placement) -> str:
    drill = placement.drill
    called = ", called" if _calls(placement) else ""
    cones = words.count(len(placement.cones), "cone") + (", 1 caller" if placement.caller else "")
    summary = drill.definition.summary
    parts = [f"{drill.family.capitalize()}{called}", cones, f"{placement.pace} pace", summary]
    return " · ".join(part for part in parts if part)


def _right(layout: Layout, scale: int, units: Units) -> list[str]:
    return [layout.title or layout.yard.name, f"scale {scale_words(scale, units)}"]


def _calls(placement: Placement) -> list[str]:
    return list(dict.fromkeys(leg.call for leg in placement.legs if leg.call))


def _source(placement: Placement) -> str:
    where = words.host(placement.drill)
    return f"source: {where}" if where else "the drill is our own"


def _description(layout: Layout, placement: Placement, units: Units) -> str:
    run = "; ".join(
        f"{leg.order}: {leg.start} to {leg.end} {leg.movement} {words.length(leg.length, units)}"
        for leg in placement.legs
    )
    return f"{placement.drill.title} at {words.per_cent(placement.size)} in {layout.yard.name}. Run order: {run}."


def _blocks(placement: Placement, units: Units, most: int):  # type: ignore[no-untyped-def]
    file = placement.drill.definition
    cues = words.own_side(placement, file.cues)
    dose = [sentence + "." for sentence in file.dose.rstrip(". ").split(". ")] if file.dose else []
    size = _size_lines(placement, units)
    contents = [("Cues", cues), ("Dose", dose), (f"Size {words.per_cent(placement.size)}", size)]
    rows = max(block(0.0, 0.0, heading, lines, most)[1] for heading, lines in contents)

    def drawer(heading: str, lines: list[str], bar: bool):  # type: ignore[no-untyped-def]
        def draw(left: float, top: float) -> list[Mark]:
            marks = block(left, top, heading, lines, most)[0]
            if bar:
                start = left + marks[0].width_mm + 2.5
                drill = placement.drill
                marks += signs.size_bar(
                    start, top + 0.4, left + COLUMN - start, 2.6, placement.size, drill.size_max
                )
            return marks

        return draw

    return [drawer(heading, lines, place == 2) for place, (heading, lines) in enumerate(contents)], rows


def _size_lines(placement: Placement, units: Units) -> list[str]:
    free = [row for row in words.lengths_of(placement) if row[3]]
    lines: list[str] = []
    full = abs(placement.size - 1.0) < 1e-9
    if not free:
        lines.append("Fixed size.")
    elif full:
        lines.append(
            f"As {words.full_words(placement.drill)}."
            if placement.drill.definition.grade == "A"
            else "Full size."
        )
    else:
        sizes = list(
            dict.fromkeys((words.figure(now, units), words.length(was, units)) for _, now, was, _ in free)
        )
        if len(sizes) == 1:
            lines.append(f"{free[0][0].capitalize()} {sizes[0][0]}, not {sizes[0][1]}.")
        else:
            lines += [f"{name.capitalize()} {words.figure(now, units)}, not {words.length(was, units)}."
                      for name, now, was, _ in free[:2]]  # fmt: skip
    lines.append("Times compare with published ones." if placement.comparable else "Times: this layout only.")
    if placement.tightest:
        lines.append(
            f"Closest: {placement.tightest.to}, {words.at_most(placement.tightest.distance, units)}."
        )
    if not placement.gap_reached:
        lines.append("Search stopped early.")
    return lines


def _remarks(placement: Placement) -> list[str]:
    ours = placement.drill.definition.ours
    said = [*placement.remarks, *([f"Ours, not the source's: {ours}"] if ours else [])]
    return [line.text for sentence in said for line in paragraph(0.0, 0.0, sentence, WIDE, SMALL, 2)][:5]


def _log(top: float, high: float) -> Iterator[Mark]:
    rows = round((high - 6.0) / _LOG_ROW)
    y = top + 5.5
    yield text((0.0, y - 1.4), "time, s", SMALL)
    edges = [0.0, *(26.0 + 15.0 * i for i in range(9)), WIDE]
    for run in range(8):
        yield text(((edges[run + 1] + edges[run + 2]) / 2, y - 1.4), f"run {run + 1}", SMALL, anchor="middle")
    yield text((edges[9] + 1.4, y - 1.4), "best, wind, grass", SMALL)
    low = y + rows * _LOG_ROW
    yield box(0.0, y, WIDE, low)
    for row in range(rows):
        yield text((1.4, y + row * _LOG_ROW + 3.6), "date", SMALL)
        if row:
            yield rule(0.0, WIDE, y + row * _LOG_ROW)
    for x in edges[1:-1]:
        yield Stroke(((x, y), (x, low)), 0.25)


def _calls_strip(placement: Placement, top: float) -> Iterator[Mark]:
    """A list of calls for the caller, under a fold, as many of each; the boxes take times."""
    y = top + 1.5
    yield Stroke(((0.0, y), (WIDE, y)), 0.25, dash_mm=(3.0, 2.0))
    yield text((0.0, y + 4.6), "For the caller: fold along the dashes and keep it from the runner.", SMALL)
    yield text((WIDE, y + 4.6), "Call when the runner crosses the bar.", SMALL, "bold", "end")
    calls = _call_list(_calls(placement))
    y += 7.0
    for place, call in enumerate(calls):
        left = 11.0 * (place % 8) + (WIDE - 88.0 if place >= 8 else 0.0)
        yield text((left + 5.5, y + LARGE), call, LARGE, "bold", "middle")
        yield box(left, y + 6.6, left + 11.0, y + 14.4)
    yield text((WIDE / 2, y + LARGE), "rest", SMALL, "oblique", "middle")
    yield text((0.0, y + 18.6), "Boxes: time in s, or a tick when the break went the called way.", SMALL)


def _call_list(calls: list[str]) -> list[str]:
    """Sixteen calls that nobody can foresee, as many of each as can be: the same for everybody, so that sheets agree."""
    letters = [call[0].upper() for call in calls]
    if len(letters) == 2:
        pattern = "0110100110010110"
        return [letters[int(bit)] for bit in pattern[:3] + "01001" + pattern[8:]][:16]
    mixed: list[str] = []
    turn = 7
    while len(mixed) < 16:
        bag = list(letters)
        while bag:
            turn = (turn * 1103515245 + 12345) % 2**31
            mixed.append(bag.pop((turn >> 8) % len(bag)))
    return mixed[:16]
