#map = affine_map<(d0, d1, d2) -> (d0, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
module attributes {mx.recipe = #mx.recipe<name = "second", forward = {lhs = {format = !mx.mxfp4}, rhs = {format = !mx.mxfp4}, accumulate = fast}, wgrad = {gradient = {format = !mx.mxfp8_e5m2}, other = {format = !mx.mxfp8_e4m3}}>} {
  func.func private @attributes() attributes {a = #mx.quantizer<format = !mx.mxfp8_e5m2, rounding = toward_zero, random_bits = 8>, b = #mx.quantizer<format = !mx.mxfp6_e2m3, scale_rule = rceil, rounding = nearest_away, transpose>, c = #mx.quantizer<format = !mx.mxfp4, scale_rule = even, rounding = stochastic, prescale = 0.75, stream = 2, transpose, hadamard = {size = 64, signs = seed}, sign_stream = 1>, d = #mx.schedule<"s8_fold", tile = [128, 256, 128], stages = 4, cluster = 2>, e = #mx.hadamard<size = 4, signs = [1, -1, 1, 1]>, f = #mx.quantizer<format = !mx.nvfp4, scale_rule = four_over_six>, g = #mx.quantizer<format = !mx.nvfp4, scale_rule = ms_eden, stream = 3>, h = #mx.quantizer<format = !mx.nvfp4, scale_rule = headroom, rounding = stochastic>, i = #mx.quantizer<format = !mx.mxfp4, scale_rule = quest>}
  func.func private @types(tensor<8x!mx.float<4, 3, fn>>, tensor<8x!mx.float<5, 2, ieee>>, tensor<8x!mx.float<3, 4, unsigned>>, tensor<8x16x!mx.scaled<f8E4M3FN, f8E4M3FN, [8, 8], tensor_scale = f32>>, tensor<8x16x!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>>)
  func.func @train(%arg0: tensor<4x64xf32>, %arg1: tensor<8x64xf32>, %arg2: tensor<4x8xf32>, %arg3: i64 {mx.seed}) -> tensor<4x8xf32> {
    %0 = linalg.matmul indexing_maps = [#map, #map1, #map2] {mx.name = "mlp", mx.role = "forward"} ins(%arg0, %arg1 : tensor<4x64xf32>, tensor<8x64xf32>) outs(%arg2 : tensor<4x8xf32>) -> tensor<4x8xf32>
    return %0 : tensor<4x8xf32>
  }
}

