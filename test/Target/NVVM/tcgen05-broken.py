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
from tcgen05_kernels import RESULTS, arrange, draw_mxfp4, extract, lower, mark
from tools import Counter, Folder

# More steps than the ring has stages.
K, STEPS, STAGES = 2000, 8, 6
WAIT, AFTER, LOAD = "try_wait", "tcgen05.fence <after>", "tcgen05.ld"
MARKS = [("alloc", "tcgen05.alloc", 0), ("wait empty", WAIT, 0), ("copy a", "cp.async.bulk.tensor", 0),
         ("copy b", "cp.async.bulk.tensor", 1), ("copy scales a", "cp.async.bulk.tensor", 2), ("copy scales b", "cp.async.bulk.tensor", 3), ("expect", "expect_tx", 0), ("wait taken", WAIT, 1 + STAGES), ("wait full", WAIT, 2 + STAGES),
         ("wait made", WAIT, 3 + STAGES), ("fence full", AFTER, 2), ("fence made", AFTER, 3), ("scales a", "tcgen05.cp ", 0), ("scales b", "tcgen05.cp ", 2),
         ("mma", "tcgen05.mma", 0), ("mma 1", "tcgen05.mma", 1), ("commit empty", "tcgen05.commit", 0), ("commit made", "tcgen05.commit", 1), ("load", LOAD, 0),
         ("fence before", "tcgen05.fence <before>", 1), ("dealloc", "tcgen05.dealloc", 0), ("init empty", "mbarrier.init", 1)]


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
    "no barrier after the allocation": (remove("sync start"), ("alloc", "wait empty", "wait taken", "wait made", "address"), ("barrier", "never written")),
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
    "no barrier of the cluster": (remove("sync start"), ("copy b", "commit empty", "address", *COPIES),
                                  ("no mbarrier was initialised", "another warp initialised", "shared memory of no block", "never written")),
    "half of B for the own block only": (replace("copy b", ".multicast::cluster", ""), ("wait full", "copy b"), ("deadlock", "does not know")),
}


def without_mask(name):
    """A commit at one block's barrier."""

    def change(text):
        return "\n".join(re.sub(r", multicast_mask = %\w+", "", line).replace("!llvm.ptr<3>, i16", "!llvm.ptr<3>")
                         if line.endswith(f"// {name}") else line for line in text.split("\n"))

    return change


def swap_ends(text):
    """Which columns of an accumulator are stored first."""
    return re.sub(r"arith\.select (%\w+), (%\w+), (%\w+) : i32 // first", r"arith.select \1, \3, \2 : i32", text)


def in_first_block(name):
    """The marked line in the first block of the cluster alone."""

    def change(text):
        lines = text.split("\n")
        at = next(i for i, line in enumerate(lines) if line.endswith(f"// {name}"))
        lines[at] = ("%the_rank = nvvm.read.ptx.sreg.cluster.ctaid.x : i32\n%no_rank = arith.constant 0 : i32\n"
                     f"%is_first = arith.cmpi eq, %the_rank, %no_rank : i32\nscf.if %is_first {{\n{lines[at]}\n}}")
        return "\n".join(lines)

    return change


