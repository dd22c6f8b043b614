"""How long until a shared page can be used on a slow phone, as a ratio to an empty page.

    python -m tests.benchmarks.phone [LAYOUT...]

Chromium at a phone's size with its processor slowed down four times; the time is from asking for the file
until the list of drills stands and answers a touch. Medians of several loads: a figure to look at, never a
test.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser

from conedrills.compose.phone import phone as composed
from conedrills.exporters import html
from conedrills.layoutwriter import dumps
from conedrills.opening import open_layout
from tests.readback.phone import SIZE, chromium

SLOWER = 4
LOADS = 9
_EMPTY = b"<!DOCTYPE html><html lang=en><title>empty</title><main id=app><button class=card>x</button></main>"


def main() -> None:
    """Print a line a page."""
    program = shutil.which("chromium")
    if program is None:
        sys.exit("the program chromium is not installed (Debian package chromium)")
    layouts = [Path(name) for name in sys.argv[1:]] or sorted(Path("layouts").glob("*/layout.json"))
    with tempfile.TemporaryDirectory() as folder, chromium(program) as browser:
        empty = seconds_until_usable(browser, Path(folder), _EMPTY)
        print(f"{'empty page':34} {1000 * empty:6.0f} ms   1.0")
        for path in layouts:
            layout = open_layout(path)
            page = html.write(composed(layout, units=layout.units), source=dumps(layout))
            took = seconds_until_usable(browser, Path(folder), page)
            print(
                f"{path.parent.name:34} {1000 * took:6.0f} ms {took / empty:5.1f}   {len(page) / 1000:.0f} kB"
            )


def seconds_until_usable(browser: Browser, folder: Path, page: bytes) -> float:
    """The median of some loads, each on a fresh phone."""
    file = folder / "page.html"
    file.write_bytes(page)
    taken = []
    for _ in range(LOADS):
        context = browser.new_context(viewport=SIZE, is_mobile=True, has_touch=True, offline=True)  # type: ignore[arg-type]
        shown = context.new_page()
        context.new_cdp_session(shown).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        start = time.perf_counter()
        shown.goto(file.as_uri(), wait_until="commit")
        shown.locator("#app .card").first.tap()
        taken.append(time.perf_counter() - start)
        context.close()
    return statistics.median(taken)


if __name__ == "__main__":
    main()
