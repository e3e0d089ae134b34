"""Calls of compiled functions: descriptors in, descriptors out."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Optional, Sequence

import numpy as np

from . import _arrays, _device
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
        """Room for a scalar or a descriptor, which is complete but for the addresses if its shape is known."""
        word = len(self.words)
        if part.shape is None:
            self.words.append(0)
        else:
            self.words += [0, 0, 0, *part.shape, *_arrays.row_major(part.shape)]
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
        self.result_parts = [(part, numpy_dtype(part.dtype)) for part in results]
        self.layout = Layout(arguments, results)
        words = self.layout.arguments
        self.tensors = [i for i, part in enumerate(arguments) if part.shape is not None]
        self.pointer_words = np.array([words[i] + word for i in self.tensors for word in (0, 1)], np.intp)
        self.dynamic = [(i, words[i] + _SIZES) for i in self.tensors if -1 in (arguments[i].shape or ())]
        self.scalars = [(i, words[i]) for i, part in enumerate(arguments) if part.shape is None]

    def __call__(self, arrays: Sequence[Any], stream: Optional[int] = None, on_device: bool = False) -> list[Any]:
        """Contiguous arrays in, arrays on the memory that the function has allocated out.

        Work for a GPU is queued on `stream`; with `on_device` buffers and results are in its memory.
        """
        layout = self.layout
        words = layout.template.copy()
        base = words.ctypes.data
        words[layout.address_words] += base
        pointers: list[int] = []
        for i in self.tensors:
            pointer = arrays[i].pointer if on_device else _arrays.address_of(arrays[i])
            pointers += (pointer, pointer)
        words[self.pointer_words] = pointers
        for i, word in self.dynamic:
            sizes = arrays[i].shape
            words[word : word + 2 * len(sizes)] = (*sizes, *_arrays.row_major(sizes))
        for i, word in self.scalars:
            words[word] = int.from_bytes(arrays[i].tobytes(), "little", signed=arrays[i].itemsize == 8)
        if stream is None:
            self.function(base + 8 * layout.slots)
            return self._take(words, Memory)
        with _device.Stream(stream):
            self.function(base + 8 * layout.slots)
        return self._take(words, partial(_device.Memory, stream=stream) if on_device else Memory)

    def _take(self, words: np.ndarray, own: Callable[[int], Any]) -> list[Any]:
        memories: dict[int, Any] = {}
        room, start = words.tolist(), self.layout.room // 8
        found = []
        for offset, (part, dtype) in zip(self.layout.results, self.result_parts):
            if part.shape is None:
                begin = self.layout.room + offset
                found.append(words.view(np.uint8)[begin : begin + dtype.itemsize].view(dtype).reshape(()).copy())
                continue
            word, rank = start + offset // 8, part.rank
            allocated, aligned, first = room[word : word + _SIZES]
            extents = room[word + _SIZES : word + _SIZES + 2 * rank]
            memory = memories.get(allocated)
            if memory is None:
                memory = memories[allocated] = own(allocated)
            pointer = aligned + first * dtype.itemsize
            found.append(memory.array(pointer, dtype, tuple(extents[:rank]), tuple(extents[rank:])))
        return found
