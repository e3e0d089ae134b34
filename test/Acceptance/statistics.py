"""Stochastic rounding has the right frequencies and makes products unbiased; round-to-nearest does not.

1. Frequencies: over many seeds, each element and code interval within 6 sigma of its probability.
2. Products: the mean over seeds of 16/9 · SR product is within 4 sigma (Bonferroni over the elements) of the exact
   product, and the round-to-nearest product of the same operands is not.
The model makes the many seeds quick; its bits are compared with mxc's for a sample of them."""
# RUN: %python %s

import model
import numpy as np
from tools import TARGETS, Counter, Folder, mxc_quantize

F32 = np.float32
SHAPES = [(1, 7), (3, 32), (2, 45), (4, 100), (5, 33)]


def frequencies(counter, folder, seeds=2000):
    rng = np.random.default_rng(1)
    fmt = model.NAMED["mxfp4"]
    for shape in SHAPES:
        x = rng.standard_normal(shape).astype(F32)
        options = dict(rounding="stochastic", prescale=0.75, stream=2)
        down = model.quantize(x, fmt, rounding="toward_zero", prescale=0.75)
        step = np.abs(expand_scale(down, shape))
        grid = fmt.element.grid
        lo = down.codes & 7
        t = np.abs(x.astype(np.float64)) * 0.75 / step
        f = (t - grid[lo]) / (grid[np.minimum(lo + 1, 7)] - grid[lo] + (lo == 7))
        p = np.floor(f * 65536) / 65536
        ups = sum((model.quantize(x, fmt, seed=seed, **options).codes & 7) > lo for seed in range(seeds))
        sigma = np.sqrt(np.maximum(p * (1 - p) * seeds, 1e-9))
        counter.check((np.abs(ups - p * seeds) <= 6 * sigma + 1e-6).all(), f"{shape}: an element is off by 6 sigma")
        for code in range(7):
            inside = lo == code
            if inside.any():
                total, want = ups[inside].sum(), (p[inside] * seeds).sum()
                bound = 6 * np.sqrt((p * (1 - p) * seeds)[inside].sum()) + 1e-6
                counter.check(abs(total - want) <= bound, f"{shape}: interval {code} is off by 6 sigma")
        for seed in (0, 999):
            want = model.quantize(x, fmt, seed=seed, **options)
            for target in TARGETS:
                found = mxc_quantize(folder, x, target, "--format=mxfp4", "--rounding=stochastic", "--prescale=0.75",
                                     f"--seed={seed}", "--stream=2")
                counter.check(np.array_equal(found["codes"], want.codes), f"{target}: seed {seed} differs from the model")


def expand_scale(q, shape):
    return model.expand(q.scale_values, (1, 32), shape)


def products(counter, seeds=10000):
    rng = np.random.default_rng(2)
    m, n, k = 3, 4, 64
    a, b = rng.standard_normal((m, k)).astype(F32), rng.standard_normal((n, k)).astype(F32)
    a[:, 5] *= 20
    exact = a.astype(np.float64) @ b.T.astype(np.float64)
    fmt = model.NAMED["mxfp4"]
    total, squares = np.zeros((m, n)), np.zeros((m, n))
    for seed in range(seeds):
        options = dict(rounding="stochastic", prescale=0.75, seed=seed, hadamard_size=64, sign_stream=0)
        product = model.quantize(a, fmt, stream=0, **options).values @ model.quantize(b, fmt, stream=1, **options).values.T
        product *= 16 / 9
        total += product
        squares += product**2
    mean = total / seeds
    sigma = np.sqrt((squares / seeds - mean**2) / seeds)
    worst = np.abs(mean - exact) / sigma
    # Two-sided 4 sigma is 6.3e-5; with Bonferroni over 12 elements the bound is 4.6 sigma.
    counter.check((worst < 4.6).all(), f"16/9·SR is biased: {worst.max():.1f} sigma")
    nearest = model.quantize(a, fmt).values @ model.quantize(b, fmt).values.T
    off = np.abs(nearest - exact) / sigma
    counter.check((off > 4.6).any(), "round-to-nearest looks unbiased")
    print(f"over {seeds} seeds: worst element {worst.max():.2f} sigma with SR, {off.max():.1f} sigma with nearest")


def main():
    counter, folder = Counter(), Folder()
    with folder:
        frequencies(counter, folder)
        products(counter)
    counter.finish("stochastic rounding")


main()
