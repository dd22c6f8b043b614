"""Longitude and latitude as local metres, x east and y north; the ellipsoid is that of WGS 84."""

from __future__ import annotations

import math
from collections.abc import Sequence

from conedrills.geometry import Line
from conedrills.yard import WIDEST

_EQUATOR = 6_378_137.0  # metres, the semi-major axis of WGS 84
_ECCENTRICITY = 0.006_694_379_990_141_317  # first eccentricity of WGS 84, squared


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
