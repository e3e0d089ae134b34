"""PyTorch modules and train steps with block-scaled products: `mxc.torch.compile`."""

from __future__ import annotations

import functools
import itertools
import os
import threading
from dataclasses import dataclass
from typing import Any, Callable, Optional, Sequence, Union

from . import _abi, _device
from ._compile import Compiled
from ._compile import compile as compile_ir
from ._errors import CompileError, Error
from ._progress import Progress, Reporter
from ._recipe import Recipe

try:
    import torch
    import torch.utils._pytree as pytree
    from torch_mlir.ir import MLIRError

    from . import _torch_trace
except ImportError as error:
    raise ImportError(
        f"mxc.torch needs PyTorch and torch-mlir ({error}): install them with `pip install 'mxc[torch]'`"
    ) from None

_TARGETS = {"cuda": "nvvm"}


def compile(
    fun: Union[torch.nn.Module, Callable[..., Any]],
    *,
    recipe: Union[str, Recipe, "os.PathLike[str]"] = "none",
    target: str = "cpu",
    chip: Optional[str] = None,
    seed: int = 0,
    progress: Progress = None,
) -> "Traced":
    """Compiles a module or a train step, with its matrix products rewritten by a recipe.

    fun : a module, whose parameters and buffers are read, and whose buffers are updated, where they
        lie; or a function of tensors in pytrees, such as a train step on torch.func.grad_and_value.
        Tensors of its arguments that it writes to are updated in place. What is not a tensor is
        part of the compiled program
    recipe, target, chip : as of mxc.compile; target "cuda" is nvvm, for tensors on
        an NVIDIA GPU or the CPU
    seed : of stochastic rounding; the n-th call uses seed + n
    progress : None says on stderr what a compile is at once that takes long, True at once, False
        never; or a function that is told each stage

    Returns an mxc.torch.Traced, which compiles at the first call with arguments of new shapes. A
    module is compiled for inference: no gradient flows through it. Raises mxc.CompileError for what
    torch.export, torch-mlir or the compiler cannot take.
    """
    if not callable(fun):
        raise Error(f"expected a module or a function; found {type(fun).__name__}")
    return Traced(fun, {"recipe": recipe, "target": _TARGETS.get(target, target), "chip": chip}, seed, progress)


@dataclass
class _Program:
    compiled: Compiled
    outputs: list[Any]  # Positions among the program's results, or values that are no tensors.
    tree: Any
    updated: list[tuple[int, int]]  # Tensors written in place, and the results that they take.


@dataclass(frozen=True)
class _Result:
    position: int


