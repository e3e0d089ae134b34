"""The multiplying kernel of the family tcgen05 is right on the emulator under several seeds, and each of its broken forms
is caught at the line that is wrong or that meets the consequence."""
# RUN: %python %s %mx_test_bin/emulate-kernel

import os
import re
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "..", "Emulator"), os.path.join(HERE, "..", "..", "Acceptance")]
from broken_kernels import EARLY, check_caught, launch, remove, replace
from tcgen05_kernels import arrange, draw_mxfp4, extract, lower, mark
from tools import Counter, Folder

# More steps than the ring has stages.
K, STEPS, STAGES = 2000, 8, 6
WAIT, AFTER, LOAD = "try_wait", "tcgen05.fence <after>", "tcgen05.ld"
MARKS = [("alloc", "tcgen05.alloc", 0), ("sync alloc", "nvvm.barrier", 0), ("wait empty", WAIT, 0), ("copy a", "cp.async.bulk.tensor", 0),
         ("copy scales a", "cp.async.bulk.shared", 0), ("copy b", "cp.async.bulk.tensor", 1), ("copy scales b", "cp.async.bulk.shared", 1), ("expect", "expect_tx", 0), ("wait taken", WAIT, 1 + STAGES), ("wait full", WAIT, 2 + STAGES),
         ("wait made", WAIT, 3 + STAGES), ("fence full", AFTER, 2), ("fence made", AFTER, 3), ("scales a", "tcgen05.cp ", 0), ("scales b", "tcgen05.cp ", 2),
         ("mma", "tcgen05.mma", 0), ("mma 1", "tcgen05.mma", 1), ("commit empty", "tcgen05.commit", 0), ("commit made", "tcgen05.commit", 1), ("load", LOAD, 0),
         ("fence before", "tcgen05.fence <before>", 1), ("arrive taken", "mbarrier.arrive.shared", 0), ("dealloc", "tcgen05.dealloc", 0), ("init empty", "mbarrier.init", 1)]


def twice(name):
    def change(text):
        return "\n".join(f"{line.rsplit(' // ', 1)[0]}\n{line}" if line.endswith(f"// {name}") else line for line in text.split("\n"))

    return change


def field(name, operand, change):
    """Changes the constant that is an operand of the marked line, or that `arith.ori` puts into one of it."""

    def run(text):
        lines = text.split("\n")
        at = next(i for i, line in enumerate(lines) if line.endswith(f"// {name}"))
        value = lines[at].split("(")[0].replace(",", " ").split()[1:][operand]
        for i in range(at, -1, -1):
            words = lines[i].split()
            if words[:2] == [value, "="] and "arith.ori" in words:
                value = words[4]
            elif words[:2] == [value, "="] and "arith.constant" in words:
                words[3] = str(change(int(words[3])))
                lines[i] = " ".join(words)
                return "\n".join(lines)
        raise AssertionError((name, operand))

    return run


COPIES = ("copy a", "copy scales a", "copy b", "copy scales b", "expect")
# How it is broken, where it is noticed, and what is said.
BROKEN = {
    "no barrier after the allocation": (remove("sync alloc"), ("alloc", "wait empty", "wait taken", "wait made", "address"), ("barrier", "never written")),
    "no wait for the copies": (remove("wait full"), ("scales a", "mma"), EARLY),
    "no wait for the stage": (remove("wait empty"), COPIES, ("may still be read", "arrives 1 times", "without having waited")),
    "no wait for the accumulator": (remove("wait taken"), "mma", "tensor memory that may still be read"),
    "no wait for the sums": (remove("wait made"), "load", EARLY),
    "no fence before copies of scales": (remove("fence full"), ("scales a", "scales b", "mma"), ("may still be read", "after_thread_sync")),
    "no fence before loads": (remove("fence made"), "load", "expected tcgen05.fence::after_thread_sync"),
    "no wait for loads": (replace("load", r"\0Atcgen05.wait::ld.sync.aligned;", ""), "use", "expected tcgen05.wait::ld"),
    "no fence after loads": (remove("fence before"), "mma", "tensor memory that may still be read"),
    "stage not given back": (remove("commit empty"), ("wait empty", "wait full"), "deadlock"),
    "sums not told of": (remove("commit made"), "wait made", "deadlock"),
    "accumulator not given back": (remove("arrive taken"), "wait taken", "deadlock"),
    "stage given back twice": (twice("commit empty"), ("commit empty", "wait full", *COPIES), ("arrives once more", "may still be read", "without having waited", "deadlock")),
    "expects too few bytes": (field("expect", -2, lambda value: value - 512), COPIES, "bytes more come"),
    "leaked tensor memory": (remove("dealloc"), "alloc", "without tcgen05.dealloc"),
    "gives back half": (field("dealloc", 1, lambda value: 256), "dealloc", "no allocation of 256 columns"),
    "48 columns": (field("alloc", 1, lambda value: 48), "alloc", "power of two"),
    "too few columns": (field("alloc", 1, lambda value: 128), ("scales a", "mma"), "not allocated"),
    "adds to nothing": (lambda text: text.replace("arith.cmpi sgt, %arg12, %c0", "arith.cmpi sge, %arg12, %c0"), "mma", "never written"),
    "reserved bit in the instruction descriptor": (field("mma", 3, lambda bits: bits | 1 << 24), "mma", "reserved"),
    "type of another kind": (field("mma", 3, lambda bits: bits ^ (1 ^ 5) << 7), "mma", "no type of the kind"),
    "M of two blocks": (field("mma", 3, lambda bits: bits ^ 3 << 27), "mma", "M is 256"),
    "odd scale factor ID": (field("mma 1", 3, lambda bits: bits ^ 3 << 29), "mma 1", "scale factor ID of A"),
    "scales of ue4m3": (field("mma", 3, lambda bits: bits ^ 1 << 23), "mma", "ue4m3"),
    "no constant in the matrix descriptor": (field("mma", 1, lambda bits: bits ^ 1 << 46), "mma", "bits 46-48"),
    "wrong swizzle": (field("mma", 1, lambda bits: bits ^ (2 ^ 6) << 61), "mma", ("swizzle", "never written")),
    "invalid swizzle": (field("mma", 2, lambda bits: bits ^ (2 ^ 3) << 61), "mma", "swizzling mode 3"),
    "scales of B elsewhere": (replace("scales b", "tcgen05.cp %", "tcgen05.cp %moved_"), "mma", "never written"),
    "lanes of another warp": (replace("load", "[$32]", "[$32+4194304]"), "load", "may read lanes"),
}

