"""Small files of every kind for files-fuzz to start from: `seeds.py FOLDER`."""

import io
import os
import struct
import sys
import zipfile


def safetensors(header, data):
    return struct.pack("<Q", len(header)) + header + data


def string(text):
    return struct.pack("<Q", len(text)) + text


def gguf(*more):
    pairs = [*more, string(b"general.alignment") + struct.pack("<II", 4, 32), string(b"s") + struct.pack("<I", 8) + string(b"x"),
             string(b"a") + struct.pack("<IIQ", 9, 8, 2) + string(b"b") + string(b""),
             string(b"n") + struct.pack("<IIQIQ3H", 9, 9, 1, 2, 3, 1, 2, 3)]
    tensors = [(b"m.weight", [32], 39, 17), (b"v.weight", [64, 1], 40, 36), (b"v.scale", [1], 0, 4), (b"q", [32], 8, 34)]
    text, data = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(pairs)) + b"".join(pairs), b""
    for name, shape, number, size in tensors:
        text += string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, number, len(data))
        data += bytes(range(1, size + 1)) + bytes(-size % 32)
    return text + bytes(-len(text) % 32) + data


def npy(kind, shape, data, fortran=False):
    header = f"{{'descr': '{kind}', 'fortran_order': {fortran}, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header) + 1) + header + b"\n" + data


def npz(arrays, compression=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in arrays.items():
            archive.writestr(zipfile.ZipInfo(name + ".npy"), data)
    return file.getvalue()


def main(folder):
    header = (b'{"__metadata__":{"k":"v"},"a_blocks":{"dtype":"U8","shape":[1,1,16],"data_offsets":[0,16]},"a_scales":'
              b'{"dtype":"U8","shape":[1,1],"data_offsets":[16,17]},"b":{"dtype":"F32","shape":[],"data_offsets":[17,21]}}')
    packed = (b'{"w.weight_packed":{"dtype":"U8","shape":[1,8],"data_offsets":[0,8]},"w.weight_scale":{"dtype":"F8_E4M3",'
              b'"shape":[1,1],"data_offsets":[8,9]},"w.weight_global_scale":{"dtype":"F32","shape":[1],"data_offsets":[9,13]}}')
    codes = {"a_codes": npy("|u1", (1, 1, 16), bytes(range(16))), "a_scale": npy("|u1", (1, 1), b"\x7f")}
    origin = b'{"m":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}'
    origin = string(b"mxc.safetensors") + struct.pack("<I", 8) + string(origin)
    manifest = b'{"tensors":[{"name":"a","format":"mxfp4","shape":[1,32]},{"name":"b","dtype":"BF16","shape":[2]}],"header":"gguf","tail_padding":0}'
    seeds = {
        "safetensors": b"\0" + safetensors(header, bytes(range(21))), "packed": b"\0" + safetensors(packed, bytes(range(13))),
        "gguf": b"\1" + gguf(), "origin": b"\1" + gguf(origin), "npy": b"\2" + npy("<f4", (2, 3), bytes(24), True), "codes": b"\3" + npz(codes),
        "deflated": b"\3" + npz(codes, zipfile.ZIP_DEFLATED),
        "manifest": b"\3" + npz({**codes, "b": npy("<u2", (2,), bytes(4)), "mxc": npy("|u1", (len(manifest),), manifest),
                                 "mxc_header": npy("|u1", (3,), b"GGU")}),
    }
    os.makedirs(folder, exist_ok=True)
    for name, data in seeds.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)


if __name__ == "__main__":
    main(sys.argv[1])
