"""Inputs that every kernel must take."""

import numpy as np


def source(rng, shape, dtype):
    """Ordinary numbers, every binary order, and blocks that are NaN, Inf, zero or denormal."""
    x = rng.standard_normal(shape) * np.exp2(rng.integers(-8, 8, shape[:-1] + (1,)))
    wild = rng.random(shape[:-1]) < 0.3
    x[wild] = np.ldexp(rng.standard_normal(shape), rng.integers(-149, 127, shape))[wild]
    flat = x.reshape(-1, shape[-1]).astype(np.float32)
    for row, value in enumerate([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-45, 3.4e38]):
        flat[row % len(flat), (5 * row) % shape[-1]] = value
    if len(flat) > 3:
        flat[2] = -0.0
    x = flat.reshape(shape)
    if dtype == "f32":
        return x
    if dtype == "f16":
        with np.errstate(over="ignore"):
            return x.astype(np.float16)
    return (x.view(np.uint32) >> 16).astype(np.uint16)
