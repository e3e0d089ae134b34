"""mxc.Scaled: its parts, copies, pickles, its line and its picture; formats and recipes as objects."""
# RUN: %python %s %t

import copy
import os
import pickle
import sys
import xml.etree.ElementTree

import mxc
import numpy as np
from checks import bits_of, normal, refused, same

FORMS = [*mxc.FORMATS, "!mx.scaled<f4E2M1FN, f8E8M0FNU, [5]>", "!mx.scaled<f6E2M3FN, f8E8M0FNU, [3]>",
         "!mx.scaled<f6E3M2FN, f8E8M0FNU, [7, 1]>", "!mx.scaled<!mx.float<4, 7>, f32, [4, 4]>",
         "!mx.scaled<!mx.float<2, 2>, f8E8M0FNU, [full]>"]


def codes_and_back():
    """Codes taken out and put in again are the same array."""
    for shape in ((9, 50), (2, 9, 50)):
        x = normal(shape)
        for form in FORMS:
            q = mxc.quantize(x, form)
            assert q.codes.shape == shape and int(q.codes.max()) >> q.format.element.bits == 0, form
            again = mxc.Scaled.from_codes(q.codes, q.scale, q.tensor_scale, format=form)
            assert bits_of(again) == bits_of(q), form
            same(again.dequantize(), q.dequantize(), form)
    columns = mxc.quantize(normal((33, 5)), "!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>", hadamard=16)
    rows = mxc.quantize(normal((33, 5)), "mxfp4", hadamard=16, transpose=True)
    assert columns.shape == (48, 5) and rows.shape == (5, 48)
    same(columns.codes, rows.codes.T, "blocks of columns, transformed along columns")
    codes, scale = np.zeros((4, 32), np.uint8), np.full((4, 1), 127, np.uint8)
    refused("codes of 4 bits", "0x10", call=lambda: mxc.Scaled.from_codes(codes + 16, scale, format="mxfp4"))
    refused("codes of uint8", call=lambda: mxc.Scaled.from_codes(codes.astype(np.int64), scale, format="mxfp4"))
    refused("scale of shape (4, 1)", call=lambda: mxc.Scaled.from_codes(codes, scale[:2], format="mxfp4"))
    refused("no tensor_scale", call=lambda: mxc.Scaled.from_codes(codes, scale, np.float32(1), format="mxfp4"))
    refused("tensor_scale", call=lambda: mxc.Scaled.from_codes(codes, scale.repeat(2, 1), format="nvfp4"))


def copies():
    q = mxc.quantize(normal((4, 64)), "nvfp4")
    for other in (copy.copy(q), copy.deepcopy(q), pickle.loads(pickle.dumps(q))):
        assert bits_of(other) == bits_of(q) and other.format == q.format and other.shape == q.shape


def shown(path):
    q = mxc.quantize(normal((128, 256)), "nvfp4")
    assert repr(q).startswith("mxc.Scaled(128x256 nvfp4, 18436 bytes, block scales 2^"), repr(q)
    assert "tensor scale" in repr(q)
    for form in FORMS:
        q.plot().save(path + ".svg")
        root = xml.etree.ElementTree.parse(path + ".svg").getroot()
        assert root.tag.endswith("svg") and len(root) > 10, form
    nan = mxc.quantize(np.full((1, 32), np.nan, np.float32))
    assert "block scales" not in repr(nan) and nan.plot().svg
    os.remove(path + ".svg")


def formats():
    for name, form in mxc.FORMATS.items():
        assert str(form) == name and mxc.Format.parse(form.mlir) is form
        spelled = f"!mx.scaled<{form.element}, {form.scale}, [1, {form.block[0]}]" + (
            ", tensor_scale = f32>" if form.tensor_scale else ">")
        assert mxc.Format.parse(spelled) == form, spelled
    for text in FORMS[7:]:
        assert mxc.Format.parse(text).mlir == text
    for text in ("", "!mx.scaled<>", "!mx.scaled<i8, [32]>", "!mx.scaled<i8, f8E8M0FNU, [1, 2, 3]>",
                 "!mx.scaled<!mx.float<9, 1>, f32, [4]>", "!mx.scaled<!mx.float<8, 8>, f32, [4]>",
                 "!mx.scaled<!mx.float<0, 3, ieee>, f32, [4]>", "!mx.scaled<!mx.float<2, 1, fn, unsigned>, f32, [4]>"):
        refused("expected", call=lambda: mxc.Format.parse(text))


def recipes():
    operand = mxc.Operand("mxfp4", prescale=0.75, rounding="stochastic", random_bits=24)
    product = mxc.Product(lhs=operand, rhs=operand, hadamard=mxc.Hadamard(64), alpha=16 / 9, accumulate="exact")
    assert str(mxc.Hadamard(2, (1, -1))) == "#mx.hadamard<size = 2, signs = [1, -1]>"
    assert "alpha = 1.77777778, accumulate = exact" in str(product)
    recipe = mxc.Recipe('a "b"', dgrad=product, exclude=["attention", "*head*"], saved="packed")
    assert str(recipe).startswith('#mx.recipe<name = "a \\22b\\22", dgrad = {lhs = {format = !mx.mxfp4, prescale = 0.75,')
    assert str(recipe).endswith('exclude = [attention, "*head*"], saved = packed>')
    assert mxc.Recipe("none").mlir == 'module attributes {mx.recipe = #mx.recipe<name = "none">} {}\n'
    refused("rounding", call=lambda: mxc.Operand("mxfp4", rounding="up"))
    refused("format", call=lambda: mxc.Operand("mxfp5"))
    refused("alpha", call=lambda: mxc.Product(lhs=operand, alpha="big"))
    refused("saved", call=lambda: mxc.Recipe("a", saved="both"))
    refused("Hadamard", call=lambda: mxc.Hadamard(1))


codes_and_back()
copies()
shown(sys.argv[1])
formats()
recipes()
