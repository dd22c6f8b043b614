"""Places on the ellipsoid of WGS 84 as local metres, x east and y north."""

from __future__ import annotations

import math
from collections.abc import Sequence

from conedrills.geometry import Line
from conedrills.yard import WIDEST

_EQUATOR = 6_378_137.0
_ECCENTRICITY = 0.006_694_379_990_141_317


def local_metres(rings: Sequence[Line]) -> list[Line]:
    """Longitude and latitude, degrees, as metres from the first place of the first ring."""
    latitudes = [latitude for _, latitude in rings[0]]
    middle = math.radians((min(latitudes) + max(latitudes)) / 2.0)
    w = math.sqrt(1.0 - _ECCENTRICITY * math.sin(middle) ** 2)
    north = math.radians(_EQUATOR * (1.0 - _ECCENTRICITY) / w**3)
    east = math.radians(_EQUATOR / w * math.cos(middle))
    west, south = rings[0][0]
    projected = [
        tuple((((x - west + 180.0) % 360.0 - 180.0) * east, (y - south) * north) for x, y in ring)
        for ring in rings
    ]
    across = max(max(p[a] for p in projected[0]) - min(p[a] for p in projected[0]) for a in (0, 1))
    if across > WIDEST:
        raise ValueError(f"as longitude and latitude it is {across / 1000.0:,.0f} km across.")
    return projected
