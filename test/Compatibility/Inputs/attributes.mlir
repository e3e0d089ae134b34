// What test/Dialect/MX leaves out: the rest of the values of enums, and attributes of functions and ops.
#q0 = #mx.quantizer<format = !mx.mxfp8_e5m2, scale_rule = floor, rounding = toward_zero, random_bits = 8>
#q1 = #mx.quantizer<format = !mx.mxfp6_e2m3, scale_rule = rceil, rounding = nearest_away, transpose>
#q2 = #mx.quantizer<format = !mx.mxfp4, scale_rule = even, rounding = stochastic, prescale = 0.75, stream = 2, transpose, hadamard = {size = 64, signs = seed}, sign_stream = 1>
#q3 = #mx.quantizer<format = !mx.nvfp4, scale_rule = four_over_six>
#q4 = #mx.quantizer<format = !mx.nvfp4, scale_rule = ms_eden, stream = 3>
#q5 = #mx.quantizer<format = !mx.nvfp4, scale_rule = headroom, rounding = stochastic>
#q6 = #mx.quantizer<format = !mx.mxfp4, scale_rule = quest>
#s = #mx.schedule<"s8_fold", tile = [128, 256, 128], stages = 4, cluster = 2>
#r = #mx.recipe<name = "second", forward = {lhs = {format = !mx.mxfp4}, rhs = {format = !mx.mxfp4}, accumulate = fast}, wgrad = {gradient = {format = !mx.mxfp8_e5m2}, other = {format = !mx.mxfp8_e4m3}}>
module attributes {mx.recipe = #r} {
  func.func private @attributes() attributes {a = #q0, b = #q1, c = #q2, d = #s, f = #q3, g = #q4, h = #q5, i = #q6, e = #mx.hadamard<size = 4, signs = [1, -1, 1, 1]>}
  func.func private @types(tensor<8x!mx.float<4, 3, fn>>, tensor<8x!mx.float<5, 2, ieee>>, tensor<8x!mx.float<3, 4, unsigned>>,
    tensor<8x16x!mx.scaled<f8E4M3FN, f8E4M3FN, [8, 8], tensor_scale = f32>>, tensor<8x16x!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>>)
  func.func @train(%x: tensor<4x64xf32>, %w: tensor<8x64xf32>, %i: tensor<4x8xf32>, %seed: i64 {mx.seed}) -> tensor<4x8xf32> {
    %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      {mx.role = "forward", mx.name = "mlp"} ins(%x, %w : tensor<4x64xf32>, tensor<8x64xf32>) outs(%i : tensor<4x8xf32>) -> tensor<4x8xf32>
    return %0 : tensor<4x8xf32>
  }
}
