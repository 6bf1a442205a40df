"""A network's input as a picture to look at: grey or in colour."""

import numpy as np
from PySide6.QtGui import QImage

from desktopcnn.data.digit import Frame
from desktopcnn.ui.mosaic_view import grey_image


def input_image(values: Frame) -> QImage:
    """What a network is given, (height, width) or (channels, height, width), as a picture of its own.

    Three channels are red, green and blue; of any other number the first is shown. Values beyond 0 to 1, as
    of pictures brought to mean 0, are stretched to that.
    """
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > 1:
        values = (values - low) / ((high - low) or 1.0)
    if values.ndim == 2:
        return grey_image(values)
    if len(values) != 3:
        return grey_image(values[0])
    pixels = np.ascontiguousarray((np.moveaxis(values, 0, 2) * 255 + 0.5).astype(np.uint8))
    height, width, _ = pixels.shape
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
