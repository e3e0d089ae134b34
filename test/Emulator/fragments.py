"""Where mma.sync with block scales finds elements and scales: Inputs/block-scale.txt, transcribed from the PTX ISA, and,
independently of it, the layouts that CUTLASS publishes for the same instructions (cute/atom/mma_traits_sm120.hpp and
mma_traits_sm80.hpp), by a reader of such layouts."""

import functools
import os

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Inputs", "block-scale.txt")
COUNTS = {("A", 32): 16, ("B", 32): 8, ("C", 32): 4, ("A", 64): 32, ("B", 64): 16, ("C", 64): 4}

# Shape and stride over (lane, element): the number row + rows * column of A (16 rows), B (8 columns of the product, its k
# second) and C (16 rows).
CUTE = {
    ("A", 32): (((4, 8), (4, 2, 2)), ((64, 1), (16, 8, 256))),
    ("B", 32): (((4, 8), (4, 2)), ((32, 1), (8, 128))),
    ("C", 32): (((4, 8), (2, 2)), ((32, 1), (16, 8))),
    ("A", 64): (((4, 8), (8, 2, 2)), ((128, 1), (16, 8, 512))),
    ("B", 64): (((4, 8), (8, 2)), ((64, 1), (8, 256))),
    ("C", 64): (((4, 8), (2, 2)), ((32, 1), (16, 8))),
}
# Over (lane, k): the row of A, and the column of B, whose scale a lane has; thread-id 0.
CUTE_SCALES = {"A": ((2, 2, 8), (8, 0, 1)), "B": ((4, 8), (0, 1))}


@functools.lru_cache
def read(kind):
    """The words of the lines that begin with `kind`."""
    with open(PATH, encoding="utf-8") as file:
        return [line.split("#")[0].split()[1:] for line in file if line.split(" ")[0] == kind]


def isa_place(matrix, k, lane, i):
    """(row, column) of element `i` of a lane."""
    for words in read_fragments(matrix, k):
        if words[0] <= i < words[1]:
            names = {"g": lane >> 2, "t": lane % 4, "i": i}
            return tuple(eval(text, {}, names) for text in words[2])  # pylint: disable=eval-used
    raise AssertionError((matrix, k, i))


@functools.lru_cache
def read_fragments(matrix, k):
    lines = [" ".join(words) for words in read("fragment")]
    rows = [line.split("|") for line in lines if line.startswith(f"{matrix} m16n8k{k} ")]
    return [(*map(int, head.split()[2:]), texts) for head, *texts in rows]


def isa_scale_lane(matrix, index, thread):
    """The lane with the scales of a row of A or a column of B."""
    text = next(" ".join(words[1:]) for words in read("scale") if words[0] == matrix)
    return eval(text, {}, {"row": index, "column": index, "thread": thread})  # pylint: disable=eval-used


def crd2idx(index, shape, stride):
    """CuTe's layout function on an integer: the first mode runs fastest."""
    total = 0
    for extent, step in zip(shape, stride):
        total += index % extent * step
        index //= extent
    return total


def cute_place(matrix, k, lane, i):
    (lanes, elements), (lane_steps, element_steps) = CUTE[matrix, k]
    number = crd2idx(lane, lanes, lane_steps) + crd2idx(i, elements, element_steps)
    if matrix == "B":  # (n, k), as (k, n)
        return number // 8, number % 8
    return number % 16, number // 16


def cute_scale_index(matrix, lane):
    """The row of A, or column of B, whose scales a lane has for thread-id 0, where it has any."""
    return crd2idx(lane, *CUTE_SCALES[matrix])
