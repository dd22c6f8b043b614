"""The code is as ruff and mypy want it, by the settings in pyproject."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "tool", ["ruff check", "ruff format --check", "mypy"], ids=lambda tool: tool.replace(" ", "-")
)
def test_clean(tool: str, repo: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", *tool.split()], cwd=repo, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
