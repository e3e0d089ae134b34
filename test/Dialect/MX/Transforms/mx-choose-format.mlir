// Formats by the scaling law; expected penalties are (D^0.5162 / N^0.2368)·log2(B) / (11334.5197·(E+0.5)^3.1926·(M+0.5)^2.9543)
// with N = 1e9 and D = 1e11: E2M1 in blocks of 16 0.0201, of 32 0.0252, of 64 0.0302; E3M2 in blocks of 16 0.00152, of 32
// 0.00190, of 128 0.00266.
// RUN: mx-opt %s --mx-choose-format="params=1e9 tokens=1e11 budget=0.031" 2>&1 | FileCheck %s --check-prefix=BUDGET
// RUN: mx-opt %s --mx-choose-format="params=1e9 tokens=1e11 bits=5.5" 2>&1 | FileCheck %s --check-prefix=BITS
// RUN: mx-opt %s --mx-choose-format="params=1e9 tokens=1e13 budget=0.0001" 2>&1 | FileCheck %s --check-prefix=NEVER
// RUN: mx-opt %s --mx-choose-format="params=1e9 tokens=1e12 bits=4.5" 2>&1 | FileCheck %s --check-prefix=CRITICAL
// RUN: mx-opt %s --mx-choose-format="params=1e9 tokens=1e11 budget=0.031 target=nvvm" 2>&1 | FileCheck %s --check-prefix=NVVM
// RUN: mx-opt %s --mx-choose-format="params=1e9 tokens=1e11 budget=0.031" --mx-apply-recipe=recipe=none 2>/dev/null | FileCheck %s --check-prefix=APPLIED
// RUN: not mx-opt %s --mx-choose-format="params=1e9 tokens=1e11" 2>&1 | FileCheck %s --check-prefix=NEITHER
// RUN: not mx-opt %s --mx-choose-format="params=1e9 tokens=1e11 bits=4 budget=1" 2>&1 | FileCheck %s --check-prefix=BOTH
// RUN: not mx-opt %s --mx-choose-format="tokens=1e11 bits=4" 2>&1 | FileCheck %s --check-prefix=PARAMS
// RUN: not mx-opt %s --mx-choose-format="params=1e9 tokens=1e11 bits=4 target=tpu" 2>&1 | FileCheck %s --check-prefix=TARGET
// NEITHER: error: expected one of the options budget (nats of loss) and bits (stored bits an element), above 0, but found neither
// BOTH: error: expected one of the options budget (nats of loss) and bits (stored bits an element), above 0, but found both
// PARAMS: error: expected options params and tokens of at least 1
// TARGET: error: expected target reference, cpu or nvvm, but found 'tpu'

// Weights take the fewest bits within the budget; activations and gradients ten times fewer nats. The wgrad's contraction
// of 64 fills no block of 128.
// BUDGET: remark: 1.00E+09 parameters, 1.00E+11 tokens: loss in BF16 {{.*}}; the law is fitted with W and the X of wgrad quantised
// BUDGET: remark: forward: P1 activation '!mx.scaled<f6E3M2FN, f8E8M0FNU, [128]>' (penalty 2.66E-03), P2 weight '!mx.scaled<f4E2M1FN, f8E8M0FNU, [64]>' (penalty 3.02E-02)
// BUDGET: remark: dgrad: P3 gradient '!mx.scaled<f6E3M2FN, f8E8M0FNU, [128]>'
// BUDGET: remark: wgrad: P5 gradient '!mx.scaled<f6E3M2FN, f8E8M0FNU, [64]>' (penalty 2.28E-03), P6 activation '!mx.scaled<f4E2M1FN, f8E8M0FNU, [64]>'
// BITS: remark: forward: P1 activation '!mx.scaled<f6E3M2FN, f8E8M0FNU, [16]>' (penalty 1.52E-03), P2 weight '!mx.nvfp4' (penalty 2.01E-02)
// NEVER: stays float (no format is within the limit)
// CRITICAL: tokens more training raises the loss with E2M1
// NVVM: remark: forward: P1 activation '!mx.mxfp6_e3m2' (penalty 1.90E-03), P2 weight '!mx.mxfp4' (penalty 2.52E-02)
// NVVM: #mx.product<
// APPLIED: mx.matmul
// APPLIED-NOT: linalg.matmul
func.func @step(%x: tensor<64x512xf32>, %w: tensor<512x256xf32>, %dy: tensor<64x256xf32>, %o: tensor<64x256xf32>,
                %p: tensor<64x512xf32>, %q: tensor<512x256xf32>)
    -> (tensor<64x256xf32>, tensor<64x512xf32>, tensor<512x256xf32>) {
  %0 = linalg.matmul {mx.role = "forward"} ins(%x, %w : tensor<64x512xf32>, tensor<512x256xf32>)
    outs(%o : tensor<64x256xf32>) -> tensor<64x256xf32>
  %1 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    {mx.role = "dgrad"} ins(%dy, %w : tensor<64x256xf32>, tensor<512x256xf32>) outs(%p : tensor<64x512xf32>) -> tensor<64x512xf32>
  %2 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
    {mx.role = "wgrad"} ins(%x, %dy : tensor<64x512xf32>, tensor<64x256xf32>) outs(%q : tensor<512x256xf32>) -> tensor<512x256xf32>
  return %0, %1, %2 : tensor<64x256xf32>, tensor<64x512xf32>, tensor<512x256xf32>
}
