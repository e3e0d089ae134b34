"""The quantised operands of a program, seen from outside: a program whose main returns, for every mx.quantize of its
body, what went in (before the Hadamard transform) and what came out, and for every mx.matmul its result. Ops inside
loops and in other functions are left out: their values are not at hand."""

import re

import model
import numpy as np

QUANTIZE = re.compile(r"^    (%\w+) = mx\.quantize (%[\w#]+)(?: seed %\w+)?(?: rounding (\w+))? scale_rule (\w+)(?: \{(.*?)\})? "
                      r": tensor<(.*)> -> tensor<([\dx]*)x!mx\.(\w+)>")
HADAMARD = re.compile(r"^    (%\w+) = mx\.hadamard ins\((%[\w#]+) : tensor<(.*?)>\).*transform <size = (\d+)(.*?)>"
                      r"(?: \{(.*?)\})?")
MATMUL = re.compile(r"^    (%\w+) = mx\.matmul (%\w+), (%\w+)(?: \{(.*?)\})? : .* -> tensor<(.*)>")


def attributes(text):
    return {key: value.split(" :")[0] for key, value in re.findall(r"(\w+) = ([^,]*)", text or "")}


class Operand:
    """One mx.quantize: its attributes and the names of its arrays among the results."""

    def __init__(self, match, transforms):
        self.value, source, rounding, self.rule, attrs, source_type, shape, self.form = match.groups()
        attrs = attributes(attrs)
        self.rounding = rounding or "nearest_even"
        self.prescale, self.stream = float(attrs.get("prescale", 1)), int(attrs.get("stream", 0))
        self.sizes = [int(size) for size in shape.split("x")]
        self.hadamard, self.sign_stream = 0, 0
        if source in transforms:
            _, source, source_type, size, signs, attrs = transforms[source].groups()
            assert "seed" in signs
            self.hadamard, self.sign_stream = int(size), int(attributes(attrs).get("sign_stream", 0))
        self.source, self.source_type = source, source_type

    @property
    def stored(self):
        """Types of codes, scales and, for NVFP4, the tensor scale."""
        shape = "x".join(map(str, self.sizes))
        block = 16 if self.form == "nvfp4" else 32
        blocks = "x".join(map(str, self.sizes[:-1] + [-(-self.sizes[-1] // block)]))
        return [f"tensor<{shape}xi8>", f"tensor<{blocks}xi8>"] + ["tensor<f32>"] * (self.form == "nvfp4")


class Product:
    def __init__(self, match):
        self.value, self.a, self.b, attrs, self.type = match.groups()
        self.alpha = float(attributes(attrs).get("alpha", 1))


class Instrumented:
    """`text` is a module at the stage `quantized`. `program` is the module that returns the values, `operands` and
    `products` say what they are; each has `.results`, numbers of the results."""

    def __init__(self, text):
        lines = text.splitlines()
        start = next(i for i, line in enumerate(lines) if re.match(r"  func\.func (public )?@main\(", line))
        end = next(i for i in range(start, len(lines)) if lines[i] == "  }")
        body = lines[start + 1 : end - 1]
        transforms = {m.group(1): m for m in map(HADAMARD.match, body) if m}
        self.operands = [Operand(m, transforms) for m in map(QUANTIZE.match, body) if m]
        self.products = [Product(m) for m in map(MATMUL.match, body) if m]
        assert sum("mx.quantize" in line and line.startswith("    %") for line in body) == len(self.operands)
        added, values, types = [], [], []

        def give(value, kind):
            values.append(value)
            types.append(kind)
            return len(values) - 1

        for i, operand in enumerate(self.operands):
            parts = [f"%instrument{i}_{j}" for j in range(len(operand.stored))]
            shape = "x".join(map(str, operand.sizes))
            added.append(f"    {', '.join(parts)} = mx.disassemble {operand.value} : tensor<{shape}x!mx.{operand.form}> -> "
                         + ", ".join(operand.stored))
            operand.results = [give(operand.source, f"tensor<{operand.source_type}>")]
            operand.results += [give(*part) for part in zip(parts, operand.stored)]
        for product in self.products:
            product.results = [give(product.value, f"tensor<{product.type}>")]
        signature = re.match(r"  func\.func (?:public )?@main\((.*)\) -> ", lines[start]).group(1)
        head = f"  func.func @main({strip_result(signature)}) -> ({', '.join(types)}) {{"
        tail = f"    return {', '.join(values)} : {', '.join(types)}"
        self.program = "\n".join(lines[:start] + [head] + body + added + [tail] + lines[end:]) + "\n"


def strip_result(signature):
    """Arguments alone: the text up to `) -> (` when the results have attributes of their own."""
    return signature.split(") -> (")[0]


def as_floats(array):
    if array.dtype == np.uint16:
        return (array.astype(np.uint32) << 16).view(np.float32)
    return array


def matrix(array):
    return array.reshape(-1, array.shape[-1])


def expected_operand(operand, source, seed):
    """The model's result for what the program quantised."""
    options = {"rule": operand.rule, "rounding": operand.rounding, "prescale": operand.prescale}
    if operand.rounding == "stochastic":
        options.update(seed=seed, stream=operand.stream)
    if operand.hadamard:
        options.update(hadamard_size=operand.hadamard, seed=seed, sign_stream=operand.sign_stream)
    return model.quantize(matrix(as_floats(source)), model.NAMED[operand.form], **options)


def check_operands(counter, where, program, found, seed):
    """Every quantised operand and every product of two of them, of the results of `program`, against the model."""
    quantised = {}
    for number, operand in enumerate(program.operands):
        here = f"{where} operand {number}"
        source, codes, scale, *tensor = (found[f"out{i}"] for i in operand.results)
        want = expected_operand(operand, source, seed)
        counter.check(np.array_equal(matrix(codes).view(np.uint8), want.codes.astype(np.uint8)), f"{here}: codes")
        counter.check(np.array_equal(matrix(scale).view(np.uint8), want.scale), f"{here}: scales")
        if tensor:
            counter.check(tensor[0].tobytes() == np.float32(want.tensor_scale).tobytes(), f"{here}: tensor scale")
        quantised[operand.value] = want, codes.shape[:-1]
    for number, product in enumerate(program.products):
        result = found[f"out{product.results[0]}"]
        sides = [quantised.get(name) for name in (product.a, product.b)]
        if None in sides:
            continue  # a float operand, or one from a loop
        a, b = (q.values.reshape(*shape, -1) for q, shape in sides)
        scales = [np.float32(q.tensor_scale) for q, _ in sides if q.tensor_scale is not None]
        want = np.matmul(a, np.swapaxes(b, -1, -2)) * np.prod(scales, dtype=np.float64) * product.alpha
        bound = np.matmul(np.abs(a), np.swapaxes(np.abs(b), -1, -2)) * np.prod(scales, dtype=np.float64) * product.alpha
        error = np.abs(as_floats(result).astype(np.float64) - want)
        width = 2.0**-8 if result.dtype == np.uint16 else 2.0**-20
        counter.check((error <= width * bound + 1e-30).all(), f"{where} product {number}")
