"""StableHLO as JAX writes it, to linalg on tensors with structured control flow.

jaxlib's own passes lower nearly all ops; control flow, barriers and sharding marks, which they
leave, are rewritten here. What then is left is an error that names the op and its source.
"""

from __future__ import annotations

import re
from typing import Callable, Iterable, Optional, Sequence

from jaxlib.mlir import ir, passmanager
from jaxlib.mlir.dialects import stablehlo

from ._errors import CompileError

stablehlo.register_stablehlo_passes()

_BEFORE = (
    "builtin.module(func.func(chlo-legalize-to-stablehlo,stablehlo-legalize-composite-to-call),"
    "inline,symbol-dce,canonicalize,cse)"
)
_LINALG = "builtin.module(func.func(stablehlo-legalize-to-linalg))"
_AFTER = "builtin.module(stablehlo-convert-to-signless,canonicalize,cse)"

#: Ops that give their operands, with a word for XLA's optimiser or partitioner.
_IDENTITIES = {"stablehlo.optimization_barrier", "sdy.sharding_constraint"}
#: Custom calls that only say where a value lives or what XLA may do with it.
_MARKS = {"Sharding", "SPMDFullToShardShape", "SPMDShardToFullShape", "LayoutConstraint", "annotate_device_placement"}
_TRIPS = "mx.trips"

#: Sums of products; their sums are in float32 whatever their results are, as XLA's are.
_PRODUCTS = {"stablehlo.dot_general", "stablehlo.dot", "stablehlo.convolution"}
_REDUCTIONS = {"stablehlo.reduce", "stablehlo.reduce_window"}

#: What to do about ops that have no lowering.
_ADVICE = {
    "stablehlo.custom_call": "it calls a library of XLA (linear algebra, callbacks, debug prints): keep it outside the step",
    "stablehlo.rng_bit_generator": "use the default generator, jax.random.key(seed, impl='threefry2x32')",
    "stablehlo.fft": "keep it outside the step",
    "stablehlo.all_reduce": "compile the step of one device",
}


def lower(module: ir.Module, find: Callable[[str], Optional[str]] = lambda primitive: None) -> str:
    """The module as text with locations, in linalg, tensor, arith, math and scf.

    `find` gives the place of a primitive in the user's code, for ops that JAX gives none.
    """
    with module.context, ir.Location.unknown():
        _run(_BEFORE, module)
        for op in reversed(_all_ops(module)):  # What an op holds before the op.
            _simplify(op)
        _run("builtin.module(canonicalize,cse)", module)
        _run(_LINALG, module)
        for op in reversed(_all_ops(module)):  # Inner loops first.
            _structure(op)
        _run(_AFTER, module)
        _check(module, find)
        return module.operation.get_asm(enable_debug_info=True)


def _run(pipeline: str, module: ir.Module) -> None:
    try:
        passmanager.PassManager.parse(pipeline).run(module.operation)
    except ir.MLIRError as error:
        lines = [describe(diagnostic.location) + ": error: " + diagnostic.message for diagnostic in error.error_diagnostics]
        raise CompileError("\n".join(lines) or str(error)) from None


def _all_ops(module: ir.Module) -> list[ir.Operation]:
    """Every op, outer ones before what they hold."""
    found: list[ir.Operation] = []

    def visit(op: ir.Operation) -> None:
        found.append(op)
        for region in op.regions:
            for block in region:
                for inner in block.operations:
                    visit(inner.operation)

    visit(module.operation)
    return found[1:]


# --- Before jaxlib's lowering --------------------------------------------------------------------


