"""A layout as one page for a phone: HTML that needs no network and no script; a script that only adds.

An element tree is written out, nothing is glued: what a stranger called his yard is text and stays text. The
page's own style and script are let in by their hashes, everything else is kept out. What it says is decided
in `compose/phone`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from itertools import groupby
from typing import Any, assert_never
from xml.etree.ElementTree import Element, SubElement, tostring

from conedrills.compose import curve, signs
from conedrills.compose.phone import Drawing, Phone, PhoneDrill, Section, Twin
from conedrills.compose.phone_picture import CONE, HIGH, NOW, WIDE, Numbered, Running, Stage
from conedrills.sheet import XY, Disc, Mark, Region, Stroke, Text
from conedrills.wording import plain_text

LAYOUT, PAGE = "layout", "page"
"""The ids of the blocks that hold the layout's JSON and what the script needs."""
_LONGEST = 2_000
"""Characters of one text."""
_BEGINNING = b'<!DOCTYPE html>\n<html lang="'
_GENERATOR = b'<meta name="generator" content="conedrills '
_HEAD = 4_096
_COMMENTS = ("//", "/*", "* ", "*/")
_SHORTEST: Mapping[str, Any] = {"ensure_ascii": False, "separators": (",", ":")}
_SHORT = 3
"""Letters up to which a text is as long as composed, whatever the font."""


def write(page: Phone, *, source: bytes = b"") -> bytes:
    """The file.

    Args:
        page: what to show.
        source: the layout's JSON, which the page carries so that it can be opened again; b"" for none.
    """
    style = _asset("page.css")
    scripts = [_asset(name) for name in ("reckon.js", "page.js")]
    root = Element("html", {"lang": page.language})
    _head(root, page, style, scripts)
    body = SubElement(root, "body")
    SubElement(body, "main", {"id": "app", "class": "app", "hidden": ""})
    _sheet(body, page)
    for drill in page.drills:
        _templates(body, drill)
    if source:
        _block(body, LAYOUT, json.dumps(json.loads(source), **_SHORTEST))
    said = {**page.data, "words": page.words}
    _block(body, PAGE, json.dumps(_safe(said), **_SHORTEST))
    for script in scripts:
        SubElement(body, "script").text = script
    return b"<!DOCTYPE html>\n" + tostring(root, encoding="unicode", method="html").encode() + b"\n"


def is_ours(content: bytes) -> bool:
    """Whether a file is such a page, by how it begins."""
    return content.startswith(_BEGINNING) and _GENERATOR in content[:_HEAD]


