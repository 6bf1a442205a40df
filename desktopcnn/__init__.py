"""DesktopCNN: draw a digit and watch a convolutional network read it."""

from typing import TYPE_CHECKING

from desktopcnn.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import torch

    from desktopcnn.ui.main_window import MainWindow

__all__ = ["__version__", "inspect"]


def inspect(
    module: "torch.nn.Module",
    images: "npt.ArrayLike | torch.Tensor",
    classes: "Sequence[str] | None" = None,
    labels: "Sequence[int] | None" = None,
    title: str | None = None,
) -> "MainWindow | None":
    """Open the window on a network and pictures of your own.

    images: (number, channels, height, width), as the network is to get them (8-bit values are divided by
    255); one picture may leave out the number, a grey one the channels too. classes: a name for each output;
    labels: for each picture the place of its class; title: what the window calls the network. The window
    works on a copy of the network.
    In a script this stays until the window is closed. In a notebook, or where a Qt application runs already,
    it returns the window at once. Raises `UsageError` or `NetworkError` for what does not fit together.
    """
    from desktopcnn.inspection.given import given
    from desktopcnn.ui import app

    return app.inspect(given(module, images, classes, labels, title))