class Traced:
    """A module or function compiled for each kind of arguments that it meets."""

    def __init__(self, fun: Callable[..., Any], options: dict[str, Any], seed: int, progress: Progress) -> None:
        _abi.seed_bits(seed)
        self._fun, self._options, self._progress = fun, options, progress
        self._seeds = itertools.count(seed)
        self._programs: dict[Any, _Program] = {}
        self._lock = threading.Lock()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._options["target"] == "nvvm":
            _device.check_gpu()
        tensors, program = self._find(args, kwargs)
        with torch.no_grad():
            results = program.compiled(*tensors, seed=next(self._seeds))
            results = results if isinstance(results, tuple) else () if results is None else (results,)
            for tensor, result in program.updated:
                tensors[tensor].copy_(results[result])
        outputs = [results[x.position] if isinstance(x, _Result) else x for x in program.outputs]
        return pytree.tree_unflatten(outputs, program.tree)

    def program(self, *args: Any, **kwargs: Any) -> Compiled:
        """The program for such arguments, without running it."""
        return self._find(args, kwargs)[1].compiled

    def explain(self, *args: Any, **kwargs: Any) -> str:
        """A line for each matrix product, and why one was left alone: see mxc.Compiled.explain."""
        return self.program(*args, **kwargs).explain()

    def __repr__(self) -> str:
        options = self._options
        return f"mxc.torch.compile({self._name}, recipe={str(options['recipe'])!r}, target={options['target']!r})"

    # --- Tracing -----------------------------------------------------------------------------------

    @property
    def _name(self) -> str:
        return getattr(self._fun, "__name__", type(self._fun).__name__)

    def _find(self, args: Any, kwargs: Any) -> tuple[list[torch.Tensor], _Program]:
        """The tensors of a call, state first, and its program."""
        leaves, tree = pytree.tree_flatten((args, kwargs))
        state = _state_of(self._fun)
        tensors = [value.detach() for value in (*state.values(), *leaves) if isinstance(value, torch.Tensor)]
        static = tuple(None if isinstance(leaf, torch.Tensor) else (type(leaf), leaf) for leaf in leaves)
        key = (tree, static, tuple((tensor.shape, tensor.dtype) for tensor in tensors), getattr(self._fun, "training", None))
        with self._lock:
            program = self._programs.get(key)
            if program is None:
                program = self._programs[key] = self._compile(list(state), leaves, tree, tensors)
        return tensors, program

    def _compile(self, names: list[str], leaves: Sequence[Any], tree: Any, tensors: list[torch.Tensor]) -> _Program:
        outputs: list[Any] = []
        out_tree: list[Any] = []

        def flat(*given: torch.Tensor) -> list[torch.Tensor]:
            state = dict(zip(names, given))
            rest = iter(given[len(names) :])
            args, kwargs = pytree.tree_unflatten([next(rest) if isinstance(x, torch.Tensor) else x for x in leaves], tree)
            call = functools.partial(torch.func.functional_call, self._fun, state, args, kwargs) if names else functools.partial(self._fun, *args, **kwargs)  # fmt: skip
            values, found = pytree.tree_flatten(call())
            out_tree[:] = [found]
            results = [value for value in values if isinstance(value, torch.Tensor)]
            positions = itertools.count()
            outputs[:] = [_Result(next(positions)) if isinstance(x, torch.Tensor) else x for x in values]
            return results

        with Reporter(self._name, self._progress) as report:
            report("traced")
            examples = [tensor.to("cpu", copy=True) for tensor in tensors]
            try:
                graph = _torch_trace.trace(self._fun, flat, examples)
                updated = _return_updates(graph)
                text = _torch_trace.import_graph(graph, examples)
            except (RuntimeError, NotImplementedError, TypeError, MLIRError, torch._dynamo.exc.TorchDynamoException) as error:
                raise CompileError(f"{self._name}: {_torch_trace.explain_failure(error)}") from error
            on_device = self._options["target"] == "nvvm" and any(tensor.is_cuda for tensor in tensors)
            compiled = compile_ir(text, progress=report, arrays="device" if on_device else "host", **self._options)
        return _Program(compiled, list(outputs), out_tree[0], updated)


def _state_of(fun: Any) -> dict[str, torch.Tensor]:
    if not isinstance(fun, torch.nn.Module):
        return {}
    return {**dict(fun.named_parameters()), **dict(fun.named_buffers())}


def _return_updates(graph: torch.fx.GraphModule) -> list[tuple[int, int]]:
    """Makes what is copied to an argument a result of the graph instead: argument and result."""
    places = [node for node in graph.graph.nodes if node.op == "placeholder"]
    output = next(node for node in graph.graph.nodes if node.op == "output")
    results, updated = list(output.args[0]), []
    for node in list(graph.graph.nodes):
        if node.op == "call_function" and node.target is torch.ops.aten.copy_.default and node.args[0] in places:
            updated.append((places.index(node.args[0]), len(results)))
            results.append(node.args[1])
            results[:] = [node.args[1] if result is node else result for result in results]
            node.replace_all_uses_with(node.args[1])
            graph.graph.erase_node(node)
    output.args = (results,)
    graph.graph.eliminate_dead_code()
    graph.recompile()
    return updated

