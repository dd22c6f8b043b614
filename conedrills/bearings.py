"""Bearings and lengths of a deed's calls."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """One call: degrees clockwise from north, metres, and as it was written."""

    azimuth: float
    length: float
    written: str


def parse_call(text: str, units: str) -> Call:
    """A bearing and a length.

    Raises:
        ValueError: always, until bearings are read.
    """
    raise ValueError(f"bearings are not read yet: {text} {units}")
