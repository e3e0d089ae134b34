"""Train steps as users of JAX write them: each function gives a step and its arguments."""

import functools
import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

BATCH, LENGTH, WIDTH, HEADS, TOKENS, HIDDEN = 2, 16, 32, 4, 48, 64
_keys = iter(jax.random.split(jax.random.key(1), 200))
STEPS = {}


def step_of(function):
    STEPS[function.__name__] = function
    return function


def matrix(*shape, scale=None):
    return jax.random.normal(next(_keys), shape) * (scale or shape[-2] ** -0.5)


def descend(loss, rate=0.1, **options):
    def step(params, *arguments):
        value, gradient = jax.value_and_grad(loss, **options)(params, *arguments)
        return jax.tree.map(lambda p, g: p - rate * g, params, gradient), value

    return step


tokens = jax.random.randint(next(_keys), (BATCH, LENGTH + 1), 0, TOKENS)


class Layer(NamedTuple):
    first: Any
    qkv: Any
    out: Any
    second: Any
    up: Any
    bias: Any
    down: Any


def layer_norm(p, x):
    return (x - x.mean(-1, keepdims=True)) / jnp.sqrt(x.var(-1, keepdims=True) + 1e-5) * p[0] + p[1]


def dropout(key, x, rate=0.1):
    return jnp.where(jax.random.bernoulli(key, 1 - rate, x.shape), x / (1 - rate), 0)


