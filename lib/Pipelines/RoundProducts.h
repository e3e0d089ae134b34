//===- RoundProducts.h - Products whose results are rounded -----*- C++ -*-===//

#ifndef MX_LIB_PIPELINES_ROUNDPRODUCTS_H
#define MX_LIB_PIPELINES_ROUNDPRODUCTS_H

#include "mlir/Pass/Pass.h"

namespace mx {

/// mx-round-products: an mx.packed.matmul in f32 that is only rounded to bf16
/// or f16 has that result itself. The bits stay: a product rounds to f32 first
/// (contract, rule 25).
std::unique_ptr<mlir::Pass> createRoundProductsPass();

} // namespace mx

#endif // MX_LIB_PIPELINES_ROUNDPRODUCTS_H
