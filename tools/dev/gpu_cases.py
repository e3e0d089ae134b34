"""What check-gpu.py runs on a GPU and on the emulator: every kernel family over shapes with tails, and plain kernels."""

import itertools

import numpy as np
from gpu_calls import STORED, tensor

# Elements and bits of a block.
FORMATS = {"mxfp4": (32, 4), "mxfp6_e2m3": (32, 6), "mxfp6_e3m2": (32, 6), "mxfp8_e4m3": (32, 8), "mxfp8_e5m2": (32, 8), "mxint8": (32, 8),
           "nvfp4": (16, 4)}
STOCHASTIC = "rounding = stochastic, stream = 3, prescale = 0.75"
SEED = 77


class Case:
    """A function: its operands by name (arrays, or the seed), shapes and kinds of its results, whether their bits must agree."""

    def __init__(self, name, operands, outs, body, is_exact=True):
        self.name, self.operands, self.outs, self.body, self.is_exact = name, operands, outs, body, is_exact

    def function(self, name):
        kinds = {key: f"%{key}: i64" if isinstance(value, int) else f"%{key}: {tensor(value[0].shape, value[1])}" for key, value in self.operands.items()}
        types = ", ".join(tensor(*out) for out in self.outs)
        empties = "".join(f"%e{i} = tensor.empty() : {tensor(*out)}\n" for i, out in enumerate(self.outs))
        results = ", ".join(f"%r#{i}" for i in range(len(self.outs))) if len(self.outs) > 1 else "%r"
        return f"func.func @{name}({', '.join(kinds.values())}) -> ({types}) {{\n{empties}{self.body}return {results} : {types}\n}}\n"

    def values(self):
        return [value if isinstance(value, int) else value[0] for value in self.operands.values()]


def draw(rng, shape, kind):
    """Rows of different sizes, and its kind."""
    x = (rng.standard_normal(shape) * np.exp2(rng.integers(-4, 5, (*shape[:-1], 1)))).astype(np.float32)
    return (x.view(np.uint32) >> 16).astype(np.uint16) if kind == "bf16" else x.astype(STORED[kind]), kind


