"""Two layouts of the same drills: of which of them times may be compared, and to which size both can be set.

Values only: `matching` works them out, a page and the terminal say them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from conedrills.drill import Drill, Pace
from conedrills.figure import Stretch
from conedrills.layout import Common, Layout, Placement

Differs = Literal["size", "pace", "side"]


@dataclass(frozen=True, slots=True)
class CommonSize:
    """A size at which a drill fits two yards, of one pace and one side; of two lengths `stretch` too.

    `proven` says what is certain of larger ones.
    """

    size: float
    pace: Pace
    mirrored: bool
    proven: Common
    stretch: Stretch | None = None

    @property
    def factors(self) -> Stretch:
        """On what is deep and on what is wide: in a drill of one length, its size twice."""
        return self.stretch or Stretch(self.size, self.size)


@dataclass(frozen=True, slots=True)
class Line:
    """A drill in two layouts, None where it lies in only one.

    `common` is the size that both can be set to, None where none was found, or none was looked for; `certain`
    says whether there is none for certain.
    """

    drill: Drill
    here: Placement | None
    there: Placement | None
    common: CommonSize | None = None
    certain: bool = False

    @property
    def differs(self) -> tuple[Differs, ...]:
        """What is not the same in both, so that times do not compare; empty where it is missing in one."""
        if self.here is None or self.there is None:
            return ()
        one, other = self.here, self.there
        same: dict[Differs, bool] = {
            "size": one.factors == other.factors,
            "pace": one.pace == other.pace,
            "side": one.pose.mirrored == other.pose.mirrored,
        }
        return tuple(name for name, unchanged in same.items() if not unchanged)

    @property
    def compares(self) -> bool:
        """Whether times may be compared."""
        return self.here is not None and self.there is not None and not self.differs


@dataclass(frozen=True, slots=True)
class Partner:
    """The layout beside another, and a line for each drill of either."""

    layout: Layout
    lines: tuple[Line, ...]

    def turned(self, layout: Layout) -> Partner:
        """A layout that this one stands beside, as it stands beside this one."""
        lines = (replace(line, here=line.there, there=line.here) for line in self.lines)
        return Partner(layout, tuple(lines))


def lines_of(here: Layout, there: Layout) -> tuple[Line, ...]:
    """A line for each drill of two layouts, those of the first in its order, then the rest.

    Of a drill that lies twice in a layout the first counts.
    """
    ours = {placement.drill.name: placement for placement in reversed(here.placements)}
    theirs = {placement.drill.name: placement for placement in reversed(there.placements)}
    names = dict.fromkeys(placement.drill.name for layout in (here, there) for placement in layout.placements)
    return tuple(
        Line((ours.get(name) or theirs[name]).drill, ours.get(name), theirs.get(name)) for name in names
    )
