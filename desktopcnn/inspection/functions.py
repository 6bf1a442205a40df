"""Activation functions of one number, as torch defines them; by the names that `Part.function` has."""

import math
from collections.abc import Callable, Mapping

Constants = Mapping[str, float]
Function = Callable[[float, Constants], float]


def sigmoid(z: float) -> float:
    """1 / (1 + exp(-z)), without overflow."""
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    grown = math.exp(z)
    return grown / (1 + grown)


def softplus(z: float) -> float:
    """log(1 + exp(z)), without overflow."""
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


def _gelu(z: float, constants: Constants) -> float:
    if constants["by_tanh"]:
        return z / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))
    return z / 2 * math.erfc(-z / math.sqrt(2))


def _clipped(z: float, low: float, high: float) -> float:
    return min(max(z, low), high)


FUNCTIONS: dict[str, Function] = {
    "identity": lambda z, _: z,
    "relu": lambda z, _: max(z, 0.0),
    "relu6": lambda z, _: _clipped(z, 0, 6),
    "leakyrelu": lambda z, c: z if z >= 0 else c["negative_slope"] * z,
    "hardtanh": lambda z, c: _clipped(z, c["min_val"], c["max_val"]),
    "hardsigmoid": lambda z, _: _clipped(z + 3, 0, 6) / 6,
    "hardswish": lambda z, _: z * _clipped(z + 3, 0, 6) / 6,
    "sigmoid": lambda z, _: sigmoid(z),
    "logsigmoid": lambda z, _: -softplus(-z),
    "softplus": lambda z, c: softplus(z * c["beta"]) / c["beta"],
    "softsign": lambda z, _: z / (1 + abs(z)),
    "tanh": lambda z, _: math.tanh(z),
    "scaled tanh": lambda z, _: 1.7159 * math.tanh(z * 2 / 3),
    "elu": lambda z, c: z if z > 0 else c["alpha"] * math.expm1(z),
    "selu": lambda z, _: 1.0507009873554805 * (z if z > 0 else 1.6732632423543772 * math.expm1(z)),
    "gelu": _gelu,
    "silu": lambda z, _: z * sigmoid(z),
    "mish": lambda z, _: z * math.tanh(softplus(z)),
}


def evaluate(function: str, z: float, constants: Constants) -> float:
    """The function's value at `z`; what is not a number stays so.

    constants: those of the functions that have any, by torch's names (negative_slope, alpha, beta,
    min_val, max_val; by_tanh of gelu is 1 for its approximation by tanh).
    """
    return FUNCTIONS[function](z, constants) if not math.isnan(z) else z
