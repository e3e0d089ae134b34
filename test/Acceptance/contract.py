"""`mxc quantize` on both targets against the model, bit for bit: formats, rules, roundings, random bits, tails,
transforms and hostile data."""
# RUN: %python %s

import itertools

import model
import numpy as np
from tools import TARGETS, Counter, Folder, mxc_quantize, same_bits

F32 = np.float32


def hostile(rng, shape):
    """The whole exponent range, and every special value in some block."""
    x = np.ldexp(rng.standard_normal(shape), rng.integers(-148, 127, shape)).astype(F32)
    flat = x.reshape(-1)
    specials = [0.0, -0.0, 1e-45, -1e-45, 3.4028235e38, -3.4028235e38, 1.1754944e-38, 6.0, 448.0, 2.0**-127]
    flat[: len(specials)] = specials
    return x


def with_nonfinite(rng, shape):
    x = rng.standard_normal(shape).astype(F32)
    x[0, 3], x[1, 5], x[2, 1] = np.nan, np.inf, -np.inf
    x[3] = 0
    return x


def cases():
    rng = np.random.default_rng(7)
    data = {"normal": rng.standard_normal((5, 100)).astype(F32), "hostile": hostile(rng, (6, 77)),
            "nonfinite": with_nonfinite(rng, (4, 64)), "one": np.array([[F32(1.7)]])}
    e8m0 = ["mxfp4", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp8_e4m3", "mxfp8_e5m2", "mxint8"]
    roundings = ["nearest_even", "nearest_away", "toward_zero", "stochastic"]
    for name, rule, (what, x) in itertools.product(e8m0, ["floor", "ceil", "rceil", "even"], data.items()):
        if name != "mxint8" or rule != "even":
            yield name, model.NAMED[name], x, dict(rule=rule), f"{name} {rule} {what}"
    for name, rounding in itertools.product(e8m0 + ["nvfp4"], roundings):
        x = data["normal"] if name == "nvfp4" else data["hostile"]
        yield name, model.NAMED[name], x, dict(rounding=rounding, seed=2**40 + 3, stream=11), f"{name} {rounding}"
    for r, name in itertools.product((8, 16, 24), ("mxfp4", "mxfp8_e4m3")):
        options = dict(rounding="stochastic", r=r, seed=9, stream=2, prescale=0.75)
        yield name, model.NAMED[name], data["normal"], options, f"{name} SR {r} bits, prescale"
    for g in (2, 16, 64, 1024):
        options = dict(rounding="stochastic", seed=5, stream=1, sign_stream=3, hadamard_size=g)
        yield "mxfp4", model.NAMED["mxfp4"], data["normal"], options, f"Hadamard {g}"
    for what in ("normal", "nonfinite", "one"):
        yield "nvfp4", model.NAMED["nvfp4"], data[what], {}, f"nvfp4 {what}"
    yield from element_rules(data)
    generic = [("!mx.float<3, 4, ieee>", model.Float(3, 4, "ieee")), ("!mx.float<1, 2>", model.Float(1, 2)),
               ("!mx.float<4, 5, fn>", model.Float(4, 5, "fn")), ("!mx.float<5, 10, ieee>", model.Float(5, 10, "ieee")),
               ("!mx.float<0, 3>", model.Float(0, 3)), ("f6E3M2FN", model.E3M2)]
    blocks = [("[16, 16]", (16, 16)), ("[4, 8]", (4, 8)), ("[full]", (1, "full")), ("[full, full]", ("full", "full")),
              ("[7]", (1, 7))]
    scales = [("f8E8M0FNU", "e8m0"), ("f32", "f32"), ("f8E4M3FN", model.E4M3),
              ("!mx.float<5, 3, fn, unsigned>", model.UE5M3)]
    for (element, e), (block, b), (scale, s) in itertools.product(generic, blocks, scales):
        form = f"!mx.scaled<{element}, {scale}, {block}>"
        yield form, model.Format(e, s, b), data["normal"], {}, form


def element_rules(data):
    """Scales that follow from every element, and headroom (contract 26-29)."""
    for what, x in data.items():
        yield "mxfp4", model.NAMED["mxfp4"], x, dict(rule="quest"), f"quest {what}"
        for rule in ("headroom", "four_over_six"):
            yield "nvfp4", model.NAMED["nvfp4"], x, dict(rule=rule), f"{rule} {what}"
        options = dict(rule="ms_eden", seed=2**50 + 1, stream=4)
        yield "nvfp4", model.NAMED["nvfp4"], x, options, f"ms_eden {what}"
    for r in (8, 24):
        options = dict(rule="ms_eden", seed=8, stream=1, r=r)
        yield "nvfp4", model.NAMED["nvfp4"], data["normal"], options, f"ms_eden {r} bits"
    tile = "!mx.scaled<f4E2M1FN, f8E4M3FN, [16, 16], tensor_scale = f32>"
    tile_format = model.Format(model.E2M1, model.E4M3, (16, 16), True)
    for rule in ("four_over_six", "headroom"):
        yield tile, tile_format, data["normal"], dict(rule=rule), f"{rule} tiles"
    options = dict(rule="headroom", rounding="stochastic", seed=3, stream=2)
    yield "nvfp4", model.NAMED["nvfp4"], data["normal"], options, "headroom SR"
    block = "!mx.scaled<f4E2M1FN, f8E8M0FNU, [4, 8]>"
    yield block, model.Format(model.E2M1, "e8m0", (4, 8)), data["normal"], dict(rule="quest"), "quest tiles"


def flags(options):
    names = {"rule": "scale-rule", "r": "random-bits", "hadamard_size": "hadamard", "sign_stream": "sign-stream"}
    return [f"--{names.get(key, key)}={value}" for key, value in options.items()]


def main():
    counter = Counter()
    counter.check(model.self_test() > 0, "the model's own checks")
    folder = Folder()
    with folder:
        for form, fmt, x, options, what in cases():
            expected = model.quantize(x, fmt, **options)
            for target in TARGETS:
                found = mxc_quantize(folder, x, target, f"--format={form}", *flags(options))
                label = f"{target}: {what}"
                counter.check(same_bits(found["codes"].astype(np.int64), expected.codes.astype(np.int64)), label + " codes")
                scale = expected.scale.astype(F32) if fmt.scale == "f32" else expected.scale.astype(np.uint8)
                counter.check(same_bits(found["scale"], scale), label + " scales")
                if fmt.tensor_scale:
                    counter.check(same_bits(found["tensor_scale"], np.asarray(expected.tensor_scale, F32)),
                                  label + " tensor scale")
    counter.finish("quantised arrays equal to the model")


if __name__ == "__main__":
    main()
