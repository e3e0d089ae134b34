"""One layer's forward, dgrad and wgrad under each published recipe, against models written from the papers' formulas:
the same bits for every recipe and seed on both targets, with sums that are exact."""
# RUN: %python %s

import numpy as np
from model import E2M1, E4M3, NAMED, Format, hadamard, matmul, quantize, sign_vector
from tools import TARGETS, Counter, Folder, mxc_run, run

F32 = np.float32
TOKENS, INPUTS, OUTPUTS = 40, 96, 48  # neither whole blocks of tokens nor whole tiles of outputs
LAYER = f"""
#x = affine_map<(i, j, k) -> (i, k)>
#w = affine_map<(i, j, k) -> (j, k)>
#y = affine_map<(i, j, k) -> (i, j)>
#t = affine_map<(i, j, k) -> (k, i)>
#v = affine_map<(i, j, k) -> (k, j)>
func.func @main(%x: tensor<{TOKENS}x{INPUTS}xf32>, %w: tensor<{OUTPUTS}x{INPUTS}xf32>,
                %t: tensor<{TOKENS}x{OUTPUTS}xf32>)
    -> (tensor<{TOKENS}x{OUTPUTS}xf32>, tensor<{TOKENS}x{INPUTS}xf32>, tensor<{OUTPUTS}x{INPUTS}xf32>) {{
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<{TOKENS}x{OUTPUTS}xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<{TOKENS}x{OUTPUTS}xf32>) -> tensor<{TOKENS}x{OUTPUTS}xf32>
  %y = linalg.matmul indexing_maps = [#x, #w, #y] {{mx.role = "forward"}}
    ins(%x, %w : tensor<{TOKENS}x{INPUTS}xf32>, tensor<{OUTPUTS}x{INPUTS}xf32>)
    outs(%f : tensor<{TOKENS}x{OUTPUTS}xf32>) -> tensor<{TOKENS}x{OUTPUTS}xf32>
  %g = linalg.mul ins(%t, %y : tensor<{TOKENS}x{OUTPUTS}xf32>, tensor<{TOKENS}x{OUTPUTS}xf32>)
    outs(%e : tensor<{TOKENS}x{OUTPUTS}xf32>) -> tensor<{TOKENS}x{OUTPUTS}xf32>
  %e1 = tensor.empty() : tensor<{TOKENS}x{INPUTS}xf32>
  %f1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<{TOKENS}x{INPUTS}xf32>) -> tensor<{TOKENS}x{INPUTS}xf32>
  %dx = linalg.matmul {{mx.role = "dgrad"}}
    ins(%g, %w : tensor<{TOKENS}x{OUTPUTS}xf32>, tensor<{OUTPUTS}x{INPUTS}xf32>)
    outs(%f1 : tensor<{TOKENS}x{INPUTS}xf32>) -> tensor<{TOKENS}x{INPUTS}xf32>
  %e2 = tensor.empty() : tensor<{OUTPUTS}x{INPUTS}xf32>
  %f2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<{OUTPUTS}x{INPUTS}xf32>) -> tensor<{OUTPUTS}x{INPUTS}xf32>
  %dw = linalg.matmul indexing_maps = [#t, #v, #y] {{mx.role = "wgrad"}}
    ins(%g, %x : tensor<{TOKENS}x{OUTPUTS}xf32>, tensor<{TOKENS}x{INPUTS}xf32>)
    outs(%f2 : tensor<{OUTPUTS}x{INPUTS}xf32>) -> tensor<{OUTPUTS}x{INPUTS}xf32>
  return %y, %dx, %dw : tensor<{TOKENS}x{OUTPUTS}xf32>, tensor<{TOKENS}x{INPUTS}xf32>, tensor<{OUTPUTS}x{INPUTS}xf32>
}}
"""
# The same layer with tokens in two axes, as transformers have them.
BATCH, STEPS = 2, 20
SEQUENCES = f"""
#x = affine_map<(b, s, j, k) -> (b, s, k)>
#w = affine_map<(b, s, j, k) -> (j, k)>
#y = affine_map<(b, s, j, k) -> (b, s, j)>
#v = affine_map<(b, s, j, k) -> (k, j)>
#dy = affine_map<(i, j, b, s) -> (b, s, i)>
#xb = affine_map<(i, j, b, s) -> (b, s, j)>
#dw = affine_map<(i, j, b, s) -> (i, j)>
!x = tensor<{BATCH}x{STEPS}x{INPUTS}xf32>
!w = tensor<{OUTPUTS}x{INPUTS}xf32>
!y = tensor<{BATCH}x{STEPS}x{OUTPUTS}xf32>
func.func @main(%x: !x, %w: !w, %t: !y) -> (!y, !x, !w) {{
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : !y
  %f = linalg.fill ins(%zero : f32) outs(%e : !y) -> !y
  %y = linalg.contract indexing_maps = [#x, #w, #y] {{mx.role = "forward"}} ins(%x, %w : !x, !w) outs(%f : !y) -> !y
  %g = linalg.mul ins(%t, %y : !y, !y) outs(%e : !y) -> !y
  %e1 = tensor.empty() : !x
  %f1 = linalg.fill ins(%zero : f32) outs(%e1 : !x) -> !x
  %dx = linalg.contract indexing_maps = [#x, #v, #y] {{mx.role = "dgrad"}} ins(%g, %w : !y, !w) outs(%f1 : !x) -> !x
  %e2 = tensor.empty() : !w
  %f2 = linalg.fill ins(%zero : f32) outs(%e2 : !w) -> !w
  %dw = linalg.contract indexing_maps = [#dy, #xb, #dw] {{mx.role = "wgrad"}} ins(%g, %x : !y, !x) outs(%f2 : !w) -> !w
  return %y, %dx, %dw : !y, !x, !w
}}
"""

