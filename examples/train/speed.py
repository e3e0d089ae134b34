"""Times a step of train.py's on a GPU beside JAX's own: python3 speed.py gpt.mlir --recipes none mxfp4_backward.

Needs torch, and JAX with CUDA for the last line, which runs model.py's function of the same sizes under jax.jit in
bfloat16. Every program does all steps of a call with its arrays in the memory of the GPU; the median of the calls.
"""

import argparse
import functools
import statistics
import time

import numpy as np

import train


def inputs(about):
    """Weights and batches of any values: they decide no time."""
    generator = np.random.default_rng(0)
    size = -(-sum(int(np.prod(shape)) for _, shape, _ in about["parameters"]) // 256) * 256
    state = np.zeros((3, size), np.float32)
    state[0] = 0.02 * generator.standard_normal(size, np.float32)
    tokens = generator.integers(0, 256, (about["steps"], about["batch"], about["length"] + 1)).astype(np.int32)
    return state, tokens, np.tile(np.float32([1e-3, 1, 1]), (about["steps"], 1))


def median_of(call, wait, count):
    """Seconds of one call of `count`, after one that compiles."""
    wait(call())
    times = []
    for _ in range(count):
        start = time.perf_counter()
        wait(call())
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def our_time(path, recipe, count):
    import torch

    model = train.Model(path, recipe, "nvvm")
    arrays = [model.place(array) for array in inputs(model.about)]
    return median_of(lambda: model.train(*arrays, seed=1), lambda _: torch.cuda.synchronize(), count)


def jax_time(about, count):
    import jax

    import model

    config = model.Config(**{name: about[name] for name in ("width", "layers", "heads", "length", "batch", "steps")})
    step = jax.jit(functools.partial(model.train, config))
    arrays = [jax.device_put(array) for array in inputs(about)]
    return median_of(lambda: step(*arrays), jax.block_until_ready, count)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="what model.py wrote")
    parser.add_argument("--recipes", nargs="*", default=["none", "mxfp4_backward", "mxfp4_training"])
    parser.add_argument("--calls", type=int, default=5, help="default 5")
    parser.add_argument("--jax", action="store_true", help="JAX's own step, too")
    options = parser.parse_args()
    about = train.read_about(options.model)
    tokens = about["batch"] * about["length"]
    rows = [(f"ours, {recipe}", functools.partial(our_time, options.model, recipe)) for recipe in options.recipes]
    if options.jax:
        rows.append(("jax.jit, bf16", functools.partial(jax_time, about)))
    for name, measure in rows:
        seconds = measure(options.calls) / about["steps"]
        print(f"width {about['width']}, {about['layers']} layers, {tokens} tokens: {name}: {1e3 * seconds:.2f} ms a step, {tokens / seconds:.0f} tokens/s", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
