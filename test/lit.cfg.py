"""Configuration of the lit test suite: what is a test, which names RUN lines may use, and which
features of this machine a `REQUIRES:` line can ask for. See docs/development.md."""

import os
import shutil
import subprocess
import sys

from lit.llvm import llvm_config

sys.path.insert(0, os.path.dirname(__file__))
from lit_format import MXTest


def built(*parts):
    return os.path.join(config.mx_obj_root, *parts)


def find_python():
    """The interpreter with numpy, ml_dtypes and gfloat that `./dev setup` makes."""
    for candidate in (config.mx_python, built("venv", "bin", "python3")):
        if candidate and os.path.exists(candidate):
            return candidate
    lit_config.warning("no build/venv: tests in Python use python3 from PATH; run ./dev setup")
    return shutil.which("python3")


def find_ptxas():
    cuda = os.environ.get("CUDA_HOME", "/usr/local/cuda")
    return shutil.which("ptxas") or shutil.which(os.path.join(cuda, "bin", "ptxas"))


def find_frameworks():
    """An interpreter with jax, torch or iree, which ./dev setup leaves out for their size, and which it has."""
    python = os.environ.get("MX_FRAMEWORKS_PYTHON") or built("frameworks", "bin", "python3")
    if not os.path.exists(python):
        return python, set()
    names = "[name for name in ('jax', 'torch', 'torch_mlir', 'iree') if importlib.util.find_spec(name)]"
    code = f"import importlib.util; print(*{names})"
    return python, set(subprocess.run([python, "-c", code], capture_output=True, text=True).stdout.split())


def cpu_flags():
    """The instruction set extensions the kernel reports, as `avx512-vnni`."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            lines = [line for line in file if line.startswith(("flags", "Features"))]
    except OSError:
        return set()
    return set(lines[0].split(":")[1].replace("_", "-").split()) if lines else set()


def has_gpu():
    smi = shutil.which("nvidia-smi")
    return bool(smi) and subprocess.run([smi, "-L"], capture_output=True).returncode == 0


config.name = "MX"
config.test_format = MXTest(execute_external=True)
config.suffixes = [".mlir", ".test", ".py"]
config.excludes = ["Inputs", "lit.cfg.py", "lit.site.cfg.py", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = built("test")
config.environment["FILECHECK_OPTS"] = "--enable-var-scope"
config.environment["PYTHONDONTWRITEBYTECODE"] = "1"

llvm_config.use_default_substitutions()
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.with_environment("PATH", built("bin"), append_path=True)
llvm_config.with_environment("PYTHONPATH", config.test_source_root, append_path=True)
llvm_config.with_environment("PYTHONPATH", built("python"), append_path=True)

ptxas = find_ptxas()
frameworks_python, frameworks = find_frameworks()
# Before lit's own %python, which is the interpreter that runs lit.
config.substitutions.insert(0, ("%python", find_python()))
config.substitutions += [
    ("%frameworks_python", frameworks_python),
    ("%mx_plugin", built("lib", "MXPlugin.so")),
    ("%mx_test_bin", built("test", "bin")),
    ("%mx_runtime", built("lib", "libmx_runtime.so")),
    ("%mx_lib", built("lib")),
    ("%mx_src", config.mx_src_root),
    ("%mx_obj", config.mx_obj_root),
    ("%examples", os.path.join(config.mx_src_root, "examples")),
    ("%mlir_apfloat", os.path.join(config.llvm_lib_dir, "libmlir_apfloat_wrappers.so")),
    ("%mlir_lib", config.llvm_lib_dir),
    ("%llvm_tools", config.llvm_tools_dir),
    ("%cmake", config.cmake_command),
    ("%cxx", config.cxx_compiler),
    ("%cc", config.c_compiler),
    ("%ptxas", ptxas or "ptxas"),
]
llvm_config.add_tool_substitutions(
    ["mx-opt", "mxc", "mlir-opt", "mlir-runner", "mlir-translate", "split-file", "llc"],
    [built("bin"), config.llvm_tools_dir],
)

# Features. A missing one that tests may ask for is named here with its reason, so that a skip is
# never silent; ISA extensions are the machine's own and only listed.
config.available_features |= cpu_flags()
gates = {
    "ptxas": (ptxas, "no ptxas on PATH or in /usr/local/cuda/bin"),
    "jax": ("jax" in frameworks, f"no jax in {frameworks_python} (MX_FRAMEWORKS_PYTHON)"),
    "torch": ("torch" in frameworks, f"no torch in {frameworks_python} (MX_FRAMEWORKS_PYTHON)"),
    "torch_mlir": ("torch_mlir" in frameworks, f"no torch_mlir in {frameworks_python} (MX_FRAMEWORKS_PYTHON)"),
    "iree": ("iree" in frameworks, f"no iree in {frameworks_python} (MX_FRAMEWORKS_PYTHON)"),
    "rustc": (shutil.which("rustc"), "no rustc on PATH"),
    "gpu": (has_gpu(), "nvidia-smi lists no device"),
    "clang-format": (os.path.exists(os.path.join(config.llvm_tools_dir, "clang-format")), "clang-format-22 is not installed"),
}
for feature, (present, reason) in gates.items():
    if present:
        config.available_features.add(feature)
    else:
        lit_config.note(f"tests that require '{feature}' are skipped: {reason}")
