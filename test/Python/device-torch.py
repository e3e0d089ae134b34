"""torch tensors on a GPU: operations and compiled programs read and give them there, in the bits of the CPU."""
# REQUIRES: gpu, torch
# RUN: %python %s

import gc

import mxc
import torch
from checks import bits_of, normal, refused, same

CUDA = torch.device("cuda:0")
STEP = """
func.func @main(%x: tensor<16x64xf32>, %w: tensor<64x32xf32>, %y: tensor<16x32xf32>) -> (tensor<16x32xf32>, tensor<64x32xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<16x32xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<16x32xf32>) -> tensor<16x32xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<16x64xf32>, tensor<64x32xf32>) outs(%i : tensor<16x32xf32>) -> tensor<16x32xf32>
  %1 = arith.subf %0, %y : tensor<16x32xf32>
  %2 = arith.addf %w, %w : tensor<64x32xf32>
  return %1, %2 : tensor<16x32xf32>, tensor<64x32xf32>
}
"""


def on_cpu(scaled):
    assert scaled.is_on_device and scaled.packed.is_cuda
    return bits_of(scaled.cpu())


def quantisation():
    for dtype in (torch.float32, torch.bfloat16, torch.float16):
        x = torch.from_numpy(normal((5, 33, 96))).to(dtype)
        for form in ("mxfp4", "mxfp6_e2m3", "mxfp8_e4m3", "mxint8", "nvfp4", "!mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>"):
            here, there = mxc.quantize(x, form), mxc.quantize(x.to(CUDA), form)
            assert there.shape == here.shape
            same(on_cpu(there), bits_of(here), f"{form} of {dtype}")
            same(mxc.dequantize(there).cpu(), mxc.dequantize(here), f"values of {form}")
    x = torch.from_numpy(normal((70, 96)))
    options = dict(rounding="stochastic", seed=7, stream=3, hadamard=32, signs="seed", sign_stream=5)
    for extra in ({}, {"transpose": True}, {"random_bits": 8}, {"prescale": 0.75}):
        here, there = mxc.quantize(x, "mxfp4", **options, **extra), mxc.quantize(x.to(CUDA), "mxfp4", **options, **extra)
        assert there.shape == here.shape
        same(on_cpu(there), bits_of(here), f"stochastic {extra}")
    same(mxc.hadamard(x.to(CUDA), 32, signs="seed", seed=3).cpu(), mxc.hadamard(x, 32, signs="seed", seed=3), "hadamard")
    column = x.T.contiguous().to(CUDA).T  # not row-major: made so
    same(on_cpu(mxc.quantize(column)), bits_of(mxc.quantize(x)), "a transposed tensor")
    assert "mxfp4" in repr(there) and there.nbytes == here.nbytes
    same(there.codes, here.codes, "codes, on the CPU")


def products():
    x, w = torch.from_numpy(normal((2, 40, 128))), torch.from_numpy(normal((24, 128), seed=1))
    for a, b in (("mxfp4", "mxfp4"), ("nvfp4", "mxfp8_e4m3")):
        here = mxc.matmul(mxc.quantize(x, a), mxc.quantize(w, b), accumulate="exact")
        there = mxc.matmul(mxc.quantize(x.to(CUDA), a), mxc.quantize(w.to(CUDA), b), accumulate="exact")
        assert there.is_cuda
        same(there.cpu(), here, f"{a} x {b}")
    half = x[0].to(torch.bfloat16)
    here = mxc.matmul(half, mxc.quantize(w), dtype="bfloat16")
    there = mxc.matmul(half.to(CUDA), mxc.quantize(w.to(CUDA)), dtype="bfloat16")
    assert there.dtype == torch.bfloat16
    torch.testing.assert_close(there.cpu(), here, rtol=0.01, atol=0.02)
    acc = torch.ones(40, 24)
    found = mxc.matmul(x[0].to(CUDA), mxc.quantize(w.to(CUDA)), acc.to(CUDA))
    torch.testing.assert_close(found.cpu(), mxc.matmul(x[0], mxc.quantize(w), acc), rtol=1e-5, atol=1e-5)
    refused("batch axes", call=lambda: mxc.matmul(mxc.quantize(x.to(CUDA)), mxc.quantize(torch.ones(3, 4, 128, device=CUDA))))


def programs():
    x, w, y = (torch.from_numpy(normal(shape, seed=i)) for i, shape in enumerate(((16, 64), (64, 32), (16, 32))))
    step = mxc.compile(STEP, "mxfp4_weights", "nvvm", donate=[1])
    there = w.to(CUDA)
    found = step(x.to(CUDA), there, y.to(CUDA))
    assert found[1] is there and found[0].is_cuda
    wanted = mxc.compile(STEP, "mxfp4_weights", "nvvm")(x, w, y)
    same(found[0].cpu(), wanted[0], "arrays of the GPU and of the CPU")
    same(there.cpu(), w + w, "a donated tensor")
    side = torch.cuda.Stream()
    with torch.cuda.stream(side):
        big = torch.ones(16, 64, device=CUDA)
        for _ in range(100):
            big = big * 1.0
        result = step(big, w.to(CUDA), y.to(CUDA))[0] * 2  # in order, without a wait
    side.synchronize()
    torch.testing.assert_close(result.cpu(), 2 * mxc.compile(STEP, "mxfp4_weights")(torch.ones(16, 64), w, y)[0], rtol=1e-5, atol=1e-4)
    refused("on the GPU", call=lambda: step(x, w.to(CUDA), y.to(CUDA)))
    refused("argument 0 of float32", "float16", call=lambda: step(x.to(CUDA).half(), w.to(CUDA), y.to(CUDA)))
    refused("argument 0", "(64, 16)", call=lambda: step(x.T.to(CUDA), w.to(CUDA), y.to(CUDA)))
    odd = torch.ones(16 * 64 + 1, device=CUDA)[1:].reshape(16, 64)
    refused("aligned to 16 bytes", call=lambda: step(odd, w.to(CUDA), y.to(CUDA)))


def memory():
    """Results outlive their program, and nothing is kept when they go."""
    x = torch.from_numpy(normal((1024, 1024))).to(CUDA)
    double = mxc.compile("func.func @main(%a: tensor<1024x1024xf32>) -> tensor<1024x1024xf32> {\n"
                         "  %b = arith.addf %a, %a : tensor<1024x1024xf32>\n  return %b : tensor<1024x1024xf32>\n}\n",
                         target="nvvm", arrays="device")  # fmt: skip
    result = double(x)
    sizes = []
    for turn in range(300):
        double(x)
        if turn in (50, 299):
            torch.cuda.synchronize()
            gc.collect()
            sizes.append(torch.cuda.mem_get_info()[0])
    assert sizes[0] - sizes[1] < 64 << 20, sizes
    del double
    gc.collect()
    same(result.cpu(), (x + x).cpu(), "a result without its program")


def compiled_module():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(64, 96), torch.nn.GELU(), torch.nn.Linear(96, 32))
    x = torch.randn(48, 64)
    wanted = mxc.torch.compile(model, recipe="mxfp8", target="cpu")(x)
    found = mxc.torch.compile(model.to(CUDA), recipe="mxfp8", target="cuda")(x.to(CUDA))
    assert found.is_cuda
    torch.testing.assert_close(found.cpu(), wanted, rtol=1e-4, atol=1e-4)


def main():
    for test in (quantisation, products, programs, memory):
        test()
        print(f"{test.__name__}: passed")
    try:
        import torch_mlir  # noqa: F401
    except ImportError:
        print("compiled_module: torch-mlir is not installed")
    else:
        compiled_module()
        print("compiled_module: passed")


main()
