"""The descriptors that the kernels of the family tcgen05 hold, for every pair of formats, against the tables of the PTX
ISA in Inputs/tcgen05-descriptors.txt and against a decoder by the bit fields of CUTLASS (cute::UMMA), which has no tables
in common with them; the tiles of scales against cuBLAS's formula."""
# RUN: %python %s %mx_test_bin/emulate-kernel

import itertools
import os
import re
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Emulator"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Acceptance"))
from broken_kernels import launch
from tcgen05_kernels import RESULTS, arrange, extract, lower
from tools import Counter, Folder

TYPES = {"mxfp4": "e2m1", "mxfp6_e2m3": "e2m3", "mxfp6_e3m2": "e3m2", "mxfp8_e4m3": "e4m3", "mxfp8_e5m2": "e5m2", "nvfp4": "e2m1"}
PAIRS = [pair for pair in itertools.product(TYPES, TYPES) if ("nvfp4" in pair) == (pair == ("nvfp4", "nvfp4"))]

# CUTLASS's union of bit fields, lowest first; widths alone place them.
INSTRUCTION = [("sparse_id2", 2), ("sparse_flag", 1), ("", 1), ("b_sf_id", 2), ("", 1), ("a_format", 3), ("b_format", 3), ("a_negate", 1), ("b_negate", 1),
               ("a_major", 1), ("b_major", 1), ("n_dim", 6), ("scale_format", 1), ("m_dim", 5), ("a_sf_id", 2), ("k_size", 1)]
SHARED = [("start_address", 14), ("", 2), ("leading_byte_offset", 14), ("", 2), ("stride_byte_offset", 14), ("version", 2), ("", 1), ("base_offset", 3),
          ("lbo_mode", 1), ("", 8), ("layout_type", 3)]
FORMATS_8 = {"e4m3": 0, "e5m2": 1, "e2m3": 3, "e3m2": 4, "e2m1": 5}
LAYOUTS = {0: "none", 2: "128B", 4: "64B", 6: "32B"}


def read_table(name):
    fields = []
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "Inputs", "tcgen05-descriptors.txt"), encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if words and words[0] == name:
                first, last = map(int, words[1].split("-"))
                fields.append((first, last - first + 1, words[2], words[3:]))
    assert sum(width for _, width, _, _ in fields) == (64 if name == "shared" else 32)
    return fields


def decode_by_table(name, bits):
    """Fields by name; an illegal one as a text under 'problem'."""
    result = {}
    for first, width, field, values in read_table(name):
        value = bits >> first & ((1 << width) - 1)
        if "=" in values[0]:
            names = {int(number): text for text, number in (item.split("=") for item in values)}
            if value not in names:
                result["problem"] = f"{field} is {value}"
            result[field] = names.get(value)
        elif values[0] in ("number", "half"):
            if values[0] == "half" and value not in (0, 2):
                result["problem"] = f"{field} is {value}"
            result[field] = value
        elif value != int(values[0]):
            result["problem"] = f"bits {first} on are {value}"
    return result


def decode_by_fields(fields, bits):
    result, at = {}, 0
    for name, width in fields:
        if name:
            result[name] = bits >> at & ((1 << width) - 1)
        else:
            assert bits >> at & ((1 << width) - 1) == 0
        at += width
    assert at in (32, 64)
    return result


def find_constant(text, name):
    return int(re.search(rf"{re.escape(name)} = arith\.constant (-?\d+) :", text).group(1))


def find_descriptors(text):
    """Instruction descriptors, and the fields besides the address of what instructions read in shared memory."""
    instructions, rows, scales = [], set(), set()
    fields = {value: find_constant(text, constant) & (1 << 64) - 1
              for value, constant in re.findall(r"(%\w+) = arith\.ori %\w+, (%c-?\d+_i64\w*) : i64", text)}
    for a, b, instruction in re.findall(r"nvvm\.tcgen05\.mma\.block_scale %\w+, (%\w+), (%\w+), (%[\w-]+), ", text):
        instructions.append(find_constant(text, instruction) & (1 << 32) - 1)
        rows |= {fields[a], fields[b]}
    for source in re.findall(r"nvvm\.tcgen05\.cp %\w+, (%\w+) ", text):
        scales.add(fields[source])
    return instructions, rows, scales


