"""GPX (topografix.com, 1.0 and 1.1): a track or a route round the lawn, as a shape only."""

from __future__ import annotations

import dataclasses
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from conedrills import importers
from conedrills.errors import YardError
from conedrills.geodesy import degrees_problem, local_metres
from conedrills.geometry import XY
from conedrills.importers._choice import choose
from conedrills.importers._layers import counted
from conedrills.importers._walked import NEAR, yard_of_walk
from conedrills.safexml import line_of, parse, root_name
from conedrills.wording import plain_text
from conedrills.yard import Yard

_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*")
_RECORD = "Record a track while walking round the lawn, and save that as GPX."


@dataclass(frozen=True, slots=True)
class _Walk:
    """A track, a part of one, or a route: the elements of its points, and its names."""

    points: tuple[Element, ...]
    names: tuple[str, ...]


def claims(source: importers.Source) -> bool:
    """Whether its first element is that of GPX, or it is XML that breaks off and is named so."""
    name = root_name(source.content)
    if name is None:
        named = source.label.casefold().endswith(".gpx")
        return named and source.content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    return name == "gpx"


def read(source: importers.Source, feature: str | None) -> Yard:
    """The yard about which somebody walked.

    Args:
        source: what was read.
        feature: which of several tracks, by name or by number from 1; None where there is only one.

    Raises:
        YardError: the file is wrong, has no track, or several and none is chosen, or the track is no walk
            round a yard.
    """
    left_out: Counter[str] = Counter()
    walks = list(_walks(source.label, parse(source.content, source.label), left_out))
    if not walks:
        instead = f" but {counted(left_out)}" if left_out else ""
        order = "; points alone do not say in which order they go round" if left_out["waypoint"] else ""
        raise YardError(f"{source.label}: there is no track in it{instead}{order}. {_RECORD}")
    chosen = walks[choose(source.label, [walk.names for walk in walks], feature, "track")]
    track = [_place(source.label, point) for point in chosen.points]
    name = next((name for name in chosen.names if not name.isdigit()), source.stem)
    yard = yard_of_walk(source.label, name, track)
    notes = []
    if left_out:
        notes.append(f"left out: {counted(left_out)}.")
    if len(walks) > 1:
        notes.append(f"one of {len(walks)} tracks in the file was read.")
    return dataclasses.replace(yard, notes=(*notes, *yard.notes))


def _walks(label: str, root: Element, left_out: Counter[str]) -> Iterator[_Walk]:
    """The tracks and routes; a track that goes on where it paused is one, another is one a part."""
    for element in root:
        names = (name,) if (name := plain_text(element.findtext("name") or "")) else ()
        if element.tag == "wpt":
            left_out["waypoint"] += 1
        elif element.tag == "rte":
            points = tuple(element.iterfind("rtept"))
            if points:
                yield _Walk(points, names)
            else:
                left_out["empty route"] += 1
        elif element.tag == "trk":
            parts = [part for one in element.iterfind("trkseg") if (part := tuple(one.iterfind("trkpt")))]
            if not parts:
                left_out["empty track"] += 1
            elif all(_goes_on(label, before, after) for before, after in itertools.pairwise(parts)):
                yield _Walk(tuple(point for part in parts for point in part), names)
            else:
                for number, part in enumerate(parts, 1):
                    yield _Walk(part, tuple(f"{name}, part {number}" for name in names))


def _goes_on(label: str, before: tuple[Element, ...], after: tuple[Element, ...]) -> bool:
    try:
        ends = (_place(label, before[-1]), _place(label, after[0]))
        return math.dist(*local_metres([ends])[0]) <= NEAR
    except (YardError, ValueError):
        return False


def _place(label: str, point: Element) -> XY:
    """Longitude and latitude of a point of a track."""
    latitude, longitude = point.get("lat", ""), point.get("lon", "")
    where = f"{label}:{line_of(point)}"
    if not (_NUMBER.fullmatch(latitude) and _NUMBER.fullmatch(longitude)):
        told = f'lat="{plain_text(latitude, 20)}" lon="{plain_text(longitude, 20)}"'
        raise YardError(f'{where}: {told} is no place in degrees; one is lat="43.5740" lon="5.0681".')
    problem = degrees_problem(float(longitude), float(latitude), "GPX names them lat and lon")
    if problem is not None:
        raise YardError(f"{where}: {problem}")
    return float(longitude), float(latitude)
