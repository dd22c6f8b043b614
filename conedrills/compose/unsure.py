"""What measuring left unsure, and is kept clear besides: at which corner and which thing, and how much."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from conedrills.language import Voice
from conedrills.layout import Layout
from conedrills.units import TAPE_STEP, tape_units
from conedrills.yard import Yard

_MOST = 4
_SAME = 0.01  # metres within which a reference point is a corner


def kept_besides(layout: Layout, voice: Voice) -> Iterator[str]:
    """A sentence with the largest of them; none where nothing is as unsure as a mark of the tape."""
    voice = replace(voice, units=tape_units(voice.units))
    step = TAPE_STEP[voice.units]
    marked = [
        (math.ceil(metres / step - 1e-6) * step, name)
        for metres, name in _unsure(layout.yard, voice)
        if metres >= step
    ]
    if not marked:
        return
    shown = sorted(marked, key=lambda one: (-one[0], one[1]))
    said = [voice.say("unsure.at", more=_length(metres, voice), name=name) for metres, name in shown[:_MOST]]
    if len(shown) > _MOST:
        said.append(voice.say("legend.more", number=len(shown) - _MOST))
    yield voice.say("unsure.kept", places=", ".join(said))


def _unsure(yard: Yard, voice: Voice) -> Iterator[tuple[float, str]]:
    for place, metres in enumerate(yard.uncertainty):
        corner = yard.boundary[place]
        names = [one.name for one in yard.references if (one.at - corner).length < _SAME]
        yield metres, names[0] if names else voice.say("unsure.corner", number=place + 1)
    for thing in yard.obstacles:
        yield thing.uncertainty, voice.the(thing.name)


def _length(metres: float, voice: Voice) -> str:
    """Centimetres, or inches and a half."""
    return voice.length(metres) if voice.units != "m" else f"{round(metres * 100.0)} cm"
