"""PyTorch functions as graphs, and graphs in linalg on tensors, with places in the user's code."""

from __future__ import annotations

import contextlib
import os
import re
import traceback
from typing import Any, Callable, Iterator, Optional, Sequence

import torch
from torch.fx import proxy
from torch.fx.experimental.proxy_tensor import make_fx
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.overrides import TorchFunctionMode
from torch_mlir import fx, ir
from torch_mlir.passmanager import PassManager

from . import _torch_decompose, _torch_linalg
from ._errors import CompileError, Error

_LIBRARIES = tuple(os.path.dirname(os.path.abspath(path)) + os.sep for path in (torch.__file__, fx.__file__, __file__))
_PIPELINES = (
    "builtin.module(func.func(torch-match-quantized-custom-ops),torchdynamo-export-to-torch-backend-pipeline)",
    "builtin.module(torch-backend-to-linalg-on-tensors-backend-pipeline)",
)

#: What errors of PyTorch's tracing have in them, and what to do.
_ADVICE = {
    "functorch transform": "take gradients with torch.func.grad_and_value over torch.func.functional_call",
    "tracing tensor": "a step cannot depend on a tensor's values (.item(), if, a mask as an index): use torch.where",
    "Higher-order operation": "torch-mlir does not take an op with such effects: keep it outside the step",
    "data-dependent": "a step cannot depend on a tensor's values (.item(), if, a mask as an index): use torch.where",
}


def trace(
    fun: Callable[..., Any], flat: Callable[..., list[torch.Tensor]], examples: Sequence[torch.Tensor]
) -> torch.fx.GraphModule:
    """The graph of `flat`, which calls the user's `fun`, without what it writes in place."""
    # The tracer keeps places in functions named forward, and in those that it is told of.
    getattr(proxy, "_register_stack_trace_anchor", lambda function: None)(fun)
    tracer = make_fx(
        torch.func.functionalize(flat),
        _torch_decompose.table(),
        tracing_mode="fake",
        _allow_non_fake_inputs=True,
        record_stack_traces=True,
    )
    with _composed():
        graph = tracer(*examples)
    for node in graph.graph.nodes:
        found = re.findall(r'File "([^"]+)", line (\d+)', node.stack_trace or "")
        mine = [f'File "{file}", line {line},' for file, line in found if _is_users(file)]
        node.stack_trace = "\n".join(mine) or None
    return graph


@contextlib.contextmanager
def _composed() -> Iterator[None]:
    """Attention and recurrent layers as the products they are made of, not as calls of a library."""
    enabled = torch._C._get_mkldnn_enabled()
    torch._C._set_mkldnn_enabled(False)
    try:
        with sdpa_kernel(SDPBackend.MATH), _Rewrites():
            yield
    finally:
        torch._C._set_mkldnn_enabled(enabled)


class _Rewrites(TorchFunctionMode):
    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.nn.functional.one_hot:
            return _one_hot(*args, **(kwargs or {}))
        return func(*args, **(kwargs or {}))


def _one_hot(tensor: torch.Tensor, num_classes: int = -1) -> torch.Tensor:
    """PyTorch's own looks at the values, to check them."""
    if num_classes < 0:
        raise Error("expected one_hot with num_classes: a step cannot depend on a tensor's values")
    return (tensor.unsqueeze(-1) == torch.arange(num_classes, device=tensor.device)).to(torch.int64)


def import_graph(graph: torch.fx.GraphModule, examples: Sequence[torch.Tensor]) -> str:
    """The graph in linalg on tensors, as text with locations."""
    program = torch.export.export(graph, tuple(examples))
    module = fx.export_and_import(program, output_type="raw", func_name="main")
    problems: list[str] = []

    def keep(diagnostic: Any) -> bool:
        if diagnostic.severity == ir.DiagnosticSeverity.ERROR:
            problems.append(_describe(diagnostic))
        return True

    with module.context as context:
        context.enable_multithreading(False)  # A handler in Python may be called by this thread only.
        handler = context.attach_diagnostic_handler(keep)
        context.emit_error_diagnostics = True
        try:
            for pipeline in _PIPELINES:
                PassManager.parse(pipeline).run(module.operation)
        except ir.MLIRError as error:
            raise CompileError("\n".join(dict.fromkeys(problems)) or str(error)) from None
        finally:
            handler.detach()
    return _torch_linalg.lower(module)


def _describe(diagnostic: Any) -> str:
    place = re.search(r'"([^"]+)":(\d+)', str(diagnostic.location))
    where = f"{place[1]}:{place[2]}: " if place else ""
    name = re.search(r'name = "torch\.([\w.]+)"|\'torch\.([\w.]+)\'', diagnostic.message)
    if name and "legalize" in diagnostic.message and name[0] != "'torch.operator'":
        return f"{where}error: torch-mlir has no lowering of {name[1] or name[2]}: write the step without it, or keep it outside"
    return f"{where}error: {diagnostic.message}"


def explain_failure(error: BaseException) -> str:
    """An error of PyTorch's tracing, with the user's line and what to do."""
    text = str(error).strip().partition("\n\n")[0] or type(error).__name__
    advice = next((advice for part, advice in _ADVICE.items() if part in text), None)
    place = _place(error)
    text = text if advice is None else f"{text.partition('. ')[0].partition(' - ')[0].rstrip('.')}; {advice}"
    return f"{place}: error: {text}" if place else text


def _place(error: BaseException) -> Optional[str]:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_users(frame.filename)]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else None


def _is_users(file: str) -> bool:
    return not os.path.abspath(file).startswith(_LIBRARIES) and not file.startswith("<")