def draw_packed(rng, rows, k, form, spread=4):
    """Codes that are no NaN, scales that span `spread` steps a row, and the tensor scale where there is one."""
    block, bits = FORMATS[form]
    blocks = -(-k // block)
    codes = rng.integers(0, 256, (rows, blocks, block * bits // 8)).astype(np.uint8)
    if bits == 8:
        codes &= 0xBB  # neither all ones nor E5M2's Inf
    padding = blocks * block - k
    if padding:  # codes behind the last element are zeros
        codes[:, -1, (block - padding) * bits // 8 :] = 0
    if form == "nvfp4":
        return [(codes, "i8"), (rng.integers(1, 0x7F, (rows, blocks)).astype(np.uint8), "i8"), (np.array(0.37, np.float32), "f32")]
    scale = rng.integers(110, 130, (rows, 1)) + rng.integers(0, spread, (rows, blocks))
    return [(codes, "i8"), (scale.astype(np.uint8), "i8")]


def types_of(arrays):
    return ", ".join(tensor(array.shape, kind) for array, kind in arrays)


def quantize(rng, shape, kind, form, options, transpose=False):
    rows, cols = reversed(shape) if transpose else shape
    if "hadamard" in options:
        size = int(options.split("size = ")[1].split(",")[0])
        cols = -(-cols // size) * size
    block, bits = FORMATS[form]
    blocks = -(-cols // block)
    outs = [((rows, blocks, block * bits // 8), "i8"), ((rows, blocks), "i8")] + [((), "f32")] * (form == "nvfp4")
    types = ", ".join(tensor(*out) for out in outs)
    body = (f"%r:{len(outs)} = mx.packed.quantize ins(%x : {tensor(shape, kind)}) outs({', '.join(f'%e{i}' for i in range(len(outs)))} : {types}) "
            f"{'seed %seed ' * ('stochastic' in options)}{{quantizers = [#mx.quantizer<format = !mx.{form}, {options}{', transpose' * transpose}>]}} -> {types}\n")
    return Case(f"quantize {shape} {kind} {form} {options}{' transposed' * transpose}", {"x": draw(rng, shape, kind), "seed": SEED}, outs, body)


def quantizers(rng):
    for i, form in enumerate(list(FORMATS)[:6]):
        shape, kinds = ((64, 256), (33, 200), (128, 1024))[i % 3], ("f32", "bf16", "f16")
        yield quantize(rng, shape, kinds[i % 3], form, "scale_rule = floor")
        yield quantize(rng, shape, kinds[(i + 1) % 3], form, f"scale_rule = rceil, {STOCHASTIC}", transpose=i % 2 == 1)
    for size in (16, 32, 64):
        yield quantize(rng, (96, 500), "bf16", "mxfp4", f"{STOCHASTIC}, hadamard = {{size = {size}, signs = seed}}, sign_stream = 9, pad_to_group")
    yield quantize(rng, (96, 500), "f32", "nvfp4", "scale_rule = amax")


def elementwise(rng):
    """dequantize, hadamard, cast."""
    for i, form in enumerate(FORMATS):
        rows, k, kind = ((33, 200), (64, 1024))[i % 2] + (("f32", "bf16", "f16")[i % 3],)
        arrays = draw_packed(rng, rows, k, form)
        names = [f"p{j}" for j in range(len(arrays))]
        body = (f"%r = mx.packed.dequantize ins({', '.join('%' + x for x in names)} : {types_of(arrays)}) outs(%e0 : {tensor((rows, k), kind)}) "
                f"{{format = !mx.{form}}} -> {tensor((rows, k), kind)}\n")
        yield Case(f"dequantize {rows}x{k} {form} to {kind}", dict(zip(names, arrays)), [((rows, k), kind)], body)
    for size, kind in ((16, "f32"), (64, "bf16"), (256, "f32"), (1024, "f16")):
        x, out = tensor((37, 1024), kind), ((37, 1024), "f32")
        body = f"%r = mx.hadamard ins(%x : {x}) outs(%e0 : {tensor(*out)}) seed %seed transform <size = {size}, signs = seed> {{sign_stream = 5 : i64}} -> {tensor(*out)}\n"
        yield Case(f"hadamard {size} {kind}", {"x": draw(rng, (37, 1024), kind), "seed": SEED}, [out], body)
    for kind, rounding in itertools.product(("float<4, 3, fn>", "float<5, 2>", "float<2, 1, finite>", "float<3, 4, ieee>"), ("nearest_even", "stochastic")):
        out = ((65, 129), "i8")
        body = (f"%r = mx.cast ins(%x : {tensor((65, 129), 'f32')}) outs(%e0 : {tensor(*out)}) {'seed %seed ' * (rounding == 'stochastic')}"
                f"rounding {rounding} {{format = !mx.{kind}}} -> {tensor(*out)}\n")
        yield Case(f"cast {kind} {rounding}", {"x": draw(rng, (65, 129), "f32"), "seed": SEED}, [out], body)


def relayout(rng, shape):
    """Scales to tiles of 128 x 4."""
    tiles = (*shape[:-2], -(-shape[-2] // 128), -(-shape[-1] // 4), 512)
    body = f"%r = mx.packed.relayout ins(%x : {tensor(shape, 'i8')}) outs(%e0 : {tensor(tiles, 'i8')}) linear to tile_128x4 -> {tensor(tiles, 'i8')}\n"
    return Case(f"relayout {shape}", {"x": (rng.integers(0, 256, shape).astype(np.uint8), "i8")}, [(tiles, "i8")], body)


def product(rng, m, n, k, forms, spread=4, accumulate="default", result="f32"):
    operands, sides, formats = {}, "", ""
    for letter, rows, form in zip("ab", (m, n), forms):
        arrays = draw_packed(rng, rows, k, form, spread) if form in FORMATS else [draw(rng, (rows, k), form)]
        names = [letter, letter + "s", letter + "t"][: len(arrays)]
        operands |= zip(names, arrays)
        sides += f"{letter}({', '.join('%' + x for x in names)} : {types_of(arrays)}) "
        formats += f"{letter}_format = !mx.{form}, " if form in FORMATS else ""
    out, is_exact = ((m, n), result), accumulate == "exact"
    body = (f"%k = arith.constant {k} : index\n%r = mx.packed.matmul {sides}k %k outs(%e0 : {tensor(*out)}) "
            f"accumulate {accumulate} {{{formats}alpha = 1.0 : f32}} -> {tensor(*out)}\n")
    return Case(f"product {m}x{n}x{k} {' x '.join(forms)} {accumulate} {result}", operands, [out], body, is_exact)


def products(rng):
    for m, n, k in ((1, 1, 32), (128, 256, 128), (129, 257, 100), (300, 77, 1056), (256, 512, 512), (64, 300, 4096)):
        yield product(rng, m, n, k, ("mxfp4", "mxfp4"), accumulate="exact")
        yield product(rng, m, n, k, ("mxfp4", "mxfp4"), spread=24, result="bf16")
    for forms in (("mxfp8_e4m3", "mxfp8_e5m2"), ("bf16", "mxfp4"), ("nvfp4", "nvfp4"), ("mxfp6_e3m2", "mxfp4"), ("f32", "mxfp6_e2m3"), ("mxint8", "bf16"), ("f16", "mxfp8_e4m3")):
        yield from (product(rng, *shape, forms) for shape in ((130, 70, 96), (257, 300, 1120)))
    for (m, n, k), form in itertools.product(((1, 70, 256), (4, 261, 512), (8, 16, 32), (16, 1000, 1088), (64, 300, 256)), ("mxfp4", "nvfp4")):
        yield product(rng, m, n, k, ("bf16", form))
    for m, n, k, forms in ((1, 70, 256, ("mxfp4", "mxfp4")), (16, 261, 1088, ("mxfp4", "mxfp4")), (64, 300, 256, ("nvfp4", "nvfp4")), (7, 40, 96, ("mxfp8_e5m2", "nvfp4")),
                           (100, 264, 1024, ("mxfp4", "mxfp4")), (70, 130, 17408, ("mxfp8_e4m3", "mxfp4"))):  # fmt: skip
        yield product(rng, m, n, k, forms, result="bf16")
    for m, n, k, form, result in ((200, 261, 1280, "mxfp4", "f32"), (70, 400, 256, "nvfp4", "bf16"), (70, 17000, 256, "nvfp4", "f16"), (260, 6000, 512, "mxfp4", "bf16")):
        yield product(rng, m, n, k, ("bf16", form), result=result)
    yield layers(rng, 150, (512, 256, 1024, 40), ("mxfp4", "nvfp4", "mxfp4"))


def layers(rng, m, widths, forms):
    """Products by weights, each of the one before: short kernels whose launches overlap."""
    operands, body = {"x0": draw(rng, (m, widths[0]), "bf16")}, ""
    for i, (k, n, form) in enumerate(zip(widths, widths[1:], forms)):
        arrays = draw_packed(rng, n, k, form)
        names = [f"w{i}{part}" for part in range(len(arrays))]
        operands |= zip(names, arrays)
        x, out = tensor((m, k), "bf16"), tensor((m, n), "bf16")
        body += (f"%k{i} = arith.constant {k} : index\n%o{i} = tensor.empty() : {out}\n"
                 f"%x{i + 1} = mx.packed.matmul a(%x{i} : {x}) b({', '.join('%' + name for name in names)} : {types_of(arrays)}) k %k{i} "
                 f"outs(%o{i} : {out}) {{b_format = !mx.{form}, alpha = {2.0**-8 if i else 1.0:e} : f32}} -> {out}\n")
    body = body.replace(f"%x{len(forms)} =", "%r =")
    return Case(f"layers {m} x {widths} {forms}", operands, [((m, widths[-1]), "bf16")], body, False)


def floats(rng, m, n, k, kinds, form):
    """linalg.matmul of floats with f32 sums; n: K is last in a, first in b; t: the other way."""
    a, b = (m, k) if form[0] == "n" else (k, m), (k, n) if form[1] == "n" else (n, k)
    axes = ["(m, k)" if form[0] == "n" else "(k, m)", "(k, n)" if form[1] == "n" else "(n, k)", "(m, n)"]
    maps, out = ", ".join(f"affine_map<(m, n, k) -> {x}>" for x in axes), ((m, n), "f32")
    body = (f"%z = arith.constant 0.0 : f32\n%f = linalg.fill ins(%z : f32) outs(%e0 : {tensor(*out)}) -> {tensor(*out)}\n"
            f"%r = linalg.matmul indexing_maps = [{maps}] ins(%a, %b : {tensor(a, kinds[0])}, {tensor(b, kinds[1])}) outs(%f : {tensor(*out)}) -> {tensor(*out)}\n")
    return Case(f"product {m}x{n}x{k} {' x '.join(kinds)} {form}", {"a": draw(rng, a, kinds[0]), "b": draw(rng, b, kinds[1])}, [out], body, False)


def epilogue(rng, m, n, k, forms, spread=4, accumulate="default", kind="bf16"):
    """A product, and GELU of it and a bias, plus a residual, which the product's kernel computes."""
    case, out = product(rng, m, n, k, forms, spread, accumulate), ((m, n), kind)
    case.operands |= {"bias": draw(rng, (1, n), "f32"), "residual": draw(rng, (m, n), kind)}
    steps = (("u", "arith.addf %l, %b0"), ("c", "arith.mulf %u, %u"), ("d", "arith.mulf %c, %u"), ("f", "arith.mulf %d, %small"), ("g", "arith.addf %u, %f"),
             ("h", "math.tanh %g"), ("i", "arith.addf %h, %one"), ("j", "arith.mulf %i, %u"))
    text = "".join(f"%{name} = {op} : f32\n" for name, op in steps) + f"%w = arith.extf %r0 : {kind} to f32\n%q = arith.addf %j, %w : f32\n%t = arith.truncf %q : f32 to {kind}\n"
    maps = ", ".join(f"affine_map<(i, j) -> {x}>" for x in ("(i, j)", "(0, j)", "(i, j)", "(i, j)"))
    types = [tensor((m, n), "f32"), tensor((1, n), "f32"), tensor(*out)]
    case.body = (f"%small = arith.constant 0.044715 : f32\n%one = arith.constant 1.0 : f32\n%room = tensor.empty() : {types[0]}\n"
                 f"{case.body.replace('%r =', '%p =').replace('%e0', '%room')}"
                 f'%r = linalg.generic {{indexing_maps = [{maps}], iterator_types = ["parallel", "parallel"]}} ins(%p, %bias, %residual : {", ".join(types)}) '
                 f"outs(%e0 : {types[2]}) {{\n^bb0(%l: f32, %b0: f32, %r0: {kind}, %o: {kind}):\n{text}linalg.yield %t : {kind}\n}} -> {types[2]}\n")
    case.name, case.outs = f"epilogue of {case.name} {kind}", [out]
    return case


def loop(rng, name, shape, to, out_shape, text, is_exact):
    """A linalg.generic over i, j of x, with result axes `to`."""
    kinds = ", ".join('"parallel"' if axis in to else '"reduction"' for axis in "ij")
    out = (out_shape, "f32")
    body = (f"%z = arith.constant 0.0 : f32\n%f = linalg.fill ins(%z : f32) outs(%e0 : {tensor(*out)}) -> {tensor(*out)}\n"
            f"%r = linalg.generic {{indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ({', '.join(to)})>], iterator_types = [{kinds}]}} "
            f"ins(%x : {tensor(shape, 'f32')}) outs(%f : {tensor(*out)}) {{\n^bb0(%p: f32, %o: f32):\n{text}linalg.yield %q : f32\n}} -> {tensor(*out)}\n")
    return Case(f"{name} {shape}", {"x": draw(rng, shape, "f32")}, [out], body, is_exact)


def loops(rng):
    add, largest = "%q = arith.addf %p, %o : f32\n", "%q = arith.maximumf %p, %o : f32\n"
    for rows, cols in ((300, 500), (7, 4096), (2049, 3)):
        yield loop(rng, "sum of rows", (rows, cols), "i", (rows,), add, True)
        yield loop(rng, "sum of columns", (rows, cols), "j", (cols,), add, True)
        yield loop(rng, "largest of rows", (rows, cols), "i", (rows,), largest, True)
        yield loop(rng, "sum of all", (rows, cols), "", (), add, True)
    yield loop(rng, "transpose", (77, 160), "ji", (160, 77), "%q = arith.mulf %p, %p : f32\n", True)
    yield loop(rng, "exp", (77, 160), "ij", (77, 160), "%q = math.exp %p : f32\n", True)
    yield loop(rng, "tanh", (77, 160), "ij", (77, 160), "%q = math.tanh %p : f32\n", True)


def cases():
    rng = np.random.default_rng(9)
    yield from quantizers(rng)
    yield from elementwise(rng)
    yield from products(rng)
    for shape in ((300, 19), (3, 64, 8)):
        yield relayout(rng, shape)
    for kinds, form in ((("bf16", "bf16"), "nn"), (("bf16", "bf16"), "nt"), (("bf16", "bf16"), "tn"), (("f16", "f16"), "tt"), (("f32", "f32"), "nn"),
                        (("bf16", "f32"), "nt")):
        yield floats(rng, 136, 264, 72, kinds, form)
    yield floats(rng, 133, 77, 51, ("f32", "f32"), "tn")
    for forms, accumulate in ((("mxfp4", "mxfp4"), "exact"), (("mxfp4", "mxfp4"), "default"), (("bf16", "mxfp4"), "default"), (("nvfp4", "nvfp4"), "default")):
        yield epilogue(rng, 136, 264, 512, forms, 24 if accumulate == "exact" else 4, accumulate)
        yield epilogue(rng, 13, 77, 96, forms, 24, accumulate, kind="f16")
    yield from loops(rng)
