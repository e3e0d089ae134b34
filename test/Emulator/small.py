"""Small kernels on the emulator: what instructions give, and that each mistake is told at its line."""
# RUN: %python %s %mx_test_bin/emulate-kernel

import numpy as np
from broken_kernels import check_caught, launch
from kernels import WAIT, assembly, scaled_sums, shared_load, shared_store, small, store
from tools import Counter, Folder

LANES = np.arange(32)


def exchange(barrier):
    """Each thread reads what another warp wrote."""
    return small("\n".join([
        shared_store("%tid", "%mine", "write"),
        barrier,
        "    %other = arith.xori %bytes, %c128 : i32\n    %there = arith.addi %base, %other : i32",
        shared_load("%x", "%there", "read"),
        store("%x")]))


def collective(text, constraints, operands, types, result="i32"):
    """x is 7 * lane % 32."""
    return small(f"""    %c7 = arith.constant 7 : i32
    %full = arith.constant -1 : i32
    %seven = arith.muli %tid, %c7 : i32
    %c31b = arith.constant 31 : i32
    %x = arith.andi %seven, %c31b : i32
    %r = {assembly(text, constraints, operands, types, result)} // collective
{store("%r")}""")


X = 7 * LANES % 32
# An instruction on x, and what each lane gets.
COLLECTIVES = {
    "shfl.sync.idx.b32 $0, $1, 5, 31, 0xffffffff;": X[5] + 0 * LANES,
    "shfl.sync.bfly.b32 $0, $1, 3, 31, 0xffffffff;": X[LANES ^ 3],
    "shfl.sync.bfly.b32 $0, $1, 16, 0x1f, 0xffffffff;": X[LANES ^ 16],
    "shfl.sync.up.b32 $0, $1, 2, 0, 0xffffffff;": np.where(LANES >= 2, X[LANES - 2], X),
    "shfl.sync.down.b32 $0, $1, 4, 31, 0xffffffff;": np.where(LANES < 28, X[np.minimum(LANES + 4, 31)], X),
    # Segments of 8 lanes.
    "shfl.sync.down.b32 $0, $1, 4, 0x181f, 0xffffffff;": np.where(LANES % 8 < 4, X[np.minimum(LANES + 4, 31)], X),
    "shfl.sync.idx.b32 $0, $1, 2, 0x181f, 0xffffffff;": X[LANES // 8 * 8 + 2],
    "elect.sync _|p, 0xffffffff; selp.b32 $0, 9, 4, p;": np.where(LANES == 0, 9, 4),
    "setp.ne.b32 q, $1, 0; vote.sync.any.pred p, q, 0xffffffff; selp.b32 $0, 1, 0, p;": 1 + 0 * LANES,
    "redux.sync.max.s32 $0, $1, 0xffffffff;": 31 + 0 * LANES,
    "redux.sync.min.u32 $0, $1, 0xffffffff;": 0 * LANES,
    "redux.sync.add.s32 $0, $1, 0xffffffff;": X.sum() + 0 * LANES,
    "redux.sync.xor.b32 $0, $1, 0xffffffff;": np.bitwise_xor.reduce(X) + 0 * LANES,
    "vote.sync.ballot.b32 $0, $1, 0xffffffff;": np.int32(np.uint32(sum(int(x & 1) << i for i, x in enumerate(X))).view(np.int32)) + 0 * LANES,
    "prmt.b32 $0, $1, 0x44332211, 0x7604;": (0x11 | X << 8 | 0x33 << 16 | 0x44 << 24),
    "dp4a.s32.s32 $0, $1, 0x000000ff, 100;": 100 - X,
    "dp2a.lo.u32.u32 $0, $1, 0x00000203, 5;": 5 + 3 * X,
}


def check_results(counter, folder):
    for text, want in COLLECTIVES.items():
        result = launch(folder, collective(text, "=r,r", "%x", "i32"), ["zeros:32"], 32)
        found = np.array(result.stdout.removeprefix("arg0:").split(), np.int64)
        want = np.asarray(want).astype(np.int64).astype(np.int32)
        counter.check(np.array_equal(found, want), f"{text}: {found} instead of {want}; {result.stderr}")
    for seed in range(4):
        result = launch(folder, exchange("    nvvm.barrier0"), ["zeros:64"], 64, 2048, seed)
        found = np.array(result.stdout.removeprefix("arg0:").split(), np.int64)
        counter.check(np.array_equal(found, np.arange(64) ^ 32), f"exchange: {result.stderr}")


ASYNC = """    %bytes16 = arith.muli %tid, %c16 : i32
    %target = arith.addi %base, %bytes16 : i32
    %from = llvm.getelementptr %in[%bytes16] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i8
    {copy} // copy
    {commit}
    {wait}
""".format(copy=assembly("cp.async.cg.shared.global [$0], [$1], 16, $2;", "r,l,r", "%target, %from, %c16", "i32, !llvm.ptr<1>, i32"),
           commit=assembly("cp.async.commit_group;", "~{memory}"), wait=assembly("cp.async.wait_group 0;", "~{memory}") + " // wait")
ASYNC = small(ASYNC + shared_load("%x", "%target", "read") + "\n" + store("%x"), "%in: !llvm.ptr<1>, %out: !llvm.ptr<1>")


def without(text, mark):
    return "\n".join("" if line.endswith(f"// {mark}") else line for line in text.split("\n"))


def check_async(counter, folder):
    arguments = ["count:128", "zeros:32"]
    result = launch(folder, ASYNC, arguments, 32, 2048)
    counter.check(result.stdout.split()[1:] == [str(4 * i) for i in range(32)], f"cp.async: {result.stdout} {result.stderr}")
    text = without(ASYNC, "wait")
    check_caught(counter, "cp.async without wait", text, launch(folder, text, arguments, 32, 2048), "read", "without having waited")
    text = ASYNC.replace("[$0], [$1], 16", "[$0], [$1+4], 16")
    check_caught(counter, "cp.async not aligned", text, launch(folder, text, arguments, 32, 2048), "copy", "not aligned")
    check_caught(counter, "cp.async out of range", ASYNC, launch(folder, ASYNC, ["count:124", "zeros:32"], 32, 2048), "copy", "bytes 496 to 512 of an allocation of 496 bytes")


def check_mistakes(counter, folder):
    cases = {
        "no barrier": (exchange(""), "read", ("without a barrier in between", "never written")),
        "not written": (small(shared_load("%x", "%mine", "read") + "\n" + store("%x")), "read", "never written"),
        "misaligned": (small("    %odd = arith.addi %mine, %c2 : i32\n" + shared_store("%tid", "%odd", "write")), "write", "not aligned to 4"),
        "past shared memory": (small("    %far = arith.addi %mine, %c8192 : i32\n" + shared_store("%tid", "%far", "write")), "write", "out of range"),
        "past global memory": (small(store("%tid", "write").replace("%place", "%past").replace(
            "llvm.store", "%past = llvm.getelementptr %place[1] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32\n    llvm.store")), "write", "out of range"),
        "half a block at a barrier": (small("""    %half = arith.cmpi ult, %tid, %c32 : i32
    scf.if %half {
      %n = arith.constant 64 : i32
      nvvm.barrier id = %c1 number_of_threads = %n // barrier
    }"""), "barrier", "lanes 0-31 wait"),
        "different counts": (small("""    %half = arith.cmpi ult, %tid, %c32 : i32
    %n = arith.select %half, %c64, %c32 : i32
    nvvm.barrier id = %c1 number_of_threads = %n // barrier"""), "barrier", ("where others wait for", "deadlock")),
        "a mask with a lane that is not there": (small("""    %few = arith.cmpi ult, %tid, %c8 : i32
    scf.if %few {
      %m = arith.constant -1 : i32
      nvvm.bar.warp.sync %m : i32 // sync
    }"""), "sync", ("have exited", "deadlock")),
        "more registers than there are": (small("    nvvm.setmaxregister increase 256 // registers"), "registers", ("deadlock",)),
        "a wgmma with too few registers": (collective("wgmma.mma_async.sync.aligned.m64n8k32.s32.s8.s8 {$0}, $1, $1, 1; wgmma.wait_group.sync.aligned 0;", "=r,l,0", "%wide, %x", "i64, i32").replace("%r =", "%wide = arith.extui %x : i32 to i64\n    %r ="),
                                             "collective", "registers as results; expected 4"),
    }
    for name, (text, mark, said) in cases.items():
        threads = 512 if "registers" in name else 64
        check_caught(counter, name, text, launch(folder, text, [f"zeros:{threads}"], threads, 2048), mark, said)


def ldmatrix(count, transposed):
    """Rows of 8 words of 16 bits: row r of matrix i holds 2 * (32 i + 4 r + w) + h in half h of word w."""
    words = [f"    %q{i} = arith.constant {128 * i} : i32\n    %at{i} = arith.addi %mine, %q{i} : i32\n"
             f"    %n{i} = arith.constant {32 * i} : i32\n    %w{i} = arith.addi %tid, %n{i} : i32\n"
             f"    %l{i} = arith.muli %w{i}, %c2 : i32\n    %u{i} = arith.addi %l{i}, %c1 : i32\n    %h{i} = arith.shli %u{i}, %c16 : i32\n"
             f"    %b{i} = arith.ori %l{i}, %h{i} : i32\n" + shared_store(f"%b{i}", f"%at{i}", f"write{i}") for i in range(4)]
    registers = ", ".join(f"${i}" for i in range(count))
    struct = f"!llvm.struct<({', '.join(['i32'] * count)})>"
    text = f"ldmatrix.sync.aligned.m8n8.x{count}{'.trans' if transposed else ''}.shared.b16 {{{registers}}}, [${count}];"
    stores = [f"    %e{i} = llvm.extractvalue %m[{i}] : {struct}\n    %k{i} = arith.constant {32 * i} : i32\n    %o{i} = arith.addi %tid, %k{i} : i32\n"
              f"    %t{i} = llvm.getelementptr %out[%o{i}] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32\n    llvm.store %e{i}, %t{i} : i32, !llvm.ptr<1>"
              for i in range(count)]
    return small("\n".join(words + [
        "    nvvm.barrier0\n    %line = arith.muli %tid, %c16 : i32\n    %row = arith.addi %base, %line : i32",
        f"    %m = {assembly(text, ','.join(['=r'] * count) + ',r', '%row', 'i32', struct)} // load"] + stores))


def check_ldmatrix(counter, folder):
    matrices = np.arange(256).reshape(4, 8, 8)
    for count, transposed in ((2, False), (4, False), (4, True)):
        result = launch(folder, ldmatrix(count, transposed), [f"zeros:{32 * count}"], 32, 2048)
        found = np.array(result.stdout.removeprefix("arg0:").split(), np.int64).reshape(count, 32)
        for i in range(count):
            m = matrices[i].T if transposed else matrices[i]
            want = [m[lane // 4, lane % 4 * 2] | m[lane // 4, lane % 4 * 2 + 1] << 16 for lane in range(32)]
            counter.check(np.array_equal(found[i], want), f"ldmatrix x{count} {transposed}: {result.stderr}")


def polling(phases):
    """Warp 1 completes one phase; warp 0 asks for it until it is complete."""
    ask = assembly("{ .reg .pred p; mbarrier.test_wait.parity.shared::cta.b64 p, [$1], 0; selp.b32 $0, 1, 0, p; }", "=r,r", "%base", "i32", "i32")
    return small(f"""    %isFirst = arith.cmpi eq, %tid, %c0 : i32
    scf.if %isFirst {{
      {assembly(f"mbarrier.init.shared::cta.b64 [$0], {phases};", "r", "%base", "i32")}
    }}
    nvvm.barrier0
    %isLast = arith.cmpi eq, %tid, %c63 : i32
    scf.if %isLast {{
      {assembly("mbarrier.arrive.shared::cta.b64 _, [$0];", "r", "%base", "i32")}
    }}
    %isAsking = arith.cmpi ult, %tid, %c32 : i32
    scf.if %isAsking {{
      %done = scf.while (%x = %c0) : (i32) -> i32 {{
        %y = {ask} // ask
        %again = arith.cmpi eq, %y, %c0 : i32
        scf.condition(%again) %y : i32
      }} do {{
      ^bb0(%z: i32):
        scf.yield %z : i32
      }}
      {store("%done").strip()}
    }}""")


def check_polling(counter, folder):
    for seed in range(4):
        result = launch(folder, polling(1), ["zeros:64"], 64, 2048, seed)
        counter.check(result.stdout.split()[1:] == ["1"] * 32 + ["0"] * 32, f"test_wait: {result.stderr}")
    text = polling(2)
    check_caught(counter, "a phase that nobody completes", text, launch(folder, text, ["zeros:64"], 64, 2048), "ask", "lacks 1 arrivals")


def check_registers(counter, folder):
    """Warps 4 to 11 may have 232 registers after the others gave theirs back."""
    text = small("""    %isGiving = arith.cmpi ult, %tid, %c128 : i32
    scf.if %isGiving {
      nvvm.setmaxregister decrease 40
    } else {
      nvvm.setmaxregister increase 232 // take
    }
""" + store("%c1"))
    for seed in range(4):
        result = launch(folder, text, ["zeros:384"], 384, 0, seed)
        counter.check(result.stdout.split()[1:] == ["1"] * 384, f"setmaxnreg: {result.stderr}")
    more = text.replace("increase 232", "increase 240")
    check_caught(counter, "registers that nobody gives", more, launch(folder, more, ["zeros:384"], 384), "take", "registers that other warps give back")
    more = text.replace("increase 232", "increase 64")
    check_caught(counter, "a number of registers", more, launch(folder, more, ["zeros:384"], 384), "take", "64 registers, where the warp has 168")


def check_cluster(counter, folder):
    """Block 0 arrives at block 1's mbarrier, which waits; without the barrier at the end block 1 may be gone."""
    arrive = ("{ .reg .b32 remote; mapa.shared::cluster.u32 remote, $0, $1; "
              "mbarrier.arrive.shared::cluster.b64 _, [remote]; }")
    sync = assembly("barrier.cluster.arrive.release.aligned; barrier.cluster.wait.acquire.aligned;", "~{memory}")
    text = small(f"""    %isFirst = arith.cmpi eq, %tid, %c0 : i32
    %rank = nvvm.read.ptx.sreg.cluster.ctaid.x : i32
    scf.if %isFirst {{
      {assembly("mbarrier.init.shared::cta.b64 [$0], 1;", "r", "%base", "i32")}
      {assembly("fence.mbarrier_init.release.cluster;", "~{memory}")}
    }}
    {sync} // first
    %isZero = arith.cmpi eq, %rank, %c0 : i32
    %arrives = arith.andi %isFirst, %isZero : i1
    scf.if %arrives {{
      {assembly(arrive, "r,r", "%base, %c1", "i32, i32")} // arrive
    }}
    %isOne = arith.cmpi eq, %rank, %c1 : i32
    scf.if %isOne {{
      {assembly(WAIT, "r,r", "%base, %c0", "i32, i32")} // wait
      {store("%c63").strip()}
    }}
    {sync} // last""")
    result = launch(folder, text, ["zeros:32"], 32, 2048, blocks=2, cluster=2)
    counter.check(result.stdout.split()[1:] == ["63"] * 32, f"cluster: {result.stderr}")
    gone = without(without(text, "wait"), "last")
    results = [launch(folder, gone, ["zeros:32"], 32, 2048, seed, blocks=2, cluster=2) for seed in range(8)]
    failed = [result for result in results if result.returncode]
    counter.check(bool(failed), "a block that exits early is found under some seed")
    for result in failed:
        check_caught(counter, "a block that has exited", gone, result, "arrive", "has exited")
    text = without(text, "first")
    check_caught(counter, "no cluster barrier", text, launch(folder, text, ["zeros:32"], 32, 2048, blocks=2, cluster=2),
                 ("arrive", "wait"), ("mbarrier",))


def check_scales(counter, folder):
    """Scales that are read in the wrong places: found where nobody wrote, and else by their sums alone, as on a GPU."""
    row, block = np.arange(64)[:, None] % 32, np.arange(3)
    scale = (row + 5 * block) % 8
    for reads, order in (("right", [0, 1, 2]), ("exchanged blocks", [1, 0, 2])):
        result = launch(folder, scaled_sums(reads), ["zeros:64"], 64, 2048)
        found = np.array(result.stdout.removeprefix("arg0:").split(), np.int64)
        counter.check(np.array_equal(found, (block + 1 << scale[:, order]).sum(1)), f"{reads}: {result.stderr}")
        counter.check((reads == "right") == np.array_equal(found, (block + 1 << scale).sum(1)), f"{reads}: its sums")
    text = scaled_sums("rows for blocks")
    check_caught(counter, "rows for blocks", text, launch(folder, text, ["zeros:64"], 64, 2048), "read", "never written")


def main():
    counter, folder = Counter(), Folder()
    with folder:
        check_results(counter, folder)
        check_async(counter, folder)
        check_mistakes(counter, folder)
        check_ldmatrix(counter, folder)
        check_polling(counter, folder)
        check_scales(counter, folder)
        check_registers(counter, folder)
        check_cluster(counter, folder)
    counter.finish("small kernels")


main()
