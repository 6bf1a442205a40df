"""The sample digit: a seven as a person draws it, for pictures and tests of the window."""

SEVEN: tuple[tuple[float, float], ...] = (
    (78, 74), (96, 73), (116, 73), (138, 72), (160, 72), (180, 72), (196, 73), (200, 77), (196, 90),
    (188, 107), (179, 125), (169, 143), (159, 162), (150, 180), (142, 198), (136, 214), (132, 226),
)  # fmt: skip
"""Canvas units, in the order of the pen."""
