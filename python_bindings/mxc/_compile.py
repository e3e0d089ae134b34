"""Programs in MLIR as functions on arrays."""

from __future__ import annotations

import atexit
import inspect
import os
import shutil
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from typing import Any, Callable, Optional, Sequence, Union

import numpy as np

from . import _abi, _arrays, _capi, _device, _library
from ._capi import Source
from ._call import Call
from ._errors import Error
from ._recipe import Recipe
from ._scaled import Scaled
from ._values import Value

TARGETS = ("reference", "cpu", "nvvm")
STAGES = ("imported", "quantized", "packed", "lowered", "llvm")
_KINDS = {".mlir": "mlir", ".ll": "ll", ".o": "o", ".so": "o", ".ptx": "ptx", ".cubin": "cubin"}

IR = Union[str, bytes, "os.PathLike[str]", Any]


@dataclass(frozen=True)
class Signature:
    """The arguments of a function, without the seed, and its results."""

    arguments: tuple[Value, ...]
    results: tuple[Value, ...]

    def __str__(self) -> str:
        arguments, results = ([value.type for value in side] for side in (self.arguments, self.results))
        return f"({', '.join(arguments)}) -> ({', '.join(results)})"


# --- Work that Ctrl-C can leave ------------------------------------------------------------------

_workers: set[threading.Thread] = set()


@atexit.register
def _wait_for_workers() -> None:
    """LLVM must not be at work while the process takes it down."""
    for worker in list(_workers):
        worker.join()


def _interruptible(work: Callable[[Callable[[_capi.Program], None]], Any]) -> Any:
    """work() in a thread of its own, so that KeyboardInterrupt is raised at once.

    `work` hands over its program, which is cancelled then: the thread ends soon after.
    """
    outcome: dict[str, Any] = {}

    def run() -> None:
        try:
            outcome["result"] = work(lambda program: outcome.update(program=program))
        except BaseException as error:
            outcome["error"] = error
        finally:
            _workers.discard(worker)

    worker = threading.Thread(target=run, name="mxc.compile", daemon=True)
    _workers.add(worker)
    worker.start()
    try:
        worker.join()
    except BaseException:
        if "program" in outcome:
            outcome["program"].cancel()
        raise
    if "error" in outcome:
        raise outcome["error"]
    return outcome["result"]


# --- Compiling -----------------------------------------------------------------------------------


def _read(ir: IR) -> tuple[bytes, str]:
    """The bytes of a program, and its name in messages."""
    if isinstance(ir, (bytes, bytearray)):
        return bytes(ir), "<bytes>"
    if isinstance(ir, os.PathLike) or isinstance(ir, str) and "\n" not in ir and not ir.lstrip().startswith("module"):
        path = os.fspath(ir)
        try:
            with open(path, "rb") as file:
                return file.read(), str(path)
        except OSError as error:
            raise Error(f"expected ir to be MLIR text or the path of a file: {error}") from None
    if isinstance(ir, str):
        return ir.encode(), "<string>"
    if hasattr(ir, "operation"):  # A module of MLIR's own Python bindings, with its locations.
        return ir.operation.get_asm(enable_debug_info=True).encode(), "<module>"
    raise Error(f"expected ir to be MLIR as text or bytes, a path or a module; found {type(ir).__name__}")


def _spell_recipe(recipe: Union[str, Recipe, "os.PathLike[str]"]) -> str:
    if isinstance(recipe, (str, Recipe)):
        return str(recipe)
    if isinstance(recipe, os.PathLike):
        return os.fspath(recipe)
    raise Error(f"expected recipe to be a name, a file or an mxc.Recipe; found {type(recipe).__name__}")


def recipes() -> list[str]:
    """The names of the built-in recipes."""
    return _capi.names("recipes")


