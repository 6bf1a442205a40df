"""What is written reads back as the same numbers."""

import csv
import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from desktopcnn.inspection import numbers, sheet
from desktopcnn.inspection.anatomy import anatomy
from desktopcnn.inspection.numbers import Numbers
from desktopcnn.networks import library, weights

Array = npt.NDArray[np.float32]
finite = st.floats(width=32, allow_nan=False, allow_infinity=False)
maps = arrays.arrays(np.float32, arrays.array_shapes(min_dims=3, max_dims=3, max_side=6), elements=finite)


def rows(*given: Numbers) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(numbers.to_csv(*given)), newline="")))


@given(maps)
def test_an_array_reads_back_from_npy_without_pickle(values: Array) -> None:
    read = np.load(io.BytesIO(numbers.to_npy(values)), allow_pickle=False)
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, values)


@given(maps)
def test_an_array_reads_back_from_csv(values: Array) -> None:
    header, *lines = rows(numbers.of_output("conv1", values))
    assert header == ["map", "row", "column", "value"]
    read = np.full(values.shape, np.nan, np.float32)
    for *place, value in lines:
        read[tuple(map(int, place))] = np.float32(value)
    np.testing.assert_array_equal(read, values)


def test_a_long_table_comes_in_blocks() -> None:
    values = np.arange(numbers.BLOCK + 5, dtype=np.float32)
    blocks = list(numbers.to_csv(numbers.of_output("flatten", values)))
    assert [block.count("\r\n") for block in blocks] == [1, numbers.BLOCK, 5]
    assert blocks[-1].splitlines()[-1] == f"{numbers.BLOCK + 4},{numbers.BLOCK + 4}.0"


def test_several_layers_stand_in_one_table() -> None:
    square = numbers.of_output("conv1", np.ones((1, 1, 2), np.float32))
    vector = numbers.of_output("dense1", np.full(1, 0.5, np.float32))
    assert rows(square, vector) == [
        ["layer", "map", "row", "column", "unit", "value"],
        ["conv1", "0", "0", "0", "", "1.0"],
        ["conv1", "0", "0", "1", "", "1.0"],
        ["dense1", "", "", "", "0", "0.5"],
    ]


def test_kernels_that_do_not_exist_are_nan_and_empty() -> None:
    (entry,) = [entry for entry in library.shipped() if entry.name == "lenet5-1998"]
    part = anatomy(weights.load(entry.path).module)["conv2"]
    assert part.connections is not None
    known = numbers.of_weights(part, sheet.weights(part))
    read = np.load(io.BytesIO(numbers.to_npy(known.values)), allow_pickle=False)
    assert read.shape == (16, 6, 5, 5)
    for number, seen in enumerate(part.connections):
        there = ~np.isnan(read[number]).all((1, 2))
        assert np.flatnonzero(there).tolist() == list(seen)
    header, *lines = rows(known)
    assert header == ["map", "channel", "row", "column", "value"]
    assert sum(line[-1] == "" for line in lines) == np.isnan(read).sum() > 0


def test_a_dense_layer_has_the_shape_of_its_table() -> None:
    (entry,) = [entry for entry in library.shipped() if entry.name == "02-two-conv"]
    part = anatomy(weights.load(entry.path).module)["dense1"]
    laid_out = sheet.weights(part, (40, 4, 4))
    assert laid_out.shape == (100, 40, 4, 4)
    known = numbers.of_weights(part, laid_out)
    assert known.axes == ("unit", "input")
    np.testing.assert_array_equal(known.values, part.weights["weight"])


def test_axes_must_fit() -> None:
    with pytest.raises(ValueError, match="axes"):
        Numbers("conv1", np.zeros((1, 2), np.float32), ("map",))


def test_a_file_is_read_by_numpy(tmp_path: Path) -> None:
    file = tmp_path / "maps.npy"
    file.write_bytes(numbers.to_npy(np.asfortranarray(np.eye(3, dtype=np.float32))))
    np.testing.assert_array_equal(np.load(file, allow_pickle=False), np.eye(3))
