"""A product of the kind that the families emit is right on the emulator, for several orders of events, and each of
its broken forms is caught at the line that is wrong or that meets the consequence."""
# RUN: %python %s %mx_test_bin/emulate-kernel

import kernels
import numpy as np
from broken_kernels import check_caught, launch
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


def replace(mark, old, new):
    """Changes the line that ends in a mark."""

    def change(text):
        lines = text.split("\n")
        place = [i for i, line in enumerate(lines) if line.endswith(f"// {mark}")]
        assert len(place) == 1 and old in lines[place[0]], (mark, old)
        lines[place[0]] = lines[place[0]].replace(old, new)
        return "\n".join(lines)

    return change


def remove(mark):
    def change(text):
        return "\n".join("" if line.endswith(f"// {mark}") else line for line in text.split("\n"))

    return change


EARLY = ("without having waited for it", "never written")
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
    "waits for one group too few": (replace("multiply", "wait_group.sync.aligned 0", "wait_group.sync.aligned 1"), "copy", "may still be read"),
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


def main():
    counter, folder = Counter(), Folder()
    with folder:
        check_right(counter, folder)
        check_broken(counter, folder)
    counter.finish("broken kernels")


main()
