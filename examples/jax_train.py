"""A train step in JAX with its backward products in MXFP4: python3 jax_train.py [--recipe=NAME] [--steps=N]."""

import argparse

import jax
import jax.numpy as jnp
import mxc.jax

TOKENS, WIDTH, HEADS, LENGTH, BATCH = 64, 64, 4, 32, 4


def init(key):
    keys = iter(jax.random.split(key, 16))

    def matrix(*shape):
        return jax.random.normal(next(keys), shape) * shape[-2] ** -0.5

    def block():
        return {
            "qkv": matrix(3, WIDTH, WIDTH),
            "out": matrix(WIDTH, WIDTH),
            "up": matrix(WIDTH, 2 * WIDTH),
            "down": matrix(2 * WIDTH, WIDTH),
        }

    return {"embedding": matrix(TOKENS, WIDTH), "blocks": [block(), block()], "head": matrix(WIDTH, TOKENS)}


def norm(x):
    return x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + 1e-6)


def block(p, x):
    h = norm(x)
    q, k, v = ((h @ w).reshape(*x.shape[:2], HEADS, -1) for w in p["qkv"])
    attention = jax.nn.dot_product_attention(q, k, v, is_causal=True).reshape(x.shape)
    x = x + attention @ p["out"]
    return x + jax.nn.gelu(norm(x) @ p["up"]) @ p["down"]


def loss(params, tokens):
    x = params["embedding"][tokens[:, :-1]]
    for p in params["blocks"]:
        x = block(p, x)
    scores = jax.nn.log_softmax(norm(x) @ params["head"])
    return -jnp.take_along_axis(scores, tokens[:, 1:, None], -1).mean()


def step(params, tokens):
    value, gradient = jax.value_and_grad(loss)(params, tokens)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, gradient), value


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="mxfp4_backward")
    parser.add_argument("--steps", type=int, default=10)
    arguments = parser.parse_args()
    params = init(jax.random.key(0))
    tokens = (jnp.arange(LENGTH + 1) * 3 + jnp.arange(BATCH)[:, None]) % TOKENS
    ours = mxc.jax.jit(step, recipe=arguments.recipe, donate_argnums=0)
    print(ours.explain(params, tokens))
    for number in range(arguments.steps):
        params, value = ours(params, tokens)
        print(f"step {number}: loss {value:.4f}")


if __name__ == "__main__":
    main()
