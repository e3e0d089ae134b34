//===- PackFusion.h - Fusion of packed quantisations ------------*- C++ -*-===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_PACKFUSION_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_PACKFUSION_H

#include "Packing.h"

namespace mx {

/// In each block, joins a row-wise and a transposed quantisation of the same
/// value into one op that reads it once.
void pairPackedQuantize(mlir::Operation *root);

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_PACKFUSION_H
