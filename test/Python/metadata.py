"""The wheel's metadata, and the package's face: everything public is typed and documented."""
# RUN: rm -rf %t
# RUN: %python %s %mx_src %t

import inspect
import os
import re
import sys

import mxc
from scikit_build_core.build import prepare_metadata_for_build_wheel


def metadata(source, scratch):
    os.makedirs(scratch, exist_ok=True)
    os.chdir(os.path.join(source, "python_bindings"))
    folder = os.path.join(scratch, prepare_metadata_for_build_wheel(scratch))
    with open(os.path.join(folder, "METADATA"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    with open(os.path.join(folder, "WHEEL"), encoding="utf-8") as file:
        assert re.search(r"^Tag: py3-none-\w+$", file.read(), re.MULTILINE)
    with open(os.path.join(source, "CMakeLists.txt"), encoding="utf-8") as file:
        version = re.search(r"project\(mx VERSION (\S+)", file.read()).group(1)
    assert mxc.__version__ == version
    for line in ("Name: mxc", f"Version: {version}", "Requires-Python: >=3.10"):
        assert line in lines, line
    needed = sorted(re.match(r"[\w.-]+", line[15:]).group() for line in lines
                    if line.startswith("Requires-Dist: ") and "extra ==" not in line)
    assert needed == ["ml_dtypes", "numpy"], needed


def face():
    assert os.path.exists(os.path.join(os.path.dirname(mxc.__file__), "py.typed"))
    assert mxc.__all__ == sorted(set(mxc.__all__)), "sorted, each once"
    for name in mxc.__all__:
        thing = getattr(mxc, name)
        if not callable(thing):
            continue
        assert inspect.getdoc(thing), name
        if inspect.isclass(thing):
            members = [member for key, member in vars(thing).items() if not key.startswith("_")]
        else:
            members = [thing]
        for function in filter(inspect.isfunction, members):
            assert inspect.getdoc(function), function
            parameters = list(inspect.signature(function).parameters.values())
            hints = [p.annotation for p in parameters if p.name not in ("self", "cls")]
            hints.append(inspect.signature(function).return_annotation)
            assert inspect.Signature.empty not in hints, function


metadata(*sys.argv[1:])
face()
