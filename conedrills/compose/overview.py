"""The first pages: the whole yard with its drills, how to read it, and what fits how well. Millimetres, y down.

Up to three drills that keep off each other share one plan. More, or drills on the same ground, get a small plan each
at one common scale: only one drill stands at a time, and a map of all of them would be noise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from conedrills import geometry
from conedrills.compose import curve, ground, legend, notes, signs, words
from conedrills.compose.frame import FOOT, TOP, WIDE, Paper, foot, head, page
from conedrills.compose.ground import Ground
from conedrills.compose.ink import BOLD_RULE, FEED, FIELD, SMALL, best_fit, paragraph, rule, text
from conedrills.compose.notes import Note, Words
from conedrills.compose.picture import hard_things, north_up
from conedrills.compose.track import pieces, tracks
from conedrills.compose.view import View, scale_words, view_of
from conedrills.geometry import Point, Vector
from conedrills.labels import Box, Label, Spot, Thing, placed, upright
from conedrills.layout import Layout, Placement
from conedrills.sheet import XY, Mark, Page, Stroke
from conedrills.units import METRES
from conedrills.yard import Units

_PLAN_WIDE = 121.0
_COLUMN = 128.0
_ON_ONE_PLAN = 3
_ON_FIRST_PAGE = 6
_ROWS_FIRST = 16
_TABLE_HEAD = 5.8
_GRID_MOST = 16


@dataclass(frozen=True, slots=True)
class _Overview:
    """What all overview pages share."""

    layout: Layout
    paper: Paper
    units: Units


def overview_pages(layout: Layout, paper: Paper, units: Units) -> list[Page]:
    """The overview, and a page of small plans where there are more drills than fit it; feet are added later."""
    one = _Overview(layout, paper, units)
    count = len(layout.placements)
    first = range(min(count, _ROWS_FIRST))
    table = _table_height(len(first))
    bottom = FOOT - table - 2.0
    marks: list[Mark] = []
    if not count or (count <= _ON_ONE_PLAN and not _share_ground(layout)):
        plan, scale = _plan(one, range(count), upright(0.0, TOP, _PLAN_WIDE, bottom), furniture=True)
    elif count <= _ON_FIRST_PAGE:
        plan, scale = _grid(one, range(count), upright(0.0, TOP, _PLAN_WIDE, bottom))
    else:
        plan, scale = _plan(one, range(0), upright(0.0, TOP, _PLAN_WIDE, bottom), furniture=True)
    marks += plan
    marks += legend.column(layout, units, _COLUMN, TOP, bottom)
    marks += signs.inch_bar(WIDE, TOP + 3.0)
    if count:
        marks += _table(one, first, bottom + 1.0)
    pages = [_page(one, "overview", marks, scale, _below(layout, units))]
    if count > _ON_FIRST_PAGE:
        for start in range(0, count, _GRID_MOST):
            shown = range(start, min(count, start + _GRID_MOST))
            grid, scale = _grid(one, shown, upright(0.0, TOP, WIDE, FOOT - 3.0))
            pages.append(_page(one, f"00-drills{'' if not start else f'-{start // _GRID_MOST + 1}'}", grid, scale,
                               f"Drills {start + 1} to {shown[-1] + 1}, one at a time"))  # fmt: skip
    for start in range(_ROWS_FIRST, count, 26):
        shown = range(start, min(count, start + 26))
        more = _table(one, shown, TOP)
        pages.append(_page(one, f"00-table-{start // 26 + 2}", more, 0, f"Drills {start + 1} to {shown[-1] + 1}"))
    return pages


def _page(one: _Overview, name: str, marks: Sequence[Mark], scale: int, below: str) -> Page:
    layout = one.layout
    title = layout.title or layout.yard.name or "Yard"
    right = [*legend.identity(layout), *([f"scale {scale_words(scale, one.units)}"] if scale else [])]
    said = f"{below}. " + " ".join(
        f"Drill {number}: {placement.drill.title}, {words.per_cent(placement.size)}, {placement.pace} pace."
        for number, placement in enumerate(layout.placements, 1)
    )
    reach = words.length(scale / 10.0, one.units) if scale else ""
    everything = [*head(title, below, right), *marks, *foot(layout.made_by, reach)]
    return page(name, f"{title}: overview" if name == "overview" else f"{title}: {below.lower()}", said, everything, one.paper)


def _below(layout: Layout, units: Units) -> str:
    view = View(Point(0.0, 0.0), (0.0, 0.0), 1000)
    lawn = geometry.extent(ground.ground_of(layout.yard, view, ()).lawn)
    count = len(layout.placements)
    drills = words.count(count, "drill") + (", one at a time" if count > 1 else "") if count else "No drill fits"
    most = max((len(placement.cones) for placement in layout.placements), default=0)
    cones = f"{'up to ' if count > 1 else ''}{words.count(most, 'cone')}" if most else ""
    return " · ".join(part for part in (drills, cones, f"lawn {words.area(lawn, units)}") if part)


def _share_ground(layout: Layout) -> bool:
    view = View(Point(0.0, 0.0), (0.0, 0.0), 1000)
    seen = ground.ground_of(layout.yard, view, ())
    zones = [ground.keep_clear(placement, seen) for placement in layout.placements]
    return any(
        geometry.extent(geometry.overlap(one, other)) > 0.01 for place, one in enumerate(zones) for other in zones[:place]
    )


# --- plans -------------------------------------------------------------------------------------------------------


def _plan(one: _Overview, shown: range, room: Box, *, furniture: bool) -> tuple[list[Mark], int]:
    """One plan with some drills, its names, north and scale bar."""
    layout = one.layout
    left, top, right, bottom = _edges(room)
    edge = 6.0
    points = (*layout.yard.boundary, *(reference.at for reference in layout.yard.references))
    view = view_of(points, ((left + edge, top + 4.0), (right - edge, bottom - 13.0)), one.units, north_up(layout))
    view = View(view.about, (view.centre[0], view.centre[1]), view.scale, view.rotation)
    seen = ground.ground_of(layout.yard, view, geometry.rectangle(left, top, right, bottom))
    marks: list[Mark] = []
    labels: list[Note] = []
    things: list[Thing] = []
    for index in shown:
        placement = layout.placements[index]
        marks += drill_marks(placement, seen)
        labels += _drill_notes(placement, seen, index, room, one.units)
        things += _drill_things(placement, seen)
    marks += ground.drawn(seen)
    things += _ground_things(seen)
    labels += _name_notes(one, seen)
    labels += _furniture(one, seen, room)
    spots = placed([note.label for note in labels], things, room)
    for reference in layout.yard.references:
        marks += signs.reference(view.place(reference.at))
    for note in sorted(labels, key=lambda note: -note.label.rank):
        if note.label.key in spots:
            marks += note.draw(spots[note.label.key])
    return marks, view.scale


def _grid(one: _Overview, shown: range, room: Box) -> tuple[list[Mark], int]:
    """A small plan a drill, all at one scale, in reading order."""
    layout = one.layout
    left, top, right, bottom = _edges(room)
    columns, rows = _best_grid(one, len(shown), right - left, bottom - top)
    wide, high = (right - left) / columns, (bottom - top) / rows
    caption = 7.5
    view = view_of(layout.yard.boundary, ((0.0, 0.0), (wide - 5.0, high - caption - 3.0)), one.units, north_up(layout))
    marks: list[Mark] = []
    for place, index in enumerate(shown):
        x, y = left + wide * (place % columns), top + high * (place // columns)
        centre = (x + (wide - 5.0) / 2, y + caption + (high - caption - 3.0) / 2)
        here = View(view.about, centre, view.scale, view.rotation)
        frame = geometry.rectangle(x, y + caption, x + wide, y + high)
        seen = ground.ground_of(layout.yard, here, frame)
        placement = layout.placements[index]
        marks += signs.drill_square(x, y, str(index + 1), 5.6)
        marks.append(text((x + 7.2, y + 4.5), placement.drill.title, FIELD, "bold", room=wide - 11.0))
        marks += drill_marks(placement, seen, small=True)
        marks += ground.drawn(seen, fine=0.6)
        marks += closest(placement, seen)
    return marks, view.scale


def _best_grid(one: _Overview, count: int, wide: float, high: float) -> tuple[int, int]:
    """Columns and rows at which the yard is shown largest."""
    best, least = (1, count), 10**9
    for columns in range(1, 6):
        rows = -(-count // columns)
        room = (wide / columns - 5.0, high / rows - 10.5)
        if min(room) > 12.0:
            scale = view_of(one.layout.yard.boundary, ((0.0, 0.0), room), one.units, north_up(one.layout)).scale
            if scale < least:
                best, least = (columns, rows), scale
    return best


def drill_marks(placement: Placement, seen: Ground, *, small: bool = False) -> Iterator[Mark]:
    """A drill as it lies in a plan: its room, its blind side, its legs and its cones without numbers."""
    view = seen.view
    cones = view.line(placement.cones)
    run = tracks(placement, view)
    zone = ground.keep_clear(placement, seen)
    yield from ground.blind_hatch(ground.blind_zones(placement, seen), [track.true for track in run], 2.0, 1.4)
    yield from ground.clear_outline(zone, seen, width=0.25 if not small else 0.2, gap=1.2 if not small else 0.9)
    for leg_track in run:
        line = leg_track.true
        total = curve.length(line)
        for part in [curve.piece(line, min(1.6, 0.2 * total), total - min(1.8, 0.2 * total))]:
            yield from signs.leg(part, leg_track.way, 0.6, (2.2, 1.7))
    for spot in cones:
        yield signs.cone(spot, 2.6 if not small else 1.9)
    if placement.caller:
        facing = view.turn((placement.legs[0].path[0] - placement.caller).angle)
        yield from signs.runner(view.place(placement.caller), facing, 0.4)


def closest(placement: Placement, seen: Ground) -> list[Mark]:
    """The arrow from the run to the closest hard thing."""
    pair = closest_pair(placement, seen)
    return signs.both_ways(*pair) if pair else []


def closest_pair(placement: Placement, seen: Ground) -> tuple[XY, XY] | None:
    """From the prolonged path to the hard thing nearest to it."""
    view = seen.view
    paths = [view.line((*leg.path, leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out))) for leg in placement.legs]
    return geometry.nearest(paths, [line for _, line in hard_things(seen)])


def _edges(room: Box) -> tuple[float, float, float, float]:
    (x, y), w, h = room.centre, room.width_mm / 2, room.height_mm / 2
    return x - w, y - h, x + w, y + h


def _drill_things(placement: Placement, seen: Ground) -> Iterator[Thing]:
    for spot in seen.view.line(placement.cones):
        yield Thing(Box(spot, 3.0, 3.0))
    for track in tracks(placement, seen.view):
        yield from notes.things_of(track.true, 1.6)
    for polygon in ground.keep_clear(placement, seen):
        yield from notes.things_of(geometry.simplified((*polygon[0], polygon[0][0]), 0.5), 0.6, "", 0.3)
    for polygon in ground.blind_zones(placement, seen):
        xs, ys = [x for x, _ in polygon[0]], [y for _, y in polygon[0]]
        yield Thing(upright(min(xs), min(ys), max(xs), max(ys)), "", 1.0)


def _ground_things(seen: Ground) -> Iterator[Thing]:
    yield from notes.things_of((*seen.outline, seen.outline[0]), 1.0, "side", 4.0)
    for index, obstacle in enumerate(seen.yard.obstacles):
        ring = seen.view.line(obstacle.polygon)
        yield from notes.things_of((*ring, ring[0]), 1.0, f"thing {index}", 4.0)
        centre, radius = geometry.widest_place(geometry.area_of(ring))
        yield Thing(Box(centre, 2 * radius, 2 * radius), f"thing {index}", 3.0)
    for reference in seen.yard.references:
        yield Thing(Box(seen.view.place(reference.at), 5.0, 5.0))


def _drill_notes(placement: Placement, seen: Ground, index: int, room: Box, units: Units) -> Iterator[Note]:
    """The drill's square and name next to it, "start", and the distance to the closest hard thing."""
    cones = seen.view.line(placement.cones)
    name = notes.shortened(placement.drill.title, FIELD, "bold", 46.0)
    wide = 8.0 + Words(name, FIELD, "bold").width_mm
    zone = ground.keep_clear(placement, seen)
    spots: list[Spot] = []
    left, top, right, bottom = _edges(room)

    def cost(at: XY) -> float:
        square = geometry.rectangle(at[0] - wide / 2, at[1] - 3.0, at[0] + wide / 2, at[1] + 3.0)
        near = geometry.nearest([(at, (at[0] + 0.01, at[1]))], [(*cones, cones[0])])
        away = 0.0 if near is None else max(0.0, abs(near[0][0] - near[1][0]) - wide / 2) + abs(near[0][1] - near[1][1])
        on = geometry.extent(geometry.overlap(zone, square)) / (6.0 * wide)
        return away / 12.0 + on * 0.5

    spots += notes.spots_in(left, top, right, bottom, (wide + 1.0, 7.0), cost)

    def draw(spot: Spot) -> list[Mark]:
        x, y = spot.box.centre[0] - wide / 2, spot.box.centre[1]
        return [*signs.drill_square(x, y - 3.0, str(index + 1), 6.0),
                text((x + 8.0, y + FIELD / 2), name, FIELD, "bold", halo=1.0)]  # fmt: skip

    yield Note(Label(f"drill {index}", 1.0, tuple(spots)), draw)
    letter = (Words("S", SMALL, "bold"),)
    yield notes.written(
        f"start {index}", 2.0, [letter], notes.spots_round(cones[0], letter, 0, 1.9, lambda angle: angle / 1000)
    )
    pair = closest_pair(placement, seen)
    if pair and placement.tightest:
        far = (Words(words.at_most(placement.tightest.distance, units), SMALL, "bold"),)
        middle = ((pair[0][0] + pair[1][0]) / 2, (pair[0][1] + pair[1][1]) / 2)
        arrow = signs.both_ways(*pair)
        label = notes.written(f"closest {index}", 3.0, [far], notes.spots_round(middle, far, 0, 2.0, lambda angle: angle / 1000))
        yield Note(label.label, lambda spot: [*arrow, *label.draw(spot)])