BROKEN_CLUSTERS = {
    "stage given back to the own block only": (lambda text: re.sub(r", multicast_mask = %\w+ : !llvm.ptr<3>, i16", " : !llvm.ptr<3>", text),
                                               ("wait empty", "wait full"), "deadlock"),
    "one arrival for two blocks": (field("init empty", -2, lambda value: 1), ("commit empty", *COPIES), ("arrives once more", "may still be read", "without having waited")),
    "no barrier of the cluster": (remove("sync cluster"), ("copy b", "commit empty", *COPIES), ("no mbarrier was initialised", "another warp initialised", "shared memory of no block")),
    "half of B for the own block only": (replace("copy b", ".multicast::cluster", ""), ("wait full", "copy b"), ("deadlock", "does not know")),
}


class Product:
    """Operands in files, the sums, and the launch of one cluster."""

    def __init__(self, folder, rng, m, n, cluster):
        self.folder, self.cluster, self.shape = folder, cluster, (m, n)
        files, maps, values = [], [], []
        for name, rows, box in (("a", m, 128), ("b", n, 128 // cluster)):
            codes, self.scales, value = draw_mxfp4(rng, rows, K)
            values.append(value)
            files += [self.write(f"codes_{name}", codes), self.write(f"scales_{name}", arrange(self.scales, 2))]
            maps.append(f"map:{len(maps)}:1x{rows}x{codes.shape[1]}:{box}x128")
        self.want = (values[0] @ values[1].T).astype(np.float32)
        self.arguments = [files[0], files[2], *maps, files[1], files[3], f"zeros:{m * n}", *(f"i32:{value}" for value in (m, n, STEPS, 1))]
        self.text = make_text(folder, m, n)

    def write(self, name, array):
        with open(self.folder.path(name), "wb") as file:
            file.write(array.tobytes())
        return f"file:{self.folder.path(name)}"

    def run(self, text, seed=0):
        return launch(self.folder, text, self.arguments, 192, STAGES * (2 * 16384 + 2048 + 16) + 40 + 1024, seed, self.cluster, self.cluster)

    def is_right(self, result):
        found = np.array(result.stdout.removeprefix("arg6:").split(), np.int64).astype(np.int32).view(np.float32)
        return found.size == self.want.size and np.abs(found.reshape(self.shape) - self.want).max() <= 2.0**-20 * np.abs(self.want).max()

    def check(self, counter, seeds, broken):
        for seed in range(seeds):
            result = self.run(self.text, seed)
            counter.check(self.is_right(result), f"product, clusters of {self.cluster}, seed {seed}: {result.stderr}")
        for name, (change, marks, said) in broken.items():
            text = change(self.text)
            counter.check(text != self.text, f"{name}: nothing changed")
            check_caught(counter, name, text, self.run(text), marks, said)


def make_text(folder, m, n):
    """The kernel, with the buffers of its maps before its parameters."""
    text = extract(lower(folder, ("mxfp4", "mxfp4"), m, n, K), "multiply")
    text = text.replace("_multiply(", "_multiply(%codes_a: !llvm.ptr<1>, %codes_b: !llvm.ptr<1>, ", 1)
    lines = mark(text, MARKS).split("\n")
    for line in [i for i, line in enumerate(lines) if "barrier.cluster" in line][:1]:
        lines[line] += " // sync cluster"
    # Where loaded sums are used.
    loads = [i for i, line in enumerate(lines) if LOAD in line]
    for i in range(loads[0], loads[1]):
        if "arith.cmpf" in lines[i] or "arith.select" in lines[i]:
            lines[i] += " // use"
    # Where the address of tensor memory is read.
    at = next(i for i in range(lines.index(next(line for line in lines if line.endswith("// sync alloc"))), len(lines)) if "llvm.load" in lines[i])
    lines[at] += " // address"
    # A place that no scales are read from.
    at = next(i for i, line in enumerate(lines) if line.endswith("// scales b"))
    target = lines[at].split()[1].strip(",")
    lines[at] = (f"%far = arith.constant 200 : i32\n%near = llvm.ptrtoint {target} : !llvm.ptr<6> to i32\n%sum = arith.addi %near, %far : i32\n"
                 f"%moved_{target[1:]} = llvm.inttoptr %sum : i32 to !llvm.ptr<6>\n{lines[at]}")
    return "\n".join(lines)


def main():
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(4)
    # Three tiles for one block, then two for each block of a cluster.
    product = Product(folder, rng, 100, 300, cluster=1)
    product.check(counter, 3, BROKEN)
    # Scales in rows are as many bytes of scales, and wrong sums.
    product.write("scales_b", np.resize(product.scales, arrange(product.scales, 2).shape))
    counter.check(not product.is_right(product.run(product.text)), "scales in rows give other sums")
    Product(folder, rng, 130, 140, cluster=2).check(counter, 3, BROKEN_CLUSTERS)
    counter.finish("tcgen05 broken kernels")


main()
