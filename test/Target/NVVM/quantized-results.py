"""Quantisations of products' results by the product's kernel, on the emulator: tcgen05 and mma_block_scale, all formats, rules
and roundings that it takes, with elementwise ops between or without, tails and batches. Codes and scales are those of kernels
of their own, which quantise where the result is read elsewhere, too."""
# RUN: env MX_TEST_EMULATE=1 %python %s

import re

import numpy as np
from products import draw, tensor
from tools import Counter, Folder, mxc_run, run, same_bits

E2M1_E4M3, E2M1_E8M0 = "!mx.scaled<f4E2M1FN, f8E4M3FN, [16]>", "!mx.scaled<f4E2M1FN, f8E8M0FNU, [8]>"
# Format, elements and bits of a block, and how.
WAYS = {
    "even": ("!mx.mxfp4", 32, 4, "scale_rule = even"),
    "stochastic": ("!mx.mxfp4", 32, 4, "rounding = stochastic, prescale = 0.75, stream = 3"),
    "few bits": ("!mx.mxfp4", 32, 4, "scale_rule = rceil, rounding = stochastic, random_bits = 8, stream = 4"),
    "quest": ("!mx.mxfp4", 32, 4, "scale_rule = quest"),
    "e2m3": ("!mx.mxfp6_e2m3", 32, 6, "scale_rule = ceil, rounding = toward_zero"),
    "e3m2": ("!mx.mxfp6_e3m2", 32, 6, "rounding = stochastic, random_bits = 24, stream = 5"),
    "e4m3": ("!mx.mxfp8_e4m3", 32, 8, "scale_rule = rceil"),
    "e5m2": ("!mx.mxfp8_e5m2", 32, 8, "rounding = stochastic, stream = 6"),
    "int8": ("!mx.mxint8", 32, 8, "scale_rule = floor"),
    "nvfp4": (E2M1_E4M3, 16, 4, "scale_rule = amax"),
    "nvfp4 stochastic": (E2M1_E4M3, 16, 4, "scale_rule = amax, rounding = stochastic, stream = 7"),
    "eights": (E2M1_E8M0, 8, 4, "scale_rule = floor, rounding = nearest_away"),
}
BAD = {  # what stays apart
    "transposed": ("!mx.mxfp4", 32, 4, "scale_rule = even, transpose"),
    "transform": ("!mx.mxfp4", 32, 4, "scale_rule = even, pad_to_group, hadamard = {size = 32, signs = none}"),
}
CASES = [  # a chip, its family, operands, their shapes, the type of the product, whether ReLU is between, the ways
    ("sm_100a", "tcgen05", ("mxfp4", "mxfp4"), ((130, 96), (136, 96)), "f32", False, "even|stochastic|nvfp4"),
    ("sm_103a", "tcgen05", ("nvfp4", "nvfp4"), ((2, 40, 64), (2, 96, 64)), "bf16", True, "few bits|quest|e2m3"),
    ("sm_110a", "tcgen05", ("mxfp8_e4m3", "mxfp4"), ((3, 7, 96), (45, 96)), "f16", True, "e3m2|e4m3|eights"),
    ("sm_100a", "tcgen05", ("mxfp4", "mxfp4"), ((129, 64), (160, 64)), "bf16", False, "e5m2|int8|nvfp4 stochastic"),
    ("sm_120a", "block_scale", ("mxfp4", "mxfp4"), ((130, 96), (136, 96)), "bf16", True, "even|stochastic|e4m3"),
    ("sm_121a", "block_scale", ("mxfp8_e5m2", "mxfp6_e3m2"), ((2, 40, 64), (2, 96, 64)), "f32", True, "few bits|quest|nvfp4"),
    ("sm_120a", "block_scale", ("nvfp4", "nvfp4"), ((3, 7, 96), (45, 96)), "f16", False, "e3m2|e2m3|nvfp4 stochastic"),
    ("sm_120a", "block_scale", ("mxfp4", "mxfp4"), ((70, 64), (160, 64)), "f32", False, "e5m2|int8|eights"),
]