MXFP4, NVFP4 = NAMED["mxfp4"], NAMED["nvfp4"]
MXFP4_TILE = Format(E2M1, "e8m0", (32, 32))
NVFP4_TILE = Format(E2M1, E4M3, (16, 16), True)
# The signs of NVIDIA's fixed transform of 16, as TransformerEngine has them.
NVIDIA_SIGNS = np.array([1, 1, 1, -1, 1, -1, -1, -1, -1, -1, -1, 1, -1, 1, -1, -1], F32)


def transform(x, size, signs, seed, number):
    """Zero-padded groups of the contraction axis times diag(S)·H/√size; signs None, an array, or "seed"."""
    x = np.pad(x, ((0, 0), (0, -x.shape[1] % size)))
    return hadamard(x, size, sign_vector(size, seed, number) if isinstance(signs, str) else signs)


class Operand:
    def __init__(self, form, **options):
        self.form, self.options = form, options

    def __call__(self, x, seed, stream):
        return quantize(x, self.form, seed=seed, stream=stream, **self.options)


class Product:
    """Both operands transformed and quantised, each along the contraction, multiplied, times alpha."""

    def __init__(self, a, b, rotation=None, alpha=1):
        self.a, self.b, self.rotation, self.alpha = a, b, rotation, F32(alpha)

    def __call__(self, a, b, seed, number):
        if self.rotation:
            a, b = (transform(x, *self.rotation, seed, number) for x in (a, b))
        a, b = self.a(a, seed, 2 * number), self.b(b, seed, 2 * number + 1)
        return matmul(a.values, b.values, self.alpha, [a.tensor_scale, b.tensor_scale]), a, b


def dequantized(q):
    """Contract 20: with a tensor scale two roundings."""
    values = q.values.astype(F32)
    return values if q.tensor_scale is None else values * q.tensor_scale


class Layer:
    """A recipe: three products, and whether backward products read what the forward one quantised."""

    def __init__(self, forward, dgrad, wgrad, packed=False):
        self.forward, self.dgrad, self.wgrad, self.packed = forward, dgrad, wgrad, packed

    def __call__(self, x, w, t, seed):
        y, qx, qw = self.forward(x, w, seed, 0)
        g = t * y
        if self.packed:
            x, w = dequantized(qx), dequantized(qw)
        return y, self.dgrad(g, w.T, seed, 1)[0], self.wgrad(g.T, x.T, seed, 2)[0]


