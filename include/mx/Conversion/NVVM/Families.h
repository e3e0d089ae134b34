//===- Families.h - Which kernel family takes a product ---------*- C++ -*-===//

#ifndef MX_CONVERSION_NVVM_FAMILIES_H
#define MX_CONVERSION_NVVM_FAMILIES_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Target/NVVM/TargetInfo.h"

namespace mx::nvvm {

/// What one family says of one op: the schedule it would use, or the condition
/// that fails.
struct Verdict {
  llvm::StringRef family;
  ScheduleAttr schedule;
  std::string problem;
};

/// The families in the order of preference.
llvm::SmallVector<Verdict> judge(PackedMatmulOp op, const Chip &chip);
llvm::SmallVector<Verdict> judge(PackedQuantizeOp op, const Chip &chip);
llvm::SmallVector<Verdict> judge(PackedDequantizeOp op, const Chip &chip);
llvm::SmallVector<Verdict> judge(PackedRelayoutOp op, const Chip &chip);
llvm::SmallVector<Verdict> judge(HadamardOp op, const Chip &chip);
/// Of a product of floats; empty for an op that is none.
llvm::SmallVector<Verdict> judge(mlir::linalg::LinalgOp op, const Chip &chip);

/// Why the family of a schedule that the user set has no such kernel; empty
/// where it has, or takes no notice of the rest of the schedule.
std::string findProblemOfSchedule(mlir::Operation *op, ScheduleAttr schedule);

/// The extents of an operand before its matrix; for scaled operands, too.
llvm::ArrayRef<int64_t> getBatch(PackedMatmulOp op, bool isB);

/// Rows of the result, batch axes of a included, of a product whose b has none;
/// -1 where b has some, or where they are not static.
int64_t getTokens(PackedMatmulOp op);

/// Whether gemv takes a product of a dynamic number of rows when there are few:
/// the family of its schedule has the others.
bool mayHaveFewRows(PackedMatmulOp op, const Chip &chip);

/// Whether bf16_decode takes a product of a dynamic number of rows, which
/// s8_fold has, when there are few.
bool mayDecodeFewRows(PackedMatmulOp op, const Chip &chip);

} // namespace mx::nvvm

#endif // MX_CONVERSION_NVVM_FAMILIES_H
