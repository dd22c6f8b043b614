"""Coordinate systems in well-known text (WKT, OGC 01-009 and 18-010): degrees, Web Mercator, map grids.

No table of systems is needed: the text holds all numbers of a projection, and its scale at a place follows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from conedrills.units import METRES
from conedrills.wording import plain_text
from conedrills.yard import Units

GRID = "lengths of a map grid are off by up to about 1 in 1,000 (3 cm in 30 m)."
FAR = 1e8
"""Units from the origin beyond which no map grid goes, even one with the number of its zone in front."""
_EQUATOR = 6_378_137.0  # metres, the semi-major axis of WGS 84 and GRS 80, and the radius of Web Mercator
_ECCENTRICITY = 0.081_819_190_842_6  # first eccentricity of both
_TRUEST = 0.9  # scale of a grid beyond which the place is not meant, or the numbers are wrong
_RADIUS = 6_371_000.0  # metres, of the earth; a millionth of a scale needs no better


@dataclass(frozen=True, slots=True)
class System:
    """What the numbers of a layer are: `unit` is metres (of `degrees`: degrees) in one of them.

    `method` is the projection of a map grid and `numbers` are its parameters by name, both in small letters
    without spaces: metres, degrees.
    """

    kind: Literal["degrees", "mercator", "grid"]
    name: str = ""
    unit: float = 1.0
    method: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)


def shown_units(metres: float) -> Units:
    """The units in which to show lengths of a file that counts in some unit of so many metres."""
    shown: tuple[Units, ...] = ("ft", "yd")
    return next((units for units in shown if abs(metres - METRES[units]) < 1e-5), "m")


def unmercator(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude, degrees, of a place in Web Mercator (EPSG method 1024), metres.

    >>> [round(number, 9) for number in unmercator(20037508.342789244, -20037508.342789244)]
    [180.0, -85.05112878]
    """
    y = max(-1e9, min(1e9, y))
    return math.degrees(x / _EQUATOR), math.degrees(math.atan(math.sinh(y / _EQUATOR)))


_KEEP_SHAPES = (
    "transversemercator", "gausskruger", "gausskrueger", "lambertconformalconic", "lambertconicconformal",
    "lambertconicnearconformal", "hotine", "obliquemercator", "swissoblique", "obliquestereographic",
    "doublestereographic", "stereographic", "polarstereographic", "krovak", "cassini", "newzealandmapgrid",
)  # fmt: skip
"""Projections in which surveyors keep land, as they begin without spaces: true to about 1 in 1,000."""
_WEB = re.compile(r"pseudo.?mercator|auxiliary_?sphere|web.?mercator", re.IGNORECASE)
_LONGEST = 20_000  # letters of well-known text
_DEEPEST = 20
_WKT = re.compile(
    r'"(?P<text>(?:[^"]|"")*)"|(?P<key>[A-Za-z_]\w*)\s*[\[(]|(?P<end>[\])])|(?P<word>[^\s,\[\]()"]+)'
)


@dataclass(slots=True)
class _Node:
    key: str
    values: list[str | _Node] = field(default_factory=list)

    def children(self, *keys: str) -> list[_Node]:
        return [value for value in self.values if isinstance(value, _Node) and value.key in keys]

    def every(self) -> Iterator[_Node]:
        yield self
        for value in self.values:
            if isinstance(value, _Node):
                yield from value.every()

    @property
    def name(self) -> str:
        return plain_text(self.values[0]) if self.values and isinstance(self.values[0], str) else ""


def system(wkt: str) -> System | None:
    """What the coordinates of well-known text are; None where it says nothing of them.

    Raises:
        ValueError: they are of a kind that says no lengths here; the message goes on after the file.

    >>> system('PROJCS["UTM 33N",PROJECTION["Transverse_Mercator"],UNIT["metre",1]]')
    System(kind='grid', name='UTM 33N', unit=1.0, method='transversemercator', numbers={})
    >>> system("") is None
    True
    """
    root = _parsed(wkt)
    every = list(root.every()) if root else []
    for node in every:
        if node.key in ("PROJCS", "PROJCRS"):
            return _projected(node)
    for node in every:
        if node.key in ("GEOGCS", "GEOGCRS", "GEODCRS", "GEODETICCRS", "GEOGRAPHICCRS"):
            unit = _unit(node, "UNIT", "ANGLEUNIT")
            if unit is not None and abs(unit - math.pi / 180.0) > 1e-7:
                raise ValueError(f'"{node.name}" does not count in degrees. Save it as WGS 84 (EPSG:4326).')
            return System("degrees", node.name)
    for node in every:
        if node.key in ("LOCAL_CS", "ENGCRS", "ENGINEERINGCRS") and (unit := _unit(node)):
            return System("grid", "", unit)
    return None


def _projected(node: _Node) -> System:
    unit = _unit(node)
    if unit is None or not 1e-4 < unit < 1e4:
        raise ValueError(f'its coordinate system "{node.name}" names no unit. Save it as WGS 84 (EPSG:4326).')
    methods = [one.name for one in node.every() if one.key in ("PROJECTION", "METHOD")]
    method = methods[0] if methods else ""
    if _WEB.search(f"{node.name} {method}"):
        return System("mercator", node.name, unit)
    plain = re.sub(r"[^a-z]", "", method.casefold())
    if not plain.startswith(_KEEP_SHAPES):
        raise ValueError(
            f'its map projection "{plain_text(method) or node.name}" does not keep lengths. Save it as WGS 84'
            " (EPSG:4326)."
        )
    return System("grid", node.name, unit, plain, _numbers(node, unit))