def _simplify(op: ir.Operation) -> None:
    """Drops ops that compute nothing and notes the trip counts of loops."""
    if "sdy.sharding" in op.attributes:
        del op.attributes["sdy.sharding"]
    if op.name == "sdy.mesh":
        op.erase()
    elif op.name in _IDENTITIES or _is_mark(op):
        _forward(op)
    elif op.name == "stablehlo.concatenate":
        _drop_empty_operands(op)
    elif op.name == "stablehlo.reduce" and not len(op.attributes["dimensions"]):
        _forward(op)
    elif op.name == "stablehlo.reduce" and _is_empty(op.operands[0]):
        _reduce_nothing(op)
    elif op.name in _PRODUCTS and not _is_empty(op.results[0]):
        _sum_in_float32(op, [])
    elif op.name in _REDUCTIONS and _is_sum(op):
        _sum_in_float32(op, range(len(op.operands)))
    elif op.name.startswith("stablehlo.") and op.name != "stablehlo.constant" and not op.regions:
        _make_empty(op)
    elif op.name == "stablehlo.while":
        trips = _trip_count(op)
        if trips is not None:
            op.attributes[_TRIPS] = ir.IntegerAttr.get(ir.IntegerType.get_signless(64), trips)


def _forward(op: ir.Operation) -> None:
    """Replaces each result by the operand at its place."""
    for result, operand in zip(op.results, op.operands):
        result.replace_all_uses_with(operand)
    op.erase()


def _is_mark(op: ir.Operation) -> bool:
    return (
        op.name == "stablehlo.custom_call"
        and ir.StringAttr(op.attributes["call_target_name"]).value in _MARKS
        and [value.type for value in op.operands] == [value.type for value in op.results]
    )


def _is_empty(value: ir.Value) -> bool:
    return isinstance(value.type, ir.RankedTensorType) and 0 in value.type.shape


def _make_empty(op: ir.Operation) -> None:
    """A result without elements is a constant: slices of none may begin where MLIR sees no element."""
    if len(op.results) != 1 or not _is_empty(op.results[0]):
        return
    with ir.InsertionPoint(op), op.location:
        op.results[0].replace_all_uses_with(stablehlo.constant(_no_elements(op.results[0].type)))
    op.erase()


def _no_elements(type_: ir.Type) -> ir.Attribute:
    return ir.Attribute.parse(f"dense<> : {type_}")


def _drop_empty_operands(op: ir.Operation) -> None:
    kept = [value for value in op.operands if not _is_empty(value)]
    if kept and len(kept) < len(op.operands):
        with ir.InsertionPoint(op), op.location:
            new = stablehlo.concatenate(kept, ir.IntegerAttr(op.attributes["dimension"]).value)
        op.results[0].replace_all_uses_with(new)
        op.erase()


