"""A GPT and its optimiser in JAX, written once as MLIR: python3 model.py --width=128 --layers=2 -o gpt.mlir.

The file has two modules, which train.py compiles with a recipe and runs without JAX:

    train(state [3, P] f32, tokens [S, B, T + 1] i32, rates [S, 3] f32) -> (state, losses [S] f32)
    evaluate(state [3, P] f32, tokens [S, B, T + 1] i32) -> losses [S] f32

state is the parameters and AdamW's two moments, each as one vector in the order of the list of parameters
in the file's first line. rates[s] is the learning rate and the corrections 1/(1 - b1^t), 1/(1 - b2^t) of step s.
Matrix products take bfloat16 and sum in float32; weights, moments, norms, softmax and loss are float32.
"""

import argparse
import dataclasses
import functools
import json
import math
import os
import re

import jax
import jax.numpy as jnp
import mxc.jax

VOCABULARY = 256  # bytes
ROW = 256  # the state is a multiple of so many floats, which sums over it go by
BETA1, BETA2, EPSILON, DECAY, CLIP = 0.9, 0.95, 1e-8, 0.1, 1.0


@dataclasses.dataclass(frozen=True)
class Config:
    width: int  # d
    layers: int
    heads: int
    length: int  # T, tokens a sequence
    batch: int  # B, sequences a step
    steps: int  # S, steps a call

    def parameters(self):
        """[name, shape, standard deviation at the start] of each, in the order of the state."""
        d, deep = self.width, (2 * self.layers) ** -0.5
        found = [["embedding", [VOCABULARY, d], 1.0], ["positions", [self.length, d], 0.1]]
        for i in range(self.layers):
            found += [
                [f"layer{i}.qkv", [d, 3 * d], d**-0.5],
                [f"layer{i}.out", [d, d], d**-0.5 * deep],
                [f"layer{i}.up", [d, 4 * d], d**-0.5],
                [f"layer{i}.down", [4 * d, d], (4 * d) ** -0.5 * deep],
            ]
        return found + [["head", [d, VOCABULARY], d**-0.5]]

    def size(self):
        """Floats in the vector of parameters, with the zeros at its end."""
        count = sum(rows * columns for _, (rows, columns), _ in self.parameters())
        return -(-count // ROW) * ROW


def unpack(config, vector):
    parameters, start = {}, 0
    for name, (rows, columns), _ in config.parameters():
        parameters[name] = vector[start : start + rows * columns].reshape(rows, columns)
        start += rows * columns
    return parameters


def pack(config, parameters):
    parts = [parameters[name].reshape(-1) for name, _, _ in config.parameters()]
    filled = sum(part.size for part in parts)
    return jnp.concatenate(parts + [jnp.zeros(config.size() - filled)])


def norm(x):
    """RMSNorm without gains, for a product: in float32, rounded to bfloat16."""
    return (x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + 1e-5)).astype(jnp.bfloat16)


def matmul(x, w):
    return x @ w.astype(jnp.bfloat16)


def one_hot(tokens, dtype):
    return jax.nn.one_hot(tokens.reshape(-1), VOCABULARY, dtype=dtype)


