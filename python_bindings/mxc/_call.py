"""Calls of compiled functions: descriptors in, descriptors out."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from . import _arrays
from ._arrays import numpy_dtype
from ._values import Memory, Value

_SIZES = 3  # words of a descriptor before its sizes: allocated, aligned, offset


class Layout:
    """Where the words of a call lie: descriptors and scalars, slots, then room for the results.

    One row of int64 serves a call: a copy of `template`, in which `addresses` are the words that
    hold positions within it.
    """

    def __init__(self, arguments: Sequence[Value], results: Sequence[Value]) -> None:
        self.words: list[int] = []
        self.addresses: list[int] = []
        self.arguments = [self._add_argument(part) for part in arguments]
        self.results, size = self._lay_out(results)
        room = len(self.words)
        self.words += [0] * (size // 8 + 1)
        self.room = 8 * room
        by_address = len(results) > 1 or any(result.shape is not None for result in results)
        indirect = self._point(room) if by_address else 0
        slots = [self._slot(word, part) for word, part in zip(self.arguments, arguments)]
        self.slots = len(self.words)
        for word in ([indirect] if by_address else []) + slots + ([] if by_address else [room]):
            self._point(word)
        self.template = np.array(self.words, np.int64)
        self.address_words = np.array(self.addresses, np.intp)

    def _point(self, word: int) -> int:
        """A word that holds the address of another."""
        self.addresses.append(len(self.words))
        self.words.append(8 * word)
        return len(self.words) - 1

    def _add_argument(self, part: Value) -> int:
        word = len(self.words)
        self.words += [0] * (1 if part.shape is None else _SIZES + 2 * part.rank)
        return word

    def _slot(self, word: int, part: Value) -> int:
        """The word whose address a slot holds: a scalar itself, or a pointer to a descriptor."""
        return word if part.shape is None else self._point(word)

    @staticmethod
    def _lay_out(results: Sequence[Value]) -> tuple[list[int], int]:
        """The position of each result in the room, and the size of all."""
        offsets, size = [], 0
        for result in results:
            width = 8 if result.shape is not None else numpy_dtype(result.dtype).itemsize
            size += -size % width
            offsets.append(size)
            size += 8 * (_SIZES + 2 * result.rank) if result.shape is not None else width
        return offsets, size


class Call:
    """A compiled function with the parts of its arguments and results."""

    def __init__(self, function: Any, arguments: Sequence[Value], results: Sequence[Value]) -> None:
        self.function = function
        self.argument_parts = list(arguments)
        self.result_parts = [(part, numpy_dtype(part.dtype)) for part in results]
        self.layout = Layout(arguments, results)

    def __call__(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Contiguous arrays in, arrays on the memory that the function has allocated out."""
        layout = self.layout
        words = layout.template.copy()
        base = words.ctypes.data
        words[layout.address_words] += base
        for word, part, array in zip(layout.arguments, self.argument_parts, arrays):
            if part.shape is None:
                words[word : word + 1].view(np.uint8)[: array.itemsize] = np.frombuffer(array.tobytes(), np.uint8)
                continue
            pointer = array.__array_interface__["data"][0]
            sizes = array.shape
            words[word : word + _SIZES + 2 * part.rank] = (pointer, pointer, 0, *sizes, *_arrays.row_major(sizes))
        self.function(base + 8 * layout.slots)
        return self._take(words)

    def _take(self, words: np.ndarray) -> list[np.ndarray]:
        memories: dict[int, Memory] = {}
        room = words.view(np.uint8)[self.layout.room :]
        found = []
        for offset, (part, dtype) in zip(self.layout.results, self.result_parts):
            if part.shape is None:
                found.append(room[offset : offset + dtype.itemsize].view(dtype).reshape(()).copy())
                continue
            rank = part.rank
            allocated, aligned, start, *extents = (
                room[offset : offset + 8 * (_SIZES + 2 * rank)].view(np.int64).tolist()
            )
            memory = memories.get(allocated) or memories.setdefault(allocated, Memory(allocated))
            pointer = aligned + start * dtype.itemsize
            found.append(memory.array(pointer, dtype, extents[:rank], extents[rank:]))
        return found
