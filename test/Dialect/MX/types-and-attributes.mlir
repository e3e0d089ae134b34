// Types and recipes print as they are written; [1, 32] is [32].
// RUN: mx-opt %s | mx-opt | FileCheck %s
// RUN: mx-opt %s --emit-bytecode | mx-opt | FileCheck %s

// CHECK: mx.recipe = #mx.recipe<name = "all", forward = {activation = {format = !mx.mxfp8_e4m3, scale_rule = rceil}, weight = {format = !mx.nvfp4, scale_min_normal}}, dgrad = {gradient = {format = !mx.mxfp4, rounding = stochastic, prescale = 0.75, random_bits = 8}, hadamard = {size = 64, signs = seed}, alpha = 1.77777779}, wgrad = {lhs = {format = !mx.mxint8, scale_rule = ceil}, rhs = {format = !mx.mxint8}, hadamard = {size = 4, signs = [1, -1, 1, 1]}, accumulate = exact}, exclude = [attention, "*head*", "x"], saved = packed>
module attributes {mx.recipe = #mx.recipe<name = "all",
  wgrad = {lhs = {format = !mx.mxint8, scale_rule = ceil}, rhs = {format = !mx.mxint8}, hadamard = {size = 4, signs = [1, -1, 1, 1]}, accumulate = exact},
  forward = {activation = {format = !mx.mxfp8_e4m3, scale_rule = rceil}, weight = {format = !mx.nvfp4, scale_min_normal}},
  dgrad = {gradient = {format = !mx.mxfp4, rounding = stochastic, prescale = 0.75, random_bits = 8}, hadamard = {size = 64, signs = seed}, alpha = 1.77777779},
  exclude = [attention, "*head*", "x"], saved = packed>} {
  // CHECK: func.func private @named(tensor<4x32x!mx.mxfp4>, tensor<4x32x!mx.mxfp6_e2m3>, tensor<4x32x!mx.mxfp6_e3m2>, tensor<4x32x!mx.mxfp8_e4m3>, tensor<4x32x!mx.mxfp8_e5m2>, tensor<4x32x!mx.mxint8>, tensor<4x32x!mx.nvfp4>)
  func.func private @named(tensor<4x32x!mx.scaled<f4E2M1FN, f8E8M0FNU, [1, 32]>>, tensor<4x32x!mx.scaled<f6E2M3FN, f8E8M0FNU, [32]>>,
    tensor<4x32x!mx.mxfp6_e3m2>, tensor<4x32x!mx.mxfp8_e4m3>, tensor<4x32x!mx.mxfp8_e5m2>, tensor<4x32x!mx.mxint8>,
    tensor<4x32x!mx.scaled<f4E2M1FN, f8E4M3FN, [16], tensor_scale = f32>>)
  // CHECK: func.func private @other(tensor<4x32x!mx.scaled<!mx.float<3, 4>, f32, [full]>>, tensor<4x32x!mx.scaled<i8, f8E8M0FNU, [full, full]>>, tensor<4x32x!mx.scaled<f4E2M1FN, !mx.float<5, 3, fn, unsigned>, [16]>>, tensor<4x!mx.float<5, 10, ieee>>)
  func.func private @other(tensor<4x32x!mx.scaled<!mx.float<3, 4, finite>, f32, [full]>>, tensor<4x32x!mx.scaled<i8, f8E8M0FNU, [full, full]>>,
    tensor<4x32x!mx.scaled<f4E2M1FN, !mx.float<5, 3, fn, unsigned>, [16]>>, tensor<4x!mx.float<5, 10, ieee>>)
}
