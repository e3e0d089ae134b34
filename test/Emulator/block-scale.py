"""mma.sync with block scales on the emulator against numpy: every pair of formats in the fragments of the PTX ISA's tables,
scales in bytes and lanes that the selectors choose among others, and the combinations that the ISA forbids."""
# RUN: %python %s %mx_test_bin/emulate-kernel

import itertools

import fragments
import numpy as np
from broken_kernels import check_caught, launch
from kernels import assembly, small
from tools import Counter, Folder

import model

ELEMENTS = {"e2m1": "mxfp4", "e2m3": "mxfp6_e2m3", "e3m2": "mxfp6_e3m2", "e4m3": "mxfp8_e4m3", "e5m2": "mxfp8_e5m2"}
WORDS = 16  # that each lane loads: A 4, B 2, C 4, scales


def kernel(opcode, selectors):
    """Each lane takes its registers from %in and leaves its four sums in %out."""
    (byte_a, thread_a), (byte_b, thread_b) = selectors
    loads = "\n".join(f"""    %i{i} = arith.constant {i} : i32
    %a{i} = arith.addi %first, %i{i} : i32
    %g{i} = llvm.getelementptr %in[%a{i}] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    %v{i} = llvm.load %g{i} : !llvm.ptr<1> -> i32""" for i in range(WORDS))
    text = (f"{opcode} {{$0, $1, $2, $3}}, {{$4, $5, $6, $7}}, {{$8, $9}}, {{$10, $11, $12, $13}}, "
            f"$14, {{{byte_a}, {thread_a}}}, $15, {{{byte_b}, {thread_b}}};")
    struct = "!llvm.struct<(f32, f32, f32, f32)>"
    floats = "\n".join(f"    %c{i}f = llvm.bitcast %v{6 + i} : i32 to f32" for i in range(4))
    operands = ", ".join([f"%v{i}" for i in range(6)] + [f"%c{i}f" for i in range(4)] + ["%v10, %v11"])
    types = ", ".join(["i32"] * 6 + ["f32"] * 4 + ["i32"] * 2)
    stores = "\n".join(f"""    %d{i} = llvm.extractvalue %d[{i}] : {struct}
    %o{i} = arith.addi %four, %i{i} : i32
    %p{i} = llvm.getelementptr %out[%o{i}] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %d{i}, %p{i} : f32, !llvm.ptr<1>""" for i in range(4))
    return small(f"""    %first = arith.muli %tid, %c16 : i32
    %four = arith.muli %tid, %c4 : i32
{loads}
{floats}
    %d = {assembly(text, "=f,=f,=f,=f,r,r,r,r,r,r,f,f,f,f,r,r", operands, types, struct)} // product
{stores}""", "%in: !llvm.ptr<1>, %out: !llvm.ptr<1>")


