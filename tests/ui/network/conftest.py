"""What the tests of the Network tab share."""

from collections.abc import Callable

import numpy as np
import pytest

from desktopcnn.data.digit import ALL_STEPS, Stroke
from desktopcnn.inspection.anatomy import anatomy
from desktopcnn.inspection.trace import trace
from desktopcnn.networks import weights
from desktopcnn.networks.library import Entry
from desktopcnn.ui import inputs
from desktopcnn.ui.answering import Answer
from desktopcnn.ui.inputs import Drawn
from desktopcnn.ui.session import Session


@pytest.fixture
def answered(session: Session) -> Callable[[], Answer]:
    """Lets the session's network answer a drawn seven, without the thread."""

    def answered() -> Answer:
        entry = session.entry
        assert isinstance(entry, Entry)
        points = np.array([(80.0, 70.0), (200.0, 70.0), (130.0, 220.0)])
        session.show_drawing(Drawn((Stroke(points, 20.0),)))
        stages = inputs.stages(session.shown, ALL_STEPS)
        module = weights.load(entry.path).module
        traced = trace(module, stages[-1].frame[None])
        answer = Answer(1, entry, session.shown, stages, traced, anatomy(module), 0.0004)
        session._take_answer(answer)
        return answer

    return answered
