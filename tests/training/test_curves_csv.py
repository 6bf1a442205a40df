"""Curves as a table in a text."""

import csv
import io

import pytest

from desktopcnn.training import curves_csv
from desktopcnn.training.curves import Curves
from desktopcnn.training.curves_csv import to_csv
from desktopcnn.training.history import Change, Epoch, Event, Measure, Step


def steps(first: int, last: int, loss: float = 1.0) -> list[Event]:
    return [Step(number, loss / number, 0.1 / number) for number in range(first, last + 1)]


def epoch(number: int, step: int) -> Epoch:
    return Epoch(number, step, 0.5 / number, 0.9, 0.4 / number, 0.91, 2.0, 5000.0 + number)


def table(runs: dict[str, Curves]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(to_csv(runs)), newline="")))


def test_it_has_a_row_for_each_step_and_a_column_for_each_curve() -> None:
    curves = Curves(steps_per_epoch=10)
    curves.extend([*steps(1, 10), epoch(1, 10), Measure(5, {"conv1": 0.5}, {"relu1": 0.25})])
    turned = Change(7, {"distortion": {"shift": 0.0, "rotation": 10.0}}, {"distortion": {"rotation": 0.0}})
    curves.extend([Change(7, {"learning_rate": 0.5}), turned])
    rows = table({"a run": curves})
    assert [int(row["step"]) for row in rows] == list(range(1, 11))
    assert float(rows[4]["epoch"]) == 0.5
    assert float(rows[3]["loss"]) == curves.loss[3]
    assert float(rows[3]["smoothed_loss"]) == curves.smoothed[3]
    assert float(rows[9]["validation_accuracy"]) == 0.91
    assert rows[8]["validation_accuracy"] == ""
    assert [row["gradient_norm conv1"] for row in rows if row["gradient_norm conv1"]] == ["0.5"]
    assert rows[4]["silent_share relu1"] == "0.25"
    assert rows[6]["changed"] == "learning rate 0.5, rotation 0 → 10"
    assert {row["run"] for row in rows} == {"a run"}


def test_it_ends_its_lines_and_quotes_as_rfc_4180_says() -> None:
    curves = Curves()
    curves.extend(steps(1, 2))
    text = "".join(to_csv({'seven, "quick"\nrun': curves}))
    assert text.count("\r\n") == 3
    assert '"seven, ""quick""\nrun",1,' in text
    assert {row["run"] for row in table({'seven, "quick"\nrun': curves})} == {'seven, "quick"\nrun'}


def test_a_table_of_several_runs_has_the_columns_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves_csv, "BLOCK", 3)
    first, second = Curves(), Curves()
    first.extend([*steps(1, 7), Measure(4, {"conv1": 1.0}, {})])
    second.extend([*steps(1, 8), Measure(4, {"dense1": 2.0}, {})])
    rows = table({"first": first, "second": second})
    assert [row["run"] for row in rows] == ["first"] * 7 + ["second"] * 8
    assert rows[3]["gradient_norm conv1"] == "1.0"
    assert rows[3]["gradient_norm dense1"] == ""
    assert rows[10]["gradient_norm dense1"] == "2.0"
    assert rows[0]["epoch"] == ""


def test_it_is_of_the_moment_at_which_it_was_asked_for() -> None:
    curves = Curves()
    curves.extend(steps(1, 5))
    blocks = to_csv({"run": curves})
    curves.extend(steps(6, 9))
    curves.truncate(2)
    assert "".join(blocks).count("\r\n") == 6


def test_a_table_of_an_empty_run_is_a_header() -> None:
    assert table({"run": Curves()}) == []
    assert "".join(to_csv({"run": Curves()})).startswith("run,step,epoch,loss,")
