"""The whole process `conedrills layout` of one drill against one that only imports its libraries.

    python -m tests.benchmarks.startup [--runs 15] [--drill w-drill] [--yard FILE]

The libraries are what the command is seen to import, and nothing of ours. Both processes run in turn, each
time in the other order; printed are the medians and their ratio.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

_YARD = {
    "units": "m",
    "boundary": [[0, 0], [14, 0], [14.5, 10], [6, 11], [0, 9.5]],
    "obstacles": [{"name": "oak", "circle": {"center": [11, 7.5], "radius": 0.3}}],
}
"""A yard in which a W drill must shrink."""
_WATCHED = """
import json, sys
before = set(sys.modules)
from conedrills.cli import main
try:
    main()
except SystemExit:
    pass
print(json.dumps([name for name in sys.modules if name not in before]), file=sys.stderr)
"""


def libraries(command: Sequence[str]) -> list[str]:
    """The modules of other people's packages that the command imports, in the order of importing them."""
    ran = subprocess.run(
        [sys.executable, "-c", _WATCHED, *command], capture_output=True, text=True, check=True
    )
    others = set(metadata.packages_distributions()) - set(sys.stdlib_module_names) - {"conedrills"}
    modules = json.loads(ran.stderr.splitlines()[-1])
    return [name for name in modules if name.split(".")[0] in others]


def _seconds(arguments: Sequence[str]) -> float:
    start = time.perf_counter()
    ran = subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
    took = time.perf_counter() - start
    if ran.returncode not in (0, 1):
        raise RuntimeError(ran.stderr.decode())
    return took


def main() -> None:
    """Time both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--drill", default="w-drill")
    parser.add_argument("--yard", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        yard = given.yard or Path(folder) / "yard.json"
        if given.yard is None:
            yard.write_text(json.dumps(_YARD), encoding="utf-8")
        layout = ["layout", "--yard", str(yard), "--drill", given.drill, "--out", f"{folder}/out", "--json"]
        needed = libraries(layout)
        imports = "from importlib import import_module\n" + f"for name in {needed!r}: import_module(name)"
        contenders = {
            "layout of one drill": ["-m", "conedrills", *layout],
            "importing its libraries": ["-c", imports],
            "python alone": ["-c", ""],
        }
        seconds: dict[str, list[float]] = {name: [] for name in contenders}
        for turn in range(given.runs + 1):
            for name in sorted(contenders, reverse=bool(turn % 2)):
                seconds[name].append(_seconds(contenders[name]))
    print(f"libraries: {', '.join(dict.fromkeys(name.split('.')[0] for name in needed))}")
    # the first of each warms the disk's cache
    medians = {name: statistics.median(times[1:]) for name, times in seconds.items()}
    for name, median in medians.items():
        print(f"{name:24} median of {given.runs} {median:.3f} s, least {min(seconds[name][1:]):.3f} s")
    ratio = medians["layout of one drill"] / medians["importing its libraries"]
    print(f"layout takes {ratio:.2f} times as long as importing its libraries (at most 2 is the aim)")


if __name__ == "__main__":
    main()
