"""What the window says of trainings: one that a crash cut short, one that failed, how two compare."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktopcnn.training import book
from desktopcnn.training.threads import cores
from desktopcnn.ui.background import Background
from desktopcnn.ui.message_bar import MessageBar
from desktopcnn.ui.session import Session
from desktopcnn.ui.training import GOAL, Reached


class TrainingMessages(QObject):
    """Listens to the session and speaks through the message bar."""

    train_tab_wanted = Signal()

    def __init__(self, session: Session, bar: MessageBar) -> None:
        super().__init__(session)
        self._session, self._bar = session, bar
        self._background = Background(self)
        self._background.failed.connect(bar.say)
        session.test_loaded.connect(self._look_for_interrupted)
        session.training.compared.connect(self._compare)
        session.training.remedy_offered.connect(self._offer_remedy)
        session.training.unsaved.connect(self._offer_to_save)
        session.training.saved.connect(self._tell_saved)
        session.training.state_changed.connect(self._follow_state)

    def close(self) -> None:
        """End what works in the background."""
        self._background.close()

    def _look_for_interrupted(self) -> None:
        self._background.do(book.interrupted, self._offer_to_continue)

    def _offer_to_continue(self, rows: list[book.Row]) -> None:
        """After a crash: offer to go on with what was being trained last."""
        if not rows or self._session.training.is_busy:
            return
        row = rows[-1]
        threads = (row.run.threads if row.run else 0) or max(1, cores() - 1)
        text = self.tr("The training of {0} was cut short. It can go on from its last checkpoint.")
        self._bar.say(
            text.format(row.name),
            self.tr("Continue"),
            lambda: self._continue(row, threads),
        )
        # offered once; the run book has them all
        for one in rows:
            self._background.do(partial(book.dismiss, one.folder), lambda _: None)

    def _continue(self, row: book.Row, threads: int) -> None:
        self.train_tab_wanted.emit()
        self._session.training.proceed(row.folder, threads)

    def _follow_state(self) -> None:
        if self._session.training.state == "preparing":
            self._bar.hide()  # what it says is about something else

    def _offer_to_save(self, text: str) -> None:
        self._bar.say(text, self.tr("Save again"), self._session.training.save_again, stays=True)

    def _tell_saved(self, title: str) -> None:
        self._bar.say(self.tr("{0} is saved now.").format(title))

    def _offer_remedy(self, text: str, remedy: Mapping[str, float]) -> None:
        """After a training that failed: one click tries what usually helps."""
        names = {"learning_rate": self.tr("learning rate"), "batch_size": self.tr("batch size")}
        settings = ", ".join(f"{names.get(name, name)} {value:g}" for name, value in remedy.items())
        self._bar.say(
            text,
            self.tr("Try again with {0}").format(settings),
            lambda: self._session.training.try_again(remedy),
        )

    def _compare(self, reached: list[Reached]) -> None:
        """How soon each of several trainings in a row reached the goal."""
        parts = [
            self.tr("{0} after {1:.0f} s").format(one.title, one.seconds)
            if one.seconds is not None
            else self.tr("{0} not in {1:.0f} s").format(one.title, one.trained)
            for one in reached
        ]
        text = self.tr("{0:.0f} % of the validation images right: {1}.")
        self._bar.say(text.format(100 * GOAL, "; ".join(parts)))
