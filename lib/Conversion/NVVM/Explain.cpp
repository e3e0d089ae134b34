//===- Explain.cpp - Which kernels each product takes, as data ------------===//

#include "mx/Conversion/NVVM/Explain.h"

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

json::Object mx::nvvm::explain(PackedMatmulOp op, const Chip &chip) {
  std::string family = kPortable.str(), schedule;
  json::Array rejected;
  for (const Verdict &verdict : judge(op, chip)) {
    if (verdict.schedule) {
      family = verdict.family.str();
      raw_string_ostream(schedule) << verdict.schedule;
      break;
    }
    rejected.push_back(json::Object{{"family", verdict.family.str()},
                                    {"condition", verdict.problem}});
  }
  return json::Object{{"location", getPlace(op.getLoc())},
                      {"a", getFormat(op.getA(), op.getAScaledFormat())},
                      {"b", getFormat(op.getB(), op.getBScaledFormat())},
                      {"result", print(op.getInit().getType())},
                      {"family", std::move(family)},
                      {"schedule", std::move(schedule)},
                      {"rejected", std::move(rejected)}};
}
