//===- Explain.cpp - Which kernels each product takes, as data ------------===//

#include "mx/Conversion/NVVM/Explain.h"

#include "FloatProduct.h"
#include "mx/Conversion/NVVM/Families.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

static std::string print(mlir::Type type) {
  std::string text;
  raw_string_ostream(text) << type;
  return text;
}

static std::string getFormat(mlir::OperandRange operand, mx::ScaledType type) {
  if (type)
    return print(type);
  return print(cast<mlir::ShapedType>(operand[0].getType()).getElementType());
}

std::string mx::nvvm::getPlace(mlir::Location location) {
  auto file = location->findInstanceOf<mlir::FileLineColLoc>();
  if (!file)
    return "unknown";
  return (file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" +
          Twine(file.getColumn()))
      .str();
}

/// The portable kernels take whatever no family does.
static constexpr StringLiteral kPortable("portable");

static json::Object describe(mlir::Location location, std::string a,
                             std::string b, mlir::Type result,
                             ArrayRef<mx::nvvm::Verdict> verdicts) {
  std::string family = kPortable.str(), schedule;
  json::Array rejected;
  for (const mx::nvvm::Verdict &verdict : verdicts) {
    if (verdict.schedule) {
      family = verdict.family.str();
      raw_string_ostream(schedule) << verdict.schedule;
      break;
    }
    rejected.push_back(json::Object{{"family", verdict.family.str()},
                                    {"condition", verdict.problem}});
  }
  return json::Object{{"location", mx::nvvm::getPlace(location)},
                      {"a", std::move(a)},
                      {"b", std::move(b)},
                      {"result", print(result)},
                      {"family", std::move(family)},
                      {"schedule", std::move(schedule)},
                      {"rejected", std::move(rejected)}};
}

json::Object mx::nvvm::explain(PackedMatmulOp op, const Chip &chip) {
  return describe(op.getLoc(), getFormat(op.getA(), op.getAScaledFormat()),
                  getFormat(op.getB(), op.getBScaledFormat()),
                  op.getInit().getType(), judge(op, chip));
}

std::optional<json::Object> mx::nvvm::explain(mlir::linalg::LinalgOp op,
                                              const Chip &chip) {
  mlir::IRRewriter rewriter(op->getContext());
  op = groupAxes(rewriter, op);
  SmallVector<Verdict> verdicts = judge(op, chip);
  if (verdicts.empty())
    return std::nullopt;
  auto getElement = [](mlir::Value value) {
    return print(getElementTypeOrSelf(value.getType()));
  };
  return describe(op.getLoc(), getElement(op.getDpsInputs()[0]),
                  getElement(op.getDpsInputs()[1]),
                  op.getDpsInits()[0].getType(), verdicts);
}
