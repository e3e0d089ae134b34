"""What store.py and the tests of this folder share."""

import glob
import hashlib
import os
import re
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
LIBRARIES = ("libmx_c.so.0", "libmx_runtime.so.0", "libmx_cuda_runtime.so.0")
#: The IR that is stored as bytecode: what the dialect's own tests hold, and what they leave out.
SOURCES = (
    "test/Dialect/MX/ops.mlir",
    "test/Dialect/MX/types-and-attributes.mlir",
    "test/Compatibility/Inputs/attributes.mlir",
)


def releases():
    """The folders of the releases, oldest first."""
    return sorted(glob.glob(f"{HERE}/v*"), key=lambda path: [int(part) for part in re.findall(r"\d+", path)])


def exports(library):
    """The symbols that a library exports, with their versions: `name@@VERSION`."""
    nm = shutil.which("llvm-nm") or "llvm-nm-22"
    run = subprocess.run([nm, "-D", "--defined-only", "--format=just-symbols", library],
                         capture_output=True, text=True, check=True)
    return sorted(line for line in run.stdout.split() if not line.split("@")[0].startswith("MX_"))


# --- Declarations of C headers -----------------------------------------------------------------------


def declarations(folder, header):
    """The declarations of a header, with the white space that a compiler ignores taken away."""
    run = subprocess.run(["cc", "-std=c11", "-E", "-P", f"-I{folder}", f"{folder}/{header}"],
                         capture_output=True, text=True, check=True)
    text = "".join(line for line in run.stdout.splitlines(True) if not line.startswith("#"))
    found, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if letter == ";" and depth == 0:
            found.append(" ".join(re.sub(r"([{}(),;*=\[\]])", r" \1 ", text[start:at]).split()))
            start = at + 1
    return [each for each in found if "mx_" in each or "MX_" in each]


def members(declaration):
    """What a struct or an enum is called and holds; None for anything else."""
    match = re.fullmatch(r"(.*?(?:struct|enum) \w+) \{ (.*?) \} ?(\w*)", declaration)
    if not match or "(" in match[1]:
        return None
    separator = "," if "enum" in match[1] else ";"
    return match[1] + match[3], [part.strip() for part in match[2].split(separator) if part.strip()]


def macros(folder, header):
    """The values of the macros of a header that are no functions."""
    run = subprocess.run(["cc", "-std=c11", "-E", "-dM", f"-I{folder}", f"{folder}/{header}"],
                         capture_output=True, text=True, check=True)
    found = dict(re.findall(r"^#define (MX_\w+(?:\([^)]*\))?) (.+)$", run.stdout, re.MULTILINE))
    return {name: value for name, value in found.items() if not name.endswith("_VERSION")}


# --- Packed layouts ----------------------------------------------------------------------------------

FORMATS = (
    "mxfp4", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp8_e4m3", "mxfp8_e5m2", "mxint8", "nvfp4",
    "!mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>", "!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>",
    "!mx.scaled<!mx.float<3, 4>, f32, [full]>", "!mx.scaled<!mx.float<4, 7>, f8E4M3FN, [8]>",
    "!mx.scaled<!mx.float<2, 2>, f8E8M0FNU, [full, full]>",
)


def hash_of(array):
    return hashlib.sha256(array.tobytes()).hexdigest()


def make_layouts():
    """Packed bytes, scales, codes and values of every format, of an array whose last blocks are not full."""
    import mxc
    import numpy as np

    records, shape = [], (34, 35)
    i = np.arange(34 * 35)
    x = ((i * 2654435761 % 2**32 / 2**31 - 1) * 2.0 ** (i % 7 - 3)).astype(np.float32).reshape(shape)
    for form in FORMATS:
        q = mxc.quantize(x, form)
        records.append({
            "format": form,
            "shape": list(q.shape),
            "packed": np.asarray(q.packed).tobytes().hex(),
            "scale": np.asarray(q.scale).tobytes().hex(),
            "tensor_scale": None if q.tensor_scale is None else float(q.tensor_scale),
            "codes": np.ascontiguousarray(q.codes).tobytes().hex(),
            "values": hash_of(q.dequantize()),
        })
    return records
