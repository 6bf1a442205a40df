"""Pen to answer, lateness of the event loop, training and start-up, measured on the real window.

    python benchmarks/window.py answer [--training]    real mouse events -> everything repainted
    python benchmarks/window.py train [--network ...]  while the window trains, beside the bare loop
    python benchmarks/window.py start                  beside `python -c "import torch"`, in alternation

Needs a screen (for instance Xvfb); with QT_QPA_PLATFORM=offscreen it measures without one.
"""

import argparse
import itertools
import math
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent

from desktopcnn.ui import app
from desktopcnn.ui.main_window import MainWindow
from desktopcnn.ui.mosaic_view import MosaicView
from desktopcnn.ui.training_protocol import Order

MOVES = 300
INTERVAL = 0.008  # seconds between two mouse events: a mouse that reports 125 times a second
TICK = 10  # milliseconds; every tick takes the interpreter from the thread that trains
STROKE = 120  # mouse events
TAB = 60  # mouse events between two changes of the tab
SLICE = 3.0
"""Seconds for which the window trains in one way before the next has its turn."""
WAYS = ("bare loop", "network tab", "curves", "drawing")


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, math.ceil(share * len(values)) - 1)]


def line(name: str, values: list[float]) -> str:
    return (
        f"{name:28} median {statistics.median(values):6.1f}   p95 {percentile(values, 0.95):6.1f}   "
        f"p99 {percentile(values, 0.99):6.1f}   worst {max(values):6.1f} ms   (n={len(values)})"
    )


