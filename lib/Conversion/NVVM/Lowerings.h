//===- Lowerings.h - Ops of each kernel family to launches ------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_LOWERINGS_H
#define MX_LIB_CONVERSION_NVVM_LOWERINGS_H

#include "FindEpilogue.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mx/Target/NVVM/TargetInfo.h"

namespace mx::nvvm {

void lowerGemv(HostCode &host, PackedMatmulOp op, const Chip &chip,
               const Epilogue &epilogue);
/// Of a product that mayHaveFewRows: branches of the host for those numbers of
/// rows that gemv takes. What is built next is for more of them.
void lowerFewRows(HostCode &host, PackedMatmulOp op, const Chip &chip,
                  const Epilogue &epilogue);
/// With a quantisation of its result, or null.
void lowerTcgen05(HostCode &host, PackedMatmulOp op, const Epilogue &epilogue,
                  PackedQuantizeOp quantize, const Chip &chip);
void lowerBlockScale(HostCode &host, PackedMatmulOp op,
                     const Epilogue &epilogue, PackedQuantizeOp quantize,
                     const Chip &chip);
void lowerS8Fold(HostCode &host, PackedMatmulOp op, const Epilogue &epilogue);
/// Of a product that mayDecodeFewRows: a branch of the host for those. What is
/// built next is for more of them.
void lowerDecodeOfFewRows(HostCode &host, PackedMatmulOp op,
                          const Epilogue &epilogue);
void lowerBF16Decode(HostCode &host, PackedMatmulOp op, ScheduleAttr schedule,
                     const Epilogue &epilogue);
void lowerBF16Fold(HostCode &host, PackedMatmulOp op, const Epilogue &epilogue);
/// Of a product that getFloatProduct sees.
void lowerFloatProduct(HostCode &host, mlir::linalg::LinalgOp op,
                       ScheduleAttr schedule, const Epilogue &epilogue);
/// Its epilogue: none where its result is added to what is there.
Epilogue findEpilogue(mlir::linalg::LinalgOp op);
void lowerDequantize(HostCode &host, PackedDequantizeOp op);
void lowerHadamard(HostCode &host, HadamardOp op);
/// From linear to tile_128x4.
void lowerRelayout(HostCode &host, PackedRelayoutOp op);
void lowerQuantize(HostCode &host, PackedQuantizeOp op, const Chip &chip);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_LOWERINGS_H