@step_of
def gpt_with_dropout():
    """Post-attention dropout, a tied embedding, one_hot cross entropy, momentum, a key that goes round."""

    def loss(p, key, tokens):
        x = dropout(key, jnp.take(p["tokens"], tokens[:, :-1], axis=0) + p["places"])
        mask = jnp.tril(jnp.ones((LENGTH, LENGTH), bool))
        for layer in p["layers"]:
            key, first, second, third = jax.random.split(key, 4)
            parts = jnp.split(layer_norm(layer.first, x) @ layer.qkv, 3, axis=-1)
            q, k, v = (a.reshape(BATCH, LENGTH, HEADS, -1).transpose(0, 2, 1, 3) for a in parts)
            scores = jnp.einsum("bhqd,bhkd->bhqk", q, k) / math.sqrt(WIDTH // HEADS)
            attention = dropout(first, jax.nn.softmax(jnp.where(mask, scores, -jnp.inf), -1))
            mixed = jnp.einsum("bhqk,bhkd->bhqd", attention, v).transpose(0, 2, 1, 3).reshape(x.shape)
            x = x + dropout(second, mixed @ layer.out)
            x = x + dropout(third, jax.nn.gelu(layer_norm(layer.second, x) @ layer.up + layer.bias) @ layer.down)
        scores = jax.nn.log_softmax(x @ p["tokens"].T)
        return -(jax.nn.one_hot(tokens[:, 1:], TOKENS) * scores).sum(-1).mean()

    def step(params, momentum, key, tokens):
        key, use = jax.random.split(key)
        value, gradient = jax.value_and_grad(loss)(params, use, tokens)
        momentum = jax.tree.map(lambda m, g: 0.9 * m + g, momentum, gradient)
        return jax.tree.map(lambda p, m: p - 0.01 * m, params, momentum), momentum, key, value

    def layer():
        norm = (jnp.ones(WIDTH), jnp.zeros(WIDTH))
        return Layer(norm, matrix(WIDTH, 3 * WIDTH), matrix(WIDTH, WIDTH), norm, matrix(WIDTH, HIDDEN), jnp.zeros(HIDDEN), matrix(HIDDEN, WIDTH))  # fmt: skip

    params = {"tokens": matrix(TOKENS, WIDTH), "places": matrix(LENGTH, WIDTH, scale=0.1), "layers": [layer(), layer()]}
    return step, (params, jax.tree.map(jnp.zeros_like, params), jax.random.key(3), tokens)


def rms(w, x):
    wide = x.astype(jnp.float32)
    return (wide * lax.rsqrt(jnp.mean(jnp.square(wide), -1, keepdims=True) + 1e-6)).astype(x.dtype) * w


def rotate(x):
    angle = jnp.arange(x.shape[1])[:, None] * 10000.0 ** (-jnp.arange(0, x.shape[-1], 2) / x.shape[-1])
    cos, sin = jnp.cos(angle)[:, None], jnp.sin(angle)[:, None]
    a, b = x[..., ::2], x[..., 1::2]
    return jnp.stack([a * cos - b * sin, a * sin + b * cos], -1).reshape(x.shape).astype(x.dtype)


def llama(p, tokens):
    """RMSNorm, rotary embedding, grouped queries, SwiGLU; layers under scan and checkpoint."""
    mask = jnp.arange(LENGTH)[:, None] >= jnp.arange(LENGTH)

    def layer(x, w):
        h = rms(w["first"], x)
        q = rotate((h @ w["q"]).reshape(BATCH, LENGTH, HEADS, -1))
        k, v = ((h @ w[name]).reshape(BATCH, LENGTH, HEADS // 2, -1) for name in "kv")
        k, v = (jnp.repeat(a, 2, axis=2) for a in (rotate(k), v))
        scores = jnp.einsum("bqhd,bkhd->bhqk", q, k, preferred_element_type=jnp.float32) * q.shape[-1] ** -0.5
        attention = jax.nn.softmax(jnp.where(mask, scores, jnp.finfo(jnp.float32).min)).astype(x.dtype)
        x = x + jnp.einsum("bhqk,bkhd->bqhd", attention, v).reshape(x.shape) @ w["out"]
        h = rms(w["second"], x)
        return x + (jax.nn.silu(h @ w["gate"]) * (h @ w["up"])) @ w["down"], None

    x, _ = lax.scan(jax.checkpoint(layer), p["tokens"][tokens[:, :-1]], p["layers"])
    scores = jax.nn.log_softmax((rms(p["norm"], x) @ p["head"]).astype(jnp.float32))
    return -jnp.take_along_axis(scores, tokens[:, 1:, None], -1).mean()


def llama_params():
    shapes = {"q": (WIDTH, WIDTH), "k": (WIDTH, WIDTH // 2), "v": (WIDTH, WIDTH // 2), "out": (WIDTH, WIDTH),
              "gate": (WIDTH, HIDDEN), "up": (WIDTH, HIDDEN), "down": (HIDDEN, WIDTH)}  # fmt: skip
    layers = {name: matrix(2, *shape) for name, shape in shapes.items()}
    layers.update(first=jnp.ones((2, WIDTH)), second=jnp.ones((2, WIDTH)))
    return {"tokens": matrix(TOKENS, WIDTH), "norm": jnp.ones(WIDTH), "head": matrix(WIDTH, TOKENS), "layers": layers}


@step_of
def llama_with_adamw():
    try:
        import optax
    except ImportError:
        return descend(llama), (llama_params(), tokens)
    schedule = optax.warmup_cosine_decay_schedule(1e-4, 1e-3, 10, 100)
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, eps=1e-3, weight_decay=0.1))

    def step(params, state, tokens):
        value, gradient = jax.value_and_grad(llama)(params, tokens)
        updates, state = optimizer.update(gradient, state, params)
        return optax.apply_updates(params, updates), state, {"loss": value, "norm": optax.global_norm(gradient)}

    params = llama_params()
    return step, (params, optimizer.init(params), tokens)


@step_of
def convolutions():
    """Strided, grouped and transposed convolutions, pooling, batch norm with running statistics."""
    numbers = ("NCHW", "OIHW", "NCHW")

    def loss(p, state, x, labels):
        x = lax.conv_general_dilated(x, p["first"], (1, 1), "SAME", dimension_numbers=numbers)
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        state = {"mean": 0.9 * state["mean"] + 0.1 * mean, "var": 0.9 * state["var"] + 0.1 * var}
        x = jax.nn.relu((x - mean[:, None, None]) * lax.rsqrt(var + 1e-5)[:, None, None] * p["gain"][:, None, None])
        x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")
        x = jax.nn.relu(lax.conv_general_dilated(x, p["second"], (2, 2), "SAME", dimension_numbers=numbers))
        x = lax.conv_general_dilated(x, p["depth"], (1, 1), "SAME", dimension_numbers=numbers, feature_group_count=16)
        scores = jax.nn.log_softmax(x.mean((2, 3)) @ p["head"])
        return -scores[jnp.arange(4), labels].mean(), state

    params = {"first": matrix(8, 3, 3, 3, scale=0.2), "second": matrix(16, 8, 3, 3, scale=0.1), "depth": matrix(16, 1, 3, 3, scale=0.3),
              "gain": jnp.ones(8), "head": matrix(16, 10)}  # fmt: skip
    state = {"mean": jnp.zeros(8), "var": jnp.ones(8)}
    return descend(loss, has_aux=True), (params, state, matrix(4, 3, 12, 12, scale=1.0), jnp.array([3, 1, 4, 1]))


@step_of
def lstm():
    def loss(p, xs, labels):
        def cell(state, x):
            h, c = state
            i, f, g, o = jnp.split(x @ p["x"] + h @ p["h"] + p["b"], 4, -1)
            c = jax.nn.sigmoid(f + 1) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        zero = jnp.zeros((4, 32))
        _, hs = lax.scan(cell, (zero, zero), xs)
        return -jnp.take_along_axis(jax.nn.log_softmax(hs @ p["head"]), labels[..., None], -1).mean()

    params = {"x": matrix(16, 128), "h": matrix(32, 128), "b": jnp.zeros(128), "head": matrix(32, 8)}
    return descend(loss), (params, matrix(10, 4, 16, scale=1.0), jax.random.randint(next(_keys), (10, 4), 0, 8))


@step_of
def mixture_of_experts():
    """top_k routing, places by running sums, one_hot dispatch."""

    def loss(p, x):
        chances = jax.nn.softmax(x @ p["router"])
        weights, which = lax.top_k(chances, 2)
        chosen = jax.nn.one_hot(which, 4)
        place = jnp.cumsum(chosen.reshape(-1, 4), 0).reshape(chosen.shape) * chosen - 1
        slot = jax.nn.one_hot(jnp.where((place < 12) & (place >= 0), place, -1).astype(int), 12) * chosen[..., None]
        gate = (slot * (weights / weights.sum(-1, keepdims=True))[..., None, None]).sum(1)
        inputs = jnp.einsum("nec,nd->ecd", slot.sum(1), x)
        hidden = jax.nn.gelu(jnp.einsum("ecd,edf->ecf", inputs, p["up"]), approximate=False)
        y = jnp.einsum("nec,ecd->nd", gate, jnp.einsum("ecf,efd->ecd", hidden, p["down"]))
        return ((y - x) ** 2).mean() + 0.01 * (chances.mean(0) * chosen.sum(1).mean(0)).sum()

    params = {"router": matrix(WIDTH, 4), "up": matrix(4, WIDTH, HIDDEN), "down": matrix(4, HIDDEN, WIDTH)}
    return descend(loss), (params, matrix(24, WIDTH, scale=1.0))


@step_of
def state_space():
    """associative_scan, complex numbers, a straight-through estimator."""

    @jax.custom_vjp
    def rounded(x):
        return jnp.round(x * 8) / 8

    rounded.defvjp(lambda x: (rounded(x), jnp.abs(x) < 1), lambda kept, g: (jnp.where(kept, g, 0),))

    def loss(p, x):
        decay = jnp.exp(jax.nn.softplus(x @ rounded(p["time"]))[..., None] * -jnp.exp(p["decay"]))
        inputs = (x @ p["in"])[:, :, None] * x[..., None]
        _, h = lax.associative_scan(lambda a, b: (a[0] * b[0], b[0] * a[1] + b[1]), (decay, inputs), axis=1)
        y = jnp.einsum("btdn,btn->btd", h, x @ p["out"])
        turned = lax.complex(y[..., ::2], y[..., 1::2]) * jnp.exp(0.1j * jnp.arange(LENGTH))[:, None]
        return jnp.mean((turned.real - jnp.roll(x, 1, 1)[..., ::2]) ** 2) + jnp.mean(turned.imag**2)

    params = {"time": matrix(WIDTH, WIDTH), "decay": matrix(WIDTH, 8, scale=0.1), "in": matrix(WIDTH, 8), "out": matrix(WIDTH, 8)}
    return descend(loss), (params, matrix(BATCH, LENGTH, WIDTH, scale=1.0))


@step_of
def sampling():
    """A cache written in place, nucleus and top_k sampling."""

    def step(p, cache, token, place, key):
        x = p["tokens"][token]
        cache = lax.dynamic_update_slice(cache, jnp.stack([x @ p["k"], x @ p["v"]])[:, :, None], (0, 0, place, 0))
        scores = jnp.where(jnp.arange(LENGTH) <= place, jnp.einsum("bd,btd->bt", x, cache[0]), -1e30)
        logits = (x + jnp.einsum("bt,btd->bd", jax.nn.softmax(scores), cache[1])) @ p["head"]
        falling = jnp.sort(logits)[:, ::-1]
        count = (jnp.cumsum(jax.nn.softmax(falling), -1) < 0.9).sum(-1, keepdims=True)
        cut = jnp.maximum(jnp.take_along_axis(falling, count, -1), lax.top_k(logits, 10)[0][:, -1:])
        key, use = jax.random.split(key)
        return cache, jax.random.categorical(use, jnp.where(logits < cut, -jnp.inf, logits)), place + 1, key

    params = {"tokens": matrix(TOKENS, WIDTH), "k": matrix(WIDTH, WIDTH), "v": matrix(WIDTH, WIDTH), "head": matrix(WIDTH, TOKENS)}
    return step, (params, jnp.zeros((2, BATCH, LENGTH, WIDTH)), jnp.array([3, 5]), jnp.int32(4), jax.random.key(5))


@functools.lru_cache(maxsize=None)
def made(name):
    return STEPS[name]()
