"""A layer as a JSON object, and back."""

from dataclasses import fields

from desktopcnn.errors import NetworkError
from desktopcnn.networks.layers import KINDS, Layer


def to_json(layer: Layer) -> dict[str, object]:
    """The layer as a JSON object; settings at their defaults are left out."""
    settings = {
        field.name: getattr(layer, field.name)
        for field in fields(layer)
        if getattr(layer, field.name) != field.default
    }
    return {"kind": layer.kind, **settings}


def from_json(data: object) -> Layer:
    """The layer that `to_json` wrote.

    Raises `NetworkError` for anything else: unknown kinds and settings, wrong types, negative sizes.
    """
    if not isinstance(data, dict):
        raise NetworkError(f"a layer must be a JSON object, not {data!r}")
    settings = dict(data)
    spec = KINDS.get(kind) if isinstance(kind := settings.pop("kind", None), str) else None
    if spec is None:
        raise NetworkError(f"the layer kind {kind!r} is unknown (known: {', '.join(KINDS)})")
    types = {field.name: field.type for field in fields(spec)}
    for name, value in settings.items():
        if name not in types:
            raise NetworkError(f"{kind} has no setting {name!r}")
        if types[name] is int and type(value) is not int:
            raise NetworkError(f"{name} must be a whole number, not {value!r}")
        if types[name] == int | None and value is not None and type(value) is not int:
            raise NetworkError(f"{name} must be a whole number or null, not {value!r}")
        if types[name] is float and type(value) not in (int, float):
            raise NetworkError(f"{name} must be a number, not {value!r}")
    try:
        if settings.get("connections") is not None:
            settings["connections"] = _read_table(settings["connections"])
        return spec(**settings)
    except (TypeError, ValueError) as error:
        raise NetworkError(f"the settings of {kind} do not fit: {error}") from error


def _read_table(table: object) -> tuple[tuple[int, ...], ...]:
    if not (isinstance(table, list) and all(isinstance(row, list) for row in table)):
        raise NetworkError("the connection table must be a list of lists of input maps")
    if not all(type(place) is int for row in table for place in row):
        raise NetworkError("the connection table must name input maps by whole numbers")
    return tuple(tuple(row) for row in table)
