"""A product of the kind that the families emit is right on the emulator, for several orders of events, and each of
its broken forms is caught at the line that is wrong or that meets the consequence."""
# RUN: %python %s %mx_test_bin/emulate-kernel

import kernels
import numpy as np
from broken_kernels import EARLY, check_caught, launch, remove, replace
from tools import Counter, Folder

STEPS = 5
BYTES = 64 * 128 * STEPS


def launch_product(folder, text, seed=0, box=64):
    arguments = [f"bytes:{BYTES}", f"map:0:1x64x{128 * STEPS}:{box}x128", "zeros:4096", f"i32:{STEPS}"]
    # The kernel takes the map, the sums and the steps; the bytes come before them for the map's sake.
    text = text.replace("@product(%map", "@product(%bytes: !llvm.ptr<1>, %map")
    return launch(folder, text, arguments, 160, 2 * 8192 + 32 + 1024, seed)


def check_right(counter, folder):
    a = (np.arange(BYTES) * 37 % 251).astype(np.uint8).view(np.int8).reshape(64, 128 * STEPS).astype(np.int64)
    for seed in range(6):
        result = launch_product(folder, kernels.product(), seed)
        found = np.array(result.stdout.removeprefix("arg2:").split(), np.int64)
        counter.check(np.array_equal(found, (a @ a.T).ravel()), f"product, seed {seed}: {result.stderr}")


# How it is broken, where it is noticed, and what is said.
BROKEN = {
    "no wait for the copy": (remove("wait full"), "multiply", EARLY),
    "stale phase": (replace("wait full", "%parity", "%other2"), "multiply", EARLY),
    "no wait for the readers": (remove("wait empty"), ("copy", "expect"), ("writes what may still be read", "arrives 1 times in phase 0")),
    "one arrival too few": (replace("init empty", "1;", "2;"), "wait empty", "deadlock"),
    "one arrival too many": (replace("init empty", "1;", "3;"), "wait empty", "lacks 2 of 3 arrivals"),
    "arrives twice": (replace("arrive", "_, [$0];", "_, [$0]; mbarrier.arrive.shared::cta.b64 _, [$0];"), ("arrive", "wait full"), ("arrives 1 times in phase", "deadlock")),
    "expects too few bytes": (replace("expect", "], $1;", "], 8176;"), "copy", "16 bytes more come than the phase expects"),
    "expects too many bytes": (replace("expect", "], $1;", "], 8208;"), "wait full", "lacks 0 of 1 arrivals and 16 bytes"),
    "no fence of the mbarriers": (remove("fence init"), "copy", "not visible to the async proxy"),
    "no barrier after the mbarriers": (remove("sync init"), ("wait full", "wait empty"), "mbarrier"),
    "wrong swizzle": (replace("fields", "4611686293305360384", "-9223371761976868864"), "multiply", "swizzle"),
    "overlapping rows": (replace("fields", "4611686293305360384", "4611686568183267328"), "multiply", EARLY + ("out of range",)),
    "illegal descriptor": (replace("fields", "4611686293305360384", "4611967768282071040"), "multiply", "must be 0"),
    "no wgmma.fence": (replace("multiply", "wgmma.fence.sync.aligned;", ""), "multiply", "expected wgmma.fence"),
    "no commit": (replace("multiply", "wgmma.commit_group.sync.aligned;", ""), "multiply", "not committed"),
    "waits for one group too few": (replace("multiply", "wait_group.sync.aligned 0", "wait_group.sync.aligned 1"), "store", "may still be written to"),
    "target not aligned": (replace("copy", "[$0], [$1", "[$0+64], [$1"), "copy", "not aligned to 128"),
    "target out of range": (replace("copy", "[$0], [$1", "[$0+16384], [$1"), "copy", ("out of range", "mbarrier")),
    "no mbarrier there": (replace("copy", "[$5]", "[$5+32]"), "copy", "no mbarrier was initialised"),
    "unknown instruction": (replace("arrive", "mbarrier.arrive", "mbarrier.arrive_drop"), "arrive", "does not know the instruction"),
}


def check_broken(counter, folder):
    base = kernels.product().replace("%offset = arith.muli %stage", "%other2 = arith.xori %parity, %c1 : i32\n%offset = arith.muli %stage")
    for name, (change, marks, said) in BROKEN.items():
        text = change(base)
        check_caught(counter, name, text, launch_product(folder, text), marks, said)
    result = launch_product(folder, base, box=65)
    check_caught(counter, "a box of one row too many", base, result, "copy", ("128 bytes more come", "may still be", "mbarrier", "without having waited"))


