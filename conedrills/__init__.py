"""Cone drills that truly fit a yard: as large as it safely allows, on a sheet that can be printed."""

__version__ = "0.1.0"