class Quartet(Layer):
    """Forward products of H-transformed operands with QuEST scales; backward ones of what was quantised, still
    transformed, whose results are masked where the other operand was clipped and transformed back."""

    def __init__(self, backward):
        quest = Operand(MXFP4, rule="quest")
        super().__init__(Product(quest, quest), backward, backward)

    def __call__(self, x, w, t, seed):
        x, w = hadamard(x, 32, None), hadamard(w, 32, None)
        y, qx, qw = self.forward(x, w, seed, 0)
        g = t * y
        dx = self.dgrad(g, dequantized(qw).T, seed, 1)[0]
        dw = self.wgrad(g.T, dequantized(qx).T, seed, 2)[0]
        back = lambda gradient, value, q: hadamard(np.where(self.is_kept(value, q), gradient, F32(0)), 32, None)
        return y, back(dx, x, qx), back(dw, w, qw)

    @staticmethod
    def is_kept(value, q):
        """|value / scale| < 6."""
        return np.abs(value) < 6 * np.repeat(q.scale_values, 32, 1)


class Float:
    """A product that stays float."""

    def __call__(self, a, b, seed, number):
        return (a.astype(np.float64) @ b.T.astype(np.float64)).astype(F32), None, None


def recipes():
    nearest, tseng = Operand(MXFP4), Operand(MXFP4, rounding="stochastic", prescale=0.75)
    up, up_sr = Operand(MXFP4, rule="rceil"), Operand(MXFP4, rule="rceil", rounding="stochastic")
    up_tile = Operand(MXFP4_TILE, rule="rceil")
    nv, nv_sr, nv_tile = Operand(NVFP4), Operand(NVFP4, rounding="stochastic"), Operand(NVFP4_TILE)
    four_six, four_six_tile = Operand(NVFP4, rule="four_over_six"), Operand(NVFP4_TILE, rule="four_over_six")
    room = Operand(NVFP4, rounding="stochastic", rule="headroom")
    eden = Product(*[Operand(NVFP4, rule="ms_eden")] * 2, (128, "seed"))
    tseng_nearest = Operand(MXFP4, prescale=0.75)
    h16 = Product(nearest, nearest, (16, None))
    unbiased = Product(tseng, tseng, (64, "seed"), 16 / 9)
    return {
        "mxfp4_backward": Layer(Float(), unbiased, unbiased),
        "mxfp4_hadamard": Layer(h16, h16, h16),
        "mxfp4_training": Layer(Product(up, up_tile), Product(up_sr, up_tile), Product(up_sr, up, (32, "seed"))),
        "tetrajet": Layer(Product(up, up), Product(up_sr, up_sr), Product(up_sr, up_sr), packed=True),
        "fp4_all_the_way": Layer(Product(nv, nv), Product(nv_sr, nv), Product(nv_sr, nv_sr)),
        "fp4_all_the_way,dgrad=none,wgrad=none": Layer(Product(nv, nv), Float(), Float()),
        "four_over_six": Layer(Product(four_six, four_six_tile), Product(room, four_six_tile),
                               Product(room, four_six, (16, "seed"))),
        "quartet": Quartet(Product(tseng_nearest, tseng_nearest, (32, "seed"), 16 / 9)),
        "quartet_v1": Quartet(Product(tseng, tseng, (32, "seed"), 16 / 9)),
        "quartet2": Layer(Product(four_six, four_six), eden, eden, packed=True),
        "nvfp4_training": Layer(Product(nv, nv_tile), Product(nv_sr, nv_tile), Product(nv_sr, nv, (16, NVIDIA_SIGNS))),
    }


def data():
    """Normal values, of x with outliers as activations have them; on a grid on which the float x·wᵀ is exact too."""
    rng = np.random.default_rng(20260126)
    draw = lambda *shape: rng.standard_normal(shape)
    x, w, t = draw(TOKENS, INPUTS), draw(OUTPUTS, INPUTS) * 0.05, draw(TOKENS, OUTPUTS)
    x[:, ::17] *= 20
    return (np.round(x * 16) / 16).astype(F32), (np.round(w * 256) / 256).astype(F32), t.astype(F32)


