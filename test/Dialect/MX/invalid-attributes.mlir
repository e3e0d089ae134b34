// RUN: mx-opt %s -split-input-file -verify-diagnostics

// expected-error @below {{expected a Hadamard size that is a power of two from 2 to 1024, but found 48}}
module attributes {a = #mx.hadamard<size = 48>} {}

// -----

// expected-error @below {{expected 4 fixed signs, one for each element of a group, but found 2}}
module attributes {a = #mx.hadamard<size = 4, signs = [1, -1]>} {}

// -----

// expected-error @below {{expected fixed signs of 1 or -1, but found 3}}
module attributes {a = #mx.hadamard<size = 2, signs = [1, 3]>} {}

// -----

// expected-error @below {{expected signs none, seed or a list of 1 and -1, but found 'random'}}
module attributes {a = #mx.hadamard<size = 2, signs = random>} {}

// -----

// expected-error @below {{expected each key of a Hadamard transform once, but found 'size' again}}
module attributes {a = #mx.hadamard<size = 2, size = 4>} {}

// -----

// expected-error @below {{unknown key 'roundin' of a operand recipe; expected one of format, scale_rule, rounding, prescale, random_bits, scale_min_normal}}
module attributes {a = #mx.operand<format = !mx.mxfp4, roundin = stochastic>} {}

// -----

// expected-error @below {{expected key 'format' in an operand recipe, such as format = !mx.mxfp4, but found none}}
module attributes {a = #mx.operand<rounding = stochastic>} {}

// -----

// expected-error @below {{expected a block-scaled format such as !mx.mxfp4, but found 'f32'}}
module attributes {a = #mx.operand<format = f32>} {}

// -----

// expected-error @below {{expected one of nearest_even, nearest_away, toward_zero, stochastic, but found 'up'}}
module attributes {a = #mx.operand<format = !mx.mxfp4, rounding = up>} {}

// -----

// expected-error @below {{expected lhs or rhs in a product recipe, but found neither; leave the role out to keep it float}}
module attributes {a = #mx.product<alpha = 2.0>} {}

// -----

// expected-error @below {{expected a finite alpha other than 0, but found 0}}
module attributes {a = #mx.product<lhs = {format = !mx.mxfp4}, alpha = 0>} {}

// -----

// expected-error @below {{expected the operands of a product recipe to be named 'lhs' and 'rhs', as the first one is, but found 'weight'}}
module attributes {a = #mx.product<lhs = {format = !mx.mxfp4}, weight = {format = !mx.mxfp4}>} {}

// -----

// expected-error @below {{expected key 'name' in a recipe, but found none}}
module attributes {a = #mx.recipe<forward = {lhs = {format = !mx.mxfp4}}>} {}

// -----

// expected-error @below {{expected lhs and rhs, or gradient and other, in the recipe of a backward product, but found activation or weight, which only forward products have}}
module attributes {a = #mx.recipe<name = "x", dgrad = {weight = {format = !mx.mxfp4}}>} {}

// -----

// expected-error @below {{expected lhs and rhs, or activation and weight, in the recipe of a forward product, but found gradient or other, which only backward products have}}
module attributes {a = #mx.recipe<name = "x", forward = {gradient = {format = !mx.mxfp4}}>} {}

// -----

// expected-error @below {{expected attention or a quoted pattern such as "*head*"}}
module attributes {a = #mx.recipe<name = "x", exclude = [heads]>} {}

// -----

// expected-error @below {{expected pad_to_group only with a hadamard, whose size it pads to, but found none}}
module attributes {a = #mx.quantizer<format = !mx.mxfp4, pad_to_group>} {}
