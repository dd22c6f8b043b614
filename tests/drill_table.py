"""The README's table of drills, made of the drill files; `python -m tests.drill_table` writes it anew."""

from __future__ import annotations

import math
import re
from pathlib import Path

from conedrills.card import drill_list

BEGIN, END = "<!-- drills: begin -->", "<!-- drills: end -->"
README = Path(__file__).parents[1] / "README.md"


def table() -> str:
    """A row a drill, in order of family and name."""
    drills = sorted(drill_list()["drills"], key=lambda drill: (drill["family"], drill["name"]))
    rows = [
        "| drill | what it is | family | level | cones | room, m | grade |",
        "|---|---|---|---|---|---|---|",
    ]
    for drill in drills:
        room = " x ".join(f"{math.ceil(metres * 10 - 1e-6) / 10:.1f}" for metres in drill["smallest_room"])
        marks = "".join(
            f" ({mark})"
            for mark, so in (
                ("on call", drill["called"]),
                ("test", drill["regulation"]),
                ("two athletes", drill["athletes"]),
            )
            if so
        )
        rows.append(
            f"| `{drill['name']}` | {drill['title']}{marks} | {drill['family']} | {drill['level']} |"
            f" {drill['cones']} | {room} | {drill['grade']} |"
        )
    return "\n".join(rows)


def with_table(text: str) -> str:
    """A README with the table between its two marks."""
    return re.sub(f"{BEGIN}\n.*?{END}", lambda _: f"{BEGIN}\n{table()}\n{END}", text, flags=re.DOTALL)


if __name__ == "__main__":
    README.write_text(with_table(README.read_text("utf-8")), "utf-8")
