//===- Verify.h - Checks that several ops share -----------------*- C++ -*-===//

#ifndef MX_LIB_DIALECT_MX_IR_VERIFY_H
#define MX_LIB_DIALECT_MX_IR_VERIFY_H

#include "mx/Dialect/MX/IR/Formats.h"

namespace mx {

/// A seed stands there exactly where something draws from it.
mlir::LogicalResult verifySeed(mlir::Operation *op, mlir::Value seed,
                               bool needed, mlir::StringRef reason);

/// `origin` has an index for each axis, `extents` one for all but the last; the
/// two come together.
mlir::LogicalResult verifyOrigin(mlir::Operation *op, mlir::ValueRange origin,
                                 mlir::ValueRange extents, int64_t rank);

/// Two static extents differ only where one is dynamic.
bool areCompatible(int64_t extent, int64_t other);

/// The shape of `value`, named `what` in the error, is `expected`.
mlir::LogicalResult verifyShape(mlir::Operation *op, mlir::StringRef what,
                                mlir::Value value,
                                mlir::ArrayRef<int64_t> expected,
                                mlir::StringRef because);

/// Inits are all tensors, one result of the same type each, or all memrefs and
/// no result.
mlir::LogicalResult verifyDestination(mlir::Operation *op,
                                      mlir::ValueRange inits);

/// A block fits the rank of a tensor of this type.
mlir::LogicalResult verifyBlockRank(mlir::Operation *op,
                                    mlir::RankedTensorType type);

/// Reads of buffer operands and writes of buffer inits; none on tensors.
void getDestinationEffects(
    mlir::Operation *op,
    mlir::SmallVectorImpl<
        mlir::SideEffects::EffectInstance<mlir::MemoryEffects::Effect>>
        &effects);

/// The sizes of each init: what a destination-style op's results have.
mlir::LogicalResult
reifyInits(mlir::Operation *op, mlir::OpBuilder &builder,
           mlir::ReifiedRankedShapedTypeDims &reified);

/// "4x?x32"
std::string formatShape(mlir::ArrayRef<int64_t> shape);

} // namespace mx

#endif // MX_LIB_DIALECT_MX_IR_VERIFY_H