ONE_BLOCK = "is of cta_group::1, the kernel's tcgen05 instruction"
BROKEN_PAIRS = {
    "stage given back to one block": (without_mask("commit empty"), ("wait empty", "wait full", "wait made"), "deadlock"),
    "sums told to one block": (without_mask("commit made"), "wait made", "deadlock"),
    "the other block's barrier without cta_group::2": (replace("copy a", ".cta_group::2", ""), "copy a", "expected the same, or .cta_group::2"),
    "scales at the own barrier": (replace("copy scales a", "%leader", "%own"), ("copy scales a", "wait full"), ("bytes more come", "deadlock")),
    "bytes of one block": (field("expect", -2, lambda value: value // 2), COPIES, "bytes more come"),
    "no barrier of the cluster at the start": (remove("sync start"), ("alloc", "address", "wait empty", "wait taken", "wait made", *COPIES, "dealloc"),
                                               ("no mbarrier was initialised", "another warp initialised", "never written", "barrier", "not visible")),
    "no barrier of the cluster at the end": (remove("sync end"), "dealloc", ("tensor memory that may still be read", "without having waited")),
    "one commit of cta_group::1": (replace("commit made", "group = #nvvm.cta_group<cta_2>", "group = #nvvm.cta_group<cta_1>"), "commit made", ONE_BLOCK),
    "one copy of cta_group::1": (replace("scales a", "group = #nvvm.cta_group<cta_2>", "group = #nvvm.cta_group<cta_1>"), "scales a", ONE_BLOCK),
    "one product of cta_group::1": (replace("mma", "ctaGroup = #nvvm.cta_group<cta_2>", "ctaGroup = #nvvm.cta_group<cta_1>"), "mma", ONE_BLOCK),
    "accumulator given back to the other block": (field("arrive taken", -2, lambda rank: 1), ("wait taken", "arrive taken"), ("deadlock", "which expects 0 more")),
    "M of one block": (field("mma", 3, lambda bits: bits ^ 3 << 27), "mma", "expected 256 for two blocks"),
    "N of half steps": (field("mma", 3, lambda bits: bits ^ 1 << 17), "mma", "256 in steps of 16"),
    "allocation by one block": (in_first_block("alloc"), ("alloc", "relinquish"), ("deadlock", "expected the same instruction in both")),
    "given back by one block": (in_first_block("dealloc"), ("dealloc", "alloc"), ("deadlock", "without tcgen05.dealloc")),
    "leaked tensor memory": (remove("dealloc"), "alloc", "without tcgen05.dealloc"),
    "no wait for the copies": (remove("wait full"), ("scales a", "mma"), EARLY),
    "no wait for the accumulator": (remove("wait taken"), "mma", "tensor memory that may still be read"),
    "no fence before loads": (remove("fence made"), "load", "expected tcgen05.fence::after_thread_sync"),
    "both blocks multiply": (lambda text: text.replace("scf.if %is_leader", "scf.if %is_unit"), ("scales a", "wait taken", "wait full", "wait made"),
                             ("may still be read", "without having waited", "deadlock", "arrives", "another block's")),
}
# Accumulators that overlap.
BROKEN_OVERLAPS = {
    "the accumulator's other end first": (swap_ends, "mma", ("tensor memory that may still be read", "without having waited")),
    "no wait for the accumulator": (remove("wait taken"), "mma", ("tensor memory that may still be read", "without having waited")),
}


class Product:
    """Operands in files, the sums, and the launch of one cluster."""

    def __init__(self, folder, rng, m, n, kernel):
        self.folder, self.shape = folder, (m, n)
        self.cluster, self.group, self.columns = kernel
        codes, maps, scales, lines, values = [], [], [], [], []
        for i, (rows, box) in enumerate(((m, 128), (n, self.columns // self.cluster))):
            data, self.scales, value = draw_mxfp4(rng, rows, K)
            values.append(value)
            codes.append(self.write(f"codes_{i}", data))
            maps.append(f"map:{i}:1x{rows}x{data.shape[1]}:{box}x128")
            tiles = arrange(self.scales)
            scales.append(self.write(f"scales_{i}", tiles))
            lines.append(f"lines:{2 + i}:{tiles.shape[0]}x{4 * tiles.shape[1]}x128:8x128")
        self.want = (values[0] @ values[1].T).astype(np.float32)
        self.arguments = [*codes, *scales, *maps, *lines, f"zeros:{m * n}", *(f"i32:{value}" for value in (m, n, STEPS, 1))]
        self.text = make_text(folder, kernel)

    def write(self, name, array):
        with open(self.folder.path(name), "wb") as file:
            file.write(array.tobytes())
        return f"file:{self.folder.path(name)}"

    def run(self, text, seed=0, cluster=None):
        stage = (128 + self.columns // self.group) * 128 + (1 + self.columns // 128) * 1024
        return launch(self.folder, text, self.arguments, 192, STAGES * (stage + 16) + 40 + 1024, seed, self.cluster, cluster or self.cluster)

    def is_right(self, result):
        found = np.array(result.stdout.removeprefix("arg8:").split(), np.int64).astype(np.int32).view(np.float32)
        return found.size == self.want.size and np.abs(found.reshape(self.shape) - self.want).max() <= 2.0**-20 * np.abs(self.want).max()

    def check(self, counter, seeds, broken):
        for seed in range(seeds):
            result = self.run(self.text, seed)
            counter.check(self.is_right(result), f"product, clusters of {self.cluster}, seed {seed}: {result.stderr}")
        for name, (change, marks, said) in broken.items():
            text = change(self.text)
            counter.check(text != self.text, f"{name}: nothing changed")
            check_caught(counter, name, text, self.run(text), marks, said)


def make_text(folder, kernel):
    """The kernel, with the buffers of its maps before its parameters."""
    text = extract(lower(folder, ("mxfp4", "mxfp4"), *RESULTS[kernel], K), "multiply")
    text = text.replace("_multiply(", "_multiply(%codes_a: !llvm.ptr<1>, %codes_b: !llvm.ptr<1>, %scales_a: !llvm.ptr<1>, %scales_b: !llvm.ptr<1>, ", 1)
    lines = mark(text, MARKS).split("\n")

    def find(pattern, i=0, start=0):
        return [at for at in range(start, len(lines)) if re.search(pattern, lines[at])][i]

    def name(at, what):
        lines[at] += f" // {what}"

    for i, what in ((0, "start"), (-1, "end")):
        name(find(r"barrier\.cluster|nvvm\.barrier", i), f"sync {what}")
    name(find(r"relinquish"), "relinquish")
    name(find(r"mbarrier\.arrive\.shared"), "arrive taken")
    # Where the address of tensor memory is read, and where loaded sums are used.
    name(find(r"llvm\.load", 0, find("// sync start")), "address")
    loads = [i for i, line in enumerate(lines) if LOAD in line]
    for i in range(loads[0], loads[1]):
        if "arith.cmpf" in lines[i] or "arith.select" in lines[i]:
            name(i, "use")
    if kernel[1] == 2:
        rename_pair(lines, find, name)
    # A place that no scales are read from.
    at = find("// scales b$")
    target = lines[at].split()[1].strip(",")
    lines[at] = (f"%far = arith.constant 200 : i32\n%near = llvm.ptrtoint {target} : !llvm.ptr<6> to i32\n%sum = arith.addi %near, %far : i32\n"
                 f"%moved_{target[1:]} = llvm.inttoptr %sum : i32 to !llvm.ptr<6>\n{lines[at]}")
    return "\n".join(lines)


def rename_pair(lines, find, name):
    """What tests exchange in kernels of groups of two: addresses of the barriers, who multiplies, which columns are first."""
    mapped = lines[find(r"mapa\.shared::cluster\.u32 \$0")]
    leader, own = mapped.split()[0], re.search(r'"=r,r,r" (%\w+)', mapped).group(1)
    scales = find("// copy scales a$")
    barrier = re.search(r"(%\w+) : \(", lines[scales]).group(1)
    offset = lines[find(rf"{barrier} = arith\.addi {leader}, ")].split()[4]
    lines[scales] = "\n".join(["%zero = arith.constant 0 : i32", f"%leader = arith.addi {barrier}, %zero : i32", f"%own = arith.addi {own}, {offset} : i32",
                               lines[scales].replace(f"{barrier} :", "%leader :")])
    # The condition of the multiplying thread: one thread, in one block.
    at = [i for i in range(find("// wait taken$")) if re.search(r"arith\.andi .* : i1$", lines[i])][-1]
    both, unit = lines[at].split()[0], lines[at].split()[3].strip(",")
    use = find(rf"scf\.if {both} ", 0, at)
    lines[use] = (f"%true = arith.constant true\n%is_leader = arith.andi {both}, %true : i1\n%is_unit = arith.andi {unit}, %true : i1\n"
                  + lines[use].replace(f"scf.if {both} ", "scf.if %is_leader "))
    for i in range(find("// fence made$"), find("// sync end$")):
        if re.search(r"arith\.select %\w+, %\w+, %\w+ : i32$", lines[i]):
            name(i, "first")


def main():
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(4)
    # Three tiles for one block, then two for each block of a cluster.
    product = Product(folder, rng, 100, 300, (1, 1, 128))
    product.check(counter, 3, BROKEN)
    # Scales in rows are as many bytes of scales, and wrong sums.
    product.write("scales_1", np.resize(product.scales, arrange(product.scales).shape))
    counter.check(not product.is_right(product.run(product.text)), "scales in rows give other sums")
    Product(folder, rng, 130, 140, (2, 1, 128)).check(counter, 3, BROKEN_CLUSTERS)
    # Three tiles of two blocks.
    product = Product(folder, rng, 140, 300, (2, 2, 128))
    product.check(counter, 3, BROKEN_PAIRS)
    check_caught(counter, "a block without another", product.text, product.run(product.text, cluster=1), ("alloc", "dealloc"),
                 "has no other to make a pair with")
    Product(folder, rng, 270, 300, (2, 2, 256)).check(counter, 3, BROKEN_OVERLAPS)
    counter.finish("tcgen05 broken kernels")


main()
