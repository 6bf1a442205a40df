"""A training as an event file for TensorBoard, an optional package."""

import os
import platform
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from desktopcnn.errors import DataError, TrainingError
from desktopcnn.training.history import Epoch, Event, Measure, Step

VERSION = "brain.Event:2"
FLUSH = 2.0
"""Seconds until what was noted can be read by others."""


def check() -> None:
    """Raises `TrainingError` where TensorBoard is not installed."""
    try:
        import tensorboard.compat.proto.event_pb2  # noqa: F401
    except ImportError as error:
        raise TrainingError(
            "TensorBoard is not installed. Install it (pip install tensorboard), or leave out --tensorboard."
        ) from error


class TensorBoardLog:
    """Takes the events of a training and writes their figures to a new file in a folder, until it is closed.

    begin: the step from which they will come; what older files in that folder have of later steps is hidden.
    Raises `TrainingError` where TensorBoard is not installed, `DataError` where the folder cannot be written.
    TensorBoard's own writer has a thread, whose errors nobody can catch; this one has none.
    """

    def __init__(self, folder: Path, begin: int = 0) -> None:
        check()
        from tensorboard.compat.proto import event_pb2, summary_pb2
        from tensorboard.summary.writer.record_writer import RecordWriter

        self._events, self._summaries, self._folder = event_pb2, summary_pb2, folder
        name = f"events.out.tfevents.{time.time():017.6f}.{platform.node()}.{os.getpid()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = (folder / name).open("xb")
        except OSError as error:
            raise self._error(error) from error
        self._writer = RecordWriter(self._file)
        self._write(file_version=VERSION)
        if begin:
            start = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
            self._write(step=begin + 1, session_log=start)
        self._flush()

    def __enter__(self) -> "TensorBoardLog":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def take(self, event: Event) -> None:
        """Note its figures. Raises `DataError` where they cannot be written."""
        if figures := _figures(event):
            value = self._summaries.Summary.Value
            values = [value(tag=tag, simple_value=number) for tag, number in figures.items()]
            self._write(step=event.step, summary=self._summaries.Summary(value=values))
            if isinstance(event, Epoch) or time.monotonic() - self._flushed > FLUSH:
                self._flush()

    def close(self) -> None:
        """What cannot be written then, of the last seconds, is lost: a log is not worth a training."""
        with suppress(OSError):
            self._file.close()

    def _write(self, **fields: Any) -> None:
        try:
            self._writer.write(self._events.Event(wall_time=time.time(), **fields).SerializeToString())
        except OSError as error:
            raise self._error(error) from error

    def _flush(self) -> None:
        try:
            self._file.flush()
        except OSError as error:
            raise self._error(error) from error
        self._flushed = time.monotonic()

    def _error(self, error: OSError) -> DataError:
        return DataError(f"{self._folder} cannot be written: {error.strerror or error}.")


def _figures(event: Event) -> dict[str, float]:
    """What there is to plot of an event, by TensorBoard's tags: the part before the slash is a group."""
    if isinstance(event, Step):
        return {"loss/training": event.loss, "learning rate": event.learning_rate}
    if isinstance(event, Measure):
        return {f"gradient norm/{name}": norm for name, norm in event.gradients.items()}
    if isinstance(event, Epoch):
        return {
            "loss/validation": event.validation_loss,
            "accuracy/validation": event.validation_accuracy,
            "accuracy/training": event.training_accuracy,
            "images per second": event.images_per_second,
        }
    return {}
