"""Inferred roles against truth written by hand from what each front end's train step computes; for JAX also with
locations stripped."""
# RUN: %python %s

import re

from tools import EXAMPLES, Counter, run

# The products of each file in its order: Y = X·W for both layers, then the backward ones.
JAX = ["forward", "forward", "wgrad", "dgrad", "wgrad", "dgrad"]
TORCH = ["forward", "forward", "dgrad", "wgrad", "dgrad", "wgrad"]
TRUTH = {
    "jax_mlp_train": JAX, "jax_mlp_train.loc": JAX, "jax_iree_mlp_train": JAX, "jax_iree_mlp_train.loc": JAX,
    "torch_mlp_train.linalg": TORCH, "torch_mlp_train.tosa": TORCH,
    "jax_mlp_fwd": ["forward"] * 2, "jax_iree_mlp_fwd": ["forward"] * 2, "torch_mlp.linalg": ["forward"] * 2,
    "torch_mlp.tosa": ["forward"] * 2, "torch_mm.linalg": ["forward"], "torch_mm.tosa": ["forward"],
}


def roles(file, *options):
    result = run("mx-opt", f"{EXAMPLES}/{file}.mlir", "--mx-imported-pipeline", *options, "--mx-infer-roles")
    return re.findall(r'mx\.role = "(\w+)"', result.stdout)


def main():
    counter = Counter()
    for file, truth in TRUTH.items():
        counter.check(roles(file) == truth, f"{file}: {roles(file)}")
        counter.check(roles(file, "--strip-debuginfo") == truth, f"{file} without locations")
    counter.finish("roles equal to the truth")


main()