def compile(
    ir: IR,
    recipe: Union[str, Recipe, "os.PathLike[str]"] = "none",
    target: str = "cpu",
    *,
    chip: Optional[str] = None,
    entry: Optional[str] = None,
    seed: int = 0,
    donate: Sequence[int] = (),
    arrays: str = "host",
    progress: Optional[Callable[[str], None]] = None,
) -> "Compiled":
    """Compiles a program in MLIR to a function on arrays.

    ir : MLIR as text or bytecode, the path of a file, or a module of MLIR's Python bindings
    recipe : how its matrix products are rewritten: a name (see `mxc.recipes()`), with overrides
        ("mxfp4_backward,rht=none"), a file, or an mxc.Recipe
    target : cpu (kernels of libmx_runtime), reference (plain IR) or nvvm (kernels for an NVIDIA
        GPU: arrays in its memory are taken and given there, others copied to it and back)
    chip : of target nvvm, such as sm_90a
    entry : which public function; by default main, or the only one
    seed : of random bits, where a call gives none
    donate : arguments whose memory takes the first result of their type that no other one takes;
        the call returns the argument itself, updated
    arrays : of target nvvm: for arrays of the CPU (host) or the GPU (device) code is made at once, for
        the others by the first call that has them
    progress : called with the name of each stage before it starts

    Returns an mxc.Compiled. Raises mxc.CompileError, with MLIR's `file:line:column`, for IR that
    does not compile, and mxc.Error for other arguments; both are ValueErrors. KeyboardInterrupt
    works at any time.
    """
    source, name = _read(ir)
    _abi.choose("target", target, dict.fromkeys(TARGETS, 0))
    for what, text in (("chip", chip), ("entry", entry)):
        if text is not None and not isinstance(text, str):
            raise Error(f"expected {what} to be a name; found {text!r}")
    if progress is not None and not callable(progress):
        raise Error(f"expected progress to be a function of a stage's name; found {progress!r}")
    donate = _abi.integers("donate", donate, 0, 2**31 - 1)
    _abi.seed_bits(seed)
    if _abi.choose("arrays", arrays, {"host": 0, "device": 1}) and target != "nvvm":
        raise Error(f"expected target nvvm for arrays='device'; found {target}")
    origin = Source(source, name, _spell_recipe(recipe), target, chip)
    return Compiled(origin, _build(origin, arrays == "device", progress), entry, seed, donate)


@dataclass(frozen=True)
class _Build:
    """A program as functions of this process, on arrays of the CPU or of the GPU."""

    functions: Sequence[dict[str, Any]]
    executable: _capi.Executable
    remarks: str
    on_device: bool


def _build(source: Source, on_device: bool = False, progress: Optional[Callable[[str], None]] = None) -> _Build:
    def work(started: Callable[[_capi.Program], None]) -> _Build:
        program = _capi.Program(source, on_device)
        started(program)
        for stage in STAGES:
            if progress:
                progress(stage)
            program.lower(stage)
        if progress:
            progress("code")
        executable = program.jit()
        return _Build(program.signature(), executable, program.remarks(), on_device)

    built: _Build = _interruptible(work)
    return built


def generate(kernel: str) -> "Compiled":
    """A kernel of `mxc generate`, as a line of its list, for arrays on a GPU."""
    source = Source(kernel.encode(), "<kernel>", "none", "nvvm", None, is_list=True)
    return Compiled(source, _build(source, on_device=True), None, 0, ())


def _choose_entry(functions: Sequence[dict[str, Any]], entry: Optional[str]) -> dict[str, Any]:
    names = [function["name"] for function in functions]
    if entry is None:
        entry = "main" if "main" in names or len(names) != 1 else names[0]
    if entry not in names:
        raise Error(f"expected entry to be a public function ({', '.join(names) or 'there is none'}); found {entry!r}")
    return functions[names.index(entry)]


