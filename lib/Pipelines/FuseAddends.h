//===- FuseAddends.h - Sums after products as their acc ---------*- C++ -*-===//

#ifndef MX_LIB_PIPELINES_FUSEADDENDS_H
#define MX_LIB_PIPELINES_FUSEADDENDS_H

#include "mlir/Pass/Pass.h"

namespace mx {

/// mx-fuse-addends: an f32 tensor that a linalg.generic adds to the result of
/// an mx.packed.matmul, which nothing else reads, becomes its `acc`: one pass
/// over the result instead of two. The bits stay (contract 25): where alpha is
/// 1 and no operand has a tensor scale, the product rounds its sum to f32 and
/// then adds acc, as the two ops do. Left alone are bf16 and f16 results, which
/// would round once instead of twice, and a term of another shape.
std::unique_ptr<mlir::Pass> createFuseAddendsPass();

} // namespace mx

#endif // MX_LIB_PIPELINES_FUSEADDENDS_H
