"""The curves: what is shown of the runs, and what the user does with them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFileDialog,
    QLabel,
    QSlider,
    QToolButton,
    QWidget,
)  # fmt: skip
from pytestqt.qtbot import QtBot

from desktopcnn.training.curves import Curves
from desktopcnn.training.history import Change, Epoch, Event, Measure, Step
from desktopcnn.ui.palette import DARK, LIGHT
from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.curves_export import MARGIN
from desktopcnn.ui.train.curves_panel import CurvesPanel
from desktopcnn.ui.train.plot import Plot
from desktopcnn.ui.train.plot_style import Line

Show = Callable[..., None]
PER_EPOCH = 10


def events(first: int, last: int) -> list[Event]:
    """Steps, a measure every fifth, the end of an epoch every tenth."""
    told: list[Event] = []
    for number in range(first, last + 1):
        told.append(Step(number, 2 / number, 0.1 / number))
        if number % 5 == 0:
            told.append(Measure(number, {"conv1": 0.1, "dense1": 1 / number}, {"relu1": 0.25}))
        if number % PER_EPOCH == 0:
            epoch = number // PER_EPOCH
            accuracies = 1 - 0.1 / epoch, 1 - 0.08 / epoch
            told.append(Epoch(epoch, number, 0.5, accuracies[0], 0.4, accuracies[1], 2.0, 4000.0 + epoch))
    return told


def curves(last: int = 30, knows_epochs: bool = True) -> Curves:
    curves = Curves(steps_per_epoch=PER_EPOCH if knows_epochs else None)
    curves.extend(events(1, last))
    return curves


@pytest.fixture(autouse=True)
def _every_move_counts() -> Iterator[None]:
    """pyqtgraph passes over mouse moves that follow upon each other as fast as those of a test."""
    limit = pg.getConfigOption("mouseRateLimit")
    pg.setConfigOption("mouseRateLimit", 0)
    yield
    pg.setConfigOption("mouseRateLimit", limit)


@pytest.fixture
def panel(theme: Theme, show: Show) -> CurvesPanel:
    panel = CurvesPanel(theme)
    show(panel, 650, 560)
    return panel


@pytest.fixture
def drawn(qtbot: QtBot) -> Callable[[CurvesPanel], None]:
    """Waits until the panel has drawn what it was told."""

    def drawn(panel: CurvesPanel) -> None:
        qtbot.waitUntil(lambda: not panel.is_waiting, timeout=20_000)

    return drawn


Drawn = Callable[[CurvesPanel], None]


@pytest.fixture
def filled(panel: CurvesPanel, drawn: Drawn) -> CurvesPanel:
    panel.show_run("a", "first", curves())
    drawn(panel)
    return panel


def plot(panel: CurvesPanel, name: str = "lossPlot") -> Plot:
    found = panel.findChild(Plot, name)
    assert isinstance(found, Plot)
    return found


def lines(panel: CurvesPanel, name: str = "lossPlot") -> dict[tuple[str, str], Line]:
    return {(line.run, line.name): line for line in plot(panel, name).lines()}


def click(panel: QWidget, name: str) -> None:
    button = panel.findChild(QAbstractButton, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(panel: CurvesPanel, selector: str, data: str) -> None:
    box = panel.findChild(QComboBox, selector)
    assert box is not None
    box.setCurrentIndex(box.findData(data))


def place(of: Plot, x: float, y: float) -> QPoint:
    """Where a point of the plot lies in its viewport."""
    scene = of.getViewBox().mapViewToScene(QPointF(x, y))
    return QPoint(of.mapFromScene(scene))


# what is shown


def test_without_a_run_it_says_what_to_do(panel: CurvesPanel) -> None:
    label = panel.findChild(QLabel, "noRun")
    assert label is not None
    assert label.isVisible()
    assert label.text() == "No run yet. Press Train."
    assert not plot(panel).isVisible()


def test_a_run_takes_the_place_of_that_and_gives_it_back(panel: CurvesPanel, drawn: Drawn) -> None:
    panel.show_run("a", "first", curves())
    drawn(panel)
    label = panel.findChild(QLabel, "noRun")
    assert label is not None
    assert plot(panel).isVisible()
    assert not label.isVisible()
    panel.hide_run("a")
    panel.hide_run("unknown")
    drawn(panel)
    assert label.isVisible()


def test_the_losses_of_a_run_are_drawn_over_its_epochs(filled: CurvesPanel) -> None:
    shown = lines(filled)
    assert set(shown) == {("a", "step"), ("a", "smoothed"), ("a", "validation")}
    np.testing.assert_allclose(shown["a", "step"].x, np.arange(1, 31) / 10)
    np.testing.assert_allclose(shown["a", "step"].y, 2 / np.arange(1, 31))
    np.testing.assert_allclose(shown["a", "validation"].x, [1, 2, 3])
    assert plot(filled).x_name == "epoch"
    assert len(plot(filled).listDataItems()) == 3


def test_accuracies_are_drawn_in_per_cent(filled: CurvesPanel) -> None:
    shown = lines(filled, "accuracyPlot")
    np.testing.assert_allclose(shown["a", "training"].y, [90, 95, 100 - 10 / 3])
    np.testing.assert_allclose(shown["a", "validation"].y, [92, 96, 100 - 8 / 3])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("gradients", {"conv1": 0.1, "dense1": 0.0734}),
        ("silent", {"relu1": 25.0}),
        ("learning_rate", {"learning_rate": 0.1 / 30}),
        ("speed", {"speed": 4003.0}),
    ],
)
def test_the_third_plot_shows_what_is_chosen(
    filled: CurvesPanel, drawn: Drawn, kind: str, expected: dict[str, float]
) -> None:
    choose(filled, "thirdPlotSelector", kind)
    drawn(filled)
    shown = lines(filled, "thirdPlot")
    assert {name: line.y[-1] for (_, name), line in shown.items()} == pytest.approx(expected, rel=1e-3)


def test_what_has_grown_is_drawn_when_it_is_told(filled: CurvesPanel, drawn: Drawn) -> None:
    grown = lines(filled)["a", "step"]
    run = curves()
    filled.show_run("a", "first", run)
    drawn(filled)
    run.extend(events(31, 45))
    assert len(lines(filled)["a", "step"].x) == len(grown.x) == 30
    filled.refresh()
    drawn(filled)
    assert len(lines(filled)["a", "step"].x) == 45
    assert plot(filled).x_range() == pytest.approx((0, 4.5))


def test_the_planned_end_is_in_view_from_the_beginning(panel: CurvesPanel, drawn: Drawn) -> None:
    run = Curves(steps_per_epoch=10, last_step=60)
    run.extend(events(1, 5))
    panel.show_run("a", "first", run)
    drawn(panel)
    for name in ("lossPlot", "accuracyPlot", "thirdPlot"):
        assert plot(panel, name).x_range() == pytest.approx((0, 6))


def test_hidden_it_draws_nothing_and_shown_it_catches_up(filled: CurvesPanel) -> None:
    run = curves(10)
    filled.hide()
    filled.show_run("a", "first", run)
    assert filled.is_waiting
    assert len(lines(filled)["a", "step"].x) == 30
    filled.show()
    assert not filled.is_waiting
    assert len(lines(filled)["a", "step"].x) == 10


def test_a_run_before_its_first_step_says_so(panel: CurvesPanel, drawn: Drawn) -> None:
    panel.show_run("a", "first", Curves())
    drawn(panel)
    texts = {label.text() for label in panel.findChildren(QLabel) if label.isVisible()}
    assert {"Waiting for the first step", "Comes with the first epoch", "Nothing measured yet"} <= texts


def test_runs_lie_over_each_other_in_their_own_colours(filled: CurvesPanel, drawn: Drawn) -> None:
    filled.show_run("b", "second", curves(20))
    filled.show_run("c", "third", curves(10), "#123456")
    drawn(filled)
    shown = lines(filled)
    assert len(shown) == 9
    colours = [shown[key, "smoothed"].colour for key in "abc"]
    assert colours == [filled.colour_of(key) for key in "abc"]
    assert len(set(colours)) == 3
    assert colours[2] == "#123456"
    assert filled.colour_of("unknown") is None


def test_a_colour_that_is_free_again_is_given_again(filled: CurvesPanel) -> None:
    filled.show_run("b", "second", curves(20))
    first, second = filled.colour_of("a"), filled.colour_of("b")
    filled.hide_run("a")
    assert filled.colour_of("b") == second
    filled.show_run("c", "third", curves(20))
    assert filled.colour_of("c") == first


def test_with_one_run_validation_has_a_colour_of_its_own(filled: CurvesPanel, drawn: Drawn) -> None:
    shown = lines(filled)
    assert shown["a", "validation"].colour != shown["a", "smoothed"].colour
    filled.show_run("b", "second", curves(20))
    drawn(filled)
    shown = lines(filled)
    assert shown["a", "validation"].colour == shown["a", "smoothed"].colour
    assert shown["a", "validation"].label == "first · validation"


def test_gradients_of_two_runs_stand_side_by_side_on_one_scale(filled: CurvesPanel, drawn: Drawn) -> None:
    small = Curves(steps_per_epoch=10)
    small.extend([*events(1, 4), *(Measure(n, {"conv1": 1e-6, "dense1": 0.1}, {}) for n in (5, 10))])
    filled.show_run("b", "second", small)
    drawn(filled)
    both = [p for p in filled.findChildren(Plot) if {line.name for line in p.lines()} == {"conv1", "dense1"}]
    assert [p.lines()[0].run for p in both] == ["a", "b"]
    assert both[0].isVisible()
    assert both[1].isVisible()
    ranges = [p.getViewBox().viewRange()[1] for p in both]
    assert ranges[0] == pytest.approx(ranges[1])
    assert ranges[0][0] < -5.9
    filled.hide_run("b")
    drawn(filled)
    assert not both[1].isVisible()


def test_changes_are_marked_and_said(panel: CurvesPanel, drawn: Drawn) -> None:
    run = curves(20)
    turned = {"distortion": {"shift": 0.0, "rotation": 10.0}}, {"distortion": {"shift": 0.0, "rotation": 0.0}}
    run.extend([Change(15, {"learning_rate": 0.005}), Change(15, *turned)])
    panel.show_run("a", "first", run)
    drawn(panel)
    assert plot(panel).marks() == [(1.5, "learning rate 0.005"), (1.5, "rotation 0 → 10")]
    assert plot(panel).labels() == [(1.5, "2 changes")]
    panel.show_run("b", "second", curves())
    drawn(panel)
    marked = {p.lines()[0].run: p.marks() for p in panel.findChildren(Plot) if len(lines_of(p)) == 1}
    assert (len(marked["a"]), marked["b"]) == (2, []), "a plot of one run has no marks of another"
    panel.hide_run("b")
    run.truncate(10)
    panel.refresh()
    drawn(panel)
    assert plot(panel).marks() == []


def lines_of(of: Plot) -> set[str]:
    """The runs of a plot."""
    return {line.run for line in of.lines()}


def test_a_run_that_exploded_flattens_no_other(filled: CurvesPanel, drawn: Drawn) -> None:
    before = plot(filled).getViewBox().viewRange()[1]
    wild = Curves(steps_per_epoch=10)
    wild.extend(Step(number, 9e3, 0.1) for number in range(1, 10))
    filled.show_run("b", "second", wild)
    drawn(filled)
    assert plot(filled).getViewBox().viewRange()[1] == pytest.approx(before)


# what the user does


def test_the_axis_counts_steps_if_that_is_chosen(filled: CurvesPanel, drawn: Drawn) -> None:
    choose(filled, "axisSelector", "step")
    drawn(filled)
    assert plot(filled).x_name == "step"
    assert lines(filled)["a", "validation"].x.tolist() == [10, 20, 30]
    assert plot(filled).x_range() == pytest.approx((0, 30))


def test_the_axis_counts_steps_until_the_length_of_an_epoch_is_known(
    panel: CurvesPanel, drawn: Drawn
) -> None:
    run = curves(9, knows_epochs=False)
    panel.show_run("a", "first", run)
    drawn(panel)
    assert plot(panel).x_name == "step"
    run.extend(events(10, 10))
    panel.refresh()
    drawn(panel)
    assert plot(panel).x_name == "epoch"
    assert lines(panel)["a", "step"].x[-1] == 1


def test_the_slider_smooths(filled: CurvesPanel, drawn: Drawn) -> None:
    slider = filled.findChild(QSlider, "smoothingSlider")
    assert slider is not None
    before = lines(filled)["a", "smoothed"].y
    QTest.keyClick(slider, Qt.Key.Key_Home)
    drawn(filled)
    shown = lines(filled)
    np.testing.assert_allclose(shown["a", "smoothed"].y, shown["a", "step"].y)
    QTest.keyClick(slider, Qt.Key.Key_End)
    drawn(filled)
    assert lines(filled)["a", "smoothed"].y[-1] > before[-1]
    assert slider.accessibleDescription() == "1,000 steps"


def test_a_click_in_the_legend_hides_and_shows_a_curve(filled: CurvesPanel, drawn: Drawn) -> None:
    click(filled, "legend-step")
    drawn(filled)
    assert set(lines(filled)) == {("a", "smoothed"), ("a", "validation")}
    click(filled, "legend-step")
    drawn(filled)
    assert ("a", "step") in lines(filled)


def test_a_click_on_a_run_hides_it_everywhere(filled: CurvesPanel, drawn: Drawn) -> None:
    filled.show_run("b", "second", curves(20))
    drawn(filled)
    click(filled, "legend-a")
    drawn(filled)
    for name in ("lossPlot", "accuracyPlot", "thirdPlot"):
        assert {run for run, _ in lines(filled, name)} == {"b"}
    button = filled.findChild(QToolButton, "legend-a")
    assert button is not None
    assert button.toolTip() == "Show first"


def test_linear_or_logarithmic_is_switched_for_each_plot(filled: CurvesPanel, drawn: Drawn) -> None:
    assert not plot(filled).log
    assert plot(filled, "thirdPlot").log
    click(filled, "lossPlotLog")
    drawn(filled)
    assert plot(filled).log
    low, high = plot(filled).getViewBox().viewRange()[1]
    assert low < np.log10(2 / 30)
    assert high > np.log10(2)
    choose(filled, "thirdPlotSelector", "silent")
    drawn(filled)
    assert not plot(filled, "thirdPlot").log
    choose(filled, "thirdPlotSelector", "gradients")
    drawn(filled)
    assert plot(filled, "thirdPlot").log


@pytest.mark.parametrize("key", [Qt.Key.Key_Plus, Qt.Key.Key_Left, Qt.Key.Key_Right])
def test_keys_zoom_and_move_all_plots_together(filled: CurvesPanel, drawn: Drawn, key: Qt.Key) -> None:
    QTest.keyClick(plot(filled), Qt.Key.Key_Plus)
    QTest.keyClick(plot(filled), key)
    zoomed = plot(filled).x_range()
    assert zoomed != pytest.approx((0, 3))
    for name in ("accuracyPlot", "thirdPlot"):
        assert plot(filled, name).x_range() == pytest.approx(zoomed)
    filled.refresh()
    drawn(filled)
    assert plot(filled).x_range() == pytest.approx(zoomed)
    QTest.keyClick(plot(filled, "thirdPlot"), Qt.Key.Key_Home)
    assert plot(filled).x_range() == pytest.approx((0, 3))


def test_there_is_nothing_to_see_beyond_the_curves(filled: CurvesPanel) -> None:
    for key in (Qt.Key.Key_Minus, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(plot(filled), key)
        assert plot(filled).x_range() == pytest.approx((0, 3), abs=1e-9)


def test_a_logarithmic_axis_leaves_the_other_alone(filled: CurvesPanel, drawn: Drawn) -> None:
    QTest.keyClick(plot(filled), Qt.Key.Key_Plus)
    zoomed = plot(filled).x_range()
    click(filled, "lossPlotLog")
    drawn(filled)
    assert plot(filled).x_range() == pytest.approx(zoomed)


def test_the_fit_button_shows_everything_again(filled: CurvesPanel) -> None:
    QTest.keyClick(plot(filled, "accuracyPlot"), Qt.Key.Key_Plus)
    click(filled, "fitButton")
    assert plot(filled).x_range() == pytest.approx((0, 3))
    QTest.keyClick(plot(filled, "accuracyPlot"), Qt.Key.Key_Plus)
    QTest.mouseDClick(plot(filled).viewport(), Qt.MouseButton.LeftButton, pos=place(plot(filled), 1.5, 0.2))
    assert plot(filled).x_range() == pytest.approx((0, 3))


def test_dragging_moves_what_is_seen(filled: CurvesPanel) -> None:
    viewport = plot(filled).viewport()
    for _ in range(5):
        QTest.keyClick(plot(filled), Qt.Key.Key_Plus)
    before = plot(filled).x_range()
    start = place(plot(filled), 1.5, 0.2)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for distance in (10, 20, 40):
        QTest.mouseMove(viewport, start + QPoint(distance, 0))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 0))
    low, high = plot(filled).x_range()
    assert low < before[0] - 0.05
    assert high - low == pytest.approx(before[1] - before[0])
    assert plot(filled, "thirdPlot").x_range() == pytest.approx((low, high))


def test_the_cross_hair_says_the_values(filled: CurvesPanel) -> None:
    readout = plot(filled).findChild(QLabel, "readout")
    assert readout is not None
    QTest.mouseMove(plot(filled).viewport(), place(plot(filled), 2.0, 0.2))
    assert readout.isVisible()
    assert "epoch 2.0" in readout.text()
    assert "step 0.1" in readout.text()
    assert "validation 0.4" in readout.text()
    assert plot(filled).rect().contains(readout.geometry())
    QTest.mouseMove(plot(filled).viewport(), QPoint(1, 1))
    assert not readout.isVisible()


def test_the_cross_hair_follows_in_per_cent(filled: CurvesPanel) -> None:
    accuracy = plot(filled, "accuracyPlot")
    QTest.mouseMove(accuracy.viewport(), place(accuracy, 2.0, 95))
    readout = accuracy.findChild(QLabel, "readout")
    assert readout is not None
    assert "training 95.00 %" in readout.text()


def test_the_readout_of_a_place_is_its_nearest_point(filled: CurvesPanel) -> None:
    found = {line.name: (x, y) for line, x, y in plot(filled).readout(2.04)}
    assert found["step"] == pytest.approx((2.0, 0.1))
    assert found["validation"] == pytest.approx((2.0, 0.4))
    assert plot(filled).readout(50) == []


def cursors(of: Plot) -> list[float]:
    """Places of the cursor that can be dragged, where it is visible."""
    movable = [item for item in of.getPlotItem().items if getattr(item, "movable", False)]
    return [item.value() for item in movable if item.isVisible()]


def test_the_cursor_is_put_at_a_step_in_every_plot(filled: CurvesPanel, qtbot: QtBot, drawn: Drawn) -> None:
    with qtbot.assertNotEmitted(filled.cursor_moved):
        filled.set_cursor(15)
    for name in ("lossPlot", "accuracyPlot", "thirdPlot"):
        assert cursors(plot(filled, name)) == [1.5]
    choose(filled, "axisSelector", "step")
    drawn(filled)
    assert cursors(plot(filled)) == [15]
    filled.set_cursor(None)
    assert cursors(plot(filled)) == []


def test_the_cursor_counts_the_steps_of_the_run_that_is_named(filled: CurvesPanel) -> None:
    long = Curves(steps_per_epoch=5)
    long.extend(events(1, 9))
    filled.show_run("b", "second", long)
    filled.set_cursor(5, "b")
    assert cursors(plot(filled)) == [1]
    filled.set_cursor(5, "unknown")
    assert cursors(plot(filled)) == []


def test_dragging_the_cursor_says_the_step(filled: CurvesPanel, qtbot: QtBot) -> None:
    filled.set_cursor(15)
    loss = plot(filled)
    start, end = place(loss, 1.5, 0.2), place(loss, 2.5, 0.2)
    with qtbot.waitSignal(filled.cursor_moved) as moved:
        QTest.mouseMove(loss.viewport(), start)
        QTest.mousePress(loss.viewport(), Qt.MouseButton.LeftButton, pos=start)
        for share in (0.3, 0.6, 1.0):
            QTest.mouseMove(loss.viewport(), start + (end - start) * share)
        QTest.mouseRelease(loss.viewport(), Qt.MouseButton.LeftButton, pos=end)
    (step,) = moved.args or (0,)
    assert step > 15
    assert cursors(plot(filled, "accuracyPlot"))[0] > 1.5
    assert plot(filled).x_range() == pytest.approx((0, 3))


# export


def export(panel: CurvesPanel, kind: str, path: Path) -> None:
    action = panel.findChild(QAction, f"export-{kind}")
    assert action is not None
    action.trigger()
    (dialog,) = [dialog for dialog in panel.findChildren(QFileDialog) if dialog.isVisible()]
    assert dialog.defaultSuffix() == kind
    dialog.fileSelected.emit(str(path))
    dialog.close()


def test_the_numbers_are_exported(filled: CurvesPanel, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "曲线 1.csv"
    path.write_text("old")
    filled.show_run("b", "second", curves(20))
    with qtbot.waitSignal(filled.exported, timeout=20_000) as exported:
        export(filled, "csv", path)
    assert exported.args == [str(path)]
    lines = path.read_bytes().decode().split("\r\n")
    assert lines[0].startswith("run,step,epoch,loss,smoothed_loss")
    assert len(lines) == 1 + 30 + 20 + 1


def test_only_the_runs_that_are_shown_are_exported(
    filled: CurvesPanel, qtbot: QtBot, drawn: Drawn, tmp_path: Path
) -> None:
    filled.show_run("b", "first", curves(20))  # of the same title
    drawn(filled)
    click(filled, "legend-a")
    with qtbot.waitSignal(filled.exported, timeout=20_000):
        export(filled, "csv", tmp_path / "one.csv")
    assert (tmp_path / "one.csv").read_text().count("\n") == 21
    click(filled, "legend-a")
    with qtbot.waitSignal(filled.exported, timeout=20_000):
        export(filled, "csv", tmp_path / "both.csv")
    assert (tmp_path / "both.csv").read_text().count("\n") == 51


def test_the_picture_is_exported(filled: CurvesPanel, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(filled.exported):
        export(filled, "png", tmp_path / "curves.png")
    image = QImage(str(tmp_path / "curves.png"))
    assert image.width() == 2 * (650 + 2 * MARGIN)
    assert len({image.pixel(x, y) for x in range(0, 1300, 3) for y in range(0, 1100, 3)}) > 20


def test_the_drawing_is_exported(filled: CurvesPanel, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(filled.exported):
        export(filled, "svg", tmp_path / "curves.svg")
    text = (tmp_path / "curves.svg").read_text("utf-8")
    assert text.count("<polyline") > 20
    assert ElementTree.fromstring(text).get("width") == str(650 + 2 * MARGIN)
    assert "validation" in text
    assert "first" in text
    assert "Export" not in text
    picture = QImage(674, 586, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    QSvgRenderer(text.encode()).render(painter)
    painter.end()
    export(filled, "png", tmp_path / "curves.png")
    window = QImage(str(tmp_path / "curves.png")).scaled(picture.size())
    same = [
        QColor(picture.pixel(x, y)).lightness() - QColor(window.pixel(x, y)).lightness()
        for x in range(0, 674, 5)
        for y in range(0, 586, 5)
    ]
    assert sum(abs(difference) < 40 for difference in same) > 0.95 * len(same)
    assert QSvgRenderer(str(tmp_path / "curves.svg")).isValid()


@pytest.mark.parametrize("kind", ["csv", "png", "svg"])
def test_a_place_that_cannot_be_written_is_one_sentence(
    filled: CurvesPanel, qtbot: QtBot, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "file").write_text("kept")
    path = tmp_path / "file" / f"curves.{kind}"
    with qtbot.waitSignal(filled.failed) as failed:
        export(filled, kind, path)
    (text,) = failed.args or ("",)
    assert text.startswith(f"{path} cannot be written: ")
    assert text.endswith(".")
    assert "\n" not in text
    assert (tmp_path / "file").read_text() == "kept"


# looks


def test_the_theme_colours_what_lies_behind(
    filled: CurvesPanel, theme: Theme, drawn: Drawn, count: Callable[[QWidget, str], int]
) -> None:
    light = filled.colour_of("a")
    assert count(plot(filled), LIGHT.card) > 10_000
    theme.choose("dark")
    drawn(filled)
    assert count(plot(filled), DARK.card) > 10_000
    assert count(plot(filled), LIGHT.card) == 0
    assert filled.colour_of("a") != light
    assert lines(filled)["a", "smoothed"].colour == filled.colour_of("a")


def test_the_curves_are_really_painted(filled: CurvesPanel, count: Callable[[QWidget, str], int]) -> None:
    colour = lines(filled)["a", "smoothed"].colour
    assert count(plot(filled), colour) > 50
    click(filled, "legend-a")


def test_everything_that_can_be_used_has_a_name_and_a_tip(filled: CurvesPanel) -> None:
    kinds: tuple[type[QWidget], ...] = (QAbstractButton, QComboBox, QSlider)
    controls = [widget for kind in kinds for widget in filled.findChildren(kind) if widget.isVisible()]
    assert len(controls) > 10
    for control in controls:
        assert control.accessibleName(), control.objectName()
        assert control.toolTip(), control.objectName()
    for name in ("lossPlot", "accuracyPlot", "thirdPlot"):
        assert plot(filled, name).accessibleName()


def test_many_runs_and_layers_have_room(panel: CurvesPanel, drawn: Drawn, qtbot: QtBot) -> None:
    for number in range(6):
        run = curves()
        run.extend([Measure(30, {f"a layer {place}": 0.1 for place in range(14)}, {})])
        panel.show_run(str(number), f"a run with a long name, number {number}", run)
    drawn(panel)

    def buttons() -> list[QToolButton]:
        chips = [b for b in panel.findChildren(QToolButton) if b.objectName().startswith("legend-")]
        return [chip for chip in chips if chip.isVisible()]

    qtbot.waitUntil(lambda: len(buttons()) == 6 + 5 + 16, timeout=20_000)
    for button in buttons():
        parent = button.parentWidget()
        assert parent is not None
        assert parent.rect().contains(button.geometry())
