#!/usr/bin/env python3
"""Times OpenVINO's MXFP4 products for mx-bench: one JSON object a line, {"m": …, "ms": …}.

The graph is the one that OpenVINO fuses into a FullyConnected on packed weights: Constant f4e2m1,
Convert, Multiply by the converted f8e8m0, Reshape, MatMul. Prints the error against numpy too, and
fails if it is that of another computation.
"""

import argparse
import json
import sys
import time

import numpy as np
import openvino as ov
from openvino import opset13 as ops

VALUES = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6], np.float32)
BLOCK = 32


def weights(n, k, rng):
    """Random codes and scales of a few steps: packed bytes, scale bytes, and the values."""
    codes = rng.integers(0, 16, (n, k), np.uint8)
    scales = rng.integers(120, 124, (n, k // BLOCK), np.uint8)
    packed = codes[:, 0::2] | codes[:, 1::2] << 4
    values = np.where(codes & 8, -1, 1) * VALUES[codes & 7]
    values = values * np.repeat(np.exp2(scales.astype(np.float32) - 127), BLOCK, axis=1)
    return packed, scales, values.astype(np.float32)


def compile_model(packed, scales, options):
    n, k = options.n, options.k
    blocks = k // BLOCK
    codes = ov.Tensor(packed, [n, blocks, BLOCK], ov.Type.f4e2m1)
    factors = ov.Tensor(scales, [n, blocks, 1], ov.Type.f8e8m0)
    x = ops.parameter([-1, k], ov.Type.f32)
    wide = ops.convert(ops.constant(codes, shared_memory=False), "f32")
    scaled = ops.multiply(wide, ops.convert(ops.constant(factors, shared_memory=False), "f32"))
    flat = ops.reshape(scaled, ops.constant([n, k], dtype=np.int64), False)
    product = ops.matmul(x, flat, False, True)
    config = {"INFERENCE_NUM_THREADS": options.threads, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": options.precision}
    return ov.Core().compile_model(ov.Model([product], [x]), "CPU", config)


def milliseconds(request, x):
    times = []
    end = time.perf_counter() + 1.5
    request.infer({0: x}, share_inputs=True, share_outputs=True)
    while len(times) < 5 or (time.perf_counter() < end and len(times) < 60):
        start = time.perf_counter()
        request.infer({0: x}, share_inputs=True, share_outputs=True)
        times.append(1e3 * (time.perf_counter() - start))
    return float(np.median(times))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--m", default="1,16,512")
    parser.add_argument("--n", type=int, default=4096)
    parser.add_argument("--k", type=int, default=4096)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--precision", default="bf16", help="bf16 is OpenVINO's own choice where the CPU has it")
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    packed, scales, values = weights(options.n, options.k, rng)
    model = compile_model(packed, scales, options)
    for m in map(int, options.m.split(",")):
        x = rng.standard_normal((m, options.k), np.float32)
        request = model.create_infer_request()  # one keeps the shape of its first call
        got = request.infer({0: x})[0]
        exact = x @ values.T
        error = float(np.linalg.norm(got - exact) / np.linalg.norm(exact))
        if not error < 1e-2:
            sys.exit(f"OpenVINO's result is {error} off: not the product that was meant")
        print(json.dumps({"m": m, "ms": milliseconds(request, x), "error": error}), flush=True)


if __name__ == "__main__":
    main()