def check_instruction(counter, pair, bits, i, rows, columns):
    is16, is4 = "nvfp4" in pair, all(TYPES[name] == "e2m1" for name in pair)
    scale_id = 0 if is16 else 2 * (i % 2) if is4 else i
    want = {"type-a": TYPES[pair[0]], "type-b": TYPES[pair[1]], "scale-id-a": scale_id, "scale-id-b": scale_id, "n/8": columns // 8, "m/128": rows // 128,
            "sparsity": "dense", "negate-a": "no", "negate-b": "no", "transpose-a": "no", "transpose-b": "no",
            "scale-type": "ue4m3" if is16 else "ue8m0"}
    if is4:
        want["k"] = "64"
    found = decode_by_table("mxf4" if is4 else "mxf8f6f4", bits)
    counter.check(found == want, f"{pair} instruction {i}, {bits:#x}: {found}, expected {want}")
    numbers = {"e2m1": 1} if is4 else FORMATS_8
    want = {"a_format": numbers[TYPES[pair[0]]], "b_format": numbers[TYPES[pair[1]]], "a_sf_id": scale_id, "b_sf_id": scale_id, "n_dim": columns >> 3,
            "m_dim": rows >> 4, "scale_format": 0 if is16 else 1}
    found = {name: value for name, value in decode_by_fields(INSTRUCTION, bits).items() if value or name in want}
    counter.check(found == want, f"{pair} instruction {i}, {bits:#x}, by CUTLASS's fields: {found}, expected {want}")


def check_shared(counter, what, bits, swizzle, stride):
    found = decode_by_table("shared", bits)
    good = "problem" not in found and found["swizzle"] == swizzle and found["stride"] == stride // 16 and found["leading-mode"] == "relative"
    counter.check(good and found["base-offset"] == 0, f"{what}, {bits:#x}: {found}")
    found = decode_by_fields(SHARED, bits)
    counter.check(found["version"] == 1 and LAYOUTS[found["layout_type"]] == swizzle and found["stride_byte_offset"] == stride >> 4,
                  f"{what}, {bits:#x}, by CUTLASS's fields: {found}")


def check_arrangement(counter, folder, rng, program, kernel, shape):
    """The kernel that makes tiles of scales; one block a tile."""
    scales = rng.integers(1, 255, shape).astype(np.uint8)
    with open(folder.path("scales"), "wb") as file:
        file.write(scales.tobytes() + bytes(3))
    want = arrange(scales)
    arguments = [f"file:{folder.path('scales')}", f"zeros:{want.size // 4}", f"i32:{shape[0]}", f"i32:{shape[1]}", f"i32:{want.shape[0]}", f"i32:{want.shape[1]}"]
    result = launch(folder, extract(program, kernel), arguments, 128, blocks=want.shape[0] * want.shape[1])
    found = np.array(result.stdout.removeprefix("arg1:").split(), np.int64).astype(np.int32)
    counter.check(np.array_equal(found, want.view(np.int32).ravel()), f"scales {shape} in tiles: {result.stderr}")


def main():
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(1)
    for pair, kernel in itertools.product(PAIRS, RESULTS):
        _, group, columns = kernel
        program = lower(folder, pair, *RESULTS[kernel], 600)
        instructions, rows, scales = find_descriptors(program)
        counter.check(len(instructions) == 4 and len(rows) == 1 and len(scales) == 1, f"{pair}: {len(instructions)} instructions, {rows}, {scales}")
        for i, bits in enumerate(instructions):
            check_instruction(counter, pair, bits, i, 128 * group, columns)
        check_shared(counter, f"{pair}, codes", rows.pop(), "128B", 8 * 128)
        check_shared(counter, f"{pair}, scales", scales.pop(), "none", 8 * 16)
        of_two = {"cta_2" in line for line in program.split("\n") if re.search(r"nvvm\.tcgen05\.(mma|cp|commit|alloc|dealloc|relinquish)", line)}
        counter.check(of_two == {group == 2}, f"{pair} {kernel}: instructions of both groups")
    for shape in ((130, 19), (1, 1), (300, 40)):
        check_arrangement(counter, folder, rng, program, "tiles", shape)
    counter.finish("tcgen05 descriptors")


main()