class Compiled:
    """A compiled function: call it with arrays, get arrays.

    Arguments are numpy, torch or JAX arrays in the memory of the CPU, or mxc.Scaled where the
    program takes block-scaled tensors; contiguous ones are read where they lie, others are copied
    first. Numbers do for scalars and rank 0. One result is returned as it is, several as a tuple,
    of torch or JAX where an argument is. Several threads may call it at once.

    With target nvvm, where an argument is in the memory of the first GPU, all arrays are: row-major,
    read where they lie, and results are arrays there (mxc.DeviceArray, or torch's or JAX's). Work is
    queued on torch's current stream, or the thread's default stream, and the call does not wait for
    it. The first such call compiles the program once more.
    """

    def __init__(
        self, source: Source, build: _Build, entry: Optional[str], seed: int, donate: Sequence[int]
    ) -> None:
        function = _choose_entry(build.functions, entry)
        self.name: str = function["name"]
        #: What the compiler remarked, with locations: products left alone, and why.
        self.remarks = [line for line in build.remarks.splitlines() if ": remark: " in line or ": warning: " in line]
        self.recipe, self.target = source.recipe, source.target
        self.seed = seed
        self._source, self._donate = source, tuple(donate)
        self._lock = threading.Lock()
        self._calls: dict[bool, Call] = {}
        self._executables: list[_capi.Executable] = []
        ports = [Value.read(f"argument {i}", record) for i, record in enumerate(function["arguments"])]
        results = [Value.read(f"result {i}", record) for i, record in enumerate(function["results"])]
        #: Types, dtypes and shapes of arguments and results.
        self.signature = Signature(tuple(port for port in ports if not port.is_seed), tuple(results))
        # The compiler counts the seed among the arguments, a call does not.
        given = [i for i, port in enumerate(ports) if not port.is_seed]
        self._equal = [
            [(-1 if argument < 0 else given.index(argument), axis) for argument, axis in extents]
            for extents in function["equal"]
        ]
        self._ports = ports
        self._seed_part = _find_seed(ports)
        self._plain = all(value.shape is not None and value.format is None for value in results)
        self._taken = _match_donations(self.signature, self._donate)
        self._add(build)
        parameters = [
            inspect.Parameter(f"arg{i}", inspect.Parameter.POSITIONAL_ONLY, annotation=value.type)
            for i, value in enumerate(self.signature.arguments)
        ]
        parameters.append(inspect.Parameter("seed", inspect.Parameter.KEYWORD_ONLY, default=seed))
        self.__signature__ = inspect.Signature(parameters)

    def __call__(self, *arguments: Any, seed: Optional[int] = None) -> Any:
        """Runs the function; `seed` (64 bits) replaces the one given to `compile`.

        Raises mxc.Error (a ValueError) where an argument does not fit its type.
        """
        count = len(self.signature.arguments)
        if len(arguments) != count:
            raise Error(f"expected {count} arguments, {self.signature}; found {len(arguments)}")
        stream: Optional[int] = None
        on_device = False
        if self.target == "nvvm":
            _device.check_gpu()
            places = [part for given in arguments for part in _parts_of(given)]
            on_device = any(_device.is_on_device(part) for part in places)
            stream = _device.stream_of(places) if on_device else _device.THREAD_STREAM
        arrays: list[Any] = []
        for position, (port, given) in enumerate(zip(self.signature.arguments, arguments)):
            if on_device:
                arrays += port.take_on_device(f"argument {position}", given, stream or 0)
            elif type(given) is np.ndarray and port.fits(given):
                arrays.append(given)
            else:
                arrays += port.take(f"argument {position}", given)
        bits = _abi.seed_bits(self.seed if seed is None else seed)
        if self._seed_part is not None:
            arrays.insert(self._seed_part, np.array(bits, np.uint64))
        for extents in self._equal:
            self._check_equal(extents, arguments)
        targets = {result: self._donated(arguments[source], source, stream) for result, source in self._taken.items()}
        call = self._calls.get(on_device) or self._call_for(on_device)
        return self._finish(_library_of(arguments), arguments, targets, call(arrays, stream, on_device))

    @property
    def is_on_device(self) -> bool:
        """Whether code for arrays on the GPU is there already."""
        return True in self._calls

    def _call_for(self, on_device: bool) -> Call:
        """The function on arrays of the CPU or of the GPU, which is made when it is first needed."""
        with self._lock:
            if on_device not in self._calls:
                self._add(_build(self._source, on_device))
            return self._calls[on_device]

    def _add(self, build: _Build) -> None:
        self._executables.append(build.executable)
        self._calls[build.on_device] = Call(
            build.executable.lookup(self.name),
            [part for port in self._ports for part in port.parts()],
            [part for result in self.signature.results for part in result.parts()],
        )

    def _check_equal(self, extents: Sequence[Sequence[int]], arguments: Sequence[Any]) -> None:
        """Dynamic extents that the program takes to be one must be equal, or it would read beyond arrays."""
        found = [axis if argument < 0 else arguments[argument].shape[axis] for argument, axis in extents]
        if len(set(found)) > 1:
            names = [
                str(axis) if argument < 0 else f"axis {axis} of argument {argument} ({size})"
                for (argument, axis), size in zip(extents, found)
            ]
            raise Error(f"expected equal extents: {', '.join(names)}")

    def _donated(self, argument: Any, position: int, stream: Optional[int]) -> Any:
        """The memory that a donated argument gives: JAX's arrays too, whose user gives them up."""
        if _device.is_on_device(argument):
            return _device.view(f"argument {position}", argument, stream or 0)
        view = _arrays.view(f"argument {position}", argument)
        if view.readonly and _arrays.library_of(argument) != "jax":
            raise Error(f"expected argument {position}, which is donated, to be writable; found a read-only array")
        return _arrays.as_numpy(view)

    def _finish(
        self, library: str, arguments: Sequence[Any], targets: dict[int, Any], parts: list[Any]
    ) -> Any:
        if library == "numpy" and self._plain and not targets:
            return parts[0] if len(parts) == 1 else tuple(parts) if parts else None
        results = []
        for position, value in enumerate(self.signature.results):
            count = len(value.parts())
            mine, parts = parts[:count], parts[count:]
            if position in targets:
                _write(targets[position], mine[0])
                results.append(arguments[self._taken[position]])
            else:
                results.append(value.give(library, mine))
        return results[0] if len(results) == 1 else tuple(results) if results else None

    # --- Looking inside --------------------------------------------------------------------------

    def _program(self, stage: str, result: Callable[[_capi.Program], Any]) -> Any:
        """A result of the program at a stage, to which it is compiled again."""

        def work(started: Callable[[_capi.Program], None]) -> Any:
            program = _capi.Program(self._source)
            started(program)
            program.lower(stage)
            return result(program)

        return _interruptible(work)

    def ir(self, stage: str = "packed") -> str:
        """The program in MLIR at a stage: imported, quantized, packed, lowered or llvm."""
        _abi.choose("stage", stage, dict.fromkeys(STAGES, 0))
        return str(self._program(stage, lambda program: program.emit("mlir")).decode())

    def explain(self) -> str:
        """A line for each matrix product: where it is, its formats, what computes it, and why not more."""
        lines = []
        for product in self._program("packed", lambda program: program.explain()):
            head = "{location}: {a} x {b} -> {result}: {family}".format(**product)
            then = ", ".join(product.get("epilogue", []))
            lines.append(f"{head} {product.get('schedule', '')}".rstrip() + (f", then {then}" if then else ""))
            lines += ["  not {family}: {condition}".format(**other) for other in product.get("rejected", [])]
        return "\n".join(lines + self.remarks)

    def save(self, path: "str | os.PathLike[str]", *, stage: str = "llvm") -> None:
        """Writes the program, by suffix: .mlir (at `stage`), .ll, .o, .so, .ptx or .cubin.

        An object exports `_mlir_ciface_NAME` for each public function and needs libmx_runtime; a
        shared library is linked by `cc` with the one of this package.
        """
        if not isinstance(path, (str, os.PathLike)):
            raise Error(f"expected a path; found {path!r}")
        path = os.fspath(path)
        kind = _KINDS.get(os.path.splitext(path)[1])
        if kind is None:
            raise Error(f"expected a path that ends in {', '.join(_KINDS)}; found {path!r}")
        if kind in ("ptx", "cubin") and self.target != "nvvm":
            raise Error(f"expected target nvvm for {path!r}; found target {self.target}")
        _abi.choose("stage", stage, dict.fromkeys(STAGES, 0))
        content = self._program(stage if kind == "mlir" else "llvm", lambda program: program.emit(kind))
        with tempfile.TemporaryDirectory(dir=os.path.dirname(path) or ".") as folder:
            file = os.path.join(folder, os.path.basename(path))
            with open(file, "wb") as output:
                output.write(content)
            if path.endswith(".so"):
                file = _link(file)
            os.chmod(file, 0o755 if path.endswith(".so") else 0o644)
            os.replace(file, path)

    def __reduce__(self) -> Any:
        return _rebuild, (self._source, self.name, self.seed, self._donate)

    def __repr__(self) -> str:
        return f"mxc.Compiled({self.name}{self.signature}, recipe={self.recipe!r}, target={self.target!r})"


