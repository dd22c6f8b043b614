"""What several tests need: programs that may be absent, the checkout, and the data beside it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from conedrills import shelf

REPO = Path(__file__).resolve().parents[1]
PACKAGES = {
    "pdftoppm": "poppler-utils",
    "pdftotext": "poppler-utils",
    "pdffonts": "poppler-utils",
    "pdfinfo": "poppler-utils",
    "rsvg-convert": "librsvg2-bin",
    "qpdf": "qpdf",
    "chromium": "chromium",
    "fc-match": "fontconfig",
    "ogr2ogr": "gdal-bin",
    "tsc": "node-typescript",
    "eslint": "eslint",
}
"""Programs that tests may use, and the Debian packages that hold them; `.ci/run` installs these."""

REQUIRED = bool(os.environ.get("CONEDRILLS_REQUIRE_PROGRAMS"))
"""Whether a missing program is a failure, as it is where `.ci/run` judges a change."""

# a busy machine is no fault; what judges a change must judge it the same tomorrow
settings.register_profile("conedrills", deadline=None, print_blob=True, derandomize=REQUIRED)
settings.load_profile("conedrills")


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """The path of a program by name; without it the test is skipped, or fails where programs are required."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            reason = f"the program {name} is not installed (Debian package {PACKAGES[name]})"
            if REQUIRED:
                pytest.fail(reason)
            pytest.skip(reason)
        return path

    return find


@pytest.fixture(autouse=True)
def _nobody_s_own_drills(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the drills of whoever runs it."""
    monkeypatch.setattr(shelf, "config_folder", lambda: Path("/nonexistent/conedrills/drills"))


@pytest.fixture(scope="session")
def repo() -> Path:
    """The checkout."""
    return REPO


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data beside the checkout; without it the test is skipped."""
    folder = REPO.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("the folder ../shared/data (real yards, hostile files) is not beside this checkout")
    return folder
