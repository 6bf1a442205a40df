"""Numbers as the convolution desk writes and colours them."""

from PySide6.QtGui import QColor

from desktopcnn.ui.number_box import number_text
from desktopcnn.ui.theme import Theme

ENDS_LIGHT, ENDS_DARK = (34, 240), (68, 182)
"""Places in the diverging colour table that can be read as text on a card: negative and positive."""
STRONGEST = 0.8
"""Share of that colour in the cell of the largest number; a cell of 0 has the card's."""
DECIMALS = 3


def signed(theme: Theme) -> tuple[QColor, QColor]:
    """The colours of negative and of positive numbers, for text on a card."""
    table = theme.diverging()
    negative, positive = ENDS_DARK if theme.is_dark else ENDS_LIGHT
    return QColor(table[negative]), QColor(table[positive])


def tint(theme: Theme, share: float) -> QColor:
    """The colour of a cell for a share of the largest number, -1 to 1."""
    card, end = QColor(theme.colours.card), signed(theme)[share > 0]
    amount = STRONGEST * min(abs(share), 1.0)
    parts = zip(card.getRgb()[:3], end.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(a + (b - a) * amount) for a, b in parts))


def figure(value: float) -> str:
    """With three decimals at most and a real minus sign."""
    rounded = round(float(value), DECIMALS)
    text = number_text(int(rounded) if rounded == int(rounded) else rounded)
    return text.replace("-", "−")


def is_exact(value: float) -> bool:
    """Whether `figure` says all of it."""
    return abs(value - round(value, DECIMALS)) < 1e-9
