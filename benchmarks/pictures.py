"""How often photographs of pen digits are read right, by kind of photograph.

The photographs are made here: lines of MNIST test digits (or pen strokes from a file), drawn large with
some pen on some paper under some light, and stored as JPEG. Beside each kind stand the same digits
without the photograph (the ceiling), and the picture merely scaled to 28x28 in grey (the floor).

    python benchmarks/pictures.py [--network FILE] [--number N] [--strokes FILE.jsonl.gz] [--kind KIND]
"""

import argparse
import gzip
import io
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from scipy import ndimage

from desktopcnn import paths
from desktopcnn.data import catalog, digit, picture
from desktopcnn.errors import DataError
from desktopcnn.networks import weights

WIDTH, HEIGHT = 1000, 750
BLACK, BLUE, RED = (40, 40, 45), (50, 70, 150), (170, 50, 60)


@dataclass(frozen=True)
class Kind:
    """digit: its height as a share of the picture's; pen: its width as a share of the digit's height."""

    digit: tuple[float, float] = (0.35, 0.7)
    pen: tuple[float, float] = (0.04, 0.08)
    inks: tuple[tuple[int, int, int], ...] = (BLACK, BLUE)
    paper: str = "plain"
    gradient: float = 0.25
    shadow: bool = False
    table: bool = False
    noise: float = 4.0
    quality: int = 75
    angle: float = 6.0


KINDS = {
    "clean": Kind(gradient=0, noise=0, quality=95, angle=0),
    "white paper": Kind(),
    "blue or red ink": Kind(inks=(BLUE, RED)),
    "shadow": Kind(shadow=True),
    "lined": Kind(paper="lined"),
    "squared": Kind(paper="squared"),
    "dark squares": Kind(paper="dark squares", pen=(0.02, 0.06)),
    "thin ball pen": Kind(pen=(0.006, 0.012), noise=3),
    "thick marker": Kind(pen=(0.12, 0.2)),
    "small digit": Kind(digit=(0.08, 0.16), pen=(0.06, 0.12)),
    "noise": Kind(noise=12, quality=25),
    "table": Kind(table=True),
    "blackboard": Kind(inks=((225, 225, 220),), paper="board"),
    "everything": Kind(
        digit=(0.2, 0.6), pen=(0.02, 0.12), paper="squared", shadow=True, table=True, noise=6, quality=50
    ),
}


Lines = list[np.ndarray]
"""The strokes of a digit, x and y in 0..1 of its longest side."""


def photograph(lines: Lines, kind: Kind, chance: np.random.Generator) -> bytes:
    """A JPEG file of 1000x750 pixels with that digit."""
    size = chance.uniform(*kind.digit) * HEIGHT
    ink = drawn(lines, size, chance.uniform(*kind.pen) * size, chance)
    scene = paper(kind, chance)
    colour = np.array(kind.inks[chance.integers(len(kind.inks))], np.float32)
    ink = ndimage.gaussian_filter(ink, 0.7)[..., None] * np.float32(chance.uniform(0.85, 1))
    scene += (colour - scene) * ink
    if kind.table:
        scene = on_table(scene, chance)
    if kind.angle:
        scene = turned(scene, chance.uniform(-kind.angle, kind.angle))
    scene *= light(kind, chance)[..., None]
    if kind.noise:
        scene += chance.standard_normal(scene.shape, np.float32) * np.float32(kind.noise)
    file = io.BytesIO()
    Image.fromarray(scene.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=kind.quality)
    return file.getvalue()


def drawn(lines: Lines, size: float, pen: float, chance: np.random.Generator) -> np.ndarray:
    """The strokes as coverage (HEIGHT, WIDTH), somewhere in the middle part of the picture."""
    extent = np.vstack(lines).max(0) * size
    room = np.maximum(np.array([WIDTH, HEIGHT]) - extent - 2 * pen, 0)
    place = pen + room * chance.uniform(0.3, 0.7, 2)
    fine = 2
    canvas = Image.new("L", (WIDTH * fine, HEIGHT * fine))
    brush = ImageDraw.Draw(canvas)
    for line in lines:
        points = (line * size + place) * fine
        brush.line([tuple(p) for p in points], fill=255, width=max(1, round(pen * fine)), joint="curve")
        radius = pen * fine / 2
        for x, y in points:
            brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(canvas.reduce(fine), np.float32) / 255


