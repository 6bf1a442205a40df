"""What the tests of the widgets share."""

import math
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktopcnn import paths
from desktopcnn.data.digit import ALL_STEPS, Drawing, Stroke
from desktopcnn.inspection import trace as tracing
from desktopcnn.inspection.trace import LayerTrace, Trace
from desktopcnn.networks import library
from desktopcnn.networks.library import Entry
from desktopcnn.ui import inputs
from desktopcnn.ui.answering import Answer
from desktopcnn.ui.inputs import Drawn, Input
from desktopcnn.ui.session import Session
from desktopcnn.ui.theme import Theme

Rgb = npt.NDArray[np.uint8]


@pytest.fixture
def session(qapp: object) -> Iterator[Session]:
    """A session whose thread is not started: it asks, nobody answers."""
    session = Session()
    yield session
    session.close()


@pytest.fixture
def live(session: Session, qtbot: QtBot) -> Session:
    """A session that answers, its test digits loaded."""
    with qtbot.waitSignal(session.test_loaded, timeout=120_000):
        session.start()
    return session


@pytest.fixture
def theme(qapp: object) -> Theme:
    theme = Theme()
    theme.choose("light")
    return theme


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., None]:
    """Shows a widget at a size, and sees to its end."""

    def show(widget: QWidget, width: int = 280, height: int = 280) -> None:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()

    return show


@pytest.fixture
def pixels() -> Callable[[QWidget], Rgb]:
    """What a widget paints: (height, width, 3)."""

    def pixels(widget: QWidget) -> Rgb:
        image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGBA8888)
        return np.array(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3]

    return pixels


@pytest.fixture
def count(pixels: Callable[[QWidget], Rgb]) -> Callable[[QWidget, str], int]:
    """How many pixels of a widget have that colour."""

    def count(widget: QWidget, colour: str) -> int:
        wanted = QColor(colour)
        return int((pixels(widget) == (wanted.red(), wanted.green(), wanted.blue())).all(-1).sum())

    return count


@pytest.fixture
def line() -> Callable[..., Drawing]:
    """A drawing of one line through those places, in canvas units."""

    def line(*places: tuple[float, float], width: float = 20.0) -> Drawing:
        return (Stroke(np.array(places, np.float64), width),)

    return line


@pytest.fixture
def answer(line: Callable[..., Drawing]) -> Callable[..., Answer]:
    """An answer as a network gives it: `best` with that share, the rest even; every map rises from 0 to 1."""

    def answer(
        best: int = 7, share: float = 0.91, shown: Input | None = None, entry: Entry | None = None
    ) -> Answer:
        shown = shown or Drawn(line((80.0, 80.0), (200.0, 200.0)))
        entry = entry or library.shipped()[0]
        shares = np.full(len(entry.card.classes), (1 - share) / (len(entry.card.classes) - 1), np.float32)
        shares[best] = share
        shapes = {row.name: row.output_shape for row in entry.card.architecture.rows}
        outputs = [
            np.linspace(0, 1, math.prod(shape), dtype=np.float32).reshape(shape) for shape in shapes.values()
        ]
        stages = inputs.stages(shown, ALL_STEPS)
        image = stages[-1].frame[None]
        layers = tuple(map(LayerTrace, shapes, [image, *outputs], outputs))
        trace = Trace(image, layers, np.log(shares + 1e-9), shares)
        return Answer(1, entry, shown, stages, trace, {}, 0.0004)

    return answer


@pytest.fixture
def damaged() -> str:
    """The name of a network of the user whose card can be read and whose weights are damaged."""
    file = paths.runs() / "damaged" / "best.safetensors"
    file.parent.mkdir(parents=True)
    shutil.copy(library.shipped()[0].path, file)
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    return "damaged"


@pytest.fixture
def no_networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An installation without networks."""
    shipped = paths.shipped
    monkeypatch.setattr(paths, "shipped", lambda name: tmp_path if name == "trained" else shipped(name))


class Gate:
    """Stands in a network's way until it is opened."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()
        self.passed = 0
        self._trace = tracing.trace

    def __call__(self, *arguments: object) -> Trace:
        self.reached.set()
        assert self.opened.wait(60)
        self.passed += 1
        return self._trace(*arguments)  # type: ignore[arg-type]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Holds up every forward pass until it is opened."""
    gate = Gate()
    monkeypatch.setattr(tracing, "trace", gate)
    yield gate
    gate.opened.set()