def _asset(name: str) -> str:
    """A style or a script of ours without indentation and comments, which have lines of their own."""
    text = resources.files("conedrills").joinpath("phone", name).read_text("utf-8")
    lines = (line.strip() for line in text.splitlines() if line.strip() != "*")
    return "\n".join(line for line in lines if line and not line.startswith(_COMMENTS)) + "\n"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def _head(root: Element, page: Phone, style: str, scripts: Iterable[str]) -> None:
    head = SubElement(root, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    rules = (
        f"default-src 'none'; script-src {' '.join(map(_hash, scripts))}; style-src {_hash(style)};"
        " base-uri 'none'; form-action 'none'"
    )
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": rules})
    SubElement(head, "meta", {"name": "generator", "content": page.made_by})
    SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    SubElement(head, "meta", {"name": "color-scheme", "content": "light dark"})
    SubElement(head, "meta", {"name": "referrer", "content": "no-referrer"})
    _say(head, "title", page.title)
    SubElement(head, "style").text = style


def _block(body: Element, name: str, content: str) -> None:
    """Data for a script: in it no tag can end the block."""
    element = SubElement(body, "script", {"type": "application/json", "id": name})
    element.text = content.replace("<", "\\u003c")


def _safe(value: Any) -> Any:
    """Every text of a stranger's as it can be shown."""
    match value:
        case str():
            return plain_text(value, _LONGEST)
        case Mapping():
            return {key: _safe(part) for key, part in value.items()}
        case list() | tuple():
            return [_safe(part) for part in value]
        case _:
            return value


def _say(parent: Element, tag: str, said: str | Twin, attributes: Mapping[str, str] | None = None) -> Element:
    """A text; one that differs between units carries both."""
    element = SubElement(parent, tag, dict(attributes or {}))
    if isinstance(said, Twin):
        if said.m != said.ft:
            for units, text in (("m", said.m), ("ft", said.ft)):
                element.set(f"data-{units}", plain_text(text, _LONGEST))
        said = said.shown
    element.text = plain_text(said, _LONGEST)
    return element


# --- the whole sheet --------------------------------------------------------------------------------------


def _sheet(body: Element, page: Phone) -> None:
    sheet = SubElement(body, "main", {"id": "sheet", "class": "sheet"})
    _say(sheet, "h1", page.title)
    _say(sheet, "p", page.below, {"class": "below"})
    if page.drills:
        contents = SubElement(sheet, "nav", {"class": "contents", "aria-label": page.headings["drills"]})
        entries = SubElement(contents, "ol")
        for drill in page.drills:
            link = SubElement(SubElement(entries, "li"), "a", {"href": f"#drill-{drill.number}"})
            _say(link, "span", str(drill.number), {"class": "square"})
            _say(link, "span", drill.title)
    _sections(sheet, page.yard, "h2")
    for drill in page.drills:
        _drill(sheet, drill, page.headings)
    ending = SubElement(sheet, "section", {"class": "drill"})
    _sections(ending, page.ending, "h2")
    _say(ending, "p", f"{page.identity} · {page.made_by}", {"class": "identity"})


def _sections(parent: Element, sections: Iterable[Section], heading: str = "h3") -> None:
    for section in sections:
        if not section.lines:
            continue
        if section.heading:
            _say(parent, heading, section.heading, {"class": "part"})
        holder = SubElement(parent, "ul") if section.listed else parent
        for line in section.lines:
            _say(holder, "li" if section.listed else "p", line)


def _drill(sheet: Element, drill: PhoneDrill, headings: Mapping[str, str]) -> None:
    section = SubElement(sheet, "section", {"class": "drill", "id": f"drill-{drill.number}"})
    title = SubElement(section, "h2", {"class": "drill-title"})
    _say(title, "span", str(drill.number), {"class": "square"})
    _say(title, "span", drill.title)
    _say(section, "p", drill.below, {"class": "below"})
    for line in drill.about:
        _say(section, "p", line)
    if drill.build:
        _say(section, "h3", headings["setout"], {"class": "part"})
        _figure(section, drill.build)
        _table(section, drill)
        _sections(section, drill.setout)
    _say(section, "h3", headings["run"], {"class": "part"})
    for line in drill.begin:
        _say(section, "p", line)
    _figure(section, drill.picture)
    run: Element | None = None
    who = ""
    for leg in drill.legs:
        if leg.who != who:
            who, run = leg.who, None
            _say(section, "h4", who)
        run = SubElement(section, "ol", {"class": "run"}) if run is None else run
        row = SubElement(run, "li")
        _say(row, "span", leg.ring, {"class": f"ring {leg.way}{' square-ring' * leg.square}"})
        said = SubElement(row, "div", {"class": "said"})
        move = SubElement(said, "p", {"class": "move"})
        _say(move, "span", leg.move)
        _say(move, "span", leg.length, {"class": "far"})
        _say(said, "p", f"{leg.cones}. {leg.said}")
    _sections(section, drill.sections)


def _table(section: Element, drill: PhoneDrill) -> None:
    table = SubElement(section, "table")
    heads = SubElement(SubElement(table, "thead"), "tr")
    for head in drill.heads:
        _say(heads, "th", head, {"scope": "col"})
    for row in drill.rows:
        body = SubElement(table, "tbody")
        cells = SubElement(body, "tr")
        _say(cells, "th", str(row.cone), {"scope": "rowgroup", "rowspan": "2"})
        for place, (hook, figure) in enumerate((row.first, row.second, row.check)):
            cell = SubElement(cells, "td")
            if hook:
                cell.text = plain_text(hook) + " "
                _say(cell, "b" if place < 2 else "span", figure)
        _say(SubElement(body, "tr"), "td", row.where, {"class": "where", "colspan": "3"})


def _figure(section: Element, drawing: Drawing) -> None:
    figure = SubElement(section, "figure")
    svg = _svg(figure, drawing.wide, drawing.high)
    svg.set("role", "img")
    svg.set("aria-label", plain_text(drawing.title, _LONGEST))
    _draw(svg, drawing.marks, drawing.twins)


# --- what the script leads through ------------------------------------------------------------------------


def _templates(body: Element, drill: PhoneDrill) -> None:
    if drill.stages:
        holder = SubElement(body, "template", {"id": f"stages-{drill.number}"})
        for stage in drill.stages:
            _stage(holder, stage, drill.twins)
    _running(SubElement(body, "template", {"id": f"running-{drill.number}"}), drill.running, drill.twins)


def _stage(holder: Element, stage: Stage, twins: Mapping[str, str]) -> None:
    svg = _svg(holder, WIDE, HIGH)
    svg.set("class", "building")
    svg.set("aria-hidden", "true")
    _draw(SubElement(svg, "g"), stage.ground)
    for number, marks in stage.steps:
        _draw(SubElement(svg, "g", {"class": "step", "data-step": str(number)}), marks, twins)
    _cones(svg, stage.cones)


def _running(holder: Element, running: Running, twins: Mapping[str, str]) -> None:
    svg = _svg(holder, WIDE, HIGH)
    svg.set("class", "running")
    svg.set("aria-hidden", "true")
    for index, marks in running.zones:
        _draw(SubElement(svg, "g", {"class": "zone", "data-leg": str(index)}), marks, twins)
    SubElement(svg, "g", {"class": "legs"})
    if running.caller:
        _draw(SubElement(svg, "g", {"class": "caller"}), signs.runner(running.caller, -90.0, 0.8))
    _cones(svg, running.cones)
    for kind in ("runner", "runner other")[: running.athletes][::-1]:
        _draw(SubElement(svg, "g", {"class": kind}), signs.runner((0.0, 0.0), 90.0))


def _cones(svg: Element, cones: Iterable[Numbered]) -> None:
    for cone in cones:
        group = SubElement(svg, "g", {"class": "cone", "data-cone": str(cone.number)})
        x, y = cone.at
        ring = {"class": "mark", "cx": _number(x), "cy": _number(y), "r": _number(NOW)}
        SubElement(group, "circle", ring)
        ticks = [
            (curve.step(cone.at, angle, NOW + 0.8), curve.step(cone.at, angle, NOW + 2.4))
            for angle in (20.0, 92.0, 164.0, 236.0, 308.0)
        ]
        SubElement(group, "path", {"class": "mark", "d": "".join(_line(tick) for tick in ticks)})
        (corners,) = signs.cone(cone.at, CONE).rings
        SubElement(group, "path", {"class": "tri", "d": _line(corners) + "Z"})
        number = {"x": _number(cone.label[0]), "y": _number(cone.label[1] + 1.95)}
        SubElement(group, "text", number).text = str(cone.number)


# --- marks ------------------------------------------------------------------------------------------------


def _svg(parent: Element, wide: float, high: float) -> Element:
    box = f"0 0 {_number(wide)} {_number(high)}"
    return SubElement(parent, "svg", {"viewBox": box})


def _draw(parent: Element, marks: Iterable[Mark], twins: Mapping[str, str] | None = None) -> None:
    """The marks in order; lines of one sort that follow each other are one path."""
    for style, group in groupby(marks, key=_style):
        if style is None:
            for mark in group:
                _mark(parent, mark, twins or {})
        else:
            lines = "".join(_stroke(mark) for mark in group if isinstance(mark, Stroke))
            SubElement(parent, "path", {"d": lines, "fill": "none", **dict(style)})


def _style(mark: Mark) -> tuple[tuple[str, str], ...] | None:
    """How a line is drawn; None for what is no line."""
    if not isinstance(mark, Stroke):
        return None
    style = [("stroke", _colour(mark.colour)), ("stroke-width", _number(mark.width_mm))]
    if mark.dash_mm:
        style.append(("stroke-dasharray", " ".join(_number(length) for length in mark.dash_mm)))
    if mark.round_ends:
        style.append(("stroke-linecap", "round"))
    return tuple(style)


def _stroke(mark: Stroke) -> str:
    return _line(mark.points) + ("Z" if mark.closed else "")


def _mark(parent: Element, mark: Mark, twins: Mapping[str, str]) -> None:
    match mark:
        case Stroke():
            SubElement(parent, "path", {"d": _stroke(mark), "fill": "none", **dict(_style(mark) or ())})
        case Region():
            outline = "".join(f"{_line(ring)}Z" for ring in mark.rings)
            paint = _paint(mark.fill, mark.colour, mark.width_mm)
            rule = {"fill-rule": "evenodd"} if len(mark.rings) > 1 else {}
            SubElement(parent, "path", {"d": outline, **rule, **paint})
        case Disc():
            place = {"cx": _number(mark.centre[0]), "cy": _number(mark.centre[1])}
            paint = _paint(mark.fill, mark.colour, mark.width_mm)
            SubElement(parent, "circle", {**place, "r": _number(mark.radius_mm), **paint})
        case Text():
            _text(parent, mark, twins)
        case _:
            assert_never(mark)


def _text(parent: Element, mark: Text, twins: Mapping[str, str]) -> None:
    x, y = (_number(part) for part in mark.at)
    element = SubElement(parent, "text", {"x": x, "y": y, "font-size": _number(mark.size_mm)})
    if mark.colour != "#000000":
        element.set("fill", _colour(mark.colour))
    if mark.style == "bold":
        element.set("font-weight", "bold")
    if mark.style == "oblique":
        element.set("font-style", "italic")
    if mark.anchor != "start":
        element.set("text-anchor", mark.anchor)
    if mark.angle_deg:
        element.set("transform", f"rotate({_number(-mark.angle_deg)} {x} {y})")
    if mark.halo_mm:
        element.set("class", "halo")  # its colour comes with the style, or it would lie over the letters
        element.set("stroke-width", _number(2 * mark.halo_mm))
    if mark.width_mm and len(mark.text) > _SHORT:
        element.set("textLength", _number(mark.width_mm))
        element.set("lengthAdjust", "spacingAndGlyphs")
    element.text = plain_text(mark.text, _LONGEST)
    other = mark.text
    for said in sorted(twins, key=len, reverse=True):
        if said in other:
            other = other.replace(said, twins[said])
            break
    if other != mark.text:
        element.set("data-other", plain_text(other, _LONGEST))


def _paint(fill: str | None, colour: str, width_mm: float) -> dict[str, str]:
    outline = {"stroke": _colour(colour), "stroke-width": _number(width_mm)} if width_mm else {}
    return {"fill": _colour(fill) if fill else "none", **outline}


def _colour(colour: str) -> str:
    """As short as it can be written."""
    pairs = (colour[1:3], colour[3:5], colour[5:7])
    return "#" + "".join(pair[0] for pair in pairs) if all(pair[0] == pair[1] for pair in pairs) else colour


def _line(points: Sequence[XY]) -> str:
    """A path from point to point, in steps: short to write, and no rounding adds up.

    To a tenth of a millimetre, half a pixel of a phone.
    """
    (x, y), *rest = [(round(x * 10), round(y * 10)) for x, y in points]
    parts = [f"M{_short(x / 10)} {_short(y / 10)}"]
    for to_x, to_y in rest:
        dx, dy = (to_x - x) / 10, (to_y - y) / 10
        if dy == 0:
            parts.append(f"h{_short(dx)}")
        elif dx == 0:
            parts.append(f"v{_short(dy)}")
        else:
            parts.append(f"l{_short(dx)}{'' if dy < 0 else ' '}{_short(dy)}")
        x, y = to_x, to_y
    return "".join(parts)


def _short(value: float) -> str:
    """A number as short as a path allows."""
    said = _number(value)
    sign, whole = ("-", said[1:]) if said.startswith("-") else ("", said)
    return sign + (whole[1:] if whole.startswith("0.") else whole)


def _number(value: float) -> str:
    """Millimetres to the hundredth, never -0."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
