"""The backward pass of one linear layer under mxfp4_backward on a GPU, beside cuBLAS's two bf16 products.

    python3 test/Benchmarks/gpu-backward.py [TOKENS [FEATURES]]      needs torch with CUDA and package mxc

Everything that the pass needs is in its time: two quantisations of dY and one each of W and X, with RHT 64 and stochastic
rounding, both products with their expansions and what misfit rows need. One line for each distribution of the data:
milliseconds of both, their ratio, the relative error of dX and dW, and the share of operand rows whose scales span at most
3 steps (exact in one pass), 7 steps, and more.
"""

import statistics
import sys

import mxc
import torch

STEP = """
func.func @backward(%dy: tensor<{m}x{n}xbf16>, %w: tensor<{n}x{n}xbf16>, %x: tensor<{m}x{n}xbf16>)
    -> (tensor<{m}x{n}xbf16>, tensor<{n}x{n}xbf16>) {{
  %zero = arith.constant 0.0 : bf16
  %e = tensor.empty() : tensor<{m}x{n}xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<{m}x{n}xbf16>) -> tensor<{m}x{n}xbf16>
  %dx = linalg.matmul {{mx.role = "dgrad"}} ins(%dy, %w : tensor<{m}x{n}xbf16>, tensor<{n}x{n}xbf16>)
          outs(%i : tensor<{m}x{n}xbf16>) -> tensor<{m}x{n}xbf16>
  %f = tensor.empty() : tensor<{n}x{n}xbf16>
  %j = linalg.fill ins(%zero : bf16) outs(%f : tensor<{n}x{n}xbf16>) -> tensor<{n}x{n}xbf16>
  %dw = linalg.matmul
          indexing_maps = [affine_map<(d0, d1, d2) -> (d2, d0)>, affine_map<(d0, d1, d2) -> (d2, d1)>,
                           affine_map<(d0, d1, d2) -> (d0, d1)>]
          {{mx.role = "wgrad"}} ins(%dy, %x : tensor<{m}x{n}xbf16>, tensor<{m}x{n}xbf16>)
          outs(%j : tensor<{n}x{n}xbf16>) -> tensor<{n}x{n}xbf16>
  return %dx, %dw : tensor<{m}x{n}xbf16>, tensor<{n}x{n}xbf16>
}}
"""


def draw(kind, rows, columns):
    x = torch.randn(rows, columns, device="cuda")
    if kind == "log-normal norms":
        x *= torch.exp(torch.randn(rows, 1, device="cuda"))
    if kind == "6 % zero tokens":
        x[torch.rand(rows, device="cuda") < 0.06] = 0
    return x.bfloat16()


def time_of(work, seconds=0.5):
    """Median milliseconds of one call, of batches that together take at least `seconds`."""
    for _ in range(3):
        work()
    torch.cuda.synchronize()
    times = []
    while sum(times) < 1000 * seconds:
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        for _ in range(4):
            work()
        end.record()
        torch.cuda.synchronize()
        times.append(begin.elapsed_time(end))
    return statistics.median(times) / 4


def spans(x, transpose):
    """The shares of rows by the steps that the scales of their non-zero blocks span."""
    scaled = mxc.quantize(x, "mxfp4", transpose=transpose, rounding="stochastic", prescale=0.75, hadamard=64, seed=1)
    scale = scaled.scale.int()
    zero = (scaled.packed & 0x77).eq(0).all(-1)
    high = scale.masked_fill(zero, -1).amax(-1)
    low = scale.masked_fill(zero, 1000).amin(-1)
    span = (high - low).clamp(min=0)
    return [(span <= 3).float().mean().item(), ((span > 3) & (span <= 7)).float().mean().item(), (span > 7).float().mean().item()]


def error(found, wanted):
    return ((found.float() - wanted.float()).norm() / wanted.float().norm()).item()


def main():
    given = [int(argument) for argument in sys.argv[1:3]]
    m, n = given + [32768, 8192][len(given) :]
    step = mxc.compile(STEP.format(m=m, n=n), "mxfp4_backward", "nvvm", arrays="device")
    print(f"{torch.cuda.get_device_name()}, {m} tokens, {n} x {n}")
    for kind in ("normal", "log-normal norms", "6 % zero tokens"):
        dy, x = draw(kind, m, n), draw(kind, m, n)
        w = (torch.randn(n, n, device="cuda") / n**0.5).bfloat16()
        dx, dw = step(dy, w, x, seed=1)
        wanted = dy @ w, dy.T @ x
        errors = error(dx, wanted[0]), error(dw, wanted[1])
        dx = dw = wanted = None
        ours = time_of(lambda: step(dy, w, x, seed=1))
        theirs = time_of(lambda: (dy @ w, dy.T @ x))
        shares = [spans(*operand) for operand in ((dy, False), (w, True), (dy, True), (x, True))]
        print(f"{kind}: {ours:.2f} ms, cuBLAS bf16 {theirs:.2f} ms, {theirs / ours:.2f} times; errors {errors[0]:.3f} {errors[1]:.3f};"
              f" rows by span (dY, W^T, dY^T, X^T): " + ", ".join("/".join(f"{share:.3f}" for share in each) for each in shares))


main()
