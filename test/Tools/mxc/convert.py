"""mxc convert on files that the packages gguf and safetensors write: there and back byte by byte, and the values that
their own readers and published formulas give."""

import json
import os
import resource
import subprocess
import sys

import gguf
import ml_dtypes
import numpy as np
import safetensors.numpy
from Acceptance.tools import Counter, Folder, mxc_quantize, run

F32 = np.float32
E2M1 = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6], F32)
GGML = gguf.GGMLQuantizationType


def nibbles(packed):
    """[.., bytes] to [.., elements], the low half first."""
    return np.stack([packed & 15, packed >> 4], -1).reshape(*packed.shape[:-1], -1)


def mxfp4(codes, scale):
    """The values of packed codes [.., blocks, 16] and E8M0 scales [.., blocks]."""
    values = np.ldexp(E2M1[nibbles(codes)], scale[..., None].astype(np.int32) - 127)
    return values.reshape(*scale.shape[:-1], -1).astype(F32)


def nvfp4(codes, scale, tensor=F32(1)):
    scale = scale.view(ml_dtypes.float8_e4m3fn).astype(F32)
    return (E2M1[nibbles(codes)] * scale[..., None] * tensor).reshape(*scale.shape[:-1], -1).astype(F32)


class Converter:
    def __init__(self, folder):
        self.folder, self.counter = folder, Counter()

    def convert(self, source, target, *options):
        return run("mxc", "convert", self.folder.path(source), "-o", self.folder.path(target), *options)

    def arrays(self, source, *options):
        self.convert(source, "arrays.npz", *options)
        with np.load(self.folder.path("arrays.npz")) as data:
            return {name: data[name] for name in data.files}

    def bytes(self, name):
        with open(self.folder.path(name), "rb") as file:
            return file.read()

    def same(self, what, a, b):
        self.counter.check(self.bytes(a) == self.bytes(b), f"{what}: {a} and {b} differ")

    def equal(self, what, a, b):
        a, b = np.asarray(a), np.asarray(b)
        good = a.shape == b.shape and np.array_equal(a, b)
        self.counter.check(good, f"{what}: {a.shape} {a.ravel()[:4]} is not {b.shape} {b.ravel()[:4]}")

    def fails(self, what, message, source, *options, data=None):
        if data is not None:
            with open(self.folder.path(source), "wb") as file:
                file.write(data)
        result = run("mxc", "convert", self.folder.path(source), *options, check=False)
        good = result.returncode == 1 and message in result.stderr and result.stderr.count("\n") == 1
        self.counter.check(good, f"{what}: expected '{message}', found {result.returncode} {result.stderr[-300:]}")


