//===- ChipOption.h - The chip that a pass is asked for ---------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_CHIPOPTION_H
#define MX_LIB_CONVERSION_NVVM_CHIPOPTION_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Operation.h"
#include "mx/Target/NVVM/TargetInfo.h"

namespace mx::nvvm {

/// The chip of this name; null after a diagnostic at `op`.
inline const Chip *findChipOrError(mlir::Operation *op, llvm::StringRef name) {
  const Chip *chip = findChip(name);
  if (!chip)
    op->emitError() << "unknown chip '" << name << "', expected one of "
                    << listChips();
  return chip;
}

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_CHIPOPTION_H
