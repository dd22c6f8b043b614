"""Longitude and latitude as local metres, x east and y north; the ellipsoid is that of WGS 84."""

from __future__ import annotations

import math
from collections.abc import Sequence

from conedrills.geometry import Line
from conedrills.yard import WIDEST

_EQUATOR = 6_378_137.0  # metres, the semi-major axis of WGS 84
_ECCENTRICITY = 0.006_694_379_990_141_317  # first eccentricity of WGS 84, squared
_ARCTIC = 66.6  # degrees of latitude beyond which hardly anybody mows a lawn


def degrees_problem(longitude: float, latitude: float, order: str) -> str | None:
    """What is wrong with a place as longitude and latitude, a sentence or two; None where nothing is.

    >>> degrees_problem(37.0, 122.0, "KML writes longitude,latitude")
    'there is no latitude 122; KML writes longitude,latitude. Swap them.'
    """
    if abs(longitude) <= 180.0 and abs(latitude) <= 90.0:
        return None
    if abs(longitude) <= 90.0 and abs(latitude) <= 180.0:
        return f"there is no latitude {latitude:g}; {order}. Swap them."
    return f"({longitude:g}, {latitude:g}) is not longitude and latitude."


def arctic_note(ring: Line) -> str | None:
    """What to say of an outline, in degrees, that lies where few yards are; None where it does not.

    >>> arctic_note(((45.0, 75.0), (45.0, 75.001), (45.001, 75.0)))
    'the yard lies at latitude 75.0; if it does not, longitude and latitude are swapped.'
    """
    if max(abs(latitude) for _, latitude in ring) <= _ARCTIC:
        return None
    return f"the yard lies at latitude {ring[0][1]:.1f}; if it does not, longitude and latitude are swapped."


def local_metres(rings: Sequence[Line]) -> list[Line]:
    """Longitude and latitude, degrees, as metres from the first corner of the first ring, the boundary.

    The two radii of the ellipsoid at the middle latitude: within 1 mm of a geodesic over 100 m at 40 degrees
    of latitude, 2.5 mm at 70.

    Raises:
        ValueError: the boundary is too large for a yard; the message goes on after the file.

    >>> [[tuple(round(metres, 3) for metres in place) for place in ring]
    ...  for ring in local_metres([((-75.0, 40.0), (-75.0, 40.001), (-74.999, 40.001))])]
    [[(0.0, 0.0), (0.0, 111.035), (85.393, 111.035)]]
    """
    latitudes = [latitude for _, latitude in rings[0]]
    middle = math.radians((min(latitudes) + max(latitudes)) / 2.0)
    # M = a (1 - e²) / w³ along the meridian and N = a / w across it, w² = 1 - e² sin² φ
    w = math.sqrt(1.0 - _ECCENTRICITY * math.sin(middle) ** 2)
    north = math.radians(_EQUATOR * (1.0 - _ECCENTRICITY) / w**3)
    east = math.radians(_EQUATOR / w * math.cos(middle))
    west, south = rings[0][0]
    projected = [
        # the date line is no gap in the ground
        tuple((((x - west + 180.0) % 360.0 - 180.0) * east, (y - south) * north) for x, y in ring)
        for ring in rings
    ]
    across = max(max(axis) - min(axis) for axis in zip(*projected[0], strict=True))
    if across > WIDEST:
        raise ValueError(
            f"as longitude and latitude it is {across / 1000.0:,.0f} km across; {WIDEST:g} m are allowed."
        )
    return projected
