"""The column beside the plan: what the lines mean, today's ground, what was left out, and what to know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from conedrills import geometry
from conedrills.compose import ground, signs
from conedrills.compose.ink import BLIND, FEED, FIELD, OBSTACLE, RULE, SMALL, dotted, paragraph, rule, text
from conedrills.drill import WAY
from conedrills.layout import Layout, layout_id
from conedrills.sheet import Mark, Stroke
from conedrills.yard import Units

_WIDE = 57.0
_ROW = 6.1
_WORDS = 17.0

Draw = Callable[[float, float], Sequence[Mark]]


@dataclass(frozen=True, slots=True)
class _Part:
    """A heading and what stands under it; `draw` gets the place of its first row."""

    heading: str
    high: float
    draw: Draw


def identity(layout: Layout) -> list[str]:
    """The short name by which two people can see that they hold the same layout."""
    return [f"layout {layout_id(layout)}"]


def column(layout: Layout, units: Units, left: float, top: float, bottom: float) -> list[Mark]:
    """All parts that have room, the more important first; of long lists as much as fits."""
    marks: list[Mark] = []
    y = top
    for part in _parts(layout, left, bottom - top):
        if y + 8.0 + part.high > bottom:
            continue
        marks.append(text((left, y + 4.0), part.heading, FIELD, "bold"))
        marks.append(rule(left, left + _WIDE, y + 5.6, RULE))
        marks += part.draw(left, y + 8.0)
        y += 8.0 + part.high + 4.0
    return marks


def _parts(layout: Layout, left: float, room: float) -> list[_Part]:
    rows = _rows(layout)
    parts = [_Part("How to read the plan", _ROW * len(rows), lambda x, y: _draw_rows(rows, x, y))]
    parts += _said("Left out", [f"{out.drill.title}: {out.reason}" for out in layout.unplaced], 5)
    wet = ["Wet grass: every run-out is half as long again."] if layout.space.factor > 1.0 else []
    yard = layout.yard
    today = [
        *wet,
        *([f"Slope: {yard.slope}."] if yard.slope else []),
        *([f"Sun: {yard.sun}."] if yard.sun else []),
    ]
    parts += _said("Today", today, 5)
    hooks = [f"{reference.name}  {reference.what}" for reference in yard.references]
    parts += _said("Hook tapes here", hooks, 8)
    parts += _said("Notes", list(dict.fromkeys([*layout.notes, *yard.notes])), 6)
    return parts


def _said(heading: str, sentences: Sequence[str], most: int) -> list[_Part]:
    lines: list[str] = []
    for place, sentence in enumerate(sentences):
        more = [mark.text for mark in paragraph(0.0, 0.0, sentence, _WIDE, SMALL, 3)]
        if len(lines) + len(more) > most and lines:
            lines.append(f"and {len(sentences) - place} more")
            break
        lines += more
    if not lines:
        return []

    def draw(x: float, y: float) -> list[Mark]:
        return [text((x, y + 2.8 + FEED[SMALL] * row), line, SMALL) for row, line in enumerate(lines)]

    return [_Part(heading, FEED[SMALL] * len(lines), draw)]


def _rows(layout: Layout) -> list[tuple[str, Draw]]:
    """Only what this sheet shows is explained."""
    ways = {WAY[leg.movement] for placement in layout.placements for leg in placement.legs}
    sorts = {ground.sort_of(obstacle) for obstacle in layout.yard.obstacles}
    rows: list[tuple[str, Draw]] = []
    if layout.placements:
        rows.append(("cone; S start", lambda x, y: [signs.cone((x + 3.6, y + 0.4), 2.6), signs.cone((x + 9.6, y + 0.4), 2.6),
                                                    text((x + 11.6, y + 1.2), "S", SMALL, "bold")]))  # fmt: skip
    for way in ("forward", "backward", "sideways"):
        if way in ways:
            rows.append((way, lambda x, y, way=way: signs.leg(((x, y), (x + 13.0, y)), way, 0.6, (2.6, 1.9))))  # type: ignore[misc]
    if layout.placements:
        rows.append(("keep clear", lambda x, y: [dotted(_capsule(x, y))]))
    if "backward" in ways:
        rows.append(("keep clear: blind side", _blind_sign))
    rows.append(("wall, fence: hard side", lambda x, y: [Stroke(((x, y), (x + 13.0, y)), 0.7)]))
    if "soft" in layout.yard.side_kinds:
        rows.append(
            ("open or soft side", lambda x, y: [Stroke(((x, y), (x + 13.0, y)), 0.35, dash_mm=(2.4, 1.4))])
        )
    for sort, word in (("building", "building"), ("water", "water"), ("other", "tree or other hard thing"),
                       ("soft", "soft: do not step in")):  # fmt: skip
        if sort in sorts:
            rows.append((word, lambda x, y, sort=sort: _thing_sign(x, y, sort)))  # type: ignore[misc]
    if layout.placements:
        rows.append(("closest hard thing", lambda x, y: signs.both_ways((x + 1.0, y), (x + 12.0, y))))
    return rows


def _draw_rows(rows: Sequence[tuple[str, Draw]], left: float, top: float) -> list[Mark]:
    marks: list[Mark] = []
    for row, (said, draw) in enumerate(rows):
        y = top + _ROW * row + 1.6
        marks += draw(left, y)
        marks.append(text((left + _WORDS, y + SMALL / 2), said, SMALL, room=_WIDE - _WORDS))
    return marks


def _capsule(x: float, y: float) -> tuple[tuple[float, float], ...]:
    (ring,) = geometry.swept(((x + 2.2, y), (x + 10.8, y)), 2.0)[0]
    return (*ring, ring[0])


def _blind_sign(x: float, y: float) -> list[Mark]:
    area = geometry.swept(((x + 2.2, y), (x + 10.8, y)), 2.0)
    return [
        dotted(_capsule(x, y)),
        *(Stroke(line, 0.25, BLIND) for line in geometry.hatched(area, 2.0, -45.0)),
    ]


def _thing_sign(x: float, y: float, sort: ground.Sort) -> list[Mark]:
    square = geometry.rectangle(x + 3.0, y - 2.0, x + 10.0, y + 2.0)
    dash = (1.4, 1.0) if sort == "soft" else ()
    edge = Stroke(square[0][0], 0.35 if sort == "soft" else OBSTACLE, dash_mm=dash, closed=True)
    return [*ground.hatching(square, sort), edge]