def _name_notes(one: _Overview, seen: Ground) -> Iterator[Note]:
    for index, obstacle in enumerate(seen.yard.obstacles):
        centre, radius = geometry.widest_place(geometry.area_of(seen.view.line(obstacle.polygon)))
        rows = (Words(notes.shortened(obstacle.name, SMALL, "oblique", 30.0), SMALL, "oblique"),)
        wide, high = notes.size_of(rows)
        inside = [Spot(Box(centre, wide + 0.4, high))] if wide < 3.2 * radius else []
        spots = inside + notes.spots_round(centre, rows, 0, radius + 1.2, lambda angle: 3.0 + angle / 1000)
        note = notes.written(f"name {index}", 4.0, [rows], spots, halo=1.3)
        yield Note(Label(note.label.key, 4.0, note.label.spots, frozenset({f"thing {index}"})), note.draw)
    for reference in seen.yard.references:
        rows = (Words(reference.name, 4.2, "bold"),)
        spots = notes.spots_round(seen.view.place(reference.at), rows, 0, 2.9, lambda angle: angle / 1000)
        yield notes.written(f"reference {reference.name}", 1.5, [rows], spots)
    mentioned = {placement.tightest.to for placement in one.layout.placements if placement.tightest}
    sides = sorted(
        (side for side in range(len(seen.outline))),
        key=lambda side: -curve.length((seen.outline[side], seen.outline[(side + 1) % len(seen.outline)])),
    )
    for side in sides[:40]:
        name = ground.side_name(seen, side)
        line = (seen.outline[side], seen.outline[(side + 1) % len(seen.outline)])
        named = bool(seen.yard.side_names and seen.yard.side_names[side])
        if (named or name in mentioned) and curve.length(line) > 4.0:
            rows = (Words(notes.shortened(name, SMALL, "oblique", 40.0), SMALL, "oblique"),)
            spots = notes.spots_along(line, [rows], 1.4, (0.5, 0.35, 0.65, 0.2, 0.8))
            yield notes.written(f"side {side}", 5.0, [rows], outside_first(seen, spots))