def swizzled_product(swizzle):
    """A times A transposed of 64 x 32 bytes, which the threads store by the layout of the descriptor themselves."""
    mode = {128: 1, 64: 2, 32: 3, 0: 0}[swizzle]
    stride, leading = 8 * (swizzle or 16), 1024
    mask = {128: 7, 64: 3, 32: 1, 0: 0}[swizzle]
    fields = (leading >> 4) << 16 | (stride >> 4) << 32 | mode << 62
    multiply = kernels.multiply().split("add.s64 a")[0] + "add.s64 a, $64, 0; " + "wgmma.mma_async" + kernels.multiply().split("wgmma.mma_async")[1].split(";")[0]
    multiply += "; wgmma.commit_group.sync.aligned; wgmma.wait_group.sync.aligned 0; }"
    if swizzle:
        place = f"%inGroup = arith.muli %r8, %cs : i32\n%offset = arith.addi %inGroup, %byte : i32"
    else:
        place = """%inGroup = arith.muli %r8, %c16 : i32
      %half = arith.divui %byte, %c16 : i32
      %far = arith.muli %half, %c1024 : i32
      %near = arith.remui %byte, %c16 : i32
      %both = arith.addi %far, %near : i32
      %offset = arith.addi %inGroup, %both : i32"""
    stores = f"""    %cs = arith.constant {swizzle} : i32
    %cstride = arith.constant {stride} : i32
    %cmask7 = arith.constant {mask} : i32
    %c7 = arith.constant 7 : i32
    %c512 = arith.constant 512 : i32
    %c1024 = arith.constant 1024 : i32
    scf.for %w = %tid to %c512 step %c128 : i32 {{
      %row = arith.divui %w, %c8 : i32
      %word = arith.remui %w, %c8 : i32
      %byte = arith.muli %word, %c4 : i32
      %r8 = arith.remui %row, %c8 : i32
      %group = arith.divui %row, %c8 : i32
      %groups = arith.muli %group, %cstride : i32
      {place}
      %sum = arith.addi %groups, %offset : i32
      %plain = arith.addi %base, %sum : i32
      %high = arith.shrui %plain, %c7 : i32
      %bits = arith.andi %high, %cmask7 : i32
      %moved = arith.shli %bits, %c4 : i32
      %address = arith.xori %plain, %moved : i32
      %from = llvm.getelementptr %in[%w] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
      %value = llvm.load %from : !llvm.ptr<1> -> i32
      %to = llvm.inttoptr %address : i32 to !llvm.ptr<3>
      llvm.store %value, %to : i32, !llvm.ptr<3>
    }}
    {kernels.assembly("fence.proxy.async;", "~{memory}")} // fence
    nvvm.barrier0
    %cm18 = arith.constant 262143 : i32
    %low = arith.andi %base, %cm18 : i32
    %start = arith.shrui %low, %c4 : i32
    %wide = arith.extui %start : i32 to i64
    %fields = arith.constant {fields - (1 << 64) * (fields >> 63)} : i64
    %descriptor = arith.ori %wide, %fields : i64
    %m = {kernels.assembly(multiply, kernels.tie() + ",l", ", ".join(["%c0"] * 32) + ", %descriptor", ", ".join(["i32"] * 32) + ", i64", kernels.wgmma_types())} // multiply
    %line = arith.muli %tid, %c32 : i32"""
    for i in range(32):
        stores += f"""
    %m{i} = llvm.extractvalue %m[{i}] : {kernels.wgmma_types()}
    %n{i} = arith.constant {i} : i32
    %o{i} = arith.addi %line, %n{i} : i32
    %p{i} = llvm.getelementptr %out[%o{i}] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %m{i}, %p{i} : i32, !llvm.ptr<1>"""
    return kernels.small(stores, "%in: !llvm.ptr<1>, %out: !llvm.ptr<1>")


def check_swizzles(counter, folder):
    a = (np.arange(2048) * 37 % 251).astype(np.uint8).view(np.int8).reshape(64, 32).astype(np.int64)
    thread, i = np.divmod(np.arange(4096), 32)
    row = thread // 32 * 16 + thread % 32 // 4 + i // 2 % 2 * 8
    want = (a @ a.T)[row, i // 4 * 8 + thread % 4 * 2 + i % 2]
    for swizzle in (128, 64, 32, 0):
        text = swizzled_product(swizzle)
        result = launch(folder, text, ["bytes:2048", "zeros:4096"], 128, 10240)
        found = np.array(result.stdout.removeprefix("arg1:").split(), np.int64)
        counter.check(np.array_equal(found, want), f"swizzle {swizzle}: {result.stderr[:500]}")
    text = "\n".join("" if line.endswith("// fence") else line for line in text.split("\n"))
    check_caught(counter, "no proxy fence", text, launch(folder, text, ["bytes:2048", "zeros:4096"], 128, 10240), "multiply", "expected fence.proxy.async")


def main():
    counter, folder = Counter(), Folder()
    with folder:
        check_right(counter, folder)
        check_broken(counter, folder)
        check_swizzles(counter, folder)
    counter.finish("broken kernels")


main()
