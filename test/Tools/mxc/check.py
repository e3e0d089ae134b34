"""mxc check on dumps of other libraries, and of numpy models written from their published formulas."""

import json
import sys

import gfloat
import gfloat.formats
import ml_dtypes
import numpy as np
import safetensors.numpy
from Acceptance import model
from Acceptance.tools import Counter, Folder, mxc_quantize, run

F32 = np.float32


class Checker:
    def __init__(self, folder):
        self.folder, self.counter = folder, Counter()

    def report(self, arrays, *options):
        np.savez(self.folder.path("d.npz"), **arrays)
        result = run("mxc", "check", self.folder.path("d.npz"), "--json", *options, check=False)
        if result.stderr:
            raise SystemExit(f"{options}: {result.stderr}")
        report = json.loads(result.stdout)
        self.counter.check((result.returncode == 0) == (report["verdict"] == "follows"), "exit status")
        return report

    def expect(self, what, arrays, rule, rounding, *options, peer=None, alone=False, element=None, **rest):
        """The dump follows `rule` entirely; `alone`: and no other."""
        report = self.report(arrays, *options)
        found = report["rule"]
        named = [(found["scale_rule"], found["rounding"], found["peer"])]
        named += [(fit["scale_rule"], fit["rounding"], fit["peer"]) for fit in report["rules"]
                  if fit["scales_differ"] == fit["codes_differ"] == 0 and not fit["tensor_scale_differs"]]
        good = report["verdict"] == "follows" and any(
            n[0] == rule and n[1] == rounding and (peer is None or n[2] == peer) for n in named)
        if alone:
            good &= not report["also"] and (found["scale_rule"], found["rounding"]) == (rule, rounding)
        if element:
            good &= report["element"] == element
        good &= all(report.get(key, found.get(key)) == value for key, value in rest.items())
        self.counter.check(good, f"{what}: expected {rule}, {rounding}; found {report['verdict']} {named[0]} {report['also']}")
        return report

    def fails(self, what, message, arrays, *options):
        np.savez(self.folder.path("d.npz"), **arrays)
        result = run("mxc", "check", self.folder.path("d.npz"), *options, check=False)
        self.counter.check(result.returncode == 1 and message in result.stderr, f"{what}: {result.stderr}")


def ordinary(random, shape=(48, 64)):
    """bf16 numbers, so that ties occur, in blocks of many sizes with largest numbers at thresholds."""
    x = random.standard_normal(shape) * np.exp2(random.integers(-8, 8, (shape[0], 1)))
    x[:8] = np.exp2(random.integers(-3, 4, (8, shape[1]))) * random.choice([1, -1, 1.75, 1.5, 1.25, 0.9375], (8, shape[1]))
    x[:, ::32] = x[:, ::32] * 0 + np.exp2(random.integers(2, 6, (shape[0], 1))) * (
        1 + random.integers(0, 16, x[:, ::32].shape) / 16)
    return x.astype(ml_dtypes.bfloat16).astype(F32)


def torchao(checker, path):
    data = np.load(path)
    elements = {"e2m1": "f4E2M1FN", "e2m3": "f6E2M3FN", "e3m2": "f6E3M2FN", "e4m3": "f8E4M3FN", "e5m2": "f8E5M2"}
    for case in sorted(name[: -len("_codes")] for name in data.files if name.endswith("_codes")):
        source, element, rule = (case.split("_") + ["floor"])[:3]
        arrays = {"x": data[source], "codes": data[case + "_codes"], "scale": data[case + "_scale"]}
        if case + "_tensor_scale" in data.files:
            arrays["tensor_scale"] = data[case + "_tensor_scale"]
        if element == "nvfp4":
            checker.expect(f"torchao {case}", arrays, "amax", "nearest_even", peer="pytorch/ao", levels=int(rule))
        elif element == "swizzled":
            checker.expect(f"torchao {case}", arrays, "floor", "nearest_even", "--scale-layout=128x4")
        else:
            checker.expect(f"torchao {case}", arrays, rule, "nearest_even", element=elements[element])