def outside_first(seen: Ground, spots: Iterable[Spot]) -> list[Spot]:
    """The same places, those within the yard at a cost."""
    inside = geometry.area_of(seen.outline)
    ranked = []
    for spot in spots:
        x, y = spot.box.centre
        within = geometry.extent(geometry.overlap(inside, geometry.rectangle(x - 0.1, y - 0.1, x + 0.1, y + 0.1))) > 0.0
        ranked.append(Spot(spot.box, spot.cost + (1.5 if within else 0.0), spot.form))
    return ranked


def _furniture(one: _Overview, seen: Ground, room: Box) -> Iterator[Note]:
    """North and the scale bar, where the plan leaves room, outside the yard rather than in it."""
    left, top, right, bottom = _edges(room)
    inside = geometry.area_of(seen.outline)

    def cost(size: XY, at: XY) -> float:
        square = geometry.rectangle(at[0] - size[0] / 2, at[1] - size[1] / 2, at[0] + size[0] / 2, at[1] + size[1] / 2)
        on = geometry.extent(geometry.overlap(inside, square)) / (size[0] * size[1])
        return 6.0 * on + (bottom - at[1]) / 80.0 + (at[0] - left) / 200.0

    bar = scale_bar_length(seen.view, one.units)
    size = (bar[0][1] + 18.0, 11.5)
    spots = notes.spots_in(left, top, right, bottom, size, lambda at: cost(size, at))
    yield Note(Label("scale bar", 3.0, tuple(spots)), lambda spot: _draw_scale_bar(one, seen, bar, spot))
    if one.layout.yard.north is not None:
        wide = (9.0, 21.0)
        places = notes.spots_in(left, top, right, bottom, wide, lambda at: cost(wide, at))
        yield Note(
            Label("north", 3.2, tuple(places)),
            lambda spot: signs.north((spot.box.centre[0], spot.box.centre[1] + 2.6), 90.0),
        )


