//===- Explain.cpp - Which kernels each product takes, as data ------------===//

#include "mx/Conversion/NVVM/Explain.h"

#include "FloatProduct.h"
#include "mx/Conversion/NVVM/Families.h"
#include "mx/Dialect/MX/Transforms/Elementwise.h"
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

/// The ops of elementwise ops behind a product, which its kernel computes as it
/// stores, as far as nothing else reads what is between.
static json::Array listEpilogue(mlir::Operation *product) {
  json::Array names;
  while (product->getNumResults() == 1 && product->hasOneUse() &&
         mx::isReadElementwise(*product->use_begin())) {
    product = *product->user_begin();
    auto generic = cast<mlir::linalg::GenericOp>(product);
    for (mlir::Operation &inner : generic.getBody()->without_terminator())
      names.push_back(inner.getName().getStringRef());
  }
  return names;
}

/// The portable kernels take whatever no family does.
static constexpr StringLiteral kPortable("portable");

static json::Object describe(mlir::Operation *op, std::string a, std::string b,
                             mlir::Type result,
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
  json::Object product{{"location", mx::nvvm::getPlace(op->getLoc())},
                       {"a", std::move(a)},
                       {"b", std::move(b)},
                       {"result", print(result)},
                       {"family", std::move(family)},
                       {"schedule", std::move(schedule)},
                       {"rejected", std::move(rejected)}};
  if (json::Array epilogue = listEpilogue(op);
      !epilogue.empty() && product["family"] != kPortable)
    product["epilogue"] = std::move(epilogue);
  return product;
}

json::Object mx::nvvm::explain(PackedMatmulOp op, const Chip &chip) {
  SmallVector<Verdict> verdicts = {
      {"any family", nullptr,
       "operands are in tiles; relayout them to linear"}};
  if (op.isLinear())
    verdicts = judge(op, chip);
  return describe(op, getFormat(op.getA(), op.getAScaledFormat()),
                  getFormat(op.getB(), op.getBScaledFormat()),
                  op.getInit().getType(), verdicts);
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
  return describe(op, getElement(op.getDpsInputs()[0]),
                  getElement(op.getDpsInputs()[1]),
                  op.getDpsInits()[0].getType(), verdicts);
}