def gfloats(checker, x):
    formats = {"f4E2M1FN": gfloat.formats.format_info_ocp_e2m1, "f6E2M3FN": gfloat.formats.format_info_ocp_e2m3,
               "f8E4M3FN": gfloat.formats.format_info_ocp_e4m3, "i8": gfloat.formats.format_info_ocp_int8}
    modes = {"nearest_even": gfloat.RoundMode.TiesToEven, "nearest_away": gfloat.RoundMode.TiesToAway,
             "toward_zero": gfloat.RoundMode.TowardZero, "toward_negative": gfloat.RoundMode.TowardNegative,
             "toward_positive": gfloat.RoundMode.TowardPositive}
    x = x[:12]
    for element, info in formats.items():
        form = gfloat.BlockFormatInfo("mx", info, 32, gfloat.formats.format_info_ocp_e8m0)
        for rounding, mode in modes.items():
            codes, scales = [], []
            for block in x.reshape(-1, 32).astype(np.float64):
                scale = gfloat.compute_scale_amax(info.emax, block)
                code = list(gfloat.encode_block(form, scale, block / scale, mode))
                scales.append(code[0])
                codes.append(code[1:])
            arrays = {"x": x, "codes": np.uint8(codes).reshape(x.shape), "scale": np.uint8(scales).reshape(len(x), -1)}
            checker.expect(f"gfloat {element} {rounding}", arrays, "floor", rounding, element=element)


def microxcaling(x, mbits, ebits, emax, largest):
    """shared_exp and dequantised values: floor(log2), ties away from zero, all in f32."""
    blocks = x.reshape(-1, 32)
    amax = np.abs(blocks).max(1, keepdims=True)
    shared = np.floor(np.log2(np.where(amax == 0, F32(2.0**-126), amax))) - emax
    shared = np.maximum(shared, -127)
    a = blocks / np.exp2(shared)
    private = np.floor(np.log2(np.abs(a) + (a == 0)))
    private = np.maximum(private, 2 - 2 ** (ebits - 1)) if ebits else np.zeros_like(a)
    a = a / np.exp2(private) * F32(2.0 ** (mbits - 2))
    a = np.sign(a) * np.floor(np.abs(a) + F32(0.5))
    a = np.clip(a / F32(2.0 ** (mbits - 2)) * np.exp2(private), -largest, largest)
    return shared.astype(F32), (a * np.exp2(shared)).reshape(x.shape).astype(F32), a.reshape(x.shape)


def microxcalings(checker, x):
    edges = x.copy()
    edges[0, :4] = -0.0
    edges[1] = np.nextafter(F32(0.25), F32(0)) * 4
    edges[1, ::32] = 4
    edges[2, :32] = 0
    for element, mbits, ebits, emax, largest in (("f4E2M1FN", 3, 2, 2, 6), ("f6E2M3FN", 5, 2, 2, 7.5), ("f6E3M2FN", 4, 3, 4, 28),
                                                 ("f8E4M3FN", 5, 4, 8, 448), ("f8E5M2", 4, 5, 15, 57344)):
        for what, data in (("ordinary", x), ("edges", edges)):
            shared, values, elements = microxcaling(data, mbits, ebits, emax, largest)
            arrays = {"x": data, "dequantized": values, "shared_exp": shared.reshape(len(data), -1)}
            checker.expect(f"microxcaling {element} {what}", arrays, "floor", "nearest_away", alone=element == "f4E2M1FN")
            arrays = {"x": data, "elements": elements, "scale": np.exp2(shared)}
            checker.expect(f"microxcaling {element} {what}, element values", arrays, "floor", "nearest_away")


