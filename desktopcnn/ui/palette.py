"""Colours: the window's in light and dark, and the two colour maps for values."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor, QPalette

from desktopcnn.inspection.tiles import GAP


@dataclass(frozen=True)
class Colours:
    """The window's colours. text, muted and accent keep a contrast of 4.5:1 on window and card."""

    window: str
    card: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    track: str
    chosen: str
    paper: str
    ink: str
    hint: str
    warning: str


LIGHT = Colours(
    window="#F3F5F8", card="#FFFFFF", border="#D5DCE4", text="#19222D", muted="#566373",
    accent="#2667AE", on_accent="#FFFFFF", track="#E7ECF1", chosen="#C6DBF3",
    paper="#FFFFFF", ink="#11161C", hint="#6A7786", warning="#FFF3D6",
)  # fmt: skip
DARK = Colours(
    window="#12161B", card="#1B2129", border="#333D49", text="#E8EDF2", muted="#9CA9B7",
    accent="#6CAAEA", on_accent="#0D1217", track="#2A323C", chosen="#264766",
    paper="#0D1014", ink="#F2F5F8", hint="#8693A1", warning="#3A2F14",
)  # fmt: skip

# Anchors from dark to bright at equal distances. The lightness rises evenly (tests/ui/test_palette.py), so
# that the order of values survives in grey and for every kind of colour blindness.
SEQUENTIAL = (
    "#16103A",
    "#36256F",
    "#3F4B93",
    "#356F98",
    "#2C9195",
    "#45B286",
    "#87CE6B",
    "#D2E35C",
    "#FBF3A0",
)
# Blue is negative, white is zero, orange to red is positive: apart for the colour-blind too.
DIVERGING = (
    "#0B3C7D",
    "#2A6FB8",
    "#74A9DB",
    "#C3DAEE",
    "#F7F7F7",
    "#F8D3B8",
    "#EE9A6B",
    "#CC5A34",
    "#8C2410",
)


def colour_table(anchors: tuple[str, ...], gap: str) -> list[int]:
    """256 packed colours for the indices of `tiles.mosaic`; the last one is the gap's."""
    stops = [QColor(anchor) for anchor in anchors]
    at = np.linspace(0, len(anchors) - 1, GAP)
    parts = ([c.red() for c in stops], [c.green() for c in stops], [c.blue() for c in stops])
    channels = [np.interp(at, np.arange(len(anchors)), part) for part in parts]
    colours = np.round(np.stack(channels, 1)).astype(int)
    return [QColor(*map(int, colour)).rgb() for colour in colours] + [QColor(gap).rgb()]


def qt_palette(colours: Colours) -> QPalette:
    """Qt's palette of those colours, for the Fusion style."""
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: colours.window,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Base: colours.card,
        QPalette.ColorRole.AlternateBase: colours.window,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.Button: colours.card,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.ToolTipBase: colours.card,
        QPalette.ColorRole.ToolTipText: colours.text,
        QPalette.ColorRole.PlaceholderText: colours.muted,
        QPalette.ColorRole.Highlight: colours.accent,
        QPalette.ColorRole.HighlightedText: colours.on_accent,
        QPalette.ColorRole.Link: colours.accent,
        QPalette.ColorRole.Mid: colours.border,
        QPalette.ColorRole.Accent: colours.accent,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.muted))
    return palette
