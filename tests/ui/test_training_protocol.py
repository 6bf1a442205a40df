"""The control of a training."""

from desktopcnn.ui.training_protocol import Control


def test_whoever_stops_a_training_that_is_held_lets_it_go() -> None:
    control = Control()
    assert control.running.is_set()
    control.running.clear()
    control.stop()
    assert control.stopped.is_set()
    assert control.running.is_set()
