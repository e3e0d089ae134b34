module {
  func.func @quantize(%arg0: tensor<128x100xf32>, %arg1: tensor<?x?xbf16>, %arg2: tensor<f32>, %arg3: i64, %arg4: index) -> (tensor<128x100x!mx.mxfp4>, tensor<?x?x!mx.nvfp4>, tensor<128x100x!mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>>) {
    %0 = mx.quantize %arg0 seed %arg3 origin[%arg4, %arg4] extents[%arg4] rounding stochastic scale_rule floor {prescale = 7.500000e-01 : f32, random_bits = 24 : i64, stream = 3 : i64} : tensor<128x100xf32> -> tensor<128x100x!mx.mxfp4>
    %1 = mx.quantize %arg1 amax %arg2 {scale_min_normal} : tensor<?x?xbf16>, tensor<f32> -> tensor<?x?x!mx.nvfp4>
    %2 = mx.quantize %arg0 rounding nearest_away scale_rule even : tensor<128x100xf32> -> tensor<128x100x!mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>>
    return %0, %1, %2 : tensor<128x100x!mx.mxfp4>, tensor<?x?x!mx.nvfp4>, tensor<128x100x!mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>>
  }
  func.func @dequantize(%arg0: tensor<4x?x!mx.mxint8>) -> tensor<4x?xbf16> {
    %0 = mx.dequantize %arg0 : tensor<4x?x!mx.mxint8> -> tensor<4x?xbf16>
    return %0 : tensor<4x?xbf16>
  }
  func.func @assemble(%arg0: tensor<2x3x16xi8>, %arg1: tensor<2x3xi8>, %arg2: tensor<2x?x16xi8>, %arg3: tensor<2x?xi8>, %arg4: tensor<2x80xf4E2M1FN>, %arg5: tensor<2x5xf8E4M3FN>, %arg6: tensor<f32>, %arg7: index) {
    %0 = mx.assemble %arg0, %arg1 : tensor<2x3x16xi8>, tensor<2x3xi8> -> tensor<2x80x!mx.mxfp4>
    %1 = mx.assemble %arg2, %arg3 extent %arg7 : tensor<2x?x16xi8>, tensor<2x?xi8> -> tensor<2x?x!mx.mxfp4>
    %2 = mx.assemble %arg4, %arg5, %arg6 : tensor<2x80xf4E2M1FN>, tensor<2x5xf8E4M3FN>, tensor<f32> -> tensor<2x80x!mx.nvfp4>
    %codes, %scale, %tensor_scale = mx.disassemble %2 : tensor<2x80x!mx.nvfp4> -> tensor<2x5x8xi8>, tensor<2x5xi8>, tensor<f32>
    return
  }
  func.func @transforms(%arg0: tensor<8x128xbf16>, %arg1: tensor<8x128xf32>, %arg2: memref<8x128xf32>, %arg3: tensor<8x128xf8E5M2>, %arg4: tensor<8x128xi8>, %arg5: i64, %arg6: index) {
    %0 = mx.hadamard ins(%arg0 : tensor<8x128xbf16>) outs(%arg1 : tensor<8x128xf32>) seed %arg5 transform <size = 64, signs = seed> {sign_stream = 5 : i64} -> tensor<8x128xf32>
    mx.hadamard ins(%arg2 : memref<8x128xf32>) outs(%arg2 : memref<8x128xf32>) transform <size = 2, signs = [1, -1]>
    %1 = mx.cast ins(%arg0 : tensor<8x128xbf16>) outs(%arg3 : tensor<8x128xf8E5M2>) -> tensor<8x128xf8E5M2>
    %2 = mx.cast ins(%arg0 : tensor<8x128xbf16>) outs(%arg4 : tensor<8x128xi8>) seed %arg5 origin[%arg6, %arg6] extents[%arg6] rounding stochastic {format = !mx.float<3, 4, ieee>, stream = 9 : i64} -> tensor<8x128xi8>
    %3 = mx.derive_seed %arg5, %arg5
    %4 = mx.amax %arg0 : tensor<8x128xbf16> -> tensor<f32>
    return
  }
  func.func @transpose(%arg0: tensor<2x64x128x!mx.mxfp4>) -> tensor<2x128x64x!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>> {
    %0 = mx.transpose %arg0 : tensor<2x64x128x!mx.mxfp4> -> tensor<2x128x64x!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>>
    return %0 : tensor<2x128x64x!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>>
  }
  func.func @matmul(%arg0: tensor<5x64x100x!mx.mxfp6_e2m3>, %arg1: tensor<32x100x!mx.nvfp4>, %arg2: tensor<1x32x100xf16>, %arg3: tensor<5x64x32xf32>) {
    %0 = mx.matmul %arg0, %arg1 acc %arg3 accumulate exact : tensor<5x64x100x!mx.mxfp6_e2m3>, tensor<32x100x!mx.nvfp4>, tensor<5x64x32xf32> -> tensor<5x64x32xf32>
    %1 = mx.matmul %arg0, %arg2 {alpha = 2.000000e+00 : f32} : tensor<5x64x100x!mx.mxfp6_e2m3>, tensor<1x32x100xf16> -> tensor<5x64x32xbf16>
    return
  }
  func.func @packed(%arg0: tensor<64x100xf32>, %arg1: tensor<64x4x16xi8>, %arg2: tensor<64x4xi8>, %arg3: tensor<100x4x8xi8>, %arg4: tensor<100x4xi8>, %arg5: tensor<f32>, %arg6: memref<32x100xf32>, %arg7: memref<64x4x16xi8>, %arg8: memref<64x4xi8>, %arg9: memref<64x32xf32>, %arg10: i64, %arg11: tensor<1x1x512xi8>) {
    %c100 = arith.constant 100 : index
    %0:5 = mx.packed.quantize ins(%arg0 : tensor<64x100xf32>) outs(%arg1, %arg2, %arg3, %arg4, %arg5 : tensor<64x4x16xi8>, tensor<64x4xi8>, tensor<100x4x8xi8>, tensor<100x4xi8>, tensor<f32>) seed %arg10 {quantizers = [#mx.quantizer<format = !mx.mxfp4, rounding = stochastic, prescale = 0.75, stream = 2>, #mx.quantizer<format = !mx.nvfp4, transpose>]} -> tensor<64x4x16xi8>, tensor<64x4xi8>, tensor<100x4x8xi8>, tensor<100x4xi8>, tensor<f32>
    %1 = mx.packed.dequantize ins(%arg1, %arg2 : tensor<64x4x16xi8>, tensor<64x4xi8>) outs(%arg0 : tensor<64x100xf32>) {format = !mx.mxfp4} -> tensor<64x100xf32>
    mx.packed.matmul a(%arg7, %arg8 : memref<64x4x16xi8>, memref<64x4xi8>) b(%arg6 : memref<32x100xf32>) k %c100 outs(%arg9 : memref<64x32xf32>) accumulate exact {a_format = !mx.mxfp4, alpha = 3.000000e+00 : f32}
    %2 = mx.packed.relayout ins(%arg2 : tensor<64x4xi8>) outs(%arg11 : tensor<1x1x512xi8>) linear to tile_128x4 -> tensor<1x1x512xi8>
    return
  }
}

