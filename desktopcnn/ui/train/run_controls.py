"""The buttons of a training and how far it is."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktopcnn.ui.training import TrainingSession

PADDING = 12
"""Pixels of a button beside its text."""


class RunControls(QWidget):
    """Train, pause, one more epoch, stop; `train_button` is wired by the panel that knows the form."""

    def __init__(self, training: TrainingSession) -> None:
        super().__init__()
        self._training = training
        self._obstacle = ""
        self.train_button = self._button("trainButton", self.tr("Train"), "")
        self.train_button.setShortcut("Ctrl+Return")
        self.train_button.setProperty("primary", True)
        self._pause = self._button(
            "pauseButton", self.tr("Pause"), self.tr("Hold the training, or go on with it (Ctrl+P)")
        )
        self._pause.setShortcut("Ctrl+P")
        self._more = self._button(
            "oneMoreButton", self.tr("+1 epoch"), self.tr("Go once more over the training images at the end")
        )
        self._stop = self._button(
            "stopButton", self.tr("Stop"), self.tr("End the training; its best and last networks are kept")
        )
        self.pair_button = self._button(
            "pairButton",
            self.tr("Sigmoid or ReLU?"),
            self.tr(
                "Train the same deep network twice, from the same weights: with sigmoid, then with ReLU. "
                "Watch the gradient of each layer, and the time each takes to 97 %."
            ),
        )
        self._progress = QProgressBar()
        self._progress.setObjectName("trainProgress")
        self._progress.setAccessibleName(self.tr("Progress of the training"))
        self._progress.setToolTip(self.tr("Steps done of all steps"))
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(8)
        self._text = QLabel()
        self._text.setObjectName("trainStatus")
        self._text.setProperty("muted", True)
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        # room for two lines from the beginning, so that what stands below stays where it is
        self._text.setMinimumHeight(2 * self._text.fontMetrics().lineSpacing())
        self._lay_out()
        self._pause.clicked.connect(self._toggle_pause)
        self._more.clicked.connect(training.one_more_epoch)
        self._stop.clicked.connect(training.stop)
        training.state_changed.connect(self._follow)
        training.progressed.connect(self._show_progress)
        training.begun.connect(self._show_progress)
        training.recipe_changed.connect(self._show_progress)
        self._follow()

    def set_obstacle(self, obstacle: str) -> None:
        """What keeps a training from beginning, in a sentence; empty for nothing."""
        self._obstacle = obstacle
        self._follow()

    def _explain(self) -> None:
        """Say on the button why there can be no training."""
        tip = self._obstacle or self.tr("Train a network with these settings (Ctrl+Enter)")
        self.train_button.setToolTip(tip)
        self.train_button.setAccessibleDescription(self._obstacle)

    def _button(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        return button

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        four = (self.train_button, self._pause, self._more, self._stop)
        texts = [self.tr("Resume"), *(button.text() for button in four)]
        width = max(self.fontMetrics().horizontalAdvance(text) for text in texts) + PADDING
        for button in four:
            button.setMinimumWidth(width)  # the style's own is larger, and smaller for the one in colour
            buttons.addWidget(button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(buttons)
        layout.addWidget(self._progress)
        below = QHBoxLayout()
        below.addWidget(self._text, 1)
        below.addWidget(self.pair_button, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(below)

    def _toggle_pause(self) -> None:
        if self._training.state == "paused":
            self._training.resume()
        else:
            self._training.pause()

    def _follow(self) -> None:
        state = self._training.state
        focus = QApplication.focusWidget()
        ours = focus is not None and (focus is self or self.isAncestorOf(focus))
        if ours and state in ("preparing", "stopping"):
            self.setFocus()  # a button that is switched off would hand it to whatever is next
        self.train_button.setEnabled(state == "idle" and not self._obstacle)
        self._explain()
        self.pair_button.setVisible(state == "idle")
        self._pause.setEnabled(state in ("running", "paused"))
        self._pause.setText(self.tr("Resume") if state == "paused" else self.tr("Pause"))
        self._pause.setAccessibleName(self._pause.text())
        self._more.setEnabled(state in ("running", "paused"))
        self._stop.setEnabled(state in ("preparing", "running", "paused"))
        if ours and self.hasFocus() and state == "running":
            self._pause.setFocus()
        elif ours and state == "idle" and self.train_button.isEnabled():
            self.train_button.setFocus()
        self._show_progress()

    def _show_progress(self) -> None:
        training = self._training
        self._progress.setMaximum(max(training.total, 1))
        self._progress.setValue(training.step)
        self._text.setText(self._status())

    def _status(self) -> str:
        training = self._training
        if training.state == "preparing":
            return self.tr("getting ready…")
        if training.state == "stopping":
            return self.tr("saving…")
        if training.recipe is None or not training.total:
            return ""
        epochs = training.recipe.epochs
        epoch = min(training.step * epochs // training.total + 1, epochs)
        parts = [self.tr("epoch {0} of {1}").format(epoch, epochs)]
        if training.state == "paused":
            parts.append(self.tr("paused"))
        elif training.state == "running" and training.seconds_left is not None:
            parts.append(self.tr("{0:,.0f} images/s").format(training.images_per_second))
            parts.append(self.tr("{0} left").format(clock(training.seconds_left)))
        if training.epoch:
            parts.append(self.tr("validation {0:.2f} %").format(100 * training.epoch.validation_accuracy))
        return " · ".join(parts)


def clock(seconds: float) -> str:
    """Minutes and seconds as 0:12, from an hour on 1:02:03."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
