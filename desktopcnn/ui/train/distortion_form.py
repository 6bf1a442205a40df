"""The settings of the distortion: one line that says what is set, and the fields behind it."""

from dataclasses import fields
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktopcnn.data import distortion as distortions
from desktopcnn.data.distortion import LIMITS, Distortion
from desktopcnn.ui.number_box import NumberBox, adding, number_text
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.distortion_preview import DistortionPreview
from desktopcnn.ui.train.form_grid import FormGrid
from desktopcnn.ui.train.previews import Previews

STEPS = {"cross": 1.0, "rotation": 1.0, "scale": 0.02, "shear": 0.02}
STEP = 0.25


class Texts(NamedTuple):
    """label and unit of a field; tip: what it does, what is good."""

    label: str
    unit: str
    tip: str


class DistortionForm(QWidget):
    """Disclosure, preview, fields. `changed`: at every key; `committed`: when a value is meant to hold."""

    changed = Signal()
    committed = Signal()

    def __init__(self, previews: Previews, theme: Theme) -> None:
        super().__init__()
        self._texts = self._make_texts()
        self._boxes = {field.name: self._box(field.name) for field in fields(Distortion)}
        self.preview = DistortionPreview(previews, theme)
        self.disclosure = self._make_disclosure()
        self._details = FormGrid(theme)
        self._details.setObjectName("distortionFields")
        pairs = [
            (name, " ".join(filter(None, self._texts[name][:2])), box) for name, box in self._boxes.items()
        ]
        for first in range(0, len(pairs), 2):
            self._details.add(*pairs[first : first + 2])
        self._details.hide()
        heading = FormGrid(theme)
        heading.add(("distortion", self.tr("Distortion"), self.disclosure))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (heading, self._details, self.preview):
            layout.addWidget(widget)
        self._summarise()

    def set_distortion(self, distortion: Distortion) -> None:
        for name, box in self._boxes.items():
            box.set_value(getattr(distortion, name))

    def settings(self) -> dict[str, Any]:
        """The settings by field; those that are no numbers are left out."""
        values = {name: box.value() for name, box in self._boxes.items()}
        return {name: value for name, value in values.items() if value is not None}

    def faults(self) -> dict[str, str]:
        """What is wrong, by field."""
        found = {name: box.complaint() for name, box in self._boxes.items()}
        return {name: text for name, text in found.items() if text} | distortions.faults(self.settings())

    def say(self, faults: dict[str, str]) -> None:
        """Show these sentences beside their fields, which are opened where there is one."""
        self._details.say(faults)
        if not self._boxes.keys().isdisjoint(faults):
            self.disclosure.setChecked(True)
        self._summarise()

    def _box(self, name: str) -> NumberBox:
        box = NumberBox(adding(STEPS.get(name, STEP)), (0, LIMITS[name]), whole=name == "cross")
        texts = self._texts[name]
        box.setObjectName(name)
        box.setAccessibleName(self.tr("Distortion: {0}").format(texts.label))
        box.setToolTip(texts.tip)
        box.changed.connect(self.changed)
        box.committed.connect(self.committed)
        return box

    def _make_disclosure(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("distortionButton")
        button.setAccessibleName(self.tr("Distortion"))
        button.setToolTip(
            self.tr(
                "How far digits are moved and bent, at random, each time they are seen: "
                "few images become many. Press to set each kind."
            )
        )
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setArrowType(Qt.ArrowType.RightArrow)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.toggled.connect(self._disclose)
        return button

    def _disclose(self, opened: bool) -> None:
        self._details.setVisible(opened)
        self.disclosure.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)

    def _summarise(self) -> None:
        parts = []
        for name, value in self.settings().items():
            label, unit, _ = self._texts[name]
            space = "" if unit == "°" else " "
            if value:
                parts.append(f"{label.lower()} {number_text(value)}{space}{unit}".strip())
        text = ", ".join(parts) or self.tr("none")
        self.disclosure.setText(text)
        self.disclosure.setAccessibleDescription(text)

    def _make_texts(self) -> dict[str, Texts]:
        pixels = self.tr("px")
        return {
            "cross": Texts(
                self.tr("Cross"), pixels,
                self.tr("Moves each digit by so many pixels in one of four directions, or not. The book: 1."),
            ),
            "shift": Texts(
                self.tr("Shift"), pixels,
                self.tr("Moves each digit in any direction, by up to so many pixels. 1 to 2 is good."),
            ),
            "rotation": Texts(
                self.tr("Turn"), self.tr("°"),
                self.tr("Turns each digit by up to so many degrees. 5 to 12 is good."),
            ),
            "scale": Texts(
                self.tr("Scale"), "",
                self.tr("Stretches or shrinks each digit by up to this fraction. 0.05 to 0.15 is good."),
            ),
            "shear": Texts(
                self.tr("Shear"), "",
                self.tr("Slants each digit by up to this fraction. 0.05 to 0.15 is good."),
            ),
            "elastic": Texts(
                self.tr("Elastic"), pixels,
                self.tr("Bends each digit smoothly, by so many pixels on average. 0.3 to 1 is good."),
            ),
            "thickness": Texts(
                self.tr("Thickness"), pixels,
                self.tr("Makes strokes thinner or thicker by up to so many pixels. 0.5 to 1 is good."),
            ),
        }  # fmt: skip