def check_bits(counter, folder, name, layer):
    """The step's results on each target, for two seeds on the last; gradients of float products within their
    rounding."""
    x, w, t = data()
    ir = folder.text("layer.mlir", LAYER)
    for seed, target in ((7, TARGETS[0]), (7, TARGETS[-1]), (2**63 + 11, TARGETS[-1])):
        expected = layer(x, w, t, seed)
        out = mxc_run(folder, ir, {"arg0": x, "arg1": w, "arg2": t}, target, f"--recipe={name},accumulate=exact",
                      f"--seed={seed}")
        for i, product in enumerate((layer.forward, layer.dgrad, layer.wgrad)):
            got, want = out[f"out{i}"], expected[i]
            error = np.abs(got.astype(np.float64) - want).max() / np.abs(want).max()
            good = error < 1e-6 if i > 0 and isinstance(product, Float) else np.array_equal(got, want)
            counter.check(good, f"{name} {target} seed {seed}: result {i} differs by {error:.1e}")


def check_sequences(counter, folder):
    """Tokens in two axes give the bits of tokens in one."""
    x, w, t = data()
    ir = folder.text("sequences.mlir", SEQUENCES)
    split = lambda array: array.reshape(BATCH, STEPS, -1)
    for name in ("quartet", "quartet2"):
        expected = recipes()[name](x, w, t, 11)
        out = mxc_run(folder, ir, {"arg0": split(x), "arg1": w, "arg2": split(t)}, TARGETS[-1],
                      f"--recipe={name},accumulate=exact", "--seed=11")
        for i in range(3):
            same = np.array_equal(out[f"out{i}"].reshape(expected[i].shape), expected[i])
            counter.check(same, f"{name} on sequences: result {i} differs")


def convert(name, source, shape, cast, kinds):
    """A tensor from one element type to the other, as mixed precision has it."""
    a, b = kinds
    return (f"  %i{name} = tensor.empty() : tensor<{shape}x{b}>\n"
            f"  %{name} = linalg.generic {{indexing_maps = [#id, #id],\n"
            "      iterator_types = [\"parallel\", \"parallel\"]}\n"
            f"    ins(%{source} : tensor<{shape}x{a}>) outs(%i{name} : tensor<{shape}x{b}>) {{\n"
            f"  ^bb0(%p: {a}, %q: {b}):\n    %r = arith.{cast} %p : {a} to {b}\n    linalg.yield %r : {b}\n"
            f"  }} -> tensor<{shape}x{b}>\n")


def check_mixed_precision(counter, folder):
    """x and w narrowed to bf16 for the forward product and widened for the backward ones: what is kept is packed, and
    the bits are those of the narrowed arrays."""
    x, w, t = data()
    bits = lambda a: a.view(np.uint32)
    narrow = lambda a: ((bits(a) + 0x7FFF + (bits(a) >> 16 & 1)) & 0xFFFF0000).astype(np.uint32).view(F32)
    shapes = {"x": f"{TOKENS}x{INPUTS}", "w": f"{OUTPUTS}x{INPUTS}"}
    casts = "".join(convert(f"{n}n", n, s, "truncf", ("f32", "bf16"))
                    + convert(f"{n}e", f"{n}n", s, "extf", ("bf16", "f32")) for n, s in shapes.items())
    text = "#id = affine_map<(i, j) -> (i, j)>\n" + LAYER.replace("  %zero", casts + "  %zero")
    text = text.replace(f"ins(%x, %w : tensor<{shapes['x']}xf32>, tensor<{shapes['w']}xf32>)",
                        f"ins(%xn, %wn : tensor<{shapes['x']}xbf16>, tensor<{shapes['w']}xbf16>)")
    text = text.replace("ins(%g, %w :", "ins(%g, %we :").replace("ins(%g, %x :", "ins(%g, %xe :")
    ir = folder.text("mixed.mlir", text)
    for name in ("tetrajet", "quartet"):
        kept = run("mx-opt", ir, f"--mx-apply-recipe=recipe={name} report-saved", "-o", "/dev/null").stderr
        counter.check("(ratio 0.26" in kept or "(ratio 0.27" in kept, f"{name} in mixed precision keeps {kept[-300:]}")
        expected = recipes()[name](narrow(x), narrow(w), t, 13)
        out = mxc_run(folder, ir, {"arg0": x, "arg1": w, "arg2": t}, TARGETS[-1],
                      f"--recipe={name},accumulate=exact", "--seed=13")
        for i in range(3):
            counter.check(np.array_equal(out[f"out{i}"], expected[i]), f"{name} in mixed precision: result {i} differs")


