"""The features of our GeoJSON read with the json module."""

from __future__ import annotations

import json
from typing import Any


def features(content: bytes, what: str) -> list[dict[str, Any]]:
    """Those that are a `yard`, `obstacle`, `reference`, `cone`, `leg` or `caller`, in their order."""
    every = json.loads(content)["features"]
    return [one for one in every if one["properties"]["conedrills"] == what]
