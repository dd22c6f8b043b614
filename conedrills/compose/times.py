"""With what times may be compared: published ones, or only those from a layout like this one."""

from __future__ import annotations

import re

from conedrills.compose import words
from conedrills.language import Voice
from conedrills.layout import Placement, size_words

_SPAN = re.compile(r"(?<=\d)-(?=\d)")


def comparison(placement: Placement, voice: Voice) -> str:
    """One sentence that says with what times from this layout compare, and the published ones."""
    if placement.comparable:
        known = norms(placement, voice)
        return voice.say("times.compare.norms" if known else "times.compare.published", norms=known)
    side = voice.say("times.compare.mirrored" if placement.pose.mirrored else "times.compare.as_published")
    key = "times.compare.both" if placement.drill.mirror else "times.compare.one"
    pace, size = voice.say(f"paces.{placement.pace}"), size_words(placement, voice)
    return voice.say(key, size=size, pace=pace, side=side)


def comparison_short(placement: Placement, voice: Voice) -> str:
    """The same for a card, in as few words as can be."""
    if not placement.comparable:
        return voice.say("blocks.only_here")
    known = norms(placement, voice)
    return voice.say("times.published", norms=known) if known else voice.say("blocks.comparable")


def norms(placement: Placement, voice: Voice) -> str:
    """The published times of a drill: for whom, and the bands; "" where it has none."""
    known = words.told(placement.drill, voice).norms
    said = [
        voice.say(
            "times.norm",
            population=known.get(norm.population, norm.population),
            bands=_SPAN.sub("–", known.get(norm.bands, norm.bands)),
            unit=norm.unit,
        )
        for norm in placement.drill.definition.norms
    ]
    return " · ".join(said)
