"""What differs between runs: settings, network, data, outcome, as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from desktopcnn.networks import layer_json
from desktopcnn.training.book import Row
from desktopcnn.training.history import in_words

Part = Literal["result", "recipe", "distortion", "architecture", "layer", "data"]
Items = dict[tuple[Part, str], object]


@dataclass(frozen=True)
class Difference:
    """One line of the table. key: a field of its part; values: one for each run, None where it has none."""

    part: Part
    key: str
    values: tuple[object, ...]


def compare(rows: Sequence[Row]) -> list[Difference]:
    """The outcome of every run, and of the rest whatever is not the same in all of them."""
    items = [dict(_items(row)) for row in rows]
    found = []
    for part, key in {place: None for item in items for place in item}:
        values = tuple(item.get((part, key)) for item in items)
        if part == "result" or any(value != values[0] for value in values):
            found.append(Difference(part, key, values))
    order: tuple[Part, ...] = ("result", "recipe", "distortion", "architecture", "layer", "data")
    return sorted(found, key=lambda difference: order.index(difference.part))


def _items(row: Row) -> Iterator[tuple[tuple[Part, str], object]]:
    best = row.digest.best
    yield ("result", "validation"), row.validation
    yield ("result", "test"), row.test
    yield ("result", "best_epoch"), best.epoch if best else None
    yield ("result", "epochs"), row.epochs
    yield ("result", "seconds"), row.seconds
    yield ("result", "state"), row.state
    if not row.run:
        return
    for key, value in asdict(row.run.recipe).items():
        if key == "distortion":
            for name, amount in value.items():
                yield ("distortion", name), amount
        else:
            yield ("recipe", key), value
    yield ("recipe", "changes"), "; ".join(f"{c.step}: {in_words(c)}" for c in row.digest.changes)
    yield ("recipe", "seed"), row.run.seed
    origin = row.run.origin
    yield ("recipe", "origin"), f"{origin.run}, step {origin.step}" if origin else None
    yield ("recipe", "bfloat16"), row.run.bfloat16
    architecture = row.run.architecture
    yield ("architecture", "title"), architecture.title
    yield ("architecture", "parameters"), architecture.parameters
    yield ("architecture", "multiply_adds"), architecture.multiply_adds
    for layer in architecture.rows:
        settings = layer_json.to_json(layer.layer)
        kind = str(settings.pop("kind"))
        yield ("layer", layer.name), ", ".join(filter(None, (kind, _plain(settings))))
    yield ("data", "dataset"), row.run.dataset
    yield ("data", "checksum"), row.run.checksum


def _plain(value: object) -> str:
    """learning_rate 0.01, distortion {shift 1, scale 0.1}."""
    if isinstance(value, dict):
        return ", ".join(
            f"{key} {{{_plain(inner)}}}" if isinstance(inner, dict) else f"{key} {_plain(inner)}"
            for key, inner in value.items()
            if key != "connections"  # a table of its own
        )
    return f"{value:g}" if isinstance(value, float) else str(value)
