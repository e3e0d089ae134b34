"""The kernels that operations on GPU arrays ask for compile, and take and give the shapes that the operations pass: on
machines without a GPU, with arrays of the CPU in the place of the GPU's. What they compute: device-torch.py."""
# RUN: %python %s

import mxc
import numpy as np
from mxc import _device, _device_ops

LINES = []


def compile_only(kind, options, arguments, seed=0):
    """In the place of a call: the kernel's shapes must be the arguments', and its result is zeros."""
    LINES.append(_device_ops._line(kind, **options))
    signature = _device_ops._kernel(LINES[-1]).signature
    wanted, found = [tuple(value.shape) for value in signature.arguments], [tuple(x.shape) for x in arguments]
    assert wanted == found, f"{LINES[-1]}: {wanted}, given {found}"
    result = signature.results[0]
    zeros = np.zeros(result.shape, np.float32)
    return zeros if result.format is None else mxc.quantize(zeros, result.format)


def check(shape):
    x, form = np.ones(shape, np.float32), mxc.Format.parse("mxfp4")
    q = _device_ops.quantize(x, form, False, 0, None, {})
    assert q.shape == shape
    assert _device_ops.dequantize(q, "bfloat16").shape == shape
    assert _device_ops.hadamard(x, 32, "seed", 0, 1).shape == shape
    if len(shape) < 2:
        return
    turned = _device_ops.quantize(x, form, True, 0, 32, _device_ops.sign_options("seed", 2))
    assert turned.shape == (*shape[:-2], shape[-1], -(-shape[-2] // 32) * 32)
    result = (*shape[:-1], 4)
    w = mxc.quantize(np.ones((4, shape[-1]), np.float32))
    batched = mxc.quantize(np.ones((*shape[:-2], 4, shape[-1]), np.float32), "nvfp4")
    assert _device_ops.matmul(x, w, None, 1.0, "default", "float32").shape == result
    assert _device_ops.matmul(q, w, np.zeros(result, np.float32), 1.0, "exact", "float32").shape == result
    assert _device_ops.matmul(q, batched, None, 2.0, "fast", "float16").shape == result


def main():
    _device.shape_of = lambda name, array, dtypes: tuple(array.shape)
    _device_ops._run = compile_only
    for shape in ((64,), (3, 64), (2, 3, 64), (2, 2, 3, 64)):
        check(shape)
    print(f"{len(LINES)} kernels: passed")


main()
