"""A picture, from wherever, goes the way of a drawing."""

import io
from collections.abc import Callable
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from scipy import ndimage

from desktopcnn.data import catalog, digit, image_file, picture
from desktopcnn.data.digit import Frame, Steps, Stroke
from desktopcnn.errors import DataError

Save = Callable[..., Path]
NO_STEPS = Steps(False, False, False, False)
TWO = [(0.02, 0.25), (0.15, 0.05), (0.35, 0.0), (0.55, 0.1), (0.6, 0.3), (0.5, 0.5), (0.0, 1.0), (0.65, 0.97)]
FIVE = [(0.6, 0.0), (0.15, 0.02), (0.1, 0.42), (0.4, 0.38), (0.62, 0.6), (0.55, 0.85), (0.3, 1.0), (0.0, 0.9)]
SEVEN = [(0.0, 0.05), (0.6, 0.0), (0.25, 1.0)]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def save(image: Image.Image, name: str, **options: object) -> Path:
        path = tmp_path / name
        image.save(path, **options)
        return path

    return save


@pytest.fixture(scope="module")
def mnist() -> npt.NDArray[np.uint8]:
    return catalog.load_mnist_test().images[:300, 0]


@pytest.fixture(scope="module")
def sample(mnist: npt.NDArray[np.uint8]) -> Image.Image:
    """A 7, white on black, 280x280."""
    return enlarged(mnist[0])


@pytest.fixture(scope="module")
def expected(sample: Image.Image) -> Frame:
    return picture.frame(picture.from_image(sample))


