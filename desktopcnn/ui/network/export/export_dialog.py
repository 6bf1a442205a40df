"""Asks what of which view shall be written, and how large."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from desktopcnn.ui import figure
from desktopcnn.ui.network.export.exported import Exported, Kind
from desktopcnn.ui.number_box import NumberBox, adding

STEP = 100
"""Pixels by which the arrow keys change the width."""
LEAST_WIDTH, FIELD = 400, 80
"""Pixels of the dialog and of the field for the width."""


@dataclass(frozen=True)
class Request:
    """view: its place among those that were offered; array: its place among the view's; width: in pixels."""

    view: int
    kind: Kind
    array: int
    width: int


class ExportDialog(QDialog):
    """offered: what each view has; chosen: the one to begin with."""

    requested = Signal(object)  # Request

    def __init__(self, parent: QWidget, offered: Sequence[Exported], chosen: int) -> None:
        super().__init__(parent)
        self._offered = offered
        self.setObjectName("exportDialog")
        self.setWindowTitle(self.tr("Export a view"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(LEAST_WIDTH)
        self._view = self._combo("exportView", self.tr("View"), self.tr("Which view is written to a file"))
        self._kind = self._combo("exportKind", self.tr("As"), self.tr("A picture, or the numbers behind it"))
        self._array = self._combo("exportNumbers", self.tr("Of"), self.tr("Which of the layers shown"))
        self._width = NumberBox(adding(STEP), (figure.NARROWEST, figure.WIDEST), whole=True)
        self._width.setObjectName("exportWidth")
        self._width.setMinimumWidth(FIELD)
        self._width.setAccessibleName(self.tr("Width in pixels"))
        self._width.setToolTip(self.tr("Width of the picture in pixels; the height follows"))
        self._height = QLabel()
        self._height.setObjectName("exportHeight")
        self._complaint = QLabel()
        self._complaint.setObjectName("exportComplaint")
        self._complaint.setWordWrap(True)
        policy = self._complaint.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # nothing jumps while one types
        self._complaint.setSizePolicy(policy)
        self._lay_out()
        self._view.addItems([exported.title for exported in offered])
        self._view.setCurrentIndex(chosen)
        self._view.currentIndexChanged.connect(self._turn_to)
        self._kind.currentIndexChanged.connect(self._check)
        self._width.changed.connect(self._check)
        self._turn_to()

    def _combo(self, name: str, text: str, tip: str) -> QComboBox:
        combo = QComboBox()
        combo.setObjectName(name)
        combo.setAccessibleName(text)
        combo.setToolTip(tip)
        return combo

    def _lay_out(self) -> None:
        size = QHBoxLayout()
        size.addWidget(self._width)
        size.addWidget(self._height, 1)
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for combo in (self._view, self._kind, self._array):
            self._form.addRow(combo.accessibleName(), combo)
        self._size = size
        self._form.addRow(self._width.accessibleName(), size)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._save = self._buttons.addButton(self.tr("Save…"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._save.setObjectName("exportSave")
        self._save.setToolTip(self.tr("Choose the file"))
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(self._form)
        layout.addWidget(self._complaint)
        layout.addWidget(self._buttons)

    @property
    def _exported(self) -> Exported:
        return self._offered[self._view.currentIndex()]

    def _turn_to(self) -> None:
        """Offer what the chosen view has; a kind that it has too stays chosen."""
        exported, before = self._exported, self._kind.currentData()
        texts: dict[Kind, str] = {
            "png": self.tr("Picture (PNG)"), "svg": self.tr("Drawing (SVG)"),
            "csv": self.tr("Numbers as a table (CSV)"), "npy": self.tr("Numbers as an array (NPY)"),
        }  # fmt: skip
        self._kind.clear()
        for kind in exported.kinds:
            self._kind.addItem(texts[kind], kind)
        self._kind.setCurrentIndex(max(self._kind.findData(before), 0))
        self._array.clear()
        self._array.addItems([array.name for array in exported.arrays])
        self._width.set_value(figure.default_width(exported.picture))
        self._check()

    def _check(self) -> None:
        """Show what matters for the kind, and say what is wrong with the width."""
        kind: Kind | None = self._kind.currentData()
        if kind is None:  # they are being changed
            return
        pictured = kind in ("png", "svg")
        several = len(self._exported.arrays) > 1 and not (kind == "csv" and self._exported.table)
        self._form.setRowVisible(self._size, pictured)
        self._form.setRowVisible(self._array, several and not pictured)
        complaint = self._wrong_width() if pictured else ""
        self._complaint.setText(complaint)
        self._complaint.setVisible(bool(complaint))
        width = self._width.value()
        known = width is not None and not complaint
        text = self.tr("× {0} pixels").format(self._exported.picture.height_at(int(width or 1)))
        self._height.setText(text if known else "")
        self._save.setEnabled(not complaint)

    def _wrong_width(self) -> str:
        width, widest = self._width.value(), self._exported.picture.widest
        if width is None:
            return self._width.complaint()
        if not figure.NARROWEST <= width <= widest:
            text = self.tr("This picture can be from {0:,} to {1:,} pixels wide.")
            return text.format(figure.NARROWEST, widest)
        return ""

    def accept(self) -> None:
        if not self._save.isEnabled():  # Enter was pressed
            return
        width = int(self._width.value() or 0)
        request = Request(
            self._view.currentIndex(), self._kind.currentData(), max(self._array.currentIndex(), 0), width
        )
        super().accept()
        self.requested.emit(request)