def compressed_tensors(x):
    """gs = 448·6/amax; s = e4m3(gs·(amax_b/6)), 0 becomes 1/8; q = x/(s/gs)."""
    blocks = x.reshape(len(x), -1, 16)
    divisor = F32(448 * 6) / np.abs(x).max()
    scale = (divisor * (np.abs(blocks).max(-1) / F32(6))).astype(ml_dtypes.float8_e4m3fn)
    scale = np.where(scale == 0, ml_dtypes.float8_e4m3fn(0.125), scale)
    y = blocks / (scale.astype(F32) / divisor)[..., None]
    codes = model.round_to_grid(y.astype(np.float64), model.E2M1, "nearest_even")
    packed = codes.reshape(len(x), -1, 2)
    return {"x": x, "weight_packed": (packed[..., 0] | packed[..., 1] << 4).astype(np.uint8), "weight_scale": scale,
            "weight_global_scale": np.array([divisor])}


def nvfp4(checker, x, random):
    q = model.quantize(x, model.NAMED["nvfp4"])
    arrays = {"x": x, "codes": q.codes.astype(np.uint8), "scale": q.scale, "tensor_scale": F32(q.tensor_scale)}
    checker.expect("NVFP4, two levels", arrays, "amax", "nearest_even", peer="TransformerEngine", levels=2)
    checker.expect("the scales as floats", {**arrays, "scale": q.scale.view(ml_dtypes.float8_e4m3fn).astype(F32)}, "amax",
                   "nearest_even", peer="TransformerEngine", levels=2)
    checker.expect("part of a tensor", {**arrays, "x": x[:8], "codes": arrays["codes"][:8], "scale": q.scale[:8]}, "amax",
                   "nearest_even", levels=2)
    one = model.quantize(x, model.Format(model.E2M1, model.E4M3, (1, 16)))
    checker.expect("NVFP4, one level", {"x": x, "codes": one.codes.astype(np.uint8), "scale": one.scale}, "amax", "nearest_even",
                   levels=1, peer="the contract")
    wide = model.quantize(x, model.Format(model.E4M3, "f32", (1, 16)))
    checker.expect("f32 scales", {"x": x, "codes": wide.codes.astype(np.uint8), "scale": wide.scale.astype(F32)}, "amax",
                   "nearest_even", levels=1)
    small = (random.standard_normal((64, 64)) * np.exp2(random.integers(-14, 1, (64, 1)))).astype(F32)
    checker.expect("compressed-tensors", compressed_tensors(small), "amax", "nearest_even", peer="compressed-tensors", levels=2)