def _rebuild(source: Source, entry: str, seed: int, donate: Sequence[int]) -> Compiled:
    return Compiled(source, _build(source), entry, seed, donate)


def _parts_of(given: Any) -> Sequence[Any]:
    """The arrays of an argument that show where it is."""
    return (given.packed,) if isinstance(given, Scaled) else (given,)


def _write(target: Any, result: Any) -> None:
    """A result to the memory of a donated argument."""
    if isinstance(result, _device.DeviceArray):
        _device.copy(target, result)
    else:
        target[...] = result


def _find_seed(ports: Sequence[Value]) -> Optional[int]:
    """Before how many parts of arguments the seed stands, the last one where a recipe has added it."""
    before = 0
    for port in ports:
        if port.is_seed:
            if port.type != "i64":
                raise Error(f"expected the argument that takes the seed to be an i64; found {port.type}")
            return before
        before += len(port.parts())
    return None


def _match_donations(signature: Signature, donate: Sequence[int]) -> dict[int, int]:
    """Which result each donated argument takes: result → argument."""
    taken: dict[int, int] = {}
    for argument in donate:
        _abi.integer("donate", argument, 0, max(len(signature.arguments) - 1, 0))
        wanted = signature.arguments[argument]
        for result, value in enumerate(signature.results):
            if result not in taken and value == wanted and value.shape is not None and value.format is None:
                taken[result] = argument
                break
        else:
            raise Error(f"expected a result of type {wanted.type} for argument {argument}, which is donated; found none")
    return taken


def _library_of(arguments: Sequence[Any]) -> str:
    """The library of the results: torch or JAX where an argument is."""
    for argument in arguments:
        if type(argument) is not np.ndarray:
            library = argument.library if isinstance(argument, Scaled) else _arrays.library_of(argument)
            if library != "numpy":
                return library
    return "numpy"


def _link(file: str) -> str:
    """An object as a shared library, with the runtime of this package."""
    cc = shutil.which("cc") or shutil.which("clang") or shutil.which("gcc")
    if not cc:
        raise Error("expected a C compiler (cc) to link a shared library; found none: save an object, .o, and link it")
    folder = os.path.dirname(os.path.realpath(_library.path("libmx_runtime.so.0")))
    output = file + ".linked"
    libraries = ["-L" + folder, "-l:libmx_runtime.so.0", "-l:libmx_cuda_runtime.so.0", f"-Wl,-rpath,{folder}", "-lm"]
    run = subprocess.run([cc, "-shared", "-o", output, "-x", "none", file, *libraries], capture_output=True, text=True)
    if run.returncode:
        raise Error(f"{cc} failed: {run.stderr.strip()}")
    return output
