"""Our DXF read with the library ezdxf: entities by layer and kind, and the places of a polyline."""

from __future__ import annotations

import io
from typing import Any

import pytest


def drawing(content: bytes) -> Any:
    """The document in a file; the test is skipped where the library is not installed."""
    ezdxf = pytest.importorskip("ezdxf")
    return ezdxf.read(io.StringIO(content.decode("utf-8")))


def on_layer(document: Any, layer: str, kind: str) -> list[Any]:
    """The entities of a kind on a layer, in their order."""
    return [one for one in document.modelspace() if one.dxf.layer == layer and one.dxftype() == kind]


def places(polyline: Any) -> list[tuple[float, float]]:
    """The corners of a polyline."""
    return [(x, y) for x, y, *_ in polyline.get_points()]