def spread(words, codes, matrix, packed, is_e2m1):
    """Rows of codes of A, or columns of B, into the lanes' registers."""
    width, k = (4, 64) if packed else (8, 32)
    for lane, i in itertools.product(range(32), range(fragments.COUNTS[matrix, k])):
        row, column = fragments.isa_place(matrix, k, lane, i)
        code = int(codes[row, column] if matrix == "A" else codes[column, row]) << (2 if is_e2m1 and not packed else 0)
        words[lane, (0 if matrix == "A" else 4) + i * width // 32] |= np.uint32(code << (i * width % 32))


def check(counter, folder, rng, opcode, types, packed, chunks, stype, selectors):
    k = 64 if packed else 32
    formats = [model.NAMED[ELEMENTS[name]].element for name in types]
    words = np.zeros((32, WORDS), np.uint32)
    words[:, 10:12] = rng.integers(0, 1 << 32, (32, 2), dtype=np.uint32)  # scales that nobody asks for
    values = []
    for side, (rows, name, form) in enumerate(zip((16, 8), types, formats)):
        codes = rng.choice(np.flatnonzero(np.isfinite(form.values)), (rows, k))
        spread(words, codes, "AB"[side], packed, name == "e2m1")
        scales = rng.integers(120, 134, (rows, chunks)) if stype == "ue8m0" else rng.integers(1, 0x7F, (rows, chunks))
        byte, thread = selectors[side]
        for row, chunk in itertools.product(range(rows), range(chunks)):
            lane = fragments.isa_scale_lane("AB"[side], row, thread)
            shift = 8 * (byte + chunk)
            words[lane, 10 + side] = words[lane, 10 + side] & np.uint32(~(0xFF << shift) & 0xFFFFFFFF) | np.uint32(int(scales[row, chunk]) << shift)
        factor = np.ldexp(1.0, scales - 127) if stype == "ue8m0" else model.NAMED["nvfp4"].scale.values[scales]
        values.append(form.values[codes] * np.repeat(factor, k // chunks, 1))
    c = rng.standard_normal((16, 8)).astype(np.float32)
    want = np.zeros((32, 4), np.float32)
    exact = (values[0] @ values[1].T + c).astype(np.float32)
    for lane, i in itertools.product(range(32), range(4)):
        place = fragments.isa_place("C", k, lane, i)
        words[lane, 6 + i] = c[place].view(np.uint32)
        want[lane, i] = exact[place]
    with open(folder.path("in.bin"), "wb") as file:
        file.write(words.tobytes())
    text = kernel(opcode, selectors)
    result = launch(folder, text, [f"file:{folder.path('in.bin')}", "zeros:128"], 32)
    found = np.array(result.stdout.removeprefix("arg1:").split(), np.int64).astype(np.int32).view(np.float32)
    good = found.size == 128 and np.abs(found.reshape(32, 4) - want).max() <= 2.0**-22 * np.abs(want).max()
    counter.check(good, f"{opcode} {selectors}: {result.stderr[:300]}")


def main():
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(3)
    for i, types in enumerate(itertools.product(ELEMENTS, ELEMENTS)):
        opcode = "mma.sync.aligned.m16n8k32.row.col.kind::mxf8f6f4.block_scale.scale_vec::1X.f32.{}.{}.f32.ue8m0".format(*types)
        check(counter, folder, rng, opcode, types, False, 1, "ue8m0", ((i % 4, i % 2), (i // 4 % 4, i % 3)))
    both = ("e2m1", "e2m1")
    head, tail = "mma.sync.aligned.m16n8k64.row.col.kind::", "f32.e2m1.e2m1.f32."
    for selectors in (((0, 0), (0, 0)), ((2, 1), (2, 3)), ((2, 0), (0, 2))):
        check(counter, folder, rng, f"{head}mxf4.block_scale.scale_vec::2X.{tail}ue8m0", both, True, 2, "ue8m0", selectors)
        check(counter, folder, rng, f"{head}mxf4nvf4.block_scale.scale_vec::2X.{tail}ue8m0", both, True, 2, "ue8m0", selectors)
    for stype in ("ue4m3", "ue8m0"):
        check(counter, folder, rng, f"{head}mxf4nvf4.block_scale.scale_vec::4X.{tail}{stype}", both, True, 4, stype, ((0, 1), (0, 1)))
    good = f"{head}mxf4.block_scale.scale_vec::2X.{tail}ue8m0"
    for opcode, selectors, said in ((good, ((1, 0), (0, 0)), "byte-id 1 with 2 scales"), (good, ((0, 2), (0, 0)), "thread-id 2"),
                                    (good.replace("2X", "4X"), ((0, 0), (0, 0)), "does not know"),
                                    (good.replace("ue8m0", "ue4m3"), ((0, 0), (0, 0)), "does not know")):
        text = kernel(opcode, selectors)
        check_caught(counter, f"{opcode} {selectors}", text, launch(folder, text, ["count:512", "zeros:128"], 32), "product", said)
    counter.finish("block scales")


main()
