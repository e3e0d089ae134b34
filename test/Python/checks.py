"""What the tests of the package share: checks that say what failed, and a call that must be refused."""

import os
import sys

import mxc
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "Acceptance"))


def same(found, expected, what):
    """The same shape and the same bits."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape, f"{what}: shape {found.shape}, expected {expected.shape}"
    assert found.dtype == expected.dtype, f"{what}: {found.dtype}, expected {expected.dtype}"
    if found.tobytes() != expected.tobytes():
        size = found.dtype.itemsize
        wrong = np.frombuffer(found.tobytes(), f"V{size}") != np.frombuffer(expected.tobytes(), f"V{size}")
        at = int(np.argmax(wrong))
        raise AssertionError(
            f"{what}: {wrong.sum()} of {wrong.size} differ, first element {at}: "
            f"{found.reshape(-1)[at]}, expected {expected.reshape(-1)[at]}"
        )


def refused(*words, call, error=ValueError):
    """The call raises a ValueError whose text has these words."""
    try:
        result = call()
    except error as problem:
        for word in words:
            assert word in str(problem), f"expected {word!r} in: {problem}"
        return str(problem)
    raise AssertionError(f"expected an error with {words}, got {result!r}")


def resident():
    """Resident memory in MiB."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def normal(shape, dtype=np.float32, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def bits_of(scaled):
    """All bits of a scaled array, to compare two."""
    parts = [scaled.packed, scaled.scale] + ([] if scaled.tensor_scale is None else [scaled.tensor_scale])
    return [np.asarray(part).tobytes() for part in parts]


assert issubclass(mxc.Error, ValueError)