def by_average(x, average):
    """MXFP4 by RCEIL; between two numbers of the grid the one that is nearer to the average (contract 31)."""
    q = quantize(x, MXFP4, rule="rceil", rounding="toward_zero")
    grid = MXFP4.element.grid
    scales = np.repeat(q.scale_values, 32, 1)[:, : x.shape[1]]
    sign, low = np.where(np.signbit(x), -1, 1), q.codes & 7
    high = np.minimum(low + 1, 7)
    middle = (grid[low] + grid[high]) / 2
    position = sign * average / scales
    up = (position > middle) | ((position == middle) & (low % 2 == 1))
    code = np.where(up & (sign * x / scales > grid[low]), high, low)
    q.values = sign * grid[code] * scales
    return q


def check_average(counter, folder):
    """TetraJet with the moving average of w as a fourth argument."""
    x, w, t = data()
    average = (w + np.random.default_rng(9).standard_normal(w.shape) * 0.02).astype(F32)
    average[0] = w[0]
    argument = f"%t: tensor<{TOKENS}x{OUTPUTS}xf32>"
    ir = folder.text("average.mlir", LAYER.replace(
        argument, f"{argument}, %a: tensor<{OUTPUTS}x{INPUTS}xf32> {{mx.ema_of = 1 : i64}}"))
    tetrajet = recipes()["tetrajet"]
    tetrajet.forward.b = lambda w, seed, stream: by_average(w, average)
    expected = tetrajet(x, w, t, 5)
    plain = recipes()["tetrajet"](x, w, t, 5)
    counter.check(not np.array_equal(plain[0], expected[0]), "the average changes nothing")
    for target in TARGETS:
        out = mxc_run(folder, ir, {"arg0": x, "arg1": w, "arg2": t, "arg3": average}, target,
                      "--recipe=tetrajet,accumulate=exact", "--seed=5")
        for i in range(3):
            counter.check(np.array_equal(out[f"out{i}"], expected[i]), f"average {target}: result {i} differs")


def check_unbiased(counter, name, product, a, b):
    """The mean over seeds of what estimates a·bᵀ is within 6 standard errors of it, element by element."""
    runs = np.stack([product(a, b, seed, 1)[0] for seed in range(200)]).astype(np.float64)
    exact = a.astype(np.float64) @ b.T.astype(np.float64)
    error = runs.std(0, ddof=1) / np.sqrt(len(runs))
    worst = (np.abs(runs.mean(0) - exact) / np.maximum(error, 1e-30)).max()
    biased = name.startswith("biased")
    counter.check((worst > 6) == biased, f"{name}: the mean is {worst:.1f} standard errors off")


def check_distributions(counter):
    """What is unbiased, and what is not: floor without room saturates."""
    rng = np.random.default_rng(5)
    a, b = rng.standard_normal((8, 128)).astype(F32), rng.standard_normal((6, 128)).astype(F32)
    saturating = Operand(MXFP4, rounding="stochastic")
    for name in ("mxfp4_backward", "tetrajet", "quartet_v1", "quartet2"):
        check_unbiased(counter, name, recipes()[name].dgrad, a, b)
    room = Operand(NVFP4, rounding="stochastic", rule="headroom")
    check_unbiased(counter, "16/17 on both", Product(room, room), a, b)
    check_unbiased(counter, "biased: floor without room", Product(saturating, saturating), a, b)


def main():
    counter = Counter()
    folder = Folder()
    with folder:
        for name, layer in recipes().items():
            check_bits(counter, folder, name, layer)
        check_average(counter, folder)
        check_sequences(counter, folder)
        check_mixed_precision(counter, folder)
    check_distributions(counter)
    counter.finish("published recipes equal to their models")


if __name__ == "__main__":
    main()
