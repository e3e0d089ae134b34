#!/usr/bin/env python3
"""Backward products of one decoder layer under a recipe's formats and transforms: Table 5 of "Training LLMs with MXFP4".

The paper times a layer of Llama-2-70B on an A100 with INT8 and INT4 in place of FP8 and MXFP4. Here our compiler runs
dgrad and wgrad of every linear layer of such a layer, at 1/8 of its width by default, quantised on the way, as a step does
it: on the CPU from f32, beside numpy's product of f32 (`float`); on a GPU (--target=nvvm, with torch) from bf16 in its
memory, beside torch's. Prints tokens a second, and the paper's ratios beside ours.

    examples/decoder_backward.py [--tokens=1024] [--width=1024] [--repeats=3] [--target=cpu]
"""

import argparse
import functools
import importlib
import time

import mxc
import numpy as np

# Tokens a second of the backward pass, Table 5 (g = 1024 is HadaCore's).
PAPER = {"float": 72563, "mxfp8": 94688, "mxfp4": 133952, "mxfp4 rht64": 123056, "mxfp4 rht128": 122734,
         "mxfp4 rht256": 121823, "mxfp4 rht1024": 120495}
RECIPES = {"mxfp8": "mxfp8", "mxfp4": "mxfp4_backward,rht=none",
           **{f"mxfp4 rht{g}": f"mxfp4_backward,rht={g}" for g in (64, 128, 256, 1024)}}
RATIOS = [("mxfp4 rht64", "float"), ("mxfp4 rht64", "mxfp8"), ("mxfp4 rht64", "mxfp4"), ("mxfp4 rht128", "mxfp4"),
          ("mxfp4 rht256", "mxfp4"), ("mxfp4 rht1024", "mxfp4")]
BACKWARD = """
#rows = affine_map<(i, j, k) -> (i, k)>
#cols = affine_map<(i, j, k) -> (k, j)>
#down = affine_map<(i, j, k) -> (k, i)>
#out = affine_map<(i, j, k) -> (i, j)>
func.func @main(%x: tensor<{t}x{n}x{e}>, %w: tensor<{m}x{n}x{e}>, %dy: tensor<{t}x{m}x{e}>)
    -> (tensor<{t}x{n}xf32>, tensor<{m}x{n}xf32>) {{
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<{t}x{n}xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<{t}x{n}xf32>) -> tensor<{t}x{n}xf32>
  %dx = linalg.matmul indexing_maps = [#rows, #cols, #out] {{mx.role = "dgrad"}}
    ins(%dy, %w : tensor<{t}x{m}x{e}>, tensor<{m}x{n}x{e}>) outs(%f : tensor<{t}x{n}xf32>) -> tensor<{t}x{n}xf32>
  %e2 = tensor.empty() : tensor<{m}x{n}xf32>
  %f2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<{m}x{n}xf32>) -> tensor<{m}x{n}xf32>
  %dw = linalg.matmul indexing_maps = [#down, #cols, #out] {{mx.role = "wgrad"}}
    ins(%dy, %x : tensor<{t}x{m}x{e}>, tensor<{t}x{n}x{e}>) outs(%f2 : tensor<{m}x{n}xf32>) -> tensor<{m}x{n}xf32>
  return %dx, %dw : tensor<{t}x{n}xf32>, tensor<{m}x{n}xf32>
}}
"""


def layers(width):
    """Outputs, inputs and number of linear layers: Llama-2-70B's proportions, 8192 wide."""
    ffn, heads = width * 7 // 2, width // 8
    return [(width, width, 2), (heads, width, 2), (ffn, width, 2), (width, ffn, 1)]


def seconds(calls, repeats):
    """The shortest time of each call: in turns, so that a slow phase of the machine meets all of them."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(repeats + 1):
        for name, call in calls.items():
            begin = time.perf_counter()
            call()
            best[name] = min(best[name], time.perf_counter() - begin)
    return best


def place(arrays, target):
    """Operands where the target reads them, and what waits until their products are there."""
    if target == "cpu":
        return arrays, lambda: None
    torch = importlib.import_module("torch")
    return [torch.from_numpy(array).cuda().bfloat16() for array in arrays], torch.cuda.synchronize


def measure(tokens, width, repeats, target):
    """Seconds of all backward products, by name of the format."""
    rng = np.random.default_rng(0)
    total = dict.fromkeys(["float", *RECIPES], 0.0)
    options = {"cpu": {"target": "cpu"}, "nvvm": {"target": "nvvm", "arrays": "device"}}[target]
    for m, n, count in layers(width):
        arrays = [rng.standard_normal(shape, np.float32) for shape in ((tokens, n), (m, n), (tokens, m))]
        operands, wait = place(arrays, target)
        text = BACKWARD.format(t=tokens, m=m, n=n, e="f32" if target == "cpu" else "bf16")
        calls = {"float": lambda x, w, dy: (dy @ w, dy.T @ x)}
        for name, recipe in RECIPES.items():
            calls[name] = functools.partial(mxc.compile(text, recipe=recipe, **options), seed=1)
        timed = {name: lambda call=call, operands=operands, wait=wait: (call(*operands), wait()) for name, call in calls.items()}
        for name, best in seconds(timed, repeats).items():
            total[name] += count * best
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokens", type=int, default=1024)
    parser.add_argument("--width", type=int, default=1024, help="of the model; a multiple of 256 (default: 1024)")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--target", choices=("cpu", "nvvm"), default="cpu")
    options = parser.parse_args()
    if options.width < 256 or options.width % 256 or options.tokens < 1 or options.repeats < 1:
        parser.error("expected a width that is a multiple of 256, and at least one token and one repeat")
    total = measure(options.tokens, options.width, options.repeats, options.target)
    print(f"{'backward products':24} {'paper, tokens/s':>16} {'ours, tokens/s':>16}")
    for name, time_of_all in total.items():
        print(f"{name:24} {PAPER[name]:16d} {options.tokens / time_of_all:16.0f}")
    for a, b in RATIOS:
        print(f"{a + ' over ' + b:24} {PAPER[a] / PAPER[b]:16.3f} {total[b] / total[a]:16.3f}")


if __name__ == "__main__":
    main()
