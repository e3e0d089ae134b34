"""Weights that change their code at every step: OsciReset and Q-Ramping of TetraJet, on master weights between steps.

Over a window of steps an element w and its quantised value Q(w) move |Δw| and |ΔQ(w)|; where ΣǀΔQ(w)ǀ / ΣǀΔwǀ is large, w
stays near the middle of two numbers of the format and its code oscillates. Both classes work on one float32 array of any
shape whose last axis is divided into blocks, as `mxc.quantize` takes it.
"""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
import numpy.typing as npt

from . import Error, quantize

Floats = npt.NDArray[np.float32]


class Distances:
    """How far w and Q(w) have moved since `start`.

    format, options : as in `mxc.quantize`; roundings to nearest only
    """

    def __init__(self, format: str, **options: Any) -> None:
        if options.get("rounding", "nearest_even") == "stochastic" or options.get("scale_rule") == "ms_eden":
            raise Error("expected a quantisation that draws no bits; found stochastic rounding or ms_eden")
        self._format, self._options = format, options
        self._last: Optional[tuple[Floats, Floats]] = None

    def quantized(self, w: Floats) -> Floats:
        """Q(w)."""
        values: Floats = quantize(w, self._format, **self._options).dequantize()
        return values

    def start(self, w: Floats) -> None:
        """The window begins with these weights."""
        self._last = w.copy(), self.quantized(w)
        self.of_w, self.of_q = np.zeros_like(w), np.zeros_like(w)

    def add(self, w: Floats) -> None:
        """One step further; the first one starts the window."""
        if w.dtype != np.float32:
            raise Error(f"expected float32 weights; found {w.dtype}: keep master weights in float32")
        if self._last is None:
            return self.start(w)
        if w.shape != self._last[0].shape:
            raise Error(f"expected weights of shape {self._last[0].shape}, as before; found {w.shape}")
        q = self.quantized(w)
        self.of_w += np.abs(w - self._last[0])
        self.of_q += np.abs(q - self._last[1])
        self._last = w.copy(), q
        return None

    def ratio(self) -> Floats:
        """Σ|ΔQ(w)| / Σ|Δw|; 0 where w has not moved."""
        return np.divide(self.of_q, self.of_w, out=np.zeros_like(self.of_w), where=self.of_w > 0)


class OsciReset:
    """Sets elements that oscillate to their quantised value.

    format, options : as in `mxc.quantize`, of the forward product's weight
    window : steps over which distances are summed
    threshold : the ratio above which an element oscillates (16 in TetraJet-v2, 4 in AMD ALTO)
    start : the first step that counts (8000 in TetraJet-v2, 2000 in AMD ALTO)

    Source: TetraJet-v2, arXiv 2510.27527; AMD ALTO.
    """

    def __init__(
        self, format: str = "mxfp4", *, window: int = 200, threshold: float = 16.0, start: int = 8000, **options: Any
    ) -> None:
        if window < 2 or threshold <= 0:
            raise Error(f"expected a window of 2 or more steps and a threshold above 0; found {window}, {threshold}")
        self.window, self.threshold, self.start = window, threshold, start
        self._distances = Distances(format, **options)
        self._count = 0

    def step(self, w: Floats) -> Floats:
        """After an update of the weights: w, or at a window's end w with Q(w) where it oscillated."""
        self._count += 1
        at = self._count - self.start
        if at <= 0:
            return w
        self._distances.add(w)
        if at % self.window:
            return w
        result = np.where(self._distances.ratio() > self.threshold, self._distances.quantized(w), w)
        self._distances.start(result)
        return result


class QRamping:
    """Updates elements that oscillate less often, with the sum of their gradients.

    format, options : as in `mxc.quantize`, of the forward product's weight
    calibration : steps over which distances are summed before periods change (30 in the paper)
    alpha, beta : an element's period is floor(ratio / alpha)·beta + 1 steps (16 and 5 in the paper)

    Source: TetraJet, arXiv 2502.20853.
    """

    def __init__(
        self, format: str = "mxfp4", *, calibration: int = 30, alpha: float = 16.0, beta: int = 5, **options: Any
    ) -> None:
        if calibration < 1 or alpha <= 0 or beta < 1:
            raise Error(f"expected calibration, alpha and beta above 0; found {calibration}, {alpha}, {beta}")
        self.calibration, self.alpha, self.beta = calibration, alpha, beta
        self._distances = Distances(format, **options)
        self._count = 0
        self.periods: npt.NDArray[np.int64] = np.ones(0, np.int64)

    def step(self, w: Floats, gradient: Floats) -> Floats:
        """Before an update of w: the gradient to use, the sum of those that waited, or 0 where an element waits."""
        if gradient.shape != w.shape:
            raise Error(f"expected a gradient of shape {w.shape}, as the weights; found {gradient.shape}")
        self._distances.add(w)
        if self._count == 0:
            self.periods, self._sum = np.ones(w.shape, np.int64), np.zeros_like(w)
        self._count += 1
        if self._count % self.calibration == 0:
            ratio = self._distances.ratio()
            self.periods = np.floor(ratio / self.alpha).astype(np.int64) * self.beta + 1
            self._distances.start(w)
        self._sum += gradient
        isDue = self._count % self.periods == 0
        due = np.where(isDue, self._sum, np.float32(0))
        self._sum[isDue] = 0
        return due
