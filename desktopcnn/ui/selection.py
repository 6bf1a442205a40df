"""What is looked at closely in the network: a layer, one of its cells, one of its kernels."""

from PySide6.QtCore import QObject, Signal

from desktopcnn.inspection.counterpart import counterpart
from desktopcnn.inspection.field import Rectangle, seen_by
from desktopcnn.inspection.outline import INPUT, Outline


class Selection(QObject):
    """State of the *Network* tab. Views call the methods and repaint on `changed` or `hovered`.

    layer: place in the outline, or `INPUT`; cell: (map, row, column) or (unit,) of that layer's output;
    kernel: (output map, input channel) of that layer, where one was chosen; pixel: (row, column) of the
    kernel that the pointer is on; pointed: the cell that the pointer is on.
    """

    changed = Signal()
    hovered = Signal()
    field_changed = Signal()  # what `seen` says may be another rectangle

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.outline: Outline = ()
        self.layer = 0
        self.cell: tuple[int, ...] | None = None
        self.kernel: tuple[int, int] | None = None
        self.pixel: tuple[int, int] | None = None
        self.pointed: tuple[int, ...] | None = None
        self._field_shown = True
        self._watched = False
        self._by_hand = False
        self.changed.connect(self.field_changed)

    def set_outline(self, outline: Outline) -> None:
        """Another network; the place is kept where its layer is of the same name and shape."""
        before = self.outline[self.layer] if 0 <= self.layer < len(self.outline) else None
        self.outline, self.pointed = outline, None
        names = [(stop.name, stop.output_shape) for stop in outline]
        if before and (before.name, before.output_shape) in names:
            self.layer = names.index((before.name, before.output_shape))
            self.changed.emit()
        else:
            self.layer, self.cell = INPUT - 1, None  # none, so that the choice below is one
            self.choose_layer(next((i for i, stop in enumerate(outline) if stop.parameters), 0))

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the chosen layer's output; () where there is no network."""
        if not self.outline:
            return ()
        return self.outline[0].input_shape if self.layer == INPUT else self.outline[self.layer].output_shape

    def choose_layer(self, layer: int) -> None:
        """Look at another layer; out of range changes nothing.

        A cell that was chosen is followed to where it stands there (`counterpart`), or else it is the middle
        of the first map.
        """
        if layer != self.layer and INPUT <= layer < len(self.outline):
            followed = None
            if self.cell and self._by_hand:
                followed = counterpart(self.outline, self.layer, self.cell, layer)
            self.layer, self.pointed = layer, None
            shape = self.shape
            middle = (0, shape[1] // 2, shape[2] // 2) if len(shape) == 3 else (0,)
            self.cell = followed or middle
            self.kernel = self.pixel = None
            self.changed.emit()

    def step_layer(self, step: int) -> None:
        self.choose_layer(min(max(self.layer + step, INPUT), len(self.outline) - 1))

    def choose_cell(self, cell: tuple[int, ...]) -> None:
        """Look at that cell of the chosen layer, no longer at the one under the pointer.

        One that does not exist changes nothing.
        """
        fits = len(cell) == len(self.shape) and all(
            0 <= at < size for at, size in zip(cell, self.shape, strict=True)
        )
        if fits and (cell != self.cell or not self._by_hand):
            self._by_hand = True
            self.cell, self.pointed = cell, None
            self.pixel = None
            if self.kernel:
                self.kernel = (cell[0], self.kernel[1])
            self.changed.emit()
        elif fits:
            self.point_at(None)

    def step_cell(self, down: int, right: int) -> None:
        """Go to a neighbouring cell of the same map (or vector), not beyond its edge."""
        if self.cell and len(self.cell) == 3:
            number, row, column = self.cell
            _, height, width = self.shape
            self.choose_cell(
                (number, min(max(row + down, 0), height - 1), min(max(column + right, 0), width - 1))
            )
        elif self.cell:
            self.choose_cell((min(max(self.cell[0] + down + right, 0), self.shape[0] - 1),))

    def step_map(self, step: int) -> None:
        """The same place in the next or the previous map."""
        if self.cell and len(self.cell) == 3:
            self.choose_cell((min(max(self.cell[0] + step, 0), self.shape[0] - 1), *self.cell[1:]))

    def choose_kernel(self, kernel: tuple[int, int]) -> None:
        """Look at the kernel of that output map and input channel, and at the cell of that map."""
        if kernel != self.kernel:
            self.kernel = kernel
            if self.cell and self.cell[0] != kernel[0] and len(self.cell) == 3:
                self.cell = (kernel[0], *self.cell[1:])
            self.changed.emit()

    def hover_pixel(self, pixel: tuple[int, int] | None) -> None:
        """The pointer is on that place of a kernel, or on none."""
        if pixel != self.pixel:
            self.pixel = pixel
            self.hovered.emit()

    # the receptive field

    def point_at(self, cell: tuple[int, ...] | None) -> None:
        """The pointer is on that cell of the chosen layer, or on none."""
        if cell != self.pointed:
            self.pointed = cell
            self.field_changed.emit()

    def show_field(self, shown: bool) -> None:
        """Whether the user wants to see receptive fields."""
        self._field_shown = shown
        self.field_changed.emit()

    def set_watched(self, watched: bool) -> None:
        """Whether the *Network* tab is visible."""
        self._watched = watched
        self.field_changed.emit()

    def seen(self, at: int) -> Rectangle | None:
        """What the cell under the pointer, or else the chosen one, sees of layer `at` (`INPUT`: the image).

        None where nothing shall be marked. The cell that a layer begins with was chosen by nobody: until
        the first one is, a drawing stays free of marks.
        """
        cell = self.pointed or (self.cell if self._by_hand else None)
        if cell is None or at > self.layer or not (self._field_shown and self._watched):
            return None
        return seen_by(self.outline, self.layer, cell, at)
