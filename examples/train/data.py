"""Text to train on, which every machine has: python3 data.py -o text.npz.

The sources of Python's standard library, without tests and tables of encodings, each file a document. Every 20th
document, by a hash of its path, is for validation. The file has two arrays of bytes, `train` and `validation`; the
digest printed is of both. The same release of Python gives the same bytes.
"""

import argparse
import hashlib
import os
import sys
import sysconfig
import zlib

import numpy as np

SKIPPED = {"test", "tests", "idle_test", "encodings", "site-packages", "dist-packages", "__pycache__", "lib-dynload"}


def documents(root):
    """(path below root, content) of each .py file, in the order of the paths."""
    paths = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED and not name.startswith("config-")]
        paths += [os.path.relpath(os.path.join(folder, name), root) for name in files if name.endswith(".py")]
    for path in sorted(paths):
        if not os.path.basename(path).startswith("_sysconfigdata"):  # how this Python was built
            with open(os.path.join(root, path), "rb") as file:
                yield path, file.read()


def is_validation(path):
    return zlib.crc32(path.encode()) % 20 == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", required=True, metavar="FILE.npz")
    parser.add_argument("--root", default=sysconfig.get_path("stdlib"), help="another folder of .py files")
    options = parser.parse_args()
    parts = {False: [], True: []}
    for path, content in documents(options.root):
        parts[is_validation(path)].append(content)
    train, validation = b"".join(parts[False]), b"".join(parts[True])
    if not train or not validation:
        sys.exit(f"data.py: expected .py files for both parts in {options.root}; found {sum(map(len, parts.values()))}")
    temporary = options.output + ".tmp.npz"
    np.savez_compressed(temporary, train=np.frombuffer(train, np.uint8), validation=np.frombuffer(validation, np.uint8))
    os.replace(temporary, options.output)
    digest = hashlib.sha256(train + validation).hexdigest()[:16]
    print(f"{options.output}: {len(train)} + {len(validation)} bytes of Python {sys.version.split()[0]}, sha256 {digest}…")


if __name__ == "__main__":
    main()
