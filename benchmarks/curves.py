"""One refresh of the curves with 2 x 10^6 points, beside pyqtgraph as it comes, without downsampling.

    python benchmarks/curves.py [--steps N] [--plain-repeats N]

Each step of a run is two points: its loss and the smoothed loss. A refresh ends when it is painted. Needs
a screen (for instance Xvfb); with QT_QPA_PLATFORM=offscreen it measures without one.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

REPEATS = 20
SIZE = (650, 560)


def history(steps: int) -> list[object]:
    from desktopcnn.training.history import Epoch, Step

    noise = np.random.default_rng(7).gamma(8, 1 / 8, steps)
    loss = (2.3 / (1 + np.arange(steps) / 500) + 0.03) * noise
    events: list[object] = [Step(n + 1, value, 0.01) for n, value in enumerate(loss.tolist())]
    events += [Epoch(n, n * 1000, 0.1, 0.98, 0.1, 0.98, 5.0, 9000.0) for n in range(1, steps // 1000 + 1)]
    return events


def timed(refresh: Callable[[int], None], repeats: int) -> float:
    """Median of the milliseconds that it takes, the first time left out."""
    times = []
    for turn in range(repeats + 1):
        began = time.perf_counter()
        refresh(turn)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times[1:])


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--plain-repeats", type=int, default=3)
    arguments = parser.parse_args()

    import pyqtgraph as pg
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QWidget

    from desktopcnn.training.curves import Curves
    from desktopcnn.training.history import Step
    from desktopcnn.ui.theme import Theme
    from desktopcnn.ui.train.curves_panel import CurvesPanel
    from desktopcnn.ui.train.plot import Plot

    application = QApplication([])

    def wait_exposed(widget: QWidget) -> None:
        QTest.qWaitForWindowExposed(widget)
        application.processEvents()

    curves = Curves(steps_per_epoch=1000, last_step=arguments.steps * 11 // 10)
    began = time.perf_counter()
    curves.extend(history(arguments.steps))  # type: ignore[arg-type]
    print(f"history of {arguments.steps:,} steps made and taken in: {time.perf_counter() - began:.1f} s")
    panel = CurvesPanel(Theme())
    panel.resize(*SIZE)
    panel.show_run("run", "run", curves)
    panel.show()
    wait_exposed(panel)

    def grow(turn: int) -> None:
        curves.extend([Step(arguments.steps + 10 * turn + n + 1, 0.03, 0.01) for n in range(10)])
        panel._redraw()
        application.processEvents()

    ours = timed(grow, REPEATS)

    def zoom(turn: int) -> None:
        plot = panel.findChild(Plot, "lossPlot")
        plot.getViewBox().scaleBy(x=0.9 if turn % 2 else 1 / 0.9)
        application.processEvents()

    zoomed = timed(zoom, REPEATS)
    panel.close()

    plain = pg.PlotWidget()
    plain.resize(*SIZE)
    items = [plain.plot(pen=pg.mkPen(colour)) for colour in ("b", "r")]
    plain.show()
    wait_exposed(plain)

    def draw(_: int) -> None:
        for item, values in zip(items, (curves.loss, curves.smoothed), strict=True):
            item.setData(curves.step, values)
        application.processEvents()

    theirs = timed(draw, arguments.plain_repeats)
    plain.close()
    print(f"refresh with 2 x {arguments.steps:,} points, all plots   {ours:8.1f} ms")
    print(f"one step of zooming the loss                     {zoomed:8.1f} ms")
    print(f"pyqtgraph without downsampling                   {theirs:8.1f} ms")
    print(f"ratio                                            {theirs / ours:8.1f}")


if __name__ == "__main__":
    main()