def layouts(checker, x, folder):
    """One quantisation in every layout that a dump may have."""
    q = mxc_quantize(folder, x, "cpu", "--format=mxfp4")
    codes, scale = q["codes"], q["scale"]
    pairs = codes.reshape(len(x), -1, 2)
    packed = pairs[..., 0] | pairs[..., 1] << 4
    f4 = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6])
    values = f4[codes & 7] * np.where(codes & 8, -1, 1)
    tiled = np.zeros((128, 4), np.uint8)
    tiled[: len(x), : scale.shape[1]] = scale
    variants = {
        "packed": (packed, scale), "packed in blocks": (packed.reshape(len(x), -1, 16), scale),
        "values": (values.astype(F32), scale), "int64": (codes.astype(np.int64), scale.astype(np.int32)),
        "e8m0 dtype": (codes.view(ml_dtypes.float4_e2m1fn), scale.view(ml_dtypes.float8_e8m0fnu)),
        "powers": (codes, np.exp2(scale.astype(F32) - 127)), "exponents": (codes, scale.astype(np.int8) - np.int8(127)),
        "flat": (codes, scale.reshape(-1)), "kept axis": (codes, scale[..., None]),
        "dequantised": (None, scale),
    }
    for what, (some_codes, some_scale) in variants.items():
        arrays = {"source": x, "scales": some_scale, **({"dequantized": q["dequantized"]} if some_codes is None else {"q": some_codes})}
        checker.expect(what, arrays, "floor", "nearest_even")
    swizzled = tiled.reshape(1, 4, 32, 1, 4).transpose(0, 3, 2, 1, 4)
    checker.expect("swizzled", {"x": x, "codes": codes, "scale": swizzled}, "floor", "nearest_even", "--scale-layout=128x4")
    checker.expect("bf16 source", {"x": x.astype(ml_dtypes.bfloat16), "codes": codes, "scale": scale}, "floor", "nearest_even")
    checker.expect("names", {"w": x, "a": codes, "b": scale}, "floor", "nearest_even", "--source=w", "--codes=a", "--scale=b")
    np.save(folder.path("source.npy"), x)
    checker.expect("as mxc quantize writes", q, "floor", "nearest_even", f"--source={folder.path('source.npy')}")
    cube = x.reshape(4, len(x) // 4, -1)
    blocks = {"!mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>": "[16, 16]", "!mx.scaled<f8E4M3FN, f8E8M0FNU, [32, 1]>": "[32, 1]",
              "!mx.scaled<f6E2M3FN, f8E8M0FNU, [full]>": f"[{x.shape[1]}]", "!mx.scaled<i8, f8E8M0FNU, [8]>": "[8]",
              "!mx.scaled<f8E5M2, f32, [full, full]>": f"[{len(x)}, {x.shape[1]}]"}
    for form, block in blocks.items():
        rule = "amax" if "f32" in form else "rceil"
        # The last rows and columns are of smaller blocks.
        part = x[:-3, :-5] if "16, 16" in form or "[8]" in form else x
        found = mxc_quantize(folder, part, "cpu", f"--format={form}", f"--scale-rule={rule}")
        scale = found["scale"] if "32, 1" not in form else found["scale"].swapaxes(-1, -2)
        options = [] if part is x else [f"--block={block[1:-1]}"]
        checker.expect(form, {"x": part, "codes": found["codes"], "scale": scale}, rule, "nearest_even", *options, block=block)
    found = mxc_quantize(folder, cube, "cpu", "--format=mxfp8_e4m3")
    report = checker.report({"x": cube, "codes": found["codes"] ^ (np.arange(cube.size).reshape(cube.shape) == 700), "scale": found["scale"]})
    checker.counter.check(report["differences"][0]["index"] == list(np.unravel_index(700, cube.shape)), "an index of three axes")


def stochastic(checker, x, folder):
    for form in ("mxfp4", "mxfp8_e4m3", "nvfp4"):
        for prescale in (1, 0.75) if form != "nvfp4" else (1,):
            q = mxc_quantize(folder, x, "cpu", f"--format={form}", "--rounding=stochastic", f"--prescale={prescale}", "--seed=3")
            del q["dequantized"]
            report = checker.expect(f"stochastic {form} {prescale}", {"x": x, **q}, "amax" if form == "nvfp4" else "floor",
                                    "stochastic", prescale=prescale)
            s = report["stochastic"]
            checker.counter.check(abs(s["rounded_up"] - s["expected_up"]) < 4 * s["inexact"] ** 0.5, f"share of {form}: {s}")


def flips(checker, x, folder, random):
    """Each bit of a code, of a scale and of a tensor scale: the element, and the rule that otherwise fits."""
    for form, rule in (("mxfp4", "floor"), ("mxfp6_e3m2", "even"), ("mxfp8_e4m3", "rceil"), ("mxint8", "ceil"), ("nvfp4", "amax")):
        q = mxc_quantize(folder, x, "cpu", f"--format={form}", f"--scale-rule={rule}")
        width = {"codes": model.NAMED[form].element.bits, "scale": 8, "tensor_scale": 32}
        for kind, bit in [(kind, bit) for kind in width if kind in q for bit in range(width[kind])]:
            bad = {name: array.copy() for name, array in q.items() if name != "dequantized"}
            flat = bad[kind].reshape(-1).view({1: np.uint8, 4: np.uint32}[bad[kind].itemsize])
            at = int(random.integers(flat.size))
            flat[at] ^= flat.dtype.type(1 << bit)
            where = list(np.unravel_index(at, bad[kind].shape)) if kind != "tensor_scale" else None
            if kind == "scale":
                where[1] *= 16 if form == "nvfp4" else 32
            if form.endswith("fp4") and bit % 2:
                bad["codes"] = bad["codes"][:, ::2] | bad["codes"][:, 1::2] << 4
            report = checker.report({"x": x, **bad})
            found = report["differences"]
            good = (report["verdict"] == "follows_except" and report["rule"]["scale_rule"] == rule and
                    report["rule"]["rounding"] == "nearest_even" and len(found) == 1 and found[0].get("index") == where and
                    found[0]["kind"] == {"codes": "code"}.get(kind, kind))
            checker.counter.check(good, f"flip of bit {bit} in {form} {kind} {at}: {report['verdict']} {report['rule']} {found[:2]}")


def names(checker, folder, x):
    """Names, types and orders of other libraries, in safetensors too."""
    bf16 = x.astype(ml_dtypes.bfloat16)
    q = mxc_quantize(folder, bf16.astype(F32), "cpu", "--format=mxfp4")
    n = mxc_quantize(folder, bf16.astype(F32), "cpu", "--format=nvfp4")
    pack = lambda codes: codes[:, ::2] | codes[:, 1::2] << 4
    e4m3 = n["scale"].view(ml_dtypes.float8_e4m3fn)
    for what, arrays, rule, levels in (
            ("gpt-oss", {"l.0.weight": bf16, "l.0.weight_blocks": pack(q["codes"]).reshape(len(x), 2, 16),
                         "l.0.weight_scales": q["scale"].view(ml_dtypes.float8_e8m0fnu)}, "floor", 1),
            ("compressed-tensors", {"a.weight": bf16, "a.weight_packed": pack(n["codes"]), "a.weight_scale": e4m3,
                                    "a.weight_global_scale": 1 / n["tensor_scale"].reshape(1)}, "amax", 2),
            ("ModelOpt", {"x": bf16, "a.weight": pack(n["codes"]), "a.weight_scale": e4m3,
                          "a.weight_scale_2": n["tensor_scale"]}, "amax", 2),
            ("a state dict", {"lin.weight": bf16, "lin.weight_qdata": pack(q["codes"]), "lin.weight_scale": q["scale"]}, "floor", 1)):
        with open(folder.path("d.safetensors"), "wb") as file:
            file.write(safetensors.numpy.save({name: np.ascontiguousarray(array) for name, array in arrays.items()}))
        result = run("mxc", "check", folder.path("d.safetensors"), "--json", check=False)
        report = json.loads(result.stdout or "{}")
        good = report.get("verdict") == "follows" and (report["rule"]["scale_rule"], report["rule"]["levels"]) == (rule, levels)
        checker.counter.check(good, f"{what}: {result.stderr} {report.get('rule')}")
    wide = x.astype(float) * (1 + 2.0**-40)
    report = checker.expect("f64", {"x": wide, **mxc_quantize(folder, x, "cpu", "--format=mxfp4")}, "floor", "nearest_even")
    checker.counter.check(report["source_rounded"], "f64 is rounded")
    checker.expect("capitals", {"X": x, "Codes": mxc_quantize(folder, x, "cpu", "--format=mxfp4")["codes"],
                                "Scale": mxc_quantize(folder, x, "cpu", "--format=mxfp4")["scale"]}, "floor", "nearest_even")
    # Along the first axis, with codes and scales as those of the transpose; packed, square, and with one bit flipped.
    for square in (False, True):
        t = x[:64, :64].T if square else x.T
        q = mxc_quantize(folder, np.ascontiguousarray(t.T), "cpu", "--format=mxfp4")
        report = checker.expect("transposed", {"x": t, "codes": pack(q["codes"]), "scale": q["scale"]}, "floor", "nearest_even")
        checker.counter.check(report["block"] == "[32, 1]", f"blocks of the source: {report['block']}")
        q["codes"][3, 40] ^= 4
        report = checker.report({"x": t, "codes": q["codes"], "scale": q["scale"]})
        checker.counter.check([d.get("index") for d in report["differences"]] == [[40, 3]], f"an element of the source: {report['differences'][:2]}")
    checker.fails("two of a kind", "several arrays for the scales", {"x": x, "codes": q["codes"], "a.scale": q["scale"], "b.scale": q["scale"]})


def habits(checker, x, folder):
    """What a library does alike everywhere is no error; NaN and Inf."""
    q = mxc_quantize(folder, x, "cpu", "--format=mxfp8_e4m3")
    special = x.copy()
    special[0, 3], special[2, 40], special[5, :32] = np.nan, np.inf, 0
    s = mxc_quantize(folder, special, "cpu", "--format=mxfp8_e4m3")
    checker.expect("NaN and Inf", {"x": special, "codes": s["codes"], "scale": s["scale"]}, "floor", "nearest_even", details=[])
    changed = s["codes"].copy()
    changed[0, :3] = 0x7F
    report = checker.expect("other codes for NaN blocks", {"x": special, "codes": changed, "scale": s["scale"]}, "floor", "nearest_even")
    checker.counter.check(any("NaN or Inf" in detail for detail in report["rule"]["details"]), "NaN blocks are told")
    overflow = np.where((q["codes"] & 0x7F) == 0x7E, q["codes"] | 1, q["codes"])
    largest = np.abs(x.reshape(len(x), -1, 32) / np.exp2(q["scale"].astype(F32) - 127)[..., None]).reshape(x.shape)
    overflow = np.where(largest > 464, overflow, q["codes"])
    checker.expect("overflow to NaN", {"x": x, "codes": overflow, "scale": q["scale"]}, "floor", "nearest_even")
    noise = np.random.default_rng(1).integers(0, 126, x.shape).astype(np.uint8)
    report = checker.report({"x": x, "codes": noise, "scale": q["scale"]})
    checker.counter.check(report["verdict"] == "none", "noise follows no rule")


def errors(checker, x):
    codes, scale = np.zeros(x.shape, np.uint8), np.zeros((len(x), 2), np.uint8)
    good = {"x": x, "codes": codes, "scale": scale}
    checker.fails("no source", "no array for the source tensor: expected one named x, source", {"codes": codes, "scale": scale})
    checker.fails("no such name", "there is no array 'y'; found", good, "--source=y")
    checker.fails("int source", "expected element type <f4", {**good, "x": codes})
    checker.fails("f64 source", "is no number of f32", {**good, "x": np.full(x.shape, 1e300)})
    checker.fails("empty", "has no elements", {**good, "x": x[:0]})
    checker.fails("few codes", "expected 3072 bytes", {**good, "codes": codes[:5]})
    checker.fails("complex codes", "element values, one for each", {**good, "codes": np.full(x.shape, 0.3, F32)})
    checker.fails("wide codes", "expected bytes", {**good, "codes": codes.astype(np.int32) + 300})
    checker.fails("scales", "give the block with --block", {**good, "scale": np.zeros(7, np.uint8)})
    checker.fails("block", "expected 192 for blocks of [1, 16]", good, "--block=16")
    checker.fails("bad block", "--block must be one or two positive extents", good, "--block=0")
    checker.fails("format", "unknown format 'fp4'", good, "--format=fp4")
    checker.fails("format's scales", "no f8E4M3FN", {**good, "scale": np.full((len(x), 2), 3.3, F32)}, "--format=nvfp4")
    checker.fails("tensor scale", "expected one number of <f4", {**good, "tensor_scale": np.zeros(2, F32)})
    checker.fails("two levels of powers", "unknown scale layout '4x128'", good, "--scale-layout=4x128")
    checker.fails("tiles", "in the 128x4 layout", good, "--scale-layout=128x4")


def main():
    random = np.random.default_rng(6)
    x = ordinary(random)
    folder = Folder()
    with folder:
        checker = Checker(folder)
        torchao(checker, sys.argv[1])
        gfloats(checker, x)
        microxcalings(checker, x)
        nvfp4(checker, x, random)
        layouts(checker, x, folder)
        stochastic(checker, x, folder)
        flips(checker, random.standard_normal((24, 64)).astype(F32), folder, random)
        habits(checker, x, folder)
        names(checker, folder, random.standard_normal((72, 64)).astype(F32))
        errors(checker, x)
        checker.counter.finish("mxc check")


if __name__ == "__main__":
    main()