def attention(config, x):
    """Causal attention of q, k and v side by side: [B·T, 3d] to [B·T, d]."""
    b, t = config.batch, config.length
    q, k, v = x.reshape(b, t, 3, config.heads, -1).transpose(2, 0, 3, 1, 4)
    scores = jnp.einsum("bhqd,bhkd->bhqk", q, k).astype(jnp.float32) * (config.width // config.heads) ** -0.5
    scores = jnp.where(jnp.arange(t)[:, None] >= jnp.arange(t), scores, -1e30)
    weights = jax.nn.softmax(scores).astype(jnp.bfloat16)
    return jnp.einsum("bhqk,bhkd->bhqd", weights, v).transpose(0, 2, 1, 3).reshape(b * t, -1)


def loss(config, p, tokens):
    """The mean cross entropy, in nats a byte, of each byte given those before it."""
    places = jnp.tile(p["positions"], (config.batch, 1))
    with jax.named_scope("embedding"):
        x = matmul(one_hot(tokens[:, :-1], jnp.bfloat16), p["embedding"]).astype(jnp.float32) + places
    for i in range(config.layers):
        mixed = attention(config, matmul(norm(x), p[f"layer{i}.qkv"]))
        x = x + matmul(mixed, p[f"layer{i}.out"]).astype(jnp.float32)
        h = jax.nn.gelu(matmul(norm(x), p[f"layer{i}.up"]).astype(jnp.float32)).astype(jnp.bfloat16)
        x = x + matmul(h, p[f"layer{i}.down"]).astype(jnp.float32)
    with jax.named_scope("head"):
        logits = matmul(norm(x), p["head"]).astype(jnp.float32)
    return -jnp.mean(jnp.sum(one_hot(tokens[:, 1:], jnp.float32) * jax.nn.log_softmax(logits), -1))


def adamw(state, gradient, rates):
    """One step, the gradient clipped to length 1. [3, P], [P], [3] to [3, P]."""
    length = jnp.sqrt(jnp.sum(jnp.sum(jnp.square(gradient.reshape(-1, ROW)), 1)))
    gradient = gradient * jnp.minimum(1.0, CLIP / (length + 1e-6))
    p = state[0]
    m = BETA1 * state[1] + (1 - BETA1) * gradient
    v = BETA2 * state[2] + (1 - BETA2) * gradient * gradient
    change = m * rates[1] / (jnp.sqrt(v * rates[2]) + EPSILON) + DECAY * p
    return jnp.stack([p - rates[0] * change, m, v])


def train(config, state, tokens, rates):
    """S steps of the optimiser, a batch each."""

    def step(state, batch):
        tokens, rates = batch
        value, gradient = jax.value_and_grad(lambda p: loss(config, p, tokens))(unpack(config, state[0]))
        return adamw(state, pack(config, gradient), rates), value

    return jax.lax.scan(step, state, (tokens, rates))


def evaluate(config, state, tokens):
    """The losses of S batches."""
    p = unpack(config, state[0])
    return jax.lax.scan(lambda _, batch: ((), loss(config, p, batch)), (), tokens)[1]


def lower(config, function, shapes, places):
    """A function of JAX in MLIR, which names no folder of this machine."""
    text = mxc.jax.jit(functools.partial(function, config)).mlir(*shapes)
    if not places:
        return re.sub(r' loc\((?:"[^"]*"|#?\w+|\(#\w+\))+\)|^#loc.*\n', "", text, flags=re.MULTILINE)
    return re.sub(r'"[^"]*/([^"/]+\.py)"', r'"\1"', text)


def module(config, places):
    """The text of the file: its first line describes it, a line of dashes is between the modules."""
    state = jax.ShapeDtypeStruct((3, config.size()), jnp.float32)
    tokens = jax.ShapeDtypeStruct((config.steps, config.batch, config.length + 1), jnp.int32)
    rates = jax.ShapeDtypeStruct((config.steps, 3), jnp.float32)
    about = dict(dataclasses.asdict(config), parameters=config.parameters(), beta1=BETA1, beta2=BETA2)
    modules = [lower(config, train, (state, tokens, rates), places), lower(config, evaluate, (state, tokens), places)]
    return f"// {json.dumps(about)}\n" + "// -----\n".join(modules)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    defaults = {"width": 128, "layers": 2, "heads": 4, "length": 128, "batch": 8, "steps": 10}
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=value, help=f"default {value}")
    parser.add_argument("-o", "--output", required=True, metavar="FILE.mlir")
    parser.add_argument("--no-places", action="store_true", help="a smaller file: products have no names that recipes exclude")
    options = vars(parser.parse_args())
    places = not options.pop("no_places")
    output = options.pop("output")
    config = Config(**options)
    if config.width % config.heads:
        parser.error(f"expected a width that is a multiple of {config.heads} heads; found {config.width}")
    with open(output + ".tmp", "w", encoding="utf-8") as file:
        file.write(module(config, places))
    os.replace(output + ".tmp", output)
    inner = sum(math.prod(shape) for name, shape, _ in config.parameters() if name.startswith("layer"))
    print(f"{output}: {inner} parameters in products of layers, {config.size()} in all")


if __name__ == "__main__":
    main()
