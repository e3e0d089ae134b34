//===- Packing.h - What the parts of mx-pack share --------------*- C++ -*-===//
//
// The type conversion, the parts of one packed value and its shapes. Each
// populate function holds the patterns of one topic.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_PACKING_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_PACKING_H

#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mx {

/// The scaled element type of a ranked tensor, or null.
ScaledType getScaledElement(mlir::Type type);

/// The `!mx.float` element type of a shaped type, or null.
MiniFloatType getMiniFloatElement(mlir::Type type);

/// The axis of the logical tensor that the columns of a block divide: the last
/// one, or the last but one where the transpose is stored.
int64_t getBlockedAxis(mlir::RankedTensorType type);

/// The format whose blocks are those of the stored (not transposed) bytes.
ScaledType getStoredFormat(ScaledType format);

/// Converts `tensor<… x !mx.scaled>` to codes, scale[, tensor scale][, extent]
/// and `!mx.float` elements to the integers that hold their codes.
struct PackTypeConverter : mlir::TypeConverter {
  PackTypeConverter();
};

/// The parts of one packed value.
struct Packed {
  mlir::Value codes, scale, tensorScale, extent;

  Packed() = default;
  Packed(mlir::ValueRange parts, mlir::RankedTensorType type);
  /// In the order of the type conversion, without the absent ones.
  mlir::SmallVector<mlir::Value> getParts() const;
};

/// `extent` as a value.
mlir::Value asValue(mlir::OpBuilder &b, mlir::Location loc,
                    mlir::OpFoldResult extent);

/// ceil(extent / block); 1 where the block is the whole axis.
mlir::OpFoldResult ceilDiv(mlir::OpBuilder &b, mlir::Location loc,
                           mlir::OpFoldResult extent, int64_t block);

/// An empty tensor of `type`; `sizes` gives its dynamic extents.
mlir::Value createEmpty(mlir::OpBuilder &b, mlir::Location loc,
                        mlir::RankedTensorType type,
                        mlir::ArrayRef<mlir::OpFoldResult> sizes);

/// Empty codes, scale[, tensor scale] for a tensor of `type` and `sizes`.
mlir::SmallVector<mlir::Value>
createInits(mlir::OpBuilder &b, mlir::Location loc, mlir::RankedTensorType type,
            mlir::ArrayRef<mlir::OpFoldResult> sizes);

/// The packed form of an empty tensor: inits and extent.
Packed createPackedEmpty(mlir::OpBuilder &b, mlir::Location loc,
                         mlir::RankedTensorType type,
                         mlir::ArrayRef<mlir::OpFoldResult> sizes);

/// The sizes of the logical tensor of `type` behind a packed value.
mlir::SmallVector<mlir::OpFoldResult>
getLogicalSizes(mlir::OpBuilder &b, mlir::Location loc,
                mlir::RankedTensorType type, const Packed &packed);

/// Codes, one an element, from their packed bytes, and back. `type` is the
/// stored tensor: its last axis is the blocked one.
mlir::Value unpackCodes(mlir::OpBuilder &b, mlir::Location loc,
                        mlir::RankedTensorType type,
                        mlir::ArrayRef<mlir::OpFoldResult> sizes,
                        mlir::Value packed);
mlir::Value packCodes(mlir::OpBuilder &b, mlir::Location loc,
                      mlir::RankedTensorType type,
                      mlir::ArrayRef<mlir::OpFoldResult> sizes,
                      mlir::Value codes);

/// The same bits as elements of another type (of at most the same width).
mlir::Value castElements(mlir::OpBuilder &b, mlir::Location loc,
                         mlir::Value tensor, mlir::Type elementType);

/// The last two axes swapped.
mlir::Value transposeLastTwo(mlir::OpBuilder &b, mlir::Location loc,
                             mlir::Value tensor);

/// func, call, return, scf, cf and select.
void populatePackControlFlow(const PackTypeConverter &converter,
                             mlir::RewritePatternSet &patterns,
                             mlir::ConversionTarget &target);
/// quantize, dequantize, matmul, amax.
void populatePackOps(const PackTypeConverter &converter,
                     mlir::RewritePatternSet &patterns);
/// assemble, disassemble, transpose.
void populatePackAssemble(const PackTypeConverter &converter,
                          mlir::RewritePatternSet &patterns);
/// empty, dim, cast, slices, concat and pad of scaled tensors.
void populatePackTensors(const PackTypeConverter &converter,
                         mlir::RewritePatternSet &patterns);
/// mx.cast and what moves `!mx.float` elements.
void populatePackSmallFloats(const PackTypeConverter &converter,
                             mlir::RewritePatternSet &patterns,
                             mlir::ConversionTarget &target);

/// Folds transposes, pads and Hadamards into the quantisations they feed, and
/// joins a row-wise and a transposed one of the same source.
void fusePackedQuantize(mlir::Operation *root);

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_PACKING_H
