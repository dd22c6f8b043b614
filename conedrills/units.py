"""Lengths as people write them, to metres and back. The only room where 0.3048 may appear; no geometry.

Units die here: below this room every number is metres.
"""

from __future__ import annotations

from collections.abc import Mapping

METRES: Mapping[str, float] = {"m": 1.0, "yd": 0.9144, "ft": 0.3048, "in": 0.0254}
"""Metres in one of each unit that a file may name (exact by the 1959 yard and pound agreement)."""