class Bench(QObject):
    """The window, a clock in its event loop, and a hand at its mouse. Nothing here keeps a core busy."""

    def __init__(self) -> None:
        self.application = app._application()
        super().__init__()
        self.window = MainWindow()
        self.session = self.window.session
        self.canvas = self.window.drawing_panel.canvas
        self.lateness: list[float] = []
        self._until: Callable[[], bool] = lambda: False
        self._loop = QEventLoop()
        self._moves = 0
        self._answered = 0.0
        self._painted: dict[int, float] = {}
        self._last = time.perf_counter()
        self._ticker = QTimer(self)
        self._ticker.setTimerType(Qt.TimerType.PreciseTimer)
        self._ticker.timeout.connect(self._tick)
        self.session.answered.connect(self._note_answer)
        self.window.show()
        self.forget()
        self._ticker.start(TICK)
        self.wait(lambda: self.session.test is not None, 60)

    def close(self) -> None:
        self._ticker.stop()
        self.window.close()

    def forget(self) -> None:
        """Begin anew with the clock."""
        self.lateness.clear()
        self._last = time.perf_counter()

    def wait(self, until: Callable[[], bool], limit: float = 10.0) -> None:
        """Let the event loop run until that is so. Looked at with every tick, answer and repaint."""
        end = time.perf_counter() + limit
        self._until = lambda: until() or time.perf_counter() > end
        if not self._until():
            self._loop.exec()
        self._until = lambda: False

    def rest(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        self.wait(lambda: time.perf_counter() > end, seconds + 1)

    def choose(self, name: str) -> None:
        """Let that network answer, on an empty canvas."""
        self.session.choose_network(name)
        self.clear()

    def clear(self) -> None:
        self.session.pen.clear()
        self.wait(lambda: self.session.answer is None)
        self._moves = 0

    def move(self) -> float:
        """Move the mouse a little along a stroke; milliseconds until all that is visible is repainted."""
        views = [view for view in self.window.findChildren(MosaicView) if self._watch(view)]
        before = self.session._answerer._number
        began = time.perf_counter()
        self.application.postEvent(self.canvas, self._mouse_event())

        def done() -> bool:
            answer = self.session.answer
            return (
                answer is not None
                and answer.number > before
                and all(self._painted.get(id(view), 0) >= self._answered for view in views)
            )

        self.wait(done, 2)
        took = time.perf_counter() - began
        self._moves += 1
        self.rest(max(0.0, INTERVAL - took))
        return 1000 * took

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note when each watched widget is painted."""
        if event.type() == QEvent.Type.Paint:
            self._painted[id(watched)] = time.perf_counter()
            self._check()
        return False

    def _watch(self, view: MosaicView) -> bool:
        view.removeEventFilter(self)
        view.installEventFilter(self)
        return view.isVisible() and not view.visibleRegion().isEmpty()

    def _mouse_event(self) -> QMouseEvent:
        angle = self._moves / 40
        side = min(self.canvas.width(), self.canvas.height())
        spot = QPointF(
            self.canvas.width() / 2 + side * 0.3 * math.sin(angle) * (1 + 0.2 * math.sin(3 * angle)),
            self.canvas.height() / 2 - side * 0.35 * math.cos(angle),
        )
        first = self._moves == 0
        return QMouseEvent(
            QEvent.Type.MouseButtonPress if first else QEvent.Type.MouseMove,
            spot,
            self.canvas.mapToGlobal(spot),
            Qt.MouseButton.LeftButton if first else Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )

    def _note_answer(self) -> None:
        self._answered = time.perf_counter()
        self._check()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.lateness.append(max(0.0, (now - self._last) * 1000 - TICK))
        self._last = now
        self._check()

    def _check(self) -> None:
        if self._until():
            self._loop.quit()


def answer(training: bool) -> None:
    bench = Bench()
    print(line("loop lateness while starting", bench.lateness))
    with beside() if training else nothing():
        for entry in list(bench.session.entries):
            bench.choose(entry.name)
            bench.forget()
            times = [bench.move() for _ in range(MOVES)]
            print(line(f"pen to answer {entry.name}"[:28], times[1:]))
            print(line("  loop lateness meanwhile", bench.lateness))
            bench.session.pen.up()
    bench.close()


@contextmanager
def nothing() -> Iterator[None]:
    yield


@contextmanager
def beside() -> Iterator[None]:
    """A bare training of 02-two-conv in a thread of this process, one torch thread; prints its speed."""
    ended = threading.Event()
    speed: list[float] = []

    def work() -> None:
        steps = bare_steps("02-two-conv", 1)
        began, images = time.perf_counter(), 0
        while not ended.is_set():
            images += next(steps)
        speed.append(images / (time.perf_counter() - began))

    thread = threading.Thread(target=work)
    thread.start()
    yield
    ended.set()
    thread.join()
    print(f"training beside: {speed[0]:,.0f} images/s")


# the window's own training


def train(networks: list[str], seconds: float) -> None:
    """Each network is trained by the window and by the bare loop in its own process, in alternation."""
    threads = max(1, (os.cpu_count() or 2) - 1)
    bench = Bench()
    few_to_validate()
    bench.window.tabs.setCurrentIndex(1)
    bench.wait(lambda: bench.window._train_page.content is not None, 30)
    for network in networks:
        with bare_loop(network, threads) as bare, window_training(bench, network, threads):
            rounds = Rounds(bench, bare)
            end = time.monotonic() + seconds
            while time.monotonic() < end or rounds.number < 4:
                rounds.go_round()
        print(f"{network}, {threads} thread(s) of torch, slices of {SLICE:g} s, {rounds.number} rounds")
        rounds.report()
    bench.close()


class Rounds:
    """What is measured while the bare loop and the window train in turn."""

    def __init__(self, bench: Bench, bare: Connection) -> None:
        self._bench, self._bare = bench, bare
        self._training = bench.session.training
        self.number = 0
        self.speeds: dict[str, list[float]] = {way: [] for way in WAYS}
        self.lateness: dict[str, list[float]] = {way: [] for way in WAYS[1:]}
        self.pen: list[float] = []

    def go_round(self) -> None:
        for place in range(len(WAYS)):
            way = WAYS[(place + self.number) % len(WAYS)]
            self.speeds[way].append(self._bare_slice() if way == WAYS[0] else self._slice(way))
        self.number += 1

    def report(self) -> None:
        for way in WAYS:
            ratios = [own / bare for own, bare in zip(self.speeds[way], self.speeds[WAYS[0]], strict=True)]
            low, middle, high = statistics.quantiles(ratios, n=4)
            print(
                f"  {way:12} {statistics.median(self.speeds[way]):8,.0f} images/s   "
                f"of the bare loop {middle:.2f} ({low:.2f}-{high:.2f})"
            )
        for way, values in self.lateness.items():
            print(line(f"  lateness, {way}", values))
        print(line("  pen to answer", self.pen), flush=True)

    def _bare_slice(self) -> float:
        self._bare.send(True)
        self._bench.wait(self._bare.poll, 60)
        return float(self._bare.recv())

    def _slice(self, way: str) -> float:
        """The window trains for a while: its images per second."""
        self._bench.window.tabs.setCurrentIndex(1 if way == "curves" else 0)
        marks: list[tuple[float, int]] = []

        def mark() -> None:
            marks.append((time.perf_counter(), self._training.step))

        self._training.resume()
        self._bench.rest(0.3)
        self._bench.forget()
        self._training.progressed.connect(mark)
        if way == "drawing":
            self._draw()
        else:
            self._bench.rest(SLICE)
        self._training.progressed.disconnect(mark)
        self.lateness[way] += self._bench.lateness
        self._training.pause()
        self._bench.rest(0.3)  # it stops after its step
        (first, begin), (last, end) = marks[0], marks[-1]
        assert self._training.recipe
        return (end - begin) * self._training.recipe.batch_size / (last - first)

    def _draw(self) -> None:
        """Draw strokes, and change the tab now and then."""
        end = time.perf_counter() + SLICE
        self._bench.clear()
        for number in itertools.count(1):
            took = self._bench.move()
            if number % STROKE:
                self.pen.append(took)
            else:
                self._bench.session.pen.up()
                self._bench.clear()
            if number % TAB == 0:
                tabs = self._bench.window.tabs
                tabs.setCurrentIndex(1 - tabs.currentIndex())
            if time.perf_counter() > end:
                return


@contextmanager
def window_training(bench: Bench, network: str, threads: int) -> Iterator[None]:
    """The window trains that network, which answers a drawing; handed over while it is held."""
    from desktopcnn.networks.catalog import find
    from desktopcnn.training import recipe

    training = bench.session.training
    chosen = replace(recipe.proposed(network), epochs=1000)
    training.start(Order(find(network), chosen, threads=threads))
    bench.wait(lambda: training.step > 10, 60)
    assert training.entry
    bench.choose(training.entry.name)
    for _ in range(20):
        bench.move()
    training.pause()
    bench.rest(0.3)
    yield
    bench.session.pen.up()
    training.stop()
    bench.wait(lambda: not training.is_busy, 60)


@contextmanager
def bare_loop(network: str, threads: int) -> Iterator[Connection]:
    """A process that trains for a slice when it is sent True, and answers with images per second."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=bare_process, args=(network, threads, theirs))
    process.start()
    mine.recv()
    yield mine
    mine.send(False)
    process.join()


def bare_process(network: str, threads: int, turns: Connection) -> None:
    few_to_validate()
    steps = bare_steps(network, threads)
    for _ in itertools.islice(steps, 10):
        pass
    turns.send("ready")
    while turns.recv():
        began, images = time.perf_counter(), 0
        while (spent := time.perf_counter() - began) < SLICE:
            images += next(steps)
        turns.send(images / spent)


def bare_steps(network: str, threads: int) -> Iterator[int]:
    """The training loop and nothing else; yields how many images each step took."""
    import torch

    from desktopcnn.data import catalog
    from desktopcnn.networks.catalog import find
    from desktopcnn.training import loop, recipe

    torch.set_num_threads(threads)
    chosen = replace(recipe.proposed(network), epochs=1000)
    for event in loop.train(loop.begin(find(network), chosen, seed=0), catalog.load("mnist")):
        if isinstance(event, loop.Step):
            yield chosen.batch_size


def few_to_validate() -> None:
    """MNIST with 500 images for validation: the same for both sides, it would only make slices uneven."""
    from desktopcnn.data import catalog

    whole = catalog.load("mnist")
    few = replace(whole, validation=whole.validation[:500], test=whole.test[:500])
    catalog.CATALOG["mnist"] = lambda: few


# starting


PROBE = """
from desktopcnn.ui import preload; preload.begin()
import sys, time; from desktopcnn.ui import app; from desktopcnn.ui.main_window import MainWindow
a = app._application(); w = MainWindow(); w.show(); a.processEvents(); print('stands')
sys.stdout.flush(); app._draw_sample(w)
from PySide6.QtCore import QEventLoop; e = QEventLoop(); w.session.answered.connect(e.quit)
e.exec()
a.processEvents(); print('answer'); sys.stdout.flush(); w.close()
"""


def start(rounds: int = 7) -> None:
    """Seconds from the start of the process, in alternation with a bare import of torch."""
    figures: dict[str, list[float]] = {"torch": [], "stands": [], "answer": []}
    for _ in range(rounds):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import torch"], check=True)
        figures["torch"].append(time.perf_counter() - began)
        began = time.perf_counter()
        child = subprocess.Popen([sys.executable, "-c", PROBE], stdout=subprocess.PIPE, text=True)
        assert child.stdout
        for name in child.stdout:
            figures[name.strip()].append(time.perf_counter() - began)
        child.wait()
    torch = statistics.median(figures["torch"])
    for name, values in figures.items():
        middle = statistics.median(values)
        print(f"{name:8} median {middle:.2f} s   {middle / torch:.2f} of import torch")


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("what", choices=("answer", "train", "start"))
    parser.add_argument("--training", action="store_true", help="answer: while a network trains beside")
    parser.add_argument("--network", nargs="+", default=["02-two-conv", "04-dropout"], help="train: which")
    parser.add_argument("--seconds", type=float, default=100, help="train: for each network")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"XDG_CONFIG_HOME": home, "DESKTOPCNN_HOME": home}
        if options.what == "answer":
            answer(options.training)
        elif options.what == "train":
            train(options.network, options.seconds)
        else:
            start()


if __name__ == "__main__":
    main()
