"""mxc.oscillation against its formulas, element by element, on weights of which some oscillate."""
# RUN: %python %s

import mxc
import numpy as np
from mxc.oscillation import OsciReset, QRamping

RULE = {"scale_rule": "rceil"}


def weights(steps, seed=0):
    """One matrix a step: half of the elements step to and fro over the middle of two codes, half drift."""
    rng = np.random.default_rng(seed)
    w = rng.choice(np.float32([0.25, 0.75, 1.25, 1.75, 2.5, 3.5]), (8, 64))
    w[:, ::32] = 5.5
    moves = rng.random(w.shape) < 0.5
    for step in range(steps):
        yield np.where(moves, w + np.float32(1e-3) * (-1) ** step, w + np.float32(1e-3) * step).astype(np.float32)


def quantized(w):
    return mxc.quantize(w, "mxfp4", **RULE).dequantize()


def ratios(window):
    """Σ|ΔQ(w)| / Σ|Δw| over a list of weights."""
    of_w = sum(np.abs(b - a) for a, b in zip(window, window[1:]))
    of_q = sum(np.abs(quantized(b) - quantized(a)) for a, b in zip(window, window[1:]))
    return np.where(of_w > 0, of_q / np.maximum(of_w, np.float32(1e-30)), 0)


def check_reset():
    """Windows begin after `start` steps; each begins with what the one before left."""
    reset, start, window = OsciReset("mxfp4", window=5, threshold=16, start=3, **RULE), 3, 5
    seen, changed = [], 0
    for step, w in enumerate(weights(14), 1):
        found = reset.step(w)
        if step <= start:
            assert found is w
            continue
        seen.append(w)
        if (step - start) % window:
            assert np.array_equal(found, w), step
            continue
        oscillates = ratios(seen) > 16
        assert np.array_equal(found, np.where(oscillates, quantized(w), w)), step
        assert oscillates.sum() < w.size
        changed += int((found != w).sum())
        seen = [found]
    assert changed > 0


def check_ramping():
    """Every gradient is used once, when its element is due."""
    ramping = QRamping("mxfp4", calibration=6, alpha=16, beta=5, **RULE)
    seen, waiting, used = [], 0, 0
    periods = np.ones((8, 64), np.int64)
    for step, w in enumerate(weights(24, seed=1), 1):
        seen.append(w)
        gradient = np.full_like(w, step)
        if step % 6 == 0:
            periods = np.floor(ratios(seen) / np.float32(16)).astype(np.int64) * 5 + 1
            seen = [w]
        due = ramping.step(w, gradient)
        assert np.array_equal(ramping.periods, periods), step
        waiting = waiting + gradient
        assert np.array_equal(due, np.where(step % periods == 0, waiting, 0)), step
        waiting = np.where(step % periods == 0, 0, waiting)
        used = used + due
    assert (periods > 1).any() and (periods == 1).any()
    assert np.array_equal(used + waiting, np.full((8, 64), 24 * 25 / 2))


def check_errors():
    w = np.zeros((4, 32), np.float32)
    cases = [
        (lambda: OsciReset("mxfp4", rounding="stochastic"), "draws no bits"),
        (lambda: OsciReset(window=1), "2 or more steps"),
        (lambda: QRamping(calibration=0), "above 0"),
        (lambda: QRamping().step(w, w[:2]), "shape (4, 32)"),
        (lambda: QRamping().step(w.astype(np.float64), w), "float32"),
    ]
    for call, part in cases:
        try:
            call()
        except mxc.Error as error:
            assert part in str(error), error
        else:
            raise AssertionError(f"no error: {part}")


check_reset()
check_ramping()
check_errors()
print("oscillation: 3 passed")