def _reduce_nothing(op: ir.Operation) -> None:
    """A reduction of no element is its initial value."""
    initial = list(op.operands)[len(op.operands) // 2 :]
    with ir.InsertionPoint(op), op.location:
        for result, value in zip(op.results, initial):
            result.replace_all_uses_with(stablehlo.broadcast_in_dim(result.type, value, ir.DenseI64ArrayAttr.get([])))
    op.erase()


def _is_sum(op: ir.Operation) -> bool:
    names = [inner.operation.name for inner in op.regions[0].blocks[0].operations]
    return names in (["stablehlo.add", "stablehlo.return"], ["stablehlo.multiply", "stablehlo.return"])


def _sum_in_float32(op: ir.Operation, widened: Iterable[int]) -> None:
    """Makes an op with a result of a narrower float type compute it in float32, from those operands in float32."""
    result = op.results[0]
    old = ir.RankedTensorType(result.type)
    if not isinstance(old.element_type, (ir.BF16Type, ir.F16Type)):
        return
    single = ir.F32Type.get()

    def wide(type_: ir.Type) -> ir.Type:
        return ir.RankedTensorType.get(ir.RankedTensorType(type_).shape, single)

    with ir.InsertionPoint(op), op.location:
        for position in widened:
            op.operands[position] = stablehlo.convert(wide(op.operands[position].type), op.operands[position])
    for region in op.regions:
        block = region.blocks[0]
        for value in [*block.arguments, *block.operations[0].operation.results]:
            value.set_type(wide(value.type))
    result.set_type(wide(old))
    with ir.InsertionPoint.after(op), op.location:
        narrow = stablehlo.convert(old, result)
    result.replace_all_uses_except(narrow, narrow.owner.operation)


def _constant(value: ir.Value) -> int | None:
    """The integer that a rank-0 value holds, if it is a constant."""
    owner = value.owner
    if isinstance(owner, ir.Block) or owner.name != "stablehlo.constant":
        return None
    attribute = owner.attributes["value"]
    if not isinstance(attribute, ir.DenseIntElementsAttr) or len(attribute) != 1:
        return None
    return int(attribute[0])


def _trip_count(loop: ir.Operation) -> int | None:
    """How often a loop of the form `for i from CONSTANT below CONSTANT step 1` runs, as scan's do."""
    condition, body = (region.blocks[0] for region in loop.regions)
    compare = condition.operations[len(condition.operations) - 1].operation.operands[0].owner
    if isinstance(compare, ir.Block) or compare.name != "stablehlo.compare" or "LT" not in str(compare.attributes["comparison_direction"]):
        return None
    counter, limit = compare.operands
    if not isinstance(counter.owner, ir.Block):
        return None
    position = ir.BlockArgument(counter).arg_number
    step = body.operations[len(body.operations) - 1].operation.operands[position].owner
    if isinstance(step, ir.Block) or step.name != "stablehlo.add":
        return None
    of_counter = [value == body.arguments[position] for value in step.operands]
    if of_counter not in ([True, False], [False, True]) or _constant(step.operands[of_counter.index(False)]) != 1:
        return None
    first, last = _constant(loop.operands[position]), _constant(limit)
    return None if first is None or last is None else max(last - first, 0)


# --- After it: control flow ----------------------------------------------------------------------


def _create(name: str, results: Sequence[ir.Type], operands: Sequence[ir.Value], regions: int = 0, **attributes: ir.Attribute) -> ir.Operation:
    return ir.Operation.create(name, results=list(results), operands=list(operands), regions=regions, attributes=attributes)


def _scalar(value: ir.Value) -> ir.Value:
    """The element of a rank-0 tensor, which control flow asks for."""
    element = ir.RankedTensorType(value.type).element_type
    return _create("tensor.extract", [element], [value]).results[0]


def _index(value: int) -> ir.Value:
    index = ir.IndexType.get()
    return _create("arith.constant", [index], [], value=ir.IntegerAttr.get(index, value)).results[0]


def _terminate(block: ir.Block, name: str, build: Callable[[list[ir.Value]], list[ir.Value]] = lambda values: values) -> None:
    """Replaces stablehlo.return by a terminator of scf."""
    old = block.operations[len(block.operations) - 1].operation
    with ir.InsertionPoint(old), old.location:
        _create(name, [], build(list(old.operands)))
    old.erase()


def _structure(op: ir.Operation) -> None:
    if op.name == "stablehlo.while":
        with ir.InsertionPoint(op), op.location:
            new = _for(op) if _TRIPS in op.attributes else _while(op)
    elif op.name in ("stablehlo.if", "stablehlo.case"):
        with ir.InsertionPoint(op), op.location:
            new = _branch(op, 0, op.operands[0] if op.name == "stablehlo.if" else None)
    else:
        return
    for old, result in zip(op.results, new):
        old.replace_all_uses_with(result)
    op.erase()


def _while(op: ir.Operation) -> list[ir.Value]:
    types = [value.type for value in op.operands]
    loop = _create("scf.while", types, list(op.operands), regions=2)
    for position in range(2):
        op.regions[position].blocks[0].append_to(loop.regions[position])
    before, after = (region.blocks[0] for region in loop.regions)
    _terminate(before, "scf.condition", lambda values: [_scalar(values[0]), *before.arguments])
    _terminate(after, "scf.yield")
    return list(loop.results)


def _for(op: ir.Operation) -> list[ir.Value]:
    trips = ir.IntegerAttr(op.attributes[_TRIPS]).value
    types = [value.type for value in op.operands]
    bounds = [_index(0), _index(trips), _index(1)]
    loop = _create("scf.for", types, [*bounds, *op.operands], regions=1)
    body = op.regions[1].blocks[0]
    body.append_to(loop.regions[0])
    _insert_index_argument(body)
    _terminate(body, "scf.yield")
    return list(loop.results)


def _insert_index_argument(block: ir.Block) -> None:
    """Makes the induction variable the first argument; the others move on by one."""
    old = list(block.arguments)
    types = [argument.type for argument in old]
    location = ir.Location.current
    fresh = [block.add_argument(type_, location) for type_ in [ir.IndexType.get(), *types]]
    for argument, replacement in zip(old, fresh[1:]):
        argument.replace_all_uses_with(replacement)
    for _ in old:
        block.erase_argument(0)


def _branch(op: ir.Operation, position: int, condition: ir.Value | None) -> list[ir.Value]:
    """if, or case as a chain of them; an index out of range takes the last branch, as StableHLO says."""
    types = [value.type for value in op.results]
    if condition is None:
        index = _scalar(op.operands[0])
        equal = ir.IntegerAttr.get(ir.IntegerType.get_signless(64), 0)
        wanted = _create("arith.constant", [index.type], [], value=ir.IntegerAttr.get(index.type, position)).results[0]
        flag = _create("arith.cmpi", [ir.IntegerType.get_signless(1)], [index, wanted], predicate=equal).results[0]
    else:
        flag = _scalar(condition)
    if len(op.regions) == 1:
        flag = _create("arith.constant", [flag.type], [], value=ir.IntegerAttr.get(flag.type, 1)).results[0]
    choice = _create("scf.if", types, [flag], regions=2)
    op.regions[position].blocks[0].append_to(choice.regions[0])
    _terminate(choice.regions[0].blocks[0], "scf.yield")
    rest = len(op.regions) - position - 1
    if rest == 1:
        op.regions[position + 1].blocks[0].append_to(choice.regions[1])
        _terminate(choice.regions[1].blocks[0], "scf.yield")
    else:
        with ir.InsertionPoint(choice.regions[1].blocks.append()):
            _create("scf.yield", [], _branch(op, position + 1, None) if rest else _zeros(types))
    return list(choice.results)


def _zeros(types: Sequence[ir.Type]) -> list[ir.Value]:
    """Values of a branch that is never taken."""
    return [_create("tensor.empty", [type_], []).results[0] for type_ in types]


# --- What is left --------------------------------------------------------------------------------


def _check(module: ir.Module, find: Callable[[str], Optional[str]]) -> None:
    lines = []
    for op in _all_ops(module):
        if op.name.partition(".")[0] in ("stablehlo", "chlo", "sdy", "mhlo", "builtin") and op.name != "builtin.module":
            name = op.name
            if name == "stablehlo.custom_call":
                name += f" @{ir.StringAttr(op.attributes['call_target_name']).value}"
            advice = _ADVICE.get(op.name, "write the step without it, or keep it outside the step")
            types = ", ".join(str(value.type) for value in op.operands)
            lines.append(f"{describe(op.location, find)}: error: {name} of ({types}) has no lowering: {advice}")
    if lines:
        raise CompileError("\n".join(dict.fromkeys(lines)))


def describe(location: ir.Location, find: Callable[[str], Optional[str]] = lambda primitive: None) -> str:
    """file:line:column of the user's code, with the name stack in brackets."""
    text = str(location)
    place = re.search(r'"([^"]+)":(\d+):(\d+)', text)
    names = [name for name in re.findall(r'"([^"]*)"(?=\()', text) if "/" in name]
    primitive = re.match(r'loc\("(\w+)"\)$', text)
    if primitive:
        return find(primitive[1]) or f"<unknown> [{primitive[1]}]"
    where = ":".join(place.groups()) if place else "<unknown>"
    return f"{where} [{names[0]}]" if names else where
