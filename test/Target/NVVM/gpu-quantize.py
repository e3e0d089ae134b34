"""Quantisation in tiles, with tensor scales, by the rules of whole blocks, to elements and blocks of any size, and of a
matrix along both axes at once; Hadamard transforms; and codes of any kind back to floats: on a GPU, or with MX_TEST_EMULATE=1 on the emulator, in the bits of target cpu."""
# REQUIRES: gpu
# RUN: %python %s

import itertools
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Acceptance"))
from hostile import source
from tools import QUICK, Counter, Folder, mxc_run, same_bits

SHAPES = [(1, 37), (48, 96), (70, 200), (2, 33, 130), (128, 256)]
RULES = {"f8E8M0FNU": ("floor", "rceil", "even"), "f8E4M3FN": ("amax",), "f32": ("amax",)}
ROUNDINGS = ("rounding = nearest_even", "rounding = toward_zero", "rounding = stochastic, random_bits = 8, stream = 3",
             "rounding = stochastic, stream = 4", "rounding = stochastic, random_bits = 24, stream = 5")


def hadamard(size, signs="seed"):
    return f"pad_to_group, hadamard = {{size = {size}, signs = {signs}}}, sign_stream = 9"


def one_way():
    """(element, its bits in memory, scale, block, tensor scale, quantizer)."""
    tiles = ((16, 16), (32, 32), (4, 8), (1, 16), (1, 128))
    for block, (scale, rules), rounding in itertools.product(tiles, RULES.items(), ROUNDINGS):
        for rule in rules:
            yield "f4E2M1FN", 4, scale, block, False, f"scale_rule = {rule}, {rounding}"
        if scale == "f8E4M3FN":
            yield "f4E2M1FN", 4, scale, block, True, f"scale_rule = {'headroom' if 'stoch' in rounding else 'amax'}, {rounding}"
    elements = (("f6E2M3FN", 6), ("f8E4M3FN", 8), ("f8E5M2", 8), ("i8", 8), ("!mx.float<1, 1>", 8), ("!mx.float<3, 3>", 8), ("!mx.float<5, 6>", 16))
    for (element, bits), rounding in itertools.product(elements, ROUNDINGS):
        for block in ((16, 16), (1, 8), (1, 64)):
            if block[1] * bits % 32 == 0:
                yield element, bits, "f8E8M0FNU", block, False, rounding
    for block, size in itertools.product(((16, 16), (1, 16)), (0, 16, 128)):
        transform = f", {hadamard(size)}" if size else ""
        yield "f4E2M1FN", 4, "f8E4M3FN", block, True, f"scale_rule = four_over_six{transform}"
        if block[0] == 1:
            yield "f4E2M1FN", 4, "f8E4M3FN", block, True, f"scale_rule = ms_eden, random_bits = 24, stream = 6{transform}"
        yield "f4E2M1FN", 4, "f8E8M0FNU", block, False, f"scale_rule = quest{transform}"
    for i, (size, rounding) in enumerate(itertools.product((64, 256, 512, 1024), ROUNDINGS)):
        signs = ("seed", "none", list_signs(size))[i % 3]
        yield "f4E2M1FN", 4, "f8E8M0FNU", (1, (32, 16, 128)[i // 2 % 3]), False, f"scale_rule = floor, {rounding}, {hadamard(size, signs)}"
        yield "f6E3M2FN", 6, "f8E8M0FNU", (1, (32, 64)[i % 2]), False, f"{rounding}, {hadamard(size)}"
        yield "i8", 8, "f8E8M0FNU", (1, (128, 8)[i % 2]), False, f"{rounding}, {hadamard(size)}"
        yield "f4E2M1FN", 4, "f8E4M3FN", (1, 16), True, f"scale_rule = amax, {rounding}, {hadamard(size)}"
        yield "f4E2M1FN", 4, "f8E8M0FNU", (1, (32, 128)[i % 2]), False, f"scale_rule = quest, {hadamard(size)}"
        yield "f4E2M1FN", 4, "f8E8M0FNU", (1, 32), False, f"scale_rule = even, {rounding}, {hadamard(size)}, prescale = {(1.0, 0.75, 0.625, 0.7)[i % 4]}"


def quantizers(count):
    """The ways, each alone or the same row-wise and transposed, `count` in all."""
    ways = list(one_way())
    alone = [[(way, transpose)] for way in ways for transpose in (False, True)]
    both = [[(way, False), (other, True)] for way, other in zip(ways, ways[1:] + ways[:1])]
    return (alone + both)[:: -(-len(alone + both) // count)]


def write_quantize(i, shape, dtype, forms):
    """The op and the types of its results."""
    kinds, attributes = [], []
    for (element, bits, scale, (r, c), tensor_scale, text), transpose in forms:
        operand = shape[:-2] + (shape[-1], shape[-2]) if transpose else shape
        group = int(text.split("size = ")[1].split(",")[0]) if "size" in text else 1
        blocks = -(-(-(-operand[-1] // group) * group) // c)
        rows = operand[:-2] + (-(-operand[-2] // r),)
        kinds.append("x".join(map(str, operand[:-1] + (blocks, c * bits // 8))) + "xi8")
        kinds.append("x".join(map(str, rows + (blocks,))) + ("xf32" if scale == "f32" else "xi8"))
        kinds += ["f32"] * tensor_scale
        block = f"[{c}]" if r == 1 else f"[{r}, {c}]"
        form = f"!mx.scaled<{element}, {scale}, {block}{', tensor_scale = f32' if tensor_scale else ''}>"
        attributes.append(f"#mx.quantizer<format = {form}, {text}{', transpose' if transpose else ''}>")
    types = [f"tensor<{kind}>" for kind in kinds]
    names = ", ".join(f"%o{i}_{j}" for j in range(len(types)))
    body = [f"%o{i}_{j} = tensor.empty() : {kind}" for j, kind in enumerate(types)]
    random = any(word in attribute for attribute in attributes for word in ("stochastic", "ms_eden", "signs = seed"))
    body.append(f"%r{i}:{len(types)} = mx.packed.quantize ins(%x : tensor<{'x'.join(map(str, shape))}x{dtype}>) "
                f"outs({names} : {', '.join(types)}) {'seed %s ' * random}{{quantizers = [{', '.join(attributes)}]}} "
                f"-> {', '.join(types)}")
    return body, types


def check(counter, folder, rng, shape, dtype, ways):
    body, results, types = [], [], []
    for i, forms in enumerate(ways):
        lines, kinds = write_quantize(i, shape, dtype, forms)
        body += lines
        results += [f"%r{i}#{j}" for j in range(len(kinds))]
        types += kinds
    lines = "\n  ".join(body)
    ir = folder.text("q.mlir", f"func.func @main(%x: tensor<{'x'.join(map(str, shape))}x{dtype}>, %s: i64 {{mx.seed}}) -> "
                     f"({', '.join(types)}) {{\n  {lines}\n  return {', '.join(results)} : {', '.join(types)}\n}}\n")
    arrays = {"arg0": source(rng, shape, dtype)}
    cpu, gpu = (mxc_run(folder, ir, arrays, target, "--seed=77") for target in ("cpu", "nvvm"))
    for number, name in enumerate(results):
        way = ways[int(name[2:].split("#")[0])]
        counter.check(same_bits(cpu[f"out{number}"], gpu[f"out{number}"]), f"{shape} {dtype} {way} {name}")


def list_signs(size):
    return f"[{', '.join('-1' if j * j % 7 in (1, 2) else '1' for j in range(size))}]"


def loop_ways():
    """MXFP4 in each way that threads go through several rows, or blocks through several tiles, of one kernel."""
    roundings = [f"rounding = stochastic, random_bits = {bits}, prescale = 0.75, stream = 5" for bits in (8, 16)] + ["rounding = nearest_even"]
    for i, (size, rounding) in enumerate(itertools.product((0, 16, 32, 64, 128, 1024), roundings)):
        transform = f", {hadamard(size, ('seed', 'none', list_signs(size))[(i + i // 3) % 3])}" if size else ""
        yield "f4E2M1FN", 4, "f8E8M0FNU", (1, (32, 16)[i % 2]), False, f"scale_rule = floor, {rounding}{transform}"


def check_loops(counter, folder, rng):
    """More rows than the emulator's multiprocessors have at a time, and more tiles."""
    ways = list(loop_ways())[:: 5 if QUICK else 1]
    for shape, dtype in (((70, 2048), "bf16"), ((2, 20, 4096), "f16"), ((1, 8192), "bf16")):
        check(counter, folder, rng, shape, dtype, [[(way, False)] for way in ways])
    small = [way for way in ways if "size = 1" not in way[-1] or "size = 16," in way[-1]]
    for shape, dtype in (((384, 512), "bf16"), ((2, 256, 384), "f32"), ((640, 256), "f16")):
        check(counter, folder, rng, shape, dtype, [[(way, True)] for way in small] + [[(way, False), (way, True)] for way in small])


def check_hadamard(counter, folder, rng):
    for shape, dtype, size, signs in (((5, 128), "bf16", 64, "seed"), ((2, 3, 96), "f32", 8, "none"), ((7, 48), "f16", 16, "seed"),
                                      ((3, 1024), "bf16", 1024, "seed"), ((5, 512), "f32", 256, "none"), ((2, 1536), "f16", 512, "seed")):
        x, y = (f"tensor<{'x'.join(map(str, shape))}x{kind}>" for kind in (dtype, "f32"))
        seed = "seed %s " * (signs == "seed")
        ir = folder.text("h.mlir", f"func.func @main(%x: {x}, %s: i64 {{mx.seed}}) -> {y} {{\n  %e = tensor.empty() : {y}\n"
                         f"  %0 = mx.hadamard ins(%x : {x}) outs(%e : {y}) {seed}transform <size = {size}, signs = {signs}> "
                         f"{{sign_stream = 5 : i64}} -> {y}\n  return %0 : {y}\n}}\n")
        arrays = {"arg0": source(rng, shape, dtype)}
        cpu, gpu = (mxc_run(folder, ir, arrays, target, "--seed=77")["out0"] for target in ("cpu", "nvvm"))
        counter.check(same_bits(cpu, gpu), f"hadamard {shape} {dtype} {size} {signs}")


# Packed from: (element, its bits in memory, scale, rows and columns of a block, tensor scale).
PACKED = [("f4E2M1FN", 4, "f8E8M0FNU", 1, 32, False), ("f6E2M3FN", 6, "f8E8M0FNU", 1, 32, False), ("f6E3M2FN", 6, "f8E8M0FNU", 16, 16, False),
          ("f8E4M3FN", 8, "f8E8M0FNU", 1, 32, False), ("f8E5M2", 8, "f8E8M0FNU", 1, 64, False), ("i8", 8, "f8E8M0FNU", 1, 8, False),
          ("f4E2M1FN", 4, "f8E4M3FN", 1, 16, True), ("f4E2M1FN", 4, "f8E4M3FN", 4, 128, False), ("!mx.float<2, 4, ieee>", 8, "!mx.float<5, 3, fn, unsigned>", 2, 16, True),
          ("f4E2M1FN", 4, "f32", 1, 32, False), ("!mx.float<5, 6>", 16, "f8E8M0FNU", 1, 8, False)]  # fmt: skip


def check_dequantize(counter, folder, rng, shape, kind, packed):
    """Any codes and scales, NaN and Inf among them, to floats."""
    element, bits, scale, r, c, has_tensor_scale = packed
    blocks, rows = -(-shape[-1] // c), -(-shape[-2] // r)
    arrays = {"arg0": rng.integers(0, 256, (*shape[:-1], blocks, c * bits // 8), np.uint8)}
    arrays["arg1"] = rng.integers(0, 256, (*shape[:-2], rows, blocks), np.uint8)
    if scale == "f32":
        arrays["arg1"] = rng.standard_normal(arrays["arg1"].shape).astype(np.float32) * np.float32(1e-30)
    if has_tensor_scale:
        arrays["arg2"] = np.float32(rng.choice([0.37, 1e30, 1e-38]))
    types = [f"tensor<{'x'.join(map(str, x.shape + ('f32' if x.dtype == np.float32 else 'i8',)))}>" for x in arrays.values()]
    block = f"[{c}]" if r == 1 else f"[{r}, {c}]"
    form = f"!mx.scaled<{element}, {scale}, {block}{', tensor_scale = f32' * has_tensor_scale}>"
    names, out = [f"%{x}" for x in arrays], f"tensor<{'x'.join(map(str, shape))}x{kind}>"
    ir = folder.text("d.mlir", f"func.func @main({', '.join(f'{x}: {y}' for x, y in zip(names, types))}) -> {out} {{\n  %e = tensor.empty() : {out}\n"
                     f"  %r = mx.packed.dequantize ins({', '.join(names)} : {', '.join(types)}) outs(%e : {out}) {{format = {form}}} -> {out}\n"
                     f"  return %r : {out}\n}}\n")
    cpu, gpu = (mxc_run(folder, ir, arrays, target)["out0"] for target in ("cpu", "nvvm"))
    counter.check(same_bits(cpu, gpu), f"dequantize {shape} {kind} {packed}")


# What is computed to be quantised: (types of the inputs, "r" for one element a row; the result's; the body).
PRODUCERS = [
    (("f32",), "bf16", "%h = arith.mulf %x0, %half : f32\n    %y = arith.truncf %h : f32 to bf16"),
    (("f32", "r f32"), "bf16", "%h = arith.divf %x0, %x1 : f32\n    %y = arith.truncf %h : f32 to bf16"),
    (("bf16", "f32"), "f32", "%a = arith.extf %x0 : bf16 to f32\n    %y = arith.mulf %a, %x1 : f32"),
    (("f16", "r f32", "f16"), "f16", "%a = arith.addf %x0, %x2 : f16\n    %b = arith.extf %a : f16 to f32\n"
     "    %c = arith.addf %b, %x1 : f32\n    %y = arith.truncf %c : f32 to f16"),
]  # fmt: skip
SR = "rounding = stochastic, stream = 4"
PRODUCED = [
    [(("f4E2M1FN", 4, "f8E8M0FNU", (1, 32), False, "scale_rule = even"), False)],
    [(("f8E4M3FN", 8, "f8E8M0FNU", (1, 32), False, "scale_rule = rceil"), True)],
    [(("f4E2M1FN", 4, "f8E8M0FNU", (1, 32), False, f"{SR}, {hadamard(64)}"), transpose) for transpose in (False, True)],
    [(("f4E2M1FN", 4, "f8E8M0FNU", (32, 32), False, SR), False)],
]


def check_producer(counter, folder, rng, shape, producer, forms):
    """A generic with the quantisation that alone reads it: one kernel where that has whole tiles or one result."""
    inputs, out, body = producer
    loops = [f"d{i}" for i in range(len(shape))]
    shapes = [(*shape[:-1], 1) if kind.startswith("r ") else shape for kind in inputs]
    kinds = [kind.split()[-1] for kind in inputs]
    types = [f"tensor<{'x'.join(map(str, extents))}x{kind}>" for extents, kind in zip(shapes, kinds)]
    maps = [f"affine_map<({', '.join(loops)}) -> ({', '.join(loops[:-1] + ['0' if kind.startswith('r ') else loops[-1]])})>"
            for kind in (*inputs, out)]  # fmt: skip
    lines, results = write_quantize(0, shape, out, forms)
    names, made = [f"%a{i}" for i in range(len(kinds))], f"tensor<{'x'.join(map(str, shape))}x{out}>"
    text = f"""func.func @main({', '.join(f'{name}: {kind}' for name, kind in zip(names, types))}, %s: i64 {{mx.seed}}) -> ({', '.join(results)}) {{
  %half = arith.constant 0.5 : f32
  %e = tensor.empty() : {made}
  %x = linalg.generic {{indexing_maps = [{', '.join(maps)}], iterator_types = [{', '.join(['"parallel"'] * len(shape))}]}}
    ins({', '.join(names)} : {', '.join(types)}) outs(%e : {made}) {{
  ^bb0({', '.join(f'%x{i}: {kind}' for i, kind in enumerate(kinds))}, %o: {out}):
    {body}
    linalg.yield %y : {out}
  }} -> {made}
  {chr(10).join(lines)}
  return {', '.join(f'%r0#{i}' for i in range(len(results)))} : {', '.join(results)}
}}
"""
    ir = folder.text("p.mlir", text)
    arrays = {f"arg{i}": source(rng, extents, kind) for i, (extents, kind) in enumerate(zip(shapes, kinds))}
    cpu, gpu = (mxc_run(folder, ir, arrays, target, "--seed=77") for target in ("cpu", "nvvm"))
    for i in range(len(results)):
        counter.check(same_bits(cpu[f"out{i}"], gpu[f"out{i}"]), f"{shape} {producer} {forms} {i}")


def main():
    rng = np.random.default_rng(5)
    counter, folder = Counter(), Folder()
    cases = list(itertools.product(SHAPES, ("bf16", "f32", "f16")))
    check_hadamard(counter, folder, rng)
    check_loops(counter, folder, rng)
    unpacked = list(itertools.product(((3, 1, 256), (37, 100), (64, 77), (40, 1056)), ("f32", "bf16", "f16"), PACKED))
    for case in unpacked[:: 11 if QUICK else 1]:
        check_dequantize(counter, folder, rng, *case)
    produced = list(itertools.product(((128, 256), (70, 200), (2, 33, 130), (2, 128, 128)), PRODUCERS, PRODUCED))
    for case in produced[:: 7 if QUICK else 1]:
        check_producer(counter, folder, rng, *case)
    if QUICK:
        check(counter, folder, rng, (70, 200), "bf16", quantizers(8))
        check(counter, folder, rng, (128, 128), "bf16", quantizers(7))
    else:
        ways = quantizers(len(cases) * 30)
        for i, (shape, dtype) in enumerate(cases):
            check(counter, folder, rng, shape, dtype, ways[i :: len(cases)])
    counter.finish("GPU quantisation")


main()