def scale_bar_length(view: View, units: Units) -> tuple[tuple[float, float], tuple[str, str]]:
    """A round length that is some 25 to 55 mm long on paper: half and whole in mm, and in words."""
    metre = METRES[units]
    for whole in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000):
        long = whole * metre * view.per_metre
        if long >= 25.0:
            break
    half = f"{whole / 2:g}"
    return (long / 2, long), (half, f"{whole} {units}")


def _draw_scale_bar(
    one: _Overview, seen: Ground, bar: tuple[tuple[float, float], tuple[str, str]], spot: Spot
) -> list[Mark]:
    x, y = spot.box.centre[0] - spot.box.width_mm / 2 + 2.0, spot.box.centre[1]
    said = scale_words(seen.view.scale, one.units)
    if one.units == "m":
        said += f" · 1 cm is {seen.view.scale / 100:g} m"
    return [*signs.scale_bar(x, y - 1.2, *bar), text((x, y + 5.0), said, SMALL)]


# --- the table ---------------------------------------------------------------------------------------------------


def _row_height(count: int) -> float:
    return 12.0 if count <= 4 else 10.2 if count <= 6 else 7.2


def _table_height(count: int) -> float:
    return _TABLE_HEAD + _row_height(count) * count + 1.0 if count else 0.0


