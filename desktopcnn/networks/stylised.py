"""Ten stylised digits of 12 rows and 7 columns: the codes that LeNet-5's last layer compares with.

LeCun et al. 1998 (section II.B) give each class such a picture of -1 and +1 as its code instead of one unit
that is on: digits that look alike then have codes that lie near each other. The drawings are our own; any
two differ in 22 of the 84 cells or more.
"""

import numpy as np
import numpy.typing as npt

ROWS, COLUMNS = 12, 7
_PICTURES = """
..###..  ...#...  .#####.  .#####.  #....#.  #######  ...###.  #######  ..###..  .#####.
.#...#.  ..##...  ##...##  ##...##  #....#.  #......  ..##...  #....##  .##.##.  ##...##
#.....#  .###...  #.....#  #.....#  #....#.  #......  .##....  .....##  .#...#.  #.....#
#.....#  #.##...  ......#  ......#  #....#.  #......  ##.....  ....##.  .#...#.  #.....#
#.....#  ...#...  ......#  .....##  #....#.  ######.  #......  ....##.  .##.##.  ##...##
#.....#  ...#...  .....##  ..####.  #######  .....##  #.####.  ...##..  ..###..  .######
#.....#  ...#...  ....##.  ..####.  #######  ......#  ##...##  ...##..  .##.##.  ......#
#.....#  ...#...  ...##..  .....##  .....#.  ......#  #.....#  ..##...  ##...##  ......#
#.....#  ...#...  ..##...  ......#  .....#.  ......#  #.....#  ..##...  #.....#  .....##
#.....#  ...#...  .##....  #.....#  .....#.  ......#  #.....#  .##....  #.....#  ....##.
.#...#.  ...#...  ##.....  ##...##  .....#.  ##...##  ##...##  .##....  ##...##  ..###..
..###..  #######  #######  .#####.  .....#.  .#####.  .#####.  .##....  .#####.  ###....
"""
DIGITS: tuple[tuple[str, ...], ...] = tuple(
    zip(*(line.split() for line in _PICTURES.split("\n") if line), strict=True)
)
"""For each digit its rows, "#" for ink."""


def codes() -> npt.NDArray[np.float32]:
    """The digits as vectors, row by row: (10, 84) of +1 for ink and -1 for paper."""
    ink = np.array([[list(row) for row in digit] for digit in DIGITS]) == "#"
    return np.where(ink, np.float32(1), np.float32(-1)).reshape(len(DIGITS), ROWS * COLUMNS)
