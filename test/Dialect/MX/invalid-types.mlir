// RUN: mx-opt %s -split-input-file -verify-diagnostics

// expected-error @below {{expected at most 8 exponent bits (the range of f32), but found 9}}
func.func private @f(tensor<4x32x!mx.float<9, 2>>)

// -----

// expected-error @below {{expected at most 16 bits in all, but found 18}}
func.func private @f(tensor<4x32x!mx.float<8, 9>>)

// -----

// expected-error @below {{expected exponent and mantissa bits for kind 'ieee', which needs codes for Inf and NaN; use 'finite'}}
func.func private @f(tensor<4x32x!mx.float<0, 3, ieee>>)

// -----

// expected-error @below {{expected at least 2 exponent and mantissa bits for kind 'fn', but found 1; use 'finite'}}
func.func private @f(tensor<4x32x!mx.float<1, 0, fn>>)

// -----

// expected-error @below {{expected kind ieee, fn or finite, or 'unsigned', but found 'round'}}
func.func private @f(tensor<4x32x!mx.float<3, 2, round>>)

// -----

// expected-error @below {{unknown type 'mxfp5' in dialect 'mx'; expected 'float', 'scaled' or one of the named forms mxfp4, mxfp6_e2m3, mxfp6_e3m2, mxfp8_e4m3, mxfp8_e5m2, mxint8, nvfp4}}
func.func private @f(tensor<4x32x!mx.mxfp5>)

// -----

// expected-error @below {{expected an element type f4E2M1FN, f6E2M3FN, f6E3M2FN, f8E4M3FN, f8E5M2, i8 or !mx.float, but found 'f32'}}
func.func private @f(tensor<4x32x!mx.scaled<f32, f8E8M0FNU, [32]>>)

// -----

// expected-error @below {{expected a signed element type, but found '!mx.float<3, 2, unsigned>'}}
func.func private @f(tensor<4x32x!mx.scaled<!mx.float<3, 2, unsigned>, f8E8M0FNU, [32]>>)

// -----

// expected-error @below {{expected a scale type f8E8M0FNU, f8E4M3FN, '!mx.float<5, 3, fn, unsigned>' or f32, but found 'f16'}}
func.func private @f(tensor<4x32x!mx.scaled<f4E2M1FN, f16, [32]>>)

// -----

// expected-error @below {{expected a block of 1 or 2 extents, but found 3}}
func.func private @f(tensor<4x32x!mx.scaled<f4E2M1FN, f8E8M0FNU, [1, 2, 3]>>)

// -----

// expected-error @below {{expected a block extent of at least 1 or 'full', but found 0}}
func.func private @f(tensor<4x32x!mx.scaled<f4E2M1FN, f8E8M0FNU, [0]>>)

// -----

// expected-error @below {{expected a tensor scale only with an f8E4M3FN or '!mx.float<5, 3, fn, unsigned>' block scale, but found 'f8E8M0FNU'}}
func.func private @f(tensor<4x32x!mx.scaled<f4E2M1FN, f8E8M0FNU, [32], tensor_scale = f32>>)

// -----

// expected-error @below {{expected tensor_scale = f32, but found 'bf16'}}
func.func private @f(tensor<4x32x!mx.scaled<f4E2M1FN, f8E4M3FN, [16], tensor_scale = bf16>>)
