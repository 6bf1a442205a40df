"""The convolution desk: one convolution and one pooling small enough to be followed number by number.

Sizes are rounded as PyTorch rounds them, so that pixels can be lost at the end of a row or column. Numbers
are kept in double precision: what is typed is what is computed with.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from desktopcnn.errors import UsageError
from desktopcnn.inspection.desk_sizes import PICTURE, Mask, Pooling, Slide, faults, lost
from desktopcnn.networks.shapes import Window

Numbers = npt.NDArray[np.float64]
Part = Literal["image", "kernels", "biases"]
LARGEST = 999
"""The largest number, of either sign, that can be typed."""


@dataclass(frozen=True, eq=False)
class ConvolutionStep:
    """One cell of a convolution's output.

    rows, columns: of the input that the window looks at, (k,) each, in the padding below 0 or from the
    size on; patches, kernels, products: (channels, k, k); sums: (channels,); total: their sum and the bias.
    """

    map: int
    row: int
    column: int
    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]
    patches: Numbers
    kernels: Numbers
    products: Numbers
    sums: Numbers
    bias: float
    total: float


@dataclass(frozen=True, eq=False)
class PoolingStep:
    """One cell of the pooled output: values (k, k) of the map in `rows` and `columns`, (k,) each.

    winner: row and column of the largest of them (the first, as in PyTorch); None for the average.
    """

    map: int
    row: int
    column: int
    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]
    values: Numbers
    winner: tuple[int, int] | None
    total: float


Step = ConvolutionStep | PoolingStep


@dataclass(frozen=True, eq=False)
class Desk:
    """What lies on the desk. The arrays are copied and made read-only.

    image: (channels, rows, columns); kernels: (maps, channels, k, k); biases: (maps,).
    pooling: of the convolution's output, with windows of `pool_size` every `pool_stride` cells.
    Raises `UsageError` for what is out of range, does not fit together or is no number.
    """

    image: Numbers
    kernels: Numbers
    biases: Numbers
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    pooling: Pooling = "none"
    pool_size: int = 2
    pool_stride: int = 2

    def __post_init__(self) -> None:
        for name, dimensions in (("image", 3), ("kernels", 4), ("biases", 1)):
            array = np.array(getattr(self, name), np.float64)
            if array.ndim != dimensions or not (np.abs(array) <= LARGEST).all():  # NaN fails here too
                raise UsageError(f"The {name} must be numbers from −{LARGEST} to {LARGEST}.")
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        maps, channels, side, other = self.kernels.shape
        if channels != len(self.image) or maps != len(self.biases) or side != other:
            raise UsageError(
                "Every kernel must be square, with one layer for each channel, and have one bias."
            )
        for sentence in faults(self.settings).values():
            raise UsageError(sentence)

    @property
    def settings(self) -> dict[str, Any]:
        """What `faults` looks at and `changed` takes: the sizes and how the windows slide."""
        channels, rows, columns = self.image.shape
        return {
            "channels": channels, "rows": rows, "columns": columns,
            "kernels": len(self.kernels), "kernel": self.kernels.shape[-1],
            "stride": self.stride, "padding": self.padding, "dilation": self.dilation,
            "pooling": self.pooling, "pool_size": self.pool_size, "pool_stride": self.pool_stride,
        }  # fmt: skip

    @property
    def is_picture(self) -> bool:
        """The input is the picture, whose numbers are not typed."""
        return bool(self.image.shape[-1] == PICTURE)

    @property
    def window(self) -> Window:
        return Window(self.kernels.shape[-1], self.stride, self.padding, self.dilation)

    @cached_property
    def slides(self) -> tuple[Slide, Slide]:
        """The convolution's window down the rows and along the columns."""
        _, rows, columns = self.image.shape
        return Slide(self.window, rows), Slide(self.window, columns)

    @cached_property
    def pool_slides(self) -> tuple[Slide, Slide] | None:
        """The same for the pooling's window; None without pooling."""
        if self.pooling == "none":
            return None
        window = Window(self.pool_size, self.pool_stride)
        down, along = self.slides
        return Slide(window, down.count), Slide(window, along.count)

    @cached_property
    def output(self) -> Numbers:
        """The convolution's output: (maps, rows, columns)."""
        output: Numbers = np.einsum("crskl,mckl->mrs", self._patches, self.kernels)
        return output + self.biases[:, None, None]

    @cached_property
    def pooled(self) -> Numbers | None:
        """The pooled output: (maps, rows, columns); None without pooling."""
        if self.pool_slides is None:
            return None
        down, along = (slide.taps for slide in self.pool_slides)
        windows = self.output[:, down[:, None, :, None], along[None, :, None, :]]
        pooled: Numbers = windows.max((-2, -1)) if self.pooling == "max" else windows.mean((-2, -1))
        return pooled

    @property
    def lost(self) -> Mask:
        """Which pixels of the input no window looks at: (rows, columns)."""
        return lost(self.slides)

    @property
    def steps(self) -> int:
        """Cells of the output and, after them, of the pooled output."""
        return self.output.size + (0 if self.pooled is None else self.pooled.size)

    def step(self, number: int) -> Step:
        """The step of that number, from 0: map by map, row by row; the pooling's come last."""
        if number < self.output.size:
            m, row, column = (int(i) for i in np.unravel_index(number, self.output.shape))
            return self._convolve(m, row, column)
        assert self.pooled is not None
        m, row, column = (int(i) for i in np.unravel_index(number - self.output.size, self.pooled.shape))
        return self._pool(m, row, column)

    def number_of(self, cell: tuple[int, int, int], *, pooled: bool) -> int:
        """The number of the step that makes that cell (map, row, column)."""
        shape = self.pooled.shape if pooled and self.pooled is not None else self.output.shape
        return int(np.ravel_multi_index(cell, shape)) + (self.output.size if pooled else 0)

    def wanted(self, **settings: Any) -> dict[str, Any]:
        """All settings, these among them. One side of the picture is not changed without the other."""
        wanted = self.settings | settings
        sides = [wanted[name] for name in ("rows", "columns") if wanted[name] != PICTURE]
        if self.is_picture and len(sides) == 1:
            wanted["rows"] = wanted["columns"] = sides[0]
        return wanted

    def changed(self, **settings: Any) -> "Desk":
        """With some of its `settings` changed. Numbers stay where there is room for them, new ones are 0.

        Of the picture its middle stays. Raises `UsageError` as the constructor does.
        """
        wanted = self.wanted(**settings)
        for sentence in faults(wanted).values():
            raise UsageError(sentence)
        channels, rows, columns = (wanted[name] for name in ("channels", "rows", "columns"))
        maps, side = wanted["kernels"], wanted["kernel"]
        image = self.image
        if self.is_picture and rows < PICTURE:
            top, left = (PICTURE - rows) // 2, (PICTURE - columns) // 2
            image = image[:, top : top + rows, left : left + columns]
        rest = ("stride", "padding", "dilation", "pooling", "pool_size", "pool_stride")
        return Desk(
            _fitted(image, (channels, rows, columns)),
            _fitted(self.kernels, (maps, channels, side, side)),
            _fitted(self.biases, (maps,)),
            **{name: wanted[name] for name in rest},
        )

    def with_number(self, part: Part, place: tuple[int, ...], number: float) -> "Desk":
        """With one number changed. Raises `UsageError` for one that is too large."""
        if not abs(number) <= LARGEST:
            raise UsageError(f"{number:g} is out of range; it must lie between −{LARGEST} and {LARGEST}.")
        numbers = np.array(getattr(self, part))
        numbers[place] = number
        return self._with(**{part: numbers})

    def cleared(self) -> "Desk":
        """All numbers 0; the picture stays."""
        image = self.image if self.is_picture else np.zeros_like(self.image)
        return self._with(image=image, kernels=np.zeros_like(self.kernels), biases=np.zeros_like(self.biases))

    def randomised(self, generator: np.random.Generator) -> "Desk":
        """Small whole numbers everywhere, easy to reckon with; the picture stays."""
        image = self.image if self.is_picture else generator.integers(0, 5, self.image.shape)
        kernels = generator.integers(-2, 3, self.kernels.shape)
        return self._with(image=image, kernels=kernels, biases=generator.integers(-1, 2, self.biases.shape))

    def _with(self, **numbers: Any) -> "Desk":
        return replace(self, **numbers)

    def as_text(self) -> str:
        """The last output, map by map with an empty line between: a line for each row, tabs between cells."""
        maps = self.output if self.pooled is None else self.pooled
        return "\n\n".join("\n".join("\t".join(f"{x:.10g}" for x in row) for row in m) for m in maps)

    @cached_property
    def _patches(self) -> Numbers:
        """(channels, output rows, output columns, k, k)."""
        p = self.padding
        padded = np.pad(self.image, ((0, 0), (p, p), (p, p)))
        down, along = (slide.taps + p for slide in self.slides)
        patches: Numbers = padded[:, down[:, None, :, None], along[None, :, None, :]]
        return patches

    def _convolve(self, m: int, row: int, column: int) -> ConvolutionStep:
        patches, kernels = self._patches[:, row, column], self.kernels[m]
        products = patches * kernels
        down, along = self.slides
        return ConvolutionStep(
            m, row, column, down.taps[row], along.taps[column], patches, kernels, products,
            products.sum((1, 2)), float(self.biases[m]), float(self.output[m, row, column]),
        )  # fmt: skip

    def _pool(self, m: int, row: int, column: int) -> PoolingStep:
        assert self.pool_slides is not None
        assert self.pooled is not None
        rows, columns = self.pool_slides[0].taps[row], self.pool_slides[1].taps[column]
        values = self.output[m][np.ix_(rows, columns)]
        down, along = np.unravel_index(values.argmax(), values.shape)
        winner = (int(rows[down]), int(columns[along])) if self.pooling == "max" else None
        return PoolingStep(m, row, column, rows, columns, values, winner, float(self.pooled[m, row, column]))


def _fitted(numbers: Numbers, shape: tuple[int, ...]) -> Numbers:
    """Of that shape: what is too much is cut off at the ends, what is missing is 0."""
    fitted = np.zeros(shape)
    common = tuple(slice(min(has, wants)) for has, wants in zip(numbers.shape, shape, strict=True))
    fitted[common] = numbers[common]
    return fitted
