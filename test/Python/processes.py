"""Ctrl-C during a compile, threads, and memory after many calls and compilations."""
# RUN: %python %s %examples
# RUN: %python %s %examples interrupted

import os
import signal
import sys
import threading
import time

import mxc
import numpy as np
from checks import normal, resident, same

STEP = os.path.join(sys.argv[1], "inputs", "jax_mlp_train.mlir")


def imported():
    """Import is quick: it opens no library and brings no framework along."""
    with open("/proc/self/maps", encoding="utf-8") as file:
        assert "libmx_" not in file.read()
    assert not {"torch", "jax"} & set(sys.modules)
    code = "import time; t = time.process_time(); import mxc; print(time.process_time() - t)"
    quickest = min(float(os.popen(f"{sys.executable} -c '{code}'").read()) for _ in range(3))
    assert quickest < 0.5, f"import takes {quickest:.2f} s of the processor"


def long_program(products=200):
    """A chain of products, which takes many seconds to compile."""
    lines, value = [], "%x"
    for i in range(products):
        lines.append(f"  %{i} = linalg.matmul ins({value}, %w : tensor<{i + 1}x64xf32>, tensor<64x64xf32>) "
                     f"outs(%e{i} : tensor<{i + 1}x64xf32>) -> tensor<{i + 1}x64xf32>")
        lines.insert(0, f"  %e{i} = tensor.empty() : tensor<{i + 1}x64xf32>")
        lines.append(f"  %p{i} = tensor.pad %{i} low[0, 0] high[1, 0] {{\n  ^bb0(%r{i}: index, %c{i}: index):\n"
                     f"    tensor.yield %z : f32\n  }} : tensor<{i + 1}x64xf32> to tensor<{i + 2}x64xf32>")
        value = f"%p{i}"
    result = f"tensor<{products + 1}x64xf32>"
    return (f"func.func @main(%x: tensor<1x64xf32>, %w: tensor<64x64xf32>) -> {result} {{\n"
            "  %z = arith.constant 0.0 : f32\n" + "\n".join(lines) + f"\n  return {value} : {result}\n}}\n")


def interrupted():
    """KeyboardInterrupt comes at once, and the process ends well soon after."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # lit runs tests with it ignored.
    text = long_program()
    threading.Timer(0.7, os.kill, (os.getpid(), signal.SIGINT)).start()
    start = time.monotonic()
    try:
        mxc.compile(text, "mxfp4_weights")
    except KeyboardInterrupt:
        waited = time.monotonic() - start
        assert waited < 2, f"interrupted after {waited:.1f} s"
    else:
        raise AssertionError("the compilation ended before it was interrupted")
    x = normal((4, 64))
    assert mxc.quantize(x).shape == x.shape  # All goes on.


def threads():
    """Different programs at once, and one program from several threads."""
    arrays = dict(np.load(STEP.replace(".mlir", ".npz")))
    inputs = [arrays[f"arg{i}"] for i in range(6)]
    names = ["none", "mxfp8", "nvfp4", "mxfp4_weights"]
    expected = {name: [r.tobytes() for r in mxc.compile(STEP, name)(*inputs)] for name in names}
    shared = mxc.compile(STEP, "mxfp8")
    problems = []

    def work(name):
        try:
            for step, key in ((mxc.compile(STEP, name), name), (shared, "mxfp8")):
                for _ in range(3):
                    assert [r.tobytes() for r in step(*inputs)] == expected[key], key
        except BaseException as error:
            problems.append(error)

    workers = [threading.Thread(target=work, args=(name,)) for name in names]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not problems, problems


def memory():
    """Calls keep nothing; a program that is gone gives back what it held."""
    x = normal((256, 1024))
    add = mxc.compile("func.func @f(%a: tensor<256x1024xf32>) -> tensor<256x1024xf32> {\n"
                      "  %b = arith.addf %a, %a : tensor<256x1024xf32>\n  return %b : tensor<256x1024xf32>\n}\n")

    def calls(count):
        for _ in range(count):
            same(add(x)[:1, :4], (x + x)[:1, :4], "call")
            q = mxc.quantize(x)
            mxc.matmul(q, q).sum(), q.dequantize()
            try:
                add(x[:1])
            except ValueError:
                pass

    calls(20)
    before = resident()
    calls(100)
    assert resident() - before < 8, f"calls keep {resident() - before:.1f} MiB"

    def compilations(count):
        for _ in range(count):
            mxc.compile("func.func @f(%a: f32) -> f32 {\n  return %a : f32\n}\n")
            try:
                mxc.compile("nonsense\n")
            except mxc.CompileError:
                pass

    compilations(20)
    before = resident()
    compilations(20)
    assert resident() - before < 20, f"compilations keep {(resident() - before) / 20:.1f} MiB each"


if len(sys.argv) > 2:
    interrupted()
else:
    imported()
    threads()
    memory()
