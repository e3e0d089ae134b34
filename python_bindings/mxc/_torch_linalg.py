"""What torch-mlir leaves outside of upstream's dialects, rewritten: scatters, of indexed gradients, as loops."""

from __future__ import annotations

from typing import Any, Callable, Sequence

from torch_mlir import ir

from ._errors import CompileError

_ADVICE = {"tm_tensor.sort": "sort outside the step"}


def lower(module: ir.Module) -> str:
    """The module as text with locations."""
    with module.context, ir.Location.unknown():
        left = [op for op in _all_ops(module.operation) if op.name.startswith(("tm_tensor.", "torch.", "torch_c."))]
        names = {op.name for op in left} - {"tm_tensor.scatter", "tm_tensor.yield"}
        for op in [op for op in left if op.name == "tm_tensor.scatter"]:
            _scatter(op)
        if names:
            raise CompileError(
                "; ".join(f"{name} has no lowering: {_ADVICE.get(name, 'write the step without it')}" for name in sorted(names))
            )
        return module.operation.get_asm(enable_debug_info=True)


def _all_ops(root: ir.Operation) -> list[ir.Operation]:
    found = []
    for region in root.regions:
        for block in region:
            for op in block.operations:
                found += [op.operation, *_all_ops(op.operation)]
    return found


def _create(name: str, results: Sequence[ir.Type], operands: Sequence[Any], regions: int = 0, **attributes: Any) -> Any:
    return ir.Operation.create(name, list(results), list(operands), attributes=attributes, regions=regions)


def _index(value: int) -> ir.Value:
    index = ir.IndexType.get()
    return _create("arith.constant", [index], [], value=ir.IntegerAttr.get(index, value)).result


def _scatter(op: ir.Operation) -> None:
    """One element of the updates after the other, in their order.

    The first axis of updates and indices counts slices; other axes of updates are the last ones of
    the result. Axis dimension_map[k] is moved by indices[slice, k].
    """
    updates, indices, original = op.operands
    with ir.InsertionPoint(op), op.location:
        extents = list(ir.RankedTensorType(updates.type).shape)
        if any(extent < 0 for extent in extents):
            raise CompileError("tm_tensor.scatter has updates of dynamic shape; expected static shapes")
        result = _loops(extents, original, [], lambda place, into: _write(op, updates, indices, place, into))
    op.results[0].replace_all_uses_with(result)
    op.erase()


def _loops(
    extents: Sequence[int], carried: ir.Value, place: list[ir.Value], body: Callable[[list[ir.Value], ir.Value], ir.Value]
) -> ir.Value:
    if len(place) == len(extents):
        return body(place, carried)
    bounds = [_index(0), _index(extents[len(place)]), _index(1)]
    loop = _create("scf.for", [carried.type], [*bounds, carried], regions=1)
    location = ir.Location.current
    block = ir.Block.create_at_start(loop.regions[0], [ir.IndexType.get(), carried.type], [location, location])
    with ir.InsertionPoint(block):
        inner = _loops(extents, block.arguments[1], [*place, block.arguments[0]], body)
        _create("scf.yield", [], [inner])
    return loop.result


def _write(op: ir.Operation, updates: ir.Value, indices: ir.Value, place: list[ir.Value], into: ir.Value) -> ir.Value:
    index, element = ir.IndexType.get(), ir.RankedTensorType(into.type).element_type
    rank = ir.RankedTensorType(into.type).rank
    target: list[Any] = [None] * (rank - len(place) + 1) + place[1:]
    for k, axis in enumerate(ir.DenseI64ArrayAttr(op.attributes["dimension_map"])):
        stored = ir.RankedTensorType(indices.type).element_type
        offset = _create("tensor.extract", [stored], [indices, place[0], _index(k)]).result
        offset = _create("arith.index_cast", [index], [offset]).result
        target[axis] = offset if target[axis] is None else _create("arith.addi", [index], [target[axis], offset]).result
    new = _create("tensor.extract", [element], [updates, *place]).result
    old = _create("tensor.extract", [element], [into, *target]).result
    value = _inline(op.regions[0].blocks[0], [new, old])
    return _create("tensor.insert", [into.type], [value, into, *target]).result


def _inline(block: ir.Block, arguments: Sequence[ir.Value]) -> ir.Value:
    """The body of a scatter on these elements: what it yields."""
    values = {argument: value for argument, value in zip(block.arguments, arguments)}
    operations = [op.operation for op in block.operations]
    for op in operations[:-1]:
        copy = op.clone(ir.InsertionPoint.current)
        for i, operand in enumerate(op.operands):
            copy.operands[i] = values.get(operand, operand)
        values.update(zip(op.results, copy.results))
    result = operations[-1].operands[0]
    return values.get(result, result)