def write(case, shape, ways, is_apart):
    """main(a, b, bias, seed) -> codes and scales of each way, and what was quantised where it is read, too."""
    _, _, pair, shapes, kind, has_relu, _ = case
    types, out, rank = [tensor(s, name) for s, name in zip(shapes, pair)], tensor(shape, kind), len(shape)
    axes = ", ".join(f"d{i}" for i in range(rank))
    maps = f"affine_map<({axes}) -> ({axes})>, affine_map<({axes}) -> (d{rank - 1})>, affine_map<({axes}) -> ({axes})>"
    loops, body, results = ", ".join(['"parallel"'] * rank), "  %zero = arith.constant 0.0 : f32\n", []
    for i, (name, block, bits, how) in enumerate(ways):
        rows, cols = shape[:-1], shape[-1]
        if "transpose" in how:
            rows, cols = (*shape[:-2], shape[-1]), shape[-2]
        cols = -(-cols // 32) * 32 if "hadamard" in how else cols
        blocks = -(-cols // block)
        outs = [f"tensor<{'x'.join(map(str, (*rows, blocks, block * bits // 8)))}xi8>", f"tensor<{'x'.join(map(str, (*rows, blocks)))}xi8>"]
        body += f"  %p{i} = mx.matmul %a, %b {{alpha = {1 + 0.125 * i} : f32}} : {', '.join(types)} -> {out}\n"
        x = f"%p{i}"
        if has_relu:
            x, wide = f"%g{i}", "arith.extf %l : {} to f32" if kind != "f32" else "arith.addf %l, %zero : f32"
            last = f"arith.truncf %m : f32 to {kind}" if kind != "f32" else "arith.addf %m, %zero : f32"
            body += (f"  %r{i} = tensor.empty() : {out}\n  {x} = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{loops}]}} "
                     f"ins(%p{i}, %bias : {out}, tensor<{shape[-1]}xf32>) outs(%r{i} : {out}) {{\n  ^bb0(%l: {kind}, %b0: f32, %o: {kind}):\n"
                     f"    %w = {wide.format(kind)}\n    %s = arith.addf %w, %b0 : f32\n    %m = arith.maximumf %s, %zero : f32\n    %t = {last}\n"
                     f"    linalg.yield %t : {kind}\n  }} -> {out}\n")
        body += (f"  %c{i} = tensor.empty() : {outs[0]}\n  %d{i} = tensor.empty() : {outs[1]}\n"
                 f"  %q{i}:2 = mx.packed.quantize ins({x} : {out}) outs(%c{i}, %d{i} : {', '.join(outs)}) {'seed %seed ' * ('stochastic' in how)}"
                 f"{{quantizers = [#mx.quantizer<format = {name}, {how}>]}} -> {', '.join(outs)}\n")
        results += [(f"%q{i}#0", outs[0]), (f"%q{i}#1", outs[1])] + [(x, out)] * is_apart
    names, kinds = (", ".join(part) for part in zip(*results))
    return (f"func.func @main(%a: {types[0]}, %b: {types[1]}, %bias: tensor<{shape[-1]}xf32>, %seed: i64 {{mx.seed}}) -> ({kinds}) {{\n"
            f"{body}  return {names} : {kinds}\n}}\n")


def lower(ir, chip):
    return run("mxc", "compile", ir, "--target=nvvm", f"--chip={chip}", "--stop-after=lowered", "-o", "-").stdout


def check(counter, folder, rng, case):
    chip, family, pair, shapes, kind, _, names = case
    ways = [WAYS[name] for name in names.split("|")]
    shape = (*shapes[0][:-1], shapes[1][-2])
    arrays = {"arg2": rng.standard_normal(shape[-1]).astype(np.float32)}
    for i, (extents, name) in enumerate(zip(shapes, pair)):
        arrays.update(draw(rng, extents, name, "ordinary", f"arg{i}")[0])
    together, apart = (folder.text(f"{i}.mlir", write(case, shape, ways, is_apart=bool(i))) for i in range(2))
    texts = [lower(ir, chip) for ir in (together, apart)]
    launches = re.findall(rf"gpu\.launch_func +@mx_{family}_\w+::@\w+_quantized_\w+_(?:multiply|product) ", texts[0])
    counter.check(len(launches) == len(ways) and "mx_quantize_" not in texts[0], f"{case}: quantised by the product")
    counter.check("_quantized_" not in texts[1], f"{case}: read elsewhere, too")
    found, want = (mxc_run(folder, ir, arrays, "nvvm", f"--chip={chip}", "--seed=77") for ir in (together, apart))
    for i, name in enumerate(names.split("|")):
        for j, part in enumerate(("codes", "scales")):
            counter.check(same_bits(found[f"out{2 * i + j}"], want[f"out{3 * i + j}"]), f"{case}: {part} of {name}")


def check_bad(counter, folder):
    case = ("sm_100a", "tcgen05", ("mxfp4", "mxfp4"), ((64, 64), (64, 64)), "f32", True, "")
    text = lower(folder.text("b.mlir", write(case, (64, 64), list(BAD.values()), is_apart=False)), "sm_100a")
    counter.check("_quantized_" not in text and text.count("_epilogue_") > 0, "what kernels of their own do")


def main():
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(6)
    for case in CASES:
        check(counter, folder, rng, case)
    check_bad(counter, folder)
    counter.finish("quantised results")


main()
