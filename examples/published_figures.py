#!/usr/bin/env python3
"""Errors, biases and variances that papers print of their formats, measured with our quantiser.

Each line is a figure, where it is printed, and ours; exit status 1 where ours is outside the given bound. Random numbers
are numpy's, so bounds are wider than the digits printed: one of the last digit, or 5 standard errors.

    examples/published_figures.py [--scale=0.1] [--seed=N]
"""

import argparse
import sys

import mxc
import numpy as np

TILES = "!mx.scaled<f4E2M1FN, f8E4M3FN, [16, 16], tensor_scale = f32>"
TSENG, QUARTET2 = "arXiv 2502.20586", "arXiv 2601.22813"


class Table:
    """Lines of figures, and whether all are within their bounds."""

    def __init__(self):
        self.failed = 0

    def add(self, what, source, printed, ours, bound, digits=3):
        fits = abs(ours - printed) <= bound
        self.failed += not fits
        print(f"{'same' if fits else 'DIFFERS':8} {source:18} {what:58} {printed:8.{digits}f} ours {ours:8.{digits}f}")

    def require(self, what, source, fits, shown):
        self.failed += not fits
        print(f"{'same' if fits else 'DIFFERS':8} {source:18} {what:58} {shown}")


def read(x, **options):
    return mxc.quantize(x, **options).dequantize()


def squared_errors(table, rng, scale):
    """Mean squared error on N(0, 1), in thousandths: Table 1 of Quartet II."""
    x = rng.standard_normal((max(16, int(1024 * scale)) // 16 * 16, 4096), np.float32)
    rotated = mxc.hadamard(x, 128, seed=7)
    rows = [
        ("nearest, 1x16", 9.0, x, {"format": "nvfp4"}),
        ("nearest, 1x16, four over six", 7.6, x, {"format": "nvfp4", "scale_rule": "four_over_six"}),
        ("nearest, 16x16", 12.4, x, {"format": TILES}),
        ("nearest, 16x16, four over six", 12.4, x, {"format": TILES, "scale_rule": "four_over_six"}),
        ("stochastic with headroom, 1x16", 23.5, x,
         {"format": "nvfp4", "scale_rule": "headroom", "rounding": "stochastic"}),
        ("MS-EDEN, rotated by 128", 9.4, rotated, {"format": "nvfp4", "scale_rule": "ms_eden"}),
    ]
    for what, printed, values, options in rows:
        error = 1e3 * np.mean((read(values, **options) - values) ** 2, dtype=np.float64)
        table.add(f"MSE·1000 on N(0, 1): {what}", QUARTET2, printed, error, 0.15 + 0.01 * printed, digits=1)


def clipping(table, rng, scale):
    """What FLOOR scales clip of N(0, 1), and that ¾ leaves room: section 3.1 of Tseng, Yu, Park."""
    x = rng.standard_normal((max(64, int(4096 * scale)), 4096), np.float32)
    q = mxc.quantize(x, "mxfp4")
    step = np.repeat(np.exp2(q.scale.astype(np.float64) - 127), 32, axis=1)
    clipped = np.abs(x) > 6 * step
    blocks = clipped.reshape(-1, 32).any(axis=1)
    table.add("elements that FLOOR clips, %", TSENG, 2.3, 100 * clipped.mean(), 0.1, digits=1)
    table.add("blocks with such an element, %", TSENG, 29, 100 * blocks.mean(), 1, digits=0)
    room = np.abs(0.75 * x) > 6 * step
    table.require("elements beyond 6 after ¾", TSENG, not room.any(), f"{room.sum()}")


def estimates(a, b, draws, size, rounding="stochastic"):
    """16/9 · Q(a)·Q(b) for each of `draws` = (seeds, rows): signs are of the seed, bits of seed and row."""
    seeds, rows = draws
    found = np.empty((seeds, rows))
    for seed in range(seeds):
        options = {"rounding": rounding, "prescale": 0.75, "seed": seed}
        if size:
            options.update(hadamard=size, signs="seed", sign_stream=0)
        qa = read(np.tile(a, (rows, 1)), stream=0, **options)
        qb = read(np.tile(b, (rows, 1)), stream=1, **options)
        found[seed] = 16 / 9 * np.einsum("rk,rk->r", qa, qb, dtype=np.float64)
    return found.reshape(-1)


def outlier(table, rng, scale):
    """A product of K = 128 with one outlier of 20: unbiased with and without RHT; nearest is not."""
    a, b = rng.standard_normal((2, 128)).astype(np.float32)
    a[5] = 20
    exact = a.astype(np.float64) @ b.astype(np.float64)
    draws = (max(20, int(400 * scale)), 100)
    for size in (0, 64):
        found = estimates(a, b, draws, size)
        sigma = found.std() / np.sqrt(draws[0] if size else found.size)
        table.add(f"mean of 16/9·SR, {f'RHT {size}' if size else 'no RHT'}: the product", TSENG, exact, found.mean(),
                  5 * sigma)
    nearest = float(read(a[None], format="mxfp4")[0].astype(np.float64) @ read(b[None], format="mxfp4")[0])
    table.require("nearest, without ¾, is off by (one value: a bias)", TSENG, nearest != exact, f"{nearest - exact:+.3f}")
    scaled = estimates(4 * a, b, (4, 100), 64).var() / estimates(a, b, (4, 100), 64).var()
    table.add("variance where A is 4 times as large, times", TSENG, 16, scaled, 1e-6, digits=1)


def variance(rng, k, size, pairs, outliers):
    """Mean over pairs of vectors of the variance of a product of length k, and standard error, both over k."""
    found = []
    for _ in range(pairs):
        a, b = (rng.standard_normal((2, k)) + outliers(k)).astype(np.float32)
        found.append(estimates(a, b, (12, 12), size).var() / k)
    return np.mean(found), np.std(found) / np.sqrt(pairs)


def variances(table, rng, scale):
    """Theorem 3.2: with RHT the variance has the energy of the vectors in it, not their largest element. One outlier
    of 20; and Figure 2, N(0, 1) with N(0, 5²) added to 5 % of the elements, RHT over the whole of K."""

    def one(k):
        return 20 * (np.arange(k) == 5) * np.array([[1], [0]])

    def some(k):
        return 5 * rng.standard_normal((2, k)) * (rng.random((2, k)) < 0.05)

    pairs = max(64, int(256 * scale))
    for k, size, outliers, what in [(128, 64, one, "one outlier"), *((k, k, some, "5 %") for k in (128, 256, 512, 1024))]:
        plain, error = variance(rng, k, 0, pairs, outliers)
        with_rht, other = variance(rng, k, size, pairs, outliers)
        table.require(f"variance / K, K = {k}, {what}: without RHT, RHT {size}", TSENG,
                      with_rht < plain, f"{plain:.3f} ± {error:.3f}, {with_rht:.3f} ± {other:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0, help="share of the random numbers (default: 1)")
    parser.add_argument("--seed", type=int, default=0, help="of numpy's generator (default: 0)")
    options = parser.parse_args()
    if not 0 < options.scale <= 100:
        parser.error(f"expected --scale above 0 and at most 100, but found {options.scale}")
    table, rng = Table(), np.random.default_rng(options.seed)
    for measure in (squared_errors, clipping, outlier, variances):
        measure(table, rng, options.scale)
    return 1 if table.failed else 0


if __name__ == "__main__":
    sys.exit(main())
