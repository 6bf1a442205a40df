"""Layers to JSON and back, and everything that is no layer."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktopcnn.errors import NetworkError
from desktopcnn.networks.layer_json import from_json, to_json
from desktopcnn.networks.layers import (
    FUNCTIONS,
    KINDS,
    Activation,
    AveragePool,
    BatchNorm,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
    RBFOutput,
    Subsampling,
)

small = st.integers(1, 9)
LAYERS: st.SearchStrategy[Layer] = st.one_of(
    st.builds(Convolution, small, small, small, st.integers(0, 9), small),
    st.lists(st.lists(st.integers(0, 5), max_size=3).map(tuple), min_size=1, max_size=4).map(
        lambda rows: Convolution(len(rows), 3, connections=tuple(rows))
    ),
    st.builds(MaxPool, small, st.none() | small, st.just(0)),
    st.builds(AveragePool, small, st.none() | small, st.just(0)),
    st.builds(Activation, st.sampled_from(FUNCTIONS)),
    st.builds(BatchNorm),
    st.builds(Dropout, st.floats(0, 0.99)),
    st.builds(Flatten),
    st.builds(Dense, small),
    st.builds(Subsampling, small),
    st.builds(RBFOutput, small),
)


@given(LAYERS)
@settings(deadline=None)
def test_round_trip(layer: Layer) -> None:
    data = json.loads(json.dumps(to_json(layer)))
    assert data["kind"] in KINDS
    assert from_json(data) == layer


def test_defaults_are_left_out() -> None:
    assert to_json(Convolution(20, 5)) == {"kind": "conv", "maps": 20, "kernel": 5}
    assert to_json(Flatten()) == {"kind": "flatten"}


def test_every_kind_is_tried() -> None:
    text = repr(LAYERS)
    assert [spec.__name__ for spec in KINDS.values() if spec.__name__ not in text] == []


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "must be a JSON object"),
        ([], "must be a JSON object"),
        ({}, "kind None is unknown"),
        ({"kind": "lstm"}, "kind 'lstm' is unknown (known: conv"),
        ({"kind": ["conv"]}, "kind ['conv'] is unknown"),
        ({"kind": "dense", "units": 3, "colour": "red"}, "dense has no setting 'colour'"),
        ({"kind": "dense"}, "settings of dense do not fit"),
        ({"kind": "dense", "units": "3"}, "units must be a whole number, not '3'"),
        ({"kind": "dense", "units": 3.0}, "units must be a whole number"),
        ({"kind": "dense", "units": True}, "units must be a whole number"),
        ({"kind": "dense", "units": -3}, "units must be at least 1"),
        ({"kind": "rbf", "units": 2.5}, "units must be a whole number"),
        ({"kind": "subsampling", "size": 2, "stride": 2}, "subsampling has no setting 'stride'"),
        ({"kind": "maxpool", "size": 2, "stride": 1.5}, "stride must be a whole number or null"),
        ({"kind": "maxpool", "size": 2, "stride": True}, "stride must be a whole number or null"),
        ({"kind": "dropout", "probability": "half"}, "probability must be a number"),
        ({"kind": "dropout", "probability": True}, "probability must be a number"),
        ({"kind": "activation", "function": 7}, "activation function 7 is unknown"),
        ({"kind": "activation", "function": ["relu"]}, "['relu'] is unknown"),
        ({"kind": "conv", "maps": 1, "kernel": 1, "connections": "0"}, "must be a list of lists"),
        ({"kind": "conv", "maps": 1, "kernel": 1, "connections": ["0"]}, "must be a list of lists"),
        ({"kind": "conv", "maps": 1, "kernel": 1, "connections": [[0.5]]}, "by whole numbers"),
        ({"kind": "conv", "maps": 10**30, "kernel": 1, "padding": 10**30}, "too large"),
    ],
)
def test_anything_else_is_refused(data: object, says: str) -> None:
    with pytest.raises(NetworkError, match=re.escape(says)):
        from_json(data)


scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.sampled_from(["", "relu", "2"])
json_values = scalars | st.lists(scalars | st.lists(scalars, max_size=2), max_size=3)
SETTINGS = ("maps", "kernel", "stride", "padding", "connections", "size", "function", "probability", "units")


@given(
    st.sampled_from([*KINDS]).flatmap(
        lambda kind: st.dictionaries(st.sampled_from(SETTINGS), json_values, max_size=4).map(
            lambda values: {"kind": kind, **values}
        )
    )
)
@settings(deadline=None)
def test_random_settings_give_a_layer_or_a_network_error(data: dict[str, object]) -> None:
    try:
        layer = from_json(data)
    except NetworkError:
        return
    assert layer.kind == data["kind"]
    for name in set(data) & {"maps", "kernel", "padding", "size", "units"}:
        assert type(getattr(layer, name)) is int