def write_gguf(path, random, alignment=None):
    """Every kind of value and of tensor; returns the blocks of the scaled ones."""
    writer = gguf.GGUFWriter(path, "test")
    if alignment:
        writer.add_custom_alignment(alignment)
    writer.add_string("a.string", "ünï\n")
    writer.add_array("an.array", ["x", "", "yz"])
    writer.add_array("numbers", [1, 2, 3])
    writer.add_bool("yes", True)
    writer.add_float64("pi", 3.14)
    writer.add_uint64("many", 1 << 60)
    writer.add_int8("few", -3)
    scales = random.integers(0, 255, (2, 3, 2, 1), dtype=np.uint8)
    blocks = np.concatenate([scales, random.integers(0, 256, (2, 3, 2, 16), dtype=np.uint8)], -1).reshape(2, 3, 34)
    writer.add_tensor("experts.weight", blocks, raw_dtype=GGML.MXFP4)
    writer.add_tensor("norm.weight", random.standard_normal(5).astype(F32))
    supers = random.integers(0, 0x7F, (3, 2, 36), dtype=np.uint8).reshape(3, 72)
    writer.add_tensor("one.weight", supers, raw_dtype=GGML.NVFP4)
    writer.add_tensor("two.weight", supers[::-1].copy(), raw_dtype=GGML.NVFP4)
    writer.add_tensor("two.scale", np.array([0.3], F32))
    writer.add_tensor("each.weight", supers[::-1].copy(), raw_dtype=GGML.NVFP4)
    writer.add_tensor("each.scale", np.array([0.3, 2], F32))
    writer.add_tensor("q.weight", random.integers(0, 256, (4, 34), dtype=np.uint8), raw_dtype=GGML.Q8_0)
    writer.add_tensor("h.weight", random.standard_normal((3, 4)).astype(np.float16))
    writer.add_tensor("ids", random.integers(0, 9, (7,), dtype=np.int32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return blocks, supers


def check_gguf(converter, random):
    for alignment in (None, 64):
        blocks, supers = write_gguf(converter.folder.path("a.gguf"), random, alignment)
        arrays = converter.arrays("a.gguf")
        found = mxfp4(arrays["experts.weight_codes"], arrays["experts.weight_scale"])
        converter.equal("GGUF MXFP4", found, gguf.quants.dequantize(blocks, GGML.MXFP4))
        found = nvfp4(arrays["one.weight_codes"], arrays["one.weight_scale"])
        converter.equal("GGUF NVFP4", found, gguf.quants.dequantize(supers, GGML.NVFP4))
        converter.equal("its tensor scale", arrays["two.weight_tensor_scale"], F32(0.3))
        converter.counter.check("each.weight_tensor_scale" not in arrays and len(arrays["each.scale"]) == 2, "expert scales")
        formats = {t["name"]: t.get("format") or t["dtype"] for t in json.loads(arrays["mxc"].tobytes())["tensors"]}
        converter.counter.check(formats["two.weight"] == "nvfp4" and formats["q.weight"] == "Q8_0", f"formats {formats}")
        converter.convert("arrays.npz", "b.gguf")
        converter.same("GGUF, arrays, GGUF", "a.gguf", "b.gguf")
        converter.convert("a.gguf", "c.gguf")
        converter.same("GGUF, GGUF", "a.gguf", "c.gguf")
        subset = ["--tensor=[!q]*"]
        converter.convert("a.gguf", "d.gguf", *subset)
        reader = gguf.GGUFReader(converter.folder.path("d.gguf"))
        names = [t.name for t in reader.tensors]
        converter.counter.check("q.weight" not in names and len(names) == 9, f"a subset: {names}")
        converter.counter.check(reader.get_field("a.string").contents() == "ünï\n", "its metadata")
        converter.convert("d.gguf", "e.safetensors", *subset)
        converter.convert("e.safetensors", "f.gguf")
        converter.same("GGUF, safetensors, GGUF", "d.gguf", "f.gguf")


def make_safetensors(random):
    """The layouts of gpt-oss, compressed-tensors and ModelOpt, and other tensors."""
    def byte(*shape, high=256):
        return random.integers(0, high, shape, dtype=np.uint8)

    e4m3 = byte(4, 8, high=0x7F).view(ml_dtypes.float8_e4m3fn)
    return {
        "mlp.experts.down_proj_blocks": byte(2, 5, 3, 16), "mlp.experts.down_proj_scales": byte(2, 5, 3, high=255),
        "mlp.experts.down_proj_bias": random.standard_normal((2, 5)).astype(ml_dtypes.bfloat16),
        "block.0.mlp1_weight.blocks": byte(5, 3, 16), "block.0.mlp1_weight.scales": byte(5, 3, high=255),
        "a.weight_packed": byte(4, 64), "a.weight_scale": byte(4, 4, high=255),
        "b.weight_packed": byte(4, 64), "b.weight_scale": e4m3, "b.weight_global_scale": np.array([1234.5], F32),
        "c.weight": byte(4, 128).view(ml_dtypes.float8_e4m3fn), "c.weight_scale": byte(4, 4),
        "d.weight": byte(4, 64), "d.weight_scale": e4m3[::-1].copy(), "d.weight_scale_2": np.array(0.001, F32),
        "e.weight_packed": byte(4, 96), "e.weight_scale": byte(4, 4),
        "f.weight": byte(2, 64).view(ml_dtypes.float8_e5m2), "f.weight_scale": byte(2, 2).view(ml_dtypes.float8_e8m0fnu),
        # No block-scaled tensors, though their names are like it.
        "g.weight_packed": random.integers(0, 9, (4, 8), dtype=np.int32), "g.weight_scale": random.standard_normal((4, 1)).astype(F32),
        "h.weight_packed": byte(4, 64), "h.weight_scale": byte(4, 7),
        "scalar": np.array(3.5), "empty": np.zeros((0, 4), F32), "flags": np.array([True, False, True]), "z": np.array([1j], np.complex64),
    }


def check_safetensors(converter, random):
    tensors = make_safetensors(random)
    with open(converter.folder.path("a.safetensors"), "wb") as file:
        file.write(safetensors.numpy.save(tensors, {"format": "pt", "quote": "\"\\ü"}))
    arrays = converter.arrays("a.safetensors")
    formats = {t["name"]: (t.get("format"), t["shape"]) for t in json.loads(arrays["mxc"].tobytes())["tensors"]}
    for name, format, shape in (
            ("mlp.experts.down_proj", "mxfp4", [2, 5, 96]), ("block.0.mlp1_weight", "mxfp4", [5, 96]),
            ("a.weight", "mxfp4", [4, 128]), ("b.weight", "nvfp4", [4, 128]), ("c.weight", "mxfp8_e4m3", [4, 128]),
            ("d.weight", "nvfp4", [4, 128]), ("e.weight", "mxfp6_e2m3", [4, 128]), ("f.weight", "mxfp8_e5m2", [2, 64]),
            ("g.weight_packed", None, [4, 8]), ("h.weight_packed", None, [4, 64])):
        converter.counter.check(formats.get(name) == (format, shape), f"{name}: {formats.get(name)}")
    converter.equal("gpt-oss codes", arrays["mlp.experts.down_proj_codes"], tensors["mlp.experts.down_proj_blocks"])
    a = mxfp4(arrays["a.weight_codes"], arrays["a.weight_scale"])
    scale = np.repeat(np.ldexp(F32(1), tensors["a.weight_scale"].astype(np.int32) - 127), 32, -1)
    converter.equal("compressed-tensors MXFP4", a, E2M1[nibbles(tensors["a.weight_packed"])] * scale)
    # compressed-tensors divides the scale by its global scale, in f32; mxc multiplies by the reciprocal.
    b = nvfp4(arrays["b.weight_codes"], arrays["b.weight_scale"], arrays["b.weight_tensor_scale"])
    scale = np.repeat(tensors["b.weight_scale"].astype(F32) / F32(1234.5), 16, -1)
    wanted = E2M1[nibbles(tensors["b.weight_packed"])] * scale
    converter.counter.check(np.allclose(b, wanted, rtol=2.0**-22, atol=0), "compressed-tensors NVFP4")
    converter.equal("ModelOpt's tensor scale", arrays["d.weight_tensor_scale"], F32(0.001))
    converter.convert("arrays.npz", "b.safetensors")
    converter.same("safetensors, arrays, safetensors", "a.safetensors", "b.safetensors")
    converter.convert("a.safetensors", "c.safetensors")
    converter.same("safetensors, safetensors", "a.safetensors", "c.safetensors")
    check_layouts(converter, tensors)
    check_ours_to_gguf(converter, tensors)


def check_layouts(converter, tensors):
    converter.convert("a.safetensors", "l.safetensors", "--layout=compressed-tensors", "--tensor=*down_proj", "--tensor=d.weight", "--tensor=scalar")
    found = load(converter, "l.safetensors")
    converter.equal("to compressed-tensors", found["mlp.experts.down_proj_packed"], tensors["mlp.experts.down_proj_blocks"].reshape(2, 5, 48))
    converter.equal("its scales", found["mlp.experts.down_proj_scale"], tensors["mlp.experts.down_proj_scales"])
    converter.equal("a divisor", found["d.weight_global_scale"], np.array([F32(1) / F32(0.001)]))
    converter.equal("another tensor", found["scalar"], tensors["scalar"])
    converter.convert("a.safetensors", "m.safetensors", "--layout=modelopt", "--tensor=new.weight=b.weight")
    found = load(converter, "m.safetensors")
    converter.equal("to modelopt", found["new.weight"], tensors["b.weight_packed"])
    converter.equal("a factor", found["new.weight_scale_2"], F32(1) / F32(1234.5))
    converter.convert("a.safetensors", "n.safetensors", "--layout=gpt-oss", "--tensor=a.weight")
    found = load(converter, "n.safetensors")
    converter.equal("to gpt-oss", found["a.weight_blocks"], tensors["a.weight_packed"].reshape(4, 4, 16))
    listed = run("mxc", "convert", converter.folder.path("a.safetensors"), "--list").stdout
    converter.counter.check("b.weight: nvfp4 [4, 128], 288 bytes, compressed-tensors, tensor scale 0.000810044527\n" in listed
                            and "empty: F32 [0, 4], 0 bytes\n" in listed, f"--list: {listed}")


def load(converter, name):
    """With the types that safetensors.numpy.load lacks. Every tensor is aligned to its elements."""
    data = converter.bytes(name)
    length = int.from_bytes(data[:8], "little")
    for tensor, entry in json.loads(data[8:8 + length]).items():
        width = {"F64": 8, "F32": 4, "BF16": 2}.get(entry.get("dtype"), 1)
        aligned = tensor == "__metadata__" or (8 + length + entry["data_offsets"][0]) % width == 0
        converter.counter.check(aligned, f"{name}: {tensor} is not aligned")
    types = {"F8_E4M3": ml_dtypes.float8_e4m3fn, "F8_E5M2": ml_dtypes.float8_e5m2, "BF16": ml_dtypes.bfloat16}
    with safetensors.safe_open(converter.folder.path(name), "np"):  # its own checks
        pass
    return {key: np.frombuffer(bytearray(value["data"]), types.get(value["dtype"]) or safetensors.numpy._TYPES[value["dtype"]])
            .reshape(value["shape"]) for key, value in safetensors.deserialize(converter.bytes(name))}


def check_ours_to_gguf(converter, tensors):
    """gpt-oss to GGUF and back; the values are those of ggml's own package."""
    options = ["--tensor=*down_proj", "--tensor=a.weight", "--tensor=b.weight", "--tensor=g.weight_scale", "--layout=modelopt"]
    converter.convert("a.safetensors", "s.safetensors", *options)
    converter.convert("s.safetensors", "s.gguf")
    read = {t.name: t for t in gguf.GGUFReader(converter.folder.path("s.gguf")).tensors}
    values = gguf.quants.dequantize(read["mlp.experts.down_proj"].data, GGML.MXFP4)
    converter.equal("gpt-oss in GGUF", values, mxfp4(tensors["mlp.experts.down_proj_blocks"], tensors["mlp.experts.down_proj_scales"]))
    values = gguf.quants.dequantize(read["b.weight"].data, GGML.NVFP4) * read["b.scale"].data
    wanted = nvfp4(tensors["b.weight_packed"].reshape(4, 8, 8), tensors["b.weight_scale"].view(np.uint8), F32(1) / F32(1234.5))
    converter.counter.check(np.allclose(values, wanted, rtol=2.0**-22, atol=0), "NVFP4 in GGUF")
    converter.convert("s.gguf", "t.safetensors")
    converter.same("safetensors, GGUF, safetensors", "s.safetensors", "t.safetensors")


def check_quantized(converter, random):
    """What mxc quantize makes goes into files, and what files hold goes into mxc run."""
    x = random.standard_normal((6, 128)).astype(F32)
    for format in ("mxfp4", "nvfp4", "mxfp6_e2m3", "mxfp8_e4m3"):
        q = mxc_quantize(converter.folder, x, "cpu", f"--format={format}")
        converter.convert("q.npz", "q.safetensors", f"--format={format}", "--tensor=layer.weight=weight")
        arrays = converter.arrays("q.safetensors", "--tensor=arg0=layer.weight")
        ir = converter.folder.text("d.mlir", f"""func.func @main(%w: tensor<?x128x!mx.{format}>) -> tensor<?x128xf32> {{
  %0 = mx.dequantize %w : tensor<?x128x!mx.{format}> -> tensor<?x128xf32>
  return %0 : tensor<?x128xf32>
}}""")
        run("mxc", "run", ir, "--target=cpu", f"--inputs={converter.folder.path('arrays.npz')}", f"--outputs={converter.folder.path('o.npz')}")
        with np.load(converter.folder.path("o.npz")) as out:
            converter.equal(f"{format} through mxc run", out["out0"], q["dequantized"])
        if format == "nvfp4":
            values = nvfp4(arrays["arg0_codes"], arrays["arg0_scale"], arrays["arg0_tensor_scale"])
            converter.counter.check(np.allclose(values, q["dequantized"], rtol=2.0**-22, atol=0), "nvfp4 arrays")
        if format == "mxfp4":
            converter.convert("q.npz", "q.gguf", "--format=mxfp4")
            read = gguf.GGUFReader(converter.folder.path("q.gguf")).tensors
            converter.equal("mxc quantize in GGUF", gguf.quants.dequantize(read[0].data, GGML.MXFP4), q["dequantized"])


def check_errors(converter):
    def file(header, data=b"", length=None):
        text = header if isinstance(header, bytes) else json.dumps(header).encode()
        return (len(text) if length is None else length).to_bytes(8, "little") + text + data

    def tensor(begin, end, dtype="U8", shape=None):
        return {"dtype": dtype, "shape": [end - begin] if shape is None else shape, "data_offsets": [begin, end]}

    bad = "bad.safetensors"
    for what, message, data in (
            ("empty", "truncated in its header", b""),
            ("short", "truncated in its header: expected 90 bytes, found 2", file(b"{}", length=90)),
            ("long header", "a header of 72057594037927936 bytes; expected at most 100000000", file(b"{}", length=1 << 56)),
            ("no JSON", "the header is no JSON", file(b"{\"a\": ")),
            ("no object", "does not begin with '{'", file(b"[]")),
            ("nested", "nests deeper than expected", file(b"{\"a\":" + b"[" * 1000000)),
            ("twice", "a key occurs twice", file(b'{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}')),
            ("hole", "begins at byte 1, but the one before it ends at 0", file({"a": tensor(1, 2)}, b"00")),
            ("overlap", "begins at byte 1, but the one before it ends at 2", file({"a": tensor(0, 2), "b": tensor(1, 3)}, b"000")),
            ("beyond", "expected 4 bytes of tensors, found 3", file({"a": tensor(0, 4)}, b"000")),
            ("more", "expected 2 bytes of tensors, found 3", file({"a": tensor(0, 2)}, b"000")),
            ("size", "F32 [1] takes 4 bytes, but 'data_offsets' spans 3", file({"a": tensor(0, 3, "F32", [1])}, b"000")),
            ("overflow", "is no whole number of bytes", file({"a": tensor(0, 3, "F32", [1 << 62, 4])}, b"000")),
            ("half bytes", "F4 [3] is no whole number of bytes", file({"a": tensor(0, 1, "F4", [3])}, b"0")),
            ("dtype", "unknown dtype 'F3'", file({"a": tensor(0, 1, "F3")}, b"0")),
            ("negative", "numbers from 0 up", file({"a": tensor(0, 1, "U8", [-1])}, b"0")),
            ("fields", "expected 'dtype', 'shape' and 'data_offsets'", file({"a": {"dtype": "U8"}})),
            ("metadata", "the value of 'k' is no string", file({"__metadata__": {"k": 1}})),
            ("UTF-8", "the header is no JSON", file(b'{"\xff":{}}'))):
        converter.fails(what, message, bad, "--list", data=data)

    whole = converter.bytes("a.gguf")
    def patched(at, value):
        return whole[:at] + value + whole[at + len(value):]

    start = whole.index(b"experts.weight") + 14
    for what, message, data in (
            ("version", "version 1 of GGUF", patched(4, b"\1")), ("big-endian", "is big-endian", patched(4, b"\0\0\0\3")),
            ("tensors", "more than the file has room for", patched(8, b"\xff" * 8)),
            ("pairs", "more than the file has room for", patched(16, b"\xff" * 6 + b"\0\0")),
            ("key", "key-value pair 0: the file is truncated in its header", patched(24, b"\xff" * 8)),
            ("cut header", "truncated in its header", whole[:start]), ("cut data", "tensor 'ids': expected 28 bytes, found 12", whole[:-52]),
            ("more", "4 bytes follow the last tensor", whole + b"0000"),
            ("rank", "has 9 dimensions; expected at most 4", patched(start, b"\x09")),
            ("extent", "no multiple of the 32 of a block of MXFP4", patched(start + 4, b"\x41")),
            ("extents", "is too large", patched(start + 4, b"\x40\0\0\0\0\0\0\x10" * 3)),
            ("type", "has the unknown type 77", patched(start + 28, b"\x4d")),
            ("offset", "begins at byte 32 of the data; expected 0", patched(start + 32, b"\x20"))):
        converter.fails(what, message, "bad.gguf", "--list", data=data)
    check_more_errors(converter, whole)


def check_more_errors(converter, whole):
    nested = b"GGUF" + (3).to_bytes(4, "little") + bytes(8) + (1).to_bytes(8, "little") + (1).to_bytes(8, "little") + b"k"
    nested += (9).to_bytes(4, "little") + ((9).to_bytes(4, "little") + (1).to_bytes(8, "little")) * 100000
    converter.fails("nested arrays", "arrays nest deeper than expected", "bad.gguf", "--list", data=nested)
    converter.fails("GGUF's types", "safetensors has no type for Q8_0; --tensor=GLOB leaves tensors out", "a.gguf", "-o", converter.folder.path("x.safetensors"))
    converter.fails("safetensors' types", "GGUF has no type for", "a.safetensors", "-o", converter.folder.path("x.gguf"))
    converter.fails("gpt-oss", "gpt-oss has no nvfp4; expected mxfp4", "a.safetensors", "-o", converter.folder.path("x.safetensors"), "--layout=gpt-oss", "--tensor=b.weight")
    converter.fails("no tensor", "--tensor=y names no tensor", "a.safetensors", "--list", "--tensor=y")
    converter.fails("one name", "--tensor=y=* names 17 tensors", "a.safetensors", "--list", "--tensor=y=*")
    converter.fails("no output", "expected -o FILE or --list", "a.safetensors")
    converter.fails("extension", "ends in .npz, .safetensors or .gguf", "a.safetensors", "-o", "x.bin")
    converter.fails("layout", "unknown layout 'x'", "a.safetensors", "-o", "x.safetensors", "--layout=x")
    converter.fails("format", "nothing tells the format of these codes", "q.npz", "--list")
    with np.load(converter.folder.path("arrays.npz")) as data:
        arrays = {name: data[name] for name in data.files}
    np.savez(converter.folder.path("short.npz"), **{**arrays, "arg0_codes": arrays["arg0_codes"][:1]})
    converter.fails("short codes", "array 'arg0_codes': expected", "short.npz", "--list")
    np.savez(converter.folder.path("extra.npz"), extra=np.zeros(3), **arrays)
    converter.fails("an array more", "array 'extra': array 'mxc' does not say what it is", "extra.npz", "--list")
    damaged = bytearray(converter.bytes("arrays.npz"))
    damaged[damaged.index(b"arg0_codes.npy") + 400] ^= 1
    converter.fails("a damaged archive", "CRC error", "damaged.npz", "-o", converter.folder.path("x.safetensors"), data=bytes(damaged))
    left = [name for name in os.listdir(converter.folder.name) if name.endswith(".tmp") or name in ("x.gguf", "x.safetensors")]
    converter.counter.check(not left, f"files left behind: {left}")


def check_large(converter, megabytes=300):
    """A tensor larger than the memory that the process may have."""
    entry = {"dtype": "U8", "shape": [megabytes << 20], "data_offsets": [0, megabytes << 20]}
    text = json.dumps({"w": entry}).encode()
    path = converter.folder.path("large.safetensors")
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + (megabytes << 20))
    limit = lambda: resource.setrlimit(resource.RLIMIT_DATA, (128 << 20, 128 << 20))
    for source, target in (("large.safetensors", "large.npz"), ("large.npz", "again.safetensors")):
        result = subprocess.run(["mxc", "convert", converter.folder.path(source), "-o", converter.folder.path(target)],
                                capture_output=True, text=True, preexec_fn=limit)
        converter.counter.check(result.returncode == 0, f"{source} to {target}: {result.stderr}")
    same = subprocess.run(["cmp", path, converter.folder.path("again.safetensors")]).returncode == 0
    converter.counter.check(same, "a large file there and back")


def main():
    random = np.random.default_rng(7)
    folder = Folder()
    with folder:
        converter = Converter(folder)
        check_gguf(converter, random)
        check_safetensors(converter, random)
        check_quantized(converter, random)
        check_errors(converter)
        check_large(converter)
        converter.counter.finish("mxc convert")


if __name__ == "__main__":
    sys.exit(main())
