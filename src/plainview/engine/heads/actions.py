"""Owns the heads that foretell actions: finish, replay, like, share and the others, each a chance from one line."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from plainview.engine.heads.worths import ACTIONS

FORETOLD = tuple(action for action in ACTIONS if action != "watch")


class ActionHeads(nn.Module):
    """One line for each of FORETOLD on top of a representation that all share.

    Args:
        size: the width of the representation.
        rates: (actions,) how often each happens, in (0, 1): where training begins.
    """

    def __init__(self, size: int, rates: Tensor) -> None:
        super().__init__()
        assert rates.shape == (len(FORETOLD),)
        self.lines = nn.Linear(size, len(FORETOLD))
        with torch.no_grad():
            self.lines.weight.mul_(0.1)
            self.lines.bias.copy_(torch.logit(rates.clamp(1e-6, 1.0 - 1e-6)))

    def loss(self, representation: Tensor, happened: Tensor, known: Tensor) -> Tensor:
        """A scalar: the mean over (n, actions) of what is known; the others teach nothing.

        An action that can still come (a like on a view that has just ended) is not known to be missing.
        """
        lines = self.lines(representation)
        each = functional.binary_cross_entropy_with_logits(lines, happened, reduction="none")
        return (each * known).sum() / known.sum().clamp_min(1.0)

    def chances(self, representation: Tensor) -> Tensor:
        """(n, actions): before calibration."""
        return torch.sigmoid(self.lines(representation))
