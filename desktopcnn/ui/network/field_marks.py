"""The receptive field of the cell that is looked at, as boxes on the maps of a layer."""

from desktopcnn.inspection.field_maps import maps_seen
from desktopcnn.ui.mosaic_view import Mark
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme


def marks_at(session: Session, theme: Theme, at: int) -> list[Mark]:
    """What of the output of layer `at` (`INPUT`: the image) that cell sees; the cell itself at its layer."""
    selection = session.selection
    cell, area = selection.pointed or selection.cell, selection.seen(at)
    if area is None or cell is None:
        return []
    if area[0] >= area[2] or area[1] >= area[3]:
        return []  # it lies in the padding altogether
    parts = session.answer.anatomy if session.answer else {}
    maps = maps_seen(selection.outline, parts, selection.layer, cell, at)
    return [Mark(area, maps, theme.colours.accent, theme.colours.card)]
