"""The marks of changes in a plot: which have labels, and which are too close together."""

from collections.abc import Callable

import pytest

from desktopcnn.ui.theme import Theme
from desktopcnn.ui.train.plot import Plot

RED = "#FF0000"


@pytest.fixture
def plot(theme: Theme, show: Callable[..., None]) -> Plot:
    plot = Plot(theme)
    show(plot, 400, 200)
    plot.set_x_range(0, 100)
    return plot


def test_marks_stand_in_order_and_have_labels_where_wanted(plot: Plot) -> None:
    marks = [(80.0, "batch size 50", RED), (10.0, "learning rate 0.1", RED)]
    plot.set_marks(marks, labelled=False)
    assert plot.marks() == [(10.0, "learning rate 0.1"), (80.0, "batch size 50")]
    assert plot.labels() == []
    plot.set_marks(marks, labelled=True)
    assert plot.labels() == plot.marks()


def test_marks_that_are_close_share_a_label_until_the_view_is_closer(plot: Plot) -> None:
    plot.set_marks([(50.0, "a", RED), (51.0, "b", RED), (90.0, "c", RED)], labelled=True)
    assert plot.labels() == [(50.0, "2 changes"), (90.0, "c")]
    plot.set_x_range(49, 53)
    assert plot.labels() == [(50.0, "a"), (51.0, "b"), (90.0, "c")]


def test_a_mark_that_is_gone_is_not_drawn(plot: Plot, count: Callable[..., int]) -> None:
    plot.set_marks([(20.0, "a", RED), (70.0, "b", RED)], labelled=False)
    both = count(plot, RED)
    plot.set_marks([(20.0, "a", RED)], labelled=False)
    assert 0 < count(plot, RED) < both
    plot.set_marks([], labelled=False)
    assert count(plot, RED) == 0
