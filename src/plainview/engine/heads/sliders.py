"""Owns the person's own hand on the ranking: a few named sliders, each with its bounds, that multiply published worths.

No slider can make a harm count for nothing: what people refuse and report is held against a video at half its weight
at least.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from plainview.engine.heads.worths import ACTIONS, HARMS
from plainview.kernel.errors import PlainviewError


@dataclass(frozen=True, slots=True)
class Slider:
    """One slider: which actions it multiplies, and between which bounds. 1 leaves all as published."""

    actions: tuple[str, ...]
    least: float
    most: float


SLIDERS: Final[dict[str, Slider]] = {
    "time": Slider(("watch", "finish", "replay"), 0.0, 2.0),  # what holds me
    "hearts": Slider(("like", "save"), 0.0, 2.0),  # what I like and keep
    "talk": Slider(("comment", "share"), 0.0, 2.0),  # what is talked about
    "creators": Slider(("follow",), 0.0, 2.0),  # whom I may want to follow
    "caution": Slider(("not_interested", "report"), 0.5, 4.0),  # what I may not want to see
}


class SliderUnknownError(PlainviewError):
    """There is no slider of this name; use one of those that are listed."""

    code, status, title = "slider_unknown", 422, "There is no such slider"


class SliderBoundsError(PlainviewError):
    """The value is outside of the slider's bounds; choose one within."""

    code, status, title = "slider_bounds", 422, "The slider does not go that far"


def multipliers(chosen: Mapping[str, float]) -> dict[str, float]:
    """What each action's worth is multiplied by; 1 for those that no chosen slider moves.

    Raises:
        SliderUnknownError: one of the names is no slider's.
        SliderBoundsError: one of the values is outside of its slider's bounds, or no number.
    """
    found = dict.fromkeys(ACTIONS, 1.0)
    for name, value in chosen.items():
        slider = SLIDERS.get(name)
        if slider is None:
            raise SliderUnknownError(f"There is no slider {name!r}; there are {', '.join(SLIDERS)}.")
        if not slider.least <= value <= slider.most:
            raise SliderBoundsError(f"{name} goes from {slider.least:g} to {slider.most:g}, not to {value:g}.")
        found |= dict.fromkeys(slider.actions, float(value))
    return found


assert HARMS.issubset(SLIDERS["caution"].actions)
