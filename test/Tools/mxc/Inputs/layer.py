"""A layer whose weights are 64 x 128 constants, no two alike."""

import numpy as np

weights = (np.arange(64 * 128, dtype=np.float32) / 4096 - 1).tobytes().hex()
print(f"""func.func @main(%x: tensor<4x64xf32>) -> tensor<4x128xf32> {{
  %w = arith.constant dense<"0x{weights}"> : tensor<64x128xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4x128xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x128xf32>) -> tensor<4x128xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x64xf32>, tensor<64x128xf32>) outs(%init : tensor<4x128xf32>) -> tensor<4x128xf32>
  return %y : tensor<4x128xf32>
}}""")
