"""Owns the whole model of what comes next: two linear models (a fast and a slow memory) and an encoder, blended.

Weights of the blend are found on some people's last items, with models that have not seen these; then the linear
models, which cost seconds, are fitted again on everything.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from torch import Tensor

from plainview.engine.sequence.blending import Blend, best_weights
from plainview.engine.sequence.encoder import EncoderShape
from plainview.engine.sequence.evaluating import Scorer
from plainview.engine.sequence.fitting import Course, fit_encoder
from plainview.engine.sequence.histories import Histories, hold_out_of_some
from plainview.engine.sequence.linear_next import LinearShape, fit_linear

EVENTS_PER_ITEM_DENSE = 50
WEIGHED_MAX = 2_000
"""On so many people's last items at most the weights are found; the encoder never learns these."""


@dataclass(frozen=True, slots=True)
class NextItemShape:
    """Everything that is chosen by hand; the same for all data, but for the one rule in `for_data`."""

    memories: tuple[LinearShape, ...] = (LinearShape(0.7, 0.5), LinearShape(0.95, 1.0))
    encoder: EncoderShape | None = field(default_factory=EncoderShape)
    course: Course = field(default_factory=Course)

    def for_data(self, histories: Histories) -> "NextItemShape":
        """The shape for these histories: where items are taken seldom, all is held back more."""
        if len(histories.items) >= EVENTS_PER_ITEM_DENSE * histories.item_count:
            return self
        memories = tuple(replace(memory, ridge=4 * memory.ridge) for memory in self.memories)
        return replace(self, memories=memories, encoder=self.encoder and replace(self.encoder, dropout=0.5))


QUICK = NextItemShape(encoder=None)
"""The linear models alone: seconds."""


def fit_next_item(
    histories: Histories,
    shape: NextItemShape,
    traits: Tensor | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Blend:
    """The blended model of these histories. Needs two items of some people, so that weights can be found.

    Args:
        histories: what is learned from.
        shape: what is chosen by hand.
        traits: what is known of the items; see `fit_linear`.
        tell: is told how far it is.
    """
    shape = shape.for_data(histories)
    before, asked = hold_out_of_some(histories, WEIGHED_MAX)
    scorers: list[Scorer] = [fit_linear(before, memory, traits) for memory in shape.memories]
    tell("linear models fitted")
    if shape.encoder:
        scorers.append(fit_encoder(before, shape.encoder, shape.course))
        tell("encoder fitted")
    weights = best_weights(scorers, asked)
    tell(f"weights {weights}")
    for place, memory in enumerate(shape.memories):
        scorers[place] = fit_linear(histories, memory, traits)
    return Blend(scorers, weights)
