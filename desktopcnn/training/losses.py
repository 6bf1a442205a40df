"""What a training makes small: the loss of a network's outputs."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.layers import RBFOutput
from desktopcnn.training.recipe import Recipe

Loss = Callable[[Tensor, Tensor], Tensor]
"""From outputs (batch, classes) and labels (batch,) to the mean loss in nats."""
RUBBISH = 22.0
"""The paper's j: a squared distance beyond which a picture counts as no digit at all.

The paper gives no figure. Two stylised digits differ in 22 cells or more, by 2 each; half way between the
closest two it is 1 for each of these cells. Nearer than that to a centre one cannot be near another.
"""


def loss_of(architecture: Architecture, recipe: Recipe) -> Loss:
    """Cross-entropy with the label smoothing of `recipe`; after RBF units with a class for rubbish as well.

    That is equation 9 of LeCun et al. 1998, the mean of y_true + log(exp(-j) + sum_i exp(-y_i)) over
    squared distances y: with our outputs -y it is cross-entropy with one more class whose logit is -j.
    Centres farther than j no longer count: then nothing is won by pushing the wrong ones away, only by
    coming nearer to the right one. `evaluation` leaves that class out, also in the validation after an
    epoch: its loss is plain cross-entropy for all networks, and for these lower than this one.
    """
    with_rubbish = isinstance(architecture.layers[-1], RBFOutput)

    def loss(outputs: Tensor, labels: Tensor) -> Tensor:
        logits = outputs.float()
        if with_rubbish:
            logits = torch.cat([logits, logits.new_full((len(logits), 1), -RUBBISH)], 1)
        return functional.cross_entropy(logits, labels, label_smoothing=recipe.label_smoothing)

    return loss
