// A late phase with a product in higher precision: what both programs round stochastically has the same streams and signs.
// RUN: mx-opt %s --mx-apply-recipe=recipe=mxfp4_training | FileCheck %s --check-prefixes=BOTH,EARLY
// RUN: mx-opt %s --mx-apply-recipe=recipe=mxfp4_training,forward=none 2>/dev/null | FileCheck %s --check-prefixes=BOTH,LATE

// EARLY-COUNT-2: mx.quantize
// LATE: linalg.matmul {mx.role = "forward"}
// BOTH: mx.quantize {{.*}} seed %[[SEED:[a-z0-9]+]] rounding stochastic {{.*}}{stream = 2 : i64}
// BOTH: mx.hadamard {{.*}} seed %[[SEED]] {{.*}}{sign_stream = 2 : i64}
// BOTH: mx.quantize {{.*}} seed %[[SEED]] rounding stochastic {{.*}}{stream = 4 : i64}
func.func @step(%x: tensor<64x32xf32>, %w: tensor<32x64xf32>, %g: tensor<64x64xf32>, %o: tensor<64x64xf32>,
                %p: tensor<64x32xf32>, %q: tensor<32x64xf32>)
    -> (tensor<64x64xf32>, tensor<64x32xf32>, tensor<32x64xf32>) {
  %0 = linalg.matmul {mx.role = "forward"} ins(%x, %w : tensor<64x32xf32>, tensor<32x64xf32>) outs(%o : tensor<64x64xf32>) -> tensor<64x64xf32>
  %1 = linalg.matmul indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (j, k)>,
                                      affine_map<(i, j, k) -> (i, j)>] {mx.role = "dgrad"}
    ins(%g, %w : tensor<64x64xf32>, tensor<32x64xf32>) outs(%p : tensor<64x32xf32>) -> tensor<64x32xf32>
  %2 = linalg.matmul indexing_maps = [affine_map<(i, j, k) -> (k, i)>, affine_map<(i, j, k) -> (k, j)>,
                                      affine_map<(i, j, k) -> (i, j)>] {mx.role = "wgrad"}
    ins(%x, %g : tensor<64x32xf32>, tensor<64x64xf32>) outs(%q : tensor<32x64xf32>) -> tensor<32x64xf32>
  return %0, %1, %2 : tensor<64x64xf32>, tensor<64x32xf32>, tensor<32x64xf32>
}