def likeness(one: Frame, other: Frame) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def enlarged(image: npt.NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(image).resize((280, 280), Image.Resampling.BICUBIC)


def negative(image: Image.Image) -> Image.Image:
    return Image.fromarray(255 - np.asarray(image))


def drawn(
    line: list[tuple[float, float]], size: float, pen: float, shape: tuple[int, int] = (750, 1000)
) -> Frame:
    """Ink 0..1 of a line (in 0..1 of the digit's height) in the middle of a picture."""
    canvas = Image.new("L", (2 * shape[1], 2 * shape[0]))
    points = np.array(line) * size
    points = 2 * (points - np.ptp(points, axis=0) / 2 + (shape[1] / 2, shape[0] / 2))
    brush = ImageDraw.Draw(canvas)
    brush.line([tuple(p) for p in points], fill=255, width=round(2 * pen), joint="curve")
    for x, y in points[[0, -1]]:
        brush.ellipse((x - pen, y - pen, x + pen, y + pen), fill=255)
    return np.asarray(canvas.reduce(2), np.float32) / 255


def on_white(ink: Frame) -> Image.Image:
    return Image.fromarray((255 * (1 - ink)).astype(np.uint8))


def as_drawing(line: list[tuple[float, float]]) -> Frame:
    return digit.frame((Stroke(np.array(line) * 150 + 60, 12.0),))


# --- frames of MNIST -------------------------------------------------------------------------


def test_a_digit_of_mnist_gives_its_own_frame(mnist: npt.NDArray[np.uint8]) -> None:
    for image in mnist:
        seen = picture.frame(picture.from_array(image), replace(digit.ALL_STEPS, redraw=False))
        assert likeness(seen, image / 255) > 0.97


def test_polarity_does_not_matter(mnist: npt.NDArray[np.uint8]) -> None:
    for image in mnist[:100]:
        light, dark = picture.from_array(image), picture.from_array(255 - image)
        np.testing.assert_allclose(picture.frame(dark), picture.frame(light), atol=0.05)


def test_an_enlarged_digit_gives_nearly_its_frame(mnist: npt.NDArray[np.uint8]) -> None:
    found = [
        likeness(picture.frame(picture.from_image(enlarged(image))), image / np.float32(255))
        for image in mnist[:100]
    ]
    assert np.mean(found) > 0.96
    assert min(found) > 0.8


# --- files ---------------------------------------------------------------------------------------


def cut_out(sample: Image.Image, ink: int) -> Image.Image:
    """The digit in one colour, with nothing around it."""
    return Image.merge("LA", (Image.new("L", sample.size, ink), sample))


def cut_sharp(sample: Image.Image) -> Image.Image:
    """Black and white, with nothing between."""
    return sample.point(lambda value: 255 * (value > 99))


FILES: dict[str, Callable[[Image.Image], tuple[Image.Image, dict[str, object]]]] = {
    "grey.png": lambda s: (s, {}),
    "negative.png": lambda s: (negative(s), {}),
    "one bit.png": lambda s: (s.convert("1"), {}),
    "palette.png": lambda s: (s.convert("P"), {}),
    "transparent palette.png": lambda s: (cut_sharp(s).convert("P"), {"transparency": 0}),
    "sixteen bit.png": lambda s: (Image.fromarray(np.asarray(s).astype(np.uint16) * 257), {}),
    "twelve bit.png": lambda s: (Image.fromarray(np.asarray(s).astype(np.uint16) * 16), {}),
    "black ink, transparent.png": lambda s: (cut_out(s, 0), {}),
    "white ink, transparent.png": lambda s: (cut_out(s, 255).convert("RGBA"), {}),
    "opaque.png": lambda s: (s.convert("RGBA"), {}),
    "colour.jpg": lambda s: (Image.merge("RGB", (s, s.point(lambda v: v // 2), s)), {"quality": 95}),
    "four inks.jpg": lambda s: (s.convert("RGB").convert("CMYK"), {"quality": 95}),
    "bitmap.bmp": lambda s: (s, {}),
    "moving.gif": lambda s: (s, {"save_all": True, "append_images": [Image.new("L", s.size)] * 2}),
    "moving.png": lambda s: (s, {"save_all": True, "append_images": [Image.new("L", s.size)]}),
    "web.webp": lambda s: (s.convert("RGB"), {"lossless": True}),
    "一 二 and spaces.png": lambda s: (s, {}),
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_shows_the_same_digit(
    name: str, sample: Image.Image, expected: Frame, save: Save
) -> None:
    image, options = FILES[name](sample)
    assert likeness(picture.frame(picture.load(save(image, name, **options))), expected) > 0.96


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_camera_held_otherwise_is_put_right(
    orientation: int, sample: Image.Image, expected: Frame, save: Save
) -> None:
    # how to turn a picture so that the tag describes it (EXIF 2.3, section 4.6.4)
    stored = {
        1: sample,
        2: sample.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: sample.rotate(180),
        4: sample.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: sample.transpose(Image.Transpose.TRANSPOSE),
        6: sample.rotate(90),
        7: sample.transpose(Image.Transpose.TRANSVERSE),
        8: sample.rotate(-90),
    }[orientation]
    exif = Image.Exif()
    exif[image_file.ORIENTATION] = orientation
    path = save(stored, "held.jpg", exif=exif, quality=95)
    assert likeness(picture.frame(picture.load(path)), expected) > 0.97


@pytest.mark.parametrize("margins", [(3000, 0), (0, 3000), (900, 900)])
def test_margins_do_not_matter(margins: tuple[int, int], sample: Image.Image, save: Save) -> None:
    down, across = margins
    large = Image.fromarray(np.pad(np.asarray(sample), ((down, down), (across, across))))
    near = Image.fromarray(np.pad(np.asarray(sample), 140))
    seen = picture.frame(picture.load(save(large, "large.png")))
    assert likeness(seen, picture.frame(picture.from_image(near))) > 0.95


def test_a_digit_without_margins_is_found(sample: Image.Image, expected: Frame) -> None:
    for image in (sample, negative(sample)):
        cropped = image.crop(sample.getbbox())
        assert likeness(picture.frame(picture.from_image(cropped)), expected) > 0.85


def test_large_pictures_are_worked_on_at_a_smaller_size(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int] = []
    reduced = image_file._reduced

    def noted(image: Image.Image) -> Image.Image:
        decoded.append(max(image.size))
        return reduced(image)

    monkeypatch.setattr(image_file, "_reduced", noted)
    path = save(on_white(drawn(TWO, 2000, 150, (3000, 4000))), "large.jpg")
    read = picture.load(path)
    assert decoded == [image_file.WORK_SIDE]  # not even a JPEG decoder worked on all of it
    assert max(read.ink.shape) == image_file.WORK_SIDE
    assert likeness(picture.frame(read), as_drawing(TWO)) > 0.8


# --- what is refused -------------------------------------------------------------------------------


def content(image: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "WEBP"])
def test_half_a_file_is_refused(kind: str, sample: Image.Image, tmp_path: Path) -> None:
    whole = content(sample, kind)
    path = tmp_path / "half"
    path.write_bytes(whole)
    assert picture.load(path).ink.any()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"half cannot be read: the picture is damaged"):
        picture.load(path)


def test_what_is_no_picture_is_refused_by_name(tmp_path: Path, sample: Image.Image) -> None:
    files = {"empty.png": b"", "text.png": b"seven", "other.tiff": content(sample, "TIFF")}
    for name, bytes_ in files.items():
        (tmp_path / name).write_bytes(bytes_)
    with pytest.raises(DataError, match=r"empty\.png is empty \(0 bytes\)"):
        picture.load(tmp_path / "empty.png")
    for name in ("text.png", "other.tiff"):
        with pytest.raises(DataError, match=f"{name} is not a picture"):
            picture.load(tmp_path / name)
    with pytest.raises(DataError, match=r"missing\.png cannot be read: No such file"):
        picture.load(tmp_path / "missing.png")
    with pytest.raises(DataError, match="cannot be read"):
        picture.load(tmp_path)


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (40, 30), (1000, 800)])
@pytest.mark.parametrize("colour", ["black", "white", (120, 90, 200)])
def test_a_picture_without_ink_is_refused(size: tuple[int, int], colour: object, save: Save) -> None:
    path = save(Image.new("RGB", size, colour), "blank.png")
    with pytest.raises(DataError, match=r"blank\.png shows no digit"):
        picture.load(path)


def test_nothing_but_transparency_is_no_digit(save: Save) -> None:
    with pytest.raises(DataError, match="shows no digit"):
        picture.load(save(Image.new("RGBA", (50, 50), (10, 200, 30, 0)), "glass.png"))


def test_a_huge_picture_is_refused_before_it_is_decoded(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(Image.new("1", (10_000, 10_000), 1), "huge.png")
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda self: pytest.fail("it was decoded"))
    with pytest.raises(DataError, match=r"huge\.png has 10,000 x 10,000 pixels; at most 64 million"):
        picture.load(path)


def test_a_header_that_promises_a_bomb_is_refused(tmp_path: Path, sample: Image.Image) -> None:
    bomb = bytearray(content(sample, "BMP"))
    bomb[18:26] = (40_000).to_bytes(4, "little") * 2
    (tmp_path / "bomb.bmp").write_bytes(bomb)
    with pytest.raises(DataError, match=r"bomb\.bmp"):
        picture.load(tmp_path / "bomb.bmp")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["PNG", "JPEG", "BMP", "GIF", "WEBP"]),
    changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_damaged_file_ends_in_a_picture_or_a_data_error(
    tmp_path: Path, sample: Image.Image, kind: str, changes: list[tuple[int, int]]
) -> None:
    damaged = bytearray(content(sample.resize((60, 60)), kind))
    for place, value in changes:
        damaged[place % len(damaged)] = value
    path = tmp_path / "damaged"
    path.write_bytes(damaged)
    try:
        seen = picture.frame(picture.load(path))
    except DataError as error:
        message = str(error)
    else:
        assert 0 <= seen.min() <= seen.max() <= 1
        return
    assert str(path) in message


def test_what_is_pasted_is_named_too(sample: Image.Image) -> None:
    with pytest.raises(DataError, match=r"^The clipboard shows no digit"):
        picture.from_image(Image.new("L", (50, 50)), "The clipboard")
    with pytest.raises(DataError, match=r"^The clipboard cannot be read as a picture"):
        picture.from_array(np.zeros((2, 3, 4, 5)), "The clipboard")
    colours = np.stack([np.asarray(sample)] * 3, axis=-1)
    np.testing.assert_allclose(
        picture.frame(picture.from_array(colours)), picture.frame(picture.from_image(sample)), atol=0.01
    )


# --- steps -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def speckled() -> picture.Picture:
    """A small 7 of a thin pen, up on the left, and a dot."""
    ink = np.zeros((400, 400), np.float32)
    ink[:200, :200] = drawn(SEVEN, 120, 4, (200, 200))
    ink[350:358, 350:358] = 1
    return picture.from_image(on_white(ink))


def dark_sides(frame: Frame) -> tuple[int, int]:
    down, across = np.flatnonzero(frame.any(1)), np.flatnonzero(frame.any(0))
    return down[-1] - down[0] + 1, across[-1] - across[0] + 1


def test_all_steps_lead_to_where_a_drawing_goes(speckled: picture.Picture) -> None:
    seen = picture.frame(speckled)
    assert seen.shape == (28, 28)
    assert seen.dtype == np.float32
    assert likeness(seen, as_drawing(SEVEN)) > 0.85
    np.testing.assert_allclose(digit.centre_of_mass(seen), (14.5, 14.5), atol=0.05)
    assert 20 <= max(dark_sides(seen)) <= 21


def test_without_steps_the_picture_is_merely_scaled(speckled: picture.Picture) -> None:
    seen = picture.frame(speckled, NO_STEPS)
    assert seen[2:12, 2:12].sum() > 0.95 * (seen.sum() - seen[24:26, 24:26].sum())
    assert seen[24:26, 24:26].sum() == pytest.approx((8 * 28 / 400) ** 2, rel=0.05)
    assert seen.sum() == pytest.approx(speckled.ink.sum() * (28 / 400) ** 2, rel=1e-4)


def test_each_step_does_what_it_says(speckled: picture.Picture) -> None:
    lying = picture.frame(speckled, NO_STEPS)
    clean = picture.frame(speckled, replace(NO_STEPS, drop_specks=True))
    assert lying[20:, 20:].any()
    assert not clean[20:, 20:].any()
    np.testing.assert_array_equal(clean[:20, :20], lying[:20, :20])
    boxed = picture.frame(speckled, Steps(True, True, False, False))
    assert max(dark_sides(boxed)) == 20
    redrawn = picture.frame(speckled, Steps(True, True, True, False))
    assert max(dark_sides(redrawn)) <= 22
    assert redrawn.sum() > 1.5 * boxed.sum()
    centred = picture.frame(speckled, Steps(True, False, False, True))
    np.testing.assert_allclose(digit.centre_of_mass(centred), (14.5, 14.5), atol=0.05)
    assert centred.sum() == pytest.approx(clean.sum(), rel=1e-3)


@pytest.mark.parametrize("steps", [digit.ALL_STEPS, NO_STEPS, Steps(redraw=False), Steps(fit_box=False)])
def test_the_stages_lead_to_the_frame(speckled: picture.Picture, steps: Steps) -> None:
    way = picture.stages(speckled, steps)
    assert [stage.step for stage in way] == ["drawing", *(field.name for field in fields(Steps))]
    np.testing.assert_array_equal(way[0].frame, picture.frame(speckled, NO_STEPS))
    np.testing.assert_array_equal(way[-1].frame, picture.frame(speckled, steps))
    for before, after in pairwise(way):
        assert np.array_equal(before.frame, after.frame) != getattr(steps, after.step)


@pytest.mark.parametrize("pen", [2, 8, 20, 36])
def test_the_pen_of_a_picture_becomes_one_of_mnist(pen: float) -> None:
    seen = picture.frame(picture.from_image(on_white(drawn(TWO, 250, pen, (400, 400)))))
    fine = ndimage.zoom(seen, 6, order=1) > 0.5
    assert 1.7 < picture.stroke_width(fine) / 6 < 3.5
    assert likeness(seen, as_drawing(TWO)) > 0.8


def test_the_width_of_a_stroke_is_measured() -> None:
    inside = np.zeros((40, 400), bool)
    inside[10:22, 5:395] = True
    assert picture.stroke_width(inside) == pytest.approx(12, rel=0.1)


# --- photographs -------------------------------------------------------------------------------


def photograph(ink: Frame, light: Frame, ruled: Frame | None = None, colour: tuple[int, ...] = (40, 45, 60)):  # type: ignore[no-untyped-def]
    """A noisy JPEG of a sheet of paper: ink, ruling and light as (750, 1000), 0..1."""
    chance = np.random.default_rng(1)
    scene = np.full((750, 1000, 3), 232.0)
    if ruled is not None:
        scene += (np.array([120, 150, 200]) - scene) * ruled[..., None]
    soft = ndimage.gaussian_filter(ink, 0.8)[..., None]
    scene = (scene * (1 - soft) + np.array(colour) * soft) * light[..., None]
    scene += chance.normal(0, 5, scene.shape)
    file = io.BytesIO()
    Image.fromarray(scene.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=70)
    return file.getvalue()


Y, X = np.mgrid[-1:1:750j, -1:1:1000j]
UNEVEN = 0.75 + 0.2 * X - 0.1 * Y
SHADOW = UNEVEN * np.where(X + 0.4 * Y > 0.1, 0.55, 1.0)


def as_found(path: Path, bytes_: bytes) -> Frame:
    path.write_bytes(bytes_)
    seen = picture.frame(picture.load(path))
    np.testing.assert_allclose(digit.centre_of_mass(seen), (14.5, 14.5), atol=0.05)
    assert 20 <= max(dark_sides(seen)) <= 22
    return seen


def test_photograph_in_uneven_light(tmp_path: Path) -> None:
    scene = photograph(drawn(TWO, 400, 20), UNEVEN)
    seen = as_found(tmp_path / "two.jpg", scene)
    assert likeness(seen, as_drawing(TWO)) > 0.85


def test_photograph_of_a_thin_pen_with_a_shadow_across(tmp_path: Path) -> None:
    scene = photograph(drawn(FIVE, 350, 4), SHADOW)
    seen = as_found(tmp_path / "five.jpg", scene)
    assert likeness(seen, as_drawing(FIVE)) > 0.8


@pytest.mark.parametrize("squared", [False, True], ids=["lined", "squared"])
def test_photograph_on_ruled_paper_with_the_table_beside_it(tmp_path: Path, squared: bool) -> None:
    ruled = np.zeros((750, 1000))
    for row in range(20, 750, 60):
        # slightly rotated
        y = np.rint(row + 0.03 * np.arange(1000)).astype(int).clip(0, 748)
        ruled[y, np.arange(1000)] = ruled[y + 1, np.arange(1000)] = 1
    if squared:
        ruled = np.maximum(ruled, np.pad(ruled[:, ::-1].T, ((0, 0), (0, 250)))[:750] * 1.0)
    light = UNEVEN.copy()
    light[:, :70] *= 0.25
    scene = photograph(drawn(SEVEN, 300, 12), light, ruled, colour=(50, 70, 150))
    seen = as_found(tmp_path / "seven.jpg", scene)
    assert likeness(seen, as_drawing(SEVEN)) > 0.8


def test_strokes_that_cross_dark_lines_are_mended(tmp_path: Path) -> None:
    ruled = np.zeros((750, 1000))
    ruled[20::60] = ruled[21::60] = ruled[22::60] = 1
    ink = np.maximum(drawn(TWO, 400, 12), ruled)
    seen = as_found(tmp_path / "two.jpg", photograph(ink, UNEVEN))
    assert likeness(seen, as_drawing(TWO)) > 0.8
    _, parts = ndimage.label(seen > 0.3, np.ones((3, 3)))
    assert parts == 1


def test_photograph_of_chalk_on_a_board(tmp_path: Path) -> None:
    scene = Image.open(io.BytesIO(photograph(drawn(TWO, 400, 14), UNEVEN)))
    seen = as_found(tmp_path / "board.jpg", content(negative(scene.convert("L")), "JPEG"))
    assert likeness(seen, as_drawing(TWO)) > 0.85


def test_other_marks_far_from_the_digit_are_not_taken_for_it(tmp_path: Path) -> None:
    ink = drawn(FIVE, 350, 14)
    ink[40:60, 60:110] = 1
    ink[700:712, 850:950] = 1
    seen = as_found(tmp_path / "five.jpg", photograph(ink, UNEVEN))
    assert likeness(seen, as_drawing(FIVE)) > 0.8


def test_the_ink_of_a_photograph_is_nothing_but_the_digit() -> None:
    ink = drawn(TWO, 400, 20)
    found = picture.from_image(Image.open(io.BytesIO(photograph(ink, SHADOW)))).ink
    assert found.shape == ink.shape
    assert np.mean((found > 0.5) != (ink > 0.5)) < 0.005
    assert not found[~ndimage.binary_dilation(ink > 0, iterations=8)].any()


# where the picture lies


@pytest.mark.parametrize(
    "steps", [Steps(), NO_STEPS, Steps(True, True, False, True), Steps(True, False, True, False)]
)
def test_a_stage_says_where_the_ink_lies(sample: Image.Image, steps: Steps) -> None:
    paper = Image.new("L", (500, 420), 255)
    paper.paste(Image.eval(sample, lambda grey: 255 - grey), (60, 90))
    opened = picture.from_image(paper)
    for stage in picture.stages(opened, steps):
        assert stage.place
        rows, columns = np.nonzero(stage.frame > 0.2)
        found = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        rows, columns = np.nonzero(opened.ink > 0.5)
        ink = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        np.testing.assert_allclose(stage.place.back(*found), ink, atol=1.3 / stage.place.scale)