def _table(one: _Overview, shown: range, top: float) -> Iterator[Mark]:
    yield rule(0.0, WIDE, top, BOLD_RULE)
    heads = ((9.5, "drill"), (46.0, "size"), (69.0, "length"), (92.0, "pace"), (108.0, "cones"), (121.0, "closest"),
             (143.0, "why not larger"))  # fmt: skip
    for x, word in heads:
        yield text((x, top + 4.2), word, SMALL)
    high = _row_height(len(shown))
    for row, index in enumerate(shown):
        y = top + _TABLE_HEAD + high * row
        yield rule(0.0, WIDE, y)
        yield from _row(one, one.layout.placements[index], index, y, high)


def _row(one: _Overview, placement: Placement, index: int, y: float, high: float) -> Iterator[Mark]:
    drill, two = placement.drill, high > 9.0
    base = y + (5.4 if two else high / 2 + FIELD / 2)
    low = base + 4.6
    yield from signs.drill_square(0.0, y + (high - 6.0) / 2 - (0.3 if two else 0.0), str(index + 1), 6.0)
    yield best_fit((9.5, base), drill.title, 35.0, style="bold", caps=(FIELD, 3.0, SMALL))
    yield text((46.0, base), words.per_cent(placement.size), FIELD, "bold")
    lengths = [row for row in words.lengths_of(placement) if row[3]] or words.lengths_of(placement)[:1]
    now = list(dict.fromkeys(words.figure(metres, one.units) for _, metres, _, _ in lengths))[:3]
    unit = "" if one.units == "ft" else f" {one.units}"
    yield best_fit((69.0, base), " / ".join(now) + unit, 22.0, caps=(FIELD, 3.0, SMALL))
    yield text((92.0, base), placement.pace, FIELD)
    yield text((108.0, base), str(len(placement.cones)), FIELD)
    tight = placement.tightest
    if tight:
        yield text((121.0, base), words.at_most(tight.distance, one.units), FIELD, room=21.0)
    why = words.why_not_larger(placement, one.units)
    if two:
        called = ", called" if any(leg.call for leg in placement.legs) else ""
        yield text((9.5, low), f"{drill.family}{called}", SMALL, room=35.0)
        yield from signs.size_bar(46.0, low - 2.0, 16.0, 1.8, placement.size, drill.size_max)
        yield text((69.0, low), _against(placement, lengths, one.units), SMALL, room=22.5)
        if tight:
            yield text((121.0, low), tight.to, SMALL, room=21.0)
        yield from paragraph(143.0, y + 4.4, why, WIDE - 143.0, SMALL, 2)
    else:
        yield best_fit((143.0, base - 0.4), why, WIDE - 143.0, caps=(SMALL,))


def _against(placement: Placement, lengths: Sequence[tuple[str, float, float, bool]], units: Units) -> str:
    if placement.drill.size_min == placement.drill.size_max:
        return lengths[0][0]
    full = words.full_words(placement.drill)
    if abs(placement.size - 1.0) < 1e-9:
        return full
    was = list(dict.fromkeys(words.figure(metres, units) for _, _, metres, _ in lengths))[:2]
    return f"{full} {' / '.join(was)}"