def _numbers(node: _Node, unit: float) -> dict[str, float]:
    """The parameters of a projection: lengths in metres, angles in degrees."""
    found = {}
    for one in node.every():
        match one.values:
            case [str(name), str(number), *_] if one.key == "PARAMETER":
                plain = re.sub(r"[^a-z0-9]", "", name.casefold())
                try:
                    found[plain] = float(number) * (
                        unit if "easting" in plain or "northing" in plain else 1.0
                    )
                except ValueError:
                    continue
            case _:
                continue
    return found


def scale_at(where: System, x: float, y: float) -> float | None:
    """How much longer lengths are on a map grid than on the ellipsoid; None where its text does not say.

    Args:
        where: the system of the grid.
        x: in its unit.
        y: in its unit.

    Raises:
        ValueError: the grid is hopeless there; the message goes on after the file.
    """
    try:
        if where.method.startswith(("transversemercator", "gausskru")):
            scale = _scale_of_transverse(where, x * where.unit)
        elif where.method.startswith(("lambertconformalconic", "lambertconicconformal")):
            scale = _scale_of_cone(where, x * where.unit, y * where.unit)
        else:
            return None
    except (ArithmeticError, ValueError):
        scale = math.nan
    if scale is not None and not _TRUEST < scale < 1.0 / _TRUEST:
        raise ValueError(
            f'the place is not where its map grid "{where.name}" was made for. Save it as WGS 84 (EPSG:4326).'
        )
    return scale


def _scale_of_transverse(where: System, x: float) -> float | None:
    # Snyder, Map Projections (USGS 1395), 8-11 on the sphere: within a millionth in a zone of six degrees
    scale, east = _number(where, "scalefactor"), _number(where, "falseeasting")
    if scale is None or east is None:
        return None
    return scale * (1.0 + ((x - east) / (scale * _RADIUS)) ** 2 / 2.0)


def _scale_of_cone(where: System, x: float, y: float) -> float | None:
    # Snyder 14-15, 15-1 to 15-11 and 7-9; k = rho n / (a m)
    first = _number(where, "standardparallel1", "latitudeof1st")
    second = _number(where, "standardparallel2", "latitudeof2nd")
    origin = _number(where, "latitudeoforigin", "latitudeoffalse", "latitudeofnatural")
    east, north = _number(where, "falseeasting", "eastingat"), _number(where, "falsenorthing", "northingat")
    if origin is None or east is None or north is None:
        return None
    scale = _number(where, "scalefactor")
    if first is None or second is None:
        first = second = origin
    elif scale is None:
        scale = 1.0
    if scale is None:
        return None
    m1, t1 = _m(first), _t(first)
    n = math.sin(math.radians(first))
    if second != first:
        n = math.log(m1 / _m(second)) / math.log(t1 / _t(second))
    cone: float = scale * _EQUATOR * m1 / (n * t1**n)
    rho = math.copysign(math.hypot(x - east, cone * _t(origin) ** n - (y - north)), n)
    t: float = (rho / cone) ** (1.0 / n)
    latitude = math.pi / 2.0 - 2.0 * math.atan(t)
    for _ in range(8):
        sine = _ECCENTRICITY * math.sin(latitude)
        latitude = math.pi / 2.0 - 2.0 * math.atan(t * ((1.0 - sine) / (1.0 + sine)) ** (_ECCENTRICITY / 2.0))
    scale_there: float = rho * n / (_EQUATOR * _m(math.degrees(latitude)))
    return scale_there


def _m(latitude: float) -> float:
    sine = math.sin(math.radians(latitude))
    return math.cos(math.radians(latitude)) / math.sqrt(1.0 - (_ECCENTRICITY * sine) ** 2)


def _t(latitude: float) -> float:
    sine = _ECCENTRICITY * math.sin(math.radians(latitude))
    half = math.pi / 4.0 - math.radians(latitude) / 2.0
    ratio: float = ((1.0 - sine) / (1.0 + sine)) ** (_ECCENTRICITY / 2.0)
    return math.tan(half) / ratio


def _number(where: System, *beginnings: str) -> float | None:
    """The parameter whose name begins so."""
    return next((number for name, number in where.numbers.items() if name.startswith(beginnings)), None)


def _unit(node: _Node, *keys: str) -> float | None:
    """The factor of the unit of a system: its own, or that of its axes."""
    keys = keys or ("UNIT", "LENGTHUNIT")
    units = node.children(*keys) or [unit for axis in node.children("AXIS") for unit in axis.children(*keys)]
    for unit in reversed(units):
        match unit.values:
            case [_, str(factor), *_]:
                try:
                    return float(factor)
                except ValueError:
                    return None
            case _:
                continue
    return None


def _parsed(wkt: str) -> _Node | None:
    """The tree of well-known text as far as it goes; None where it is none."""
    top = _Node("")
    stack = [top]
    for match in _WKT.finditer(wkt[:_LONGEST]):
        if match["key"] is not None:
            node = _Node(match["key"].upper())
            stack[-1].values.append(node)
            stack.append(node)
            if len(stack) > _DEEPEST:
                return None
        elif match["end"] is not None:
            if len(stack) > 1:
                stack.pop()
        else:
            text = match["text"]
            stack[-1].values.append(match["word"] if text is None else text.replace('""', '"'))
    return top if top.values else None
