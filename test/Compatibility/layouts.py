"""Packed codes and scales that earlier releases wrote stand for the same codes and values today."""
# RUN: %python %s

import json

import compatibility
import mxc
import numpy as np


def array(text, dtype, shape):
    return np.frombuffer(bytes.fromhex(text), dtype).reshape(shape)


def check(record):
    form = mxc.Format.parse(record["format"])
    shape = tuple(record["shape"])
    scale_dtype = np.float32 if form.scale.name == "f32" else np.uint8
    packed = array(record["packed"], np.uint8, form.packed_shape(shape))
    scale = array(record["scale"], scale_dtype, form.scale_shape(shape))
    level = record["tensor_scale"]
    q = mxc.Scaled(packed, scale, None if level is None else np.float32(level).reshape(()), form, shape)
    codes = np.asarray(q.codes)
    assert codes.tobytes().hex() == record["codes"], f"{form}: codes"
    assert compatibility.hash_of(q.dequantize()) == record["values"], f"{form}: values"


count = 0
for release in compatibility.releases():
    with open(f"{release}/layouts.json", encoding="ascii") as file:
        for record in json.load(file):
            check(record)
            count += 1
assert count >= len(compatibility.FORMATS), count
