"""mma.sync with block scales as the compiler writes it, against the PTX ISA's tables in test/Emulator/Inputs/block-scale.txt:
kinds, types and selectors of the PTX of every pair of formats, which ptxas, where there is one, takes without a spilled
register. The fragments of these tables are those of the layouts that
CUTLASS publishes, read independently."""
# RUN: %python %s %ptxas

import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "..", "Emulator"), os.path.join(HERE, "..", "..", "Acceptance")]
import fragments
from products import FORMATS, UNNAMED, tensor
from tools import Counter, Folder, run

MMA = re.compile(r"mma\.sync\.aligned\.(m16n8k\d+)\.row\.col\.kind::(\w+)\.block_scale\.scale_vec::(\w+)\.f32\.(\w+)\.(\w+)\.f32\.(\w+) "
                 r".*, \{(\d), (\d)\}, %r\d+, \{(\d), (\d)\};")
MX = ["mxfp4", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp8_e4m3", "mxfp8_e5m2"]
ELEMENTS = dict(zip(MX, ("e2m1", "e2m3", "e3m2", "e4m3", "e5m2")))
PACKED = [("mxfp4", "mxfp4"), ("nvfp4", "nvfp4"), (list(UNNAMED)[2],) * 2]
PAIRS = [(a, b) for a in MX for b in MX if (a, b) != ("mxfp4", "mxfp4")] + PACKED


def check_fragments(counter):
    for (matrix, k), count in fragments.COUNTS.items():
        places = [(fragments.isa_place(matrix, k, lane, i), fragments.cute_place(matrix, k, lane, i)) for lane in range(32) for i in range(count)]
        counter.check(all(isa == cute for isa, cute in places), f"{matrix} of k{k}: {[p for p in places if p[0] != p[1]][:3]}")
        counter.check(len({isa for isa, _ in places}) == 32 * count, f"{matrix} of k{k}: places twice")
    for matrix, rows in (("A", 16), ("B", 8)):
        lanes = [fragments.isa_scale_lane(matrix, row, 0) for row in range(rows)]
        found = [fragments.cute_scale_index(matrix, lane) for lane in lanes]
        counter.check(found == list(range(rows)), f"scales of {matrix}: {found}")


def compile_pair(folder, pair):
    a, b, out = (tensor(("?", "?"), name) for name in (*pair, "f32"))
    path = folder.text("p.mlir", f"func.func @main(%a: {a}, %b: {b}) -> {out} {{\n"
                       f"  %0 = mx.matmul %a, %b : {a}, {b} -> {out}\n  return %0 : {out}\n}}\n")
    return run("mxc", "compile", path, "--target=nvvm", "--chip=sm_121a", "--emit=ptx", "-o", "-").stdout


def is_legal(shape, kind, vector, types, scale):
    return any([kind, shape, scale, vector] == [words[0], words[1], words[3], words[4]] and all(t in words[2].split(",") for t in types)
               for words in fragments.read("kind"))


def check_pair(counter, pair, text):
    found = [match.groups() for match in MMA.finditer(text)]
    counter.check(len(found) == text.count("mma.sync") > 0, f"{pair}: {len(found)} of {text.count('mma.sync')} instructions")
    legal_bytes = {words[0]: words[1:] for words in fragments.read("bytes")}
    legal_threads = {words[0]: words[1:] for words in fragments.read("threads")}
    forms = [FORMATS[name] for name in pair]
    for shape, kind, vector, type_a, type_b, scale, byte_a, thread_a, byte_b, thread_b in set(found):
        what = f"{pair}: {shape} {kind} {vector} {type_a} {type_b} {scale}"
        counter.check(is_legal(shape, kind, vector, (type_a, type_b), scale), f"{what} is in no table")
        counter.check((type_a, type_b) == tuple(ELEMENTS.get(name, "e2m1") for name in pair), f"{what}: types")
        counter.check(scale == ("ue8m0" if forms[0].scale == "e8m0" else "ue4m3"), f"{what}: scales")
        # A scale of the instruction covers k / scales elements, which all lie in one block.
        elements = int(shape.split("k")[1]) // int(vector[0])
        counter.check(all(form.block[1] % elements == 0 for form in forms), f"{what}: blocks")
        counter.check(byte_a in legal_bytes[vector] and byte_b in legal_bytes[vector], f"{what}: bytes {byte_a} {byte_b}")
        counter.check(thread_a in legal_threads["A"] and thread_b in legal_threads["B"], f"{what}: threads {thread_a} {thread_b}")
    packed = "m16n8k64" in text
    for name in pair:
        bits = FORMATS[name].element.bits
        form = "m8n8.x4.shared.b16" if packed or bits == 8 else f"m8n16.x4.shared.b8x16.{'b4x16_p64' if bits == 4 else 'b6x16_p32'}"
        counter.check(f"ldmatrix.sync.aligned.{form} " in text, f"{pair}: no {form}")


def assemble(counter, folder, ptxas, pair, text):
    result = subprocess.run([ptxas, "-v", "-arch=sm_121a", folder.text("p.ptx", text), "-o", os.devnull], capture_output=True, text=True)
    counter.check(result.returncode == 0 and not re.search(r"[1-9]\d* bytes spill", result.stderr), f"{pair}: {result.stderr[-300:]}")


def main():
    counter, folder, ptxas = Counter(), Folder(), shutil.which(sys.argv[1])
    check_fragments(counter)
    for pair in PAIRS:
        text = compile_pair(folder, pair)
        check_pair(counter, pair, text)
        if ptxas:
            assemble(counter, folder, ptxas, pair, text)
    counter.finish("block scales in PTX")


main()
