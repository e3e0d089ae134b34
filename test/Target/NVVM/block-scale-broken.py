"""The kernel of the family mma_block_scale is right on the emulator under several seeds. Each of its broken forms is caught at
the line that is wrong or that meets the consequence, or, where every access is legal, gives other sums."""
# RUN: %python %s %mx_test_bin/emulate-kernel

import os
import re
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "..", "Emulator"), os.path.join(HERE, "..", "..", "Acceptance")]
import model
from broken_kernels import EARLY, check_caught, launch, remove, replace
from products import tensor
from tcgen05_kernels import draw_mxfp4, extract, mark
from tools import Counter, Folder, run

# Two tiles of rows, one of columns, and more steps than the ring has stages.
M, N, K, STAGES = 70, 100, 520, 4
BLOCKS = -(-K // 32)
SHARED = STAGES * (64 + 128) * 64 + 1024
COMMIT, LOAD_A, LOAD_B, MMA = "cp.async.commit_group", "ldmatrix.sync.aligned.m8n8", "ldmatrix.sync.aligned.m8n16", "mma.sync"
COPY_A, COPY_B = "cp.async.cg", "cp.async.ca"
MARKS = [("first copy a", COPY_A, 0), ("first copy b", COPY_B, 0), ("other copy b", COPY_B, 1), ("commit", COMMIT, STAGES - 1), ("wait", "cp.async.wait_group", 0),
         ("barrier", "nvvm.barrier0", 0), ("copy a", COPY_A, STAGES - 1), ("copy b", COPY_B, 2 * STAGES - 2), ("load b", LOAD_B, 0),
         ("load b 1", LOAD_B, 1), ("load a", LOAD_A, 0), ("mma", MMA, 0), ("mma 1", MMA, 1)]


def barrier_first(text):
    """The barrier before the wait, so that it tells nothing of the others' copies."""
    lines = text.split("\n")
    at = next(i for i, line in enumerate(lines) if line.endswith("// wait"))
    lines[at], lines[at + 1] = lines[at + 1], lines[at]
    return "\n".join(lines)


def change_after(name, old, new, count=1):
    """The first `count` places of `old` after a mark."""

    def change(text):
        at = text.index(f"// {name}")
        return text[:at] + text[at:].replace(old, new, count)

    return change


def one_row_more(text):
    """Row N of B is in the matrix, too, before anything is copied."""
    at = text.index("// first copy a")
    head = re.sub(r"arith.cmpi slt, (%\w+), %arg6 ", r"arith.cmpi sle, \1, %arg6 ", text[:at])
    return head + text[at:]


LOADS, COPIES = ("load a", "load b", "load b 1"), ("copy a", "copy b", "first copy a", "first copy b")
# How it is broken, where it is noticed, and what is said.
BROKEN = {
    "no wait for the copies": (remove("wait"), LOADS, EARLY),
    "one group too few waited for": (replace("wait", "wait_group 2", "wait_group 3"), LOADS, EARLY),
    "no commit": (remove("commit"), LOADS, EARLY),
    "no barrier": (remove("barrier"), (*LOADS, *COPIES), (*EARLY, "may still be read")),
    "barrier before the wait": (barrier_first, LOADS, EARLY),
    "a stage too early": (change_after("barrier", "arith.constant 3 :", "arith.constant 4 :"), (*COPIES, *LOADS), (*EARLY, "may still be read")),
    "copies half of 16 bytes": (replace("copy a", "], 16,", "], 8,"), "copy a", "8 bytes; expected 16"),
    "copies 16 of 8 bytes": (replace("copy b", "], 8,", "], 16,"), "copy b", "not aligned to 16 bytes"),
    "one row too many": (one_row_more, "other copy b", "global memory"),
    "6 bits for 4": (replace("load b", "b4x16_p64", "b6x16_p32"), "load b", "never written"),
    "bytes for 4 bits": (replace("load b", "m8n16.x4.shared.b8x16.b4x16_p64", "m8n8.x4.shared.b16"), "load b", "never written"),
    "half a row off": (replace("load a", "[$4]", "[$4+8]"), "load a", "not aligned"),
    "byte 4 of the scales": (replace("mma", "$14, {0, 0}", "$14, {4, 0}"), "mma", "byte-id 4"),
    "third pair of lanes": (replace("mma", "$14, {0, 0}", "$14, {0, 2}"), "mma", "thread-id 2"),
    "two scales of 32 codes": (replace("mma", "scale_vec::1X", "scale_vec::2X"), "mma", "does not know"),
    "scales of ue4m3": (replace("mma", "f32.ue8m0", "f32.ue4m3"), "mma", "does not know"),
}
# Legal, and wrong.
OTHER_SUMS = {
    "scales of the other operand": replace("mma", "$14, {0, 0}, $15, {0, 0}", "$15, {0, 0}, $14, {0, 0}"),
    "scales of the next step": replace("mma", "$14, {0, 0}", "$14, {1, 0}"),
    "scales of the next tile": replace("mma 1", "$15, {0, 1}", "$15, {0, 2}"),
    "codes of another format": replace("mma", "f32.e4m3.e2m1", "f32.e5m2.e2m1"),
    "codes not in the middle of bytes": change_after("load b", "arith.constant 2 :", "arith.constant 1 :"),
}


def make_text(folder):
    a, b, out = tensor((M, K), "mxfp8_e4m3"), tensor((N, K), "mxfp4"), tensor((M, N), "f32")
    path = folder.text("p.mlir", f"func.func @main(%a: {a}, %b: {b}) -> {out} {{\n"
                       f"  %0 = mx.matmul %a, %b : {a}, {b} -> {out}\n  return %0 : {out}\n}}\n")
    return mark(extract(run("mxc", "compile", path, "--target=nvvm", "--chip=sm_120a", "--stop-after=lowered", "-o", "-").stdout, "product"), MARKS)


def prepare(folder, rng):
    """Arguments of emulate-kernel and the sums."""
    form = model.NAMED["mxfp8_e4m3"]
    codes_a = np.zeros((M, BLOCKS * 32), np.uint8)
    codes_a[:, :K] = rng.choice(np.flatnonzero(np.isfinite(form.element.values)), (M, K))
    scales_a = rng.integers(122, 133, (M, BLOCKS)).astype(np.uint8)
    a = form.element.values[codes_a] * np.repeat(np.ldexp(1.0, scales_a.astype(int) - 127), 32, 1)
    codes_b, scales_b, b = draw_mxfp4(rng, N, K)
    arguments = []
    for name, array in (("codes_a", codes_a), ("scales_a", scales_a), ("codes_b", codes_b), ("scales_b", scales_b)):
        with open(folder.path(name), "wb") as file:
            file.write(array.tobytes() + bytes(-array.size % 4))  # whole words
        arguments.append(f"file:{folder.path(name)}")
    arguments += [f"zeros:{M * N}"] + [f"i32:{value}" for value in (M, N, K, BLOCKS, BLOCKS)]
    return arguments, (a @ b.T).astype(np.float32)


def main():
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(4)
    text = make_text(folder)
    arguments, want = prepare(folder, rng)

    def start(text, seed=0, shared=SHARED):
        return launch(folder, text, arguments, 256, shared, seed, blocks=-(-M // 64) * -(-N // 128))

    def is_right(result):
        found = np.array(result.stdout.removeprefix("arg4:").split(), np.int64).astype(np.int32).view(np.float32)
        return found.size == want.size and np.abs(found.reshape(want.shape) - want).max() <= 2.0**-20 * np.abs(want).max()

    for seed in range(4):
        result = start(text, seed)
        counter.check(is_right(result), f"product, seed {seed}: {result.stderr}")
    for name, (change, marks, said) in BROKEN.items():
        broken = change(text)
        counter.check(broken != text, f"{name}: nothing changed")
        check_caught(counter, name, broken, start(broken), marks, said)
    check_caught(counter, "a stage of memory too few", text, start(text, shared=SHARED - 192 * 64), (*COPIES, "other copy b"), "shared memory")
    for name, change in OTHER_SUMS.items():
        broken = change(text)
        result = start(broken)
        counter.check(broken != text and result.returncode == 0 and not is_right(result), f"{name}: {result.stderr}")
    counter.finish("broken kernels with block scales")


main()
