//===- Families.cpp - Which kernel family takes a product -----------------===//

#include "mx/Conversion/NVVM/Families.h"

#include "../../Target/NVVM/Kernels/Quantize.h"
#include "../../Target/NVVM/Kernels/S8Fold.h"
#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

static bool isMXFP4(ScaledType format) {
  return format && isa<Float4E2M1FNType>(format.getElement()) &&
         isa<Float8E8M0FNUType>(format.getScale()) &&
         !format.getHasTensorScale() &&
         format.getBlock() == ArrayRef{int64_t(32)};
}

/// Static and equal batch axes of both operands.
static bool haveSameBatch(PackedMatmulOp op) {
  auto a = cast<ShapedType>(op.getA()[0].getType());
  auto b = cast<ShapedType>(op.getB()[0].getType());
  if (a.getRank() != b.getRank())
    return false;
  ArrayRef<int64_t> batchA = a.getShape().drop_back(3);
  return batchA == b.getShape().drop_back(3) &&
         llvm::none_of(batchA, ShapedType::isDynamic);
}

static std::string findProblemOfS8(PackedMatmulOp op, const Chip &chip) {
  if (!chip.has(Feature::Wgmma))
    return "chip " + chip.name.str() + " has no wgmma; sm_90a has";
  if (!isMXFP4(op.getAScaledFormat()) || !isMXFP4(op.getBScaledFormat()))
    return "both operands must be mxfp4";
  if (!haveSameBatch(op))
    return "the batch axes of the operands must be static and equal";
  if (op.getAcc())
    return "there is an acc operand";
  return "";
}

SmallVector<Verdict> mx::nvvm::judge(PackedMatmulOp op, const Chip &chip) {
  Verdict verdict{"s8_fold", nullptr, findProblemOfS8(op, chip)};
  if (verdict.problem.empty())
    verdict.schedule =
        ScheduleAttr::get(op.getContext(), verdict.family,
                          {s8_fold::kTileM, s8_fold::kTileN, s8_fold::kTileK},
                          s8_fold::kStages, s8_fold::kCluster);
  return {verdict};
}

static std::string findProblemOfQuantize(PackedQuantizeOp op,
                                         int64_t &largestUnit) {
  if (!op.getOrigin().empty())
    return "the op has an origin";
  for (QuantizerAttr quantizer : op.getQuantizerAttrs()) {
    auto type = cast<ShapedType>(op.getInput().getType());
    quantize::Form form{quantizer, type.getElementType()};
    if (std::string problem = form.findProblem(); !problem.empty())
      return problem;
    if (quantizer.getTranspose() && type.getRank() < 2)
      return "a vector has no transpose";
    largestUnit = std::max(largestUnit, form.getUnit());
  }
  return "";
}

SmallVector<Verdict> mx::nvvm::judge(PackedQuantizeOp op, const Chip &) {
  int64_t unit = 0;
  Verdict verdict{"quantize", nullptr, findProblemOfQuantize(op, unit)};
  if (verdict.problem.empty())
    verdict.schedule =
        ScheduleAttr::get(op.getContext(), verdict.family,
                          {quantize::kThreads, unit}, /*stages=*/1,
                          /*cluster=*/1);
  return {verdict};
}
