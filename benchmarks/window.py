"""Pen to answer, lateness of the event loop, and start-up, measured on the real window.

    python benchmarks/window.py answer [--training]    real mouse events -> everything repainted
    python benchmarks/window.py start                  beside `python -c "import torch"`, in alternation

Needs a screen (for instance Xvfb); with QT_QPA_PLATFORM=offscreen it measures without one.
"""

import argparse
import math
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

MOVES = 300
INTERVAL = 0.008  # seconds between two mouse events: a mouse that reports 125 times a second
TICK = 5  # milliseconds
BUDGET = {"median": 16, "p95": 33}


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, math.ceil(share * len(values)) - 1)]


def line(name: str, values: list[float]) -> str:
    return (
        f"{name:28} median {statistics.median(values):6.1f}   p95 {percentile(values, 0.95):6.1f}   "
        f"p99 {percentile(values, 0.99):6.1f}   worst {max(values):6.1f} ms   (n={len(values)})"
    )


def answer(training: bool) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
    from PySide6.QtGui import QMouseEvent

    from desktopcnn.ui import app
    from desktopcnn.ui.main_window import MainWindow
    from desktopcnn.ui.mosaic_view import MosaicView

    application = app._application()
    window = MainWindow()
    lateness: list[float] = []
    last = time.perf_counter()
    ticker = QTimer()
    ticker.setTimerType(Qt.TimerType.PreciseTimer)

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        lateness.append(max(0.0, (now - last) * 1000 - TICK))
        last = now

    ticker.timeout.connect(tick)

    class Painted(QObject):
        """Notes when each watched widget was painted last."""

        def __init__(self) -> None:
            super().__init__()
            self.at: dict[int, float] = {}

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                self.at[id(watched)] = time.perf_counter()
            return False

    def spin(until: object, limit: float = 10.0) -> None:
        end = time.perf_counter() + limit
        while not until() and time.perf_counter() < end:  # type: ignore[operator]
            application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 2)

    window.show()
    last = time.perf_counter()
    ticker.start(TICK)
    spin(lambda: window.session.test is not None, 60)
    print(line("loop lateness while starting", lateness))
    stop = _train_beside() if training else None
    canvas = window.drawing_panel.canvas
    for entry in list(window.session.entries):
        window.session.choose_network(entry.name)
        window.session.pen.clear()
        spin(lambda: window.session.answer is None)
        painted = Painted()
        views = [view for view in window.findChildren(MosaicView) if view.isVisible()]
        visible = [view for view in views if not view.visibleRegion().isEmpty()]
        for view in visible:
            view.installEventFilter(painted)
        lateness.clear()
        last = time.perf_counter()
        times = []
        for move in range(MOVES):
            angle = move / 40
            side = min(canvas.width(), canvas.height())
            spot = QPointF(
                canvas.width() / 2 + side * 0.3 * math.sin(angle) * (1 + 0.2 * math.sin(3 * angle)),
                canvas.height() / 2 - side * 0.35 * math.cos(angle),
            )
            kind = QEvent.Type.MouseMove if move else QEvent.Type.MouseButtonPress
            event = QMouseEvent(
                kind, spot, canvas.mapToGlobal(spot),
                Qt.MouseButton.NoButton if move else Qt.MouseButton.LeftButton,
                Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
            )  # fmt: skip
            began = time.perf_counter()
            QCoreApplication.postEvent(canvas, event)
            before = window.session._answerer._number
            spin(
                lambda before=before, began=began: (
                    window.session.answer is not None
                    and window.session.answer.number > before
                    and all(painted.at.get(id(view), 0) > began for view in visible)
                ),
                2,
            )
            times.append((time.perf_counter() - began) * 1000)
            spin(lambda began=began: time.perf_counter() - began > INTERVAL)
        print(line(f"pen to answer {entry.name}"[:28], times[1:]))
        print(line("  loop lateness meanwhile", lateness))
        window.session.pen.up()
    if stop:
        print(f"training beside: {stop():,.0f} images/s")
    ticker.stop()
    window.close()


def _train_beside() -> object:
    """A training of 02-two-conv in a thread of this process, one torch thread."""
    from desktopcnn.data import catalog
    from desktopcnn.networks.catalog import find
    from desktopcnn.training import loop, recipe

    ended = threading.Event()
    done = [0, time.perf_counter()]

    def work() -> None:
        import torch

        torch.set_num_threads(1)
        chosen = recipe.find("02-two-conv", epochs=1000)
        training = loop.begin(find("02-two-conv"), chosen, seed=0)
        done[1] = time.perf_counter()
        for _ in loop.train(training, catalog.load("mnist"), chosen):
            done[0] += chosen.batch_size
            if ended.is_set():
                return

    thread = threading.Thread(target=work)
    thread.start()

    def stop() -> float:
        rate = done[0] / (time.perf_counter() - done[1])
        ended.set()
        thread.join()
        return rate

    return stop


def start(rounds: int = 7) -> None:
    """Seconds from the start of the process, in alternation with a bare import of torch."""
    probe = (
        "from desktopcnn.ui import preload; preload.begin()\n"
        "import sys, time; from desktopcnn.ui import app; from desktopcnn.ui.main_window import MainWindow\n"
        "a = app._application(); w = MainWindow(); w.show(); a.processEvents(); print('stands')\n"
        "sys.stdout.flush(); app._draw_sample(w)\n"
        "from PySide6.QtCore import QEventLoop; e = QEventLoop(); w.session.answered.connect(e.quit)\n"
        "e.exec()\n"
        "a.processEvents(); print('answer'); sys.stdout.flush(); w.close()"
    )
    figures: dict[str, list[float]] = {"torch": [], "stands": [], "answer": []}
    for _ in range(rounds):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import torch"], check=True)
        figures["torch"].append(time.perf_counter() - began)
        began = time.perf_counter()
        child = subprocess.Popen([sys.executable, "-c", probe], stdout=subprocess.PIPE, text=True)
        assert child.stdout
        for name in child.stdout:
            figures[name.strip()].append(time.perf_counter() - began)
        child.wait()
    torch = statistics.median(figures["torch"])
    for name, values in figures.items():
        middle = statistics.median(values)
        print(f"{name:8} median {middle:.2f} s   {middle / torch:.2f} of import torch")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("answer", "start"))
    parser.add_argument("--training", action="store_true", help="while a network trains beside")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"XDG_CONFIG_HOME": home, "DESKTOPCNN_HOME": home}
        answer(options.training) if options.what == "answer" else start()
