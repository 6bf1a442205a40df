"""The status line: data set, device with its threads, time of the last answer."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktopcnn.ui.answering import THREADS, Answer
from desktopcnn.ui.quiet import Quiet
from desktopcnn.ui.session import Session


class Status(QWidget):
    """Three texts, side by side."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._data = QLabel(self.tr("Loading…"))
        self._device = QLabel()
        self._device.setObjectName("device")
        self._time = QLabel()
        self._time.setObjectName("answerTime")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(24)
        for label in (self._data, self._device, self._time):
            label.setProperty("muted", True)
        layout.addWidget(self._data)
        layout.addWidget(self._device)
        layout.addWidget(Quiet(self._time), 1)
        session.test_loaded.connect(self._show_data)
        session.failed.connect(self._show_data)
        session.answered.connect(self._show_time)
        session.training.state_changed.connect(self._show_device)
        self._show_device()

    def _show_data(self) -> None:
        if self._session.test is None:
            self._data.setText(self.tr("no test digits"))
        else:
            self._data.setText(self.tr("MNIST · {0:,} test digits").format(len(self._session.test)))

    def _show_device(self) -> None:
        training = self._session.training
        text = self.tr("CPU, 1 thread") if THREADS == 1 else self.tr("CPU, {0} threads").format(THREADS)
        if training.is_busy:
            trained = (
                self.tr("training {0}").format(training.title) if training.title else self.tr("training")
            )
            text = self.tr("{0}; {1}: {2}").format(text, trained, training.threads)
        self._device.setText(text)

    def _show_time(self, answer: Answer | None) -> None:
        if answer is None:
            self._time.clear()
        else:
            self._time.setText(self.tr("answer in {0:.1f} ms").format(answer.seconds * 1000))
