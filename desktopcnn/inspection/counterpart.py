"""Which cell of one layer corresponds to a cell of another one."""

from desktopcnn.inspection.outline import INPUT, Outline

Cell = tuple[int, ...]


def counterpart(outline: Outline, index: int, cell: Cell, at: int) -> Cell | None:
    """The cell of the output of stop `at` (`INPUT`: of the image) that stands where `cell` does in `index`.

    cell: (map, row, column) or (unit,). Between a layer that slides and what it took, with as many maps:
    forwards the one that covers the cell, backwards the first one that is covered. Between other maps: the
    same map, and the same share of the height and of the width. None where there is no such map, or where a
    vector meets maps or a vector of another size.
    """
    shape, other = (outline[place].output_shape if place > INPUT else outline[0].input_shape
                    for place in (index, at))  # fmt: skip
    if len(shape) != 3 or len(other) != 3:
        return cell if shape == other else None
    if cell[0] >= other[0]:
        return None
    later = outline[max(index, at)]
    places = [cell[axis] * other[axis] // shape[axis] for axis in (1, 2)]
    if later.window and later.source == min(index, at) and shape[0] == other[0]:
        strides = zip(cell[1:], later.window.stride, later.window.padding, strict=True)
        if at > index:
            places = [(place + padding) // stride for place, stride, padding in strides]
        else:
            places = [place * stride - padding for place, stride, padding in strides]
    row, column = (min(max(place, 0), size - 1) for place, size in zip(places, other[1:], strict=True))
    return cell[0], row, column
