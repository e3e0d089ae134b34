"""TOSA's block-scaled ops, which nothing upstream lowers, executed on both targets against the model: the product that
torch prints for torch._scaled_mm with E8M0 scales, and the casts of every element format, with NaN scales among them."""
# RUN: %python %s

import model
import numpy as np
from tools import EXAMPLES, TARGETS, Counter, Folder, mxc_run, same_bits

FORMS = {"f4E2M1FN": "mxfp4", "f6E2M3FN": "mxfp6_e2m3", "f6E3M2FN": "mxfp6_e3m2", "f8E4M3FN": "mxfp8_e4m3",
         "f8E5M2": "mxfp8_e5m2"}


def dequantised(codes, scales, element):
    values = element.values[codes] * np.repeat(np.ldexp(1.0, scales.astype(int) - 127), 32, -1)
    return np.where(np.repeat(scales == 255, 32, -1), np.nan, values)


def scaled_mm(counter, folder, rng):
    """torch's export: flat scales, a leading batch axis of 1."""
    element = model.NAMED["mxfp8_e4m3"].element
    codes = [np.where(c & 0x7F == 0x7F, 0, c).astype(np.uint8) for c in rng.integers(0, 256, (2, 128, 128))]
    scales = [rng.integers(120, 135, 512).astype(np.uint8) for _ in range(2)]
    values = [dequantised(c, s.reshape(128, 4), element) for c, s in zip(codes, scales)]
    want, bound = values[0] @ values[1].T, np.abs(values[0]) @ np.abs(values[1]).T
    arrays = {"arg0": codes[0], "arg1": codes[1], "arg2": scales[0], "arg3": scales[1]}
    for target in TARGETS:
        found = mxc_run(folder, f"{EXAMPLES}/torch_scaled_mm_mx.tosa.mlir", arrays, target)["out0"]
        counter.check((np.abs(found - want) <= 2.0**-20 * bound).all(), f"torch_scaled_mm_mx {target}")


def products(counter, folder, rng):
    """Every format (TOSA wants the same on both sides), batched, with sizes that are no tile of anything."""
    for form in FORMS:
        left, right = (model.quantize(rng.standard_normal((2 * rows, 96)).astype(np.float32), model.NAMED[FORMS[form]])
                       for rows in (5, 7))
        text = (f"func.func @main(%a: tensor<2x5x96x{form}>, %s: tensor<2x5x3xf8E8M0FNU>, %b: tensor<2x7x96x{form}>, "
                "%t: tensor<2x7x3xf8E8M0FNU>) -> tensor<2x5x7xf32> {\n"
                "  %0 = tosa.matmul_t_block_scaled %a, %s, %b, %t {block_size = BLOCK_SIZE_32} : "
                f"(tensor<2x5x96x{form}>, tensor<2x5x3xf8E8M0FNU>, tensor<2x7x96x{form}>, tensor<2x7x3xf8E8M0FNU>) -> "
                "tensor<2x5x7xf32>\n  return %0 : tensor<2x5x7xf32>\n}\n")
        arrays = {"arg0": left.codes.reshape(2, 5, 96), "arg1": left.scale.reshape(2, 5, 3),
                  "arg2": right.codes.reshape(2, 7, 96), "arg3": right.scale.reshape(2, 7, 3)}
        arrays = {name: array.astype(np.uint8) for name, array in arrays.items()}
        x, y = left.values.reshape(2, 5, 96), np.swapaxes(right.values.reshape(2, 7, 96), 1, 2)
        for target in TARGETS:
            found = mxc_run(folder, folder.text("p.mlir", text), arrays, target)["out0"]
            close = np.abs(found - x @ y) <= 2.0**-20 * (np.abs(x) @ np.abs(y))
            counter.check(close.all(), f"matmul_t_block_scaled {form} {target}")


def casts(counter, folder, rng):
    x = (rng.standard_normal((6, 128)) * 2.0 ** rng.integers(-20, 20, (6, 1))).astype(np.float32)
    x[0, 5], x[1, 40], x[2, :32] = np.nan, np.inf, 0
    for element, form in FORMS.items():
        text = (f"func.func @main(%x: tensor<6x128xf32>) -> (tensor<6x128x{element}>, tensor<6x4xf8E8M0FNU>, tensor<6x128xf32>) {{\n"
                "  %0, %1 = tosa.cast_to_block_scaled %x {block_size = BLOCK_SIZE_32} : (tensor<6x128xf32>) -> "
                f"(tensor<6x128x{element}>, tensor<6x4xf8E8M0FNU>)\n"
                "  %2 = tosa.cast_from_block_scaled %0, %1 {block_size = BLOCK_SIZE_32} : "
                f"(tensor<6x128x{element}>, tensor<6x4xf8E8M0FNU>) -> tensor<6x128xf32>\n"
                f"  return %0, %1, %2 : tensor<6x128x{element}>, tensor<6x4xf8E8M0FNU>, tensor<6x128xf32>\n}}\n")
        want = model.quantize(x, model.NAMED[form])
        for target in TARGETS:
            found = mxc_run(folder, folder.text("c.mlir", text), {"arg0": x}, target)
            counter.check(same_bits(found["out0"].view(np.uint8), want.codes.astype(np.uint8)), f"codes {element} {target}")
            counter.check(same_bits(found["out1"].view(np.uint8), want.scale), f"scales {element} {target}")
            back = want.values.astype(np.float32)
            equal = (found["out2"] == back) | (np.isnan(found["out2"]) & np.isnan(back))
            counter.check(equal.all(), f"back {element} {target}")


def main():
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(8)
    with folder:
        for test in (scaled_mm, products, casts):
            test(counter, folder, rng)
    counter.finish("TOSA's block-scaled ops equal to the model")


main()