def paper(kind: Kind, chance: np.random.Generator) -> np.ndarray:
    base = (45, 60, 52) if kind.paper == "board" else chance.uniform(215, 240, 3)
    grain = chance.standard_normal((HEIGHT // 5, WIDTH // 5), np.float32).repeat(5, 0).repeat(5, 1)
    scene = np.array(base, np.float32) + 2 * grain[..., None]
    if kind.paper in ("lined", "squared", "dark squares"):
        spacing = chance.integers(35, 90)
        dark = chance.uniform(70, 110) if kind.paper == "dark squares" else chance.uniform(120, 190)
        colour = np.array([0.85, 0.95, 1.15], np.float32) * np.float32(dark)
        thick, first = chance.integers(1, 4), chance.integers(0, 35)
        lines = np.zeros((HEIGHT, WIDTH), np.float32)
        for width in range(thick):
            lines[first + width :: spacing] = 1
            if kind.paper != "lined":
                lines[:, first + width :: spacing] = 1
        scene += (colour - scene) * ndimage.gaussian_filter(lines, 0.6)[..., None]
    return scene


def on_table(scene: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Dark wood at one or two sides."""
    wood = np.array([90, 65, 45]) * chance.uniform(0.6, 1.2)
    rings = ndimage.gaussian_filter1d(chance.standard_normal((HEIGHT, WIDTH), np.float32), 40, axis=1)
    table = (wood.astype(np.float32) + 40 * rings[..., None]).clip(5, 255)
    mask = np.zeros((HEIGHT, WIDTH, 1), np.float32)
    for side in chance.choice(4, chance.integers(1, 3), replace=False):
        depth = int(chance.uniform(0.02, 0.14) * (WIDTH if side % 2 else HEIGHT))
        view = mask if side < 2 else mask[::-1, ::-1]
        if side % 2:
            view[:, :depth] = 1
        else:
            view[:depth] = 1
    return scene + (table - scene) * ndimage.gaussian_filter(mask, (1, 1, 0))


def turned(scene: np.ndarray, angle: float) -> np.ndarray:
    """Rotated by so many degrees, enlarged until no corner is empty."""
    image = Image.fromarray(scene.clip(0, 255).astype(np.uint8))
    image = image.rotate(angle, Image.Resampling.BILINEAR)
    cut = abs(np.sin(np.radians(angle)))
    x, y = HEIGHT * cut / 2, WIDTH * cut / 2
    box = (x, y, WIDTH - x, HEIGHT - y)
    return np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box), np.float32)


def light(kind: Kind, chance: np.random.Generator) -> np.ndarray:
    x, y = np.linspace(-1, 1, WIDTH, dtype=np.float32), np.linspace(-1, 1, HEIGHT)[:, None]
    angle = chance.uniform(0, 2 * np.pi)
    result = 1 - kind.gradient * (1 + x * np.cos(angle) + y * np.sin(angle)) / 2
    if kind.shadow:
        angle = chance.uniform(0, 2 * np.pi)
        far = x * np.cos(angle) + y * np.sin(angle) - chance.uniform(-0.4, 0.4)
        soft = chance.choice([0.01, 0.05, 0.2])
        result *= 1 - chance.uniform(0.25, 0.55) / (1 + np.exp(-far / soft))
    return result.astype(np.float32)


def mnist_lines(image: np.ndarray) -> Lines:
    """The middle lines of an MNIST digit (28x28, 0..255)."""
    fine = ndimage.gaussian_filter(ndimage.zoom(image / 255, 6, order=3), 2) > 0.45
    y, x = np.nonzero(thinned(fine))
    points = np.stack([x, y], 1)
    lines = chained({(int(x), int(y)) for x, y in points})
    low, side = points.min(0), max(1, int(np.ptp(points, axis=0).max()))
    return [(line - low) / side for line in lines]


def chained(left: set[tuple[int, int]]) -> Lines:
    """Pixels in lines: from a free end, or anywhere, to the next neighbour until there is none."""
    everything, lines = set(left), []

    def neighbours(place: tuple[int, int], among: set[tuple[int, int]]) -> list[tuple[int, int]]:
        around = [(place[0] + x, place[1] + y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y]
        return sorted(set(around) & among, key=lambda p: abs(p[0] - place[0]) + abs(p[1] - place[1]))

    while left:
        here = min(left, key=lambda p: (len(neighbours(p, left)) or 9, p))
        line = [*[p for p in neighbours(here, everything) if p not in left][:1], here]
        left.remove(here)
        while near := neighbours(here, left):
            here = near[0]
            left.remove(here)
            line.append(here)
        line += [p for p in neighbours(here, everything) if p not in line[-3:]][:1]
        lines.append(np.array(line, float))
    return lines


def thinned(mask: np.ndarray) -> np.ndarray:
    """Zhang and Suen 1984: pixels are taken off the edge as long as nothing falls apart."""
    mask = np.pad(mask, 1)
    while True:
        before = mask.sum()
        for first in (True, False):
            p = [np.roll(mask, move, (0, 1)) for move in
                 ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))]  # fmt: skip
            number = sum(n.astype(int) for n in p)
            changes = sum((~p[i] & p[(i + 1) % 8]).astype(int) for i in range(8))
            up, right, down, left = p[0], p[2], p[4], p[6]
            if first:
                sides = ~(up & right & down) & ~(right & down & left)
            else:
                sides = ~(up & right & left) & ~(up & down & left)
            mask = mask & ~((number >= 2) & (number <= 6) & (changes == 1) & sides)
        if mask.sum() == before:
            return mask[1:-1, 1:-1]


def mnist_digits(number: int) -> Iterator[tuple[int, Lines]]:
    part = catalog.load_mnist_test()
    for image, label in zip(part.images[:number, 0], part.labels[:number], strict=True):
        yield int(label), mnist_lines(image)


def stroke_digits(path: Path, number: int) -> Iterator[tuple[int, Lines]]:
    """One JSON object a line with `label` and `strokes`, each a list of x, y."""
    with gzip.open(path) as file:
        rows = [json.loads(row) for row in file]
    for place in np.linspace(0, len(rows) - 1, number).astype(int):
        strokes = [np.array(stroke, float) for stroke in rows[place]["strokes"]]
        low = np.vstack(strokes).min(0)
        side = max((np.vstack(strokes) - low).max(), 1)
        yield rows[place]["label"], [(stroke - low) / side for stroke in strokes]


def ceiling(lines: Lines) -> digit.Frame:
    """The same lines as a drawing."""
    return digit.frame(tuple(digit.Stroke(line * 150 + 60, 12) for line in lines))


def floor(file: bytes) -> digit.Frame:
    """What a naive program does: grey, 28x28, and white on black."""
    image = Image.open(io.BytesIO(file)).convert("L").resize((28, 28), Image.Resampling.BOX)
    return 1 - np.asarray(image, np.float32) / 255


def ours(file: bytes) -> digit.Frame:
    try:
        return picture.frame(picture.from_image(Image.open(io.BytesIO(file))))
    except DataError:
        return np.zeros((28, 28), np.float32)


def answers(module: torch.nn.Module, frames: list[digit.Frame]) -> np.ndarray:
    with torch.inference_mode():
        return module(torch.from_numpy(np.stack(frames))[:, None]).argmax(1).numpy()


def measure(
    module: torch.nn.Module, digits: list[tuple[int, Lines]], kind: Kind, seed: int
) -> tuple[dict[str, float], float]:
    """Accuracy of the drawing, the naive scaling and ours, and our seconds per picture."""
    chance = np.random.default_rng(seed)
    labels = np.array([label for label, _ in digits])
    files = [photograph(lines, kind, chance) for _, lines in digits]
    began = time.perf_counter()
    found = [ours(file) for file in files]
    seconds = (time.perf_counter() - began) / len(files)
    frames = {
        "drawing": [ceiling(lines) for _, lines in digits],
        "naive": [floor(file) for file in files],
        "ours": found,
    }
    return {k: float((answers(module, f) == labels).mean()) for k, f in frames.items()}, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    shipped = paths.shipped("trained") / "02-two-conv.safetensors"
    parser.add_argument("--network", type=Path, default=shipped)
    parser.add_argument("--number", type=int, default=100, help="digits per kind")
    parser.add_argument("--strokes", type=Path, help="pen strokes instead of MNIST digits")
    parser.add_argument("--kind", choices=KINDS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    module = weights.load(options.network).module
    path, number = options.strokes, options.number
    digits = list(stroke_digits(path, number) if path else mnist_digits(number))
    print(f"{'photographs':<18} {'drawing':>8} {'naive':>8} {'ours':>8} {'ms':>6}")
    for name, kind in KINDS.items():
        if options.kind in (None, name):
            accuracy, seconds = measure(module, digits, kind, seed=0)
            row = " ".join(f"{100 * accuracy[k]:8.1f}" for k in ("drawing", "naive", "ours"))
            print(f"{name:<18} {row} {1000 * seconds:6.0f}", flush=True)


if __name__ == "__main__":
    main()
